#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iopath fuzz: each fault of a module is found within a number of calls, none where there is none. Run as: module_fuzz_test.py IOPATH
FOLDER-OF-MODULES CASE."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
import ktap  # noqa: E402

IOPATH, FOLDER = sys.argv[1], Path(sys.argv[2])
RIGHT, FAULTY, CRASHING = (FOLDER / f"module-fuzz-{what}.so" for what in ("right", "faulty", "crashing"))

# Each entry and how it is found; where the bytes decide which comes first, either.
FAULTS = {
    "lost_tail": "device", "one_more": "beside-device|crash", "one_less": "memory", "wrong_from_1024": "device",
    "wrong_where_both_are_aligned_alike": "memory", "rounds_up_in_memory": "beside-memory|crash", "writes_one_before": "beside-device",
    "changes_its_source": "beside-memory", "swaps_words": "memory", "remembers": "device", "always_up": "device|rules",
    "always_down": "device|rules", "direction_of_the_end": "device", "signed_char_set": "device", "whole_int_set": "device",
    "doubled_byte": "rules", "overlapping_tail": "rules", "misaligned_head": "rules", "string_instruction": "rules",
    "reads_around": "rules|crash", "reads_before_from_513": "rules",
    "reads_back": "rules", "too_wide": "rules", "descends": "rules", "read_halves": "rules", "read_twice": "rules",
    "reads_wide": "rules|crash", "swapped": "device", "cut": "device", "evaluated_twice": "rules", "one_too_far": "accepted|crash",
    "three_are_enough": "accepted|crash", "sum_wraps": "accepted|crash", "cut_to_32_bits": "accepted",
    "refuses_the_last": "refused", "signed_compare": "accepted|crash", "stores_too_much": "value", "takes_misaligned": "accepted",
    "looks_first": "access|rules", "sign_extended": "device", "length_is_forgotten": "accepted", "sum_of_both": "accepted",
    "rounded_down": "place",
}
CRASHES = {
    "reads_past_the_page": "crash", "faults_across_pages": "crash", "hangs_at_57": "hang", "ends_at_zero": "ended",
    "aborts_at_a_negative_value": "crash", "loses_its_count": "crash|device|beside-device", "null": "crash",
    "wears_out": "device",
}
# The same call of the right module: of each operation and width.
TWIN = {"toio": "bytes_to", "fromio": "words_from", "move": "bytes_move", "set": "bytes_set", "read8": "r8", "read32": "r32",
        "read64": "r64", "write16": "w16", "write32": "w32", "write64": "w64", "projection": "part"}


def fuzz(*args, cwd=None):
    return subprocess.run([IOPATH, "fuzz", *map(str, args)], capture_output=True, text=True, timeout=600, cwd=cwd)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def findings_of(out):
    expect(out.returncode == 1 and not out.stderr, out.returncode, out.stderr, out.stdout[:2000])
    return json.loads(out.stdout)["findings"]


def all_found(found, faults):
    names = [f["name"] for f in found]
    expect(sorted(names) == sorted(faults), "not found, or twice:", set(faults) ^ set(names), names)
    for f in found:
        expect(re.fullmatch(faults[f["name"]], f["fault"]) and f["again"], f)


def each_fault_is_found(tmp):
    expect(len(FAULTS) >= 25, len(FAULTS))
    for seed in 1, 2, 3:
        out = fuzz("--module", FAULTY, "--calls", 60000, "--seed", seed, "--json", "-", cwd=tmp)
        all_found(findings_of(out), FAULTS)


def what_is_right_is_never_found(tmp):
    out = fuzz("--module", RIGHT, "--calls", 60000, "--json", "j.json", cwd=tmp)
    expect(out.returncode == 0 and not out.stderr and "0 findings" in out.stdout, out)
    expect("1 operation is left out" in out.stdout, out.stdout)
    said = json.loads((tmp / "j.json").read_text())
    # It has called and watched each kind, so that it could have found something.
    expect(said["calls"] >= 60000 and said["watched"] > 3000 and said["blind"] == 0 and not said["findings"], said)
    expect(len(said["calls_of"]) == 9 and min(said["calls_of"].values()) > 2000, said)
    expect(sum(said["calls_of"].values()) == said["calls"], said)
    expect(sorted(path.name for path in tmp.iterdir()) == ["j.json"], "a folder for nothing")


def crashes_hangs_and_exits_are_findings(tmp):
    out = fuzz("--module", CRASHING, "--calls", 20000, "--timeout", "0.1", "--json", "-", cwd=tmp)
    found = findings_of(out)
    all_found(found, CRASHES)
    # It is wrong at each 40th call in its process, whatever the sequence.
    calls, = [f["sequences"].count(" wears_out ") for f in found if f["name"] == "wears_out"]
    expect(calls == 40, calls)
    expect("does not return in 0.1 s" in out.stdout and "killed by SIGABRT" in out.stdout and "with status 0" in out.stdout, out.stdout)


def findings_are_small(tmp):
    text = {f["name"]: f["sequences"] for f in findings_of(fuzz("--module", FAULTY, "--calls", 60000, "--json", "-", cwd=tmp))}
    for name, lines in text.items():
        expect(lines.startswith("sequence fill 1\n") and lines.count("\n") == (3 if name == "remembers" else 2), name, lines)
    for name, call in {"lost_tail": "toio lost_tail io 0 memory 0 size 5 watched",
                       "one_less": "fromio one_less io 0 memory 0 size 0x41 watched",
                       "wrong_from_1024": "toio wrong_from_1024 io 0 memory 0 size 0x400 watched",
                       "doubled_byte": "toio doubled_byte io 0 memory 0 size 0x15 watched",
                       "reads_before_from_513": "fromio reads_before_from_513 io 1 memory 0 size 0x201 watched",
                       "always_up": "move always_up io 0 to 1 size 2 watched",
                       "cut": "write cut io 0 value 0x100000000 watched",
                       "takes_misaligned": "checked-write takes_misaligned io 0 size 9 offset 1 value 0 watched",
                       "cut_to_32_bits": "checked-read cut_to_32_bits io 0 size 4 offset 0x100000000 watched",
                       "length_is_forgotten": "projection length_is_forgotten io 0 size 1 offset 0 length 2 watched",
                       "remembers": "toio remembers io 0 memory 0 size 0xd watched\n  toio remembers io 0 memory 0 size 0x11 watched",
                       }.items():
        expect(text[name] == f"sequence fill 1\n  {call}\n", name, text[name])


def the_same_seed_finds_the_same(tmp):
    outs = [fuzz("--module", FAULTY, "--calls", 3000, "--seed", 5, "--out", tmp / str(i), "--json", "-").stdout for i in range(2)]
    expect(outs[0].replace(f"{tmp}/0/", f"{tmp}/1/") == outs[1] and "sequences" in outs[0], outs)
    # Found again, it is the same file.
    names = sorted(path.name for path in (tmp / "0").iterdir())
    fuzz("--module", FAULTY, "--calls", 3000, "--seed", 5, "--out", tmp / "0")
    expect(names == sorted(path.name for path in (tmp / "0").iterdir()) and len(names) > 20, names)


LATE = """#include <iopath/cells.h>
IOP_MODULE("late");
static void late(void *io, const void *src, size_t n)
{
	static unsigned calls;

	for (size_t i = 0; i < n; i++)
		((volatile char *)io)[i] = ((const char *)src)[i] ^ (EACH && ++calls % EACH == 0);
}
IOP_COPY_TOIO(late, .tier = "STRICT", .widths = 1);
IOP_WRITE(w32, uint32_t, *(volatile uint32_t *)addr = value);
"""


def a_fault_of_each_thousandth_call_is_found(tmp):
    (tmp / "late.c").write_text(LATE.replace("++calls %", "i == 0 && ++calls %"))
    for each, code in ((1000, 1), (0, 0)):
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", f"-DEACH={each}u", f"-I{Path(__file__).resolve().parent.parent}/cells",
                        tmp / "late.c", "-o", tmp / "late.so"], check=True)
        out = fuzz(tmp / "late.so", "--calls", 30000, cwd=tmp)
        expect(out.returncode == code and out.stdout.count("FINDING toio late") == code, each, out.stdout[-2000:], out.stderr)
        if each:
            (kept,) = (tmp / "iopath-findings").glob("*.txt")
            expect(kept.read_text().count("toio late") >= 1000, kept)
            again = fuzz(tmp / "late.so", "--replay", kept, cwd=tmp)
            expect(again.returncode == 1 and "FINDING toio late" in again.stdout, again.stderr, again.stdout[-500:])


def a_finding_can_be_replayed(tmp):
    out = fuzz("--module", FAULTY, "--calls", 60000, cwd=tmp)
    kept = sorted((tmp / "iopath-findings").glob("*.txt"))
    expect(out.returncode == 1 and len(kept) == len(FAULTS) and out.stdout.count("FINDING ") == len(FAULTS), out.stdout)
    for path in kept:
        again = fuzz("--module", FAULTY, "--replay", path, cwd=tmp)
        expect(again.returncode == 1 and again.stdout.startswith("FINDING " + path.name.split("-")[0]), path, again)
        op, name = re.search(r"^  (\S+) (\S+)", path.read_text(), re.MULTILINE).groups()
        if op in TWIN:
            path.write_text(path.read_text().replace(f"{op} {name} ", f"{op} {TWIN[op]} "))
            again = fuzz("--module", RIGHT, "--replay", path, cwd=tmp)
            expect(again.returncode == 0 and re.fullmatch(r"clean: \d+ calls\n", again.stdout), path, again)


def run_c(source):
    subprocess.run(["cc", "-O1", "-w", "-o", source.with_suffix(""), source, "-ldl"], check=True)
    return subprocess.run([source.with_suffix("")], capture_output=True, text=True, timeout=60)


def findings_run_without_iopath(tmp):
    fuzz("--module", FAULTY, "--calls", 60000, "--out", tmp / "f")
    fuzz("--module", CRASHING, "--calls", 20000, "--timeout", "0.1", "--out", tmp / "f")
    sources, kinds, clean = sorted((tmp / "f").glob("*.c")), set(), 0
    expect(len(sources) == len(FAULTS) + len(CRASHES), sources)
    for source in sources:
        kind = re.match(r"([a-z]+(-read|-write)?)-\w+-(.*)", source.stem).groups()[::2]
        # Of what is found by the rules, each; of the rest, one of each kind and fault.
        if kind in kinds and kind[1] != "rules":
            continue
        kinds.add(kind)
        out = run_c(source)
        expect(out.returncode == 1 and out.stdout.startswith("FINDING call "), source, out)
        text = source.read_text()
        expect(not re.search(r"#include [<\"](iopath|bench|core)", text) and "cc -O1 -o" in text, source)
        # The same calls of a module without the fault.
        call, name = re.findall(r'^\t(\w+)\("(\w+)",', text, re.MULTILINE)[-1]
        if call in TWIN and kind[1] != "hang":
            body = text.replace(f'"{name}"', f'"{TWIN[call]}"').replace(str(FAULTY), str(RIGHT)).replace(str(CRASHING), str(RIGHT))
            source.write_text(body)
            out = run_c(source)
            expect(out.returncode == 0 and out.stdout == "clean\n", source, out)
            clean += 1
    expect(len(kinds) >= 15 and clean >= 12, len(kinds), clean)


def children_of(process):
    try:
        return set(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
    except FileNotFoundError:
        return set()


def interrupted(tmp, number, enough, *args):
    """What it says once a signal has reached it when it has had enough children, and those."""
    process = subprocess.Popen([IOPATH, "fuzz", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp)
    seen, end = set(), time.monotonic() + 120
    while not enough(seen) and process.poll() is None and time.monotonic() < end:
        seen |= children_of(process)
        time.sleep(0.002)
    process.send_signal(number)
    said, errors = process.communicate(timeout=120)
    expect(process.returncode == 130 and not errors, process.returncode, said, errors)
    return said, seen


def an_interrupted_run_keeps_what_was_found(tmp):
    # One that describes the module, then one for each 128 sequences.
    said, _ = interrupted(tmp, signal.SIGTERM, lambda seen: len(seen) >= 3, RIGHT, "--time", "300s", "--json", "j.json")
    expect("interrupted: what was found until then is kept" in said and json.loads((tmp / "j.json").read_text())["partial"], said)
    # A call that hangs, and needs a child for each try to make it smaller.
    (tmp / "c").mkdir()
    (tmp / "c/hang.txt").write_text("sequence fill 3\n  toio hangs_at_57 io 0x123 memory 0x77 size 57\n  set ends_at_zero io 9 size 3 value 0x55\n")
    said, _ = interrupted(tmp, signal.SIGINT, lambda seen: len(seen) >= 5, CRASHING, "--corpus", "c", "--timeout", "0.1", "--json", "j.json")
    found = json.loads((tmp / "j.json").read_text())
    finding, = found["findings"]
    expect(finding["partial"] and found["partial"] and finding["name"] == "hangs_at_57" and finding["again"], found)
    expect("(not minimised to the end: interrupted)" in said, said)
    again = fuzz(CRASHING, "--replay", tmp / finding["file"], "--timeout", "0.1", cwd=tmp)
    expect(again.returncode == 1 and "does not return" in again.stdout and (tmp / finding["test"]).exists(), again)
    # The same, left alone, is made as small as it can be.
    whole = fuzz(CRASHING, "--corpus", "c", "--timeout", "0.1", "--calls", 1, "--json", "-", cwd=tmp)
    smaller = json.loads(whole.stdout)["findings"][0]
    expect(not smaller["partial"] and " io 0 memory 0 size 0x39" in smaller["sequences"], smaller)


def engines(processes):
    """Those that run the engine of the right module: a child that has not become one yet does not count."""
    return {pid for pid in processes if str(FOLDER / "module-fuzz-right.libfuzzer").encode() in read(Path(f"/proc/{pid}/cmdline"))}


def an_interrupted_engine_keeps_its_inputs(tmp):
    needs("clang")
    # Others run the same engine meanwhile: those are theirs. This one ends when its input does.
    with subprocess.Popen([sys.executable, "-c", "import sys\nsys.stdin.read()", FOLDER / "module-fuzz-right.libfuzzer"],
                          stdin=subprocess.PIPE) as other:
        said, seen = interrupted(tmp, signal.SIGINT, engines, RIGHT, "--engine", "libfuzzer", "--time", "300s", "--corpus", "c",
                                 "--json", "j.json")
        expect(engines({other.pid}), "nobody else runs an engine")
    kept = len(list((tmp / "c").iterdir()))
    found = json.loads((tmp / "j.json").read_text())
    expect(found["partial"] and found["corpus"]["added"] == kept >= 16, found, kept)
    expect("the corpus is not as small as it can be: interrupted" in said, said)
    expect(seen and not engines(seen), "the engine goes on:", seen)


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def a_corpus_is_run_first_and_kept(tmp):
    corpus = tmp / "iopath-corpus/module-fuzz-faulty"
    corpus.mkdir(parents=True)
    texts = {"a.txt": "sequence fill 1\n  toio lost_tail io 0 memory 0 size 4\n", "b.txt": "sequence fill 1\n  toio gone io 0 memory 0 size 4\n",
             "c.bin": "\x01\x00", "d.txt": "sequence fill 1\n  write cut io 0 value 0x100000000\n", "e.txt": "sequence fill 1\n"}
    for name, text in texts.items():
        (corpus / name).write_text(text)
    out = fuzz(FAULTY, "--filter", "^(toio/lost_tail|write/cut)$", "--calls", 1, "--json", "j.json", cwd=tmp)
    expect(out.returncode == 1 and "corpus iopath-corpus/module-fuzz-faulty: 2 run first, 3 could not be read" in out.stdout, out)
    expect("FINDING write cut" in out.stdout and "(skipped, and kept)" in out.stderr, out)
    for name, why in (("b.txt", "line 2: the module registers no toio gone"), ("c.bin", ""), ("e.txt", "sequence 1 has no call")):
        expect(len(re.findall(rf"^iopath: fuzz: \S*/{name}: .*{why}", out.stderr, re.MULTILINE)) == 1, name, out.stderr)
    expect({path.name: path.read_text() for path in corpus.iterdir()} == texts, "the corpus has changed")


def needs(program):
    if not shutil.which(program) or os.environ.get("IOPATH_BUILT_WITHOUT") == program:
        print(f"skipped: {program} is not installed, or was not when this was built (scripts/setup fuzz)")
        sys.exit(77)


def who_finds(tmp, engine, module, faults, *args):
    out = fuzz(module, "--engine", engine, "--time", "120s", "--json", "-", *args, cwd=tmp)
    found = findings_of(out)
    all_found(found, faults)
    return {f["name"]: f["fault"] for f in found}


def libfuzzer_finds_the_same(tmp):
    needs("clang")
    alone, others = {"wears_out": CRASHES["wears_out"]}, {name: CRASHES[name] for name in CRASHES if name != "wears_out"}
    by_engine = {**who_finds(tmp, "libfuzzer", FAULTY, FAULTS),
                 **who_finds(tmp, "libfuzzer", CRASHING, others, "--timeout", "0.1", "--filter", "/(" + "|".join(others) + ")$"),
                 # Forty of its calls must be among those that the engine's program remembers.
                 **who_finds(tmp, "libfuzzer", CRASHING, alone, "--filter", "wears_out")}
    by_generator = {f["name"]: f["fault"] for module in (FAULTY, CRASHING) for f in
                    findings_of(fuzz(module, "--calls", 60000, "--timeout", "0.1", "--json", "-", "--corpus", tmp / "none", cwd=tmp))}
    print(f"{'line with a fault':36}{'generator':16}libfuzzer")
    for name in {**FAULTS, **CRASHES}:
        print(f"{name:36}{by_generator.get(name, '-'):16}{by_engine.get(name, '-')}")
    print(f"{len(by_generator)} and {len(by_engine)} of {len(FAULTS) + len(CRASHES)}")


def a_corpus_grows_and_is_made_small(tmp):
    needs("clang")
    args = [RIGHT, "--engine", "libfuzzer", "--calls", 3000, "--corpus", "c", "--json", "-"]
    first = fuzz(*args, cwd=tmp)
    corpus = tmp / "c"
    kept = sorted(path.name for path in corpus.iterdir())
    said = json.loads(first.stdout)["corpus"]
    expect(first.returncode == 0 and not first.stderr and said["added"] == len(kept) > 10, first, kept)
    # An input is a text that anybody can run.
    expect(fuzz(RIGHT, "--replay", corpus / kept[0]).returncode == 0, kept[0])
    (corpus / "mine.txt").write_text("sequence fill 1\n  toio gone io 0 memory 0 size 4\n")
    double = (corpus / kept[0]).read_text()
    for i in range(20):
        (corpus / f"double-{i}.txt").write_text(f"# {i}\n{double}")
    second = fuzz(*args, cwd=tmp)
    said = json.loads(second.stdout)["corpus"]
    expect(second.returncode == 0 and said["ran"] == len(kept) + 20 and said["bad"] == 1 and said["removed"] >= 20, second)
    left = {path.name for path in corpus.iterdir()}
    expect("mine.txt" in left and sum(name.startswith("double") for name in left) <= 1, left)
    expect(not list(Path(os.environ["TMPDIR"]).glob("iopath-fuzz-*")), "folders are left")


def afl_finds_them_too(tmp):
    needs("afl-fuzz")
    who_finds(tmp, "afl", FAULTY, FAULTS)
    some = {"null", "ends_at_zero", "hangs_at_57"}
    who_finds(tmp, "afl", CRASHING, {name: CRASHES[name] for name in some}, "--filter", "/(" + "|".join(some) + ")$", "--timeout", "0.1")
    out = fuzz(RIGHT, "--engine", "afl", "--calls", 500, "--corpus", "c", "--json", "-", cwd=tmp)
    expect(out.returncode == 0 and not out.stderr and json.loads(out.stdout)["corpus"]["added"] > 10, out)
    expect(len(list((tmp / "c").iterdir())) == json.loads(out.stdout)["corpus"]["added"], out)


def an_engine_that_cannot_run_is_a_line_and_exit_2(tmp):
    needs("clang")
    for suffix in ("so", "libfuzzer"):
        shutil.copy(FOLDER / f"module-fuzz-right.{suffix}", tmp / f"mine.{suffix}")
    use = ["--engine", "libfuzzer", "--calls", 100]
    expect(fuzz(tmp / "mine.so", *use, cwd=tmp).returncode == 0)
    shutil.copy(FOLDER / "module-fuzz-faulty.so", tmp / "mine.so")
    out = fuzz(tmp / "mine.so", *use, cwd=tmp)
    expect(out.returncode == 2 and re.search(r"mine.libfuzzer: it was built from other lines, without this: \w+$", out.stderr), out)
    (tmp / "mine.libfuzzer").write_text("#!/bin/sh\necho 'no such thing'\nexit 3\n")
    out = fuzz(tmp / "mine.so", *use, cwd=tmp)
    expect(out.returncode == 2 and "mine.libfuzzer ends with status 3: no such thing" in out.stderr, out)
    (tmp / "mine.libfuzzer").unlink()
    out = fuzz(tmp / "mine.so", *use, cwd=tmp)
    expect(out.returncode == 2 and "mine.libfuzzer: No such file or directory (docs/your-code.md" in out.stderr, out)
    # Alone it is a fuzz target as any other: it aborts on what it finds.
    target = FOLDER / "module-fuzz-faulty.libfuzzer"
    (tmp / "in.txt").write_text("sequence fill 1\n  write cut io 0 value 0x100000000\n")
    out = subprocess.run([target, tmp / "in.txt"], capture_output=True, text=True, timeout=60, cwd=tmp)
    expect(out.returncode not in (0, 2) and "FINDING write cut, call 1: " in out.stderr, out)
    (tmp / "in.txt").write_text("sequence fill 1\n  write cut io 0 value 1\n")
    expect(subprocess.run([target, tmp / "in.txt"], capture_output=True, timeout=60, cwd=tmp).returncode == 0)


def what_is_called_can_be_chosen(tmp):
    out = fuzz("--module", FAULTY, "--filter", "^(toio|set)/", "--calls", 60000, "--json", "-", "--ktap", tmp / "o.ktap", cwd=tmp)
    found = findings_of(out)
    points = {point["name"]: point for point in ktap.parse((tmp / "o.ktap").read_text())}
    expect({name for name, point in points.items() if not point["good"]} == {f"{f['op']} {f['name']}" for f in found}, points)
    expect(points["toio lost_tail"]["notes"] and not points["toio lost_tail"]["directive"], points)
    expect({f["op"] for f in found} == {"toio", "set"} and set(json.loads(out.stdout)["calls_of"]) == {"toio", "set"}, out.stdout)
    out = fuzz(RIGHT, "--filter", "checked-read/read32$", "--time", "0.2s", cwd=tmp)
    expect(out.returncode == 0 and re.match(r"\d+ sequences, \d+ calls \(\d+ checked-read\)", out.stdout), out)
    # What was not called is no success, and neither are operations or a module that cannot be loaded.
    points = ktap.parse(fuzz(RIGHT, "--calls", 1, "--ktap", "-", cwd=tmp).stdout)
    expect({point["directive"] for point in points} == {None, "SKIP"} and points[-1]["why"] == "iopath check judges them", points)
    (point,) = ktap.parse(fuzz(FOLDER / "module-bad-crash-on-load.so", "--ktap", "-", cwd=tmp).stdout)
    expect(point["directive"] == "ERROR" and "Aborted" in point["why"], point)


def bad_use_is_a_line_and_exit_2(tmp):
    bad = tmp / "bad.txt"
    for text in ("", "nonsense\n", "sequence fill x\n", "sequence fill 1\n", "sequence fill 1\n  toio bytes_to io 0 memory 0\n",
                 "sequence fill 1\n  toio gone io 0 memory 0 size 1\n", "sequence fill 1\n  toio bytes_to io 0 memory 0 size 16385\n",
                 "sequence fill 1\n  toio dwords_to io 2 memory 0 size 4\n", "sequence fill 1\n  read r8 io -1\n",
                 "sequence fill 1\n  toio bytes_to io 0 io 0 memory 0 size 1\n", "sequence fill 1\n  read r8 io 0" + " watched" * 99):
        bad.write_text(text)
        out = fuzz("--module", RIGHT, "--replay", bad)
        expect(out.returncode == 2 and out.stderr.count("\n") == 1 and not out.stdout, text, out)
    for use in ([], ["--module", tmp / "none.so"], ["--module", RIGHT, "--module", RIGHT], ["--module", RIGHT, "--time", "x"],
                ["--module", RIGHT, "--calls", "-1"], ["--module", RIGHT, "--calls", "0"], ["--module", RIGHT, "--seed", ""], ["--module", RIGHT, "--filter", "("],
                ["--module", RIGHT, "--filter", "nothing-is-called-so"], ["--module", RIGHT, "--filter", "^operation/"],
                ["--module", RIGHT, "--timeout", "0"], ["--module", RIGHT, "--engine", "none"],
                ["--module", RIGHT, "--replay", bad, "--engine", "afl"], ["--module", RIGHT, "--replay", bad, "--corpus", "c"], ["--module", RIGHT, "extra"], ["--module", RIGHT, "--replay", tmp / "none"],
                ["--module", FOLDER / "module-bad-crash-on-load.so"], ["--module", FOLDER / "module-check-cannot.so"],
                ["--module", FAULTY, "--calls", 2000, "--out", "/dev/null/x"]):
        out = fuzz(*use)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: ") and "\n" not in out.stderr.split("cannot write")[0][:-1], use, out)


if __name__ == "__main__":
    # What a command leaves behind is seen in a folder for temporary files that no other run shares.
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as temporary:
        os.environ["TMPDIR"] = temporary
        globals()[sys.argv[3].replace("-", "_")](Path(folder))
