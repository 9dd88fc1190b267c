/* SPDX-License-Identifier: MIT */
/*
 * Row 51: SIGBUS of a guarded access is -EIO, and poisons the mapping; everything else about the signal is as without a guard. What
 * stops decoding is a file that becomes shorter. Each test is a process of its own: what is wrong here ends processes, or never returns.
 */
#include "bus-error.h"
#include "iotest.h"

#include <iopath/fault_guard.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	((size_t)sysconf(_SC_PAGESIZE))
#define PAGES	2
#define SECONDS 3   /* of CPU time; a right test needs none to speak of */
#define WAITING 300 /* seconds after which a test that waits for ever is ended */
#define THREADS 4

/* As the device has it. */
#define VALUE 0x11223344u

#define CHECK(condition)                                                            \
	do {                                                                        \
		if (!(condition)) {                                                 \
			fprintf(stderr, "line %d: not %s\n", __LINE__, #condition); \
			_exit(1);                                                   \
		}                                                                   \
	} while (0)

struct bar {
	int fd;
	volatile unsigned char *at;
	struct iop_fault_guard guard;
};

static void decode(const struct bar *bar, size_t pages)
{
	CHECK(ftruncate(bar->fd, (off_t)(pages * PAGE)) == 0);
}

static struct bar plug(void)
{
	struct bar bar = {.fd = memfd_create("row-51", MFD_CLOEXEC)};

	CHECK(bar.fd >= 0);
	decode(&bar, PAGES);
	bar.at = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, bar.fd, 0);
	CHECK(bar.at != MAP_FAILED);
	return bar;
}

static struct bar plug_guarded(void)
{
	struct bar bar = plug();

	CHECK(iop_fault_guard_open(&bar.guard, bar.at, PAGES * PAGE) == 0);
	CHECK(iop_fault_guard_write32(&bar.guard, VALUE, bar.at) == 0);
	return bar;
}

/* Another process may close it as well: closing is no part of the test. */
static void unplug(struct bar *bar)
{
	iop_fault_guard_close(&bar->guard);
	munmap((void *)(uintptr_t)bar->at, PAGES * PAGE);
	close(bar->fd);
}

/* A process of its own. Its exit code, or minus the signal that ended it. */
static int outcome_of(void (*test)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		const struct rlimit cpu = {SECONDS, SECONDS}, none = {0, 0};

		setrlimit(RLIMIT_CPU, &cpu);
		setrlimit(RLIMIT_CORE, &none);
		alarm(WAITING);
		/* cmocka has handlers. */
		signal(SIGBUS, SIG_DFL);
		signal(SIGSEGV, SIG_DFL);
		test();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* A sanitizer's runtime has a handler of its own, and then exits. */
static void assert_ended_by_sigbus(void (*test)(void))
{
	int outcome = outcome_of(test);

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	assert_true(outcome != 0 && outcome != 1);
#else
	assert_int_equal(outcome, -SIGBUS);
#endif
}

static void faults_and_stays_poisoned(void)
{
	struct bar bar = plug_guarded();
	uint32_t value = 0;

	CHECK(iop_fault_guard_read32(&bar.guard, bar.at, &value) == 0 && value == VALUE);
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at + PAGE, &value) == 0 && value == 0);
	decode(&bar, 1);
	value = 5;
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at, &value) == 0 && value == VALUE);
	CHECK(!iop_fault_guard_is_poisoned(&bar.guard));
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at + PAGE, &value) == -EIO && value == VALUE);
	CHECK(iop_fault_guard_is_poisoned(&bar.guard));
	/* Also where it decodes, and when it does again. */
	decode(&bar, PAGES);
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at, &value) == -EIO);
	CHECK(iop_fault_guard_write32(&bar.guard, 7, bar.at) == -EIO);
	CHECK(iop_fault_guard_remapped(&bar.guard, bar.at, PAGES * PAGE) == 0);
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at, &value) == 0 && value == VALUE);
	decode(&bar, 0);
	CHECK(iop_fault_guard_write8(&bar.guard, 1, bar.at + 3) == -EIO);
	unplug(&bar);
}

static void every_width(void)
{
	struct bar bar = plug_guarded();
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;

	CHECK(iop_fault_guard_write8(&bar.guard, 0x12, bar.at + 8) == 0);
	CHECK(iop_fault_guard_write16(&bar.guard, 0x3456, bar.at + 10) == 0);
	CHECK(iop_fault_guard_read8(&bar.guard, bar.at + 8, &v8) == 0 && v8 == 0x12);
	CHECK(iop_fault_guard_read16(&bar.guard, bar.at + 10, &v16) == 0 && v16 == 0x3456);
	CHECK(iop_fault_guard_write32(&bar.guard, 0x789abcde, bar.at + 12) == 0);
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at + 12, &v32) == 0 && v32 == 0x789abcde);
	CHECK(bar.at[7] == 0 && bar.at[8] == 0x12 && bar.at[9] == 0 && bar.at[10] + bar.at[11] == 0x34 + 0x56 && bar.at[16] == 0);
#if IOP_64BIT
	uint64_t v64;

	CHECK(iop_fault_guard_write64(&bar.guard, UINT64_C(0x1122334455667788), bar.at + 16) == 0);
	CHECK(iop_fault_guard_read64(&bar.guard, bar.at + 16, &v64) == 0 && v64 == UINT64_C(0x1122334455667788));
	CHECK(bar.at[15] != 0 && bar.at[16] != 0 && bar.at[23] != 0 && bar.at[24] == 0);
#endif
	unplug(&bar);
}

static void refuses_what_is_no_mapping(void)
{
	struct iop_fault_guard guard;
	struct sigaction now;

	CHECK(iop_fault_guard_open(&guard, NULL, 1) == -EINVAL);
	CHECK(iop_fault_guard_open(&guard, &guard, 0) == -EINVAL);
	CHECK(iop_fault_guard_open(&guard, (void *)(UINTPTR_MAX - 1), 3) == -EINVAL);
	CHECK(sigaction(SIGBUS, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
}

/* Calls within calls: what each is given, and has seen. */
struct nest {
	struct bar *outer, *inner;
	const struct bar *access; /* the innermost call accesses it */
	int result;
	bool came_back, went_on;
};

static void touch(void *arg)
{
	struct nest *n = arg;

	(void)*(volatile uint32_t *)(uintptr_t)n->access->at;
	n->went_on = true;
}

static void call_inner(void *arg)
{
	struct nest *n = arg;

	n->result = iop_fault_guard_run(&n->inner->guard, touch, n);
	n->came_back = true;
	/* That one has ended: the outer mapping is this call's again. */
	(void)*(volatile uint32_t *)(uintptr_t)n->outer->at;
}

static void nested(void)
{
	struct bar a = plug_guarded(), b = plug_guarded();
	struct nest n = {.outer = &a, .inner = &b, .access = &b, .result = 1};
	uint32_t value;

	CHECK(iop_fault_guard_run(&a.guard, call_inner, &n) == 0 && n.result == 0 && n.went_on);
	/* The inner mapping is the inner call's. */
	decode(&b, 0);
	n = (struct nest){.outer = &a, .inner = &b, .access = &b, .result = 1};
	CHECK(iop_fault_guard_run(&a.guard, call_inner, &n) == 0);
	CHECK(n.result == -EIO && n.came_back && !n.went_on);
	CHECK(iop_fault_guard_is_poisoned(&b.guard) && !iop_fault_guard_is_poisoned(&a.guard));
	/* The outer mapping is the outer call's, and the inner call ends with it. */
	decode(&b, PAGES);
	CHECK(iop_fault_guard_remapped(&b.guard, b.at, PAGES * PAGE) == 0);
	decode(&a, 0);
	n = (struct nest){.outer = &a, .inner = &b, .access = &a, .result = 1};
	CHECK(iop_fault_guard_run(&a.guard, call_inner, &n) == -EIO);
	CHECK(n.result == 1 && !n.came_back && !n.went_on);
	CHECK(iop_fault_guard_is_poisoned(&a.guard) && !iop_fault_guard_is_poisoned(&b.guard));
	CHECK(iop_fault_guard_read32(&b.guard, b.at, &value) == 0 && value == 0);
	/* With one guard twice the inner call has it, and the outer one does not say that all is well. */
	decode(&a, PAGES);
	CHECK(iop_fault_guard_remapped(&a.guard, a.at, PAGES * PAGE) == 0);
	decode(&b, 0);
	n = (struct nest){.outer = &a, .inner = &b, .access = &b, .result = 1};
	CHECK(iop_fault_guard_run(&b.guard, call_inner, &n) == -EIO && n.result == -EIO && n.came_back);
	unplug(&a);
	unplug(&b);
}

/* The application's handler: makes the access possible, so that it can be made again. */
static struct {
	const struct bar *volatile mends;
	volatile sig_atomic_t calls;
	void *volatile address;
	pthread_t thread;
	bool blocked[2]; /* SIGBUS, and what the mask of the handler has */
} application;

static void mend(int number, siginfo_t *info, void *context)
{
	sigset_t now;

	(void)number, (void)context;
	application.calls++;
	application.address = info->si_addr;
	application.thread = pthread_self();
	pthread_sigmask(SIG_BLOCK, NULL, &now);
	application.blocked[0] = sigismember(&now, SIGBUS);
	application.blocked[1] = sigismember(&now, SIGUSR1);
	if (application.mends && ftruncate(application.mends->fd, (off_t)(PAGES * PAGE)))
		_exit(1);
}

static void install(int flags)
{
	struct sigaction action = {.sa_sigaction = mend, .sa_flags = SA_SIGINFO | flags};

	sigaddset(&action.sa_mask, SIGUSR1);
	CHECK(sigaction(SIGBUS, &action, NULL) == 0);
}

static bool is_blocked(int number)
{
	sigset_t now;

	pthread_sigmask(SIG_BLOCK, NULL, &now);
	return sigismember(&now, number);
}

/* Within a call of one mapping, and beside all of them, an access to another one is the application's affair. */
static void other_addresses_are_the_applications(void)
{
	struct bar other = plug(), bar;
	struct nest n = {.access = &other};
	struct sigaction now;

	install(0);
	bar = plug_guarded();
	application.mends = &other;
	decode(&other, 0);
	CHECK(*(volatile uint32_t *)(uintptr_t)(other.at + PAGE + 4) == 0);
	CHECK(application.calls == 1 && application.address == (void *)(uintptr_t)(other.at + PAGE + 4));
	CHECK(application.blocked[0] && application.blocked[1] && !is_blocked(SIGBUS) && !is_blocked(SIGUSR1));
	decode(&other, 0);
	CHECK(iop_fault_guard_run(&bar.guard, touch, &n) == 0 && n.went_on);
	CHECK(application.calls == 2 && application.address == (void *)(uintptr_t)other.at);
	/* And the guard's own, as ever; afterwards nothing is blocked, nor forgotten. */
	decode(&bar, 0);
	n = (struct nest){.access = &bar};
	CHECK(iop_fault_guard_run(&bar.guard, touch, &n) == -EIO && application.calls == 2 && !is_blocked(SIGBUS));
	decode(&other, 0);
	(void)*(volatile uint32_t *)(uintptr_t)other.at;
	CHECK(application.calls == 3);
	/* A guarded mapping that is accessed by no call of its guard is nobody else's. */
	application.mends = &bar;
	(void)*(volatile uint32_t *)(uintptr_t)bar.at;
	CHECK(application.calls == 4);
	unplug(&bar);
	CHECK(sigaction(SIGBUS, NULL, &now) == 0 && now.sa_sigaction == mend);
}

/* A fault may come on the stack for signals, and the next one as well. */
static void faults_again_and_again(void)
{
	static unsigned char memory[1 << 16];
	const stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};
	struct bar bar = plug_guarded();
	uint32_t value;

	CHECK(sigaltstack(&stack, NULL) == 0);
	decode(&bar, 1);
	for (int i = 0; i < 1000; i++) {
		CHECK(iop_fault_guard_read32(&bar.guard, bar.at, &value) == 0 && value == VALUE);
		CHECK(iop_fault_guard_read32(&bar.guard, bar.at + PAGE, &value) == -EIO);
		CHECK(iop_fault_guard_remapped(&bar.guard, bar.at, PAGES * PAGE) == 0);
	}
	CHECK(!is_blocked(SIGBUS));
	unplug(&bar);
}

static void handlers_that_are_called_once(void)
{
	struct bar other = plug(), bar;

	install((int)(SA_RESETHAND | SA_NODEFER));
	bar = plug_guarded();
	application.mends = &other;
	decode(&other, 0);
	(void)*(volatile uint32_t *)(uintptr_t)other.at;
	CHECK(application.calls == 1 && !application.blocked[0] && application.blocked[1]);
	unplug(&bar);
	decode(&other, 0);
	(void)*(volatile uint32_t *)(uintptr_t)other.at;
	application.mends = NULL;
}

static struct sigaction replaced;

static void call_the_replaced(int number, siginfo_t *info, void *context)
{
	application.calls++;
	replaced.sa_sigaction(number, info, context);
}

/* One that was installed later and calls ours. It stays, and guards that are opened afterwards work. */
static void later_handlers_stay(void)
{
	struct sigaction later = {.sa_sigaction = call_the_replaced, .sa_flags = SA_SIGINFO | SA_NODEFER}, now;
	struct bar bar = plug_guarded();
	uint32_t value;

	CHECK(sigaction(SIGBUS, &later, &replaced) == 0);
	decode(&bar, 0);
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at, &value) == -EIO && application.calls == 1);
	unplug(&bar);
	CHECK(sigaction(SIGBUS, NULL, &now) == 0 && now.sa_sigaction == call_the_replaced);
	bar = plug_guarded();
	decode(&bar, 0);
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at, &value) == -EIO && application.calls == 2);
	unplug(&bar);
}

static void dies_beside_a_guard(void)
{
	struct bar other = plug(), bar = plug_guarded();

	decode(&other, 0);
	(void)*(volatile uint32_t *)(uintptr_t)other.at;
	unplug(&bar);
}

static void dies_after_closing(void)
{
	struct bar bar = plug_guarded();

	iop_fault_guard_close(&bar.guard);
	decode(&bar, 0);
	(void)*(volatile uint32_t *)(uintptr_t)bar.at;
}

static void dies_although_ignored(void)
{
	signal(SIGBUS, SIG_IGN);
	dies_beside_a_guard();
}

static void kill_itself(void *arg)
{
	(void)arg;
	raise(SIGBUS);
}

static void dies_when_told(void)
{
	struct bar bar = plug_guarded();

	(void)!iop_fault_guard_run(&bar.guard, kill_itself, NULL);
}

static void ignores_when_told(void)
{
	struct bar bar;

	signal(SIGBUS, SIG_IGN);
	bar = plug_guarded();
	CHECK(iop_fault_guard_run(&bar.guard, kill_itself, NULL) == 0);
	CHECK(!iop_fault_guard_is_poisoned(&bar.guard));
	unplug(&bar);
}

static pthread_barrier_t together;

/* Half of the threads have a mapping that does not decode. */
static void *use_own(void *arg)
{
	struct bar *bar = arg;
	bool gone = bar->fd < 0;
	uint32_t value = 0;

	pthread_barrier_wait(&together);
	for (int i = 0; i < 2000; i++) {
		CHECK(iop_fault_guard_read32(&bar->guard, bar->at, &value) == (gone ? -EIO : 0));
		CHECK(gone || value == VALUE);
		if (gone)
			CHECK(iop_fault_guard_remapped(&bar->guard, bar->at, PAGES * PAGE) == 0);
	}
	return NULL;
}

static void threads_have_their_own(void)
{
	pthread_t thread[THREADS];
	struct bar bar[THREADS];

	pthread_barrier_init(&together, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		bar[i] = plug_guarded();
		if (i % 2) {
			decode(&bar[i], 0);
			bar[i].fd = -1;
		}
	}
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread[i], NULL, use_own, &bar[i]) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < THREADS; i++)
		unplug(&bar[i]);
}

/* A call is under way in this thread, and another one accesses the same mapping without one. */
static void *access_unguarded(void *arg)
{
	const struct bar *bar = arg;

	(void)*(volatile uint32_t *)(uintptr_t)bar->at;
	return NULL;
}

static void wait_for_other(void *arg)
{
	pthread_t other;

	CHECK(pthread_create(&other, NULL, access_unguarded, arg) == 0);
	CHECK(pthread_join(other, NULL) == 0);
	CHECK(application.calls == 1 && !pthread_equal(application.thread, pthread_self()));
}

static void a_call_is_its_threads(void)
{
	struct bar bar;

	install(0);
	bar = plug_guarded();
	application.mends = &bar;
	decode(&bar, 0);
	CHECK(iop_fault_guard_run(&bar.guard, wait_for_other, &bar) == 0 && application.calls == 1);
	application.mends = NULL;
	unplug(&bar);
}

/* What one thread finds, all that share the guard know. */
static void *use_shared(void *arg)
{
	struct bar *bar = arg;
	uint32_t value;

	CHECK(iop_fault_guard_read32(&bar->guard, bar->at + PAGE, &value) == -EIO);
	return NULL;
}

static void threads_share_the_poison(void)
{
	struct bar bar = plug_guarded();
	pthread_t thread[THREADS];
	uint32_t value;

	decode(&bar, 1);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread[i], NULL, use_shared, &bar) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	CHECK(iop_fault_guard_read32(&bar.guard, bar.at, &value) == -EIO);
	unplug(&bar);
}

#define PASSES(name)                                   \
	static void name##_passes(void **state)        \
	{                                              \
		(void)state;                           \
		assert_int_equal(outcome_of(name), 0); \
	}
#define ENDS(name)                            \
	static void name##_ends(void **state) \
	{                                     \
		(void)state;                  \
		assert_ended_by_sigbus(name); \
	}
PASSES(faults_and_stays_poisoned)
PASSES(every_width)
PASSES(refuses_what_is_no_mapping)
PASSES(nested)
PASSES(other_addresses_are_the_applications)
PASSES(faults_again_and_again)
PASSES(later_handlers_stay)
PASSES(ignores_when_told)
PASSES(threads_have_their_own)
PASSES(a_call_is_its_threads)
PASSES(threads_share_the_poison)
ENDS(dies_beside_a_guard)
ENDS(dies_after_closing)
ENDS(dies_although_ignored)
ENDS(dies_when_told)
ENDS(handlers_that_are_called_once)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_and_stays_poisoned_passes),
		cmocka_unit_test(every_width_passes),
		cmocka_unit_test(refuses_what_is_no_mapping_passes),
		cmocka_unit_test(nested_passes),
		cmocka_unit_test(other_addresses_are_the_applications_passes),
		cmocka_unit_test(faults_again_and_again_passes),
		cmocka_unit_test(later_handlers_stay_passes),
		cmocka_unit_test(ignores_when_told_passes),
		cmocka_unit_test(threads_have_their_own_passes),
		cmocka_unit_test(a_call_is_its_threads_passes),
		cmocka_unit_test(threads_share_the_poison_passes),
		cmocka_unit_test(dies_beside_a_guard_ends),
		cmocka_unit_test(dies_after_closing_ends),
		cmocka_unit_test(dies_although_ignored_ends),
		cmocka_unit_test(dies_when_told_ends),
		cmocka_unit_test(handlers_that_are_called_once_ends),
	};

	if (!bus_errors_say_where()) {
		printf("skipped: the emulator of this CPU does not say where a SIGBUS happened\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
