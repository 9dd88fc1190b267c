#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what the inline paths compile to, on the disassembly of accessors.c and pairs.c.

accessors: OPERATION_BACKEND_WIDTH is read off the function's name. A read is exactly one load of that width, a write one store, an
update a load and then a store; an ordered one (mmio) has the architecture's barrier beside it, the others have none; an iosysmap one
has one access a side. Before a publish's write comes the store of a byte, after a collect's read the load of one; between the two stores of a doorbell is a flush. Whatever the operation, an access is a plain load or store: no pair, no writeback, no arithmetic on memory, no
vector, no call. On x86 a function is nothing but its access, a constant, and ret, or for iosysmap a test and two of these. In a loop,
where compilers like to fold the step into the access, only the form of device accesses is looked at. A fence_ is its barrier alone,
stores_ and loads_ have it between two accesses; after an acquire_'s load, and before a release_'s store, comes that of a byte.

ways: each public way to access, on x86. ways_WHAT_BACKEND_NAME does WHAT on each way through it that does anything: r32 is a load of 32
bits, w8 a store, c16 and s16 transactions of config space; one with 'try' in its name may do nothing where a check fails, and
must where the offset is known at run time only. Ways that end in a panic do not count.

pairs: the code of iop_same_X is that of raw_same_X. The one liberty: a load of 1 or 2 bytes may zero-extend where the other leaves
the upper bits alone (clang reads a volatile byte as 'mov (%rdi),%al', ours is a movzbl). iop_index_X has at most as many instructions
as raw_index_X, and the same kinds of accesses; see SLOWER for what is known to be worse. iop_checked_X is looked at along the way of
an access that succeeds: no branch is taken on it, and it has at most one instruction more than raw_checked_X's.
"""
import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys
import tempfile

TARGETS = {"aarch64": "aarch64-linux-gnu", "riscv64": "riscv64-linux-gnu"}
# All that the headers need of a C library, which is not there for these targets.
STUBS = {"errno.h": "#define EINVAL 22\n#define ERANGE 34\n", "pthread.h": "typedef struct { long unused; } pthread_mutex_t;\n"}
# Instructions more than the raw form. gcc 12 reorders the sum of integers that an address is to us less well than an array index.
SLOWER = {("gcc", "index_matrix"): 1}

# The fences of an ordered access, before and after it.
FENCES: dict[str, dict[str, tuple[list[str], list[str]]]] = {
    "x86": {"read": ([], []), "write": ([], [])},
    "aarch64": {"read": ([], ["dmb oshld"]), "write": (["dmb oshst"], [])},
    "riscv64": {"read": ([], ["fence i, ir"]), "write": (["fence w, o"], [])},
    "i386": {"read": ([], []), "write": ([], [])},
    "arm": {"read": ([], ["dsb sy"]), "write": (["dsb st"], [])},
    # Full barriers of the generic accessors: bnor is bcr 14,0, serialization.
    "s390x": {"read": (["bnor %r0"], ["bnor %r0"]), "write": (["bnor %r0"], [])},
    "ppc64le": {"read": (["hwsync"], ["hwsync"]), "write": (["hwsync"], [])},
}
# The instruction of each barrier of barrier.h; what goes after an acquiring load and before a releasing store.
BARRIERS = {
    "x86": {"mb": "mfence", "rmb": "lfence", "wmb": "sfence", "smp_mb": "lock addl $0x0,-0x4(%rsp)"},
    "aarch64": {"mb": "dsb sy", "rmb": "dsb ld", "wmb": "dsb st", "dma_rmb": "dmb oshld", "dma_wmb": "dmb oshst", "smp_mb": "dmb ish",
                "smp_rmb": "dmb ishld", "smp_wmb": "dmb ishst"},
    "riscv64": {"mb": "fence", "rmb": "fence ir, ir", "wmb": "fence ow, ow", "dma_rmb": "fence ir, irw", "dma_wmb": "fence ow, ow",
                "smp_mb": "fence rw, rw", "smp_rmb": "fence r, r", "smp_wmb": "fence w, w", "acquire": "fence r, rw",
                "release": "fence rw, w"},
    "i386": dict.fromkeys(("mb", "rmb", "wmb", "smp_mb"), "lock addl $0x0,-0x4(%esp)"),
    "arm": {"mb": "dsb sy", "rmb": "dsb sy", "wmb": "dsb st", "dma_rmb": "dmb osh", "dma_wmb": "dmb oshst", "smp_mb": "dmb ish",
            "smp_rmb": "dmb ish", "smp_wmb": "dmb ishst", "acquire": "dmb ish", "release": "dmb ish"},
    "s390x": dict.fromkeys(("mb", "dma_rmb", "dma_wmb", "smp_mb"), "bnor %r0"),
    "ppc64le": {"mb": "hwsync", "rmb": "hwsync", "wmb": "hwsync", "dma_rmb": "lwsync", "dma_wmb": "lwsync", "smp_mb": "hwsync",
                "smp_rmb": "lwsync", "smp_wmb": "lwsync", "acquire": "lwsync", "release": "lwsync"},
}
# Those that keep the compiler's order only: the CPU keeps its own, or, on arm64, has accesses that do.
X86_ORDERS = ("dma_rmb", "dma_wmb", "smp_rmb", "smp_wmb", "acquire", "release")
COMPILER_ONLY = {"x86": X86_ORDERS, "i386": X86_ORDERS, "aarch64": ("acquire", "release"), "riscv64": (), "arm": (), "ppc64le": (),
                 "s390x": ("rmb", "wmb", "smp_rmb", "smp_wmb", "acquire", "release")}
for barrier in ("mb", "rmb", "wmb", "dma_rmb", "dma_wmb", "smp_mb", "smp_rmb", "smp_wmb", "acquire", "release"):
    for one, table in BARRIERS.items():
        if (barrier in table) == (barrier in COMPILER_ONLY[one]):
            sys.exit(f"{one}: {barrier} is in both tables, or in none")
# iop_wc_flush is the kernel's wmb, but where that is no instruction.
for table in BARRIERS.values():
    table["wc_flush"] = table.get("wmb", table["mb"])
# iop_cpu_relax, where it is an instruction that all disassemblers have a word for.
PAUSES = {"x86": "pause", "i386": "pause", "aarch64": "yield", "arm": "yield"}
FENCE_WORDS = ("dmb", "dsb", "isb", "fence", "bnor", "bcr", "hwsync", "sync", "lwsync", "isync", "eieio")
RETURNS = ("ret", "retq", "bx lr", "br %r14", "blr")
# A view of two words is passed in memory there, or its sides become conditional instructions.
NO_IOSYSMAP = ("s390x", "arm", "i386")
X86_FENCE = re.compile(r"(?:[lms]fence|lock|xchg\b.*\(|cpuid|serialize)")
X86_REGISTERS = {
    **{name: (family, width) for family in "abcd"
       for name, width in ((f"r{family}x", 8), (f"e{family}x", 4), (f"{family}x", 2), (f"{family}l", 1))},
    **{name: (family, width) for family in ("si", "di", "bp", "sp")
       for name, width in ((f"r{family}", 8), (f"e{family}", 4), (family, 2), (f"{family}l", 1))},
    **{f"r{number}{suffix}": (f"r{number}", width) for number in range(8, 16)
       for suffix, width in (("", 8), ("d", 4), ("w", 2), ("b", 1))},
}
ARM_WIDTHS = {"ldrb": 1, "ldrh": 2, "strb": 1, "strh": 2}
RISCV_WIDTHS = {"lbu": 1, "lhu": 2, "lw": 4, "lwu": 4, "ld": 8, "lb": 1, "lh": 2, "sb": 1, "sh": 2, "sw": 4, "sd": 8}


@dataclasses.dataclass(frozen=True)
class Access:
    kind: str  # load, store, or what else it is
    width: int
    place: str
    register: str


def x86_access(text: str) -> Access | None:
    mnemonic, _, operands = text.partition(" ")
    memory = re.search(r"-?(?:0x[0-9a-f]+)?\([^)]*\)", operands)
    if not memory or mnemonic.startswith(("lea", "nop")) or memory[0] == "0x0(%rip)":
        return None
    other = (operands[:memory.start()] + operands[memory.end():]).strip(", ")
    family, width = X86_REGISTERS.get(other.lstrip("%"), (other, 0))
    kind = "load" if memory.start() == 0 else "store"
    if mnemonic in ("movzbl", "movzwl") and kind == "load" and width == 4:
        return Access(kind, {"b": 1, "w": 2}[mnemonic[4]], memory[0], family)
    if re.fullmatch(r"mov[bwlq]?", mnemonic) and (width or kind == "store" and other.startswith("$")):
        return Access(kind, width or {"b": 1, "w": 2, "l": 4, "q": 8}[mnemonic[3]], memory[0], family)
    return Access(f"'{text}', which is no plain mov", 0, memory[0], family)


def arm_access(text: str) -> Access | None:
    mnemonic, _, operands = text.partition(" ")
    if "[" not in operands:
        return None
    register, _, place = operands.partition(", ")
    plain = re.fullmatch(r"(?:ldr|str)[bh]?", mnemonic) and re.fullmatch(r"\[[^\]]*\]", place) and register[0] in "wx"
    if not plain:
        return Access(f"'{text}', which a hypervisor cannot emulate", 0, place, register)
    width = ARM_WIDTHS.get(mnemonic, 8 if register[0] == "x" else 4)
    return Access("load" if mnemonic[0] == "l" else "store", width, place, register[1:])


def riscv_access(text: str) -> Access | None:
    mnemonic, _, operands = text.partition(" ")
    if "(" not in operands or mnemonic.startswith(("j", "c.j")) or operands.endswith("(sp)"):
        return None
    register, _, place = operands.partition(", ")
    if mnemonic not in RISCV_WIDTHS:
        return Access(f"'{text}', which is no plain load or store", 0, place, register)
    return Access("load" if mnemonic[0] == "l" else "store", RISCV_WIDTHS[mnemonic], place, register)


S390X_WIDTHS = {"llc": 1, "llgc": 1, "ic": 1, "icy": 1, "lb": 1, "lgb": 1, "stc": 1, "stcy": 1, "mvi": 1, "mviy": 1,
                "llh": 2, "llgh": 2, "lh": 2, "lgh": 2, "sth": 2, "mvhhi": 2, "l": 4, "ly": 4, "lgf": 4, "llgf": 4, "st": 4, "sty": 4,
                "mvhi": 4, "lg": 8, "stg": 8, "mvghi": 8}
PPC64_WIDTHS = {"lbz": 1, "stb": 1, "lhz": 2, "lha": 2, "sth": 2, "lwz": 4, "lwa": 4, "stw": 4, "ld": 8, "std": 8}


def table_access(text: str, widths: dict[str, int], stores: tuple[str, ...], memory: str, stack: str) -> Access | None:
    mnemonic, _, operands = text.partition(" ")
    place = re.search(memory, operands)
    if not place or re.search(stack, place[0]) or mnemonic in ("la", "lay", "addi"):
        return None
    register = operands.partition(",")[0]
    if mnemonic not in widths:
        return Access(f"'{text}', which is no plain load or store", 0, place[0], register)
    return Access("store" if mnemonic.startswith(stores) else "load", widths[mnemonic], place[0], register)


def s390x_access(text: str) -> Access | None:
    return table_access(text, S390X_WIDTHS, ("st", "mv"), r"\d+\([^)]*\)", r"%r15")


def ppc64_access(text: str) -> Access | None:
    return table_access(text, PPC64_WIDTHS, ("st",), r"-?\d+\([^)]*\)", r"\(r1\)")


def arm32_access(text: str) -> Access | None:
    access = arm_access(re.sub(r"^(\w+)\.w ", r"\1 ", re.sub(r"\b(?:r(?=\d)|ip\b)", "w", text)))
    if not access or access.place.startswith(("[sp", "[pc")):
        return None
    return access


def i386_access(text: str) -> Access | None:
    access = x86_access(text)
    return None if access and re.search(r"\(%e[sb]p|%eiz", access.place) else access


ACCESS = {"x86": x86_access, "aarch64": arm_access, "riscv64": riscv_access, "i386": i386_access, "arm": arm32_access,
          "s390x": s390x_access, "ppc64le": ppc64_access}


def fence(machine: str, text: str) -> bool:
    return bool(X86_FENCE.match(text)) if machine in ("x86", "i386") else text.startswith(FENCE_WORDS)


def disassemble(objdump: str, binary: str) -> dict[str, list[str]]:
    """The instructions of each function, without padding; targets of branches count from its start."""
    text = subprocess.check_output([objdump, "-d", "--no-show-raw-insn", binary], text=True)
    functions: dict[str, list[str]] = {}
    for line in text.splitlines():
        if start := re.match(r"[0-9a-f]+ <([\w.]+)>:", line):
            name = start[1]
            functions[name] = []
        elif instruction := re.match(r"\s*[0-9a-f]+:\s+(\S.*)", line):
            code = re.sub(r"\s+", " ", re.sub(r"\s*(#|//) .*", "", instruction[1])).strip()
            code = re.sub(rf"\b(?:0x)?[0-9a-f]+ <{name}(\+0x[0-9a-f]+)?>", r"<start\1>", code)
            if not re.match(r"(?:cs |data16 )*nop|xchg %ax,%ax|endbr64|lea 0x0\(%e[sd]i(?:,%eiz|\))|ori r2,r2,0$", code):
                functions[name].append(code)
    return functions


def check_accessor(machine: str, name: str, code: list[str]) -> list[str]:
    operation, backend, bits = re.fullmatch(r"(read|write|zero|update|loop|publish|collect|doorbell)_(\w+)_u(\d+)", name).groups()
    width = int(bits) // 8
    ordered = backend == "mmio" or operation == "doorbell"
    steps = {"read": ["read"], "collect": ["read"], "update": ["read", "write"]}.get(operation, ["write"])
    expected: list[str] = {"publish": ["store 1"], "doorbell": [f"store {width}", BARRIERS[machine]["wc_flush"]]}.get(operation, [])
    for step in steps:
        before, after = FENCES[machine][step] if ordered else ([], [])
        expected += [*before, f"{'load' if step == 'read' else 'store'} {width}", *after]
    if operation == "collect":
        expected.append("load 1")
    found: list[str] = []
    for text in code:
        access = ACCESS[machine](text)
        if fence(machine, text):
            found.append(text)
        elif access and access.width:
            found.append(f"{access.kind} {access.width}")
        elif access:
            found.append(access.kind)
        elif re.match(r"(?:call|bl|blx|blr|jal|jalr|brasl|bctrl)\b", text) and text != "blr" and operation != "loop":
            found.append(f"a call: {text}")
    if operation == "loop":
        wrong = [what for what in found if "which" in what]
        return [f"{name}: {', '.join(wrong)}"] if wrong and backend in ("mmio", "relaxed", "wc") else []
    # Else it ends in somebody else's code.
    if code[-1] not in RETURNS:
        return [f"{name}: does not return: {code}"]
    constant = int(operation == "zero")
    if backend == "iosysmap":
        accesses = [what for what in found if not what.startswith(FENCE_WORDS)]
        wanted = [what for what in expected if not what.startswith(FENCE_WORDS)]
        sides = sorted(set(accesses)) == sorted(set(wanted)) and len(wanted) <= len(accesses) <= 2 * len(wanted)
        fences = [what for step in steps for side in FENCES[machine][step] for what in side]
        short = machine != "x86" or operation == "update" or len(code) <= len(accesses) + 4 + constant
        if sides and short and sorted(what for what in found if what not in accesses) == sorted(fences):
            return []
    elif found == expected and (machine != "x86" or operation == "update" or len(code) <= len(found) + 1 + constant):
        return []
    return [f"{name}: should be {expected}, is {found} in {code}"]


def fences_of(machine: str, barrier: str) -> list[str]:
    """What it compiles to; of a barrier that no table knows nothing is right."""
    if barrier in COMPILER_ONLY[machine]:
        return []
    return [BARRIERS[machine].get(barrier, f"a barrier called {barrier}")]


def steps_of(machine: str, code: list[str]) -> list[str]:
    """Accesses and barriers, in order; arm64's acquiring loads and releasing stores by their own names."""
    found = []
    for text in code:
        shared = re.fullmatch(r"(ldar|stlr)([bh]?) ([wx])(?:\d+|zr), \[x\d+\]", text)
        if shared:
            width = {"b": 1, "h": 2}.get(shared[2], 8 if shared[3] == "x" else 4)
            found.append(f"{'load-acquire' if shared[1] == 'ldar' else 'store-release'} {width}")
        elif fence(machine, text):
            found.append(text)
        elif access := ACCESS[machine](text):
            found.append(f"{access.kind} {access.width}")
    return found


def check_barrier(machine: str, name: str, code: list[str]) -> list[str]:
    """The barrier alone, or between two accesses of 4 bytes."""
    kind, _, barrier = name.partition("_")
    fences = fences_of(machine, barrier)
    around = {"fence": [], "stores": ["store 4"], "loads": ["load 4"]}[kind]
    found = steps_of(machine, code)
    good = found == around + fences + around and (around or len(code) == len(found) + 1)
    return [] if good and code[-1] in RETURNS else [f"{name}: should be {around + fences + around}, is {code}"]


def check_shared(machine: str, name: str, code: list[str]) -> list[str]:
    operation, bits = re.fullmatch(r"(acquire|release)_sysmem_u(\d+)", name).groups()
    fences = fences_of(machine, operation)
    special = machine == "aarch64"
    if operation == "acquire":
        expected = [f"load{'-acquire' if special else ''} {int(bits) // 8}", *fences, "load 1"]
    else:
        expected = ["store 1", *fences, f"store{'-release' if special else ''} {int(bits) // 8}"]
    good = steps_of(machine, code) == expected and code[-1] in RETURNS
    return [] if good else [f"{name}: should be {expected}, is {code}"]


def canonical(machine: str, code: list[str]) -> list[str]:
    accesses = [(text, ACCESS[machine](text)) for text in code]
    return [f"load {access.width} {access.place} {access.register}" if access and access.kind == "load" and access.width in (1, 2)
            else text for text, access in accesses]


def kinds(machine: str, code: list[str]) -> set[tuple[str, int]]:
    return {(access.kind, access.width) for access in map(ACCESS[machine], code) if access}


def straight(code: list[str]) -> list[str]:
    """What runs when no branch is taken; nothing if a jump is on that way."""
    end = next((i for i, text in enumerate(code) if text in RETURNS), None)
    way = code[:end + 1] if end is not None else []
    return [] if any(text.startswith("jmp") for text in way) else way


def check_pair(machine: str, compiler: str, name: str, raw: list[str], ours: list[str]) -> list[str]:
    if name.startswith("same_"):
        good = canonical(machine, raw) == canonical(machine, ours)
    elif name.startswith("checked_"):
        raw, ours = straight(raw), straight(ours)
        good = bool(ours) and len(ours) <= len(raw) + 1 and kinds(machine, raw) == kinds(machine, ours)
    else:
        good = len(ours) <= len(raw) + SLOWER.get((compiler, name), 0) and kinds(machine, raw) == kinds(machine, ours)
    return [] if good else [f"{name}: raw is {raw}, ours is {ours}"]


# What a transaction of config space is called, and how it shows.
TRANSACTIONS = {"iop_config_transact_read": "c", "iop_config_transact_write": "s"}


@dataclasses.dataclass(frozen=True)
class Instruction:
    text: str
    symbol: str  # what the linker puts in, or nothing


def linked(objdump: str, binary: str) -> dict[str, dict[int, Instruction]]:
    """The instructions of each function by their place, and what they refer to elsewhere."""
    text = subprocess.check_output([objdump, "-dr", "--no-show-raw-insn", binary], text=True)
    functions: dict[str, dict[int, Instruction]] = {}
    name, start, at = "", 0, 0
    for line in text.splitlines():
        if found := re.match(r"([0-9a-f]+) <([\w.]+)>:", line):
            name, start = found[2], int(found[1], 16)
            functions[name] = {}
        elif found := re.match(r"\s*[0-9a-f]+: R_\S+\s+([\w.]+)", line):
            functions[name][at] = Instruction(functions[name][at].text, found[1])
        elif found := re.match(r"\s*([0-9a-f]+):\s+(\S.*)", line):
            at = int(found[1], 16) - start
            functions[name][at] = Instruction(re.sub(r"\s+", " ", re.sub(r"\s*# .*", "", found[2])).strip(), "")
    return functions


def stack_after(text: str, stack: frozenset[str]) -> frozenset[str]:
    """The registers that lead to the stack, where arguments lie, after an instruction."""
    mnemonic, _, operands = text.partition(" ")
    target = X86_REGISTERS.get(operands.rpartition(",")[2].strip().lstrip("%"), ("", 0))[0]
    bases = {X86_REGISTERS[name][0] for name in re.findall(r"%(\w+)", operands.rpartition(",")[0]) if name in X86_REGISTERS}
    if mnemonic == "lea" and bases & (stack | {"sp"}):
        return stack | {target}
    return stack if mnemonic.startswith(("cmp", "test", "push", "bt ")) else stack - {target}


def done_by(instruction: Instruction, config_width: int, stack: frozenset[str] = frozenset()) -> str:
    """What an instruction does to memory that is not the stack's: r32, w8, c16, or nothing."""
    if instruction.text.startswith("call"):
        kind = TRANSACTIONS.get(instruction.symbol)
        return f"{kind}{config_width}" if kind else ""
    access = x86_access(instruction.text)
    bases = {X86_REGISTERS[name][0] for name in re.findall(r"%(\w+)", access.place) if name in X86_REGISTERS} if access else set()
    if not access or bases & (stack | {"sp"}) or "%rip" in access.place:
        return ""
    return f"{'r' if access.kind == 'load' else 'w'}{8 * access.width}" if access.width else access.kind


def ways_through(code: dict[int, Instruction], config_width: int) -> set[str]:
    """What is done on each way from the start of a function to a return, panics aside."""
    places = sorted(code)
    behind = dict(zip(places, places[1:]))
    ways: set[str] = set()
    seen, todo = set(), [(0, "", frozenset())]
    while todo:
        at, done, stack = todo.pop()
        if at is None or (at, done, stack) in seen or len(done) > 60:
            ways |= {"runs on"} if at is None or len(done) > 60 else set()
            continue
        seen.add((at, done, stack))
        instruction = code[at]
        after = stack_after(instruction.text, stack)
        jump = re.match(r"(j\w+) [0-9a-f]+ <[\w.]+?(?:\+0x([0-9a-f]+))?>", instruction.text)
        if instruction.text.startswith("ret"):
            ways.add(done)
        elif instruction.symbol.startswith("iop_panic"):
            continue
        elif jump:
            # A jump to somebody else's code is its call, and the end.
            if instruction.symbol:
                ways.add(done + done_by(Instruction("call", instruction.symbol), config_width))
            else:
                todo.append((int(jump[2] or "0", 16), done, after))
            if jump[1] != "jmp":
                todo.append((behind.get(at), done, after))
        else:
            todo.append((behind.get(at), done + done_by(instruction, config_width, stack), after))
    return ways


def check_ways(name: str, code: dict[int, Instruction]) -> list[str]:
    expected, kind = re.match(r"ways_([a-z0-9]+)_(.*)", name).groups()
    ways = ways_through(code, int(re.findall(r"\d+", expected)[0]))
    good = {expected, ""} if kind.endswith(("try", "try_of_type")) else {expected}
    return [] if ways in (good, good | {""} if "try" in kind else good) else [f"{name}: does {sorted(ways)}"]


@dataclasses.dataclass
class Build:
    compiler: str
    machine: str
    level: str
    flags: list[str]

    def functions(self, source: pathlib.Path) -> dict[str, list[str]]:
        with tempfile.TemporaryDirectory() as folder:
            cross, objdump = [], "objdump"
            if tools := re.fullmatch(r"(.*-)gcc", self.compiler):
                objdump = f"{tools[1]}objdump"
            elif self.machine in TARGETS:
                for header, text in STUBS.items():
                    pathlib.Path(folder, header).write_text(text)
                cross, objdump = [f"--target={TARGETS[self.machine]}", "-ffreestanding", f"-I{folder}"], "llvm-objdump"
            else:
                cross = ["-fcf-protection=none", "-fomit-frame-pointer"]
            output = f"{folder}/object.o"
            subprocess.run([self.compiler, *cross, self.level, "-std=gnu11", "-fno-pie", *self.flags, "-c", str(source), "-o", output],
                           check=True)
            functions = disassemble(objdump, output)
            self.linked = linked(objdump, output) if self.machine == "x86" else {}
            # GNU's and LLVM's differ in the space.
            if self.machine == "riscv64":
                functions = {name: [re.sub(r", *", ", ", text) for text in code] for name, code in functions.items()}
            return functions

    def check(self, source: pathlib.Path) -> dict[str, list[str]]:
        """Complaints of each function, or pair, of @source that has any; its name alone if it is fine."""
        functions = self.functions(source)
        verdicts: dict[str, list[str]] = {}
        for name, code in functions.items():
            if "iosysmap" in name and self.machine in NO_IOSYSMAP:
                continue
            if name.startswith("ways_"):
                verdicts[name] = check_ways(name, self.linked[name])
            elif re.match(r"(?:read|write|zero|update|loop|publish|collect|doorbell)_", name):
                verdicts[name] = check_accessor(self.machine, name, code)
            elif name.startswith(("fence_", "stores_", "loads_")):
                verdicts[name] = check_barrier(self.machine, name, code)
            elif name == "pause_cpu_relax" and self.machine in PAUSES:
                verdicts[name] = [] if code[:-1] == [PAUSES[self.machine]] else [f"{name}: should be a {PAUSES[self.machine]}, is {code}"]
            elif name.startswith(("acquire_", "release_")):
                verdicts[name] = check_shared(self.machine, name, code)
            elif name.startswith("iop_"):
                raw = functions.get("raw_" + name[4:])
                verdicts[name[4:]] = (check_pair(self.machine, self.compiler, name[4:], raw, code) if raw
                                      else [f"{name}: has no raw counterpart"])
        return verdicts

    def __str__(self) -> str:
        return f"{self.compiler} {self.machine} {self.level}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--machine", default="x86", choices=sorted(FENCES))
    parser.add_argument("--flag", action="append", default=[], help="compiler flag, as in --flag=-Iinclude; may be repeated")
    parser.add_argument("--negative", action="store_true", help="every function of the source must be complained about")
    parser.add_argument("source", type=pathlib.Path)
    args = parser.parse_args()

    bad = 0
    for level in ("-O2", "-O3"):
        build = Build(args.compiler, args.machine, level, args.flag)
        verdicts = build.check(args.source)
        if not verdicts:
            print(f"{build}: nothing to check in {args.source}", file=sys.stderr)
            bad += 1
        for name, complaints in verdicts.items():
            if args.negative and not complaints:
                print(f"{build}: {name}: is wrong and was not noticed", file=sys.stderr)
            elif not args.negative:
                for complaint in complaints:
                    print(f"{build}: {complaint}", file=sys.stderr)
            bad += bool(complaints) != args.negative
        print(f"{build}: {len(verdicts)} functions or pairs looked at")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
