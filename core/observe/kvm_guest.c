/* SPDX-License-Identifier: MIT */
#include "kvm_guest.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	 ((size_t)4096)
#define ENTRIES	 512
#define VECTORS	 32
#define CPUIDS	 256
#define COPIED	 1024
#define STACK	 ((size_t)1 << 16)
#define NO_VALUE SIZE_MAX

/* Guest-physical: the block starts at 0; the window is where neither memory nor an interrupt controller is. */
#define WINDOW_GPA ((uint64_t)0xd0000000)
#define TSS_GPA	   ((uint64_t)0xfffbd000)

#define PTE_PRESENT 1u
#define PTE_WRITE   2u
#define PTE_USED    0x64u /* a program's; accessed and dirty, so that the CPU has no reason to write tables */
#define PTE_ADDR    0x000ffffffffff000u

#define CR0_LONG     0x80010033u /* PG WP NE ET MP PE */
#define CR4_LONG     0x620u	 /* OSXMMEXCPT OSFXSR PAE */
#define CR4_OSXSAVE  0x40000u
#define EFER_LONG    0x500u /* LMA LME */
#define XCR0_VECTORS 0xe7u
#define PROTECTION   13
#define PAGE_FAULT   14
#define USER	     3

/* The block: guest memory, first what the CPU itself needs. Offsets are guest-physical addresses. */
enum {
	TOP_TABLE = 0,
	SYSTEM = 1 * 4096, /* IDT, GDT, TSS, landing places */
	EXCEPTION_STACK = 2 * 4096,
	CALL_STACK = 3 * 4096,
	MEMORY = CALL_STACK + (1 << 16),
	POOL = MEMORY + (1 << 17),
	BLOCK = 8 << 20,
};
#define IDT	(SYSTEM + 0)
#define GDT	(SYSTEM + 512)
#define TSS	(SYSTEM + 1024)
#define RETURNS (SYSTEM + 2048) /* where a call comes back to */
#define FAULTS	(SYSTEM + 2112) /* where exceptions land, 16 bytes each */

/* Of the GDT; what has a task is never read from there. */
enum {
	USER_CODE = 16,
	USER_DATA = 24,
	SYSTEM_TASK = 32
};

struct copied_page {
	uintptr_t addr;
	size_t gpa;
	bool writable;
};

struct iop_kvm_guest {
	int kvm, vm, cpu, self;
	struct kvm_run *run;
	size_t run_bytes;
	unsigned char *block, *window;
	size_t used;
	struct copied_page copied[COPIED];
	unsigned copies;
	struct kvm_sregs sregs;
	char trouble[160];
};

__attribute__((format(printf, 2, 3))) static const char *trouble(struct iop_kvm_guest *g, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(g->trouble, sizeof(g->trouble), format, args);
	va_end(args);
	return g->trouble;
}

/* A zeroed page of the block, or NO_VALUE. */
static size_t take_page(struct iop_kvm_guest *g)
{
	size_t gpa = g->used;

	if (gpa + PAGE > BLOCK)
		return NO_VALUE;
	g->used += PAGE;
	return gpa;
}

static bool map_page(struct iop_kvm_guest *g, uintptr_t addr, uint64_t gpa, bool writable)
{
	uint64_t *table = (uint64_t *)(void *)(g->block + TOP_TABLE);

	for (unsigned shift = 39; shift > 12; shift -= 9) {
		uint64_t *entry = &table[addr >> shift & (ENTRIES - 1)];

		if (!*entry) {
			size_t below = take_page(g);

			if (below == NO_VALUE)
				return false;
			*entry = below | PTE_PRESENT | PTE_WRITE | PTE_USED;
		}
		table = (uint64_t *)(void *)(g->block + (*entry & PTE_ADDR));
	}
	table[addr >> 12 & (ENTRIES - 1)] = gpa | PTE_PRESENT | (writable ? PTE_WRITE : 0) | PTE_USED;
	return true;
}

static bool map_range(struct iop_kvm_guest *g, const unsigned char *start, uint64_t gpa, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += PAGE)
		if (!map_page(g, (uintptr_t)start + at, gpa + at, true))
			return false;
	return true;
}

/* May this process read the page at @addr, and write it? */
static bool rights(uintptr_t addr, bool *writable)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uintptr_t start, end;
	bool found = false;
	char mode[5];

	if (!maps)
		return false;
	while (!found && fscanf(maps, "%" SCNxPTR "-%" SCNxPTR " %4s%*[^\n]", &start, &end, mode) == 3)
		found = addr >= start && addr < end;
	fclose(maps);
	if (!found || mode[0] != 'r')
		return false;
	*writable = mode[1] == 'w';
	return true;
}

/* Through a file: no rights, no sanitizer's opinion. */
static bool copy_page(struct iop_kvm_guest *g, const struct copied_page *page)
{
	return pread(g->self, g->block + page->gpa, PAGE, (off_t)page->addr) == (ssize_t)PAGE;
}

static const char *bring_page(struct iop_kvm_guest *g, uintptr_t addr, uintptr_t code)
{
	struct copied_page *page = &g->copied[g->copies];

	page->addr = addr & ~(uintptr_t)(PAGE - 1);
	if (!rights(page->addr, &page->writable))
		return trouble(g, "the code at 0x%" PRIxPTR "accessed 0x%" PRIxPTR ", which is not mapped", code, addr);
	page->gpa = g->copies < COPIED - 1 ? take_page(g) : NO_VALUE;
	if (page->gpa == NO_VALUE || !copy_page(g, page) || !map_page(g, page->addr, page->gpa, page->writable))
		return trouble(g, "the code accesses more memory than the guest has");
	g->copies++;
	return NULL;
}

/* What this process has written since. Pages that are never written need no second copy. */
static bool refresh_pages(struct iop_kvm_guest *g)
{
	for (unsigned i = 0; i < g->copies; i++)
		if (g->copied[i].writable && !copy_page(g, &g->copied[i]))
			return false;
	return true;
}

/*
 * The code runs as a program, not as a kernel: so it is what drivers in user space are, and hosts that emulate a guest's kernel leave its
 * programs to the CPU. Every exception has its own landing place, and a stack of its own: compiled code keeps data below its stack
 * pointer.
 */
static void write_system_page(struct iop_kvm_guest *g)
{
	static const unsigned char resume[] = {0xf4, 0x48, 0x83, 0xc4, 0x08, 0x48, 0xcf}; /* hlt; add $8,%rsp; iretq */
	static const uint64_t segments[] = {
		[1] = 0x00af9b000000ffff, [USER_CODE / 8] = 0x00affb000000ffff, [USER_DATA / 8] = 0x00cff3000000ffff};
	uint64_t stack = (uintptr_t)g->block + EXCEPTION_STACK + PAGE;

	for (unsigned vector = 0; vector < VECTORS; vector++) {
		uint64_t at = (uintptr_t)g->block + FAULTS + 16u * vector;
		uint64_t gate[2] = {(at & 0xffff) | 8u << 16 | UINT64_C(0x8e01) << 32 | (at >> 16 & 0xffff) << 48, at >> 32};

		memcpy(g->block + IDT + 16u * vector, gate, sizeof(gate));
		memcpy(g->block + FAULTS + 16u * vector, resume, sizeof(resume));
	}
	memcpy(g->block + GDT, segments, sizeof(segments));
	memcpy(g->block + TSS + 36, &stack, sizeof(stack));
	g->block[RETURNS] = resume[0];
}

static int set_registers(struct iop_kvm_guest *g)
{
	const struct kvm_segment code = {
		.limit = UINT32_MAX, .selector = USER_CODE | USER, .type = 11, .present = 1, .dpl = USER, .s = 1, .l = 1, .g = 1};
	const struct kvm_segment data = {
		.limit = UINT32_MAX, .selector = USER_DATA | USER, .type = 3, .present = 1, .dpl = USER, .s = 1, .db = 1, .g = 1};
	struct kvm_sregs *s = &g->sregs;

	if (ioctl(g->cpu, KVM_GET_SREGS, s))
		return -errno;
	s->cs = code;
	s->ds = s->es = s->fs = s->gs = s->ss = data;
	s->tr = (struct kvm_segment){
		.base = (uintptr_t)g->block + TSS, .limit = 103, .selector = SYSTEM_TASK, .type = 11, .present = 1};
	s->idt = (struct kvm_dtable){.base = (uintptr_t)g->block + IDT, .limit = 16 * VECTORS - 1};
	s->gdt = (struct kvm_dtable){.base = (uintptr_t)g->block + GDT, .limit = USER_DATA + 7};
	s->cr0 = CR0_LONG;
	s->cr3 = TOP_TABLE;
	s->cr4 = CR4_LONG;
	s->efer = EFER_LONG;
	return ioctl(g->cpu, KVM_SET_SREGS, s) ? -errno : 0;
}

/* AVX and AVX-512 registers, as far as CPU and host have them. Without them such code ends in an exception, which is reported. */
static void allow_vectors(struct iop_kvm_guest *g)
{
	struct kvm_xcrs xcrs = {.nr_xcrs = 1};
	struct kvm_sregs with = g->sregs;
	unsigned a, b, c, d, high;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
		return;
	__asm__ volatile("xgetbv" : "=a"(a), "=d"(high) : "c"(0));
	xcrs.xcrs[0].value = a & XCR0_VECTORS;
	with.cr4 |= CR4_OSXSAVE;
	if (ioctl(g->cpu, KVM_SET_SREGS, &with) == 0 && ioctl(g->cpu, KVM_SET_XCRS, &xcrs) == 0)
		g->sregs = with;
}

static int set_cpuid(struct iop_kvm_guest *g)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + CPUIDS * sizeof(cpuid->entries[0]));
	int err = 0;

	if (!cpuid)
		return -ENOMEM;
	cpuid->nent = CPUIDS;
	if (ioctl(g->kvm, KVM_GET_SUPPORTED_CPUID, cpuid) || ioctl(g->cpu, KVM_SET_CPUID2, cpuid))
		err = -errno;
	free(cpuid);
	return err;
}

static int make_memory(struct iop_kvm_guest *g)
{
	struct kvm_userspace_memory_region region = {.memory_size = BLOCK};

	g->block = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (g->block == MAP_FAILED)
		return -ENOMEM;
	g->window = mmap(NULL, IOP_KVM_WINDOW, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (g->window == MAP_FAILED)
		return -ENOMEM;
	g->used = POOL;
	write_system_page(g);
	if (!map_range(g, g->block, 0, POOL) || !map_range(g, g->window, WINDOW_GPA, IOP_KVM_WINDOW))
		return -ENOMEM;
	region.userspace_addr = (uintptr_t)g->block;
	return ioctl(g->vm, KVM_SET_USER_MEMORY_REGION, &region) ? -errno : 0;
}

static int make_cpu(struct iop_kvm_guest *g)
{
	int bytes = ioctl(g->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	int err;

	g->cpu = ioctl(g->vm, KVM_CREATE_VCPU, 0);
	if (g->cpu < 0 || bytes < 0)
		return -errno;
	g->run_bytes = (size_t)bytes;
	g->run = mmap(NULL, g->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, g->cpu, 0);
	if (g->run == MAP_FAILED)
		return -errno;
	err = set_cpuid(g);
	if (err)
		return err;
	err = set_registers(g);
	if (err)
		return err;
	allow_vectors(g);
	return 0;
}

static int make_vm(struct iop_kvm_guest *g)
{
	int err;

	g->vm = ioctl(g->kvm, KVM_CREATE_VM, 0);
	if (g->vm < 0)
		return -errno;
	/* Only some Intel CPUs need it, and only they know it. */
	ioctl(g->vm, KVM_SET_TSS_ADDR, TSS_GPA);
	err = make_memory(g);
	return err ? err : make_cpu(g);
}

static void nothing(void)
{
}

static int open_guest(struct iop_kvm_guest *g, char *why, size_t size)
{
	const char *failed;
	int err;

	g->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (g->kvm < 0) {
		err = -errno;
		snprintf(why, size, err == -ENOENT ? "this machine has no /dev/kvm" : "/dev/kvm cannot be opened: %s",
			 strerror(-err));
		return err;
	}
	if (ioctl(g->kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION) {
		snprintf(why, size, "/dev/kvm has another API version");
		return -ENOTSUP;
	}
	g->self = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	err = g->self < 0 ? -errno : make_vm(g);
	if (err || !g->block) {
		snprintf(why, size, "the guest cannot be created: %s", strerror(-err));
		return err;
	}
	failed = iop_kvm_guest_call(g, (uintptr_t)nothing, (const uint64_t[3]){0}, NULL, NULL);
	if (failed) {
		snprintf(why, size, "the guest cannot even run an empty function: %s", failed);
		return -ENOTSUP;
	}
	return 0;
}

int iop_kvm_guest_open(struct iop_kvm_guest **guest, char *why, size_t size)
{
	struct iop_kvm_guest *g = calloc(1, sizeof(*g));
	int err;

	if (!g) {
		snprintf(why, size, "no memory");
		return -ENOMEM;
	}
	g->kvm = g->vm = g->cpu = g->self = -1;
	err = open_guest(g, why, size);
	if (err)
		iop_kvm_guest_close(g);
	else
		*guest = g;
	return err;
}

static void unmap(void *addr, size_t bytes)
{
	if (addr && addr != MAP_FAILED)
		munmap(addr, bytes);
}

void iop_kvm_guest_close(struct iop_kvm_guest *g)
{
	const int files[] = {g->cpu, g->vm, g->kvm, g->self};

	unmap(g->run, g->run_bytes);
	for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i] >= 0)
			close(files[i]);
	unmap(g->block, BLOCK);
	unmap(g->window, IOP_KVM_WINDOW);
	free(g);
}

uintptr_t iop_kvm_guest_window(const struct iop_kvm_guest *g)
{
	return (uintptr_t)g->window;
}

unsigned char *iop_kvm_guest_memory(const struct iop_kvm_guest *g)
{
	return g->block + MEMORY;
}

/* Registers as at a call: the return address on the stack, thread-local data where this thread has it. */
static const char *prepare(struct iop_kvm_guest *g, uintptr_t code, const uint64_t args[3])
{
	unsigned char *top = g->block + CALL_STACK + STACK - 64;
	uint64_t returns = (uintptr_t)g->block + RETURNS;
	struct kvm_regs regs = {.rflags = 2, .rip = code, .rdi = args[0], .rsi = args[1], .rdx = args[2]};
	struct kvm_vcpu_events nothing_pending = {0};
	uintptr_t thread;

	__asm__("mov %%fs:0, %0" : "=r"(thread));
	g->sregs.fs.base = thread;
	top -= 8;
	memcpy(top, &returns, sizeof(returns));
	regs.rsp = (uintptr_t)top;
	if (!refresh_pages(g))
		return trouble(g, "memory of this process was unmapped");
	if (ioctl(g->cpu, KVM_SET_VCPU_EVENTS, &nothing_pending) || ioctl(g->cpu, KVM_SET_SREGS, &g->sregs) ||
	    ioctl(g->cpu, KVM_SET_REGS, &regs))
		return trouble(g, "the registers could not be set: %s", strerror(errno));
	return NULL;
}

/* A HLT is a page to bring or the end, or where a call comes back to: there a program may not halt, and that is told apart. */
static const char *halted(struct iop_kvm_guest *g, bool *returned)
{
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	uint64_t place, code;

	if (ioctl(g->cpu, KVM_GET_REGS, &regs) || ioctl(g->cpu, KVM_GET_SREGS, &sregs))
		return trouble(g, "the registers could not be read: %s", strerror(errno));
	place = regs.rip - 1 - (uintptr_t)g->block;
	memcpy(&code, g->block + EXCEPTION_STACK + PAGE - 40, sizeof(code));
	*returned = place == FAULTS + 16 * PROTECTION && code == (uintptr_t)g->block + RETURNS;
	if (*returned)
		return NULL;
	if (place == FAULTS + 16 * PAGE_FAULT)
		return bring_page(g, (uintptr_t)sregs.cr2, (uintptr_t)code);
	if (place >= FAULTS && place < FAULTS + 16 * VECTORS)
		return trouble(g, "exception %u at 0x%" PRIx64, (unsigned)(place - FAULTS) / 16, code);
	return trouble(g, "the code halted at 0x%" PRIx64, (uint64_t)regs.rip - 1);
}

static const char *ended(struct iop_kvm_guest *g)
{
	struct kvm_regs regs = {0};

	ioctl(g->cpu, KVM_GET_REGS, &regs);
	if (g->run->exit_reason == KVM_EXIT_INTERNAL_ERROR && g->run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION)
		return trouble(g, "the host cannot decode the instruction at 0x%" PRIx64 " when it traps", (uint64_t)regs.rip);
	if (g->run->exit_reason == KVM_EXIT_SHUTDOWN)
		return trouble(g, "the guest's CPU shut down at 0x%" PRIx64, (uint64_t)regs.rip);
	return trouble(g, "KVM left the guest for reason %u at 0x%" PRIx64, g->run->exit_reason, (uint64_t)regs.rip);
}

const char *iop_kvm_guest_call(struct iop_kvm_guest *g, uintptr_t code, const uint64_t args[3], iop_kvm_exit_fn *on_exit, void *arg)
{
	const char *failed = prepare(g, code, args);
	bool returned = false;

	while (!failed && !returned) {
		if (ioctl(g->cpu, KVM_RUN, 0)) {
			if (errno != EINTR && errno != EAGAIN)
				failed = trouble(g, "the guest could not run: %s", strerror(errno));
		} else if (g->run->exit_reason == KVM_EXIT_HLT) {
			failed = halted(g, &returned);
		} else if (g->run->exit_reason == KVM_EXIT_MMIO && on_exit && g->run->mmio.phys_addr >= WINDOW_GPA &&
			   g->run->mmio.phys_addr + g->run->mmio.len <= WINDOW_GPA + IOP_KVM_WINDOW) {
			on_exit(arg, (size_t)(g->run->mmio.phys_addr - WINDOW_GPA), g->run->mmio.len, g->run->mmio.is_write,
				g->run->mmio.data);
		} else {
			failed = ended(g);
		}
	}
	return failed;
}
