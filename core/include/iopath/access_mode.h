/* SPDX-License-Identifier: MIT */
/**
 * access_mode.h - what may be done with a register and with its fields
 *
 * A register is read and written unless its declaration says otherwise, around its place; a field is as its register unless it says
 * otherwise, in last position:
 *
 *	IOP_REGISTER(nic_bell, uint32_t, IOP_WO(IOP_AT(0x20)), (15, 0, queue));
 *	IOP_REGISTER(nic_irq, uint32_t, IOP_W1C(IOP_AT(0x24)), (0, 0, rx), (1, 1, tx));
 *	IOP_REGISTER(nic_ctrl, uint32_t, IOP_AT(0x28), (0, 0, on), (3, 1, mode, as, nic_mode), (4, 4, link, ro), (5, 5, err, w1c));
 *
 *	mode  means                   iop_read_reg  iop_write_reg  iop_update_reg  iop_get  iop_with
 *	rw    read and written        yes           yes            yes             yes      yes
 *	ro    read only               yes           refused        refused         yes      refused
 *	wo    write only              refused       yes            refused         refused  yes
 *	w1c   writing 1 clears        yes           yes            refused         yes      yes
 *	rc    a read clears           yes           yes            refused         yes      yes
 *
 * What is refused does not compile. An update is refused if one field of the register is wo, w1c or rc: it would write bits that it
 * cannot know, clear what happens to be set, or lose what its read cleared. So:
 *
 *	iop_clear(bar, nic_irq, .rx);                writes 1 to that field and 0 to the other w1c fields
 *	iop_write_reg(bar, iop_with(iop_keep_w1c(iop_read_reg(bar, nic_ctrl)), .on, 1));    and leaves .err as it is
 *
 * iop_clear is one store if the register as a whole is w1c, and has no field that is rw. Otherwise the other bits have to be kept:
 * one load, one store. An update keeps the bits of ro fields as they were read, whatever its expression says.
 *
 * Bits in no field are as their register. A ro register has no field to write, a wo register none to read. Fields that share bits
 * should have one mode. An alias of a register has a mode of its own: often what is read at a place is not what is written there.
 * Values (iop_from_raw, iop_into_raw, .raw) and views of .raw have no mode: there the author says what is right.
 * Source: docs/semantics.md, row 49.
 */
#ifndef IOPATH_ACCESS_MODE_H
#define IOPATH_ACCESS_MODE_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/foreach.h>
#include <iopath/lang.h>

/** Around the place of a register: its mode. */
#define IOP_RO(where)  (MODE, ro, where)
#define IOP_WO(where)  (MODE, wo, where)
#define IOP_W1C(where) (MODE, w1c, where)
#define IOP_RC(where)  (MODE, rc, where)

#define IOP_MODE_rw  1
#define IOP_MODE_ro  2
#define IOP_MODE_wo  3
#define IOP_MODE_w1c 4
#define IOP_MODE_rc  5

/* The mode in a place, and the place without it. */
#define IOP_PLACE_MODE_(where)		 IOP_PLACE_MODE__(IOP_OPEN where)
#define IOP_PLACE_MODE__(...)		 IOP_PLACE_MODE___(__VA_ARGS__)
#define IOP_PLACE_MODE___(kind, ...)	 IOP_PLACE_MODE_##kind(__VA_ARGS__)
#define IOP_PLACE_MODE_MODE(mode, ...)	 IOP_MODE_##mode
#define IOP_PLACE_MODE_FIXED(...)	 IOP_MODE_rw
#define IOP_PLACE_MODE_ARRAY(...)	 IOP_MODE_rw
#define IOP_PLACE_MODE_ALIAS(...)	 IOP_MODE_rw
#define IOP_PLACE_MODE_ALIAS_AT(...)	 IOP_MODE_rw
#define IOP_PLACE_ONLY_(where)		 IOP_PLACE_ONLY__(IOP_OPEN where)
#define IOP_PLACE_ONLY__(...)		 IOP_PLACE_ONLY___(__VA_ARGS__)
#define IOP_PLACE_ONLY___(kind, ...)	 IOP_PLACE_ONLY_##kind(__VA_ARGS__)
#define IOP_PLACE_ONLY_MODE(mode, where) where
#define IOP_PLACE_ONLY_FIXED(...)	 (FIXED, __VA_ARGS__)
#define IOP_PLACE_ONLY_ARRAY(...)	 (ARRAY, __VA_ARGS__)
#define IOP_PLACE_ONLY_ALIAS(...)	 (ALIAS, __VA_ARGS__)
#define IOP_PLACE_ONLY_ALIAS_AT(...)	 (ALIAS_AT, __VA_ARGS__)

/* The mode of a field, by what follows its name: nothing (plain), a mode, or a type and perhaps a mode. */
#define IOP_FIELD_MODE_(NAME, how, last)  IOP_FIELD_MODE_##how(NAME, last)
#define IOP_FIELD_MODE_plain(NAME, last)  NAME##_iop_mode
#define IOP_FIELD_MODE_rw(NAME, last)	  IOP_MODE_rw
#define IOP_FIELD_MODE_ro(NAME, last)	  IOP_MODE_ro
#define IOP_FIELD_MODE_wo(NAME, last)	  IOP_MODE_wo
#define IOP_FIELD_MODE_w1c(NAME, last)	  IOP_MODE_w1c
#define IOP_FIELD_MODE_rc(NAME, last)	  IOP_MODE_rc
#define IOP_FIELD_MODE_as(NAME, last)	  IOP_TYPED_MODE_(NAME, last)
#define IOP_FIELD_MODE_try_as(NAME, last) IOP_TYPED_MODE_(NAME, last)
#define IOP_TYPED_MODE_(NAME, last)	  IOP_FIELD_MODE_AGAIN_##last(NAME)
#define IOP_FIELD_MODE_AGAIN_plain(NAME)  NAME##_iop_mode
#define IOP_FIELD_MODE_AGAIN_rw(NAME)	  IOP_MODE_rw
#define IOP_FIELD_MODE_AGAIN_ro(NAME)	  IOP_MODE_ro
#define IOP_FIELD_MODE_AGAIN_wo(NAME)	  IOP_MODE_wo
#define IOP_FIELD_MODE_AGAIN_w1c(NAME)	  IOP_MODE_w1c
#define IOP_FIELD_MODE_AGAIN_rc(NAME)	  IOP_MODE_rc

/*
 * Of all fields, which NAME_field_iop_mode and NAME_field_MASK describe: the modes that there are, as bits; the bits of ro fields;
 * and the bits that writing 1 clears, which include those in no field if the register is w1c.
 */
#define IOP_MODE_CONSTANTS_(NAME, T, ...)                                                                               \
	IOP_CONSTANT_(int, NAME##_iop_modes, 1 << NAME##_iop_mode IOP_FOR_EACH_REST(IOP_MODE_BIT_, NAME, __VA_ARGS__)); \
	IOP_CONSTANT_(uint64_t, NAME##_iop_ro, 0 IOP_FOR_EACH_REST(IOP_RO_BITS_, NAME, __VA_ARGS__));                   \
	IOP_CONSTANT_(uint64_t, NAME##_iop_w1c,                                                                         \
		      (NAME##_iop_mode == IOP_MODE_w1c ? IOP_MASK_(8 * (int)sizeof(T) - 1, 0) : 0) ^                    \
			      (0 IOP_FOR_EACH_REST(IOP_NOT_AS_W1C_, NAME, __VA_ARGS__)));                               \
	IOP_ASSERT(NAME##_iop_mode != IOP_MODE_ro || !(NAME##_iop_modes & ~(1 << IOP_MODE_ro | 1 << IOP_MODE_rc)),      \
		   "iopath: this register is read-only (IOP_RO), so its fields are ro or rc");                          \
	IOP_ASSERT(NAME##_iop_mode != IOP_MODE_wo || NAME##_iop_modes == 1 << IOP_MODE_wo,                              \
		   "iopath: this register is write-only (IOP_WO), so its fields are wo");
#define IOP_MODE_BIT_(NAME, field)		 IOP_MODE_BIT__(NAME, IOP_OPEN field, )
#define IOP_MODE_BIT__(...)			 IOP_MODE_BIT___(__VA_ARGS__)
#define IOP_MODE_BIT___(NAME, hi, lo, name, ...) | 1 << NAME##_##name##_iop_mode
#define IOP_RO_BITS_(NAME, field)		 IOP_RO_BITS__(NAME, IOP_OPEN field, )
#define IOP_RO_BITS__(...)			 IOP_RO_BITS___(__VA_ARGS__)
#define IOP_RO_BITS___(NAME, hi, lo, name, ...)	 | (NAME##_##name##_iop_mode == IOP_MODE_ro ? (uint64_t)NAME##_##name##_MASK : 0)
#define IOP_NOT_AS_W1C_(NAME, field)		 IOP_NOT_AS_W1C__(NAME, IOP_OPEN field, )
#define IOP_NOT_AS_W1C__(...)			 IOP_NOT_AS_W1C___(__VA_ARGS__)
#define IOP_NOT_AS_W1C___(NAME, hi, lo, name, ...) \
	| ((NAME##_##name##_iop_mode == IOP_MODE_w1c) != (NAME##_iop_mode == IOP_MODE_w1c) ? (uint64_t)NAME##_##name##_MASK : 0)

/* The same as part of a register's type; masks in pieces because array sizes are limited. */
#define IOP_MODE_MEMBERS_(NAME)                                                             \
	struct __attribute__((packed)) {                                                    \
		char mode[0][NAME##_iop_mode], modes[0][NAME##_iop_modes];                  \
		IOP_MASK_MEMBERS_(ro, NAME##_iop_ro) IOP_MASK_MEMBERS_(w1c, NAME##_iop_w1c) \
	} iop_mode_[0];
#define IOP_MASK_MEMBERS_(name, mask)                                                                         \
	char name##_2[0][((uint64_t)(mask) >> 44) + 1], name##_1[0][((uint64_t)(mask) >> 22 & 0x3fffff) + 1], \
		name##_0[0][((mask)&0x3fffff) + 1];
#define IOP_MASK_MEMBER_(T, name)                                             \
	((uint64_t)(sizeof(IOP_ANY_(T).iop_mode_[0].name##_2[0]) - 1) << 44 | \
	 (uint64_t)(sizeof(IOP_ANY_(T).iop_mode_[0].name##_1[0]) - 1) << 22 | \
	 (uint64_t)(sizeof(IOP_ANY_(T).iop_mode_[0].name##_0[0]) - 1))
#define IOP_MODE_OF_(T)		((int)sizeof(IOP_ANY_(T).iop_mode_[0].mode[0]))
#define IOP_HAS_MODE_(T, which) ((sizeof(IOP_ANY_(T).iop_mode_[0].modes[0]) >> IOP_MODE_##which & 1) != 0)
#define IOP_RO_MASK_(T)		IOP_MASK_MEMBER_(T, ro)
#define IOP_W1C_MASK_(T)	IOP_MASK_MEMBER_(T, w1c)

/* Of a field, from its witness. */
#define IOP_FIELD_IS_(r, field, which) (sizeof((r)field[0].iop_mode[0]) == IOP_MODE_##which)

#define IOP_ASSERT_FIELD_GIVES_(r, field) \
	IOP_ASSERT(!IOP_FIELD_IS_(r, field, wo), "iopath: this field is write-only (wo): a read of it says nothing")
#define IOP_ASSERT_FIELD_TAKES_(r, field) \
	IOP_ASSERT(!IOP_FIELD_IS_(r, field, ro), "iopath: this field is read-only (ro): leave it as it was read")

#define IOP_ASSERT_MAY_READ_(T) \
	IOP_ASSERT(IOP_MODE_OF_(T) != IOP_MODE_wo, "iopath: this register is write-only (keep the value that was written last)")
#define IOP_ASSERT_MAY_WRITE_(T) IOP_ASSERT(IOP_MODE_OF_(T) != IOP_MODE_ro, "iopath: this register is read-only (only read it)")
#define IOP_ASSERT_MAY_UPDATE_(T)                                                                                                 \
	IOP_ASSERT(!IOP_HAS_MODE_(T, wo), "iopath: update of a register with write-only bits, which it cannot read (keep the "    \
					  "value that was written last, and iop_write_reg)");                                     \
	IOP_ASSERT(!IOP_HAS_MODE_(T, w1c), "iopath: update of a register with bits that writing 1 clears, and it would clear "    \
					   "them (iop_clear; to write other fields, iop_write_reg of iop_keep_w1c)");             \
	IOP_ASSERT(!IOP_HAS_MODE_(T, rc), "iopath: update of a register with bits that a read clears (iop_read_reg, handle what " \
					  "it says, then iop_write_reg)")
#define IOP_ASSERT_MAY_CLEAR_(T, field)                                                                                    \
	IOP_ASSERT(IOP_FIELD_IS_(IOP_ANY_(T), field, w1c), "iopath: iop_clear is for fields that writing 1 clears (w1c)"); \
	IOP_ASSERT(!IOP_HAS_MODE_(T, wo) && (IOP_CLEARS_AT_ONCE_(T) || !IOP_HAS_MODE_(T, rc)),                             \
		   "iopath: iop_clear cannot keep the other fields of this register, some are wo or rc (iop_write_reg)")

/* Nothing has to be kept. */
#define IOP_CLEARS_AT_ONCE_(T) (IOP_MODE_OF_(T) == IOP_MODE_w1c && !IOP_HAS_MODE_(T, rw))

#endif
