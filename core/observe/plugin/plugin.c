/* SPDX-License-Identifier: MIT */
/*
 * The plugin that qemu-user loads: one for every architecture. It records the accesses to a window and counts instructions, between
 * two calls of the program (protocol.h). Built for the host.
 *
 * The emulator shows the accesses of translated code only. What its helper functions do (MVC on s390x, SVE on arm64, DC ZVA) is
 * invisible here; the traced program finds that out by comparing the window's bytes.
 */
#include "form.h"
#include "protocol.h"
#include "qemu_plugin_api.h"

#include <stdlib.h>
#include <string.h>

#define ROOM   ((size_t)1 << 20)
#define BLOCKS ((size_t)1 << 16)

static struct iop_plugin_record *record;
static size_t recorded;
static uint64_t window, window_end; /* equal: not recording */
static uint64_t instructions, started_at;
static uint64_t system_calls, system_call;
static intptr_t guest_base;
static char target[32];
static bool swaps;

/* What is known of an instruction when it is translated. It lives as long as its translation: until the process ends. */
struct place {
	uint64_t code;
	enum iop_access_form form;
	bool known;
};

/* A translated block, which ends where execution may go elsewhere. It lives as long, too. */
struct block {
	size_t count;
	struct iop_plugin_place place[];
};

/* Those that were executed since the recording began. */
static const struct block *executed[BLOCKS];
static size_t blocks;

static void entered(unsigned cpu, void *user)
{
	(void)cpu;
	if (window != window_end && blocks < BLOCKS)
		executed[blocks++] = user;
}

static void accessed(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address, void *user)
{
	const struct place *place = user;
	uint64_t width = UINT64_C(1) << qemu_plugin_mem_size_shift(info);

	(void)cpu;
	if (address + width <= window || address >= window_end)
		return;
	if (recorded < ROOM)
		record[recorded] = (struct iop_plugin_record){
			.address = address,
			.code = place->code,
			.instruction = instructions - started_at,
			.kind = width | (qemu_plugin_mem_is_store(info) ? IOP_PLUGIN_WRITE : 0) |
				(place->known ? 0 : IOP_PLUGIN_UNKNOWN) | IOP_PLUGIN_FORM_IS(place->form),
		};
	recorded++;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t n = qemu_plugin_tb_n_insns(tb);
	struct block *block = malloc(sizeof(*block) + n * sizeof(block->place[0]));

	(void)id;
	if (!block)
		abort();
	block->count = n;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, entered, QEMU_PLUGIN_CB_NO_REGS, block);
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct place *place = malloc(sizeof(*place));
		char *text = qemu_plugin_insn_disas(insn);

		if (!place || !text)
			abort();
		place->code = qemu_plugin_insn_vaddr(insn);
		place->form = iop_form_of(target, text, &place->known);
		block->place[i] = (struct iop_plugin_place){place->code, qemu_plugin_insn_size(insn)};
		free(text);
		guest_base = (intptr_t)qemu_plugin_insn_haddr(insn) - (intptr_t)place->code;
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &instructions, 1);
		qemu_plugin_register_vcpu_mem_cb(insn, accessed, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, place);
	}
}

static void give(uint64_t to, const void *from, size_t bytes)
{
	uint64_t *at = (uint64_t *)(guest_base + (intptr_t)to);
	const uint64_t *value = from;

	for (size_t i = 0; i < bytes / sizeof(*at); i++)
		at[i] = swaps ? __builtin_bswap64(value[i]) : value[i];
}

static void give_code(uint64_t to, uint64_t room, uint64_t count_to)
{
	uint64_t count = 0;

	for (size_t i = 0; i < blocks; i++)
		for (size_t k = 0; k < executed[i]->count; k++, count++)
			if (count < room)
				give(to + count * sizeof(struct iop_plugin_place), &executed[i]->place[k],
				     sizeof(struct iop_plugin_place));
	give(count_to, &count, sizeof(count));
}

static void called(qemu_plugin_id_t id, unsigned cpu, int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
		   uint64_t f, uint64_t g, uint64_t h)
{
	(void)id, (void)cpu, (void)d, (void)e, (void)f, (void)g, (void)h;
	if (number == IOP_PLUGIN_START) {
		window = a;
		window_end = a + b;
		recorded = blocks = 0;
		started_at = instructions;
		system_calls = system_call = 0;
	} else if (number == IOP_PLUGIN_STOP) {
		const struct iop_plugin_summary summary = {IOP_PLUGIN_MAGIC, recorded, instructions - started_at, system_calls,
							   system_call};
		size_t known = recorded < ROOM ? recorded : ROOM;

		window = window_end = 0;
		give(a, record, (b < known ? b : known) * sizeof(*record));
		give(c, &summary, sizeof(summary));
	} else if (number == IOP_PLUGIN_CODE) {
		give_code(a, b, c);
	} else if (window != window_end && !system_calls++) {
		system_call = (uint64_t)number;
	}
}

QEMU_PLUGIN_EXPORT int qemu_plugin_version = 1;

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	(void)argc, (void)argv;
	strncpy(target, info->target_name, sizeof(target) - 1);
	swaps = strcmp(target, "s390x") == 0;
	record = malloc(ROOM * sizeof(*record));
	if (!record)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_vcpu_syscall_cb(id, called);
	return 0;
}
