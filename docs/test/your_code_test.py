#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/your-code.md, typed by somebody who has the packages and nothing else. Run as: your_code_test.py DOCUMENT FOLDER-OF-PACKAGES

Blocks with a file's name write or continue that file. Of a block of console lines, each command is run in one folder and must exit with
the code that its comment says (0 without one); what is shown must be what it prints, in order, but for figures and lines left out."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
FIGURE = re.compile(r"[-+~(\[]*\d[\d.,x%:/a-f-]*[)\]%;:]*$")
EXIT = re.compile(r"# exit (\d)(?:, or (\d))?")


def words(line):
    """A line without its figures, which another machine has others of."""
    return [word for word in line.split() if not FIGURE.match(word)]


def differs(shown, printed):
    """The first line that is shown and not printed where it should be, or None."""
    at, skips = 0, False
    for line in shown:
        if line.strip() == "...":
            skips = True
            continue
        wanted = words(line.removesuffix(" ..."))
        while at < len(printed) and words(printed[at])[:len(wanted) if line.endswith(" ...") else None] != wanted:
            if not skips:
                return line
            at += 1
        if at == len(printed):
            return line
        at, skips = at + 1, False
    return None if skips or not [line for line in printed[at:] if line.strip()] else f"(nothing more) but: {printed[at]}"


def commands(text):
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line}", [])
        else:
            found[-1][1].append(line)
    return found


def environment(packages, folder):
    for deb in packages.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", deb, folder / "root"], check=True)
    usr = folder / "root/usr"
    return {"PATH": f"{usr}/bin:/usr/bin:/bin", "PKG_CONFIG_PATH": f"{usr}/lib/pkgconfig", "HOME": str(folder), "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "them", "GIT_CONFIG_KEY_1": "user.email",
            "GIT_CONFIG_VALUE_1": "them@example"}


def run(command, folder, env):
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def follow(document, packages):
    count = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "empty")
        folder.mkdir()
        env = environment(packages, Path(name))
        for kind, file, text in BLOCK.findall(document.read_text()):
            if file:
                with (folder / file).open("a") as out:
                    out.write(text)
                continue
            if kind != "console":
                continue
            for command, shown in commands(text):
                count += 1
                code, printed = run(command, folder, env)
                allowed = [int(found) for found in next(iter(EXIT.findall(command)), ("0", "")) if found]
                if code not in allowed:
                    return f"$ {command}\nexits with {code}:\n" + "\n".join(printed)
                # The second code is of a machine that could not tell.
                if code != allowed[0]:
                    print(f"not compared, as this machine could not tell: $ {command}\n  {printed[-1] if printed else ''}")
                if code == allowed[0] and (missing := differs(shown, printed)) is not None:
                    return f"$ {command}\ndoes not print '{missing}' there:\n" + "\n".join(printed)
    return None if count > 10 else f"only {count} commands were found"


def main():
    document, packages = Path(sys.argv[1]), Path(sys.argv[2])
    # What must be noticed: a line that is not printed, one that comes in another place, one that is missing, another word.
    for shown, printed in ((["a b"], ["a c"]), (["a", "b"], ["b", "a"]), (["a"], ["a", "b"]), (["...", "c"], ["a", "b"]), (["a 1 x"], ["a 2"])):
        if differs(shown, printed) is None:
            return f"failed: {shown} was taken for {printed}"
    if differs(["a 1.2x", "...", "b 8 w8"], ["a 3x", "c", "b  9 w8"]):
        return "failed: figures are no difference"
    failed = follow(document, packages)
    return f"failed: {failed}" if failed else 0


sys.exit(main())
