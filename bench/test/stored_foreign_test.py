#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files of other tools, as these write them. Run as: stored_foreign_test.py IOPATH CASE [WRITER], WRITER built of stored_foreign.cc."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from stored_runs import IOPATH, expect, main, run, write


def cells_of(path):
    out = run("export", "--to", "gbench", path)
    expect(out.returncode == 0 and not out.stderr, out)
    return {c["name"]: c for c in json.loads(out.stdout)["benchmarks"]}


def refused(path, *why):
    out = run("export", "--to", "gbench", path)
    expect(out.returncode == 2 and all(w in out.stderr for w in why), why, out)


def google(tmp, name, choose, *options):
    path = Path(tmp, name)
    subprocess.run([sys.argv[3], f"--benchmark_filter={choose}", f"--benchmark_out={path}", "--benchmark_out_format=json", *options],
                   check=True, capture_output=True)
    return path


def google_benchmark_is_read_as_it_writes(tmp):
    path = google(tmp, "g.json", "-same")
    expect("NaN" in path.read_text() and "-Infinity" in path.read_text(), "the writer does not try it")
    cells = cells_of(path)
    long = [name for name in cells if name.startswith("xxx")]
    expect(sorted(name[253:] for name in long) == ["a/iterations:1000", "b/iterations:1000"], long)
    expect(set(cells) - set(long) ==
           {"zero_counter/iterations:1000/repeats:3", "infinite_counter/iterations:1000", "statistics/iterations:1000/repeats:3",
            "copy_mean/iterations:1000", "threads/iterations:1000/threads:1", "threads/iterations:1000/threads:2",
            "second_fails/iterations:10/repeats:4/manual_time", "always_fails", "of_type<unsigned long>/n:16/iterations:100",
            "counts/iterations:1000/repeats:3", "counted statistics/iterations:1000/repeats:3",
            "of_type<unsigned long>/n:64/iterations:100"}, set(cells))
    rows = [r for r in json.loads(path.read_text())["benchmarks"] if r["name"].startswith("zero_counter") and r["run_type"] == "iteration"]
    cell = cells["zero_counter/iterations:1000/repeats:3"]
    for key, samples in (("real_time", "samples_ns"), ("cpu_time", "cpu_samples_ns")):
        times = sorted(r[key] for r in rows)
        expect(abs(cell[key] - times[1]) < 1e-6 * times[1] and len(cell[samples]) == 3, key, times, cell)
    expect(cell["bytes"] == 4, cell)
    cell = cells["statistics/iterations:1000/repeats:3"]
    expect(cell["aggregated"] and cell["repetitions"] == 3 and "samples_ns" not in cell and "spread" not in cell, cell)
    cell = cells["second_fails/iterations:10/repeats:4/manual_time"]
    expect(cell["repetitions"] == 3 and cell["repetitions_failed"] == 1 and cell["error_message"] == "no device", cell)
    expect([round(t) for t in cell["samples_ns"]] == [1000, 3000, 4000] and round(cell["real_time"]) == 3000, cell)
    expect("1 of 4 repetitions failed: no device" in run("compare", path, path).stdout, "the error is lost")
    expect(cells["always_fails"]["error_occurred"] and cells["always_fails"]["error_message"] == "never works", cells["always_fails"])
    # What was stored of it is read as the same.
    out = run("import", "gbench", path, "--out", f"{tmp}/stored.json")
    expect(out.returncode == 0 and "failures in 2, statistics only in 2" in out.stdout, out)
    expect(cells_of(f"{tmp}/stored.json") == cells, "it does not come back")
    refused(google(tmp, "same.json", "^same"), "rows 1 and 2", "one name, same/iterations:1000")


def counters_are_kept(tmp):
    """Under their names, medians over the repetitions, also when one is called as a member of ours, has no number, or is of statistics."""
    path = google(tmp, "g.json", "^count|^infinite|^zero|^copy_mean")
    cells = cells_of(path)
    cell = cells["counts/iterations:1000/repeats:3"]
    expect(cell["packets lost"] == cell["counters"]["packets lost"] == 20 and cell["counters"]["spread"] == 0.25, cell)
    expect(cell["spread"] != 0.25 and set(cell["counters"]) == {"packets lost", "spread", "items_per_second"}, cell)
    expect(cells["counted statistics/iterations:1000/repeats:3"]["counters"] == {"packets lost": 7}, cells)
    expect(cells["infinite_counter/iterations:1000"]["counters"] == {"ratio: NaN,": None, "minus": None}, cells)
    expect(cells["zero_counter/iterations:1000/repeats:3"]["counters"] == {"zero": 0}, cells)
    expect("counters" not in cells["copy_mean/iterations:1000"], cells)
    out = run("import", "gbench", path, "--out", f"{tmp}/stored.json")
    expect(out.returncode == 0 and cells_of(f"{tmp}/stored.json") == cells, "it does not come back", out)
    # A stored run's own members are no counters, whatever they are called.
    expect("counters" not in cells_of(write(tmp, "own.json", {"benchmarks": [{"name": "a/b/c/1", "real_time": 1, "measures": "latency", "x": 3}]}))["a/b/c/1"])
    out = run("compare", path, f"{tmp}/stored.json")
    expect("packets lost" in out.stdout and "counter" in out.stdout, out)
    compared = run("compare", path, f"{tmp}/stored.json", "--json", "-")
    rows = {r["name"]: r for r in json.loads(compared.stdout)["cells"]}
    expect(rows["counts/iterations:1000/repeats:3"]["counters"]["packets lost"] == {"a": 20, "b": 20}, rows)
    bmf = json.loads(run("export", "--to", "bmf", path).stdout)
    expect(bmf["counts/iterations:1000/repeats:3"]["packets lost"]["value"] == 20, bmf)
    more = [google(tmp, f"{n}.json", "^counts") for n in "ab"]
    more[1].write_text(more[1].read_text().replace('"spread": 2.5', '"spread": 7.5').replace("packets lost", "packets"))
    out = run("import", "gbench", *more, "--out", f"{tmp}/m.json")
    merged = cells_of(f"{tmp}/m.json")["counts/iterations:1000/repeats:3"]["counters"]
    expect((merged["spread"], merged["packets"], merged["packets lost"]) == (0.5, 20, 20), out, merged)


def repetitions_of_several_files_are_merged(tmp):
    a, b = (google(tmp, f"{n}.json", "^zero|^infinite|^second") for n in "ab")
    out = run("import", "gbench", a, b, "--out", f"{tmp}/m.json")
    cells = cells_of(f"{tmp}/m.json")
    expect(out.returncode == 0 and len(cells) == 3, out)
    expect(sorted(cells["zero_counter/iterations:1000/repeats:3"]["samples_ns"]) ==
           sorted(t for p in (a, b) for t in cells_of(p)["zero_counter/iterations:1000/repeats:3"]["samples_ns"]), cells)
    expect(cells["infinite_counter/iterations:1000"]["repetitions"] == 2, cells)
    cell = cells["second_fails/iterations:10/repeats:4/manual_time"]
    expect((cell["repetitions"], cell["repetitions_failed"]) == (6, 2), cell)
    # Another machine, or none that is known, is merged only if one says so.
    other = json.loads(a.read_text().replace("NaN", "0").replace("-Infinity", "0").replace("Infinity", "0"))
    other["context"]["host_name"] = "elsewhere"
    for files, why in (([a, write(tmp, "o.json", other)], "another host"), ([a, google(tmp, "s.json", "^zero|^stat", "--benchmark_report_aggregates_only")], "statistics only")):
        out = run("import", "gbench", *files, "--out", f"{tmp}/n.json")
        expect(out.returncode == 2 and why in out.stderr and not Path(tmp, "n.json").exists(), why, out)
    expect(run("import", "gbench", a, f"{tmp}/o.json", "--merge", "--out", f"{tmp}/n.json").returncode == 0)


def old_google_benchmark_is_read(tmp):
    def rows(name, *times, **more):
        return [{"name": name, "iterations": 10, "real_time": t, "cpu_time": t / 2, "time_unit": "us", **more} for t in times]

    context = {"date": "2018-06-01 12:00:00", "num_cpus": 2, "library_build_type": "release"}
    good = rows("copy/8", 3.0, 1.0, 2.0) + rows("copy/8_mean", 2.0) + rows("copy/8_median", 2.0) + rows("copy/8_stddev", 1.0, none="x")
    only = rows("set_mean", 7.0) + rows("set_median", 6.0) + rows("set_stddev", 1.0)
    fit = [{"name": "copy_BigO", "cpu_coefficient": 1.0, "real_coefficient": 1.0, "big_o": "N", "time_unit": "us"}, {"name": "copy_RMS", "rms": 0.1}]
    text = json.dumps({"context": context, "benchmarks": good + only + fit + rows("load_mean", 5.0)}).replace('"x"', "nan")
    path = write(tmp, "old.json", text)
    cells = cells_of(path)
    expect(set(cells) == {"copy/8", "set", "load_mean"}, set(cells))
    expect(cells["copy/8"]["real_time"] == 2000 and cells["copy/8"]["cpu_time"] == 1000 and len(cells["copy/8"]["samples_ns"]) == 3, cells)
    expect(cells["set"]["real_time"] == 6000 and cells["set"]["aggregated"], cells["set"])
    refused(write(tmp, "two.json", {"context": context, "benchmarks": rows("copy/8", 3.0, 1.0)}), "2 rows are called copy/8")
    refused(write(tmp, "twice.json", {"context": context, "benchmarks": good + good}), "rows are called copy/8")
    # 1.5 numbers repetitions.
    numbered = [{**r, "run_name": "copy/8", "run_type": "iteration", "repetitions": 2, "repetition_index": i} for i, r in enumerate(rows("copy/8", 3.0, 1.0))]
    expect(cells_of(write(tmp, "n.json", {"benchmarks": numbered}))["copy/8"]["real_time"] == 2000)
    refused(write(tmp, "m.json", {"benchmarks": numbered + numbered[:1]}), "rows 2 and 3", "copy/8")
    skipped = [{**numbered[0], "name": "s", "skipped": True, "skip_message": "no such CPU", "real_time": 0}]
    expect(cells_of(write(tmp, "s.json", {"benchmarks": skipped}))["s"]["error_message"] == "no such CPU")


def hyperfine_in_any_order_is_the_same(tmp):
    results = [{"command": "scan", "mean": t, "median": t, "user": 0, "system": 0, "min": t, "max": t, "times": [t], "exit_codes": [0],
                "parameters": p} for t, p in ((0.1, {"size": "4096", "a": "1"}), (0.2, {"size": "8192", "a": "1"}))]
    other = [{**r, "parameters": dict(reversed(r["parameters"].items()))} for r in reversed(results)]
    a, b = write(tmp, "a.json", {"results": results}), write(tmp, "b.json", {"results": other})
    for pair in ((a, b), tuple(Path(tmp, f"{p.stem}-run.json") for p in (a, b))):
        if pair[0] != a:
            for source, to in zip((a, b), pair):
                expect(run("import", "hyperfine", source, "--here", "--out", to).returncode == 0)
        out = run("compare", *pair, "--here", "--json", "-")
        values = {c["name"]: c["time_ns"]["ratio"] for c in json.loads(out.stdout)["cells"]}
        expect(values == {"command/process/scan/0/a=1/size=4096": 1, "command/process/scan/0/a=1/size=8192": 1}, values)
    # One result alone is called the same; without parameters the two are one.
    (alone,) = cells_of(write(tmp, "alone.json", {"results": results[1:]}))
    expect(alone == "command/process/scan/0/a=1/size=8192", alone)
    refused(write(tmp, "c.json", {"results": [{k: v for k, v in r.items() if k != "parameters"} for r in results]}), "results 1 and 2", "scan/0")
    # The machine is unknown unless it is said.
    expect("time_ns" in json.loads(run("compare", a, b, "--json", "-").stdout)["not_compared"])


def hyperfine_old_and_new_is_read(tmp):
    old = {"command": "x/y", "mean": 0.2, "stddev": None, "user": 0.1, "system": 0.05, "min": 0.1, "max": 0.3}
    cells = cells_of(write(tmp, "1.0.json", {"results": [old]}))
    expect(cells["command/process/x%2Fy/0"]["real_time"] == 2e8 and cells["command/process/x%2Fy/0"]["aggregated"], cells)
    middle = [{**old, "median": 0.2, "times": [0.1, 0.2, 0.3], "parameter": n} for n in ("1", "2")]
    expect(set(cells_of(write(tmp, "1.10.json", {"results": middle}))) == {f"command/process/x%2Fy/0/parameter={n}" for n in "12"})
    new = {**middle[0], "parameter": None, "memory_usage_byte": [1, 2, 3], "exit_codes": [0, 0, 0]}
    cells = cells_of(write(tmp, "1.20.json", {"results": [new]}))
    expect(len(cells["command/process/x%2Fy/0"]["samples_ns"]) == 3, cells)
    names = [{**new, "command": "c" * 253 + end} for end in "ab"] + [{**new, "command": "a/b"}, {**new, "command": "a%2Fb"}]
    expect(len(cells_of(write(tmp, "long.json", {"results": names}))) == 4)


def hyperfine_is_read_as_it_writes(tmp):
    if not shutil.which("hyperfine"):
        print("skipped: hyperfine is not installed")
        sys.exit(77)

    def measure(name, *args):
        subprocess.run(["hyperfine", "-N", "--style", "none", "--runs", "2", "--export-json", f"{tmp}/{name}", *args], check=True, capture_output=True)
        return Path(tmp, name)

    cells = cells_of(measure("l.json", "-L", "v", "1,2", "-L", "w", "a,b", "echo {v} {w}"))
    expect(set(cells) == {f"command/process/echo {v} {w}/0/v={v}/w={w}" for v in "12" for w in "ab"}, set(cells))
    cells = cells_of(measure("i.json", "-i", "true", "false"))
    expect(set(cells) == {"command/process/true/0", "command/process/false/0"}, set(cells))
    failed = [c for c in cells.values() if "error_occurred" in c]
    expect(len(failed) == 1 and all(c["error_message"] == "exit code 1" for c in failed), cells)
    refused(measure("same.json", "true", "true"), "results 1 and 2", "command/process/true/0")
    a, b = measure("a.json", "true"), measure("b.json", "true")
    expect(run("import", "hyperfine", a, b, "--out", f"{tmp}/m.json").returncode == 2, "of one machine, but who says so?")
    expect(run("import", "hyperfine", a, b, "--here", "--out", f"{tmp}/m.json").returncode == 0)
    expect(cells_of(f"{tmp}/m.json")["command/process/true/0"]["repetitions"] == 4)


def runs_are_kept_by_their_project_or_user(tmp):
    data = Path(os.environ["XDG_DATA_HOME"])
    alone = Path(tmp, "../alone").resolve()
    alone.mkdir()
    files = [write(tmp, f"{i}.json", {"context": {"date": "2026-03-01T12:00:00+00:00"}, "benchmarks": [{"name": "a/b/c/1", "real_time": i + 1.0}]}) for i in range(3)]
    out = [run("import", "gbench", f, cwd=alone) for f in files[:2]]
    expect(all(o.returncode == 0 and str(data / "iopath/runs/imported") in o.stdout for o in out), out)
    expect([o.stderr.count(str(data)) for o in out] == [1, 0] and not list(alone.iterdir()), "said once", out)
    out = run("history", "a/b/c/1", cwd=alone)
    expect(out.returncode == 0 and "2 of 2 runs" in out.stdout, out)
    out = run("history", "a/b/c/1", cwd="/")
    expect("2 of 2 runs" in out.stdout, out)
    # A project keeps its own, also from below; a work tree without results is none.
    (alone / "tree/.git").mkdir(parents=True)
    expect(str(data) in run("import", "gbench", files[2], cwd=alone / "tree").stdout)
    (alone / "tree/results").mkdir()
    (alone / "tree/below").mkdir()
    out = run("import", "gbench", files[2], cwd=alone / "tree/below")
    expect(out.returncode == 0 and not out.stderr and list((alone / "tree/results/runs/imported").iterdir()), out)
    expect("1 of 1 runs" in run("history", "a/b/c/1", cwd=alone / "tree/below").stdout)
    expect("stored before" in run("import", "gbench", files[2], cwd=alone / "tree").stdout)
    page = subprocess.run([IOPATH, "report", "--out", "-"], cwd=alone / "tree", capture_output=True, text=True, check=True).stdout
    expect(page.startswith("<!doctype") and page.rstrip().endswith(">") and not Path(alone, "tree/-").exists(), page[-300:])
    out = run("history", "a/b/c/1", cwd=alone, env={**os.environ, "XDG_DATA_HOME": str(data / "none")})
    expect(out.returncode == 2 and "no runs are stored" in out.stderr, out)


def what_goes_to_stdout_is_alone_there(tmp):
    path = write(tmp, "a.json", {"benchmarks": [{"name": "a/b/c/1", "real_time": 1.0}]})
    for args in (["import", "gbench", path, "--out"], ["export", "--to", "gbench", path, "--out"], ["compare", path, path, "--json"], ["history", "a/b/c/1", "--dir", tmp, "--json"]):
        for to in ("-", "/dev/stdout", "/dev/fd/1"):
            out = run(*args, to, cwd=tmp)
            expect(out.returncode == 0 and isinstance(json.loads(out.stdout), dict) and not Path(tmp, "-").exists(), args, to, out)
        with open(f"{tmp}/redirected", "w+") as file:
            subprocess.run([IOPATH, *map(str, args), f"{tmp}/redirected"], stdout=file, check=True)
        json.loads(Path(tmp, "redirected").read_text())
        os.remove(f"{tmp}/redirected")


main(globals())
