#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`iopath gate --device` on a function that is a folder of files: nothing of this machine is opened. Run as: gate_device_test.py IOPATH CELLS
FOLDER CASE. What is on the device meanwhile is looked at while a cell of the test's (gate_device_module.c) has stopped its process."""
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IOPATH, CELLS, FOLDER = sys.argv[1:4]
NAME, SIZE, MEMORY = "0000:00:1f.7", 8192, 0x40200
BYTES = bytes(i * 37 + 11 & 0xFF for i in range(SIZE))
FILTER = ["--filter", "^(read|write|toio)/bar/(mmio|strict)/(u32|64)$"]


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def function(tmp, decodes=True):
    """A tree such as /sys/bus/pci. The file that stands in for BAR 0."""
    device = Path(tmp, "devices", NAME)
    device.mkdir(parents=True)
    (device / "config").write_bytes(bytes(4) + bytes([2 * decodes]) + bytes(251))
    (device / "resource").write_text(f"0xfe000000 {0xfe000000 + SIZE - 1:#x} {MEMORY:#x}\n" + "0x0 0x0 0x0\n" * 6)
    (device / "resource0").write_bytes(BYTES)
    return device / "resource0"


def command(tmp, *more):
    return [str(c) for c in (IOPATH, "gate", "--base", CELLS, "--candidate", CELLS, "--no-identity", "--no-counts", "--budget", "600s", *FILTER, "--sysfs", tmp,
                             "--device", NAME, "--bar", "0", *more)]


def gate(tmp, *more):
    return subprocess.run(command(tmp, *more), capture_output=True, text=True, timeout=600, check=False)


def measured(tmp, *more):
    """The gate on the test's clock, which measures the cell that stops once; it, and the process that has stopped."""
    (tmp / "clock").write_bytes(struct.pack("=QQ", 0, 1))
    (tmp / "stop").touch()
    program = subprocess.Popen([f"{FOLDER}/gate-clocked", "gate", "--base", f"{FOLDER}/gate-device.so", "--candidate", f"{FOLDER}/gate-device.so",
                                "--no-identity", "--no-counts", "--seed", "1", "--sysfs", tmp, "--device", NAME, "--bar", "0", "--allow-write",
                                *more], env={**os.environ, "GATE_CLOCK": f"{tmp}/clock", "GATE_DEVICE_STOP": f"{tmp}/stop"},
                               stdout=subprocess.PIPE, text=True)
    while program.poll() is None:
        for entry in Path("/proc").iterdir():
            try:
                state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2] if entry.name.isdigit() else ("", "")
            except OSError:
                continue
            if state == "T" and int(parent) == program.pid:
                return program, int(entry.name)
        time.sleep(0.01)
    sys.exit(f"failed: it ended and no cell has stopped: {program.stdout.read()}")


def what_was_there_is_put_back(tmp):
    bar = function(tmp)
    out = gate(tmp, "--allow-write", "--json", tmp / "gate.json")
    data = json.loads((tmp / "gate.json").read_text())
    cells = {c["name"]: c for c in data["cells"] if c["role"] == "cell"}
    # Which verdict it is depends on the machine.
    expect(out.returncode == data["exit"] != 2, out)
    expect(set(cells) == {"read/bar/mmio/u32", "write/bar/mmio/u32", "toio/bar/strict/64"}, cells)
    expect(all(not c["paired"] and len(c["screen"]) >= 3 for c in cells.values()), cells)
    expect(bar.read_bytes() == BYTES, "not as it was")
    expect("4096 bytes from offset 0x0 are read, written and then restored" in out.stdout, out)


def only_those_bytes(tmp):
    bar = function(tmp)
    program, stopped = measured(tmp, "--offset", "48", "--size", "16")
    now = bar.read_bytes()
    os.kill(stopped, signal.SIGCONT)
    out, _ = program.communicate(timeout=600)
    expect(now[:48] == BYTES[:48] and now[64:] == BYTES[64:], "other bytes were written")
    expect(now[48:64] != BYTES[48:64], "nothing was written")
    expect(program.returncode == 0 and bar.read_bytes() == BYTES, program.returncode, out)


def a_killed_worker_leaves_nothing(tmp):
    bar = function(tmp)
    program, stopped = measured(tmp)
    expect(bar.read_bytes() != BYTES, "nothing was written")
    os.kill(stopped, signal.SIGKILL)
    out, _ = program.communicate(timeout=600)
    expect(program.returncode == 2 and "killed by signal 9" in out, program.returncode, out)
    expect(bar.read_bytes() == BYTES, "a killed worker's bytes stayed")


def an_interrupt_leaves_nothing(tmp):
    bar = function(tmp)
    program, _ = measured(tmp)
    expect(bar.read_bytes() != BYTES, "nothing was written")
    program.send_signal(signal.SIGINT)
    out, _ = program.communicate(timeout=600)
    expect(program.returncode == 130 and bar.read_bytes() == BYTES, program.returncode, out)


def it_wants_what_bench_wants(tmp):
    bar = function(tmp)
    refusals = {(): "--allow-write", ("--allow-write", "--bar", "1"): "cannot be mapped", ("--allow-write", "--offset", "4"): "multiples of 8",
                ("--allow-write", "--device", "0000:00:1f.6"): "no such PCI function", ("--allow-write", "--bar", "x"): "takes a number",
                ("--allow-write", "--offset", str(SIZE)): f"{SIZE} bytes only"}
    for more, words in refusals.items():
        out = gate(tmp, *more)
        expect(out.returncode == 2 and words in out.stderr and len(out.stderr.splitlines()) == 1, more, out)
        expect(out.stderr.startswith("iopath: gate: "), out)
    (tmp / "driver").mkdir()
    (bar.parent / "driver").symlink_to(tmp / "driver")
    out = gate(tmp, "--allow-write")
    expect(out.returncode == 2 and "the driver driver uses it" in out.stderr, out)
    (bar.parent / "driver").unlink()
    (bar.parent / "config").write_bytes(bytes(256))
    out = gate(tmp, "--allow-write")
    expect(out.returncode == 2 and "memory decoding is disabled" in out.stderr, out)
    out = subprocess.run([IOPATH, "gate", "--base", CELLS, "--candidate", CELLS, "--allow-write"], capture_output=True, text=True, check=False)
    expect(out.returncode == 2 and "need --device" in out.stderr, out)
    expect(bar.read_bytes() == BYTES)


with tempfile.TemporaryDirectory() as folder:
    globals()[sys.argv[4].replace("-", "_")](Path(folder))
