/* SPDX-License-Identifier: MIT */
/*
 * Row 33: dispatch follows the tag and nothing else. The fixture is a backend of this test: two sides that reach the same memory
 * in the same way, so that only the id in the events can tell which one was taken.
 */
#include "iotest.h"

#define LEFT  101u
#define RIGHT 202u

struct iop_either {
	uintptr_t addr;
	uint8_t is_right;
	IOP_LEASE_MEMBER
};
enum {
	iop_either_caps = iop_sysmem_caps & iop_sysmem_caps
};

IOP_INLINE unsigned either_id(struct iop_either raw)
{
	return raw.is_right ? RIGHT : LEFT;
}

IOP_INLINE uint64_t iop_either_load(struct iop_either raw, unsigned width)
{
	uint64_t value = iop_once_load(raw.addr, width);

	iop_event(IOP_EVENT_LD, either_id(raw), width, raw.addr, value);
	return value;
}

IOP_INLINE void iop_either_store(struct iop_either raw, unsigned width, uint64_t value)
{
	iop_once_store(raw.addr, width, value);
	iop_event(IOP_EVENT_ST, either_id(raw), width, raw.addr, value);
}

IOP_INLINE struct iop_either iop_either_advance(struct iop_either raw, size_t delta)
{
	raw.addr += delta;
	return raw;
}

IOP_INLINE int iop_either_is_io(struct iop_either raw)
{
	(void)raw;
	return 0;
}

IOP_INLINE void iop_either_copy_toio(struct iop_either raw, const void *src, size_t n)
{
	iop_event(IOP_EVENT_CP, either_id(raw), n, raw.addr, 0);
	iop_sysmem_copy((void *)raw.addr, src, n);
}

IOP_INLINE void iop_either_copy_fromio(struct iop_either raw, void *dst, size_t n)
{
	iop_event(IOP_EVENT_CP, either_id(raw), n, raw.addr, 0);
	iop_sysmem_copy(dst, (const void *)raw.addr, n);
}

IOP_DEFINE_BACKEND(either)

#undef IOP_BACKENDS
/* clang-format off */
#define IOP_BACKENDS(what)                                                               \
	struct iop_mmio : iop_mmio_##what, struct iop_relaxed : iop_relaxed_##what,      \
	struct iop_sysmem : iop_sysmem_##what, struct iop_iosysmap : iop_iosysmap_##what, \
	struct iop_either : iop_either_##what,
/* clang-format on */

/* From a SysMem view of the same target. */
#define EITHER(view, right)                                                                                                       \
	__extension__({                                                                                                           \
		IOP_AUTO either_ = (view);                                                                                        \
		IOP_RETARGET_(struct iop_either, ((struct iop_either){.addr = iop_addr(either_), .is_right = (right)}), either_); \
	})

struct block {
	uint32_t ctrl;
	uint16_t ring[4];
	uint8_t body[8];
};
IOP_PLAIN(struct block, ctrl, ring, body);
typedef IOP_VIEW_TYPE(struct iop_either, struct block) block_view;

static block_view view_of(struct block *memory, uint8_t right)
{
	return iop_as(block_view, EITHER(iop_view_at(IOP_SYSMEM(struct block), memory), right));
}

/* Since iotest_record(), there were events, and all of them came from @id. */
static void only(unsigned id)
{
	assert_true(iotest_count() > 0);
	for (size_t i = 0; i < iotest_count(); i++)
		assert_int_equal(iotest_event(i)->source, id);
}

/* One macro does everything with a view; it starts and checks the recording around each operation. */
#define SEEN(id, operation)      \
	do {                     \
		iotest_record(); \
		operation;       \
		only(id);        \
	} while (0)

static int offsets(struct block *memory, uint8_t right, unsigned id)
{
	IOP_AUTO region = EITHER(iop_region_at(IOP_SYSMEM(IOP_REGION(8)), memory, sizeof(*memory)), right);
	IOP_VIEW_TYPE(struct iop_either, struct block) cast;
	uint32_t v;

	SEEN(id, iop_write32(region, 1, 4));
	SEEN(id, (void)iop_read8(region, 7));
	SEEN(id, assert_int_equal(iop_try_read32(region, 16, &v), 0));
	SEEN(id, assert_int_equal(iop_try_update16(region, 2, w, (uint16_t)(w + 1)), 0));
	assert_int_equal(iop_try_cast(region, struct block, &cast), 0);
	SEEN(id, iop_write(iop_project(cast, .ctrl), 1));
	return 0;
}

static int values_and_copies(block_view view, unsigned id)
{
	uint8_t bytes[8] = {0};
	struct block copy;

	SEEN(id, iop_write(iop_project(view, .ctrl), 5));
	SEEN(id, (void)iop_read(iop_project(view, .ring, iop_or(3, return -ERANGE))));
	SEEN(id,
	     iop_update(iop_project(view, .ring, iop_or_from(1, return -ERANGE), iop_build_range(1, 2), iop_or(0, return -ERANGE)),
			w, (uint16_t)(w + 1)));
	SEEN(id, iop_copy_fromio(bytes, iop_project(view, .body, iop_all()), 8));
	SEEN(id, iop_copy_toio(iop_project(view, .body, iop_or_range(2, 6, return -ERANGE)), bytes, 4));
	SEEN(id, copy = iop_copy_read(view));
	SEEN(id, iop_copy_write(view, copy));
	return (int)copy.ctrl;
}

static void dispatch_follows_the_tag(void **state)
{
	struct block memory = {0};

	(void)state;
	assert_int_equal(offsets(&memory, 0, LEFT), 0);
	assert_int_equal(offsets(&memory, 1, RIGHT), 0);
	assert_int_equal(values_and_copies(view_of(&memory, 0), LEFT), 5);
	assert_int_equal(values_and_copies(view_of(&memory, 1), RIGHT), 5);
}

#define KEEPS_TAG(part, right)                                            \
	do {                                                              \
		IOP_AUTO part_ = (part);                                  \
		_Static_assert(IOP_IS_BACKEND(part_, either), "backend"); \
		assert_int_equal(part_.raw.is_right, right);              \
	} while (0)

static void projection_keeps_the_tag(void **state)
{
	struct block memory = {0};

	(void)state;
	for (uint8_t right = 0; right < 2; right++) {
		block_view view = view_of(&memory, right);

		KEEPS_TAG(iop_project(view), right);
		KEEPS_TAG(iop_project(view, .ctrl), right);
		KEEPS_TAG(iop_project(view, .ring, iop_build(2)), right);
		KEEPS_TAG(iop_project(view, .body, iop_or_panic_range(1, 5), iop_or_panic(3)), right);
		KEEPS_TAG(iop_project(view, .body, iop_all()), right);
	}
}

/* The tag of each operation's own view decides, also in one expression and after it was changed in between. */
static void each_operation_looks_again(void **state)
{
	struct block memory = {0};
	block_view left = view_of(&memory, 0), right = view_of(&memory, 1), turned = left;

	(void)state;
	iotest_record();
	iop_write(iop_project(left, .ctrl), iop_read(iop_project(right, .ctrl)));
	turned.raw.is_right = 1;
	(void)iop_read(iop_project(turned, .ctrl));
	turned.raw.is_right = 0;
	(void)iop_read(iop_project(turned, .ctrl));
	assert_int_equal(iotest_count(), 4);
	assert_int_equal(iotest_event(0)->source, RIGHT);
	assert_int_equal(iotest_event(1)->source, LEFT);
	assert_int_equal(iotest_event(2)->source, RIGHT);
	assert_int_equal(iotest_event(3)->source, LEFT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dispatch_follows_the_tag),
		cmocka_unit_test(projection_keeps_the_tag),
		cmocka_unit_test(each_operation_looks_again),
	};

	return cmocka_run_group_tests_name("row-33-either", tests, NULL, NULL);
}
