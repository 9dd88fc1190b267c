# Debian packages by CPack: iopath (the program with its cells) and libiopath-dev (headers and library). scripts/package builds them.
# Packing must not build the tests: scripts/package builds what is packed.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR iopath)
set(CPACK_PACKAGE_CONTACT "iopath maintainers <maintainers@users.noreply.github.com>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
# Else it would be put before each package's own.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program dev)
set(CPACK_STRIP_FILES ON)
# What Debian's policy wants and install() does not do: compressed manuals, changelogs, copyright.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/DebianFiles.cmake)
set(CPACK_IOPATH_SOURCE ${PROJECT_SOURCE_DIR})

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME iopath)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
# The gate's builds of commits are a script.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS python3)
# Counting instructions, and judging for other architectures: commands say what they lack.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "binutils, valgrind")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "afl++, clang, gcc, git, libiopath-dev, qemu-user, qemu-system-x86")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "benchmark, checker and gate for I/O access paths
Measures how software reaches device memory (MMIO, PCI config space, DMA
buffers, shared memory), judges compiled copy routines by every access that
they make, and compares two builds before a merge.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libiopath-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libc6-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS "iopath, pkg-config")
if(TARGET iopath_pci)
	set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "libpci-dev")
endif()
set(CPACK_COMPONENT_DEV_DESCRIPTION "typed views of device memory, accessors and copies (development files)
A C library of I/O access paths: views of registers that the compiler checks
and that cost what the raw volatile access costs, ordered and relaxed
accessors, and copy routines that touch each byte of a device once, in order.

This package has the headers, for C and C++, and the static library.")
include(CPack)
