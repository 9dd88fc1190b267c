# SPDX-License-Identifier: MIT
"""What is replayed where there is nothing, or something that cannot be read: never 'passed', and the rest is run all the same.

Run as: nothing.py IOPATH-FUZZ REPLAYER CORPUS
"""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = [sys.argv[1], "replay"], [sys.argv[2]]
INPUTS = sorted(Path(sys.argv[3]).iterdir())[:3]


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + "\n".join(str(w) for w in what))


def replay(tool, *paths):
    return subprocess.run([*tool, *map(str, paths)], capture_output=True, text=True, check=False)


def told(out):
    return [line for line in out.stderr.splitlines() if line.startswith("iopath: replay: ")]


def case(tool, top):
    full, empty = top / "full", top / "empty"
    full.mkdir()
    empty.mkdir()
    for path in INPUTS:
        shutil.copy(path, full)
    out = replay(tool, full)
    expect(out.returncode == 0 and out.stdout == "3 passed, 0 failed\n" and not told(out), out)
    for paths in ([empty], [full, empty]):
        out = replay(tool, *paths)
        expect(out.returncode == 2 and told(out) == [f"iopath: replay: {empty}: no file in it, so nothing was run"], out)
        expect(out.stdout == ("3 passed, 0 failed\n" if full in paths else ""), out)
    out = replay(tool, top / "none")
    expect(out.returncode == 2 and told(out) == [f"iopath: replay: {top}/none: No such file or directory"] and not out.stdout, out)
    # Read first, by its name.
    (full / "0").symlink_to(top / "none")
    out = replay(tool, full)
    expect(out.returncode == 2 and told(out) == [f"iopath: replay: {full}/0: No such file or directory"], out)
    expect(out.stdout == "3 passed, 0 failed\n", out)


for tool in TOOLS:
    with tempfile.TemporaryDirectory() as folder:
        case(tool, Path(folder))
print("ok: nothing examined is no success")
