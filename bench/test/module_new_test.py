#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""From iopath new-module to a judged module, with what is installed. Run as: module_new_test.py IOPATH BUILD LIBDIR CC CXX CASE."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH, BUILD, LIBDIR, CC, CXX, CASE = sys.argv[1:7]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wundef", "-Wstrict-aliasing", "-Werror"]


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=600, check=False, **more)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def installed(tmp):
    """A prefix that has what modules need, and no more: the core is another folder's."""
    out = run("cmake", "--install", f"{BUILD}/bench/cells", "--component", "dev", "--prefix", tmp / "prefix")
    expect(out.returncode == 0, out)
    files = sorted(str(path.relative_to(tmp / "prefix")) for path in (tmp / "prefix").rglob("*") if path.is_file())
    expect(files == sorted(["include/iopath/cells.h", f"{LIBDIR}/cmake/iopath/IopathModule.cmake", f"{LIBDIR}/pkgconfig/iopath-cells.pc"]), files)
    return tmp / "prefix"


def flags(prefix):
    out = run("pkg-config", "--cflags", "iopath-cells", env={**os.environ, "PKG_CONFIG_PATH": f"{prefix}/{LIBDIR}/pkgconfig"})
    expect(out.returncode == 0 and not out.stderr, out)
    return out.stdout.split()


def written(tmp):
    out = run(IOPATH, "new-module", cwd=tmp)
    expect(out.returncode == 0 and out.stdout.startswith("written: my_cells.c"), out)
    return tmp / "my_cells.c"


def judge(module):
    out = run(IOPATH, "check", "--module", module, "--update", cwd=module.parent)
    expect(out.returncode == 0 and "5 as claimed, 0 not, 0 not judged" in out.stdout, out)
    out = run(IOPATH, "list", "--module", module, "--alone", cwd=module.parent)
    expect(out.returncode == 0 and "toio/mydriver/copy_words/64 " in out.stdout and "operation/mydriver/post_descriptor/4096 " in out.stdout, out)


def what_is_written_is_right_at_once(tmp):
    source = written(tmp)
    out = run(CC, "-O2", "-shared", "-fPIC", *flags(installed(tmp)), source, "-o", tmp / "my_cells.so")
    expect(out.returncode == 0 and not out.stderr, out)
    judge(tmp / "my_cells.so")
    expect("write 4 at 0x100" in (tmp / "my_cells.expect").read_text(), (tmp / "my_cells.expect").read_text())
    expect(run(IOPATH, "check", "--module", "my_cells.so", cwd=tmp).returncode == 0)
    # Its fault is found: a bound that is one too large, and one access more.
    text = source.read_text()
    source.write_text(text.replace("offset > size - sizeof(*value)", "offset > size").replace("descriptor[1] = 64;", ""))
    expect(source.read_text().count("\n") == text.count("\n") and source.read_text() != text, "the template has changed")
    expect(run(CC, "-O2", "-shared", "-fPIC", *flags(tmp / "prefix"), source, "-o", tmp / "my_cells.so").returncode == 0)
    out = run(IOPATH, "check", "--module", "my_cells.so", cwd=tmp)
    expect(out.returncode == 1 and "3 as claimed, 2 not" in out.stdout and "-   write 8 at 0x8 = 0x40\n" in out.stdout, out)


def by_pkg_config_in_c_and_cxx(tmp):
    source, cflags = written(tmp), flags(installed(tmp))
    for compiler, standard in ((CC, "c11"), (CC, "gnu11"), (CXX, "c++17"), (CXX, "gnu++17"), (CXX, "c++20")):
        for level in ("-O0", "-O2"):
            language = "c++" if "++" in standard else "c"
            out = run(compiler, f"-std={standard}", level, *WARNINGS, "-shared", "-fPIC", *cflags, "-x", language, source, "-o", tmp / "m.so")
            expect(out.returncode == 0 and not out.stderr, compiler, standard, out.stderr)
            out = run(IOPATH, "list", "--module", tmp / "m.so", "--alone")
            expect(out.returncode == 0 and out.stdout.count("/mydriver/") >= 10, compiler, standard, out)
    # Sections that nothing refers to are kept by a linker that drops others.
    out = run(CC, "-O2", "-shared", "-fPIC", "-ffunction-sections", "-fdata-sections", "-fvisibility=hidden", "-Wl,--gc-sections", *cflags,
              source, "-o", tmp / "m.so")
    expect(out.returncode == 0, out)
    judge(tmp / "m.so")


def by_cmake(tmp):
    prefix = installed(tmp)
    out = run("cmake", "--install", f"{BUILD}/core", "--prefix", prefix)
    expect(out.returncode == 0, out)
    written(tmp)
    (tmp / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.18)\nproject(mine C)\nfind_package(iopath REQUIRED)\n"
                                        "iopath_add_module(my_cells my_cells.c)\n")
    for command in (["cmake", "-S", tmp, "-B", tmp / "build", f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={CC}",
                     "-DCMAKE_BUILD_TYPE=Release"], ["cmake", "--build", tmp / "build"]):
        out = run(*command)
        expect(out.returncode == 0, out)
    judge(tmp / "build/my_cells.so")


def by_cmake_for_engines(tmp):
    if not shutil.which("clang"):
        print("skipped: clang is not installed (scripts/setup fuzz)")
        sys.exit(77)
    installed(tmp)
    for folder in ("core", "bench/sequence"):
        out = run("cmake", "--install", f"{BUILD}/{folder}", "--prefix", tmp / "prefix")
        expect(out.returncode == 0, out)
    # Where it was installed is not where it is.
    prefix = (tmp / "prefix").rename(tmp / "elsewhere")
    written(tmp)
    (tmp / "parts").mkdir()
    (tmp / "parts/value.h").write_text("#define ALL 0\n")
    (tmp / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.20)\nproject(mine C)\nfind_package(iopath REQUIRED)\n"
                                        "iopath_add_module(my_cells my_cells.c FUZZ)\n"
                                        "target_include_directories(my_cells PRIVATE parts)\ntarget_compile_definitions(my_cells PRIVATE NONE=1)\n")
    source = tmp / "my_cells.c"
    source.write_text(source.read_text().replace("#include <stdint.h>\n", "#include <stdint.h>\n#include <value.h>\n#if ALL || !NONE\n#error\n#endif\n"))

    def build():
        for command in (["cmake", "-S", tmp, "-B", tmp / "build", f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={CC}"],
                        ["cmake", "--build", tmp / "build"]):
            out = run(*command)
            expect(out.returncode == 0, out)
        return run(IOPATH, "fuzz", tmp / "build/my_cells.so", "--engine", "libfuzzer", "--calls", "2000", cwd=tmp)
    out = build()
    expect(out.returncode == 0 and " 0 findings" in out.stdout and "added" in out.stdout, out)
    # Changed, both are made anew: else the program would be refused, or find nothing.
    text = source.read_text()
    source.write_text(text.replace("offset > size - sizeof(*value)", "offset > size"))
    expect(source.read_text() != text, "the template has changed")
    out = build()
    expect(out.returncode == 1 and "FINDING checked-read my_checked_read32" in out.stdout, out)


def nothing_is_overwritten(tmp):
    written(tmp)
    (tmp / "my_cells.c").write_text("mine\n")
    for arguments in ([], ["my_cells.c"]):
        out = run(IOPATH, "new-module", *arguments, cwd=tmp)
        expect(out.returncode == 2 and out.stderr.startswith("iopath: new-module: my_cells.c is there"), out)
    expect((tmp / "my_cells.c").read_text() == "mine\n")
    out = run(IOPATH, "new-module", "-", cwd=tmp)
    expect(out.returncode == 0 and "IOP_MODULE(" in out.stdout and [p.name for p in tmp.iterdir()] == ["my_cells.c"], out)
    out = run(IOPATH, "new-module", "-", "--name", "nic", cwd=tmp)
    expect(out.returncode == 0 and 'IOP_MODULE("nic");' in out.stdout and out.stdout.endswith("my_checked_read32);\n"), out)
    (tmp / "link.c").symlink_to("nowhere.c")
    for arguments in (["link.c"], ["no/folder.c"], ["a.c", "b.c"], ["--what"], ["--name", "a/b"], ["--name", ""]):
        out = run(IOPATH, "new-module", *arguments, cwd=tmp)
        expect(out.returncode == 2 and out.stderr.count("\n") == 1 and not out.stdout, arguments, out)
    expect(sorted(p.name for p in tmp.iterdir()) == ["link.c", "my_cells.c"], list(tmp.iterdir()))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        globals()[CASE.replace("-", "_").replace("c++", "cxx")](Path(folder))
