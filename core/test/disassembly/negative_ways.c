/* SPDX-License-Identifier: MIT */
/* Ways to access that check_disassembly.py must complain about: each function does something else than it is named after. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define AT(T) (*(volatile T *)(bar + o))
#define IS_VALID(T) (size >= sizeof(T) && o <= size - sizeof(T) && o % sizeof(T) == 0)

/* Twice, of which one is reported; wider; split; a byte; too much, on one side of a branch. */
uint32_t ways_r32_twice_try(volatile char *bar, size_t size, size_t o) { if (!IS_VALID(uint32_t)) return 0; (void)AT(uint32_t); return AT(uint32_t); }
uint32_t ways_r32_wide_try(volatile char *bar, size_t size, size_t o) { return IS_VALID(uint32_t) ? (uint32_t)AT(uint64_t) : 0; }
uint32_t ways_r32_split_try(volatile char *bar, size_t size, size_t o) { return IS_VALID(uint32_t) ? AT(uint16_t) | (uint32_t)*(volatile uint16_t *)(bar + o + 2) << 16 : 0; }
uint32_t ways_r32_byte_try(volatile char *bar, size_t size, size_t o) { return IS_VALID(uint32_t) ? AT(uint8_t) : 0; }
uint32_t ways_r32_sometimes_try(volatile char *bar, size_t size, size_t o) { if (!IS_VALID(uint32_t)) return 0; if (o >= 256) (void)AT(uint32_t); return AT(uint32_t); }
/* Where the check fails (clang 14 moves even a volatile load into a branch, so the value is pinned); nothing at all; nothing unchecked. */
uint32_t ways_r32_before_the_check_try(volatile char *bar, size_t size, size_t o) { uint32_t x = AT(uint32_t); __asm__ volatile("" : "+r"(x)); return o < size ? x : 0; }
uint32_t ways_r32_nothing_try(volatile char *bar, size_t size, size_t o) { (void)bar; return IS_VALID(uint32_t) ? 1 : 0; }
uint32_t ways_r32_nothing(volatile char *bar, size_t o) { return o % 4 ? 0 : AT(uint32_t); }
/* A write that is an update, one done twice, and one that reads back. */
int ways_w16_update_try(volatile char *bar, size_t size, size_t o, uint16_t x) { if (!IS_VALID(uint16_t)) return -EINVAL; AT(uint16_t) |= x; return 0; }
int ways_w16_twice_try(volatile char *bar, size_t size, size_t o, uint16_t x) { if (!IS_VALID(uint16_t)) return -EINVAL; AT(uint16_t) = x; AT(uint16_t) = x; return 0; }
int ways_w64_reads_back_try(volatile char *bar, size_t size, size_t o, uint64_t x) { if (!IS_VALID(uint64_t)) return -EINVAL; AT(uint64_t) = x; (void)AT(uint64_t); return 0; }
/* An update that reads twice, that only writes, and in the wrong order. */
void ways_r8w8_reads_twice(volatile char *bar, size_t o) { uint8_t x = AT(uint8_t); AT(uint8_t) = (uint8_t)(x ^ AT(uint8_t)); }
void ways_r8w8_blind(volatile char *bar, size_t o) { AT(uint8_t) = 5; }
uint8_t ways_r8w8_backwards(volatile char *bar, size_t o) { AT(uint8_t) = 5; return AT(uint8_t); }
/* Transactions: twice, and none. */
uint32_t iop_config_transact_read(void *device, size_t o, unsigned width);
void iop_config_transact_write(void *device, size_t o, unsigned width, uint32_t value);
uint32_t ways_c32_config_twice(void *device, size_t o) { (void)iop_config_transact_read(device, o, 4); return iop_config_transact_read(device, o, 4); }
void ways_s32_config_twice_at_the_end(void *device, size_t o, uint32_t x) { iop_config_transact_write(device, o, 4, x); iop_config_transact_write(device, o, 4, x); }
void ways_s32_config_extended_twice(void *device, size_t o, uint32_t x) { if (o >= 256) iop_config_transact_write(device, o, 4, x); iop_config_transact_write(device, o, 4, x); }
void ways_s32_config_not_written(void *device, size_t o, uint32_t x) { if (o < 256) iop_config_transact_write(device, o, 4, x); }
