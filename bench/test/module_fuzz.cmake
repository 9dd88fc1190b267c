# What iopath fuzz finds in a user's module: faulty ones, right ones, and those that end their process.
if(NOT TARGET iopath_sequence OR IOPATH_SANITIZE)
	return()
endif()
foreach(what right faulty crashing)
	string(TOUPPER ${what} define)
	add_library(module-fuzz-${what} MODULE module_fuzz.c)
	target_compile_definitions(module-fuzz-${what} PRIVATE ${define})
	# An access is what the source says.
	target_compile_options(module-fuzz-${what} PRIVATE -O2)
	target_include_directories(module-fuzz-${what} PRIVATE ${PROJECT_SOURCE_DIR}/bench/cells)
	target_link_libraries(module-fuzz-${what} PRIVATE iopath_warnings)
	set_target_properties(module-fuzz-${what} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/modules)
endforeach()
foreach(case each-fault-is-found what-is-right-is-never-found crashes-hangs-and-exits-are-findings findings-are-small
	the-same-seed-finds-the-same a-finding-can-be-replayed findings-run-without-iopath what-is-called-can-be-chosen
	bad-use-is-a-line-and-exit-2)
	add_test(NAME module-fuzz-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/module_fuzz_test.py
		$<TARGET_FILE:iopath-cli> ${CMAKE_CURRENT_BINARY_DIR}/modules ${case})
endforeach()
set_tests_properties(module-fuzz-findings-run-without-iopath PROPERTIES LABELS slow)
