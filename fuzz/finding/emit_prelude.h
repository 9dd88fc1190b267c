/* SPDX-License-Identifier: MIT */
/** emit_prelude.h - what every emitted C test begins with: memory at fixed places, a panic hook, checks that name the line */
#ifndef FUZZ_EMIT_PRELUDE_H
#define FUZZ_EMIT_PRELUDE_H

extern const char fuzz_emit_prelude[];

/** And what one needs besides whose program has owners. */
extern const char fuzz_emit_prelude_owner[];

#endif
