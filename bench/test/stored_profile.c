/* SPDX-License-Identifier: MIT */
/* Profiles of devices: what operations cost by them, and which documents are profiles. */
#include "stored_home.h"

#include <store/profile.h>

#include <math.h>

#define READ  IOP_ACCESS_READ
#define WRITE IOP_ACCESS_WRITE
enum {
	ONE,
	TWO,
	FOUR,
	EIGHT
};

static bool near(double value, double expected)
{
	return isnan(expected) ? isnan(value) : fabs(value - expected) < 1e-9;
}

static void an_operation_costs_its_accesses(void **state)
{
	struct iop_profile p;
	struct iop_accesses a = {.known = true};

	(void)state;
	iop_profile_init(&p);
	assert_true(isnan(p.line) && isnan(p.cached_line) && isnan(p.flush) && isnan(p.device[WRITE][6]) &&
		    isnan(p.cached[READ][0]));
	p.device[READ][TWO] = 10;
	p.cached[READ][TWO] = 4;
	p.device[WRITE][ONE] = 7;
	p.cached[WRITE][ONE] = 9;
	/* None at all is free. */
	assert_true(near(iop_profile_ns(&p, &a, NAN), 0) && near(iop_profile_ns(&p, &a, 100), 100));
	a.count[READ][TWO] = 3;
	assert_true(near(iop_profile_ns(&p, &a, NAN), 30) && near(iop_profile_ns(&p, &a, 100), 118));
	/* Wider ones are as many as it takes, narrower ones unknown. */
	a.count[READ][EIGHT] = 1;
	assert_true(near(iop_profile_ns(&p, &a, NAN), 70) && near(iop_profile_ns(&p, &a, 100), 142));
	a.count[READ][ONE] = 1;
	assert_true(near(iop_profile_ns(&p, &a, NAN), NAN));
	a.count[READ][ONE] = 0;
	/* What seems faster there adds nothing. */
	a.count[WRITE][ONE] = 2;
	assert_true(near(iop_profile_ns(&p, &a, NAN), 84) && near(iop_profile_ns(&p, &a, 100), 142));
	a.known = false;
	assert_true(near(iop_profile_ns(&p, &a, 100), NAN));
}

static void lines_cost_where_writes_combine(void **state)
{
	struct iop_profile p;
	struct iop_accesses a = {.known = true, .lines = 2};

	(void)state;
	iop_profile_init(&p);
	p.device[READ][FOUR] = p.device[WRITE][FOUR] = 10;
	p.cached[READ][FOUR] = p.cached[WRITE][FOUR] = 4;
	a.count[READ][FOUR] = 1;
	a.count[WRITE][FOUR] = 3;
	p.line = 20;
	p.cached_line = 5;
	assert_true(near(iop_profile_ns(&p, &a, NAN), 40) && near(iop_profile_ns(&p, &a, 100), 124));
	p.wc = true;
	assert_true(near(iop_profile_ns(&p, &a, NAN), 50) && near(iop_profile_ns(&p, &a, 100), 136));
	p.cached_line = NAN;
	assert_true(near(iop_profile_ns(&p, &a, NAN), 40));
	p.cached_line = 5;
	p.line = NAN;
	assert_true(near(iop_profile_ns(&p, &a, 100), 124));
	assert_true(near(iop_profile_cell_ns(&p, "mmio", &a, 100), 124));
	assert_true(near(iop_profile_cell_ns(&p, "config", &a, 100), NAN) && near(iop_profile_cell_ns(NULL, "mmio", &a, 100), NAN));
}

#define DOCUMENT(kind, version, more) "{\"kind\": \"" kind "\", \"version\": " version more "}"
#define PROFILE(mapping, device, more) \
	DOCUMENT("iopath profile", "1", ", \"mapping\": \"" mapping "\", \"device_ns\": " device ", \"cached_ns\": {}" more)

/* Loads it; the message where that fails. */
static int load(struct iop_profile *p, const char *which, char *said, size_t size)
{
	const int before = begin_to_hear(2);
	const int code = iop_profile_load(p, "predict", which);

	hear(2, before, said, size);
	assert_int_equal(!code, !*said);
	return code;
}

static void what_is_no_profile_is_refused(void **state)
{
	static const char cost[] = "a cost is missing, negative or no number", kind[] = "it is not a profile of iopath calibrate";
	static const char mapping[] = "its mapping is neither uncached nor write-combining";
	static const struct {
		const char *text, *why;
	} files[] = {
		{PROFILE("uncached", "{}", ""), NULL},
		{PROFILE("write-combining", "{}", ""), NULL},
		{PROFILE("cached", "{}", ""), mapping},
		{DOCUMENT("iopath profile", "1", ", \"device_ns\": {}, \"cached_ns\": {}"), mapping},
		{DOCUMENT("iopath", "1", ""), kind},
		{"{\"version\": 1}", kind},
		{DOCUMENT("iopath profile", "2", ""), "its version is not 1"},
		{PROFILE("uncached", "{\"r4\": 0, \"w64\": 1e9}", ", \"line_ns\": 0, \"flush_ns\": 1e9"), NULL},
		{PROFILE("uncached", "{\"r4\": -1}", ""), cost},
		{PROFILE("uncached", "{\"r4\": 1000000001}", ""), cost},
		{PROFILE("uncached", "{\"r4\": \"1\"}", ""), cost},
		{PROFILE("uncached", "[]", ""), cost},
		{PROFILE("uncached", "{}", ", \"line_ns\": -1"), cost},
		{PROFILE("uncached", "{}", ", \"flush_ns\": 1000000001"), cost},
		{PROFILE("uncached", "{}", ", \"cached_line_ns\": \"1\""), cost},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct iop_profile p;
		char said[512], expected[512] = "";

		make("p", files[i].text);
		if (files[i].why)
			snprintf(expected, sizeof(expected), "iopath: predict: cannot use p: %s\n", files[i].why);
		assert_int_equal(load(&p, "p", said, sizeof(said)), files[i].why ? 2 : 0);
		assert_string_equal(said, expected);
		assert_int_equal(!files[i].why && p.wc, i == 1);
		if (i == 7)
			assert_true(p.device[READ][FOUR] == 0 && p.device[WRITE][6] == 1e9 && p.line == 0 && p.flush == 1e9 &&
				    isnan(p.cached_line) && isnan(p.device[READ][0]));
	}
}

static void text_is_printable(void **state)
{
	struct iop_profile p;
	char said[256];

	(void)state;
	make("p",
	     PROFILE("uncached", "{}",
		     ", \"name\": \"a b\\u001f\\u007f\", \"cpu\": \"\\u009b31m\\u202e\", \"bar\": 2, \"offset\": 3, \"size\": 4"));
	assert_int_equal(load(&p, "p", said, sizeof(said)), 0);
	assert_string_equal(p.name, "a b??");
	assert_string_equal(p.cpu, "?31m?");
	assert_string_equal(p.function, "");
	assert_true(p.bar == 2 && p.offset == 3 && p.size == 4);
}

static void profiles_have_a_folder(void **state)
{
	struct iop_profile p, again;
	char where[512], said[1024], expected[256];
	size_t n;
	int before;

	(void)state;
	setenv("XDG_DATA_HOME", home, 1);
	iop_profile_init(&p);
	snprintf(p.name, sizeof(p.name), "mine");
	p.device[READ][FOUR] = 5;
	p.line = 6;
	snprintf(expected, sizeof(expected), "%s/iopath/profiles/mine.json", home);
	n = strlen(expected);
	assert_int_equal(load(&again, "mine", said, sizeof(said)), 2);
	assert_non_null(strstr(said, "no profile mine, neither as a file nor in "));
	assert_non_null(strstr(said, expected));
	assert_int_equal(iop_profile_save(&p, "calibrate", NULL, where, n + 1), 0);
	assert_string_equal(where, expected);
	assert_int_equal(load(&again, "mine", said, sizeof(said)), 0);
	assert_true(again.device[READ][FOUR] == 5 && again.line == 6 && isnan(again.flush) && isnan(again.cached_line));
	assert_int_equal(load(&again, expected, said, sizeof(said)), 0);
	/* A file of that name is taken first; with a slash it is one. */
	make("mine", "{}");
	assert_int_equal(load(&again, "mine", said, sizeof(said)), 2);
	assert_int_equal(load(&again, "./none", said, sizeof(said)), 2);
	assert_ptr_equal(strstr(said, "iopath: predict: cannot read ./none: "), said);
	before = begin_to_hear(2);
	assert_int_equal(iop_profile_save(&p, "calibrate", NULL, where, n), 2);
	hear(2, before, said, sizeof(said));
	assert_non_null(strstr(said, "no folder for profiles"));
	before = begin_to_hear(1);
	assert_int_equal(iop_profile_save(&p, "calibrate", "-", where, sizeof(where)), 0);
	hear(1, before, said, sizeof(said));
	assert_string_equal(where, "stdout");
	assert_non_null(strstr(said, "\"line_ns\": 6.0"));
	assert_int_equal(iop_profile_save(&p, "calibrate", "p", where, sizeof(where)), 0);
	assert_string_equal(where, "p");
	assert_int_equal(load(&again, "p", said, sizeof(said)), 0);
	unsetenv("XDG_DATA_HOME");
	unsetenv("HOME");
	assert_int_equal(load(&again, "yours", said, sizeof(said)), 2);
	assert_non_null(strstr(said, "no profile yours, and no folder for profiles: HOME is not set"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_operation_costs_its_accesses),
		cmocka_unit_test(lines_cost_where_writes_combine),
		IN_A_FOLDER(what_is_no_profile_is_refused),
		IN_A_FOLDER(text_is_printable),
		IN_A_FOLDER(profiles_have_a_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
