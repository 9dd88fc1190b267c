#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cover.py [TARGET...] [--floor LINES BRANCHES]: what the corpora cover of the library, by llvm-cov.

Builds the targets with clang's coverage, replays corpora/TARGET, and writes HTML to build/fuzz/coverage/ and a line to stdout. It is a
report: the mutation score is what counts. What no program can reach is listed in unreachable.def, with the reason, and an entry that is
reached after all, or is not there any more, is a failure. With --floor, less than so many percent is one, too. Exit code: 0, 1 below the floor, 2.
"""
import argparse, json, os, subprocess, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import runs

ROOT = runs.ROOT
TARGETS = ["program", "projection", "copy", "register", "iosys_map"]
# What programs drive: all of the core that the targets are about. The rest of the core is not linked or not reached from here.
FILES = ["copy/iomem_copy.c", "copy/copy_view.c", "copy/sysmem_copy.c", "provider/config/config.c", "base/lease.c", "provider/bus/bus.c", "owner/iomem.c",
         "owner/bar.c", "owner/vmap.c", "owner/revocable.c", "owner/devres.c", "provider/bus/device.c", "include/iopath/vmap.h",
         "include/iopath/revocable.h", "include/iopath/devres.h", "include/iopath/bus.h", "include/iopath/iomem.h",
         "include/iopath/region.h", "include/iopath/view.h", "include/iopath/access.h", "include/iopath/path.h",
         "include/iopath/mmio.h", "include/iopath/sysmem.h", "include/iopath/iosysmap.h", "include/iopath/kernel_iosys_map.h",
         "include/iopath/config.h", "include/iopath/copy_view.h", "include/iopath/copy.h", "include/iopath/coherent.h",
         "include/iopath/location.h", "include/iopath/halves.h", "include/iopath/byte_order.h", "include/iopath/width.h"]


# Functions in those files that no program can call from here, so that what is left can be asked for in full.
OWNERS = "of owners, which programs do not make: the row tests do"
NOT_DRIVEN = {
    **dict.fromkeys(["iop_coherent_of_hold", "iop_coherent_handle_alloc", "iop_coherent_handle_dma", "iop_coherent_handle_size"], OWNERS),
    **dict.fromkeys(["iop_config_copy_fromio", "iop_config_copy_toio", "iop_config_is_io", "iop_relaxed_copy_fromio",
                     "iop_relaxed_copy_toio", "iop_relaxed_is_io", "iop_mmio_raw_load", "iop_mmio_raw_store", "iop_mmio_raw_advance"], "declared so that the refusal names it; using one does not compile"),
    **dict.fromkeys([f"iop_{name}" for bits in (16, 32, 64) for order in ("le", "be") for name in (f"cpu_to_{order}{bits}", f"{order}{bits}_to_cpu")],
                    "of types that say their byte order, which programs do not have: the row tests do"),
    "iop_device_fail_next": "for tests: programs make malloc fail instead",
    **dict.fromkeys(["signal_dropped", "wait_dropped"], "of two threads that meet: the row tests do"),
    **dict.fromkeys(["iop_region_ptr", "iop_region_ptr_try", "iop_mmio_of_raw"], "of raw pointers, which have no backend"),
}


def measure(common, files):
    """Counts of {(file, line, "line"): n} and {(file, line, text of a condition, "true" or "false"): n}, each place of the source once, by
    the build and expansion that reaches it most; and {function never called: [(file, first line, last line)]}."""
    lines, branches, called, places, texts = {}, {}, {}, {}, {}
    for text in run(["llvm-cov", "export", *common, "-format=lcov", *files]).splitlines():
        key, _, value = text.partition(":")
        if key == "SF":
            file = str(Path(value).relative_to(ROOT))
            texts[file] = Path(value).read_text().splitlines()
        elif key == "DA":
            line, count = map(int, value.split(",")[:2])
            at = file, line, texts[file][line - 1].strip(" \t\\"), "line"
            lines[at] = max(count, lines.get(at, 0))
    for f in json.loads(run(["llvm-cov", "export", *common, *files]))["data"][0]["functions"]:
        name, region = f["name"].split(":")[-1], f["regions"][0]
        if not Path(f["filenames"][0]).is_relative_to(ROOT):
            continue  # the model's side of an operation
        called[name] = max(f["count"], called.get(name, 0))
        places.setdefault(name, []).append((str(Path(f["filenames"][0]).relative_to(ROOT)), region[0], region[2]))
        for line, column, last, end, true, false, where, *_ in f["branches"]:
            file = str(Path(f["filenames"][where]).relative_to(ROOT))
            if file in texts:
                text = texts[file][line - 1][column - 1:end - 1 if last == line else None]
                for arm, count in (("true", true), ("false", false)):
                    at = file, line, column, text, arm
                    branches[at] = max(count, branches.get(at, 0))
    return lines, branches, {name: where for name, where in places.items() if not called[name]}


def justified():
    """{(file, text, line or arm): [why, seen]} of unreachable.def."""
    known = {}
    for n, line in enumerate((ROOT / "fuzz/faults/unreachable.def").read_text().splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            part = [p.strip() for p in line.split(" | ")]
            if len(part) != 4 or part[2] not in ("line", "true", "false"):
                print(f"iopath: coverage: unreachable.def:{n}: not file, text, line or true or false, why", file=sys.stderr)
                sys.exit(2)
            known["core/" + part[0], part[1], part[2]] = n
    return known


def run(command, **extra):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=ROOT, **extra)
    if done.returncode:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
        print(f"iopath: coverage: {Path(command[0]).name}: failed (is clang's llvm installed? scripts/setup fuzz)", file=sys.stderr)
        sys.exit(2)
    return done.stdout


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", default=TARGETS)
    parser.add_argument("--store", action="store_true", help="keep the figures in results/fuzz/runs")
    parser.add_argument("--floor", nargs=2, type=float, metavar=("LINES", "BRANCHES"))
    args = parser.parse_args(argv)
    out = ROOT / "build/fuzz/coverage"
    out.mkdir(parents=True, exist_ok=True)
    # Without the pragma that silences other people's compilers: clang maps no coverage of system headers.
    flags = "-O1 -g -fprofile-instr-generate -fcoverage-mapping -DIOP_WARN_IN_HEADERS"
    objects, profiles = [], []
    # What only debug views or 32 bits have is covered by builds that have them.
    for targets, define in [(args.targets, "")] + [(args.targets[:1], f) for f in ("-DIOP_DEBUG_VIEWS=1", "-DIOP_64BIT=0")]:
        binaries = {target: out / f"{target}{define.replace('=', '')}" for target in targets}
        run(["fuzz/targets/build.sh", *(part for pair in binaries.items() for part in pair)],
            env={**os.environ, "CC": "clang", "CXX": "clang++", "CFLAGS": f"{flags} {define}", "LIB_FUZZING_ENGINE": "replayer"})
        for target, binary in binaries.items():
            run([binary, f"corpora/{target}"], env={**os.environ, "LLVM_PROFILE_FILE": f"{binary}.profraw"})
            objects += ["-object", binary]
            profiles.append(f"{binary}.profraw")
    merged = out / "merged.profdata"
    run(["llvm-profdata", "merge", "-sparse", *profiles, "-o", merged])
    files = [ROOT / "core" / f for f in FILES]
    common = [*objects[1:], f"-instr-profile={merged}"]
    run(["llvm-cov", "show", *common, "-format=html", f"-output-dir={out / 'html'}", *files])
    lines, branches, functions = measure(common, files)
    share, undriven, known, found = {}, set(functions) & set(NOT_DRIVEN), justified(), set()
    # A file that is not looked at is no covered one.
    seen = {at[0] for at in (*lines, *branches)}
    wrong = [f"cover.py: core/{f} is not there, or clang maps nothing of it" for f in FILES if f"core/{f}" not in seen]
    for kind, counts in (("lines", lines), ("branches", branches)):
        kept = {at: n for at, n in counts.items() if not any(f == at[0] and first <= at[1] <= last
                                                             for name in undriven for f, first, last in functions[name])}
        because = {at for at in kept if (at[0], *at[-2:]) in known}
        found |= {(at[0], *at[-2:]) for at in because}
        wrong += [f"{at[0]}:{at[1]}: {at[-2]}: {at[-1]} is called unreachable, and is reached" for at in because if kept[at]]
        missed = sorted(at for at, n in kept.items() if not n and at not in because)
        reachable = len(kept) - len(because)
        share[kind] = 100.0 * (reachable - len(missed)) / max(1, reachable)
        share[kind + " of"] = f"{reachable - len(missed)} of {reachable} reachable, {len(because)} justified"
        for at in missed:
            print(f"  {at[0]}:{at[1]}: {kind} not covered: {at[-2]}{'' if kind == 'lines' else ', ' + at[-1]}")
    wrong += [f"unreachable.def:{n}: {at[0]} has no such place: {at[1]}" for at, n in known.items() if at not in found]
    for text in wrong:
        print(f"iopath: coverage: {text} (update the list)", file=sys.stderr)
    print(f"  left out: {', '.join(sorted(undriven))} (cover.py says why)")
    print(f"coverage: {', '.join(args.targets)}: {share['lines']:.1f} % of lines ({share['lines of']}), {share['branches']:.1f} % of branches "
          f"({share['branches of']}); build/fuzz/coverage/html/index.html")
    if args.store:
        stored = runs.Run("coverage", "-".join(args.targets) if len(args.targets) == 1 else "all").store(
            lines_percent=round(share["lines"], 2), branches_percent=round(share["branches"], 2))
        print(f"stored: {stored.relative_to(ROOT)}")
    return 1 if wrong or args.floor and (share["lines"] < args.floor[0] or share["branches"] < args.floor[1]) else 0


if __name__ == "__main__":
    sys.exit(main())
