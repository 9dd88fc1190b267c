/* SPDX-License-Identifier: MIT */
/* Row 35, objects in files: memory files and dumb buffers of a device that is played, each failing at every call, and by two threads. */
#include "iotest.h"

#include "faults.h"

#include <pthread.h>
#include <stdlib.h>

typedef IOP_VMAP_REF(64) small_ref;
typedef IOP_VMAP_OWNED(64) small_owned;
typedef IOP_VMAP_REF(4096) page_ref;

static void memory_files(void **state)
{
	struct faults_balance before = faults.held, between;
	struct iop_gem *gem;
	page_ref a, b;
	IOP_VMAP_OWNED(4097) larger;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	(void)state;
	assert_int_equal(iop_gem_memfd(&gem, 0), -EINVAL);
	assert_int_equal(iop_gem_memfd(&gem, SIZE_MAX), -ENOMEM);
	assert_int_equal(iop_gem_memfd(&gem, PTRDIFF_MAX), -ENOMEM);
	assert_int_equal(iop_gem_memfd(&gem, page - 1), 0);
	assert_int_equal(gem->size, page);
	between = faults.held;
	assert_int_equal(iop_vmap(&larger, gem), page < 4097 ? -ENOSPC : 0);
	iop_vmap_drop(&larger);
	assert_int_equal(iop_vmap(&a, gem), 0);
	assert_int_equal(iop_vmap(&b, gem), 0);
	assert_int_equal(iop_addr(a), iop_addr(b));
	assert_int_equal(faults.held.mappings, between.mappings + 1);
	assert_int_equal(iop_read32(a, 4092), 0);
	iop_write32(a, 5, 4092);
	assert_true(faults_device_side((void *)iop_addr(a), gem->size));
	iop_vmap_drop(&a);
	assert_int_equal(iop_read32(b, 4092), 5);
	iop_vmap_drop(&b);
	FAULTS_SAME(faults.held, between);
	assert_int_equal(iop_vmap(&a, gem), 0);
	assert_int_equal(iop_read32(a, 4092), 5);
	iop_vmap_drop(&a);
	iop_gem_put(gem);
	FAULTS_SAME(faults.held, before);
}

/* The played device: one buffer at a time, at an offset beyond 4 GiB, as DRM's fake offsets are. */
#define FAKE_OFFSET (UINT64_C(0x110000) << 12)
static struct {
	const char *driver, *path;
	int created, no_dumb, too_small;
} drm;

struct version {
	int numbers[3];
	size_t name_len;
	char *name;
	size_t rest_len[4];
};

/* It is the only one, whatever this machine has. */
static int play_open(const char *path)
{
	if (strncmp(path, "/dev/dri/", 9) != 0)
		return -1;
	return strcmp(path, drm.path) ? FAULTS_ABSENT : __real_memfd_create("drm", MFD_CLOEXEC);
}

static int play_drm(int fd, unsigned long request, void *argument)
{
	struct version *version = argument;
	uint32_t *u32 = argument;
	uint64_t size = (uint64_t)(drm.too_small ? u32[0] - 1 : u32[0]) * 4096;

	switch (request & 0xff) {
	case 0x00:
		assert_int_equal(request, _IOWR('d', 0x00, struct version));
		snprintf(version->name, version->name_len + 1, "%s", drm.driver);
		return 0;
	case 0xb2:
		if (drm.no_dumb || drm.created) {
			errno = drm.no_dumb ? ENOSYS : ENOSPC;
			return -1;
		}
		assert_int_equal(u32[1] * u32[2], 4096 * 8);
		u32[4] = 77;
		u32[5] = 4096;
		memcpy(u32 + 6, &size, 8);
		drm.created++;
		return __real_ftruncate64(fd, (off64_t)(FAKE_OFFSET + size));
	case 0xb3:
		assert_int_equal(u32[0], 77);
		size = FAKE_OFFSET;
		memcpy(u32 + 2, &size, 8);
		return 0;
	case 0xb4:
		assert_int_equal(u32[0], 77);
		drm.created--;
		return 0;
	}
	errno = ENOTTY;
	return -1;
}

static int play(void **state)
{
	(void)state;
	faults.open = play_open;
	faults.ioctl = play_drm;
	memset(&drm, 0, sizeof(drm));
	drm.driver = "vgem";
	drm.path = "/dev/dri/card1";
	return 0;
}

static int stop_playing(void **state)
{
	(void)state;
	faults.open = NULL;
	faults.ioctl = NULL;
	return 0;
}

static void dumb_buffers(void **state)
{
	struct faults_balance before = faults.held;
	struct iop_gem *gem;
	page_ref map;

	(void)state;
	assert_null(iop_gem_dumb_why_not());
	assert_int_equal(iop_gem_dumb(&gem, NULL, 0), -EINVAL);
	assert_int_equal(iop_gem_dumb(&gem, NULL, SIZE_MAX), -ENOMEM);
	assert_int_equal(iop_gem_dumb(&gem, "/dev/dri/card9", 1), -ENODEV);
	assert_int_equal(iop_gem_dumb(&gem, NULL, 4097), 0);
	assert_int_equal(gem->size, 8192);
	assert_int_equal(iop_vmap(&map, gem), 0);
	iop_write32(map, 3, 4092);
	assert_int_equal(iop_size(map), 8192);
	iop_vmap_drop(&map);
	iop_gem_put(gem);
	assert_int_equal(drm.created, 0);
	FAULTS_SAME(faults.held, before);
}

/* A driver whose memory may be the device's: as I/O memory it makes no VMap. One without dumb buffers makes no object. */
static void other_drivers(void **state)
{
	struct faults_balance before = faults.held;
	struct iop_gem *gem;
	page_ref map;

	(void)state;
	drm.driver = "amdgpu";
	assert_non_null(iop_gem_dumb_why_not());
	assert_int_equal(iop_gem_dumb(&gem, NULL, 4096), -ENODEV);
	assert_int_equal(iop_gem_dumb(&gem, drm.path, 4096), 0);
	assert_int_equal(iop_vmap(&map, gem), -IOP_ENOTSUPP);
	iop_gem_put(gem);
	drm.no_dumb = 1;
	assert_int_equal(iop_gem_dumb(&gem, drm.path, 4096), -ENODEV);
	drm.no_dumb = 0;
	drm.too_small = 1;
	assert_int_equal(iop_gem_dumb(&gem, drm.path, 8192), -ENOMEM);
	assert_int_equal(drm.created, 0);
	FAULTS_SAME(faults.held, before);
}

static int make_memfd(struct iop_gem **gem)
{
	return iop_gem_memfd(gem, 5000);
}

static int make_dumb(struct iop_gem **gem)
{
	return iop_gem_dumb(gem, drm.path, 5000);
}

/* Making an object and mapping it in both flavours with the n-th call failing, for every n. Returns how many there were. */
static size_t fail_each(int (*make)(struct iop_gem **gem))
{
	struct faults_balance before = faults.held;

	for (size_t n = 0;; n++) {
		struct iop_gem *gem = NULL;
		small_ref ref;
		small_owned owned;
		int err, failed;

		memset(&ref, 0, sizeof(ref));
		memset(&owned, 0, sizeof(owned));
		faults_arm(n);
		err = make(&gem);
		if (!err)
			err = iop_vmap(&owned, gem);
		if (!err)
			err = iop_vmap(&ref, gem);
		failed = faults_disarm();
		assert_int_equal(err != 0, failed);
		iop_vmap_drop(&ref);
		iop_gem_put(gem);
		iop_vmap_drop(&owned);
		assert_int_equal(drm.created, 0);
		FAULTS_SAME(faults.held, before);
		if (!failed)
			return n;
	}
}

static void every_failure(void **state)
{
	(void)state;
	/* object, file, size, and the one mapping */
	assert_int_equal(fail_each(make_memfd), 4);
}

static void every_failure_of_a_device(void **state)
{
	(void)state;
	/* object, device, buffer, offset, driver's name (without one the memory counts as the device's), the one mapping */
	assert_int_equal(fail_each(make_dumb), 6);
}

static void this_machine(void **state)
{
	const char *why = iop_gem_dumb_why_not();
	struct iop_gem *gem = NULL;
	page_ref map;

	(void)state;
	assert_int_equal(iop_gem_dumb(&gem, NULL, 4096), why ? -ENODEV : 0);
	if (why) {
		assert_non_null(strchr(why, ':'));
		return;
	}
	assert_int_equal(iop_vmap(&map, gem), 0);
	iop_write32(map, 7, 4092);
	assert_int_equal(iop_read32(map, 4092), 7);
	iop_vmap_drop(&map);
	iop_gem_put(gem);
}

#define ROUNDS 2000
static void *map_often(void *arg)
{
	struct iop_gem *gem = arg;

	for (int i = 0; i < ROUNDS; i++) {
		small_owned owned;

		if (iop_vmap(&owned, gem))
			return gem;
		if (iop_read32(owned, 60) != 9)
			return gem;
		iop_vmap_drop(&owned);
	}
	return NULL;
}

/* Two threads map and unmap one object: the lock keeps its count right (and those of faults.h, which have none of their own). */
static void two_threads(void **state)
{
	struct faults_balance before = faults.held;
	struct iop_gem *gem;
	pthread_t thread;
	small_ref ref;
	void *other;

	(void)state;
	/* the recorder of an earlier test is for one thread */
	iop_event_hook = NULL;
	assert_int_equal(iop_gem_memfd(&gem, 64), 0);
	assert_int_equal(iop_vmap(&ref, gem), 0);
	iop_write32(ref, 9, 60);
	iop_vmap_drop(&ref);
	assert_int_equal(pthread_create(&thread, NULL, map_often, gem), 0);
	assert_null(map_often(gem));
	assert_int_equal(pthread_join(thread, &other), 0);
	assert_null(other);
	assert_int_equal(gem->refs, 1);
	iop_gem_put(gem);
	FAULTS_SAME(faults.held, before);
}

#define PLAYED(test) cmocka_unit_test_setup_teardown(test, play, stop_playing)
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_files),
		PLAYED(dumb_buffers),
		PLAYED(other_drivers),
		cmocka_unit_test(every_failure),
		PLAYED(every_failure_of_a_device),
		cmocka_unit_test(this_machine),
		cmocka_unit_test(two_threads),
	};

	return cmocka_run_group_tests_name("row-35-gem-objects", tests, NULL, NULL);
}
