/* SPDX-License-Identifier: MIT */
/* Row 57: interrupts by VFIO: counts, waiting, masks, what the kernel refuses; each call that can fail does, and nothing stays. */
#include "thread-storage.h"
#include "vfio-kernel.h"

#include <iopath/bus_vfio.h>

#include <poll.h>
#include <pthread.h>
#include <signal.h>

static struct iop_bus_vfio vfio;

static void opened(void)
{
	assert_int_equal(iop_bus_vfio_open(&vfio, FUNCTION, NULL), 0);
}

static void vectors_are_counted(void **state)
{
	(void)state;
	opened();
	assert_int_equal(iop_bus_vfio_vectors(&vfio, IOP_BUS_VFIO_INTX), 1);
	assert_int_equal(iop_bus_vfio_vectors(&vfio, IOP_BUS_VFIO_MSI), 4);
	assert_int_equal(iop_bus_vfio_vectors(&vfio, IOP_BUS_VFIO_MSIX), 8);
	faults_arm(0);
	assert_int_equal(iop_bus_vfio_vectors(&vfio, IOP_BUS_VFIO_MSI), -EIO);
	assert_true(faults_disarm());
	iop_bus_vfio_close(&vfio);
}

static void messages_are_counted_by_vector(void **state)
{
	struct faults_balance before = faults.held;
	struct iop_interrupt irq;
	uint64_t count = 99;

	(void)state;
	opened();
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSIX, 3), 0);
	assert_int_equal(iop_interrupt_vectors(&irq), 3);
	assert_int_equal(kernel.connected, 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(iop_interrupt_take(&irq, i, &count), -EAGAIN);
	assert_int_equal(iop_interrupt_wait(&irq, 1, 1, &count), -ETIMEDOUT);
	assert_int_equal(count, 99);
	message(1);
	message(1);
	message(2);
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), -EAGAIN);
	assert_int_equal(iop_interrupt_wait(&irq, 1, 0, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(iop_interrupt_take(&irq, 1, &count), -EAGAIN);
	assert_int_equal(iop_interrupt_wait(&irq, 2, UINT64_MAX, NULL), 0);
	assert_int_equal(iop_interrupt_wait(&irq, 3, 1, &count), -EINVAL);
	assert_int_equal(iop_interrupt_take(&irq, UINT32_MAX, &count), -EINVAL);
	iop_interrupt_drop(&irq);
	assert_int_equal(kernel.connected, 0);
	assert_int_equal(iop_interrupt_vectors(&irq), 0);
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), -EINVAL);
	iop_interrupt_drop(&irq);
	iop_bus_vfio_close(&vfio);
	FAULTS_SAME(faults.held, before);
}

/* INTx: masked when it comes, and again at once when it is unmasked while the device still asserts it. */
static void a_level_is_masked_until_handled(void **state)
{
	struct iop_interrupt irq;
	uint64_t count;

	(void)state;
	opened();
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_INTX, 1), 0);
	line_up();
	assert_int_equal(iop_interrupt_wait(&irq, 0, 0, &count), 0);
	assert_int_equal(count, 1);
	line_up();
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), -EAGAIN);
	assert_int_equal(iop_interrupt_unmask(&irq, 0), 0);
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), 0);
	kernel.asserted = 0;
	assert_int_equal(iop_interrupt_unmask(&irq, 0), 0);
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), -EAGAIN);
	assert_int_equal(iop_interrupt_mask(&irq, 0), 0);
	line_up();
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), -EAGAIN);
	assert_int_equal(iop_interrupt_unmask(&irq, 0), 0);
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), 0);
	assert_int_equal(iop_interrupt_unmask(&irq, 1), -EINVAL);
	iop_interrupt_drop(&irq);
	iop_bus_vfio_close(&vfio);
}

/* A message is a write of the function's; a pin is not. */
static void messages_master_the_bus(void **state)
{
	struct iop_interrupt irq;

	(void)state;
	opened();
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_INTX, 1), 0);
	assert_int_equal(iop_read16(iop_config_space(iop_bus_vfio_config(&vfio)), PCI_COMMAND), PCI_COMMAND_MEMORY);
	iop_interrupt_drop(&irq);
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 1), 0);
	assert_int_equal(iop_read16(iop_config_space(iop_bus_vfio_config(&vfio)), PCI_COMMAND),
			 PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	iop_interrupt_drop(&irq);
	iop_bus_vfio_close(&vfio);
}

static void what_is_refused(void **state)
{
	struct iop_interrupt irq, second;

	(void)state;
	opened();
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 0), -EINVAL);
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 5), -EINVAL);
	kernel.limit = 2;
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 3), -ENOSPC);
	assert_int_equal(iop_interrupt_vectors(&irq), 0);
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 2), 0);
	assert_int_equal(iop_bus_vfio_enable(&second, &vfio, IOP_BUS_VFIO_MSI, 2), -EBUSY);
	assert_int_equal(iop_bus_vfio_enable(&second, &vfio, IOP_BUS_VFIO_INTX, 1), -EBUSY);
	assert_int_equal(iop_interrupt_vectors(&second), 0);
	assert_int_equal(kernel.connected, 2);
	/* The kernel masks INTx only. */
	assert_int_equal(iop_interrupt_mask(&irq, 0), -ENOTTY);
	assert_int_equal(iop_interrupt_unmask(&irq, 0), -ENOTTY);
	assert_panics("vfio interrupts in use", iop_bus_vfio_close(&vfio));
	iop_interrupt_drop(&irq);
	iop_bus_vfio_close(&vfio);
}

static void every_failure_leaves_nothing(void **state)
{
	size_t n;

	(void)state;
	opened();
	for (n = 0;; n++) {
		struct faults_balance before = faults.held;
		struct iop_interrupt irq;
		int err;

		faults_arm(n);
		err = iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 3);
		if (!faults_disarm()) {
			assert_int_equal(err, 0);
			iop_interrupt_drop(&irq);
			FAULTS_SAME(faults.held, before);
			break;
		}
		assert_true(err == -EIO || err == -ENOMEM || err == -EMFILE);
		assert_int_equal(iop_interrupt_vectors(&irq), 0);
		assert_int_equal(kernel.connected, 0);
		FAULTS_SAME(faults.held, before);
	}
	/* The question, the table, three events, the order's memory, the order. */
	assert_int_equal(n, 7);
	iop_bus_vfio_close(&vfio);
}

static void the_descriptor_is_for_poll(void **state)
{
	struct iop_interrupt irq;
	struct pollfd p = {.events = POLLIN};

	(void)state;
	opened();
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 1), 0);
	p.fd = iop_interrupt_fd(&irq, 0);
	assert_int_equal(iop_interrupt_fd(&irq, 1), -EINVAL);
	assert_int_equal(poll(&p, 1, 0), 0);
	message(0);
	assert_int_equal(poll(&p, 1, 0), 1);
	assert_int_equal(iop_interrupt_take(&irq, 0, NULL), 0);
	assert_int_equal(poll(&p, 1, 0), 0);
	iop_interrupt_drop(&irq);
	iop_bus_vfio_close(&vfio);
}

/* Somebody waits before it comes. */
static void *raise_later(void *started)
{
	while (!__atomic_load_n((int *)started, __ATOMIC_ACQUIRE))
		usleep(100);
	usleep(2000);
	message(0);
	return NULL;
}

static void waiting_ends_when_it_comes(void **state)
{
	struct iop_interrupt irq;
	pthread_t thread;
	uint64_t count = 0;
	int started = 0;

	(void)state;
	opened();
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, raise_later, &started), 0);
	__atomic_store_n(&started, 1, __ATOMIC_RELEASE);
	assert_int_equal(iop_interrupt_wait(&irq, 0, 0, &count), 0);
	assert_int_equal(count, 1);
	pthread_join(thread, NULL);
	iop_interrupt_drop(&irq);
	iop_bus_vfio_close(&vfio);
}

static void on_alarm(int number)
{
	(void)number;
}

static void a_signal_ends_the_wait(void **state)
{
	struct sigaction action = {.sa_handler = on_alarm}, before;
	struct iop_interrupt irq;

	(void)state;
	if (thread_storage_is_lost(__func__))
		return;
	opened();
	assert_int_equal(iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 1), 0);
	sigaction(SIGALRM, &action, &before);
	ualarm(2000, 2000);
	assert_int_equal(iop_interrupt_wait(&irq, 0, 0, NULL), -EINTR);
	ualarm(0, 0);
	sigaction(SIGALRM, &before, NULL);
	iop_interrupt_drop(&irq);
	iop_bus_vfio_close(&vfio);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAYED(vectors_are_counted),
		PLAYED(messages_are_counted_by_vector),
		PLAYED(a_level_is_masked_until_handled),
		PLAYED(what_is_refused),
		PLAYED(messages_master_the_bus),
		PLAYED(every_failure_leaves_nothing),
		PLAYED(the_descriptor_is_for_poll),
		PLAYED(waiting_ends_when_it_comes),
		PLAYED(a_signal_ends_the_wait),
	};

	return cmocka_run_group_tests_name("row-57-vfio-interrupts", tests, NULL, NULL);
}
