/* SPDX-License-Identifier: MIT */
/* XML as a tree: what is in it, what is left out of it, and what is refused. */
#include <record/xml.h>

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DEEPEST 256

static const char *const skipped[] = {"fields", "cpu", NULL};

static struct iop_xml *read_text(const char *text, struct iop_xml_error *error)
{
	*error = (struct iop_xml_error){0, ""};
	return iop_xml_read(text, "from", skipped, error);
}

/* The tree in one line: name(text)=attribute@line, and in braces what is in it. */
static size_t put(char *out, size_t size, const struct iop_xml *e)
{
	size_t n = (size_t)snprintf(out, size, "%s(%s)%s%s@%lu", e->name, e->text, e->from ? "=" : "", e->from ? e->from : "",
				    e->line);

	if (e->first)
		n += (size_t)snprintf(out + n, size - n, "{");
	for (const struct iop_xml *in = e->first; in; in = in->next) {
		assert_ptr_equal(in->parent, e);
		n += put(out + n, size - n, in);
		if (!in->next)
			n += (size_t)snprintf(out + n, size - n, "}");
	}
	return n;
}

static void assert_read_as(const char *text, const char *wanted)
{
	struct iop_xml_error error;
	struct iop_xml *root = read_text(text, &error);
	char got[512];

	assert_non_null(root);
	assert_null(root->parent);
	put(got, sizeof(got), root);
	assert_string_equal(got, wanted);
	iop_xml_free(root);
}

static void assert_refused(const char *text, unsigned long line, const char *why)
{
	struct iop_xml_error error;

	assert_null(read_text(text, &error));
	assert_int_equal(error.line, line);
	assert_string_equal(error.why, why);
}

static void elements_have_their_text_and_line(void **state)
{
	(void)state;
	assert_read_as("<a/>", "a()@1");
	assert_read_as("<a> \t\r\n x y \n</a>", "a(x y)@1");
	assert_read_as("<a>&lt;&#65;<![CDATA[<b>]]></a>", "a(<A<b>)@1");
	assert_read_as("<a>\n<b>1</b><c>\n<d>2</d></c>\n<b/></a>", "a()@1{b(1)@2c()@2{d(2)@3}b()@4}");
	/* Of text around elements, what stands behind the last. */
	assert_read_as("<a>x<b>y</b>z</a>", "a(z)@1{b(y)@1}");
	assert_read_as("<a>x<b>y</b></a>", "a()@1{b(y)@1}");
}

static void one_attribute_is_kept(void **state)
{
	(void)state;
	assert_read_as("<a from='x'/>", "a()=x@1");
	assert_read_as("<a other='x'/>", "a()@1");
	assert_read_as("<a other='1' from='2' more='3'><b to='4'/></a>", "a()=2@1{b()@1}");
}

static void what_is_skipped_is_not_there(void **state)
{
	(void)state;
	assert_read_as("<a>x<fields>1<b/><fields>2</fields>3</fields></a>", "a(x)@1");
	assert_read_as("<a><cpu><b><c/></b></cpu><b>1</b><cpu/><c/></a>", "a()@1{b(1)@1c()@1}");
	assert_refused("<cpu><b/></cpu>", 1, "no element");
}

static void elements_are_found_by_name(void **state)
{
	struct iop_xml_error error;
	struct iop_xml *root = read_text("<a><b>1</b><c>2</c><b>3</b></a>", &error);

	(void)state;
	assert_string_equal(iop_xml_in(root, "b")->text, "1");
	assert_string_equal(iop_xml_in(root, "c")->text, "2");
	assert_null(iop_xml_in(root, "a"));
	assert_null(iop_xml_in(root->first, "b"));
	iop_xml_free(root);
}

static void what_is_no_document_is_refused(void **state)
{
	(void)state;
	assert_refused("", 1, "no element found");
	assert_refused("<a>\n<b></a>", 2, "mismatched tag");
	assert_refused("<a>\n\n", 3, "no element found");
	assert_refused("<a/>\n<b/>", 2, "junk after document element");
	assert_refused("\n<!DOCTYPE a>\n<a/>", 2, "a document type, which this format does not have");
	/* The root is whole before its end is wrong. */
	assert_refused("<a></a>\n</a>", 2, "not well-formed (invalid token)");
}

/* @depth elements, each in the one before it. */
static const char *nested(unsigned depth, const char *name)
{
	static char text[16 * (DEEPEST + 2)];
	size_t n = 0;

	for (unsigned i = 0; i < depth; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "<%s>\n", i ? name : "a");
	for (unsigned i = depth; i-- > 0;)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "</%s>", i ? name : "a");
	return text;
}

static void there_is_an_end_to_nesting(void **state)
{
	struct iop_xml_error error;
	struct iop_xml *root = read_text(nested(DEEPEST, "b"), &error);

	(void)state;
	assert_non_null(root);
	iop_xml_free(root);
	root = read_text(nested(DEEPEST, "cpu"), &error);
	assert_non_null(root);
	iop_xml_free(root);
	assert_refused(nested(DEEPEST + 1, "b"), DEEPEST + 1, "elements within each other too often");
	assert_refused(nested(DEEPEST + 1, "cpu"), DEEPEST + 1, "elements within each other too often");
}

/* Under a sanitizer, which counts itself, there is no number: it says what is left. */
static void nothing_is_left(void **state)
{
	size_t before = mallinfo2().uordblks;

	(void)state;
	assert_read_as("<a from='1'>x<b from='2'><c>y</c><d/></b><fields>z</fields><b/></a>", "a()=1@1{b()=2@1{c(y)@1d()@1}b()@1}");
	assert_int_equal(mallinfo2().uordblks, before);
	assert_refused("<a from='1'>x<b><c>y</c><d/>text</a>", 1, "mismatched tag");
	assert_int_equal(mallinfo2().uordblks, before);
	iop_xml_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_have_their_text_and_line),
		cmocka_unit_test(one_attribute_is_kept),
		cmocka_unit_test(what_is_skipped_is_not_there),
		cmocka_unit_test(elements_are_found_by_name),
		cmocka_unit_test(what_is_no_document_is_refused),
		cmocka_unit_test(there_is_an_end_to_nesting),
		cmocka_unit_test(nothing_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
