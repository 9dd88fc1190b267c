/* SPDX-License-Identifier: MIT */
/*
 * The tracer of tracer.h for programs that run under qemu-user with the plugin: any architecture. The window is ordinary memory,
 * and a second mapping of it is not observed.
 */
#include "tracer_qemu.h"

#include "protocol.h"

#include "../guarded.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROOM	     (1u << 18)
#define INSTRUCTIONS 16384 /* of a run that are told */

/*
 * KVM gets a syndrome of plain accesses only on Arm, and decodes only those on RISC-V. Elsewhere it decodes more, of which the form
 * does not tell how much, or nothing traps.
 */
#if defined(__aarch64__) || defined(__arm__) || defined(__riscv)
#define NOT_PLAIN_IS_NOT_DECODED_BY IOP_DECODER_KVM
#else
#define NOT_PLAIN_IS_NOT_DECODED_BY 0
#endif

struct iop_tracer {
	struct iop_guarded guarded; /* of the window */
	unsigned char *window, *contents, *before;
	size_t bytes;
	struct iop_plugin_record *record;
	struct iop_access_list list;
	const unsigned char *origin;
	uint64_t instructions, empty, system_calls, system_call;
};

static void nothing(void *arg)
{
	(void)arg;
}

/* Through a pointer, so that the calls of an empty run are those of any other. */
static void run(struct iop_tracer *t, void (*volatile code)(void *arg), void *arg, struct iop_plugin_summary *summary)
{
	summary->magic = 0;
	syscall(IOP_PLUGIN_START, t->window, t->bytes);
	code(arg);
	syscall(IOP_PLUGIN_STOP, t->record, (size_t)ROOM, summary);
	/* The plugin has written to these, unseen by the compiler. */
	__asm__ volatile("" : : "r"(t->record), "r"(summary) : "memory");
}

int iop_tracer_open(struct iop_tracer **tracer, size_t bytes)
{
	struct iop_tracer *t = calloc(1, sizeof(*t));
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct iop_plugin_summary summary;
	int fd;

	if (!t)
		return -ENOMEM;
	t->bytes = (bytes + page - 1) / page * page;
	t->list.room = ROOM;
	t->list.access = malloc(ROOM * sizeof(*t->list.access));
	t->record = malloc(ROOM * sizeof(*t->record));
	t->before = malloc(t->bytes);
	t->window = t->contents = MAP_FAILED;
	fd = memfd_create("iopath-trace", MFD_CLOEXEC);
	if (fd >= 0 && ftruncate(fd, (off_t)t->bytes) == 0 && iop_guarded_open(&t->guarded, t->bytes)) {
		t->window = mmap(t->guarded.memory, t->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
		t->contents = mmap(NULL, t->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (fd >= 0)
		close(fd);
	if (!t->list.access || !t->record || !t->before || t->window == MAP_FAILED || t->contents == MAP_FAILED) {
		iop_tracer_close(t);
		return -ENOMEM;
	}
	/* Twice: symbol resolution in the first call is not part of the second. */
	run(t, nothing, NULL, &summary);
	run(t, nothing, NULL, &summary);
	if (summary.magic != IOP_PLUGIN_MAGIC) {
		iop_tracer_close(t);
		return -ENOTSUP;
	}
	t->empty = summary.instructions;
	*tracer = t;
	return 0;
}

void iop_tracer_close(struct iop_tracer *t)
{
	iop_guarded_close(&t->guarded);
	if (t->contents != MAP_FAILED)
		munmap(t->contents, t->bytes);
	free(t->list.access);
	free(t->record);
	free(t->before);
	free(t);
}

unsigned char *iop_tracer_window(struct iop_tracer *t)
{
	return t->window;
}

unsigned char *iop_tracer_contents(struct iop_tracer *t)
{
	return t->contents;
}

/* There is only one way here. */
void iop_tracer_single_step(struct iop_tracer *t, bool always)
{
	(void)t, (void)always;
}

bool iop_tracer_direct_stores(void)
{
	return false;
}

uint64_t iop_tracer_qemu_instructions(const struct iop_tracer *t)
{
	return t->instructions;
}

size_t iop_tracer_qemu_code(const struct iop_tracer *t, uintptr_t from, uint64_t count, unsigned char *code, size_t room)
{
	struct iop_plugin_place *place = malloc(INSTRUCTIONS * sizeof(*place));
	uint64_t known = 0;
	size_t used = 0, at = 0;

	(void)t;
	if (!place)
		return 0;
	syscall(IOP_PLUGIN_CODE, place, (size_t)INSTRUCTIONS, &known);
	__asm__ volatile("" : : "r"(place), "r"(&known) : "memory");
	while (at < known && at < INSTRUCTIONS && place[at].address != from)
		at++;
	for (; count && at < known && at < INSTRUCTIONS && place[at].bytes < room - used; count--, at++) {
		code[used++] = (unsigned char)place[at].bytes;
		memcpy(code + used, (const void *)(uintptr_t)place[at].address, (size_t)place[at].bytes);
		used += (size_t)place[at].bytes;
	}
	free(place);
	return count ? 0 : used;
}

bool iop_tracer_qemu_called(const struct iop_tracer *t, uint64_t *number)
{
	*number = t->system_call;
	return t->system_calls != 0;
}

bool iop_tracer_around(const struct iop_tracer *t, const void *addr)
{
	return iop_guarded_around(&t->guarded, (uintptr_t)addr);
}

/* The emulator makes an access of more than 8 bytes in pieces; a vector's are put together again. */
static bool is_next_piece(const struct iop_access *access, const struct iop_plugin_record *last, const struct iop_plugin_record *r)
{
	return access->form == IOP_FORM_VECTOR && last->instruction == r->instruction && last->code == r->code &&
	       last->address + IOP_PLUGIN_WIDTH(last->kind) == r->address && access->write == !!(r->kind & IOP_PLUGIN_WRITE) &&
	       access->width < 64;
}

static void take_records(struct iop_tracer *t, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct iop_plugin_record *r = &t->record[i];
		struct iop_access *access = &t->list.access[t->list.count];

		if (i && is_next_piece(access - 1, r - 1, r)) {
			access--;
			access->width = (uint16_t)(access->width + IOP_PLUGIN_WIDTH(r->kind));
		} else {
			access->offset = (ptrdiff_t)((uintptr_t)r->address - (uintptr_t)t->origin);
			access->width = IOP_PLUGIN_WIDTH(r->kind);
			access->write = r->kind & IOP_PLUGIN_WRITE;
			access->form = (enum iop_access_form)IOP_PLUGIN_FORM(r->kind);
			access->code = (uintptr_t)r->code;
			access->undecoded = access->form == IOP_FORM_PLAIN ? 0 : NOT_PLAIN_IS_NOT_DECODED_BY;
			t->list.count++;
		}
		access->mask = iop_access_all(access->width);
		if (r->kind & IOP_PLUGIN_UNKNOWN)
			t->list.blind = "an instruction that the emulator's disassembler does not know";
	}
}

/* A byte that changed although no write to it was seen means that the list is unreliable. */
static void compare(struct iop_tracer *t)
{
	for (size_t i = 0; i < t->list.count; i++) {
		const struct iop_access *access = &t->list.access[i];
		uintptr_t at = (uintptr_t)t->origin + (uintptr_t)access->offset - (uintptr_t)t->window;

		for (unsigned b = 0; access->write && b < access->width; b++)
			if (at + b < t->bytes)
				t->before[at + b] = t->contents[at + b];
	}
	if (memcmp(t->before, t->contents, t->bytes) != 0)
		t->list.blind = "memory changed that no recorded access wrote";
}

const struct iop_access_list *iop_tracer_run(struct iop_tracer *t, const unsigned char *origin, void (*code)(void *arg), void *arg)
{
	struct iop_plugin_summary summary;
	size_t count;

	t->list.count = t->list.lost = 0;
	t->list.blind = NULL;
	t->origin = origin;
	memcpy(t->before, t->contents, t->bytes);
	run(t, code, arg, &summary);
	t->instructions = summary.instructions - t->empty;
	t->system_calls = summary.system_calls;
	t->system_call = summary.system_call;
	count = summary.count < ROOM ? (size_t)summary.count : ROOM;
	t->list.lost = (size_t)(summary.count - count);
	take_records(t, count);
	compare(t);
	if (t->list.lost)
		t->list.blind = "more accesses than the list holds";
	return &t->list;
}
