/* SPDX-License-Identifier: MIT */
/**
 * bitfield.h - integers with named bits
 *
 * A bitfield type is a structure with one member, the storage .raw, and names for ranges of its bits. Registers (register.h) are
 * bitfields with a location; a bitfield alone is declared, at file scope, by
 *
 *	IOP_BITFIELD(nic_flags, uint16_t,
 *		     (0, 0, up),                        hi, lo, name: bits lo to hi, both included
 *		     (6, 4, queue),
 *		     (9, 8, mode, as, nic_mode),        a field with a type: every bit pattern is a nic_mode
 *		     (12, 12, link, ro),                last, a mode: not to be set (access_mode.h)
 *		     (15, 13, speed, try_as, nic_speed) some bit patterns are a nic_speed
 *	);
 *
 * and used by the names of its fields, spelled as in iop_project:
 *
 *	nic_flags f = iop_from_raw(nic_flags, 0x31);
 *	if (iop_get(f, .up))
 *		f = iop_with(f, .queue, 5);             a new value; the other bits, named or not, are as they were
 *	err = iop_try_with(&f, .queue, n);              -EOVERFLOW: n is too large
 *	err = iop_try_get(f, .speed, &speed);           -EINVAL: these bits are not a nic_speed
 *
 * A setter cannot change other bits: iop_with takes values that must fit, by their type (bool fits one bit, uint8_t fits 8 or more)
 * or because they are constants, and refuses anything else at compile time; note that in C a comparison is an int, not a bool. Fields
 * may overlap, bits may belong to no field. Values of one type are compared with iop_equal.
 *
 * For each field the declaration defines the constants nic_flags_queue_HI and _LO (its range), _SHIFT, and _MASK (in place, not
 * right-aligned), of the type of the storage in C++. The names of the fields are members of size zero that only carry types: they
 * are never read and have no run-time cost.
 * Source: docs/semantics.md, row 15.
 */
#ifndef IOPATH_BITFIELD_H
#define IOPATH_BITFIELD_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access_mode.h>
#include <iopath/bitenum.h>
#include <iopath/error.h>
#include <iopath/foreach.h>
#include <iopath/lang.h>
#include <iopath/panic.h>
#include <iopath/width.h>

IOP_BUILD_FAIL(iop_build_error_field, "iopath: value not provably small enough for the field (use iop_try_with)");

/** Declares bitfield type @NAME over the unsigned type @T; then its fields, at least one, at most 64. */
#define IOP_BITFIELD(NAME, T, ...)                        \
	IOP_CONSTANT_(int, NAME##_iop_mode, IOP_MODE_rw); \
	IOP_FIELD_CONSTANTS_(NAME, T, 0, __VA_ARGS__)     \
	IOP_BITFIELD_STRUCT_(NAME, T, IOP_NO_LOCATION_, 0, __VA_ARGS__)

/* All macros below have one argument before the fields, so that there may be no field. */
#define IOP_FIELD_CONSTANTS_(NAME, T, ...)                                                                                    \
	IOP_ASSERT(IOP_WIDTH(*(T *)0) != 0,                                                                                   \
		   "iopath: the storage of a register is uint8_t, uint16_t, uint32_t or uint64_t (or iop_le16 to iop_be64)"); \
	IOP_FOR_EACH_REST(IOP_FIELD_CONSTANT_, (NAME, T), __VA_ARGS__)                                                        \
	IOP_MODE_CONSTANTS_(NAME, T, __VA_ARGS__)

#define IOP_BITFIELD_STRUCT_(NAME, T, LOCATION, ...)                                             \
	IOP_EXTENSION_BEGIN_ typedef struct NAME NAME;                                           \
	struct IOP_MEMBERS_OF_(NAME) {                                                           \
		IOP_VALUE_TYPE(*(T *)0) raw;                                                     \
		T iop_storage_[0];                                                               \
		IOP_FOR_EACH_REST(IOP_FIELD_MEMBER_, NAME, __VA_ARGS__)                          \
		struct __attribute__((packed)) {                                                 \
			LOCATION                                                                 \
		} iop_location_[0];                                                              \
		IOP_MODE_MEMBERS_(NAME)                                                          \
	};                                                                                       \
	IOP_WITH_MEMBERS_(NAME)                                                                  \
	IOP_EXTENSION_END_                                                                       \
	__attribute__((unused)) IOP_INLINE const struct iop_bitfield_info *NAME##_iop_info(void) \
	{                                                                                        \
		static const struct iop_field_info fields[] = {                                  \
			IOP_FOR_EACH_REST(IOP_FIELD_INFO_, NAME, __VA_ARGS__){0, 0, 0},          \
		};                                                                               \
		static const struct iop_bitfield_info info = {#NAME, sizeof(T), fields};         \
		return &info;                                                                    \
	}                                                                                        \
	IOP_ASSERT(sizeof(NAME) == sizeof(T) && IOP_ALIGNOF(NAME) == IOP_ALIGNOF(T), "iopath: a register is its storage")

/* As iop_with_witness, for a name. */
#ifdef __cplusplus
#define IOP_MEMBERS_OF_(NAME) NAME##_iop_members
#define IOP_WITH_MEMBERS_(NAME)            \
	struct NAME : NAME##_iop_members { \
	};
#else
#define IOP_MEMBERS_OF_(NAME) NAME
#define IOP_WITH_MEMBERS_(NAME)
#endif

/* What a type without a location says of its location; register.h has the other one. */
#define IOP_NO_LOCATION_                               \
	char at_high[0][1], at_low[0][1], fixed[0][1]; \
	void *base[0];

/* All bits from lo to hi, without shifting by 64. */
#define IOP_MASK_(hi, lo) ((~UINT64_C(0) >> (63 - (hi))) & (~UINT64_C(0) << (lo)))

#define IOP_FIELD_CONSTANT_(context, field) IOP_FIELD_CONSTANT__(IOP_OPEN context, IOP_OPEN field, plain, plain, plain, )
#define IOP_FIELD_CONSTANT__(...)	    IOP_FIELD_CONSTANT___(__VA_ARGS__)
#define IOP_FIELD_CONSTANT___(NAME, T, hi, lo, name, how, TYPE, last, ...)              \
	IOP_ASSERT((hi) >= (lo) && (lo) >= 0 && (hi) < 8 * (int)sizeof(T),              \
		   "iopath: a field is (hi, lo, name) inside its storage");             \
	IOP_CONSTANT_(int, NAME##_##name##_HI, hi);                                     \
	IOP_CONSTANT_(int, NAME##_##name##_LO, lo);                                     \
	IOP_CONSTANT_(int, NAME##_##name##_SHIFT, lo);                                  \
	IOP_CONSTANT_(int, NAME##_##name##_iop_mode, IOP_FIELD_MODE_(NAME, how, last)); \
	IOP_CONSTANT_(IOP_VALUE_TYPE(*(T *)0), NAME##_##name##_MASK, IOP_MASK_(hi, lo));

/* The witness of a field: numbers as sizes of arrays. */
#define IOP_FIELD_MEMBER_(NAME, field) IOP_FIELD_MEMBER__(NAME, IOP_OPEN field, plain, uint8_t, )
#define IOP_FIELD_MEMBER__(...)	       IOP_FIELD_MEMBER___(__VA_ARGS__)
#define IOP_FIELD_MEMBER___(NAME, hi, lo, name, how, TYPE, ...) \
	struct __attribute__((packed)) {                        \
		char iop_mode[0][NAME##_##name##_iop_mode];     \
		char iop_hi[0][(hi) + 1], iop_lo[0][(lo) + 1];  \
		IOP_FIELD_##how(TYPE, (hi) - (lo) + 1)          \
	} name[0];
#define IOP_FIELD_plain(TYPE, width)     \
	char iop_how[0][1];              \
	IOP_UINT_OF_(width) iop_type[0]; \
	struct iop_no_set iop_set[0];
#define IOP_FIELD_rw(TYPE, width)  IOP_FIELD_plain(TYPE, width)
#define IOP_FIELD_ro(TYPE, width)  IOP_FIELD_plain(TYPE, width)
#define IOP_FIELD_wo(TYPE, width)  IOP_FIELD_plain(TYPE, width)
#define IOP_FIELD_w1c(TYPE, width) IOP_FIELD_plain(TYPE, width)
#define IOP_FIELD_rc(TYPE, width)  IOP_FIELD_plain(TYPE, width)
#define IOP_FIELD_as(TYPE, width)                                                  \
	IOP_ASSERT(TYPE##_BITS == (width) && TYPE##_iop_count == 1 << TYPE##_BITS, \
		   "iopath: not each value of the field has a name (use try_as)"); \
	char iop_how[0][2];                                                        \
	TYPE##_iop_enum iop_type[0];                                               \
	struct TYPE##_iop_set iop_set[0];
#define IOP_FIELD_try_as(TYPE, width)                                                                    \
	IOP_ASSERT(TYPE##_BITS <= (width), "iopath: the enumeration has values that the field has not"); \
	char iop_how[0][3];                                                                              \
	TYPE##_iop_enum iop_type[0];                                                                     \
	struct TYPE##_iop_set iop_set[0];

#define IOP_FIELD_INFO_(NAME, field)	     IOP_FIELD_INFO__(IOP_OPEN field, )
#define IOP_FIELD_INFO__(...)		     IOP_FIELD_INFO___(__VA_ARGS__)
#define IOP_FIELD_INFO___(hi, lo, name, ...) {#name, (hi), (lo)},

/* The smallest type of that many bits, and the bits that a type has. */
#ifdef __cplusplus
template <int Width>
using iop_uint_of = std::conditional_t<
	Width == 1, bool,
	std::conditional_t<Width <= 8, uint8_t,
			   std::conditional_t<Width <= 16, uint16_t, std::conditional_t<Width <= 32, uint32_t, uint64_t>>>>;
#define IOP_UINT_OF_(width) iop_uint_of<(width)>
template <class T>
constexpr int iop_bits_of = std::is_same_v<T, bool> ? 1
			    : std::is_unsigned_v<T> ? 8 * (int)sizeof(T)
						    : 255;
#define IOP_BITS_OF_(x) iop_bits_of<iop_unqualified<decltype(x)>>
#else
#define IOP_UINT_OF_(width)                                                             \
	__typeof__(__builtin_choose_expr(                                               \
		(width) == 1, (bool)0,                                                  \
		__builtin_choose_expr((width) <= 8, (uint8_t)0,                         \
				      __builtin_choose_expr((width) <= 16, (uint16_t)0, \
							    __builtin_choose_expr((width) <= 32, (uint32_t)0, (uint64_t)0)))))
#define IOP_BITS_OF_(x)                                                                                       \
	_Generic((x), bool : 1, unsigned char : 8, unsigned short : 16, unsigned : 8 * (int)sizeof(unsigned), \
		 unsigned long : 8 * (int)sizeof(long), unsigned long long : 64, default : 255)
#endif

/* Numbers of a field, from its witness; integer constants. */
#define IOP_HI_(r, field)	      ((int)sizeof((r)field[0].iop_hi[0]) - 1)
#define IOP_LO_(r, field)	      ((int)sizeof((r)field[0].iop_lo[0]) - 1)
#define IOP_WIDTH_(r, field)	      (IOP_HI_(r, field) - IOP_LO_(r, field) + 1)
#define IOP_FIELD_MASK_(r, field)     IOP_MASK_(IOP_HI_(r, field), IOP_LO_(r, field))
#define IOP_FIELD_TYPE_(r, field)     __typeof__((r)field[0].iop_type[0])
#define IOP_IS_PLAIN_FIELD_(r, field) (sizeof((r)field[0].iop_how[0]) == 1)
#define IOP_IS_TRY_FIELD_(r, field)   (sizeof((r)field[0].iop_how[0]) == 3)

#define IOP_GET_BITS_(r, field) (((uint64_t)(r).raw & IOP_FIELD_MASK_(r, field)) >> IOP_LO_(r, field))
#define IOP_SET_BITS_(r, field, bits)                                                       \
	((r).raw = (__typeof__((r).raw))(((uint64_t)(r).raw & ~IOP_FIELD_MASK_(r, field)) | \
					 ((uint64_t)(bits) << IOP_LO_(r, field) & IOP_FIELD_MASK_(r, field))))

/* C counts enumerations among the integers. */
#ifdef __cplusplus
#define IOP_IS_WHOLE_(x) (IOP_IS_INTEGER(x) || std::is_enum_v<iop_unqualified<decltype(x)>>)
#else
#define IOP_IS_WHOLE_(x) IOP_IS_INTEGER(x)
#endif

/* Neither negative nor too large, in words that do not look like a comparison that is always true. */
#define IOP_FITS_(r, field, x) (((x) > 0 || (x) == 0) && (uint64_t)(x) >> (IOP_WIDTH_(r, field) - 1) >> 1 == 0)
#define IOP_CONSTANT_FITS_(r, field, x) \
	(IOP_FITS_(r, field, x) && (IOP_IS_PLAIN_FIELD_(r, field) || IOP_IN_SET_((r)field[0].iop_set[0], (uint64_t)(x))))

/** The value with these bits, the bits of a value, the value with no bit set. */
#define iop_from_raw(NAME, bits)                                                       \
	__extension__({                                                                \
		NAME iop_fw_;                                                          \
		IOP_DECLARE_(__typeof__(iop_fw_.raw), iop_fr_, sizeof(iop_fw_), bits); \
		iop_fw_.raw = iop_fr_;                                                 \
		iop_fw_;                                                               \
	})
#define iop_into_raw(value) ((value).raw)
#define iop_zeroed(NAME)    iop_from_raw(NAME, 0)

/** @value with 0 in each field that writing 1 clears (w1c): written to its register, it clears none of them. */
#define iop_keep_w1c(value)                                                                                 \
	__extension__({                                                                                     \
		IOP_AUTO iop_kw_ = (value);                                                                 \
		iop_kw_.raw = (__typeof__(iop_kw_.raw))(iop_kw_.raw & ~IOP_W1C_MASK_(__typeof__(iop_kw_))); \
		iop_kw_;                                                                                    \
	})

/** Are all bits equal, named or not? Both values must be of one type. */
#define iop_equal(a, b)                                                                                                \
	__extension__({                                                                                                \
		IOP_AUTO iop_qa_ = (a);                                                                                \
		IOP_AUTO iop_qb_ = (b);                                                                                \
		IOP_ASSERT(IOP_SAME_TYPE(iop_qa_, iop_qb_), "iopath: values of different registers are not compared"); \
		iop_qa_.raw == iop_qb_.raw;                                                                            \
	})

/** The field, right-aligned: a bool if it has one bit, else the smallest unsigned type that holds it; or the type it is 'as'. */
#define iop_get(value, field)                                                                                                      \
	__extension__({                                                                                                            \
		IOP_AUTO iop_gv_ = (value);                                                                                        \
		IOP_ASSERT_FIELD_GIVES_(iop_gv_, field);                                                                           \
		IOP_ASSERT(!IOP_IS_TRY_FIELD_(iop_gv_, field), "iopath: not all bits of this field have a name: use iop_try_get"); \
		(IOP_FIELD_TYPE_(iop_gv_, field)) IOP_GET_BITS_(iop_gv_, field);                                                   \
	})

/** Stores a 'try_as' field in *@out. Returns 0, or -EINVAL if its bits are none of the named values; then *@out is unchanged. */
#define iop_try_get(value, field, out) IOP_RESULT_(IOP_TRY_GET_VALUE_(value, field, out))
#define IOP_TRY_GET_VALUE_(value, field, out)                                                                     \
	__extension__({                                                                                           \
		IOP_AUTO iop_tg_ = (value);                                                                       \
		IOP_FIELD_TYPE_(iop_tg_, field) *iop_to_ = (out);                                                 \
		IOP_ASSERT_FIELD_GIVES_(iop_tg_, field);                                                          \
		IOP_ASSERT(IOP_IS_TRY_FIELD_(iop_tg_, field), "iopath: this field is always valid: use iop_get"); \
		uint64_t iop_tb_ = IOP_GET_BITS_(iop_tg_, field);                                                 \
		int iop_te_ = IOP_IN_SET_(iop_tg_ field[0].iop_set[0], iop_tb_) ? 0 : -EINVAL;                    \
		if (!iop_te_)                                                                                     \
			*iop_to_ = (IOP_FIELD_TYPE_(iop_tg_, field))iop_tb_;                                      \
		iop_te_;                                                                                          \
	})

/**
 * @value with @field set to @x, and every other bit as it was. @x must provably fit, by its type or as a constant; for a field with
 * a type it is of that type. Otherwise it does not compile.
 */
#define iop_with(value, field, x)                                                                                    \
	__extension__({                                                                                              \
		IOP_AUTO iop_wi_ = (value);                                                                          \
		IOP_AUTO iop_wq_ = (x);                                                                              \
		IOP_ASSERT_FIELD_TAKES_(iop_wi_, field);                                                             \
		IOP_ASSERT(IOP_IS_WHOLE_(iop_wq_), "iopath: a field takes an integer");                              \
		IOP_ASSERT(IOP_IF_CONSTANT_(x, IOP_CONSTANT_FITS_(iop_wi_, field, x), 1),                            \
			   "iopath: this constant does not fit the field");                                          \
		IOP_ASSERT(IOP_IF_CONSTANT_(x, 1, IOP_TYPE_FITS_(iop_wi_, field, iop_wq_)),                          \
			   "iopath: a value of this type need not fit the field (use iop_try_with, or convert it)"); \
		IOP_SET_BITS_(iop_wi_, field, iop_wq_);                                                              \
		iop_wi_;                                                                                             \
	})
#define IOP_TYPE_FITS_(r, field, x) \
	(IOP_IS_PLAIN_FIELD_(r, field) ? IOP_BITS_OF_(x) <= IOP_WIDTH_(r, field) : IOP_SAME_TYPE(x, (r)field[0].iop_type[0]))

/** iop_with for an integer constant, and nothing else: whether it fits does not depend on optimisation. */
#define iop_with_const(value, field, x)                                                                            \
	__extension__({                                                                                            \
		IOP_AUTO iop_wc_ = (value);                                                                        \
		IOP_ASSERT_FIELD_TAKES_(iop_wc_, field);                                                           \
		IOP_ASSERT(IOP_CONSTANT_FITS_(iop_wc_, field, x), "iopath: this constant does not fit the field"); \
		IOP_SET_BITS_(iop_wc_, field, x);                                                                  \
		iop_wc_;                                                                                           \
	})

/**
 * iop_with for an @x whose range the optimiser can see, e.g. iop_get of another field, n & 7; else it does not build. At -Og gcc
 * follows no mask; unoptimised, a value that does not fit panics.
 */
#define iop_build_with(value, field, x)                                                                           \
	__extension__({                                                                                           \
		IOP_AUTO iop_bw_ = (value);                                                                       \
		IOP_AUTO iop_bx_ = (x);                                                                           \
		IOP_ASSERT_TAKES_INTEGER_(iop_bw_, field, iop_bx_);                                               \
		if (!IOP_FITS_(iop_bw_, field, iop_bx_))                                                          \
			IOP_FAIL_TO_BUILD(iop_build_error_field, "value", (uint64_t)iop_bx_, "bits of the field", \
					  IOP_WIDTH_(iop_bw_, field), NULL, 0);                                   \
		IOP_SET_BITS_(iop_bw_, field, iop_bx_);                                                           \
		iop_bw_;                                                                                          \
	})

/** Sets @field of *@value to the integer @x. Returns 0, or -EOVERFLOW if it does not fit; then *@value is unchanged. */
#define iop_try_with(value, field, x) IOP_RESULT_(IOP_TRY_WITH_VALUE_(value, field, x))
#define IOP_TRY_WITH_VALUE_(value, field, x)                                        \
	__extension__({                                                             \
		IOP_AUTO iop_tw_ = (value);                                         \
		IOP_AUTO iop_tx_ = (x);                                             \
		IOP_ASSERT_TAKES_INTEGER_(*iop_tw_, field, iop_tx_);                \
		int iop_te_ = IOP_FITS_(*iop_tw_, field, iop_tx_) ? 0 : -EOVERFLOW; \
		if (!iop_te_)                                                       \
			IOP_SET_BITS_(*iop_tw_, field, iop_tx_);                    \
		iop_te_;                                                            \
	})

#define IOP_ASSERT_TAKES_INTEGER_(r, field, x)                                                               \
	IOP_ASSERT_FIELD_TAKES_(r, field);                                                                   \
	IOP_ASSERT(IOP_IS_PLAIN_FIELD_(r, field), "iopath: this field has a type of its own: use iop_with"); \
	IOP_ASSERT(IOP_IS_WHOLE_(x), "iopath: a field takes an integer")

/* What the text of a value is made from. */
struct iop_field_info {
	const char *name; /* NULL ends the list */
	int hi, lo;
};
struct iop_bitfield_info {
	const char *name;
	unsigned width; /* of the storage, bytes */
	const struct iop_field_info *fields;
};
#if !IOP_FREESTANDING
IOP_BEGIN_DECLS
/* iop_format for any register; the list of fields is what the declaration made. */
int iop_bitfield_format(char *text, size_t size, const struct iop_bitfield_info *info, uint64_t raw);
IOP_END_DECLS

/**
 * Writes "NAME { raw: 0x00000051, mode: 0x5 }", fields as declared, to @text of @size bytes; like snprintf, returns the whole
 * length and truncates what does not fit. @value is of type @NAME.
 */
#define iop_format(text, size, NAME, value)                                      \
	__extension__({                                                          \
		NAME iop_fv_ = (value);                                          \
		iop_bitfield_format(text, size, NAME##_iop_info(), iop_fv_.raw); \
	})
#endif

#endif
