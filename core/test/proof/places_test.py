#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Copies within widths, by exhaustion: places.c has what is examined, and why that is all.

places_test.py CORE takes the functions from CORE/copy/within.c. With --plant, each fault of theirs must be found.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
TAKEN = ("narrowest", "widest", "up_to", "next_run", "usable", "find_edges")
HEAD = """#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#define IOP_PIECE_WORD 8u
#define IOP_WIDTHS_ALL 127u
#define WIDEST 64u
#define iop_vectors_widths() 112u
"""
FAULTS = [
    ("left - gap >= wider", "left - gap > wider"),
    ("gap < left", "gap <= left + wider"),
    ("-io & (wider - 1)", "io & (wider - 1)"),
    ("most < WIDEST", "most <= 8"),
    ("(unsigned)io | WIDEST", "(unsigned)io | 32"),
    ("31 - __builtin_clz", "30 - __builtin_clz"),
    ("e->word - e->before : 0", "e->before : 0"),
    ("if (e->head > n)", "if (e->head > n + 1)"),
    ("n - e->head - e->whole", "n - e->whole"),
]


def taken(source: str) -> str:
    """The structures and functions, as they are."""
    parts = re.findall(r"^struct (?:run|edges) {\n.*?^};\n", source, re.M | re.S)
    for name in TAKEN:
        found = re.search(rf"^static [^\n;]*\b{name}\([^;{{]*\)\n{{\n.*?^}}\n", source, re.M | re.S)
        if not found:
            sys.exit(f"iopath: places: no function {name} in within.c (bring this test up to date)")
        parts.append(found[0])
    return HEAD + "\n".join(parts)


def holds(source: str, folder: pathlib.Path) -> bool:
    (folder / "all.c").write_text(source)
    subprocess.run(["cc", "-O2", "-w", "-o", "places", "all.c"], check=True, cwd=folder)
    return subprocess.run([folder / "places"], check=False, stderr=subprocess.DEVNULL if "--plant" in sys.argv else None).returncode == 0


def main() -> int:
    core = pathlib.Path(next(word for word in sys.argv[1:] if word != "--plant"))
    source, examined = taken((core / "copy/within.c").read_text()), (HERE / "places.c").read_text()
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        if "--plant" not in sys.argv:
            return not holds(source + examined, pathlib.Path(name))
        for old, new in FAULTS:
            if old not in source:
                sys.exit(f"iopath: places: no '{old}' in within.c (bring the fault up to date)")
            if holds(source.replace(old, new, 1) + examined, pathlib.Path(name)):
                print(f"iopath: places: not found: '{new}' for '{old}'", file=sys.stderr)
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
