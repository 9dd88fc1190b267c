/* SPDX-License-Identifier: MIT */
/**
 * width.h - the widths of an I/O access, and byte order
 *
 * An I/O access moves one uint8_t, uint16_t, uint32_t or (on 64-bit machines) uint64_t in a single bus transaction. No other type
 * has a width: signed types, bool, float, pointers, arrays and structures are refused, because a device register has no such type
 * and wider objects cannot be moved at once. Device registers behind Mmio are little-endian; value access converts, copies never
 * do.
 * Source: docs/semantics.md, row 10.
 */
#ifndef IOPATH_WIDTH_H
#define IOPATH_WIDTH_H

#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/build_config.h>
#include <iopath/lang.h>

#ifdef __cplusplus
template <class T>
struct iop_width_of {
	using value_type = uint8_t;
	static constexpr unsigned width = 0;
};
#define IOP_WIDTH_OF_TYPE(T)                                 \
	template <>                                          \
	struct iop_width_of<T> {                             \
		using value_type = T;                        \
		static constexpr unsigned width = sizeof(T); \
	}
IOP_WIDTH_OF_TYPE(uint8_t);
IOP_WIDTH_OF_TYPE(uint16_t);
IOP_WIDTH_OF_TYPE(uint32_t);
IOP_WIDTH_OF_TYPE(uint64_t);
template <class T>
using iop_value_of = typename iop_width_of<T>::value_type;
#define IOP_WIDTH(lvalue)      iop_width_of<iop_unqualified<decltype(lvalue)>>::width
#define IOP_VALUE_TYPE(lvalue) iop_value_of<iop_unqualified<decltype(lvalue)>>
#else
/** Width in bytes of an access to an object of the type of @lvalue, 0 if that has no width. An integer constant. */
#define IOP_WIDTH(lvalue) _Generic((lvalue), uint8_t : 1, uint16_t : 2, uint32_t : 4, uint64_t : 8, default : 0)
/** The unqualified type of such an object; uint8_t where IOP_WIDTH is 0, so that there is one diagnostic, not five. */
#define IOP_VALUE_TYPE(lvalue)                      \
	__typeof__(_Generic((lvalue), uint8_t       \
			    : (uint8_t)0, uint16_t  \
			    : (uint16_t)0, uint32_t \
			    : (uint32_t)0, uint64_t \
			    : (uint64_t)0, default  \
			    : (uint8_t)0))
#endif

/** Little-endian device order <-> CPU order, for a value of @width bytes (1, 2, 4, 8) in the low bytes of @value. */
IOP_INLINE uint64_t iop_le_to_cpu(unsigned width, uint64_t value)
{
	if (!IOP_BIG_ENDIAN)
		return value;
	switch (width) {
	case 2: return __builtin_bswap16((uint16_t)value);
	case 4: return __builtin_bswap32((uint32_t)value);
	case 8: return __builtin_bswap64(value);
	default: return value;
	}
}

#endif
