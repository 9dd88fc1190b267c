#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Google Benchmark's compare.py on two modules of cells, run after run: how many cells its U test calls different, and by how much.

usage: against_compare.py IOPATH BASE.so CANDIDATE.so FILTER [RUNS]

For base and candidate the same, everything it calls different is a false alarm; for a slow candidate, what it does not call slower is
a miss. Debian: libbenchmark-tools, python3-scipy (run with /usr/bin/python3)."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

COMPARE = "/usr/share/benchmark/compare.py"
LEVEL, NOTICED = 0.05, 0.02  # compare.py's own level; a slowdown that somebody would look at


def measure(iopath, module, expression, path):
    """One process for all repetitions of a side, as compare.py itself would run it; one row for each repetition."""
    subprocess.run([iopath, "bench", "--module", module, "--filter", expression, "--repetitions", "10", "--out", path], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    data = json.loads(path.read_text())
    rows = [{"name": b["name"], "run_name": b["name"], "run_type": "iteration", "repetitions": len(b["samples_ns"]),
             "repetition_index": i, "threads": 1, "iterations": b["iterations"], "real_time": ns, "cpu_time": ns, "time_unit": "ns"}
            for b in data["benchmarks"] for i, ns in enumerate(b["samples_ns"])]
    path.write_text(json.dumps({"context": {}, "benchmarks": rows}))


def main():
    iopath, base, candidate, expression = sys.argv[1:5]
    cells = different = slower = red = 0
    runs = int(sys.argv[5]) if len(sys.argv) > 5 else 5
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for _ in range(runs):
            measure(iopath, base, expression, folder / "a.json")
            measure(iopath, candidate, expression, folder / "b.json")
            subprocess.run(["/usr/bin/python3", COMPARE, "-d", folder / "out.json", "benchmarks", folder / "a.json",
                            folder / "b.json"], check=True, stdout=subprocess.DEVNULL)
            before = different
            for row in json.loads((folder / "out.json").read_text()):
                test = row.get("utest") or {}
                if "time_pvalue" not in test or row["name"].startswith("OVERALL"):
                    continue
                ratios = sorted(m["time"] for m in row["measurements"])
                cells += 1
                if test["time_pvalue"] < LEVEL:
                    different += 1
                    slower += ratios[len(ratios) // 2] > NOTICED
            red += different > before
    print(f"compare.py: {cells} cells in {runs} runs; {different} different at p < {LEVEL} ({100 * different / cells:.1f} %), "
          f"{slower} of them slower by more than {100 * NOTICED:.0f} % ({100 * slower / cells:.1f} %); {red} of {runs} runs with one")


if __name__ == "__main__":
    main()
