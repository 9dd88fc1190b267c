/* SPDX-License-Identifier: MIT */
/* A module for one architecture: compiled, loaded, and its table read. */
#include "arch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wordexp.h>

/* "arm64: -march=armv9-a" is for one architecture: what follows the colon, or NULL where it is for another. */
static const char *flags_for(const char *text, const struct iop_machine *machine)
{
	for (const struct iop_machine *m = iop_machines; m->name; m++) {
		const size_t n = strlen(m->name);

		if (strncmp(text, m->name, n) == 0 && text[n] == ':')
			return m == machine ? text + n + 1 : NULL;
	}
	return text;
}

/* What pkg-config prints ends with the end of a line, which wordexp() refuses. */
static int add_words(wordexp_t *words, const char *text)
{
	char *line = strdup(text);
	int err = WRDE_NOSPACE;

	if (line) {
		for (char *at = strchr(line, '\n'); at; at = strchr(at, '\n'))
			*at = ' ';
		err = wordexp(line, words, WRDE_NOCMD | WRDE_APPEND);
	}
	free(line);
	return err;
}

/* Words as a shell makes them, without what a shell runs. */
static bool split(wordexp_t *words, const struct iop_arch_options *options, struct iop_arch *arch)
{
	/* There is always a list, also of nothing. */
	int err = wordexp("", words, WRDE_NOCMD);

	for (size_t i = 0; !err && i < options->flag_texts; i++) {
		const char *text = flags_for(options->flags[i], arch->machine);

		if (text)
			err = add_words(words, text);
		if (err)
			snprintf(arch->why, sizeof(arch->why), "--cflags '%s' cannot be split into words", options->flags[i]);
	}
	/* What glibc leaves of a list to which it could not append may not be freed. */
	if (err)
		*words = (wordexp_t){0};
	return !err;
}

static bool compile(struct iop_arch *arch, const struct iop_arch_options *options)
{
	struct iop_module_source source = {.file = options->source};
	wordexp_t words = {0};
	bool done = split(&words, options, arch);

	source.flag = (const char *const *)words.we_wordv;
	if (done)
		done = iop_emulator_build(&arch->emulator, &source, arch->object, arch->why, sizeof(arch->why));
	if (words.we_wordv)
		wordfree(&words);
	return done;
}

void iop_arch_build(struct iop_arch *arch, const struct iop_arch_options *options, const char *folder)
{
	const char *name = arch->machine->name;

	arch->state = IOP_ARCH_NO_TOOLS;
	snprintf(arch->object, sizeof(arch->object), "%s%s/%s.so", strchr(folder, '/') ? "" : "./", folder, name);
	if (options->keep)
		snprintf(arch->shown, sizeof(arch->shown), "%s/%s.so", options->keep, name);
	arch->table = calloc(1, sizeof(*arch->table));
	if (!arch->table) {
		snprintf(arch->why, sizeof(arch->why), "out of memory");
		return;
	}
	if (!iop_emulator_open(&arch->emulator, arch->machine, arch->why, sizeof(arch->why)) ||
	    !iop_emulator_module_runner(&arch->emulator, arch->why, sizeof(arch->why)))
		return;
	arch->state = IOP_ARCH_FAILED;
	if (!compile(arch, options)) {
		/* A compiler that is not here says nothing about the module. */
		if (strstr(arch->why, " is not here: "))
			arch->state = IOP_ARCH_NO_TOOLS;
		return;
	}
	if (iop_module_table_read(&arch->emulator, arch->object, &options->limits, arch->table, arch->why, sizeof(arch->why)))
		arch->state = IOP_ARCH_EXAMINED;
}
