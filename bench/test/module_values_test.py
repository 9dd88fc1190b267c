#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Values and later calls of operations, and files of before they were looked at. Run as: module_values_test.py IOPATH FOLDER CASE"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, FOLDER, CASE = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
# No verdict of a test for other runs.
CACHE = tempfile.TemporaryDirectory()
os.environ["XDG_CACHE_HOME"] = CACHE.name
# As iopath 0.1 wrote it.
OLD = "operation constant, window 64\n  write 2 at 0x0\n  write 8 at 0x8\n  read 4 at 0x10\n  write 1 at 0x0\n" \
      "operation counter, window 64\n  write 4 at 0x0\n  write 4 at 0x4\n" \
      "operation addresses, window 128\n" + "".join(
          f"  write {width} at {32 * i + at:#x}\n" for i in range(3) for width, at in ((8, 0), (4, 8), (4, 12), (8, 16))) + \
      "  write 4 at 0x60\n  write 4 at 0x64\n" + \
      "".join(f"operation ring, window 512, call {i + 1}\n  write 8 at {16 * i:#x}\n  write 8 at {16 * i + 8:#x}\n" for i in range(3))


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def check(tmp, variant, *args, **env):
    shutil.copy(FOLDER / f"module-values-{variant}.so", tmp / "mine.so")
    return subprocess.run([IOPATH, "check", "--module", tmp / "mine.so", *args], capture_output=True, text=True, timeout=900, check=False,
                          env={**os.environ, **env})


def kept(tmp):
    """The file of the right module, and its sections."""
    done = check(tmp, "same", "--update")
    expect(done.returncode == 0 and "4 as claimed" in done.stdout, done)
    text = (tmp / "mine.expect").read_text()
    return text, dict(re.findall(r"^operation (.*)\n((?:  .*\n)*)", text, re.M))


def values_are_kept(tmp):
    text, sections = kept(tmp)
    expect(sections["constant, window 64, 16 calls"] == "  write 2 at 0x0 = 0x40\n  write 8 at 0x8 = 0x11223344556677c8\n  read 4 at 0x10\n"
           "  write 1 at 0x0 = 0x1\n", text)
    expect(sections["counter, window 64, 16 calls"] == "  write 4 at 0x0, varies\n  write 4 at 0x4 = 0x3\n", text)
    addresses = sections["addresses, window 128, 16 calls"].splitlines()
    expect(len(addresses) == 14 and all(line.endswith(", varies") for line in addresses[:-1]), text)
    expect(addresses[-1] == "  write 4 at 0x64 = 0x1000", text)
    for i in range(16):
        section = sections[f"ring, window 512, call {i + 1} of 16"]
        expect(section == f"  write 8 at {16 * i:#x}, varies\n  write 8 at {16 * i + 8:#x} = {i:#x}\n", i, text)
    # Processes with other addresses.
    for _ in range(5):
        done = check(tmp, "same")
        expect(done.returncode == 0 and "4 as claimed, 0 not" in done.stdout, done)


def another_value_is_found(tmp):
    kept(tmp)
    done = check(tmp, "other")
    expect(done.returncode == 1 and "3 as claimed, 1 not" in done.stdout, done)
    expect("    -   write 2 at 0x0 = 0x40\n" in done.stdout and "    +   write 2 at 0x0 = 0x41\n" in done.stdout, done.stdout)
    # One that varies may be any; one that does not is this.
    file = tmp / "mine.expect"
    text = file.read_text()
    file.write_text(re.sub(r"(write [28] at 0x[08]) = 0x(40|11.*)", r"\1, varies", text))
    expect(check(tmp, "other").returncode == 0, "values that vary")
    file.write_text(text.replace("write 4 at 0x0, varies", "write 4 at 0x0 = 0x1"))
    done = check(tmp, "same")
    expect(done.returncode == 1 and "    +   write 4 at 0x0, varies\n" in done.stdout, done)


def later_calls_are_compared(tmp):
    kept(tmp)
    done = check(tmp, "late")
    expect(done.returncode == 1 and "3 as claimed, 1 not" in done.stdout and "    +   write 8 at 0x98 = 0x0\n" in done.stdout, done)


def an_old_file_is_read(tmp):
    """Of it no more is compared than it says."""
    file = tmp / "mine.expect"
    file.write_text(OLD)
    for variant in ("same", "other", "late"):
        done = check(tmp, variant)
        expect(done.returncode == 0 and "4 as claimed, 0 not" in done.stdout, variant, done)
    for old, new in (("  write 2 at 0x0\n", ""), ("ring, window 512, call 3\n  write 8 at 0x20", "ring, window 512, call 3\n  write 4 at 0x20")):
        expect(old in OLD, old)
        file.write_text(OLD.replace(old, new))
        done = check(tmp, "same")
        expect(done.returncode == 1 and "3 as claimed, 1 not" in done.stdout, new, done)
    expect(file.read_text() == OLD.replace(old, new), "it was rewritten")


def what_is_not_the_same_twice_is_not_judged(tmp):
    kept(tmp)
    done = check(tmp, "unsteady", MODULE_VALUES_SEEN=str(tmp / "seen"))
    expect(done.returncode == 2 and (tmp / "seen").exists(), done)
    expect("cannot judge operation ring: in call 5, another process makes other accesses" in done.stderr, done.stderr)
    # Now it is steady.
    done = check(tmp, "unsteady", MODULE_VALUES_SEEN=str(tmp / "seen"))
    expect(done.returncode == 0, done)


with tempfile.TemporaryDirectory() as name:
    globals()[CASE.replace("-", "_")](Path(name))
