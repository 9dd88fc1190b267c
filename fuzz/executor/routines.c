/* SPDX-License-Identifier: MIT */
#include "routines.h"

#include <string.h>

#define MOST 64

/* Those that this CPU can run, the portable one first: it stands in for the others. */
static struct {
	unsigned count;
	uint16_t id[MOST];
	const struct iop_routine *routine[MOST];
} known;

static void add(const struct iop_routine *routine)
{
	/* Programs call at any size and place; those that are for units have an operation of their own. */
	if (known.count == MOST || routine->unit > 1 || (routine->supported && !routine->supported()))
		return;
	known.id[known.count] = fuzz_routine_id(routine->name);
	known.routine[known.count++] = routine;
}

static void find_all(void)
{
	for (unsigned i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, FUZZ_PORTABLE) == 0)
			add(iop_routines[i]);
	for (unsigned i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, FUZZ_PORTABLE) != 0)
			add(iop_routines[i]);
}

const uint16_t *fuzz_executor_routines(unsigned *count)
{
	if (!known.count)
		find_all();
	*count = known.count;
	return known.id;
}

const struct iop_routine *fuzz_routine(uint16_t id)
{
	unsigned count, i = 0;

	fuzz_executor_routines(&count);
	while (i < count && known.id[i] != id)
		i++;
	return known.routine[i < count ? i : 0];
}

const char *fuzz_executor_routine_name(uint16_t id)
{
	const struct iop_routine *routine = fuzz_routine(id);

	return fuzz_routine_id(routine->name) == id ? routine->name : NULL;
}
