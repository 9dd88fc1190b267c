# What iopath fuzz finds in a user's module: faulty ones, right ones, and those that end their process.
if(NOT TARGET iopath_sequence OR IOPATH_SANITIZE OR IOPATH_DEBUG_VIEWS)
	return()
endif()
set(right module_fuzz_right.c)
set(faulty module_fuzz_copies.c module_fuzz_paths.c)
set(crashing module_fuzz_crashing.c)
foreach(what right faulty crashing)
	add_library(module-fuzz-${what} MODULE ${${what}})
	# An access is what the source says.
	target_compile_options(module-fuzz-${what} PRIVATE -O2)
	target_include_directories(module-fuzz-${what} PRIVATE ${PROJECT_SOURCE_DIR}/bench/cells)
	target_link_libraries(module-fuzz-${what} PRIVATE iopath_warnings)
	set_target_properties(module-fuzz-${what} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/modules)
	iopath_add_fuzz_programs(module-fuzz-${what})
endforeach()
set(cases each-fault-is-found what-is-right-is-never-found crashes-hangs-and-exits-are-findings findings-are-small
	the-same-seed-finds-the-same a-fault-of-each-thousandth-call-is-found a-finding-can-be-replayed what-is-called-can-be-chosen
	bad-use-is-a-line-and-exit-2 an-interrupted-run-keeps-what-was-found
	a-corpus-is-run-first-and-kept an-engine-that-cannot-run-is-a-line-and-exit-2)
# Compilers of their own make what these run.
set(compiled findings-run-without-iopath libfuzzer-finds-the-same afl-finds-them-too)
if(IOPATH_TEST_ONCE)
	list(APPEND cases ${compiled} an-interrupted-engine-keeps-its-inputs a-corpus-grows-and-is-made-small)
endif()
foreach(case ${cases})
	add_test(NAME module-fuzz-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/module_fuzz_test.py
		$<TARGET_FILE:iopath-cli> ${CMAKE_CURRENT_BINARY_DIR}/modules ${case})
	set_tests_properties(module-fuzz-${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()
if(IOPATH_TEST_ONCE)
	list(TRANSFORM compiled PREPEND module-fuzz-)
	set_tests_properties(${compiled} PROPERTIES LABELS slow)
	# AFL++ may come after the build was configured, which then lacks the programs.
	if(NOT IOPATH_AFL_CLANG)
		set_tests_properties(module-fuzz-afl-finds-them-too PROPERTIES ENVIRONMENT IOPATH_BUILT_WITHOUT=afl-fuzz)
	endif()
endif()
