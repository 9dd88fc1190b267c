#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""round_trip.py BUILD CC: a finding of a faulty core becomes a C test that fails on it and passes on the right core."""
import json, os, subprocess, sys, tempfile
from pathlib import Path

build, cc = Path(sys.argv[1]), sys.argv[2]
root = Path(__file__).resolve().parents[2]
work = build / "fuzz/mutants"
sources = json.loads((build / "fuzz/sources.json").read_text())["core"]
lines = [l for l in (root / "fuzz/mutants.def").read_text().splitlines() if l.strip() and not l.startswith("#")]


def number(kind):
    return next(i for i, l in enumerate(lines, 1) if l.startswith(kind))


def run(command, **extra):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, **extra)


failed = 0
for kind in ("memcpy-for-memmove", "index-bound", "code-swapped", "tag-lost"):
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        fault = {**os.environ, "IOP_MUTANT": str(number(kind))}
        hunt = run([work / "hunt-r", "generate", "--time", "20", "--quiet", "--out", out], env=fault)
        test = next(out.glob("*.c"), None)
        if hunt.returncode != 1 or not test:
            print(f"{kind}: not found: {hunt.stdout}{hunt.stderr}")
            failed += 1
            continue
        flags = ["-std=gnu11", "-D_GNU_SOURCE", "-O1", "-DIOP_EVENTS=1", "-fno-builtin-memcpy", "-Wl,--wrap=memcpy"]
        good = run([cc, *flags, "-Wall", "-Werror", f"-I{root}/core/include", f"-I{build}/include", test, *sources, "-lpthread", "-o", out / "good"])
        bad = run([cc, *flags, "-U__OPTIMIZE__", "-w", "-include", work / "mutant.h", f"-I{work}/core/include", f"-I{build}/include", f"-I{work}", test,
                   *[work / "core" / Path(s).relative_to(root / "core") for s in sources], work / "mutant.c", "-lpthread", "-o", out / "bad"])
        if good.returncode or bad.returncode:
            print(f"{kind}: {test.name} does not compile: {good.stderr}{bad.stderr}"[:2000])
            failed += 1
            continue
        passes, fails = run([out / "good"]), run([out / "bad"], env=fault)
        ok = passes.returncode == 0 and fails.returncode == 1
        print(f"{kind}: {test.name}: right core {passes.returncode}, faulty core {fails.returncode} {fails.stdout.strip()[:100]!r}")
        failed += not ok
sys.exit(1 if failed else 0)
