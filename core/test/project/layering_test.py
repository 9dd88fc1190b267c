# SPDX-License-Identifier: MIT
"""Which room may include which (rooms.txt), and that no files of a library need each other in a circle.

Run as: layering_test.py SOURCE-FOLDER BUILD-FOLDER CC CASE."""
import fnmatch
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE, BUILD, CC = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.M)
# Where an include is looked for, besides its own folder; as the build's -I have it.
PATHS = ["core/include", "bench", "fuzz", "core/observe", "core/observe/plugin", "core/test", "bench/lab", "."]
ALIASES = {"iopath/arch/": "core/arch/"}  # core/include/iopath/arch is a link
LIBRARIES = ["iopath", "iopath_tracer", "iopath_store", "iopath_sample", "iopath_gate", "iopath_page", "iopath_host", "iopath-cells",
             "iopath-cli", "fuzz", "fuzz_model"]


def read_rooms(text):
    rooms = {}
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line:
            room, _, allowed = line.partition(":")
            rooms[room.strip()] = allowed.split()
    return rooms


def listed():
    return subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=SOURCE, capture_output=True, text=True,
                          check=True).stdout.split("\n")[:-1]


def read_sources():
    names = listed()
    return {name: (SOURCE / name).read_text(errors="replace") for name in names
            if re.match(r"(core|bench|fuzz|examples)/", name) and name.endswith((".c", ".h", ".cc")) and "/test/" not in name
            and (SOURCE / name).is_file()}


def room_of(name, rooms):
    found = [room for room in rooms if fnmatch.fnmatchcase(name, room)]
    return max(found, key=lambda room: len(room.replace("*", "")), default=None)


def resolve(name, included, sources):
    for alias, place in ALIASES.items():
        if included.startswith(alias):
            return place + included[len(alias):]
    for folder in (str(Path(name).parent), *PATHS):
        there = (SOURCE / folder / included).resolve()
        if there.is_relative_to(SOURCE.resolve()) and str(there.relative_to(SOURCE.resolve())) in sources:
            return str(there.relative_to(SOURCE.resolve()))
    return None


def covers(allowed, name):
    return fnmatch.fnmatchcase(name, allowed) or name == allowed or name.startswith(allowed + "/")


def complaints(sources, rooms):
    """What breaks the table, a line each; and the table itself, where a room may include one that is not above it."""
    order, found = list(rooms), []
    for room, allowed in rooms.items():
        for other in allowed:
            lower = [r for r in order if covers(other, r) or covers(other, r.rstrip("/*"))]
            if not lower:
                found.append(f"rooms.txt: {room} may include {other}, which is no room")
            elif order.index(lower[0]) > order.index(room):
                found.append(f"rooms.txt: {room} may include {other}, which is not above it")
    for name, text in sources.items():
        room = room_of(name, rooms)
        if room is None:
            found.append(f"{name}: in no room of rooms.txt")
            continue
        for included in INCLUDE.findall(text):
            target = resolve(name, included, sources)
            if target is None or room_of(target, rooms) == room:
                continue
            if not any(covers(allowed, target) for allowed in rooms[room]):
                found.append(f"{name}: includes {target}, which {room} may not")
    return found


def symbols(objects):
    """By object: what it defines for others, and what it needs."""
    table, current = {}, None
    for line in subprocess.run(["nm", *map(str, objects)], capture_output=True, text=True, check=True).stdout.splitlines():
        part = line.split()
        if line.endswith(":"):
            current = table.setdefault(line[:-1], (set(), set()))
        elif len(part) == 2 and part[0] == "U":
            current[1].add(part[1])
        elif len(part) == 3 and part[1] in "TDBRGSCVW":
            current[0].add(part[2])
    return table


def circles(objects):
    table = symbols(objects)
    owner = {symbol: name for name, (defined, _) in table.items() for symbol in defined}
    needs = {name: {owner[s] for s in needed if s in owner} - {name} for name, (_, needed) in table.items()}

    def reach(start):
        seen, todo = set(), list(needs[start])
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += needs[name]
        return seen
    reached = {name: reach(name) for name in needs}
    return sorted({tuple(sorted([name] + [o for o in reached[name] if name in reached[o] and o != name]))
                   for name in needs if name in reached[name]})


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + "\n".join(str(w) for w in what))


def includes_run_one_way():
    sources = read_sources()
    expect(len(sources) > 200, f"only {len(sources)} files were read")
    found = complaints(sources, read_rooms((Path(__file__).parent / "rooms.txt").read_text()))
    expect(not found, *found)


def a_wrong_include_is_found():
    rooms, sources = read_rooms((Path(__file__).parent / "rooms.txt").read_text()), read_sources()
    for name, included in (("bench/page/page.c", "sample/pair.h"), ("bench/store/store.c", "shim/shim.h"), ("bench/gate/gate.c", "cli/cli.h"),
                           ("bench/host/fail.c", "gate/gate.h"), ("core/copy/piece.h", "rules.h"), ("core/observe/rules.c", "iopath/mmio.h"),
                           ("core/base/panic.c", "../owner/mapping.h"), ("fuzz/model/model.c", "iopath/view.h"),
                           ("fuzz/program/decode.c", "executor/executor.h"), ("core/include/iopath/lang.h", "iopath/view.h")):
        expect(name in sources, f"{name} is gone: name another file here")
        found = complaints({**sources, name: sources[name] + f"\n#include <{included}>\n"}, rooms)
        expect(len(found) == 1 and found[0].startswith(f"{name}: includes "), name, included, *found)
    found = complaints({**sources, "bench/attic/things.c": ""}, rooms)
    expect(found == ["bench/attic/things.c: in no room of rooms.txt"], *found)
    found = complaints({}, {**rooms, "bench/host/*": ["bench/cli"]})
    expect(found == ["rooms.txt: bench/host/* may include bench/cli, which is not above it"], *found)


def no_files_need_each_other():
    compiled = [re.search(r" -o (\S+)", entry["command"])[1] for entry in json.loads((BUILD / "compile_commands.json").read_text())]
    libraries = {name: [BUILD / output for output in compiled if f"/{name}.dir/" in output] for name in LIBRARIES}
    there = {name: objects for name, objects in libraries.items() if objects and all(path.exists() for path in objects)}
    expect(len(there) >= 6, f"only {list(there)} are built in {BUILD}")
    for name, objects in there.items():
        found = circles(objects)
        expect(not found, name, *found)


def a_circle_is_found():
    code = {"a": "int b(void); int a(void) { return b(); }", "b": "int c(void); int b(void) { return c(); }",
            "c": "int a(void); int c(void) { return a(); }", "d": "int a(void); int d(void) { return a(); }"}
    with tempfile.TemporaryDirectory() as tmp:
        for name, text in code.items():
            subprocess.run([CC, "-c", "-x", "c", "-", "-o", f"{tmp}/{name}.o"], input=text, text=True, check=True)
        (circle,) = circles([f"{tmp}/{name}.o" for name in code])
        expect([Path(name).stem for name in circle] == ["a", "b", "c"], circle)
        expect(not circles([f"{tmp}/{name}.o" for name in "abd"]), "a chain is none")


def odd(names):
    """What a shell made by accident, and git quotes."""
    return [name for name in names if not re.fullmatch(r"[A-Za-z0-9._/+=@-]+", name)]


def names_need_no_quotes():
    names = [name for name in listed() if (SOURCE / name).exists()]
    expect(len(names) > 1000, f"only {len(names)} files were listed")
    expect(not odd(names), *odd(names))
    expect(odd(["core/x.c", "(a|b)|&|", "two words", "tab\t.c"]) == ["(a|b)|&|", "two words", "tab\t.c"], "an odd name passed")


globals()[sys.argv[4].replace("-", "_")]()
