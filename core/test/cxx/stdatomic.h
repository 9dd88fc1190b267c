/* SPDX-License-Identifier: MIT */
/* C's <stdatomic.h>, which C++ has from C++23 on only. */
#ifndef IOPATH_TEST_CXX_STDATOMIC_H
#define IOPATH_TEST_CXX_STDATOMIC_H

#include <atomic>

using std::atomic_bool;
using std::atomic_fetch_add;
using std::atomic_fetch_sub;
using std::atomic_int;
using std::atomic_load;
using std::atomic_load_explicit;
using std::atomic_size_t;
using std::atomic_store;
using std::atomic_store_explicit;
using std::atomic_uint;
using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;

#endif
