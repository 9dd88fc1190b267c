/* SPDX-License-Identifier: MIT */
/**
 * bus-fixture.h - rows 36 and 37: an owner made on a simulated bus, and what the bus has to say about it afterwards
 *
 * The judge is the bus, not the owner: check() fails the test unless all that was mapped and requested was undone, once.
 */
#ifndef IOPATH_TEST_BUS_FIXTURE_H
#define IOPATH_TEST_BUS_FIXTURE_H

#include "iotest.h"

#include <iopath/bus_sim.h>

#include <sys/mman.h>
#include <unistd.h>

/* What one construction may differ in. */
struct bus_case {
	uint64_t len;
	size_t misalign;
	unsigned flags;
	unsigned index;		 /* resource asked for; only number 0 exists with this length */
	int occupied;		 /* somebody else has requested it */
	int fail_after;		 /* the step that fails, -1: none */
	size_t min;		 /* SIZE: 0, 4 or 8 */
	int expect;		 /* 0 or the error */
	unsigned maps, requests; /* that succeeded on the way */
};

static struct iop_bus_sim sim;

static void case_begin(const struct bus_case *c)
{
	assert_int_equal(iop_bus_sim_init(&sim), 0);
	iop_bus_sim_set(&sim, (struct iop_resource){.start = 0xfe000000, .len = c->len, .flags = c->flags});
	iop_bus_sim_misalign(&sim, 0, c->misalign);
	if (c->occupied) {
		struct iop_resource resource;

		assert_int_equal(iop_bus_resource(&sim.bus, 0, &resource), 0);
		assert_int_equal(iop_bus_request(&sim.bus, &resource, "somebody else"), 0);
	}
	if (c->fail_after >= 0)
		iop_bus_sim_fail(&sim, (uint64_t)c->fail_after);
}

static void case_end(const struct bus_case *c)
{
	struct iop_bus_counts counts = iop_bus_counts(&sim.bus);

	assert_int_equal(counts.maps, c->maps);
	assert_int_equal(counts.requests, c->requests + (unsigned)c->occupied);
	if (c->occupied) {
		struct iop_resource resource;

		assert_false(iop_bus_balanced(&sim.bus));
		assert_int_equal(iop_bus_resource(&sim.bus, 0, &resource), 0);
		iop_bus_release(&sim.bus, &resource);
	}
	assert_true(iop_bus_balanced(&sim.bus));
	assert_int_equal(iop_bus_sim_misuses(&sim), 0);
	assert_int_equal(iop_bus_sim_how(&sim, 0), -ENOENT);
	assert_int_equal(iop_bus_sim_end(&sim), 0);
}

/* The register at @offset of resource @index as the device has it, by a mapping of the test's own. */
static uint32_t device_word(unsigned index, size_t offset)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), at = sim.misalign[index] + offset;
	uint8_t *device = mmap(NULL, page, PROT_READ, MAP_SHARED, sim.memory[index], (off_t)(at - at % page));
	uint32_t word;

	assert_ptr_not_equal(device, MAP_FAILED);
	memcpy(&word, device + at % page, sizeof(word));
	munmap(device, page);
	return (uint32_t)iop_le_to_cpu(4, word);
}

/* One construction with SIZE @min of an owner of type TYPE by MAP(&owner): the code, an empty or a usable owner, and the balance. */
#define RUN_CASE(c, min_, TYPE, MAP)                                                                                   \
	do {                                                                                                           \
		TYPE(min_) owner;                                                                                      \
		case_begin(c);                                                                                         \
		int err = MAP(&owner, (c)->index);                                                                     \
		if (err != (c)->expect)                                                                                \
			fail_msg("len %llu min %d: %d, not %d", (unsigned long long)(c)->len, min_, err, (c)->expect); \
		assert_int_equal(iop_size(owner), err ? 0 : (c)->len);                                                 \
		assert_int_equal(iop_addr(owner) != 0, !err);                                                          \
		if (!err && (c)->len >= 4) {                                                                           \
			assert_int_equal(iop_try_write32(owner, 0x12345678, 0), 0);                                    \
			assert_int_equal(device_word((c)->index, 0), 0x12345678);                                      \
			assert_int_equal(iop_try_write32(owner, 1, iop_size(owner)), -EINVAL);                         \
			assert_int_equal(iop_bus_sim_how(&sim, 0),                                                     \
					 (c)->flags &IOP_RESOURCE_NONPOSTED ? WHEN_NONPOSTED : IOP_IOREMAP);           \
		}                                                                                                      \
		iop_iomem_drop(&owner);                                                                                \
		assert_int_equal(iop_size(owner), 0);                                                                  \
		iop_iomem_drop(&owner);                                                                                \
		case_end(c);                                                                                           \
	} while (0)

#define RUN_CASES(cases, TYPE, MAP)                                       \
	for (size_t case_i = 0; case_i < IOTEST_COUNT(cases); case_i++) { \
		const struct bus_case *case_ = &(cases)[case_i];          \
		switch (case_->min) {                                     \
		case 0: RUN_CASE(case_, 0, TYPE, MAP); break;             \
		case 4: RUN_CASE(case_, 4, TYPE, MAP); break;             \
		case 8: RUN_CASE(case_, 8, TYPE, MAP); break;             \
		default: fail();                                          \
		}                                                         \
	}

#endif
