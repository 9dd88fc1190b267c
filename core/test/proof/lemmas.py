# SPDX-License-Identifier: MIT
"""What the contracts take for granted, proved by z3: facts of numbers that Frama-C has no words for."""
import pathlib
import subprocess
from collections.abc import Iterator

LOW_BITS = "(declare-const x (_ BitVec 64))\n(assert (not (= (bvand x (_ bv{mask} 64)) (bvurem x (_ bv{modulus} 64)))))\n(check-sat)\n"
# The bits of a number below 8, which are the accesses of so many bytes from an aligned place on, or up to one.
BITS = "(define-fun bits ((x Int)) Int (+ (mod x 2) (mod (div x 2) 2) (mod (div x 4) 2)))\n"


def formula(word: int) -> str:
    """The fewest accesses of n bytes at a: to the first boundary that is met or crossed ascending, then words, then descending."""
    what = "n"
    for width in [width for width in (2, 4, 8) if width <= word]:
        to_boundary = f"(mod (- a) {width})"
        rest = f"(- n {to_boundary})"
        met = f"(>= n {to_boundary})"
        what = f"(ite {met} (+ (bits {to_boundary}) (div {rest} {width}) (bits (mod {rest} {width}))) {what})"
    return f"(define-fun fewest ((a Int) (n Int)) Int {what})\n"


def cases(word: int) -> Iterator[str]:
    """The axioms of strict.c, negated, by place in a word, size in parts of a word and first access: to each there is no case."""
    for place in range(word):
        a = f"(+ (* {word} k) {place})"
        yield f"(not (= 0 (fewest {a} 0)))"
        for part in range(word):
            n = f"(+ (* {word} q) {part})"
            widths = [width for width in (1, 2, 4, 8) if width <= word and place % width == 0]
            for width in widths:
                after = f"(+ 1 (fewest (+ {a} {width}) (- {n} {width})))"
                wider = " ".join(f"(< {n} {other})" for other in widths if other > width)
                yield f"(and (>= {n} {width}) (> (fewest {a} {n}) {after}))"
                yield f"(and (>= {n} {width}) {wider} (not (= (fewest {a} {n}) {after})))"


def fewest(word: int) -> str:
    asked = "".join(f"(push)\n(assert {case})\n(check-sat)\n(pop)\n" for case in cases(word))
    return f"{BITS}{formula(word)}(declare-const k Int)\n(declare-const q Int)\n(assert (>= q 0))\n{asked}"


PRODUCTS = "".join(f"(declare-const {name} Int)\n" for name in "ocfesn") + "(assert (not {claim}))\n(check-sat)\n"
# The last of n places at o, s apart, of e bytes each: what the macro asks is that o + e <= c, and n - 1 <= (c - e - o) / s.
LAST = PRODUCTS.format(claim="(=> (and (>= o 0) (>= e 0) (> s 0) (> n 0) (<= (+ o e) c) (<= (- n 1) (div (- c e o) s))) (<= (+ o (* (- n 1) s) e) c))")
# Elements f to e of c at o, of s bytes each.
INSIDE = PRODUCTS.format(claim="(=> (and (<= 0 f e c) (> s 0)) (<= (+ o (* f s) (* (- e f) s)) (+ o (* c s))))")

# By file: each lemma, and what it says with a fault.
LEMMAS = {
    "contracts.c": {"the last place of a declaration": LAST, "ranges lie inside what they are cut from": INSIDE},
    "strict.c": {f"x & {mask} is x % {mask + 1}": LOW_BITS.format(mask=mask, modulus=mask + 1) for mask in (1, 3, 7)}
    | {f"fewest accesses, words of {word}": fewest(word) for word in (4, 8)},
}
FAULTS = {
    "contracts.c": {
        "the last place of a declaration, one more": LAST.replace("(- n 1) (div", "(- n 2) (div"),
        "ranges lie inside, however long": INSIDE.replace("(<= 0 f e c)", "(<= 0 f e)"),
    },
    "strict.c": {
        "x & 5 is x % 6": LOW_BITS.format(mask=5, modulus=6),
        "fewest accesses, words of 8, bits not counted": fewest(8).replace("(mod (div x 2) 2) ", ""),
        "fewest accesses, words of 8, of the bytes behind the boundary": fewest(8).replace("(mod (- a) 8)", "(mod a 8)"),
        "fewest accesses, words of 8 by the formula of 4": fewest(8).replace(formula(8), formula(4)),
    },
}


def prove(lemma: str, folder: pathlib.Path) -> bool:
    (folder / "lemma.smt2").write_text(lemma)
    out = subprocess.run(["z3", "-T:60", "lemma.smt2"], check=False, capture_output=True, text=True, cwd=folder).stdout.split()
    return len(out) == lemma.count("(check-sat)") and set(out) == {"unsat"}
