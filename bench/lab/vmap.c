/* SPDX-License-Identifier: MIT */
/*
 * guest-vmap: in the guest, a VMap over a buffer of the kernel's own vgem driver. Two maps of one object are two addresses of the same
 * bytes, so what goes in through one must come out of the other; of another object it must not.
 */
#include <iopath/iopath.h>

#include <stdio.h>
#include <string.h>

#define BYTES 8192

typedef IOP_VMAP_OWNED(BYTES) buffer_map;

static uint32_t word_of(size_t i)
{
	return (uint32_t)(i * 0x9e3779b9u + 1);
}

static size_t wrong_words(const buffer_map *map)
{
	size_t wrong = 0;

	for (size_t i = 0; i < BYTES / 4; i++) {
		uint32_t value = 0;

		wrong += iop_try_read32(*map, 4 * i, &value) || value != word_of(i);
	}
	return wrong;
}

static int compare(struct iop_gem *gem, struct iop_gem *other)
{
	buffer_map first, second, elsewhere;
	int err = iop_vmap(&first, gem) | iop_vmap(&second, gem) | iop_vmap(&elsewhere, other);
	size_t same = BYTES, apart = 0;

	for (size_t i = 0; !err && i < BYTES / 4; i++)
		err = iop_try_write32(first, word_of(i), 4 * i);
	if (!err) {
		same = wrong_words(&second);
		apart = wrong_words(&elsewhere);
	}
	printf("vgem: %zu of %d words wrong through a second map, %zu in another object, as a control\n", same, BYTES / 4, apart);
	iop_vmap_drop(&first);
	iop_vmap_drop(&second);
	iop_vmap_drop(&elsewhere);
	return same == 0 && apart == BYTES / 4 ? 0 : 1;
}

int main(void)
{
	struct iop_gem *gem, *other;
	int code = 2;

	if (iop_gem_dumb_why_not()) {
		fprintf(stderr, "%s\n", iop_gem_dumb_why_not());
		return 2;
	}
	if (iop_gem_dumb(&gem, NULL, BYTES))
		return 2;
	if (iop_gem_dumb(&other, NULL, BYTES) == 0) {
		code = compare(gem, other);
		iop_gem_put(other);
	}
	iop_gem_put(gem);
	return code;
}
