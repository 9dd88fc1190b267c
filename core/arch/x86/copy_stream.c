/* SPDX-License-Identifier: MIT */
/*
 * WIDE by streaming stores of 16 bytes, which every x86-64 has: memory that is cached is not read to be overwritten. They are weakly
 * ordered on any memory, as all stores are on a write-combining mapping: iop_wc_flush() comes before a doorbell. A fence of its own
 * would end lines that the next copy goes on with.
 */
#include "copy_x86.h"

#if IOP_COPY_X86

#define WIDE_BYTES     16
#define WIDE_TARGET    "sse2"
#define WIDE_STREAM    "movntps"
#define WIDE_UNALIGNED "movups"
#include "copy_wide.h"

const struct iop_routine iop_routine_stream = {
	.name = "wide-nt",
	.about = "streaming stores of aligned 16-byte vectors, to be flushed",
	.tier = IOP_WIDE,
	.toio = wide_toio,
	.set = wide_set,
};

#else
typedef int iop_x86_no_copy_stream;
#endif
