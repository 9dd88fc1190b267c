#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what the compilers say of the mistakes that driver authors make, one small file each.

A line of a file ends in /* WRONG: words */ (alternatives: words | words), or no line does; WRONG (c) is wrong in C only. Of a wrong
file the first diagnostic must be an error at that line and contain the words, and all output at most 2 errors and 30 lines, and
contain what a NOTED: words */ of the file says; a right file must not bring a word. So for gcc and clang, as C11 and as C++17,
with the warnings that a careful user asks for and the headers as the system's.
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MOST_ERRORS, MOST_LINES = 2, 30
WRONG = re.compile(r"/\* WRONG(?: \((?P<language>[^)]*)\))?: (?P<words>.*?) \*/")
NOTED = re.compile(r"/\* NOTED: (.*?) \*/")
FLAGS = re.compile(r"/\* FLAGS: (.*?) \*/")
DIAGNOSTIC = re.compile(r"^(?P<file>[^:\n ]+):(?P<line>\d+):(?:\d+:)? (?P<kind>error|fatal error|warning): (?P<text>.*)$", re.MULTILINE)
COLUMNS = {"gcc": (("gcc", "c"), ("g++", "c++")), "clang": (("clang", "c"), ("clang++", "c++"))}
LANGUAGE = {"c": ["-x", "c", "-std=gnu11"], "c++": ["-x", "c++", "-std=gnu++17"]}
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wcast-align", "-Wpedantic", "-Wno-missing-declarations"]


@dataclasses.dataclass(frozen=True)
class Answer:
    errors: int
    lines: int
    complaints: tuple[str, ...]


def judge(path: pathlib.Path, language: str, said: str, status: int) -> Answer:
    """What is wrong with what a compiler said of the file at @path."""
    text = path.read_text()
    wrong = [(number, match["words"].split(" | ")) for number, line in enumerate(text.split("\n"), 1)
             if (match := WRONG.search(line)) and match["language"] in (None, language)]
    found = list(DIAGNOSTIC.finditer(said))
    errors = sum("error" in match["kind"] for match in found)
    lines = len(said.splitlines())
    complaints = []
    if not wrong:
        if said or status:
            complaints.append(f"a right file brings: {said.strip()[:600]}")
        return Answer(errors, lines, tuple(complaints))
    place, words = wrong[0]
    if not status:
        complaints.append("compiles")
    elif not found or "error" not in found[0]["kind"]:
        complaints.append(f"the first diagnostic is no error: {said[:300]}")
    else:
        first = found[0]
        if (first["file"], int(first["line"])) != (str(path), place):
            complaints.append(f"the first error is at {first['file']}:{first['line']}, not at line {place}")
        if not any(word in first["text"] for word in words):
            complaints.append(f"the first error does not say '{' | '.join(words)}': {first['text']}")
    complaints += [f"nothing is said of '{match[1]}'" for match in NOTED.finditer(text) if match[1] not in said]
    if errors > MOST_ERRORS:
        complaints.append(f"{errors} errors, more than {MOST_ERRORS}")
    if lines > MOST_LINES:
        complaints.append(f"{lines} lines, more than {MOST_LINES}")
    return Answer(errors, lines, tuple(complaints))


def ask(path: pathlib.Path, program: str, language: str, flags: list[str]) -> Answer:
    own = FLAGS.search(path.read_text())
    command = [program, *LANGUAGE[language], "-O2", "-c", *WARNINGS, *flags, *(own[1].split() if own else []), "-o", os.devnull, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    return judge(path, language, run.stderr, run.returncode)


def selftest(columns: list[tuple[str, str]], flags: list[str]) -> list[str]:
    """The judge must find fault with these: a refusal in a header, a right file that is called wrong, one that is wrong and right."""
    bad = {
        "in-a-header": ('#include "inner.h"\nint f(void) { return g(1); } /* WRONG: too many */\n', "the first error is at"),
        "other-words": ("int f(void) { return nothing_here; } /* WRONG: no such words */\n", "does not say"),
        "compiles": ("int f(void);\nint f(void) { return 0; } /* WRONG: anything */\n", "compiles"),
        "warns": ("int f(int a);\nint f(int a) { short b = a; return b; }\n", "a right file brings"),
        "too-long": ("int f(void) { return x1; } /* WRONG: x1 */\n" + "".join(f"int f{i}(void) {{ return x{i}; }}\n" for i in range(2, 12)),
                     "more than"),
    }
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "inner.h").write_text("int g(void) { return not_declared; }\n")
        for name, (text, expected) in bad.items():
            path = pathlib.Path(folder) / f"{name}.c"
            path.write_text(text)
            for program, language in columns:
                answer = ask(path, program, language, flags)
                if not any(expected in complaint for complaint in answer.complaints):
                    complaints.append(f"selftest {name}, {program}: should complain '{expected}', not {answer.complaints}")
    return complaints


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", action="append", required=True, choices=sorted(COLUMNS), help="may be repeated")
    parser.add_argument("--flag", action="append", default=[], help="compiler flag, as in --flag=-isystem --flag=include")
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()

    columns = [column for compiler in args.compiler for column in COLUMNS[compiler]]
    files = sorted(args.folder.glob("*.c"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        asked = {(path, column): pool.submit(ask, path, *column, args.flag) for path in files for column in columns}
        answers = {key: job.result() for key, job in asked.items()}
    print("errors/lines of each | " + " | ".join(program for program, _ in columns))
    for path in files:
        print(path.stem + " | " + " | ".join(f"{answers[path, column].errors}/{answers[path, column].lines}" for column in columns))
    complaints = [f"{path}, {column[0]}: {complaint}" for (path, column), answer in answers.items() for complaint in answer.complaints]
    complaints += selftest(columns, args.flag)
    for complaint in complaints if files else ["no files"]:
        print(complaint, file=sys.stderr)
    return bool(complaints) or not files


if __name__ == "__main__":
    sys.exit(main())
