/* SPDX-License-Identifier: MIT */
/** numbers.h - limits of the library that others have to know, such as a model of it; it includes nothing */
#ifndef IOPATH_BASE_NUMBERS_H
#define IOPATH_BASE_NUMBERS_H

/* Leases of debug views that can last at once, and slot 0, which is that of those without an owner. */
#define IOP_LEASE_SLOTS 4096

/* A copy between views has room for so many bytes; what needs more at once, allocates it. docs/semantics.md, row 43. */
#define IOP_COPY_PIECE 512

#endif
