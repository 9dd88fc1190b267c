#!/bin/sh
# SPDX-License-Identifier: MIT
# check_install.sh example|headers BUILD SOURCE LIBDIR COMPILER...: installs the core of BUILD into an empty prefix and uses nothing
# else. The example must build and run as C and C++, by find_package and by pkg-config; each header must compile alone.
set -eu
what=$1 build=$2 source=$3 libdir=$4
shift 4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
example=$source/examples/nic.c
printf 'descriptor 7: 0\ndescriptor 8: -34\nctrl 0x1, length 64\n' >"$work/expected"

runs() {
	"$1" >"$work/output"
	diff "$work/expected" "$work/output"
}

cmake --install "$build/core" --prefix "$prefix" >"$work/log" || { cat "$work/log"; exit 1; }
PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
export PKG_CONFIG_PATH
flags=$(pkg-config --cflags --libs iopath)

for arch in arm arm64 generic riscv x86; do
	test -f "$prefix/include/iopath/arch/$arch/accessors.h"
done

uses() {
	cmake -S "$source/core/test/install/consumer" -B "$work/$cc" -DCMAKE_PREFIX_PATH="$prefix" -DEXAMPLE="$example" \
		-DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_BUILD_TYPE=Release >"$work/log" 2>&1 ||
		{ cat "$work/log"; exit 1; }
	cmake --build "$work/$cc" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
	runs "$work/$cc/example_c"
	runs "$work/$cc/example_cxx"

	# pkg-config's -I makes the headers the user's own: they may not warn there either, but nested steps do shadow each other.
	for level in -O0 -O2; do
		# shellcheck disable=SC2086
		"$cc" $level -Wall -Wextra -Werror "$example" -o "$work/c" $flags
		# shellcheck disable=SC2086
		"$cxx" $level -std=c++17 -Wall -Wextra -Werror -x c++ "$example" -x none -o "$work/cxx" $flags
		runs "$work/c"
		runs "$work/cxx"
	done
}

headers() {
	for header in "$prefix"/include/iopath/*.h; do
		name=$(basename "$header")
		for standard in c11 gnu11 c++17 gnu++17; do
			language=c compiler=$cc
			case $standard in
			*++*) language=c++ compiler=$cxx ;;
			esac
			for include in "-Wundef -I" "-Wshadow -Wpedantic -isystem"; do
				# shellcheck disable=SC2086
				echo "#include <iopath/$name>" | "$compiler" -std=$standard -Wall -Wextra -Werror $include \
					"$prefix/include" -fsyntax-only -x $language -
			done
		done
	done
}

for cc in "$@"; do
	case $cc in
	gcc) cxx=g++ ;;
	*) cxx=$cc++ ;;
	esac
	case $what in
	example) uses ;;
	headers) headers ;;
	esac
done
