# 32-bit x86. An x86-64 host runs it itself, if its kernel can; else the emulator does, which runs the plugin in any case.
set(IOPATH_RUNS_ON x86_64)
set(IOPATH_TRIPLE i686-linux-gnu)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(IOPATH_QEMU qemu-i386)
include(${CMAKE_CURRENT_LIST_DIR}/debian-cross.cmake)
