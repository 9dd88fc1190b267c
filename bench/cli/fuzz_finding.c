/* SPDX-License-Identifier: MIT */
#include "fuzz_finding.h"

#include <host/fail.h>
#include <host/file.h>
#include <sequence/emit.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct iop_sequence_entry *entry_of(const struct iop_fuzz_finding *f)
{
	return &f->module->entry[f->failure->entry];
}

static void heading(FILE *out, const struct iop_fuzz_finding *f)
{
	fprintf(out, "%s %s, call %u%s: %s%s%s", entry_of(f)->op, entry_of(f)->name, f->failure->step + 1,
		f->list->count > 1 ? " of the last sequence" : "", f->failure->words,
		f->again ? "" : " (not when it was run again; what ran is in the file)",
		f->failure->partial ? " (not minimised to the end: interrupted)" : "");
}

void iop_fuzz_finding_print(FILE *out, const struct iop_fuzz_finding *f)
{
	fprintf(out, "FINDING ");
	heading(out, f);
	fprintf(out, "\n");
	/* All that ran before is for the file. */
	if (f->again)
		iop_sequence_write(out, f->module, f->list);
}

static char *text_of(const struct iop_fuzz_finding *f, const char *name, bool c, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (!out)
		return NULL;
	if (c) {
		iop_sequence_emit(out, name, f->module, f->list, f->failure);
	} else {
		fprintf(out, "# iopath fuzz --module %s --replay %s.txt\n# ", f->module->path, name);
		heading(out, f);
		fprintf(out, "\n");
		iop_sequence_write(out, f->module, f->list);
	}
	return fclose(out) ? NULL : text;
}

int iop_fuzz_finding_keep(const struct iop_fuzz_finding *f, const char *folder, char *path, size_t size)
{
	char name[300], file[PATH_MAX];
	int err = mkdir(folder, 0777) && errno != EEXIST ? -errno : 0;

	snprintf(name, sizeof(name), "%s-%.200s-%s", entry_of(f)->op, entry_of(f)->name,
		 iop_sequence_fault_name(f->failure->fault));
	snprintf(path, size, "%s/%s", folder, name);
	for (int c = 0; c < 2 && !err; c++) {
		size_t length = 0;
		char *text = text_of(f, name, c, &length);

		snprintf(file, sizeof(file), "%.4000s.%s", path, c ? "c" : "txt");
		err = text ? iop_file_write(file, text, length) : -ENOMEM;
		free(text);
	}
	return err ? iop_fail("fuzz", "the finding is on stdout", "cannot write %s: %s", path, strerror(-err)) : 0;
}

json_t *iop_fuzz_finding_json(const struct iop_fuzz_finding *f, const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *json;

	if (!out)
		return NULL;
	iop_sequence_write(out, f->module, f->list);
	fclose(out);
	json = json_pack("{s:s, s:s, s:s, s:i, s:s, s:b, s:b, s:s}", "op", entry_of(f)->op, "name", entry_of(f)->name, "fault",
			 iop_sequence_fault_name(f->failure->fault), "call", (int)f->failure->step + 1, "words", f->failure->words,
			 "again", f->again, "partial", f->failure->partial, "sequences", text);
	if (*path)
		json_object_set_new(json, "file", json_sprintf("%s.txt", path));
	if (*path)
		json_object_set_new(json, "test", json_sprintf("%s.c", path));
	free(text);
	return json;
}
