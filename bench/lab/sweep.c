/* SPDX-License-Identifier: MIT */
/*
 * guest-sweep FILE HOW: in the guest, every accessor width and every routine that the mapping allows, at every size and place, on the
 * BARs of emulated devices; FILE gets what the device must have seen. What a copy is expected to do is not what its source says: the
 * same call is made on the tracer's window first.
 *
 *	edu       accepts 4 and 8 bytes only (QEMU drops the rest before the device sees it): its cases are multiples of 4
 *	testdev   accepts everything; its own log shows each access byte by byte, the CPU's shows it whole
 *	ivshmem   memory: only the CPU's accesses can be seen
 *
 * HOW is sysfs, uio or vfio (edu and testdev, bound accordingly), or uc or wc (ivshmem's memory, by sysfs).
 *
 * glibc's memcpy runs as well: whoever compares must object to it.
 */
#include "cases.h"

#include <peers/peers.h>

#include <copy_trace.h>

#include <iopath/bar.h>
#include <iopath/bus_sysfs.h>
#include <iopath/bus_vfio.h>
#include <iopath/iopath.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EDU	  "0000:00:04.0"
#define TESTDEV	  "0000:00:05.0"
#define IVSHMEM	  "0000:00:06.0"
#define LONGEST	  128
#define WINDOW	  4096
#define MEM_ALIGN 3

/* testdev: a byte written to 0 selects a test, whose description can then be read from 0 on. */
#define TESTDEV_SELECT 0
/* In both, nothing happens on a write from here on, below 0x700. */
#define QUIET 0x200
/* edu: the address of a DMA transfer, a register that keeps its value. */
#define EDU_SOURCE 0x80

typedef IOP_BAR(0x1000) device_bar;
typedef IOP_WC_BAR(0x1000) device_wc_bar;
typedef IOP_MMIO(IOP_REGION(0x1000)) device_view;

static const struct how {
	const char *name, *suffix;
	bool vfio, memory, wc;
} hows[] = {
	{"sysfs", "", false, false, false}, {"uio", "/uio", false, false, false}, {"vfio", "/vfio", true, false, false},
	{"uc", "/uc", false, true, false},  {"wc", "/wc", false, true, true},
};
#define HOWS (sizeof(hows) / sizeof(hows[0]))

struct device {
	const char *name;
	const char *region; /* QEMU's name */
	unsigned number;    /* of the BAR */
	unsigned grain;	    /* accesses of fewer bytes are dropped */
	size_t readable;    /* where there is something to read */
	bool by_vfio;
	union {
		struct iop_bus_sysfs sysfs;
		struct iop_bus_vfio vfio;
	};
	union {
		device_bar bar;
		device_wc_bar wc_bar; /* alike but for the type */
	};
	device_view plain; /* the same, as a view only */
};

static struct device edu = {.name = EDU, .region = "edu-mmio", .grain = 4, .readable = EDU_SOURCE};
static struct device testdev = {.name = TESTDEV, .region = "pci-testdev-mmio", .grain = 1, .readable = 0};
static struct device ivshmem = {.name = IVSHMEM, .region = CASE_MEMORY, .number = 2, .grain = 1, .readable = 0};

static bool open_device(struct device *d, const struct how *how)
{
	bool wc = how->wc && d == &ivshmem;
	struct iop_bus *bus;
	int err;

	d->by_vfio = how->vfio;
	bus = d->by_vfio ? &d->vfio.bus : &d->sysfs.bus;
	err = d->by_vfio ? iop_bus_vfio_open(&d->vfio, d->name, NULL)
			 : iop_bus_sysfs_open(&d->sysfs, d->name, IOP_BUS_SYSFS_ALLOW_WRITE, NULL);
	if (!err)
		err = wc ? iop_bar_map_wc(&d->wc_bar, bus, d->number, "guest-sweep")
			 : iop_bar_map(&d->bar, bus, d->number, "guest-sweep");
	if (err)
		fprintf(stderr, "%s: %s\n", d->name, strerror(-err));
	else
		d->plain = iop_region_at(device_view, iop_addr(d->bar), iop_size(d->bar));
	return !err;
}

static void close_device(struct device *d)
{
	iop_bar_drop(&d->bar);
	if (d->by_vfio)
		iop_bus_vfio_close(&d->vfio);
	else
		iop_bus_sysfs_close(&d->sysfs);
}

static uint64_t number_of(const unsigned char *bytes, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

/* An access between the marks, and what the device must have seen of it. */
#define CASE(access, write, at, width, value, ...)                        \
	do {                                                              \
		cases_begin(cases);                                       \
		access;                                                   \
		cases_end(cases, d->region, __VA_ARGS__);                 \
		cases_expect(cases, write, at, width, (uint64_t)(value)); \
	} while (0)

/* One value to and from one place, by each way in the core that makes a single access. */
#define ACCESSOR(bits)                                                                                                            \
	static void access_##bits(struct cases *cases, const struct device *d, size_t at)                                         \
	{                                                                                                                         \
		typedef IOP_MMIO(uint##bits##_t) place;                                                                           \
		const unsigned width = (bits) / 8;                                                                                \
		uint##bits##_t value = (uint##bits##_t)(UINT64_C(0x8877665544332211) + at), got = 0;                              \
		place view = iop_view_at(place, (uintptr_t)iop_addr(d->bar) + at);                                                \
		__auto_type relaxed = iop_relaxed(view);                                                                          \
		__auto_type relaxed_region = iop_relaxed(d->plain);                                                               \
		CASE(iop_write(view, value), true, at, width, value, "write%u/mmio/at=%zu", bits, at);                            \
		CASE(got = iop_read(view), false, at, width, got, "read%u/mmio/at=%zu", bits, at);                                \
		CASE(iop_write(relaxed, value), true, at, width, value, "write%u/relaxed/at=%zu", bits, at);                      \
		CASE(got = iop_read(relaxed), false, at, width, got, "read%u/relaxed/at=%zu", bits, at);                          \
		CASE((void)!iop_try_write##bits(d->plain, value, at), true, at, width, value, "try_write%u/mmio/at=%zu", bits,    \
		     at);                                                                                                         \
		CASE((void)!iop_try_read##bits(d->plain, at, &got), false, at, width, got, "try_read%u/mmio/at=%zu", bits, at);   \
		CASE((void)!iop_try_write##bits(relaxed_region, value, at), true, at, width, value, "try_write%u/relaxed/at=%zu", \
		     bits, at);                                                                                                   \
		CASE((void)!iop_try_read##bits(relaxed_region, at, &got), false, at, width, got, "try_read%u/relaxed/at=%zu",     \
		     bits, at);                                                                                                   \
		cases_begin(cases);                                                                                               \
		(void)!iop_try_write##bits(d->plain, value, iop_size(d->plain) - width + 1);                                      \
		cases_end(cases, d->region, "refused%u/mmio/at=%zu", bits, at);                                                   \
	}
ACCESSOR(8)
ACCESSOR(16)
ACCESSOR(32)
ACCESSOR(64)

/* The accesses whose bounds the compiler proves. */
static void proved(struct cases *cases, const struct device *d)
{
	uint32_t got;

	if (d->grain == 1) {
		CASE(iop_write8(d->plain, 0x5a, QUIET + 1), true, QUIET + 1, 1, 0x5a, "proved_write8/mmio");
		CASE(iop_write16(d->plain, 0x5a69, QUIET + 2), true, QUIET + 2, 2, 0x5a69, "proved_write16/mmio");
		CASE(got = iop_read8(d->plain, QUIET + 1), false, QUIET + 1, 1, got, "proved_read8/mmio");
		CASE(got = iop_read16(d->plain, QUIET + 2), false, QUIET + 2, 2, got, "proved_read16/mmio");
	}
	CASE(iop_write32(d->plain, 0x5a697887, QUIET + 4), true, QUIET + 4, 4, 0x5a697887, "proved_write32/mmio");
	CASE(got = iop_read32(d->plain, QUIET + 4), false, QUIET + 4, 4, got, "proved_read32/mmio");
}

static void accessors(struct cases *cases, const struct device *d)
{
	proved(cases, d);
	for (size_t at = QUIET; at < QUIET + 32; at += 8) {
		if (d->grain == 1) {
			for (size_t i = 0; i < 8; i++)
				access_8(cases, d, at + i);
			for (size_t i = 0; i < 8; i += 2)
				access_16(cases, d, at + i);
		}
		access_32(cases, d, at);
		access_32(cases, d, at + 4);
		access_64(cases, d, at);
	}
}

struct copy {
	const char *name;
	struct iop_copier copier;
	enum iop_tier tier;
	bool traced;			   /* else nothing is expected of it: a control */
	const struct iop_routine *routine; /* which may be for some sizes and places only; NULL: a control */
};

/* One call on the device; what the tracer saw of the same call is what is expected. */
static bool copy_one(struct cases *cases, struct device *d, struct iop_tracer *tracer, const struct copy *c, enum iop_copy_op op,
		     size_t n, unsigned align)
{
	static unsigned char memory[LONGEST + 64] __attribute__((aligned(64)));
	const struct iop_copy_call call = {.op = op, .copier = &c->copier, .n = n, .io_align = align, .mem_align = MEM_ALIGN};
	size_t at = (op == IOP_FROMIO ? d->readable : QUIET) + align;
	volatile unsigned char *io = (volatile unsigned char *)iop_addr(d->bar) + at;
	unsigned char *mem = memory + MEM_ALIGN;
	struct iop_copy_traced traced;

	if (c->traced && (iop_copy_trace(&traced, tracer, WINDOW, &call, c->tier) || !traced.legal)) {
		fprintf(stderr, "%s %s, %zu bytes at %u: not legal by the tracer\n", c->name, iop_copy_op_name(op), n, align);
		return false;
	}
	for (size_t i = 0; i < sizeof(memory); i++)
		memory[i] = (unsigned char)(i * 7 + n + 1);
	cases_begin(cases);
	if (op == IOP_TOIO)
		c->copier.toio(io, mem, n);
	else if (op == IOP_FROMIO)
		c->copier.fromio(mem, io, n);
	else
		c->copier.set(io, 0xa5, n);
	cases_end(cases, d->region, "%s/%s/n=%zu/align=%u", iop_copy_op_name(op), c->name, n, align);
	if (op == IOP_SET)
		memset(mem, 0xa5, n);
	if (!c->traced) {
		/* The plain expectation of who calls it: these bytes, one by one. */
		for (size_t i = 0; i < n; i++)
			cases_expect(cases, op != IOP_FROMIO, at + i, 1, mem[i]);
		return true;
	}
	for (size_t i = 0; i < traced.side[0].list.count; i++) {
		const struct iop_access *a = &traced.side[0].list.access[i];

		cases_expect(cases, a->write, at + (size_t)a->offset, a->width, number_of(mem + a->offset, a->width));
	}
	return true;
}

static bool copies(struct cases *cases, struct device *d, struct iop_tracer *tracer, const struct copy *c)
{
	bool good = true;

	for (enum iop_copy_op op = IOP_TOIO; op <= IOP_SET; op++) {
		if (!(op == IOP_TOIO ? !!c->copier.toio : op == IOP_FROMIO ? !!c->copier.fromio : !!c->copier.set))
			continue;
		for (unsigned align = 0; align < 8; align += d->grain)
			for (size_t n = 0; n <= LONGEST; n += d->grain)
				if (!c->routine || iop_routine_takes(c->routine, align, MEM_ALIGN, n))
					good &= copy_one(cases, d, tracer, c, op, n, align);
	}
	return good;
}

static bool sweep(struct cases *cases, struct device *d, struct iop_tracer *tracer, enum iop_tier widest)
{
	bool good = true;

	accessors(cases, d);
	if (d == &testdev)
		iop_write8(d->bar, 1, TESTDEV_SELECT);
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];
		const struct copy c = {r->name, {r->toio, r->fromio, r->set, r->move}, r->tier, true, r};

		if (r->tier <= widest && (!r->supported || r->supported()))
			good &= copies(cases, d, tracer, &c);
	}
	for (size_t i = 0; iop_peers[i]; i++) {
		const struct iop_peer *p = iop_peers[i];
		const struct copy c = {p->name, {.toio = p->toio}, IOP_STRICT, false, NULL};

		if (strcmp(p->name, "glibc") == 0)
			good &= copies(cases, d, tracer, &c);
	}
	return good;
}

static bool registers(struct cases *cases, struct iop_tracer *tracer, const struct how *how)
{
	bool good;

	if (!open_device(&testdev, how))
		return false;
	cases_device(cases, testdev.region, testdev.bar.hold.mapping.resource.start);
	good = sweep(cases, &edu, tracer, IOP_STRICT_S);
	good &= sweep(cases, &testdev, tracer, IOP_STRICT_S);
	close_device(&testdev);
	return good;
}

static bool memory(struct cases *cases, struct iop_tracer *tracer, const struct how *how)
{
	bool good;

	if (!open_device(&ivshmem, how))
		return false;
	cases_watch(cases, (const volatile void *)iop_addr(ivshmem.bar), iop_size(ivshmem.bar));
	good = sweep(cases, &ivshmem, tracer, how->wc ? IOP_WIDE : IOP_STRICT_S);
	close_device(&ivshmem);
	return good;
}

int main(int argc, char **argv)
{
	struct iop_tracer *tracer;
	struct cases *cases;
	unsigned i = 0;
	bool good;

	while (argc == 3 && i < HOWS && strcmp(argv[2], hows[i].name) != 0)
		i++;
	if (argc != 3 || i == HOWS || iop_tracer_open(&tracer, WINDOW) || !open_device(&edu, &hows[i]))
		return 2;
	cases = cases_open(argv[1], (volatile void *)iop_addr(edu.bar), CASES_SWEEP + i * CASES_STEP, hows[i].suffix);
	if (!cases)
		return 2;
	cases_device(cases, edu.region, edu.bar.hold.mapping.resource.start);
	good = hows[i].memory ? memory(cases, tracer, &hows[i]) : registers(cases, tracer, &hows[i]);
	good &= cases_close(cases);
	close_device(&edu);
	iop_tracer_close(tracer);
	return good ? 0 : 1;
}
