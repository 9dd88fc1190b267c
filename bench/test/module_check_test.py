#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iopath check --module: what is registered is judged against what it claims. Run as: module_check_test.py IOPATH FOLDER-OF-MODULES
CASE."""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, FOLDER = sys.argv[1], Path(sys.argv[2])

WRONG = {
    "doubled_byte": "not legal for STRICT: bytes touched more than once",
    "write_halves": "not one access of 8 bytes",
    "reads_wide": "not one access of 1 byte",
    "reads_nothing": "not one access of 4 bytes",
    "writes_twice": "not one access of 4 bytes",
    "not_ordered": "not one access of 4 bytes.*not a plain load or store",
    "three_are_enough": "size 3, offset 0 .* must be refused, and reads 4 bytes at offset 0",
    "sum_wraps": "must be refused, and reads 4 bytes at offset -4",
    "cut_to_32_bits": r"offset \d+ \(0x8000000000000000\), must be refused, and reads 4 bytes at offset 0",
    "takes_misaligned": "offset 1 .* must be refused, and reads 4 bytes at offset 1",
    "refuses_the_last": "size 4, offset 0 .* is inside, and is refused with -1",
    "reads_beside": "size 4, offset 4 .* must be refused, and reads 4 bytes at offset 0",
    "looks_first": "must be refused, and reads 1 bytes at offset 0",
    "other_value": "does not write the value",
    "one_too_far": "size 0, offset 0 .*, length 1 .*, must be refused, and is not",
    "sum_of_both": "must be refused, and is not",
    "outside": "in call 1, it writes 4 bytes at offset 62, outside its window of 64",
}


def check(*args):
    return subprocess.run([IOPATH, "check", *map(str, args)], capture_output=True, text=True, timeout=600)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def module(tmp, name):
    return Path(shutil.copy(FOLDER / f"module-check-{name}.so", tmp / "mine.so"))


def what_is_right_is_as_claimed(tmp):
    out = check("--module", module(tmp, "right"), "--json", tmp / "o.json")
    expect(out.returncode == 0 and "7 as claimed, 0 not, 0 not judged" in out.stdout and not out.stderr, out)
    short = subprocess.run([IOPATH, "check", "mine.so"], capture_output=True, text=True, timeout=600, cwd=tmp)
    expect(short.returncode == 0 and "7 as claimed" in short.stdout, short)
    lines = json.loads((tmp / "o.json").read_text())
    expect([line["name"] for line in lines] == ["r8", "r64", "w16", "w32", "read32", "write64", "part"], lines)
    expect(all(line["verdict"] == "as claimed" for line in lines), lines)
    # Nothing is written without being asked for.
    expect(sorted(path.name for path in tmp.iterdir()) == ["mine.so", "o.json"], list(tmp.iterdir()))


def what_is_wrong_is_found(tmp):
    out = check("--module", module(tmp, "wrong"), "--json", "-")
    lines = {line["name"]: line for line in json.loads(out.stdout)}
    expect(out.returncode == 1 and not out.stderr, out.returncode, out.stderr)
    expect(set(lines) == set(WRONG), set(lines) ^ set(WRONG))
    for name, why in WRONG.items():
        line = lines[name]
        expect(line["verdict"] == "not as claimed", name, line)
        expect(re.search(why, line["words"] + line.get("more", "")), name, why, line)
    # What fails is shown by a command that can be run.
    command = re.search(r"iopath (trace .*)", lines["write_halves"]["more"]).group(1).split()
    shown = subprocess.run([IOPATH, *command], capture_output=True, text=True, timeout=300, cwd=tmp)
    expect(shown.returncode == 1 and shown.stdout.count("write") >= 2, shown)


def accesses_are_kept_and_compared(tmp):
    mine, file = module(tmp, "operations"), tmp / "mine.expect"
    out = check("--module", mine)
    expect(out.returncode == 2 and out.stderr.count("--update writes it") == 3 and not file.exists(), out)
    out = check("--module", mine, "--update")
    expect(out.returncode == 0 and "3 as claimed" in out.stdout, out)
    text = file.read_text()
    expect("operation doorbell, window 4096\n  write 8 at 0x8\n  write 8 at 0x20\n  read 4 at 0x0\n" in text, text)
    # Another place at each call, so each call has a section; the device was ready at the third read.
    for i in range(3):
        expect(f"operation walk, window 64, call {i + 1}\n  write 8 at 0x{8 * i:x}\n" in text, text)
    expect("operation wait_until_ready, window 8" in text and text.count("read 4 at 0x4") >= 3, text)
    out = check("--module", mine)
    expect(out.returncode == 0 and "3 as claimed, 0 not" in out.stdout, out)
    # The next version makes two accesses of one.
    module(tmp, "changed")
    out = check("--module", mine)
    expect(out.returncode == 1 and "2 as claimed, 1 not" in out.stdout, out)
    expect("    - " in out.stdout and re.search(r"doorbell +WRONG: other accesses than in .*mine.expect\n    -   write 8 at 0x20\n"
                                                 r"    \+   write 4 at 0x20\n    \+   write 4 at 0x24\n", out.stdout), out.stdout)
    expect(file.read_text() == text, "the file has changed without --update")
    # Elsewhere, on demand; and what the module does not have any more.
    other = tmp / "other.txt"
    other.write_text(text.replace("walk", "gone"))
    out = check("--module", mine, "--expect", other)
    expect(out.returncode == 1 and "gone" in out.stdout and "walk" in out.stdout and "is not in" in out.stdout, out.stdout)
    other.write_text("")
    expect(check("--module", mine, "--expect", other).returncode == 1, "an empty file expects nothing")


def what_cannot_be_judged_is_a_line_and_exit_2(tmp):
    out = check("--module", module(tmp, "cannot"), "--timeout", "1", "--update")
    expect(out.returncode == 2 and "1 as claimed, 0 not, 5 not judged" in out.stdout, out)
    expect("r8" in out.stdout and "one access of 1 byte" in out.stdout, out.stdout)
    expect(not (tmp / "mine.expect").exists(), "what could not be judged is expected")
    for why in ("operation nothing: its set-up fails with -19", "operation crash: in call 1, killed by signal 6",
                "operation hang: in call 1, no answer in time; one that waits for a device needs a .device",
                "checked-read ends: size 0, offset 0 .*, its process ended with status 3", "toio memcpy: its claims are not understood"):
        expect(len(re.findall(f"^iopath: check: .*mine.so: cannot judge {why}", out.stderr, re.MULTILINE)) == 1, why, out.stderr)


def a_bad_module_does_not_stop_the_others(tmp):
    right = module(tmp, "right")
    for what, why in (("crash-on-load", "Aborted"), ("print-on-load", "printed to stdout"), ("registered-twice", "is there twice")):
        out = check("--module", FOLDER / f"module-bad-{what}.so", "--module", right)
        expect(out.returncode == 2 and "7 as claimed" in out.stdout and out.stderr.count("\n") == 1 and why in out.stderr, what, out)
    out = check("--module", FOLDER / "module-abi1.so", "--module", right)
    expect(out.returncode == 2 and "registers nothing that can be judged" in out.stderr and "7 as claimed" in out.stdout, out)
    for use in (["--module", right, "--op", "toio"], ["strict", "--module", right], ["strict", "--op", "toio", "--update"],
                ["--module", right, "--module", right], ["--module", right, "--module", FOLDER / "module-user.so", "--expect", "f"]):
        out = check(*use)
        expect(out.returncode == 2 and out.stderr.count("\n") == 1 and not out.stdout, use, out)


def trace(*args):
    return subprocess.run([IOPATH, "trace", *map(str, args)], capture_output=True, text=True, timeout=300)


def what_is_registered_is_traced(tmp):
    mine = module(tmp, "wrong")
    out = trace("write64", "--module", mine, "--routine", "write_halves")
    expect(out.returncode == 1 and out.stdout.count("      4  write") == 2 and "write64 write_halves" in out.stdout, out)
    out = trace("toio", "--module", mine, "--routine", "doubled_byte", "--size", 8)
    expect(out.returncode == 0, out)
    out = trace("toio", "--module", mine, "--routine", "doubled_byte", "--size", 101)
    expect(out.returncode == 1 and "more than once" in out.stdout, out)
    # With the widths that it claims, and the sizes that it is made for.
    user = FOLDER / "module-user.so"
    expect(trace("toio", "--module", user, "--routine", "copy_words", "--size", 8).returncode == 0)
    out = trace("toio", "--module", user, "--routine", "copy_words", "--size", 6)
    expect(out.returncode == 2 and "not made for this size" in out.stderr, out)
    out = trace("operation", "--module", user, "--routine", "post", "--json", tmp / "o.json")
    expect(out.returncode == 0 and "write 4 at 0x100\n" in out.stdout, out)
    calls = json.loads((tmp / "o.json").read_text())["calls"]
    expect(len(calls) == 3 and calls[0][-1] == {"offset": 256, "width": 4, "direction": "write"}, calls)
    expect(trace("operation", "--module", mine, "--routine", "outside").returncode == 1)
    for use in (["toio", "--module", user, "--routine", "post", "--size", 8], ["toio", "--module", user, "--size", 8],
                ["operation", "--routine", "strict"], ["operation", "--module", user, "--routine", "post", "--size", 8],
                ["read32", "--module", FOLDER / "module-bad-twice.so", "--routine", "reg"]):
        out = trace(*use)
        expect(out.returncode == 2 and out.stderr.count("\n") == 1 and not out.stdout, use, out)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        globals()[sys.argv[3].replace("-", "_")](Path(folder))
