#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where bench/sample/homes.py puts functions. Run as: gate_homes_test.py SOURCE-FOLDER CC CASE."""
import ctypes
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE, CC = Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(SOURCE / "bench/sample"))
sys.dont_write_bytecode = True
import homes  # noqa: E402

COMPILE = ["-O2", "-fPIC", "-ffunction-sections", "-falign-functions=64"]
CODE = """
__attribute__((noinline)) int iop_grows(int x) { MORE return x + 1; }
static __attribute__((noinline)) int twin(int x) { __asm__("" : "+r"(x)); return x * 3 + NUMBER; }
int iop_last_NUMBER(int x) { return twin(iop_grows(x)); }
"""


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def build(folder, grown):
    """One object and one archive, each with a static function of the same name, linked plainly and with homes."""
    folder.mkdir()
    (folder / "linker").mkdir()
    more = '__asm__(".skip 300, 0x90");' if grown else ""
    for number, name in (("1", "first"), ("2", "second")):
        text = CODE.replace("MORE", more).replace("NUMBER", number).replace("iop_grows", "iop_grows" + number)
        (folder / f"{name}.c").write_text(text)
        subprocess.run([CC, *COMPILE, "-c", f"{name}.c"], cwd=folder, check=True)
    subprocess.run(["ar", "rc", "library.a", "second.o"], cwd=folder, check=True)
    environment = {**os.environ, **homes.environment(CC, ["homes.so"], folder / "linker")}
    for name in ("plain.so", "homes.so"):
        subprocess.run([CC, "-shared", "-o", name, "first.o", "-Wl,--whole-archive", "library.a", "-Wl,--no-whole-archive"], cwd=folder,
                       check=True, env=environment)
    expect([homes.has_homes(folder / name) for name in ("plain.so", "homes.so")] == [False, True], "the wrong module has homes")
    return folder / "plain.so", folder / "homes.so"


def functions(path):
    rows = subprocess.run(["nm", "-S", path], capture_output=True, text=True, check=True).stdout.split("\n")
    rows = [row.split() for row in rows if " T iop_" in row or " t twin" in row]
    return sorted((name, int(at, 16)) for at, _, _, name in rows)


def what_grew_moves_nothing(tmp):
    modules = [build(tmp / str(grown), grown) for grown in (False, True)]
    places = [[[(name, at % homes.GRANULE) for name, at in functions(path)] for path in side] for side in modules]
    expect([len(p) for side in places for p in side] == [6] * 4, places)
    (plain, home), (plain_grown, home_grown) = places
    expect(home == home_grown, home, home_grown)
    moved = [a[0] for a, b in zip(plain, plain_grown) if a != b]
    expect("iop_last_1" in moved and "twin" in moved, "without homes nothing moved", moved)
    twins = [at for name, at in home if name == "twin"]
    expect(twins[0] != twins[1] and all(at % homes.LINE == 0 for _, at in home), home)
    for side in modules:
        for path in side:
            module = ctypes.CDLL(str(path))
            expect((module.iop_last_1(5), module.iop_last_2(5)) == (19, 20), path)


def a_home_is_the_names_alone(tmp):
    kib = re.search(r"#define IOP_PLACE_GRANULE \(\(uintptr_t\)(\d+) << 10\)", (SOURCE / "bench/sample/place.h").read_text())
    expect(kib and int(kib[1]) << 10 == homes.GRANULE, "modules lie another multiple apart than homes repeat", kib)
    chance = random.Random(1)
    sizes = {(f"{n % 7}.o", f".text.f{n}"): chance.choice((64, 64, 128, 640, 4096)) for n in range(3000)}
    sizes["huge.o", ".text.huge"] = 2 * homes.GRANULE + 64
    places = homes.arrange(sizes)
    expect(all(places[key] % homes.GRANULE == homes.home(*key) for key in sizes))
    rows = sorted((at, at + sizes[key]) for key, at in places.items())
    expect(all(a[1] <= b[0] for a, b in zip(rows, rows[1:])))
    fewer = homes.arrange(dict(list(sizes.items())[1000:]))
    expect(all((at - places[key]) % homes.GRANULE == 0 for key, at in fewer.items()))
    used = sum(sizes.values())
    expect(rows[-1][1] < 8 * used, rows[-1][1], used)


def a_linker_that_cannot_is_known(tmp):
    """And compiling and linking in one command, with link-time optimisation too, gives the homes that are given else."""
    (tmp / "cells.c").write_text(CODE.replace("MORE", "").replace("NUMBER", "1"))
    environment = {**os.environ, **homes.environment(CC, ["cells.so"], tmp)}
    places = []
    for more, good in ((["cells.c"], True), (["-flto", "cells.c"], None if "clang" in CC else True), (["-fuse-ld=gold", "cells.c"], False),
                       (["-fuse-ld=lld", "cells.c"], False), (["-fno-function-sections", "cells.c"], False)):
        if subprocess.run([CC, *COMPILE, "-shared", "-o", "cells.so", *more], cwd=tmp, env=environment, capture_output=True).returncode == 0:
            # With clang it depends on the linker's plugin.
            expect(good is None or homes.has_homes(tmp / "cells.so") == good, more, "gave homes or none")
            places += [functions(tmp / "cells.so")] if good else []
    expect(places and all(place == places[0] for place in places), places)
    expect(not homes.environment("false", ["cells.so"], tmp), "false is no compiler")


with tempfile.TemporaryDirectory() as folder:
    globals()[sys.argv[3].replace("-", "_")](Path(folder))
