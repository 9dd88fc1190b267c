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
/* The register before the byte that it hands over, and the byte before the register that says it may be read. */
void publish_mmio_u32(volatile uint32_t *p, volatile uint8_t *byte, uint32_t v) { *p = v; *byte = 1; }
uint8_t collect_mmio_u64(volatile uint64_t *p, volatile uint8_t *byte) { uint8_t v = *byte; (void)*p; return v; }
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
/* The barrier of an ordered write, and one that is too weak for it. */
#if defined(__aarch64__)
# define BARRIER "dmb oshst"
# define WEAKER "dmb ishst"
#elif defined(__arm__)
# define BARRIER "dsb st"
# define WEAKER "dmb ishst"
#elif defined(__riscv)
# define BARRIER "fence w, o"
# define WEAKER "fence r, w"
#elif defined(__powerpc64__)
# define BARRIER "sync"
# define WEAKER "lwsync"
#elif defined(__s390x__)
# define BARRIER "bcr 14, 0"
# define WEAKER "bcr 0, 0"
#endif
#ifdef __powerpc64__
# define WEAKER_IN_MEMORY "eieio"
#else
# define WEAKER_IN_MEMORY WEAKER
#endif
#ifdef BARRIER
/* None, one too late, one too weak, and one that the relaxed form should not have. */
uint32_t read_mmio_u32(volatile uint32_t *p) { return *p; }
void write_mmio_u16(volatile uint16_t *p, uint16_t v) { *p = v; __asm__ volatile(BARRIER ::: "memory"); }
void write_mmio_u8(volatile uint8_t *p, uint8_t v) { __asm__ volatile(WEAKER ::: "memory"); *p = v; }
uint8_t read_relaxed_u8(volatile uint8_t *p) { uint8_t v = *p; __asm__ volatile(BARRIER ::: "memory"); return v; }
/* Too weak, the wrong one of two, or none. */
void fence_mb(void) { __asm__ volatile(WEAKER ::: "memory"); }
#ifndef __s390x__
void fence_wmb(void) { __asm__ volatile(WEAKER ::: "memory"); }
#endif
void fence_dma_wmb(void) { __asm__ volatile(WEAKER_IN_MEMORY ::: "memory"); }
void fence_dma_rmb(void) { __asm__ volatile("" ::: "memory"); }
void fence_smp_mb(void) { __asm__ volatile(WEAKER ::: "memory"); }
void stores_mb(uint32_t *p) { *p = 1; __asm__ volatile(WEAKER ::: "memory"); *p = 2; }
#else
/* One too many, too weak, and none. */
void fence_dma_rmb(void) { __sync_synchronize(); }
void fence_mb(void) { __asm__ volatile("sfence" ::: "memory"); }
void fence_wmb(void) { __asm__ volatile("" ::: "memory"); }
void fence_smp_mb(void) { __asm__ volatile("" ::: "memory"); }
#endif
/* No barrier that anybody knows. */
void fence_nothing(void) { __asm__ volatile("" ::: "memory"); }
/* A flush that is none, before the store, after the doorbell, for the compiler only; and one where no store waits for it. */
#if defined(__x86_64__) || defined(__i386__)
# define FLUSH "sfence"
#elif defined(__aarch64__) || defined(__arm__)
# define FLUSH "dsb st"
#elif defined(__riscv)
# define FLUSH "fence ow, ow"
#else
# define FLUSH BARRIER
#endif
void fence_wc_flush(void) { __asm__ volatile("" ::: "memory"); }
void doorbell_wc_u32(volatile uint32_t *p, volatile uint32_t *bell, uint32_t v) { __asm__ volatile(FLUSH ::: "memory"); *p = v; *bell = v; }
void doorbell_wc_u16(volatile uint16_t *p, volatile uint16_t *bell, uint16_t v) { *p = v; *bell = v; __asm__ volatile(FLUSH ::: "memory"); }
void doorbell_wc_u8(volatile uint8_t *p, volatile uint8_t *bell, uint8_t v) { *p = v; __asm__ volatile("" ::: "memory"); *bell = v; }
void write_wc_u32(volatile uint32_t *p, uint32_t v) { *p = v; __asm__ volatile(FLUSH ::: "memory"); }
/* No barrier, which makes the two accesses one. */
void stores_smp_wmb(uint32_t *p) { *p = 1; *p = 2; }
void loads_smp_rmb(const uint32_t *p) { uint32_t a = *p; __asm__ volatile("" : : "r"(a), "r"(*p)); }
/* The barrier is there and gcc does not know: clang takes each volatile asm for one. */
#ifndef __clang__
#if defined(__x86_64__) || defined(__i386__)
# define BARE "lock; addl $0,-4(%%" STACK ")"
# ifdef __x86_64__
#  define STACK "rsp"
# else
#  define STACK "esp"
# endif
#elif defined(__aarch64__) || defined(__arm__)
# define BARE "dmb ish"
#elif defined(__riscv)
# define BARE "fence rw, rw"
#elif defined(__powerpc64__)
# define BARE "sync"
#else
# define BARE "bcr 14, 0"
#endif
void stores_smp_mb(uint32_t *p) { *p = 1; __asm__ volatile(BARE :); *p = 2; }
void loads_smp_mb(const uint32_t *p) { uint32_t a = *p; __asm__ volatile(BARE :); __asm__ volatile("" : : "r"(a), "r"(*p)); }
#endif
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) || defined(__arm__)
void pause_cpu_relax(void) { __asm__ volatile("nop"); }
#endif
/* The byte on the wrong side, which a plain access and no order at all allow. */
uint8_t acquire_sysmem_u32(volatile uint32_t *p, volatile uint8_t *byte) { uint8_t v = *byte; (void)*p; return v; }
void release_sysmem_u32(volatile uint32_t *p, volatile uint8_t *byte, uint32_t v) { *p = v; *byte = 1; }
#if defined(__aarch64__) || defined(__arm__) || defined(__riscv) || defined(__powerpc64__)
void release_sysmem_u16(volatile uint16_t *p, volatile uint8_t *byte, uint16_t v) { *byte = 1; *p = v; }
uint8_t acquire_sysmem_u8(volatile uint8_t *p, volatile uint8_t *byte) { (void)*p; return *byte; }
#endif
