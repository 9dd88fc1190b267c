#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The report in headless Chromium. Run as: report_browser_test.py IOPATH UPLOT_JS CASE; REPORT_SHOTS=DIR keeps screenshots."""
import json
import os
import subprocess
import sys
import tempfile

import report_colour as colour
import report_data as data
from report_browser import CHROMIUM, Browser

IOPATH, UPLOT = os.path.abspath(sys.argv[1]), sys.argv[2]
CASES = {}


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def page(root):
    out = f"{root}/report.html"
    subprocess.run([IOPATH, "report", "--out", out, "--dir", f"{root}/runs", "--baselines", f"{root}/baselines", "--fuzz", f"{root}/fuzz",
                    "--corpora", f"{root}/corpora"], check=True, capture_output=True, timeout=600, cwd=root)
    return out


def needs_uplot():
    if not os.path.getsize(UPLOT):
        skip("this build could not get uPlot")


def inked(browser):
    """For each plot, how many of its pixels are drawn on."""
    return browser.ask("""[...document.querySelectorAll('figure[data-plot] canvas')].map((c) => {
        const copy = new OffscreenCanvas(c.width, c.height).getContext('2d', { willReadFrequently: true }); copy.drawImage(c, 0, 0);
        const d = copy.getImageData(0, 0, c.width, c.height).data; let n = 0;
        for (let i = 3; i < d.length; i += 4) n += d[i] > 40; return n; })""")


def check_drawn(browser, what):
    assert browser.errors == [], (what, browser.errors)
    plots = json.loads(browser.ask("document.documentElement.dataset.plots"))
    assert plots == [6] * 9 + [3, 3, 1, 1, 1], (what, plots)
    assert len(inked(browser)) == len(plots) and min(inked(browser)) > 1500, (what, inked(browser))
    width = browser.ask("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{what}: the page is wider than the screen: {width}"


@case
def every_plot_has_data_in_every_look(root, browser):
    needs_uplot()
    data.good(root)
    data.machines(root)
    data.baselines(root)
    data.fuzzing(root)
    out = page(root)
    for name, look in {"desktop-light": {}, "desktop-dark": {"dark": True}, "phone-light": {"width": 390, "height": 844, "phone": True},
                       "phone-dark": {"width": 390, "height": 844, "phone": True, "dark": True}, "narrow": {"width": 320, "phone": True}}.items():
        browser.look(**look)
        browser.open(out)
        check_drawn(browser, name)
        if os.environ.get("REPORT_SHOTS"):
            browser.screenshot(f"{os.environ['REPORT_SHOTS']}/{name}.png")
        paper = browser.ask("getComputedStyle(document.body).backgroundColor").strip("rgb()").split(",")
        assert (sum(map(int, paper)) < 200) == bool(look.get("dark")), (name, paper)


CUT = """[...document.querySelectorAll('.wide')].filter((w) => w.scrollHeight > w.clientHeight + 1 || w.scrollWidth > w.clientWidth + 1)
    .map((w) => w.getAttribute('aria-label') + (w.scrollHeight > w.clientHeight + 1 ? ': cut from below' : ''))"""
CUT_HEADS = """[...document.querySelectorAll('th, td')].filter((t) => t.clientWidth && t.scrollWidth > t.clientWidth + 1).map((t) => t.innerText)"""


@case
def no_table_is_cut(root, browser):
    data.driver(root)
    data.machines(root)
    data.every_architecture(root)
    data.fuzzing(root)
    out = page(root)
    for width in (400, 1400, 2500):
        for dark in (False, True):
            browser.look(width=width, dark=dark, phone=width == 400)
            browser.open(out)
            browser.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            cut, heads = browser.ask(CUT), browser.ask(CUT_HEADS)
            assert not [c for c in cut if "cut" in c] and not heads, (width, cut, heads)
            # On a screen of a desk nothing has to be scrolled sideways either; on a phone it can be, by keys as well.
            assert width == 400 or not cut, (width, cut)
            assert browser.ask("[...document.querySelectorAll('.wide')].every((w) => w.tabIndex === 0 && getComputedStyle(w).overflowX === 'auto')")
            places = browser.ask("['#calls table', '#glance table'].map((s) => document.querySelector(s).getBoundingClientRect().top)")
            assert width == 400 or (places[0] < 300 and places[1] < 900), f"not on the first screen: {places}"
            if os.environ.get("REPORT_SHOTS"):
                browser.screenshot(f"{os.environ['REPORT_SHOTS']}/tables-{width}-{'dark' if dark else 'light'}.png")
    # What was there before is noticed: boxes of a fixed height, and row heads that are cut.
    browser.ask("document.head.append(Object.assign(document.createElement('style'), {textContent: '.wide { max-height: 5rem; }"
                " th[scope=row] { max-width: 2rem; overflow: hidden; white-space: nowrap; }'}))")
    assert any("cut from below" in c for c in browser.ask(CUT)) and browser.ask(CUT_HEADS)


LEGEND = """(([...document.querySelectorAll('figure[data-plot]')].find((f) => f.querySelector('.legend').innerText.includes('s390x')))
    .querySelectorAll('.legend button')).values().map((b) => [...b.querySelectorAll('path')].map((p) =>
    [getComputedStyle(p).stroke, p.getAttribute('stroke-dasharray'), p.getAttribute('d')])).toArray()"""


@case
def seven_architectures_look_different(root, browser):
    needs_uplot()
    data.every_architecture(root)
    out = page(root)
    for dark, paper in ((False, "#ffffff"), (True, "#1b1f25")):
        browser.look(dark=dark)
        browser.open(out)
        seen = browser.ask(LEGEND)
        strokes = ["#" + "".join(f"{int(part):02x}" for part in line[0].strip("rgb()").split(",")) for line, _ in seen]
        assert len(seen) == 7 and not colour.complaints(strokes, paper, 7), (strokes, colour.complaints(strokes, paper, 7))
        assert len({line[1] for line, _ in seen}) == 7 and len({mark[2] for _, mark in seen}) == 7, seen


def spoken(browser):
    """Role and name of each node of the accessibility tree, as a screen reader comes to them."""
    browser.call("Accessibility.enable")
    nodes = {n["nodeId"]: n for n in browser.call("Accessibility.getFullAXTree")["nodes"]}
    found, waiting = [], [next(i for i, n in nodes.items() if "parentId" not in n)]
    while waiting:
        node = nodes[waiting.pop()]
        waiting += [i for i in reversed(node.get("childIds", [])) if i in nodes]
        if not node.get("ignored"):
            found.append((node.get("role", {}).get("value"), node.get("name", {}).get("value", "")))
    return found


@case
def the_accessibility_tree_has_the_tables(root, browser):
    data.driver(root)
    data.every_architecture(root)
    browser.look()
    browser.open(page(root))
    nodes = spoken(browser)
    roles = [role for role, _ in nodes]
    first = roles.index("table")
    assert ("region", "What to call, by kind of mapping") in nodes[:first], nodes[:first]
    heads = [name for role, name in nodes[first:] if role == "columnheader"][:7]
    assert heads == ["mapping", "to", "call", "verdict", "accesses", "instructions", "ns here"], heads
    rows = [name for role, name in nodes[first:] if role == "rowheader"]
    assert rows[:3] == ["uncached BAR", "read a register", "write a register"], rows[:3]
    assert [name for role, name in nodes if role == "heading"][:3] == ["I/O access paths", "What to call", "Strict copies to a device, by CPU model"]
    unnamed = [node for node in nodes if node[0] in ("region", "button", "link", "heading", "image", "navigation") and not node[1].strip()]
    assert not unnamed, unnamed
    assert roles.count("table") > 5 and "navigation" in roles and "main" in roles


@case
def without_scripts_the_tables_are_open(root, browser):
    data.good(root)
    out = page(root)
    browser.look(script=False)
    browser.open(out)
    assert browser.errors == [] and browser.ask("document.querySelectorAll('canvas').length") == 0
    heights = browser.ask("[...document.querySelectorAll('figure[data-plot] table')].map((t) => t.getBoundingClientRect().height)")
    assert len(heights) == 6 and min(heights) > 100, heights
    said = "Without JavaScript" if os.path.getsize(UPLOT) else "could not get the plotting library"
    assert said in browser.ask("document.body.innerText")


@case
def without_the_library_the_page_says_so(root, browser):
    data.good(root)
    out = page(root)
    with open(out, encoding="utf-8") as file:
        text = file.read()
    if not os.path.getsize(UPLOT):
        assert "could not get the plotting library" in text
    else:
        # Whatever stops the library, the page's own script must leave the tables alone.
        with open(UPLOT, encoding="utf-8") as file:
            assert text.count(file.read()) == 1
        text = text.replace("var uPlot=", "var notPlot=")
        with open(out, "w", encoding="utf-8") as file:
            file.write(text)
    browser.look()
    browser.open(out)
    assert browser.ask("typeof uPlot") == "undefined" and browser.errors == [], browser.errors
    heights = browser.ask("[...document.querySelectorAll('figure[data-plot] table')].map((t) => t.getBoundingClientRect().height)")
    assert len(heights) == 6 and min(heights) > 100, heights


@case
def the_keyboard_reads_values_and_chooses(root, browser):
    needs_uplot()
    data.good(root)
    browser.look()
    browser.open(page(root))
    browser.ask("document.querySelector('figure[data-plot] .canvas').focus()")
    browser.key("ArrowRight")
    browser.key("ArrowRight")
    said = browser.ask("document.querySelector('figure[data-plot] .readout').innerText")
    assert said.startswith("4 B") and "kernel-generic" in said, said
    browser.look(width=900)
    browser.ask("new Promise((done) => setTimeout(done, 300))")
    assert said == browser.ask("document.querySelector('figure[data-plot] .readout').innerText"), "a new size lost the place"
    browser.key("ArrowLeft")
    assert browser.ask("document.querySelector('figure[data-plot] .readout').innerText").startswith("1 B")
    before = inked(browser)[0]
    browser.ask("document.querySelector('.legend button[aria-pressed=true]').click()")
    assert browser.ask("document.querySelector('.legend button').getAttribute('aria-pressed')") == "false"
    browser.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert inked(browser)[0] < before
    assert browser.ask("[...document.querySelectorAll('.wide')].every((w) => w.tabIndex === 0 && w.getAttribute('aria-label'))")
    browser.ask("""(() => { const s = document.querySelector('select'); s.value = 0; s.dispatchEvent(new Event('change')); })()""")
    assert browser.errors == [], browser.errors


@case
def a_lasting_change_is_drawn(root, browser):
    needs_uplot()
    drawn = []
    for step in (1.5, 1.0):
        data.lasting(root, step)
        browser.look()
        browser.open(page(root))
        assert browser.errors == [], browser.errors
        browser.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        drawn.append(int(browser.ask("document.documentElement.dataset.marks")))
        if os.environ.get("REPORT_SHOTS"):
            box = browser.ask("(({x, y, width, height}) => ({x: x + scrollX, y: y + scrollY, width, height}))"
                              "(document.querySelector('#history figure').getBoundingClientRect())")
            browser.screenshot(f"{os.environ['REPORT_SHOTS']}/history-{step}.png", box)
    assert drawn == [1, 0], drawn


@case
def hostile_files_run_nothing(root, browser):
    data.good(root)
    data.hostile(root)
    browser.look()
    browser.open(page(root))
    assert browser.errors == [], browser.errors
    assert browser.ask("document.images.length") == 0
    assert browser.ask("document.scripts.length") == (2 if os.path.getsize(UPLOT) else 0)
    assert "onerror=alert" in browser.ask("document.body.innerText"), "the text itself is to be seen"


@case
def the_test_itself_sees_errors(root, browser):
    """A negative control: each complaint that the other cases rely on is noticed when it is there."""
    for body, complaint in (("<script>missing()</script>", "missing"), ("<script>console.error('oh')</script>", "oh"),
                            ("<img src='http://192.0.2.1/x.png'>", "a request")):
        with open(f"{root}/bad.html", "w", encoding="utf-8") as file:
            file.write(f"<!doctype html><link rel=icon href='data:,'><title>x</title>{body}")
        browser.look()
        browser.open(f"{root}/bad.html")
        assert any(complaint in error for error in browser.errors), (body, browser.errors)


if not CHROMIUM:
    skip("no Chromium (scripts/setup report installs it)")
with tempfile.TemporaryDirectory() as folder:
    tab = Browser()
    try:
        CASES[sys.argv[3]](folder, tab)
    finally:
        tab.close()
