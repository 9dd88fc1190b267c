/* SPDX-License-Identifier: MIT */
/*
 * Row 37 on the files of a PCI function: a folder made of ordinary files stands for sysfs, so that lengths, drivers and permissions
 * are what the test says. No function of this machine is touched.
 */
#include "iotest.h"

#include <iopath/bus_sysfs.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "0000:00:1f.3"

static char root[] = "/tmp/iopath-sysfs-XXXXXX";
static char folder[128];

/* 0: a page at a page; 1: 256 bytes within a page; 2: nothing; 3: prefetchable; 4: non-posted; 5: 6 bytes. */
static const char table[] = "0x00000000fe000000 0x00000000fe000fff 0x0000000000040200\n"
			    "0x00000000fe001100 0x00000000fe0011ff 0x0000000000040200\n"
			    "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
			    "0x000000ff00000000 0x000000ff00001fff 0x000000000014220c\n"
			    "0x00000000fe002000 0x00000000fe002fff 0x0000000000040280\n"
			    "0x00000000fe003000 0x00000000fe003005 0x0000000000040200\n";

static const char *path_of(const char *file)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return path;
}

static void put(const char *file, const void *bytes, size_t n)
{
	int fd = open(path_of(file), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static uint32_t word(const char *file, off_t offset)
{
	uint32_t value = 0;
	int fd = open(path_of(file), O_RDONLY);

	assert_int_equal(pread(fd, &value, sizeof(value), offset), sizeof(value));
	close(fd);
	return iop_le_to_cpu(4, value);
}

static int make_folder(void **state)
{
	static uint8_t bytes[8192];

	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(folder, sizeof(folder), "%s/devices", root);
	mkdir(folder, 0700);
	snprintf(folder, sizeof(folder), "%s/devices/%s", root, NAME);
	mkdir(folder, 0700);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i ^ i >> 8);
	put("resource", table, sizeof(table) - 1);
	put("resource0", bytes, 4096);
	put("resource1", bytes, 4096);
	put("resource3", bytes, 8192);
	put("resource3_wc", bytes, 8192);
	put("resource4", bytes, 4096);
	put("resource5", bytes, 4096);
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const files[] = {"resource",	 "resource0",	 "resource1", "resource3",
					    "resource4", "resource3_wc", "resource5"};

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(files); i++)
		unlink(path_of(files[i]));
	rmdir(folder);
	*strrchr(folder, '/') = 0;
	rmdir(folder);
	return rmdir(root);
}

static void names(void **state)
{
	static const char *const wrong[] = {
		"", "00:1f.3", "0000:00:1f.8", "0000:00:20.0", "0000:00:1f.3/..", "../0000:00:1f.3", "0:0:1f.3"};
	struct iop_bus_sysfs sysfs;

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(wrong); i++)
		assert_int_equal(iop_bus_sysfs_open(&sysfs, wrong[i], 0, root), -EINVAL);
	assert_int_equal(iop_bus_sysfs_open(&sysfs, NAME, 2, root), -EINVAL);
	assert_int_equal(iop_bus_sysfs_open(&sysfs, "0000:00:1f.2", 0, root), -ENODEV);
	assert_int_equal(iop_bus_sysfs_open(&sysfs, NAME, 0, "/nonexistent"), -ENODEV);
	assert_int_equal(iop_bus_sysfs_open(&sysfs, "0000:00:1F.3", 0, root), 0);
	iop_bus_sysfs_close(&sysfs);
}

static void tables(void **state)
{
	static const struct iop_resource expect[] = {
		{.start = 0xfe000000, .len = 0x1000, .index = 0},
		{.start = 0xfe001100, .len = 0x100, .index = 1},
		{.start = 0, .len = 0, .index = 2},
		{.start = UINT64_C(0xff00000000), .len = 0x2000, .index = 3, .flags = IOP_RESOURCE_PREFETCHABLE},
		{.start = 0xfe002000, .len = 0x1000, .index = 4, .flags = IOP_RESOURCE_NONPOSTED},
		{.start = 0xfe003000, .len = 6, .index = 5},
	};
	static const char *const broken[] = {"", "0x1000 0x1fff\n", "0x1fff 0x1000 0x200\n", "nothing\n",
					     "0x0 0xffffffffffffffff 0x200\n"};
	struct iop_bus_sysfs sysfs;
	struct iop_resource resource;

	(void)state;
	assert_int_equal(iop_bus_sysfs_open(&sysfs, NAME, 0, root), 0);
	for (unsigned i = 0; i < IOTEST_COUNT(expect); i++) {
		assert_int_equal(iop_bus_resource(&sysfs.bus, i, &resource), 0);
		assert_true(resource.start == expect[i].start && resource.len == expect[i].len);
		assert_int_equal(resource.index, i);
		assert_int_equal(resource.flags, expect[i].flags);
	}
	assert_int_equal(iop_bus_resource(&sysfs.bus, IOTEST_COUNT(expect), &resource), -EINVAL);
	/* Row 58: a kernel driver may have the function. */
	assert_int_equal(iop_bus_reset(&sysfs.bus), -ENOTTY);
	iop_bus_sysfs_close(&sysfs);
	for (size_t i = 0; i < IOTEST_COUNT(broken); i++) {
		put("resource", broken[i], strlen(broken[i]));
		assert_int_equal(iop_bus_sysfs_open(&sysfs, NAME, 0, root), -EIO);
	}
	put("resource", table, sizeof(table) - 1);
}

static void bars(void **state)
{
	static struct iop_bus_sysfs sysfs;
	IOP_BAR(0x100) bar, none;
	IOP_CONST_BAR(0x100) small;
	IOP_BAR(0) other;
	IOP_CONST_IOMEM(0x100) shared;
	IOP_IOMEM(0) nonposted;

	(void)state;
	assert_int_equal(iop_bus_sysfs_open(&sysfs, NAME, 0, root), 0);
	assert_int_equal(iop_bar_map(&bar, &sysfs.bus, 0, "test"), 0);
	assert_int_equal(iop_size(bar), 4096);
	assert_int_equal(iop_read8(bar, 0xff), 0xff);
	assert_int_equal(iop_read32(bar, 0x10), word("resource0", 0x10));
	/* A BAR smaller than a page is found where it lies in its page. */
	assert_int_equal(iop_bar_map(&small, &sysfs.bus, 1, "test"), 0);
	assert_int_equal(iop_size(small), 0x100);
	assert_int_equal(iop_read8(small, 0), 0x01);
	assert_int_equal(iop_read8(small, 2), 0x03);
	assert_int_equal(iop_bar_map(&none, &sysfs.bus, 2, "test"), -ENOMEM);
	assert_int_equal(iop_bar_map(&other, &sysfs.bus, 5, "test"), -EINVAL);
	assert_int_equal(iop_bar_map(&other, &sysfs.bus, 6, "test"), -EINVAL);
	/* Requested is requested, here and by anybody else who asks. */
	assert_int_equal(iop_bar_map(&other, &sysfs.bus, 0, "test"), -EBUSY);
	assert_int_equal(iop_iomem_map(&shared, &sysfs.bus, 0), 0);
	assert_int_equal(iop_iomem_map(&nonposted, &sysfs.bus, 4), -ENOMEM);
	iop_bar_drop(&bar);
	iop_bar_drop(&small);
	assert_panics("sysfs resources in use", iop_bus_sysfs_close(&sysfs));
	assert_int_equal(iop_read8(shared, 0xff), 0xff);
	iop_iomem_drop(&shared);
	iop_bus_sysfs_close(&sysfs);
}

static void bars_of_two_users(void **state)
{
	struct iop_bus_sysfs first, second;
	IOP_BAR(0) bar, other;

	(void)state;
	assert_int_equal(iop_bus_sysfs_open(&first, NAME, 0, root), 0);
	assert_int_equal(iop_bus_sysfs_open(&second, NAME, 0, root), 0);
	assert_int_equal(iop_bar_map(&bar, &first.bus, 0, "first"), 0);
	assert_int_equal(iop_bar_map(&other, &second.bus, 0, "second"), -EBUSY);
	iop_bar_drop(&bar);
	assert_int_equal(iop_bar_map(&other, &second.bus, 0, "second"), 0);
	iop_bar_drop(&other);
	iop_bus_sysfs_close(&first);
	iop_bus_sysfs_close(&second);
}

static void driver_is_bound(void **state)
{
	struct iop_bus_sysfs sysfs;
	IOP_BAR(0) bar;

	(void)state;
	assert_int_equal(iop_bus_sysfs_open(&sysfs, NAME, 0, root), 0);
	assert_int_equal(mkdir(path_of("driver"), 0700), 0);
	assert_int_equal(iop_bar_map(&bar, &sysfs.bus, 0, "test"), -EBUSY);
	rmdir(path_of("driver"));
	assert_int_equal(iop_bar_map(&bar, &sysfs.bus, 0, "test"), 0);
	iop_bar_drop(&bar);
	/* The one driver that leaves the resources to programs; not what only ends like it. */
	assert_int_equal(symlink("../../../bus/pci/drivers/not_uio_pci_generic", path_of("driver")), 0);
	assert_int_equal(iop_bar_map(&bar, &sysfs.bus, 0, "test"), -EBUSY);
	unlink(path_of("driver"));
	assert_int_equal(symlink("../../../bus/pci/drivers/uio_pci_generic", path_of("driver")), 0);
	assert_int_equal(iop_bar_map(&bar, &sysfs.bus, 0, "test"), 0);
	iop_bar_drop(&bar);
	unlink(path_of("driver"));
	iop_bus_sysfs_close(&sysfs);
}

/* Writes through a mapping that has no consent end the process and change nothing. */
static int signal_of_write(unsigned flags)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct iop_bus_sysfs sysfs;
		IOP_BAR(16) bar;

		signal(SIGSEGV, SIG_DFL);
		if (iop_bus_sysfs_open(&sysfs, NAME, flags, root) || iop_bar_map(&bar, &sysfs.bus, 0, "test"))
			_exit(1);
		iop_write32(bar, 0xfeedbeef, 8);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

/* Nor can a mapping without consent be made writable later. */
static void consent_is_not_given_later(void **state)
{
	struct iop_bus_sysfs sysfs;
	IOP_BAR(16) bar;

	(void)state;
	assert_int_equal(iop_bus_sysfs_open(&sysfs, NAME, 0, root), 0);
	assert_int_equal(iop_bar_map(&bar, &sysfs.bus, 0, "test"), 0);
	assert_int_equal(mprotect((void *)iop_addr(bar), 4096, PROT_READ | PROT_WRITE), -1);
	assert_int_equal(errno, EACCES);
	iop_bar_drop(&bar);
	iop_bus_sysfs_close(&sysfs);
}

static void writing_needs_consent(void **state)
{
	uint32_t before = word("resource0", 8);

	(void)state;
	assert_int_equal(signal_of_write(0), SIGSEGV);
	assert_int_equal(word("resource0", 8), before);
	assert_int_equal(signal_of_write(IOP_BUS_SYSFS_ALLOW_WRITE), 0);
	assert_int_equal(word("resource0", 8), 0xfeedbeef);
}

static void write_combining(void **state)
{
	struct iop_bus_sysfs sysfs;
	IOP_WC_BAR(0x2000) bar;
	IOP_WC_BAR(0) other;

	(void)state;
	assert_int_equal(iop_bus_sysfs_open(&sysfs, NAME, IOP_BUS_SYSFS_ALLOW_WRITE, root), 0);
	assert_int_equal(iop_bar_map_wc(&bar, &sysfs.bus, 3, "test"), 0);
	iop_write32(bar, 0x1234, 0x1ffc);
	assert_int_equal(word("resource3_wc", 0x1ffc), 0x1234);
	assert_int_not_equal(word("resource3", 0x1ffc), 0x1234);
	iop_bar_drop(&bar);
	assert_int_equal(iop_bar_map_wc(&other, &sysfs.bus, 0, "test"), -ENOMEM);
	assert_true(iop_bus_balanced(&sysfs.bus));
	iop_bus_sysfs_close(&sysfs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(tables),
		cmocka_unit_test(bars_of_two_users),
		cmocka_unit_test(driver_is_bound),
		cmocka_unit_test(consent_is_not_given_later),
		cmocka_unit_test(writing_needs_consent),
		cmocka_unit_test(write_combining),
		cmocka_unit_test(bars),
	};

	return cmocka_run_group_tests_name("row-37-bar-sysfs", tests, make_folder, remove_folder);
}
