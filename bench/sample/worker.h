/* SPDX-License-Identifier: MIT */
/**
 * worker.h - the process that holds both modules
 *
 * One launch of the gate is one fresh process with both builds' modules loaded into it. The gate starts it (launch.h) as
 * "iopath gate --worker MODE BASE CANDIDATE PLAN SEED" with the tasks in the file PLAN, one a line:
 *
 *	ID BASE-INDEX CANDIDATE-INDEX BASE-OPS CANDIDATE-OPS ROUNDS NAME
 *
 * An index is a cell's place in its module; -1 on both sides is the gate's own kernel (control.h), and IOP_WORKER_NO_CELL a side
 * that is not to be counted, or that another process measures. Answers go to descriptor 3, one line each:
 *
 *	l BASE-INDEX CANDIDATE-INDEX FLAGS NAME		mode list: a cell; -1 where a side lacks it
 *	m SIDE ABI COMMIT / COMPILER / FLAGS / ARCH	mode list: what a module says of itself
 *	s ID [SIDE]					the task begins, or its one side: a crash now is attributed to this task
 *	x ID SAME BASE-OPS CANDIDATE-OPS ROUND-NS OP-NS SETUP-NS	mode examine: 1 same code, 0 not, -1 unknown; batches; costs
 *	r ID LOG-RATIO SPREAD OP-NS ROUNDS		mode launch: median over the rounds, and the base's time
 *	t ID SIDE BATCH-NS ROUNDS			mode launch, one side: median over the rounds
 *	a ID BASE CANDIDATE				mode accesses: memory operands for each operation
 *	e ID SIDE ERROR-NUMBER				the cell cannot be set up
 *	w REASON					nothing can be done at all
 *
 * Both modules are material to judge, so this process may crash or hang; the gate survives it.
 */
#ifndef IOPATH_BENCH_SAMPLE_WORKER_H
#define IOPATH_BENCH_SAMPLE_WORKER_H

#define IOP_WORKER_FD	   3
#define IOP_WORKER_NO_CELL (-2)

/** The reason of a worker that stopped because its time was over. */
#define IOP_WORKER_LATE "no time was left for some cells"

int iop_gate_worker(int argc, char **argv);

#endif
