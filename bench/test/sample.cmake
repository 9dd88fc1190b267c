# What measures, on a clock that only tests move and with processes that are played.
set(parts launches costs modules counts pairs rounds batches sayings)
# Where modules are placed is of 64-bit machines.
if(CMAKE_SIZEOF_VOID_P EQUAL 8)
	list(APPEND parts places)
endif()
if(TARGET iopath_tracer)
	list(APPEND parts touched)
endif()
foreach(part ${parts})
	add_executable(sample-${part} sample_${part}.c)
	target_link_libraries(sample-${part} PRIVATE iopath_sample iopath_host PkgConfig::CMOCKA m iopath_warnings)
	set_target_properties(sample-${part} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
	add_test(NAME sample-${part} COMMAND sample-${part})
endforeach()
target_sources(sample-launches PRIVATE sample_clock.c sample_plans.c sample_played.c)
target_link_options(sample-launches PRIVATE -Wl,--wrap=clock_gettime -Wl,--wrap=iop_launch
	-Wl,--wrap=iop_launcher_open_modules -Wl,--wrap=iop_launcher_close)
target_link_options(sample-costs PRIVATE -Wl,--wrap=iop_worker_seconds)
target_link_options(sample-modules PRIVATE -Wl,--wrap=iop_launch -Wl,--wrap=iop_launcher_open -Wl,--wrap=iop_launcher_close
	-Wl,--wrap=iop_module_why_not -Wl,--wrap=iop_module_default -Wl,--wrap=iop_file_hash -Wl,--wrap=realloc)
target_sources(sample-counts PRIVATE sample_clock.c)
target_link_options(sample-counts PRIVATE -Wl,--wrap=clock_gettime -Wl,--wrap=iop_launch -Wl,--wrap=calloc -Wl,--wrap=qsort)
target_link_options(sample-pairs PRIVATE -Wl,--wrap=clock_gettime)
target_link_options(sample-rounds PRIVATE -Wl,--wrap=iop_worker_say -Wl,--wrap=iop_worker_at -Wl,--wrap=iop_worker_progress
	-Wl,--wrap=iop_worker_set_up -Wl,--wrap=iop_pair_round -Wl,--wrap=iop_pair_teardown -Wl,--wrap=malloc -Wl,--wrap=calloc)
target_sources(sample-sayings PRIVATE sample_clock.c)
target_link_options(sample-sayings PRIVATE -Wl,--wrap=clock_gettime -Wl,--wrap=vsnprintf)
target_link_options(sample-batches PRIVATE -Wl,--wrap=clock_gettime -Wl,--wrap=iop_worker_seconds -Wl,--wrap=iop_worker_say
	-Wl,--wrap=iop_worker_at -Wl,--wrap=iop_pair_time -Wl,--wrap=iop_pair_round -Wl,--wrap=iop_pair_setup
	-Wl,--wrap=iop_pair_teardown -Wl,--wrap=iop_worker_open_code -Wl,--wrap=iop_worker_close_code
	-Wl,--wrap=iop_worker_code -Wl,--wrap=iop_code_hash)
if(TARGET sample-places)
	target_link_options(sample-places PRIVATE -Wl,--wrap=mmap -Wl,--wrap=munmap)
endif()
if(TARGET sample-touched)
	target_link_libraries(sample-touched PRIVATE iopath_tracer)
endif()
