#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page of iopath show in headless Chromium. Run as: timeline_browser_test.py IOPATH PROGRAM UPLOT_JS CASE; REPORT_SHOTS=DIR keeps
screenshots."""
import os
import subprocess
import sys
import tempfile

from report_browser import CHROMIUM, Browser

IOPATH, PROGRAM, UPLOT, CASE = sys.argv[1:5]


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def page(folder, name, *more):
    subprocess.run([IOPATH, "record", "--device-file", f"{folder}/dev*", "--out", f"{folder}/{name}.iorec", "--", PROGRAM, name, f"{folder}/dev"],
                   check=True, capture_output=True, timeout=300)
    done = subprocess.run([IOPATH, "show", "--html", f"{folder}/page.html", *more, f"{folder}/{name}.iorec"], capture_output=True, timeout=300, check=False)
    assert done.returncode in (0, 1), done
    return f"{folder}/page.html"


def drawn(browser):
    browser.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return int(browser.ask("document.querySelector('figure').dataset.drawn"))


def inked(browser):
    """How many pixels of the picture are coloured, which its grid is not."""
    return browser.ask("""(() => { const c = document.querySelector('canvas');
        const copy = new OffscreenCanvas(c.width, c.height).getContext('2d', { willReadFrequently: true }); copy.drawImage(c, 0, 0);
        const d = copy.getImageData(0, 0, c.width, c.height).data; let n = 0;
        for (let i = 0; i < d.length; i += 4) n += d[i + 3] > 40 && Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1], d[i + 2]) > 60;
        return n; })()""")


def said(browser):
    return browser.ask("document.querySelector('.readout').innerText")


def every_access_has_a_mark(folder, browser):
    out = page(folder, "faults")
    for name, look in {"light": {}, "dark": {"dark": True}, "phone": {"width": 390, "height": 844, "phone": True}, "narrow": {"width": 320, "phone": True}}.items():
        browser.look(**look)
        browser.open(out)
        assert browser.errors == [], (name, browser.errors)
        rows = browser.ask("document.querySelectorAll('#timeline tbody tr').length")
        assert drawn(browser) == rows == 73 and inked(browser) > 500, (name, drawn(browser), rows, inked(browser))
        width = browser.ask("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width[0] <= width[1], f"{name}: the page is wider than the screen: {width}"
        if os.environ.get("REPORT_SHOTS"):
            browser.screenshot(f"{os.environ['REPORT_SHOTS']}/timeline-{name}.png")
    # Reads, writes and what breaks a rule can be left out, each for itself; then nothing is left.
    assert browser.ask("[...document.querySelectorAll('.legend button')].map((b) => b.innerText)") == ["reads: 52", "writes: 79", "breaks a rule: 8"]
    before = [drawn(browser), inked(browser)]
    for kind in ("read", "write", "bad"):
        browser.ask(f"document.querySelector('.legend button[data-kind={kind}]').click()")
        after = [drawn(browser), inked(browser)]
        assert after[0] < before[0] and after[1] < before[1], (kind, before, after)
        before = after
    assert before == [0, 0], before


def marks_are_read_by_pointer_and_keyboard(folder, browser):
    browser.look()
    browser.open(page(folder, "faults"))
    browser.ask("document.querySelector('.canvas').focus()")
    browser.key("ArrowRight")
    assert "write 4" in said(browser) and "0x102" in said(browser) and "misaligned" in said(browser), said(browser)
    for _ in range(4):
        browser.key("ArrowRight")
    assert "read 4 × 50" in said(browser) and "poll" in said(browser) and "record_program.c:" in said(browser), said(browser)
    for order in ("order", "time"):
        browser.ask(f"(() => {{ const s = document.querySelector('select'); s.value = '{order}'; s.dispatchEvent(new Event('change')); }})()")
        assert drawn(browser) == 73 and browser.errors == [], browser.errors
    # The pointer on the only mark of 0x200's line, then where there is none.
    browser.ask("(() => { const s = document.querySelector('select'); s.value = 'order'; s.dispatchEvent(new Event('change')); })()")
    box = browser.ask("(({x, y, width, height}) => [x, y, width, height])(document.querySelector('.u-over').getBoundingClientRect())")
    lanes = browser.ask("document.querySelectorAll('.lanes li').length")
    x, y = box[0] + box[2] * (1 + .72) / (72 + 1.44), box[1] + box[3] * (1 + .6) / (lanes + .3)
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    assert "0x200" in said(browser) and "wide" in said(browser), said(browser)
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0] + box[2] * .9, y=box[1] + 4)
    assert said(browser).startswith("Point at a mark"), said(browser)


def a_long_recording_has_its_gap(folder, browser):
    browser.look()
    browser.open(page(folder, "many"))
    assert browser.errors == [] and drawn(browser) == 4000 and "2000 accesses" in browser.ask("document.querySelector('#left-out').innerText")


def without_scripts_the_table_is_open(folder, browser):
    browser.look(script=False)
    browser.open(page(folder, "faults"))
    assert browser.errors == [] and browser.ask("document.querySelector('#timeline table').getBoundingClientRect().height") > 100
    assert browser.ask("document.querySelectorAll('canvas').length") == 0


def a_name_runs_nothing(folder, browser):
    with open(f"{folder}/registers", "w", encoding="ascii") as names:
        names.write("0 <img/src=x/onerror=alert(1)>\n4 </ol><script>missing()</script>\n")
    browser.look()
    browser.open(page(folder, "widths", "--registers", f"{folder}/registers"))
    assert browser.errors == [] and browser.ask("document.images.length") == 0, browser.errors
    assert "onerror=alert" in browser.ask("document.querySelector('#timeline').textContent"), "the name itself is to be seen"


if not CHROMIUM:
    skip("no Chromium (scripts/setup report installs it)")
if not os.path.getsize(UPLOT):
    skip("this build could not get uPlot")
with tempfile.TemporaryDirectory() as root:
    tab = Browser()
    try:
        globals()[CASE.replace("-", "_")](root, tab)
    finally:
        tab.close()
