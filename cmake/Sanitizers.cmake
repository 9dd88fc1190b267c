# IOPATH_SANITIZE goes to everything that is compiled and linked here, so that no part of a process is blind.
if(IOPATH_SANITIZE)
	add_compile_options(-fsanitize=${IOPATH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	# What a report needs; variables and types take a fifth of the time of compiling.
	add_compile_options($<$<COMPILE_LANG_AND_ID:C,Clang>:-gline-tables-only>)
	add_link_options(-fsanitize=${IOPATH_SANITIZE})
endif()
