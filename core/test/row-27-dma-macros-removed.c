/* SPDX-License-Identifier: MIT */
/* Row 27: dma_read! and dma_write! are gone; what each old use did is said by projections with accesses or copies. */
#include "iotest.h"

#if defined(iop_dma_read) || defined(iop_dma_write)
#error "the dropped macros must not come with iopath.h"
#endif

struct pair {
	uint32_t h, b;
};
IOP_PLAIN(struct pair, h, b);
struct table {
	struct pair pair[5];
	uint16_t write_pointer;
	uint8_t name[6];
};
typedef IOP_COHERENT_OWNER(IOP_SLICE(struct pair)) pairs_owner;
typedef IOP_COHERENT_OWNER(struct table) table_owner;
typedef IOP_COHERENT(IOP_SLICE(struct pair)) pairs_view;

/* dma_write!(pairs, [i]?, value); returns the error of the index. */
static int write_whole(pairs_view pairs, size_t i, struct pair value)
{
	iop_copy_write(iop_project(pairs, iop_or(i, return -ERANGE)), value);
	return 0;
}

/* dma_read!(pairs, [i]?) */
static int read_whole(pairs_view pairs, size_t i, struct pair *value)
{
	*value = iop_copy_read(iop_project(pairs, iop_or(i, return -ERANGE)));
	return 0;
}

/* dma_read!(pairs, [i]?.h) */
static int read_field(pairs_view pairs, size_t i, uint32_t *value)
{
	*value = iop_read(iop_project(pairs, iop_or(i, return -ERANGE), .h));
	return 0;
}

/* dma_write!(pairs, [i]?.b, value) */
static int write_field(pairs_view pairs, size_t i, uint32_t value)
{
	iop_write(iop_project(pairs, iop_or(i, return -ERANGE), .b), value);
	return 0;
}

static const struct pair expected[] = {{0, 0xa}, {1, 0xb}, {2, 0xc}, {0x77777777, 0x83}, {0xcd, 0xef}};

static void elements(void **state)
{
	struct pair reference[5], value;
	struct iop_dma *dma;
	pairs_owner owner;
	pairs_view pairs;
	uint32_t word;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	assert_int_equal(iop_coherent_zeroed_slice(&owner, dma, 5, 0), 0);
	pairs = iop_as(pairs_view, iop_project(owner));
	for (size_t i = 0; i < 5; i++) {
		reference[i] = expected[i];
		assert_int_equal(write_whole(pairs, i, expected[i]), 0);
	}
	reference[2].b = 0x5555;
	assert_int_equal(write_field(pairs, 2, 0x5555), 0);
	assert_memory_equal(iop_coherent_as_ref(pairs), reference, sizeof(reference));
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(read_whole(pairs, i, &value), 0);
		assert_memory_equal(&value, &reference[i], sizeof(value));
		assert_int_equal(read_field(pairs, i, &word), 0);
		assert_int_equal(word, reference[i].h);
	}
	iotest_record();
	assert_int_equal(write_whole(pairs, 5, expected[0]), -ERANGE);
	assert_int_equal(read_whole(pairs, SIZE_MAX, &value), -ERANGE);
	assert_int_equal(read_field(pairs, 5, &word), -ERANGE);
	assert_int_equal(write_field(pairs, 5, 1), -ERANGE);
	assert_int_equal(iotest_count(), 0);
	iop_coherent_drop(&owner);
	iop_dma_close(dma);
}

/* Old fields of a structure: a word, an array element, a whole array, and what is the CPU's alone before it is shared. */
static void fields(void **state)
{
	static const uint8_t name[6] = "ring0";
	struct table reference = {.pair = {[3] = {7, 8}}, .write_pointer = 0x1234, .name = "ring0"};
	IOP_COHERENT_BOX(struct table) box;
	struct iop_dma *dma;
	table_owner table;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	assert_int_equal(iop_coherent_box_alloc(&box, dma, 0), 0);
	iop_coherent_box_ptr(&box)->pair[3].h = 7;
	iop_coherent_share(&table, &box);
	/* dma_write!(table, .write_pointer, 0x1234); dma_write!(table, .pair[3].b, 8); dma_write!(table, .name, name) */
	iop_write(iop_project(table, .write_pointer), 0x1234);
	iop_write(iop_project(table, .pair, iop_build(3), .b), 8);
	iop_copy_toio(iop_project(table, .name, iop_all()), name, sizeof(name));
	assert_memory_equal(iop_coherent_as_ref(table), &reference, sizeof(reference));
	assert_int_equal(iop_read(iop_project(table, .write_pointer)), 0x1234);
	iop_coherent_drop(&table);
	iop_dma_close(dma);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(elements), cmocka_unit_test(fields)};

	return cmocka_run_group_tests_name("row-27-dma-macros-removed", tests, NULL, NULL);
}
