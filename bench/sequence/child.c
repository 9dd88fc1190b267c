/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <host/module.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define STACK ((size_t)1 << 16)

static double cpu_seconds;

static void limit_call(uint32_t step)
{
	(void)step;
	iop_sequence_limit(cpu_seconds);
}

/* Says where, and lets it happen again. */
static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (number == SIGSEGV)
		iop_sequence_locate(info->si_addr);
	signal(number, SIG_DFL);
	if (info->si_code <= 0)
		raise(number);
}

static bool catch_faults(void)
{
	static const int numbers[] = {SIGSEGV, SIGBUS};
	const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	const stack_t stack = {.ss_sp = malloc(STACK), .ss_size = STACK};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPROF, SIG_DFL);
	if (!stack.ss_sp || sigaltstack(&stack, NULL))
		return false;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
	return true;
}

/* Handlers that loading has left are replaced. */
static bool prepare(const struct iop_sequence_module *module, struct iop_sequence_shared *shared)
{
	/* What cannot be loaded has no functions either. */
	iop_module_load(module->path);
	if (!iop_sequence_prepare(module, shared))
		return false;
	if (catch_faults())
		return true;
	strcpy(shared->why, "no memory for signal handlers");
	return false;
}

void iop_sequence_serve(const struct iop_child_seat *seat, void *arg)
{
	const struct iop_sequence_served *served = arg;
	struct iop_sequence_shared *shared = seat->shared;
	bool ready = false;

	cpu_seconds = served->cpu_seconds;
	while (iop_child_question(seat)) {
		if (!ready) {
			limit_call(0);
			ready = prepare(served->module, shared);
			shared->loaded = ready;
		}
		if (ready)
			iop_sequence_perform(served->module, limit_call);
		if (!iop_child_answer(seat))
			return;
	}
}
