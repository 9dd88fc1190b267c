/* SPDX-License-Identifier: MIT */
/*
 * guest-dma: in the guest, the edu device's DMA engine reads and writes memory of the core's Coherent owner, through VFIO and the
 * machine's IOMMU. Round trips: the CPU fills a buffer, the device takes it into its own memory, the CPU clears the buffer, the device
 * brings it back. The doorbell is an ordered Mmio write after plain stores into coherent memory, the completion an ordered read before
 * plain loads: no other barrier. A transfer to an address that was never given out must change nothing.
 */
#include <iopath/bus_vfio.h>
#include <iopath/iopath.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EDU	 "0000:00:04.0"
#define TRIPS	 4
#define LONGEST	 2048
#define PATIENCE 3000 /* ms */

/* QEMU hw/misc/edu.c, docs/specs/edu.txt */
#define DMA_SOURCE    0x80
#define DMA_TARGET    0x88
#define DMA_COUNT     0x90
#define DMA_COMMAND   0x98
#define DMA_RUN	      1u
#define DMA_TO_MEMORY 2u
#define DEVICE_MEMORY 0x40000

typedef IOP_BAR(0x1000) edu_bar;
typedef IOP_COHERENT_OWNER(IOP_SLICE(uint8_t)) bytes_dma;

/* The transfer is done when the bit clears itself. */
static bool transfer(const edu_bar *bar, uint64_t from, uint64_t to, uint64_t bytes, uint64_t direction)
{
	uint64_t command = DMA_RUN;
	int err = iop_try_write64(*bar, from, DMA_SOURCE) | iop_try_write64(*bar, to, DMA_TARGET) |
		  iop_try_write64(*bar, bytes, DMA_COUNT) | iop_try_write64(*bar, DMA_RUN | direction, DMA_COMMAND);

	for (int ms = 0; !err && ms < PATIENCE; ms++) {
		err = iop_try_read64(*bar, DMA_COMMAND, &command);
		if (!(command & DMA_RUN))
			return true;
		usleep(1000);
	}
	fprintf(stderr, "the device did not finish a transfer\n");
	return false;
}

static uint8_t byte_of(size_t i, unsigned trip)
{
	return (uint8_t)(i * 31 + trip * 17 + 3);
}

static size_t wrong_bytes(const bytes_dma *memory, size_t offset, size_t n, unsigned trip)
{
	size_t wrong = 0;

	for (size_t i = 0; i < iop_len(*memory); i++) {
		uint8_t expected = i >= offset && i < offset + n ? byte_of(i, trip) : 0;

		wrong += iop_read(iop_project(*memory, iop_or_panic(i))) != expected;
	}
	return wrong;
}

static void clear(const bytes_dma *memory)
{
	for (size_t i = 0; i < iop_len(*memory); i++)
		iop_write(iop_project(*memory, iop_or_panic(i)), 0);
}

/* @n bytes at @offset to the device and back. The bytes that are wrong afterwards, or SIZE_MAX. */
static size_t round_trip(const edu_bar *bar, const bytes_dma *memory, size_t offset, size_t n, unsigned trip)
{
	uint64_t address = iop_coherent_dma(*memory) + offset;

	clear(memory);
	for (size_t i = offset; i < offset + n; i++)
		iop_write(iop_project(*memory, iop_or_panic(i)), byte_of(i, trip));
	if (!transfer(bar, address, DEVICE_MEMORY, n, 0))
		return SIZE_MAX;
	clear(memory);
	if (!transfer(bar, DEVICE_MEMORY, address, n, DMA_TO_MEMORY))
		return SIZE_MAX;
	return wrong_bytes(memory, offset, n, trip);
}

static bool trips(const edu_bar *bar, const bytes_dma *memory)
{
	bool good = true;

	for (unsigned trip = 0; trip < TRIPS; trip++) {
		size_t n = trip == 0 ? 1 : LONGEST >> trip, offset = trip * 5;
		size_t wrong = round_trip(bar, memory, offset, n, trip);

		printf("dma round trip %u: %zu bytes at offset %zu, device address 0x%llx: %zu wrong\n", trip, n, offset,
		       (unsigned long long)(iop_coherent_dma(*memory) + offset), wrong);
		good &= wrong == 0;
	}
	return good;
}

/* What the device does at an address that the IOMMU does not know never arrives; the comparison detects that. */
static bool stray(const edu_bar *bar, const bytes_dma *memory)
{
	uint64_t past = iop_coherent_dma(*memory) + (UINT64_C(1) << 30);
	size_t wrong;

	clear(memory);
	if (!transfer(bar, DEVICE_MEMORY, past, 64, DMA_TO_MEMORY))
		return false;
	wrong = wrong_bytes(memory, 0, 0, 0);
	printf("dma to an address that was never mapped: %zu bytes changed\n", (size_t)wrong);
	if (!transfer(bar, DEVICE_MEMORY, iop_coherent_dma(*memory) + 1, 64, DMA_TO_MEMORY))
		return false;
	printf("dma to the neighbouring byte, as a control: %s\n",
	       wrong_bytes(memory, 0, 64, TRIPS - 1) ? "noticed" : "NOT NOTICED");
	return wrong == 0 && wrong_bytes(memory, 0, 64, TRIPS - 1) != 0;
}

int main(void)
{
	static bytes_dma memory;
	struct iop_bus_vfio vfio;
	struct iop_dma *dma;
	edu_bar bar;
	bool good = false;
	int err = iop_bus_vfio_open(&vfio, EDU, &dma);

	if (err) {
		fprintf(stderr, EDU ": %s: bind it to vfio-pci first\n", strerror(-err));
		return 2;
	}
	err = iop_bar_map(&bar, &vfio.bus, 0, "guest-dma");
	if (!err) {
		err = iop_coherent_zeroed_slice(&memory, dma, 2 * LONGEST, 0);
		if (!err) {
			good = trips(&bar, &memory);
			good &= stray(&bar, &memory);
		}
		iop_coherent_drop(&memory);
	}
	if (err)
		fprintf(stderr, EDU ": %s\n", strerror(-err));
	iop_bar_drop(&bar);
	iop_bus_vfio_close(&vfio);
	return good ? 0 : 1;
}
