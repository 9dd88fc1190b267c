/* SPDX-License-Identifier: MIT */
/*
 * A module of cells that differ in their accesses to the device: ACCESSES_ADDED makes one read more, ACCESSES_UNSTEADY does so in the
 * first process that looks only, ACCESSES_WIDE takes a wider one instead of two, ACCESSES_UNALIGNED begins one batch in the middle of
 * a line. The device side is what the harness gives.
 */
#include <cells/module.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define DEVICE 64
#define WORK   100

struct context {
	volatile uint32_t *device;
	void *own;
	unsigned more;
};

/* Whether this is the first process that looks: the file that GATE_ACCESSES_SEEN names is not there yet. */
static unsigned first_look(void)
{
	static int first = -1;
	const char *path = getenv("GATE_ACCESSES_SEEN");

	if (first < 0 && path) {
		int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

		first = file >= 0;
		if (first)
			close(file);
	}
	return first > 0;
}

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct context *c = calloc(1, sizeof(*c));
	unsigned watched = env->device_memory != NULL;

	(void)cell;
	if (!c)
		return -ENOMEM;
	c->own = watched ? NULL : aligned_alloc(DEVICE, DEVICE);
	c->device = watched ? env->device_memory(env->user, DEVICE) : c->own;
	if (!c->device) {
		free(c);
		return -ENOMEM;
	}
#ifdef ACCESSES_UNSTEADY
	c->more = watched && first_look();
#else
	(void)first_look;
#endif
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	struct context *c = ctx;

	free(c->own);
	free(c);
}

/* Work that hides one access more or less. */
static void wait(void)
{
	for (unsigned i = 0; i < WORK; i++)
		__asm__ volatile("" : "+r"(i));
}

static void batch(void *ctx, uint64_t n)
{
	struct context *c = ctx;

	for (; n; n--) {
		wait();
#ifdef ACCESSES_WIDE
		*(volatile uint64_t *)c->device = 1;
#else
		c->device[0] = 1;
		c->device[1] = 0;
#endif
#ifdef ACCESSES_ADDED
		(void)c->device[2];
#endif
#ifdef ACCESSES_UNSTEADY
		if (c->more)
			(void)c->device[2];
#endif
	}
}

#ifdef ACCESSES_UNALIGNED
/* Four bytes into a line, whatever the compiler does. */
__asm__(".text\n\t.balign 64\n\t.zero 4\n\t.type moved, @function\nmoved:\n\tjmp moved_on\n\t.size moved, . - moved\n");
__attribute__((visibility("hidden"))) void moved(void *ctx, uint64_t n);
__attribute__((visibility("hidden"), used)) void moved_on(void *ctx, uint64_t n);
void moved_on(void *ctx, uint64_t n)
{
	batch(ctx, n);
}
#define BATCH moved
#else
#define BATCH batch
#endif

const struct iop_cells_module *iop_cells_module(void)
{
	static const struct iop_cell cell = {
		.name = "write/mmio/device/u32",
		.op = "write",
		.backend = "mmio",
		.routine = "device",
		.bytes = 8,
		.setup = setup,
		.batch = BATCH,
		.teardown = teardown,
	};
	static const struct iop_cells_module module = {
		.abi = IOP_CELLS_ABI,
		.cell_size = sizeof(struct iop_cell),
		.count = 1,
		.cells = &cell,
		.commit = "0123456789abcdef0123456789abcdef01234567",
		.compiler = "none 0",
		.flags = "",
		.arch = "any",
	};

	return &module;
}
