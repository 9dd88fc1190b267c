/* SPDX-License-Identifier: MIT */
/* The record mutator as AFL++ wants it: a shared object, named in AFL_CUSTOM_MUTATOR_LIBRARY. */
#include <engine/generator.h>

#include <stdlib.h>
#include <string.h>

void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(void *data);
size_t afl_custom_fuzz(void *data, uint8_t *buffer, size_t size, uint8_t **out, uint8_t *add, size_t add_size, size_t max);

struct mutator {
	struct fuzz_random random;
	uint8_t out[FUZZ_MAX_SIZE];
};

void *afl_custom_init(void *afl, unsigned seed)
{
	struct mutator *m = calloc(1, sizeof(*m));

	(void)afl;
	if (m)
		m->random = fuzz_random_of(seed, 0);
	return m;
}

void afl_custom_deinit(void *data)
{
	free(data);
}

size_t afl_custom_fuzz(void *data, uint8_t *buffer, size_t size, uint8_t **out, uint8_t *add, size_t add_size, size_t max)
{
	struct mutator *m = data;
	size_t room = max < sizeof(m->out) ? max : sizeof(m->out), made = 0;

	*out = m->out;
	if (add && add_size && fuzz_random(&m->random) % 4 == 0)
		made = fuzz_cross(buffer, size, add, add_size, m->out, room, &m->random);
	if (made)
		return made;
	if (size > room)
		size = room;
	memcpy(m->out, buffer, size);
	return fuzz_mutate(m->out, size, room, &m->random);
}
