/* SPDX-License-Identifier: MIT */
/*
 * Row 42: there is a cell for each path that the specification names, each can be run, and names and baselines hold together.
 * That the infallible path compiles to the instructions of the raw one is the disassembly test's to prove.
 */
#include <cells/module.h>

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct iop_cell *cell_at(size_t i)
{
	const struct iop_cells_module *module = iop_cells_module();

	return (const struct iop_cell *)((const char *)module->cells + i * module->cell_size);
}

static size_t matching(const char *pattern)
{
	regex_t regex;
	size_t n = 0;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	for (size_t i = 0; i < iop_cells_module()->count; i++)
		n += regexec(&regex, cell_at(i)->name, 0, NULL, 0) == 0;
	regfree(&regex);
	return n;
}

static void every_path_has_a_cell(void **state)
{
	static const char *const paths[] = {
		"^read/mmio/raw/u32$",
		"^read/mmio/infallible/u8$",
		"^read/mmio/fallible/u16$",
		"^read/mmio/project/u32$",
		"^read/relaxed/project/u32$",
		"^read/sysmem/project-try/u32$",
		"^write/iosysmap/project/u32/side=io$",
		"^update/iosysmap/project/u32/side=sys$",
		"^read/kernel_iosys_map/[^/]+/u32",
		"^toio/mmio/strict/1$",
		"^toio/mmio/strict/1048576$",
		"^fromio/mmio/strict/1$",
		"^fromio/mmio/strict/1048576$",
		"^set/mmio/strict/1048576$",
		"^toio/mmio/glibc/64$",
		"^toio/mmio/kernel-generic/64$",
		"^toio/mmio/bytes/64$",
		"^fromio/mmio/strict/64/align=3$",
		"^toio/mmio/strict/4096/fault$",
		"^toio/mmio/strict/4096/alias=64$",
		"^read/mmio/project/u32/latency$",
		"^toio/mmio/strict/64/latency$",
		"^toio/mmio/strict/1-64/pattern=uniform$",
		"^fromio/mmio/glibc/2-1152/pattern=spec2017$",
		"^set/mmio/kernel-generic/8-64/pattern=runs$",
		"^toio/mmio/strict/1-64/pattern=uniform/length=65536$",
		"^toio/mmio/strict/8388608$",
		"^read/mmio/raw-checked/u32$",
		"^update/vmap/raw-checked/u16$",
		"^limit/none/store-8/4096$",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!matching(paths[i]))
			fail_msg("no cell matches %s", paths[i]);
	assert_int_equal(matching("^no/such/cell$"), 0);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void names_are_unique_and_baselines_exist(void **state)
{
	static const char *names[65536];
	size_t count = iop_cells_module()->count;

	(void)state;
	assert_in_range(count, 100, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < count; i++)
		names[i] = cell_at(i)->name;
	qsort(names, count, sizeof(names[0]), compare_names);
	for (size_t i = 1; i < count; i++)
		assert_string_not_equal(names[i - 1], names[i]);
	for (size_t i = 0; i < count; i++) {
		const char *baseline = cell_at(i)->baseline;

		if (baseline && !bsearch(&baseline, names, count, sizeof(names[0]), compare_names))
			fail_msg("%s: no baseline %s", cell_at(i)->name, baseline);
	}
}

/* A batch is small here: this proves that each cell works, not how fast it is. */
static void every_cell_runs(void **state)
{
	struct iop_cell_env env = {.size = sizeof(env), .colour = 5, .seed = 7};

	(void)state;
	for (size_t i = 0; i < iop_cells_module()->count; i++) {
		const struct iop_cell *cell = cell_at(i);
		void *ctx = NULL;
		int err;

		if (cell->bytes > 65536 || (cell->flags & IOP_CELL_FULL))
			continue;
		err = cell->setup(cell, &env, &ctx);
		if (err && (cell->flags & IOP_CELL_SYSCALL))
			continue; /* a device or a kernel feature that this machine lacks: the harness reports it as such */
		if (err)
			fail_msg("%s: setup: %d", cell->name, err);
		if (cell->prepare)
			cell->prepare(ctx, 3);
		cell->batch(ctx, 3);
		cell->teardown(ctx);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_has_a_cell),
		cmocka_unit_test(names_are_unique_and_baselines_exist),
		cmocka_unit_test(every_cell_runs),
	};

	return cmocka_run_group_tests_name("row-42-benchmark", tests, NULL, NULL);
}
