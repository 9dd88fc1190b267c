# Manual pages and completions, which are made from the help texts.
if(TARGET iopath-manual AND IOPATH_TEST_ONCE)
	foreach(case every-command-has-a-page exit-codes-are-those-of-every-command pages-are-without-a-warning bash-completes zsh-completes
		bash-scripts-are-clean they-are-installed what-is-not-understood-is-refused)
		add_test(NAME manual-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/manual_test.py $<TARGET_FILE:iopath-cli>
			${PROJECT_BINARY_DIR}/bench/cli/manual/out ${PROJECT_SOURCE_DIR}/bench/cli/manual/generate.py ${case})
		set_tests_properties(manual-${case} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
endif()

add_test(NAME help-of-scripts COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/help_scripts_test.py ${PROJECT_SOURCE_DIR}/scripts)
