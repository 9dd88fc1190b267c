#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The documents and the tree agree.

documents.py ROOT prints each fault, and exits with 1 if there is one:
- a citation `docs/NAME.md, row 12` or `docs/NAME.md, 7.6` in any file names a document, row or section that is there;
- a link of a .md file leads to a file, and to a heading of it;
- a row of docs/semantics.md has a test, a test row-NN-* a row, and core/README.md lists the same rows;
- a file that a document (in backticks) or a comment names is there;
- lines of documents have up to 100 characters; tables, also those that a program prints, are as wide as they are.
"""
import fnmatch
import os
import re
import sys

from tree import Tree

WIDTH = 100
# Documents that are still to be wrapped.
STILL_WIDE = {"fuzz/README.md"}
NUMBER = r"\d+(?:\.\d+)*"
CITATION = re.compile(rf"docs/([\w-]+)\.md((?:, (?:rows? )?{NUMBER}(?:-\d+)?)*)")
ITEM = re.compile(rf"(rows? )?({NUMBER})(?:-(\d+))?")
LINK = re.compile(r"(?<!!)\[[^\[\]]*\]\(([^()\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
NAMED_FILE = re.compile(r"(?<![\w./<>$*-])((?:[\w.*-]+/)*[\w.*-]+\.(?:h|c|cc|py|md|cmake|def|json|sh|yml|in))(?![\w/-])")
NAMED_PATH = re.compile(r"^(?:core|bench|fuzz|docs|scripts|cmake|corpora|examples|results)/[\w.*/-]*$")
# A name that follows one of these within the sentence is a file of that project.
PROJECT = re.compile(r"(?:\bLinux|\bQEMU|\bglibc|\bDPDK|\brdma-core|\bgcc)\b[^.;]*$")
# Documents that were cited once and are not part of the repository.
FOREIGN = re.compile(r"\bio-semantics\b|\bcopy-limits\b|\bbench-statistics\b|(?<![/\w])\bD[1-9]\d?\b(?!\.\d)")
# Folders that the repository does not hold: what is built, what programs write, and Linux's.
ELSEWHERE = ("build/", "results/runs/", "results/fuzz/", "drivers/", "rust/", "include/linux/", "linux/", "arch/x86/lib/", "/")
# Names of files that a program makes, that a user has, or that belong to a tool or compiler.
OUTSIDE = {"compare.py", "my_cells.c", "iopath_build.h", "mutant.h", "compile_commands.json", ".gitlab-ci.yml", "stdio.h", "errno.h", "stddef.h", "stdint.h",
           "stdbool.h", "iopath-gate.md", "iopath-gate.json", ".github/workflows/iopath.yml"}


def prose(text: str) -> str:
    """A document without its blocks of code."""
    return re.sub(r"^    [^\n]*$|^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def slugs(text: str) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", prose(text), re.MULTILINE):
        plain = re.sub(r"\[([^\[\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        again = 1
        while slug in found and f"{slug}-{again}" in found:
            again += 1
        found.add(f"{slug}-{again}" if slug in found else slug)
    return found


def rows_of(text: str) -> list[int]:
    return [int(row) for row in re.findall(r"^### Row (\d+): \S", text, re.MULTILINE)]


def sections_of(text: str) -> set[str]:
    return set(re.findall(rf"^#{{2,4}} ({NUMBER})\.? \S", text, re.MULTILINE))


def cited(numbers: str) -> list[tuple[str, str]]:
    """What a citation names behind the document: pairs of 'row' or 'section', and a number."""
    found, row = [], False
    for match in ITEM.finditer(numbers):
        row = "." not in match.group(2) and (row or bool(match.group(1)))
        first, last = match.group(2), match.group(3) or match.group(2)
        if row:
            found += [("row", str(number)) for number in range(int(first), int(last) + 1)] or [("row", f"{first}-{last}")]
        else:
            found.append(("section", first))
    return found


def citations(tree: Tree) -> list[str]:
    faults = []
    for path, text in sorted(tree.texts.items()):
        flat = re.sub(r",\s*\n\s*(?:\*|#|//)?\s*", ", ", text)
        for match in CITATION.finditer(flat):
            document = f"docs/{match.group(1)}.md"
            if document not in tree.texts:
                faults.append(f"{path}: cites {document}, which is not there")
                continue
            there = {"row": {str(row) for row in rows_of(tree.texts[document])}, "section": sections_of(tree.texts[document])}
            faults += [f"{path}: cites {document}, {kind} {number}, which is not there" for kind, number in cited(match.group(2))
                       if number not in there[kind]]
        scope = [text] if path.endswith(".md") else [comment for _, comment in tree.comments(path)] if path in tree.commented() else []
        for part in scope:
            faults += [f"{path}: cites {match.group(0)}, which no document here explains" for match in FOREIGN.finditer(part)]
    return faults


def links(tree: Tree) -> list[str]:
    faults = []
    for path in tree.documents():
        for target in LINK.findall(prose(tree.texts[path])):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            where = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
            if where not in tree.paths and where not in tree.folders:
                faults.append(f"{path}: link to {target}: no such file")
            elif anchor and anchor not in slugs(tree.texts.get(where, "")):
                faults.append(f"{path}: link to {target}: no such heading")
    return faults


def rows(tree: Tree) -> list[str]:
    described = rows_of(tree.texts["docs/semantics.md"])
    faults = []
    if described != sorted(set(described)) or described[:1] != [1]:
        faults.append(f"docs/semantics.md: its rows are {described}")
    tested = {int(row) for path in tree.paths for row in re.findall(r"(?:^|/)row-(\d\d)-[^/]*\.c$", path) if "/test/" in path}
    readme = {int(row) for row in re.findall(r"^\| (\d+) \|", tree.texts["core/README.md"], re.MULTILINE)}
    for row in sorted(set(described) | tested | readme):
        for there, what in ((row in described, "docs/semantics.md does not describe it"), (row in tested, "it has no test"),
                            (row in readme, "core/README.md does not list it")):
            if not there:
                faults.append(f"row {row}: {what}")
    for path in sorted(tree.texts):
        number = re.search(r"/row-(\d\d)-[^/]*\.c$", path)
        said = re.search(r"\bRows? (\d+)(?: and (\d+))?", tree.texts[path].split("*/", 2)[1] if number else "")
        if said and int(number.group(1)) not in {int(row) for row in said.groups() if row}:
            faults.append(f"{path}: says that it tests row {said.group(1)}")
    return faults


def exists(tree: Tree, name: str, beside: str) -> bool:
    """Is there such a file or folder: beside the one that names it, from the top, or as the end of a path?"""
    name = name.rstrip("/")
    if os.path.normpath(os.path.join(os.path.dirname(beside), name)) in tree.paths | tree.folders:
        return True
    pattern = re.sub(r"\b[A-Z]{2,}\b", "*", name)
    pattern = pattern if "*" in pattern else name
    return any(path == name or path.endswith("/" + name) or path.endswith("/" + name + ".in") or
               ("*" in pattern and fnmatch.fnmatch("/" + path, "*/" + pattern)) for path in tree.paths | tree.folders)


def named(tree: Tree, text: str, beside: str) -> list[str]:
    """Files that @text names and nobody has. Names in capitals stand for any; one letter is an example's."""
    found = []
    for match in NAMED_FILE.finditer(text):
        name = match.group(1)
        if name in OUTSIDE or name.startswith(ELSEWHERE) or ".." in name or re.match(r"(?:.*/)?[a-zA-Z]\.\w+$", name):
            continue
        if not PROJECT.search(text[:match.start()]) and not exists(tree, name, beside):
            found.append(name)
    return found


def files(tree: Tree) -> list[str]:
    faults = []
    for path in tree.documents():
        for code in CODE.findall(prose(tree.texts[path])):
            if NAMED_PATH.match(code):
                missing = [] if code.startswith(ELSEWHERE) or exists(tree, code, path) else [code]
            else:
                missing = named(tree, code, path)
            faults += [f"{path}: names {name}, which is not there" for name in missing]
    for path in tree.commented():
        for line, comment in tree.comments(path):
            own = re.sub(r"\bSource: .*", "", comment)
            faults += [f"{path}:{line}: names {name}, which is not there" for name in named(tree, own, path)]
    return faults


def is_table(line: str) -> bool:
    return line.lstrip().startswith("|") or (line.startswith("    ") and len(re.findall(r"\S {2,}(?=\S)", line)) >= 3)


def widths(tree: Tree) -> list[str]:
    return [f"{path}:{number}: {len(line)} characters, {WIDTH} at most" for path in tree.documents() if path not in STILL_WIDE
            for number, line in enumerate(tree.texts[path].splitlines(), 1) if len(line) > WIDTH and not is_table(line)]


CHECKS = (citations, links, rows, files, widths)


def main() -> int:
    tree = Tree(sys.argv[1])
    faults = [fault for check in CHECKS for fault in check(tree)]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
