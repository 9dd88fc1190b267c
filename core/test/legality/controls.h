/* SPDX-License-Identifier: MIT */
/** controls.h - copies that are wrong on purpose, and the rules that must say so */
#ifndef LEGALITY_CONTROLS_H
#define LEGALITY_CONTROLS_H

#include <copy_trace.h>

struct control {
	const char *name;
	struct iop_copier copier;
	enum iop_copy_op op;
	size_t n;
	unsigned io_align;
	unsigned broken;     /**< rules that must be among the broken ones; 0: none is, but the data is wrong */
	bool wrong_data;     /**< what arrives must be wrong, too */
	bool takes_too_many; /**< legal, but with more accesses than needed */
};

extern const struct control controls[];
extern const size_t controls_count;

/** Lets the control that goes around the tracer know how. */
void controls_set_alias(unsigned char *window, unsigned char *contents);

#endif
