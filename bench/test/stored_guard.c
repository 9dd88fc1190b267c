/* SPDX-License-Identifier: MIT */
#include "stored_guard.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int stored_guard_fill = 'x';

/* The last byte of each lies before a page that nobody may access. */
static struct {
	unsigned char *map, *at;
	size_t size, bytes;
} block[256];
#define BLOCKS (sizeof(block) / sizeof(block[0]))

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
void __real_free(void *memory);

void *__wrap_malloc(size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = (size / page + 2) * page;

	for (size_t i = 0; size < 1u << 30 && i < BLOCKS; i++) {
		if (block[i].map)
			continue;
		block[i].map = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (block[i].map == MAP_FAILED || mprotect(block[i].map + whole - page, page, PROT_NONE))
			abort();
		block[i].size = whole;
		block[i].bytes = size;
		block[i].at = block[i].map + whole - page - size;
		return memset(block[i].at, stored_guard_fill, size);
	}
	return NULL;
}

void __wrap_free(void *memory)
{
	for (size_t i = 0; memory && i < BLOCKS; i++)
		if (block[i].at == memory) {
			munmap(block[i].map, block[i].size);
			memset(&block[i], 0, sizeof(block[i]));
			return;
		}
	__real_free(memory);
}

void *__wrap_calloc(size_t count, size_t size)
{
	void *memory = count && size > SIZE_MAX / count ? NULL : __wrap_malloc(count * size);

	return memory ? memset(memory, 0, count * size) : NULL;
}

/* Always elsewhere. What was not guarded before is not known here. */
void *__wrap_realloc(void *memory, size_t size)
{
	void *larger = __wrap_malloc(size);
	size_t i = 0;

	if (!memory || !larger)
		return larger;
	while (i < BLOCKS && block[i].at != memory)
		i++;
	if (i == BLOCKS)
		abort();
	memcpy(larger, memory, block[i].bytes < size ? block[i].bytes : size);
	__wrap_free(memory);
	return larger;
}
