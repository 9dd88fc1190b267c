/* SPDX-License-Identifier: MIT */
#include "kernel_rep.h"

#include <stdint.h>

typedef uint8_t __attribute__((may_alias)) io8;
typedef uint16_t __attribute__((may_alias)) io16;
typedef uint32_t __attribute__((may_alias)) io32;

#define READ(name, T)                                                  \
	void name(const volatile void *io, void *buffer, size_t count) \
	{                                                              \
		for (T *to = buffer; count; count--)                   \
			*to++ = *(const volatile T *)io;               \
	}
#define WRITE(name, T)                                                 \
	void name(volatile void *io, const void *buffer, size_t count) \
	{                                                              \
		for (const T *from = buffer; count; count--)           \
			*(volatile T *)io = *from++;                   \
	}

READ(iop_kernel_readsb, io8)
READ(iop_kernel_readsw, io16)
READ(iop_kernel_readsl, io32)
WRITE(iop_kernel_writesb, io8)
WRITE(iop_kernel_writesw, io16)
WRITE(iop_kernel_writesl, io32)
