/* SPDX-License-Identifier: MIT */
/*
 * Row 48: as many accesses as are asked for, of the width, all to one address; the buffer in order and unaligned; bytes as they lie
 * on either byte order; ordered once around all of it, or not at all. The profiles include this file.
 */
#include "iotest.h"

#include <iopath/rep.h>

struct fifo {
	uint8_t before[8], u8, unused;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	uint8_t after[8];
};
typedef IOP_MMIO(struct fifo) fifo_mmio;
typedef IOP_MMIO(IOP_REGION(32)) fifo_bar;

#define MOST 9
static _Alignas(8) struct fifo device;
static uint8_t buffer[8 * MOST + 16], stream[8 * MOST];

/* The device: whatever has been read of the register, the next word of the stream comes; what is written is kept. */
static void (*record)(const struct iop_event *event);
static size_t passed;

static void next_word(const struct iop_event *event)
{
	record(event);
	if (event->kind == IOP_EVENT_ST)
		memcpy(stream + passed, (void *)event->addr, event->width);
	if (event->kind == IOP_EVENT_LD || event->kind == IOP_EVENT_ST)
		passed += event->width;
	if (event->kind == IOP_EVENT_LD)
		memcpy((void *)event->addr, stream + passed, event->width);
}

static void start(void *at, size_t width)
{
	uint64_t seed = 5;

	iop_event_hook = NULL;
	memset(&device, 0x5a, sizeof(device));
	for (size_t i = 0; i < sizeof(stream); i++)
		stream[i] = (uint8_t)iotest_random(&seed);
	for (size_t i = 0; i < sizeof(buffer); i++)
		buffer[i] = (uint8_t)iotest_random(&seed);
	if (width)
		memcpy(at, stream, width);
	passed = 0;
	iotest_record();
	record = iop_event_hook;
	iop_event_hook = next_word;
}

static void assert_rep(const char *before, const char *access, const char *after, size_t n)
{
	char text[400] = "";

	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : n ? before : "", access);
	if (n)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s", after);
	assert_string_equal(iotest_trace(&device), text);
	/* Nothing beside the register is touched. */
	for (size_t i = 0; i < 8; i++)
		assert_true(device.before[i] == 0x5a && device.after[i] == 0x5a);
	assert_int_equal(device.unused, 0x5a);
}

static void assert_filled(const uint8_t *at, size_t bytes)
{
	uint64_t seed = 5;

	for (size_t i = 0; i < sizeof(stream); i++)
		(void)iotest_random(&seed);
	for (size_t i = 0; i < sizeof(buffer); i++) {
		uint8_t was = (uint8_t)iotest_random(&seed);
		ptrdiff_t place = buffer + i - at;

		assert_int_equal(buffer[i], place >= 0 && place < (ptrdiff_t)bytes ? stream[place] : was);
	}
}

/* Of a field, by its width; at an offset, proved and checked; with and without order. */
#define WIDTH(bits, place)                                                                                    \
	static void width_##bits(void **state)                                                                \
	{                                                                                                     \
		fifo_mmio fifo = iop_view_at(fifo_mmio, &device);                                             \
		fifo_bar bar = iop_region_at(fifo_bar, &device, sizeof(device));                              \
		IOP_AUTO relaxed = iop_relaxed(bar);                                                          \
		uint8_t *const at = (uint8_t *)&device.u##bits;                                               \
		char load[16], store[16];                                                                     \
                                                                                                              \
		(void)state;                                                                                  \
		snprintf(load, sizeof(load), "LD%d+%x", bits / 8, place);                                     \
		snprintf(store, sizeof(store), "ST%d+%x", bits / 8, place);                                   \
		for (size_t n = 0; n < MOST; n++)                                                             \
			for (size_t odd = 0; odd < 8; odd++) {                                                \
				uint8_t *const b = buffer + odd;                                              \
				const size_t bytes = n * (bits / 8);                                          \
                                                                                                              \
				start(at, bits / 8);                                                          \
				iop_read_rep(iop_project(fifo, .u##bits), b, n);                              \
				assert_rep("BR ", load, " AR", n);                                            \
				assert_filled(b, bytes);                                                      \
				start(at, bits / 8);                                                          \
				iop_read_rep(iop_project(iop_relaxed(fifo), .u##bits), b, n);                 \
				assert_rep("", load, "", n);                                                  \
				assert_filled(b, bytes);                                                      \
				start(at, bits / 8);                                                          \
				assert_int_equal(iop_try_read##bits##_rep(bar, (size_t)place, b, n), 0);      \
				assert_rep("BR ", load, " AR", n);                                            \
				assert_filled(b, bytes);                                                      \
				start(at, 0);                                                                 \
				iop_write_rep(iop_project(fifo, .u##bits), b, n);                             \
				assert_rep("BW ", store, " AW", n);                                           \
				assert_memory_equal(stream, b, bytes);                                        \
				assert_int_equal(passed, bytes);                                              \
				start(at, 0);                                                                 \
				iop_write_rep(iop_project(iop_relaxed(fifo), .u##bits), b, n);                \
				assert_rep("", store, "", n);                                                 \
				assert_memory_equal(stream, b, bytes);                                        \
				start(at, 0);                                                                 \
				assert_int_equal(iop_try_write##bits##_rep(relaxed, b, n, (size_t)place), 0); \
				assert_rep("", store, "", n);                                                 \
				assert_memory_equal(stream, b, bytes);                                        \
			}                                                                                     \
	}
WIDTH(8, 8)
WIDTH(16, 10)
WIDTH(32, 12)
#if IOP_64BIT
WIDTH(64, 16)
#endif

/* At offsets that are proved; the argument of each kind is evaluated once. */
static void proved_offsets(void **state)
{
	fifo_bar bar = iop_region_at(fifo_bar, &device, sizeof(device));
	unsigned times = 0;

	(void)state;
	start(&device.u16, 2);
	iop_read16_rep(bar, 10, (times++, buffer + 3), (times++, (size_t)5));
	assert_int_equal(times, 2);
	assert_rep("BR ", "LD2+a", " AR", 5);
	assert_filled(buffer + 3, 10);
	start(NULL, 0);
	iop_write32_rep(iop_relaxed(bar), buffer + 1, 3, 12);
	assert_rep("", "ST4+c", "", 3);
	assert_memory_equal(stream, buffer + 1, 12);
}

/* Outside the real size or misaligned: nothing is accessed, the buffer is not evaluated. */
static void refused_offsets(void **state)
{
	IOP_AUTO bar = iop_region_at(IOP_MMIO(IOP_REGION(0)), &device, 16);
	unsigned times = 0;

	(void)state;
	start(NULL, 0);
	assert_int_equal(iop_try_read32_rep(bar, (size_t)16, (times++, buffer), (size_t)2), -EINVAL);
	assert_int_equal(iop_try_read32_rep(bar, (size_t)13, (times++, buffer), (size_t)0), -EINVAL);
	assert_int_equal(iop_try_write16_rep(bar, (times++, buffer), (size_t)2, (size_t)15), -EINVAL);
	assert_int_equal(times, 0);
	assert_int_equal(iotest_count(), 0);
	assert_filled(buffer, 0);
}

/* No swap: where value access of a device with a byte order converts, a stream does not. */
static void bytes_as_they_lie(void **state)
{
	fifo_mmio fifo = iop_view_at(fifo_mmio, &device);
	const uint8_t bytes[4] = {1, 2, 3, 4};

	(void)state;
	start(NULL, 0);
	iop_write_rep(iop_project(fifo, .u32), bytes, 1);
	assert_memory_equal(&device.u32, bytes, 4);
	iop_event_hook = NULL;
	iop_read_rep(iop_project(fifo, .u32), buffer, 1);
	assert_memory_equal(buffer, bytes, 4);
	assert_int_equal(iop_read(iop_project(fifo, .u32)), iotest_raw(&iotest_mmio, 4, iotest_peek(bytes, 4)));
}

/* A view that asks a set of widths asks it here, too, but for nothing. */
static void widths_that_are_asked(void **state)
{
	fifo_mmio fifo = iop_view_at(fifo_mmio, &device);
	IOP_AUTO words = iop_mmio_within(fifo, 4u);
	IOP_AUTO bar = iop_mmio_within(iop_region_at(fifo_bar, &device, sizeof(device)), 4u);

	(void)state;
	start(&device.u32, 4);
	iop_read_rep(iop_project(words, .u32), buffer + 1, 2);
	assert_rep("BR ", "LD4+c", " AR", 2);
	assert_filled(buffer + 1, 8);
	start(NULL, 0);
	assert_panics("width not taken", iop_write_rep(iop_project(words, .u16), buffer, 2));
	iop_write_rep(iop_project(words, .u16), buffer, 0);
	assert_int_equal(iop_try_read8_rep(bar, 8, buffer, 2), -EINVAL);
	assert_int_equal(iotest_count(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(width_8),
		cmocka_unit_test(width_16),
		cmocka_unit_test(width_32),
#if IOP_64BIT
		cmocka_unit_test(width_64),
#endif
		cmocka_unit_test(proved_offsets),
		cmocka_unit_test(refused_offsets),
		cmocka_unit_test(bytes_as_they_lie),
		cmocka_unit_test(widths_that_are_asked),
	};

	return cmocka_run_group_tests_name("row-48-rep", tests, NULL, NULL);
}
