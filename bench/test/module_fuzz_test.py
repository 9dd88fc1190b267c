#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iopath fuzz: each fault of a module is found within a number of calls, none where there is none. Run as: module_fuzz_test.py IOPATH
FOLDER-OF-MODULES CASE."""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, FOLDER = sys.argv[1], Path(sys.argv[2])
RIGHT, FAULTY, CRASHING = (FOLDER / f"module-fuzz-{what}.so" for what in ("right", "faulty", "crashing"))

# Each entry and how it is found; where the bytes decide which comes first, either.
FAULTS = {
    "lost_tail": "device", "one_more": "beside-device|crash", "one_less": "memory", "wrong_from_1024": "device",
    "wrong_where_both_are_aligned_alike": "memory", "rounds_up_in_memory": "beside-memory|crash", "writes_one_before": "beside-device",
    "changes_its_source": "beside-memory", "swaps_words": "memory", "remembers": "device", "always_up": "device|rules",
    "always_down": "device|rules", "direction_of_the_end": "device", "signed_char_set": "device", "whole_int_set": "device",
    "doubled_byte": "rules", "overlapping_tail": "rules", "misaligned_head": "rules", "string_instruction": "rules",
    "reads_around": "rules|crash",
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
        out = fuzz("--module", FAULTY, "--calls", 20000, "--seed", seed, "--json", "-", cwd=tmp)
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
    text = {f["name"]: f["sequences"] for f in findings_of(fuzz("--module", FAULTY, "--calls", 20000, "--json", "-", cwd=tmp))}
    for name, lines in text.items():
        expect(lines.startswith("sequence fill 1\n") and lines.count("\n") == (3 if name == "remembers" else 2), name, lines)
    for name, call in {"lost_tail": "toio lost_tail io 0 memory 0 size 5 watched",
                       "one_less": "fromio one_less io 0 memory 0 size 0x41 watched",
                       "wrong_from_1024": "toio wrong_from_1024 io 0 memory 0 size 0x400 watched",
                       "doubled_byte": "toio doubled_byte io 0 memory 0 size 0x15 watched",
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


def a_finding_can_be_replayed(tmp):
    out = fuzz("--module", FAULTY, "--calls", 20000, cwd=tmp)
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
    fuzz("--module", FAULTY, "--calls", 20000, "--out", tmp / "f")
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


def what_is_called_can_be_chosen(tmp):
    out = fuzz("--module", FAULTY, "--filter", "^(toio|set)/", "--calls", 20000, "--json", "-", cwd=tmp)
    found = findings_of(out)
    expect({f["op"] for f in found} == {"toio", "set"} and set(json.loads(out.stdout)["calls_of"]) == {"toio", "set"}, out.stdout)
    out = fuzz(RIGHT, "--filter", "checked-read/read32$", "--time", "0.2s", cwd=tmp)
    expect(out.returncode == 0 and re.match(r"\d+ sequences, \d+ calls \(\d+ checked-read\)", out.stdout), out)


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
                ["--module", RIGHT, "--calls", "-1"], ["--module", RIGHT, "--seed", ""], ["--module", RIGHT, "--filter", "("],
                ["--module", RIGHT, "--filter", "nothing-is-called-so"], ["--module", RIGHT, "--filter", "^operation/"],
                ["--module", RIGHT, "--timeout", "0"], ["--module", RIGHT, "extra"], ["--module", RIGHT, "--replay", tmp / "none"],
                ["--module", FOLDER / "module-bad-crash-on-load.so"], ["--module", FOLDER / "module-check-cannot.so"],
                ["--module", FAULTY, "--calls", 2000, "--out", "/dev/null/x"]):
        out = fuzz(*use)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: ") and "\n" not in out.stderr.split("cannot write")[0][:-1], use, out)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        globals()[sys.argv[3].replace("-", "_")](Path(folder))
