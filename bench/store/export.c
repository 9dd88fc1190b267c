/* SPDX-License-Identifier: MIT */
#include "export.h"

#include "accesses_json.h"
#include "reader_internal.h"
#include "result.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define DUMP (JSON_INDENT(2) | JSON_REAL_PRECISION(10))

static void set_real(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(object, key, json_string(text));
}

static char *dump(json_t *root)
{
	char *text = json_dumps(root, DUMP);

	json_decref(root);
	return text;
}

static void set_list(json_t *object, const char *key, const double *values, size_t n)
{
	json_t *list = n ? json_array() : NULL;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_real(values[i]));
	if (list)
		json_object_set_new(object, key, list);
}

/* Where low and high are an interval over launches, quartiles are still those of the samples. */
static void set_spread(json_t *o, const struct iop_run_cell *cell)
{
	const double interval[] = {cell->low, cell->high};
	bool within = !cell->interval;

	set_real(o, "real_time_min", cell->min);
	set_real(o, "real_time_p25", within ? cell->low : iop_quantile(cell->samples, cell->sample_count, 0.25));
	set_real(o, "real_time_p75", within ? cell->high : iop_quantile(cell->samples, cell->sample_count, 0.75));
	set_real(o, "real_time_max", cell->max);
	set_real(o, "spread", cell->spread);
	set_list(o, "launches", cell->launch_ns, cell->launches);
	if (cell->interval) {
		set_list(o, "interval", interval, 2);
		set_real(o, "interval_coverage", cell->coverage);
	}
}

/* As Google Benchmark writes them, and together: the names are the user's, and may be those of members. */
static void set_counters(json_t *o, const struct iop_run_cell *cell)
{
	json_t *all = cell->counters ? json_object() : NULL;

	for (size_t i = 0; i < cell->counters; i++) {
		const struct iop_run_counter *c = &cell->counter[i];

		json_object_set_new(all, c->name, isfinite(c->value) ? json_real(c->value) : json_null());
		if (!json_object_get(o, c->name))
			set_real(o, c->name, c->value);
	}
	if (all)
		json_object_set_new(o, "counters", all);
}

static json_t *gbench_row(const struct iop_run_cell *cell, size_t index)
{
	bool measured = !isnan(cell->ns);
	json_t *o = json_object();

	set_text(o, "name", cell->name);
	json_object_set_new(o, "family_index", json_integer((json_int_t)index));
	json_object_set_new(o, "per_family_instance_index", json_integer(0));
	set_text(o, "run_name", cell->name);
	set_text(o, "run_type", "iteration");
	json_object_set_new(o, "repetitions", json_integer(cell->repetitions ? (json_int_t)cell->repetitions : 1));
	json_object_set_new(o, "repetition_index", json_integer(0));
	json_object_set_new(o, "threads", json_integer(1));
	json_object_set_new(o, "iterations", json_integer(cell->iterations ? (json_int_t)cell->iterations : 1));
	if (!measured) {
		json_object_set_new(o, "error_occurred", json_true());
		set_text(o, "error_message", cell->failure);
	} else if (cell->failed) {
		/* Without error_occurred: other readers would leave out the time of the good ones. */
		set_text(o, "error_message", cell->failure);
	}
	if (cell->failed && (measured || cell->failed > 1))
		json_object_set_new(o, "repetitions_failed", json_integer((json_int_t)cell->failed));
	if (cell->aggregated)
		json_object_set_new(o, "aggregated", json_true());
	json_object_set_new(o, "real_time", json_real(measured ? cell->ns : 0));
	json_object_set_new(o, "cpu_time", json_real(isnan(cell->cpu_ns) ? (measured ? cell->ns : 0) : cell->cpu_ns));
	set_text(o, "time_unit", "ns");
	if (cell->bytes)
		json_object_set_new(o, "bytes", json_integer((json_int_t)cell->bytes));
	set_real(o, "bytes_per_second", cell->bytes_per_second);
	set_real(o, "bytes_per_cycle", cell->bytes_per_cycle);
	set_real(o, "cycles_per_op", cell->cycles_per_op);
	set_spread(o, cell);
	set_text(o, "baseline", cell->baseline);
	set_real(o, "speed_vs_baseline", cell->speed);
	set_real(o, "speed_vs_baseline_min", cell->speed_low);
	set_real(o, "speed_vs_baseline_max", cell->speed_high);
	set_real(o, "instructions", cell->instructions);
	set_real(o, "accesses", cell->accesses);
	iop_accesses_store(o, &cell->device);
	set_text(o, "module", cell->module);
	set_text(o, "code_hash", cell->code_hash);
	set_text(o, "measures", cell->latency ? "latency" : "throughput");
	set_text(o, "tier", cell->tier);
	/* Only what was judged is legal. */
	if (*cell->tier || !cell->legal)
		json_object_set_new(o, "legal", json_boolean(cell->legal));
	set_list(o, "samples_ns", cell->samples, cell->sample_count);
	set_list(o, "cpu_samples_ns", cell->cpu_samples, cell->cpu_count);
	set_counters(o, cell);
	return o;
}

static json_t *gbench_context(const struct iop_run *run)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{"date", run->time},
		{"host_name", run->host},
		{"executable", run->source},
		{"library_build_type", "release"},
		{"source", run->source},
		{"iopath_version", run->version},
		{"commit", run->commit},
		{"arch", run->arch},
		{"cpu_model", run->cpu},
		{"compiler", run->compiler},
		{"compiler_flags", run->flags},
		{"kernel", run->kernel},
		{"hypervisor", run->hypervisor},
		{"emulator", run->emulator},
		{"governor", run->governor},
		{"smt", run->smt},
		{"turbo", run->turbo},
		{"microcode", run->microcode},
		{"clock", run->clock},
		{"command", run->command},
	};
	json_t *o = json_object(), *warnings = json_array();

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		set_text(o, texts[i].key, texts[i].text);
	json_object_set_new(o, "json_schema_version", json_integer(1));
	json_object_set_new(o, "dirty", json_boolean(run->dirty));
	json_object_set_new(o, "partial", json_boolean(run->partial));
	set_real(o, "cycles_per_ns", run->cycles_per_ns);
	set_real(o, "empty_batch_ns", run->empty_ns);
	set_real(o, "load_before", run->load_before);
	set_real(o, "load_after", run->load_after);
	set_real(o, "steal_percent", run->steal_percent);
	for (size_t i = 0; i < run->warning_count; i++)
		json_array_append_new(warnings, json_string(run->warnings[i]));
	json_object_set_new(o, "warnings", warnings);
	if (run->module_count)
		json_object_set_new(o, "modules", iop_run_modules_json(run));
	return o;
}

char *iop_export_gbench(const struct iop_run *run)
{
	json_t *root = json_object(), *rows = json_array();

	for (size_t i = 0; i < run->count; i++)
		json_array_append_new(rows, gbench_row(&run->cells[i], i));
	json_object_set_new(root, "context", gbench_context(run));
	json_object_set_new(root, "benchmarks", rows);
	return dump(root);
}

static void metric(json_t *cell, const char *key, double value, double low, double high)
{
	json_t *o;

	if (!isfinite(value))
		return;
	o = json_object();
	set_real(o, "value", value);
	set_real(o, "lower_value", low);
	set_real(o, "upper_value", high);
	json_object_set_new(cell, key, o);
}

char *iop_export_bmf(const struct iop_run *run)
{
	json_t *root = json_object();

	for (size_t i = 0; i < run->count; i++) {
		const struct iop_run_cell *cell = &run->cells[i];
		json_t *o;

		if (isnan(cell->ns))
			continue;
		o = json_object();
		metric(o, "latency", cell->ns, cell->low, cell->high);
		metric(o, "throughput", cell->bytes_per_second, NAN, NAN);
		metric(o, "instructions", cell->instructions, NAN, NAN);
		metric(o, "accesses", cell->accesses, NAN, NAN);
		for (size_t c = 0; c < cell->counters; c++)
			if (!json_object_get(o, cell->counter[c].name))
				metric(o, cell->counter[c].name, cell->counter[c].value, NAN, NAN);
		json_object_set_new(root, cell->name, o);
	}
	return dump(root);
}

char *iop_export_gha(const struct iop_run *run)
{
	json_t *root = json_array();

	for (size_t i = 0; i < run->count; i++) {
		const struct iop_run_cell *cell = &run->cells[i];
		char range[64], extra[3 * IOP_RUN_TEXT];
		json_t *o;

		if (isnan(cell->ns))
			continue;
		o = json_object();
		set_text(o, "name", cell->name);
		set_text(o, "unit", "ns/op");
		set_real(o, "value", cell->ns);
		if (!isnan(cell->low) && !isnan(cell->high)) {
			snprintf(range, sizeof(range), "%.4g to %.4g", cell->low, cell->high);
			set_text(o, "range", range);
		}
		snprintf(extra, sizeof(extra), "commit %s, %s %s", *run->commit ? run->commit : "unknown", run->arch, run->cpu);
		set_text(o, "extra", extra);
		json_array_append_new(root, o);
	}
	return dump(root);
}

static void field(FILE *out, const char *text)
{
	/* Spreadsheets run what begins so. */
	const char *guard = strchr("=+-@", *text) && *text ? "'" : "";

	if (!text[strcspn(text, ",\"\r\n")]) {
		fprintf(out, "%s%s,", guard, text);
		return;
	}
	fprintf(out, "\"%s", guard);
	for (; *text; text++)
		fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
	fputs("\",", out);
}

static void value(FILE *out, double number, const char *end)
{
	if (isfinite(number))
		fprintf(out, "%.10g", number);
	fputs(end, out);
}

void iop_export_csv_head(FILE *out)
{
	fputs("time,commit,arch,cpu,source,cell,baseline,legal,error,ns,ns_low,ns_high,bytes,bytes_per_second,bytes_per_cycle,"
	      "speed,speed_low,speed_high,instructions,accesses\r\n",
	      out);
}

void iop_export_csv(FILE *out, const struct iop_run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct iop_run_cell *cell = &run->cells[i];

		field(out, run->time);
		field(out, run->commit);
		field(out, run->arch);
		field(out, run->cpu);
		field(out, run->source);
		field(out, cell->name);
		field(out, cell->baseline);
		field(out, !cell->legal ? "false" : *cell->tier ? "true" : "");
		field(out, cell->error);
		value(out, cell->ns, ",");
		value(out, cell->low, ",");
		value(out, cell->high, ",");
		value(out, cell->bytes ? (double)cell->bytes : NAN, ",");
		value(out, cell->bytes_per_second, ",");
		value(out, cell->bytes_per_cycle, ",");
		value(out, cell->speed, ",");
		value(out, cell->speed_low, ",");
		value(out, cell->speed_high, ",");
		value(out, cell->instructions, ",");
		value(out, cell->accesses, "\r\n");
	}
}
