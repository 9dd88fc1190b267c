/* SPDX-License-Identifier: MIT */
#include "emulator.h"

#include "carried.h"

#include <host/file.h>
#include <host/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The emulator's own: its translations, and what it reserves for a program of 32 bits, which is not limited. */
#define OF_THE_EMULATOR ((rlim_t)2 << 30)
/* Of its command line, beside the program's arguments. */
#define EMULATOR_WORDS 11
#define ARGUMENTS_MOST 64

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

/* Runs a compiler in @folder, if it is not NULL, with its output in a file of the emulator's. */
static bool run(const struct iop_emulator *e, const char *folder, char *const words[], char *why, size_t size)
{
	char log[PATH_MAX + 16];
	pid_t pid;

	snprintf(log, sizeof(log), "%s/log.%d", e->folder, (int)getpid());
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		if (out < 0 || (folder && chdir(folder)) || dup2(out, 1) < 0 || dup2(out, 2) < 0)
			_exit(127);
		execvp(words[0], words);
		_exit(127);
	}
	if (iop_wait_for(pid) == 0) {
		unlink(log);
		return true;
	}
	first_error(log, why, size);
	unlink(log);
	return false;
}

static size_t length(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

/* The words of several lists, each of which ends with NULL, as one. Freed by the caller. */
static char **joined(const char *const *const *lists, size_t count)
{
	size_t n = 0;
	char **line;

	for (size_t i = 0; i < count; i++)
		n += length(lists[i]);
	line = calloc(n + 1, sizeof(*line));
	n = 0;
	for (size_t i = 0; line && i < count; i++)
		for (size_t k = 0; lists[i][k]; k++)
			line[n++] = (char *)(uintptr_t)lists[i][k];
	return line;
}

/* Compiles into a file of this process, and gives it its name when it is complete. */
static bool compile(const struct iop_emulator *e, const char *path, const char *compiler, const char *const *words, char *why,
		    size_t size)
{
	char temporary[PATH_MAX + 16], said[300] = "";
	const char *const begin[] = {compiler, NULL}, *const end[] = {"-o", temporary, NULL};
	const char *const *const lists[] = {begin, words, end};
	char **line;
	bool done;

	if (access(path, F_OK) == 0)
		return true;
	snprintf(temporary, sizeof(temporary), "%s.%d", path, (int)getpid());
	line = joined(lists, 3);
	done = line && run(e, e->folder, line, said, sizeof(said)) && rename(temporary, path) == 0;
	free(line);
	if (done)
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
	return compile(e, e->plugin, "cc", plugin, why, size) && compile(e, e->runner, compiler, runner, why, size);
}

bool iop_emulator_module_runner(struct iop_emulator *e, char *why, size_t size)
{
	static const char *const words[] = {"-std=gnu11",
					    "-O2",
					    "-w",
					    "-D_GNU_SOURCE",
					    "-I.",
					    "-Iobserve",
					    "-Iobserve/plugin",
					    "judge/module_runner.c",
					    "judge/path_run.c",
					    "judge/path_checked.c",
					    "judge/path_operation.c",
					    "judge/path_order.c",
					    "judge/load.c",
					    "observe/guarded.c",
					    "observe/plugin/tracer_qemu.c",
					    "-ldl",
					    NULL};
	char compiler[80];

	snprintf(compiler, sizeof(compiler), "%s-gcc", e->machine->triple);
	snprintf(e->module_runner, sizeof(e->module_runner), "%.*s/module-runner-%s", PATH_MAX - 64, e->folder, e->machine->name);
	return compile(e, e->module_runner, compiler, words, why, size);
}

/* By its name, as the compiler itself decides it. */
static bool is_cxx(const char *file)
{
	static const char *const endings[] = {".cc", ".cpp", ".cxx", ".C", ".c++"};
	const char *dot = strrchr(file, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcmp(dot, endings[i]) == 0)
			return true;
	return false;
}

bool iop_emulator_build(const struct iop_emulator *e, const struct iop_module_source *source, const char *into, char *why,
			size_t size)
{
	char compiler[80], path[PATH_MAX], header[PATH_MAX + 16];
	const char *const begin[] = {compiler, "-O2", "-shared", "-fPIC", NULL}, *const end[] = {header, "-o", into, NULL};
	const char *const *const lists[] = {begin, source->flag, source->file, end};
	const char *driver = "gcc";
	char **line;
	bool done;

	for (size_t i = 0; source->file[i]; i++)
		if (is_cxx(source->file[i]))
			driver = "g++";
	snprintf(compiler, sizeof(compiler), "%s-%s", e->machine->triple, driver);
	snprintf(header, sizeof(header), "-idirafter%s", e->folder);
	if (!find_program(compiler, path)) {
		snprintf(why, size, "%s is not here: apt-get install %s-%s", compiler, driver, e->machine->triple);
		return false;
	}
	line = joined(lists, 4);
	snprintf(why, size, "out of memory");
	done = line && run(e, NULL, line, why, size);
	free(line);
	return done;
}

static void keep_open(int fd)
{
	fcntl(fd, F_SETFD, 0);
}

/* A comma ends a value of the emulator's options; two are one. */
static void with_commas(char *to, const char *path)
{
	for (; *path; path++) {
		*to++ = *path;
		if (*path == ',')
			*to++ = ',';
	}
	*to = '\0';
}

void iop_emulator_become(const struct iop_emulator *e, const char *program, const char *const *arguments,
			 const struct iop_child_seat *seat, size_t memory)
{
	const rlim_t data = memory + OF_THE_EMULATOR;
	const int files[] = {seat->shared_fd, seat->questions, seat->answers};
	char numbers[3][16], plugin[2 * PATH_MAX], root[100];
	const char *word[EMULATOR_WORDS + ARGUMENTS_MOST] = {e->program, "-cpu",  e->machine->cpu, "-L",       root,	  "-plugin",
							     plugin,	 program, numbers[0],	   numbers[1], numbers[2]};

	with_commas(plugin, e->plugin);
	snprintf(root, sizeof(root), "/usr/%s", e->machine->triple);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%d", files[i]);
		keep_open(files[i]);
	}
	for (unsigned i = 0; i < ARGUMENTS_MOST - 1 && arguments[i]; i++)
		word[EMULATOR_WORDS + i] = arguments[i];
	/* What preloads into this program is of another architecture than that one. */
	unsetenv("LD_PRELOAD");
	unsetenv("LD_LIBRARY_PATH");
	setrlimit(RLIMIT_DATA, &(struct rlimit){data, data});
	execv(word[0], (char *const *)(uintptr_t)word);
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
	return compile(e, into, compiler, words, why, size);
}
