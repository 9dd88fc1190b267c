#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""iopath show with descriptions of registers and with costs of a device. Run as: show_test.py IOPATH PROGRAM CASE.

The program `widths` of record_program.c writes 1, 2, 4 and 8 bytes at 0, 2, 4 and 8, and reads each again."""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, PROGRAM, CASE = sys.argv[1:4]
# As vendors write them: properties of the device, a peripheral derived from another, clusters, arrays and lists.
SVD = """<?xml version="1.0" encoding="utf-8"?>
<!-- made for this test -->
<device schemaVersion="1.3" xmlns:xs="http://www.w3.org/2001/XMLSchema-instance">
  <vendor>Nobody</vendor><name>NIC &amp; timer</name><version>1.0</version><description>&lt;none&gt;</description>
  <cpu><name>CM0</name><revision>r0p0</revision><endian>little</endian></cpu>
  <addressUnitBits>8</addressUnitBits><width>32</width>
  <size>32</size><access>read-write</access><resetValue>0</resetValue>
  <peripherals>
    <peripheral>
      <name>UART0</name><description>a port</description><baseAddress>0x0</baseAddress>
      <addressBlock><offset>0</offset><size>0x1000</size><usage>registers</usage></addressBlock>
      <interrupt><name>UART0</name><value>3</value></interrupt>
      <registers>
        <register><name>KEY</name><addressOffset>0</addressOffset><size>8</size><access>{key}</access></register>
        <register><name>BAUD</name><addressOffset>2</addressOffset><size>16</size>
          <fields><field><name>DIV</name><bitRange>[15:0]</bitRange><access>read-only</access></field></fields></register>
        <register><name>CTRL</name><addressOffset>0x4</addressOffset>{ctrl}</register>
        <register><name>DESC</name><addressOffset>+0x8</addressOffset><size>{desc}</size></register>
        <register><dim>4</dim><dimIncrement>4</dimIncrement><name>FIFO[%s]</name><addressOffset>0x10</addressOffset></register>
        <register><dim>3</dim><dimIncrement>0x4</dimIncrement><dimIndex>A,B,X</dimIndex><name>PIN%s</name>
          <addressOffset>#100000</addressOffset><access>read-only</access></register>
        <register derivedFrom="PIN%s"><name>PINZ</name><addressOffset>0x2c</addressOffset></register>
        <cluster><dim>2</dim><dimIncrement>0x20</dimIncrement><dimIndex>3-4</dimIndex><name>CH%s</name><addressOffset>0x40</addressOffset>
          <access>write-only</access>
          <register><name>GO</name><addressOffset>0</addressOffset></register>
          <cluster><name>IN</name><addressOffset>0x10</addressOffset>
            <register><name>WAIT</name><addressOffset>4</addressOffset><size>16</size></register></cluster>
        </cluster>
        <register><name>THR</name><addressOffset>0x80</addressOffset><access>write-only</access></register>
        <register><name>RBR</name><addressOffset>0x80</addressOffset><access>read-only</access></register>
      </registers>
    </peripheral>
    <peripheral derivedFrom="UART0"><name>UART1</name><baseAddress>4K</baseAddress>
      <registers><register derivedFrom="UART0.CTRL"><name>CTRL</name><addressOffset>0x204</addressOffset><access>read-only</access></register>
      </registers></peripheral>
  </peripherals>
</device>
"""


def svd(key="read-write", ctrl="", desc="64"):
    return SVD.format(key=key, ctrl=ctrl, desc=desc)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def iopath(folder, *args, code=0):
    out = subprocess.run([IOPATH, *map(str, args)], capture_output=True, text=True, timeout=300, cwd=folder, check=False)
    expect(out.returncode == code, code, args, out)
    return out


def record(folder, name):
    iopath(folder, "record", "--device-file", f"{folder}/dev*", "--out", f"{name}.iorec", "--", PROGRAM, name, folder / "dev")
    return f"{name}.iorec"


def show(folder, text, *more, code=0, recording="widths.iorec"):
    """What show says with this description of registers."""
    (folder / "registers").write_text(text)
    return json.loads(iopath(folder, "show", "--registers", "registers", *more, "--json", "-", recording, code=code).stdout)


def faults(said):
    return [(p["kind"], p["offset"], p["text"]) for p in said["patterns"] if p["broken"]]


def names(said):
    return {r["offset"]: r["name"] for r in said["registers"] if r["name"]}


def svd_names_registers(folder):
    """Offsets of every kind of register; a recording of accesses to each of 0x1210 bytes would name them so."""
    record(folder, "widths")
    said = show(folder, svd())
    expect(names(said) == {0: "UART0.KEY", 2: "UART0.BAUD", 4: "UART0.CTRL", 8: "UART0.DESC"} and not faults(said), said)
    said = show(folder, "\ufeff" + svd(), "--peripheral", "UART1")
    expect(names(said) == {0: "KEY", 2: "BAUD", 8: "DESC"} and not faults(said), said)
    out = iopath(folder, "show", "--registers", "registers", "--peripheral", "UART0", "widths.iorec").stdout
    expect(re.search(r"0x4 +CTRL +1 4 +1 4 ", out), out)


def svd_arrays_clusters_and_derived_registers_lie_where_they_should(folder):
    record(folder, "words")
    said = show(folder, svd(), code=1, recording="words.iorec")
    got = names(said)
    expect(got == {0: "UART0.KEY", 4: "UART0.CTRL", 8: "UART0.DESC", **{0x10 + 4 * i: f"UART0.FIFO[{i}]" for i in range(4)}, 0x20: "UART0.PINA",
                   0x24: "UART0.PINB", 0x28: "UART0.PINX", 0x2c: "UART0.PINZ", 0x40: "UART0.CH3.GO", 0x54: "UART0.CH3.IN.WAIT",
                   0x60: "UART0.CH4.GO", 0x74: "UART0.CH4.IN.WAIT", 0x80: "UART0.THR"}, got)
    # Each word is written, and none is read: not those that are read-only, and with 4 bytes those that have others.
    expect({f[1] for f in faults(said) if f[0] == "mode"} == {0x20, 0x24, 0x28, 0x2c}, faults(said))
    expect({f[1] for f in faults(said) if f[0] == "size"} == {0, 8, 0xc, 0x54, 0x74}, faults(said))
    own = names(show(folder, svd().replace("4K", "0x0").replace("0x204", "0x84"), "--peripheral", "UART1", code=1, recording="words.iorec"))
    expect(own[0x84] == "CTRL" and 4 not in own and own[0x2c] == "PINZ", own)


def registers_are_accessed_as_described(folder):
    record(folder, "widths")
    expect(faults(show(folder, svd(key="read-only"), code=1)) == [("mode", 0, "write of UART0.KEY, which is read-only")])
    expect(faults(show(folder, svd(key="writeOnce"), code=1)) == [("mode", 0, "read of UART0.KEY, which is write-only")])
    expect(not faults(show(folder, svd(key="read-writeOnce"))))
    said = faults(show(folder, svd(ctrl="<size>16</size>"), code=1))
    expect(said == [("size", 4, f"{a} of 4 bytes at 0x4, where UART0.CTRL has 2 from 0x4 on") for a in ("write", "read")], said)
    said = faults(show(folder, svd(desc="32"), code=1))
    expect([f[:2] for f in said] == [("size", 8)] * 2, said)
    # What the device says holds for what has none of its own.
    said = faults(show(folder, svd().replace("<access>read-write</access><resetValue>", "<access>read-only</access><resetValue>"), code=1))
    expect([f[:2] for f in said] == [("mode", 2), ("mode", 4), ("mode", 8)], said)


def lines_say_modes_and_sizes_too(folder):
    record(folder, "widths")
    expect(not faults(show(folder, "0 KEY rw 1\n2 BAUD 2\n0x4 CTRL # any\n8 DESC 8 rw\n")))
    expect([f[:2] for f in faults(show(folder, "0 KEY ro\n4 CTRL wo 4\n", code=1))] == [("mode", 0), ("mode", 4)])
    expect([f[:2] for f in faults(show(folder, "0 KEY 4\n", code=1))] == [("size", 0), ("size", 2), ("size", 0), ("size", 2)], "one of 4, in parts")
    # Two registers at one offset: one is written there, the other is read.
    expect(not faults(show(folder, "4 RBR ro 4\n4 THR wo 4\n")))
    for text, line in (("0 A\n4 B xo\n", 2), ("0 A 0\n", 1), ("0 A 65\n", 1), ("0 A ro -4\n", 1), ("A\n", 1), ("4\n", 1)):
        (folder / "bad").write_text(text)
        expect(f"bad:{line}: " in iopath(folder, "show", "--registers", "bad", "widths.iorec", code=2).stderr, text)


DECLARED = """#include <iopath/iopath.h>
#define PAIR(NAME, at) IOP_REGISTER(NAME##_low, uint32_t, IOP_AT(at)); IOP_REGISTER(NAME##_high, uint32_t, IOP_AT((at) + 4))
IOP_BASE(family, first, 0x100);
IOP_REGISTER(key, uint8_t, KEY, (0, 0, on));
IOP_REGISTER(baud, uint16_t, IOP_AT(2));
PAIR(made, 0x10);
IOP_REGISTER(fifo, uint32_t, IOP_RO(IOP_ARRAY(3, 8, 0x20)));
IOP_REGISTER(relative, uint32_t, IOP_REL(family, 4));
IOP_REGISTER(event, uint32_t, EVENT, (0, 0, up));
IOP_REGISTER(shadow, uint32_t, IOP_ALIAS(event));
"""


def declared(folder, recording, key="IOP_AT(0)", name="registers.c", code=0):
    """What show says with these declarations."""
    (folder / name).write_text(DECLARED.replace("KEY", key).replace("EVENT", "IOP_AT(4 * 0xc0)"))
    return json.loads(iopath(folder, "show", "--registers", name, "--json", "-", recording, code=code).stdout)


def declarations_of_ours_name_registers_and_their_modes(folder):
    record(folder, "words")
    for name in ("registers.c", "registers.h", "registers.cpp"):
        said = declared(folder, "words.iorec", name=name, code=1)
        expect(names(said) == {0: "key", 0x10: "made_low", 0x14: "made_high", 0x20: "fifo[0]", 0x28: "fifo[1]", 0x30: "fifo[2]"}, names(said))
        # Words are written: to what is narrower, and to what is read-only.
        expect([f[:2] for f in faults(said)] == [("mode", at) for at in (0x20, 0x28, 0x30)] + [("size", 0)], faults(said))
    record(folder, "widths")
    expect(not faults(declared(folder, "widths.iorec")), "widths are as declared")
    expect(faults(declared(folder, "widths.iorec", key="IOP_WO(IOP_AT(0))", code=1)) == [("mode", 0, "read of key, which is write-only")])


def declarations_find_the_librarys_headers(folder):
    """Without being told: those of the build, or, as an installed program, those of its prefix; in each other place they must be named."""
    record(folder, "words")
    flags = Path(IOPATH).with_name("headers.flags")
    (folder / "registers.c").write_text(DECLARED.replace("KEY", "IOP_AT(0)").replace("EVENT", "IOP_AT(4 * 0xc0)"))
    env = {name: value for name, value in os.environ.items() if name != "CPPFLAGS"} | {"PKG_CONFIG_LIBDIR": "/nowhere"}

    def said(program):
        return subprocess.run([program, "show", "--registers", "registers.c", "words.iorec"], capture_output=True, text=True, cwd=folder, check=False,
                              env=env)

    done = said(IOPATH)
    expect(done.returncode == 1 and " fifo[0] " in done.stdout, done)
    (folder / "bin").mkdir()
    shutil.copy(IOPATH, folder / "bin/iopath")
    done = said(folder / "bin/iopath")
    expect(done.returncode == 2 and "-I for iopath's headers" in done.stderr, done)
    for place in shlex.split(flags.read_text()):
        shutil.copytree(place[2:], folder / "include", dirs_exist_ok=True)
    done = said(folder / "bin/iopath")
    expect(done.returncode == 1 and " fifo[0] " in done.stdout, done)


def what_clears_is_not_updated(folder):
    """A register that a write of 1, or a read, clears: one instruction that reads and writes it (at 0x300 of `faults`) clears more than it says."""
    record(folder, "faults")
    alias = "IOP_REGISTER(shadow, uint32_t, IOP_ALIAS(event));"
    for mode, what in (("w1c", "clears each bit that was set"), ("rc", "loses the bits that its read clears"), ("rw", None)):
        wanted = [("mode", 0x300, f"one instruction reads and writes event, which {what}")] if what else []
        said = [f for f in faults(show(folder, f"0x300 event {mode} 4\n", code=1, recording="faults.iorec")) if f[0] == "mode"]
        expect(said == wanted, mode, said)
        (folder / "registers.c").write_text(DECLARED.replace("KEY", "IOP_AT(0)").replace("EVENT", f"IOP_{mode.upper()}(IOP_AT(0x300))" if what else "IOP_AT(0x300)")
                                            .replace(alias, ""))
        said = json.loads(iopath(folder, "show", "--registers", "registers.c", "--json", "-", "faults.iorec", code=1).stdout)
        expect([f for f in faults(said) if f[0] == "mode"] == wanted, mode, said["patterns"])


def bad_declarations_are_refused(folder):
    record(folder, "widths")
    for text, more, why in (("int x;\n", (), "found no IOP_REGISTER"), ("#include <iopath/iopath.h>\nIOP_REGISTER(a, int, IOP_AT(0));\n", (), "refuses it"),
                            ("#include <no-such.h>\n", (), "refuses it"), ("int x;\n", ("--peripheral", "A"), "has no peripherals")):
        (folder / "bad.c").write_text(text)
        out = iopath(folder, "show", "--registers", "bad.c", *more, "widths.iorec", code=2)
        expect(why in out.stderr and not out.stdout, text, out)
    expect("cannot be read" in iopath(folder, "show", "--registers", "none.c", "widths.iorec", code=2).stderr)


def svd_says_what_clears(folder):
    record(folder, "faults")
    ctrl = "<addressOffset>0x4</addressOffset>"
    for words, wanted in (("<modifiedWriteValues>oneToClear</modifiedWriteValues>", 1), ("<readAction>clear</readAction>", 1), ("<readAction>set</readAction>", 0)):
        said = show(folder, svd(ctrl=words).replace(ctrl, "<addressOffset>0x300</addressOffset>", 1), code=1, recording="faults.iorec")
        expect(len([f for f in faults(said) if f[:2] == ("mode", 0x300)]) == wanted, words, faults(said))


def bad_descriptions_are_refused_with_their_line(folder):
    record(folder, "widths")
    good = svd()
    for number, (old, new, why) in enumerate((
            ("</peripherals>", "", "mismatched tag"), ("<device ", "<!DOCTYPE device>\n<device ", "document type"), ("device", "unit", "no CMSIS-SVD"),
            ("0x204", "0x2z4", "'0x2z4' is no number"), ("<addressOffset>0x204</addressOffset>", "", None), ('"UART0"', '"UART9"', "'UART9', which"),
            ('derivedFrom="PIN%s"', 'derivedFrom="PINZ"', "derived from itself"), ("A,B,X", "A,B", "dimIndex 'A,B' has not 3"),
            ("<dim>4</dim>", "<dim>99999999999</dim>", "more than"), ("<name>GO</name>", "", "register without a name"),
            ("<access>write-only", "<access>sometimes", "access 'sometimes'"), ("<dimIncrement>0x20</dimIncrement>", "", "has no dimIncrement"),
            ("<cluster><name>IN", '<cluster derivedFrom="UART0.CH%s"><name>IN', "within each other too often"), ("4K", "4X", "'4X' is no number"))):
        text = good.replace(old, new)
        expect(text != good, old)
        (folder / "bad").write_text(text)
        out = iopath(folder, "show", "--registers", "bad", "widths.iorec", code=0 if why is None else 2)
        if why is not None:
            expect(re.match(r"iopath: bad:\d+: ", out.stderr) and why in out.stderr and out.stderr.count("\n") == 1, number, out)
    (folder / "bad").write_text(good.replace("0x204", "0x2z4"))
    line = 1 + good[:good.index("0x204")].count("\n")
    expect(f"bad:{line}: " in iopath(folder, "show", "--registers", "bad", "widths.iorec", code=2).stderr, line)
    for more, why in ((("--registers", "good", "--peripheral", "SPI"), "called 'SPI'"), (("--peripheral", "UART0"), "none was given"),
                      (("--registers", "lines", "--peripheral", "A"), "has no peripherals"), (("--registers", "none"), "cannot be read")):
        (folder / "good").write_text(good)
        (folder / "lines").write_text("0 A\n")
        expect(why in iopath(folder, "show", *more, "widths.iorec", code=2).stderr, more)
    # Any byte may be wrong.
    for at in range(0, len(good), 41):
        (folder / "bad").write_text(good[:at] + "\x7f" + good[at + 1:])
        out = subprocess.run([IOPATH, "show", "--registers", "bad", "widths.iorec"], capture_output=True, cwd=folder, timeout=300, check=False)
        expect(out.returncode in (0, 1, 2), at, out)


PROFILE = {"kind": "iopath profile", "version": 1, "name": "made-up", "function": "0000:00:00.0", "bar": 0, "offset": 0, "size": 8,
           "mapping": "uncached", "cpu": "none", "source": "a test", "device_ns": {"r1": 900, "r4": 800, "r8": 1000, "w1": 7, "w4": 10, "w8": 100},
           "cached_ns": {"r1": 1, "r8": 1, "w1": 1, "w4": 1, "w8": 1}}
# A width without a cost is two of its half.
COSTS = {**PROFILE["device_ns"], "w2": 14, "r2": 1800, "w16": 200}
BARE = {**PROFILE, "device_ns": {"r4": 800}}


def model(folder, recording, profile, code=0):
    (folder / "profile").write_text(json.dumps(profile))
    return json.loads(iopath(folder, "show", "--profile", "profile", "--json", "-", recording, code=code).stdout)["model"]


def the_cost_is_the_sum_of_the_accesses(folder):
    for name, code, profile, costs_of in (("widths", 0, PROFILE, COSTS), ("faults", 1, PROFILE, COSTS), ("forms", 1, BARE, {"r4": 800, "r8": 1600, "r16": 3200})):
        recording = record(folder, name)
        said = model(folder, recording, profile, code)
        each = [json.loads(line) for line in iopath(folder, "export", "--to", "jsonl", recording).stdout.splitlines()]
        wanted, unknown = {}, 0
        for a in each:
            cost = costs_of.get(a["access"][0] + str(a["bytes"]))
            unknown += cost is None
            key = (a["site"], a["offset"])
            wanted[key] = wanted.get(key, 0) + (cost or 0)
        got = {(r["site"], r["offset"]): r["ns"] for r in said["by_site"]}
        expect(got.keys() == wanted.keys() and all(abs(got[k] - wanted[k]) < 1e-6 for k in got), name, got, wanted)
        expect(abs(said["ns"] - sum(wanted.values())) < 1e-6 and said["not_predicted"] == unknown, name, said["ns"], unknown)
        expect((unknown > 0) == (profile is BARE), name, unknown)
        expect(sum(r["here_ns"] for r in said["by_site"]) == sum(a["ns"] for a in each), name)
        # Sites by cost, and the registers of each one after the other.
        sites = list(dict.fromkeys(r["site"] for r in said["by_site"]))
        costs = [sum(r["ns"] for r in said["by_site"] if r["site"] == site) for site in sites]
        expect(costs == sorted(costs, reverse=True) and [r["site"] for r in said["by_site"]] ==
               [site for site in sites for r in said["by_site"] if r["site"] == site], sites, costs)
    (folder / "profile").write_text(json.dumps(PROFILE))
    out = iopath(folder, "show", "--profile", "profile", "widths.iorec").stdout
    expect("model, on made-up (uncached): 4.63 us of accesses alone; here " in out and re.search(r" 38\.9% +1\.80 us  1 r2 +0x2$", out, re.M), out)


def lines_cost_where_writes_combine(folder):
    combined = {**PROFILE, "mapping": "write-combining", "line_ns": 30, "cached_line_ns": 2, "flush_ns": 500}
    expect(model(folder, record(folder, "words"), combined) == {"profile": "made-up", "ns": 0, "not_predicted": 64, "by_site": [
        row for row in model(folder, "words.iorec", combined)["by_site"] if row["not_predicted"] == 1]}, "the mapping is not write-combining")
    iopath(folder, "record", "--device-file", f"{folder}/resource*", "--out", "wc.iorec", "--", PROGRAM, "words", folder / "resource0_wc")
    # 64 words in order are 4 lines.
    expect(model(folder, "wc.iorec", combined)["ns"] == 4 * 30 and model(folder, "wc.iorec", PROFILE)["not_predicted"] == 64)


def what_is_no_profile_is_refused(folder):
    recording = record(folder, "widths")
    (folder / "text").write_text("{}")
    for which in ("no-such-device", "text", folder / "none"):
        out = iopath(folder, "show", "--profile", which, recording, code=2)
        expect(out.stderr.startswith("iopath: ") and not out.stdout, out)


def without_expat_svd_is_refused(folder):
    record(folder, "widths")
    (folder / "bad").write_text(svd())
    out = iopath(folder, "show", "--registers", "bad", "widths.iorec", code=2)
    expect("libexpat1-dev" in out.stderr, out)


ROW = re.compile(r'<tr data-x="([\d.]+)" data-end="([\d.]+)" data-y="([\d.]+)" data-y2="([\d.]+)" data-what="(\w+)" data-n="(\d+)"( data-bad)?>(.*)')


def rows_of(folder, recording, *more, code=0):
    """The page, and what its table says of each row."""
    iopath(folder, "show", "--html", "page.html", *more, recording, code=code)
    text = (folder / "page.html").read_text()
    return text, [(float(x), float(end), float(y), float(y2), what, int(n), bool(bad), re.sub("<[^>]*>", "|", cells))
                  for x, end, y, y2, what, n, bad, cells in ROW.findall(text)]


def the_page_has_every_access(folder):
    for name, code in (("widths", 0), ("faults", 1), ("words", 0), ("strings", 0), ("forks", 0)):
        text, rows = rows_of(folder, record(folder, name), code=code)
        each = [json.loads(line) for line in iopath(folder, "export", "--to", "jsonl", f"{name}.iorec").stdout.splitlines()]
        expect(sum(r[5] for r in rows) == len(each) and "left-out" not in text.replace("data-left-out", ""), name, rows)
        expect(all(abs(r[0] - each[i]["s"] * 1e3) < 1e-5 for i, r in enumerate(rows)) if name == "widths" else rows[0][0] <= rows[-1][0], rows)
    # What is one line: 50 reads that poll, a copy's 5 writes, 6 of a FIFO. The last begins and ends at another register.
    text, rows = rows_of(folder, "faults.iorec", code=1)
    expect([(r[4], r[5]) for r in rows if r[5] > 1] == [("read", 50), ("write", 5), ("write", 6)], rows)
    expect([r[7].split("|")[7] for r in rows if r[6]] == ["misaligned", "wide", "update", "twice"], rows)
    expect([r[2] != r[3] for r in rows if r[5] > 1] == [False, True, False], rows)
    expect("4 rules broken" in text and text.count("<ol class=lanes") == 1 and "faults record_program.c:" in text, text)


def a_page_of_a_long_recording_says_what_is_left_out(folder):
    text, rows = rows_of(folder, record(folder, "many"))
    expect(len(rows) == 4000 and "Left out are 2000 rows, 2000 accesses, " in text and 'data-left-out="2000"' in text, len(rows))
    each = [json.loads(line) for line in iopath(folder, "export", "--to", "jsonl", "many.iorec").stdout.splitlines()]
    expect(all(abs(r[0] - a["s"] * 1e3) < 1e-5 for r, a in zip(rows, each[:2000] + each[-2000:], strict=True)))
    # Those of one register have room.
    text, rows = rows_of(folder, "many.iorec", "--at", "0x10")
    expect(len(rows) == 3000 and all(r[4] == "write" for r in rows) and "Left out" not in text, len(rows))


def many_registers_share_lines(folder):
    text, rows = rows_of(folder, record(folder, "words"))
    expect(len(rows) == 1 and text.count("<li>") == 2, rows)
    (folder / "registers").write_text("0 A<script>alert(1)</script>\n0xfc B\n")
    text, rows = rows_of(folder, "words.iorec", "--registers", "registers")
    expect("<li>0x0 A&lt;script&gt;" in text and "<li>0xfc B" in text and "<script>alert" not in text, text[:9000])
    text, rows = rows_of(folder, record(folder, "spread"))
    # 64 places, in 40 lines at most: two share one, and the second lies lower in it.
    expect(len(rows) == 64 and text.count("<li>") == 32 and "<li>0x0–0x1f" in text and {round(r[2] % 1, 3) for r in rows} == {0, 0.4}, rows)


def a_page_that_cannot_be_written_is_an_error(folder):
    record(folder, "widths")
    expect("cannot write" in iopath(folder, "show", "--html", "no/page.html", "widths.iorec", code=2).stderr)
    out = iopath(folder, "show", "--html", "-", "widths.iorec").stdout
    expect(out.startswith("<!doctype html>") and out.endswith("</html>\n"), out[-300:])


def main():
    cases = {name.replace("_", "-"): value for name, value in globals().items() if callable(value) and getattr(value, "__module__", "") == "__main__"}
    with tempfile.TemporaryDirectory() as name:
        os.environ["TMPDIR"] = name
        cases[CASE](Path(name))


if __name__ == "__main__":
    main()
