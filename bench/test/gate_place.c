/* SPDX-License-Identifier: MIT */
/*
 * Two modules lie where the gate wants them: gate-place FIRST.so SECOND.so. Nearly always, as what the loader maps on its way may
 * take the place; by chance they would lie so once in 64 times.
 */
#include <sample/place.h>

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

#define TIMES  32
#define MISSES 2

static void *load(const char *path, uintptr_t *base)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL), *symbol = handle ? dlsym(handle, "iop_cells_module") : NULL;
	Dl_info info;

	if (!symbol || !dladdr(symbol, &info))
		return NULL;
	*base = (uintptr_t)info.dli_fbase;
	return handle;
}

int main(int argc, char **argv)
{
	uintptr_t first, second = 0, seen = 0;
	int misses = 0;

	if (argc != 3 || !load(argv[1], &first))
		return 2;
	for (uint64_t random = 0; random < TIMES; random++) {
		struct iop_place place;
		void *handle;

		iop_place_hold(&place, argv[2], (const void *)first, random);
		handle = load(argv[2], &second);
		iop_place_release(&place);
		if (!handle)
			return 2;
		if ((first - second) % IOP_PLACE_GRANULE || second == seen) {
			printf("choice %d: %#jx and %#jx\n", (int)random, (uintmax_t)first, (uintmax_t)second);
			misses++;
		}
		seen = second;
		dlclose(handle);
	}
	if (misses > MISSES)
		return 1;
	/* A file that is none, or is not there, changes nothing. */
	for (int i = 0; i < 2; i++) {
		struct iop_place place;

		iop_place_hold(&place, i ? "/" : "/dev/null", (const void *)first, 0);
		if (place.count)
			return 1;
	}
	return 0;
}
