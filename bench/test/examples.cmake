# Drivers of examples/, on a simulated device, and beside their twins without views.
if(NOT TARGET nvme-identify-raw OR NOT TARGET iopath-record OR IOPATH_SANITIZE)
	return()
endif()

# iopath_planted(NAME FILE LINE INSTEAD): nvme-identify-NAME, with a fault planted in a copy of FILE.
function(iopath_planted name file line instead)
	set(source ${PROJECT_SOURCE_DIR}/examples/nvme/${file})
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
	file(READ ${source} text)
	string(REPLACE "${line}" "${instead}" planted "${text}")
	if(planted STREQUAL text)
		message(FATAL_ERROR "${source} has no '${line}'")
	endif()
	file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/nvme-${name}/${file} CONTENT "${planted}" @ONLY)
	iopath_example(nvme-identify-${name} ${PROJECT_SOURCE_DIR}/examples/nvme/identify.c
		${PROJECT_SOURCE_DIR}/examples/nvme/simulated.c ${CMAKE_CURRENT_BINARY_DIR}/nvme-${name}/${file})
	target_include_directories(nvme-identify-${name} PRIVATE ${PROJECT_SOURCE_DIR}/examples/nvme)
endfunction()
set(ring "iop_write_reg(q->tail_bell, iop_from_raw(nvme_sq_tail, q->tail))")
iopath_planted(twice views.c "${ring}" "${ring}, ${ring}")
iopath_planted(beside views.c "(uint32_t)block" "(uint32_t)(block + 1)")

set(cases a-dry-run-reads-what-the-image-holds what-is-wrong-is-said twins-make-the-same-accesses
	an-extra-doorbell-is-shown-with-its-place)
if(NOT IOPATH_DEBUG_VIEWS)
	list(APPEND cases twins-have-as-many-instructions)
endif()
foreach(case ${cases})
	add_test(NAME examples-${case} COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/examples_test.py
		$<TARGET_FILE:iopath-cli> $<TARGET_FILE:nvme-identify> $<TARGET_FILE:nvme-identify-raw>
		$<TARGET_FILE:nvme-identify-twice> $<TARGET_FILE:nvme-identify-beside>
		$<TARGET_FILE:edu> $<TARGET_FILE:edu-raw> ${case})
endforeach()
