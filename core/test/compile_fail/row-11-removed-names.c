/* SPDX-License-Identifier: MIT */
/* Rows 6 and 11: what the series removed is absent unless compat.h is asked for. */
#include "types.h"

size_t what_replaced_them(bar_mmio bar)
{
	return iop_min_size(bar) + iop_size(bar) + iop_addr(bar);
}

/* REFUSED (c): implicit declaration of function 'iop_io_known_size' */
/* REFUSED (gcc, c++): 'iop_io_known_size' was not declared */
/* REFUSED (clang, c++): use of undeclared identifier 'iop_io_known_size' */
size_t min_size(bar_mmio bar)
{
	return iop_io_known_size(bar);
}

/* REFUSED (c): implicit declaration of function 'iop_maxsize' */
/* REFUSED (gcc, c++): 'iop_maxsize' was not declared */
/* REFUSED (clang, c++): use of undeclared identifier 'iop_maxsize' */
size_t maxsize(bar_mmio bar)
{
	return iop_maxsize(bar);
}

/* REFUSED (gcc, c): expected declaration specifiers or '...' before numeric constant */
/* REFUSED (gcc, c++): forbids declaration of 'IOP_MMIO_OWNED' with no type */
/* REFUSED (clang): expected parameter declarator */
typedef IOP_MMIO_OWNED(42) owned_mmio;
