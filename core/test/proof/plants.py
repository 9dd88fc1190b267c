# SPDX-License-Identifier: MIT
"""Faults of each function that is proved, by file of contracts: what it says, and what it says instead."""

PLANTS: dict[str, dict[str, list[tuple[str, str]]]] = {
    "contracts.c": {
        "iop_offset_valid": [("offset <= size - width", "offset + width <= size"), ("width <= size && ", ""), ("(base + offset)", "offset")],
        "iop_region_check": [("size < min", "size <= min"), ("size % IOP_REGION_ALIGN", "0")],
        "iop_memory_check": [("size - 1 > UINTPTR_MAX", "size > UINTPTR_MAX"), ("size && ", ""), ("!base || ", "")],
        "iop_memory_check_region": [("err ? err :", "")],
        "iop_memory_check_slice": [("count, element", "count, align")],
        "iop_index_of": [("(size_t)i == i ? (size_t)i", "i ? SIZE_MAX")],
        "iop_location_element": [("i >= count", "i > count"), ("offset, distance", "distance, distance")],
        "no_wrap": [("(size_t)-1 / 2 - (size) - (offset)", "(size_t)-1 - (offset)")],
        "literal_in": [("(size) - (uint64_t)(offset) >= (width) && ", "")],
        "in_range": [("(first) <= (end) && ", ""), ("(end) <= (length)", "(end) - (first) <= (length)")],
        "cut": [("(end) - (first)", "(end)"), ("(first) * (size)", "(first)")],
        "iop_dma_reaches": [("size - 1 <=", "size <="), ("address <= mask && ", "")],
        "end_of_mask": [("page - 1", "0"), (" / page +", " / page + 1 +")],
        "meets": [("pages + 1 ||", "pages ||"), ("start - 1", "start")],
        "has": [("n <= size - (address - begin)", "n <= size"), ("address >= begin && ", "")],
        "dma_round_up": [("n + to - 1", "n + to"), ("n > PTRDIFF_MAX - (to - 1) ? 0 : ", "")],
        "iop_resource_size": [("resource->len >", "resource->len >=")],
        "pages_of": [("size, *offset", "size, 0")],
        "intersect": [("b - a < n", "b - a <= n")],
        "begin": [("offset + width >", "offset >"), ("offset >= sim->device.cfg_size || ", "")],
    },
    "strict.c": {
        "step": [("width > left", "width >= left"), ("addr & (width - 1) || ", "")],
        "word_fits": [("left >= WORD", "left > WORD")],
        "iop_portable_toio": [("from += (width)", "from += 4"), ("to += (width)", "to += 1"), ("word_fits(to, n)", "n >= 8")],
        "iop_portable_fromio": [("n -= (IOP_PIECE_WORD)", "n -= 4"), ("step(from, n)", "1")],
        "iop_portable_set": [("word_fits(to, n)", "word_fits(to, n) && n > 8"), ("n -= (width)", "n -= 1")],
        "other_split": [("count++", "count += n > 8")],
    },
    "runs.c": {
        "iop_piece_store_run": [("count -= 4", "count -= 3"), ("src + 2 * width", "src + 3 * width"), ("io += width", "io += 8")],
        "iop_piece_load_run": [("count >= 4", "count >= 3"), ("dst += 4 * width", "dst += 2 * width")],
        "iop_piece_set_run": [("io + 3 * width", "io + 2 * width"), ("count--", "count -= count > 1 ? 2 : 1")],
    },
    "fifo.c": {
        "iop_rep_write": [("from += width", "from += 2 * width"), ("count--", "count--, addr += width")],
        "iop_rep_read": [("if (!count)", "if (count < 2)"), ("(to, width, value)", "(to + 1, width, value)")],
    },
    "sets.c": {
        "store_all": [("io += bytes", "io += run.width"), ("src += bytes", "src += run.count")],
        "load_all": [("n -= bytes", "n -= bytes > 1 ? bytes - 1 : 1"), ("dst += bytes", "dst -= bytes")],
        "set_all": [("next_run(io, n, widths)", "next_run(io, n, 1)")],
        "iop_memcpy_toio_within_rmw": [("whole + e.whole, ", "whole, "), ("from + e.head, e.whole", "from, e.whole"), ("e.before, from", "0, from")],
        "iop_memcpy_fromio_within_whole": [("e.io + (e.head ? e.word : 0)", "e.io"), ("0, e.tail", "0, 0")],
    },
}
