/* SPDX-License-Identifier: MIT */
/**
 * module.h - the C ABI of the shared module of cells, libiopath-cells.so
 *
 * A *cell* is one thing that can be measured: an operation on a backend through a routine, at one size. All cells live in one
 * shared module, so that a harness can load the module of one build, or the modules of two builds side by side in one process,
 * and drive both through this header alone. The header includes nothing of the core: a module of an older commit stays
 * loadable as long as IOP_CELLS_ABI is unchanged.
 *
 * Rules for whoever changes this file: structures only grow at the end; anything else needs a new IOP_CELLS_ABI. A harness
 * walks the cells with module->cell_size, never with sizeof(struct iop_cell).
 *
 * Life of a cell, all on one thread:
 *
 *	cell->setup(cell, &env, &ctx)        0 or a negative errno; ctx is the cell's own
 *	  cell->prepare(ctx, n)              untimed; only if the cell has one; before every batch
 *	  cell->batch(ctx, n)                timed; does the operation n times, 1 <= n <= max_batch
 *	cell->teardown(ctx)                  frees what setup made
 *
 * The loop over n runs inside batch(), in the same translation unit as the operation, so that a harness adds one indirect call
 * a batch and nothing an operation.
 */
#ifndef IOPATH_BENCH_CELLS_MODULE_H
#define IOPATH_BENCH_CELLS_MODULE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IOP_CELLS_ABI 1u

/** The one symbol a module exports, and its type. */
#define IOP_CELLS_SYMBOL "iop_cells_module"

enum iop_cell_flags {
	/** Legal for ordinary memory only (bytes touched twice, misaligned, out of order): shown for speed only. */
	IOP_CELL_ILLEGAL = 1u << 0,
	/** Each operation depends on the one before: ns/op is a latency. Without it ns/op is a reciprocal throughput. */
	IOP_CELL_LATENCY = 1u << 1,
	/** Not an access path: the empty batch, the cycle calibration. */
	IOP_CELL_CONTROL = 1u << 2,
	/** Memory is out of the near caches before each operation. */
	IOP_CELL_COLD = 1u << 3,
	/** Each operation touches pages for the first time. */
	IOP_CELL_FAULT = 1u << 4,
	/** A peer: another project's routine, or the raw volatile access. */
	IOP_CELL_PEER = 1u << 5,
	/** Part of the quick selection. */
	IOP_CELL_QUICK = 1u << 6,
	/** Only in the full selection (bench --full). */
	IOP_CELL_FULL = 1u << 7,
	/** The batch waits in the kernel or for a device: only wall time is meaningful, and the gate does not pair. */
	IOP_CELL_SYSCALL = 1u << 8,
	/** Of somebody else's module: nobody has looked whether its routine is legal. Set by the harness. */
	IOP_CELL_NOT_JUDGED = 1u << 9,
	/** Of somebody else's module, and 'iopath check' has looked at this build of it (host/verdicts.h). Set by the harness. */
	IOP_CELL_CHECKED = 1u << 10,
};

/** What the harness tells a cell; a structure so that it can grow. */
struct iop_cell_env {
	uint32_t size;	 /**< sizeof(struct iop_cell_env) as the harness knows it */
	uint32_t colour; /**< random per launch: cells move their buffers by (colour % 64) * 64 bytes within a page pair */
	uint64_t seed;	 /**< for cells with random sizes; same seed, same sizes */
	/**
	 * NULL, or where device memory comes from: setup() asks here for what its operation takes for a device's, instead of
	 * allocating it, so that a harness can watch it. Page-aligned, zero, the harness's own to free; NULL if there is none left.
	 */
	void *(*device_memory)(void *user, size_t bytes);
	void *user;
	/**
	 * NULL, or what a cell tells of each transaction on a bus that it plays, where no memory shows them: of so many bytes, in the
	 * direction of the CPU's read or write.
	 */
	void (*transaction)(void *user, int write, unsigned bytes);
};

/* New members come last, so that older modules stay readable: NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct iop_cell {
	/** op/backend/routine/size[/key=value...], e.g. "toio/mmio/strict/64/align=3/cold"; unique in the module. */
	const char *name;
	const char *op;	     /**< first part of the name */
	const char *backend; /**< second part */
	const char *routine; /**< third part */
	/** Name of the cell of the same module that this one is compared with (the raw access, the peer), or NULL. */
	const char *baseline;
	/** Bytes that one operation moves; 0 where that has no meaning (projection, controls). */
	uint64_t bytes;
	/** Largest n for one batch; 0: no limit. A cell with prepare() always has a limit. */
	uint64_t max_batch;
	uint32_t flags; /**< enum iop_cell_flags */
	/** Cell-private parameters, opaque to the harness. */
	uint32_t param[4];
	const void *family;

	int (*setup)(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx);
	void (*prepare)(void *ctx, uint64_t n); /**< may be NULL */
	void (*batch)(void *ctx, uint64_t n);
	void (*teardown)(void *ctx);
	/** Name of the function symbol that does the operation, for disassembly and identity hashes, or NULL. */
	const char *symbol;
	/** One line in plain words: what the operation is and why the cell exists. */
	const char *help;
	/** Of a copy of device memory, the strictest tier for which its routine is legal ("STRICT" to "MEM"); else NULL. */
	const char *tier;
	/** And the widths of its accesses in bytes, ORed; 0: not known. */
	uint32_t widths;
	/** The harness's: the line that it made this cell of (iopath/cells.h). NULL in a module. */
	const void *registered;
	/** The harness's: the module's own cell, which its setup() is given whatever lies behind the members of this header. */
	const struct iop_cell *own;
};

/**
 * Cells whose name the harness may rely on: both are controls.
 * The empty batch costs what the loop itself costs. One operation of the cycle cell is IOP_CELLS_CYCLES_PER_OP dependent
 * one-cycle additions, so core cycles per nanosecond = IOP_CELLS_CYCLES_PER_OP / (ns per operation).
 */
#define IOP_CELL_NAME_EMPTY	"control/none/empty/0"
#define IOP_CELL_NAME_CYCLE	"control/none/cycle/0"
#define IOP_CELLS_CYCLES_PER_OP 64

struct iop_cells_module {
	uint32_t abi;	    /**< IOP_CELLS_ABI */
	uint32_t cell_size; /**< stride of cells[] in bytes */
	uint64_t count;
	const struct iop_cell *cells;
	const char *commit;   /**< 40 hex digits, "-dirty" appended where the tree was; "unknown" outside git */
	const char *compiler; /**< e.g. "gcc 12.2.0" */
	const char *flags;    /**< compiler flags of the cells */
	const char *arch;     /**< e.g. "x86_64" */
};

/** Builds the table on the first call; the same pointer ever after. NULL when out of memory. */
__attribute__((visibility("default"))) const struct iop_cells_module *iop_cells_module(void);

typedef const struct iop_cells_module *(*iop_cells_module_fn)(void);

#ifdef __cplusplus
}
#endif
#endif
