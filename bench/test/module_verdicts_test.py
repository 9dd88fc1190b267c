#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What list and bench say of a module that check has judged. Run as: module_verdicts_test.py IOPATH FOLDER CASE"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, FOLDER, CASE = sys.argv[1], Path(sys.argv[2]), sys.argv[3]


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def run(tmp, *args, **env):
    return subprocess.run([IOPATH, *map(str, args)], capture_output=True, text=True, timeout=900, check=False,
                          env={**os.environ, "XDG_CACHE_HOME": str(tmp / "cache"), **env})


def module(tmp, name):
    return Path(shutil.copy(FOLDER / f"module-check-{name}.so", tmp / "mine.so"))


def listed(tmp, mine, **env):
    """What list says of each line, in words and as JSON."""
    done = run(tmp, "list", "--alone", "--module", mine, "--json", "-", **env)
    expect(done.returncode == 0, done)
    return {cell["routine"]: (cell["legality"], cell["legal"]) for cell in json.loads(done.stdout)}


def a_clean_check_is_shown(tmp):
    mine = module(tmp, "right")
    expect(set(listed(tmp, mine).values()) == {("not judged", None)}, listed(tmp, mine))
    expect(run(tmp, "check", "--module", mine).returncode == 0)
    now = listed(tmp, mine)
    expect(now["r8"] == now["w16"] == ("as claimed", True), now)
    expect(all(legal is True for _, legal in now.values()), now)
    done = run(tmp, "bench", "--alone", "--module", mine, "--launches", 2, "--rounds", 5, "--no-counts", "--out", tmp / "r.json")
    rows = json.loads((tmp / "r.json").read_text())["benchmarks"]
    expect(done.returncode == 0 and "not judged" not in done.stdout, done)
    expect(rows and all(row["legal"] and row["module"] == "checked" for row in rows), rows)


def accesses_that_were_written_down_are_not_judged(tmp):
    mine = module(tmp, "operations")
    expect(run(tmp, "check", "--module", mine, "--update").returncode == 0)
    expect(listed(tmp, mine)["walk"] == ("not judged", None), listed(tmp, mine))
    expect(run(tmp, "check", "--module", mine).returncode == 0)
    expect(listed(tmp, mine)["walk"] == ("as claimed", True), listed(tmp, mine))


def another_build_is_not_judged(tmp):
    mine = module(tmp, "right")
    run(tmp, "check", "--module", mine)
    expect(("not judged", None) not in listed(tmp, mine).values(), listed(tmp, mine))
    # The next check counts.
    (file,) = (tmp / "cache/iopath/verdicts").iterdir()
    file.write_text(file.read_text().replace("r8 claimed", "r8 not"))
    expect(listed(tmp, mine)["r8"] == ("not as claimed", False), listed(tmp, mine))
    run(tmp, "check", "--module", mine)
    expect(listed(tmp, mine)["r8"] == ("as claimed", True), listed(tmp, mine))
    with mine.open("ab") as file:
        file.write(b"\0")
    expect(set(listed(tmp, mine).values()) == {("not judged", None)}, listed(tmp, mine))
    # A copy of the file that was judged is that file.
    expect(("not judged", None) not in listed(tmp, module(tmp, "right")).values())


def what_is_wrong_is_shown(tmp):
    mine = module(tmp, "wrong")
    expect(run(tmp, "check", "--module", mine).returncode == 1)
    now = listed(tmp, mine)
    expect(now["writes_twice"] == ("not as claimed", False), now)
    # Bytes twice are no matter in memory, and that is what it is for.
    expect(now["doubled_byte"] == ("not for devices", False), now)
    done = run(tmp, "bench", "--alone", "--module", mine, "--filter", "writes_twice", "--launches", 2, "--rounds", 5, "--no-counts", "--out",
               tmp / "r.json")
    expect("  not as claimed" in done.stdout, done)
    # Its words are those of this program's own copies.
    (file,) = (tmp / "cache/iopath/verdicts").iterdir()
    text = file.read_text()
    expect("toio doubled_byte not MEM " in text, text)
    file.write_text(text.replace("toio doubled_byte not MEM ", "toio doubled_byte claimed STRICT 4\n"))
    expect(listed(tmp, mine)["doubled_byte"] == ("legal for STRICT, by accesses of 4 bytes", True), listed(tmp, mine))


def what_was_not_judged_stays_so(tmp):
    mine = module(tmp, "cannot")
    expect(run(tmp, "check", "--module", mine, "--timeout", 1).returncode == 2)
    now = listed(tmp, mine)
    expect(now["r8"] == ("as claimed", True) and now["crash"] == now["nothing"] == ("not judged", None), now)
    # Of an interrupted check what was judged counts.
    shutil.rmtree(tmp / "cache")
    mine = module(tmp, "right")
    child = subprocess.Popen([IOPATH, "check", "--module", mine], stdout=subprocess.PIPE, text=True,
                             env={**os.environ, "XDG_CACHE_HOME": str(tmp / "cache")})
    child.stdout.readline()
    child.stdout.readline()
    child.send_signal(signal.SIGINT)
    child.stdout.read()
    expect(child.wait() == 130, child.returncode)
    words = [words for words, _ in listed(tmp, mine).values()]
    expect("not judged" in words and len(set(words)) > 1, words)


def a_cache_that_is_not_right_is_none(tmp):
    mine = module(tmp, "right")
    run(tmp, "check", "--module", mine)
    (file,) = (tmp / "cache/iopath/verdicts").iterdir()
    good = file.read_text()
    for bad in ("", "x", good.replace("verdicts 1", "verdicts 2"), good.replace(" claimed ", " perhaps "), good.replace("- 0", "SUPER 0"),
                good.replace("- 0", "- 4096"), good[:19] + " \n" * 9, good.replace("\n", "\0")):
        file.write_bytes(bad.encode())
        now = listed(tmp, mine)
        expect(now["r8"] == ("not judged", None), repr(bad), now)
    # Where none can be kept, check says the same and so does list.
    blocked = tmp / "file"
    blocked.write_text("")
    for env in ({"XDG_CACHE_HOME": str(blocked)}, {"XDG_CACHE_HOME": "", "HOME": ""}, {"XDG_CACHE_HOME": "relative", "HOME": "relative"}):
        done = run(tmp, "check", "--module", mine, **env)
        expect(done.returncode == 0 and not done.stderr and listed(tmp, mine, **env)["r8"] == ("not judged", None), env, done)
    expect(not Path("relative").exists())


with tempfile.TemporaryDirectory() as name:
    globals()[CASE.replace("-", "_")](Path(name))
