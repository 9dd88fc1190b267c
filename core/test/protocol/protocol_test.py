#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Row 38: all that two threads can do by a protocol's orders, as the source has them, examined by spin.

protocol_test.py COMPILER CORE PROTOCOL examines PROTOCOL.pml beside this file with the orders that the files of the folder CORE have.
With --weaken each order is made relaxed in the text of the source, each fence and membarrier removed, one at a time: all must be found.
"""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
LIMIT = 100000  # steps of one schedule
DIGITS = {"RELAXED": "0", "ACQUIRE": "1", "RELEASE": "2", "ACQ_REL": "3"}
ORDER = r"(__ATOMIC_(RELAXED|ACQUIRE|RELEASE|ACQ_REL))"


@dataclasses.dataclass
class Place:
    """An order of the model: where the source has it, as an expression whose first group is what a weakening replaces."""

    name: str
    file: str
    function: str
    text: str
    weaker: str = "__ATOMIC_RELAXED"


REVOCABLE, INLINE, GUARD = "owner/revocable.c", "include/iopath/revocable.h", "owner/guard.c"
FENCE = r"(__atomic_signal_fence\(__ATOMIC_SEQ_CST\);)?\n.*"
# In the order of the model's ORDERS.
PROTOCOLS = {
    "slots": [
        Place("START_OPEN", REVOCABLE, "void iop_revocable_start(", r"store_n\(&revocable->open, revocable->guards, " + ORDER),
        Place("ENTER_HELD", INLINE, "int iop_revocable_enter(", r"store_n\(&slot->held, revocable, " + ORDER),
        Place("ENTER_FENCE", INLINE, "int iop_revocable_enter(", r"store_n\(&slot->held, [^;]*;\s*" + FENCE + r"load_n\(&revocable->open", ""),
        Place("ENTER_OPEN", INLINE, "int iop_revocable_enter(", r"load_n\(&revocable->open, " + ORDER),
        Place("LEAVE_HELD", INLINE, "void iop_revocable_leave(", r"store_n\(&slot->held, \(struct iop_revocable \*\)NULL, " + ORDER),
        Place("LEAVE_FENCE", INLINE, "void iop_revocable_leave(", r"store_n\(&slot->held, [^;]*;\s*" + FENCE + r"load_n\(&slot->awaited", ""),
        Place("AGREE", GUARD, "void iop_guards_wait(", r"lock\(&guards->lock\);\s*(agree\(guards\);)?\s*for \(;;\)", ""),
        Place("AGREE_AGAIN", GUARD, "void iop_guards_wait(", r"break;\s*(agree\(guards\);)?\s*if \(!count", ""),
        Place("SCAN_HELD", GUARD, "uint32_t count(", r"load_n\(&slot->held, " + ORDER),
    ],
    "counts": [
        Place("START_STATE", REVOCABLE, "void iop_revocable_start(", r"store_n\(&revocable->state, IOP_NOT_REVOKED, " + ORDER),
        Place("COUNT_IN", REVOCABLE, "int iop_revocable_count_in(", r"state \+ IOP_GUARD, 1, " + ORDER),
        Place("COUNT_OUT", REVOCABLE, "void iop_revocable_count_out(", r"state - IOP_GUARD, 1, " + ORDER),
        Place("TURN_OFF", REVOCABLE, "uint32_t turn_off(", r"fetch_and\(&revocable->state, ~IOP_NOT_REVOKED, " + ORDER),
    ],
    "references": [
        Place("PUT", "owner/devres.c", "void put(", r"sub_fetch\(&inner->references, references, " + ORDER),
    ],
}


def fail(what: str) -> None:
    print(f"iopath: protocol: {what}", file=sys.stderr)
    sys.exit(2)


def find(place: Place, source: str) -> re.Match:
    """Where the order is, which must be exactly one place of its function."""
    start = source.find(place.function)
    end = source.find("\n}\n", start)
    found = list(re.compile(place.text).finditer(source, start, end)) if start >= 0 else []
    if len(found) != 1:
        fail(f"{place.name}: {len(found)} places in {place.file}, {place.function} (state it in protocol_test.py as the source has it)")
    return found[0]


def digit(place: Place, source: str) -> str:
    match = find(place, source)
    return DIGITS[match[2]] if place.weaker else str(int(match[1] is not None))


def weakened(place: Place, source: str) -> str:
    match = find(place, source)
    if match[1] in (None, place.weaker):
        fail(f"{place.name}: is the weakest already (leave it out of the model)")
    return source[: match.start(1)] + place.weaker + source[match.end(1) :]


def build(compiler: str, protocol: str, folder: pathlib.Path) -> pathlib.Path:
    for model in HERE.glob("*.pml"):
        shutil.copy(model, folder)
    defined = re.findall(r"^#define (\w+)\s+orders\[", (folder / f"{protocol}.pml").read_text(), re.M)
    if defined != [place.name for place in PROTOCOLS[protocol]]:
        fail(f"{protocol}.pml has other orders than protocol_test.py (the same, in the same order)")
    subprocess.run(["spin", "-a", f"{protocol}.pml"], cwd=folder, check=True)
    subprocess.run([compiler, "-O1", "-w", "-DSAFETY", "-DVECTORSZ=4096", "-o", "pan", "pan.c"], cwd=folder, check=True)
    return folder / "pan"


def examine(pan: pathlib.Path, orders: str) -> str:
    """What is wrong, or nothing; an examination that was not of everything is no answer."""
    out = subprocess.run([pan, f"-m{LIMIT}"], cwd=pan.parent, env={**os.environ, "ORDERS": orders}, check=False, capture_output=True, text=True)
    errors = re.search(r"errors: (\d+)", out.stdout)
    wrong = re.search(r"^pan:1: (.*)$", out.stdout, re.M)
    if not errors or "max search depth too small" in out.stdout or "Search not completed" in out.stdout and not wrong:
        fail(f"the examination did not end: {out.stdout}{out.stderr}")
    states = re.search(r"(\d+) states, stored", out.stdout)
    print(f"{orders}: {states[1] if states else '?'} states, {wrong[1] if wrong else 'all in order'}")
    return wrong[1] if wrong else ""


def main() -> int:
    weaken = "--weaken" in sys.argv
    compiler, core, protocol = [word for word in sys.argv[1:] if word != "--weaken"]
    if not shutil.which("spin"):
        print("skipped: the orders of row 38: spin is not installed (scripts/setup test)")
        return 77
    places = PROTOCOLS[protocol]
    sources = {place.file: (pathlib.Path(core) / place.file).read_text() for place in places}
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        pan = build(compiler, protocol, pathlib.Path(name))
        if not weaken:
            wrong = examine(pan, "".join(digit(place, sources[place.file]) for place in places))
            if wrong:
                print(f"{protocol}: {wrong}", file=sys.stderr)
            return bool(wrong)
        for weak in places:
            changed = {**sources, weak.file: weakened(weak, sources[weak.file])}
            print(f"{weak.name}: ", end="")
            if not examine(pan, "".join(digit(place, changed[place.file]) for place in places)):
                print(f"{weak.name}: a weaker order was not noticed", file=sys.stderr)
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
