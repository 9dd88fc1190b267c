# 32-bit x86. An x86-64 host runs it itself; the emulator is for the plugin only, and its i386 loses wake-ups between threads.
set(IOPATH_RUNS_ON x86_64)
set(IOPATH_TRIPLE i686-linux-gnu)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(IOPATH_QEMU qemu-i386)
include(${CMAKE_CURRENT_LIST_DIR}/debian-cross.cmake)
