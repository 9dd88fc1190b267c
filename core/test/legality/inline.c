/* SPDX-License-Identifier: MIT */
/*
 * Copies of constant size, as a caller's code has them: legal and with the fewest accesses at every place, aligned or not; fills by values
 * with more bits than a byte; and constants that are too large to be inlined.
 */
#include <copy_trace.h>

#include <iopath/iomem_copy.h>

#include <stdio.h>
#include <string.h>

#define LONGEST	     65
#define SMALL_WINDOW ((size_t)1 << 14)
#define LARGE_WINDOW ((size_t)1 << 18)

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
#define LARGE(X) X(66) X(100) X(4097) X(65537) X(131075)
LARGE(CONSTANT)

#define ENTRY(size) {toio_##size, fromio_##size, set_##size, NULL},
static const struct iop_copier constant[] = {SIZES(ENTRY)};
static const struct iop_copier large[] = {LARGE(ENTRY)};
#define SIZE(size) size,
static const size_t large_size[] = {LARGE(SIZE)};

/* Of a fill, the low byte counts, whatever the type of the value. */
static const int values[] = {0xa5, 0x1a5, -1, -0x5b, 0x7fffff80, -0x7fffffff};
#define VALUES (sizeof(values) / sizeof(values[0]))

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

static size_t window;

static bool legal(struct iop_tracer *tracer, const struct iop_copy_call *call)
{
	struct iop_copy_traced traced;

	return iop_copy_trace(&traced, tracer, window, call, IOP_STRICT) == 0 && traced.legal && traced.fewest && !traced.blind;
}

static unsigned calls, bad;

static void must_be_legal(struct iop_tracer *tracer, const struct iop_copy_call *call)
{
	calls++;
	if (legal(tracer, call))
		return;
	bad++;
	fprintf(stderr, "ILLEGAL: %s of %zu at %u, memory at %u, value %d\n", iop_copy_op_name(call->op), call->n, call->io_align,
		call->mem_align, iop_copy_value(call));
}

/* The value that a fill forgot to cut: the control of the values. */
static void whole_value(volatile void *io, int value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		iop_memset_io((char *)(uintptr_t)io + i, value + (value > UINT8_MAX), 1);
}

int main(void)
{
	const struct iop_copier assigns = {by_assignment, NULL, NULL, NULL}, widens = {NULL, NULL, whole_value, NULL};
	struct iop_copy_call control = {.op = IOP_TOIO, .copier = &assigns, .n = 13, .io_align = 1};
	struct iop_copy_call value_control = {.op = IOP_SET, .copier = &widens, .n = 1, .value = &values[1]};
	struct iop_tracer *tracer;

	window = SMALL_WINDOW;
	if (iop_tracer_open(&tracer, window))
		return 1;
	for (size_t n = 0; n <= LONGEST; n++)
		for (enum iop_copy_op op = IOP_TOIO; op <= IOP_SET; op++)
			for (unsigned place = 0; place < 16 * 8; place++)
				must_be_legal(tracer, &(struct iop_copy_call){.op = op,
									      .copier = &constant[n],
									      .n = n,
									      .io_align = place % 16,
									      .mem_align = place / 16,
									      .value = &values[place / 16 % VALUES]});
	if (legal(tracer, &control)) {
		fprintf(stderr, "the control passed for legal\n");
		bad++;
	}
	if (legal(tracer, &value_control)) {
		fprintf(stderr, "a fill by a wrong value passed for legal\n");
		bad++;
	}
	iop_tracer_close(tracer);
	window = LARGE_WINDOW;
	if (iop_tracer_open(&tracer, window))
		return 1;
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		for (enum iop_copy_op op = IOP_TOIO; op <= IOP_SET; op++)
			for (unsigned place = 0; place < 3; place++)
				must_be_legal(tracer, &(struct iop_copy_call){.op = op,
									      .copier = &large[i],
									      .n = large_size[i],
									      .io_align = place * 5,
									      .mem_align = place * 3,
									      .value = &values[1 + place]});
	iop_tracer_close(tracer);
	printf("constant sizes: %u calls, %u illegal\n", calls, bad);
	return bad != 0;
}
