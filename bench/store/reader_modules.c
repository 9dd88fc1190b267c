/* SPDX-License-Identifier: MIT */
/* The modules that a run took its cells from. */
#include "reader_internal.h"

#include <string.h>

#define MODULES 64

static const char *digits_of(struct iop_run *run, const json_t *object, const char *key)
{
	const char *text = iop_run_text(run, object, key);

	return text[strspn(text, "0123456789abcdef")] ? "" : text;
}

void iop_run_read_modules(struct iop_run *run, const json_t *modules)
{
	size_t n = json_array_size(modules);

	n = n < MODULES ? n : MODULES;
	run->modules = iop_run_room(run, n * sizeof(*run->modules));
	for (size_t i = 0; run->modules && i < n; i++) {
		const json_t *o = json_array_get(modules, i);
		const double abi = iop_run_number(o, "abi");

		run->modules[run->module_count++] = (struct iop_run_module){.file = iop_run_text(run, o, "file"),
									    .name = iop_run_text(run, o, "name"),
									    .build = digits_of(run, o, "build"),
									    .abi = abi >= 0 && abi < 1e6 ? (int)abi : 0};
	}
}

const struct iop_run_module *iop_run_module_of(const struct iop_run *run, const struct iop_run_cell *cell)
{
	for (size_t i = 0; i < run->module_count; i++)
		if (*run->modules[i].name && strcmp(run->modules[i].name, cell->backend) == 0)
			return &run->modules[i];
	return NULL;
}

json_t *iop_run_modules_json(const struct iop_run *run)
{
	json_t *all = json_array();

	for (size_t i = 0; i < run->module_count; i++) {
		const struct iop_run_module *m = &run->modules[i];

		json_array_append_new(
			all, json_pack("{s:s, s:s, s:s, s:i}", "file", m->file, "name", m->name, "build", m->build, "abi", m->abi));
	}
	return all;
}
