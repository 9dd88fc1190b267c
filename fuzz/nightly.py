# SPDX-License-Identifier: MIT
"""scripts/fuzz --resume: nights of the generator that go on where the last one ended, however it ended.

The work is cut into shards: so many programs of one way (compiler, level, build of the library), from a number on. A shard counts when it
is through, and then once: what was killed in the middle runs again. The state is a file for each version of core, so that a change of core
begins anew and loses nothing.
"""
import fcntl, hashlib, json, os, platform, re, resource, selectors, shutil, signal, subprocess, sys, time
from pathlib import Path

import runs

ROOT = runs.ROOT
FORMAT = "iopath-nightly 1"
PROFILES = {"": "release", "-debug": "debug", "-32": "32-bit", "-big-endian": "big-endian", "-native": "native"}
COMPILERS, LEVELS = {"gcc": "g++", "clang": "clang++"}, ["-O2", "-O3", "-O1", "-O0"]
SHARD = 1 << 20
WATCHED = 128  # times as long a program takes under the fault tracer
# What no way of this file can reach, so that no total says more than it should.
NEVER = ["-Os, -Og, LTO, sanitizers and C++ builds of the library (scripts/test has some)",
         "real devices, VFIO, UIO and kernels' DMA-bufs: programs have simulated ones (scripts/guest --test)",
         "races: programs have one thread (ctest -R 'row-38|row-07|row-53')"]


class Refused(Exception):
    """Why nothing is done: an error, never a finding."""


def core_hash(root=None):
    """Of what the library is compiled from; its tests and documents change nothing."""
    sum_ = hashlib.sha256()
    core = Path(root or ROOT / "core")
    for path in sorted(core.rglob("*")):
        inside = path.relative_to(core)
        if path.is_file() and inside.parts[0] != "test" and path.suffix in (".c", ".h", ".S", ".def", ".in", ".txt", ".cmake"):
            sum_.update(f"{inside}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return sum_.hexdigest()[:16]


def checksum(state):
    return hashlib.sha256(json.dumps({k: v for k, v in state.items() if k != "checksum"}, sort_keys=True).encode()).hexdigest()


class State:
    """What was examined of one version of core. Written to a temporary file, synced and renamed; never written over a file that it cannot read."""

    def __init__(self, folder, core, shard):
        self.path = folder / f"{core}.json"
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = open(folder / "lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"{folder}: another night is at work there") from None
        self.others = sorted((p for p in folder.glob("*.json") if p != self.path), key=lambda p: p.stat().st_mtime)
        self.fresh = not self.path.exists()
        self.data = {"format": FORMAT, "core": core, "shard": shard, "ways": {}, "findings": []} if self.fresh else self.read()
        if self.data["shard"] != shard:
            raise Refused(f"{self.path}: its shards are of {self.data['shard']} programs, not {shard} (use the same --shard)")

    def read(self):
        try:
            state = json.loads(self.path.read_text())
        except (OSError, ValueError) as error:
            raise self.damaged(str(error)) from None
        if not isinstance(state, dict) or state.get("format") != FORMAT:
            raise self.damaged(f"not of the format '{FORMAT}'")
        if state.get("checksum") != checksum(state):
            raise self.damaged("its checksum is wrong")
        if state["core"] != self.path.stem:
            raise self.damaged(f"it is about core {state['core']}")
        return state

    def damaged(self, why):
        return Refused(f"{self.path}: {why}; it was left as it is (move it away to begin anew)")

    def store(self):
        self.data["checksum"] = checksum(self.data)
        runs.write(self.path, json.dumps(self.data, indent=1, sort_keys=True))

    def way(self, name):
        return self.data["ways"].get(name, {"shards": 0, "programs": 0, "operations": {}, "accesses": 0, "cpu_s": 0})

    def add(self, name, shard, result):
        """One more shard of a way, the next in order: none is left out, none counts twice."""
        way = self.data["ways"].setdefault(name, self.way(name))
        if shard != way["shards"]:
            raise Refused(f"{name}: shard {shard} is not the next one, {way['shards']}")
        way["shards"] += 1
        way["programs"] += result["programs"]
        way["accesses"] += result["accesses"]
        way["cpu_s"] = round(way["cpu_s"] + result["cpu_s"], 3)
        for kind, count in result["operations"].items():
            way["operations"][kind] = way["operations"].get(kind, 0) + count
        self.data["findings"] += [f for f in result["findings"] if f not in self.data["findings"]]
        self.store()


def seed_of(name):
    """Each way has programs of its own."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")


class Way:
    def __init__(self, label, folder, profile, watched, preset=None):
        self.label, self.folder, self.profile, self.watched, self.preset = label, folder, profile, watched, preset
        self.name = f"{label} {PROFILES[profile]}" + (" watched" if watched else "")
        self.seed = seed_of(self.name)

    @property
    def program(self):
        return self.folder / f"iopath-fuzz{self.profile}"

    def command(self, shard, size, out):
        if self.watched:
            size = max(1, size // WATCHED)
        return [self.program, "generate", "--seed", self.seed, "--first", shard * size, "--programs", size, "--campaign", "--kinds", "--quiet",
                "--out", out, *(["--witness"] if self.watched else [])], size


def version(compiler):
    said = subprocess.run([compiler, "-dumpfullversion", "-dumpversion"] if "gcc" in compiler else [compiler, "-dumpversion"], capture_output=True, text=True)
    return said.stdout.split()[0] if said.stdout.split() else "unknown"


def ways_of(build, home):
    """Every way there could be, and what is missing for the others."""
    ways, missing = [], []
    if build:
        cache = dict(re.findall(r"^(\w+):\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.M)) if (build / "CMakeCache.txt").exists() else {}
        label = f"{Path(cache.get('CMAKE_C_COMPILER', 'as built')).name} {cache.get('CMAKE_BUILD_TYPE', '')}".strip()
        pairs = [(label, build, None)]
        missing.append(f"compilers and levels other than {label}: --build was given")
    else:
        pairs = []
        for level in LEVELS:
            for compiler in COMPILERS:
                if shutil.which(compiler):
                    pairs.append((f"{compiler} {version(compiler)} {level}", home / f"{compiler}{level}", (compiler, level)))
                else:
                    missing.append(f"{compiler} {level}: {compiler} is not installed")
    for watched in (False, True):
        for label, folder, preset in pairs:
            ways += [Way(label, folder, profile, watched, preset) for profile in PROFILES]
    return ways, missing


class Night:
    def __init__(self, args, home):
        self.args, self.home, self.stop = args, home, False
        self.core = core_hash()
        self.state = State(args.state, self.core, args.shard)
        self.ways, self.missing = ways_of(args.build, home / "build")
        self.running, self.built, self.done, self.error = {}, set(), 0, None
        self.began = time.monotonic()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.interrupt)

    def interrupt(self, *_):
        self.stop = True

    @staticmethod
    def say(text):
        print(text, flush=True)

    def build(self, way):
        """The five builds of the library by one compiler at one level, as CMake makes them."""
        if not way.preset or way.folder in self.built:
            return
        compiler, level = way.preset
        self.say(f"build       {compiler} {level}")
        log = self.home / f"{way.folder.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        configure = ["cmake", "-S", ROOT, "-B", way.folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Night", f"-DCMAKE_C_COMPILER={compiler}",
                     f"-DCMAKE_CXX_COMPILER={COMPILERS[compiler]}", f"-DCMAKE_C_FLAGS={level} -g", f"-DCMAKE_CXX_FLAGS={level} -g",
                     "-DIOPATH_BENCH=OFF", "-DIOPATH_TESTS=OFF"]
        make = ["cmake", "--build", way.folder, "-j", str(self.args.jobs), "--target", *(f"iopath-fuzz{p}" for p in PROFILES)]
        with open(log, "w") as out:
            for command in (configure, make):
                if subprocess.run(list(map(str, command)), stdout=out, stderr=subprocess.STDOUT, cwd=ROOT).returncode and not self.stop:
                    raise Refused(f"{compiler} {level}: does not build: {log.read_text()[-600:]} (the whole log is {log})")
        self.built.add(way.folder)

    def cost(self, way):
        return self.state.way(way.name)["shards"]

    def next_way(self):
        """The one that was examined least; the shards of a way run one after another."""
        busy = {key[0].name for key in self.running.values()}
        limit = self.args.shards
        free = [w for w in self.ways if w.name not in busy and not (limit and self.cost(w) >= limit)]
        return min(free, key=self.cost, default=None)

    def begin(self, selector, way):
        shard = self.cost(way)
        command, size = way.command(shard, self.args.shard, self.args.results)
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   cwd=ROOT, start_new_session=True)
        self.running[process] = (way, shard, size, [])
        selector.register(process.stdout, selectors.EVENT_READ, process)

    def end(self, process):
        way, shard, size, said = self.running.pop(process)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        text = b"".join(said).decode(errors="replace")
        programs = [int(n) for n in re.findall(r"^PROGRESS (\d+) \d+$", text, re.M)]
        accesses = re.search(r"watched: (\d+) accesses", text)
        result = {"programs": programs[-1] if programs else 0, "accesses": int(accesses.group(1)) if accesses else 0,
                  "operations": {kind: int(n) for kind, n in re.findall(r"^KIND (\S+) (\d+)$", text, re.M)},
                  "findings": re.findall(r"^KEPT (\S+)", text, re.M), "cpu_s": usage.ru_utime + usage.ru_stime}
        if process.returncode not in (0, 1) or result["programs"] != size:
            if not self.stop:
                self.error = f"{way.name}: shard {shard} ended with {process.returncode} after {result['programs']} of {size} programs: {text[-400:].strip()}"
            return
        if process.returncode == 1 and not result["findings"]:
            result["findings"] = [f"{way.name}: shard {shard} (seed {way.seed}, programs from {shard * size} on)"]
        self.state.add(way.name, shard, result)
        self.done += 1
        operations = sum(result["operations"].values())
        self.say(f"{way.name:<36} shard {shard:>4}: {result['programs']} programs, {operations} operations, "
                 f"{operations / max(result['cpu_s'], 1e-9) * 1e-6:.2f} M/s of CPU" + (f", {len(result['findings'])} findings" if result["findings"] else ""))

    def work(self):
        with selectors.DefaultSelector() as selector:
            while True:
                late = self.stop or self.error or time.monotonic() - self.began >= self.args.time
                while not late and len(self.running) < self.args.jobs and (way := self.next_way()):
                    self.build(way)
                    late = self.stop
                    if not late and (not way.watched or self.watches(way)):
                        self.begin(selector, way)
                if not self.running:
                    return
                # Here and not in the handler, so that one that was just begun is not forgotten. Popen.terminate() might reap it, and its times be lost.
                for process in self.running if self.stop else ():
                    os.kill(process.pid, signal.SIGTERM)
                for event, _ in selector.select(0.5):
                    process = event.data
                    data = os.read(event.fd, 65536)
                    if data:
                        self.running[process][3].append(data)
                        continue
                    selector.unregister(process.stdout)
                    process.stdout.close()
                    self.end(process)

    def watches(self, way):
        """Whether there is a fault tracer for it."""
        said = subprocess.run([way.program, "generate", "--witness", "--programs", "1"], capture_output=True, text=True)
        if said.returncode == 2:
            self.ways = [w for w in self.ways if not w.watched]
            self.missing.append(f"accesses of compiled code: {said.stderr.strip().removeprefix('iopath: fuzz: --witness: ')}")
        return said.returncode != 2

    def not_examined(self):
        ways = self.state.data["ways"]
        yield from self.missing
        absent = {}
        for way in self.ways:
            if way.name not in ways:
                absent.setdefault((way.label, way.watched), []).append(PROFILES[way.profile])
        for (label, watched), profiles in absent.items():
            yield f"{label}{' watched' if watched else ''}: {', '.join(profiles)}: no shard yet"
        for kind, count in sorted(self.kinds().items()):
            if not count:
                yield f"operation {kind}: never carried out"
        here = {"x86_64": "x86", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
        others = sorted(p.name for p in (ROOT / "core/arch").iterdir() if p.is_dir() and p.name not in ("generic", here))
        if others:
            yield f"code for {', '.join(others)}: no such machine (scripts/arch has emulators)"
        yield from NEVER

    def kinds(self):
        total = {}
        for way in self.state.data["ways"].values():
            for kind, count in way["operations"].items():
                total[kind] = total.get(kind, 0) + count
        return total

    def summary(self):
        ways, kinds = self.state.data["ways"], self.kinds()
        self.say(f"\nsince core {self.core} (no change of core's sources in between):")
        for name, way in sorted(ways.items()):
            watched = f", {way['accesses']} accesses watched" if way["accesses"] else ""
            self.say(f"  {name:<36} {way['shards']:>5} shards {way['programs']:>12} programs {sum(way['operations'].values()):>14} operations{watched}")
        self.say("operations by kind:")
        for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
            self.say(f"  {kind:<16} {count:>14}")
        left = list(self.not_examined())
        for what in left:
            self.say(f"not examined: {what}")
        for finding in self.state.data["findings"]:
            self.say(f"FINDING {finding}")
        programs, operations = sum(w["programs"] for w in ways.values()), sum(kinds.values())
        found = len(self.state.data["findings"])
        self.say(f"fuzz: night{' stopped' if self.stop else ''}: {self.done} shards in {time.monotonic() - self.began:.0f} s; in all {programs} programs, "
                 f"{operations} operations in {len(ways)} ways, {found} findings; state {self.state.path}")
        record = runs.Run("nightly", "program", self.args.results / "runs")
        if self.done:
            record.store(core=self.core, shards=self.done, programs=programs, operations=operations, findings=found, partial=self.stop,
                         kinds=kinds, ways={n: w["programs"] for n, w in ways.items()}, not_examined=left)
        return found

    def run(self):
        if self.state.fresh:
            before = f": core changed since {self.state.others[-1].name}, which is kept" if self.state.others else ""
            self.say(f"state       {self.state.path}: begins anew{before}")
        else:
            old = self.state.data["ways"].values()
            self.say(f"state       {self.state.path}: goes on after {sum(w['shards'] for w in old)} shards, {sum(w['programs'] for w in old)} programs")
        self.work()
        found = self.summary()
        if self.error:
            raise Refused(self.error)
        if found:
            return 1
        if not self.done and any(self.cost(w) < (self.args.shards or self.cost(w) + 1) for w in self.ways):
            raise Refused("nothing was examined this time: no shard came to its end")
        return 0


def main(args, home):
    os.environ.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", str(args.jobs))
    try:
        return Night(args, home).run()
    except Refused as why:
        print(f"iopath: fuzz: --resume: {why}", file=sys.stderr)
        return 2
