/* SPDX-License-Identifier: MIT */
/** gate_clock.h - time as cells of a test let it pass; the program that loads them has it */
#ifndef IOPATH_BENCH_TEST_GATE_CLOCK_H
#define IOPATH_BENCH_TEST_GATE_CLOCK_H

#include <stdint.h>

__attribute__((visibility("default"))) void gate_clock_pass(uint64_t ns);
/** A number below @most that the run's seed decides, another one each time. */
__attribute__((visibility("default"))) uint64_t gate_clock_draw(uint64_t most);

#endif
