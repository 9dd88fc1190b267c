/* SPDX-License-Identifier: MIT */
/* What the checker must complain about: each function here is wrong under the name that it has. */
#include <stdint.h>

struct pair {
	uint32_t a, b;
};
struct block {
	uint64_t a, b;
};

/* A pair is a paragraph. */
/* clang-format off */
uint32_t raw_same_extra(volatile struct pair *p) { return p->b; }
uint32_t iop_same_extra(volatile struct pair *p) { uint32_t v = p->b; __asm__ volatile("" : "+r"(v)); return v * 3; }

uint32_t raw_same_place(volatile struct pair *p) { return p->b; }
uint32_t iop_same_place(volatile struct pair *p) { return p->a; }

uint32_t raw_same_width(volatile struct pair *p) { return p->b; }
uint32_t iop_same_width(volatile struct pair *p) { return *(volatile uint16_t *)&p->b; }

uint32_t raw_same_twice(volatile struct pair *p) { return p->b; }
uint32_t iop_same_twice(volatile struct pair *p) { (void)p->b; return p->b; }

void raw_same_struct(volatile struct block *p, const struct block *v) { p->a = v->a; }
void iop_same_struct(volatile struct block *p, const struct block *v) { *p = *v; }

uint32_t raw_index_slower(volatile struct pair *p, uint32_t i) { return p[i & 3].b; }
uint32_t iop_index_slower(volatile struct pair *p, uint32_t i) { __asm__ volatile("" : "+r"(i)); return p[(i % 7) & 3].b; }

uint32_t iop_same_alone(volatile struct pair *p) { return p->b; }

/* An aggregate is no single access, whatever volatile says. */
struct block read_mmio_u64(volatile struct block *p) { return *p; }
/* A byte where the name says a word. */
uint32_t read_sysmem_u32(volatile uint8_t *p) { return *p; }
/* Misses its access. */
uint16_t read_relaxed_u16(volatile uint16_t *p) { (void)p; return 0; }
/* Reads instead of writing. */
uint32_t write_relaxed_u32(volatile uint32_t *p) { return *p; }
/* A read-modify-write instead of a write: also what a bit field would do. */
void write_mmio_u32(volatile uint32_t *p) { *p |= 1; }
/* A barrier where none belongs. */
void write_sysmem_u8(volatile uint8_t *p, uint8_t v) { __sync_synchronize(); *p = v; }
/* The access is left to somebody else. */
void elsewhere(volatile uint8_t *p);
void write_relaxed_u8(volatile uint8_t *p, uint8_t v) { *p = v; elsewhere(p); }
#if defined(__aarch64__)
/* Writeback: a hypervisor cannot emulate it. */
uint32_t read_relaxed_u32(uint32_t *p) { uint32_t v; __asm__ volatile("ldr %w0, [%1], #4" : "=&r"(v), "+r"(p)); return v; }
void write_mmio_u64(uint64_t *p, uint64_t v) { __asm__ volatile("dmb oshst\n\tstp %1, %1, [%0]" :: "r"(p), "r"(v)); }
#endif
#if defined(__aarch64__) || defined(__riscv)
/* No barrier, and one too late. */
uint32_t read_mmio_u32(volatile uint32_t *p) { return *p; }
# ifdef __riscv
void write_mmio_u16(uint16_t *p, uint16_t v) { *(volatile uint16_t *)p = v; __asm__ volatile("fence w, o"); }
# else
void write_mmio_u16(uint16_t *p, uint16_t v) { *(volatile uint16_t *)p = v; __asm__ volatile("dmb oshst"); }
# endif
#endif
