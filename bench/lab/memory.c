/* SPDX-License-Identifier: MIT */
/*
 * guest-memory [uc|wc]: in the guest, copies to and from the memory of the ivshmem device, mapped uncached or write-combining: every
 * routine that this CPU runs, n = 0..128 at every place within 64 bytes of the device side's first 8. Each is compared in the guest.
 * At the end the memory is left with a pattern that the host, which has the same memory as a file, checks.
 */
#include <iopath/bar.h>
#include <iopath/bus_sysfs.h>
#include <iopath/iopath.h>
#include <iopath/tier.h>

#include <stdio.h>
#include <string.h>

#define IVSHMEM "0000:00:06.0"
#define BYTES	((size_t)1 << 20)
#define LONGEST 128
#define AREA	(LONGEST + 64)

typedef IOP_BAR(BYTES) shared_bar;
typedef IOP_WC_BAR(BYTES) shared_wc_bar;

static void fill(unsigned char *bytes, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)(i * 13 + seed);
}

/* There and back, and the bytes beside it unchanged. */
static bool round_trip(volatile unsigned char *io, const struct iop_routine *r, size_t n, unsigned align)
{
	unsigned char before[AREA], source[AREA], after[AREA], back[AREA];

	fill(before, AREA, 1);
	fill(source, AREA, (unsigned)n + 90);
	iop_routine_for(IOP_STRICT)->toio(io, before, AREA);
	r->toio(io + align, source, n);
	memcpy(before + align, source, n);
	iop_routine_for(IOP_STRICT)->fromio(after, io, AREA);
	memset(back, 0, sizeof(back));
	r->fromio(back, io + align, n);
	return memcmp(before, after, AREA) == 0 && memcmp(back, source, n) == 0 && (n == AREA || back[n] == 0);
}

static size_t wrong_of(volatile unsigned char *io, const struct iop_routine *r)
{
	size_t wrong = 0;

	for (unsigned align = 0; align < 8; align++)
		for (size_t n = 0; n <= LONGEST; n++)
			if (iop_routine_takes(r, align, 0, n) && !round_trip(io, r, n, align) && wrong++ == 0)
				printf("%s: %zu bytes at %u: wrong data\n", r->name, n, align);
	return wrong;
}

int main(int argc, char **argv)
{
	bool wc = argc > 1 && strcmp(argv[1], "wc") == 0;
	static unsigned char pattern[BYTES];
	struct iop_bus_sysfs sysfs;
	union {
		shared_bar uc;
		shared_wc_bar wc;
	} bar;
	size_t wrong = 0;
	int err = iop_bus_sysfs_open(&sysfs, IVSHMEM, IOP_BUS_SYSFS_ALLOW_WRITE, NULL);

	if (!err)
		err = wc ? iop_bar_map_wc(&bar.wc, &sysfs.bus, 2, "guest-memory")
			 : iop_bar_map(&bar.uc, &sysfs.bus, 2, "guest-memory");
	if (err) {
		fprintf(stderr, IVSHMEM ": %s\n", strerror(-err));
		return 2;
	}
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if ((r->supported && !r->supported()) || !r->toio || !r->fromio)
			continue;
		wrong += wrong_of((volatile unsigned char *)iop_addr(bar.uc) + 4096, r);
		printf("%s %-16s %d round trips\n", wc ? "wc" : "uc", r->name, 8 * (LONGEST + 1));
	}
	fill(pattern, BYTES, wc ? 7 : 5);
	iop_memcpy_toio((void *)iop_addr(bar.uc), pattern, BYTES);
	iop_bar_drop(&bar.uc);
	iop_bus_sysfs_close(&sysfs);
	printf("%s %zu wrong\n", wc ? "wc" : "uc", wrong);
	return wrong ? 1 : 0;
}
