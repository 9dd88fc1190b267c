#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tables.py [--check FILE]: of how many faults of mutants.def the newest stored kill table of each engine has a find.

Prints a line for each engine, with the faults that its table has no find of (mutants.py --new hunts them). --check holds a document
against that: in a table of FILE, the row that begins '| planted faults, ENGINE | ' goes on with that line's figures.
Exit code: 0 as the document says, 1 not so, 2 bad use.
"""
import argparse, difflib, json, statistics, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import runs

# As documents call them; the last is a replay of the corpora, which kills.py stores.
ENGINES = {"generator": "generator", "libfuzzer": "libFuzzer", "afl": "AFL++", "corpora": "corpora"}
ALONE = ("generator", "corpora")  # have the fault tracer


def newest(engine, folder=runs.FOLDER):
    """The name and the content of the newest kill table of @engine; None: there is none."""
    # Tables of exchanged operators have another word before that of chance.
    stored = sorted(Path(folder).glob(f"*-mutants-{engine}-" + 6 * "[0-9a-f]" + ".json"))
    return (stored[-1].name, json.loads(stored[-1].read_text())) if stored else None


def finds(table, faults):
    """@table's row of each of @faults that it has: by what was planted, or, in tables without that, by kinds and files in their order."""
    rows = table["table"]
    if all("planted" in row for row in rows):
        by = {row["planted"]: row for row in rows}
        return {fault: by[fault.planted] for fault in faults if fault.planted in by}
    old = [(kind, where.rpartition(":")[0]) for _, kind, where in (row["fault"].split() for row in rows)]
    blocks = difflib.SequenceMatcher(None, old, [(f.kind, f.file) for f in faults], autojunk=False).get_matching_blocks()
    return {faults[block.b + n]: rows[block.a + n] for block in blocks for n in range(block.size)}


def time(seconds):
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1e3:.0f} ms" if seconds >= 1e-3 else "below 1 ms"


def said(has, of):
    """What a document is to say of the finds @has of so many faults."""
    times = sorted(row["seconds"] for row in has.values() if "seconds" in row)
    worst = max((row.get("worst", row["seconds"]) for row in has.values() if "seconds" in row), default=0)
    return f"{len(has)} of {of}" + (f"; median {time(statistics.median(times))}, 95 % within {time(times[len(times) * 95 // 100])}, "
                                    f"worst {time(worst)}" if times else "")


def figures(faults, folder=runs.FOLDER):
    """(engine, what is said of it, the faults without a find) of each engine that has a table."""
    for engine in ENGINES:
        if table := newest(engine, folder):
            mine = [f for f in faults if engine in ALONE or not f.watched]
            has = finds(table[1], mine)
            yield engine, said(has, len(mine)), [f for f in mine if f not in has]


def differences(text, counted):
    """What a document says otherwise, or not at all."""
    for engine, figure, _ in counted:
        row = f"| planted faults, {ENGINES[engine]} | {figure}"
        if row + " |" not in text and row + "." not in text:
            yield f"no row '{row}'"


def main():
    # That module needs this one.
    from faults import mutants
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=Path, metavar="FILE")
    args = parser.parse_args()
    counted = list(figures(mutants.numbered(mutants.planted(mutants.ROOT / "core"))))
    for engine, figure, without in counted:
        print(f"{ENGINES[engine]}: {figure}" + "".join(f"\n    without: {f.number} {f.kind} {f.where}" for f in without))
    if not args.check:
        return 0
    try:
        wrong = list(differences(args.check.read_text(), counted))
    except OSError as failure:
        mutants.die(args.check, failure.strerror)
    for line in wrong:
        print(f"{args.check}: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
