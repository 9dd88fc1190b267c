#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mutants.py: plants every fault of mutants.def (and, with --operators, mechanical ones) into a copy of the core, and hunts them.

All faults are compiled at once, each behind its number, so a fault costs a run and not a build. The core itself is not touched.
Prints the kill table: fault, layer that found it, seconds, executions, signature; and with --store puts it into results/fuzz/runs/.
--engine hunts with a coverage engine, from an empty corpus, by the target program. Exit code: 0 all found, 1 a survivor, 2 bad use.
"""
import argparse, hashlib, json, os, re, shutil, signal, statistics, subprocess, sys, tempfile, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import runs
from faults import tables

ROOT = runs.ROOT
FUZZ = ROOT / "fuzz"
PROGRAMS = 250_000  # that the generator runs in a second of an idle CPU
WITNESSED = 3_000  # the same where the fault tracer watches them
CRASHES = [signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, signal.SIGTRAP]
LIBFUZZER_FOUND = [70, 71, 72, 77]  # a hang, too much memory, an exit, a crash
PROFILES = {"r": [], "d": ["-DIOP_DEBUG_VIEWS=1"], "3": ["-DIOP_64BIT=0"], "b": ["-DIOP_BIG_ENDIAN=1"]}


def die(what, why, todo=""):
    print(f"iopath: mutants: {what}: {why}" + (f" ({todo})" if todo else ""), file=sys.stderr)
    sys.exit(2)


class Fault:
    def __init__(self, number, kind, profile, file, start, end, text, where):
        # With a w, the fault is hidden from the library's own events.
        self.number, self.kind, self.profile, self.watched, self.file = number, kind, profile[0], profile.endswith("w"), file
        self.start, self.end, self.text, self.where = start, end, text, where
        self.planted = None


def spaced(text):
    """A pattern for @text that does not mind how it is broken into lines, in a macro or not."""
    return r"[\s\\]*".join(rf"\b{token}\b" if token[0].isalnum() or token[0] == "_" else re.escape(token)
                         for token in re.findall(r"\w+|[^\w\s]", text))


def planted(core):
    faults, texts = [], {}
    for n, line in enumerate((FUZZ / "faults/mutants.def").read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        # The separator is a bar between spaces; the texts may hold bars of their own only without them, or doubled.
        part = re.split(r" \| ", line)
        if len(part) != 6:
            die(f"mutants.def:{n}", f"{len(part)} columns, not 6")
        kind, profile, file, anchor, old, new = (p.strip() for p in part)
        text = texts.setdefault(file, (core / file).read_text())
        at = re.search(spaced(anchor), text)
        found = at and re.search(spaced(old), text[at.end():])
        if not found:
            die(f"mutants.def:{n}", f"{file} no longer says {old!r} after {anchor!r}", "bring the line up to date")
        start, end = at.end() + found.start(), at.end() + found.end()
        faults.append(Fault(0, kind, profile, file, start, end, new, f"{file}:{text.count(chr(10), 0, start) + 1}"))
        # What a stored table knows it by, wherever it is in the list and in the file.
        faults[-1].planted = hashlib.sha256(" | ".join([kind, profile, file, anchor, old, new]).encode()).hexdigest()[:12]
    return faults


def numbered(faults):
    for number, fault in enumerate(faults, 1):
        fault.number = number
    return faults


OPERATORS = [("<=", ["<", ">"]), (">=", [">", "<"]), ("==", ["!="]), ("!=", ["=="]), ("&&", ["||"]), ("||", ["&&"]),
             ("<", ["<=", ">="]), (">", [">=", "<="]), ("+", ["-"]), ("-", ["+"]), ("%", ["/"]), ("&", ["|"]), ("|", ["&"]), ("/", ["*"])]
OPERATOR_FILES = ["copy/iomem_copy.c", "copy/copy_view.c", "copy/sysmem_copy.c", "base/lease.c", "provider/config/config.c",
                  "include/iopath/region.h", "include/iopath/iosysmap.h", "include/iopath/kernel_iosys_map.h", "include/iopath/config.h"]


def blank(text):
    """Comments and strings as blanks, so that positions stay."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def operators(root, files, profile_of):
    """The expressions of if, while, return and assignments in plain functions, each with one operator exchanged."""
    faults = []
    for file in files:
        text = (root / file).read_text()
        code = blank(text)
        for m in re.finditer(r"^\t+(?!#)(?:(?:else )?(?:if|while) \((.*)\)(?: \{)?|return (.+);|[\w>.\-\[\]*]+ [-+*]?= ([^=].*);)$", code, re.M):
            group = next(g for g in (1, 2, 3) if m.group(g))
            start, end = m.span(group)
            # What was matched must be one balanced expression, not a piece of a macro or of an initialiser.
            expression = code[start:end]
            if expression.count("(") != expression.count(")") or "\\" in text[m.start():m.end()] or "{" in expression:
                continue
            for token in re.finditer(r"(?<= )(<=|>=|==|!=|&&|\|\||<|>|\+|-|%|&|\||/)(?= )", expression):
                for other in dict(OPERATORS)[token.group()]:
                    new = text[start:start + token.start()] + other + text[start + token.end():end]
                    line = text.count("\n", 0, start) + 1
                    faults.append(Fault(0, f"operator {token.group()} {other}", profile_of(file, expression), file, start, end, new, f"{file}:{line}"))
    return faults


def operator_profile(file, expression):
    """The build of the library in which the code is not dead."""
    return "3" if "IOP_64BIT" in expression else "d" if file in ("base/lease.c", "copy/sysmem_copy.c") else "r"


def squeezed(text):
    """As equivalent.def has it: in one line, and a bar of its own without spaces."""
    return " ".join(text.split()).replace(" | ", "|")


def justified():
    known = {}
    path = FUZZ / "faults/equivalent.def"
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            file, old, new, why = (p.strip() for p in line.split(" | "))
            known[(file, squeezed(new))] = why
    return known


def render(text, faults, start, end):
    """text[start:end] with the faults inside it planted; a fault around another keeps the other one in its original part."""
    out, at = [], start
    faults = sorted(faults, key=lambda f: (f.start, -f.end))
    i = 0
    while i < len(faults):
        outer = [f for f in faults if (f.start, f.end) == (faults[i].start, faults[i].end)]
        inner = [f for f in faults if f not in outer and f.start >= outer[0].start and f.end <= outer[0].end]
        crossing = [f for f in faults if f.start < outer[0].end < f.end and f.start > outer[0].start]
        if crossing:
            die(crossing[0].where, "two faults overlap without one holding the other", "widen one of them")
        original = render(text, inner, outer[0].start, outer[0].end)
        out.append(text[at:outer[0].start])
        out.append(choose(outer, original))
        at = outer[0].end
        i += len(outer) + len(inner)
    out.append(text[at:end])
    return "".join(out)


KEYWORD = re.compile(r"[{}]|\b(?:if|for|while|return)\b|\bEACH\(")


def choose(faults, original):
    """One of several texts, by number. A void expression is an operand too, so only real statements need an if."""
    if not original.rstrip().endswith(";"):
        return "(" + "".join(f"iop_mutant == {f.number} ? ({f.text}) : " for f in faults) + f"({original}))"
    if KEYWORD.search(original) or any(KEYWORD.search(f.text) for f in faults):
        return "".join(f"if (iop_mutant == {f.number}) {{ {f.text} }} else " for f in faults) + "{ " + original + " }"
    choices = "".join(f"iop_mutant == {f.number} ? ({f.text.rstrip()[:-1]}) : " for f in faults)
    return f"({choices}({original.rstrip()[:-1]}));"


def plant(core, faults, out):
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(core, out)
    for file in {f.file for f in faults}:
        text = (core / file).read_text()
        (out / file).write_text(render(text, [f for f in faults if f.file == file], 0, len(text)))


MUTANT_H = """#ifndef IOP_MUTANT_H
#define IOP_MUTANT_H
#ifdef __cplusplus
extern "C"
#endif
extern int iop_mutant;
#endif
"""
MUTANT_C = """#include "mutant.h"
#include <stdlib.h>
int iop_mutant;
__attribute__((constructor)) static void choose(void) { const char *n = getenv("IOP_MUTANT"); iop_mutant = n ? atoi(n) : 0; }
"""


def compile_all(out, sources, includes, flags, jobs, cc, bare=False):
    """Objects of @sources; with @bare, of the model's side, which coverage engines are not to see. None is kept from run to run."""
    out.mkdir(parents=True, exist_ok=True)
    objects, commands, launcher = [], [], os.environ.get("CMAKE_C_COMPILER_LAUNCHER", "").split()
    for source in sources:
        objects.append(out / (re.sub(r"\W", "_", str(source)[-60:]) + ".o"))
        commands.append([*launcher, cc, "-std=gnu11", "-D_GNU_SOURCE", *flags, *[f"-I{i}" for i in includes], "-c", str(source), "-o", str(objects[-1])])
    (out / "bare").write_text("src: *\n")
    env = {**os.environ, "AFL_LLVM_DENYLIST": str(out / "bare")} if bare else None
    with ThreadPoolExecutor(jobs) as pool:
        for done, command in zip(pool.map(lambda c: subprocess.run(c, capture_output=True, text=True, env=env), commands), commands):
            if done.returncode:
                die("cannot compile", " ".join(command[-3:]) + "\n" + done.stderr[:3000])
    return objects


def build(args, faults, profiles, work):
    """A program for each profile: the library's side of each, the model's side once."""
    listed = json.loads((args.build / "fuzz/sources.json").read_text())
    core = work / "core"
    plant(ROOT / "core", faults, core)
    (work / "mutant.h").write_text(MUTANT_H)
    (work / "mutant.c").write_text(MUTANT_C)
    generates = args.engine == "generator"
    watching = listed["witness"] if generates else []
    mutated = [core / Path(s).relative_to(ROOT / "core") for s in listed["core"]]
    driver = FUZZ / ("main.c" if generates else "targets/program.c")
    extra, cc = [], args.cc
    if not generates:
        cc, extra = {"libfuzzer": "clang", "afl": "afl-clang-fast"}[args.engine], ["-fsanitize=fuzzer"]
    model = compile_all(work / "model", listed["plain"] + watching + ([driver] if generates else []), [FUZZ, ROOT / "core/observe"], ["-O1", "-w", "-DFUZZ_MODEL_SIDE"], args.jobs, cc, bare=True)
    for profile in profiles:
        flags = ["-O1", "-U__OPTIMIZE__", "-fno-builtin-memcpy", "-w", "-include", str(work / "mutant.h"), "-DIOP_EVENTS=1", *PROFILES[profile]]
        if args.engine == "libfuzzer":
            flags.append("-fsanitize=fuzzer-no-link")
        library = compile_all(work / profile, [*mutated, *listed["library"], work / "mutant.c", *([] if generates else [driver])],
                              [core / "include", args.build / "include", FUZZ, work], flags, args.jobs, cc)
        done = subprocess.run([cc, *map(str, model + library), "-Wl,--wrap=memcpy", "-Wl,--wrap=malloc", *(listed["witness_link"] if generates else []), *extra, "-o", work / f"hunt-{profile}", "-lpthread"],
                              capture_output=True, text=True)
        if done.returncode:
            die("cannot link", done.stderr[:3000])


def hunt_libfuzzer(args, work, fault, seed):
    """From nothing. Time and limit are CPU time, start-up included: other processes on the machine do not count."""
    with tempfile.TemporaryDirectory() as place:
        command = ["prlimit", f"--cpu={args.time:.0f}:", work / f"hunt-{fault.profile}", f"-seed={seed}", f"-max_total_time={20 * args.time:.0f}", "-use_counters=0", "-max_len=1028",
                   "-print_final_stats=1", f"-dict={FUZZ / 'targets/iopath.dict'}", f"-artifact_prefix={place}/", "-timeout=5", place]
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen([str(c) for c in command], stdout=log, stderr=log, env={**os.environ, "IOP_MUTANT": str(fault.number)})
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            text = log.read()
    if process.returncode in (0, -signal.SIGXCPU):
        return None
    if process.returncode not in LIBFUZZER_FOUND and -process.returncode not in CRASHES:
        die(f"{fault.number} {fault.kind}", f"its hunter ended with {process.returncode}: {text[-600:]}")
    found, units = re.search(r"FINDING (\S+)", text), re.search(r"number_of_executed_units: (\d+)", text)
    return ("libfuzzer", usage.ru_utime + usage.ru_stime, int(units.group(1)) if units else 0, found.group(1) if found else "crash")


def hunt_afl(args, work, fault, seed):
    """From one program of nothing, until the first crash; the time of the clock, its start and calibration included."""
    mutator, program = next(args.build.rglob("libfuzz-mutator-afl.so")), work / f"hunt-{fault.profile}"
    env = {**os.environ, "IOP_MUTANT": str(fault.number), "AFL_SKIP_CPUFREQ": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_NO_UI": "1",
           "AFL_NO_AFFINITY": "1", "AFL_BENCH_UNTIL_CRASH": "1", "AFL_CUSTOM_MUTATOR_ONLY": "1", "AFL_DISABLE_TRIM": "1",
           "AFL_FORKSRV_INIT_TMOUT": "60000", "AFL_CUSTOM_MUTATOR_LIBRARY": str(mutator)}
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        (top / "in").mkdir()
        (top / "in/seed").write_bytes(bytes([2, 0, 0, 0] + [0] * 16))
        # On a busy machine it now and then does not get as far as its first program; that says nothing about the fault.
        for attempt in range(3):
            start = time.monotonic()
            done = subprocess.run(["afl-fuzz", "-s", str(seed), "-i", top / "in", "-o", top / f"out{attempt}", "-x", FUZZ / "targets/iopath.dict",
                                   "-t", "1000", "-V", f"{args.time:.0f}", "--", program], env=env, capture_output=True, text=True, errors="replace")
            seconds, said = time.monotonic() - start, done.stdout + done.stderr
            out = top / f"out{attempt}/default"
            suspects = [*out.glob("crashes/id*"), *out.glob("hangs/id*")]
            # A fault that even a program of nothing meets stops it before it has begun.
            if done.returncode and not suspects and "crash" in said:
                suspects = [top / "in/seed"]
            if suspects or done.returncode == 0:
                break
        else:
            die("afl-fuzz", "does not start:\n" + said[-1500:])
        stats = out / "fuzzer_stats"
        units = re.search(r"execs_done\s*: (\d+)", stats.read_text()) if stats.exists() else None
        for suspect in suspects:
            try:
                again = subprocess.run([program, suspect], env=env, capture_output=True, text=True, errors="replace", timeout=20)
            except subprocess.TimeoutExpired:
                return ("afl", seconds, int(units.group(1)) if units else 0, "hang")
            found = re.search(r"FINDING (\S+)", again.stderr)
            if found or again.returncode < 0:
                return ("afl", seconds, int(units.group(1)) if units else 0, found.group(1) if found else "crash")
    return None


def hunt_all(args, work, fault):
    """With each seed; the middle one counts, and a seed that finds nothing means a survivor."""
    one = {"generator": hunt, "libfuzzer": hunt_libfuzzer, "afl": hunt_afl}[args.engine]
    results = [one(args, work, fault, seed) for seed in range(args.seed, args.seed + args.seeds)]
    if None in results:
        return None
    results.sort(key=lambda r: r[1])
    fault.worst = results[-1][1]
    return results[len(results) // 2]


def hunt(args, work, fault, seed):
    """Layer after layer, the cheapest first. The limit is so many programs as an idle CPU runs in the time, so that the same are found on
    a busy machine; a fault that hangs spends more CPU time than they do, or waits for ever."""
    program = str(work / f"hunt-{fault.profile}")
    layers = [("witness", ["generate", "--witness", "--programs", f"{max(1, WITNESSED * args.time):.0f}"])] if fault.watched else [("generator", ["generate", "--programs", f"{max(1, PROGRAMS * args.time):.0f}"])] + ([("exhaustive", ["exhaustive"])] if args.exhaustive and not fault.watched else [])
    start = time.monotonic()
    for layer, command in layers:
        limit = ["prlimit", f"--cpu={10 + 10 * args.time:.0f}:"] if layer != "exhaustive" else []
        try:
            done = subprocess.run([*limit, program, *command, "--seed", str(seed), "--quiet", *(["--out", str(args.out)] if args.out else [])],
                                  capture_output=True, text=True, errors="replace", timeout=20 + 60 * args.time,
                                  env={**os.environ, "IOP_MUTANT": str(fault.number)})
            text, errors, code = done.stdout, done.stderr, done.returncode
        except subprocess.TimeoutExpired as late:
            text, code = (late.stdout or b"").decode(errors="replace") + "FINDING hang ", 1
            errors = ""
        if code == -signal.SIGXCPU:
            text += "FINDING hang "
        # A fault is found by a verdict, or makes the hunter crash; that it could not run says nothing about the fault.
        elif code not in (0, 1) and -code not in CRASHES:
            die(f"{fault.number} {fault.kind}", f"its hunter ended with {code}: {text[-300:]}{errors[-300:]}")
        if code:
            found = re.search(r"FINDING (\S+)", text)
            after = re.search(r"after ([\d.]+) s", text)
            programs = re.search(r"program (\d+)", text)
            return (layer, float(after.group(1)) if after else time.monotonic() - start,
                    int(programs.group(1)) + 1 if programs else 0, found.group(1) if found else f"exit code {code}")
    return None


def named(fault):
    return {"fault": f"{fault.number} {fault.kind} {fault.where}", **({"planted": fault.planted} if fault.planted else {})}


class Table:
    """The kill table: printed as it grows, and kept."""

    def __init__(self, label, store, layer="tests", seeds=1):
        self.record, self.keep, self.layer, self.seeds = runs.Run("mutants", label), store, layer, seeds
        self.equivalent, self.began, self.worst = justified(), time.monotonic(), 0
        self.survivors, self.justified, self.times, self.rows, self.faults = [], [], [], [], 0
        print(f"{'no':>4} {'fault':<24} {'where':<36} {'layer':<11} {'seconds':>8} {'programs':>9}  found as", flush=True)

    def hunt(self, faults, one, jobs):
        """@one(fault) is None, or: layer, seconds, executions, signature."""
        self.faults += len(faults)
        with ThreadPoolExecutor(jobs) as pool:
            for fault, result in zip(faults, pool.map(one, faults)):
                self.row(fault, result)

    def carry(self, name, before):
        """Rows of the stored table @name, which is of the same engine: faults that are not hunted again."""
        for fault, row in before.items():
            self.faults += 1
            self.times.append(row["seconds"])
            self.worst = max(self.worst, row.get("worst", row["seconds"]))
            self.rows.append({**row, **named(fault), "from": row.get("from", name)})

    def row(self, fault, result):
        line = f"{fault.number:>4} {fault.kind:<24} {fault.where:<36} "
        text = " ".join(fault.text.split())
        if result:
            worst = getattr(fault, "worst", result[1])
            self.times.append(result[1])
            self.worst = max(self.worst, worst)
            self.rows.append({**named(fault), "layer": result[0], "seconds": round(result[1], 4),
                              **({"worst": round(worst, 4)} if self.seeds > 1 else {}), "executions": result[2]})
            print(line + f"{result[0]:<11} {result[1]:>8.3f} {result[2]:>9}  {result[3]}".rstrip(), flush=True)
        elif (fault.file, squeezed(text)) in self.equivalent:
            self.justified.append(fault)
            print(line + "equivalent: " + self.equivalent[(fault.file, squeezed(text))], flush=True)
        else:
            self.survivors.append(fault)
            print(line + "SURVIVES   " + text[:90], flush=True)

    def end(self):
        times = sorted(self.times)
        print(f"{len(times)} of {self.faults - len(self.justified)} found, {len(self.survivors)} survive, {len(self.justified)} equivalent; "
              f"median {times[len(times) // 2] * 1e3 if times else 0:.1f} ms, worst {self.worst:.2f} s"
              f"{f' over {self.seeds} seeds' if self.seeds > 1 else ''}; {time.monotonic() - self.began:.0f} s in all")
        if self.keep:
            self.rows.sort(key=lambda row: int(row["fault"].split()[0]))
            stored = self.record.store(layer=self.layer, faults=self.faults, equivalent=len(self.justified), found=len(times),
                                       median_s=round(statistics.median(times), 4) if times else None, worst_s=round(self.worst, 4),
                                       seeds=self.seeds, survivors=[named(f)["fault"] for f in self.survivors], table=self.rows)
            print(f"stored: {stored.relative_to(ROOT)}")
        return 1 if self.survivors else 0


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", help="a configured build folder")
    parser.add_argument("--work", type=Path, help="where the faulty copy goes (default: BUILD/fuzz/mutants)")
    parser.add_argument("--time", type=float, default=10, help="seconds for each fault and layer: of an idle CPU, with AFL++ of the clock")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="hunt with so many seeds, from --seed on")
    parser.add_argument("--engine", default="generator", choices=["generator", "libfuzzer", "afl"])
    parser.add_argument("--store", action="store_true", help="keep the table in results/fuzz/runs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--operators", action="store_true", help="mechanical faults instead of the planted ones")
    parser.add_argument("--only", help="numbers or a class, comma separated")
    parser.add_argument("--new", action="store_true", help="those that the newest stored table of the engine has no find of; keeps its others")
    parser.add_argument("--profile", choices=sorted(PROFILES), help="faults of one build of the library only")
    parser.add_argument("--sample", type=int, help="every nth fault only: a smoke run")
    parser.add_argument("--exhaustive", action="store_true", help="then the exhaustive search")
    parser.add_argument("--out", type=Path, help="keep findings here")
    parser.add_argument("--build-only", action="store_true")
    args = parser.parse_args(argv)
    args.build = args.build.resolve()
    work = (args.work or args.build / "fuzz" / (("operators" if args.operators else "mutants") + (f"-{args.engine}" if args.engine != "generator" else ""))).resolve()
    core = ROOT / "core"
    faults = operators(core, OPERATOR_FILES, operator_profile) if args.operators else planted(core)
    numbered(faults)
    chosen = faults[::args.sample] if args.sample else faults
    if args.only:
        chosen = [f for f in faults if str(f.number) in args.only.split(",") or f.kind in args.only.split(",")]
        if unknown := [w for w in args.only.split(",") if not any(w in (str(f.number), f.kind) for f in faults)]:
            die(f"--only {','.join(unknown)}", "no fault has this number or class", "fuzz/faults/mutants.def has them")
    if args.engine != "generator" or not json.loads((args.build / "fuzz/sources.json").read_text())["witness_link"]:
        print(f"skipped: {sum(f.watched for f in chosen)} faults: they are the fault tracer's, which the generator alone has, on x86-64", flush=True)
        chosen = [f for f in chosen if not f.watched]
    before = tables.newest(args.engine) if args.new else None
    carried = tables.finds(before[1], chosen) if before else {}
    chosen = [f for f in chosen if f not in carried]
    if args.profile:
        chosen = [f for f in chosen if f.profile == args.profile]
    profiles = sorted({f.profile for f in chosen})
    # Before what takes minutes.
    if args.engine == "afl" and not list(args.build.rglob("libfuzz-mutator-afl.so")):
        die(args.build, "has no libfuzz-mutator-afl.so", f"cmake --build {args.build} --target fuzz-mutator-afl")
    build(args, faults, profiles, work)
    if args.build_only:
        return 0
    for profile in profiles:
        nothing = ["generate", "--time", "1", "--quiet"] if args.engine == "generator" else ["-runs=1000"]
        if args.engine == "afl":
            break
        clean = subprocess.run([work / f"hunt-{profile}", *nothing], capture_output=True, text=True, errors="replace",
                               env={**os.environ, "IOP_MUTANT": "0"})
        if clean.returncode:
            die(f"profile {profile}", "fails without a fault: " + clean.stdout[-300:])
    table = Table(args.engine + ("-operators" if args.operators else ""), args.store, args.engine, args.seeds)
    if before:
        table.carry(before[0], carried)
    table.hunt(chosen, lambda f: hunt_all(args, work, f), args.jobs)
    return table.end()


if __name__ == "__main__":
    sys.exit(main())
