/* SPDX-License-Identifier: MIT */
/**
 * launch.h - starting the processes that hold the modules
 *
 * The modules are copied first, each to a file of its own: the two sides may be one file, which a process would load only once,
 * and a build that goes on meanwhile must not change what is measured.
 */
#ifndef IOPATH_BENCH_SAMPLE_LAUNCH_H
#define IOPATH_BENCH_SAMPLE_LAUNCH_H

#include "pair.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>

/** Modules of one side. */
#define IOP_LAUNCHER_MODULES 32

struct iop_launcher {
	char folder[PATH_MAX];
	struct {
		const char *given[IOP_LAUNCHER_MODULES]; /**< what the user called them */
		char *copy[IOP_LAUNCHER_MODULES];
		size_t count;
	} side[IOP_SIDES];   /**< the candidate has none where the base is both */
	const char *command; /**< for messages */
	const volatile sig_atomic_t *stop;
	void (*after)(void *user); /**< called when a worker has ended, however it did; or NULL */
	void *user;
};

struct iop_task {
	const char *name;
	const char *base_name; /**< NULL: as @name; else the base is a cell of its own */
	int id, index[IOP_SIDES];
	uint64_t ops[IOP_SIDES];
	unsigned rounds;
};

struct iop_launch_end {
	bool good;	   /**< it ran to its end */
	bool stopped;	   /**< by the user */
	int signal;	   /**< that ended it, or 0 */
	int last;	   /**< the task that crashed it, or -1 */
	int side;	   /**< of that task, or -1: both were there */
	char reason[1024]; /**< why not good, in words */
};

/** Files of a side. */
struct iop_launcher_paths {
	const char *path[IOP_LAUNCHER_MODULES];
	size_t count;
};

/**
 * Copies the modules into a new folder; without a @candidate the base is both, loaded once. 0, or an exit code after an error message
 * of @command's.
 */
int iop_launcher_open(struct iop_launcher *launcher, const char *command, const char *base, const char *candidate,
		      const volatile sig_atomic_t *stop);
/** The same with several modules on each side: their cells are numbered through. */
int iop_launcher_open_sides(struct iop_launcher *launcher, const char *command, const struct iop_launcher_paths side[IOP_SIDES],
			    const volatile sig_atomic_t *stop);
/** The same with one list of them as both sides. */
int iop_launcher_open_modules(struct iop_launcher *launcher, const char *command, const char *const *paths, size_t count,
			      const volatile sig_atomic_t *stop);
void iop_launcher_close(struct iop_launcher *launcher);

/**
 * Runs a worker (worker.h), @line for each line it says. @tool is NULL or a NULL-terminated command that runs the worker. A
 * worker that says nothing for @patience seconds is ended. Launches of different modes may run at once, in threads.
 */
void iop_launch(const struct iop_launcher *launcher, const char *const *tool, const char *mode, const struct iop_task *tasks,
		size_t count, uint64_t seed, double patience, void (*line)(void *user, char *text), void *user,
		struct iop_launch_end *end);

#endif
