# The report: as text everywhere, in a browser where there is one.
foreach(case the-tables-say-what-the-files-say what-to-call-comes-first cpu-models-are-side-by-side limits-are-those-of-the-run
	verdicts-are-in-the-words-of-list colours-are-enough-for-the-architectures history-and-machines-have-every-run a-lasting-change-is-marked
	architectures-are-judged-without-times code-that-is-the-same-is-marked marked-counts-have-changed
	whole-commands-have-a-table-of-their-own fuzzing-is-shown cells-of-modules-are-beside-ours nothing-is-a-page-that-says-so
	a-regression-of-the-gate-comes-first hostile-files-stay-text bad-use-is-exit-2 an-earlier-page-is-never-damaged)
	add_test(NAME report-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/report_test.py $<TARGET_FILE:iopath-cli> ${case})
endforeach()
# A page is text, whoever compiled the program that wrote it.
if(NOT IOPATH_TEST_ONCE)
	return()
endif()
foreach(case every-plot-has-data-in-every-look no-table-is-cut seven-architectures-look-different the-accessibility-tree-has-the-tables
	without-scripts-the-tables-are-open without-the-library-the-page-says-so
	the-keyboard-reads-values-and-chooses a-lasting-change-is-drawn hostile-files-run-nothing the-test-itself-sees-errors)
	add_test(NAME report-browser-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/report_browser_test.py
		$<TARGET_FILE:iopath-cli> ${IOPATH_UPLOT_JS} ${case})
	set_tests_properties(report-browser-${case} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900)
endforeach()
