/* SPDX-License-Identifier: MIT */
/* WIDE by 16-byte vectors: every x86-64 has them. */
#include "copy_x86.h"

#if IOP_COPY_X86

#define WIDE_BYTES     16
#define WIDE_TARGET    "sse2"
#define WIDE_ALIGNED   "movaps"
#define WIDE_UNALIGNED "movups"
#include "copy_wide.h"

const struct iop_routine iop_routine_sse2 = {
	.name = "wide-sse2",
	.about = "aligned 16-byte vectors",
	.tier = IOP_WIDE,
	.toio = wide_toio,
	.fromio = wide_fromio,
	.set = wide_set,
	.move = iop_strict_move,
};

#else
typedef int iop_x86_no_copy_sse2;
#endif
