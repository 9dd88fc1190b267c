/* SPDX-License-Identifier: MIT */
/* Row 38: Devres: unbinding and dropping in every order, and the owners that go into one. */
#include "interleave.h"

#include <iopath/bus_sim.h>

typedef IOP_DEVRES(struct thing) thing_devres;

static struct iop_device device, another;

static struct thing *moved(void)
{
	static struct thing from;

	from = fresh;
	return &from;
}

static void devres_access(void **state)
{
	thing_devres d;
	struct thing *thing = NULL, *guarded;
	int calls = 0;

	(void)state;
	reset();
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	assert_int_equal(iop_device_init(&another, "another"), 0);
	assert_int_equal(iop_devres_new(&d, &device, moved(), drop_thing), 0);
	assert_int_equal(iop_device_actions(&device), 1);
	assert_int_equal(iop_devres_access(&d, &another, &thing), -EINVAL);
	assert_null(thing);
	assert_int_equal(iop_devres_access(&d, &device, &thing), 0);
	assert_int_equal(thing->state, ALIVE);
	guarded = iop_devres_try_access(&d);
	assert_ptr_equal(guarded, thing);
	iop_devres_release(&d);
	assert_int_equal(iop_devres_try_access_with(&d, use_thing, &calls), 1);
	assert_int_equal(calls, 1);
	iop_device_unbind(&another);
	assert_int_equal(atomic_load(&drops), 0);
	iop_device_unbind(&device);
	assert_true(once());
	assert_null(iop_devres_try_access(&d));
	assert_int_equal(iop_devres_try_access_with(&d, use_thing, &calls), 0);
	assert_int_equal(calls, 1);
	iop_devres_drop(&d);
	iop_devres_drop(&d);
	assert_true(once());
	iop_device_end(&another);
	iop_device_end(&device);
}

static void dropping_devres_removes_the_action(void **state)
{
	thing_devres first, second;

	(void)state;
	reset();
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	assert_int_equal(iop_devres_new(&first, &device, moved(), drop_thing), 0);
	assert_int_equal(iop_devres_new(&second, &device, moved(), drop_thing), 0);
	iop_devres_drop(&first);
	assert_true(once());
	assert_int_equal(iop_device_actions(&device), 1);
	iop_device_unbind(&device);
	assert_int_equal(atomic_load(&drops), 2);
	iop_devres_drop(&second);
	assert_int_equal(atomic_load(&drops), 2);
	iop_device_end(&device);
}

static void registering_fails(void **state)
{
	thing_devres d;

	(void)state;
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	reset();
	iop_device_fail_next(&device, -ENOMEM);
	assert_int_equal(iop_devres_new(&d, &device, moved(), drop_thing), -ENOMEM);
	assert_true(once());
	assert_int_equal(iop_device_actions(&device), 0);
	iop_devres_drop(&d);
	assert_true(once());
	reset();
	iop_device_unbind(&device);
	assert_int_equal(iop_devres_new(&d, &device, moved(), drop_thing), -ENODEV);
	assert_true(once());
	iop_device_end(&device);
}

/* The value stays, and with it the unbind action: both are abandoned. */
static void dropping_under_a_guard_panics(void **state)
{
	static struct iop_device abandoned;
	static thing_devres d;

	(void)state;
	reset();
	assert_int_equal(iop_device_init(&abandoned, "abandoned"), 0);
	assert_int_equal(iop_devres_new(&d, &abandoned, moved(), drop_thing), 0);
	assert_non_null(iop_devres_try_access(&d));
	assert_panics("dropped under a guard", iop_devres_drop(&d));
	assert_int_equal(atomic_load(&drops), 0);
}

static void unbind_work(void *context)
{
	(void)context;
	iop_device_unbind(&device);
}

/* What `access` gave has no guard of its own; with a guard beside it, unbinding waits. */
static void unbinding_waits_for_guards(void **state)
{
	thing_devres d;
	struct thing *direct = NULL, *guarded;
	struct other other;

	(void)state;
	reset();
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	assert_int_equal(iop_devres_new(&d, &device, moved(), drop_thing), 0);
	assert_int_equal(iop_devres_access(&d, &device, &direct), 0);
	guarded = iop_devres_try_access(&d);
	assert_ptr_equal(direct, guarded);
	other_start(&other, unbind_work, NULL);
	while (iop_devres_try_access(&d)) {
		iop_devres_release(&d);
		sched_yield();
	}
	until_it_waits(&other);
	assert_int_equal(atomic_load(&other.done), 0);
	assert_int_equal(direct->state, ALIVE);
	iop_devres_release(&d);
	other_join(&other);
	assert_true(once());
	assert_null(iop_devres_try_access(&d));
	iop_devres_drop(&d);
	assert_true(once());
	iop_device_end(&device);
}

/* The two interleavings of dropping and unbinding, held open in the middle of the drop of the value. */
static atomic_int dropping, may_drop;

static void drop_slowly(void *value)
{
	atomic_store(&dropping, 1);
	while (!atomic_load(&may_drop))
		sched_yield();
	drop_thing(value);
}

static void devres_drop_work(void *context)
{
	iop_devres_drop((thing_devres *)context);
}

static void begin_slow_drop(thing_devres *d)
{
	reset();
	atomic_store(&dropping, 0);
	atomic_store(&may_drop, 0);
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	assert_int_equal(iop_devres_new(d, &device, moved(), drop_slowly), 0);
}

static void wait_until_dropping(void)
{
	while (!atomic_load(&dropping))
		sched_yield();
}

static void unbinding_waits_for_a_drop_that_has_begun(void **state)
{
	struct other dropper, unbinder;
	thing_devres d;

	(void)state;
	begin_slow_drop(&d);
	other_start(&dropper, devres_drop_work, &d);
	wait_until_dropping();
	other_start(&unbinder, unbind_work, NULL);
	while (iop_device_actions(&device))
		sched_yield();
	until_it_waits(&unbinder);
	assert_int_equal(atomic_load(&unbinder.done), 0);
	assert_int_equal(atomic_load(&drops), 0);
	atomic_store(&may_drop, 1);
	other_join(&unbinder);
	assert_true(once());
	other_join(&dropper);
	assert_true(once());
	iop_device_end(&device);
}

static void dropping_does_not_wait_for_unbinding(void **state)
{
	struct other unbinder;
	thing_devres d;

	(void)state;
	begin_slow_drop(&d);
	other_start(&unbinder, unbind_work, NULL);
	wait_until_dropping();
	iop_devres_drop(&d);
	assert_int_equal(atomic_load(&drops), 0);
	assert_int_equal(atomic_load(&unbinder.done), 0);
	atomic_store(&may_drop, 1);
	other_join(&unbinder);
	assert_true(once());
	iop_device_end(&device);
}

static void begin_devres(void *context)
{
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	assert_int_equal(iop_devres_new((thing_devres *)context, &device, moved(), drop_thing), 0);
}

static void end_devres(void *context)
{
	iop_devres_drop((thing_devres *)context);
	iop_device_end(&device);
}

static void use_until_unbound(void *context)
{
	const struct thing *thing;
	int uses = 0;

	while ((thing = iop_devres_try_access((thing_devres *)context))) {
		use_thing(thing, &uses);
		iop_devres_release((thing_devres *)context);
	}
}

static void use_then_drop(void *context)
{
	int uses = 0;

	(void)iop_devres_try_access_with((thing_devres *)context, use_thing, &uses);
	devres_drop_work(context);
}

static void devres_races(void **state)
{
	thing_devres d;

	(void)state;
	run_race(&d, begin_devres, unbind_work, devres_drop_work, end_devres);
	run_race(&d, begin_devres, unbind_work, use_until_unbound, end_devres);
	run_race(&d, begin_devres, unbind_work, use_then_drop, end_devres);
	run_race(&d, begin_devres, unbind_work, unbind_work, end_devres);
}

/* into_devres of the three owners: the bus has its own back when the device is unbound, not before. */
#define INTO_DEVRES(TYPE, map)                                                   \
	do {                                                                     \
		typedef TYPE(16) owner_type;                                     \
		IOP_DEVRES(owner_type) d;                                        \
		owner_type owner, *held = NULL;                                  \
		assert_int_equal(iop_bus_sim_init(&sim), 0);                     \
		iop_bus_sim_set(&sim, (struct iop_resource){.len = 64});         \
		assert_int_equal(iop_device_init(&device, "dev"), 0);            \
		assert_int_equal(map, 0);                                        \
		iop_write32(owner, 0xbeef, 12);                                  \
		assert_int_equal(iop_devres_from_owner(&d, &device, &owner), 0); \
		assert_int_equal(iop_size(owner), 0);                            \
		iop_iomem_drop(&owner);                                          \
		assert_false(iop_bus_balanced(&sim.bus));                        \
		assert_int_equal(iop_devres_access(&d, &device, &held), 0);      \
		assert_int_equal(iop_read32(*held, 12), 0xbeef);                 \
		held = iop_devres_try_access(&d);                                \
		iop_write32(*held, 0xf00d, 8);                                   \
		assert_int_equal(iop_size(*held), 64);                           \
		iop_devres_release(&d);                                          \
		iop_device_unbind(&device);                                      \
		assert_true(iop_bus_balanced(&sim.bus));                         \
		assert_null(iop_devres_try_access(&d));                          \
		iop_devres_drop(&d);                                             \
		iop_device_end(&device);                                         \
		assert_int_equal(iop_bus_sim_end(&sim), 0);                      \
	} while (0)

static struct iop_bus_sim sim;

static void owners_into_devres(void **state)
{
	(void)state;
	INTO_DEVRES(IOP_BAR, iop_bar_map(&owner, &sim.bus, 0, "row 38"));
	INTO_DEVRES(IOP_IOMEM, iop_iomem_map(&owner, &sim.bus, 0));
	INTO_DEVRES(IOP_EXCLUSIVE_IOMEM, iop_exclusive_iomem_map(&owner, &sim.bus, 0, "row 38"));
}

/* An owner whose registration fails is dropped like any other value. */
static void owner_of_an_unbound_device(void **state)
{
	typedef IOP_BAR(16) bar_type;
	IOP_DEVRES(bar_type) d;
	bar_type bar;

	(void)state;
	assert_int_equal(iop_bus_sim_init(&sim), 0);
	iop_bus_sim_set(&sim, (struct iop_resource){.len = 64});
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	iop_device_fail_next(&device, -ENOMEM);
	assert_int_equal(iop_bar_map(&bar, &sim.bus, 0, "row 38"), 0);
	assert_int_equal(iop_devres_from_owner(&d, &device, &bar), -ENOMEM);
	assert_true(iop_bus_balanced(&sim.bus));
	iop_devres_drop(&d);
	iop_bar_drop(&bar);
	iop_device_end(&device);
	assert_int_equal(iop_bus_sim_end(&sim), 0);
}

/* A Bar in use by one thread while the other unbinds: every access that was let in finds it mapped. */
static IOP_BAR(16) raced_bar;
typedef IOP_DEVRES(__typeof__(raced_bar)) bar_devres;

static void begin_bar(void *context)
{
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	assert_int_equal(iop_bar_map(&raced_bar, &sim.bus, 0, "row 38"), 0);
	iop_write32(raced_bar, ALIVE, 4);
	assert_int_equal(iop_devres_from_owner((bar_devres *)context, &device, &raced_bar), 0);
}

static void read_until_unbound(void *context)
{
	__typeof__(&raced_bar) bar;

	while ((bar = iop_devres_try_access((bar_devres *)context))) {
		if (iop_read32(*bar, 4) != ALIVE)
			atomic_fetch_add(&used_dead, 1);
		iop_devres_release((bar_devres *)context);
	}
}

static void end_bar(void *context)
{
	iop_devres_drop((bar_devres *)context);
	iop_device_end(&device);
	if (iop_bus_balanced(&sim.bus) && !iop_bus_sim_misuses(&sim))
		atomic_fetch_add(&drops, 1);
}

static void bar_race(void **state)
{
	bar_devres d;

	(void)state;
	assert_int_equal(iop_bus_sim_init(&sim), 0);
	iop_bus_sim_set(&sim, (struct iop_resource){.len = 64});
	run_race(&d, begin_bar, unbind_work, read_until_unbound, end_bar);
	assert_int_equal(iop_bus_sim_end(&sim), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devres_access),
		cmocka_unit_test(dropping_devres_removes_the_action),
		cmocka_unit_test(registering_fails),
		cmocka_unit_test(dropping_under_a_guard_panics),
		cmocka_unit_test(unbinding_waits_for_guards),
		cmocka_unit_test(unbinding_waits_for_a_drop_that_has_begun),
		cmocka_unit_test(dropping_does_not_wait_for_unbinding),
		cmocka_unit_test(devres_races),
		cmocka_unit_test(owners_into_devres),
		cmocka_unit_test(owner_of_an_unbound_device),
		cmocka_unit_test(bar_race),
	};

	return cmocka_run_group_tests_name("row-38-devres", tests, NULL, NULL);
}
