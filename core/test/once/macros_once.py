#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Calls every public macro of the headers with a side effect in every operand, and counts how often each is evaluated.

calls.txt has the calls; a public macro that it does not call, and that is not listed here as one that takes types and names only,
is an error, and so is an operand of a value without a side effect. The calls are compiled in C and in C++ with each compiler.
--plant makes the macros of a copy of the headers evaluate an operand twice, one at a time: each must be found.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
CXX = {"gcc": "g++", "clang": "clang++"}
MACRO = re.compile(r"^#[ \t]*define[ \t]+(\w+)\(([^)]*)\)((?:\\\n|[^\n])*)", re.M)

# Parameters that are no values: names, types, fields, constants of a type, the uses of a location (whose index is an operand).
NAMES = {"NAME", "BASE", "VIEW", "U", "type", "field", "var", "location", "use"}
# Macros without a value: they make types or declarations of types and names, or are the parts of one that is called, which the
# preprocessor chooses by the number or the name of an argument; iop_try is refused.
NO_VALUE = re.compile(
    r"IOP_(?:CONST_|WC_)?(?:EXCLUSIVE_)?(?:BAR|IOMEM)8?(?:_WIDTHS)?|IOP_COHERENT(?:_OWNER|_BOX)?(?:_WIDTHS)?|IOP_(?:CONFIG|WC|SYSMEM|"
    r"IOSYSMAP|MMIO|RELAXED|MMIO_RAW|MMIO_WITHIN)(?:_WIDTHS)?|IOP_(?:MMIO|RELAXED)32|IOP_MMIO_OWNED|IOP_(?:WC_)?VMAP_(?:REF|OWNED)|"
    r"IOP_(?:REVOCABLE|DEVRES|REGION8?|SLICE|VIEW_TYPE(?:_WITHIN)?|ORDERED_TYPE|WIDTHS|PLAIN|BITENUM|BITFIELD|REGISTER|BLOCK|BASE|"
    r"LOCATION|AT|IN|REL|ARRAY|ARRAY_IN|REL_ARRAY|ALIAS|ALIAS_AT|RO|WO|W1C|RC)|"
    r"IOP_PLACE_(?:MODE|ONLY)_\w+|IOP_FIELD_\w+|IOP_LOCATION_\w+|IOP_LOCATED_\w+|IOP_(?:TRY_)?PROJECT_\d|"
    r"IOP_(?:READ|WRITE|UPDATE|TRY_WRITE)_REG_\d|IOP_CLEAR_\d|IOP_OF_\d|IOP_SIZES_\d+|IOP_EACH_\w+|IOP_REST_\d|IOP_FOR_EACH(?:_REST)?|IOP_FIRST|"
    r"IOP_OPEN|IOP_BACKENDS|IOP_LIBRARY_BACKENDS|IOP_DEFINE_BACKEND|IOP_CANNOT_COPY|IOP_TYPES_WITH_WIDTH|IOP_WIDTH_OF_TYPE|IOP_FENCE|"
    r"IOP_CAT|IOP_BUILD_FAIL|IOP_FAIL_TO_BUILD|UINT64_C|iop_try|IOP_WHY_READ_ONLY_\d|IOP_ASSERT_WRITES_\d|IOP_ASSERT")
# Of what is written, these ask the compiler for a type only; the library's own headers use them.
ASKS_TYPES = re.compile(r"IOP_(?:BACKEND|CAPS|IS_\w+|TARGET|SAME_TYPE|POINTER|VALUE_TYPE|WIDTH|ORDER|LEASE_CHECK|LEASE_SET)|iop_event|"
                        r"iop_literal_in")
# @x must be a constant, which has no side effect.
CONSTANTS = {("iop_with_const", "x"), ("iop_zeroed", "NAME")}


def arguments(text, at):
    """The arguments of the call whose bracket is at @at, split at the commas outside of brackets and strings."""
    found, depth, start = [], 0, at + 1
    for i in range(at, len(text)):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
        if depth == 0 or (depth == 1 and text[i] == ","):
            found.append(text[start:i].strip())
            start = i + 1
        if depth == 0:
            return found
    sys.exit(f"calls.txt: no end of the call: {text}")


def plants():
    """Header, macro, what the header says and what it says instead."""
    for line in (HERE / "plants.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            header, label, change = line.split(": ", 2)
            yield header, *change.split(" => "), label


def public_macros(include):
    """Name and parameters of each macro of the headers that its users may write."""
    found = {}
    for header in sorted((include / "iopath").glob("*.h")):
        for name, parameters, _ in MACRO.findall(header.read_text()):
            if not name.endswith("_"):
                found.setdefault(name, (header.name, [p.strip() for p in parameters.split(",")]))
    return found


def entries():
    """Label and text of each call, the words of [[a b]] written out."""
    for line in (HERE / "calls.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        words = re.search(r"\[\[([^]]*)\]\]", line)
        for word in words[1].split() if words else [""]:
            label, text = re.sub(r"\[\[[^]]*\]\]", word, line).split(": ", 1)
            yield label, text


def complaints(macros, calls):
    """Public macros without a call, calls of what is no macro, and values without a side effect."""
    called = {label for label, _ in calls}
    for name, (header, _) in macros.items():
        if name not in called and not NO_VALUE.fullmatch(name) and not ASKS_TYPES.fullmatch(name):
            yield f"{header}: {name} has no call in calls.txt"
    for label, text in calls:
        if label not in macros:
            yield f"calls.txt: {label} is no public macro"
            continue
        sites = [match.end() - 1 for match in re.finditer(rf"\b{label}\(", text)]
        seen = [list(values_without_effect(label, macros[label][1], arguments(text, at))) for at in sites]
        if not seen or all(seen):
            yield f"calls.txt: {label}: no side effect in {', '.join(seen[0]) if seen else 'any operand'}: {text}"


def values_without_effect(label, parameters, given):
    for i, argument in enumerate(given):
        name = parameters[min(i, len(parameters) - 1)]
        rest = parameters[-1] == "..." and i >= len(parameters) - 1
        is_name = name in NAMES or (rest and re.fullmatch(r"\.?\w+|abort\(\)|\(?iop_\w+\(.*|e = 1; break", argument))
        if argument and not is_name and (label, name) not in CONSTANTS and "$" not in argument:
            yield argument


def program(calls):
    """The text of a program that makes the calls."""
    bodies, names = [], []
    for number, (label, text) in enumerate(calls):
        expected = []

        def once(match):
            expected.append(match[1] or "1")
            return f"ONCE({len(expected) - 1}, "

        body = re.sub(r"\$(\d?)\(", once, text)
        shown = f"{label}: {text}".replace("\\", "\\\\").replace('"', '\\"')
        bodies.append(f"static void call_{number}(void)\n{{\n\tstatic const int expected[] = {{{', '.join(expected)}}};\n\n\t{body}\n"
                      f"\tcheck(\"{shown}\", expected, {len(expected)});\n}}\n")
        names.append(f"\tcall_{number}();\n")
    return '#include "prelude.h"\n\n' + "\n".join(bodies) + ("\nint main(void)\n{\n\tset_up();\n" + "".join(names) +
                                                             f'\tprintf("{len(calls)} calls\\n");\n\treturn failures != 0;\n}}\n')


def run(compiler, cxx, calls, args, include):
    """What the calls say when compiled so: their lines, and whether all is as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        source, binary = pathlib.Path(folder) / ("once.cc" if cxx else "once.c"), pathlib.Path(folder) / "once"
        source.write_text(program(calls))
        flags = ["-std=gnu++17"] if cxx else ["-std=gnu11"]
        command = [CXX[compiler] if cxx else compiler, *flags, "-O2", "-w", f"-I{include}", f"-I{args.generated}", f"-I{HERE}", str(source),
                   str(args.library), "-lpthread", "-o", str(binary)]
        built = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
        if built.returncode:
            return False, built.stderr[:3000]
        ran = subprocess.run([str(binary)], capture_output=True, text=True, check=False, timeout=60)
        return ran.returncode == 0, ran.stdout + ran.stderr + (f"exit {ran.returncode}\n" if ran.returncode not in (0, 1) else "")


def planted(args, calls, header, before, after, label):
    """Whether the calls of @label find that the header was changed."""
    with tempfile.TemporaryDirectory() as folder:
        include = pathlib.Path(folder) / "include"
        shutil.copytree(args.include, include)
        path = include / "iopath" / header
        text = path.read_text()
        if before not in text:
            return f"{header} no longer says '{before}' (bring the fault up to date)"
        path.write_text(text.replace(before, after))
        right, said = run(args.compiler[0], False, [c for c in calls if c[0] == label], args, include)
        if right or "was evaluated" not in said:
            return f"{header}, '{after}': not found by {label}: {said}"
    return ""


def new_macro_is_noticed(args, calls):
    with tempfile.TemporaryDirectory() as folder:
        include = pathlib.Path(folder) / "include"
        shutil.copytree(args.include, include)
        with open(include / "iopath" / "view.h", "a") as header:
            header.write("#define iop_new_macro(view) iop_size(view)\n")
        if not any("iop_new_macro has no call" in line for line in complaints(public_macros(include), calls)):
            return "a new macro without a call is not noticed"
    bare = [("iop_write", "iop_write($(ctrl), 5u);")]
    if not any("no side effect in 5u" in line for line in complaints(public_macros(args.include), bare)):
        return "an operand without a side effect is not noticed"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", action="append", required=True, choices=sorted(CXX))
    parser.add_argument("--include", type=pathlib.Path, required=True)
    parser.add_argument("--generated", type=pathlib.Path, required=True, help="where build_config.h is")
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--c-only", action="store_true")
    parser.add_argument("--plant", action="store_true")
    args = parser.parse_args()

    calls = list(entries())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        if args.plant:
            jobs = [pool.submit(planted, args, calls, *plant) for plant in plants()]
            wrong = [job.result() for job in jobs if job.result()] + [line for line in [new_macro_is_noticed(args, calls)] if line]
            print(f"{len(jobs)} planted, {len(wrong)} wrong")
        else:
            wrong = list(complaints(public_macros(args.include), calls))
            jobs = [(compiler, cxx, pool.submit(run, compiler, cxx, calls, args, args.include))
                    for compiler in args.compiler for cxx in (False, True)[:1 if args.c_only else 2]]
            wrong += [f"{CXX[c] if cxx else c}: {job.result()[1]}" for c, cxx, job in jobs if not job.result()[0]]
            print(f"{len(calls)} calls, {len(jobs)} programs, {len(wrong)} wrong")
    for line in wrong:
        print(line, file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
