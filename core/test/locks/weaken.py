#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Loses the locks of a file of the core, one weakening at a time; the file's test must find each, in each run.

--write prepares a copy of the file in which each lock, and each boundary between statements under a lock, can be told to fail (weaken.h).
Then the test is run once for each fault: a lock that is lost, another one taken instead, kept for good; at each boundary given back there
(early), taken only there (late), or given back and taken again (split).
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys

EQUIVALENT = pathlib.Path(__file__).with_name("equivalent.def")
LOCK = re.compile(r"\bpthread_mutex_(lock|trylock|unlock)\((&[^()]+)\)")
FUNCTION = re.compile(r"^\{\n(.*?)^\}\n", re.M | re.S)
# Where a statement can begin: what is before it has ended.
ENDED = re.compile(r"([;{}]|\*/)$")


class Preparing:
    """The text with its faults, and their list: what kind, which number, in which line."""

    def __init__(self, path):
        self.locks = self.unlocks = self.boundaries = 0
        self.faults, self.line, self.what = [], 0, ""
        text, end, parts = path.read_text(), 0, []
        for function in FUNCTION.finditer(text):
            parts.append(text[end:function.start(1)])
            self.line = text.count("\n", 0, function.start(1))
            parts.append(self.function(function[1]))
            end = function.end(1)
        self.text = "".join(parts) + text[end:]

    def fault(self, kind, number):
        self.faults.append((kind, number, self.line, self.what))

    def function(self, body):
        """Follows the lines as they stand. What gives a lock back and leaves, in a block of its own, changes nothing behind it."""
        lines, out, late, lock, held, back = body.splitlines(), [], {}, 0, False, None
        fresh, before = False, "{"
        for at, line in enumerate(lines):
            self.line += 1
            self.what = line.strip()
            found = LOCK.search(line)
            if held and not fresh and not found and ENDED.search(before) and begins(line):
                self.boundaries += 1
                out.append(f"weaken_at({self.boundaries});")
                for kind in ("early", "late", "split"):
                    self.fault(kind, self.boundaries)
                late.setdefault(lock, []).append(self.boundaries)
            if back is not None and line == back:
                held, back = True, None
            if found and found[1] == "unlock":
                self.unlocks += 1
                self.fault("kept", self.unlocks)
                line = LOCK.sub(f"weaken_unlock({self.unlocks}, {found[2]})", line)
                held, back = False, end_of_block(lines[at:]) if leaves(lines[at:]) else None
            elif found:
                self.locks += 1
                lock, held = self.locks, True
                self.fault("lost", lock)
                self.fault("other", lock)
                line = LOCK.sub(f"weaken_{'try' if found[1] == 'trylock' else ''}lock({lock}, {found[2]}, LATE_{lock} )", line)
            out.append(line)
            if line.strip():
                # What leaves where a lock was not to be had is no statement under it.
                fresh = found[1] != "unlock" if found else fresh and line.strip().startswith("return")
                before = line.strip()
        text = "\n".join(out) + "\n"
        return re.sub(r"LATE_(\d+) ", lambda m: "(const int[]){" + "".join(f"{b}, " for b in late.get(int(m[1]), [])) + "0}", text)


def begins(line):
    """Whether a statement can begin there."""
    return bool(line.strip()) and not re.match(r"\s*([{}*#]|/[/*]|else\b|case\b|default\b)", line)


def end_of_block(lines):
    return lines[0][:len(lines[0]) - len(lines[0].lstrip("\t")) - 1] + "}"


def leaves(lines):
    """Whether a block of its own is left behind its first line."""
    block = lines[1:lines.index(end_of_block(lines))] if end_of_block(lines) in lines else []
    return lines[0].startswith("\t\t") and any(re.match(r"\s*(return|iop_panic)\b", line) for line in block)


def justified(path):
    lines = [line.split(" | ") for line in EQUIVALENT.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {(kind, what) for file, kind, what, _ in lines if file == path.name}


def run(program, fault):
    done = subprocess.run([program], env={**os.environ, "IOP_WEAKEN": fault}, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout + done.stderr


def hunt(path, program, at_least):
    """What is wrong: faults that are not found, or not for what they do."""
    code, output = run(program, "")
    if code:
        return [f"{path.name}: without a fault: exit {code}: {output}"], code == 77
    wrong, faults, equivalent = [], Preparing(path).faults, justified(path)
    count = 0
    for kind, number, line, what in faults:
        code, output = run(program, f"{kind} {number}")
        found = code == 1 and "no effect" not in output
        count += found
        if found == ((kind, what) in equivalent):
            wrong.append(f"{path.name}:{line}: {kind} {number}, {what}: {'found, and justified' if found else 'not found'}: exit {code}\n{output}")
    wrong += [f"{path.name}: {kind}, {what}: is justified, and not there" for kind, what in equivalent - {(f[0], f[3]) for f in faults}]
    print(f"{path.name}: {len(faults)} weakenings, {count} found, {len(faults) - count} justified or wrong")
    if len(faults) < at_least:
        wrong.append(f"{path.name}: {len(faults)} weakenings, not {at_least} or more (is it still read right?)")
    return wrong, False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path, help="the file of the core")
    parser.add_argument("--write", type=pathlib.Path, help="where the prepared copy goes")
    parser.add_argument("--program", help="the test of that copy")
    parser.add_argument("--at-least", type=int, default=3, help="so many weakenings there must be")
    args = parser.parse_args()
    if args.write:
        args.write.write_text(Preparing(args.file).text)
        return 0
    wrong, skipped = hunt(args.file, args.program, args.at_least)
    for line in wrong:
        print(line, file=sys.stderr)
    return 77 if skipped else bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
