#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cover.py [TARGET...] [--floor LINES BRANCHES]: what the corpora cover of the library, by llvm-cov.

Builds the targets with clang's coverage, replays corpora/TARGET, and writes HTML to build/fuzz/coverage/ and a line to stdout. It is a
report: the mutation score is what counts. With --floor, less than so many percent is a failure. Exit code: 0, 1 below the floor, 2.
"""
import argparse, json, os, subprocess, sys
from pathlib import Path

import runs

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ["program", "projection", "copy", "register", "iosys_map"]
# What programs drive: all of the core that the targets are about. The rest of the core is not linked or not reached from here.
FILES = ["copy/iomem_copy.c", "copy/copy_view.c", "copy/sysmem_copy.c", "bus/config.c", "base/lease.c", "include/iopath/region.h",
         "include/iopath/view.h", "include/iopath/access.h", "include/iopath/project.h", "include/iopath/mmio.h",
         "include/iopath/sysmem.h", "include/iopath/iosysmap.h", "include/iopath/iosys_map.h", "include/iopath/config.h",
         "include/iopath/copy_view.h", "include/iopath/copy.h", "include/iopath/coherent.h", "include/iopath/location.h"]


# Functions in those files that no program can call from here, so that what is left can be asked for in full.
OWNERS = "of owners, which programs do not make: the row tests do"
NOT_DRIVEN = {
    **dict.fromkeys(["iop_coherent_of_hold", "iop_coherent_handle_alloc", "iop_coherent_handle_dma", "iop_coherent_handle_size"], OWNERS),
    **dict.fromkeys(["iop_config_copy_from_io", "iop_config_copy_to_io", "iop_config_is_io", "iop_relaxed_copy_from_io",
                     "iop_relaxed_copy_to_io", "iop_relaxed_is_io"], "declared so that the refusal names it; using one does not compile"),
    **dict.fromkeys(["iop_region_ptr", "iop_region_ptr_try", "iop_mmio_of_raw"], "of raw pointers, which have no backend"),
}


def measure(common, files):
    """{(file, line): count}, {(file, line, branch): count}, {function never called: [(file, first line, last line)]}."""
    lines, branches, called, places = {}, {}, {}, {}
    for text in run(["llvm-cov", "export", *common, "-format=lcov", *files]).splitlines():
        key, _, value = text.partition(":")
        if key == "SF":
            file = str(Path(value).relative_to(ROOT))
        elif key == "DA":
            line, count = map(int, value.split(",")[:2])
            lines[file, line] = max(count, lines.get((file, line), 0))
        elif key == "BRDA":
            line, block, branch, count = value.split(",")
            at = file, int(line), block, branch
            branches[at] = max(0 if count == "-" else int(count), branches.get(at, 0))
    for f in json.loads(run(["llvm-cov", "export", *common, *files]))["data"][0]["functions"]:
        name, region = f["name"].split(":")[-1], f["regions"][0]
        called[name] = max(f["count"], called.get(name, 0))
        places.setdefault(name, []).append((str(Path(f["filenames"][0]).relative_to(ROOT)), region[0], region[2]))
    return lines, branches, {name: where for name, where in places.items() if not called[name]}


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
    flags = "-O1 -g -fprofile-instr-generate -fcoverage-mapping"
    objects, profiles = [], []
    # What only debug views or 32 bits have is covered by builds that have them.
    builds = [(target, "") for target in args.targets] + [(args.targets[0], f) for f in ("-DIOP_DEBUG_VIEWS=1", "-DIOP_64BIT=0")]
    for target, define in builds:
        binary = out / f"{target}{define.replace('=', '')}"
        run(["fuzz/targets/build.sh", target, binary],
            env={**os.environ, "CC": "clang", "CXX": "clang++", "CFLAGS": f"{flags} {define}", "LIB_FUZZING_ENGINE": "replayer"})
        run([binary, f"corpora/{target}"], env={**os.environ, "LLVM_PROFILE_FILE": f"{binary}.profraw"})
        objects += ["-object", binary]
        profiles.append(f"{binary}.profraw")
    merged = out / "merged.profdata"
    run(["llvm-profdata", "merge", "-sparse", *profiles, "-o", merged])
    files = [ROOT / "core" / f for f in FILES if (ROOT / "core" / f).exists()]
    common = [*objects[1:], f"-instr-profile={merged}"]
    run(["llvm-cov", "show", *common, "-format=html", f"-output-dir={out / 'html'}", *files])
    lines, branches, functions = measure(common, files)
    share, undriven = {}, set(functions) & set(NOT_DRIVEN)
    for kind, counts in (("lines", lines), ("branches", branches)):
        kept = {at: n for at, n in counts.items() if not any(f == at[0] and first <= at[1] <= last
                                                             for name in undriven for f, first, last in functions[name])}
        missed = [at for at, n in kept.items() if not n]
        share[kind] = 100.0 * (len(kept) - len(missed)) / max(1, len(kept))
        share[kind + " of"] = f"{len(kept) - len(missed)}/{len(kept)}"
        for file, line in sorted({at[:2] for at in missed}):
            print(f"  {file}:{line}: {kind} not covered")
    print(f"  left out: {', '.join(sorted(undriven))} (cover.py says why)")
    print(f"coverage: {', '.join(args.targets)}: {share['lines']:.1f} % of lines ({share['lines of']}), {share['branches']:.1f} % of branches "
          f"({share['branches of']}); build/fuzz/coverage/html/index.html")
    if args.store:
        stored = runs.Run("coverage", "-".join(args.targets) if len(args.targets) == 1 else "all").store(
            lines_percent=round(share["lines"], 2), branches_percent=round(share["branches"], 2))
        print(f"stored: {stored.relative_to(ROOT)}")
    return 1 if args.floor and (share["lines"] < args.floor[0] or share["branches"] < args.floor[1]) else 0


if __name__ == "__main__":
    sys.exit(main())
