/* SPDX-License-Identifier: MIT */
/*
 * What the simulated devices of the examples have in common: a bus whose BAR 0 is a memory file. The driver maps the file as it would
 * map a device; the device reads and writes it beside that mapping, so neither sees the other's pointers.
 */
#ifndef EXAMPLES_SIMULATED_BAR_H
#define EXAMPLES_SIMULATED_BAR_H

#include <iopath/bus.h>

#include <sys/types.h>

struct simulated_bar {
	struct iop_bus bus;
	size_t bytes;
	bool requested;
	int file; /* -1: none */
};

/* A BAR of @bytes zeros whose mapping is called /memfd:@name. 0 or a negative errno, and then it is closed. */
int simulated_bar_open(struct simulated_bar *bar, const char *name, size_t bytes);
void simulated_bar_close(struct simulated_bar *bar);

/* A register of 4 or 8 bytes, little-endian; reading beyond the end gives 0. */
uint64_t simulated_bar_get(const struct simulated_bar *bar, off_t offset, size_t bytes);
void simulated_bar_set(const struct simulated_bar *bar, off_t offset, size_t bytes, uint64_t value);

#endif
