#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stored runs from and for other programs. Run as: stored_exchange_test.py IOPATH CASE."""
import csv
import io
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

from stored_runs import BASELINE, CELL, IOPATH, REFERENCE, compared, document, expect, history, main, row, run, write


def exported_gbench_is_read_by_compare_py(tmp):
    tool = "/usr/share/benchmark/compare.py"
    if not os.path.exists(tool) or subprocess.run(["/usr/bin/python3", "-c", "import scipy"], capture_output=True).returncode:
        print("skipped: compare.py (libbenchmark-tools) or python3-scipy is not installed")
        sys.exit(77)
    for name, ns in (("a", 4.0), ("b", 5.0)):
        d = document(ns=ns)
        d["benchmarks"].append({"name": "x/y/z/1", "error_occurred": True, "error_message": "broken", "time_unit": "ns"})
        source = write(tmp, f"{name}.json", d)
        out = run("export", "--to", "gbench", "--out", Path(tmp, f"{name}-out.json"), source)
        expect(out.returncode == 0 and not out.stdout, out)
    out = subprocess.run(["/usr/bin/python3", tool, "--no-color", "benchmarks", f"{tmp}/a-out.json", f"{tmp}/b-out.json"], capture_output=True, text=True)
    line = next((line for line in out.stdout.splitlines() if line.startswith(CELL)), "")
    expect(out.returncode == 0 and line.split()[1] == "+0.2500", out)


def bmf_and_gha_keep_their_schemas(tmp):
    d = document()
    d["benchmarks"][2].update(instructions=12.0, accesses=8)
    d["benchmarks"].append({"name": "x/y/z/1", "error_occurred": True, "error_message": "broken"})
    path = write(tmp, "a.json", d)
    bmf = json.loads(run("export", "--to", "bmf", path).stdout)
    expect(set(bmf) == {REFERENCE, BASELINE, CELL}, "a cell without a time is no measurement", bmf)
    for measures in bmf.values():
        for measure in measures.values():
            expect("value" in measure and set(measure) <= {"value", "lower_value", "upper_value"}, measure)
            expect(all(isinstance(v, (int, float)) for v in measure.values()), measure)
            expect(measure.get("lower_value", 0) <= measure["value"] <= measure.get("upper_value", math.inf), measure)
    expect(set(bmf[CELL]) == {"latency", "throughput", "instructions", "accesses"} and bmf[CELL]["latency"]["value"] == 4, bmf[CELL])
    gha = json.loads(run("export", "--to", "gha", path).stdout)
    expect(isinstance(gha, list) and [e["name"] for e in gha] == [REFERENCE, BASELINE, CELL], gha)
    for entry in gha:
        expect(set(entry) == {"name", "unit", "value", "range", "extra"} and isinstance(entry["value"], (int, float)), entry)
        expect(all(isinstance(entry[key], str) for key in ("name", "unit", "range", "extra")), entry)


def csv_is_quoted_and_inert(tmp):
    d = document(cpu='A "quoted", CPU')
    d["benchmarks"].append(row('=HYPERLINK("http://x","y")', 1.0))
    paths = [write(tmp, "a.json", d), write(tmp, "bad.json", "{"), write(tmp, "b.json", document(day=2))]
    out = run("export", "--to", "csv", *paths)
    expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and "bad.json" in out.stderr, out)
    rows = list(csv.DictReader(io.StringIO(out.stdout, newline="")))
    expect(len(rows) == 7 and all(None not in r and None not in r.values() for r in rows), rows)
    expect(rows[2]["cell"] == CELL and rows[2]["ns"] == "4" and rows[2]["cpu"] == 'A "quoted", CPU', rows[2])
    expect(rows[3]["cell"] == "'=HYPERLINK(\"http://x\",\"y\")", rows[3])
    out = run("export", "--to", "gbench", paths[0], paths[2])
    expect(out.returncode == 2 and not out.stdout, out)


def gbench_comes_back_as_it_went(tmp):
    d = document()
    d["benchmarks"][2].update(instructions=12.0, accesses=8, code_hash="ab" * 32, legal=False, measures="latency",
                              launches=[3.9, 4.0, 4.1], interval=[3.9, 4.1], interval_coverage=0.75, module="mine",
                              device_accesses={"r4": 1.0, "w8": 8.0, "w_lines": 2.0})
    d["benchmarks"][1].update(launches=[8.0], legal=True, tier="WIDE")
    d["benchmarks"].append({"name": "x/y/z/1", "error_occurred": True, "error_message": "broken", "time_unit": "ns"})
    first = write(tmp, "first.json", d)
    out = run("import", "gbench", first, cwd=tmp)
    (stored,) = Path(tmp, "results/runs").glob("*/*.json")
    expect(out.returncode == 0 and str(stored) in out.stdout and stored.parent.name == "x86_64-some-cpu", out)
    expect(stored.name.startswith("20260301T120000Z-imp"), stored)
    again = run("export", "--to", "gbench", stored).stdout
    expect(json.loads(again) == json.loads(run("export", "--to", "gbench", first).stdout) == json.loads(stored.read_text()), again)
    cells = {c["name"]: c for c in json.loads(again)["benchmarks"]}
    for original in d["benchmarks"]:
        for key, value in original.items():
            now = cells[original["name"]][key]
            expect(math.isclose(now, value, rel_tol=1e-9) if isinstance(value, float) else now == value, key, value, cells[original["name"]])
    # What nobody judged is not called legal.
    expect("legal" not in cells["x/y/z/1"], cells["x/y/z/1"])
    rows = list(csv.DictReader(io.StringIO(run("export", "--to", "csv", stored).stdout, newline="")))
    expect([r["legal"] for r in rows] == ["", "true", "false", ""], rows)
    expect(run("import", "gbench", first, cwd=tmp).returncode == 0 and len(list(stored.parent.iterdir())) == 1, "twice is once")
    other = write(tmp, "other.json", document(ns=4.5))
    expect(run("import", "gbench", other, cwd=tmp).returncode == 0 and len(list(stored.parent.iterdir())) == 2, "nothing is replaced")


def hyperfine_becomes_a_run(tmp):
    result = {"command": "iopath list", "mean": 0.021, "stddev": 0.001, "median": 0.02, "user": 0.01, "system": 0.005, "min": 0.019,
              "max": 0.024, "times": [0.019, 0.02, 0.024], "exit_codes": [0, 0, 0]}
    slow = {**result, "command": "iopath-list", "median": 0.04, "times": [0.039, 0.04, 0.041]}
    failed = {**result, "command": "../../x; rm -rf <b>\x1b[1m", "exit_codes": [3, 0, None], "times": [0.001, 0.03, 0.001]}
    path = write(tmp, "h.json", {"results": [result, slow, failed]})
    out = run("import", "hyperfine", path, "--commit", "abcdef0123456", "--relative", "--arch", "x86_64", "--cpu", "Some CPU", cwd=tmp)
    (stored,) = Path(tmp, "results/runs").glob("*/*.json")
    expect(out.returncode == 0 and stored.parent.name == "x86_64-some-cpu" and "failures in 1" in out.stdout, out)
    d = json.loads(stored.read_text())
    cells = d["benchmarks"]
    expect([c["name"] for c in cells] == ["command/process/iopath list/0", "command/process/iopath-list/0",
                                          "command/process/..%2F..%2Fx; rm -rf <b>%1B[1m/0"], [c["name"] for c in cells])
    expect(cells[0]["real_time"] == 2e7 and cells[0]["cpu_time"] == 1.5e7 and cells[0]["samples_ns"] == [1.9e7, 2e7, 2.4e7], cells[0])
    expect(cells[1]["speed_vs_baseline"] == 0.5 and cells[1]["baseline"] == cells[0]["name"], cells[1])
    expect(cells[2]["samples_ns"] == [3e7] and cells[2]["repetitions_failed"] == 2 and cells[2]["error_message"] == "exit code 3", cells[2])
    expect("2 of 3 repetitions failed: exit code 3" in run("compare", stored, stored).stdout, "the error is lost")
    expect(d["context"]["source"] == "hyperfine" and d["context"]["commit"] == "abcdef0123456", d["context"])
    for content in ("{", {"results": []}, {"benchmarks": []}, {"results": [{}]}, {"results": 3}, {"results": [3, "x", None]},
                    {"results": [result, result]}):
        out = run("import", "hyperfine", write(tmp, "bad.json", content), "--out", Path(tmp, "bad-out.json"))
        expect(out.returncode == 2 and not Path(tmp, "bad-out.json").exists(), content, out)


def hyperfine_itself_is_imported(tmp):
    if not shutil.which("hyperfine"):
        print("skipped: hyperfine is not installed")
        sys.exit(77)
    subprocess.run(["hyperfine", "-N", "--runs", "3", "-n", "version", f"{IOPATH} --version", "-n", "help", f"{IOPATH} --help",
                    "--export-json", f"{tmp}/h.json"], check=True, capture_output=True)
    out = run("import", "hyperfine", f"{tmp}/h.json", "--here", "--out", f"{tmp}/run.json")
    cells = {c["name"]: c for c in json.loads(Path(tmp, "run.json").read_text())["benchmarks"]}
    expect(out.returncode == 0 and set(cells) == {"command/process/version/0", "command/process/help/0"}, out, cells)
    expect(all(len(c["samples_ns"]) == 3 and c["real_time"] > 1e4 for c in cells.values()), cells)
    expect("time_ns" not in compared(f"{tmp}/run.json", f"{tmp}/run.json")["not_compared"], "its machine is known")


def whole_commands_are_timed_and_compared(tmp):
    if not shutil.which("hyperfine") or not Path(IOPATH).with_name("iopath-fuzz").exists():
        print("skipped: hyperfine is not installed, or iopath-fuzz not built")
        sys.exit(77)
    script = Path(__file__).resolve().parents[2] / "scripts/commands"
    os.symlink(IOPATH, f"{tmp}/a 'program'")
    out = subprocess.run([script, f"{tmp}/a 'program'", IOPATH, "--no-setup", "--runs", "2"], cwd=tmp, capture_output=True, text=True)
    stored = list(Path(tmp, "results/runs").glob("*/*.json"))
    expect(out.returncode == 0 and len(stored) == 2, out)
    for path in stored:
        cells = json.loads(path.read_text())["benchmarks"]
        expect([c["name"].split("/")[2] for c in cells] == ["list", "replay", "quick-bench"], cells)
        expect(all(len(c["samples_ns"]) == 4 and "error_occurred" not in c for c in cells), cells)
    expect("command/process/replay/0" in out.stdout and "advisory" in out.stdout, out.stdout)
    for args in ([], ["/bin/true", "/bin/true", "/bin/true"], ["/nonexistent", IOPATH], ["/bin/false", IOPATH], [IOPATH, "--runs", "0"]):
        out = subprocess.run([script, *args, "--no-setup"], cwd=tmp, capture_output=True, text=True)
        expect(out.returncode == 2 and "iopath: commands: " in out.stderr, args, out)


def bad_use_is_exit_2(tmp):
    good = write(tmp, "a.json", document())
    for args in (["compare"], ["compare", good], ["compare", good, good, good], ["compare", "--nonsense", good, good], ["history"],
                 ["history", "a", "b"], ["history", CELL, "--dir"], ["export", good], ["export", "--to", "xml", good],
                 ["export", "--to", "csv"], ["import", "gbench"], ["import", "xml", good], ["import", "gbench", good, "--commit", "HEAD"],
                 ["import", "gbench", good, "--out", "/nonexistent/x.json"], ["export", "--to", "csv", "--out", "/nonexistent/x", good],
                 ["import", "gbench", f"{tmp}/none.json"]):
        out = run(*args)
        expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and out.stderr.startswith("iopath: "), args, out)
    for command in ("compare", "history", "export", "import"):
        out = run(command, "--help")
        expect(out.returncode == 0 and "example:" in out.stdout, out)


main(globals())
