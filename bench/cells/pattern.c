/* SPDX-License-Identifier: MIT */
#include "pattern.h"

#include <stdlib.h>

#define UNIFORM 64

static const struct iop_weighted two[] = {{16, 1}, {64, 1}};
static const struct iop_weighted four[] = {{8, 1}, {16, 1}, {64, 1}, {32, 1}};

/*
 * The sixteen most frequent sizes of memcpy in SPEC2017, with how often each was seen, from which glibc's own benchmark draws.
 * Source: glibc benchtests/bench-memcpy-random.c.
 */
static const struct iop_weighted spec2017[] = {
	{32, 22320}, {16, 9554}, {8, 8915},  {152, 5327}, {4, 2159},  {292, 2035}, {12, 1608}, {24, 1343},
	{1152, 895}, {144, 813}, {884, 733}, {284, 721},  {120, 661}, {2, 649},	   {882, 550}, {5, 475},
};

/*
 * Packets that a driver copies into memory of a device, one memcpy_toio each: Linux drivers/ntb/ntb_transport.c (ntb_memcpy_tx) does
 * so for ntb_netdev. The mix of Internet packets, 7 : 4 : 1, is the example of Linux Documentation/networking/pktgen.rst
 * (imix_weights), whose generator draws each packet's size at random by these weights, too.
 */
static const struct iop_weighted imix[] = {{40, 7}, {576, 4}, {1500, 1}};

#define SIZES(array) array, sizeof(array) / sizeof((array)[0])
const struct iop_pattern iop_patterns[] = {
	{"alternate", "16 and 64 in turn", IOP_PATTERN_CYCLE, SIZES(two), 0, 0},
	{"cycle", "8, 16, 64, 32, over and over", IOP_PATTERN_CYCLE, SIZES(four), 0, 0},
	{"runs", "4 to 16 times one of 8, 16, 32, 64, then another", IOP_PATTERN_RUNS, SIZES(four), 0, 0},
	{"mix", "8, 16, 32, 64 at random", IOP_PATTERN_RANDOM, SIZES(four), 0, 0},
	{"uniform", "1 to 64 at random", IOP_PATTERN_RANDOM, NULL, UNIFORM, 0, 1},
	{"uniform-places", "1 to 64 at random, both sides at random places", IOP_PATTERN_RANDOM, NULL, UNIFORM, 1, 0},
	{"spec2017", "the 16 most frequent sizes of SPEC2017 at random, by weight", IOP_PATTERN_RANDOM, SIZES(spec2017), 0, 0},
	{"imix", "packets of 40, 576, 1500 bytes at random, 7 : 4 : 1", IOP_PATTERN_RANDOM, SIZES(imix), 0, 0},
	{0},
};

static unsigned size_at(const struct iop_pattern *pattern, size_t index)
{
	return pattern->sizes ? pattern->sizes[index].size : (unsigned)index + 1;
}

static uint32_t weight_at(const struct iop_pattern *pattern, size_t index)
{
	return pattern->sizes ? pattern->sizes[index].weight : 1;
}

unsigned iop_pattern_smallest(const struct iop_pattern *pattern)
{
	unsigned least = size_at(pattern, 0);

	for (size_t i = 1; i < pattern->count; i++)
		if (size_at(pattern, i) < least)
			least = size_at(pattern, i);
	return least;
}

unsigned iop_pattern_largest(const struct iop_pattern *pattern)
{
	unsigned most = 0;

	for (size_t i = 0; i < pattern->count; i++)
		if (size_at(pattern, i) > most)
			most = size_at(pattern, i);
	return most;
}

unsigned iop_pattern_mean(const struct iop_pattern *pattern)
{
	uint64_t bytes = 0, weights = 0;

	for (size_t i = 0; i < pattern->count; i++) {
		bytes += (uint64_t)size_at(pattern, i) * weight_at(pattern, i);
		weights += weight_at(pattern, i);
	}
	return weights ? (unsigned)(bytes / weights) : 0;
}

/* xorshift64: the upper bits, since its lower ones are the weaker ones. */
static uint32_t draw(uint64_t *x, uint32_t below)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return (uint32_t)((*x >> 32) * below >> 32);
}

static size_t draw_by_weight(const struct iop_pattern *pattern, uint32_t weights, uint64_t *x)
{
	uint32_t at = draw(x, weights);
	size_t i = 0;

	for (; at >= weight_at(pattern, i); i++)
		at -= weight_at(pattern, i);
	return i;
}

static void fill(struct iop_sequence *s)
{
	const struct iop_pattern *pattern = s->pattern;
	/* Odd, so never 0, of which xorshift makes nothing else; and with bits everywhere, or the first sizes are small. */
	uint64_t x = (s->seed * 2 + 1) * 0x9e3779b97f4a7c15u;
	uint32_t weights = 0, left = 0;
	size_t which = 0;

	for (size_t i = 0; i < pattern->count; i++)
		weights += weight_at(pattern, i);
	for (size_t i = 0; i < s->length && pattern->count; i++) {
		if (pattern->order == IOP_PATTERN_CYCLE)
			which = i % pattern->count;
		else if (pattern->order == IOP_PATTERN_RANDOM)
			which = draw_by_weight(pattern, weights, &x);
		else if (left-- == 0) {
			which = (which + 1 + draw(&x, (uint32_t)pattern->count - 1)) % pattern->count;
			left = 3 + draw(&x, 13);
		}
		s->size[i] = (uint16_t)size_at(pattern, which);
		if (s->place) {
			uint32_t io = draw(&x, IOP_PATTERN_PLACES);

			s->place[i] = io | draw(&x, IOP_PATTERN_PLACES) << 16;
		}
	}
}

static struct iop_sequence *sequences;

static void drop(struct iop_sequence *s)
{
	free(s->size);
	free(s->place);
	free(s);
}

/* Of another seed none is asked for again. Those of this seed stay: cells come and go one by one, and making one takes milliseconds. */
static void drop_unused(uint64_t seed)
{
	struct iop_sequence **at = &sequences;

	while (*at) {
		struct iop_sequence *s = *at;

		if (s->used || s->seed == seed) {
			at = &s->next;
		} else {
			*at = s->next;
			drop(s);
		}
	}
}

struct iop_sequence *iop_sequence_get(const struct iop_pattern *pattern, uint64_t seed, unsigned log2_length)
{
	size_t length = (size_t)1 << log2_length;
	struct iop_sequence *s;

	for (s = sequences; s; s = s->next)
		if (s->pattern == pattern && s->seed == seed && s->length == length) {
			s->used++;
			return s;
		}
	drop_unused(seed);
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->pattern = pattern;
	s->seed = seed;
	s->length = length;
	s->used = 1;
	s->size = malloc(length * sizeof(*s->size));
	s->place = pattern->places ? malloc(length * sizeof(*s->place)) : NULL;
	if (!s->size || (pattern->places && !s->place)) {
		drop(s);
		return NULL;
	}
	fill(s);
	s->next = sequences;
	sequences = s;
	return s;
}

void iop_sequence_put(struct iop_sequence *sequence)
{
	sequence->used--;
}
