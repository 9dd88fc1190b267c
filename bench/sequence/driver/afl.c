/* SPDX-License-Identifier: MIT */
/* The same mutator as AFL++ wants it, which loads this library (AFL_CUSTOM_MUTATOR_LIBRARY) without the module. */
#include "../exchange.h"
#include "../generate.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(void *data);
size_t afl_custom_fuzz(void *data, uint8_t *buffer, size_t size, uint8_t **out, uint8_t *add, size_t add_size, size_t max);

struct mutator {
	struct iop_exchange exchange;
	struct iop_sequence_module module;
	uint64_t random;
	uint8_t out[IOP_SEQUENCE_TEXT];
};

void *afl_custom_init(void *afl, unsigned seed)
{
	const char *folder = getenv(IOP_EXCHANGE_VARIABLE);
	struct mutator *m = calloc(1, sizeof(*m));

	(void)afl;
	if (!m || !folder || iop_exchange_open(&m->exchange, folder, &m->module)) {
		fprintf(stderr, "iopath: fuzz: this mutator is for 'iopath fuzz --engine afl'\n");
		exit(2);
	}
	m->random = seed;
	return m;
}

void afl_custom_deinit(void *data)
{
	free(data);
}

size_t afl_custom_fuzz(void *data, uint8_t *buffer, size_t size, uint8_t **out, uint8_t *add, size_t add_size, size_t max)
{
	struct mutator *m = data;
	const size_t room = max < sizeof(m->out) ? max : sizeof(m->out);
	const bool cross = add && add_size && iop_sequence_random(&m->random, 4) == 0;
	size_t made;

	for (size_t i = 0; i < m->module.entries; i++)
		m->module.entry[i].left_out = m->exchange.state->left_out[i];
	made = iop_driver_mutate(&m->module, buffer, size, cross ? add : NULL, add_size, m->out, room, &m->random, NULL);
	*out = made ? m->out : buffer;
	return made ? made : size;
}
