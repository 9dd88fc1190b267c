#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`iopath report`, as a reader without scripts sees it. Run as: report_test.py IOPATH CASE."""
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile

import report_colour as colour
import report_data as data

IOPATH = os.path.abspath(sys.argv[1])
CASES = {}
MARKUP = {"html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "p", "nav", "ul", "li", "main", "section", "span", "figure",
          "figcaption", "b", "details", "summary", "div", "table", "thead", "tbody", "tr", "th", "td", "br", "dl", "dt", "dd", "svg", "rect", "path",
          "code", "footer", "script", "noscript", "link"}
OPEN = {"meta", "link", "br", "rect", "path", "html", "body", "head", "li", "tr", "th", "td", "tbody", "thead", "dt", "dd", "p"}


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


class Page(html.parser.HTMLParser):
    """The markup that a page has, its text, and its tables as lists of rows."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.open, self.words, self.tables, self.scripts = set(), [], [], [], [], 0
        self.feed(text)
        self.close()
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.scripts += tag == "script"
        if tag not in OPEN:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        if tag not in OPEN:
            assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
            self.open.pop()

    def handle_data(self, text):
        if self.open and self.open[-1] in ("script", "style"):
            return
        self.words.append(text)
        if "table" in self.open and self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += text


def report(root, *options, status=0):
    out = f"{root}/report.html"
    run = subprocess.run([IOPATH, "report", "--out", out, "--dir", f"{root}/runs", "--baselines", f"{root}/baselines", "--fuzz", f"{root}/fuzz",
                          "--corpora", f"{root}/corpora", *options], capture_output=True, text=True, timeout=600, cwd=root)
    assert run.returncode == status, run
    text = ""
    if os.path.exists(out):
        with open(out, encoding="utf-8") as file:
            text = file.read()
    return run, text


def cell(page, row, column):
    """The figures in a row and column of whichever tables have both."""
    found = []
    for table in page.tables:
        head = [" ".join(h.split()) for h in table[0]]
        for r in table[1:]:
            if r and r[0].strip() == row and column in head and len(r) > head.index(column):
                found.append(r[head.index(column)].strip())
    return found


@case
def the_tables_say_what_the_files_say(root):
    data.good(root)
    _, text = report(root)
    page = Page(text)
    cycles = data.ROUTINES["glibc"][1] + 4096 / data.ROUTINES["glibc"][0]
    assert cell(page, "4096", "glibc not for devices")[:1] == [f"{4096 / cycles:.1f}"], cell(page, "4096", "glibc not for devices")
    strict = 4096 / ((data.ROUTINES["strict"][1] + 4096 / data.ROUTINES["strict"][0]) * 1.5)
    assert cell(page, "4096", "strict not judged")[:1] == [f"{strict:.1f}"]
    assert "No limit is drawn" in page.text and "limit: 8 B" not in page.text
    assert cell(page, "fallible", "u32") == ["1.25"] * 3 + ["1.00"] * 3, cell(page, "fallible", "u32")
    assert set(cell(page, "toio strict", "64")) == {"1.50"} and set(cell(page, "toio glibc", "64")) == {"1.00"}
    assert "3 runs of 1 machine." in page.text and "the machine was warm" in page.text
    assert "cccccccccccc" in page.text and "Base: commit bbbbbbbbbbbb" in page.text


@case
def what_to_call_comes_first(root):
    data.driver(root)
    page = Page(report(root)[1])
    rows = [[" ".join(c.split()) for c in r] for r in page.tables[0]]
    assert rows[0] == ["mapping", "to", "call", "verdict", "accesses", "instructions", "ns here"], rows[0]
    assert {r[0] for r in rows[1:]} >= {"uncached BAR", "write-combining BAR", "DMA memory", "shared memory", "config space"}, rows
    assert rows[1] == ["uncached BAR", "read a register", "iop_read(bar_field)", "one access", "1 r4", "1.00", "0.250"], rows[1]
    assert ["copy 64 B to it", "iop_copy_toio(view, buffer, n)", "legal for STRICT", "8 w8", "34.0", "4.00"] in rows, rows
    (combining,) = [r for r in rows if r[0] == "write-combining BAR"]
    assert combining[3:] == ["legal on write-combining mappings (WIDE)", "8 w8", "34.0", "4.00"], combining
    assert "the accesses decide: iopath calibrate measures one" in page.text and "Here: CPU of A" in page.text
    # A model: each access there costs 100 more than here, and the copy's instructions stay.
    page = Page(report(root, "--profile", data.profile(root))[1])
    rows = [[" ".join(c.split()) for c in r] for r in page.tables[0]]
    assert rows[0][-1] == "ns on edu,uncached, model" and rows[1][-1] == "800" and rows[3][-1] == "800", rows
    assert [r[-1] for r in rows[5:]] == ["–"] * (len(rows) - 5), "no uncached BAR"


@case
def cpu_models_are_side_by_side(root):
    data.driver(root)
    page = Page(report(root)[1])
    rows = [[" ".join(c.split()) for c in r] for r in page.tables[1]]
    assert rows[0][1:] == ["CPU of A2026-03-03, load 0", "CPU of B2026-03-01, load 0"], rows[0]
    headlines = {r[0]: r[1:] for r in rows[1:]}
    assert headlines["speed against the kernel’s generic memcpy_toio"] == ["1.50× 1.12–2.00, 2 patterns"] * 2, headlines
    assert headlines["speed against glibc’s memcpy, which is not for devices"] == ["0.71× 0.50–1.00, 2 patterns"] * 2, headlines
    assert headlines["share of the fastest loop of loads and stores up to 8 B, 4 KiB"] == ["75 %", "38 %"], headlines
    assert "speed against its x86 memcpy_toio" not in headlines, "never measured"
    # One size repeated is a row of its own, and no headline is made of it.
    data.store(f"{root}/runs/driver", "20260303.json", {"context": data.context(3, "3" * 40, cpu_model="CPU of A"), "benchmarks":
               [r for r in data.driver_rows() if "pattern=" not in r["name"]]})
    rows = [[" ".join(c.split()) for c in r] for r in Page(report(root)[1]).tables[1]]
    headlines = {r[0]: r[1:] for r in rows[1:]}
    assert headlines["speed against the kernel’s generic memcpy_toio"] == ["not measured", "1.50× 1.12–2.00, 2 patterns"], headlines
    assert headlines["speed against the kernel’s generic memcpy_toio, one size repeated"] == ["1.00× 1.00–1.00, 2 sizes"] * 2, headlines


@case
def limits_are_those_of_the_run(root):
    for slower, shares in ((1.0, ("75 %", "25 %")), (0.4, ("30 %", "10 %"))):
        data.driver(root, limits=slower)
        page = Page(report(root)[1])
        assert abs(float(cell(page, "4096", "limit: 8 B")[0]) - 64 / 9 / slower) < 0.05, cell(page, "4096", "limit: 8 B")
        assert abs(float(cell(page, "4096", "limit: 64 B")[0]) - 64 / 3 / slower) < 0.05, cell(page, "4096", "limit: 64 B")
        assert cell(page, "4096", "strict legal for STRICT")[0] == f"5.33 {shares[0]}", cell(page, "4096", "strict legal for STRICT")
        assert cell(page, "4096", "glibc not for devices")[0] == f"5.33 {shares[1]}", cell(page, "4096", "glibc not for devices")
        assert cell(page, "64", "limit: 8 B")[0] == "–" and cell(page, "64", "strict legal for STRICT")[0] == "5.33"
        assert cell(page, "alternate", "strict legal for STRICT")[0] == cell(page, "mix", "strict legal for STRICT")[0] == "1.00"


@case
def verdicts_are_in_the_words_of_list(root):
    data.driver(root)
    listed = subprocess.run([IOPATH, "list", "--json", "-", "--filter", "^toio/mmio/[^/]*/64$"], capture_output=True, text=True, timeout=600, check=True)
    words = {c["routine"]: c["legality"] for c in json.loads(listed.stdout) if c["routine"] in data.TIERS}
    assert words.keys() >= {"strict", "mem", "glibc", "kernel-generic"}, words
    page = Page(report(root)[1])
    for routine, said in words.items():
        assert cell(page, "64", f"{routine} {said.partition(',')[0]}"), (routine, said)
        traced = re.findall(rf"\b{routine} (?:not )?legal for STRICT(?:-S)?\b.*? All its calls: (.*?) As? ?text", page.text, re.I)
        assert all(found == said for found in traced), (routine, said, traced)
    # What a run does not say is no verdict, unless it says that it is not for devices.
    run = {"context": data.context(5, "5" * 40, cpu_model="CPU of A"), "benchmarks": data.driver_rows()}
    for r in run["benchmarks"]:
        r.pop("tier", None)
    data.store(f"{root}/runs/driver", "20260305.json", run)
    page = Page(report(root)[1])
    assert cell(page, "64", "strict not judged") and cell(page, "64", "glibc not for devices") and not cell(page, "64", "glibc not judged")
    assert page.tables[0][3][2].strip() == "legal for STRICT", "what to call is this build's, not the run's"


@case
def colours_are_enough_for_the_architectures(root):
    here = os.path.dirname(os.path.abspath(__file__))
    with open(f"{here}/../page/page.js", encoding="utf-8") as file:
        script = file.read()
    archs = len([name for name in os.listdir(f"{here}/../../results/baselines") if name.endswith(".json")])
    assert archs >= 7
    for scheme, paper in (("light", "#ffffff"), ("dark", "#1b1f25")):
        colours = re.findall("#[0-9a-f]{6}", re.search(rf"spare = {{.*?{scheme}: \[(.*?)\]", script, re.S).group(1))
        assert not colour.complaints(colours, paper, archs), colour.complaints(colours, paper, archs)
    for name in ("marks", "dashes"):
        found = re.search(rf"const {name} = \[(.*?)\];\n", script, re.S).group(1)
        assert len(set(re.findall(r'"[^"]+"|\[[^\]]*\]', found))) >= archs, found
    # Six colours, of which two look alike to some; two that look alike to all; one that is hardly seen.
    for bad in (["#2f7fbf", "#bf7f2f", "#3f9f5f", "#9f5fbf", "#bf4f5f", "#5f9f9f"], [*colours[:6], colours[0]], [*colours[:6], "#22262c"]):
        assert colour.complaints(bad, paper, archs), bad


@case
def a_regression_of_the_gate_comes_first(root):
    data.gate(root)
    _, text = report(root)
    page = Page(text)
    table = next(t for t in page.tables if "verdict" in [h.strip() for h in t[0]])
    assert [c.strip() for c in table[1]] == ["write/mmio/slow/u32", "slower", "+7.1 %", "+5.5 … +8.3 %", "4.00 → 5.00", "1.00"], table[1]
    assert len(table) == 61 and "regression confirmed" in page.text and "11 more in the file" in page.text
    assert "171 cells, 100 of them known to be the same" in page.text


@case
def history_and_machines_have_every_run(root):
    data.good(root)
    data.machines(root)
    _, text = report(root)
    page = Page(text)
    assert cell(page, "toio/mmio/strict/64", "2026-03-03ccccccc") == ["1.07", "26.0", "8.00"], cell(page, "toio/mmio/strict/64", "2026-03-03ccccccc")
    assert cell(page, "toio/mmio/strict/64", "riscv64") == ["8.00", "52.0", "1.61"], cell(page, "toio/mmio/strict/64", "riscv64")
    assert cell(page, "toio/mmio/strict/64", "aarch64") == ["8.00", "26.0", "1.61"]


@case
def a_lasting_change_is_marked(root):
    for step, marked in ((1.5, "-33.4 %"), (1.0, None)):
        data.lasting(root, step)
        page = Page(report(root)[1])
        (row,) = [r for t in page.tables for r in t if r[0].strip() == "toio/mmio/strict/64" and len(r) == 13 and "1." in r[1]]
        marks = [i for i, value in enumerate(row[1:]) if "%" in value]
        # Of fourteen runs the last twelve are shown, and the change is at the ninth.
        assert marks == ([6] if marked else []), (step, row)
        assert not marked or marked in row[7], row
        others = [r for t in page.tables for r in t if "/glibc/64" in r[0] and any("%" in value for value in r[1:])]
        assert not others, others


@case
def architectures_are_judged_without_times(root):
    data.baselines(root)
    _, text = report(root)
    page = Page(text)
    assert cell(page, "strict to a device", "s390x") == ["legal", "6.00"], cell(page, "strict to a device", "s390x")
    assert cell(page, "glibc (control) to a device", "riscv64") == ["legal"] and cell(page, "glibc to a device", "riscv64") == ["12.0"]
    assert cell(page, "glibc (control) from a device", "riscv64") == ["336 of 512"]
    assert cell(page, "glibc (control) to a device", "s390x") == ["unseen"] and cell(page, "glibc to a device", "s390x") == ["unseen"]
    assert cell(page, "strict 4096 bytes", "x86-64") == ["1000"] and cell(page, "strict-portable 4096 bytes", "riscv64") == ["9000"]
    assert cell(page, "iop_memcpy_toio", "x86-64") == ["333"] and cell(page, "riscv64", "read: barriers") == ["fence i,ir"]
    assert cell(page, "s390x", "read: barriers") == ["bnor %r0; bnor %r0"] and cell(page, "x86-64", "read: barriers") == ["none"]
    # Estimates are in a table of their own, which says what they are.
    (models,) = [t for t in page.tables if any("x86-64-core" in r[0] for r in t)]
    assert [c.strip() for c in models[1]] == ["x86-64-core x86-64", "8.00", "8.00", "4.00", "16.0"] and len(models) == 4, models
    assert not any("ns" in head.split() for t in page.tables for head in t[0])
    for words in ("are on 3 of 3 architectures", "riscv64 writes to a device legally, with 2.0 times the fewest accesses",
                  "illegally in 336 of 512 calls", "minimum number of accesses on all 3 architectures",
                  "4.0 to 9.0 times fewer instructions for 4 KiB than portable C does, on x86-64 and riscv64",
                  "costs no instruction on x86-64:", "two full barriers on s390x;"):
        assert words in page.text, (words, page.text)
    # What is said follows the figures.
    data.store(f"{root}/baselines", "x86-64.json", data.baseline("x86-64", 6.0, 1000, 1000, (0, 0), 2.0, ["mfence"]))
    page = Page(report(root)[1])
    assert "are on 2 of 3 architectures" in page.text and "costs no instruction" not in page.text
    assert "9.0 to 9.0 times fewer" in page.text, page.text


@case
def code_that_is_the_same_is_marked(root):
    for day, commit, strict in ((1, "a" * 40, "1"), (2, "b" * 40, "2")):
        rows = [{**r, "code_hash": (strict if r["routine"] == "strict" else "0") * 32} for r in data.rows()]
        for r in rows:
            # The same code and other code, three times as slow; whatever the first one's time says, its code did not do it.
            if day == 2 and r["name"] in ("toio/mmio/kernel-x86/64", "toio/mmio/strict/64"):
                r.update({key: 3 * r[key] for key in ("real_time", "real_time_p25", "real_time_p75")})
        data.store(f"{root}/runs", f"2026030{day}.json", {"context": data.context(day, commit), "benchmarks": rows})
    _, text = report(root)
    assert re.findall(r'<td class="(h5[^"]*)">(3\.00)', text) == [("h5", "3.00")], re.findall(r'<td class="(h[^0][^"]*)"', text)
    assert '<td class="h0 identical">3.00' in text
    shown = [name for name in data.SIZES if name & (name - 1) == 0]
    assert text.count('identical"') == 3 * 5 * len(shown) + 36, text.count('identical"')
    assert f"{3 * 5 * len(shown)} of them the same code" in Page(text).text


@case
def marked_counts_have_changed(root):
    data.good(root)
    _, text = report(root)
    assert "class=changed" not in text
    run = {"context": data.context(4, "d" * 40), "benchmarks": data.rows(1.5)}
    next(r for r in run["benchmarks"] if r["name"] == "toio/mmio/strict/64")["instructions"] += 1
    data.store(f"{root}/runs/x86_64-test", "20260304.json", run)
    _, text = report(root)
    assert text.count("class=changed") == 1 and '<td class=changed data-change="+1">27.0' in text


@case
def fuzzing_is_shown(root):
    data.fuzzing(root)
    _, text = report(root)
    page = Page(text)
    assert cell(page, "program", "executions") == ["1\u202f234\u202f567\u202f890"], cell(page, "program", "executions")
    assert cell(page, "program", "findings") == ["1"] and cell(page, "files", "findings") == ["0"]
    assert cell(page, "files", "date") == ["2026-03-03T12:00:00Z (interrupted)"]
    assert cell(page, "17", "executions") == ["4711"], "the planted fault"
    assert "2 469 135 780 executions in all campaigns" in page.text and "in 2.0 hours" in page.text
    assert "9.00 of 10.0" not in page.text and "9 of 10 planted faults detected (core), 2 of them have no effect; median 0.500 s, worst 31.5 s" in page.text
    assert "97.5 % of the lines and 88.2 % of the branches" in page.text and "1 of 8" not in page.text, "only the newest of a layer"
    assert "1 finding lies" in page.text and "No finding lies" not in page.text
    os.remove(f"{root}/fuzz/0123456789abcdef")
    assert "No finding is in" in Page(report(root)[1]).text


@case
def whole_commands_have_a_table_of_their_own(root):
    data.good(root)
    _, text = report(root)
    assert "No commands were timed yet" in Page(text).text
    before = Page(text).text.split("Base: ")[1].split("Whole commands")[0]
    data.commands(root, ("a" * 40, {"list": 10.0, "replay": 200.0}), ("b" * 40, {"list": 12.5, "replay": 200.1}))
    _, text = report(root)
    page = Page(text)
    assert cell(page, "list", "2026-03-21T12:00bbbbbbbbbbbb") == ["12.5 12.4–12.6"], cell(page, "list", "2026-03-21T12:00bbbbbbbbbbbb")
    assert cell(page, "list", "last change") == ["+25.0 %"] and cell(page, "replay", "last change") == ["+0.0 %"]
    assert before == page.text.split("Base: ")[1].split("Whole commands")[0], "they are no cells of the machine"


@case
def cells_of_modules_are_beside_ours(root):
    data.good(root)
    data.user(root)
    page = Page(report(root)[1])
    (row,) = [r for t in page.tables for r in t if r[0].startswith("toio/mydriver/copy_words/64")]
    # 8 ns against the kernel's 4, ours 2: half as fast as one, a quarter of the other.
    assert [value.strip() for value in row[1:]] == ["16 w4", "120", "8.00", "0.500 toio/mmio/kernel-generic/64", "toio/mmio/strict/64", "8 w8", "34.0",
                                                    "2.00", "0.250"], row
    (row,) = [r for t in page.tables for r in t if r[0].startswith("operation/mydriver/post/4096")]
    assert row[1] == "3 w4" and row[5].strip() == "–" and row[-1].strip() == "–", row
    # Ours alone have no row of their own there.
    assert not [r for t in page.tables for r in t if r[0].strip() == "toio/mmio/strict/64" and len(r) == 10]


@case
def nothing_is_a_page_that_says_so(root):
    _, text = report(root)
    page = Page(text)
    for word in ("iopath bench --quick", "iopath bench --module my.so", "scripts/fuzz", "No machine has two runs", "Only one architecture", "scripts/commands BASE"):
        assert word in page.text, word


@case
def hostile_files_stay_text(root):
    data.good(root)
    data.baselines(root)
    data.fuzzing(root)
    _, clean = report(root)
    data.hostile(root)
    run, text = report(root)
    page = Page(text)
    assert page.tags <= MARKUP, page.tags - MARKUP
    assert page.scripts == Page(clean).scripts and not page.open
    for tag, name, value in page.attributes:
        assert not name.startswith("on") and name not in ("src", "style"), (tag, name, value)
        assert name != "href" or value.startswith("#") or value == "data:,", (tag, name, value)
    assert data.HOSTILE[:25] in page.text, "the text itself is to be seen"
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text.replace("\n", "").replace("\t", ""))
    for name in ("truncated.json", "foreign.json", "onerror=alert(3)", "truncated-arch.json", "no-arch.json", "misplaced.json",
                 "another-format.json", "not-fuzz.json", "cut.json"):
        assert name in page.text, name
        assert len([line for line in run.stderr.splitlines() if name in line]) == 1, run.stderr
    assert "toio/mmio/strict/64" in page.text and cell(page, "program", "executions"), "what is good is still there"
    assert cell(page, "glibc (control) from a device", "riscv64") == ["336 of 512"]


@case
def bad_use_is_exit_2(root):
    run, _ = report(root, "--colour", status=2)
    assert run.stderr.startswith("iopath: report: ") and "--help" in run.stderr
    run = subprocess.run([IOPATH, "report", "--out", f"{root}/no/such/folder.html"], capture_output=True, text=True, timeout=600, cwd=root)
    assert run.returncode == 2 and "No such file" in run.stderr, run
    run = subprocess.run([IOPATH, "report", "--out", "/dev/full"], capture_output=True, text=True, timeout=600, cwd=root)
    assert run.returncode == 2 and "No space" in run.stderr, run


@case
def an_earlier_page_is_never_damaged(root):
    data.good(root)
    _, first = report(root)
    limited = ["bash", "-c", f"ulimit -f 8; trap '' XFSZ; exec '{IOPATH}' report --out report.html --dir runs"]
    run = subprocess.run(limited, capture_output=True, text=True, timeout=600, cwd=root)
    assert run.returncode == 2, run
    with open(f"{root}/report.html", encoding="utf-8") as file:
        assert file.read() == first
    assert [name for name in os.listdir(root) if name.endswith(".tmp")] == []


with tempfile.TemporaryDirectory() as folder:
    CASES[sys.argv[2]](folder)
