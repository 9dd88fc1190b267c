#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Modules of a user in list and bench: what they register, beside our cells, and what they do wrong. Run as: module_test.py IOPATH
FOLDER-OF-MODULES CASE."""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, FOLDER = sys.argv[1], Path(sys.argv[2])
USER, CXX = FOLDER / "module-user.so", FOLDER / "module-user-cxx.so"
FAST = ["--launches", "2", "--rounds", "5", "--no-counts"]
# Nothing that an earlier check has found.
CACHE = tempfile.TemporaryDirectory()
os.environ["XDG_CACHE_HOME"] = CACHE.name

# What is wrong, and the words that say so.
CRASH = r"Segmentation fault|exit \d+"  # a sanitizer ends the process its own way
BAD = {
    "no-table": "out of memory",
    "other-abi": "the module has ABI 77, this program needs 1",
    "cells-too-small": "its cells are said to have 8 bytes",
    "cells-too-large": "its cells are said to have 1048576 bytes",
    "more-cells-than-there-are": CRASH + "|has no name|lacks a function",
    "endless-cells": "it is said to have 18446744073709551615 cells",
    "no-cells": "it is said to have 2 cells",
    "no-name": "has no name",
    "wild-name": CRASH,
    "no-batch": "'read/bad/two/u32', lacks a function",
    "twice": "two cells are called 'read/bad/one/u32'",
    "three-parts": "has no name of four parts",
    "newline-in-a-name": "not of printable characters",
    "name-and-parts-differ": "has no name of four parts",
    "name-of-ours": "read/mmio/raw/u32 is a cell of .*, too",
    "crash-on-load": "Aborted",
    # ThreadSanitizer has an exit code of its own for a process that ends while it loads.
    "exit-on-load": r"it ended its process itself \(exit 0\)|exit 66",
    "eat-memory": "Aborted|Killed|exit|no answer",
    "print-on-load": "it printed to stdout when it was loaded: 'hello from here",
    "crash-in-the-table": "Aborted",
    "registered-other-abi": "what it registers has ABI 77",
    "registered-nothing": "it registers nothing",
    "registered-backwards": "it registers nothing",
    "registered-twice": "'reg', is there twice",
    "registered-slash": "'a/b', has no name, or one with other characters",
    "registered-module-slash": "its name has other characters",
    "registered-no-name": "has no name",
    "registered-width": "not of 1, 2, 4 or 8 bytes",
    "registered-kind": "of no kind that this program knows",
    "registered-no-claims": "lacks what an accessor has",
}


def run(*args):
    return subprocess.run([IOPATH, *map(str, args)], capture_output=True, text=True, timeout=300)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def bad(what):
    return FOLDER / f"module-bad-{what}.so"


def names(out):
    return [line.split()[0] for line in out.stdout.splitlines() if line.count("/") >= 3]


def lines_become_cells(tmp):
    out = run("list", "--module", USER, "--alone")
    expect(out.returncode == 0, out)
    found = names(out)
    for name in ("toio/mydriver/copy_words/64", "fromio/mydriver/copy_back/4096", "set/mydriver/fill/8", "move/mydriver/move/256",
                 "toio/mydriver/whole_words/8", "read/mydriver/read32/u32", "read/mydriver/read8/u8", "write/mydriver/write64/u64",
                 "operation/mydriver/post/8192", "operation/mydriver/ring_doorbell/4096"):
        expect(name in found, name, out.stdout)
    # Sizes that the copy is not made for are left out, and so is what is only to be checked.
    expect("toio/mydriver/whole_words/4" not in found, found)
    expect(not any("checked" in name or "/part/" in name for name in found), found)


def cxx_registers_the_same(tmp):
    ours, theirs = (json.loads(run("list", "--json", "-", "--module", m, "--alone").stdout) for m in (USER, CXX))
    expect([c for c in ours if "/read8/" not in c["name"]] == theirs, theirs)


def beside_ours_in_one_table(tmp):
    listed = run("bench", "--list", "--module", USER).stdout.split()
    for name in ("toio/mydriver/copy_words/64", "toio/mmio/strict/64", "toio/mmio/glibc/64", "read/mmio/raw/u32"):
        expect(name in listed, name, listed)
    expect("toio/mmio/strict/63" not in listed and "barrier/none/mb/0" not in listed, listed)
    alone = run("bench", "--list", "--alone", "--module", USER).stdout.split()
    expect(alone and all("/mydriver/" in name for name in alone), alone)
    file = tmp / "r.json"
    out = run("bench", "--module", USER, "--filter", "toio/.*/(copy_words|strict)/64$|mydriver/(read32|post)/", *FAST, "--out", file)
    expect(out.returncode == 0, out)
    rows = {row["name"]: row for row in json.loads(file.read_text())["benchmarks"]}
    for name in ("toio/mydriver/copy_words/64", "toio/mmio/strict/64", "read/mydriver/read32/u32", "operation/mydriver/post/8192"):
        expect(len(rows[name]["samples_ns"]) == 2, name, rows)
    # What was measured is named: our module by its name alone, theirs as it was called.
    ours, theirs = json.loads(file.read_text())["context"]["modules"]
    expect(ours["file"] == "libiopath-cells.so" and "name" not in ours, ours)
    expect((theirs["file"], theirs["name"], theirs["abi"]) == (str(USER), "mydriver", 1), theirs)
    expect(re.fullmatch("[0-9a-f]{32}", theirs["build"]) and theirs["build"] != ours["build"], theirs)
    # Both were compared with one baseline in one run.
    expect(re.search(r"copy_words/64 .*x \(.*\) glibc", out.stdout) and re.search(r"strict/64 .*x \(.*\) glibc", out.stdout), out.stdout)


def any_number_at_once(tmp):
    out = run("list", "--module", USER, "--module", FOLDER / "module-abi1.so", "--alone")
    expect(out.returncode == 0 and {"write/old/second/u32", "read/mydriver/read32/u32"} <= set(names(out)), out)
    out = run("bench", "--module", USER, "--module", FOLDER / "module-abi1.so", "--alone", "--filter", "u32$", *FAST, "--out",
              tmp / "r.json")
    measured = {row["name"] for row in json.loads((tmp / "r.json").read_text())["benchmarks"]}
    expect(out.returncode == 0 and measured == {"write/old/first/u32", "write/old/second/u32", "read/mydriver/read32/u32"}, out)
    # Two that have the same names cannot be told apart; the same one twice is a slip.
    out = run("list", "--module", USER, "--module", CXX, "--alone")
    expect(out.returncode == 2 and f"{CXX}: toio/mydriver/copy_words/4 is a cell of {USER}, too" in out.stderr, out)
    out = run("list", "--module", USER, "--module", USER)
    expect(out.returncode == 2 and "is there twice" in out.stderr and not out.stdout, out)
    expect(run("bench", "--alone").returncode == 2)


def a_baseline_is_any_cell(tmp):
    out = run("bench", "--module", USER, "--filter", "toio/.*/(copy_words|strict)/(8|64)$", "--baseline", "mydriver/copy_words", *FAST,
              "--out", tmp / "r.json")
    expect(out.returncode == 0 and len(re.findall(r"strict/\d+ .*x \(.*\) copy_words", out.stdout)) == 2, out)
    expect("glibc" not in out.stdout.split("cells measured")[0], out.stdout)
    # One cell is the baseline of all.
    out = run("bench", "--module", USER, "--filter", "mydriver/(read32|post)", "--baseline", "^read/mmio/raw/u32$", *FAST, "--out",
              tmp / "r.json")
    expect(out.returncode == 0 and len(re.findall(r"/(read32|post)/.*x \(.*\) raw", out.stdout)) == 2, out)
    for wrong in ("nothing-like-this", "(", "toio/mmio/strict/(8|16)$"):
        out = run("bench", "--module", USER, "--filter", "read32", "--baseline", wrong, *FAST)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: bench: "), wrong, out)


def nothing_is_called_legal_unseen(tmp):
    cells = json.loads(run("list", "--json", "-", "--module", USER, "--alone").stdout)
    expect(cells and all(c["legality"] == "not judged" and c["legal"] is None and "tier" not in c for c in cells), cells)
    out = run("list", "--module", USER, "--alone")
    expect(all(line.endswith(" not judged") for line in out.stdout.splitlines()[1:]), out.stdout)
    out = run("bench", "--module", USER, "--alone", "--filter", "read32", *FAST, "--out", tmp / "r.json")
    row = json.loads((tmp / "r.json").read_text())["benchmarks"][0]
    expect("legal" not in row and "not judged" in out.stdout, row, out.stdout)


def a_module_of_the_first_abi_runs(tmp):
    for module in ("module-abi1", "module-abi1-first"):
        out = run("bench", "--module", FOLDER / f"{module}.so", "--alone", *FAST, "--out", tmp / "r.json")
        rows = {row["name"]: row for row in json.loads((tmp / "r.json").read_text())["benchmarks"]}
        expect(out.returncode == 0 and len(rows["write/old/second/u32"]["samples_ns"]) == 2, out)
        cells = {c["name"]: c for c in json.loads(run("list", "--json", "-", "--module", FOLDER / f"{module}.so", "--alone").stdout)}
        expect(cells["write/old/second/u32"]["baseline"] == "write/old/first/u32", cells)
        expect(cells["write/old/second/u32"]["help"] == "the second of two", cells)


def a_bad_module_is_one_line_and_the_others_run(tmp):
    for what, reason in BAD.items():
        alone = [] if what == "name-of-ours" else ["--alone"]
        for command in (["list", "--filter", "read32"], ["bench", "--list", "--filter", "read32"]):
            out = run(*command, "--module", bad(what), "--module", USER, *alone)
            expect(out.returncode == 2, what, out)
            expect("read/mydriver/read32/u32" in out.stdout and "/bad/" not in out.stdout and "hello" not in out.stdout, what, out)
            expect(out.stderr.count("\n") == 1 and out.stderr.startswith(f"iopath: {command[0]}: {bad(what)}: "), what, out)
            expect(re.search(reason, out.stderr), what, reason, out.stderr)
    expect(list(Path(tmp).iterdir()) == [], "something is left behind")
    (tmp / "text.so").write_text("not a module\n")
    for path, reason in ((tmp / "text.so", "it is no shared object"), (tmp / "none.so", "No such file"), (tmp, "directory")):
        out = run("list", "--module", path, "--module", USER, "--alone", "--filter", "read32")
        expect(out.returncode == 2 and "read32" in out.stdout and out.stderr.count("\n") == 1 and re.search(reason, out.stderr), path, out)
    other = bytearray(USER.read_bytes())
    other[18] ^= 0x80
    (tmp / "other.so").write_bytes(other)
    out = run("list", "--module", tmp / "other.so", "--alone")
    expect(out.returncode == 2 and out.stderr.count("\n") == 1 and "it is for another architecture" in out.stderr, out)
    # None is left: nothing is listed.
    out = run("list", "--module", bad("twice"), "--alone")
    expect(out.returncode == 2 and not out.stdout, out)


def a_cell_that_crashes_is_a_row(tmp):
    out = run("bench", "--module", bad("crash-in-setup"), "--module", USER, "--alone", "--filter", "bad/one|read32", *FAST, "--out",
              tmp / "r.json")
    expect(out.returncode == 2 and "read/bad/one/u32: killed by signal 6" in out.stderr, out)
    rows = {row["name"]: row for row in json.loads((tmp / "r.json").read_text())["benchmarks"]}
    expect(len(rows["read/mydriver/read32/u32"]["samples_ns"]) == 2, rows)


def without_a_figure_nothing_is_stored(tmp):
    out = run("bench", "--module", bad("exit-in-the-batch"), "--alone", "--filter", "bad/", *FAST, "--out", tmp / "r.json")
    reason = r"iopath: bench: nothing was measured: read/bad/one/u32: .*(it ended its process itself \(exit 0\)|exit 66)"
    expect(out.returncode == 2 and re.match(reason, out.stderr) and out.stderr.count("\n") == 1, out)
    expect(not (tmp / "r.json").exists() and "measured" not in out.stdout, out)


def a_hang_is_ended(tmp):
    for what in ("hang-on-load", "work-without-end"):
        out = run("list", "--module", bad(what), "--module", USER, "--alone", "--filter", "read32")
        expect(out.returncode == 2 and "read32" in out.stdout, what, out)
        expect(out.stderr.count("\n") == 1 and re.search(f"{bad(what)}: (no answer, so it was ended|killed by)", out.stderr), out.stderr)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        globals()[sys.argv[3].replace("-", "_").replace("c++", "cxx")](Path(folder))
