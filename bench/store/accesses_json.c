/* SPDX-License-Identifier: MIT */
#include "accesses_json.h"

#include <math.h>
#include <string.h>

#define KEY   "device_accesses"
#define LINES "w_lines"
#define MOST  1e15

void iop_accesses_store(json_t *row, const struct iop_accesses *accesses)
{
	json_t *o;

	if (!accesses->known)
		return;
	o = json_object();
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++) {
			char key[4];

			iop_access_key(key, d, w);
			if (accesses->count[d][w] > 0)
				json_object_set_new(o, key, json_real(accesses->count[d][w]));
		}
	if (accesses->lines > 0)
		json_object_set_new(o, LINES, json_real(accesses->lines));
	json_object_set_new(row, KEY, o);
}

static bool take(struct iop_accesses *a, const char *key, double value)
{
	if (strcmp(key, LINES) == 0) {
		a->lines = value;
		return true;
	}
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++) {
			char text[4];

			iop_access_key(text, d, w);
			if (strcmp(key, text) == 0) {
				a->count[d][w] = value;
				return true;
			}
		}
	return false;
}

void iop_accesses_read(struct iop_accesses *accesses, const json_t *row)
{
	json_t *o = json_object_get(row, KEY), *value;
	struct iop_accesses a = {.known = json_is_object(o)};
	const char *key;

	json_object_foreach(o, key, value)
	{
		double n = json_number_value(value);

		/* A count that is not understood makes the others too few. */
		if (!json_is_number(value) || !(n >= 0 && n < MOST) || !take(&a, key, n))
			a.known = false;
	}
	*accesses = a.known ? a : (struct iop_accesses){0};
}
