/* SPDX-License-Identifier: MIT */
/**
 * event.h - the access events of test builds
 *
 * With IOP_EVENTS=1 every accessor reports what it does, in order, so that the shapes which the specification demands can be
 * checked without hardware: an ordered read is BR LD AR, an ordered write BW ST AW, a relaxed or system memory access a single LD
 * or ST. Other builds contain none of it. Events show what the accessors meant to do; the access tracer shows what the compiled
 * code does.
 *
 * A copy that the library makes through a write-combining view is seen as the accesses of that build's routine. The reset of a function
 * is an event too: who follows the values of its registers knows none of them afterwards.
 * Source: docs/semantics.md, 2.2 and row 58.
 */
#ifndef IOPATH_EVENT_H
#define IOPATH_EVENT_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/build_config.h>
#include <iopath/lang.h>

/** What an accessor did. */
enum iop_event_kind {
	IOP_EVENT_BR, /**< barrier before a read */
	IOP_EVENT_LD, /**< load */
	IOP_EVENT_AR, /**< barrier after a read */
	IOP_EVENT_BW, /**< barrier before a write */
	IOP_EVENT_ST, /**< store */
	IOP_EVENT_AW, /**< barrier after a write */
	IOP_EVENT_CP, /**< bytes moved by the C library on system memory: address and size only, no widths promised */
	IOP_EVENT_RS, /**< reset of a function: all that was known of its registers is unknown; the address is its struct iop_bus */
	IOP_EVENT_WF, /**< flush: earlier stores to write-combining mappings reach the device before later accesses */
};

struct iop_event {
	enum iop_event_kind kind;
	unsigned source; /**< id of the path: IOP_EVENT_MMIO, ... */
	uint64_t width;	 /**< bytes; 0 for barriers, resets and flushes */
	uintptr_t addr;	 /**< 0 for barriers and flushes */
	uint64_t value; /**< as loaded or stored, in memory order of the device; 0 for barriers, resets, flushes and IOP_EVENT_CP */
};

/** Which path reports. */
enum iop_event_source {
	IOP_EVENT_MMIO = 1,
	IOP_EVENT_RELAXED,
	IOP_EVENT_SYSMEM,
	IOP_EVENT_COPY,
	IOP_EVENT_CONFIG,
	IOP_EVENT_BUS,
	IOP_EVENT_WC,
};

IOP_BEGIN_DECLS
/** Where events go; NULL (the default) drops them. One for the process, not synchronised: set it while one thread runs. */
extern void (*iop_event_hook)(const struct iop_event *event);
IOP_END_DECLS

#if IOP_EVENTS
IOP_INLINE void iop_event(enum iop_event_kind kind, unsigned source, uint64_t width, uintptr_t addr, uint64_t value)
{
	struct iop_event event;

	if (!iop_event_hook)
		return;
	event.kind = kind;
	event.source = source;
	event.width = width;
	event.addr = addr;
	event.value = value;
	iop_event_hook(&event);
}
#else
#define iop_event(kind, source, width, addr, value) ((void)0)
#endif

#endif
