/* SPDX-License-Identifier: MIT */
/*
 * Owners of shared memory: a VMap over a memory file, and coherent memory of the default provider. The accesses of a Coherent view
 * are access.c's; here is what belongs to the owners.
 *
 *	read, write, update  through a VMap that lies in memory, as in a driver's structure: the address is loaded each time, by the
 *	                     raw access too; raw-checked is the same after a check written by hand
 *	toio, fromio         copies of a VMap's bytes; raw is the C library's memcpy
 *	project              where the device finds an element: raw is base + index * size, unchecked
 *	make                 an owner made and dropped; raw makes the same system calls
 */
#include "table.h"

#include <iopath/iopath.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BYTES	 ((size_t)65536)
#define ELEMENTS ((size_t)256)

struct memory_block {
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;
	uint8_t u8;
	uint8_t pad;
};
IOP_PLAIN(struct memory_block, u64, u32, u16, u8, pad);

typedef IOP_VMAP_REF(65536) vmap_owner;
typedef IOP_SYSMEM(struct memory_block) block_view;
typedef IOP_COHERENT_OWNER(IOP_SLICE(struct memory_block)) ring_owner;

struct memory_ctx {
	struct iop_gem *gem;
	vmap_owner vmap;
	void *cpu; /* of the VMap */
	size_t bytes;
	struct iop_dma *dma;
	ring_owner ring;
	uint64_t base; /* of the ring, for the device */
	struct iop_gem *unmapped;
	int fd; /* a memory file, to map by hand */
	size_t offset, size;
	unsigned char buffer[BYTES];
};

static void teardown(void *ctx)
{
	struct memory_ctx *c = ctx;

	iop_vmap_drop(&c->vmap);
	iop_gem_put(c->gem);
	iop_gem_put(c->unmapped);
	if (c->fd >= 0)
		close(c->fd);
	iop_coherent_drop(&c->ring);
	iop_dma_close(c->dma);
	free(c);
}

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct memory_ctx *c = calloc(1, sizeof(*c));
	int err;

	(void)env;
	if (!c)
		return -ENOMEM;
	c->offset = cell->param[0];
	c->size = cell->param[1];
	c->fd = memfd_create("iopath-cell", MFD_CLOEXEC);
	err = c->fd < 0 || ftruncate(c->fd, (off_t)c->size) ? -errno : 0;
	if (!err)
		err = iop_gem_memfd(&c->gem, BYTES);
	/* Of an object that is mapped already, another VMap needs no system call. */
	if (!err)
		err = iop_gem_memfd(&c->unmapped, c->size ? c->size : 1);
	if (!err)
		err = iop_vmap(&c->vmap, c->gem);
	if (!err)
		err = iop_dma_open(&c->dma, NULL);
	if (!err)
		err = iop_coherent_zeroed_slice(&c->ring, c->dma, ELEMENTS, 0);
	if (err) {
		teardown(c);
		return err;
	}
	c->cpu = c->vmap.hold.map.vaddr;
	c->bytes = BYTES;
	c->base = iop_coherent_dma(c->ring);
	memset(c->cpu, 0, BYTES);
	*ctx = c;
	return 0;
}

#define HIDE(x) __asm__ volatile("" : "+r"(x))
#define KEEP(x) __asm__ volatile("" : : "r"(x) : "memory")

/* What a path needs passes through an empty asm before each operation, so no state is carried over to the next. */
#define BATCH(name, T, hides, body)                                       \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n) \
	{                                                                 \
		struct memory_ctx *c = ctx;                               \
		size_t offset = c->offset, index = 2, size = c->size;     \
		T v = 0;                                                  \
		(void)offset, (void)index, (void)size;                    \
		_Pragma("GCC unroll 8") for (; n; n--)                    \
		{                                                         \
			HIDE(c);                                          \
			hides body;                                       \
			KEEP(v);                                          \
		}                                                         \
	}

/* The cast cannot fail where the map begins, but the compiler does not know how the page is aligned. */
static inline int block_of(const struct memory_ctx *c, block_view *block)
{
	return iop_try_cast(c->vmap, struct memory_block, block);
}

#define RAW(bits)    (((volatile struct memory_block *)c->cpu)->u##bits)
#define RAW_AT(bits) (*(volatile uint##bits##_t *)((unsigned char *)c->cpu + offset))
#define AT(bits)     offsetof(struct memory_block, u##bits)
/* The size is loaded each time, as the owner's is. */
#define CHECKED(bits) if (offset <= c->bytes - sizeof(uint##bits##_t) && !(offset & (sizeof(uint##bits##_t) - 1)))
#define FLIP(bits, x) ((uint##bits##_t)((x) ^ 1))

#define ACCESS(bits)                                                                                                           \
	static inline uint##bits##_t cast_read_##bits(const struct memory_ctx *c)                                              \
	{                                                                                                                      \
		block_view block;                                                                                              \
		return block_of(c, &block) ? 0 : iop_read(iop_project(block, .u##bits));                                       \
	}                                                                                                                      \
	static inline void cast_write_##bits(const struct memory_ctx *c, uint##bits##_t v)                                     \
	{                                                                                                                      \
		block_view block;                                                                                              \
		if (!block_of(c, &block))                                                                                      \
			iop_write(iop_project(block, .u##bits), v);                                                            \
	}                                                                                                                      \
	BATCH(read_raw_##bits, uint##bits##_t, , v = RAW(bits))                                                                \
	BATCH(read_project_##bits, uint##bits##_t, , v = cast_read_##bits(c))                                                  \
	BATCH(read_raw_checked_##bits, uint##bits##_t, HIDE(offset);, CHECKED(bits) v = RAW_AT(bits))                          \
	BATCH(read_fallible_##bits, uint##bits##_t, HIDE(offset);, (void)!iop_try_read##bits(c->vmap, offset, &v))             \
	BATCH(write_raw_##bits, uint##bits##_t, , RAW(bits) = v)                                                               \
	BATCH(write_project_##bits, uint##bits##_t, , cast_write_##bits(c, v))                                                 \
	BATCH(write_raw_checked_##bits, uint##bits##_t, HIDE(offset);, CHECKED(bits) RAW_AT(bits) = v)                         \
	BATCH(write_fallible_##bits, uint##bits##_t, HIDE(offset);, (void)!iop_try_write##bits(c->vmap, v, offset))            \
	BATCH(update_raw_##bits, uint##bits##_t, , RAW(bits) = FLIP(bits, RAW(bits)))                                          \
	BATCH(update_raw_checked_##bits, uint##bits##_t, HIDE(offset);, CHECKED(bits) RAW_AT(bits) = FLIP(bits, RAW_AT(bits))) \
	BATCH(update_fallible_##bits, uint##bits##_t, HIDE(offset);, (void)!iop_try_update##bits(c->vmap, offset, x, FLIP(bits, x)))
#define INFALLIBLE(bits)                                                                        \
	BATCH(read_infallible_##bits, uint##bits##_t, , v = iop_read##bits(c->vmap, AT(bits)))  \
	BATCH(write_infallible_##bits, uint##bits##_t, , iop_write##bits(c->vmap, v, AT(bits))) \
	BATCH(update_infallible_##bits, uint##bits##_t, , iop_update##bits(c->vmap, AT(bits), x, FLIP(bits, x)))

ACCESS(8)
ACCESS(16)
ACCESS(32)
INFALLIBLE(8)
INFALLIBLE(16)
INFALLIBLE(32)
#if IOP_64BIT
ACCESS(64)
#endif

/* A Region becomes bytes by a cast to a constant size; of those a run-time part is copied. */
static inline int copy_to_vmap(struct memory_ctx *c, size_t size)
{
	IOP_SYSMEM(uint8_t[BYTES]) bytes;
	int err = iop_try_cast_bytes(c->vmap, &bytes);

	if (!err)
		iop_copy_toio(iop_project(bytes, iop_or_to(size, return -ERANGE)), c->buffer, size);
	return err;
}

static inline int copy_from_vmap(struct memory_ctx *c, size_t size)
{
	IOP_SYSMEM(uint8_t[BYTES]) bytes;
	int err = iop_try_cast_bytes(c->vmap, &bytes);

	if (!err)
		iop_copy_fromio(c->buffer, iop_project(bytes, iop_or_to(size, return -ERANGE)), size);
	return err;
}

BATCH(toio_raw, int, HIDE(size);, memcpy(c->cpu, c->buffer, size))
BATCH(toio_view, int, HIDE(size);, v = copy_to_vmap(c, size))
BATCH(fromio_raw, int, HIDE(size);, memcpy(c->buffer, c->cpu, size))
BATCH(fromio_view, int, HIDE(size);, v = copy_from_vmap(c, size))

static inline int element_address(const struct memory_ctx *c, size_t index, uint64_t *address)
{
	*address = iop_coherent_dma(iop_project(c->ring, iop_or(index, return -ERANGE), .u32));
	return 0;
}

BATCH(project_raw, uint64_t, HIDE(index);, v = c->base + index * sizeof(struct memory_block) + AT(32))
BATCH(project_try, uint64_t, HIDE(index);, (void)element_address(c, index, &v))

/* The system calls of the default provider, in its order; zeroed as an owner's memory is. */
static int coherent_by_hand(size_t size)
{
	int fd = memfd_create("iopath-dma", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *p = MAP_FAILED;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) == 0)
		p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return -ENOMEM;
	(void)!mlock(p, size);
	memset(p, 0, size);
	KEEP(p);
	munmap(p, size);
	return 0;
}

static int coherent_by_owner(struct iop_dma *dma, size_t size)
{
	IOP_COHERENT_OWNER(IOP_SLICE(uint8_t)) bytes;
	int err = iop_coherent_zeroed_slice(&bytes, dma, size, 0);

	iop_coherent_drop(&bytes);
	return err;
}

static int vmap_by_hand(int fd, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return -ENOMEM;
	return munmap(p, size);
}

static int vmap_by_owner(struct iop_gem *gem)
{
	IOP_VMAP_REF(4096) map;
	int err = iop_vmap(&map, gem);

	iop_vmap_drop(&map);
	return err;
}

BATCH(make_coherent_raw, int, HIDE(size);, v = coherent_by_hand(size))
BATCH(make_coherent, int, HIDE(size);, v = coherent_by_owner(c->dma, size))
BATCH(make_vmap_raw, int, HIDE(size);, v = vmap_by_hand(c->fd, size))
BATCH(make_vmap, int, , v = vmap_by_owner(c->unmapped))

struct row {
	const char *op, *backend, *routine;
	void (*batch)(void *ctx, uint64_t n);
	uint32_t flags;
	const char *help;
};

/* Adds the rows at one size, all compared with raw of the same op and backend; what is checked, with the check written by hand. */
static void add(struct iop_cell_table *table, const struct row *rows, size_t count, const char *size, uint64_t bytes,
		uint32_t offset, uint32_t flags)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct iop_cell cell = {
			.bytes = bytes,
			.flags = row->flags | flags,
			.param = {offset, (uint32_t)bytes},
			.setup = setup,
			.batch = row->batch,
			.teardown = teardown,
			.help = row->help,
		};
		const char *checked = strcmp(row->routine, "fallible") == 0 ? "-checked" : "", *baseline = NULL;

		if (strncmp(row->routine, "raw", 3) != 0)
			baseline = iop_cell_format("%s/%s/raw%s/%s", row->op, row->backend, checked, size);
		iop_cell_add(table, cell, baseline, "%s/%s/%s/%s", row->op, row->backend, row->routine, size);
	}
}

#define ROW(op, routine, bits, flags, help)                                 \
	{                                                                   \
#op, "vmap", #routine, op##_##routine##_##bits, flags, help \
	}
#define ROWS(bits)                                                                                       \
	ROW(read, raw, bits, IOP_CELL_PEER, "raw volatile access of the mapping"),                       \
		ROW(write, raw, bits, IOP_CELL_PEER, "raw volatile access of the mapping"),              \
		ROW(update, raw, bits, IOP_CELL_PEER, "raw volatile access of the mapping"),             \
		ROW(read, project, bits, 0, "the map cast to a structure, checked, and a field of it"),  \
		ROW(write, project, bits, 0, "the map cast to a structure, checked, and a field of it"), \
		ROW(read, fallible, bits, 0, "run-time offset in the map, checked"),                     \
		ROW(write, fallible, bits, 0, "run-time offset in the map, checked"),                    \
		ROW(update, fallible, bits, 0, "run-time offset in the map, checked once")
#define CHECKED_ROW(op, bits)                                                                                                     \
	{                                                                                                                         \
#op, "vmap", "raw-checked", op##_raw_checked_##bits, IOP_CELL_PEER, "run-time offset in the map, checked by hand" \
	}
#define CHECKED_ROWS(bits) CHECKED_ROW(read, bits), CHECKED_ROW(write, bits), CHECKED_ROW(update, bits)
#define INFALLIBLE_ROWS(bits)                                                                        \
	ROW(read, infallible, bits, 0, "constant offset, below the least size of the map"),          \
		ROW(write, infallible, bits, 0, "constant offset, below the least size of the map"), \
		ROW(update, infallible, bits, 0, "constant offset, below the least size of the map")

static const struct row rows8[] = {ROWS(8), CHECKED_ROWS(8), INFALLIBLE_ROWS(8)};
static const struct row rows16[] = {ROWS(16), CHECKED_ROWS(16), INFALLIBLE_ROWS(16)};
static const struct row rows32[] = {ROWS(32), CHECKED_ROWS(32), INFALLIBLE_ROWS(32)};
#if IOP_64BIT
static const struct row rows64[] = {ROWS(64), CHECKED_ROWS(64)};
#endif
static const struct row copies[] = {
	{"toio", "vmap", "raw", toio_raw, IOP_CELL_PEER, "memcpy into the mapping"},
	{"toio", "vmap", "view", toio_view, 0, "the map cast to bytes, a checked part of them, and a copy"},
	{"fromio", "vmap", "raw", fromio_raw, IOP_CELL_PEER, "memcpy out of the mapping"},
	{"fromio", "vmap", "view", fromio_view, 0, "the map cast to bytes, a checked part of them, and a copy"},
};
static const struct row places[] = {
	{"project", "coherent", "raw", project_raw, IOP_CELL_PEER, "the device's address of an element, computed by hand"},
	{"project", "coherent", "project-try", project_try, 0, "the device's address of an element by a checked index"},
};
static const struct row makes[] = {
	{"make", "coherent", "raw", make_coherent_raw, IOP_CELL_PEER | IOP_CELL_SYSCALL, "the default provider's system calls"},
	{"make", "coherent", "memfd", make_coherent, IOP_CELL_SYSCALL, "a Coherent made and dropped"},
	{"make", "vmap", "raw", make_vmap_raw, IOP_CELL_PEER | IOP_CELL_SYSCALL, "mmap and munmap of a memory file"},
	{"make", "vmap", "memfd", make_vmap, IOP_CELL_SYSCALL, "a VMap made and dropped"},
};

#define ADD(rows, size, bytes, offset, flags) \
	add(table, rows, sizeof(rows) / sizeof(rows[0]), size, bytes, (uint32_t)(offset), flags)

void iop_cells_memory(struct iop_cell_table *table)
{
	static const size_t sizes[] = {8, 64, 256, 1024, 4096, 16384, 65536};
	char size[24];

	ADD(rows8, "u8", 1, AT(8), 0);
	ADD(rows16, "u16", 2, AT(16), 0);
	ADD(rows32, "u32", 4, AT(32), IOP_CELL_QUICK);
#if IOP_64BIT
	ADD(rows64, "u64", 8, AT(64), 0);
#endif
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(size, sizeof(size), "%zu", sizes[i]);
		ADD(copies, size, sizes[i], 0, sizes[i] == 64 || sizes[i] == 4096 ? IOP_CELL_QUICK : 0);
	}
	ADD(places, "0", 0, 0, IOP_CELL_QUICK);
	ADD(makes, "4096", 4096, 0, 0);
	ADD(makes, "65536", 65536, 0, 0);
}
