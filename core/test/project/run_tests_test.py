#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What scripts/test says of presets whose outcome is known. Run as: run_tests_test.py SOURCE CASE.

cmake and ctest are scripts of the test's own, in a folder that stands in for the tree."""
import json
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(sys.argv[1])
PASSED = '<testcase name="good" status="run"/>'
FAILED = '<testcase name="bad" status="fail"><failure/><system-out>why it failed</system-out></testcase>'
SKIPPED = ('<testcase name="other" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
           "<system-out>skipped: no such device</system-out></testcase>")
PARTS = ('<testcase name="parts" status="run"><system-out>[ RUN      ] one_case\n[  SKIPPED ] one_case\n[  SKIPPED ] 1 test(s), listed below:\n'
         '[  SKIPPED ] one_case\nskipped: toio wide: this CPU cannot run it\n</system-out></testcase>')
ABSENT = '<testcase name="absent" status="notrun"><skipped message="Unable to find executable"/><system-out/></testcase>'
LINES = """      Start  1: good
1/2 Test  #1: good ........   Passed    0.01 sec
2/2 Test #2: bad .........***Failed    3.01 sec
"""


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def tree(tmp, cases, status=0, lines="", builds=True):
    """A folder in which the preset 'one' is built or not, and whose tests end as @cases say."""
    (tmp / "bin").mkdir()
    (tmp / "scripts").mkdir()
    (tmp / "CMakePresets.json").write_text(json.dumps({"testPresets": [{"name": "one"}, {"name": "base", "hidden": True}]}))
    (tmp / "lines").write_text(lines)
    (tmp / "cases").write_text(f"<testsuite>{''.join(cases)}</testsuite>" if cases is not None else "")
    for path, text in (("bin/cmake", f"mkdir -p build/one; echo '[1/2] Building'; echo a compiler complains; exit {int(not builds)}"),
                       ("bin/ctest", 'echo "$@" >ctest-was-given; cat lines; while [ "$1" != --output-junit ]; do shift; done; [ ! -s cases ] || cp cases "$2"; '
                                     f"exit {status}"),
                       ("scripts/lint", "echo 'lint: shellcheck: clean, 1 s'")):
        (tmp / path).write_text(f"#!/bin/sh\n{text}\n")
        (tmp / path).chmod(0o755)


def run(tmp, *args, **kwargs):
    return subprocess.run([sys.executable, "-B", SOURCE / "scripts/run_tests.py", *args], cwd=tmp, stderr=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, "TERM": "xterm", "PATH": f"{tmp}/bin:{os.environ['PATH']}"}, **kwargs)


def outcome(tmp, *args):
    out = run(tmp, *args, stdout=subprocess.PIPE)
    return out.returncode, out.stdout.splitlines()[-1] if out.stdout else "", out


def what_passes_and_what_was_skipped_is_said(tmp):
    tree(tmp, [PASSED, SKIPPED])
    code, last, out = outcome(tmp, "one", "lint")
    expect(code == 0 and last == "2 passed, 0 failed, 1 skipped", out)
    expect("skipped in one: no such device: other" in out.stdout and "shellcheck: clean" in out.stdout, out)
    expect(all(f"one         {step}\n" in out.stdout for step in ("configure", "build", "test")), out)


def what_a_test_left_out_is_said(tmp):
    tree(tmp, [PASSED, PARTS])
    code, last, out = outcome(tmp, "one")
    expect(code == 0 and last == "2 passed, 0 failed, 2 skipped", out)
    expect("this CPU cannot run it: parts (toio wide)" in out.stdout and "parts (one_case)" in out.stdout, out)


def what_nobody_verified_is_said(tmp):
    left_out = "echo '-- Configuring'; echo '-- iopath: no such thing here'; echo '-- other left out: it needs more'; "
    tree(tmp, [PASSED, PARTS])
    for name in ("x86", "arm64", "generic", "elsewhere"):
        (tmp / "core/arch" / name).mkdir(parents=True)
    (tmp / "bin/cmake").write_text((tmp / "bin/cmake").read_text().replace("echo a compiler", left_out + "echo a compiler"))
    code, last, out = outcome(tmp, "one")
    said = [line for line in out.stdout.splitlines() if line.startswith("not verified: ")]
    expect(code == 0 and last == "2 passed, 0 failed, 2 skipped" and out.stdout.splitlines()[-len(said) - 1:-1] == said, out)
    expect(said[:3] == ["not verified: no such thing here", "not verified: other left out: it needs more",
                        "not verified: toio wide: this CPU cannot run it"], said)
    expect(said[3].startswith("not verified: code for ") and "elsewhere" in said[3] and "generic" not in said[3], said)
    expect("virtual machine" in said[4] and len(said) == 5, said)
    # What is there in one of the presets is looked at there.
    (tmp / "build/two-configure.log").write_text("-- iopath: no such thing here\n")
    sys.path.insert(0, str(SOURCE / "scripts"))
    os.chdir(tmp)
    import run_tests  # pylint: disable=import-outside-toplevel
    expect(list(run_tests.not_verified(["one", "two"], {}))[0] == "no such thing here", "of both")
    expect("left out" not in " ".join(run_tests.not_verified(["one", "two"], {})), "of one")


def a_failure_is_shown_at_once_and_with_its_words(tmp):
    tree(tmp, [PASSED, FAILED], status=8, lines=LINES)
    code, last, out = outcome(tmp, "one")
    expect(code == 1 and last == "1 passed, 1 failed", out)
    expect("FAILED bad, 3 s" in out.stdout and "why it failed" in out.stdout, out)


def no_test_is_a_failure(tmp):
    tree(tmp, None, status=8)
    code, last, out = outcome(tmp, "one")
    expect(code == 1 and last == "0 passed, 1 failed", out)


def a_program_that_is_missing_is_a_failure(tmp):
    tree(tmp, [PASSED, ABSENT])
    code, last, out = outcome(tmp, "one")
    expect(code == 1 and last == "1 passed, 1 failed", out)


def what_cannot_be_built_is_a_failure(tmp):
    tree(tmp, [PASSED], builds=False)
    code, last, out = outcome(tmp, "one", "lint")
    expect(code == 1 and last == "1 passed, 1 failed" and "a compiler complains" in out.stdout, out)


def each_kind_of_run_says_what_it_left_out(tmp):
    tree(tmp, [PASSED])
    for options, label, said in (([], "nightly", "tests labelled nightly"), (["--quick"], "nightly|slow|guest", "labelled nightly, slow, guest"),
                                 (["--all"], None, None)):
        code, last, out = outcome(tmp, *options, "one")
        given = (tmp / "ctest-was-given").read_text().split()
        expect(code == 0 and last == "1 passed, 0 failed", out)
        expect(given[given.index("-LE") + 1] == label if label else "-LE" not in given, options, given)
        lines = [line for line in out.stdout.splitlines() if line.startswith("not run: ")]
        expect(len(lines) == 1 and (said in lines[0] if said else "labelled" not in lines[0]) and "clang" in lines[0], options, lines)
    expect(outcome(tmp, "--quick", "--all")[0] == 2, "both at once")


def an_unknown_preset_is_exit_2(tmp):
    tree(tmp, [PASSED])
    for preset in ("two", "base"):
        code, _, out = outcome(tmp, preset)
        expect(code == 2 and f"no such preset: {preset} (one, lint)" in out.stderr and not out.stdout, out)


def only_a_terminal_is_written_over(tmp):
    tree(tmp, [PASSED])
    expect("\r" not in outcome(tmp, "one")[2].stdout, "carriage returns in a pipe")
    ours, theirs = pty.openpty()
    out = run(tmp, "one", stdout=theirs)
    os.close(theirs)
    text = ""
    try:
        while piece := os.read(ours, 4096):
            text += piece.decode()
    except OSError:
        pass  # all read, and nobody writes
    expect(out.returncode == 0 and "\r\033[K" in text and "1 passed, 0 failed" in text, text)
    # The first run has left how long it took.
    expect("1 of 1, about " in text, text)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        globals()[sys.argv[2].replace("-", "_")](Path(folder))
