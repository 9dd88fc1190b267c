/* SPDX-License-Identifier: MIT */
/*
 * Row 58, and the function itself under VFIO: reset, config space, opening by iommufd or by group. The kernel is played: Debian's
 * kernels up to 6.12 have no iommufd.
 */
#include "vfio-kernel.h"

#include <iopath/bus_vfio.h>
#include <iopath/config_cap.h>

static struct iop_bus_vfio vfio;

static void reset(void **state)
{
	typedef IOP_BAR(16) bar_owner;
	bar_owner bar;

	(void)state;
	assert_int_equal(iop_bus_vfio_open(&vfio, FUNCTION, NULL), 0);
	assert_int_equal(iop_bar_map(&bar, &vfio.bus, 0, "test"), 0);
	assert_int_equal(iop_bus_vfio_reset(&vfio), 0);
	assert_int_equal(kernel.resets, 1);
	/* Views stay. */
	iop_write32(bar, 5, 4);
	assert_int_equal(iop_read32(bar, 4), 5);
	iop_bar_drop(&bar);
	for (unsigned n = 0; n < 2; n++) {
		faults_arm(n);
		assert_int_equal(iop_bus_vfio_reset(&vfio), -EIO);
		assert_true(faults_disarm());
	}
	assert_int_equal(kernel.resets, 1);
	kernel.flags = VFIO_DEVICE_FLAGS_PCI;
	assert_int_equal(iop_bus_vfio_reset(&vfio), -ENOTTY);
	assert_int_equal(kernel.resets, 1);
	/* Those that failed on the way count: they may have been one. */
	assert_int_equal(iop_bus_counts(&vfio.bus).resets, 3);
	iop_bus_vfio_close(&vfio);
}

/* Who has the file maps the same bytes. */
static void others_map_by_the_file(void **state)
{
	typedef IOP_BAR(16) bar_owner;
	volatile uint32_t *other;
	bar_owner bar;
	uint64_t offset;
	int file;

	(void)state;
	assert_int_equal(iop_bus_vfio_open(&vfio, FUNCTION, NULL), 0);
	assert_int_equal(iop_bar_map(&bar, &vfio.bus, 0, "test"), 0);
	file = iop_bus_vfio_file(&vfio, 0, &offset);
	assert_true(file >= 0);
	other = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, (off_t)offset);
	assert_ptr_not_equal(other, MAP_FAILED);
	iop_write32(bar, 0x0d60600d, 4); /* the same in both byte orders */
	assert_int_equal(other[1], 0x0d60600d);
	munmap((void *)(uintptr_t)other, 4096);
	assert_int_equal(iop_bus_vfio_file(&vfio, 6, &offset), -EINVAL);
	iop_bar_drop(&bar);
	iop_bus_vfio_close(&vfio);
}

static uint32_t config_file(unsigned offset, unsigned width)
{
	uint8_t bytes[4] = {0};
	uint32_t value = 0;

	assert_int_equal(pread(kernel.device, bytes, width, CONFIG + offset), width);
	for (unsigned i = width; i--;)
		value = value << 8 | bytes[i];
	return value;
}

static void config_space(void **state)
{
	struct iop_dma *dma;
	struct iop_config_cap cap;
	iop_config_normal config;
	uint32_t value = 1;

	(void)state;
	assert_int_equal(iop_bus_vfio_open(&vfio, FUNCTION, NULL), 0);
	assert_int_equal(config_file(PCI_COMMAND, 2), PCI_COMMAND_MEMORY);
	iop_bus_vfio_close(&vfio);
	assert_int_equal(iop_bus_vfio_open(&vfio, FUNCTION, &dma), 0);
	assert_int_equal(config_file(PCI_COMMAND, 2), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	config = iop_config_space(iop_bus_vfio_config(&vfio));
	assert_int_equal(iop_size(config), 256);
	iop_write32(config, 0x12345678, 0x40);
	assert_int_equal(config_file(0x40, 4), 0x12345678);
	iop_write8(config, 0x9a, 0x42);
	assert_int_equal(iop_read16(config, 0x42), 0x129a);
	assert_int_equal(iop_try_read32(config, 256, &value), -EINVAL);
	iop_write16(config, PCI_STATUS_CAP_LIST, PCI_STATUS);
	iop_write8(config, 0x80, PCI_CAPABILITY_LIST);
	iop_write16(config, PCI_CAP_ID_MSIX, 0x80);
	assert_int_equal(iop_config_cap_find(iop_bus_vfio_config(&vfio), IOP_CONFIG_CAP, PCI_CAP_ID_MSIX, &cap), 0);
	assert_int_equal(cap.offset, 0x80);
	/* What cannot be read is ones, and counted. */
	assert_int_equal(__real_ftruncate64(kernel.device, CONFIG + 0x50), 0);
	assert_int_equal(iop_read32(config, 0x50), 0xffffffff);
	assert_int_equal(iop_config_lost(iop_bus_vfio_config(&vfio)).last, -EIO);
	iop_bus_vfio_close(&vfio);
	kernel.config_size = 128;
	assert_int_equal(iop_bus_vfio_open(&vfio, FUNCTION, &dma), -EIO);
}

static void by_its_own_file_where_there_is_one(void **state)
{
	struct iotest_pages pages = iotest_guarded(4096);
	struct faults_balance before = faults.held;
	struct iop_coherent_handle handle;
	struct iop_dma *dma;
	uint64_t address;

	(void)state;
	for (int i = 0; i < 4; i++) {
		kernel.cdev = i & 1;
		kernel.iommu = i >> 1;
		kernel.bound = kernel.attached = 0;
		assert_int_equal(iop_bus_vfio_open(&vfio, FUNCTION, &dma), 0);
		assert_string_equal(iop_bus_vfio_interface(&vfio), i == 3 ? "iommufd" : "group");
		assert_int_equal(kernel.bound, i == 3);
		assert_int_equal(iop_coherent_handle_alloc(&handle, dma, 5000, 0), 0);
		assert_int_equal(iop_dma_map(dma, pages.start, 4096, &address), 0);
		assert_int_equal(kernel.maps, 2);
		iop_dma_unmap(dma, pages.start, 4096, address);
		iop_coherent_drop(&handle);
		assert_int_equal(kernel.maps, 0);
		iop_bus_vfio_close(&vfio);
	}
	FAULTS_SAME(faults.held, before);
}

/* Opening and allocating with the n-th call failing, for every n. A failing cdev may fall back to the group; nothing stays open. */
static void every_failure_of_opening(void **state)
{
	unsigned fell_back = 0, failed = 0;

	(void)state;
	kernel.cdev = kernel.iommu = 1;
	for (size_t n = 0;; n++) {
		struct faults_balance before = faults.held;
		struct iop_dma *dma = NULL;
		int err;

		kernel.bound = kernel.attached = 0;
		faults_arm(n);
		err = iop_bus_vfio_open(&vfio, FUNCTION, &dma);
		if (!faults_disarm()) {
			assert_int_equal(err, 0);
			iop_bus_vfio_close(&vfio);
			break;
		}
		fell_back += !err;
		failed += err != 0;
		if (err)
			assert_null(dma);
		else
			assert_string_equal(iop_bus_vfio_interface(&vfio), "group");
		if (!err)
			iop_bus_vfio_close(&vfio);
		FAULTS_SAME(faults.held, before);
	}
	/* The iommufd, its memory, its address space and the device's file; then binding, attaching and asking for config space. */
	assert_int_equal(fell_back, 4);
	assert_int_equal(failed, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAYED(others_map_by_the_file),	  PLAYED(reset), PLAYED(config_space), PLAYED(by_its_own_file_where_there_is_one),
		PLAYED(every_failure_of_opening),
	};

	return cmocka_run_group_tests_name("row-58-vfio-functions", tests, NULL, NULL);
}
