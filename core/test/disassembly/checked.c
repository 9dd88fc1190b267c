/* SPDX-License-Identifier: MIT */
/*
 * iop_checked_NAME makes an access at an offset that is known at run time only, raw_checked_NAME checks by hand what is to be checked
 * and uses a volatile pointer. What is compared is the way of an access that succeeds: it takes no branch, and is no longer.
 */
#include <iopath/access.h>
#include <iopath/mmio.h>
#include <iopath/sysmem.h>
#include <iopath/wc.h>

typedef IOP_MMIO(IOP_REGION(0)) mmio;
typedef IOP_RELAXED(IOP_REGION(0)) relaxed;
typedef IOP_SYSMEM(IOP_REGION(0)) sysmem;
typedef IOP_WC(IOP_REGION(0)) wc;
typedef IOP_MMIO_WIDTHS(IOP_WIDTHS(1, 2, 4, 8), IOP_REGION(0)) within;

/* clang-format off */
#define HAND(T) __builtin_expect(sizeof(T) <= size && offset <= size - sizeof(T) && ((uintptr_t)bar + offset) % sizeof(T) == 0, 1)
#define AT(T) (*(volatile T *)(bar + offset))

#define EACH(backend, bits, T)                                                                                                        \
	int raw_checked_read_##backend##_u##bits(volatile char *bar, size_t size, size_t offset, T *out)                              \
	{                                                                                                                             \
		if (!HAND(T))                                                                                                         \
			return -EINVAL;                                                                                               \
		*out = AT(T);                                                                                                         \
		return 0;                                                                                                             \
	}                                                                                                                             \
	int iop_checked_read_##backend##_u##bits(backend bar, size_t offset, T *out) { return iop_try_read##bits(bar, offset, out); } \
	int raw_checked_write_##backend##_u##bits(volatile char *bar, size_t size, size_t offset, T value)                            \
	{                                                                                                                             \
		if (!HAND(T))                                                                                                         \
			return -EINVAL;                                                                                               \
		AT(T) = value;                                                                                                        \
		return 0;                                                                                                             \
	}                                                                                                                             \
	int iop_checked_write_##backend##_u##bits(backend bar, size_t offset, T value)                                                \
	{                                                                                                                             \
		return iop_try_write##bits(bar, value, offset);                                                                       \
	}                                                                                                                             \
	int raw_checked_update_##backend##_u##bits(volatile char *bar, size_t size, size_t offset, T set)                             \
	{                                                                                                                             \
		if (!HAND(T))                                                                                                         \
			return -EINVAL;                                                                                               \
		T value = AT(T);                                                                                                      \
		__asm__ volatile("" : "+r"(value));                                                                                   \
		AT(T) = value | set;                                                                                                  \
		return 0;                                                                                                             \
	}                                                                                                                             \
	int iop_checked_update_##backend##_u##bits(backend bar, size_t offset, T set)                                                 \
	{                                                                                                                             \
		return iop_try_update##bits(bar, offset, v, v | set);                                                                 \
	}
#define ALL(backend) EACH(backend, 8, uint8_t) EACH(backend, 16, uint16_t) EACH(backend, 32, uint32_t) EACH(backend, 64, uint64_t)
ALL(mmio)
ALL(relaxed)
ALL(sysmem)
ALL(wc)
ALL(within)
