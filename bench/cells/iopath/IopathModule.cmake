# iopath_add_module(NAME SOURCE... [FUZZ]): a module of access paths (iopath/cells.h), NAME.so, as cells of iopath are compiled: each
# function starts a cache line, so that a change of one does not move another. Optimise it as your driver is: CMAKE_BUILD_TYPE, or your
# flags. FUZZ: beside it what 'iopath fuzz --engine' runs, NAME.libfuzzer with clang, and NAME.afl with afl-clang-fast if it is there.
function(iopath_add_module name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "FUZZ" "" "")
	add_library(${name} MODULE ${arg_UNPARSED_ARGUMENTS})
	target_include_directories(${name} PRIVATE ${IOPATH_CELLS_INCLUDE_DIR})
	target_compile_options(${name} PRIVATE -ffunction-sections -falign-functions=64)
	set_target_properties(${name} PROPERTIES PREFIX "")
	if(arg_FUZZ)
		iopath_add_fuzz_programs(${name})
	endif()
endfunction()

# The module NAME compiled for the engines, where the module is: it is compiled anew whenever that is.
function(iopath_add_fuzz_programs name)
	find_program(IOPATH_CLANG clang DOC "Compiles modules for libFuzzer")
	find_program(IOPATH_AFL_CLANG afl-clang-fast DOC "Compiles modules for AFL++")
	get_target_property(folder ${name} LIBRARY_OUTPUT_DIRECTORY)
	if(NOT folder)
		set(folder ${CMAKE_CURRENT_BINARY_DIR})
	endif()
	get_target_property(sources ${name} SOURCES)
	list(TRANSFORM sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ REGEX "^[^/$]")
	set(includes "$<TARGET_PROPERTY:${name},INCLUDE_DIRECTORIES>")
	set(definitions "$<TARGET_PROPERTY:${name},COMPILE_DEFINITIONS>")
	cmake_path(GET IOPATH_FUZZ_LIBRARY PARENT_PATH beside)
	set(programs)
	foreach(engine libfuzzer afl)
		set(compiler ${IOPATH_CLANG})
		if(engine STREQUAL "afl")
			set(compiler ${IOPATH_AFL_CLANG})
		endif()
		if(NOT compiler OR NOT (EXISTS "${IOPATH_FUZZ_LIBRARY}" OR TARGET iopath-fuzz-module))
			message(STATUS "${name}.${engine} left out: it needs clang or afl-clang-fast, and libiopath-fuzz-module.so of the program iopath")
			continue()
		endif()
		add_custom_command(OUTPUT ${folder}/${name}.${engine}
			COMMAND ${CMAKE_COMMAND} -E env AFL_QUIET=1 ${compiler} -O2 -g -fsanitize=fuzzer
				"$<$<BOOL:${includes}>:-I$<JOIN:${includes},;-I>>" "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>"
				${sources} ${IOPATH_FUZZ_LIBRARY} -Wl,-rpath,${beside} -Wl,--export-dynamic -o ${folder}/${name}.${engine}
			DEPENDS ${name} $<TARGET_NAME_IF_EXISTS:iopath-fuzz-module> COMMAND_EXPAND_LISTS VERBATIM)
		list(APPEND programs ${folder}/${name}.${engine})
	endforeach()
	add_custom_target(${name}-fuzz ALL DEPENDS ${programs})
endfunction()
