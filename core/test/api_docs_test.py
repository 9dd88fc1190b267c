#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Documentation of the public headers. Run as: api_docs_test.py SOURCE"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(sys.argv[1])


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def build(source, out):
    env = {**os.environ, "IOPATH_DOCS": str(out)}
    return subprocess.run([source / "scripts/docs", "--no-setup"], capture_output=True, text=True, env=env, check=False)


def described(xml):
    """Names with a description."""
    found = set()
    for path in xml.glob("*.xml"):
        text = path.read_text()
        found.update(re.findall(r"<compoundname>(\w+)</compoundname>", text))
        found.update(re.findall(r"<enumvalue .*?<name>(\w+)</name>", text, re.DOTALL))
        for member in re.findall(r"<memberdef .*?</memberdef>", text, re.DOTALL):
            if "<para>" in member:
                found.add(re.search(r"<name>(\w+)</name>", member)[1])
    return found


def shown():
    """Names that examples and the listings in comments use, and that a header defines: whoever reads one looks the other up."""
    headers = {path: path.read_text() for path in sorted((SOURCE / "core/include/iopath").glob("*.h"))}
    text = "\n".join(re.findall(r"^ \*\t.*", "\n".join(headers.values()), re.MULTILINE))
    text += "\n".join(path.read_text() for path in (SOURCE / "README.md", *sorted((SOURCE / "examples").rglob("*.c"))))
    defined = set(re.findall(r"^#define (\w+)|\b(iop_\w+)\(", "\n".join(headers.values()), re.MULTILINE))
    used = set(re.findall(r"\biop_\w*[a-z0-9]\b|\bIOP_\w*[A-Z0-9]\b", text)) & {name for pair in defined for name in pair}
    # What a backend or an architecture defines is described by the listing itself.
    return {name for name in used if not name.startswith(("iop_NAME_", "iop_arch_"))}


def main():
    if not shutil.which("doxygen"):
        print("skipped: doxygen is not installed (scripts/setup docs)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        run = build(SOURCE, Path(folder, "out"))
        expect(run.returncode == 0 and not run.stderr, run)
        pages = Path(folder, "out/xml")
        for header in (SOURCE / "core/include/iopath").glob("*.h"):
            page = pages / (header.stem.replace("_", "__") + "_8h.xml")
            expect(page.exists(), f"no page for {header.name}")
            brief = re.search(r".*<briefdescription>\s*<para>(.+?)</para>", page.read_text(), re.DOTALL)
            expect(brief, f"{header.name} does not say what its concept is")
        names = shown()
        expect(len(names) > 50, names)
        missing = names - described(pages)
        expect(not missing, "used in examples and not described:", sorted(missing))
        # A comment that Doxygen does not understand, and an enumeration without one, fail.
        tree = Path(folder, "tree")
        for part in ("core/include", "docs/api", "scripts"):
            shutil.copytree(SOURCE / part, tree / part)
        shutil.copy(SOURCE / "CMakeLists.txt", tree)
        header = tree / "core/include/iopath/bus.h"
        text = header.read_text()
        for wrong in (text.replace("/** Properties ", "/** \\bogus Properties "), text.replace("/** Properties of a resource. */", "")):
            expect(wrong != text)
            header.write_text(wrong)
            run = build(tree, Path(folder, "wrong"))
            expect(run.returncode == 1 and "bus.h" in run.stderr, run)
        print(f"{len(names)} names")


main()
