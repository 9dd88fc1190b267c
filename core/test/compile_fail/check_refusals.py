#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what the headers refuse to compile, and in which words.

A case is a block of C (up to a blank line that is followed by text in the first column) under one or more comments

    /* REFUSED: words */                     the first error inside the block is a compiler error that contains the words
    /* REFUSED WHEN BUILT: words */          likewise, but by the optimiser: the front end lets it pass
    /* REFUSED (gcc, c): words */            only there; tags are gcc, clang, c, c++
    /* FROM -O2: why */                      accepted, but left out below -O2

A block whose comments all are about other compilers or languages is left out. Whatever has no such comment must compile without
a warning: those lines are the positive counterparts. All blocks of a file share a translation unit, so that "fails for another
reason" shows up as an error with other words, or on a line that has no right to one.

Each file is compiled three times a configuration: by the front end alone with every block in; by the optimiser without the
blocks that the front end refuses; and without any refused block, warnings being errors.
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

REFUSED = re.compile(r"/\* REFUSED(?P<built> WHEN BUILT)?(?: \((?P<tags>[^)]*)\))?: (?P<words>.*?) \*/")
ERROR = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):(?:\d+:)? (?:fatal )?error: (?P<text>.*)$", re.MULTILINE)
CXX = {"gcc": "g++", "clang": "clang++"}
# gcc names the macro's definition first, which is in a header, but it is the block that is asked for; and it would complain about
# one of two blocks that come to the same code.
PLAIN = {
    "gcc": ["-fdiagnostics-plain-output", "-ftrack-macro-expansion=0", "-fno-ipa-icf", "-fmax-errors=0"],
    "clang": ["-fno-caret-diagnostics", "-fno-color-diagnostics", "-ferror-limit=0"],
}
LANGUAGE = {
    "c": ["-x", "c", "-std=gnu11", "-Werror=implicit-function-declaration", "-Werror=unused-result"],
    "c++": ["-x", "c++", "-std=gnu++17", "-Werror=unused-result"],
}


@dataclasses.dataclass(frozen=True)
class Configuration:
    compiler: str
    language: str
    level: str
    flags: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.compiler} {self.language} {self.level}"

    def matches(self, tags: str | None) -> bool:
        return not tags or all(tag.strip() in (self.compiler, self.language) for tag in tags.split(","))

    def command(self, *more: str) -> list[str]:
        program = self.compiler if self.language == "c" else CXX[self.compiler]
        return [program, *LANGUAGE[self.language], self.level, *PLAIN[self.compiler], *self.flags, *more]


@dataclasses.dataclass
class Block:
    first: int
    lines: list[str]
    words: str | None = None
    built: bool = False
    left_out: bool = False


def blocks_of(text: str, configuration: Configuration) -> list[Block]:
    weak = configuration.level in ("-O1", "-Og")
    blocks: list[Block] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not blocks or (line[:1].strip() and not blocks[-1].lines[-1].strip()):
            blocks.append(Block(number, []))
        blocks[-1].lines.append(line)
    for block in blocks:
        marks = list(REFUSED.finditer("\n".join(block.lines)))
        mine = [mark for mark in marks if configuration.matches(mark["tags"])]
        block.left_out = bool(marks) and not mine or weak and any("/* FROM -O2: " in line for line in block.lines)
        if mine:
            block.words, block.built = mine[0]["words"], bool(mine[0]["built"])
    return blocks


def compile_blocks(path: str, blocks: list[Block], configuration: Configuration, *more: str) -> list[str]:
    """Compiles @blocks, keeping their line numbers; complains about each that fails for no reason, or not for its reason."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] * (block.first - 1 - len(lines)) + block.lines
    run = subprocess.run(configuration.command(*more, "-o", os.devnull, "-"), input="\n".join(lines) + "\n",
                         capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    errors = [(int(match["line"]), match["file"], match["text"]) for match in ERROR.finditer(run.stderr)]
    # The builtin name for standard input differs between compilers; headers have a real path.
    inside = [(line, text) for line, file, text in errors if file in ("<stdin>", "-")]
    complaints = [f"error in {file}:{line}: {text}" for line, file, text in errors if file not in ("<stdin>", "-")]
    built = "-fsyntax-only" not in more
    for block in blocks:
        mine = [text for line, text in inside if block.first <= line < block.first + len(block.lines)]
        expected = block.words if block.built == built else None
        where = f"{path}:{block.first}"
        if expected is None:
            complaints += [f"{where}: unexpected error: {text}" for text in mine]
        elif not mine:
            complaints.append(f"{where}: compiles, but should be refused with '{expected}'")
        elif expected not in mine[0]:
            complaints.append(f"{where}: refused, but not with '{expected}': {mine[0]}")
    refused = any(block.words is not None and block.built == built for block in blocks)
    if not complaints and (run.returncode != 0) != refused:
        complaints.append(f"{path}: exit status {run.returncode}: {run.stderr.strip()}")
    return [f"{configuration}: {complaint}" for complaint in complaints]


def check(path: str, text: str, configuration: Configuration) -> list[str]:
    blocks = [block for block in blocks_of(text, configuration) if not block.left_out]
    good = [block for block in blocks if block.words is None]
    complaints = compile_blocks(path, blocks, configuration, "-fsyntax-only")
    if any(block.built for block in blocks):
        past_front_end = [block for block in blocks if block.words is None or block.built]
        complaints += compile_blocks(path, past_front_end, configuration, "-c")
    return complaints + compile_blocks(path, good, configuration, "-c", "-Wall", "-Wextra", "-Werror")


def check_all(sources: dict[str, str], configurations: list[Configuration]) -> list[str]:
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check, path, text, configuration) for path, text in sources.items() for configuration in configurations]
        return [complaint for job in jobs for complaint in job.result()]


def optimised_levels(compiler: str) -> list[str]:
    return ["-O1", "-O2", "-O3"] + (["-Og", "-Os"] if compiler == "gcc" else [])


def run_unoptimised(program: pathlib.Path, configuration: Configuration) -> list[str]:
    """Builds and runs a program at -O0; it says itself what it expects."""
    with tempfile.TemporaryDirectory() as folder:
        binary = f"{folder}/program"
        for command in (configuration.command("-Wall", "-Wextra", "-Werror", "-o", binary, str(program)), [binary]):
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode:
                return [f"{configuration}: {program}: exit status {run.returncode}: {run.stdout}{run.stderr}"]
    return []


def selftest(folder: pathlib.Path, configurations: list[Configuration]) -> list[str]:
    """Each file of @folder is wrong in one way, and says on its first line which complaint that must bring."""
    complaints: list[str] = []
    for path in sorted(folder.glob("*.c")):
        text = path.read_text()
        expected = re.search(r"COMPLAINT: (.*?) \*/", text)
        for configuration in configurations:
            got = check(str(path), text, configuration)
            if expected is None and got:
                complaints += got
            elif expected is not None and not (got and all(expected[1] in complaint for complaint in got)):
                complaints.append(f"{configuration}: {path}: complaint should be '{expected[1]}', not {got}")
    return complaints


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", action="append", required=True, choices=sorted(CXX), help="may be repeated")
    parser.add_argument("--flag", action="append", default=[], help="compiler flag, as in --flag=-Iinclude; may be repeated")
    parser.add_argument("--generate", action="append", metavar="ARG",
                        help="the file is a python program that prints the source when given ARG; may be repeated")
    parser.add_argument("--levels", action="store_true", help="at every optimisation level, not just -O2")
    parser.add_argument("--unoptimised", type=pathlib.Path, help="program to build at -O0 and run as well")
    parser.add_argument("--selftest", action="store_true", help="the file is a folder of sources that must be complained about")
    parser.add_argument("file", type=pathlib.Path, nargs="+")
    args = parser.parse_args()

    flags = tuple(args.flag)
    configurations = [Configuration(compiler, language, level, flags)
                      for compiler in args.compiler for language in LANGUAGE
                      for level in (optimised_levels(compiler) if args.levels else ["-O2"])]
    if args.selftest:
        complaints = selftest(args.file[0], configurations)
    elif args.generate:
        sources = {f"output of {file} {arg}": subprocess.check_output([sys.executable, file, arg], text=True)
                   for file in args.file for arg in args.generate}
        complaints = check_all(sources, configurations)
    else:
        complaints = check_all({str(file): file.read_text() for file in args.file}, configurations)
    if args.unoptimised:
        for configuration in configurations:
            if configuration.level == "-O2":
                complaints += run_unoptimised(args.unoptimised, dataclasses.replace(configuration, level="-O0"))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
