#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Routines with other prototypes than memcpy's. Run as: prototype_test.py IOPATH ROUTINES_SO CASE; ROUTINES_SO has routines of
prototype_routines.c."""
import json
import subprocess
import sys

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


def descriptions_that_say_too_little_are_exit_2():
    for operation, call, words in (
            ("toio", "f", "no parenthesis"), ("toio", "f(", "an argument is missing"), ("toio", "f(io)", "the size is missing"),
            ("toio", "f(src, n)", "it needs io"), ("toio", "f(io, n)", "src is missing"), ("fromio", "f(io, n)", "dst is missing"),
            ("toio", "f(io, src, n", "closing parenthesis"), ("toio", "f(io, src, n, n)", "is there twice"),
            ("toio", "f(io, src, n, words4)", "the same"), ("toio", "f(base, src, n)", "go together"),
            ("toio", "f(io, base, offset, src, n)", "not both"), ("toio", "f(io, src, value)", "has no argument 'value'"),
            ("toio", "f(io, src, n, -1)", "an argument is missing before '-1)'"), ("toio", "f(1, 2, 3, 4, io, src, n)", "more than 6"),
            ("toio", "f(io, src, n) of 8", "without n"), ("toio", "f(io, src) in 8", "with n"), ("toio", "f(io, src) of 3", "power of two"),
            ("toio", "f(io, src, words4) in 8", "units say it"), ("toio", "f(io, src, n) 8", "or nothing"),
            ("set", "f(io, n)", "value is missing"), ("move", "f(dst, n)", "src is missing"), ("move", "f(io, dst, n)", "no argument 'io'"),
            ("read32", "f(io, n)", "no argument 'n'"), ("write32", "f(io)", "value is missing"), ("write32", "f(io, value) of 4", "size of its name"),
            ("toio", "x" * 300 + "(io, src, n)", "too long"), ("toio", "nothing_there(io, src, n)", "nothing_there")):
        out = run(operation, "--call", call, "--size", "8")
        expect(out.returncode == 2 and words in out.stderr and len(out.stderr.splitlines()) == 1 and not out.stdout, operation, call, out)
    for args in (("toio", "--call", "(io, src, n)", "--size", "8"), ("toio", "--call", "lines(io, src, n) in 64", "--size", "65"),
                 ("toio", "--call", "lines(io, src, n) in 64", "--size", "64", "--align", "8"), ("read24", "--symbol", "load16"),
                 ("toio", "--call", "one_line(io, src) of 64", "--symbol", "lines"), ("read16", "--symbol", "load16", "--oracle", "kvm"),
                 ("read16", "--symbol", "load16", "--size", "4")):
        out = run(*args)
        expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and not out.stdout, args, out)
    out = subprocess.run([IOPATH, "trace", "read32", "--routine", "strict"], capture_output=True, text=True, timeout=60)
    expect(out.returncode == 2 and "strict has no read32" in out.stderr, out)


if __name__ == "__main__":
    globals()[sys.argv[3].replace("-", "_")]()
