/* SPDX-License-Identifier: MIT */
#include "judge.h"

#include "model.h"

#include <iopath/cells.h>

#include <copy_trace.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *iop_sequence_fault_name(enum iop_sequence_fault fault)
{
	static const char *const names[] = {"clean", "device",	 "beside-device", "memory", "beside-memory",
					    "value", "accepted", "refused",	  "place",  "access",
					    "rules", "crash",	 "hang",	  "ended",  "cannot"};

	return names[fault];
}

bool iop_sequence_fail(struct iop_sequence_failure *failure, enum iop_sequence_fault fault, const char *format, ...)
{
	va_list args;

	failure->fault = fault;
	va_start(args, format);
	vsnprintf(failure->words, sizeof(failure->words), format, args);
	va_end(args);
	return false;
}

/* One call, and what is known of it. */
struct judged {
	const struct iop_sequence_entry *entry;
	const struct iop_sequence_step *step;
	const struct iop_sequence_outcome *outcome;
	const struct iop_judge_access *access; /* of all calls */
	struct iop_sequence_expected expected;
	struct iop_sequence_failure *failure;
};

/* The range that the call writes in a window; nothing of what it only reads. */
static void written(const struct judged *j, bool device, uint64_t *at, uint64_t *bytes)
{
	const unsigned kind = j->entry->kind;

	*at = *bytes = 0;
	if (device && (kind == IOP_REGISTERED_TOIO || kind == IOP_REGISTERED_SET || kind == IOP_REGISTERED_WRITE ||
		       (kind == IOP_REGISTERED_CHECKED_WRITE && !j->expected.refused))) {
		*at = j->expected.at;
		*bytes = j->expected.bytes;
	} else if (device == (kind == IOP_REGISTERED_MOVE) && (device || kind == IOP_REGISTERED_FROMIO)) {
		*at = j->step->other;
		*bytes = j->step->size;
	}
}

static bool same(const struct judged *j, bool device, const unsigned char *is, const unsigned char *must)
{
	const char *window = device ? "device" : "memory";
	uint64_t at, bytes, i = 0;

	if (memcmp(is, must, IOP_SEQUENCE_WINDOW) == 0)
		return true;
	while (is[i] == must[i])
		i++;
	written(j, device, &at, &bytes);
	if (i >= at && i - at < bytes)
		return iop_sequence_fail(j->failure, device ? IOP_SEQUENCE_DEVICE : IOP_SEQUENCE_MEMORY,
					 "byte %" PRIu64 " of %" PRIu64 " in the %s (at 0x%" PRIx64 ") is 0x%02x, not 0x%02x",
					 i - at, bytes, window, i, is[i], must[i]);
	return iop_sequence_fail(j->failure, device ? IOP_SEQUENCE_BESIDE_DEVICE : IOP_SEQUENCE_BESIDE_MEMORY,
				 "the %s's byte at 0x%" PRIx64 " has become 0x%02x, and must stay 0x%02x: %s", window, i, is[i],
				 must[i],
				 !bytes	   ? "nothing is written there"
				 : i >= at ? "it is behind what is written"
					   : "it is before what is written");
}

static bool right_result(const struct judged *j)
{
	const struct iop_sequence_outcome *o = j->outcome;
	const uint64_t mask = j->entry->width >= 8 || !j->entry->width ? UINT64_MAX : (UINT64_C(1) << 8 * j->entry->width) - 1;
	const bool checked_read = j->entry->kind == IOP_REGISTERED_CHECKED_READ;
	uint64_t must = j->expected.value;

	if (j->expected.refused && o->result == 0)
		return iop_sequence_fail(j->failure, IOP_SEQUENCE_ACCEPTED, "must be refused, and is not");
	if (!j->expected.refused && o->result != 0)
		return iop_sequence_fail(j->failure, IOP_SEQUENCE_REFUSED, "is inside, and is refused (%d)", o->result);
	if (j->expected.refused)
		return true;
	if (j->entry->kind == IOP_REGISTERED_PROJECTION && o->projected != (int64_t)j->step->offset)
		return iop_sequence_fail(j->failure, IOP_SEQUENCE_PLACE, "is %" PRId64 " bytes from the base, not %" PRIu64,
					 o->projected, j->step->offset);
	if (checked_read && (o->value & ~mask) != (IOP_SEQUENCE_UNREAD & ~mask))
		return iop_sequence_fail(j->failure, IOP_SEQUENCE_VALUE, "stores more than the %u bytes of its value",
					 j->entry->width);
	if (checked_read)
		must |= IOP_SEQUENCE_UNREAD & ~mask;
	if ((checked_read || j->entry->kind == IOP_REGISTERED_READ) && o->value != must)
		return iop_sequence_fail(j->failure, IOP_SEQUENCE_VALUE, "yields 0x%" PRIx64 ", not 0x%" PRIx64,
					 checked_read ? o->value & mask : o->value, j->expected.value);
	return true;
}

/* Room for all of them; offsets of a move's destination count from there. */
static struct iop_access *side_of(const struct judged *j, bool move, bool writes, int64_t distance, struct iop_access_list *list)
{
	struct iop_access *access = malloc(((size_t)j->outcome->count + 1) * sizeof(*access));

	*list = (struct iop_access_list){.access = access};
	for (uint32_t i = 0; access && i < j->outcome->count; i++) {
		const struct iop_judge_access *a = &j->access[j->outcome->first + i];

		if (move && a->write != writes)
			continue;
		access[list->count++] = (struct iop_access){.offset = (ptrdiff_t)(a->offset - distance),
							    .width = a->width,
							    .write = a->write,
							    .form = a->form,
							    .mask = a->mask};
	}
	list->room = list->count;
	return access;
}

static void broken_words(const struct iop_copy_traced *traced, char *words, size_t size)
{
	size_t used = 0;

	*words = '\0';
	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if ((traced->side[0].verdict.broken | (traced->sides > 1 ? traced->side[1].verdict.broken : 0)) & 1u << bit)
			used += (size_t)snprintf(words + used, used < size ? size - used : 0, "%s%s", used ? ", " : "",
						 iop_rule_words(bit));
}

static bool broken(const struct judged *j, const struct iop_copy_traced *traced)
{
	char words[300], access[60] = "";
	unsigned rules = 0;

	for (unsigned i = traced->sides; i-- > 0;) {
		const struct iop_copy_side *side = &traced->side[i];

		rules |= side->verdict.broken;
		if (side->verdict.first_bad < side->list.count) {
			const struct iop_access *a = &side->list.access[side->verdict.first_bad];

			snprintf(access, sizeof(access), "; first %s %u at %td", a->write ? "write" : "read", a->width, a->offset);
		}
	}
	if (!rules || (rules & IOP_RULE_BLIND))
		return true;
	broken_words(traced, words, sizeof(words));
	j->failure->broken = rules;
	return iop_sequence_fail(j->failure, IOP_SEQUENCE_RULES, "%s (accesses: %zu%s)", words,
				 traced->side[0].list.count + (traced->sides > 1 ? traced->side[1].list.count : 0), access);
}

/* An accessor is a copy of so many bytes by one access of this width. */
static bool right_accesses(const struct judged *j)
{
	const struct iop_sequence_entry *e = j->entry;
	const bool move = e->kind == IOP_REGISTERED_MOVE, reads = e->kind == IOP_REGISTERED_FROMIO ||
								  e->kind == IOP_REGISTERED_READ ||
								  e->kind == IOP_REGISTERED_CHECKED_READ;
	const uint64_t at[2] = {j->expected.at, j->step->other};
	const int64_t distance = move ? (int64_t)(at[1] - at[0]) : 0;
	const struct iop_copy_call call = {.op = move	 ? IOP_MOVE
						 : reads ? IOP_FROMIO
							 : IOP_TOIO,
					   .n = (size_t)j->expected.bytes,
					   .distance = (ptrdiff_t)distance};
	/* Windows start at a page. */
	const uintptr_t io[2] = {(uintptr_t)(4096 + at[0]), (uintptr_t)(4096 + at[1])};
	struct iop_copy_traced traced = {.sides = move ? 2 : 1, .data_right = true};
	bool right = true;

	if (j->expected.refused || !j->expected.bytes)
		return !j->outcome->count ||
		       iop_sequence_fail(j->failure, IOP_SEQUENCE_ACCESS,
					 "%s the device (%u at %" PRId64 "), and must make no access",
					 j->access[j->outcome->first].write ? "writes" : "reads",
					 j->access[j->outcome->first].width, j->access[j->outcome->first].offset);
	for (unsigned i = 0; i < traced.sides; i++)
		right &= side_of(j, move, i, i ? distance : (int64_t)(at[0] - j->step->io), &traced.side[i].list) != NULL;
	if (right) {
		iop_copy_judge(&traced, &call, io, e->width ? IOP_STRICT : e->tier, e->width ? e->width : e->widths);
		right = broken(j, &traced);
	}
	for (unsigned i = 0; i < traced.sides; i++)
		free(traced.side[i].list.access);
	return right;
}

bool iop_sequence_judge(const struct iop_sequence_module *module, const struct iop_sequence *sequence,
			const struct iop_sequence_shared *shared, struct iop_sequence_failure *failure)
{
	static struct iop_sequence_model model;

	if (!shared->done)
		return true;
	iop_sequence_fill(sequence->fill, model.device, model.memory);
	for (uint32_t i = 0; i < shared->done; i++) {
		struct judged j = {.entry = &module->entry[sequence->step[i].entry],
				   .step = &sequence->step[i],
				   .outcome = &shared->outcome[i],
				   .access = shared->access,
				   .failure = failure};
		const uint64_t first = j.outcome->first, count = j.outcome->count;

		failure->step = i;
		failure->entry = j.step->entry;
		j.expected = iop_sequence_expect(&model, j.entry, j.step);
		if (!right_result(&j) || !same(&j, true, shared->device[i], model.device) ||
		    !same(&j, false, shared->memory[i], model.memory))
			return false;
		/* The routine could have written there. */
		if (j.step->watched && !*j.outcome->blind && first + count <= IOP_SEQUENCE_ACCESSES && !right_accesses(&j))
			return false;
	}
	return true;
}
