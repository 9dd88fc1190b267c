/* SPDX-License-Identifier: MIT */
/* Row 24: SysMem over the heap and over mapped pages: native order whatever the profile, one access, no barriers. */
#include <stdlib.h>

#define WAY sysmem
#include "body-shared.h"
#include "body-value.h"
#undef WAY

static void on_the_heap(void **state)
{
	uint8_t *memory = (uint8_t *)malloc(64);

	(void)state;
	assert_non_null(memory);
	value_all_sysmem(memory, 64);
	free(memory);
}

/* The last bytes before a page that cannot be touched. */
static void in_mapped_pages(void **state)
{
	struct iotest_pages pages = iotest_guarded(1);

	(void)state;
	assert_false(iotest_readable(pages.end));
	value_all_sysmem(pages.end - 64, 64);
	value_all_sysmem(pages.start, 64);
}

struct message {
	uint32_t sequence;
	uint16_t words[4];
};

static void native_order_no_barriers(void **state)
{
	struct message *message = (struct message *)calloc(1, sizeof(*message));
	IOP_AUTO view = iop_view_at(IOP_SYSMEM(struct message), message);

	(void)state;
	assert_non_null(message);
	iotest_record();
	iop_write(iop_project(view, .sequence), 0x12345678);
	iop_update(iop_project(view, .words, iop_build(2)), w, (uint16_t)(w + 0x0102));
	assert_int_equal(message->sequence, 0x12345678);
	assert_int_equal(message->words[2], 0x0102);
	assert_string_equal(iotest_trace(message), "ST4+0 LD2+8 ST2+8");
	free(message);
}

/* The offset interface is the same one, with the pointer behind the view on top. */
static void region_and_pointer(void **state)
{
	uint32_t *words = (uint32_t *)calloc(4, sizeof(*words)), v = 0;
	IOP_AUTO region = iop_region_at(IOP_SYSMEM(IOP_REGION(8)), words, 16);

	(void)state;
	assert_non_null(words);
	assert_ptr_equal(iop_sysmem_ptr(region), words);
	iotest_record();
	iop_write32(region, 0xdeadbeef, 4);
	assert_int_equal(iop_try_write32(region, 0x01020304, 12), 0);
	assert_int_equal(iop_try_read32(region, 12, &v), 0);
	assert_int_equal(iop_try_read32(region, 16, &v), -EINVAL);
	assert_int_equal(words[1], 0xdeadbeef);
	assert_int_equal(words[3], 0x01020304);
	assert_int_equal(v, 0x01020304);
	assert_string_equal(iotest_trace(words), "ST4+4 ST4+c LD4+c");
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_the_heap),
		cmocka_unit_test(in_mapped_pages),
		cmocka_unit_test(native_order_no_barriers),
		cmocka_unit_test(region_and_pointer),
		cmocka_unit_test(shared_by_two_threads_sysmem),
	};

	return cmocka_run_group_tests_name("row-24-sysmem", tests, NULL, NULL);
}
