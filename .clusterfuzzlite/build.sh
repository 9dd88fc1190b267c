#!/bin/bash -eu
# Each target with the system's compiler, flags and engine; its corpus as a zip, its dictionary and options beside it.
root=${SRC:?}/iopath
targets=() build=()
for source in "$root"/fuzz/targets/*.c; do
	target=$(basename "$source" .c)
	case $target in replayer | mutator_afl) continue ;; esac
	targets+=("$target")
	build+=("$target" "${OUT:?}/$target")
done
"$root/fuzz/targets/build.sh" "${build[@]}"

for target in "${targets[@]}"; do
	for library in $(ldd "$OUT/$target" | grep -oE '/\S*lib(Zydis|Zycore|jansson)\S*'); do
		mkdir -p "$OUT/lib"
		cp -L "$library" "$OUT/lib/"
	done
	python3 - "$root/corpora/$target" "$OUT/${target}_seed_corpus.zip" <<'PY'
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[2], "w") as out:
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        out.write(path, path.name)
PY
	dictionary=$root/fuzz/targets/$target.dict
	[ -f "$dictionary" ] || dictionary=$root/fuzz/targets/iopath.dict
	cp "$dictionary" "$OUT/$target.dict"
	printf '[libfuzzer]\nmax_len = 1028\n' >"$OUT/$target.options"
done
