/* SPDX-License-Identifier: MIT */
/* Row 8: an owner is accepted wherever a view is; the size of a view is its own, whatever the backend would like it to be. */
#include "iotest.h"

#include <stdio.h>

struct nic {
	uint32_t ctrl;
	uint16_t ring[6];
	uint8_t mac[8];
};
IOP_PLAIN(struct nic, ctrl, ring, mac);

/* What an owner is: a view's three members among others of its own. */
struct bar {
	const char *name;
	struct iop_mmio raw;
	size_t len[1];
	struct iop_region_byte (*as[0])[16];
	int mapped;
};
struct card {
	int index;
	struct iop_mmio raw;
	size_t len[0];
	struct nic *as[0];
	char name[8];
};
struct buffer {
	struct iop_sysmem raw;
	size_t len[1];
	uint8_t (*as[0])[1];
	void *allocation;
};

static struct nic memory;

static struct bar bar(void)
{
	struct bar b = {.name = "bar0", .mapped = 1};

	b.raw.addr = (uintptr_t)&memory;
	b.len[0] = sizeof(memory);
	return b;
}

static struct card card(void)
{
	struct card c = {.index = 3};

	c.raw.addr = (uintptr_t)&memory;
	return c;
}

static struct buffer buffer(void)
{
	struct buffer b = {.allocation = &memory};

	b.raw.addr = (uintptr_t)&memory;
	b.len[0] = sizeof(memory);
	return b;
}

/* Each test does everything through @owner and through @view, and compares the events and the memory. */
static char first_trace[IOTEST_EVENTS];
static struct nic first_memory;

static void begin(void)
{
	memset(&memory, 0x21, sizeof(memory));
	iotest_record();
}

static void keep(void)
{
	snprintf(first_trace, sizeof(first_trace), "%s", iotest_trace(&memory));
	first_memory = memory;
}

static void same(void)
{
	assert_string_equal(iotest_trace(&memory), first_trace);
	assert_memory_equal(&memory, &first_memory, sizeof(memory));
}

#define EVERY_REGION_OPERATION(io)                                                                \
	do {                                                                                      \
		uint32_t v32;                                                                     \
		uint16_t v16;                                                                     \
		IOP_MMIO(struct nic) nic;                                                         \
		IOP_MMIO(uint8_t[24]) bytes;                                                      \
		assert_int_equal(iop_addr(io), (uintptr_t)&memory);                               \
		assert_int_equal(iop_size(io), sizeof(memory));                                   \
		_Static_assert(iop_min_size(io) == 16 && iop_min_align(io) == 4, "");             \
		iop_write32(io, iop_read8(io, 15), 12);                                           \
		iop_write16(io, 3, 14);                                                           \
		iop_update32(io, 0, v, v + 1);                                                    \
		assert_int_equal(iop_try_read32(io, 20, &v32), 0);                                \
		assert_int_equal(iop_try_read(io, 22, &v16), 0);                                  \
		assert_int_equal(iop_try_write16(io, 9, 22), 0);                                  \
		assert_int_equal(iop_try_write(io, &v32, 16), 0);                                 \
		assert_int_equal(iop_try_update8(io, 23, v, (uint8_t)~v), 0);                     \
		assert_int_equal(iop_try_read32(io, 24, &v32), -EINVAL);                          \
		assert_int_equal(iop_try_cast(io, struct nic, &nic), 0);                          \
		assert_int_equal(iop_try_cast_bytes(io, &bytes), 0);                              \
		iop_write(iop_project(nic, .ctrl), 6);                                            \
		assert_int_equal(iop_read16(iop_relaxed(io), 2), iop_read16(iop_project(io), 2)); \
	} while (0)

static void region_owner(void **state)
{
	struct bar owner = bar(), *reference = &owner;
	IOP_AUTO view = iop_region_at(IOP_MMIO(IOP_REGION(16)), &memory, sizeof(memory));

	(void)state;
	begin();
	EVERY_REGION_OPERATION(view);
	keep();
	begin();
	EVERY_REGION_OPERATION(owner);
	same();
	begin();
	EVERY_REGION_OPERATION(*reference);
	same();
	assert_string_equal(owner.name, "bar0");
}

#define EVERY_OBJECT_OPERATION(io)                                                                 \
	do {                                                                                       \
		struct nic copy;                                                                   \
		assert_int_equal(iop_size(io), sizeof(struct nic));                                \
		iop_write(iop_project(io, .ctrl), iop_read(iop_project(io, .ring, iop_build(5)))); \
		iop_update(iop_project(io, .mac, iop_or_panic(7)), v, v + 1);                      \
		iop_copy_fromio(copy.mac, iop_project(io, .mac, iop_all()), 8);                    \
		copy = iop_copy_read(io);                                                          \
		copy.ring[2]++;                                                                    \
		iop_copy_write(io, copy);                                                          \
		assert_int_equal(iop_addr(iop_iosysmap_from_mmio(io)), iop_addr(io));              \
		assert_int_equal(iop_addr(iop_as(IOP_MMIO(struct nic), io)), iop_addr(io));        \
	} while (0)

static void object_owner(void **state)
{
	struct card owner = card(), *reference = &owner;
	IOP_AUTO view = iop_view_at(IOP_MMIO(struct nic), &memory);

	(void)state;
	begin();
	EVERY_OBJECT_OPERATION(view);
	keep();
	begin();
	EVERY_OBJECT_OPERATION(owner);
	same();
	begin();
	EVERY_OBJECT_OPERATION(*reference);
	same();
	assert_int_equal(owner.index, 3);
}

#define EVERY_SLICE_OPERATION(io)                                                         \
	do {                                                                              \
		uint8_t copy[sizeof(memory)];                                             \
		assert_int_equal(iop_len(io), sizeof(memory));                            \
		assert_false(iop_is_empty(io));                                           \
		iop_copy_fromio(copy, io, sizeof(copy));                                  \
		copy[3] = 9;                                                              \
		iop_copy_toio(io, copy, sizeof(copy));                                    \
		iop_write(iop_project(io, iop_or_panic_range(4, 9), iop_or_panic(2)), 1); \
		assert_ptr_equal(iop_sysmem_ptr(io), &memory);                            \
		assert_int_equal(iop_iosysmap_tag(iop_iosysmap_from_sysmem(io)), 0);      \
	} while (0)

static void slice_owner(void **state)
{
	struct buffer owner = buffer(), *reference = &owner;
	IOP_SYSMEM(IOP_SLICE(uint8_t)) view;

	(void)state;
	assert_int_equal(iop_try_slice_at(&view, (uintptr_t)&memory, sizeof(memory)), 0);
	begin();
	EVERY_SLICE_OPERATION(view);
	keep();
	begin();
	EVERY_SLICE_OPERATION(owner);
	same();
	begin();
	EVERY_SLICE_OPERATION(*reference);
	same();
}

/* A backend that claims a huge size in every way it can think of. */
struct iop_liar {
	uintptr_t addr;
	size_t size, maxsize, len;
	size_t (*get_size)(void);
	IOP_LEASE_MEMBER
};
enum {
	iop_liar_caps = iop_sysmem_caps
};

static size_t huge(void)
{
	return SIZE_MAX;
}

IOP_INLINE uint64_t iop_liar_load(struct iop_liar raw, unsigned width)
{
	return iop_sysmem_load((struct iop_sysmem){.addr = raw.addr}, width);
}

IOP_INLINE void iop_liar_store(struct iop_liar raw, unsigned width, uint64_t value)
{
	iop_sysmem_store((struct iop_sysmem){.addr = raw.addr}, width, value);
}

IOP_INLINE struct iop_liar iop_liar_advance(struct iop_liar raw, size_t delta)
{
	raw.addr += delta;
	return raw;
}

IOP_INLINE int iop_liar_is_io(struct iop_liar raw)
{
	(void)raw;
	return 0;
}

IOP_INLINE void iop_liar_copy_toio(struct iop_liar raw, const void *src, size_t n)
{
	iop_sysmem_copy_toio((struct iop_sysmem){.addr = raw.addr}, src, n);
}

IOP_INLINE void iop_liar_copy_fromio(struct iop_liar raw, void *dst, size_t n)
{
	iop_sysmem_copy_fromio((struct iop_sysmem){.addr = raw.addr}, dst, n);
}

IOP_DEFINE_BACKEND(liar)

#undef IOP_BACKENDS
/* clang-format off */
#define IOP_BACKENDS(what)                                                               \
	struct iop_mmio : iop_mmio_##what, struct iop_relaxed : iop_relaxed_##what,      \
	struct iop_sysmem : iop_sysmem_##what, struct iop_iosysmap : iop_iosysmap_##what, \
	struct iop_liar : iop_liar_##what,
/* clang-format on */

typedef IOP_VIEW_TYPE(struct iop_liar, IOP_REGION(4)) liar_region;
typedef IOP_VIEW_TYPE(struct iop_liar, IOP_SLICE(uint32_t)) liar_slice;
typedef IOP_VIEW_TYPE(struct iop_liar, uint32_t[3]) liar_array;
typedef IOP_VIEW_TYPE(struct iop_liar, IOP_SLICE(uint8_t)) liar_bytes;

static int word_of(liar_slice words, size_t i)
{
	return (int)iop_read(iop_project(words, iop_or(i, return -ERANGE)));
}

static void backend_has_no_say_in_the_size(void **state)
{
	uint32_t words[4] = {10, 11, 12, 13}, v = 0;
	struct iop_liar raw = {.addr = (uintptr_t)words, .size = SIZE_MAX, .maxsize = SIZE_MAX, .len = SIZE_MAX, .get_size = huge};
	liar_region region = {.raw = raw};
	liar_slice slice = {.raw = raw};
	liar_array array = {.raw = raw};

	(void)state;
	region.len[0] = 8;
	slice.len[0] = 2;
	assert_int_equal(region.raw.get_size(), SIZE_MAX);
	assert_int_equal(iop_size(region), 8);
	assert_int_equal(iop_size(slice), 8);
	assert_int_equal(iop_len(slice), 2);
	assert_int_equal(iop_size(array), 12);
	iotest_record();
	assert_int_equal(iop_try_read32(region, 4, &v), 0);
	assert_int_equal(v, 11);
	assert_int_equal(iotest_count(), 1);
	assert_int_equal(iop_try_read32(region, 8, &v), -EINVAL);
	assert_int_equal(iotest_count(), 1);
	assert_int_equal(word_of(slice, 1), 11);
	assert_int_equal(word_of(slice, 2), -ERANGE);
	assert_int_equal(iop_try_write32(region, 5, 8), -EINVAL);
	assert_int_equal(iotest_count(), 2);
}

static void copy_all_it_claims(liar_bytes bytes, uint8_t *buffer, size_t n)
{
	iop_copy_fromio(buffer, bytes, n);
	iop_copy_toio(bytes, buffer, n);
}

static void copies_believe_the_view_too(void **state)
{
	uint8_t memory[4] = {1, 2, 3, 4}, buffer[4] = {0};
	liar_bytes bytes = {
		.raw = {.addr = (uintptr_t)memory, .size = SIZE_MAX, .maxsize = SIZE_MAX, .len = SIZE_MAX, .get_size = huge}};

	(void)state;
	bytes.len[0] = 3;
	iotest_record();
	assert_panics("copy length", copy_all_it_claims(bytes, buffer, SIZE_MAX));
	assert_panics("copy length", copy_all_it_claims(bytes, buffer, 4));
	assert_int_equal(iotest_count(), 0);
	copy_all_it_claims(bytes, buffer, 3);
	assert_string_equal(iotest_trace(memory), "CP3+0 CP3+0");
	assert_memory_equal(buffer, ((uint8_t[]){1, 2, 3, 0}), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(region_owner),
		cmocka_unit_test(object_owner),
		cmocka_unit_test(slice_owner),
		cmocka_unit_test(backend_has_no_say_in_the_size),
		cmocka_unit_test(copies_believe_the_view_too),
	};

	return cmocka_run_group_tests_name("row-08-owners", tests, NULL, NULL);
}
