#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Exchanged operators are found by the tests of their files, and where a test does not look they survive. Run as: tested.py BUILD [all].
Of one file some are planted, or all of all files."""
import subprocess, sys, tempfile
from pathlib import Path

BUILD, WHICH = Path(sys.argv[1]), [] if sys.argv[2:] == ["all"] else ["--only", "bench/gate/decide.c", "--sample", "8"]
HUNT = Path(__file__).resolve().parents[1] / "faults/tested.py"


def hunt(work, *args):
    return subprocess.run([sys.executable, "-B", HUNT, "--build", BUILD, "--work", f"{work}/work", *args], capture_output=True, text=True)


with tempfile.TemporaryDirectory() as work:
    out = hunt(work, *WHICH)
    print(out.stdout, out.stderr)
    if out.returncode or "0 survive" not in out.stdout:
        sys.exit("failed: a fault survives, or nothing was hunted")
    # A test of something else.
    Path(work, "list").write_text("bench/store/change.c | bench/test/stored-changes | gate-stats\n")
    out = hunt(work, "--sample", "16", "--list", f"{work}/list")
    if out.returncode != 1 or "SURVIVES" not in out.stdout or "\n0 of " not in out.stdout:
        sys.exit(f"failed: found by a test that does not run it\n{out.stdout}{out.stderr}")
    Path(work, "list").write_text("bench/store/change.c | gate-stats | gate-stats\n")
    out = hunt(work, "--list", f"{work}/list")
    if out.returncode != 2 or "bring tested.def up to date" not in out.stderr:
        sys.exit(f"failed: a program that it is no part of\n{out.stdout}{out.stderr}")
