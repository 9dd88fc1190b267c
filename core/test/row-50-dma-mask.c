/* SPDX-License-Identifier: MIT */
/*
 * Row 50: memory lies below the device's mask, near its end, or there is none; the mask of a provider that never heard of masks is
 * kept all the same; and an address is taken apart.
 */
#include "iotest.h"

#include <stdlib.h>
#include <unistd.h>

typedef IOP_COHERENT_OWNER(IOP_SLICE(uint8_t)) bytes_owner;
typedef IOP_COHERENT(IOP_SLICE(uint8_t)) bytes_view;

static uint64_t page(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

static struct iop_dma *device(unsigned bits)
{
	struct iop_dma *dma;

	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	if (bits)
		assert_int_equal(iop_dma_set_mask(dma, bits), 0);
	return dma;
}

static uint64_t get(bytes_owner *owner, struct iop_dma *dma, uint64_t size)
{
	assert_int_equal(iop_coherent_zeroed_slice(owner, dma, (size_t)size, IOP_DMA_SMALL_PAGES), 0);
	return iop_coherent_dma(*owner);
}

/* A driver that says nothing has a device of 32 bits, and finds out at once whether it loses bits. */
static void default_of_32_bits(void **state)
{
	struct iop_dma *dma = device(0);
	bytes_owner first, second;

	(void)state;
	assert_int_equal(iop_dma_mask(dma), UINT32_MAX);
	assert_int_equal(get(&first, dma, 2 * page()) + 2 * page(), UINT64_C(1) << 32);
	assert_int_equal(get(&second, dma, 1) + 4 * page(), UINT64_C(1) << 32);
	iop_coherent_drop(&first);
	/* While there is other room, what was freed is not used again: a stale address faults. */
	assert_int_equal(get(&first, dma, 2 * page()) + 7 * page(), UINT64_C(1) << 32);
	assert_null(iop_dma_reach(dma, (UINT64_C(1) << 32) - 2 * page(), 1));
	iop_coherent_drop(&first);
	iop_coherent_drop(&second);
	iop_dma_close(dma);
}

/* Each number of bits: below the mask, as near as a page, up to what the simulated IOMMU can do; and too few of them. */
static void every_mask(void **state)
{
	(void)state;
	for (unsigned bits = 1; bits <= 64; bits++) {
		const uint64_t mask = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
		struct iop_dma *dma = device(0);
		bytes_owner bytes;
		uint64_t address;

		if (mask < 2 * page() - 1) {
			assert_int_equal(iop_dma_set_mask(dma, bits), -EIO);
			assert_int_equal(iop_dma_mask(dma), UINT32_MAX);
			iop_dma_close(dma);
			continue;
		}
		assert_int_equal(iop_dma_set_mask(dma, bits), 0);
		assert_int_equal(iop_dma_mask(dma), mask);
		address = get(&bytes, dma, page());
		assert_true(address <= mask && page() - 1 <= mask - address);
		if (bits <= 52)
			assert_int_equal(address + (page() - 1), mask);
		else
			assert_true(address > UINT64_C(1) << 48);
		assert_non_null(iop_dma_reach(dma, address, (size_t)page()));
		iop_coherent_drop(&bytes);
		iop_dma_close(dma);
	}
}

/* Blocks at the very end of what 32, 40, 48, 52 and 64 bits can name, by a simulated IOMMU that has no more. */
static void ends_of_iommus(void **state)
{
	static const unsigned bits[] = {32, 40, 48, 52, 64};

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(bits); i++) {
		const uint64_t last = UINT64_MAX >> (64 - bits[i]);
		uint8_t *memory = aligned_alloc((size_t)page(), (size_t)page());
		bytes_owner first, second;
		bytes_view view;
		struct iop_dma *dma;
		uint64_t mapped;
		char name[16];

		snprintf(name, sizeof(name), "memfd:%u", bits[i]);
		assert_int_equal(iop_dma_open(&dma, name), 0);
		assert_int_equal(iop_dma_set_mask(dma, 64), 0);
		assert_int_equal(get(&first, dma, 3 * page()) + (3 * page() - 1), last);
		assert_int_equal(get(&second, dma, 1), last - 5 * page() + 1);
		assert_int_equal(iop_dma_map(dma, memory, (size_t)page(), &mapped), 0);
		assert_int_equal(mapped, last - 7 * page() + 1);
		/* A device reaches the last byte and none behind it; so does a view. */
		assert_ptr_equal(iop_dma_reach(dma, last, 1), (uint8_t *)iop_dma_reach(dma, last - 9, 1) + 9);
		assert_null(iop_dma_reach(dma, last, 2));
		assert_null(iop_dma_reach(dma, last + 1, 1));
		assert_null(iop_dma_reach(dma, last - 3 * page(), 1));
		view = iop_as(bytes_view, iop_project(first, iop_or_panic_from((size_t)(3 * page() - 1))));
		assert_int_equal(iop_coherent_dma(view), last);
		iop_dma_unmap(dma, memory, (size_t)page(), mapped);
		iop_coherent_drop(&first);
		iop_coherent_drop(&second);
		iop_dma_close(dma);
		free(memory);
	}
}

static void no_such_iommu(void **state)
{
	static const char *const name[] = {"memfd:31", "memfd:65",  "memfd:",	  "memfd:64 ",
					   "memfd:-1", "memfd: 64", "memfd:0x40", "memfd:18446744073709551680"};
	struct iop_dma *dma = NULL;

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(name); i++)
		assert_int_equal(iop_dma_open(&dma, name[i]), -EINVAL);
	assert_null(dma);
}

static void no_such_number(void **state)
{
	struct iop_dma *dma = device(20);

	(void)state;
	assert_int_equal(iop_dma_set_mask(dma, 0), -EINVAL);
	assert_int_equal(iop_dma_set_mask(dma, 65), -EINVAL);
	assert_int_equal(iop_dma_mask(dma), 0xfffff);
	iop_dma_close(dma);
}

/* Room for one page, then none; what was freed is used again, as there is no other place. */
static void full(void **state)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(2 * page() - 1);
	struct iop_dma *dma = device(bits);
	uint8_t *memory = aligned_alloc((size_t)page(), (size_t)page());
	bytes_owner bytes, other;
	uint64_t address = 5;

	(void)state;
	assert_int_equal(iop_coherent_zeroed_slice(&other, dma, (size_t)(2 * page()), 0), -ENOMEM);
	assert_int_equal(get(&bytes, dma, page()), page());
	assert_int_equal(iop_coherent_zeroed_slice(&other, dma, 1, 0), -ENOMEM);
	assert_int_equal(iop_dma_map(dma, memory, (size_t)page(), &address), -ENOMEM);
	assert_int_equal(address, 5);
	iop_coherent_drop(&bytes);
	assert_int_equal(iop_dma_map(dma, memory, (size_t)page(), &address), 0);
	assert_int_equal(address, page());
	iop_dma_unmap(dma, memory, (size_t)page(), address);
	iop_dma_close(dma);
	free(memory);
}

/* A mask that becomes smaller is about what comes after. */
static void smaller_afterwards(void **state)
{
	struct iop_dma *dma = device(64);
	bytes_owner before, after;
	uint64_t high, low;

	(void)state;
	high = get(&before, dma, 100);
	assert_int_equal(iop_dma_set_mask(dma, 24), 0);
	low = get(&after, dma, 100);
	assert_true(high > UINT32_MAX && low + 99 < 1u << 24);
	assert_non_null(iop_dma_reach(dma, high, 100));
	assert_non_null(iop_dma_reach(dma, low, 100));
	iop_coherent_drop(&before);
	iop_coherent_drop(&after);
	iop_dma_close(dma);
}

/* Sixteen pages, taken and given back at random: apart by a page, below the mask, refused only where no place is left. */
#define PAGES 16
static bool has_room(const bool *taken, size_t pages)
{
	for (size_t at = 1; at + pages <= PAGES; at++) {
		bool free_here = true;

		for (size_t i = at ? at - 1 : 0; i <= at + pages; i++)
			free_here &= i >= PAGES || !taken[i];
		if (free_here)
			return true;
	}
	return false;
}

static void scattered(void **state)
{
	struct iop_dma *dma = device(64 - (unsigned)__builtin_clzll(PAGES * page() - 1));
	bytes_owner bytes[4];
	size_t pages[4] = {0};
	bool taken[PAGES] = {false};
	uint64_t seed = 7, refused = 0;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		size_t k = iotest_random(&seed) % 4, n = 1 + iotest_random(&seed) % 5;
		size_t at = pages[k] ? (size_t)(iop_coherent_dma(bytes[k]) / page()) : 0;
		int err;

		if (pages[k]) {
			memset(taken + at, 0, pages[k]);
			iop_coherent_drop(&bytes[k]);
			pages[k] = 0;
			continue;
		}
		err = iop_coherent_zeroed_slice(&bytes[k], dma, n * (size_t)page() - 9, IOP_DMA_SMALL_PAGES);
		assert_int_equal(err, has_room(taken, n) ? 0 : -ENOMEM);
		refused += err != 0;
		if (err)
			continue;
		at = (size_t)(iop_coherent_dma(bytes[k]) / page());
		assert_true(at >= 1 && at + n <= PAGES);
		for (size_t p = at - 1; p <= at + n && p < PAGES; p++)
			assert_false(taken[p]);
		memset(taken + at, 1, n);
		pages[k] = n;
	}
	assert_true(refused > 100 && refused < 1500);
	for (size_t k = 0; k < 4; k++)
		if (pages[k])
			iop_coherent_drop(&bytes[k]);
	iop_dma_close(dma);
}

/* A provider of the program, which gives what it is told to. */
struct told {
	struct iop_dma dma;
	uint64_t address;
	unsigned allocated, freed;
	uint8_t memory[64];
};

static void *told_alloc(struct iop_dma *dma, size_t size, unsigned attrs, uint64_t *address)
{
	struct told *t = (struct told *)dma;

	(void)size, (void)attrs;
	t->allocated++;
	*address = t->address;
	return t->memory;
}

static void told_free(struct iop_dma *dma, size_t size, void *cpu, uint64_t address, unsigned attrs)
{
	struct told *t = (struct told *)dma;

	assert_true(size == 64 && cpu == t->memory && address == t->address && attrs == 0);
	t->freed++;
}

static void provider_without_masks(void **state)
{
	static const struct iop_dma_ops ops = {.alloc = told_alloc, .free = told_free};
	static const struct {
		unsigned bits;
		uint64_t address;
		int err;
	} cases[] = {{0, 0xffffffc0, 0},
		     {0, 0xffffffc1, -ENOMEM},
		     {0, UINT64_C(1) << 32, -ENOMEM},
		     {33, UINT64_C(1) << 32, 0},
		     {8, 0xc0, 0},
		     {8, 0xc1, -ENOMEM},
		     {6, 0, 0},
		     {6, 1, -ENOMEM},
		     {5, 0, -ENOMEM},
		     {64, UINT64_MAX - 63, 0},
		     {64, UINT64_MAX - 62, -ENOMEM}};

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(cases); i++) {
		struct told t = {.dma = {.ops = &ops}, .address = cases[i].address};
		bytes_owner bytes;

		if (cases[i].bits)
			assert_int_equal(iop_dma_set_mask(&t.dma, cases[i].bits), 0);
		assert_int_equal(iop_coherent_zeroed_slice(&bytes, &t.dma, 64, 0), cases[i].err);
		assert_int_equal(t.allocated, 1);
		assert_int_equal(t.freed, cases[i].err ? 1 : 0);
		if (!cases[i].err)
			iop_coherent_drop(&bytes);
	}
}

IOP_REGISTER(ring_low, uint32_t, IOP_AT(0x0), (31, 0, address));
IOP_REGISTER(ring_high, uint32_t, IOP_AT(0x4), (31, 0, address));

/* Two registers of 32 bits get what they are for. */
static void taken_apart(void **state)
{
	_Alignas(8) uint8_t regs[8] = {0};
	IOP_AUTO io = iop_region_at(IOP_SYSMEM(IOP_REGION(8)), regs, 8);
	const uint64_t address = UINT64_C(0x123456789abcdef0);

	(void)state;
	assert_int_equal(iop_lower_32(address), 0x9abcdef0);
	assert_int_equal(iop_upper_32(address), 0x12345678);
	iop_write_reg(io, iop_with(iop_zeroed(ring_low), .address, iop_lower_32(address)));
	iop_write_reg(io, iop_with(iop_zeroed(ring_high), .address, iop_upper_32(address)));
	assert_int_equal((uint64_t)iop_read_reg(io, ring_high).raw << 32 | iop_read_reg(io, ring_low).raw, address);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_of_32_bits), cmocka_unit_test(every_mask),	cmocka_unit_test(ends_of_iommus),
		cmocka_unit_test(no_such_iommu),      cmocka_unit_test(no_such_number), cmocka_unit_test(full),
		cmocka_unit_test(smaller_afterwards), cmocka_unit_test(scattered),	cmocka_unit_test(provider_without_masks),
		cmocka_unit_test(taken_apart),
	};

	return cmocka_run_group_tests_name("row-50-dma-mask", tests, NULL, NULL);
}
