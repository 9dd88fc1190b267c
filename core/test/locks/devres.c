/* SPDX-License-Identifier: MIT */
/* Row 38: who unbinds waits until who dropped the Devres has dropped the value; the value is dropped without a lock. */
#include "watch.h"

#include WATCHED

static struct iop_device device;
static struct iop_devres_inner *inner;
static int value;

static void drop(void *of)
{
	(void)of;
	watch_called_free("drop");
}

/* What the other thread does meanwhile. */
static void dropped(void)
{
	inner->dropped = 1;
}

static void start(void)
{
	watch_pause();
	watch_nothing();
	inner = inner_new(&device, &value, sizeof(value), drop);
	if (!inner)
		abort();
	WATCH(inner->dropped, &inner->lock);
	watch_condition(&inner->changed, &inner->lock, dropped);
	watch_go_on();
}

static void announce(void)
{
	start();
	signal_dropped(inner);
}

static void wait_for_it(void)
{
	start();
	wait_dropped(inner);
}

static void wait_for_what_has_been(void)
{
	start();
	watch_pause();
	inner->dropped = 1;
	watch_go_on();
	wait_dropped(inner);
}

/* Locks of a Revocable are of its own file: of those taken here, three. */
static void unbind_after_a_drop(void)
{
	start();
	watch_pause();
	(void)iop_revocable_take_away(&inner->revocable, inner->value);
	watch_go_on();
	on_unbind(inner);
}

/* Unbinding has taken the action off the list: the Devres tells it. */
static void drop_during_unbinding(void)
{
	struct iop_devres devres;

	start();
	devres.inner = inner;
	iop_devres_finish(&devres);
}

int main(void)
{
	static const struct watch_case cases[] = {
		{"signal", announce, 1},
		{"wait", wait_for_it, 1},
		{"wait for nothing", wait_for_what_has_been, 1},
		{"unbind", unbind_after_a_drop, 1},
		{"drop", drop_during_unbinding, 3},
	};

	if (iop_device_init(&device, "watched"))
		return 2;
	return WATCH_CASES(cases) != 0;
}
