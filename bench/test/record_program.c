/* SPDX-License-Identifier: MIT */
/* Programs to be recorded, by name, on a file that stands for a device. Nothing of iopath is in them. */
#include <emmintrin.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BYTES	4096
#define THREADS 4
#define ROUNDS	500

static unsigned char *bar;
static int device;

#define AT(type, offset) (*(volatile type *)(void *)(bar + (offset)))

#define EXPECT(condition)                                                                       \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			exit(9);                                                                \
		}                                                                               \
	} while (0)

static void *map(size_t bytes, off_t offset)
{
	void *got = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, device, offset);

	EXPECT(got != MAP_FAILED);
	return got;
}

/* The device, past the recorder: what the program's accesses have left. */
static uint64_t left(off_t offset)
{
	uint64_t value = 0;

	EXPECT(pread(device, &value, sizeof(value), offset) == sizeof(value));
	return value;
}

static int widths(void)
{
	AT(uint8_t, 0) = 0x11;
	AT(uint16_t, 2) = 0x2222;
	AT(uint32_t, 4) = 0x44444444;
	AT(uint64_t, 8) = 0x8888888888888888;
	EXPECT(AT(uint8_t, 0) == 0x11 && AT(uint16_t, 2) == 0x2222);
	EXPECT(AT(uint32_t, 4) == 0x44444444 && AT(uint64_t, 8) == 0x8888888888888888);
	EXPECT(left(8) == 0x8888888888888888 && left(0) == 0x4444444422220011);
	return 0;
}

/* The first registers of a device, one after the other. */
static int words(void)
{
	for (unsigned i = 0; i < 0x100; i += 4)
		AT(uint32_t, i) = i;
	return 0;
}

/* What is not a plain move, and is executed by the CPU itself with another address. */
static int forms(void)
{
	uint64_t low = 0x1234, sum;
	uint8_t bit;

	AT(uint64_t, 0) = 40;
	__asm__ volatile("lock addl %1, %0" : "+m"(AT(uint32_t, 0)) : "r"(2) : "cc");
	EXPECT(left(0) == 42);
	__asm__ volatile("xchgq %0, %1" : "+r"(low), "+m"(AT(uint64_t, 0)));
	EXPECT(low == 42 && left(0) == 0x1234);
	__asm__ volatile("movb %%ah, %0" : "=m"(AT(uint8_t, 16)) : "a"(0x5600));
	EXPECT(left(16) == 0x56);
	__asm__ volatile("addq 16(%1), %0" : "=r"(sum) : "r"(bar), "0"(1UL) : "memory", "cc");
	EXPECT(sum == 0x57);
	__asm__ volatile("cmpb $0x56, %1; sete %0" : "=r"(bit) : "m"(AT(uint8_t, 16)) : "cc");
	EXPECT(bit == 1);
	__asm__ volatile("movsbq %1, %0" : "=r"(sum) : "m"(AT(int8_t, 16)));
	EXPECT(sum == 0x56);
	__asm__ volatile("lock cmpxchgq %2, %1" : "=a"(sum), "+m"(AT(uint64_t, 0)) : "r"(7UL), "0"(0x1234UL) : "cc");
	EXPECT(sum == 0x1234 && left(0) == 7);
	_mm_storeu_si128((__m128i *)(void *)(bar + 32), _mm_set1_epi8(0x77));
	EXPECT(left(32) == 0x7777777777777777 && left(40) == 0x7777777777777777);
	__asm__ volatile("movdqu 32(%1), %%xmm3; movq %%xmm3, %0" : "=r"(sum) : "r"(bar) : "memory", "xmm3");
	EXPECT(sum == 0x7777777777777777);
	__asm__ volatile("movntil %1, %0" : "=m"(AT(uint32_t, 48)) : "r"(5));
	EXPECT(left(48) == 5);
	return 0;
}

static int strings(void)
{
	static const char text[] = "abcdefgh";
	const char *from = text;
	unsigned char *to = bar + 64, got[8];
	size_t n = 8;

	__asm__ volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(n)::"memory");
	EXPECT(memcmp(&(uint64_t){left(64)}, text, 8) == 0);
	to = bar + 128;
	n = 2;
	__asm__ volatile("rep stosl" : "+D"(to), "+c"(n) : "a"(0x01020304) : "memory");
	EXPECT(left(128) == 0x0102030401020304);
	n = 2;
	from = (const char *)bar + 128;
	to = got;
	__asm__ volatile("rep movsl" : "+S"(from), "+D"(to), "+c"(n)::"memory");
	EXPECT(memcmp(got, &(uint64_t){left(128)}, 8) == 0);
	return 0;
}

static void *add(void *arg)
{
	for (int i = 0; i < ROUNDS; i++)
		__atomic_fetch_add((uint32_t *)(void *)(bar + 8 * (uintptr_t)arg), 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static int threads(void)
{
	pthread_t thread[THREADS];

	for (uintptr_t i = 0; i < THREADS; i++)
		EXPECT(pthread_create(&thread[i], NULL, add, (void *)(i / 2)) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	EXPECT(left(0) == 2 * ROUNDS && left(8) == 2 * ROUNDS);
	return 0;
}

static int forks(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		AT(uint32_t, 4) = 2;
		_exit(0);
	}
	EXPECT(waitpid(pid, &status, 0) == pid && status == 0);
	AT(uint32_t, 0) = 1;
	EXPECT(left(0) == 0x200000001);
	return 0;
}

static sigjmp_buf back;
static volatile int handled;

static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	/* The program's handler uses the device, too. */
	AT(uint32_t, 0) = 3;
	handled = info->si_addr == (void *)16;
	siglongjmp(back, 1);
}

static int handlers(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO}, old;
	sigset_t all;

	sigfillset(&all);
	EXPECT(sigprocmask(SIG_BLOCK, &all, NULL) == 0);
	AT(uint32_t, 8) = 1;
	EXPECT(sigprocmask(SIG_UNBLOCK, &all, NULL) == 0);
	EXPECT(sigaction(SIGSEGV, &action, NULL) == 0);
	for (int i = 0; i < 2; i++) {
		if (sigsetjmp(back, 1) == 0) {
			__asm__ volatile("movl $1, (%0)" ::"r"(16UL) : "memory");
			EXPECT(0);
		}
		EXPECT(handled == 1 && left(0) == 3);
		handled = 0;
	}
	EXPECT(sigaction(SIGSEGV, NULL, &old) == 0 && old.sa_sigaction == on_fault);
	return 0;
}

static void *volatile bus_at;
static volatile int bus_code;

static void on_bus(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	bus_at = info->si_addr;
	bus_code = info->si_code;
	siglongjmp(back, 1);
}

/* A device that does not answer any more, by instructions of each kind; then one that does again. */
static int buses(void)
{
	struct sigaction action = {.sa_sigaction = on_bus, .sa_flags = SA_SIGINFO};
	unsigned char *to = bar + 0x40;
	size_t n = 1;

	EXPECT(sigaction(SIGBUS, &action, NULL) == 0 && ftruncate(device, 0) == 0);
	for (volatile int i = 1; i <= 4; i++) {
		if (sigsetjmp(back, 1) == 0) {
			switch (i) {
			case 1: AT(uint32_t, 0x10) = 1; break;
			case 2: (void)AT(uint32_t, 0x20); break;
			case 3: __asm__ volatile("lock addl %1, %0" : "+m"(AT(uint32_t, 0x30)) : "r"(2) : "cc"); break;
			default: __asm__ volatile("rep stosl" : "+D"(to), "+c"(n) : "a"(5) : "memory");
			}
			EXPECT(0);
		}
		EXPECT(bus_at == bar + 0x10 * i && bus_code == BUS_ADRERR);
	}
	EXPECT(ftruncate(device, BYTES) == 0);
	AT(uint32_t, 0x50) = 6;
	EXPECT(left(0x50) == 6);
	if (sigsetjmp(back, 1) == 0) {
		raise(SIGBUS);
		EXPECT(0);
	}
	EXPECT(bus_code <= 0);
	AT(uint32_t, 0x50) = 7;
	return 0;
}

static int bus(void)
{
	EXPECT(ftruncate(device, 0) == 0);
	AT(uint32_t, 0x10) = 1;
	return 0;
}

/* Executed by the CPU itself. */
static int locked_bus(void)
{
	EXPECT(ftruncate(device, 0) == 0);
	__asm__ volatile("lock addl %1, %0" : "+m"(AT(uint32_t, 0x10)) : "r"(2) : "cc");
	return 0;
}

/* Parts of a mapping are given back, protected and moved. */
static int maps(void)
{
	unsigned char *two, *moved;

	EXPECT(ftruncate(device, 3 * BYTES) == 0);
	two = map(3 * BYTES, 0);
	two[0] = 1;
	EXPECT(munmap(two + BYTES, BYTES) == 0);
	two[2 * BYTES] = 3;
	EXPECT(left(0) == 1 && left(2 * BYTES) == 3);
	EXPECT(mprotect(two, BYTES, PROT_READ) == 0);
	EXPECT(two[0] == 1);
	EXPECT(mprotect(two, BYTES, PROT_READ | PROT_WRITE) == 0);
	two[1] = 2;
	moved = mremap(two + 2 * BYTES, BYTES, 2 * BYTES, MREMAP_MAYMOVE);
	EXPECT(moved != MAP_FAILED);
	moved[1] = 4;
	EXPECT(left(0) == 0x201 && left(2 * BYTES) == 0x403);
	EXPECT(munmap(two, BYTES) == 0 && munmap(moved, 2 * BYTES) == 0);
	return 0;
}

/* As tools look through physical memory: page after page. */
static int pages(void)
{
	for (int i = 0; i < 40; i++) {
		const volatile unsigned char *page = map(BYTES, 0);

		(void)page[i];
		EXPECT(munmap((void *)(uintptr_t)page, BYTES) == 0);
	}
	return 0;
}

/* One register of 64 bits where there are accesses of 32: by two lines of a function that is inlined. */
static inline void __attribute__((always_inline)) put_halves(unsigned first, unsigned second)
{
	AT(uint32_t, first) = 1;
	AT(uint32_t, second) = 2;
}

/* Of each thing that 'iopath show' tells, one. */
static int faults(void)
{
	AT(uint32_t, 0x102) = 1;
	_mm_storeu_si128((__m128i *)(void *)(bar + 0x200), _mm_set1_epi8(1));
	__asm__ volatile("orl $4, %0" : "+m"(AT(uint32_t, 0x300))::"cc");
	for (int i = 0; i < 50; i++)
		(void)AT(uint32_t, 0x400);
	/* Some of them, since a program may be set aside between two. */
	for (int i = 0; i < 16; i++)
		put_halves(0x500, 0x504);
	for (int i = 0; i < 16; i++)
		put_halves(0x604, 0x600);
	AT(uint32_t, 0x700) = 1;
	(void)AT(uint32_t, 0x700);
	for (unsigned i = 0; i < 16; i += 4)
		AT(uint32_t, 0x800 + i) = i;
	AT(uint64_t, 0x808) = 1;
	for (unsigned i = 0; i < 6; i++)
		AT(uint16_t, 0x900) = (uint16_t)i;
	return 0;
}

/* More than a page has room for: a doorbell and a look, again and again. */
static int many(void)
{
	for (uint32_t i = 0; i < 3000; i++) {
		AT(uint32_t, 0x10) = i;
		(void)AT(uint32_t, 0x20);
	}
	return 0;
}

/* Registers far from each other, and back from the last to the first. */
static int spread(void)
{
	for (unsigned i = 0; i < 64; i++)
		AT(uint32_t, (i * 37 % 64) * 16) = i;
	return 0;
}

/* A loop whose condition stands in front of it, too, as compilers make them: one line, and an instruction more. */
#define POLL(offset, more)                                         \
	do {                                                       \
		(void)AT(uint32_t, offset);                        \
		for (int left_over = more; left_over; left_over--) \
			(void)AT(uint32_t, offset);                \
	} while (0)

static int polls(void)
{
	const char *more = getenv("MORE_READS"), *again = getenv("READ_AGAIN");

	POLL(0x40, more ? atoi(more) : 0);
	if (again)
		(void)AT(uint32_t, 0x40);
	AT(uint32_t, 0x44) = 1;
	return 0;
}

static void __attribute__((noinline, aligned(256))) ring(uint32_t value)
{
	AT(uint32_t, 0x1000 - 0x800) = value;
}

static void __attribute__((noinline, aligned(256))) take(uint32_t value)
{
	AT(uint32_t, 0x1004 - 0x800) = value;
}

static void __attribute__((noinline, aligned(256))) ring_other(uint32_t value)
{
	AT(uint32_t, 0x1008 - 0x800) = value;
}

/* Registers beside each other, each with a line or a function of its own: no register in halves, and no copy. */
static int doorbells(void)
{
	(void)AT(uint32_t, 0x100);
	(void)AT(uint32_t, 0x104);
	AT(uint32_t, 0x200) = 1;
	(void)AT(uint32_t, 0x300);
	(void)AT(uint32_t, 0x304);
	(void)AT(uint32_t, 0x308);
	(void)AT(uint32_t, 0x30c);
	(void)AT(uint32_t, 0x310);
	for (uint32_t i = 0; i < 4; i++) {
		ring(i);
		take(i);
	}
	ring_other(1);
	return 0;
}

/* The same register of two devices. */
static int cards(void)
{
	const char *other = getenv("OTHER_DEVICE");

	AT(uint32_t, 0x10) = 1;
	device = open(other ? other : "", O_RDWR | O_CREAT | O_TRUNC, 0600);
	EXPECT(device >= 0 && ftruncate(device, BYTES) == 0);
	bar = map(BYTES, 0);
	AT(uint32_t, 0x10) = 2;
	return 0;
}

#define COST 200000

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* What an access takes, for docs/record.md: prints it, and judges nothing. */
static int cost(void)
{
	double begin = cpu_us(), written, read;

	for (int i = 0; i < COST; i++)
		AT(uint32_t, 0) = 1;
	written = cpu_us();
	for (int i = 0; i < COST; i++)
		(void)AT(uint32_t, 0);
	read = cpu_us();
	for (int i = 0; i < COST; i++)
		__asm__ volatile("lock addl %1, %0" : "+m"(AT(uint32_t, 0)) : "r"(2) : "cc");
	printf("us of CPU time: write %.2f, read %.2f, lock add %.2f\n", (written - begin) / COST, (read - written) / COST,
	       (cpu_us() - read) / COST);
	return 0;
}

static int refused(void)
{
	AT(uint32_t, 0) = 1;
	__asm__ volatile("lodsb" ::"S"(bar) : "memory", "rax");
	return 0;
}

static int forever(void)
{
	for (uint32_t i = 0;; i++) {
		AT(uint32_t, 0) = i;
		if (i == 100) {
			printf("100\n");
			fflush(stdout);
		}
	}
	return 0;
}

static int nothing(void)
{
	return 0;
}

static const struct {
	const char *name;
	int (*run)(void);
} programs[] = {
	{"widths", widths},	{"forms", forms}, {"strings", strings}, {"threads", threads},	    {"forks", forks},
	{"handlers", handlers}, {"maps", maps},	  {"faults", faults},	{"refused", refused},	    {"forever", forever},
	{"nothing", nothing},	{"words", words}, {"many", many},	{"spread", spread},	    {"polls", polls},
	{"cost", cost},		{"buses", buses}, {"bus", bus},		{"locked-bus", locked_bus}, {"doorbells", doorbells},
	{"pages", pages},	{"cards", cards},
};

int main(int argc, char **argv)
{
	EXPECT(argc == 3);
	device = open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0600);
	EXPECT(device >= 0 && ftruncate(device, BYTES) == 0);
	if (strcmp(argv[1], "unmapped") == 0)
		return 0;
	bar = map(BYTES, 0);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(argv[1], programs[i].name) == 0)
			return programs[i].run();
	return 8;
}
