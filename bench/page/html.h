/* SPDX-License-Identifier: MIT */
/**
 * html.h - text that becomes a page, escaped by construction
 *
 * A page is made of markup, which is written in this program, and of text, which comes from untrusted files. The one function that
 * writes takes markup as its format, a literal that the compiler checks, and text as its arguments; every argument is escaped, so
 * forgetting to escape is not possible. Escaped text is safe as an element's content and in a quoted attribute; it is not for URLs,
 * scripts and styles, where nothing from a file may go.
 */
#ifndef IOPATH_BENCH_HTML_H
#define IOPATH_BENCH_HTML_H

#include <stdio.h>

/**
 * Writes @format to @out with its arguments escaped: & < > " ' ` become references, control characters and bytes that are not UTF-8
 * become U+FFFD. Conversions: those of printf without %n, %p and *; NULL for %s is "".
 */
void iop_html(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Writes @value with three significant digits, never as an exponent, or a dash if it is not a finite number. */
void iop_html_number(FILE *out, double value);

#endif
