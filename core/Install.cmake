# find_package(iopath) and pkg-config from an install prefix.
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME dev)

install(TARGETS iopath EXPORT iopath-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT iopath-targets NAMESPACE iopath:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/iopath)
install(DIRECTORY include/iopath DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "arch" EXCLUDE
	PATTERN "config_pci.h" EXCLUDE)
install(DIRECTORY arch/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/iopath/arch FILES_MATCHING PATTERN "*.h"
	PATTERN "copy_x86.h" EXCLUDE PATTERN "copy_wide.h" EXCLUDE)
install(FILES ${PROJECT_BINARY_DIR}/include/iopath/build_config.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/iopath)

configure_package_config_file(iopath-config.cmake.in ${PROJECT_BINARY_DIR}/iopath-config.cmake
	INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/iopath)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/iopath-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/iopath-config.cmake ${PROJECT_BINARY_DIR}/iopath-config-version.cmake
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/iopath)

file(RELATIVE_PATH IOPATH_PC_TO_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
set(names iopath)
if(TARGET iopath_pci)
	install(FILES include/iopath/config_pci.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/iopath)
	list(APPEND names iopath-pci)
endif()
foreach(name ${names})
	configure_file(${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
	install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
