/* SPDX-License-Identifier: MIT */
/* iopath new-module: a file to begin with. It is a file of this tree that the tests compile, and lies in the program. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME   "my_cells.c"
#define IN_MACRO    "IOP_MODULE(\""
#define IN_TEMPLATE IN_MACRO "mydriver"

__asm__(".pushsection .rodata\niop_template: .incbin \"" IOP_TEMPLATE "\"\niop_template_end:\n.popsection\n");
extern const char iop_template[], iop_template_end[];

static int help(void)
{
	printf("usage: iopath new-module [FILE] [OPTIONS]\n\n"
	       "Writes a commented file of C to begin with: access paths of your own, which iopath check, bench, list\n"
	       "and trace take as a --module once it is compiled. A file that is there is never overwritten. FILE is\n"
	       "%s by default; - is stdout.\n\n"
	       "  --name NAME  the name of the module (default: mydriver)\n\n"
	       "Exit: 0 written, 2 bad use or an error.\n\n"
	       "example: iopath new-module my_driver.c\n",
	       FILE_NAME);
	return IOP_EXIT_CLEAN;
}

static int write_text(int fd, const char *at, const char *end)
{
	while (at < end) {
		ssize_t n = write(fd, at, (size_t)(end - at));

		if (n < 0 && errno != EINTR)
			return -errno;
		at += n > 0 ? n : 0;
	}
	return 0;
}

/* The text, with the module's name in its place. */
static int write_all(int fd, const char *name)
{
	/* cppcheck-suppress comparePointers - one object, between two labels */
	const size_t size = (size_t)(iop_template_end - iop_template);
	const char *place = memmem(iop_template, size, IN_TEMPLATE, strlen(IN_TEMPLATE));
	int err = write_text(fd, iop_template, place + strlen(IN_MACRO));

	if (!err)
		err = write_text(fd, name, name + strlen(name));
	return err ? err : write_text(fd, place + strlen(IN_TEMPLATE), iop_template_end);
}

static int write_file(const char *path, const char *name)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), err;

	if (fd < 0 && errno == EEXIST)
		return iop_fail("new-module", "name another FILE", "%s is there, and is not overwritten", path);
	if (fd < 0)
		return iop_fail("new-module", NULL, "cannot write %s: %s", path, strerror(errno));
	err = write_all(fd, name);
	if (close(fd) && !err)
		err = -errno;
	if (!err) {
		printf("written: %s; its first lines say how to compile and use it\n", path);
		return IOP_EXIT_CLEAN;
	}
	unlink(path);
	return iop_fail("new-module", NULL, "cannot write %s: %s", path, strerror(-err));
}

static bool is_name(const char *name)
{
	return *name && strlen(name) < 64 &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+")];
}

int iop_cmd_new_module(int argc, char **argv)
{
	static const struct option options[] = {{"name", required_argument, NULL, 'n'}, {"help", no_argument, NULL, 'h'}, {0}};
	const char *name = "mydriver", *path;
	int option, err;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'n': name = optarg; break;
		case 'h': return help();
		default:
			return iop_fail("new-module", "iopath new-module --help", "unknown or incomplete option %s",
					argv[optind - 1]);
		}
	}
	if (optind + 1 < argc)
		return iop_fail("new-module", "iopath new-module --help", "unexpected argument %s", argv[optind + 1]);
	if (!is_name(name))
		return iop_fail("new-module", "letters, digits and _-.+", "a module cannot be called '%s'", name);
	path = optind < argc ? argv[optind] : FILE_NAME;
	if (strcmp(path, "-") != 0)
		return write_file(path, name);
	err = write_all(STDOUT_FILENO, name);
	return err ? iop_fail("new-module", NULL, "cannot write to standard output: %s", strerror(-err)) : IOP_EXIT_CLEAN;
}
