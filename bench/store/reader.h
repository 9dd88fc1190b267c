/* SPDX-License-Identifier: MIT */
/**
 * reader.h - stored results, from untrusted files
 *
 * A result file may come from another machine, another version, another program or an attacker. Reading one either gives a run in
 * which everything is bounded and printable, or one line that says why not; nothing in a file is ever executed, opened or expanded.
 * The guarantees, for every run that was read:
 *
 *  - text holds no control characters, no bidirectional overrides and no broken UTF-8 (each became '?'), and is at most
 *    IOP_RUN_TEXT bytes long, but for names of cells and their parts, which are never cut. It may hold < > & " ' and whatever else is printable: whoever writes HTML escapes it;
 *  - text is never NULL: what is absent is "";
 *  - numbers are finite or NaN; NaN is what a file does not say;
 *  - names of cells are unique within a run, and not empty: a file in which two measurements have one name is refused.
 *
 * Google Benchmark's and hyperfine's own files are runs too (reader_google.c, reader_hyperfine.c), of all versions that wrote JSON.
 * NaN and Infinity, which are no JSON but which Google Benchmark writes, are numbers that the file does not say.
 */
#ifndef IOPATH_BENCH_STORE_READER_H
#define IOPATH_BENCH_STORE_READER_H

#include <host/accesses.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Limits; a file beyond one of them is refused. */
#define IOP_RUN_FILE_BYTES (16u << 20)
#define IOP_RUN_CELLS	   20000u
#define IOP_RUN_SAMPLES	   4096u
#define IOP_RUN_TEXT	   256u	   /**< longer text is cut, with "..." at its end */
#define IOP_RUN_CONTAINERS 200000u /**< objects and arrays in a file */
#define IOP_RUN_FILES	   5000u   /**< of a folder; the newest are taken */

enum iop_run_kind {
	IOP_RUN_BENCH,	  /**< iopath bench, Google Benchmark, or imported */
	IOP_RUN_GATE,	  /**< iopath gate --json: two builds */
	IOP_RUN_BASELINE, /**< of an architecture, without its hardware: no times */
};

/** The two builds of a gate file. */
enum iop_run_side {
	IOP_RUN_BASE,
	IOP_RUN_CANDIDATE,
};

/** What a user of Google Benchmark counted: the median over the repetitions; NaN where the file has no number. */
struct iop_run_counter {
	const char *name;
	double value;
};

struct iop_run_cell {
	const char *name;
	const char *op, *backend, *routine, *size; /**< the name's first four parts */
	const char *module;			   /**< of a user, that has it, or "": the cell is iopath's */
	const char *baseline;			   /**< name of the cell it is compared with, or "" */
	const char *code_hash;			   /**< or "" */
	const char *error;			   /**< why there is no time, or not of all repetitions, or "" */
	const char *failure;			   /**< the same in the file's own words, without numbers of repetitions */
	size_t repetitions;			   /**< that ns is of; 0: unknown */
	size_t failed;				   /**< repetitions beside them that gave no time */
	bool aggregated; /**< the file has statistics in place of repetitions: no samples, and the spread is unknown */
	bool legal;
	const char *tier; /**< the strictest for which the routine is legal, or "" */
	bool latency;	  /**< else throughput */
	bool control;	  /**< not an access path */
	uint64_t bytes;	  /**< an operation moves; 0: unknown or none */
	double ns;	  /**< per operation, median */
	double cpu_ns;
	double low, high; /**< quartiles of ns, or the interval that the file states */
	double min, max;
	double spread; /**< (high - low) / ns */
	double bytes_per_second, bytes_per_cycle, cycles_per_op;
	double speed, speed_low, speed_high; /**< baseline's ns / ns: above 1 is faster */
	double instructions, accesses;	     /**< per operation */
	struct iop_accesses device;	     /**< those on its device side */
	double *samples;		     /**< ns per repetition, finite */
	size_t sample_count;
	double *cpu_samples; /**< cpu_ns per repetition, finite */
	size_t cpu_count;
	struct iop_run_counter *counter;
	size_t counters;
	uint64_t iterations; /**< in a repetition; 0: unknown */
	double *launch_ns;   /**< median of each process, finite */
	size_t launches;
	bool interval;	 /**< low and high are an interval over the launches, and hold the truth with this share: */
	double coverage; /**< or NaN, where the file does not say */

	/** Only of baselines; accesses are those to the device, then. */
	double fewest;				    /**< accesses that the tier's rules allow */
	uint64_t calls, illegal_calls, blind_calls; /**< judged calls; blind: what they touched could not be seen */

	/** Only of gate files. */
	const char *verdict;			/**< "same code", "slower", ... */
	const char *role;			/**< "cell", "planted control", ... */
	double change, change_low, change_high; /**< candidate / base - 1 */
	double resolution, p;
	double side_instructions[2], side_accesses[2]; /**< by enum iop_run_side */
};

/** A module that cells were taken from. */
struct iop_run_module {
	const char *file;
	const char *name;  /**< that it gives itself, or "" */
	const char *build; /**< what tells it from other builds of it: hexadecimal digits, or "" */
	int abi;
};

/** The contents of a baseline beside its cells. */
enum iop_run_barrier {
	IOP_RUN_READ,
	IOP_RUN_WRITE,
	IOP_RUN_READ_RELAXED,
	IOP_RUN_WRITE_RELAXED,
	IOP_RUN_BARRIERS,
};

struct iop_run_code {
	const char *symbol;
	uint64_t bytes;
};

/** llvm-mca's: a static model of a core, no measurement. */
struct iop_run_estimate {
	const char *core, *block;
	double cycles_per_byte;
};

struct iop_run {
	enum iop_run_kind kind;
	int exit_code;	    /**< gate: its verdict; else 0 */
	const char *path;   /**< printable; not for opening */
	const char *time;   /**< "2026-01-31T12:34:56Z", or "" */
	int64_t unix_time;  /**< or 0 */
	const char *commit; /**< hexadecimal digits, or "" */
	bool dirty, partial;
	const char *arch, *cpu, *compiler, *flags, *kernel, *hypervisor, *governor, *smt, *turbo, *microcode, *host, *command,
		*version;
	const char *emulator; /**< names what stood in for hardware, or "" */
	const char *clock;    /**< "cpu" if times are the CPU's; else they are the wall's */
	const char *source;   /**< "iopath", "google-benchmark", "hyperfine", "gate" */
	double cycles_per_ns, empty_ns, load_before, load_after, steal_percent;
	double seconds;		      /**< gate: how long it took */
	const char *base, *candidate; /**< gate: the two builds */
	const char *unfit;	      /**< gate: why the machine was unfit, or "" */
	const char **warnings;
	size_t warning_count;
	struct iop_run_module *modules;
	size_t module_count;
	struct iop_run_cell *cells;
	size_t count;

	/** Only of baselines. */
	struct iop_run_code *code;
	size_t code_count;
	struct iop_run_estimate *estimates;
	size_t estimate_count;
	const char *estimator;
	const char *barriers[IOP_RUN_BARRIERS]; /**< instructions, "; " between them; "": none */

	void *memory; /* private: the tables that all the text lives in */
};

/** Why a file was refused: one printable line without the file's name. */
struct iop_run_error {
	char reason[256];
};

/**
 * Reads @path into @run. 0; -EBADMSG for a file that is not a run (@error says why), or the negative errno of opening or reading it
 * (@error says that too); -EFBIG beyond a limit; -ENOMEM. Only regular files are read. @error may be NULL. After an error @run is
 * empty and needs no iop_run_free().
 */
int iop_run_read(const char *path, struct iop_run *run, struct iop_run_error *error);

/** The same for @size bytes in memory; @path is only a name. This is what the fuzzer drives. */
int iop_run_parse(const char *path, const char *text, size_t size, struct iop_run *run, struct iop_run_error *error);

void iop_run_free(struct iop_run *run);

/** The cell called @name, or NULL. */
const struct iop_run_cell *iop_run_find(const struct iop_run *run, const char *name);

/** The counter of @cell called @name, or NaN. */
double iop_run_counter(const struct iop_run_cell *cell, const char *name);

/** The module of @run that registered @cell, which has its name; NULL: none says that it did. */
const struct iop_run_module *iop_run_module_of(const struct iop_run *run, const struct iop_run_cell *cell);

/** Many runs, oldest first. */
struct iop_runs {
	struct iop_run *run;
	size_t count;
	size_t refused; /**< files that were no runs; each got a line */
};

/**
 * Reads every *.json below @dir, three folders deep at most, without following symbolic links. A file that cannot be read costs
 * one line "iopath: FILE: WHY (left out)" on stderr, never the others. 0, or the negative errno of opening @dir.
 */
int iop_runs_read(const char *dir, struct iop_runs *runs);
void iop_runs_free(struct iop_runs *runs);

/**
 * The latest whole run of each CPU model and architecture among @count runs of any order: of iopath bench, on hardware. @latest has
 * room for @room; returns how many there are, the newest first.
 */
size_t iop_runs_latest(const struct iop_run *const *runs, size_t count, const struct iop_run **latest, size_t room);

/** Prints "iopath: PATH: REASON (left out)" on stderr, with PATH made printable. */
void iop_run_complain(const char *path, const struct iop_run_error *error);

/**
 * Copies @text into @out of @size bytes, made printable as above; cut on a character's border.
 */
void iop_printable(char *out, size_t size, const char *text);

/** The names of files *.json below @dir, sorted; what iop_runs_read() reads. Free each and the array. */
int iop_runs_list(const char *dir, char ***paths, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
