#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The gate on the commits of somebody else's repository. Run as: gate_commits_test.py FOLDER SOURCE CASE.

The repository has one module of cells in a folder of its own, made by make; a file of it says which defect is compiled in. Times are
those of the test's clock (gate_clock.c)."""
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER, SOURCE, CASE = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
PROGRAM = FOLDER / "gate-clocked"
MAKEFILE = """-include defect.mk
cells.so: gate_module.c defect.mk
	$(CC) -O2 -ffunction-sections -falign-functions=64 -shared -fPIC -DGATE_CLOCKED -D$(DEFECT) -I%s/bench -I%s/bench/test gate_module.c -o $@
"""
BUILD = ["--build", "make cells.so", "--module", "cells.so", "--seed", "1", "--budget", "20s", "--filter", "varied|steady", "--no-counts"]


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


class Repository:
    def __init__(self, folder):
        self.home, self.root = folder, folder / "their repository"
        self.cells = self.root / "bench/io"
        self.cells.mkdir(parents=True)
        (folder / "clock").write_bytes(struct.pack("=QQ", 0, 1))
        shutil.copy(SOURCE / "bench/test/gate_module.c", self.cells)
        (self.cells / "Makefile").write_text(MAKEFILE % (SOURCE, SOURCE))
        self.run("git", "init", "--quiet", "--initial-branch=main", cwd=self.root)
        self.commit("first", "GATE_BASE")

    def run(self, *command, cwd=None, **more):
        environment = {**os.environ, "GATE_CLOCK": str(self.home / "clock"), "XDG_CACHE_HOME": str(self.home / "cache"),
                       **{f"GIT_{role}_{what}": "them" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}, **more}
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, cwd=cwd or self.cells,
                              env=environment, check=False)

    def git(self, *words):
        done = self.run("git", "-C", self.root, *words)
        expect(done.returncode == 0, words, done.stderr)
        return done.stdout.strip()

    def commit(self, message, defect):
        (self.cells / "defect.mk").write_text(f"DEFECT = {defect}\n")
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def gate(self, *words, **more):
        return self.run(PROGRAM, "gate", *words, *BUILD, **more)


def a_slower_working_tree_is_found(their):
    (their.cells / "defect.mk").write_text("DEFECT = GATE_SLOW\n")
    (their.cells / "notes").write_text("not in git\n")
    their.git("add", "bench/io/notes")
    before = their.git("status", "--porcelain")
    done = their.gate("main")
    expect(done.returncode == 1 and "varied" in done.stdout, done.stdout, done.stderr)
    expect("building the base" in done.stderr and "building the working tree" in done.stderr, done.stderr)
    expect(their.git("status", "--porcelain") == before and not (their.cells / "cells.so").exists(), "the user's files were touched")
    expect(their.git("branch", "--all").split() == ["*", "main"], "branches were made")
    again = their.gate("main")
    expect(again.returncode == 1 and "building" not in again.stderr, "what is there was built again:", again.stderr)
    # The same with a change: only the working tree.
    (their.cells / "defect.mk").write_text("DEFECT = GATE_BASE\n")
    done = their.gate("main")
    expect(done.returncode == 0 and "building the base" not in done.stderr and "building the working tree" in done.stderr, done)


def two_commits_are_compared(their):
    slow = their.commit("slower", "GATE_SLOW")
    fast = their.commit("repaired", "GATE_BASE")
    done = their.gate("HEAD~2", slow)
    expect(done.returncode == 1 and "slower:" not in done.stderr and "homes" not in done.stderr, done)
    done = their.gate("HEAD~2", fast)
    expect(done.returncode == 0 and "PASS" in done.stdout, done)
    (module,) = (their.home / "cache/iopath/builds").glob(f"{slow[:12]}-*/cells.so")
    sections = their.run("readelf", "-SW", module).stdout
    expect(".text.homes" in sections, "functions are where the linker put them", sections)
    done = their.gate("HEAD~2", slow, LDFLAGS="-other")
    expect("building the base" in done.stderr, "a module of other flags was taken", done.stderr)
    trees = [path for path in (their.home / "cache/iopath/trees").iterdir()]
    expect(not trees, "left behind", trees)


def bisect_finds_the_commit(their):
    for number in range(2):
        their.commit(f"good {number}", "GATE_BASE")
    their.commit("does not build", "GATE_BASE -include /nonexistent")
    culprit = their.commit("slower", "GATE_SLOW")
    for number in range(3):
        their.commit(f"slow {number}", "GATE_SLOW")
    first = their.git("rev-list", "--max-parents=0", "HEAD")
    their.git("bisect", "start", "HEAD", first)
    done = their.run("git", "bisect", "run", PROGRAM, "gate", first, "--bisect", *BUILD, cwd=their.root)
    expect(done.returncode, "without its folder it cannot build")
    their.git("bisect", "reset")
    their.git("bisect", "start", "HEAD", first)
    # Git runs it at the root.
    done = their.run("git", "bisect", "run", "sh", "-c", f'cd bench/io && "$0" gate {first} --bisect "$@"', PROGRAM, *BUILD, cwd=their.root)
    words = done.stdout + done.stderr
    expect(f"{culprit} is the first bad commit" in words or ("We cannot bisect more" in words and culprit in words), words[-3000:])


def what_cannot_be_built_is_exit_2(their):
    good = their.git("rev-parse", "HEAD")
    bad = their.commit("bad", "GATE_BASE -include /nonexistent")
    for words, said in (((good,), "the working tree does not build: 'make cells.so' fails with 2"), ((bad, good), "the base does not build"),
                        (("no-such-commit",), "not a commit: no-such-commit"), ((good, good, good), "name the commit"),
                        ((good, "--base=x.so"), "--base takes a module"), ((good, "--filter"), "")):
        done = their.gate(*words)
        expect(done.returncode == 2 and said in done.stderr, words, done.stderr)
    expect("nonexistent" in their.gate(good).stderr, "the compiler's words are not shown")
    done = their.run(PROGRAM, "gate", good, good, "--build", "true", "--module", "cells.so")
    expect(done.returncode == 2 and "'true' made no cells.so" in done.stderr, done.stderr)
    for words, code in (((good,), 125), ((bad,), 128), (("no-such-commit",), 128)):
        done = their.gate(*words, "--bisect")
        expect(done.returncode == code, words, done.returncode, done.stderr)
    for words in (("main",), ("main", "--build", "make"), ("main", "--module", "cells.so")):
        done = their.run(PROGRAM, "gate", *words)
        expect(done.returncode == 2 and "--build COMMAND and --module FILE" in done.stderr, done.stderr)
    done = their.run(PROGRAM, "gate", "main", *BUILD, cwd=their.home)
    expect(done.returncode == 2 and "not a git repository" in done.stderr, done.stderr)


def what_is_registered_is_compared_by_its_code(their):
    """Where a line stands in the file is no change; the commits are named, as such a module does not know its own."""
    text = """#include <iopath/cells.h>
IOP_MODULE("theirs");
IOP_READ(a_read, uint32_t, *(volatile uint32_t *)addr);
static int make(void *window, void **context) { *context = window; return 0; }
static void post(void *window, void *context) { (void)context; *(volatile uint32_t *)window = 1; }
IOP_OPERATION(post, .setup = make);
"""
    (their.cells / "Makefile").write_text(f"cells.so: cells.c\n\t$(CC) -O2 -shared -fPIC -I{SOURCE}/bench/cells cells.c -o $@\n")
    (their.cells / "cells.c").write_text(text)
    first = their.commit("lines", "")
    build = [*BUILD[:4], "--no-time", "--max-instructions", "0"]
    for change, same, code in (("IOP_MODULE", 2, 0), ("window = 1", 1, 1)):
        other = {"IOP_MODULE": "\n/* more */\nIOP_MODULE", "window = 1": "window = ((volatile uint32_t *)window)[1]"}[change]
        (their.cells / "cells.c").write_text(text.replace(change, other))
        # On the machine's clock, as a process that is asked for the accesses must end in time.
        done = their.run(FOLDER.parents[2] / "iopath", "gate", first, *build)
        expect(done.returncode == code and f"2 cells: {same} same code" in done.stdout, done)
        expect(done.stdout.startswith(f"gate {first[:12]} -> "), done.stdout)


with tempfile.TemporaryDirectory() as name:
    globals()[CASE.replace("-", "_")](Repository(Path(name)))
