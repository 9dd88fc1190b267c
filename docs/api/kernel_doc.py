#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Doxygen's input filter for the headers, whose comments follow the kernel's style. Run as: kernel_doc.py HEADER

The first comment, 'NAME.h - concept', describes the file; @name is a parameter; lines that a tab indents are a listing. Lines
stay where they are, so that a warning names the right one. Definitions that follow a described one without an empty line share
its description."""
import re
import sys


def prose(line):
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("#", "\\#")
    line = re.sub(r"\*?@[A-Za-z_]\w*", lambda m: "<tt>" + m[0].replace("@", "").replace("*", "&lowast;") + "</tt>", line)
    return re.sub(r"^ \* Source: ", " * <br>Source: ", line)


def comment(text):
    start, body, end = re.fullmatch(r"(/\*\*<?)(.*?)( ?\*/)", text, re.DOTALL).groups()
    lines = body.split("\n")
    listed = [i for i, line in enumerate(lines) if line.startswith(" *\t")]
    out = []
    for i, line in enumerate(lines):
        listing = i in listed or line == " *" and i - 1 in inside(listed, lines) and i + 1 in listed
        out.append(line.replace("@", "") if listing else prose(line))
        if not listing and i + 1 in listed:
            out[-1] += " @code{.unparsed}"
        elif listing and not (i + 1 in listed or lines[i + 1:i + 2] == [" *"] and i + 2 in listed):
            out[-1] += " @endcode"
    return start + "\n".join(out) + end


def inside(listed, lines):
    """Lines of listings, with the empty ones between."""
    return set(listed) | {i for i in range(len(lines)) if i - 1 in listed and i + 1 in listed}


NAME = re.compile(r"#define (iop_\w*[a-z0-9]|IOP_\w*[A-Z0-9])\b|[a-z].*?\b(iop_\w*[a-z0-9])\(.*;$")


def shared(text):
    """Gives the definitions of a run the description of the first."""
    first, described, continued, out = None, False, False, []
    for line in text.split("\n"):
        match = None if continued else NAME.match(line)
        name = match and (match[1] or match[2])
        if name and out and out[-1].endswith("*/"):
            first = name if described else None
        elif name and first and first.islower() == name.islower():
            line = f"/** @copydoc {first} */ {line}"
        elif not line:
            first = None
        if "/*" in line:
            described = "/**" in line
        continued = line.endswith("\\")
        out.append(line)
    return "\n".join(out)


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    text = re.sub(r"/\*\*.*?\*/", lambda m: comment(m[0]), text, flags=re.DOTALL)
    text = re.sub(r"/\*\*\n \* (\w+\.h) - ", r"/** @file \1\n * @brief ", text, count=1)
    sys.stdout.write(shared(text))


main()
