/* SPDX-License-Identifier: MIT */
/* A run of the gate: its stages, one after the other. */
#include "gate.h"

#include <sys/resource.h>

/* Of the processes that have measured. */
static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

int iop_gate_run(struct iop_gate *gate)
{
	double cpu = cpu_seconds();
	int code;

	gate->began = iop_gate_now();
	gate->ends = gate->began + gate->options.budget;
	gate->slowness = 1.2;
	code = iop_launcher_open_sides(&gate->launcher, "gate", gate->options.module, gate->stop);
	if (code)
		return code;
	gate->launcher.after = gate->options.after_launch;
	gate->launcher.user = gate->options.user;
	code = iop_gate_list(gate);
	if (!code)
		code = iop_gate_examine(gate);
	if (!code && !gate->interrupted && gate->options.counts) {
		iop_gate_count(gate);
		if (!gate->interrupted)
			iop_gate_count_again(gate);
	}
	if (!code && !gate->interrupted && gate->options.time) {
		iop_gate_screen(gate);
		if (!gate->interrupted)
			iop_gate_confirm(gate);
	}
	gate->seconds = iop_gate_now() - gate->began;
	gate->cpu_seconds = cpu_seconds() - cpu;
	if (gate->options.progress)
		fprintf(stderr, "\r\033[K");
	if (!code)
		code = iop_gate_decide(gate);
	iop_launcher_close(&gate->launcher);
	return code;
}
