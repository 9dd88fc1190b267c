# SPDX-License-Identifier: MIT
"""What the README says an addition costs is enough: each addition of additions/ is made in a scratch copy of the tree, all of them in
one build, and is found listed, measured, judged, fuzzed and documented.

A template is a folder: new files at their places, and 'lines': FILE, the text of the line that the new one goes before, the new line,
with tabs between.

Run as: addition_test.py SOURCE-FOLDER WORK-FOLDER CC CASE; the case 'build' comes first."""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE, WORK, CC, CASE = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3], sys.argv[4]
TEMPLATES = Path(__file__).parent / "additions"
TREE, BUILD, ARCHITECTURE = WORK / "tree", WORK / "build", WORK / "build-architecture"
# What the README's table promises: new files, and lines in files that exist.
COST = {"backend": (1, 2), "routine": (1, 1), "peer": (1, 1), "architecture": (1, 2), "cells": (1, 1), "command": (1, 1), "fault": (0, 1),
        "operation": (1, 1)}


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + "\n".join(str(w) for w in what))


def run(*args, code=0, cwd=None):
    out = subprocess.run([str(a) for a in args], capture_output=True, text=True, cwd=cwd or WORK, check=False,
                         env={**os.environ, "XDG_DATA_HOME": str(WORK)})
    expect(code is None or out.returncode == code, f"{args}: exit {out.returncode}", out.stdout[-3000:], out.stderr[-3000:])
    return out.stdout + out.stderr


def iopath(*args, code=0):
    return run(BUILD / "iopath", *args, code=code)


def program(name, build=BUILD):
    (path,) = [path for path in build.rglob(name) if path.is_file()]
    return path


def copy_tree():
    shutil.rmtree(WORK, ignore_errors=True)
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=SOURCE, capture_output=True, text=True,
                           check=True).stdout.split("\n")
    inputs = [name for name in names if name.startswith("corpora/program/")]
    for name in inputs[:1] + names:
        if name and (name in inputs[:1] or not name.startswith(("corpora/", "results/"))) and (SOURCE / name).exists():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SOURCE / name, TREE / name, follow_symlinks=False)


def apply(template):
    """Makes the addition; the number of its files, and of its lines."""
    files = [path for path in template.rglob("*") if path.is_file() and path.name != "lines"]
    for path in files:
        there = TREE / path.relative_to(template)
        expect(not there.exists(), f"{there} exists")
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, there)
    lines = [line.split("\t") for line in (template / "lines").read_text().splitlines()]
    for name, before, new in lines:
        text = (TREE / name).read_text()
        at = text.find(before)
        expect(at >= 0, f"{name} has no line with {before}")
        # An entry of a list that shares its line with others, or a line of its own.
        shares = new.startswith(("X(", "struct "))
        start = at if shares else text.rfind("\n", 0, at) + 1
        (TREE / name).write_text(text[:start] + new + (" " if shares else "\n") + text[start:])
    return len(files), len(lines)


def build():
    copy_tree()
    for template in sorted(TEMPLATES.iterdir()):
        cost = apply(template)
        print(f"{template.name}: {cost[0]} files, {cost[1]} lines")
        expect(cost == COST[template.name], template.name, cost, "the README's table promises", COST[template.name])
    options = ["-G", "Ninja", f"-DCMAKE_C_COMPILER={CC}", "-DCMAKE_BUILD_TYPE=Release", "-DIOPATH_WERROR=ON", "-DCMAKE_C_FLAGS_RELEASE=-O1"]
    run("cmake", "-S", TREE, "-B", BUILD, *options)
    run("cmake", "--build", BUILD, "--target", "iopath-cli", "iopath-cells", "iopath-manual", "iopath-fuzz", "legality",
        "peers-copy-every-byte-and-no-other")
    run("cmake", "-S", TREE, "-B", ARCHITECTURE, *options, "-DIOPATH_BENCH=OFF", "-DIOPATH_FUZZ=OFF",
        "-DCMAKE_C_FLAGS=-DIOP_ADDITION_ARCHITECTURE", "-DCMAKE_CXX_FLAGS=-DIOP_ADDITION_ARCHITECTURE")
    run("cmake", "--build", ARCHITECTURE, "--target", "row-04-mmio", "row-23-value-access")


def is_a_cell(name, about):
    cells = {cell["name"]: cell for cell in json.loads(iopath("list", "--json", "-", "--filter", f"^{re.escape(name)}$"))}
    expect(name in cells and about in cells[name]["help"], f"{name} is not listed, or does not say: {about}", cells)
    out = WORK / "row.json"
    iopath("bench", "--filter", f"^{re.escape(name)}$", "--launches", "1", "--rounds", "1", "--no-counts", "--out", out)
    (row,) = [row for row in json.loads(out.read_text())["benchmarks"] if row["name"] == name]
    expect(row["real_time"] > 0, row)


def routine():
    is_a_cell("toio/mmio/addition/64", "one byte after the other")
    said = iopath("trace", "toio", "--routine", "addition", "--size", "13")
    expect("13 accesses" in said, said)
    judge = program("legality")
    said = run(judge, "set", "sparse", code=1)
    expect("set addition: " in said and "--routine addition --size 37" in said and "wrong data" in said, said)
    # Not of every program that the generator makes, but of a few thousand.
    said = run(BUILD / "iopath-fuzz", "generate", "--programs", "300000", "--quiet", code=1)
    expect(re.search("FINDING routine", said), said)


def peer():
    is_a_cell("toio/mmio/added-peer/64", "written for this test")
    said = iopath("trace", "toio", "--routine", "added-peer", "--size", "9", code=1)
    expect("order" in said, said)
    run(program("peers-copy-every-byte-and-no-other"))


def cells():
    is_a_cell("read/added/raw/u32", "a family that a test has added")


def command():
    expect("print a word" in iopath("--help") and iopath("addition", "--loud") == "ADDED\n", iopath("--help"))
    expect("unknown option" in iopath("addition", "--quiet", code=2))
    (page,) = BUILD.rglob("iopath-addition.1")
    expect("loud" in page.read_text() and "in capitals" in page.read_text(), page.read_text())
    (completion,) = BUILD.rglob("bash/iopath")
    expect("addition" in completion.read_text(), completion)


USE = """
#include <iopath/iopath.h>
struct regs { uint32_t a, b; };
typedef IOP_ADDITION(struct regs) regs_view;
typedef IOP_ADDITION(IOP_REGION(8)) bar_view;
int main(void)
{
	static struct regs memory;
	regs_view regs = {};
	bar_view bar = {};
	uint16_t half = 0;

	regs.raw.addr = bar.raw.addr = (uintptr_t)&memory;
	bar.len[0] = sizeof(memory);
	iop_write(iop_project(regs, .b), 0x12345678u);
	if (memory.b != ~0x12345678u || iop_read(iop_project(regs, .b)) != 0x12345678u)
		return 1;
	if (iop_try_read(bar, 6, &half) || half != 0x1234 || iop_try_read(bar, 7, &half) != -EINVAL)
		return 2;
	return 0;
}
"""


def backend():
    (library,) = BUILD.rglob("core/libiopath.a")
    for language, standard, compiler in (("c", "gnu11", CC), ("c++", "gnu++17", CC)):
        source = WORK / f"use.{'c' if language == 'c' else 'cc'}"
        source.write_text(USE)
        run(compiler, "-x", language, f"-std={standard}", "-O1", "-Wall", "-I", TREE / "core/include", "-I", BUILD / "include", source, "-x", "none",
            library, "-o", WORK / "use")
        run(WORK / "use")


def architecture():
    source = WORK / "which.c"
    source.write_text("#include <iopath/arch.h>\n#ifndef IOP_ARCH_ADDITION\n#error another architecture\n#endif\n")
    flags = ["-std=gnu11", "-fsyntax-only", "-I", TREE / "core/include", "-I", ARCHITECTURE / "include"]
    run(CC, *flags, "-DIOP_ADDITION_ARCHITECTURE", source)
    expect("another architecture" in run(CC, *flags, source, code=1))
    for name in ("row-04-mmio", "row-23-value-access"):
        run(program(name, ARCHITECTURE))


def fault():
    # The routine's own fault would be found first.
    wrong = TREE / "core/copy/addition.c"
    wrong.write_text(wrong.read_text().replace(" - (n == 37)", ""))
    said = run("python3", "-B", TREE / "fuzz/faults/mutants.py", "--build", BUILD, "--cc", CC, "--only", "addition", "--time", "10", cwd=TREE)
    expect(re.search(r"1 of 1", said), said)


def program_bytes(*records):
    """A program as it is encoded: of each record the operation, two views and the choices; then x, y and the value."""
    version = int(re.search(r"FUZZ_VERSION +(\d+)", (TREE / "fuzz/program/program.h").read_text())[1])
    return bytes([version, 0, 0, 0]) + b"".join(bytes(record).ljust(16, b"\0") for record in records)


def operation():
    generator = BUILD / "iopath-fuzz"
    expect(re.search(r"^ 31  addition +program register$", run(generator, "operations"), re.M))
    made = WORK / "seeds"
    run(generator, "seeds", made, "--programs", "200")
    records = [data[at] for data in (path.read_bytes() for path in made.iterdir()) for at in range(4, len(data), 16)]
    expect(records.count(31) > 20, f"{records.count(31)} of {len(records)} operations")
    run(generator, "generate", "--target", "register", "--programs", "20000", "--quiet")
    # A cast of memory to an integer, the operation, and numbers that are none.
    exchange = (31, 0x80, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x78, 0x56, 0x34, 0x12)
    (WORK / "exchange.bin").write_bytes(program_bytes((6, 1, 0x80, 5), exchange, (30,), (250,)))
    said = run(generator, "replay", "--explain", WORK / "exchange.bin")
    expect(re.search(r"  1  addition +v\d for 0x12345678  => 0x", said), said)
    expect(" 2  " not in said and "agree" in said, said)
    # As C it passes.
    (WORK / "exchange.c").write_text(run(generator, "replay", "--emit-c", WORK / "exchange.bin"))
    (library,) = BUILD.rglob("libfuzz_core.a")
    flags = ["-std=gnu11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Werror", "-DIOP_EVENTS=1", "-fno-builtin-memcpy", "-fno-lto", "-I", TREE / "core/include",
             "-I", BUILD / "include"]
    run(CC, *flags, WORK / "exchange.c", library, "-Wl,--wrap=memcpy", "-Wl,--wrap=malloc", "-lpthread", "-o", WORK / "exchange")
    run(WORK / "exchange")
    # What the library does is compared with what the model says.
    path = TREE / "fuzz/ops/addition.c"
    right = path.read_text()
    path.write_text(right.replace("(FUZZ_C_##T)c->value)", "(FUZZ_C_##T)(c->value | 1))"))
    run("cmake", "--build", BUILD, "--target", "iopath-fuzz-native")
    path.write_text(right)
    said = run(BUILD / "iopath-fuzz-native", "generate", "--target", "register", "--programs", "20000", "--quiet", code=1)
    expect(re.search("FINDING addition-", said), said)


if CASE != "build":
    expect((BUILD / "iopath").exists(), "nothing is built: the case 'build' comes first")
globals()[CASE.replace("-", "_")]()
