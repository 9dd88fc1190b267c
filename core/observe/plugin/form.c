/* SPDX-License-Identifier: MIT */
#include "form.h"

#include <stdio.h>
#include <string.h>

/* Is @word in the list, whose words end with a space? */
static bool listed(const char *list, const char *word, size_t n)
{
	for (const char *at = list; *at; at = strchr(at, ' ') + 1)
		if (strncmp(at, word, n) == 0 && at[n] == ' ')
			return true;
	return false;
}

/* Is the first operand a register of one of these letters, as in "q0" or "xmm1"? */
static bool first_operand(const char *operands, const char *letters)
{
	while (*operands == ' ' || *operands == '{' || *operands == '\t')
		operands++;
	return *operands && strchr(letters, *operands) && operands[1] >= '0' && operands[1] <= '9';
}

static bool writeback(const char *operands)
{
	return strchr(operands, '!') || strstr(operands, "],");
}

static enum iop_access_form aarch64(const char *op, size_t n, const char *operands)
{
	/* With acquire and release, and as an unprivileged program, too: the syndrome describes them all. */
	static const char plain[] =
		"ldr ldrb ldrh ldrsb ldrsh ldrsw ldur ldurb ldurh ldursb ldursh ldursw str strb strh stur sturb sturh ldar ldarb "
		"ldarh stlr stlrb stlrh ldapr ldaprb ldaprh ldlar ldlarb ldlarh stllr stllrb stllrh ldtr ldtrb ldtrh ldtrsb "
		"ldtrsh ldtrsw sttr sttrb sttrh ";

	if (first_operand(operands, "qvdshb"))
		return IOP_FORM_VECTOR;
	/* Zero is a register of its own name. */
	return listed(plain, op, n) && !writeback(operands) ? IOP_FORM_PLAIN : IOP_FORM_OTHER;
}

static enum iop_access_form arm(const char *op, size_t n, const char *operands)
{
	static const char plain[] = "ldr ldrb ldrh ldrsb ldrsh str strb strh lda ldab ldah stl stlb stlh ";

	if (*op == 'v')
		return IOP_FORM_VECTOR;
	while (n > 2 && op[n - 2] == '.' && op[n - 1] == 'w')
		n -= 2;
	/* Instructions may carry a condition of two letters. */
	if (!listed(plain, op, n) && (n < 5 || !listed(plain, op, n - 2)))
		return IOP_FORM_OTHER;
	return writeback(operands) ? IOP_FORM_OTHER : IOP_FORM_PLAIN;
}

static enum iop_access_form riscv(const char *op, size_t n, const char *operands)
{
	static const char plain[] = "lb lh lw ld lbu lhu lwu sb sh sw sd c.lw c.ld c.sw c.sd c.lwsp c.ldsp c.swsp c.sdsp ";

	(void)operands;
	if (strncmp(op, "amo", 3) == 0)
		return IOP_FORM_UPDATE;
	if (strncmp(op, "fl", 2) == 0 || strncmp(op, "fs", 2) == 0 || *op == 'v')
		return IOP_FORM_VECTOR;
	return listed(plain, op, n) ? IOP_FORM_PLAIN : IOP_FORM_OTHER;
}

static enum iop_access_form s390x(const char *op, size_t n, const char *operands)
{
	static const char plain[] =
		"l lg lh lgh lgf llgf llgh llgc llc llh lb lgb ly lhy lrv lrvg lrvh st stg sth stc sty stcy sthy "
		"strv strvg strvh mvi mviy mvhi mvghi mvhhi ic icy lt ltg ltgf ";

	(void)operands;
	if (*op == 'v' || first_operand(operands, "vf"))
		return IOP_FORM_VECTOR;
	return listed(plain, op, n) ? IOP_FORM_PLAIN : IOP_FORM_OTHER;
}

static enum iop_access_form ppc64(const char *op, size_t n, const char *operands)
{
	static const char plain[] =
		"lbz lhz lha lwz lwa ld stb sth stw std lbzx lhzx lhax lwzx lwax ldx stbx sthx stwx stdx lhbrx lwbrx ldbrx "
		"sthbrx stwbrx stdbrx ";

	(void)operands;
	if (listed(plain, op, n))
		return IOP_FORM_PLAIN;
	return strncmp(op, "lx", 2) == 0 || strncmp(op, "stx", 3) == 0 || strncmp(op, "lv", 2) == 0 || strncmp(op, "stv", 3) == 0 ||
			       strncmp(op, "lf", 2) == 0 || strncmp(op, "stf", 3) == 0
		       ? IOP_FORM_VECTOR
		       : IOP_FORM_OTHER;
}

static enum iop_access_form x86(const char *op, size_t n, const char *operands)
{
	static const char plain[] = "mov movb movw movl movq movabs movabsq movzx movzbl movzwl movzbw movzbq movzwq movsx movsxd "
				    "movslq movsbl movswl movsbw ";

	if (strncmp(op, "rep", 3) == 0 || strncmp(op, "stos", 4) == 0 ||
	    (strncmp(op, "movs", 4) == 0 && strstr(operands, "(%rsi)")) ||
	    (strncmp(op, "movs", 4) == 0 && strstr(operands, "(%esi)")))
		return IOP_FORM_STRING;
	if (strstr(operands, "mm"))
		return IOP_FORM_VECTOR;
	return listed(plain, op, n) ? IOP_FORM_PLAIN : IOP_FORM_OTHER;
}

/* Vector instructions that are younger than QEMU's disassembler, by their opcodes, as it prints bytes that it does not know. */
static bool is_vector_of_bytes(const char *target, const char *operands)
{
	unsigned byte[4] = {0};
	int n = sscanf(operands, " 0x%x, 0x%x, 0x%x, 0x%x", &byte[0], &byte[1], &byte[2], &byte[3]);

	if (strcmp(target, "s390x") == 0)
		return n >= 1 && byte[0] == 0xe7;
	/* lxv, stxv and the like; lxvp, stxvp. */
	return strcmp(target, "ppc64le") == 0 && n == 4 && (byte[3] >> 2 == 61 || byte[3] >> 2 == 6);
}

enum iop_access_form iop_form_of(const char *target, const char *text, bool *known)
{
	static const struct {
		const char *target;
		enum iop_access_form (*of)(const char *op, size_t n, const char *operands);
	} forms[] = {{"aarch64", aarch64}, {"arm", arm},  {"riscv64", riscv}, {"s390x", s390x},
		     {"ppc64le", ppc64},   {"i386", x86}, {"x86_64", x86}};
	size_t n;

	/* QEMU's own disassembler, of RISC-V, begins with the instruction in hexadecimal. */
	if (strcmp(target, "riscv64") == 0)
		text += strspn(text, "0123456789abcdef");
	text += strspn(text, " \t");
	n = strcspn(text, " \t");
	*known = true;
	if (*text == '.' || strncmp(text, "illegal", 7) == 0) {
		*known = is_vector_of_bytes(target, text + n);
		return *known ? IOP_FORM_VECTOR : IOP_FORM_OTHER;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(forms[i].target, target) == 0)
			return forms[i].of(text, n, text + n);
	return IOP_FORM_OTHER;
}
