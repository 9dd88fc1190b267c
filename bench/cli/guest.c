/* SPDX-License-Identifier: MIT */
/* iopath guest: a module's cells on BARs of a virtual machine's devices, confirmed by what QEMU saw. bench/lab does all of it. */
#include "cli.h"

#include <host/data.h>
#include <host/wait.h>
#include <sample/describe.h>

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS  32
#define FAILED 124 /* of guest.py, and above: the guest, not the command in it */

struct options {
	const char *module, *timeout, *run;
	bool fetch;
};

static void help(void)
{
	printf("usage: iopath guest --module SO [OPTIONS]\n"
	       "       iopath guest --fetch\n\n"
	       "Runs what a module registers (iopath new-module writes one) in a virtual machine, on BARs of emulated\n"
	       "PCI devices, and compares what the CPU issued and what the devices got, as QEMU wrote it down from\n"
	       "outside, with what the same calls do on memory under the tracer of 'iopath check'. Copies that claim\n"
	       "STRICT are also judged by its rules, from what QEMU saw alone. Copies, accessors, checked paths and\n"
	       "operations run on the memory of ivshmem, uncached and write-combining; what accesses 4 or 8 bytes at a\n"
	       "time also on registers of edu. Operations that wait for a device of their own are left out. This\n"
	       "machine's devices are not touched.\n\n"
	       "It needs QEMU and busybox (apt-get install qemu-system-x86 busybox-static), and a kernel, which\n"
	       "--fetch downloads from Debian and unpacks; nothing is installed by that.\n\n"
	       "  --module SO   the module\n"
	       "  --fetch       fetch the kernel and stop\n"
	       "  --timeout S   seconds for all of it (default: 600)\n"
	       "  --keep FOLDER  keep the logs and the console there\n\n"
	       "Exit: 0 all accesses are as said, 1 others were seen, 2 bad use or an error.\n\n"
	       "example: iopath guest --module ./my_cells.so\n");
}

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"module", required_argument, NULL, 'm'},  {"fetch", no_argument, NULL, 'f'},
		{"timeout", required_argument, NULL, 'T'}, {"keep", required_argument, NULL, 'k'},
		{"help", no_argument, NULL, 'h'},	   {0},
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'm': o->module = optarg; break;
		case 'f': o->fetch = true; break;
		case 'T': o->timeout = optarg; break;
		case 'k': o->run = optarg; break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("guest", "iopath guest --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (optind < argc)
		return iop_fail("guest", "iopath guest --help", "unexpected argument %s", argv[optind]);
	if (!o->module == !o->fetch)
		return iop_fail("guest", "--module SO", o->fetch ? "--fetch is all that it does" : "no module is named");
	return 0;
}

/* The exit code, or -1 if it did not end by itself. */
static int run(const char *const *words)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execvp(words[0], (char *const *)(uintptr_t)words);
		fprintf(stderr, "iopath: guest: cannot run %s: %s\n", words[0], strerror(errno));
		_exit(IOP_EXIT_USAGE);
	}
	status = iop_wait_for(pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* In the guest the module lies beside the program. */
static int observe(const struct options *o, const char *script)
{
	const char *module = o->module ? o->module : "", *slash = strrchr(module, '/'), *name = slash ? slash + 1 : module;
	char programs[2 * PATH_MAX], observer[2 * PATH_MAX], command[3 * NAME_MAX + 100];
	const char *words[WORDS] = {"python3",	  "-B",	    script,	"--accel", "tcg",    "--judge", "--device-log",
				    "--programs", programs, "--plugin", observer,  "--with", o->module};
	unsigned n = 13;
	int code;

	if (strchr(name, '\'') || strlen(name) > NAME_MAX)
		return iop_fail("guest", "rename it", "the module's name becomes a word of a command: %s", name);
	iop_data_path(programs, "guest-cells", IOP_INSTALLED_LABDIR);
	*strrchr(programs, '/') = '\0';
	iop_data_path(observer, "guest-observer.so", IOP_INSTALLED_LABDIR);
	if (o->timeout) {
		words[n++] = "--timeout";
		words[n++] = o->timeout;
	}
	if (o->run) {
		words[n++] = "--run";
		words[n++] = o->run;
	}
	snprintf(command, sizeof(command), "guest-cells /out/cases.uc uc './%s' && guest-cells /out/cases.wc wc './%s'", name,
		 name);
	words[n] = command;
	code = run(words);
	if (code > 128)
		return iop_fail("guest", NULL, "%s: in the guest, signal %d ended the process that ran it", o->module, code - 128);
	return code < 0 || code >= FAILED ? IOP_EXIT_USAGE : code;
}

int iop_cmd_guest(int argc, char **argv)
{
	struct options o = {0};
	struct iop_described module;
	char script[2 * PATH_MAX];
	int err = parse(&o, argc, argv);

	if (err)
		return err;
	iop_data_path(script, "lab/guest.py", IOP_INSTALLED_DATADIR);
	if (o.fetch) {
		const char *const words[] = {"python3", "-B", script, "--fetch", NULL};

		return run(words) ? IOP_EXIT_USAGE : IOP_EXIT_CLEAN;
	}
	err = iop_describe(&module, "guest", o.module);
	if (err)
		return err;
	if (!module.entries)
		err = iop_fail("guest", "'iopath new-module' writes one that does", "%s registers nothing", o.module);
	iop_described_free(&module);
	return err ? err : observe(&o, script);
}
