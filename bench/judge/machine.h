/* SPDX-License-Identifier: MIT */
/** machine.h - for which architecture an ELF file is, and what judges it there */
#ifndef IOPATH_BENCH_JUDGE_MACHINE_H
#define IOPATH_BENCH_JUDGE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

struct iop_machine {
	const char *name;	   /**< as scripts/arch calls it */
	const char *program, *cpu; /**< the emulator, and its CPU */
	const char *triple;	   /**< the compiler is TRIPLE-gcc, its C library is in /usr/TRIPLE */
	const char *libc;	   /**< the package of that C library */
	uint16_t elf;		   /**< the file's e_machine */
	uint8_t bits, big_endian;
	uint8_t weak; /**< it may reorder accesses to devices and to memory: an ordered accessor executes a barrier */
};

/** All that are known, ending with name NULL: this CPU's first. */
extern const struct iop_machine iop_machines[];

struct iop_elf {
	bool here;			   /**< of this CPU, or no ELF file at all: the dynamic loader says the rest */
	bool relocatable;		   /**< an object file, not linked */
	bool shared;			   /**< a shared object */
	unsigned number;		   /**< e_machine */
	unsigned bits;			   /**< 32 or 64 */
	const struct iop_machine *machine; /**< NULL: of none that is known; of this CPU, its emulator */
};

/** Reads the first bytes of @path. */
struct iop_elf iop_elf_of(const char *path);

#endif
