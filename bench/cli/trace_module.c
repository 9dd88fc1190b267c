/* SPDX-License-Identifier: MIT */
#include "trace_module.h"

#include "expect.h"
#include "json_out.h"

#include <host/registered.h>
#include <judge/path.h>

#include <iopath/cells.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool does(const struct iop_described_entry *entry, const char *op)
{
	char text[16];

	return strcmp(iop_registered_op_of(text, entry->kind, entry->width), op) == 0;
}

/* Looks into one module. True if it has the entry. */
static bool look(struct iop_trace_module *m, const struct iop_described *module, const char *op, const char *name)
{
	for (size_t i = 0; i < module->entries; i++)
		if (strcmp(module->entry[i].name, name) == 0 && does(&module->entry[i], op)) {
			m->entry = module->entry[i];
			snprintf(m->object, sizeof(m->object), "%s%s", strchr(module->path, '/') ? "" : "./", module->path);
			return true;
		}
	return false;
}

int iop_trace_find_entry(struct iop_trace_module *m, const char *op, const char *name)
{
	size_t found = 0;

	if (!name)
		return iop_fail("trace", "--routine NAME, as the module registers it", "which line of the module is not said");
	for (size_t i = 0; i < m->count; i++) {
		struct iop_described module;
		int err = iop_describe(&module, "trace", m->path[i]);

		if (err)
			return err;
		if (look(m, &module, op, name) && !found++)
			m->found = module;
		else
			iop_described_free(&module);
	}
	if (found == 1)
		return 0;
	return found ? iop_fail("trace", "name one of them", "%zu modules have a %s %s", found, op, name)
		     : iop_fail("trace", "iopath check lists all lines of a module", "no module has a %s %s", op, name);
}

void iop_trace_module_close(struct iop_trace_module *m)
{
	iop_described_free(&m->found);
}

void iop_trace_target(struct iop_trace_module *m, struct iop_target *target)
{
	target->routine = NULL;
	target->object = m->object;
	target->symbol = m->entry.symbol;
	if (!target->tier_name)
		target->tier_name = m->entry.tier;
	if (target->widths_text || !m->entry.widths)
		return;
	for (unsigned width = 1; width <= 64; width *= 2)
		if (m->entry.widths & width)
			sprintf(m->widths + strlen(m->widths), "%s%u", *m->widths ? "," : "", width);
	target->widths_text = m->widths;
}

static json_t *accesses_json(const struct iop_path_report *report)
{
	const struct iop_path_access *a = report->access;
	json_t *calls = json_array();

	for (unsigned call = 0; call < IOP_PATH_OPERATIONS; call++) {
		json_t *accesses = json_array();

		for (uint32_t i = 0; i < report->count[call]; i++, a++) {
			char value[24];

			snprintf(value, sizeof(value), "0x%" PRIx64, a->value);
			json_array_append_new(accesses, json_pack("{s:I, s:i, s:s, s:s*}", "offset", (json_int_t)a->offset, "width",
								  a->width, "direction", a->write ? "write" : "read", "value",
								  a->valued != IOP_PATH_NO_VALUE ? value : NULL));
		}
		json_array_append_new(calls, accesses);
	}
	return calls;
}

static int show(const struct iop_trace_module *m, const struct iop_path_report *report, const char *json)
{
	if (iop_json_leaves_text(json))
		iop_expect_write(stdout, m->entry.name, m->entry.window ? m->entry.window : 4096, report);
	if (!json)
		return IOP_EXIT_CLEAN;
	return iop_json_put("trace", json,
			    json_pack("{s:s, s:I, s:o}", "operation", m->entry.name, "window",
				      (json_int_t)(m->entry.window ? m->entry.window : 4096), "calls", accesses_json(report)),
			    JSON_INDENT(2));
}

int iop_trace_operation(const struct iop_trace_module *m, const struct iop_child_limits *limits, const char *json)
{
	const struct iop_path path = {.module = m->object, .kind = m->entry.kind, .name = m->entry.name};
	struct iop_path_report *report = calloc(1, sizeof(*report));
	int code;

	if (!report || !iop_path_judge(&path, limits, report)) {
		free(report);
		return iop_fail("trace", NULL, "out of memory");
	}
	if (report->verdict == IOP_PATH_RIGHT) {
		code = show(m, report, json);
	} else {
		code = iop_fail("trace", NULL, "%s: %s", m->entry.name, report->why);
		if (report->verdict == IOP_PATH_WRONG)
			code = IOP_EXIT_FINDING;
	}
	free(report);
	return code;
}
