# SPDX-License-Identifier: MIT
"""A fault counts as found by a verdict or a crash of its hunter; a hunter that cannot run is an error (exit code 2), never a find."""
import argparse
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from faults import mutants

FAULT = mutants.Fault(1, "kind", "r", "file", 0, 0, "text", "where")
ERROR = "an error"
# What the hunter does; what becomes of the fault.
HUNTERS = {mutants.hunt: [("exit 0", None), ("echo FINDING x; exit 1", "x"), ("echo FLAKY; exit 1", "exit code 1"), ("kill -SEGV $$", "exit code -11"),
                          ("kill -XCPU $$", "hang"), ("exit 2", ERROR), ("echo FINDING x; exit 2", ERROR), ("exit 126", ERROR), ("kill -KILL $$", ERROR),
                          ("kill -TERM $$", ERROR)],
           mutants.hunt_libfuzzer: [("exit 0", None), ("echo FINDING x; exit 77", "x"), ("exit 70", "crash"), ("kill -ABRT $$", "crash"), ("exit 1", ERROR),
                                    ("exit 2", ERROR), ("kill -KILL $$", ERROR), ("kill -XCPU $$", None)]}
assert signal.SIGSEGV == 11


def verdict(hunt, place, script):
    (place / "hunt-r").write_text(f"#!/bin/sh\n{script}\n")
    (place / "hunt-r").chmod(0o755)
    args = argparse.Namespace(time=1, exhaustive=False, out=None)
    try:
        found = hunt(args, place, FAULT, 1)
    except SystemExit as end:
        return ERROR if end.code == 2 else end.code
    return found and found[3]


with tempfile.TemporaryDirectory() as name:
    for hunt, cases in HUNTERS.items():
        for script, expected in cases:
            got = verdict(hunt, Path(name), script)
            if got != expected:
                sys.exit(f"failed: {hunt.__name__}: '{script}': {got}, not {expected}")
    # What no fault is named by examines nothing.
    done = subprocess.run([sys.executable, "-B", mutants.__file__, "--build", name, "--only", "1,copy_view.c"], capture_output=True, text=True, check=False)
    if done.returncode != 2 or "--only copy_view.c: no fault has this" not in done.stderr:
        sys.exit(f"failed: --only copy_view.c: {done}")
