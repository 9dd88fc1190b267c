#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The judge finds faults in the x86-64 routines, which the fuzzer's mutants do not have. Run as: planted_x86.py IOPATH SOURCE BUILD CC

Each fault replaces a text of a file of core/arch/x86, all occurrences, and breaks the call behind it, which is legal without the fault."""
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, SOURCE, BUILD, CC = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
X86 = SOURCE / "core/arch/x86"
PLAIN = {"toio": "iop_memcpy_toio", "fromio": "iop_memcpy_fromio", "set": "iop_memset_io", "move": "iop_strict_move"}
STRING = {op: f"iop_x86_string_{op}" for op in ("toio", "fromio", "set")}
WIDE = {op: f"planted_{op}" for op in ("toio", "fromio", "set")}
# Of each routine: the file that is compiled, its symbols, and the tier it is judged by.
ROUTINES = {"strict": ("copy_strict.c", PLAIN, "strict"), "move": ("copy_move.c", PLAIN, "strict"),
            "string": ("copy_string.c", STRING, "strict-s"), "sse2": ("copy_sse2.c", WIDE, "wide"),
            "avx2": ("copy_avx2.c", WIDE, "wide"), "stream": ("copy_stream.c", WIDE, "wide"),
            "direct": ("copy_direct.c", WIDE, "wide")}
HERE = [name for name in ROUTINES if name != "avx2" or "avx2" in Path("/proc/cpuinfo").read_text().split()]
FUNCTIONS = """
void planted_toio(volatile void *io, const void *src, size_t n) { wide_toio(io, src, n); }
void planted_set(volatile void *io, int value, size_t n) { wide_set(io, value, n); }
#ifdef WIDE_ALIGNED
void planted_fromio(void *dst, const volatile void *io, size_t n) { wide_fromio(dst, io, n); }
#endif
"""
STRICT_FAULTS = [  # what it says, what it says instead, operation, size, place
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
    ("n & ~(size_t)63", "n & ~(size_t)127", "toio", 192, 0),
    ("head = 8 - lane", "head = 4 - (lane & 3)", "fromio", 100, 1),
]

OTHER_FAULTS = [  # the routine and the file, and the same
    ("strict", "copy_lines.h", "IOP_X86_SPLIT IOP_X86_STORE16", "IOP_X86_STORE16_MEMORY", "toio", 128, 0),
    ("strict", "copy_lines.h", "IOP_X86_LOAD16, IOP_X86_JOIN", "IOP_X86_LOAD16_MEMORY,", "fromio", 128, 0),
    ("strict", "copy_lines.h", "punpckhqdq", "punpcklqdq", "toio", 128, 0),
    ("strict", "copy_lines.h", "punpcklqdq %%xmm1, %%xmm0", "punpcklqdq %%xmm0, %%xmm1", "fromio", 128, 0),
    ("strict", "copy_lines.h", "IOP_X86_STORE(a, 0) IOP_X86_STORE(b, 8)", "IOP_X86_STORE(b, 8) IOP_X86_STORE(a, 0)", "toio", 128, 0),
    ("strict", "copy_lines.h", "IOP_X86_STORE(c, 48)", "", "toio", 128, 0),
    ("strict", "copy_lines.h", "addq $64, %[t]", "addq $32, %[t]", "fromio", 128, 0),
    ("strict", "copy_lines.h", "IOP_X86_LOAD(40, b)", "IOP_X86_LOAD(48, b)", "move", 128, 0, "--distance", "4096"),
    ("move", "copy_move.c", "^ (uintptr_t)from) & 7", "^ (uintptr_t)from) & 3", "move", 24, 4, "--distance", "4100"),
    ("move", "copy_move.c", "(uintptr_t)from & 7)](between", "(uintptr_t)to & 7)](between", "move", 40, 3, "--distance", "4101"),
    ("move", "copy_move.c", "(uintptr_t)to & 7)](to", "(uintptr_t)from & 7)](to", "move", 40, 3, "--distance", "4101"),
    ("string", "copy_string.c", "head = -lane & 7", "head = -lane & 3", "toio", 800, 3, "--mem-align", "3"),
    ("string", "copy_string.c", "words = (n - head) / 8", "words = n / 8", "fromio", 800, 1, "--mem-align", "1"),
    ("string", "copy_string.c", "iop_x86_copy_tail(dst, src, (n - head) & 7)", "iop_x86_copy_tail(dst, src, n & 7)", "toio", 801, 1, "--mem-align", "1"),
    ("string", "copy_string.c", "rep stosq", "rep stosl", "set", 800, 0),
    ("sse2", "copy_wide.h", "IOP_X86_KEY(head, io & 7)", "IOP_X86_KEY(head, 0)", "toio", 100, 3),
    ("sse2", "copy_wide.h", "src + head, n - head", "src + head, n", "fromio", 100, 3),
    ("sse2", "copy_wide.h", "src += WIDE_BYTES", "src += 0", "toio", 96, 0),
    ("sse2", "copy_wide.h", "IOP_X86_KEY(n, 0)](dst, src, n)", "IOP_X86_KEY(n - 1, 0)](dst, src, n - 1)", "toio", 101, 0),
    ("sse2", "copy_wide.h", "set_aligned(io + head, v, n - head)", "set_aligned(io + head, v, n)", "set", 100, 5),
    ("avx2", "copy_wide.h", "(n) == IOP_X86_SMALL", "(n) >= IOP_X86_SMALL", "toio", 96, 0),
    ("avx2", "copy_wide.h", 'load " %5, %1', 'load " %4, %1', "fromio", 64, 32),
    ("avx2", "copy_wide.h", '" %2, %0\\n\\t" WIDE_STORE " %2, %1"', '" %2, %0\\n\\t" WIDE_STORE " %2, %0"', "set", 64, 0),
    ("stream", "copy_wide.h", "n -= 4 * WIDE_BYTES;", "n -= 3 * WIDE_BYTES;", "toio", 128, 0),
    ("stream", "copy_wide.h", '" %2, %6', '" %2, %5', "toio", 128, 0),
    ("stream", "copy_wide.h", "io += 4 * WIDE_BYTES", "io += 3 * WIDE_BYTES", "set", 256, 0),
    ("direct", "copy_direct.c", "head < n ? head : n", "head", "toio", 10, 3),
    ("direct", "copy_direct.c", "(const struct line *)from", "src", "toio", 192, 0),
    ("direct", "copy_direct.c", "from += LINE, n -= LINE", "from += LINE, n -= 2 * LINE", "toio", 256, 0),
    ("direct", "copy_direct.c", "memset(line.byte, value, LINE)", "memset(line.byte, value, LINE - 1)", "set", 64, 0),
]
FAULTS = [("strict", "copy_strict.c", *fault) for fault in STRICT_FAULTS] + OTHER_FAULTS


def compiler():
    return [CC, "-std=gnu11", "-O1", "-w", "-fPIC", f"-I{SOURCE}/core/include", f"-I{BUILD}/include", f"-I{X86}", f"-I{SOURCE}/core/copy"]


def others(folder):
    """What the routines call of one another."""
    for file in (*(X86 / f"copy_{name}.c" for name in ("small", "strict", "string", "move")), SOURCE / "core/copy/move.c"):
        subprocess.run([*compiler(), "-c", "-o", folder / f"{file.stem}.o", file], check=True)


def build(folder, routine, file=None, says="", instead=""):
    source = ROUTINES[routine][0]
    for name in {source, "copy_lines.h", "copy_wide.h"}:
        text = (X86 / name).read_text()
        if name == file and says not in text:
            sys.exit(f"no longer there: {file}: {says}")
        text = text.replace(says, instead) if name == file else text
        (folder / name).write_text(text + (FUNCTIONS if name == source and ROUTINES[routine][1] is WIDE else ""))
    objects = [path for path in folder.glob("*.o") if path.stem != Path(source).stem]
    subprocess.run([*compiler(), "-shared", "-o", folder / "planted.so", folder / source, *objects], check=True)


def judge(folder, routine, op, size, place, *more):
    _, symbols, tier = ROUTINES[routine]
    return subprocess.run([IOPATH, "trace", op, "--object", folder / "planted.so", "--symbol", symbols[op], "--tier", tier, "--size", str(size),
                           "--align", str(place), *more], capture_output=True, text=True, timeout=300, check=False)


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        others(folder)
        for routine in HERE:
            build(folder, routine)
            for of, _, _, _, *call in FAULTS:
                out = judge(folder, routine, *call) if of == routine else None
                if out and out.returncode:
                    failed += 1
                    print("illegal without a fault:", routine, *call, out.stdout, out.stderr)
        for routine, file, says, instead, *call in FAULTS:
            if routine not in HERE:
                print(f"skipped: {instead}: this CPU cannot run it")
                continue
            build(folder, routine, file, says, instead)
            out = judge(folder, routine, *call)
            failed += out.returncode != 1
            print("found:" if out.returncode == 1 else "NOT FOUND:", instead, *call, (out.stdout or out.stderr).splitlines()[-1])
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
