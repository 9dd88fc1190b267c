/* SPDX-License-Identifier: MIT */
/** encodings_cpu.h - one instruction, run by this CPU with every register set beforehand and read afterwards */
#ifndef ENCODINGS_CPU_H
#define ENCODINGS_CPU_H

#include <stdbool.h>
#include <stdint.h>

enum {
	CPU_RCX = 1,
	CPU_RSI = 6,
	CPU_RDI = 7
};

struct cpu_state {
	uint64_t general[16]; /* in the hardware's order */
	uint64_t flags;
	uint64_t reserved[7];
	unsigned char vectors[4096]; /* as XSAVE writes them */
} __attribute__((aligned(64)));

/* What ended a run: 0, or the signal; and of SIGSEGV the address, 0 where the CPU tells none. */
struct cpu_end {
	int signal;
	uintptr_t address;
};

/* Below 2 GiB, so that every addressing form reaches it. False if there is no room there. */
bool cpu_open(void);

/* Where the next instruction will lie. */
uintptr_t cpu_code(void);

/* Puts an instruction there; what follows it notices when it is left at the wrong place. */
void cpu_put(const uint8_t *bytes, unsigned length);

/* Registers that no instruction has touched: vectors and masks with known contents, flags clear. */
void cpu_fresh(struct cpu_state *state);

/* Runs what was put. */
void cpu_run(struct cpu_state *state);

/* The same, and signals end it. */
struct cpu_end cpu_try(struct cpu_state *state);

bool cpu_same(const struct cpu_state *a, const struct cpu_state *b);

#endif
