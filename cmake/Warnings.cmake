# The warnings of every target of ours, as an interface target: link iopath_warnings PRIVATE.
add_library(iopath_warnings INTERFACE)
target_compile_options(iopath_warnings INTERFACE
	-Wall -Wextra -Wundef -Wpointer-arith -Wvla -Wcast-qual
	$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition>
	$<$<BOOL:${IOPATH_WERROR}>:-Werror>)
# Public headers are system headers to their users; here what they expand to is warned about too.
target_compile_definitions(iopath_warnings INTERFACE IOP_WARN_IN_HEADERS=1)
