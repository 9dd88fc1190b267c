#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Row 46: a program links the routines of the mappings that it copies to, and no others.

routines_linked_test.py COMPILER LIBRARY INCLUDE... links a program for each kind of view with LIBRARY, a static one, and looks for the
names of what copies. With --control each must be complained about: the expectation is that of the next kind.
"""
import pathlib
import subprocess
import sys
import tempfile

# By kind of view: the functions of its copies, and those of the others that it does without.
STRICT, WC, TABLE, MEMORY = "iop_memcpy_toio", "iop_wc_toio", "iop_routine_for", "iop_sysmem_copy"
KINDS = {"MMIO": ({STRICT}, {WC, TABLE, MEMORY}), "WC": ({WC, TABLE}, {MEMORY}), "SYSMEM": ({MEMORY, TABLE}, {WC})}
PROGRAM = """#include <iopath/iopath.h>
typedef IOP_{kind}(IOP_SLICE(uint8_t)) bytes;
int main(int argc, char **argv)
{{
	bytes view = iop_slice_at(bytes, argv[0], (size_t)argc);

	iop_copy_toio(view, argv[argc - 1], (size_t)argc);
	return 0;
}}
"""


def linked(compiler: str, library: str, flags: list[str], kind: str, folder: pathlib.Path) -> set[str]:
    source = folder / f"{kind}.c"
    source.write_text(PROGRAM.format(kind=kind))
    subprocess.run([compiler, "-std=gnu11", "-O2", "-fno-lto", *flags, source, library, "-lpthread", "-o", folder / kind], check=True)
    names = subprocess.run(["nm", folder / kind], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1] for line in names.splitlines() if " T " in line or " t " in line}


def main() -> int:
    control = "--control" in sys.argv
    compiler, library, *includes = [word for word in sys.argv[1:] if word != "--control"]
    kinds, faults = list(KINDS), {}
    with tempfile.TemporaryDirectory() as name:
        for at, kind in enumerate(kinds):
            has = linked(compiler, library, [f"-I{path}" for path in includes], kind, pathlib.Path(name))
            wanted, others = KINDS[kinds[(at + control) % len(kinds)]]
            faults[kind] = [f"{word} is missing" for word in sorted(wanted - has)] + [f"{word} is linked" for word in sorted(others & has)]
    for kind, found in faults.items():
        if control and not found:
            print(f"{kind}: a wrong expectation was not noticed", file=sys.stderr)
        for fault in found if not control else []:
            print(f"{kind}: {fault}", file=sys.stderr)
    return any(not found if control else found for found in faults.values())


if __name__ == "__main__":
    sys.exit(main())
