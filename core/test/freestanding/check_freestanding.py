#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Row 59: what a freestanding object of the library needs is the embedder's panic, and nothing else.

Compiles row-59-freestanding.c, which uses everything of the subset, where no header but the compiler's own can be found: as C, as C++,
and for x86-64 with the kernel's flags. Its undefined symbols must be the panic alone. On x86-64 it is linked without a library and
run, with a good index and a bad one. Controls: headers that need more are refused, and an object that needs more is noticed.
"""
import argparse
import pathlib
import platform
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NEEDED = ["iop_panic_at"]
# What position-independent code of i386 and POWER refers to, and the linker makes.
LINKERS = {"_GLOBAL_OFFSET_TABLE_", ".TOC."}
KERNEL = ["-mcmodel=kernel", "-mno-red-zone", "-mno-sse", "-mno-mmx", "-mno-sse2", "-mno-3dnow", "-mno-avx", "-mno-80387", "-fno-pic",
          "-fno-strict-aliasing", "-fno-common", "-fshort-wchar", "-fno-strict-overflow", "-fno-delete-null-pointer-checks",
          "-mharden-sls=all", "-Wundef", "-Wstrict-prototypes", "-Wvla", "-Wno-unused-command-line-argument"]
# What is not part of the subset, and the words that say so.
REFUSED = {
    "#include <iopath/copy.h>": "copies are the library's",
    "#include <iopath/poll.h>": "polling needs a clock",
    "#include <iopath/config.h>": "pthread.h",
    "#include <iopath/iopath.h>": "error:",
    "#include <iopath/freestanding.h>\nIOP_BITFIELD(f, uint8_t, (0, 0, a));\nint t(char *s, f v) { return iop_format(s, 9, f, v); }":
        "iop_format",
}


def own_headers(compiler: str) -> list[str]:
    place = subprocess.check_output([compiler, "-print-file-name=include"], text=True).strip()
    return ["-ffreestanding", "-nostdinc", "-isystem", place]


def compile_to(output: pathlib.Path, compiler: str, flags: list[str], source: pathlib.Path) -> str:
    """Nothing, or what the compiler says."""
    done = subprocess.run([compiler, *flags, "-Wall", "-Wextra", "-Werror", "-c", str(source), "-o", str(output)], capture_output=True,
                          text=True, check=False)
    return done.stderr if done.returncode else ""


def undefined(nm: str, output: pathlib.Path) -> list[str]:
    names = {line.split()[-1] for line in subprocess.check_output([nm, "-u", output], text=True).splitlines()}
    return sorted(names - LINKERS)


def check(args: argparse.Namespace, folder: pathlib.Path) -> list[str]:
    faults: list[str] = []
    output, include = folder / "object.o", [f"-I{path}" for path in args.include]
    x86 = platform.machine() == "x86_64" and not args.cross

    def needs(what: str, compiler: str, flags: list[str]) -> list[str] | None:
        said = compile_to(output, compiler, [*flags, *include], HERE / "row-59-freestanding.c")
        if said:
            faults.append(f"{what}: does not compile: {said[:2000]}")
            return None
        return undefined(args.nm, output)

    for compiler in args.compiler:
        bare = ["-std=gnu11", *own_headers(compiler)]
        environments = {f"{compiler} {level}": (compiler, [*bare, level]) for level in ("-O1", "-O2", "-Os", "-O3")}
        if x86:
            environments[f"{compiler}, the kernel's flags"] = (compiler, [*bare, "-O2", *KERNEL])
        if not args.cross:
            cxx = {"gcc": "g++", "clang": "clang++"}[compiler]
            environments[f"{cxx} -ffreestanding"] = (cxx, ["-x", "c++", "-std=gnu++17", "-O2", "-ffreestanding", "-fno-exceptions",
                                                           "-fno-rtti"])
        for what, (program, flags) in environments.items():
            found = needs(what, program, flags)
            if found is not None and found != NEEDED:
                faults.append(f"{what}: needs {found}, and should need {NEEDED}")
            elif found:
                print(f"{what}: needs {', '.join(found)}")
        # Leases are the library's: such an object must be noticed.
        if needs(f"{compiler}, debug views", compiler, [*bare, "-O2", "-DIOP_DEBUG_VIEWS=1"]) == NEEDED:
            faults.append(f"{compiler}: an object that needs more was not noticed")
        for text, words in REFUSED.items():
            source = folder / "refused.c"
            source.write_text(text + "\n")
            said = compile_to(output, compiler, [*bare, "-O2", *include], source)
            if words not in said:
                faults.append(f"{compiler}: {text}: not refused with '{words}': {said[:300]}")
        if x86:
            faults += run(compiler, include, folder)
    return faults


def run(compiler: str, include: list[str], folder: pathlib.Path) -> list[str]:
    faults = []
    for index, code in ((1, 0), (4, 3), (2, 1)):
        program = folder / "program"
        subprocess.run([compiler, "-std=gnu11", *own_headers(compiler), "-O2", "-fno-pic", "-nostdlib", "-static",
                        "-fno-stack-protector", f"-DINDEX={index}", "-DIOP_BIG_ENDIAN=0", *include,
                        str(HERE / "row-59-freestanding.c"), str(HERE / "main.c"), "-o", str(program)], check=True)
        got = subprocess.run([program], check=False).returncode
        if got != code:
            faults.append(f"{compiler}: the program with index {index} ended with {got}, not {code}")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", action="append", required=True)
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--cross", action="store_true", help="the compiler is one for another machine")
    parser.add_argument("--include", action="append", required=True)
    with tempfile.TemporaryDirectory() as folder:
        faults = check(parser.parse_args(), pathlib.Path(folder))
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
