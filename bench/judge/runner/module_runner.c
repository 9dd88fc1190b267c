/* SPDX-License-Identifier: MIT */
/*
 * module_runner SHARED QUESTIONS ANSWERS SECONDS MODULE KIND NAME: the other end of module_emulated.c, in an emulator of another
 * architecture. KIND 0: says what the module registers; any other: judges the operation, checked path or projection NAME.
 *
 * The parent is little-endian; what is wider than a byte is converted.
 */
#include <iopath/cells.h>
#include <judge/load.h>
#include <judge/module_table.h>
#include <judge/path_run.h>
#include <tracer_qemu.h>

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LE32(x) __builtin_bswap32(x)
#define LE64(x) __builtin_bswap64(x)
#define LE16(x) __builtin_bswap16(x)
#else
#define LE32(x) (x)
#define LE64(x) (x)
#define LE16(x) (x)
#endif

/* In the address of a function of Arm, the bit that says in which instruction set it is. */
#if defined(__arm__)
#define SET_BIT ((uintptr_t)1)
#else
#define SET_BIT ((uintptr_t)0)
#endif

_Static_assert(sizeof(struct iop_module_entry) == 232 && sizeof(struct iop_path_access) == 24 &&
		       offsetof(struct iop_path_report, access) == 768,
	       "laid out as the parent has it");

static double seconds;

/* Without a handler: the signal ends the process, and the parent knows why. */
static void limit_time(void)
{
	const struct itimerval timer = {
		.it_value = {.tv_sec = (time_t)seconds, .tv_usec = (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6)}};

	setitimer(ITIMER_PROF, &timer, NULL);
}

void iop_path_open_window(const struct iop_path_run *run, bool memory)
{
	(void)run, (void)memory;
}

bool iop_path_answer(struct iop_path_run *run, void (*answer)(void *arg, size_t offset, unsigned width, void *where), void *arg)
{
	(void)answer, (void)arg;
	return iop_path_end(run, IOP_PATH_CANNOT, "its .device answers only on this machine's own CPU (iopath check)");
}

bool iop_path_is_address(const struct iop_path_run *run, uint64_t value, unsigned width)
{
	(void)run, (void)value, (void)width;
	return false;
}

uint64_t iop_path_instructions(const struct iop_path_run *run)
{
	return iop_tracer_qemu_instructions(run->tracer);
}

uint32_t iop_path_code(const struct iop_path_run *run, uint64_t count, uint8_t code[IOP_PATH_CODE])
{
	return (uint32_t)iop_tracer_qemu_code(run->tracer, (uintptr_t)run->function & ~SET_BIT, count, code, IOP_PATH_CODE);
}

/* In the runner of another file the parent judges; here nobody asks. */
static const struct iop_registered_table *load(const char *module, char *why, size_t size)
{
	void *found = iop_judge_load(module, IOP_REGISTERED_SYMBOL, why, size);
	iop_registered_module_fn get;

	if (!found)
		return NULL;
	memcpy(&get, &found, sizeof(get));
	return get();
}

static void put(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static void put_entry(struct iop_module_entry *to, const struct iop_registered *r)
{
	*to = (struct iop_module_entry){.kind = LE32(r->kind), .width = LE32(r->width)};
	put(to->name, sizeof(to->name), r->name);
	put(to->symbol, sizeof(to->symbol), r->symbol);
	if (r->copy) {
		put(to->tier, sizeof(to->tier), r->copy->tier);
		to->widths = LE32(r->copy->widths);
		to->unit = LE32(r->copy->unit);
	}
	if (r->access)
		to->relaxed = LE32(r->access->relaxed);
	if (r->operation) {
		to->only_checked = LE32(r->operation->only_checked);
		to->window = LE64((uint64_t)r->operation->window);
	}
}

static int by_line(const void *a, const void *b)
{
	const struct iop_registered *const *x = a, *const *y = b;

	return ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* As the file has them. */
static bool put_entries(struct iop_module_table *to, const struct iop_registered_table *from)
{
	const size_t count = (size_t)(from->end - from->first);
	const struct iop_registered **sorted = malloc((count + 1) * sizeof(*sorted));

	if (!sorted || count > IOP_MODULE_TABLE_MOST)
		return false;
	for (size_t i = 0; i < count; i++) {
		sorted[i] = from->first[i];
		if (!sorted[i] || sorted[i]->size < sizeof(*sorted[i]))
			return false;
	}
	qsort(sorted, count, sizeof(*sorted), by_line);
	for (size_t i = 0; i < count; i++)
		put_entry(&to->entry[i], sorted[i]);
	to->count = LE32((uint32_t)count);
	return true;
}

static void say_table(struct iop_module_table *to, const char *module)
{
	const struct iop_registered_table *from = load(module, to->why, sizeof(to->why));

	to->answered = 1;
	if (!from || to->why[0])
		return;
	put(to->name, sizeof(to->name), from->name);
	put(to->compiler, sizeof(to->compiler), from->compiler);
	if (from->abi != IOP_REGISTERED_ABI || from->size < sizeof(*from))
		snprintf(to->why, sizeof(to->why), "what it registers has ABI %u, this program needs %u", from->abi,
			 IOP_REGISTERED_ABI);
	else if (!from->first || from->first == from->end)
		snprintf(to->why, sizeof(to->why), "it registers nothing");
	else if (!put_entries(to, from))
		snprintf(to->why, sizeof(to->why), "what it registers is not what iopath/cells.h makes");
}

static void convert(struct iop_path_report *report)
{
	struct iop_path_access *a = report->access;

	for (unsigned call = 0; call < IOP_PATH_OPERATIONS; call++) {
		for (uint32_t i = 0; i < report->count[call]; i++, a++) {
			a->offset = (int64_t)LE64((uint64_t)a->offset);
			a->width = LE16(a->width);
		}
		report->count[call] = LE32(report->count[call]);
		report->instructions[call] = LE64(report->instructions[call]);
	}
	report->verdict = LE32(report->verdict);
	report->calls = LE32(report->calls);
	report->code_bytes = LE32(report->code_bytes);
}

static void judge(struct iop_path_report *report, const char *module, unsigned kind, const char *name)
{
	struct iop_path_run run = {.report = report, .begin = limit_time};
	const struct iop_registered_table *table;

	put(report->at, sizeof(report->at), "while it was loaded");
	table = load(module, report->why, sizeof(report->why));
	for (const struct iop_registered *const *r = table ? table->first : NULL; table && r < table->end; r++)
		if ((*r)->kind == kind && strcmp((*r)->name, name) == 0)
			run.entry = *r;
	if (run.entry)
		run.handle = dlopen(module, RTLD_NOW | RTLD_NOLOAD);
	if (run.handle)
		run.function = dlsym(run.handle, run.entry->symbol);
	if (run.function)
		iop_path_judge_entry(&run);
	else if (!report->why[0])
		iop_path_end(&run, IOP_PATH_CANNOT, "it is not registered, or its function is not exported");
	convert(report);
}

/* An event file counts in the host's byte order. */
static bool event(int fd, bool put_one)
{
	unsigned char one[8] = {1};
	ssize_t done;

	do
		done = put_one ? write(fd, one, sizeof(one)) : read(fd, one, sizeof(one));
	while (done < 0 && errno == EINTR);
	return done == sizeof(one);
}

int main(int argc, char **argv)
{
	unsigned kind;
	size_t bytes;
	void *shared;

	if (argc != 8)
		return 2;
	seconds = atof(argv[4]);
	kind = (unsigned)atoi(argv[6]);
	bytes = kind ? sizeof(struct iop_path_report) : sizeof(struct iop_module_table);
	shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, atoi(argv[1]), 0);
	if (shared == MAP_FAILED || !event(atoi(argv[2]), false))
		return 2;
	limit_time();
	if (kind)
		judge(shared, argv[5], kind, argv[7]);
	else
		say_table(shared, argv[5]);
	return event(atoi(argv[3]), true) ? 0 : 2;
}
