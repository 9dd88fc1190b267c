/* SPDX-License-Identifier: MIT */
/**
 * machine.h - what the machine was like while it was measured
 *
 * Times hold only for the machine that they were measured on. The context is gathered once before and once after a run; each
 * condition that could have changed the figures becomes a warning.
 */
#ifndef IOPATH_BENCH_HOST_MACHINE_H
#define IOPATH_BENCH_HOST_MACHINE_H

#include <stddef.h>

#define IOP_MACHINE_TEXT     192
#define IOP_MACHINE_WARNINGS 8

/** Clock ticks since the system started, as /proc/stat counts them. */
struct iop_cpu_times {
	unsigned long long busy, steal, total;
};

struct iop_machine {
	char cpu[IOP_MACHINE_TEXT]; /**< model name */
	char slug[64];		    /**< the model as part of a file name */
	char microcode[32], kernel[IOP_MACHINE_TEXT], governor[32], host[64];
	char smt[16], turbo[16]; /**< "on", "off" or "unknown" */
	char hypervisor[8];	 /**< "yes" or "no" */
	char thp[32], aslr[8];
	int pinned_cpu;			/**< -1: not pinned */
	int sibling_cpu;		/**< the other hardware thread of that core; -1: none */
	double load_before, load_after; /**< one-minute load average */
	double steal_percent;		/**< of all CPU time between begin and end; -1: unknown */
	double sibling_busy_percent;	/**< of the core's other hardware thread meanwhile; -1: it has none, or unknown */
	double pressure_percent;	/**< share of that time in which some task waited for a CPU; -1: unknown */
	char warning[IOP_MACHINE_WARNINGS][2 * IOP_MACHINE_TEXT];
	size_t warnings;

	struct iop_cpu_times all_begin, sibling_begin; /* private */
	unsigned long long pressure_begin;
	double clock_begin;
};

/**
 * Pins this process to @cpu (-1: one it may run on, not CPU 0 if there is another) and reads everything that can be known before.
 */
void iop_machine_begin(struct iop_machine *machine, int cpu);

/** Reads what happened meanwhile and writes the warnings. */
void iop_machine_end(struct iop_machine *machine);

/**
 * Warns if one and the same loop, which touches nothing, took very different times in the launches of a run: @low and @high ns, of
 * which one in ten is below and above. Guests that come and go on the other half of a core show in nothing else.
 */
void iop_machine_uneven(struct iop_machine *machine, double low, double high);

#endif
