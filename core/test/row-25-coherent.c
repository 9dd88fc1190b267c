/* SPDX-License-Identifier: MIT */
/* Row 25: Coherent, CoherentBox, CoherentHandle: error codes of 1.10, zeroed, freed once with what it was allocated with. */
#include "iotest.h"

#include <stdlib.h>

struct ring {
	uint32_t head, tail;
	uint16_t entry[20];
};
typedef IOP_COHERENT_OWNER(struct ring) ring_owner;
typedef IOP_COHERENT_OWNER(IOP_SLICE(uint32_t)) words_owner;
typedef IOP_COHERENT_BOX(struct ring) ring_box;
typedef IOP_COHERENT_BOX(IOP_SLICE(uint32_t)) words_box;

/* A provider that notes what it is asked, and gives memory that is anything but zeroed. */
struct call {
	size_t size;
	void *cpu;
	uint64_t address;
	unsigned attrs;
};
struct recorder {
	struct iop_dma dma;
	int fail;
	unsigned allocations, frees;
	struct call allocated, freed;
	void *memory;
};

static void *record_alloc(struct iop_dma *dma, size_t size, unsigned attrs, uint64_t *address)
{
	struct recorder *r = (struct recorder *)dma;

	r->allocations++;
	r->memory = r->fail || posix_memalign(&r->memory, 4096, size) ? NULL : r->memory;
	if (!r->memory)
		return NULL;
	memset(r->memory, 0xa5, size);
	*address = UINT64_C(0x123456000) + 0x1000 * r->allocations;
	r->allocated = (struct call){size, r->memory, *address, attrs};
	return r->memory;
}

static void record_free(struct iop_dma *dma, size_t size, void *cpu, uint64_t address, unsigned attrs)
{
	struct recorder *r = (struct recorder *)dma;

	r->frees++;
	r->freed = (struct call){size, cpu, address, attrs};
	free(cpu);
}

static const struct iop_dma_ops record_ops = {.alloc = record_alloc, .free = record_free};

static struct recorder recorder(void)
{
	/* Its addresses are above 32 bits. */
	return (struct recorder){.dma = {&record_ops, 40}};
}

/* Exactly one allocation and one free, of the same things. */
static void freed_once(const struct recorder *r, size_t size, unsigned attrs)
{
	assert_int_equal(r->allocations, 1);
	assert_int_equal(r->frees, 1);
	assert_int_equal(r->allocated.size, size);
	assert_int_equal(r->allocated.attrs, attrs);
	assert_int_equal(r->freed.size, size);
	assert_ptr_equal(r->freed.cpu, r->allocated.cpu);
	assert_int_equal(r->freed.address, r->allocated.address);
	assert_int_equal(r->freed.attrs, attrs);
}

static void is_zero(const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(((const uint8_t *)p)[i], 0);
}

static void one_object(void **state)
{
	struct recorder r = recorder();
	ring_owner ring;

	(void)state;
	assert_int_equal(iop_coherent_alloc(&ring, &r.dma, IOP_DMA_SMALL_PAGES), 0);
	is_zero(r.allocated.cpu, sizeof(struct ring));
	assert_int_equal(iop_addr(ring), (uintptr_t)r.allocated.cpu);
	assert_int_equal(iop_coherent_dma(ring), r.allocated.address);
	assert_int_equal(iop_size(ring), sizeof(struct ring));
	iop_write(iop_project(ring, .entry, iop_build(3)), 0xbeef);
	assert_int_equal(((struct ring *)r.allocated.cpu)->entry[3], 0xbeef);
	assert_int_equal(r.frees, 0);
	iop_coherent_drop(&ring);
	freed_once(&r, sizeof(struct ring), IOP_DMA_SMALL_PAGES);
	iop_coherent_drop(&ring);
	assert_int_equal(r.frees, 1);
}

static void zeroed_slice(void **state)
{
	struct recorder r = recorder();
	words_owner words;

	(void)state;
	assert_int_equal(iop_coherent_zeroed_slice(&words, &r.dma, 1000, 0), 0);
	assert_int_equal(iop_len(words), 1000);
	assert_int_equal(iop_size(words), 4000);
	is_zero(r.allocated.cpu, 4000);
	iop_coherent_drop(&words);
	freed_once(&r, 4000, 0);
}

static void from_slice(void **state)
{
	static const uint32_t source[] = {1, 0xfffffffe, 3};
	struct recorder r = recorder();
	words_owner words;

	(void)state;
	assert_int_equal(iop_coherent_from_slice(&words, &r.dma, source, 3, 0), 0);
	assert_memory_equal(r.allocated.cpu, source, sizeof(source));
	assert_int_equal(iop_len(words), 3);
	iop_coherent_drop(&words);
	freed_once(&r, sizeof(source), 0);
}

/* What is refused before the provider is asked, and with which code. */
#define REFUSED(owner, expected, asked, call)           \
	do {                                            \
		memset(&(owner), 0x77, sizeof(owner));  \
		r.allocations = 0;                      \
		assert_int_equal(call, expected);       \
		assert_int_equal(r.allocations, asked); \
		iop_coherent_drop(&(owner));            \
		assert_int_equal(r.frees, 0);           \
	} while (0)

static void refusals(void **state)
{
	static const uint32_t source[1] = {7};
	const size_t too_many = SIZE_MAX / sizeof(uint32_t) + 1;
	struct recorder r = recorder();
	ring_owner ring;
	words_owner words;
	words_box box;
	ring_box one;
	struct iop_coherent_handle handle;

	(void)state;
	REFUSED(words, -EINVAL, 0, iop_coherent_zeroed_slice(&words, &r.dma, 0, 0));
	REFUSED(words, -EINVAL, 0, iop_coherent_from_slice(&words, &r.dma, source, 0, 0));
	REFUSED(words, -ENOMEM, 0, iop_coherent_zeroed_slice(&words, &r.dma, too_many, 0));
	REFUSED(words, -ENOMEM, 0, iop_coherent_zeroed_slice(&words, &r.dma, SIZE_MAX, 0));
	REFUSED(box, -EINVAL, 0, iop_coherent_box_zeroed_slice(&box, &r.dma, 0, 0));
	REFUSED(box, -ENOMEM, 0, iop_coherent_box_zeroed_slice(&box, &r.dma, too_many, 0));
	REFUSED(handle, -EINVAL, 0, iop_coherent_handle_alloc(&handle, &r.dma, 0, 0));
	REFUSED(ring, -EINVAL, 0, iop_coherent_alloc(&ring, &r.dma, IOP_DMA_NO_CPU));
	REFUSED(words, -EINVAL, 0, iop_coherent_zeroed_slice(&words, &r.dma, 1, IOP_DMA_NO_CPU));
	REFUSED(box, -EINVAL, 0, iop_coherent_box_from_slice(&box, &r.dma, source, 1, IOP_DMA_NO_CPU | IOP_DMA_SMALL_PAGES));
	r.fail = 1;
	REFUSED(ring, -ENOMEM, 1, iop_coherent_alloc(&ring, &r.dma, 0));
	REFUSED(words, -ENOMEM, 1, iop_coherent_zeroed_slice(&words, &r.dma, 1, 0));
	REFUSED(words, -ENOMEM, 1, iop_coherent_from_slice(&words, &r.dma, source, 1, 0));
	REFUSED(one, -ENOMEM, 1, iop_coherent_box_alloc(&one, &r.dma, 0));
	REFUSED(box, -ENOMEM, 1, iop_coherent_box_from_slice(&box, &r.dma, source, 1, 0));
	REFUSED(handle, -ENOMEM, 1, iop_coherent_handle_alloc(&handle, &r.dma, 1, 0));
	assert_int_equal(iop_len(words), 0);
	assert_int_equal(iop_coherent_box_len(&box), 0);
	assert_null(iop_coherent_box_ptr(&box));
}

/* The largest count that does not overflow is the provider's to refuse. */
static void largest_count(void **state)
{
	struct recorder r = recorder();
	words_owner words;

	(void)state;
	r.fail = 1;
	assert_int_equal(iop_coherent_zeroed_slice(&words, &r.dma, SIZE_MAX / sizeof(uint32_t), 0), -ENOMEM);
	assert_int_equal(r.allocations, 1);
}

static void boxes(void **state)
{
	struct recorder r = recorder();
	words_box box;
	words_owner words;
	unsigned evaluated = 0;

	(void)state;
	assert_int_equal(iop_coherent_box_zeroed_slice(&box, &r.dma, 4, 0), 0);
	is_zero(r.allocated.cpu, 16);
	assert_int_equal(iop_coherent_box_init_at(&box, 3, (evaluated++, 0x33)), 0);
	assert_int_equal(iop_coherent_box_init_at(&box, 4, (evaluated++, 0x44)), -EINVAL);
	assert_int_equal(iop_coherent_box_init_at(&box, SIZE_MAX, (evaluated++, 0x55)), -EINVAL);
	assert_int_equal(evaluated, 1);
	iop_coherent_box_ptr(&box)[0] = 0x11;
	iop_coherent_share(&words, &box);
	assert_null(iop_coherent_box_ptr(&box));
	assert_int_equal(iop_coherent_box_len(&box), 0);
	assert_int_equal(iop_len(words), 4);
	assert_int_equal(iop_coherent_dma(words), r.allocated.address);
	assert_int_equal(iop_read(iop_project(words, iop_or_panic(0))), 0x11);
	assert_int_equal(iop_read(iop_project(words, iop_or_panic(3))), 0x33);
	iop_coherent_drop(&box);
	assert_int_equal(r.frees, 0);
	iop_coherent_drop(&words);
	freed_once(&r, 16, 0);
}

static void box_of_one(void **state)
{
	struct recorder r = recorder();
	ring_box box;
	ring_owner ring;

	(void)state;
	assert_int_equal(iop_coherent_box_alloc(&box, &r.dma, 0), 0);
	is_zero(r.allocated.cpu, sizeof(struct ring));
	iop_coherent_box_ptr(&box)->tail = 9;
	iop_coherent_share(&ring, &box);
	assert_int_equal(iop_read(iop_project(ring, .tail)), 9);
	iop_coherent_drop(&ring);
	freed_once(&r, sizeof(struct ring), 0);
	/* and one that is never shared */
	r = recorder();
	assert_int_equal(iop_coherent_box_alloc(&box, &r.dma, 0), 0);
	iop_coherent_drop(&box);
	freed_once(&r, sizeof(struct ring), 0);
}

static void handles(void **state)
{
	struct recorder r = recorder();
	struct iop_coherent_handle handle;

	(void)state;
	assert_int_equal(iop_coherent_handle_alloc(&handle, &r.dma, 4097, IOP_DMA_SMALL_PAGES), 0);
	assert_int_equal(iop_coherent_handle_size(&handle), 4097);
	assert_int_equal(iop_coherent_handle_dma(&handle), r.allocated.address);
	/* nobody looks at it, so nobody touches it either */
	assert_int_equal(((uint8_t *)r.allocated.cpu)[4096], 0xa5);
	iop_coherent_drop(&handle);
	freed_once(&r, 4097, IOP_DMA_NO_CPU | IOP_DMA_SMALL_PAGES);
	assert_int_equal(iop_coherent_handle_size(&handle), 0);
}

/* The memory is there after the device is gone; its address for the device is not. */
static void after_unbind(void **state)
{
	struct iop_dma *dma;
	ring_owner ring, late;
	struct iop_coherent_handle handle;
	uint32_t *seen;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	assert_int_equal(iop_coherent_alloc(&ring, dma, 0), 0);
	assert_int_equal(iop_coherent_handle_alloc(&handle, dma, 64, 0), 0);
	iop_write(iop_project(ring, .tail), 5);
	seen = iop_dma_reach(dma, iop_coherent_dma(iop_project(ring, .tail)), 4);
	assert_non_null(seen);
	assert_int_equal(*seen, 5);
	iop_dma_unbind(dma);
	iop_dma_unbind(dma);
	assert_null(iop_dma_reach(dma, iop_coherent_dma(iop_project(ring, .tail)), 4));
	assert_null(iop_dma_reach(dma, iop_coherent_handle_dma(&handle), 1));
	assert_int_equal(iop_coherent_alloc(&late, dma, 0), -ENOMEM);
	assert_int_equal(iop_read(iop_project(ring, .tail)), 5);
	iop_write(iop_project(ring, .tail), 6);
	assert_int_equal(*seen, 6);
	iop_coherent_drop(&ring);
	iop_coherent_drop(&handle);
	iop_dma_close(dma);
}

/* Dropped memory is gone for the device too; closing with some left is a bug of the caller. */
static void device_side(void **state)
{
	struct iop_dma *dma;
	words_owner words;
	uint64_t address;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, "memfd"), 0);
	assert_int_equal(iop_coherent_zeroed_slice(&words, dma, 5, 0), 0);
	address = iop_coherent_dma(words);
	assert_int_not_equal(address, iop_addr(words));
	memcpy(iop_dma_reach(dma, address + 16, 4), "\1\2\3\4", 4);
	assert_memory_equal((void *)(iop_addr(words) + 16), "\1\2\3\4", 4);
	assert_panics("dma memory in use", iop_dma_close(dma));
	iop_coherent_drop(&words);
	assert_null(iop_dma_reach(dma, address, 1));
	iop_dma_close(dma);
	iop_dma_close(NULL);
}

/* Each barrier is between the entry and the index, on both sides. */
static void barriers(void **state)
{
	struct recorder r = recorder();
	ring_owner ring;

	(void)state;
	assert_int_equal(iop_coherent_alloc(&ring, &r.dma, 0), 0);
	iotest_record();
	iop_write(iop_project(ring, .entry, iop_build(0)), 1);
	iop_dma_wmb();
	iop_write(iop_project(ring, .tail), 1);
	(void)iop_read(iop_project(ring, .tail));
	iop_dma_rmb();
	(void)iop_read(iop_project(ring, .entry, iop_build(0)));
	assert_string_equal(iotest_trace(r.allocated.cpu), "ST2+8 BW ST4+4 LD4+4 AR LD2+8");
	iop_coherent_drop(&ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_object),  cmocka_unit_test(zeroed_slice),	cmocka_unit_test(from_slice),
		cmocka_unit_test(refusals),    cmocka_unit_test(largest_count), cmocka_unit_test(boxes),
		cmocka_unit_test(box_of_one),  cmocka_unit_test(handles),	cmocka_unit_test(after_unbind),
		cmocka_unit_test(device_side), cmocka_unit_test(barriers),
	};

	return cmocka_run_group_tests_name("row-25-coherent", tests, NULL, NULL);
}
