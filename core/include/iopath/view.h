/* SPDX-License-Identifier: MIT */
/**
 * view.h - views, the concept that the library is built on
 *
 * A view is an address together with two facts that only the compiler knows: through which backend the address must be accessed,
 * and what lies there. It is a small value: pass it, copy it, have many of the same memory. It owns nothing.
 *
 *	typedef IOP_MMIO(struct nic) nic_mmio;                a view of a struct nic in a device's BAR
 *	typedef IOP_MMIO(IOP_REGION(0x1000)) bar_mmio;        a view of at least 0x1000 untyped bytes
 *	typedef IOP_SYSMEM(IOP_SLICE(struct desc)) ring_mem;  a view of n struct desc in shared memory, n known at run time
 *
 * Making a view is the one unsafe step: the caller promises that the address is mapped, is aligned for the target and belongs to
 * that backend for as long as the view, or any view derived from it, is used. Everything after that is checked: at compile time
 * where possible, else at run time.
 *
 * A view has three members and nothing else: .raw, the backend's handle; .len[], the number of elements, present only if the target
 * is a slice or a Region; .as[], a witness of the target type, of size zero, never read. Any structure with these three members can
 * be used as a view: owners (bar.h, coherent.h, ...) are passed to the same macros.
 *
 * A device that takes only some widths of access has views whose type carries the set (widths.h), as a fourth member of size zero:
 *
 *	typedef IOP_MMIO32(struct nic) nic_mmio;                                      32-bit accesses and no others
 *	typedef IOP_MMIO_WIDTHS(IOP_WIDTHS(4, 8, 64), struct nic) nic_mmio;
 *
 * An access of another width does not compile (one that is known at run time only: mmio_within.h). Whatever is made of such a view has the same set; iop_as may leave widths out.
 *
 * Each call site makes a new anonymous type, so a projected view must be named to be passed on: iop_as(nic_ring, view).
 * Source: docs/semantics.md, rows 1, 8, 9, 43.
 */
#ifndef IOPATH_VIEW_H
#define IOPATH_VIEW_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/build_config.h>
#include <iopath/lang.h>
#include <iopath/lease.h>
#include <iopath/panic.h>
#include <iopath/region.h>
#include <iopath/width.h>
#include <iopath/widths.h>

/** Targets other than a plain type: a Region of at least MIN bytes; one that starts at a multiple of 8; a slice of E. */
#define IOP_REGION(min)	 struct iop_region_byte[min], 1
#define IOP_REGION8(min) struct iop_region8_byte[min], 1
#define IOP_SLICE(E)	 __typeof__(__typeof__(E)[1]), 1

/* A target is a type and the number of run-time lengths it has: 0 for a sized type, 1 for slices and Regions. */
#define IOP_VIEW_TYPE(RAW, ...)		 IOP_VIEW_TYPE_(RAW, __VA_ARGS__, 0, 0)
#define IOP_VIEW_TYPE_(RAW, T, LEN, ...) IOP_VIEW_STRUCT_(RAW, T, LEN)
/* The same for a device that takes the widths of @set. */
#define IOP_VIEW_TYPE_WITHIN(RAW, set, ...)	     IOP_VIEW_TYPE_WITHIN_(RAW, set, __VA_ARGS__, 0, 0)
#define IOP_VIEW_TYPE_WITHIN_(RAW, set, T, LEN, ...) IOP_VIEW_STRUCT_WITHIN_(RAW, T, LEN, IOP_TAKES_TYPE_(set))

/*
 * IOP_TAKES_(v): the set of widths in the type of @v, an integer constant; of what has three members only, as most do, the default.
 * IOP_TAKES_TYPE_ and IOP_TAKES_TYPE_OF_ are the type that says so, to IOP_VIEW_STRUCT_WITHIN_.
 */
#ifdef __cplusplus
template <unsigned Set>
struct iop_takes {
	static constexpr unsigned set = Set;
};
template <class Raw, class T, int Len, unsigned Takes = IOP_WIDTHS_DEFAULT>
struct __attribute__((may_alias)) iop_view {
	Raw raw;
	size_t len[Len];
	T *as[0];
	using takes = iop_takes<Takes>;
};
template <class V, class = void>
struct iop_takes_of {
	using type = iop_takes<IOP_WIDTHS_DEFAULT>;
};
template <class V>
struct iop_takes_of<V, std::void_t<typename V::takes>> {
	using type = typename V::takes;
};
template <class Raw, class T, int Len, class Takes>
using iop_view_within = iop_with_witness<iop_view<Raw, T, Len, Takes::set>>;
#define IOP_TAKES_TYPE_(set)			    iop_takes<IOP_CHECKED_WIDTHS_(set)>
#define IOP_TAKES_TYPE_OF_(v)			    typename iop_takes_of<iop_unqualified<decltype(v)>>::type
#define IOP_TAKES_(v)				    iop_takes_of<iop_unqualified<decltype(v)>>::type::set
#define IOP_VIEW_STRUCT_(RAW, T, LEN)		    iop_with_witness<iop_view<RAW, __typeof__(T), LEN>>
#define IOP_VIEW_STRUCT_WITHIN_(RAW, T, LEN, TAKES) iop_view_within<RAW, __typeof__(T), LEN, TAKES>
#else
/*
 * Views are short-lived temporaries of many types, which gcc keeps in shared stack slots; with type-based aliasing, a copy of one
 * was scheduled before the store into another (gcc 12.2, ppc64le: a device address that stayed behind). Hence may_alias.
 */
#define IOP_VIEW_STRUCT_(RAW, T, LEN)               \
	struct __attribute__((may_alias)) {         \
		RAW raw;                            \
		__extension__ size_t len[LEN];      \
		__extension__ __typeof__(T) *as[0]; \
	}
/* C cannot ask whether there is a fourth member; but a witness that says so has an alignment that no other one has. */
#define IOP_SAYS_WIDTHS_			    __attribute__((packed))
#define IOP_VIEW_STRUCT_WITHIN_(RAW, T, LEN, TAKES) IOP_TAGGED_VIEW_STRUCT_(, RAW, T, LEN, TAKES)
#define IOP_TAGGED_VIEW_STRUCT_(TAG, RAW, T, LEN, TAKES)             \
	struct __attribute__((may_alias)) TAG {                      \
		RAW raw;                                             \
		__extension__ size_t len[LEN];                       \
		__extension__ __typeof__(T) *as[0] IOP_SAYS_WIDTHS_; \
		__extension__ TAKES takes;                           \
	}
__extension__ typedef struct iop_takes_default {
	char takes[0][IOP_WIDTHS_DEFAULT];
} iop_takes_default;
#define IOP_TAKES_TYPE_(set)  __typeof__(char[0][IOP_CHECKED_WIDTHS_(set)])
#define IOP_TAKES_MEMBER_(v)  __builtin_choose_expr(__alignof__((v).as) == 1, &(v), (iop_takes_default *)0)->takes
#define IOP_TAKES_TYPE_OF_(v) __typeof__(IOP_TAKES_MEMBER_(v))
#define IOP_TAKES_(v)	      sizeof(IOP_TAKES_MEMBER_(v)[0])
#endif

/** What a backend can do; OR of these is iop_<backend>_caps. */
enum iop_caps {
	IOP_CAN_ACCESS = 1, /**< u8, u16, u32 */
	IOP_CAN_64 = 2,	    /**< and u64, in the 64-bit profile */
	IOP_CAN_COPY = 4,   /**< bytes: copy.h */
};

/*
 * A backend NAME, listed in backends.h, is: struct iop_NAME with the members uintptr_t addr and IOP_LEASE_MEMBER; enum constant
 * iop_NAME_caps; and
 *
 *	uint64_t iop_NAME_load(struct iop_NAME raw, unsigned width)
 *	void iop_NAME_store(struct iop_NAME raw, unsigned width, uint64_t value)
 *	struct iop_NAME iop_NAME_advance(struct iop_NAME raw, size_t delta)       the handle of the byte at addr + delta
 *	void iop_NAME_copy_toio(struct iop_NAME raw, const void *src, size_t n)
 *	void iop_NAME_copy_fromio(struct iop_NAME raw, void *dst, size_t n)
 *	int iop_NAME_is_io(struct iop_NAME raw)                                   device memory: load and store convert from
 *	                                                                          and to little-endian; system memory: they do not
 *
 * all always-inline functions of its header (a backend that cannot copy says IOP_CANNOT_COPY(NAME) instead of the last three).
 */
#ifndef __cplusplus
/**
 * The backend's function (or constant) for a handle: chosen by type, at compile time. What is no backend has those of a raw address, to
 * be refused in words.
 */
#define IOP_BACKEND(raw, what) _Generic((raw), IOP_BACKENDS(what) default : iop_mmio_raw_##what)
#define IOP_CAPS(v)	       IOP_BACKEND((v).raw, caps)

/* 0 if @lvalue is no Region, else the alignment of its address. */
#define IOP_REGION_TARGET_ALIGN_(lvalue)                                                            \
	_Generic(&(lvalue), struct iop_region_byte(*)[] : 4, const struct iop_region_byte(*)[] : 4, \
		 struct iop_region8_byte(*)[] : 8, const struct iop_region8_byte(*)[] : 8, default : 0)
#define IOP_IS_REGION(v) IOP_IS_REGION_TARGET_(*(v).as[0])
/* sizeof of the target, or 0 for a slice, whose type stands for one element. */
#define IOP_MIN_SIZE_(v)     sizeof(*__builtin_choose_expr(IOP_IS_SLICE(v), (struct iop_region_byte(*)[0])0, (v).as[0]))
#define IOP_ELEMENT_SIZE_(v) sizeof((*__builtin_choose_expr(IOP_IS_DYNAMIC(v), (v).as[0], (uint8_t(*)[1])0))[0])
#define IOP_IS_BYTES_(v)                                                                                                       \
	__builtin_types_compatible_p(                                                                                          \
		__typeof__((*__builtin_choose_expr(IOP_IS_ARRAY(*(v).as[0]), (v).as[0], (struct iop_region_byte(*)[1])0))[0]), \
		uint8_t)
#define IOP_TARGET_IS_(v, T) __builtin_types_compatible_p(IOP_TARGET(v), T)
/* Is the target of @to that of @from, or that made const? */
#define IOP_TARGET_FITS_(from, to) \
	(IOP_SAME_TYPE((from).as[0], (to).as[0]) || IOP_SAME_TYPE((const IOP_TARGET(from) *)0, (to).as[0]))
/* T, const if the target of @v is. */
#define IOP_AS_CONST_AS_(v, T) \
	__typeof__(*__builtin_choose_expr(IOP_IS_CONST(*(v).as[0]), (const __typeof__(T) *)0, (__typeof__(T) *)0))
#define IOP_IS_BACKEND(v, b) _Generic((v).raw, struct iop_##b : 1, default : 0)
#else
/* What is no backend has the functions too: refused in words, it must not fail in others. */
template <class Raw>
struct iop_backend {
	static constexpr int caps = 0;
	static uint64_t load(Raw raw, unsigned width);
	static void store(Raw raw, unsigned width, uint64_t value);
	static Raw advance(Raw raw, size_t delta);
	static int is_io(Raw raw);
};
#define IOP_BACKEND(raw, what) iop_backend<iop_unqualified<decltype(raw)>>::what
#define IOP_CAPS(v)	       IOP_BACKEND((v).raw, caps)
template <class E>
struct iop_region_align {
	static constexpr unsigned value = std::is_same_v<E, iop_region_byte> ? 4 : std::is_same_v<E, iop_region8_byte> ? 8 : 0;
};
#define IOP_REGION_TARGET_ALIGN_(lvalue) \
	iop_region_align<std::remove_cv_t<iop_element_of<std::remove_reference_t<decltype(lvalue)>>>>::value
#define IOP_IS_REGION(v)     IOP_IS_REGION_TARGET_(*(v).as[0])
#define IOP_MIN_SIZE_(v)     (IOP_IS_SLICE(v) ? 0 : sizeof(IOP_TARGET(v)))
#define IOP_ELEMENT_SIZE_(v) sizeof(iop_element_of<IOP_TARGET(v)>)
#define IOP_IS_BYTES_(v)     (iop_array<IOP_TARGET(v)>::is && std::is_same_v<std::remove_cv_t<iop_element_of<IOP_TARGET(v)>>, uint8_t>)
#define IOP_TARGET_IS_(v, T) std::is_same_v<std::remove_cv_t<IOP_TARGET(v)>, T>
#define IOP_TARGET_FITS_(from, to) \
	(std::is_same_v<IOP_TARGET(from), IOP_TARGET(to)> || std::is_same_v<const IOP_TARGET(from), IOP_TARGET(to)>)
#define IOP_AS_CONST_AS_(v, T) std::conditional_t<IOP_IS_CONST(*(v).as[0]), const __typeof__(T), __typeof__(T)>
#define IOP_IS_BACKEND(v, b)   std::is_same_v<iop_unqualified<decltype((v).raw)>, struct iop_##b>
#endif

/*
 * What a macro that takes a view works on: a pointer to it. Of a pointer to a view it is that view, and of a number some view: what
 * is refused as no view must not be refused for other reasons as well.
 */
#ifdef __cplusplus
struct iop_no_view;
template <class V, class = void>
constexpr bool iop_is_view = false;
template <class V>
constexpr bool iop_is_view<V, std::void_t<decltype(IOP_ANY_(V).raw), decltype(IOP_ANY_(V).as)>> = true;
template <class V>
IOP_INLINE constexpr auto iop_view_pointer(V &v)
{
	if constexpr (iop_is_view<V>)
		return &v;
	else if constexpr (std::is_pointer_v<V>)
		return v;
	else
		return (struct iop_no_view *)nullptr;
}
#define IOP_VIEW_POINTER_(v)  iop_view_pointer(v)
#define IOP_VALUE_POINTER_(v) iop_view_pointer(v)
#else
/* What only reads or writes the target need not know what the pointer points to. */
#define IOP_VALUE_POINTER_(v) __builtin_choose_expr(IOP_IS_RECORD(v), &(v), (struct iop_no_view *)0)
#define IOP_VIEW_POINTER_(v)                          \
	__builtin_choose_expr(IOP_IS_RECORD(v), &(v), \
			      __builtin_choose_expr(__builtin_classify_type(v) == 5, (v), (struct iop_no_view *)0))
#endif
#define IOP_READ_ONLY		"iopath: read-only: the target of this view is const"
#define IOP_ASSERT_WRITABLE_(v) IOP_ASSERT(!IOP_IS_CONST(*(v).as[0]), IOP_READ_ONLY)
#define IOP_NOT_A_VIEW		"iopath: not a view (write *pointer for the view that a pointer points to)"

#define IOP_IS_REGION_TARGET_(lvalue) (IOP_REGION_TARGET_ALIGN_(lvalue) != 0)
#define IOP_REGION_ALIGN_OF_(v)	      IOP_REGION_TARGET_ALIGN_(*(v).as[0])

#define IOP_TARGET(v)	  __typeof__(*(v).as[0])
#define IOP_IS_DYNAMIC(v) (sizeof((v).len) != 0)
#define IOP_IS_SLICE(v)	  (IOP_IS_DYNAMIC(v) && !IOP_IS_REGION(v))

/* The run-time length, where there is one: len[] has no element in a view of a sized target. */
#define IOP_DYNAMIC_LEN_(v) (IOP_IS_DYNAMIC(v) ? *(v).len : (size_t)0)

/** Smallest size that the target's type guarantees: its sizeof, a Region's MIN, 0 for a slice. Bytes; an integer constant. */
#define iop_min_size(view) IOP_MIN_SIZE_(view)

/** Alignment that the target's type guarantees: _Alignof, 4 or 8 for a Region, the element's for a slice. An integer constant. */
#define iop_min_align(view) (IOP_IS_REGION(view) ? (size_t)IOP_REGION_ALIGN_OF_(view) : IOP_ALIGNOF(IOP_TARGET(view)))

/** Size of the target in bytes, from the view's own fields, whatever the backend. */
#define iop_size(view)                                                                                                     \
	__extension__({                                                                                                    \
		IOP_AUTO iop_sz_ = (view);                                                                                 \
		IOP_IS_DYNAMIC(iop_sz_) ? IOP_DYNAMIC_LEN_(iop_sz_) * IOP_ELEMENT_SIZE_(iop_sz_) : IOP_MIN_SIZE_(iop_sz_); \
	})

/** Number of elements of a slice view; other targets are refused. */
#define iop_len(view)                                                                                           \
	__extension__({                                                                                         \
		IOP_AUTO iop_ln_ = (view);                                                                      \
		IOP_ASSERT(IOP_IS_SLICE(iop_ln_), "iopath: iop_len and iop_is_empty are for slice views only"); \
		IOP_DYNAMIC_LEN_(iop_ln_);                                                                      \
	})

/** 1 if a slice view has no elements, else 0; other targets are refused. */
#define iop_is_empty(view) (iop_len(view) == 0)

/** The set of widths of access in the type of @view (widths.h). */
#define iop_widths(view)                       \
	__extension__({                        \
		IOP_AUTO iop_wd_ = (view);     \
		(unsigned)IOP_TAKES_(iop_wd_); \
	})

/** The address: a CPU address, or for ConfigSpace the offset in config space. Not to be dereferenced. */
#define iop_addr(view) ((view).raw.addr)

/* For a backend that cannot copy: the functions that IOP_BACKENDS names but IOP_CAN_COPY keeps from being called. */
#define IOP_CANNOT_COPY(b)                                                                 \
	IOP_INLINE void iop_##b##_copy_toio(struct iop_##b raw, const void *src, size_t n) \
	{                                                                                  \
		(void)raw, (void)src, (void)n;                                             \
	}                                                                                  \
	IOP_INLINE void iop_##b##_copy_fromio(struct iop_##b raw, void *dst, size_t n)     \
	{                                                                                  \
		(void)raw, (void)dst, (void)n;                                             \
	}                                                                                  \
	IOP_INLINE int iop_##b##_is_io(struct iop_##b raw)                                 \
	{                                                                                  \
		(void)raw;                                                                 \
		return 1;                                                                  \
	}

/* C++ chooses by template where C has _Generic; every backend's header says this once. */
#ifdef __cplusplus
#define IOP_DEFINE_BACKEND(b)                                              \
	template <>                                                        \
	struct iop_backend<struct iop_##b> {                               \
		static constexpr int caps = iop_##b##_caps;                \
		static constexpr auto load = iop_##b##_load;               \
		static constexpr auto store = iop_##b##_store;             \
		static constexpr auto advance = iop_##b##_advance;         \
		static constexpr auto copy_toio = iop_##b##_copy_toio;     \
		static constexpr auto copy_fromio = iop_##b##_copy_fromio; \
		static constexpr auto is_io = iop_##b##_is_io;             \
	};
#else
/* And C has one choice where an order of bytes (width.h) would ask for another one, for is_io. */
#define IOP_DEFINE_BACKEND(b)                                                                                             \
	__attribute__((unused)) IOP_INLINE uint64_t iop_##b##_load_in(struct iop_##b raw, unsigned width, unsigned order) \
	{                                                                                                                 \
		return iop_in_order(order, iop_##b##_is_io(raw), width, iop_##b##_load(raw, width));                      \
	}                                                                                                                 \
	__attribute__((unused))                                                                                           \
	IOP_INLINE void iop_##b##_store_in(struct iop_##b raw, unsigned width, unsigned order, uint64_t value)            \
	{                                                                                                                 \
		iop_##b##_store(raw, width, iop_in_order(order, iop_##b##_is_io(raw), width, value));                     \
	}
#endif

/* A view with another handle, the target and the widths of @v. */
#define IOP_RETARGET_(RAW, handle, v)                                                                                         \
	__extension__({                                                                                                       \
		IOP_VIEW_STRUCT_WITHIN_(RAW, IOP_TARGET(v), sizeof((v).len) / sizeof(size_t), IOP_TAKES_TYPE_OF_(v)) iop_rt_; \
		iop_rt_.raw = (handle);                                                                                       \
		__builtin_memcpy(iop_rt_.len, (v).len, sizeof((v).len));                                                      \
		iop_rt_;                                                                                                      \
	})

/**
 * The view under a type name: iop_as(nic_ring, iop_project(nic, .ring)). Backend and target must be the same, except that a target
 * may become const, a Region one that promises less (a smaller minimum, a smaller alignment), and widths may be left out. No run-time
 * cost.
 */
#define iop_as(VIEW, view)                                                                                       \
	__extension__({                                                                                          \
		IOP_AUTO iop_an_ = (view);                                                                       \
		VIEW iop_at_ = {};                                                                               \
		IOP_ASSERT(IOP_SAME_TYPE(iop_at_.raw, iop_an_.raw), "iopath: iop_as cannot change the backend"); \
		IOP_ASSERT((IOP_TARGET_FITS_(iop_an_, iop_at_) || IOP_REGION_FITS_(iop_an_, iop_at_)) &&         \
				   sizeof(iop_at_.len) == sizeof(iop_an_.len),                                   \
			   "iopath: iop_as cannot change the target (iop_project or iop_try_cast can)");         \
		IOP_ASSERT(IOP_TAKES_FIT_(iop_an_, iop_at_), IOP_MORE_WIDTHS);                                   \
		iop_at_.raw = iop_an_.raw;                                                                       \
		__builtin_memcpy(iop_at_.len, iop_an_.len, sizeof(iop_at_.len));                                 \
		iop_at_;                                                                                         \
	})

/* Has @to no width that @from has not? */
#define IOP_TAKES_FIT_(from, to) iop_widths_within(IOP_TAKES_(to), IOP_TAKES_(from))
#define IOP_MORE_WIDTHS		 "iopath: a view cannot have widths that the device does not take (IOP_WIDTHS)"

/* Are both Regions, and does @to promise no more than @from? */
#define IOP_REGION_FITS_(from, to)                                                                             \
	(IOP_IS_REGION(to) && IOP_REGION_ALIGN_OF_(to) <= IOP_REGION_ALIGN_OF_(from) && IOP_IS_REGION(from) && \
	 iop_min_size(to) <= iop_min_size(from) && (IOP_IS_CONST(*(to).as[0]) || !IOP_IS_CONST(*(from).as[0])))

/* Constructors set only the address; handles with more members (a tag, a device) come from their owner or header. */
struct iop_bare_handle {
	uintptr_t addr;
	IOP_LEASE_MEMBER
};
#define IOP_ONLY_ADDRESS_(v) (sizeof((v).raw) == sizeof(struct iop_bare_handle))

#define IOP_HAS_LENGTH	     "iopath: this target has a length: use iop_region_at or iop_slice_at"
#define IOP_COMES_FROM_OWNER "iopath: a view of this backend comes from its owner"

/**
 * The unsafe step for memory that has no owner in this library: a view of the sized target of @VIEW at @address. No check, not even of
 * alignment; cannot fail. For Mmio, RelaxedMmio, MmioRaw and SysMem views.
 */
#define iop_view_at(VIEW, address)                                            \
	__extension__({                                                       \
		VIEW iop_va_ = {};                                            \
		IOP_ASSERT(!IOP_IS_DYNAMIC(iop_va_), IOP_HAS_LENGTH);         \
		IOP_ASSERT(IOP_ONLY_ADDRESS_(iop_va_), IOP_COMES_FROM_OWNER); \
		iop_va_.raw.addr = (uintptr_t)(address);                      \
		iop_va_;                                                      \
	})

/** iop_view_at for a Region of @bytes. Unchecked: the caller promises what iop_region_check() checks. */
#define iop_region_at(VIEW, address, bytes)                                      \
	__extension__({                                                          \
		VIEW iop_ra_ = {};                                               \
		IOP_ASSERT(IOP_IS_REGION(iop_ra_), "iopath: not a Region view"); \
		IOP_ASSERT(IOP_ONLY_ADDRESS_(iop_ra_), IOP_COMES_FROM_OWNER);    \
		iop_ra_.raw.addr = (uintptr_t)(address);                         \
		iop_ra_.len[0] = (bytes);                                        \
		iop_ra_;                                                         \
	})

/** iop_view_at for a slice of @count elements. Unchecked: the caller promises what iop_memory_check_slice() checks. */
#define iop_slice_at(VIEW, address, count)                                     \
	__extension__({                                                        \
		VIEW iop_sa_ = {};                                             \
		IOP_ASSERT(IOP_IS_SLICE(iop_sa_), "iopath: not a slice view"); \
		IOP_ASSERT(IOP_ONLY_ADDRESS_(iop_sa_), IOP_COMES_FROM_OWNER);  \
		iop_sa_.raw.addr = (uintptr_t)(address);                       \
		iop_sa_.len[0] = (count);                                      \
		iop_sa_;                                                       \
	})

/**
 * The checked constructors, for addresses that come from elsewhere: make *@view the view of the sized target, of the Region of
 * @bytes, or of the @count elements at @address. Return 0, or -EINVAL, *@view unchanged, if the address is NULL or not aligned
 * for the target, if the memory would wrap around the end of the address space, or if a Region is not valid (region.h). Whether
 * something is mapped there they cannot know.
 * Source: docs/semantics.md, rows 1, 2.
 */
#define iop_try_view_at(view, address) IOP_RESULT_(IOP_TRY_VIEW_AT_VALUE_(view, address))
#define IOP_TRY_VIEW_AT_VALUE_(view, address)                                                             \
	__extension__({                                                                                   \
		IOP_AUTO iop_tp_ = (view);                                                                \
		uintptr_t iop_ta_ = (uintptr_t)(address);                                                 \
		int iop_te_ = iop_memory_check(iop_ta_, iop_min_size(*iop_tp_), iop_min_align(*iop_tp_)); \
		if (!iop_te_)                                                                             \
			*iop_tp_ = iop_view_at(__typeof__(*iop_tp_), iop_ta_);                            \
		iop_te_;                                                                                  \
	})
#define iop_try_region_at(view, address, bytes) IOP_RESULT_(IOP_TRY_REGION_AT_VALUE_(view, address, bytes))
#define IOP_TRY_REGION_AT_VALUE_(view, address, bytes)                                                                    \
	__extension__({                                                                                                   \
		IOP_AUTO iop_tp_ = (view);                                                                                \
		uintptr_t iop_ta_ = (uintptr_t)(address);                                                                 \
		size_t iop_tb_ = (bytes);                                                                                 \
		int iop_te_ = iop_memory_check_region(iop_ta_, iop_tb_, iop_min_align(*iop_tp_), iop_min_size(*iop_tp_)); \
		if (!iop_te_)                                                                                             \
			*iop_tp_ = iop_region_at(__typeof__(*iop_tp_), iop_ta_, iop_tb_);                                 \
		iop_te_;                                                                                                  \
	})
#define iop_try_slice_at(view, address, count) IOP_RESULT_(IOP_TRY_SLICE_AT_VALUE_(view, address, count))
#define IOP_TRY_SLICE_AT_VALUE_(view, address, count)                                                                         \
	__extension__({                                                                                                       \
		IOP_AUTO iop_tp_ = (view);                                                                                    \
		uintptr_t iop_ta_ = (uintptr_t)(address);                                                                     \
		size_t iop_tb_ = (count);                                                                                     \
		int iop_te_ = iop_memory_check_slice(iop_ta_, iop_tb_, iop_min_align(*iop_tp_), IOP_ELEMENT_SIZE_(*iop_tp_)); \
		if (!iop_te_)                                                                                                 \
			*iop_tp_ = iop_slice_at(__typeof__(*iop_tp_), iop_ta_, iop_tb_);                                      \
		iop_te_;                                                                                                      \
	})

/**
 * Initialisers of a view of type @VIEW at a fixed address, for objects at file scope and const ones; unchecked, as iop_view_at:
 *
 *	static const uart_mmio uart = IOP_VIEW_INIT(uart_mmio, 0x09000000);
 *	static const ring_mem ring = IOP_SLICE_INIT(ring_mem, memory, 64);
 */
#define IOP_VIEW_INIT(VIEW, address) IOP_INIT_SHORT_(IOP_INIT_ADDRESS_(VIEW, IOP_INIT_SIZED_, address) IOP_LEASE_NONE)
#define IOP_REGION_INIT(VIEW, address, bytes) \
	IOP_INIT_LONG_(bytes, IOP_INIT_ADDRESS_(VIEW, IOP_INIT_REGION_, address) IOP_LEASE_NONE)
#define IOP_SLICE_INIT(VIEW, address, count) IOP_INIT_LONG_(count, IOP_INIT_ADDRESS_(VIEW, IOP_INIT_SLICE_, address) IOP_LEASE_NONE)
/* clang-format off */
#ifdef __cplusplus
#define IOP_INIT_SHORT_(...)	 {{{__VA_ARGS__}, {}, {}}}
#define IOP_INIT_LONG_(len, ...) {{{__VA_ARGS__}, {len}, {}}}
#else
#define IOP_INIT_SHORT_(...)	  {.raw = {__VA_ARGS__}}
#define IOP_INIT_LONG_(len_, ...) {.raw = {__VA_ARGS__}, .len = {len_}}
#endif
/* clang-format on */
#ifdef __cplusplus
template <class V, unsigned Kind>
constexpr uintptr_t iop_init_checked()
{
	static_assert(Kind != 0 || !IOP_IS_DYNAMIC(IOP_ANY_(V)),
		      "iopath: this target has a length: use IOP_REGION_INIT or IOP_SLICE_INIT");
	static_assert(Kind != 1 || IOP_IS_REGION(IOP_ANY_(V)), "iopath: not a Region view");
	static_assert(Kind != 2 || IOP_IS_SLICE(IOP_ANY_(V)), "iopath: not a slice view");
	static_assert(IOP_ONLY_ADDRESS_(IOP_ANY_(V)), IOP_COMES_FROM_OWNER);
	return 0;
}
#define IOP_INIT_SIZED_			       0
#define IOP_INIT_REGION_		       1
#define IOP_INIT_SLICE_			       2
#define IOP_INIT_ADDRESS_(VIEW, kind, address) (uintptr_t)(address) + iop_init_checked<VIEW, kind>()
#else
#define IOP_INIT_SIZED_(v)  IOP_ASSERT(!IOP_IS_DYNAMIC(v), "iopath: this target has a length: use IOP_REGION_INIT or IOP_SLICE_INIT")
#define IOP_INIT_REGION_(v) IOP_ASSERT(IOP_IS_REGION(v), "iopath: not a Region view")
#define IOP_INIT_SLICE_(v)  IOP_ASSERT(IOP_IS_SLICE(v), "iopath: not a slice view")
#define IOP_INIT_ADDRESS_(VIEW, KIND, address)                                                              \
	(uintptr_t)(address) + 0 * sizeof(struct {                                                          \
				       char iop_unused;                                                     \
				       KIND(IOP_ANY_(VIEW));                                                \
				       IOP_ASSERT(IOP_ONLY_ADDRESS_(IOP_ANY_(VIEW)), IOP_COMES_FROM_OWNER); \
			       })
#endif

/*
 * A view of a debug build is longer than one of a release build, so a program and a library of different builds must not be linked.
 * Each file that uses views asks for the symbol that only the right library has.
 */
#if !IOP_FREESTANDING
IOP_BEGIN_DECLS
#if IOP_DEBUG_VIEWS
extern const char iop_library_with_debug_views;
#define IOP_LIBRARY_OF_THIS_BUILD iop_library_with_debug_views
#else
extern const char iop_library_without_debug_views;
#define IOP_LIBRARY_OF_THIS_BUILD iop_library_without_debug_views
#endif
IOP_END_DECLS
__attribute__((used)) static const char *const iop_needs_library_of_this_build = &IOP_LIBRARY_OF_THIS_BUILD;
#endif

#endif
