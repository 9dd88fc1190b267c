# SPDX-License-Identifier: MIT
"""What of a build goes into the guest, and which tests run there."""
import json
import os
import shlex
import subprocess
from pathlib import Path

from pack import Missing

REPOSITORY = Path(__file__).resolve().parents[2]
# Where each device sits; also what --device edu and the like stand for in the command.
DEVICES = {"edu": "0000:00:04.0", "testdev": "0000:00:05.0", "ivshmem": "0000:00:06.0", "root-port": "0000:00:07.0",
           "behind-port": "0000:01:00.0", "nvme": "0000:00:08.0"}
FOLDER = "/sys/bus/pci/devices/"
BAR = f"IOPATH_FUZZ_DEVICE={FOLDER}{DEVICES['ivshmem']}/resource2"
REGISTERS = f"IOPATH_FUZZ_DEVICE={FOLDER}{DEVICES['edu']}/resource0"
BENCH = (f"iopath bench --launches 2 --rounds 5 --filter '(read|write)/bar/.*u32' --device {DEVICES['edu']} --bar 0 --offset 0x200 --size 0x400 "
         "--allow-write --out /tmp/result")
# Config space as /sys/class/uio has it, and as the suite reads it.
UIO_CONFIG = (f"config=$(hexdump -ve '1/1 \"%02x\"' /sys/class/uio/uio0/device/config) && [ ${{#config}} -eq 512 ] && "
              f"iopath config --device {DEVICES['edu']} --json - | grep -q \"$config\"")
CORPORA = [f"corpora/{name}" for name in ("program", "projection", "copy", "register", "iosys_map")]


def bound(driver, text, device="edu"):
    """@text with @device bound to @driver; unbound afterwards."""
    return f"bind {driver} {DEVICES[device]} && ({text}); code=$?; bind none {DEVICES[device]}; exit $code"


# Tests that only the guest has, as scripts.
GUEST_TESTS = {
    "copies-on-a-bar": "guest-memory uc",
    "copies-on-a-bar-wc": "guest-memory wc",
    **{f"fuzz-{corpus.replace('/', '-')}-on-a-bar{wc.replace('_', '-')}": f"{BAR}{wc} iopath replay {corpus}"
       for wc in ("", "_wc") for corpus in CORPORA},
    **{f"fuzz-corpora-on-a-bar{wc.replace('_', '-')}-with-fast-copies": f"{BAR}{wc} iopath-fuzz-native replay {' '.join(CORPORA)}"
       for wc in ("", "_wc")},
    "fuzz-generator-on-a-bar": f"{BAR} iopath-fuzz generate --programs 20000 --quiet",
    # Registers that do not keep what is written: no program can pass.
    "fuzz-finds-a-device-that-is-no-memory": f"! {REGISTERS} iopath replay corpora/copy >/tmp/found && grep '^0 passed' /tmp/found",
    "vmap-of-vgem": "load vgem && guest-vmap && row-35-gem-objects",
    "dma-by-vfio": bound("vfio-pci", "guest-dma"),
    "interrupts-by-vfio": bound("vfio-pci", "guest-interrupt"),
    "interrupts-by-uio": bound("uio_pci_generic", "guest-uio"),
    "messages-of-nvme": bound("vfio-pci", "guest-nvme", "nvme"),
    "example-edu": bound("vfio-pci", f"for t in '' -raw; do edu$t {DEVICES['edu']} 10 | grep ': 0 wrong' || exit; done"),
    "bench-by-vfio": bound("vfio-pci", BENCH),
    "bench-by-uio": bound("uio_pci_generic", BENCH),
    "config-by-uio": bound("uio_pci_generic", UIO_CONFIG),
}
# run NAME SECONDS SKIP_CODE PASS_REGEX COMMAND...: one test, as ctest would.
TEST_FUNCTION = """run() {
	name=$1 limit=$2 skip=$3 regex=$4
	shift 4
	timeout "$limit" "$@" >/tmp/log 2>&1
	code=$?
	if [ -n "$regex" ]; then grep -qE "$regex" /tmp/log; code=$?; fi
	case $code in
	0) passed=$((passed + 1)); echo "$name: passed" ;;
	"$skip") skipped=$((skipped + 1)); echo "$name: skipped: $(tail -n 1 /tmp/log)" ;;
	*) failed=$((failed + 1)); echo "$name: FAILED ($code)"; tail -n 20 /tmp/log ;;
	esac
}
"""


def suite_of(build, fuzz=False):
    """Programs, and libraries, of @build. All of the fuzzer's only if asked for: the guest takes longer to start with them."""
    build = Path(build)
    files = [build / "iopath", build / "libiopath-cells.so", build / "libiopath-record.so", *(sorted(build.glob("iopath-fuzz*")) if fuzz else [build / "iopath-fuzz"])]
    if not files[0].exists():
        raise Missing(f"no {files[0]}: scripts/build release")
    for folder in ("core/test", "bench/lab", "examples", *(("fuzz", "fuzz/test") if fuzz else ())):
        files += [p for p in sorted((build / folder).glob("*")) if p.is_file() and os.access(p, os.X_OK) and p.suffix != ".so"]
    return [p for p in files if p.exists()]


class Inputs:
    """Folders of the repository that tests read."""

    def __init__(self):
        self.folders = set()

    def name(self, word):
        """What @word of a command is in the guest; None if it cannot be there."""
        path = Path(word)
        if "/" not in word:
            return word
        if not path.is_dir() or REPOSITORY not in path.parents:
            return None
        self.folders.add(path)
        return str(path.relative_to(REPOSITORY))

    def files(self):
        return [(str(path.relative_to(REPOSITORY)), path) for folder in sorted(self.folders) for path in sorted(folder.iterdir())
                if path.is_file()]


def listed(build, options):
    """The build's tests, chosen with ctest's @options."""
    if options and (options[0] != "-R" or len(options) != 2):
        raise Missing(f"ctest {' '.join(options)}: not in the guest (ctest [-R REGEX])")
    out = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1", *options], capture_output=True, check=False)
    if out.returncode:
        raise Missing(f"ctest cannot list the tests of {build}: {out.stderr.decode()}")
    return json.loads(out.stdout)["tests"]


def line_of(test, packed, inputs):
    """The line that runs a test of ctest's in the guest; None if it cannot run there."""
    words = test.get("command", [])
    properties = {p["name"]: p["value"] for p in test.get("properties", [])}
    if not words or str(Path(words[0]).resolve()) not in packed:
        return None
    names = [inputs.name(word) for word in words[1:]]
    if None in names:
        return None
    expected = properties.get("PASS_REGULAR_EXPRESSION")
    return shlex.join(["run", test["name"], str(int(properties.get("TIMEOUT", 300))), str(properties.get("SKIP_RETURN_CODE", -1)),
                       "|".join(expected) if expected else "", packed[str(Path(words[0]).resolve())], *names])


def script_of(build, options):
    """A script that runs the build's tests whose programs are in the guest, and the guest's own, and counts as ctest does; and what they
    are and read, as pack() takes it."""
    suite, inputs = suite_of(build, fuzz=True), Inputs()
    packed = {str(path.resolve()): path.name for path in suite}
    tests = listed(build, options)
    lines = [line for line in (line_of(test, packed, inputs) for test in tests) if line]
    others = len(tests) - len(lines)
    if not options:
        for corpus in CORPORA:
            inputs.name(str(REPOSITORY / corpus))
        lines += [shlex.join(["run", f"guest-{name}", "300", "-1", "", "sh", "-c", text]) for name, text in GUEST_TESTS.items()]
    if not lines:
        raise Missing("none of the chosen tests has a program that is in the guest")
    end = [f'echo "$passed passed, $failed failed, $skipped skipped; {others} tests of the host are not run here"',
           "[ $failed -eq 0 ] && [ $passed -gt 0 ]", ""]
    return TEST_FUNCTION + "\n".join(["passed=0 failed=0 skipped=0", *lines, *end]), [*((path.name, path) for path in suite), *inputs.files()]
