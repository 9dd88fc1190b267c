#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a user of `iopath config` sees: lspci's bytes, or one clear line and exit 2. Run as: config_test.py IOPATH CASE."""
import difflib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

IOPATH = sys.argv[1]
SKIPPED = 77
NAME = "0001:02:03.4"


def run(*args):
    return subprocess.run([IOPATH, "config", *args], capture_output=True, text=True, timeout=600)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)


def refused(words, *args):
    """Exit 2, nothing on stdout, and one line that names the subject and says @words."""
    out = run(*args)
    expect(out.returncode == 2 and not out.stdout, args, out)
    expect(out.stderr.startswith("iopath: config: ") and len(out.stderr.splitlines()) == 1, args, out.stderr)
    expect(words in out.stderr, args, out.stderr)


def functions():
    """The PCI functions of this machine, as lspci names them."""
    if not shutil.which("lspci"):
        skip("no lspci here (package pciutils)")
    listed = subprocess.run(["lspci", "-D"], capture_output=True, text=True, timeout=600)
    names = [line.split()[0] for line in listed.stdout.splitlines()]
    if not names:
        skip("this machine has no PCI function")
    return names


def fake_function(tmp, size=256):
    """A tree such as /sys/bus/pci with one function in it, whose bytes count up. Its config file."""
    device = Path(tmp, "devices", NAME)
    device.mkdir(parents=True)
    for name, text in {"vendor": "0x1af4\n", "device": "0x1110\n", "class": "0x050000\n", "irq": "0\n",
                       "resource": "0x0 0x0 0x0\n" * 7}.items():
        (device / name).write_text(text)
    config = device / "config"
    config.write_bytes(bytes(i * 7 & 0xFF for i in range(size)))
    return config


class Space:
    """A config space to be decoded: its bytes, and a chain of capabilities that grows."""

    def __init__(self, size=256, kind=0, code=0x020000, vendor=0x8086, device=0x10D3):
        self.bytes, self.free, self.last, self.extended = bytearray(size), 0x40, 0x34, 0x100
        self.put(0, 2, vendor), self.put(2, 2, device), self.put(6, 2, 0x0010)
        self.put(8, 4, code << 8 | 3), self.put(14, 1, kind)

    def put(self, offset, width, value):
        self.bytes[offset:offset + width] = value.to_bytes(width, "little")

    def cap(self, number, body):
        """Appends a capability with @body behind its two bytes. Its offset."""
        at, self.free = self.free, self.free + 2 + len(body) + 3 & ~3
        self.put(self.last, 1, at)
        self.bytes[at:at + 2 + len(body)] = bytes([number, 0]) + body
        self.last = at + 1
        return at

    def extend(self, number, version, body):
        at, self.extended = self.extended, self.extended + 4 + len(body) + 3 & ~3
        self.put(at, 4, number | version << 16 | self.extended << 20)
        self.bytes[at + 4:at + 4 + len(body)] = body
        return at

    def end(self):
        """The last extended capability points to nothing."""
        at = 0x100
        while at and at < self.extended and len(self.bytes) > 256:
            head = struct.unpack_from("<I", self.bytes, at)[0]
            if head >> 20 == self.extended:
                self.put(at, 4, head & 0xFFFFF)
            at = head >> 20
        return self

    def write(self, tmp, name=NAME):
        device = Path(tmp, "devices", name)
        device.mkdir(parents=True, exist_ok=True)
        (device / "config").write_bytes(self.bytes)
        return device

    def dump(self, path, name=NAME):
        """As lspci -xxxx writes it, and lspci -F reads it."""
        lines = [f"{i:02x}: {self.bytes[i:i + 16].hex(' ')}" for i in range(0, len(self.bytes), 16)]
        Path(path).write_text(f"{name} x: y\n" + "\n".join(lines) + "\n\n")


def lspci(*args):
    if not shutil.which("lspci"):
        skip("no lspci here (scripts/setup)")
    out = subprocess.run(["lspci", *args], capture_output=True, text=True, timeout=600, check=True)
    return [line for line in out.stdout.splitlines() if line]


def decoded(tmp, space, code=0, name=NAME):
    space.write(tmp, name)
    out = run("--device", name, "--sysfs", tmp, "--decode")
    expect(out.returncode == code and bool(out.stderr) == bool(code), out)
    return out


def same_as_lspci(tmp, space, what=""):
    ours = decoded(tmp, space).stdout.splitlines()
    space.dump(f"{tmp}/dump")
    # Of a dump lspci takes the upper half of a BAR for a BAR, and it has no VPD to read.
    theirs = [line for line in lspci("-F", f"{tmp}/dump", "-vv") if "Region 3: " not in line and line != "\t\tNot readable"]
    expect(ours == theirs, what, "\n", "\n".join(difflib.unified_diff(theirs, ours, "lspci", "iopath", lineterm="")))
    return ours


def dumped(text):
    """The bytes of a hex dump in lspci's form."""
    return bytes(int(byte, 16) for line in text.splitlines()[1:] if line for byte in line.split(":")[1].split())


def same_bytes_as_lspci(_tmp):
    for name in functions():
        theirs = subprocess.run(["lspci", "-D", "-xxx", "-s", name], capture_output=True, text=True, timeout=600)
        if theirs.returncode or len(dumped(theirs.stdout)) < 256 and os.geteuid():
            skip(f"lspci cannot read the config space of {name} (needs root)")
        ours = run("--device", name)
        expect(ours.returncode == 0, ours)
        expect(dumped(ours.stdout) == dumped(theirs.stdout), ours.stdout, "lspci says:", theirs.stdout)


def every_width_reads_the_same(tmp):
    wanted = fake_function(tmp).read_bytes()
    for width in ("1", "2", "4"):
        out = run("--device", NAME, "--sysfs", tmp, "--width", width)
        expect(out.returncode == 0 and dumped(out.stdout) == wanted, width, out)
    out = run("--device", NAME, "--sysfs", tmp, "--json", "-")
    document = json.loads(out.stdout)
    expect(bytes.fromhex(document["bytes"]) == wanted and document["device"] == NAME, out.stdout)


def a_changed_byte_is_seen(tmp):
    config = fake_function(tmp)
    before = dumped(run("--device", NAME, "--sysfs", tmp).stdout)
    config.write_bytes(before[:77] + bytes([before[77] ^ 1]) + before[78:])
    after = dumped(run("--device", NAME, "--sysfs", tmp).stdout)
    expect([i for i in range(256) if before[i] != after[i]] == [77], before, after)


def extended_is_4096_bytes(tmp):
    wanted = fake_function(tmp, 4096).read_bytes()
    out = run("--device", NAME, "--sysfs", tmp, "--extended")
    expect(out.returncode == 0 and dumped(out.stdout) == wanted, out)


def extended_needs_a_pci_express_function(tmp):
    fake_function(tmp)
    refused("256 bytes of config space only", "--device", NAME, "--sysfs", tmp, "--extended")


def missing_device_is_exit_2(tmp):
    fake_function(tmp)
    refused("0001:02:03.5: no such PCI function", "--device", "0001:02:03.5", "--sysfs", tmp)
    refused("no such PCI function", "--device", NAME, "--sysfs", f"{tmp}/none")
    refused("ffff:ff:1f.7: no such PCI function", "--device", "ffff:ff:1f.7")


def bad_syntax_is_exit_2(tmp):
    fake_function(tmp)
    for name in ("", "2:03.4", "0001:02:03", "0001:02:03.8", "0001:02:20.0", "0001:02:03.4x", "x" + NAME, " " + NAME,
                 "0001-02-03.4", "0001:02:0g.0", "../" + NAME, "0001:02:03.4/../" + NAME):
        refused("not the name of a PCI function", "--device", name, "--sysfs", tmp)
    refused("no device named")
    refused("unknown or incomplete option", "--device")
    refused("unknown or incomplete option", "--device", NAME, "--nonsense")
    refused("unexpected argument", "--device", NAME, "again")
    refused("no such access width", "--device", NAME, "--width", "8")


def decode_says_what_lspci_says(_tmp):
    for name in functions():
        ours, theirs = run("--device", name, "--decode"), lspci("-vv", "-s", name)
        if os.geteuid():
            skip("the rest of config space is root's")
        # What lspci decodes of capabilities that are only named here, and kernel modules, is not compared.
        ours = [line for line in ours.stdout.splitlines() if "<?>" not in line]
        expect(set(ours) <= set(theirs), name, [line for line in ours if line not in theirs])


def endpoint(rng):
    """An endpoint with all that is decoded; what its registers hold is random."""
    space = Space(4096)
    space.put(4, 2, rng.getrandbits(16)), space.put(6, 2, rng.getrandbits(16) | 0x10)
    space.put(12, 2, rng.getrandbits(16)), space.put(15, 1, rng.getrandbits(8)), space.put(0x3C, 4, rng.getrandbits(16) << 16 | rng.randrange(5) << 8 | 11)
    space.put(0x10, 4, rng.getrandbits(28) << 4 | rng.choice((0, 2, 8))), space.put(0x14, 4, rng.getrandbits(14) << 2 | 1)
    space.put(0x18, 8, rng.getrandbits(60) << 4 | rng.choice((4, 12))), space.put(0x30, 4, rng.getrandbits(21) << 11 | 1)
    space.put(0x2C, 4, rng.getrandbits(32))
    caps = [(0x01, 6, 0), (0x05, 22, 0), (0x11, 10, 0), (0x13, 4, 0), (0x12, 6, 0), (0x03, 6, 0), (0x09, 14, 0), (0x0D, 6, 0)]
    rng.shuffle(caps)
    for number, size, _ in caps[:4]:
        space.cap(number, rng.randbytes(size))
    # Version 2 of an endpoint of either kind, or one in a root complex; bits that lspci 3.9 does not know stay 0.
    flags = 2 | rng.choice((0, 1, 9)) << 4
    space.cap(0x10, struct.pack("<HIHHIHH", flags, rng.getrandbits(30), rng.getrandbits(16), rng.getrandbits(16), rng.getrandbits(32),
                                rng.getrandbits(16), rng.getrandbits(16)) + bytes(16) +
              struct.pack("<IHHIHH", rng.getrandbits(32), rng.getrandbits(16), 0, rng.getrandbits(32) & ~0x80, rng.getrandbits(16),
                          rng.getrandbits(16)))
    space.extend(0x01, 2, rng.randbytes(0x44)), space.extend(0x03, 1, rng.randbytes(8))
    space.extend(0x0E, 1, rng.randbytes(4)), space.extend(0x0D, 1, rng.randbytes(4)), space.extend(0x04, 1, rng.randbytes(12))
    return space.end()


def port(rng):
    """A bridge: a port of one of the kinds, with a slot or without."""
    space = Space(4096, kind=1, code=0x060400, vendor=0x1B36, device=0x000C)
    io, high = rng.choice((0, 1)), rng.choice((0, 1))
    space.put(0x18, 4, rng.getrandbits(32)), space.put(0x1E, 2, rng.getrandbits(16))
    space.put(0x1C, 2, rng.getrandbits(4) << 4 | io | (rng.getrandbits(4) << 4 | io) << 8)
    space.put(0x20, 4, rng.getrandbits(12) << 4 | rng.getrandbits(12) << 20)
    space.put(0x24, 4, rng.getrandbits(12) << 4 | high | (rng.getrandbits(12) << 4 | high) << 16)
    space.put(0x28, 8, rng.getrandbits(6) | rng.getrandbits(6) << 32), space.put(0x30, 4, rng.getrandbits(32))
    space.put(0x3E, 2, rng.getrandbits(12))
    space.cap(0x0D, rng.randbytes(6)), space.cap(0x01, rng.randbytes(6))
    kind = rng.choice((4, 5, 6, 7, 8, 10))
    space.cap(0x10, struct.pack("<H", 2 | kind << 4 | rng.getrandbits(1) << 8) + rng.randbytes(32) +
              struct.pack("<IHHIHH", rng.getrandbits(32), rng.getrandbits(16), 0, rng.getrandbits(32) & ~0x80, rng.getrandbits(16),
                          rng.getrandbits(16)) + bytes(8))
    space.extend(0x01, 2, rng.randbytes(0x44)), space.extend(0x0D, 1, rng.randbytes(4))
    return space.end()


def decode_of_random_registers_is_lspcis(tmp):
    seen = set()
    for seed in range(60):
        rng = random.Random(seed)
        lines = same_as_lspci(tmp, (endpoint if seed % 2 else port)(rng), seed)
        seen.update(line.strip().split()[0] for line in lines)
    for word in ("Region", "Expansion", "Prefetchable", "SltCap:", "RootSta:", "LnkSta2:", "UESta:", "ACSCtl:", "ARICtl:", "AFCap:",
                 "PBA:", "Masking:", "BIST", "BridgeCtl:", "Interrupt:", "Latency:"):
        expect(word in seen, f"no line {word} in any of them")


def decode_knows_virtio(tmp):
    space = Space(code=0x010000, vendor=0x1AF4, device=0x1042)
    for kind in (1, 2, 3, 4):
        space.cap(0x09, struct.pack("<BBB3xII", 20, kind, 4, kind << 12, 0x1000) + struct.pack("<I", 4))
    space.cap(0x09, struct.pack("<B", 5) + bytes(2))
    out = same_as_lspci(tmp, space)
    expect("\tCapabilities: [54] Vendor Specific Information: VirtIO: Notify" in out, out)
    expect("\t\tBAR=4 offset=00002000 size=00001000 multiplier=00000004" in out, out)


def decode_has_sizes_from_the_kernel(tmp):
    space = Space()
    space.put(4, 2, 0x0007), space.put(0x10, 4, 0xFEBF0000), space.put(0x14, 4, 0xC001), space.put(0x18, 4, 0x0000000C)
    space.put(0x1C, 4, 8)
    device = space.write(tmp)
    rows = [(0xFEBF0000, 0xFEBFFFFF, 0x40200), (0xC000, 0xC03F, 0x40101), (0x800000000, 0xBFFFFFFFF, 0x14220C)] + [(0, 0, 0)] * 4
    (device / "resource").write_text("".join(f"0x{a:016x} 0x{b:016x} 0x{c:016x}\n" for a, b, c in rows))
    for name, text in {"vendor": "0x8086\n", "device": "0x10d3\n", "class": "0x020000\n", "irq": "24\n"}.items():
        (device / name).write_text(text)
    Path(tmp, "drivers/e1000e").mkdir(parents=True)
    (device / "driver").symlink_to("../../drivers/e1000e")
    ours = decoded(tmp, space).stdout.splitlines()
    theirs = lspci("-O", f"sysfs.path={tmp}", "-A", "linux-sysfs", "-vv", "-s", NAME)
    expect(ours == theirs, ours, theirs)
    for line in ("\tRegion 0: Memory at febf0000 (32-bit, non-prefetchable) [size=64K]", "\tRegion 1: I/O ports at c000 [size=64]",
                 "\tRegion 2: Memory at 800000000 (64-bit, prefetchable) [size=16G]", "\tKernel driver in use: e1000e"):
        expect(line in ours, line, ours)


def decode_finds_what_is_wrong(tmp):
    def broken(change, words, shown):
        space = Space(4096)
        space.cap(0x01, bytes(6)), space.cap(0x05, bytes(12)), space.extend(3, 1, bytes(8)), space.end()
        change(space)
        out = decoded(tmp, space, code=2)
        expect(words in out.stderr and out.stderr.count("\n") == 1 and NAME in out.stderr, words, out)
        expect(shown in out.stdout, shown, out)
        return space, out

    def same_end(change, words, shown):
        space, out = broken(change, words, shown)
        space.dump(f"{tmp}/dump")
        # lspci looks for extended capabilities only behind one for PCI Express.
        ours = [line for line in out.stdout.splitlines() if "[100" not in line]
        expect(ours == lspci("-F", f"{tmp}/dump", "-vv"), out.stdout)

    same_end(lambda s: s.put(0x49, 1, 0x40), "leads to 40: it was visited before", "Capabilities: [40] <chain looped>")
    same_end(lambda s: s.put(0x41, 1, 0x40), "leads to 40: it was visited before", "Capabilities: [40] <chain looped>")
    same_end(lambda s: s.put(0x48, 4, 0xFFFFFFFF), "leads to 48: all ones are read there", "Capabilities: [48] <chain broken>")
    broken(lambda s: s.put(0x34, 1, 0x3C), "leads to 3c: it is in the header", "Capabilities: [3c] <bad pointer>")
    broken(lambda s: s.put(0x49, 1, 0x10), "leads to 10: it is in the header", "Capabilities: [10] <bad pointer>")
    broken(lambda s: s.put(0x102, 2, 0x1001), "leads to 100: it was visited before", "Capabilities: [100] <chain looped>")
    broken(lambda s: s.put(0x102, 2, 0x0401), "leads to 40: it is in the header", "Capabilities: [040] <bad pointer>")
    broken(lambda s: s.put(0x24, 4, 0x0000000C), "base address register 5 is invalid", "Region 5: <broken>")
    broken(lambda s: s.put(14, 1, 0x55), "unknown type of header: 55", "Control:")
    # A capability whose registers would be behind the end.
    short = Space()
    short.free = 0xFC
    short.cap(0x01, bytes(2))
    expect("at fc reaches beyond the end" in decoded(tmp, short, code=2).stderr, "beyond the end")


def decode_is_json(tmp):
    endpoint(random.Random(1)).write(tmp)
    out = run("--device", NAME, "--sysfs", tmp, "--decode", "--json", "-")
    document = json.loads(out.stdout)
    text = run("--device", NAME, "--sysfs", tmp, "--decode").stdout
    expect(out.returncode == 0 and document["device"] == NAME, out)
    expect([bar["index"] for bar in document["bars"]] == [0, 1, 2], document)
    expect(len(document["capabilities"]) == text.count("Capabilities: ") == 10, document)
    for cap in document["capabilities"]:
        for line in cap["lines"]:
            expect(line in text, line, text)
    expect({cap["name"] for cap in document["capabilities"]} >= {"Express", "Advanced Error Reporting"}, document)


def names_without_a_domain_are_taken(tmp):
    Space().write(tmp, "0000:02:03.4")
    for action in ([], ["--decode"]):
        out = run("--device", "02:03.4", "--sysfs", tmp, *action)
        expect(out.returncode == 0 and out.stdout.startswith("02:03.4 "), out)
        # What is printed is what is taken.
        again = run("--device", out.stdout.split()[0], "--sysfs", tmp, *action)
        expect(again.stdout == out.stdout, again)
    expect(json.loads(run("--device", "02:03.4", "--sysfs", tmp, "--json", "-").stdout)["device"] == "0000:02:03.4", "the name in full")
    refused("no such PCI function", "--device", "02:03.5", "--sysfs", tmp)


def cut_short_is_exit_2(tmp):
    fake_function(tmp, 64)
    out = run("--device", NAME, "--sysfs", tmp)
    expect(out.returncode == 2 and len(out.stderr.splitlines()) == 1, out)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as tmp:
        globals()[sys.argv[2].replace("-", "_")](tmp)
