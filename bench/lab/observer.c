/* SPDX-License-Identifier: MIT */
/*
 * A plugin of QEMU (system emulation, TCG) that writes down each access to edu and pci-testdev as the CPU issued it: whole, before
 * QEMU splits it to what the device model implements. One line an access:
 *
 *	r|w ADDRESS WIDTH REGION PC
 *
 * Memory of a program, also a device's that QEMU has as RAM, is written down once the program has said where it is (CASE_WATCH of
 * cases.h): as region "memory", with the offset in place of the address.
 *
 * Loaded as -plugin guest-observer.so,log=PATH[,kernel=yes]. Programs and the kernel's modules are always watched; the kernel's own
 * code, which copies for modules, only on request, because booting then takes twice as long. Debian ships no header for plugins; what
 * is used of it (version 1) is declared here.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
typedef struct qemu_info_t qemu_info_t;
typedef void (*tb_callback)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*memory_callback)(unsigned cpu, qemu_plugin_meminfo_t, uint64_t address, void *data);
typedef void (*end_callback)(qemu_plugin_id_t, void *data);
enum {
	REGS_NONE = 0,
	MEMORY_BOTH = 3
};

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_callback callback);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, end_callback callback, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, memory_callback callback, int regs, int rw, void *data);
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t info);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t info, uint64_t address);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);
const char *qemu_plugin_hwaddr_device_name(const struct qemu_plugin_hwaddr *address);

#define EXPORT __attribute__((visibility("default")))
EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);
int qemu_plugin_version = 1;

/* Documentation/x86/x86_64/mm.rst; the guest's kernel is not moved about. */
#define KERNEL_TEXT    UINT64_C(0xffffffff80000000)
#define KERNEL_MODULES UINT64_C(0xffffffffa0000000)

/* Of edu's megabyte; cases.h. */
#define EDU_MASK   0xfffffu
#define CASE_WATCH 0xf10

static FILE *file;
/* The memory that a program wants watched, and how many of its two ends are still to come. */
static uint64_t first, last;
static unsigned ends;

static void write_down(bool store, uint64_t address, qemu_plugin_meminfo_t info, const char *region, const void *pc)
{
	fprintf(file, "%c 0x%" PRIx64 " %u %s 0x%" PRIxPTR "\n", store ? 'w' : 'r', address, 1u << qemu_plugin_mem_size_shift(info),
		region, (uintptr_t)pc);
}

static bool of_a_program(const void *pc)
{
	return (uintptr_t)pc < (uint64_t)1 << 47;
}

/* True if that was all there is to say of the access. */
static bool on_memory(qemu_plugin_meminfo_t info, uint64_t address, const void *pc)
{
	if (ends == 2)
		first = address;
	else if (ends == 1)
		last = address;
	else if (!last || address < first || address > last)
		return false;
	if (ends)
		ends--;
	else
		write_down(qemu_plugin_mem_is_store(info), address - first, info, "memory", pc);
	return true;
}

static void on_access(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address, void *pc)
{
	bool store = qemu_plugin_mem_is_store(info);
	struct qemu_plugin_hwaddr *hw;
	const char *region;

	(void)cpu;
	if (of_a_program(pc) && on_memory(info, address, pc))
		return;
	hw = qemu_plugin_get_hwaddr(info, address);
	if (!hw || !qemu_plugin_hwaddr_is_io(hw))
		return;
	region = qemu_plugin_hwaddr_device_name(hw);
	if (!region || (strcmp(region, "edu-mmio") != 0 && strcmp(region, "pci-testdev-mmio") != 0))
		return;
	address = qemu_plugin_hwaddr_phys_addr(hw);
	if (store && strcmp(region, "edu-mmio") == 0 && (address & EDU_MASK) == CASE_WATCH)
		ends = 2;
	else
		write_down(store, address, info, region, pc);
}

static bool kernel_too;

static bool watched(uint64_t pc)
{
	return kernel_too || pc < KERNEL_TEXT || pc >= KERNEL_MODULES;
}

static void on_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);

		if (watched(pc))
			qemu_plugin_register_vcpu_mem_cb(insn, on_access, REGS_NONE, MEMORY_BOTH, (void *)(uintptr_t)pc);
	}
}

static void on_end(qemu_plugin_id_t id, void *data)
{
	(void)id, (void)data;
	fclose(file);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "log=", 4) == 0)
			file = fopen(argv[i] + 4, "w");
		else if (strcmp(argv[i], "kernel=yes") == 0)
			kernel_too = true;
		else
			return -1;
	}
	if (!file)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}
