#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cover.py [TARGET...] [--floor LINES BRANCHES]: what the corpora cover of the library, by llvm-cov.

Builds the targets with clang's coverage, replays corpora/TARGET, and writes HTML to build/fuzz/coverage/ and a line to stdout. It is a
report: the mutation score is what counts. With --floor, less than so many percent is a failure. Exit code: 0, 1 below the floor, 2.
"""
import argparse, json, os, subprocess, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ["program", "projection", "copy", "register", "iosys_map"]
# What programs drive: all of the core that the targets are about. The rest of the core is not linked or not reached from here.
FILES = ["copy/iomem_copy.c", "copy/copy_view.c", "copy/sysmem_copy.c", "bus/config.c", "base/lease.c", "include/iopath/region.h",
         "include/iopath/view.h", "include/iopath/access.h", "include/iopath/project.h", "include/iopath/mmio.h",
         "include/iopath/sysmem.h", "include/iopath/iosysmap.h", "include/iopath/iosys_map.h", "include/iopath/config.h",
         "include/iopath/copy_view.h", "include/iopath/copy.h", "include/iopath/coherent.h", "include/iopath/location.h"]


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
    parser.add_argument("--floor", nargs=2, type=float, metavar=("LINES", "BRANCHES"))
    args = parser.parse_args(argv)
    out = ROOT / "build/fuzz/coverage"
    out.mkdir(parents=True, exist_ok=True)
    flags = "-O1 -g -fprofile-instr-generate -fcoverage-mapping"
    objects, profiles = [], []
    for target in args.targets:
        binary = out / target
        run(["fuzz/targets/build.sh", target, binary],
            env={**os.environ, "CC": "clang", "CXX": "clang++", "CFLAGS": flags, "LIB_FUZZING_ENGINE": "replayer"})
        run([binary, f"corpora/{target}"], env={**os.environ, "LLVM_PROFILE_FILE": str(out / f"{target}.profraw")})
        objects += ["-object", binary]
        profiles.append(out / f"{target}.profraw")
    merged = out / "merged.profdata"
    run(["llvm-profdata", "merge", "-sparse", *profiles, "-o", merged])
    files = [ROOT / "core" / f for f in FILES if (ROOT / "core" / f).exists()]
    common = [*objects[1:], f"-instr-profile={merged}"]
    run(["llvm-cov", "show", *common, "-format=html", f"-output-dir={out / 'html'}", *files])
    report = json.loads(run(["llvm-cov", "export", *common, "-summary-only", *files]))["data"][0]
    share = {}
    for kind in ("lines", "branches"):
        total = sum(f["summary"][kind]["count"] for f in report["files"])
        covered = sum(f["summary"][kind]["covered"] for f in report["files"])
        share[kind] = 100.0 * covered / max(1, total)
        share[kind + " of"] = f"{covered}/{total}"
    for f in report["files"]:
        lines = f["summary"]["lines"]
        if lines["covered"] < lines["count"]:
            print(f"  {Path(f['filename']).relative_to(ROOT)}: {lines['covered']} of {lines['count']} lines, "
                  f"{f['summary']['branches']['covered']} of {f['summary']['branches']['count']} branches")
    print(f"coverage: {', '.join(args.targets)}: {share['lines']:.1f} % of lines ({share['lines of']}), {share['branches']:.1f} % of branches "
          f"({share['branches of']}); build/fuzz/coverage/html/index.html")
    return 1 if args.floor and (share["lines"] < args.floor[0] or share["branches"] < args.floor[1]) else 0


if __name__ == "__main__":
    sys.exit(main())
