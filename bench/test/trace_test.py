#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a user of `iopath trace` sees. Run as: trace_test.py IOPATH USER_SO CASE; USER_SO has routines of user_routines.c."""
import json
import subprocess
import sys

IOPATH, USER_SO = sys.argv[1:3]


def run(*args):
    return subprocess.run([IOPATH, "trace", *args], capture_output=True, text=True, timeout=600)


def lines(out):
    return [json.loads(line) for line in out.stdout.splitlines()]


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def strict_is_legal_with_the_fewest():
    out = run("toio", "--routine", "strict", "--size", "100", "--align", "3")
    expect(out.returncode == 0 and "16 accesses, the minimum for STRICT is 16" in out.stdout, out)
    expect(out.stdout.splitlines()[-2] == "legal for STRICT"
           and out.stdout.splitlines()[-1] == "the routine strict: legal for STRICT, by accesses of 1, 2, 4 and 8 bytes" and "*" not in out.stdout.split("never)")[1], out)
    for op in ("toio", "fromio", "set"):
        accesses = lines(run(op, "--routine", "strict", "--size", "100", "--align", "3", "--json", "-"))
        verdict = accesses.pop()
        expect(verdict["legal"] and verdict["accesses"] == verdict["optimum"] == len(accesses) == 16, verdict)
        at = 0
        for access in accesses:
            expect(access["offset"] == at and (access["offset"] + 3) % access["width"] == 0, access)
            expect(access["direction"] == ("read" if op == "fromio" else "write"), access)
            at += access["width"]
        expect(at == 100, at)


def glibc_is_rejected_with_the_bytes_shown():
    out = run("toio", "--routine", "glibc", "--size", "100", "--align", "3")
    expect(out.returncode == 1 and "<- breaks a rule" in out.stdout and "not legal for STRICT: bytes touched more than once"
           in out.stdout and "bytes twice or more)" in out.stdout and "***" in out.stdout, out)
    verdict = lines(run("toio", "--routine", "glibc", "--size", "100", "--align", "3", "--json", "-"))[-1]
    expect(not verdict["legal"] and verdict["bytes_twice"] > 0 and verdict["data_right"], verdict)
    out = run("toio", "--routine", "glibc", "--size", "100", "--align", "3", "--tier", "mem")
    expect(out.returncode == 0, out)


def a_move_shows_both_sides():
    out = run("move", "--routine", "strict", "--size", "24", "--distance", "8", "--json", "-")
    last = [line for line in lines(out) if "legal" in line]
    expect(out.returncode == 0 and [line["side"] for line in last] == ["read", "write"], out)
    writes = [line["offset"] for line in lines(out) if line.get("direction") == "write"]
    expect(writes == [16, 8, 0], writes)
    out = run("move", "--routine", "glibc", "--size", "100", "--distance", "8")
    expect(out.returncode == 1 and "source" in out.stdout and "destination" in out.stdout, out)
    expect(run("move", "--routine", "kernel-generic", "--size", "24").returncode == 2)


def routines_of_a_user_are_judged():
    out = run("toio", "--object", USER_SO, "--symbol", "user_good", "--size", "24")
    expect(out.returncode == 0 and "24 accesses, the minimum for STRICT is 3" in out.stdout, out)
    # Of a user's routine no verdict is known: one legal call is not all of them.
    expect(out.stdout.splitlines()[-1].startswith("this call is legal; 'iopath check'") and "the routine" not in out.stdout, out)
    out = run("toio", "--object", USER_SO, "--symbol", "user_doubles", "--size", "24", "--json", "-")
    expect(out.returncode == 1 and lines(out)[-1]["bytes_twice"] == 1, out)
    out = run("set", "--object", USER_SO, "--symbol", "user_set", "--size", "24")
    expect(out.returncode == 0, out)


def stepping_shows_the_same():
    for routine in ("strict", "glibc"):
        args = ("fromio", "--routine", routine, "--size", "77", "--align", "5", "--json", "-")
        expect(run(*args).stdout == run(*args, "--single-step").stdout, routine)


def accesses_of(out):
    return [(line["offset"], line["width"], line["direction"]) for line in lines(out) if "access" in line]


def words_only_by_strict32():
    out = run("toio", "--routine", "strict32", "--size", "64", "--align", "4")
    expect(out.returncode == 0 and "16 accesses, the minimum for STRICT is 16" in out.stdout
           and out.stdout.splitlines()[-1] == "the routine strict32: legal for STRICT, by accesses of 4 bytes", out)
    for op in ("toio", "fromio", "set"):
        out = run(op, "--routine", "strict32", "--size", "12", "--json", "-")
        expect(accesses_of(out) == [(at, 4, "read" if op == "fromio" else "write") for at in (0, 4, 8)], out)
    for args in (("--size", "13"), ("--size", "12", "--align", "2")):
        out = run("toio", "--routine", "strict32", *args)
        expect(out.returncode == 2 and not out.stdout and "multiples of 4 only" in out.stderr and "--rmw" in out.stderr, out)
    out = run("toio", "--routine", "strict32", "--size", "13", "--rmw")
    expect(out.returncode == 0 and "read-modify-write of the word at the edge" in out.stdout and "legal for STRICT" in out.stdout, out)
    out = run("toio", "--routine", "strict32", "--size", "13", "--rmw", "--json", "-")
    expect(accesses_of(out) == [(0, 4, "write"), (4, 4, "write"), (8, 4, "write"), (12, 4, "read"), (12, 4, "write")], out)
    out = run("move", "--routine", "strict32", "--size", "12", "--distance", "6")
    expect(out.returncode == 2, out)
    expect(run("toio", "--routine", "strict", "--size", "13", "--rmw").returncode == 2)
    # A routine that makes other accesses than it says would be told.
    out = run("toio", "--routine", "strict", "--size", "13", "--widths", "4")
    expect(out.returncode == 1 and "of a width that the device does not take (it takes 4)" in out.stdout, out)


def copies_within_widths_are_the_fewest_or_refused():
    out = run("toio", "--widths", "4,8", "--size", "100", "--align", "4", "--json", "-")
    expect(out.returncode == 0 and accesses_of(out) == [(0, 4, "write")] + [(4 + 8 * i, 8, "write") for i in range(12)], out)
    expect(lines(out)[-1]["optimum"] == 13 and lines(out)[-1]["tier"] == "STRICT", out)
    out = run("toio", "--widths", "4,8", "--size", "13")
    expect(out.returncode == 2 and not out.stdout and "no accesses of 4 and 8 bytes cover 13 bytes at 0" in out.stderr, out)
    out = run("set", "--widths", "4,8", "--size", "13", "--align", "3", "--rmw", "--json", "-")
    expect(out.returncode == 0 and accesses_of(out) == [(-3, 4, "read"), (-3, 4, "write"), (1, 4, "write"), (5, 8, "write")], out)
    out = run("fromio", "--widths", "4", "--size", "3", "--align", "6", "--rmw", "--json", "-")
    expect(out.returncode == 0 and accesses_of(out) == [(-2, 4, "read"), (2, 4, "read")], out)
    for args in (("move", "--widths", "4", "--size", "8"), ("toio", "--rmw", "--size", "8"), ("toio", "--routine", "within", "--size", "8"),
                 ("toio", "--widths", "4", "--size", "8", "--oracle", "kvm"), ("toio", "--widths", "3", "--size", "8")):
        out = run(*args)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: trace: "), args, out)


def a_fifo_sees_one_address():
    out = run("toio", "--fifo", "4", "--size", "64")
    expect(out.returncode == 0 and "device side is one register of 4 bytes: 16 accesses, 16 are asked for" in out.stdout
           and "touched by access" not in out.stdout, out)
    for width in (1, 2, 4, 8):
        for op, direction in (("toio", "write"), ("fromio", "read")):
            out = run(op, "--fifo", str(width), "--size", "24", "--align", "8", "--mem-align", "3", "--json", "-")
            expect(out.returncode == 0 and accesses_of(out) == [(0, width, direction)] * (24 // width), out)
            expect(lines(out)[-1]["fifo"] == width and lines(out)[-1]["optimum"] == 24 // width, out)
    expect(run("toio", "--fifo", "4", "--size", "0").returncode == 0)
    for args in (("toio", "--routine", "kernel-rep"), ("toio", "--object", USER_SO, "--symbol", "user_fifo"),
                 ("fromio", "--object", USER_SO, "--symbol", "user_fifo_reads")):
        out = run(*args, "--fifo", "4", "--size", "12")
        expect(out.returncode == 0 and "3 accesses, 3 are asked for" in out.stdout, out)
    # A copy goes on, an access too many is one, and a narrower access is another.
    for width, words, args in (("4", "not at the register's address", ("--routine", "strict32")),
                               ("4", "more accesses than asked for", ("--object", USER_SO, "--symbol", "user_fifo_more")),
                               ("8", "of a width that the device does not take (it takes 8)", ("--object", USER_SO, "--symbol", "user_fifo")),
                               ("1", "fewer accesses than asked for", ("--object", USER_SO, "--symbol", "user_fifo"))):
        out = run("toio", *args, "--fifo", width, "--size", "16")
        expect(out.returncode == 1 and words in out.stdout, words, out)
    for args in (("toio", "--fifo", "3", "--size", "12"), ("toio", "--fifo", "4", "--size", "13"), ("set", "--fifo", "4", "--size", "8"),
                 ("toio", "--fifo", "4", "--size", "8", "--align", "2"), ("toio", "--fifo", "4", "--size", "8", "--widths", "4"),
                 ("toio", "--fifo", "4", "--size", "8", "--oracle", "kvm"), ("toio", "--routine", "rep", "--size", "8"),
                 ("toio", "--routine", "kernel-rep", "--fifo", "8", "--size", "8"),
                 ("toio", "--routine", "kernel-rep", "--fifo", "4", "--size", "8", "--mem-align", "1"),
                 ("write32", "--object", USER_SO, "--symbol", "user_fifo", "--fifo", "4"),
                 ("toio", "--object", USER_SO, "--call", "user_fifo(io, src, words2)", "--fifo", "4", "--size", "8")):
        out = run(*args)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: trace: ") and len(out.stderr.splitlines()) == 1, args, out)


def lines_are_filled_whole():
    """docs/copies.md, 7.11: what each routine leaves in part, of all sizes up to 256 at all places."""
    must = 30303
    for routine, partial in (("wide-sse2", must), ("kernel-x86", must), ("glibc", None)):
        out = run("toio", "--lines", "--routine", routine, "--size", "256", "--json", "-")
        found = lines(out)[0]
        expect(found["calls"] == 16384 and found["lines_partial_fewest"] == must, found)
        expect(found["lines_avoidable"] == found["lines_partial"] - must, found)
        # The control: glibc comes back to lines that it has left. By how much depends on its vectors.
        expect(out.returncode == (0 if partial else 1) and (found["lines_partial"] == must) == (partial == must), found)
    out = run("set", "--lines", "--routine", "strict", "--size", "70")
    expect(out.returncode == 0 and "17 to 64" in out.stdout and "129 to 256" not in out.stdout, out)
    for args in (("fromio", "--routine", "strict", "--size", "8"), ("toio", "--routine", "strict", "--size", "257"),
                 ("toio", "--routine", "strict", "--size", "8", "--align", "3"), ("toio", "--routine", "strict"),
                 ("toio", "--fifo", "4", "--size", "8")):
        out = run(*args, "--lines")
        expect(out.returncode == 2 and out.stderr.startswith("iopath: trace: ") and len(out.stderr.splitlines()) == 1, args, out)


def bad_use_is_exit_2():
    for args in ((), ("toio",), ("toio", "--routine", "strict"), ("toio", "--routine", "none", "--size", "1"),
                 ("jump", "--routine", "strict", "--size", "1"), ("toio", "--routine", "strict", "--size", "-1"),
                 ("toio", "--routine", "strict", "--size", "99999999"), ("toio", "--routine", "strict", "--size", "8", "--align", "64"),
                 ("toio", "--object", USER_SO, "--size", "8"), ("toio", "--object", "./none.so", "--symbol", "x", "--size", "8"),
                 ("toio", "--object", USER_SO, "--symbol", "none", "--size", "8"), ("toio", "--routine", "strict", "--size", "8",
                 "--tier", "none"), ("toio", "--routine", "strict", "--size", "8", "--nonsense"),
                 ("toio", "--routine", "strict", "--size", "8", "--guard", "before", "--mem-align", "3")):
        out = run(*args)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: trace: ") and len(out.stderr.splitlines()) == 1
               and not out.stdout, args, out)


if __name__ == "__main__":
    globals()[sys.argv[3].replace("-", "_")]()
