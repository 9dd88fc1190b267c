// SPDX-License-Identifier: MIT
// A driver as C++ writes one: functions and classes that are templates over the view, the device and the number of entries.
#include <iopath/iopath.h>

struct desc {
	uint32_t head, tail;
};
template <size_t Entries>
struct nic {
	uint32_t ctrl, status;
	uint16_t rate, reserved;
	desc ring[Entries];
	uint8_t mac[8];
};

IOP_REGISTER(nic_ctrl, uint32_t, IOP_AT(0x10), (0, 0, reset), (6, 4, queue));

template <class View>
uint32_t status_of(View view)
{
	return iop_read(iop_project(view, .status));
}

template <class View>
int submit(View view, size_t i, uint32_t tail)
{
	iop_write(iop_project(view, .ring, iop_or(i, return -ERANGE), .tail), tail);
	iop_update(iop_project(view, .ctrl), ctrl, ctrl | 1);
	return 0;
}

template <class View, class T>
int try_submit(View view, size_t i, T *desc_view)
{
	return iop_try_project(desc_view, view, .ring, iop_check(i));
}

template <class Region, class T>
int peek(Region region, size_t offset, T *value)
{
	T here = 0;
	int err = iop_try_read(region, offset, &here);

	if (!err)
		err = iop_try_write(region, &here, offset);
	*value = here;
	return err;
}

template <class Region>
uint32_t doorbell(Region region, uint32_t value)
{
	iop_write32(region, value, 0x14);
	iop_update32(region, 0x18, v, v + 1);
	if (iop_try_write32(region, value, iop_size(region) - 4))
		return 0;
	return iop_read32(region, 0x10);
}

template <class View>
void address(View view, uint8_t *mac)
{
	auto bytes = iop_project(view, .mac, iop_all());

	iop_copy_fromio(mac, bytes, iop_len(bytes));
	iop_copy_toio(bytes, mac, iop_len(bytes));
}

template <class Region>
nic_ctrl queue(Region region, nic_ctrl c)
{
	c = iop_with(c, .queue, 5);
	iop_write_reg(region, c);
	return iop_read_reg(region, nic_ctrl);
}

template <template <class> class Backend, size_t Entries>
struct driver {
	using view = typename Backend<nic<Entries>>::view;
	using entry = typename Backend<desc>::view;
	view regs;

	int start(size_t i)
	{
		entry e = iop_as(entry, iop_project(regs, .ring, iop_or(i, return -ERANGE)));

		iop_write(iop_project(e, .head), 1);
		iop_copy_write(e, iop_copy_read(e));
		return submit(regs, i, static_cast<uint32_t>(i));
	}
	uint32_t sum() const
	{
		uint32_t n = 0;

		for (size_t i = 0; i < Entries; i++)
			n += iop_read(iop_project(regs, .ring, iop_or_panic(i), .head));
		return n;
	}
};

template <class T>
struct mmio {
	using view = IOP_MMIO(T);
};
template <class T>
struct memory {
	using view = IOP_SYSMEM(T);
};
template <class T>
IOP_MMIO(IOP_SLICE(T))
slice_of(uintptr_t addr, size_t n)
{
	IOP_MMIO(IOP_SLICE(T)) s;
	return iop_try_slice_at(&s, addr, n) ? s : s;
}

typedef IOP_MMIO(IOP_REGION(0x100)) bar_mmio;

int all(driver<mmio, 8> device, driver<memory, 4> shared, bar_mmio bar, size_t i);
int all(driver<mmio, 8> device, driver<memory, 4> shared, bar_mmio bar, size_t i)
{
	uint8_t mac[8];
	uint16_t half;
	memory<desc>::view d;
	nic_ctrl c = queue(bar, iop_from_raw(nic_ctrl, 0u));

	address(device.regs, mac);
	address(shared.regs, mac);
	if (peek(bar, i, &half) || try_submit(shared.regs, i, &d))
		return -EINVAL;
	return device.start(i) + shared.start(i) +
	       static_cast<int>(device.sum() + shared.sum() + doorbell(bar, mac[0]) + status_of(device.regs) + iop_get(c, .queue) +
				iop_len(slice_of<uint32_t>(4096, half)));
}
