/* SPDX-License-Identifier: MIT */
/* What is kept of modules that describe themselves, which are refused and why, and how several become one: workers that are played. */
#include "stored_home.h"

#include <host/fail.h>
#include <host/module.h>
#include <host/verdicts.h>
#include <sample/describe.h>

#include <stdint.h>

#define MODULES 40

/* What the worker of a module says. */
static struct played {
	char path[24];
	const char *lines;
	const char *reason; /* why its process did not end well, or NULL */
	const char *why;    /* that can be told from the file, or NULL */
	bool cannot_open, unreadable;
} played[MODULES];
static const struct played *opened;
static int open_now;
static size_t room; /* of the memory that was last made larger */

int __wrap_iop_launcher_open(struct iop_launcher *launcher, const char *command, const char *base, const char *candidate,
			     const volatile sig_atomic_t *stop);
void __wrap_iop_launcher_close(struct iop_launcher *launcher);
void __wrap_iop_launch(const struct iop_launcher *launcher, const char *const *tool, const char *mode, const struct iop_task *tasks,
		       size_t count, uint64_t seed, double patience, void (*line)(void *user, char *text), void *user,
		       struct iop_launch_end *end);
const char *__wrap_iop_module_why_not(const char *path);
const char *__wrap_iop_module_default(void);
int __wrap_iop_file_hash(const char *path, char digits[IOP_FILE_HASH + 1]);
void *__wrap_realloc(void *memory, size_t size);
void *__real_realloc(void *memory, size_t size);

static const struct played *at(const char *path)
{
	for (size_t i = 0; i < MODULES; i++)
		if (strcmp(played[i].path, path) == 0)
			return &played[i];
	fail_msg("%s is no module of this test", path);
	return NULL;
}

int __wrap_iop_launcher_open(struct iop_launcher *launcher, const char *command, const char *base, const char *candidate,
			     const volatile sig_atomic_t *stop)
{
	(void)launcher;
	opened = at(base);
	assert_true(!candidate && !*stop);
	if (opened->cannot_open)
		return iop_fail(command, NULL, "%s: no room", base);
	open_now++;
	return 0;
}

void __wrap_iop_launcher_close(struct iop_launcher *launcher)
{
	(void)launcher;
	open_now--;
}

void __wrap_iop_launch(const struct iop_launcher *launcher, const char *const *tool, const char *mode, const struct iop_task *tasks,
		       size_t count, uint64_t seed, double patience, void (*line)(void *user, char *text), void *user,
		       struct iop_launch_end *end)
{
	(void)launcher, (void)seed;
	assert_true(!tool && !tasks && !count && patience > 0);
	assert_string_equal(mode, "describe");
	for (const char *next = opened->lines; *next; next += strcspn(next, "\n"), next += *next == '\n') {
		char text[256];

		snprintf(text, sizeof(text), "%.*s", (int)strcspn(next, "\n"), next);
		line(user, text);
	}
	*end = (struct iop_launch_end){.good = !opened->reason, .last = -1, .side = -1};
	snprintf(end->reason, sizeof(end->reason), "%s", opened->reason ? opened->reason : "");
}

const char *__wrap_iop_module_why_not(const char *path)
{
	return at(path)->why;
}

const char *__wrap_iop_module_default(void)
{
	return "own.so";
}

int __wrap_iop_file_hash(const char *path, char digits[IOP_FILE_HASH + 1])
{
	snprintf(digits, IOP_FILE_HASH + 1, "%032d", (int)(at(path) - played));
	return at(path)->unreadable ? -1 : 0;
}

void *__wrap_realloc(void *memory, size_t size)
{
	room = size;
	return __real_realloc(memory, size);
}

static struct played *play(size_t i, const char *path, const char *lines)
{
	if (!i)
		memset(played, 0, sizeof(played));
	played[i] = (struct played){.lines = lines};
	snprintf(played[i].path, sizeof(played[i].path), "%s", path);
	return &played[i];
}

#define MODULE "dm\t1\tc0ffee\tgcc 12\t-O2\tx86_64\tmine\n"
#define CELL   "dc\t64\t1000\t32\t12\ttoio/mmio/mine/64\tset/mmio/mine/64\tSTRICT\tmy_copy\tcopies\n"
#define ENTRY  "dg\t1\t4\t12\t2\t1\t4096\t0\tmine\tmy_copy\tSTRICT\n"
#define END    "d.\n"

static void what_is_said_is_kept(void **state)
{
	struct iop_described m;
	const struct iop_cell *cell;
	const struct iop_described_entry *entry;

	(void)state;
	play(0, "a.so", "m of another kind\nd\n" MODULE CELL "dc\t\t\t\t\ta/b/c/d\n" ENTRY "dg\t2\t8\t0\t1\t0\t0\t3\tx\ty\t\n" END);
	assert_int_equal(iop_describe(&m, "list", "a.so"), 0);
	assert_int_equal(open_now, 0);
	assert_string_equal(m.path, "a.so");
	assert_string_equal(m.name, "mine");
	assert_string_equal(m.build, "00000000000000000000000000000000");
	assert_string_equal(m.cells.commit, "c0ffee");
	assert_string_equal(m.cells.compiler, "gcc 12");
	assert_string_equal(m.cells.flags, "-O2");
	assert_string_equal(m.cells.arch, "x86_64");
	assert_true(m.abi == 1 && m.cells.count == 2 && m.entries == 2 && m.cells.cell_size == sizeof(*cell));
	cell = m.cells.cells;
	assert_true(cell->bytes == 64 && cell->max_batch == 1000 && cell->flags == 32 && cell->widths == 12);
	assert_string_equal(cell->name, "toio/mmio/mine/64");
	assert_string_equal(cell->op, "toio");
	assert_string_equal(cell->backend, "mmio");
	assert_string_equal(cell->routine, "mine");
	assert_string_equal(cell->baseline, "set/mmio/mine/64");
	assert_string_equal(cell->tier, "STRICT");
	assert_string_equal(cell->symbol, "my_copy");
	assert_string_equal(cell->help, "copies");
	cell++;
	assert_true(!cell->bytes && !cell->max_batch && !cell->baseline && !cell->tier && !cell->symbol && !cell->help);
	entry = m.entry;
	assert_true(entry->kind == 1 && entry->width == 4 && entry->widths == 12 && entry->unit == 2 && entry->window == 4096);
	assert_true(entry->relaxed && !entry->only_checked && !entry[1].relaxed && entry[1].only_checked);
	assert_string_equal(entry->name, "mine");
	assert_string_equal(entry->symbol, "my_copy");
	assert_string_equal(entry->tier, "STRICT");
	assert_null(entry[1].tier);
	iop_described_free(&m);
	/* What is printed is text, whatever was not said. */
	play(0, "a.so", "dm\t1\t\t\t\t\t\n" END);
	assert_int_equal(iop_describe(&m, "list", "a.so"), 0);
	assert_string_equal(m.cells.commit, "unknown");
	assert_string_equal(m.cells.compiler, "unknown");
	assert_string_equal(m.cells.flags, "");
	assert_string_equal(m.cells.arch, "unknown");
	assert_null(m.name);
	iop_described_free(&m);
}

/* Whatever their number, there is room for all of them. */
static void there_is_room_for_all(void **state)
{
	static char lines[200 * sizeof(CELL) + sizeof(MODULE END)];
	struct iop_described m;

	(void)state;
	for (size_t n = 1; n < 200; n++) {
		static const char *const line[] = {CELL, ENTRY};

		for (size_t kind = 0; kind < 2; kind++) {
			char *next = lines + sprintf(lines, MODULE);

			for (size_t i = 0; i < n; i++)
				next += sprintf(next, "%s", line[kind]);
			sprintf(next, END);
			play(0, "a.so", lines);
			assert_int_equal(iop_describe(&m, "list", "a.so"), 0);
			assert_int_equal(kind ? m.entries : m.cells.count, n);
			assert_true(room >= n * (kind ? sizeof(*m.entry) : sizeof(*m.cells.cells)));
			iop_described_free(&m);
		}
	}
}

static void refused(const char *path, const char *why)
{
	struct iop_described m;

	assert_int_equal(iop_describe(&m, "list", path), 2);
	assert_string_equal(iop_fail_why(), why);
	assert_int_equal(open_now, 0);
}

static void what_was_not_said_to_its_end_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		MODULE,
		MODULE CELL,
		END,
		CELL END,
		CELL MODULE END,
		MODULE MODULE END,
		MODULE CELL MODULE END,
		MODULE "dx\n" END,
		MODULE "dc\t64\t1000\t32\t12\t\n" END,
		MODULE "dc\t64\t1000\t32\t12\ttoio/mmio/64\n" END,
		MODULE "dc\t64\t1000\t32\t12\t/mmio/mine/64\n" END,
		MODULE "dg\t1\t4\t12\t2\t1\t4096\t0\t\tmy_copy\n" END,
		MODULE "dg\t1\t4\t12\t2\t1\t4096\t0\tmine\n" END,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		play(0, "a.so", wrong[i]);
		refused("a.so", "a.so: what it has could not be read to its end");
	}
}

static void a_reason_is_the_clearest(void **state)
{
	static const struct {
		const char *reason, *why, *said;
	} reasons[] = {
		{"cannot be loaded", NULL, "a.so: cannot be loaded"},
		{"cannot be loaded", "it is for arm64", "a.so: it is for arm64"},
		{"exit 3", "it is for arm64", "a.so: exit 3: it is for arm64"},
		{"exit 3", NULL, "a.so: exit 3"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		struct played *p = play(0, "a.so", MODULE CELL END);

		p->reason = reasons[i].reason;
		p->why = reasons[i].why;
		refused("a.so", reasons[i].said);
	}
	play(0, "a.so", MODULE CELL END)->unreadable = true;
	refused("a.so", "a.so: it cannot be read");
	play(0, "a.so", MODULE CELL END)->cannot_open = true;
	refused("a.so", "a.so: no room");
}

#define CONTROL		   "dc\t0\t0\t4\t0\tcontrol/none/empty/0\n"
#define NAMED(flags, name) "dc\t8\t0\t" flags "\t0\t" name "/mmio/mine/8\n"

static void several_are_one(void **state)
{
	static const char *const paths[] = {"a.so", "broken.so", "b.so"};
	struct iop_modules m;

	(void)state;
	play(0, "own.so", MODULE CONTROL NAMED("0", "read") END);
	play(1, "a.so", MODULE NAMED("0", "toio") CONTROL NAMED("0", "set") END);
	play(2, "broken.so", MODULE);
	play(3, "b.so", MODULE NAMED("0", "fromio") END);
	assert_int_equal(iop_modules_open(&m, "list", paths, 3, false), 0);
	assert_true(m.parts == 3 && m.refused && m.all.count == 5 && m.part[0].own && !m.part[1].own);
	assert_string_equal(m.path[1], "a.so");
	assert_string_equal(m.path[2], "b.so");
	assert_true(m.part[0].first == 0 && m.part[0].count == 2 && m.part[1].first == 2 && m.part[1].count == 2);
	assert_true(m.part[2].first == 4 && m.part[2].count == 1);
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(iop_modules_of(&m, &m.all.cells[i]), &m.part[i < 2 ? 0 : i < 4 ? 1 : 2]);
	assert_string_equal(m.all.cells[2].op, "toio");
	assert_string_equal(m.all.cells[4].op, "fromio");
	iop_modules_close(&m);
	/* Without this build's. */
	assert_int_equal(iop_modules_open(&m, "list", paths, 1, true), 0);
	assert_true(m.parts == 1 && !m.refused && !m.part[0].own && m.all.count == 3);
	iop_modules_close(&m);
	/* Nothing else is that of this build, even so. */
	assert_int_equal(iop_modules_open(&m, "list", NULL, 0, true), 0);
	assert_true(m.parts == 1 && m.part[0].own && m.all.count == 2);
	iop_modules_close(&m);
	assert_int_equal(iop_modules_open(&m, "list", paths + 1, 1, true), 2);
	assert_true(m.refused && !m.parts);
	iop_modules_close(&m);
	played[0].reason = "killed";
	assert_int_equal(iop_modules_open(&m, "list", paths, 1, false), 2);
	assert_int_equal(m.parts, 0);
}

/* But for what is a control in both. */
static void a_name_is_that_of_one_cell(void **state)
{
	static const struct {
		const char *first, *second;
		bool both;
	} pairs[] = {
		{NAMED("4", "x"), NAMED("4", "x"), true},  {NAMED("4", "x"), NAMED("5", "x"), true},
		{NAMED("0", "x"), NAMED("0", "x"), false}, {NAMED("4", "x"), NAMED("0", "x"), false},
		{NAMED("0", "x"), NAMED("4", "x"), false}, {NAMED("1", "x"), NAMED("1", "x"), false},
		{NAMED("0", "x"), NAMED("0", "y"), true},
	};
	static const char *const paths[] = {"a.so", "b.so"};
	static char lines[2][256];
	struct iop_modules m;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		snprintf(lines[0], sizeof(lines[0]), MODULE "%s" END, pairs[i].first);
		snprintf(lines[1], sizeof(lines[1]), MODULE "%s" END, pairs[i].second);
		play(0, "a.so", lines[0]);
		play(1, "b.so", lines[1]);
		assert_int_equal(iop_modules_open(&m, "list", paths, 2, true), 0);
		assert_true(m.parts == (pairs[i].both ? 2 : 1) && m.refused == !pairs[i].both);
		if (!pairs[i].both)
			assert_string_equal(iop_fail_why(), "b.so: x/mmio/mine/8 is a cell of a.so, too");
		iop_modules_close(&m);
	}
}

/* What a module says of its lines is not shown; what a check of this build of it has found is. */
static void verdicts_are_those_of_checks(void **state)
{
	static const char *const paths[] = {"a.so"};
	static const struct {
		const char *op, *tier;
		uint32_t flags;
		bool claimed, found;
	} lines[] = {
		{"one", "STRICT", IOP_CELL_CHECKED, true, true},   {"two", "MEM", IOP_CELL_CHECKED | IOP_CELL_ILLEGAL, false, true},
		{"three", NULL, IOP_CELL_CHECKED, true, true},	   {"four", NULL, IOP_CELL_CHECKED | IOP_CELL_ILLEGAL, false, true},
		{"five", NULL, IOP_CELL_NOT_JUDGED, false, false}, {"six", "WIDE", IOP_CELL_CHECKED, false, true},
	};
	const size_t count = sizeof(lines) / sizeof(lines[0]);
	char text[2048] = MODULE CONTROL;
	struct iop_verdicts verdicts;
	struct iop_modules m;

	(void)state;
	setenv("XDG_CACHE_HOME", home, 1);
	iop_verdicts_begin(&verdicts);
	for (size_t i = 0; i < count; i++) {
		const struct iop_line_verdict verdict = {lines[i].claimed, lines[i].tier, 12};

		/* 1024 is that it was checked. */
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "dc\t8\t0\t1024\t3\t%s/mmio/mine/8\t\tSTRICT\n",
			 lines[i].op);
		if (lines[i].found)
			iop_verdicts_add(&verdicts, lines[i].op, "mine", &verdict);
	}
	snprintf(text + strlen(text), sizeof(text) - strlen(text), END);
	iop_verdicts_keep(&verdicts, "00000000000000000000000000000001");
	play(0, "own.so", MODULE CONTROL "dc\t8\t0\t0\t3\tread/mmio/strict/8\t\tSTRICT\n" END);
	play(1, "a.so", text);
	assert_int_equal(iop_modules_open(&m, "list", paths, 1, false), 0);
	assert_true(m.all.cells[1].widths == 3 && !m.all.cells[1].flags);
	assert_string_equal(m.all.cells[1].tier, "STRICT");
	for (size_t i = 0; i < count; i++) {
		const struct iop_cell *cell = &m.all.cells[2 + i];

		assert_string_equal(cell->op, lines[i].op);
		assert_true(cell->flags == lines[i].flags && cell->widths == (lines[i].found ? 12 : 0));
		assert_true(!cell->tier == !lines[i].tier);
		if (lines[i].tier)
			assert_string_equal(cell->tier, lines[i].tier);
	}
	iop_modules_close(&m);
	/* A control is no routine. */
	assert_int_equal(iop_modules_open(&m, "list", paths, 1, true), 0);
	assert_true(m.all.cells[0].flags == IOP_CELL_CONTROL && m.all.count == 1 + count);
	iop_modules_close(&m);
}

static void modules_have_room(void **state)
{
	static char path[MODULES][16], lines[MODULES][256];
	const char *paths[MODULES];
	struct iop_modules m;

	(void)state;
	play(0, "own.so", MODULE CONTROL END);
	for (size_t i = 1; i < MODULES; i++) {
		snprintf(path[i], sizeof(path[i]), "%zu.so", i);
		snprintf(lines[i], sizeof(lines[i]), MODULE "dc\t8\t0\t0\t0\tcell-%zu/mmio/mine/8\n" END, i);
		play(i, path[i], lines[i]);
		paths[i - 1] = path[i];
	}
	assert_int_equal(iop_modules_open(&m, "list", paths, IOP_LAUNCHER_MODULES - 1, false), 0);
	assert_true(m.parts == IOP_LAUNCHER_MODULES && !m.refused);
	iop_modules_close(&m);
	assert_int_equal(iop_modules_open(&m, "list", paths, IOP_LAUNCHER_MODULES, false), 2);
	assert_string_equal(iop_fail_why(), "more than 31 modules");
	assert_int_equal(m.parts, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(what_is_said_is_kept),
		IN_A_FOLDER(there_is_room_for_all),
		IN_A_FOLDER(what_was_not_said_to_its_end_is_refused),
		IN_A_FOLDER(a_reason_is_the_clearest),
		IN_A_FOLDER(several_are_one),
		IN_A_FOLDER(a_name_is_that_of_one_cell),
		IN_A_FOLDER(verdicts_are_those_of_checks),
		IN_A_FOLDER(modules_have_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
