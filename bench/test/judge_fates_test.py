#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `iopath trace` says of routines that do not simply return. Run as: judge_fates_test.py IOPATH FATES.so FOLDER CASE.

Each fate is one line and one exit code: 2 where nothing can be said, 1 where a rule was broken, 0 only for what is legal.
"""
import subprocess
import sys
from pathlib import Path

IOPATH, FATES, LOADING = sys.argv[1], sys.argv[2], Path(sys.argv[3])

# Routine: why it cannot be judged.
REASONS = {
    "exits": "made system call exit_group, which ends the process",
    "exits_at_once": "made system call exit_group, which ends the process",
    "aborts": "made system call tgkill, which sends a signal",
    "stops_at_a_breakpoint": "got SIGTRAP",
    "lacks_an_instruction": "got SIGILL (Illegal instruction), at lacks_an_instruction+",
    "divides_by_zero": "got SIGFPE",
    "reads_address_0": "got SIGSEGV (Segmentation fault): read of address 0x10, at reads_address_0+",
    "halts": "(hlt)",
    "stores_a_misaligned_vector": "or a misaligned vector access, at stores_a_misaligned_vector+",
    "stores_a_misaligned_line": "or a misaligned vector access, at stores_a_misaligned_line+",
    "guards_itself": "made system call rt_sigaction, which replaces the handler of SIGSEGV",
    "traps_breakpoints": "made system call rt_sigaction, which replaces the handler of SIGTRAP",
    "blocks_signals": "made system call rt_sigprocmask, which blocks signals",
    "changes_the_signal_stack": "made system call sigaltstack",
    "waits_in_memory": "did not return within 0.2 s of CPU time",
    "waits": "the last a read of 4 bytes at offset 0, at waits+",
    "sleeps": "made system call clock_nanosleep, which sleeps",
    "lets_the_kernel_copy": "made system call read, with which the kernel accesses memory in its place",
    "forks": "made system call clone, which makes a thread or a process",
    "vforks": "made system call vfork, which makes a process",
    "makes_a_thread": "made system call clone3, which makes a thread or a process",
    "prints": "made system call ",
    "sets_an_alarm": "made system call alarm",
    "sets_a_timer": "made system call setitimer",
    "closes_files": "made system call close, which closes files",
    "changes_directory": "made system call chdir",
    "filters_system_calls": "made system call prctl",
    "calls_as_32_bits": "made system call in the way of 32-bit programs",
    "maps_over_the_device": "made system call mmap",
    "opens_the_device": "made system call mprotect, which changes the traced memory",
    "uses_the_stack_up": "the stack is used up",
    "jumps_out": "",
    "jumps_to_its_loading": "",
    "jumps_to_nowhere": "got SIGSEGV (Segmentation fault): read of address 0x0, at 0x0, which is not code",
    "modifies_itself": "makes memory executable",
    "runs_data": "got SIGSEGV",
}
# Routine: what it broke, with the options that show it.
FINDINGS = {
    "leaves_the_direction": ("the direction flag",),
    "leaves_rounding": ("MXCSR's rounding or masks",),
    "leaves_x87_rounding": ("the x87 control word",),
    "leaves_mmx": ("MMX registers in use",),
    "clobbers_registers": ("changed that its caller counts on: rbx, r12",),
    "moves_the_stack": ("the stack pointer",),
    "takes_an_offset": ("bytes not touched", "wrong data", "is its prototype another one? (--call)"),
    "stores_a_line_too_far": ("outside the range", "writes 64 bytes at offset 1048576 of its device side"),
    "loads_a_line_too_far": ("reads 64 bytes at offset 32 of its memory side of 64 bytes", "--guard", "after", "--size", "64"),
    "overruns_far": ("outside the range", "writes 1 bytes at offset 1048592 of its device side"),
    "overruns_without_end": ("outside the range",),
    "reads_behind_its_source": ("reads 1 bytes at offset 16 of its memory side of 16 bytes", "--guard", "after"),
    "reads_before_its_source": ("reads 4 bytes at offset -4 of its memory side", "--guard", "before"),
}
LEGAL = ("plain", "allocates", "traps_itself")
# Object: what loading it came to, or None where it does no harm.
LOADED = {
    "exits": "while it was loaded, it ended the process with status 0",
    "crashes": "while it was loaded, it was killed by SIGSEGV",
    "waits": "while it was loaded, it had not returned after",
    "thread": "made a thread or a process",
    "child": "made a thread or a process",
    "closes": "loading it closed files that are not its own",
    "prints": None,
    "timer": None,
    "handler": None,
    "crashes-late": None,
}


def run(op, symbol, *options, so=FATES):
    out = subprocess.run([IOPATH, "trace", op, "--object", so, "--symbol", symbol, "--size", "16", "--timeout", "0.2", *options],
                         capture_output=True, text=True, timeout=60)
    return out


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def cannot(out, why):
    expect(out.returncode == 2 and not out.stdout and len(out.stderr.splitlines()) == 1
           and out.stderr.startswith("iopath: trace: ") and why in out.stderr, why, out)


def what_cannot_be_judged_is_one_line_and_exit_2():
    for routine, why in REASONS.items():
        cannot(run("toio", routine), f"cannot judge {routine}: it ")
        cannot(run("toio", routine), why)


def what_is_broken_is_exit_1_with_the_access():
    for routine, expected in FINDINGS.items():
        words = expected[:expected.index("--guard")] if "--guard" in expected else expected
        out = run("toio", routine, *expected[len(words):])
        expect(out.returncode == 1 and not out.stderr and "not legal for STRICT" in out.stdout, routine, out)
        for word in words:
            expect(word in out.stdout, routine, word, out)
    out = run("fromio", "writes_behind_its_destination", "--guard", "after")
    expect(out.returncode == 1 and "writes 1 bytes at offset 16 of its memory side" in out.stdout, out)


def a_right_copy_is_legal_whatever_else_it_does():
    for routine in LEGAL:
        for options in ((), ("--guard", "before"), ("--guard", "after"), ("--single-step",)):
            out = run("toio", routine, *options)
            expect(out.returncode == 0 and "\nlegal for STRICT\n" in out.stdout and not out.stderr, routine, options, out)


def data_is_not_called():
    for symbol in ("table", "variable"):
        cannot(run("toio", symbol), f"{symbol} of {FATES} is data, not a function")


def loading_is_watched():
    for name, why in LOADED.items():
        so = str(LOADING / f"judge-loading-{name}.so")
        out = run("toio", "loaded_copy", so=so)
        if why is None:
            expect(out.returncode == 0 and "\nlegal for STRICT\n" in out.stdout and not out.stderr, name, out)
        else:
            cannot(out, why)


def json_has_the_fate():
    out = run("toio", "clobbers_registers", "--json", "-")
    expect(out.returncode == 1 and '"fate":"returns with something changed' in out.stdout.splitlines()[-1], out)
    out = run("toio", "exits", "--json", "-")
    expect(out.returncode == 2 and '"legal":false' in out.stdout and '"fate":"made system call exit_group' in out.stdout, out)


if __name__ == "__main__":
    globals()[sys.argv[4].replace("-", "_")]()
