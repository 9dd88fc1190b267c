#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `iopath bench` stores beside times, of modules whose difference is known. Run as: bench_counts_test.py IOPATH FOLDER CASE."""
import json
import math
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IOPATH, FOLDER = sys.argv[1], Path(sys.argv[2])
BASE, SLOW, CRASH = (FOLDER / f"gate-{name}.so" for name in ("base", "slow", "crash"))
STEADY, VARIED, COUNTED, SINGLE, HUGE = (f"read/mmio/{name}/u32" for name in ("steady", "varied", "counted", "single", "huge"))
SKIP = 77


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def bench(tmp, module, *args, **kwargs):
    out = subprocess.run([IOPATH, "bench", "--module", module, "--benchmark_min_time=0.001", "--repetitions", "2", "--out", tmp / "r.json",
                          *args], capture_output=True, text=True, timeout=600, cwd=tmp, **kwargs)
    expect(out.returncode == 0, out)
    document = json.loads((tmp / "r.json").read_text())
    return document["context"], {row["name"]: row for row in document["benchmarks"]}


def the_code_is_identified(tmp):
    _, first = bench(tmp, BASE, "--no-counts")
    _, again = bench(tmp, BASE, "--no-counts")
    _, slow = bench(tmp, SLOW, "--no-counts")
    if "code_hash" not in first[STEADY]:
        print("skipped: code cannot be identified here")
        sys.exit(SKIP)
    expect(all(len(row["code_hash"]) == 32 for row in first.values()), first)
    expect(all(row["code_hash"] == again[name]["code_hash"] for name, row in first.items()), "another process, another hash")
    expect({name for name in first if first[name]["code_hash"] != slow[name]["code_hash"]} ==
           {VARIED, COUNTED, SINGLE, HUGE}, first, slow)


def counts_are_exact(tmp):
    if not shutil.which("valgrind"):
        print("skipped: no valgrind")
        sys.exit(SKIP)
    context, base = bench(tmp, BASE)
    _, again = bench(tmp, BASE)
    _, slow = bench(tmp, SLOW)
    expect("uncounted" not in context, context)
    expect([name for name, row in base.items() if "instructions" not in row] == [HUGE], base)
    for name, row in base.items():
        expect(all(row.get(key) == again[name].get(key) for key in ("instructions", "accesses")), name)
    expect(slow[COUNTED]["instructions"] == base[COUNTED]["instructions"] + 2, base[COUNTED], slow[COUNTED])
    expect(slow[COUNTED]["accesses"] == base[COUNTED]["accesses"] == 1, base[COUNTED], slow[COUNTED])
    expect(slow[VARIED]["accesses"] == base[VARIED]["accesses"] + 1, base[VARIED], slow[VARIED])
    expect(slow[STEADY]["instructions"] == base[STEADY]["instructions"])


def what_cannot_be_counted_is_said(tmp):
    (tmp / "bin").mkdir()
    _, counted = bench(tmp, BASE)
    context, rows = bench(tmp, BASE, env={**os.environ, "PATH": str(tmp / "bin")})
    expect("valgrind" in context["uncounted"] and rows[STEADY]["real_time"] > 0, context, rows)
    expect("instructions" not in rows[HUGE], rows)
    if "accesses" in rows[STEADY]:
        both = [row for name, row in counted.items() if "instructions" in row]
        expect(all(row["instructions"] == rows[row["name"]]["instructions"] for row in both), "single steps count otherwise", counted, rows)
    context, rows = bench(tmp, BASE, "--no-counts")
    expect("instructions" not in rows[STEADY] and "accesses" not in rows[STEADY] and "uncounted" not in context, rows)


def the_cpus_clock_is_recorded(tmp):
    context, rows = bench(tmp, BASE, "--no-counts", "--clock", "cpu")
    expect(context["clock"] == "cpu" and all(row["real_time"] == row["cpu_time"] for row in rows.values()), context, rows)
    shutil.copy(tmp / "r.json", tmp / "cpu.json")
    context, rows = bench(tmp, BASE, "--no-counts")
    expect(context["clock"] == "wall" and any(row["real_time"] != row["cpu_time"] for row in rows.values()), context, rows)
    out = subprocess.run([IOPATH, "compare", tmp / "cpu.json", tmp / "r.json"], capture_output=True, text=True, timeout=600)
    expect(out.returncode == 0 and "A has CPU times, the other wall-clock times" in out.stdout, out)


def launches_are_processes(tmp):
    for launches, coverage in ((1, None), (2, 0.5), (6, 1 - 2 / 64), (7, 1 - 2 / 128), (12, None)):
        _, rows = bench(tmp, BASE, "--no-counts", "--launches", str(launches))
        for row in rows.values():
            values = sorted(row["launches"])
            expect(len(values) == launches and len(row["samples_ns"]) == 2 * launches, row)
            medians = [statistics.median(row["samples_ns"][i:i + 2]) for i in range(0, 2 * launches, 2)]
            expect(all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(row["launches"], medians)), row)
            if launches == 1:
                expect("interval" not in row, row)
            elif launches == 12:
                # The third smallest and the third largest: fewer than three of twelve throws are heads with 1.93 %.
                expect([values[2], values[9]] == row["interval"], row)
                tail = sum(math.comb(12, k) for k in range(3)) / 2**12
                expect(math.isclose(row["interval_coverage"], 1 - 2 * tail, rel_tol=1e-6), row)
            else:
                expect([values[0], values[-1]] == row["interval"] and math.isclose(row["interval_coverage"], coverage, rel_tol=1e-6), row)


def an_interrupt_keeps_the_launches(tmp):
    process = subprocess.Popen([IOPATH, "bench", "--module", BASE, "--launches", "99", "--repetitions", "3", "--benchmark_min_time=0.02",
                                "--no-counts", "--out", tmp / "r.json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp)
    # One after the other: when the third is there, two have left their results.
    launches, children = set(), Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and len(launches) < 3:
        launches.update(children.read_text().split())
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=600)
    expect(process.returncode == 130, out)
    document = json.loads((tmp / "r.json").read_text())
    expect(document["context"]["partial"] and 2 <= len(document["benchmarks"][0]["launches"]) < 99, document["benchmarks"][0])


def a_process_that_dies_is_an_error(tmp):
    out = subprocess.run([IOPATH, "bench", "--module", CRASH, "--launches", "2", "--out", tmp / "r.json"], capture_output=True, text=True,
                         timeout=600, cwd=tmp)
    expect(out.returncode == 2 and out.stderr.startswith("iopath: bench: ") and not (tmp / "r.json").exists(), out)
    for args in (["--launches", "0"], ["--launches", "100"], ["--launches", "x"], ["--clock", "sun"]):
        out = subprocess.run([IOPATH, "bench", "--module", BASE, *args], capture_output=True, text=True, timeout=600, cwd=tmp)
        expect(out.returncode == 2 and args[0] in out.stderr, out)


with tempfile.TemporaryDirectory() as folder:
    # Nothing may be left in there either.
    os.environ["TMPDIR"] = f"{folder}/tmp"
    os.mkdir(os.environ["TMPDIR"])
    globals()[sys.argv[3].replace("-", "_")](Path(folder))
    expect(not os.listdir(os.environ["TMPDIR"]), os.listdir(os.environ["TMPDIR"]))
