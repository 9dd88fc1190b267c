/* SPDX-License-Identifier: MIT */
#include "where_x86.h"

#include <Zydis/Zydis.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The instruction at @code, whose bytes are @readable. */
static void instruction(uintptr_t code, size_t readable, char *text, size_t size)
{
	ZydisDecoder decoder;
	ZydisFormatter formatter;
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];

	*text = '\0';
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL);
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, (const void *)code, readable, &insn, operands)) ||
	    !ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter, &insn, operands, insn.operand_count_visible, text, size, code,
							  NULL)))
		*text = '\0';
}

/* How many bytes at @code belong to executable memory of an object, or of none. */
static size_t executable(uintptr_t code)
{
	size_t readable = 0;
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];

	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long from, to;
		char rights[8] = "";

		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3 && from <= code && code < to && rights[0] == 'r' &&
		    rights[2] == 'x')
			readable = to - code;
	}
	if (maps)
		fclose(maps);
	return readable < ZYDIS_MAX_INSTRUCTION_LENGTH ? readable : ZYDIS_MAX_INSTRUCTION_LENGTH;
}

void iop_where(uintptr_t code, char *text, size_t size)
{
	size_t readable = executable(code);
	char insn[96] = "";
	const char *name = NULL;
	uintptr_t from = 0;
	Dl_info info;

	if (readable && dladdr((const void *)code, &info)) {
		name = info.dli_sname;
		from = (uintptr_t)info.dli_saddr;
		if (!name && info.dli_fname) {
			name = strrchr(info.dli_fname, '/') ? strrchr(info.dli_fname, '/') + 1 : info.dli_fname;
			from = (uintptr_t)info.dli_fbase;
		}
	}
	if (readable)
		instruction(code, readable, insn, sizeof(insn));
	if (!readable)
		snprintf(text, size, "0x%lx, which is not code", (unsigned long)code);
	else
		snprintf(text, size, "%s+0x%lx%s%s%s", name ? name : "code", (unsigned long)(code - from), *insn ? " (" : "", insn,
			 *insn ? ")" : "");
}
