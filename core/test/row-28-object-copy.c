/* SPDX-License-Identifier: MIT */
/* Row 28: copy_read and copy_write carry every byte of an object, on a device by accesses that keep the four properties. */
#define WAY mmio
#include "body-object-copy.h"
#undef WAY
#define WAY sysmem
#include "body-object-copy.h"
#undef WAY

struct packet {
	uint8_t kind;
	uint32_t length;
	struct {
		uint16_t port[2];
	} peer;
};

static void evaluated_once_and_in_order(void **state)
{
	struct packet memory[2] = {{1, 2, {{3, 4}}}, {5, 6, {{7, 8}}}}, values[2] = {{9, 9, {{9, 9}}}, {8, 8, {{8, 8}}}};
	IOP_SYSMEM(struct packet) views[2];
	const struct packet *value = values;
	size_t i = 0;

	(void)state;
	iop_event_hook = NULL;
	for (size_t k = 0; k < 2; k++)
		views[k] = iop_view_at(__typeof__(views[0]), &memory[k]);
	assert_int_equal(iop_copy_read(views[i++]).peer.port[1], 4);
	assert_int_equal(i, 1);
	iop_copy_write(views[i++], *value++);
	assert_int_equal(i, 2);
	assert_ptr_equal(value, values + 1);
	assert_int_equal(memory[1].length, 9);
	assert_int_equal(memory[0].length, 2);
}

/* Numbers copy too, and differ from a read exactly by the device's byte order. */
static void copy_does_not_swap(void **state)
{
	uint32_t memory = 0x11223344;
	IOP_AUTO device = iop_view_at(IOP_MMIO(uint32_t), &memory);
	IOP_AUTO shared = iop_view_at(IOP_SYSMEM(uint32_t), &memory);

	(void)state;
	iop_event_hook = NULL;
	assert_int_equal(iop_copy_read(device), 0x11223344);
	assert_int_equal(iop_read(device), iotest_raw(&iotest_mmio, 4, 0x11223344));
	assert_int_equal(iop_copy_read(shared), iop_read(shared));
	iop_copy_write(device, 0x55667788u);
	assert_int_equal(memory, 0x55667788);
}

static void one_member(void **state)
{
	struct packet memory = {1, 2, {{3, 4}}};
	IOP_AUTO view = iop_view_at(IOP_MMIO(struct packet), &memory);

	(void)state;
	iotest_record();
	iop_copy_write(iop_project(view, .peer), ((__typeof__(memory.peer)){{5, 6}}));
	strict_copied(&iotest_mmio, IOP_EVENT_ST, &memory.peer, sizeof(memory.peer));
	assert_int_equal(memory.length, 2);
	assert_int_equal(memory.peer.port[0], 5);
	assert_int_equal(iop_copy_read(iop_project(view, .peer)).port[1], 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_round_trip_mmio),
		cmocka_unit_test(objects_round_trip_sysmem),
		cmocka_unit_test(evaluated_once_and_in_order),
		cmocka_unit_test(copy_does_not_swap),
		cmocka_unit_test(one_member),
	};

	return cmocka_run_group_tests_name("row-28-object-copy", tests, NULL, NULL);
}
