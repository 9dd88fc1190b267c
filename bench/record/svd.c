/* SPDX-License-Identifier: MIT */
#include "svd.h"

#include <host/fail.h>

#ifdef IOP_HAVE_EXPAT
#include "recording.h"
#include "xml.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME	512
#define DERIVED 32
#define NESTED	32
#define STEPS	(1 << 22) /* elements of arrays within arrays, also of empty ones */

struct svd {
	struct iop_names *names;
	const char *path, *peripheral;
	const struct iop_xml *peripherals;
	bool found;
	unsigned long steps;
	int code;
};

/* Where an element is: what of it is given by what is around it. */
struct scope {
	uint64_t at;
	const char *prefix; /* of names, with its dot */
	const char *size, *access;
	unsigned depth;
};

/* An element, once for each of an array. */
typedef void one_of(struct svd *svd, const struct iop_xml *e, const struct scope *scope, const char *name);

__attribute__((format(printf, 3, 4))) static void fail(struct svd *svd, const struct iop_xml *e, const char *format, ...)
{
	char place[PATH_MAX + 32], why[2 * NAME];
	va_list args;

	if (svd->code)
		return;
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	iop_slot_printable(why);
	snprintf(place, sizeof(place), "%s:%lu", svd->path, e->line);
	svd->code = iop_fail(place, "CMSIS-SVD", "%s", why);
}

/* 0: it is no suffix. */
static unsigned shift_of(char suffix)
{
	switch (suffix) {
	case 'k':
	case 'K': return 10;
	case 'm':
	case 'M': return 20;
	case 'g':
	case 'G': return 30;
	case 't':
	case 'T': return 40;
	default: return 0;
	}
}

/* As the format has them: 16, 0x10, #1010, 4K. */
static bool number(const char *text, uint64_t *value)
{
	unsigned shift;
	int base = 10;
	char *end;

	text += *text == '+';
	if (*text == '#') {
		base = 2;
		text++;
	} else if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	errno = 0;
	*value = strtoull(text, &end, base);
	if (errno || end == text || !isxdigit((unsigned char)*text))
		return false;
	shift = shift_of(*end);
	if (*value > UINT64_MAX >> shift)
		return false;
	*value <<= shift;
	return shift ? !end[1] : !*end;
}

static const char *name_of(const struct iop_xml *e)
{
	const struct iop_xml *name = iop_xml_in(e, "name");

	return name ? name->text : "";
}

static const struct iop_xml *named(const struct iop_xml *in, const char *what, const char *name, size_t length)
{
	for (const struct iop_xml *e = in ? in->first : NULL; e; e = e->next)
		if ((!what || strcmp(e->name, what) == 0) && strlen(name_of(e)) == length && strncmp(name_of(e), name, length) == 0)
			return e;
	return NULL;
}

/* What registers and clusters of @e are in. */
static const struct iop_xml *contents(const struct iop_xml *e)
{
	return strcmp(e->name, "peripheral") == 0 ? iop_xml_in(e, "registers") : e;
}

/* What @e says that it is derived from: beside it, or a path of names with dots. NULL: nothing, or there is no such. */
static const struct iop_xml *base_of(struct svd *svd, const struct iop_xml *e)
{
	const struct iop_xml *found, *in = svd->peripherals;
	const char *rest = e->from;

	if (!rest)
		return NULL;
	found = named(e->parent, e->name, rest, strlen(rest));
	while (!found && in && rest) {
		size_t length = strcspn(rest, ".");

		in = named(in, NULL, rest, length);
		rest = rest[length] ? rest + length + 1 : NULL;
		if (in && !rest && strcmp(in->name, e->name) == 0)
			found = in;
		in = in ? contents(in) : NULL;
	}
	if (!found)
		fail(svd, e, "derived from '%s', which there is not", e->from);
	return found;
}

/* The text of @what in @e or in what it is derived from; NULL: in none. */
static const struct iop_xml *property(struct svd *svd, const struct iop_xml *e, const char *what)
{
	const struct iop_xml *found = NULL, *from = e;

	for (unsigned i = 0; from && !(found = iop_xml_in(from, what)); i++) {
		if (i == DERIVED) {
			fail(svd, e, "%s '%s' is derived from itself", e->name, name_of(e));
			return NULL;
		}
		from = base_of(svd, from);
	}
	return found;
}

static uint64_t number_of(struct svd *svd, const struct iop_xml *e, const char *what)
{
	const struct iop_xml *found = property(svd, e, what);
	uint64_t value = 0;

	if (!found)
		fail(svd, e, "%s '%s' has no %s", e->name, name_of(e), what);
	else if (!number(found->text, &value))
		fail(svd, found, "%s '%s' is no number", what, found->text);
	return value;
}

/* The @i-th of "A,B,C", of "3-7" and of "A-D"; without any, @i itself. False: it has not so many. */
static bool index_text(const struct iop_xml *indices, uint64_t i, char text[NAME])
{
	const char *at = indices ? indices->text : NULL, *dash = at ? strchr(at, '-') : NULL;
	uint64_t first, last;

	snprintf(text, NAME, "%llu", (unsigned long long)i);
	if (!at)
		return true;
	if (dash && dash == at + 1 && isupper((unsigned char)at[0]) && isupper((unsigned char)at[2]) && !at[3]) {
		snprintf(text, NAME, "%c", (char)(at[0] + (int)(i % 26)));
		return i < 26 && text[0] <= at[2];
	}
	if (dash && sscanf(at, "%" SCNu64 "-%" SCNu64, &first, &last) == 2) {
		snprintf(text, NAME, "%" PRIu64, first + i);
		return last >= first && i <= last - first;
	}
	for (; i && at; i--) {
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return false;
	at += strspn(at, " \t\r\n");
	snprintf(text, NAME, "%.*s", (int)strcspn(at, ", \t\r\n"), at);
	return *text;
}

/* "CH%s" and "CH[%s]" with the index in its place; at the end where there is none. */
static void put_index(const char *name, const char *index, char text[2 * NAME])
{
	const char *at = strstr(name, "%s");
	int before = (int)(at ? at - name : (ptrdiff_t)strlen(name));

	snprintf(text, 2 * (size_t)NAME, "%.*s%s%s", before, name, index, at ? at + 2 : "");
}

static void each(struct svd *svd, const struct iop_xml *e, const struct scope *scope, one_of *one)
{
	/* What is derived from an array is one register, unless its name has a place for the index, too. */
	const struct iop_xml *dim = strstr(name_of(e), "%s") ? property(svd, e, "dim") : iop_xml_in(e, "dim");
	const struct iop_xml *indices = dim ? property(svd, e, "dimIndex") : NULL;
	uint64_t count = dim ? number_of(svd, e, "dim") : 1, step = dim ? number_of(svd, e, "dimIncrement") : 0;
	struct scope inner = *scope;

	if (!*name_of(e))
		fail(svd, e, "%s without a name", e->name);
	for (uint64_t i = 0; !svd->code && i < count; i++) {
		char index[NAME], name[2 * NAME];

		if (svd->steps++ == STEPS)
			fail(svd, e, "more than %d elements", STEPS);
		if (dim && !index_text(indices, i, index))
			fail(svd, indices, "dimIndex '%s' has not %llu", indices->text, (unsigned long long)count);
		put_index(name_of(e), dim ? index : "", name);
		inner.at = scope->at + i * step;
		if (!svd->code)
			one(svd, e, &inner, name);
	}
}

static void inherit(struct svd *svd, const struct iop_xml *e, struct scope *scope)
{
	const struct iop_xml *size = property(svd, e, "size"), *access = property(svd, e, "access");

	scope->size = size ? size->text : scope->size;
	scope->access = access ? access->text : scope->access;
}

static bool is_text(const struct iop_xml *e, const char *text)
{
	return e && strcmp(e->text, text) == 0;
}

static bool set_mode(struct iop_register_name *r, const char *access)
{
	r->no_read = strcmp(access, "write-only") == 0 || strcmp(access, "writeOnce") == 0;
	r->no_write = strcmp(access, "read-only") == 0;
	return r->no_read || r->no_write || strcmp(access, "read-write") == 0 || strcmp(access, "read-writeOnce") == 0;
}

static void one_register(struct svd *svd, const struct iop_xml *e, const struct scope *scope, const char *name)
{
	struct scope own = *scope;
	struct iop_register_name r = {.offset = scope->at + number_of(svd, e, "addressOffset")};
	char whole[3 * NAME];
	const char *why;
	uint64_t bits = 0;

	inherit(svd, e, &own);
	if (own.access && !set_mode(&r, own.access))
		fail(svd, e, "register '%s' has access '%s'", name, own.access);
	/* Of other actions and values nothing is known that an access could break. */
	r.write_clears = is_text(property(svd, e, "modifiedWriteValues"), "oneToClear");
	r.read_clears = is_text(property(svd, e, "readAction"), "clear");
	if (own.size && !number(own.size, &bits))
		fail(svd, e, "register '%s' has size '%s'", name, own.size);
	/* Accesses have as many bytes; of what has others, no access is judged. */
	r.bytes = bits % 8 == 0 && bits / 8 <= IOP_REGISTER_WIDEST ? (unsigned)(bits / 8) : 0;
	snprintf(whole, sizeof(whole), "%s%s", scope->prefix, name);
	r.name = whole;
	if (svd->code)
		return;
	why = iop_names_add(svd->names, &r);
	if (why)
		fail(svd, e, "%s", why);
}

/* Whether an element of that name is in one of those from @e up to @end, each derived from the next. */
static bool is_replaced(struct svd *svd, const struct iop_xml *e, const struct iop_xml *end, const char *name)
{
	for (; e && e != end; e = base_of(svd, e))
		if (named(contents(e), NULL, name, strlen(name)))
			return true;
	return false;
}

static one_of one_cluster;

/* The registers and clusters of @e, then those of what it is derived from. */
static void inside(struct svd *svd, const struct iop_xml *e, const struct scope *scope)
{
	unsigned i = 0;

	if (scope->depth > NESTED)
		fail(svd, e, "clusters within each other too often");
	for (const struct iop_xml *from = e; !svd->code && from; from = base_of(svd, from)) {
		const struct iop_xml *in = contents(from);

		if (i++ > DERIVED)
			fail(svd, e, "%s '%s' is derived from itself", e->name, name_of(e));
		for (const struct iop_xml *r = in ? in->first : NULL; !svd->code && r; r = r->next) {
			bool is_register = strcmp(r->name, "register") == 0;

			if ((is_register || strcmp(r->name, "cluster") == 0) && !is_replaced(svd, e, from, name_of(r)))
				each(svd, r, scope, is_register ? one_register : one_cluster);
		}
	}
}

static void one_cluster(struct svd *svd, const struct iop_xml *e, const struct scope *scope, const char *name)
{
	struct scope own = *scope;
	char prefix[3 * NAME];

	snprintf(prefix, sizeof(prefix), "%s%s.", scope->prefix, name);
	own.prefix = prefix;
	own.at += number_of(svd, e, "addressOffset");
	own.depth++;
	inherit(svd, e, &own);
	inside(svd, e, &own);
}

static void one_peripheral(struct svd *svd, const struct iop_xml *e, const struct scope *scope, const char *name)
{
	struct scope own = *scope;
	char prefix[3 * NAME] = "";

	if (svd->peripheral && strcmp(svd->peripheral, name) != 0)
		return;
	svd->found = true;
	if (svd->peripheral) {
		own.at = 0;
	} else {
		own.at += number_of(svd, e, "baseAddress");
		snprintf(prefix, sizeof(prefix), "%s.", name);
	}
	own.prefix = prefix;
	inherit(svd, e, &own);
	inside(svd, e, &own);
}

static void device(struct svd *svd, const struct iop_xml *root)
{
	struct scope scope = {.prefix = ""};

	svd->peripherals = iop_xml_in(root, "peripherals");
	if (strcmp(root->name, "device") != 0 || !svd->peripherals)
		return fail(svd, root, "XML, but no CMSIS-SVD: it has no <device> with <peripherals>");
	inherit(svd, root, &scope);
	for (const struct iop_xml *e = svd->peripherals->first; !svd->code && e; e = e->next)
		if (strcmp(e->name, "peripheral") == 0)
			each(svd, e, &scope, one_peripheral);
	if (svd->peripheral && !svd->found)
		fail(svd, svd->peripherals, "no peripheral is called '%s'", svd->peripheral);
	else if (!svd->names->count)
		fail(svd, svd->peripherals, "no register");
}

int iop_svd_read(struct iop_names *names, const char *path, const char *text, const char *peripheral)
{
	static const char *const skipped[] = {"description", "fields", "interrupt", "vendorExtensions", "cpu", NULL};
	struct svd svd = {.names = names, .path = path, .peripheral = peripheral};
	struct iop_xml_error error;
	struct iop_xml *root = iop_xml_read(text, "derivedFrom", skipped, &error), place = {.line = error.line};

	if (root)
		device(&svd, root);
	else
		fail(&svd, &place, "%s", error.why);
	iop_xml_free(root);
	return svd.code;
}
#else
int iop_svd_read(struct iop_names *names, const char *path, const char *text, const char *peripheral)
{
	(void)names;
	(void)text;
	(void)peripheral;
	return iop_fail(path, "install libexpat1-dev and build again, or a text file: iopath show --help",
			"CMSIS-SVD, which this build does not read");
}
#endif
