/* SPDX-License-Identifier: MIT */
#include "import.h"

#include "export.h"
#include "merge.h"
#include "reader_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void set(struct iop_run *run, const char **text, const char *said)
{
	if (*said)
		*text = iop_run_keep(run, said);
}

/* Stored runs of iopath are results of Google Benchmark, too. */
static int check_source(const struct iop_run *run, const char *source, struct iop_run_error *error)
{
	bool commands = strcmp(run->source, "hyperfine") == 0;

	if (run->kind == IOP_RUN_GATE)
		return iop_run_refuse(error, -EBADMSG, "a verdict of the gate, not a run");
	if (run->kind == IOP_RUN_BASELINE)
		return iop_run_refuse(error, -EBADMSG, "a baseline of an architecture, not a run");
	if (strcmp(source, "hyperfine") == 0 && !commands)
		return iop_run_refuse(error, -EBADMSG, "not a file of hyperfine: no list of results");
	return run->count ? 0 : iop_run_refuse(error, -EBADMSG, "it has no rows");
}

static int read_one(struct iop_run *run, const char *source, const char *path, const struct iop_import_context *context,
		    struct iop_run_error *error)
{
	int err = iop_run_read(path, run, error);

	if (err)
		return err;
	err = check_source(run, source, error);
	if (err) {
		iop_run_free(run);
		return err;
	}
	set(run, &run->commit, context->commit);
	set(run, &run->arch, context->arch);
	set(run, &run->cpu, context->cpu);
	if (!*run->host)
		set(run, &run->host, context->host);
	if (!*run->kernel)
		set(run, &run->kernel, context->kernel);
	return 0;
}

static int add_one(struct iop_run *into, const char *source, const char *path, const struct iop_import_context *context,
		   struct iop_run_error *error)
{
	struct iop_run more;
	int err = read_one(&more, source, path, context, error);

	if (err)
		return err;
	if (!context->merge)
		err = iop_run_same_machine(into, &more, error);
	if (!err && strcmp(into->commit, more.commit) != 0)
		err = iop_run_refuse(error, -EXDEV, "of another commit than the files before");
	if (!err)
		err = iop_run_merge(into, &more, error);
	iop_run_free(&more);
	return err;
}

static void relate(struct iop_run *run)
{
	for (size_t i = 1; i < run->count; i++) {
		run->cells[i].baseline = run->cells[0].name;
		run->cells[i].speed = run->cells[0].ns / run->cells[i].ns;
	}
}

/* Written in the stored shape, and read back: a file that cannot be read again is not stored. */
static int finish(const char *path, const struct iop_run *from, char **text, struct iop_run *run, struct iop_run_error *error)
{
	int err;

	*text = iop_export_gbench(from);
	if (!*text)
		return iop_run_refuse(error, -ENOMEM, "out of memory");
	err = iop_run_parse(path, *text, strlen(*text), run, error);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

int iop_import(const char *source, char *const *paths, size_t count, const struct iop_import_context *context, char **text,
	       struct iop_run *run, size_t *which, struct iop_run_error *error)
{
	struct iop_run all;
	int err = read_one(&all, source, paths[0], context, error);

	*text = NULL;
	*which = 0;
	if (err)
		return err;
	for (size_t i = 1; i < count && !err; i++) {
		err = add_one(&all, source, paths[i], context, error);
		*which = i;
	}
	if (!err && context->relative)
		relate(&all);
	if (!err)
		err = finish(paths[0], &all, text, run, error);
	iop_run_free(&all);
	return err;
}
