/* SPDX-License-Identifier: MIT */
/* Which instructions order stores, also those that are weakly ordered: fences, locked instructions, serializing ones. */
#include "decode_x86.h"

bool iop_is_fence_x86(const void *code)
{
	static ZydisDecoder decoder;
	static bool ready;
	ZydisDecodedInstruction insn;

	if (!ready) {
		ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
		ready = true;
	}
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, code, ZYDIS_MAX_INSTRUCTION_LENGTH, &insn)))
		return false;
	switch (insn.mnemonic) {
	case ZYDIS_MNEMONIC_SFENCE:
	case ZYDIS_MNEMONIC_MFENCE:
	case ZYDIS_MNEMONIC_CPUID:
	case ZYDIS_MNEMONIC_SERIALIZE: return true;
	/* Locked by itself where it accesses memory. */
	case ZYDIS_MNEMONIC_XCHG: return insn.raw.modrm.mod != 3 && (insn.attributes & ZYDIS_ATTRIB_HAS_MODRM);
	default: return (insn.attributes & ZYDIS_ATTRIB_HAS_LOCK) != 0;
	}
}
