# SPDX-License-Identifier: MIT
"""Completion for bash and zsh from help texts. What a value is follows from its name in the help: see kind()."""
import shlex
from pathlib import Path

HERE = Path(__file__).parent


def kind(help_text, value):
    """How a value is completed: words:A B C, files, folders, cells, devices (PCI functions), or nothing."""
    value = value.removesuffix("...")
    choices = help_text.choices(value)
    if choices:
        return "words:" + " ".join(choices)
    if value in ("FILE", "FILE|-", "PATH", "SO") or value.endswith((".json", ".so")):
        return "files"
    return {"DIR": "folders", "RE": "cells", "CELL": "cells", "BDF": "devices"}.get(value, "nothing")


def arguments(help_text):
    """Kinds of the arguments beside options; the last one is repeated if it may be given again."""
    given = help_text.arguments()
    return [kind(help_text, each) for each in given], bool(given) and given[-1].endswith("...")


def real_options(help_text):
    """Without patterns such as --benchmark_*."""
    return [o for o in help_text.options if "*" not in o.name]


def bash(helps):
    out = ["# bash completion for iopath, made from its help texts", ""]
    out += ["# What each command takes, one option or argument a line with its kind of value; flags have none.",
            "_iopath_takes()", "{", "\tcase $1 in"]
    for command, help_text in helps.items():
        kinds, again = arguments(help_text)
        lines = [f"{o.name} {kind(help_text, o.value)}" if o.value else o.name for o in real_options(help_text)]
        lines += ["-h", "--help"] + [f"{'...' if again and i == len(kinds) - 1 else i} {each}" for i, each in enumerate(kinds)]
        out += [f"\t{command})", "\t\tprintf '%s\\n' " + " \\\n\t\t\t".join(shlex.quote(line) for line in lines), "\t\t;;"]
    out += ["\tesac", "}", "", f"_iopath_commands='{' '.join(helps)}'", ""]
    return "\n".join(out) + (HERE / "completion.bash").read_text()


def zsh_action(what):
    if what.startswith("words:"):
        return f"({what.removeprefix('words:')})"
    return {"files": "_files", "folders": "_files -/", "cells": "_iopath_cells", "devices": "_iopath_devices"}.get(what, "")


def zsh_text(text):
    """Of a description in _arguments' language."""
    for character in "\\[]:":
        text = text.replace(character, "\\" + character)
    return text


def zsh_option(help_text, o):
    value = f":{zsh_text(o.value)}:{zsh_action(kind(help_text, o.value))}" if o.value else ""
    return shlex.quote(f"{o.name}[{zsh_text(o.does)}]{value}")


def zsh(helps, commands):
    out = ["#compdef iopath", "# zsh completion for iopath, made from its help texts", "", "_iopath_takes()", "{", "\tcase $1 in"]
    for command, help_text in helps.items():
        kinds, again = arguments(help_text)
        specs = [zsh_option(help_text, o) for o in real_options(help_text)] + ["'(- *)'{-h,--help}'[print help]'"]
        for i, (name, each) in enumerate(zip(help_text.arguments(), kinds)):
            place = "*" if again and i == len(kinds) - 1 else str(i + 1)
            specs.append(shlex.quote(f"{place}:{zsh_text(name)}:{zsh_action(each)}"))
        out += [f"\t{command})", "\t\t_arguments " + " \\\n\t\t\t".join(specs), "\t\t;;"]
    out += ["\tesac", "}", "", "_iopath_commands=("]
    out += [f"\t{shlex.quote(name + ':' + zsh_text(does))}" for name, does in commands.items()] + [")", ""]
    return "\n".join(out) + (HERE / "completion.zsh").read_text()
