# SPDX-License-Identifier: MIT
"""Stored runs to test with: documents whose every figure is known, and how a case is run."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH = sys.argv[1]
CELL = "toio/mmio/strict/64"
BASELINE = "toio/mmio/glibc/64"
REFERENCE = "control/none/cycle/0"


def run(*args, **kwargs):
    out = subprocess.run([IOPATH, *map(str, args)], capture_output=True, timeout=600, **kwargs)
    out.stdout, out.stderr = out.stdout.decode(), out.stderr.decode()
    # Whatever a file holds, a terminal is safe, and no sanitizer has spoken.
    for text in (out.stdout.replace("\r\n", "\n"), out.stderr):
        expect(not any(ord(c) < 32 and c != "\n" or 0x7f <= ord(c) < 0xa0 or 0x202a <= ord(c) <= 0x202e for c in text), ascii(text))
    expect(out.returncode in (0, 2, 4) and "runtime error" not in out.stderr and "Sanitizer" not in out.stderr, out)
    return out


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def row(name, ns, **more):
    return {"name": name, "run_name": name, "run_type": "iteration", "real_time": ns, "cpu_time": ns, "time_unit": "ns",
            "samples_ns": [round(ns * x, 6) for x in (0.99, 1, 1.01)], "real_time_p25": ns * 0.995, "real_time_p75": ns * 1.005, **more}


def document(ns=4.0, day=1, arch="x86_64", cpu="Some CPU", speed=None, **more):
    return {"context": {"date": f"2026-03-{day:02}T12:00:00+00:00", "json_schema_version": 1, "iopath_version": "0.1.0",
                        "commit": "0123456789abcdef0123456789abcdef01234567", "dirty": False, "arch": arch, "cpu_model": cpu,
                        "hypervisor": "no", "compiler": "gcc 12", "compiler_flags": "-O2", **more},
            "benchmarks": [row(REFERENCE, 20.0), row(BASELINE, 8.0),
                           row(CELL, ns, baseline=BASELINE, bytes_per_second=64 / ns * 1e9,
                               speed_vs_baseline=speed if speed else 8.0 / ns)]}


def write(tmp, name, content):
    path = Path(tmp, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def history(folder, *args, cell=CELL):
    out = run("history", cell, "--dir", folder, "--json", "-", *args)
    expect(out.returncode == 0, out)
    return json.loads(out.stdout), out.stderr.splitlines()


def compared(a, b):
    out = run("compare", a, b, "--json", "-")
    expect(out.returncode == 0, out)
    return json.loads(out.stdout)


def main(cases):
    """Runs the case named on the command line in a folder of its own, with a cache of its own."""
    with tempfile.TemporaryDirectory() as tmp:
        os.environ["XDG_CACHE_HOME"] = tmp + "/cache"
        os.environ["XDG_DATA_HOME"] = tmp + "/data"
        # A project, which keeps its runs.
        os.mkdir(tmp + "/work")
        Path(tmp, "work/.iopath").touch()
        cases[sys.argv[2].replace("-", "_")](tmp + "/work")
