/* SPDX-License-Identifier: MIT */
#include "kvm_x86.h"

#include "kvm_guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes around each side that must stay as they are. */
#define MARGIN ((size_t)128)
#define ROOM   (2 * IOP_KVM_WINDOW)

struct iop_kvm {
	struct iop_kvm_guest *guest;
	struct iop_access_list list[2];
	size_t origin[2]; /* of each list's offsets, in the window */
	bool two_sides;
	unsigned char contents[IOP_KVM_WINDOW], expected[IOP_KVM_WINDOW], untouched[IOP_KVM_WINDOW];
	unsigned char expected_memory[IOP_KVM_MEMORY];
};

static void free_lists(struct iop_kvm *k)
{
	free(k->list[0].access);
	free(k->list[1].access);
	free(k);
}

int iop_kvm_open(struct iop_kvm **kvm, char *why, size_t size)
{
	struct iop_kvm *k = calloc(1, sizeof(*k));
	int err;

	if (!k) {
		snprintf(why, size, "no memory");
		return -ENOMEM;
	}
	for (unsigned i = 0; i < 2; i++) {
		k->list[i].access = calloc(ROOM, sizeof(*k->list[i].access));
		k->list[i].room = k->list[i].access ? ROOM : 0;
	}
	for (size_t i = 0; i < IOP_KVM_WINDOW; i++)
		k->untouched[i] = (unsigned char)(i * 29 + i / 256 * 3 + 5);
	err = iop_kvm_guest_open(&k->guest, why, size);
	if (err)
		free_lists(k);
	else
		*kvm = k;
	return err;
}

void iop_kvm_close(struct iop_kvm *k)
{
	iop_kvm_guest_close(k->guest);
	free_lists(k);
}

size_t iop_kvm_longest(void)
{
	return IOP_KVM_WINDOW - 2 * MARGIN - 64;
}

static void record(struct iop_kvm *k, size_t offset, unsigned width, bool write)
{
	unsigned side = k->two_sides && write;
	struct iop_access_list *list = &k->list[side];

	if (list->count == list->room) {
		list->lost++;
		return;
	}
	list->access[list->count++] = (struct iop_access){
		.offset = (ptrdiff_t)offset - (ptrdiff_t)k->origin[side],
		.width = (uint16_t)width,
		.write = write,
		.form = IOP_FORM_PLAIN,
		.mask = iop_access_all((uint16_t)width),
	};
}

/* The device: memory that stores what is written. */
static void device(void *arg, size_t offset, unsigned width, bool write, unsigned char *data)
{
	struct iop_kvm *k = arg;

	if (write)
		memcpy(k->contents + offset, data, width);
	else
		memcpy(data, k->contents + offset, width);
	record(k, offset, width, write);
}

/* A call with its places in the window (io; of a move also dst) and in the guest's memory. */
struct placed {
	const struct iop_copy_call *call;
	size_t io, dst, memory;
};

/* The routine's address and what to pass it, or 0 if the operation is not offered. */
static uintptr_t bind_call(uint64_t args[3], const struct iop_kvm *k, const struct placed *p)
{
	const struct iop_copier *copier = p->call->copier;
	uint64_t io = iop_kvm_guest_window(k->guest) + p->io, dst = iop_kvm_guest_window(k->guest) + p->dst;
	uint64_t memory = (uintptr_t)iop_kvm_guest_memory(k->guest) + p->memory;

	args[2] = p->call->n;
	switch (p->call->op) {
	case IOP_TOIO: args[0] = io, args[1] = memory; return (uintptr_t)copier->toio;
	case IOP_FROMIO: args[0] = memory, args[1] = io; return (uintptr_t)copier->fromio;
	case IOP_SET: args[0] = io, args[1] = (uint64_t)iop_copy_value(p->call); return (uintptr_t)copier->set;
	default: args[0] = dst, args[1] = io; return (uintptr_t)copier->move;
	}
}

/* Both sides full of bytes that differ from their neighbours and from each other, and what they are to be afterwards. */
static void fill(struct iop_kvm *k, const struct placed *p)
{
	unsigned char *memory = iop_kvm_guest_memory(k->guest);
	size_t n = p->call->n;

	memcpy(k->contents, k->untouched, IOP_KVM_WINDOW);
	for (size_t i = 0; i < p->memory + n + MARGIN; i++)
		memory[i] = (unsigned char)(i * 83 + i / 256 * 11 + 131);
	memcpy(k->expected, k->contents, IOP_KVM_WINDOW);
	memcpy(k->expected_memory, memory, p->memory + n + MARGIN);
	switch (p->call->op) {
	case IOP_TOIO: memcpy(k->expected + p->io, memory + p->memory, n); break;
	case IOP_FROMIO: memcpy(k->expected_memory + p->memory, k->contents + p->io, n); break;
	case IOP_SET: memset(k->expected + p->io, iop_copy_value(p->call), n); break;
	default: memcpy(k->expected + p->dst, k->contents + p->io, n); break;
	}
}

static void run(struct iop_kvm_traced *traced, struct iop_kvm *k, const struct placed *p, uintptr_t code, const uint64_t args[3])
{
	fill(k, p);
	k->two_sides = p->call->op == IOP_MOVE;
	k->origin[0] = p->io;
	k->origin[1] = p->dst;
	for (unsigned i = 0; i < 2; i++)
		k->list[i].count = k->list[i].lost = 0;
	traced->blind = iop_kvm_guest_call(k->guest, code, args, device, k);
	if (!traced->blind && (k->list[0].lost || k->list[1].lost))
		traced->blind = "more accesses than the list holds";
	traced->lists = k->two_sides ? 2 : 1;
	for (unsigned i = 0; i < 2; i++) {
		k->list[i].blind = traced->blind;
		traced->list[i] = k->list[i];
	}
	traced->data_right = memcmp(k->contents, k->expected, IOP_KVM_WINDOW) == 0 &&
			     memcmp(iop_kvm_guest_memory(k->guest), k->expected_memory, p->memory + p->call->n + MARGIN) == 0;
}

int iop_kvm_trace(struct iop_kvm_traced *traced, struct iop_kvm *k, const struct iop_copy_call *call)
{
	size_t reach = call->op == IOP_MOVE ? (size_t)llabs(call->distance) : 0, most = iop_kvm_longest();
	struct placed p = {.call = call, .io = MARGIN + call->io_align, .memory = MARGIN + call->mem_align};
	uint64_t args[3] = {0};
	uintptr_t code;

	if (call->n > most || reach > most - call->n || call->io_align > 63 || call->mem_align > 63)
		return -EINVAL;
	if (call->op == IOP_MOVE && call->distance < 0)
		p.io += reach;
	p.dst = call->op == IOP_MOVE ? p.io + (size_t)call->distance : p.io;
	code = bind_call(args, k, &p);
	if (!code)
		return -EINVAL;
	run(traced, k, &p, code, args);
	return 0;
}

size_t iop_lists_differ(const struct iop_access_list *a, const struct iop_access_list *b)
{
	size_t both = a->count < b->count ? a->count : b->count;

	for (size_t i = 0; i < both; i++) {
		const struct iop_access *x = &a->access[i], *y = &b->access[i];

		if (x->offset != y->offset || x->width != y->width || x->mask != y->mask || x->write != y->write)
			return i;
	}
	return a->count != b->count || a->blind || b->blind || a->lost || b->lost ? both : SIZE_MAX;
}
