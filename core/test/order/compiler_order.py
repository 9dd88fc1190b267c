#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Barriers and ordered accesses keep the compiler's hands off the accesses around them, at each level.

calls.c has a function for each; the number of accesses to its variable must be found in the assembler: on x86 by its name, elsewhere by
its width, which nothing else there has. --plant takes the compiler barrier out of each fence of a copy of the headers, one at a time: it
must be found. With --arch, the cross compilers of that architecture; exit code 77 if there are none.
"""
import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
LEVELS = ["-O1", "-O2", "-O3"]
FENCE = re.compile(r"^IOP_FENCE\((\w+), (\"[^\"]*\"|IOP_\w+)\)$", re.M)
FUNCTION = re.compile(r"^IOP_INLINE \w+ (iop_arch_\w+)\([^)]*\)\n{.*?\n}", re.M | re.S)
# Where that is included, ordered accesses are those of that header.
PORTABLE = "<iopath/arch/generic/portable.h>"
# Before an ordered read, and after an ordered write, the other fence of the access keeps the same accesses: both have to go.
PAIRS = {"an ordered read": ("iop_arch_br", "iop_arch_ar"), "an ordered write": ("iop_arch_bw", "iop_arch_aw")}


Arch = collections.namedtuple("Arch", "triple headers access flags")
BY_NAME = r"\bplain\(%rip\)|[\t ,]plain$|[\t ,]plain,"
HALF = ["-DPLAIN=short"]
ARCHES = {
    "x86-64": Arch(None, "x86", BY_NAME, []),
    # Without SSE2, and with: each has its own fences.
    "i386": Arch("i686-linux-gnu", "x86", BY_NAME, ["-mno-sse2"]),
    "i386-sse2": Arch("i686-linux-gnu", "x86", BY_NAME, ["-msse2"]),
    "arm64": Arch("aarch64-linux-gnu", "arm64", r"\t(ldu?rs?h|stu?rh)\t", HALF),
    "armhf": Arch("arm-linux-gnueabihf", "arm", r"\t(ldrs?h|strh)\w*(\.w)?\t", HALF),
    "riscv64": Arch("riscv64-linux-gnu", "riscv", r"\t(lhu?|sh)\t", HALF),
    "s390x": Arch("s390x-linux-gnu", "s390", r"\t(ll?g?h(rl|y)?|sth(rl|y)?|mvhhi)\t", HALF),
    "ppc64le": Arch("powerpc64le-linux-gnu", "power", r"[\t ](lh[za]x?|sthx?)[\t ]", HALF),
}


def compilers(arch, given):
    """Command lines of those that are there, and what is not."""
    if not arch.triple:
        return [[name] for name in given], []
    gcc = shutil.which(f"{arch.triple}-gcc")
    clang = shutil.which("clang") and pathlib.Path(f"/usr/{arch.triple}/include").is_dir()
    found = ([[gcc]] if gcc else []) + ([["clang", f"--target={arch.triple}"]] if clang else [])
    return found, ([] if gcc else ["gcc"]) + ([] if clang else ["clang"])


def assembler(compiler, level, include, generated, *flags):
    run = subprocess.run([*compiler, "-std=gnu11", level, "-fno-pic", "-w", "-S", f"-I{include}", f"-I{generated}", *flags, "-o", "-",
                          str(HERE / "calls.c")], capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"{' '.join(compiler)} {level}: {run.stderr[:2000]}")
    return run.stdout


def wrong(text, arch):
    """Functions of which the number of accesses is not what their name says, and how many functions there are."""
    functions = re.findall(r"^(\w+_(\d)):[^\n]*\n(.*?)^\s*\.size\s+\1,", text, re.M | re.S)
    found = [(name, len(re.findall(arch.access, body, re.M)), int(count)) for name, count, body in functions]
    return [f"{name}: {seen} accesses" for name, seen, count in found if seen != count], len(functions)


def sequence(text, arch):
    """Functions, accesses and inserted assembler, as they follow one another, without registers: those and constants are the compiler's."""
    found, inserted = [], False
    for line in text.splitlines():
        if re.match(r"\s*[#@]\s*(NO_)?APP", line):
            inserted = "NO_" not in line
        elif inserted or re.match(r"\w+:", line) or re.search(arch.access, line):
            found.append(line.split()[:1])
    return found


def lost(text):
    """The same assembler statements without a compiler barrier. With operands, if none: without any, gcc takes them for one."""
    text = text.replace('"memory", "cc"', '"cc"').replace('"memory"', '"cc"')
    return text.replace("__sync_synchronize()", "(void)0")


def fences(include, arch):
    """What to change so that a fence is none for the compiler: its name, the file, the text before and after."""
    header = include / "iopath" / "arch" / arch.headers / "barriers.h"
    text = header.read_text()
    for match in FENCE.finditer(text):
        if match[1] in ("mb", "rmb", "wmb") and "-mno-sse2" in arch.flags:
            continue
        yield match[1], [(header, match[0], f"IOP_INLINE void iop_arch_{match[1]}(void)\n{{\n\t__asm__ volatile({match[2]} ::: \"cc\");\n}}")]
    for body in FUNCTION.finditer(text):
        if '"memory"' in body[0]:
            yield body[1].removeprefix("iop_arch_"), [(header, body[0], lost(body[0]))]
    accessors = header.with_name("accessors.h")
    if PORTABLE in accessors.read_text():
        accessors = include / "iopath" / "arch" / "generic" / "portable.h"
    for what, names in PAIRS.items():
        bodies = [body[0] for body in FUNCTION.finditer(accessors.read_text()) if body[1] in names]
        yield what, [(accessors, body, lost(body)) for body in bodies if lost(body) != body]


def without_a_call(include):
    """Barriers of the public header that calls.c does not try."""
    calls = (HERE / "calls.c").read_text()
    barriers = re.findall(r"^IOP_INLINE void (iop_\w+)\(void\)", (include / "iopath" / "barrier.h").read_text(), re.M)
    return [f"barrier.h: {name} is not in calls.c" for name in barriers if f"{name}()" not in calls] or \
        ([] if len(barriers) >= 9 else [f"barrier.h: only {len(barriers)} barriers were found"])


def plant(args, arch, compiler):
    missed, planted, same = [], 0, 0
    sound = assembler(compiler, "-O2", args.include, args.generated, *arch.flags)
    with tempfile.TemporaryDirectory() as folder:
        include = pathlib.Path(folder) / "include"
        shutil.copytree(args.include, include)
        for name, changes in fences(include, arch):
            before = {path: path.read_text() for path, _, _ in changes}
            for path, old, new in changes:
                text = path.read_text()
                if old not in text or old == new:
                    missed.append(f"{name}: {path.name} no longer says '{old}' (bring the fault up to date)")
                path.write_text(text.replace(old, new))
            weakened = assembler(compiler, "-O2", include, args.generated, *arch.flags)
            found, _ = wrong(weakened, arch)
            # clang takes what is volatile assembler for a barrier, whatever that says it changes.
            equal = sequence(weakened, arch) == sequence(sound, arch) and "clang" in compiler[0]
            same += equal
            print(f"{name}: {', '.join(found) or ('the same sequence' if equal else 'NOT FOUND')}")
            if not found and not equal:
                missed.append(f"{name}: without its compiler barrier, nothing is found")
            planted += 1
            for path, text in before.items():
                path.write_text(text)
    control, _ = wrong(assembler(compiler, "-O2", args.include, args.generated, "-DCONTROL", *arch.flags), arch)
    if not any("control_nothing" in line for line in control):
        missed.append("where nothing stands between two stores, none is missed")
    print(f"{pathlib.Path(compiler[0]).name}: {planted} planted, {same} of them the same sequence")
    return missed + ([] if planted >= 9 else [f"only {planted} planted"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", action="append", default=[], help="of this machine")
    parser.add_argument("--arch", choices=ARCHES, default="x86-64")
    parser.add_argument("--include", type=pathlib.Path, required=True)
    parser.add_argument("--generated", type=pathlib.Path, required=True)
    parser.add_argument("--plant", action="store_true")
    args = parser.parse_args()

    arch, complaints = ARCHES[args.arch], without_a_call(args.include)
    found, missing = compilers(arch, args.compiler)
    for name in missing:
        print(f"skipped: the order of accesses for {args.arch} by {name}: not installed (scripts/setup arch)")
    for compiler in found:
        name = pathlib.Path(compiler[0]).name
        if args.plant:
            complaints += [f"{name}: {line}" for line in plant(args, arch, compiler)]
            continue
        for level in LEVELS:
            bad, functions = wrong(assembler(compiler, level, args.include, args.generated, *arch.flags), arch)
            complaints += [f"{name} {level}: {line}" for line in bad]
            complaints += [] if functions >= 24 else [f"{name} {level}: only {functions} functions"]
    print(f"{args.arch}: {len(found)} compilers, {len(complaints)} wrong")
    for line in complaints:
        print(line, file=sys.stderr)
    return bool(complaints) or (0 if found else 77)


if __name__ == "__main__":
    sys.exit(main())
