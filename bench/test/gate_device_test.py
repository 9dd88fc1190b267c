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


def function(tmp, decodes=True, ids=bytes(4)):
    """A tree such as /sys/bus/pci. The file that stands in for BAR 0."""
    device = Path(tmp, "devices", NAME)
    device.mkdir(parents=True)
    (device / "config").write_bytes(ids + bytes([2 * decodes]) + bytes(251))
    (device / "resource").write_text(f"0xfe000000 {0xfe000000 + SIZE - 1:#x} {MEMORY:#x}\n" + "0x0 0x0 0x0\n" * 6)
    (device / "resource0").write_bytes(BYTES)
    return device / "resource0"


def command(tmp, *more):
    return [str(c) for c in (IOPATH, "gate", "--base", CELLS, "--candidate", CELLS, "--no-identity", "--no-counts", "--budget", "600s", *FILTER, "--sysfs", tmp,
                             "--device", NAME, "--bar", "0", *more)]


def gate(tmp, *more):
    return subprocess.run(command(tmp, *more), capture_output=True, text=True, timeout=600, check=False)


def children_of(pid, states="RSDT"):
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2] if entry.name.isdigit() else ("", "")
        except OSError:
            continue
        if state and state in states and int(parent) == pid:
            found.add(int(entry.name))
    return found


def wait_for_stopped(program):
    while program.poll() is None:
        for child in children_of(program.pid, "T"):
            return child
        time.sleep(0.01)
    sys.exit(f"failed: it ended and no cell has stopped: {program.communicate()}")


def measured(tmp, *more):
    """The gate on the test's clock, which measures the cell that stops once; it, and the process that has stopped."""
    (tmp / "clock").write_bytes(struct.pack("=QQ", 0, 1))
    (tmp / "stop").touch()
    program = subprocess.Popen([f"{FOLDER}/gate-clocked", "gate", "--base", f"{FOLDER}/gate-device.so", "--candidate", f"{FOLDER}/gate-device.so",
                                "--no-identity", "--no-counts", "--seed", "1", "--sysfs", tmp, "--device", NAME, "--bar", "0", "--allow-write",
                                *more], env={**os.environ, "GATE_CLOCK": f"{tmp}/clock", "GATE_DEVICE_STOP": f"{tmp}/stop"},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return program, wait_for_stopped(program)


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
    expect("4096 bytes from offset 0x0 are read, written and then restored, by accesses of 1, 2, 4 and 8 bytes (found by reading)" in out.stdout,
           out)


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


def bench(tmp, *more):
    return subprocess.run([str(c) for c in (IOPATH, "bench", "--launches", "1", "--rounds", "5", "--no-counts", "--out", tmp / "r.json", "--sysfs", tmp,
                                            "--device", NAME, "--bar", "0", "--allow-write", *more)],
                          capture_output=True, text=True, timeout=600, check=False)


def no_other_width_is_measured(tmp):
    """What the user says, what is known of the function, and what nothing shows."""
    bar = function(tmp)
    out = bench(tmp, "--widths", "4", "--offset", "4", "--size", "64", "--full")
    cells = {row["name"] for row in json.loads((tmp / "r.json").read_text())["benchmarks"]}
    expect(out.returncode == 0 and "by accesses of 4 bytes (as said)" in out.stdout and bar.read_bytes() == BYTES, out)
    expect({"read/bar/mmio/u32", "write/bar/raw/u32", "toio/bar/strict32/64", "toio/bar/strict/4"} <= cells, cells)
    expect({"set/bar/strict32/64", "set/bar/strict/4"} <= cells, cells)
    expect(not cells & {"read/bar/mmio/u64", "write/bar/raw/u8", "toio/bar/strict/64", "set/bar/strict/64"}, cells)
    out = gate(tmp, "--allow-write", "--widths", "4", "--offset", "4", "--size", "64", "--json", tmp / "gate.json")
    cells = {c["name"] for c in json.loads((tmp / "gate.json").read_text())["cells"] if c["role"] == "cell"}
    expect(cells == {"read/bar/mmio/u32", "write/bar/mmio/u32"} and bar.read_bytes() == BYTES, cells, out)
    (bar.parent / "config").write_bytes(bytes.fromhex("3412e81102") + bytes(251))
    out = bench(tmp, "--size", "64", "--filter", "^write/bar/raw/")
    expect(out.returncode == 0 and "by accesses of 4 bytes (QEMU's edu)" in out.stdout and bar.read_bytes() == BYTES, out)
    (bar.parent / "config").write_bytes(bytes(4) + b"\2" + bytes(251))
    bar.write_bytes(b"\xff" * SIZE)
    out = bench(tmp, "--size", "64", "--filter", "^write/bar/raw/u32$")
    expect(out.returncode == 2 and "(not known)" in out.stdout and "was put back is not known: all of it reads all ones" in out.stderr, out)
    out = bench(tmp, "--size", "64", "--filter", "^write/bar/raw/u32$", "--widths", "4")
    expect(out.returncode == 0 and not out.stderr, out)
    for widths, why in (("3", "powers of two up to 64"), ("16", "no access of these --widths"), ("4", "multiples of 4")):
        out = bench(tmp, "--widths", widths, "--size", "32" if widths == "16" else "10")
        expect(out.returncode == 2 and why in out.stderr and len(out.stderr.splitlines()) == 1, out)


def what_stays_changed_is_named(tmp):
    """The test is the device: it changes a register on its own, when all has been put back."""
    bar = function(tmp)
    program, stopped = measured(tmp, "--offset", "48", "--size", "16", "--widths", "8")
    # Until the last process has ended: what is put back then is changed by this one, again and again.
    os.kill(stopped, signal.SIGCONT)
    with open(bar, "r+b", buffering=0) as file:
        while program.poll() is None:
            file.seek(56)
            file.write(b"12345678")
    _, errors = program.communicate()
    words = f"BAR 0, offset 0x38 could not be put back: 0x{int.from_bytes(BYTES[56:64], sys.byteorder):016x} was there, and it reads " \
            f"0x{int.from_bytes(b'12345678', sys.byteorder):016x} (reset"
    expect(program.returncode == 2 and words in errors and len(errors.splitlines()) == 1, program.returncode, errors)


def stopped_decoding(tmp, bar, command_line):
    """The command, whose function loses its second page while a cell writes to it: the first one is as it was."""
    program, stopped = command_line
    os.truncate(bar, SIZE // 2)
    os.kill(stopped, signal.SIGCONT)
    _, errors = program.communicate(timeout=600)
    expect(program.returncode == 2 and len(errors.splitlines()) == 1, program.returncode, errors)
    expect("BAR 0 stopped decoding (SIGBUS) in write/bar/test/u64: what was measured before is kept, and not all of the saved bytes" in errors,
           errors)
    expect(bar.read_bytes() == BYTES[:SIZE // 2], "what still decodes was not put back")


def gate_ends_where_the_function_does(tmp):
    bar = function(tmp)
    stopped_decoding(tmp, bar, measured(tmp, "--size", str(SIZE), "--json", tmp / "gate.json"))
    data = json.loads((tmp / "gate.json").read_text())
    expect(data["partial"] and data["exit"] == 2, data)


def bench_keeps_what_was_before(tmp):
    bar = function(tmp)
    (tmp / "clock").write_bytes(struct.pack("=QQ", 0, 1))
    # The first few processes examine; each of the later ones is a launch.
    (tmp / "stop").write_bytes(bytes(8))
    program = subprocess.Popen([f"{FOLDER}/gate-clocked", "bench", "--module", f"{FOLDER}/gate-device.so", "--alone", "--no-counts", "--launches", "99",
                                "--rounds", "5", "--out", tmp / "r.json", "--sysfs", tmp, "--device", NAME, "--bar", "0", "--size", str(SIZE), "--allow-write"],
                               env={**os.environ, "GATE_CLOCK": f"{tmp}/clock", "GATE_DEVICE_STOP": f"{tmp}/stop"},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    stopped_decoding(tmp, bar, (program, wait_for_stopped(program)))
    data = json.loads((tmp / "r.json").read_text())
    rows = {row["name"]: row for row in data["benchmarks"]}
    expect(data["context"]["partial"] is True and rows["write/bar/test/u64"]["launches"], data["context"])


def what_does_not_decode_is_no_crash(tmp):
    bar = function(tmp)
    os.truncate(bar, 0)
    out = bench(tmp, "--size", "64", "--filter", "^write/bar/raw/u32$")
    expect(out.returncode == 2 and "BAR 0 cannot be read: Input/output error" in out.stderr and len(out.stderr.splitlines()) == 1, out)
    out = bench(tmp, "--size", "64", "--widths", "4", "--filter", "^write/bar/raw/u32$")
    expect(out.returncode == 2 and "the bytes of BAR 0 cannot be saved" in out.stderr and len(out.stderr.splitlines()) == 1, out)
    out = subprocess.run([IOPATH, "calibrate", "--sysfs", tmp, "--device", NAME, "--bar", "0", "--offset", "16", "--out", tmp / "p.json"],
                         capture_output=True, text=True, timeout=600, check=False)
    expect(out.returncode == 2 and "BAR 0 stopped decoding (SIGBUS): what was measured before is not stored (reset" in out.stderr, out)
    expect(len(out.stderr.splitlines()) == 1 and not (tmp / "p.json").exists(), out)


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
