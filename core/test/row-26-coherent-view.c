/* SPDX-License-Identifier: MIT */
/* Row 26: the device's address follows every projection as the CPU's does; as_sys_mem keeps the address; the empty tail. */
#include "iotest.h"

struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint8_t kind[2];
};
IOP_PLAIN(struct desc, addr, len, flags, kind);
struct queue {
	uint32_t head, tail;
	struct desc desc[8];
	uint8_t text[24];
};
struct shared {
	uint16_t magic;
	struct queue queue[2];
	struct {
		uint8_t grid[3][5];
		uint32_t last;
	} inner;
};
typedef IOP_COHERENT(struct shared) shared_view;
typedef IOP_COHERENT(IOP_SLICE(struct desc)) descs_view;

#define DMA UINT64_C(0xfedcba9876543000)

static struct shared memory;

static shared_view shared(void)
{
	shared_view view = {};

	view.raw.addr = (uintptr_t)&memory;
	view.raw.dma = DMA;
	return view;
}

/* The view shows @place, for the CPU and for the device. */
#define SHOWS(view, place)                                                                       \
	do {                                                                                     \
		IOP_AUTO v_ = (view);                                                            \
		assert_ptr_equal((void *)iop_addr(v_), (void *)(place));                         \
		assert_int_equal(iop_coherent_dma(v_) - DMA, iop_addr(v_) - (uintptr_t)&memory); \
		assert_ptr_equal((void *)iop_addr(iop_coherent_as_sysmem(v_)), (void *)(place)); \
		assert_int_equal(iop_size(iop_coherent_as_sysmem(v_)), iop_size(v_));            \
	} while (0)

static void constant_paths(void **state)
{
	shared_view all = shared();

	(void)state;
	SHOWS(all, &memory);
	SHOWS(iop_project(all), &memory);
	SHOWS(iop_project(all, .magic), &memory.magic);
	SHOWS(iop_project(all, .queue), &memory.queue);
	SHOWS(iop_project(all, .queue, iop_build(1)), &memory.queue[1]);
	SHOWS(iop_project(all, .queue, iop_build(1), .tail), &memory.queue[1].tail);
	SHOWS(iop_project(all, .queue, iop_build(1), .desc, iop_build(7), .kind, iop_build(1)), &memory.queue[1].desc[7].kind[1]);
	SHOWS(iop_project(all, .inner.last), &memory.inner.last);
	SHOWS(iop_project(all, .inner.grid, iop_build(2), iop_build(4)), &memory.inner.grid[2][4]);
	SHOWS(iop_project(all, .queue, iop_all()), &memory.queue[0]);
	SHOWS(iop_project(all, .queue, iop_build_range(1, 2)), &memory.queue[1]);
	SHOWS(iop_project(iop_project(all, .queue, iop_build(0)), .desc, iop_build(3), .addr), &memory.queue[0].desc[3].addr);
}

static int every_path(shared_view all)
{
	for (size_t q = 0; q < 2; q++)
		for (size_t i = 0; i < 8; i++) {
			struct desc *d = &memory.queue[q].desc[i];
			IOP_AUTO desc = iop_project(all, .queue, iop_or(q, return -ERANGE), .desc, iop_or_panic(i));

			SHOWS(desc, d);
			SHOWS(iop_project(desc, .addr), &d->addr);
			SHOWS(iop_project(desc, .len), &d->len);
			SHOWS(iop_project(desc, .flags), &d->flags);
			for (size_t k = 0; k < 2; k++)
				SHOWS(iop_project(desc, .kind, iop_or(k, return -ERANGE)), &d->kind[k]);
		}
	for (size_t r = 0; r < 3; r++)
		for (size_t c = 0; c < 5; c++)
			SHOWS(iop_project(all, .inner.grid, iop_or(r, return -ERANGE), iop_or(c, return -ERANGE)),
			      &memory.inner.grid[r][c]);
	return 0;
}

static void run_time_paths(void **state)
{
	(void)state;
	assert_int_equal(every_path(shared()), 0);
}

static int range_of_range(shared_view all, size_t a, size_t b, size_t c, size_t d)
{
	struct desc *first = memory.queue[1].desc;
	IOP_AUTO outer = iop_project(all, .queue, iop_build(1), .desc, iop_or_range(a, b, return -ERANGE));
	IOP_AUTO inner = iop_project(outer, iop_or_range(c, d, return -ERANGE));

	assert_int_equal(iop_len(outer), b - a);
	assert_int_equal(iop_len(inner), d - c);
	SHOWS(outer, first + a);
	SHOWS(inner, first + a + c);
	if (c < d)
		SHOWS(iop_project(inner, iop_or(d - c - 1, return -ERANGE), .flags), &first[a + d - 1].flags);
	return 0;
}

/* All ranges of eight elements, and all ranges of those; what is out of bounds is an error and nothing else. */
static void ranges(void **state)
{
	(void)state;
	for (size_t a = 0; a <= 9; a++)
		for (size_t b = 0; b <= 9; b++)
			for (size_t c = 0; c <= 9; c++)
				for (size_t d = 0; d <= 9; d++) {
					int ok = a <= b && b <= 8 && c <= d && d <= b - a;

					assert_int_equal(range_of_range(shared(), a, b, c, d), ok ? 0 : -ERANGE);
				}
}

static int random_path(shared_view all, uint64_t *seed)
{
	size_t a = (size_t)(iotest_random(seed) >> 32) % 25, b = a + (size_t)(iotest_random(seed) >> 32) % (25 - a);
	size_t c = (size_t)(iotest_random(seed) >> 32) % (b - a + 1);
	size_t q = (size_t)(iotest_random(seed) >> 32) % 2;
	IOP_AUTO text = iop_project(all, .queue, iop_or(q, return -ERANGE), .text, iop_or_range(a, b, return -ERANGE));
	IOP_AUTO tail = iop_project(text, iop_or_from(c, return -ERANGE));

	SHOWS(text, memory.queue[q].text + a);
	SHOWS(tail, memory.queue[q].text + a + c);
	assert_int_equal(iop_len(tail), b - a - c);
	return 0;
}

static void random_paths(void **state)
{
	uint64_t seed = 26;

	(void)state;
	for (int i = 0; i < 20000; i++)
		assert_int_equal(random_path(shared(), &seed), 0);
}

/* The empty tail's address is one past the last byte, and so is the device's. Nothing may be handed to the device there. */
static void empty_tail(void **state)
{
	struct iop_dma *dma;
	IOP_COHERENT_OWNER(IOP_SLICE(struct desc)) descs;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	assert_int_equal(iop_coherent_zeroed_slice(&descs, dma, 256, 0), 0);
	IOP_AUTO tail = iop_project(descs, iop_or_panic_range(256, 256));
	assert_int_equal(iop_len(tail), 0);
	assert_int_equal(iop_coherent_dma(tail), iop_coherent_dma(descs) + 256 * sizeof(struct desc));
	assert_int_equal(iop_addr(tail), iop_addr(descs) + 256 * sizeof(struct desc));
	assert_null(iop_dma_reach(dma, iop_coherent_dma(tail), 0));
	assert_non_null(iop_dma_reach(dma, iop_coherent_dma(tail) - 1, 1));
	iop_coherent_drop(&descs);
	iop_dma_close(dma);
}

/* A cast keeps both addresses; its errors are those of any cast. */
static void casts(void **state)
{
	IOP_AUTO text = iop_project(shared(), .queue, iop_build(0), .text);
	IOP_COHERENT(struct desc) desc;
	IOP_COHERENT(uint32_t) word;

	(void)state;
	assert_int_equal(iop_try_cast(text, uint32_t, &word), 0);
	SHOWS(word, memory.queue[0].text);
	assert_int_equal(iop_try_cast(iop_project(text, iop_build_range(1, 9)), uint32_t, &word), -EINVAL);
	assert_int_equal(iop_try_cast(iop_project(text, iop_build_range(8, 23)), struct desc, &desc), -EINVAL);
}

/* SysMem in everything but the address: one access, native order, no barrier, copies by the library. */
static void as_system_memory(void **state)
{
	shared_view all = shared();
	struct desc out, in = {.addr = 0x123456789a, .len = 7, .flags = 9, .kind = {1, 2}};
	char text[8];
	size_t i;

	(void)state;
	memset(&memory, 0, sizeof(memory));
	iotest_record();
	iop_write(iop_project(all, .magic), 0x1234);
	iop_update(iop_project(all, .queue, iop_build(0), .tail), v, v + 1);
	i = iotest_is_access(0, &iotest_sysmem, IOP_EVENT_ST, 2, &memory.magic, 0x1234);
	i = iotest_is_access(i, &iotest_sysmem, IOP_EVENT_LD, 4, &memory.queue[0].tail, 0);
	i = iotest_is_access(i, &iotest_sysmem, IOP_EVENT_ST, 4, &memory.queue[0].tail, 1);
	assert_int_equal(iotest_count(), i);
	assert_int_equal(memory.magic, 0x1234);
	assert_int_equal(memory.queue[0].tail, 1);
	iop_copy_write(iop_project(all, .queue, iop_build(1), .desc, iop_build(2)), in);
	out = iop_copy_read(iop_project(all, .queue, iop_build(1), .desc, iop_build(2)));
	assert_memory_equal(&memory.queue[1].desc[2], &in, sizeof(in));
	assert_memory_equal(&out, &in, sizeof(in));
	iotest_record();
	iop_copy_toio(iop_project(all, .queue, iop_build(0), .text, iop_build_range(4, 9)), "hello", 5);
	iop_copy_fromio(text, iop_project(all, .queue, iop_build(0), .text, iop_build_range(5, 8)), 3);
	assert_int_equal(iotest_count(), 2);
	assert_int_equal(iotest_event(0)->kind, IOP_EVENT_CP);
	assert_int_equal(iotest_event(1)->addr, (uintptr_t)memory.queue[0].text + 5);
	assert_memory_equal(text, "ell", 3);
	assert_memory_equal(memory.queue[0].text + 4, "hello", 5);
	assert_panics("copy length", iop_copy_fromio(text, iop_project(all, .queue, iop_build(0), .text, iop_all()), 8));
}

/* The raw pointers, and the way to an IoSysMap and to a copy between views. */
static void escapes(void **state)
{
	shared_view all = shared();
	descs_view descs = iop_as(descs_view, iop_project(all, .queue, iop_build(0), .desc, iop_all()));
	struct shared *one = iop_coherent_as_mut(all);
	struct desc *first = iop_coherent_as_mut(descs);
	const struct desc *seen = iop_coherent_as_ref(iop_project(descs, iop_build_range(0, 0)));
	const uint32_t *last = iop_coherent_as_ref(iop_project(all, .inner.last));
	IOP_AUTO text = iop_project(all, .queue, iop_build(0), .text);

	(void)state;
	assert_ptr_equal(one, &memory);
	assert_ptr_equal(first, memory.queue[0].desc);
	assert_ptr_equal(seen, memory.queue[0].desc);
	assert_ptr_equal(last, &memory.inner.last);
	first[1].len = 77;
	assert_int_equal(iop_read(iop_project(descs, iop_or_panic(1), .len)), 77);
	IOP_AUTO either = iop_iosysmap_from_sysmem(iop_coherent_as_sysmem(descs));
	assert_int_equal(iop_iosysmap_tag(either), 0);
	assert_int_equal(iop_read(iop_project(either, iop_or_panic(1), .len)), 77);
	memcpy(memory.queue[0].text, "abcdefgh", 8);
	assert_int_equal(iop_copy_view(iop_project(text, iop_build_range(2, 8)), iop_project(text, iop_build_range(0, 6))), 0);
	assert_memory_equal(memory.queue[0].text, "ababcdef", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constant_paths),   cmocka_unit_test(run_time_paths), cmocka_unit_test(ranges),
		cmocka_unit_test(random_paths),	    cmocka_unit_test(empty_tail),     cmocka_unit_test(casts),
		cmocka_unit_test(as_system_memory), cmocka_unit_test(escapes),
	};

	return cmocka_run_group_tests_name("row-26-coherent-view", tests, NULL, NULL);
}
