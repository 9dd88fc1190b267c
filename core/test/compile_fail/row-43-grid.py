#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Row 43: prints every backend, with sets of widths, with every width, with every operation, and what is said of it."""

# Has 64-bit accesses.
BACKENDS = {"MMIO": True, "RELAXED": True, "SYSMEM": True, "IOSYSMAP": True, "COHERENT": True, "WC": True, "CONFIG": False}
SETS = [(1,), (2,), (4,), (8,), (4, 8, 64), (1, 2, 4, 8)]
# Operation and the target of its view.
OPERATIONS = [
    ("read", "(void)iop_read(view);", "value"),
    ("write", "iop_write(view, 0);", "value"),
    ("update", "iop_update(view, old, old);", "value"),
    ("read_part", "(void)iop_read(iop_project(view, .part, iop_build(1)));", "whole"),
    ("read_le", "(void)iop_read_le(view);", "value"),
    ("try_read_at", "(void)!iop_try_read{bits}(view, 8, value);", "region"),
    ("try_write_at", "(void)!iop_try_write{bits}(view, 0, 8);", "region"),
    ("try_update_at", "(void)!iop_try_update{bits}(view, 8, old, old);", "region"),
    ("try_read", "(void)!iop_try_read(view, 8, value);", "region"),
    ("try_write", "(void)!iop_try_write(view, value, 8);", "region"),
    ("read_at", "(void)iop_read{bits}(view, 8);", "region"),
    ("write_at", "iop_write{bits}(view, 0, 8);", "region"),
    ("update_at", "iop_update{bits}(view, 8, old, old);", "region"),
    ("read_reg", "(void)iop_read_reg(view, reg{bits});", "region"),
    ("try_read_reg", "reg{bits} r; (void)!iop_try_read_reg(view, reg{bits}, &r);", "region"),
]


def refusal(has_64: bool, widths: tuple[int, ...], width: int) -> str:
    if width not in widths:
        return "iopath: the device does not take accesses of this width"
    return "" if width < 8 or has_64 else "iopath: this backend has no 64-bit access here"


def main() -> None:
    print("#include <iopath/iopath.h>")
    for bits in (8, 16, 32, 64):
        print(f"struct whole{bits} {{ uint{bits}_t part[2]; }};")
        print(f"IOP_REGISTER(reg{bits}, uint{bits}_t, IOP_AT(0x10), (6, 0, value));")
    for backend, has_64 in BACKENDS.items():
        for widths in SETS:
            name = f"{backend}_{'_'.join(map(str, widths))}"
            view = f"typedef IOP_{backend}_WIDTHS(IOP_WIDTHS({', '.join(map(str, widths))}),"
            print(f"{view} IOP_REGION8(64)) {name}_region;")
            for width in (1, 2, 4, 8):
                bits = 8 * width
                print(f"{view} uint{bits}_t) {name}_{bits}_value;\n{view} struct whole{bits}) {name}_{bits}_whole;\n")
                for operation, code, target in OPERATIONS:
                    words = refusal(has_64, widths, width)
                    if words:
                        print(f"/* REFUSED: {words} */")
                    kind = f"{name}_region" if target == "region" else f"{name}_{bits}_{target}"
                    print(f"void {name}_{bits}_{operation}({kind} view, uint{bits}_t *value)")
                    print(f"{{\n\t(void)view;\n\t(void)value;\n\t{code.format(bits=bits)}\n}}\n")


if __name__ == "__main__":
    main()
