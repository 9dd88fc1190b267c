/* SPDX-License-Identifier: MIT */
/**
 * halves.h - 64-bit registers by two 32-bit accesses, in an order that the author states
 *
 * A 32-bit CPU has no 64-bit access, a bridge may pass none, and some devices have 64-bit registers that take two 32-bit ones. Which
 * half goes first is the device's to say (a counter that latches, an address whose second half starts the transfer), so it is part of
 * the name, and no other accessor chooses one silently:
 *
 *	uint64_t t = iop_read_lo_hi(iop_project(nic, .time));        the low half first, then the high one
 *	iop_write64_hi_lo(bar, address, 0x20);                       the high half first
 *
 * The two accesses are of 32 bits each, at their own addresses; the pair is not atomic: the device may change, and another thread may
 * write, between them. They need 4-byte alignment only and every backend that has accessors.
 * Source: docs/semantics.md, row 54; Linux include/linux/io-64-nonatomic-lo-hi.h and -hi-lo.h.
 */
#ifndef IOPATH_HALVES_H
#define IOPATH_HALVES_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access.h>

/* What is proved and checked of a pair. */
typedef struct iop_halves {
	uint32_t iop_half[2];
} iop_halves;

/* Where the low half lies: in memory of the CPU's order, that depends on the CPU. */
#define IOP_LOW_AT_(v) (IOP_BIG_ENDIAN && !IOP_BACKEND((v).raw, is_io)((v).raw) ? (size_t)4 : (size_t)0)

#define IOP_LOAD_LO_HI_(v, T, delta)                                                        \
	__extension__({                                                                     \
		uint32_t iop_lo_ = IOP_LOAD_AT_(v, uint32_t, (delta) + IOP_LOW_AT_(v));     \
		uint32_t iop_hi_ = IOP_LOAD_AT_(v, uint32_t, (delta) + 4 - IOP_LOW_AT_(v)); \
		(uint64_t) iop_hi_ << 32 | iop_lo_;                                         \
	})
#define IOP_LOAD_HI_LO_(v, T, delta)                                                        \
	__extension__({                                                                     \
		uint32_t iop_hi_ = IOP_LOAD_AT_(v, uint32_t, (delta) + 4 - IOP_LOW_AT_(v)); \
		uint32_t iop_lo_ = IOP_LOAD_AT_(v, uint32_t, (delta) + IOP_LOW_AT_(v));     \
		(uint64_t) iop_hi_ << 32 | iop_lo_;                                         \
	})
#define IOP_STORE_LO_HI_(v, T, delta, value)                                                         \
	__extension__({                                                                              \
		const uint64_t iop_hv_ = (value);                                                    \
		IOP_STORE_AT_(v, uint32_t, (delta) + IOP_LOW_AT_(v), (uint32_t)iop_hv_);             \
		IOP_STORE_AT_(v, uint32_t, (delta) + 4 - IOP_LOW_AT_(v), (uint32_t)(iop_hv_ >> 32)); \
	})
#define IOP_STORE_HI_LO_(v, T, delta, value)                                                         \
	__extension__({                                                                              \
		const uint64_t iop_hv_ = (value);                                                    \
		IOP_STORE_AT_(v, uint32_t, (delta) + 4 - IOP_LOW_AT_(v), (uint32_t)(iop_hv_ >> 32)); \
		IOP_STORE_AT_(v, uint32_t, (delta) + IOP_LOW_AT_(v), (uint32_t)iop_hv_);             \
	})

/** Value access to a target of 64 bits. */
#define iop_read_lo_hi(view)	     IOP_READ_HALVES_(IOP_UNIQUE, IOP_LOAD_LO_HI_, view)
#define iop_read_hi_lo(view)	     IOP_READ_HALVES_(IOP_UNIQUE, IOP_LOAD_HI_LO_, view)
#define iop_write_lo_hi(view, value) IOP_WRITE_HALVES_(IOP_UNIQUE, IOP_STORE_LO_HI_, view, value)
#define iop_write_hi_lo(view, value) IOP_WRITE_HALVES_(IOP_UNIQUE, IOP_STORE_HI_LO_, view, value)

/* Declares @why for the target of @p: it must have two halves, of a plain number, and the backend 32-bit accesses. */
#define IOP_REFUSE_HALVES_(why, v, p, writes)                                                                           \
	IOP_CONSTANT_(int, why,                                                                                         \
		      !IOP_IS_RECORD(v)								 ? 1                    \
		      : IOP_IS_DYNAMIC(p) || IOP_WIDTH(*(p).as[0]) != 8 || IOP_ORDER(*(p).as[0]) ? 2                    \
		      : !(IOP_CAPS(p) & IOP_CAN_ACCESS)						 ? 5                    \
		      : (writes) && IOP_IS_CONST(*(p).as[0])					 ? 7                    \
												 : 0);                                                      \
	IOP_ASSERT(why != 1, IOP_NOT_A_VIEW);                                                                           \
	IOP_ASSERT(why != 2, "iopath: only a target of type uint64_t has two halves (at an offset: iop_read64_lo_hi)"); \
	IOP_ASSERT(why != 5, IOP_NO_ACCESSORS);                                                                         \
	IOP_ASSERT(why != 7, IOP_READ_ONLY)
#define IOP_READ_HALVES_(...) IOP_READ_HALVES__(__VA_ARGS__)
#define IOP_READ_HALVES__(id, LOAD, view)                    \
	__extension__({                                      \
		IOP_AUTO id##v = (view);                     \
		IOP_AUTO id##p = IOP_VIEW_POINTER_(id##v);   \
		IOP_REFUSE_HALVES_(id##w, id##v, *id##p, 0); \
		LOAD(*id##p, iop_halves, 0);                 \
	})
#define IOP_WRITE_HALVES_(...) IOP_WRITE_HALVES__(__VA_ARGS__)
#define IOP_WRITE_HALVES__(id, STORE, view, value)           \
	__extension__({                                      \
		IOP_AUTO id##v = (view);                     \
		IOP_AUTO id##p = IOP_VIEW_POINTER_(id##v);   \
		IOP_REFUSE_HALVES_(id##w, id##v, *id##p, 1); \
		const uint64_t id##x = (value);              \
		STORE(*id##p, iop_halves, 0, id##x);         \
	})

/** Infallible offset access: eight bytes proved to be inside the minimum size, at a multiple of 4. */
#define iop_read64_lo_hi(region, offset)	 IOP_READ_HALVES_AT_(IOP_UNIQUE, IOP_LOAD_LO_HI_, region, offset)
#define iop_read64_hi_lo(region, offset)	 IOP_READ_HALVES_AT_(IOP_UNIQUE, IOP_LOAD_HI_LO_, region, offset)
#define iop_write64_lo_hi(region, value, offset) IOP_WRITE_HALVES_AT_(IOP_UNIQUE, IOP_STORE_LO_HI_, region, value, offset)
#define iop_write64_hi_lo(region, value, offset) IOP_WRITE_HALVES_AT_(IOP_UNIQUE, IOP_STORE_HI_LO_, region, value, offset)
#define IOP_READ_HALVES_AT_(...)		 IOP_READ_HALVES_AT__(__VA_ARGS__)
#define IOP_READ_HALVES_AT__(id, LOAD, region, offset)                 \
	__extension__({                                                \
		IOP_AUTO id##v = (region);                             \
		IOP_AUTO id##p = IOP_VIEW_POINTER_(id##v);             \
		IOP_REFUSE_OFFSET_(id##w, id##v, *id##p, uint32_t, 0); \
		IOP_OFFSET_PROVED_(id##o, *id##p, iop_halves, offset); \
		LOAD(*id##p, iop_halves, id##o);                       \
	})
#define IOP_WRITE_HALVES_AT_(...) IOP_WRITE_HALVES_AT__(__VA_ARGS__)
#define IOP_WRITE_HALVES_AT__(id, STORE, region, value, offset)        \
	__extension__({                                                \
		IOP_AUTO id##v = (region);                             \
		IOP_AUTO id##p = IOP_VIEW_POINTER_(id##v);             \
		IOP_REFUSE_OFFSET_(id##w, id##v, *id##p, uint32_t, 1); \
		IOP_OFFSET_PROVED_(id##o, *id##p, iop_halves, offset); \
		const uint64_t id##x = (value);                        \
		STORE(*id##p, iop_halves, id##o, id##x);               \
	})

/** Fallible offset access. 0, or -EINVAL: neither half accessed, *@value unchanged or @value not evaluated. */
#define iop_try_read64_lo_hi(region, offset, value) \
	IOP_RESULT_(IOP_TRY_READ_HALVES_(IOP_UNIQUE, IOP_LOAD_LO_HI_, region, offset, value))
#define iop_try_read64_hi_lo(region, offset, value) \
	IOP_RESULT_(IOP_TRY_READ_HALVES_(IOP_UNIQUE, IOP_LOAD_HI_LO_, region, offset, value))
#define iop_try_write64_lo_hi(region, value, offset) \
	IOP_RESULT_(IOP_TRY_WRITE_HALVES_(IOP_UNIQUE, IOP_STORE_LO_HI_, region, value, offset))
#define iop_try_write64_hi_lo(region, value, offset) \
	IOP_RESULT_(IOP_TRY_WRITE_HALVES_(IOP_UNIQUE, IOP_STORE_HI_LO_, region, value, offset))
#define IOP_TRY_READ_HALVES_(...) IOP_TRY_READ_HALVES__(__VA_ARGS__)
#define IOP_TRY_READ_HALVES__(id, LOAD, region, offset, value)                       \
	__extension__({                                                              \
		IOP_AUTO id##v = (region);                                           \
		IOP_AUTO id##p = IOP_VIEW_POINTER_(id##v);                           \
		IOP_OFFSET_AS_(id##o, offset);                                       \
		uint64_t *id##x = IOP_POINTS_TO_(uint64_t, value);                   \
		IOP_REFUSE_OFFSET_(id##w, id##v, *id##p, uint32_t, 0);               \
		int id##e = IOP_OFFSET_OK_(*id##p, iop_halves, id##o) ? 0 : -EINVAL; \
		if (!id##e)                                                          \
			*id##x = LOAD(*id##p, iop_halves, id##o);                    \
		id##e;                                                               \
	})
#define IOP_TRY_WRITE_HALVES_(...) IOP_TRY_WRITE_HALVES__(__VA_ARGS__)
#define IOP_TRY_WRITE_HALVES__(id, STORE, region, value, offset)                     \
	__extension__({                                                              \
		IOP_AUTO id##v = (region);                                           \
		IOP_AUTO id##p = IOP_VIEW_POINTER_(id##v);                           \
		IOP_OFFSET_AS_(id##o, offset);                                       \
		IOP_REFUSE_OFFSET_(id##w, id##v, *id##p, uint32_t, 1);               \
		int id##e = IOP_OFFSET_OK_(*id##p, iop_halves, id##o) ? 0 : -EINVAL; \
		if (!id##e) {                                                        \
			const uint64_t id##x = (value);                              \
			STORE(*id##p, iop_halves, id##o, id##x);                     \
		}                                                                    \
		id##e;                                                               \
	})

#endif
