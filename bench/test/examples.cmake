# Drivers of examples/, on a simulated device, and beside their twins without views.
if(NOT TARGET nvme-identify-raw OR NOT TARGET iopath-record OR IOPATH_SANITIZE)
	return()
endif()

# iopath_planted(PROGRAM NAME "SOURCE..." FILE LINE INSTEAD): PROGRAM-NAME of SOURCES in examples/, with a fault planted in a copy of FILE.
function(iopath_planted program name sources file line instead)
	set(examples ${PROJECT_SOURCE_DIR}/examples)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${examples}/${file})
	file(READ ${examples}/${file} text)
	string(REPLACE "${line}" "${instead}" planted "${text}")
	if(planted STREQUAL text)
		message(FATAL_ERROR "${file} has no '${line}'")
	endif()
	get_filename_component(folder ${file} DIRECTORY)
	get_filename_component(leaf ${file} NAME)
	file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/planted-${program}-${name}/${leaf} CONTENT "${planted}" @ONLY)
	list(TRANSFORM sources PREPEND ${examples}/)
	iopath_example(${program}-${name} ${sources} ${CMAKE_CURRENT_BINARY_DIR}/planted-${program}-${name}/${leaf})
	target_include_directories(${program}-${name} PRIVATE ${examples}/${folder})
endfunction()
set(nvme nvme/identify.c nvme/simulated.c simulated/bar.c)
set(edu edu/main.c edu/simulated.c simulated/bar.c)
set(ring "iop_write_reg(q->tail_bell, iop_from_raw(nvme_sq_tail, tail))")
iopath_planted(nvme-identify twice "${nvme}" nvme/views.c "${ring}" "${ring}, ${ring}")
iopath_planted(nvme-identify beside "${nvme}" nvme/views.c "(uint32_t)block" "(uint32_t)(block + 1)")
iopath_planted(edu short "${edu}" edu/views.c "EDU_MEMORY, address, n, true" "EDU_MEMORY, address, n - 1, true")
iopath_planted(edu outside "${edu}" edu/views.c "address, EDU_MEMORY, n" "address, EDU_MEMORY + EDU_BUFFER, n")

iopath_example_times(nvme-twice ${CMAKE_CURRENT_BINARY_DIR}/planted-nvme-identify-twice/views.c)

set(cases a-dry-run-reads-what-the-image-holds what-is-wrong-is-said twins-make-the-same-accesses
	an-extra-doorbell-is-shown-with-its-place a-dry-run-of-edu-computes-and-copies what-is-wrong-with-edu-is-said
	twins-of-edu-make-the-same-accesses twins-are-measured-side-by-side)
if(NOT IOPATH_DEBUG_VIEWS)
	list(APPEND cases twins-have-as-many-instructions)
endif()
foreach(case ${cases})
	add_test(NAME examples-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/examples_test.py
		$<TARGET_FILE:iopath-cli> $<TARGET_FILE:nvme-identify> $<TARGET_FILE:nvme-identify-raw>
		$<TARGET_FILE:nvme-identify-twice> $<TARGET_FILE:nvme-identify-beside>
		$<TARGET_FILE:edu> $<TARGET_FILE:edu-raw> $<TARGET_FILE:edu-short> $<TARGET_FILE:edu-outside>
		$<TARGET_FILE:nvme-views> $<TARGET_FILE:nvme-raw> $<TARGET_FILE:nvme-twice> ${case})
endforeach()
