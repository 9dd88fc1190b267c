#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The judge finds faults in the x86-64 routine of STRICT, which the fuzzer's mutants do not have. Run as: planted_x86.py IOPATH SOURCE BUILD CC

Each fault replaces a text of core/arch/x86/copy_strict.c, all occurrences, and breaks the call behind it, which is legal without the fault."""
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, SOURCE, BUILD, CC = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
SYMBOL = {"toio": "iop_memcpy_toio", "fromio": "iop_memcpy_fromio", "set": "iop_memset_io"}
FAULTS = [  # what it says, what it says instead, operation, size, place
    ("#define NOT_WORDS 63", "#define NOT_WORDS 56", "toio", 16, 3),
    ("#define NOT_WORDS 63", "#define NOT_WORDS 7", "set", 13, 0),
    ("leaq -8(%[d],%[n]), %[to]", "leaq -16(%[d],%[n]), %[to]", "toio", 24, 0),
    ("andl $48, %k[taken]", "andl $32, %k[taken]", "fromio", 29, 0),
    ("testb $16, %b[n]", "testb $48, %b[n]", "toio", 40, 0),
    ("cmovzq %[nothing], %[from]", "cmovzq %[s], %[from]", "fromio", 8, 0),
    ("cmovzq %[nowhere], %[to]", "cmovzq %[d], %[to]", "toio", 16, 0),
    ("BLOCK(2, n & 60, iop_block_move2)", "BLOCK(2, n & 56, iop_block_move2)", "toio", 6, 0),
    ("BLOCK(1, n - 1, iop_block_move1)", "BLOCK(1, n & 60, iop_block_move1)", "toio", 11, 0),
    ("SET_BLOCK(8, last, iop_block_put(to, 8, v))", "SET_BLOCK(8, n & 32, iop_block_put(to, 8, v))", "set", 24, 0),
    ("n == IOP_X86_SMALL", "n == IOP_X86_SMALL + 8", "toio", 72, 0),
    ("n > IOP_X86_SMALL", "n > IOP_X86_SMALL + 8", "toio", 71, 0),
    ("if (n < IOP_X86_SMALL)", "if (n <= IOP_X86_SMALL)", "set", 64, 0),
]


def build(folder, text):
    small, cc = folder / "copy_small.o", [CC, "-std=gnu11", "-O1", "-w", "-fPIC", f"-I{SOURCE}/core/include", f"-I{BUILD}/include",
                                               f"-I{SOURCE}/core/arch/x86"]
    folder.joinpath("copy_strict.c").write_text(text)
    if not small.exists():
        subprocess.run([*cc, "-c", "-o", small, SOURCE / "core/arch/x86/copy_small.c"], check=True)
    subprocess.run([*cc, "-shared", "-o", folder / "planted.so", folder / "copy_strict.c", small], check=True)


def judge(folder, op, size, place):
    return subprocess.run([IOPATH, "trace", op, "--object", folder / "planted.so", "--symbol", SYMBOL[op], "--size", str(size),
                           "--align", str(place)], capture_output=True, text=True, timeout=300, check=False)


def main():
    text = (SOURCE / "core/arch/x86/copy_strict.c").read_text()
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        build(Path(name), text)
        for _, _, *call in FAULTS:
            out = judge(Path(name), *call)
            if out.returncode:
                failed += 1
                print("illegal without a fault:", *call, out.stdout, out.stderr)
        for says, instead, *call in FAULTS:
            if says not in text:
                sys.exit(f"no longer there: {says}")
            build(Path(name), text.replace(says, instead))
            out = judge(Path(name), *call)
            failed += out.returncode != 1
            print("found:" if out.returncode == 1 else "NOT FOUND:", instead, *call, (out.stdout or out.stderr).splitlines()[-1])
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
