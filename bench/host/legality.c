/* SPDX-License-Identifier: MIT */
#include "legality.h"

#include <stdio.h>
#include <string.h>

/* Source: docs/copies.md, 1. */
static const struct {
	const char *tier, *words;
} tiers[] = {
	{"STRICT", "legal for STRICT"},
	{"STRICT-S", "legal for STRICT-S"},
	{"WIDE", "legal on write-combining mappings (WIDE)"},
	{"WIDE-M", "legal on write-combining mappings (WIDE-M)"},
	{"MEM", "not for devices"},
};
#define TIERS (sizeof(tiers) / sizeof(tiers[0]))

const char *iop_widths_words(unsigned widths, char text[32])
{
	*text = '\0';
	for (unsigned width = 1; width <= 64; width *= 2) {
		unsigned wider = widths & ~(2 * width - 1);

		if (widths & width)
			sprintf(text + strlen(text), "%u%s", width, !wider ? "" : wider & (wider - 1) ? ", " : " and ");
	}
	return text;
}

const char *iop_legality_words(char text[IOP_LEGALITY_TEXT], const char *tier, unsigned widths)
{
	const char *words = "not judged";
	char list[32];

	for (size_t i = 0; tier && i < TIERS; i++)
		if (strcmp(tiers[i].tier, tier) == 0)
			words = tiers[i].words;
	if (!widths || strncmp(words, "legal", 5) != 0)
		snprintf(text, IOP_LEGALITY_TEXT, "%s", words);
	else
		snprintf(text, IOP_LEGALITY_TEXT, "%s, by accesses of %s byte%s", words, iop_widths_words(widths, list),
			 widths == 1 ? "" : "s");
	return text;
}
