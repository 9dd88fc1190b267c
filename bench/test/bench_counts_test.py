#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `iopath bench` stores beside times, of modules whose difference is known. Run as: bench_counts_test.py IOPATH FOLDER CASE."""
import itertools
import json
import math
import os
import re
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
    out = subprocess.run([IOPATH, "bench", "--module", module, "--alone", "--rounds", "5", "--launches", "2", "--out", tmp / "r.json",
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


def device_accesses_are_exact(tmp):
    """Of cells whose accesses follow from what they are; of memory beside the device none; of a module that asks for no memory none."""
    cells = {
        "read/mmio/raw/u32": {"r4": 1},
        "update/mmio/infallible/u16": {"r2": 1, "w2": 1, "w_lines": 1},
        "write/mmio/revocable/u8": {"w1": 1, "w_lines": 1},
        "poll/mmio/deadline/u32": {"r4": 1},
        "order/sysmem/raw/u32": {"w4": 2, "w_lines": 2},
        "toio/mmio/bytes/64/align=1": {"w1": 64, "w_lines": 2},
        "fromio/mmio/kernel-x86/64": {"r4": 16},
        "toio/mmio/strict-portable/64/cold": {"w8": 8, "w_lines": 1},
        "toio/mmio/strict-portable/64/latency": {"r8": 4, "w8": 4, "w_lines": 0.5},
        "move/mmio/bytes/64": {"r1": 64, "w1": 64, "w_lines": 1},
        "limit/none/store-8/1024": {"w8": 128, "w_lines": 16},
        "limit/none/copy-16/1024": {"w16": 64, "w_lines": 16},
        "read/config/transport/u8": {"r1": 1},
        "read/config/sim-project/u32": {"r4": 1},
        "write/config/sim-fallible/u16": {"w2": 1},
        "update/config/sim/u32": {"r4": 1, "w4": 1},
        "control/none/empty/0": None,
        "make/vmap/memfd/4096": None,
    }
    out = subprocess.run([IOPATH, "bench", "--filter", f"^({'|'.join(cells)}|toio/mmio/bytes/1-64/pattern=uniform)$", "--launches", "1", "--out", tmp / "r.json"], capture_output=True, text=True, timeout=600, cwd=tmp, check=True)
    document = json.loads((tmp / "r.json").read_text())
    rows = {row["name"]: row for row in document["benchmarks"]}
    if "device accesses" in document["context"].get("uncounted", ""):
        print("skipped: device accesses cannot be counted here")
        sys.exit(SKIP)
    for name, counts in cells.items():
        expect(name not in rows or rows[name].get("device_accesses") == counts, name, rows.get(name), out.stderr)
    varied = rows["toio/mmio/bytes/1-64/pattern=uniform"].get("device_accesses", {})
    expect(25 < varied.get("w1", 0) < 40 and "w8" not in varied, "the mean of sizes 1 to 64", varied)
    expect(sum(name in rows and counts is not None for name, counts in cells.items()) >= 6, rows.keys())
    # The list has the same, if it is asked to run the cells.
    def listed(*more):
        return subprocess.run([IOPATH, "list", "--filter", f"^({'|'.join(list(cells)[:8])})$", *more], capture_output=True, text=True,
                              timeout=600, check=True).stdout
    found = {cell["name"]: cell.get("device_accesses") for cell in json.loads(listed("--accesses", "--json", "-"))}
    expect(len(found) >= 6 and all(found[name] == cells[name] for name in found), found)
    expect(re.search(r"read/mmio/raw/u32 +mmio +raw +4 +1 r4  ", listed("--accesses")), listed("--accesses"))
    expect("device" not in listed().partition("\n")[0] and "w_lines" not in listed("--json", "-"), "nobody asked")
    _, rows = bench(tmp, BASE)
    expect(all("device_accesses" not in row for row in rows.values()), rows)


def coverage(n):
    """Over all ways in which n old and n new values can lie among each other: the widest k whose pair of order statistics still holds
    the new median with 95 %, and how often it does. Of an even number the harder of the two in the middle counts, on each side."""
    below = [0] * (n // 2 + 1)
    ways = 0
    for old in itertools.combinations(range(2 * n), n):
        ways += 1
        new = [i for i in range(2 * n) if i not in old]
        for k in range(len(below)):
            below[k] += k < n and new[(n - 1) // 2] < old[k]
    best = max([k for k in range(max(n // 2, 1)) if 1 - 2 * below[k] / ways >= 0.95], default=0)
    return best, 1 - 2 * below[best] / ways


def launches_are_processes(tmp):
    for launches in (1, 2, 6, 9, 10):
        _, rows = bench(tmp, BASE, "--no-counts", "--launches", str(launches))
        for row in rows.values():
            values = sorted(row["launches"])
            expect(len(values) == launches and row["samples_ns"] == row["launches"], row)
            expect(math.isclose(row["real_time"], statistics.median(values), rel_tol=1e-6), row)
            if launches == 1:
                expect("interval" not in row, row)
                continue
            k, probability = coverage(launches)
            expect([values[k], values[-1 - k]] == row["interval"], k, row)
            expect(math.isclose(row["interval_coverage"], probability, abs_tol=1e-9), probability, row)
            expect(launches < 9 or probability >= 0.95, probability)


def a_narrow_cell_is_settled_and_a_wide_one_gets_more(tmp):
    out = subprocess.run([IOPATH, "bench", "--module", BASE, "--alone", "--no-counts", "--budget", "3s", "--out", tmp / "r.json"], capture_output=True,
                         text=True, timeout=600, cwd=tmp)
    expect(out.returncode == 0, out)
    for row in json.loads((tmp / "r.json").read_text())["benchmarks"]:
        n, (low, high) = len(row["launches"]), row["interval"]
        expect(9 <= n <= 99, row)
        # Whatever this machine is like: none stops after nine with a wide interval, while others went on.
        expect(n > 9 or high - low <= 0.02 * (high + low), row)


def an_interrupt_keeps_the_launches(tmp):
    process = subprocess.Popen([IOPATH, "bench", "--module", BASE, "--alone", "--launches", "99", "--rounds", "100", "--no-counts", "--out", tmp / "r.json"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp)
    # One after the other, and the first three only look: when the sixth is there, two have said what they measured.
    launches, children = set(), Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and len(launches) < 6:
        launches.update(children.read_text().split())
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=600)
    expect(process.returncode == 130, out)
    document = json.loads((tmp / "r.json").read_text())
    expect(document["context"]["partial"] and 2 <= len(document["benchmarks"][0]["launches"]) < 99, document["benchmarks"][0])


def a_cell_that_kills_its_process_is_named(tmp):
    out = subprocess.run([IOPATH, "bench", "--module", CRASH, "--alone", "--launches", "2", "--rounds", "3", "--no-counts", "--out", tmp / "r.json"],
                         capture_output=True, text=True, timeout=600, cwd=tmp)
    expect(out.returncode == 2 and out.stderr.startswith("iopath: bench: ") and "killed by signal" in out.stderr, out)
    rows = {row["name"]: row for row in json.loads((tmp / "r.json").read_text())["benchmarks"]}
    lost = [name for name, row in rows.items() if row.get("error_occurred")]
    expect(lost and all("killed by signal" in rows[name]["error_message"] for name in lost), rows)
    expect(all(len(row["launches"]) == 2 for name, row in rows.items() if name not in lost) and len(lost) < len(rows), rows)


def runs_are_compared(tmp):
    out = subprocess.run([IOPATH, "bench", "--module", BASE, "--alone", "--launches", "2", "--rounds", "3", "--no-counts", "--repeatability", "2"],
                         capture_output=True, text=True, timeout=600, cwd=tmp)
    expect(out.returncode == 0 and "run 2: " in out.stdout and "ns/op " in out.stdout and not (tmp / "results").exists(), out)


with tempfile.TemporaryDirectory() as folder:
    # Nothing may be left in there either.
    os.environ["TMPDIR"] = f"{folder}/tmp"
    os.mkdir(os.environ["TMPDIR"])
    globals()[sys.argv[3].replace("-", "_")](Path(folder))
    expect(not os.listdir(os.environ["TMPDIR"]), os.listdir(os.environ["TMPDIR"]))
