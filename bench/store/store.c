/* SPDX-License-Identifier: MIT */
#include "store.h"

#include "accesses_json.h"
#include "profile.h"

#include <host/module.h>

#include <host/file.h>
#include <iopath_build.h>

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SCHEMA_VERSION 1

static void set_real(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}

static void set_text(json_t *object, const char *key, const char *value)
{
	json_t *text = json_string(value ? value : "");

	/* Bytes that are not UTF-8, such as in a host name, must not prevent storing the run. */
	json_object_set_new(object, key, text ? text : json_string("?"));
}

static json_t *numbers(const double *values, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_real(values[i]));
	return array;
}

static void set_speed(json_t *o, const struct iop_result *result)
{
	double low, high, speed = iop_result_speed(result, &low, &high);

	if (!isfinite(speed))
		return;
	set_text(o, "baseline", result->cell->baseline);
	set_real(o, "speed_vs_baseline", speed);
	set_real(o, "speed_vs_baseline_min", low);
	set_real(o, "speed_vs_baseline_max", high);
	json_object_set_new(o, "speeds", numbers(result->ratio, result->samples));
	if (result->is_its_baseline)
		json_object_set_new(o, "same_code_as_baseline", json_true());
}

static json_t *row(const struct iop_results *results, size_t i)
{
	const char *tier;
	unsigned widths;
	const struct iop_result *result = &results->row[i];
	const struct iop_cell *cell = result->cell;
	json_t *o = json_object();
	double median = iop_result_median(result), low, high, coverage;
	double model = iop_profile_cell_ns(results->profile, cell->backend, &result->device, median);

	set_text(o, "name", cell->name);
	json_object_set_new(o, "family_index", json_integer((json_int_t)i));
	json_object_set_new(o, "per_family_instance_index", json_integer(0));
	set_text(o, "run_name", cell->name);
	set_text(o, "run_type", "iteration");
	json_object_set_new(o, "repetitions", json_integer((json_int_t)result->samples));
	json_object_set_new(o, "repetition_index", json_integer(0));
	json_object_set_new(o, "threads", json_integer(1));
	json_object_set_new(o, "iterations", json_integer((json_int_t)result->iterations));
	if (!result->samples) {
		json_object_set_new(o, "error_occurred", json_true());
		set_text(o, "error_message", result->error ? result->error : "not measured");
	}
	json_object_set_new(o, "real_time", json_real(result->samples ? median : 0));
	json_object_set_new(o, "cpu_time", json_real(result->samples ? iop_quantile(result->cpu_ns, result->samples, 0.5) : 0));
	set_text(o, "time_unit", "ns");
	if (result->samples && cell->bytes) {
		set_real(o, "bytes_per_second", (double)cell->bytes / median * 1e9);
		if (results->cycles_per_ns > 0)
			set_real(o, "bytes_per_cycle", (double)cell->bytes / (median * results->cycles_per_ns));
	}
	if (result->samples && results->cycles_per_ns > 0)
		set_real(o, "cycles_per_op", median * results->cycles_per_ns);
	set_real(o, "real_time_min", iop_quantile(result->real_ns, result->samples, 0));
	set_real(o, "real_time_p25", iop_quantile(result->real_ns, result->samples, 0.25));
	set_real(o, "real_time_p75", iop_quantile(result->real_ns, result->samples, 0.75));
	set_real(o, "real_time_max", iop_quantile(result->real_ns, result->samples, 1));
	set_real(o, "spread", iop_result_spread(result));
	set_speed(o, result);
	coverage = iop_result_interval(result, &low, &high);
	json_object_set_new(o, "launches", numbers(result->real_ns, result->samples));
	if (isfinite(coverage)) {
		double interval[] = {low, high};

		json_object_set_new(o, "interval", numbers(interval, 2));
		set_real(o, "interval_coverage", coverage);
	}
	/* Only modules of users have cells that nobody judged, or that a check did. */
	if (cell->flags & (IOP_CELL_NOT_JUDGED | IOP_CELL_CHECKED))
		set_text(o, "module", cell->backend);
	set_text(o, "backend", cell->backend);
	set_text(o, "routine", cell->routine);
	set_text(o, "measures", cell->flags & IOP_CELL_LATENCY ? "latency" : "throughput");
	if (!(cell->flags & IOP_CELL_NOT_JUDGED) || cell->flags & IOP_CELL_ILLEGAL)
		json_object_set_new(o, "legal", json_boolean(!(cell->flags & IOP_CELL_ILLEGAL)));
	tier = iop_module_tier(results->module, cell, &widths);
	if (tier)
		set_text(o, "tier", tier);
	if (widths)
		json_object_set_new(o, "widths", json_integer((json_int_t)widths));
	set_real(o, "instructions", result->instructions);
	set_real(o, "accesses", result->accesses);
	iop_accesses_store(o, &result->device);
	if (isfinite(model))
		json_object_set_new(o, "model", json_pack("{s:s, s:f}", "profile", results->profile->name, "ns", model));
	if (*result->code_hash)
		set_text(o, "code_hash", result->code_hash);
	json_object_set_new(o, "samples_ns", numbers(result->real_ns, result->samples));
	return o;
}

/* Google Benchmark's own context, for tools that expect it, with the program's real path. */
static json_t *gbench_context(const char *gbench)
{
	json_t *document = json_loads(gbench ? gbench : "", 0, NULL);
	json_t *o = json_incref(json_object_get(document, "context"));
	char executable[IOP_STORE_PATH] = "";

	json_decref(document);
	if (!o)
		o = json_object();
	if (readlink("/proc/self/exe", executable, sizeof(executable) - 1) > 0)
		set_text(o, "executable", executable);
	return o;
}

static json_t *modules(const struct iop_results *results)
{
	json_t *all = json_array();

	for (size_t i = 0; i < results->parts; i++) {
		const struct iop_measured_module *m = &results->part[i];
		json_t *o = json_object();

		set_text(o, "file", m->file);
		if (m->name)
			set_text(o, "name", m->name);
		set_text(o, "build", m->build);
		json_object_set_new(o, "abi", json_integer(m->abi));
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *context(const struct iop_results *results, const struct iop_machine *m, const char *command,
		       const struct iop_cell_env *env)
{
	const struct iop_cells_module *module = results->module;
	json_t *o = gbench_context(results->context), *warnings = json_array();
	size_t commit = strcspn(module->commit, "-");
	char hash[64];

	snprintf(hash, sizeof(hash), "%.*s", (int)commit, module->commit);
	json_object_set_new(o, "json_schema_version", json_integer(SCHEMA_VERSION));
	set_text(o, "iopath_version", IOP_BUILD_VERSION);
	set_text(o, "commit", hash);
	json_object_set_new(o, "dirty", json_boolean(module->commit[commit] != '\0'));
	set_text(o, "compiler", module->compiler);
	set_text(o, "compiler_flags", module->flags);
	set_text(o, "arch", module->arch);
	set_text(o, "cpu_model", m->cpu);
	set_text(o, "microcode", m->microcode);
	set_text(o, "kernel", m->kernel);
	set_text(o, "governor", m->governor);
	set_text(o, "smt", m->smt);
	set_text(o, "turbo", m->turbo);
	set_text(o, "hypervisor", m->hypervisor);
	set_text(o, "transparent_hugepages", m->thp);
	set_text(o, "aslr", m->aslr);
	json_object_set_new(o, "pinned_cpu", json_integer(m->pinned_cpu));
	set_real(o, "load_before", m->load_before);
	set_real(o, "load_after", m->load_after);
	set_real(o, "steal_percent", m->steal_percent);
	set_real(o, "sibling_busy_percent", m->sibling_busy_percent);
	set_real(o, "cpu_pressure_percent", m->pressure_percent);
	set_real(o, "cycles_per_ns", results->cycles_per_ns);
	set_real(o, "empty_batch_ns", results->empty_ns);
	json_object_set_new(o, "seed", json_integer((json_int_t)env->seed));
	json_object_set_new(o, "colour", json_integer(env->colour));
	set_text(o, "command", command);
	json_object_set_new(o, "modules", modules(results));
	json_object_set_new(o, "partial", json_boolean(results->partial));
	set_text(o, "clock", "wall");
	if (results->memory)
		set_text(o, "memory", results->memory);
	if (*results->uncounted)
		set_text(o, "uncounted", results->uncounted);
	for (size_t i = 0; i < m->warnings; i++)
		json_array_append_new(warnings, json_string(m->warning[i]));
	json_object_set_new(o, "warnings", warnings);
	return o;
}

/* A row is a line: results are committed, and a difference should be one. */
static char *document(const struct iop_results *results, json_t *context)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const char *separator = "";
	bool good;

	if (!out)
		return NULL;
	fputs("{\n\"context\": ", out);
	good = !json_dumpf(context, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	fputs(",\n\"benchmarks\": [", out);
	for (size_t i = 0; i < results->count; i++) {
		json_t *o;

		if (!results->row[i].samples && !results->row[i].error)
			continue;
		o = row(results, i);
		fprintf(out, "%s\n", separator);
		good &= !json_dumpf(o, out, JSON_COMPACT | JSON_REAL_PRECISION(9));
		json_decref(o);
		separator = ",";
	}
	fputs("\n]\n}\n", out);
	good &= !ferror(out);
	if (fclose(out) || !good) {
		free(text);
		return NULL;
	}
	return text;
}

static char *text_of(const struct iop_results *results, const struct iop_machine *machine, const char *command,
		     const struct iop_cell_env *env)
{
	json_t *about = context(results, machine, command, env);
	char *text = document(results, about);

	json_decref(about);
	return text;
}

int iop_store_write(const char *path, const struct iop_results *results, const struct iop_machine *machine, const char *command,
		    const struct iop_cell_env *env)
{
	char *text = text_of(results, machine, command, env);
	int err = text ? iop_file_write(path, text, strlen(text)) : -ENOMEM;

	free(text);
	return err;
}

int iop_store_write_new(char path[IOP_STORE_PATH], const struct iop_results *results, const struct iop_machine *machine,
			const char *command, const struct iop_cell_env *env)
{
	char *text = text_of(results, machine, command, env);
	int err = text ? iop_file_write_new(path, IOP_STORE_PATH, text, strlen(text)) : -ENOMEM;

	free(text);
	return err;
}

int iop_store_path(char path[IOP_STORE_PATH], const struct iop_results *results, const struct iop_machine *machine)
{
	char folder[sizeof(machine->slug) + 64];

	snprintf(folder, sizeof(folder), "%.60s-%s", results->module->arch, machine->slug);
	return iop_place_name(path, folder, time(NULL), results->module->commit);
}
