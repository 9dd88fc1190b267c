#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Manual pages and completions of the build. Run as: manual_test.py IOPATH OUT GENERATE CASE"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IOPATH, OUT, GENERATE, CASE = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
# What is typed, and the command line that completion makes of it.
TYPED = {"iopath ga\t": "gate", "iopath bench --fi\t": "bench --filter", "iopath trace --guard b\t": "trace --guard before",
         "iopath import hy\t": "import hyperfine", "iopath trace from\t": "trace fromio", "iopath trace toio --routine wide-sse\t":
         "trace toio --routine wide-sse2", "iopath report --dir some-f\t": "report --dir some-folder", "iopath export --to csv some-r\t":
         "export --to csv some-run.json", "iopath compare some-run.json some-r\t": "compare some-run.json some-run.json",
         "iopath history read/mmio/raw/u3\t": "history read/mmio/raw/u32", "iopath list --filter control/none/cycle/\t":
         "list --filter control/none/cycle/0",
         # Nothing that starts so: what was typed stays.
         "iopath xyzzy\t": "xyzzy", "iopath list --xyzzy\t": "list --xyzzy", "iopath bench --launches some-r\t": "bench --launches some-r"}


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def needs(program):
    if not shutil.which(program):
        print(f"skipped: {program} is not installed (scripts/setup)")
        sys.exit(77)


def commands():
    text = subprocess.run([IOPATH, "--help"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^  ([a-z][a-z-]*) +\S", text, re.MULTILINE)


def every_command_has_a_page():
    names = ["iopath"] + [f"iopath-{command}" for command in commands()]
    expect(len(names) > 5, names)
    for name in names:
        text = (OUT / f"man1/{name}.1").read_text()
        found = re.findall(r"^\.SH (.*)", text, re.MULTILINE)
        expect([section for section in found if section != "COMMANDS"] == SECTIONS, name, found)
        # Every option that the help offers.
        told = subprocess.run([IOPATH, *name.split("-", 1)[1:], "--help"], capture_output=True, text=True, check=True).stdout
        for option in re.findall(r"^  (--[a-z][a-z-]*)", told, re.MULTILINE):
            expect(f"\n\\fB{option}".replace("-", "\\-") in text, f"{option} is missing in the page of {name}")


def exit_codes_are_those_of_every_command():
    header = (Path(GENERATE).parents[2] / "host/fail.h").read_text()
    codes = set(re.findall(r"IOP_EXIT_[A-Z]+ = (\d+)", header))
    told = {path.stem: set(re.findall(r"^\.TP\n\\fB(\d+)\\fR", path.read_text(), re.MULTILINE)) for path in (OUT / "man1").iterdir()}
    expect(told["iopath"] == codes == {"0", "1", "2", "3", "4", "130"}, told["iopath"], codes)
    for name, found in told.items():
        expect({"0", "2"} <= found <= codes, name, found)


def complaints(path):
    return subprocess.run(["mandoc", "-Tlint", path], capture_output=True, text=True, check=False).stdout


def pages_are_without_a_warning():
    needs("mandoc")
    for path in sorted((OUT / "man1").iterdir()):
        expect(not complaints(path), complaints(path))
    with tempfile.TemporaryDirectory() as folder:
        broken = Path(folder, "iopath.1")
        broken.write_text((OUT / "man1/iopath.1").read_text().replace(".SH SYNOPSIS", ".SHH SYNOPSIS"))
        expect("unknown macro" in complaints(broken), "a page that is broken passes")


class Shell:
    """An interactive shell whose 'iopath' prints its arguments when it is run, and is the real one for completion."""

    def __init__(self, folder, argv, setup):
        Path(folder, "some-folder").mkdir()
        Path(folder, "some-run.json").touch()
        program = Path(folder, "bin", "iopath")
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nif [ -t 1 ]; then echo "GOT<$*>"; else exec {IOPATH} "$@"; fi\n')
        program.chmod(0o755)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(PATH=f"{program.parent}:{os.environ['PATH']}", TERM="dumb", HOME=folder)
            os.execvp(argv[0], argv)
        self.type(setup + "; echo READ''Y\n")
        self.read_until("READY")

    def type(self, text):
        os.write(self.fd, text.encode())

    def read_until(self, pattern):
        """Until the pattern is there, or nothing has come for long."""
        text, end = "", time.monotonic() + 600
        while not re.search(pattern, text):
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            expect(ready, f"the shell does not answer with {pattern}:", repr(text))
            text += os.read(self.fd, 65536).decode(errors="replace")
        return re.search(pattern, text)

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def completes(argv, setup, typed=None):
    """Each line typed, and what the program was run with."""
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(folder, argv, setup)
        for line, wanted in (typed or TYPED).items():
            shell.type(line + "\n")
            got = shell.read_until(r"GOT<([^>]*)>")[1].rstrip("/")
            expect(got == wanted, repr(line), "became", repr(got), "instead of", repr(wanted))
        shell.close()


def bash_completes():
    argv = ["bash", "--noprofile", "--norc", "-i"]
    completes(argv, f"source {OUT}/bash/iopath")
    # Without the script nothing is completed, or this test would pass with any.
    completes(argv, ":", {"iopath ga\t": "ga"})


def zsh_completes():
    needs("zsh")
    argv = ["zsh", "-f", "-i"]
    setup = "unsetopt zle_bracketed_paste; unset zle_bracketed_paste; autoload -Uz compinit"
    completes(argv, f"{setup}; fpath=({OUT}/zsh $fpath); compinit -u -D")
    completes(argv, f"{setup}; compinit -u -D", {"iopath ga\t": "ga"})


def bash_scripts_are_clean():
    needs("shellcheck")
    subprocess.run(["shellcheck", "--shell=bash", OUT / "bash/iopath"], check=True)


def they_are_installed():
    with tempfile.TemporaryDirectory() as prefix:
        subprocess.run(["cmake", "--install", OUT.parent, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        found = {str(path.relative_to(prefix)) for path in Path(prefix).rglob("*") if path.is_file()}
    wanted = {"share/bash-completion/completions/iopath", "share/zsh/site-functions/_iopath", "share/man/man1/iopath.1",
              *(f"share/man/man1/iopath-{command}.1" for command in commands())}
    expect(found == wanted, found ^ wanted)


HELP = "usage: iopath\n\nDoes things.\n\n  --all  everything\n\nExit: 0 clean, 1 not.\n\nexample: iopath\n"
REFUSED = {"no exits": HELP.replace("Exit: 0 clean, 1 not.\n\n", ""), "no example": HELP.replace("example: iopath", ""),
           "an option too far left": HELP.replace("  --all", " --all  a\n\n  --all").replace("everything\n", "everything\n misplaced\n"),
           "an exit without a meaning": HELP.replace("1 not", "1")}


def what_is_not_understood_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        for what, text in {"": HELP, **REFUSED}.items():
            program, told = Path(folder, "program"), Path(folder, "help")
            told.write_text(text)
            program.write_text(f'#!/bin/sh\ncat {told}\n')
            program.chmod(0o755)
            run = subprocess.run([sys.executable, "-B", GENERATE, program, "0", Path(folder, "out")], capture_output=True, text=True, check=False)
            expect((run.returncode == 0) == (what == ""), what, run)


globals()[CASE.replace("-", "_")]()
