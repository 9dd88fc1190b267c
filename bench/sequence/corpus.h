/* SPDX-License-Identifier: MIT */
/**
 * corpus.h - sequences that are kept between runs: a folder of texts, one file each
 *
 * All are run before anything else is. What cannot be read, as it is damaged or calls what the module has no longer, is named and
 * stays, and so does what fails.
 */
#ifndef IOPATH_BENCH_SEQUENCE_CORPUS_H
#define IOPATH_BENCH_SEQUENCE_CORPUS_H

#include "campaign.h"

/** Bytes of a file of sequences. */
#define IOP_CORPUS_LONGEST ((size_t)1 << 20)

struct iop_corpus {
	const char *folder; /**< it need not be there */
	/** A file that cannot be read; one line. */
	void (*bad)(void *user, const char *path, const char *why);
	void *user;

	/* Those that passed, and that an engine can start from. */
	struct iop_corpus_file {
		char *name;
		uint64_t hash; /**< of its text */
	} * file;
	size_t files;
	size_t ran, bads;	/**< of all in the folder */
	size_t added, removed;	/**< by iop_corpus_replace() */
	const char *not_merged; /**< why nothing was removed; NULL: it was made as small as it can be */
};

/** Runs each; findings are those of @campaign. False: the module cannot be run, or there is no memory, and campaign->why says so. */
bool iop_corpus_replay(struct iop_corpus *corpus, struct iop_sequence_campaign *campaign);

/** Copies those that passed to @folder. 0 or a negative errno. */
int iop_corpus_copy(const struct iop_corpus *corpus, const char *folder);

/**
 * Adds what @folder has; with @all, it is all that is needed, and of those that passed, the rest is removed. Names are made from the
 * text. 0 or a negative errno, and nothing is removed.
 */
int iop_corpus_replace(struct iop_corpus *corpus, const char *folder, bool all);

void iop_corpus_free(struct iop_corpus *corpus);

#endif
