/* SPDX-License-Identifier: MIT */
/* What became of a call, as one line. */
#include "catch_x86.h"
#include "syscalls_x86.h"
#include "where_x86.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define STACK_NEAR ((uint64_t)1 << 16)

static void overrun(struct iop_fate *fate, const struct iop_access_list *list, uint64_t n, const char *where)
{
	char bytes[48] = "memory";

	/* Of the device side, the list knows it. */
	if (fate->on_device && list->count) {
		fate->offset = list->access[list->count - 1].offset;
		fate->width = list->access[list->count - 1].width;
	}
	if (fate->width)
		snprintf(bytes, sizeof(bytes), "%u bytes", fate->width);
	snprintf(fate->text, sizeof(fate->text), "%s %s at offset %lld of its %s side of %llu bytes: %s the end, at %s",
		 fate->write ? "writes" : "reads", bytes, (long long)fate->offset, fate->on_device ? "device" : "memory",
		 (unsigned long long)n, fate->offset < 0 ? "before the start, not behind" : "behind", where);
	if (fate->offset < 0)
		snprintf(fate->text, sizeof(fate->text), "%s %s at offset %lld of its %s side: before the start, at %s",
			 fate->write ? "writes" : "reads", bytes, (long long)fate->offset, fate->on_device ? "device" : "memory",
			 where);
}

static void got_signal(struct iop_fate *fate, const char *where)
{
	const char *name = sigabbrev_np(fate->number), *about = sigdescr_np(fate->number);
	char more[64] = "";

	if (fate->number == SIGSEGV && fate->protection)
		snprintf(more, sizeof(more), ": not allowed, or a misaligned vector access");
	else if (fate->number == SIGSEGV && fate->address + STACK_NEAR > fate->stack && fate->address < fate->stack + STACK_NEAR)
		snprintf(more, sizeof(more), ": the stack is used up");
	else if (fate->number == SIGSEGV)
		snprintf(more, sizeof(more), ": %s address 0x%llx", fate->write ? "write to" : "read of",
			 (unsigned long long)fate->address);
	snprintf(fate->text, sizeof(fate->text), "got SIG%s (%s)%s, at %s", name ? name : "?", about ? about : "?", more, where);
}

static void late(struct iop_fate *fate, const struct iop_access_list *list, const char *where, double limit)
{
	const struct iop_access *last = list->count ? &list->access[list->count - 1] : NULL;

	if (!last) {
		snprintf(fate->text, sizeof(fate->text),
			 "did not return within %g s of CPU time, without an access to the device, at %s", limit, where);
		return;
	}
	snprintf(fate->text, sizeof(fate->text),
		 "did not return within %g s of CPU time: %zu accesses, the last a %s of %u bytes at offset %td, at %s", limit,
		 list->count + list->lost, last->write ? "write" : "read", last->width, last->offset, where);
}

/* "the direction flag, rbx and rounding" */
static void left(struct iop_fate *fate)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {
		{IOP_LEFT_DIRECTION, "the direction flag"}, {IOP_LEFT_ROUNDING, "MXCSR's rounding or masks"},
		{IOP_LEFT_X87, "the x87 control word"},	    {IOP_LEFT_MMX, "MMX registers in use (no emms)"},
		{IOP_LEFT_STACK, "the stack pointer"},	    {IOP_LEFT_FLAGS, "the alignment check flag"},
	};
	char what[160] = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (fate->left & names[i].bit)
			snprintf(what + strlen(what), sizeof(what) - strlen(what), "%s%s", *what ? ", " : "", names[i].name);
	for (unsigned i = 0; i < IOP_ABI_KEPT; i++)
		if (fate->left & IOP_LEFT_REGISTER(i))
			snprintf(what + strlen(what), sizeof(what) - strlen(what), "%s%s", *what ? ", " : "", iop_abi_register(i));
	snprintf(fate->text, sizeof(fate->text), "returns with something changed that its caller counts on: %s", what);
}

void iop_catch_words(struct iop_fate *fate, const struct iop_access_list *list, uint64_t n)
{
	char where[160], words[120];
	/* Time runs out anywhere, also while an access is observed. */
	uint64_t code = fate->kind == IOP_FATE_LATE && list->count ? list->access[list->count - 1].code : fate->code;

	if (fate->kind == IOP_FATE_RETURNED || fate->kind == IOP_FATE_NONE)
		return;
	iop_where((uintptr_t)code, where, sizeof(where));
	/* A kernel that runs no 32-bit programs has no such calls: the CPU refuses the instruction. */
	if (fate->kind == IOP_FATE_SIGNAL && fate->number == SIGSEGV && fate->protection && strstr(where, "(int 0x80)")) {
		fate->kind = IOP_FATE_CALL;
		fate->number = IOP_SYSCALL_FOREIGN;
	}
	switch ((enum iop_fate_kind)fate->kind) {
	case IOP_FATE_OVERRUN: overrun(fate, list, n, where); break;
	case IOP_FATE_LEFT: left(fate); break;
	case IOP_FATE_SIGNAL: got_signal(fate, where); break;
	case IOP_FATE_LATE: late(fate, list, where, iop_catch_seconds()); break;
	case IOP_FATE_CALL:
		iop_syscalls_words(fate->number, fate->address, words, sizeof(words));
		snprintf(fate->text, sizeof(fate->text), "made system call %s", words);
		break;
	default: break;
	}
}
