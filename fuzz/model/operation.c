/* SPDX-License-Identifier: MIT */
#include "operation.h"

#include <errno.h>

static const struct fuzz_operation *const table[256] = {
#define OP(number, name, ...) [number] = &fuzz_operation_##name,
	FUZZ_OPS(OP)
#undef OP
};

const struct fuzz_operation *fuzz_operation(uint8_t op)
{
	return table[op];
}

void fuzz_model_run(struct fuzz_model *m, const struct fuzz_call *call, struct fuzz_result *result)
{
	*result = (struct fuzz_result){.rc = 0};
	m->expectations = 0;
	m->asked_count = 0;
	m->copies = false;
	m->refused = NULL;
	m->wrote = 0;
	m->moved_count = 0;
	m->fails_late = false;
	switch (call->op) {
#define RUN(number, name, ...) \
	case number: fuzz_operation_##name.model(m, call, result); break;
		FUZZ_OPS(RUN)
#undef RUN
	default: result->rc = -ENOSYS;
	}
	if (m->refused)
		result->panic = m->refused;
	/* Nothing is accessed where an operation panics or fails, unless it says so. */
	if ((result->panic || result->rc) && !m->fails_late) {
		m->expectations = 0;
		m->moved_count = 0;
		m->copies = false;
	}
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
