/* SPDX-License-Identifier: MIT */
#include "declared.h"

#include <host/data.h>
#include <host/fail.h>
#include <host/wait.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE  512
#define WORD  "iopath_register"
#define MODES 5
/* location.h: the location is relative to a base. */
#define RELATIVE 2

/*
 * $1: the file; $2: a flag that leads to the library's own headers, or empty. The first run of the compiler prints names, the second the
 * constants of each, as a directive that passes through every assembler's syntax. What a compiler says of the file goes to stderr.
 */
static const char script[] =
	"case $1 in *.c | *.h) language=c compiler=${CC:-cc} ;; *) language=c++ compiler=\"${CXX:-c++} -std=gnu++17\" ;; esac\n"
	"flags=\"$CPPFLAGS $(pkg-config --cflags iopath 2>/dev/null) -w\"\n"
	"mark='#include <iopath/register.h>\n#undef IOP_REGISTER\n#define IOP_REGISTER(NAME, ...) " WORD "_is(NAME)'\n"
	"found=$(printf '%s\\n#include \"%s\"\\n' \"$mark\" \"$1\" | $compiler $flags ${2:+\"$2\"} -x $language -E -P -) || exit "
	"1\n"
	"names=$(printf '%s\\n' \"$found\" | grep -oE '" WORD "_is\\( *[A-Za-z0-9_]+' | sed 's/.*[( ]//' | awk '!seen[$0]++')\n"
	"{\n"
	"	printf '#include \"%s\"\\nvoid " WORD "s_(void);\\nvoid " WORD "s_(void)\\n{\\n' \"$1\"\n"
	"	for name in $names; do\n"
	"		printf '__asm__(\".ascii \\\\\"" WORD " %s %%c0 %%c1 %%c2 %%c3 %%c4 %%c5\\\\\"\" : : ' $name\n"
	"		printf '\"i\"(%s_OFFSET), \"i\"(%s_COUNT), \"i\"(%s_STRIDE), ' $name $name $name\n"
	"		printf '\"i\"(sizeof(%s)), \"i\"(%s_iop_mode), \"i\"(%s_iop_form));\\n' $name $name $name\n"
	"	done\n"
	"	echo '}'\n"
	"} | $compiler $flags ${2:+\"$2\"} -x $language -O2 -S -o - - | grep -o '" WORD " [^\"]*'\n";

bool iop_declared_is_source(const char *path)
{
	static const char *const ends[] = {".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp"};
	const char *end = strrchr(path, '.');

	for (size_t i = 0; end && i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(end, ends[i]) == 0)
			return true;
	return false;
}

/* NULL, or why not. */
static const char *add_elements(struct iop_names *names, const struct iop_register_name *one, unsigned long long count,
				unsigned long long stride)
{
	const char *why = NULL;

	for (unsigned long long i = 0; !why && i < count; i++) {
		char name[LINE + 32];
		struct iop_register_name element = *one;

		snprintf(name, sizeof(name), count > 1 ? "%s[%llu]" : "%s", one->name, i);
		element.name = name;
		element.offset += i * stride;
		why = iop_names_add(names, &element);
	}
	return why;
}

static const char *take_line(struct iop_names *names, const char *line)
{
	static const char *const modes[MODES] = {"rw", "ro", "wo", "w1c", "rc"};
	unsigned long long offset, count, stride;
	unsigned bytes, mode, form;
	char name[LINE];
	struct iop_register_name one = {.name = name};

	if (sscanf(line, WORD " %511s %llu %llu %llu %u %u %u", name, &offset, &count, &stride, &bytes, &mode, &form) != 7 ||
	    mode < 1 || mode > MODES)
		return "the compiler's answer is not understood";
	if (form & RELATIVE)
		return NULL;
	one.offset = offset;
	one.bytes = bytes;
	iop_names_mode(&one, modes[mode - 1]);
	return add_elements(names, &one, count, stride);
}

/* Behind the user's own flags: of the build that the program lies in, or of where it is installed. Empty: neither. */
static void own_headers(char flag[2 * PATH_MAX + 2])
{
	static const char first[] = "/iopath/iopath.h";
	char path[2 * PATH_MAX];

	*flag = '\0';
	iop_data_path(path, "headers.flags", ".");
	if (access(path, R_OK) == 0) {
		snprintf(flag, 2 * PATH_MAX + 2, "@%s", path);
		return;
	}
	iop_data_path(path, first + 1, IOP_INSTALLED_INCLUDEDIR);
	if (access(path, R_OK) == 0)
		snprintf(flag, 2 * PATH_MAX + 2, "-I%.*s", (int)(strlen(path) - strlen(first)), path);
}

/* The compiler's answers; NULL with @code: there are none. */
static FILE *ask(const char *path, int *code)
{
	int out = memfd_create("iopath-registers", MFD_CLOEXEC), status;
	char own[2 * PATH_MAX + 2];
	pid_t pid;

	own_headers(own);
	pid = out < 0 ? -1 : fork();

	if (pid == 0) {
		if (dup2(out, 1) >= 0)
			execlp("sh", "sh", "-c", script, "sh", path, own, (char *)NULL);
		_exit(127);
	}
	status = iop_wait_for(pid);
	*code = WIFEXITED(status) ? WEXITSTATUS(status) : 127;
	if (out >= 0 && (*code || lseek(out, 0, SEEK_SET))) {
		close(out);
		return NULL;
	}
	return out < 0 ? NULL : fdopen(out, "r");
}

int iop_declared_read(struct iop_names *names, const char *path)
{
	char whole[PATH_MAX], line[LINE];
	const char *why = NULL;
	FILE *answers;
	int code;

	if (!realpath(path, whole))
		return iop_fail(path, NULL, "cannot be read: %s", strerror(errno));
	if (strpbrk(whole, "\"\\\n"))
		return iop_fail(path, "rename it", "quotes, backslashes and ends of lines in its path");
	answers = ask(whole, &code);
	if (!answers)
		return iop_fail(path, "CC and CPPFLAGS name compiler and flags, such as -I for iopath's headers",
				"the compiler found no IOP_REGISTER in it, or refuses it");
	while (!why && fgets(line, sizeof(line), answers))
		why = take_line(names, line);
	fclose(answers);
	return why ? iop_fail(path, NULL, "%s", why) : 0;
}
