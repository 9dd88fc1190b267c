/* SPDX-License-Identifier: MIT */
/*
 * guest-cells FILE HOW MODULE: in the guest, what a user's module registers (iopath/cells.h), on BARs of emulated devices; FILE gets
 * what the devices must have seen. What a call is expected to do is what the same call does on the tracer's window first, in another
 * process, so that the module's state is the same both times.
 *
 *	edu       accessors of 4 and 8 bytes, and copies to it that claim no other widths: QEMU tells the values that the device got
 *	ivshmem   memory: everything; only the CPU's accesses can be seen, and what they leave in the memory is compared
 *
 * HOW is uc or wc, ivshmem's mapping. Exit: 0 done, 1 the memory is other than expected, 2 something could not be run.
 */
#include "cases.h"

#include <iopath/cells.h>

#include <tracer.h>

#include <iopath/bar.h>
#include <iopath/bus_sysfs.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define EDU	  "0000:00:04.0"
#define IVSHMEM	  "0000:00:06.0"
#define WINDOW	  ((size_t)1 << 20)
#define AREA	  ((size_t)2048)  /* that copies and accessors may touch */
#define QUIET	  ((size_t)0x200) /* in edu, nothing happens on a write from here on, below 0x700 */
#define DISTANCE  512
#define ON_EDU	  128
#define CALLS	  3
#define ACCESSES  4096
#define PATIENCE  60 /* seconds for an entry, or for what is expected of a call */
#define EDU_TAKES (4u | 8u)

typedef IOP_BAR(0x1000) device_bar;
typedef IOP_WC_BAR(0x1000) device_wc_bar;

struct device {
	struct iop_bus_sysfs sysfs;
	union {
		device_bar bar;
		device_wc_bar wc_bar; /* alike but for the type */
	};
	unsigned char *base;
	const char *region;
	size_t bytes;
};
static struct device edu = {.region = "edu-mmio"}, ivshmem = {.region = CASE_MEMORY};

/* One call. */
struct call {
	const struct iop_registered *entry;
	void *function;
	unsigned char *base, *memory;
	size_t at, n, size;
	void *context;
	uint64_t value;
};

/* What it does on the tracer's window. */
struct expected {
	size_t count;
	char cannot[160];
	struct {
		uint64_t offset;
		uint16_t width;
		bool write;
	} access[ACCESSES];
	unsigned char contents[WINDOW];
};
static struct expected *expected;
static struct iop_tracer *tracer;
static struct cases *cases;
static const char *module_name;
static bool is_wc;
static unsigned char memory[AREA] __attribute__((aligned(64)));

static void pattern(unsigned char *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (unsigned char)(i * 7 + 1);
}

#define FUNCTION(type, ...)     \
	type (*f)(__VA_ARGS__); \
	memcpy(&f, &c->function, sizeof(f))

static void read_one(struct call *c)
{
#define READ(bits)                                                        \
	case (bits) / 8: {                                                \
		FUNCTION(uint##bits##_t, unsigned char *base, size_t at); \
		c->value = f(c->base, c->at);                             \
		break;                                                    \
	}
	switch (c->entry->width) {
		READ(8)
		READ(16)
		READ(32)
		READ(64)
	}
}

static void write_one(struct call *c)
{
#define WRITE(bits)                                                                   \
	case (bits) / 8: {                                                            \
		FUNCTION(void, unsigned char *base, size_t at, uint##bits##_t value); \
		f(c->base, c->at, (uint##bits##_t)c->value);                          \
		break;                                                                \
	}
	switch (c->entry->width) {
		WRITE(8)
		WRITE(16)
		WRITE(32)
		WRITE(64)
	}
}

static void make(void *arg)
{
	struct call *c = arg;
	unsigned char *io = c->base + c->at;

	switch (c->entry->kind) {
	case IOP_REGISTERED_TOIO: {
		FUNCTION(void, void *io, const void *src, size_t n);
		f(io, c->memory, c->n);
		break;
	}
	case IOP_REGISTERED_FROMIO: {
		FUNCTION(void, void *dst, void *io, size_t n);
		f(c->memory, io, c->n);
		break;
	}
	case IOP_REGISTERED_MOVE: {
		FUNCTION(void, void *to, void *from, size_t n);
		f(io + DISTANCE, io, c->n);
		break;
	}
	case IOP_REGISTERED_SET: {
		FUNCTION(void, void *io, int value, size_t n);
		f(io, 0xa5, c->n);
		break;
	}
	case IOP_REGISTERED_READ: read_one(c); break;
	case IOP_REGISTERED_WRITE: write_one(c); break;
	case IOP_REGISTERED_OPERATION: {
		FUNCTION(void, void *window, void *context);
		f(c->base, c->context);
		break;
	}
	default: {
		FUNCTION(int, void *base, size_t size, size_t at, void *value);
		(void)f(c->base, c->size, c->at, &c->value);
		break;
	}
	}
}

static size_t window_of(const struct iop_registered *r)
{
	return r->kind != IOP_REGISTERED_OPERATION ? QUIET + AREA : r->operation->window ? r->operation->window : 4096;
}

static bool set_up(struct call *c)
{
	const struct iop_operation_claims *claims = c->entry->operation;

	return !claims || !claims->setup || claims->setup(c->base, &c->context) == 0;
}

static void note(const struct iop_access_list *list)
{
	if (!list || list->blind || list->lost || list->count > ACCESSES) {
		snprintf(expected->cannot, sizeof(expected->cannot), "%s",
			 list && list->blind ? list->blind : "it cannot be traced");
		return;
	}
	expected->count = list->count;
	for (size_t i = 0; i < list->count; i++) {
		expected->access[i].offset = (uint64_t)list->access[i].offset;
		expected->access[i].width = list->access[i].width;
		expected->access[i].write = list->access[i].write;
	}
}

/* In a process of its own: call @number of those that follow a set-up. */
static void foresee(struct call *c, unsigned number)
{
	unsigned char *contents = iop_tracer_contents(tracer);
	const size_t bytes = window_of(c->entry);

	alarm(PATIENCE);
	pattern(contents, bytes);
	c->base = iop_tracer_window(tracer);
	mprotect(c->base, WINDOW, PROT_READ | PROT_WRITE);
	if (!set_up(c)) {
		snprintf(expected->cannot, sizeof(expected->cannot), "its set-up fails");
		_exit(0);
	}
	mprotect(c->base, WINDOW, PROT_NONE);
	for (unsigned i = 0; i <= number; i++)
		note(iop_tracer_run(tracer, c->base, make, c));
	memcpy(expected->contents, contents, bytes);
	_exit(0);
}

/* What has been found: 1 the memory is other than expected, 2 something could not be run. */
static int found;

/* False after a message. */
static bool expect(const struct call *c, unsigned number)
{
	struct call copy = *c;
	int status = 0;
	pid_t pid;

	expected->count = 0;
	expected->cannot[0] = '\0';
	pid = fork();
	if (pid == 0)
		foresee(&copy, number);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		snprintf(expected->cannot, sizeof(expected->cannot), "a call of it ends its process");
	if (!expected->cannot[0])
		return true;
	fprintf(stderr, "iopath: guest: %s on memory: %s\n", c->entry->name, expected->cannot);
	found |= 2;
	return false;
}

static uint64_t number_of(const unsigned char *bytes, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width && i < 8; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

/* Only copies that claim what every device takes are judged by its rules; of others, that they do what they did on memory. */
static const char *op_of(const struct iop_registered *r)
{
	static const char *const names[] = {"",	    "toio",  "fromio",	  "move",	  "set",
					    "read", "write", "operation", "checked-read", "checked-write"};
	const char *tier = r->copy ? r->copy->tier : NULL;

	if (tier && strncmp(tier, "STRICT", 6) != 0)
		return r->kind == IOP_REGISTERED_TOIO	  ? "toio-wide"
		       : r->kind == IOP_REGISTERED_FROMIO ? "fromio-wide"
							  : "copy-wide";
	return names[r->kind];
}

/* The call on the device, between marks, and what it must have done. */
static void observe(const struct device *d, struct call *c, unsigned number)
{
	c->base = d->base;
	cases_begin(cases);
	make(c);
	cases_end(cases, d->region, "%s/%s.%s/n=%zu/align=%zu/call=%u%s", op_of(c->entry), module_name, c->entry->name, c->n,
		  c->at % 64, number + 1,
		  d == &edu ? ""
		  : is_wc   ? "/wc"
			    : "/uc");
	for (size_t i = 0; i < expected->count; i++) {
		const unsigned width = expected->access[i].width;
		const uint64_t at = expected->access[i].offset;

		cases_expect(cases, expected->access[i].write, at, width,
			     expected->access[i].write ? number_of(expected->contents + at, width) : c->value);
	}
}

/* Whether the memory behind the BAR is as expected. */
static bool compare(const struct call *c)
{
	const size_t bytes = ivshmem.base ? window_of(c->entry) : 0;

	for (size_t i = 0; i < bytes; i++)
		if (ivshmem.base[i] != expected->contents[i]) {
			fprintf(stderr, "iopath: guest: %s: byte 0x%zx of the BAR is 0x%02x, on memory it was 0x%02x\n",
				c->entry->name, i, ivshmem.base[i], expected->contents[i]);
			found |= 1;
			return false;
		}
	return true;
}

static bool is_for_edu(const struct iop_registered *r, const struct call *c)
{
	if (r->kind == IOP_REGISTERED_READ || r->kind == IOP_REGISTERED_WRITE)
		return r->width & EDU_TAKES;
	return (r->kind == IOP_REGISTERED_TOIO || r->kind == IOP_REGISTERED_SET) && r->copy->widths &&
	       !(r->copy->widths & ~EDU_TAKES) && c->n <= ON_EDU;
}

/* One call, on each device that takes it. */
static bool run_one(struct call *c)
{
	if (!expect(c, 0))
		return false;
	pattern(ivshmem.base, window_of(c->entry));
	observe(&ivshmem, c, 0);
	if (!compare(c))
		return false;
	/* Whose mapping is the same in both runs. */
	if (!is_wc && is_for_edu(c->entry, c))
		observe(&edu, c, 0);
	return true;
}

static bool run_copies(struct call *c)
{
	static const size_t sizes[] = {1, 2, 3, 4, 7, 8, 12, 15, 16, 24, 31, 32, 63, 64, 100, 128, 256};
	const struct iop_copy_claims *claims = c->entry->copy;
	unsigned unit = claims->unit ? claims->unit : 1;
	bool good = true;

	/* Of widths that are claimed, the smallest decides which calls can be made. */
	if (claims->widths && (claims->widths & -claims->widths) > unit)
		unit = claims->widths & -claims->widths;
	for (size_t i = 0; good && i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (size_t align = 0; good && align < 8 && sizes[i] % unit == 0; align += unit) {
			c->n = sizes[i];
			c->at = QUIET + align;
			good = run_one(c);
		}
	return good;
}

static bool run_operation(struct call *c)
{
	bool good = true;

	pattern(ivshmem.base, window_of(c->entry));
	c->base = ivshmem.base;
	if (!set_up(c)) {
		fprintf(stderr, "iopath: guest: %s: its set-up fails\n", c->entry->name);
		found |= 2;
		return false;
	}
	for (unsigned i = 0; good && i < CALLS; i++) {
		struct call fresh = *c;

		fresh.context = NULL;
		good = expect(&fresh, i);
		if (!good)
			break;
		observe(&ivshmem, c, i);
		good = compare(c);
	}
	if (c->entry->operation->teardown)
		c->entry->operation->teardown(c->context);
	return good;
}

static bool run(const struct iop_registered *r, void *function)
{
	struct call c = {.entry = r,
			 .function = function,
			 .memory = memory + 3,
			 .size = QUIET + AREA,
			 .value = UINT64_C(0x8877665544332211)};
	bool good = true;

	pattern(memory, sizeof(memory));
	if (r->kind <= IOP_REGISTERED_SET)
		return run_copies(&c);
	if (r->kind == IOP_REGISTERED_OPERATION)
		return run_operation(&c);
	for (c.at = QUIET; good && c.at < QUIET + 32; c.at += r->width)
		good = run_one(&c);
	return good;
}

/* Why an entry is not run here, or NULL. */
static const char *left_out(const struct iop_registered *r)
{
	if (r->kind == IOP_REGISTERED_PROJECTION)
		return "it makes no access";
	if (r->kind == IOP_REGISTERED_OPERATION && (r->operation->device || r->operation->only_checked))
		return "it waits for a device of its own, and these are others";
	if (window_of(r) > WINDOW)
		return "its window is larger than the BAR";
	return NULL;
}

static bool open_device(struct device *d, const char *name, unsigned number, bool wc)
{
	int err = iop_bus_sysfs_open(&d->sysfs, name, IOP_BUS_SYSFS_ALLOW_WRITE, NULL);

	if (!err)
		err = wc ? iop_bar_map_wc(&d->wc_bar, &d->sysfs.bus, number, "guest-cells")
			 : iop_bar_map(&d->bar, &d->sysfs.bus, number, "guest-cells");
	if (err) {
		fprintf(stderr, "iopath: guest: %s: %s\n", name, strerror(-err));
		return false;
	}
	d->base = (unsigned char *)(uintptr_t)iop_addr(d->bar);
	d->bytes = iop_size(d->bar);
	return true;
}

static const struct iop_registered_table *load(const char *path, void **handle)
{
	iop_registered_module_fn get;

	*handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	*(void **)&get = *handle ? dlsym(*handle, IOP_REGISTERED_SYMBOL) : NULL;
	if (!get) {
		fprintf(stderr, "iopath: guest: %s\n", *handle ? "it registers nothing (iopath/cells.h)" : dlerror());
		return NULL;
	}
	return get();
}

static int run_all(const struct iop_registered_table *table, void *handle)
{
	for (const struct iop_registered *const *r = table->first; r < table->end; r++) {
		void *function = dlsym(handle, (*r)->symbol);
		const char *why = function ? left_out(*r) : "its function is not exported";

		if (why) {
			printf("%s is not run: %s\n", (*r)->name, why);
			continue;
		}
		alarm(PATIENCE);
		run(*r, function);
		alarm(0);
	}
	return found & 1 ? 1 : found;
}

int main(int argc, char **argv)
{
	const struct iop_registered_table *table;
	void *handle;
	int code;

	if (argc != 4 || !(table = load(argv[3], &handle)) || iop_tracer_open(&tracer, WINDOW) ||
	    !open_device(&edu, EDU, 0, false) || !open_device(&ivshmem, IVSHMEM, 2, strcmp(argv[2], "wc") == 0))
		return 2;
	is_wc = strcmp(argv[2], "wc") == 0;
	expected = mmap(NULL, sizeof(*expected), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	module_name = table->name;
	cases = cases_open(argv[1], edu.base, CASES_SWEEP + (is_wc ? CASES_STEP : 0), "");
	if (expected == MAP_FAILED || !cases)
		return 2;
	cases_device(cases, edu.region, edu.bar.hold.mapping.resource.start);
	cases_watch(cases, ivshmem.base, WINDOW);
	code = run_all(table, handle);
	return cases_close(cases) ? code : 2;
}
