/* SPDX-License-Identifier: MIT */
/* Row 44 where 8 is no single access: the sets without it are the same, and those that need it are not to be had. */
#include "row-44-copy-within.c"
