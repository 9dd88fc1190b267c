/* SPDX-License-Identifier: MIT */
/*
 * within WIDTHS | controls: the copies within a set of widths, as compiled, and those that read, merge and write the words at the edges:
 * each access of every size up to 600 is judged for a device of these widths, and there are no more than a search over all splits finds,
 * which is not the judge's. Copies that break a rule each are told.
 */
#include <copy_trace.h>

#include <iopath/copy_within.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST	 600
#define WINDOW	 ((size_t)1 << 12)
#define COMPLAIN 5

static struct iop_tracer *tracer;
static unsigned widths;
static size_t calls, refused, complaints;
static int answer;

static void toio(volatile void *io, const void *src, size_t n)
{
	answer = iop_memcpy_toio_within(io, src, n, widths);
}

static void fromio(void *dst, const volatile void *io, size_t n)
{
	answer = iop_memcpy_fromio_within(dst, io, n, widths);
}

static void set(volatile void *io, int value, size_t n)
{
	answer = iop_memset_io_within(io, value, n, widths);
}

static void toio_rmw(volatile void *io, const void *src, size_t n)
{
	answer = iop_memcpy_toio_within_rmw(io, src, n, widths);
}

static void fromio_whole(void *dst, const volatile void *io, size_t n)
{
	answer = iop_memcpy_fromio_within_whole(dst, io, n, widths);
}

static void set_rmw(volatile void *io, int value, size_t n)
{
	answer = iop_memset_io_within_rmw(io, value, n, widths);
}

/* By trying all splits, from the end on. */
static size_t fewest(size_t place, size_t n)
{
	static size_t cost[LONGEST + 1];

	cost[n] = 0;
	for (size_t at = n; at-- > 0;) {
		cost[at] = SIZE_MAX;
		for (size_t w = 1; w <= 64; w *= 2)
			if ((widths & w) && (place + at) % w == 0 && at + w <= n && cost[at + w] < cost[at])
				cost[at] = cost[at + w];
		cost[at] += cost[at] != SIZE_MAX;
	}
	return cost[0];
}

/* With the words at the edges: each one read and one written. */
static size_t fewest_rmw(size_t place, size_t n, bool writes)
{
	const size_t word = widths & -widths, head = place % word ? word - place % word : 0;

	if (!n)
		return 0;
	if (head >= n)
		return head || n < word ? (writes ? 2 : 1) : 1;
	return fewest(place + head, (n - head) / word * word) + ((head != 0) + ((n - head) % word != 0)) * (writes ? 2u : 1u);
}

static void check(const struct iop_copy_call *call, bool edges, size_t most)
{
	struct iop_copy_traced t;
	const size_t made =
		iop_copy_trace(&t, tracer, WINDOW, call, widths >= 16 ? IOP_WIDE : IOP_STRICT) ? SIZE_MAX : t.side[0].list.count;
	const bool refuses = most == SIZE_MAX;
	bool right;

	calls++;
	refused += refuses;
	right = made != SIZE_MAX && answer == (refuses ? -EINVAL : 0) &&
		(refuses ? !made : t.legal && !t.blind && t.fewest && made == most);
	if (!right && complaints++ < COMPLAIN)
		fprintf(stderr, "%s%s of %zu bytes at %u, widths %#x: %d, %zu accesses, fewest %zu (%zu), %s, broken %#x\n",
			iop_copy_op_name(call->op), edges ? " rmw" : "", call->n, call->io_align, widths, answer, made, most,
			t.side[0].verdict.optimum, t.legal ? "legal" : "not legal", t.side[0].verdict.broken);
}

static void sweep(void)
{
	static const struct iop_copier plain = {.toio = toio, .fromio = fromio, .set = set};
	static const struct iop_copier rmw = {.toio = toio_rmw, .fromio = fromio_whole, .set = set_rmw};

	for (unsigned place = 0; place < 64; place++)
		for (size_t n = 0; n <= LONGEST; n += 1 + (n > 80) * 6 + (place > 8) * 2)
			for (enum iop_copy_op op = IOP_TOIO; op <= IOP_SET; op++) {
				struct iop_copy_call call = {.op = op,
							     .copier = &plain,
							     .n = n,
							     .io_align = place,
							     .mem_align = n % 8,
							     .widths = widths};

				check(&call, false, fewest(place, n));
				call.copier = &rmw;
				call.widths |= IOP_EDGES_RMW;
				check(&call, true, fewest_rmw(place, n, op != IOP_FROMIO));
			}
	printf("widths %#x: %zu calls, %zu of them refused, %zu complaints\n", widths, calls, refused, complaints);
}

/* Wrong ones, called with 13 bytes at 3 on a device that takes 4: words at 0 and 12, and two between. */
#define AT(io) ((volatile uint32_t *)(((uintptr_t)(io)) & ~(uintptr_t)3))

/* What lay in the word at the start, each time the same: a routine that does not read it writes it all the same. */
static uint32_t lay;

static void put(volatile void *io, const void *src, size_t from, size_t n, unsigned word)
{
	uint32_t value = AT(io)[word];

	if (!lay)
		lay = value;
	memcpy((char *)&value + from, src, n);
	AT(io)[word] = value;
}

static void middle(volatile void *io, const char *src)
{
	for (unsigned word = 1; word < 4; word++) {
		uint32_t value;

		memcpy(&value, src + 1 + 4 * (word - 1), 4);
		AT(io)[word] = value;
	}
}

/* 13 bytes at 3 end at 16: one edge. */
static void right(volatile void *io, const void *src, size_t n)
{
	put(io, src, 3, 1, 0);
	middle(io, src);
	(void)n;
}

static void blind_write(volatile void *io, const void *src, size_t n)
{
	uint32_t value = lay;

	memcpy((char *)&value + 3, src, 1);
	AT(io)[0] = value;
	middle(io, src);
	(void)n;
}

static void forgets(volatile void *io, const void *src, size_t n)
{
	uint32_t value = AT(io)[0] & 0;

	memcpy((char *)&value + 3, src, 1);
	AT(io)[0] = value;
	middle(io, src);
	(void)n;
}

static void twice(volatile void *io, const void *src, size_t n)
{
	right(io, src, n);
	put(io, src, 3, 1, 0);
}

static void at_the_end(volatile void *io, const void *src, size_t n)
{
	middle(io, src);
	put(io, src, 3, 1, 0);
	(void)n;
}

static void reads_more(volatile void *io, const void *src, size_t n)
{
	put(io, src, 3, 1, 0);
	(void)AT(io)[2];
	middle(io, src);
	(void)n;
}

static void too_wide(volatile void *io, const void *src, size_t n)
{
	uint64_t value = *(volatile uint64_t *)AT(io);

	memcpy((char *)&value + 3, src, 5);
	*(volatile uint64_t *)AT(io) = value;
	for (unsigned word = 2; word < 4; word++) {
		uint32_t half;

		memcpy(&half, (const char *)src + 1 + 4 * (word - 1), 4);
		AT(io)[word] = half;
	}
	(void)n;
}

static void by_bytes(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile char *)io)[i] = ((const char *)src)[i];
}

struct wrong {
	const char *name;
	void (*toio)(volatile void *io, const void *src, size_t n);
	unsigned broken; /* a rule that must be broken; 0: none */
	bool wrong_data;
};

static void controls(void)
{
	static const struct wrong all[] = {
		{"right", right, 0, false},
		{"a word written without a read", blind_write, IOP_RULE_OUTSIDE, false},
		{"reads, and does not merge", forgets, 0, true},
		{"an edge written twice", twice, IOP_RULE_TWICE, false},
		{"the head last", at_the_end, IOP_RULE_ORDER, false},
		{"reads what is no edge", reads_more, IOP_RULE_DIRECTION, false},
		{"an edge of a wider word", too_wide, IOP_RULE_DEVICE, false},
		{"bytes", by_bytes, IOP_RULE_DEVICE, false},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct iop_copier copier = {.toio = all[i].toio};
		const struct iop_copy_call call = {
			.op = IOP_TOIO, .copier = &copier, .n = 13, .io_align = 3, .widths = 4 | IOP_EDGES_RMW};
		struct iop_copy_traced t;
		bool told;

		if (iop_copy_trace(&t, tracer, WINDOW, &call, IOP_STRICT))
			exit(1);
		told = all[i].broken ? (t.side[0].verdict.broken & all[i].broken) != 0 : !t.side[0].verdict.broken;
		told &= t.data_right != all[i].wrong_data;
		calls++;
		complaints += !told;
		printf("%s: broken %#x%s%s\n", all[i].name, t.side[0].verdict.broken, t.data_right ? "" : ", wrong data",
		       told ? "" : ": NOT AS IT SHOULD BE");
	}
	/* Without leave, nothing of that is legal. */
	for (unsigned leave = 0; leave < 2; leave++) {
		const struct iop_copier copier = {.toio = right};
		const struct iop_copy_call call = {
			.op = IOP_TOIO, .copier = &copier, .n = 13, .io_align = 3, .widths = 4 | (leave ? IOP_EDGES_RMW : 0)};
		struct iop_copy_traced t;

		if (iop_copy_trace(&t, tracer, WINDOW, &call, IOP_STRICT))
			exit(1);
		complaints += t.legal != leave;
	}
}

int main(int argc, char **argv)
{
	if (argc != 2 || iop_tracer_open(&tracer, WINDOW))
		return 1;
	if (strcmp(argv[1], "controls") == 0) {
		controls();
	} else {
		widths = (unsigned)strtoul(argv[1], NULL, 10);
		if (widths & 64 && !__builtin_cpu_supports("avx512f")) {
			printf("this CPU has no access of 64 bytes\n");
			return 77;
		}
		sweep();
	}
	iop_tracer_close(tracer);
	printf("%zu calls, %zu complaints\n", calls, complaints);
	return complaints || !calls;
}
