# scripts/guest: what can be tested without one, always; the guest itself where it has been set up (scripts/guest --fetch).
if(IOPATH_TEST_ONCE)
	foreach(case archive-holds-what-was-packed libraries-lie-where-they-do-here modules-come-after-what-they-need results-and-exit-code-come-back
		devices-are-chosen-and-the-log-is-of-the-command
		a-guest-that-dies-is-reported-with-its-log a-guest-that-hangs-is-ended two-guests-do-not-share-a-folder
		a-folder-that-cannot-be-is-no-finding
		killing-it-leaves-nothing-running killed-qemu-is-no-result truth-accepts-what-was-said truth-objects-to-each-fault
		truth-knows-the-order truth-without-a-control-is-none incomplete-logs-are-no-truth)
		add_test(NAME guest-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/guest_test.py ${case})
		set_tests_properties(guest-${case} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
endif()

foreach(case consent-is-needed only-complete-names options-need-a-device)
	add_test(NAME bench-device-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/device_test.py
		$<TARGET_FILE:iopath-cli> ${case})
endforeach()

if(TARGET guest-cells AND TARGET gate-base)
	add_test(NAME guest-module-bad-use-is-refused COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/guest_module_test.py
		$<TARGET_FILE:iopath-cli> $<TARGET_FILE:gate-base> ${CMAKE_CURRENT_BINARY_DIR}/modules)
endif()

foreach(case what-may-be-touched-must-be-said)
	add_test(NAME calibrate-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/profile_test.py
		$<TARGET_FILE:iopath-cli> ${case})
endforeach()
# As other tests that trace: a sanitizer's runtime makes accesses and calls of its own.
if(TARGET iopath_tracer AND NOT IOPATH_SANITIZE)
	foreach(case accesses-are-added-up lines-count-where-writes-combine check-predicts-sizes bench-predicts-cells profiles-are-found-by-name
		other-files-are-refused)
		add_test(NAME profile-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/profile_test.py
			$<TARGET_FILE:iopath-cli> ${case})
	endforeach()
endif()

if(NOT TARGET guest-sweep OR IOPATH_SANITIZE)
	return()
endif()
foreach(case boots devices-confirm-the-suite the-kernels-copies-are-beside-ours
	a-driver-in-the-kernel-uses-views dma-goes-there-and-back interrupts-arrive a-driver-of-nvme-is-recorded
	a-driver-of-edu-is-recorded memory-is-seen-by-both-sides
	a-vmap-of-vgem-is-the-object costs-are-measured-and-predict a-module-of-a-users-is-confirmed config-space-behind-the-port decoded-as-lspci-does
	bench-measures-and-refuses a-register-is-put-back-or-said-not-to-be bench-measures-under-vfio the-suite-passes-there
	killed-in-the-middle)
	add_test(NAME in-guest-${case} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/in_guest_test.py
		${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${case})
	set_tests_properties(in-guest-${case} PROPERTIES LABELS guest SKIP_RETURN_CODE 77 TIMEOUT 1200 RUN_SERIAL TRUE)
endforeach()
