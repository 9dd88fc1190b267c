/* SPDX-License-Identifier: MIT */
/*
 * For WAY: iop_try_cast for every address modulo 8, every size around the target's and every alignment, against the two
 * conditions in either order; refusal leaves the result alone, nothing is accessed, and what is accepted can be used.
 */
#include "ways.h"

#ifndef IOPATH_TEST_BODY_CAST_ONCE
#define IOPATH_TEST_BODY_CAST_ONCE
struct cast_3 {
	uint8_t b[3];
};
struct cast_8 {
	uint32_t w[2];
};
struct cast_24 {
	uint64_t q[2];
	uint16_t h[4];
};
typedef struct cast_8 cast_name;
IOP_PLAIN(struct cast_3, b);
IOP_PLAIN(struct cast_8, w);
IOP_PLAIN(struct cast_24, q, h);
IOP_PLAIN(cast_name, w);

/* Both orders of the two checks give one code, so their order cannot be seen. */
static int cast_model(uintptr_t addr, size_t size, size_t want_size, size_t want_align)
{
	int size_first = want_size > size ? -EINVAL : addr % want_align ? -EINVAL : 0;
	int align_first = addr % want_align ? -EINVAL : want_size > size ? -EINVAL : 0;

	assert_int_equal(size_first, align_first);
	return size_first;
}
#endif

/* @from is a view of @size bytes at @addr. */
#define CAST_ONE(from, U, addr, size)                                                   \
	do {                                                                            \
		WAY_VIEW(U) to_;                                                        \
		to_ = iop_as(__typeof__(to_), WAY_AT(8, U));                            \
		int err_ = iop_try_cast(from, U, &to_);                                 \
		assert_int_equal(err_, cast_model(addr, size, sizeof(U), _Alignof(U))); \
		assert_int_equal(iop_addr(to_), err_ ? 8 : (addr));                     \
		assert_int_equal(iop_size(to_), sizeof(U));                             \
	} while (0)

#define CAST_BYTES(from, n, addr, size)                               \
	do {                                                          \
		WAY_VIEW(uint8_t[n]) to_;                             \
		to_ = iop_as(__typeof__(to_), WAY_AT(8, uint8_t[n])); \
		int err_ = iop_try_cast_bytes(from, &to_);            \
		assert_int_equal(err_, cast_model(addr, size, n, 1)); \
		assert_int_equal(iop_addr(to_), err_ ? 8 : (addr));   \
	} while (0)

#define CAST_ALL(from, addr, size)                          \
	do {                                                \
		CAST_ONE(from, uint8_t, addr, size);        \
		CAST_ONE(from, uint16_t, addr, size);       \
		CAST_ONE(from, uint32_t, addr, size);       \
		CAST_ONE(from, uint64_t, addr, size);       \
		CAST_ONE(from, struct cast_3, addr, size);  \
		CAST_ONE(from, struct cast_8, addr, size);  \
		CAST_ONE(from, struct cast_24, addr, size); \
		CAST_ONE(from, cast_name, addr, size);      \
		CAST_BYTES(from, 0, addr, size);            \
		CAST_BYTES(from, 1, addr, size);            \
		CAST_BYTES(from, 13, addr, size);           \
	} while (0)

static void WAY_FN(cast_grid)(void **state)
{
	(void)state;
	iotest_record();
	for (uintptr_t addr = 0x1000; addr < 0x1010; addr++)
		for (size_t size = 0; size <= 32; size++) {
			IOP_AUTO bytes = WAY_SLICE(uint8_t, addr, size);

			CAST_ALL(bytes, addr, size);
			if (addr % 4 == 0 && size % 4 == 0) {
				IOP_AUTO region = WAY_REGION(0, addr, size);

				CAST_ALL(region, addr, size);
			}
		}
	assert_int_equal(iotest_count(), 0);
}

/* The result starts where the source does, keeps its backend and its tag, and is as good as a view made there. */
static void WAY_FN(cast_is_usable)(void **state)
{
	_Alignas(8) uint8_t memory[32] = {0};
	IOP_AUTO region = WAY_REGION(0, memory, 32);
	WAY_VIEW(struct cast_24) object;
	WAY_VIEW(uint8_t[13]) bytes;

	(void)state;
	assert_int_equal(iop_try_cast(region, struct cast_24, &object), 0);
	iotest_record();
	iop_write(iop_project(object, .h, iop_build(3)), 0x1234);
	assert_int_equal(iotest_is_access(0, WAY_INFO, IOP_EVENT_ST, 2, memory + 22, iotest_raw(WAY_INFO, 2, 0x1234)),
			 iotest_count());
	/* the only way from a Region to some of its bytes */
	assert_int_equal(iop_try_cast_bytes(region, &bytes), 0);
	assert_int_equal(iop_addr(iop_project(bytes, iop_build_range(3, 9))), (uintptr_t)memory + 3);
	assert_int_equal(iop_len(iop_project(bytes, iop_build_range(3, 9))), 6);
}

#undef CAST_ONE
#undef CAST_BYTES
#undef CAST_ALL
