/* SPDX-License-Identifier: MIT */
#include "recorded_said.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

char recorded_said[2048];

int __wrap_iop_fail(const char *what, const char *todo, const char *why, ...) __attribute__((format(printf, 3, 4)));

int __wrap_iop_fail(const char *what, const char *todo, const char *why, ...)
{
	char text[1024];
	const char *name;
	va_list args;

	(void)todo;
	va_start(args, why);
	vsnprintf(text, sizeof(text), why, args); /* NOLINT(clang-analyzer-valist.Uninitialized) */
	va_end(args);
	name = strrchr(what, '/');
	snprintf(recorded_said, sizeof(recorded_said), "%s: %s", name ? name + 1 : what, text);
	return 2;
}

const char *recorded_names_text(const struct iop_names *names)
{
	static char text[8192];
	size_t n = 0;

	*text = '\0';
	for (size_t i = 0; i < names->count && n < sizeof(text); i++) {
		const struct iop_register_name *r = &names->name[i];

		n += (size_t)snprintf(text + n, sizeof(text) - n, "0x%llx %s%s%s%s%s %u\n", (unsigned long long)r->offset, r->name,
				      r->no_read ? " wo" : "", r->no_write ? " ro" : "", r->write_clears ? " w1c" : "",
				      r->read_clears ? " rc" : "", r->bytes);
	}
	return text;
}
