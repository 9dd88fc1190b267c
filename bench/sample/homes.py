#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A linker that puts every function of a module at an address that its name alone decides.

Called as ld, by a compiler that finds it through $COMPILER_PATH. Links of $IOPATH_HOMES_MODULE, file names with '/' between them, are made twice by
$IOPATH_HOMES_LD, the second time with the addresses; all others once. The module must be compiled with -ffunction-sections.

A function that grows moves all that follow it, and identical code at two addresses runs at two speeds. A home is a place modulo
256 KiB (IOP_PLACE_GRANULE of place.h), a multiple of 64 bytes, so it does not depend on the other build and stays when others come,
go or grow; where two would overlap, one of them goes a multiple of 256 KiB further. While the module is below 2 MiB the loader still
puts it at any page: newer kernels put larger files at multiples of 2 MiB."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import zlib
from bisect import bisect_left
from pathlib import Path

GRANULE, LINE = 256 << 10, 64
SECTION = ".text.homes"
# 'SECTION ADDRESS SIZE FILE' of a link map; a long section name has a line of its own.
INPUT = re.compile(r"^ (\.text\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$", re.MULTILINE)
# What a compiler calls an object between compiling and linking in one command: /tmp/ccX3a9Qz.o, /tmp/cells-1f2e3d.o, a part of LTO.
PASSING = re.compile(r"^(cc\w{6}|.*-[0-9a-f]{6,})(\.ltrans\d+\.ltrans)?\.o$")
MEMBER = re.compile(r"^(.*)\(([^()]+)\)$")


def functions(text):
    """The input sections with code and their sizes; those that cannot be told apart (members of one name) are one."""
    found = {}
    for section, _, size, file in INPUT.findall(text):
        if int(size, 16):
            key = (file, section)
            found[key] = found.get(key, 0) + (int(size, 16) + LINE - 1) // LINE * LINE
    return found


def home(file, section):
    name = Path(file).name
    return zlib.crc32(f"{'' if PASSING.match(name) else name} {section}".encode()) % (GRANULE // LINE) * LINE


def arrange(sizes):
    """Addresses, the larger functions first, as they find room less easily."""
    taken, places = [], {}
    for key in sorted(sizes, key=lambda k: (-sizes[k], k)):
        at, size = home(*key), sizes[key]
        while True:
            i = bisect_left(taken, (at, 0))
            if (i == 0 or taken[i - 1][1] <= at) and (i == len(taken) or at + size <= taken[i][0]):
                break
            at += GRANULE
        taken.insert(i, (at, at + size))
        places[key] = at
    return places


def script(places):
    """Behind all else, where they move nothing; at an address instead of with an alignment, which would be the whole module's."""
    lines = ["SECTIONS", "{", f"  {SECTION} ALIGN({GRANULE}) :", "  {"]
    for (file, section), at in sorted(places.items(), key=lambda item: item[1]):
        member = MEMBER.match(file)
        name = f"*{Path(member[1]).name}:{member[2]}" if member else "*" if PASSING.match(Path(file).name) else f"*{file}"
        lines.append(f'    . = {at:#x};\n    "{name}"({section})')
    return "\n".join([*lines, "  }", "}", "INSERT AFTER .bss;"]) + "\n"


def output(words):
    """What an ld with these words makes. A compiler may have put them into a file."""
    for i, word in enumerate(words):
        if word.startswith("@") and Path(word[1:]).is_file() and (found := output(shlex.split(Path(word[1:]).read_text()))):
            return found
        if word == "-o" and i + 1 < len(words):
            return words[i + 1]
        if word.startswith("-o") and len(word) > 2:
            return word[2:]
    return ""


def link(words):
    """As ld is called. The second link can fail where a script of the project's own excludes this one: then the first is the module."""
    ld = os.environ["IOPATH_HOMES_LD"]
    if Path(output(words)).name not in os.environ["IOPATH_HOMES_MODULE"].split("/"):
        os.execv(ld, [ld, *words])
    with tempfile.TemporaryDirectory() as folder:
        listing, where = Path(folder, "map"), Path(folder, "homes.ld")
        if code := subprocess.run([ld, *words, f"-Map={listing}"], check=False).returncode:
            return code
        places = arrange(functions(listing.read_text(errors="replace")))
        where.write_text(script(places))
        if places and subprocess.run([ld, *words, "-T", where], check=False).returncode:
            return subprocess.run([ld, *words], check=False).returncode
    return 0


def ask(compiler, question):
    """What a compiler answers to an option; "" where it is not there or does not know."""
    try:
        done = subprocess.run([*shlex.split(compiler), question], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def environment(compiler, modules, folder):
    """What a build needs in its environment, with @folder for the link that is called ld; {} where the compiler tells no linker."""
    ld = shutil.which(ask(compiler, "-print-prog-name=ld").strip())
    if not ld:
        return {}
    Path(folder, "ld").symlink_to(Path(__file__).resolve())
    path = [str(folder), *filter(None, [os.environ.get("COMPILER_PATH")])]
    return {"COMPILER_PATH": ":".join(path), "IOPATH_HOMES_LD": ld, "IOPATH_HOMES_MODULE": "/".join(Path(module).name for module in modules)}


def has_homes(module):
    return f"{SECTION} PROGBITS" in re.sub(" +", " ", subprocess.run(["readelf", "-SW", module], capture_output=True, text=True,
                                                                       check=False).stdout)


if __name__ == "__main__":
    sys.exit(link(sys.argv[1:]))
