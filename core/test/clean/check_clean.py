#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that users' code in C11, C++17, C++20 and C++23 compiles without a warning, with all that a careful user asks for; and the
headers by themselves, where they are no system headers.

Each file is compiled by each compiler, the headers found as pkg-config says (-I) and as CMake does (-isystem); .c files in C and in
C++, .cc files in C++. Older C++ must be refused in one sentence.
"""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

CXX = {"gcc": "g++", "clang": "clang++"}
CXX_STANDARDS = ["gnu++17", "gnu++20", "gnu++2b"]
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wcast-align", "-Wpedantic", "-Wundef"]
TOO_OLD = "iopath: C++17 or later is needed"


def said(compiler: str, standard: str, path: pathlib.Path, flags: list[str]) -> str:
    language = ["-x", "c++" if "++" in standard else "c", f"-std={standard}"]
    program = CXX[compiler] if "++" in standard else compiler
    run = subprocess.run([program, *language, "-O2", "-c", *WARNINGS, *flags, "-o", os.devnull, str(path)],
                         capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    return run.stderr or f"exit status {run.returncode}" * (run.returncode != 0)


def complaint(compiler: str, standard: str, path: pathlib.Path, flags: list[str]) -> str:
    text = said(compiler, standard, path, flags)
    return f"{compiler} {standard} {path}: {text[:1000]}" if text else ""


def in_headers(compiler: str, standard: str, path: pathlib.Path, flags: list[str]) -> str:
    language = ["-x", "c++" if "++" in standard else "c", f"-std={standard}"]
    run = subprocess.run([CXX[compiler] if "++" in standard else compiler, *language, "-fsyntax-only", "-Wall", "-Wextra", "-Wundef",
                          "-DIOP_WARN_IN_HEADERS=1", *flags, str(path)], capture_output=True, text=True, check=False)
    return f"{compiler} {standard}, in the headers: {run.stderr[:1000]}" if run.stderr else ""


def too_old(compiler: str, path: pathlib.Path, flags: list[str]) -> str:
    errors = [line for line in said(compiler, "gnu++14", path, flags).splitlines() if "error: " in line]
    if errors and TOO_OLD in errors[0] and len(errors) <= 2:
        return ""
    return f"{compiler}: C++14 should be refused with '{TOO_OLD}' alone, not {errors[:5]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", action="append", required=True, choices=sorted(CXX), help="may be repeated")
    parser.add_argument("--include", action="append", default=[], help="a folder of headers; may be repeated")
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()

    files = sorted(args.folder.glob("*.c")) + sorted(args.folder.glob("*.cc"))
    ways = [[flag for folder in args.include for flag in (way, folder)] for way in ("-I", "-isystem")]
    complaints = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(complaint, compiler, standard, path, flags) for compiler in args.compiler for path in files
                for standard in ["gnu11"] * (path.suffix == ".c") + CXX_STANDARDS for flags in ways]
        jobs += [pool.submit(too_old, compiler, files[-1], ways[0]) for compiler in args.compiler]
        complaints = [job.result() for job in jobs if job.result()]
    with tempfile.TemporaryDirectory() as folder:
        alone = pathlib.Path(folder) / "alone.c"
        alone.write_text("#include <iopath/iopath.h>\n")
        complaints += [text for compiler in args.compiler for standard in ["gnu11", *CXX_STANDARDS]
                       if (text := in_headers(compiler, standard, alone, ways[0]))]
        bad = pathlib.Path(folder) / "bad.c"
        bad.write_text("int f(long a);\nint f(long a) { return a; }\n")
        complaints += [f"{compiler}: a lost conversion brings no warning" for compiler in args.compiler
                       if not complaint(compiler, "gnu11", bad, [])]
    for line in complaints if files else ["no files"]:
        print(line, file=sys.stderr)
    return bool(complaints) or not files


if __name__ == "__main__":
    sys.exit(main())
