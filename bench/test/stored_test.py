#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stored runs, from files nobody vouches for: compare, history, export, import. Run as: stored_test.py IOPATH CASE."""
import copy
import csv
import io
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH = sys.argv[1]
CELL = "toio/mmio/strict/64"
BASELINE = "toio/mmio/glibc/64"
REFERENCE = "control/none/cycle/0"


def run(*args, **kwargs):
    kwargs.setdefault("env", {**os.environ, "XDG_CACHE_HOME": CACHE})
    out = subprocess.run([IOPATH, *map(str, args)], capture_output=True, timeout=120, **kwargs)
    out.stdout, out.stderr = out.stdout.decode(), out.stderr.decode()
    # Whatever a file holds, a terminal is safe, and no sanitizer has spoken.
    for text in (out.stdout.replace("\r\n", "\n"), out.stderr):
        expect(not any(ord(c) < 32 and c != "\n" or 0x7f <= ord(c) < 0xa0 or 0x202a <= ord(c) <= 0x202e for c in text), ascii(text))
    expect(out.returncode in (0, 2, 4) and "runtime error" not in out.stderr and "Sanitizer" not in out.stderr, out)
    return out


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def row(name, ns, **more):
    return {"name": name, "run_name": name, "run_type": "iteration", "real_time": ns, "cpu_time": ns, "time_unit": "ns",
            "samples_ns": [round(ns * x, 6) for x in (0.99, 1, 1.01)], "real_time_p25": ns * 0.995, "real_time_p75": ns * 1.005, **more}


def document(ns=4.0, day=1, arch="x86_64", cpu="Some CPU", speed=None, **more):
    return {"context": {"date": f"2026-03-{day:02}T12:00:00+00:00", "json_schema_version": 1, "iopath_version": "0.1.0",
                        "commit": "0123456789abcdef0123456789abcdef01234567", "dirty": False, "arch": arch, "cpu_model": cpu,
                        "hypervisor": "no", "compiler": "gcc 12", "compiler_flags": "-O2", **more},
            "benchmarks": [row(REFERENCE, 20.0), row(BASELINE, 8.0),
                           row(CELL, ns, baseline=BASELINE, bytes_per_second=64 / ns * 1e9,
                               speed_vs_baseline=speed if speed else 8.0 / ns)]}


def write(tmp, name, content):
    path = Path(tmp, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def history(folder, *args, cell=CELL):
    out = run("history", cell, "--dir", folder, "--json", *args)
    expect(out.returncode == 0, out)
    return json.loads(out.stdout), out.stderr.splitlines()


def refused(tmp, content, why):
    """The file is refused with one line that says why, and its neighbour is shown all the same."""
    folder = Path(tempfile.mkdtemp(dir=tmp))
    write(folder, "good.json", document())
    bad = write(folder, "bad.json", content)
    for args in (["--no-index"], [], []):
        shown, complaints = history(folder, *args)
        expect(len(shown["rows"]) == 1 and shown["rows"][0]["ns"] == 4.0, shown)
        expect(len(complaints) == 1 and complaints[0].startswith("iopath: ") and str(bad) in complaints[0] and why in complaints[0],
               why, complaints)
    out = run("compare", bad, Path(folder, "good.json"))
    expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and why in out.stderr and not out.stdout, out)


def a_truncated_file_costs_one_line(tmp):
    text = json.dumps(document())
    for size in (1, len(text) // 2, len(text) - 1):
        refused(tmp, text[:size], "truncated")
    refused(tmp, "", "empty")


def foreign_files_say_what_they_are(tmp):
    refused(tmp, b"\x7fELF\x02\x01\x01\x00" + bytes(64), "not JSON")
    refused(tmp, "<html><body>404</body></html>", "not JSON")
    refused(tmp, b'{"benchmarks": [{"name": "\xff\xfe"}]}', "not JSON")
    # What a crash of the system leaves of a file.
    refused(tmp, "\0" * 100, "truncated")
    for value in ("[]", "{}", "17", '"text"', "null", '{"benchmarks": 3}', '{"context": []}'):
        refused(tmp, value, "not JSON" if value[0] in '1"n' else "no result")
    refused(tmp, {"results": []}, "import hyperfine")
    refused(tmp, {"benchmarks": [{"real_time": 1}]}, "without a name")
    refused(tmp, {"benchmarks": [7]}, "without a name")
    refused(tmp, {"context": {"json_schema_version": 99}, "benchmarks": []}, "newer version")
    for key in ("context", "date", "commit", "warnings", "dirty"):
        broken = document()
        broken["context"] = {**broken["context"], key: {"an": ["object"]}}
        if key == "context":
            broken["context"] = "text"
        path = write(tmp, "odd.json", broken)
        expect(run("export", "--to", "gbench", path).returncode == 0, key)


def hostile_names_stay_text(tmp):
    names = ["\x1b[2J\x1b]0;gone\x07", "../../../../etc/passwd", "<script>alert(1)</script>", "a\nb\r\nc", "\u202egpj.exe", "$(reboot)",
             "`reboot`", "%s%n%d", "'; DROP TABLE cell; --", "\x85\x9b31m", "x" * 5000, "\U0001f9ea/" * 200, "é/ü/漢/字"]
    hostile = document()
    for key in ("cpu_model", "arch", "compiler", "command", "kernel", "host_name"):
        hostile["context"][key] = names[0] + names[2]
    hostile["context"]["warnings"] = names
    for i, name in enumerate(names):
        hostile["benchmarks"].append(row(name, 5.0 + i, error_message=name, baseline=name))
    write(tmp, "runs/\x1b[31m<b>.json", hostile)
    write(tmp, "runs/\x1b[31mbad\n.json", "{")
    path = str(next(Path(tmp, "runs").glob("*<b>*")))
    for to in ("gbench", "bmf", "gha"):
        out = run("export", "--to", to, path)
        expect(out.returncode == 0 and not out.stderr, out)
        json.loads(out.stdout)
    expect(run("compare", path, path).returncode == 0)
    for name in names[1:3] + names[5:9] + names[12:]:
        for index in ([], ["--no-index"]):
            shown, complaints = history(Path(tmp, "runs"), *index, cell=name)
            expect(shown["rows"] and len(complaints) == 1 and complaints[0].endswith("(left out)"), name, complaints)
    expect(history(Path(tmp, "runs"))[0]["rows"][0]["ns"] == 4.0, "the table is still there")
    out = run("import", "gbench", path, cwd=tmp)
    stored = [p for p in Path(tmp).rglob("*imp*.json")]
    expect(out.returncode == 0 and len(stored) == 1 and stored[0].parent.parent == Path(tmp, "results/runs"), stored, out)
    expect(set(stored[0].parent.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_"), stored)


def numbers_are_finite_or_absent(tmp):
    good = json.dumps(document())
    for number in ("1e999", "-1e999", "9" * 400):
        refused(tmp, good.replace("4.0", number), "not JSON")
    for number in ("NaN", "Infinity", "-Infinity", "0x10", "1.2.3"):
        refused(tmp, good.replace("4.0", number), "not JSON")
    for number in (0, -1, "4", None, [], True, -1e308):
        odd = document()
        odd["benchmarks"][2].update(real_time=number, samples_ns=[number, 1, -5, "x"], speed_vs_baseline=number)
        rows = history(write(tmp, "odd/odd.json", odd).parent, "--no-index")[0]["rows"]
        expect("ns" not in rows[0] and "speed" not in rows[0] and rows[0]["error"], number, rows)
    odd = document()
    odd["benchmarks"][2].update(real_time=1e308, bytes_per_second=1e308, samples_ns=[1e308] * 3, speed_vs_baseline=1e-308)
    odd["benchmarks"][2]["time_unit"] = "s"
    path = write(tmp, "huge.json", odd)
    odd["benchmarks"][2]["time_unit"] = "ns"
    for p in (path, write(tmp, "huge2.json", odd)):
        for to in ("gbench", "bmf", "gha", "csv"):
            text = run("export", "--to", to, p).stdout.lower()
            expect("nan" not in text and "inf," not in text and "infinity" not in text, text)
        expect(run("compare", p, p).returncode == 0)
    odd = document()
    odd["benchmarks"][2]["time_unit"] = "fortnights"
    rows = history(write(tmp, "unit/odd.json", odd).parent)[0]["rows"]
    expect("unit" in rows[0]["error"] and "ns" not in rows[0], rows)


def deep_and_large_files_are_refused(tmp):
    refused(tmp, "[" * 100000 + "]" * 100000, "not JSON")
    refused(tmp, '{"a":' * 50000 + "1" + "}" * 50000, "not JSON")
    refused(tmp, "[" + "{}," * 300000 + "{}]", "objects and arrays")
    refused(tmp, {"benchmarks": [row(f"a/b/c/{i}", 1.0) for i in range(20001)]}, "more than 20000 rows")
    folder = Path(tmp, "large")
    write(folder, "good.json", document())
    with open(write(folder, "large.json", "{"), "r+b") as file:
        file.truncate(1 << 36)
    shown, complaints = history(folder)
    expect(len(shown["rows"]) == 1 and "larger than 16 MiB" in complaints[0], complaints)
    many = {"benchmarks": [row(f"a/b/c/{i}", 1.0 + i) for i in range(20000)]}
    expect(run("compare", write(tmp, "a.json", many), Path(tmp, "a.json")).stdout.count("\n") > 20000)


def duplicates_are_refused(tmp):
    twice = document()
    twice["benchmarks"].append(copy.deepcopy(twice["benchmarks"][2]))
    refused(tmp, twice, "two rows for the cell " + CELL)
    refused(tmp, '{"benchmarks": [], "benchmarks": []}', "duplicate")
    gate = {"kind": "iopath-gate", "json_schema_version": 1, "cells": [{"name": "a"}, {"name": "a"}]}
    refused(tmp, gate, "two rows for the cell a")


def only_regular_files_are_read(tmp):
    folder = write(tmp, "runs/good.json", document()).parent
    os.mkfifo(folder / "pipe.json")
    os.symlink("/dev/zero", folder / "zero.json")
    os.mkdir(folder / "folder.json")
    for index in ([], ["--no-index"]):
        shown, complaints = history(folder, *index)
        expect(len(shown["rows"]) == 1 and len(complaints) == 1 and "not a regular file" in complaints[0], complaints)
    for name in ("pipe.json", "zero.json", "folder.json", "none.json"):
        out = run("compare", folder / name, folder / "good.json")
        expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1, name, out)
    expect(run("history", CELL, "--dir", folder / "none").returncode == 2)


def nothing_outside_the_folder_is_read(tmp):
    outside = write(tmp, "outside/run.json", document(ns=99.0)).parent
    folder = write(tmp, "runs/good.json", document()).parent
    os.symlink(outside, folder / "link")
    os.symlink(outside / "run.json", folder / "link.json")
    write(folder, "a/b/c/d/deep.json", document(ns=98.0))
    write(folder, "a/b/c/found.json", document(ns=5.0))
    write(folder, ".hidden.json", document(ns=97.0))
    for index in ([], ["--no-index"]):
        expect(sorted(r["ns"] for r in history(folder, *index)[0]["rows"]) == [4.0, 5.0], history(folder))


def every_prefix_is_refused_or_read(tmp):
    text = json.dumps(document())
    for size in range(0, len(text), 17):
        write(tmp, f"runs/{size}.json", text[:size])
    out = run("history", CELL, "--dir", Path(tmp, "runs"), "--no-index")
    expect(out.returncode == 4 and len(out.stderr.splitlines()) == len(range(0, len(text), 17)) + 1, out.returncode, out.stderr)


def mutated_files_never_crash(tmp):
    rng = random.Random(1)
    text = json.dumps(document(), indent=1).encode()
    folder = Path(tmp, "runs")
    for i in range(400):
        changed = bytearray(text)
        for _ in range(rng.choice((1, 2, 8))):
            at = rng.randrange(len(changed))
            if rng.random() < 0.5:
                changed[at] = rng.choice(b'{}[]",:0-9e\\x\x00\xff')
            else:
                changed[at:at + rng.randrange(40)] = rng.choice((b"", b"1e308", b"null", b"{}", b'"x"', b"[[[[", b"-"))
        write(folder, f"{i}.json", bytes(changed))
    files = sorted(folder.iterdir())
    run("history", CELL, "--dir", folder, "--json")
    out = run("export", "--to", "csv", *files)
    expect(out.returncode == 2 and 0 < len(out.stderr.splitlines()) < 400, "some are refused and some are not")
    for a, b in zip(files[:60:2], files[1:60:2]):
        run("compare", a, b)


def google_benchmark_repetitions_are_one_cell(tmp):
    rows = [{"name": "BM_x/8", "run_name": "BM_x/8", "run_type": "iteration", "repetitions": 3, "repetition_index": i,
             "real_time": t, "cpu_time": t, "time_unit": "us", "bytes_per_second": 1e9} for i, t in enumerate((3.0, 1.0, 2.0))]
    rows.append({"name": "BM_x/8_mean", "run_name": "BM_x/8", "run_type": "aggregate", "real_time": 2.0, "time_unit": "us"})
    path = write(tmp, "g.json", {"context": {"date": "2026-03-01T13:00:00+01:00", "host_name": "h"}, "benchmarks": rows})
    cells = json.loads(run("export", "--to", "gbench", path).stdout)
    expect(cells["context"]["date"] == "2026-03-01T12:00:00Z", cells["context"])
    (cell,) = cells["benchmarks"]
    expect(cell["name"] == "BM_x/8" and cell["real_time"] == 2000 and sorted(cell["samples_ns"]) == [1000, 2000, 3000], cell)
    expect((cell["real_time_p25"], cell["real_time_p75"]) == (1500, 2500), cell)


def compared(a, b):
    out = run("compare", a, b, "--json")
    expect(out.returncode == 0, out)
    return json.loads(out.stdout)


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
    both = compared(b, b)
    expect(both["cells"][2]["instructions"] == {"a": 13, "b": 13, "ratio": 1}, both["cells"][2])


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


def the_index_is_never_believed(tmp):
    folder = steps(tmp, [2.0, 2.1, 2.2])
    index = Path(tmp, "index.db")

    def agree(count):
        with_index, complaints = history(folder, "--index", index)
        without, same = history(folder, "--no-index")
        expect(with_index == without and complaints == same and len(without["rows"]) == count, with_index, without, complaints)
        expect(index.read_bytes()[:15] == b"SQLite format 3")

    agree(3)
    stamp = index.stat().st_mtime_ns
    agree(3)
    write(folder, "m/04.json", document(day=4))
    agree(4)
    (folder / "m/01.json").unlink()
    agree(3)
    # Same size and same time of change: only its contents differ.
    path = folder / "m/04.json"
    before, text = path.stat(), path.read_text()
    path.write_text(text.replace("4.0", "5.0"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    agree(3)
    write(folder, "m/05.json", "{")
    agree(3)
    write(folder, "m/05.json", document(day=5))
    agree(4)
    for damage in (b"SQLite format 3\0" + b"\xff" * 5000, index.read_bytes()[:3000], b"",
                   index.read_bytes()[:4096] + b"\0" * (index.stat().st_size - 4096)):
        index.write_bytes(damage)
        agree(4)
    expect(stamp, "the index was written")
    shutil.rmtree(folder / "m")
    out = run("history", CELL, "--dir", folder, "--index", index)
    expect(out.returncode == 4, out)
    write(folder, "m/x.json", document())
    out = run("history", CELL, "--dir", folder, env={"PATH": os.environ["PATH"]})
    expect(out.returncode == 0 and not out.stderr, "no home, no index, no complaint")


def an_index_of_somebody_else_is_left_alone(tmp):
    folder = steps(tmp, [2.0])
    thesis = write(tmp, "thesis.txt", "years of work" * 100)
    shown, complaints = history(folder, "--index", thesis)
    expect(len(shown["rows"]) == 1 and len(complaints) == 1 and "no index" in complaints[0], complaints)
    expect(thesis.read_text() == "years of work" * 100)


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
    d["benchmarks"][2].update(instructions=12.0, accesses=8, code_hash="ab" * 32, legal=False, measures="latency")
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
    expect(run("import", "gbench", first, cwd=tmp).returncode == 0 and len(list(stored.parent.iterdir())) == 1, "twice is once")
    other = write(tmp, "other.json", document(ns=4.5))
    expect(run("import", "gbench", other, cwd=tmp).returncode == 0 and len(list(stored.parent.iterdir())) == 2, "nothing is replaced")


def hyperfine_becomes_a_run(tmp):
    result = {"command": "iopath list", "mean": 0.021, "stddev": 0.001, "median": 0.02, "user": 0.01, "system": 0.005, "min": 0.019,
              "max": 0.024, "times": [0.019, 0.02, 0.024], "exit_codes": [0, 0, 0]}
    slow = {**result, "median": 0.04, "times": [0.039, 0.04, 0.041]}
    failed = {**result, "command": "../../x; rm -rf <b>\x1b[1m", "exit_codes": [0, 3]}
    path = write(tmp, "h.json", {"results": [result, slow, failed]})
    out = run("import", "hyperfine", path, "--commit", "abcdef0123456", "--relative", "--arch", "x86_64", "--cpu", "Some CPU", cwd=tmp)
    (stored,) = Path(tmp, "results/runs").glob("*/*.json")
    expect(out.returncode == 0 and stored.parent.name == "x86_64-some-cpu", out)
    d = json.loads(stored.read_text())
    cells = d["benchmarks"]
    expect([c["name"] for c in cells] == ["command/process/iopath-list/0", "command/process/iopath-list/0/n=2",
                                          "command/process/.._.._x-rm-rf-b-1m/0".replace("_", "-")], [c["name"] for c in cells])
    expect(cells[0]["real_time"] == 2e7 and cells[0]["cpu_time"] == 1.5e7 and cells[0]["samples_ns"] == [1.9e7, 2e7, 2.4e7], cells[0])
    expect(cells[1]["speed_vs_baseline"] == 0.5 and cells[1]["baseline"] == cells[0]["name"], cells[1])
    expect(cells[2]["error_occurred"] and "3" in cells[2]["error_message"], cells[2])
    expect(d["context"]["source"] == "hyperfine" and d["context"]["commit"] == "abcdef0123456", d["context"])
    for content in ("{", {"results": []}, {"benchmarks": []}, {"results": [{}]}, {"results": 3}, {"results": [3, "x", None]}):
        out = run("import", "hyperfine", write(tmp, "bad.json", content), "--out", Path(tmp, "bad-out.json"))
        expect(out.returncode in (0, 2) and (out.returncode == 0) == Path(tmp, "bad-out.json").exists(), content, out)
        Path(tmp, "bad-out.json").unlink(missing_ok=True)


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


with tempfile.TemporaryDirectory() as TMP:
    CACHE = TMP + "/cache"
    os.mkdir(TMP + "/work")
    globals()[sys.argv[2].replace("-", "_")](TMP + "/work")
