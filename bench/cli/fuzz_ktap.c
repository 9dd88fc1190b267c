/* SPDX-License-Identifier: MIT */
#include "fuzz_ktap.h"

#include "ktap.h"

#include <inttypes.h>

int iop_fuzz_ktap(const char *where, const struct iop_sequence_module *module, const struct iop_fuzz_outcome *outcome,
		  const uint64_t *calls, const char *uncalled, unsigned left_out)
{
	struct iop_ktap ktap;
	char text[64];

	iop_ktap_open(&ktap);
	for (size_t i = 0; i < module->entries; i++) {
		const struct iop_sequence_entry *e = &module->entry[i];
		const bool found = *outcome[i].words;

		snprintf(text, sizeof(text), "%" PRIu64 " calls", calls[i]);
		iop_ktap_note(&ktap, found ? outcome[i].words : text);
		iop_ktap_point(&ktap,
			       found	  ? IOP_KTAP_FAILED
			       : calls[i] ? IOP_KTAP_OK
					  : IOP_KTAP_SKIPPED,
			       uncalled, "%s %s", e->op, e->name);
	}
	if (left_out)
		iop_ktap_point(&ktap, IOP_KTAP_SKIPPED, "iopath check judges them", "%u operations", left_out);
	return iop_ktap_put(&ktap, "fuzz", where);
}

void iop_fuzz_ktap_error(const char *where, const char *module, const char *why)
{
	struct iop_ktap ktap;

	iop_ktap_open(&ktap);
	iop_ktap_point(&ktap, IOP_KTAP_ERROR, why, "%s", module);
	iop_ktap_put(&ktap, "fuzz", where);
}
