#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a user of `iopath config` sees: lspci's bytes, or one clear line and exit 2. Run as: config_test.py IOPATH CASE."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH = sys.argv[1]
SKIPPED = 77
NAME = "0001:02:03.4"


def run(*args):
    return subprocess.run([IOPATH, "config", *args], capture_output=True, text=True, timeout=60)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)


def refused(words, *args):
    """Exit 2, nothing on stdout, and one line that names the subject and says @words."""
    out = run(*args)
    expect(out.returncode == 2 and not out.stdout, args, out)
    expect(out.stderr.startswith("iopath: config: ") and len(out.stderr.splitlines()) == 1, args, out.stderr)
    expect(words in out.stderr, args, out.stderr)


def functions():
    """The PCI functions of this machine, as lspci names them."""
    if not shutil.which("lspci"):
        skip("no lspci here (package pciutils)")
    listed = subprocess.run(["lspci", "-D"], capture_output=True, text=True, timeout=60)
    names = [line.split()[0] for line in listed.stdout.splitlines()]
    if not names:
        skip("this machine has no PCI function")
    return names


def fake_function(tmp, size=256):
    """A tree such as /sys/bus/pci with one function in it, whose bytes count up. Its config file."""
    device = Path(tmp, "devices", NAME)
    device.mkdir(parents=True)
    for name, text in {"vendor": "0x1af4\n", "device": "0x1110\n", "class": "0x050000\n", "irq": "0\n",
                       "resource": "0x0 0x0 0x0\n" * 7}.items():
        (device / name).write_text(text)
    config = device / "config"
    config.write_bytes(bytes(i * 7 & 0xFF for i in range(size)))
    return config


def dumped(text):
    """The bytes of a hex dump in lspci's form."""
    return bytes(int(byte, 16) for line in text.splitlines()[1:] if line for byte in line.split(":")[1].split())


def same_bytes_as_lspci(_tmp):
    for name in functions():
        theirs = subprocess.run(["lspci", "-D", "-xxx", "-s", name], capture_output=True, text=True, timeout=60)
        if theirs.returncode or len(dumped(theirs.stdout)) < 256 and os.geteuid():
            skip(f"lspci cannot read the config space of {name} (needs root)")
        ours = run("--device", name)
        expect(ours.returncode == 0, ours)
        expect(dumped(ours.stdout) == dumped(theirs.stdout), ours.stdout, "lspci says:", theirs.stdout)


def every_width_reads_the_same(tmp):
    wanted = fake_function(tmp).read_bytes()
    for width in ("1", "2", "4"):
        out = run("--device", NAME, "--sysfs", tmp, "--width", width)
        expect(out.returncode == 0 and dumped(out.stdout) == wanted, width, out)
    out = run("--device", NAME, "--sysfs", tmp, "--json")
    document = json.loads(out.stdout)
    expect(bytes.fromhex(document["bytes"]) == wanted and document["device"] == NAME, out.stdout)


def a_changed_byte_is_seen(tmp):
    config = fake_function(tmp)
    before = dumped(run("--device", NAME, "--sysfs", tmp).stdout)
    config.write_bytes(before[:77] + bytes([before[77] ^ 1]) + before[78:])
    after = dumped(run("--device", NAME, "--sysfs", tmp).stdout)
    expect([i for i in range(256) if before[i] != after[i]] == [77], before, after)


def extended_is_4096_bytes(tmp):
    wanted = fake_function(tmp, 4096).read_bytes()
    out = run("--device", NAME, "--sysfs", tmp, "--extended")
    expect(out.returncode == 0 and dumped(out.stdout) == wanted, out)


def extended_needs_a_pci_express_function(tmp):
    fake_function(tmp)
    refused("256 bytes of config space only", "--device", NAME, "--sysfs", tmp, "--extended")


def missing_device_is_exit_2(tmp):
    fake_function(tmp)
    refused("0001:02:03.5: no such PCI function", "--device", "0001:02:03.5", "--sysfs", tmp)
    refused("no such PCI function", "--device", NAME, "--sysfs", f"{tmp}/none")
    refused("ffff:ff:1f.7: no such PCI function", "--device", "ffff:ff:1f.7")


def bad_syntax_is_exit_2(tmp):
    fake_function(tmp)
    for name in ("", "02:03.4", "0001:02:03", "0001:02:03.8", "0001:02:20.0", "0001:02:03.4x", "x" + NAME, " " + NAME,
                 "0001-02-03.4", "0001:02:0g.0", "../" + NAME, "0001:02:03.4/../" + NAME):
        refused("not the name of a PCI function", "--device", name, "--sysfs", tmp)
    refused("no device named")
    refused("unknown or incomplete option", "--device")
    refused("unknown or incomplete option", "--device", NAME, "--nonsense")
    refused("unexpected argument", "--device", NAME, "again")
    refused("no such access width", "--device", NAME, "--width", "8")


def cut_short_is_exit_2(tmp):
    fake_function(tmp, 64)
    out = run("--device", NAME, "--sysfs", tmp)
    expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1, out)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as tmp:
        globals()[sys.argv[2].replace("-", "_")](tmp)
