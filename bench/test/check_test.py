#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a user of `iopath check` sees. Run as: check_test.py IOPATH ROUTINES.so CASE."""
import json
import subprocess
import sys

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
                 ("strict", "wide", "--op", "toio"), ("strict", "--op", "toio", "--nonsense")):
        out = run("check", *args)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: check: ") and len(out.stderr.splitlines()) == 1
               and not out.stdout, args, out)


if __name__ == "__main__":
    globals()[sys.argv[3].replace("-", "_")]()
