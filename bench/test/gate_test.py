#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `iopath gate`, `aa` and `selftest` find in modules whose difference is known. Run as: gate_test.py IOPATH FOLDER CASE.

Verdicts about time are asked of the program that has a clock of the test's own (gate_clock.c), with one seed: they are the same in
each run, on any machine."""
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import ktap  # noqa: E402

IOPATH, FOLDER = sys.argv[1], Path(sys.argv[2])
BASE, SLOW = FOLDER / "gate-base.so", FOLDER / "gate-slow.so"
OWN = Path(IOPATH).parent / "libiopath-cells.so"
CLOCKED = {name: FOLDER / f"gate-clocked-{name}.so" for name in ("base", "slow", "liar", "crash", "broken", "wide")}
BUDGET = ["--budget", "20s"]
SKIP = 77


def run(*args, **kwargs):
    return subprocess.run([IOPATH, *map(str, args)], capture_output=True, text=True, timeout=600, **kwargs)


def gate(base, candidate, *args):
    return run("gate", "--base", base, "--candidate", candidate, *BUDGET, *args)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def clocked(tmp, *args, **env):
    """The program on the test's clock, which begins anew."""
    (tmp / "clock").write_bytes(struct.pack("=QQ", 0, 1))
    return subprocess.run([FOLDER / "gate-clocked", *map(str, args)], capture_output=True, text=True, timeout=600,
                          env={**os.environ, "GATE_CLOCK": str(tmp / "clock"), **env})


def timed(base, candidate, tmp, *args, **env):
    """The gate on the test's clock: its output and its cells."""
    out = clocked(tmp, "gate", "--base", CLOCKED[base], "--candidate", CLOCKED[candidate], *BUDGET, "--seed", 1, "--json",
                  tmp / "gate.json", *args, **env)
    data = result(tmp)
    expect(data["exit"] == out.returncode, out)
    return out, {cell["name"]: cell for cell in data["cells"]}


def result(tmp):
    return json.loads((tmp / "gate.json").read_text())


def identical_modules_pass(tmp):
    out, cells = timed("base", "base", tmp)
    expect(out.returncode == 0 and "PASS" in out.stdout, out)
    expect(all(cell["same_code"] for cell in cells.values()), cells)
    expect(cells["control/gate/planted/0"]["verdict"] == "slower", cells)
    expect("\x1b" not in out.stdout and not out.stderr, out)


def identical_code_is_measured_if_asked(tmp):
    out, cells = timed("base", "base", tmp, "--no-identity", "--no-counts")
    expect(out.returncode == 0, out)
    expect(len(cells["read/mmio/steady/u32"]["screen"]) >= 6, cells)


def the_same_seed_is_the_same_run(tmp):
    out, cells = timed("base", "slow", tmp, "--no-counts")
    again, cells_again = timed("base", "slow", tmp, "--no-counts")
    expect(out.returncode == again.returncode == 1 and cells == cells_again, cells, cells_again)
    out, other = timed("base", "slow", tmp, "--no-counts", "--seed", 2)
    expect(out.returncode == 1, out)
    expect(cells["read/mmio/varied/u32"]["screen"] != other["read/mmio/varied/u32"]["screen"], "another seed, the same values")


def the_machines_clock_is_read(tmp):
    # What it says is the machine's business; that it was asked as often as the plan says is ours. No run needs all of this budget.
    out = run("gate", "--base", BASE, "--candidate", SLOW, "--budget", "600s", "--no-counts", "--filter", "varied", "--json",
              tmp / "gate.json")
    data = json.loads((tmp / "gate.json").read_text())
    (cell,) = [cell for cell in data["cells"] if cell["role"] == "cell"]
    # Clean, slower or unfit: no error, and not out of time.
    expect(data["exit"] == out.returncode and out.returncode in (0, 1, 3) and not out.stderr, out)
    expect(len(cell["screen"]) >= 6 and cell["base_ns"] > 0, out, cell)


def a_slow_cell_is_found(tmp):
    out, cells = timed("base", "slow", tmp, "--markdown", tmp / "gate.md", "--html", tmp / "gate.html", "--ktap", tmp / "gate.ktap")
    varied = cells["read/mmio/varied/u32"]
    expect(out.returncode == 1, out)
    expect(varied["verdict"] == "slower" and varied["change_low"] <= varied["change"] <= varied["change_high"], varied)
    expect(abs(varied["change"] - 0.1) < 0.005 and varied["p"] <= 0.01, varied)
    # What was found is not what it takes to be found.
    expect(0 < varied["resolution"] <= 0.05 and "; 0 would not show 5 %" in out.stdout, varied, out)
    least = float(re.search(r"half of the cells would show a slowdown of ([0-9.]+) %, the least sensitive ([0-9.]+) %", out.stdout)[2])
    expect(least <= 5, out)
    expect(cells["read/mmio/steady/u32"]["same_code"], cells)
    expect("SLOWER" in out.stdout and "read/mmio/varied/u32" in out.stdout, out)
    page = (tmp / "gate.html").read_text()
    expect("<h1>FAIL" in page and "<th scope=row>read/mmio/varied/u32<td>SLOWER<td>" in page, page)
    expect("<script" not in page and "http:" not in page and "https:" not in page, page)
    text = (tmp / "gate.md").read_text()
    expect("FAIL" in text and "`read/mmio/varied/u32` | SLOWER" in text, text)
    controls, tested, verdict = ktap.parse((tmp / "gate.ktap").read_text())
    expect(controls["good"] and not tested["good"] and not verdict["good"] and not verdict["directive"], controls, verdict)
    points = {point["name"]: point for point in tested["points"] + controls["points"]}
    expect(not points["read/mmio/varied/u32"]["good"] and points["read/mmio/varied/u32"]["notes"][0] == "SLOWER", points)
    expect(points["read/mmio/steady/u32"]["good"] and not points["read/mmio/steady/u32"]["directive"], points)


def counts_are_exact(tmp):
    out = gate(BASE, SLOW, "--no-time", "--json", tmp / "gate.json")
    cells = {cell["name"]: cell for cell in json.loads((tmp / "gate.json").read_text())["cells"]}
    expect(out.returncode == 0, out)
    counted, varied = cells["read/mmio/counted/u32"], cells["read/mmio/varied/u32"]
    if "instructions_base" not in counted or "accesses_base" not in counted:
        print(out.stdout)
        sys.exit(SKIP)
    expect(counted["instructions_candidate"] - counted["instructions_base"] == 2, counted)
    expect(counted["accesses_base"] == counted["accesses_candidate"] == 1, counted)
    expect(varied["accesses_candidate"] - varied["accesses_base"] == 1, varied)
    expect(varied["instructions_candidate"] > varied["instructions_base"] + 20, varied)
    expect("read/mmio/counted/u32" in out.stdout and "instructions" in out.stdout, out)
    again = gate(BASE, SLOW, "--no-time", "--json", tmp / "again.json")
    cells_again = {cell["name"]: cell for cell in json.loads((tmp / "again.json").read_text())["cells"]}
    expect(again.returncode == 0 and cells_again == cells, cells_again)
    # What was not measured is no success, unless its instructions are judged.
    for limit, directive in ((), "SKIP"), (("--max-instructions", "1%"), None):
        out = gate(BASE, SLOW, "--no-time", "--filter", "counted|steady", *limit, "--ktap", "-")
        points = {point["name"]: point for point in ktap.parse(out.stdout)[1]["points"]}
        expect(points["read/mmio/counted/u32"]["good"] == (not limit) and points["read/mmio/counted/u32"]["directive"] == directive, points)
    limited = ["--no-time", "--filter", "counted|varied", "--max-instructions"]
    expect(gate(BASE, SLOW, *limited, "1").returncode == 1)
    expect(gate(BASE, SLOW, *limited, "1000").returncode == 0)
    expect(gate(SLOW, BASE, *limited, "0").returncode == 0)


def one_instruction_is_never_missed(tmp):
    for env in (None, dict(os.environ, PATH="/nonexistent")):  # the second has no valgrind
        for base, candidate, more in ((BASE, SLOW, 1), (SLOW, BASE, -1), (BASE, BASE, 0)):
            out = run("gate", "--base", base, "--candidate", candidate, "--no-time", "--no-identity", "--max-instructions", 0,
                      "--filter", "single", "--json", tmp / "gate.json", env=env)
            cell = json.loads((tmp / "gate.json").read_text())["cells"][0]
            if "instructions_base" not in cell:
                expect(out.returncode == 2, out)
                sys.exit(SKIP)
            expect(cell["instructions_candidate"] - cell["instructions_base"] == more, env is None, cell)
            expect(out.returncode == (1 if more > 0 else 0), out)


def what_was_not_counted_is_not_verified(tmp):
    command = ["--no-time", "--filter", "huge|steady"]
    out = gate(BASE, SLOW, *command, "--max-instructions", 0)
    expect(out.returncode == 2 and "ERROR: 1 cells cannot be judged" in out.stdout, out)
    expect(any("huge" in line and "not verified" in line for line in out.stdout.splitlines()), out)
    expect(gate(BASE, SLOW, *command).returncode == 0)
    expect(gate(BASE, BASE, *command, "--max-instructions", 0).returncode == 0)


def a_planted_slowdown_too_small_is_unfit(tmp):
    out, _ = timed("base", "base", tmp, "--planted", "0.02%")
    expect(out.returncode == 3 and "UNFIT" in out.stdout and "planted" in out.stdout, out)
    expect("planted" in json.loads((tmp / "gate.json").read_text())["unfit"])


def same_code_that_is_slower_is_unfit(tmp):
    out, _ = timed("liar", "liar", tmp, "--filter", "liar")
    expect(out.returncode == 3 and "read/mmio/liar/u32 has the same code" in out.stdout, out)


def unusable_modules_are_exit_2(tmp):
    cut, text = tmp / "cut.so", tmp / "text.so"
    whole = BASE.read_bytes()
    text.write_text("not a module\n")
    (tmp / "empty.so").write_text("")
    for size in (100, 5000, len(whole) // 5):
        cut.write_bytes(whole[:size])
        for pair in ((cut, BASE), (BASE, cut)):
            out = gate(*pair)
            expect(out.returncode == 2 and out.stderr.startswith("iopath: gate: ") and not out.stdout, size, out)
            expect(len(out.stderr.splitlines()) == 1, out)
    for bad in (text, tmp / "empty.so", tmp / "none.so", tmp, FOLDER / "gate-foreign.so"):
        out = gate(BASE, bad)
        expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1 and not out.stdout, bad, out)
    expect(str(text) in gate(BASE, text).stderr)


def a_crashing_cell_is_named(tmp):
    out, cells = timed("base", "crash", tmp)
    expect(out.returncode == 2, out)
    expect(cells["read/mmio/fragile/u32"]["verdict"] == "error" and "signal 9" in cells["read/mmio/fragile/u32"]["error"], cells)
    expect(cells["read/mmio/steady/u32"]["same_code"], cells)


def a_cell_that_broke_is_an_error(tmp):
    out, cells = timed("base", "broken", tmp)
    expect(out.returncode == 2, out)
    expect("candidate" in cells["read/mmio/device/u32"]["error"], cells)


def what_the_machine_lacks_is_no_error(tmp):
    out, cells = timed("broken", "broken", tmp, "--no-identity", "--no-counts")
    expect(out.returncode == 0, out)
    expect(cells["read/mmio/device/u32"]["verdict"] == "not on this machine", cells)
    out, _ = timed("broken", "broken", tmp, "--no-identity", "--filter", "device")
    expect(out.returncode == 4, out)


HELD = ["--no-identity", "--no-counts", "--filter", "held"]


def what_cannot_be_paired_alternates(tmp):
    # One side refuses to be set up beside the other: paired in one process, there would be no value at all.
    out, cells = timed("base", "slow", tmp, *HELD)
    cell = cells["read/mmio/held/u32"]
    expect(out.returncode == 1 and cell["verdict"] == "slower", out)
    expect(cell["change_low"] > 0.02 and cell["resolution"] > 0, cell)
    out, cells = timed("slow", "base", tmp, *HELD)
    expect(out.returncode == 0 and abs(cells["read/mmio/held/u32"]["change"] + 0.5) < 0.01, out)


def what_alternates_against_itself_is_clean(tmp):
    out, cells = timed("base", "base", tmp, *HELD)
    cell = cells["read/mmio/held/u32"]
    expect(out.returncode == 0 and cell["verdict"] == "no change" and "no change >= " in out.stdout, out)
    expect(len(cell["screen"]) >= 6 and len(set(cell["screen"])) > 1 and cell["resolution"] > 0, cell)
    expect(not cell["paired"] and "one process per side" in out.stdout, out)


def the_side_that_dies_is_named(tmp):
    for base, candidate, side in (("base", "crash", "candidate"), ("crash", "base", "base")):
        out, cells = timed(base, candidate, tmp, *HELD)
        cell = cells["read/mmio/held/u32"]
        expect(out.returncode == 2 and cell["verdict"] == "error", out)
        expect(cell["error"].startswith(f"{side}: killed by signal 9"), cell)


def a_busy_neighbour(tmp):
    """Right where its time slices are in some of the rounds, and where they are in most; on this clock that is no matter of chance."""
    command = ["--no-identity", "--no-counts", "--filter", "steady|varied"]
    for busy in (20, 3, 2):
        for candidate, code in (("slow", 1), ("base", 0)):
            out, cells = timed("base", candidate, tmp, *command, GATE_CLOCK_BUSY=str(busy))
            found = [name for name, cell in cells.items() if cell["role"] == "cell" and cell["verdict"] == "slower"]
            expect(out.returncode == code and found == ["read/mmio/varied/u32"] * code, busy, candidate, out)


def a_long_batch_has_its_own_time(tmp):
    """A neighbour that interrupts nearly each of them leaves no more in the values than clocks do."""
    out, cells = timed("wide", "wide", tmp, "--no-identity", "--no-counts", "--filter", "long|steady", GATE_CLOCK_BUSY="3")
    expect(out.returncode == 0, out)
    values = {name: cells[f"read/mmio/{name}/u32"]["screen"] for name in ("long", "steady")}
    expect(max(map(abs, values["long"])) < 0.001 and max(map(abs, values["steady"])) > 0.05, values)


def what_there_is_no_time_for_is_not_clean(tmp):
    out = run("gate", "--base", OWN, "--candidate", OWN, "--no-identity", "--no-counts", "--filter", "^update/", "--budget", "0.1s",
              "--json", tmp / "gate.json")
    data = json.loads((tmp / "gate.json").read_text())
    expect(out.returncode == data["exit"] == 3, out)
    expect(data["skipped"] > 100 and f"{data['skipped']} not measured for lack of time" in out.stdout, out)
    expect(sum(cell["verdict"] == "unresolved" for cell in data["cells"]) >= data["skipped"], data["skipped"])


WIDE = ["--no-identity", "--no-counts", "--filter"]


def what_is_unresolved_gets_more_launches(tmp):
    """Two of four differ so much from launch to launch that screening would not have seen 5 %; nothing is slower."""
    out, cells = timed("wide", "wide", tmp, *WIDE, "steady|varied|wide")
    expect(out.returncode == 0 and out.stdout.endswith("PASS\n"), out)
    expect(result(tmp)["changed"] == 4 and result(tmp)["unresolved"] == 0 and result(tmp)["wide"] == 2, result(tmp))
    for name in ("wide-a", "wide-b"):
        cell = cells[f"read/mmio/{name}/u32"]
        expect(max(cell["screen"]) - min(cell["screen"]) > 0.05, cell)
        expect(cell["verdict"] == "no change" and cell["resolution"] <= 0.05 and len(cell["confirm"]) >= 20, cell)
    expect("confirm" not in cells["read/mmio/steady/u32"], cells)


def what_stays_unresolved_is_listed_and_decides(tmp):
    command = ["wide", "wide", tmp, *WIDE, "steady|varied|wild"]
    out, cells = timed(*command)
    wild = cells["read/mmio/wild/u32"]
    expect(out.returncode == 3 and "1 of 3 changed cells are unresolved" in out.stdout, out)
    expect(wild["verdict"] == "unresolved" and wild["resolution"] > 0.05 and len(wild["confirm"]) == 128, wild)
    expect(any(line.startswith("unresolved: sees >= ") and "wild" in line for line in out.stdout.splitlines()), out)
    for most, code in (("33%", 3), ("34%", 0)):
        out, _ = timed(*command, "--max-unresolved", most)
        expect(out.returncode == code, most, out)
    expect("PASS: 2 of 3 changed cells would have shown a slowdown of 5 %, 1 are unresolved" in out.stdout, out)
    expect("unresolved: sees >= " in out.stdout, out)


def what_is_required_decides_alone(tmp):
    command = ["wide", "wide", tmp, *WIDE, "steady|varied|wild", "--max-unresolved", "100%"]
    expect(timed(*command)[0].returncode == 0)
    expect(timed(*command, "--require", "steady|varied")[0].returncode == 0)
    out, cells = timed(*command, "--require", "varied|wild")
    expect(out.returncode == 3 and "read/mmio/wild/u32 is required, but unresolved" in out.stdout, out)
    expect([name for name, cell in cells.items() if "required" in cell] == ["read/mmio/varied/u32", "read/mmio/wild/u32"], cells)
    out, _ = timed("broken", "broken", tmp, *WIDE, "steady|device", "--require", "device")
    expect(out.returncode == 3 and "read/mmio/device/u32 is required, but not on this machine" in out.stdout, out)
    # Of the same code there is nothing to resolve.
    expect(timed("base", "base", tmp, "--require", "steady")[0].returncode == 0)
    for args in (["--require", "nosuchcell"], ["--require", "("], ["--require", "steady", "--no-time"],
                 ["--require", "varied", "--filter", "steady"]):
        out = run("gate", "--base", BASE, "--candidate", BASE, *args)
        expect(out.returncode == 2 and "--require" in out.stderr and not out.stdout, args, out)


def the_budget_is_kept(tmp):
    """By cells of which one launch of one takes a tenth of a second and more, and which nothing resolves; on the test's clock."""
    for which, budgets in (("dear", (1, 2, 5, 20, 60)), ("dear|wi|steady", (1.5, 3, 10, 40))):
        for budget in budgets:
            out, cells = timed("wide", "wide", tmp, *WIDE, which, "--budget", f"{budget}s")
            expect(out.returncode == 3 and "UNFIT" in out.stdout, budget, out)
            expect(result(tmp)["seconds"] <= 1.2 * budget, budget, result(tmp)["seconds"], out)
    expect(result(tmp)["seconds"] > 0.8 * 40, "there was time to resolve more", out)
    dear = [cell for name, cell in cells.items() if "dear" in name]
    expect(all(cell["verdict"] == "unresolved" for cell in dear) and any(len(cell.get("confirm", [])) > 12 for cell in dear), dear)


def nothing_in_common_is_exit_4(tmp):
    out = gate(BASE, FOLDER / "gate-other.so")
    expect(out.returncode == 4 and "no cell in common" in out.stderr, out)


def bad_use_is_exit_2(tmp):
    for args in (["--margin", "x"], ["--margin=-1%"], ["--budget", "0s"], ["--nonsense"], ["stray"], ["--fwer", "90%"],
                 ["--max-instructions", "many"], ["--no-counts", "--max-instructions", "0"], ["--json"]):
        out = run("gate", "--base", BASE, "--candidate", BASE, *args)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: gate: "), args, out)
    for args in ([], ["--base", BASE], ["--candidate", BASE]):
        out = run("gate", *args)
        expect(out.returncode == 2 and "--base" in out.stderr, args, out)
    out = gate(BASE, BASE, "--filter", "nosuchcell")
    expect(out.returncode == 2 and "read/mmio/" in out.stderr, out)
    out = gate(BASE, BASE, "--json", tmp / "no" / "such" / "place.json")
    expect(out.returncode == 2 and "nothing was measured" in out.stderr, out)


def an_interrupt_keeps_what_is_known(tmp):
    # While a process measures, which the gate waits for.
    out, cells = timed("base", "base", tmp, "--no-identity", "--no-counts", "--budget", "600s", GATE_CLOCK_SIGINT="400")
    expect(out.returncode == 130 and "INTERRUPTED" in out.stdout, out)
    expect(json.loads((tmp / "gate.json").read_text())["partial"] and cells["read/mmio/steady/u32"]["screen"], cells)


def nothing_is_left_behind(tmp):
    (tmp / "left").mkdir()
    env = dict(TMPDIR=str(tmp / "left"))
    out, _ = timed("base", "base", tmp, **env)
    expect(out.returncode == 0, out)
    out = run("gate", "--base", BASE, "--candidate", tmp, *BUDGET, env={**os.environ, **env})
    expect(out.returncode == 2, out)
    expect(not list((tmp / "left").iterdir()), list((tmp / "left").iterdir()))


def aa_and_selftest_count(tmp):
    out = clocked(tmp, "aa", "--base", CLOCKED["base"], "--runs", 2, "--budget", "10s", "--seed", 1, "--json", tmp / "aa.json")
    expect(out.returncode == 0 and "false alarms: 0 of 2 runs" in out.stdout, out)
    data = json.loads((tmp / "aa.json").read_text())
    expect(len(data["runs"]) == 2 and abs(data["run_rate_upper_95"] - 0.7763932) < 1e-6, data)
    out = clocked(tmp, "selftest", "--base", CLOCKED["base"], "--slow", "20%", *BUDGET, "--seed", 1, "--json", tmp / "selftest.json")
    expect(out.returncode == 0 and "7 of 7 detected" in out.stdout, out)
    data = json.loads((tmp / "selftest.json").read_text())
    (cells,) = [r["cells"] for r in data["runs"]]
    expect(data["found"] == data["judged"] == len(cells) == 7 and data["slow"] == 0.2, data)
    for cell in cells:
        expect(cell["found"] and cell["covered"] == (cell["change_low"] <= 0.2 <= cell["change_high"]), cell)
        expect(cell["resolution"] > 0 and len(cell["confirm"]) >= 6, cell)
    for command in (["aa", "--runs", 1], ["selftest"]):
        out = run(*command, "--base", BASE, "--json", tmp / "no" / "place.json")
        expect(out.returncode == 2 and "nothing was measured" in out.stderr, out)


CASES = {name.replace("_", "-"): function for name, function in list(globals().items())
         if callable(function) and function.__module__ == "__main__" and function.__code__.co_varnames[:1] == ("tmp",)}

if __name__ == "__main__":
    folder = Path(tempfile.mkdtemp())
    try:
        CASES[sys.argv[3]](folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
