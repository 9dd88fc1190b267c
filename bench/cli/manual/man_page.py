# SPDX-License-Identifier: MIT
"""A manual page (groff's man macros) from a help text."""
import re
import textwrap

OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def escape(text):
    return text.replace("\\", "\\e").replace("-", "\\-")


def words(text):
    """Running text in lines of 80; options in bold."""
    parts, at = [], 0
    for match in OPTION.finditer(text):
        parts += [escape(text[at:match.start()]), f"\\fB{escape(match[0])}\\fR"]
        at = match.end()
    parts.append(escape(text[at:]))
    lines = textwrap.wrap("".join(parts), 80, break_long_words=False, break_on_hyphens=False)
    return "\n".join(re.sub(r"^([.'])", r"\\&\1", line) for line in lines)


def term(head, body):
    return [".TP", head, words(body)]


def option(o):
    value = "|".join(f"\\fI{escape(word)}\\fR" for word in o.value.split("|"))
    return term(f"\\fB{escape(o.name)}\\fR" + (f" {value}" if o.value else ""), o.does)


def synopsis(lines):
    """Each form on a line of its own."""
    out = []
    for line in lines:
        out += [".PP"] * bool(out) + [re.sub(r"^(iopath(?: (?![A-Z])[a-z]+(?!\|))?)", lambda m: f"\\fB{m[1]}\\fR", escape(line))]
    return out


def page(name, summary, help_text, version, date, others):
    """The page of 'iopath' or 'iopath-COMMAND'; others are the pages to see."""
    out = [f'.TH {escape(name).upper()} 1 {date} "iopath {version}" "User Commands"',
           ".SH NAME", words(f"{name} - {summary}"), ".SH SYNOPSIS", *synopsis(help_text.usage), ".SH DESCRIPTION"]
    for i, paragraph in enumerate(help_text.paragraphs):
        out += [".PP"] * bool(i) + [words(paragraph)]
    for value, choices in help_text.values.items():
        out += [".PP", words(f"{value} is one of {', '.join(choices)}.")]
    if help_text.commands:
        out.append(".SH COMMANDS")
        for command, does in help_text.commands.items():
            out += term(f"\\fB{command}\\fR", does)
    out.append(".SH OPTIONS")
    for each in help_text.options:
        out += option(each)
    if not help_text.commands:
        out += term("\\fB\\-h\\fR, \\fB\\-\\-help\\fR", "print help")
    out.append(".SH EXIT STATUS")
    for code, meaning in help_text.exits:
        out += term(f"\\fB{code}\\fR", meaning)
    out += [".SH EXAMPLES", ".nf", escape(help_text.example), ".fi",
            ".SH SEE ALSO", ",\n".join(f".BR {escape(other)} (1)" for other in others).replace(",\n", " ,\n")]
    return "\n".join(out) + "\n"
