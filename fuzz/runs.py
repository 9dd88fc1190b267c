# SPDX-License-Identifier: MIT
"""What a campaign, a hunt for planted faults or a coverage report leaves behind: one JSON file each, in results/fuzz/runs/.

Names begin with the time and end with chance, so that files of several machines can lie in one folder. Each is written to a temporary
file, synced and renamed: whoever looks sees a whole file or none.
"""
import datetime, json, os, re, secrets, subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "results/fuzz/runs"


def commit():
    def git(*args):
        return subprocess.run(["git", "-C", str(ROOT), *args], capture_output=True, text=True).stdout.strip()

    return (git("rev-parse", "HEAD") or "unknown") + ("-dirty" if git("status", "--porcelain", "--untracked-files=no") else "")


def write(path, text):
    """In place of what is there, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with open(temporary, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


class Run:
    """One file. store() may be called again and again: a run that is killed leaves what it said last."""

    def __init__(self, kind, label, folder=None):
        self.started = datetime.datetime.now(datetime.timezone.utc)
        self.path = Path(folder or FOLDER) / f"{self.started:%Y%m%dT%H%M%SZ}-{kind}-{label}-{secrets.token_hex(3)}.json"
        self.head = {"format": "iopath-fuzz 1", "kind": kind, "date": f"{self.started:%Y-%m-%dT%H:%M:%SZ}", "commit": commit()}

    def store(self, **fields):
        # A table a line a row: that is what people compare.
        text = re.sub(r"\n {6,}", " ", json.dumps({**self.head, **fields}, indent=2))
        write(self.path, text.replace("\n    }", " }") + "\n")
        return self.path
