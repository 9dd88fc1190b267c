/* SPDX-License-Identifier: MIT */
/**
 * recorded_said.h - what a description of registers was read as, or why it was refused, in programs linked with --wrap=iop_fail
 */
#ifndef IOPATH_BENCH_TEST_RECORDED_SAID_H
#define IOPATH_BENCH_TEST_RECORDED_SAID_H

#include <record/names.h>

/** The last message: the file's own name, then why. */
extern char recorded_said[2048];

/** The registers of @names, in lines 'OFFSET NAME [MODE] BYTES'; 0 bytes: not said. */
const char *recorded_names_text(const struct iop_names *names);

#endif
