/* SPDX-License-Identifier: MIT */
/* The file of a recording: which is one, which of its slots hold something, and what stands in several of them. */
#include "recorded_slots.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static int open_and_close(const char *path)
{
	struct iop_recording r;
	int err = iop_recording_open(&r, path);

	iop_recording_close(&r);
	return err;
}

static void only_recordings_are_read(void **state)
{
	const struct iop_slot one = {.kind = IOP_SLOT_ACCESS};
	struct iop_recording_head head = recorded_head(1);

	(void)state;
	assert_int_equal(open_and_close(recorded_slots(&head, &one, 1)), 0);
	assert_int_equal(open_and_close("/nowhere/at/all"), -ENOENT);
	assert_int_equal(open_and_close("/"), -EBADMSG);
	assert_int_equal(open_and_close("/dev/null"), -EBADMSG);
	assert_int_equal(open_and_close(recorded_bytes(&head, sizeof(head))), -EBADMSG);
	head.version++;
	assert_int_equal(open_and_close(recorded_slots(&head, &one, 1)), -EPROTO);
	head = recorded_head(1);
	head.slot_bytes *= 2;
	assert_int_equal(open_and_close(recorded_slots(&head, &one, 1)), -EPROTO);
	head.version++;
	assert_int_equal(open_and_close(recorded_slots(&head, &one, 1)), -EPROTO);
	head.magic[7] = 'x';
	assert_int_equal(open_and_close(recorded_slots(&head, &one, 1)), -EBADMSG);
	head = recorded_head(0);
	assert_int_equal(open_and_close(recorded_slots(&head, NULL, 0)), 0);
}

/* No number of a file means none: standard input may be closed, and nothing is left open. */
static void the_first_file_is_one_too(void **state)
{
	const struct iop_recording_head head = recorded_head(0);
	char path[64];
	struct iop_recording r;
	unsigned files;
	void *map;
	int kept;

	(void)state;
	snprintf(path, sizeof(path), "%s", recorded_slots(&head, NULL, 0));
	kept = fcntl(0, F_DUPFD_CLOEXEC, 3);
	close(0);
	errno = EIO;
	assert_int_equal(iop_recording_open(&r, path), 0);
	assert_int_equal(fcntl(0, F_GETFD), -1);
	if (kept >= 0) {
		assert_int_equal(dup2(kept, 0), 0);
		close(kept);
	}
	map = r.map;
	assert_memory_equal(map, IOP_RECORDING_MAGIC, 8);
	iop_recording_close(&r);
	assert_int_equal(msync(map, IOP_RECORDING_HEAD, MS_ASYNC), -1);
	assert_int_equal(errno, ENOMEM);
	iop_recording_close(&r);
	files = recorded_open_files();
	assert_int_equal(iop_recording_open(&r, path), 0);
	iop_recording_close(&r);
	assert_int_equal(recorded_open_files(), files);
}

/* The numbers of those that are there, as digits. */
static void offsets_of(char *out, const struct iop_slot *slot, size_t taken, size_t count)
{
	const struct iop_recording_head head = recorded_head(taken);
	const struct iop_slot *next;
	struct iop_recording r;
	size_t at = 0;

	assert_int_equal(iop_recording_open(&r, recorded_slots(&head, slot, count)), 0);
	while ((next = iop_recording_next(&r, &at))) {
		*out++ = (char)('0' + next->offset);
		assert_in_range(at, 1, count);
	}
	assert_null(iop_recording_next(&r, &at));
	*out = '\0';
	iop_recording_close(&r);
}

static void slots_that_hold_something(void **state)
{
	struct iop_slot slot[] = {
		{.kind = IOP_SLOT_ACCESS, .offset = 0},		{.kind = IOP_SLOT_UNFINISHED, .offset = 1},
		{.kind = IOP_SLOT_MORE, .offset = 2},		{.kind = IOP_SLOT_MORE + 1, .offset = 3},
		{.kind = IOP_SLOT_MAP, .more = 1, .offset = 4}, {.kind = IOP_SLOT_MORE, .offset = 5},
		{.kind = IOP_SLOT_REFUSED, .offset = 6},	{.kind = IOP_SLOT_CODE, .more = 2, .offset = 7},
		{.kind = IOP_SLOT_MORE, .offset = 8},		{.kind = IOP_SLOT_MORE, .offset = 9},
	};
	const size_t count = sizeof(slot) / sizeof(slot[0]);
	char found[16];

	(void)state;
	offsets_of(found, slot, count, count);
	assert_string_equal(found, "0467");
	/* Of those that were taken, as many as the file has; the last is whole, or left out. */
	offsets_of(found, slot, 1000, count);
	assert_string_equal(found, "0467");
	offsets_of(found, slot, 7, count);
	assert_string_equal(found, "046");
	offsets_of(found, slot, 0, count);
	assert_string_equal(found, "");
	offsets_of(found, slot, count - 1, count);
	assert_string_equal(found, "046");
	offsets_of(found, slot, count, count - 1);
	assert_string_equal(found, "046");
	slot[4].more = 7;
	offsets_of(found, slot, count, count);
	assert_string_equal(found, "067");
}

/* Byte @i of the text. */
static char letter(size_t i)
{
	return (char)('a' + i % 26);
}

static void fill(struct iop_slot slot[3])
{
	memset(slot, 0, 3 * sizeof(*slot));
	slot[0].kind = IOP_SLOT_ACCESS;
	slot[0].more = 2;
	for (size_t i = 0; i < 16 + 2 * IOP_SLOT_MORE_MAX; i++) {
		if (i < 16)
			slot[0].value[i] = (unsigned char)letter(i);
		else
			((char *)&slot[1 + (i - 16) / IOP_SLOT_MORE_MAX])[1 + (i - 16) % IOP_SLOT_MORE_MAX] = letter(i);
	}
	slot[1].kind = slot[2].kind = IOP_SLOT_MORE;
}

static void texts_go_on_behind_their_slot(void **state)
{
	static const size_t sizes[] = {1, 2, 16, 17, 18, 79, 80, 81, 142, 143, 144, 300};
	struct iop_slot slot[3];
	char text[300];

	(void)state;
	fill(slot);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i] - 1 < 142 ? sizes[i] - 1 : 142;

		memset(text, '-', sizeof(text));
		iop_slot_text(slot, text, sizes[i]);
		assert_int_equal(strlen(text), n);
		for (size_t at = 0; at < n; at++)
			assert_int_equal(text[at], letter(at));
		for (size_t at = sizes[i]; at < sizeof(text); at++)
			assert_int_equal(text[at], '-');
	}
	slot[0].more = 0;
	iop_slot_text(slot, text, sizeof(text));
	assert_string_equal(text, "abcdefghijklmnop");
}

static void values_are_as_wide_as_the_access(void **state)
{
	static const uint8_t widths[] = {0, 1, 8, 16, 17, 32, 63, 64, 65, 255};
	struct iop_slot slot[3];
	unsigned char value[65];

	(void)state;
	for (size_t i = 0; i < sizeof(widths); i++) {
		fill(slot);
		slot[0].width = widths[i];
		memset(value, '-', sizeof(value));
		iop_slot_value(slot, value);
		for (size_t at = 0; at < 64; at++)
			assert_int_equal(value[at], at < widths[i] ? letter(at) : 0);
		assert_int_equal(value[64], '-');
	}
	/* What a damaged file does not hold is 0. */
	slot[0].more = 0;
	iop_slot_value(slot, value);
	assert_int_equal(value[15], letter(15));
	assert_int_equal(value[16], 0);
	assert_int_equal(value[63], 0);
}

static void what_goes_to_a_terminal_is_text(void **state)
{
	char text[] = "a \x1f~\x7f\x80\xff\t}!\n";

	(void)state;
	iop_slot_printable(text);
	assert_string_equal(text, "a ?~????}!?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_recordings_are_read),	    cmocka_unit_test(the_first_file_is_one_too),
		cmocka_unit_test(slots_that_hold_something),	    cmocka_unit_test(texts_go_on_behind_their_slot),
		cmocka_unit_test(values_are_as_wide_as_the_access), cmocka_unit_test(what_goes_to_a_terminal_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
