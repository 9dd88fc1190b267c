/* SPDX-License-Identifier: MIT */
#include "evict.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/*
 * A block multiplies the number by an odd constant, branches on its sign, and counts if it did not; whichever way it goes, it reaches
 * the next block by a taken branch. Blocks are copied one behind the other, since code that is in the module would be examined with
 * each cell that can reach it. 0x5851f42d is the upper half of Knuth's multiplier for 64 bits; the sign of a product of odd numbers
 * repeats after 2^62.
 */
#define NOPS(count) ".rept " count "\n nop\n .endr\n"
#define BLOCK(size, start, block, end)                   \
	__asm__(".pushsection .text.iop_evict, \"ax\"\n" \
		".balign 64\n"                           \
		"iop_evict_start: " start "\n"           \
		"iop_evict_block: " block "\n"           \
		".balign " size "\n"                     \
		"9:\n"                                   \
		"iop_evict_end: " end "\n"               \
		"iop_evict_after:\n"                     \
		".popsection\n")

#if defined(__x86_64__) && defined(__LP64__)
BLOCK("32", "xorl %eax, %eax\n .balign 32", "imulq $0x5851f42d, %rdi, %rdi\n testq %rdi, %rdi\n js 9f\n incq %rax\n jmp 9f", "ret");
#define HAVE_BLOCK
#elif defined(__aarch64__)
BLOCK("4", "movz x1, #0xf42d\n movk x1, #0x5851, lsl #16\n mov x2, #0\n" NOPS("5"),
      "mul x0, x0, x1\n tbnz x0, #63, 9f\n add x2, x2, #1\n b 9f\n" NOPS("4"), "mov x0, x2\n ret");
#define HAVE_BLOCK
#elif defined(__riscv) && __riscv_xlen == 64
BLOCK("4", ".option push\n .option norvc\n .option norelax\n lui a1, 0x5851f\n addiw a1, a1, 0x42d\n li a2, 0\n" NOPS("5"),
      "mul a0, a0, a1\n bltz a0, 9f\n addi a2, a2, 1\n j 9f\n" NOPS("4"), "mv a0, a2\n ret\n .option pop");
#define HAVE_BLOCK
#endif

#ifdef HAVE_BLOCK
#pragma GCC visibility push(hidden) /* local symbols: no way through the table of global offsets */
extern const unsigned char iop_evict_start[], iop_evict_block[], iop_evict_end[], iop_evict_after[];
#pragma GCC visibility pop

static uint64_t (*walk)(uint64_t number);

int iop_evict_supported(void)
{
	return 1;
}

int iop_evict_init(void)
{
	size_t head = (size_t)(iop_evict_block - iop_evict_start), tail = (size_t)(iop_evict_after - iop_evict_end);
	size_t size = head + IOP_EVICT_BYTES + tail;
	unsigned char *code, *at;

	if (walk)
		return 0;
	if (iop_evict_end - iop_evict_block != IOP_EVICT_BLOCK)
		return -ENOTSUP;
	code = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (code == MAP_FAILED)
		return -ENOMEM;
	memcpy(code, iop_evict_start, head);
	at = code + head;
	for (size_t i = 0; i < IOP_EVICT_BLOCKS; i++, at += IOP_EVICT_BLOCK)
		memcpy(at, iop_evict_block, IOP_EVICT_BLOCK);
	memcpy(at, iop_evict_end, tail);
	if (mprotect(code, size, PROT_READ | PROT_EXEC)) {
		int err = -errno;

		munmap(code, size);
		return err;
	}
	__builtin___clear_cache((char *)code, (char *)code + size);
	memcpy(&walk, &code, sizeof(walk));
	return 0;
}

uint64_t iop_evict_walk(uint64_t number)
{
	return walk(number | 1);
}
#else
int iop_evict_supported(void)
{
	return 0;
}

int iop_evict_init(void)
{
	return -ENOTSUP;
}

uint64_t iop_evict_walk(uint64_t number)
{
	return number & 0;
}
#endif
