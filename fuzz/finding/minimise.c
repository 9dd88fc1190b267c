/* SPDX-License-Identifier: MIT */
#include "minimise.h"

#include <string.h>

struct hunt {
	char signature[96];
	unsigned groups;
	uint64_t executions, most;
};

static bool still_fails(struct hunt *hunt, const uint8_t *data, size_t size)
{
	struct fuzz_divergence d;
	char signature[96];

	if (hunt->executions >= hunt->most)
		return false;
	hunt->executions++;
	if (fuzz_run_bytes(data, size, hunt->groups, &d))
		return false;
	fuzz_signature(signature, &d);
	return strcmp(signature, hunt->signature) == 0;
}

/* Tries without @n records from @i on. */
static bool drop(struct hunt *hunt, uint8_t *data, size_t *size, size_t i, size_t n)
{
	uint8_t shorter[FUZZ_MAX_SIZE];
	size_t from = FUZZ_HEADER + i * FUZZ_RECORD, to = from + n * FUZZ_RECORD;

	if (to > *size)
		to = *size;
	memcpy(shorter, data, from);
	memcpy(shorter + from, data + to, *size - to);
	if (!still_fails(hunt, shorter, *size - (to - from)))
		return false;
	*size -= to - from;
	memcpy(data, shorter, *size);
	return true;
}

static void drop_records(struct hunt *hunt, uint8_t *data, size_t *size)
{
	for (size_t n = FUZZ_MAX_OPS / 2; n; n /= 2)
		for (size_t i = 0; FUZZ_HEADER + i * FUZZ_RECORD < *size;)
			if (!drop(hunt, data, size, i, n))
				i += n;
}

static bool try_byte(struct hunt *hunt, uint8_t *data, size_t size, size_t at, uint8_t byte)
{
	uint8_t old = data[at];

	if (old == byte)
		return true;
	data[at] = byte;
	if (still_fails(hunt, data, size))
		return true;
	data[at] = old;
	return false;
}

/* Zero where it can be; else fewer bits; else the class whose payload is the plain number. */
static void simplify(struct hunt *hunt, uint8_t *data, size_t size)
{
	for (size_t at = 1; at < size; at++) {
		if (try_byte(hunt, data, size, at, 0))
			continue;
		for (unsigned bit = 0; bit < 8; bit++)
			try_byte(hunt, data, size, at, data[at] & ~(1u << bit));
	}
}

size_t fuzz_minimise(uint8_t data[FUZZ_MAX_SIZE], size_t size, unsigned groups, uint64_t *executions)
{
	struct hunt hunt = {.groups = groups, .executions = 1};
	struct fuzz_divergence d;
	size_t before;

	if (size > FUZZ_MAX_SIZE)
		size = FUZZ_MAX_SIZE;
	if (fuzz_run_bytes(data, size, groups, &d))
		return size;
	fuzz_signature(hunt.signature, &d);
	/* Where the library does not return, each execution takes as long as that takes to find out. */
	hunt.most = d.kind == FUZZ_HANGS ? 32 : UINT64_MAX;
	do {
		before = size;
		drop_records(&hunt, data, &size);
		simplify(&hunt, data, size);
	} while (size < before);
	*executions = hunt.executions;
	return size;
}
