/* SPDX-License-Identifier: MIT */
/*
 * Row 45: copies in units make exactly as many accesses as they are told, of the unit's width and in order, as the kernel's do; a
 * 64-bit unit of the 32-bit profile is two accesses, the low half first.
 */
#include "iotest.h"

#include <iopath/routine.h>
#include <iopath/unit_copy.h>

#define LONGEST 70 /* units */
#define MARGIN	16
#define WORD	(IOP_64BIT ? 8u : 4u)

static _Alignas(8) uint8_t io[8 * LONGEST + 2 * MARGIN], ram[8 * LONGEST + 2 * MARGIN];
static uint8_t io_before[sizeof(io)], ram_before[sizeof(ram)];

static void fresh(uint64_t seed)
{
	iop_event_hook = NULL;
	for (size_t i = 0; i < sizeof(io); i++) {
		io[i] = (uint8_t)iotest_random(&seed);
		ram[i] = (uint8_t)iotest_random(&seed);
	}
	memcpy(io_before, io, sizeof(io));
	memcpy(ram_before, ram, sizeof(ram));
	iotest_record();
}

/* @count accesses of @width bytes from @at on, each with the bytes that lie at its own place of @bytes, and nothing else. */
static void assert_accesses(enum iop_event_kind kind, size_t count, unsigned width, const uint8_t *at, const uint8_t *bytes)
{
	assert_int_equal(iotest_count(), count);
	for (size_t i = 0; i < count; i++) {
		const struct iop_event *e = iotest_event(i);

		assert_int_equal(e->kind, kind);
		assert_int_equal(e->source, IOP_EVENT_COPY);
		assert_int_equal(e->width, width);
		assert_int_equal(e->addr, (uintptr_t)at + i * width);
		assert_int_equal(e->value, iotest_peek(bytes + i * width, width));
	}
}

static void count_is_in_units(void **state)
{
	(void)state;
	for (size_t count = 0; count <= LONGEST; count++) {
		uint8_t *at = io + MARGIN - 8, *mem = ram + MARGIN;

		fresh(count + 1);
		iop_iowrite32_copy(at + 4, mem, count);
		assert_accesses(IOP_EVENT_ST, count, 4, at + 4, mem);
		memcpy(io_before + (at + 4 - io), mem, 4 * count);
		assert_memory_equal(io, io_before, sizeof(io));

		fresh(count + 2);
		iop_iowrite64_copy(at, mem, count);
		assert_accesses(IOP_EVENT_ST, count * (8 / WORD), WORD, at, mem);
		memcpy(io_before + (at - io), mem, 8 * count);
		assert_memory_equal(io, io_before, sizeof(io));
		assert_memory_equal(ram, ram_before, sizeof(ram));

		fresh(count + 3);
		iop_ioread32_copy(mem + 4, at + 4, count);
		assert_accesses(IOP_EVENT_LD, count, 4, at + 4, mem + 4);
		memcpy(ram_before + (mem + 4 - ram), at + 4, 4 * count);
		assert_memory_equal(ram, ram_before, sizeof(ram));
		assert_memory_equal(io, io_before, sizeof(io));
	}
}

/* As text: no barrier before, between or after, and where 8 is no access the half at the lower address first. */
static void no_barrier_and_the_low_half_first(void **state)
{
	(void)state;
	fresh(9);
	iop_iowrite64_copy(io, ram, 2);
	assert_string_equal(iotest_trace(io), IOP_64BIT ? "ST8+0 ST8+8" : "ST4+0 ST4+4 ST4+8 ST4+c");
	iotest_record();
	iop_iowrite32_copy(io, ram, 2);
	assert_string_equal(iotest_trace(io), "ST4+0 ST4+4");
	iotest_record();
	iop_ioread32_copy(ram, io, 2);
	assert_string_equal(iotest_trace(io), "LD4+0 LD4+4");
}

static void nothing(void **state)
{
	(void)state;
	iotest_record();
	iop_iowrite32_copy(NULL, NULL, 0);
	iop_iowrite64_copy(NULL, NULL, 0);
	iop_ioread32_copy(NULL, NULL, 0);
	assert_int_equal(iotest_count(), 0);
}

/* Nothing behind the last unit is read or written: both sides end at an inaccessible page. */
static void guard_pages(void **state)
{
	struct iotest_pages dev = iotest_guarded(1), mem = iotest_guarded(1);

	(void)state;
	iop_event_hook = NULL;
	assert_false(iotest_readable(dev.end) || iotest_readable(mem.end));
	for (size_t count = 0; count <= LONGEST; count++) {
		iop_iowrite32_copy(dev.end - 4 * count, mem.end - 4 * count, count);
		iop_iowrite64_copy(dev.end - 8 * count, mem.end - 8 * count, count);
		iop_ioread32_copy(mem.end - 4 * count, dev.end - 4 * count, count);
	}
}

#if IOP_DEBUG_VIEWS
#define assert_checked(statement) assert_panics("not in units", statement)
#else
/* Its accesses are what the author asked for; a misaligned one would be a matter of the device. */
#define assert_checked(statement) ((void)0)
#endif

static void sides_are_multiples_of_the_unit(void **state)
{
	(void)state;
	fresh(5);
	for (size_t at = 1; at < 8; at++) {
		if (at % 4) {
			assert_checked(iop_iowrite32_copy(io + at, ram, 1));
			assert_checked(iop_iowrite32_copy(io, ram + at, 1));
			assert_checked(iop_ioread32_copy(ram, io + at, 1));
			assert_checked(iop_ioread32_copy(ram + at, io, 1));
		}
		assert_checked(iop_iowrite64_copy(io + at, ram, 1));
		assert_checked(iop_iowrite64_copy(io, ram + at, 1));
	}
	assert_int_equal(iotest_count(), 0);
	assert_memory_equal(io, io_before, sizeof(io));
	assert_memory_equal(ram, ram_before, sizeof(ram));
}

static const struct iop_routine *routine_of(const char *name)
{
	for (size_t i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, name) == 0)
			return iop_routines[i];
	fail_msg("no routine %s", name);
	return NULL;
}

/* In the table they take bytes: of whole units only. */
static void routines_of_the_table(void **state)
{
	const struct iop_routine *w32 = routine_of("iowrite32"), *w64 = routine_of("iowrite64"), *r32 = routine_of("ioread32");

	(void)state;
	fresh(6);
	w32->toio(io, ram, 12);
	assert_string_equal(iotest_trace(io), "ST4+0 ST4+4 ST4+8");
	iotest_record();
	w64->toio(io, ram, 16);
	assert_int_equal(iotest_count(), 16 / WORD);
	iotest_record();
	r32->fromio(ram, io, 8);
	assert_string_equal(iotest_trace(io), "LD4+0 LD4+4");
	iotest_record();
	assert_panics("not in units of the routine", w32->toio(io, ram, 13));
	assert_panics("not in units of the routine", w32->toio(io + 2, ram, 4));
	assert_panics("not in units of the routine", w64->toio(io, ram, 12));
	assert_panics("not in units of the routine", r32->fromio(ram, io + 1, 8));
	assert_int_equal(iotest_count(), 0);
	assert_true(iop_routine_takes(w64, 8, 8, 24));
	assert_false(iop_routine_takes(w64, 4, 8, 24) || iop_routine_takes(w64, 8, 4, 24) || iop_routine_takes(w64, 8, 8, 20));
	assert_true(iop_routine_takes(routine_of("strict"), 3, 5, 7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(count_is_in_units),
		cmocka_unit_test(no_barrier_and_the_low_half_first),
		cmocka_unit_test(nothing),
		cmocka_unit_test(guard_pages),
		cmocka_unit_test(sides_are_multiples_of_the_unit),
		cmocka_unit_test(routines_of_the_table),
	};

	return cmocka_run_group_tests_name("row-45-unit-copy", tests, NULL, NULL);
}
