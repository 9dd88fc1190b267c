/* SPDX-License-Identifier: MIT */
/**
 * show_html.h - a recording as a page: its accesses by time and register as a picture, and tables
 */
#ifndef IOPATH_BENCH_CLI_SHOW_HTML_H
#define IOPATH_BENCH_CLI_SHOW_HTML_H

#include "show_text.h"

/** Writes show->html. 0, or an exit code once the reason has been printed. */
int iop_show_html(const struct iop_show *show);

#endif
