#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""emitted.py BUILD CC [EVERY]: what inputs of the corpora become as C tests compiles and passes on this library; every nth input of each corpus of programs."""
import json, os, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

build, cc = Path(sys.argv[1]).resolve(), sys.argv[2]
every = int(sys.argv[3]) if len(sys.argv) > 3 else 60
root = Path(__file__).resolve().parents[2]
sources = json.loads((build / "fuzz/sources.json").read_text())["core"]
flags = ["-std=gnu11", "-D_GNU_SOURCE", "-DIOP_EVENTS=1", "-fno-builtin-memcpy", f"-I{root}/core/include", f"-I{build}/include"]


def run(command, **extra):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, **extra)


def passes(library, out, source, emitted):
    """Whether the test compiles and passes."""
    test, program = out / f"{source.name}.c", out / source.name
    test.write_text(emitted)
    built = run([cc, *flags, "-Wall", "-Werror", test, *library, "-Wl,--wrap=memcpy", "-Wl,--wrap=malloc", "-lpthread", "-o", program])
    done = run([program]) if built.returncode == 0 else built
    if done.returncode:
        print(f"{source.parent.name}/{source.name}: {(done.stdout + done.stderr).strip()[:600]}")
    return done.returncode == 0


with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
    top = Path(name)
    done = run([cc, *flags, "-c", *sources], cwd=top)
    if done.returncode:
        sys.exit(f"the core does not compile: {done.stderr[:2000]}")
    library, chosen = sorted(top.glob("*.o")), []
    for target in ("program", "projection", "copy", "register", "iosys_map"):
        files = sorted((root / "corpora" / target).iterdir())
        chosen += [(f, run([build / "iopath-fuzz", "replay", "--emit-c", f]).stdout) for f in files[::every]]
    # A test that cannot fail is none: what a step leaves behind is not what one of the tests is told.
    wrong = chosen[0][1].replace("\twant[", "\twant[1] ^= 255, want[", 1)
    good = list(pool.map(lambda c: passes(library, top, *c), chosen))
    control = wrong != chosen[0][1] and not passes(library, top, chosen[0][0].with_name("control"), wrong)
    print(f"{sum(good)} of {len(good)} pass; a wrong one {'is found' if control else 'PASSES'}")
    sys.exit(0 if all(good) and control else 1)
