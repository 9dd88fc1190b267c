# iopath_buildinfo: commit, compiler and flags as a header, asked of git at each build, rewritten only when it changed.
set(IOPATH_BUILD_HEADER ${PROJECT_BINARY_DIR}/generated/iopath_build.h)
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
string(STRIP "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}}" build_flags)
add_custom_target(iopath_buildinfo_header
	COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${IOPATH_BUILD_HEADER} -DVERSION=${PROJECT_VERSION}
		"-DCOMPILER=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}" "-DFLAGS=${build_flags}"
		-DARCH=${CMAKE_SYSTEM_PROCESSOR} -P ${CMAKE_CURRENT_LIST_DIR}/WriteBuildInfo.cmake
	BYPRODUCTS ${IOPATH_BUILD_HEADER}
	VERBATIM)
add_library(iopath_buildinfo INTERFACE)
target_include_directories(iopath_buildinfo INTERFACE ${PROJECT_BINARY_DIR}/generated)
add_dependencies(iopath_buildinfo iopath_buildinfo_header)
