/* SPDX-License-Identifier: MIT */
#include "keep.h"

#include "emit.h"
#include "explain.h"
#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int write_with(const char *path, const struct fuzz_program *program, const char *name, bool emit)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return -ENOMEM;
	if (emit)
		fuzz_emit(out, program, name);
	else
		fuzz_explain(out, program);
	fclose(out);
	err = fuzz_write_file(path, text, size);
	free(text);
	return err;
}

static bool still_fails(const char *path, unsigned groups)
{
	uint8_t data[FUZZ_MAX_SIZE];
	struct fuzz_divergence d;
	size_t size;

	return fuzz_read_file(path, data, sizeof(data), &size) == 0 && !fuzz_run_bytes(data, size, groups, &d);
}

void fuzz_keep(const char *out, const uint8_t *data, size_t size, unsigned groups, const struct fuzz_divergence *d)
{
	struct fuzz_program program;
	char signature[96], path[4096];
	int err;

	fuzz_signature(signature, d);
	mkdir(out, 0777);
	snprintf(path, sizeof(path), "%s/%s.bin", out, signature);
	if (still_fails(path, groups)) {
		printf("KEPT %s\n", path);
		return;
	}
	fuzz_decode(&program, data, size);
	err = fuzz_write_file(path, data, size);
	snprintf(path, sizeof(path), "%s/%s.txt", out, signature);
	err = err ? err : write_with(path, &program, signature, false);
	snprintf(path, sizeof(path), "%s/%s.c", out, signature);
	err = err ? err : write_with(path, &program, signature, true);
	if (err)
		fprintf(stderr, "iopath: fuzz: %s: %s (the finding is lost; replay it by its seed)\n", path, strerror(-err));
	else
		printf("KEPT %s/%s.bin\n", out, signature);
}
