/* SPDX-License-Identifier: MIT */
/**
 * cast.h - a view of plain bytes as a view of a structure
 *
 * Bytes may be looked at as a structure if all of its bit patterns are values: C cannot tell, so the author says it, once a type.
 *
 *	IOP_PLAIN(struct desc, addr, len);
 *	...
 *	err = iop_try_cast(bytes, struct desc, &desc);
 *
 * Source: docs/semantics.md, row 22.
 */
#ifndef IOPATH_CAST_H
#define IOPATH_CAST_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/view.h>

/**
 * IOP_PLAIN(struct nic, ctrl, status, ring): at file scope, says that struct nic is plain bytes: these are all its members, there
 * is no padding between or after them, and any bit pattern is a valid value of each (no bool, enum or pointer; nested structures
 * are plain themselves). The sizes are checked; C cannot check the rest. Up to 32 members. A typedef name works too.
 */
#ifdef __cplusplus
#define IOP_PLAIN(T, ...) IOP_ASSERT(std::has_unique_object_representations_v<T>, "iopath: not plain: it has padding")
#define IOP_IS_PLAIN_(T)  std::has_unique_object_representations_v<T>
#else
#define IOP_PLAIN(T, ...)                                                                                                    \
	IOP_ASSERT(IOP_SIZES_(T, __VA_ARGS__) == sizeof(T), "iopath: not plain: it has padding, or a member is not listed"); \
	enum {                                                                                                               \
		iop_plain_##T##_needs_IOP_PLAIN = 1                                                                          \
	}
#define IOP_IS_PLAIN_(T) (iop_plain_##T##_needs_IOP_PLAIN)
/* "struct nic" pastes to "iop_plain_struct nic_needs_IOP_PLAIN": the first half must vanish. */
#define iop_plain_struct
#define iop_plain_union
enum {
	iop_plain_uint8_t_needs_IOP_PLAIN = 1,
	iop_plain_uint16_t_needs_IOP_PLAIN = 1,
	iop_plain_uint32_t_needs_IOP_PLAIN = 1,
	iop_plain_uint64_t_needs_IOP_PLAIN = 1,
	iop_plain_iop_le16_needs_IOP_PLAIN = 1,
	iop_plain_iop_le32_needs_IOP_PLAIN = 1,
	iop_plain_iop_le64_needs_IOP_PLAIN = 1,
	iop_plain_iop_be16_needs_IOP_PLAIN = 1,
	iop_plain_iop_be32_needs_IOP_PLAIN = 1,
	iop_plain_iop_be64_needs_IOP_PLAIN = 1,
	iop_plain___u8_needs_IOP_PLAIN = 1,
	iop_plain___u16_needs_IOP_PLAIN = 1,
	iop_plain___u32_needs_IOP_PLAIN = 1,
	iop_plain___u64_needs_IOP_PLAIN = 1,
	iop_plain___le16_needs_IOP_PLAIN = 1,
	iop_plain___le32_needs_IOP_PLAIN = 1,
	iop_plain___le64_needs_IOP_PLAIN = 1,
	iop_plain___be16_needs_IOP_PLAIN = 1,
	iop_plain___be32_needs_IOP_PLAIN = 1,
	iop_plain___be64_needs_IOP_PLAIN = 1
};
#define IOP_SIZES_(T, ...) IOP_CAT(IOP_SIZES_, IOP_SIZES_COUNT_(__VA_ARGS__))(T, __VA_ARGS__)
#define IOP_SIZE_OF_(T, m) sizeof(((T *)0)->m)
#define IOP_SIZES_COUNT_(...)                                                                                                      \
	IOP_SIZES_COUNT__(__VA_ARGS__, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, \
			  9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define IOP_SIZES_COUNT__(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, \
			  a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, n, ...)                                            \
	n
#define IOP_SIZES_1(T, m)	IOP_SIZE_OF_(T, m)
#define IOP_SIZES_2(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_1(T, __VA_ARGS__))
#define IOP_SIZES_3(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_2(T, __VA_ARGS__))
#define IOP_SIZES_4(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_3(T, __VA_ARGS__))
#define IOP_SIZES_5(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_4(T, __VA_ARGS__))
#define IOP_SIZES_6(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_5(T, __VA_ARGS__))
#define IOP_SIZES_7(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_6(T, __VA_ARGS__))
#define IOP_SIZES_8(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_7(T, __VA_ARGS__))
#define IOP_SIZES_9(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_8(T, __VA_ARGS__))
#define IOP_SIZES_10(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_9(T, __VA_ARGS__))
#define IOP_SIZES_11(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_10(T, __VA_ARGS__))
#define IOP_SIZES_12(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_11(T, __VA_ARGS__))
#define IOP_SIZES_13(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_12(T, __VA_ARGS__))
#define IOP_SIZES_14(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_13(T, __VA_ARGS__))
#define IOP_SIZES_15(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_14(T, __VA_ARGS__))
#define IOP_SIZES_16(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_15(T, __VA_ARGS__))
#define IOP_SIZES_17(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_16(T, __VA_ARGS__))
#define IOP_SIZES_18(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_17(T, __VA_ARGS__))
#define IOP_SIZES_19(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_18(T, __VA_ARGS__))
#define IOP_SIZES_20(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_19(T, __VA_ARGS__))
#define IOP_SIZES_21(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_20(T, __VA_ARGS__))
#define IOP_SIZES_22(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_21(T, __VA_ARGS__))
#define IOP_SIZES_23(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_22(T, __VA_ARGS__))
#define IOP_SIZES_24(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_23(T, __VA_ARGS__))
#define IOP_SIZES_25(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_24(T, __VA_ARGS__))
#define IOP_SIZES_26(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_25(T, __VA_ARGS__))
#define IOP_SIZES_27(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_26(T, __VA_ARGS__))
#define IOP_SIZES_28(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_27(T, __VA_ARGS__))
#define IOP_SIZES_29(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_28(T, __VA_ARGS__))
#define IOP_SIZES_30(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_29(T, __VA_ARGS__))
#define IOP_SIZES_31(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_30(T, __VA_ARGS__))
#define IOP_SIZES_32(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_31(T, __VA_ARGS__))
#endif

/**
 * Makes *@out the view of the first sizeof(U) bytes of @view as a U, where U, spelled out, is the target of *@out, plain
 * (IOP_PLAIN) and sized, and @view's target is plain too: a Region, or bytes.
 * Returns 0, or -EINVAL if U is larger than the view or the view's address is not aligned for U; then *@out is unchanged.
 * Source: docs/semantics.md, row 22.
 */
#define iop_try_cast(view, U, out) IOP_RESULT_(IOP_TRY_CAST_VALUE_(view, U, out))
#define IOP_TRY_CAST_VALUE_(view, U, out)                                                                               \
	__extension__({                                                                                                 \
		IOP_AUTO iop_cu_ = (out);                                                                               \
		IOP_ASSERT(IOP_IS_PLAIN_(U), "iopath: iop_try_cast to a type that is not IOP_PLAIN");                   \
		IOP_ASSERT(IOP_TARGET_IS_(*iop_cu_, U), "iopath: iop_try_cast: the result is not a view of that type"); \
		IOP_TRY_CAST_(view, iop_cu_);                                                                           \
	})

/** iop_try_cast to a view of uint8_t[N], which needs no opt-in. */
#define iop_try_cast_bytes(view, out) IOP_RESULT_(IOP_TRY_CAST_BYTES_VALUE_(view, out))
#define IOP_TRY_CAST_BYTES_VALUE_(view, out)                                             \
	__extension__({                                                                  \
		IOP_AUTO iop_cb_ = (out);                                                \
		IOP_ASSERT(IOP_IS_BYTES_(*iop_cb_), "iopath: not a view of uint8_t[N]"); \
		IOP_TRY_CAST_(view, iop_cb_);                                            \
	})

#define IOP_TRY_CAST_(view, out)                                                                                        \
	__extension__({                                                                                                 \
		IOP_AUTO iop_cv_ = (view);                                                                              \
		IOP_AUTO iop_co_ = (out);                                                                               \
		IOP_ASSERT(!IOP_IS_DYNAMIC(*iop_co_), "iopath: iop_try_cast needs a sized target");                     \
		IOP_ASSERT(IOP_SAME_TYPE(iop_cv_.raw, iop_co_->raw), "iopath: iop_try_cast cannot change the backend"); \
		IOP_ASSERT(IOP_TAKES_FIT_(iop_cv_, *iop_co_), IOP_MORE_WIDTHS);                                         \
		IOP_ASSERT(!IOP_IS_CONST(*iop_cv_.as[0]) || IOP_IS_CONST(*iop_co_->as[0]), IOP_READ_ONLY);              \
		int iop_ce_ = iop_offset_valid(iop_cv_.raw.addr, 0, iop_size(iop_cv_), IOP_MIN_SIZE_(*iop_co_),         \
					       IOP_ALIGNOF(IOP_TARGET(*iop_co_)))                                       \
				      ? 0                                                                               \
				      : -EINVAL;                                                                        \
		if (!iop_ce_)                                                                                           \
			iop_co_->raw = iop_cv_.raw;                                                                     \
		iop_ce_;                                                                                                \
	})

#endif
