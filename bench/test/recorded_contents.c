/* SPDX-License-Identifier: MIT */
/* What a recording holds: its mappings, its accesses, and whose code carried them out. */
#include "recorded_slots.h"

#include <record/contents.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void read_slots(struct iop_recorded *r, const struct iop_slot *slot, size_t count)
{
	const struct iop_recording_head head = recorded_head(count);

	assert_int_equal(iop_recorded_read(r, recorded_slots(&head, slot, count)), 0);
}

static struct iop_slot with_text(struct iop_slot slot, const char *text)
{
	memcpy(slot.value, text, strlen(text));
	return slot;
}

static struct iop_slot a_map(uint32_t number, const char *path)
{
	return with_text((struct iop_slot){.kind = IOP_SLOT_MAP, .region = number}, path);
}

static struct iop_slot an_access(uint32_t region, uint64_t offset)
{
	return (struct iop_slot){.kind = IOP_SLOT_ACCESS, .region = region, .offset = offset};
}

static void what_each_slot_says_is_kept(void **state)
{
	struct iop_slot slot[] = {
		with_text((struct iop_slot){.kind = IOP_SLOT_PROCESS, .pid = 7, .code = 6, .flags = 1}, "/bin/\x01"),
		with_text((struct iop_slot){.kind = IOP_SLOT_PROCESS, .pid = 8, .code = 7}, "/bin/b"),
		with_text((struct iop_slot){.kind = IOP_SLOT_MAP, .region = 3, .pid = 8, .offset = 4096, .bytes = 8192, .flags = 2},
			  "/dev/\x7f"),
		with_text((struct iop_slot){.kind = IOP_SLOT_CODE, .pid = 7, .code = 0x1000, .bytes = 0x200, .offset = 0x40},
			  "/lib/\x7f"),
		{.kind = IOP_SLOT_UNMAP, .region = 3},
		with_text((struct iop_slot){.kind = IOP_SLOT_REFUSED, .code = 0x1008}, "why"),
	};
	struct iop_recorded r;

	(void)state;
	read_slots(&r, slot, sizeof(slot) / sizeof(slot[0]));
	assert_int_equal(r.processes, 2);
	assert_int_equal(r.process[0].pid, 7);
	assert_int_equal(r.process[0].parent, 6);
	assert_false(r.process[0].forked);
	assert_string_equal(r.process[0].path, "/bin/?");
	assert_true(r.process[1].forked);
	assert_int_equal(r.maps, 1);
	assert_int_equal(r.map[0].number, 3);
	assert_int_equal(r.map[0].pid, 8);
	assert_int_equal(r.map[0].offset, 4096);
	assert_int_equal(r.map[0].bytes, 8192);
	assert_int_equal(r.map[0].prot, 2);
	assert_string_equal(r.map[0].path, "/dev/?");
	assert_int_equal(r.codes, 1);
	assert_int_equal(r.code[0].pid, 7);
	assert_int_equal(r.code[0].start, 0x1000);
	assert_int_equal(r.code[0].bytes, 0x200);
	assert_int_equal(r.code[0].offset, 0x40);
	/* It is opened, not shown. */
	assert_string_equal(r.code[0].path, "/lib/\x7f");
	assert_int_equal(r.refusals, 1);
	assert_int_equal(r.refused[0]->code, 0x1008);
	assert_int_equal(r.accesses, 0);
	iop_recorded_free(&r);
	assert_int_equal(iop_recorded_read(&r, "/nowhere/at/all"), -ENOENT);
}

/* Lists of every length: each entry stays where it is found, and there is room for it. */
static void accesses_stay_in_their_order(void **state)
{
	struct iop_slot slot[64] = {a_map(1, "a"), a_map(2, "b")};

	(void)state;
	for (size_t i = 2; i < 64; i++)
		slot[i] = an_access(1 + i % 3, i);
	for (size_t count = 2; count <= 64; count++) {
		struct iop_recorded r;
		size_t at = 0;

		read_slots(&r, slot, count);
		/* Of mapping 3 nothing is known: a damaged file. */
		for (size_t i = 2; i < count; i++)
			if (i % 3 < 2)
				assert_int_equal(r.access[at++]->offset, i);
		assert_int_equal(r.accesses, at);
		assert_int_equal(r.map[0].accesses, (count - 1) / 3);
		assert_int_equal(r.map[0].accesses + r.map[1].accesses, at);
		iop_recorded_free(&r);
	}
}

static void numbers_are_given_again(void **state)
{
	const struct iop_slot slot[] = {a_map(1, "old"), a_map(2, "other"), a_map(1, "new")},
			      to[] = {an_access(1, 0), an_access(2, 0), an_access(3, 0)};
	struct iop_recorded r;

	(void)state;
	read_slots(&r, slot, 3);
	assert_string_equal(iop_recorded_map(&r, &to[0])->path, "new");
	assert_string_equal(iop_recorded_map(&r, &to[1])->path, "other");
	assert_null(iop_recorded_map(&r, &to[2]));
	iop_recorded_free(&r);
}

static void assert_names(const char *const path[4], const char *const name[4])
{
	struct iop_slot slot[4];
	struct iop_recorded r;

	for (uint32_t i = 0; i < 4; i++)
		slot[i] = a_map(i, path[i]);
	read_slots(&r, slot, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(r.map[i].name, name[i]);
	iop_recorded_free(&r);
}

/* By whole names, from the end on. */
static void files_have_as_much_of_their_path_as_tells_them_apart(void **state)
{
	(void)state;
	assert_names((const char *const[]){"/d/a/r0", "/d/a/r0", "/d/a/r1", "/d/a/r0"},
		     (const char *const[]){"r0", "r0", "r1", "r0"});
	assert_names((const char *const[]){"/d/a/r0", "/d/b/r0", "/d/b/r1", "/d/a/r0"},
		     (const char *const[]){"a/r0", "b/r0", "r1", "a/r0"});
	assert_names((const char *const[]){"/x/a/r0", "/y/a/r0", "/y/b/r0", "/y/b/xr0"},
		     (const char *const[]){"x/a/r0", "y/a/r0", "b/r0", "xr0"});
	/* What is the end of another is whole. */
	assert_names((const char *const[]){"r0", "a/r0", "/a/r0", "b/r0"}, (const char *const[]){"r0", "a/r0", "/a/r0", "b/r0"});
	assert_names((const char *const[]){"r0", "0", "", "a/"}, (const char *const[]){"r0", "0", "", "a/"});
}

static void write_combining_is_said_by_the_files_name(void **state)
{
	static const struct {
		const char *path;
		bool combining;
	} cases[] = {{"r0_wc", true}, {"a_wc", true}, {"r0_wcx", false}, {"r0wc", false},
		     {"_wc", false},  {"wc", false},  {"", false},	 {"r0", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct iop_slot slot = a_map(1, cases[i].path);
		struct iop_recorded r;

		read_slots(&r, &slot, 1);
		assert_int_equal(r.map[0].write_combining, cases[i].combining);
		iop_recorded_free(&r);
	}
}

static const char *code_at(const struct iop_recorded *r, uint32_t pid, uint64_t address)
{
	const struct iop_slot slot = {.pid = pid, .code = address};
	const struct iop_recorded_code *code = iop_recorded_code(r, &slot);

	return code ? code->path : "none";
}

static void code_is_the_processs_own_or_its_parents(void **state)
{
	struct iop_slot slot[] = {
		with_text((struct iop_slot){.kind = IOP_SLOT_PROCESS, .pid = 1, .flags = 1}, "p"),
		with_text((struct iop_slot){.kind = IOP_SLOT_PROCESS, .pid = 2, .code = 1}, "forked"),
		with_text((struct iop_slot){.kind = IOP_SLOT_PROCESS, .pid = 3, .code = 2}, "forked"),
		with_text((struct iop_slot){.kind = IOP_SLOT_PROCESS, .pid = 4, .code = 1, .flags = 1}, "executed"),
		with_text((struct iop_slot){.kind = IOP_SLOT_PROCESS, .pid = 5, .code = 5}, "its own ancestor"),
		with_text((struct iop_slot){.kind = IOP_SLOT_CODE, .pid = 1, .code = 0x1000, .bytes = 0x100}, "first"),
		with_text((struct iop_slot){.kind = IOP_SLOT_CODE, .pid = 1, .code = 0x1100, .bytes = 0x100}, "second"),
		with_text((struct iop_slot){.kind = IOP_SLOT_CODE, .pid = 2, .code = 0x1000, .bytes = 0x10}, "own"),
		with_text((struct iop_slot){.kind = IOP_SLOT_CODE, .pid = 1, .code = 0x1180, .bytes = 0x10}, "later"),
	};
	struct iop_recorded r;

	(void)state;
	read_slots(&r, slot, sizeof(slot) / sizeof(slot[0]));
	assert_string_equal(code_at(&r, 1, 0xfff), "none");
	assert_string_equal(code_at(&r, 1, 0x1000), "first");
	assert_string_equal(code_at(&r, 1, 0x10ff), "first");
	assert_string_equal(code_at(&r, 1, 0x1100), "second");
	assert_string_equal(code_at(&r, 1, 0x1180), "later");
	assert_string_equal(code_at(&r, 1, 0x1190), "second");
	assert_string_equal(code_at(&r, 1, 0x1200), "none");
	assert_string_equal(code_at(&r, 2, 0x1008), "own");
	assert_string_equal(code_at(&r, 2, 0x1010), "first");
	assert_string_equal(code_at(&r, 3, 0x1008), "own");
	assert_string_equal(code_at(&r, 3, 0x1100), "second");
	assert_string_equal(code_at(&r, 4, 0x1000), "none");
	assert_string_equal(code_at(&r, 5, 0x1000), "none");
	assert_string_equal(code_at(&r, 6, 0x1000), "none");
	iop_recorded_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_each_slot_says_is_kept),
		cmocka_unit_test(accesses_stay_in_their_order),
		cmocka_unit_test(numbers_are_given_again),
		cmocka_unit_test(files_have_as_much_of_their_path_as_tells_them_apart),
		cmocka_unit_test(write_combining_is_said_by_the_files_name),
		cmocka_unit_test(code_is_the_processs_own_or_its_parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
