/* SPDX-License-Identifier: MIT */
/* Rows 25 and 35 with row 39: views of an owner that was dropped are stale, and a copied owner cannot be dropped twice. */
#include "iotest.h"

#include <string.h>

struct ring {
	uint32_t head, tail;
	uint8_t bytes[8];
};
typedef IOP_COHERENT_OWNER(struct ring) ring_owner;
typedef IOP_COHERENT_BOX(struct ring) ring_box;
typedef IOP_COHERENT(struct ring) ring_view;
typedef IOP_VMAP_REF(4096) page_ref;
typedef IOP_VMAP_OWNED(4096) page_owned;

static void coherent(void **state)
{
	struct iop_dma *dma;
	ring_owner ring, copy, other;
	ring_view view;
	uint8_t bytes[8];

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	assert_int_equal(iop_coherent_alloc(&ring, dma, 0), 0);
	assert_int_equal(iop_coherent_alloc(&other, dma, 0), 0);
	view = (ring_view){.raw = ring.raw};
	copy = ring;
	IOP_AUTO tail = iop_project(view, .tail);
	IOP_AUTO all = iop_project(view, .bytes, iop_all());
	IOP_AUTO memory = iop_coherent_as_sysmem(view);
	iop_write(tail, 4);
	assert_int_equal(iop_read(iop_project(memory, .tail)), 4);
	iop_coherent_drop(&ring);
	assert_panics("stale view", (void)iop_read(tail));
	assert_panics("stale view", iop_write(tail, 1));
	assert_panics("stale view", (void)iop_project(view, .head));
	assert_panics("stale view", iop_copy_fromio(bytes, all, 8));
	assert_panics("stale view", iop_copy_toio(all, bytes, 8));
	assert_panics("stale view", (void)iop_coherent_as_mut(view));
	assert_panics("stale view", (void)iop_coherent_as_ref(view));
	assert_panics("stale view", (void)iop_project(memory, .tail));
	assert_panics("stale view", (void)iop_project(ring, .tail));
	assert_panics("stale view", iop_coherent_drop(&copy));
	assert_int_equal(iop_read(iop_project(other, .tail)), 0);
	iop_coherent_drop(&other);
	iop_dma_close(dma);
}

/* Sharing hands the lease over: the box's copy is the same owner. */
static void shared_box(void **state)
{
	struct iop_dma *dma;
	ring_owner ring;
	ring_box box, copy;
	struct iop_coherent_handle handle, same;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	assert_int_equal(iop_coherent_box_alloc(&box, dma, 0), 0);
	copy = box;
	iop_coherent_share(&ring, &box);
	iop_write(iop_project(ring, .head), 1);
	iop_coherent_drop(&box);
	iop_write(iop_project(ring, .head), 2);
	iop_coherent_drop(&ring);
	assert_panics("stale view", iop_coherent_drop(&copy));
	assert_int_equal(iop_coherent_handle_alloc(&handle, dma, 8, 0), 0);
	same = handle;
	iop_coherent_drop(&handle);
	assert_panics("stale view", iop_coherent_drop(&same));
	iop_dma_close(dma);
}

static void vmap(void **state)
{
	struct iop_gem *gem;
	page_ref ref;
	page_owned owned, copy;
	IOP_SYSMEM(IOP_REGION(4096)) view;

	(void)state;
	assert_int_equal(iop_gem_memfd(&gem, 4096), 0);
	assert_int_equal(iop_vmap(&ref, gem), 0);
	assert_int_equal(iop_vmap(&owned, gem), 0);
	view.raw = ref.raw;
	view.len[0] = ref.len[0];
	copy = owned;
	iop_write32(view, 1, 0);
	iop_vmap_drop(&ref);
	assert_panics("stale view", (void)iop_read32(view, 0));
	assert_panics("stale view", (void)iop_read32(ref, 0));
	assert_int_equal(iop_read32(owned, 0), 1);
	iop_vmap_drop(&owned);
	assert_panics("stale view", iop_vmap_drop(&copy));
	iop_gem_put(gem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(coherent),
		cmocka_unit_test(shared_box),
		cmocka_unit_test(vmap),
	};

	return cmocka_run_group_tests_name("row-25-coherent-debug", tests, NULL, NULL);
}
