# Debian packages of this build: what lintian says, and the program where nothing else of it is.
if(IOPATH_TEST_ONCE)
	add_test(NAME package-build COMMAND ${CMAKE_CPACK_COMMAND} -G DEB -B ${CMAKE_CURRENT_BINARY_DIR}/packages
		WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
	set_tests_properties(package-build PROPERTIES FIXTURES_SETUP packages TIMEOUT 600)
	foreach(case lintian-is-clean lintian-finds-what-is-missing a-moved-prefix-works a-program-builds-against-the-library
		a-clean-root-runs-it)
		add_test(NAME package-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/package_test.py
			${CMAKE_CURRENT_BINARY_DIR}/packages ${PROJECT_SOURCE_DIR} ${case})
		set_tests_properties(package-${case} PROPERTIES FIXTURES_REQUIRED packages SKIP_RETURN_CODE 77 TIMEOUT 900)
	endforeach()
	add_test(NAME package-your-code-is-what-the-tutorial-shows COMMAND ${Python3_EXECUTABLE} -B
		${PROJECT_SOURCE_DIR}/docs/test/your_code_test.py ${PROJECT_SOURCE_DIR}/docs/your-code.md ${CMAKE_CURRENT_BINARY_DIR}/packages)
	set_tests_properties(package-your-code-is-what-the-tutorial-shows PROPERTIES FIXTURES_REQUIRED packages LABELS slow COST 60 TIMEOUT 900)
	set_tests_properties(package-build PROPERTIES LABELS slow COST 60)
	set_tests_properties(package-a-clean-root-runs-it package-a-moved-prefix-works PROPERTIES LABELS slow COST 60)
endif()
