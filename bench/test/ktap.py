# SPDX-License-Identifier: MIT
"""KTAP version 1 as Linux's Documentation/dev-tools/ktap.rst has it, read strictly: what it allows but we never write is an error."""
import re

POINT = re.compile(r"(ok|not ok) (\d+) ([^#\n]*[^#\n ])(?: # (SKIP|ERROR) (\S[^#]*))?")


def parse(text):
    """The points of the outer block: {good, name, directive, why, notes, points}. ValueError says what is wrong in which line."""
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    lines = text.split("\n")[:-1]
    points, at = block(lines, 0, "")
    if at != len(lines):
        raise ValueError(f"line {at + 1} is behind the end of the plan: {lines[at]!r}")
    return points


def block(lines, at, indent):
    if lines[at] != f"{indent}KTAP version 1":
        raise ValueError(f"line {at + 1} is no version line: {lines[at]!r}")
    plan = re.fullmatch(rf"{indent}1\.\.(\d+)", lines[at + 1] if at + 1 < len(lines) else "")
    if not plan or plan[1] == "0":
        raise ValueError(f"line {at + 2} is no plan of points")
    at, points, notes, inner = at + 2, [], [], None
    while len(points) < int(plan[1]):
        line = lines[at] if at < len(lines) else None
        if line == f"{indent}  KTAP version 1":
            if inner is not None:
                raise ValueError(f"line {at + 1}: two blocks of one point")
            inner, at = block(lines, at, indent + "  ")
            continue
        found = POINT.fullmatch(line[len(indent):]) if line is not None and line.startswith(indent) else None
        if found:
            if int(found[2]) != len(points) + 1:
                raise ValueError(f"line {at + 1} is not point {len(points) + 1}: {line!r}")
            if (found[4] == "SKIP") > (found[1] == "ok") or found[4] == "ERROR" and found[1] == "ok":
                raise ValueError(f"line {at + 1}: the directive does not fit: {line!r}")
            if inner is not None and (found[1] == "ok") != all(point["good"] for point in inner):
                raise ValueError(f"line {at + 1} is not what came of its points: {line!r}")
            points.append({"good": found[1] == "ok", "name": found[3], "directive": found[4], "why": found[5], "notes": notes,
                           "points": inner or []})
            notes, inner = [], None
        elif line is not None and line.startswith(f"{indent}# "):
            notes.append(line[len(indent) + 2:])
        else:
            raise ValueError(f"line {at + 1} is neither point nor note of this block: {line!r}")
        at += 1
    return points, at


GOOD = "KTAP version 1\n1..2\n  KTAP version 1\n  1..1\n  # note\n  ok 1 a b # SKIP why not\nok 1 x # SKIP none\nnot ok 2 y # ERROR c\n"


def refuses_what_is_wrong():
    """Each of these must be an error, or the parser shows nothing."""
    parse(GOOD)
    for old, new in (("KTAP version 1\n1..2", "1..2"), ("1..2", "1..3"), ("1..2", "1..1"), ("1..2\n", ""), ("  1..1", "  1..0"), ("ok 1 x", "ok 2 x"),
                     ("  # note", "# note"), ("ok 1 x", "not ok 1 x"), ("not ok 2 y # ERROR c", "ok 2 y # ERROR c"), ("ok 1 a b", "fine 1 a b"),
                     ("# ERROR c\n", "# ERROR c"), ("a b # SKIP why not", "a # b"), (" # SKIP why not", " # SKIP "), ("  ok 1", "   ok 1")):
        wrong = GOOD.replace(old, new, 1)
        try:
            parse(wrong)
        except (ValueError, IndexError):
            continue
        raise AssertionError(f"taken for KTAP: {wrong!r}")
