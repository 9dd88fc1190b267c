#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Manual pages and completions from the help texts of a program. Run as: generate.py IOPATH VERSION OUT

Writes OUT/man1/iopath.1, a page for each command, OUT/bash/iopath and OUT/zsh/_iopath."""
import os
import sys
import time
from pathlib import Path

import completions
import help_text
import man_page


def read(program, *command):
    try:
        return help_text.parse(help_text.ask(program, *command))
    except help_text.Misunderstood as problem:
        sys.exit(f"iopath: manual: help of '{' '.join(('iopath', *command))}': {problem} (bench/cli/manual/help_text.py describes the layout)")


def main():
    program, version, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    top = read(program)
    helps = {command: read(program, command) for command in top.commands}
    pages = [f"iopath-{command}" for command in top.commands]
    files = {"man1/iopath.1": man_page.page("iopath", "measure, check and compare I/O access paths", top, version, date, pages),
             "bash/iopath": completions.bash(helps), "zsh/_iopath": completions.zsh(helps, top.commands)}
    for command, summary in top.commands.items():
        files[f"man1/iopath-{command}.1"] = man_page.page(f"iopath-{command}", summary, helps[command], version, date, ["iopath"])
    for name, text in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text)


main()
