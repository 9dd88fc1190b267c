/* SPDX-License-Identifier: MIT */
/* A program without a C library around row-59-freestanding.c, for Linux on x86-64. Its exit code is 0; 1 with a line at fault; 3 after a panic. */
#include <stddef.h>
#include <stdint.h>

#ifndef INDEX
#define INDEX 1
#endif

int freestanding_subset(void *memory, size_t one);
struct iop_panic;
_Noreturn void iop_panic_at(const struct iop_panic *panic);
_Noreturn void freestanding_main(void);

static _Noreturn void leave(int code)
{
	for (;;)
		__asm__ volatile("syscall" : : "a"(231), "D"(code) : "rcx", "r11", "memory");
}

/* The embedder's. */
void iop_panic_at(const struct iop_panic *panic)
{
	(void)panic;
	leave(3);
}

void freestanding_main(void)
{
	static uint64_t memory[16];
	size_t index = INDEX;

	__asm__ volatile("" : "+r"(index));
	leave(freestanding_subset(memory, index) != 0);
}

__asm__(".globl _start\n_start: call freestanding_main");
