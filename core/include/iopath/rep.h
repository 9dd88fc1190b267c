/* SPDX-License-Identifier: MIT */
/**
 * rep.h - many accesses to one address: FIFOs
 *
 * A FIFO has one register, through which all that goes in or out passes, word by word. The kernel's ioread32_rep and iowrite32_rep,
 * for each width that a view can have:
 *
 *	iop_read_rep(iop_project(uart, .rx), buffer, 16);      16 reads of .rx, by the width of .rx
 *	iop_write_rep(iop_project(uart, .tx), buffer, n);      n writes of .tx
 *	iop_read32_rep(bar, 0x40, buffer, n);                  of a Region, at an offset that is proved
 *	err = iop_try_write32_rep(bar, buffer, n, offset);     at one that is checked
 *
 * Exactly n accesses of that width, all to the same address, none if n is 0; the buffer, n times the width in bytes, is filled or
 * sent in ascending order and need not be aligned. n counts accesses, not bytes.
 *
 * No bytes are swapped: what goes through a FIFO is a stream of bytes, so the first byte of the buffer is the byte of the register
 * that lies at its lowest address, on every machine. A value in the stream is converted where it is used (byte_order.h).
 *
 * On Mmio views all of it is ordered as one access would be: before the first and after the last, not between them. On Relaxed
 * views it is not ordered. An MmioWithin view is as Mmio, where the device takes the width. Other backends are memory, or have no registers with that effect, and are refused; copies, which go on
 * from address to address, are in copy.h.
 * Source: docs/semantics.md, row 48; Linux include/asm-generic/io.h.
 */
#ifndef IOPATH_REP_H
#define IOPATH_REP_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access.h>

/* A number of @width bytes from and to memory that need not be aligned: bytes keep their places. */
IOP_INLINE uint64_t iop_rep_gather(const unsigned char *from, unsigned width)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (width) {
	case 1: return *from;
	case 2: __builtin_memcpy(&two, from, 2); return two;
	case 4: __builtin_memcpy(&four, from, 4); return four;
	default: __builtin_memcpy(&eight, from, 8); return eight;
	}
}

IOP_INLINE void iop_rep_scatter(unsigned char *to, unsigned width, uint64_t value)
{
	uint16_t two = (uint16_t)value;
	uint32_t four = (uint32_t)value;

	switch (width) {
	case 1: *to = (unsigned char)value; break;
	case 2: __builtin_memcpy(to, &two, 2); break;
	case 4: __builtin_memcpy(to, &four, 4); break;
	default: __builtin_memcpy(to, &value, 8); break;
	}
}

/* The handle may say which widths the device takes. */
IOP_INLINE void iop_rep_take(unsigned now, unsigned width)
{
	if (now && !iop_widths_have(now, width))
		iop_panic_numbers("width not taken", "width", width, "widths", now, NULL, 0);
}

IOP_INLINE void iop_rep_read(uintptr_t addr, unsigned width, unsigned now, int ordered, void *buffer, size_t count)
{
	const unsigned source = ordered ? IOP_EVENT_MMIO : IOP_EVENT_RELAXED;
	unsigned char *to = (unsigned char *)buffer;
	uint64_t value = 0;

	(void)source;
	if (!count)
		return;
	iop_rep_take(now, width);
	if (ordered) {
		iop_event(IOP_EVENT_BR, source, 0, 0, 0);
		iop_arch_br();
	}
	for (; count; count--, to += width) {
		value = iop_arch_load(addr, width);
		iop_event(IOP_EVENT_LD, source, width, addr, value);
		iop_rep_scatter(to, width, value);
	}
	if (ordered) {
		iop_arch_ar(value);
		iop_event(IOP_EVENT_AR, source, 0, 0, 0);
	}
}

IOP_INLINE void iop_rep_write(uintptr_t addr, unsigned width, unsigned now, int ordered, const void *buffer, size_t count)
{
	const unsigned source = ordered ? IOP_EVENT_MMIO : IOP_EVENT_RELAXED;
	const unsigned char *from = (const unsigned char *)buffer;

	(void)source;
	if (!count)
		return;
	iop_rep_take(now, width);
	if (ordered) {
		iop_event(IOP_EVENT_BW, source, 0, 0, 0);
		iop_arch_bw();
	}
	for (; count; count--, from += width) {
		uint64_t value = iop_rep_gather(from, width);

		iop_arch_store(addr, width, value);
		iop_event(IOP_EVENT_ST, source, width, addr, value);
	}
	if (ordered) {
		iop_arch_aw();
		iop_event(IOP_EVENT_AW, source, 0, 0, 0);
	}
}

#define IOP_REP_BACKENDS_ "iopath: repeated access to one address is for Mmio and Relaxed views (copies are for memory)"
#define IOP_ASSERT_REP_(p) \
	IOP_ASSERT(IOP_IS_BACKEND(p, mmio) || IOP_IS_BACKEND(p, relaxed) || IOP_IS_BACKEND(p, mmio_within), IOP_REP_BACKENDS_)

/* C gives a warning where const gets lost, and none in a system header. A conditional with a void pointer keeps it. */
#ifdef __cplusplus
#define IOP_ASSERT_FILLED_(buffer) ((void)0)
#else
#define IOP_ASSERT_FILLED_(buffer)                                                                     \
	IOP_ASSERT(!IOP_SAME_TYPE(1 ? (buffer) : (void *)sizeof(int), *(const void **)sizeof(void *)), \
		   "iopath: what is read fills this buffer, which is const")
#endif

/* @count accesses of @width, @delta bytes into @p, which somebody has checked. */
#define IOP_READ_REP_(p, width, delta, buffer, count)                                                                             \
	iop_rep_read(IOP_BACKEND((p).raw, advance)((p).raw, (delta)).addr, width, IOP_TAKES_NOW_(p), !IOP_IS_BACKEND(p, relaxed), \
		     buffer, count)
#define IOP_WRITE_REP_(p, width, delta, buffer, count)                                                        \
	__extension__({                                                                                       \
		if (!IOP_IS_BACKEND(p, relaxed) && (count))                                                   \
			IOP_WC_CHECK_((p).raw);                                                               \
		iop_rep_write(IOP_BACKEND((p).raw, advance)((p).raw, (delta)).addr, width, IOP_TAKES_NOW_(p), \
			      !IOP_IS_BACKEND(p, relaxed), buffer, count);                                    \
	})

/** Reads the target of @view @count times into @buffer. */
#define iop_read_rep(view, buffer, count)                                              \
	__extension__({                                                                \
		IOP_AUTO iop_v_ = (view);                                              \
		IOP_AUTO iop_p_ = IOP_VALUE_POINTER_(iop_v_);                          \
		IOP_REFUSE_VALUE_(iop_w_, iop_v_, *iop_p_, 0);                         \
		IOP_ASSERT_REP_(*iop_p_);                                              \
		IOP_ASSERT_FILLED_(buffer);                                            \
		void *iop_b_ = (buffer);                                               \
		const size_t iop_n_ = (count);                                         \
		IOP_READ_REP_(*iop_p_, IOP_KIND_WIDTH_(iop_w_##k), 0, iop_b_, iop_n_); \
	})

/** Writes @count values from @buffer to the target of @view, one after the other. */
#define iop_write_rep(view, buffer, count)                                              \
	__extension__({                                                                 \
		IOP_AUTO iop_v_ = (view);                                               \
		IOP_AUTO iop_p_ = IOP_VALUE_POINTER_(iop_v_);                           \
		IOP_REFUSE_VALUE_(iop_w_, iop_v_, *iop_p_, 1);                          \
		IOP_ASSERT_REP_(*iop_p_);                                               \
		const void *iop_b_ = (buffer);                                          \
		const size_t iop_n_ = (count);                                          \
		IOP_WRITE_REP_(*iop_p_, IOP_KIND_WIDTH_(iop_w_##k), 0, iop_b_, iop_n_); \
	})

/** Infallible offset access: the place is proved to be inside the minimum size, and a multiple of the width. */
#define iop_read8_rep(region, offset, buffer, count)   IOP_READ_REP_AT_(region, uint8_t, offset, buffer, count)
#define iop_read16_rep(region, offset, buffer, count)  IOP_READ_REP_AT_(region, uint16_t, offset, buffer, count)
#define iop_read32_rep(region, offset, buffer, count)  IOP_READ_REP_AT_(region, uint32_t, offset, buffer, count)
#define iop_read64_rep(region, offset, buffer, count)  IOP_READ_REP_AT_(region, uint64_t, offset, buffer, count)
#define iop_write8_rep(region, buffer, count, offset)  IOP_WRITE_REP_AT_(region, uint8_t, buffer, count, offset)
#define iop_write16_rep(region, buffer, count, offset) IOP_WRITE_REP_AT_(region, uint16_t, buffer, count, offset)
#define iop_write32_rep(region, buffer, count, offset) IOP_WRITE_REP_AT_(region, uint32_t, buffer, count, offset)
#define iop_write64_rep(region, buffer, count, offset) IOP_WRITE_REP_AT_(region, uint64_t, buffer, count, offset)
#define IOP_READ_REP_AT_(region, T, offset, buffer, count)                    \
	__extension__({                                                       \
		IOP_AUTO iop_v_ = (region);                                   \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                  \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 0); \
		IOP_ASSERT_REP_(*iop_p_);                                     \
		IOP_OFFSET_PROVED_(iop_o_, *iop_p_, T, offset);               \
		IOP_ASSERT_FILLED_(buffer);                                   \
		void *iop_b_ = (buffer);                                      \
		const size_t iop_n_ = (count);                                \
		IOP_READ_REP_(*iop_p_, sizeof(T), iop_o_, iop_b_, iop_n_);    \
	})
#define IOP_WRITE_REP_AT_(region, T, buffer, count, offset)                   \
	__extension__({                                                       \
		IOP_AUTO iop_v_ = (region);                                   \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                  \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 1); \
		IOP_ASSERT_REP_(*iop_p_);                                     \
		IOP_OFFSET_PROVED_(iop_o_, *iop_p_, T, offset);               \
		const void *iop_b_ = (buffer);                                \
		const size_t iop_n_ = (count);                                \
		IOP_WRITE_REP_(*iop_p_, sizeof(T), iop_o_, iop_b_, iop_n_);   \
	})

/** Fallible offset access. 0, or -EINVAL: nothing accessed, @buffer unchanged or not evaluated. */
#define iop_try_read8_rep(region, offset, buffer, count)  IOP_RESULT_(IOP_TRY_READ_REP_AT_(region, uint8_t, offset, buffer, count))
#define iop_try_read16_rep(region, offset, buffer, count) IOP_RESULT_(IOP_TRY_READ_REP_AT_(region, uint16_t, offset, buffer, count))
#define iop_try_read32_rep(region, offset, buffer, count) IOP_RESULT_(IOP_TRY_READ_REP_AT_(region, uint32_t, offset, buffer, count))
#define iop_try_read64_rep(region, offset, buffer, count) IOP_RESULT_(IOP_TRY_READ_REP_AT_(region, uint64_t, offset, buffer, count))
#define iop_try_write8_rep(region, buffer, count, offset) IOP_RESULT_(IOP_TRY_WRITE_REP_AT_(region, uint8_t, buffer, count, offset))
#define iop_try_write16_rep(region, buffer, count, offset) \
	IOP_RESULT_(IOP_TRY_WRITE_REP_AT_(region, uint16_t, buffer, count, offset))
#define iop_try_write32_rep(region, buffer, count, offset) \
	IOP_RESULT_(IOP_TRY_WRITE_REP_AT_(region, uint32_t, buffer, count, offset))
#define iop_try_write64_rep(region, buffer, count, offset) \
	IOP_RESULT_(IOP_TRY_WRITE_REP_AT_(region, uint64_t, buffer, count, offset))
#define IOP_TRY_READ_REP_AT_(region, T, offset, buffer, count)                     \
	__extension__({                                                            \
		IOP_AUTO iop_v_ = (region);                                        \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                       \
		IOP_OFFSET_AS_(iop_o_, offset);                                    \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 0);      \
		IOP_ASSERT_REP_(*iop_p_);                                          \
		int iop_e_ = IOP_OFFSET_OK_(*iop_p_, T, iop_o_) ? 0 : -EINVAL;     \
		if (__builtin_expect(!iop_e_, 1)) {                                \
			IOP_ASSERT_FILLED_(buffer);                                \
			void *iop_b_ = (buffer);                                   \
			const size_t iop_n_ = (count);                             \
			IOP_READ_REP_(*iop_p_, sizeof(T), iop_o_, iop_b_, iop_n_); \
		}                                                                  \
		iop_e_;                                                            \
	})
#define IOP_TRY_WRITE_REP_AT_(region, T, buffer, count, offset)                     \
	__extension__({                                                             \
		IOP_AUTO iop_v_ = (region);                                         \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                        \
		IOP_OFFSET_AS_(iop_o_, offset);                                     \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 1);       \
		IOP_ASSERT_REP_(*iop_p_);                                           \
		int iop_e_ = IOP_OFFSET_OK_(*iop_p_, T, iop_o_) ? 0 : -EINVAL;      \
		if (__builtin_expect(!iop_e_, 1)) {                                 \
			const void *iop_b_ = (buffer);                              \
			const size_t iop_n_ = (count);                              \
			IOP_WRITE_REP_(*iop_p_, sizeof(T), iop_o_, iop_b_, iop_n_); \
		}                                                                   \
		iop_e_;                                                             \
	})

#endif
