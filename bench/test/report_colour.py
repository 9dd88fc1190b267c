# SPDX-License-Identifier: MIT
"""Whether colours can be told apart, also by those who see fewer: distances in CIE L*a*b* (1976)."""
import itertools

# Machado, Oliveira and Fernandes 2009, severity 1: linear RGB to linear RGB.
SIGHT = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.95047, 1.0, 1.08883)
APART, SEEN = 20, 3  # distance of two; contrast to the paper (WCAG 2.1, 1.4.11)


def times(matrix, vector):
    return [sum(a * b for a, b in zip(line, vector)) for line in matrix]


def linear(text):
    parts = [int(text[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def lab(text, sight):
    x, y, z = (v / w for v, w in zip(times(XYZ, [min(1, max(0, c)) for c in times(SIGHT[sight], linear(text))]), WHITE))
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def contrast(a, b):
    dark, light = sorted(times(XYZ, linear(c))[1] for c in (a, b))
    return (light + 0.05) / (dark + 0.05)


def complaints(colours, paper, wanted):
    """What is wrong with the first @wanted of the colours, a line each."""
    found = [] if len(set(colours[:wanted])) >= wanted else [f"{len(set(colours[:wanted]))} colours for {wanted}"]
    found += [f"{c} on {paper}: contrast {contrast(c, paper):.1f}" for c in colours[:wanted] if contrast(c, paper) < SEEN]
    for a, b in itertools.combinations(colours[:wanted], 2):
        for sight in SIGHT:
            distance = sum((p - q) ** 2 for p, q in zip(lab(a, sight), lab(b, sight))) ** 0.5
            if distance < APART:
                found.append(f"{a} and {b} with {sight}: {distance:.0f} apart")
    return found
