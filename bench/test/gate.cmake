# The gate, against modules whose difference is known: one source, built with one defect each.
set(gate_modules)
set(clocked_modules)
foreach(defect base slow liar crash broken other wide)
	string(TOUPPER ${defect} name)
	add_library(gate-${defect} MODULE gate_module.c)
	add_library(gate-clocked-${defect} MODULE gate_module.c)
	target_compile_definitions(gate-${defect} PRIVATE GATE_${name})
	target_compile_definitions(gate-clocked-${defect} PRIVATE GATE_${name} GATE_CLOCKED)
	list(APPEND gate_modules gate-${defect})
	list(APPEND clocked_modules gate-clocked-${defect})
endforeach()
add_library(gate-foreign MODULE gate_foreign.c)
add_library(gate-device MODULE gate_device_module.c)
list(APPEND gate_modules gate-foreign gate-device)
foreach(module ${gate_modules} ${clocked_modules})
	target_include_directories(${module} PRIVATE ${PROJECT_SOURCE_DIR}/bench)
	target_link_libraries(${module} PRIVATE iopath_warnings ${CMAKE_DL_LIBS})
	# Whatever the rest is built with: the differences are made for optimised, aligned code.
	target_compile_options(${module} PRIVATE -O2 -ffunction-sections -falign-functions=64)
	set_target_properties(${module} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/gate)
endforeach()

# The program once more, on a clock that only cells move: what it finds does not depend on what else the machine is doing.
add_executable(gate-clocked $<TARGET_OBJECTS:iopath-cli> gate_clock.c)
get_target_property(libraries iopath-cli LINK_LIBRARIES)
target_link_libraries(gate-clocked PRIVATE ${libraries})
target_link_options(gate-clocked PRIVATE -Wl,--wrap=clock_gettime -Wl,--wrap=iop_gate_control)
set_target_properties(gate-clocked PROPERTIES ENABLE_EXPORTS ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/gate)

foreach(case identical-modules-pass identical-code-is-measured-if-asked
	the-same-seed-is-the-same-run the-machines-clock-is-read a-slow-cell-is-found counts-are-exact
	one-instruction-is-never-missed what-was-not-counted-is-not-verified
	what-is-unresolved-gets-more-launches what-stays-unresolved-is-listed-and-decides what-is-required-decides-alone
	the-budget-is-kept
	a-planted-slowdown-too-small-is-unfit same-code-that-is-slower-is-unfit unusable-modules-are-exit-2
	a-crashing-cell-is-named a-cell-that-broke-is-an-error what-the-machine-lacks-is-no-error nothing-in-common-is-exit-4
	what-cannot-be-paired-alternates what-alternates-against-itself-is-clean the-side-that-dies-is-named a-busy-neighbour a-long-batch-has-its-own-time
	what-there-is-no-time-for-is-not-clean
	bad-use-is-exit-2 an-interrupt-keeps-what-is-known nothing-is-left-behind aa-and-selftest-count)
	add_test(NAME gate-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/gate_test.py
		$<TARGET_FILE:iopath-cli> ${CMAKE_CURRENT_BINARY_DIR}/gate ${case})
	set_tests_properties(gate-${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()

# Accesses to a device that no time shows: one module for each change, and the same with functions anywhere.
foreach(change base added unsteady wide unaligned)
	string(TOUPPER ${change} name)
	add_library(gate-accesses-${change} MODULE gate_accesses.c)
	target_compile_definitions(gate-accesses-${change} PRIVATE ACCESSES_${name})
	target_include_directories(gate-accesses-${change} PRIVATE ${PROJECT_SOURCE_DIR}/bench)
	target_link_libraries(gate-accesses-${change} PRIVATE iopath_warnings)
	target_compile_options(gate-accesses-${change} PRIVATE -O2 -ffunction-sections -falign-functions=64)
	set_target_properties(gate-accesses-${change} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/gate)
endforeach()
foreach(case an-added-read-is-a-regression fewer-and-wider-are-none what-is-allowed-is-none what-varies-is-none
	an-unfit-machine-hides-none what-is-not-counted-is-not-verified where-functions-begin-is-said)
	add_test(NAME gate-accesses-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/gate_accesses_test.py
		$<TARGET_FILE:iopath-cli> ${CMAKE_CURRENT_BINARY_DIR}/gate ${case})
	set_tests_properties(gate-accesses-${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()

add_executable(gate-stats gate_stats.c)
target_link_libraries(gate-stats PRIVATE iopath_stats PkgConfig::CMOCKA m iopath_warnings)
add_test(NAME gate-stats COMMAND gate-stats)

# The decision alone, on values that are given.
add_executable(gate-decide gate_decide.c)
target_link_libraries(gate-decide PRIVATE iopath_gate PkgConfig::CMOCKA m ${CMAKE_DL_LIBS} iopath_warnings)
target_link_options(gate-decide PRIVATE -Wl,--wrap=iop_count_run)
add_test(NAME gate-decide COMMAND gate-decide)
add_executable(gate-words gate_words.c)
target_link_libraries(gate-words PRIVATE iopath_gate PkgConfig::JANSSON PkgConfig::CMOCKA m ${CMAKE_DL_LIBS} iopath_warnings)
target_link_options(gate-words PRIVATE -Wl,--wrap=qsort)
add_test(NAME gate-words COMMAND gate-words)
# Launches that only move a clock.
add_executable(gate-launches gate_launches.c)
target_link_libraries(gate-launches PRIVATE iopath_gate PkgConfig::CMOCKA m ${CMAKE_DL_LIBS} iopath_warnings)
target_link_options(gate-launches PRIVATE -Wl,--wrap=iop_gate_now -Wl,--wrap=iop_gate_reseed -Wl,--wrap=iop_gate_launch)
add_test(NAME gate-launches COMMAND gate-launches)

foreach(case the-code-is-identified counts-are-exact device-accesses-are-exact what-cannot-be-counted-is-said launches-are-processes runs-are-compared
	a-narrow-cell-is-settled-and-a-wide-one-gets-more
	an-interrupt-keeps-the-launches a-cell-that-kills-its-process-is-named)
	add_test(NAME bench-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/bench_counts_test.py
		$<TARGET_FILE:iopath-cli> ${CMAKE_CURRENT_BINARY_DIR}/gate ${case})
	set_tests_properties(bench-${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()

add_executable(gate-place gate_place.c)
target_link_libraries(gate-place PRIVATE iopath_gate ${CMAKE_DL_LIBS} iopath_warnings)
add_test(NAME gate-place COMMAND gate-place $<TARGET_FILE:gate-base> $<TARGET_FILE:gate-slow>)

foreach(case what-was-there-is-put-back only-those-bytes a-killed-worker-leaves-nothing an-interrupt-leaves-nothing
	no-other-width-is-measured what-stays-changed-is-named gate-ends-where-the-function-does bench-keeps-what-was-before what-does-not-decode-is-no-crash
	it-wants-what-bench-wants)
	add_test(NAME gate-device-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/gate_device_test.py
		$<TARGET_FILE:iopath-cli> $<TARGET_FILE:iopath-cells> ${CMAKE_CURRENT_BINARY_DIR}/gate ${case})
endforeach()

file(GLOB fuzz_inputs ${PROJECT_SOURCE_DIR}/corpora/program/*)
list(GET fuzz_inputs 0 fuzz_input)
set(commands aa bench calibrate compare export gate history import list new-module report selftest)
if(TARGET iopath_tracer)
	list(APPEND commands arch check fuzz trace)
	if(NOT IOPATH_SANITIZE)
		list(APPEND commands diff record show)
	endif()
endif()
if(TARGET iopath_pci)
	list(APPEND commands config)
endif()
if(IOPATH_FUZZ)
	list(APPEND commands replay)
endif()
if(IOPATH_TEST_ONCE)
	foreach(command ${commands})
		add_test(NAME help-is-true-of-${command} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/help_test.py
			$<TARGET_FILE:iopath-cli> $<TARGET_FILE:gate-base> ${fuzz_input} ${command})
	endforeach()
endif()

# The functions of a module that is linked as the gate links it, and the commits of a repository.
if(NOT IOPATH_SANITIZE)
	file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/gate)
	foreach(script gate/commits.py sample/homes.py)
		get_filename_component(name ${script} NAME)
		file(CREATE_LINK ${PROJECT_SOURCE_DIR}/bench/${script} ${CMAKE_CURRENT_BINARY_DIR}/gate/${name} SYMBOLIC)
	endforeach()
	foreach(case what-grew-moves-nothing a-home-is-the-names-alone a-linker-that-cannot-is-known)
		add_test(NAME gate-homes-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/gate_homes_test.py
			${PROJECT_SOURCE_DIR} ${CMAKE_C_COMPILER} ${case})
		set_tests_properties(gate-homes-${case} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
	foreach(case a-slower-working-tree-is-found two-commits-are-compared bisect-finds-the-commit what-cannot-be-built-is-exit-2
		what-is-registered-is-compared-by-its-code a-module-elsewhere-is-refused-and-kept
		what-cannot-be-done-blames-no-commit what-data-leads-to-is-code
		a-hook-of-another-work-tree-keeps-its-branch several-modules-are-built-and-compared)
		add_test(NAME gate-commits-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/gate_commits_test.py
			${CMAKE_CURRENT_BINARY_DIR}/gate ${PROJECT_SOURCE_DIR} ${case})
		set_tests_properties(gate-commits-${case} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
endif()
