/* SPDX-License-Identifier: MIT */
/* Row 35: VMap in both flavours: error codes in their order, every map undone once and under the lock, sizes, byte order in memory. */
#include "iotest.h"

#include <iopath/vmap.h>

#include <pthread.h>

typedef IOP_VMAP_REF(64) small_ref;
typedef IOP_VMAP_OWNED(64) small_owned;

/* An object that notes what is done to it, and checks that the lock is held. */
struct object {
	struct iop_gem gem;
	unsigned maps, unmaps, releases;
	int err, is_io;
	size_t misplaced;
	_Alignas(8) uint8_t memory[128];
};

static void is_locked(struct iop_gem *gem)
{
	assert_int_equal(pthread_mutex_trylock(&gem->resv), EBUSY);
}

static int object_vmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	struct object *o = (struct object *)gem;

	is_locked(gem);
	if (o->err)
		return o->err;
	o->maps++;
	if (o->is_io)
		iop_kernel_iosys_map_set_vaddr_iomem(map, o->memory);
	else
		iop_kernel_iosys_map_set_vaddr(map, o->memory + o->misplaced);
	return 0;
}

static void object_vunmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	struct object *o = (struct object *)gem;

	is_locked(gem);
	assert_ptr_equal(map->is_iomem ? (void *)(uintptr_t)map->vaddr_iomem : map->vaddr, o->memory + o->misplaced);
	assert_int_equal(map->is_iomem, o->is_io);
	o->unmaps++;
}

static void object_release(struct iop_gem *gem)
{
	((struct object *)gem)->releases++;
}

static const struct iop_gem_ops object_ops = {.vmap = object_vmap, .vunmap = object_vunmap, .release = object_release};

static void object_init(struct object *o, size_t size)
{
	memset(o, 0, sizeof(*o));
	iop_gem_init(&o->gem, &object_ops, size);
}

static void is_free(struct object *o)
{
	assert_int_equal(pthread_mutex_trylock(&o->gem.resv), 0);
	pthread_mutex_unlock(&o->gem.resv);
}

/* Both flavours, each from garbage, refuse with @expected after @mapped mappings, all undone, and stay empty. */
#define REFUSED(o, expected, mapped)                                      \
	do {                                                              \
		small_ref ref_;                                           \
		small_owned owned_;                                       \
		memset(&ref_, 0x77, sizeof(ref_));                        \
		memset(&owned_, 0x77, sizeof(owned_));                    \
		(o)->maps = (o)->unmaps = 0;                              \
		assert_int_equal(iop_vmap(&ref_, &(o)->gem), expected);   \
		assert_int_equal((o)->maps, mapped);                      \
		assert_int_equal((o)->unmaps, mapped);                    \
		is_free(o);                                               \
		assert_int_equal(iop_vmap(&owned_, &(o)->gem), expected); \
		assert_int_equal((o)->maps, 2 * (mapped));                \
		assert_int_equal((o)->unmaps, 2 * (mapped));              \
		is_free(o);                                               \
		assert_int_equal(iop_size(ref_), 0);                      \
		iop_vmap_drop(&ref_);                                     \
		iop_vmap_drop(&owned_);                                   \
		assert_int_equal((o)->unmaps, 2 * (mapped));              \
		assert_int_equal((o)->gem.refs, 1);                       \
		assert_int_equal((o)->releases, 0);                       \
	} while (0)

static void refusals(void **state)
{
	struct object o;

	(void)state;
	for (size_t size = 0; size < 64; size++) {
		object_init(&o, size);
		REFUSED(&o, -ENOSPC, 0);
	}
	object_init(&o, 64);
	o.is_io = 1;
	REFUSED(&o, -IOP_ENOTSUPP, 1);
	object_init(&o, 64);
	o.err = -EBUSY;
	REFUSED(&o, -EBUSY, 0);
	/* the first error in the order wins */
	object_init(&o, 63);
	o.err = -EBUSY;
	o.is_io = 1;
	REFUSED(&o, -ENOSPC, 0);
	object_init(&o, 65);
	o.is_io = 1;
	REFUSED(&o, -IOP_ENOTSUPP, 1);
}

/* What is not a valid Region does not become a view, which the kernel's unchecked constructor would let through. */
static void no_invalid_region(void **state)
{
	struct object o;

	(void)state;
	for (size_t size = 64; size <= 80; size++)
		for (size_t misplaced = 0; misplaced < 8; misplaced++) {
			small_ref ref;

			object_init(&o, size);
			o.misplaced = misplaced;
			if (size % 4 || misplaced % 4) {
				REFUSED(&o, -EINVAL, 1);
				continue;
			}
			assert_int_equal(iop_vmap(&ref, &o.gem), 0);
			assert_int_equal(iop_size(ref), size);
			assert_int_equal(iop_addr(ref), (uintptr_t)o.memory + misplaced);
			iop_vmap_drop(&ref);
			assert_int_equal(o.unmaps, 1);
		}
}

/* The whole object, with MIN below its size; byte order is memory's, and there are no barriers. */
static void whole_object(void **state)
{
	const uint16_t one = 1;
	const int little = *(const uint8_t *)&one;
	struct object o;
	small_ref ref;
	uint32_t v;
	uint64_t v64;

	(void)state;
	object_init(&o, 128);
	assert_int_equal(iop_vmap(&ref, &o.gem), 0);
	is_free(&o);
	assert_int_equal(iop_size(ref), 128);
	_Static_assert(iop_min_size(ref) == 64, "MIN is the type's");
	iotest_record();
	iop_write32(ref, 0x11223344, 60);
	assert_string_equal(iotest_trace(o.memory), "ST4+3c");
	assert_int_equal(iotest_event(0)->source, IOP_EVENT_SYSMEM);
	assert_int_equal(o.memory[60], little ? 0x44 : 0x11);
	assert_int_equal(o.memory[63], little ? 0x11 : 0x44);
	assert_int_equal(iop_read16(ref, 60), little ? 0x3344 : 0x1122);
	assert_int_equal(iop_try_write32(ref, 7, 124), 0);
	assert_int_equal(iop_try_read32(ref, 124, &v), 0);
	assert_int_equal(v, 7);
	assert_int_equal(iop_try_read32(ref, 128, &v), -EINVAL);
#if IOP_64BIT
	assert_int_equal(iop_try_write64(ref, UINT64_C(0x1122334455667788), 8), 0);
	assert_int_equal(iop_try_read64(ref, 8, &v64), 0);
	assert_int_equal(o.memory[8], little ? 0x88 : 0x11);
	assert_int_equal(v64, UINT64_C(0x1122334455667788));
#else
	(void)v64;
#endif
	iop_vmap_drop(&ref);
	assert_int_equal(o.unmaps, 1);
	iop_vmap_drop(&ref);
	assert_int_equal(o.unmaps, 1);
	assert_int_equal(o.gem.refs, 1);
}

/* A VMapOwned keeps its object alive, a VMapRef does not. */
static void who_keeps_the_object(void **state)
{
	struct object o;
	small_ref ref;
	small_owned owned;

	(void)state;
	object_init(&o, 64);
	assert_int_equal(iop_vmap(&ref, &o.gem), 0);
	assert_int_equal(o.gem.refs, 1);
	assert_int_equal(iop_vmap(&owned, &o.gem), 0);
	assert_int_equal(o.gem.refs, 2);
	iop_vmap_drop(&ref);
	iop_gem_put(&o.gem);
	assert_int_equal(o.releases, 0);
	iop_write8(owned, 1, 63);
	assert_int_equal(o.memory[63], 1);
	assert_int_equal(o.unmaps, 1);
	iop_vmap_drop(&owned);
	assert_int_equal(o.unmaps, 2);
	assert_int_equal(o.releases, 1);
	iop_gem_put(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals),
		cmocka_unit_test(no_invalid_region),
		cmocka_unit_test(whole_object),
		cmocka_unit_test(who_keeps_the_object),
	};

	return cmocka_run_group_tests_name("row-35-vmap", tests, NULL, NULL);
}
