#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kills.py: which planted faults a replay of the corpora kills, each fault in its build of the library.

Prints a line for each corpus, and the faults that none kills. --add hunts those with the generator and puts what finds one behind a short
input of corpora/program, whose own operations stay as they are, or into a file of its own where there is room. --store keeps what kills which in results/fuzz/runs/.
mutants.py has compiled the faults before (--build-only is enough). Exit code: 0 all are killed, 1 not all, 2 bad use.
"""
import argparse, hashlib, os, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import mutants, runs
from campaign import FILES, MAX_INPUT, PROGRAMS

HEADER = 4
CORPORA = mutants.ROOT / "corpora"


def fails(work, fault, profile, arguments):
    """Whether the hunter with that fault in it finds something, or does not come back."""
    try:
        done = subprocess.run([str(a) for a in [work / f"hunt-{profile}", *arguments]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=300, env={**os.environ, "IOP_MUTANT": str(fault)})
        return done.returncode != 0
    except subprocess.TimeoutExpired:
        return True


def killers(work, fault):
    watch = ["--witness"] if fault.watched else []
    return [t for t in PROGRAMS if fails(work, fault.number, fault.profile, ["replay", CORPORA / t, "--target", t, *watch])]


def found(work, fault):
    """A short program that finds it, by the generator; None: it does not."""
    with tempfile.TemporaryDirectory() as out:
        fails(work, fault.number, fault.profile, ["generate", *(["--witness"] if fault.watched else []), "--programs", "3000000", "--quiet", "--out", out])
        inputs = list(Path(out).glob("*.bin"))
        return inputs[0].read_bytes() if inputs else None


def store(work, fault, program, profiles):
    """Behind a short input, or alone. Whoever has no fault must pass."""
    home = CORPORA / "program"
    short = sorted((p for p in home.iterdir() if p.stat().st_size + len(program) - HEADER <= MAX_INPUT), key=lambda p: p.stat().st_size)
    # Most finds need no layout of their own; those of the same one come first.
    candidates = sorted(((p, p.read_bytes()) for p in short), key=lambda c: c[1][:HEADER] != program[:HEADER])
    candidates = [(p, data + program[HEADER:]) for p, data in candidates if (len(data) - HEADER) % 16 == 0]
    if len(list(home.iterdir())) < FILES:
        candidates.append((None, program))
    for path, data in candidates:
        with tempfile.NamedTemporaryFile() as trial:
            trial.write(data)
            trial.flush()
            if not fails(work, fault.number, fault.profile, ["replay", trial.name, *(["--witness"] if fault.watched else [])]) or any(fails(work, 0, p, ["replay", trial.name]) for p in profiles):
                continue
        if path:
            path.unlink()
        new = home / hashlib.sha1(data).hexdigest()
        new.write_bytes(data)
        return new
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=mutants.ROOT / "build/release", help="a configured build folder")
    parser.add_argument("--add", action="store_true", help="add inputs that kill what no corpus kills")
    parser.add_argument("--store", action="store_true", help="keep the table in results/fuzz/runs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    args = parser.parse_args()
    work = args.build.resolve() / "fuzz/mutants"
    faults = mutants.numbered(mutants.planted(mutants.ROOT / "core"))
    profiles = sorted({f.profile for f in faults})
    for profile in profiles:
        if not (work / f"hunt-{profile}").exists():
            mutants.die(f"hunt-{profile}", "is not built", f"{mutants.FUZZ / 'faults/mutants.py'} --build-only")
    with ThreadPoolExecutor(args.jobs) as pool:
        by = dict(zip(faults, pool.map(lambda f: killers(work, f), faults)))
    for target in PROGRAMS:
        print(f"{target}: {len(list((CORPORA / target).iterdir()))} files kill {sum(target in k for k in by.values())} of {len(faults)}", flush=True)
    left, added = [f for f in faults if not by[f]], []
    record = runs.Run("mutants", "corpora")
    with ThreadPoolExecutor(args.jobs) as pool:
        hunted = left[:] if args.add else []
        for fault, program in zip(hunted, pool.map(lambda f: found(work, f), hunted)):
            # What was added for another one may do.
            new = next((p for p in added if p.exists() and fails(work, fault.number, fault.profile, ["replay", p, *(["--witness"] if fault.watched else [])])), None)
            new = new or (program and store(work, fault, program, profiles))
            if new:
                left.remove(fault)
                added.append(new)
                print(f"{fault.number} {fault.kind}: {new.name}", flush=True)
    for fault in left:
        print(f"{fault.number:>4} {fault.kind:<24} {fault.where} is killed by none")
    if args.store:
        # What an added input kills, it kills by the corpus that it went into.
        table = [{**mutants.named(f), "layer": "corpora", "by": by[f] or ["program"]} for f in faults if f not in left]
        stored = record.store(layer="corpora", faults=len(faults), found=len(table), survivors=[mutants.named(f)["fault"] for f in left], table=table)
        print(f"stored: {stored.relative_to(mutants.ROOT)}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
