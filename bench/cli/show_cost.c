/* SPDX-License-Identifier: MIT */
#include "show_cost.h"

#include "json_out.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE 64
#define MOST 8 /* registers that are shown of one site */

/* The line that each thread wrote to last on each mapping. */
struct last {
	uint32_t tid, region;
	uint64_t line;
};

static struct last *last_of(struct last **list, size_t *count, const struct iop_slot *slot)
{
	struct last *larger;

	for (size_t i = 0; i < *count; i++)
		if ((*list)[i].tid == slot->tid && (*list)[i].region == slot->region)
			return &(*list)[i];
	larger = realloc(*list, (*count + 1) * sizeof(*larger));
	if (!larger)
		return NULL;
	*list = larger;
	larger[*count] = (struct last){slot->tid, slot->region, UINT64_MAX};
	return &larger[(*count)++];
}

/* Lines that a write begins; the last of them is the one that the next write may go on with. */
static double lines_of(struct last *last, const struct iop_slot *slot)
{
	uint64_t first = slot->offset / LINE, end = (slot->offset + (slot->width ? slot->width - 1u : 0)) / LINE;
	double lines = (double)(end - first) + (first != last->line);

	last->line = end;
	return lines;
}

static struct iop_cost cost_of(const struct iop_show *s, const struct iop_slot *slot, double lines)
{
	const struct iop_recorded_map *map = iop_recorded_map(&s->recorded, slot);
	bool write = iop_slot_is_write(slot);
	struct iop_cost cost = {
		.site = iop_site_text(&s->sites, slot), .file = map->path, .offset = slot->offset, .here_ns = slot->bytes};
	double ns;

	cost.accesses.known = true;
	cost.accesses.lines = lines;
	iop_accesses_add(&cost.accesses, write ? IOP_ACCESS_WRITE : IOP_ACCESS_READ, slot->width);
	ns = map->write_combining == s->profile.wc ? iop_profile_ns(&s->profile, &cost.accesses, NAN) : NAN;
	cost.unknown = isnan(ns);
	cost.ns = isnan(ns) ? 0 : ns;
	return cost;
}

static void add(struct iop_cost *into, const struct iop_cost *one)
{
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			into->accesses.count[d][w] += one->accesses.count[d][w];
	/* What has no place among the widths is none of those that are counted. */
	into->accesses.known = into->accesses.known && one->accesses.known;
	into->accesses.lines += one->accesses.lines;
	into->ns += one->ns;
	into->unknown += one->unknown;
	into->here_ns += one->here_ns;
}

static int by_site(const void *a, const void *b)
{
	const struct iop_cost *x = a, *y = b;
	int order = strcmp(x->site, y->site);

	order = order ? order : strcmp(x->file, y->file);
	return order ? order : x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int by_cost(const void *a, const void *b)
{
	const struct iop_cost *x = a, *y = b;

	if (x->ns < y->ns || x->ns > y->ns)
		return x->ns > y->ns ? -1 : 1;
	return by_site(a, b);
}

/* How many from @at on are of one site, and what they cost together. */
static size_t site_at(const struct iop_costs *c, size_t at, struct iop_cost *whole)
{
	size_t n = 1;

	*whole = c->cost[at];
	for (; at + n < c->count && strcmp(c->cost[at + n].site, whole->site) == 0; n++)
		add(whole, &c->cost[at + n]);
	return n;
}

struct group {
	struct iop_cost whole;
	size_t at, count;
};

static int by_group(const void *a, const void *b)
{
	return by_cost(&((const struct group *)a)->whole, &((const struct group *)b)->whole);
}

/* Sites one after the other, the most expensive first. */
static int order(struct iop_costs *c)
{
	struct group *group = calloc(c->count + 1, sizeof(*group));
	struct iop_cost *sorted = calloc(c->count + 1, sizeof(*sorted));
	size_t groups = 0, kept = 0;
	int err = group && sorted ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < c->count; i += group[groups++].count) {
		group[groups].at = i;
		group[groups].count = site_at(c, i, &group[groups].whole);
	}
	if (!err)
		qsort(group, groups, sizeof(*group), by_group);
	for (size_t g = 0; g < groups; g++) {
		qsort(&c->cost[group[g].at], group[g].count, sizeof(*c->cost), by_cost);
		memcpy(&sorted[kept], &c->cost[group[g].at], group[g].count * sizeof(*sorted));
		kept += group[g].count;
	}
	free(group);
	if (err) {
		free(sorted);
		return err;
	}
	free(c->cost);
	c->cost = sorted;
	return 0;
}

static int count_all(struct iop_costs *c, const struct iop_show *s)
{
	struct last *list = NULL, *last;
	size_t count = 0;
	int err = 0;

	c->all.accesses.known = true;
	for (size_t i = 0; !err && i < s->recorded.accesses; i++) {
		const struct iop_slot *slot = s->recorded.access[i];

		last = last_of(&list, &count, slot);
		err = last ? 0 : -ENOMEM;
		if (err)
			break;
		c->cost[i] = cost_of(s, slot, iop_slot_is_write(slot) ? lines_of(last, slot) : 0);
		add(&c->all, &c->cost[i]);
	}
	free(list);
	return err;
}

int iop_costs_of(struct iop_costs *c, const struct iop_show *s)
{
	size_t kept = 0;
	int err;

	*c = (struct iop_costs){.cost = calloc(s->recorded.accesses + 1, sizeof(*c->cost))};
	err = c->cost ? count_all(c, s) : -ENOMEM;
	if (!err)
		qsort(c->cost, s->recorded.accesses, sizeof(*c->cost), by_site);
	for (size_t i = 0; !err && i < s->recorded.accesses; i++) {
		if (kept && by_site(&c->cost[kept - 1], &c->cost[i]) == 0)
			add(&c->cost[kept - 1], &c->cost[i]);
		else
			c->cost[kept++] = c->cost[i];
	}
	c->count = kept;
	err = err ? err : order(c);
	if (err)
		iop_costs_free(c);
	return err;
}

void iop_costs_free(struct iop_costs *c)
{
	free(c->cost);
	*c = (struct iop_costs){0};
}

static double share(const struct iop_costs *c, const struct iop_cost *one)
{
	return c->all.ns > 0 ? 100 * one->ns / c->all.ns : 0;
}

static void print_line(const struct iop_costs *c, const struct iop_cost *one, const char *what)
{
	char text[64];

	iop_accesses_text(text, sizeof(text), &one->accesses);
	printf("  %5.1f%% %12.2f us  %-24s  %s", share(c, one), one->ns / 1e3, text, what);
	if (one->unknown)
		printf(" (%zu not predicted)", one->unknown);
	printf("\n");
}

static void print_site(const struct iop_costs *c, const struct iop_show *s, size_t at, size_t n, const struct iop_cost *whole)
{
	print_line(c, whole, whole->site);
	for (size_t i = at; i < at + n && i < at + MOST; i++) {
		const char *name = iop_name_of(&s->names, c->cost[i].offset);
		char what[320];

		snprintf(what, sizeof(what), "    0x%llx%s%s", (unsigned long long)c->cost[i].offset, *name ? " " : "", name);
		print_line(c, &c->cost[i], what);
	}
	if (n > MOST)
		printf("  %*s    and %zu offsets more\n", 49, "", n - MOST);
}

void iop_costs_print(const struct iop_costs *c, const struct iop_show *s)
{
	struct iop_cost whole;

	printf("\nmodel, on %s (%s): %.2f us of accesses alone; here %.2f us", s->profile.name,
	       s->profile.wc ? "write-combining" : "uncached", c->all.ns / 1e3, (double)c->all.here_ns / 1e3);
	if (c->all.unknown)
		printf("; %zu accesses are not predicted: of another mapping, or of a width without a cost", c->all.unknown);
	printf("\n");
	for (size_t i = 0; i < c->count;) {
		size_t n = site_at(c, i, &whole);

		print_site(c, s, i, n, &whole);
		i += n;
	}
}

json_t *iop_costs_json(const struct iop_costs *c, const struct iop_show *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->count; i++) {
		const struct iop_cost *one = &c->cost[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:I, s:s, s:f, s:I, s:I}", "site", iop_json_string(one->site),
						      "file", iop_json_string(one->file), "offset", (json_int_t)one->offset, "name",
						      iop_name_of(&s->names, one->offset), "ns", one->ns, "not_predicted",
						      (json_int_t)one->unknown, "here_ns", (json_int_t)one->here_ns));
	}
	return json_pack("{s:s, s:f, s:I, s:o}", "profile", s->profile.name, "ns", c->all.ns, "not_predicted",
			 (json_int_t)c->all.unknown, "by_site", list);
}
