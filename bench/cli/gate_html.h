/* SPDX-License-Identifier: MIT */
/**
 * gate_html.h - the gate's report as one page without anything outside it
 */
#ifndef IOPATH_BENCH_CLI_GATE_HTML_H
#define IOPATH_BENCH_CLI_GATE_HTML_H

#include <gate/gate.h>

/** @code is what iop_gate_run() returned. */
void iop_gate_html(FILE *out, const struct iop_gate *gate, int code);

#endif
