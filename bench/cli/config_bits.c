/* SPDX-License-Identifier: MIT */
/* Registers and their bits: what all decoders are made of. */
#include "config_decode.h"

#if IOPATH_HAVE_LIBPCI
#include <iopath/iopath.h>

#include <stdlib.h>

uint32_t config_get(struct config_decode *d, unsigned offset, unsigned width)
{
	iop_config_normal config = iop_config_space(&d->pci->device);
	uint32_t value = UINT32_MAX;
	uint16_t half = UINT16_MAX;
	uint8_t byte = UINT8_MAX;

	switch (width) {
	case 1: (void)!iop_try_read8(config, offset, &byte); return byte;
	case 2: (void)!iop_try_read16(config, offset, &half); return half;
	default: (void)!iop_try_read32(config, offset, &value); return value;
	}
}

bool config_has(struct config_decode *d, unsigned offset, unsigned n)
{
	if (offset + n <= iop_config_size(&d->pci->device))
		return true;
	snprintf(d->fault, sizeof(d->fault), "the capability at %02x reaches beyond the end of config space", offset);
	return false;
}

void config_bits(struct config_decode *d, uint32_t value, const char *format)
{
	while (*format)
		if (*format == '@') {
			char *end;
			unsigned long bit = strtoul(format + 1, &end, 10);

			fputc(value >> bit & 1 ? '+' : '-', d->out);
			format = end;
		} else {
			fputc(*format++, d->out);
		}
}

#endif
