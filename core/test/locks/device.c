/* SPDX-License-Identifier: MIT */
/* Row 38: a device's list of actions. Actions run without the lock: they may register others, or wait. */
#include "watch.h"

#include WATCHED

static struct iop_device device;

static void action(void *data)
{
	(void)data;
	watch_called_free("an action");
}

static void watch_device(void)
{
	watch_nothing();
	WATCH(device.actions, &device.lock);
	WATCH(device.bound, &device.lock);
	WATCH(device.fail_next, &device.lock);
}

/* An action on the list belongs to the lock, until it is taken off. */
static void watch_list(void)
{
	for (struct iop_unbind_action *a = device.actions; a; a = a->next)
		WATCH(*a, &device.lock);
}

static void start(unsigned actions)
{
	watch_pause();
	watch_device();
	iop_device_end(&device);
	if (iop_device_init(&device, "watched"))
		abort();
	for (unsigned i = 0; i < actions; i++)
		if (iop_device_add_action(&device, action, &device + i))
			abort();
	watch_list();
	watch_go_on();
}

static void add(void)
{
	start(2);
	if (iop_device_add_action(&device, action, NULL))
		abort();
}

static void add_to_an_unbound_one(void)
{
	start(0);
	watch_pause();
	iop_device_unbind(&device);
	watch_go_on();
	if (iop_device_add_action(&device, action, NULL) != -ENODEV)
		abort();
}

static void take_off_the_oldest(void)
{
	start(3);
	if (iop_device_remove_action(&device, action, &device))
		abort();
}

static void take_off_none(void)
{
	start(3);
	if (iop_device_remove_action(&device, action, NULL) != -ENOENT)
		abort();
}

static void count(void)
{
	start(3);
	if (iop_device_actions(&device) != 3)
		abort();
}

/* One piece an action, and one in which there was none left. Actions that were taken off belong to nobody else. */
static void unbind(void)
{
	start(2);
	watch_device();
	iop_device_unbind(&device);
}

static void fail_next(void)
{
	start(0);
	iop_device_fail_next(&device, 0);
}

int main(void)
{
	static const struct watch_case cases[] = {
		{"add", add, 1},
		{"add, unbound", add_to_an_unbound_one, 1},
		{"remove", take_off_the_oldest, 1},
		{"remove nothing", take_off_none, 1},
		{"count", count, 1},
		{"unbind", unbind, 3},
		{"fail next", fail_next, 1},
	};

	if (iop_device_init(&device, "watched"))
		return 2;
	return WATCH_CASES(cases) != 0;
}
