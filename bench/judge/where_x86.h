/* SPDX-License-Identifier: MIT */
/**
 * where_x86.h - a place in code, in words
 */
#ifndef IOPATH_BENCH_JUDGE_WHERE_H
#define IOPATH_BENCH_JUDGE_WHERE_H

#include <stddef.h>
#include <stdint.h>

/** "my_copy+0x12 (movntdq [rdi], xmm0)", as far as it is known: @text of @size bytes. */
void iop_where(uintptr_t code, char *text, size_t size);

#endif
