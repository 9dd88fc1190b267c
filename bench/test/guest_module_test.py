#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iopath guest, without one: what it refuses. Run as: guest_module_test.py IOPATH CELLS FOLDER-OF-MODULES, CELLS being a module of cells
that registers nothing."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, CELLS, MODULES = sys.argv[1], sys.argv[2], Path(sys.argv[3])
RIGHT = MODULES / "module-check-right.so"


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def run(folder, *args, **environment):
    return subprocess.run([IOPATH, "guest", *map(str, args)], capture_output=True, text=True, timeout=120, cwd=folder, check=False,
                          env={**os.environ, **environment})


with tempfile.TemporaryDirectory() as name:
    empty = Path(name, "empty")
    empty.mkdir()
    for words, why in (([], "no module is named"), (["--fetch", "--module", RIGHT], "--fetch is all that it does"),
                       (["--module", "absent.so"], "absent.so"), (["--module", CELLS], "registers nothing"), (["--module", RIGHT, "more"], "more")):
        out = run(name, *words)
        expect(out.returncode == 2 and why in out.stderr and len(out.stderr.splitlines()) == 1, words, out)
    out = run(name, "--module", RIGHT, PATH=str(empty))
    expect(out.returncode == 2 and "cannot run python3" in out.stderr, out)
    # What the help offers is taken; a guest that starts would take its time.
    text = run(name, "--help").stdout
    offered = set(re.findall(r"^  (--[a-z]+)", text, re.MULTILINE))
    expect(offered == {"--module", "--fetch", "--timeout", "--keep"}, text)
    for words in (["--fetch"], ["--module", RIGHT, "--timeout", "9"], ["--module", RIGHT, "--keep", "logs"]):
        out = run(name, *words, PATH=str(empty))
        expect(out.returncode == 2 and "cannot run python3" in out.stderr, words, out)
    out = run(name, "--nobody-offers-this")
    expect(out.returncode == 2 and "unknown or incomplete option" in out.stderr, out)
    # Neither QEMU nor a kernel: what to install is said. The script is there, and so are its programs.
    (empty / "python3").symlink_to(sys.executable)
    out = run(name, "--module", RIGHT, PATH=str(empty))
    expect(out.returncode == 2 and "apt-get install qemu-system-x86" in out.stderr, out)
