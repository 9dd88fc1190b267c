/* SPDX-License-Identifier: MIT */
/**
 * coherent.h - memory shared with a device: CoherentView, Coherent, CoherentBox, CoherentHandle
 *
 * Coherent DMA memory is system memory that a device reads and writes by itself, at an address of its own. The backend is SysMem
 * (native byte order, no barriers: see barrier.h) plus that address, which follows every projection: of any part of a ring the view
 * also knows where the device sees it.
 *
 *	typedef IOP_COHERENT_OWNER(struct ring) ring_dma;             one struct ring
 *	typedef IOP_COHERENT_OWNER(IOP_SLICE(struct desc)) desc_dma;  n descriptors
 *
 *	ring_dma ring;
 *	err = iop_coherent_alloc(&ring, dma, 0);                                zeroed
 *	iop_write(iop_project(ring, .desc, iop_or_panic(i), .len), 64);              an owner is used as a view
 *	iop_write(iop_project(nic, .ring_base), iop_coherent_dma(ring));        the device's address of the ring
 *	iop_coherent_drop(&ring);
 *
 * Three owners, which all free their memory once, with what it was allocated with, when they are dropped:
 *
 *	Coherent         IOP_COHERENT_OWNER(T)      shared with the device: reached through views only
 *	CoherentBox      IOP_COHERENT_BOX(T)        not shared yet: plain pointers; becomes a Coherent, never back
 *	CoherentHandle   iop_coherent_handle        no CPU access: a device address and a size, no views
 *
 * An owner is a plain structure that must not be copied to be dropped twice; debug builds panic with "stale view" then, and when a
 * view is used after its owner was dropped. Making one that fails leaves an empty owner, which may be dropped. The memory does not
 * depend on the device staying bound: after iop_dma_unbind() the CPU may use it, but its device address is invalid.
 * Source: docs/semantics.md, rows 25, 26.
 */
#ifndef IOPATH_COHERENT_H
#define IOPATH_COHERENT_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/dma.h>
#include <iopath/error.h>
#include <iopath/sysmem.h>

struct iop_coherent {
	uintptr_t addr;
	IOP_LEASE_MEMBER
	uint64_t dma; /**< the device's address of the byte at addr */
};

/** View type; the argument is a type, IOP_SLICE(E) or IOP_REGION(MIN). */
#define IOP_COHERENT(...) IOP_VIEW_TYPE(struct iop_coherent, __VA_ARGS__)
/** The same of what takes the widths of @set only. */
#define IOP_COHERENT_WIDTHS(set, ...) IOP_VIEW_TYPE_WITHIN(struct iop_coherent, set, __VA_ARGS__)

enum {
	iop_coherent_caps = iop_sysmem_caps
};

IOP_INLINE struct iop_sysmem iop_coherent_sysmem(struct iop_coherent raw)
{
	struct iop_sysmem memory;

	memory.addr = raw.addr;
	IOP_LEASE_SET(memory, raw.lease);
	return memory;
}

IOP_INLINE uint64_t iop_coherent_load(struct iop_coherent raw, unsigned width)
{
	return iop_sysmem_load(iop_coherent_sysmem(raw), width);
}

IOP_INLINE void iop_coherent_store(struct iop_coherent raw, unsigned width, uint64_t value)
{
	iop_sysmem_store(iop_coherent_sysmem(raw), width, value);
}

/* Both sides see the same bytes in the same order, so both addresses advance alike. */
IOP_INLINE struct iop_coherent iop_coherent_advance(struct iop_coherent raw, size_t delta)
{
	IOP_LEASE_CHECK(raw);
	raw.addr += delta;
	raw.dma += delta;
	return raw;
}

IOP_INLINE void iop_coherent_copy_toio(struct iop_coherent raw, const void *src, size_t n)
{
	iop_sysmem_copy_toio(iop_coherent_sysmem(raw), src, n);
}

IOP_INLINE void iop_coherent_copy_fromio(struct iop_coherent raw, void *dst, size_t n)
{
	iop_sysmem_copy_fromio(iop_coherent_sysmem(raw), dst, n);
}

IOP_INLINE int iop_coherent_is_io(struct iop_coherent raw)
{
	(void)raw;
	return 0;
}

IOP_DEFINE_BACKEND(coherent)

#define IOP_ASSERT_COHERENT_(v) IOP_ASSERT(IOP_IS_BACKEND(v, coherent), "iopath: only a Coherent view has a device address")

/**
 * The device's address of a Coherent view or owner. That of an empty view at the end is one past the last byte: a legal value
 * that must not be given to a device.
 */
#define iop_coherent_dma(view)                 \
	__extension__({                        \
		IOP_AUTO iop_cd_ = (view);     \
		IOP_ASSERT_COHERENT_(iop_cd_); \
		iop_cd_.raw.dma;               \
	})

/** The SysMem view of the same bytes; it no longer has the device's address. Also the way to an IoSysMap. */
#define iop_coherent_as_sysmem(view)                                                         \
	__extension__({                                                                      \
		IOP_AUTO iop_cy_ = (view);                                                   \
		IOP_ASSERT_COHERENT_(iop_cy_);                                               \
		IOP_RETARGET_(struct iop_sysmem, iop_coherent_sysmem(iop_cy_.raw), iop_cy_); \
	})

/* A pointer to the target; of a slice, to its first element. */
#ifdef __cplusplus
template <class T, bool Slice>
struct iop_pointee {
	using type = T;
};
template <class T>
struct iop_pointee<T, true> {
	using type = iop_element_of<T>;
};
#define IOP_POINTER_TO_(v) typename iop_pointee<IOP_TARGET(v), IOP_IS_DYNAMIC(v)>::type *
#else
#define IOP_POINTER_TO_(v)                                  \
	__typeof__(__builtin_choose_expr(IOP_IS_DYNAMIC(v), \
					 &(*__builtin_choose_expr(IOP_IS_DYNAMIC(v), (v).as[0], (uint8_t(*)[1])0))[0], (v).as[0]))
#endif

/**
 * A plain pointer to the target of a Coherent view (as_mut): T * of a sized T, E * of a slice. The caller promises that nobody else
 * accesses those bytes while it is used: not the device, not another thread, not another view or pointer. To only read (as_ref),
 * assign it to a pointer to const and promise that nobody writes them. Bounds are no longer checked, and use after the owner was
 * dropped is not detected. When in doubt, use copy.h.
 */
#define iop_coherent_as_mut(view)                            \
	__extension__({                                      \
		IOP_AUTO iop_cm_ = (view);                   \
		IOP_ASSERT_COHERENT_(iop_cm_);               \
		IOP_LEASE_CHECK(iop_cm_.raw);                \
		(IOP_POINTER_TO_(iop_cm_)) iop_cm_.raw.addr; \
	})
#define iop_coherent_as_ref(view)                                                                       \
	__extension__({                                                                                 \
		IOP_AUTO iop_ce_ = (view);                                                              \
		const __typeof__(*(IOP_POINTER_TO_(iop_ce_))0) *iop_cc_ = iop_coherent_as_mut(iop_ce_); \
		iop_cc_;                                                                                \
	})

/** What every owner holds: the arguments and results of its allocation. */
struct iop_dma_hold {
	struct iop_dma *dma; /**< NULL: the owner is empty */
	void *cpu;
	uint64_t address;
	size_t size;
	unsigned attrs;
	IOP_LEASE_MEMBER
};

IOP_BEGIN_DECLS
/*
 * The owners' common part. Allocates @count elements of @element bytes; if @from, filled from there, else zeroed, whatever the
 * provider did. 0; -EINVAL: count is 0, or IOP_DMA_NO_CPU was given; -ENOMEM: the size overflows, or the provider has no memory. On
 * failure *@hold is empty.
 */
int iop_dma_take(struct iop_dma_hold *hold, struct iop_dma *dma, size_t count, size_t element, const void *from, unsigned attrs);
/* The same for @size bytes without CPU access, so neither filled nor zeroed. 0; -EINVAL: size is 0; -ENOMEM. */
int iop_dma_take_blind(struct iop_dma_hold *hold, struct iop_dma *dma, size_t size, unsigned attrs);
void iop_dma_drop(struct iop_dma_hold *hold);
IOP_END_DECLS

/* The whole of the memory, as a view's handle. */
IOP_INLINE struct iop_coherent iop_coherent_of_hold(const struct iop_dma_hold *hold)
{
	struct iop_coherent raw;

	raw.addr = (uintptr_t)hold->cpu;
	raw.dma = hold->address;
	IOP_LEASE_SET(raw, hold->lease);
	return raw;
}

/**
 * Types of owners; the argument is a type or IOP_SLICE(E). A Coherent is a view that also holds the memory. A Box has no .raw:
 * it is not a view, because a view is for memory that others may write.
 */
#define IOP_COHERENT_OWNER(...)		 IOP_COHERENT_OWNER_(__VA_ARGS__, 0, 0)
#define IOP_COHERENT_OWNER_(T, LEN, ...) IOP_COHERENT_OWNER__(T, LEN)
/** A Coherent whose views keep to the widths of @set: memory takes them all, but the author of a ring may rely on words being written whole. */
#define IOP_COHERENT_OWNER_WIDTHS(set, ...)	     IOP_COHERENT_OWNER_WIDTHS_(set, __VA_ARGS__, 0, 0)
#define IOP_COHERENT_OWNER_WIDTHS_(set, T, LEN, ...) IOP_COHERENT_OWNER_WITHIN_(set, T, LEN)
#define IOP_COHERENT_BOX(...)			     IOP_COHERENT_BOX_(__VA_ARGS__, 0, 0)
#define IOP_COHERENT_BOX_(T, LEN, ...)		     IOP_COHERENT_BOX__(T, LEN)
#ifdef __cplusplus
template <class T, int Len, class Takes = iop_takes<IOP_WIDTHS_DEFAULT>>
struct iop_coherent_owner {
	struct iop_coherent raw;
	size_t len[Len];
	T *as[0];
	struct iop_dma_hold hold;
	using takes = Takes;
};
template <class T, int Len>
struct iop_coherent_box {
	size_t len[Len];
	T *as[0];
	struct iop_dma_hold hold;
};
#define IOP_COHERENT_OWNER__(T, LEN)		iop_with_witness<iop_coherent_owner<__typeof__(T), LEN>>
#define IOP_COHERENT_BOX__(T, LEN)		iop_with_witness<iop_coherent_box<__typeof__(T), LEN>>
#define IOP_COHERENT_OWNER_WITHIN_(set, T, LEN) iop_with_witness<iop_coherent_owner<__typeof__(T), LEN, IOP_TAKES_TYPE_(set)>>
#else
#define IOP_COHERENT_OWNER_WITHIN_(set, T, LEN)                      \
	struct {                                                     \
		struct iop_coherent raw;                             \
		__extension__ size_t len[LEN];                       \
		__extension__ __typeof__(T) *as[0] IOP_SAYS_WIDTHS_; \
		__extension__ IOP_TAKES_TYPE_(set) takes;            \
		struct iop_dma_hold hold;                            \
	}
#define IOP_COHERENT_OWNER__(T, LEN)                \
	struct {                                    \
		struct iop_coherent raw;            \
		__extension__ size_t len[LEN];      \
		__extension__ __typeof__(T) *as[0]; \
		struct iop_dma_hold hold;           \
	}
#define IOP_COHERENT_BOX__(T, LEN)                  \
	struct {                                    \
		__extension__ size_t len[LEN];      \
		__extension__ __typeof__(T) *as[0]; \
		struct iop_dma_hold hold;           \
	}
#endif

#define IOP_ASSERT_ALLOCATES_(o)                                                                                  \
	IOP_ASSERT(!IOP_IS_REGION(o), "iopath: coherent memory has a type (IOP_SLICE(uint8_t) for plain bytes)"); \
	IOP_ASSERT(sizeof(IOP_TARGET(o)) != 0, "iopath: a type of size 0 cannot be allocated");                   \
	IOP_ASSERT(IOP_ALIGNOF(IOP_TARGET(o)) <= 4096, "iopath: an allocation is aligned to a page, not more")
#define IOP_ASSERT_SIZED_(o)      \
	IOP_ASSERT_ALLOCATES_(o); \
	IOP_ASSERT(!IOP_IS_DYNAMIC(o), "iopath: a slice is allocated with its length: zeroed_slice or from_slice")
#define IOP_ASSERT_SLICE_(o)      \
	IOP_ASSERT_ALLOCATES_(o); \
	IOP_ASSERT(IOP_IS_SLICE(o), "iopath: only a slice is allocated with a length")

/* What is written into the owner after the allocation: the view of a Coherent, and the length of both. */
#define IOP_SET_LEN_(o, n)                                              \
	do {                                                            \
		size_t iop_sl_ = (n);                                   \
		__builtin_memcpy((o)->len, &iop_sl_, sizeof((o)->len)); \
	} while (0)
#define IOP_OWN_COHERENT_(o, err, n)                         \
	do {                                                 \
		(o)->raw = iop_coherent_of_hold(&(o)->hold); \
		IOP_SET_LEN_(o, (err) ? 0 : (n));            \
	} while (0)
#define IOP_OWN_BOX_(o, err, n) IOP_SET_LEN_(o, (err) ? 0 : (n))

#define IOP_TAKE_SIZED_(owner, device, attributes, OWN)                                                                    \
	__extension__({                                                                                                    \
		IOP_AUTO iop_oa_ = (owner);                                                                                \
		IOP_ASSERT_SIZED_(*iop_oa_);                                                                               \
		int iop_oe_ = iop_dma_take(&iop_oa_->hold, (device), 1, sizeof(IOP_TARGET(*iop_oa_)), NULL, (attributes)); \
		OWN(iop_oa_, iop_oe_, 1);                                                                                  \
		iop_oe_;                                                                                                   \
	})

#define IOP_TAKE_SLICE_(owner, device, source, count, attributes, OWN)                                                  \
	__extension__({                                                                                                 \
		IOP_AUTO iop_oa_ = (owner);                                                                             \
		IOP_ASSERT_SLICE_(*iop_oa_);                                                                            \
		const __typeof__((*iop_oa_->as[0])[0]) *iop_of_ = (source);                                             \
		size_t iop_on_ = (count);                                                                               \
		int iop_oe_ = iop_dma_take(&iop_oa_->hold, (device), iop_on_, sizeof(*iop_of_), iop_of_, (attributes)); \
		OWN(iop_oa_, iop_oe_, iop_on_);                                                                         \
		iop_oe_;                                                                                                \
	})

/**
 * Makes *@owner a Coherent of one zeroed T, allocated from @device. A T of size 0 is refused at compile time. Returns 0; -ENOMEM;
 * -EINVAL if @attributes has IOP_DMA_NO_CPU.
 */
#define iop_coherent_alloc(owner, device, attributes) IOP_RESULT_(IOP_TAKE_SIZED_(owner, device, attributes, IOP_OWN_COHERENT_))
/**
 * Makes *@owner a Coherent of @count zeroed elements. Returns 0; -EINVAL if @count is 0 (a Coherent is never empty), or as above;
 * -ENOMEM also if count * sizeof overflows.
 */
#define iop_coherent_zeroed_slice(owner, device, count, attributes) \
	IOP_RESULT_(IOP_COHERENT_ZEROED_SLICE_VALUE_(owner, device, count, attributes))
#define IOP_COHERENT_ZEROED_SLICE_VALUE_(owner, device, count, attributes) \
	IOP_TAKE_SLICE_(owner, device, NULL, count, attributes, IOP_OWN_COHERENT_)

/** The same with the elements copied from @source, a pointer to @count of them. */
#define iop_coherent_from_slice(owner, device, source, count, attributes) \
	IOP_TAKE_SLICE_(owner, device, source, count, attributes, IOP_OWN_COHERENT_)

/** The same three for a CoherentBox. */
#define iop_coherent_box_alloc(box, device, attributes) IOP_RESULT_(IOP_TAKE_SIZED_(box, device, attributes, IOP_OWN_BOX_))
#define iop_coherent_box_zeroed_slice(box, device, count, attributes) \
	IOP_RESULT_(IOP_COHERENT_BOX_ZEROED_SLICE_VALUE_(box, device, count, attributes))
#define IOP_COHERENT_BOX_ZEROED_SLICE_VALUE_(box, device, count, attributes) \
	IOP_TAKE_SLICE_(box, device, NULL, count, attributes, IOP_OWN_BOX_)
#define iop_coherent_box_from_slice(box, device, source, count, attributes) \
	IOP_TAKE_SLICE_(box, device, source, count, attributes, IOP_OWN_BOX_)

/** The memory of *@box, to be used as any other: T *, or E * of a slice. NULL once it was shared or dropped. */
#define iop_coherent_box_ptr(box)                              \
	__extension__({                                        \
		IOP_AUTO iop_bp_ = (box);                      \
		(IOP_POINTER_TO_(*iop_bp_)) iop_bp_->hold.cpu; \
	})

/** Number of elements of a slice in *@box. */
#define iop_coherent_box_len(box)                                                        \
	__extension__({                                                                  \
		IOP_AUTO iop_bl_ = (box);                                                \
		IOP_ASSERT(IOP_IS_SLICE(*iop_bl_), "iopath: only a slice has a length"); \
		IOP_DYNAMIC_LEN_(*iop_bl_);                                              \
	})

/** Sets element @i of the slice in *@box to @value. 0, or -EINVAL: out of bounds, @value not evaluated. */
#define iop_coherent_box_init_at(box, i, value)                                      \
	__extension__({                                                              \
		IOP_AUTO iop_bi_ = (box);                                            \
		size_t iop_bx_ = (i);                                                \
		int iop_be_ = iop_bx_ < iop_coherent_box_len(iop_bi_) ? 0 : -EINVAL; \
		if (!iop_be_)                                                        \
			iop_coherent_box_ptr(iop_bi_)[iop_bx_] = (value);            \
		iop_be_;                                                             \
	})

/**
 * Makes *@owner the Coherent of what *@box held, and *@box empty. Cannot fail. The two have the same target; there is no way back.
 */
#define iop_coherent_share(owner, box)                                                                              \
	do {                                                                                                        \
		IOP_AUTO iop_so_ = (owner);                                                                         \
		IOP_AUTO iop_sb_ = (box);                                                                           \
		IOP_ASSERT(IOP_SAME_TYPE(iop_so_->as, iop_sb_->as) && sizeof(iop_so_->len) == sizeof(iop_sb_->len), \
			   "iopath: sharing a box does not change its type");                                       \
		iop_so_->hold = iop_sb_->hold;                                                                      \
		IOP_OWN_COHERENT_(iop_so_, 0, IOP_DYNAMIC_LEN_(*iop_sb_));                                          \
		__builtin_memset(iop_sb_, 0, sizeof(*iop_sb_));                                                     \
	} while (0)

/** Memory without a CPU mapping: no view, no pointer. */
struct iop_coherent_handle {
	struct iop_dma_hold hold;
};

/** Makes *@handle @size bytes of memory without a CPU mapping, contents unspecified. Returns 0; -EINVAL if @size is 0; -ENOMEM. */
IOP_MUST_CHECK IOP_INLINE int iop_coherent_handle_alloc(struct iop_coherent_handle *handle, struct iop_dma *dma, size_t size,
							unsigned attrs)
{
	return iop_dma_take_blind(&handle->hold, dma, size, attrs);
}

/** The device's address of the memory. */
IOP_INLINE uint64_t iop_coherent_handle_dma(const struct iop_coherent_handle *handle)
{
	return handle->hold.address;
}

/** The size of the memory in bytes. */
IOP_INLINE size_t iop_coherent_handle_size(const struct iop_coherent_handle *handle)
{
	return handle->hold.size;
}

/**
 * Frees the memory of *@owner, a Coherent, a CoherentBox or a CoherentHandle; its views are stale. Does nothing to an empty owner.
 */
#define iop_coherent_drop(owner) iop_dma_drop(&(owner)->hold)

#endif
