#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`iopath bench --device` refuses before it touches anything. Run as: device_test.py IOPATH CASE. What it does on a device is seen in the
guest (in_guest_test.py); nothing of this machine is opened here."""
import subprocess
import sys

IOPATH = sys.argv[1]
# No machine has this function: domain ffff is not used.
ABSENT = "ffff:ff:1f.7"


def refused(words, *args):
    out = subprocess.run([IOPATH, "bench", *args], capture_output=True, text=True, timeout=600, check=False)
    if out.returncode != 2 or words not in out.stderr or len(out.stderr.splitlines()) != 1 or out.stdout:
        sys.exit(f"failed: {args}: {out}")


def consent_is_needed():
    refused("--allow-write", "--device", ABSENT, "--bar", "0")
    refused("no such PCI function", "--device", ABSENT, "--bar", "0", "--allow-write")


def only_complete_names():
    for name in ("00:1f.7", "edu", "../../etc", "ffff:ff:1f", ""):
        refused("not the name", "--device", name, "--bar", "0", "--allow-write")


def options_need_a_device():
    for args in (["--bar", "0"], ["--wc"], ["--allow-write"], ["--offset", "8"], ["--size", "8"], ["--widths", "4"]):
        refused("need --device", *args)
    refused("no BAR was chosen", "--device", ABSENT, "--allow-write")
    refused("multiples of 8", "--device", ABSENT, "--bar", "0", "--allow-write", "--offset", "4")
    refused("takes a number", "--device", ABSENT, "--bar", "x", "--allow-write")


{f.__name__.replace("_", "-"): f for f in (consent_is_needed, only_complete_names, options_need_a_device)}[sys.argv[2]]()
