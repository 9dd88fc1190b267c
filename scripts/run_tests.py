#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds and tests one preset after the other, then looks at the sources. scripts/test calls this when the packages are there."""
import argparse
import collections
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

ALL = ["release", "clang", "debug", "asan", "asan-profiles", "tsan", "32-bit", "big-endian", "lint"]
# What asan compiles is clang's -O2 with debug views: clang and debug alone find little more, and wait for the night.
MERGE = ["release", "asan", "tsan", "32-bit", "big-endian", "lint"]
QUICK = ["release", "lint"]
# The labels of tests that a run leaves out.
LEFT = {"all": None, "merge": "nightly", "quick": "nightly|slow|guest"}
PRESETS = {"all": ALL, "merge": MERGE, "quick": QUICK}
BUILD = pathlib.Path("build")
TIMES = BUILD / "test-times.json"
BUILT = re.compile(r"\[(\d+)/(\d+)\] ")
TESTED = re.compile(r"\s*(\d+)/(\d+) Test\s+#\d+: (\S+) \.*(.*?)\s+([\d.]+) sec")
CASE_SKIPPED = re.compile(r"\[  SKIPPED \] (.*)")
PART_SKIPPED = re.compile(r"skipped: ([^:]+): (.+)")
LEFT_OUT = re.compile(r"^-- (?:iopath: (no [^\n]+)|(?:iopath: )?([^\n]+ left out: [^\n]+))$", re.MULTILINE)
CPU_LACKS = "this CPU cannot run it"
ARCHITECTURES = {"x86_64": "x86", "AMD64": "x86", "i686": "x86", "aarch64": "arm64", "armv7l": "arm", "riscv64": "riscv", "s390x": "s390",
                 "ppc64le": "power"}
EPILOG = """\
Presets are those of CMakePresets.json; 'lint' is scripts/lint. Without any, what a merge needs: %(merge)s,
without the tests labelled nightly.
--all is for the nights: those tests, too, in %(all)s.
--quick is for a change to a few files: %(quick)s, without the tests labelled slow, and lint of the files that differ
from the upstream branch.
What was left out is said at the end.
Each preset's logs are build/PRESET.log and build/PRESET/ctest.log. What no test of the run has verified is named before the
last line, which is 'N passed, N failed[, N skipped]'.
Exit: 0 all passed, 1 something failed, 2 bad use, 130 interrupted.
example: scripts/test --quick          what a change needs before it is shown to others
example: scripts/test --no-setup asan  one preset, nothing installed
"""


def minutes(seconds):
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


class Progress:
    """Where the run is: lines that stay, and on a terminal one line that is written over."""

    def __init__(self, presets, kind):
        self.presets, self.prefix = presets, "" if kind == "merge" else f"{kind} "
        self.times = json.loads(TIMES.read_text()) if TIMES.exists() else {}
        self.terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self.began = self.preset_began = time.monotonic()
        self.at, self.step = 0, ""

    def say(self, text):
        print(("\r\033[K" if self.terminal else "") + text, flush=True)

    def begin(self, preset):
        self.at, self.preset_began = self.presets.index(preset), time.monotonic()
        self.say(f"{preset:<11} {self.at + 1} of {len(self.presets)}{self.left()}")

    def end(self, passed, failed, skipped):
        preset, seconds = self.presets[self.at], time.monotonic() - self.preset_began
        self.say(f"{preset:<11} {minutes(seconds)}: {passed} passed, {failed} failed, {skipped} skipped")
        self.times[self.prefix + preset] = round(seconds, 1)
        TIMES.write_text(json.dumps(self.times))

    def enter(self, step):
        self.step = step
        if not self.terminal:
            self.say(f"{self.presets[self.at]:<11} {step}")

    def left(self):
        """From what each preset took the last time; what has never been measured takes as long as the others."""
        known = [self.times.get(self.prefix + preset) for preset in self.presets]
        measured = [seconds for seconds in known if seconds is not None]
        if not measured:
            return ""
        guess = [sum(measured) / len(measured) if seconds is None else seconds for seconds in known]
        now = max(guess[self.at] - (time.monotonic() - self.preset_began), 0)
        return f", about {minutes(now + sum(guess[self.at + 1:]))} left"

    def show(self, done):
        if self.terminal:
            line = (f"{self.presets[self.at]:<11} {self.at + 1} of {len(self.presets)}: {f'{self.step} {done}'.rstrip()}, "
                    f"{minutes(time.monotonic() - self.began)} so far{self.left()}")
            print("\r" + line[:shutil.get_terminal_size().columns - 1] + "\033[K", end="", flush=True)

    def follow(self, command, log, take):
        """Runs @command with its output in @log. @take sees each line soon after it was written, and says how far things are."""
        text, done = "", ""
        with open(log, "w", encoding="utf-8") as out, open(log, encoding="utf-8", errors="replace") as lines:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
            try:
                while True:
                    ended = process.poll() is not None
                    *whole, text = (text + lines.read()).split("\n")
                    for line in whole:
                        done = take(line) or done
                    if ended:
                        return process.returncode
                    self.show(done)
                    time.sleep(0.2)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()


def build(progress, preset):
    def take(line):
        found = BUILT.match(line)
        return found and f"{found[1]} of {found[2]}"

    for step in ("configure", "build"):
        log = BUILD / f"{preset}{'-configure' if step == 'configure' else ''}.log"
        command = ["cmake", "--preset", preset] if step == "configure" else ["cmake", "--build", "--preset", preset]
        progress.enter(step)
        if progress.follow(command, log, take):
            progress.say("\n".join(log.read_text(errors="replace").splitlines()[-60:]))
            print(f"iopath: test: preset {preset} cannot be built (the whole log is {log})", file=sys.stderr)
            return False
    return True


def reason(case):
    """Why a test was skipped, in its own words."""
    lines = [line for line in (case.findtext("system-out") or "").splitlines() if line.strip()] or ["it does not say why"]
    said = [line for line in lines if line.startswith("skipped: ")]
    return (said or lines)[-1].removeprefix("skipped: ").strip()


def parts_left_out(case):
    """What a test that passed did not run: cases that cmocka skipped, and lines 'skipped: WHAT: WHY'. Each with its reason."""
    for line in (case.findtext("system-out") or "").splitlines():
        if (found := CASE_SKIPPED.match(line)) and not found[1].endswith(":"):
            yield f"{case.get('name')} ({found[1]})", "a case of it does not apply here"
        elif found := PART_SKIPPED.match(line):
            yield f"{case.get('name')} ({found[1]})", found[2]


def run_tests(progress, preset, kind, skips):
    """Its tests: passed, failed and skipped."""
    junit, log = (BUILD / preset / "junit.xml").absolute(), BUILD / preset / "ctest.log"

    def take(line):
        found = TESTED.match(line)
        if found and not any(word in found[4] for word in ("Passed", "Skipped", "Disabled")):
            progress.say(f"{preset:<11} FAILED {found[3]}, {float(found[5]):.0f} s")
        return found and f"{found[1]} of {found[2]}"

    progress.enter("test")
    junit.unlink(missing_ok=True)
    command = ["ctest", "--preset", preset, "-j", str(os.cpu_count()), "--output-junit", str(junit),
               "--test-output-size-passed", "1000000"]
    status = progress.follow(command + (["-LE", LEFT[kind]] if LEFT[kind] else []), log, take)
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(junit).getroot().iter("testcase") if junit.exists() else ():
        absent = case.find("skipped")
        if case.get("status") == "run":
            passed += 1
            # A case is said twice: when it is skipped, and at the end.
            for part, why in dict(parts_left_out(case)).items():
                skipped += 1
                skips[why][part].append(preset)
        # To ctest a test whose program is missing is one that was skipped; to us it failed.
        elif case.get("status") == "disabled" or absent is not None and absent.get("message", "").startswith("SKIP_"):
            skipped += 1
            skips[reason(case)][case.get("name")].append(preset)
        else:
            failed += 1
            progress.say(f"--- {preset}: {case.get('name')}\n{(case.findtext('system-out') or '').rstrip()}\n---")
    if not failed and (status or not passed):
        failed = 1
        progress.say("\n".join(log.read_text(errors="replace").splitlines()[-60:]))
    if failed:
        print(f"iopath: test: preset {preset} failed (the whole log is {log})", file=sys.stderr)
    return passed, failed, skipped


def not_verified(presets, skips):
    """What is in the tree and was not looked at: parts that no preset was built with, what this CPU lacks, other machines."""
    logs = [BUILD / f"{preset}-configure.log" for preset in presets if preset != "lint"]
    absent = [{a or b for a, b in LEFT_OUT.findall(log.read_text(errors="replace"))} for log in logs if log.exists()]
    yield from sorted(set.intersection(*absent)) if absent else ()
    routines = sorted({re.sub(r".*\((.*)\)$", r"\1", part) for why, parts in skips.items() if why == CPU_LACKS for part in parts})
    if routines:
        yield f"{', '.join(routines)}: {CPU_LACKS}"
    here = ARCHITECTURES.get(platform.machine())
    others = sorted(p.name for p in pathlib.Path("core/arch").glob("*") if p.name not in ("generic", here))
    if others:
        yield f"code for {', '.join(others)}: no such machine (scripts/arch has emulators)"
    if os.environ.get("IOPATH_GUEST_TESTS") != "1":
        yield "devices of a virtual machine: not asked for (scripts/guest --test)"


def lint(progress, kind):
    def take(line):
        if line:
            progress.say(f"{'lint':<11} {line.removeprefix('lint: ')}")

    progress.enter("scripts/lint")
    failed = progress.follow(["scripts/lint"] + (["--changed"] if kind == "quick" else []), BUILD / "lint.log", take) != 0
    return not failed, failed, 0


def not_run(kind, presets):
    """What this kind of run leaves to another."""
    left = [f"tests labelled {LEFT[kind].replace('|', ', ')}"] if LEFT[kind] else []
    left += [", ".join(others)] if (others := [p for p in ALL if p not in presets]) else []
    left += ["lint of files without a change"] if kind == "quick" else []
    return "; ".join(left)


def run(args):
    kind = "quick" if args.quick else "all" if args.all else "merge"
    presets = args.preset or PRESETS[kind]
    progress, skips, total = Progress(presets, kind), collections.defaultdict(lambda: collections.defaultdict(list)), [0, 0, 0]
    for preset in presets:
        progress.begin(preset)
        if preset == "lint":
            counts = lint(progress, kind)
        elif build(progress, preset):
            counts = run_tests(progress, preset, kind, skips)
        else:
            counts = 0, 1, 0
        progress.end(*map(int, counts))
        total = [a + b for a, b in zip(total, counts)]
    for why, names in skips.items():
        where = ", ".join(dict.fromkeys(preset for found in names.values() for preset in found))
        print(f"skipped in {where}: {why}: {', '.join(names)}")
    if left := not_run(kind, presets):
        print(f"not run: {left} (scripts/test --all runs them)")
    for what in not_verified(presets, skips):
        print(f"not verified: {what}")
    print(f"{total[0]} passed, {total[1]} failed" + (f", {total[2]} skipped" if total[2] else ""))
    return 0 if total[0] and not total[1] else 1


def main():
    words = {kind: ", ".join(presets) for kind, presets in PRESETS.items()}
    parser = argparse.ArgumentParser(prog="scripts/test", description="Builds and runs the tests in each preset, and the linters.",
                                     epilog=EPILOG % words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-setup", action="store_true", help="install no package")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--quick", action="store_true", help="what takes less than three minutes")
    kinds.add_argument("--all", action="store_true", help="what takes an hour or two, too: for the nights")
    parser.add_argument("preset", nargs="*", metavar="PRESET")
    args = parser.parse_args()
    known = [p["name"] for p in json.loads(pathlib.Path("CMakePresets.json").read_text())["testPresets"] if not p.get("hidden")]
    for preset in args.preset:
        if preset not in [*known, "lint"]:
            print(f"iopath: test: no such preset: {preset} ({', '.join([*known, 'lint'])})", file=sys.stderr)
            return 2
    BUILD.mkdir(exist_ok=True)
    # A new clone of a machine that has compiled this before need not wait for compilers.
    if shutil.which("ccache"):
        os.environ.setdefault("CMAKE_C_COMPILER_LAUNCHER", "ccache")
        os.environ.setdefault("CMAKE_CXX_COMPILER_LAUNCHER", "ccache")
    try:
        return run(args)
    except KeyboardInterrupt:
        print("\niopath: test: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
