/* SPDX-License-Identifier: MIT */
#include "ktap.h"

#include "json_out.h"

#include <host/fail.h>

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST 512

void iop_ktap_open(struct iop_ktap *k)
{
	*k = (struct iop_ktap){0};
	k->out = open_memstream(&k->text, &k->size);
}

void iop_ktap_close(struct iop_ktap *k)
{
	if (k->out)
		fclose(k->out);
	free(k->text);
	*k = (struct iop_ktap){0};
}

static size_t points(const struct iop_ktap *k)
{
	return k->count[IOP_KTAP_OK] + k->count[IOP_KTAP_FAILED] + k->count[IOP_KTAP_SKIPPED] + k->count[IOP_KTAP_ERROR];
}

/* In a name or a reason, a number sign would begin a directive, and a line's end another line. */
static void put_words(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(*text == '#' || (unsigned char)*text < ' ' ? ' ' : *text, out);
}

void iop_ktap_note(struct iop_ktap *k, const char *text)
{
	while (k->out && *text) {
		const size_t n = strcspn(text, "\n");

		fprintf(k->out, "# %.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void put_point(struct iop_ktap *k, enum iop_ktap_result result, const char *why, const char *name, va_list args)
{
	static const char *const directive[IOP_KTAP_RESULTS] = {[IOP_KTAP_SKIPPED] = " # SKIP ", [IOP_KTAP_ERROR] = " # ERROR "};
	char text[NAME_MOST];

	if (!k->out)
		return;
	k->count[result]++;
	vsnprintf(text, sizeof(text), name, args);
	fprintf(k->out, "%s %zu ", result == IOP_KTAP_FAILED || result == IOP_KTAP_ERROR ? "not ok" : "ok", points(k));
	put_words(k->out, text);
	if (directive[result]) {
		fputs(directive[result], k->out);
		put_words(k->out, why ? why : "");
	}
	fputc('\n', k->out);
}

void iop_ktap_point(struct iop_ktap *k, enum iop_ktap_result result, const char *why, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	put_point(k, result, why, name, args);
	va_end(args);
}

/* Version and plan, then the points, all behind @indent. */
static void put_block(FILE *out, const struct iop_ktap *k, const char *indent)
{
	const char *text = k->text;

	fprintf(out, "%sKTAP version 1\n%s1..%zu\n", indent, indent, points(k));
	while (*text) {
		const size_t n = strcspn(text, "\n");

		fprintf(out, "%s%.*s\n", indent, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

void iop_ktap_block(struct iop_ktap *k, struct iop_ktap *block, const char *name, ...)
{
	const enum iop_ktap_result result = block->count[IOP_KTAP_ERROR] || !points(block)    ? IOP_KTAP_ERROR
					    : block->count[IOP_KTAP_FAILED]		      ? IOP_KTAP_FAILED
					    : block->count[IOP_KTAP_SKIPPED] == points(block) ? IOP_KTAP_SKIPPED
											      : IOP_KTAP_OK;
	va_list args;

	if (k->out && block->out && fflush(block->out) == 0)
		put_block(k->out, block, "  ");
	va_start(args, name);
	put_point(k, result, result == IOP_KTAP_ERROR ? "not all of it could be judged" : "nothing of it was examined", name, args);
	va_end(args);
	iop_ktap_close(block);
}

int iop_ktap_put(struct iop_ktap *k, const char *command, const char *where)
{
	char *text = NULL;
	size_t size;
	FILE *out = k->out && fflush(k->out) == 0 ? open_memstream(&text, &size) : NULL;
	int code;

	if (out)
		put_block(out, k, "");
	code = out && fclose(out) == 0 ? iop_json_write(command, where, text, size) : iop_fail(command, NULL, "out of memory");
	free(text);
	iop_ktap_close(k);
	return code;
}
