#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Routines with other prototypes than memcpy's. Run as: prototype_test.py IOPATH ROUTINES_SO CASE; ROUTINES_SO has routines of
prototype_routines.c."""
import json
import pathlib
import subprocess
import sys
import tempfile

IOPATH, ROUTINES = sys.argv[1:3]


def run(operation, *args):
    return subprocess.run([IOPATH, "trace", operation, "--object", ROUTINES, *args], capture_output=True, text=True, timeout=600)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def legal(operation, call, *args):
    out = run(operation, "--call", call, *args)
    expect(out.returncode == 0 and "\nlegal for " in out.stdout, operation, call, out)
    return out.stdout


def illegal(words, operation, call, *args):
    out = run(operation, "--call", call, *args)
    expect(out.returncode == 1 and words in out.stdout, operation, call, out)


def copies_take_their_arguments_in_any_order():
    legal("toio", "words_last(src, io, words4)", "--size", "64", "--align", "4")
    legal("toio", " by_offset ( base , offset,src,n ) ", "--size", "13", "--align", "5")
    legal("toio", "six(3, io, src, n, 0x123456789abcdef0, 10)", "--size", "7")
    illegal("wrong data", "toio", "six(3, io, src, n, 0x123456789abcdef0, 11)", "--size", "7")
    legal("toio", "one_line(io, src) of 64")
    legal("toio", "lines(io, src, n) in 64", "--size", "128", "--align", "0")
    legal("toio", "lines(io, src, n) in 64 at 4 from 64 memory 2", "--size", "64", "--align", "4", "--mem-align", "2")
    legal("move", "move_words(src, dst, words4)", "--size", "32", "--distance", "-8")
    illegal("out of order", "move", "move_words(src, dst, words4)", "--size", "32", "--distance", "8")
    # Words in place of bytes: four times too many.
    illegal("outside the range", "toio", "words_last(src, io, n)", "--size", "64")


def fills_of_words_take_a_word():
    for value in ("0x5a", "0", "-3", "0x1a5"):
        legal("set", "fill_words(value, io, words4)", "--size", "16", "--value", value)
    illegal("wrong data", "set", "fill_words(value, io, n) in 4", "--size", "4", "--value", "1")


def accessors_make_one_access():
    legal("read16", "load16(base, offset)", "--align", "6")
    legal("read16", "load16(io, 0)")
    legal("read32", "load32_to(io, dst)")
    legal("write8", "store8(value, io)", "--align", "3")
    legal("write32", "store32(base, offset, value)", "--align", "12")
    illegal("outside the range", "write32", "store32_at_0(base, offset, value)", "--align", "12")
    illegal("of a width that the device does not take", "read64", "load64_in_halves(base, offset)")
    legal("read64", "load64_in_halves(base, offset)", "--widths", "4")
    # Half of what was read.
    illegal("wrong data", "read32", "load16(base, offset)")
    out = run("write32", "--symbol", "store32", "--json", "-")
    expect(out.returncode == 0 and json.loads(out.stdout.splitlines()[-1])["op"] == "write32", out)


def check(*args):
    return subprocess.run([IOPATH, "check", *args], capture_output=True, text=True, timeout=600)


def check_makes_the_calls_that_are_described():
    for operation, call, words in (
            ("toio", "words_last(src, io, words4)", "legal for STRICT, by accesses of 4 bytes"),
            ("toio", "lines(io, src, n) in 64 from 64 at 4 memory 4", "legal for STRICT"),
            ("toio", "one_line(io, src) of 64", "legal for STRICT"),
            ("set", "fill_words(value, io, words4)", "legal for STRICT"),
            ("read16", "load16(base, offset)", "legal for STRICT, by accesses of 2 bytes"),
            ("write8", "store8(value, io)", "legal for STRICT, by accesses of 1 byte")):
        out = check(ROUTINES, "--op", operation, "--call", call)
        expect(out.returncode == 0 and words in out.stdout, operation, call, out)
    out = check(ROUTINES + ":load64_in_halves", "--op", "read64")
    # Of units of 16 bytes no call can be made, so nothing is said of them.
    expect(out.returncode == 1 and "\nlegal for no tier\n" in out.stdout and "multiples" not in out.stdout, out)
    expect("iopath trace read64 --object" in out.stdout and "--size" not in out.stdout.splitlines()[-1], out)
    out = check(ROUTINES, "--op", "read64", "--call", "load64_in_halves(base, offset)", "--widths", "4")
    expect(out.returncode == 0, out)
    out = check(ROUTINES, "--op", "toio", "--call", "lines(io, src, n)")
    command = out.stdout.splitlines()[-1].split("iopath ")[1]
    expect(out.returncode == 1 and "--call 'lines(io, src, n)'" in command, out)
    again = subprocess.run(f"{IOPATH} {command}", shell=True, capture_output=True, text=True, timeout=60)
    expect(again.returncode == 1, command, again)
    for args in ((ROUTINES, "--op", "toio", "--call", "(io, src, n)"), (ROUTINES, "--op", "toio", "--call", "lines(io, src, n) in 3")):
        out = check(*args)
        expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and not out.stdout, args, out)


def templates_compile_and_are_judged():
    yours = {"toio": "static void f(void *io, const void *src, uintptr_t n) { words_last(src, io, n / 4); }",
             "read16": "static uint16_t f(void *p) { return load16(p, 0); }",
             "write32": "static void f(uint32_t v, void *p) { store32(p, 0, v); }"}
    declared = ("#include <stdint.h>\nvoid words_last(const void *, volatile void *, uintptr_t); uint16_t load16(const volatile void *, "
                "uintptr_t);\nvoid store32(volatile void *, uintptr_t, uint32_t);\n")
    with tempfile.TemporaryDirectory() as folder:
        for operation in ("toio", "fromio", "set", "move", "read8", "read64", "write16", "read16", "write32"):
            out = check("--template", "--op", operation)
            lines = out.stdout.splitlines()
            expect(out.returncode == 0 and len(lines) == 3 and f"--op {operation} " in lines[1], out)
            if operation not in yours:
                continue
            pathlib.Path(folder, "f.h").write_text(declared + yours[operation] + "\n", encoding="utf-8")
            pathlib.Path(folder, "adapter.c").write_text(out.stdout.replace("YOURS", "f"), encoding="utf-8")
            subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-Wall", "-Werror", "-o", "adapter.so", "adapter.c", ROUTINES], cwd=folder,
                           check=True)
            judged = check(f"{folder}/adapter.so:adapter", "--op", operation, *(("--widths", "4") if operation == "toio" else ()))
            expect(judged.returncode == 0, operation, judged)
        expect(check("--template", "--op", "jump").returncode == 2)


def descriptions_that_say_too_little_are_exit_2():
    for operation, call, words in (
            ("toio", "f", "no parenthesis"), ("toio", "f(", "an argument is missing"), ("toio", "f(io)", "the size is missing"),
            ("toio", "f(src, n)", "it needs io"), ("toio", "f(io, n)", "src is missing"), ("fromio", "f(io, n)", "dst is missing"),
            ("toio", "f(io, src, n", "closing parenthesis"), ("toio", "f(io, src, n, n)", "is there twice"),
            ("toio", "f(io, src, n, words4)", "the same"), ("toio", "f(base, src, n)", "go together"),
            ("toio", "f(io, base, offset, src, n)", "not both"), ("toio", "f(io, src, value)", "has no argument 'value'"),
            ("toio", "f(io, src, n, -1)", "an argument is missing before '-1)'"), ("toio", "f(1, 2, 3, 4, io, src, n)", "more than 6"),
            ("toio", "f(io, src, n) of 8", "without n"), ("toio", "f(io, src) in 8", "size is missing"), ("toio", "f(io, src) of 3", "power of two"),
            ("toio", "f(io, src, words4) in 8", "units say it"), ("toio", "f(io, src, n) 8", "each with a number"), ("toio", "f(io, src, n) in 8 in 8", "twice"), ("toio", "f(io, src, n) in 8 of 8", "twice"),
            ("toio", "f(io, src, n) at", "power of two"),
            ("set", "f(io, n)", "value is missing"), ("move", "f(dst, n)", "src is missing"), ("move", "f(io, dst, n)", "no argument 'io'"),
            ("read32", "f(io, n)", "no argument 'n'"), ("write32", "f(io)", "value is missing"), ("write32", "f(io, value) of 4", "size of its name"),
            ("toio", "x" * 300 + "(io, src, n)", "too long"), ("toio", "nothing_there(io, src, n)", "nothing_there")):
        out = run(operation, "--call", call, "--size", "8")
        expect(out.returncode == 2 and words in out.stderr and len(out.stderr.splitlines()) == 1 and not out.stdout, operation, call, out)
    for args in (("toio", "--call", "(io, src, n)", "--size", "8"), ("toio", "--call", "lines(io, src, n) in 64", "--size", "65"),
                 ("toio", "--call", "lines(io, src, n) in 64", "--size", "64", "--align", "8"), ("read24", "--symbol", "load16"),
                 ("toio", "--call", "lines(io, src, n) from 64", "--size", "8"), ("toio", "--call", "lines(io, src, n) at 8", "--size", "8",
                 "--align", "4"), ("toio", "--call", "lines(io, src, n) memory 8", "--size", "8", "--mem-align", "4"),
                 ("toio", "--call", "one_line(io, src) of 64", "--symbol", "lines"), ("read16", "--symbol", "load16", "--oracle", "kvm"),
                 ("read16", "--symbol", "load16", "--size", "4")):
        out = run(*args)
        expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and not out.stdout, args, out)
    out = subprocess.run([IOPATH, "trace", "read32", "--routine", "strict"], capture_output=True, text=True, timeout=60)
    expect(out.returncode == 2 and "strict has no read32" in out.stderr, out)


if __name__ == "__main__":
    globals()[sys.argv[3].replace("-", "_")]()
