/* SPDX-License-Identifier: MIT */
/* Checked accesses that check_disassembly.py must complain about: laid out of the way, twice checked, wider, and without the access. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#define HAND(likely) __builtin_expect(size >= 4 && offset <= size - 4 && ((uintptr_t)bar + offset) % 4 == 0, likely)
#define READ(name, condition, access)                                            \
	int name(volatile char *bar, size_t size, size_t offset, uint32_t *out); \
	int name(volatile char *bar, size_t size, size_t offset, uint32_t *out)  \
	{                                                                        \
		if (condition) {                                                 \
			access;                                                  \
			return 0;                                                \
		}                                                                \
		return -EINVAL;                                                  \
	}
#define RAW(name) READ(raw_checked_##name, HAND(1), *out = *(volatile uint32_t *)(bar + offset))
RAW(aside)
READ(iop_checked_aside, HAND(0), *out = *(volatile uint32_t *)(bar + offset))
RAW(twice)
READ(iop_checked_twice, HAND(1) && __builtin_expect(offset != 0x123 && offset != 0x456, 1),
     *out = *(volatile uint32_t *)(bar + offset))
RAW(wide)
READ(iop_checked_wide, HAND(1), *out = (uint32_t) * (volatile uint64_t *)(bar + offset))
RAW(nothing)
READ(iop_checked_nothing, HAND(1), *out = 0)
