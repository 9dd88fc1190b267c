/* SPDX-License-Identifier: MIT */
/* Where the second module is going to lie: in an address space that is played, of files that say how large they are. */
#include "stored_home.h"

#include <sample/place.h>

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#define PAGE	UINT64_C(4096)
#define GRANULE ((uint64_t)IOP_PLACE_GRANULE)
#define LOW	(UINT64_C(1) << 32)
#define HIGH	(UINT64_C(1) << 33)
#define FIRST	(HIGH - 16 * GRANULE) /* where the first module lies */
#define RANGES	512
#define CALLS	100000 /* more are a loop without an end */

/* What is mapped, and whether it is mapped where the caller wants it, or elsewhere. */
static struct range {
	uint64_t at, size;
} range[RANGES];
static size_t ranges, calls;
static bool obeys;

void *__wrap_mmap(void *wanted, size_t size, int protection, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t size);

static bool is_free(uint64_t at, uint64_t size)
{
	if (at < LOW || at > HIGH || size > HIGH - at)
		return false;
	for (size_t i = 0; i < ranges; i++)
		if (at < range[i].at + range[i].size && range[i].at < at + size)
			return false;
	return true;
}

static void take(uint64_t at, uint64_t size)
{
	assert_true(ranges < RANGES && is_free(at, size));
	range[ranges++] = (struct range){at, size};
}

/* The end of the highest gap that is large enough, or 0. */
static uint64_t highest(uint64_t size)
{
	uint64_t best = size <= HIGH - LOW && is_free(HIGH - size, size) ? HIGH : 0;

	for (size_t i = 0; i < ranges; i++)
		if (range[i].at >= LOW + size && range[i].at > best && is_free(range[i].at - size, size))
			best = range[i].at;
	return best;
}

void *__wrap_mmap(void *wanted, size_t size, int protection, int flags, int fd, off_t offset)
{
	const bool fixed = flags & MAP_FIXED_NOREPLACE;
	uint64_t at = (uintptr_t)wanted;

	assert_true(protection == PROT_NONE && flags & MAP_ANONYMOUS && fd == -1 && offset == 0 && size % PAGE == 0 &&
		    at % PAGE == 0);
	assert_true(fixed || !wanted);
	if (++calls > CALLS)
		abort();
	errno = EINVAL;
	if (!size)
		return MAP_FAILED;
	if (!fixed)
		at = highest(size) ? highest(size) - size : 0;
	else if (!obeys)
		at = LOW;
	if (!is_free(at, size)) {
		errno = EEXIST;
		return MAP_FAILED;
	}
	take(at, size);
	return (void *)(uintptr_t)at;
}

int __wrap_munmap(void *at, size_t size)
{
	for (size_t i = 0; i < ranges; i++)
		if (range[i].at == (uintptr_t)at && range[i].size == size) {
			range[i] = range[--ranges];
			return 0;
		}
	fail_msg("%p is not mapped with %zu bytes", at, size);
	return -1;
}

static void clear(void)
{
	ranges = calls = 0;
	obeys = true;
}

/* A file with these segments; @magic is that of an ELF file or not. */
static void write_module(const char *magic, const Elf64_Phdr *segment, unsigned count)
{
	Elf64_Ehdr header = {.e_phoff = sizeof(header) + 8, .e_phnum = (Elf64_Half)count};
	FILE *out = fopen("module.so", "w");

	assert_non_null(out);
	memcpy(header.e_ident, magic, SELFMAG);
	fwrite(&header, sizeof(header), 1, out);
	fwrite("between", 8, 1, out);
	fwrite(segment, sizeof(*segment), count, out);
	assert_int_equal(fclose(out), 0);
}

#define LOAD(at, bytes)                                                \
	{                                                              \
		.p_type = PT_LOAD, .p_vaddr = (at), .p_memsz = (bytes) \
	}
#define OTHER(at, bytes)                                               \
	{                                                              \
		.p_type = PT_NOTE, .p_vaddr = (at), .p_memsz = (bytes) \
	}

static void write_span(uint64_t span)
{
	const Elf64_Phdr segment = LOAD(0, span);

	write_module(ELFMAG, &segment, 1);
}

/* Where the loader will put it: at the top of the highest gap that has room. */
static uint64_t base_of(uint64_t span)
{
	const uint64_t end = highest(span);

	assert_true(end >= span);
	return end - span;
}

static void held(struct iop_place *place, uint64_t random)
{
	calls = 0;
	iop_place_hold(place, "module.so", (const void *)(uintptr_t)FIRST, random);
	assert_true(place->count <= IOP_PLACE_FILLERS);
}

static void released(struct iop_place *place, size_t before)
{
	iop_place_release(place);
	assert_true(place->count == 0 && ranges == before);
}

static void it_lies_a_multiple_below_the_first(void **state)
{
	static const uint64_t spans[] = {1, PAGE, PAGE + 1, 5 * PAGE, GRANULE, 3 * GRANULE + PAGE};

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		const uint64_t span = (spans[i] + PAGE - 1) / PAGE * PAGE;
		uint64_t seen = 0;

		write_span(spans[i]);
		for (uint64_t random = 0; random < 16; random++) {
			struct iop_place place;
			uint64_t base;

			clear();
			take(FIRST, HIGH - FIRST);
			held(&place, random);
			base = base_of(span);
			assert_int_equal((FIRST - base) % GRANULE, 0);
			assert_true(place.count == (base == FIRST - span ? 0 : 1));
			/* As near as can be, or one of seven multiples farther. */
			assert_int_equal((FIRST - base) / GRANULE, (span + GRANULE - 1) / GRANULE + random % 8);
			assert_true(base != seen);
			seen = base;
			released(&place, 1);
		}
	}
}

/* The filler leaves as many pages as the loader will ask for. */
static void spans_are_those_of_the_loader(void **state)
{
	static const struct {
		Elf64_Phdr segment[3];
		uint64_t span; /* 0: nothing is held */
		const char *magic;
	} modules[] = {
		{{LOAD(0, 1), LOAD(PAGE, PAGE), LOAD(0, PAGE)}, 2 * PAGE, ELFMAG},
		{{LOAD(0, PAGE), LOAD(2 * PAGE, PAGE + 1), OTHER(0, 9 * PAGE)}, 4 * PAGE, ELFMAG},
		{{LOAD(0, 0x1800), LOAD(0x2000, 0x1800), LOAD(0x1000, 0x1000)}, 4 * PAGE, ELFMAG},
		{{LOAD(0, PAGE), OTHER(PAGE, PAGE), OTHER(0, 1)}, PAGE, ELFMAG},
		{{LOAD(0, 3 * PAGE), LOAD(PAGE, PAGE), OTHER(0, 1)}, 3 * PAGE, ELFMAG},
		{{OTHER(0, PAGE), OTHER(0, PAGE), OTHER(0, PAGE)}, 0, ELFMAG},
		{{LOAD(0, PAGE), LOAD(0, PAGE), LOAD(0, PAGE)}, 0, "\177ELG"},
	};
	struct iop_place place;

	(void)state;
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		const uint64_t span = modules[i].span;

		write_module(modules[i].magic, modules[i].segment, 3);
		clear();
		take(FIRST, HIGH - FIRST);
		held(&place, 0);
		assert_int_equal(place.count, span ? 1 : 0);
		if (span) {
			assert_int_equal(place.size[0], GRANULE - span);
			assert_ptr_equal(place.filler[0], FIRST - GRANULE + span);
		}
		released(&place, 1);
	}
	/* Headers and segments that are cut off, and no file. */
	write_span(PAGE);
	for (size_t size = 0; size < 2; size++) {
		assert_int_equal(truncate("module.so", size ? (off_t)sizeof(Elf64_Ehdr) + 20 : 20), 0);
		clear();
		held(&place, 0);
		assert_true(!place.count && !calls);
	}
	assert_int_equal(remove("module.so"), 0);
	held(&place, 0);
	assert_true(!place.count && !calls);
}

/* A file is one whichever descriptor it gets. */
static void the_first_descriptor_is_one(void **state)
{
	const int input = dup(0);
	struct iop_place place;

	(void)state;
	write_span(PAGE);
	clear();
	take(FIRST, HIGH - FIRST);
	close(0);
	held(&place, 0);
	if (input >= 0) {
		assert_int_equal(dup2(input, 0), 0);
		close(input);
	}
	assert_int_equal(place.count, 1);
	released(&place, 1);
}

/* Gaps in which it would lie elsewhere are closed, as far as that takes: the loader finds the next one. */
static void small_gaps_are_closed(void **state)
{
	const uint64_t span = 4 * PAGE;

	(void)state;
	write_span(span);
	for (uint64_t pages = 4; pages <= 60; pages++)
		for (uint64_t random = 0; random < 8; random += 7) {
			struct iop_place place;
			const uint64_t gap = FIRST - pages * PAGE;

			clear();
			take(FIRST, HIGH - FIRST);
			/* One gap, then a wall. */
			take(gap - PAGE, PAGE);
			held(&place, random);
			assert_true(place.count >= 2);
			assert_true(base_of(span) < gap);
			assert_int_equal((FIRST - base_of(span)) % GRANULE, 0);
			/* Halves of what would be needed, until one fits. */
			for (unsigned i = 0; i + 1 < place.count; i++) {
				const uint64_t at = (uintptr_t)place.filler[i];

				assert_true(at >= gap && at + place.size[i] <= FIRST);
				assert_true(place.size[i] >= span);
			}
			released(&place, 2);
		}
}

/* The first of the halves that fits. */
static void a_gap_is_closed_by_the_half_that_fits(void **state)
{
	const uint64_t span = 4 * PAGE;
	struct iop_place place;

	(void)state;
	write_span(span);
	clear();
	take(FIRST, HIGH - FIRST);
	/* There are 31 pages, and 64 would be needed: 32 do not fit. */
	take(FIRST - 32 * PAGE, PAGE);
	held(&place, 0);
	assert_ptr_equal(place.filler[0], FIRST - 16 * PAGE);
	assert_int_equal(place.size[0], 16 * PAGE);
	released(&place, 2);
}

/* None of the gaps lies a multiple below. */
static void there_are_so_many_fillers(void **state)
{
	const uint64_t span = 4 * PAGE;
	struct iop_place place;

	(void)state;
	write_span(span);
	clear();
	take(FIRST, HIGH - FIRST);
	for (uint64_t i = 1; i <= 100; i++)
		take(FIRST - i * 2 * span, span);
	held(&place, 0);
	assert_int_equal(place.count, IOP_PLACE_FILLERS);
	for (unsigned i = 0; i < IOP_PLACE_FILLERS; i++) {
		assert_ptr_equal(place.filler[i], FIRST - i * 2 * span - span);
		assert_int_equal(place.size[i], span);
	}
	released(&place, 101);
}

/* A kernel that takes a place for a wish: nothing is held, and nothing is left, even where it would lie right by itself. */
static void without_a_fixed_place_nothing_is_held(void **state)
{
	static const uint64_t spans[] = {PAGE, GRANULE};
	struct iop_place place;

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		write_span(spans[i]);
		for (uint64_t random = 0; random < 2; random++) {
			clear();
			take(FIRST, HIGH - FIRST);
			obeys = false;
			held(&place, random);
			assert_true(place.count == 0 && ranges == 1);
		}
	}
}

/* No gap at all. */
static void a_full_space_is_left_alone(void **state)
{
	struct iop_place place;

	(void)state;
	write_span(PAGE);
	clear();
	take(LOW, HIGH - LOW);
	held(&place, 0);
	assert_true(place.count == 0 && ranges == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(it_lies_a_multiple_below_the_first),    IN_A_FOLDER(spans_are_those_of_the_loader),
		IN_A_FOLDER(the_first_descriptor_is_one),	    IN_A_FOLDER(small_gaps_are_closed),
		IN_A_FOLDER(a_gap_is_closed_by_the_half_that_fits), IN_A_FOLDER(there_are_so_many_fillers),
		IN_A_FOLDER(without_a_fixed_place_nothing_is_held), IN_A_FOLDER(a_full_space_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
