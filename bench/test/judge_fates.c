/* SPDX-License-Identifier: MIT */
/*
 * Routines that do something else than copy and return. Each has memcpy's prototype, called for a toio unless said otherwise; most
 * copy rightly before or after, so that only their fate tells. judge_fates_test.py holds each to its line and exit code.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define ROUTINE(name)                                            \
	void name(volatile void *io, const void *src, size_t n); \
	void name(volatile void *io, const void *src, size_t n)

static void copy(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile uint8_t *)io)[i] = ((const volatile uint8_t *)src)[i];
}

ROUTINE(plain)
{
	copy(io, src, n);
}

/* Not a function. */
extern const char table[];
const char table[64] = "no code";
extern char variable[];
char variable[64] = "no code either";

ROUTINE(exits)
{
	copy(io, src, n);
	exit(0);
}

ROUTINE(exits_at_once)
{
	(void)io, (void)src, (void)n;
	_exit(1);
}

ROUTINE(aborts)
{
	copy(io, src, n);
	abort();
}

ROUTINE(stops_at_a_breakpoint)
{
	copy(io, src, n);
	__asm__ volatile("int3");
}

ROUTINE(traps_itself)
{
	__asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; pushfq; andl $~0x100, (%%rsp); popfq" : : : "memory", "cc");
	copy(io, src, n);
}

ROUTINE(lacks_an_instruction)
{
	copy(io, src, n);
	__asm__ volatile("ud2");
}

ROUTINE(divides_by_zero)
{
	copy(io, src, n);
	__asm__ volatile("xorl %%ecx, %%ecx; movl $1, %%eax; cltd; idivl %%ecx" : : : "rax", "rcx", "rdx", "cc");
}

ROUTINE(reads_address_0)
{
	(void)src;
	copy(io, *(void *volatile *)16, n);
}

ROUTINE(halts)
{
	copy(io, src, n);
	__asm__ volatile("hlt");
}

/* A #GP, whose signal has no address. */
ROUTINE(stores_a_misaligned_vector)
{
	copy(io, src, n);
	__asm__ volatile("movntdq %%xmm0, (%0)" : : "r"((volatile char *)io + 1) : "memory");
}

/* The same of a direct store, which this CPU may lack. */
ROUTINE(stores_a_misaligned_line)
{
	copy(io, src, n);
	__asm__ volatile(".byte 0x66, 0x0f, 0x38, 0xf8, 0x06" /* movdir64b (%rsi), %rax */
			 :
			 : "a"((volatile char *)io + 1), "S"(src)
			 : "memory");
}

/* Behind the device, where nothing is. */
ROUTINE(stores_a_line_too_far)
{
	copy(io, src, n);
	__asm__ volatile(".byte 0x66, 0x0f, 0x38, 0xf8, 0x06" /* movdir64b (%rsi), %rax */
			 :
			 : "a"((volatile char *)io + (1 << 20)), "S"(src)
			 : "memory");
}

ROUTINE(loads_a_line_too_far)
{
	copy(io, src, n);
	__asm__ volatile(".byte 0x66, 0x0f, 0x38, 0xf8, 0x06" /* movdir64b (%rsi), %rax */
			 :
			 : "a"((uintptr_t)io & ~(uintptr_t)63), "S"((const char *)src + n - 32)
			 : "memory");
}

static sigjmp_buf env;

static void caught(int number)
{
	(void)number;
	siglongjmp(env, 1);
}

ROUTINE(guards_itself)
{
	struct sigaction new = {.sa_handler = caught}, old;

	sigaction(SIGSEGV, &new, &old);
	if (!sigsetjmp(env, 1))
		copy(io, src, n);
	sigaction(SIGSEGV, &old, NULL);
}

ROUTINE(traps_breakpoints)
{
	signal(SIGTRAP, caught);
	copy(io, src, n);
}

ROUTINE(blocks_signals)
{
	sigset_t all, old;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	copy(io, src, n);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

ROUTINE(changes_the_signal_stack)
{
	static char stack[1 << 16];
	const stack_t new = {.ss_sp = stack, .ss_size = sizeof(stack)};

	sigaltstack(&new, NULL);
	copy(io, src, n);
}

ROUTINE(waits)
{
	(void)src, (void)n;
	while (*(volatile uint32_t *)io != 1)
		;
}

ROUTINE(waits_in_memory)
{
	static volatile int flag;

	copy(io, src, n);
	while (!flag)
		;
}

ROUTINE(sleeps)
{
	copy(io, src, n);
	sleep(1000);
}

ROUTINE(lets_the_kernel_copy)
{
	(void)src;
	(void)!read(0, (void *)io, n);
}

ROUTINE(forks)
{
	copy(io, src, n);
	if (fork() == 0)
		_exit(0);
}

ROUTINE(vforks)
{
	copy(io, src, n);
	if (vfork() == 0) /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */
		_exit(0);
}

static void *nothing(void *arg)
{
	return arg;
}

ROUTINE(makes_a_thread)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, nothing, NULL) == 0)
		pthread_join(thread, NULL);
	copy(io, src, n);
}

ROUTINE(prints)
{
	copy(io, src, n);
	printf("{\"legal\": true}\n");
	fflush(stdout);
}

ROUTINE(sets_an_alarm)
{
	alarm(1);
	copy(io, src, n);
}

ROUTINE(sets_a_timer)
{
	const struct itimerval soon = {.it_value = {.tv_usec = 1}};

	setitimer(ITIMER_REAL, &soon, NULL);
	copy(io, src, n);
}

ROUTINE(closes_files)
{
	for (int fd = 0; fd < 64; fd++)
		close(fd);
	copy(io, src, n);
}

ROUTINE(changes_directory)
{
	(void)!chdir("/");
	copy(io, src, n);
}

ROUTINE(filters_system_calls)
{
	prctl(PR_SET_SECCOMP, 1);
	copy(io, src, n);
}

ROUTINE(calls_as_32_bits)
{
	int result = 20; /* getpid there */

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	copy(io, src, n);
}

ROUTINE(maps_over_the_device)
{
	(void)mmap((void *)((uintptr_t)io & ~(uintptr_t)4095), 4096, PROT_READ | PROT_WRITE,
		   MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	copy(io, src, n);
}

ROUTINE(opens_the_device)
{
	mprotect((void *)((uintptr_t)io & ~(uintptr_t)4095), 4096, PROT_READ | PROT_WRITE);
	copy(io, src, n);
}

static int deeper(volatile int depth)
{
	volatile char room[4096];

	room[0] = (char)depth;
	return deeper(depth + 1) + room[0];
}

ROUTINE(uses_the_stack_up)
{
	copy(io, src, n);
	deeper(0);
}

static jmp_buf earlier, loading;

/* A place whose stack is gone: this returns before any call. */
static __attribute__((constructor)) void keep_a_place(void)
{
	(void)setjmp(loading);
}

ROUTINE(jumps_to_its_loading)
{
	copy(io, src, n);
	longjmp(loading, 1);
}

/* Unwinds to nobody. */
ROUTINE(jumps_to_nowhere)
{
	copy(io, src, n);
	__asm__ volatile("movq $0, (%%rsp); ret" : : : "memory");
}

static __attribute__((noinline)) int came_back(void)
{
	return setjmp(earlier);
}

ROUTINE(jumps_out)
{
	copy(io, src, n);
	came_back();
	longjmp(earlier, 1);
}

/* Legal: an allocation is none of the device's business. */
ROUTINE(allocates)
{
	char *bounce = malloc(n + (1 << 20));

	if (!bounce)
		return;
	memcpy(bounce, src, n);
	copy(io, bounce, n);
	free(bounce);
}

ROUTINE(leaves_the_direction)
{
	copy(io, src, n);
	__asm__ volatile("std");
}

ROUTINE(leaves_rounding)
{
	unsigned csr;

	copy(io, src, n);
	__asm__ volatile("stmxcsr %0" : "=m"(csr));
	csr ^= 0x6000;
	__asm__ volatile("ldmxcsr %0" : : "m"(csr));
}

ROUTINE(leaves_x87_rounding)
{
	unsigned short control;

	copy(io, src, n);
	__asm__ volatile("fnstcw %0" : "=m"(control));
	control ^= 0xc00;
	__asm__ volatile("fldcw %0" : : "m"(control));
}

ROUTINE(leaves_mmx)
{
	copy(io, src, n);
	__asm__ volatile("pxor %%mm0, %%mm0" : : : "memory");
}

/* rbx and r12 are the caller's; the compiler is not told. */
__asm__(".globl clobbers_registers\n"
	".type clobbers_registers, @function\n"
	"clobbers_registers:\n"
	"	movq %rdx, %rcx\n"
	"	xorl %ebx, %ebx\n"
	"	xorl %r12d, %r12d\n"
	"	testq %rcx, %rcx\n"
	"	jz 2f\n"
	"1:	movb (%rsi,%rbx), %al\n"
	"	movb %al, (%rdi,%rbx)\n"
	"	incq %rbx\n"
	"	decq %rcx\n"
	"	jnz 1b\n"
	"2:	ret\n"
	".size clobbers_registers, . - clobbers_registers\n");

/* As a callee that pops its arguments. */
__asm__(".globl moves_the_stack\n"
	".type moves_the_stack, @function\n"
	"moves_the_stack:\n"
	"	ret $8\n"
	".size moves_the_stack, . - moves_the_stack\n");

/* One page and more behind the range. */
ROUTINE(overruns_far)
{
	copy(io, src, n);
	((volatile uint8_t *)io)[n + (1 << 20)] = 1;
}

ROUTINE(overruns_without_end)
{
	for (size_t i = 0;; i++)
		((volatile uint8_t *)io)[i] = ((const volatile uint8_t *)src)[i % n];
}

ROUTINE(reads_behind_its_source)
{
	volatile uint8_t next;

	copy(io, src, n);
	next = ((const volatile uint8_t *)src)[n];
	(void)next;
}

ROUTINE(reads_before_its_source)
{
	copy(io, src, n);
	(void)((const volatile uint32_t *)src)[-1];
}

/* As a fromio: the memory side is its destination. */
void writes_behind_its_destination(void *dst, const volatile void *io, size_t n);
void writes_behind_its_destination(void *dst, const volatile void *io, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile uint8_t *)dst)[i] = ((const volatile uint8_t *)io)[i];
	((volatile uint8_t *)dst)[n] = 0;
}

/* A prototype of its own: (io, offset, src, n). */
void takes_an_offset(volatile void *io, size_t offset, const void *src, size_t n);
void takes_an_offset(volatile void *io, size_t offset, const void *src, size_t n)
{
	copy((volatile char *)io + offset, src, n);
}

/* Its own instructions, which it makes writable first. */
ROUTINE(modifies_itself)
{
	uintptr_t page = (uintptr_t)&plain & ~(uintptr_t)4095;

	mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC);
	copy(io, src, n);
}

ROUTINE(runs_data)
{
	copy(io, src, n);
	((void (*)(void))(uintptr_t)variable)();
}
