/* SPDX-License-Identifier: MIT */
/* The copies of views, one for each backend: what a driver that uses the library writes. */
#include "copy_view.h"

#include <iopath/iopath.h>

static void view_mmio_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_MMIO(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst}, .len = {n}};

	iop_copy_toio(io, src, n);
}

static void view_mmio_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_MMIO(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src}, .len = {n}};

	iop_copy_fromio(dst, io, n);
}

static void view_wc_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_WC(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst}, .len = {n}};

	iop_copy_toio(io, src, n);
}

static void view_wc_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_WC(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src}, .len = {n}};

	iop_copy_fromio(dst, io, n);
}

static void view_sysmem_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_SYSMEM(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst}, .len = {n}};

	iop_copy_toio(io, src, n);
}

static void view_sysmem_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_SYSMEM(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src}, .len = {n}};

	iop_copy_fromio(dst, io, n);
}

static void view_iosysmap_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_IOSYSMAP(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst, .is_io = 1}, .len = {n}};

	__asm__ volatile("" : "+r"(io.raw.is_io));
	iop_copy_toio(io, src, n);
}

static void view_iosysmap_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_IOSYSMAP(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src, .is_io = 1}, .len = {n}};

	__asm__ volatile("" : "+r"(io.raw.is_io));
	iop_copy_fromio(dst, io, n);
}

static void view_coherent_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_COHERENT(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst}, .len = {n}};

	iop_copy_toio(io, src, n);
}

static void view_coherent_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_COHERENT(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src}, .len = {n}};

	iop_copy_fromio(dst, io, n);
}

static const char through_view[] = "the copy of a view: a slice of bytes, checked once";

const struct iop_copy_routine iop_copy_views[IOP_COPY_VIEWS] = {
	{"view", "mmio", through_view, view_mmio_toio, view_mmio_fromio, NULL, 0, 0, 0, NULL},
	{"view", "iosysmap", through_view, view_iosysmap_toio, view_iosysmap_fromio, NULL, 0, 0, 0, NULL},
	{"view", "wc", through_view, view_wc_toio, view_wc_fromio, NULL, 0, 0, 0, NULL},
	{"view", "sysmem", through_view, view_sysmem_toio, view_sysmem_fromio, NULL, 0, 0, 0, NULL},
	{"view", "coherent", through_view, view_coherent_toio, view_coherent_fromio, NULL, 0, 0, 0, NULL},
};
