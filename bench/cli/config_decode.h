/* SPDX-License-Identifier: MIT */
/**
 * config_decode.h - decodes a PCI function's config space in the layout of lspci -vv
 *
 * Only reads. Data that only the kernel has (sizes of BARs, driver, interrupt number) comes from sysfs.
 */
#ifndef IOPATH_BENCH_CLI_CONFIG_DECODE_H
#define IOPATH_BENCH_CLI_CONFIG_DECODE_H

#include <iopath/config_cap.h>
#include <iopath/config_pci.h>

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/** One function being decoded. */
struct config_decode {
	struct iop_config_pci *pci;
	const char *name, *sysfs; /**< name in full; folder or NULL, as config_pci.h takes it */
	FILE *out;
	json_t *json;	 /**< what out says, as an object; may be NULL */
	unsigned vendor; /**< identity */
	unsigned device;
	int port;	 /**< type of its PCI Express port, -1: it has none */
	char fault[128]; /**< what is wrong with it, "": nothing */
	int err;	 /**< why the rest could not be read, 0: it could */
};

/** Writes the text to out, and fills json. fault and err say afterwards whether all is well. */
void config_decode(struct config_decode *d);

/** The register of @width bytes at @offset. Unreadable registers are all ones; see config_has(). */
uint32_t config_get(struct config_decode *d, unsigned offset, unsigned width);

/** Whether the @n bytes at @offset are there. If not, that is the fault. */
bool config_has(struct config_decode *d, unsigned offset, unsigned n);

/** Prints @format, in which @N stands for bit N of @value: + or -. */
void config_bits(struct config_decode *d, uint32_t value, const char *format);

/** Prints a capability; begins in the line that has its offset, ends with a line end. */
void config_show_cap(struct config_decode *d, const struct iop_config_cap *cap);
void config_show_extended_cap(struct config_decode *d, const struct iop_config_cap *cap);
void config_show_express(struct config_decode *d, unsigned at);

#endif
