#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""nightly.py BUILD: nights that are killed, interrupted and resumed count each program once; what is damaged is refused and kept.

The control is one run of iopath-fuzz over the same programs, without shards: the totals are the same to the operation.
"""
import json, re, shutil, signal, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fuzz"))
import nightly

BUILD, SIZE, SHARDS = Path(sys.argv[1]).resolve(), 1280, 4


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + "\n".join(str(w) for w in what))


class Place:
    def __init__(self, top, build=BUILD):
        self.top, self.state, self.build = top, top / "state", build
        top.mkdir()

    def command(self, *more, shard=SIZE, shards=SHARDS):
        return [sys.executable, "-B", str(ROOT / "fuzz/campaign.py"), "--resume", "--build", str(self.build), "--state", str(self.state), "--results",
                str(self.top / "results"), "--jobs", "2", "--time", "1h", "--shard", str(shard), "--shards", str(shards), *more]

    def run(self, *more, **sizes):
        return subprocess.run(self.command(*more, **sizes), capture_output=True, text=True, check=False)

    def file(self):
        return next(self.state.glob("*.json"))

    def ways(self):
        return json.loads(self.file().read_text())["ways"]

    def shards(self):
        return sum(w["shards"] for path in self.state.glob("*.json") for w in json.loads(path.read_text())["ways"].values())


def that_hang(top):
    """Programs that never come back the first time that they are asked for an odd shard, so that each kill is in the middle of one."""
    build, turns = top / "hanging", top / "turns"
    build.mkdir()
    turns.mkdir()
    for profile in nightly.PROFILES:
        (build / f"iopath-fuzz{profile}").write_text(f"""#!/bin/sh
if [ "$2" = --seed ] && [ $(($5 / $7 % 2)) = 1 ] && mkdir "{turns}/$3-$5" 2>/dev/null; then
	: >"{turns}/hangs"
	exec sleep 3600
fi
exec "{BUILD}/iopath-fuzz{profile}" "$@"
""")
        (build / f"iopath-fuzz{profile}").chmod(0o755)
    shutil.copy(BUILD / "CMakeCache.txt", build)
    return build, turns / "hangs"


def way_called(name):
    """Of this build; its seed comes from its name."""
    return next(way for way in nightly.ways_of(BUILD, None)[0] if way.name == name)


def at_once(way):
    """The same programs in one run: operations by kind, accesses."""
    shape = way_called(way)
    command, size = shape.command(0, SIZE * SHARDS, "/nonexistent")
    out = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    accesses = re.search(r"watched: (\d+) accesses", out.stdout)
    expect(out.returncode == 0, way, out)
    return size, {kind: int(n) for kind, n in re.findall(r"^KIND (\S+) (\d+)$", out.stdout, re.M)}, int(accesses.group(1)) if accesses else 0


def killed_again_and_again(top):
    build, hangs = that_hang(top)
    place, kills = Place(top / "killed", build), 0
    while True:
        process = subprocess.Popen(place.command(), stdout=subprocess.DEVNULL)
        while not hangs.exists() and process.poll() is None:
            time.sleep(0.01)
        if not hangs.exists():
            break
        hangs.unlink()
        process.send_signal([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM][kills % 3])
        process.wait()
        kills += 1
    expect(process.returncode == 0 and kills >= SHARDS // 2 * len(nightly.PROFILES) // 2, "was killed", kills, "times, then ended with", process.returncode)
    out = place.run()
    expect(out.returncode == 0 and "goes on after" in out.stdout and "night stopped" not in out.stdout, out)
    ways = place.ways()
    expect(len(ways) >= 5 and all(w["shards"] == SHARDS for w in ways.values()), ways)
    for way, sums in ways.items():
        size, kinds, accesses = at_once(way)
        expect(sums["programs"] == size and sums["operations"] == kinds and sums["accesses"] == accesses, way, sums, size, kinds, accesses)
    total = sum(sum(w["operations"].values()) for w in ways.values())
    expect(f" {total} operations in {len(ways)} ways, 0 findings" in out.stdout, total, out.stdout[-800:])
    # Through is through: nothing runs again, and the totals stay.
    before = place.file().read_bytes()
    again = place.run()
    expect(again.returncode == 0 and "0 shards in" in again.stdout and place.file().read_bytes() == before, again)
    print(f"ok: {kills} kills, {place.shards()} shards, {total} operations, each program once")
    return place


def a_lost_and_a_doubled_shard_show(place):
    """Control: the comparison above sees a shard too few and one too many."""
    way = sorted(place.ways())[0]
    _, kinds, _ = at_once(way)
    state = nightly.State(place.state, place.file().stem, SIZE)
    command, _ = way_called(way).command(0, SIZE, "/nonexistent")
    one = {k: int(n) for k, n in re.findall(r"^KIND (\S+) (\d+)$", subprocess.run(list(map(str, command)), capture_output=True, text=True).stdout, re.M)}
    result = {"programs": SIZE, "operations": one, "accesses": 0, "cpu_s": 0, "findings": []}
    for number in (SHARDS - 1, SHARDS + 1):
        try:
            state.add(way, number, result)
            expect(False, "a shard that is not the next one was taken")
        except nightly.Refused:
            pass
    state.add(way, SHARDS, result)
    expect(place.ways()[way]["operations"] != kinds, "one shard too many is not seen")
    state.lock.close()


def damaged(place):
    good = place.file().read_bytes()
    text = json.loads(good)
    more = json.loads(good)
    more["ways"][sorted(more["ways"])[0]]["programs"] += 1
    other = dict(text, core="0" * 16)
    other["checksum"] = nightly.checksum(other)
    for what, data, why in (("half", good[:len(good) // 2], ""), ("empty", b"", ""), ("bytes", b"\xff\xfe\0", ""), ("a list", b"[]", "format"),
                            ("another format", json.dumps(dict(text, format="x")).encode(), "format"),
                            ("a changed total", json.dumps(more).encode(), "checksum"), ("another core", json.dumps(other).encode(), "about core")):
        place.file().write_bytes(data)
        out = place.run()
        expect(out.returncode == 2 and str(place.file()) in out.stderr and why in out.stderr and "left as it is" in out.stderr, what, out)
        expect(place.file().read_bytes() == data and "Traceback" not in out.stderr, what, "was changed")
    place.file().write_bytes(good)
    out = place.run(shard=SIZE + 1)
    expect(out.returncode == 2 and "same --shard" in out.stderr and place.file().read_bytes() == good, out)
    holds = nightly.State(place.state, "another", SIZE)
    out = place.run()
    expect(out.returncode == 2 and "another night" in out.stderr, out)
    holds.lock.close()
    # What a kill leaves in the middle of writing.
    place.file().with_name(f".{place.file().name}.tmp").write_bytes(good[:100])
    expect(place.run().returncode == 0 and place.file().read_bytes() == good, "a temporary file is in the way")


def core_changes(top):
    """The hash sees each source, and nothing else; another version's totals stay."""
    core = top / "core"
    shutil.copytree(ROOT / "core", core, symlinks=True)
    first = nightly.core_hash(core)
    expect(first == nightly.core_hash(), "a copy is another core")
    for path in ("test/iotest.h", "README.md"):
        (core / path).write_text((core / path).read_text() + "\n")
        expect(nightly.core_hash(core) == first, path, "changes core")
    for path in ("copy/iomem_copy.c", "include/iopath/region.h", "copy/routines.def"):
        (core / path).write_text((core / path).read_text() + "\n")
        expect(nightly.core_hash(core) != first, path, "is not seen")
        first = nightly.core_hash(core)
    place = Place(top / "changed")
    place.state.mkdir()
    (place.state / "0123456789abcdef.json").write_text("earlier")
    out = place.run(shards=1)
    expect(out.returncode == 0 and "begins anew: core changed since 0123456789abcdef.json, which is kept" in out.stdout, out)
    expect((place.state / "0123456789abcdef.json").read_text() == "earlier", "an earlier state was changed")
    expect("not examined: compilers and levels other than" in out.stdout and "not examined: code for " in out.stdout, out.stdout)


def errors_are_no_findings(top):
    build = top / "build"
    build.mkdir()
    for what, text, code in (("a program that fails", "exit 2", 2), ("one that dies", "kill -9 $$", 2), ("one that does nothing", "exit 0", 2),
                             ("a finding", "echo KEPT /x/y.bin; echo PROGRESS 1280 9; echo KIND cast 9; exit 1", 1),
                             ("a flaky one", "echo PROGRESS 1280 9; echo KIND cast 9; exit 1", 1)):
        for profile in nightly.PROFILES:
            (build / f"iopath-fuzz{profile}").write_text(f"#!/bin/sh\ncase \" $* \" in *--witness*) exit 2;; esac\n{text}\n")
            (build / f"iopath-fuzz{profile}").chmod(0o755)
        place = Place(top / what.replace(" ", "-"), build)
        out = place.run(shards=1)
        expect(out.returncode == code and ("\nFINDING" in out.stdout) == (code == 1), what, out)
        expect(code == 1 or not place.shards(), what, "counted")
        # A finding stays one until core changes.
        expect(place.run(shards=1).returncode == code, what, "the second time")
    for words in (["copy", "--resume"], ["--resume", "--engine", "all"], ["--resume", "--shard", "0"]):
        out = subprocess.run([sys.executable, "-B", ROOT / "fuzz/campaign.py", *words, "--no-setup"], capture_output=True, text=True, check=False)
        expect(out.returncode == 2, words, out)


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    errors_are_no_findings(folder)
    core_changes(folder)
    night = killed_again_and_again(folder)
    damaged(night)
    a_lost_and_a_doubled_shard_show(night)
