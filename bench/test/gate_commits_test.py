#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The gate on the commits of somebody else's repository. Run as: gate_commits_test.py FOLDER SOURCE CASE.

The repository has one module of cells in a folder of its own, made by make; a file of it says which defect is compiled in. Times are
those of the test's clock (gate_clock.c)."""
import json
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
    # Nothing is left of a build that failed, but for the tree of the working tree, in which the next goes on.
    left = [path.name for path in (their.home / "cache/iopath/trees").iterdir()]
    expect(left and all(name.startswith("working-") and not name.endswith(".lock") for name in left), left)
    expect(their.git("worktree", "list").count("\n") == len(left), their.git("worktree", "list"))
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


def a_module_elsewhere_is_refused_and_kept(their):
    """Files of the user's, by a full name, by a way out of the tree and by a link in the commit: none is removed."""
    user = their.home / "kept.so"
    user.write_text("the user's")
    (their.cells / "out").symlink_to(their.home)
    first = their.commit("a link that leads out", "GATE_BASE")
    for module, said in ((user, "is not a file of the work tree"), ("../../../kept.so", "is not in the repository"),
                         ("out/kept.so", "leads out of the work tree"), (their.cells / "cells.so", "is not a file of the work tree")):
        done = their.run(PROGRAM, "gate", first, first, "--build", "make cells.so", "--module", module)
        expect(done.returncode == 2 and said in done.stderr, module, done.stderr)
        expect(user.read_text() == "the user's", module, "was changed")
    # Up and down again is in the tree.
    done = their.run(PROGRAM, "gate", first, first, "--build", "make cells.so", "--module", "../io/cells.so", "--no-time", "--no-counts")
    expect(done.returncode == 0, done)


def what_cannot_be_done_blames_no_commit(their):
    """1 is a confirmed regression, and to git bisect each code below 128 but 125 and 0 is a bad commit."""
    first = their.git("rev-parse", "HEAD")
    file = their.home / "a file"
    file.write_text("")
    beside = their.home / "bin"
    beside.mkdir()
    (beside / "gate").symlink_to(PROGRAM)
    for what, more, said in (("no folder for builds", {"XDG_CACHE_HOME": str(file)}, f"{file}/iopath"),
                             ("nothing can be written", {"XDG_CACHE_HOME": "/proc"}, "/proc/iopath"),
                             ("no compiler", {"CC": "/nonexistent/cc"}, ""), ("no python3", {"PATH": str(beside)}, "python3")):
        for words, code in (((), 2), (("--bisect",), 128)):
            done = their.gate(first, *words, **more)
            expect(done.returncode == code, what, words, done.returncode, done.stderr)
            expect("Traceback" not in done.stderr and said in done.stderr and "\niopath: gate: " in "\n" + done.stderr, what, done.stderr)
            expect("compiler" in what or done.stderr.count("\n") == 1, what, "is not one line:", done.stderr)
    # Variables that keep Python from starting, and the linker of functions' homes with it: the base does not build.
    for words, code in (((), 2), (("--bisect",), 128)):
        done = their.gate(first, *words, PYTHONHOME="/nonexistent")
        expect(done.returncode == code and "the base does not build" in done.stderr, done)


def what_data_leads_to_is_code(their):
    """Which of two functions runs is decided by data: objects of nothing but pointers, one without a name, and what a constructor leaves."""
    text = """#include <iopath/cells.h>
IOP_MODULE("theirs");
typedef void function(void *io, const void *s, size_t n);
struct ops { function *copy, *other; };
static void fast(void *io, const void *s, size_t n) { for (size_t i = 0; i < n / 4; i++) ((volatile uint32_t *)io)[i] = ((const uint32_t *)s)[i]; }
static void slow(void *io, const void *s, size_t n) { for (int i = 500; i--;) __asm__ volatile(""); fast(io, s, n); }
const struct ops constant = {CONSTANT};
struct ops variable = {VARIABLE};
static function *left;
__attribute__((constructor)) static void leave(void) { left = LEFT; }
#define CELL(name, call) static void name(void *io, const void *s, size_t n) { call(io, s, n); } IOP_COPY_TOIO(name, .tier = "STRICT", .widths = 4, .unit = 4)
CELL(by_constant, ({ const struct ops *o = &constant; __asm__("" : "+r"(o)); o->copy; }));
CELL(by_variable, variable.copy);
#ifdef __x86_64__
__asm__(".pushsection .data.rel.ro.local, \\"aw\\"; .balign 16; .Lnameless: .quad NAMELESS; .popsection");
CELL(by_nameless, ({ function *f; __asm__ volatile("movdqa .Lnameless(%%rip), %%xmm0; movq %%xmm0, %0" : "=r"(f) : : "xmm0"); f; }));
#endif
CELL(by_constructor, left);
CELL(direct, fast);
"""
    was = {"CONSTANT": "fast, slow", "VARIABLE": "fast, slow", "NAMELESS": "fast, slow", "LEFT": "fast"}
    (their.cells / "Makefile").write_text(f"cells.so: cells.c\n\t$(CC) -O2 -shared -fPIC -I{SOURCE}/bench/cells cells.c -o $@\n")

    def changed(message, more="", **change):
        module = text.replace("static void fast", f"{more}static void fast")
        for name, value in {**was, **change}.items():
            module = module.replace(f"{{{name}}}", f"{{{value}}}").replace(f".quad {name}", f".quad {value}").replace(f"= {name};", f"= {value};")
        (their.cells / "cells.c").write_text(module)
        commit = their.commit(message, "")
        done = their.run(FOLDER.parents[2] / "iopath", "gate", first or commit, commit, *BUILD[:4], "--no-time", "--no-counts", "--json",
                         "gate.json")
        expect(done.returncode == 0, done)
        cells = json.loads((their.cells / "gate.json").read_text())["cells"]
        return commit, {cell["name"].split("/")[2] for cell in cells if cell["role"] in ("cell", "same", "negative") and not cell["same_code"]}
    first = None
    first, other = changed("as it was")
    if other:
        print("skipped: code cannot be identified here", other)
        sys.exit(77)
    swapped = "slow, fast"
    moves = '__attribute__((used)) static void more(void) { for (int i = 500; i--;) __asm__ volatile(""); }\n'
    expect(changed("moved", moves)[1] == set(), "what moved only")
    expect(changed("constant", CONSTANT=swapped)[1] == {"by_constant"}, "a constant object")
    expect(changed("variable", VARIABLE=swapped)[1] == {"by_variable"}, "a variable")
    expect(changed("nameless", NAMELESS=swapped)[1] == {"by_nameless"}, "a constant without a name")
    expect("by_constructor" in changed("left", LEFT="slow")[1], "a constructor")


def a_hook_of_another_work_tree_keeps_its_branch(their):
    """There git names its folder in the environment, in full, and with -a another index."""
    side = their.home / "side"
    their.git("worktree", "add", "--quiet", "-b", "side", side)
    hook = Path(their.git("rev-parse", "--path-format=absolute", "--git-path", "hooks")) / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    words = " ".join(f"'{word}'" for word in (PROGRAM, "gate", "HEAD", "--build", "make -C bench/io cells.so", "--module",
                                                 "bench/io/cells.so", "--no-time", "--no-counts"))
    hook.write_text(f"#!/bin/sh\n{words}\n")
    hook.chmod(0o755)
    for number in range(3):
        (side / "bench/io/gate_module.c").open("a").write(f"/* {number} */\n")
        done = their.run("git", "commit", "-a", "-m", f"side {number}", cwd=side)
        expect(done.returncode == 0 and "building the working tree" in done.stderr + done.stdout, done)
        state = their.run("git", "status", "--short", "--branch", cwd=side)
        expect(state.stdout == "## side\n", "the user's work tree was changed:", state)
        last = their.run("git", "log", "--format=%s", cwd=side).stdout.split("\n")
        expect(last[:-1] == [*[f"side {n}" for n in range(number, -1, -1)], "first"], last)


C = ".c"


def several_modules_are_built_and_compared(their):
    text = """#include <iopath/cells.h>
IOP_MODULE("NAME");
IOP_WRITE(NAME_write, uint32_t, *(volatile uint32_t *)addr = value);
"""
    (their.cells / "Makefile").write_text(f"""all: one.so sub/two.so
%.so: %{C}
\t$(CC) -O2 -ffunction-sections -shared -fPIC -I{SOURCE}/bench/cells $< -o $@
sub/%.so: %{C}
\tmkdir -p sub && $(CC) -O2 -ffunction-sections -shared -fPIC -I{SOURCE}/bench/cells $< -o $@
""")
    for name in "one", "two":
        (their.cells / f"{name}{C}").write_text(text.replace("NAME", name))
    first = their.commit("two modules", "")
    build = ["--build", "make all", "--module", "one.so", "--module", "sub/two.so", "--no-time", "--max-instructions", "0"]

    def gate(*words):
        return their.run(FOLDER.parents[2] / "iopath", "gate", *words)
    (their.cells / f"two{C}").write_text(text.replace("NAME", "two").replace("= value", "= value + ((volatile uint32_t *)addr)[1]"))
    done = gate(first, *build, "--json", "gate.json")
    expect(done.returncode == 1 and "2 cells: 1 same code" in done.stdout and "write/two/two_write/u32" in done.stdout, done)
    options = json.loads((their.cells / "gate.json").read_text())["options"]
    expect([Path(path).name for path in options["base"]] == ["one.so", "two.so"] and len(options["candidate"]) == 2, options)
    made = sorted(path.name for path in (their.home / "cache/iopath/builds").rglob("*.so"))
    expect(made == ["one.so", "one.so", "two.so", "two.so"] and "where the linker put them" not in done.stderr, made, done.stderr)
    # What two have, one that is missing, and the same twice.
    (their.cells / f"one{C}").write_text(text.replace("NAME", "two"))
    done = gate(their.commit("one name twice", ""), first, *build)
    expect(done.returncode == 2 and "write/two/two_write/u32 is a cell of two modules" in done.stderr, done)
    done = gate(first, first, *build, "--module", "three.so")
    expect(done.returncode == 2 and "made no three.so" in done.stderr, done)
    done = gate(first, *build, "--module", "./one.so")
    expect(done.returncode == 2 and "one module is there twice" in done.stderr, done)


with tempfile.TemporaryDirectory() as name:
    globals()[CASE.replace("-", "_")](Repository(Path(name)))
