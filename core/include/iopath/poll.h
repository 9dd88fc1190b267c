/* SPDX-License-Identifier: MIT */
/**
 * poll.h - waiting for a device: read until a condition holds, or a deadline has passed
 *
 *	uint32_t status;
 *
 *	err = iop_poll(iop_project(nic, .status), status, !(status & BUSY), 10, 1000);      look every 10 us, for 1 ms at most
 *	if (err)
 *		return err;                                                              -ETIMEDOUT; status holds the last value
 *
 * These are the kernel's read_poll_timeout and readx_poll_timeout. Between two reads the thread sleeps @delay_us microseconds, or
 * at least that long; with 0 it spins, with the CPU's instruction for that. Once @timeout_us have passed since the call there is
 * one more read, because the thread may not have run in between: a condition that holds by then is no timeout. With @timeout_us 0
 * there is no deadline.
 *
 * Time is CLOCK_MONOTONIC, so changes of the date do not count. iop_poll_set_clock() replaces it, for tests and for programs with
 * an event loop of their own.
 * Source: docs/semantics.md, row 52; Linux include/linux/iopoll.h.
 */
#ifndef IOPATH_POLL_H
#define IOPATH_POLL_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access.h>
#include <iopath/register.h>

#if IOP_FREESTANDING
#error "iopath: polling needs a clock: freestanding code has that of its own environment (read_poll_timeout)"
#endif

IOP_BEGIN_DECLS

/** Where time comes from. Both are called from any thread that polls. */
struct iop_poll_clock {
	/** Nanoseconds since some moment; never runs backwards. */
	uint64_t (*now)(void);
	/** Returns after @us microseconds or more; not called with 0. Sooner, after a signal, is another read, no error. */
	void (*sleep)(uint64_t us);
};

/** Installs @clock for all threads (NULL: the default again) and returns the one that was there (NULL: the default). */
const struct iop_poll_clock *iop_poll_set_clock(const struct iop_poll_clock *clock);

/* A call under way. */
struct iop_poll {
	uint64_t delay_us, deadline; /* in ns of the clock; UINT64_MAX: none */
	bool last;		     /* the read after the deadline has been made */
};
struct iop_poll iop_poll_start(uint64_t delay_us, uint64_t timeout_us);
/* The condition does not hold: waits and returns true for another read, or false: that was the last one. */
bool iop_poll_again(struct iop_poll *poll);

IOP_END_DECLS

/*
 * The loop has no jump out of it, and the caller's expressions are inside of nothing else. The condition is evaluated once for each
 * read.
 */
#define IOP_POLL_(read, var, condition, delay_us, timeout_us)                       \
	__extension__({                                                             \
		struct iop_poll iop_po_ = iop_poll_start((delay_us), (timeout_us)); \
		int iop_pe_;                                                        \
		do {                                                                \
			(var) = read;                                               \
			iop_pe_ = (condition) ? 0 : -ETIMEDOUT;                     \
		} while (iop_pe_ && iop_poll_again(&iop_po_));                      \
		iop_pe_;                                                            \
	})

/**
 * Reads the target of @view into @var, a variable of the caller, until @condition, an expression of it, holds. Returns 0, or
 * -ETIMEDOUT if it still does not on the value that was read after the deadline; @var holds the last value in either case. @view,
 * @delay_us and @timeout_us are evaluated once, in this order.
 */
#define iop_poll(view, var, condition, delay_us, timeout_us) \
	IOP_RESULT_(IOP_POLL_VALUE_(view, var, condition, delay_us, timeout_us))
#define IOP_POLL_VALUE_(view, var, condition, delay_us, timeout_us)                 \
	__extension__({                                                             \
		IOP_AUTO iop_pv_ = (view);                                          \
		IOP_POLL_(iop_read(iop_pv_), var, condition, delay_us, timeout_us); \
	})

/** iop_poll of a register: @location as for iop_read_reg(io, location), @var of the register's type. */
#define iop_poll_reg(io, location, var, condition, delay_us, timeout_us) \
	IOP_RESULT_(IOP_POLL_REG_VALUE_(io, location, var, condition, delay_us, timeout_us))
#define IOP_POLL_REG_VALUE_(io, location, var, condition, delay_us, timeout_us)                   \
	__extension__({                                                                           \
		IOP_AUTO iop_pr_ = (io);                                                          \
		IOP_POLL_(iop_read_reg(iop_pr_, location), var, condition, delay_us, timeout_us); \
	})

#endif
