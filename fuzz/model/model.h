/* SPDX-License-Identifier: MIT */
/**
 * model.h - what every operation should do, said again and naively
 *
 * The reference: memory is an array of bytes, addresses are numbers, all arithmetic is done in twice the bits of a size, every copy
 * is a loop over bytes through a temporary. It shares nothing with the library but the error numbers of <errno.h>.
 */
#ifndef IOPATH_FUZZ_MODEL_H
#define IOPATH_FUZZ_MODEL_H

#include <program/program.h>

#if SIZE_MAX == UINT64_MAX
__extension__ typedef unsigned __int128 fuzz_wide_t;
#else
typedef uint64_t fuzz_wide_t;
#endif

struct fuzz_owner {
	bool live, io, wc, coherent;
	uint64_t base, size; /* addresses as the library sees them */
	unsigned generation;
};

struct fuzz_map {
	bool io;
	uint8_t owner; /* FUZZ_OWNERS: null */
	uint64_t addr;
};

struct fuzz_hold {
	bool open, requested, at_least_42;
	uint64_t addr, size;
};

struct fuzz_vmap {
	bool open, was_open, at_least_42, wc;
	uint64_t addr, size;
};

struct fuzz_guarded {
	bool live, devres, revoked;
	uint8_t guards, turn;
	struct fuzz_hold hold;
};

/* What the trace of a copy must show: the bytes of each side once, in one direction and aligned. */
struct fuzz_expected_copy {
	bool descends;	  /* from the last byte to the first: where the destination begins inside the source */
	bool whole_first; /* all loads before any store */
	bool fewest;	  /* no more accesses than alignment demands */
	uint8_t widest;
	uint8_t load_set, store_set; /* widths; 0: all up to the widest */
	uint64_t load_at, loads, store_at, stores;
};
#define FUZZ_MAX_EXPECTED 256

/* By operation on views: the slots whose views it takes, a bit each. All of them at once, as they change with every view. */
struct fuzz_takers {
	uint16_t of __attribute__((vector_size(FUZZ_VIEW_OP_NUMBERS * sizeof(uint16_t))));
};

struct fuzz_model {
	struct fuzz_profile profile;
	uint64_t arena; /* address of the first byte of memory[] in the library's world */
	uint8_t memory[FUZZ_ARENA];
	struct fuzz_owner owner[FUZZ_OWNERS];
	struct fuzz_view view[FUZZ_SLOTS];
	unsigned generation[FUZZ_SLOTS]; /* of the owner when the view was made */
	struct fuzz_takers taken;
	struct fuzz_map map[FUZZ_MAPS];
	struct fuzz_hold hold[FUZZ_HOLDS];
	uint32_t maps, unmaps, requests, releases; /* by all holds so far */
	uint16_t resets;			   /* of the function that they are of */
	struct fuzz_busy {
		uint64_t addr, size;
	} busy[FUZZ_MOST_TAKEN]; /* requested and not released */
	unsigned busy_count;
	uint16_t trail; /* what was unmapped in which order */
	struct fuzz_vmap vmap[FUZZ_VMAPS];
	uint8_t vmaps, vunmaps, freed; /* by all vmaps so far */
	struct fuzz_guarded guarded[FUZZ_GUARDED];
	bool unbound;
	uint8_t registered, actions;
	struct fuzz_event expected[FUZZ_MAX_EXPECTED]; /* the trace of the last operation: these events, */
	unsigned expectations;
	const char *refused; /* the panic of an access that was not made, from then on none is */
	bool copies;	     /* or this copy */
	bool fails_late;     /* it panics or fails after these */
	struct fuzz_expected_copy copy;
	size_t wrote_at, wrote; /* what the last operation wrote of memory[]: one range */
	struct fuzz_moved {
		uint64_t to, from, n;
		bool reads;
	} moved[FUZZ_MAX_EXPECTED]; /* and the bytes that it moved from place to place, or set */
	unsigned moved_count;
	uint8_t last, turn;			 /* the slot of the newest view; where the next one goes */
	struct fuzz_asked asked[FUZZ_MAX_ASKED]; /* what the last operation asked of buses, devices and providers */
	unsigned asked_count;
	uint64_t bus;			      /* what a coherent owner's memory begins at for its device */
	uint64_t bus_good, bus_bad, bus_lost; /* config space: transactions that will go well, then fail; lost so far */
};

/** Puts the world into the state in which programs start. @model->profile, arena and memory are set. */
void fuzz_model_start(struct fuzz_model *model, uint16_t layout);

/** Bytes that lie in the world at the start, and in RAM: byte i of the arena. */
uint8_t fuzz_model_fill(size_t i);

/* layout.c: the types in numbers. */
struct fuzz_layout {
	uint8_t size, align;	/* of the target, or of an element of a slice; a Region: minimum and 4 */
	uint8_t element, range; /* types that indexing gives; FUZZ_TYPES: not indexable */
	uint8_t count;		/* elements of an array; 0 for a slice */
	bool dynamic;
	uint8_t fields;
	struct {
		uint8_t offset, type;
	} field[5];
};
extern const struct fuzz_layout fuzz_layout[FUZZ_TYPES];

/** What a fixed access is: width and offset. */
struct fuzz_fixed {
	uint8_t width, offset;
};
extern const struct fuzz_fixed fuzz_fixed[8];

/** What casts make, by kind. */
#define FUZZ_CASTS 8
extern const uint8_t fuzz_cast_type[FUZZ_CASTS];

/* The array of registers in Region: FUZZ_REGISTERS of them, 32 bits each. */
#define FUZZ_REGISTERS	     6
#define FUZZ_REGISTER_AT     0x10
#define FUZZ_REGISTER_STRIDE 12
#define FUZZ_REGISTER_KINDS  4

/* What operations are made of. */
void fuzz_model_asks(struct fuzz_model *m, enum fuzz_request request, unsigned width, uint64_t at, uint64_t value);
void fuzz_model_keep(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r, struct fuzz_view view,
		     unsigned generation);
/* The part of view a that lies @delta bytes on: of @type, @count elements where it is a slice. */
void fuzz_model_keep_part(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r, unsigned type, fuzz_wide_t delta,
			  uint64_t count);
bool fuzz_model_stale(const struct fuzz_model *m, unsigned slot, struct fuzz_result *r);
uint64_t fuzz_model_load(struct fuzz_model *m, const struct fuzz_view *v, fuzz_wide_t addr, unsigned width);
void fuzz_model_store(struct fuzz_model *m, const struct fuzz_view *v, fuzz_wide_t addr, unsigned width, uint64_t value);
void fuzz_model_read_hold(struct fuzz_model *m, const struct fuzz_hold *h, const struct fuzz_call *c, struct fuzz_result *r);
void fuzz_model_give_back(struct fuzz_model *m, struct fuzz_hold *hold);
void fuzz_model_release(struct fuzz_model *m, uint64_t addr, uint64_t size);

static inline uint8_t *fuzz_model_at(struct fuzz_model *m, uint64_t addr)
{
	return &m->memory[addr - m->arena];
}

/* The number that the CPU finds in @width bytes there, in its own byte order. */
uint64_t fuzz_model_peek(struct fuzz_model *m, uint64_t addr, unsigned width);
void fuzz_model_poke(struct fuzz_model *m, uint64_t addr, unsigned width, uint64_t value);

/* Whether the numbers that are loaded and stored through a view lie there with the low byte first: a device's do, memory has the
 * CPU's order. */
bool fuzz_model_is_little(const struct fuzz_model *m, const struct fuzz_view *v);
/* The @width bytes of a number the other way round. */
uint64_t fuzz_model_swap(uint64_t value, unsigned width);

void fuzz_model_expect_copy(struct fuzz_model *m, uint64_t load_at, uint64_t loads, uint64_t store_at, uint64_t stores, bool fewest,
			    bool whole_first);
void fuzz_model_expect_reset(struct fuzz_model *m, bool other);
/* An iop_wc_flush(), and a barrier of writes to memory. */
void fuzz_model_expect_flush(struct fuzz_model *m);
void fuzz_model_expect_wmb(struct fuzz_model *m);
void fuzz_model_expect_cp(struct fuzz_model *m, uint64_t addr, uint64_t n);
/* A load or store of a copy, of what lies there now; of a wide one, the first eight bytes. */
void fuzz_model_expect_access(struct fuzz_model *m, unsigned kind, uint64_t addr, unsigned width);
/* One event of a view's path: a barrier (width 0), or an access of @value as it lies in memory. */
void fuzz_model_expect_event(struct fuzz_model *m, const struct fuzz_view *v, unsigned kind, uint64_t addr, unsigned width,
			     uint64_t value);
void fuzz_model_bytes(struct fuzz_model *m, uint64_t to, uint64_t from, uint64_t n);
void fuzz_model_set(struct fuzz_model *m, uint64_t to, uint8_t byte, uint64_t n);
void fuzz_model_wrote(struct fuzz_model *m, uint64_t to, uint64_t n);

/* Whether the device takes an access of @width, as far as the view asks. */
static inline bool fuzz_model_takes(const struct fuzz_view *v, unsigned width)
{
	return v->backend != FUZZ_MMIO_WITHIN || v->widths & width;
}

/* What stops a copy of @n bytes there: 0, -EINVAL, or -EOPNOTSUPP where only a width fits that there is no access of. */
int fuzz_model_copy_fits(const struct fuzz_model *m, const struct fuzz_view *v, uint64_t addr, uint64_t n);
/* The set of widths that a copy keeps, 0 for that of the machine. */
static inline unsigned fuzz_model_copy_set(const struct fuzz_model *m, const struct fuzz_view *v)
{
	return v->backend == FUZZ_MMIO_WITHIN ? v->widths & (m->profile.bits64 ? 15u : 7u) : 0;
}

/* Whether it is a device's memory that is seen through a view. */
static inline bool fuzz_model_is_io(const struct fuzz_view *v)
{
	return v->backend == FUZZ_MMIO || v->backend == FUZZ_MMIO_WITHIN || v->backend == FUZZ_WC ||
	       (v->backend == FUZZ_IOSYSMAP && v->io);
}

static inline uint64_t fuzz_model_ram(const struct fuzz_model *m, uint64_t offset)
{
	return m->arena + FUZZ_RAM_AT + offset;
}

/* Whether two ranges of @n bytes have one in common. */
static inline bool fuzz_model_meet(uint64_t a, uint64_t b, uint64_t n)
{
	return (fuzz_wide_t)a < (fuzz_wide_t)b + n && (fuzz_wide_t)b < (fuzz_wide_t)a + n;
}

#endif
