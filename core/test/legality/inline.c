/* SPDX-License-Identifier: MIT */
/* Copies of constant size, as a caller's code has them: legal and with the fewest accesses at every place, aligned or not. */
#include <copy_trace.h>

#include <iopath/iomem_copy.h>

#include <stdio.h>
#include <string.h>

#define LONGEST 65
#define WINDOW	((size_t)1 << 14)

/* clang-format off */
#define SIZES(X) \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) \
	X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32) X(33) X(34) X(35) X(36) X(37) X(38) X(39) X(40) X(41) \
	X(42) X(43) X(44) X(45) X(46) X(47) X(48) X(49) X(50) X(51) X(52) X(53) X(54) X(55) X(56) X(57) X(58) X(59) X(60) X(61) \
	X(62) X(63) X(64) X(65)
/* clang-format on */

#define CONSTANT(size)                                                          \
	static void toio_##size(volatile void *io, const void *src, size_t n)   \
	{                                                                       \
		(void)n;                                                        \
		iop_memcpy_toio(io, src, size);                                 \
	}                                                                       \
	static void fromio_##size(void *dst, const volatile void *io, size_t n) \
	{                                                                       \
		(void)n;                                                        \
		iop_memcpy_fromio(dst, io, size);                               \
	}                                                                       \
	static void set_##size(volatile void *io, int value, size_t n)          \
	{                                                                       \
		(void)n;                                                        \
		iop_memset_io(io, value, size);                                 \
	}
SIZES(CONSTANT)

#define ENTRY(size) {toio_##size, fromio_##size, set_##size, NULL},
static const struct iop_copier constant[] = {SIZES(ENTRY)};

/* The control: what a caller would have without these headers. */
static void by_assignment(volatile void *io, const void *src, size_t n)
{
	struct thirteen {
		char bytes[13];
	} value;

	(void)n;
	memcpy(&value, src, sizeof(value));
	memcpy((void *)(uintptr_t)io, &value, sizeof(value));
}

static bool legal(struct iop_tracer *tracer, const struct iop_copy_call *call)
{
	struct iop_copy_traced traced;

	return iop_copy_trace(&traced, tracer, WINDOW, call, IOP_STRICT) == 0 && traced.legal && traced.fewest && !traced.blind;
}

int main(void)
{
	const struct iop_copier assigns = {by_assignment, NULL, NULL, NULL};
	struct iop_copy_call control = {.op = IOP_TOIO, .copier = &assigns, .n = 13, .io_align = 1};
	struct iop_tracer *tracer;
	unsigned calls = 0, bad = 0;

	if (iop_tracer_open(&tracer, WINDOW))
		return 1;
	for (size_t n = 0; n <= LONGEST; n++)
		for (enum iop_copy_op op = IOP_TOIO; op <= IOP_SET; op++)
			for (unsigned place = 0; place < 16 * 8; place++) {
				struct iop_copy_call call = {
					.op = op, .copier = &constant[n], .n = n, .io_align = place % 16, .mem_align = place / 16};

				calls++;
				if (!legal(tracer, &call)) {
					bad++;
					fprintf(stderr, "ILLEGAL: %s of %zu at %u, memory at %u\n", iop_copy_op_name(op), n,
						call.io_align, call.mem_align);
				}
			}
	printf("constant sizes: %u calls, %u illegal\n", calls, bad);
	if (legal(tracer, &control)) {
		fprintf(stderr, "the control passed for legal\n");
		bad++;
	}
	iop_tracer_close(tracer);
	return bad != 0;
}
