# What needs no hardware to be exact, of any architecture: its builds have none of bench's programs.
if(NOT TARGET iopath_tracer_qemu)
	return()
endif()
set(bench ${PROJECT_SOURCE_DIR}/bench)
add_executable(iopath-numbers ${bench}/figures/numbers.c ${bench}/cells/pattern.c ${bench}/peers/kernel_generic.c)
target_include_directories(iopath-numbers PRIVATE ${bench} ${bench}/cells ${bench}/peers)
target_link_libraries(iopath-numbers PRIVATE iopath iopath_tracer_qemu iopath_warnings)
