/* SPDX-License-Identifier: MIT */
#include "emulator.h"

#include "carried.h"

#include <host/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS 32 /* of a compiler's command line */

/* Where @name is found by $PATH. */
static bool find_program(const char *name, char path[PATH_MAX])
{
	const char *at = getenv("PATH");

	while (at && *at) {
		size_t n = strcspn(at, ":");

		if (snprintf(path, PATH_MAX, "%.*s/%s", (int)n, at, name) < PATH_MAX && access(path, X_OK) == 0)
			return true;
		at += n + (at[n] == ':');
	}
	return false;
}

/* The first line of a compiler's output that says what is wrong. */
static void first_error(const char *log, char *line, size_t size)
{
	FILE *file = fopen(log, "re");
	char text[256];

	snprintf(line, size, "it said nothing");
	while (file && fgets(text, sizeof(text), file))
		if (strstr(text, "error") || strstr(text, "cannot") || strstr(text, "undefined")) {
			text[strcspn(text, "\n")] = '\0';
			snprintf(line, size, "%s", text);
			break;
		}
	if (file)
		fclose(file);
}

/* Runs a compiler in @folder, with its output in a file there. */
static bool run(const char *folder, char *const words[], char *why, size_t size)
{
	char log[PATH_MAX + 16];
	int status = 0;
	pid_t pid;

	snprintf(log, sizeof(log), "%s/log.%d", folder, (int)getpid());
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		if (out < 0 || chdir(folder) || dup2(out, 1) < 0 || dup2(out, 2) < 0)
			_exit(127);
		execvp(words[0], words);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && status == 0) {
		unlink(log);
		return true;
	}
	first_error(log, why, size);
	unlink(log);
	return false;
}

/* Compiles into a file of this process, and gives it its name when it is complete. */
static bool compile(const char *folder, const char *path, const char *compiler, const char *const *words, char *why, size_t size)
{
	char *line[WORDS] = {NULL}, temporary[PATH_MAX + 16], said[300];
	unsigned n = 0;

	if (access(path, F_OK) == 0)
		return true;
	snprintf(temporary, sizeof(temporary), "%s.%d", path, (int)getpid());
	line[n++] = (char *)(uintptr_t)compiler;
	for (; *words && n < WORDS - 3; words++)
		line[n++] = (char *)(uintptr_t)*words;
	line[n++] = (char *)(uintptr_t) "-o";
	line[n++] = temporary;
	if (run(folder, line, said, sizeof(said)) && rename(temporary, path) == 0)
		return true;
	unlink(temporary);
	snprintf(why, size, "cannot compile %s with %s: %s", path, compiler, said);
	return false;
}

static bool make_folder(char *path)
{
	for (char *at = path + 1; *at; at++)
		if (*at == '/') {
			*at = '\0';
			if (mkdir(path, 0777) && errno != EEXIST) {
				*at = '/';
				return false;
			}
			*at = '/';
		}
	return mkdir(path, 0777) == 0 || errno == EEXIST;
}

/* Named after what is in it, so that no version of this program uses another's. */
static bool name_folder(char folder[PATH_MAX])
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	int n;

	for (const struct iop_carried *c = iop_carried; c->path; c++)
		for (const char *b = c->text; b < c->end; b++)
			hash = (hash ^ (unsigned char)*b) * UINT64_C(0x100000001b3);
	if (cache && cache[0] == '/')
		n = snprintf(folder, PATH_MAX, "%s/iopath/judge-%016llx", cache, (unsigned long long)hash);
	else if (home && home[0] == '/')
		n = snprintf(folder, PATH_MAX, "%s/.cache/iopath/judge-%016llx", home, (unsigned long long)hash);
	else
		return false;
	return n < PATH_MAX - 64;
}

static bool unpack(char folder[PATH_MAX], char *why, size_t size)
{
	char path[PATH_MAX + 64];

	if (!name_folder(folder)) {
		snprintf(why, size, "no folder for compiled runners: set XDG_CACHE_HOME");
		return false;
	}
	for (const struct iop_carried *c = iop_carried; c->path; c++) {
		struct stat there;

		snprintf(path, sizeof(path), "%s/%s", folder, c->path);
		if (stat(path, &there) == 0 && there.st_size == c->end - c->text)
			continue;
		*strrchr(path, '/') = '\0';
		if (!make_folder(path)) {
			snprintf(why, size, "cannot make the folder %s: %s", path, strerror(errno));
			return false;
		}
		snprintf(path, sizeof(path), "%s/%s", folder, c->path);
		if (iop_file_write(path, c->text, (size_t)(c->end - c->text))) {
			snprintf(why, size, "cannot write %s", path);
			return false;
		}
	}
	return true;
}

static bool compile_all(struct iop_emulator *e, const char *compiler, char *why, size_t size)
{
	static const char *const plugin[] = {
		"-std=gnu11", "-O2", "-w", "-shared", "-fPIC", "observe/plugin/plugin.c", "observe/plugin/form.c", NULL};
	static const char *const runner[] = {"-std=gnu11",
					     "-O2",
					     "-w",
					     "-D_GNU_SOURCE",
					     "-I.",
					     "-Iobserve",
					     "-Iobserve/plugin",
					     "judge/runner.c",
					     "judge/load.c",
					     "observe/copy_trace.c",
					     "observe/guarded.c",
					     "observe/plugin/tracer_qemu.c",
					     "-ldl",
					     NULL};

	snprintf(e->plugin, sizeof(e->plugin), "%.*s/iopath-accesses.so", PATH_MAX - 64, e->folder);
	snprintf(e->runner, sizeof(e->runner), "%.*s/runner-%s", PATH_MAX - 64, e->folder, e->machine->name);
	return compile(e->folder, e->plugin, "cc", plugin, why, size) && compile(e->folder, e->runner, compiler, runner, why, size);
}

bool iop_emulator_open(struct iop_emulator *e, const struct iop_machine *machine, char *why, size_t size)
{
	char compiler[80], path[PATH_MAX];
	bool has_program, has_compiler, has_host;

	e->machine = machine;
	snprintf(compiler, sizeof(compiler), "%s-gcc", machine->triple);
	has_program = find_program(machine->program, e->program);
	has_compiler = find_program(compiler, path);
	has_host = find_program("cc", path);
	if (!has_program || !has_compiler || !has_host) {
		snprintf(why, size,
			 "%s code is judged under an emulator, and %s%s%s%s%s not here: apt-get install qemu-user gcc-%s %s%s",
			 machine->name, has_program ? "" : machine->program, has_program || has_compiler ? "" : " and ",
			 has_compiler ? "" : compiler,
			 has_host			 ? ""
			 : (has_program && has_compiler) ? "cc"
							 : " and cc",
			 has_program + has_compiler + has_host < 2 ? " are" : " is", machine->triple, machine->libc,
			 has_host ? "" : " gcc");
		return false;
	}
	return unpack(e->folder, why, size) && compile_all(e, compiler, why, size);
}

bool iop_emulator_link(const struct iop_emulator *e, const char *object, char into[PATH_MAX], char *why, size_t size)
{
	const char *const words[] = {"-shared", "-Wl,-z,notext", object, NULL};
	char compiler[80];

	snprintf(compiler, sizeof(compiler), "%s-gcc", e->machine->triple);
	snprintf(into, PATH_MAX, "%.*s/linked-%d.so", PATH_MAX - 64, e->folder, (int)getpid());
	unlink(into);
	return compile(e->folder, into, compiler, words, why, size);
}
