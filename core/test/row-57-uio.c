/* SPDX-License-Identifier: MIT */
/* Row 57: maps and interrupt of a UIO device. Its file is played: a memory file for the maps, a socket for the interrupt. */
#include "iotest.h"

#include "faults.h"

#include <iopath/bus_uio.h>

#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>

static char root[] = "/tmp/iopath-uio-XXXXXX";
static int maps = -1, ends[2] = {-1, -1}; /* the other end of the device's socket is ends[1] */
static int write_error;

static int play_open(const char *path)
{
	if (strcmp(path, "/dev/uio7") != 0)
		return strncmp(path, "/dev/uio", 8) == 0 ? FAULTS_ABSENT : -1;
	return dup(maps >= 0 ? maps : ends[0]);
}

FAULTS_CALL(ssize_t, write, int fd, const void *bytes, size_t n)
{
	if (write_error && fd != ends[1]) {
		errno = write_error;
		return -1;
	}
	return __real_write(fd, bytes, n);
}

static void put(const char *file, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/uio7/%s", root, file);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void folder(const char *name, int make)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/uio7%s", root, name);
	if (make)
		assert_int_equal(mkdir(path, 0700), 0);
	else
		remove(path);
}

static int begin(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	if (!mkdtemp(root))
		return -1;
	folder("", 1);
	folder("/maps", 1);
	put("event", "4294967294\n");
	faults.open = play_open;
	write_error = 0;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
}

static int end(void **state)
{
	static const char *const files[] = {"/maps/map0/addr",
					    "/maps/map0/size",
					    "/maps/map0/offset",
					    "/maps/map0",
					    "/maps/map1/addr",
					    "/maps/map1/size",
					    "/maps/map1/offset",
					    "/maps/map1",
					    "/maps",
					    "/event",
					    ""};

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(files); i++)
		folder(files[i], 0);
	rmdir(root);
	faults.open = NULL;
	__real_close(ends[0]);
	__real_close(ends[1]);
	if (maps >= 0)
		__real_close(maps);
	maps = ends[0] = ends[1] = -1;
	return 0;
}

static void add_map(unsigned n, const char *address, const char *size, const char *offset)
{
	const char *const values[] = {address, size, offset}, *const files[] = {"addr", "size", "offset"};
	char path[64];

	snprintf(path, sizeof(path), "/maps/map%u", n);
	folder(path, 1);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "maps/map%u/%s", n, files[i]);
		put(path, values[i]);
	}
}

static void events_are(uint32_t total)
{
	assert_int_equal(__real_write(ends[1], &total, sizeof(total)), sizeof(total));
}

/* What the device's driver was told last. */
static int told(void)
{
	int32_t on = -1;

	return recv(ends[1], &on, sizeof(on), MSG_DONTWAIT) == sizeof(on) ? on : -1;
}

static void events_are_counted_from_opening_on(void **state)
{
	struct iop_bus_uio uio;
	struct iop_interrupt irq, second;
	uint64_t count = 99;

	(void)state;
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), 0);
	assert_int_equal(iop_bus_uio_enable(&irq, &uio), 0);
	assert_int_equal(told(), 1);
	assert_int_equal(iop_bus_uio_enable(&second, &uio), -EBUSY);
	assert_int_equal(iop_interrupt_vectors(&irq), 1);
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), -EAGAIN);
	assert_int_equal(iop_interrupt_wait(&irq, 0, 1, &count), -ETIMEDOUT);
	events_are(UINT32_MAX);
	assert_int_equal(iop_interrupt_wait(&irq, 0, 0, &count), 0);
	assert_int_equal(count, 1);
	/* The kernel's count wraps around. */
	events_are(2);
	assert_int_equal(iop_interrupt_wait(&irq, 0, 0, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(told(), -1);
	assert_int_equal(iop_interrupt_unmask(&irq, 0), 0);
	assert_int_equal(told(), 1);
	assert_int_equal(iop_interrupt_mask(&irq, 0), 0);
	assert_int_equal(told(), 0);
	assert_panics("uio interrupt in use", iop_bus_uio_close(&uio));
	iop_interrupt_drop(&irq);
	assert_int_equal(told(), 0);
	/* Enabled again, it goes on where it was. */
	assert_int_equal(iop_bus_uio_enable(&irq, &uio), 0);
	events_are(3);
	assert_int_equal(iop_interrupt_take(&irq, 0, &count), 0);
	assert_int_equal(count, 1);
	iop_interrupt_drop(&irq);
	iop_bus_uio_close(&uio);
}

static void errors_of_the_kernel_are_passed_on(void **state)
{
	struct iop_bus_uio uio;
	struct iop_interrupt irq;

	(void)state;
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), 0);
	write_error = EIO;
	assert_int_equal(iop_bus_uio_enable(&irq, &uio), -EIO);
	assert_int_equal(iop_interrupt_vectors(&irq), 0);
	/* No control of the interrupt is no reason not to wait for it. */
	write_error = ENOSYS;
	assert_int_equal(iop_bus_uio_enable(&irq, &uio), 0);
	assert_int_equal(iop_interrupt_unmask(&irq, 0), -ENOSYS);
	assert_int_equal(iop_interrupt_mask(&irq, 0), -ENOSYS);
	events_are(9);
	assert_int_equal(iop_interrupt_take(&irq, 0, NULL), 0);
	/* The device goes away: a read of nothing. */
	shutdown(ends[1], SHUT_RDWR);
	assert_int_equal(iop_interrupt_wait(&irq, 0, 0, NULL), -EIO);
	iop_interrupt_drop(&irq);
	iop_bus_uio_close(&uio);
}

static void maps_are_resources(void **state)
{
	typedef IOP_EXCLUSIVE_IOMEM(16) map_owner;
	long page = sysconf(_SC_PAGESIZE);
	struct faults_balance before = faults.held;
	struct iop_resource resource;
	struct iop_bus_uio uio;
	map_owner first, second, again;
	uint32_t word;

	(void)state;
	maps = __real_memfd_create("maps", MFD_CLOEXEC);
	assert_int_equal(__real_ftruncate64(maps, 2 * page), 0);
	add_map(0, "0xfe000000\n", "0x1000\n", "0x0\n");
	add_map(1, "0xfe002040\n", "0x40\n", "0x40\n");
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), 0);
	assert_int_equal(iop_bus_resource(&uio.bus, 1, &resource), 0);
	assert_true(resource.start == 0xfe002040 && resource.len == 0x40 && resource.index == 1);
	assert_int_equal(iop_bus_resource(&uio.bus, 2, &resource), -EINVAL);
	assert_int_equal(iop_exclusive_iomem_map(&first, &uio.bus, 0, "test"), 0);
	assert_int_equal(iop_exclusive_iomem_map(&again, &uio.bus, 0, "test"), -EBUSY);
	assert_int_equal(iop_exclusive_iomem_map(&second, &uio.bus, 1, "test"), 0);
	iop_write32(first, 0x11, 8);
	iop_write32(second, 0x22, 8);
	assert_int_equal(pread(maps, &word, 4, 8), 4);
	assert_int_equal(word, iotest_raw(&iotest_mmio, 4, 0x11));
	assert_int_equal(pread(maps, &word, 4, page + 0x48), 4);
	assert_int_equal(word, iotest_raw(&iotest_mmio, 4, 0x22));
	assert_panics("uio resources in use", iop_bus_uio_close(&uio));
	iop_iomem_drop(&first);
	iop_iomem_drop(&second);
	assert_null(iop_bus_map(&uio.bus, &resource, 64, IOP_IOREMAP_WC));
	/* Row 58: the kernel's driver has the function. */
	assert_int_equal(iop_bus_reset(&uio.bus), -ENOTTY);
	iop_bus_uio_close(&uio);
	FAULTS_SAME(faults.held, before);
}

static void what_cannot_be_opened(void **state)
{
	static const char *const bad[] = {"", "uio", "uio7x", "7", "../uio7", "uio-1", "uio7777777777777777", "UIO7"};
	struct iop_bus_uio uio;

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(bad); i++)
		assert_int_equal(iop_bus_uio_open(&uio, bad[i], root), -EINVAL);
	assert_int_equal(iop_bus_uio_open(&uio, "uio8", root), -ENODEV);
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", "/nonexistent"), -ENODEV);
	add_map(0, "0xfe000000\n", "none\n", "0x0\n");
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), -EIO);
	put("maps/map0/size", "0x1000\n");
	put("maps/map0/offset", "0x100000\n");
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), -EIO);
	put("maps/map0/offset", "0x0\n");
	faults_arm(0);
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), -EACCES);
	assert_true(faults_disarm());
	assert_int_equal(flock(ends[1], LOCK_EX), 0);
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), 0);
	iop_bus_uio_close(&uio);
}

/* A second user of the library: another opening of the same file. */
static void a_second_user_is_refused(void **state)
{
	struct faults_balance before = faults.held;
	struct iop_bus_uio uio;
	char path[64];
	int other;

	(void)state;
	maps = __real_memfd_create("maps", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", maps);
	other = __real_open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(other, LOCK_EX), 0);
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), -EBUSY);
	FAULTS_SAME(faults.held, before);
	__real_close(other);
	assert_int_equal(iop_bus_uio_open(&uio, "uio7", root), 0);
	iop_bus_uio_close(&uio);
}

#define PLAYED(test) cmocka_unit_test_setup_teardown(test, begin, end)
int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAYED(events_are_counted_from_opening_on),
		PLAYED(errors_of_the_kernel_are_passed_on),
		PLAYED(maps_are_resources),
		PLAYED(what_cannot_be_opened),
		PLAYED(a_second_user_is_refused),
	};

	return cmocka_run_group_tests_name("row-57-uio", tests, NULL, NULL);
}
