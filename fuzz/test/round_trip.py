#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""round_trip.py BUILD CC: a finding of a faulty core becomes a C test that fails on it and passes on the right core."""
import json, os, subprocess, sys, tempfile
from pathlib import Path

build, cc = Path(sys.argv[1]), sys.argv[2]
root = Path(__file__).resolve().parents[2]
work = build / "fuzz/mutants"
sources = json.loads((build / "fuzz/sources.json").read_text())["core"]
lines = [l for l in (root / "fuzz/faults/mutants.def").read_text().splitlines() if l.strip() and not l.startswith("#")]


def number(kind):
    return next(i for i, l in enumerate(lines, 1) if l.startswith(kind))


def run(command, **extra):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, **extra)


flags = ["-std=gnu11", "-D_GNU_SOURCE", "-O1", "-DIOP_EVENTS=1", "-fno-builtin-memcpy"]
good = [*flags, f"-I{root}/core/include", f"-I{build}/include"]
bad = [*flags, "-U__OPTIMIZE__", "-w", "-include", work / "mutant.h", f"-I{work}/core/include", f"-I{build}/include", f"-I{work}"]


def library(out, options, files):
    """The core as objects: the right one, or that with all faults behind their numbers."""
    out.mkdir()
    done = run([cc, *options, "-c", *files], cwd=out)
    if done.returncode:
        sys.exit(f"the core does not compile: {done.stderr[:2000]}")
    return sorted(out.glob("*.o"))


def round_trip(kind, out, right, faulty):
    fault = {**os.environ, "IOP_MUTANT": str(number(kind))}
    hunt = run([work / "hunt-r", "generate", "--time", "20", "--quiet", "--out", out], env=fault)
    test = next(out.glob("*.c"), None)
    if hunt.returncode != 1 or not test:
        print(f"{kind}: not found: {hunt.stdout}{hunt.stderr}")
        return False
    link = ["-Wl,--wrap=memcpy", "-Wl,--wrap=malloc", "-lpthread", "-o"]
    built = [run([cc, *good, "-Wall", "-Werror", test, *right, *link, out / "good"]), run([cc, *bad, test, *faulty, *link, out / "bad"])]
    if any(b.returncode for b in built):
        print(f"{kind}: {test.name} does not compile: {built[0].stderr}{built[1].stderr}"[:2000])
        return False
    passes, fails = run([out / "good"]), run([out / "bad"], env=fault)
    print(f"{kind}: {test.name}: right core {passes.returncode}, faulty core {fails.returncode} {fails.stdout.strip()[:100]!r}")
    return passes.returncode == 0 and fails.returncode == 1


with tempfile.TemporaryDirectory() as name:
    top = Path(name)
    right = library(top / "right", good, sources)
    faulty = library(top / "faulty", bad, [*(work / "core" / Path(s).relative_to(root / "core") for s in sources), work / "mutant.c"])
    failed = 0
    for kind in ("memcpy-for-memmove", "index-bound", "code-swapped", "tag-lost", "lost-dma-address", "doubled-word", "no-words", "half-address", "swap-lost",
                 "vmap-leaked", "vmap-code-swapped", "guard-leaked", "revoked-accessed", "devres-leaked", "unbind-order", "second-owner",
                 "clear-reads", "read-only-lost", "write-only-read", "keep-clears", "rep-advances", "mask-not-kept",
                 "flush-lost", "wrong-tier"):
        (top / kind).mkdir()
        failed += not round_trip(kind, top / kind, right, faulty)
sys.exit(1 if failed else 0)
