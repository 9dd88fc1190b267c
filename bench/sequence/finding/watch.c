/* What every finding of iopath fuzz begins with: who watches accesses. libc only; calls.c goes on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define WINDOW	  16384
#define GUARD	  ((size_t)1 << 20)
#define ANY_ORDER 128 /* of ordinary memory: widths only, and that nothing is missed or outside */
#define STRINGS	  256 /* string instructions are claimed */
#define NUMBER	  200000
#define USED	  __attribute__((unused))

static void *module;
static unsigned char *device, *device_bytes, *memory; /* device_bytes: the same bytes, always accessible */
static unsigned char want_device[WINDOW], want_memory[WINDOW];
static const char *what = "loading";
static int call;

static void fail(const char *why)
{
	char line[400];
	int n = snprintf(line, sizeof(line), "FINDING call %d, %s: %s\n", call, what, why);

	if (write(1, line, (size_t)n) != n)
		_exit(2);
	_exit(1);
}

/* The accesses of a watched call, from each access's fault: it is executed several times, with other bytes in the device. */
struct access {
	long at;
	unsigned width, write, string;
};
static struct access seen[NUMBER];
static size_t count;
static struct {
	int on, write, state, string;
	unsigned char *at, before[64], first[64], result[64], target[64];
	unsigned char touched[64];
	gregset_t regs, regs_after;
	unsigned char fp[4096], fp_after[4096];
	size_t fp_bytes, room;
	unsigned char *copied;
} watch;

static size_t fp_bytes(const ucontext_t *uc)
{
	uint32_t magic, size;

	memcpy(&magic, (const char *)uc->uc_mcontext.fpregs + 464, 4);
	memcpy(&size, (const char *)uc->uc_mcontext.fpregs + 468, 4);
	return magic == 0x46505853 && size <= sizeof(watch.fp) ? size : 512;
}

static void protect(int how)
{
	if (mprotect(device, WINDOW, how))
		_exit(2);
}

/* Back to before the instruction, which is then executed alone. */
static void step(ucontext_t *uc, int bytes)
{
	memcpy(uc->uc_mcontext.gregs, watch.regs, sizeof(watch.regs));
	memcpy(uc->uc_mcontext.fpregs, watch.fp, watch.fp_bytes);
	if (bytes >= 0)
		memset(device_bytes + (watch.at - device), bytes, watch.room);
	else
		memcpy(device_bytes + (watch.at - device), watch.before, watch.room);
	uc->uc_mcontext.gregs[REG_EFL] |= 0x100;
}

/* movs or stos, behind its prefixes. */
static int is_string(const unsigned char *code)
{
	while (*code == 0x66 || *code == 0xf2 || *code == 0xf3 || (*code & 0xf0) == 0x40)
		code++;
	return *code == 0xa4 || *code == 0xa5 || *code == 0xaa || *code == 0xab;
}

static void on_segv(int number, siginfo_t *info, void *context)
{
	unsigned char *at = info->si_addr;
	ucontext_t *uc = context;
	char why[100];

	if (!watch.on || at < device || at >= device + WINDOW) {
		snprintf(why, sizeof(why), "killed by signal %d (%s)%s", number, strsignal(number),
			 number != SIGSEGV				? ""
			 : at >= device - GUARD && at < device		? ", before the device's window"
			 : at >= device && at < device + WINDOW + GUARD ? ", behind the device's window"
			 : at >= memory - GUARD && at < memory		? ", before the memory's window"
			 : at >= memory && at < memory + WINDOW + GUARD ? ", behind the memory's window"
									: "");
		fail(why);
	}
	watch.at = at;
	watch.write = uc->uc_mcontext.gregs[REG_ERR] >> 1 & 1;
	watch.room = (size_t)(device + WINDOW - at) < 64 ? (size_t)(device + WINDOW - at) : 64;
	watch.string = is_string((const unsigned char *)uc->uc_mcontext.gregs[REG_RIP]);
	watch.state = 0;
	watch.fp_bytes = fp_bytes(uc);
	memcpy(watch.regs, uc->uc_mcontext.gregs, sizeof(watch.regs));
	memcpy(watch.fp, uc->uc_mcontext.fpregs, watch.fp_bytes);
	memcpy(watch.before, device_bytes + (at - device), watch.room);
	memset(watch.touched, 0, sizeof(watch.touched));
	/* Where a string instruction copies to. */
	watch.copied = (unsigned char *)uc->uc_mcontext.gregs[REG_RDI];
	if (watch.copied < memory || watch.copied > memory + WINDOW - 8)
		watch.copied = NULL;
	protect(PROT_READ | PROT_WRITE);
	step(uc, watch.write ? 0 : -1);
}

/* Written is what is the same whatever was there. */
static int stepped_write(ucontext_t *uc)
{
	unsigned char *bytes = device_bytes + (watch.at - device);

	memcpy(watch.state ? watch.result : watch.first, bytes, watch.room);
	if (watch.state++ == 0) {
		step(uc, 0xff);
		return 0;
	}
	for (size_t i = 0; i < watch.room; i++) {
		watch.touched[i] = watch.first[i] == watch.result[i];
		bytes[i] = watch.touched[i] ? watch.result[i] : watch.before[i];
	}
	return 1;
}

/* Read is what changes the registers, or what is copied. */
static int stepped_read(ucontext_t *uc)
{
	unsigned char *bytes = device_bytes + (watch.at - device);
	const int i = watch.state - 1;
	int other;

	if (watch.state == 0) {
		memcpy(watch.regs_after, uc->uc_mcontext.gregs, sizeof(watch.regs));
		memcpy(watch.fp_after, uc->uc_mcontext.fpregs, watch.fp_bytes);
		if (watch.copied)
			memcpy(watch.target, watch.copied, 8);
	} else if (watch.state <= (int)watch.room) {
		other = memcmp(watch.regs_after, uc->uc_mcontext.gregs, REG_ERR * sizeof(greg_t)) != 0 ||
			memcmp((char *)watch.fp_after + 160, (char *)uc->uc_mcontext.fpregs + 160, watch.fp_bytes - 160) != 0 ||
			(watch.copied && memcmp(watch.target, watch.copied, 8) != 0);
		watch.touched[i] = (unsigned char)other;
	} else {
		return 1;
	}
	step(uc, -1);
	if (watch.state < (int)watch.room)
		bytes[watch.state] ^= 0xff;
	watch.state++;
	return 0;
}

static void on_trap(int number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	unsigned width = 0;

	(void)number, (void)info;
	if (!(watch.write ? stepped_write(uc) : stepped_read(uc)))
		return;
	for (unsigned i = 0; i < 64; i++)
		width = watch.touched[i] ? i + 1 : width;
	if (count < NUMBER)
		seen[count++] = (struct access){watch.at - device, width, (unsigned)watch.write, (unsigned)watch.string};
	uc->uc_mcontext.gregs[REG_EFL] &= ~0x100L;
	protect(PROT_NONE);
}
