/* SPDX-License-Identifier: MIT */
/**
 * random_routine.h - machine code at random whose accesses are known, since they were chosen first
 *
 * A routine is made for one call: a size, a place of each side, an operation. It is a list of steps, each one instruction on the
 * device side; legal as planned, and then perhaps spoilt. What a judge must say follows from the steps, by a model that shares
 * nothing with the rules of the library.
 */
#ifndef JUDGE_RANDOM_ROUTINE_H
#define JUDGE_RANDOM_ROUTINE_H

#include <copy_trace.h>

enum step_kind {
	STEP_MOV,     /**< a load or store of a general register */
	STEP_EXTEND,  /**< a load that extends */
	STEP_MOVNTI,  /**< a store past the caches */
	STEP_MOVBE,   /**< with the bytes swapped */
	STEP_MOVDIRI, /**< a direct store */
	STEP_STRING,  /**< one or more elements of a string instruction */
	STEP_VECTOR,  /**< a whole vector register */
	STEP_MASKED,  /**< some bytes of a vector register */
	STEP_UPDATE,  /**< a read and a write by one instruction */
	STEP_WRONG,   /**< an access in the wrong direction, which changes no byte */
};

struct step {
	enum step_kind kind;
	int offset; /**< of the access, or of the first element in the order of addresses */
	unsigned width;
	uint64_t mask;	   /**< bytes that are accessed */
	unsigned elements; /**< of a string; elsewhere 1 */
	bool down;	   /**< the elements descend */
	int skew;	   /**< the memory side is taken from so many bytes beside the right place; of a fill: added to the value */
};

#define STEPS 300

/** How a plan was spoilt. */
enum spoiling {
	NOT_SPOILT,
	SPOILT_DOUBLED,
	SPOILT_LEFT_OUT,
	SPOILT_SWAPPED,
	SPOILT_SHIFTED,
	SPOILT_OUTSIDE,
	SPOILT_DIRECTION,
	SPOILT_UPDATE,
	SPOILT_DOWN,
	SPOILT_DATA,
	SPOILINGS
};

struct random_routine {
	enum iop_copy_op op;
	unsigned n, io_align, mem_align;
	struct step step[STEPS];
	unsigned steps;
	enum spoiling spoilt;
	unsigned spoilt_times;
	bool trapped; /**< a host that emulates the device sees the same accesses */
};

/** Random numbers that are the same everywhere. */
uint64_t random_next(uint64_t *state);
unsigned random_below(uint64_t *state, unsigned bound);

/** What the CPU has. */
struct random_cpu {
	bool movbe, movdiri, avx2, avx512;
};

void random_plan(struct random_routine *routine, const struct random_cpu *cpu, uint64_t *state);
/** Writes the machine code; false if it does not fit, or an instruction cannot be encoded. */
bool random_emit(const struct random_routine *routine, unsigned char *code, size_t size, uint64_t *state);

/** What must be seen. */
struct random_truth {
	struct iop_access access[4096]; /**< without code */
	size_t count;
	bool data_right;
};
void random_truth(struct random_truth *truth, const struct random_routine *routine);
/** The rules that the accesses break in a tier, for a device of @widths (0: all). */
unsigned random_broken(const struct random_truth *truth, const struct random_routine *routine, enum iop_tier tier, unsigned widths);

#endif
