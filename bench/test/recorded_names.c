/* SPDX-License-Identifier: MIT */
/* Descriptions of registers in lines: what they say, which are refused, and which accesses they allow. */
#include "recorded_said.h"
#include "recorded_slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int read_text(struct iop_names *names, const char *text, const char *peripheral)
{
	*recorded_said = '\0';
	*names = (struct iop_names){0};
	return iop_names_read(names, recorded_bytes(text, strlen(text)), peripheral);
}

/* What is read, in lines as they may be written. */
static void assert_read_as(const char *text, const char *wanted)
{
	struct iop_names names;

	assert_int_equal(read_text(&names, text, NULL), 0);
	assert_string_equal(recorded_said, "");
	assert_string_equal(recorded_names_text(&names), wanted);
	iop_names_free(&names);
	assert_int_equal(names.count, 0);
	assert_null(names.name);
}

static void lines_are_registers(void **state)
{
	(void)state;
	assert_read_as("", "");
	assert_read_as("# nothing\n\n \t\r\n", "");
	assert_read_as("\f", "");
	assert_read_as("0 A", "0x0 A 0\n");
	assert_read_as("0x10 A\n16 B\n020 C\n", "0x10 A 0\n0x10 B 0\n0x10 C 0\n");
	assert_read_as("\t4\tA # the first\r\n  8 \t B\r\n", "0x4 A 0\n0x8 B 0\n");
	assert_read_as("0 A rw\n1 B ro\n2 C wo\n3 D w1c\n4 E rc\n", "0x0 A 0\n0x1 B ro 0\n0x2 C wo 0\n0x3 D w1c 0\n0x4 E rc 0\n");
	/* The last word of each kind counts. */
	assert_read_as("0 A ro rw\n1 B 4 8 wo\n", "0x0 A 0\n0x1 B wo 8\n");
	assert_read_as("0 A 1\n1 B 64\n2 C 2 ro\n", "0x0 A 1\n0x1 B 64\n0x2 C ro 2\n");
	assert_read_as("0xffffffffffffffff A\n", "0xffffffffffffffff A 0\n");
	assert_read_as("0 A\x1b[0m\n", "0x0 A?[0m 0\n");
}

/* Sorted by offset; of one offset in the order of the file. */
static void registers_are_sorted(void **state)
{
	(void)state;
	assert_read_as("8 A\n0 B\n8 C\n4 D\n8 E\n0 F\n", "0x0 B 0\n0x0 F 0\n0x4 D 0\n0x8 A 0\n0x8 C 0\n0x8 E 0\n");
}

static void lines_that_say_something_else_are_refused(void **state)
{
	static const char *const no_offset[] = {"A", "4A B", "-4 A", "0x1ffffffffffffffff A", "-", "0 A\n4", "\v-4 A", "4", "+ A"};
	static const char *const no_tail[] = {"0 A 0",	"0 A 65", "0 A 4x",	"0 A 99999999999999999999",
					      "0 A -4", "0 A xo", "0 A ro x 4", "0 A 4.",
					      "0 A RO", "0 A r"};
	struct iop_names names;
	char wanted[128];

	(void)state;
	for (size_t i = 0; i < sizeof(no_offset) / sizeof(no_offset[0]); i++) {
		assert_int_equal(read_text(&names, no_offset[i], NULL), 2);
		assert_non_null(strstr(recorded_said, ": it begins with no offset"));
		iop_names_free(&names);
	}
	for (size_t i = 0; i < sizeof(no_tail) / sizeof(no_tail[0]); i++) {
		assert_int_equal(read_text(&names, no_tail[i], NULL), 2);
		assert_non_null(strstr(recorded_said, ":1: behind the name stands neither"));
		iop_names_free(&names);
	}
	assert_int_equal(read_text(&names, "0 A\n\n# none\n4 \t\n8 C\n", NULL), 2);
	snprintf(wanted, sizeof(wanted), ":4: no name behind the offset");
	assert_non_null(strstr(recorded_said, wanted));
	iop_names_free(&names);
}

static void what_is_no_description_is_refused(void **state)
{
	struct iop_names names = {0};

	(void)state;
	assert_int_equal(iop_names_read(&names, "/nowhere/at/all", NULL), 2);
	assert_string_equal(recorded_said, "all: cannot be read: No such file or directory");
	assert_int_equal(read_text(&names, "0 A\n", "UART"), 2);
	assert_non_null(strstr(recorded_said, "has no peripherals"));
	iop_names_free(&names);
	assert_int_equal(iop_names_read(&names, "/nowhere/at/all.c", "UART"), 2);
	assert_string_equal(recorded_said, "all.c: this description of registers has no peripherals");
	assert_int_equal(iop_names_read(&names, "/nowhere/at/all.c", NULL), 2);
	assert_string_equal(recorded_said, "all.c: cannot be read: No such file or directory");
	/* XML, which begins with '<', perhaps behind a byte order mark and space. */
	assert_int_equal(read_text(&names, "\xef\xbb\xbf \n\t<", NULL), 2);
	assert_null(strstr(recorded_said, "offset"));
	iop_names_free(&names);
	assert_int_equal(read_text(&names, "\xef\xbb<", NULL), 2);
	assert_non_null(strstr(recorded_said, ":1: it begins with no offset"));
	iop_names_free(&names);
}

static void modes_are_five(void **state)
{
	struct iop_register_name one = {0};

	(void)state;
	assert_true(iop_names_mode(&one, "wo"));
	assert_true(one.no_read && !one.no_write && !one.write_clears && !one.read_clears);
	assert_true(iop_names_mode(&one, "ro"));
	assert_true(!one.no_read && one.no_write && !one.write_clears && !one.read_clears);
	assert_true(iop_names_mode(&one, "w1c"));
	assert_true(!one.no_read && !one.no_write && one.write_clears && !one.read_clears);
	assert_true(iop_names_mode(&one, "rc"));
	assert_true(!one.no_read && !one.no_write && !one.write_clears && one.read_clears);
	assert_true(iop_names_mode(&one, "rw"));
	assert_true(!one.no_read && !one.no_write && !one.write_clears && !one.read_clears);
	assert_false(iop_names_mode(&one, "w"));
}

static void there_is_an_end_to_them(void **state)
{
	const struct iop_register_name one = {.name = (char[]){"A"}};
	struct iop_names names = {.count = (size_t)1 << 20};

	(void)state;
	assert_string_equal(iop_names_add(&names, &one), "more than 1048576 registers");
	assert_int_equal(names.count, 1 << 20);
}

/* Of lists of every length, so that there is nothing behind the last: registers at 8, 16, 24 and so on. */
static void registers_are_found_where_they_begin(void **state)
{
	(void)state;
	for (size_t count = 0; count <= 33; count++) {
		struct iop_names names = {0};

		for (size_t i = 1; i <= count; i++) {
			char name[8];
			struct iop_register_name one = {.offset = 8 * i, .name = name};

			snprintf(name, sizeof(name), "R%zu", i);
			assert_null(iop_names_add(&names, &one));
			snprintf(name, sizeof(name), "S%zu", i);
			if (i % 4 == 3)
				assert_null(iop_names_add(&names, &one));
		}
		for (size_t at = 0; at <= 8 * count + 9; at++) {
			const struct iop_register_name *r = iop_register_at(&names, at);
			char wanted[8] = "";

			if (at % 8 || at < 8 || at > 8 * count) {
				assert_null(r);
			} else {
				assert_int_equal(r->offset, at);
				snprintf(wanted, sizeof(wanted), "R%zu", at / 8);
			}
			assert_string_equal(iop_name_of(&names, at), wanted);
		}
		iop_names_free(&names);
	}
}

static struct iop_names described;

/* The names of what is wrong with its mode and its size. */
static void assert_faults(uint64_t offset, unsigned bytes, const char *access, const char *mode, const char *size)
{
	struct iop_register_faults faults =
		iop_names_judge(&described, offset, bytes, strcmp(access, "write") == 0, strcmp(access, "update") == 0);

	assert_string_equal(faults.mode ? faults.mode->name : "", mode);
	assert_string_equal(faults.size ? faults.size->name : "", size);
}

static void accesses_are_as_described(void **state)
{
	(void)state;
	assert_int_equal(
		read_text(&described,
			  "0 RO ro 4\n4 WO wo 4\n8 W1C w1c 4\n0xc RC rc 4\n0x10 ANY\n0x14 RW 4\n0x18 IN ro 4\n0x18 OUT wo 8\n"
			  "0x80 WIDE ro 64\n0x100 LOW 4\n0x104 HIGH 2\n",
			  NULL),
		0);
	assert_faults(0, 4, "read", "", "");
	assert_faults(0, 4, "write", "RO", "");
	assert_faults(4, 4, "read", "WO", "");
	assert_faults(4, 4, "write", "", "");
	for (unsigned at = 8; at <= 12; at += 4) {
		assert_faults(at, 4, "read", "", "");
		assert_faults(at, 4, "write", "", "");
		assert_faults(at, 4, "update", at == 8 ? "W1C" : "RC", "");
	}
	assert_faults(0x14, 4, "update", "", "");
	assert_faults(0, 4, "update", "", "");
	/* What has no size takes any. */
	assert_faults(0x10, 1, "read", "", "");
	assert_faults(0x10, 4, "write", "", "");
	assert_faults(0x14, 2, "read", "", "RW");
	assert_faults(0x16, 4, "read", "", "RW");
	assert_faults(0x15, 1, "write", "", "RW");
	/* Where nothing is, nothing is wrong: neither behind a register nor before it. */
	assert_faults(0x12, 2, "write", "", "");
	assert_faults(0x20, 4, "write", "", "");
	assert_faults(0xc0, 4, "write", "", "");
	assert_faults(0x7c, 4, "write", "", "");
	/* One byte of it is enough, and the first that is hit is told. */
	assert_faults(0xbf, 1, "write", "WIDE", "WIDE");
	assert_faults(0x7d, 4, "write", "WIDE", "WIDE");
	assert_faults(0x80, 64, "write", "WIDE", "");
	assert_faults(0x100, 8, "write", "", "LOW");
	assert_faults(2, 4, "write", "", "RO");
	assert_faults(6, 1, "read", "WO", "WO");
	/* Of two at one place, one that allows it is enough: for the mode and for the size. */
	assert_faults(0x18, 4, "read", "", "");
	assert_faults(0x18, 8, "write", "", "");
	assert_faults(0x18, 4, "write", "", "");
	assert_faults(0x18, 2, "read", "", "IN");
	assert_faults(0x1c, 4, "read", "OUT", "OUT");
	iop_names_free(&described);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_registers),
		cmocka_unit_test(registers_are_sorted),
		cmocka_unit_test(lines_that_say_something_else_are_refused),
		cmocka_unit_test(what_is_no_description_is_refused),
		cmocka_unit_test(modes_are_five),
		cmocka_unit_test(there_is_an_end_to_them),
		cmocka_unit_test(registers_are_found_where_they_begin),
		cmocka_unit_test(accesses_are_as_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
