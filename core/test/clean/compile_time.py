#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints what the headers cost a compiler: seconds of CPU for a file of many accesses of nine kinds, by gcc and clang in C and C++.

Give --include of another tree for its figures beside these; compare them only if taken in turns, with nothing else running.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

COMMANDS = {"gcc": ["-std=gnu11", "-x", "c"], "clang": ["-std=gnu11", "-x", "c"],
            "g++": ["-std=gnu++17", "-x", "c++"], "clang++": ["-std=gnu++17", "-x", "c++"]}
KINDS = 9
TYPES = """#include <iopath/iopath.h>
struct desc { uint32_t head, tail; };
struct nic { uint32_t ctrl, status; uint16_t rate; struct desc ring[8]; };
typedef IOP_MMIO(struct nic) nic_mmio;
typedef IOP_MMIO(IOP_REGION(0x100)) bar_mmio;
"""
FUNCTION = """int f{0}(nic_mmio nic, bar_mmio bar, size_t i);
int f{0}(nic_mmio nic, bar_mmio bar, size_t i)
{{
	uint32_t v = iop_read(iop_project(nic, .status));

	iop_write(iop_project(nic, .ctrl), v);
	iop_write(iop_project(nic, .ring, iop_or(i, return -ERANGE), .head), v);
	v += iop_read(iop_project(nic, .ring, iop_build(3), .tail));
	iop_update(iop_project(nic, .ctrl), c, c | v);
	v += iop_read32(bar, 0x10);
	iop_write32(bar, v, 0x14);
	if (iop_try_read32(bar, i, &v))
		return -EIO;
	iop_write(iop_project(nic, .rate), (uint16_t)v);
	return 0;
}}
"""


def seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode or run.stderr:
        sys.exit(f"{command[0]}: exit status {run.returncode}: {run.stderr[:1000]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", action="append", required=True, choices=("gcc", "clang"), help="may be repeated")
    parser.add_argument("--include", action="append", default=[], help="a folder of headers; may be repeated")
    parser.add_argument("--accesses", type=int, default=450)
    parser.add_argument("--times", type=int, default=5, help="the fastest of so many compilations counts")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "accesses.c"
        source.write_text(TYPES + "".join(FUNCTION.format(i) for i in range(args.accesses // KINDS)))
        flags = ["-O2", "-Wall", "-Wextra", *(f"-I{path}" for path in args.include), "-c", "-o", os.devnull, str(source)]
        for compiler in args.compiler:
            for program in (compiler, {"gcc": "g++", "clang": "clang++"}[compiler]):
                fastest = min(seconds([program, *COMMANDS[program], *flags]) for _ in range(args.times))
                print(f"{program:8}{fastest:.3f} s of CPU for {args.accesses} accesses")


if __name__ == "__main__":
    main()
