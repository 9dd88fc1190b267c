# iopath_add_module(NAME SOURCE...): a module of access paths (iopath/cells.h), NAME.so, as cells of iopath are compiled: each function
# starts a cache line, so that a change of one does not move another. Optimise it as your driver is: CMAKE_BUILD_TYPE, or your flags.
function(iopath_add_module name)
	add_library(${name} MODULE ${ARGN})
	target_include_directories(${name} PRIVATE ${IOPATH_CELLS_INCLUDE_DIR})
	target_compile_options(${name} PRIVATE -ffunction-sections -falign-functions=64)
	set_target_properties(${name} PROPERTIES PREFIX "")
endfunction()
