/* SPDX-License-Identifier: MIT */
#include "profile.h"

#include "place.h"
#include "reader.h"

#include <host/fail.h>
#include <host/file.h>

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KIND	"iopath profile"
#define MOST_NS 1e9 /* an access that takes a second is none */

void iop_profile_init(struct iop_profile *p)
{
	*p = (struct iop_profile){.line = NAN, .cached_line = NAN, .flush = NAN};
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			p->device[d][w] = p->cached[d][w] = NAN;
}

static double cost(const double table[IOP_ACCESS_WIDTHS], int width)
{
	if (width < 0)
		return NAN;
	return isnan(table[width]) ? 2 * cost(table, width - 1) : table[width];
}

/* What the device adds. Nothing is faster there than in the cache: less than nothing is noise. */
static double beyond(double there, double cached)
{
	return there < cached ? 0 : there - cached;
}

double iop_profile_ns(const struct iop_profile *p, const struct iop_accesses *a, double here_ns)
{
	bool alone = isnan(here_ns), by_line = p->wc && !isnan(p->line) && !isnan(p->cached_line);
	double ns = alone ? 0 : here_ns;

	if (!a->known)
		return NAN;
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (int w = 0; w < IOP_ACCESS_WIDTHS; w++) {
			double n = a->count[d][w], there;

			if (n <= 0 || (d == IOP_ACCESS_WRITE && by_line))
				continue;
			there = cost(p->device[d], w);
			ns += n * (alone ? there : beyond(there, cost(p->cached[d], w)));
		}
	if (by_line)
		ns += a->lines * (alone ? p->line : beyond(p->line, p->cached_line));
	return ns;
}

/* False if there is no place for it. */
static bool path_of(const char *name, char *path, size_t room, bool make)
{
	char in[IOP_STORE_PATH];
	int n;

	if (iop_place_user(in, "profiles"))
		return false;
	n = snprintf(path, room, "%s/%s.json", in, name);
	return n > 0 && (size_t)n < room && (!make || !iop_place_make(path));
}

static json_t *costs(const double table[IOP_ACCESS_DIRECTIONS][IOP_ACCESS_WIDTHS])
{
	json_t *o = json_object();

	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++) {
			char key[4];

			iop_access_key(key, d, w);
			if (!isnan(table[d][w]))
				json_object_set_new(o, key, json_real(table[d][w]));
		}
	return o;
}

static json_t *document(const struct iop_profile *p)
{
	json_t *o = json_pack("{s:s, s:i, s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:s, s:o, s:o}", "kind", KIND, "version", 1, "name",
			      p->name, "function", p->function, "bar", (json_int_t)p->bar, "offset", (json_int_t)p->offset, "size",
			      (json_int_t)p->size, "mapping", p->wc ? "write-combining" : "uncached", "cpu", p->cpu, "source",
			      p->source, "device_ns", costs(p->device), "cached_ns", costs(p->cached));

	if (o && !isnan(p->line))
		json_object_set_new(o, "line_ns", json_real(p->line));
	if (o && !isnan(p->cached_line))
		json_object_set_new(o, "cached_line_ns", json_real(p->cached_line));
	if (o && !isnan(p->flush))
		json_object_set_new(o, "flush_ns", json_real(p->flush));
	return o;
}

int iop_profile_save(const struct iop_profile *p, const char *command, const char *path, char *where, size_t room)
{
	json_t *o = document(p);
	char *text = o ? json_dumps(o, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : NULL;
	int code = 0, err;

	json_decref(o);
	if (!text)
		return iop_fail(command, NULL, "out of memory");
	if (path && strcmp(path, "-") == 0) {
		snprintf(where, room, "stdout");
		puts(text);
		free(text);
		return 0;
	}
	if (path)
		snprintf(where, room, "%s", path);
	else if (!path_of(p->name, where, room, true))
		code = iop_fail(command, "--out FILE", "no folder for profiles: HOME is not set");
	err = code ? 0 : iop_file_write(where, text, strlen(text));
	if (err)
		code = iop_fail(command, "--out FILE", "cannot write %s: %s", where, strerror(-err));
	free(text);
	return code;
}

static bool take_costs(double table[IOP_ACCESS_DIRECTIONS][IOP_ACCESS_WIDTHS], const json_t *o)
{
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++) {
			const json_t *value;
			char key[4];

			iop_access_key(key, d, w);
			value = json_object_get(o, key);
			if (!value)
				continue;
			table[d][w] = json_number_value(value);
			if (!json_is_number(value) || !(table[d][w] >= 0 && table[d][w] <= MOST_NS))
				return false;
		}
	return json_is_object(o);
}

static void take_text(char text[IOP_PROFILE_TEXT], const json_t *root, const char *key)
{
	const char *value = json_string_value(json_object_get(root, key));

	/* It goes to terminals. */
	iop_printable(text, IOP_PROFILE_TEXT, value ? value : "");
}

static bool take_one(double *value, const json_t *root, const char *key)
{
	const json_t *o = json_object_get(root, key);

	*value = o ? json_number_value(o) : NAN;
	return !o || (json_is_number(o) && *value >= 0 && *value <= MOST_NS);
}

/* NULL, or what is wrong with the document. */
static const char *take(struct iop_profile *p, const json_t *root)
{
	const char *kind = json_string_value(json_object_get(root, "kind"));
	const char *mapping = json_string_value(json_object_get(root, "mapping"));

	if (!kind || strcmp(kind, KIND) != 0)
		return "it is not a profile of iopath calibrate";
	if (json_integer_value(json_object_get(root, "version")) != 1)
		return "its version is not 1";
	take_text(p->name, root, "name");
	take_text(p->function, root, "function");
	take_text(p->cpu, root, "cpu");
	take_text(p->source, root, "source");
	p->bar = (uint64_t)json_integer_value(json_object_get(root, "bar"));
	p->offset = (uint64_t)json_integer_value(json_object_get(root, "offset"));
	p->size = (uint64_t)json_integer_value(json_object_get(root, "size"));
	p->wc = mapping && strcmp(mapping, "write-combining") == 0;
	if (!p->wc && (!mapping || strcmp(mapping, "uncached") != 0))
		return "its mapping is neither uncached nor write-combining";
	if (!take_costs(p->device, json_object_get(root, "device_ns")) ||
	    !take_costs(p->cached, json_object_get(root, "cached_ns")) || !take_one(&p->line, root, "line_ns") ||
	    !take_one(&p->cached_line, root, "cached_line_ns") || !take_one(&p->flush, root, "flush_ns"))
		return "a cost is missing, negative or no number";
	return NULL;
}

int iop_profile_load(struct iop_profile *p, const char *command, const char *which)
{
	char path[PATH_MAX];
	json_error_t error;
	const char *wrong;
	json_t *root;

	iop_profile_init(p);
	if (strchr(which, '/') || access(which, R_OK) == 0)
		snprintf(path, sizeof(path), "%s", which);
	else if (!path_of(which, path, sizeof(path), false))
		return iop_fail(command, "name a file", "no profile %s, and no folder for profiles: HOME is not set", which);
	else if (access(path, R_OK) != 0)
		return iop_fail(command, "iopath calibrate makes one", "no profile %s, neither as a file nor in %s", which, path);
	root = json_load_file(path, 0, &error);
	if (!root)
		return iop_fail(command, NULL, "cannot read %s: %s", path, error.text);
	wrong = take(p, root);
	json_decref(root);
	return wrong ? iop_fail(command, NULL, "cannot use %s: %s", path, wrong) : 0;
}

double iop_profile_cell_ns(const struct iop_profile *profile, const char *backend, const struct iop_accesses *accesses,
			   double here_ns)
{
	return profile && strcmp(backend, "config") != 0 ? iop_profile_ns(profile, accesses, here_ns) : NAN;
}
