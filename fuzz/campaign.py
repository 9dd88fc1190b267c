#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the library against its model for a given time.

TARGET is program (the default: every operation), projection, copy, register or iosys_map, which are programs of operations;
or trace_decoder or results_reader, which take bytes and need a coverage engine. A campaign replays corpora/TARGET, runs the
engines, keeps findings in results/fuzz/ and adds inputs of the coverage engines that cover something new to corpora/TARGET,
up to a limit. --resume runs the generator in builds by gcc and clang, -O0 to -O3, and goes on where the night before ended, also by a kill: its total is since
the last change of core. --mutants and --operators hunt faults instead, planted and mechanical, and print the kill tables; --coverage prints what the corpus covers of the library.
When it is stopped (Ctrl-C, TERM), it ends the engines and prints a summary; when it is killed, findings, new inputs and figures are kept. Each engine's
figures are a file in results/fuzz/runs/. Exit code: 0 clean, 1 a finding or a survivor, 2 bad use.
"""
import argparse, hashlib, os, re, selectors, shutil, signal, subprocess, sys, time
from pathlib import Path

import nightly, runs
from faults import cover, mutants, tested

ROOT = runs.ROOT
BUILD = ROOT / "build/release"
WORK = ROOT / "build/fuzz"
RESULTS = ROOT / "results/fuzz"
PROGRAMS = ["program", "projection", "copy", "register", "iosys_map"]
TARGETS = [*PROGRAMS, "trace_decoder", "results_reader"]
PROFILES = ["", "-debug", "-32", "-big-endian", "-native"]
# Of a corpus: what is committed stays small; engines go on from build/fuzz/corpus-TARGET.
FILES, LIMIT = 200, 512 * 1024
# Edges that a target has at least: a library that lost its instrumentation leaves about a hundred, and blinds the engine.
EDGES = {"trace_decoder": 200, "results_reader": 400}
MAX_INPUT = 1028
AFL_FIGURES = ["execs_done", "execs_per_sec", "stability", "corpus_count", "edges_found", "total_edges"]


def die(what, why, todo="scripts/fuzz --help"):
    print(f"iopath: fuzz: {what}: {why} ({todo})", file=sys.stderr)
    sys.exit(2)


def duration(text):
    match = re.fullmatch(r"(\d+)([smh]?)", text)
    if not match or int(match.group(1)) == 0:
        raise argparse.ArgumentTypeError(f"{text}: not a time (60, 60s, 10m, 8h)")
    return int(match.group(1)) * {"": 1, "s": 1, "m": 60, "h": 3600}[match.group(2)]


def positive(text):
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text}: not a number of jobs")
    return int(text)


def quiet(command, log, **extra):
    """Runs a command; on failure its log is the message."""
    with open(log, "w") as out:
        done = subprocess.run([str(c) for c in command], stdout=out, stderr=subprocess.STDOUT, cwd=ROOT, **extra)
    if done.returncode:
        sys.stderr.write(Path(log).read_text()[-3000:])
        die(" ".join(str(c) for c in command[:3]), "failed", f"the whole log is {log}")


class Campaign:
    """What all engines share: who runs, what was found, the line of progress."""

    def __init__(self, args):
        self.args, self.stop = args, False
        self.findings, self.flaky, self.known, self.built = [], [], set(), set()
        self.operations = self.programs = 0
        self.record, self.figures = None, {}
        self.running, self.shown, self.started = {}, 0.0, time.monotonic()
        self.programs_only = args.target in PROGRAMS
        self.replayer = args.build / f"fuzz/replay-{args.target}"
        self.home = args.corpora / args.target
        # Next to where the figures go, so that campaigns on other corpora leave this one's alone.
        self.work = WORK if args.corpora == ROOT / "corpora" else args.results / "work"
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.interrupt)

    def interrupt(self, *_):
        self.stop = True
        for process in self.running:
            process.terminate()

    def progress(self, text):
        """One line that rewrites itself, on a terminal only."""
        if not sys.stderr.isatty() or time.monotonic() - self.shown < 0.5:
            return
        self.shown = time.monotonic()
        line = f"{self.shown - self.started:5.0f} s  {text}, {len(self.findings)} findings"
        sys.stderr.write("\r" + line[:shutil.get_terminal_size().columns - 1].ljust(79))

    @property
    def results(self):
        return self.args.results

    @staticmethod
    def shown_path(path):
        return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path

    def clear(self):
        if sys.stderr.isatty():
            sys.stderr.write("\r" + " " * 79 + "\r")

    def say(self, text):
        self.clear()
        print(text, flush=True)

    def watch(self, commands, jobs, each_line, tick=lambda: None):
        """Runs commands, @jobs at a time; @each_line(key, line) gets what they print. Returns {key: exit code}."""
        waiting, codes, begun, before = list(commands), {}, time.monotonic(), self.figures["seconds"]
        with selectors.DefaultSelector() as selector:
            while waiting or self.running:
                while waiting and len(self.running) < jobs and not self.stop:
                    key, command, env = waiting.pop(0)
                    # Their own session: a Ctrl-C reaches them through interrupt(), once. If this process is killed, so are they.
                    process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
                                               env={**os.environ, **env}, text=True, errors="replace", start_new_session=True)
                    self.running[process] = key
                    selector.register(process.stdout, selectors.EVENT_READ, process)
                if self.stop:
                    waiting = []
                for event, _ in selector.select(0.5):
                    process = event.data
                    line = process.stdout.readline()
                    if line:
                        each_line(self.running[process], line.rstrip("\n"))
                        continue
                    selector.unregister(process.stdout)
                    codes[self.running.pop(process)] = process.wait()
                    process.stdout.close()
                tick()
                self.figures["seconds"] = round(before + time.monotonic() - begun, 1)
                self.checkpoint()
        return codes

    # What an engine has done so far is on the disk all the time, marked partial until it is through.
    def begin(self, engine):
        self.record = runs.Run("campaign", f"{self.args.target}-{engine}", self.args.results / "runs")
        self.figures = {"target": self.args.target, "engine": engine, "seconds": 0, "executions": 0, "operations": 0,
                        "executions_per_s": 0, "operations_per_s": 0, "edges": None, "corpus": {}, "findings": 0, "partial": True}
        self.checkpoint(at_once=True)

    def checkpoint(self, at_once=False, **figures):
        self.figures.update(figures)
        if not at_once and time.monotonic() - self.stored < 10:
            return
        self.stored = time.monotonic()
        f = self.figures
        for what in ("executions", "operations"):
            f[what + "_per_s"] = round(f[what] / f["seconds"]) if f[what] and f["seconds"] else f[what] and 0
        files = [p.stat().st_size for p in self.home.iterdir()] if self.home.is_dir() else []
        f["corpus"], f["findings"] = {"files": len(files), "bytes": sum(files)}, len(self.findings)
        self.record.store(**f)

    def end(self):
        self.checkpoint(at_once=True, partial=self.stop)

    def collect(self, profile, path):
        """A finding counts once it fails in the replayer, a process of its own; else it is flaky, and both logs are kept."""
        if path in self.known:
            return
        self.known.add(path)
        tool = [self.args.build / f"iopath-fuzz{profile}", "replay"] if self.programs_only else [self.replayer]
        # What only the fault tracer sees.
        if Path(path).stem.endswith("-accesses"):
            tool.append("--witness")
        alone = subprocess.run([*tool, path], capture_output=True, text=True)
        if alone.returncode == 0:
            self.flaky.append(path)
            Path(f"{path}.replayer.log").write_text(alone.stdout + alone.stderr)
            self.say(f"FLAKY {path}: failed in the engine, not in the replayer (log {path}.replayer.log)")
            return
        text = Path(path).with_suffix(".txt")
        self.findings.append(path)
        self.say(f"FINDING {Path(path).stem}: {path}")
        if text.exists():
            self.say(text.read_text().rstrip())
        explain = " --explain" if self.programs_only else ""
        self.say(f"  again: {' '.join([str(self.shown_path(tool[0])), *tool[1:]])}{explain} {path}")

    def watches(self):
        """Whether there is a fault tracer for these builds; what is not examined is said."""
        said = subprocess.run([self.args.build / "iopath-fuzz", "generate", "--witness", "--programs", "1"], capture_output=True, text=True)
        if said.returncode == 2:
            self.say(f"skipped: compiled accesses: {said.stderr.strip().removeprefix('iopath: fuzz: --witness: ')}")
        return said.returncode != 2

    # The generator: every build of the library has its share of the time, by seeds that no other run had; a third of it is watched by the
    # fault tracer, which compares what is done with what is reported.
    def generator(self):
        ways = [[], ["--witness"]] if self.watches() else [[]]
        share = max(1, self.args.time * self.args.jobs / len(PROFILES))
        shares = [share * 2 / 3, share / 3] if len(ways) == 2 else [share]
        shows = {}

        def line(key, text):
            profile = key.removesuffix(" --witness")
            numbers = re.match(r"PROGRESS (\d+) (\d+)", text)
            if numbers:
                shows[key] = [int(n) for n in numbers.groups()]
                self.checkpoint(executions=sum(s[0] for s in shows.values()), operations=sum(s[1] for s in shows.values()))
                seconds = time.monotonic() - start
                self.progress(f"generator: {sum(s[0] for s in shows.values())} programs, "
                              f"{sum(s[1] for s in shows.values()) / seconds * 1e-6:.1f} M checked operations/s")
            elif text.startswith("KEPT "):
                self.collect(profile, text[5:])
            elif not text.startswith("     "):
                self.say(f"{('release' + profile).replace('release-', ''):<11} {'watched ' if key != profile else ''}{text}")

        start = time.monotonic()
        commands = []
        for profile in PROFILES:
            for way, seconds in zip(ways, shares):
                seed = int.from_bytes(os.urandom(4), "little")
                commands.append((" ".join([profile, *way]), [self.args.build / f"iopath-fuzz{profile}", "generate", "--target", self.args.target, *way,
                                                            "--time", seconds, "--seed", seed, "--out", self.results, "--campaign"], {}))
        codes = self.watch(commands, self.args.jobs, line)
        broken = {p: c for p, c in codes.items() if c not in (0, 1)}
        if broken and not self.stop:
            die("generator", f"ended with {broken}", "run that build of iopath-fuzz alone")
        self.programs += sum(s[0] for s in shows.values())
        self.operations += sum(s[1] for s in shows.values())

    def build_target(self, engine, cc, flags):
        out = self.work / engine
        out.mkdir(parents=True, exist_ok=True)
        binary = out / self.args.target
        if binary in self.built:
            return binary
        self.built.add(binary)
        quiet(["fuzz/targets/build.sh", self.args.target, binary], out / "build.log",
              env={**os.environ, "CC": cc, "CXX": cc + "++", "CFLAGS": flags, "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer"})
        return binary

    def enough_edges(self, binary):
        said = subprocess.run([binary, "-runs=0"], capture_output=True, text=True, errors="replace").stderr
        counters = re.search(r"\((\d+) inline 8-bit counters", said)
        if not counters or int(counters.group(1)) < EDGES.get(self.args.target, 1000):
            die("libfuzzer", f"the target has {counters.group(1) if counters else 'no'} edges: the library is not instrumented",
                "fuzz/targets/build.sh")

    # libFuzzer: as many processes as jobs on one corpus folder; one that ends by a crash is started again. How often an edge is
    # taken says little about a list of operations, and keeping count of it took nine tenths of the time.
    def libfuzzer(self):
        binary = self.build_target("libfuzzer", "clang", "-O2 -g -fsanitize=fuzzer-no-link")
        corpus = self.work / f"corpus-{self.args.target}"
        crashes = self.work / "crashes"
        corpus.mkdir(parents=True, exist_ok=True)
        crashes.mkdir(parents=True, exist_ok=True)
        self.enough_edges(binary)
        end, state, said = time.monotonic() + self.args.time, {}, {}

        def line(job, text):
            said[job] = text
            numbers = re.match(r"#(\d+)\s.*cov: (\d+) ft: (\d+) corp: (\d+).*exec/s: (\d+)", text)
            if numbers:
                state[job] = [int(n) for n in numbers.groups()]
                self.checkpoint(executions=before + sum(s[0] for s in state.values()), edges=max(s[1] for s in state.values()))
            artifact = re.search(r"Test unit written to (\S+)", text)
            if artifact:
                self.crash(Path(artifact.group(1)))
            done = re.match(r"OPERATIONS (\d+) (\d+)", text)
            if done:
                self.programs += int(done.group(1))
                self.operations += int(done.group(2))
                self.figures["operations"] += int(done.group(2))

        def tick():
            if state:
                self.progress(f"libfuzzer: {sum(s[0] for s in state.values())} executions, {sum(s[4] for s in state.values())}/s, "
                              f"coverage {max(s[1] for s in state.values())}, corpus {max(s[3] for s in state.values())}")

        before = 0
        while not self.stop and end - time.monotonic() >= 1:
            left = int(end - time.monotonic())
            codes = self.watch([(f"{job}", [binary, corpus, self.home, f"-max_len={MAX_INPUT}", f"-max_total_time={left}",
                                    f"-dict={self.dictionary()}", f"-artifact_prefix={crashes}/", "-reload=1", "-use_counters=0"], {})
                        for job in range(self.args.jobs)], self.args.jobs, line, tick)
            # 77 and its neighbours: a crash, a hang, too much memory. Anything else is not about the input.
            broken = {job: said.get(job, "") for job, code in codes.items() if code not in (0, 70, 71, 72, 77)}
            if broken and not self.stop:
                die("libfuzzer", f"ended at once: {broken}", f"run {binary} alone")
            before += sum(s[0] for s in state.values())
            if end - time.monotonic() >= 1:
                state.clear()
        self.checkpoint(executions=before)
        if state:
            self.say(f"libfuzzer   {before} executions, {sum(s[4] for s in state.values())}/s, "
                     f"coverage {max(s[1] for s in state.values())}, features {max(s[2] for s in state.values())}")
        self.merge(binary, corpus)

    def crash(self, artifact):
        """Minimised by operations, named by its signature, so that the same finding a second time is none."""
        if not self.programs_only:
            kept = self.results / f"{self.args.target}-{artifact.name}"
            shutil.copyfile(artifact, kept)
            self.collect("", kept)
            return
        tool = self.args.build / "iopath-fuzz"
        done = subprocess.run([tool, "keep", artifact, "--out", self.results], capture_output=True, text=True, cwd=ROOT)
        kept = re.search(r"^KEPT (\S+)", done.stdout, re.M)
        if kept:
            self.collect("", kept.group(1))
        elif done.returncode == 0:
            self.collect("", artifact)

    # AFL++: one main and the rest secondaries, which exchange what they find.
    def afl(self):
        if not shutil.which("afl-fuzz"):
            die("afl", "afl-fuzz is not installed", "scripts/setup fuzz")
        binary = self.build_target("afl", "afl-clang-fast", "-O2")
        out = self.work / f"afl/out-{self.args.target}"
        mutator = next(self.args.build.rglob("libfuzz-mutator-afl.so"))
        env = {"AFL_SKIP_CPUFREQ": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_NO_AFFINITY": "1", "AFL_NO_UI": "1",
               "AFL_AUTORESUME": "1",
               **({"AFL_CUSTOM_MUTATOR_LIBRARY": str(mutator), "AFL_CUSTOM_MUTATOR_ONLY": "1"} if self.programs_only else {})}
        commands = [(f"job{job}", ["afl-fuzz", "-i", self.home, "-o", out, "-M" if job == 0 else "-S", f"job{job}", "-x",
                                   self.dictionary(), "-V", self.args.time, "--", binary], env) for job in range(self.args.jobs)]
        logs = {key: [] for key, _, _ in commands}
        codes = self.watch(commands, self.args.jobs, lambda job, text: logs[job].append(text), lambda: self.afl_progress(out))
        for job, code in codes.items():
            if code and not self.stop:
                die("afl-fuzz", "\n".join(logs[job][-12:]), "is the target built?")
        stats = self.afl_stats(out)
        if len(stats) < self.args.jobs and not self.stop:
            die("afl", f"{len(stats)} of {self.args.jobs} fuzzers left their figures in {out}", "run it again; is the disk full?")
        for s in stats:
            self.say(f"afl         {s['execs_done']} executions, {s['execs_per_sec']}/s, stability {s['stability']}, edges {s['edges_found']}")
            if int(s["total_edges"]) < EDGES.get(self.args.target, 1000):
                die("afl", f"the target has {s['total_edges']} edges: the library is not instrumented", "fuzz/targets/build.sh")
            if float(s["stability"].rstrip("%")) < 99:
                self.flaky.append(out)
                self.say("FLAKY the target behaves differently from run to run: something survives from one input to the next")
        self.checkpoint(executions=sum(int(s["execs_done"]) for s in stats), edges=max((int(s["edges_found"]) for s in stats), default=None),
                        operations=None)
        for path in sorted(out.glob("*/crashes/id*")):
            self.crash(path)
        fresh = self.work / f"corpus-{self.args.target}"
        fresh.mkdir(parents=True, exist_ok=True)
        for path in out.glob("*/queue/id*"):
            data = path.read_bytes()
            (fresh / hashlib.sha1(data).hexdigest()).write_bytes(data)
        self.merge(self.build_target("libfuzzer", "clang", "-O2 -g -fsanitize=fuzzer-no-link"), fresh)

    # A fuzzer writes its figures while it runs: a file read in the middle of that lacks some of them, and is left out.
    @staticmethod
    def afl_stats(out):
        every = [{key.strip(): value.strip() for key, _, value in (line.partition(":") for line in path.read_text().splitlines())}
                 for path in sorted(out.glob("*/fuzzer_stats"))]
        return [stats for stats in every if all(figure in stats for figure in AFL_FIGURES)]

    def afl_progress(self, out):
        stats = self.afl_stats(out)
        if stats:
            self.progress(f"afl: {sum(int(s['execs_done']) for s in stats)} executions, "
                          f"{sum(float(s['execs_per_sec']) for s in stats):.0f}/s, corpus {max(int(s['corpus_count']) for s in stats)}")

    def merge(self, binary, fresh):
        """What covers something that corpora/TARGET does not goes there, the shortest first, as far as there is room. What is there stays:
        some of it covers nothing alone, and finds a fault."""
        home, merged = self.home, self.work / f"merged-{self.args.target}"
        shutil.rmtree(merged, ignore_errors=True)
        home.mkdir(parents=True, exist_ok=True)
        shutil.copytree(home, merged)
        quiet([binary, "-merge=1", "-use_counters=0", f"-max_len={MAX_INPUT}", merged, fresh], self.work / "merge.log")
        kept = [p.stat().st_size for p in home.iterdir()]
        found = sorted((p.stat().st_size, p.name) for p in merged.iterdir() if not (home / p.name).exists())
        for length, name in found:
            if len(kept) < FILES and sum(kept) + length <= LIMIT:
                shutil.copyfile(merged / name, home / f".{name}.tmp")
                (home / f".{name}.tmp").rename(home / name)
                kept.append(length)
        self.say(f"corpus      {len(kept)} files, {sum(kept)} bytes in {self.shown_path(home)}; {len(found)} inputs cover something new")

    def dictionary(self):
        own = ROOT / f"fuzz/targets/{self.args.target}.dict"
        return own if own.exists() else ROOT / "fuzz/targets/iopath.dict"

    def replay(self):
        home = self.home
        if not home.is_dir() or not any(path.name[0] != "." for path in home.iterdir()):
            self.say(f"corpus      none in {self.shown_path(home)}: it begins with nothing")
            return
        done = subprocess.run([self.replayer, home], capture_output=True, text=True)
        if done.returncode == 2:
            said = [line for line in done.stderr.splitlines() if line.startswith("iopath: replay: ")]
            die("corpus", "; ".join(line.removeprefix("iopath: replay: ") for line in said), "take away what cannot be read")
        self.say(f"corpus      {(done.stdout or 'fails').strip()}")
        if done.returncode:
            self.findings.append(home)
            self.say((done.stdout + done.stderr)[-1000:].rstrip())

    def run(self):
        self.args.results.mkdir(parents=True, exist_ok=True)
        self.work.mkdir(parents=True, exist_ok=True)
        self.replay()
        for engine in ("generator", "libfuzzer", "afl")[0 if self.programs_only else 1:]:
            if self.args.engine in (engine, "all") and not self.stop:
                self.begin(engine)
                getattr(self, engine)()
                self.end()
        seconds = time.monotonic() - self.started
        what = "stopped, " if self.stop else ""
        if self.findings or self.flaky:
            what += f"{len(self.findings)} findings, {len(self.flaky)} flaky, in {self.shown_path(self.results)}/"
        else:
            what += "clean"
        self.say(f"fuzz: {self.args.target}: {what}: {self.programs} programs, {self.operations} operations checked, {seconds:.0f} s")
        return 1 if self.findings or self.flaky else 0


def main():
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example: scripts/fuzz copy --engine all --time 10m")
    parser.add_argument("target", nargs="?", choices=TARGETS, metavar="TARGET", help="default: program; for --coverage, all that are programs")
    parser.add_argument("--engine", default="generator", choices=["generator", "libfuzzer", "afl", "all"])
    parser.add_argument("--time", type=duration, default=60, help="for each engine, or the night: 60, 60s, 10m, 8h (default 60s)")
    parser.add_argument("--jobs", type=positive, default=os.cpu_count(), help="processes at once (default: one for each CPU)")
    parser.add_argument("--mutants", action="store_true", help="print the kill table of the planted faults")
    parser.add_argument("--operators", action="store_true", help="print the kill tables of mechanical faults: operators exchanged in the library, then in files that have tests of their own")
    parser.add_argument("--coverage", action="store_true", help="print what corpora/TARGET covers of the library, and write it as HTML")
    parser.add_argument("--resume", action="store_true", help="a night of the generator that goes on where the last one ended")
    parser.add_argument("--state", type=Path, default=WORK / "nightly", help="with --resume: the folder of its state (default: build/fuzz/nightly)")
    parser.add_argument("--shard", type=positive, default=nightly.SHARD, metavar="PROGRAMS", help=f"with --resume: programs of a shard (default {nightly.SHARD}, under the fault tracer 1/{nightly.WATCHED} of them)")
    parser.add_argument("--shards", type=positive, help="with --resume: end when each way has so many (default: none, --time ends it)")
    parser.add_argument("--no-setup", action="store_true", help="install nothing")
    parser.add_argument("--build", type=Path, help="a build folder to use as it is (default: build/release, built first)")
    parser.add_argument("--corpora", type=Path, default=ROOT / "corpora", help="corpora to use instead of this project's")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where findings and figures go (default: results/fuzz)")
    args = parser.parse_args()
    covered = [args.target] if args.target else []
    args.target = args.target or "program"
    args.corpora, args.results = args.corpora.resolve(), args.results.resolve()
    WORK.mkdir(parents=True, exist_ok=True)
    programs = [*(f"iopath-fuzz{profile}" for profile in PROFILES), f"replay-{args.target}"]
    if args.target not in PROGRAMS and args.engine == "generator":
        args.engine = "libfuzzer"
    if args.build:
        args.build = args.build.resolve()
    if args.resume:
        if args.target != "program" or args.engine != "generator":
            die("--resume", "is about programs of all operations, by the generator")
        if not args.build and not args.no_setup and subprocess.run([ROOT / "scripts/setup", "build", "fuzz"]).returncode:
            return 2
        args.state = args.state.resolve()
        return nightly.main(args, WORK / "nightly")
    if args.build:
        return Campaign(args).run()
    args.build = BUILD
    if not args.no_setup and subprocess.run([ROOT / "scripts/setup", "build", "bench", "test", "fuzz"]).returncode:
        return 2
    if sys.stderr.isatty():
        print("fuzz: building...", file=sys.stderr)
    if subprocess.run([ROOT / "scripts/build", "release", *programs, "fuzz-mutator-afl"]).returncode:
        return 2
    if args.mutants or args.operators:
        common = ["--build", str(BUILD), "--jobs", str(args.jobs), "--store"]
        code = mutants.main([*common, "--engine", "generator" if args.engine == "all" else args.engine,
                             "--operators" if args.operators else "--exhaustive"])
        if not args.operators:
            return code
        if subprocess.run([ROOT / "scripts/build", "release"]).returncode:
            return 2
        return max(code, tested.main(common))
    if args.coverage:
        return cover.main([*covered, "--store"])
    return Campaign(args).run()


if __name__ == "__main__":
    sys.exit(main())
