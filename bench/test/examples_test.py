#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples/nvme and examples/edu on their simulated devices, and what their fast paths compile to. Run as:
examples_test.py IOPATH VIEWS RAW TWICE BESIDE EDU EDU-RAW SHORT OUTSIDE VIEWS.so RAW.so TWICE.so CASE.

VIEWS and RAW are the twins; TWICE is VIEWS with a second doorbell for each command, BESIDE is VIEWS asking for the block behind. SHORT is
EDU getting back a byte less, OUTSIDE is EDU copying behind the device's memory. What ends with .so are modules of their fast paths."""
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, VIEWS, RAW, TWICE, BESIDE, EDU, EDU_RAW, SHORT, OUTSIDE, *MODULES, CASE = sys.argv[1:14]
BLOCKS = 40
# What the fast path is: nvme_post makes a command and rings, nvme_reap takes a completion and gives its entry back.
FAST = ("nvme_post", "nvme_reap")
FAST_OF_EDU = ("edu_begin_factorial", "edu_begin_copy")


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + "\n".join(str(w) for w in what))


def run(folder, *command):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=folder, check=False, timeout=300)


def record(folder, program, name):
    done = run(folder, IOPATH, "record", "--device-file", "/memfd:nvme-simulated*", "--out", name, "--", program, "simulated", "image", "3")
    expect(done.returncode == 0 and "block 3: as in image" in done.stdout, done)


def listing(folder, name):
    done = run(folder, IOPATH, "diff", "--list", name)
    expect(done.returncode == 0, done)
    return done.stdout.splitlines()


def without_places(lines):
    """Accesses by direction, width, file and offset."""
    return [line.partition("  ")[0] for line in lines]


def a_dry_run_reads_what_the_image_holds(folder):
    for program in (VIEWS, RAW):
        for block in (0, 3, BLOCKS - 1):
            done = run(folder, program, "simulated", "image", block)
            expect(done.returncode == 0 and done.stdout == (
                "controller of version 1.4: serial 'dry run', model 'simulated controller', firmware '1.0'\n"
                f"namespace 1: {BLOCKS} blocks of 512 bytes\nblock {block}: as in image\n"), done)


def what_is_wrong_is_said(folder):
    done = run(folder, BESIDE, "simulated", "image", 3)
    expect(done.returncode == 1 and "block 3: NOT as in image" in done.stdout, done)
    # A block that the namespace does not have, though the image has the one that is asked for.
    done = run(folder, BESIDE, "simulated", "image", BLOCKS - 1)
    expect(done.returncode == 2 and "Input/output error" in done.stderr, done)
    for program in (VIEWS, RAW):
        for words, why in ((("simulated", "image", BLOCKS), "Numerical result out of range"), (("simulated", "absent"), "No such file"),
                           (("0000:00:00.9", "image"), "Invalid argument"), ((), "usage: ")):
            done = run(folder, program, *words)
            expect(done.returncode == 2 and why in done.stderr, words, done)


def twins_make_the_same_accesses(folder):
    for name, program in (("views", VIEWS), ("raw", RAW), ("twice", TWICE)):
        record(folder, program, name)
    views, raw, twice = (listing(folder, name) for name in ("views", "raw", "twice"))
    expect(len(views) > 20 and without_places(views) == without_places(raw), views, raw)
    expect(without_places(twice) != without_places(raw), "a doorbell more was not noticed")
    done = run(folder, IOPATH, "show", "--widths", "4,8", "views")
    expect(done.returncode == 0 and "0 rules broken" in done.stdout, done)
    # Doorbells of two queues lie side by side, and are not one register.
    expect("halves" not in done.stdout, done.stdout)


def an_extra_doorbell_is_shown_with_its_place(folder):
    for name, program in (("good", VIEWS), ("again", VIEWS), ("new", TWICE)):
        record(folder, program, name)
    same = run(folder, IOPATH, "diff", "good", "again")
    expect((same.returncode, same.stdout) == (0, ""), same)
    done = run(folder, IOPATH, "diff", "good", "new")
    added = [line for line in done.stdout.splitlines() if re.match(r"[+-](read|write)", line)]
    print(done.stdout)
    line = next(i for i, text in enumerate((Path(__file__).parents[2] / "examples/nvme/views.c").read_text().splitlines(), 1)
                if "iop_write_reg(q->tail_bell" in text)
    # One for each command: two identifications, two queues, one block.
    expect(done.returncode == 1 and len(added) == 5, added)
    expect(all(re.match(r"\+write4 \S+ \(deleted\)\+0x100[08]  nvme_post views\.c:" + f"{line}( |$)", text) for text in added), added)


def a_dry_run_of_edu_computes_and_copies(folder):
    for program in (EDU, EDU_RAW):
        for n, result in ((0, 1), (1, 1), (10, 3628800), (13, 1932053504)):
            done = run(folder, program, "simulated", n)
            expect(done.returncode == 0 and done.stdout == f"id 0x010000ed, 1 message(s)\n{n}! = {result}, by a message\n"
                   "256 bytes to the device and back: 0 wrong\n", done)


def what_is_wrong_with_edu_is_said(folder):
    done = run(folder, SHORT, "simulated", 3)
    expect(done.returncode == 1 and "back: 1 wrong" in done.stdout and "Input/output error" in done.stderr, done)
    done = run(folder, OUTSIDE, "simulated", 3)
    expect(done.returncode == 1 and "Connection timed out" in done.stderr, done)
    for words, why in ((("0000:00:00.9", "3"), "Invalid argument"), ((), "usage: ")):
        done = run(folder, EDU, *words)
        expect(done.returncode == 2 and why in done.stderr, words, done)


def twins_of_edu_make_the_same_accesses(folder):
    listings = {}
    for name, program, code in (("views", EDU, 0), ("raw", EDU_RAW, 0), ("outside", OUTSIDE, 1)):
        done = run(folder, IOPATH, "record", "--device-file", "/memfd:edu-simulated*", "--out", name, "--", program, "simulated", "5")
        expect(done.returncode == code, done)
        listings[name] = without_places(listing(folder, name))
    expect(len(listings["views"]) > 14 and listings["views"] == listings["raw"], listings)
    expect(listings["outside"] != listings["raw"], "a copy less was not noticed")
    done = run(folder, IOPATH, "show", "--widths", "4,8", "views")
    expect(done.returncode == 0 and "0 rules broken" in done.stdout, done)


def twins_are_measured_side_by_side(folder):
    """As modules, the same operations: the gate counts what each does to the device. What time it takes is judged by nobody."""
    views, raw, twice = MODULES
    done = run(folder, IOPATH, "check", "--module", views, "--expect", "accesses", "--update")
    expect(done.returncode == 0 and "4 as claimed, 0 not, 0 not judged" in done.stdout, done)
    for module, code in ((raw, 0), (twice, 1)):
        done = run(folder, IOPATH, "check", "--module", module, "--expect", "accesses")
        expect(done.returncode == code, done)
        done = run(folder, IOPATH, "gate", "--base", views, "--candidate", module, "--no-time")
        expect(done.returncode == code, done)
    expect("operation/nvme/post" in done.stdout and "more than" in done.stdout, done)


def instructions(folder, program, names=FAST):
    """How many each function of @names has, without what only aligns."""
    counts = {}
    for name in names:
        done = run(folder, "objdump", "-d", "--no-show-raw-insn", f"--disassemble={name}", program)
        code = [line.split("\t")[1].strip() for line in done.stdout.splitlines() if re.match(r"\s+[0-9a-f]+:\t", line)]
        counts[name] = len([text for text in code if not re.match(r"(cs |data16 )*nop|xchg +%ax,%ax|endbr64", text)])
        expect(counts[name] > 3, name, done)
    return counts


def twins_have_as_many_instructions(folder):
    counts = {program: instructions(folder, program) for program in (VIEWS, RAW, TWICE)}
    print(counts)
    expect(counts[VIEWS] == counts[RAW], counts)
    edu = [instructions(folder, program, FAST_OF_EDU) for program in (EDU, EDU_RAW)]
    print(edu)
    expect(edu[0] == edu[1], edu)
    expect(counts[TWICE]["nvme_post"] > counts[RAW]["nvme_post"], "an instruction more was not noticed", counts)


def main():
    cases = {name.replace("_", "-"): value for name, value in globals().items() if callable(value) and getattr(value, "__module__", "") == "__main__"}
    with tempfile.TemporaryDirectory() as name:
        Path(name, "image").write_bytes(random.Random(21).randbytes(BLOCKS * 512))
        cases[CASE](Path(name))


if __name__ == "__main__":
    main()
