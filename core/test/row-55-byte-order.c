/* SPDX-License-Identifier: MIT */
/* Row 55: numbers of a stated byte order. The expected bytes are built by hand, so the test holds on both byte orders of the CPU. */
#include "iotest.h"

#include <iopath/iopath.h>

#include <linux/types.h>

struct ordered {
	iop_be64 b8;
	iop_le64 l8;
	iop_be32 b4;
	iop_le32 l4;
	iop_be16 b2;
	iop_le16 l2;
	uint32_t end;
};
struct uapi {
	__be64 b8;
	__le64 l8;
	__be32 b4;
	__le32 l4;
	__be16 b2;
	__u16 u2;
	__u64 u8;
	__u32 u4;
	__u8 u1;
};
IOP_PLAIN(struct ordered, b8, l8, b4, l4, b2, l2, end);

static _Alignas(8) uint8_t memory[64];

/* One access, of the width, is what was made. */
static void one_access(unsigned width, size_t at, int kind)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < iotest_count(); i++) {
		const struct iop_event *e = iotest_event(i);

		if (e->kind == IOP_EVENT_LD || e->kind == IOP_EVENT_ST) {
			assert_int_equal(e->kind, kind);
			assert_int_equal(e->width, width);
			assert_int_equal(e->addr, (uintptr_t)memory + at);
			seen++;
		}
	}
	assert_int_equal(seen, 1);
}

#define NUMBER(bits) ((uint##bits##_t)UINT64_C(0x8192a3b4c5d6e7f8))

/* Value access to a field whose type has the order, and by name to one whose type has not. */
#define HAS_ORDER(view, plain, member, plain_member, bits, big, READ, WRITE)                                                    \
	do {                                                                                                                    \
		memset(memory, 0, sizeof(memory));                                                                              \
		iotest_record();                                                                                                \
		iop_write(iop_project(view, .member), NUMBER(bits));                                                            \
		one_access(bits / 8, offsetof(struct ordered, member), IOP_EVENT_ST);                                           \
		iotest_bytes_are(memory + offsetof(struct ordered, member), bits / 8, NUMBER(bits), big);                       \
		iotest_record();                                                                                                \
		assert_true(iop_read(iop_project(view, .member)) == NUMBER(bits));                                              \
		one_access(bits / 8, offsetof(struct ordered, member), IOP_EVENT_LD);                                           \
		iop_update(iop_project(view, .member), v, (uint##bits##_t)(v + 1));                                             \
		iotest_bytes_are(memory + offsetof(struct ordered, member), bits / 8, (uint##bits##_t)(NUMBER(bits) + 1), big); \
		memset(memory, 0, sizeof(memory));                                                                              \
		WRITE(iop_project(plain, .plain_member), NUMBER(bits));                                                         \
		iotest_bytes_are(memory + offsetof(struct uapi, plain_member), bits / 8, NUMBER(bits), big);                    \
		assert_true(READ(iop_project(plain, .plain_member)) == NUMBER(bits));                                           \
	} while (0)

#if IOP_64BIT
#define HAS_ORDER_64(view, plain)                                            \
	HAS_ORDER(view, plain, b8, b8, 64, true, iop_read_be, iop_write_be); \
	HAS_ORDER(view, plain, l8, l8, 64, false, iop_read_le, iop_write_le)
#else
#define HAS_ORDER_64(view, plain) ((void)0)
#endif
#define HAS_ORDERS(BACKEND, convert)                                                   \
	do {                                                                           \
		IOP_AUTO view = convert(iop_view_at(BACKEND(struct ordered), memory)); \
		IOP_AUTO plain = convert(iop_view_at(BACKEND(struct uapi), memory));   \
		HAS_ORDER(view, plain, b4, b4, 32, true, iop_read_be, iop_write_be);   \
		HAS_ORDER(view, plain, l4, l4, 32, false, iop_read_le, iop_write_le);  \
		HAS_ORDER(view, plain, b2, b2, 16, true, iop_read_be, iop_write_be);   \
		HAS_ORDER(view, plain, l2, u2, 16, false, iop_read_le, iop_write_le);  \
		HAS_ORDER_64(view, plain);                                             \
	} while (0)
#define AS_IT_IS(view) (view)

static void every_backend_has_the_stated_order(void **state)
{
	(void)state;
	HAS_ORDERS(IOP_MMIO, AS_IT_IS);
	HAS_ORDERS(IOP_MMIO, iop_relaxed);
	HAS_ORDERS(IOP_SYSMEM, AS_IT_IS);
	HAS_ORDERS(IOP_MMIO, iop_iosysmap_from_mmio);
	HAS_ORDERS(IOP_SYSMEM, iop_iosysmap_from_sysmem);
}

#define AT_OFFSET(bits, region, at)                                                                       \
	do {                                                                                              \
		uint##bits##_t got_ = 0;                                                                  \
		memset(memory, 0, sizeof(memory));                                                        \
		iotest_record();                                                                          \
		iop_write##bits##be(region, NUMBER(bits), at);                                            \
		one_access(bits / 8, at, IOP_EVENT_ST);                                                   \
		iotest_bytes_are(memory + at, bits / 8, NUMBER(bits), true);                              \
		assert_true(iop_read##bits##be(region, at) == NUMBER(bits));                              \
		assert_int_equal(iop_try_read##bits##be(region, at, &got_), 0);                           \
		assert_true(got_ == NUMBER(bits));                                                        \
		assert_int_equal(iop_try_write##bits##be(region, (uint##bits##_t) ~NUMBER(bits), at), 0); \
		iotest_bytes_are(memory + at, bits / 8, (uint##bits##_t) ~NUMBER(bits), true);            \
		assert_int_equal(iop_try_read##bits##be(region, 64 - bits / 8 + 1, &got_), -EINVAL);      \
		assert_int_equal(iop_try_write##bits##be(region, got_, (size_t)-1), -EINVAL);             \
		assert_true(got_ == NUMBER(bits));                                                        \
	} while (0)

static void offsets_take_big_endian_numbers(void **state)
{
	IOP_AUTO device = iop_region_at(IOP_MMIO(IOP_REGION8(64)), memory, sizeof(memory));
	IOP_AUTO shared = iop_region_at(IOP_SYSMEM(IOP_REGION8(64)), memory, sizeof(memory));

	(void)state;
	AT_OFFSET(16, device, 2);
	AT_OFFSET(32, device, 60);
	AT_OFFSET(16, shared, 62);
	AT_OFFSET(32, shared, 4);
#if IOP_64BIT
	AT_OFFSET(64, device, 8);
	AT_OFFSET(64, shared, 56);
#endif
}

IOP_REGISTER(status_be, iop_be32, IOP_AT(0x10), (31, 31, ready), (7, 0, code));

static void a_register_has_the_order_of_its_storage(void **state)
{
	IOP_AUTO device = iop_region_at(IOP_MMIO(IOP_REGION(64)), memory, sizeof(memory));
	status_be got;

	(void)state;
	memset(memory, 0, sizeof(memory));
	iop_write_reg(device, iop_with(iop_with(iop_zeroed(status_be), .ready, 1), .code, 0x5a));
	iotest_bytes_are(memory + 0x10, 4, 0x8000005a, true);
	got = iop_read_reg(device, status_be);
	assert_int_equal(iop_get(got, .code), 0x5a);
	assert_int_equal(iop_get(got, .ready), 1);
	assert_int_equal(iop_into_raw(got), 0x8000005a);
	iop_update_reg(device, status_be, v, iop_with(v, .code, 0x21));
	iotest_bytes_are(memory + 0x10, 4, 0x80000021, true);
	assert_int_equal(iop_try_read_reg(device, status_be, &got), 0);
	assert_int_equal(iop_get(got, .code), 0x21);
}

static void copies_do_not_swap(void **state)
{
	struct ordered value = {.b4 = iop_cpu_to_be32(0x01020304), .l2 = iop_cpu_to_le16(0x0506)}, back;
	IOP_AUTO device = iop_view_at(IOP_MMIO(struct ordered), memory);

	(void)state;
	iop_copy_write(device, value);
	assert_memory_equal(memory, &value, sizeof(value));
	iotest_bytes_are(memory + offsetof(struct ordered, b4), 4, 0x01020304, true);
	iotest_bytes_are(memory + offsetof(struct ordered, l2), 2, 0x0506, false);
	assert_int_equal(iop_read(iop_project(device, .b4)), 0x01020304);
	back = iop_copy_read(device);
	assert_int_equal(iop_be32_to_cpu(back.b4), 0x01020304);
	assert_int_equal(iop_le16_to_cpu(back.l2), 0x0506);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_backend_has_the_stated_order),
		cmocka_unit_test(offsets_take_big_endian_numbers),
		cmocka_unit_test(a_register_has_the_order_of_its_storage),
		cmocka_unit_test(copies_do_not_swap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
