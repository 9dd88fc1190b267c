#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what the suite says it did to a device with what QEMU saw: truth.py RUN CASES...

RUN is a run's folder with device.log (what the device model got: values, in its own widths) and, from the plugin, cpu.log (what the CPU
issued: true widths). CASES are the lists that guest-sweep and the kernel module wrote (cases.h). For each case of ours the CPU's
accesses must be exactly those expected, and the device's must be those, split as its model splits them, with the same values. Copies
are also judged from scratch, from the CPU's log alone: every byte once, ascending, aligned, inside, and no more accesses than that takes.

Others' copies are judged by these rules only. glibc's memcpy is the control: where it breaks no rule, nothing was looked at. Memory has no
device's log: what arrived there is compared elsewhere.

Cases of guest-order are judged by the CPU's log alone: all of an entry is stored before the doorbell, or its index, is, and none after;
all of it is loaded after the status, or the index, is, and none before. Those in the wrong order must break that.
Exit: 0 all as said; 1 not; 2 no or incomplete logs.
"""
import re
import sys
from collections import namedtuple
from pathlib import Path

BEGIN, END = 0xf00, 0xf08
# The width to which a model splits: pci-testdev implements single bytes.
SPLIT = {"pci-testdev-mmio": 1}
# What QEMU's plugin can tell of one instruction's access to memory.
PIECE = 8
CONTROLS, OTHERS = {"glibc"}, {"glibc", "kernel"}
# guest-order's: what hands an entry over, where (edu's command register, or the index in the entry), and what must be found wrong.
HANDOVER = {"doorbell": ("edu-mmio", 0x98, True), "index": ("memory", 56, True), "status": ("edu-mmio", 0x98, False),
            "head": ("memory", 56, False)}
WRONG_ORDERS = {"reversed"}
ENTRY = {"doorbell": 64, "index": 56, "status": 64, "head": 56}
HOWS = {"uio": " by uio", "vfio": " by vfio", "uc": " of ivshmem", "wc": " of ivshmem, wc"}
SHOW = 8

Access = namedtuple("Access", "write offset width value")
DEVICE_LINE = re.compile(r"memory_region_ops_(read|write) cpu \S+ mr \S+ addr (\S+) value (\S+) size (\d+) name '([^']*)'")


class Broken(Exception):
    pass


class Case:
    def __init__(self, number, region, name):
        self.number, self.region, self.name, self.expected, self.device, self.cpu = number, region, name, [], [], []
        parts = name.split("/")
        self.op, self.routine = parts[0], parts[1]
        self.how = HOWS.get(parts[-1], "")
        # MODULE.NAME is a line of a user's module.
        self.shown = self.op if "." in self.routine else "accessors"
        self.copy, self.order = self.op in ("toio", "fromio", "set"), self.op in HANDOVER
        self.n = next((int(p[2:]) for p in parts if p.startswith("n=")), 0)


def read_cases(path, bases, cases):
    for line in Path(path).read_text().splitlines():
        words = line.split()
        if words[0] == "device":
            bases[words[1]] = int(words[2], 0)
        elif words[0] == "case":
            case = Case(int(words[1]), words[2], words[3])
            cases[case.number] = case
        else:
            case.expected.append(Access(words[0] == "w", int(words[1], 0), int(words[2]), int(words[3], 0)))


def device_lines(path):
    with open(path, errors="replace") as f:
        for line in f:
            m = DEVICE_LINE.match(line)
            if m:
                size = int(m[4])
                yield m[5], Access(m[1] == "write", int(m[2], 16), size, int(m[3], 16) & (1 << 8 * size) - 1)


def cpu_lines(path):
    with open(path) as f:
        for line in f:
            words = line.split()
            if len(words) != 5:
                raise Broken(f"{path}: a line is incomplete")
            yield words[3], Access(words[0] == "w", int(words[1], 16), int(words[2]), None)


def distribute(lines, bases, put, begins):
    """Hands each access between a case's marks to @put(number, region, access). @begins tells a begin mark's case."""
    case, strays = None, 0
    marks = bases["edu-mmio"]
    for region, access in lines:
        if region not in bases:
            continue
        if region == "edu-mmio" and access.write and access.offset == marks + BEGIN:
            if case is not None:
                raise Broken(f"case {case} has no end")
            case = begins(access)
        elif region == "edu-mmio" and access.write and access.offset == marks + END:
            case = None
        elif case is not None:
            put(case, region, access._replace(offset=access.offset - bases[region]))
        else:
            strays += 1
    if case is not None:
        raise Broken(f"case {case} has no end")
    return strays


def collect(run, bases, cases):
    """Fills in the device's and the CPU's lists. Whether there is a CPU log, and how many accesses lay between cases."""
    order = []

    def number(access):
        if access.value not in cases:
            raise Broken(f"device.log has a case {access.value} that no list names")
        order.append(access.value)
        return access.value

    def to_device(number, region, access):
        cases[number].device.append((region, access))

    def to_cpu(number, region, access):
        cases[number].cpu.append((region, access))

    strays = distribute(device_lines(run / "device.log"), bases, to_device, number)
    if sorted(order) != sorted(cases):
        raise Broken(f"device.log has {len(order)} cases, the lists {len(cases)}")
    if not (run / "cpu.log").exists():
        return False, strays
    remaining = iter(order)
    distribute(cpu_lines(run / "cpu.log"), bases, to_cpu, lambda _: next(remaining))
    if next(remaining, None) is not None:
        raise Broken("cpu.log has fewer cases than device.log")
    return True, strays


def split(accesses, width):
    """What a model that implements at most @width bytes gets."""
    for a in accesses:
        if not width or a.width <= width:
            yield a
            continue
        for i in range(0, a.width, width):
            yield Access(a.write, a.offset + i, width, a.value >> 8 * i & (1 << 8 * width) - 1)


def differences(case, with_cpu):
    """What of @case was not as said."""
    found = []
    device = [a for region, a in case.device if region == case.region]
    if len(device) != len(case.device):
        found.append("another device was accessed")
    if case.region != "memory" and device != list(split(case.expected, SPLIT.get(case.region))):
        found.append(f"the device got {[tuple(a) for a in device]}, said was {[tuple(a) for a in case.expected]}")
    expected = [a._replace(value=None) for a in split(case.expected, PIECE)]
    if with_cpu and [a for _, a in case.cpu] != expected:
        found.append(f"the CPU issued {[tuple(a)[:3] for _, a in case.cpu]}, said was {[tuple(a)[:3] for a in case.expected]}")
    return found


def order_broken(case):
    """How the handing over of an entry went wrong."""
    where, offset, write = HANDOVER[case.op]
    turn, before, after = None, set(), set()
    for region, a in case.cpu:
        if a.write != write:
            continue
        if (region, a.offset) == (where, offset):
            turn = a
        if region == "memory" and a.offset < ENTRY[case.op]:
            (after if turn else before).update(range(a.offset, a.offset + a.width))
    broken = set() if turn else {"not handed over"}
    good, bad = (before, after) if write else (after, before)
    if len(good) != ENTRY[case.op]:
        broken.add("part of the entry missed it")
    if bad:
        broken.add("too late" if write else "too early")
    return broken


def fewest(start, n, cap=8):
    """The fewest aligned accesses of at most @cap bytes that cover n bytes at start, ascending: the widest that fits, each time."""
    count = 0
    while n:
        width = cap
        while start % width or width > n:
            width //= 2
        start, n, count = start + width, n - width, count + 1
    return count


def rules_broken(case, accesses):
    """The rules of a copy that @accesses break, by name."""
    broken, touched, last = set(), {}, -1
    start = min((a.offset for a in case.expected), default=0)
    for a in accesses:
        if a.offset % a.width:
            broken.add("misaligned")
        if a.offset <= last:
            broken.add("order")
        last = a.offset
        if a.write != (case.op != "fromio"):
            broken.add("direction")
        for i in range(a.offset, a.offset + a.width):
            if i in touched:
                broken.add("twice")
            touched[i] = True
            if not start <= i < start + case.n:
                broken.add("outside")
    if len([i for i in touched if start <= i < start + case.n]) != case.n:
        broken.add("missed")
    return broken


class Row:
    def __init__(self):
        self.cases = self.cpu = self.device = self.fewest = self.wrong = self.legal = 0
        self.broken = {}


def judge(cases, with_cpu):
    rows, complaints = {}, []
    for case in cases.values():
        row = rows.setdefault((case.region + case.how, case.op if case.copy or case.order else case.shown, case.routine), Row())
        issued = [a for _, a in case.cpu] if with_cpu else [a for _, a in case.device]
        row.cases += 1
        row.cpu += len(case.cpu)
        row.device += len(case.device)
        if case.order:
            broken, best = order_broken(case), 0
            row.legal += not broken
            for rule in broken:
                row.broken[rule] = row.broken.get(rule, 0) + 1
            if case.routine in WRONG_ORDERS and not broken:
                complaints.append(f"case {case.number} {case.name}: the control is in order: nothing was looked at")
            elif case.routine not in WRONG_ORDERS and broken:
                complaints.append(f"case {case.number} {case.name}: {', '.join(sorted(broken))}")
            continue
        if case.copy:
            broken = rules_broken(case, issued)
            best = fewest(min((a.offset for a in case.expected), default=0), case.n)
            row.fewest += best
            row.legal += not broken
            for rule in broken:
                row.broken[rule] = row.broken.get(rule, 0) + 1
        else:
            broken, best = set(), len(case.expected)
            row.fewest += best
            row.legal += 1
        if case.routine in OTHERS and case.copy:
            continue
        found = differences(case, with_cpu) + [f"breaks a rule: {rule}" for rule in sorted(broken)]
        # Portable copies may take more than the fewest.
        if with_cpu and case.routine == "strict" and len(issued) != best:
            found.append(f"{len(issued)} accesses, {best} are enough")
        row.wrong += bool(found)
        complaints += [f"case {case.number} {case.region} {case.name}: {what}" for what in found]
    return rows, complaints


def table(rows, with_cpu):
    wide, kinds = (max([least, *(len(key[i]) for key in rows)]) for i, least in ((2, 15), (1, 9)))
    print(f"{'device':25} {'operation':{kinds}} {'routine':{wide}} {'cases':>6} {'CPU issued':>10} {'device got':>10} {'fewest':>8}  verdict")
    for (region, op, routine), r in sorted(rows.items()):
        if op in HANDOVER:
            verdict = ", ".join(sorted(r.broken)) or "in order"
        elif routine in OTHERS and op != "accessors":
            verdict = f"legal in {r.legal} of {r.cases}" + "".join(f", {rule} in {n}" for rule, n in sorted(r.broken.items()))
        else:
            verdict = f"NOT AS SAID in {r.wrong}" if r.wrong else "as said"
        counts = (r.cpu if with_cpu else "-", "-" if region.startswith("memory") else r.device, "-" if op in HANDOVER else r.fewest)
        print(f"{region:25} {op:{kinds}} {routine:{wide}} {r.cases:6} {counts[0]:>10} {counts[1]:>10} {counts[2]:>8}  {verdict}")


def main():
    if len(sys.argv) < 3:
        sys.exit(f"usage: truth.py RUN CASES...\n{__doc__}")
    run, bases, cases = Path(sys.argv[1]), {}, {}
    try:
        if (run / "INCOMPLETE").exists():
            raise Broken(f"{run}: the run failed")
        for path in sys.argv[2:]:
            read_cases(path, bases, cases)
        with_cpu, strays = collect(run, bases, cases)
    except (Broken, OSError) as e:
        print(f"iopath: truth: {e}", file=sys.stderr)
        sys.exit(2)
    rows, complaints = judge(cases, with_cpu)
    table(rows, with_cpu)
    print(f"{len(cases)} cases, {strays} accesses outside of cases" + ("" if with_cpu else "; no cpu.log: widths not compared"))
    for text in complaints[:SHOW]:
        print(text)
    controls = [r for (_, _, routine), r in rows.items() if routine in CONTROLS]
    blind = [r for r in controls if r.legal == r.cases]
    if controls and len(blind) == len(controls):
        print("the control broke no rule, so nothing was observed")
    if complaints:
        print(f"{len(complaints)} complaints")
    sys.exit(1 if complaints or (controls and len(blind) == len(controls)) else 0)


if __name__ == "__main__":
    main()
