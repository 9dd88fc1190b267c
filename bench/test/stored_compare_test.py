#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stored runs against each other and through time. Run as: stored_compare_test.py IOPATH CASE."""
import json
import math
import os
import random
import shutil
from pathlib import Path

import report_data
from stored_runs import BASELINE, CELL, compared, document, expect, history, main, row, run, write


def compare_shows_what_may_be(tmp):
    a = write(tmp, "a.json", document(ns=4.0))
    slower = document(ns=5.0, day=2)
    for r, n in zip(slower["benchmarks"], (0, 0, 12)):
        r.update(instructions=n + 1.0, accesses=8.0)
    b = write(tmp, "b.json", slower)
    result = compared(a, b)
    cell = next(c for c in result["cells"] if c["name"] == CELL)
    expect(result["advisory"] and not result["paired"] and result["not_compared"] == {}, result)
    expect(math.isclose(cell["time_ns"]["ratio"], 1.25) and not cell["time_ns"]["overlap"], cell)
    expect(math.isclose(cell["speed"]["ratio"], 0.8) and math.isclose(cell["reference"]["ratio"], 1.25), cell)
    expect("instructions" not in cell, "A has none")
    same = next(c for c in result["cells"] if c["name"] == BASELINE)
    expect(same["time_ns"]["overlap"] and same["time_ns"]["ratio"] == 1, same)
    text = run("compare", a, b).stdout
    expect("advisory" in text and "+25.0%" in text and "not compared" not in text, text)
    expect("same_code" not in cell and "= the same code" not in text, "no run says what the code is")
    both = compared(b, b)
    expect(both["cells"][2]["instructions"] == {"a": 13, "b": 13, "ratio": 1}, both["cells"][2])


def code_that_is_the_same_is_marked(tmp):
    documents = document(ns=4.0), document(ns=5.0, day=2)
    for n, d in enumerate(documents):
        for i, r in enumerate(d["benchmarks"]):
            r["code_hash"] = f"{i}" * 32 if i < 2 else f"{n}a" * 16
    a, b = (write(tmp, f"{n}.json", d) for n, d in enumerate(documents))
    marks = {c["name"]: c["same_code"] for c in compared(a, b)["cells"]}
    expect(marks == {"control/none/cycle/0": True, BASELINE: True, CELL: False}, marks)
    text = run("compare", a, b).stdout
    expect("= the same code on both sides (2 of 3)" in text, text)
    expect([line.split()[0] for line in text.splitlines() if line.endswith(" =")] == ["control/none/cycle/0", BASELINE], text)


def an_interval_over_launches_decides_what_overlaps(tmp):
    a, b = document(ns=4.0), document(ns=4.2, day=2)
    expect(not compared(write(tmp, "a.json", a), write(tmp, "b.json", b))["cells"][2]["time_ns"]["overlap"], "quartiles are close")
    for d, ns in ((a, 4.0), (b, 4.2)):
        d["benchmarks"][2].update(launches=[ns] * 12, interval=[ns * 0.95, ns * 1.05])
    expect(compared(write(tmp, "a.json", a), write(tmp, "b.json", b))["cells"][2]["time_ns"]["overlap"], "launches are not")
    for broken in ([4.2], [-1, 5], [5, 4], "wide", [None, None], {}):
        b["benchmarks"][2]["interval"] = broken
        row = compared(write(tmp, "a.json", a), write(tmp, "b.json", b))["cells"][2]
        expect(math.isclose(row["time_ns"]["ratio"], 1.05), broken, row)


def times_of_two_machines_are_not_compared(tmp):
    a = write(tmp, "a.json", document(ns=4.0))
    other = document(ns=50.0, arch="aarch64", cpu="Another CPU", speed=1.6)
    other["benchmarks"][2].update(instructions=5)
    for changed in (other, document(cpu="Another CPU"), document(hypervisor="yes"), document(emulator="qemu 7.2"),
                    document(arch="", cpu="")):
        b = write(tmp, "b.json", changed)
        result = compared(a, b)
        expect("time_ns" in result["not_compared"] and not any("time_ns" in c for c in result["cells"]), changed["context"])
        expect(all("speed" in c for c in result["cells"] if c["name"] == CELL), result)
    b = write(tmp, "b.json", other)
    cell = next(c for c in compared(a, b)["cells"] if c["name"] == CELL)
    expect(math.isclose(cell["speed"]["ratio"], 0.8) and "instructions" in compared(a, b)["not_compared"], cell)
    text = run("compare", a, b).stdout
    expect("not compared" in text and "x86_64 Some CPU" in text and "aarch64 Another CPU" in text, text)
    # Another baseline is another question.
    other["benchmarks"][2]["baseline"] = "toio/mmio/bytes/64"
    cell = next(c for c in compared(a, write(tmp, "c.json", other))["cells"] if c["name"] == CELL)
    expect("speed" not in cell and "reference" in cell, cell)


def baselines_of_architectures_are_compared(tmp):
    a, b = (write(tmp, f"{arch}.json", report_data.baseline(arch, *report_data.ARCHS[arch])) for arch in ("x86-64", "riscv64"))
    result = compared(a, b)
    cells = {c["name"]: c for c in result["cells"]}
    expect(cells["toio/device/strict-portable/4096"]["instructions"] == {"a": 4000, "b": 9000, "ratio": 2.25}, cells)
    expect(cells["toio/device/glibc/1-64"]["accesses"] == {"a": 2, "b": 12, "ratio": 6} and "time_ns" in result["not_compared"], cells)
    text = run("compare", a, b).stdout
    for words in ("none of them is a time", "A: 500 of 512 calls illegal B: 336 of 512 calls illegal", "of an ordered read: none; of a write: none",
                  "of an ordered read: fence i,ir;", "not a measurement: riscv64-core, toio: 0.1250 cycles a byte"):
        expect(words in text, words, text)
    expect("advisory" not in text, text)
    out = run("compare", a, write(tmp, "run.json", document()))
    expect(out.returncode == 4, "a run and a baseline have nothing in common")
    out = run("export", "--to", "csv", a)
    expect(out.returncode == 2 and "a baseline, not a run" in out.stderr, out)


def other_builds_of_a_module_are_named(tmp):
    """The commit is the program's: of a user's module only the build says what was measured."""
    def of(build, day):
        d = document(day=day, modules=[{"file": "libiopath-cells.so", "build": "ab" * 16, "abi": 1},
                                       {"file": "./mine.so", "name": "theirs", "build": build * 16, "abi": 1}])
        d["benchmarks"].append(row("read/theirs/reg/u32", 2.0, instructions=5.0))
        return d
    a, b, again = (write(tmp, f"runs/{day}.json", of(build, day)) for day, build in ((1, "01"), (2, "02"), (3, "02")))
    text = run("compare", a, b).stdout
    expect("module theirs: A has 010101010101 of ./mine.so, B has 020202020202 of ./mine.so" in text, text)
    expect("module theirs: the same build in both, 020202020202" in run("compare", b, again).stdout, "the same build is none")
    expect("module" not in run("compare", write(tmp, "old.json", document()), b).stdout, "a run that names none has none")
    expect(compared(a, b)["a"]["modules"][1] == {"file": "./mine.so", "name": "theirs", "build": "01" * 16, "abi": 1}, "JSON")
    shown, _ = history(Path(tmp, "runs"), cell="read/theirs/reg/u32")
    expect([r["build"][:2] for r in shown["rows"]] == ["01", "02", "02"] and not shown["changes"], shown)
    text = run("history", "read/theirs/reg/u32", "--dir", Path(tmp, "runs")).stdout
    expect(text.count("<- another build of the module, 020202020202") == 1, text)
    expect("another build of the module" not in run("history", CELL, "--dir", Path(tmp, "runs")).stdout, "it is no cell of theirs")
    run("report", "--dir", Path(tmp, "runs"), "--out", Path(tmp, "r.html"))
    page = Path(tmp, "r.html").read_text()
    expect("<dt>module theirs<dd>./mine.so, build 020202020202" in page and page.count("build 0202020<") == 1, page[-3000:])
    out = json.loads(run("export", "--to", "gbench", a).stdout)
    expect(out["context"]["modules"] == compared(a, b)["a"]["modules"], out["context"])
    for broken in ("x", [1], [{}], [{"name": 3, "build": "no digits", "abi": -1}], {"a": 1}):
        d = of("01", 4)
        d["context"]["modules"] = broken
        expect(run("compare", a, write(tmp, "broken.json", d)).returncode == 0, broken)


def compare_needs_a_common_cell(tmp):
    a = write(tmp, "a.json", document())
    b = write(tmp, "b.json", {"benchmarks": [row("x/y/z/1", 1.0)]})
    out = run("compare", a, b)
    expect(out.returncode == 4 and len(out.stderr.splitlines()) == 1 and not out.stdout, out)
    gate = write(tmp, "g.json", {"kind": "iopath-gate", "json_schema_version": 1, "cells": [{"name": CELL, "base_ns": 3}]})
    out = run("compare", a, gate)
    expect(out.returncode == 2 and "gate" in out.stderr, out)


def steps(tmp, speeds, **more):
    for day, speed in enumerate(speeds, 1):
        write(tmp, f"runs/m/{day:02}.json", document(ns=8 / speed, speed=speed, day=day, **more))
    return Path(tmp, "runs")


def history_marks_a_lasting_change(tmp):
    rng = random.Random(7)
    folder = steps(tmp, [2 * (0.9 if day > 14 else 1) * rng.gauss(1, 0.01) for day in range(1, 25)])
    write(folder, "other/01.json", document(ns=1.0, cpu="Another CPU"))
    shown, _ = history(folder)
    expect(len(shown["rows"]) == 25 and [r["cpu"] for r in shown["rows"]].count("Another CPU") == 1, shown)
    changes = {c["series"]: c for c in shown["changes"]}
    expect(set(changes) == {"speed", "time / reference"} and len(shown["changes"]) == 2, shown["changes"])
    expect(changes["speed"]["time"] == "2026-03-15T12:00:00Z" and abs(changes["speed"]["ratio"] - 0.9) < 0.02, changes)
    text = run("history", CELL, "--dir", folder).stdout
    marked = [line for line in text.splitlines() if "<- " in line and line.startswith("2026")]
    expect(len(marked) == 1 and marked[0].startswith("2026-03-15") and "speed -" in marked[0], text)
    steady = steps(Path(tmp, "steady"), [2 * rng.gauss(1, 0.01) for _ in range(24)])
    expect(history(steady)[0]["changes"] == [], "nothing changed")
    out = run("history", "no/such/cell/1", "--dir", folder)
    expect(out.returncode == 4 and len(out.stderr.splitlines()) == 1, out)


def counts_change_exactly(tmp):
    for day, count in enumerate((12.0, 12.0, 13.0, None, 13.0), 1):
        d = document(day=day)
        if count:
            d["benchmarks"][2].update(instructions=count, accesses=8)
        write(tmp, f"runs/{day}.json", d)
    shown, _ = history(Path(tmp, "runs"))
    (change,) = shown["changes"]
    expect((change["series"], change["before"], change["after"], change["time"]) ==
           ("instructions", 12, 13, "2026-03-03T12:00:00Z"), change)


main(globals())
