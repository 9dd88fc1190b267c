/* SPDX-License-Identifier: MIT */
#include "cases.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct cases {
	FILE *file;
	volatile unsigned char *marks;
	uint32_t number;
	const char *suffix;
};

struct cases *cases_open(const char *path, volatile void *marks, unsigned before, const char *suffix)
{
	struct cases *cases = calloc(1, sizeof(*cases));

	if (cases)
		cases->file = fopen(path, "w");
	if (!cases || !cases->file) {
		perror(path);
		free(cases);
		return NULL;
	}
	cases->marks = marks;
	cases->number = before;
	cases->suffix = suffix;
	return cases;
}

bool cases_close(struct cases *cases)
{
	bool bad = ferror(cases->file) | fclose(cases->file);

	if (bad)
		fprintf(stderr, "the list of cases could not be written\n");
	free(cases);
	return !bad;
}

void cases_device(struct cases *cases, const char *region, uint64_t base)
{
	fprintf(cases->file, "device %s 0x%" PRIx64 "\n", region, base);
}

void cases_watch(struct cases *cases, const volatile void *memory, size_t n)
{
	const volatile unsigned char *first = memory, *last = first + n - 1;
	unsigned char byte;

	/* In program order, whatever the compiler would choose. */
	__asm__ volatile("movl $0, %1\n\tmovb %2, %0\n\tmovb %3, %0"
			 : "=&q"(byte), "=m"(*(volatile uint32_t *)(cases->marks + CASE_WATCH))
			 : "m"(*first), "m"(*last));
	cases_device(cases, CASE_MEMORY, 0);
}

static void mark(const struct cases *cases, size_t offset)
{
	*(volatile uint32_t *)(cases->marks + offset) = cases->number;
}

void cases_begin(struct cases *cases)
{
	cases->number++;
	mark(cases, CASE_BEGIN);
}

void cases_end(struct cases *cases, const char *region, const char *name, ...)
{
	va_list args;

	mark(cases, CASE_END);
	fprintf(cases->file, "case %" PRIu32 " %s ", cases->number, region);
	va_start(args, name);
	vfprintf(cases->file, name, args);
	va_end(args);
	fprintf(cases->file, "%s\n", cases->suffix);
}

void cases_expect(struct cases *cases, bool write, uint64_t offset, unsigned width, uint64_t value)
{
	fprintf(cases->file, "%c 0x%" PRIx64 " %u 0x%" PRIx64 "\n", write ? 'w' : 'r', offset, width, value);
}
