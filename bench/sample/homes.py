#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Links the module of cells once more, with every function at an address that its name alone decides.

usage: homes.py BUILD OUT.so     links what BUILD (of CMake's, with ninja) made into OUT.so
       homes.py --probe CC       exit 0 if that compiler's linker takes such a script

A function that grows moves all that follow it, and identical code at two addresses runs at two speeds. A home is a place modulo
256 KiB (IOP_PLACE_GRANULE of place.h), a multiple of 64 bytes, so it does not depend on the other build and stays when others come,
go or grow; where two would overlap, one of them goes a multiple of 256 KiB further. While the module is below 2 MiB the loader still
puts it at any page: newer kernels put larger files at multiples of 2 MiB."""
import re
import shlex
import subprocess
import sys
import tempfile
import zlib
from bisect import bisect_left
from pathlib import Path

GRANULE, LINE = 256 << 10, 64
TARGET = "libiopath-cells.so"
# 'SECTION ADDRESS SIZE FILE' of a link map; a long section name has a line of its own.
INPUT = re.compile(r"^ (\.text\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$", re.MULTILINE)
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
    return zlib.crc32(f"{Path(file).name} {section}".encode()) % (GRANULE // LINE) * LINE


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
    lines = ["SECTIONS", "{", f"  .text.homes ALIGN({GRANULE}) :", "  {"]
    for (file, section), at in sorted(places.items(), key=lambda item: item[1]):
        member = MEMBER.match(file)
        name = f"*{Path(member[1]).name}:{member[2]}" if member else f"*{file}"
        lines.append(f'    . = {at:#x};\n    "{name}"({section})')
    return "\n".join([*lines, "  }", "}", "INSERT AFTER .bss;"]) + "\n"


def link(command, folder, more):
    out = subprocess.run(["bash", "-c", command + " " + shlex.join(more)], cwd=folder, capture_output=True, text=True)
    if out.returncode:
        sys.exit(f"iopath: gate: cannot fix function addresses: {(out.stderr or out.stdout).strip()}")


def command_of(build):
    lines = subprocess.run(["ninja", "-C", build, "-t", "commands", "iopath-cells"], capture_output=True, text=True, check=True).stdout
    command = lines.rstrip().splitlines()[-1]
    command = command.removeprefix(": && ").removesuffix(" && :")
    if f" -o {TARGET} " not in command:
        sys.exit(f"iopath: gate: cannot fix function addresses: no link command in {build}: {command[:200]}")
    return command


def relink(build, out):
    out = Path(out).resolve()
    command = command_of(build)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        plain, final, where = (Path(folder) / name for name in ("map", "so", "homes.ld"))
        link(command, build, [f"-Wl,-Map={plain}", "-o", str(final)])
        where.write_text(script(arrange(functions(plain.read_text()))))
        link(command, build, [f"-Wl,-T,{where}", "-o", str(final)])
        final.rename(out)


def probe(compiler):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.c"
        source.write_text("int iop_first(void) { return 1; }\nint iop_second(void) { return 2; }\n")
        command = [*shlex.split(compiler), "-O1", "-fPIC", "-ffunction-sections", "-shared", str(source), f"-Wl,-Map={folder}/map",
                   "-o", folder + "/so"]
        if subprocess.run(command, capture_output=True).returncode:
            return False
        places = arrange(functions((Path(folder) / "map").read_text()))
        (Path(folder) / "homes.ld").write_text(script(places))
        return len(places) == 2 and subprocess.run([*command, f"-Wl,-T,{folder}/homes.ld"], capture_output=True).returncode == 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--probe"]:
        sys.exit(not probe(sys.argv[2]))
    relink(*sys.argv[1:])
