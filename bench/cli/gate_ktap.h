/* SPDX-License-Identifier: MIT */
/**
 * gate_ktap.h - the verdict of the gate as KTAP
 */
#ifndef IOPATH_BENCH_CLI_GATE_KTAP_H
#define IOPATH_BENCH_CLI_GATE_KTAP_H

#include <gate/gate.h>

/** Cells, controls and the verdict of the run that returned @code. 0, or an exit code after a message. */
int iop_gate_ktap(const char *where, const struct iop_gate *gate, int code);

#endif
