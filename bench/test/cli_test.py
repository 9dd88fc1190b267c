#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a user of `iopath list` and `iopath bench` sees: output, files, exit codes. Run as: cli_test.py IOPATH FAKE_MODULE CASE."""
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IOPATH, FAKE = sys.argv[1:3]
FAST = ["--launches", "3", "--rounds", "5", "--no-counts"]


def run(*args, **kwargs):
    return subprocess.run([IOPATH, *args], capture_output=True, text=True, timeout=600, **kwargs)


def bench(*args, **kwargs):
    return run("bench", "--module", FAKE, "--alone", *FAST, *args, **kwargs)


def rows(path):
    return {row["name"]: row for row in json.loads(Path(path).read_text())["benchmarks"]}


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def list_shows_legality(tmp):
    out = run("list", "--module", FAKE, "--alone")
    lines = {line.split()[0]: line for line in out.stdout.splitlines()}
    expect(out.returncode == 0, out)
    # Of another's module: what nobody has judged is not called legal.
    expect(lines["toio/mmio/glibc/64"].endswith("  not for devices"), out.stdout)
    expect(lines["toio/mmio/strict/64"].endswith("  not judged"), out.stdout)


def list_is_json(tmp):
    cells = json.loads(run("list", "--json", "-", "--module", FAKE, "--alone").stdout)
    by_name = {cell["name"]: cell for cell in cells}
    expect(by_name["read/mmio/project/u32"]["help"] == 'a "quoted" help')
    expect(by_name["read/mmio/project/u32"]["baseline"] == "read/mmio/raw/u32")
    expect(by_name["toio/mmio/glibc/64"]["legal"] is False and by_name["toio/mmio/strict/64"]["legal"] is None, cells)
    # To a file it goes beside the text, which stays as it is.
    file = Path(tmp, "cells.json")
    out = run("list", "--json", file, "--module", FAKE, "--alone")
    expect(out.returncode == 0 and out.stdout == run("list", "--module", FAKE, "--alone").stdout, out)
    expect(json.loads(file.read_text()) == cells, "another list in a file")
    out = run("list", "--json", Path(tmp, "no", "place.json"), "--module", FAKE, "--alone")
    expect(out.returncode == 2 and out.stderr.startswith("iopath: list: cannot write "), out)


def unknown_filter_names_near_cells(tmp):
    for command in (["list", "--module", FAKE, "--alone"], ["bench", "--module", FAKE, "--alone"]):
        out = run(*command, "--filter", "strikt")
        expect(out.returncode == 2, out)
        expect(out.stderr.startswith("iopath: " + command[0] + ": ") and "toio/mmio/strict/64" in out.stderr, out.stderr)
        expect(len(out.stderr.splitlines()) == 1, out.stderr)
    out = bench("--filter", "read/(")
    expect(out.returncode == 2 and "filter" in out.stderr, out)


def bad_use_is_exit_2(tmp):
    for args in (["bench", "--nonsense"], ["bench", "x"], ["bench", "--quick", "--full"], ["bench", "--rounds", "0"], ["bench", "--launches", "100"], ["bench", "--budget", "soon"],
                 ["bench", "--repeatability", "1"], ["bench", "--benchmark_min_time=soon"],
                 ["bench", "--cpu", "one"], ["list", "--filter"], ["nonsense"], [], ["bench", "--module", "/nonexistent.so"]):
        out = run(*args)
        expect(out.returncode == 2 and out.stderr, args, out)
    out = run("bench", "--repetitions", "3")
    expect(out.returncode == 2 and "--launches N, each of which is a repetition" in out.stderr, out)
    expect(bench("--filter", "raw", "--benchmark_nonsense=1", "--out", f"{tmp}/r.json").returncode == 2)
    for args in (["--help"], ["bench", "--help"], ["list", "--help"]):
        out = run(*args)
        expect(out.returncode == 0 and "example:" in out.stdout, args, out)
    expect("commit" in run("--version").stdout)


def one_row_per_cell(tmp):
    out = bench("--filter", "read/mmio/(raw|project)|toio", "--out", f"{tmp}/r.json")
    expect(out.returncode == 0, out)
    document = json.loads(Path(tmp, "r.json").read_text())
    names = [row["name"] for row in document["benchmarks"]]
    expect(len(names) == len(set(names)) == 7, names)
    for row in document["benchmarks"]:
        expect(row["run_type"] == "iteration" and row["time_unit"] == "ns" and row["repetitions"] == 3, row)
        expect(len(row["samples_ns"]) == len(row["launches"]) == 3 and row["real_time_min"] <= row["real_time"] <= row["real_time_max"], row)
    project = rows(f"{tmp}/r.json")["read/mmio/project/u32"]
    expect(project["baseline"] == "read/mmio/raw/u32" and len(project["speeds"]) == 3, project)
    expect(project["speed_vs_baseline"] == sorted(project["speeds"])[1], project)
    for key in ("date", "host_name", "num_cpus", "mhz_per_cpu", "caches", "load_avg", "cpu_model", "microcode", "kernel",
                "governor", "smt", "turbo", "compiler", "compiler_flags", "commit", "dirty", "pinned_cpu", "seed", "cycles_per_ns"):
        expect(key in document["context"], key)
    expect(document["context"]["commit"] == "0123456789abcdef0123456789abcdef01234567" and document["context"]["dirty"])
    expect(document["context"]["partial"] is False)


def the_baseline_comes_along(tmp):
    expect(bench("--filter", "read/mmio/project", "--out", f"{tmp}/r.json").returncode == 0)
    expect(set(rows(f"{tmp}/r.json")) == {"control/none/empty/0", "control/none/cycle/0", "read/mmio/raw/u32",
                                          "read/mmio/project/u32"})


def peers_come_on_request(tmp):
    listed = run("bench", "--list", "--module", FAKE, "--alone", "--filter", "toio/mmio/strict/64").stdout.split()
    expect("toio/mmio/glibc/64" not in listed, listed)
    listed = run("bench", "--list", "--peers", "--module", FAKE, "--alone", "--filter", "toio/mmio/strict/64").stdout.split()
    expect("toio/mmio/glibc/64" in listed and "read/mmio/raw/u32" not in listed, listed)


def quick_and_full_choose(tmp):
    quick = run("bench", "--list", "--quick", "--module", FAKE, "--alone").stdout.split()
    expect(set(quick) == {"control/none/empty/0", "control/none/cycle/0", "read/mmio/raw/u32", "read/mmio/project/u32"}, quick)
    expect("read/mmio/slow/u32" not in run("bench", "--list", "--module", FAKE, "--alone").stdout.split())
    expect("read/mmio/slow/u32" in run("bench", "--list", "--full", "--module", FAKE, "--alone").stdout.split())


def a_cell_that_cannot_be_set_up_is_a_row(tmp):
    out = bench("--filter", "broken|raw", "--out", f"{tmp}/r.json")
    expect(out.returncode == 0 and "No such device" in out.stdout, out)
    broken = rows(f"{tmp}/r.json")["read/mmio/broken/u32"]
    expect(broken["error_occurred"] and "No such device" in broken["error_message"], broken)
    expect("error_occurred" not in rows(f"{tmp}/r.json")["read/mmio/raw/u32"])


def batches_are_whole(tmp):
    log = Path(tmp, "log")
    env = dict(os.environ, FAKE_MODULE_LOG=str(log))
    expect(bench("--filter", "counted", "--rounds", "7", "--out", f"{tmp}/r.json", env=env).returncode == 0)
    largest, _, done = map(int, log.read_text().split())
    iterations = rows(f"{tmp}/r.json")["write/mmio/counted/u32"]["iterations"]
    expect(iterations == 7 * largest, largest, iterations, "a batch arrives in one call")
    # Of the last launch: setting up, and a round; before each what warms up.
    expect(iterations + largest < done <= iterations + largest + 7 * (largest // 8 + 1), done)


def prepared_cells_keep_their_limit(tmp):
    log = Path(tmp, "log")
    env = dict(os.environ, FAKE_MODULE_LOG=str(log))
    expect(bench("--filter", "prepared", "--out", f"{tmp}/r.json", env=env).returncode == 0)
    largest, prepared, done = map(int, log.read_text().split())
    expect(8 <= largest <= 16 and prepared == done and done > 0, largest, prepared, done)


def unwritable_out_is_refused_first(tmp):
    log = Path(tmp, "log")
    env = dict(os.environ, FAKE_MODULE_LOG=str(log))
    for path in (f"{tmp}/no/such/folder/r.json", tmp):
        out = bench("--filter", "counted", "--out", path, env=env)
        expect(out.returncode == 2 and "cannot write" in out.stderr and not out.stdout, out)
    expect(not log.exists(), "nothing was measured")


def interrupt_keeps_what_was_measured(tmp):
    path = Path(tmp, "r.json")
    out = run("bench", "--module", FAKE, "--alone", "--filter", "slow|raw", "--rounds", "100", "--out", str(path), "--no-counts",
              env=dict(os.environ, FAKE_MODULE_SIGINT="50"))
    expect(out.returncode == 130, out)
    document = json.loads(path.read_text())
    expect(document["context"]["partial"] is True and "partial" in out.stdout, out.stdout)
    (slow,) = [row for row in document["benchmarks"] if row["name"] == "read/mmio/slow/u32"]
    expect(len(slow["samples_ns"]) == 1 and slow["iterations"] < 100, slow)


def an_early_interrupt_leaves_no_folder(tmp):
    process = subprocess.Popen([IOPATH, "bench", "--quick", "--out", f"{tmp}/r.json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env={**os.environ, "TMPDIR": tmp})
    while not list(Path(tmp).glob("iopath-bench-*")) and process.poll() is None:
        time.sleep(0.001)
    expect(process.poll() is None and list(Path(tmp).glob("iopath-bench-*")), "it has no folder")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    expect(process.returncode in (-signal.SIGTERM, 130) and not list(Path(tmp).glob("iopath-*")), process.returncode, list(Path(tmp).iterdir()))


def a_full_disk_loses_nothing(tmp):
    path = Path(tmp, "r.json")
    path.write_text("an earlier result")

    process = subprocess.Popen([IOPATH, "bench", "--module", FAKE, "--alone", "--filter", "raw", "--launches", "20", "--rounds", "300", "--no-counts",
                                "--out", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Full from the fourth process on: by then the module has been copied for the last time.
    children, seen = Path(f"/proc/{process.pid}/task/{process.pid}/children"), set()
    while process.poll() is None and len(seen) < 4:
        seen.update(children.read_text().split())
        time.sleep(0.001)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1024, 1024))
    out, err = process.communicate(timeout=600)
    expect(process.returncode == 2 and "cannot store" in err, out, err)
    expect("read/mmio/raw/u32" in out, "the table is printed all the same")
    expect(path.read_text() == "an earlier result" and os.listdir(tmp) == ["r.json"], os.listdir(tmp))
    expect(bench("--filter", "raw", "--out", "/dev/full").returncode == 2)


def results_are_stored_by_machine_and_commit(tmp):
    os.mkdir(f"{tmp}/.git")
    os.mkdir(f"{tmp}/results")
    os.mkdir(f"{tmp}/below")
    out = bench("--filter", "raw", cwd=f"{tmp}/below")
    stored = list(Path(tmp).glob("results/runs/fake-*/*-0123456789ab.json"))
    expect(out.returncode == 0 and len(stored) == 1 and f"stored: {stored[0]}" in out.stdout, out, stored)


def runs_of_one_second_are_all_kept(tmp):
    Path(tmp, ".iopath").touch()
    processes = [subprocess.Popen([IOPATH, "bench", "--module", FAKE, "--alone", *FAST, "--filter", "raw"], cwd=tmp, stdout=subprocess.PIPE, text=True)
                 for _ in range(6)]
    said = [line for p in processes for line in p.communicate()[0].splitlines() if line.startswith("stored: ")]
    stored = list(Path(tmp).glob("results/runs/fake-*/*"))
    expect(len(set(said)) == 6 and {f"stored: {p}" for p in stored} == set(said), said, stored)
    expect(all(json.loads(p.read_text())["benchmarks"] for p in stored))


def out_to_stdout_is_json_alone(tmp):
    for to in ("-", "/dev/stdout"):
        out = bench("--filter", "raw", "--out", to, cwd=tmp)
        expect(out.returncode == 0 and json.loads(out.stdout)["benchmarks"] and not os.listdir(tmp), to, out)


def google_benchmark_flags_pass_through(tmp):
    out = bench("--filter", "read/mmio/(raw|project)", "--benchmark_filter=raw", "--out", f"{tmp}/r.json")
    expect(out.returncode == 0 and set(rows(f"{tmp}/r.json")) == {"read/mmio/raw/u32"}, out)
    for form, text in (("json", '"name": "read/mmio/raw/u32_median"'), ("csv", '"read/mmio/raw/u32_median"'), ("console", "read/mmio/raw/u32_median")):
        out = bench("--filter", "read/mmio/raw", f"--benchmark_format={form}", f"--benchmark_out={tmp}/g.json", "--out", f"{tmp}/r.json")
        expect(out.returncode == 0 and text in out.stdout and "+-%" not in out.stdout, out)
        if form == "json":
            json.loads(out.stdout)
    # Launches are its repetitions: their values, and its own aggregates of them, of both clocks.
    ours = rows(f"{tmp}/r.json")["read/mmio/raw/u32"]
    theirs = [row for row in json.loads(Path(tmp, "g.json").read_text())["benchmarks"] if row["run_name"] == "read/mmio/raw/u32"]
    values = [row for row in theirs if row["run_type"] == "iteration"]
    expect([row["repetition_index"] for row in values] == [0, 1, 2], theirs)
    expect(all(abs(a["real_time"] / b - 1) < 1e-6 for a, b in zip(values, ours["launches"])), values, ours)
    for key in ("real_time", "cpu_time"):
        median = sorted(row[key] for row in values)[1]
        (row,) = [row for row in theirs if row.get("aggregate_name") == "median"]
        expect(abs(row[key] / median - 1) < 1e-6 and abs(median / ours[key] - 1) < 1e-6, key, theirs, ours)
    for flag in ("--benchmark_repetitions=2", "--benchmark_min_time=0.01s"):
        expect(bench("--filter", "read/mmio/raw", flag, "--out", f"{tmp}/r.json").returncode == 0, flag)
    expect(len(rows(f"{tmp}/r.json")["read/mmio/raw/u32"]["launches"]) == 3, "the last of --launches and repetitions counts")
    out = bench("--filter", "read/mmio/raw", "--benchmark_list_tests=true", "--out", f"{tmp}/l.json")
    expect("read/mmio/raw/u32" in out.stdout and not Path(tmp, "l.json").exists(), out)


def compare_py_reads_it(tmp):
    tool = "/usr/share/benchmark/compare.py"
    if not os.path.exists(tool) or subprocess.run(["/usr/bin/python3", "-c", "import scipy"], capture_output=True).returncode:
        print("skipped: compare.py (libbenchmark-tools) or python3-scipy is not installed")
        sys.exit(77)
    for name in ("a", "b"):
        expect(bench("--filter", "read/mmio/(raw|project)|broken", "--out", f"{tmp}/{name}.json").returncode == 0)
    out = subprocess.run(["/usr/bin/python3", tool, "benchmarks", f"{tmp}/a.json", f"{tmp}/b.json"], capture_output=True, text=True)
    expect(out.returncode == 0 and "read/mmio/project/u32" in out.stdout, out)


def no_colour_in_a_pipe(tmp):
    out = bench("--filter", "raw", "--out", f"{tmp}/r.json")
    expect("\033" not in out.stdout + out.stderr and "\r" not in out.stderr, out)


def main():
    with tempfile.TemporaryDirectory() as tmp, tempfile.TemporaryDirectory() as data:
        os.environ["XDG_DATA_HOME"] = data
        globals()[sys.argv[3].replace("-", "_")](tmp)


main()
