/* SPDX-License-Identifier: MIT */
#include "recorded.h"

#include "cli.h"
#include "json_out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int iop_recorded_open(struct iop_recorded *r, struct iop_sites *sites, const char *path)
{
	int err = iop_recorded_read(r, path);

	if (err == -EBADMSG)
		return iop_fail(path, "iopath record writes one", "not a recording");
	if (err == -EPROTO)
		return iop_fail(path, "record it again", "a recording of another version of iopath");
	if (err)
		return iop_fail(path, NULL, "cannot be read: %s", strerror(-err));
	if (!r->accesses && !r->refusals)
		err = iop_fail(path, "iopath record --help", "a recording without an access");
	else if (iop_sites_of(sites, r))
		err = iop_fail(path, NULL, "out of memory");
	if (err)
		iop_recorded_free(r);
	return err;
}

void iop_recorded_close(struct iop_recorded *r, struct iop_sites *sites)
{
	iop_sites_free(sites);
	iop_recorded_free(r);
}

void iop_recorded_value(const struct iop_slot *slot, char text[IOP_VALUE_TEXT])
{
	unsigned char bytes[64];
	size_t length = 0;
	uint64_t value;

	snprintf(text, IOP_VALUE_TEXT, "?");
	if (slot->flags & IOP_SLOT_UNKNOWN)
		return;
	iop_slot_value(slot, bytes);
	memcpy(&value, bytes, sizeof(value));
	if (slot->width <= sizeof(value)) {
		snprintf(text, IOP_VALUE_TEXT, "0x%0*llx", 2 * slot->width, (unsigned long long)value);
		return;
	}
	for (unsigned i = 0; i < slot->width && i < sizeof(bytes); i++)
		length += (size_t)snprintf(text + length, IOP_VALUE_TEXT - length, "%02x", bytes[i]);
}

double iop_recorded_seconds(const struct iop_recorded *r, const struct iop_slot *slot)
{
	return (double)(int64_t)(slot->time - r->file.head->monotonic) / 1e9;
}

json_t *iop_recorded_json(const struct iop_recorded *r, const struct iop_sites *sites, const struct iop_slot *slot)
{
	char value[IOP_VALUE_TEXT];

	iop_recorded_value(slot, value);
	return json_pack("{s:f, s:I, s:I, s:o, s:I, s:s, s:i, s:s, s:I, s:o}", "s", iop_recorded_seconds(r, slot), "pid",
			 (json_int_t)slot->pid, "thread", (json_int_t)slot->tid, "file",
			 iop_json_string(iop_recorded_map(r, slot)->path), "offset", (json_int_t)slot->offset, "access",
			 iop_slot_is_write(slot) ? "write" : "read", "bytes", (int)slot->width, "value", value, "ns",
			 (json_int_t)slot->bytes, "site", iop_json_string(iop_site_text(sites, slot)));
}

/* A complete event of microseconds. Source: Trace Event Format, "Complete Events". */
static json_t *event(const struct iop_recorded *r, const struct iop_sites *sites, const struct iop_slot *slot)
{
	const char *what = iop_slot_is_write(slot) ? "write" : "read";
	char name[48];

	snprintf(name, sizeof(name), "%s%u 0x%llx", what, slot->width, (unsigned long long)slot->offset);
	return json_pack("{s:s, s:s, s:s, s:f, s:f, s:I, s:I, s:o}", "name", name, "cat", what, "ph", "X", "ts",
			 iop_recorded_seconds(r, slot) * 1e6, "dur", (double)slot->bytes / 1e3, "pid", (json_int_t)slot->pid, "tid",
			 (json_int_t)slot->tid, "args", iop_recorded_json(r, sites, slot));
}

typedef json_t *to_json(const struct iop_recorded *r, const struct iop_sites *sites, const struct iop_slot *slot);

static char *all(const struct iop_recorded *r, const struct iop_sites *sites, to_json *one, const char *head, const char *between,
		 const char *tail)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool whole = out;

	if (out)
		fputs(head, out);
	for (size_t i = 0; whole && i < r->accesses; i++) {
		json_t *value = one(r, sites, r->access[i]);

		if (i)
			fputs(between, out);
		whole = value && json_dumpf(value, out, JSON_COMPACT | JSON_REAL_PRECISION(12)) == 0;
		json_decref(value);
	}
	if (out) {
		fputs(tail, out);
		whole = fclose(out) == 0 && whole;
	}
	if (!whole) {
		free(text);
		return NULL;
	}
	return text;
}

char *iop_recorded_lines(const struct iop_recorded *r, const struct iop_sites *sites)
{
	return all(r, sites, iop_recorded_json, "", "\n", "\n");
}

char *iop_recorded_events(const struct iop_recorded *r, const struct iop_sites *sites)
{
	return all(r, sites, event, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", ",\n", "\n]}\n");
}
