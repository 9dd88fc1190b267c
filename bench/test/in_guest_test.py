#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The suite on emulated PCI functions, in the guest of scripts/guest. Run as: in_guest_test.py SOURCE BUILD CASE, with
IOPATH_GUEST_TESTS=1: it takes minutes where QEMU has to emulate. Skipped, with the reason, where something is missing."""
import itertools
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE, BUILD = Path(sys.argv[1]), Path(sys.argv[2])
WORK = SOURCE / "build/guest"
GUEST = SOURCE / "bench/lab"


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + "\n".join(str(w) for w in what))


def start(run, *args):
    return subprocess.Popen([sys.executable, str(GUEST / "guest.py"), "--build", str(BUILD), "--work", str(WORK), "--run", str(run),
                             "--timeout", "800", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def guest(run, *args):
    p = start(run, *args)
    out, err = p.communicate()
    return p.returncode, out, err


def boots(run):
    # All of it, from packing to the guest's end. How long it takes depends on the CPU, so it is said and judged by nobody.
    code, out, err = guest(run, "--accel", "tcg", "iopath --version; exit 5")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime:.1f} s of CPU time")
    expect(code == 5 and "iopath" in out, code, out, err)


def devices_confirm_the_suite(run):
    code, out, err = guest(run, "--accel", "tcg", "--device-log", "--plugin", str(BUILD / "bench/lab/guest-observer.so"), "confirm")
    expect(code == 0, code, out, err)
    lists = [str(path) for path in sorted(run.glob("out/cases.*"))]
    truth = [sys.executable, str(GUEST / "truth.py"), str(run)]
    out = subprocess.run([*truth, *lists], capture_output=True, text=True, check=False)
    print(out.stdout)
    expect(out.returncode == 0 and out.stdout.count(" as said") >= 80 and "NOT AS SAID" not in out.stdout, out.stdout, out.stderr)
    expect("glibc" in out.stdout and "twice in" in out.stdout, out.stdout)
    expect(out.stdout.count(" in order") == 4 and out.stdout.count("part of the entry missed it") == 4, out.stdout)
    # One wrong word in what was said must be noticed.
    said = Path(run / "out/cases.sysfs").read_text()
    Path(run / "out/cases.sysfs").write_text(said.replace("w 0x204 4 0x5a697887", "w 0x204 4 0x5a697886", 1))
    out = subprocess.run([*truth, *lists], capture_output=True, text=True, check=False)
    expect(out.returncode == 1, "a wrong value was not noticed", out.stdout)


def the_kernels_copies_are_beside_ours(run):
    if not list(WORK.glob("kernel/usr/src/linux-headers-*-amd64")):
        skip("no kernel headers (remove build/guest/kernel, then scripts/guest --fetch)")
    run.mkdir(exist_ok=True)
    subprocess.run([str(GUEST / "module/build"), str(WORK / "kernel"), str(run / "module")], check=True)
    code, out, err = guest(run, "--accel", "tcg", "--device-log", "--watch-kernel", "--plugin",
                           str(BUILD / "bench/lab/guest-observer.so"), "--with", str(run / "module/iopath_peer.ko"),
                           "insmod iopath_peer.ko && cat /proc/iopath_peer >/out/cases && rmmod iopath_peer")
    expect(code == 0, code, out, err)
    out = subprocess.run([sys.executable, str(GUEST / "truth.py"), str(run), str(run / "out/cases")], capture_output=True, text=True,
                         check=False)
    print(out.stdout)
    # Of its copies the kernel promises no more than that each byte is touched once, in order, aligned.
    expect(out.returncode == 0 and out.stdout.count("legal in 1032 of 1032") == 3, out.stdout, out.stderr)


def a_driver_in_the_kernel_uses_views(run):
    if not list(WORK.glob("kernel/usr/src/linux-headers-*-amd64")):
        skip("no kernel headers (remove build/guest/kernel, then scripts/guest --fetch)")
    run.mkdir(exist_ok=True)
    subprocess.run(["cmake", "--install", str(BUILD / "core"), "--prefix", str(run / "prefix")], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([str(GUEST / "module/build"), str(WORK / "kernel"), str(run / "module"), str(run / "prefix")], check=True)
    code, out, err = guest(run, "--with", str(run / "module/iopath_edu.ko"),
                           "for n in 10 12; do insmod iopath_edu.ko n=$n && basename $(readlink /sys/bus/pci/devices/0000:00:04.0/driver) && "
                           "rmmod iopath_edu || exit; done; dmesg | grep iopath_edu; "
                           "[ -e /sys/bus/pci/devices/0000:00:04.0/driver ]; echo still bound $?")
    print(out)
    expect(out.count("edu version 0x") == 2 and "factorial of 10 is 3628800" in out and "factorial of 12 is 479001600" in out, code, out, err)
    expect(code == 0 and out.splitlines()[:2] == ["iopath_edu"] * 2 and "still bound 1" in out, "bound, and not any more", code, out, err)


MODULE = """
#include <iopath/cells.h>
#include <stdlib.h>
#include <unistd.h>
IOP_MODULE("users");
static pid_t here; /* who expects is another process than who does it on the device */
__attribute__((constructor)) static void note(void) { here = getpid(); }
static void words(void *io, const void *src, size_t n)
{
	const unsigned char *from = src;

	for (volatile uint32_t *to = io; n; n -= 4, from += 4) {
		uint32_t word;

		__builtin_memcpy(&word, from, 4);
		*to++ = word;
		if (TWICE && getpid() == here)
			to[-1] = word;
	}
}
IOP_COPY_TOIO(words, .tier = "STRICT", .widths = 4, .unit = 4);
IOP_WRITE(write64, uint64_t, *(volatile uint64_t *)addr = value);
static void post(void *window, void *context)
{
	((volatile uint32_t *)window)[(size_t)context] = 1;
	if (CRASH && getpid() == here)
		abort();
}
static int open_queue(void *window, void **context) { (void)window; *context = (void *)8; return 0; }
IOP_OPERATION(post, .setup = open_queue);
IOP_OPERATION_AS(waits, (void)window, .only_checked = 1);
"""


def a_module_of_a_users_is_confirmed(run):
    run.mkdir(exist_ok=True)
    (run / "users.c").write_text(MODULE)

    def observed(twice, crash):
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", f"-I{SOURCE}/bench/cells", f"-DTWICE={twice}", f"-DCRASH={crash}", run / "users.c", "-o",
                        run / "users.so"], check=True)
        out = subprocess.run([BUILD / "iopath", "guest", "--module", "users.so", "--keep", "logs", "--timeout", "800"], capture_output=True, text=True,
                             check=False, cwd=run)
        print(out.stdout, out.stderr)
        return out

    out = observed(0, 0)
    expect(out.returncode == 0 and out.stdout.count(" as said") == 8 and "NOT AS SAID" not in out.stdout, out.stdout, out.stderr)
    for words in ("edu-mmio ", "memory of ivshmem ", "memory of ivshmem, wc "):
        expect(re.search(rf"^{words} *toio +users.words .* as said$", out.stdout, re.MULTILINE), words, out.stdout)
    expect("waits is not run: it waits for a device of its own" in out.stdout, out.stdout)
    out = observed(1, 0)
    expect(out.returncode == 1 and "NOT AS SAID" in out.stdout and "breaks a rule: twice" in out.stdout, out.stdout, out.stderr)
    out = observed(0, 1)
    expect(out.returncode == 2 and "signal 6 ended the process that ran it" in out.stderr, out.stdout, out.stderr)


def dma_goes_there_and_back(run):
    code, out, err = guest(run, "bind vfio-pci 0000:00:04.0 && guest-dma")
    print(out)
    expect(code == 0 and out.count(": 0 wrong") == 4 and "noticed" in out and ": 0 bytes changed" in out, code, out, err)


def interrupts_arrive(run):
    code, out, err = guest(run, "bind vfio-pci 0000:00:04.0 0000:00:08.0 && guest-interrupt && guest-nvme && edu 0000:00:04.0 10 && "
                           "bind uio_pci_generic 0000:00:04.0 && guest-uio")
    print(out)
    expect(code == 0 and out.count("\n0 wrong") == 3 and "WRONG" not in out and "10! = 3628800" in out, code, out, err)
    for line in ("msi: raised three times: 3", "intx: comes again, as it was not acknowledged: 1", "nvme: a message: 1",
                 "uio: raised: 1"):
        expect(line in out, line, out)


def a_driver_of_nvme_is_recorded(run):
    """The block is the image's; the twin makes the same accesses; a second doorbell is shown with its place, from recordings made there."""
    run.mkdir(exist_ok=True)
    image, other = run / "image", run / "other"
    image.write_bytes(random.Random(8).randbytes(64 * 512))
    other.write_bytes(bytes(byte ^ 1 for byte in image.read_bytes()))
    code, out, err = guest(run / "run", "--devices", "nvme", "--disk", str(image), "--device-log", "--with", str(image), "--with", str(other),
                           "--with", str(BUILD / "bench/test/nvme-identify-twice"),
                           "bind vfio-pci $nvme && for t in '' -raw -twice; do iopath record -- nvme-identify$t $nvme image 7 || exit; done; "
                           "cp *.iorec /out; nvme-identify $nvme other 7; echo other $?")
    print(out, err)
    expect(code == 0 and out.count("block 7: as in image") == 3 and "NOT as in other" in out and "other 1" in out, code, out, err)
    expect(out.count("serial 'iopath', model 'QEMU NVMe Ctrl'") == 4 and out.count("64 blocks of 512 bytes") == 4, out)

    def iopath(*args):
        return subprocess.run([BUILD / "iopath", *args], capture_output=True, text=True, check=False, cwd=run / "run/out")

    show = iopath("show", "--widths", "4,8", "nvme-identify.iorec")
    print(show.stdout)
    expect(show.returncode == 0 and "0 rules broken" in show.stdout, show)
    expect("mapping 1: vfio:0000:00:08.0/bar0, " in show.stdout, show)
    views, raw = ([line.partition("  ")[0] for line in iopath("diff", "--list", f"nvme-identify{twin}.iorec").stdout.splitlines()]
                  for twin in ("", "-raw"))
    expect(len(views) > 20 and views == raw, views, raw)
    diff = iopath("diff", "nvme-identify.iorec", "nvme-identify-twice.iorec")
    print(diff.stdout)
    added = [line for line in diff.stdout.splitlines() if re.match(r"[+-](read|write)", line)]
    expect(diff.returncode == 1 and len(added) == 5, diff)
    expect(all(re.match(r"\+write4 bar0\+0x100[08] .*nvme_post views\.c:\d+", line) for line in added), added)
    # What QEMU saw of all four: the doorbells of the queue for reading, and nothing of another device. The first access is to offset 0.
    seen = (run / "run/device.log").read_text().splitlines()
    places = [int(re.search(r" addr (0x[0-9a-f]+) ", line)[1], 16) for line in seen]
    bells = [place - places[0] for place, line in zip(places, seen) if "ops_write" in line and place - places[0] >= 0x1008]
    expect(all(line.endswith("'nvme'") for line in seen), seen[:5])
    expect(bells == [0x1008, 0x100c, 0x1008, 0x100c, 0x1008, 0x1008, 0x100c, 0x1008, 0x100c], bells, seen[:5])


def a_driver_of_edu_is_recorded(run):
    """By message, by polling and by DMA, with views and with volatile pointers: the same accesses."""
    code, out, err = guest(run, "--devices", "edu", "bind vfio-pci $edu && for t in '' -raw; do iopath record -- edu$t $edu 10 || exit; done; "
                           "cp *.iorec /out")
    print(out, err)
    expect(code == 0 and out.count("10! = 3628800, by a message") == 2 and out.count("10! = 3628800, by polling") == 2, code, out, err)
    expect(out.count("256 bytes to the device and back: 0 wrong") == 2, out)
    listed = [subprocess.run([BUILD / "iopath", "diff", "--list", run / f"out/edu{twin}.iorec"], capture_output=True, text=True, check=True).stdout
              for twin in ("", "-raw")]
    # A loop of reads may have been compiled to two reads.
    views, raw = ([access for access, _ in itertools.groupby(line.partition("  ")[0] for line in text.splitlines())] for text in listed)
    print("\n".join(views))
    expect(len(views) > 15 and views == raw and "edu_begin_copy views.c:" in listed[0] and "edu_begin_copy raw.c:" in listed[1], *listed)


def memory_is_seen_by_both_sides(run):
    for how, seed in (("uc", 5), ("wc", 7)):
        code, out, err = guest(run, "guest-memory", how)
        expect(code == 0 and f"{how} 0 wrong" in out, code, out, err)
        expect((run / "ivshmem").read_bytes() == bytes((i * 13 + seed) & 255 for i in range(1 << 20)), "the host sees other bytes")


def a_vmap_of_vgem_is_the_object(run):
    code, out, err = guest(run, "guest-vmap; echo without $?; load vgem && guest-vmap")
    expect(code == 0 and "without 2" in out and "vgem: 0 of 2048 words wrong" in out, code, out, err)


def costs_are_measured_and_predict(run):
    """What is counted and refused, and that what traps costs more than memory; how near the times are depends on the machine."""
    place = "--device 0000:00:04.0 --bar 0 --offset 0x1000"
    code, out, err = guest(run, f"iopath calibrate {place} --widths 4,8 --out /out/read.json; echo rc $?; "
                           f"iopath calibrate {place} --widths 1,2,4,8 --size 4096 --allow-write --check --name edu --out /out/edu.json; echo rc $?; "
                           "iopath trace toio --routine strict --size 64 --profile /out/edu.json; "
                           "iopath calibrate --device 0000:00:06.0 --bar 2 --offset 0 --size 4096 --allow-write --wc --out /out/wc.json")
    print(out)
    expect(code == 0, code, out, err)
    read, edu, wc = (json.loads((run / f"out/{name}.json").read_text()) for name in ("read", "edu", "wc"))
    expect(set(read["device_ns"]) == {"r4", "r8"} and read["mapping"] == "uncached", read)
    expect(set(edu["device_ns"]) == {d + w for d in "rw" for w in "1248"}, edu)
    expect(all(edu["device_ns"][key] > 4 * edu["cached_ns"][key] for key in edu["device_ns"]), edu)
    expect(wc["mapping"] == "write-combining" and wc["line_ns"] > 0 and "flush_ns" in wc, wc)
    # As many as there are routines, sizes and operations.
    predicted = re.search(r"of (\d+) predictions are within", out)
    expect(out.count("rc 0") >= 1 and predicted and int(predicted[1]) >= 180, out)
    for row in ("toio    strict              64  8 w8 ", "fromio  kernel-x86        4096  1024 r4 "):
        expect(row in out, row, out)
    expect("model, on edu (uncached), accesses alone: 8 w8:" in out, out)


def config_space_behind_the_port(run):
    code, out, err = guest(run, "iopath config --device 0000:01:00.0 --extended --json - >/out/c4.json && "
                           "iopath config --device 01:00.0 --extended --json - --width 1 >/out/c1.json && "
                           "iopath config --device 0000:00:07.0 --extended | wc -l; "
                           "iopath config --device 0000:00:04.0 --extended; echo $?")
    expect(code == 0, code, out, err)
    wide, narrow = (json.loads((run / f"out/c{w}.json").read_text()) for w in (4, 1))
    expect(wide["cfg_size"] == 4096 and len(wide["bytes"]) == 8192 and wide["bytes"] == narrow["bytes"], wide, narrow)
    expect(wide["bytes"][512:] != "0" * 7680, "nothing in the extended space")
    expect(out.splitlines()[1] == "2" and "256 bytes" in err, "edu has no extended space", out, err)


def decoded_as_lspci_does(run):
    """Every function of the guest, decoded there; lspci here reads the same bytes from a copy of the guest's sysfs."""
    if not shutil.which("lspci"):
        skip("no lspci here (scripts/setup)")
    code, out, err = guest(run, "for f in /sys/bus/pci/devices/*; do d=/out/devices/${f##*/}; mkdir -p $d /out/decoded; "
                           "for n in config resource vendor device class irq revision; do cat $f/$n >$d/$n; done; "
                           "[ -e $f/driver ] && basename $(readlink $f/driver) >$d/bound; "
                           "iopath config --device ${f##*/} --decode >/out/decoded/${f##*/} || exit 1; done")
    expect(code == 0, code, out, err)
    # What is not in the copy or the guest (names), and what lspci takes from the kernel's table in place of the register.
    elsewhere = ("IOMMU group", "NUMA node", "Kernel driver", "Subsystem", "behind bridge")
    functions = sorted((run / "out/decoded").iterdir())
    expect(len(functions) >= 10, functions)
    for ours in functions:
        theirs = subprocess.run(["lspci", "-O", f"sysfs.path={run}/out", "-A", "linux-sysfs", "-vv", "-s", ours.name],
                                capture_output=True, text=True, check=True).stdout
        text = ours.read_text()
        pair = [[line for line in t.splitlines()[1:] if line and not any(word in line for word in elsewhere)] for t in (text, theirs)]
        expect(pair[0] == pair[1], ours.name, text, theirs)
        bound = run / "out/devices" / ours.name / "bound"
        driver = f"Kernel driver in use: {bound.read_text().strip()}" if bound.exists() else None
        expect((driver in text) if driver else "Kernel driver" not in text, text)
    print((run / "out/decoded/0000:01:00.0").read_text())


def bench_measures_and_refuses(run):
    bench = "iopath bench --launches 1 --rounds 5 --filter 'bar(-wc)?/.*(u32|/64)'"
    code, out, err = guest(run, f"{bench} --device 0000:00:04.0 --bar 0 --offset 0x200 --size 64 --allow-write && "
                           f"guest-memory uc >/dev/null; {bench} --device 0000:00:06.0 --bar 2 --wc --allow-write; "
                           f"iopath bench --full --device 0000:00:06.0 --bar 2 --allow-write >/dev/null & "
                           # Until it catches SIGINT, which is after it has mapped the device.
                           f"until grep -q '^SigCgt:.*[2367abef]$' /proc/$!/status; do sleep 1; done; kill -INT $!; wait $!; "
                           f"echo interrupted $?; "
                           f"{bench} --device 0000:00:04.0 --bar 0; echo refused $?; "
                           f"{bench} --device 0000:00:03.0 --bar 4 --allow-write; echo bound $?")
    expect(code == 0, code, out, err)
    expect("read/bar/mmio/u32" in out and "toio/bar-wc/strict/64" in out and "are read, written and then restored" in out, out, err)
    expect("refused 2" in out and "bound 2" in out and "the driver virtio-pci uses it" in err, out, err)
    expect("interrupted 130" in out, out, err)
    # What guest-memory left there, which cells overwrote, is back.
    expect((run / "ivshmem").read_bytes()[:4096] == bytes((i * 13 + 5) & 255 for i in range(4096)), "not put back")


def a_register_is_put_back_or_said_not_to_be(run):
    """edu ignores all but 4 bytes below 0x80. What is written to 0x20 stays; what is written to 8 is replaced by its factorial."""
    bench = "iopath bench --launches 1 --rounds 5 --no-counts --filter write/bar/raw/u32 --bar 0 --size 8 --allow-write --out /out/r.json"
    code, out, err = guest(run, "echo 1 >/sys/bus/pci/devices/0000:00:04.0/enable; "
                           "A=$(( $(head -n 1 /sys/bus/pci/devices/0000:00:04.0/resource | cut -d' ' -f1) )); "
                           f"for at in '32 0x80' '8 5'; do set -- $at; devmem $((A + $1)) 32 $2; sleep 1; echo $1 before $(devmem $((A + $1)) 32); "
                           f"{bench} --device 0000:00:04.0 --offset $1; echo $1 rc $?; sleep 1; echo $1 after $(devmem $((A + $1)) 32); done; "
                           # A width that the device ignores, and the user says otherwise: nothing is done by another.
                           f"{bench} --device 0000:00:04.0 --offset 32 --widths 8; echo none $?; "
                           f"{bench} --device 0000:00:05.0 --offset 0x200; echo testdev rc $?")
    print(out, err)
    expect(code == 0 and out.count("by accesses of 4 bytes (QEMU's edu)") == 2 and "(QEMU's pci-testdev)" in out, code, out, err)
    for line in ("32 before 0x00000080", "32 rc 0", "32 after 0x00000080", "8 before 0x00000078", "none 2", "testdev rc 0"):
        expect(line in out, line, out, err)
    # 120 cannot be written: what is, is replaced by its factorial.
    expect("8 after 0x00000078" not in out and "8 rc 2" in out, out, err)
    expect("BAR 0, offset 0x8 could not be put back: 0x00000078 was there, and it reads 0x00000000" in err, out, err)


def bench_measures_under_vfio(run):
    """Each launch maps what this program has opened; nobody else can. The register is back afterwards, and the function can be opened."""
    bench = "iopath bench --launches 2 --rounds 5 --filter '/bar/.*(u32|/64$)' --offset 0x1000 --size 64 --allow-write --bar 0"
    code, out, err = guest(run, f"bind vfio-pci 0000:00:04.0 && {bench} --device 0000:00:04.0 --out /out/r.json && "
                           f"{bench} --device 0000:00:04.0 --rounds 6 --out /out/again.json; echo measured $?; "
                           f"{bench} --device 0000:00:04.0 --wc; echo combining $?")
    expect(code == 0 and "measured 0" in out and "mapped uncached by VFIO" in out, code, out, err)
    expect("combining 2" in out, out, err)
    for name in ("r", "again"):
        rows = {row["name"]: row for row in json.loads((run / f"out/{name}.json").read_text())["benchmarks"]}
        expect(len(rows["toio/bar/strict/64"]["launches"]) == 2 and "error_occurred" not in rows["read/bar/mmio/u32"], rows)
        # Counted on memory, so that the device sees no more than is measured.
        expect(rows["toio/bar/strict/64"]["device_accesses"] == {"w8": 8, "w_lines": 1}, rows["toio/bar/strict/64"])
        expect("instructions" not in rows["read/bar/mmio/u32"], rows)


def the_suite_passes_there(run):
    code, out, err = guest(run, "ctest")
    print(out)
    expect(code == 0 and ", 0 failed," in out, code, out, err)
    expect("guest-fuzz-corpora-program-on-a-bar-wc: passed" in out and "guest-vmap-of-vgem: passed" in out, out)
    # The interpreter's programs were on the device, whose memory is this file: its owners and what surrounds them.
    expect((run / "ivshmem").read_bytes()[2112:4096].count(0) < 100, "nothing of them in the device's memory")


def killed_in_the_middle(run):
    p = start(run, "echo half; sleep 300")
    while p.poll() is None and not ((run / "out/stdout").exists() and (run / "out/stdout").read_text()):
        time.sleep(0.02)
    children = Path(f"/proc/{p.pid}/task/{p.pid}/children").read_text().split()
    expect(children, "no QEMU")
    p.send_signal(signal.SIGKILL)
    p.communicate()
    while any(os.path.exists(f"/proc/{child}") and Path(f"/proc/{child}/stat").read_text().rsplit(") ", 1)[1][0] != "Z" for child in children):
        time.sleep(0.02)
    expect((run / "INCOMPLETE").exists(), "a half result is not marked")


def main():
    if os.environ.get("IOPATH_GUEST_TESTS") != "1":
        skip("takes minutes; scripts/guest --test runs it")
    if not shutil.which("qemu-system-x86_64") or not os.path.exists("/bin/busybox"):
        skip("no qemu-system-x86_64 or no busybox (scripts/setup guest)")
    if not list(WORK.glob("kernel/boot/vmlinuz-*")):
        skip(f"no kernel in {WORK} (scripts/guest --fetch)")
    case = {name.replace("_", "-"): f for name, f in globals().items() if callable(f)}[sys.argv[3]]
    with tempfile.TemporaryDirectory() as tmp:
        case(Path(tmp))


if __name__ == "__main__":
    main()
