#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iopath arch: modules as source, judged for other architectures. Run as: arch_test.py IOPATH CASE FOLDER, where compiled runners are
kept."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

IOPATH, CASE, CACHE = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
SOURCE = pathlib.Path(__file__).resolve().parent / "arch_module.c"
SKIPPED = 77
COMPILERS = {"x86-64": "x86_64-linux-gnu", "i386": "i686-linux-gnu", "arm64": "aarch64-linux-gnu", "armhf": "arm-linux-gnueabihf",
             "riscv64": "riscv64-linux-gnu", "s390x": "s390x-linux-gnu", "ppc64le": "powerpc64le-linux-gnu"}
EMULATORS = {"x86-64": "qemu-x86_64", "i386": "qemu-i386", "arm64": "qemu-aarch64", "armhf": "qemu-arm", "riscv64": "qemu-riscv64",
             "s390x": "qemu-s390x", "ppc64le": "qemu-ppc64le"}


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def needs(*archs):
    missing = [tool for arch in archs for tool in (EMULATORS[arch], f"{COMPILERS[arch]}-gcc") if not shutil.which(tool)]
    if missing:
        print(f"skipped: no {' and no '.join(missing)} (scripts/setup arch)")
        sys.exit(SKIPPED)


def run(folder, *args, **environment):
    CACHE.mkdir(parents=True, exist_ok=True)
    return subprocess.run([IOPATH, "arch", *map(str, args)], capture_output=True, text=True, timeout=600, cwd=folder, check=False,
                          env={**os.environ, "XDG_CACHE_HOME": str(CACHE), **environment})


def module(folder, *defines, arch="arm64", more=()):
    """The code, the rows by name and architecture, and all that was said."""
    out = run(folder, "--module-source", SOURCE, "--arch", arch, *(f"--cflags=-D{d}" for d in defines), "--json", "all.json", *more)
    said = json.loads((folder / "all.json").read_text())
    return out, {(row["name"], row["architecture"]): row for row in said["entries"]}, said


def what_is_right_is_legal_and_counted(folder):
    needs("arm64")
    out, rows, said = module(folder)
    expect(out.returncode == 0 and "7 legal, 0 illegal, 0 not examined" in out.stdout, out)
    copy = rows["copy_words", "arm64"]
    expect(copy["verdict"] == "legal" and copy["words"] == "legal for STRICT, by accesses of 4 bytes", copy)
    counts = {count["bytes"]: count for count in copy["counts"]}
    expect({n: count["accesses"] for n, count in counts.items()} == {n: {"w4": n // 4} for n in (8, 64, 256, 4096)}, counts)
    # A loop: each word costs the same, and something is around it.
    a, b, c = (counts[n]["instructions"] for n in (64, 256, 4096))
    expect(0 < a < b and (b - a) * (4096 - 256) == (c - b) * (256 - 64), a, b, c)
    for name, key in (("read32", "r4"), ("write32", "w4")):
        row = rows[name, "arm64"]
        expect(row["verdict"] == "legal" and row["counts"][0]["accesses"] == {key: 1} and row["counts"][0]["instructions"] == 1, row)
    post = rows["post", "arm64"]
    expect(post["verdict"] == "legal" and post["counts"][0]["accesses"] == {"w4": 2} and post["counts"][0]["instructions"] == 4, post)
    expect(rows["checked_read32", "arm64"]["verdict"] == "legal", rows)
    expect(said["architectures"] == [{"name": "arm64", "examined": True, "compiler": said["architectures"][0]["compiler"]}], said)
    # Nothing is left behind, and what is asked for is.
    expect(os.listdir(folder) == ["all.json"], os.listdir(folder))


def an_interrupt_leaves_no_folder(folder):
    needs("arm64")
    with subprocess.Popen([IOPATH, "arch", "--module-source", SOURCE, "--arch", "arm64"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "TMPDIR": str(folder)}) as process:
        while not list(folder.glob("iopath-arch-*/arm64.so")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        expect(process.returncode == -signal.SIGINT and not list(folder.glob("iopath-*")), process.returncode, list(folder.iterdir()))


def estimates_and_barriers(folder):
    needs("arm64")
    if not shutil.which("llvm-mca-19") and not shutil.which("llvm-mca"):
        print("skipped: no llvm-mca (scripts/setup arch)")
        sys.exit(SKIPPED)
    _, rows, _ = module(folder)
    for (name, _), row in rows.items():
        if row["barriers"] if "barriers" in row else True:
            expect(not row["estimates"], row)
        else:
            expect(row["estimates"] and all(0 < e["cycles"] < 1000 for e in row["estimates"]), row)
    expect(rows["write32", "arm64"]["barriers"] == "" and rows["write32_ordered", "arm64"]["barriers"] == "dmb oshst", rows)
    expect(rows["write32_ordered", "arm64"]["counts"][0]["instructions"] == 2, rows["write32_ordered", "arm64"])


def what_is_wrong_there_is_found_there(folder):
    needs("x86-64", "arm64")
    out, rows, _ = module(folder, "DOUBLES", arch="x86-64,arm64", more=["--filter", "copy_words"])
    expect(out.returncode == 1 and rows["copy_words", "x86-64"]["verdict"] == "legal", out)
    expect(rows["copy_words", "arm64"]["verdict"] == "illegal" and "bytes touched more than once" in rows["copy_words", "arm64"]["more"],
           rows)
    expect("ILLEGAL" in out.stdout and "--keep FOLDER' keeps the module" in out.stdout and "--object" not in out.stdout, out.stdout)
    out, rows, _ = module(folder, "DOUBLES", more=["--filter", "copy_words", "--keep", folder / "it's kept"])
    again, = [line.strip() for line in rows["copy_words", "arm64"]["more"].splitlines() if "iopath trace" in line]
    again = subprocess.run(again.replace("iopath", str(IOPATH), 1), shell=True, capture_output=True, text=True, timeout=60, cwd=folder)
    expect(again.returncode == 1 and "more than once" in again.stdout, again)
    out, rows, _ = module(folder, "MISALIGNED", more=["--filter", "operation"])
    expect(out.returncode == 1 and "writes 4 bytes at 0x6, misaligned" in rows["post", "arm64"]["words"], out)
    out, rows, _ = module(folder, "FORGETS", more=["--filter", "checked"])
    expect(out.returncode == 1 and "must be refused, and reads 4 bytes" in rows["checked_read32", "arm64"]["words"], out)


def ordered_is_what_executes_a_barrier(folder):
    needs("x86-64", "arm64", "riscv64")
    if not shutil.which("llvm-mc-19") and not shutil.which("llvm-mc"):
        print("skipped: no llvm-mc (scripts/setup arch)")
        sys.exit(SKIPPED)
    all_three = {"arch": "x86-64,arm64,riscv64", "more": ["--filter", "ordered"]}
    out, rows, _ = module(folder, **all_three)
    expect(out.returncode == 0 and all(row["words"] == "one access of 4 bytes, ordered" for row in rows.values()) and len(rows) == 3, out)
    out, rows, _ = module(folder, "ORDERS_ON_X86_ONLY", **all_three)
    expect(out.returncode == 1 and rows["write32_ordered", "x86-64"]["verdict"] == "legal", out)
    for arch in ("arm64", "riscv64"):
        row = rows["write32_ordered", arch]
        expect(row["verdict"] == "illegal" and "claims to be ordered, and executes no barrier" in row["words"], row)
    # What orders memory for other CPUs does not for a device.
    out, rows, _ = module(folder, "WEAK", **all_three)
    expect(out.returncode == 1 and rows["write32_ordered", "x86-64"]["verdict"] == "legal", out)
    for arch, needed in (("arm64", "dmb oshst"), ("riscv64", "fence w, o")):
        row = rows["write32_ordered", arch]
        expect(row["verdict"] == "illegal" and f"its barrier is too weak for a device ({needed})" in row["words"], row)
    # On the other side of the access it orders something else.
    out, rows, _ = module(folder, "READS", **all_three)
    expect(out.returncode == 0 and all(row["words"] == "one access of 4 bytes, ordered" for row in rows.values()) and len(rows) == 6, out)
    out, rows, _ = module(folder, "READS", "BEHIND", **all_three)
    expect(out.returncode == 1 and rows["write32_ordered", "x86-64"]["verdict"] == "legal", out)
    for (name, side), needed in ((("write32_ordered", "before"), ("dmb oshst", "fence w, o")),
                                 (("read32_ordered", "behind"), ("dmb oshld", "fence i, r"))):
        for arch, words in zip(("arm64", "riscv64"), needed):
            row = rows[name, arch]
            expect(row["verdict"] == "illegal" and f"{side} its access executes no barrier that is strong enough ({words})" in row["words"],
                   row)
    out, rows, _ = module(folder, "ORDERS_NOTHING", **all_three)
    expect(out.returncode == 1 and all("it has no compiler barrier" in row["words"] for row in rows.values()) and len(rows) == 3, out)


def operations_are_compared_with_their_file(folder):
    needs("arm64")
    (folder / "post.expect").write_text("operation post, window 4096\n  write 4 at 0x0\n  write 4 at 0x100\n")
    more = ["--filter", "operation", "--expect", "post.expect"]
    out, rows, _ = module(folder, more=more)
    expect(out.returncode == 0 and rows["post", "arm64"]["words"] == "as in post.expect", out)
    # A file with values, which an emulator does not see.
    (folder / "post.expect").write_text("operation post, window 4096, 16 calls\n  write 4 at 0x0 = 0x77\n  write 4 at 0x100, varies\n")
    out, rows, _ = module(folder, more=more)
    expect(out.returncode == 0 and rows["post", "arm64"]["words"] == "as in post.expect", out)
    out, rows, _ = module(folder, "WRITES_MORE", more=more)
    expect(out.returncode == 1 and "+ write 4 at 0x4" in rows["post", "arm64"]["more"].replace("+   ", "+ "), out)


def what_cannot_be_judged_is_told_apart(folder):
    needs("x86-64", "arm64")
    out, rows, said = module(folder, "NO_COMPILE", arch="x86-64,arm64", more=["--filter", "read32"])
    told = {arch["name"]: arch for arch in said["architectures"]}
    expect(out.returncode == 2 and not told["arm64"]["examined"] and "this module is not for arm64" in told["arm64"]["why"], out)
    expect(told["x86-64"]["examined"] and rows["read32", "x86-64"]["verdict"] == "legal", out)
    expect("2 legal, 0 illegal, 2 not examined" in out.stdout, out.stdout)
    expect("iopath: arch: arm64 is not examined: " in out.stderr and "arm64     -" in out.stdout, out)
    out, rows, _ = module(folder, "CRASHES", more=["--filter", "operation|read"])
    expect(out.returncode == 2 and "killed by signal 6" in rows["post", "arm64"]["words"], out)
    expect(rows["read32", "arm64"]["verdict"] == "legal" and rows["post", "arm64"]["verdict"] == "not examined", out)
    expect(re.search(r"\noperation post is not examined for 1 architecture: .*killed by signal 6", out.stdout), out.stdout)
    out, rows, _ = module(folder, "ANSWERS", arch="x86-64,arm64", more=["--filter", "operation"])
    expect(out.returncode == 2 and "\noperation post is not examined for 2 architectures: its .device answers only on" in out.stdout, out)
    expect("0 legal, 0 illegal, 2 not examined" in out.stdout, out.stdout)
    out, rows, _ = module(folder, "HANGS", more=["--filter", "operation", "--timeout", "0.5"])
    expect(out.returncode == 2 and "no answer in time" in rows["post", "arm64"]["words"], out)
    out, rows, _ = module(folder, "COPIES_BADLY", more=["--filter", "hangs|crashes|read32", "--timeout", "0.5"])
    expect(out.returncode == 2 and "had not returned after 0.5 s of CPU time" in rows["hangs", "arm64"]["words"], out)
    expect("Aborted" in rows["crashes", "arm64"]["words"] and rows["read32", "arm64"]["verdict"] == "legal", out)
    out, rows, said = module(folder, "LOADS_BADLY")
    expect(out.returncode == 2 and not rows and "loading it ends the process by signal 6" in said["architectures"][0]["why"], out)


def what_is_missing_is_named(folder):
    """Needs nothing: a PATH without tools."""
    empty = folder / "empty"
    empty.mkdir()
    for arch, triple in COMPILERS.items():
        out = run(folder, "--module-source", SOURCE, "--arch", arch, PATH=str(empty))
        expect(out.returncode == 2 and EMULATORS[arch] in out.stderr and f"apt-get install qemu-user gcc-{triple}" in out.stderr, arch, out)
        expect(f"{arch} is not examined: " in out.stdout and "0 of 1 architectures examined" in out.stdout, arch, out)
    out = run(folder, "--module-source", SOURCE, PATH=str(empty))
    expect(out.returncode == 2 and "nothing was examined" in out.stderr and out.stdout.count(" is not examined: ") == 7, out)


def bad_use_is_refused(folder):
    for words, why in ((["--module-source", "not-there.c"], "cannot read not-there.c"), ([], "no source of a module is named"),
                       (["--module-source", SOURCE, "--arch", "arm64,mips"], "no such architecture: mips"),
                       (["--module-source", SOURCE, "--arch", ""], "--arch names none"),
                       (["--module-source", SOURCE, "--cflags", "arm65: -O1"], "no such architecture: arm65"),
                       (["--module-source", SOURCE, "--expect", "/etc/passwd"], "it is not an .expect file"),
                       (["--module-source", SOURCE, "--filter", "("], "no regular expression"),
                       (["--module-source", SOURCE, "--expect", "absent"], "cannot read absent"),
                       (["--module-source", SOURCE, "more"], "unexpected argument more")):
        out = run(folder, *words)
        expect(out.returncode == 2 and why in out.stderr and len(out.stderr.splitlines()) == 1, words, out)
    needs("arm64")
    out, _, _ = module(folder, more=["--filter", "nobody"])
    expect(out.returncode == 2 and "nothing matches --filter nobody" in out.stderr, out)
    out, _, _ = module(folder, more=["--cflags", "-DA (", "--filter", "read32"])
    expect(out.returncode == 2 and "cannot be split into words" in out.stderr, out)
    out, _, _ = module(folder, more=["--cflags", " -DA\n-DB='C D'\n", "--filter", "^write"])
    expect(out.returncode == 0, out)
    out, _, _ = module(folder, more=["--cflags", "$(touch ran)"])
    expect(out.returncode == 2 and "cannot be split into words" in out.stderr and not (folder / "ran").exists(), out)
    out, _, _ = module(folder, more=["--filter", "read32", "--cflags", "x86-64: -DNO_COMPILE", "--cflags", "riscv64: --no-such-flag"])
    expect(out.returncode == 0, out)


def all_seven(folder):
    needs(*COMPILERS)
    out, rows, said = module(folder, arch=",".join(COMPILERS))
    expect(out.returncode == 0 and "43 legal, 0 illegal, 0 not examined" in out.stdout, out)
    for arch in COMPILERS:
        copy = rows["copy_words", arch]
        expect(copy["counts"][0]["bytes"] == 64 and copy["counts"][0]["accesses"] == {"w4": 16}, copy)
        expect(16 <= copy["counts"][0]["instructions"] < 400, copy)
        expect(rows["read32", arch]["counts"][0]["accesses"] == {"r4": 1}, rows["read32", arch])
    expect("it is not registered there" in out.stdout, out.stdout)
    # The negative control of each.
    out, rows, _ = module(folder, "DOUBLES", "EVERYWHERE", arch=",".join(COMPILERS), more=["--filter", "copy_words"])
    expect(out.returncode == 1 and all(row["verdict"] == "illegal" for row in rows.values()) and len(rows) == 7, out)


def in_c_plus_plus_from_several_files(folder):
    needs("riscv64")
    if not shutil.which("riscv64-linux-gnu-g++"):
        print("skipped: no riscv64-linux-gnu-g++ (scripts/setup arch)")
        sys.exit(SKIPPED)
    (folder / "mine.cc").write_text('#include <iopath/cells.h>\nIOP_MODULE("cxx");\n'
                                    "IOP_READ(one, unsigned, *(volatile unsigned *)addr, .relaxed = 1);\n")
    (folder / "other.cc").write_text("#include <iopath/cells.h>\nIOP_WRITE(two, unsigned, *(volatile unsigned *)addr = value, .relaxed = 1);\n")
    out = run(folder, "--module-source", "mine.cc", "--module-source", "other.cc", "--arch", "riscv64", "--keep", "kept")
    expect(out.returncode == 0 and "2 legal" in out.stdout and (folder / "kept/riscv64.so").exists(), out)


with tempfile.TemporaryDirectory() as name:
    globals()[CASE.replace("-", "_").replace("+", "_plus")](pathlib.Path(name))
