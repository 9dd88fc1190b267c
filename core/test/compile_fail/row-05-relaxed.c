/* SPDX-License-Identifier: MIT */
/* Row 5: there is no way back from a relaxed view, it cannot copy, and only an Mmio view has one. */
#include "types.h"

uint32_t relaxed_is_made_from_ordered(nic_mmio nic)
{
	nic_relaxed relaxed = iop_as(nic_relaxed, iop_relaxed(nic));

	return iop_read(iop_project(relaxed, .status));
}

u32_relaxed projection_stays_relaxed(nic_relaxed nic)
{
	return iop_as(u32_relaxed, iop_project(nic, .status));
}

/* REFUSED: iopath: iop_as cannot change the backend */
nic_mmio back_by_name(nic_relaxed nic)
{
	return iop_as(nic_mmio, nic);
}

/* REFUSED: iopath: iop_as cannot change the backend */
u32_mmio back_by_projection(nic_relaxed nic)
{
	return iop_as(u32_mmio, iop_project(nic, .status));
}

/* REFUSED: iopath: iop_mmio_from_raw takes an MmioRaw */
void back_through_raw(nic_relaxed nic)
{
	(void)iop_mmio_from_raw(nic);
}

/* REFUSED (gcc, c): invalid initializer */
/* REFUSED (gcc, c++): to non-scalar type */
/* REFUSED (clang, c): with an expression of incompatible type */
/* REFUSED (clang, c++): no viable conversion */
void back_by_assignment(nic_relaxed nic)
{
	nic_mmio mmio = nic;
	(void)mmio;
}

/* REFUSED: iopath: only an Mmio view has a relaxed one */
void relaxed_twice(nic_relaxed nic)
{
	(void)iop_relaxed(nic);
}

/* REFUSED: iopath: only an Mmio view has a relaxed one */
void relaxed_memory(nic_sysmem nic)
{
	(void)iop_relaxed(nic);
}

/* REFUSED: iopath: only an Mmio view has a relaxed one */
void relaxed_either(nic_iosysmap nic)
{
	(void)iop_relaxed(nic);
}

/* REFUSED: iopath: not an Mmio view */
void either_has_no_relaxed_side(nic_relaxed nic)
{
	(void)iop_iosysmap_from_mmio(nic);
}

/* REFUSED: iopath: this backend cannot copy */
void copy_from(bytes_relaxed bytes, const void *buffer)
{
	iop_copy_toio(bytes, buffer, 8);
}

/* REFUSED: iopath: this backend cannot copy */
void copy_to(bytes_relaxed bytes, void *buffer)
{
	iop_copy_fromio(buffer, bytes, 8);
}

/* REFUSED: iopath: this backend cannot copy */
struct nic copy_read(nic_relaxed nic)
{
	return iop_copy_read(nic);
}

/* REFUSED: iopath: this backend cannot copy */
void copy_write(nic_relaxed nic, struct nic value)
{
	iop_copy_write(nic, value);
}

/* REFUSED: iopath: this backend cannot copy */
int copy_between_out(bytes_sysmem memory, bytes_relaxed device)
{
	return iop_copy_view(memory, device);
}

/* REFUSED: iopath: this backend cannot copy */
int copy_between_in(bytes_relaxed device, bytes_sysmem memory)
{
	return iop_copy_view(device, memory);
}
