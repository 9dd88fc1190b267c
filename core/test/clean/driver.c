/* SPDX-License-Identifier: MIT */
/* What a driver uses, in C and C++: each kind of type as a member, an object and a parameter, each kind of call. */
#include <iopath/iopath.h>

struct desc {
	uint32_t head, tail;
};
struct nic {
	uint32_t ctrl, status;
	uint16_t rate, reserved;
	struct desc ring[8];
	uint8_t mac[8];
};

IOP_PLAIN(struct desc, head, tail);
IOP_PLAIN(struct nic, ctrl, status, rate, reserved, ring, mac);
IOP_REGISTER(nic_ctrl, uint32_t, IOP_AT(0x10), (0, 0, reset), (6, 4, queue));
IOP_REGISTER(nic_rx, uint32_t, IOP_ARRAY(4, 0x40, 0x40), (15, 0, head), (31, 16, tail));
IOP_REGISTER(nic_irq, uint32_t, IOP_W1C(IOP_AT(0x14)), (0, 0, rx), (7, 4, cause, ro));
IOP_REGISTER(nic_bell, uint32_t, IOP_WO(IOP_AT(0x18)), (15, 0, queue));
IOP_REGISTER(nic_power, uint64_t, IOP_AT(0x20), (1, 0, state), (63, 63, event, w1c), (44, 44, ready, ro));
IOP_BITFIELD(nic_flags, uint16_t, (0, 0, up), (15, 8, speed));

typedef IOP_MMIO(struct nic) nic_mmio;
typedef IOP_MMIO(const struct nic) nic_const;
typedef IOP_MMIO(struct desc) desc_mmio;
typedef IOP_MMIO(IOP_REGION(0x100)) bar_mmio;
typedef IOP_SYSMEM(IOP_SLICE(struct desc)) ring_mem;
typedef IOP_MMIO(IOP_SLICE(uint8_t)) bytes_mmio;

static const nic_mmio at_reset = IOP_VIEW_INIT(nic_mmio, 0x1000);
static const bar_mmio bar_at_reset = IOP_REGION_INIT(bar_mmio, 0x1000, 0x100);
static struct desc shared[4];
static ring_mem ring = IOP_SLICE_INIT(ring_mem, shared, 4);

struct driver {
	nic_mmio nic;
	nic_ctrl shadow;
	nic_flags flags;
	bar_mmio bar;
	IOP_BAR(0x100) owner;
	IOP_IOMEM(0x100) mapping;
	IOP_COHERENT(struct nic) dma;
	IOP_COHERENT_BOX(struct nic) box;
	IOP_VMAP_OWNED(0x100) map;
	IOP_DEVRES(struct desc) managed;
	uint32_t count;
};

uint32_t access_values(struct driver *d, size_t i);
int access_offsets(bar_mmio bar, size_t offset, uint32_t *value);
int access_registers(struct driver *d, uint8_t queue);
int access_copies(nic_mmio nic, struct desc *out, uint8_t *mac);
int make_views(struct driver *d, uintptr_t address, size_t count);

uint32_t access_values(struct driver *d, size_t i)
{
	nic_const read_only = iop_as(nic_const, d->nic);
	desc_mmio desc = iop_as(desc_mmio, iop_project(d->nic, .ring, iop_or(i, return 0)));
	uint32_t status = iop_read(iop_project(read_only, .status));
	uint8_t first = iop_read(iop_project(d->nic, .mac, iop_build(0)));

	iop_write(iop_project(d->nic, .ctrl), status);
	iop_write(iop_project(desc, .tail), first);
	iop_update(iop_project(d->nic, .rate), rate, (uint16_t)(rate + 1));
	for (size_t k = 0; k < iop_len(ring); k++)
		iop_write(iop_project(ring, iop_or_panic(k), .head), 0);
	return status + iop_read(iop_project(at_reset, .status)) + iop_read32(d->owner, 0) + d->count;
}

int access_offsets(bar_mmio bar, size_t offset, uint32_t *value)
{
	uint16_t half = 0;
	int err = iop_try_read(bar, offset, value);

	if (!err)
		err = iop_try_read16(bar, offset, &half) | iop_try_write8(bar, 1, offset) |
		      iop_try_update32(bar, offset, v, v | half);
	iop_write32(bar, iop_read32(bar_at_reset, 0x20), 0x24);
	iop_update16(bar, 0x30, v, (uint16_t)(v | 1));
	return err ? err : iop_try_write(bar, value, offset);
}

int access_registers(struct driver *d, uint8_t queue)
{
	nic_rx rx;
	nic_ctrl c = iop_read_reg(d->bar, nic_ctrl);

	c = iop_with(c, .reset, true);
	if (iop_try_with(&c, .queue, queue))
		return -EOVERFLOW;
	iop_write_reg(d->bar, c);
	iop_update_reg(d->bar, nic_ctrl, r, iop_with(r, .queue, 5));
	iop_write_reg(d->bar, iop_with(iop_zeroed(nic_bell), .queue, 5));
	iop_clear(d->bar, nic_irq, .rx);
	if (iop_get(iop_read_reg(d->bar, nic_irq), .cause) && iop_try_clear(d->bar, nic_power, .event))
		return -EIO;
	d->shadow = c;
	d->flags = iop_with(iop_zeroed(nic_flags), .speed, queue);
	return iop_try_read_reg(d->bar, iop_at(nic_rx, 3), &rx) ? -EINVAL : (int)iop_get(rx, .head);
}

int access_copies(nic_mmio nic, struct desc *out, uint8_t *mac)
{
	bytes_mmio bytes = iop_as(bytes_mmio, iop_project(nic, .mac, iop_all()));

	*out = iop_copy_read(iop_project(nic, .ring, iop_build(1)));
	iop_copy_write(iop_project(nic, .ring, iop_build(2)), *out);
	iop_copy_fromio(mac, bytes, iop_len(bytes));
	iop_copy_toio(bytes, mac, iop_len(bytes));
	return iop_copy_view(iop_project(bytes, iop_or_range(0, 4, return -ERANGE)),
			     iop_project(bytes, iop_or_from(4, return -ERANGE)));
}

int make_views(struct driver *d, uintptr_t address, size_t count)
{
	desc_mmio desc;
	int err = iop_try_region_at(&d->bar, address, count);

	d->nic = iop_view_at(nic_mmio, address);
	if (!err)
		err = iop_try_slice_at(&ring, address, count);
	if (!err)
		err = iop_try_cast(d->bar, struct desc, &desc);
	return err ? err : iop_try_project(&desc, d->nic, .ring, iop_check(count));
}

/* Of a device that takes some widths only: in the type of an owner, of a member, of an object; and known at run time only. */
typedef IOP_BAR_WIDTHS(IOP_WIDTHS(4), 0x100) words_bar;
typedef IOP_MMIO32(struct nic) nic_words;
typedef IOP_MMIO_WIDTHS(IOP_WIDTHS(4, 8, 64), IOP_SLICE(uint8_t)) window_mmio;
typedef IOP_MMIO_WITHIN_WIDTHS(IOP_WIDTHS(4), IOP_REGION(0x100)) asked_mmio;

struct words {
	words_bar bar;
	nic_words nic;
	window_mmio window;
	asked_mmio asked;
};

int access_words(struct words *w, struct iop_bus *bus, unsigned set, const void *message, size_t n)
{
	int err = iop_bar_map_widths(&w->bar, bus, 0, "words", IOP_WIDTHS(4));
	uint32_t status;

	if (err)
		return err;
	iop_write(iop_project(iop_relaxed(w->nic), .ctrl), iop_read32(w->bar, 4));
	w->asked = iop_as(asked_mmio, iop_mmio_within(w->bar, set & iop_owner_widths(&w->bar)));
	err = iop_try_read32(w->asked, 8, &status);
	if (!err)
		err = iop_try_copy_toio(w->window, message, n);
	iop_bar_drop(&w->bar);
	return err;
}

/* Descriptors behind a write-combining BAR: stores, flush, doorbell. */
typedef IOP_WC_BAR(0x100) ring_bar;
typedef IOP_WC(struct nic) nic_wc;
typedef IOP_WC_WIDTHS(IOP_WIDTHS(4, 8, 64), IOP_SLICE(uint8_t)) window_wc;

struct sender {
	ring_bar bar;
	nic_wc ring;
	window_wc window;
	nic_mmio regs;
};

int send_message(struct sender *s, struct iop_bus *bus, const void *message, size_t n);

int send_message(struct sender *s, struct iop_bus *bus, const void *message, size_t n)
{
	int err = iop_bar_map_wc(&s->bar, bus, 2, "ring");

	if (err)
		return err;
	iop_write32(s->bar, 1, 4);
	iop_write(iop_project(s->ring, .ctrl), iop_read(iop_project(s->ring, .status)));
	err = iop_try_copy_toio(s->window, message, n);
	iop_wc_flush(s->ring);
	iop_write(iop_project(s->regs, .ctrl), 1);
	iop_bar_drop(&s->bar);
	return err;
}
