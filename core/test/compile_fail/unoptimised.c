/* SPDX-License-Identifier: MIT */
/*
 * docs/semantics.md, 1.2: without the optimiser nothing can be proved, so what it would have refused compiles, and panics, with
 * the same words, when it is reached; what it would have accepted works. The view is of a page that may not be touched: a panic comes before the access.
 */
/* Linked with nothing: a lease would need the library. */
#define IOP_DEBUG_VIEWS 0
#include "types.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

const char iop_library_without_debug_views = 0;

static jmp_buf after_panic;
static const char *reason;

IOP_NORETURN void iop_panic_at(const struct iop_panic *panic)
{
	reason = panic->reason;
	longjmp(after_panic, 1);
}

static int failures;

/* The formatter does not know that this is code. */
/* clang-format off */
#define PANICS(words, statement)								\
	do {											\
		reason = "no panic";								\
		if (!setjmp(after_panic))							\
			statement;								\
		if (!strstr(reason, words)) {							\
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #statement, reason);\
			failures++;								\
		}										\
	} while (0)
/* clang-format on */

static void forbidden(volatile size_t *offset, volatile size_t *index)
{
	void *page = mmap(NULL, 0x1000, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bar_sysmem bar = iop_region_at(bar_sysmem, page, 0x1000);
	nic_sysmem nic = iop_view_at(nic_sysmem, page);

	*offset = 0x1000;
	PANICS("iopath: offset access not provably inside", (void)iop_read8(bar, *offset));
	PANICS("iopath: offset access not provably inside", iop_write8(bar, 1, *offset));
	PANICS("iopath: offset access not provably inside", iop_update8(bar, *offset, old, old + 1));
	*offset = 0xffd;
	PANICS("iopath: offset access not provably inside", (void)iop_read32(bar, *offset));
	*offset = 2;
	PANICS("iopath: offset access not provably inside", (void)iop_read32(bar, *offset));
	*offset = SIZE_MAX - 3;
	PANICS("iopath: offset access not provably inside", (void)iop_read32(bar, *offset));
	*index = 8;
	PANICS("iopath: index not provably inside", (void)iop_read(iop_project(nic, .mac, iop_build(*index))));
	PANICS("iopath: index not provably inside", (void)iop_project(nic, .ring, iop_build(-1)));
	PANICS("iopath: range not provably inside", (void)iop_project(nic, .ring, iop_build_range(*index, 9)));
	PANICS("iopath: range not provably inside", (void)iop_project(nic, .ring, iop_build_range(*index, 7)));
}

static uint32_t allowed(volatile size_t *offset, volatile size_t *index)
{
	union {
		uint8_t bytes[0x1000];
		struct nic nic;
	} *memory = (__typeof__(memory))mmap(NULL, 0x1000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bar_sysmem bar = iop_region_at(bar_sysmem, memory, 0x1000);
	nic_sysmem nic = iop_view_at(nic_sysmem, memory);

	memory->bytes[0xfff] = 3;
	memory->nic.ring[7].len = 4;
	*offset = 0xfff;
	*index = 7;
	return iop_read8(bar, *offset) + iop_read(iop_project(nic, .ring, iop_build(*index), .len)) + iop_read8(bar, 0xfff);
}

int main(void)
{
	volatile size_t offset = 0, index = 0;

	forbidden(&offset, &index);
	if (allowed(&offset, &index) != 10)
		failures++;
	return failures != 0;
}
