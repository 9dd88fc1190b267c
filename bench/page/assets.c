/* SPDX-License-Identifier: MIT */
/* The assembler takes the files in as they are: no generator, and every compiler of this project has one. */
#include "assets.h"

#define ASSET(name, path)                                                        \
	__asm__(".pushsection .rodata\n"                                         \
		".globl iop_asset_" #name "\niop_asset_" #name ":\n"             \
		".incbin \"" path "\"\n"                                         \
		"1: .balign 4\n"                                                 \
		".globl iop_asset_" #name "_bytes\niop_asset_" #name "_bytes:\n" \
		".4byte 1b - iop_asset_" #name "\n"                              \
		".popsection\n")

ASSET(style_css, IOP_ASSET_STYLE_CSS);
ASSET(page_js, IOP_ASSET_PAGE_JS);
ASSET(timeline_js, IOP_ASSET_TIMELINE_JS);
ASSET(uplot_js, IOP_ASSET_UPLOT_JS);
ASSET(uplot_css, IOP_ASSET_UPLOT_CSS);
