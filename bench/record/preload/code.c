/* SPDX-License-Identifier: MIT */
/* Which file an instruction is in, written down when the first access comes from there: libraries that are loaded later, too. */
#include "preload.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RANGES 1024

static struct {
	uintptr_t start, end;
} known[RANGES];
static size_t ranges;

static bool is_known(uintptr_t addr)
{
	for (size_t i = 0; i < ranges; i++)
		if (known[i].start <= addr && addr < known[i].end)
			return true;
	return false;
}

static uint64_t hex(const char **at)
{
	uint64_t value = 0;

	for (;; (*at)++) {
		char c = **at;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return value;
	}
}

/* "start-end rights offset device inode path" */
static void take_line(const char *line, uintptr_t addr)
{
	uintptr_t start = hex(&line), end;
	struct iop_slot fields = {0};
	const char *path;

	line += *line == '-';
	end = hex(&line);
	line += *line == ' ';
	if (strlen(line) < 5 || line[2] != 'x' || addr < start || addr >= end || ranges == RANGES)
		return;
	path = strchr(line, '/');
	line += 5;
	fields.offset = hex(&line);
	fields.code = start;
	fields.bytes = end - start;
	known[ranges].start = start;
	known[ranges++].end = end;
	iop_write_text(IOP_SLOT_CODE, &fields, path ? path : "");
}

void iop_code_known(uintptr_t addr)
{
	static char text[2 * PATH_MAX]; /* under the lock */
	size_t held = 0;
	int fd;

	if (is_known(addr))
		return;
	fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC);
	while (fd >= 0) {
		long got = syscall(SYS_read, fd, text + held, sizeof(text) - 1 - held);
		char *line = text, *end;

		if (got <= 0)
			break;
		text[held + (size_t)got] = '\0';
		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			take_line(line, addr);
		}
		held = strlen(line);
		memmove(text, line, held + 1);
		if (held == sizeof(text) - 1)
			break;
	}
	if (fd >= 0)
		syscall(SYS_close, fd);
}
