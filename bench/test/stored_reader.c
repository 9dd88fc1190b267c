/* SPDX-License-Identifier: MIT */
/* Parts of the reader of stored runs, one by one: text, names, modules and counters. */
#include <store/reader_internal.h>

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* As UTF-8 would have it in @n bytes, 1 to 4, also where it forbids that. */
static void encode(char out[5], uint32_t code, size_t n)
{
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	memset(out, 0, 5);
	for (size_t i = n - 1; i; i--, code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(lead[n] | code);
}

static bool expected_as_it_is(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {{0, 0x1f},	{0x7f, 0x9f},	  {0x61c, 0x61c},   {0x200e, 0x200f},
		      {0x2028, 0x202e}, {0x2066, 0x2069}, {0xd800, 0xdfff}, {0xfeff, 0xfeff}};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return false;
	return code <= 0x10ffff;
}

/* What is a character shows as itself or as one '?'; what is none, as a '?' for each byte. */
static void each_character(void **state)
{
	char in[5], out[16];

	(void)state;
	for (uint32_t code = 1; code < 0x120000; code++) {
		const size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		const bool none = (code >= 0xd800 && code < 0xe000) || code > 0x10ffff;

		encode(in, code, n);
		iop_printable(out, sizeof(out), in);
		assert_string_equal(out, expected_as_it_is(code) ? in : none ? &"????"[4 - n] : "?");
	}
}

static void what_is_no_character(void **state)
{
	static const uint32_t most[] = {0, 0, 0x7f, 0x7ff, 0xffff};
	char in[8], out[16];

	(void)state;
	/* In more bytes than it needs. */
	for (size_t n = 2; n <= 4; n++) {
		encode(in, most[n], n);
		iop_printable(out, sizeof(out), in);
		assert_string_equal(out, &"????"[4 - n]);
	}
	/* Bytes that begin nothing, and what is cut off. */
	for (int byte = 0x80; byte < 0x100; byte++) {
		snprintf(in, sizeof(in), "%cab", byte);
		iop_printable(out, sizeof(out), in);
		assert_string_equal(out, "?ab");
	}
}

/* Text of each length into room of each size: whole, or its beginning with "..." where that has room. */
static void what_is_too_long(void **state)
{
	static const char text[] = "0123456789abcdef";
	char out[32], want[32];

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++)
		for (size_t size = 0; size < sizeof(text) + 4; size++) {
			char in[sizeof(text)];

			snprintf(in, sizeof(in), "%.*s", (int)n, text);
			memset(out, 'x', sizeof(out));
			iop_printable(out, size, in);
			assert_int_equal(out[size], 'x');
			if (!size)
				continue;
			if (n < size)
				snprintf(want, sizeof(want), "%s", in);
			else if (size < 4)
				want[0] = '\0';
			else
				snprintf(want, sizeof(want), "%.*s...", (int)size - 4, in);
			assert_string_equal(out, want);
		}
	/* On a character's border. */
	iop_printable(out, 8, "12345\xc3\xa9\xc3\xa9");
	assert_string_equal(out, "1234...");
	iop_printable(out, 8, "123\xc3\xa9\xc3\xa9\xc3\xa9");
	assert_string_equal(out, "123...");
}

static void names_have_four_parts(void **state)
{
	static const struct {
		const char *name, *part[4];
		bool control;
	} names[] = {
		{"toio/mmio/strict/64", {"toio", "mmio", "strict", "64"}, false},
		{"toio/mmio/strict/64/align=1/x", {"toio", "mmio", "strict", "64"}, false},
		{"toio//strict/64", {"toio", "", "strict", "64"}, false},
		{"toio/mmio", {"toio", "mmio", "", ""}, false},
		{"control", {"control", "", "", ""}, true},
		{"", {"", "", "", ""}, false},
	};
	struct iop_run run = {0};

	(void)state;
	assert_int_equal(iop_run_begin(&run), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct iop_run_cell cell = {0};
		json_t *row = json_object();

		iop_run_cell_init(&run, &cell, row, names[i].name);
		assert_string_equal(cell.op, names[i].part[0]);
		assert_string_equal(cell.backend, names[i].part[1]);
		assert_string_equal(cell.routine, names[i].part[2]);
		assert_string_equal(cell.size, names[i].part[3]);
		assert_int_equal(cell.control, names[i].control);
		assert_true(cell.legal && isnan(cell.ns) && isnan(cell.side_accesses[1]));
		json_decref(row);
	}
	iop_run_free(&run);
}

static void long_names_are_cut_in_messages(void **state)
{
	char name[2 * IOP_RUN_BRIEF], brief[IOP_RUN_BRIEF];

	(void)state;
	for (size_t n = 0; n < sizeof(name); n++) {
		for (size_t i = 0; i < n; i++)
			name[i] = (char)('a' + i % 26);
		name[n] = '\0';
		memset(brief, 'x', sizeof(brief));
		iop_run_brief(brief, name);
		if (n < IOP_RUN_BRIEF) {
			assert_string_equal(brief, name);
			continue;
		}
		assert_memory_equal(brief, name, IOP_RUN_BRIEF / 2 - 4);
		assert_memory_equal(brief + IOP_RUN_BRIEF / 2 - 4, "...", 3);
		assert_string_equal(brief + IOP_RUN_BRIEF / 2 - 1, name + n - (IOP_RUN_BRIEF / 2 - 1));
	}
}

static void modules_are_bounded(void **state)
{
	static const size_t counts[] = {0, 1, 63, 64, 65, 200};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct iop_run run = {0};
		json_t *modules = json_array(), *again;

		assert_int_equal(iop_run_begin(&run), 0);
		for (size_t k = 0; k < counts[i]; k++)
			json_array_append_new(modules, json_pack("{s:s, s:s, s:s, s:i}", "file", "a.so", "name",
								 k ? "other" : "mine", "build", k ? "0g" : "0aF", "abi",
								 k == 1	  ? -1
								 : k == 2 ? 1000000
									  : 3));
		iop_run_read_modules(&run, modules);
		assert_int_equal(run.module_count, counts[i] < 64 ? counts[i] : 64);
		assert_false(iop_run_out_of_memory(&run));
		assert_non_null(run.modules);
		for (size_t k = 0; k < run.module_count; k++) {
			assert_string_equal(run.modules[k].build, "");
			assert_int_equal(run.modules[k].abi, k == 1 || k == 2 ? 0 : 3);
		}
		again = iop_run_modules_json(&run);
		assert_int_equal(json_array_size(again), run.module_count);
		json_decref(again);
		json_decref(modules);
		iop_run_free(&run);
	}
}

static void a_module_is_found_by_its_name(void **state)
{
	struct iop_run_module modules[] = {{.name = ""}, {.name = "mine"}};
	const struct iop_run run = {.modules = modules, .module_count = 2};
	struct iop_run_cell cell = {.backend = "mine"};

	(void)state;
	assert_ptr_equal(iop_run_module_of(&run, &cell), &modules[1]);
	cell.backend = "";
	assert_null(iop_run_module_of(&run, &cell));
	cell.backend = "another";
	assert_null(iop_run_module_of(&run, &cell));
}

/* Cells called a, b and a. */
static struct iop_run_cell *three_cells(void)
{
	struct iop_run_cell *cells = calloc(3, sizeof(*cells));

	assert_non_null(cells);
	cells[0].name = cells[2].name = "a";
	cells[1].name = "b";
	return cells;
}

static void two_names_are_refused(void **state)
{
	struct iop_run run = {.cells = three_cells(), .count = 2};
	struct iop_run_error error;

	(void)state;
	assert_int_equal(iop_run_check_names(&run, &error), 0);
	run.count = 3;
	assert_int_equal(iop_run_check_names(&run, &error), -EBADMSG);
	assert_string_equal(error.reason, "two names are one when printed: a");
	free(run.cells);
}

/* The counters of rows, each as JSON, as one cell would have them. */
static void gather(struct iop_run *run, struct iop_run_cell *cell, const char *const *rows, size_t n)
{
	json_t *lists = json_object();

	for (size_t i = 0; i < n; i++) {
		json_t *row = json_loads(rows[i], 0, NULL);

		assert_non_null(row);
		iop_run_gather_counters(lists, row);
		json_decref(row);
	}
	iop_run_take_counters(run, cell, lists);
	json_decref(lists);
}

static void counters_are_what_is_not_ours(void **state)
{
	static const char *const own[] = {
		"{\"name\": 1, \"iterations\": 5, \"net_heap_growth\": 7, \"label\": \"\", \"mine\": 4, \"text\": \"x\","
		" \"none\": null, \"empty\": \"\", \"list\": []}"};
	static const char *const nested[] = {"{\"name\": 1, \"legal\": true, \"counters\": {\"name\": 3, \"rms\": 4}}"};
	static const char *const ours[] = {"{\"legal\": true, \"mine\": 4}"};
	static const char *const several[] = {"{\"mine\": 1}", "{\"mine\": 9}", "{\"mine\": 2, \"late\": null}"};
	struct iop_run run = {0};
	struct iop_run_cell cell = {0};

	(void)state;
	assert_int_equal(iop_run_begin(&run), 0);
	gather(&run, &cell, own, 1);
	assert_int_equal(cell.counters, 3);
	assert_true(iop_run_counter(&cell, "mine") == 4 && isnan(iop_run_counter(&cell, "none")) &&
		    isnan(iop_run_counter(&cell, "name")));
	gather(&run, &cell, nested, 1);
	assert_int_equal(cell.counters, 2);
	assert_true(iop_run_counter(&cell, "name") == 3 && iop_run_counter(&cell, "rms") == 4);
	gather(&run, &cell, ours, 1);
	assert_int_equal(cell.counters, 0);
	assert_null(cell.counter);
	gather(&run, &cell, several, 3);
	assert_int_equal(cell.counters, 2);
	assert_true(iop_run_counter(&cell, "mine") == 2);
	assert_false(iop_run_out_of_memory(&run));
	iop_run_free(&run);
}

static void counters_are_merged_by_repetitions(void **state)
{
	struct iop_run_counter a[] = {{"both", 1}, {"left", 2}, {"no", NAN}, {"nor", 6}};
	struct iop_run_counter b[] = {{"right", 8}, {"both", 4}, {"no", 5}, {"nor", NAN}};
	struct iop_run_cell cell = {.counter = a, .counters = 4, .repetitions = 1},
			    more = {.counter = b, .counters = 4, .repetitions = 2};
	struct iop_run_cell empty = {0};
	struct iop_run run = {0};

	(void)state;
	assert_int_equal(iop_run_begin(&run), 0);
	iop_run_merge_counters(&run, &cell, &more);
	assert_int_equal(cell.counters, 5);
	assert_true(iop_run_counter(&cell, "both") == 3 && iop_run_counter(&cell, "left") == 2 &&
		    iop_run_counter(&cell, "right") == 8);
	assert_true(iop_run_counter(&cell, "no") == 5 && iop_run_counter(&cell, "nor") == 6);
	cell.repetitions = 2;
	cell.counter = a;
	cell.counters = 1;
	iop_run_merge_counters(&run, &cell, &more);
	assert_true(iop_run_counter(&cell, "both") == 2.5);
	/* Repetitions that are unknown weigh nothing: ours stay. */
	cell.repetitions = more.repetitions = 0;
	cell.counter = a;
	cell.counters = 1;
	iop_run_merge_counters(&run, &cell, &more);
	assert_true(iop_run_counter(&cell, "both") == 1);
	cell.repetitions = 3;
	iop_run_merge_counters(&run, &cell, &more);
	assert_true(iop_run_counter(&cell, "both") == 1);
	iop_run_merge_counters(&run, &empty, &empty);
	assert_int_equal(empty.counters, 0);
	assert_false(iop_run_out_of_memory(&run));
	iop_run_free(&run);
}

/* Room doubles: what was pushed before stays, up to the limit; NaN is nothing. */
static void lists_grow(void **state)
{
	struct iop_run run = {0};
	struct iop_run_list list = {0};
	const uint64_t *behind[70];

	(void)state;
	assert_int_equal(iop_run_begin(&run), 0);
	for (unsigned i = 0; i < IOP_RUN_SAMPLES + 3; i++) {
		iop_run_push(&run, &list, NAN);
		iop_run_push(&run, &list, i);
		assert_int_equal(list.count, i < IOP_RUN_SAMPLES ? i + 1 : IOP_RUN_SAMPLES);
		for (unsigned k = 0; i < 70 && k < list.count; k++)
			assert_true(list.at[k] == k);
		/* What lies behind its room is another's. */
		if (i < 70)
			behind[i] = iop_run_room(&run, sizeof(*behind[i]));
		for (unsigned k = 0; i < 70 && k <= i; k++)
			assert_int_equal(*behind[k], 0);
	}
	for (unsigned k = 0; k < list.count; k++)
		assert_true(list.at[k] == k);
	iop_run_free(&run);
}

/* Pieces do not meet, are aligned and zeroed, whatever their sizes. */
static void room_is_of_its_own(void **state)
{
	static const size_t sizes[] = {1, 15, 16, 17, 100, 65520, 65536, 70000, 3, 1 << 20, 8};
	unsigned char *piece[64];
	struct iop_run run = {0};

	(void)state;
	assert_int_equal(iop_run_begin(&run), 0);
	for (size_t i = 0; i < 64; i++) {
		const size_t n = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];

		piece[i] = iop_run_room(&run, n);
		assert_non_null(piece[i]);
		assert_int_equal((uintptr_t)piece[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(piece[i][k], 0);
		memset(piece[i], (int)i + 1, n);
	}
	for (size_t i = 0; i < 64; i++) {
		const size_t n = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];

		assert_true(piece[i][0] == i + 1 && piece[i][n - 1] == i + 1);
	}
	assert_false(iop_run_out_of_memory(&run));
	iop_run_free(&run);
	assert_null(run.memory);
}

static void numbers_are_finite_or_absent(void **state)
{
	json_t *object = json_pack("{s:f, s:i, s:s}", "real", 1.5, "whole", 2, "text", "3");

	(void)state;
	assert_true(iop_run_number(object, "real") == 1.5 && iop_run_number(object, "whole") == 2);
	assert_true(isnan(iop_run_number(object, "text")) && isnan(iop_run_number(object, "none")));
	json_decref(object);
}

static void text_is_kept_and_cut(void **state)
{
	struct iop_run run = {0};
	char text[IOP_RUN_TEXT + 8];

	(void)state;
	assert_int_equal(iop_run_begin(&run), 0);
	assert_string_equal(iop_run_keep(&run, NULL), "");
	assert_string_equal(iop_run_keep_name(&run, NULL), "");
	assert_string_equal(iop_run_keep_name(&run, ""), "");
	for (size_t n = 0; n < sizeof(text); n++) {
		memset(text, 'a', n);
		text[n] = '\0';
		assert_string_equal(iop_run_keep_name(&run, text), text);
		if (n <= IOP_RUN_TEXT - 1)
			assert_string_equal(iop_run_keep(&run, text), text);
	}
	assert_true(strlen(iop_run_keep(&run, text)) <= IOP_RUN_TEXT);
	iop_run_free(&run);
}

static void cells_are_found_by_name(void **state)
{
	const struct iop_run run = {.cells = three_cells(), .count = 2};

	(void)state;
	assert_ptr_equal(iop_run_find(&run, "a"), &run.cells[0]);
	assert_ptr_equal(iop_run_find(&run, "b"), &run.cells[1]);
	assert_null(iop_run_find(&run, "c"));
	free(run.cells);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_character),
		cmocka_unit_test(what_is_no_character),
		cmocka_unit_test(what_is_too_long),
		cmocka_unit_test(names_have_four_parts),
		cmocka_unit_test(long_names_are_cut_in_messages),
		cmocka_unit_test(modules_are_bounded),
		cmocka_unit_test(a_module_is_found_by_its_name),
		cmocka_unit_test(two_names_are_refused),
		cmocka_unit_test(counters_are_what_is_not_ours),
		cmocka_unit_test(counters_are_merged_by_repetitions),
		cmocka_unit_test(lists_grow),
		cmocka_unit_test(room_is_of_its_own),
		cmocka_unit_test(numbers_are_finite_or_absent),
		cmocka_unit_test(text_is_kept_and_cut),
		cmocka_unit_test(cells_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
