#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Packs the guest's initramfs: busybox, the kernel modules it loads, and the suite with the shared libraries it needs.

An initramfs is a cpio archive (newc); the kernel unpacks it into a RAM file system and runs /init.
"""
import os
import re
import stat
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent

# What the guest can `load`, beside what init needs: each with all that it depends on.
MODULES = ["9pnet_virtio", "9p", "vfio-pci", "vfio_iommu_type1", "uio_pci_generic", "vgem"]
# Folders of the guest's that init mounts something over.
MOUNTED = ("dev", "out", "proc", "sys", "tmp")
# Their drivers for virtio are found by bus, not by dependency.
ALSO = {"9pnet_virtio": ["virtio_pci"]}


class Missing(Exception):
    """Something that the guest needs is not there; the text says what to do."""


class Archive:
    """A cpio archive in memory."""

    def __init__(self):
        self.parts, self.entries, self.folders = [], 0, set()

    def _entry(self, name, mode, data=b""):
        self.entries += 1
        encoded = name.encode() + b"\0"
        head = "070701" + "".join(f"{v:08x}" for v in (self.entries, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(encoded), 0))
        for piece in (head.encode() + encoded, data):
            self.parts += [piece, b"\0" * (-len(piece) % 4)]

    def folder(self, name):
        if name in ("", ".") or name in self.folders:
            return
        self.folder(os.path.dirname(name))
        self.folders.add(name)
        self._entry(name, stat.S_IFDIR | 0o755)

    def file(self, name, path):
        name = name.lstrip("/")
        self.folder(os.path.dirname(name))
        self._entry(name, stat.S_IFREG | 0o755, Path(path).read_bytes())

    def link(self, name, target):
        self.folder(os.path.dirname(name))
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def text(self, name, text):
        self.folder(os.path.dirname(name))
        self._entry(name, stat.S_IFREG | 0o644, text.encode())

    def device(self, name, major, minor):
        """The console: the kernel opens it for init before anything is mounted."""
        self.folder(os.path.dirname(name))
        self.entries += 1
        encoded = name.encode() + b"\0"
        head = "070701" + "".join(f"{v:08x}" for v in (self.entries, stat.S_IFCHR | 0o600, 0, 0, 1, 0, 0, 0, 0, major, minor,
                                                       len(encoded), 0))
        self.parts += [head.encode() + encoded, b"\0" * (-len(head.encode() + encoded) % 4)]

    def write(self, path):
        self._entry("TRAILER!!!", 0)
        Path(path).write_bytes(b"".join(self.parts))


def module_files(kernel):
    found = {}
    for path in sorted(Path(kernel).glob("lib/modules/*/kernel/**/*.ko")):
        found[path.stem.replace("-", "_")] = path
    return found


def module_order(files, name, order):
    """Appends @name after what it depends on, by the module's own word."""
    name = name.replace("-", "_")
    if name not in files:
        raise Missing(f"the kernel package has no module {name}")
    depends = re.search(rb"\0depends=([^\0]*)\0", files[name].read_bytes())
    for needed in (depends.group(1).decode().split(",") if depends else []) + ALSO.get(name, []):
        if needed:
            module_order(files, needed, order)
    if files[name] not in order:
        order.append(files[name])


def libraries(program):
    """The shared libraries of @program, as the loader finds them here; empty for a static one."""
    out = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
    missing = re.search(r"(\S+) => not found", out)
    if missing:
        raise Missing(f"{program} needs {missing.group(1)}, which is not installed")
    return re.findall(r"(/\S+) \(0x", out)


def is_loaded(path):
    """A program or a shared library, whatever its name is and who may execute it; kernel modules are neither."""
    with open(path, "rb") as f:
        head = f.read(18)
    return head[:4] == b"\x7fELF" and head[16:18] in (b"\2\0", b"\3\0")


def place(archive, name, path):
    """A program lies where it does here, so that a recording made in the guest leads to its source here; the rest is in /suite."""
    if (is_loaded(path) or os.access(path, os.X_OK) and path.suffix != ".ko") and path.parts[1] not in MOUNTED:
        archive.file(str(path), path)
        archive.link(f"suite/{name}", str(path))
    else:
        archive.file(f"suite/{name}", path)


def pack(target, kernel, suite):
    """Writes @target. @kernel is the unpacked kernel package, @suite the files for /suite, each its name there and its path. Raises
    Missing."""
    archive, files, packed, shared = Archive(), module_files(kernel), set(), set()
    busybox = Path("/bin/busybox")
    if not busybox.exists():
        raise Missing("no /bin/busybox: apt-get install busybox-static")
    archive.device("dev/console", 5, 1)
    archive.file("bin/busybox", busybox)
    # What the kernel runs init with.
    archive.link("bin/sh", "busybox")
    archive.file("init", HERE / "init")
    for name in ("bind", "confirm", "load"):
        archive.file(f"bin/{name}", HERE / name)
    for name in MODULES:
        order = []
        module_order(files, name, order)
        for path in order:
            if path not in packed:
                packed.add(path)
                archive.file(f"lib/modules/{path.name}", path)
        archive.text(f"lib/modules/{name}.order", "".join(f"{path.name}\n" for path in order))
    for name, path in suite:
        place(archive, name, Path(path).resolve())
        if is_loaded(path):
            shared.update(libraries(path))
    for library in sorted(shared):
        archive.file(library, library)
    archive.write(target)
