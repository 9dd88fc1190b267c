/* SPDX-License-Identifier: MIT */
/* iopath diff: what two recordings do differently, as diff(1) shows it, time left out. */
#include "cli.h"
#include "recorded.h"

#include <host/file.h>
#include <host/temporary.h>
#include <host/wait.h>

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LISTING	 "# iopath accesses 1\n"
#define MOST	 ((size_t)1 << 30)
#define CONTEXT	 "-U3"
#define LOOP	 128 /* bytes of code */
#define NEW_NAME "new"
#define OLD_NAME "old"

static void help(void)
{
	printf("usage: iopath diff OLD NEW\n"
	       "       iopath diff --list RECORDING\n\n"
	       "Compares two recordings of 'iopath record', access by access: what was added, lost, reordered or widened,\n"
	       "with the place in the source. Time and values are left out, threads are compared one by one in the order\n"
	       "in which they first come, and reads of one offset in a row by one line of the source count as one, since\n"
	       "how often a driver polls depends on time. OLD and NEW may also be listings, which can be kept beside the "
	       "driver.\n\n"
	       "  --list        print the listing that is compared\n\n"
	       "Exit: 0 the accesses are the same, 1 they differ, 2 bad use or an error.\n\n"
	       "example: iopath diff --list good.iorec > nic.accesses; iopath diff nic.accesses new.iorec\n");
}

/* Threads by their first access: numbers of the system differ from run to run. */
static size_t threads_of(const struct iop_recorded *r, uint32_t **thread)
{
	size_t count = 0;

	*thread = calloc(r->accesses + 1, sizeof(**thread));
	for (size_t i = 0; *thread && i < r->accesses; i++) {
		size_t t = 0;

		while (t < count && (*thread)[t] != r->access[i]->tid)
			t++;
		if (t == count)
			(*thread)[count++] = r->access[i]->tid;
	}
	return count;
}

/*
 * Compilers copy a loop's condition in front of it, so that the first read is another instruction. It is of the same line then; of code
 * that has none, near enough to be the same loop.
 */
static bool same_site(const struct iop_sites *sites, const struct iop_slot *a, const struct iop_slot *b)
{
	const char *text = iop_site_text(sites, a);
	uint64_t apart = a->code < b->code ? b->code - a->code : a->code - b->code;

	if (a->pid != b->pid || !iop_site_has_line(text))
		return a->pid == b->pid && apart <= LOOP;
	return strcmp(text, iop_site_text(sites, b)) == 0;
}

static bool same_read(const struct iop_sites *sites, const struct iop_slot *a, const struct iop_slot *b)
{
	return a && a->region == b->region && a->offset == b->offset && a->width == b->width && !iop_slot_is_write(a) &&
	       !iop_slot_is_write(b) && !((a->flags | b->flags) & IOP_SLOT_UPDATE) && same_site(sites, a, b);
}

static void list_thread(FILE *out, const struct iop_recorded *r, const struct iop_sites *sites, uint32_t thread)
{
	const struct iop_slot *last = NULL;

	for (size_t i = 0; i < r->accesses; i++) {
		const struct iop_slot *slot = r->access[i];

		if (slot->tid != thread)
			continue;
		/* No more of the device file than is needed: where it is differs from machine to machine. */
		if (!same_read(sites, last, slot))
			fprintf(out, "%s%u %s+0x%llx  %s\n", iop_slot_is_write(slot) ? "write" : "read", slot->width,
				iop_recorded_map(r, slot)->name, (unsigned long long)slot->offset, iop_site_text(sites, slot));
		last = slot;
	}
}

static char *listing(const struct iop_recorded *r, const struct iop_sites *sites)
{
	uint32_t *thread;
	size_t count = threads_of(r, &thread), size = 0;
	char *text = NULL;
	FILE *out = thread ? open_memstream(&text, &size) : NULL;
	bool whole = out;

	if (out)
		fputs(LISTING, out);
	for (size_t t = 0; out && t < count; t++) {
		fprintf(out, "thread %zu\n", t + 1);
		list_thread(out, r, sites, thread[t]);
	}
	for (size_t i = 0; out && i < r->refusals; i++)
		fprintf(out, "refused %s\n", iop_site_text(sites, r->refused[i]));
	if (out && fclose(out))
		whole = false;
	free(thread);
	if (whole)
		return text;
	free(text);
	return NULL;
}

/* @path as a listing, freed by the caller; NULL after a message. */
static char *read_listing(const char *path)
{
	struct iop_recorded recorded;
	struct iop_sites sites;
	char *text = iop_file_read(path, MOST);

	if (text && strncmp(text, LISTING, strlen(LISTING)) == 0) {
		if (strchr(text + strlen(LISTING), '\n'))
			return text;
		iop_fail(path, "iopath diff --list", "a listing of nothing");
		free(text);
		return NULL;
	}
	free(text);
	if (iop_recorded_open(&recorded, &sites, path))
		return NULL;
	text = listing(&recorded, &sites);
	iop_recorded_close(&recorded, &sites);
	if (!text)
		iop_fail(path, NULL, "out of memory");
	return text;
}

static int run_diff(const char *folder, char *const *names)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (chdir(folder) == 0)
			execlp("diff", "diff", CONTEXT, "--label", names[0], "--label", names[1], OLD_NAME, NEW_NAME, (char *)NULL);
		_exit(127);
	}
	status = iop_wait_for(pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		return iop_fail("diff", "apt-get install diffutils", "diff(1) cannot be run");
	return WEXITSTATUS(status) ? IOP_EXIT_FINDING : IOP_EXIT_CLEAN;
}

static int compare(char *const *names)
{
	char folder[PATH_MAX], path[2][PATH_MAX + 8];
	int err, code = IOP_EXIT_CLEAN;

	err = iop_temporary_make(folder, sizeof(folder), "diff");
	if (err)
		return iop_fail("diff", "set TMPDIR", "no temporary folder: %s", strerror(-err));
	for (int i = 0; i < 2 && !code; i++) {
		char *text = read_listing(names[i]);

		snprintf(path[i], sizeof(path[i]), "%s/%s", folder, i ? NEW_NAME : OLD_NAME);
		err = text ? iop_file_write(path[i], text, strlen(text)) : 0;
		if (err)
			iop_fail(path[i], "is the disk full?", "cannot be written: %s", strerror(-err));
		if (!text || err)
			code = IOP_EXIT_USAGE;
		free(text);
	}
	if (!code)
		code = run_diff(folder, names);
	iop_temporary_remove(folder);
	return code;
}

int iop_cmd_diff(int argc, char **argv)
{
	static const struct option options[] = {{"list", no_argument, NULL, 'l'}, {"help", no_argument, NULL, 'h'}, {0}};
	bool list = false;
	char *text;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'l': list = true; break;
		case 'h': help(); return IOP_EXIT_CLEAN;
		default: return iop_fail("diff", "iopath diff --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (argc - optind != (list ? 1 : 2))
		return iop_fail("diff", "iopath diff --help", "%s",
				list ? "--list takes one recording" : "two recordings are compared");
	if (!list)
		return compare(argv + optind);
	text = read_listing(argv[optind]);
	if (!text)
		return IOP_EXIT_USAGE;
	fputs(text, stdout);
	free(text);
	return IOP_EXIT_CLEAN;
}
