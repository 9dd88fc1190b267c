/* SPDX-License-Identifier: MIT */
#include <iopath/vmap.h>

#include <string.h>

static int map_locked(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	int err;

	pthread_mutex_lock(&gem->resv);
	err = gem->ops->vmap(gem, map);
	pthread_mutex_unlock(&gem->resv);
	return err;
}

static void unmap_locked(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	pthread_mutex_lock(&gem->resv);
	gem->ops->vunmap(gem, map);
	pthread_mutex_unlock(&gem->resv);
}

static int take(struct iop_vmap_hold *hold, struct iop_gem *gem, size_t min, int owned, int wc)
{
	struct iop_kernel_iosys_map map = IOP_KERNEL_IOSYS_MAP_INIT_VADDR(NULL);
	int err;

	memset(hold, 0, sizeof(*hold));
	if (gem->size < min)
		return -ENOSPC;
	if (wc && !gem->map_wc)
		return -IOP_ENOTSUPP;
	err = map_locked(gem, &map);
	if (err)
		return err;
	err = map.is_iomem && !wc ? -IOP_ENOTSUPP : iop_memory_check_region((uintptr_t)map.vaddr, gem->size, IOP_REGION_ALIGN, min);
	if (err) {
		unmap_locked(gem, &map);
		return err;
	}
	hold->gem = owned ? iop_gem_get(gem) : gem;
	hold->map = map;
	hold->owned = owned;
	IOP_LEASE_SET(*hold, iop_lease_take());
	return 0;
}

int iop_vmap_take(struct iop_vmap_hold *hold, struct iop_gem *gem, size_t min, int owned)
{
	return take(hold, gem, min, owned, 0);
}

int iop_wc_vmap_take(struct iop_vmap_hold *hold, struct iop_gem *gem, size_t min, int owned)
{
	return take(hold, gem, min, owned, 1);
}

void iop_vmap_hold_drop(struct iop_vmap_hold *hold)
{
	struct iop_gem *gem = hold->gem;

	if (!gem)
		return;
	/* A copy of an owner that was dropped already panics here, before anything is unmapped twice. */
	IOP_LEASE_CHECK(*hold);
#if IOP_DEBUG_VIEWS
	iop_lease_end(hold->lease);
#endif
	unmap_locked(gem, &hold->map);
	if (hold->owned)
		iop_gem_put(gem);
	memset(hold, 0, sizeof(*hold));
}
