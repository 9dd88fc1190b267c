#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`iopath check` says of the corpus what the corpus says. Run as: judge_corpus_test.py IOPATH CORPUS_SO JUDGE [NAME...]; without names
all of its routines are checked, which takes a quarter of an hour."""
import json
import subprocess
import sys

IOPATH, CORPUS, JUDGE = sys.argv[1:4]
NAMES = sys.argv[4:]
OVERRUN = "accesses outside its memory"


def check(row):
    out = subprocess.run([IOPATH, "check", f"{CORPUS}:{row['name']}", "--op", row["op"], "--call", row["call"], "--json", "-"],
                         capture_output=True, text=True, timeout=600)
    return json.loads(out.stdout) if out.stdout else {"why": out.stderr}


def faults(row, said):
    """What the check says differently."""
    if "the oracle may have missed accesses" in row["broken"]:
        # Whatever else was seen, it is never legal.
        return [] if not said.get("legal") and not said.get("strictest") else ["is not blind"]
    if not said.get("judged"):
        return [f"not judged: {said.get('why')}"]
    found = []
    if (said["strictest"] or "none") != row["tier"]:
        found.append(f"legal for {said['strictest']}, not {row['tier']}")
    broken = set(said["broken"]) - {"wrong data", OVERRUN}
    if broken != set(row["broken"]):
        found.append(f"breaks {sorted(broken)}, not {row['broken']}")
    if ("wrong data" in said["broken"]) != row["wrong_data"]:
        found.append("wrong data" if "wrong data" in said["broken"] else "right data")
    if (OVERRUN in said["broken"]) != row["overruns"]:
        found.append("accesses memory beside its own" if OVERRUN in said["broken"] else "stays inside its memory")
    if sum(said["widths"]) != row["widths"]:
        found.append(f"widths {said['widths']}")
    return found


def main():
    rows = [json.loads(line) for line in subprocess.run([JUDGE, "list"], capture_output=True, text=True, check=True).stdout.splitlines()]
    # No description says that a routine is made for small sizes only.
    rows = [row for row in rows if not row["most"] and (not NAMES or row["name"] in NAMES)]
    failed = 0
    for row in rows:
        found = faults(row, check(row))
        print(f"{row['op']} {row['name']}: {'; '.join(found) or 'as the corpus says: ' + row['tier']}", flush=True)
        failed += bool(found)
    print(f"{len(rows)} routines, {failed} judged otherwise")
    sys.exit(failed != 0 or not rows)


if __name__ == "__main__":
    main()
