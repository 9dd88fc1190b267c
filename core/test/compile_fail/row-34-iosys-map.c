/* SPDX-License-Identifier: MIT */
/* Row 34: the I/O side of the kernel's iosys_map knows unsigned fixed widths only, against its own header's example. */
#include <iopath/kernel_iosys_map.h>

struct surface {
	uint32_t width;
	int height;
	float gamma;
	uint8_t pixels[4];
};

uint32_t unsigned_field(struct iop_kernel_iosys_map *map)
{
	iop_kernel_iosys_map_wr_field(map, 0, struct surface, width, 640);
	return iop_kernel_iosys_map_rd_field(map, 0, struct surface, width) +
	       iop_kernel_iosys_map_rd_field(map, 0, struct surface, pixels[2]);
}

/* REFUSED: iopath: iosys_map accesses uint8_t, uint16_t, uint32_t and uint64_t only */
int read_int_field(struct iop_kernel_iosys_map *map)
{
	return iop_kernel_iosys_map_rd_field(map, 0, struct surface, height);
}

/* REFUSED: iopath: iosys_map accesses uint8_t, uint16_t, uint32_t and uint64_t only */
void write_int_field(struct iop_kernel_iosys_map *map)
{
	iop_kernel_iosys_map_wr_field(map, 0, struct surface, height, 480);
}

/* REFUSED: iopath: iosys_map accesses uint8_t, uint16_t, uint32_t and uint64_t only */
float read_float_field(struct iop_kernel_iosys_map *map)
{
	return iop_kernel_iosys_map_rd(map, offsetof(struct surface, gamma), float);
}
