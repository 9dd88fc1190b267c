#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a user of `iopath check` sees. Run as: check_test.py IOPATH ROUTINES.so CASE."""
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, ROUTINES = sys.argv[1], sys.argv[2]


def run(*args):
    return subprocess.run([IOPATH, *args], capture_output=True, text=True, timeout=300)


def check(symbol, op, *options):
    return run("check", f"{ROUTINES}:{symbol}", "--op", op, *options)


def judged(symbol, op, code, *options):
    """The report as JSON, once the exit code is as expected."""
    out = check(symbol, op, "--json", "-", *options)
    expect(out.returncode == code and not out.stderr, symbol, out)
    return json.loads(out.stdout)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def shown_by_its_command(report, *words):
    """The smallest call that fails is one that trace shows to be illegal, for the same reason."""
    command = report["smallest"].split()
    expect(command[:2] == ["iopath", "trace"], report)
    out = run(*command[1:])
    expect(out.returncode == 1 and "not legal" in out.stdout, command, out)
    for word in words:
        expect(word in report["smallest"] or word in out.stdout, word, report["smallest"], out)


def strict_is_legal_with_the_fewest():
    out = run("check", "strict", "--op", "toio")
    expect(out.returncode == 0 and not out.stderr, out)
    lines = out.stdout.splitlines()
    expect(lines[-1] == "legal for STRICT, by accesses of 1, 2, 4 and 8 bytes", out)
    for words in (", the fewest that STRICT allows", "only 8 where size and places are multiples of 8", "sizes 0 to 256, both sides"):
        expect(words in out.stdout, words, out)
    # As a device with 32-bit registers would have it, it is not.
    report = json.loads(run("check", "strict", "--op", "fromio", "--widths", "4", "--json", "-").stdout)
    expect(not report["legal"] and list(report["broken"]) == ["of a width that the device does not take"], report)


def glibc_is_for_ordinary_memory_only():
    out = run("check", "glibc", "--op", "toio")
    expect(out.returncode == 1 and "\nnot for devices\n" in out.stdout and "not legal for STRICT: " in out.stdout, out)
    command = out.stdout.splitlines()[-1].split()
    expect(run(*command[1:]).returncode == 1, command)
    expect(run(*command[1:], "--tier", "mem").returncode == 0, command)


def what_one_call_does_not_show_is_found():
    shown_by_its_command(judged("reads_behind", "toio", 1), "--guard after", "behind the end", "it reads 8 bytes")
    report = judged("wrong_from_128", "toio", 1, "--widths", "8")
    expect(report["broken"].keys() == {"wrong data"}, report)
    shown_by_its_command(report, "--size 128 ", "wrong data, first at byte 96")
    shown_by_its_command(judged("wrong_for_zeros", "toio", 1, "--widths", "8"), "--pattern 1", "bytes not touched")
    shown_by_its_command(judged("leaves_at_24", "toio", 1, "--widths", "8"), "--size 24 ", "counts on: rbx")


def values_of_fills_are_more_than_one():
    expect(judged("fills", "set", 0)["strictest"] == "STRICT", "fills")
    report = judged("fills_wrong_for_negative", "set", 1)
    expect(report["strictest"] is None, report)
    shown_by_its_command(report, "--size 8 ", "--value ", "wrong data")


def moves_overlap():
    report = judged("moves_upward", "move", 1, "--tier", "mem", "--widths", "8")
    shown_by_its_command(report, "--distance 8 ", "wrong data")


def words_are_for_devices_with_words():
    out = check("words", "toio")
    expect(out.returncode == 1, out)
    expect("\nlegal for STRICT where sizes and places are multiples of 4, on a device that takes 4 bytes\n" in out.stdout, out)
    report = judged("words", "toio", 0, "--widths", "4")
    expect(report["widths"] == [4] and report["left_out"] > 0 and report["accesses"] == report["fewest"], report)
    report = judged("words", "toio", 1, "--widths", "8")
    shown_by_its_command(report, "of a width that the device does not take", "--widths 8")
    expect(judged("words", "toio", 0, "--widths", "4,8")["accesses"] > 0, "4,8")


def edges_by_read_modify_write_leave_no_call_out():
    report = json.loads(run("check", "within", "--op", "toio", "--widths", "4,8", "--rmw", "--json", "-").stdout)
    expect(report["legal"] and report["widths"] == [4, 8] and report["left_out"] == 0 and report["device_reads"] == 0, report)
    expect(report["accesses"] == report["fewest"], report)
    report = json.loads(run("check", "strict32", "--op", "fromio", "--rmw", "--json", "-").stdout)
    expect(report["legal"] and report["widths"] == [4] and report["left_out"] == 0, report)
    # Without it, what the widths do not cover is left out.
    report = json.loads(run("check", "within", "--op", "toio", "--widths", "4,8", "--json", "-").stdout)
    expect(report["legal"] and report["left_out"] > 0, report)


def fifos_see_one_address():
    for routine in ("rep", "kernel-rep"):
        for op in ("toio", "fromio"):
            report = json.loads(run("check", routine, "--op", op, "--fifo", "4", "--json", "-").stdout)
            expect(report["legal"] and report["widths"] == [4] and report["calls"] > 1000 and report["accesses"] == report["fewest"], report)
    out = run("check", "rep", "--op", "toio", "--fifo", "2")
    expect(out.returncode == 0 and out.stdout.startswith("toio rep through one register, judged for STRICT")
           and out.stdout.splitlines()[-1] == "legal for STRICT, by accesses of 2 bytes", out)
    report = judged("words", "toio", 1, "--fifo", "4")
    expect("not at the register's address" in report["broken"], report)
    shown_by_its_command(report, "--fifo 4", "not at the register's address")


def other_prototypes_are_judged():
    out = run("check", ROUTINES, "--op", "toio", "--call", "put_words(io, words4, src)")
    expect(out.returncode == 0 and "legal for STRICT, by accesses of 4 bytes" in out.stdout, out)
    report = json.loads(run("check", ROUTINES + ":put_32", "--op", "write32", "--json", "-").stdout)
    expect(report["legal"] and report["widths"] == [4] and report["op"] == "write32", report)


def fences_after_streaming_stores_are_seen():
    report = judged("streams", "toio", 0, "--tier", "strict-s", "--widths", "8")
    expect(report["streaming"] > 0 and report["fenced"] == "never", report)
    report = judged("streams_and_fences", "toio", 0, "--tier", "strict-s", "--widths", "8")
    expect(report["streaming"] > 0 and report["fenced"] == "always", report)
    report = judged("right", "toio", 0, "--widths", "8")
    expect(report["streaming"] == 0 and report["fenced"] == "never" and not report["has_state"], report)


def state_between_calls_is_seen():
    report = judged("has_state", "toio", 1, "--widths", "4,8")
    expect(report["has_state"], report)


def what_cannot_be_judged_is_exit_2():
    out = check("exits_at_200", "toio", "--widths", "8")
    expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and "made system call exit_group" in out.stderr
           and "--size 200 " in out.stderr and "\nlegal" not in out.stdout, out)
    out = check("exits_at_200", "toio", "--widths", "8", "--json", "-")
    report = json.loads(out.stdout)
    expect(out.returncode == 2 and not report["judged"] and not report["legal"] and "exit_group" in report["why"], out)


def verdicts_are_those_of_list():
    """What the list of cells says of a routine is what its calls show; widths that are not said are others' choice."""
    cells = {(cell["op"], cell["routine"]): cell for cell in json.loads(run("list", "--json", "-", "--filter", "^(toio|set)/mmio/.*/64$").stdout)}
    expect({"strict", "mem", "glibc", "bytes"} <= {routine for _, routine in cells}, cells.keys())
    # One operation each: fills are quick, but of kernel-x86 its copies are by wider accesses. Others have a case of their own.
    chosen = {routine: cells[op, routine] for op, routine in (("set", "strict-s"), ("set", "wide-avx2"), ("set", "wide-m"), ("set", "mem"),
              ("set", "kernel-generic"), ("toio", "kernel-x86")) if (op, routine) in cells}
    for routine, cell in chosen.items():
        report = json.loads(run("check", routine, "--op", cell["op"], "--tier", cell["tier"], "--json", "-").stdout)
        expect(report["legal"] and report["strictest"] == cell["tier"], routine, cell, report)
        expect(set(report["widths"]) <= set(cell.get("widths", report["widths"])), routine, cell, report)
        expect(cell["legal"] == (cell["tier"] != "MEM"), cell)


def one_verdict_in_the_same_words_everywhere():
    """list, trace and check say the same of a routine; the page has a test of its own (report_test.py)."""
    words = {"strict": "legal for STRICT", "kernel-generic": "legal for STRICT", "kernel-x86": "legal for STRICT-S",
             "wide-avx2": "legal on write-combining mappings (WIDE)", "wide-m": "legal on write-combining mappings (WIDE-M)",
             "mem": "not for devices", "glibc": "not for devices"}
    cells = {cell["routine"]: cell for cell in json.loads(run("list", "--json", "-", "--filter", "^set/mmio/[^/]*/64$").stdout)}
    expect(words.keys() & cells.keys() >= {"strict", "mem", "glibc", "kernel-generic"}, cells.keys())
    for routine in words.keys() & cells.keys():
        verdict = words[routine]
        said = cells[routine]["legality"]
        expect(said == verdict or said.startswith(verdict + ", by accesses of "), routine, said)
        expect(run("list", "--filter", f"^set/mmio/{routine}/64$").stdout.splitlines()[-1].endswith("  " + said), routine, said)
        trace = run("trace", "set", "--routine", routine, "--size", "24")
        if "this CPU cannot run" in trace.stderr:
            continue
        expect(trace.stdout.splitlines()[-1] == f"the routine {routine}: {said}", trace)
        if routine in ("wide-avx2", "wide-m"):  # their checks take long, and verdicts_are_those_of_list makes them
            continue
        report = json.loads(run("check", routine, "--op", "toio" if routine in ("glibc", "kernel-x86") else "set", "--json", "-").stdout)
        expect(report["verdict"].partition(",")[0] == verdict, routine, report)


def bad_use_is_exit_2():
    for args in ((), ("strict",), ("none", "--op", "toio"), ("strict", "--op", "jump"), ("bytes", "--op", "move", "--tier", "none"),
                 ("strict", "--op", "toio", "--widths", "3"), ("strict", "--op", "toio", "--widths", ""),
                 ("strict", "--op", "toio", "--widths", "4,"), ("strict", "--op", "toio", "--timeout", "0"),
                 ("strict", "--op", "toio", "--timeout", "nan"), (":x", "--op", "toio"), ("x.so:", "--op", "toio"),
                 ("kernel-generic", "--op", "move"), (ROUTINES + ":none", "--op", "toio"), ("./none.so:x", "--op", "toio"),
                 ("strict", "--op", "toio", "--rmw"), ("rep", "--op", "toio"), ("rep", "--op", "set", "--fifo", "4"),
                 ("rep", "--op", "toio", "--fifo", "5"), ("right.so:right", "--op", "toio", "--rmw"),
                 ("strict", "wide", "--op", "toio"), ("strict", "--op", "toio", "--nonsense")):
        out = run("check", *args)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: check: ") and len(out.stderr.splitlines()) == 1
               and not out.stdout, args, out)


def interrupted(routine, op, result, one):
    """Once it has said what its first step gave: what is printed afterwards. @one: only this process, not its children."""
    process = subprocess.Popen([IOPATH, "check", routine, "--op", op, *result], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    while process.poll() is None and not process.stdout.readline().startswith("  "):
        pass
    process.stdout.readline()
    (os.kill if one else os.killpg)(process.pid, signal.SIGINT)
    said, errors = process.communicate(timeout=120)
    expect(process.returncode == 130 and not errors, process.returncode, said, errors)
    return said


def an_interrupted_check_keeps_what_was_judged():
    with tempfile.TemporaryDirectory() as name:
        kept = Path(name, "o.json")
        for one in (True, False):
            said = interrupted("strict", "move", ["--json", kept], one)
            report = json.loads(kept.read_text())
            expect(report["partial"] and not report["judged"] and not report["legal"] and report["why"] == "interrupted", report)
            # Nobody blames the routine for it.
            expect(report["calls"] > 0 and report["failed"] == 0 and not any(report["broken"].values()), report)
            expect("interrupted: no verdict; of " in said and "legal for" not in said, said)
        said = interrupted("glibc", "set", ["--json", kept], False)
        report = json.loads(kept.read_text())
        expect(report["partial"] and report["failed"] > 0 and any(report["broken"].values()), report)
        expect("not legal for STRICT" in said, said)
        interrupted("glibc", "set", ["--ktap", Path(name, "o.ktap")], False)
        expect("# ERROR interrupted" in Path(name, "o.ktap").read_text(), Path(name, "o.ktap").read_text())


if __name__ == "__main__":
    globals()[sys.argv[3].replace("-", "_")]()
