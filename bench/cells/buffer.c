/* SPDX-License-Identifier: MIT */
#include "buffer.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE   ((size_t)4096)
#define LINE   ((size_t)64)
#define COLOUR ((size_t)64)

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

int iop_device_is_watched(const struct iop_cell_env *env)
{
	return env->size >= offsetof(struct iop_cell_env, user) + sizeof(env->user) && env->device_memory;
}

void *iop_device_memory(const struct iop_cell_env *env, size_t align, size_t bytes)
{
	void *memory;

	if (iop_device_is_watched(env))
		return env->device_memory(env->user, bytes);
	memory = aligned_alloc(align, round_up(bytes, align));
	if (memory)
		memset(memory, 0, bytes);
	return memory;
}

int iop_window_open(struct iop_window *window, const struct iop_cell_env *env, size_t align, size_t bytes)
{
	window->watched = iop_device_is_watched(env);
	window->dev = iop_device_memory(env, align, bytes);
	return window->dev ? 0 : -ENOMEM;
}

void iop_window_close(struct iop_window *window)
{
	if (!window->watched)
		free(window->dev);
}

int iop_window_setup(void **ctx, size_t size, const struct iop_cell_env *env, size_t bytes)
{
	struct iop_window *window = calloc(1, size);

	if (!window || iop_window_open(window, env, bytes, bytes)) {
		free(window);
		return -ENOMEM;
	}
	*ctx = window;
	return 0;
}

void iop_window_teardown(void *ctx)
{
	iop_window_close(ctx);
	free(ctx);
}

/* A buffer that several cells have: all that its places depend on. */
struct iop_buffer_shared {
	struct iop_buffer buffer;
	size_t size;
	size_t shift; /* of the device side */
	unsigned colour, users;
	struct iop_buffer_shared *next;
};
static struct iop_buffer_shared *shared_buffers;

static int init(struct iop_buffer *buffer, const struct iop_cell_env *env, size_t size, size_t slots, size_t shift, int both)
{
	size_t stride = round_up(size + LINE, slots > 1 ? PAGE : LINE);
	size_t side = round_up(stride * slots + 2 * PAGE, PAGE);
	size_t colour = env->colour % COLOUR * LINE;
	unsigned char *map, *io, *given = NULL;

	buffer->watched = iop_device_is_watched(env);
	if (buffer->watched)
		given = iop_device_memory(env, PAGE, (both ? 2 : 1) * side + 2 * PAGE);
	if (buffer->watched && !given)
		return -ENOMEM;
	buffer->map_size = 2 * side + 2 * PAGE;
	map = mmap(NULL, buffer->map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return -ENOMEM;
	/* Huge pages come and go with the machine's state; small ones are the same for every cell and every run. */
	madvise(map, buffer->map_size, MADV_NOHUGEPAGE);
	buffer->map = map;
	buffer->stride = stride;
	buffer->slots = slots;
	buffer->mem = (given && both ? given : map) + colour;
	io = given && !both ? given : (given ? given : map) + side;
	buffer->io = io + colour + shift;
	buffer->shared = NULL;
	memset(map, 0, buffer->map_size);
	return 0;
}

static int share(struct iop_buffer *buffer, const struct iop_cell_env *env, size_t size, size_t shift)
{
	struct iop_buffer_shared *s;
	int err;

	for (s = shared_buffers; s; s = s->next)
		if (s->size == size && s->shift == shift && s->colour == env->colour)
			break;
	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return -ENOMEM;
		err = init(&s->buffer, env, size, 1, shift, 0);
		if (err) {
			free(s);
			return err;
		}
		*s = (struct iop_buffer_shared){s->buffer, size, shift, env->colour, 0, shared_buffers};
		shared_buffers = s;
	}
	s->users++;
	*buffer = s->buffer;
	buffer->shared = s;
	return 0;
}

int iop_buffer_init(struct iop_buffer *buffer, const struct iop_cell_env *env, size_t size, size_t slots, unsigned misalign,
		    unsigned alias)
{
	size_t shift = alias % PAGE + misalign;

	if (slots == 1 && size >= IOP_BUFFER_SHARED && !iop_device_is_watched(env))
		return share(buffer, env, size, shift);
	return init(buffer, env, size, slots, shift, 0);
}

int iop_buffer_init_devices(struct iop_buffer *buffer, const struct iop_cell_env *env, size_t size, size_t slots)
{
	return init(buffer, env, size, slots, IOP_BUFFER_ALIAS, 1);
}

void iop_buffer_free(struct iop_buffer *buffer)
{
	struct iop_buffer_shared **at = &shared_buffers, *s = buffer->shared;

	if (s && --s->users)
		return;
	munmap(buffer->map, buffer->map_size);
	if (!s)
		return;
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	free(s);
}

#if defined(__x86_64__) || defined(__i386__)
#define FLUSH_LINE(p) __builtin_ia32_clflush(p)
#define FLUSH_DONE()  __builtin_ia32_mfence()
#elif defined(__aarch64__)
#define FLUSH_LINE(p) __asm__ volatile("dc civac, %0" : : "r"(p) : "memory")
#define FLUSH_DONE()  __asm__ volatile("dsb sy" ::: "memory")
#endif

int iop_buffer_can_flush(void)
{
#ifdef FLUSH_LINE
	return 1;
#else
	return 0;
#endif
}

void iop_buffer_flush(const struct iop_buffer *buffer, size_t size, uint64_t n)
{
#ifdef FLUSH_LINE
	for (uint64_t i = 0; i < n && i < buffer->slots; i++)
		for (size_t at = 0; at < size + LINE; at += LINE) {
			FLUSH_LINE(buffer->io + i * buffer->stride + at);
			FLUSH_LINE(buffer->mem + i * buffer->stride + at);
		}
	FLUSH_DONE();
#else
	(void)buffer, (void)size, (void)n;
#endif
}

void iop_buffer_untouch(const struct iop_buffer *buffer)
{
	unsigned char *first = (unsigned char *)((uintptr_t)buffer->io / PAGE * PAGE);
	unsigned char *end = (unsigned char *)buffer->map + buffer->map_size;

	if (!buffer->watched)
		madvise(first, (size_t)(end - first), MADV_DONTNEED);
}
