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


def bad_use_is_exit_2():
    for args in ((), ("toio",), ("toio", "--routine", "strict"), ("toio", "--routine", "none", "--size", "1"),
                 ("jump", "--routine", "strict", "--size", "1"), ("toio", "--routine", "strict", "--size", "-1"),
                 ("toio", "--routine", "strict", "--size", "99999999"), ("toio", "--routine", "strict", "--size", "8", "--align", "64"),
                 ("toio", "--object", USER_SO, "--size", "8"), ("toio", "--object", "./none.so", "--symbol", "x", "--size", "8"),
                 ("toio", "--object", USER_SO, "--symbol", "none", "--size", "8"), ("toio", "--routine", "strict", "--size", "8",
                 "--tier", "none"), ("toio", "--routine", "strict", "--size", "8", "--nonsense")):
        out = run(*args)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: trace: ") and len(out.stderr.splitlines()) == 1
               and not out.stdout, args, out)


if __name__ == "__main__":
    globals()[sys.argv[3].replace("-", "_")]()
