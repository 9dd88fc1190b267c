/* SPDX-License-Identifier: MIT */
/*
 * Row 46: the memory type of a mapping decides which backend its view has, which routine its copies run, and what the simulated bus says
 * against an access.
 */
#define WAY wc
#include "body-shared.h"
#include "body-value.h"
#undef WAY

#include <iopath/bus_sim.h>
#include <iopath/tier.h>
#include <iopath/vmap.h>

/* What the copies asked for: calls by name, and tiers. The wrapped functions do it as well. */
static struct {
	unsigned toio, fromio, tiers[IOP_TIERS];
} ran;

void wrapped_toio(volatile void *io, const void *src, size_t n) __asm__("__real_iop_memcpy_toio");
void wrapped_fromio(void *dst, const volatile void *io, size_t n) __asm__("__real_iop_memcpy_fromio");
const struct iop_routine *wrapped_for(enum iop_tier tier) __asm__("__real_iop_routine_for");
void note_toio(volatile void *io, const void *src, size_t n) __asm__("__wrap_iop_memcpy_toio");
void note_fromio(void *dst, const volatile void *io, size_t n) __asm__("__wrap_iop_memcpy_fromio");
const struct iop_routine *note_for(enum iop_tier tier) __asm__("__wrap_iop_routine_for");

void note_toio(volatile void *io, const void *src, size_t n)
{
	ran.toio++;
	wrapped_toio(io, src, n);
}

void note_fromio(void *dst, const volatile void *io, size_t n)
{
	ran.fromio++;
	wrapped_fromio(dst, io, n);
}

/* A routine of its own for each tier: that it is asked for is not yet that it runs. */
static enum iop_tier runs;
static unsigned moved[IOP_TIERS];

static void spy_toio(volatile void *io, const void *src, size_t n)
{
	moved[runs]++;
	wrapped_for(runs)->toio(io, src, n);
}

static void spy_fromio(void *dst, const volatile void *io, size_t n)
{
	moved[runs]++;
	wrapped_for(runs)->fromio(dst, io, n);
}

const struct iop_routine *note_for(enum iop_tier tier)
{
	static const struct iop_routine spy = {.name = "spy", .toio = spy_toio, .fromio = spy_fromio};

	ran.tiers[tier]++;
	runs = tier;
	return &spy;
}

static void forget(void)
{
	memset(&ran, 0, sizeof(ran));
	memset(moved, 0, sizeof(moved));
}

/* One copy into it, one out of it, an object each way: bytes arrive, and what is named runs each direction twice. */
#define COPIES(view, by_toio, by_fromio, tier_, of_tier)                                \
	do {                                                                            \
		uint8_t from_[11] = "descriptor", back_[11] = {0};                      \
		IOP_AUTO bytes_ = iop_project(view, .bytes, iop_all());                 \
		forget();                                                               \
		iop_copy_toio(bytes_, from_, sizeof(from_));                            \
		iop_copy_fromio(back_, bytes_, sizeof(back_));                          \
		assert_memory_equal(from_, back_, sizeof(from_));                       \
		iop_copy_write(iop_project(view, .word), 0x11223344);                   \
		assert_int_equal(iop_copy_read(iop_project(view, .word)), 0x11223344);  \
		assert_int_equal(ran.toio, by_toio);                                    \
		assert_int_equal(ran.fromio, by_fromio);                                \
		for (unsigned t_ = 0; t_ < IOP_TIERS; t_++) {                           \
			assert_int_equal(ran.tiers[t_], t_ == (tier_) ? (of_tier) : 0); \
			assert_int_equal(moved[t_], ran.tiers[t_]);                     \
		}                                                                       \
	} while (0)

struct block {
	uint32_t word;
	uint8_t bytes[11];
};

static void each_mapping_has_its_routine(void **state)
{
	static _Alignas(8) struct block block;
	IOP_COHERENT(struct block) coherent = {.raw = {.addr = (uintptr_t)&block}};

	(void)state;
	COPIES(iop_view_at(IOP_MMIO(struct block), &block), 2, 2, IOP_TIERS, 0);
	COPIES(iop_view_at(IOP_WC(struct block), &block), 0, 0, IOP_WIDE, 4);
	COPIES(iop_view_at(IOP_SYSMEM(struct block), &block), 0, 0, IOP_MEM, 4);
	COPIES(coherent, 0, 0, IOP_MEM, 4);
}

/* The routine of the tier is what a release build has for write-combining: never one that a device mapping alone is for, never MEM. */
static void the_tier_is_legal_there(void **state)
{
	const struct iop_routine *r = wrapped_for(IOP_WIDE);

	(void)state;
	assert_true(r->tier <= IOP_WIDE);
	assert_true(r->toio && r->fromio);
}

static void each_width(void **state)
{
	_Alignas(8) uint8_t memory[32];

	(void)state;
	value_all_wc(memory, sizeof(memory));
}

static struct iop_bus_sim sim;
static const char *illegal;

static void judge(const struct iop_event *event)
{
	const char *said = iop_bus_sim_illegal(&sim, event);

	if (said)
		illegal = said;
}

/* What the bus says of @statement: NULL, or the words. */
#define SAYS(words, statement)                                                   \
	do {                                                                     \
		const char *said_ = (words);                                     \
		illegal = NULL;                                                  \
		statement;                                                       \
		if (said_)                                                       \
			assert_string_equal(illegal ? illegal : "legal", said_); \
		else                                                             \
			assert_null(illegal);                                    \
	} while (0)

static uintptr_t map(unsigned index, enum iop_ioremap how)
{
	struct iop_resource resource;
	void *address;

	iop_bus_sim_set(&sim, (struct iop_resource){.index = index, .len = 64, .flags = IOP_RESOURCE_PREFETCHABLE});
	assert_int_equal(iop_bus_resource(&sim.bus, index, &resource), 0);
	address = iop_bus_map(&sim.bus, &resource, 64, how);
	assert_non_null(address);
	assert_int_equal(iop_bus_sim_how(&sim, index), how);
	return (uintptr_t)address;
}

static void unmap(unsigned index, uintptr_t address)
{
	struct iop_resource resource;

	assert_int_equal(iop_bus_resource(&sim.bus, index, &resource), 0);
	iop_bus_unmap(&sim.bus, &resource, (void *)address, 64);
}

/* Every type of mapping under every kind of view; the bus is told of each access. */
static void the_bus_says_what_is_illegal(void **state)
{
	static const enum iop_ioremap types[] = {IOP_IOREMAP, IOP_IOREMAP_NP, IOP_IOREMAP_WC, IOP_IOREMAP_CACHED};
	static const char *const said[][4] = {
		/* mmio, relaxed, wc, memory */
		{NULL, NULL, "write-combining access to a device mapping", "memory access to a device mapping"},
		{NULL, NULL, "write-combining access to a device mapping", "memory access to a device mapping"},
		{"device access to a write-combining mapping", "device access to a write-combining mapping", NULL,
		 "memory access to a write-combining mapping"},
		{NULL, NULL, NULL, NULL},
	};
	uint8_t bytes[12] = {0};

	(void)state;
	assert_int_equal(iop_bus_sim_init(&sim), 0);
	for (unsigned i = 0; i < IOTEST_COUNT(types); i++) {
		uintptr_t at = map(i, types[i]);
		IOP_AUTO mmio = iop_view_at(IOP_MMIO(uint32_t), at);
		IOP_AUTO wc = iop_view_at(IOP_WC(uint32_t), at);
		IOP_AUTO wc_bytes = iop_slice_at(IOP_WC(IOP_SLICE(uint8_t)), at + 16, sizeof(bytes));
		IOP_AUTO memory = iop_view_at(IOP_SYSMEM(uint32_t), at);

		iop_event_hook = judge;
		SAYS(said[i][0], iop_write(mmio, 1));
		SAYS(said[i][0], (void)iop_read(mmio));
		SAYS(said[i][1], iop_write(iop_relaxed(mmio), 1));
		SAYS(said[i][2], iop_write(wc, 1));
		SAYS(said[i][2], (void)iop_read(wc));
		/* A copy is accesses of a routine, which are legal in both. */
		SAYS(NULL, iop_copy_toio(wc_bytes, bytes, sizeof(bytes)));
		SAYS(said[i][3], iop_write(memory, 1));
		SAYS(said[i][3], iop_copy_write(memory, 1));
		SAYS(NULL, iop_wc_flush(wc));
		iop_event_hook = NULL;
		unmap(i, at);
	}
	assert_int_equal(iop_bus_sim_end(&sim), 0);
}

/* One copy of a whole slice to another: what is named runs once for each side that is a device's. */
#define BETWEEN(to, from, by_toio, by_fromio, of_wide)             \
	do {                                                       \
		memset(memory_[0], 0, sizeof(memory_[0]));         \
		memset(memory_[1], 0x5a, sizeof(memory_[1]));      \
		forget();                                          \
		assert_int_equal(iop_copy_view(to, from), 0);      \
		assert_memory_equal(memory_[0], memory_[1], SIZE); \
		assert_int_equal(ran.toio, by_toio);               \
		assert_int_equal(ran.fromio, by_fromio);           \
		assert_int_equal(moved[IOP_WIDE], of_wide);        \
		assert_int_equal(moved[IOP_MEM], 0);               \
	} while (0)

/* A write-combining side of a copy between views is copied by its tier, up to one piece and beyond; the other one as ever. */
static void views_are_copied_by_their_tiers(void **state)
{
	enum {
		SIZE = 509
	};
	static _Alignas(8) uint8_t memory_[2][SIZE + 3];
	IOP_AUTO wc = iop_slice_at(IOP_WC(IOP_SLICE(uint8_t)), memory_[0], SIZE);
	IOP_AUTO mmio = iop_slice_at(IOP_MMIO(IOP_SLICE(uint8_t)), memory_[0], SIZE);
	IOP_AUTO memory = iop_slice_at(IOP_SYSMEM(IOP_SLICE(uint8_t)), memory_[0], SIZE);
	IOP_AUTO of_wc = iop_slice_at(IOP_WC(IOP_SLICE(uint8_t)), memory_[1], SIZE);
	IOP_AUTO of_mmio = iop_slice_at(IOP_MMIO(IOP_SLICE(uint8_t)), memory_[1], SIZE);
	IOP_AUTO of_memory = iop_slice_at(IOP_SYSMEM(IOP_SLICE(uint8_t)), memory_[1], SIZE);
	uint8_t twice[1200], moved_to[1200];
	IOP_AUTO to = iop_slice_at(IOP_WC(IOP_SLICE(uint8_t)), twice + 8, 1100);
	IOP_AUTO from = iop_slice_at(IOP_WC(IOP_SLICE(uint8_t)), twice, 1100);

	(void)state;
	BETWEEN(wc, of_wc, 0, 0, 2);
	BETWEEN(wc, of_memory, 0, 0, 1);
	BETWEEN(memory, of_wc, 0, 0, 1);
	BETWEEN(wc, of_mmio, 0, 1, 1);
	BETWEEN(mmio, of_wc, 1, 0, 1);
	BETWEEN(mmio, of_mmio, 1, 1, 0);
	/* Overlapping, of more than one piece: all of the source first, by the tier all the same. */
	for (size_t i = 0; i < sizeof(twice); i++)
		twice[i] = (uint8_t)(i * 31 + i / 256);
	memcpy(moved_to, twice, sizeof(twice));
	memmove(moved_to + 8, twice, 1100);
	forget();
	assert_int_equal(iop_copy_view(to, from), 0);
	assert_memory_equal(twice, moved_to, sizeof(twice));
	assert_int_equal(moved[IOP_WIDE], 2);
	assert_int_equal(ran.toio + ran.fromio, 0);
}

typedef IOP_WC_IOMEM(0x20) frame_iomem;
typedef IOP_WC_IOMEM_WIDTHS(IOP_WIDTHS(4), 0x20) frame32_iomem;
typedef IOP_WC_EXCLUSIVE_IOMEM(0x20) frame_exclusive;

/* An IoMem of each kind that is mapped write-combining, and when there is none. */
static void owners_are_mapped_so(void **state)
{
	frame_iomem frame;
	frame32_iomem frame32;
	frame_exclusive only, second;
	IOP_WC_BAR(0x20) bar;

	(void)state;
	assert_int_equal(iop_bus_sim_init(&sim), 0);
	iop_bus_sim_set(&sim, (struct iop_resource){.index = 0, .len = 64, .flags = IOP_RESOURCE_PREFETCHABLE});
	iop_bus_sim_set(&sim, (struct iop_resource){.index = 1, .len = 64});
	iop_bus_sim_set(&sim,
			(struct iop_resource){.index = 2, .len = 64, .flags = IOP_RESOURCE_PREFETCHABLE | IOP_RESOURCE_NONPOSTED});
	assert_int_equal(iop_iomem_map_wc(&frame, &sim.bus, 0), 0);
	assert_int_equal(iop_bus_sim_how(&sim, 0), IOP_IOREMAP_WC);
	assert_int_equal(iop_size(frame), 64);
	iop_write32(frame, 0x1234, 0x1c);
	iop_wc_flush(frame);
	assert_int_equal(iop_read32(frame, 0x1c), 0x1234);
	assert_int_equal(iop_owner_widths(&frame), IOP_WIDTHS_DEFAULT);
	iop_iomem_drop(&frame);
	/* Nobody else has it; each drop gives it back. */
	assert_int_equal(iop_exclusive_iomem_map_wc(&only, &sim.bus, 0, "row 46"), 0);
	assert_int_equal(iop_exclusive_iomem_map_wc(&second, &sim.bus, 0, "row 46"), -EBUSY);
	assert_int_equal(iop_bus_sim_how(&sim, 0), IOP_IOREMAP_WC);
	iop_iomem_drop(&second);
	iop_iomem_drop(&only);
	/* What the device takes. */
	assert_int_equal(iop_iomem_map_wc_widths(&frame32, &sim.bus, 0, IOP_WIDTHS(4)), 0);
	iop_write32(frame32, 7, 0);
	iop_iomem_drop(&frame32);
	assert_int_equal(iop_iomem_map_wc_widths(&frame32, &sim.bus, 0, IOP_WIDTHS(8)), -EINVAL);
	assert_int_equal(iop_iomem_map_wc_widths(&frame, &sim.bus, 0, IOP_WIDTHS(4)), -EINVAL);
	assert_int_equal(iop_bar_map_wc_widths(&bar, &sim.bus, 0, "row 46", IOP_WIDTHS(4)), -EINVAL);
	assert_int_equal(iop_bar_map_wc_widths(&bar, &sim.bus, 0, "row 46", IOP_WIDTHS_DEFAULT), 0);
	iop_bar_drop(&bar);
	/* Not prefetchable; its writes must not be posted; too small. */
	assert_int_equal(iop_iomem_map_wc(&frame, &sim.bus, 1), -ENOMEM);
	assert_int_equal(iop_size(frame), 0);
	assert_int_equal(iop_iomem_map_wc(&frame, &sim.bus, 2), -ENOMEM);
	assert_int_equal(iop_exclusive_iomem_map_wc(&only, &sim.bus, 2, "row 46"), -ENOMEM);
	iop_bus_sim_set(&sim, (struct iop_resource){.index = 0, .len = 0x1c, .flags = IOP_RESOURCE_PREFETCHABLE});
	assert_int_equal(iop_iomem_map_wc(&frame, &sim.bus, 0), -EINVAL);
	iop_iomem_drop(&frame);
	assert_true(iop_bus_balanced(&sim.bus));
	assert_int_equal(iop_bus_sim_misuses(&sim), 0);
	assert_int_equal(iop_bus_sim_end(&sim), 0);
}

/* An object that counts. */
static struct {
	struct iop_gem gem;
	unsigned maps, unmaps;
	int is_io;
	_Alignas(8) uint8_t memory[64];
} object;

static int object_vmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	(void)gem;
	object.maps++;
	if (object.is_io)
		iop_kernel_iosys_map_set_vaddr_iomem(map, object.memory);
	else
		iop_kernel_iosys_map_set_vaddr(map, object.memory);
	return 0;
}

static void object_vunmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	(void)gem, (void)map;
	object.unmaps++;
}

static void object_release(struct iop_gem *gem)
{
	(void)gem;
}

static void objects_are_mapped_so(void **state)
{
	static const struct iop_gem_ops ops = {.vmap = object_vmap, .vunmap = object_vunmap, .release = object_release};
	IOP_WC_VMAP_REF(64) wc;
	IOP_WC_VMAP_OWNED(64) owned;
	IOP_WC_VMAP_REF(68) large;
	IOP_VMAP_REF(64) memory;

	(void)state;
	iop_gem_init(&object.gem, &ops, sizeof(object.memory));
	assert_int_equal(object.gem.map_wc, 0);
	/* What is mapped cached is no Wc view, and nothing is mapped to find out. */
	assert_int_equal(iop_vmap_wc(&wc, &object.gem), -IOP_ENOTSUPP);
	assert_int_equal(object.maps, 0);
	assert_int_equal(iop_size(wc), 0);
	object.gem.map_wc = 1;
	assert_int_equal(iop_vmap_wc(&large, &object.gem), -ENOSPC);
	for (object.is_io = 0; object.is_io < 2; object.is_io++) {
		assert_int_equal(iop_vmap_wc(&wc, &object.gem), 0);
		iop_write8(wc, 0x44, 60);
		iop_wc_flush(wc);
		assert_int_equal(object.memory[60], 0x44);
		assert_int_equal(iop_size(wc), 64);
		iop_vmap_drop(&wc);
	}
	assert_int_equal(object.unmaps, 2);
	object.is_io = 0;
	assert_int_equal(iop_vmap_wc(&owned, &object.gem), 0);
	assert_int_equal(object.gem.refs, 2);
	/* The kernel's VMap asks only whether it is I/O memory. */
	assert_int_equal(iop_vmap(&memory, &object.gem), 0);
	iop_vmap_drop(&memory);
	iop_vmap_drop(&owned);
	assert_int_equal(object.gem.refs, 1);
	assert_int_equal(object.maps, object.unmaps);
	iop_gem_put(&object.gem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mapping_has_its_routine),
		cmocka_unit_test(the_tier_is_legal_there),
		cmocka_unit_test(each_width),
		cmocka_unit_test(the_bus_says_what_is_illegal),
		cmocka_unit_test(views_are_copied_by_their_tiers),
		cmocka_unit_test(owners_are_mapped_so),
		cmocka_unit_test(objects_are_mapped_so),
		cmocka_unit_test(shared_by_two_threads_wc),
	};

	return cmocka_run_group_tests_name("row-46-memory-types", tests, NULL, NULL);
}
