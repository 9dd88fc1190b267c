/* SPDX-License-Identifier: MIT */
/* A baseline of an architecture becomes a run: its cells, what is beside them, and where it ends. */
#include "stored_parse.h"

#include <errno.h>

static void each_count_has_its_place(void **state)
{
	struct iop_run run;
	const struct iop_run_cell *c;

	(void)state;
	read_run(&run,
		 "{\"arch\": \"x\", \"compiler\": \"cc\", \"tools\": {\"emulator\": \"e\", \"estimates\": \"m\"}, \"copies\": ["
		 "{\"op\": \"toio\", \"routine\": \"r\", \"size\": \"64\", \"instructions\": 0, \"accesses\": 2, \"optimum\": 3,"
		 "\"calls\": 4, \"illegal\": 0, \"blind\": 0},"
		 "{\"op\": \"toio\", \"routine\": \"r\", \"size\": \"65\", \"instructions\": -1, \"accesses\": 1e15,"
		 "\"calls\": 999999999999999, \"illegal\": 1, \"blind\": 0},"
		 "{\"op\": \"toio\", \"routine\": \"r\", \"size\": \"66\", \"calls\": -1, \"illegal\": 0, \"blind\": 2}],"
		 "\"accessors\": [{\"accessor\": \"ordered read u32\", \"instructions\": 9}]}");
	assert_true(run.kind == IOP_RUN_BASELINE && run.count == 4);
	assert_string_equal(run.source, "baseline");
	assert_string_equal(run.arch, "x");
	assert_string_equal(run.compiler, "cc");
	assert_string_equal(run.emulator, "e");
	assert_string_equal(run.estimator, "m");
	c = run.cells;
	assert_string_equal(c[0].name, "toio/device/r/64");
	assert_true(c[0].instructions == 0 && c[0].accesses == 2 && c[0].fewest == 3 && c[0].calls == 4 && c[0].legal);
	assert_true(isnan(c[1].instructions) && isnan(c[1].accesses) && isnan(c[1].fewest) && c[1].calls == 999999999999999);
	assert_true(c[1].illegal_calls == 1 && !c[1].legal && c[2].blind_calls == 2 && !c[2].legal && c[2].calls == 0);
	assert_string_equal(c[3].name, "read/device/ordered/u32");
	assert_true(c[3].instructions == 9 && c[3].legal);
	iop_run_free(&run);
}

static void what_is_no_baseline_is_refused(void **state)
{
	static const char row[] = "{\"op\": \"o\", \"routine\": \"r\", \"size\": \"1\"}";
	static const char accessor[] = "an accessor that is not \"ordered read u32\"";
	static const char *const accessors[] = {"", "ordered", "ordered read", "ordered read %", "ORDERED read u32"};
	char text[256];

	(void)state;
	is_refused("{\"copies\": []}", -EBADMSG, "a baseline that names no architecture");
	snprintf(text, sizeof(text), "{\"arch\": \"x\", \"copies\": [%s, %s]}", row, row);
	is_refused(text, -EBADMSG, "two rows for o/device/r/1");
	for (size_t i = 0; i < sizeof(accessors) / sizeof(accessors[0]); i++) {
		snprintf(text, sizeof(text), "{\"arch\": \"x\", \"copies\": [], \"accessors\": [{\"accessor\": \"%s\"}]}",
			 accessors[i]);
		is_refused(text, -EBADMSG, accessor);
	}
}

/* Of two lists together; rows that all have one name are refused later. */
static void rows_have_a_limit(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		json_t *root = json_object(), *copies = json_array(), *accessors = json_array(), *row = json_object();
		struct iop_run run = {0};
		struct iop_run_error error;

		for (size_t i = 0; i < IOP_RUN_CELLS + more; i++)
			json_array_append(i % 2 ? accessors : copies, row);
		json_object_set_new(root, "arch", json_string("x"));
		json_object_set_new(root, "copies", copies);
		json_object_set_new(root, "accessors", accessors);
		assert_int_equal(iop_run_begin(&run), 0);
		assert_int_equal(iop_run_read_baseline(&run, root, &error), more ? -EFBIG : -EBADMSG);
		assert_string_equal(error.reason, more ? "more than 20000 rows" : "two rows for /device//");
		json_decref(row);
		json_decref(root);
		iop_run_free(&run);
	}
}

/* A baseline without cells, with @n sizes of code and estimates. */
static void read_lists(struct iop_run *run, size_t n)
{
	json_t *root = json_pack("{s:s, s:[]}", "arch", "x", "copies"), *code = json_object(), *estimates = json_array();
	struct iop_run_error error;

	for (size_t i = 0; i < n; i++) {
		char name[32];

		snprintf(name, sizeof(name), "f%zu", i);
		json_object_set_new(code, name, json_integer((json_int_t)i));
		json_array_append_new(estimates,
				      json_pack("{s:s, s:s, s:f}", "core", "c", "block", name, "cycles_per_byte", (double)i));
	}
	json_object_set_new(root, "code_bytes", code);
	json_object_set_new(root, "estimates", estimates);
	memset(run, 0, sizeof(*run));
	assert_int_equal(iop_run_begin(run), 0);
	assert_int_equal(iop_run_read_baseline(run, root, &error), 0);
	assert_false(iop_run_out_of_memory(run));
	json_decref(root);
}

static void lists_have_a_limit(void **state)
{
	static const size_t counts[] = {0, 1, 255, 256, 257, 300};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		const size_t kept = counts[i] < 256 ? counts[i] : 256;
		struct iop_run run;
		char name[32];

		read_lists(&run, counts[i]);
		assert_int_equal(run.code_count, kept);
		assert_int_equal(run.estimate_count, kept);
		for (size_t k = 0; k < kept; k++) {
			snprintf(name, sizeof(name), "f%zu", k);
			assert_string_equal(run.code[k].symbol, name);
			assert_string_equal(run.estimates[k].block, name);
			assert_true(run.code[k].bytes == k && run.estimates[k].cycles_per_byte == (double)k);
		}
		iop_run_free(&run);
	}
}

static void sizes_of_code_are_counts(void **state)
{
	struct iop_run run;

	(void)state;
	read_run(&run,
		 "{\"arch\": \"x\", \"copies\": [], \"code_bytes\": {\"a\": -1, \"b\": 0, \"c\": 1e15, \"d\": 999999999999999}}");
	assert_int_equal(run.code_count, 2);
	assert_string_equal(run.code[0].symbol, "b");
	assert_string_equal(run.code[1].symbol, "d");
	assert_true(run.code[0].bytes == 0 && run.code[1].bytes == 999999999999999);
	iop_run_free(&run);
}

static void barriers_are_one_text(void **state)
{
	static const char word[] = "0123456789012345678901234567890123456789";
	char text[1024] = "{\"arch\": \"x\", \"copies\": [], \"barriers\": {\"read_mmio_u32\": [\"a\", 1, \"b\"],"
			  " \"write_relaxed_u32\": [";
	char expected[IOP_RUN_TEXT] = "";
	struct iop_run run;

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s\"%s45\"", i ? ", " : "", word);
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s%s", i ? "; " : "", word);
	}
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "]}}");
	read_run(&run, text);
	assert_string_equal(run.barriers[IOP_RUN_READ], "a; ?; b");
	assert_string_equal(run.barriers[IOP_RUN_WRITE], "");
	assert_string_equal(run.barriers[IOP_RUN_READ_RELAXED], "");
	assert_string_equal(run.barriers[IOP_RUN_WRITE_RELAXED], expected);
	iop_run_free(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_count_has_its_place), cmocka_unit_test(what_is_no_baseline_is_refused),
		cmocka_unit_test(rows_have_a_limit),	    cmocka_unit_test(lists_have_a_limit),
		cmocka_unit_test(sizes_of_code_are_counts), cmocka_unit_test(barriers_are_one_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
