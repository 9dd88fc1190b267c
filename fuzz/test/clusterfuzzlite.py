#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""clusterfuzzlite.py WORK: runs .clusterfuzzlite/build.sh with the variables that ClusterFuzzLite and OSS-Fuzz set, and checks its
outputs as their checkers do. No image is built here: that needs docker and a network.
"""
import os, re, shutil, subprocess, sys, zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / ".clusterfuzzlite"
FLOOR = 1000  # of edges: a library without instrumentation leaves about a hundred, and blinds the engine
SMALL = {"trace_decoder": 200, "results_reader": 400}
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}")


def run(command, **extra):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, errors="replace", **extra)


def check_files():
    """The keys of project.yaml, and that what the Dockerfile copies exists."""
    known = {"homepage", "language", "primary_contact", "auto_ccs", "main_repo", "fuzzing_engines", "sanitizers", "architectures"}
    keys = re.findall(r"^(\w+):", (FILES / "project.yaml").read_text(), re.M)
    check(set(keys) <= known, f"project.yaml: unknown keys {set(keys) - known}")
    check({"language", "main_repo", "homepage", "primary_contact"} <= set(keys), "project.yaml: a key is missing")
    lines = [l for l in (FILES / "Dockerfile").read_text().splitlines() if l and not l.startswith("#")]
    check(lines[0] == "FROM gcr.io/oss-fuzz-base/base-builder", "Dockerfile: another base image")
    for line in lines:
        if line.startswith("COPY"):
            for path in line.split()[1:-1]:
                check((ROOT / path).exists(), f"Dockerfile: {path} does not exist")


def edges_of(binary):
    """As libFuzzer counts them at its start."""
    out = run([binary, "-runs=4", "-seed=1"])
    counters = re.search(r"\((\d+) inline 8-bit counters", out.stderr)
    return int(counters.group(1)) if out.returncode == 0 and counters else 0


def check_target(out, name):
    binary, seeds, dictionary, options = (out / name, out / f"{name}_seed_corpus.zip", out / f"{name}.dict", out / f"{name}.options")
    check(re.fullmatch(r"[A-Za-z0-9_-]+", name), f"{name}: no name for a target")
    check(binary.exists() and os.access(binary, os.X_OK) and binary.read_bytes()[:4] == b"\x7fELF", f"{name}: no program")
    if not binary.exists():
        return
    check("LLVMFuzzerTestOneInput" in run(["nm", binary]).stdout, f"{name}: no LLVMFuzzerTestOneInput")
    edges = edges_of(binary)
    check(edges >= SMALL.get(name, FLOOR), f"{name}: {edges} edges")
    check(re.search(r"^\[libfuzzer\]\nmax_len = \d+$", options.read_text(), re.M), f"{name}: options")
    folder = out / f"{name}-seeds"
    with zipfile.ZipFile(seeds) as archive:
        archive.extractall(folder)
    count = len(list(folder.iterdir()))
    check(count > 0, f"{name}: no seeds")
    replay = run([binary, "-runs=0", f"-dict={dictionary}", folder])
    check(replay.returncode == 0, f"{name}: seeds or dictionary: {replay.stderr[-500:]}")
    entries = re.search(r"Dictionary: (\d+) entries", replay.stderr)
    check(entries and int(entries.group(1)) > 0, f"{name}: the dictionary does not parse")
    print(f"{name}: {edges} edges, {count} seeds, {entries.group(1) if entries else 0} words")


def main():
    out = Path(sys.argv[1]) / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    source = Path(sys.argv[1]) / "src"
    source.mkdir(exist_ok=True)
    if not (source / "iopath").exists():
        (source / "iopath").symlink_to(ROOT)
    check_files()
    # What compile sets for --engine libfuzzer --sanitizer address.
    flags = "-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fsanitize=address " \
            "-fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link"
    done = run(["bash", "-eu", FILES / "build.sh"], cwd=source / "iopath",
               env={**os.environ, "SRC": str(source), "OUT": str(out), "WORK": sys.argv[1], "CC": "clang", "CXX": "clang++", "CFLAGS": flags,
                    "CXXFLAGS": flags, "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer", "FUZZING_ENGINE": "libfuzzer", "SANITIZER": "address",
                    "ARCHITECTURE": "x86_64", "FUZZING_LANGUAGE": "c"})
    check(done.returncode == 0, f"build.sh: {done.stdout[-1000:]}{done.stderr[-2000:]}")
    names = sorted(p.stem for p in (ROOT / "fuzz/targets").glob("*.c") if p.stem not in ("replayer", "mutator_afl"))
    for name in names:
        check_target(out, name)
    # The control: what is not instrumented has no edges.
    bare = out / "bare"
    done = run(["fuzz/targets/build.sh", "trace_decoder", bare], cwd=ROOT, env={**os.environ, "CC": "clang", "CXX": "clang++", "CFLAGS": "-O1",
                                                                                 "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer"})
    check(done.returncode == 0 and bare.exists() and edges_of(bare) < 200, "a target without instrumentation passes for one with it")
    print(f"{len(names)} targets, {len(failures)} failures; no image was built")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
