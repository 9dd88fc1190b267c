/* SPDX-License-Identifier: MIT */
/*
 * nvme-identify: what an NVMe controller says of itself and of its first namespace, and one block of it, compared with the image that
 * the namespace was made of. The function must be bound to vfio-pci; "simulated" in its place is a dry run on any machine.
 *
 *	cc identify.c simulated.c views.c $(pkg-config --cflags --libs iopath) -o nvme-identify && ./nvme-identify 0000:00:08.0 disk.img
 *	./nvme-identify simulated disk.img 3
 *	scripts/guest --devices nvme --disk disk.img --with disk.img 'bind vfio-pci $nvme && nvme-identify $nvme disk.img 3'
 *
 * With raw.c in place of views.c it does the same through volatile pointers.
 */
#include "nvme.h"
#include "simulated.h"

#include <iopath/bus_vfio.h>
#include <iopath/poll.h>

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIMULATED "simulated"

/* Where the controller is, and what it reaches. */
struct place {
	struct iop_bus_vfio vfio;
	struct iop_bus *bus;
	struct iop_dma *dma;
};

static struct nvme_simulated *simulated;
static uint64_t simulated_us;

/* In a dry run the controller works, and time passes, while the driver waits. */
void nvme_pause(uint64_t us)
{
	struct timespec pause = {.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000};

	if (!simulated) {
		nanosleep(&pause, NULL);
		return;
	}
	simulated_us += us;
	nvme_simulated_step(simulated);
}

static uint64_t simulated_now(void)
{
	return simulated_us * 1000;
}

static const struct iop_poll_clock simulated_clock = {simulated_now, nvme_pause};

static int place_open(struct place *place, const char *name, const char *image)
{
	int err;

	if (strcmp(name, SIMULATED) != 0) {
		err = iop_bus_vfio_open(&place->vfio, name, &place->dma);
		place->bus = &place->vfio.bus;
		return err;
	}
	err = iop_dma_open(&place->dma, NULL);
	if (err)
		return err;
	err = nvme_simulated_open(&simulated, place->dma, image);
	if (err) {
		iop_dma_close(place->dma);
		return err;
	}
	place->bus = nvme_simulated_bus(simulated);
	iop_poll_set_clock(&simulated_clock);
	return 0;
}

static void place_close(struct place *place)
{
	if (!simulated) {
		iop_bus_vfio_close(&place->vfio);
		return;
	}
	nvme_simulated_close(simulated);
	iop_dma_close(place->dma);
}

/* A text that is padded with spaces. */
static void print_text(const struct nvme *nvme, const char *what, size_t offset, size_t size)
{
	char text[41] = "";

	nvme_data(nvme, offset, text, size);
	while (size && (text[size - 1] == ' ' || !text[size - 1]))
		text[--size] = '\0';
	printf("%s '%s'", what, text);
}

static int show_controller(struct nvme *nvme, const struct nvme_version *version)
{
	int err = nvme_identify(nvme, NVME_CONTROLLER, 0);

	if (err)
		return err;
	printf("controller of version %u.%u: ", version->major, version->minor);
	print_text(nvme, "serial", 4, 20);
	print_text(nvme, ", model", 24, 40);
	print_text(nvme, ", firmware", 64, 8);
	printf("\n");
	return 0;
}

/* *@bytes of a block. NVM Express Base 1.4, figure 245. */
static int show_namespace(struct nvme *nvme, size_t *bytes)
{
	uint8_t format, shift;
	uint64_t blocks;
	int err = nvme_identify(nvme, NVME_NAMESPACE, 1);

	if (err)
		return err;
	nvme_data(nvme, 0, &blocks, sizeof(blocks));
	nvme_data(nvme, 26, &format, sizeof(format));
	nvme_data(nvme, 130 + 4 * (size_t)(format & 0xf), &shift, sizeof(shift));
	printf("namespace 1: %" PRIu64 " blocks of %u bytes\n", le64toh(blocks), 1u << (shift & 31));
	if (shift < 9 || shift > 12)
		return -EINVAL;
	*bytes = (size_t)1 << shift;
	return 0;
}

/* 0, a negative errno, or 1: the image holds other bytes. */
static int compare_block(struct nvme *nvme, const char *image, uint64_t block, size_t bytes)
{
	char got[NVME_PAGE], expected[NVME_PAGE];
	int file = open(image, O_RDONLY | O_CLOEXEC), err;
	ssize_t n = file < 0 ? -1 : pread(file, expected, bytes, (off_t)(block * bytes));

	err = n == (ssize_t)bytes ? 0 : n < 0 ? -errno : -ERANGE;
	if (file >= 0)
		close(file);
	if (!err)
		err = nvme_read(nvme, 1, block);
	if (err)
		return err;
	nvme_data(nvme, 0, got, bytes);
	err = memcmp(got, expected, bytes) != 0;
	printf("block %" PRIu64 ": %s %s\n", block, err ? "NOT as in" : "as in", image);
	return err;
}

static int run(struct nvme *nvme, const char *image, uint64_t block)
{
	struct nvme_version version;
	size_t bytes = 0;
	int err = nvme_start(nvme, &version), stopped;

	if (!err)
		err = show_controller(nvme, &version);
	if (!err)
		err = show_namespace(nvme, &bytes);
	if (!err)
		err = compare_block(nvme, image, block, bytes);
	/* Also after an error: the memory is given back next. */
	stopped = nvme_stop(nvme);
	return err ? err : stopped;
}

int main(int argc, char **argv)
{
	struct place place = {0};
	struct nvme *nvme;
	int err;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: nvme-identify DDDD:BB:DD.F|" SIMULATED " IMAGE [BLOCK]\n");
		return 2;
	}
	err = place_open(&place, argv[1], argv[2]);
	if (err) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
		return 2;
	}
	err = nvme_open(&nvme, place.bus, place.dma);
	if (!err) {
		err = run(nvme, argv[2], argc > 3 ? strtoull(argv[3], NULL, 10) : 0);
		nvme_close(nvme);
	}
	place_close(&place);
	if (err < 0)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
	return err < 0 ? 2 : err;
}
