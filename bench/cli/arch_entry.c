/* SPDX-License-Identifier: MIT */
/* One entry of a module, on one architecture. */
#include "arch.h"
#include "arch_order.h"
#include "expect.h"

#include <host/registered.h>
#include <judge/path.h>

#include <iopath/cells.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct counting {
	struct iop_arch_row *row;
	const char *folder;
};

static void add_accesses(struct iop_accesses *accesses, const struct iop_access_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		accesses->known &= iop_accesses_add(accesses, list->access[i].write ? IOP_ACCESS_WRITE : IOP_ACCESS_READ,
						    list->access[i].width);
}

static void counted(void *user, size_t bytes, const struct iop_judge_answer *answer, const struct iop_copy_traced *traced,
		    const uint8_t *code)
{
	const struct counting *c = user;
	struct iop_arch_row *row = c->row;
	struct iop_arch_count *count = &row->count[row->counts];

	*count = (struct iop_arch_count){.bytes = bytes, .accesses = {.known = true}, .instructions = answer->instructions};
	for (unsigned side = 0; side < traced->sides; side++)
		add_accesses(&count->accesses, &traced->side[side].list);
	if (!row->counts++)
		iop_estimate(&row->estimates, row->arch->machine->name, code,
			     answer->code_bytes <= IOP_JUDGE_CODE ? (size_t)answer->code_bytes : 0, c->folder);
}

static void judge_copy(struct iop_arch_row *row, const struct iop_arch_options *options, const char *folder)
{
	static const size_t sizes[] = {64, 8, 256, 4096, 0};
	const struct iop_module_entry *e = row->entry;
	const struct iop_described_entry entry = {.name = e->name,
						  .symbol = e->symbol,
						  .tier = *e->tier ? e->tier : NULL,
						  .kind = e->kind,
						  .width = e->width,
						  .widths = e->widths,
						  .unit = e->unit,
						  .relaxed = e->relaxed};
	struct counting counting = {row, folder};
	const struct iop_entry_object object = {.path = row->arch->object,
						.shown = row->arch->shown,
						.limits = options->limits,
						.emulated = true,
						.counted = counted,
						.sizes = sizes,
						.user = &counting};

	_Static_assert(sizeof(sizes) / sizeof(sizes[0]) == IOP_ARCH_COUNTS + 1, "there is room for each");
	iop_check_entry(&object, &entry, &row->checked);
}

/* On mappings of devices an access must be aligned: what x86 forgives is a fault elsewhere. */
static const struct iop_path_access *misaligned(const struct iop_path_report *report)
{
	size_t n = 0;

	for (unsigned call = 0; call < IOP_PATH_OPERATIONS; call++)
		n += report->count[call];
	for (size_t i = 0; i < n; i++) {
		const struct iop_path_access *a = &report->access[i];

		if (a->width > 8 || a->offset % a->width)
			return a;
	}
	return NULL;
}

/* Of accesses: an emulator does not see values. */
static void compare(struct iop_arch_row *row, const struct iop_arch_options *options, const struct iop_path_report *report)
{
	char *expected = iop_expect_of(options->expected, row->entry->name);
	char *seen = iop_expect_seen(expected, row->entry->name, row->entry->window ? (size_t)row->entry->window : 4096, report);
	struct iop_checked *checked = &row->checked;
	size_t size;
	FILE *out;

	if (!seen) {
		snprintf(checked->words, sizeof(checked->words), "out of memory");
		checked->outcome = IOP_NOT_JUDGED;
	} else if (expected && iop_expect_equal(expected, seen)) {
		snprintf(checked->words, sizeof(checked->words), "as in %.300s", options->expect_path);
	} else {
		checked->outcome = IOP_NOT_AS_CLAIMED;
		snprintf(checked->words, sizeof(checked->words), expected ? "other accesses than in %.300s" : "is not in %.300s",
			 options->expect_path);
		out = open_memstream(&checked->more, &size);
		if (out) {
			iop_expect_difference(out, expected ? expected : "", seen);
			fclose(out);
		}
	}
	free(seen);
	free(expected);
}

static char *seen_text(const struct iop_arch_row *row, const struct iop_path_report *report)
{
	char *seen = NULL;
	size_t size;
	FILE *out = open_memstream(&seen, &size);

	if (!out)
		return NULL;
	iop_expect_write(out, row->entry->name, row->entry->window ? (size_t)row->entry->window : 4096, report);
	fclose(out);
	return seen;
}

/* The last of the calls: what the first ones prepare, later ones have. */
static void count_operation(struct iop_arch_row *row, const struct iop_path_report *report, const char *folder)
{
	const unsigned last = IOP_PATH_OPERATIONS - 1;
	struct iop_arch_count *count = &row->count[0];
	const struct iop_path_access *a = report->access;

	*count = (struct iop_arch_count){.accesses = {.known = true}, .instructions = report->instructions[last]};
	for (unsigned call = 0; call < last; call++)
		a += report->count[call];
	for (uint32_t i = 0; i < report->count[last]; i++)
		count->accesses.known &=
			iop_accesses_add(&count->accesses, a[i].write ? IOP_ACCESS_WRITE : IOP_ACCESS_READ, a[i].width);
	row->counts = 1;
	iop_estimate(&row->estimates, row->arch->machine->name, report->code,
		     report->code_bytes <= IOP_PATH_CODE ? report->code_bytes : 0, folder);
}

static void operation_seen(struct iop_arch_row *row, const struct iop_arch_options *options, const struct iop_path_report *report,
			   const char *folder)
{
	const struct iop_path_access *a = misaligned(report);
	struct iop_checked *checked = &row->checked;

	row->seen = seen_text(row, report);
	checked->outcome = IOP_AS_CLAIMED;
	snprintf(checked->words, sizeof(checked->words), "accesses within its window, all aligned");
	if (options->expected)
		compare(row, options, report);
	if (a && checked->outcome == IOP_AS_CLAIMED) {
		checked->outcome = IOP_NOT_AS_CLAIMED;
		snprintf(checked->words, sizeof(checked->words), "%s %u bytes at 0x%" PRIx64 ", %s", a->write ? "writes" : "reads",
			 a->width, (uint64_t)a->offset, a->width > 8 ? "by a vector" : "misaligned");
	}
	count_operation(row, report, folder);
}

static void judge_path(struct iop_arch_row *row, const struct iop_arch_options *options, const char *folder)
{
	const struct iop_module_entry *e = row->entry;
	const struct iop_path path = {
		.module = row->arch->object, .emulator = &row->arch->emulator, .kind = e->kind, .name = e->name, .width = e->width};
	struct iop_path_report *report = calloc(1, sizeof(*report));
	struct iop_checked *checked = &row->checked;

	checked->outcome = IOP_NOT_JUDGED;
	if (!report || !iop_path_judge(&path, &options->limits, report)) {
		snprintf(checked->words, sizeof(checked->words), "out of memory");
		free(report);
		return;
	}
	if (report->verdict != IOP_PATH_RIGHT) {
		checked->outcome = report->verdict == IOP_PATH_WRONG ? IOP_NOT_AS_CLAIMED : IOP_NOT_JUDGED;
		snprintf(checked->words, sizeof(checked->words), "%s", report->why);
	} else if (e->kind == IOP_REGISTERED_OPERATION) {
		operation_seen(row, options, report, folder);
	} else {
		checked->outcome = IOP_AS_CLAIMED;
		snprintf(checked->words, sizeof(checked->words), "%u calls inside and outside, each as the model says",
			 report->calls);
	}
	free(report);
}

/*
 * An accessor that claims to be ordered: the compiler must keep memory accesses on their sides of it (judge/path_order.c), and a CPU
 * that may reorder them needs an instruction, of which the one that it executed is known.
 */
static void judge_order(struct iop_arch_row *row, const struct iop_arch_options *options)
{
	const struct iop_path path = {
		.module = row->arch->object, .emulator = &row->arch->emulator, .kind = row->entry->kind, .name = row->entry->name};
	struct iop_path_report *report = calloc(1, sizeof(*report));
	struct iop_checked *checked = &row->checked;
	const size_t used = strlen(checked->words);
	char *end = checked->words + used;
	const size_t room = sizeof(checked->words) - used;
	const char *arch = row->arch->machine->name;
	const bool write = row->entry->kind == IOP_REGISTERED_WRITE;
	char(*side)[sizeof(row->estimates.barriers)] = write ? row->estimates.before_store : row->estimates.behind_load;
	const char *lacks = iop_arch_unordered(arch, write, row->estimates.barriers);

	if (!report || !iop_path_judge(&path, &options->limits, report)) {
		snprintf(end, room, "; order not examined: out of memory");
	} else if (report->verdict == IOP_PATH_WRONG) {
		checked->outcome = IOP_NOT_AS_CLAIMED;
		snprintf(end, room, ", but %.300s", report->why);
	} else if (row->arch->machine->weak && !row->estimates.read) {
		snprintf(end, room, "; order not examined: what it executes cannot be read without LLVM");
	} else if (row->arch->machine->weak && !row->estimates.barriers[0]) {
		checked->outcome = IOP_NOT_AS_CLAIMED;
		snprintf(end, room, ", but it claims to be ordered, and executes no barrier (add one, or claim .relaxed = 1)");
	} else if (lacks) {
		checked->outcome = IOP_NOT_AS_CLAIMED;
		snprintf(end, room, ", but it claims to be ordered, and its barrier is too weak for a device (%s)", lacks);
	} else if (iop_arch_unordered(arch, write, side[0]) && iop_arch_unordered(arch, write, side[1])) {
		checked->outcome = IOP_NOT_AS_CLAIMED;
		snprintf(end, room,
			 ", but it claims to be ordered, and %s its access executes no barrier that is strong enough (%s)",
			 write ? "before" : "behind", iop_arch_unordered(arch, write, ""));
	} else if (iop_arch_unordered(arch, write, side[0]) || iop_arch_unordered(arch, write, side[1])) {
		snprintf(end, room, "; order not examined: which of its %s is the device's is not known",
			 write ? "stores" : "loads");
	} else if (report->verdict == IOP_PATH_RIGHT) {
		snprintf(end, room, ", ordered");
	} else {
		snprintf(end, room, "; order not examined: %.300s", report->why);
	}
	free(report);
}

/* Without a file that says what is right, people decide whether that matters. */
static void tell_difference(struct iop_arch_row *row, const struct iop_arch_row *first)
{
	struct iop_checked *checked = &row->checked;
	const size_t used = strlen(checked->words);

	if (first && first->seen && row->seen && strcmp(first->seen, row->seen) != 0)
		snprintf(checked->words + used, sizeof(checked->words) - used, "; others than on %s", first->arch->machine->name);
}

void iop_arch_judge(struct iop_arch_row *row, const struct iop_arch_options *options, const char *folder,
		    const struct iop_arch_row *first)
{
	if (!iop_registered_op(row->entry->kind)) {
		row->checked.outcome = IOP_NOT_JUDGED;
		snprintf(row->checked.words, sizeof(row->checked.words), "it is of no kind that this program knows");
	} else if (row->entry->kind <= IOP_REGISTERED_WRITE) {
		judge_copy(row, options, folder);
		if (row->entry->width && !row->entry->relaxed && row->checked.outcome == IOP_AS_CLAIMED)
			judge_order(row, options);
	} else {
		judge_path(row, options, folder);
		if (!options->expected && row->checked.outcome == IOP_AS_CLAIMED)
			tell_difference(row, first);
	}
}
