/* SPDX-License-Identifier: MIT */
/* What row tests are written in, in C++; and headers that may not be read inside of a namespace, where the tests are put. */
#ifndef IOPATH_TEST_CXX_H
#define IOPATH_TEST_CXX_H

#include <atomic>
#include <type_traits>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#define _Alignas(bytes) __attribute__((aligned(bytes)))
#define _Alignof alignof
#define _Static_assert static_assert
#define _Thread_local thread_local

#endif
