#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""baseline.py --arch ARCH --build BUILD_DIR [--out FILE]: measures an architecture without its hardware, as JSON.

  copies      of each routine, by size and by pattern of sizes: accesses, their optimum, instructions without the empty call, verdicts:
              exact, of the compiled code run under qemu-user
  accessors   of each access: instructions, exact; and the barriers of the ordered ones, from the disassembly
  code_bytes  of each routine, from the object
  estimates   cycles a byte of a routine's repeated 64 bytes by llvm-mca for named cores: a static model of a core without a memory
              behind it. It compares variants; it is not a measured time.

Without --out, prints a table.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cores() -> dict[str, tuple[str, list[str]]]:
    """The architecture to llvm-mca, and its cores."""
    found: dict[str, tuple[str, list[str]]] = {}
    text = (ROOT / "bench/figures/cores.def").read_text(encoding="utf-8")
    for arch, triple, core in re.findall(r'^IOP_CORE\("(.*?)", "(.*?)", "(.*?)"\)', text, re.MULTILINE):
        found.setdefault(arch, (triple, []))[1].append(core)
    return found


CORES = cores()
BARRIER = re.compile(r"^(dmb|dsb|isb|fence|sync|lwsync|hwsync|eieio|isync|bcr|bnor|mfence|lfence|sfence|lock|twi)\b.*")


def tool(name: str) -> str:
    for candidate in (f"{name}-19", name):
        if shutil.which(candidate):
            return candidate
    raise SystemExit(f"iopath: baseline: no {name} (scripts/setup arch)")


def output(*command, **extra) -> str:
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True, **extra).stdout


def numbers(build: pathlib.Path) -> dict:
    under = (build / "under-plugin").read_text(encoding="utf-8").split()
    return json.loads(output(*under, build / "iopath-numbers"))


def compiler(build: pathlib.Path) -> list[str]:
    """The compiler of the build, as it compiles."""
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        if entry["file"].endswith("core/copy/iomem_copy.c"):
            words = entry["command"].split()
            return [word for word in words[:words.index("-o")] if not word.startswith(("-DIOP_", "-W")) and word != "-g"]
    raise SystemExit(f"iopath: baseline: {build} does not build the core")


def code_bytes(build: pathlib.Path) -> dict[str, int]:
    sizes = {}
    for line in output(tool("llvm-nm"), "--print-size", "--defined-only", build / "core/libiopath.a", stderr=subprocess.DEVNULL).splitlines():
        words = line.split()
        if len(words) == 4 and re.fullmatch(r"iop_(memcpy_toio|memcpy_fromio|memset_io|portable_\w+|strict_move)", words[3]):
            sizes[words[3]] = int(words[1], 16)
    return dict(sorted(sizes.items()))


def barriers(compile_with: list[str], folder: str) -> dict[str, list[str]]:
    binary = f"{folder}/accessors.o"
    output(*compile_with, "-c", ROOT / "core/test/disassembly/accessors.c", "-o", binary)
    found: dict[str, list[str]] = {}
    name = ""
    # LLVM's does not know every barrier of s390x.
    objdump = re.sub(r"gcc$", "objdump", compile_with[0]) if compile_with[0].endswith("gcc") else tool("llvm-objdump")
    for line in output(objdump, "-d", "--no-show-raw-insn", binary).splitlines():
        if start := re.match(r"[0-9a-f]+ <(\w+)>:", line):
            name = start[1] if re.fullmatch(r"(read|write)_(mmio|relaxed)_u32", start[1]) else ""
            if name:
                found[name] = []
        elif name and (code := re.match(r"\s*[0-9a-f]+:\s+(\S.*)", line)):
            text = re.sub(r"\s+", " ", code[1]).strip()
            if BARRIER.match(text):
                found[name].append(text)
    return found


def estimates(arch: str, compile_with: list[str], folder: str) -> list[dict]:
    assembly = pathlib.Path(folder, "block.s")
    triple, cores = CORES[arch]
    output(*compile_with, "-fno-pie", "-fno-stack-protector", "-S", ROOT / "bench/figures/block.c", "-o", assembly)
    text = "\n".join(line for line in assembly.read_text(encoding="utf-8").splitlines() if not re.match(r"\s*\.(machine|abiversion)", line))
    assembly.write_text(text + "\n", encoding="utf-8")
    results = []
    for core in cores:
        done = subprocess.run([tool("llvm-mca"), f"-mtriple={triple}", f"-mcpu={core}", "-iterations=100", "-json", assembly],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            print(f"iopath: baseline: llvm-mca has no answer for {core}: {done.stderr.strip().splitlines()[0]}", file=sys.stderr)
            continue
        for region in json.loads(done.stdout)["CodeRegions"]:
            cycles = region["SummaryView"]["TotalCycles"]
            results.append({"core": core, "block": region["Name"].split()[0], "cycles_per_byte": round(cycles / 6400, 4)})
    return results


def table(result: dict) -> None:
    print(f"{result['arch']}, {result['compiler']}: exact under qemu-user, no hardware")
    print(f"{'op':<8}{'routine':<18}{'size':>6}{'accesses':>10}{'fewest':>8}{'instructions':>14}{'illegal':>9}{'blind':>7}{'calls':>7}")
    for copy in result["copies"]:
        print(f"{copy['op']:<8}{copy['routine']:<18}{copy['size']:>6}{copy['accesses']:>10.2f}{copy['optimum']:>8.2f}"
              f"{copy['instructions']:>14.1f}{copy['illegal']:>9}{copy['blind']:>7}{copy['calls']:>7}")
    print("ordered u32: read", result["barriers"].get("read_mmio_u32"), "write", result["barriers"].get("write_mmio_u32"))
    print("bytes of code:", ", ".join(f"{name} {size}" for name, size in result["code_bytes"].items()))
    for row in result["estimates"]:
        print(f"llvm-mca estimate, {row['core']}, {row['block']}: {row['cycles_per_byte']} cycles/byte")


def store(path: pathlib.Path, text: str) -> None:
    """All of it or nothing."""
    beside = path.with_suffix(".tmp")
    with open(beside, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arch", required=True, choices=sorted(CORES))
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args()
    compile_with = compiler(args.build)
    with tempfile.TemporaryDirectory() as folder:
        result = {
            "arch": args.arch,
            "compiler": output(compile_with[0], "--version").splitlines()[0],
            "tools": {"emulator": output((args.build / "under-plugin").read_text(encoding="utf-8").split()[0], "--version").splitlines()[0],
                      "estimates": re.search(r"LLVM version \S+", output(tool("llvm-mca"), "--version"))[0]},
            **numbers(args.build),
            "code_bytes": code_bytes(args.build),
            "barriers": barriers(compile_with, folder),
            "estimates": estimates(args.arch, compile_with, folder),
        }
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, indent=1)
        # A copy is a line, so that a difference is one, too.
        text = re.sub(r"\{\n\s+(\"(?:routine|accessor|core)\"[^{}]*?)\n\s+\}", lambda m: "{" + re.sub(r"\n\s+", " ", m[1]) + "}", text)
        store(args.out, text + "\n")
    else:
        table(result)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, subprocess.CalledProcessError) as failure:
        print(f"iopath: baseline: {failure} (build iopath-numbers of that preset first, or run scripts/arch --baselines)", file=sys.stderr)
        sys.exit(2)
