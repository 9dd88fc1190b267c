# SPDX-License-Identifier: MIT
"""fuzz/README.md says of how many planted faults the newest kill tables have a find; a document that says otherwise is not believed."""
import copy
import json
import sys
import tempfile
from pathlib import Path

FUZZ = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FUZZ))
from faults import mutants, tables

README = (FUZZ / "README.md").read_text()
FAULTS = mutants.numbered(mutants.planted(mutants.ROOT / "core"))
COUNTED = list(tables.figures(FAULTS))
HEAD = "| planted faults, generator | "


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(map(str, what)))


def stored(folder, name, faults, **more):
    rows = [{**mutants.named(fault), "layer": "generator", "seconds": 1, "executions": 1, **more} for fault in faults]
    (folder / name).write_text(json.dumps({"table": rows}))


def the_readme_is_right():
    wrong = list(tables.differences(README, COUNTED))
    expect(not wrong, "fuzz/README.md:", "; ".join(wrong), "(fuzz/faults/tables.py says what is so)")


def one_more_fault_makes_it_wrong():
    new = copy.copy(FAULTS[0])
    new.planted, new.kind = "0" * 12, "a-new-one"
    wrong = list(tables.differences(README, tables.figures([*FAULTS, new])))
    expect(len(wrong) == len(COUNTED), "a fault more than the tables have:", wrong)


def another_figure_is_wrong():
    for text in (README.replace(HEAD, HEAD + "1"), README.replace(HEAD, "| something else | "), README.replace(HEAD + COUNTED[0][1], HEAD + COUNTED[0][1] + "1")):
        wrong = list(tables.differences(text, COUNTED))
        expect(len(wrong) == 1 and "generator" in wrong[0], "another figure:", wrong)


def the_newest_table_counts_and_knows_faults_wherever_they_are():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stored(folder, "20260101T000000Z-mutants-generator-000000.json", FAULTS)
        stored(folder, "20260102T000000Z-mutants-generator-000001.json", FAULTS[1:][::-1])
        stored(folder, "20260103T000000Z-mutants-generator-operators-000002.json", FAULTS[:1])
        (_, figure, without), = tables.figures(FAULTS, folder)
        expect(figure.startswith(f"{len(FAULTS) - 1} of {len(FAULTS)}; median 1.0 s") and without == FAULTS[:1], "all but the first:", figure, without)


def a_table_of_before_is_read_by_kinds_and_files():
    with tempfile.TemporaryDirectory() as name:
        folder, kept = Path(name), FAULTS[:100] + FAULTS[101:]
        rows = [{"fault": f"{n} {fault.kind} {fault.file}:7"} for n, fault in enumerate(kept, 1)]
        (folder / "20260101T000000Z-mutants-generator-000000.json").write_text(json.dumps({"table": rows}))
        (_, figure, without), = tables.figures(FAULTS, folder)
        expect(figure == f"{len(FAULTS) - 1} of {len(FAULTS)}" and [(f.kind, f.file) for f in without] == [(FAULTS[100].kind, FAULTS[100].file)],
               "all but one:", figure, without)


def rows_of_faults_that_are_not_hunted_again_name_their_table():
    table, row = mutants.Table("generator", False), {"fault": "7 x y:1", "layer": "generator", "seconds": 2, "executions": 3}
    table.carry("one.json", {FAULTS[0]: row})
    table.carry("two.json", {FAULTS[1]: {**row, "from": "zero.json"}})
    expect([r["from"] for r in table.rows] == ["one.json", "zero.json"], "tables:", table.rows)
    expect([r["planted"] for r in table.rows] == [f.planted for f in FAULTS[:2]], "faults:", table.rows)
    expect((table.faults, table.times, table.worst) == (2, [2, 2], 2), "figures:", table.faults, table.times, table.worst)


for test in (the_readme_is_right, one_more_fault_makes_it_wrong, another_figure_is_wrong,
             the_newest_table_counts_and_knows_faults_wherever_they_are, a_table_of_before_is_read_by_kinds_and_files,
             rows_of_faults_that_are_not_hunted_again_name_their_table):
    test()
