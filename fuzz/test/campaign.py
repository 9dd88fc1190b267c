#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""campaign.py BUILD: campaigns from end to end, seconds each, on a copy of a corpus: every engine, an interruption, a kill, a finding."""
import json, os, shutil, signal, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fuzz"))
from campaign import AFL_FIGURES, FILES, LIMIT, Campaign

BUILD = Path(sys.argv[1]).resolve()
KEYS = {"format", "kind", "target", "engine", "date", "commit", "seconds", "executions", "operations", "executions_per_s",
        "operations_per_s", "edges", "corpus", "findings", "partial"}
failures = 0


def check(holds, what):
    global failures
    failures += not holds
    print(f"{'ok' if holds else 'FAILED'}: {what}", flush=True)


class Place:
    """Corpora and results of their own."""

    def __init__(self, top, name):
        self.top = top / name
        self.corpora, self.results = self.top / "corpora", self.top / "results"
        (self.corpora / "copy").mkdir(parents=True)
        for path in sorted((ROOT / "corpora/copy").iterdir())[:40]:
            shutil.copy(path, self.corpora / "copy")

    def command(self, *args, build=BUILD):
        return [sys.executable, str(ROOT / "fuzz/campaign.py"), "copy", "--jobs", "1", "--build", str(build), "--corpora", str(self.corpora),
                "--results", str(self.results), *args]

    def run(self, *args, **extra):
        return subprocess.run(self.command(*args, build=extra.pop("build", BUILD)), capture_output=True, text=True, **extra)

    def figures(self):
        return [json.loads(p.read_text()) for p in sorted((self.results / "runs").glob("*.json"))]


def half_written(top):
    """AFL++ rewrites its figures while it runs."""
    whole = "".join(f"{figure:18}: 1\n" for figure in AFL_FIGURES)
    for name, text in (("whole", whole), ("half", whole[:len(whole) // 2]), ("empty", "")):
        (top / "stats" / name).mkdir(parents=True)
        (top / "stats" / name / "fuzzer_stats").write_text(text)
    read = Campaign.afl_stats(top / "stats")
    check(len(read) == 1 and set(AFL_FIGURES) == set(read[0]), f"of figures whole, half written and empty: {len(read)}")


def engines(top):
    """All engines in one campaign, so that what they share is built once."""
    place = Place(top, "engines")
    names = ["generator", "libfuzzer", "afl"]
    before = {path.name for path in (place.corpora / "copy").iterdir()}
    done = place.run("--engine", "all", "--time", "4")
    check(done.returncode == 0 and ": clean" in done.stdout, f"all engines: clean: {done.stdout[-400:]}{done.stderr[-600:]}")
    figures = {f["engine"]: f for f in place.figures()}
    check(sorted(figures) == sorted(names), f"figures of {sorted(figures)}")
    for name, f in figures.items():
        check(set(f) == KEYS and not f["partial"] and f["executions"] > 0, f"{name}: figures {f}")
        check(name == "generator" or f["edges"] > 200, f"{name}: {f['edges']} edges")
    files = {path.name: path.stat().st_size for path in (place.corpora / "copy").iterdir()}
    check(before < set(files), f"of {len(before)} inputs, {len(before - set(files))} are gone, {len(set(files) - before)} new")
    check(len(files) <= FILES and sum(files.values()) <= LIMIT, f"a corpus of {len(files)} files")


def begun(place):
    """Waits until figures say that the campaign runs."""
    for _ in range(600):
        if list((place.results / "runs").glob("*.json")):
            time.sleep(1)
            return True
        time.sleep(0.1)
    return False


def children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def ended(pids):
    for _ in range(600):
        if not [p for p in pids if Path(f"/proc/{p}").exists() and "zombie" not in Path(f"/proc/{p}/status").read_text()]:
            return True
        time.sleep(0.1)
    return False


def stopped(top):
    place = Place(top, "stopped")
    campaign = subprocess.Popen(place.command("--time", "10m"), stdout=subprocess.PIPE, text=True)
    check(begun(place), "a campaign begins")
    engines = children(campaign.pid)
    campaign.send_signal(signal.SIGINT)
    text = campaign.communicate()[0]
    check(campaign.returncode == 0 and "stopped" in text and engines and ended(engines), f"interrupted, it sums up: {text[-200:]}")
    check(place.figures()[0]["partial"] and place.figures()[0]["operations"] > 0, "and marks its figures as partial")

    place = Place(top, "killed")
    campaign = subprocess.Popen(place.command("--time", "10m"), stdout=subprocess.DEVNULL)
    check(begun(place), "another begins")
    engines = children(campaign.pid)
    campaign.kill()
    campaign.wait()
    check(engines and ended(engines), "killed, its engines end")
    check(place.figures()[0]["partial"], "and its figures say so")


def finding(top):
    """The builds of the library with faults in them, in place of the right ones."""
    place = Place(top, "finding")
    build = place.top / "build"
    (build / "fuzz").mkdir(parents=True)
    for suffix, profile in (("", "r"), ("-debug", "d"), ("-32", "3"), ("-big-endian", "b"), ("-native", "r")):
        hunt = BUILD / f"fuzz/mutants/hunt-{profile}"  # a sample of the faults may need no build of this profile
        (build / f"iopath-fuzz{suffix}").symlink_to(hunt if hunt.exists() else hunt.with_name("hunt-r"))
    (build / "fuzz/replay-copy").symlink_to(BUILD / "fuzz/replay-copy")
    lines = [l for l in (ROOT / "fuzz/faults/mutants.def").read_text().splitlines() if l.strip() and not l.startswith("#")]
    number = next(i for i, l in enumerate(lines, 1) if l.startswith("memcpy-for-memmove"))
    done = place.run("--time", "5", build=build, env={**os.environ, "IOP_MUTANT": str(number)})
    kept = list(place.results.glob("move-*.bin"))
    check(done.returncode == 1 and "FINDING" in done.stdout and kept, f"a faulty library is found: {done.stdout[-200:]}{done.stderr[-300:]}")
    check(all(p.with_suffix(".c").exists() and p.with_suffix(".txt").exists() for p in kept), "with a test and an explanation")
    check(place.figures()[0]["findings"] >= 1, "and counted")


def main():
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        for args in (["nosuch"], ["--time", "0"], ["--engine", "none"], ["--jobs", "0"]):
            done = subprocess.run([sys.executable, ROOT / "fuzz/campaign.py", *args], capture_output=True, text=True)
            check(done.returncode == 2, f"{' '.join(args)} is bad use")
        half_written(top)
        finding(top)
        stopped(top)
        if shutil.which("clang") and shutil.which("afl-fuzz"):
            engines(top)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
