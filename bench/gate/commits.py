#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""'iopath gate BASE [CANDIDATE] --build COMMAND --module FILE...': makes the modules of two commits, and compares them with 'iopath gate'.

Run by that command as: commits.py IOPATH ARGUMENTS. Everything is of the git repository that the working directory is in, and done in
the same folder of it. A commit is checked out into a work tree of its own and its module kept by commit, command and compiler; without
CANDIDATE it is the working tree as it is, as a commit that no branch has. The user's own files and index are not touched."""
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH = sys.argv[1]
# git bisect's words for "cannot be tested" and, from 128 on, "stop".
SKIP, ABORT = 125, 128
BISECT = "--bisect" in sys.argv[2:]
# Hooks and bisect set these, and a build is of another work tree: with them git would check out into the user's.
OF_ONE_TREE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
CONFIG = ("CC", "CXX", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS")


def say(text):
    print(f"iopath: gate: {text}", file=sys.stderr, flush=True)


def unexpected(_kind, error, _trace):
    """Python's own exit code would be 1: that the candidate is slower."""
    if isinstance(error, KeyboardInterrupt):
        os._exit(130)
    why = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else f"{type(error).__name__}: {error}"
    with contextlib.suppress(OSError):
        say(f"{' '.join(why.split())} (builds need room in $TMPDIR, and in $XDG_CACHE_HOME or else ~/.cache: let these be folders that "
            "can be written)")
    os._exit(ABORT if BISECT else 2)


sys.excepthook = unexpected
sys.dont_write_bytecode = True
for folder in ("", "../sample"):  # as installed, and in the source tree
    sys.path.insert(0, str(Path(__file__).resolve().parent / folder))
import homes  # noqa: E402


class Failed(Exception):
    """What is wrong, and what to do."""

    def __init__(self, why, todo="", side="use"):
        super().__init__(why + (f" ({todo})" if todo else ""))
        self.side = side


def git(*words, more=None, may_fail=False, without=()):
    environment = {name: value for name, value in os.environ.items() if name not in without}
    try:
        done = subprocess.run(["git", *map(str, words)], capture_output=True, text=True, check=False, env={**environment, **(more or {})})
    except FileNotFoundError:
        raise Failed("git is not installed", "builds of commits need it") from None
    if done.returncode and not may_fail:
        raise Failed(f"git {words[0]}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")
    return "" if done.returncode else done.stdout.strip()


def kept_as(module):
    """Below the folder of a commit."""
    return Path(*[part for part in Path(os.path.normpath(module)).parts if part != ".."])


def leaves_tree(name):
    """Whether @name, which starts at the top of a work tree, is not in it."""
    return os.path.normpath(name).split("/")[0] == ".."


@contextlib.contextmanager
def locked(path):
    """One process at a time; the file is gone afterwards. Who waited for a file that is gone by then waits for the next."""
    while True:
        with open(path, "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.exists(path) or not os.path.samestat(os.stat(path), os.fstat(lock.fileno())):
                continue
            try:
                yield
            finally:
                Path(path).unlink(missing_ok=True)
            return


class Options:
    """The words of the command line: those of the builds, and those that are passed on."""

    def __init__(self, words):
        self.commits, self.passed, self.build, self.modules, self.bisect = [], [], None, [], False
        text = subprocess.run([IOPATH, "gate", "--help"], capture_output=True, text=True, check=True).stdout
        takes = {name: bool(value) for name, value in re.findall(r"^  (--[a-z-]+)( [A-Z|-]+\S*)?  ", text, re.M)}
        words = list(words)
        while words:
            word, equals, value = words.pop(0).partition("=")
            if not word.startswith("-"):
                self.commits.append(word)
                continue
            if word in ("--base", "--candidate"):
                raise Failed(f"{word} takes a module, and --build makes them from commits", "give one of the two")
            if takes.get(word) and not equals:
                if not words:
                    raise Failed(f"{word} needs a value", "see --help")
                value = words.pop(0)
            if word == "--bisect":
                self.bisect = True
            elif word == "--build":
                self.build = value
            elif word == "--module":
                self.modules.append(value)
            else:
                self.passed.append(f"{word}={value}" if takes.get(word) or equals else word)
        if not self.build or not all(self.modules) or not self.modules:
            raise Failed("commits need --build COMMAND and --module FILE, the file that it makes", "see --help")
        for module in self.modules:
            if os.path.isabs(module) or not kept_as(module).parts:
                raise Failed(f"--module {module} is not a file of the work tree that a commit is built in",
                             "give it from the folder that you are in")
        if len({kept_as(module) for module in self.modules}) < len(self.modules):
            raise Failed("one module is there twice", "name each once")
        if not 1 <= len(self.commits) <= 2 or self.bisect and len(self.commits) != 1:
            raise Failed("name the commit to compare with, and one more or none" if not self.bisect
                         else "--bisect compares the commit that is checked out with one other", "see --help")


class Builds:
    """The modules of commits, made when they are first asked for."""

    def __init__(self, options):
        self.options = options
        self.root = Path(git("rev-parse", "--show-toplevel"))
        self.prefix = git("rev-parse", "--show-prefix")
        for module in options.modules:
            if leaves_tree(self.prefix + module):
                raise Failed(f"--module {module} is not in the repository", "give it from the folder that you are in")
        self.compiler = os.environ.get("CC", "cc")
        self.cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "iopath"
        version = homes.ask(self.compiler, "--version").partition("\n")[0]
        self.key = hashlib.sha256("\n".join([options.build, *options.modules, self.prefix, str(self.root), version,
                                             Path(homes.__file__).read_text(encoding="utf-8"),
                                             *[os.environ.get(name, "") for name in CONFIG]]).encode()).hexdigest()[:12]

    def snapshot(self):
        """The working tree with what git does not ignore, as a commit."""
        with tempfile.TemporaryDirectory() as name:
            index, real = Path(name, "index"), Path(git("rev-parse", "--path-format=absolute", "--git-path", "index"))
            if real.exists():
                shutil.copy(real, index)
            git("-C", self.root, "add", "--all", more={"GIT_INDEX_FILE": str(index)})
            tree = git("write-tree", more={"GIT_INDEX_FILE": str(index)})
        head = git("rev-parse", "--verify", "--quiet", "HEAD", may_fail=True)
        if head and git("rev-parse", "HEAD^{tree}") == tree:
            return head
        # The same commit for the same tree.
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
               for what, value in (("NAME", "iopath"), ("EMAIL", "iopath"), ("DATE", "@0 +0000"))}
        return git("commit-tree", tree, *(["-p", head] if head else []), "-m", "the working tree, for iopath gate", more=who)

    def commit(self, name):
        found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", may_fail=True)
        if not found:
            raise Failed(f"not a commit: {name}", "git log shows them")
        return found

    def modules(self, commit, what, side, keep_tree=False):
        """The modules of @commit; @keep_tree for one that changes a little from run to run, so that its build goes on from the last."""
        kept = self.cache / "builds" / f"{commit[:12]}-{self.key}"
        places = [kept / kept_as(module) for module in self.options.modules]
        tree = self.cache / "trees" / (f"working-{self.key}" if keep_tree else f"{commit[:12]}-{self.key}")
        for folder in (*[place.parent for place in places], tree.parent):
            folder.mkdir(parents=True, exist_ok=True)
        if all(place.exists() for place in places):
            return places, commit
        with locked(f"{tree}.lock"):
            if not all(place.exists() for place in places):
                say(f"building the {what}, {commit[:12]}")
                try:
                    self.check_out(commit, tree)
                    self.compile(tree, kept / "log", places, what, side)
                finally:
                    if not keep_tree:
                        git("worktree", "remove", "--force", "--force", tree, may_fail=True)
        return places, commit

    def check_out(self, commit, tree):
        git("worktree", "prune")
        if (tree / ".git").exists():
            git("-C", tree, "checkout", "--quiet", "--force", "--detach", commit, without=OF_ONE_TREE)
        else:
            git("worktree", "add", "--quiet", "--force", "--detach", tree, commit, without=OF_ONE_TREE[1:])
        if (tree / ".gitmodules").exists():
            git("-C", tree, "submodule", "--quiet", "update", "--init", "--recursive", without=OF_ONE_TREE)

    def compile(self, tree, log, places, what, side):
        folder = tree / self.prefix
        made = [folder / module for module in self.options.modules]
        with tempfile.TemporaryDirectory() as linker, log.open("w", encoding="utf-8") as out:
            environment = {**os.environ, **homes.environment(self.compiler, made, linker)}
            for name in OF_ONE_TREE:
                environment.pop(name, None)
            for name, module in zip(self.options.modules, made):
                # By a link in the commit it could be a file of the user's.
                if not module.parent.resolve().is_relative_to(tree.resolve()):
                    raise Failed(f"in the {what}, --module {name} leads out of the work tree", "name a file in it", side)
                module.unlink(missing_ok=True)
            if not folder.is_dir():
                raise Failed(f"the {what} has no folder {self.prefix}", "call the gate where both have the module", side)
            done = subprocess.run(["sh", "-c", self.options.build], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=subprocess.STDOUT, check=False)
        missing = [name for name, module in zip(self.options.modules, made) if not module.is_file()]
        if done.returncode or missing:
            sys.stderr.write("".join(log.read_text(errors="replace").splitlines(keepends=True)[-40:]))
            what_failed = f"'{self.options.build}' fails with {done.returncode}" if done.returncode else \
                f"'{self.options.build}' made no {missing[0]}"
            raise Failed(f"the {what} does not build: {what_failed}", f"the whole log is {log}", side)
        if not all(map(homes.has_homes, made)):
            say(f"the {what}'s functions are where the linker put them: identical code after a function that grew may differ in time "
                "(compile with -ffunction-sections, link with GNU ld)")
        # Each whole or not at all.
        for module, place in zip(made, places):
            part = place.with_name(f"{place.name}.{os.getpid()}")
            shutil.copyfile(module, part)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.rename(place)


def modules(options):
    builds = Builds(options)
    base = builds.modules(builds.commit(options.commits[0]), "base", "base")
    if len(options.commits) == 2:
        return base, builds.modules(builds.commit(options.commits[1]), "candidate", "candidate")
    return base, builds.modules(builds.snapshot(), "working tree", "candidate", keep_tree=True)


def main():
    try:
        options = Options(sys.argv[2:])
        (base, base_commit), (candidate, candidate_commit) = modules(options)
    except Failed as failed:
        say(failed)
        return 2 if not BISECT else SKIP if failed.side == "candidate" else ABORT
    os.environ |= {"IOPATH_GATE_BASE": base_commit, "IOPATH_GATE_CANDIDATE": candidate_commit}
    sides = [word for option, places in (("--base", base), ("--candidate", candidate)) for place in places for word in (option, str(place))]
    command = [IOPATH, "gate", *sides, *options.passed]
    if not BISECT:
        sys.stdout.flush()
        os.execv(IOPATH, command)
    code = subprocess.run(command, check=False).returncode
    return code if code in (0, 1) else SKIP if code in (2, 3, 4) else ABORT


if __name__ == "__main__":
    sys.exit(main())
