/* SPDX-License-Identifier: MIT */
/* Registers of CMSIS-SVD: where they lie, what they are called, what they inherit, and which files are refused. */
#include "recorded_said.h"

#include <record/svd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEXT (1 << 16)
/* How often a thing may be derived from another, and clusters may be in each other. */
#define OFTEN 32

/* Pieces of a description. */
#define DEVICE(what)		"<device><peripherals>" what "</peripherals></device>"
#define OF_P(what)		DEVICE("<peripheral><name>P</name><baseAddress>0x1000</baseAddress><registers>" what "</registers></peripheral>")
#define AT(offset)		"<addressOffset>" offset "</addressOffset>"
#define REG(name, offset, what) "<register><name>" name "</name>" AT(offset) what "</register>"
#define CLUSTER(name, what)	"<cluster><name>" name "</name>" AT("0x40") what "</cluster>"
#define DIM(n, step)		"<dim>" n "</dim><dimIncrement>" step "</dimIncrement>"

static void assert_peripheral_is(const char *text, const char *peripheral, const char *wanted)
{
	struct iop_names names = {0};

	*recorded_said = '\0';
	assert_int_equal(iop_svd_read(&names, "/somewhere/of.svd", text, peripheral), 0);
	assert_string_equal(recorded_said, "");
	assert_string_equal(recorded_names_text(&names), wanted);
	iop_names_free(&names);
}

static void assert_peripheral_is_refused(const char *text, const char *peripheral, const char *wanted)
{
	struct iop_names names = {0};

	*recorded_said = '\0';
	assert_int_equal(iop_svd_read(&names, "/somewhere/of.svd", text, peripheral), 2);
	assert_string_equal(recorded_said, wanted);
	iop_names_free(&names);
}

static void assert_is(const char *text, const char *wanted)
{
	assert_peripheral_is(text, "P", wanted);
}

static void assert_refused(const char *text, const char *wanted)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "of.svd:1: %s", wanted);
	assert_peripheral_is_refused(text, "P", whole);
}

static void numbers_are_decimal_hexadecimal_or_binary(void **state)
{
	(void)state;
	assert_is(OF_P(REG("A", "16", "")), "0x10 A 0\n");
	assert_is(OF_P(REG("A", "010", "")), "0xa A 0\n");
	assert_is(OF_P(REG("A", "+16", "")), "0x10 A 0\n");
	assert_is(OF_P(REG("A", "0x1aF", "")), "0x1af A 0\n");
	assert_is(OF_P(REG("A", "+0X10", "")), "0x10 A 0\n");
	assert_is(OF_P(REG("A", "#101", "")), "0x5 A 0\n");
	assert_is(OF_P(REG("A", "2k", "") REG("B", "2K", "")), "0x800 A 0\n0x800 B 0\n");
	assert_is(OF_P(REG("A", "0x1M", "") REG("B", "3g", "")), "0x100000 A 0\n0xc0000000 B 0\n");
	assert_is(OF_P(REG("A", "#1T", "")), "0x10000000000 A 0\n");
	assert_is(OF_P(REG("A", "0xffffffffffffffff", "")), "0xffffffffffffffff A 0\n");
	assert_is(OF_P(REG("A", "16777215T", "")), "0xffffff0000000000 A 0\n");
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const bad[] = {"", "x", "0x", "#", "#2", "+", "++1", "-1", "0x-1", "# 1", "1 K", "16x", "1KK", "k",
					  "0x1ffffffffffffffff",
					  /* Beyond 64 bits only with its suffix. */
					  "16777216T", "0x4000000000000001M"};
	char text[512], wanted[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), OF_P("<register><name>A</name><addressOffset>%s</addressOffset></register>"), bad[i]);
		snprintf(wanted, sizeof(wanted), "addressOffset '%s' is no number", bad[i]);
		assert_refused(text, wanted);
	}
	assert_refused(OF_P(REG("A", "0", "<size>many</size>")), "register 'A' has size 'many'");
	assert_refused(OF_P("<register><name>A</name></register>"), "register 'A' has no addressOffset");
	assert_refused(OF_P("<register>" AT("0") "</register>"), "register without a name");
}

static void access_and_size_are_registers(void **state)
{
	(void)state;
	assert_is(OF_P(REG("A", "0", "<access>read-only</access><size>8</size>")
			       REG("B", "1", "<access>write-only</access><size>16</size>")
				       REG("C", "4", "<access>read-write</access><size>512</size>")),
		  "0x0 A ro 1\n0x1 B wo 2\n0x4 C 64\n");
	assert_is(OF_P(REG("A", "0", "<access>writeOnce</access><size>0x20</size>")
			       REG("B", "4", "<access>read-writeOnce</access><size>64</size>")),
		  "0x0 A wo 4\n0x4 B 8\n");
	/* No access has as many bytes: none is judged by them. */
	assert_is(OF_P(REG("A", "0", "<size>12</size>") REG("B", "4", "<size>520</size>") REG("C", "8", "<size>1</size>")
			       REG("D", "8", "<size>0</size>")),
		  "0x0 A 0\n0x4 B 0\n0x8 C 0\n0x8 D 0\n");
	assert_is(OF_P(REG("A", "0", "<modifiedWriteValues>oneToClear</modifiedWriteValues>")
			       REG("B", "4", "<modifiedWriteValues>oneToSet</modifiedWriteValues>")),
		  "0x0 A w1c 0\n0x4 B 0\n");
	assert_is(OF_P(REG("A", "0", "<readAction>clear</readAction>") REG("B", "4", "<readAction>set</readAction>")),
		  "0x0 A rc 0\n0x4 B 0\n");
	assert_refused(OF_P(REG("A", "0", "<access>seldom</access>")), "register 'A' has access 'seldom'");
}

static void what_is_around_gives_access_and_size(void **state)
{
	(void)state;
	assert_is("<device><size>32</size><access>read-only</access><peripherals><peripheral><name>P</name><baseAddress>0</"
		  "baseAddress>"
		  "<registers>" REG("A", "0", "") REG("B", "4", "<size>8</size><access>read-write</access>") CLUSTER(
			  "C", "<size>16</size>" REG("D", "4", "") CLUSTER("E", "<access>write-only</access>" REG("F", "0", "")))
			  REG("G", "8", "") "</registers></peripheral></peripherals></device>",
		  "0x0 A ro 4\n0x4 B 1\n0x44 C.D ro 2\n0x80 C.E.F wo 2\n0x8 G ro 4\n");
	assert_is(DEVICE("<peripheral><name>P</name><baseAddress>0</baseAddress><size>64</size><registers>" REG(
			  "A", "0", "") "</registers>"
					"</peripheral>"),
		  "0x0 A 8\n");
}

static void peripherals_lie_at_their_addresses_or_alone(void **state)
{
	static const char text[] = DEVICE("<peripheral><name>P</name><baseAddress>0x1000</baseAddress><registers>" REG(
		"A", "4", "") "</registers>"
			      "</peripheral><peripheral><name>Q</name><baseAddress>0x2000</baseAddress><registers>" REG(
				      "B", "8", "") "</registers></peripheral><other><name>R</name><baseAddress>0x3000</"
						    "baseAddress><registers>" REG("C", "8", "") "</registers></other>");

	(void)state;
	assert_peripheral_is(text, NULL, "0x1004 P.A 0\n0x2008 Q.B 0\n");
	assert_peripheral_is(text, "P", "0x4 A 0\n");
	assert_peripheral_is(text, "Q", "0x8 B 0\n");
	assert_peripheral_is_refused(text, "R", "of.svd:1: no peripheral is called 'R'");
	assert_peripheral_is_refused(DEVICE(""), NULL, "of.svd:1: no register");
	assert_peripheral_is_refused(OF_P(""), NULL, "of.svd:1: no register");
	assert_peripheral_is_refused(DEVICE("<peripheral><name>P</name><registers/></peripheral>"), NULL,
				     "of.svd:1: peripheral 'P' has no baseAddress");
}

static void what_is_no_svd_is_refused_with_its_line(void **state)
{
	static const char none[] = "XML, but no CMSIS-SVD: it has no <device> with <peripherals>";

	(void)state;
	assert_refused("<device/>", none);
	assert_refused("<unit><peripherals/></unit>", none);
	assert_refused("<unit/>", none);
	assert_refused("<device", "unclosed token");
	assert_peripheral_is_refused("<device>\n<peripherals>\n<peripheral>\n<name>P</name>\n<registers>\n<register>\n<name>A\x7f</"
				     "name>\n<size>8</size>\n"
				     "</register></registers></peripheral></peripherals></device>",
				     "P", "of.svd:6: register 'A?' has no addressOffset");
	/* Only the first thing that is wrong is told. */
	assert_refused(OF_P(REG("A", "x", "<size>y</size>") REG("B", "z", "")), "addressOffset 'x' is no number");
}

static void only_registers_and_clusters_are_looked_at(void **state)
{
	(void)state;
	assert_is(OF_P("<note><name>N</name>" AT("0") "</note>" REG("A", "0",
								    "<fields><register><name>B</name></register></fields>")),
		  "0x0 A 0\n");
	assert_is(OF_P(CLUSTER("C", "<note><name>N</name>" AT("0") "</note>" REG("A", "0", ""))), "0x40 C.A 0\n");
}

static void arrays_are_many_registers(void **state)
{
	(void)state;
	assert_is(OF_P(REG("A%s", "0", DIM("3", "4"))), "0x0 A0 0\n0x4 A1 0\n0x8 A2 0\n");
	assert_is(OF_P(REG("A[%s]B", "8", DIM("2", "0x10"))), "0x8 A[0]B 0\n0x18 A[1]B 0\n");
	assert_is(OF_P(REG("A", "0", DIM("2", "4"))), "0x0 A0 0\n0x4 A1 0\n");
	assert_is(OF_P(REG("A%s", "0", "")), "0x0 A 0\n");
	assert_is(OF_P(REG("A", "4", "") REG("N%s", "0", DIM("0", "4"))), "0x4 A 0\n");
	assert_is(OF_P("<cluster><name>C%s</name>" AT("0x40") DIM("2", "0x20") REG("A%s", "4", DIM("2", "8")) "</cluster>"),
		  "0x44 C0.A0 0\n0x4c C0.A1 0\n0x64 C1.A0 0\n0x6c C1.A1 0\n");
	assert_peripheral_is(
		DEVICE("<peripheral><name>P%s</name>" DIM("2", "0x100") "<baseAddress>0x1000</baseAddress><registers>" REG(
			"A", "4", "") "</registers></peripheral>"),
		NULL, "0x1004 P0.A 0\n0x1104 P1.A 0\n");
	assert_refused(OF_P(REG("A%s", "0", "<dim>2</dim>")), "register 'A%s' has no dimIncrement");
}

/* The names of an array of @dim with indices @indices. */
static void assert_indices(const char *dim, const char *indices, const char *wanted)
{
	char text[512], said[128];

	snprintf(text, sizeof(text),
		 OF_P("<register><name>%%s</name>" AT(
			 "0") "<dim>%s</dim><dimIncrement>0</dimIncrement><dimIndex>%s</dimIndex></register>"),
		 dim, indices);
	if (wanted) {
		assert_is(text, wanted);
		return;
	}
	snprintf(said, sizeof(said), "dimIndex '%s' has not %s", indices, dim);
	assert_refused(text, said);
}

static void indices_are_lists_or_ranges(void **state)
{
	char letters[26 * 8 + 1] = "";

	(void)state;
	assert_indices("2", "A,C", "0x0 A 0\n0x0 C 0\n");
	assert_indices("3", "x, yy ,z", "0x0 x 0\n0x0 yy 0\n0x0 z 0\n");
	assert_indices("2", "1,3", "0x0 1 0\n0x0 3 0\n");
	assert_indices("2", "1,C", "0x0 1 0\n0x0 C 0\n");
	assert_indices("2", "RX-0,TX-9", "0x0 RX-0 0\n0x0 TX-9 0\n");
	assert_indices("1", "A,B", "0x0 A 0\n");
	assert_indices("3", "A,B", NULL);
	assert_indices("2", "A,", NULL);
	assert_indices("1", "", NULL);
	assert_indices("2", "3-7", "0x0 3 0\n0x0 4 0\n");
	assert_indices("3", "9-11", "0x0 9 0\n0x0 10 0\n0x0 11 0\n");
	assert_indices("2", "10-12", "0x0 10 0\n0x0 11 0\n");
	assert_indices("1", "3-3", "0x0 3 0\n");
	assert_indices("3", "3-4", NULL);
	assert_indices("2", "7-3", NULL);
	assert_indices("3", "A-C", "0x0 A 0\n0x0 B 0\n0x0 C 0\n");
	assert_indices("1", "D-D", "0x0 D 0\n");
	assert_indices("4", "A-C", NULL);
	assert_indices("1", "C-A", NULL);
	assert_indices("27", "A-Z", NULL);
	/* A range of capitals has one on each side; anything else is a list of one. */
	assert_indices("1", "A-c", "0x0 A-c 0\n");
	assert_indices("1", "a-C", "0x0 a-C 0\n");
	assert_indices("1", "A-CC", "0x0 A-CC 0\n");
	assert_indices("2", "A-7", NULL);
	for (unsigned i = 0; i < 26; i++)
		snprintf(letters + 8 * i, sizeof(letters) - 8 * i, "0x0 %c 0\n", (char)('A' + i));
	assert_indices("26", "A-Z", letters);
}

static void what_is_derived_has_what_it_does_not_say(void **state)
{
	(void)state;
	/* From what is beside it: of the same kind, and of the very name. */
	assert_is(OF_P(CLUSTER("B", "<size>8</size>" REG("X", "0", "")) REG("AB", "0", "<size>64</size>") REG(
			  "BA", "0", "<size>64</size>") REG("C", "0", "<size>64</size>")
			       REG("B", "0", "<size>16</size><access>read-only</access>") "<register "
											  "derivedFrom='B'><name>D</name>" AT(
												  "4") "</register>"
												       "<register "
												       "derivedFrom='B'><name>E</"
												       "name><size>32</size></"
												       "register>"),
		  "0x40 B.X 1\n0x0 AB 8\n0x0 BA 8\n0x0 C 8\n0x0 B ro 2\n0x4 D ro 2\n0x0 E ro 4\n");
	/* By a path from the peripherals. */
	assert_is(OF_P(CLUSTER("C", REG("A", "8", "<size>16</size>")) REG(
			  "B", "0", "<size>64</size>") "<register derivedFrom='P.C.A'><name>D</name></register>"
						       "<register derivedFrom='P.B'><name>E</name></register>"
						       "<cluster derivedFrom='P.C'><name>F</name>" AT("0x80") "</cluster>"),
		  "0x48 C.A 2\n0x0 B 8\n0x8 D 2\n0x0 E 8\n0x88 F.A 2\n");
	/* What is beside it comes before a path that says the same. */
	assert_is(OF_P(REG("B", "0", "<size>64</size>")
			       REG("P.B", "4", "<size>8</size>") "<register derivedFrom='P.B'><name>C</name></register>"),
		  "0x0 B 8\n0x4 P.B 1\n0x4 C 1\n");
	/* What is derived from an array is one register, unless its own name has a place for the index. */
	assert_is(OF_P(REG("A%s", "0",
			   DIM("2", "4") "<dimIndex>X,Y</dimIndex>") "<register derivedFrom='A%s'><name>B</name></register>"
								     "<register derivedFrom='A%s'><name>C%s</name></register>"),
		  "0x0 AX 0\n0x4 AY 0\n0x0 B 0\n0x0 CX 0\n0x4 CY 0\n");
}

static void derived_peripherals_replace_by_name(void **state)
{
	static const char text[] =
		DEVICE("<peripheral><name>Q</name><baseAddress>0x1000</baseAddress><size>32</size><registers>" REG("A", "0", "")
			       REG("B", "4", "") CLUSTER(
				       "C", REG("A", "0", "")) "</registers></peripheral>"
							       "<peripheral derivedFrom='Q'><name>P</name><registers>" REG(
								       "B", "0x10", "<size>8</size>")
								       REG("D", "0x14",
									   "") "</registers></peripheral>"
									       "<peripheral "
									       "derivedFrom='P'><name>R</name><baseAddress>0x3000</"
									       "baseAddress></peripheral>");

	(void)state;
	assert_is(text, "0x10 B 1\n0x14 D 4\n0x0 A 4\n0x40 C.A 4\n");
	assert_peripheral_is(text, "R", "0x10 B 1\n0x14 D 4\n0x0 A 4\n0x40 C.A 4\n");
	assert_peripheral_is(text, "Q", "0x0 A 4\n0x4 B 4\n0x40 C.A 4\n");
}

static void what_it_is_derived_from_must_be_there(void **state)
{
	static const char *const bases[] = {"B", "P", "P.B", "P.A.B", "P.C", "NO.A", "NO.NO.A", "P.", "."};
	char text[512], wanted[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		snprintf(text, sizeof(text),
			 OF_P(CLUSTER("C", REG("X", "0", ""))
				      REG("A", "0", "") "<register derivedFrom='%s'><name>D</name></register>"),
			 bases[i]);
		snprintf(wanted, sizeof(wanted), "derived from '%s', which there is not", bases[i]);
		assert_refused(text, wanted);
	}
	assert_refused(OF_P("<register derivedFrom='A'><name>A</name></register>"), "register 'A' is derived from itself");
}

/* Peripherals P0 to P@n, each derived from the one before it; the registers are P0's. */
static const char *chain(unsigned n, const char *each)
{
	static char text[TEXT];
	size_t at = (size_t)snprintf(text, sizeof(text),
				     "<device><peripherals><peripheral><name>P0</name>%s<baseAddress>0</baseAddress><registers>%s"
				     "</registers></peripheral>",
				     each, REG("A", "4", ""));

	for (unsigned i = 1; i <= n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       "<peripheral derivedFrom='P%u'><name>P%u</name>%s</peripheral>", i - 1, i, each);
	snprintf(text + at, sizeof(text) - at, "</peripherals></device>");
	return text;
}

static const char *clusters(unsigned n)
{
	static char text[TEXT];
	size_t at = (size_t)snprintf(text, sizeof(text), "<device><peripherals><peripheral><name>P</name><registers>");

	for (unsigned i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "<cluster><name>C</name><addressOffset>1</addressOffset>");
	at += (size_t)snprintf(text + at, sizeof(text) - at, "%s", REG("A", "1", ""));
	for (unsigned i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "</cluster>");
	snprintf(text + at, sizeof(text) - at, "</registers></peripheral></peripherals></device>");
	return text;
}

static void there_is_an_end_to_it(void **state)
{
	static const char own[] = "<size>8</size><access>read-only</access>";
	char last[8], wanted[128];
	struct iop_names names = {0};

	(void)state;
	snprintf(last, sizeof(last), "P%d", OFTEN);
	assert_peripheral_is(chain(OFTEN, own), last, "0x4 A ro 1\n");
	snprintf(wanted, sizeof(wanted), "of.svd:1: peripheral '%s' is derived from itself", last);
	assert_peripheral_is_refused(chain(OFTEN, ""), last, wanted);
	snprintf(last, sizeof(last), "P%d", OFTEN + 1);
	snprintf(wanted, sizeof(wanted), "of.svd:1: peripheral '%s' is derived from itself", last);
	assert_peripheral_is_refused(chain(OFTEN + 1, own), last, wanted);
	/* A property that the last has is found. */
	snprintf(last, sizeof(last), "P%d", OFTEN - 1);
	assert_peripheral_is(chain(OFTEN - 1, ""), last, "0x4 A 0\n");
	assert_int_equal(iop_svd_read(&names, "of.svd", clusters(OFTEN), "P"), 0);
	assert_int_equal(names.count, 1);
	assert_int_equal(names.name[0].offset, OFTEN + 1);
	iop_names_free(&names);
	assert_refused(clusters(OFTEN + 1), "clusters within each other too often");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_decimal_hexadecimal_or_binary),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(access_and_size_are_registers),
		cmocka_unit_test(what_is_around_gives_access_and_size),
		cmocka_unit_test(peripherals_lie_at_their_addresses_or_alone),
		cmocka_unit_test(what_is_no_svd_is_refused_with_its_line),
		cmocka_unit_test(only_registers_and_clusters_are_looked_at),
		cmocka_unit_test(arrays_are_many_registers),
		cmocka_unit_test(indices_are_lists_or_ranges),
		cmocka_unit_test(what_is_derived_has_what_it_does_not_say),
		cmocka_unit_test(derived_peripherals_replace_by_name),
		cmocka_unit_test(what_it_is_derived_from_must_be_there),
		cmocka_unit_test(there_is_an_end_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
