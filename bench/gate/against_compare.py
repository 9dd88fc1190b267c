#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Google Benchmark's compare.py on two modules of cells: how many cells its U test calls different, and by how much.

usage: against_compare.py IOPATH BASE.so CANDIDATE.so FILTER [RUNS]
       against_compare.py --names SLOW IOPATH BASE.so CANDIDATE.so < NAMES    one run as JSON ('iopath aa' and 'selftest --compare-py')
       against_compare.py --check                                            exit 1, and why, if it cannot run here

For base and candidate the same, everything it calls different is a false alarm; for a slow candidate, what it does not call slower is
a miss. SLOW, a share, lengthens the candidate's times as that many more operations in each batch do. The environment's COMPARE_PY
names another compare.py. Debian: libbenchmark-tools, python3-scipy (run with /usr/bin/python3)."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMPARE = os.environ.get("COMPARE_PY", "/usr/share/benchmark/compare.py")
LEVEL, NOTICED = 0.05, 0.02  # compare.py's own level; a slowdown that somebody would look at


def measure(iopath, module, expression, path, slow=0.0, names=None):
    """One process for all repetitions of a side, as compare.py itself would run it; one row for each repetition."""
    subprocess.run([iopath, "bench", "--module", module, "--filter", expression, "--repetitions", "10", "--no-counts", "--out",
                    path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    data = json.loads(path.read_text())
    rows = [{"name": b["name"], "run_name": b["name"], "run_type": "iteration", "repetitions": len(b["samples_ns"]),
             "repetition_index": i, "threads": 1, "iterations": b["iterations"], "real_time": ns * (1 + slow),
             "cpu_time": ns * (1 + slow), "time_unit": "ns"}
            for b in data["benchmarks"] if names is None or b["name"] in names for i, ns in enumerate(b.get("samples_ns", []))]
    path.write_text(json.dumps({"context": {}, "benchmarks": rows}))


def compare(iopath, base, candidate, expression, slow=0.0, names=None):
    """The names of the cells that it judged, that it calls different, and that it calls slower by what is noticed, or at all."""
    judged, different, slower, noticed = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        measure(iopath, base, expression, folder / "a.json", 0, names)
        measure(iopath, candidate, expression, folder / "b.json", slow, names)
        subprocess.run(["/usr/bin/python3", COMPARE, "-d", folder / "out.json", "benchmarks", folder / "a.json", folder / "b.json"],
                       check=True, stdout=subprocess.DEVNULL)
        for row in json.loads((folder / "out.json").read_text()):
            test = row.get("utest") or {}
            if "time_pvalue" not in test or row["name"].startswith("OVERALL"):
                continue
            ratios = sorted(m["time"] for m in row["measurements"])
            judged.append(row["name"])
            if test["time_pvalue"] < LEVEL:
                different.append(row["name"])
                if ratios[len(ratios) // 2] > 0:
                    slower.append(row["name"])
                if ratios[len(ratios) // 2] > NOTICED:
                    noticed.append(row["name"])
    return judged, different, slower, noticed


def lacking():
    if not Path(COMPARE).exists():
        return f"there is no {COMPARE}"
    if subprocess.run(["/usr/bin/python3", "-c", "import scipy"], capture_output=True).returncode:
        return "/usr/bin/python3 has no scipy"
    return ""


def one_run(slow, iopath, base, candidate):
    names = set(sys.stdin.read().split())
    began = time.monotonic()
    expression = "^(" + "|".join(sorted(re.sub(r"([.+*?()|{}\[\]^$\\])", r"\\\1", name) for name in names)) + ")$"
    judged, different, slower, noticed = compare(iopath, base, candidate, expression, float(slow), names)
    json.dump({"cells": len(judged), "different": different, "slower": slower, "slower_by_2_percent": noticed,
               "not_slower": sorted(set(judged) - set(slower)), "seconds": time.monotonic() - began}, sys.stdout)


def main(iopath, base, candidate, expression, runs="5"):
    cells = different = slower = red = 0
    for _ in range(int(runs)):
        found = [len(names) for names in compare(iopath, base, candidate, expression)]
        cells, different, slower, red = cells + found[0], different + found[1], slower + found[3], red + (found[1] > 0)
    print(f"compare.py: {cells} cells in {runs} runs; {different} different at p < {LEVEL} ({100 * different / cells:.1f} %), "
          f"{slower} of them slower by more than {100 * NOTICED:.0f} % ({100 * slower / cells:.1f} %); {red} of {runs} runs with one")


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["--check"]:
            print(lacking(), end="")
            sys.exit(lacking() != "")
        elif sys.argv[1:2] == ["--names"]:
            one_run(*sys.argv[2:])
        else:
            main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
