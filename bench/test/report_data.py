# SPDX-License-Identifier: MIT
"""Stored runs whose every figure is known, and files that an enemy wrote."""
import json
import math
import os

SIZES = [1, 4, 16, 64, 256, 1024, 4096, 65536, 1048576]
# Bytes a cycle at best, and cycles that a call costs.
ROUTINES = {"strict": (15.9, 6), "strict-s": (62, 14), "wide-m": (61, 5), "glibc": (60, 7), "kernel-generic": (7.9, 8), "kernel-x86": (58, 30)}
CYCLES_PER_NS = 3.0
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`&</td></table></style>"


def row(name, ns, **more):
    op, backend, routine = name.split("/")[:3]
    return {"name": name, "run_name": name, "run_type": "iteration", "repetitions": 3, "iterations": 1000, "real_time": ns, "cpu_time": ns,
            "time_unit": "ns", "real_time_p25": ns * 0.99, "real_time_p75": ns * 1.01, "real_time_min": ns * 0.98, "real_time_max": ns * 1.02,
            "backend": backend, "routine": routine, "measures": "throughput", "legal": routine not in ("glibc",),
            "samples_ns": [ns, ns * 0.99, ns * 1.01], **more}


def rows(slower=1.0):
    out = []
    for op in ("toio", "fromio", "set"):
        for routine, (best, call) in ROUTINES.items():
            for size in SIZES:
                cycles = call + size / best
                ns = cycles / CYCLES_PER_NS * (slower if routine == "strict" else 1)
                reference = (ROUTINES["kernel-generic"][1] + size / ROUTINES["kernel-generic"][0]) / CYCLES_PER_NS
                out.append(row(f"{op}/mmio/{routine}/{size}", ns, bytes_per_second=size / ns * 1e9, bytes_per_cycle=size / ns / CYCLES_PER_NS,
                               baseline=f"{op}/mmio/kernel-generic/{size}", speed_vs_baseline=reference / ns,
                               instructions=math.ceil(10 + size / 4), accesses=math.ceil(size / 8)))
    for op in ("read", "write", "update"):
        for routine, ns in (("raw", 0.25), ("project", 0.25), ("fallible", 1.25)):
            for width, size in (("u8", 1), ("u16", 2), ("u32", 4), ("u64", 8)):
                out.append(row(f"{op}/mmio/{routine}/{width}", ns, bytes_per_second=size / ns * 1e9,
                               baseline=f"{op}/mmio/raw/{width}", speed_vs_baseline=0.25 / ns))
    return out


def context(day, commit, arch="x86_64", **more):
    return {"date": f"2026-03-{day:02d}T12:00:00+00:00", "json_schema_version": 1, "iopath_version": "0.1.0", "commit": commit, "dirty": False,
            "compiler": "gcc 12.2.0", "compiler_flags": "-O2", "arch": arch, "cpu_model": "Test CPU", "kernel": "Linux 6.1", "smt": "off",
            "turbo": "on", "governor": "performance", "hypervisor": "no", "load_before": 0.1, "load_after": 1.0, "steal_percent": 0.0,
            "cycles_per_ns": CYCLES_PER_NS, "warnings": ["the machine was warm"], **more}


def store(folder, name, document):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        if isinstance(document, str):
            out.write(document)
        else:
            json.dump(document, out)


def good(root):
    """Three runs of one machine; in the last, strict copies take 1.5 times as long."""
    folder = f"{root}/runs/x86_64-test"
    for day, commit, slower in ((1, "a" * 40, 1.0), (2, "b" * 40, 1.0), (3, "c" * 40, 1.5)):
        store(folder, f"2026030{day}.json", {"context": context(day, commit), "benchmarks": rows(slower)})


def gate(root):
    cells = [{"name": f"read/mmio/same-{i}/u32", "role": "cell", "verdict": "same code", "same_code": True} for i in range(100)]
    cells += [{"name": f"read/mmio/fast-{i}/u32", "role": "cell", "verdict": "faster", "change": -0.1, "change_low": -0.12, "change_high": -0.08}
              for i in range(70)]
    cells += [{"name": "write/mmio/slow/u32", "role": "cell", "verdict": "slower", "change": 0.071, "change_low": 0.055, "change_high": 0.083,
               "instructions_base": 4, "instructions_candidate": 5, "accesses_base": 1, "accesses_candidate": 1}]
    store(f"{root}/runs", "gate.json", {"json_schema_version": 1, "kind": "iopath-gate", "exit": 1, "base": "old", "candidate": "new", "cells": cells})


def architectures(root):
    folder = f"{root}/baselines"
    for arch, factor in (("aarch64", 1), ("riscv64", 2)):
        cells = [{**r, "instructions": r["instructions"] * factor} for r in rows() if "instructions" in r]
        store(folder, f"{arch}.json", {"context": context(4, "d" * 40, arch, cpu_model="qemu"), "benchmarks": cells})


def fuzzing(root):
    store(f"{root}/fuzz", "program.json", {"target": "program", "executions": 1234567890, "edges_percent": 97.5,
                                           "mutants": [{"class": "ordering", "planted": 10, "found": 9}]})
    store(f"{root}/fuzz", "0123456789abcdef", "a finding")


def hostile(root):
    folder = f"{root}/runs/enemy"
    evil = context(5, "e" * 40, arch=HOSTILE, cpu_model=HOSTILE, compiler=HOSTILE, kernel="\u202eevil\x1b[31m", warnings=[HOSTILE], smt=HOSTILE)
    cells = [row(f"toio/{HOSTILE.replace('/', '|')}/{HOSTILE.replace('/', '|')}/{size}", size, bytes_per_cycle=1.0, baseline=HOSTILE,
                 speed_vs_baseline=0.5, error_message=HOSTILE) for size in (8, 64, 512)]
    cells += [row(f"read/{HOSTILE.replace('/', '|')}/{HOSTILE.replace('/', '|')}/u32", 1.0, baseline=HOSTILE, speed_vs_baseline=0.5)]
    for name in ("evil1.json", "evil2.json"):
        store(folder, name, {"context": evil, "benchmarks": cells})
    store(folder, "gate.json", {"json_schema_version": 1, "kind": "iopath-gate", "exit": 1, "unfit": HOSTILE, "base": HOSTILE, "candidate": HOSTILE,
                                "cells": [{"name": HOSTILE, "role": "cell", "verdict": HOSTILE, "change": 0.1, "change_low": 0.0, "change_high": 0.2}]})
    store(folder, "truncated.json", '{"context": {"date"')
    store(folder, "foreign.json", '{"hello": "world"}')
    store(folder, "<img src=x onerror=alert(3)>.json", "no JSON")
    store(f"{root}/fuzz", "evil.json", {HOSTILE: HOSTILE, "rows": [{HOSTILE: HOSTILE}]})
