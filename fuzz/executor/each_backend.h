/* SPDX-License-Identifier: MIT */
/*
 * An operation on views, for every backend: includes the file EACH_BACKEND once a backend, to define the function ON(operation).
 * FUZZ_ON_VIEWS makes one of them, FUZZ_ON_COPYING_VIEWS where some backends copy nothing.
 */
#include <executor/backend/mmio.h>
#include EACH_BACKEND
/* One stands for all to cppcheck, which reads for minutes what a compiler does in a second: the text is the same. */
#ifndef FUZZ_ONE_BACKEND
#include <executor/backend/relaxed.h>
#include EACH_BACKEND
#include <executor/backend/sysmem.h>
#include EACH_BACKEND
#include <executor/backend/iosysmap.h>
#include EACH_BACKEND
#include <executor/backend/config.h>
#include EACH_BACKEND
#include <executor/backend/coherent.h>
#include EACH_BACKEND
#include <executor/backend/mmio_within.h>
#include EACH_BACKEND
#include <executor/backend/wc.h>
#include EACH_BACKEND
#endif
#include <executor/backend/undefine.h>

#define FUZZ_ON_VIEWS(name)                                                  \
	static int name##_on_view(call_t c, result_t result)                 \
	{                                                                    \
		switch (fuzz_slots[c->a].backend) {                          \
		case FUZZ_MMIO: return mmio_##name(c, result);               \
		case FUZZ_RELAXED: return relaxed_##name(c, result);         \
		case FUZZ_SYSMEM: return sysmem_##name(c, result);           \
		case FUZZ_IOSYSMAP: return iosysmap_##name(c, result);       \
		case FUZZ_CONFIGSPACE: return config_##name(c, result);      \
		case FUZZ_MMIO_WITHIN: return mmio_within_##name(c, result); \
		case FUZZ_WC: return wc_##name(c, result);                   \
		default: return coherent_##name(c, result);                  \
		}                                                            \
	}                                                                    \
	FUZZ_EXECUTION(name, name##_on_view)

#define FUZZ_ON_COPYING_VIEWS(name)                                          \
	static int name##_on_view(call_t c, result_t result)                 \
	{                                                                    \
		switch (fuzz_slots[c->a].backend) {                          \
		case FUZZ_MMIO: return mmio_##name(c, result);               \
		case FUZZ_SYSMEM: return sysmem_##name(c, result);           \
		case FUZZ_IOSYSMAP: return iosysmap_##name(c, result);       \
		case FUZZ_MMIO_WITHIN: return mmio_within_##name(c, result); \
		case FUZZ_WC: return wc_##name(c, result);                   \
		default: return coherent_##name(c, result);                  \
		}                                                            \
	}                                                                    \
	FUZZ_EXECUTION(name, name##_on_view)
