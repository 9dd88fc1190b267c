# Stored runs: reading them from hostile files, comparing, following, exporting and importing them.
add_executable(stored-changes stored_changes.c)
target_link_libraries(stored-changes PRIVATE iopath_store PkgConfig::CMOCKA m iopath_warnings)
set_target_properties(stored-changes PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
add_test(NAME stored-changes COMMAND stored-changes)
foreach(part reader file folder rows baseline google hyperfine merge compare history profile results summary export place)
	add_executable(stored-${part} stored_${part}.c)
	target_link_libraries(stored-${part} PRIVATE iopath_store PkgConfig::CMOCKA m iopath_warnings)
	set_target_properties(stored-${part} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
	add_test(NAME stored-${part} COMMAND stored-${part})
endforeach()
# What they read behind memory of theirs ends them, and reading fails as it is told to.
foreach(part file history)
	target_sources(stored-${part} PRIVATE stored_guard.c)
	target_link_options(stored-${part} PRIVATE -Wl,--wrap=malloc -Wl,--wrap=free)
endforeach()
target_link_options(stored-file PRIVATE -Wl,--wrap=read)

function(iopath_stored_tests FILE)
	foreach(case ${ARGN})
		add_test(NAME stored-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/${FILE}_test.py
			$<TARGET_FILE:iopath-cli> ${case})
		set_tests_properties(stored-${case} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
endfunction()
iopath_stored_tests(stored_read a-truncated-file-costs-one-line foreign-files-say-what-they-are
	hostile-names-stay-text numbers-are-finite-or-absent deep-and-large-files-are-refused duplicates-are-refused
	only-regular-files-are-read nothing-outside-the-folder-is-read baselines-are-read-with-the-same-care every-prefix-is-refused-or-read
	mutated-files-never-crash google-benchmark-repetitions-are-one-cell)
iopath_stored_tests(stored_compare compare-shows-what-may-be code-that-is-the-same-is-marked
	an-interval-over-launches-decides-what-overlaps times-of-two-machines-are-not-compared
	baselines-of-architectures-are-compared other-builds-of-a-module-are-named compare-needs-a-common-cell history-marks-a-lasting-change counts-change-exactly)
iopath_stored_tests(stored_exchange exported-gbench-is-read-by-compare-py bmf-and-gha-keep-their-schemas
	csv-is-quoted-and-inert gbench-comes-back-as-it-went hyperfine-becomes-a-run hyperfine-itself-is-imported bad-use-is-exit-2)
# It times commands of every part.
if(IOPATH_TEST_ONCE)
	iopath_stored_tests(stored_exchange whole-commands-are-timed-and-compared)
endif()

# Files that the tools themselves have written.
add_executable(stored-foreign stored_foreign.cc)
target_link_libraries(stored-foreign PRIVATE benchmark::benchmark)
set_target_properties(stored-foreign PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
foreach(case google-benchmark-is-read-as-it-writes counters-are-kept repetitions-of-several-files-are-merged old-google-benchmark-is-read
	hyperfine-in-any-order-is-the-same hyperfine-old-and-new-is-read hyperfine-is-read-as-it-writes
	runs-are-kept-by-their-project-or-user what-goes-to-stdout-is-alone-there)
	add_test(NAME stored-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/stored_foreign_test.py
		$<TARGET_FILE:iopath-cli> ${case} $<TARGET_FILE:stored-foreign>)
	set_tests_properties(stored-${case} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()
