/* SPDX-License-Identifier: MIT */
/**
 * xml.h - an XML document as a tree of elements, each with its text, one attribute and its line
 */
#ifndef IOPATH_BENCH_RECORD_XML_H
#define IOPATH_BENCH_RECORD_XML_H

#include <stddef.h>

struct iop_xml {
	char *name, *text; /**< text without space around it; "" if there is none */
	char *from;	   /**< the attribute that was asked for, or NULL */
	unsigned long line;
	struct iop_xml *parent, *first, *last, *next;
};

struct iop_xml_error {
	unsigned long line;
	const char *why;
};

/**
 * Reads @text, with values of attribute @attribute; elements called as in @skipped, which ends with NULL, are left out with all that
 * is in them. NULL with @error. A document type, and so every entity, is refused: what is read here has none.
 */
struct iop_xml *iop_xml_read(const char *text, const char *attribute, const char *const *skipped, struct iop_xml_error *error);
void iop_xml_free(struct iop_xml *root);

/** The first element in @parent that is called @name, or NULL. */
const struct iop_xml *iop_xml_in(const struct iop_xml *parent, const char *name);

#endif
