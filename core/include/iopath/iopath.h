/* SPDX-License-Identifier: MIT */
/**
 * iopath.h - all of iopath: views of device and shared memory, checked and with no run-time cost
 *
 * Start reading at view.h (what a view is), project.h (reaching a part of it) and access.h (reading and writing it).
 */
#ifndef IOPATH_IOPATH_H
#define IOPATH_IOPATH_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access.h>
#include <iopath/backends.h>
#include <iopath/bar.h>
#include <iopath/barrier.h>
#include <iopath/byte_order.h>
#include <iopath/cast.h>
#include <iopath/coherent.h>
#include <iopath/copy.h>
#include <iopath/copy_view.h>
#include <iopath/copy_within.h>
#include <iopath/devres.h>
#include <iopath/error.h>
#include <iopath/fault_guard.h>
#include <iopath/halves.h>
#include <iopath/iomem.h>
#include <iopath/iomem_copy.h>
#include <iopath/kernel_iosys_map.h>
#include <iopath/panic.h>
#include <iopath/poll.h>
#include <iopath/project.h>
#include <iopath/region.h>
#include <iopath/register.h>
#include <iopath/rep.h>
#include <iopath/revocable.h>
#include <iopath/unit_copy.h>
#include <iopath/view.h>
#include <iopath/vmap.h>
#include <iopath/wc.h>
#include <iopath/width.h>
#include <iopath/widths.h>

#endif
