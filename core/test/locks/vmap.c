/* SPDX-License-Identifier: MIT */
/* Row 35: objects are mapped and unmapped under their reservation lock, and released without. */
#include "watch.h"

#include WATCHED

static struct iop_gem gem;
static struct iop_vmap_hold hold;
static int is_io;
static _Alignas(4096) char memory[4096];

static int map_it(struct iop_gem *of, struct iop_kernel_iosys_map *map)
{
	watch_called_under(&of->resv, "vmap");
	if (is_io)
		iop_kernel_iosys_map_set_vaddr_iomem(map, memory);
	else
		iop_kernel_iosys_map_set_vaddr(map, memory);
	return 0;
}

static void unmap_it(struct iop_gem *of, struct iop_kernel_iosys_map *map)
{
	watch_called_under(&of->resv, "vunmap");
	iop_kernel_iosys_map_clear(map);
}

static void release(struct iop_gem *of)
{
	(void)of;
	watch_called_free("release");
}

static void take_it(void)
{
	if (iop_vmap_take(&hold, &gem, sizeof(memory), 1))
		abort();
}

static void drop_it(void)
{
	iop_vmap_hold_drop(&hold);
}

/* Memory of a device, which a VMap refuses: mapped, and unmapped again. */
static void refuse_it(void)
{
	struct iop_vmap_hold refused;

	is_io = 1;
	if (iop_vmap_take(&refused, &gem, sizeof(memory), 1) != -IOP_ENOTSUPP)
		abort();
	is_io = 0;
}

int main(void)
{
	static const struct iop_gem_ops ops = {.vmap = map_it, .vunmap = unmap_it, .release = release};
	static const struct watch_case cases[] = {
		{"take", take_it, 1},
		{"drop", drop_it, 1},
		{"refuse", refuse_it, 2},
	};

	iop_gem_init(&gem, &ops, sizeof(memory));
	return WATCH_CASES(cases) != 0;
}
