/* SPDX-License-Identifier: MIT */
/**
 * image.h - a loaded ELF file: which symbol an address belongs to, which words are pointers, what the file says is there
 */
#ifndef IOPATH_BENCH_SAMPLE_IMAGE_H
#define IOPATH_BENCH_SAMPLE_IMAGE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct iop_symbol {
	uintptr_t start, end; /**< as loaded */
	bool code;
	const char *name;
};

struct iop_pointer {
	uintptr_t addr;
	bool thread; /**< an offset of a thread's variables: it depends on what else is loaded */
	int64_t addend;
};

struct iop_image {
	const unsigned char *file;
	size_t file_size;
	uintptr_t load; /**< added to the file's addresses */
	const Elf64_Phdr *segments;
	size_t segment_count;
	struct iop_symbol *symbols; /**< by address, none overlapping another's start */
	size_t symbol_count;
	struct iop_pointer *pointers; /**< words that the loader filled in, by address */
	size_t pointer_count;
	uintptr_t constructors, constructors_end; /**< pointers to functions that run when it is loaded */
};

/** Reads @path, which is loaded at @load. 0, -EINVAL if it is not such a file or has no symbols, -ENOMEM. */
int iop_image_open(struct iop_image *image, const char *path, uintptr_t load);
void iop_image_close(struct iop_image *image);

/** The segment of @addr, or NULL. */
const Elf64_Phdr *iop_image_segment(const struct iop_image *image, uintptr_t addr);

/** The symbol that covers @addr, as an index; symbol_count for none. */
size_t iop_image_symbol(const struct iop_image *image, uintptr_t addr);

/** The value that the loader stored there, or NULL if it left the word unchanged. */
const struct iop_pointer *iop_image_pointer(const struct iop_image *image, uintptr_t addr);

/** The contents of the file at @addr, without later writes of the program; zeros past it. */
unsigned char iop_image_byte(const struct iop_image *image, uintptr_t addr);

#endif
