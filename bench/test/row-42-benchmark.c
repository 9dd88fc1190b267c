/* SPDX-License-Identifier: MIT */
/*
 * Row 42: there is a cell for each path that the specification names, each can be run, and names and baselines hold together.
 * That the infallible path compiles to the instructions of the raw one is the disassembly test's to prove.
 */
#include <cells/module.h>

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
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

/* Memory of a device that the test gives to a cell, and looks at. */
#define FILL 0xa5
static struct {
	unsigned char *at;
	size_t given, most;
} device;

static void *device_memory(void *user, size_t bytes)
{
	unsigned char *memory = device.at + device.given;

	(void)user;
	if (bytes > device.most - device.given)
		return NULL;
	device.given += (bytes + 4095) & ~(size_t)4095;
	memset(memory, 0, bytes);
	return memory;
}

/* Others, such as waiting, and reads whose place is what was read, need what their setup has put there. */
static bool is_an_access(const struct iop_cell *cell)
{
	static const char *const ops[] = {"read", "fromio", "toio", "set", "write"};
	bool is = false, chained = cell->flags & IOP_CELL_LATENCY;

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		is |= strcmp(cell->op, ops[i]) == 0;
	return is && !chained;
}

static size_t bytes_changed(void)
{
	size_t changed = 0;

	for (size_t i = 0; i < device.given; i++)
		changed += device.at[i] != FILL;
	return changed;
}

/* Why what a cell did to the device's memory is not what its name says, or NULL. Where it asked for none there is nothing to see. */
static const char *wrong_result(const struct iop_cell *cell)
{
	const size_t changed = bytes_changed();

	if (!device.given || cell->flags & IOP_CELL_CONTROL || !is_an_access(cell))
		return NULL;
	if (strcmp(cell->op, "read") == 0 || strcmp(cell->op, "fromio") == 0)
		return changed ? "a read has changed the device's memory" : NULL;
	if (strcmp(cell->op, "toio") == 0 || strcmp(cell->op, "set") == 0)
		return changed >= cell->bytes ? NULL : "not as many bytes have arrived as it copies";
	if (strcmp(cell->op, "write") == 0)
		return changed ? NULL : "nothing was written";
	return NULL;
}

/* A batch is small here: this proves that each cell works, not how fast it is. */
static void every_cell_runs(void **state)
{
	struct iop_cell_env env = {.size = sizeof(env), .colour = 5, .seed = 7, .device_memory = device_memory};
	size_t looked_at = 0;

	(void)state;
	device.most = (size_t)16 << 20;
	device.at = aligned_alloc(4096, device.most);
	assert_non_null(device.at);
	for (size_t i = 0; i < iop_cells_module()->count; i++) {
		const struct iop_cell *cell = cell_at(i);
		void *ctx = NULL;
		int err;

		if (cell->bytes > 65536 || (cell->flags & IOP_CELL_FULL))
			continue;
		device.given = 0;
		err = cell->setup(cell, &env, &ctx);
		/* A device or a kernel feature that this machine lacks. */
		if (err && (cell->flags & IOP_CELL_SYSCALL)) {
			printf("skipped: %s: setup says %s\n", cell->name, strerror(abs(err)));
			continue;
		}
		if (err)
			fail_msg("%s: setup: %d", cell->name, err);
		if (is_an_access(cell))
			memset(device.at, FILL, device.given);
		if (cell->prepare)
			cell->prepare(ctx, 3);
		cell->batch(ctx, 3);
		if (wrong_result(cell))
			fail_msg("%s: %s", cell->name, wrong_result(cell));
		looked_at += device.given != 0 && is_an_access(cell);
		cell->teardown(ctx);
	}
	printf("what %zu cells did was looked at\n", looked_at);
	assert_true(looked_at > 100);
	free(device.at);
}

/* What is said of a cell that does another thing than its name says: nothing would pass that is not looked at. */
static void a_wrong_result_is_noticed(void **state)
{
	struct iop_cell cell = {.name = "a", .bytes = 8};
	static unsigned char memory[4096];

	(void)state;
	device.at = memory;
	device.given = sizeof(memory);
	memset(memory, FILL, sizeof(memory));
	cell.op = "write";
	assert_non_null(wrong_result(&cell));
	cell.op = "read";
	assert_null(wrong_result(&cell));
	memset(memory, 0, 7);
	assert_non_null(wrong_result(&cell));
	cell.op = "toio";
	assert_non_null(wrong_result(&cell));
	memory[7] = 0;
	assert_null(wrong_result(&cell));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_has_a_cell),
		cmocka_unit_test(names_are_unique_and_baselines_exist),
		cmocka_unit_test(every_cell_runs),
		cmocka_unit_test(a_wrong_result_is_noticed),
	};

	return cmocka_run_group_tests_name("row-42-benchmark", tests, NULL, NULL);
}
