/* SPDX-License-Identifier: MIT */
/**
 * page.h - the report as one page
 *
 * The page is a document of tables first. A table that can be drawn says so (data-plot), and the page's script draws it from its
 * own cells; without the script, without the plotting library, or printed, the tables are the report. Every section is a function
 * of what was read and writes itself, or a sentence that says what is missing and which command makes it.
 */
#ifndef IOPATH_BENCH_PAGE_H
#define IOPATH_BENCH_PAGE_H

#include <figures/traced_copy.h>
#include <store/profile.h>
#include <store/reader.h>

#include <stdbool.h>
#include <stdio.h>

/** A run, and its cells by name. Every struct iop_run of a report is the first member of one. */
struct iop_report_run {
	struct iop_run run;
	const struct iop_run_cell **by_name;
};

struct iop_report_runs {
	struct iop_report_run *at;
	size_t count, room;
};

/** Runs of one machine (architecture and CPU model), oldest first. */
struct iop_report_machine {
	const char *arch, *cpu;
	const struct iop_run **run;
	size_t count;
	const struct iop_run *copies; /**< the newest run with copies of several sizes, a whole one if there is one, or NULL */
};

struct iop_report_refused {
	char path[256], reason[256];
};

/** Devices side by side that a page has room for. */
#define IOP_REPORT_PROFILES 4

struct iop_report {
	struct iop_report_runs runs;	    /**< everything that could be read, oldest first */
	struct iop_report_runs baselines;   /**< of architectures, by path */
	size_t too_old;			    /**< files that were not read because their folder has many newer ones */
	struct iop_report_machine *machine; /**< newest first */
	size_t machines;
	struct iop_report_refused *refused;
	size_t refusals;
	const struct iop_traced_copy *copy; /**< the caller's; copies of one call follow each other */
	size_t copies;
	const char *no_copies;				 /**< why there are none, or NULL */
	struct iop_profile profile[IOP_REPORT_PROFILES]; /**< of devices, for predictions */
	size_t profiles;
	const char *dir, *baseline_dir, *fuzz_dir, *corpora_dir;
};

/** Reads everything. 0, or -ENOMEM; a folder that is not there is an empty one. */
int iop_report_read(struct iop_report *report);
void iop_report_free(struct iop_report *report);

/** Remembers that @path was left out, for the page and on stderr. */
void iop_report_refuse(struct iop_report *report, const char *path, const char *reason);

/** The cell called @name of a run of a report, or NULL; in logarithmic time, where iop_run_find() looks at each. */
const struct iop_run_cell *iop_report_find(const struct iop_run *run, const char *name);

/** Writes the page. */
void iop_report_page(FILE *out, struct iop_report *report);

/** The parts of a cell's name that matter here: what follows the size, and the size as a number (0: it is none). */
const char *iop_report_variant(const struct iop_run_cell *cell);
uint64_t iop_report_size(const struct iop_run_cell *cell);
/** The pattern of changing sizes, "mix", or NULL: it repeats one size, or is no pattern as it is by default. */
const char *iop_report_pattern(const struct iop_run_cell *cell);
/** Whether it is toio, fromio or set. */
bool iop_report_is_copy(const struct iop_run_cell *cell);
/** Whether it holds times of whole commands; such runs have no cells of a machine. */
bool iop_report_is_of_commands(const struct iop_run *run);
/**
 * How much faster a cell is than another of its run. A cell is measured in turns with its baseline, so two that share one are compared
 * through it: what happened between them does not touch that. NaN: nothing can be said.
 */
double iop_report_faster(const struct iop_run_cell *cell, const struct iop_run_cell *other);
/** Whether code of others was measured: it does not change from one commit of ours to the next. */
bool iop_report_is_peer(const struct iop_run_cell *cell);
/** Bytes for each cycle, from what the file says; NaN if it does not. */
double iop_report_per_cycle(const struct iop_run *run, const struct iop_run_cell *cell);
/**
 * The fastest of the run's loops of nothing but stores (of a fill), or loads and stores (of a copy), over @size bytes by accesses of
 * up to @widest bytes; NULL if none was measured.
 */
const struct iop_run_cell *iop_report_limit(const struct iop_run *run, const char *op, unsigned widest, const char *size);
/** The widest access that a tier allows; of one that is not known, as in old runs, too. */
unsigned iop_report_widest(const struct iop_run_cell *cell);
/** What a copy reaches of the limit that the same run measured for the widths of its tier: 1 is all; NaN: not measured. */
double iop_report_share(const struct iop_run *run, const struct iop_run_cell *cell);
/** The latest whole run of each CPU model, newest first, at most @room. Returns how many. */
size_t iop_report_latest(const struct iop_report *report, const struct iop_run **latest, size_t room);
/** "x86_64 · Intel Xeon", for headings. */
void iop_report_machine_name(FILE *out, const struct iop_report_machine *machine);

/** A copy in a baseline, or NULL; @size as in the file: "4096", "1-64". */
const struct iop_run_cell *iop_report_copy(const struct iop_run *arch, const char *op, const char *routine, const char *size);

/** Parts of the architectures' section: what is known without hardware; of that, what it means, and what order costs. */
void iop_report_baselines(FILE *out, const struct iop_report *report);
void iop_report_conclusions(FILE *out, const struct iop_report *report);
void iop_report_ordering(FILE *out, const struct iop_report *report);

/** The sections, in the page's order. */
void iop_report_calls(FILE *out, const struct iop_report *report);
void iop_report_glance(FILE *out, const struct iop_report *report);
void iop_report_sizes(FILE *out, const struct iop_report *report);
void iop_report_modules(FILE *out, const struct iop_report *report);
void iop_report_predicted(FILE *out, const struct iop_report *report);
void iop_report_accessors(FILE *out, const struct iop_report *report);
void iop_report_pictures(FILE *out, const struct iop_report *report);
void iop_report_heat(FILE *out, const struct iop_report *report);
void iop_report_gates(FILE *out, const struct iop_report *report);
void iop_report_commands(FILE *out, const struct iop_report *report);
void iop_report_architectures(FILE *out, const struct iop_report *report);
void iop_report_history(FILE *out, const struct iop_report *report);
void iop_report_fuzz(FILE *out, struct iop_report *report);
void iop_report_context(FILE *out, const struct iop_report *report);

#endif
