/* SPDX-License-Identifier: MIT */
/* Row 7: config space is never accessed by 64 bits, never copied, and its views come from a device. */
#include "types.h"

struct header {
	uint16_t vendor, device;
	uint32_t rest[15];
};
IOP_PLAIN(struct header, vendor, device, rest);

typedef IOP_CONFIG(struct header) header_config;
typedef IOP_CONFIG(uint64_t) u64_config;
typedef IOP_CONFIG(IOP_SLICE(uint8_t)) bytes_config;

uint32_t widths(iop_config_normal config, header_config *header)
{
	return iop_try_cast(config, struct header, header)
		       ? iop_read8(config, 0xff)
		       : iop_read16(config, 0) + iop_read(iop_project(*header, .rest, iop_build(0)));
}

/* REFUSED: iopath: this backend has no 64-bit access here */
uint64_t value_read(u64_config config)
{
	return iop_read(config);
}

/* REFUSED: iopath: this backend has no 64-bit access here */
uint64_t offset_read(iop_config_normal config)
{
	return iop_read64(config, 0);
}

/* REFUSED: iopath: this backend has no 64-bit access here */
int fallible_read(iop_config_extended config, uint64_t *value)
{
	return iop_try_read64(config, 0, value);
}

/* REFUSED: iopath: this backend has no 64-bit access here */
int fallible_write(iop_config_extended config)
{
	return iop_try_write64(config, 1, 0);
}

/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
uint32_t past_the_normal_space(iop_config_normal config)
{
	return iop_read32(config, 0x100);
}

/* REFUSED: iopath: this backend cannot copy */
void copy_to(bytes_config bytes, void *buffer)
{
	iop_copy_fromio(buffer, bytes, 8);
}

/* REFUSED: iopath: this backend cannot copy */
struct header copy_read(header_config header)
{
	return iop_copy_read(header);
}

/* REFUSED: iopath: this backend cannot copy */
int copy_between(bytes_config bytes, bytes_sysmem memory)
{
	return iop_copy_view(memory, bytes);
}

/* REFUSED: iopath: a view of this backend comes from its owner */
iop_config_normal without_device(void)
{
	return iop_region_at(iop_config_normal, 0, 256);
}

/* REFUSED: iopath: iop_as cannot change the target */
iop_config_extended extended_by_name(iop_config_normal config)
{
	return iop_as(iop_config_extended, config);
}

/* REFUSED: iopath: only an Mmio view has a relaxed one */
void relaxed(iop_config_normal config)
{
	(void)iop_relaxed(config);
}
