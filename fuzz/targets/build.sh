#!/usr/bin/env bash
# build.sh TARGET OUT: one target with the compiler, flags and engine of the environment: CC, CXX, CFLAGS, LIB_FUZZING_ENGINE, as
# ClusterFuzzLite and OSS-Fuzz set them. Engines for use at home:
#	CC=clang CXX=clang++ CFLAGS=-fsanitize=fuzzer-no-link LIB_FUZZING_ENGINE=-fsanitize=fuzzer
#	CC=afl-clang-fast CXX=afl-clang-fast++ LIB_FUZZING_ENGINE=-fsanitize=fuzzer
#	CC=cc CXX=c++ LIB_FUZZING_ENGINE=replayer
set -euo pipefail
target=$1 out=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/include/iopath"
sed -e '/^#cmakedefine/d' -e 's/@IOP_CONFIG_DEBUG_VIEWS@/0/' "$root/core/include/iopath/build_config.h.in" >"$work/include/iopath/build_config.h"
sources=$(sed -n '/^set(IOPATH_CORE_SOURCES/,/)/p' "$root/core/CMakeLists.txt" | tr -d ')' | grep -o '[a-z_0-9/]*\.c' | sed "s|^|$root/core/|")
sources+=" $(find "$root/fuzz" -maxdepth 1 -name '*.c' ! -name main.c) $(find "$root/fuzz/model" -name '*.c') $root/fuzz/targets/$target.c"
engine=${LIB_FUZZING_ENGINE:-replayer}
if [ "$engine" = replayer ]; then
	sources+=" $root/fuzz/targets/replayer.c"
	engine=
fi
objects=()
for source in $sources; do
	object=$work/$(echo "$source" | tr / _).o
	# shellcheck disable=SC2086 # flags are words
	echo "${CC:-cc} ${CFLAGS:--O2} -std=gnu11 -D_GNU_SOURCE -DIOP_EVENTS=1 -fno-builtin-memcpy -U_FORTIFY_SOURCE -I$root/fuzz -I$root/core/include -I$work/include -c $source -o $object"
done | xargs -d '\n' -P "$(nproc)" -I{} sh -c '{}'
for source in $sources; do objects+=("$work/$(echo "$source" | tr / _).o"); done
# shellcheck disable=SC2086
${CXX:-c++} ${CXXFLAGS:-${CFLAGS:-}} "${objects[@]}" $engine -Wl,--wrap=memcpy -lpthread -o "$out"
