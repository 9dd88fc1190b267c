#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Row 10: prints every backend, with every type, with every operation, and what 1.5 says about it; the argument is IOP_64BIT."""
import sys

# Has accessors, and 64-bit ones where the profile does.
BACKENDS = {"MMIO": (True, True), "RELAXED": (True, True), "SYSMEM": (True, True), "IOSYSMAP": (True, True),
            "COHERENT": (True, True), "WC": (True, True), "CONFIG": (True, False), "MMIO_RAW": (False, False)}
# The last field: bytes of an access, 0 for what is no width anywhere.
TYPES = [
    ("u8", "uint8_t", 1), ("u16", "uint16_t", 2), ("u32", "uint32_t", 4), ("u64", "uint64_t", 8),
    ("i8", "int8_t", 0), ("i16", "int16_t", 0), ("i32", "int32_t", 0), ("i64", "int64_t", 0),
    ("character", "char", 0), ("boolean", "bool", 0), ("real", "float", 0), ("long_real", "double", 0),
    ("pointer", "void *", 0), ("record", "struct pair", 0), ("either", "union either", 0), ("array", "uint8_t[4]", 0),
    ("u128", "unsigned __int128", 0),
]
PREAMBLE = """#undef IOP_64BIT
#define IOP_64BIT {profile}
#include <iopath/iopath.h>
#include <stdbool.h>
struct pair {{ uint16_t a, b; }};
union either {{ uint32_t word; uint8_t bytes[4]; }};
"""
# Operation, its view's target, and the width from which on a Region guarantees too little alignment.
OPERATIONS = [
    ("read", "(void)iop_read(view);", "value", 16),
    ("write", "iop_write(view, 0);", "value", 16),
    ("update", "iop_update(view, old, old);", "value", 16),
    ("try_read", "(void)!iop_try_read(view, 0, value);", "region", 16),
    ("try_write", "(void)!iop_try_write(view, value, 0);", "region", 16),
]
# Those whose name says the type.
SIZED = [
    ("read_at", "(void)iop_read{bits}(view, 0);", "region", 8),
    ("write_at", "iop_write{bits}(view, 0, 0);", "region", 8),
    ("update_at", "iop_update{bits}(view, 0, old, old);", "region", 8),
    ("try_read_at", "(void)!iop_try_read{bits}(view, 0, value);", "region", 16),
    ("try_write_at", "(void)!iop_try_write{bits}(view, 0, 0);", "region", 16),
    ("try_update_at", "(void)!iop_try_update{bits}(view, 0, old, old);", "region", 16),
]


def refusal(accessible: bool, name: str, width: int, has_64: bool, too_wide: int) -> str:
    if name in ("record", "either"):
        return "iopath: a struct has no value"
    if not width:
        return "iopath: not a width of I/O access"
    if not accessible:
        return "iopath: this view has no accessors (is it raw?)"
    if width == 8 and not has_64:
        return "iopath: this backend has no 64-bit access here"
    return "iopath: a Region guarantees 4-byte alignment only" if width >= too_wide else ""


def main() -> None:
    profile = int(sys.argv[1])
    print(PREAMBLE.format(profile=profile))
    for backend, (accessible, has_64) in BACKENDS.items():
        print(f"typedef IOP_{backend}(IOP_REGION(64)) {backend}_region;\n")
        for name, ctype, width in TYPES:
            print(f"typedef {ctype.split('[')[0]} {backend}_{name}_type{'[4]' if '[' in ctype else ''};")
            print(f"typedef IOP_{backend}({backend}_{name}_type) {backend}_{name}_value;\n")
            for operation, code, target, too_wide in OPERATIONS + (SIZED if width else []):
                words = refusal(accessible, name, width, has_64 and profile != 0, too_wide)
                if words:
                    print(f"/* REFUSED: {words} */")
                view = f"{backend}_region" if target == "region" else f"{backend}_{name}_value"
                print(f"void {backend}_{name}_{operation}({view} view, {backend}_{name}_type *value)")
                print("{")
                print(f"\t(void)value;\n\t{code.format(bits=8 * width)}")
                print("}\n")


if __name__ == "__main__":
    main()
