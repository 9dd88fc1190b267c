/* SPDX-License-Identifier: MIT */
#include <iopath/devres.h>

#include <stdlib.h>
#include <string.h>

static struct iop_devres_inner *inner_new(struct iop_device *device, const void *value, size_t size, void (*drop)(void *value))
{
	size_t bytes = sizeof(struct iop_devres_inner) + size;
	struct iop_devres_inner *inner = aligned_alloc(16, (bytes + 15) & ~(size_t)15);

	if (!inner)
		return NULL;
	memset(inner, 0, sizeof(*inner));
	iop_revocable_start(&inner->revocable, drop);
	pthread_mutex_init(&inner->lock, NULL);
	pthread_cond_init(&inner->changed, NULL);
	inner->device = device;
	inner->references = 2; /* the Devres and the action */
	memcpy(inner->value, value, size);
	return inner;
}

static void put(struct iop_devres_inner *inner, uint32_t references)
{
	if (__atomic_sub_fetch(&inner->references, references, __ATOMIC_ACQ_REL))
		return;
	iop_revocable_finish(&inner->revocable, inner->value);
	pthread_cond_destroy(&inner->changed);
	pthread_mutex_destroy(&inner->lock);
	free(inner);
}

static void signal_dropped(struct iop_devres_inner *inner)
{
	pthread_mutex_lock(&inner->lock);
	inner->dropped = 1;
	pthread_cond_signal(&inner->changed);
	pthread_mutex_unlock(&inner->lock);
}

static void wait_dropped(struct iop_devres_inner *inner)
{
	pthread_mutex_lock(&inner->lock);
	while (!inner->dropped)
		pthread_cond_wait(&inner->changed, &inner->lock);
	pthread_mutex_unlock(&inner->lock);
}

/* The unbind action. It owns a reference. */
static void on_unbind(void *data)
{
	struct iop_devres_inner *inner = data;

	if (!iop_revocable_take_away(&inner->revocable, inner->value))
		wait_dropped(inner);
	put(inner, 1);
}

int iop_devres_start(struct iop_devres *devres, struct iop_device *device, void *value, size_t size, void (*drop)(void *value))
{
	struct iop_devres_inner *inner = inner_new(device, value, size, drop);
	int err;

	devres->inner = NULL;
	if (!inner) {
		drop(value);
		return -ENOMEM;
	}
	err = iop_device_add_action(device, on_unbind, inner);
	if (err) {
		put(inner, 2);
		return err;
	}
	devres->inner = inner;
	return 0;
}

void iop_devres_finish(struct iop_devres *devres)
{
	struct iop_devres_inner *inner = devres->inner;
	uint32_t references = 1;

	if (!inner)
		return;
	devres->inner = NULL;
	/* The thread that takes the value keeps the device alive: unbinding ends after its action. */
	if (iop_revocable_take_away_at_once(&inner->revocable, inner->value)) {
		if (iop_device_remove_action(inner->device, on_unbind, inner) == 0)
			references++;
		else
			signal_dropped(inner);
	}
	put(inner, references);
}
