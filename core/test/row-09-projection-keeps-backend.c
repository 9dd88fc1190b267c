/* SPDX-License-Identifier: MIT */
/* Row 9: a projection changes the address and nothing else of a backend's handle, and never the backend. */
#include "iotest.h"

struct block {
	uint8_t id;
	uint32_t words[4];
};

/* A handle is its address, its lease in debug builds, and a tag: a new member must come here and be checked below. */
#define LEASE_SIZE (IOP_DEBUG_VIEWS ? sizeof(struct iop_lease) : 0)
_Static_assert(sizeof(struct iop_mmio) == sizeof(uintptr_t) + LEASE_SIZE, "unchecked member");
_Static_assert(sizeof(struct iop_relaxed) == sizeof(uintptr_t) + LEASE_SIZE, "unchecked member");
_Static_assert(sizeof(struct iop_sysmem) == sizeof(uintptr_t) + LEASE_SIZE, "unchecked member");
_Static_assert(sizeof(struct iop_iosysmap) == 2 * sizeof(uintptr_t) + LEASE_SIZE, "unchecked member");

#if IOP_DEBUG_VIEWS
#define SAME_LEASE(a, b)                                                      \
	do {                                                                  \
		assert_int_equal((a).lease.slot, (b).lease.slot);             \
		assert_int_equal((a).lease.generation, (b).lease.generation); \
	} while (0)
#else
#define SAME_LEASE(a, b) ((void)0)
#endif
#define SAME_TAG(a, b) assert_int_equal((a).is_io, (b).is_io)
#define NO_TAG(a, b)   ((void)0)

#define SAME_BUT_ADDRESS(view, part, delta, REST)                                                     \
	do {                                                                                          \
		IOP_AUTO part_ = (part);                                                              \
		_Static_assert(IOP_SAME_TYPE(part_.raw, (view).raw), "projection keeps the backend"); \
		assert_int_equal(part_.raw.addr, (view).raw.addr + (delta));                          \
		SAME_LEASE(part_.raw, (view).raw);                                                    \
		REST(part_.raw, (view).raw);                                                          \
	} while (0)

/* Every kind of step, and try_cast, from @view of a struct block and @region of one. */
#define EVERY_STEP(view, region, OUT, REST)                                                             \
	do {                                                                                            \
		OUT cast;                                                                               \
		SAME_BUT_ADDRESS(view, iop_project(view), 0, REST);                                     \
		SAME_BUT_ADDRESS(view, iop_project(view, .id), 0, REST);                                \
		SAME_BUT_ADDRESS(view, iop_project(view, .words), 4, REST);                             \
		SAME_BUT_ADDRESS(view, iop_project(view, .words, iop_build(3)), 16, REST);              \
		SAME_BUT_ADDRESS(view, iop_project(view, .words, iop_or_panic(2)), 12, REST);           \
		SAME_BUT_ADDRESS(view, iop_project(view, .words, iop_or_panic_range(1, 3)), 8, REST);   \
		SAME_BUT_ADDRESS(view, iop_project(view, .words, iop_build_from(4)), 20, REST);         \
		SAME_BUT_ADDRESS(view, iop_project(view, .words, iop_all(), iop_or_panic(1)), 8, REST); \
		SAME_BUT_ADDRESS(view, iop_as(__typeof__(view), view), 0, REST);                        \
		assert_int_equal(iop_try_cast(region, uint32_t, &cast), 0);                             \
		SAME_BUT_ADDRESS(region, cast, 0, REST);                                                \
	} while (0)

typedef IOP_MMIO(struct block) mmio_block;
typedef IOP_SYSMEM(struct block) sysmem_block;

/* Addresses of nothing, and one that wraps around: only arithmetic is done on them. */
static const uintptr_t addresses[] = {0, 0x1000, UINTPTR_MAX - 7};

static mmio_block mmio_at(uintptr_t address)
{
	mmio_block view = iop_view_at(mmio_block, address);

	IOP_LEASE_SET(view.raw, iop_lease_take());
	return view;
}

static sysmem_block sysmem_at(uintptr_t address)
{
	sysmem_block view = iop_view_at(sysmem_block, address);

	IOP_LEASE_SET(view.raw, iop_lease_take());
	return view;
}

#define IN_A_REGION(ORIGIN, view)                                                            \
	__extension__({                                                                      \
		IOP_AUTO region_ = iop_region_at(ORIGIN(IOP_REGION(8)), iop_addr(view), 20); \
		IOP_LEASE_SET(region_.raw, (view).raw.lease);                                \
		region_;                                                                     \
	})

static void plain_backends(void **state)
{
	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(addresses); i++) {
		mmio_block mmio = mmio_at(addresses[i]);
		sysmem_block sysmem = sysmem_at(addresses[i]);
		IOP_AUTO relaxed = iop_relaxed(mmio);

		SAME_LEASE(relaxed.raw, mmio.raw);
		EVERY_STEP(mmio, IN_A_REGION(IOP_MMIO, mmio), IOP_MMIO(uint32_t), NO_TAG);
		EVERY_STEP(relaxed, iop_relaxed(IN_A_REGION(IOP_MMIO, mmio)), IOP_RELAXED(uint32_t), NO_TAG);
		EVERY_STEP(sysmem, IN_A_REGION(IOP_SYSMEM, sysmem), IOP_SYSMEM(uint32_t), NO_TAG);
	}
}

static void tagged_backend(void **state)
{
	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(addresses); i++) {
		mmio_block mmio = mmio_at(addresses[i]);
		sysmem_block sysmem = sysmem_at(addresses[i]);
		IOP_AUTO io = iop_iosysmap_from_mmio(mmio);
		IOP_AUTO sys = iop_iosysmap_from_sysmem(sysmem);

		SAME_LEASE(io.raw, mmio.raw);
		SAME_LEASE(sys.raw, sysmem.raw);
		assert_int_equal(io.raw.is_io, 1);
		assert_int_equal(sys.raw.is_io, 0);
		EVERY_STEP(io, iop_iosysmap_from_mmio(IN_A_REGION(IOP_MMIO, mmio)), IOP_IOSYSMAP(uint32_t), SAME_TAG);
		EVERY_STEP(sys, iop_iosysmap_from_sysmem(IN_A_REGION(IOP_SYSMEM, sysmem)), IOP_IOSYSMAP(uint32_t), SAME_TAG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_backends),
		cmocka_unit_test(tagged_backend),
	};

	return cmocka_run_group_tests_name("row-09-projection-keeps-backend", tests, NULL, NULL);
}
