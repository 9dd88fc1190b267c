/* SPDX-License-Identifier: MIT */
/* Row 35: VMap in both flavours: error codes in their order, every map undone once and under the lock, sizes, byte order in memory. */
#include "iotest.h"

#include "faults.h"

#include <pthread.h>
#include <stdlib.h>

typedef IOP_VMAP_REF(64) small_ref;
typedef IOP_VMAP_OWNED(64) small_owned;
typedef IOP_VMAP_REF(4096) page_ref;

/* An object that notes what is done to it, and checks that the lock is held. */
struct object {
	struct iop_gem gem;
	unsigned maps, unmaps, releases;
	int err, is_io;
	size_t misplaced;
	_Alignas(8) uint8_t memory[128];
};

static void is_locked(struct iop_gem *gem)
{
	assert_int_equal(pthread_mutex_trylock(&gem->resv), EBUSY);
}

static int object_vmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	struct object *o = (struct object *)gem;

	is_locked(gem);
	if (o->err)
		return o->err;
	o->maps++;
	if (o->is_io)
		iop_kernel_iosys_map_set_vaddr_iomem(map, o->memory);
	else
		iop_kernel_iosys_map_set_vaddr(map, o->memory + o->misplaced);
	return 0;
}

static void object_vunmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	struct object *o = (struct object *)gem;

	is_locked(gem);
	assert_ptr_equal(map->is_iomem ? (void *)(uintptr_t)map->vaddr_iomem : map->vaddr, o->memory + o->misplaced);
	assert_int_equal(map->is_iomem, o->is_io);
	o->unmaps++;
}

static void object_release(struct iop_gem *gem)
{
	((struct object *)gem)->releases++;
}

static const struct iop_gem_ops object_ops = {.vmap = object_vmap, .vunmap = object_vunmap, .release = object_release};

static void object_init(struct object *o, size_t size)
{
	memset(o, 0, sizeof(*o));
	iop_gem_init(&o->gem, &object_ops, size);
}

static void is_free(struct object *o)
{
	assert_int_equal(pthread_mutex_trylock(&o->gem.resv), 0);
	pthread_mutex_unlock(&o->gem.resv);
}

/* Both flavours, each from garbage, refuse with @expected after @mapped mappings, all undone, and stay empty. */
#define REFUSED(o, expected, mapped)                                      \
	do {                                                              \
		small_ref ref_;                                           \
		small_owned owned_;                                       \
		memset(&ref_, 0x77, sizeof(ref_));                        \
		memset(&owned_, 0x77, sizeof(owned_));                    \
		(o)->maps = (o)->unmaps = 0;                              \
		assert_int_equal(iop_vmap(&ref_, &(o)->gem), expected);   \
		assert_int_equal((o)->maps, mapped);                      \
		assert_int_equal((o)->unmaps, mapped);                    \
		is_free(o);                                               \
		assert_int_equal(iop_vmap(&owned_, &(o)->gem), expected); \
		assert_int_equal((o)->maps, 2 * (mapped));                \
		assert_int_equal((o)->unmaps, 2 * (mapped));              \
		is_free(o);                                               \
		assert_int_equal(iop_size(ref_), 0);                      \
		iop_vmap_drop(&ref_);                                     \
		iop_vmap_drop(&owned_);                                   \
		assert_int_equal((o)->unmaps, 2 * (mapped));              \
		assert_int_equal((o)->gem.refs, 1);                       \
		assert_int_equal((o)->releases, 0);                       \
	} while (0)

static void refusals(void **state)
{
	struct object o;

	(void)state;
	for (size_t size = 0; size < 64; size++) {
		object_init(&o, size);
		REFUSED(&o, -ENOSPC, 0);
	}
	object_init(&o, 64);
	o.is_io = 1;
	REFUSED(&o, -IOP_ENOTSUPP, 1);
	object_init(&o, 64);
	o.err = -EBUSY;
	REFUSED(&o, -EBUSY, 0);
	/* the first error in the order wins */
	object_init(&o, 63);
	o.err = -EBUSY;
	o.is_io = 1;
	REFUSED(&o, -ENOSPC, 0);
	object_init(&o, 65);
	o.is_io = 1;
	REFUSED(&o, -IOP_ENOTSUPP, 1);
}

/* What is not a valid Region does not become a view, which the kernel's unchecked constructor would let through. */
static void no_invalid_region(void **state)
{
	struct object o;

	(void)state;
	for (size_t size = 64; size <= 80; size++)
		for (size_t misplaced = 0; misplaced < 8; misplaced++) {
			small_ref ref;

			object_init(&o, size);
			o.misplaced = misplaced;
			if (size % 4 || misplaced % 4) {
				REFUSED(&o, -EINVAL, 1);
				continue;
			}
			assert_int_equal(iop_vmap(&ref, &o.gem), 0);
			assert_int_equal(iop_size(ref), size);
			assert_int_equal(iop_addr(ref), (uintptr_t)o.memory + misplaced);
			iop_vmap_drop(&ref);
			assert_int_equal(o.unmaps, 1);
		}
}

/* The whole object, with MIN below its size; byte order is memory's, and there are no barriers. */
static void whole_object(void **state)
{
	const uint16_t one = 1;
	const int little = *(const uint8_t *)&one;
	struct object o;
	small_ref ref;
	uint32_t v;
	uint64_t v64;

	(void)state;
	object_init(&o, 128);
	assert_int_equal(iop_vmap(&ref, &o.gem), 0);
	is_free(&o);
	assert_int_equal(iop_size(ref), 128);
	_Static_assert(iop_min_size(ref) == 64, "MIN is the type's");
	iotest_record();
	iop_write32(ref, 0x11223344, 60);
	assert_string_equal(iotest_trace(o.memory), "ST4+3c");
	assert_int_equal(iotest_event(0)->source, IOP_EVENT_SYSMEM);
	assert_int_equal(o.memory[60], little ? 0x44 : 0x11);
	assert_int_equal(o.memory[63], little ? 0x11 : 0x44);
	assert_int_equal(iop_read16(ref, 60), little ? 0x3344 : 0x1122);
	assert_int_equal(iop_try_write32(ref, 7, 124), 0);
	assert_int_equal(iop_try_read32(ref, 124, &v), 0);
	assert_int_equal(v, 7);
	assert_int_equal(iop_try_read32(ref, 128, &v), -EINVAL);
#if IOP_64BIT
	assert_int_equal(iop_try_write64(ref, UINT64_C(0x1122334455667788), 8), 0);
	assert_int_equal(iop_try_read64(ref, 8, &v64), 0);
	assert_int_equal(o.memory[8], little ? 0x88 : 0x11);
	assert_int_equal(v64, UINT64_C(0x1122334455667788));
#else
	(void)v64;
#endif
	iop_vmap_drop(&ref);
	assert_int_equal(o.unmaps, 1);
	iop_vmap_drop(&ref);
	assert_int_equal(o.unmaps, 1);
	assert_int_equal(o.gem.refs, 1);
}

/* A VMapOwned keeps its object alive, a VMapRef does not. */
static void who_keeps_the_object(void **state)
{
	struct object o;
	small_ref ref;
	small_owned owned;

	(void)state;
	object_init(&o, 64);
	assert_int_equal(iop_vmap(&ref, &o.gem), 0);
	assert_int_equal(o.gem.refs, 1);
	assert_int_equal(iop_vmap(&owned, &o.gem), 0);
	assert_int_equal(o.gem.refs, 2);
	iop_vmap_drop(&ref);
	iop_gem_put(&o.gem);
	assert_int_equal(o.releases, 0);
	iop_write8(owned, 1, 63);
	assert_int_equal(o.memory[63], 1);
	assert_int_equal(o.unmaps, 1);
	iop_vmap_drop(&owned);
	assert_int_equal(o.unmaps, 2);
	assert_int_equal(o.releases, 1);
	iop_gem_put(NULL);
}

/* ---- objects in files ---- */

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

/* ---- threads ---- */

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
		cmocka_unit_test(refusals),
		cmocka_unit_test(no_invalid_region),
		cmocka_unit_test(whole_object),
		cmocka_unit_test(who_keeps_the_object),
		cmocka_unit_test(memory_files),
		PLAYED(dumb_buffers),
		PLAYED(other_drivers),
		cmocka_unit_test(every_failure),
		PLAYED(every_failure_of_a_device),
		cmocka_unit_test(this_machine),
		cmocka_unit_test(two_threads),
	};

	return cmocka_run_group_tests_name("row-35-vmap", tests, NULL, NULL);
}
