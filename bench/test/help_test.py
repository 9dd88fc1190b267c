#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a command's help offers, the command takes. Run as: help_test.py IOPATH CELLS FUZZ-INPUT COMMAND, COMMAND by its name in main.c."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, CELLS, INPUT, COMMAND = sys.argv[1:5]
SOURCE = str(Path(__file__).resolve().parent / "arch_module.c")
REGISTERS = str(Path(CELLS).parent.parent / "modules" / "module-check-right.so")
RECORDED = str(Path(IOPATH).parent / "record-program")
# Of a machine without this function: that it has none is the answer, then.
DEVICE = "ffff:ff:1f.7"
DOCUMENT = '{"context": {"date": "2026-03-01T12:00:00+00:00"}, "benchmarks": [{"name": "a/b/c/1", "real_time": 4.0, "time_unit": "ns"}]}'
GATE = ["--filter", "steady", "--budget", "2s"]
# A command's arguments without options, those that an option needs beside it, and values.
PLAIN = {"list": ["--module", CELLS, "--alone"], "bench": ["--module", CELLS, "--alone", "--benchmark_min_time=0.001", "--no-counts", "--out", "out.json"],
         "trace": ["toio", "--routine", "strict", "--size", "8"], "config": ["--device", DEVICE], "replay": [INPUT],
         "check": ["strict", "--op", "set", "--widths", "8"], "compare": ["a.json", "a.json"], "history": ["a/b/c/1", "--dir", "."], "export": ["--to", "csv", "a.json"],
         "import": ["gbench", "a.json", "--out", "imported.json"], "gate": ["--base", CELLS, "--candidate", CELLS, *GATE],
         "aa": ["--base", CELLS, "--runs", "1", *GATE], "selftest": ["--base", CELLS, "--slow", "20%", *GATE],
         "calibrate": ["--device", DEVICE, "--bar", "0", "--offset", "0"],
         "fuzz": ["--module", REGISTERS, "--calls", "50"], "new-module": ["mine.c"], "report": ["--out", "report.html"],
         "record": ["--device-file", "*/dev"], "show": ["a.iorec"], "diff": ["a.iorec", "a.iorec"],
         "arch": ["--module-source", SOURCE, "--arch", "x86-64", "--filter", "^read/"]}
ON_DEVICE = ["--device", DEVICE, "--bar", "0", "--allow-write"]
BESIDE = {(command, name): ON_DEVICE for command in ("bench", "gate")
          for name in ("device", "bar", "wc", "allow-write", "offset", "size", "sysfs", "widths")}
# Behind all options.
LAST = {"record": ["--", RECORDED, "widths", "dev"]}
# Instead of the plain arguments.
COMMITS = {"build": ["HEAD", "--module", "cells.so"], "module": ["HEAD", "--build", "true"]}
COMMITS["bisect"] = [*COMMITS["build"], "--build", "true"]
INSTEAD = {("trace", name): ["toio", "--object", "libc.so.6", "--symbol", "memcpy", "--size", "8"] for name in ("object", "symbol")}
INSTEAD["check", "module"] = []
INSTEAD["fuzz", "module"] = ["--calls", "50"]
INSTEAD["check", "expect"] = INSTEAD["check", "update"] = ["--module", REGISTERS]
INSTEAD["trace", "module"] = ["read8", "--routine", "r8"]
INSTEAD["list", "module"] = ["--alone"]
INSTEAD["bench", "module"] = [a for a in PLAIN["bench"] if a not in ("--module", CELLS)]
INSTEAD["gate", "base"], INSTEAD["gate", "candidate"] = ["--candidate", CELLS, *GATE], ["--base", CELLS, *GATE]
INSTEAD["aa", "base"], INSTEAD["selftest", "base"] = ["--runs", "1", *GATE], ["--slow", "20%", *GATE]
INSTEAD |= {("gate", name): words for name, words in COMMITS.items()}
INSTEAD["trace", "call"] = ["toio", "--object", "libc.so.6", "--size", "8"]
INSTEAD["arch", "module-source"] = PLAIN["arch"][2:]
INSTEAD["arch", "arch"] = [*PLAIN["arch"][:2], *PLAIN["arch"][4:]]
INSTEAD["arch", "filter"] = PLAIN["arch"][:4]
INSTEAD["check", "template"] = ["--op", "toio"]
INSTEAD["trace", "distance"] = ["move", "--routine", "strict", "--size", "8"]
INSTEAD["trace", "rmw"] = ["toio", "--routine", "strict32", "--size", "13"]
INSTEAD["check", "rmw"] = ["strict32", "--op", "fromio"]
INSTEAD["trace", "fifo"] = ["toio", "--size", "8"]
INSTEAD["check", "fifo"] = ["rep", "--op", "toio"]
INSTEAD["trace", "value"] = ["set", "--routine", "strict", "--size", "8"]
INSTEAD["check", "call"] = ["libc.so.6:memcpy", "--op", "toio", "--widths", "8"]
INSTEAD["import", "relative"] = ["hyperfine", "h.json"]
INSTEAD["import", "arch"] = INSTEAD["import", "cpu"] = INSTEAD["import", "commit"] = ["gbench", "a.json"]
INSTEAD["calibrate", "check"] = [*PLAIN["calibrate"], "--size", "8", "--allow-write"]
INSTEAD["calibrate", "allow-write"] = [*PLAIN["calibrate"], "--size", "8"]
INSTEAD["show", "peripheral"] = ["--registers", "chip.svd", "a.iorec"]
INSTEAD["diff", "list"] = ["a.iorec"]
INSTEAD["bench", "summary"] = ["--launches", "1", "--rounds", "1", "--no-counts", "--out", "out.json"]
FLAGS = {"accesses", "bisect", "all", "alone", "allow-write", "check", "decode", "emit-c", "explain", "extended", "full", "here", "lines", "list", "merge", "no-counts", "no-identity",
         "no-time", "peers", "quick", "relative", "rmw", "single-step", "summary", "template", "update", "wc"}
VALUES = {"align": "3", "at": "0x8", "device-file": "*/dev", "limit": "10", "registers": "names", "arch": "x86_64", "bar": "0", "base": CELLS, "baseline": "read/mmio/steady/u32", "baselines": ".", "budget": "3s", "build": "true", "call": "memcpy(io, src, n)", "candidate": CELLS,
          "commit": "0123456789", "corpora": ".", "cpu": "0", "device": DEVICE, "dir": ".", "distance": "64", "expect": "mine.expect",
          "fifo": "4", "filter": ".", "fuzz": ".", "fwer": "2%", "guard": "after", "html": "out.html", "json": "o.json", "ktap": "o.ktap", "launches": "2",
          "margin": "3%", "markdown": "out.md", "max-accesses": "0", "max-instructions": "1000", "mem-align": "1", "max-unresolved": "40%", "module": CELLS,
          "object": "libc.so.6", "offset": "0", "op": "set", "oracle": "kvm", "out": "o.json", "name": "mine", "pattern": "3", "peripheral": "A", "planted": "6%", "profile": "p.json", "reference": "a/b/c/1", "require": ".",
          "repeatability": "2", "rounds": "2", "routine": "strict", "runs": "1", "sample": "1", "seed": "7", "sees": "6%", "size": "8", "slow": "20%",
          "calls": "20", "corpus": "kept", "engine": "generator", "cflags": "-O1", "keep": "kept", "module-source": SOURCE, "replay": "f.txt", "time": "0.2s", "symbol": "memcpy", "sysfs": ".", "tier": "strict", "timeout": "5", "to": "csv", "value": "-3",
          "width": "2", "widths": "1,2,4,8"}
VALUES_OF = {("import", "cpu"): "Some CPU", ("arch", "arch"): "x86-64", ("arch", "expect"): "post.expect", ("arch", "filter"): "^write/", ("check", "module"): REGISTERS, ("trace", "module"): REGISTERS, ("fuzz", "module"): REGISTERS, ("gate", "module"): "cells.so"}
# What an option may be refused for.
ABSENT = re.compile("no such PCI function|/dev/kvm|not the name|not in this selection|not a git repository|is judged under an emulator")


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def run(folder, *args):
    return subprocess.run([IOPATH, COMMAND, *args], capture_output=True, text=True, timeout=600, cwd=folder, check=False)


def advertised(text):
    """Of the usage and of the lines of options; other programs' options stand in other places."""
    found = set(re.findall(r"^  --([a-z][a-z-]*)", text, re.MULTILINE))
    for line in re.findall(r"^(?:usage:|       iopath).*", text, re.MULTILINE):
        found.update(re.findall(r"--([a-z][a-z-]*)", line))
    return found - {"benchmark"}


def given(name):
    plain = INSTEAD.get((COMMAND, name), PLAIN[COMMAND])
    flag = name in FLAGS
    option = [f"--{name}"] if flag else [f"--{name}", VALUES_OF.get((COMMAND, name), VALUES.get(name, ""))]
    expect(flag or option[1], f"no value for --{name}: say here how to try it")
    return [*plain, *BESIDE.get((COMMAND, name), []), *option, *LAST.get(COMMAND, [])]


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = os.environ["XDG_CACHE_HOME"] = folder
        Path(folder, "a.json").write_text(DOCUMENT)
        Path(folder, "h.json").write_text('{"results": [{"command": "a", "mean": 1.0, "median": 1.0, "times": [1.0, 1.1]}]}')
        Path(folder, "p.json").write_text('{"kind": "iopath profile", "version": 1, "name": "a", "mapping": "uncached", '
                                          '"device_ns": {"w8": 9}, "cached_ns": {"w8": 1}}')
        Path(folder, "chip.svd").write_text('<device><peripherals><peripheral><name>A</name><baseAddress>0</baseAddress><registers><register>'
                                            '<name>R</name><addressOffset>0</addressOffset></register></registers></peripheral>'
                                            '</peripherals></device>')
        Path(folder, "post.expect").write_text("operation post, window 4096\n")
        Path(folder, "names").write_text("0x18 STATUS\n")
        if COMMAND in ("show", "diff"):
            subprocess.run([IOPATH, "record", "--out", "a.iorec", *PLAIN["record"], *LAST["record"]], cwd=folder, check=True)
        Path(folder, "f.txt").write_text("sequence fill 1\n  read r8 io 0\n")
        text = run(folder, "--help")
        options = advertised(text.stdout)
        expect(text.returncode == 0 and options, text)
        for name in sorted(options):
            out = run(folder, *given(name))
            # Bad use is 2; what it finds, and whether there was time for it, is the machine's business.
            known = out.returncode in (0, 1, 3, 4) or out.returncode in (2, 128) and ABSENT.search(out.stderr)
            expect(known, f"--{name} is in the help of {COMMAND}:", given(name), out)
        short = run(folder, "-h")
        expect((short.returncode, short.stdout) == (0, text.stdout), "-h is not --help:", short)
        # What nobody offers is refused, or this test would pass whatever the help says.
        out = run(folder, *PLAIN[COMMAND], "--nobody-offers-this")
        expect(out.returncode == 2 and out.stderr.startswith(f"iopath: {COMMAND}: "), "it names another command:", out)
        if "module" in options:
            out = run(folder, "--module", "/nonexistent.so")
            expect(out.returncode == 2 and out.stderr.startswith(f"iopath: {COMMAND}: "), "it names another command:", out)
        print(f"{COMMAND}: {len(options)} options")


main()
