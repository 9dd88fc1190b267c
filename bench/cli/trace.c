/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "json_out.h"
#include "trace_kvm.h"

#include <peers/peers.h>

#include <copy_trace.h>

#include <dlfcn.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW	   ((size_t)1 << 17)
#define PICTURE	   64 /* bytes a line */
#define SHOW_MOST  64 /* accesses in the table, unless --all */
#define HELP_WIDTH 100

struct options {
	enum iop_copy_op op;
	const char *routine, *object, *symbol, *tier;
	size_t size;
	unsigned align, mem_align;
	ptrdiff_t distance;
	const char *json;
	bool all, step, kvm;
};

/* Names of a list, in lines of a help's width. */
static int print_name(int column, const char *name)
{
	if (column + (int)strlen(name) >= HELP_WIDTH) {
		printf("\n");
		column = 0;
	}
	return column + printf("%s%s", column ? " " : "", name);
}

static void help(void)
{
	int column;

	printf("usage: iopath trace toio|fromio|set|move --routine ROUTINE --size N [OPTIONS]\n"
	       "       iopath trace toio|fromio|set|move --object FILE.so --symbol NAME --size N [OPTIONS]\n\n"
	       "Runs a compiled copy routine on traced memory and shows each access that the device side would see.\n"
	       "The device is the destination of toio and set, the source of fromio, and both for move.\n\n"
	       "  --routine ROUTINE  a routine of the library, or a peer\n"
	       "  --object FILE.so  shared object that holds your own routine\n"
	       "  --symbol NAME     its name there; its prototype is memset's for set, and memcpy's for the others\n"
	       "  --size N          number of bytes\n"
	       "  --align A         the device side starts A bytes after a 64-byte boundary (default: 0)\n"
	       "  --mem-align A     the memory side starts A bytes after a 64-byte boundary (default: 0)\n"
	       "  --distance D      for move: the destination starts D bytes after the source, before it if D is\n"
	       "                    negative (default: 4096)\n"
	       "  --tier strict|strict-s|wide|wide-m|mem  judge by the rules of this tier (default: that of the\n"
	       "                    routine; strict for peers and your own)\n"
	       "  --all             show every access, not only the first %d\n"
	       "  --json FILE|-     write JSON to FILE, one object a line: each access, then the verdict; - is\n"
	       "                    stdout, in place of the text\n"
	       "  --single-step     single-step plain moves instead of emulating them: slower, must show the same\n"
	       "  --oracle kvm      also run it in a virtual machine, whose host must see the same accesses\n\n",
	       SHOW_MOST);
	column = printf("Routines:");
	for (size_t i = 0; iop_routines[i]; i++)
		column = print_name(column, iop_routines[i]->name);
	for (size_t i = 0; iop_peers[i]; i++)
		column = print_name(column, iop_peers[i]->name);
	printf("\n\nExit: 0 legal, 1 illegal, 2 bad use or an error.\n\n"
	       "example: iopath trace toio --routine glibc --size 13 --align 3\n");
}

static int number(const char *option, const char *text, size_t most, size_t *value)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(text, &end, 0);
	if (errno || end == text || *end || text[0] == '-' || v > most)
		return iop_fail("trace", NULL, "%s takes a number up to %zu, not '%s'", option, most, text);
	*value = (size_t)v;
	return 0;
}

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"routine", required_argument, NULL, 'r'},  {"object", required_argument, NULL, 'o'},
		{"symbol", required_argument, NULL, 's'},   {"size", required_argument, NULL, 'n'},
		{"align", required_argument, NULL, 'a'},    {"mem-align", required_argument, NULL, 'm'},
		{"distance", required_argument, NULL, 'd'}, {"tier", required_argument, NULL, 't'},
		{"json", required_argument, NULL, 'j'},	    {"all", no_argument, NULL, 'A'},
		{"single-step", no_argument, NULL, 'S'},    {"oracle", required_argument, NULL, 'O'},
		{"help", no_argument, NULL, 'h'},	    {0},
	};
	size_t value = 0;
	int option, err = 0;

	o->size = SIZE_MAX;
	o->distance = 4096;
	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'r': o->routine = optarg; break;
		case 'o': o->object = optarg; break;
		case 's': o->symbol = optarg; break;
		case 't': o->tier = optarg; break;
		case 'j': o->json = optarg; break;
		case 'A': o->all = true; break;
		case 'S': o->step = true; break;
		case 'O':
			if (strcmp(optarg, "kvm") != 0)
				return iop_fail("trace", "kvm", "no such oracle: %s", optarg);
			o->kvm = true;
			break;
		case 'n': err = number("--size", optarg, iop_copy_longest(WINDOW), &o->size); break;
		case 'a':
			err = number("--align", optarg, 63, &value);
			o->align = (unsigned)value;
			break;
		case 'm':
			err = number("--mem-align", optarg, 63, &value);
			o->mem_align = (unsigned)value;
			break;
		case 'd':
			err = number("--distance", optarg + (optarg[0] == '-'), iop_copy_longest(WINDOW), &value);
			o->distance = optarg[0] == '-' ? -(ptrdiff_t)value : (ptrdiff_t)value;
			break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("trace", "iopath trace --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (err)
		return err;
	if (optind != argc - 1)
		return iop_fail("trace", "iopath trace --help", "one operation is needed: toio, fromio, set or move");
	for (o->op = 0; o->op < IOP_COPY_OPS; o->op++)
		if (strcmp(argv[optind], iop_copy_op_name(o->op)) == 0)
			break;
	if (o->op == IOP_COPY_OPS)
		return iop_fail("trace", "toio, fromio, set or move", "no such operation: %s", argv[optind]);
	if (o->size == SIZE_MAX)
		return iop_fail("trace", "iopath trace --help", "--size is needed");
	return 0;
}

static int from_object(struct iop_copier *copier, const struct options *o)
{
	void *handle = dlopen(o->object, RTLD_NOW | RTLD_LOCAL);
	void *symbol;

	if (!handle)
		return iop_fail("trace", "give a path with a slash, such as ./mine.so", "%s", dlerror());
	symbol = dlsym(handle, o->symbol);
	if (!symbol)
		return iop_fail("trace", NULL, "%s", dlerror());
	if (o->op == IOP_TOIO)
		*(void **)&copier->toio = symbol;
	else if (o->op == IOP_FROMIO)
		*(void **)&copier->fromio = symbol;
	else if (o->op == IOP_SET)
		*(void **)&copier->set = symbol;
	else
		*(void **)&copier->move = symbol;
	return 0;
}

static int find(struct iop_copier *copier, enum iop_tier *tier, const struct options *o)
{
	bool from_table = o->routine && !o->object && !o->symbol;

	*tier = IOP_STRICT;
	if (!o->routine && o->object && o->symbol)
		return from_object(copier, o);
	if (!from_table)
		return iop_fail("trace", "iopath trace --help", "name a --routine, or an --object with a --symbol");
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if (strcmp(r->name, o->routine) != 0)
			continue;
		if (r->supported && !r->supported())
			return iop_fail("trace", NULL, "this CPU cannot run %s", o->routine);
		*copier = (struct iop_copier){r->toio, r->fromio, r->set, r->move};
		*tier = r->tier;
		return 0;
	}
	for (size_t i = 0; iop_peers[i]; i++) {
		const struct iop_peer *p = iop_peers[i];

		if (strcmp(p->name, o->routine) != 0)
			continue;
		if (p->supported && !p->supported())
			return iop_fail("trace", NULL, "this CPU cannot run %s", o->routine);
		*copier = (struct iop_copier){.toio = p->toio, .fromio = p->fromio, .set = p->set, .move = p->move};
		return 0;
	}
	return iop_fail("trace", "iopath trace --help lists them", "no such routine: %s", o->routine);
}

static int tier_of(enum iop_tier *tier, const char *name)
{
	for (enum iop_tier t = 0; name && t < IOP_TIERS; t++)
		if (strcasecmp(name, iop_tier_name(t)) == 0) {
			*tier = t;
			return 0;
		}
	return name ? iop_fail("trace", "strict, strict-s, wide, wide-m or mem", "no such tier: %s", name) : 0;
}

static const char *form(const struct iop_access *access)
{
	static const char *const words[] = {"plain", "string", "vector", "read-modify-write", "other"};

	return words[access->form];
}

/* Which access touches each byte: its number's last digit, * for several, . for none; underlined by the natural words. */
static void picture(const struct iop_access_list *list, size_t n)
{
	for (size_t line = 0; line < n; line += PICTURE) {
		char text[PICTURE + 1] = "";
		size_t end = n - line < PICTURE ? n - line : PICTURE;

		memset(text, '.', end);
		for (size_t i = 0; i < list->count; i++)
			for (unsigned b = 0; b < list->access[i].width; b++) {
				ptrdiff_t at = list->access[i].offset + (ptrdiff_t)b - (ptrdiff_t)line;

				if (!(list->access[i].mask >> b & 1) || at < 0 || (size_t)at >= end)
					continue;
				text[at] = text[at] == '.' ? (char)('0' + i % 10) : '*';
			}
		printf("  %6zu  %s\n", line, text);
	}
}

static void print_side(const struct options *o, const struct iop_copy_side *side, const char *name)
{
	const struct iop_access_list *list = &side->list;
	size_t shown = o->all || list->count <= SHOW_MOST ? list->count : SHOW_MOST;

	printf("%s starts %u bytes after a 64-byte boundary: %zu accesses, the minimum for %s is %zu\n\n", name,
	       (unsigned)(side->question.io % 64), side->verdict.accesses, iop_tier_name(side->question.tier),
	       side->verdict.optimum);
	printf("  access  offset  width\n");
	for (size_t i = 0; i < shown; i++)
		printf("  %6zu  %6td  %5u  %s %s%s\n", i, list->access[i].offset, list->access[i].width,
		       list->access[i].write ? "write" : "read", form(&list->access[i]),
		       i == side->verdict.first_bad ? "   <- breaks a rule" : "");
	if (shown < list->count)
		printf("  ... %zu more (--all)\n", list->count - shown);
	printf("\n  byte    touched by access (last digit; * more than once; . never)\n");
	picture(list, o->size);
	printf("\n");
}

/* Whose decoder knows these instructions, and whose does not. Where a mapping never traps, nobody needs to. */
static void print_decoders(enum iop_tier tier, unsigned undecoded)
{
	const char *separator = "";

	if (tier > IOP_STRICT_S || !undecoded)
		return;
	printf("where accesses trap: ");
	if (!(undecoded & (IOP_DECODER_KVM | IOP_DECODER_KVM_OLD)))
		printf("KVM decodes these instructions; ");
	printf("not decoded by ");
	for (unsigned bit = 0; bit < IOP_DECODERS; bit++)
		if (undecoded >> bit & 1 && !(1U << bit == IOP_DECODER_KVM_OLD && undecoded & IOP_DECODER_KVM)) {
			printf("%s%s", separator, iop_decoder_words(bit));
			separator = ", ";
		}
	printf(" (docs/copies.md, 5.1)\n");
}

static void print_verdict(const struct iop_copy_traced *t)
{
	const char *separator = ":";
	unsigned broken = t->side[0].verdict.broken | (t->sides > 1 ? t->side[1].verdict.broken : 0);

	printf("%s for %s", t->legal ? "legal" : "not legal", iop_tier_name(t->side[0].question.tier));
	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (broken >> bit & 1) {
			printf("%s %s", separator, iop_rule_words(bit));
			separator = ",";
		}
	for (unsigned i = 0; i < t->sides; i++)
		if (t->side[i].verdict.twice)
			printf(" (%zu bytes twice or more)", t->side[i].verdict.twice);
	if (!t->data_right)
		printf("%s wrong data", separator);
	for (unsigned i = 0; i < t->sides; i++)
		if (t->side[i].list.blind)
			printf("\noracle blind: %s", t->side[i].list.blind);
	printf("\n");
	print_decoders(t->side[0].question.tier, t->side[0].verdict.undecoded | (t->sides > 1 ? t->side[1].verdict.undecoded : 0));
}

static void print_text(const struct options *o, const struct iop_copy_traced *t)
{
	printf("%s %s, %zu bytes\n", iop_copy_op_name(o->op), o->routine ? o->routine : o->symbol, o->size);
	for (unsigned i = 0; i < t->sides; i++)
		print_side(o, &t->side[i], t->sides == 1 ? "device side" : i ? "destination" : "source");
	print_verdict(t);
}

static int print_accesses(FILE *out, const struct iop_access_list *list)
{
	int err = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *a = &list->access[i];
		json_t *line = json_pack("{s:I, s:I, s:i, s:s, s:s}", "access", (json_int_t)i, "offset", (json_int_t)a->offset,
					 "width", a->width, "direction", a->write ? "write" : "read", "form", form(a));

		if (a->mask != iop_access_all(a->width)) {
			char mask[24];

			snprintf(mask, sizeof(mask), "0x%" PRIx64, a->mask);
			json_object_set_new(line, "mask", json_string(mask));
		}
		err |= json_dumpf(line, out, JSON_COMPACT) || fputc('\n', out) == EOF;
		json_decref(line);
	}
	return err;
}

static int print_json(FILE *out, const struct options *o, const struct iop_copy_traced *t)
{
	int err = 0;

	for (unsigned i = 0; i < t->sides; i++) {
		const struct iop_copy_side *side = &t->side[i];
		const struct iop_verdict *v = &side->verdict;
		json_t *broken = json_array(), *undecoded = json_array(), *verdict;

		err |= print_accesses(out, &side->list);
		for (unsigned bit = 0; bit < IOP_RULES; bit++)
			if (v->broken >> bit & 1)
				json_array_append_new(broken, json_string(iop_rule_words(bit)));
		for (unsigned bit = 0; bit < IOP_DECODERS; bit++)
			if (v->undecoded >> bit & 1)
				json_array_append_new(undecoded, json_string(iop_decoder_words(bit)));
		verdict = json_pack("{s:s, s:s, s:s, s:I, s:i, s:s, s:I, s:I, s:I, s:b, s:b, s:o, s:o, s:s*}", "op",
				    iop_copy_op_name(o->op), "side", side->question.write ? "write" : "read", "routine",
				    o->routine ? o->routine : o->symbol, "size", (json_int_t)o->size, "align",
				    (int)(side->question.io % 64), "tier", iop_tier_name(side->question.tier), "accesses",
				    (json_int_t)v->accesses, "optimum", (json_int_t)v->optimum, "bytes_twice", (json_int_t)v->twice,
				    "data_right", t->data_right, "legal", t->legal, "broken", broken, "not_decoded_by", undecoded,
				    "blind", side->list.blind);
		err |= json_dumpf(verdict, out, JSON_COMPACT) || fputc('\n', out) == EOF;
		json_decref(verdict);
	}
	return err ? iop_fail("trace", NULL, "out of memory") : 0;
}

/* The text, the JSON or both, and what the other observer says. */
static int show(const struct options *o, const struct iop_copy_call *call, const struct iop_copy_traced *traced)
{
	const bool say = iop_json_leaves_text(o->json);
	FILE *json = NULL;
	char *text = NULL;
	size_t size = 0;
	int err = 0, failed = 0;

	if (say)
		print_text(o, traced);
	if (o->json) {
		json = open_memstream(&text, &size);
		failed = json ? print_json(json, o, traced) : iop_fail("trace", NULL, "out of memory");
	}
	if (!failed && o->kvm)
		err = iop_trace_second_opinion(call, traced, say, json);
	if (json && fclose(json) == 0 && !failed)
		failed = iop_json_write("trace", o->json, text, size);
	free(text);
	return failed ? failed : err;
}

int iop_cmd_trace(int argc, char **argv)
{
	struct options o = {0};
	struct iop_copier copier = {0};
	struct iop_copy_call call = {.copier = &copier};
	struct iop_copy_traced traced;
	struct iop_tracer *tracer;
	enum iop_tier tier;
	int err = parse(&o, argc, argv);

	if (!err)
		err = find(&copier, &tier, &o);
	if (!err)
		err = tier_of(&tier, o.tier);
	if (err)
		return err;
	if (iop_tracer_open(&tracer, WINDOW))
		return iop_fail("trace", NULL, "no memory for the traced window");
	iop_tracer_single_step(tracer, o.step);
	call.op = o.op;
	call.n = o.size;
	call.io_align = o.align;
	call.mem_align = o.mem_align;
	call.distance = o.distance;
	err = iop_copy_trace(&traced, tracer, WINDOW, &call, tier);
	if (err == -EINVAL)
		err = iop_fail("trace", NULL, "%s has no %s, or not over this distance", o.routine ? o.routine : o.symbol,
			       iop_copy_op_name(o.op));
	else if (err)
		err = iop_fail("trace", NULL, "%s", strerror(-err));
	else
		err = show(&o, &call, &traced);
	iop_tracer_close(tracer);
	if (err)
		return err;
	return traced.blind ? IOP_EXIT_USAGE : traced.legal ? IOP_EXIT_CLEAN : IOP_EXIT_FINDING;
}
