/* SPDX-License-Identifier: MIT */
/* Which widths a device takes, and whether its bytes are what they were, by devices that ignore some. */
#include <sample/device_bytes.h>
#include <sample/device_widths.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SIZE   64
#define NONE   SIZE /* no such place */
#define COUNTS 24   /* where a device has a counter */

/* The place of the access comes from an address, as that of a mapping. */
static struct device {
	struct iop_device_io io;
	unsigned char memory[SIZE] __attribute__((aligned(64)));
	unsigned takes; /* other widths are ignored and read @ignored */
	uint64_t ignored;
	bool has_counter;
	size_t stuck, broken; /* a byte that writes do not change; one whose access fails */
	unsigned loaded;      /* by which widths */
} device;

static int play_load(const struct iop_device_io *io, size_t offset, unsigned width, uint64_t *value)
{
	device.loaded |= width;
	if (device.broken - offset < width)
		return -EIO;
	if (device.has_counter && offset <= COUNTS && COUNTS < offset + width)
		device.memory[COUNTS]++;
	if (!(device.takes & width)) {
		*value = device.ignored;
		return 0;
	}
	return iop_device_load(io, offset, width, value);
}

static int play_store(const struct iop_device_io *io, size_t offset, unsigned width, uint64_t value)
{
	unsigned char stuck = device.stuck < SIZE ? device.memory[device.stuck] : 0;

	if (device.broken - offset < width)
		return -EIO;
	if (device.takes & width)
		iop_device_store(io, offset, width, value);
	if (device.stuck < SIZE)
		device.memory[device.stuck] = stuck;
	return 0;
}

static struct iop_device_io *plug(unsigned takes, uint64_t ignored)
{
	device = (struct device){.takes = takes, .ignored = ignored, .stuck = NONE, .broken = NONE + SIZE};
	device.io = (struct iop_device_io){device.memory, SIZE, NULL, play_load, play_store};
	for (unsigned i = 0; i < SIZE; i++)
		device.memory[i] = (unsigned char)(i * 37 + 11);
	return &device.io;
}

static void the_widest_that_fits_is_used(void **state)
{
	static const struct {
		size_t begin, size, offset; /* behind a multiple of 64 */
		unsigned widths, fitting;
	} places[] = {
		{0, 16, 8, 15, 8}, {0, 16, 8, 7, 4},  {0, 12, 8, 15, 4}, {0, 12, 8, 8, 0},  {0, 15, 14, 15, 1}, {0, 16, 4, 15, 4},
		{0, 16, 6, 15, 2}, {0, 16, 7, 15, 1}, {0, 16, 7, 14, 0}, {2, 16, 6, 15, 8}, {2, 16, 2, 15, 4},	{2, 16, 4, 15, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct iop_device_io io = {.at = device.memory + places[i].begin, .size = places[i].size};

		assert_int_equal(iop_device_fitting(&io, places[i].widths, places[i].offset), places[i].fitting);
	}
}

static struct iop_device_widths probed(void)
{
	struct iop_device_widths widths;

	assert_int_equal(iop_device_widths_probe(&widths, &device.io), 0);
	return widths;
}

static void what_agrees_is_taken(void **state)
{
	static const unsigned sets[] = {4, 8, 4 | 8, 1 | 2 | 4, 1 | 4 | 8};
	static const uint64_t answers[] = {UINT64_MAX, 0, UINT64_C(0x1122334455667788)};

	(void)state;
	for (size_t s = 0; s < sizeof(sets) / sizeof(sets[0]); s++)
		for (size_t a = 0; a < sizeof(answers) / sizeof(answers[0]); a++) {
			/* Of a device without 4, which is asked first, an answer that looks like a value deceives. */
			if (!(sets[s] & 4) && answers[a] != UINT64_MAX)
				continue;
			plug(sets[s], answers[a]);
			assert_int_equal(probed().set, sets[s] & IOP_DEVICE_WIDTHS_HERE);
			assert_true(probed().certain);
		}
	plug(15, 0);
	assert_int_equal(probed().set, IOP_DEVICE_WIDTHS_HERE);
}

static void what_shows_nothing_is_not_known(void **state)
{
	static const int fills[] = {0xff, 0};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		plug(15, 0);
		memset(device.memory, fills[i], SIZE);
		assert_int_equal(probed().set, IOP_DEVICE_WIDTHS_HERE);
		assert_false(probed().certain);
	}
	/* That all ones are ignored accesses where another width reads zero, is. */
	plug(4, UINT64_MAX);
	memset(device.memory, 0, SIZE);
	assert_int_equal(probed().set, 4);
	assert_false(probed().certain);
}

static void a_counter_is_passed_over(void **state)
{
	(void)state;
	plug(4, UINT64_MAX);
	device.has_counter = true;
	assert_int_equal(probed().set, 4);
	plug(15, 0);
	device.has_counter = true;
	assert_int_equal(probed().set, IOP_DEVICE_WIDTHS_HERE);
}

static void the_table_says_what_lies_where(void **state)
{
	(void)state;
	assert_int_equal(iop_device_widths_known(0x1234, 0x11e8, 0, 8, 8).set, 4);
	assert_int_equal(iop_device_widths_known(0x1234, 0x11e8, 0, 0x78, 16).set, 4);
	assert_int_equal(iop_device_widths_known(0x1234, 0x11e8, 0, 0x80, 8).set, 4 | 8);
	assert_int_equal(iop_device_widths_known(0x1af4, 0x1110, 2, 0, 4096).set, 127);
	assert_int_equal(iop_device_widths_known(0x1af4, 0x1110, 0, 0, 16).set, 4);
	assert_int_equal(iop_device_widths_known(0x1b36, 0x0005, 0, 0, 4096).set, 15);
	assert_int_equal(iop_device_widths_known(0x1234, 0x11e8, 1, 8, 8).set, 0);
	assert_false(iop_device_widths_known(0x1234, 0x1111, 0, 8, 8).certain);
}

/* The measurement: one register of 32 bits gets another value. Then everything is put back, and looked at. */
static enum iop_device_state afterwards(struct iop_device_bytes *bytes, struct iop_device_difference *at)
{
	enum iop_device_state state;
	uint32_t other = 0xdeadbeef;

	assert_int_equal(iop_device_bytes_save(bytes), 0);
	memcpy(device.memory + 8, &other, sizeof(other));
	assert_int_equal(iop_device_bytes_put_back(bytes), 0);
	memset(at, 0, sizeof(*at));
	state = iop_device_bytes_compare(bytes, at);
	iop_device_bytes_drop(bytes);
	return state;
}

static void by_its_widths_it_is_put_back(void **state)
{
	static const unsigned sets[] = {4, 4 | 8, 1 | 2 | 4, 1};
	struct iop_device_difference at;
	unsigned char before[SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct iop_device_bytes bytes = {.io = *plug(sets[i], UINT64_MAX), .widths = sets[i], .certain = true};

		bytes.widths &= IOP_DEVICE_WIDTHS_HERE;
		memcpy(before, device.memory, SIZE);
		assert_int_equal(afterwards(&bytes, &at), IOP_DEVICE_BACK);
		assert_memory_equal(device.memory, before, SIZE);
	}
}

/* The control: accesses of 8 bytes are ignored, so what is put back by them is not, and reads all ones before and after. */
static void what_a_device_ignores_is_no_evidence(void **state)
{
	struct iop_device_difference at;
	struct iop_device_bytes bytes = {.io = *plug(4, UINT64_MAX), .widths = 8 | 4};
	uint32_t before;

	(void)state;
	if (!(IOP_DEVICE_WIDTHS_HERE & 8))
		skip();
	memcpy(&before, device.memory + 8, sizeof(before));
	assert_int_equal(afterwards(&bytes, &at), IOP_DEVICE_DIFFERS);
	assert_int_equal(at.offset, 8);
	assert_int_equal(at.width, 4);
	assert_int_equal(at.wanted, before);
	assert_int_equal(at.found, 0xdeadbeef);
	assert_int_equal(at.others, 0);
	/* Nor are all ones by every width; of a device that is known to take one, they are. */
	plug(0, UINT64_MAX);
	bytes.widths = IOP_DEVICE_WIDTHS_HERE;
	assert_int_equal(afterwards(&bytes, &at), IOP_DEVICE_NOT_SHOWN);
	bytes.certain = true;
	assert_int_equal(afterwards(&bytes, &at), IOP_DEVICE_BACK);
}

/* Where it is not known that widths are taken, one that shows values is enough, whatever the others show. */
static void one_width_that_is_taken_is_evidence(void **state)
{
	static const unsigned takes[] = {1, 2, 4, 8};
	struct iop_device_difference at;

	(void)state;
	for (size_t i = 0; i < sizeof(takes) / sizeof(takes[0]); i++) {
		struct iop_device_bytes bytes = {.io = *plug(takes[i], UINT64_MAX), .widths = IOP_DEVICE_WIDTHS_HERE};

		if (!(IOP_DEVICE_WIDTHS_HERE & takes[i]))
			continue;
		assert_int_equal(iop_device_bytes_save(&bytes), 0);
		assert_int_equal(iop_device_bytes_compare(&bytes, &at), IOP_DEVICE_BACK);
		iop_device_bytes_drop(&bytes);
	}
}

static void no_other_width_is_used(void **state)
{
	(void)state;
	for (unsigned width = 1; width <= 4; width *= 2) {
		struct iop_device_difference at;
		struct iop_device_bytes bytes = {.io = *plug(15, 0), .widths = width};

		assert_int_equal(afterwards(&bytes, &at), IOP_DEVICE_BACK);
		assert_int_equal(device.loaded, width);
	}
}

static void what_stays_changed_is_named(void **state)
{
	struct iop_device_difference at;
	struct iop_device_bytes bytes = {.io = *plug(4, UINT64_MAX), .widths = 4, .certain = true};

	(void)state;
	device.stuck = 9;
	assert_int_equal(afterwards(&bytes, &at), IOP_DEVICE_DIFFERS);
	assert_int_equal(at.offset, 8);
	assert_int_equal(at.wanted ^ at.found, (0xdeadbeef ^ at.wanted) & 0xff00);
	assert_int_equal(at.others, 0);
	/* As many as there are. */
	assert_int_equal(iop_device_bytes_save(&bytes), 0);
	for (unsigned i = 16; i < 32; i++)
		device.memory[i]++;
	assert_int_equal(iop_device_bytes_compare(&bytes, &at), IOP_DEVICE_DIFFERS);
	assert_int_equal(at.offset, 16);
	assert_int_equal(at.others, 3);
	iop_device_bytes_drop(&bytes);
}

static void a_failed_access_is_told_and_the_rest_put_back(void **state)
{
	struct iop_device_widths widths;
	struct iop_device_difference at = {0};
	struct iop_device_bytes bytes = {.io = *plug(15, 0), .widths = 4, .certain = true};
	unsigned char before[SIZE];

	(void)state;
	memcpy(before, device.memory, SIZE);
	assert_int_equal(iop_device_bytes_save(&bytes), 0);
	memset(device.memory, 1, SIZE);
	device.broken = 13;
	assert_int_equal(iop_device_bytes_put_back(&bytes), -EIO);
	assert_int_equal(iop_device_bytes_compare(&bytes, &at), IOP_DEVICE_NOT_READ);
	assert_memory_equal(device.memory, before, 12);
	assert_memory_equal(device.memory + 16, before + 16, SIZE - 16);
	assert_int_equal(device.memory[12], 1);
	iop_device_bytes_drop(&bytes);
	assert_int_equal(iop_device_bytes_save(&bytes), -EIO);
	assert_int_equal(iop_device_widths_probe(&widths, &device.io), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_widest_that_fits_is_used),
		cmocka_unit_test(what_agrees_is_taken),
		cmocka_unit_test(what_shows_nothing_is_not_known),
		cmocka_unit_test(a_counter_is_passed_over),
		cmocka_unit_test(the_table_says_what_lies_where),
		cmocka_unit_test(by_its_widths_it_is_put_back),
		cmocka_unit_test(what_a_device_ignores_is_no_evidence),
		cmocka_unit_test(one_width_that_is_taken_is_evidence),
		cmocka_unit_test(no_other_width_is_used),
		cmocka_unit_test(what_stays_changed_is_named),
		cmocka_unit_test(a_failed_access_is_told_and_the_rest_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
