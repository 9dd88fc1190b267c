#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tested.py: exchanges the operators of files that tests of this project are for, and runs those tests.

tested.def says which file, which program it is part of, and which tests hunt. As in mutants.py all faults of a file are compiled at once,
each behind its number; the program is linked again as the build has linked it, with the faulty files in place of its own and before the
libraries. A test that
fails has found the fault; with none it must pass. Prints the kill table. Exit code: 0 all found or justified, 1 a survivor, 2 bad use.
"""
import argparse, json, os, re, resource, shlex, shutil, subprocess, sys, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from faults import mutants

ROOT = mutants.ROOT


LIST = ROOT / "fuzz/faults/tested.def"


def listed(path=LIST):
    """Of each program and its tests, in the order in which they hunt: the files."""
    programs = {}
    for n, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        part = [p.strip() for p in line.split(" | ")]
        if len(part) != 3:
            mutants.die(f"{path.name}:{n}", f"{len(part)} columns, not 3")
        file, program, tests = part
        programs.setdefault((program, tests), []).append(file)
    return programs


def linked(build, work, program, faults):
    """The program with the faults, in a folder that otherwise is the one that it lies in; the other entries are links."""
    commands = subprocess.run(["ninja", "-C", build, "-t", "commands", program], capture_output=True, text=True).stdout.splitlines()
    if not commands:
        mutants.die(program, f"is no program of {build}", "cmake --build it")
    objects, replaced = [], set()
    for file in sorted({f.file for f in faults}):
        source, planted = ROOT / file, work / file
        own = next((c for c in commands if f"-c {source}" in c), None)
        if not own:
            mutants.die(file, f"is no part of {program}", "bring tested.def up to date")
        text = source.read_text()
        planted.parent.mkdir(parents=True, exist_ok=True)
        planted.write_text(mutants.render(text, [f for f in faults if f.file == file], 0, len(text)))
        objects.append(planted.with_suffix(".o"))
        words = [w for w in shlex.split(own) if w not in ("-MD", "-Werror", "&&", ":")]
        replaced.add(words[words.index("-o") + 1])
        for option in ("-MT", "-MF", "-o", "-c"):
            at = words.index(option) if option in words else None
            if at is not None:
                del words[at:at + 2]
        compile_one([*words, "-w", "-iquote", source.parent, "-include", work / "mutant.h", "-c", planted, "-o", objects[-1]], build)
    objects.append(work / "mutant.o")
    compile_one(["cc", "-w", "-c", work / "mutant.c", "-o", objects[-1]], build)
    words = [w for w in shlex.split(commands[-1]) if w not in ("&&", ":") and w not in replaced]
    home = work / "home"
    home.mkdir(exist_ok=True)
    for entry in (build / program).parent.iterdir():
        if entry.name != Path(program).name and not (home / entry.name).exists():
            (home / entry.name).symlink_to(entry)
    at = words.index("-o")
    words[at + 1] = home / Path(program).name
    first = next(i for i, w in enumerate(words) if str(w).endswith((".a", ".o")))
    compile_one([*words[:first], *objects, *words[first:]], build)
    return home


def compile_one(words, build):
    done = subprocess.run([str(w) for w in words], cwd=build, capture_output=True, text=True)
    if done.returncode:
        mutants.die("cannot compile", " ".join(map(str, words[-3:])) + "\n" + done.stderr[:3000])


def hunters(build, home, program, tests):
    """Command lines of the tests whose names match, by the program with the faults."""
    known = json.loads(subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True).stdout)["tests"]
    found, old = [], build / program
    for name in tests.split():
        matching = [t for t in known if re.fullmatch(name, t["name"]) and "command" in t]
        if not matching:
            mutants.die(name, "is no test here", "bring tested.def up to date")
        for test in matching:
            command = [str(home / Path(program).name) if Path(w) == old else str(home) if Path(w) == old.parent else w for w in test["command"]]
            found.append((test["name"], command, cpu_limit(command)))
    return found


def cpu_limit(command):
    """Ten times what it takes without a fault."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 2 + int(10 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))


def fails(command, number, limit):
    """Whether the test fails by that fault, or takes more than @limit seconds: of CPU time, or a hundred times that of the clock."""
    done = subprocess.run(["prlimit", f"--cpu={limit}:", "timeout", str(100 * limit), *command], capture_output=True, stdin=subprocess.DEVNULL,
                          env={**os.environ, "IOP_MUTANT": str(number)})
    return done.returncode not in (0, 77)


def hunt(found, fault):
    start = time.monotonic()
    for name, command, limit in found:
        if fails(command, fault.number, limit):
            return (name, time.monotonic() - start, 1, "")
    return None


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", help="a build folder in which everything is built")
    parser.add_argument("--work", type=Path, help="where the faulty programs go (default: BUILD/fuzz/tested)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", type=Path, default=LIST, help="files, programs and tests (default: tested.def)")
    parser.add_argument("--only", help="files whose names contain this")
    parser.add_argument("--sample", type=int, default=1, help="every nth fault only: a smoke run")
    parser.add_argument("--store", action="store_true", help="keep the table in results/fuzz/runs")
    args = parser.parse_args(argv)
    args.build = args.build.resolve()
    work = (args.work or args.build / "fuzz/tested").resolve()
    shutil.rmtree(work, ignore_errors=True)
    table = mutants.Table("tests", args.store)
    for at, ((program, tests), files) in enumerate(listed(args.list).items()):
        files = [f for f in files if not args.only or args.only in f]
        if not files:
            continue
        place = work / str(at)
        place.mkdir(parents=True)
        (place / "mutant.h").write_text(mutants.MUTANT_H)
        (place / "mutant.c").write_text(mutants.MUTANT_C)
        faults = mutants.operators(ROOT, files, lambda file, expression: "r")
        for number, fault in enumerate(faults, 1):
            fault.number = number
        found = hunters(args.build, linked(args.build, place, program, faults), program, tests)
        for name, command, _ in found:
            if fails(command, 0, 1000):
                mutants.die(name, "fails without a fault", shlex.join(command))
        table.hunt(faults[::args.sample], lambda fault: hunt(found, fault), args.jobs)
    return table.end()


if __name__ == "__main__":
    sys.exit(main())
