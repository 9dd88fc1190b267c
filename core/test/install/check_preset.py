#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The preset library compiles the library and nothing else: check_preset.py SOURCE. The preset release, as a control, does not."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

LIBRARY = re.compile(r"core/(?:arch/\w+|base|copy|owner|provider/\w+)/\w+\.c")


def others(source: pathlib.Path, *options: str) -> list[str]:
    """What is compiled and is not the library's."""
    with tempfile.TemporaryDirectory() as build:
        subprocess.run(["cmake", "--preset", "library", "-S", source, "-B", build, *options], check=True, cwd=source,
                       stdout=subprocess.DEVNULL)
        commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text(encoding="utf-8"))
    # What a build generates lies in its own folder.
    files = sorted({os.path.relpath(command["file"], source) for command in commands})
    print(f"{len(files)} files")
    return [name for name in files if not LIBRARY.fullmatch(name)] if files else ["nothing is compiled"]


def main() -> int:
    source = pathlib.Path(sys.argv[1]).resolve()
    if wrong := others(source):
        print(f"compiled too: {', '.join(wrong)}")
        return 1
    if not others(source, "-DIOPATH_TESTS=ON"):
        print("the tests were not noticed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
