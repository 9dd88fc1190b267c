#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Barriers and ordered accesses keep the compiler's hands off the accesses around them, at each level.

calls.c has a function for each; the number of accesses to its variable must be found in the assembler (x86-64).
--plant takes the compiler barrier out of each fence of a copy of the headers, one at a time: it must be found.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
LEVELS = ["-O1", "-O2", "-O3"]
FENCE = re.compile(r"^IOP_FENCE\((\w+), (\"[^\"]*\")\)$", re.M)
# Before an ordered read, and after an ordered write, the other fence of the access keeps the same accesses: both have to go.
PAIRS = {"an ordered read": ("iop_arch_br", "iop_arch_ar"), "an ordered write": ("iop_arch_bw", "iop_arch_aw")}


def assembler(compiler, level, include, generated, *flags):
    run = subprocess.run([compiler, "-std=gnu11", level, "-fno-pic", "-w", "-S", f"-I{include}", f"-I{generated}", *flags, "-o", "-",
                          str(HERE / "calls.c")], capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"{compiler} {level}: {run.stderr[:2000]}")
    return run.stdout


def wrong(text):
    """Functions of which the number of accesses is not what their name says, and how many functions there are."""
    functions = re.findall(r"^(\w+_(\d)):[^\n]*\n(.*?)^\s*\.size\s+\1,", text, re.M | re.S)
    found = [(name, len(re.findall(r"\bplain\(%rip\)|[\t ,]plain$|[\t ,]plain,", body, re.M)), int(count))
             for name, count, body in functions]
    return [f"{name}: {seen} accesses" for name, seen, count in found if seen != count], len(functions)


def fences(include):
    """What to change so that a fence is none for the compiler: its name, the file, the text before and after."""
    header = include / "iopath" / "arch" / "x86" / "barriers.h"
    for match in FENCE.finditer(header.read_text()):
        # With operands, if none: without any, gcc takes it for a barrier.
        yield match[1], [(header, match[0], f"IOP_INLINE void iop_arch_{match[1]}(void)\n{{\n\t__asm__ volatile({match[2]} ::: \"cc\");\n}}")]
    yield "smp_mb", [(header, '__asm__ volatile(IOP_X86_LOCKED_ADD ::: "memory", "cc")', '__asm__ volatile(IOP_X86_LOCKED_ADD ::: "cc")')]
    accessors = header.with_name("accessors.h")
    text = accessors.read_text()
    for what, names in PAIRS.items():
        changes = []
        for name in names:
            body = re.search(rf"IOP_INLINE void {name}\([^)]*\)\n{{.*?\n}}", text, re.S)[0]
            changes.append((accessors, body, body.replace('"memory"', '')))
        yield what, changes


def without_a_call(include):
    """Barriers of the public header that calls.c does not try."""
    calls = (HERE / "calls.c").read_text()
    barriers = re.findall(r"^IOP_INLINE void (iop_\w+)\(void\)", (include / "iopath" / "barrier.h").read_text(), re.M)
    return [f"barrier.h: {name} is not in calls.c" for name in barriers if f"{name}()" not in calls] or \
        ([] if len(barriers) >= 9 else [f"barrier.h: only {len(barriers)} barriers were found"])


def plant(args):
    missed, planted = [], 0
    with tempfile.TemporaryDirectory() as folder:
        include = pathlib.Path(folder) / "include"
        shutil.copytree(args.include, include)
        for name, changes in fences(include):
            before = {path: path.read_text() for path, _, _ in changes}
            for path, old, new in changes:
                text = path.read_text()
                if old not in text or old == new:
                    missed.append(f"{name}: {path.name} no longer says '{old}' (bring the fault up to date)")
                path.write_text(text.replace(old, new))
            found, _ = wrong(assembler(args.compiler[0], "-O2", include, args.generated))
            print(f"{name}: {', '.join(found) or 'NOT FOUND'}")
            if not found:
                missed.append(f"{name}: without its compiler barrier, nothing is found")
            planted += 1
            for path, text in before.items():
                path.write_text(text)
    control, _ = wrong(assembler(args.compiler[0], "-O2", args.include, args.generated, "-DCONTROL"))
    if not any("control_nothing" in line for line in control):
        missed.append("where nothing stands between two stores, none is missed")
    return missed + ([] if planted >= 12 else [f"only {planted} planted"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", action="append", required=True)
    parser.add_argument("--include", type=pathlib.Path, required=True)
    parser.add_argument("--generated", type=pathlib.Path, required=True)
    parser.add_argument("--plant", action="store_true")
    args = parser.parse_args()

    if args.plant:
        complaints = plant(args)
    else:
        complaints = without_a_call(args.include)
        for compiler in args.compiler:
            for level in LEVELS:
                found, functions = wrong(assembler(compiler, level, args.include, args.generated))
                complaints += [f"{compiler} {level}: {line}" for line in found]
                complaints += [] if functions >= 24 else [f"{compiler} {level}: only {functions} functions"]
        print(f"{len(args.compiler)} compilers, {len(LEVELS)} levels, {len(complaints)} wrong")
    for line in complaints:
        print(line, file=sys.stderr)
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
