/* SPDX-License-Identifier: MIT */
/**
 * width_list.h - the widths that a device takes, as the user writes them: --widths 4,8
 */
#ifndef IOPATH_BENCH_CLI_WIDTH_LIST_H
#define IOPATH_BENCH_CLI_WIDTH_LIST_H

/** *@widths: in bytes, ORed, up to @most. 0, or an exit code after a message of @command's. */
int iop_cli_widths(unsigned *widths, const char *command, const char *text, unsigned most);

#endif
