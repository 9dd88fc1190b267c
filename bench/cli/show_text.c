/* SPDX-License-Identifier: MIT */
#include "show_text.h"

#include "json_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDED 32 /* places, or mappings of one file, that are one line */

/* Accesses to one offset of one file, whichever mapping they went through. */
struct place {
	const char *path;
	uint64_t offset;
	size_t reads, writes;
	uint64_t widths[2]; /* of reads, of writes: bit n is n bytes */
	uint64_t nanoseconds;
	const struct iop_slot *last;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void add(struct place *into, const struct place *one)
{
	into->reads += one->reads;
	into->writes += one->writes;
	into->widths[0] |= one->widths[0];
	into->widths[1] |= one->widths[1];
	into->nanoseconds += one->nanoseconds;
	if (one->last > into->last)
		into->last = one->last;
}

/* Sorted by file and offset; NULL: no memory. */
static struct place *places_of(const struct iop_recorded *r, size_t *count)
{
	struct place *place = calloc(r->accesses + 1, sizeof(*place));
	size_t kept = 0;

	for (size_t i = 0; place && i < r->accesses; i++) {
		const struct iop_slot *slot = r->access[i];
		bool write = iop_slot_is_write(slot);

		place[i] = (struct place){.path = iop_recorded_map(r, slot)->path,
					  .offset = slot->offset,
					  .reads = !write,
					  .writes = write,
					  .nanoseconds = slot->bytes,
					  .last = slot};
		place[i].widths[write] = UINT64_C(1) << (slot->width < 63 ? slot->width : 63);
	}
	if (place)
		qsort(place, r->accesses, sizeof(*place), by_place);
	for (size_t i = 0; place && i < r->accesses; i++) {
		if (kept && by_place(&place[kept - 1], &place[i]) == 0)
			add(&place[kept - 1], &place[i]);
		else
			place[kept++] = place[i];
	}
	*count = kept;
	return place;
}

static void widths_text(uint64_t widths, char *text, size_t size)
{
	size_t length = 0;

	snprintf(text, size, "-");
	for (unsigned n = 1; n < 64 && length < size; n++)
		if (widths >> n & 1)
			length += (size_t)snprintf(text + length, size - length, "%s%u", length ? "," : "", n == 63 ? 64 : n);
}

/* What the process that mapped a device runs: it may have been started by others. */
static const char *program_of(const struct iop_recorded *r)
{
	const char *path = "unknown";

	for (size_t i = 0; i < r->processes; i++)
		if (!r->maps || r->process[i].pid == r->map[0].pid)
			path = r->process[i].path;
	return path;
}

/* How many of @count mappings were said in one line: tools map page after page. */
static size_t print_maps(FILE *out, const struct iop_recorded_map *map, size_t count)
{
	size_t n = 1, accesses = map->accesses;

	while (n < count && strcmp(map[n].path, map->path) == 0)
		accesses += map[n++].accesses;
	if (n >= FOLDED) {
		fprintf(out, "mappings %u to %u: %s, %zu accesses\n", map->number, map[n - 1].number, map->path, accesses);
		return n;
	}
	fprintf(out, "mapping %u: %s, 0x%llx bytes from 0x%llx%s%s, %zu accesses\n", map->number, map->path,
		(unsigned long long)map->bytes, (unsigned long long)map->offset, map->write_combining ? ", write-combining" : "",
		map->prot & 2 ? "" : ", read-only", map->accesses);
	return 1;
}

void iop_show_head(FILE *out, const struct iop_show *s)
{
	const struct iop_recorded *r = &s->recorded;
	const struct iop_recording_head *head = r->file.head;

	fprintf(out, "%s: %zu accesses to %zu mapping%s by %zu process%s (%s)", s->path, r->accesses, r->maps,
		r->maps == 1 ? "" : "s", r->processes, r->processes == 1 ? "" : "es", program_of(r));
	if (!head->ended)
		fprintf(out, ", partial: the program's end was not seen");
	else if (head->status & 0x7f)
		fprintf(out, ", ended by signal %d", head->status & 0x7f);
	if (head->lost)
		fprintf(out, ", %llu more beyond the limit", (unsigned long long)head->lost);
	fprintf(out, "\n");
	for (size_t i = 0, row; i < r->maps; i += row)
		row = print_maps(out, &r->map[i], r->maps - i);
}

static bool is_like(const struct place *a, const struct place *b)
{
	return strcmp(a->path, b->path) == 0 && a->reads == b->reads && a->writes == b->writes && a->widths[0] == b->widths[0] &&
	       a->widths[1] == b->widths[1];
}

/* How many of @count places are one row: accessed alike, at equal distances, and without names. A copy would fill a page otherwise. */
static size_t row_of(const struct iop_show *s, const struct place *place, size_t count)
{
	uint64_t apart = count > 1 ? place[1].offset - place[0].offset : 0;
	size_t n = 0;

	while (n < count && is_like(&place[0], &place[n]) && place[n].offset == place[0].offset + n * apart &&
	       !*iop_name_of(&s->names, place[n].offset))
		n++;
	return n < FOLDED ? 1 : n;
}

static void print_row(const struct iop_show *s, const struct place *place, size_t count)
{
	char reads[64], writes[64], value[IOP_VALUE_TEXT], end[32];
	uint64_t nanoseconds = 0;

	for (size_t i = 0; i < count; i++)
		nanoseconds += place[i].nanoseconds;
	widths_text(place->widths[0], reads, sizeof(reads));
	widths_text(place->widths[1], writes, sizeof(writes));
	iop_recorded_value(place->last, value);
	snprintf(end, sizeof(end), "to 0x%llx", (unsigned long long)place[count - 1].offset);
	printf("  0x%-8llx %-16s %8zu %-6s %8zu %-6s %10.1f  ", (unsigned long long)place->offset,
	       count > 1 ? end : iop_name_of(&s->names, place->offset), place->reads, reads, place->writes, writes,
	       (double)nanoseconds / 1e3);
	if (count > 1)
		printf("each of %zu\n", count);
	else
		printf("%s\n", value);
}

static void print_places(const struct iop_show *s)
{
	size_t count;
	struct place *place = places_of(&s->recorded, &count);
	const char *path = "";

	for (size_t i = 0, row; place && i < count; i += row) {
		if (strcmp(path, place[i].path) != 0)
			printf("\n%s\n  %-10s %-16s %8s %-6s %8s %-6s %10s  %s\n", place[i].path, "offset", "name", "reads",
			       "bytes", "writes", "bytes", "us", "last value");
		path = place[i].path;
		row = row_of(s, &place[i], count - i);
		print_row(s, &place[i], row);
	}
	free(place);
}

static void print_patterns(const struct iop_show *s)
{
	const struct iop_patterns *p = &s->patterns;
	bool faults = true;

	if (p->faults)
		printf("\nrules that are broken\n");
	for (size_t i = 0; i < p->count; i++) {
		const struct iop_pattern *one = &p->pattern[i];
		char text[160];

		if (faults && !IOP_PATTERN_IS_FAULT(one->kind)) {
			printf("\npatterns\n");
			faults = false;
		}
		iop_pattern_text(one, text, sizeof(text));
		printf("  %-10s %5zux  0x%-6llx %s: %s\n", iop_pattern_name(one->kind), one->times,
		       (unsigned long long)one->first->offset, iop_site_text(&s->sites, one->first), text);
	}
	printf("\n%zu rule%s broken\n", p->faults, p->faults == 1 ? "" : "s");
}

bool iop_show_wants(const struct iop_show *s, uint64_t offset, uint64_t bytes)
{
	return !s->only || s->at - offset < bytes;
}

static size_t print_accesses(const struct iop_show *s)
{
	size_t printed = 0;

	for (size_t i = 0; i < s->recorded.accesses; i++) {
		const struct iop_slot *slot = s->recorded.access[i];
		char value[IOP_VALUE_TEXT];

		if (!iop_show_wants(s, slot->offset, slot->width))
			continue;
		iop_recorded_value(slot, value);
		printf("  %12.6f s  thread %-7u %-5s %2u  0x%-6llx %-20s %7llu ns  %s\n", iop_recorded_seconds(&s->recorded, slot),
		       slot->tid, iop_slot_is_write(slot) ? "write" : "read", slot->width, (unsigned long long)slot->offset, value,
		       (unsigned long long)slot->bytes, iop_site_text(&s->sites, slot));
		printed++;
	}
	return printed;
}

void iop_show_print(const struct iop_show *s)
{
	iop_show_head(stdout, s);
	if (s->only) {
		printf("\n%zu accesses touch 0x%llx\n", print_accesses(s), (unsigned long long)s->at);
		return;
	}
	print_places(s);
	print_patterns(s);
}

static json_t *json_places(const struct iop_show *s)
{
	size_t count;
	struct place *place = places_of(&s->recorded, &count);
	json_t *list = json_array();

	for (size_t i = 0; place && i < count; i++) {
		char reads[64], writes[64];

		widths_text(place[i].widths[0], reads, sizeof(reads));
		widths_text(place[i].widths[1], writes, sizeof(writes));
		json_array_append_new(list, json_pack("{s:o, s:I, s:s, s:I, s:s, s:I, s:s, s:I}", "file",
						      iop_json_string(place[i].path), "offset", (json_int_t)place[i].offset, "name",
						      iop_name_of(&s->names, place[i].offset), "reads", (json_int_t)place[i].reads,
						      "read_bytes", reads, "writes", (json_int_t)place[i].writes, "write_bytes",
						      writes, "ns", (json_int_t)place[i].nanoseconds));
	}
	free(place);
	return list;
}

json_t *iop_show_json(const struct iop_show *s)
{
	const struct iop_recorded *r = &s->recorded;
	json_t *patterns = json_array(), *accesses = json_array(), *maps = json_array();

	for (size_t i = 0; i < r->maps; i++)
		json_array_append_new(maps,
				      json_pack("{s:I, s:o, s:I, s:I, s:b, s:I}", "number", (json_int_t)r->map[i].number, "file",
						iop_json_string(r->map[i].path), "offset", (json_int_t)r->map[i].offset, "bytes",
						(json_int_t)r->map[i].bytes, "write_combining", r->map[i].write_combining,
						"accesses", (json_int_t)r->map[i].accesses));
	for (size_t i = 0; i < s->patterns.count; i++) {
		const struct iop_pattern *p = &s->patterns.pattern[i];
		char text[160];

		iop_pattern_text(p, text, sizeof(text));
		json_array_append_new(patterns,
				      json_pack("{s:s, s:b, s:I, s:I, s:I, s:s, s:o}", "kind", iop_pattern_name(p->kind), "broken",
						IOP_PATTERN_IS_FAULT(p->kind), "times", (json_int_t)p->times, "accesses",
						(json_int_t)p->accesses, "offset", (json_int_t)p->first->offset, "text", text,
						"site", iop_json_string(iop_site_text(&s->sites, p->first))));
	}
	for (size_t i = 0; s->only && i < r->accesses; i++)
		if (iop_show_wants(s, r->access[i]->offset, r->access[i]->width))
			json_array_append_new(accesses, iop_recorded_json(r, &s->sites, r->access[i]));
	return json_pack("{s:I, s:b, s:I, s:o, s:o, s:o, s:o}", "accesses", (json_int_t)r->accesses, "partial",
			 !r->file.head->ended, "lost", (json_int_t)r->file.head->lost, "mappings", maps, "registers",
			 json_places(s), "patterns", patterns, "at", accesses);
}
