# 64-bit Arm. Neoverse N1 has no SVE, whose accesses an emulator's plugin does not see.
set(IOPATH_TRIPLE aarch64-linux-gnu)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(IOPATH_QEMU qemu-aarch64 -cpu neoverse-n1)
include(${CMAKE_CURRENT_LIST_DIR}/debian-cross.cmake)
