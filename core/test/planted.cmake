# Faults planted in one file of the core each, which the test of its row finds. Faults and tests are the same in every build: one has them.

# iopath_planted_program(name source file from to [library]): a row's test with that file of the core, in which @to stands for @from.
function(iopath_planted_program name source file from to)
	file(READ ${PROJECT_SOURCE_DIR}/${file} text)
	string(REPLACE "${from}" "${to}" changed "${text}")
	if(changed STREQUAL text)
		message(FATAL_ERROR "iopath: ${file} no longer says '${from}' (bring the fault up to date)")
	endif()
	file(CONFIGURE OUTPUT ${name}.c CONTENT "@changed@" @ONLY NEWLINE_STYLE UNIX)
	add_executable(${name} ${source} ${CMAKE_CURRENT_BINARY_DIR}/${name}.c)
	cmake_path(GET file PARENT_PATH folder)
	target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/${folder})
	set(library iotest)
	if(ARGC GREATER 5)
		set(library ${ARGV5})
	endif()
	target_link_libraries(${name} PRIVATE ${library})
	set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/planted)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
endfunction()

set(number_faults
	"lease-slots|base/lease.c|#include <iopath/lease.h>|#include <iopath/lease.h>\n#undef IOP_LEASE_SLOTS\n#define IOP_LEASE_SLOTS 4097"
	"copy-piece|copy/copy_view.c|#include <iopath/copy_view.h>|#include <iopath/copy_view.h>\n#undef IOP_COPY_PIECE\n#define IOP_COPY_PIECE 576"
	"smaller-piece-within|copy/copy_view_within.c|#include <iopath/copy_view.h>|#include <iopath/copy_view.h>\n#undef IOP_COPY_PIECE\n#define IOP_COPY_PIECE 508")
foreach(fault ${number_faults})
	string(REGEX MATCH "^([^|]*)[|]([^|]*)[|]([^|]*)[|](.*)$" matched "${fault}")
	set(name row-39-another-${CMAKE_MATCH_1})
	iopath_planted_program(${name} row-39-numbers-debug.c core/${CMAKE_MATCH_2} "${CMAKE_MATCH_3}" "${CMAKE_MATCH_4}" iotest_debug)
	target_link_options(${name} PRIVATE -Wl,--wrap=malloc)
	add_test(NAME ${name}-is-found COMMAND ${name})
	set_tests_properties(${name}-is-found PROPERTIES PASS_REGULAR_EXPRESSION "FAILED  . (leases|pieces)")
endforeach()

# Locks that are lost: found in each of 20 runs, since nothing in these tests depends on when.
set(lock_faults
	"write-without-a-lock|pthread_mutex_lock(&device->lock)\;\n\terr = device->ops->write(|err = device->ops->write("
	"write-before-the-lock|pthread_mutex_lock(&device->lock)\;\n\terr = device->ops->write(device->bus, offset, width, value)\;|err = device->ops->write(device->bus, offset, width, value)\;\n\tpthread_mutex_lock(&device->lock)\;"
	"read-without-a-lock|pthread_mutex_lock(&device->lock)\;\n\terr = device->ops->read(|err = device->ops->read("
	"lost-without-a-lock|pthread_mutex_lock(&device->lock)\;\n\tlost = device->lost\;|lost = device->lost\;")
foreach(fault ${lock_faults})
	string(REGEX MATCH "^([^|]*)[|](.*)[|]([^|]*)$" matched "${fault}")
	set(name row-07-${CMAKE_MATCH_1})
	iopath_planted_program(${name} row-07-locks.c core/provider/config/config.c "${CMAKE_MATCH_2}" "${CMAKE_MATCH_3}")
	target_link_options(${name} PRIVATE -Wl,--wrap=pthread_mutex_lock,--wrap=pthread_mutex_unlock)
	# The exit code is the number of tests that fail.
	add_test(NAME ${name}-is-found COMMAND sh -c "for i in $(seq 20)\ndo timeout 60 \"$0\"\ncode=$?\n[ $code -eq 1 ] || [ $code -eq 2 ] || exit 1\ndone"
		$<TARGET_FILE:${name}>)
endforeach()

# Guards of a Revocable with a fault each.
set(slot_faults
	"join-forgets|here.slots = slot\;|(void)slot\;"
	"exit-loses-the-guard|IOP_GUARD * (1 + slot->again)|0"
	"child-keeps-slots|here.slots = slot->guards == &here ? slot : NULL|(void)slot"
	"nobody-is-told|syscall(SYS_futex, &guards->left, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0)|(void)guards"
	"does-not-wait|if (!count(guards, revocable, 1))|if (1)"
	"waits-with-the-lock|pthread_mutex_unlock(&guards->lock)\;\n\t\tsyscall|syscall")
foreach(fault ${slot_faults})
	string(REGEX MATCH "^([^|]*)[|](.*)[|]([^|]*)$" matched "${fault}")
	set(name row-38-${CMAKE_MATCH_1})
	iopath_planted_program(${name} row-38-guards.c core/owner/guard.c "${CMAKE_MATCH_2}" "${CMAKE_MATCH_3}")
	# Some wait for ever.
	add_test(NAME ${name}-is-found COMMAND sh -c "timeout 5 \"$0\"\ntest $? -ne 0" $<TARGET_FILE:${name}>)
endforeach()

# The same of guards that are counted.
set(counted_faults
	"counted-guard-leaked|__atomic_sub_fetch(&revocable->state, IOP_GUARD, __ATOMIC_RELAXED)|__atomic_load_n(&revocable->state, __ATOMIC_RELAXED)"
	"counted-guard-not-seen|before >= IOP_GUARD|0")
foreach(fault ${counted_faults})
	string(REGEX MATCH "^([^|]*)[|](.*)[|]([^|]*)$" matched "${fault}")
	set(name row-38-${CMAKE_MATCH_1})
	iopath_planted_program(${name} row-38-guards.c core/owner/revocable.c "${CMAKE_MATCH_2}" "${CMAKE_MATCH_3}")
	target_sources(${name} PRIVATE no-membarrier.c)
	target_compile_definitions(${name} PRIVATE COUNTED=1)
	target_link_options(${name} PRIVATE -Wl,--wrap=syscall)
	add_test(NAME ${name}-is-found COMMAND sh -c "timeout 5 \"$0\"\ntest $? -ne 0" $<TARGET_FILE:${name}>)
endforeach()

# Guards with a fault each, which the row's test must find: what it says, and what it says instead.
set(guard_faults
	"poison-forgotten|__atomic_store_n(&call->guard->poisoned, true, __ATOMIC_RELEASE)|(void)0"
	"chain-lost|pass_on(number, info, context)|(void)context"
	"another-threads-call|static __thread __attribute__((tls_model(\"initial-exec\")))|static"
	"ended-calls-stay|innermost = call->outer|(void)call"
	"any-address|return at - guard->begin < guard->size|return guard->size != 0 && at"
	"sent-signals-are-faults|return info->si_code > 0|return info != NULL"
	"signal-stays-blocked|pthread_sigmask(SIG_SETMASK, &context->uc_sigmask, NULL)|(void)context"
	"handler-stays|sigaction(SIGBUS, &before, NULL)|(void)before"
	"mask-lost|pthread_sigmask(SIG_BLOCK, &blocked, NULL)|(void)blocked"
	"called-twice|before = (struct sigaction){.sa_handler = SIG_DFL}|(void)before"
	"outer-call-knows-nothing|return iop_fault_guard_is_poisoned(guard) ? -EIO : 0|return 0"
	"later-handler-replaced|now.sa_sigaction != on_bus_error|now.sa_sigaction == NULL")
foreach(fault ${guard_faults})
	string(REGEX MATCH "^([^|]*)[|](.*)[|]([^|]*)$" matched "${fault}")
	set(name row-51-${CMAKE_MATCH_1})
	iopath_planted_program(${name} row-51-fault-guard.c core/base/fault_guard.c "${CMAKE_MATCH_2}" "${CMAKE_MATCH_3}")
	add_test(NAME ${name}-is-found COMMAND sh -c "\"$0\"\ncode=$?\ntest $code -ne 77 || exit 77\ntest $code -ne 0 && test $code -lt 126 || test $code -gt 127"
		$<TARGET_FILE:${name}>)
	set_tests_properties(${name}-is-found PROPERTIES SKIP_RETURN_CODE 77)
endforeach()

# Config space with a transaction too many, beyond the first 256 bytes: the grid of row 7 counts them.
set(config_faults
	"write|err = device->ops->write(device->bus, offset, width, value)"
	"read|err = device->ops->read(device->bus, offset, width, value)")
foreach(fault ${config_faults})
	string(REGEX MATCH "^([a-z]*)[|]err = (.*)$" matched "${fault}")
	set(name row-07-${CMAKE_MATCH_1}-twice)
	iopath_planted_program(${name} row-07-config-space.c core/provider/config/config.c
		"err = ${CMAKE_MATCH_2}" "err = (offset < 256 ? 0 : ${CMAKE_MATCH_2}, ${CMAKE_MATCH_2})")
	add_test(NAME ${name}-is-found COMMAND ${name})
	set_tests_properties(${name}-is-found PROPERTIES PASS_REGULAR_EXPRESSION "FAILED  . every_offset_of_both_kinds")
endforeach()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/core/provider/config/config.c)

# A mapping that the device does not share: the owner reads back what it wrote, and nobody else sees it.
foreach(private row-25-dma-providers:dma/dma_memfd row-25-dma-providers:dma/dma_udmabuf row-35-gem-objects:gem/gem row-37-bar:bus/sim
	row-57-uio:bus/uio)
	string(REGEX MATCH "^(.*):.*/(.*)$" matched ${private})
	set(name ${CMAKE_MATCH_1}-private-${CMAKE_MATCH_2})
	string(REPLACE "_" "-" name ${name})
	set(source ${CMAKE_MATCH_1}.c)
	string(REGEX REPLACE ".*:" "" file ${private})
	iopath_planted_program(${name} ${source} core/provider/${file}.c MAP_SHARED MAP_PRIVATE)
	if(NOT name MATCHES "^row-37")
		target_link_options(${name} PRIVATE ${FAULTS_WRAPPED})
	endif()
	add_test(NAME ${name}-is-found COMMAND ${name})
	set_tests_properties(${name}-is-found PROPERTIES PASS_REGULAR_EXPRESSION "FAILED TEST|[[]  FAILED  []]")
endforeach()
target_link_options(row-57-uio-private-uio PRIVATE -Wl,--wrap=write)
