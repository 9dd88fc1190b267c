#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`iopath bench --summary` prints what the stored result says. Run as: summary_test.py IOPATH."""
import json
import math
import re
import statistics
import subprocess
import sys
import tempfile

PATTERNS = ["16", "64", "alternate", "cycle", "runs", "mix", "uniform", "places", "spec2017", "imix", "mean"]
SIZES = ["1024", "4096", "16384", "65536", "262144", "1048576", "16777216"]
CELLS = "^(toio/mmio/(strict|glibc|kernel-generic)/(64|8-64/pattern=mix|1024|4096)|limit/none/(copy-(4|8)|store-(4|8))/(1024|4096))$"


def near(printed, expected):
    """Printed with two or three digits."""
    printed = printed.lstrip("~")
    return abs(float(printed) - expected) <= 0.51 * 10 ** -len(printed.partition(".")[2])


def main():
    with tempfile.TemporaryDirectory() as tmp:
        out = subprocess.run([sys.argv[1], "bench", "--summary", "--filter", CELLS, "--launches", "2", "--rounds", "20", "--no-counts",
                              "--out", f"{tmp}/r.json"], capture_output=True, text=True, timeout=600)
        assert out.returncode == 0, out
        with open(f"{tmp}/r.json", encoding="utf-8") as file:
            row = {row["name"]: row for row in json.load(file)["benchmarks"]}
    lines = out.stdout.splitlines()

    def line(pattern):
        found = [index for index, text in enumerate(lines) if re.match(pattern, text)]
        assert len(found) == 1, (pattern, out.stdout)
        return lines[found[0]], lines[found[0] + 1].split()

    # Through the baseline, which both ran beside, launch by launch.
    text, goal = line(r"toio +strict +kernel-generic ")
    ratio = {}
    for pattern, name in (("64", "64"), ("mix", "8-64/pattern=mix")):
        ours, theirs = (row[f"toio/mmio/{routine}/{name}"]["speeds"] for routine in ("strict", "kernel-generic"))
        ratio[pattern] = statistics.median(a / b for a, b in zip(ours, theirs))
    ratio["mean"] = math.sqrt(ratio["64"] * ratio["mix"])
    printed = dict(zip(PATTERNS, text.split()[3:]))
    for pattern in PATTERNS:
        assert near(printed[pattern], ratio[pattern]) if pattern in ratio else printed[pattern] == "-", (pattern, text, ratio)
    wanted = {"64": 1.25, "mix": 1.25, "mean": 1.7}
    verdicts = [word for name, least in wanted.items() for word in ("ok" if ratio[name] >= least else "NOT", f"{least:.2f}")]
    assert goal == ["goal", *verdicts], (goal, verdicts)

    # With the baseline itself: what the run found for the cell.
    text, _ = line(r"toio +strict +glibc ")
    assert near(text.split()[4], statistics.median(row["toio/mmio/strict/64"]["speeds"])), text

    width = 8 if "limit/none/copy-8/4096" in row else 4
    text, goal = line(r"toio +strict +copy, to 8 B ")
    printed = dict(zip(SIZES, re.findall(r"(?:[0-9]+ %|-)", text.split("8 B")[1])))
    for size in SIZES:
        if size not in ("1024", "4096"):
            assert printed[size] == "-", (size, text)
            continue
        least, ours = (row[name]["samples_ns"] for name in (f"limit/none/copy-{width}/{size}", f"toio/mmio/strict/{size}"))
        share = statistics.median(a / b for a, b in zip(least, ours))
        assert abs(float(printed[size].split()[0]) / 100 - share) <= 0.0051, (size, text, share)
        assert f"{'ok' if share >= 0.95 else 'NOT'} 95 %" in " ".join(goal), (goal, share)

    # Words of their own, in the lines of goals only: a warning of a busy machine says that a loop "took" so long.
    verdicts = [verdict for text in lines if text.split()[:1] == ["goal"] for verdict in re.findall(r"\b(ok|NOT) ", text)]
    judged, reached = len(verdicts), verdicts.count("ok")
    assert judged >= 5 and f"{reached} of {judged} goals reached" in out.stdout, out.stdout


main()
