/* SPDX-License-Identifier: MIT */
#include "perform.h"

#include <iopath/cells.h>

#include <guarded.h>
#include <tracer.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

/* One of each in a process: signal handlers have no argument. */
static struct {
	struct iop_sequence_shared *shared;
	struct iop_tracer *tracer;
	struct iop_guarded memory;
	unsigned char *device;
	void **function; /* of each entry */
} serving;

/* A call: what a traced function gets. */
struct call {
	const struct iop_sequence_entry *entry;
	const struct iop_sequence_step *step;
	struct iop_sequence_outcome *outcome;
	void *function;
};

/* The symbol's type, from its address, which is data here. */
#define AS(type, function, address) \
	type;                       \
	memcpy(&(function), &(address), sizeof(function))

static void call_copy(const struct call *c, unsigned char *io)
{
	const struct iop_sequence_step *s = c->step;
	unsigned char *other = (c->entry->kind == IOP_REGISTERED_MOVE ? serving.device : serving.memory.memory) + s->other;

	if (c->entry->kind == IOP_REGISTERED_SET) {
		AS(void (*set)(void *io, int value, size_t n), set, c->function);
		set(io, (int)(uint32_t)s->value, s->size);
	} else if (c->entry->kind == IOP_REGISTERED_TOIO) {
		AS(void (*toio)(void *io, const void *src, size_t n), toio, c->function);
		toio(io, other, s->size);
	} else {
		AS(void (*from)(void *dst, void *io, size_t n), from, c->function);
		from(other, io, s->size);
	}
}

/* The value has its own type, as bits above it are the compiler's to use. */
static void call_read(const struct call *c)
{
	unsigned char *base = serving.device;
	const size_t offset = c->step->io;

	if (c->entry->width == 1) {
		AS(uint8_t(*read)(unsigned char *, size_t), read, c->function);
		c->outcome->value = read(base, offset);
	} else if (c->entry->width == 2) {
		AS(uint16_t(*read)(unsigned char *, size_t), read, c->function);
		c->outcome->value = read(base, offset);
	} else if (c->entry->width == 4) {
		AS(uint32_t(*read)(unsigned char *, size_t), read, c->function);
		c->outcome->value = read(base, offset);
	} else {
		AS(uint64_t(*read)(unsigned char *, size_t), read, c->function);
		c->outcome->value = read(base, offset);
	}
}

static void call_write(const struct call *c)
{
	unsigned char *base = serving.device;
	const size_t offset = c->step->io;

	if (c->entry->width == 1) {
		AS(void (*write)(unsigned char *, size_t, uint8_t), write, c->function);
		write(base, offset, (uint8_t)c->step->value);
	} else if (c->entry->width == 2) {
		AS(void (*write)(unsigned char *, size_t, uint16_t), write, c->function);
		write(base, offset, (uint16_t)c->step->value);
	} else if (c->entry->width == 4) {
		AS(void (*write)(unsigned char *, size_t, uint32_t), write, c->function);
		write(base, offset, (uint32_t)c->step->value);
	} else {
		AS(void (*write)(unsigned char *, size_t, uint64_t), write, c->function);
		write(base, offset, c->step->value);
	}
}

static void call_checked(const struct call *c, unsigned char *base)
{
	AS(int (*checked)(void *base, size_t size, size_t offset, void *value), checked, c->function);
	c->outcome->value = c->entry->kind == IOP_REGISTERED_CHECKED_READ ? IOP_SEQUENCE_UNREAD : c->step->value;
	c->outcome->result = checked(base, c->step->size, c->step->offset, &c->outcome->value);
}

static void call_projection(const struct call *c, unsigned char *base)
{
	unsigned char *place;

	AS(void *(*project)(void *base, size_t size, size_t offset, size_t length), project, c->function);
	place = project(base, c->step->size, c->step->offset, c->step->length);
	c->outcome->result = !place;
	c->outcome->projected = (int64_t)((uintptr_t)place - (uintptr_t)base);
}

static void make(void *arg)
{
	const struct call *c = arg;
	unsigned char *io = serving.device + c->step->io;

	switch (c->entry->kind) {
	case IOP_REGISTERED_READ: call_read(c); break;
	case IOP_REGISTERED_WRITE: call_write(c); break;
	case IOP_REGISTERED_CHECKED_READ:
	case IOP_REGISTERED_CHECKED_WRITE: call_checked(c, io); break;
	case IOP_REGISTERED_PROJECTION: call_projection(c, io); break;
	default: call_copy(c, io); break;
	}
}

/* Offsets count from the device side of the call. */
static void take(const struct iop_access_list *list, struct iop_sequence_outcome *o)
{
	struct iop_sequence_shared *shared = serving.shared;
	const char *blind = !list ? "it cannot be traced" : list->blind;

	o->first = shared->accesses;
	if (!blind && list->count > IOP_SEQUENCE_ACCESSES - shared->accesses)
		blind = "too many accesses";
	if (blind) {
		snprintf(o->blind, sizeof(o->blind), "%s", blind);
		return;
	}
	o->count = (uint32_t)list->count;
	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *a = &list->access[i];

		shared->access[shared->accesses++] = (struct iop_judge_access){
			.offset = a->offset, .mask = a->mask, .width = a->width, .write = a->write, .form = (uint8_t)a->form};
	}
}

static void open_device(bool open)
{
	mprotect(serving.device, IOP_SEQUENCE_WINDOW, open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

void iop_sequence_limit(double seconds)
{
	const struct itimerval once = {
		.it_value = {.tv_sec = (time_t)seconds, .tv_usec = (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6) + 1}};

	setitimer(ITIMER_PROF, &once, NULL);
}

void iop_sequence_perform(const struct iop_sequence_module *module, void (*before)(uint32_t step))
{
	struct iop_sequence_shared *shared = serving.shared;
	const struct iop_sequence *sequence = &shared->sequence;

	iop_sequence_fill(sequence->fill, iop_tracer_contents(serving.tracer), serving.memory.memory);
	for (uint32_t i = 0; i < sequence->steps; i++) {
		struct call c = {.step = &sequence->step[i], .outcome = &shared->outcome[i]};

		c.entry = &module->entry[c.step->entry];
		c.function = serving.function[c.step->entry];
		memset(c.outcome, 0, sizeof(*c.outcome));
		before(i);
		if (c.step->watched) {
			open_device(false);
			take(iop_tracer_run(serving.tracer, serving.device + c.step->io, make, &c), c.outcome);
			open_device(true);
		} else {
			make(&c);
		}
		memcpy(shared->device[i], iop_tracer_contents(serving.tracer), IOP_SEQUENCE_WINDOW);
		memcpy(shared->memory[i], serving.memory.memory, IOP_SEQUENCE_WINDOW);
		shared->done = i + 1;
	}
}

void iop_sequence_locate(const void *addr)
{
	const uintptr_t at = (uintptr_t)addr;

	if (iop_guarded_around(&serving.memory, at)) {
		serving.shared->where = IOP_WHERE_MEMORY;
		serving.shared->fault = (int64_t)(at - (uintptr_t)serving.memory.memory);
	} else if (iop_tracer_around(serving.tracer, addr)) {
		serving.shared->where = IOP_WHERE_DEVICE;
		serving.shared->fault = (int64_t)(at - (uintptr_t)serving.device);
	}
}

static bool cannot(const char *why)
{
	snprintf(serving.shared->why, sizeof(serving.shared->why), "%s", why);
	return false;
}

static bool find_functions(const struct iop_sequence_module *module)
{
	void *handle = dlopen(module->path, RTLD_NOW | RTLD_NOLOAD);

	serving.function = calloc(module->entries, sizeof(*serving.function));
	for (size_t i = 0; handle && serving.function && i < module->entries; i++) {
		serving.function[i] = dlsym(handle, module->entry[i].symbol);
		if (!serving.function[i])
			return cannot("a function that it registers is not exported");
	}
	return (handle && serving.function) || cannot("it cannot be loaded");
}

bool iop_sequence_prepare(const struct iop_sequence_module *module, struct iop_sequence_shared *shared)
{
	serving.shared = shared;
	if (!find_functions(module))
		return false;
	if (!iop_guarded_open(&serving.memory, IOP_SEQUENCE_WINDOW) ||
	    mprotect(serving.memory.memory, IOP_SEQUENCE_WINDOW, PROT_READ | PROT_WRITE) ||
	    iop_tracer_open(&serving.tracer, IOP_SEQUENCE_WINDOW))
		return cannot("no memory for its windows");
	serving.device = iop_tracer_window(serving.tracer);
	open_device(true);
	return true;
}
