/* SPDX-License-Identifier: MIT */
#include "fuzz_options.h"

#include <regex.h>
#include <stdio.h>

static bool entry_of(struct iop_sequence_entry *entry, const struct iop_described_entry *d)
{
	const struct iop_sequence_claims claims = {.name = d->name,
						   .symbol = d->symbol,
						   .tier = d->tier,
						   .kind = d->kind,
						   .width = d->width,
						   .widths = d->widths,
						   .unit = d->unit};

	return iop_sequence_entry_of(entry, &claims);
}

int iop_fuzz_choose(const struct iop_fuzz_options *o, const struct iop_described *d, struct iop_sequence_module *module,
		    unsigned *left_out)
{
	regex_t filter;
	size_t chosen = 0;
	int err = 0;

	if (regcomp(&filter, o->filter ? o->filter : "", REG_EXTENDED | REG_NOSUB))
		return iop_fail("fuzz", NULL, "--filter is no extended regular expression: '%s'", o->filter);
	for (size_t i = 0; i < d->entries && !err; i++) {
		struct iop_sequence_entry *e = &module->entry[module->entries];
		const bool understood = entry_of(e, &d->entry[i]);
		char name[300];

		/* Lines that are not asked for may stand in a corpus. */
		snprintf(name, sizeof(name), "%s/%.250s", e->op, e->name);
		e->left_out = regexec(&filter, name, 0, NULL, 0) != 0;
		if (!understood && !e->left_out)
			err = iop_fail("fuzz", "STRICT, STRICT-S, WIDE, WIDE-M or MEM",
				       "%s: %s claims a tier that does not exist: '%s'", o->module, e->name, d->entry[i].tier);
		else if (understood && iop_sequence_members(e->kind))
			chosen += !module->entry[module->entries++].left_out;
		else if (!e->left_out)
			++*left_out;
	}
	regfree(&filter);
	if (!err && !chosen)
		err = iop_fail("fuzz", "iopath check judges operations", "%s: it registers nothing that can be called here%s",
			       o->module, o->filter ? ", or the filter matches nothing" : "");
	return err;
}
