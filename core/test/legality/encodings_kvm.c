/* SPDX-License-Identifier: MIT */
/*
 * What KVM decodes when it traps, asked of KVM: each form runs in a guest against a window that exits to the host. Whatever the table
 * (trapped_x86.c) says KVM decodes, it does, in accesses that add up to the operand. What newer versions learn is printed and is no
 * fault. Without KVM: skipped.
 */
#include "encodings_make.h"

#include <decode_x86.h>
#include <kvm_guest.h>

#include <stdio.h>
#include <string.h>

#define SKIPPED 77
#define OFFSET	2048 /* of the operand in the window */

static struct iop_kvm_guest *guest;
static unsigned forms, decoded, wrong, newer;

struct seen {
	unsigned bytes, exits;
};

static void exited(void *arg, size_t offset, unsigned width, bool write, unsigned char *data)
{
	struct seen *seen = arg;

	if (!write)
		memset(data, 0x11, width);
	seen->bytes += offset >= OFFSET && offset < OFFSET + 64 ? width : 0;
	seen->exits++;
}

/* Written as a function of the guest, which has what this process has at the same addresses. */
static const char *run(const struct encoding *e, struct seen *seen)
{
	/* push rbx; mov rbx, rdi; mov r11, rdi ... pop rbx; ret */
	static const uint8_t before[] = {0x53, 0x48, 0x89, 0xfb, 0x49, 0x89, 0xfb}, after[] = {0x5b, 0xc3};
	const uint64_t args[3] = {iop_kvm_guest_window(guest) + OFFSET - (uint64_t)e->memory->mem.disp.value,
				  (uintptr_t)iop_kvm_guest_memory(guest), 3};
	uint8_t code[32];

	memcpy(code, before, sizeof(before));
	memcpy(code + sizeof(before), e->bytes, e->insn.length);
	memcpy(code + sizeof(before) + e->insn.length, after, sizeof(after));
	/* Not where it was before: what the guest has copied of this process, it keeps. */
	memcpy(iop_kvm_guest_memory(guest) + 4096, code, sizeof(code));
	*seen = (struct seen){0};
	return iop_kvm_guest_call(guest, (uintptr_t)iop_kvm_guest_memory(guest) + 4096, args, exited, seen);
}

/* Registers that the guest's function may change. */
static bool harmless(const struct encoding *e)
{
	for (unsigned o = 0; o < e->insn.operand_count; o++)
		if (e->operand[o].type == ZYDIS_OPERAND_TYPE_REGISTER && e->operand[o].encoding == ZYDIS_OPERAND_ENCODING_MODRM_REG)
			return (e->insn.raw.modrm.reg & 7) < 3;
	return true;
}

static void check(struct encoding *e)
{
	static bool said[ZYDIS_MNEMONIC_MAX_VALUE + 1];
	unsigned undecoded = iop_undecoded_x86(&e->insn);
	bool claims = !(undecoded & (IOP_DECODER_KVM | IOP_DECODER_KVM_OLD));
	struct seen seen;
	const char *end;

	/* movbe is decoded where CPUID has it, which this guest has not set; of segment registers there are but six. */
	if (e->swept || e->insn.mnemonic == ZYDIS_MNEMONIC_MOVBE || (e->insn.opcode == 0x8c && e->insn.raw.rex.R) ||
	    e->insn.raw.modrm.rm != 3 || !harmless(e) || e->memory->mem.segment == ZYDIS_REGISTER_GS ||
	    e->insn.address_width != 64 || e->insn.encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX ||
	    (!claims && said[e->insn.mnemonic]))
		return;
	forms++;
	end = run(e, &seen);
	decoded += !end;
	if (claims && (end || seen.bytes % (e->memory->size / 8u) || !seen.bytes)) {
		wrong++;
		printf("%s (opcode %02x, first byte %02x): %s, %u bytes\n", ZydisMnemonicGetString(e->insn.mnemonic),
		       e->insn.opcode, e->bytes[0], end ? end : "other accesses", seen.bytes);
	}
	if (!claims) {
		said[e->insn.mnemonic] = true;
		newer += !end && seen.exits;
		if (!end && seen.exits)
			printf("%s: decoded here\n", ZydisMnemonicGetString(e->insn.mnemonic));
	}
}

int main(void)
{
	char why[200];

	if (iop_kvm_guest_open(&guest, why, sizeof(why))) {
		printf("skipped: %s\n", why);
		return SKIPPED;
	}
	encodings_make(check);
	iop_kvm_guest_close(guest);
	printf("%u forms run in a guest, %u decoded, %u wrong, %u beyond the table\n", forms, decoded, wrong, newer);
	return wrong || !decoded;
}
