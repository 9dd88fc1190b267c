#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`iopath gate --device` on a function that is a folder of files: nothing of this machine is opened. Run as: gate_device_test.py IOPATH CELLS
CASE."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IOPATH, CELLS = sys.argv[1:3]
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
    return [str(c) for c in (IOPATH, "gate", "--base", CELLS, "--candidate", CELLS, "--no-identity", "--budget", "6s", *FILTER, "--sysfs", tmp,
                             "--device", NAME, "--bar", "0", *more)]


def gate(tmp, *more):
    return subprocess.run(command(tmp, *more), capture_output=True, text=True, timeout=240, check=False)


def processes_of(parent):
    """Its children, from /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def what_was_there_is_put_back(tmp):
    bar = function(tmp)
    with subprocess.Popen(command(tmp, "--allow-write", "--json", tmp / "gate.json"), stdout=subprocess.PIPE, text=True) as process:
        changed = False
        while process.poll() is None:
            changed |= bar.read_bytes() != BYTES
        out = process.stdout.read()
    cells = {c["name"]: c for c in json.loads((tmp / "gate.json").read_text())["cells"] if c["role"] == "cell"}
    expect(process.returncode in (0, 3), process.returncode, out)
    expect(set(cells) == {"read/bar/mmio/u32", "write/bar/mmio/u32", "toio/bar/strict/64"}, cells)
    expect(all(not c["paired"] and len(c["screen"]) >= 3 for c in cells.values()), cells)
    expect(changed and bar.read_bytes() == BYTES, "it was written, and is as it was", changed)
    expect("its 4096 bytes from 0x0 on are read, written, and put back" in out, out)


def only_those_bytes(tmp):
    bar = function(tmp)
    beyond, seen = BYTES[64:], set()
    with subprocess.Popen(command(tmp, "--allow-write", "--offset", "48", "--size", "16", "--filter", "^write/bar/mmio/u32$"),
                          stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            now = bar.read_bytes()
            expect(now[:48] == BYTES[:48] and now[64:] == beyond, "other bytes were written")
            seen.add(now[48:64])
    expect(process.returncode in (0, 3) and len(seen) > 1 and bar.read_bytes() == BYTES, process.returncode, seen)


def a_killed_worker_leaves_nothing(tmp):
    bar = function(tmp)
    for _ in range(5):
        killed = False
        with subprocess.Popen(command(tmp, "--allow-write"), stdout=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                if not killed and bar.read_bytes() != BYTES:
                    for worker in processes_of(process.pid):
                        os.kill(worker, signal.SIGKILL)
                        killed = True
            out = process.stdout.read()
        expect(bar.read_bytes() == BYTES, "a killed worker's bytes stayed", process.returncode, out)
        if killed and process.returncode == 2:
            break
    expect(killed and process.returncode == 2 and "killed by signal 9" in out, process.returncode, out)


def an_interrupt_leaves_nothing(tmp):
    bar = function(tmp)
    with subprocess.Popen(command(tmp, "--allow-write", "--budget", "600s"), stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None and bar.read_bytes() == BYTES:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    expect(process.returncode == 130 and bar.read_bytes() == BYTES, process.returncode, out)


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
    globals()[sys.argv[3].replace("-", "_")](Path(folder))
