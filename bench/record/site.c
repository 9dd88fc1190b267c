/* SPDX-License-Identifier: MIT */
#include "site.h"

#include <host/wait.h>

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEADERS 64
#define UNKNOWN "unknown code"
#define LINE	(2 * PATH_MAX)

static int by_code(const void *a, const void *b)
{
	const struct iop_site *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->code < y->code ? -1 : x->code > y->code;
}

/* What @offset of the file is as an address of its symbols; the offset itself where its headers do not say. */
static uint64_t symbol_address(const char *path, uint64_t offset)
{
	Elf64_Phdr header[HEADERS];
	FILE *file = fopen(path, "re");
	Elf64_Ehdr head;
	size_t n = 0;

	if (file && fread(&head, sizeof(head), 1, file) == 1 && memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 &&
	    head.e_phentsize == sizeof(header[0]) && fseek(file, (long)head.e_phoff, SEEK_SET) == 0)
		n = fread(header, sizeof(header[0]), head.e_phnum < HEADERS ? head.e_phnum : HEADERS, file);
	if (file)
		fclose(file);
	for (size_t i = 0; i < n; i++)
		if (header[i].p_type == PT_LOAD && offset - header[i].p_offset < header[i].p_filesz)
			return offset - header[i].p_offset + header[i].p_vaddr;
	return offset;
}

static uint64_t address_of(const struct iop_recorded_code *code, uint64_t at)
{
	return symbol_address(code->path, at - code->start + code->offset);
}

/* addr2line's answers to what is in @in; NULL: there is none. */
static FILE *ask(const char *path, int in)
{
	int out = memfd_create("iopath-addr2line", MFD_CLOEXEC), null;
	pid_t pid = out < 0 ? -1 : fork();

	if (pid == 0) {
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (null >= 0 && dup2(null, 2) >= 0 && dup2(in, 0) >= 0 && dup2(out, 1) >= 0)
			execlp("addr2line", "addr2line", "-a", "-f", "-i", "-C", "-e", path, (char *)NULL);
		_exit(127);
	}
	if (iop_wait_for(pid) || lseek(out, 0, SEEK_SET)) {
		if (out >= 0)
			close(out);
		return NULL;
	}
	return fdopen(out, "r");
}

/* An accessor of the library, inlined: who called it is what a reader looks for. */
static bool is_accessor(const char *function, const char *place)
{
	const char *end = strstr(place, ".h:");

	return strncmp(function, "iop_", 4) == 0 && end && !strchr(end, '/');
}

static void append(char text[2 * LINE], const char *function, const char *place)
{
	size_t length = strlen(text);

	snprintf(text + length, 2 * LINE - length, "%s%.200s%s%.200s", length ? IOP_SITE_INTO : "", function,
		 *place == '?' ? "" : " ", *place == '?' ? "" : basename(place));
}

/* Of an address: "0x...", then pairs of lines, function and file:line, the innermost first. */
static void take_answers(FILE *answers, struct iop_site **asked, size_t count)
{
	char line[LINE], function[LINE] = "", text[2 * LINE] = "", users[2 * LINE] = "";
	size_t at = 0;
	bool named = false;

	while (fgets(line, sizeof(line), answers)) {
		char *space;

		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0x", 2) == 0) {
			at++;
			named = false;
			text[0] = users[0] = '\0';
			continue;
		}
		if (!named) {
			snprintf(function, sizeof(function), "%s", line);
			named = true;
			continue;
		}
		named = false;
		if (!at || at > count || strcmp(function, "??") == 0)
			continue;
		space = strstr(line, " (discriminator");
		if (space)
			*space = '\0';
		append(text, function, line);
		if (*users || !is_accessor(function, line))
			append(users, function, line);
		free(asked[at - 1]->text);
		asked[at - 1]->text = strdup(*users ? users : text);
	}
}

/* Those of one file that nobody has named yet. */
static void name_those_in(const struct iop_recorded_code *code, struct iop_site **asked, const uint64_t *address, size_t count)
{
	int in = memfd_create("iopath-addresses", MFD_CLOEXEC);
	FILE *answers = NULL;

	for (size_t i = 0; in >= 0 && i < count; i++)
		dprintf(in, "0x%llx\n", (unsigned long long)address[i]);
	if (in >= 0 && lseek(in, 0, SEEK_SET) == 0)
		answers = ask(code->path, in);
	if (in >= 0)
		close(in);
	if (answers) {
		take_answers(answers, asked, count);
		fclose(answers);
	}
	for (size_t i = 0; i < count; i++)
		if (!asked[i]->text &&
		    asprintf(&asked[i]->text, "%s+0x%llx", basename(code->path), (unsigned long long)address[i]) < 0)
			asked[i]->text = NULL;
	for (size_t i = 0; i < count; i++)
		if (asked[i]->text)
			iop_slot_printable(asked[i]->text);
}

static int name_all(struct iop_sites *sites, const struct iop_recorded *r)
{
	struct iop_site **asked = calloc(sites->count + 1, sizeof(struct iop_site *));
	uint64_t *address = calloc(sites->count + 1, sizeof(*address));

	for (size_t i = 0; asked && address && i < sites->count; i++) {
		struct iop_slot slot = {.pid = sites->site[i].pid, .code = sites->site[i].code}, other = slot;
		const struct iop_recorded_code *code = iop_recorded_code(r, &slot), *same;
		size_t count = 0;

		if (sites->site[i].text || !code || !*code->path)
			continue;
		for (size_t k = i; k < sites->count; k++) {
			other.pid = sites->site[k].pid;
			other.code = sites->site[k].code;
			same = sites->site[k].text ? NULL : iop_recorded_code(r, &other);
			if (!same || strcmp(same->path, code->path) != 0)
				continue;
			address[count] = address_of(same, other.code);
			asked[count++] = &sites->site[k];
		}
		name_those_in(code, asked, address, count);
	}
	free(asked);
	free(address);
	return asked && address ? 0 : -ENOMEM;
}

static size_t collect(struct iop_site *site, const struct iop_slot *const *slot, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		site[kept].pid = slot[i]->pid;
		site[kept].code = slot[i]->code;
		/* Loops come from one place again and again. */
		if (!kept || by_code(&site[kept - 1], &site[kept]) != 0)
			kept++;
	}
	return kept;
}

int iop_sites_of(struct iop_sites *sites, const struct iop_recorded *r)
{
	size_t count, kept = 0;

	sites->count = 0;
	sites->site = calloc(r->accesses + r->refusals + 1, sizeof(*sites->site));
	if (!sites->site)
		return -ENOMEM;
	count = collect(sites->site, r->access, r->accesses);
	count += collect(sites->site + count, r->refused, r->refusals);
	qsort(sites->site, count, sizeof(*sites->site), by_code);
	for (size_t i = 0; i < count; i++)
		if (!kept || by_code(&sites->site[kept - 1], &sites->site[i]) != 0)
			sites->site[kept++] = sites->site[i];
	sites->count = kept;
	if (name_all(sites, r)) {
		iop_sites_free(sites);
		return -ENOMEM;
	}
	return 0;
}

void iop_sites_free(struct iop_sites *sites)
{
	for (size_t i = 0; i < sites->count; i++)
		free(sites->site[i].text);
	free(sites->site);
}

const char *iop_site_text(const struct iop_sites *sites, const struct iop_slot *slot)
{
	struct iop_site wanted = {.pid = slot->pid, .code = slot->code};
	const struct iop_site *found = bsearch(&wanted, sites->site, sites->count, sizeof(wanted), by_code);

	return found && found->text ? found->text : UNKNOWN;
}

bool iop_site_has_line(const char *text)
{
	return !strstr(text, "+0x") && strcmp(text, UNKNOWN) != 0;
}
