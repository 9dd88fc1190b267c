/* SPDX-License-Identifier: MIT */
#include "operation.h"

static const struct fuzz_operation *const table[256] = {
#define OP(number, name, ...) [number] = &fuzz_operation_##name,
	FUZZ_OPS(OP)
#undef OP
};

const struct fuzz_operation *fuzz_operation(uint8_t op)
{
	return table[op];
}

/* From the highest number down: what guards something has a higher one than what it guards. */
bool fuzz_left_open(const struct fuzz_model *m, struct fuzz_call *call)
{
	static uint8_t droppers[256];
	static unsigned count;
	static bool known;

	for (unsigned op = 255; !known && op; op--)
		if (table[op] && table[op]->left_open)
			droppers[count++] = (uint8_t)op;
	known = true;
	for (unsigned i = 0; i < count; i++) {
		*call = (struct fuzz_call){.op = droppers[i]};
		if (table[droppers[i]]->left_open(m, call))
			return true;
	}
	return false;
}
