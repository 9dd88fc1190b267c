/* SPDX-License-Identifier: MIT */
/* Row 39: with debug views, every use of a view whose owner has ended its lease panics before anything is accessed. */
#include "iotest.h"

#include <pthread.h>

_Static_assert(IOP_DEBUG_VIEWS, "built with the wrong core");

struct block {
	uint32_t ctrl;
	uint16_t ring[4];
	uint8_t body[8];
};
IOP_PLAIN(struct block, ctrl, ring, body);

typedef IOP_MMIO(struct block) mmio_view;
typedef IOP_RELAXED(struct block) relaxed_view;
typedef IOP_SYSMEM(struct block) sysmem_view;
typedef IOP_IOSYSMAP(struct block) either_view;
typedef IOP_MMIO(IOP_REGION(8)) region_view;
typedef IOP_SYSMEM(IOP_REGION(8)) region_memory;

/* An owner as the owners of the library are: it takes a lease and gives views that carry it. */
struct owner {
	struct iop_lease lease;
	struct block *memory;
};

static struct block memory;

static struct owner owner_make(void)
{
	return (struct owner){iop_lease_take(), &memory};
}

static mmio_view owner_mmio(const struct owner *owner)
{
	mmio_view view = iop_view_at(mmio_view, owner->memory);

	view.raw.lease = owner->lease;
	return view;
}

static sysmem_view owner_sysmem(const struct owner *owner)
{
	sysmem_view view = iop_view_at(sysmem_view, owner->memory);

	view.raw.lease = owner->lease;
	return view;
}

static region_view owner_region(const struct owner *owner)
{
	region_view view = iop_region_at(region_view, owner->memory, sizeof(*owner->memory));

	view.raw.lease = owner->lease;
	return view;
}

static region_memory owner_region_memory(const struct owner *owner)
{
	region_memory view = iop_region_at(region_memory, owner->memory, sizeof(*owner->memory));

	view.raw.lease = owner->lease;
	return view;
}

/* An operation has to work and be seen while the lease lasts; it has to panic with nothing accessed once it has ended. */
#define WORKS(statement)                         \
	do {                                     \
		iotest_record();                 \
		statement;                       \
		assert_true(iotest_count() > 0); \
	} while (0)
#define STALE(statement)                                                \
	do {                                                            \
		static struct block before_;                            \
		before_ = memory;                                       \
		iotest_record();                                        \
		assert_panics("stale view", statement);                 \
		assert_int_equal(iotest_count(), 0);                    \
		assert_memory_equal(&memory, &before_, sizeof(memory)); \
	} while (0)

/* Operations by number, so that the function that setjmp returns to has no locals of theirs. */
#define VALUES 4
#define VALUE_OPERATIONS(NAME, VIEW, CTRL)                                              \
	static void NAME(VIEW view, CTRL ctrl, int i)                                   \
	{                                                                               \
		switch (i) {                                                            \
		case 0: (void)iop_read(ctrl); break;                                    \
		case 1: iop_write(ctrl, 7); break;                                      \
		case 2: iop_update(ctrl, old, old + 1); break;                          \
		default: (void)iop_read(iop_project(view, .ring, iop_build(1))); break; \
		}                                                                       \
	}
typedef IOP_MMIO(uint32_t) mmio_word;
typedef IOP_RELAXED(uint32_t) relaxed_word;
typedef IOP_SYSMEM(uint32_t) sysmem_word;
typedef IOP_IOSYSMAP(uint32_t) either_word;
VALUE_OPERATIONS(values_mmio, mmio_view, mmio_word)
VALUE_OPERATIONS(values_relaxed, relaxed_view, relaxed_word)
VALUE_OPERATIONS(values_sysmem, sysmem_view, sysmem_word)
VALUE_OPERATIONS(values_either, either_view, either_word)

/* A projection accesses nothing, so there is nothing to see when it works. */
#define PROJECTIONS 4
#define PROJECT_OPERATIONS(NAME, VIEW)                                                \
	static void NAME(VIEW view, int i)                                            \
	{                                                                             \
		switch (i) {                                                          \
		case 0: (void)iop_project(view, .ctrl); break;                        \
		case 1: (void)iop_project(view, .ring, iop_or_panic(0)); break;       \
		case 2: (void)iop_project(view, .body, iop_build_range(1, 1)); break; \
		default: (void)iop_project(view, .body, iop_all()); break;            \
		}                                                                     \
	}
PROJECT_OPERATIONS(projections_mmio, mmio_view)
PROJECT_OPERATIONS(projections_relaxed, relaxed_view)
PROJECT_OPERATIONS(projections_sysmem, sysmem_view)
PROJECT_OPERATIONS(projections_either, either_view)

#define COPIES 4
#define COPY_OPERATIONS(NAME, VIEW, BODY)                        \
	static void NAME(VIEW view, BODY body, int i)            \
	{                                                        \
		uint8_t bytes[8] = {0};                          \
		struct block block = {0};                        \
		switch (i) {                                     \
		case 0: (void)iop_copy_read(view); break;        \
		case 1: iop_copy_write(view, block); break;      \
		case 2: iop_copy_toio(body, bytes, 8); break;    \
		default: iop_copy_fromio(bytes, body, 8); break; \
		}                                                \
	}
typedef IOP_MMIO(IOP_SLICE(uint8_t)) mmio_bytes;
typedef IOP_SYSMEM(IOP_SLICE(uint8_t)) sysmem_bytes;
typedef IOP_IOSYSMAP(IOP_SLICE(uint8_t)) either_bytes;
COPY_OPERATIONS(copies_mmio, mmio_view, mmio_bytes)
COPY_OPERATIONS(copies_sysmem, sysmem_view, sysmem_bytes)
COPY_OPERATIONS(copies_either, either_view, either_bytes)

#define OFFSETS 7
#define OFFSET_OPERATIONS(NAME, VIEW)                                                   \
	static void NAME(VIEW region, int i)                                            \
	{                                                                               \
		uint32_t v = 1;                                                         \
		switch (i) {                                                            \
		case 0: (void)iop_read32(region, 4); break;                             \
		case 1: iop_write8(region, 1, 7); break;                                \
		case 2: iop_update16(region, 6, old, (uint16_t)(old + 1)); break;       \
		case 3: (void)!iop_try_read32(region, 16, &v); break;                   \
		case 4: (void)!iop_try_write32(region, v, 16); break;                   \
		case 5: (void)!iop_try_write(region, &v, 0); break;                     \
		default: (void)!iop_try_update8(region, 19, old, (uint8_t)~old); break; \
		}                                                                       \
	}
typedef IOP_RELAXED(IOP_REGION(8)) region_relaxed;
typedef IOP_IOSYSMAP(IOP_REGION(8)) region_either;
OFFSET_OPERATIONS(offsets_mmio, region_view)
OFFSET_OPERATIONS(offsets_sysmem, region_memory)
OFFSET_OPERATIONS(offsets_relaxed, region_relaxed)
OFFSET_OPERATIONS(offsets_either, region_either)

/* Not a local, which longjmp could set back. */
static int operation;

#define BEFORE_AND_AFTER(owner, VIEW, WORD, view, values, projections)    \
	do {                                                              \
		VIEW whole_ = iop_as(VIEW, view);                         \
		WORD part_ = iop_as(WORD, iop_project(whole_, .ctrl));    \
		for (operation = 0; operation < VALUES; operation++)      \
			WORKS(values(whole_, part_, operation));          \
		for (operation = 0; operation < PROJECTIONS; operation++) \
			projections(whole_, operation);                   \
		iop_lease_end((owner).lease);                             \
		for (operation = 0; operation < VALUES; operation++)      \
			STALE(values(whole_, part_, operation));          \
		for (operation = 0; operation < PROJECTIONS; operation++) \
			STALE(projections(whole_, operation));            \
	} while (0)

static void values_and_projections(void **state)
{
	struct owner o[5];

	(void)state;
	for (int i = 0; i < 5; i++)
		o[i] = owner_make();
	BEFORE_AND_AFTER(o[0], mmio_view, mmio_word, owner_mmio(&o[0]), values_mmio, projections_mmio);
	BEFORE_AND_AFTER(o[1], relaxed_view, relaxed_word, iop_relaxed(owner_mmio(&o[1])), values_relaxed, projections_relaxed);
	BEFORE_AND_AFTER(o[2], sysmem_view, sysmem_word, owner_sysmem(&o[2]), values_sysmem, projections_sysmem);
	BEFORE_AND_AFTER(o[3], either_view, either_word, iop_iosysmap_from_mmio(owner_mmio(&o[3])), values_either,
			 projections_either);
	BEFORE_AND_AFTER(o[4], either_view, either_word, iop_iosysmap_from_sysmem(owner_sysmem(&o[4])), values_either,
			 projections_either);
}

#define COPIES_BEFORE_AND_AFTER(owner, VIEW, BYTES, view, copies)                   \
	do {                                                                        \
		VIEW whole_ = iop_as(VIEW, view);                                   \
		BYTES part_ = iop_as(BYTES, iop_project(whole_, .body, iop_all())); \
		for (operation = 0; operation < COPIES; operation++)                \
			WORKS(copies(whole_, part_, operation));                    \
		iop_lease_end((owner).lease);                                       \
		for (operation = 0; operation < COPIES; operation++)                \
			STALE(copies(whole_, part_, operation));                    \
	} while (0)

static void copies(void **state)
{
	struct owner o[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		o[i] = owner_make();
	COPIES_BEFORE_AND_AFTER(o[0], mmio_view, mmio_bytes, owner_mmio(&o[0]), copies_mmio);
	COPIES_BEFORE_AND_AFTER(o[1], sysmem_view, sysmem_bytes, owner_sysmem(&o[1]), copies_sysmem);
	COPIES_BEFORE_AND_AFTER(o[2], either_view, either_bytes, iop_iosysmap_from_mmio(owner_mmio(&o[2])), copies_either);
	COPIES_BEFORE_AND_AFTER(o[3], either_view, either_bytes, iop_iosysmap_from_sysmem(owner_sysmem(&o[3])), copies_either);
}

static void offsets_and_casts(void **state)
{
	struct owner owner = owner_make();
	region_view region = owner_region(&owner);
	region_memory shared = owner_region_memory(&owner);
	region_relaxed relaxed = iop_as(region_relaxed, iop_relaxed(region));
	region_either either = iop_as(region_either, iop_iosysmap_from_sysmem(shared));
	mmio_word cast;

	(void)state;
	assert_int_equal(iop_try_cast(region, uint32_t, &cast), 0);
	WORKS((void)iop_read(cast));
	for (operation = 0; operation < OFFSETS; operation++) {
		WORKS(offsets_mmio(region, operation));
		WORKS(offsets_sysmem(shared, operation));
		WORKS(offsets_relaxed(relaxed, operation));
		WORKS(offsets_either(either, operation));
	}
	iop_lease_end(owner.lease);
	STALE((void)iop_read(cast));
	for (operation = 0; operation < OFFSETS; operation++) {
		STALE(offsets_mmio(region, operation));
		STALE(offsets_sysmem(shared, operation));
		STALE(offsets_relaxed(relaxed, operation));
		STALE(offsets_either(either, operation));
	}
}

/* Ending one lease does not touch another, and a new owner in the same slot does not bring the old views back. */
static void leases_are_independent(void **state)
{
	struct owner a = owner_make(), b = owner_make(), reused = {{0, 0}, &memory};
	mmio_view stale = owner_mmio(&a), fresh = owner_mmio(&b);

	(void)state;
	iop_lease_end(a.lease);
	iop_lease_end(a.lease);
	WORKS((void)iop_read(iop_project(fresh, .ctrl)));
	STALE((void)iop_read(iop_project(stale, .ctrl)));
	for (int i = 0; i < 100000 && reused.lease.slot != a.lease.slot; i++) {
		iop_lease_end(reused.lease);
		reused.lease = iop_lease_take();
	}
	assert_int_equal(reused.lease.slot, a.lease.slot);
	WORKS((void)iop_read(iop_project(owner_mmio(&reused), .ctrl)));
	STALE((void)iop_read(iop_project(stale, .ctrl)));
	/* the old owner's second end, late, must not end the new one's */
	iop_lease_end(a.lease);
	WORKS((void)iop_read(iop_project(owner_mmio(&reused), .ctrl)));
	iop_lease_end(reused.lease);
	iop_lease_end(b.lease);
}

/* Views without an owner are never stale. */
static void zero_lease_never_ends(void **state)
{
	mmio_view view = iop_view_at(mmio_view, &memory);

	(void)state;
	assert_int_equal(view.raw.lease.slot, 0);
	iop_lease_end(view.raw.lease);
	WORKS((void)iop_read(iop_project(view, .ctrl)));
}

/* When there are no more, owners go on without one; ended leases are taken again. */
static void exhaustion(void **state)
{
	static struct iop_lease taken[100000];
	size_t n = 0;

	(void)state;
	while (n < IOTEST_COUNT(taken) && (taken[n] = iop_lease_take()).slot)
		n++;
	assert_in_range(n, 1000, IOTEST_COUNT(taken) - 1);
	for (size_t i = 0; i < n; i++)
		iop_lease_check(taken[i]);
	iop_lease_end(taken[n / 2]);
	taken[n] = iop_lease_take();
	assert_int_equal(taken[n].slot, taken[n / 2].slot);
	assert_int_not_equal(taken[n].generation, taken[n / 2].generation);
	taken[n / 2] = taken[n];
	assert_int_equal(iop_lease_take().slot, 0);
	for (size_t i = 0; i < n; i++)
		iop_lease_end(taken[i]);
}

#define EACH 1000
static void *take_many(void *arg)
{
	struct iop_lease *mine = arg;

	for (int i = 0; i < EACH; i++) {
		iop_lease_end(iop_lease_take());
		mine[i] = iop_lease_take();
	}
	return NULL;
}

/* Two threads never hold the same slot. */
static void taken_by_two_threads(void **state)
{
	static struct iop_lease taken[2][EACH];
	static uint8_t held[1 << 16];
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, take_many, taken[1]), 0);
	take_many(taken[0]);
	assert_int_equal(pthread_join(thread, NULL), 0);
	for (size_t i = 0; i < 2 * EACH; i++) {
		struct iop_lease lease = taken[i / EACH][i % EACH];

		assert_in_range(lease.slot, 1, sizeof(held) - 1);
		assert_int_equal(held[lease.slot]++, 0);
		iop_lease_check(lease);
		iop_lease_end(lease);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_and_projections), cmocka_unit_test(copies),
		cmocka_unit_test(offsets_and_casts),	  cmocka_unit_test(leases_are_independent),
		cmocka_unit_test(zero_lease_never_ends),  cmocka_unit_test(exhaustion),
		cmocka_unit_test(taken_by_two_threads),
	};

	return cmocka_run_group_tests_name("row-39-stale-views-debug", tests, NULL, NULL);
}
