#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples/modules, built as their comments say. Run as: module_examples_test.py IOPATH SOURCE CC CASE"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, SOURCE, CC, CASE = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
# Where compiled runners are kept, for all tests.
CACHE = Path.cwd() / "arch"
EXAMPLES = SOURCE / "examples/modules"


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **more)


def build(tmp, name, *flags, change=None):
    text = (EXAMPLES / f"{name}.c").read_text()
    if change:
        expect(change[0] in text, f"{name}.c has no '{change[0]}'")
        text = text.replace(*change)
    (tmp / f"{name}.c").write_text(text)
    done = run(CC, "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", f"-I{SOURCE}/bench/cells", *flags, f"{name}.c", "-o", f"{name}.so",
               cwd=tmp)
    expect(done.returncode == 0, done.stderr)
    return tmp / f"{name}.so"


def check(module, *more):
    return run(IOPATH, "check", "--module", module, *more)


def the_doorbell_does_what_its_file_says(tmp):
    told = ["--expect", EXAMPLES / "doorbell.expect"]
    done = check(build(tmp, "doorbell"), *told)
    expect(done.returncode == 0 and "2 as claimed, 0 not" in done.stdout, done.stdout, done.stderr)
    ring = "write32(&device->doorbell, ++queue->next);"
    done = check(build(tmp, "doorbell", change=(ring, ring + " write32(&device->doorbell, queue->next);")), *told)
    expect(done.returncode == 1 and "write 4 at 0x0" in done.stdout, done.stdout, done.stderr)
    done = check(build(tmp, "doorbell", change=("uint32_t *reg, uint32_t value)\n{\n\t*reg = value;", "uint32_t *reg, uint32_t value)\n{\n\t"
                                                "*(volatile uint16_t *)reg = (uint16_t)value;")), *told)
    expect(done.returncode == 1 and "write 2 at 0x" in done.stdout, done.stdout, done.stderr)


def dpdk_is_judged_unchanged(tmp):
    flags = run("pkg-config", "--cflags", "libdpdk")
    if flags.returncode:
        print("skipped: no libdpdk-dev (scripts/setup optional)")
        sys.exit(77)
    module = build(tmp, "dpdk", *flags.stdout.split())
    done = check(module, "--json", tmp / "check.json")
    expect(done.returncode == 1 and "11 as claimed, 1 not, 0 not judged" in done.stdout, done.stdout, done.stderr)
    (wrong,) = [line for line in done.stdout.splitlines() if "WRONG" in line]
    expect("fromio" in wrong and "rte_memcpy" in wrong and "outside the range" in done.stdout, done.stdout)
    json.loads((tmp / "check.json").read_text())
    # From 513 bytes on only, and not at each place: fuzz finds the same, and nothing else.
    done = run(IOPATH, "fuzz", module, "--calls", 400000, "--out", tmp / "found")
    expect(done.returncode == 1 and done.stdout.count("FINDING ") == 1, done.stdout, done.stderr)
    expect("FINDING fromio rte_memcpy, call 1: outside the range" in done.stdout and " size 0x201 watched" in done.stdout, done.stdout)
    done = run(IOPATH, "list", "--module", module, "--alone")
    expect(done.returncode == 0 and "read/dpdk/rte_read32/u32" in done.stdout, done.stdout, done.stderr)


def dpdk_goes_through_arch(tmp):
    flags = run("pkg-config", "--cflags", "libdpdk")
    if flags.returncode or not shutil.which("qemu-x86_64"):
        print("skipped: no libdpdk-dev or no qemu-user (scripts/setup optional arch)")
        sys.exit(77)
    done = run(IOPATH, "arch", "--module-source", EXAMPLES / "dpdk.c", "--arch", "x86-64", "--filter", "rte_(read|write)32", "--cflags",
               f"x86-64: {flags.stdout}", "--json", tmp / "arch.json", env={**os.environ, "XDG_CACHE_HOME": str(CACHE)})
    expect(done.returncode == 0 and "4 legal, 0 illegal" in done.stdout, done.stdout, done.stderr)
    # Its headers of x86 are for x86, and that is said.
    if shutil.which("aarch64-linux-gnu-gcc") and shutil.which("qemu-aarch64"):
        done = run(IOPATH, "arch", "--module-source", EXAMPLES / "dpdk.c", "--arch", "arm64",
                   "--cflags", flags.stdout.replace("-march=corei7", ""), env={**os.environ, "XDG_CACHE_HOME": str(CACHE)})
        expect(done.returncode == 2 and "arm64 is not examined: " in done.stdout and "rror" in done.stderr, done.stdout, done.stderr)


with tempfile.TemporaryDirectory() as name:
    globals()[CASE.replace("-", "_")](Path(name))
