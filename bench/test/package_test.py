#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Debian packages. Run as: package_test.py FOLDER-OF-PACKAGES SOURCE CASE"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES, SOURCE, CASE = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3]
# What a user types where only the package is, with the exit code and a pattern of what is printed.
COMMANDS = [("--version", 0, r"iopath 0\.\d+\.\d+"), ("list --filter ^toio/mmio/strict/64$", 0, r"(?m)^toio/mmio/strict/64 "),
            ("check strict --op toio", 0, r"legal for STRICT"), ("check glibc --op toio", 1, r"(?s)not .*STRICT|illegal"),
            ("trace toio --routine strict --size 20 --align 3", 0, r"(?m)^legal for STRICT$"),
            ("bench --filter ^toio/mmio/(strict|glibc)/64$ --out /dev/null", 0, r"(?m)^toio/mmio/strict/64 +8 w8 +\d+ "),
            ("check /bin/true:main --op toio", 2, r"iopath: check: ")]
# Inside of the clean root: each command as "CODE<newline>output<newline>END".
INSIDE = """#!/bin/sh
cd /tmp
export HOME=/tmp
for program in gcc cc clang objdump valgrind; do
	command -v "$program"
done
while read -r line; do
	# shellcheck disable=SC2086
	said=$(iopath $line 2>&1 </dev/null)
	printf '<<%s\\n%s\\n>>\\n' $? "$said"
done </packages/commands
test -f /usr/share/bash-completion/completions/iopath && echo completions
"""


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def needs(program):
    if not shutil.which(program):
        print(f"skipped: {program} is not installed (scripts/setup package)")
        sys.exit(77)


def package(name):
    found = list(PACKAGES.glob(f"{name}_*.deb"))
    expect(len(found) == 1, name, "is", found)
    return found[0]


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **more)


def lintian(*packages):
    """As scripts/package calls it."""
    needs("lintian")
    line = re.search(r"^lintian (.*?)\\?\n?\tbuild", (SOURCE / "scripts/package").read_text(), re.M | re.S)
    expect(line, "scripts/package calls no lintian")
    return run("lintian", *line[1].replace("\\", " ").split(), *packages)


def unpack(folder):
    for name in ("iopath", "libiopath-dev"):
        subprocess.run(["dpkg-deb", "-x", package(name), folder], check=True)
    return folder / "usr"


def judge(said, codes_and_patterns):
    for (line, code, pattern), (got, text) in zip(codes_and_patterns, said, strict=True):
        expect(got == code and re.search(pattern, text), "iopath", line, "gave", got, "and said:\n" + text)


def lintian_is_clean():
    done = lintian(package("iopath"), package("libiopath-dev"))
    expect(done.returncode == 0, done.stdout, done.stderr)


def lintian_finds_what_is_missing():
    with tempfile.TemporaryDirectory() as name:
        tree, deb = Path(name, "tree"), Path(name, "iopath_0.1.0-1_amd64.deb")
        subprocess.run(["dpkg-deb", "-R", package("iopath"), tree], check=True)
        (tree / "usr/share/doc/iopath/copyright").unlink()
        subprocess.run(["dpkg-deb", "-b", "--root-owner-group", tree, deb], check=True, stdout=subprocess.DEVNULL)
        done = lintian(deb)
    expect(done.returncode and "no-copyright-file" in done.stdout, done.stdout, done.stderr)


def a_moved_prefix_works():
    with tempfile.TemporaryDirectory() as name:
        usr = unpack(Path(name))
        moved = usr.rename(Path(name, "elsewhere"))
        environment = {"PATH": "/usr/bin:/bin", "HOME": name}
        runs = [run(moved / "bin/iopath", *line.split(), cwd=name, env=environment) for line, _, _ in COMMANDS]
        judge([(done.returncode, done.stdout + done.stderr) for done in runs], COMMANDS)
        program, documents = (moved / "bin/iopath").read_bytes(), moved / "share/doc/iopath"
        named = {name.decode() for name in re.findall(rb"docs/[a-z-]+\.md", program)} | {"docs/semantics.md", "README.md"}
        missing = [name for name in named if not (documents / name).is_file()]
        expect(len(named) >= 4 and not missing, "messages name", missing, "of", named)
        (moved / "lib/iopath/modules/libiopath-cells.so").unlink()
        done = run(moved / "bin/iopath", "list", cwd=name, env=environment)
        expect(done.returncode == 2, "the cells were found elsewhere:", done.stdout[:200])


def a_program_builds_against_the_library():
    with tempfile.TemporaryDirectory() as name:
        usr, program = unpack(Path(name)), Path(name, "nic")
        flags = run("pkg-config", "--cflags", "--libs", "iopath", env={**os.environ, "PKG_CONFIG_PATH": f"{usr}/lib/pkgconfig"})
        expect(name in flags.stdout, "pkg-config:", flags.stdout, flags.stderr)
        subprocess.run(["gcc", "-O2", SOURCE / "examples/nic.c", "-o", program, *flags.stdout.split()], check=True)
        expect("ctrl 0x1, length 64" in run(program).stdout, "the example printed something else")


def a_clean_root_runs_it():
    needs("mmdebstrap")
    if os.geteuid() != 0:
        print("skipped: a clean root needs root")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        Path(name, "inside").write_text(INSIDE)
        Path(name, "commands").write_text("".join(f"{line}\n" for line, _, _ in COMMANDS))
        os.chmod(name, 0o755)
        deb = package("iopath")
        hooks = ['mkdir "$1/packages"', f"copy-in {deb} {name}/inside {name}/commands /packages",
                 f'chroot "$1" apt-get -qq install -y --no-install-recommends /packages/{deb.name} >/dev/null',
                 'chroot "$1" sh /packages/inside >said']
        done = run("mmdebstrap", "--variant=minbase", "--format=null", *[f"--customize-hook={hook}" for hook in hooks], "bookworm", cwd=name)
        told = Path(name, "said").read_text() if Path(name, "said").exists() else ""
    if not told and re.search(r"apt-get (update|indextargets).* failed|Could not resolve|Failed to fetch", done.stderr):
        print("skipped: no Debian mirror can be reached:", done.stderr[-300:])
        sys.exit(77)
    said = [(int(code), text) for code, text in re.findall(r"(?ms)^<<(\d+)\n(.*?)\n>>$", told)]
    expect(len(said) == len(COMMANDS), told, done.stderr[-3000:])
    judge(said, COMMANDS)
    expect(not told.startswith("/"), "not a clean root:", told.splitlines()[0])
    expect(told.rstrip().endswith("completions"), told[-200:])


globals()[CASE.replace("-", "_")]()
