/* SPDX-License-Identifier: MIT */
/*
 * The 64 bytes that the library's STRICT routines repeat, between marks that llvm-mca reads. The routines' own source is included,
 * so that the block is the one they have; architectures without one of their own have the portable loop, eight words of it.
 */
#if defined(__x86_64__)
#include "../../core/arch/x86/copy_strict.c"
#define TOIO64(dst, src)   move64(dst, src)
#define FROMIO64(dst, src) move64(dst, src)
#elif defined(__aarch64__)
#include "../../core/arch/arm64/copy_strict.c"
#define TOIO64(dst, src)   toio64(dst, src)
#define FROMIO64(dst, src) fromio64(dst, src)
#elif defined(__riscv)
#include "../../core/arch/riscv/copy_strict.c"
#define TOIO64(dst, src)   move64(dst, src)
#define FROMIO64(dst, src) move64(dst, src)
#else
#include "../../core/copy/copy_internal.h"

#include <iopath/arch.h>

#include <string.h>

#define WORD sizeof(uintptr_t)
#define TOIO64(dst, src)                                                  \
	_Pragma("GCC unroll 16") for (size_t at = 0; at < 64; at += WORD) \
	{                                                                 \
		uintptr_t word;                                           \
		memcpy(&word, (src) + at, WORD);                          \
		iop_arch_store((uintptr_t)(dst) + at, WORD, word);        \
	}
#define FROMIO64(dst, src)                                                              \
	_Pragma("GCC unroll 16") for (size_t at = 0; at < 64; at += WORD)               \
	{                                                                               \
		uintptr_t word = (uintptr_t)iop_arch_load((uintptr_t)(src) + at, WORD); \
		memcpy((dst) + at, &word, WORD);                                        \
	}
#endif

/* At the start of a line this is a comment on every architecture; llvm-mca does not look into arm64's own kind. */
#define MARK "\n# LLVM-MCA-"

void block_toio(char *io, const char *src, size_t n);
void block_fromio(char *dst, const char *io, size_t n);

void block_toio(char *io, const char *src, size_t n)
{
	for (; n >= 64; n -= 64) {
		__asm__ volatile(MARK "BEGIN toio" ::: "memory");
		TOIO64(io, src);
		io += 64;
		src += 64;
		__asm__ volatile(MARK "END" ::: "memory");
	}
}

void block_fromio(char *dst, const char *io, size_t n)
{
	for (; n >= 64; n -= 64) {
		__asm__ volatile(MARK "BEGIN fromio" ::: "memory");
		FROMIO64(dst, io);
		dst += 64;
		io += 64;
		__asm__ volatile(MARK "END" ::: "memory");
	}
}
