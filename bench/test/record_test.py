#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iopath record, show, diff and export, on programs that map a file in a device's place. Run as: record_test.py IOPATH PROGRAM CASE.

The programs compare what they did with the file themselves, through the file: it is what the accesses have left."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, PROGRAM, CASE = sys.argv[1:4]


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def iopath(folder, *args, **extra):
    return subprocess.run([IOPATH, *map(str, args)], capture_output=True, text=True, timeout=300, cwd=folder, check=False, **extra)


def record(folder, name, out=None, more=(), before=()):
    """The program by its name, recorded into NAME.iorec."""
    return iopath(folder, "record", "--device-file", f"{folder}/dev*", "--out", out or f"{name}.iorec", *more, "--", *before, PROGRAM, name,
                  folder / "dev")


def accesses(folder, recording):
    out = iopath(folder, "export", "--to", "jsonl", recording)
    expect(out.returncode == 0, out)
    return [json.loads(line) for line in out.stdout.splitlines()]


def brief(folder, recording):
    return [(a["access"][0] + str(a["bytes"]), a["offset"], a["value"]) for a in accesses(folder, recording)]


def recorded(folder, name, **extra):
    done = record(folder, name, **extra)
    expect(done.returncode == 0, name, done)
    return brief(folder, f"{name}.iorec")


def accesses_are_made_with_their_width_and_written_down(folder):
    expect(recorded(folder, "widths") == [
        ("w1", 0, "0x11"), ("w2", 2, "0x2222"), ("w4", 4, "0x44444444"), ("w8", 8, "0x8888888888888888"),
        ("r1", 0, "0x11"), ("r2", 2, "0x2222"), ("r4", 4, "0x44444444"), ("r8", 8, "0x8888888888888888")], brief(folder, "widths.iorec"))
    site = accesses(folder, "widths.iorec")[0]["site"]
    expect(re.fullmatch(r"widths record_program\.c:\d+", site), site)


def locked_and_vector_instructions_are_the_cpus_own(folder):
    got = recorded(folder, "forms")
    expect(got[:4] == [("w8", 0, "0x0000000000000028"), ("r4", 0, "?"), ("w4", 0, "?"), ("r8", 0, "?")], got)
    expect(("w1", 16, "0x56") in got and ("w16", 32, 16 * "77") in got and ("r16", 32, 16 * "77") in got, got)
    expect(("w4", 48, "0x00000005") == got[-1], got)


def strings_are_elements(folder):
    got = recorded(folder, "strings")
    expect(got[:8] == [("w1", 64 + i, hex(value)) for i, value in enumerate(b"abcdefgh")], got)
    expect(got[8:] == [(access, at, "0x01020304") for access in ("w4", "r4") for at in (128, 132)], got)
    # What is alike and side by side is one row, where it is long.
    rows = iopath(folder, "show", "strings.iorec").stdout
    expect(" 0x40 " in rows and " 0x47 " in rows and "each of" not in rows, rows)
    recorded(folder, "words")
    rows = iopath(folder, "show", "words.iorec").stdout
    expect(re.search(r"^  0x0 +to 0xfc +0 - +1 4 .* each of 64$", rows, re.MULTILINE) and " 0x4 " not in rows, rows)
    recorded(folder, "pages")
    rows = iopath(folder, "show", "pages.iorec").stdout
    expect(re.search(r"^mappings 1 to 41: .*/dev, 40 accesses$", rows, re.MULTILINE) and " to 0x27 " in rows, rows)
    (folder / "names").write_text("0xfc LAST\n")
    rows = iopath(folder, "show", "--registers", "names", "words.iorec").stdout
    expect(re.search(r"^  0x0 +to 0xf8 .* each of 63\n  0xfc +LAST .* 0x000000fc$", rows, re.MULTILINE), rows)


def threads_are_one_after_the_other(folder):
    got = recorded(folder, "threads")
    expect(len(got) == 2 * 4 * 500, len(got))
    # A read and a write of one instruction with nobody between them.
    expect(all(got[i][0] == "r4" and got[i + 1][:2] == ("w4", got[i][1]) for i in range(0, len(got), 2)), got[:8])
    expect(len({a["thread"] for a in accesses(folder, "threads.iorec")}) == 4)


def children_are_recorded(folder):
    expect([a[:2] for a in recorded(folder, "forks")] == [("w4", 4), ("w4", 0)])
    first, second = accesses(folder, "forks.iorec")
    expect(first["pid"] != second["pid"] and first["site"].startswith("forks "), first, second)
    recorded(folder, "widths", before=("sh", "-c", '"$@"', "sh"))


def the_programs_handlers_are_its_own(folder):
    expect([a[:2] for a in recorded(folder, "handlers")] == [("w4", 8), ("w4", 0), ("w4", 0)])


def a_device_that_does_not_answer_is_the_programs_sigbus(folder):
    """To its handler, with its own address and by each kind of instruction; or it ends the program. Without us the same."""
    got = recorded(folder, "buses")
    expect(got == [("w4", 0x10, "0x00000001"), ("r4", 0x20, "?"), ("r4", 0x30, "?"), ("w4", 0x30, "?"), ("w4", 0x40, "?"),
                   ("w4", 0x50, "0x00000006"), ("w4", 0x50, "0x00000007")], got)
    out = iopath(folder, "show", "--json", "-", "buses.iorec")
    said = [(p["offset"], p["times"]) for p in json.loads(out.stdout)["patterns"] if p["kind"] == "sigbus"]
    expect(out.returncode == 1 and said == [(0x10, 1), (0x20, 1), (0x30, 2), (0x40, 1)], said)
    for name in ("bus", "locked-bus"):
        done = record(folder, name)
        alone = subprocess.run([PROGRAM, name, folder / "dev"], check=False)
        expect((done.returncode, alone.returncode) == (128 + signal.SIGBUS, -signal.SIGBUS), done, alone)
        expect({a[:2] for a in brief(folder, f"{name}.iorec")} >= {("w4", 0x10)}, brief(folder, f"{name}.iorec"))
        expect("ended by signal 7" in iopath(folder, "show", f"{name}.iorec").stdout)


def parts_of_mappings_are_given_back_and_moved(folder):
    got = recorded(folder, "maps")
    expect([a[:2] for a in got] == [("w1", 0), ("w1", 8192), ("r1", 0), ("w1", 1), ("w1", 8193)], got)


def what_show_finds_is_what_was_planted(folder):
    recorded(folder, "faults")
    out = iopath(folder, "show", "--json", "-", "faults.iorec")
    said = json.loads(out.stdout)
    kinds = [(p["kind"], p["offset"], p["kind"] == "halves" or p["times"]) for p in said["patterns"]]
    expect(out.returncode == 1 and kinds == [
        ("misaligned", 0x102, 1), ("wide", 0x200, 1), ("update", 0x300, 1), ("twice", 0x800, 1), ("poll", 0x400, 1), ("halves", 0x500, 1),
        ("halves", 0x604, 1), ("flush", 0x700, 1), ("fifo", 0x900, 1)], kinds)
    texts = {p["kind"]: p["text"] for p in said["patterns"]}
    expect("50.0 reads" in texts["poll"] and "the upper half first" in texts["halves"], texts)
    # A device of 32-bit registers: accesses of 2 and 8 bytes are wrong there, and those of 4 are not.
    out = iopath(folder, "show", "--widths", "4", "--json", "-", "faults.iorec")
    wrong = {p["offset"] for p in json.loads(out.stdout)["patterns"] if p["kind"] == "width"}
    expect(wrong == {0x808, 0x900}, wrong)


def neighbours_are_halves_only_where_something_says_so(folder):
    """Two registers side by side, of two functions; then as a description has them: one of 8 bytes, or two of 4."""
    def kinds(recording, text=None):
        (folder / "names").write_text(text or "")
        out = iopath(folder, "show", "--json", "-", *(("--registers", "names") if text else ()), recording)
        return {(p["kind"], p["offset"]) for p in json.loads(out.stdout)["patterns"] if not p["broken"]}
    recorded(folder, "doorbells")
    recorded(folder, "faults")
    expect(kinds("doorbells.iorec") == set(), kinds("doorbells.iorec"))
    expect(kinds("doorbells.iorec", "0x800 BELL 8\n") == {("halves", 0x800)}, "one of 8 bytes")
    expect({k for k in kinds("faults.iorec") if k[0] == "halves"} == {("halves", 0x500), ("halves", 0x604)})
    for text in ("0x500 A 4\n", "0x504 B\n", "0x500 A\n0x504 B\n"):
        expect({k for k in kinds("faults.iorec", text) if k[0] == "halves"} == {("halves", 0x604)}, text)
    # Nor are four registers of two instructions a copy; what one instruction does is one, whatever lies there.
    recorded(folder, "strings")
    expect(("copy", 64) in kinds("strings.iorec", "64 A 1\n65 B 1\n66 C 1\n"), kinds("strings.iorec"))


def what_is_right_breaks_no_rule(folder):
    recorded(folder, "widths")
    out = iopath(folder, "show", "widths.iorec")
    expect(out.returncode == 0 and out.stdout.endswith("\n0 rules broken\n"), out)
    (folder / "names").write_text("# offsets\n0x4 STATUS\n8 DATA # a word\n")
    out = iopath(folder, "show", "--registers", "names", "widths.iorec")
    expect(re.search(r"0x4 +STATUS +1 4 +1 4 ", out.stdout) and re.search(r"0x8 +DATA ", out.stdout), out.stdout)
    out = iopath(folder, "show", "--at", "6", "widths.iorec")
    expect("\n2 accesses touch 0x6\n" in out.stdout and out.stdout.count("0x44444444") == 2, out.stdout)


def a_refused_access_ends_the_program_and_is_named(folder):
    done = record(folder, "refused")
    expect(done.returncode == 2 and "cannot be carried out exactly" in done.stderr, done)
    out = iopath(folder, "show", "refused.iorec")
    expect(out.returncode == 1 and re.search(r"refused +1x +0x0 +refused record_program\.c:\d+: ", out.stdout), out)
    expect(brief(folder, "refused.iorec") == [("w4", 0, "0x00000001")])


def killed_it_keeps_what_was_done(folder):
    """The program first, then iopath alone: what is in the file by then is read."""
    for whom in ("program", "iopath"):
        command = [IOPATH, "record", "--device-file", f"{folder}/dev*", "--out", f"{whom}.iorec", "--", PROGRAM, "forever", folder / "dev"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, start_new_session=True) as process:
            expect(process.stdout.readline() == "100\n")
            inside = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())
            os.kill(inside if whom == "program" else process.pid, signal.SIGKILL)
            if whom == "iopath":
                process.wait()
                os.kill(inside, signal.SIGKILL)
            code = process.wait()
            expect(code == (137 if whom == "program" else -9), code)
        values = [int(a["value"], 16) for a in accesses(folder, f"{whom}.iorec")]
        expect(len(values) > 100 and values == list(range(len(values))), whom, len(values), values[:5], values[-5:])
        out = iopath(folder, "show", f"{whom}.iorec")
        expect(("ended by signal 9" if whom == "program" else "partial: the program's end was not seen") in out.stdout, out.stdout)


def a_limit_ends_the_file_and_not_the_program(folder):
    done = record(folder, "threads", more=("--limit", "1000"))
    expect(done.returncode == 0 and "more accesses were not written down (--limit)" in done.stderr, done)
    expect(900 < len(accesses(folder, "threads.iorec")) <= 1000)
    expect((folder / "threads.iorec").stat().st_size <= 4096 + 64 * 1000)
    expect("beyond the limit" in iopath(folder, "show", "threads.iorec").stdout)


def what_differs_is_shown_with_its_place(folder):
    recorded(folder, "widths")
    recorded(folder, "faults")
    same = iopath(folder, "diff", "widths.iorec", "widths.iorec")
    expect((same.returncode, same.stdout) == (0, ""), same)
    out = iopath(folder, "diff", "widths.iorec", "faults.iorec")
    expect(out.returncode == 1 and re.search(r"^\+write4 dev\+0x102  faults record_program\.c:\d+$", out.stdout, re.M)
           and re.search(r"^-write1 dev\+0x0  widths ", out.stdout, re.M), out)
    # A listing is kept beside the driver.
    listing = iopath(folder, "diff", "--list", "widths.iorec")
    (folder / "kept").write_text(listing.stdout)
    expect(iopath(folder, "diff", "kept", "widths.iorec").returncode == 0)
    (folder / "kept").write_text(listing.stdout.replace("write4", "write8"))
    expect(iopath(folder, "diff", "kept", "widths.iorec").returncode == 1)
    (folder / "kept").write_text("# iopath accesses 1\n")
    expect(iopath(folder, "diff", "kept", "widths.iorec").returncode == 2)
    expect(not list(folder.glob("iopath-*")), list(folder.iterdir()))


def closed_standard_files_change_nothing(folder):
    """As services and schedulers start programs: files of our own must not take their place. What cannot be written is an error."""
    recorded(folder, "widths")
    wanted = iopath(folder, "diff", "--list", "widths.iorec").stdout
    expect(" record_program.c:" in wanted, wanted)
    for closed in ("<&-", "2>&-", "<&- 2>&-"):
        out = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", IOPATH, "diff", "--list", "widths.iorec"], capture_output=True, text=True, cwd=folder, check=False)
        expect((out.returncode, out.stdout) == (0, wanted), closed, out)
    out = subprocess.run(["sh", "-c", '"$@" >&-', "sh", IOPATH, "diff", "--list", "widths.iorec"], capture_output=True, text=True, cwd=folder, check=False)
    expect(out.returncode == 2 and "cannot write to standard output" in out.stderr, out)


def devices_of_one_name_are_told_apart(folder):
    """By as much of their paths as differs; one alone, and one mapped twice, by its own name."""
    for card in ("card1", "card2"):
        (folder / card).mkdir()
    for other, names in (("card2", ("card1/bar0", "card2/bar0")), ("card1", ("bar0", "bar0"))):
        done = iopath(folder, "record", "--device-file", f"{folder}/card*", "--out", f"{other}.iorec", "--", PROGRAM, "cards",
                      folder / "card1/bar0", env={**os.environ, "OTHER_DEVICE": f"{folder}/{other}/bar0"})
        expect(done.returncode == 0, done)
        said = iopath(folder, "diff", "--list", f"{other}.iorec").stdout
        expect(re.findall(r"^write4 (\S+)\+0x10 ", said, re.M) == list(names), said)
        page = iopath(folder, "show", "--html", "-", f"{other}.iorec").stdout
        expect(re.findall(r"<li>(\S+) 0x10", page) == (list(names) if other == "card2" else []), page)


def the_same_program_twice_is_no_difference(folder):
    for name in ("faults", "forms", "maps"):
        for n in range(5):
            expect(record(folder, name, out=f"{name}{n}.iorec").returncode == 0)
        for n in range(1, 5):
            out = iopath(folder, "diff", f"{name}0.iorec", f"{name}{n}.iorec")
            expect(out.returncode == 0, name, n, out)


def how_often_a_loop_reads_is_no_difference(folder):
    """Also where its condition is two instructions, and without debug information; a read of another line is one."""
    stripped = folder / "stripped"
    subprocess.run(["strip", "-o", stripped, PROGRAM], check=True)
    for program in (PROGRAM, stripped):
        for name, more in (("once", {}), ("often", {"MORE_READS": "20"}), ("again", {"READ_AGAIN": "1"})):
            out = f"{name}-{Path(program).name}"
            done = iopath(folder, "record", "--device-file", f"{folder}/dev*", "--out", out, "--", program, "polls", folder / "dev",
                          env={**os.environ, **more})
            expect(done.returncode == 0, done)
        same = iopath(folder, "diff", f"once-{Path(program).name}", f"often-{Path(program).name}")
        expect((same.returncode, same.stdout) == (0, ""), program, same)
    other = iopath(folder, "diff", f"once-{Path(PROGRAM).name}", f"again-{Path(PROGRAM).name}")
    expect(other.returncode == 1 and re.search(r"^\+read4 dev\+0x40  polls ", other.stdout, re.M), other)
    sites = {a["site"] for a in accesses(folder, f"once-{stripped.name}")}
    expect(all(re.fullmatch(r"stripped\+0x[0-9a-f]+", site) for site in sites) and
           len({a["value"] for a in accesses(folder, f"often-{stripped.name}")}) == 2, sites)


def a_file_system_without_shared_mappings_is_named(folder):
    source = folder / "unshared.c"
    source.write_text("""#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/mman.h>
void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	void *(*next)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, "mmap");
	if (fd >= 0 && flags & MAP_SHARED && prot & PROT_WRITE) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	return next(at, n, prot, flags, fd, offset);
}
""")
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", folder / "unshared.so", source, "-ldl"], check=True)
    done = iopath(folder, "record", "--device-file", f"{folder}/dev*", "--out", "x.iorec", "--", PROGRAM, "widths", folder / "dev",
                  env={**os.environ, "LD_PRELOAD": str(folder / "unshared.so")})
    expect(done.returncode == 2 and "x.iorec: its file system has no shared mappings" in done.stderr and done.stderr.count("\n") == 1, done)
    expect(not (folder / "x.iorec").exists())


def the_timeline_is_trace_events(folder):
    recorded(folder, "widths")
    out = iopath(folder, "export", "--to", "trace", "widths.iorec")
    events = json.loads(out.stdout)["traceEvents"]
    expect(len(events) == 8 and [e["name"] for e in events[:2]] == ["write1 0x0", "write2 0x2"], events)
    expect(all(e["ph"] == "X" and e["dur"] >= 0 and isinstance(e["pid"], int) for e in events), events)
    expect(all(a["ts"] <= b["ts"] for a, b in zip(events, events[1:])), events)
    recorded(folder, "forks")
    for recording in ("widths.iorec", "forks.iorec"):
        is_trace_of_events(iopath(folder, "export", "--to", "trace", recording).stdout, accesses(folder, recording))


def is_trace_of_events(text, each):
    """Of the Trace Event Format what viewers ask for: the types of each key, complete events of microseconds, no other key."""
    trace = json.loads(text)
    expect(trace.keys() == {"displayTimeUnit", "traceEvents"} and trace["displayTimeUnit"] in ("ms", "ns"), trace.keys())
    types = {"name": str, "cat": str, "ph": str, "ts": (int, float), "dur": (int, float), "pid": int, "tid": int, "args": dict}
    for event, access in zip(trace["traceEvents"], each, strict=True):
        expect(event.keys() == types.keys() and all(type(event[key]) in (kind if isinstance(kind, tuple) else (kind,))
                                                    for key, kind in types.items()), event)
        expect(event["args"] == access and event["cat"] == access["access"] and (event["pid"], event["tid"]) ==
               (access["pid"], access["thread"]), event, access)
        expect(abs(event["ts"] - access["s"] * 1e6) < 0.01 and abs(event["dur"] - access["ns"] / 1e3) < 1e-6, event, access)


def nothing_recorded_is_an_error(folder):
    for name, why in (("nothing", "made no access"), ("unmapped", "mapped no device file")):
        done = record(folder, name)
        expect(done.returncode == 2 and why in done.stderr, done)
        expect(iopath(folder, "show", f"{name}.iorec").returncode == 2)
    done = iopath(folder, "record", "--out", "none.iorec", "--", PROGRAM, "widths", folder / "dev")
    expect(done.returncode == 2 and "mapped no device file" in done.stderr, "a file that no pattern names:", done)


def what_cannot_be_recorded_is_refused_before(folder):
    source = folder / "static.c"
    source.write_text("int main(void) { return 0; }\n")
    subprocess.run([os.environ.get("CC", "cc"), "-static", "-o", folder / "static", source], check=True)
    done = iopath(folder, "record", "--", "./static")
    expect(done.returncode == 2 and "linked statically" in done.stderr and not list(folder.glob("*.iorec")), done)
    for args, why in ((["--", "/nowhere/program"], "no such program"), (["--limit", "0", "--", "true"], "no such number"), ([], "no program"),
                      (["--nothing"], "unknown or incomplete")):
        done = iopath(folder, "record", *args)
        expect(done.returncode == 2 and why in done.stderr, done)
    recorded(folder, "widths")
    done = record(folder, "widths")
    expect(done.returncode == 2 and "recordings are not replaced" in done.stderr, done)


def what_does_not_start_is_said_to_be_so(folder):
    """And nothing else: it is no matter of libraries. No recording is left of it."""
    (folder / "script").write_text("#!/nowhere/interpreter\n")
    (folder / "script").chmod(0o755)
    (folder / "place").mkdir()
    for name, why in (("script", "No such file"), ("place", "Permission denied")):
        done = iopath(folder, "record", "--", f"./{name}")
        expect(done.returncode == 2 and done.stderr.count("\n") == 1 and f"cannot run ./{name}: {why}" in done.stderr, done)
    expect(not list(folder.glob("*.iorec")), list(folder.iterdir()))


def a_signal_behind_what_the_cpu_executes_finds_nothing_locked(folder):
    program = Path(PROGRAM).with_name("record-between")
    done = iopath(folder, "record", "--device-file", f"{folder}/dev", "--out", "between.iorec", "--", program, folder / "dev")
    if done.returncode == 77:
        print("skipped: no process is traced here")
        sys.exit(77)
    expect(done.returncode == 0, done)
    got = [a[:2] for a in brief(folder, "between.iorec")]
    expect(got == 3 * [("r4", 0), ("w4", 0), ("w4", 4), ("w4", 8)], got)


def damaged_files_are_refused_or_read_as_far_as_they_go(folder):
    recorded(folder, "faults")
    whole = (folder / "faults.iorec").read_bytes()
    for name, data in (("empty", b""), ("short", whole[:4000]), ("text", b"x" * 9000), ("version", whole[:8] + b"\xff" + whole[9:])):
        (folder / name).write_bytes(data)
        for command in (["show", name], ["diff", name, "faults.iorec"], ["export", "--to", "jsonl", name]):
            done = iopath(folder, *command)
            expect(done.returncode == 2 and done.stderr.startswith("iopath: ") and done.stderr.count("\n") == 1, done)
    (folder / "cut").write_bytes(whole[:4096 + 64 * 20 + 7])
    expect(0 < len(accesses(folder, "cut")) < 20)
    # Any byte may be wrong: then it is read otherwise, or refused.
    for at in range(4096, len(whole), 13):
        (folder / "wrong").write_bytes(whole[:at] + bytes([whole[at] ^ 0xff]) + whole[at + 1:])
        done = iopath(folder, "diff", "--list", "wrong")
        expect(done.returncode in (0, 2), at, done)


def main():
    cases = {name.replace("_", "-"): value for name, value in globals().items() if callable(value) and getattr(value, "__module__", "") == "__main__"}
    with tempfile.TemporaryDirectory() as name:
        os.environ["TMPDIR"] = name
        cases[CASE](Path(name))


if __name__ == "__main__":
    main()
