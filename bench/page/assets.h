/* SPDX-License-Identifier: MIT */
/** assets.h - the pages' style and scripts, and the plotting library's, as they were at build time; not terminated */
#ifndef IOPATH_BENCH_ASSETS_H
#define IOPATH_BENCH_ASSETS_H

#include <stdint.h>

#define IOP_ASSETS(X) X(style_css) X(page_js) X(timeline_js) X(uplot_js) X(uplot_css)

/** The library's have no bytes in a build that could not get it. */
#define IOP_ASSET_DECLARE(name)               \
	extern const char iop_asset_##name[]; \
	extern const uint32_t iop_asset_##name##_bytes;
IOP_ASSETS(IOP_ASSET_DECLARE)

#endif
