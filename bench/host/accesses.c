/* SPDX-License-Identifier: MIT */
#include "accesses.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int iop_access_width(size_t bytes)
{
	for (int i = 0; i < IOP_ACCESS_WIDTHS; i++)
		if (bytes == (size_t)1 << i)
			return i;
	return -1;
}

bool iop_accesses_add(struct iop_accesses *accesses, enum iop_access_direction direction, size_t bytes)
{
	int width = iop_access_width(bytes);

	if (width < 0)
		return false;
	accesses->count[direction][width]++;
	return true;
}

bool iop_accesses_equal(const struct iop_accesses *a, const struct iop_accesses *b)
{
	bool equal = a->known == b->known && fabs(a->lines - b->lines) < 1e-9;

	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			equal = equal && fabs(a->count[d][w] - b->count[d][w]) < 1e-9;
	return equal;
}

double iop_accesses_total(const struct iop_accesses *accesses)
{
	double total = accesses->known ? 0 : NAN;

	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			total += accesses->count[d][w];
	return total;
}

void iop_access_key(char text[4], enum iop_access_direction direction, unsigned width)
{
	snprintf(text, 4, "%c%u", direction == IOP_ACCESS_READ ? 'r' : 'w', 1u << width % IOP_ACCESS_WIDTHS);
}

void iop_accesses_text(char *text, size_t size, const struct iop_accesses *accesses)
{
	size_t used = 0;

	snprintf(text, size, "%s", accesses->known ? "0" : "-");
	if (!accesses->known)
		return;
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (int w = IOP_ACCESS_WIDTHS - 1; w >= 0; w--) {
			double n = accesses->count[d][w];
			char key[4];

			/* "0.0" says nothing; a mean of it is in the stored file. */
			if (n < 0.05)
				continue;
			iop_access_key(key, d, (unsigned)w);
			used += (size_t)snprintf(text + used, size - used,
						 n < 1000 && fabs(n - round(n)) > 1e-9 ? "%s%.1f %s" : "%s%.0f %s",
						 used ? " + " : "", n, key);
			if (used >= size) {
				if (size >= 4)
					memcpy(text + size - 4, "...", 4);
				return;
			}
		}
}
