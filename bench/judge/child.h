/* SPDX-License-Identifier: MIT */
/**
 * child.h - a child process that answers questions, with limits
 *
 * Code that is judged may do anything: end its process, wait for ever, write anywhere. It runs in a child, which has its question
 * and its answer in memory shared with the parent. The child's standard streams are /dev/null, its files are closed, and it ends
 * when the parent does. What became of it is the parent's to say: an answer exists only where the child gave one.
 */
#ifndef IOPATH_BENCH_JUDGE_CHILD_H
#define IOPATH_BENCH_JUDGE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** Of one question. */
struct iop_child_limits {
	double cpu_seconds;   /**< of its own CPU time; the child keeps this one (iop_child_cpu_timer) */
	double clock_seconds; /**< by the clock, without what other processes took; the parent keeps this one */
	size_t memory;	      /**< bytes that it may map beside what it has; 0: no limit */
};

/** What the child has. The files may be passed on to another program: they are closed on exec unless the child clears that. */
struct iop_child_seat {
	void *shared; /**< question and answer */
	int shared_fd;
	int questions, answers; /**< event files: one is counted up for each question, the other for each answer */
};

struct iop_child {
	void *shared;
	size_t shared_bytes;
	pid_t pid; /**< 0: none */
	int pid_fd, questions, answers;
	struct iop_child_limits limits;
};

enum iop_child_end {
	IOP_CHILD_ANSWERED,
	IOP_CHILD_LATE,	  /**< no answer in time; it has been killed */
	IOP_CHILD_EXITED, /**< it ended with the status @detail */
	IOP_CHILD_KILLED, /**< by signal @detail */
};

/**
 * Starts a child that runs @body(@arg) and ends when that returns. @child->shared is zeroed memory of @shared_bytes. 0 or a
 * negative errno.
 */
int iop_child_start(struct iop_child *child, size_t shared_bytes, const struct iop_child_limits *limits,
		    void (*body)(const struct iop_child_seat *seat, void *arg), void *arg);

/** Tells the child that a question is there, and waits for the answer. After any other end the child is gone. */
enum iop_child_end iop_child_ask(struct iop_child *child, int *detail);

/** Kills the child, with the group of processes that it may have made, and releases the memory. */
void iop_child_stop(struct iop_child *child);

/** In the child: waits for the next question. False when there will be none. */
bool iop_child_question(const struct iop_child_seat *seat);
/** In the child: says that the answer is there. False if it cannot, because somebody has closed the file. */
bool iop_child_answer(const struct iop_child_seat *seat);

#endif
