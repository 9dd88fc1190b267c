/* SPDX-License-Identifier: MIT */
/**
 * register.h - registers: one declaration gives type, location and fields
 *
 *	IOP_REGISTER(nic_ctrl, uint32_t, IOP_AT(0x10),
 *		     (0, 0, reset),
 *		     (6, 4, queue),
 *		     (9, 8, mode, as, nic_mode));
 *	IOP_REGISTER(nic_rx, uint32_t, IOP_ARRAY(16, 0x40, 0x100), (15, 0, head), (31, 16, tail));
 *	IOP_REGISTER(nic_irq, uint32_t, IOP_ALIAS(nic_ctrl), (31, 31, pending));
 *
 * at file scope declares types nic_ctrl, nic_rx and nic_irq: bitfields (bitfield.h) with a place in every Region (location.h). A
 * register is read and written as a whole, by value; its location and its width come with the name.
 *
 *	nic_ctrl c = iop_read_reg(bar, nic_ctrl);
 *	c = iop_with(c, .queue, 5);
 *	iop_write_reg(bar, c);                                     the type of c has the location
 *	iop_write_reg(bar, iop_at(nic_rx, 3), rx);                 an element needs its index
 *	iop_update_reg(bar, nic_ctrl, r, iop_with(r, .reset, true));
 *	err = iop_try_read_reg(bar, iop_at(nic_rx, 3), &rx);
 *
 * The families are those of offset access: infallible access is proved against the minimum size of the view or does not build;
 * fallible access is checked against the real one, and is -EINVAL with nothing accessed and no argument evaluated. One access of
 * the width of the storage, with the ordering and byte order of the view's backend.
 *
 * A register that is not to be read, or not to be written, or that reading or writing 1 clears, says so in its declaration, as do
 * its fields: IOP_WO(IOP_AT(0x20)), (4, 4, link, ro). What does not go with that does not compile; iop_clear is for the bits that
 * writing 1 clears. See access_mode.h.
 *
 * Without a location, the register is the one that the view is of: iop_read_reg(iop_project(bar, iop_build_loc(nic_ctrl))).
 * Source: docs/semantics.md, rows 15-18, 49.
 */
#ifndef IOPATH_REGISTER_H
#define IOPATH_REGISTER_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access_mode.h>
#include <iopath/bitfield.h>
#include <iopath/location.h>

/**
 * Declares register @NAME of unsigned type @T at @where (location.h), perhaps with a mode (access_mode.h); then its fields
 * (bitfield.h), 64 at most, perhaps none.
 */
#define IOP_REGISTER(NAME, T, ...)                                                    \
	IOP_CONSTANT_(int, NAME##_iop_mode, IOP_PLACE_MODE_(IOP_FIRST(__VA_ARGS__))); \
	IOP_FIELD_CONSTANTS_(NAME, T, __VA_ARGS__)                                    \
	IOP_LOCATION_(NAME, T, IOP_PLACE_ONLY_(IOP_FIRST(__VA_ARGS__)))               \
	IOP_BITFIELD_STRUCT_(NAME, T, IOP_KNOWN_LOCATION_(NAME), __VA_ARGS__);        \
	typedef NAME NAME##_iop_type

/* The location as part of a value's type. The offset is in two halves because array sizes are limited. */
#define IOP_KNOWN_LOCATION_(NAME)                                                                              \
	char at_high[0][((size_t)NAME##_OFFSET >> 24) + 1], at_low[0][((size_t)NAME##_OFFSET & 0xffffff) + 1], \
		fixed[0][1 + (NAME##_iop_form == 0)];                                                          \
	NAME##_iop_base *base[0];
#define IOP_VALUE_OFFSET_(T) \
	((sizeof(IOP_ANY_(T).iop_location_[0].at_high[0]) - 1) << 24 | (sizeof(IOP_ANY_(T).iop_location_[0].at_low[0]) - 1))
#define IOP_VALUE_IS_FIXED_(T) (sizeof(IOP_ANY_(T).iop_location_[0].fixed[0]) == 2)
#define IOP_VALUE_BASE_(T)     __typeof__(*IOP_ANY_(T).iop_location_[0].base[0])
#define IOP_ASSERT_VALUE_PLACE_(v, T)                                                                             \
	IOP_ASSERT_IO_(v);                                                                                        \
	IOP_ASSERT(IOP_TARGET_IS_(v, T) || IOP_VALUE_IS_FIXED_(T),                                                \
		   "iopath: a register of this type has no fixed location: name one");                            \
	IOP_ASSERT(IOP_TARGET_IS_(v, T) || !IOP_VALUE_IS_FIXED_(T) || IOP_TARGET_IS_BASE_(v, IOP_VALUE_BASE_(T)), \
		   IOP_NOT_HERE_MESSAGE_)

/* The type of a value without its qualifiers, which make another type in C++. */
#ifdef __cplusplus
#define IOP_VALUE_TYPEDEF_(NAME, value)             \
	typedef __typeof__(value) NAME##qualified_; \
	typedef iop_unqualified<NAME##qualified_> NAME
#else
#define IOP_VALUE_TYPEDEF_(NAME, value) typedef __typeof__(value) NAME
#endif

#define IOP_REG_OK_(v, T, offset) (IOP_LOCATION_OK_(v, T, offset) && IOP_TAKEN_NOW_(v, sizeof(T)))

/* Access to the storage of a T through a view that is known to reach it. */
#define IOP_STORAGE_(T) __typeof__(IOP_ANY_(T).iop_storage_[0])
#define IOP_REG_READ_(v, T, offset)          \
	__extension__({                      \
		IOP_ASSERT_MAY_READ_(T);     \
		IOP_REG_LOAD_(v, T, offset); \
	})
#define IOP_REG_LOAD_(v, T, offset)                                                                                \
	__extension__({                                                                                            \
		IOP_ASSERT_REG_ACCESS_(v, T);                                                                      \
		T iop_rl_;                                                                                         \
		iop_rl_.raw = IOP_LOAD_IN_AT_(v, IOP_STORAGE_(T), IOP_ORDER(IOP_ANY_(T).iop_storage_[0]), offset); \
		iop_rl_;                                                                                           \
	})
#define IOP_REG_STORE_(v, T, offset, value)                    \
	__extension__({                                        \
		IOP_ASSERT_MAY_WRITE_(T);                      \
		IOP_ASSERT_REG_ACCESS_(v, T);                  \
		IOP_ASSERT_WRITABLE_(v);                       \
		T iop_rs_ = (value);                           \
		IOP_REG_STORE_RAW_(v, T, offset, iop_rs_.raw); \
	})
#define IOP_REG_STORE_RAW_(v, T, offset, value) \
	IOP_STORE_IN_AT_(v, IOP_STORAGE_(T), IOP_ORDER(IOP_ANY_(T).iop_storage_[0]), offset, value)
#define IOP_ASSERT_REG_ACCESS_(v, T)                                                      \
	enum {                                                                            \
		iop_rw_ = IOP_WHY_NO_ACCESS_(v, sizeof(IOP_ANY_(T).raw), IOP_ANY_(T).raw) \
	};                                                                                \
	IOP_ASSERT_ACCESS_(iop_rw_)
#define IOP_REG_UPDATE_(v, T, offset, var, expression)          \
	__extension__({                                         \
		IOP_ASSERT_MAY_WRITE_(T);                       \
		IOP_ASSERT_MAY_UPDATE_(T);                      \
		IOP_REG_CHANGE_(v, T, offset, var, expression); \
	})
/* What is read of ro fields is written back, whatever the expression says. */
#define IOP_REG_CHANGE_(v, T, offset, var, expression)                                                                   \
	__extension__({                                                                                                  \
		IOP_KNOWN_FROM_(iop_rk_, (v).raw);                                                                       \
		T var = IOP_REG_LOAD_(v, T, offset);                                                                     \
		IOP_ASSERT_WRITABLE_(v);                                                                                 \
		const uint64_t iop_rr_ = var.raw & IOP_RO_MASK_(T);                                                      \
		T iop_ru_ = (expression);                                                                                \
		IOP_STILL_KNOWN_(iop_rk_, (v).raw);                                                                      \
		IOP_REG_STORE_RAW_(v, T, offset, (__typeof__(iop_ru_.raw))((iop_ru_.raw & ~IOP_RO_MASK_(T)) | iop_rr_)); \
	})
/* 1 to @field, 0 to the other fields that writing 1 clears, and to the rest what is read of it, where there is something to keep. */
#define IOP_REG_CLEAR_(v, T, offset, field)                                                                           \
	__extension__({                                                                                               \
		IOP_ASSERT_MAY_CLEAR_(T, field);                                                                      \
		if (IOP_CLEARS_AT_ONCE_(T))                                                                           \
			IOP_REG_STORE_(v, T, offset, iop_from_raw(T, IOP_CLEARED_(T, field, 0)));                     \
		else                                                                                                  \
			IOP_REG_CHANGE_(v, T, offset, iop_rc_, iop_from_raw(T, IOP_CLEARED_(T, field, iop_rc_.raw))); \
	})
#define IOP_CLEARED_(T, field, found) \
	((__typeof__(IOP_ANY_(T).raw))(((found) & ~IOP_W1C_MASK_(T)) | IOP_FIELD_MASK_(IOP_ANY_(T), field)))
#define IOP_ASSERT_REG_VIEW_(v) IOP_ASSERT(!IOP_IS_DYNAMIC(v), "iopath: which register of the Region?")

/* By the number of arguments: with a location there is one more. */
#define IOP_REG_WAY_(prefix, ...)	     IOP_CAT(prefix, IOP_EACH_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define IOP_REG_USE_(op, v, use, ...)	     IOP_REG_USE__(op, v, use, IOP_USED_NAME_(use), __VA_ARGS__)
#define IOP_REG_USE__(op, v, use, NAME, ...) op(v, use, NAME, __VA_ARGS__)

/** iop_read_reg(io, location): the register. iop_read_reg(view): the register that the view is of. */
#define iop_read_reg(...)	IOP_REG_WAY_(IOP_READ_REG_, __VA_ARGS__)
#define IOP_READ_REG_2(io, use) IOP_REG_USE_(IOP_READ_REG_AT_, io, use, )
#define IOP_READ_REG_1(view)                                    \
	__extension__({                                         \
		IOP_AUTO iop_g1_ = (view);                      \
		IOP_ASSERT_REG_VIEW_(iop_g1_);                  \
		IOP_REG_READ_(iop_g1_, IOP_TARGET(iop_g1_), 0); \
	})
#define IOP_READ_REG_AT_(io, use, NAME, ...)                            \
	__extension__({                                                 \
		IOP_AUTO iop_g2_ = (io);                                \
		IOP_ASSERT_LOCATED_IN_(iop_g2_, NAME);                  \
		const size_t iop_go_ = IOP_USED_OFFSET_(use);           \
		IOP_PROVE_LOCATION_(iop_g2_, NAME, NAME, use, iop_go_); \
		IOP_REG_READ_(iop_g2_, NAME, iop_go_);                  \
	})

/** iop_write_reg(io, location, value). iop_write_reg(io, value): to the fixed location of its type, or that the view is of. */
#define iop_write_reg(...)		IOP_REG_WAY_(IOP_WRITE_REG_, __VA_ARGS__)
#define IOP_WRITE_REG_3(io, use, value) IOP_REG_USE_(IOP_WRITE_REG_AT_, io, use, value)
#define IOP_WRITE_REG_2(io, value)                                                                  \
	__extension__({                                                                             \
		IOP_VALUE_TYPEDEF_(iop_wt_, value);                                                 \
		IOP_AUTO iop_w2_ = (io);                                                            \
		IOP_ASSERT_VALUE_PLACE_(iop_w2_, iop_wt_);                                          \
		enum {                                                                              \
			iop_wo_ = IOP_TARGET_IS_(iop_w2_, iop_wt_) ? 0 : IOP_VALUE_OFFSET_(iop_wt_) \
		};                                                                                  \
		IOP_ASSERT_LOCATION_ALIGN_(iop_w2_, iop_wt_);                                       \
		IOP_ASSERT(IOP_INSIDE_(iop_w2_, iop_wt_, (size_t)iop_wo_), IOP_OUTSIDE_MESSAGE_);   \
		IOP_REG_STORE_(iop_w2_, iop_wt_, iop_wo_, value);                                   \
	})
#define IOP_WRITE_REG_AT_(io, use, NAME, value)                         \
	__extension__({                                                 \
		IOP_AUTO iop_w3_ = (io);                                \
		IOP_ASSERT_LOCATED_IN_(iop_w3_, NAME);                  \
		const size_t iop_wo_ = IOP_USED_OFFSET_(use);           \
		IOP_PROVE_LOCATION_(iop_w3_, NAME, NAME, use, iop_wo_); \
		IOP_REG_STORE_(iop_w3_, NAME, iop_wo_, value);          \
	})

/** iop_update_reg(io, location, var, expression), or (view, var, expression): one load into var, one store of the expression. */
#define iop_update_reg(...)			   IOP_REG_WAY_(IOP_UPDATE_REG_, __VA_ARGS__)
#define IOP_UPDATE_REG_4(io, use, var, expression) IOP_REG_USE_(IOP_UPDATE_REG_AT_, io, use, var, expression)
#define IOP_UPDATE_REG_3(view, var, expression)                                    \
	__extension__({                                                            \
		IOP_AUTO iop_u1_ = (view);                                         \
		IOP_ASSERT_REG_VIEW_(iop_u1_);                                     \
		IOP_REG_UPDATE_(iop_u1_, IOP_TARGET(iop_u1_), 0, var, expression); \
	})
#define IOP_UPDATE_REG_AT_(io, use, NAME, var, expression)                \
	__extension__({                                                   \
		IOP_AUTO iop_u2_ = (io);                                  \
		IOP_ASSERT_LOCATED_IN_(iop_u2_, NAME);                    \
		const size_t iop_uo_ = IOP_USED_OFFSET_(use);             \
		IOP_PROVE_LOCATION_(iop_u2_, NAME, NAME, use, iop_uo_);   \
		IOP_REG_UPDATE_(iop_u2_, NAME, iop_uo_, var, expression); \
	})

/** Reads into *@value, of the register's type. 0, or -EINVAL: nothing accessed, *@value unchanged. */
#define iop_try_read_reg(io, location, value) IOP_RESULT_(IOP_REG_USE_(IOP_TRY_READ_REG_, io, location, value))
#define IOP_TRY_READ_REG_(io, use, NAME, value)                                  \
	__extension__({                                                          \
		IOP_AUTO iop_tv_ = (io);                                         \
		IOP_ASSERT_LOCATED_IN_(iop_tv_, NAME);                           \
		const size_t iop_to_ = IOP_USED_OFFSET_(use);                    \
		NAME *iop_tp_ = (value);                                         \
		int iop_te_ = IOP_REG_OK_(iop_tv_, NAME, iop_to_) ? 0 : -EINVAL; \
		if (!iop_te_)                                                    \
			*iop_tp_ = IOP_REG_READ_(iop_tv_, NAME, iop_to_);        \
		iop_te_;                                                         \
	})

/** iop_try_write_reg(io, location, value) or (io, value). 0, or -EINVAL: nothing accessed, @value not evaluated. */
#define iop_try_write_reg(...)		    IOP_RESULT_(IOP_REG_WAY_(IOP_TRY_WRITE_REG_, __VA_ARGS__))
#define IOP_TRY_WRITE_REG_3(io, use, value) IOP_REG_USE_(IOP_TRY_WRITE_REG_AT_, io, use, value)
#define IOP_TRY_WRITE_REG_2(io, value)                                                              \
	__extension__({                                                                             \
		IOP_VALUE_TYPEDEF_(iop_yt_, value);                                                 \
		IOP_AUTO iop_y2_ = (io);                                                            \
		IOP_ASSERT_VALUE_PLACE_(iop_y2_, iop_yt_);                                          \
		enum {                                                                              \
			iop_yo_ = IOP_TARGET_IS_(iop_y2_, iop_yt_) ? 0 : IOP_VALUE_OFFSET_(iop_yt_) \
		};                                                                                  \
		int iop_ye_ = IOP_REG_OK_(iop_y2_, iop_yt_, iop_yo_) ? 0 : -EINVAL;                 \
		if (!iop_ye_)                                                                       \
			IOP_REG_STORE_(iop_y2_, iop_yt_, iop_yo_, value);                           \
		iop_ye_;                                                                            \
	})
#define IOP_TRY_WRITE_REG_AT_(io, use, NAME, value)                              \
	__extension__({                                                          \
		IOP_AUTO iop_y3_ = (io);                                         \
		IOP_ASSERT_LOCATED_IN_(iop_y3_, NAME);                           \
		const size_t iop_yo_ = IOP_USED_OFFSET_(use);                    \
		int iop_ye_ = IOP_REG_OK_(iop_y3_, NAME, iop_yo_) ? 0 : -EINVAL; \
		if (!iop_ye_)                                                    \
			IOP_REG_STORE_(iop_y3_, NAME, iop_yo_, value);           \
		iop_ye_;                                                         \
	})

/** Checks once, then one load into @var, @expression, one store. 0, or -EINVAL: nothing accessed, @expression not evaluated. */
#define iop_try_update_reg(io, location, var, expression) \
	IOP_RESULT_(IOP_REG_USE_(IOP_TRY_UPDATE_REG_, io, location, var, expression))
#define IOP_TRY_UPDATE_REG_(io, use, NAME, var, expression)                       \
	__extension__({                                                           \
		IOP_AUTO iop_tu_ = (io);                                          \
		IOP_ASSERT_LOCATED_IN_(iop_tu_, NAME);                            \
		const size_t iop_to_ = IOP_USED_OFFSET_(use);                     \
		int iop_te_ = IOP_REG_OK_(iop_tu_, NAME, iop_to_) ? 0 : -EINVAL;  \
		if (!iop_te_)                                                     \
			IOP_REG_UPDATE_(iop_tu_, NAME, iop_to_, var, expression); \
		iop_te_;                                                          \
	})

/**
 * iop_clear(io, location, .field), or (view, .field): writes 1 to a field that this clears (w1c), 0 to the other such fields. One store
 * if all of the register is w1c; else one load and one store, which keep the other bits.
 */
#define iop_clear(...)		    IOP_REG_WAY_(IOP_CLEAR_, __VA_ARGS__)
#define IOP_CLEAR_3(io, use, field) IOP_REG_USE_(IOP_CLEAR_AT_, io, use, field)
#define IOP_CLEAR_2(view, field)                                        \
	__extension__({                                                 \
		IOP_AUTO iop_c1_ = (view);                              \
		IOP_ASSERT_REG_VIEW_(iop_c1_);                          \
		IOP_REG_CLEAR_(iop_c1_, IOP_TARGET(iop_c1_), 0, field); \
	})
#define IOP_CLEAR_AT_(io, use, NAME, field)                             \
	__extension__({                                                 \
		IOP_AUTO iop_c2_ = (io);                                \
		IOP_ASSERT_LOCATED_IN_(iop_c2_, NAME);                  \
		const size_t iop_co_ = IOP_USED_OFFSET_(use);           \
		IOP_PROVE_LOCATION_(iop_c2_, NAME, NAME, use, iop_co_); \
		IOP_REG_CLEAR_(iop_c2_, NAME, iop_co_, field);          \
	})

/** iop_clear at a location that is checked. 0, or -EINVAL: nothing accessed. */
#define iop_try_clear(io, location, field) IOP_RESULT_(IOP_REG_USE_(IOP_TRY_CLEAR_, io, location, field))
#define IOP_TRY_CLEAR_(io, use, NAME, field)                                     \
	__extension__({                                                          \
		IOP_AUTO iop_c3_ = (io);                                         \
		IOP_ASSERT_LOCATED_IN_(iop_c3_, NAME);                           \
		const size_t iop_co_ = IOP_USED_OFFSET_(use);                    \
		int iop_ce_ = IOP_REG_OK_(iop_c3_, NAME, iop_co_) ? 0 : -EINVAL; \
		if (!iop_ce_)                                                    \
			IOP_REG_CLEAR_(iop_c3_, NAME, iop_co_, field);           \
		iop_ce_;                                                         \
	})

#endif
