/* SPDX-License-Identifier: MIT */
/* Sequences as text: 'sequence fill 7', then a line for each call: 'toio my_copy io 0x40 memory 0x3 size 0x11 watched'. */
#include "sequence.h"

#include <iopath/cells.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_LINE 512

static const char *member_name(const struct iop_sequence_entry *e, unsigned member)
{
	static const char *const names[IOP_MEMBERS] = {"io", "memory", "size", "offset", "length", "value"};

	return member == IOP_MEMBER_OTHER && e->kind == IOP_REGISTERED_MOVE ? "to" : names[member];
}

void iop_sequence_write_step(FILE *out, const struct iop_sequence_module *module, const struct iop_sequence_step *step)
{
	const struct iop_sequence_entry *e = &module->entry[step->entry];
	struct iop_sequence_step copy = *step;

	fprintf(out, "  %s %s", e->op, e->name);
	for (unsigned m = 0; m < IOP_MEMBERS; m++)
		if (iop_sequence_members(e->kind) & 1u << m) {
			const uint64_t value = *iop_sequence_member(&copy, m);

			fprintf(out, value < 10 ? " %s %" PRIu64 : " %s 0x%" PRIx64, member_name(e, m), value);
		}
	fprintf(out, "%s\n", step->watched ? " watched" : "");
}

void iop_sequence_write(FILE *out, const struct iop_sequence_module *module, const struct iop_sequence_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		fprintf(out, "sequence fill %u\n", list->sequence[i].fill);
		for (uint32_t s = 0; s < list->sequence[i].steps; s++)
			iop_sequence_write_step(out, module, &list->sequence[i].step[s]);
	}
}

struct reading {
	const struct iop_sequence_module *module;
	struct iop_sequence_list *list;
	unsigned line;
	char *why;
	size_t size;
};

static __attribute__((format(printf, 2, 3))) bool wrong(struct reading *r, const char *format, ...)
{
	int used = snprintf(r->why, r->size, "line %u: ", r->line);
	va_list args;

	va_start(args, format);
	if (used > 0 && (size_t)used < r->size)
		vsnprintf(r->why + used, r->size - (size_t)used, format, args);
	va_end(args);
	return false;
}

static bool number(const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = text && *text != '-' ? strtoull(text, &end, 0) : 0;
	return text && *text != '-' && end != text && !*end && !errno;
}

static const struct iop_sequence_entry *find(const struct iop_sequence_module *module, const char *op, const char *name)
{
	for (size_t i = 0; i < module->entries; i++)
		if (strcmp(module->entry[i].op, op) == 0 && strcmp(module->entry[i].name, name) == 0)
			return &module->entry[i];
	return NULL;
}

static bool begin(struct reading *r, char **save)
{
	const char *word = strtok_r(NULL, " \t", save), *text = strtok_r(NULL, " \t", save);
	struct iop_sequence *s = &r->list->sequence[r->list->count];
	uint64_t fill;

	if (r->list->count == IOP_SEQUENCE_LONGEST)
		return wrong(r, "more than %d sequences", IOP_SEQUENCE_LONGEST);
	if (!word || strcmp(word, "fill") != 0 || !number(text, &fill) || fill > UINT32_MAX)
		return wrong(r, "'sequence fill' and a number are expected");
	*s = (struct iop_sequence){.fill = (uint32_t)fill};
	r->list->count++;
	return true;
}

static bool members(struct reading *r, const struct iop_sequence_entry *e, struct iop_sequence_step *step, char **save)
{
	unsigned missing = iop_sequence_members(e->kind), m;

	for (const char *word; (word = strtok_r(NULL, " \t", save));) {
		if (strcmp(word, "watched") == 0) {
			step->watched = 1;
			continue;
		}
		for (m = 0; m < IOP_MEMBERS; m++)
			if ((missing & 1u << m) && strcmp(word, member_name(e, m)) == 0)
				break;
		if (m == IOP_MEMBERS)
			return wrong(r, "%s has no '%s', or has it already", e->op, word);
		if (!number(strtok_r(NULL, " \t", save), iop_sequence_member(step, m)))
			return wrong(r, "a number is missing after '%s'", word);
		missing &= ~(1u << m);
	}
	return !missing || wrong(r, "'%s' is missing", member_name(e, (unsigned)__builtin_ctz(missing)));
}

static bool line(struct reading *r, char *text)
{
	char *save, *op = strtok_r(text, " \t\r", &save), *name;
	const struct iop_sequence_entry *e;
	struct iop_sequence *s;

	if (!op || *op == '#')
		return true;
	if (strcmp(op, "sequence") == 0)
		return begin(r, &save);
	name = strtok_r(NULL, " \t", &save);
	if (!r->list->count || !name)
		return wrong(r, "'sequence fill N', or the operation and the name of a line of the module are expected");
	s = &r->list->sequence[r->list->count - 1];
	e = find(r->module, op, name);
	if (!e)
		return wrong(r, "the module registers no %s %s", op, name);
	if (s->steps == IOP_SEQUENCE_STEPS)
		return wrong(r, "more than %d calls", IOP_SEQUENCE_STEPS);
	s->step[s->steps] = (struct iop_sequence_step){.entry = (uint32_t)(e - r->module->entry)};
	return members(r, e, &s->step[s->steps++], &save);
}

bool iop_sequence_read(struct iop_sequence_list *list, const struct iop_sequence_module *module, const char *text, char *why,
		       size_t size)
{
	struct reading r = {.module = module, .list = list, .why = why, .size = size};

	list->count = 0;
	while (*text) {
		size_t length = strcspn(text, "\n");
		char copy[LONGEST_LINE];

		r.line++;
		if (length >= sizeof(copy))
			return wrong(&r, "it is too long");
		memcpy(copy, text, length);
		copy[length] = '\0';
		if (!line(&r, copy))
			return false;
		text += length + (text[length] == '\n');
	}
	for (size_t i = 0; i < list->count; i++)
		if (!iop_sequence_takes(module, &list->sequence[i]))
			return wrong(&r, "sequence %zu has no call, or one that is outside its windows or what the module claims",
				     i + 1);
	return list->count || wrong(&r, "there is no sequence");
}
