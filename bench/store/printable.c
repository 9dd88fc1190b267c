/* SPDX-License-Identifier: MIT */
/* Text from an untrusted file, made safe for terminals and other readers of UTF-8. */
#include "reader_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define INVALID 0xffffffffu

/* One character at @at: its length in bytes, and *@code, or INVALID for bytes that are not UTF-8 (then the length is 1). */
static size_t decode(const unsigned char *at, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = at[0] < 0x80 ? 1 : (at[0] & 0xe0) == 0xc0 ? 2 : (at[0] & 0xf0) == 0xe0 ? 3 : (at[0] & 0xf8) == 0xf0 ? 4 : 0;

	*code = INVALID;
	if (!n)
		return 1;
	if (n == 1) {
		*code = at[0];
		return 1;
	}
	uint32_t value = at[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		/* The terminating zero is not a continuation byte: nothing after it is read. */
		if ((at[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (at[i] & 0x3fu);
	}
	if (value < least[n] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 1;
	*code = value;
	return n;
}

/* Controls move the cursor or end the line; the others reorder what stands around them. */
static bool shows_as_itself(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == INVALID)
		return false;
	if (code == 0x61c || code == 0x200e || code == 0x200f || code == 0xfeff)
		return false;
	return !(code >= 0x2028 && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069);
}

void iop_printable(char *out, size_t size, const char *text)
{
	static const char more[] = "...";
	const unsigned char *at = (const unsigned char *)text;
	size_t used = 0, keep = 0;

	if (!size)
		return;
	while (*at) {
		uint32_t code;
		size_t n = decode(at, &code);
		bool plain = shows_as_itself(code);
		size_t wanted = plain ? n : 1;

		if (used + wanted >= size) {
			used = keep;
			if (used + sizeof(more) <= size) {
				memcpy(out + used, more, sizeof(more) - 1);
				used += sizeof(more) - 1;
			}
			break;
		}
		if (plain)
			memcpy(out + used, at, n);
		else
			out[used] = '?';
		used += wanted;
		if (used + sizeof(more) <= size)
			keep = used;
		at += n;
	}
	out[used] = '\0';
}

void iop_run_complain(const char *path, const struct iop_run_error *error)
{
	char name[IOP_RUN_TEXT * 2];

	iop_printable(name, sizeof(name), path);
	fprintf(stderr, "iopath: %s: %s (left out)\n", name, error->reason);
}

int iop_run_refuse(struct iop_run_error *error, int err, const char *why, ...)
{
	char text[sizeof(struct iop_run_error)];
	va_list args;

	va_start(args, why);
	/* clang-tidy 14 does not see that va_start did initialise it. */
	vsnprintf(text, sizeof(text), why, args); /* NOLINT(clang-analyzer-valist.Uninitialized) */
	va_end(args);
	if (error)
		iop_printable(error->reason, sizeof(error->reason), text);
	return err;
}
