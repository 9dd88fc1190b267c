/* SPDX-License-Identifier: MIT */
/* What the calls of calls.txt are made with; macros_once.py appends them. ONCE(k, x) is x, and counts that it was evaluated. */
#include <iopath/bus_sim.h>
#include <iopath/compat.h>
#include <iopath/config_sim.h>
#include <iopath/gem.h>
#include <iopath/iopath.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile int hits[16];
static int failures;
#define ONCE(k, x) (hits[k]++, (x))

static void must_(int holds, const char *what)
{
	if (!holds) {
		printf("%s: not as expected\n", what);
		failures++;
	}
}
#define must(x) must_(x, #x)

struct desc {
	uint32_t head, tail;
};
struct nic {
	uint32_t ctrl, status;
	uint16_t rate, reserved;
	uint64_t wide;
	struct desc ring[8];
	struct {
		uint32_t rate;
		struct desc ring[2];
	} tree[2][2][2];
};
struct big {
	uint32_t words[64];
};
IOP_PLAIN(struct big, words);
IOP_BITENUM(colour, 3, (red, 0), (green, 1));
IOP_REGISTER(r_stat, uint32_t, IOP_AT(0x10), (2, 0, low), (23, 16, byte));
IOP_REGISTER(r_far, uint32_t, IOP_AT(0x400), (2, 0, low));
IOP_REGISTER(r_irq, uint32_t, IOP_AT(0x14), (0, 0, plain), (7, 4, cause, w1c), (9, 8, fixed, ro));
IOP_REGISTER(r_array, uint32_t, IOP_ARRAY(4, 8, 0x40), (15, 0, head));
IOP_BASE(unit, unit_1, 0x80);
IOP_REGISTER(r_relative, uint32_t, IOP_REL(unit, 4), (2, 0, low));
IOP_REGISTER(r_relatives, uint32_t, IOP_REL_ARRAY(unit, 2, 8, 0x10), (2, 0, low));
IOP_BITFIELD(paint, uint16_t, (3, 0, shade, try_as, colour));

typedef IOP_MMIO(struct nic) nic_view;
typedef IOP_MMIO(const struct nic) const_nic_view;
typedef IOP_MMIO_RAW(struct nic) raw_nic_view;
typedef IOP_MMIO(struct desc) desc_view;
typedef IOP_MMIO(uint32_t) ctrl_view;
typedef IOP_MMIO(uint64_t) wide_view;
typedef IOP_MMIO(struct big) big_view;
typedef IOP_MMIO(uint8_t[4]) four_view;
typedef IOP_MMIO(r_array) array_view;
typedef IOP_MMIO(r_stat) stat_view;
typedef IOP_MMIO(r_irq) irq_view;
typedef IOP_MMIO(IOP_REGION8(0x100)) region_view;
typedef IOP_MMIO_RAW(IOP_REGION8(0x100)) raw_region_view;
typedef IOP_MMIO(IOP_SLICE(uint8_t)) bytes_view;
typedef IOP_MMIO(IOP_SLICE(struct desc)) desc_slice;
typedef IOP_MMIO_WIDTHS(IOP_WIDTHS(1, 4), IOP_SLICE(uint8_t)) narrow_bytes;
typedef IOP_MMIO_WIDTHS(IOP_WIDTHS(1, 4), struct desc) narrow_desc_view;
typedef IOP_SYSMEM(uint32_t) memory_view;
typedef IOP_WC(struct nic) wc_view;
typedef IOP_WC(IOP_SLICE(uint8_t)) wc_bytes;
typedef IOP_IOSYSMAP(uint32_t) either_view;
typedef IOP_CONFIG_WIDTHS(IOP_WIDTHS(1, 2, 4), IOP_REGION(256)) config_words;
typedef IOP_IOMEM(0x100) iomem;
typedef IOP_EXCLUSIVE_IOMEM(0x100) exclusive;
typedef IOP_BAR(0x100) bar;
typedef IOP_WC_BAR(0x100) wc_bar;
typedef IOP_WC_IOMEM(0x100) wc_iomem;
typedef IOP_WC_EXCLUSIVE_IOMEM(0x100) wc_exclusive;
typedef IOP_COHERENT_OWNER(struct desc) owned_desc;
typedef IOP_COHERENT_OWNER(IOP_SLICE(struct desc)) owned_descs;
typedef IOP_COHERENT_BOX(struct desc) boxed_desc;
typedef IOP_COHERENT_BOX(IOP_SLICE(struct desc)) boxed_descs;
typedef IOP_VMAP_REF(0x100) mapped;
typedef IOP_WC_VMAP_REF(0x100) wc_mapped;
typedef IOP_REVOCABLE(struct desc) guarded;
typedef IOP_DEVRES(struct desc) managed;
typedef IOP_DEVRES(bar) managed_bar;

static uint64_t device_memory[1024], ram_memory[64], buffer[1024];
static char *const device = (char *)device_memory, *const ram = (char *)ram_memory;
static char text[200];
static volatile size_t outside = 4096;
static uint32_t word;
static struct desc one_desc, descs[4];
static r_stat stat;
static r_far far_stat;
static r_irq irq;
static r_array element;
static struct r_array_location place;
static struct r_relatives_location relative_place;
static paint painted, unpainted;
static uint8_t small = 5;
static size_t two = 2;

static nic_view nic;
static raw_nic_view raw_nic;
static region_view region;
static raw_region_view raw_region;
static ctrl_view ctrl;
static wide_view wide;
static desc_view desc;
static stat_view as_register;
static irq_view as_irq;
static bytes_view slice, other_slice;
static narrow_bytes narrow_slice;
static narrow_desc_view narrow_desc;
static memory_view memory;
static wc_view combining;
static wc_bytes combined_slice;
static either_view on_io, on_memory;
static struct iop_kernel_iosys_map kernel_map;
static struct iop_bus_sim sim;
static struct iop_bus *bus;
static struct iop_dma *dma;
static owned_descs owned_slice;
static struct iop_gem *gem;
static struct iop_device driver_of;
static struct iop_device *const driver = &driver_of;
static struct iop_config_sim config_function;
static struct iop_config_sim *const function = &config_function;

#define GUARDED(g) \
	guarded g; \
	iop_revocable_init(&g, &one_desc, drop_value)
#define MANAGED(d) \
	managed d; \
	must(iop_devres_new(&d, driver, &one_desc, drop_value) == 0)

static void drop_value(struct desc *value)
{
	(void)value;
}
static void drop_any(void *value)
{
	drop_value((struct desc *)value);
}
#define drop_value drop_any

static void use_value(struct desc *value, uint32_t *arg)
{
	*arg = value->head;
}

/* A clock that three reads of a poll need. */
static uint64_t now;
static uint64_t poll_now(void)
{
	return now;
}
static void poll_sleep(uint64_t us)
{
	now += us * 1000;
}

static jmp_buf after_panic;
static void on_panic(const struct iop_panic *panic)
{
	(void)panic;
	longjmp(after_panic, 1);
}

static void set_up(void)
{
	static const struct iop_poll_clock clock = {poll_now, poll_sleep};
	struct iop_resource bar_0 = {}, bar_1 = {};

	iop_poll_set_clock(&clock);
	iop_panic_set_hook(on_panic);
	nic = iop_view_at(nic_view, device);
	raw_nic = iop_view_at(raw_nic_view, device);
	region = iop_region_at(region_view, device, 0x100);
	raw_region = iop_region_at(raw_region_view, device, 0x100);
	ctrl = iop_view_at(ctrl_view, device);
	wide = iop_view_at(wide_view, device);
	desc = iop_view_at(desc_view, device);
	as_register = iop_view_at(stat_view, device);
	as_irq = iop_view_at(irq_view, device);
	slice = iop_slice_at(bytes_view, device, 16);
	other_slice = iop_slice_at(bytes_view, device + 64, 16);
	narrow_slice = iop_slice_at(narrow_bytes, device, 16);
	narrow_desc = iop_view_at(narrow_desc_view, device);
	memory = iop_view_at(memory_view, ram);
	combining = iop_view_at(wc_view, device);
	combined_slice = iop_slice_at(wc_bytes, device, 16);
	on_io = iop_as(either_view, iop_iosysmap_from_mmio(ctrl));
	on_memory = iop_as(either_view, iop_iosysmap_from_sysmem(memory));
	iop_kernel_iosys_map_set_vaddr(&kernel_map, ram);
	painted = iop_from_raw(paint, 1);
	unpainted = iop_from_raw(paint, 7);

	must(iop_bus_sim_init(&sim) == 0);
	bus = &sim.bus;
	bar_0.len = bar_1.len = 0x1000;
	bar_1.index = 1;
	bar_1.flags = IOP_RESOURCE_PREFETCHABLE;
	iop_bus_sim_set(&sim, bar_0);
	iop_bus_sim_set(&sim, bar_1);
	must(iop_dma_open(&dma, "memfd") == 0);
	must(iop_coherent_zeroed_slice(&owned_slice, dma, 4, 0) == 0);
	must(iop_gem_memfd(&gem, 4096) == 0);
	must(iop_device_init(driver, "once") == 0);
	iop_config_sim_init(function, 256);
}

static void check(const char *call, const int *expected, int operands)
{
	for (int k = 0; k < operands; k++) {
		if (hits[k] != expected[k]) {
			printf("%s\n  operand %d was evaluated %d times, not %d\n", call, k + 1, hits[k], expected[k]);
			failures++;
		}
		hits[k] = 0;
	}
}
