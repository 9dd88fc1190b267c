/* SPDX-License-Identifier: MIT */
#include "xml.h"

#include <expat.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 256
#define SPACE " \t\r\n"

struct reader {
	XML_Parser parser;
	const char *attribute;
	const char *const *skipped;
	struct iop_xml *root, *open;
	unsigned depth, left_out; /* how many elements are open; of those, how many are in one that is skipped */
	char *text;		  /* of the open element, up to here */
	size_t length;
	const char *why; /* the document is refused */
};

static void refuse(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	XML_StopParser(r->parser, XML_FALSE);
}

static bool is_skipped(const struct reader *r, const char *name)
{
	for (const char *const *one = r->skipped; *one; one++)
		if (strcmp(*one, name) == 0)
			return true;
	return false;
}

static void forget_text(struct reader *r)
{
	free(r->text);
	r->text = NULL;
	r->length = 0;
}

static struct iop_xml *new_element(struct reader *r, const char *name, const char **attributes)
{
	struct iop_xml *e = calloc(1, sizeof(*e));
	bool whole = e && (e->name = strdup(name)) && (e->text = strdup(""));

	for (; whole && *attributes; attributes += 2)
		if (strcmp(attributes[0], r->attribute) == 0)
			whole = (e->from = strdup(attributes[1]));
	if (!whole) {
		iop_xml_free(e);
		return NULL;
	}
	e->line = XML_GetCurrentLineNumber(r->parser);
	e->parent = r->open;
	return e;
}

static void begin(void *data, const char *name, const char **attributes)
{
	struct reader *r = data;
	struct iop_xml *e;

	if (++r->depth > DEPTH)
		return refuse(r, "elements within each other too often");
	if (r->left_out || is_skipped(r, name)) {
		r->left_out++;
		return;
	}
	forget_text(r);
	e = new_element(r, name, attributes);
	if (!e)
		return refuse(r, "out of memory");
	if (!r->open)
		r->root = e;
	else if (r->open->last)
		r->open->last->next = e;
	else
		r->open->first = e;
	if (r->open)
		r->open->last = e;
	r->open = e;
}

static void take_text(void *data, const char *bytes, int n)
{
	struct reader *r = data;
	char *larger = r->left_out ? NULL : realloc(r->text, r->length + (size_t)n + 1);

	if (r->left_out)
		return;
	if (!larger)
		return refuse(r, "out of memory");
	r->text = larger;
	memcpy(r->text + r->length, bytes, (size_t)n);
	r->length += (size_t)n;
	r->text[r->length] = '\0';
}

static void end(void *data, const char *name)
{
	struct reader *r = data;
	char *from = r->text;
	size_t length;

	(void)name;
	r->depth--;
	if (r->left_out) {
		r->left_out--;
		return;
	}
	if (from) {
		from += strspn(from, SPACE);
		for (length = strlen(from); length && strchr(SPACE, from[length - 1]); length--)
			;
		free(r->open->text);
		r->open->text = strndup(from, length);
		if (!r->open->text)
			refuse(r, "out of memory");
	}
	forget_text(r);
	r->open = r->open->parent;
}

static void doctype(void *data, const char *name, const char *system, const char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	refuse(data, "a document type, which this format does not have");
}

struct iop_xml *iop_xml_read(const char *text, const char *attribute, const char *const *skipped, struct iop_xml_error *error)
{
	struct reader r = {.parser = XML_ParserCreate(NULL), .attribute = attribute, .skipped = skipped};
	bool whole;

	*error = (struct iop_xml_error){1, "out of memory"};
	if (!r.parser)
		return NULL;
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, begin, end);
	XML_SetCharacterDataHandler(r.parser, take_text);
	XML_SetStartDoctypeDeclHandler(r.parser, doctype);
	whole = XML_Parse(r.parser, text, (int)strlen(text), 1) == XML_STATUS_OK && !r.why;
	if (!whole) {
		error->line = XML_GetCurrentLineNumber(r.parser);
		error->why = r.why ? r.why : XML_ErrorString(XML_GetErrorCode(r.parser));
		iop_xml_free(r.root);
		r.root = NULL;
	} else if (!r.root) {
		error->why = "no element";
	}
	forget_text(&r);
	XML_ParserFree(r.parser);
	return r.root;
}

/* The deepest first, without a call for each level: an element is freed when it has none in it any more. */
void iop_xml_free(struct iop_xml *root)
{
	struct iop_xml *e = root, *up;

	while (e) {
		if (e->first) {
			struct iop_xml *inner = e->first;

			e->first = inner->next;
			inner->parent = e;
			e = inner;
			continue;
		}
		up = e == root ? NULL : e->parent;
		free(e->name);
		free(e->text);
		free(e->from);
		free(e);
		e = up;
	}
}

const struct iop_xml *iop_xml_in(const struct iop_xml *parent, const char *name)
{
	for (const struct iop_xml *e = parent->first; e; e = e->next)
		if (strcmp(e->name, name) == 0)
			return e;
	return NULL;
}
