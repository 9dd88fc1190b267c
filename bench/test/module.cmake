# Modules of a user: what they register, what they do wrong, and one that is older than registering.
set(IOPATH_CELLS_INCLUDE_DIR ${PROJECT_SOURCE_DIR}/bench/cells)
set(IOPATH_FUZZ_LIBRARY ${PROJECT_BINARY_DIR}/libiopath-fuzz-module.so)
include(${PROJECT_SOURCE_DIR}/bench/cells/iopath/IopathModule.cmake)
iopath_add_module(module-user module_user.c module_second.c)
configure_file(module_user.c ${CMAKE_CURRENT_BINARY_DIR}/module_user.cc COPYONLY)
configure_file(module_right.h ${CMAKE_CURRENT_BINARY_DIR}/module_right.h COPYONLY)
add_library(module-user-cxx MODULE ${CMAKE_CURRENT_BINARY_DIR}/module_user.cc)
target_compile_features(module-user-cxx PRIVATE cxx_std_17)
add_library(module-abi1 MODULE module_abi1.c)
add_library(module-abi1-first MODULE module_abi1.c)
target_compile_definitions(module-abi1-first PRIVATE WITHOUT_VERDICTS)
set(bad no-table other-abi cells-too-small cells-too-large more-cells-than-there-are endless-cells no-cells no-name wild-name no-batch
	twice three-parts newline-in-a-name name-and-parts-differ name-of-ours crash-on-load exit-on-load print-on-load hang-on-load eat-memory work-without-end
	crash-in-the-table crash-in-setup exit-in-the-batch registered-other-abi registered-nothing registered-twice registered-slash
	registered-module-slash registered-no-name registered-width registered-kind registered-no-claims registered-backwards)
foreach(what ${bad})
	add_library(module-bad-${what} MODULE module_bad.c)
	target_compile_definitions(module-bad-${what} PRIVATE BAD="${what}")
	list(APPEND modules module-bad-${what})
endforeach()
foreach(what right wrong operations changed cannot)
	string(TOUPPER ${what} define)
	add_library(module-check-${what} MODULE module_check.c)
	target_compile_definitions(module-check-${what} PRIVATE $<IF:$<STREQUAL:${what},changed>,OPERATIONS,${define}> ${define})
	# An access is what the source says, not what a sanitizer or an unoptimised build makes of it.
	target_compile_options(module-check-${what} PRIVATE -O2 -fno-sanitize=all)
	list(APPEND modules module-check-${what})
endforeach()
foreach(what same other late unsteady)
	string(TOUPPER ${what} define)
	add_library(module-values-${what} MODULE module_values.c)
	target_compile_definitions(module-values-${what} PRIVATE ${define} $<$<STREQUAL:${what},other>:CONSTANT=0x41>)
	target_compile_options(module-values-${what} PRIVATE -O2 -fno-sanitize=all)
	list(APPEND modules module-values-${what})
endforeach()
foreach(module module-user module-user-cxx module-abi1 module-abi1-first ${modules})
	target_include_directories(${module} PRIVATE ${PROJECT_SOURCE_DIR}/bench/cells ${PROJECT_SOURCE_DIR}/bench)
	target_link_libraries(${module} PRIVATE iopath_warnings)
	set_target_properties(${module} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/modules)
endforeach()

foreach(case lines-become-cells c++-registers-the-same beside-ours-in-one-table any-number-at-once
	a-baseline-is-any-cell nothing-is-called-legal-unseen a-module-of-the-first-abi-runs a-bad-module-is-one-line-and-the-others-run
	a-cell-that-crashes-is-a-row without-a-figure-nothing-is-stored a-hang-is-ended)
	add_test(NAME module-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/module_test.py $<TARGET_FILE:iopath-cli>
		${CMAKE_CURRENT_BINARY_DIR}/modules ${case})
	set_tests_properties(module-${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()

# Modules include nothing of the library, so that its debug views change nothing in how they are judged.
if(TARGET iopath_judge AND NOT IOPATH_SANITIZE AND NOT IOPATH_DEBUG_VIEWS)
	# As a stranger does it, with nothing but what was installed.
	foreach(case what-is-written-is-right-at-once by-pkg-config-in-c-and-c++ by-cmake by-cmake-for-engines nothing-is-overwritten)
		add_test(NAME module-new-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/module_new_test.py
			$<TARGET_FILE:iopath-cli> ${PROJECT_BINARY_DIR} ${CMAKE_INSTALL_LIBDIR} ${CMAKE_C_COMPILER} ${CMAKE_CXX_COMPILER}
			${case})
		set_tests_properties(module-new-${case} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
	foreach(case what-is-right-is-as-claimed an-interrupted-check-keeps-what-was-judged
		what-is-wrong-is-found accesses-are-kept-and-compared
		what-cannot-be-judged-is-a-line-and-exit-2 a-bad-module-does-not-stop-the-others verdicts-are-ktap an-order-that-is-not-seen-is-not-judged a-barrier-on-the-other-side-is-no-order
		a-condition-is-one-that-was-seen a-name-that-is-not-utf8-loses-no-result what-is-registered-is-traced)
		add_test(NAME module-check-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/module_check_test.py
			$<TARGET_FILE:iopath-cli> ${CMAKE_CURRENT_BINARY_DIR}/modules ${case})
	endforeach()
	foreach(case a-clean-check-is-shown accesses-that-were-written-down-are-not-judged another-build-is-not-judged what-is-wrong-is-shown
		what-was-not-judged-stays-so a-cache-that-is-not-right-is-none)
		add_test(NAME module-verdicts-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/module_verdicts_test.py
			$<TARGET_FILE:iopath-cli> ${CMAKE_CURRENT_BINARY_DIR}/modules ${case})
	endforeach()
	foreach(case values-are-kept another-value-is-found later-calls-are-compared an-old-file-is-read
		what-is-not-the-same-twice-is-not-judged)
		add_test(NAME module-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/module_values_test.py
			$<TARGET_FILE:iopath-cli> ${CMAKE_CURRENT_BINARY_DIR}/modules ${case})
	endforeach()
endif()

if(TARGET iopath_judge AND IOPATH_TEST_ONCE)
	foreach(case the-doorbell-does-what-its-file-says dpdk-is-judged-unchanged dpdk-goes-through-arch)
		add_test(NAME module-examples-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/module_examples_test.py
			$<TARGET_FILE:iopath-cli> ${PROJECT_SOURCE_DIR} ${CMAKE_C_COMPILER} ${case})
		set_tests_properties(module-examples-${case} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
endif()
