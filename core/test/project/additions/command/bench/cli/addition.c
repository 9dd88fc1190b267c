/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <stdio.h>
#include <string.h>

int iop_cmd_addition(int argc, char **argv)
{
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		printf("usage: iopath addition [--loud]\n\nPrints a word.\n\n  --loud            in capitals\n\n"
		       "Exit: 0 printed, 2 bad use.\n\nexample: iopath addition --loud\n");
		return IOP_EXIT_CLEAN;
	}
	if (argc > 1 && strcmp(argv[1], "--loud") != 0)
		return iop_fail("addition", "iopath addition --help", "unknown option %s", argv[1]);
	puts(argc > 1 ? "ADDED" : "added");
	return IOP_EXIT_CLEAN;
}
