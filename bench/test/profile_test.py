#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Predictions from a profile whose costs are known, and what `iopath calibrate` refuses. Run as: profile_test.py IOPATH CASE."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH = sys.argv[1]
PROFILE = {"kind": "iopath profile", "version": 1, "name": "made-up", "function": "0000:00:00.0", "bar": 0, "offset": 0, "size": 8,
           "mapping": "uncached", "cpu": "none", "source": "a test", "device_ns": {"r1": 900, "r8": 1000, "w1": 7, "w4": 10, "w8": 100},
           "cached_ns": {"r1": 1, "r8": 1, "w1": 1, "w4": 1, "w8": 1}}
WC = {**PROFILE, "mapping": "write-combining", "line_ns": 30, "cached_line_ns": 2, "flush_ns": 500}


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def run(*args, code=0, **env):
    out = subprocess.run([IOPATH, *args], capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **env})
    expect(out.returncode == code, code, out)
    return out


def stored(tmp, profile):
    path = tmp / "profile.json"
    path.write_text(profile if isinstance(profile, str) else json.dumps(profile))
    return path


def model(tmp, profile, *call):
    """The prediction of one call, as JSON; its text says the same."""
    path = stored(tmp, profile)
    rows = [json.loads(line) for line in run("trace", *call, "--profile", path, "--json", "-").stdout.splitlines()]
    return [row["model"]["accesses_ns"] for row in rows if "model" in row]


def accesses_are_added_up(tmp):
    expect(model(tmp, PROFILE, "toio", "--routine", "strict", "--size", "64") == [800], "8 w8")
    expect(model(tmp, PROFILE, "fromio", "--routine", "strict", "--size", "9") == [1900], "r8 and r1")
    # A width that was not measured is two of half of it: w2 is two w1.
    expect(model(tmp, PROFILE, "toio", "--routine", "strict", "--size", "7") == [10 + 2 * 7 + 7], "w4, w2 and w1")
    expect(model(tmp, PROFILE, "move", "--routine", "strict", "--size", "8") == [1000, 100], "a side each")
    # Half of r1 is nothing, and without it a byte has no cost.
    bare = {**PROFILE, "device_ns": {"r8": 1000}}
    expect(model(tmp, bare, "fromio", "--routine", "strict", "--size", "1") == [None], "no cost, no prediction")
    text = run("trace", "toio", "--routine", "strict", "--size", "64", "--profile", stored(tmp, PROFILE)).stdout
    expect("model, on made-up (uncached), accesses alone: 8 w8: 800 ns" in text, text)


def lines_count_where_writes_combine(tmp):
    expect(model(tmp, WC, "toio", "--routine", "strict", "--size", "128") == [60], "two lines")
    expect(model(tmp, WC, "toio", "--routine", "strict", "--size", "64", "--align", "8") == [60], "parts of two lines")
    expect(model(tmp, WC, "fromio", "--routine", "strict", "--size", "64") == [8000], "reads do not combine")


def check_predicts_sizes(tmp):
    out = run("check", "strict", "--op", "toio", "--profile", stored(tmp, PROFILE)).stdout
    for line in ("8 bytes  1 w8: 100 ns", "4096 bytes  512 w8: 51200 ns"):
        expect(line in out, line, out)


def bench_predicts_cells(tmp):
    out = run("bench", "--filter", "^((toio|fromio)/mmio/strict/64|control/none/empty/0|read/config/sim/u32)$", "--rounds", "5", "--launches", "1", "--profile",
              stored(tmp, PROFILE), "--out", tmp / "run.json").stdout
    rows = {row["name"]: row for row in json.loads((tmp / "run.json").read_text())["benchmarks"]}
    expect("model, ns" in out and "profile made-up" in out, out)
    for name, extra in (("toio/mmio/strict/64", 8 * 99), ("fromio/mmio/strict/64", 8 * 999)):
        row = rows[name]
        expect(row["model"]["profile"] == "made-up" and abs(row["model"]["ns"] - row["real_time"] - extra) < 1e-3, row)
    expect("model" not in rows["control/none/empty/0"], rows)
    # Config space is not behind that BAR, whatever is counted of it.
    expect("model" not in rows["read/config/sim/u32"], rows)
    page = run("report", "--dir", tmp, "--profile", tmp / "profile.json", "--out", tmp / "page.html", "--baselines", tmp / "none")
    text = (tmp / "page.html").read_text()
    expect("ns on made-up (uncached), model" in text and "<code>toio/mmio/strict/64</code><td>8 w8<td>" in text, page, text[-2000:])
    run("report", "--dir", tmp, "--out", tmp / "page.html", "--baselines", tmp / "none")
    expect("made-up" not in (tmp / "page.html").read_text(), "only where it is asked for")


def profiles_are_found_by_name(tmp):
    folder = tmp / "data/iopath/profiles"
    folder.mkdir(parents=True)
    (folder / "known.json").write_text(json.dumps(PROFILE))
    call = ("trace", "toio", "--routine", "strict", "--size", "8", "--profile")
    expect("made-up" in run(*call, "known", XDG_DATA_HOME=str(tmp / "data")).stdout, "by its name")
    out = run(*call, "unknown", code=2, XDG_DATA_HOME=str(tmp / "data"))
    expect("iopath: trace: no profile unknown" in out.stderr and "calibrate" in out.stderr and not out.stdout, out)


def other_files_are_refused(tmp):
    call = ("trace", "toio", "--routine", "strict", "--size", "8", "--profile")
    for wrong in ("", "[]", "{}", {**PROFILE, "kind": "run"}, {**PROFILE, "version": 2}, {**PROFILE, "mapping": "other"},
                  {**PROFILE, "device_ns": {"w8": -1}}, {**PROFILE, "device_ns": {"w8": "100"}}, {**PROFILE, "device_ns": []},
                  {**WC, "line_ns": 1e30}):
        out = run(*call, stored(tmp, wrong), code=2)
        expect(out.stderr.startswith("iopath: trace: cannot") and not out.stdout, wrong, out)


def what_may_be_touched_must_be_said(tmp):
    device = ("calibrate", "--device", "0000:00:04.0", "--sysfs", tmp)
    for args, why in (((), "no register was named"), (("--offset", "0x10"), "no BAR was chosen"),
                      (("--bar", "0", "--offset", "0x10", "--allow-write"), "an offset, a size and the consent"),
                      (("--bar", "0", "--offset", "0x10", "--size", "64", "--check"), "an offset, a size and the consent"),
                      (("--bar", "0", "--offset", "0x12", "--widths", "4"), "multiples of 4"),
                      (("--bar", "0", "--offset", "0x10", "--widths", "3"), "--widths takes"),
                      (("--bar", "0", "--offset", "0x10", "--name", "../x"), "not a name"),
                      (("--bar", "0", "--offset", "0x10"), "no such PCI function")):
        out = run(*device, *args, code=2)
        expect(why in out.stderr and out.stderr.startswith("iopath: calibrate: ") and not out.stdout, args, out)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder_of_case:
        globals()[sys.argv[2].replace("-", "_")](Path(folder_of_case))
