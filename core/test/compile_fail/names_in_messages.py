#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that every function, macro and type that a message of the library names exists in its headers.

A refusal that says "use iop_this" is worth nothing if there is no iop_this. The messages are the string literals of the headers and
sources; what exists is what the preprocessor leaves of all headers, and the macros that it knows then.
"""
import argparse
import pathlib
import re
import subprocess
import sys

STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NAME = re.compile(r"\b(?:iop|IOP)_\w+")
DEFINED = re.compile(r"#define (\w+)")


def existing(compiler: str, includes: list[str]) -> set[str]:
    # freestanding.h is for those who leave the others out, and says so.
    headers = sorted({path.name for folder in includes for path in pathlib.Path(folder, "iopath").glob("*.h")} - {"freestanding.h"})
    source = "".join(f"#include <iopath/{name}>\n" for name in headers)
    run = subprocess.run([compiler, "-E", "-dD", "-P", "-x", "c", *(f"-I{folder}" for folder in includes), "-"],
                         input=source, capture_output=True, text=True, check=False)
    if run.returncode or not headers:
        sys.exit(f"{len(headers)} headers do not preprocess together: {run.stderr[:1000]}")
    names: set[str] = set()
    for line in run.stdout.splitlines():
        macro = DEFINED.match(line)
        # The body of a macro proves nothing: nobody may ever have expanded it.
        names |= {macro[1]} if macro else set(NAME.findall(STRING.sub("", line)))
    return names


def messages(paths: list[pathlib.Path]) -> list[tuple[pathlib.Path, str, str]]:
    """(file, message, name) for each name that a message of these files has."""
    return [(path, text, name) for path in paths for text in STRING.findall(COMMENT.sub("", path.read_text(encoding="utf-8")))
            if " " in text for name in NAME.findall(text)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="gcc")
    parser.add_argument("--include", action="append", required=True, help="a folder of headers; may be repeated")
    parser.add_argument("--expect", type=int, default=0, help="so many names must be missing (for the test of this test)")
    parser.add_argument("paths", nargs="+", type=pathlib.Path, help="files, or folders of C files")
    args = parser.parse_args()

    paths = [file for path in args.paths for file in (sorted(path.rglob("*.[ch]")) if path.is_dir() else [path])]
    named = messages(paths)
    names = existing(args.compiler, args.include)
    missing = [(path, text, name) for path, text, name in named if name not in names]
    print(f"{len(named)} names in the messages of {len(paths)} files, {len(missing)} of something that does not exist")
    for path, text, name in missing:
        print(f"{path}: {name} does not exist: {text}")
    sys.exit(not named or len(missing) != args.expect)


if __name__ == "__main__":
    main()
