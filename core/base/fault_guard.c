/* SPDX-License-Identifier: MIT */
/*
 * Calls under way are a list of each thread's own: SIGBUS of an access is delivered to the thread that made it. The handler looks for
 * the address in that list and leaves the access by longjmp, or passes the signal on.
 */
#include <iopath/fault_guard.h>

#include <iopath/access.h>
#include <iopath/mmio.h>

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

struct call {
	struct iop_fault_guard *guard;
	struct call *outer;
	jmp_buf back;
};

/* A handler must not be the first to ask for this thread's copy, which may allocate it: it is there from the start. */
static __thread __attribute__((tls_model("initial-exec"))) struct call *innermost;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned opened;
static bool installed; /* or some later handler may still call ours */
static struct sigaction before;

static bool has(const struct iop_fault_guard *guard, uintptr_t at)
{
	return at - guard->begin < guard->size;
}

/* Signals that are sent have no address, whatever is found in its place. */
static bool is_fault(const siginfo_t *info)
{
	return info->si_code > 0;
}

/* As the kernel calls a handler, under its mask; what was blocked before comes back when ours returns. */
static void call_handler(const struct sigaction *then, int number, siginfo_t *info, ucontext_t *context)
{
	const sigset_t *outside = &context->uc_sigmask;
	sigset_t blocked = then->sa_mask;

	if (!(then->sa_flags & SA_NODEFER))
		sigaddset(&blocked, number);
	pthread_sigmask(SIG_SETMASK, outside, NULL);
	pthread_sigmask(SIG_BLOCK, &blocked, NULL);
	if (then->sa_flags & SA_SIGINFO)
		then->sa_sigaction(number, info, context);
	else
		then->sa_handler(number);
}

static void pass_on(int number, siginfo_t *info, ucontext_t *context)
{
	const struct sigaction then = before;

	if (!(then.sa_flags & SA_SIGINFO) && then.sa_handler == SIG_IGN && !is_fault(info))
		return;
	if ((then.sa_flags & SA_SIGINFO) || (then.sa_handler != SIG_DFL && then.sa_handler != SIG_IGN)) {
		if (then.sa_flags & (int)SA_RESETHAND)
			before = (struct sigaction){.sa_handler = SIG_DFL};
		call_handler(&then, number, info, context);
		return;
	}
	/* The kernel does not ignore a fault either. On return the access is made again, and ends the process, with its address. */
	signal(number, SIG_DFL);
	if (!is_fault(info))
		raise(number);
}

/* Does not return. A handler that is not returned from would leave blocked what is blocked while it runs. */
static void leave(struct call *call, const ucontext_t *context)
{
	__atomic_store_n(&call->guard->poisoned, true, __ATOMIC_RELEASE);
	innermost = call->outer;
	pthread_sigmask(SIG_SETMASK, &context->uc_sigmask, NULL);
	_longjmp(call->back, 1);
}

static void on_bus_error(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	for (struct call *c = is_fault(info) ? innermost : NULL; c; c = c->outer)
		if (has(c->guard, (uintptr_t)info->si_addr))
			leave(c, context);
	pass_on(number, info, context);
	errno = saved;
}

static int install(void)
{
	struct sigaction ours = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	if (installed)
		return 0;
	/* Known before ours can be called. */
	if (sigaction(SIGBUS, NULL, &before) || sigaction(SIGBUS, &ours, NULL))
		return -errno;
	installed = true;
	return 0;
}

/* A handler that came later may call ours, so both stay. */
static void uninstall(void)
{
	struct sigaction now;

	if (sigaction(SIGBUS, NULL, &now) || !(now.sa_flags & SA_SIGINFO) || now.sa_sigaction != on_bus_error)
		return;
	sigaction(SIGBUS, &before, NULL);
	installed = false;
}

int iop_fault_guard_remapped(struct iop_fault_guard *guard, const volatile void *at, size_t size)
{
	uintptr_t begin = (uintptr_t)at;

	if (!at || !size || size - 1 > UINTPTR_MAX - begin)
		return -EINVAL;
	guard->begin = begin;
	guard->size = size;
	__atomic_store_n(&guard->poisoned, false, __ATOMIC_RELEASE);
	return 0;
}

int iop_fault_guard_open(struct iop_fault_guard *guard, const volatile void *at, size_t size)
{
	int err = iop_fault_guard_remapped(guard, at, size);

	if (err)
		return err;
	pthread_mutex_lock(&lock);
	err = opened ? 0 : install();
	opened += !err;
	pthread_mutex_unlock(&lock);
	return err;
}

void iop_fault_guard_close(struct iop_fault_guard *guard)
{
	pthread_mutex_lock(&lock);
	if (!--opened)
		uninstall();
	pthread_mutex_unlock(&lock);
	memset(guard, 0, sizeof(*guard));
}

bool iop_fault_guard_is_poisoned(const struct iop_fault_guard *guard)
{
	return __atomic_load_n(&guard->poisoned, __ATOMIC_ACQUIRE);
}

int iop_fault_guard_run(struct iop_fault_guard *guard, void (*accesses)(void *arg), void *arg)
{
	struct call call = {.guard = guard, .outer = innermost};

	if (iop_fault_guard_is_poisoned(guard) || _setjmp(call.back))
		return -EIO;
	innermost = &call;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	accesses(arg);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	innermost = call.outer;
	return iop_fault_guard_is_poisoned(guard) ? -EIO : 0;
}

#define ACCESS(bits)                                                                                                  \
	typedef IOP_MMIO(uint##bits##_t) mmio##bits;                                                                  \
	struct access##bits {                                                                                         \
		volatile void *io;                                                                                    \
		uint##bits##_t value;                                                                                 \
	};                                                                                                            \
	static void read##bits(void *arg)                                                                             \
	{                                                                                                             \
		struct access##bits *a = arg;                                                                         \
		a->value = iop_read(iop_view_at(mmio##bits, a->io));                                                  \
	}                                                                                                             \
	static void write##bits(void *arg)                                                                            \
	{                                                                                                             \
		struct access##bits *a = arg;                                                                         \
		iop_write(iop_view_at(mmio##bits, a->io), a->value);                                                  \
	}                                                                                                             \
	int iop_fault_guard_read##bits(struct iop_fault_guard *guard, const volatile void *io, uint##bits##_t *value) \
	{                                                                                                             \
		struct access##bits a = {.io = (volatile void *)(uintptr_t)io};                                       \
		int err = iop_fault_guard_run(guard, read##bits, &a);                                                 \
		if (!err)                                                                                             \
			*value = a.value;                                                                             \
		return err;                                                                                           \
	}                                                                                                             \
	int iop_fault_guard_write##bits(struct iop_fault_guard *guard, uint##bits##_t value, volatile void *io)       \
	{                                                                                                             \
		struct access##bits a = {.io = io, .value = value};                                                   \
		return iop_fault_guard_run(guard, write##bits, &a);                                                   \
	}

ACCESS(8)
ACCESS(16)
ACCESS(32)
#if IOP_64BIT
ACCESS(64)
#endif
