/* SPDX-License-Identifier: MIT */
/**
 * worker.h - the process that holds both modules
 *
 * One launch is one fresh process with the modules of two builds loaded into it, or one module as both sides. It is started
 * (launch.h) as "iopath --worker MODE BASE CANDIDATE PLAN SEED" with the tasks in the file PLAN, one a line:
 *
 *	ID BASE-INDEX CANDIDATE-INDEX BASE-OPS CANDIDATE-OPS ROUNDS NAME [tab BASE-NAME]
 *
 * An index is a cell's place in its module; -1 on both sides is the gate's own kernel (control.h), and IOP_WORKER_NO_CELL a side
 * that is not measured in this process. The base is called NAME as well, unless it has a name of its own: then the two are
 * different cells with batches of their own. Answers go to descriptor 3, one line each:
 *
 *	l BASE-INDEX CANDIDATE-INDEX FLAGS NAME		mode list: a cell; -1 where a side lacks it
 *	f SIDE UNALIGNED ALL				mode list: batches that begin at no multiple of IOP_PLACE_LINE
 *	m SIDE ABI COMMIT / COMPILER / FLAGS / ARCH	mode list: what a module says of itself
 *	x ID SAME BASE-OPS CANDIDATE-OPS ROUND-NS OP-NS SETUP-NS	mode examine: 1 same code, 0 not, -1 unknown; batches; costs
 *	r ID LOG-RATIO SPREAD BASE-OP-NS ROUNDS OP-NS OP-CPU-NS	mode launch: medians over the rounds
 *	t ID SIDE BATCH-NS ROUNDS			mode launch, one side alone: median over the rounds
 *	p DONE ALL					it goes on: rounds of a launch, cells of the modes that count
 *	a ID BASE CANDIDATE				mode accesses: memory operands for each operation
 *	d ID SIDE LINES COUNTS				mode touches: device accesses by direction and width (host/accesses.h)
 *	e ID SIDE ERROR-NUMBER				the cell cannot be set up
 *	w REASON					nothing can be done at all
 *	z						all was done: an exit before it is the module's
 *
 * Descriptor 4 is memory that says which task is worked on (iop_worker_at()). The modules are material to judge, so this process may
 * crash or hang; what started it survives.
 */
#ifndef IOPATH_BENCH_SAMPLE_WORKER_H
#define IOPATH_BENCH_SAMPLE_WORKER_H

#define IOP_WORKER_FD	    3
#define IOP_WORKER_PLACE_FD 4
#define IOP_WORKER_NO_CELL  (-2)

/** The reason of a worker that stopped because its time was over. */
#define IOP_WORKER_LATE "no time was left for some cells"

/** The last line. */
#define IOP_WORKER_DONE "z"

struct iop_worker_place {
	int task, side; /**< -1: none, both */
};

/** argv[0] is "--worker". */
int iop_worker_run(int argc, char **argv);

#endif
