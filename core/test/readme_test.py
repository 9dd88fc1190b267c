#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""core/README.md tells the truth: the rows of docs/semantics.md, headers that exist, tests that ctest knows, cells that there are.

readme_test.py README BUILD_DIR IOPATH; READMEs with faults put in must be refused, too.
"""
import os
import re
import subprocess
import sys


def faults(text: str, folder: str, tests: set[str], cells: list[str]) -> list[str]:
    found, rows = [], []
    with open(os.path.join(folder, "..", "docs", "semantics.md"), encoding="utf-8") as file:
        described = [int(row) for row in re.findall(r"^### Row (\d+):", file.read(), re.MULTILINE)]
    for line in text.splitlines():
        columns = [column.strip().replace("\\|", "|") for column in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(columns) != 5 or not columns[0].isdigit():
            continue
        row, _, headers, named, cell = columns
        rows.append(int(row))
        for target in re.findall(r"\]\(([^)]+)\)", headers):
            if not os.path.exists(os.path.join(folder, target)):
                found.append(f"row {row}: no such file: {target}")
        names = re.findall(r"row-\d\d-[a-z0-9-]+", named)
        if not names:
            found.append(f"row {row}: no test")
        for name in names:
            if not name.startswith(f"row-{int(row):02}-"):
                found.append(f"row {row}: another row's test: {name}")
            if not {name, name + "-debug"} & tests:
                found.append(f"row {row}: no such test: {name}")
        for pattern in re.findall(r"`([^`]+)`", cell):
            if cells and not any(re.search(pattern, name) for name in cells):
                found.append(f"row {row}: no such cell: {pattern}")
    if not rows or rows != described:
        found.append(f"the rows are {rows}, and those of docs/semantics.md {described}")
    return found


def main() -> int:
    readme, build, program = sys.argv[1:4]
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    listing = subprocess.run(["ctest", "--test-dir", build, "-N"], check=True, capture_output=True, text=True).stdout
    tests = set(re.findall(r"Test +#\d+: (\S+)", listing))
    cells = []
    if os.path.exists(program):
        listing = subprocess.run([program, "list"], check=True, capture_output=True, text=True).stdout
        cells = [line.split()[0] for line in listing.splitlines() if line.split()]
    folder = os.path.dirname(readme)
    found = faults(text, folder, tests, cells)
    print("\n".join(found))
    for old, new in (("(include/iopath/region.h)", "(include/iopath/none.h)"), ("row-12-try-access", "row-12-none"),
                     ("row-14-update", "row-13-update"), ("| 20 |", "| 21 |")) + ((("`/relaxed/`", "`/nosuch/`"),) if cells else ()):
        if not faults(text.replace(old, new, 1), folder, tests, cells):
            found.append(old)
            print(f"a README with {new} in place of {old} was not refused")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
