#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every script that takes options of its own answers -h as it answers --help. Run as: help_scripts_test.py SCRIPTS."""
import os
import subprocess
import sys
from pathlib import Path

# These pass theirs on, once they have built the program that knows it.
OF_PROGRAMS = {"bench", "report"}


def answers(path):
    out = [subprocess.run([path, option], capture_output=True, text=True, timeout=60) for option in ("-h", "--help")]
    return all(o.returncode == 0 and o.stdout and not o.stderr for o in out) and out[0].stdout == out[1].stdout


scripts = [p for p in sorted(Path(sys.argv[1]).iterdir()) if p.is_file() and not p.suffix and os.access(p, os.X_OK)]
silent = [p.name for p in scripts if p.name not in OF_PROGRAMS and not answers(p)]
if len(scripts) < 8 or silent or answers("/bin/false"):
    sys.exit(f"failed: without -h: {silent}")
