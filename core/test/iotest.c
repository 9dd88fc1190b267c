/* SPDX-License-Identifier: MIT */
#include "iotest.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static struct iop_event events[IOTEST_EVENTS];
static size_t count;

static void record(const struct iop_event *event)
{
	if (count == IOTEST_EVENTS)
		fail_msg("more than %d events", IOTEST_EVENTS);
	events[count++] = *event;
}

void iotest_record(void)
{
	count = 0;
	iop_event_hook = record;
}

size_t iotest_count(void)
{
	return count;
}

const struct iop_event *iotest_event(size_t i)
{
	assert_true(i < count);
	return &events[i];
}

const char *iotest_trace(const void *base)
{
	static const char *const name[] = {"BR", "LD", "AR", "BW", "ST", "AW", "CP", "RS", "WF"};
	static char text[IOTEST_EVENTS * 24];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const struct iop_event *e = &events[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "", name[e->kind]);
		if (e->width || e->kind == IOP_EVENT_CP)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%u+%zx", (unsigned)e->width,
						 (size_t)(e->addr - (uintptr_t)base));
	}
	return text;
}

uint64_t iotest_random(uint64_t *state)
{
	uint64_t x = *state ? *state : 1;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * UINT64_C(0x2545F4914F6CDD1D);
}

const struct iotest_way iotest_mmio = {"mmio", IOP_EVENT_MMIO, 1, 1};
const struct iotest_way iotest_relaxed = {"relaxed", IOP_EVENT_RELAXED, 0, 1};
const struct iotest_way iotest_sysmem = {"sysmem", IOP_EVENT_SYSMEM, 0, 0};
const struct iotest_way iotest_wc = {"wc", IOP_EVENT_WC, 0, 1};
const struct iotest_way iotest_sysmap_io = {"sysmap_io", IOP_EVENT_MMIO, 1, 1};
const struct iotest_way iotest_sysmap_sys = {"sysmap_sys", IOP_EVENT_SYSMEM, 0, 0};

uint64_t iotest_raw(const struct iotest_way *way, unsigned width, uint64_t value)
{
	uint64_t reversed = 0;

	if (!way->device || !IOP_BIG_ENDIAN)
		return value;
	for (unsigned i = 0; i < width; i++)
		reversed = reversed << 8 | (value >> 8 * i & 0xff);
	return reversed;
}

static void is_barrier(size_t i, const struct iotest_way *way, enum iop_event_kind kind)
{
	const struct iop_event *e = iotest_event(i);

	assert_int_equal(e->kind, kind);
	assert_int_equal(e->source, way->source);
	assert_int_equal(e->width, 0);
	assert_int_equal(e->addr, 0);
}

size_t iotest_is_access(size_t first, const struct iotest_way *way, enum iop_event_kind kind, unsigned width, const void *addr,
			uint64_t raw)
{
	size_t i = first;
	const struct iop_event *e;

	if (way->ordered)
		is_barrier(i++, way, kind == IOP_EVENT_LD ? IOP_EVENT_BR : IOP_EVENT_BW);
	e = iotest_event(i++);
	assert_int_equal(e->kind, kind);
	assert_int_equal(e->source, way->source);
	assert_int_equal(e->width, width);
	assert_ptr_equal((void *)e->addr, (void *)(uintptr_t)addr);
	assert_int_equal(e->value, raw);
	if (way->ordered)
		is_barrier(i++, way, kind == IOP_EVENT_LD ? IOP_EVENT_AR : IOP_EVENT_AW);
	return i;
}

uint64_t iotest_peek(const void *p, unsigned width)
{
	uint8_t b;
	uint16_t h;
	uint32_t w;
	uint64_t d;

	switch (width) {
	case 1: memcpy(&b, p, 1); return b;
	case 2: memcpy(&h, p, 2); return h;
	case 4: memcpy(&w, p, 4); return w;
	default: memcpy(&d, p, 8); return d;
	}
}

void iotest_poke(void *p, unsigned width, uint64_t value)
{
	uint8_t b = (uint8_t)value;
	uint16_t h = (uint16_t)value;
	uint32_t w = (uint32_t)value;

	switch (width) {
	case 1: memcpy(p, &b, 1); break;
	case 2: memcpy(p, &h, 2); break;
	case 4: memcpy(p, &w, 4); break;
	default: memcpy(p, &value, 8); break;
	}
}

struct iotest_pages iotest_guarded(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t inner = (bytes + page - 1) / page * page;
	uint8_t *all = mmap(NULL, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(all != MAP_FAILED);
	assert_int_equal(mprotect(all + page, inner, PROT_READ | PROT_WRITE), 0);
	return (struct iotest_pages){all + page, all + page + inner};
}

int iotest_readable(const void *p)
{
	int ends[2];
	ssize_t done;

	assert_int_equal(pipe(ends), 0);
	done = write(ends[1], p, 1);
	close(ends[0]);
	close(ends[1]);
	return done == 1;
}

void iotest_bytes_are(const void *p, unsigned width, uint64_t value, bool big)
{
	const uint8_t *byte = p;

	if (IOP_BIG_ENDIAN != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
		big = !big;
	for (unsigned i = 0; i < width; i++)
		assert_int_equal(byte[i], (uint8_t)(value >> 8 * (big ? width - 1 - i : i)));
}

jmp_buf iotest_panic_return;
const char *iotest_panic_reason;
struct iop_panic iotest_panic;

static void leave(const struct iop_panic *panic)
{
	iotest_panic = *panic;
	iotest_panic_reason = panic->reason;
	longjmp(iotest_panic_return, 1);
}

void iotest_expect_panic(void)
{
	iotest_panic_reason = NULL;
	iop_panic_set_hook(leave);
}

void iotest_no_panic(void)
{
	iop_panic_set_hook(NULL);
}
