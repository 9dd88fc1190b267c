/* SPDX-License-Identifier: MIT */
/*
 * STRICT for x86-64. Up to 64 bytes there are three ways, none of which asks the CPU to predict a size that it cannot know. Whole words on
 * a word boundary, of which most copies consist, go a way without branches: each binary digit of the number of words is a block, and
 * the block of a digit that is 0 is moved from a dummy to a scratch line, both chosen by a conditional move. What has a tail or lies off a
 * word boundary jumps to straight-line code if its size and place are those of the thread's previous call of that kind, and goes the
 * way without branches through all digits otherwise. From 64 bytes on it is a loop over 64 bytes
 * (copy_lines.h). Source: docs/copies.md, 7.1, 7.2.
 */
#include "copy_lines.h"
#include "copy_x86.h"

#if IOP_COPY_X86

/* Where code begins within a line decides up to a sixth of a small copy's time (docs/copies.md, 7.2), and is otherwise the linker's choice. */
#define ON_A_LINE __attribute__((aligned(64)))

/*
 * The key of the thread's last call of up to 64 bytes that had a tail or was off a word boundary, or that came after such a call.
 * Initial-exec: one instruction to reach, also from a shared object. A hint: any value of it is right.
 */
static _Thread_local __attribute__((tls_model("initial-exec"))) size_t last_copy, last_set;

/* What of a key is 0 where there are whole words on a word boundary. */
#define NOT_WORDS 63

/* Never written: a load that follows a store to its line would wait for it. */
static const char dummy[32] __attribute__((aligned(64)));

/* The pointers of a block whose bit of @n is 0 lead nowhere. */
#define STEER(n, bit, to, from, scratch)                                                          \
	__asm__("testb %[mask], %b[size]\n\t"                                                     \
		"cmovzq %[nowhere], %[t]\n\t"                                                     \
		"cmovzq %[nothing], %[f]"                                                         \
		: [t] "+r"(to), [f] "+r"(from)                                                    \
		: [size] "q"(n), [mask] "i"(bit), [nowhere] "r"(scratch), [nothing] "r"(dummy_at) \
		: "cc")
#define STEER_SET(n, bit, to, scratch)                                   \
	__asm__("testb %[mask], %b[size]\n\t"                            \
		"cmovzq %[nowhere], %[t]"                                \
		: [t] "+r"(to)                                           \
		: [size] "q"(n), [mask] "i"(bit), [nowhere] "r"(scratch) \
		: "cc")

/*
 * The whole words of n < 64 bytes, the I/O side on a word boundary: blocks of 32, 16 and 8 bytes. One statement, because compilers would
 * take more registers than need not be saved. @last_at leaves in %[to] and %[from] where the block of 8 bytes is.
 */
#define MOVE_WORD(at) "movq " at "(%[from]), %[a]\n\tmovq %[a], " at "(%[to])\n\t"
#define STEER_WORDS   "cmovzq %[nowhere], %[to]\n\tcmovzq %[nothing], %[from]\n\t"
#define COPY_WORDS(dst, src, n, last_at)                                                                                      \
	do {                                                                                                                  \
		char *to_ = (dst);                                                                                            \
		const char *from_ = (src);                                                                                    \
		uint64_t taken_, a_;                                                                                          \
		__asm__ volatile("movl %k[n], %k[taken]\n\tandl $32, %k[taken]\n\t" STEER_WORDS MOVE_WORD("0") MOVE_WORD("8") \
					 MOVE_WORD("16") MOVE_WORD("24") "leaq (%[d],%[taken]), %[to]\n\t"                    \
									 "leaq (%[s],%[taken]), %[from]\n\t"                  \
									 "testb $16, %b[n]\n\t" STEER_WORDS MOVE_WORD("0")    \
										 MOVE_WORD("8") last_at                       \
				 "testb $8, %b[n]\n\t" STEER_WORDS "movq (%[from]), %[a]\n\tmovq %[a], (%[to])"               \
				 : [to] "+&r"(to_), [from] "+&r"(from_), [taken] "=&r"(taken_), [a] "=&r"(a_)                 \
				 : [n] "q"(n), [d] "r"(dst), [s] "r"(src), [nowhere] "r"(scratch), [nothing] "r"(dummy_at)    \
				 : "cc", "memory");                                                                           \
	} while (0)
/* With and without bytes behind the last word. */
#define LAST_OF_ALL "leaq -8(%[d],%[n]), %[to]\n\tleaq -8(%[s],%[n]), %[from]\n\t"
#define LAST_WORD                                          \
	"movl %k[n], %k[taken]\n\tandl $48, %k[taken]\n\t" \
	"leaq (%[d],%[taken]), %[to]\n\tleaq (%[s],%[taken]), %[from]\n\t"

#define BLOCK(bit, at, move)                      \
	do {                                      \
		char *to = dst + (at);            \
		const char *from = src + (at);    \
		STEER(n, bit, to, from, scratch); \
		move(to, from);                   \
	} while (0)

/* n < 64 bytes, the I/O side on a word boundary. */
IOP_INLINE void copy_digits(char *dst, const char *src, size_t n, char *scratch, const char *dummy_at)
{
	COPY_WORDS(dst, src, n, LAST_WORD);
	BLOCK(4, n & 56, iop_block_move4);
	BLOCK(2, n & 60, iop_block_move2);
	BLOCK(1, n - 1, iop_block_move1);
}

#define SET_BLOCK(bit, at, puts)                \
	do {                                    \
		char *to = io + (at);           \
		STEER_SET(n, bit, to, scratch); \
		puts;                           \
	} while (0)

IOP_INLINE void set_words(char *io, uint64_t v, size_t n, size_t last, char *scratch)
{
	if (n >= IOP_X86_SMALL)
		__builtin_unreachable();
	SET_BLOCK(
		32, 0,
		(iop_block_put(to, 8, v), iop_block_put(to + 8, 8, v), iop_block_put(to + 16, 8, v), iop_block_put(to + 24, 8, v)));
	SET_BLOCK(16, n & 32, (iop_block_put(to, 8, v), iop_block_put(to + 8, 8, v)));
	SET_BLOCK(8, last, iop_block_put(to, 8, v));
}

IOP_INLINE void set_digits(char *io, uint64_t v, size_t n, char *scratch)
{
	set_words(io, v, n, n & 48, scratch);
	SET_BLOCK(4, n & 56, iop_block_put(to, 4, v));
	SET_BLOCK(2, n & 60, iop_block_put(to, 2, v));
	SET_BLOCK(1, n - 1, iop_block_put(to, 1, v));
}

#define HEAD_BLOCK(bit, move)                                \
	do {                                                 \
		char *to = dst + (head & ((bit)-1));         \
		const char *from = src + (head & ((bit)-1)); \
		STEER(head, bit, to, from, scratch);         \
		move(to, from);                              \
	} while (0)
#define SET_HEAD_BLOCK(bit)                         \
	do {                                        \
		char *to = io + (head & ((bit)-1)); \
		STEER_SET(head, bit, to, scratch);  \
		iop_block_put(to, bit, v);          \
	} while (0)

IOP_INLINE void copy_unpredicted(char *dst, const char *src, size_t n)
{
	char scratch[32];

	copy_digits(dst, src, n, scratch, dummy);
}

ON_A_LINE static __attribute__((noinline)) void copy_unpredicted_lane(char *dst, const char *src, size_t n, unsigned lane)
{
	size_t head = IOP_X86_HEAD(n, lane);
	const char *dummy_at = dummy;
	char scratch[32];

	HEAD_BLOCK(1, iop_block_move1);
	HEAD_BLOCK(2, iop_block_move2);
	HEAD_BLOCK(4, iop_block_move4);
	copy_digits(dst + head, src + head, n - head, scratch, dummy_at);
}

IOP_INLINE void set_unpredicted(char *io, uint64_t v, size_t n)
{
	char scratch[32];

	set_digits(io, v, n, scratch);
}

ON_A_LINE static __attribute__((noinline)) void set_unpredicted_lane(char *io, uint64_t v, size_t n)
{
	size_t head = IOP_X86_HEAD(n, (uintptr_t)io & 7);
	char scratch[32];

	SET_HEAD_BLOCK(1);
	SET_HEAD_BLOCK(2);
	SET_HEAD_BLOCK(4);
	set_digits(io + head, v, n - head, scratch);
}

/* Four temporaries: more would have to be saved, which costs a copy of 100 bytes a quarter of its time and gains nothing. */
IOP_INLINE void move64(char *dst, const char *src)
{
	uint64_t a, b, c, d;

	__asm__ volatile("movq (%[s]), %[a]\n\tmovq 8(%[s]), %[b]\n\tmovq 16(%[s]), %[c]\n\tmovq 24(%[s]), %[d]\n\t"
			 "movq %[a], (%[t])\n\tmovq %[b], 8(%[t])\n\tmovq %[c], 16(%[t])\n\tmovq %[d], 24(%[t])\n\t"
			 "movq 32(%[s]), %[a]\n\tmovq 40(%[s]), %[b]\n\tmovq 48(%[s]), %[c]\n\tmovq 56(%[s]), %[d]\n\t"
			 "movq %[a], 32(%[t])\n\tmovq %[b], 40(%[t])\n\tmovq %[c], 48(%[t])\n\tmovq %[d], 56(%[t])"
			 : [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
			 : [s] "r"(src), [t] "r"(dst)
			 : "memory");
}

/* More than 64 bytes, the I/O side on a word boundary. */
typedef void lines_copier(char *dst, const char *src, size_t n);

IOP_INLINE void copy_lines(char *dst, const char *src, size_t n, enum iop_x86_memory memory)
{
	uintptr_t by = (uintptr_t)src - (uintptr_t)dst;

	dst = iop_x86_copy_lines(dst, by, dst + (n & ~(size_t)63), memory);
	n &= 63;
	iop_x86_copy_table[IOP_X86_KEY(n, 0)](dst, (const char *)((uintptr_t)dst + by), n);
}

static __attribute__((noinline)) void toio_lines(char *dst, const char *src, size_t n)
{
	copy_lines(dst, src, n, IOP_X86_SOURCE);
}

static __attribute__((noinline)) void fromio_lines(char *dst, const char *src, size_t n)
{
	copy_lines(dst, src, n, IOP_X86_DESTINATION);
}

static __attribute__((noinline)) void move_lines(char *dst, const char *src, size_t n)
{
	copy_lines(dst, src, n, IOP_X86_NO_MEMORY);
}

IOP_INLINE void copy_bulk(char *dst, const char *src, size_t n, unsigned lane, lines_copier *lines)
{
	if (lane) {
		unsigned head = 8 - lane;

		iop_x86_copy_head(dst, src, head);
		dst += head;
		src += head;
		n -= head;
	}
	lines(dst, src, n);
}

IOP_INLINE void put64(char *io, uint64_t v)
{
	__asm__ volatile("movq %1, (%0)\n\tmovq %1, 8(%0)\n\tmovq %1, 16(%0)\n\tmovq %1, 24(%0)\n\t"
			 "movq %1, 32(%0)\n\tmovq %1, 40(%0)\n\tmovq %1, 48(%0)\n\tmovq %1, 56(%0)"
			 :
			 : "r"(io), "r"(v)
			 : "memory");
}

static __attribute__((noinline)) void set_lines(char *io, uint64_t v, size_t n)
{
	for (; n >= 64; n -= 64, io += 64)
		put64(io, v);
	iop_x86_set_table[IOP_X86_KEY(n, 0)](io, v, n);
}

static __attribute__((noinline)) void set_bulk(char *io, uint64_t v, size_t n)
{
	unsigned head = -(uintptr_t)io & 7;

	if (head) {
		iop_x86_set_head(io, v, head);
		io += head;
		n -= head;
	}
	set_lines(io, v, n);
}

/* Whole words on a word boundary. */
IOP_INLINE void copy_aligned(char *dst, const char *src, size_t n, lines_copier *lines)
{
	const char *dummy_at = dummy;
	char scratch[32];

	if (n < IOP_X86_SMALL)
		COPY_WORDS(dst, src, n, LAST_OF_ALL);
	else if (n == IOP_X86_SMALL)
		move64(dst, src);
	else
		lines(dst, src, n);
}

/*
 * Where the last call was not of whole words, the next one is likely not to be, either: then one that is takes the way of the others, so
 * that sizes of all kinds at random do not cost a misprediction at each eighth.
 */
IOP_INLINE void copy_strict(char *dst, const char *src, size_t n, size_t lane, lines_copier *lines)
{
	size_t key = IOP_X86_KEY(n, lane);

	if (__builtin_expect(((last_copy | key) & NOT_WORDS) == 0, 0)) {
		copy_aligned(dst, src, n, lines);
	} else if (__builtin_expect(n > IOP_X86_SMALL, 0)) {
		copy_bulk(dst, src, n, (unsigned)lane, lines);
	} else if (key == last_copy) {
		iop_x86_copy_table[key](dst, src, n);
	} else {
		last_copy = key;
		if (lane)
			copy_unpredicted_lane(dst, src, n, (unsigned)lane);
		else if (n == IOP_X86_SMALL)
			move64(dst, src);
		else
			copy_unpredicted(dst, src, n);
	}
}

void iop_x86_move_strict(char *dst, const char *src, size_t n, size_t lane)
{
	copy_strict(dst, src, n, lane, move_lines);
}

ON_A_LINE void(iop_memcpy_toio)(volatile void *io, const void *src, size_t n)
{
	copy_strict((char *)(uintptr_t)io, src, n, (uintptr_t)io & 7, toio_lines);
}

ON_A_LINE void(iop_memcpy_fromio)(void *dst, const volatile void *io, size_t n)
{
	copy_strict(dst, (const char *)(uintptr_t)io, n, (uintptr_t)io & 7, fromio_lines);
}

IOP_INLINE void set_aligned(char *io, uint64_t v, size_t n)
{
	char scratch[32];

	if (n < IOP_X86_SMALL)
		set_words(io, v, n, n - 8, scratch);
	else if (n == IOP_X86_SMALL)
		put64(io, v);
	else
		set_lines(io, v, n);
}

ON_A_LINE void(iop_memset_io)(volatile void *io, int value, size_t n)
{
	uint64_t v = IOP_X86_PATTERN(value);
	char *to = (char *)(uintptr_t)io;
	size_t key = IOP_X86_KEY(n, (uintptr_t)io & 7);

	if (__builtin_expect(((last_set | key) & NOT_WORDS) == 0, 0)) {
		set_aligned(to, v, n);
	} else if (__builtin_expect(n > IOP_X86_SMALL, 0)) {
		set_bulk(to, v, n);
	} else if (key == last_set) {
		iop_x86_set_table[key](to, v, n);
	} else {
		last_set = key;
		if (key & 7)
			set_unpredicted_lane(to, v, n);
		else if (n == IOP_X86_SMALL)
			put64(to, v);
		else
			set_unpredicted(to, v, n);
	}
}

#else
typedef int iop_x86_no_copy_strict;
#endif
