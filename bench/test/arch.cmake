# iopath arch, where there are compilers of other architectures; what needs none of them, always. It compiles by itself.
if(NOT TARGET iopath_judge OR NOT IOPATH_TEST_ONCE)
	return()
endif()
foreach(case what-is-right-is-legal-and-counted an-interrupt-leaves-no-folder estimates-and-barriers what-is-wrong-there-is-found-there
	ordered-is-what-executes-a-barrier operations-are-compared-with-their-file what-cannot-be-judged-is-told-apart what-is-missing-is-named bad-use-is-refused
	all-seven in-c-plus-plus-from-several-files)
	add_test(NAME arch-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/arch_test.py
		$<TARGET_FILE:iopath-cli> ${case} ${CMAKE_CURRENT_BINARY_DIR}/arch)
	set_tests_properties(arch-${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()
set_tests_properties(arch-all-seven PROPERTIES LABELS slow COST 10)
