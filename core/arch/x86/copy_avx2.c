/* SPDX-License-Identifier: MIT */
/* WIDE by 32-byte vectors. */
#include "copy_x86.h"

#if IOP_COPY_X86

#define WIDE_BYTES     32
#define WIDE_TARGET    "avx2"
#define WIDE_ALIGNED   "vmovdqa"
#define WIDE_UNALIGNED "vmovdqu"
#include "copy_wide.h"

static bool supported(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

const struct iop_routine iop_routine_avx2 = {
	.name = "wide-avx2",
	.about = "aligned 32-byte vectors",
	.tier = IOP_WIDE,
	.supported = supported,
	.toio = wide_toio,
	.fromio = wide_fromio,
	.set = wide_set,
	.move = iop_strict_move,
};

#else
typedef int iop_x86_no_copy_avx2;
#endif
