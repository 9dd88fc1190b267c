#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `iopath gate` says of accesses to a device, which it counts. Run as: gate_accesses_test.py IOPATH FOLDER CASE"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import ktap  # noqa: E402

IOPATH, FOLDER, CASE = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
MORE = "MORE DEVICE ACCESSES"


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def gate(tmp, base, candidate, *args, time=False, **env):
    """The run and its one cell."""
    done = subprocess.run([IOPATH, "gate", "--base", FOLDER / f"gate-{base}.so", "--candidate", FOLDER / f"gate-{candidate}.so", "--json",
                           tmp / "gate.json", *([] if time else ["--no-time"]), *map(str, args)], capture_output=True, text=True, timeout=300,
                          check=False, env={**os.environ, **env})
    data = json.loads((tmp / "gate.json").read_text()) if (tmp / "gate.json").exists() else {"cells": []}
    cells = [cell for cell in data["cells"] if cell["role"] == "cell"]
    counted = "--no-counts" not in args and base.startswith("accesses")
    if counted and cells and "device_base" not in cells[0] and cells[0].get("same_code") is False:
        print("skipped: device accesses cannot be counted here:", done.stdout)
        sys.exit(77)
    return done, cells[0] if cells else None


def an_added_read_is_a_regression(tmp):
    done, cell = gate(tmp, "accesses-base", "accesses-added", "--ktap", tmp / "gate.ktap", "--markdown", tmp / "gate.md")
    expect(done.returncode == 1, done)
    expect(cell["device_base"] == {"w4": 2} and cell["device_candidate"] == {"r4": 1, "w4": 2} and cell["more_device_accesses"], cell)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith(MORE)]
    expect("device: 2 w4 -> 1 r4 + 2 w4" in line and "1 with more device accesses" in done.stdout, done.stdout)
    expect("no change" not in done.stdout and f"| {MORE} |" in (tmp / "gate.md").read_text(), done.stdout)
    _, tested, verdict = ktap.parse((tmp / "gate.ktap").read_text())
    expect(not tested["points"][0]["good"] and not verdict["good"], tested, verdict)


def fewer_and_wider_are_none(tmp):
    for base, candidate, words in (("added", "base", "device: 1 r4 + 2 w4 -> 2 w4"), ("base", "wide", "device: 2 w4 -> 1 w8")):
        done, cell = gate(tmp, f"accesses-{base}", f"accesses-{candidate}")
        expect(done.returncode == 0 and words in done.stdout and "more_device_accesses" not in cell, done)
    # A write more than the base's one.
    done, cell = gate(tmp, "accesses-wide", "accesses-base")
    expect(done.returncode == 1 and cell["more_device_accesses"], done)
    done, _ = gate(tmp, "accesses-base", "accesses-base")
    expect(done.returncode == 0 and "device" not in done.stdout, done)


def what_is_allowed_is_none(tmp):
    for limit, code in (("0", 1), ("1", 0), ("any", 0), ("50%", 1)):
        done, cell = gate(tmp, "accesses-base", "accesses-added", "--max-accesses", limit)
        # It is shown all the same.
        expect(done.returncode == code and "device: 2 w4 -> 1 r4 + 2 w4" in done.stdout, limit, done)
        expect(("more_device_accesses" in cell) == (code == 1), limit, cell)
    # Of writes, one is a half more.
    for limit, code in (("100%", 0), ("99%", 1)):
        expect(gate(tmp, "accesses-wide", "accesses-base", "--max-accesses", limit)[0].returncode == code, limit)
    for bad in ("-1", "x", "", "1x"):
        (tmp / "gate.json").unlink(missing_ok=True)
        done, _ = gate(tmp, "accesses-base", "accesses-added", "--max-accesses", bad)
        expect(done.returncode == 2 and done.stderr.startswith("iopath: gate: --max-accesses takes"), bad, done)


def what_varies_is_none(tmp):
    done, cell = gate(tmp, "accesses-base", "accesses-unsteady", GATE_ACCESSES_SEEN=str(tmp / "seen"))
    expect(done.returncode == 0 and "device accesses vary from count to count" in done.stdout, done)
    expect(cell["device_accesses_vary"] and cell["device_candidate"].get("r4") == 1 and (tmp / "seen").exists(), cell)
    # Who wants them bounded is not told that they are.
    (tmp / "seen").unlink()
    done, _ = gate(tmp, "accesses-base", "accesses-unsteady", "--max-accesses", 0, GATE_ACCESSES_SEEN=str(tmp / "seen"))
    expect(done.returncode == 2 and "not verified" in done.stdout, done)


def an_unfit_machine_hides_none(tmp):
    unfit = ["--budget", "4s", "--planted", "0.02%"]
    done, cell = gate(tmp, "accesses-base", "accesses-added", *unfit, time=True)
    expect(done.returncode == 1 and "FAIL: 1 with more device accesses; no verdict on time: " in done.stdout, done)
    expect(cell["more_device_accesses"], cell)
    done, _ = gate(tmp, "accesses-added", "accesses-base", *unfit, time=True)
    expect(done.returncode == 3 and "UNFIT" in done.stdout, done)


def what_is_not_counted_is_not_verified(tmp):
    """Cells that ask the harness for no device: only who asks about accesses is told."""
    done, cell = gate(tmp, "base", "slow", "--filter", "counted")
    expect(done.returncode == 0 and "device_base" not in cell, done)
    done, cell = gate(tmp, "base", "slow", "--filter", "counted", "--max-accesses", 0)
    expect(done.returncode == 2 and "device accesses not counted: not verified" in done.stdout, done)
    done, _ = gate(tmp, "base", "slow", "--no-counts", "--max-accesses", 0)
    expect(done.returncode == 2 and "exclude each other" in done.stderr, done)


def where_functions_begin_is_said(tmp):
    quick = ["--budget", "3s", "--no-counts", "--markdown", tmp / "gate.md"]
    for base, candidate, said in (("base", "unaligned", "1 of 1 functions of the candidate begin at no multiple of 64 bytes"),
                                  ("unaligned", "base", "1 of 1 functions of the base begin at no multiple of 64 bytes"), ("base", "wide", None)):
        done, _ = gate(tmp, f"accesses-{base}", f"accesses-{candidate}", *quick, time=True)
        lines = [line for line in done.stdout.splitlines() if line.startswith("placement: ")]
        expect(len(lines) == (1 if said else 0) and (not said or said in lines[0] and "-falign-functions=64" in lines[0]), done)
        expect(("Placement: " in (tmp / "gate.md").read_text()) == bool(said), said)
    # Without times it makes no difference.
    expect("placement" not in gate(tmp, "accesses-base", "accesses-unaligned")[0].stdout)


with tempfile.TemporaryDirectory() as name:
    globals()[CASE.replace("-", "_")](Path(name))
