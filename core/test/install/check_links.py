#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each installed header links by the names that are documented, with pkg-config and with CMake, and with nothing else.

check_links.py BUILD LIBDIR COMPILER DEBUG_VIEWS installs the core of BUILD into an empty prefix. A program for each header takes the address of
every function that it declares (gcc's -aux-info lists them). The name is iopath, and iopath-pci for config_pci.h; with the other
name, that one must not link. Nor must a program that is compiled with the other setting of IOP_DEBUG_VIEWS.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# By header: what pkg-config and CMake call it. All others are the first's.
NAMES = {None: ("iopath", "iopath::iopath"), "config_pci.h": ("iopath-pci", "iopath::pci")}
# Declared so that a call of them does not build.
NEVER = re.compile(r"iop_build_error_\w+")
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(links LANGUAGES C)
find_package(iopath 0.1 REQUIRED COMPONENTS {components})
"""


def run(command: list, **more) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **more)


def functions(header: pathlib.Path, include: pathlib.Path, folder: pathlib.Path) -> list[str]:
    listing = folder / "declared"
    done = run(["gcc", "-std=gnu11", f"-I{include}", "-fsyntax-only", "-aux-info", listing, "-x", "c", header])
    if done.returncode:
        sys.exit(f"failed: {header.name}: {done.stderr}")
    pattern = re.compile(rf"/\* {re.escape(str(header))}:\d+:\w+ \*/ extern .*?\b(iop_\w+) \(")
    return sorted({name for name in pattern.findall(listing.read_text()) if not NEVER.fullmatch(name)})


def program(header: str, names: list[str]) -> str:
    table = "".join(f"\n\t(void (*)(void)){name}," for name in names)
    return (f"#include <iopath/{header}>\nvoid (*volatile used[])(void) = {{{table}\n\t0,\n}};\n"
            "int main(void)\n{\n\treturn used[0] == (void (*)(void))main;\n}\n")


def with_pkg_config(compiler: str, source: pathlib.Path, name: str, output: pathlib.Path, *more: str) -> str:
    flags = run(["pkg-config", "--cflags", "--libs", name])
    if flags.returncode:
        return flags.stderr
    done = run([compiler, "-std=gnu11", *more, source, "-o", output, *flags.stdout.split()])
    return done.stderr if done.returncode else run([output]).stderr


def other_build(compiler: str, folder: pathlib.Path, debug_views: int) -> list[str]:
    """A program whose views are longer or shorter than the library's must not link, whichever part of it it uses."""
    source = folder / "other_build.c"
    source.write_text("#include <iopath/view.h>\nint main(void)\n{\n\treturn 0;\n}\n")
    wanted = "iop_library_without_debug_views" if debug_views else "iop_library_with_debug_views"
    said = with_pkg_config(compiler, source, NAMES[None][0], folder / "program", f"-DIOP_DEBUG_VIEWS={1 - debug_views}")
    if wanted not in said:
        return [f"a program of the other build: '{said[:500]}' does not name {wanted}"]
    return []


def main() -> int:
    build, libdir, compiler = sys.argv[1:4]
    debug_views = int(sys.argv[4])
    faults, targets, found = [], "", 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / "prefix"
        if (done := run(["cmake", "--install", f"{build}/core", "--prefix", prefix])).returncode:
            sys.exit(f"failed: {done.stderr}")
        os.environ["PKG_CONFIG_PATH"] = str(prefix / libdir / "pkgconfig")
        faults += other_build(compiler, folder, debug_views)
        headers = sorted((prefix / "include/iopath").glob("*.h"))
        for header in headers:
            names = functions(header, prefix / "include", folder)
            found += len(names)
            source = folder / f"{header.stem}.c"
            source.write_text(program(header.name, names))
            package, target = NAMES.get(header.name, NAMES[None])
            if said := with_pkg_config(compiler, source, package, folder / "program"):
                faults.append(f"{header.name}: pkg-config {package}: {said[:1000]}")
            targets += f"add_executable({header.stem} {source.name})\ntarget_link_libraries({header.stem} PRIVATE {target})\n"
            if header.name in NAMES and not with_pkg_config(compiler, source, NAMES[None][0], folder / "program"):
                faults.append(f"{header.name}: links without its own library: this test would notice nothing")
        components = "pci" if "iopath::pci" in targets else ""
        (folder / "CMakeLists.txt").write_text(PROJECT.format(components=components) + targets)
        for command in (["cmake", "-S", folder, "-B", folder / "b", f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={compiler}"],
                        ["cmake", "--build", folder / "b"]):
            if (done := run(command)).returncode:
                faults.append(f"CMake: {done.stdout[-2000:]}{done.stderr[-2000:]}")
                break
        print(f"{len(headers)} headers, {found} functions")
        if found < 50:
            faults.append("too few functions were found")
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
