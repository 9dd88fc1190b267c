# SPDX-License-Identifier: MIT
"""The files of the repository as the checks of the documents see them."""
import os
import re
import subprocess

SKIPPED = ("corpora/", "results/", "docs/test/documents")
COMMENTED = (".c", ".h", ".cc", ".in", ".def", ".py", ".cmake", ".sh", ".yml")
C_TOKENS = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(/\*.*?\*/|//[^\n]*)', re.DOTALL)
PYTHON_TOKENS = re.compile(r'("""(?:.*?)"""|(?<!\S)#[^\n]*)', re.DOTALL)
HASH_COMMENT = re.compile(r"((?<!\S)#[^\n]*)")


def listed(root: str) -> list[str]:
    """Paths of all files that belong to the repository, new ones included; of an unpacked archive, all that are not built."""
    git = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
                         capture_output=True, text=True, check=False)
    if git.returncode == 0:
        return [path for path in git.stdout.split("\0") if path and os.path.isfile(os.path.join(root, path))]
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in ("build", ".git")]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return found


class Tree:
    """Texts by path. Everything is in memory, so that a test can put faults in."""

    def __init__(self, root: str):
        self.paths = set(listed(root))
        self.folders = {os.path.dirname(path) for path in self.paths}
        for folder in list(self.folders):
            while folder:
                folder = os.path.dirname(folder)
                self.folders.add(folder)
        self.texts: dict[str, str] = {}
        for path in self.paths:
            if not path.startswith(SKIPPED) or path.endswith(".md"):
                try:
                    with open(os.path.join(root, path), encoding="utf-8") as file:
                        self.texts[path] = file.read()
                except UnicodeDecodeError:
                    pass

    def documents(self) -> list[str]:
        return sorted(path for path in self.texts if path.endswith(".md"))

    def comments(self, path: str) -> list[tuple[int, str]]:
        """(line, text) of each comment, without what marks it as one."""
        text = self.texts[path]
        if path.endswith((".c", ".h", ".cc", ".in")):
            pattern = C_TOKENS
        elif path.endswith(".py"):
            pattern = PYTHON_TOKENS
        else:
            pattern = HASH_COMMENT
        return [(text.count("\n", 0, m.start()) + 1, joined(m.group(1))) for m in pattern.finditer(text) if m.group(1)]

    def commented(self) -> list[str]:
        return sorted(path for path in self.texts if path.endswith(COMMENTED) or os.path.basename(path) == "CMakeLists.txt" or
                      self.texts[path].startswith("#!"))


def joined(comment: str) -> str:
    """A comment on one line, without its leaders."""
    return re.sub(r"\s*\n\s*(?:\*|#|//)?\s*", " ", comment)
