/* SPDX-License-Identifier: MIT */
/*
 * The program's handlers of the signals that recording needs. The kernel has ours; theirs are kept here, run for faults that are
 * theirs, and a mask never holds back a fault of ours.
 */
#include "preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

static int (*real_action)(int, const struct sigaction *, struct sigaction *);
static struct sigaction theirs[3];
static bool ready;

/* What the program wants done; NULL: its signals of that number are its own. */
static struct sigaction *their(int number)
{
	return number == SIGSEGV ? &theirs[0] : number == SIGTRAP ? &theirs[1] : number == SIGBUS ? &theirs[2] : NULL;
}

static int set_ours(int number, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigfillset(&action.sa_mask);
	/* The device may answer with it while we access it. */
	if (number == SIGSEGV)
		sigdelset(&action.sa_mask, SIGBUS);
	return real_action(number, &action, their(number));
}

bool iop_signals_open(void)
{
	real_action = (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(RTLD_NEXT, "sigaction");
	if (!real_action || set_ours(SIGSEGV, iop_on_fault) || set_ours(SIGBUS, iop_on_fault) || set_ours(SIGTRAP, iop_on_trap))
		return false;
	ready = true;
	return true;
}

void iop_signals_give_up(int number)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	real_action(number, &action, NULL);
}

static void as_kernel_would(const struct sigaction *action, int number, const ucontext_t *uc)
{
	sigset_t mask = uc->uc_sigmask;

	for (int s = 1; s < _NSIG; s++)
		if (sigismember(&action->sa_mask, s) == 1)
			sigaddset(&mask, s);
	if (!(action->sa_flags & SA_NODEFER))
		sigaddset(&mask, number);
	/* A handler may access the device, too. */
	sigdelset(&mask, SIGSEGV);
	sigdelset(&mask, SIGTRAP);
	sigdelset(&mask, SIGBUS);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, (size_t)_NSIG / 8);
}

void iop_signals_forward(int number, siginfo_t *info, void *context, bool once)
{
	struct sigaction action = *their(number);

	if (!(action.sa_flags & SA_SIGINFO) && (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)) {
		if (info->si_code <= 0 && action.sa_handler == SIG_IGN)
			return;
		/* A fault happens again; what was sent has to be sent again. */
		iop_signals_give_up(number);
		if (info->si_code <= 0 || once)
			syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
		return;
	}
	if (action.sa_flags & (int)SA_RESETHAND)
		their(number)->sa_handler = SIG_DFL;
	as_kernel_would(&action, number, context);
	if (action.sa_flags & SA_SIGINFO)
		action.sa_sigaction(number, info, context);
	else
		action.sa_handler(number);
}

/* The C library's headers name parameters in a way that is reserved. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
PUBLIC int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old)
{
	struct sigaction *kept = ready ? their(number) : NULL, copy;

	if (!real_action)
		real_action = (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(RTLD_NEXT, "sigaction");
	if (kept) {
		copy = *kept;
		if (action)
			*kept = *action;
		if (old)
			*old = copy;
		return 0;
	}
	if (!action)
		return real_action(number, NULL, old);
	copy = *action;
	sigdelset(&copy.sa_mask, SIGSEGV);
	sigdelset(&copy.sa_mask, SIGTRAP);
	sigdelset(&copy.sa_mask, SIGBUS);
	return real_action(number, ready ? &copy : action, old);
}

PUBLIC sighandler_t signal(int number, sighandler_t handler)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;

	sigemptyset(&action.sa_mask);
	return sigaction(number, &action, &old) ? SIG_ERR : old.sa_handler;
}

static int set_mask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t copy;

	if (ready && set && how != SIG_UNBLOCK) {
		copy = *set;
		sigdelset(&copy, SIGSEGV);
		sigdelset(&copy, SIGTRAP);
		sigdelset(&copy, SIGBUS);
		set = &copy;
	}
	return syscall(SYS_rt_sigprocmask, how, set, old, (size_t)_NSIG / 8) ? errno : 0;
}

PUBLIC int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	int saved = errno, err = set_mask(how, set, old);

	errno = saved;
	return err;
}

PUBLIC int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	int err = set_mask(how, set, old);

	errno = err ? err : errno;
	return err ? -1 : 0;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
