# What an unmodified program does to its device: programs on a file that stands for one. A sanitizer has handlers and mappings of its own.
if(NOT TARGET iopath-record OR IOPATH_SANITIZE)
	return()
endif()
find_package(Threads REQUIRED)
add_executable(record-program record_program.c)
target_link_libraries(record-program PRIVATE Threads::Threads iopath_warnings)
add_executable(record-between record_between.c)
target_link_libraries(record-between PRIVATE iopath_warnings)
foreach(case accesses-are-made-with-their-width-and-written-down locked-and-vector-instructions-are-the-cpus-own strings-are-elements
	threads-are-one-after-the-other children-are-recorded the-programs-handlers-are-its-own
	a-device-that-does-not-answer-is-the-programs-sigbus parts-of-mappings-are-given-back-and-moved
	what-show-finds-is-what-was-planted what-is-right-breaks-no-rule a-refused-access-ends-the-program-and-is-named
	killed-it-keeps-what-was-done a-limit-ends-the-file-and-not-the-program what-differs-is-shown-with-its-place
	devices-of-one-name-are-told-apart closed-standard-files-change-nothing
	neighbours-are-halves-only-where-something-says-so how-often-a-loop-reads-is-no-difference
	a-file-system-without-shared-mappings-is-named the-same-program-twice-is-no-difference the-timeline-is-trace-events nothing-recorded-is-an-error
	what-cannot-be-recorded-is-refused-before what-does-not-start-is-said-to-be-so
	a-signal-behind-what-the-cpu-executes-finds-nothing-locked damaged-files-are-refused-or-read-as-far-as-they-go)
	add_test(NAME record-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/record_test.py
		$<TARGET_FILE:iopath-cli> $<TARGET_FILE:record-program> ${case})
	set_tests_properties(record-${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()
find_package(EXPAT QUIET)
set(cases declarations-of-ours-name-registers-and-their-modes declarations-find-the-librarys-headers what-clears-is-not-updated bad-declarations-are-refused
	lines-say-modes-and-sizes-too the-page-has-every-access
	a-page-of-a-long-recording-says-what-is-left-out many-registers-share-lines a-page-that-cannot-be-written-is-an-error
	the-cost-is-the-sum-of-the-accesses lines-cost-where-writes-combine what-is-no-profile-is-refused)
if(EXPAT_FOUND)
	list(APPEND cases svd-says-what-clears svd-names-registers svd-arrays-clusters-and-derived-registers-lie-where-they-should registers-are-accessed-as-described
		bad-descriptions-are-refused-with-their-line)
else()
	list(APPEND cases without-expat-svd-is-refused)
endif()
foreach(case ${cases})
	add_test(NAME show-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/show_test.py
		$<TARGET_FILE:iopath-cli> $<TARGET_FILE:record-program> ${case})
	set_tests_properties(show-${case} PROPERTIES
		ENVIRONMENT "CPPFLAGS=-I${PROJECT_SOURCE_DIR}/core/include -I${PROJECT_BINARY_DIR}/include")
endforeach()
if(IOPATH_TEST_ONCE)
	foreach(case every-access-has-a-mark marks-are-read-by-pointer-and-keyboard a-long-recording-has-its-gap without-scripts-the-table-is-open
		a-name-runs-nothing)
		add_test(NAME show-browser-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/timeline_browser_test.py
			$<TARGET_FILE:iopath-cli> $<TARGET_FILE:record-program> ${IOPATH_UPLOT_JS} ${case})
		set_tests_properties(show-browser-${case} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900)
	endforeach()
endif()
