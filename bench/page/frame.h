/* SPDX-License-Identifier: MIT */
/**
 * frame.h - what every page with plots has around it: its head with the style, and scripts that may run
 *
 * Only scripts that carry the nonce of their page run, whatever else is in it, and nothing is loaded from elsewhere.
 */
#ifndef IOPATH_BENCH_PAGE_FRAME_H
#define IOPATH_BENCH_PAGE_FRAME_H

#include "assets.h"

#include <stddef.h>
#include <stdio.h>

#define IOP_PAGE_NONCE 33

/** Up to the beginning of the body; @nonce is for the page's scripts. */
void iop_page_begin(FILE *out, const char *title, char nonce[IOP_PAGE_NONCE]);
void iop_page_script(FILE *out, const char *nonce, const char *text, size_t bytes);
/** Asset @name as a script. */
#define IOP_PAGE_SCRIPT(out, nonce, name) iop_page_script(out, nonce, iop_asset_##name, iop_asset_##name##_bytes)

#endif
