/* SPDX-License-Identifier: MIT */
/*
 * Reads and writes of PCI config space by width.
 *
 *	transport            the simulated function's own read or write, called without lock and view: the baseline
 *	sim, sim-fallible,   the same through a ConfigSpace view: constant offset, checked run-time offset, field by projection
 *	sim-project
 *	pread                a raw pread of the sysfs file of a function of this machine: the baseline
 *	sysfs                the same function through a ConfigSpace view and libpci; reads only
 *
 * The function is IOPATH_DEVICE (DDDD:BB:DD.F), or the first one of the machine; the register is its identity, at offset 0, which
 * has no side effects. Where there is none these cells cannot be set up and say so.
 */
#include "table.h"

#include <iopath/config_sim.h>
#include <iopath/iopath.h>
#if IOPATH_HAVE_LIBPCI
#include <iopath/config_pci.h>
#endif

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEVICES "/sys/bus/pci/devices"

struct config_block {
	uint32_t u32;
	uint16_t u16;
	uint8_t u8;
	uint8_t pad;
};
IOP_PLAIN(struct config_block, u32, u16, u8, pad);
typedef IOP_CONFIG(struct config_block) block_config;
#define AT(bits) offsetof(struct config_block, u##bits)

struct config_ctx {
	struct iop_config_device *device;
	int fd;
	/* Of a device whose transactions a harness is told. */
	const struct iop_config_ops *ops;
	void *bus, *user;
	void (*transaction)(void *user, int write, unsigned bytes);
	struct iop_config_sim sim;
#if IOPATH_HAVE_LIBPCI
	struct iop_config_pci pci;
#endif
};

static int told_read(void *bus, size_t offset, unsigned width, uint32_t *value)
{
	const struct config_ctx *c = bus;

	c->transaction(c->user, 0, width);
	return c->ops->read(c->bus, offset, width, value);
}

static int told_write(void *bus, size_t offset, unsigned width, uint32_t value)
{
	const struct config_ctx *c = bus;

	c->transaction(c->user, 1, width);
	return c->ops->write(c->bus, offset, width, value);
}

static const struct iop_config_ops told_ops = {.read = told_read, .write = told_write};

static void tell(struct config_ctx *c, const struct iop_cell_env *env)
{
	if (env->size < offsetof(struct iop_cell_env, transaction) + sizeof(env->transaction) || !env->transaction)
		return;
	c->transaction = env->transaction;
	c->user = env->user;
	c->ops = c->device->ops;
	c->bus = c->device->bus;
	c->device->ops = &told_ops;
	c->device->bus = c;
}

static void tell_no_more(struct config_ctx *c)
{
	if (!c->transaction)
		return;
	c->device->ops = c->ops;
	c->device->bus = c->bus;
}

static int setup_sim(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct config_ctx *c = calloc(1, sizeof(*c));

	(void)cell;
	if (!c)
		return -ENOMEM;
	iop_config_sim_init(&c->sim, 256);
	c->device = &c->sim.device;
	tell(c, env);
	*ctx = c;
	return 0;
}

static void teardown_sim(void *ctx)
{
	struct config_ctx *c = ctx;

	tell_no_more(c);
	iop_config_sim_end(&c->sim);
	free(c);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_function(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* A name that does not fit into @size is not that of a function. 0 or -ENODEV. */
static int copy_name(char *name, size_t size, const char *from)
{
	return (size_t)snprintf(name, size, "%s", from) < size ? 0 : -ENODEV;
}

/* Name of the function to read. 0 or -ENODEV. */
static int find_function(char *name, size_t size)
{
	const char *asked = getenv("IOPATH_DEVICE");
	struct dirent **entries;
	int n, err = -ENODEV;

	if (asked && *asked)
		return copy_name(name, size, asked);
	n = scandir(DEVICES, &entries, is_function, by_name);
	if (n < 0)
		return -ENODEV;
	if (n > 0)
		err = copy_name(name, size, entries[0]->d_name);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return err;
}

static int setup_pread(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct config_ctx *c;
	char name[64], path[128];
	int err = find_function(name, sizeof(name));

	(void)cell, (void)env;
	if (err)
		return err;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	snprintf(path, sizeof(path), DEVICES "/%s/config", name);
	c->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (c->fd < 0) {
		err = errno == ENOENT ? -ENODEV : -errno;
		free(c);
		return err;
	}
	*ctx = c;
	return 0;
}

static void teardown_pread(void *ctx)
{
	struct config_ctx *c = ctx;

	close(c->fd);
	free(c);
}

#if IOPATH_HAVE_LIBPCI
static int setup_sysfs(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct config_ctx *c;
	char name[64];
	int err = find_function(name, sizeof(name));

	(void)cell;
	if (err)
		return err;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	err = iop_config_pci_open(&c->pci, name, 0, NULL);
	if (err) {
		free(c);
		return err;
	}
	c->device = &c->pci.device;
	tell(c, env);
	*ctx = c;
	return 0;
}

static void teardown_sysfs(void *ctx)
{
	struct config_ctx *c = ctx;

	tell_no_more(c);
	iop_config_pci_close(&c->pci);
	free(c);
}
#endif

#define HIDE(x) __asm__ volatile("" : "+r"(x))
#define KEEP(x) __asm__ volatile("" : : "r"(x))

/*
 * The device, the offset and the value pass through an empty asm each time: no work is carried over from one operation to the next.
 */
#define BATCH(name, T, body)                                              \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n) \
	{                                                                 \
		const struct config_ctx *c = ctx;                         \
		struct iop_config_device *device = c->device;             \
		size_t offset = 0;                                        \
		int fd = c->fd;                                           \
		T v = 0;                                                  \
		(void)device, (void)offset, (void)fd;                     \
		for (; n; n--) {                                          \
			HIDE(device);                                     \
			HIDE(offset);                                     \
			body;                                             \
			KEEP(v);                                          \
		}                                                         \
	}

/* A cast at the start of config space cannot fail; without the branch the compiler would have to think that it may. */
static inline block_config block_at(struct iop_config_device *device)
{
	block_config block;

	if (iop_try_cast(iop_config_space(device), struct config_block, &block))
		__builtin_unreachable();
	return block;
}

static inline uint32_t transport_read(struct iop_config_device *device, size_t offset, unsigned width)
{
	uint32_t value = 0;

	device->ops->read(device->bus, offset, width, &value);
	return value;
}

#define CELLS(bits)                                                                                                             \
	BATCH(read_transport_##bits, uint##bits##_t, v = (uint##bits##_t)transport_read(device, AT(bits) + offset, (bits) / 8)) \
	BATCH(read_sim_##bits, uint##bits##_t, v = iop_read##bits(iop_config_space(device), AT(bits)))                          \
	BATCH(read_sim_fallible_##bits, uint##bits##_t,                                                                         \
	      (void)!iop_try_read##bits(iop_config_space(device), AT(bits) + offset, &v))                                       \
	BATCH(read_sim_project_##bits, uint##bits##_t, v = iop_read(iop_project(block_at(device), .u##bits)))                   \
	BATCH(write_transport_##bits, uint##bits##_t, device->ops->write(device->bus, AT(bits) + offset, (bits) / 8, v))        \
	BATCH(write_sim_##bits, uint##bits##_t, iop_write##bits(iop_config_space(device), v, AT(bits)))                         \
	BATCH(write_sim_fallible_##bits, uint##bits##_t,                                                                        \
	      (void)!iop_try_write##bits(iop_config_space(device), v, AT(bits) + offset))                                       \
	BATCH(update_sim_##bits, uint##bits##_t,                                                                                \
	      iop_update##bits(iop_config_space(device), AT(bits), old, (uint##bits##_t)(old ^ 1)))                             \
	BATCH(read_pread_##bits, uint##bits##_t, (void)!pread(fd, &v, sizeof(v), (off_t)offset))                                \
	BATCH(read_sysfs_##bits, uint##bits##_t, v = iop_read##bits(iop_config_space(device), 0))
CELLS(8)
CELLS(16)
CELLS(32)

static const struct row {
	const char *op, *routine, *baseline;
	void (*batch[3])(void *ctx, uint64_t n);
	int (*setup)(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx);
	void (*teardown)(void *ctx);
	uint32_t flags;
	const char *help;
} rows[] = {
#define WIDTHS(f)                     \
	{                             \
		f##_8, f##_16, f##_32 \
	}
#define SIM(op, f, r) op, r, "transport", WIDTHS(f), setup_sim, teardown_sim, 0
	{"read", "transport", NULL, WIDTHS(read_transport), setup_sim, teardown_sim, IOP_CELL_PEER,
	 "simulated bus, no lock, no view"},
	{"write", "transport", NULL, WIDTHS(write_transport), setup_sim, teardown_sim, IOP_CELL_PEER,
	 "simulated bus, no lock, no view"},
	{SIM("read", read_sim, "sim"), "simulated function, constant offset, proved in bounds"},
	{SIM("read", read_sim_fallible, "sim-fallible"), "simulated function, run-time offset, checked"},
	{SIM("read", read_sim_project, "sim-project"), "simulated function, field by projection"},
	{SIM("write", write_sim, "sim"), "simulated function, constant offset, proved in bounds"},
	{SIM("write", write_sim_fallible, "sim-fallible"), "simulated function, run-time offset, checked"},
	{"update", "sim", NULL, WIDTHS(update_sim), setup_sim, teardown_sim, 0, "simulated function: one read, one write"},
	{"read", "pread", NULL, WIDTHS(read_pread), setup_pread, teardown_pread, IOP_CELL_PEER | IOP_CELL_SYSCALL,
	 "pread of a PCI function's sysfs file"},
#if IOPATH_HAVE_LIBPCI
	{"read", "sysfs", "pread", WIDTHS(read_sysfs), setup_sysfs, teardown_sysfs, IOP_CELL_SYSCALL,
	 "PCI function of this machine, through libpci"},
#endif
};

void iop_cells_config(struct iop_cell_table *table)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned w = 0; w < 3; w++) {
			const struct row *row = &rows[i];
			unsigned bits = 8u << w;
			struct iop_cell cell = {
				.bytes = bits / 8,
				.flags = row->flags | (bits == 32 ? IOP_CELL_QUICK : 0),
				.setup = row->setup,
				.batch = row->batch[w],
				.teardown = row->teardown,
				.help = row->help,
			};
			const char *baseline = NULL;

			if (row->baseline)
				baseline = iop_cell_format("%s/config/%s/u%u", row->op, row->baseline, bits);
			iop_cell_add(table, cell, baseline, "%s/config/%s/u%u", row->op, row->routine, bits);
		}
}
