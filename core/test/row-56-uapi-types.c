/* SPDX-License-Identifier: MIT */
/* Row 56: the unsigned types of the kernel's interface are widths; __le and __be are numbers, whose order the accessor says. */
#include "iotest.h"

#include <iopath/iopath.h>

#include <linux/types.h>

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

static _Alignas(8) uint8_t memory[64];

#define NUMBER UINT64_C(0x8192a3b4c5d6e7f8)

static void types_of_the_kernel_s_interface_are_widths(void **state)
{
	IOP_AUTO device = iop_view_at(IOP_MMIO(struct uapi), memory);

	(void)state;
	memset(memory, 0, sizeof(memory));
	iop_write(iop_project(device, .u4), 0x01020304);
	iotest_bytes_are(memory + offsetof(struct uapi, u4), 4, 0x01020304, false);
	iop_write(iop_project(device, .u1), 0x77);
	assert_int_equal(iop_read(iop_project(device, .u1)), 0x77);
	iop_write_be(iop_project(device, .b4), 0x11223344);
	iotest_bytes_are(memory + offsetof(struct uapi, b4), 4, 0x11223344, true);
	iop_write(iop_project(device, .l4), 0x0a0b0c0d);
	iotest_bytes_are(memory + offsetof(struct uapi, l4), 4, 0x0a0b0c0d, false);
#if IOP_64BIT
	iop_write(iop_project(device, .u8), NUMBER);
	iotest_bytes_are(memory + offsetof(struct uapi, u8), 8, NUMBER, false);
	assert_true(iop_read(iop_project(device, .u8)) == NUMBER);
	_Static_assert(IOP_SAME_TYPE(iop_read(iop_view_at(IOP_MMIO(unsigned long long), 8)), 0ull), "the type of the target");
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_of_the_kernel_s_interface_are_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
