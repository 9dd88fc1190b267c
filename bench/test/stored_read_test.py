#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stored runs, from files nobody vouches for. Run as: stored_read_test.py IOPATH CASE."""
import copy
import json
import os
import random
import tempfile
from pathlib import Path

import report_data
from stored_runs import CELL, document, expect, history, main, row, run, write


def refused(tmp, content, why):
    """The file is refused with one line that says why, and its neighbour is shown all the same."""
    folder = Path(tempfile.mkdtemp(dir=tmp))
    write(folder, "good.json", document())
    bad = write(folder, "bad.json", content)
    shown, complaints = history(folder)
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
        refused(tmp, value, "not JSON" if value[0] in '1"n' else "not a result")
    refused(tmp, {"results": []}, "hyperfine without results")
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
    for name in names[1:3] + names[5:9] + names[10:]:
        shown, complaints = history(Path(tmp, "runs"), cell=name)
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
    for number in ("0x10", "1.2.3", "NaNs", "Infinit", "+Infinity", "--inf", "N", "nan(ind)"):
        refused(tmp, good.replace("4.0", number), "not JSON")
    # Google Benchmark writes these; text that holds them is text.
    for number in ("NaN", "Infinity", "-Infinity", "-NaN", "nan", "inf", "-inf"):
        odd = good.replace('"real_time": 4.0', f'"real_time": {number}').replace("Some CPU", f'[{number},{number}')
        rows = history(write(tmp, "nan/nan.json", odd).parent)[0]["rows"]
        expect("ns" not in rows[0] and rows[0]["error"] and rows[0]["cpu"] == f"[{number},{number}", number, rows)
    for number in (0, -1, "4", None, [], True, -1e308):
        odd = document()
        odd["benchmarks"][2].update(real_time=number, samples_ns=[number, 1, -5, "x"], speed_vs_baseline=number)
        rows = history(write(tmp, "odd/odd.json", odd).parent)[0]["rows"]
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
    shown, complaints = history(folder)
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
    expect(sorted(r["ns"] for r in history(folder)[0]["rows"]) == [4.0, 5.0], history(folder))


def baselines_are_read_with_the_same_care(tmp):
    good = json.dumps(report_data.baseline("riscv64", *report_data.ARCHS["riscv64"]))
    expect(run("compare", write(tmp, "good.json", good), Path(tmp, "good.json")).returncode == 0)
    rng = random.Random(11)
    copies = json.loads(good)["copies"]
    for wrong, why in (({"copies": []}, "names no architecture"), ({"arch": "x", "copies": copies[:1] * 2}, "two rows"),
                       ({"arch": "x", "copies": [{"op": "x" * 300 + str(i)} for i in range(2)]}, "two rows"),
                       ({"arch": "x", "copies": [], "accessors": [{"accessor": "%s%n"}]}, "accessor")):
        refused(tmp, wrong, why)
    for _ in range(150):
        data = bytearray(good.encode())
        for _ in range(rng.randrange(1, 5)):
            at = rng.randrange(len(data))
            data[at:at + rng.randrange(3)] = bytes(rng.choice(b'{}[]",:019.-eE \\\x00\xff') for _ in range(rng.randrange(3)))
        path = write(tmp, "odd.json", bytes(data))
        out = run("compare", path, path)
        expect(out.returncode == 0 and out.stdout or len(out.stderr.splitlines()) == 1, out)


def every_prefix_is_refused_or_read(tmp):
    text = json.dumps(document())
    for size in range(0, len(text), 17):
        write(tmp, f"runs/{size}.json", text[:size])
    out = run("history", CELL, "--dir", Path(tmp, "runs"))
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
    run("history", CELL, "--dir", folder, "--json", "-")
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


main(globals())
