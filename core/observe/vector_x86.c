/* SPDX-License-Identifier: MIT */
#include "vector_x86.h"

#include <cpuid.h>
#include <string.h>

/* XSAVE's numbers of the components. */
enum {
	SSE = 1,
	YMM_HIGH = 2,
	OPMASK = 5,
	ZMM_HIGH = 6,
	ZMM_16_31 = 7
};

enum {
	XMM_AT = 160,
	FRAME_MAGIC_AT = 464,
	FRAME_FEATURES_AT = 472,
	PRESENT_AT = 512,
	FRAME_MAGIC = 0x46505853,
};

static unsigned char *area_of(const ucontext_t *uc)
{
	return (unsigned char *)(uintptr_t)uc->uc_mcontext.fpregs;
}

static uint64_t word(const unsigned char *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Where component @n is, and how long; NULL if the frame has none. */
static unsigned char *component(const ucontext_t *uc, unsigned n, unsigned *size)
{
	unsigned char *area = area_of(uc);
	unsigned offset, c, d;
	uint32_t magic;

	*size = 256;
	if (n == SSE)
		return area + XMM_AT;
	memcpy(&magic, area + FRAME_MAGIC_AT, sizeof(magic));
	if (magic != FRAME_MAGIC || !(word(area + FRAME_FEATURES_AT) >> n & 1))
		return NULL;
	if (!__get_cpuid_count(0xd, n, size, &offset, &c, &d) || !*size)
		return NULL;
	return area + offset;
}

/* Components that the frame left out, because they are zero. */
static bool is_zero(const ucontext_t *uc, unsigned n)
{
	return !(word(area_of(uc) + PRESENT_AT) >> n & 1);
}

static bool get(const ucontext_t *uc, unsigned n, unsigned at, unsigned count, unsigned char *bytes)
{
	unsigned size;
	const unsigned char *from = component(uc, n, &size);

	if (!from)
		return false;
	if (n != SSE && is_zero(uc, n))
		memset(bytes, 0, count);
	else
		memcpy(bytes, from + at, count);
	return true;
}

static void set(ucontext_t *uc, unsigned n, unsigned at, unsigned count, const unsigned char *bytes)
{
	unsigned size;
	unsigned char *to = component(uc, n, &size);
	uint64_t present;

	if (!to)
		return;
	if (n != SSE) {
		if (is_zero(uc, n))
			memset(to, 0, size);
		present = word(area_of(uc) + PRESENT_AT) | UINT64_C(1) << n;
		memcpy(area_of(uc) + PRESENT_AT, &present, sizeof(present));
	}
	memcpy(to + at, bytes, count);
}

bool iop_vector_get(const ucontext_t *uc, unsigned index, unsigned width, unsigned char *bytes)
{
	if (index >= 16)
		return get(uc, ZMM_16_31, 64 * (index - 16), width, bytes);
	if (!get(uc, SSE, 16 * index, 16, bytes))
		return false;
	if (width > 16 && !get(uc, YMM_HIGH, 16 * index, 16, bytes + 16))
		return false;
	return width <= 32 || get(uc, ZMM_HIGH, 32 * index, 32, bytes + 32);
}

bool iop_vector_set(ucontext_t *uc, unsigned index, bool only_xmm, const unsigned char *bytes)
{
	unsigned size;

	if (index >= 16) {
		if (!component(uc, ZMM_16_31, &size))
			return false;
		set(uc, ZMM_16_31, 64 * (index - 16), 64, bytes);
		return true;
	}
	set(uc, SSE, 16 * index, 16, bytes);
	if (!only_xmm) {
		set(uc, YMM_HIGH, 16 * index, 16, bytes + 16);
		set(uc, ZMM_HIGH, 32 * index, 32, bytes + 32);
	}
	return true;
}

bool iop_vector_mask(const ucontext_t *uc, unsigned index, uint64_t *mask)
{
	return get(uc, OPMASK, 8 * index, 8, (unsigned char *)mask);
}
