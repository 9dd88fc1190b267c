/* SPDX-License-Identifier: MIT */
/* What a user might bring to `iopath trace --object`. */
#include <stddef.h>

void *user_good(void *dst, const void *src, size_t n);
void *user_doubles(void *dst, const void *src, size_t n);
void *user_set(void *dst, int value, size_t n);
void *user_fifo(void *io, const void *src, size_t n);
void *user_fifo_more(void *io, const void *src, size_t n);
void *user_fifo_reads(void *dst, const void *io, size_t n);

#ifdef __x86_64__
/* Each of one kind of instruction that some decoder of trapped accesses lacks. */
void *x86_repne(void *dst, const void *src, size_t n);
void *x86_movsb(void *dst, const void *src, size_t n);
void *x86_movnti(void *dst, const void *src, size_t n);
void *x86_movsxd(void *dst, const void *src, size_t n);

/* As FreeBSD's bus_space has it: repeats like rep, whatever the manual says. */
void *x86_repne(void *dst, const void *src, size_t n)
{
	void *to = dst;

	n /= 4;
	__asm__ volatile("cld; repne; movsl" : "+D"(to), "+S"(src), "+c"(n) : : "memory");
	return dst;
}

void *x86_movsb(void *dst, const void *src, size_t n)
{
	void *to = dst;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(src), "+c"(n) : : "memory");
	return dst;
}

void *x86_movnti(void *dst, const void *src, size_t n)
{
	for (size_t i = 0; i < n / 4; i++)
		__asm__ volatile("movnti %1, %0" : "=m"(((int *)dst)[i]) : "r"(((const int *)src)[i]));
	return dst;
}

void *x86_movsxd(void *dst, const void *src, size_t n)
{
	for (size_t i = 0; i < n / 4; i++) {
		long value;

		__asm__ volatile("movslq %1, %0" : "=r"(value) : "m"(((const volatile int *)src)[i]));
		((int *)dst)[i] = (int)value;
	}
	return dst;
}
#endif

void *user_good(void *dst, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile char *)dst)[i] = ((const char *)src)[i];
	return dst;
}

void *user_doubles(void *dst, const void *src, size_t n)
{
	user_good(dst, src, n);
	user_good((char *)dst + n - 1, (const char *)src + n - 1, 1);
	return dst;
}

void *user_set(void *dst, int value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile char *)dst)[i] = (char)value;
	return dst;
}

/* All words to one address. */
void *user_fifo(void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n / 4; i++)
		*(volatile int *)io = ((const int *)src)[i];
	return io;
}

void *user_fifo_more(void *io, const void *src, size_t n)
{
	user_fifo(io, src, n);
	*(volatile int *)io = ((const int *)src)[n / 4 - 1];
	return io;
}

void *user_fifo_reads(void *dst, const void *io, size_t n)
{
	for (size_t i = 0; i < n / 4; i++)
		((int *)dst)[i] = *(const volatile int *)io;
	return dst;
}
