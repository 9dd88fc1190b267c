#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""corpora.py: each corpus is bounded, and each file is called after its content, so that merging never makes two of one."""
import hashlib, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fuzz"))
from campaign import FILES, LIMIT, MAX_INPUT

failures = 0
for folder in sorted(p for p in (ROOT / "corpora").iterdir() if p.is_dir()):
    files = {p: p.read_bytes() for p in folder.iterdir()}
    size = sum(len(data) for data in files.values())
    misnamed = [p.name for p, data in files.items() if p.name != hashlib.sha1(data).hexdigest()]
    good = 0 < len(files) <= FILES and size <= LIMIT and not misnamed and max(map(len, files.values())) <= MAX_INPUT
    failures += not good
    print(f"{folder.name}: {len(files)} files, {size} bytes{f', misnamed: {misnamed[:3]}' if misnamed else ''}{'' if good else ' FAILED'}")
targets = {p.stem for p in (ROOT / "fuzz/targets").glob("*.c")} - {"replayer", "mutator_afl"}
missing = targets - {p.name for p in (ROOT / "corpora").iterdir()}
print(f"{len(targets)} targets{f', without a corpus: {missing}' if missing else ''}")
sys.exit(1 if failures or missing else 0)
