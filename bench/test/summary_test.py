#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`iopath bench --summary` prints what the stored result says. Run as: summary_test.py IOPATH."""
import json
import math
import re
import subprocess
import sys
import tempfile


def main():
    with tempfile.TemporaryDirectory() as tmp:
        out = subprocess.run([sys.argv[1], "bench", "--summary", "--filter", "^toio/mmio/(strict|glibc)/(33|64)$", "--launches", "2",
                              "--rounds", "20", "--out", f"{tmp}/r.json"], capture_output=True, text=True, timeout=600)
        with open(f"{tmp}/r.json", encoding="utf-8") as file:
            time = {row["name"]: row["real_time_min"] for row in json.load(file)["benchmarks"]}
    ratios = [time[f"toio/mmio/glibc/{n}"] / time[f"toio/mmio/strict/{n}"] for n in (33, 64)]
    expected = math.exp(sum(map(math.log, ratios)) / 2)
    line = next(line for line in out.stdout.splitlines() if re.match(r"toio +strict +glibc ", line))
    printed = line.split()[3:]
    assert out.returncode == 0, out
    assert printed[0] == "-" and abs(float(printed[1]) - expected) <= (0.006 if expected < 9.99 else 0.06) and set(printed[2:]) == {"-"}, (line, expected)
    goal = out.stdout.splitlines()[out.stdout.splitlines().index(line) + 1]
    assert goal.split() == ["goal", "ok" if expected >= 0.8 else "NOT", "0.80"], goal
    assert f"{int(expected >= 0.8)} of 1 goals reached" in out.stdout, out.stdout


main()
