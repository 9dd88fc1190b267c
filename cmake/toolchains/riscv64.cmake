# 64-bit RISC-V, RV64GC.
set(IOPATH_TRIPLE riscv64-linux-gnu)
set(CMAKE_SYSTEM_PROCESSOR riscv64)
set(IOPATH_QEMU qemu-riscv64 -cpu rv64)
include(${CMAKE_CURRENT_LIST_DIR}/debian-cross.cmake)
