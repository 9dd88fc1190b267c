#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""scripts/guest without a guest: packing, the launcher's own failures, and the comparison of logs. Run as: guest_test.py CASE.

QEMU is a script of the test's: what it does decides what the launcher must report. The comparison is given logs whose faults are known.
What is waited for happens, or ctest ends the test.
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GUEST = Path(__file__).resolve().parents[1] / "lab"
sys.path.insert(0, str(GUEST))
import pack  # noqa: E402

MARK = "0xfe600f00"


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def archive_holds_what_was_packed(tmp):
    tool = subprocess.run(["sh", "-c", "command -v busybox || command -v cpio"], capture_output=True, text=True, check=False)
    if not tool.stdout:
        print("skipped: no busybox and no cpio to unpack with")
        sys.exit(77)
    (tmp / "a").write_bytes(b"12345")
    archive = pack.Archive()
    archive.file("suite/deep/a", tmp / "a")
    archive.text("b", "text")
    archive.write(tmp / "archive")
    (tmp / "out").mkdir()
    cpio = ["busybox", "cpio"] if "busybox" in tool.stdout else ["cpio"]
    with open(tmp / "archive", "rb") as f:
        subprocess.run([*cpio, "-id"], stdin=f, cwd=tmp / "out", check=True, capture_output=True)
    expect((tmp / "out/suite/deep/a").read_bytes() == b"12345" and (tmp / "out/b").read_text() == "text")


def libraries_lie_where_they_do_here(tmp):
    """Of any name, and nobody's to execute: the loader, or addr2line, look for them there. Kernel modules are no such libraries."""
    (tmp / "empty.c").touch()
    pack.MOUNTED = ()  # where this test's files are, too
    places = {}
    for name, how in (("libpart.so.1.0", ["-shared", "-fPIC"]), ("module.ko", ["-c"])):
        path = (tmp / name).resolve()
        subprocess.run([os.environ.get("CC", "cc"), *how, "-o", path, tmp / "empty.c"], check=True)
        path.chmod(0o644)
        archive = pack.Archive()
        pack.place(archive, name, path)
        places[name] = str(path.parent).lstrip("/") in archive.folders
    expect(places == {"libpart.so.1.0": True, "module.ko": False}, places)


def modules_come_after_what_they_need(tmp):
    def module(name, depends):
        path = tmp / f"lib/modules/6/kernel/{name}.ko"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x7fELF\0license=GPL\0depends=" + depends.encode() + b"\0name=x\0")
    module("top-one", "middle,low")
    module("middle", "low")
    module("low", "")
    files, order = pack.module_files(tmp), []
    pack.module_order(files, "top_one", order)
    expect([p.stem for p in order] == ["low", "middle", "top-one"], order)
    module("middle", "absent")
    try:
        pack.module_order(files, "top_one", [])
    except pack.Missing as e:
        expect("absent" in str(e), e)
    else:
        sys.exit("failed: a module that is not there was not missed")


def launcher(tmp, qemu, *args):
    """The launcher with a QEMU of ours, and a kernel and a build that are empty files. Its timeout is over when there is a file "late"."""
    (tmp / "bin").mkdir(exist_ok=True)
    (tmp / "bin/qemu-system-x86_64").write_text(f"#!/bin/sh\n{qemu}\n")
    (tmp / "bin/qemu-system-x86_64").chmod(0o755)
    (tmp / "work/kernel/boot").mkdir(parents=True, exist_ok=True)
    (tmp / "work/kernel/boot/vmlinuz-1").touch()
    (tmp / "build").mkdir(exist_ok=True)
    (tmp / "build/iopath").touch()
    env = dict(os.environ, PATH=f"{tmp}/bin:{os.environ['PATH']}")
    # What would be packed is not there, and is not the question.
    code = ("import os, sys, time, types; sys.path.insert(0, sys.argv.pop(1)); import guest; guest.pack = lambda *a: None; "
            f"guest.time = types.SimpleNamespace(sleep=time.sleep, monotonic=lambda: 1000 * os.path.exists('{tmp}/late')); guest.main()")
    return subprocess.Popen([sys.executable, "-c", code, str(GUEST), "--build", f"{tmp}/build", "--work", f"{tmp}/work", "--accel", "tcg",
                             "--timeout", "20", *args, "true"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def results_and_exit_code_come_back(tmp):
    out = tmp / "work/run/out"
    p = launcher(tmp, f"echo from inside >{out}/stdout; echo and wrong >{out}/stderr; echo 3 >{out}/.code")
    stdout, stderr = p.communicate(timeout=600)
    expect(p.returncode == 3 and stdout == "from inside\n" and stderr == "and wrong\n", p.returncode, stdout, stderr)
    expect(not (tmp / "work/run/INCOMPLETE").exists())


def devices_are_chosen_and_the_log_is_of_the_command(tmp):
    run = tmp / "work/run"
    line = "memory_region_ops_write cpu 0 mr 0x1 addr 0xfe0000{} value 0x1 size 4 name '{}'"
    (tmp / "image,1").touch()
    qemu = "\n".join([f'echo "$@" >{tmp}/line', f'echo "{line.format(10, "nvme")}" >{run}/device.log', f"echo up >{run}/out/.up",
                      f"until [ -e {run}/out/.go ]; do sleep 0.1; done", *(f'echo "{line.format(at, name)}" >>{run}/device.log'
                      for at, name in ((20, "nvme"), (30, "edu-mmio"), (40, "msix-table"), (50, "nvme"))), f"echo 0 >{run}/out/.code"])
    p = launcher(tmp, qemu, "--devices", "nvme,testdev", "--disk", tmp / "image,1", "--device-log", "--qemu", "-device 'e1000,addr=9' -m 1G",
                 "--append", "iomem=relaxed")
    _, stderr = p.communicate(timeout=600)
    expect(p.returncode == 0, stderr)
    words = (tmp / "line").read_text()
    expect("nvme,serial=iopath,addr=8,drive=disk" in words and f"file={tmp}/image,,1,if=none" in words and "pci-testdev" in words, words)
    expect(not any(word in words for word in ("edu", "ivshmem", "e1000e")), words)
    expect(words.endswith("-D " + str(run / "device.log") + "\n") and " -device e1000,addr=9 -m 1G " in words, words)
    expect(" no_timer_check iomem=relaxed -device " in words, words)
    # Of the command, and of the registers of these devices.
    expect((run / "device.log").read_text().splitlines() == [line.format(at, "nvme") for at in (20, 50)], (run / "device.log").read_text())
    for options, why in ((("--devices", "nvme,disk"), "no device 'disk'"), (("--devices", "edu", "--disk", "x"), "--disk is the nvme device's")):
        p = launcher(tmp, "exit 9", *options)
        _, stderr = p.communicate(timeout=600)
        expect(p.returncode == 2 and why in stderr, options, p.returncode, stderr)


def a_guest_that_dies_is_reported_with_its_log(tmp):
    p = launcher(tmp, f"echo Kernel panic >{tmp}/work/run/console.log; echo cannot load >&2; exit 1")
    _, stderr = p.communicate(timeout=600)
    expect(p.returncode == 125 and "Kernel panic" in stderr and "cannot load" in stderr and "without a result" in stderr, stderr)
    expect((tmp / "work/run/INCOMPLETE").exists())


def a_guest_that_hangs_is_ended(tmp):
    p = launcher(tmp, f"echo $$ >{tmp}/pid; echo stuck here >{tmp}/work/run/console.log; touch {tmp}/late; exec sleep 600")
    _, stderr = p.communicate(timeout=600)
    expect(p.returncode == 124 and "stuck here" in stderr and "no result after 20 s" in stderr, p.returncode, stderr)
    expect(not Path(f"/proc/{(tmp / 'pid').read_text().strip()}").exists(), "it still runs")
    expect((tmp / "work/run/INCOMPLETE").exists())


def two_guests_do_not_share_a_folder(tmp):
    first = launcher(tmp, f"touch {tmp}/started; exec sleep 600")
    while first.poll() is None and not (tmp / "started").exists():
        time.sleep(0.02)
    second = launcher(tmp, "exit 0")
    _, stderr = second.communicate(timeout=600)
    expect(second.returncode == 125 and "another guest" in stderr and first.poll() is None, stderr)
    first.terminate()
    first.communicate(timeout=600)


def a_folder_that_cannot_be_is_no_finding(tmp):
    (tmp / "bin").mkdir()
    (tmp / "bin/qemu-system-x86_64").write_text("#!/bin/sh\n")
    (tmp / "bin/qemu-system-x86_64").chmod(0o755)
    (tmp / "a file").touch()
    done = subprocess.run([sys.executable, "-B", GUEST / "guest.py", "--build", tmp, "--work", tmp, "--run", tmp / "a file/run", "true"],
                          env=dict(os.environ, PATH=f"{tmp}/bin:{os.environ['PATH']}"), capture_output=True, text=True, check=False)
    expect(done.returncode == 125 and done.stderr == f"iopath: guest: {tmp}/a file/run: Not a directory "
           "(it keeps its files in the folder of --run)\n", done)


def killed(tmp, number):
    p = launcher(tmp, f"echo half >{tmp}/work/run/out/stdout; echo $$ >{tmp}/pid.part; mv {tmp}/pid.part {tmp}/pid; exec sleep 600")
    while p.poll() is None and not (tmp / "pid").exists():
        time.sleep(0.02)
    qemu = Path(f"/proc/{(tmp / 'pid').read_text().strip()}/stat")
    p.send_signal(number)
    p.communicate(timeout=600)
    while True:
        # A process that has ended may wait for whoever adopted it.
        try:
            if qemu.read_text().rsplit(") ", 1)[1][0] == "Z":
                break
        except OSError:
            break
        time.sleep(0.02)
    expect((tmp / "work/run/INCOMPLETE").exists(), "a half result is not marked")


def killed_qemu_is_no_result(tmp):
    p = launcher(tmp, f"echo half >{tmp}/work/run/out/stdout; echo [ 1.0] running >{tmp}/work/run/console.log; kill -9 $$")
    stdout, stderr = p.communicate(timeout=600)
    expect(p.returncode == 125 and stdout == "half\n" and "killed by signal 9" in stderr and "running" in stderr, p.returncode, stderr)
    expect((tmp / "work/run/INCOMPLETE").exists(), "a half result is not marked")


def killing_it_leaves_nothing_running(tmp):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        killed(tmp, number)
        (tmp / "pid").unlink()


CASES = """device edu-mmio 0xfe600000
device pci-testdev-mmio 0xfe701000
case 1 edu-mmio write32/mmio/at=512
w 0x200 4 0x5a697887
case 2 pci-testdev-mmio toio/strict/n=3/align=2
w 0x202 2 0x2211
w 0x204 1 0x33
case 3 pci-testdev-mmio toio/glibc/n=3/align=2
w 0x202 1 0x11
w 0x203 1 0x22
w 0x204 1 0x33
device memory 0x0
case 4 memory toio/wide/n=16/align=0/wc
w 0x10 16 0x1
"""


def device(op, address, value, size, name):
    return f"memory_region_ops_{op} cpu 0 mr 0x55 addr {address} value {value} size {size} name '{name}'\n"


def frame(number, *lines):
    end = device("write", "0xfe600f08", hex(number), 4, "edu-mmio")
    return [device("write", MARK, hex(number), 4, "edu-mmio"), *lines, end]


def byte(address, value):
    return device("write", hex(0xFE701000 + address), hex(value), 1, "pci-testdev-mmio")


def cpu(*accesses):
    """Each: offset, width, region; framed."""
    bases = {"edu-mmio": 0xFE600000, "pci-testdev-mmio": 0xFE701000, "memory": 0}
    lines = ["w 0xfe600f00 4 edu-mmio 0x1\n"]
    lines += [f"w {hex(bases[region] + at)} {width} {region} 0x1\n" for at, width, region in accesses]
    return [*lines, "w 0xfe600f08 4 edu-mmio 0x1\n"]


def logs():
    devices = [frame(1, device("write", "0xfe600204", "0x0", 4, "elsewhere"), device("write", "0xfe600200", "0x5a697887", 4, "edu-mmio")),
               frame(2, byte(0x202, 0x11), byte(0x203, 0x22), byte(0x204, 0x33)),
               frame(3, byte(0x202, 0x11), byte(0x203, 0x22), byte(0x203, 0x22), byte(0x204, 0x33)), frame(4)]
    cpus = [cpu((0x200, 4, "edu-mmio")), cpu((0x202, 2, "pci-testdev-mmio"), (0x204, 1, "pci-testdev-mmio")),
            cpu((0x202, 2, "pci-testdev-mmio"), (0x203, 2, "pci-testdev-mmio")), cpu((0x10, 8, "memory"), (0x18, 8, "memory"))]
    return devices, cpus


def truth(tmp, devices, cpus):
    (tmp / "cases").write_text(CASES)
    (tmp / "device.log").write_text("".join(sum(devices, [])))
    (tmp / "cpu.log").write_text("".join(sum(cpus, [])))
    return subprocess.run([sys.executable, str(GUEST / "truth.py"), str(tmp), str(tmp / "cases")], capture_output=True, text=True,
                          check=False)


def truth_accepts_what_was_said(tmp):
    out = truth(tmp, *logs())
    expect(out.returncode == 0 and "as said" in out.stdout and "misaligned in 1" in out.stdout and "twice in 1" in out.stdout, out)


def truth_objects_to_each_fault(tmp):
    faults = {
        "a value": lambda d, c: d[0].__setitem__(2, d[0][2].replace("0x5a", "0x5b")),
        "a missing access": lambda d, c: d[1].pop(2),
        "one too many": lambda d, c: d[1].insert(2, d[1][1]),
        "the order": lambda d, c: d[1].__setitem__(slice(1, 3), [d[1][2], d[1][1]]),
        "a read": lambda d, c: d[0].__setitem__(2, d[0][2].replace("write", "read")),
        "another device": lambda d, c: d[0].append(d[0].pop(2).replace("edu-mmio", "pci-testdev-mmio").replace("0xfe600", "0xfe701"))
        or d[0].__setitem__(slice(2, 4), [d[0][3], d[0][2]]),
        "the width": lambda d, c: c.__setitem__(1, cpu(*[(at, 1, "pci-testdev-mmio") for at in (0x202, 0x203, 0x204)])),
        "half a wide access": lambda d, c: c.__setitem__(3, cpu((0x10, 8, "memory"))),
        "memory in narrower pieces": lambda d, c: c.__setitem__(3, cpu(*[(at, 4, "memory") for at in range(0x10, 0x20, 4)])),
        "misalignment": lambda d, c: c.__setitem__(1, cpu((0x202, 1, "pci-testdev-mmio"), (0x203, 2, "pci-testdev-mmio"))),
    }
    for what, spoil in faults.items():
        devices, cpus = logs()
        spoil(devices, cpus)
        out = truth(tmp, devices, cpus)
        expect(out.returncode == 1 and "complaints" in out.stdout, what, out)


ORDER = """device edu-mmio 0xfe600000
device memory 0x0
case 1 memory doorbell/ordered/n=64
case 2 memory doorbell/reversed/n=64
case 3 memory head/barrier/n=64
"""


def truth_knows_the_order(tmp):
    stores = [f"w {hex(at)} 8 memory 0x1\n" for at in range(0, 64, 8)]
    loads = [line.replace("w", "r", 1) for line in stores]
    ring = "w 0xfe600098 8 edu-mmio 0x1\n"

    def judged(first, second, third):
        (tmp / "cases").write_text(ORDER)
        (tmp / "device.log").write_text("".join(sum((frame(n) for n in (1, 2, 3)), [])))
        (tmp / "cpu.log").write_text("".join(line for case in (first, second, third) for line in (cpu()[0], *case, cpu()[1])))
        return subprocess.run([sys.executable, str(GUEST / "truth.py"), str(tmp), str(tmp / "cases")], capture_output=True, text=True,
                              check=False)

    good = ([*stores, ring], [ring, *stores], [loads[7], *loads[:7]])
    out = judged(*good)
    expect(out.returncode == 0 and out.stdout.count("in order") == 2 and "too late" in out.stdout, out)
    faults = {"in order": (good[0], good[0], good[2]), "too late": ([*stores[1:], ring, stores[0]], *good[1:]),
              "missed it": ([*stores[1:], ring], *good[1:]), "not handed over": (stores, *good[1:]),
              "too early": (*good[:2], [loads[0], loads[7], *loads[:7]]), "part of the entry": (*good[:2], [loads[7], *loads[1:7]])}
    for what, accesses in faults.items():
        out = judged(*accesses)
        expect(out.returncode == 1 and what in out.stdout.split("accesses outside of cases")[1], what, out)


def truth_without_a_control_is_none(tmp):
    devices, cpus = logs()
    devices[2] = frame(3, byte(0x202, 0x11), byte(0x203, 0x22), byte(0x204, 0x33))
    cpus[2] = cpu((0x202, 2, "pci-testdev-mmio"), (0x204, 1, "pci-testdev-mmio"))
    out = truth(tmp, devices, cpus)
    expect(out.returncode == 1 and "nothing was observed" in out.stdout, out)


def incomplete_logs_are_no_truth(tmp):
    devices, cpus = logs()
    expect(truth(tmp, devices[:2], cpus).returncode == 2)
    expect(truth(tmp, devices, cpus[:2]).returncode == 2)
    devices[2].pop()
    expect(truth(tmp, devices, cpus).returncode == 2)
    (tmp / "INCOMPLETE").touch()
    expect(truth(tmp, *logs()).returncode == 2)


def main():
    case = {name.replace("_", "-"): f for name, f in globals().items() if callable(f)}[sys.argv[1]]
    with tempfile.TemporaryDirectory() as tmp:
        case(Path(tmp))


if __name__ == "__main__":
    main()
