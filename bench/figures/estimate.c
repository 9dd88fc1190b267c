/* SPDX-License-Identifier: MIT */
#include "estimate.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ITERATIONS 100
#define COMMAND	   2048

static const struct {
	const char *arch, *triple, *core;
} cores[] = {
#define IOP_CORE(arch, triple, core) {arch, triple, core},
#include "cores.def"
#undef IOP_CORE
};
#define CORES (sizeof(cores) / sizeof(cores[0]))

/* Debian's programs have the version in their names. */
static const char *const versions[] = {"-19", "", "-18", "-17", "-16"};

static bool is_here(const char *name)
{
	char command[100];

	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", name);
	return system(command) == 0; /* NOLINT(cert-env33-c): a constant name */
}

/* The suffix of a version that has both programs, or NULL. */
static const char *version(void)
{
	static const char *found;
	static bool looked;

	for (size_t i = 0; !looked && !found && i < sizeof(versions) / sizeof(versions[0]); i++) {
		char mc[32], mca[32];

		snprintf(mc, sizeof(mc), "llvm-mc%s", versions[i]);
		snprintf(mca, sizeof(mca), "llvm-mca%s", versions[i]);
		if (is_here(mc) && is_here(mca))
			found = versions[i];
	}
	looked = true;
	return found;
}

bool iop_estimate_has_tools(char *why, size_t size)
{
	if (version())
		return true;
	snprintf(why, size, "llvm-mca is not here: apt-get install llvm-19");
	return false;
}

/* Debian's compiler for armhf makes Thumb, in which most instructions have two bytes. */
static const char *triple_of(size_t core, const uint8_t *code, size_t bytes)
{
	for (size_t at = 0; strcmp(cores[core].arch, "armhf") == 0 && at < bytes; at += 1u + code[at])
		if (code[at] == 2)
			return "thumbv7-linux-gnueabihf";
	return cores[core].triple;
}

/* A line of text for each instruction. */
static size_t write_bytes(const char *path, const uint8_t *code, size_t bytes)
{
	FILE *out = fopen(path, "we");
	size_t count = 0;

	for (size_t at = 0; out && at + code[at] < bytes; at += 1u + code[at], count++) {
		for (unsigned i = 0; i < code[at]; i++)
			fprintf(out, "0x%02x ", code[at + 1 + i]);
		fprintf(out, "\n");
	}
	return out && fclose(out) == 0 ? count : 0;
}

/* Instructions that order accesses, or may; the last are accesses that do so themselves. */
static bool is_barrier(const char *word, size_t n)
{
	static const char *const names[] = {"dmb",     "dsb",	"isb",	 "fence",  "fence.i", "sync",	"lwsync",    "hwsync",
					    "ptesync", "eieio", "isync", "mfence", "lfence",  "sfence", "serialize", "bcr",
					    "twi",     "ldar",	"ldarb", "ldarh",  "ldapr",   "ldaprb", "ldaprh",    "stlr",
					    "stlrb",   "stlrh", "lda",	 "ldab",   "ldah",    "stl",	"stlb",	     "stlh"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == n && strncmp(names[i], word, n) == 0)
			return true;
	return n > 4 && strncmp(word, "lock", 4) == 0;
}

/* In a loop there are many: each kind once. */
static void add_barrier(char *barriers, size_t size, const char *text)
{
	size_t used = strlen(barriers);

	if (!strstr(barriers, text))
		snprintf(barriers + used, size - used, "%s%s", used ? ", " : "", text);
}

/* Of CPUs that reorder accesses. What moves the stack pointer too is not the device's access. */
static bool is_access(const char *word, bool store)
{
	static const char *const loads[] = {"ld", "lw", "lb", "lh", "c.ld", "c.lw", "c.lb", "c.lh"};
	static const char *const stores[] = {"st", "sd", "sw", "sb", "sh", "c.sd", "c.sw", "c.sb", "c.sh"};

	for (size_t i = 0; i < (store ? sizeof(stores) : sizeof(loads)) / sizeof(loads[0]); i++) {
		const char *name = store ? stores[i] : loads[i];

		if (strncmp(word, name, strlen(name)) == 0)
			return strncmp(word, "ldm", 3) != 0 && strncmp(word, "stm", 3) != 0;
	}
	return false;
}

/* An instruction that is a barrier, or an access, or both. */
static void note_order(struct iop_estimates *e, const char *text, bool barrier, bool seen[2])
{
	const bool store = is_access(text, true), load = !store && is_access(text, false);

	if (load) {
		e->behind_load[1][0] = '\0';
		seen[0] = true;
	}
	if (barrier) {
		add_barrier(e->barriers, sizeof(e->barriers), text);
		for (unsigned i = 0; i < 2 && seen[0]; i++)
			add_barrier(e->behind_load[i], sizeof(e->behind_load[i]), text);
	}
	/* Barriers up to here are all that are before this one. */
	if (store) {
		memcpy(e->before_store[1], e->barriers, sizeof(e->barriers));
		if (!seen[1])
			memcpy(e->before_store[0], e->barriers, sizeof(e->barriers));
		seen[1] = true;
	}
}

/* Where control goes is known: what was executed is here. What returns or calls has no model of its time. */
static bool is_call_or_return(const char *arch, const char *word, size_t n)
{
	static const char *const names[] = {"ret",   "retq", "retl", "call",  "callq", "calll",	 "bl",	 "blr",	   "blx",
					    "bctrl", "jal",  "jalr", "brasl", "basr",  "c.jalr", "c.jr", "syscall"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == n && strncmp(names[i], word, n) == 0)
			return strcmp(arch, "ppc64le") != 0 || strncmp(word, "bl", 2) == 0 || strncmp(word, "bct", 3) == 0;
	return false;
}

/* Assembly that llvm-mca reads, and the barriers in it. Returns the number of instructions that were read. */
static size_t take_text(struct iop_estimates *e, const char *arch, FILE *in, FILE *out)
{
	char *line = NULL;
	size_t room = 0, count = 0;
	bool seen[2] = {false, false};

	memset(e->before_store, 0, sizeof(e->before_store));
	memset(e->behind_load, 0, sizeof(e->behind_load));
	while (getline(&line, &room, in) > 0) {
		char *text = line + strspn(line, " \t");
		size_t n = strcspn(text, " \t\n");

		text[strcspn(text, "\n")] = '\0';
		/* Directives. */
		if (!*text || *text == '.' || *text == '#')
			continue;
		for (char *tab = strchr(text, '\t'); tab; tab = strchr(tab, '\t'))
			*tab = ' ';
		count++;
		note_order(e, text, is_barrier(text, n), seen);
		if (!is_call_or_return(arch, text, n))
			fprintf(out, "\t%s\n", text);
	}
	free(line);
	return count;
}

static bool disassemble(struct iop_estimates *e, const char *triple, size_t core, size_t count, const char *folder)
{
	char command[COMMAND], path[512];
	FILE *in, *out;
	size_t read = 0;

	snprintf(command, sizeof(command), "llvm-mc%s --disassemble -triple=%s -mcpu=%s '%s/code' 2>/dev/null", version(), triple,
		 cores[core].core, folder);
	snprintf(path, sizeof(path), "%s/code.s", folder);
	in = popen(command, "re"); /* NOLINT(cert-env33-c) */
	out = fopen(path, "we");
	e->barriers[0] = '\0';
	if (in && out)
		read = take_text(e, cores[core].arch, in, out);
	if (in)
		pclose(in);
	if (out)
		fclose(out);
	return read == count;
}

/* False: the core's model lacks an instruction. */
static bool simulate(struct iop_estimate *estimate, const char *triple, size_t core, const char *folder)
{
	char command[COMMAND];
	json_t *root = NULL, *regions, *summary;
	FILE *in;

	snprintf(command, sizeof(command), "llvm-mca%s -mtriple=%s -mcpu=%s -iterations=%d -json '%s/code.s' 2>/dev/null",
		 version(), triple, cores[core].core, ITERATIONS, folder);
	in = popen(command, "re"); /* NOLINT(cert-env33-c) */
	if (in) {
		/* Names of resources end with one. */
		root = json_loadf(in, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL);
		pclose(in);
	}
	regions = json_object_get(root, "CodeRegions");
	summary = json_array_size(regions) == 1 ? json_object_get(json_array_get(regions, 0), "SummaryView") : NULL;
	*estimate = (struct iop_estimate){
		.core = cores[core].core,
		.cycles = json_number_value(json_object_get(summary, "BlockRThroughput")),
		.chained = json_number_value(json_object_get(summary, "TotalCycles")) / ITERATIONS,
	};
	json_decref(root);
	return estimate->cycles > 0;
}

void iop_estimate(struct iop_estimates *e, const char *arch, const uint8_t *code, size_t bytes, const char *folder)
{
	char path[512];
	size_t count, n = 0;

	*e = (struct iop_estimates){0};
	snprintf(path, sizeof(path), "%s/code", folder);
	/* Its name is part of a shell's command. */
	if (!bytes || !version() || strchr(folder, '\''))
		return;
	count = write_bytes(path, code, bytes);
	for (size_t core = 0; count && core < CORES && n < IOP_ESTIMATES; core++) {
		const char *triple = triple_of(core, code, bytes);

		if (strcmp(cores[core].arch, arch) != 0 || !disassemble(e, triple, core, count, folder))
			continue;
		e->read = true;
		/* How long a barrier waits is no part of a model without a memory. */
		if (!e->barriers[0] && simulate(&e->of[n], triple, core, folder))
			n++;
		else
			e->of[n].core = NULL;
	}
	unlink(path);
	snprintf(path, sizeof(path), "%s/code.s", folder);
	unlink(path);
}
