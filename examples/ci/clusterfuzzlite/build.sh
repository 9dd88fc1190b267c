#!/bin/bash -eu
# A fuzz target of your module, with the compiler, flags and engine of the environment (CC, CFLAGS, LIB_FUZZING_ENGINE), for OUT: the
# library that drives it beside it, the inputs that you keep as a zip. IOPATH is an installation of iopath, if there is one.
sources=(my_cells.c)
name=my_cells

# What drives the module is not instrumented: an engine should steer by what your code does.
prefix=${IOPATH:-${WORK:-/tmp}/iopath}
if [ ! -e "$prefix/lib/pkgconfig/iopath-fuzz.pc" ]; then
	env -u CFLAGS -u CXXFLAGS cmake -S "${SRC:?}/iopath" -B "$prefix-build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DIOPATH_TESTS=OFF \
		-DCMAKE_INSTALL_LIBDIR=lib
	cmake --build "$prefix-build" --target iopath-fuzz-module
	cmake --install "$prefix-build/bench/sequence" --prefix "$prefix"
	cmake --install "$prefix-build/bench/cells" --component dev --prefix "$prefix"
fi
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
read -ra flags <<<"${CFLAGS:-} $(pkg-config --cflags iopath-fuzz)"
read -ra libraries <<<"${LIB_FUZZING_ENGINE:?} $(pkg-config --libs iopath-fuzz)"

# Where the target runs there are no packages: its libraries lie in lib, beside it.
beside="-Wl,--disable-new-dtags,-rpath,\$ORIGIN/lib"
mkdir -p "${OUT:?}/lib"
objects=()
for source in "${sources[@]}"; do
	object=$(mktemp --suffix=.o)
	"$CC" "${flags[@]}" -c "$source" -o "$object"
	objects+=("$object")
done
read -ra cxxflags <<<"${CXXFLAGS:-}"
"$CXX" "${cxxflags[@]}" "${objects[@]}" "$beside" "${libraries[@]}" -o "$OUT/$name"
rm -f "${objects[@]}"
for library in $(ldd "$OUT/$name" | grep -oE '/\S*lib(iopath-fuzz-module|Zydis|Zycore)\S*'); do
	cp -L "$library" "$OUT/lib/"
done

printf '[libfuzzer]\nmax_len = 4096\nlen_control = 0\n' >"$OUT/$name.options"
if [ -d "iopath-corpus/$name" ]; then
	(cd "iopath-corpus/$name" && zip -q -r "$OUT/${name}_seed_corpus.zip" .)
fi
