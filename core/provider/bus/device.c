/* SPDX-License-Identifier: MIT */
#include <iopath/device.h>

#include <stdlib.h>
#include <string.h>

struct iop_unbind_action {
	struct iop_unbind_action *next;
	void (*run)(void *data);
	void *data;
};

int iop_device_init(struct iop_device *device, const char *name)
{
	memset(device, 0, sizeof(*device));
	device->name = name;
	device->bound = 1;
	return -pthread_mutex_init(&device->lock, NULL);
}

void iop_device_end(struct iop_device *device)
{
	iop_device_unbind(device);
	pthread_mutex_destroy(&device->lock);
}

static int refused(struct iop_device *device)
{
	int err = device->bound ? device->fail_next : -ENODEV;

	device->fail_next = 0;
	return err;
}

int iop_device_add_action(struct iop_device *device, void (*run)(void *data), void *data)
{
	struct iop_unbind_action *action = malloc(sizeof(*action));
	int err;

	if (!action)
		return -ENOMEM;
	action->run = run;
	action->data = data;
	pthread_mutex_lock(&device->lock);
	err = refused(device);
	if (!err) {
		action->next = device->actions;
		device->actions = action;
	}
	pthread_mutex_unlock(&device->lock);
	if (err)
		free(action);
	return err;
}

int iop_device_remove_action(struct iop_device *device, void (*run)(void *data), void *data)
{
	struct iop_unbind_action **link, *found;

	pthread_mutex_lock(&device->lock);
	link = &device->actions;
	while (*link && ((*link)->run != run || (*link)->data != data))
		link = &(*link)->next;
	found = *link;
	if (found)
		*link = found->next;
	pthread_mutex_unlock(&device->lock);
	free(found);
	return found ? 0 : -ENOENT;
}

size_t iop_device_actions(struct iop_device *device)
{
	size_t count = 0;

	pthread_mutex_lock(&device->lock);
	for (const struct iop_unbind_action *action = device->actions; action; action = action->next)
		count++;
	pthread_mutex_unlock(&device->lock);
	return count;
}

/* Takes the latest action off the list. From here on it counts as running. */
static struct iop_unbind_action *next_action(struct iop_device *device)
{
	struct iop_unbind_action *action;

	pthread_mutex_lock(&device->lock);
	device->bound = 0;
	action = device->actions;
	if (action)
		device->actions = action->next;
	pthread_mutex_unlock(&device->lock);
	return action;
}

void iop_device_unbind(struct iop_device *device)
{
	struct iop_unbind_action *action;

	while ((action = next_action(device))) {
		action->run(action->data);
		free(action);
	}
}

void iop_device_fail_next(struct iop_device *device, int err)
{
	pthread_mutex_lock(&device->lock);
	device->fail_next = err;
	pthread_mutex_unlock(&device->lock);
}
