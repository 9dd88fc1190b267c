/* SPDX-License-Identifier: MIT */
/* Row 21: fields of packed structures that keep their alignment are projected, read and written at their packed place. */
#include "iotest.h"

struct __attribute__((packed)) bytes_only {
	uint8_t a;
	uint8_t b[3];
	uint8_t c;
};
#pragma pack(push, 2)
struct two {
	uint8_t a;
	uint16_t h;
	uint8_t b[2];
	uint16_t ring[3];
};
#pragma pack(pop)
#pragma pack(push, 4)
struct four {
	uint8_t a;
	uint32_t w;
	uint16_t h;
	uint8_t tail[2];
	uint8_t more;
};
#pragma pack(pop)
#pragma pack(push, 8)
struct eight {
	uint8_t a;
	uint32_t w;
};
#pragma pack(pop)
/* Packed and aligned: the structure vouches for 4 bytes, and the field lies at a multiple of 4. */
struct __attribute__((packed, aligned(4))) realigned {
	uint8_t a[4];
	uint32_t w;
	uint16_t h;
	uint8_t b;
};
/* One packed member: the rest of the structure is as aligned as ever. */
struct one_packed {
	uint8_t a;
	uint16_t h __attribute__((packed));
	uint8_t b;
	uint32_t w;
};
struct __attribute__((packed)) holder {
	uint8_t a;
	struct bytes_only inner;
	struct bytes_only list[2];
};
struct mixed {
	uint32_t w;
	struct bytes_only inner;
};
union __attribute__((packed)) either {
	uint8_t byte;
	uint8_t all[5];
};

#define ACCEPTED(type, field, bits)                                                                                \
	do {                                                                                                       \
		_Alignas(8) uint8_t memory[64];                                                                    \
		const uint8_t *where_ = memory + offsetof(type, field);                                            \
		IOP_AUTO view = iop_view_at(IOP_MMIO(type), memory);                                               \
		IOP_AUTO part = iop_project(view, .field);                                                         \
		assert_int_equal(iop_addr(part), (uintptr_t)where_);                                               \
		assert_int_equal(iop_addr(part) % iop_min_align(part), 0);                                         \
		iotest_record();                                                                                   \
		iop_write(part, (uint##bits##_t)0xa1b2c3d4);                                                       \
		assert_int_equal(iop_read(part), (uint##bits##_t)0xa1b2c3d4);                                      \
		assert_int_equal(iotest_is_access(0, &iotest_mmio, IOP_EVENT_ST, bits / 8, where_,                 \
						  iotest_raw(&iotest_mmio, bits / 8, (uint##bits##_t)0xa1b2c3d4)), \
				 3);                                                                               \
		assert_int_equal(iotest_count(), 6);                                                               \
	} while (0)

static void accepted(void **state)
{
	(void)state;
	ACCEPTED(struct bytes_only, a, 8);
	ACCEPTED(struct bytes_only, c, 8);
	ACCEPTED(struct two, h, 16);
	ACCEPTED(struct four, w, 32);
	ACCEPTED(struct four, h, 16);
	ACCEPTED(struct eight, w, 32);
	ACCEPTED(struct realigned, w, 32);
	ACCEPTED(struct realigned, h, 16);
	ACCEPTED(struct one_packed, b, 8);
	ACCEPTED(struct one_packed, w, 32);
	ACCEPTED(struct holder, a, 8);
	ACCEPTED(struct mixed, w, 32);
	ACCEPTED(union either, byte, 8);
}

/* Arrays and structures inside packed ones: the place is the packed one, the elements follow it. */
static void inside(void **state)
{
	IOP_AUTO two = iop_view_at(IOP_SYSMEM(struct two), 0x1000);
	IOP_AUTO holder = iop_view_at(IOP_SYSMEM(struct holder), 0x1001);
	IOP_AUTO mixed = iop_view_at(IOP_SYSMEM(struct mixed), 0x1000);
	IOP_AUTO either = iop_view_at(IOP_SYSMEM(union either), 0x1003);

	(void)state;
	assert_int_equal(iop_addr(iop_project(two, .ring, iop_build(2))), 0x1000 + 6 + 2 * 2);
	assert_int_equal(iop_addr(iop_project(holder, .inner, .b, iop_build(1))), 0x1001 + 1 + 1 + 1);
	assert_int_equal(iop_addr(iop_project(holder, .list, iop_build(1), .c)), 0x1001 + 1 + 5 + 5 + 4);
	assert_int_equal(iop_addr(iop_project(mixed, .inner, .c)), 0x1000 + 4 + 4);
	assert_int_equal(iop_addr(iop_project(either, .all, iop_build(4))), 0x1003 + 4);
	assert_int_equal(iop_min_align(iop_project(holder, .inner)), 1);
}

/* The rule on the layouts that a refused field has, so that a compiler that lays them out differently is noticed here first. */
struct __attribute__((packed)) refused_plain {
	uint8_t a;
	uint32_t w;
};
struct __attribute__((packed)) refused_though_aligned {
	uint32_t w;
	uint8_t a;
};
#define RULE(type, field)                                              \
	(_Alignof(type) >= _Alignof(__typeof__(((type *)0)->field)) && \
	 offsetof(type, field) % _Alignof(__typeof__(((type *)0)->field)) == 0)
_Static_assert(!RULE(struct refused_plain, w), "");
_Static_assert(!RULE(struct refused_though_aligned, w), "offset 0 is aligned, the structure is not");
_Static_assert(!RULE(struct one_packed, h), "typeof drops the member's packing: the offset tells");
_Static_assert(!RULE(struct mixed, inner.b) == 0, "bytes are always aligned");
_Static_assert(RULE(struct realigned, w), "");

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(inside),
	};

	return cmocka_run_group_tests_name("row-21-packed", tests, NULL, NULL);
}
