# SPDX-License-Identifier: MIT
"""What a command's --help says, as data.

A help text is: lines of usage, paragraphs, lines of options (two blanks, the option, two blanks, what it does; continued
further in), 'Exit:' with what each exit code means, 'example:' with a command line. A paragraph 'NAMEs: a b c' lists the
values of NAME. Anything else is an error, so that no page and no completion is made from a text that was misunderstood.
"""
import re
import subprocess
from dataclasses import dataclass, field


class Misunderstood(Exception):
    """A help text that is not laid out as above."""


@dataclass
class Option:
    name: str  # with its dashes
    value: str  # what it takes, or ''
    does: str


@dataclass
class Help:
    usage: list = field(default_factory=list)
    paragraphs: list = field(default_factory=list)
    options: list = field(default_factory=list)
    commands: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    exits: list = field(default_factory=list)  # pairs of code and meaning
    example: str = ""

    def arguments(self):
        """What stands in the first line of usage beside options: a list such as ['toio|fromio', 'FILE...']."""
        words = re.sub(r"\[[^]]*\]|--?[a-z][a-z-]* \S+", "", self.usage[0]).split()
        return words[1 if self.commands else 2:]

    def choices(self, value):
        """The words that can be given for VALUE, or none if it is free."""
        if value in self.values:
            return self.values[value]
        return value.split("|") if re.fullmatch(r"[a-z0-9|-]*[a-z|][a-z0-9|-]*", value) else []


def ask(program, *command):
    """The help of a command as text."""
    return subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout


def parse(text):
    found = Help()
    for block in text.strip("\n").split("\n\n"):
        if block.startswith("usage: "):
            found.usage = [re.sub("^usage:", "", line).strip() for line in block.splitlines()]
        elif block.startswith("  "):
            entries(found, block)
        elif block.startswith("Exit: "):
            found.exits = exits(" ".join(block.split()).removeprefix("Exit: "))
        elif block.startswith("example: "):
            found.example = block.removeprefix("example: ")
        elif match := re.fullmatch(r"([A-Z][a-z]+)s: ([a-z0-9 \n-]+)", block):
            found.values[match[1].upper()] = match[2].split()
        else:
            found.paragraphs.append(" ".join(block.split()))
    missing = [what for what in ("usage", "paragraphs", "options", "exits", "example") if not getattr(found, what)]
    if missing:
        raise Misunderstood("without " + ", ".join(missing))
    return found


def entries(found, block):
    """Options, or commands with their summaries."""
    names = []
    for line in block.splitlines():
        match = re.fullmatch(r"  (\S+)(?: (\S+))?  +(\S.*)", line)
        if match and match[1].startswith("-"):
            names.append(match[1])
            found.options.append(Option(match[1], match[2] or "", match[3]))
        elif match and not match[2]:
            found.commands[match[1]] = match[3]
        elif names and re.match(r"   +\S", line):
            found.options[-1].does += " " + line.strip()
        else:
            raise Misunderstood(line)


def exits(text):
    pairs = re.findall(r"(\d+) (.+?)(?:[,.] ?(?=\d+ |$)|\.$)", text)
    if ", ".join(f"{code} {meaning}" for code, meaning in pairs) + "." != text or re.search(r", \d+[,.]", text):
        raise Misunderstood(text)
    return pairs
