/* SPDX-License-Identifier: MIT */
/* Row 20: reading and writing through a path: one access, and effects in the order view, steps, value, access. */
#include "iotest.h"

struct cell {
	uint16_t tag;
	uint8_t bytes[4];
};
struct card {
	uint32_t ctrl;
	struct cell cells[4];
};
typedef IOP_MMIO(struct card) card_view;

/* Every expression with an effect leaves a letter; accesses are seen in the events at the same time. */
static char effects[32];
static size_t events_at_last_effect;

static void effect(char letter)
{
	size_t n = strlen(effects);

	assert_true(n + 1 < sizeof(effects));
	effects[n] = letter;
	effects[n + 1] = '\0';
	events_at_last_effect = iotest_count();
}

static card_view *io(card_view *view)
{
	effect('i');
	return view;
}

static size_t first(size_t index)
{
	effect('1');
	return index;
}

static size_t second(size_t index)
{
	effect('2');
	return index;
}

static uint8_t value(uint8_t v)
{
	effect('v');
	return v;
}

static void begin(void)
{
	effects[0] = '\0';
	events_at_last_effect = SIZE_MAX;
	iotest_record();
}

static int write_byte(card_view *view, size_t i, size_t j, uint8_t v)
{
	iop_write(iop_project(*io(view), .cells, iop_or(first(i), return -ERANGE), .bytes, iop_or(second(j), return -ERANGE)),
		  value(v));
	return 0;
}

static int read_byte(card_view *view, size_t i, size_t j)
{
	return iop_read(
		iop_project(*io(view), .cells, iop_or(first(i), return -ERANGE), .bytes, iop_or(second(j), return -ERANGE)));
}

static int write_in_range(card_view *view, size_t a, size_t b, size_t i)
{
	iop_write(iop_project(*io(view), .cells, iop_or_range(first(a), second(b), return -ERANGE),
			      iop_or((effect('3'), i), return -ERANGE), .tag),
		  value(9));
	return 0;
}

static int update_byte(card_view *view, size_t i, size_t j)
{
	iop_update(iop_project(*io(view), .cells, iop_or(first(i), return -ERANGE), .bytes, iop_or(second(j), return -ERANGE)), old,
		   (uint8_t)(old + value(1)));
	return 0;
}

static void in_order(void **state)
{
	struct card memory = {0};
	card_view view = iop_view_at(card_view, &memory);

	(void)state;
	begin();
	assert_int_equal(write_byte(&view, 3, 2, 0xa1), 0);
	assert_string_equal(effects, "i12v");
	assert_int_equal(events_at_last_effect, 0);
	assert_string_equal(iotest_trace(&memory), "BW ST1+1a AW");
	assert_int_equal(memory.cells[3].bytes[2], 0xa1);
	begin();
	assert_int_equal(read_byte(&view, 3, 2), 0xa1);
	assert_string_equal(effects, "i12");
	assert_int_equal(events_at_last_effect, 0);
	assert_string_equal(iotest_trace(&memory), "BR LD1+1a AR");
	begin();
	assert_int_equal(write_in_range(&view, 1, 4, 2), 0);
	assert_string_equal(effects, "i123v");
	assert_string_equal(iotest_trace(&memory), "BW ST2+16 AW");
	begin();
	assert_int_equal(update_byte(&view, 3, 2), 0);
	assert_string_equal(effects, "i12v");
	assert_int_equal(events_at_last_effect, 3);
	assert_string_equal(iotest_trace(&memory), "BR LD1+1a AR BW ST1+1a AW");
	assert_int_equal(memory.cells[3].bytes[2], 0xa2);
}

#define STOPS_AFTER(letters, call)                                 \
	do {                                                       \
		begin();                                           \
		assert_int_equal(call, -ERANGE);                   \
		assert_string_equal(effects, letters);             \
		assert_int_equal(iotest_count(), 0);               \
		assert_memory_equal(&memory, &zero, sizeof(zero)); \
	} while (0)

/* The first step that fails ends it: nothing to its right is evaluated, nothing is accessed. */
static void failing_step_stops_everything(void **state)
{
	static const struct card zero = {0};
	struct card memory = {0};
	card_view view = iop_view_at(card_view, &memory);

	(void)state;
	STOPS_AFTER("i1", write_byte(&view, 4, 0, 1));
	STOPS_AFTER("i1", write_byte(&view, SIZE_MAX, 99, 1));
	STOPS_AFTER("i12", write_byte(&view, 0, 4, 1));
	STOPS_AFTER("i1", read_byte(&view, 4, 0));
	STOPS_AFTER("i12", read_byte(&view, 0, 4));
	STOPS_AFTER("i12", write_in_range(&view, 3, 2, 0));
	STOPS_AFTER("i12", write_in_range(&view, 0, 5, 0));
	STOPS_AFTER("i123", write_in_range(&view, 1, 3, 2));
	STOPS_AFTER("i1", update_byte(&view, 4, 0));
}

static void write_or_panic(card_view *view, size_t i, size_t j)
{
	iop_write(iop_project(*io(view), .cells, iop_or_panic(first(i)), .bytes, iop_or_panic(second(j))), value(1));
}

static void panic_stops_everything_too(void **state)
{
	static const struct card zero = {0};
	struct card memory = {0};
	card_view view = iop_view_at(card_view, &memory);

	(void)state;
	begin();
	assert_panics("index out of bounds", write_or_panic(&view, 4, 0));
	assert_string_equal(effects, "i1");
	begin();
	assert_panics("index out of bounds", write_or_panic(&view, 0, 4));
	assert_string_equal(effects, "i12");
	assert_int_equal(iotest_count(), 0);
	assert_memory_equal(&memory, &zero, sizeof(zero));
}

/* The index and the value may themselves be read through views, by the same macros. */
static int indirect(card_view view)
{
	iop_write(iop_project(view, .cells,
			      iop_or(iop_read(iop_project(view, .cells, iop_or(1, return -ERANGE), .bytes, iop_build(0))),
				     return -ERANGE),
			      .tag),
		  iop_read(iop_project(view, .cells, iop_or(1, return -ERANGE), .bytes, iop_build(3))));
	return 0;
}

static void nested_use(void **state)
{
	struct card memory = {0};
	card_view view = iop_view_at(card_view, &memory);

	(void)state;
	memory.cells[1].bytes[0] = 2;
	memory.cells[1].bytes[3] = 77;
	iotest_record();
	assert_int_equal(indirect(view), 0);
	assert_int_equal(memory.cells[2].tag, iotest_raw(&iotest_mmio, 2, 77));
	assert_string_equal(iotest_trace(&memory), "BR LD1+c AR BR LD1+f AR BW ST2+10 AW");
	memory.cells[1].bytes[0] = 4;
	iotest_record();
	assert_int_equal(indirect(view), -ERANGE);
	assert_string_equal(iotest_trace(&memory), "BR LD1+c AR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(failing_step_stops_everything),
		cmocka_unit_test(panic_stops_everything_too),
		cmocka_unit_test(nested_use),
	};

	return cmocka_run_group_tests_name("row-20-read-write-projected", tests, NULL, NULL);
}
