# The examples for CI services.
if(IOPATH_TEST_ONCE)
	foreach(case workflows-are-valid buildbot-takes-the-configuration what-they-name-exists a-pull-request-is-judged
		a-comment-is-made-then-changed lava-gets-the-results a-night-keeps-what-it-found clusterfuzzlite-builds-a-target)
		add_test(NAME ci-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/ci_test.py $<TARGET_FILE:iopath-cli>
			${PROJECT_SOURCE_DIR} ${case} ${CMAKE_INSTALL_LIBDIR})
		set_tests_properties(ci-${case} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
	set_tests_properties(ci-a-pull-request-is-judged ci-lava-gets-the-results PROPERTIES LABELS slow COST 60 TIMEOUT 1200)
endif()
