#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each fault that documents.py is for is found when it is put in: documents_test.py ROOT."""
import copy
import sys
import unittest

import documents
from tree import Tree

HEADER = "core/include/iopath/region.h"
READ = (HEADER, "docs/semantics.md", "docs/copies.md", "core/README.md", "core/CMakeLists.txt", "core/test/readme_test.py",
        "core/test/row-14-update.c", "scripts/lint", "fuzz/faults/mutants.def")
WHOLE = Tree(sys.argv.pop(1))
WHOLE.texts = {path: WHOLE.texts[path] for path in READ}
CITATION = "docs/semantics.md, row 2."


class Faults(unittest.TestCase):
    def setUp(self):
        self.tree = copy.copy(WHOLE)
        self.tree.texts = dict(WHOLE.texts)
        self.tree.paths = set(WHOLE.paths)

    def put(self, path: str, old: str, new: str):
        self.assertIn(old, self.tree.texts[path])
        self.tree.texts[path] = self.tree.texts[path].replace(old, new, 1)

    def add(self, path: str, text: str):
        self.tree.texts[path] += text

    def found(self, check, fault: str):
        faults = check(self.tree)
        self.assertTrue(any(fault in line for line in faults), f"not found: {fault}; but {faults}")
        self.assertEqual(len(faults), len(check(WHOLE)) + 1, faults)

    def none(self, check):
        self.assertEqual(check(self.tree), check(WHOLE))

    # citations

    def test_citation_of_a_row_that_is_not_there(self):
        self.put(HEADER, CITATION, "docs/semantics.md, row 1234.")
        self.found(documents.citations, "row 1234")

    def test_citation_of_a_row_within_a_range(self):
        self.put(HEADER, CITATION, "docs/semantics.md, rows 2, 999-1000.")
        faults = documents.citations(self.tree)
        self.assertTrue(any("row 999," in line for line in faults) and any("row 1000," in line for line in faults), faults)

    def test_citation_of_a_section_that_is_not_there(self):
        self.put(HEADER, CITATION, "docs/copies.md, 7.99.")
        self.found(documents.citations, "section 7.99")

    def test_citation_across_lines(self):
        self.put(HEADER, CITATION, "docs/copies.md,\n * 7.6, 99.")
        self.found(documents.citations, "section 99")

    def test_citation_of_a_document_that_is_not_there(self):
        self.put(HEADER, CITATION, "docs/none.md, row 2.")
        self.found(documents.citations, "docs/none.md")

    def test_citation_in_any_kind_of_file(self):
        for path in ("core/CMakeLists.txt", "scripts/lint", "core/test/readme_test.py", "fuzz/faults/mutants.def", "core/README.md"):
            with self.subTest(path):
                self.setUp()
                self.add(path, "\n# docs/copies.md, 99\n")
                self.found(documents.citations, "section 99")

    def test_citation_of_what_no_document_explains(self):
        for words in ("io-semantics 2", "copy-limits 7 (6)", "bench-statistics 1", "(D19)"):
            with self.subTest(words):
                self.setUp()
                self.put(HEADER, CITATION, words)
                self.found(documents.citations, words.split()[0].strip("()"))

    def test_another_document_s_section_is_no_citation(self):
        self.put(HEADER, CITATION, "Arm ARM D1.10, 0xD1, BR LD4+0.")
        self.none(documents.citations)

    def test_citations_that_are_right(self):
        self.put(HEADER, CITATION, "docs/semantics.md, rows 1-3, 12, 2.4; docs/copies.md, 7.6, 1, in that order; docs/copies.md.")
        self.none(documents.citations)

    # links

    def test_link_to_a_file_that_is_not_there(self):
        self.add("core/README.md", "[view.h](include/iopath/none.h)\n")
        self.found(documents.links, "include/iopath/none.h")

    def test_link_to_a_heading_that_is_not_there(self):
        for target in ("../docs/copies.md#no-such-heading", "#no-such-heading"):
            with self.subTest(target):
                self.setUp()
                self.add("core/README.md", f"[words]({target})\n")
                self.found(documents.links, "no such heading")

    def test_links_that_are_right(self):
        self.add("core/README.md", "[a](../docs/copies.md#1-tiers) [b](#adding) [c](test) [d](https://example.org/none)\n")
        self.none(documents.links)

    # rows

    def test_row_without_a_test(self):
        self.tree.paths = {path for path in self.tree.paths if "row-14-" not in path}
        self.found(documents.rows, "row 14: it has no test")

    def test_row_that_is_not_described(self):
        self.put("docs/semantics.md", "### Row 14: ", "### ")
        self.found(documents.rows, "row 14: docs/semantics.md does not describe it")

    def test_row_that_is_described_twice(self):
        self.put("docs/semantics.md", "### Row 14: ", "### Row 15: ")
        self.assertTrue(any("its rows are" in line for line in documents.rows(self.tree)))

    def test_row_that_is_not_listed(self):
        self.put("core/README.md", "\n| 14 | ", "\n| - | ")
        self.found(documents.rows, "row 14: core/README.md does not list it")

    def test_test_of_a_row_that_is_not_there(self):
        self.tree.paths.add("core/test/row-99-new.c")
        faults = documents.rows(self.tree)
        self.assertIn("row 99: docs/semantics.md does not describe it", faults)

    def test_test_that_says_another_row(self):
        self.put("core/test/row-14-update.c", "Row 14", "Row 15")
        self.found(documents.rows, "row-14-update.c: says that it tests row 15")

    # files

    def test_document_that_names_a_file_that_is_not_there(self):
        for name in ("core/none/", "core/base/none.c", "none.h", "gate/none.py", "scripts/none"):
            with self.subTest(name):
                self.setUp()
                self.add("core/README.md", f"See `{name}`.\n")
                self.found(documents.files, name)

    def test_comment_that_names_a_file_that_is_not_there(self):
        for path, comment in ((HEADER, "/* see families.c */"), (HEADER, "// as in base/none.h"), ("scripts/lint", "# see none.py"),
                              ("core/CMakeLists.txt", "# see None.cmake"), ("core/test/readme_test.py", '"""As none_test.py."""')):
            with self.subTest(comment):
                self.setUp()
                self.add(path, f"\n{comment}\n")
                self.found(documents.files, "which is not there")

    def test_files_that_are_right(self):
        self.add("core/README.md", "See `view.h`, `core/arch/NAME/accessors.h`, `core/*/*.c`, `a.c`, `toio/mmio/strict/64`, `core/`.\n")
        self.add(HEADER, '\n/* view.h, Linux lib/none.c; iopath/view.h */ static const char *s = "none.c";\n')
        self.none(documents.files)

    # widths

    def test_line_that_is_too_long(self):
        for line in ("word " * 20 + "x", "- " + "word " * 20, "    command --option  # " + "word " * 20):
            with self.subTest(line):
                self.setUp()
                self.add("core/README.md", line + "\n")
                self.found(documents.widths, "100 at most")

    def test_table_may_be_wider(self):
        self.add("core/README.md", "| " + "word | " * 30 + "\n    " + "word   " * 30 + "\n" + "x" * 100 + "\n")
        self.none(documents.widths)


if __name__ == "__main__":
    unittest.main()
