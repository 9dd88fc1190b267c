#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iopath check --module: what is registered is judged against what it claims. Run as: module_check_test.py IOPATH FOLDER-OF-MODULES
CASE."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import ktap  # noqa: E402

IOPATH, FOLDER = sys.argv[1], Path(sys.argv[2])
# No verdict of a test for other runs.
CACHE = tempfile.TemporaryDirectory()
os.environ["XDG_CACHE_HOME"] = CACHE.name

WRONG = {
    "doubled_byte": "not legal for STRICT: bytes touched more than once",
    "write_halves": "not one access of 8 bytes",
    "reads_wide": "not one access of 1 byte",
    "writes_another": "^one access of 4 bytes, of another value",
    "reads_nothing": "not one access of 4 bytes",
    "writes_twice": "not one access of 4 bytes",
    "not_ordered": "not one access of 4 bytes.*not a plain load or store",
    "no_barrier_read8": "one access of 1 byte, but it claims to be ordered.* has no compiler barrier",
    "weak_barrier": "has no compiler barrier",
    "no_barrier_write16": "has no compiler barrier",
    "no_barrier_write64": "has no compiler barrier",
    "barrier_behind_write": "its compiler barrier is on the wrong side: a write needs it before its access",
    "three_are_enough": "size 3, offset 0 .* must be refused, and reads 4 bytes at offset 0",
    "sum_wraps": "must be refused, and reads 4 bytes at offset -4",
    "cut_to_32_bits": r"offset \d+ \(0x8000000000000000\), must be refused, and reads 4 bytes at offset 0",
    "takes_misaligned": "offset 1 .* must be refused, and reads 4 bytes at offset 1",
    "refuses_the_last": "size 4, offset 0 .* is inside, and is refused with -1",
    "reads_beside": "size 4, offset 4 .* must be refused, and reads 4 bytes at offset 0",
    "looks_first": "must be refused, and reads 1 bytes at offset 0",
    "other_value": "does not write the value",
    "one_too_far": "size 0, offset 0 .*, length 1 .*, must be refused, and is not",
    "sum_of_both": "must be refused, and is not",
    "outside": "in call 1, it writes 4 bytes at offset 62, outside its window of 64",
}


def check(*args):
    return subprocess.run([IOPATH, "check", *map(str, args)], capture_output=True, text=True, timeout=600)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def module(tmp, name):
    return Path(shutil.copy(FOLDER / f"module-check-{name}.so", tmp / "mine.so"))


def what_is_right_is_as_claimed(tmp):
    out = check("--module", module(tmp, "right"), "--json", tmp / "o.json", "--ktap", tmp / "o.ktap")
    expect(out.returncode == 0 and "7 as claimed, 0 not, 0 not judged" in out.stdout and not out.stderr, out)
    short = subprocess.run([IOPATH, "check", "mine.so"], capture_output=True, text=True, timeout=600, cwd=tmp)
    expect(short.returncode == 0 and "7 as claimed" in short.stdout, short)
    lines = json.loads((tmp / "o.json").read_text())
    expect([line["name"] for line in lines] == ["r8", "r64", "w16", "w32", "read32", "write64", "part"], lines)
    expect(all(line["verdict"] == "as claimed" for line in lines), lines)
    expect([line.get("ordering") for line in lines] == [*["examined, kept"] * 3, "relaxed, as claimed", None, None, None], lines)
    expect(re.search(r"\ncopies and accessors: judged by [1-9]\d+ calls, sizes up to 8 at places 0 to 63, a few values each\n", out.stdout), out)
    expect(re.search(r"r8 +one access of 1 byte; ordering: examined, kept\n", out.stdout) and "could not" not in out.stdout, out)
    # Nothing is written without being asked for.
    expect(sorted(path.name for path in tmp.iterdir()) == ["mine.so", "o.json", "o.ktap"], list(tmp.iterdir()))
    (right,) = ktap.parse((tmp / "o.ktap").read_text())
    expect(right["good"] and len(right["points"]) == 7 and right["points"][1]["name"] == "read64 r64", right)


def an_interrupted_check_keeps_what_was_judged(tmp):
    command = [IOPATH, "check", "--module", module(tmp, "wrong"), "--json", tmp / "o.json", "--ktap", tmp / "o.ktap"]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = [process.stdout.readline() for _ in range(3)][-1].split()
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=120)
    lines = json.loads((tmp / "o.json").read_text())
    expect(process.returncode == 130 and "interrupted: what was judged until then is kept" in said and not errors, said, errors)
    expect(len(lines) >= len(WRONG) - 1 and lines[1]["name"] == first[1] and "partial" not in lines[1], first, lines)
    expect(lines[-1]["verdict"] == "not judged" and lines[-1]["words"] == "interrupted" and lines[-1]["partial"], lines[-1])
    (wrong,) = ktap.parse((tmp / "o.ktap").read_text())
    expect(wrong["points"][-1]["directive"] == "ERROR" and wrong["points"][-1]["why"] == "interrupted", wrong)


def an_order_that_is_not_seen_is_not_judged(tmp):
    """The same right and wrong accessors, where the object does not show the difference; where it does, of each compiler."""
    here = Path(__file__).resolve().parent
    (tmp / "old.map").write_text("{ local: iop_plain_*; };\n")
    cases = [("cc", "UNORDERED", ["-O0"], "in this build the compiler keeps"),
             ("cc", "ORDERED", ["-O2", f"-Wl,--version-script={tmp}/old.map"], "older iopath/cells.h"),
             *[(cc, what, ["-O2", "-fno-strict-aliasing"], None) for cc in ("gcc", "clang") if shutil.which(cc) for what in ("ORDERED", "UNORDERED")]]
    for cc, defined, more, why in cases:
        subprocess.run([cc, "-shared", "-fPIC", f"-D{defined}", *more, f"-I{here.parent}/cells", here / "module_check.c", "-o",
                        tmp / "mine.so"], check=True, timeout=100)
        out = check("--module", tmp / "mine.so", "--json", "-", "--ktap", tmp / "o.ktap")
        said = [line.get("ordering", line["words"]) for line in json.loads(out.stdout)]
        words = why or ("examined, kept" if defined == "ORDERED" else "has no compiler barrier")
        expect(len(said) == (3 if defined == "ORDERED" else 4) and all(words in text for text in said), cc, defined, more, said)
        expect(out.returncode == (words == "has no compiler barrier"), out)
        # What was not examined is no success.
        points = {point["name"]: point["directive"] for point in ktap.parse((tmp / "o.ktap").read_text())[0]["points"]}
        expect(list(points.values()).count("SKIP") == (len(said) if why else 0) and len(points) == len(said) * (2 if why else 1), points)
    out = check(tmp / "mine.so")
    expect("could not be examined" not in out.stdout and out.stdout.count("WRONG: one access") == 4, out)


def a_barrier_on_the_other_side_is_no_order(tmp):
    """Never 'kept': a write with its barrier behind it, a read with it before. What clang drops is less than what gcc moves."""
    here = Path(__file__).resolve().parent
    kept, unseen = "examined, kept", "not examined: a barrier is there, and in this build nothing shows on which side"
    wrong = {"write": "wrong side: a write needs it before", "read": "wrong side: a read needs it behind"}
    cases = {("gcc", "-O2"): (wrong["write"], wrong["read"], kept, kept), ("clang", "-O2"): (wrong["write"], unseen, unseen, kept),
             ("gcc", "-O1"): (wrong["write"], unseen, unseen, kept)}
    for (cc, level), words in cases.items():
        if not shutil.which(cc):
            continue
        subprocess.run([cc, "-shared", "-fPIC", "-DSIDES", level, "-fno-strict-aliasing", f"-I{here.parent}/cells", here / "module_check.c",
                        "-o", tmp / "mine.so"], check=True, timeout=100)
        out = check(tmp / "mine.so", "--json", "-")
        said = {line["name"]: line.get("ordering", line["words"]) for line in json.loads(out.stdout)}
        for name, why in zip(("barrier_behind_write", "barrier_before_read", "acquire", "release"), words):
            expect(why in said[name], cc, level, name, said)
        expect(out.returncode == 1 and len(said) == 4, out)


def a_condition_is_one_that_was_seen(tmp):
    """Words where the failures are outside of them; of a few failures no condition is made, and no trace of one that does not repeat."""
    here = Path(__file__).resolve().parent
    subprocess.run(["cc", "-shared", "-fPIC", "-DCONDITIONS", "-O2", f"-I{here.parent}/cells", here / "module_check.c", "-o",
                    tmp / "mine.so"], check=True, timeout=100)
    out = check(tmp / "mine.so", "--json", "-")
    said = {line["name"]: line for line in json.loads(out.stdout)}
    expect(out.returncode == 1 and said["words"]["words"] == "legal only where sizes and places are multiples of 4", said)
    for name in ("not_large", "each_hundredth"):
        expect(said[name]["words"] == "legal for no tier", name, said)
    for name, line in said.items():
        repeats = name != "each_hundredth"
        expect(("iopath trace" in line["more"]) == repeats and ("does not repeat: " in line["more"]) != repeats, name, line)


def what_is_wrong_is_found(tmp):
    out = check("--module", module(tmp, "wrong"), "--json", "-", "--ktap", tmp / "o.ktap")
    lines = {line["name"]: line for line in json.loads(out.stdout)}
    expect(out.returncode == 1 and not out.stderr, out.returncode, out.stderr)
    expect(set(lines) == set(WRONG), set(lines) ^ set(WRONG))
    for name, why in WRONG.items():
        line = lines[name]
        expect(line["verdict"] == "not as claimed", name, line)
        expect(re.search(why, line["words"] + line.get("more", "")), name, why, line)
    (wrong,) = ktap.parse((tmp / "o.ktap").read_text())
    expect(len(wrong["points"]) == len(WRONG) and not any(point["good"] or point["directive"] for point in wrong["points"]), wrong)
    (halves,) = [point for point in wrong["points"] if point["name"] == "write64 write_halves"]
    expect(halves["notes"][0] == WRONG["write_halves"] and any("iopath trace write64" in note for note in halves["notes"]), halves)
    # What fails is shown by a command that can be run.
    command = re.search(r"iopath (trace .*)", lines["write_halves"]["more"]).group(1).split()
    shown = subprocess.run([IOPATH, *command], capture_output=True, text=True, timeout=300, cwd=tmp)
    expect(shown.returncode == 1 and shown.stdout.count("write") >= 2, shown)


def accesses_are_kept_and_compared(tmp):
    mine, file = module(tmp, "operations"), tmp / "mine.expect"
    out = check("--module", mine)
    expect(out.returncode == 2 and out.stderr.count("--update writes it") == 3 and not file.exists(), out)
    out = check("--module", mine, "--update")
    expect(out.returncode == 0 and "3 as claimed" in out.stdout and f"{file} is written\n" in out.stdout, out)
    text = file.read_text()
    expect("operation doorbell, window 4096, 16 calls\n  write 8 at 0x8 = 0x1\n  write 8 at 0x20 = 0x1\n  read 4 at 0x0\n" in text, text)
    # Another place at each call, so each call has a section; the device was ready at the third read.
    for i in range(16):
        expect(f"operation walk, window 64, call {i + 1} of 16\n  write 8 at 0x{8 * i % 64:x} = 0x1\n" in text, text)
    expect("operation wait_until_ready, window 8, 16 calls" in text and text.count("read 4 at 0x4") >= 3, text)
    out = check("--module", mine)
    expect(out.returncode == 0 and "3 as claimed, 0 not" in out.stdout, out)
    # The next version makes two accesses of one.
    module(tmp, "changed")
    out = check("--module", mine)
    expect(out.returncode == 1 and "2 as claimed, 1 not" in out.stdout, out)
    expect("    - " in out.stdout and re.search(r"doorbell +WRONG: other accesses or values than in .*mine.expect\n    -   write 8 at 0x20 = 0x1\n"
                                                 r"    \+   write 4 at 0x20 = 0x1\n    \+   write 4 at 0x24 = 0x1\n", out.stdout), out.stdout)
    expect(file.read_text() == text, "the file has changed without --update")
    # Elsewhere, on demand; and what the module does not have any more.
    other = tmp / "other.txt"
    other.write_text(text.replace("walk", "gone"))
    out = check("--module", mine, "--expect", other)
    expect(out.returncode == 1 and "gone" in out.stdout and "walk" in out.stdout and "is not in" in out.stdout, out.stdout)
    other.write_text("")
    expect(check("--module", mine, "--expect", other).returncode == 1, "an empty file expects nothing")


def a_name_that_is_not_utf8_loses_no_result(tmp):
    name = bytes(tmp) + b"/m\xff.so"
    shutil.copy(FOLDER / "module-check-right.so", name)
    out = subprocess.run([IOPATH, "check", name, "--json", "-"], capture_output=True, timeout=600)
    lines = json.loads(out.stdout.decode())
    expect(out.returncode == 0 and len(lines) == 7 and lines[0]["module"].endswith("/m?.so"), out)


def what_cannot_be_judged_is_a_line_and_exit_2(tmp):
    out = check("--module", module(tmp, "cannot"), "--timeout", "1", "--update", "--ktap", tmp / "o.ktap")
    expect(out.returncode == 2 and "1 as claimed, 0 not, 5 not judged" in out.stdout, out)
    expect("r8" in out.stdout and "one access of 1 byte" in out.stdout, out.stdout)
    expect(not (tmp / "mine.expect").exists(), "what could not be judged is expected")
    expect("mine.expect is not written (each line must be judged first)" in out.stderr and "is written" not in out.stdout, out)
    for why in ("operation nothing: its set-up fails with -19", "operation crash: in call 1, killed by signal 6",
                "operation hang: in call 1, no answer in time; one that waits for a device needs a .device",
                "checked-read ends: size 0, offset 0 .*, its process ended with status 3", "toio memcpy: its claims are not understood"):
        expect(len(re.findall(f"^iopath: check: .*mine.so: cannot judge {why}", out.stderr, re.MULTILINE)) == 1, why, out.stderr)
    points = {point["name"]: point for point in ktap.parse((tmp / "o.ktap").read_text())[0]["points"]}
    expect(points["read8 r8"]["good"] and [point["directive"] for point in points.values()].count("ERROR") == 5, points)
    expect("killed by signal 6" in points["operation crash"]["why"], points)
    out = check("--module", module(tmp, "operations"), "--expect", "/etc/passwd")
    expect(out.returncode == 2 and out.stderr.count("\n") == 1 and "cannot read /etc/passwd: it is not an .expect file" in out.stderr, out)
    (tmp / "asan.c").write_text("int value;\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-fsanitize=address", tmp / "asan.c", "-o", tmp / "asan.so"], check=True)
    out = check("--module", tmp / "asan.so")
    expect(out.returncode == 2 and out.stderr.count("\n") == 1 and "build it without -fsanitize=address" in out.stderr, out)


def a_bad_module_does_not_stop_the_others(tmp):
    right = module(tmp, "right")
    for what, why in (("crash-on-load", "Aborted"), ("print-on-load", "printed to stdout"), ("registered-twice", "is there twice")):
        out = check("--module", FOLDER / f"module-bad-{what}.so", "--module", right)
        expect(out.returncode == 2 and "7 as claimed" in out.stdout and out.stderr.count("\n") == 1 and why in out.stderr, what, out)
    out = check("--module", FOLDER / "module-abi1.so", "--module", right)
    expect(out.returncode == 2 and "registers nothing that can be judged" in out.stderr and "7 as claimed" in out.stdout, out)
    for use in (["--module", right, "--op", "toio"], ["strict", "--module", right], ["strict", "--op", "toio", "--update"],
                ["--module", right, "--module", right], ["--module", right, "--module", FOLDER / "module-user.so", "--expect", "f"]):
        out = check(*use)
        expect(out.returncode == 2 and out.stderr.count("\n") == 1 and not out.stdout, use, out)


def verdicts_are_ktap(tmp):
    ktap.refuses_what_is_wrong()
    # Without a file to compare with nothing has failed, and nothing was examined.
    out = check("--module", module(tmp, "operations"), "--module", FOLDER / "module-bad-crash-on-load.so", "--ktap", "-")
    none, bad = ktap.parse(out.stdout)
    expect(out.returncode == 2 and none["name"] == str(tmp / "mine.so") and none["directive"] == "SKIP", out)
    expect(len(none["points"]) == 3 and all("--update writes it" in point["why"] for point in none["points"]), none)
    expect(bad["directive"] == "ERROR" and "Aborted" in bad["points"][0]["why"], bad)
    # Of one routine, each step is a point.
    for routine, code in (("strict", 0), ("glibc", 1)):
        out = check(routine, "--op", "set", "--ktap", "-")
        (point,) = ktap.parse(out.stdout)
        expect(out.returncode == code and point["good"] == (code == 0) and point["name"] == f"set {routine}, STRICT", point)
        steps = [step["directive"] for step in point["points"]]
        expect("SKIP" in steps and None in steps and "ERROR" not in steps, point)
    out = check("strict", "--op", "set", "--ktap", "-", "--json", "-")
    expect(out.returncode == 2 and "only one output" in out.stderr and not out.stdout, out)


def trace(*args):
    return subprocess.run([IOPATH, "trace", *map(str, args)], capture_output=True, text=True, timeout=300)


def what_is_registered_is_traced(tmp):
    mine = module(tmp, "wrong")
    out = trace("write64", "--module", mine, "--routine", "write_halves")
    expect(out.returncode == 1 and out.stdout.count("      4  write") == 2 and "write64 write_halves" in out.stdout, out)
    out = trace("toio", "--module", mine, "--routine", "doubled_byte", "--size", 8)
    expect(out.returncode == 0, out)
    out = trace("toio", "--module", mine, "--routine", "doubled_byte", "--size", 101)
    expect(out.returncode == 1 and "more than once" in out.stdout, out)
    # With the widths that it claims, and the sizes that it is made for.
    user = FOLDER / "module-user.so"
    expect(trace("toio", "--module", user, "--routine", "copy_words", "--size", 8).returncode == 0)
    out = trace("toio", "--module", user, "--routine", "copy_words", "--size", 6)
    expect(out.returncode == 2 and "not made for this size" in out.stderr, out)
    out = trace("operation", "--module", user, "--routine", "post", "--json", tmp / "o.json")
    expect(out.returncode == 0 and "write 4 at 0x100 = 0x1\n" in out.stdout, out)
    calls = json.loads((tmp / "o.json").read_text())["calls"]
    expect(len(calls) == 16 and calls[0][-1] == {"offset": 256, "width": 4, "direction": "write", "value": "0x1"}, calls)
    expect(trace("operation", "--module", mine, "--routine", "outside").returncode == 1)
    for use in (["toio", "--module", user, "--routine", "post", "--size", 8], ["toio", "--module", user, "--size", 8],
                ["operation", "--routine", "strict"], ["operation", "--module", user, "--routine", "post", "--size", 8],
                ["read32", "--module", FOLDER / "module-bad-twice.so", "--routine", "reg"]):
        out = trace(*use)
        expect(out.returncode == 2 and out.stderr.count("\n") == 1 and not out.stdout, use, out)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        globals()[sys.argv[3].replace("-", "_")](Path(folder))
