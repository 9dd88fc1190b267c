# SPDX-License-Identifier: MIT
"""No macro of a public header leaves the code that it stands in: no return, goto, break or continue but what the caller writes.

Allowed are functions that a macro defines, and break and continue in a loop or switch of the macro's own.
Run as: control_flow_test.py FOLDER-OF-HEADERS; --control checks the checker."""
import re
import sys
from pathlib import Path

COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
FUNCTION = re.compile(r"\b(?:IOP_INLINE|inline)\b[^;{}]*\)\s*(?:noexcept\s*)?(?=\{)")
LOOP = re.compile(r"\b(?:(?P<do>do)|(?:for|while|switch)\s*(?=\())\s*")
LEAVES = re.compile(r"\b(?:return|goto|co_return|throw)\b")
LEAVES_A_LOOP = re.compile(r"\b(?:break|continue)\b")
NON_LOCAL = re.compile(r"\b(?:longjmp|siglongjmp)\b")


def closing(text, start):
    """The position after the bracket that closes the one at @start."""
    pairs = {"(": ")", "{": "}"}
    depth = 0
    for i in range(start, len(text)):
        if text[i] == text[start]:
            depth += 1
        elif text[i] == pairs[text[start]]:
            depth -= 1
            if not depth:
                return i + 1
    return len(text)


def without_functions(body):
    while match := FUNCTION.search(body):
        body = body[:match.start()] + body[closing(body, match.end()):]
    return body


def without_loops(body):
    """Takes the bodies of loops out; of a loop without braces, its one statement."""
    at = 0
    while match := LOOP.search(body, at):
        start = match.end() if match["do"] else closing(body, match.end())
        start += len(body[start:]) - len(body[start:].lstrip())
        end = closing(body, start) if body[start:start + 1] == "{" else body.find(";", start) + 1 or len(body)
        body, at = body[:start] + ";" + body[end:], start
    return body


def macros(text):
    """Name, line and body of each macro."""
    text = COMMENT_OR_STRING.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    for match in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+(?:\([^)]*\))?)((?:\\\n|[^\n])*)", text, re.M):
        yield match[1], text.count("\n", 0, match.start()) + 1, match[2].replace("\\\n", " \n")


def findings(text):
    for name, line, body in macros(text):
        body = without_functions(body)
        for keyword in LEAVES.findall(body) + NON_LOCAL.findall(body) + LEAVES_A_LOOP.findall(without_loops(body)):
            yield line, f"{name} does '{keyword}' on the caller's behalf"


def control():
    leaving = {
        "return": "#define TRY(ok) \\\n\tdo { \\\n\t\tif (!(ok)) \\\n\t\t\treturn -ERANGE; \\\n\t} while (0)\n",
        "goto": "#define TRY(ok, label) if (!(ok)) goto label\n",
        "break": "#define TRY(ok) if (!(ok)) break\n",
        "continue": "#  define TRY(ok) __extension__({ for (;;) break; if (!(ok)) continue; })\n",
        "longjmp": "#define TRY(ok) if (!(ok)) longjmp(buffer, 1)\n",
        "throw": "#define TRY(ok) if (!(ok)) throw 1\n",
    }
    staying = [
        "#define F(x) \\\n\tIOP_INLINE int f_##x(void) \\\n\t{ \\\n\t\tfor (;;) { return 1; } \\\n\t}\n",
        "#define LOOP(n) for (int i = 0; i < (n); i++) { if (i == 3) break; else continue; }\n",
        "#define SAYS(x) IOP_ASSERT(x, \"use iop_or(i, return -ERANGE)\") /* or goto */\n",
        "static inline int f(void) { return 1; }\n#define NOT_RETURN returns_nothing\n",
        "#define CASES(x) switch (x) { case 1: break; default: break; }\n",
    ]
    for keyword, text in leaving.items():
        found = list(findings(text))
        if len(found) != 1 or f"'{keyword}'" not in found[0][1]:
            sys.exit(f"{keyword} was not found as such in:\n{text}{found}")
    for text in staying:
        if found := list(findings(text)):
            sys.exit(f"{found} in:\n{text}")


def main():
    if sys.argv[1] == "--control":
        return control()
    headers = sorted(Path(sys.argv[1]).rglob("*.h"))
    if len(headers) < 40:
        sys.exit(f"{sys.argv[1]}: only {len(headers)} headers: the wrong folder?")
    found = [f"{header}:{line}: {what}" for header in headers for line, what in findings(header.read_text())]
    return sys.exit("\n".join(found)) if found else None


if __name__ == "__main__":
    main()
