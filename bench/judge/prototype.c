/* SPDX-License-Identifier: MIT */
#include "prototype.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST 128

bool iop_wanted_parse(struct iop_wanted *wanted, const char *name)
{
	char text[16];

	for (wanted->op = 0; wanted->op < IOP_COPY_OPS; wanted->op++) {
		wanted->width = 0;
		if (strcmp(name, iop_wanted_name(wanted, text)) == 0)
			return true;
		for (wanted->width = 1; wanted->op <= IOP_FROMIO && wanted->width <= 8; wanted->width *= 2)
			if (strcmp(name, iop_wanted_name(wanted, text)) == 0)
				return true;
	}
	return false;
}

const char *iop_wanted_name(const struct iop_wanted *wanted, char text[16])
{
	if (!wanted->width)
		return iop_copy_op_name(wanted->op);
	snprintf(text, 16, "%s%u", wanted->op == IOP_TOIO ? "write" : "read", 8 * wanted->width);
	return text;
}

struct iop_prototype iop_prototype_wanted(const struct iop_wanted *wanted)
{
	if (!wanted->width)
		return iop_prototype_of(wanted->op);
	return (struct iop_prototype){
		.argument = {IOP_ARGUMENT_BASE, IOP_ARGUMENT_OFFSET,
			     wanted->op == IOP_TOIO ? IOP_ARGUMENT_VALUE : IOP_ARGUMENT_NONE},
		.returns_value = wanted->op == IOP_FROMIO,
		.unit = (uint8_t)wanted->width,
		.one = 1,
	};
}

/* A description that is being read. */
struct reading {
	const char *at;
	char *why;
	size_t size;
	const struct iop_wanted *wanted;
	struct iop_prototype *prototype;
	unsigned arguments;
	bool seen[IOP_ARGUMENT_NUMBER + 1];
	unsigned limited; /**< a bit for each limit, counted from the unit */
};

static __attribute__((format(printf, 2, 3))) bool wrong(struct reading *r, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(r->why, r->size, format, list);
	va_end(list);
	return false;
}

static void skip_blanks(struct reading *r)
{
	while (isspace((unsigned char)*r->at))
		r->at++;
}

static bool take(struct reading *r, char c)
{
	skip_blanks(r);
	if (*r->at != c)
		return false;
	r->at++;
	skip_blanks(r);
	return true;
}

/* Letters, digits and what else a symbol may have. False if it does not fit. */
static bool word(struct reading *r, char *text, size_t size)
{
	size_t n = 0;

	skip_blanks(r);
	while (isalnum((unsigned char)r->at[n]) || r->at[n] == '_' || r->at[n] == '.' || r->at[n] == '@' || r->at[n] == '$')
		n++;
	if (n >= size)
		return false;
	memcpy(text, r->at, n);
	text[n] = '\0';
	r->at += n;
	return true;
}

/* The unit of a word such as words4; 0 for another word. */
static unsigned unit_of(const char *text)
{
	return strncmp(text, "words", 5) == 0 && strchr("248", text[5]) && text[5] && !text[6] ? (unsigned)(text[5] - '0') : 0;
}

static enum iop_argument argument_of(const struct iop_wanted *wanted, const char *text)
{
	const struct {
		const char *name;
		enum iop_argument argument;
		bool offered;
	} names[] = {
		{"io", IOP_ARGUMENT_IO, wanted->op != IOP_MOVE},
		{"src", wanted->op == IOP_MOVE ? IOP_ARGUMENT_IO : IOP_ARGUMENT_OTHER,
		 wanted->op == IOP_TOIO || wanted->op == IOP_MOVE},
		{"dst", IOP_ARGUMENT_OTHER, wanted->op == IOP_FROMIO || wanted->op == IOP_MOVE},
		{"base", IOP_ARGUMENT_BASE, wanted->op != IOP_MOVE},
		{"offset", IOP_ARGUMENT_OFFSET, wanted->op != IOP_MOVE},
		{"n", IOP_ARGUMENT_BYTES, !wanted->width},
		{"value", IOP_ARGUMENT_VALUE, wanted->op == IOP_SET || (wanted->op == IOP_TOIO && wanted->width)},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].offered && strcmp(text, names[i].name) == 0)
			return names[i].argument;
	return unit_of(text) && !wanted->width ? IOP_ARGUMENT_UNITS : IOP_ARGUMENT_NONE;
}

static bool add(struct reading *r, const char *text)
{
	enum iop_argument argument = argument_of(r->wanted, text);
	char op[16], *end;
	uint64_t number;

	if (r->arguments == IOP_ARGUMENTS)
		return wrong(r, "more than %d arguments", IOP_ARGUMENTS);
	errno = 0;
	number = strtoull(text, &end, 0);
	if (isdigit((unsigned char)*text) && !*end && !errno) {
		argument = IOP_ARGUMENT_NUMBER;
		r->prototype->number[r->arguments] = number;
	} else if (argument == IOP_ARGUMENT_NONE) {
		return wrong(r, "a %s has no argument '%s'", iop_wanted_name(r->wanted, op), text);
	} else if (r->seen[argument]) {
		return wrong(r, "'%s' is there twice, or beside another for the same", text);
	}
	if (argument == IOP_ARGUMENT_UNITS)
		r->prototype->unit = (uint8_t)unit_of(text);
	r->seen[argument] = true;
	r->prototype->argument[r->arguments++] = (uint8_t)argument;
	return true;
}

static bool arguments(struct reading *r)
{
	char text[32];

	if (!take(r, '('))
		return wrong(r, "it has no parenthesis");
	do {
		if (!word(r, text, sizeof(text)) || !*text)
			return wrong(r, "an argument is missing before '%s'", r->at);
		if (!add(r, text))
			return false;
	} while (take(r, ','));
	return take(r, ')') || wrong(r, "a comma or the closing parenthesis is missing before '%s'", r->at);
}

/* A word that says for which calls it is made, and a number. */
static bool limit(struct reading *r)
{
	struct iop_prototype *p = r->prototype;
	unsigned long number;
	char text[32], *end;
	uint8_t *to;

	if (!word(r, text, sizeof(text)))
		*text = '\0';
	to = strcmp(text, "in") == 0 || strcmp(text, "of") == 0 ? &p->unit
	     : strcmp(text, "from") == 0			? &p->least
	     : strcmp(text, "at") == 0				? &p->place
	     : strcmp(text, "memory") == 0			? &p->memory_place
								: NULL;
	if (!to)
		return wrong(r, "after the parenthesis stand 'in', 'of', 'from', 'at' or 'memory', each with a number");
	if (r->limited & 1u << (to - &p->unit))
		return wrong(r, "'%s' is there twice, or beside another for the same", text);
	r->limited |= 1u << (to - &p->unit);
	skip_blanks(r);
	number = strtoul(r->at, &end, 0);
	if (end == r->at || !number || number > LARGEST || (number & (number - 1)))
		return wrong(r, "'%s' takes a power of two up to %d", text, LARGEST);
	if (to == &p->unit && r->seen[IOP_ARGUMENT_UNITS])
		return wrong(r, "'%s' is for bytes: units say it themselves", text);
	*to = (uint8_t)number;
	p->one |= *text == 'o';
	r->at = end;
	skip_blanks(r);
	return true;
}

static bool limits(struct reading *r)
{
	const bool has_n = r->seen[IOP_ARGUMENT_BYTES];

	if (*r->at && r->wanted->width)
		return wrong(r, "an accessor has the size of its name");
	while (*r->at)
		if (!limit(r))
			return false;
	if (r->prototype->one && has_n && !r->wanted->width)
		return wrong(r, "'of' is for a routine without n");
	return true;
}

/* Both sides and the size must be there, once. */
static bool complete(struct reading *r)
{
	const bool *seen = r->seen, place = seen[IOP_ARGUMENT_BASE] && seen[IOP_ARGUMENT_OFFSET];
	const enum iop_copy_op op = r->wanted->op;

	if (seen[IOP_ARGUMENT_BASE] != seen[IOP_ARGUMENT_OFFSET])
		return wrong(r, "base and offset go together");
	if (seen[IOP_ARGUMENT_IO] == place)
		return wrong(r, op == IOP_MOVE ? "src is missing" : "it needs io, or base and offset, and not both");
	if (seen[IOP_ARGUMENT_BYTES] && seen[IOP_ARGUMENT_UNITS])
		return wrong(r, "n and units of it are the same");
	if (!seen[IOP_ARGUMENT_BYTES] && !seen[IOP_ARGUMENT_UNITS] && !r->prototype->one)
		return wrong(r, "the size is missing: n, words2, words4, words8, or 'of SIZE' at the end");
	if (op == IOP_SET || (op == IOP_TOIO && r->wanted->width)) {
		if (seen[IOP_ARGUMENT_VALUE] == seen[IOP_ARGUMENT_OTHER])
			return wrong(r, "value is missing");
	} else if (!seen[IOP_ARGUMENT_OTHER]) {
		if (!r->wanted->width)
			return wrong(r, "%s is missing", op == IOP_TOIO ? "src" : "dst");
		r->prototype->returns_value = 1;
	}
	return true;
}

bool iop_prototype_parse(struct iop_prototype *prototype, char symbol[IOP_SYMBOL_MOST], const struct iop_wanted *wanted,
			 const char *text, char *why, size_t size)
{
	struct reading r = {.at = text, .why = why, .size = size, .wanted = wanted, .prototype = prototype};

	*prototype = (struct iop_prototype){.unit = (uint8_t)(wanted->width ? wanted->width : 1), .one = wanted->width != 0};
	if (!word(&r, symbol, IOP_SYMBOL_MOST))
		return wrong(&r, "the name is too long");
	return arguments(&r) && limits(&r) && complete(&r);
}
