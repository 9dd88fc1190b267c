/* SPDX-License-Identifier: MIT */
/*
 * Row 25: the providers behind the owners. The default one is real; the devices of the others are played by the test, as the
 * kernel's documentation describes them, because few machines have all. Every call that can fail does, once each.
 */
#include "iotest.h"

#include "faults.h"

#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef IOP_COHERENT_OWNER(IOP_SLICE(uint8_t)) bytes_owner;

#define MIB ((size_t)1 << 20)

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* ---- the played devices ---- */

static const char *played[] = {"/dev/udmabuf", "/dev/dma_heap/system", "/dev/dma_heap/other", "/dev/vfio/vfio", "/dev/vfio/7"};

static int play_open(const char *path)
{
	for (size_t i = 0; i < IOTEST_COUNT(played); i++)
		if (strcmp(path, played[i]) == 0)
			return __real_memfd_create(path, MFD_CLOEXEC);
	return -1;
}

static struct vfio_iommu_type1_dma_map vfio_mapped[8];
static size_t vfio_maps;
static struct {
	int version, type1, viable;
} vfio;

static int refuse(int error)
{
	errno = error;
	return -1;
}

/* The kernel takes only files that cannot shrink, and only whole pages of them. */
static int play_udmabuf(const struct udmabuf_create *create)
{
	struct stat file;
	int seals = fcntl((int)create->memfd, F_GET_SEALS), fd;

	if (seals < 0 || !(seals & F_SEAL_SHRINK) || seals & F_SEAL_WRITE || fstat((int)create->memfd, &file) ||
	    create->offset % page_size() || !create->size || create->size % page_size() ||
	    create->offset + create->size > (uint64_t)file.st_size)
		return refuse(EINVAL);
	fd = dup((int)create->memfd);
	faults.held.descriptors += fd >= 0;
	return fd;
}

static int play_heap(struct dma_heap_allocation_data *data)
{
	int fd;

	if (data->fd || data->fd_flags & ~(unsigned)(O_CLOEXEC | O_ACCMODE) || data->heap_flags)
		return refuse(EINVAL);
	fd = __real_memfd_create("heap", MFD_CLOEXEC);
	if (fd < 0 || __real_ftruncate64(fd, (off64_t)data->len))
		return refuse(ENOMEM);
	faults.held.descriptors++;
	data->fd = (uint32_t)fd;
	return 0;
}

static int play_map(const struct vfio_iommu_type1_dma_map *map)
{
	if (map->argsz != sizeof(*map) || map->iova % page_size() || map->vaddr % page_size() || map->size % page_size() ||
	    map->flags != (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE))
		return refuse(EINVAL);
	/* What interrupts are raised by. */
	if (map->iova < 0xfef00000 && map->iova + map->size > 0xfee00000)
		return refuse(EINVAL);
	for (size_t i = 0; i < vfio_maps; i++)
		if (map->iova < vfio_mapped[i].iova + vfio_mapped[i].size && vfio_mapped[i].iova < map->iova + map->size)
			return refuse(EEXIST);
	if (vfio_maps == IOTEST_COUNT(vfio_mapped))
		return refuse(ENOSPC);
	vfio_mapped[vfio_maps++] = *map;
	return 0;
}

static int play_unmap(struct vfio_iommu_type1_dma_unmap *unmap)
{
	for (size_t i = 0; i < vfio_maps; i++)
		if (vfio_mapped[i].iova == unmap->iova && vfio_mapped[i].size == unmap->size) {
			vfio_mapped[i] = vfio_mapped[--vfio_maps];
			return 0;
		}
	fail_msg("unmapped what was not mapped: %llx", (unsigned long long)unmap->iova);
	return -1;
}

static int play_ioctl(int fd, unsigned long request, void *argument)
{
	(void)fd;
	switch (request) {
	case UDMABUF_CREATE: return play_udmabuf(argument);
	case DMA_HEAP_IOCTL_ALLOC: return play_heap(argument);
	case VFIO_GET_API_VERSION: return vfio.version;
	case VFIO_CHECK_EXTENSION: return (uintptr_t)argument == VFIO_TYPE1_IOMMU ? vfio.type1 : 0;
	case VFIO_GROUP_GET_STATUS:
		((struct vfio_group_status *)argument)->flags = vfio.viable ? VFIO_GROUP_FLAGS_VIABLE : 0;
		return 0;
	case VFIO_GROUP_SET_CONTAINER: return 0;
	case VFIO_SET_IOMMU: return (uintptr_t)argument == VFIO_TYPE1_IOMMU ? 0 : refuse(EINVAL);
	case VFIO_IOMMU_MAP_DMA: return play_map(argument);
	case VFIO_IOMMU_UNMAP_DMA: return play_unmap(argument);
	default: return refuse(ENOTTY);
	}
}

static int play(void **state)
{
	(void)state;
	faults.open = play_open;
	faults.ioctl = play_ioctl;
	vfio.version = VFIO_API_VERSION;
	vfio.type1 = vfio.viable = 1;
	vfio_maps = 0;
	return 0;
}

static int stop_playing(void **state)
{
	(void)state;
	faults.open = NULL;
	faults.ioctl = NULL;
	return 0;
}

/* ---- tests ---- */

static void names(void **state)
{
	static const char *const expected[] = {"memfd", "udmabuf", "dma-heap", "vfio"};
	static const char *const bad[] = {"",
					  "mem",
					  "memfdx",
					  "memfd:",
					  "memfd:x",
					  "udmabuf:x",
					  "dma-heap:",
					  "vfio",
					  "vfio:",
					  "vfio:x",
					  "vfio:1/2",
					  "vfio:..",
					  "vfio:11111111111111111111111111111111",
					  ":"};
	struct iop_dma *dma = (struct iop_dma *)8;
	struct iop_dma_provider unknown = {"x", "y"};
	size_t n = 0;

	(void)state;
	for (const struct iop_dma_provider *p; (p = iop_dma_provider_at(n)); n++) {
		assert_true(n < IOTEST_COUNT(expected));
		assert_string_equal(p->name, expected[n]);
		assert_true(strlen(p->what) > 10);
	}
	assert_int_equal(n, IOTEST_COUNT(expected));
	assert_null(iop_dma_provider_at(SIZE_MAX));
	assert_non_null(iop_dma_why_not(&unknown));
	for (size_t i = 0; i < IOTEST_COUNT(bad); i++) {
		assert_int_equal(iop_dma_open(&dma, bad[i]), -EINVAL);
		assert_ptr_equal(dma, (struct iop_dma *)8);
	}
}

/* What this machine says of itself: a provider that gives a reason does not open, one that gives none does. */
static void reasons_are_true(void **state)
{
	(void)state;
	assert_null(iop_dma_why_not(iop_dma_provider_at(0)));
	for (size_t i = 0; i < 3; i++) {
		const struct iop_dma_provider *p = iop_dma_provider_at(i);
		const char *why = iop_dma_why_not(p);
		struct iop_dma *dma = NULL;

		assert_int_equal(iop_dma_open(&dma, p->name), why ? -ENODEV : 0);
		if (why)
			assert_non_null(strchr(why, ':'));
		iop_dma_close(dma);
	}
	if (iop_dma_why_not(iop_dma_provider_at(3))) {
		struct iop_dma *dma;

		assert_int_equal(iop_dma_open(&dma, "vfio:7"), -ENODEV);
	}
}

/* Allocations of many sizes at a time: aligned, disjoint on both sides, gaps between, all gone in the end. */
static void exercise(const char *name)
{
	static const size_t sizes[] = {1, 4095, 4096, 4097, 70000, 3 * MIB};
	struct faults_balance before = faults.held, between;
	bytes_owner bytes[IOTEST_COUNT(sizes)];
	struct iop_dma *dma;

	assert_int_equal(iop_dma_open(&dma, name), 0);
	between = faults.held;
	for (size_t i = 0; i < IOTEST_COUNT(sizes); i++) {
		assert_int_equal(iop_coherent_zeroed_slice(&bytes[i], dma, sizes[i], i % 2 ? IOP_DMA_SMALL_PAGES : 0), 0);
		assert_int_equal(iop_addr(bytes[i]) % page_size(), 0);
		assert_int_equal(iop_coherent_dma(bytes[i]) % page_size(), 0);
		memset((void *)iop_addr(bytes[i]), (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < IOTEST_COUNT(sizes); i++) {
		uint64_t address = iop_coherent_dma(bytes[i]);
		uint8_t *seen = iop_dma_reach(dma, address, sizes[i]);

		assert_int_not_equal(address, iop_addr(bytes[i]));
		assert_null(iop_dma_reach(dma, address, sizes[i] + 1));
		assert_null(iop_dma_reach(dma, address + 1, sizes[i]));
		assert_null(iop_dma_reach(dma, address + sizes[i], 0));
		assert_null(iop_dma_reach(dma, address - 1, 1));
		assert_null(iop_dma_reach(dma, address, SIZE_MAX));
		assert_null(iop_dma_reach(dma, iop_addr(bytes[i]), 1));
		if (seen)
			assert_int_equal(seen[sizes[i] - 1], i + 1);
		else
			assert_string_equal(name, "vfio:7");
		/* The simulation reaches through the owner's mapping; a device has one of its own. */
		assert_true(faults_device_side((void *)iop_addr(bytes[i]), sizes[i]));
		for (size_t at = 0; at < sizes[i]; at += 97)
			assert_int_equal(((uint8_t *)iop_addr(bytes[i]))[at], i + 1);
		for (size_t j = 0; j < i; j++)
			assert_true(iop_coherent_dma(bytes[j]) >= address + sizes[i] + page_size() ||
				    address >= iop_coherent_dma(bytes[j]) + sizes[j] + page_size());
	}
	for (size_t i = 0; i < IOTEST_COUNT(sizes); i++)
		iop_coherent_drop(&bytes[i]);
	FAULTS_SAME(faults.held, between);
	iop_dma_close(dma);
	FAULTS_SAME(faults.held, before);
}

static void every_provider(void **state)
{
	(void)state;
	exercise("memfd");
	exercise("udmabuf");
	exercise("dma-heap");
	exercise("dma-heap:/dev/dma_heap/other");
	exercise("vfio:7");
	assert_int_equal(vfio_maps, 0);
}

/* Opening and allocating with the n-th call failing, for every n, until none is left to fail. Returns how many there were. */
static size_t fail_each(const char *name)
{
	struct faults_balance before = faults.held;

	for (size_t n = 0;; n++) {
		struct iop_coherent_handle handle = {{0}};
		struct iop_dma *dma = NULL;
		bytes_owner bytes;
		int err, failed;

		memset(&bytes, 0, sizeof(bytes));
		faults_arm(n);
		err = iop_dma_open(&dma, name);
		if (!err)
			err = iop_coherent_zeroed_slice(&bytes, dma, 5000, 0);
		if (!err)
			err = iop_coherent_handle_alloc(&handle, dma, 5000, 0);
		failed = faults_disarm();
		assert_int_equal(err != 0, failed);
		iop_coherent_drop(&handle);
		iop_coherent_drop(&bytes);
		assert_int_equal(vfio_maps, 0);
		iop_dma_close(dma);
		FAULTS_SAME(faults.held, before);
		if (!failed)
			return n;
		assert_true(err == -ENOMEM || err == -ENODEV || err == -EIO);
	}
}

static void every_failure(void **state)
{
	(void)state;
	/* the bus, and twice: block, file, size, mapping */
	assert_int_equal(fail_each("memfd"), 1 + 2 * 4);
	/* and the device; and each time what makes the dma-buf, and its mapping */
	assert_int_equal(fail_each("udmabuf"), 2 + 2 * 6);
	assert_int_equal(fail_each("dma-heap"), 2 + 2 * 3);
	/* container, group, five questions, bus; and each time the IOMMU */
	assert_int_equal(fail_each("vfio:7"), 8 + 2 * 5);
}

/* Large blocks ask for huge pages first, and do without. */
static void huge_pages_are_optional(void **state)
{
	struct faults_balance before = faults.held;
	struct iop_dma *dma;
	bytes_owner bytes;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	for (size_t n = 1; n <= 3; n++) {
		faults_arm(n);
		assert_int_equal(iop_coherent_zeroed_slice(&bytes, dma, 2 * MIB, 0), 0);
		assert_true(faults_disarm());
		assert_int_equal(iop_len(bytes), 2 * MIB);
		iop_coherent_drop(&bytes);
	}
	faults_arm(1);
	assert_int_equal(iop_coherent_zeroed_slice(&bytes, dma, 2 * MIB, IOP_DMA_SMALL_PAGES), -ENOMEM);
	assert_true(faults_disarm());
	iop_dma_close(dma);
	FAULTS_SAME(faults.held, before);
}

/* Sizes that no machine has are an error, not a small allocation. */
static void impossible_sizes(void **state)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 4095, SIZE_MAX / 2 + 1, SIZE_MAX / 2};
	static const char *const all[] = {"memfd", "udmabuf", "dma-heap", "vfio:7"};
	struct faults_balance before = faults.held;

	(void)state;
	for (size_t p = 0; p < IOTEST_COUNT(all); p++) {
		struct iop_coherent_handle handle;
		struct iop_dma *dma;

		assert_int_equal(iop_dma_open(&dma, all[p]), 0);
		for (size_t i = 0; i < IOTEST_COUNT(sizes); i++)
			assert_int_equal(iop_coherent_handle_alloc(&handle, dma, sizes[i], 0), -ENOMEM);
		iop_dma_close(dma);
	}
	FAULTS_SAME(faults.held, before);
}

static void freed_as_something_else(void **state)
{
	struct iop_dma *dma;
	bytes_owner bytes;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	assert_int_equal(iop_coherent_zeroed_slice(&bytes, dma, 10, 0), 0);
#define FREE(size, cpu, address, attrs) \
	assert_panics("dma memory freed as what it is not", dma->ops->free(dma, size, cpu, address, attrs))
	FREE(11, bytes.hold.cpu, bytes.hold.address, 0);
	FREE(10, (char *)bytes.hold.cpu + 1, bytes.hold.address, 0);
	FREE(10, bytes.hold.cpu, bytes.hold.address + 1, 0);
	FREE(10, bytes.hold.cpu, bytes.hold.address, IOP_DMA_SMALL_PAGES);
	iop_coherent_drop(&bytes);
	iop_dma_close(dma);
}

/* Memory that the program has already, on each provider: the device finds it until it is unmapped, and nobody frees it. */
static void memory_that_exists(void **state)
{
	static const char *const all[] = {"memfd", "udmabuf", "dma-heap", "vfio:7"};
	struct iotest_pages pages = iotest_guarded(2 * page_size());
	struct faults_balance before = faults.held;

	(void)state;
	for (size_t p = 0; p < IOTEST_COUNT(all); p++) {
		uint64_t address = 5, second;
		struct iop_dma *dma;
		int real = p == 3;

		assert_int_equal(iop_dma_open(&dma, all[p]), 0);
		assert_int_equal(iop_dma_map(dma, pages.start, 0, &address), -EINVAL);
		assert_int_equal(iop_dma_map(dma, pages.start, page_size() + 1, &address), -EINVAL);
		assert_int_equal(iop_dma_map(dma, pages.start + 8, page_size(), &address), -EINVAL);
		assert_int_equal(address, 5);
		assert_int_equal(iop_dma_map(dma, pages.start, 2 * page_size(), &address), 0);
		assert_int_equal(iop_dma_map(dma, pages.start, page_size(), &second), 0);
		assert_true(second + 2 * page_size() <= address);
		assert_int_equal(vfio_maps, real ? 2 : 0);
		assert_true(!real || (vfio_mapped[0].iova == address && vfio_mapped[0].vaddr == (uintptr_t)pages.start));
		assert_ptr_equal(iop_dma_reach(dma, address + 8, 8), real ? NULL : pages.start + 8);
		assert_panics("dma memory freed as what it is not", iop_dma_unmap(dma, pages.start, page_size(), address));
		assert_panics("dma memory freed as what it is not", dma->ops->free(dma, 2 * page_size(), pages.start, address, 0));
		assert_panics("dma memory in use", iop_dma_close(dma));
		iop_dma_unmap(dma, pages.start, 2 * page_size(), address);
		assert_null(iop_dma_reach(dma, address, 1));
		assert_int_equal(vfio_maps, real);
		iop_dma_unbind(dma);
		assert_int_equal(vfio_maps, 0);
		assert_int_equal(iop_dma_map(dma, pages.start, page_size(), &address), -ENODEV);
		iop_dma_unmap(dma, pages.start, page_size(), second);
		iop_dma_close(dma);
		pages.start[2 * page_size() - 1] = 1;
	}
	FAULTS_SAME(faults.held, before);
}

/* What the kernel says when it cannot pin the pages reaches the caller. */
static void the_kernel_refuses_to_map(void **state)
{
	struct iotest_pages pages = iotest_guarded(page_size());
	uint64_t address = 5;
	struct iop_dma *dma;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, "vfio:7"), 0);
	faults_arm(1);
	assert_int_equal(iop_dma_map(dma, pages.start, page_size(), &address), -EIO);
	assert_true(faults_disarm());
	assert_int_equal(address, 5);
	iop_dma_close(dma);
}

/* A real device: its IOMMU knows each block under the address that the owner tells, until the device is unbound. */
static void real_device(void **state)
{
	struct iop_dma *dma;
	bytes_owner bytes, more;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, "vfio:7"), 0);
	assert_int_equal(iop_coherent_zeroed_slice(&bytes, dma, 5000, 0), 0);
	assert_int_equal(iop_coherent_zeroed_slice(&more, dma, 1, 0), 0);
	assert_int_equal(vfio_maps, 2);
	assert_int_equal(vfio_mapped[0].iova, iop_coherent_dma(bytes));
	assert_int_equal(vfio_mapped[0].vaddr, iop_addr(bytes));
	assert_int_equal(vfio_mapped[0].size, dma ? 2 * page_size() : 0);
	assert_true(iop_coherent_dma(more) >> 39 == 0);
	iop_coherent_drop(&more);
	assert_int_equal(vfio_maps, 1);
	iop_dma_unbind(dma);
	assert_int_equal(vfio_maps, 0);
	iop_write(iop_project(bytes, iop_or_panic(4999)), 3);
	assert_int_equal(iop_coherent_zeroed_slice(&more, dma, 1, 0), -ENOMEM);
	iop_coherent_drop(&bytes);
	iop_dma_close(dma);
}

/* A group that cannot be used is no device. */
static void unusable_groups(void **state)
{
	struct faults_balance before = faults.held;
	struct iop_dma *dma;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, "vfio:8"), -ENODEV);
	vfio.viable = 0;
	assert_int_equal(iop_dma_open(&dma, "vfio:7"), -ENODEV);
	vfio.viable = 1;
	vfio.type1 = 0;
	assert_int_equal(iop_dma_open(&dma, "vfio:7"), -ENODEV);
	vfio.type1 = 1;
	vfio.version = VFIO_API_VERSION + 1;
	assert_int_equal(iop_dma_open(&dma, "vfio:7"), -ENODEV);
	FAULTS_SAME(faults.held, before);
}

#define PLAYED(test) cmocka_unit_test_setup_teardown(test, play, stop_playing)
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(reasons_are_true),
		PLAYED(every_provider),
		PLAYED(every_failure),
		cmocka_unit_test(huge_pages_are_optional),
		PLAYED(impossible_sizes),
		cmocka_unit_test(freed_as_something_else),
		PLAYED(memory_that_exists),
		PLAYED(the_kernel_refuses_to_map),
		PLAYED(real_device),
		PLAYED(unusable_groups),
	};

	return cmocka_run_group_tests_name("row-25-dma-providers", tests, NULL, NULL);
}
