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
#define iop_read_lo_hi(view)	     IOP_READ_HALVES_(IOP_LOAD_LO_HI_, view)
#define iop_read_hi_lo(view)	     IOP_READ_HALVES_(IOP_LOAD_HI_LO_, view)
#define iop_write_lo_hi(view, value) IOP_WRITE_HALVES_(IOP_STORE_LO_HI_, view, value)
#define iop_write_hi_lo(view, value) IOP_WRITE_HALVES_(IOP_STORE_HI_LO_, view, value)

/* Declares @why for the target of @p: it must have two halves, of a plain number, and the backend 32-bit accesses. */
#define IOP_REFUSE_HALVES_(why, v, p, writes)                                                                           \
	IOP_CONSTANT_(int, why,                                                                                         \
		      !IOP_IS_RECORD(v)								 ? 1                    \
		      : IOP_IS_DYNAMIC(p) || IOP_WIDTH(*(p).as[0]) != 8 || IOP_ORDER(*(p).as[0]) ? 2                    \
		      : !(IOP_CAPS(p) & IOP_CAN_ACCESS)						 ? 5                    \
		      : (writes) && IOP_IS_CONST(*(p).as[0])					 ? 7                    \
		      : !(IOP_TAKES_(p) & 4)							 ? 8                    \
												 : 0);                                                                      \
	IOP_ASSERT(why != 1, IOP_NOT_A_VIEW);                                                                           \
	IOP_ASSERT(why != 2, "iopath: only a target of type uint64_t has two halves (at an offset: iop_read64_lo_hi)"); \
	IOP_ASSERT(why != 5, IOP_NO_ACCESSORS);                                                                         \
	IOP_ASSERT(why != 7, IOP_READ_ONLY);                                                                            \
	IOP_ASSERT(why != 8, IOP_NOT_TAKEN)
#define IOP_READ_HALVES_(LOAD, view)                            \
	__extension__({                                         \
		IOP_AUTO iop_v_ = (view);                       \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);    \
		IOP_REFUSE_HALVES_(iop_w_, iop_v_, *iop_p_, 0); \
		LOAD(*iop_p_, iop_halves, 0);                   \
	})
#define IOP_WRITE_HALVES_(STORE, view, value)                   \
	__extension__({                                         \
		IOP_AUTO iop_v_ = (view);                       \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);    \
		IOP_REFUSE_HALVES_(iop_w_, iop_v_, *iop_p_, 1); \
		const uint64_t iop_x_ = (value);                \
		STORE(*iop_p_, iop_halves, 0, iop_x_);          \
	})

/** Infallible offset access: eight bytes proved to be inside the minimum size, at a multiple of 4. */
#define iop_read64_lo_hi(region, offset)	 IOP_READ_HALVES_AT_(IOP_LOAD_LO_HI_, region, offset)
#define iop_read64_hi_lo(region, offset)	 IOP_READ_HALVES_AT_(IOP_LOAD_HI_LO_, region, offset)
#define iop_write64_lo_hi(region, value, offset) IOP_WRITE_HALVES_AT_(IOP_STORE_LO_HI_, region, value, offset)
#define iop_write64_hi_lo(region, value, offset) IOP_WRITE_HALVES_AT_(IOP_STORE_HI_LO_, region, value, offset)
#define IOP_READ_HALVES_AT_(LOAD, region, offset)                            \
	__extension__({                                                      \
		IOP_AUTO iop_v_ = (region);                                  \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                 \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, uint32_t, 4, 0); \
		IOP_OFFSET_PROVED_(iop_o_, *iop_p_, iop_halves, offset);     \
		LOAD(*iop_p_, iop_halves, iop_o_);                           \
	})
#define IOP_WRITE_HALVES_AT_(STORE, region, value, offset)                   \
	__extension__({                                                      \
		IOP_AUTO iop_v_ = (region);                                  \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                 \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, uint32_t, 4, 1); \
		IOP_OFFSET_PROVED_(iop_o_, *iop_p_, iop_halves, offset);     \
		const uint64_t iop_x_ = (value);                             \
		STORE(*iop_p_, iop_halves, iop_o_, iop_x_);                  \
	})

/** Fallible offset access. 0, or -EINVAL: neither half accessed, *@value unchanged or @value not evaluated. */
#define iop_try_read64_lo_hi(region, offset, value)  IOP_RESULT_(IOP_TRY_READ_HALVES_(IOP_LOAD_LO_HI_, region, offset, value))
#define iop_try_read64_hi_lo(region, offset, value)  IOP_RESULT_(IOP_TRY_READ_HALVES_(IOP_LOAD_HI_LO_, region, offset, value))
#define iop_try_write64_lo_hi(region, value, offset) IOP_RESULT_(IOP_TRY_WRITE_HALVES_(IOP_STORE_LO_HI_, region, value, offset))
#define iop_try_write64_hi_lo(region, value, offset) IOP_RESULT_(IOP_TRY_WRITE_HALVES_(IOP_STORE_HI_LO_, region, value, offset))
#define IOP_TRY_READ_HALVES_(LOAD, region, offset, value)                                     \
	__extension__({                                                                       \
		IOP_AUTO iop_v_ = (region);                                                   \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                                  \
		IOP_OFFSET_AS_(iop_o_, offset);                                               \
		uint64_t *iop_x_ = IOP_POINTS_TO_(uint64_t, value);                           \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, uint32_t, 4, 0);                  \
		int iop_e_ = IOP_OFFSET_OF_OK_(*iop_p_, iop_halves, 4, iop_o_) ? 0 : -EINVAL; \
		if (__builtin_expect(!iop_e_, 1))                                             \
			*iop_x_ = LOAD(*iop_p_, iop_halves, iop_o_);                          \
		iop_e_;                                                                       \
	})
#define IOP_TRY_WRITE_HALVES_(STORE, region, value, offset)                                   \
	__extension__({                                                                       \
		IOP_AUTO iop_v_ = (region);                                                   \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                                  \
		IOP_OFFSET_AS_(iop_o_, offset);                                               \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, uint32_t, 4, 1);                  \
		int iop_e_ = IOP_OFFSET_OF_OK_(*iop_p_, iop_halves, 4, iop_o_) ? 0 : -EINVAL; \
		if (__builtin_expect(!iop_e_, 1)) {                                           \
			const uint64_t iop_x_ = (value);                                      \
			STORE(*iop_p_, iop_halves, iop_o_, iop_x_);                           \
		}                                                                             \
		iop_e_;                                                                       \
	})

#endif
