/* SPDX-License-Identifier: MIT */
/**
 * backends.h - the list of backends
 *
 * The one place that names every backend; all choices by backend are made from this list, at compile time. To add a backend, write
 * a header that defines what view.h requires, and add two entries here.
 */
#ifndef IOPATH_BACKENDS_H
#define IOPATH_BACKENDS_H

#include <iopath/coherent.h>
#include <iopath/config.h>
#include <iopath/iosysmap.h>
#include <iopath/mmio.h>
#include <iopath/sysmem.h>

/** X(name) for each backend. */
#define IOP_BACKENDS(X) X(mmio) X(relaxed) X(sysmem) X(iosysmap) X(config) X(coherent)

#endif
