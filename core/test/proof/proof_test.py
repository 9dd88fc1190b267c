#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The arithmetic of addresses, sizes and places and the loops of copies hold their contracts: proved of the source, for all arguments,
by Frama-C and z3.

proof_test.py CORE contracts.c takes the functions that contracts.c names from the files of the folder CORE. With --plant, each is given a
fault, one at a time: none may be proved.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import lemmas
from plants import PLANTS

HERE = pathlib.Path(__file__).parent
# Machines, and the widest access of a portable copy in the profile of so many bits.
MACHINES = {"x86_64": 8, "x86_32": 4}
# Neither Frama-C's own headers nor the library's, of which one is for a compiler: what the functions need.
PRELUDE = """#include <stdint.h>
#include <stddef.h>
#include <errno.h>
#define bool int
#define true 1
#define false 0
#define IOP_REGION_ALIGN 4
#define WORD {word}
#define IOP_PIECE_WORD {word}
#define IOP_64BIT ({word} == 8)
"""
CONTRACT = re.compile(r"/\* from (\S+?)(?:, (IOP_\w+\([^)]*\)|iop_\w+\([^)]*\)))?(, at each width)?: .*?\*/\n(/\*@.*?\*/)\n([^\n]*?(\w+)\([^;]*\));\n((?:/\* loop .*?\*/\n)*)", re.S)


def fail(what: str) -> None:
    print(f"iopath: proof: {what}", file=sys.stderr)
    sys.exit(2)


def body(source: str, file: str, name: str) -> str:
    """The function's text, from its brace on."""
    found = re.search(rf"^[^\n#]*\b{name}\([^;{{]*\)\n{{\n.*?^}}\n", source, re.M | re.S)
    if not found:
        fail(f"no function {name} in {file} (bring the contracts up to date)")
    return found[0][found[0].index("\n{") + 1 :]


def expanded(source: str, text: str) -> str:
    """The text without the macros of its file, so that its loops can be seen."""
    macros = "".join(re.findall(r"^#define (?:[^\n]*\\\n)*[^\n]*\n", source, re.M))
    out = subprocess.run(["cpp", "-P", "-w"], input=macros + text, check=True, capture_output=True, text=True).stdout
    return re.sub(r"\} while \(0\)", "}", re.sub(r"\bdo \{", "{", out))


def with_loops(name: str, text: str, loops: list[str]) -> str:
    """The text with what is said of each loop before it."""
    if not loops:
        return text
    parts = re.split(r"(?=\b(?:while|for) \()", text)
    if len(parts) != len(loops) + 1:
        fail(f"{name} has {len(parts) - 1} loops, of which {len(loops)} have invariants (bring the contracts up to date)")
    return parts[0] + "".join(f"/*@ {loop} */\n{part}" for loop, part in zip(loops, parts[1:]))


def prove(source: str, names: list[str], folder: pathlib.Path, machine: str, seconds: int) -> dict[str, bool]:
    """By function: is all proved that its contract and the language ask of it, given what the contracts say of the others?"""
    (folder / "all.c").write_text(source)
    command = ["frama-c", "-machdep", machine, "-wp", "-wp-rte", "-wp-fct", ",".join(names), "-wp-prover", "z3-nobv", "-wp-timeout", str(seconds),
               "-wp-par", "1", folder / "all.c"]
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


def variants(core: pathlib.Path, contracts: str, plants: dict[str, list[tuple[str, str]]], word: int) -> tuple[str, dict[str, str]]:
    """The source of all functions, or of one for each fault; and what each is."""
    source, what = [PRELUDE.format(word=word), contracts], {}
    for file, macro, each, contract, declaration, name, loops in CONTRACT.findall(contracts):
        said = [re.sub(r"\n \*", "\n", loop) for loop in re.findall(r"/\* (loop .*?)\*/", loops, re.S)]
        whole = (core / file).read_text()
        result = "" if declaration.startswith("void ") else "return "
        text = f"{{ {result}{macro}; }}" if macro else body(whole, file, name)
        text = expanded(whole, text) if said or macro else text
        for at, (old, new) in enumerate(plants.get(name, [("", "")])):
            if old not in text:
                fail(f"{name}: no '{old}' in {file} (bring the fault up to date): {text}")
            changed = with_loops(name, text.replace(old, new, 1) if plants else text, said)
            for width in ([4] if plants else [width for width in (1, 2, 4, 8) if width <= word]) if each else [0]:
                this = name + (f"_of_{width}" if each else "") + (f"_fault{at}" if plants else "")
                what[this] = name + (f", width {width}" if each else "") + (f", '{new}' for '{old}'" if plants else "")
                one = [contract if this != name else "", declaration.replace(f"{name}(", f"{this}(", 1), changed]
                source += [re.sub(r"\bwidth\b", str(width), part) if each and part != one[1] else part for part in one]
    return "\n".join(source), what


def main() -> int:
    plant = "--plant" in sys.argv
    core, file = (pathlib.Path(word) for word in sys.argv[1:] if word != "--plant")
    absent = [tool for tool in ("frama-c", "why3", "z3") if not shutil.which(tool)]
    if absent:
        print(f"skipped: proofs of the arithmetic: {', '.join(absent)} is not installed (scripts/setup proof)")
        return 77
    contracts = (HERE / file).read_text()
    if {found[6] for found in CONTRACT.finditer(contracts)} != set(PLANTS[file.name]):
        fail("a contract without a fault that it rejects, or the reverse")
    bad = 0

    def say(what: str, proved: bool) -> None:
        nonlocal bad
        print(f"{what}: {'proved' if proved else 'not proved'}", file=sys.stderr if proved == plant else sys.stdout)
        bad |= proved == plant

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(["why3", "config", "detect"], check=True, capture_output=True, env={**os.environ, "HOME": name})
        for lemma, text in (lemmas.FAULTS if plant else lemmas.LEMMAS).get(file.name, {}).items():
            say(lemma, lemmas.prove(text, folder))
        for machine, word in list(MACHINES.items())[: 1 if plant else None]:
            source, what = variants(core, contracts, PLANTS[file.name] if plant else {}, word)
            for function, proved in prove(source, list(what), folder, machine, 2 if plant else 20).items():
                say(f"{what[function]}, {machine}", proved)
    return bad


if __name__ == "__main__":
    sys.exit(main())
