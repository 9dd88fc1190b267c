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


# Verdicts, and the time of a copy in patterns of sizes, in ns: twice as fast as the kernel's in one, 1.125 times in the other.
TIERS = {"strict": ("STRICT", 15), "strict-s": ("STRICT-S", 15), "wide-m": ("WIDE-M", 64), "wide-avx2": ("WIDE", 47), "mem": ("MEM", 0),
         "glibc": ("MEM", 0), "kernel-generic": ("STRICT", 9), "kernel-x86": ("STRICT-S", 7)}
PATTERNS = {"16-64/pattern=alternate": {"strict": 4.0, "kernel-generic": 8.0, "glibc": 2.0},
            "8-64/pattern=mix": {"strict": 8.0, "kernel-generic": 9.0, "glibc": 8.0}}


def driver_rows(sizes=1.0, limits=1.0):
    """What a driver author asks for: patterns, limits, verdicts and accesses; copies of one size take @sizes times as long."""
    out = []
    for routine, (tier, widths) in TIERS.items():
        for size in (64, 4096):
            for op in ("toio", "fromio"):
                out.append(row(f"{op}/mmio/{routine}/{size}", sizes * size / 16, bytes_per_cycle=16 / CYCLES_PER_NS / sizes, tier=tier, widths=widths,
                               legal=tier != "MEM", instructions=34, device_accesses={"w8" if op == "toio" else "r8": size / 8}))
        for rest, times in PATTERNS.items():
            if routine in times:
                out.append(row(f"toio/mmio/{routine}/{rest}", times[routine], bytes_per_cycle=1.0, tier=tier, widths=widths, legal=tier != "MEM"))
    for what, width, ns in (("copy", 8, 192.0), ("copy", 32, 128.0), ("copy", 64, 64.0), ("store", 8, 128.0)):
        out.append(row(f"limit/none/{what}-{width}/4096", ns * limits, bytes_per_cycle=4096 / ns / limits / CYCLES_PER_NS, control=True))
    # What is a longer sequence of a pattern's is no pattern of its own.
    out.append(row("toio/mmio/strict/1-64/pattern=uniform/length=2^21", 1.0))
    out.append(row("toio/mmio/kernel-generic/1-64/pattern=uniform/length=2^21", 100.0))
    out.append(row("read/mmio/project/u32", 0.25, instructions=1, device_accesses={"r4": 1}))
    out.append(row("write/mmio/project/u32", 0.25, instructions=1, device_accesses={"w4": 1}))
    out.append(row("read/coherent/project/u32", 0.25, instructions=1, device_accesses={"r4": 1}))
    out.append(row("toio/vmap/view/64", 2.0))
    out.append(row("read/config/sysfs/u32", 900.0, instructions=260))
    return out


def driver(root, **more):
    """Two CPU models; of the first also an older run, and an interrupted newer one."""
    folder = f"{root}/runs/driver"
    for day, cpu, rows_of, about in ((2, "CPU of A", driver_rows(9.0), {}), (3, "CPU of A", driver_rows(**more), {}),
                                     (4, "CPU of A", driver_rows(5.0), {"partial": True}), (1, "CPU of B", driver_rows(2.0, **more), {})):
        store(folder, f"2026030{day}.json", {"context": context(day, f"{day}" * 40, cpu_model=cpu, **about), "benchmarks": rows_of})


def profile(root):
    store(root, "edu.json", {"kind": "iopath profile", "version": 1, "name": "edu", "mapping": "uncached", "cpu": "", "source": "",
                             "device_ns": {"r4": 800.5, "w8": 100.5, "w4": 90.5, "r8": 900.5},
                             "cached_ns": {"r4": 0.5, "w8": 0.5, "w4": 0.5, "r8": 0.5}})
    return f"{root}/edu.json"


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


def lasting(root, step=1.5):
    """Fourteen runs whose figures scatter by a per mille; from the ninth on strict copies take @step times as long."""
    for day in range(1, 15):
        cells = rows(step if day > 8 else 1.0)
        for i, cell in enumerate(cells):
            cell["speed_vs_baseline"] *= 1 + 0.001 * math.sin(7 * day + i)
        store(f"{root}/runs/x86_64-test", f"202603{day:02}.json", {"context": context(day, f"{day:x}" * 40), "benchmarks": cells})


def gate(root):
    cells = [{"name": f"read/mmio/same-{i}/u32", "role": "cell", "verdict": "same code", "same_code": True} for i in range(100)]
    cells += [{"name": f"read/mmio/fast-{i}/u32", "role": "cell", "verdict": "faster", "change": -0.1, "change_low": -0.12, "change_high": -0.08}
              for i in range(70)]
    cells += [{"name": "write/mmio/slow/u32", "role": "cell", "verdict": "slower", "change": 0.071, "change_low": 0.055, "change_high": 0.083,
               "instructions_base": 4, "instructions_candidate": 5, "accesses_base": 1, "accesses_candidate": 1}]
    store(f"{root}/runs", "gate.json", {"json_schema_version": 1, "kind": "iopath-gate", "exit": 1, "base": "old", "candidate": "new", "cells": cells})


def machines(root):
    """Runs of two machines of other architectures."""
    for arch, factor in (("aarch64", 1), ("riscv64", 2)):
        cells = [{**r, "instructions": r["instructions"] * factor} for r in rows() if "instructions" in r]
        store(f"{root}/runs/{arch}", "20260304.json", {"context": context(4, "d" * 40, arch, cpu_model="Other CPU"), "benchmarks": cells})


def user(root):
    """A later run with cells of a module of a user's, and ours beside them."""
    baseline = {"baseline": "toio/mmio/kernel-generic/64"}
    cells = [row("toio/mmio/kernel-generic/64", 4.0), row("toio/mmio/strict/64", 2.0, instructions=34, device_accesses={"w8": 8}, speed_vs_baseline=2.0,
                                                          **baseline),
             row("toio/mydriver/copy_words/64", 8.0, module="mydriver", instructions=120, device_accesses={"w4": 16}, speed_vs_baseline=0.5, **baseline),
             row("operation/mydriver/post/4096", 1.0, module="mydriver", instructions=6, device_accesses={"w4": 3})]
    store(f"{root}/runs/x86_64-test", "20260309.json", {"context": context(9, "e" * 40), "benchmarks": cells})


# Of each architecture: fewest accesses, the routine's and portable C's instructions for 4 KiB, the C library's illegal calls to and
# from a device (None: unseen) and its accesses to one, barriers of an ordered read.
ARCHS = {"x86-64": (6.0, 1000, 4000, (504, 500), 2.0, []), "riscv64": (6.0, 1000, 9000, (0, 336), 12.0, ["fence i,ir"]),
         "s390x": (6.0, 4000, 4000, (None, None), 0.0, ["bnor %r0", "bnor %r0"])}


def baseline(arch, fewest, own, portable, illegal, libc_accesses, barriers):
    copies = []
    for op, caught in zip(("toio", "fromio"), illegal):
        for routine, instructions in (("strict", own), ("strict-portable", portable), ("glibc", 500)):
            libc = routine == "glibc"
            for size, calls in (("8", 1), ("64", 1), ("256", 1), ("4096", 1), ("1-64", 512)):
                copies.append({"routine": routine, "tier": "STRICT", "op": op, "size": size, "calls": calls, "optimum": fewest,
                               "accesses": libc_accesses if libc else fewest, "instructions": instructions if size == "4096" else 50.0,
                               "illegal": min(calls, caught or 0) if libc else 0,
                               "blind": calls if libc and caught is None else 0})
    accessors = [{"accessor": f"{order} {op} u32", "accesses": 1, "instructions": 1 + len(barriers) * (order == "ordered")}
                 for order in ("ordered", "relaxed") for op in ("read", "write")]
    return {"arch": arch, "compiler": "gcc 12", "tools": {"emulator": "qemu 7.2", "estimates": "LLVM version 19"}, "copies": copies,
            "accessors": accessors, "code_bytes": {"iop_memcpy_toio": 333},
            "barriers": {"read_mmio_u32": barriers, "write_mmio_u32": barriers[:1], "read_relaxed_u32": [], "write_relaxed_u32": []},
            "estimates": [{"core": f"{arch}-core", "block": "toio", "cycles_per_byte": 0.125},
                          {"core": f"{arch}-core", "block": "fromio", "cycles_per_byte": 0.0625}]}


def commands(root, *runs):
    """Whole commands, in milliseconds, of runs that are newer than all others."""
    for day, (commit, times) in enumerate(runs, 20):
        cells = [row(f"command/process/{name}/0", ms * 1e6) for name, ms in times.items()]
        store(f"{root}/runs/x86_64-test", f"202603{day}.json", {"context": context(day, commit, source="hyperfine"), "benchmarks": cells})


def baselines(root):
    for arch, figures in ARCHS.items():
        store(f"{root}/baselines", f"{arch}.json", baseline(arch, *figures))


def every_architecture(root):
    """Seven, as there are in results/baselines."""
    for i, arch in enumerate(("x86-64", "i386", "arm64", "armhf", "riscv64", "ppc64le", "s390x")):
        store(f"{root}/baselines", f"{arch}.json", baseline(arch, 6.0, 1000 * (i + 1), 9000, (0, 0), 2.0, []))


def record(kind, **more):
    return {"format": "iopath-fuzz 1", "kind": kind, "date": "2026-03-04T12:00:00Z", "commit": "d" * 40, **more}


def fuzzing(root):
    folder = f"{root}/fuzz/runs"
    campaign = record("campaign", target="program", engine="generator", seconds=3600, executions=1234567890, operations=9876543210,
                      executions_per_s=342935.5, operations_per_s=2743484.2, edges=4321, corpus={"files": 99, "bytes": 12345}, findings=1,
                      partial=False)
    store(folder, "20260304T120000Z-program.json", campaign)
    store(folder, "20260303T120000Z-files.json", {**campaign, "target": "files", "date": "2026-03-03T12:00:00Z", "findings": 0, "partial": True})
    store(folder, "20260304T130000Z-mutants.json",
          record("mutants", layer="core", faults=10, equivalent=2, found=9, median_s=0.5, worst_s=31.5,
                 table=[{"fault": 17, "layer": "core", "seconds": 0.25, "executions": 4711}]))
    store(folder, "20260302T130000Z-mutants.json", {**record("mutants", layer="core", faults=8, found=1), "date": "2026-03-02T12:00:00Z"})
    store(folder, "20260304T140000Z-coverage.json", record("coverage", lines_percent=97.5, branches_percent=88.25))
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
    evil_arch = baseline(HOSTILE, *ARCHS["riscv64"][:5], [HOSTILE])
    evil_arch.update(compiler=HOSTILE, code_bytes={HOSTILE: 1}, tools={"emulator": HOSTILE}, estimates=[{"core": HOSTILE, "block": "toio",
                                                                                                        "cycles_per_byte": 1e308}])
    store(f"{root}/baselines", "evil.json", evil_arch)
    store(f"{root}/baselines", "truncated-arch.json", '{"arch": "x", "copies": [{')
    store(f"{root}/baselines", "no-arch.json", {"hello": "world"})
    store(f"{root}/runs", "misplaced.json", baseline("x86-64", *ARCHS["x86-64"]))
    folder = f"{root}/fuzz/runs"
    store(folder, "evil.json", record("campaign", target=HOSTILE, engine=HOSTILE, executions=HOSTILE, seconds=1e300, corpus=HOSTILE,
                                      operations=-5, edges=[HOSTILE], findings=0))
    store(folder, "evil-mutants.json", record("mutants", layer=HOSTILE, faults=HOSTILE, table=[{"fault": HOSTILE}, HOSTILE, 7]))
    store(folder, "another-format.json", {**record("campaign"), "format": "iopath-fuzz 2"})
    store(folder, "not-fuzz.json", {"format": HOSTILE})
    store(folder, "cut.json", '{"format": "iopath-fuzz 1"')
