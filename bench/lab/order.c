/* SPDX-License-Identifier: MIT */
/*
 * guest-order FILE: in the guest, memory that edu's DMA engine reads and writes is handed over to it and taken back, and FILE names
 * each time as a case, for truth.py to find in QEMU's log in which order the CPU made the accesses.
 *
 *	doorbell   store an entry, then write the register that starts the transfer
 *	index      store an entry, then its index in the same memory
 *	status     read the register that says that the transfer is done, then load the entry
 *	head       load the index, then the entry
 *
 * The library's ways are an ordered register access, and iop_dma_wmb() or iop_dma_rmb(); between plain stores and loads of the entry,
 * which the compiler may move as far as these let it. The controls do the same in the wrong order on purpose, and must be found.
 */
#include "cases.h"

#include <iopath/bus_vfio.h>
#include <iopath/iopath.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EDU	 "0000:00:04.0"
#define PATIENCE 3000 /* ms */

/* QEMU hw/misc/edu.c, docs/specs/edu.txt */
#define DMA_SOURCE    0x80
#define DMA_TARGET    0x88
#define DMA_COUNT     0x90
#define DMA_COMMAND   0x98
#define DMA_RUN	      1u
#define DMA_TO_MEMORY 2u
#define DEVICE_MEMORY 0x40000

/* truth.py knows where the index is. */
struct entry {
	uint64_t word[7];
	uint64_t index;
};

typedef IOP_BAR(0x1000) edu_bar;
typedef IOP_MMIO(IOP_REGION(0x1000)) edu_view;
typedef IOP_COHERENT_OWNER(struct entry) entry_dma;

static inline __attribute__((always_inline)) void fill(struct entry *e, uint64_t seed)
{
	for (unsigned i = 0; i < 7; i++)
		e->word[i] = seed + i;
}

static inline __attribute__((always_inline)) uint64_t sum(const struct entry *e)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < 7; i++)
		total += e->word[i];
	return total;
}

/* The bodies are the test: what they compile to is what QEMU sees. Each returns its argument, or with what it read added. */
typedef uint64_t way(edu_view edu, struct entry *e, uint64_t v);
#define WAY(name) static __attribute__((noinline)) uint64_t name(edu_view edu, struct entry *e, uint64_t v)

WAY(doorbell_ordered)
{
	fill(e, v);
	e->index = v;
	(void)!iop_try_write64(edu, DMA_RUN, DMA_COMMAND);
	return v;
}

WAY(doorbell_reversed)
{
	(void)!iop_try_write64(edu, DMA_RUN, DMA_COMMAND);
	fill(e, v);
	e->index = v;
	return v;
}

WAY(index_barrier)
{
	(void)edu;
	fill(e, v);
	iop_dma_wmb();
	e->index = v;
	return v;
}

WAY(index_reversed)
{
	(void)edu;
	e->index = v;
	iop_dma_wmb();
	fill(e, v);
	return v;
}

WAY(status_ordered)
{
	uint64_t status = 0;

	(void)!iop_try_read64(edu, DMA_COMMAND, &status);
	return v + status + sum(e) + e->index;
}

WAY(status_reversed)
{
	uint64_t status = 0, before = sum(e) + e->index;

	(void)!iop_try_read64(edu, DMA_COMMAND, &status);
	return v + before + status;
}

WAY(head_barrier)
{
	uint64_t index = *(const volatile uint64_t *)&e->index;

	(void)edu;
	iop_dma_rmb();
	return v + index + sum(e);
}

WAY(head_reversed)
{
	uint64_t before = sum(e);

	(void)edu;
	iop_dma_rmb();
	return v + before + *(const volatile uint64_t *)&e->index;
}

static const struct {
	const char *name;
	way *way;
} ways[] = {
	{"doorbell/ordered", doorbell_ordered}, {"doorbell/reversed", doorbell_reversed}, {"index/barrier", index_barrier},
	{"index/reversed", index_reversed},	{"status/ordered", status_ordered},	  {"status/reversed", status_reversed},
	{"head/barrier", head_barrier},		{"head/reversed", head_reversed},
};

static bool finished(edu_view edu)
{
	uint64_t command = DMA_RUN;

	for (int ms = 0; ms < PATIENCE; ms++) {
		if (iop_try_read64(edu, DMA_COMMAND, &command) == 0 && !(command & DMA_RUN))
			return true;
		usleep(1000);
	}
	fprintf(stderr, "the device did not finish a transfer\n");
	return false;
}

/* Where the next transfer goes; the command register starts it. */
static void aim(edu_view edu, uint64_t from, uint64_t to)
{
	(void)!iop_try_write64(edu, from, DMA_SOURCE);
	(void)!iop_try_write64(edu, to, DMA_TARGET);
	(void)!iop_try_write64(edu, sizeof(struct entry), DMA_COUNT);
}

/* What the device took of an entry that was handed over in the right order, it gives back. */
static bool comes_back(edu_view edu, struct entry *e, uint64_t address, uint64_t v)
{
	struct entry expected = {.index = v};

	fill(&expected, v);
	memset(e, 0, sizeof(*e));
	aim(edu, DEVICE_MEMORY, address);
	(void)!iop_try_write64(edu, DMA_RUN | DMA_TO_MEMORY, DMA_COMMAND);
	return finished(edu) && memcmp(e, &expected, sizeof(expected)) == 0;
}

static bool all_ways(struct cases *cases, edu_view edu, struct entry *e, uint64_t address)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		uint64_t v = 0x1111 * (i + 1);

		aim(edu, address, DEVICE_MEMORY);
		cases_begin(cases);
		ways[i].way(edu, e, v);
		cases_end(cases, CASE_MEMORY, "%s/n=%zu", ways[i].name, sizeof(*e));
		good &= finished(edu);
		if (i == 0 && !comes_back(edu, e, address, v)) {
			fprintf(stderr, "%s: the device returned other data\n", ways[i].name);
			good = false;
		}
	}
	return good;
}

static bool run(struct iop_bus *bus, struct iop_dma *dma, const char *path)
{
	static entry_dma memory;
	static edu_bar bar;
	struct cases *cases = NULL;
	bool good = false;

	if (iop_bar_map(&bar, bus, 0, "guest-order"))
		return false;
	if (iop_coherent_alloc(&memory, dma, 0) == 0)
		cases = cases_open(path, (volatile void *)iop_addr(bar), CASES_ORDER, "");
	if (cases) {
		struct entry *e = iop_coherent_as_mut(memory);

		cases_device(cases, "edu-mmio", bar.hold.mapping.resource.start);
		cases_watch(cases, e, sizeof(*e));
		good = all_ways(cases, iop_region_at(edu_view, iop_addr(bar), iop_size(bar)), e, iop_coherent_dma(memory));
		good &= cases_close(cases);
	}
	iop_coherent_drop(&memory);
	iop_bar_drop(&bar);
	return good;
}

int main(int argc, char **argv)
{
	struct iop_bus_vfio vfio;
	struct iop_dma *dma;
	bool good;
	int err;

	if (argc != 2)
		return 2;
	err = iop_bus_vfio_open(&vfio, EDU, &dma);
	if (err) {
		fprintf(stderr, EDU ": %s: bind it to vfio-pci first\n", strerror(-err));
		return 2;
	}
	good = run(&vfio.bus, dma, argv[1]);
	iop_bus_vfio_close(&vfio);
	return good ? 0 : 1;
}
