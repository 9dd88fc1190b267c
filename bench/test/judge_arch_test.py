#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Objects of other architectures as a user has them judged. Run as: judge_arch_test.py IOPATH CASE FOLDER, where compiled runners are
kept."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys

IOPATH, FOLDER = sys.argv[1], pathlib.Path(sys.argv[3])
SOURCE = pathlib.Path(__file__).resolve().parent / "foreign_routines.c"
SKIPPED = 77
TOOLS = {
    "arm64": ("qemu-aarch64", "aarch64-linux-gnu-gcc"),
    "armhf": ("qemu-arm", "arm-linux-gnueabihf-gcc"),
    "riscv64": ("qemu-riscv64", "riscv64-linux-gnu-gcc"),
    "s390x": ("qemu-s390x", "s390x-linux-gnu-gcc"),
    "ppc64le": ("qemu-ppc64le", "powerpc64le-linux-gnu-gcc"),
    "i386": ("qemu-i386", "i686-linux-gnu-gcc"),
}


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def run(*args, **environment):
    FOLDER.mkdir(parents=True, exist_ok=True)
    return subprocess.run([IOPATH, *map(str, args)], capture_output=True, text=True, timeout=300, cwd=FOLDER,
                          env={**os.environ, "XDG_CACHE_HOME": str(FOLDER / "cache"), **environment})


def build(arch, *flags, name=""):
    missing = [tool for tool in TOOLS[arch] if not shutil.which(tool)]
    if missing:
        print(f"skipped: no {' and no '.join(missing)} (scripts/setup arch)")
        sys.exit(SKIPPED)
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Each test its own: they run at the same time.
    target = FOLDER / (name or f"{arch}-{sys.argv[2]}.so")
    subprocess.run([TOOLS[arch][1], "-O2", "-fPIC", *(flags or ["-shared"]), "-o", target, SOURCE], check=True)
    return target


def trace(target, symbol, *more, op="toio", size=24):
    return run("trace", op, "--object", target, "--symbol", symbol, "--size", size, *more)


def judged(arch):
    target = build(arch)
    out = trace(target, "right")
    expect(out.returncode == 0 and "\nlegal for STRICT\n" in out.stdout and f"emulated {arch}\n" in out.stdout, arch, out)
    if arch != "armhf":  # whose loop has writeback
        out = trace(target, "releases")
        expect(out.returncode == 0 and "\nlegal for STRICT\n" in out.stdout, arch, out)
    out = trace(target, "doubles")
    expect(out.returncode == 1 and "bytes touched more than once (1 bytes twice" in out.stdout, arch, out)
    out = trace(target, "fills", "--value", "-3", op="set")
    expect(out.returncode == 0 and "\nlegal for STRICT\n" in out.stdout, arch, out)
    out = trace(target, "saturates", "--value", "-3", op="set")
    expect(out.returncode == 1 and "wrong data" in out.stdout, arch, out)
    if arch != "riscv64":
        out = trace(target, "by_vectors", "--json", "-", size=16)
        access = json.loads(out.stdout.splitlines()[0])
        expect(out.returncode == 1 and access["width"] == 16 and access["form"] == "vector", arch, out)
    out = trace(target, "spoils")
    expect(out.returncode == 1 and "returned with another value in a register that it must keep" in out.stdout, arch, out)
    out = trace(target, "reads_behind")
    expect(out.returncode == 0, arch, out)
    out = trace(target, "reads_behind", "--guard", "after")
    expect(out.returncode == 1 and "accesses memory 0 bytes behind the memory side" in out.stdout, arch, out)


def arm64_and_riscv64_are_judged():
    for arch in ("arm64", "riscv64"):
        judged(arch)
    strange = FOLDER / "a, b"
    out = run("trace", "toio", "--object", build("arm64"), "--symbol", "right", "--size", "8", XDG_CACHE_HOME=str(strange))
    expect(out.returncode == 0 and list(strange.glob("iopath/judge-*/runner-arm64")), out)
    shutil.rmtree(strange)
    lines = [json.loads(line) for line in trace(build("arm64"), "right", "--json", "-", size=4).stdout.splitlines()]
    expect(len(lines) == 5 and lines[-1]["machine"] == "arm64" and lines[-1]["legal"], lines)
    expect(all(line["width"] == 1 and line["form"] == "plain" for line in lines[:4]), lines)


def the_others_are_judged():
    for arch in ("s390x", "armhf", "ppc64le", "i386"):
        judged(arch)


def what_the_emulator_hides_is_blind():
    for arch in ("s390x", "arm64"):
        target = build(arch)
        out = trace(target, "zeroes", "--value", "0", op="set", size=64)
        expect(out.returncode == 2 and "\nno verdict for STRICT: " in out.stdout and "legal" not in out.stdout, arch, out)
    out = trace(target, "unseen", size=16)
    expect(out.returncode == 2 and "lacks the instruction" in out.stderr, out)
    out = trace(build("ppc64le"), "by_unknown", size=16)
    expect(out.returncode == 2 and "an instruction that the emulator's disassembler does not know" in out.stdout, out)
    target = build("s390x")
    out = trace(target, "unseen", size=16)
    expect(out.returncode == 2 and "no verdict for STRICT: memory changed that no recorded access wrote" in out.stdout, out)
    out = trace(target, "unseen", size=16, op="fromio")
    expect(out.returncode == 2 and "no verdict for STRICT: the data is right although bytes" in out.stdout, out)


def all_calls_are_judged():
    def check(arch, symbol, *more, op="toio"):
        return run("check", f"{build(arch)}:{symbol}", "--op", op, *more)

    # Words, and below a register of a device, by other prototypes than memcpy's.
    out = check("arm64", "words", "--call", "words(io, words4, src)")
    expect(out.returncode == 0 and "emulated arm64, judged for STRICT" in out.stdout and "\nlegal for STRICT" in out.stdout, out)
    out = check("riscv64", "reads_behind", "--json", "-")
    said = json.loads(out.stdout)
    expect(out.returncode == 1 and said["machine"] == "riscv64" and not said["legal"], out)
    out = check("riscv64", "saturates", op="set")
    expect(out.returncode == 1 and "--value -3" in out.stdout, out)
    out = check("s390x", "unseen")
    expect(out.returncode == 2 and "memory changed that no recorded access wrote" in out.stderr, out)
    for arch in ("arm64", "s390x", "armhf"):
        out = check(arch, "read_register", "--call", "read_register(base, offset)", op="read32")
        expect(out.returncode == 0 and "legal for STRICT" in out.stdout, arch, out)
    for arch in ("s390x", "riscv64", "ppc64le", "i386"):
        out = check(arch, "write_register", "--call", "write_register(base, offset, value)", op="write32")
        expect(out.returncode == 0 and "legal for STRICT" in out.stdout, arch, out)


def fates_are_told():
    target = build("arm64")
    told = {"exits": (2, "cannot judge exits: it ended the process with status 0"),
            "calls": (2, "cannot judge calls: it made system call number 173"),
            "lacks": (2, "lacks the instruction"),
            "waits": (2, "had not returned after 0.3 s of CPU time"),
            "far": (1, "accesses memory far outside the device side"),
            "absent": (2, "absent"),
            "table": (2, "is data, not a function")}
    for symbol, (code, words) in told.items():
        out = trace(target, symbol, *(["--timeout", "0.3"] if symbol == "waits" else []))
        expect(out.returncode == code and words in out.stdout + out.stderr, symbol, out)
        expect(len(out.stderr.splitlines()) == (code == 2), symbol, out)


def loading_is_watched():
    for arch in ("arm64", "s390x"):  # QEMU loses wake-ups of i386 threads
        out = trace(build(arch, "-shared", "-DCONSTRUCTS"), "right")
        expect(out.returncode == 2 and "made a thread or a process" in out.stderr, arch, out)


def object_files_are_linked():
    target = build("riscv64", "-c", name="riscv64.o")
    out = trace(target.name, "doubles")
    expect(out.returncode == 1 and "bytes touched more than once" in out.stdout, out)
    expect(not list((FOLDER / "cache").glob("**/linked-*")), "linked files are left")
    broken = build("riscv64", "-c", "-Dgetppid=not_there", name="broken.o")
    out = trace(broken, "calls")
    expect(out.returncode == 2 and "not_there" in out.stderr, out)
    out = trace(build("riscv64", "-Wl,-e,right", "-nostartfiles", "-no-pie", "-static", name="program"), "right")
    expect(out.returncode == 2 and "a program: a shared object or an object file is needed" in out.stderr, out)


def header(machine, bits=64, order="<"):
    ident = b"\x7fELF" + bytes([bits // 32, 1 if order == "<" else 2, 1]) + bytes(9)
    return ident + struct.pack(order + "HHI", 3, machine, 1) + bytes(40)


def what_is_missing_is_named():
    """Needs nothing: headers alone, and a PATH without tools."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    empty = FOLDER / "empty"
    empty.mkdir(exist_ok=True)
    for arch, elf in {"arm64": header(183), "armhf": header(40, 32), "riscv64": header(243), "s390x": header(22, 64, ">"),
                      "ppc64le": header(21), "i386": header(3, 32)}.items():
        (FOLDER / f"header-{arch}.so").write_bytes(elf)
        out = run("trace", "toio", "--object", f"header-{arch}.so", "--symbol", "f", "--size", "8", PATH=str(empty))
        qemu, compiler = TOOLS[arch]
        expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1, arch, out)
        expect(qemu in out.stderr and compiler in out.stderr and f"apt-get install qemu-user gcc-{compiler[:-4]}" in out.stderr, arch, out)
    (FOLDER / "mips.so").write_bytes(header(8, 32, ">"))
    out = run("trace", "toio", "--object", "mips.so", "--symbol", "f", "--size", "8")
    expect(out.returncode == 2 and "ELF number 8, 32 bits" in out.stderr, out)
    out = run("trace", "toio", "--object", "./header-arm64.so", "--symbol", "f", "--size", "8", "--oracle", "kvm")
    expect(out.returncode == 2 and "arm64 code" in out.stderr and "--oracle kvm" in out.stderr, out)


if __name__ == "__main__":
    globals()[sys.argv[2].replace("-", "_")]()
