#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boots the guest, runs one command in it, and passes on its output, files and exit code.

Called by scripts/guest, which sees to packages. The guest's /out is OUT/ of the run's folder; the console's log is beside it. The
file INCOMPLETE lies there from before the start until the command's exit code has come back.
"""
import argparse
import ctypes
import fcntl
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from pack import Missing, pack
from suite import DEVICES, script_of, suite_of

REPOSITORY = Path(__file__).resolve().parents[2]
FAILED, TIMED_OUT = 125, 124
# Where `iopath bench --device NAME` measures, if no --bar says so. Nobody but this guest has these devices: that is the consent.
PLACES = {"edu": ["--bar", "0", "--offset", "0x200", "--size", "0x400", "--allow-write"],
          "testdev": ["--bar", "0", "--offset", "0x200", "--size", "0x400", "--allow-write"],
          "ivshmem": ["--bar", "2", "--allow-write"]}
IVSHMEM_SIZE = 1 << 20
KERNEL_LINE = ("console=ttyS0 quiet loglevel=4 panic=-1 intel_iommu=on iommu.strict=1 mitigations=off nokaslr "
               "random.trust_cpu=on tsc=reliable no_timer_check")
# QEMU's names of the registers of each device, in device.log; ivshmem has none, its memory is the host's.
REGISTERS = {"edu": "edu-mmio", "testdev": "pci-testdev-mmio", "ivshmem": "ivshmem-mmio", "nvme": "nvme", "behind-port": "e1000e-mmio"}
KVM_PATIENCE = 5  # seconds until a guest under KVM must be up; TCG needs about as long for all of it


def fail(why, todo=None, code=FAILED):
    print(f"iopath: guest: {why}" + (f" ({todo})" if todo else ""), file=sys.stderr)
    sys.exit(code)


def work_folder():
    """Installed, there is no repository to keep things in."""
    if (REPOSITORY / "CMakeLists.txt").exists():
        return REPOSITORY / "build/guest"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "iopath/guest")


def parse():
    p = argparse.ArgumentParser(prog="scripts/guest", description="Runs COMMAND in a virtual machine with devices of its own.",
                                epilog="What the command writes to /out is in out/ of the run's folder afterwards. Exit: the command's; "
                                "124 timed out, 125 the guest failed. Example, your own driver: scripts/guest --devices edu --with ./driver "
                                "'bind vfio-pci $edu && iopath record -- driver $edu && cp *.iorec /out'")
    p.add_argument("--build", default=os.environ.get("IOPATH_GUEST_BUILD", str(REPOSITORY / "build/release")),
                   help="the build whose programs go into the guest (default build/release)")
    p.add_argument("--programs", help="pack the programs of this folder instead, and nothing else of a build")
    p.add_argument("--work", default=str(work_folder()), help="kernel and runs (default build/guest of the repository)")
    p.add_argument("--run", help="folder of this run, emptied first (default: WORK/run)")
    p.add_argument("--accel", choices=["auto", "kvm", "tcg"], default=os.environ.get("IOPATH_GUEST_ACCEL", "auto"))
    p.add_argument("--timeout", type=float, default=600, help="seconds for all of it (default 600)")
    p.add_argument("--devices", type=device_names, metavar="NAME,...", help="the devices that the guest has (default: all; bench/lab/README.md "
                   "lists them). In a script $edu, $nvme and so on are their addresses")
    p.add_argument("--disk", metavar="FILE", help="what the nvme device's disk holds, read-only (default: it has no disk)")
    p.add_argument("--device-log", action="store_true", help="write the accesses that each device received to device.log in the run's folder; "
                   "with --devices, only the command's to their registers")
    p.add_argument("--qemu", type=shlex.split, default=[], metavar="WORDS", help="more for QEMU's command line, such as another device: "
                   "--qemu '-device e1000,addr=9' is 0000:00:09.0, --qemu '-m 1G' memory (default 512M)")
    p.add_argument("--append", default="", metavar="WORDS", help="more for the kernel's command line, such as iomem=relaxed")
    p.add_argument("--plugin", help="TCG plugin to load; it writes cpu.log in the run's folder; means --accel tcg")
    p.add_argument("--watch-kernel", action="store_true", help="the plugin also observes the kernel's code; boots slower")
    p.add_argument("--judge", action="store_true", help="then compare the lists of cases in /out with the logs: truth.py")
    p.add_argument("--with", dest="extra", action="append", default=[], metavar="FILE",
                   help="another file for /suite, where the command runs: your program, with the libraries that it needs")
    p.add_argument("--fetch", action="store_true", help="fetch the kernel and stop")
    p.add_argument("command", nargs=argparse.REMAINDER)
    o = p.parse_args()
    if not o.command and not o.fetch:
        p.error("no command")
    if o.disk and not has(o, "nvme"):
        p.error("--disk is the nvme device's, which --devices leaves out")
    return o


def device_names(text):
    names = text.split(",")
    unknown = [name for name in names if name not in DEVICES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no device {unknown[0]!r}: there are {', '.join(DEVICES)}")
    return names


def has(o, *names):
    return not o.devices or any(name in o.devices for name in names)


def kernel_of(work):
    images = sorted(Path(work, "kernel").glob("boot/vmlinuz-*"))
    if not images:
        raise Missing(f"no kernel in {work}/kernel: scripts/guest or iopath guest --fetch downloads Debian's")
    return images[-1]


def command_text(command):
    """The command for the guest's shell: one argument is a script, several are words. Names of devices become addresses."""
    if len(command) == 1:
        return "".join(f"{name.replace('-', '_')}={address} " for name, address in DEVICES.items()) + "\n" + command[0] + "\n"
    words = []
    for i, word in enumerate(command):
        named = i and command[i - 1] == "--device" and word in DEVICES
        words.append(DEVICES[word] if named else word)
        if named and command[:2] == ["iopath", "bench"] and "--bar" not in command:
            words += PLACES.get(word, [])
    return shlex.join(words) + "\n"


def devices_line(o, run):
    line = []
    if has(o, "edu"):
        line += ["-device", "edu,addr=4,dma_mask=0x7fffffffff"]
    if has(o, "testdev"):
        line += ["-device", "pci-testdev,addr=5,membar=65536"]
    if has(o, "ivshmem"):
        line += ["-object", f"memory-backend-file,id=shared,size={IVSHMEM_SIZE},share=on,mem-path={run}/ivshmem",
                 "-device", "ivshmem-plain,memdev=shared,addr=6"]
    if has(o, "root-port", "behind-port"):
        line += ["-device", "pcie-root-port,id=root_port,chassis=1,addr=7"]
    if has(o, "behind-port"):
        line += ["-device", "e1000e,bus=root_port,romfile="]
    if o.disk:
        line += ["-drive", f"file={str(Path(o.disk).resolve()).replace(',', ',,')},if=none,id=disk,format=raw,readonly=on"]
    if has(o, "nvme"):
        line += ["-device", "nvme,serial=iopath,addr=8" + (",drive=disk" if o.disk else "")]
    return line


def keep_devices(log, devices, start):
    """Of QEMU's log what went to the registers of @devices since the command began, where it was @start bytes long."""
    wanted = {REGISTERS[name] for name in devices if name in REGISTERS}
    with open(log, errors="replace") as lines, open(f"{log}.part", "w") as kept:
        lines.seek(start)
        kept.writelines(line for line in lines if line.rstrip().rpartition(" name ")[2].strip("'") in wanted)
    os.replace(f"{log}.part", log)


def qemu_line(o, run, accel, initramfs):
    kernel = kernel_of(o.work)
    line = ["qemu-system-x86_64", "-machine", "q35,kernel-irqchip=split" if accel == "kvm" else "q35", "-accel", accel,
            "-cpu", "host" if accel == "kvm" else "max", "-smp", "1", "-m", "512M", "-nodefaults", "-no-user-config", "-display",
            "none", "-no-reboot", "-monitor", "none", "-serial", f"file:{run}/console.log", "-kernel", str(kernel), "-initrd",
            str(initramfs), "-append", f"{KERNEL_LINE} {o.append}".rstrip(), "-device", "intel-iommu,intremap=off",
            "-fsdev", f"local,id=out,path={run}/out,security_model=none", "-device", "virtio-9p-pci,fsdev=out,mount_tag=out,addr=3",
            *devices_line(o, run), *o.qemu]
    if o.device_log:
        line += ["-trace", "memory_region_ops_read", "-trace", "memory_region_ops_write", "-D", f"{run}/device.log"]
    if o.plugin:
        line += ["-plugin", f"{Path(o.plugin).resolve()},log={run}/cpu.log" + (",kernel=yes" if o.watch_kernel else "")]
    return line


def die_with(parent):
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    # It may have gone before that.
    if os.getppid() != parent:
        os._exit(1)


class Tail:
    """Passes on what a growing file has gained."""

    def __init__(self, path, stream):
        self.path, self.stream, self.at = path, stream, 0

    def pump(self):
        try:
            with open(self.path, "rb") as f:
                f.seek(self.at)
                data = f.read()
        except FileNotFoundError:
            return
        self.at += len(data)
        self.stream.buffer.write(data)
        self.stream.flush()


def console(run):
    try:
        lines = (run / "console.log").read_text(errors="replace").splitlines()[-25:]
    except FileNotFoundError:
        lines = []
    return "".join(f"  | {line}\n" for line in lines) or "  | (nothing)\n"


def prepare(run, command):
    """An empty folder, marked, with the command and the shared memory. Only what a run makes is removed from it."""
    for name in ("out", "console.log", "device.log", "cpu.log", "ivshmem", "qemu.log"):
        path = run / name
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
    (run / "out").mkdir(parents=True)
    (run / "INCOMPLETE").write_text("the command's exit code has not come back\n")
    (run / "out/.command").write_text(command)
    with open(run / "ivshmem", "wb") as f:
        f.truncate(IVSHMEM_SIZE)


def note_start(run, go):
    """The guest is up: how long the log is, and its command may begin."""
    log = run / "device.log"
    part = go.with_name(".go.part")
    part.write_text(str(log.stat().st_size if log.exists() else 0))
    part.rename(go)


def boot(o, run, accel, initramfs, deadline):
    """One guest. The exit code or TIMED_OUT, or else why there is none, as text."""
    code, up, go = run / "out/.code", run / "out/.up", run / "out/.go"
    patience = time.monotonic() + KVM_PATIENCE if accel == "kvm" and o.accel == "auto" else deadline
    tails = [Tail(run / "out/stdout", sys.stdout), Tail(run / "out/stderr", sys.stderr)]
    with open(run / "qemu.log", "wb") as log:
        qemu = subprocess.Popen(qemu_line(o, run, accel, initramfs), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                preexec_fn=lambda parent=os.getpid(): die_with(parent))
    try:
        while True:
            ended = qemu.poll() is not None
            for tail in tails:
                tail.pump()
            if ended:
                if code.exists():
                    return int(code.read_text())
                return f"QEMU was killed by signal {-qemu.returncode}" if qemu.returncode < 0 else "the guest ended without a result"
            if time.monotonic() > deadline:
                return TIMED_OUT
            if up.exists() and not go.exists():
                note_start(run, go)
            if not up.exists() and time.monotonic() > patience:
                return "the guest did not come up"
            time.sleep(0.02)
    finally:
        if qemu.poll() is None:
            qemu.kill()
        qemu.wait()


def stop(number, _frame):
    sys.exit(128 + number)


def kvm_note(work):
    """Where it is remembered that a guest did not come up under KVM, so that only the first run waits for it."""
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return Path(work, f"no-kvm-{boot_id}")


def choose(o):
    if o.plugin:
        return ["tcg"]
    if o.accel != "auto":
        return [o.accel]
    usable = os.access("/dev/kvm", os.R_OK | os.W_OK) and not kvm_note(o.work).exists()
    return ["kvm", "tcg"] if usable else ["tcg"]


def main():
    o = parse()
    if o.fetch:
        Path(o.work).mkdir(parents=True, exist_ok=True)
        sys.exit(subprocess.run([Path(__file__).resolve().with_name("fetch"), Path(o.work, "kernel")], check=False).returncode)
    run = Path(o.run or Path(o.work, "run")).resolve()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    if not shutil.which("qemu-system-x86_64"):
        fail("no qemu-system-x86_64", "apt-get install qemu-system-x86 busybox-static")
    run.mkdir(parents=True, exist_ok=True)
    lock = open(run / "lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        fail(f"another guest runs in {run}", "--run DIR is another folder")
    try:
        if o.command[0] == "ctest":
            script, files = script_of(o.build, o.command[1:])
        else:
            programs = [Path(o.programs, "guest-cells")] if o.programs else suite_of(o.build)
            script, files = command_text(o.command), [(path.name, path) for path in programs]
        pack(run / "initramfs", Path(o.work, "kernel"), files + [(Path(p).name, Path(p)) for p in o.extra])
    except Missing as e:
        fail(e)
    deadline, code = time.monotonic() + o.timeout, None
    for accel in choose(o):
        prepare(run, script)
        code = boot(o, run, accel, run / "initramfs", deadline)
        if isinstance(code, str) and accel == "kvm" and o.accel == "auto":
            kvm_note(o.work).touch()
            continue
        break
    if isinstance(code, str):
        sys.stderr.write(console(run) + (run / "qemu.log").read_text(errors="replace"))
        fail(code, f"its console, above, is {run}/console.log")
    if code == TIMED_OUT and not (run / "out/.code").exists():
        sys.stderr.write(console(run))
        fail(f"no result after {o.timeout:g} s", f"its console, above, is {run}/console.log; --timeout", TIMED_OUT)
    if o.device_log and o.devices:
        keep_devices(run / "device.log", o.devices, int((run / "out/.go").read_text()))
    (run / "INCOMPLETE").unlink()
    if not o.programs and any(path.name not in ("stdout", "stderr") and path.name[0] != "." for path in (run / "out").iterdir()):
        print(f"iopath: guest: files written to /out are in {run}/out", file=sys.stderr)
    if o.judge and code == 0:
        truth = [str(Path(__file__).with_name("truth.py")), str(run), *[str(path) for path in sorted(run.glob("out/cases.*"))]]
        os.execv(sys.executable, [sys.executable, *truth])
    sys.exit(code)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        # Python's own exit code would be 1: what the guest found.
        fail(f"{error.filename}: {error.strerror}", "it keeps its files in the folder of --run")
