/* SPDX-License-Identifier: MIT */
/**
 * rules.h - what makes a copy legal for device memory
 *
 * A device sees each access. The rules over the device side [0, n): every byte is touched by exactly one access; accesses ascend
 * (descend for a backward move); each is aligned to its width; none is outside. How wide an access may be, and by which kind of
 * instruction, is the tier's: a property of the mapping, not of the copy.
 *
 * A FIFO is another question: what is asked for is the same address every time, n bytes by n / width accesses of its one register.
 * Source: docs/copies.md, 1.
 */
#ifndef IOPATH_TRACE_RULES_H
#define IOPATH_TRACE_RULES_H

#include "access_list.h"

#include <iopath/routine.h>

/** Rules that can be broken; a verdict is a set of these. */
enum iop_rule {
	IOP_RULE_TWICE = 1,	  /**< a byte is touched more than once */
	IOP_RULE_MISSED = 2,	  /**< a byte is not touched */
	IOP_RULE_ORDER = 4,	  /**< an access lies before the one that preceded it */
	IOP_RULE_ALIGNED = 8,	  /**< an access is not aligned to its width */
	IOP_RULE_OUTSIDE = 16,	  /**< an access reaches outside the range */
	IOP_RULE_WIDTH = 32,	  /**< too wide for the tier, or masked where the tier has no masks */
	IOP_RULE_FORM = 64,	  /**< not a plain load or store, nor another form that the tier allows */
	IOP_RULE_DIRECTION = 128, /**< a read where only writes belong, or the reverse */
	IOP_RULE_BLIND = 256,	  /**< the observer may have missed accesses: no verdict, which is never 'legal' */
	IOP_RULE_DEVICE = 512,	  /**< of a width that the device does not take */
};
#define IOP_RULES 10

/**
 * In a question's widths: the words of the narrowest width that the range fills in part may be read, merged and written whole, one
 * right after the other; of a read, read whole.
 */
#define IOP_EDGES_RMW (1u << 16)

struct iop_question {
	uintptr_t io;	 /**< address of the device side: alignment is measured on it */
	size_t n;	 /**< bytes */
	bool write;	 /**< the device side is written (toio, set), else read */
	bool descending; /**< a backward move */
	enum iop_tier tier;
	unsigned fifo;	 /**< 0; or the width of the one register at io that all n bytes go through */
	unsigned widths; /**< those that the device takes, ORed: 1, 2, 4 to 64; 0: all; and IOP_EDGES_RMW */
};

struct iop_verdict {
	unsigned broken;	  /**< OR of enum iop_rule; 0: legal */
	size_t accesses, optimum; /**< made; the fewest that tier and widths allow; SIZE_MAX: no number of them */
	size_t first_bad;	  /**< index of the first access that breaks a rule, or SIZE_MAX */
	size_t twice;		  /**< bytes touched more than once */
	unsigned undecoded;	  /**< OR of enum iop_decoder: who cannot decode all of the accesses when they trap */
};

/** Judges @list. */
struct iop_verdict iop_rules_judge(const struct iop_access_list *list, const struct iop_question *question);

/** Fewest aligned accesses of at most @cap bytes (a power of two) that cover [io, io + n) exactly. Closed form. */
size_t iop_rules_optimum(uintptr_t io, size_t n, unsigned cap);

/** The same with accesses of @widths (ORed) only; SIZE_MAX if they cannot cover it. */
size_t iop_rules_fewest(uintptr_t io, size_t n, unsigned widths);

/** Widest access of a tier, bytes. */
unsigned iop_tier_cap(enum iop_tier tier);

/** Words for rule number @bit (0 to IOP_RULES - 1). */
const char *iop_rule_words(unsigned bit);

/** The same of a question about a FIFO of @fifo bytes; 0: of a copy. */
const char *iop_rule_words_of(unsigned bit, unsigned fifo);

/** Words for decoder number @bit, "KVM" for instance. */
const char *iop_decoder_words(unsigned bit);

#endif
