#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a user of `iopath trace --oracle kvm` sees. Run as: trace_kvm_test.py IOPATH CASE."""
import json
import subprocess
import sys

IOPATH = sys.argv[1]
SKIPPED = 77


def run(*args):
    out = subprocess.run([IOPATH, "trace", *args], capture_output=True, text=True, timeout=600)
    if "KVM oracle" in out.stderr:
        print("skipped:", out.stderr.strip())
        sys.exit(SKIPPED)
    return out


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def the_oracles_agree():
    for op in ("toio", "fromio", "set"):
        out = run(op, "--routine", "strict", "--size", "61", "--align", "3", "--oracle", "kvm")
        expect(out.returncode == 0 and "kvm: agrees: " in out.stdout, out)
    out = run("toio", "--routine", "strict", "--size", "8", "--oracle", "kvm", "--json", "-")
    last = json.loads(out.stdout.splitlines()[-1])
    expect(out.returncode == 0 and last == {"oracle": "kvm", "agrees": True, "data_right": True, "accesses": 1}, out)


def an_illegal_routine_stays_illegal():
    out = run("toio", "--routine", "glibc", "--size", "13", "--align", "3", "--oracle", "kvm")
    expect(out.returncode == 1 and "kvm: " in out.stdout and "not legal" in out.stdout, out)
    out = run("toio", "--routine", "bytes", "--size", "13", "--oracle", "kvm")
    expect("kvm: agrees: the host of a virtual machine saw the same 13 accesses" in out.stdout, out)


def it_says_whose_decoder():
    """The verdict's words and the host's finding never contradict each other."""
    told = {"repne": ("not legal", "TDX"), "movnti": ("not legal", "SEV-ES"), "movsb": ("not legal", "TDX"), "movsxd": ("legal", "SEV-ES")}
    for symbol, (verdict, who) in told.items():
        out = run("fromio" if symbol == "movsxd" else "toio", "--object", sys.argv[3], "--symbol", "x86_" + symbol, "--size", "16",
                  "--oracle", "kvm")
        accesses = 16 if symbol == "movsb" else 4
        expect(out.returncode == (verdict != "legal") and f"\n{verdict} for STRICT" in out.stdout, symbol, out)
        expect("where accesses trap: KVM decodes these instructions; not decoded by" in out.stdout and who in out.stdout, symbol, out)
        expect(f"kvm: agrees: the host of a virtual machine saw the same {accesses} accesses" in out.stdout, symbol, out)
    out = run("toio", "--routine", "strict", "--size", "16")
    expect("where accesses trap" not in out.stdout, out)


def what_it_cannot_do_is_exit_2():
    out = run("toio", "--routine", "strict", "--size", "13", "--oracle", "qemu")
    expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and "no such oracle: qemu" in out.stderr, out)
    out = run("toio", "--routine", "strict", "--size", "100000", "--oracle", "kvm")
    expect(out.returncode == 2 and "room for" in out.stderr, out)


if __name__ == "__main__":
    globals()[sys.argv[2].replace("-", "_")]()
