#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The arithmetic of addresses, sizes and places holds its contracts: proved of the source, for all arguments, by Frama-C and z3.

proof_test.py CORE takes the functions that contracts.c names from the files of the folder CORE. With --plant, each is given a fault, one
at a time: none may be proved.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
MACHINES = ("x86_64", "x86_32")
# Neither Frama-C's own headers nor the library's, of which one is for a compiler: what the functions need.
PRELUDE = """#include <stdint.h>
#include <stddef.h>
#include <errno.h>
#define bool int
#define true 1
#define false 0
#define IOP_REGION_ALIGN 4
#define WORD 8
"""
CONTRACT = re.compile(r"/\* from (\S+): .*?\*/\n(/\*@.*?\*/)\n(.*?(\w+)\(.*?\));\n", re.S)
# Each function's faults: what it says, and what it says instead.
PLANTS = {
    "iop_offset_valid": [("offset <= size - width", "offset + width <= size"), ("width <= size && ", ""), ("(base + offset)", "offset")],
    "iop_region_check": [("size < min", "size <= min"), ("size % IOP_REGION_ALIGN", "0")],
    "iop_memory_check": [("size - 1 > UINTPTR_MAX", "size > UINTPTR_MAX"), ("size && ", ""), ("!base || ", "")],
    "iop_memory_check_region": [("err ? err :", "")],
    "iop_memory_check_slice": [("count, element", "count, align")],
    "iop_index_of": [("(size_t)i == i ? (size_t)i", "i ? SIZE_MAX")],
    "iop_location_element": [("i >= count", "i > count"), ("offset, distance", "distance, distance")],
    "step": [("width > left", "width >= left"), ("addr & (width - 1) || ", "")],
    "word_fits": [("left >= WORD", "left > WORD")],
}


def fail(what: str) -> None:
    print(f"iopath: proof: {what}", file=sys.stderr)
    sys.exit(2)


def body(source: str, file: str, name: str) -> str:
    """The function's text, from its brace on."""
    found = re.search(rf"^[^\n#]*\b{name}\([^;{{]*\)\n{{\n.*?^}}\n", source, re.M | re.S)
    if not found:
        fail(f"no function {name} in {file} (bring contracts.c up to date)")
    return found[0][found[0].index("\n{") + 1 :]


def prove(source: str, names: list[str], folder: pathlib.Path, machine: str, seconds: int) -> dict[str, bool]:
    """By function: is all proved that its contract and the language ask of it, given what the contracts say of the others?"""
    (folder / "all.c").write_text(source)
    command = ["frama-c", "-machdep", machine, "-wp", "-wp-rte", "-wp-fct", ",".join(names), "-wp-prover", "z3-nobv", "-wp-timeout", str(seconds),
               "-wp-par", "1", "-ulevel", "3", folder / "all.c"]
    out = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env={**os.environ, "HOME": str(folder)})
    if os.environ.get("PROOF_VERBOSE"):
        print(out.stdout)
    goals = re.findall(r"^\[wp\] \[[^\n]*\] Goal typed_(\w+)( : Valid)?", out.stdout, re.M)
    by_name: dict[str, list[str]] = {name: [] for name in names}
    for goal, valid in goals:
        by_name[max((name for name in names if goal.startswith(f"{name}_")), key=len)].append(valid)
    total = re.search(r"Proved goals:\s+(\d+) / (\d+)", out.stdout)
    if out.returncode or not total or sum(map(len, by_name.values())) != int(total[2]) or not all(by_name.values()):
        fail(f"Frama-C did not examine each function: {out.stdout}{out.stderr}")
    return {name: all(valid) for name, valid in by_name.items()}


def variants(core: pathlib.Path, contracts: str, plant: bool) -> tuple[str, dict[str, str]]:
    """The source of all functions, or of one for each fault; and what each is."""
    source, what = [PRELUDE, contracts], {}
    for file, contract, declaration, name in CONTRACT.findall(contracts):
        text = body((core / file).read_text(), file, name)
        for at, (old, new) in enumerate(PLANTS[name] if plant else [("", "")]):
            if old not in text:
                fail(f"{name}: no '{old}' in {file} (bring the fault up to date)")
            this = f"{name}_fault{at}" if plant else name
            what[this] = f"{name}, '{new}' for '{old}'" if plant else name
            source += [contract if plant else "", declaration.replace(f"{name}(", f"{this}("), text.replace(old, new, 1) if plant else text]
    return "\n".join(source), what


def main() -> int:
    plant = "--plant" in sys.argv
    core = pathlib.Path(next(word for word in sys.argv[1:] if word != "--plant"))
    absent = [tool for tool in ("frama-c", "why3", "z3") if not shutil.which(tool)]
    if absent:
        print(f"skipped: proofs of the arithmetic: {', '.join(absent)} is not installed (scripts/setup proof)")
        return 77
    contracts = (HERE / "contracts.c").read_text()
    if {found[4] for found in CONTRACT.finditer(contracts)} != set(PLANTS):
        fail("a contract without a fault that it rejects, or the reverse")
    source, what = variants(core, contracts, plant)
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["why3", "config", "detect"], check=True, capture_output=True, env={**os.environ, "HOME": name})
        for machine in MACHINES if not plant else MACHINES[:1]:
            for function, proved in prove(source, list(what), pathlib.Path(name), machine, 2 if plant else 20).items():
                print(f"{what[function]}, {machine}: {'proved' if proved else 'not proved'}", file=sys.stderr if proved == plant else sys.stdout)
                bad |= proved == plant
    return bad


if __name__ == "__main__":
    sys.exit(main())
