/* SPDX-License-Identifier: MIT */
/*
 * What the arithmetic of addresses, sizes and places promises, as contracts in ACSL; docs/semantics.md has the same in words. Each is
 * proved of the function that proof_test.py takes from the file named above it, for all arguments, with 64 and with 32 bits. Sums and
 * products are those of integers without a limit, unless a cast says otherwise.
 */

/* The compiler's, as gcc documents them. */
/*@ requires \valid(r);
  @ assigns *r;
  @ ensures \result == 0 || \result == 1;
  @ ensures \result == 1 <==> a * b > SIZE_MAX;
  @ ensures \result == 0 ==> *r == a * b;
  @*/
int __builtin_mul_overflow(size_t a, size_t b, size_t *r);
/*@ requires \valid(r);
  @ assigns *r;
  @ ensures \result == 0 || \result == 1;
  @ ensures \result == 1 <==> a + b > SIZE_MAX;
  @ ensures \result == 0 ==> *r == a + b;
  @*/
int __builtin_add_overflow(size_t a, size_t b, size_t *r);

/* from include/iopath/region.h: 2.4, the one rule of offsets */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result != 0 <==> offset + width <= size && (uintptr_t)(base + offset) % align == 0;
  @*/
int iop_offset_valid(uintptr_t base, size_t offset, size_t size, size_t width, size_t align);

/* from include/iopath/region.h: row 2, Regions */
/*@ assigns \nothing;
  @ ensures \result == 0 || \result == -EINVAL;
  @ ensures \result == 0 <==> size >= min && base % 4 == 0 && size % 4 == 0;
  @*/
int iop_region_check(uintptr_t base, size_t size, size_t min);

/* from include/iopath/region.h: row 2, memory, which does not wrap around */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result == 0 || \result == -EINVAL;
  @ ensures \result == 0 <==> base != 0 && base % align == 0 && (size == 0 || base + size - 1 <= UINTPTR_MAX);
  @*/
int iop_memory_check(uintptr_t base, size_t size, size_t align);

/* from include/iopath/region.h: row 2 */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result == 0 <==> base != 0 && base % align == 0 && (size == 0 || base + size - 1 <= UINTPTR_MAX) &&
  @         size >= min && base % 4 == 0 && size % 4 == 0;
  @*/
int iop_memory_check_region(uintptr_t base, size_t size, size_t align, size_t min);

/* from include/iopath/region.h: row 2, slices */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result == 0 ==> count * element <= SIZE_MAX && base != 0 && base % align == 0;
  @ ensures \result == 0 && count * element > 0 ==> base + count * element - 1 <= UINTPTR_MAX;
  @ ensures base != 0 && base % align == 0 && count * element <= SIZE_MAX &&
  @         (count * element == 0 || base + count * element - 1 <= UINTPTR_MAX) ==> \result == 0;
  @*/
int iop_memory_check_slice(uintptr_t base, size_t count, size_t align, size_t element);

/* from include/iopath/region.h: row 13, an index is never cut to one in bounds */
/*@ assigns \nothing;
  @ ensures i <= SIZE_MAX ==> \result == i;
  @ ensures i > SIZE_MAX ==> \result == SIZE_MAX;
  @*/
size_t iop_index_of(uint64_t i);

/* from include/iopath/location.h: row 16, places do not wrap around */
/*@ requires \valid(place);
  @ assigns *place;
  @ ensures \result != 0 <==> i < count && offset + i * stride <= SIZE_MAX;
  @ ensures \result != 0 ==> *place == offset + i * stride;
  @ ensures \result == 0 ==> *place == \old(*place);
  @*/
bool iop_location_element(size_t offset, size_t count, size_t stride, size_t i, size_t *place);

/* from include/iopath/location.h, IOP_NO_WRAP_(offset, n, stride, size): row 16, the last place of a declaration (with lemmas.py) */
/*@ requires n > 0 && stride > 0 && size <= SIZE_MAX / 2;
  @ assigns \nothing;
  @ ensures \result != 0 ==> offset + size <= SIZE_MAX / 2;
  @ ensures \result != 0 ==> n - 1 <= (SIZE_MAX / 2 - size - offset) / stride;
  @*/
int no_wrap(size_t offset, size_t n, size_t stride, size_t size);

/* from include/iopath/access.h, iop_literal_in_(offset, size, width, align): the same answer as iop_offset_valid gives */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result != 0 <==> offset + width <= size && offset % align == 0;
  @*/
int literal_in(uint64_t offset, size_t size, size_t width, size_t align);

/* from include/iopath/path.h, IOP_IN_RANGE_(first, end, length): row 20, ranges of slices */
/*@ assigns \nothing;
  @ ensures \result != 0 <==> 0 <= first <= end <= length;
  @*/
int in_range(size_t first, size_t end, size_t length);

/* from include/iopath/path.h, IOP_CUT_(*offset, *count, first, end, size): which lies inside what it is cut from (with lemmas.py) */
/*@ requires \valid(offset) && \valid(count) && \separated(offset, count) && size > 0;
  @ requires first <= end <= *count && *offset + *count * size <= SIZE_MAX;
  @ assigns *offset, *count;
  @ ensures *offset == \old(*offset) + first * size && *count == end - first;
  @*/
void cut(size_t *offset, size_t *count, size_t first, size_t end, size_t size);

/* The mask of a device, and the last address that its bus has. */
struct iop_dma;
struct dma_bus;
uint64_t reach;
size_t page_bytes;
/*@ assigns \nothing;
  @ ensures \result == reach;
  @*/
uint64_t iop_dma_mask(const struct iop_dma *dma);
/*@ assigns \nothing;
  @ ensures \result == reach;
  @*/
uint64_t highest(const struct dma_bus *bus);
/*@ assigns \nothing;
  @ ensures \result == page_bytes && (page_bytes == 4096 || page_bytes == 16384 || page_bytes == 65536);
  @*/
size_t dma_page_size(void);
/*@ assigns \nothing;
  @ ensures \result == page_bytes && page_bytes > 0;
  @*/
size_t page_size(void);

/* from provider/dma/dma_mask.c: row 50, all bytes lie below the mask */
/*@ assigns \nothing;
  @ ensures size == 0 ==> (\result != 0 <==> address <= reach);
  @ ensures size > 0 ==> (\result != 0 <==> address + size - 1 <= reach);
  @*/
bool iop_dma_reaches(const struct iop_dma *dma, uint64_t address, size_t size);

/* from provider/dma/dma_bus.c: pages that lie below the mask with all of their bytes */
/*@ assigns \nothing;
  @ behavior small: assumes page_bytes == 4096; ensures \result * 4096 <= reach + 1 < (\result + 1) * 4096;
  @ behavior medium: assumes page_bytes == 16384; ensures \result * 16384 <= reach + 1 < (\result + 1) * 16384;
  @ behavior large: assumes page_bytes == 65536; ensures \result * 65536 <= reach + 1 < (\result + 1) * 65536;
  @*/
uint64_t end_of_mask(const struct dma_bus *bus);

/* from provider/dma/dma_bus.c: two blocks and the page behind each; where one is met, the next try is lower and does not meet it */
/*@ requires at < 0x10000000000000 && n < 0x10000000000000 && start < 0x10000000000000 && pages < 0x10000000000000;
  @ requires \valid(below);
  @ assigns *below;
  @ ensures \result == 0 <==> at + n + 1 <= start || start + pages + 1 <= at;
  @ ensures \result == 0 ==> *below == \old(*below);
  @ ensures \result != 0 && *below > 0 ==> *below + 1 == start && *below < at + n;
  @*/
int meets(uint64_t at, uint64_t n, uint64_t start, uint64_t pages, uint64_t *below);

/* from provider/dma/dma_bus.c: bytes of a block */
/*@ assigns \nothing;
  @ ensures \result != 0 <==> begin <= address < begin + size && address + n <= begin + size;
  @*/
int has(uint64_t begin, uint64_t size, uint64_t address, size_t n);

/* from provider/dma/dma_bus.c: whole pages */
/*@ requires to == 4096 || to == 16384 || to == 65536 || to == 2097152;
  @ assigns \nothing;
  @ ensures \result == 0 <==> n == 0 || n + to - 1 > PTRDIFF_MAX;
  @ ensures \result > 0 ==> n <= \result < n + to;
  @ behavior small: assumes to == 4096; ensures \result % 4096 == 0;
  @ behavior medium: assumes to == 16384; ensures \result % 16384 == 0;
  @ behavior large: assumes to == 65536; ensures \result % 65536 == 0;
  @ behavior huge: assumes to == 2097152; ensures \result % 2097152 == 0;
  @*/
size_t dma_round_up(size_t n, size_t to);

struct iop_resource {
	uint64_t start, len;
};

/* from include/iopath/bus.h: rows 36 and 37, a length is never cut */
/*@ requires \valid(size) && \valid_read(resource) && \separated(size, resource);
  @ assigns *size;
  @ ensures \result == 0 <==> resource->len <= SIZE_MAX;
  @ ensures \result == 0 ==> *size == resource->len;
  @ ensures \result != 0 ==> *size == \old(*size);
  @*/
int iop_resource_size(const struct iop_resource *resource, size_t *size);

/* from provider/bus/sysfs.c: the pages in which a resource lies */
/*@ requires \valid(offset) && \valid(bytes) && \separated(offset, bytes, resource) && \valid_read(resource);
  @ assigns *offset, *bytes;
  @ ensures *offset == resource->start % page_bytes;
  @ ensures \result == 0 <==> size + *offset <= SIZE_MAX;
  @ ensures \result == 0 ==> *bytes == size + *offset;
  @*/
int pages_of(const struct iop_resource *resource, size_t size, size_t *offset, size_t *bytes);

/* from copy/copy_view.c: two ranges have a byte in common */
/*@ requires a + n <= UINTPTR_MAX + 1 && b + n <= UINTPTR_MAX + 1;
  @ assigns \nothing;
  @ ensures \result != 0 <==> a < b + n && b < a + n;
  @*/
int intersect(uintptr_t a, uintptr_t b, size_t n);

struct iop_config_sim {
	struct {
		size_t cfg_size;
	} device;
	uint8_t bytes[4096];
	uint64_t transactions, fail_from, fail_until;
	int fail_with;
};

/* from provider/config/config_sim.c: row 7, no transaction leaves config space */
/*@ requires \valid(sim) && sim->device.cfg_size <= 4096 && sim->fail_with < 0 && width <= 4;
  @ assigns sim->transactions;
  @ ensures \result == 0 ==> offset < sim->device.cfg_size && offset + width <= 4096;
  @*/
int begin(struct iop_config_sim *sim, size_t offset, unsigned width);
