/* SPDX-License-Identifier: MIT */
/* Places in the source: which addresses addr2line is asked for, and what its answers become. A script stands for it. */
#include "recorded_slots.h"

#include <record/site.h>

#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST 8

static char top[] = "/tmp/recorded-site-XXXXXX";
static struct iop_slot slot[2 * MOST];
static const struct iop_slot *access_of[MOST], *refused_of[MOST];
static struct iop_recorded_code code[3];
static struct iop_recorded recorded = {.access = access_of, .refused = refused_of, .code = code};

static void make_file(const char *name, const void *bytes, size_t n)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static void make_text(const char *name, const char *text)
{
	make_file(name, text, strlen(text));
}

/* addr2line writes down its arguments and what it reads, says what is in answers, something on stderr, and ends as STATUS says. */
static int in_a_folder(void **state)
{
	(void)state;
	if (!mkdtemp(top) || chdir(top) || mkdir("bin", 0700))
		return -1;
	make_text("bin/addr2line",
		  "#!/bin/sh\n{ echo \"$*\"; cat; } >> asked\ncat answers\necho complains >&2 || exit 1\nexit $STATUS\n");
	make_text("program", "no ELF");
	if (chmod("bin/addr2line", 0700))
		return -1;
	setenv("PATH", "bin:/usr/bin:/bin", 1);
	return 0;
}

static int remove_it(void **state)
{
	char command[sizeof(top) + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return chdir("/") || system(command);
}

/* Accesses by these instructions of process 1, then refusals; the program is at 0x1000 and begins at 0x200 of its file. */
static void recorded_are(size_t accesses, size_t refusals, ...)
{
	static char path[] = "program";
	va_list args;

	memset(code, 0, sizeof(code));
	code[0] = (struct iop_recorded_code){.pid = 1, .start = 0x1000, .bytes = 0x1000, .offset = 0x200, .path = path};
	recorded.codes = 1;
	recorded.accesses = accesses;
	recorded.refusals = refusals;
	va_start(args, refusals);
	for (size_t i = 0; i < accesses + refusals; i++) {
		slot[i] = (struct iop_slot){.pid = 1, .code = va_arg(args, unsigned)};
		if (i < accesses)
			access_of[i] = &slot[i];
		else
			refused_of[i - accesses] = &slot[i];
	}
	va_end(args);
}

static void answer(const char *answers, const char *status)
{
	unlink("asked");
	make_text("answers", answers);
	setenv("STATUS", status, 1);
}

static void assert_asked(const char *wanted)
{
	char text[1024] = "";
	int fd = open("asked", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	assert_string_equal(text, wanted);
}

/* Of the slots, in their order. */
static void assert_sites(size_t count, ...)
{
	struct iop_sites sites;
	va_list args;

	assert_int_equal(iop_sites_of(&sites, &recorded), 0);
	assert_int_equal(sites.count, count);
	va_start(args, count);
	for (size_t i = 0; i < recorded.accesses + recorded.refusals; i++)
		assert_string_equal(iop_site_text(&sites, &slot[i]), va_arg(args, const char *));
	va_end(args);
	iop_sites_free(&sites);
}

/* The first: what took the parent for the child would end as addr2line does. Nothing is left open. */
static void without_answers_there_are_offsets(void **state)
{
	unsigned files = recorded_open_files();

	(void)state;
	recorded_are(1, 0, 0x1010);
	answer("0x210\nf\na.c:1\n", "1");
	assert_sites(1, "program+0x210");
	answer("", "0");
	assert_sites(1, "program+0x210");
	assert_asked("-a -f -i -C -e program\n0x210\n");
	assert_int_equal(recorded_open_files(), files);
}

static void each_address_is_asked_for_once(void **state)
{
	(void)state;
	recorded_are(5, 2, 0x1020, 0x1020, 0x1010, 0x1020, 0x1ff0, 0x1030, 0x1010);
	answer("0x210\nf\n/x/a.c:1\n0x220\nf\n/x/a.c:2\n0x230\ng\nb.c:3 (discriminator 4)\n0x11f0\nh\nc.c:4\n", "0");
	assert_sites(4, "f a.c:2", "f a.c:2", "f a.c:1", "f a.c:2", "h c.c:4", "g b.c:3", "f a.c:1");
	assert_asked("-a -f -i -C -e program\n0x210\n0x220\n0x230\n0x11f0\n");
	recorded_are(1, 1, 0x1020, 0x1010);
	assert_sites(2, "f a.c:2", "f a.c:1");
	recorded_are(2, 0, 0x1020, 0x1010);
	assert_sites(2, "f a.c:2", "f a.c:1");
	recorded_are(0, 2, 0x1020, 0x1010);
	assert_sites(2, "f a.c:2", "f a.c:1");
	recorded_are(0, 0);
	assert_sites(0);
}

static void who_called_what_is_inlined_stands_behind_it(void **state)
{
	static const struct {
		const char *answers, *wanted;
	} cases[] = {
		{"f\na.c:1\ng\nb.c:2\n", "f a.c:1 < g b.c:2"},
		{"f\n??:0\ng\n??:?\n", "f < g"},
		{"??\n??:0\n", "program+0x210"},
		{"f\na.c:1\n??\n??:0\n", "f a.c:1"},
		/* Accessors of the library's headers are left out in front, and only there. */
		{"iop_read32\n/x/mmio.h:9\nf\na.c:1\n", "f a.c:1"},
		{"iop_read32\n/x/mmio.h:9\niop_load\n/x/load.h:3\nf\na.c:1\ng\nb.c:2\n", "f a.c:1 < g b.c:2"},
		{"f\na.c:1\niop_read32\n/x/mmio.h:9\n", "f a.c:1 < iop_read32 mmio.h:9"},
		{"iop_read32\n/x/mmio.h:9\n", "iop_read32 mmio.h:9"},
		{"iop_mine\na.c:1\nf\na.c:2\n", "iop_mine a.c:1 < f a.c:2"},
		{"get\na.h:1\nf\na.c:2\n", "get a.h:1 < f a.c:2"},
		{"iop_mine\n/x.h:/a.c:1\nf\na.c:2\n", "iop_mine a.c:1 < f a.c:2"},
		{"f\x01\na.c:1\n", "f? a.c:1"},
		/* Answers that nobody asked for. */
		{"f\na.c:1\n0x220\ng\nb.c:2\n", "f a.c:1"},
	};

	(void)state;
	recorded_are(1, 0, 0x1010);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[256];

		snprintf(text, sizeof(text), "0x210\n%s", cases[i].answers);
		answer(text, "0");
		assert_sites(1, cases[i].wanted);
		/* Before the first address there is none that they could be of. */
		snprintf(text, sizeof(text), "g\nb.c:2\n0x210\n%s", cases[i].answers);
		answer(text, "0");
		assert_sites(1, cases[i].wanted);
	}
}

static void files_and_processes_are_told_apart(void **state)
{
	static char other[] = "/x/other", none[] = "";

	(void)state;
	recorded_are(5, 0, 0x1010, 0x3008, 0x1010, 0x5000, 0);
	code[1] = (struct iop_recorded_code){.pid = 1, .start = 0x3000, .bytes = 0x100, .path = other};
	code[2] = (struct iop_recorded_code){.pid = 1, .start = 0x5000, .bytes = 0x100, .path = none};
	recorded.codes = 3;
	slot[2].pid = 2;
	answer("", "0");
	assert_sites(5, "program+0x210", "other+0x8", "unknown code", "unknown code", "unknown code");
	assert_asked("-a -f -i -C -e program\n0x210\n-a -f -i -C -e /x/other\n0x8\n");
	/* Of one file that two processes have, all at once. */
	code[1] = (struct iop_recorded_code){.pid = 2, .start = 0x1000, .bytes = 0x100, .offset = 0x400, .path = code[0].path};
	recorded.codes = 2;
	recorded.accesses = 3;
	answer("0x210\nf\na.c:1\n0x410\ng\na.c:2\n", "0");
	assert_sites(3, "f a.c:1", "unknown code", "g a.c:2");
	assert_asked("-a -f -i -C -e program\n0x210\n0x410\n");
	/* Process and address 0 are such as others. */
	recorded_are(2, 0, 0x1010, 0);
	slot[1].pid = 0;
	code[1] = (struct iop_recorded_code){.bytes = 0x10, .path = code[0].path};
	recorded.codes = 2;
	answer("", "1");
	assert_sites(2, "program+0x210", "program+0x0");
}

/* @count headers, of which the head says @said. */
static void make_elf(const Elf64_Phdr *header, size_t count, unsigned said)
{
	static unsigned char bytes[sizeof(Elf64_Ehdr) + 66 * sizeof(Elf64_Phdr)];
	Elf64_Ehdr head = {.e_phoff = sizeof(head), .e_phentsize = sizeof(*header), .e_phnum = (Elf64_Half)said};

	assert_in_range(count, 0, 66);
	memcpy(head.e_ident, ELFMAG, SELFMAG);
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), header, count * sizeof(*header));
	make_file("program", bytes, sizeof(head) + count * sizeof(*header));
}

/* The address that is asked for of an instruction at @offset of the file. */
static void assert_address(unsigned offset, const char *wanted)
{
	char text[128];

	recorded_are(1, 0, 0x1000 + offset - 0x200);
	answer("", "0");
	snprintf(text, sizeof(text), "program+%s", wanted);
	assert_sites(1, text);
}

static void addresses_are_those_of_the_files_symbols(void **state)
{
	Elf64_Phdr header[66] = {
		{.p_type = PT_NOTE, .p_offset = 0, .p_filesz = 0x10000, .p_vaddr = 0x70000},
		{.p_type = PT_LOAD, .p_offset = 0x300, .p_filesz = 0x100, .p_vaddr = 0x400300},
		{.p_type = PT_LOAD, .p_offset = 0x500, .p_filesz = 0x100, .p_vaddr = 0x600500},
	};

	(void)state;
	make_elf(header, 3, 3);
	assert_address(0x2ff, "0x2ff");
	assert_address(0x300, "0x400300");
	assert_address(0x3ff, "0x4003ff");
	assert_address(0x400, "0x400");
	assert_address(0x510, "0x600510");
	/* As many as there are, and 64 at most. */
	make_elf(header, 3, 2);
	assert_address(0x310, "0x400310");
	assert_address(0x510, "0x510");
	header[63] = header[64] = header[65] = header[2];
	header[2].p_type = PT_NOTE;
	make_elf(header, 66, 66);
	assert_address(0x510, "0x600510");
	header[63].p_type = PT_NOTE;
	make_elf(header, 66, 66);
	assert_address(0x510, "0x510");
	make_text("program", "no ELF");
	assert_address(0x310, "0x310");
}

static void texts_have_a_line_or_none(void **state)
{
	struct iop_site site = {0};
	const struct iop_sites none = {.site = &site};
	const struct iop_slot any = {.pid = 1};

	(void)state;
	assert_true(iop_site_has_line("f a.c:1"));
	assert_true(iop_site_has_line("f"));
	assert_false(iop_site_has_line("program+0x10"));
	assert_false(iop_site_has_line(iop_site_text(&none, &any)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_answers_there_are_offsets),	       cmocka_unit_test(each_address_is_asked_for_once),
		cmocka_unit_test(who_called_what_is_inlined_stands_behind_it), cmocka_unit_test(files_and_processes_are_told_apart),
		cmocka_unit_test(addresses_are_those_of_the_files_symbols),    cmocka_unit_test(texts_have_a_line_or_none),
	};

	return cmocka_run_group_tests(tests, in_a_folder, remove_it);
}
