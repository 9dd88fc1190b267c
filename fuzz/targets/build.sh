#!/usr/bin/env bash
# build.sh (TARGET OUT)...: targets with the compiler, flags and engine of the environment: CC, CXX, CFLAGS, LIB_FUZZING_ENGINE, as
# ClusterFuzzLite and OSS-Fuzz set them. Each source is compiled once. Engines for use at home:
#	CC=clang CXX=clang++ CFLAGS=-fsanitize=fuzzer-no-link LIB_FUZZING_ENGINE=-fsanitize=fuzzer
#	CC=afl-clang-fast CXX=afl-clang-fast++ LIB_FUZZING_ENGINE=-fsanitize=fuzzer
#	CC=cc CXX=c++ LIB_FUZZING_ENGINE=replayer
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'wait; rm -rf "$work"' EXIT

mkdir -p "$work/include/iopath" "$work/model_side"
sed -e '/^#cmakedefine/d' -e 's/@IOP_CONFIG_DEBUG_VIEWS@/0/' "$root/core/include/iopath/build_config.h.in" >"$work/include/iopath/build_config.h"

# Flags are words.
read -ra flags <<<"${CFLAGS:--O2}"
read -ra cxxflags <<<"${CXXFLAGS:-${CFLAGS:-}}"
flags+=(-std=gnu11 -D_GNU_SOURCE -DIOP_EVENTS=1 -fno-builtin-memcpy -U_FORTIFY_SOURCE
	"-I$root" "-I$root/fuzz" "-I$root/core/include" "-I$root/core/observe" "-I$root/bench" "-I$work/include")
# The model and what drives it are compiled bare: an engine should steer by what the library does, and pay for nothing else.
# (AFL++ instruments on its own account, and takes a list of what not to.)
echo "src: *" >"$work/bare"
# An operation's file is compiled for each side.
ln -s "$root"/fuzz/ops/*.c "$work/model_side"
model_side=("$work"/model_side/*.c)
engine=() replayer=()
if [ "${LIB_FUZZING_ENGINE:-replayer}" = replayer ]; then
	replayer=("$root/fuzz/targets/replayer.c" "$root/fuzz/finding/files.c")
else
	read -ra engine <<<"$LIB_FUZZING_ENGINE"
fi

# needs TARGET: sources[] under test, and libraries[]; shared ones may lie in lib/ beside the target, where its machine has no packages.
needs() {
	local beside="-Wl,--disable-new-dtags,-rpath,\$ORIGIN/lib"
	sources=("$root/fuzz/targets/$1.c" "${replayer[@]}")
	case $1 in
	trace_decoder)
		sources+=("$root"/core/observe/{decode_x86,own_syscall_x86,trapped_x86,carry_out_x86,vector_x86}.c)
		libraries=(-lZydis "$beside")
		;;
	results_reader)
		sources+=("$root"/bench/store/{reader*,printable,result,accesses_json}.c "$root"/bench/host/{quantile,accesses}.c)
		libraries=(-ljansson -lm "$beside")
		;;
	*)
		sources+=("$root"/core/{arch/*,base,copy,owner,provider/*}/*.c)
		sources+=("$root"/fuzz/{program,model,engine,finding,executor,ops}/*.c "${model_side[@]}")
		# Each once, and without what needs libpci.
		mapfile -t sources < <(printf '%s\n' "${sources[@]}" | grep -v /config_pci.c | sort -u)
		libraries=("-Wl,--wrap=memcpy" "-Wl,--wrap=malloc")
		;;
	esac
}

object_of() { echo "$work/${1//\//_}.o"; }

# compile SOURCE...: as many at a time as there are CPUs; the first failure ends the script. What is to be carried out by the library is
# compiled as the rest of what is under test.
compile() {
	local source object running=0 pids=()
	for source in "$@"; do
		object=$(object_of "$source")
		[ ! -e "$object" ] || continue
		: >"$object"
		case $source in
		"$root"/fuzz/executor/* | "$root"/fuzz/ops/* | "$root"/fuzz/targets/* | "$root"/core/* | "$root"/bench/*)
			"${CC:-cc}" "${flags[@]}" -c "$source" -o "$object" &
			;;
		*)
			AFL_LLVM_DENYLIST=$work/bare "${CC:-cc}" "${flags[@]}" -DFUZZ_MODEL_SIDE -fno-sanitize=all -c "$source" -o "$object" &
			;;
		esac
		pids+=($!)
		running=$((running + 1))
		if [ "$running" -ge "$(nproc)" ]; then
			wait "${pids[0]}"
			pids=("${pids[@]:1}")
			running=$((running - 1))
		fi
	done
	for source in "${pids[@]}"; do wait "$source"; done
}

while [ $# -gt 1 ]; do
	needs "$1"
	compile "${sources[@]}"
	objects=()
	for source in "${sources[@]}"; do objects+=("$(object_of "$source")"); done
	"${CXX:-c++}" "${cxxflags[@]}" "${objects[@]}" "${engine[@]}" "${libraries[@]}" -lpthread -o "$2"
	shift 2
done
