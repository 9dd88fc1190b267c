/* SPDX-License-Identifier: MIT */
/** build_config.h - what the rules ask of the library's configuration, where a runner is compiled away from it */
#ifndef IOPATH_BUILD_CONFIG_H
#define IOPATH_BUILD_CONFIG_H

#define IOP_64BIT (__SIZEOF_POINTER__ == 8)

#endif
