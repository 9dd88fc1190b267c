/* SPDX-License-Identifier: MIT */
#include "json_out.h"
#include "modules.h"
#include "rep.h"
#include "target.h"
#include "trace_kvm.h"
#include "trace_lines.h"
#include "trace_module.h"
#include "trace_show.h"
#include "within.h"

#include <host/legality.h>
#include <peers/verdict.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	struct iop_target target;
	char op[16], verdict[IOP_LEGALITY_TEXT];
	struct iop_trace_shown shown;
	struct iop_judge_call call;
	const char *json, *profile;
	struct iop_profile costs;
	bool step, kvm, lines, operation;
	struct iop_trace_module module;
};

static void help(void)
{
	printf("usage: iopath trace toio|fromio|set|move --routine ROUTINE --size N [OPTIONS]\n"
	       "       iopath trace toio|fromio|set --widths LIST --size N [--rmw] [OPTIONS]\n"
	       "       iopath trace toio|fromio --fifo W --size N [OPTIONS]\n"
	       "       iopath trace toio|fromio|set|move --object FILE.so --symbol NAME --size N [OPTIONS]\n"
	       "       iopath trace toio|set --lines --size N [OPTIONS]\n"
	       "       iopath trace read8|...|write64 --object FILE.so --symbol NAME [OPTIONS]\n"
	       "       iopath trace toio|...|write64|operation --module SO --routine NAME [OPTIONS]\n\n"
	       "Runs one call of a compiled copy routine on traced memory and shows each access that the device side\n"
	       "would see. The device is the destination of toio and set, the source of fromio, and both for move.\n"
	       "An accessor, read8 to read64 and write8 to write64, must make one access of its width.\n"
	       "'iopath check' judges all calls of a routine. The routine runs in a child process with limits.\n\n"
	       "  --routine ROUTINE  a routine of the library, or a peer; with --module, the name of what it registers\n"
	       "  --module SO       a module that registers it, with the tier and the widths that it claims; may be\n"
	       "                    repeated. Of an operation the first calls are shown\n"
	       "  --object FILE     shared object that holds your own routine; of arm64, armhf, riscv64, s390x, ppc64le\n"
	       "                    and i386 also an object file (.o): judged under qemu-user (scripts/setup arch)\n"
	       "  --symbol NAME     its name there; its prototype is memset's for set, memcpy's for other copies,\n"
	       "                    read(base, offset) or write(base, offset, value)\n"
	       "  --call TEXT       its prototype, and its name: 'w32(io, words4, src)', 'put(base, offset, value)'.\n"
	       "                    Arguments are io, or base and offset; src or dst; n, words2, words4 or words8;\n"
	       "                    value; numbers. Behind it stands for which calls it is made: 'in 64', sizes and\n"
	       "                    places that are multiples of 64; 'of 64', one size; 'from 64', no smaller size;\n"
	       "                    'at 8', 'memory 8', places of the device and the memory side\n"
	       "  --size N          number of bytes\n"
	       "  --align A         the device side starts A bytes after a 64-byte boundary (default: 0)\n"
	       "  --mem-align A     the memory side starts A bytes after a 64-byte boundary (default: 0)\n"
	       "  --guard before|after  the memory side starts behind, or ends before, inaccessible memory, so that\n"
	       "                    accesses outside it are seen; in place of --mem-align\n"
	       "  --distance D      for move: the destination starts D bytes after the source, before it if D is\n"
	       "                    negative (default: 4096)\n"
	       "  --value V         for set: the int that it is given (default: 165)\n"
	       "  --pattern 0|1|2|3  the bytes copied: any, zeros, ones, others than 0 (default: 0)\n"
	       "  --tier strict|strict-s|wide|wide-m|mem  judge by the rules of this tier (default: that of the\n"
	       "                    routine; strict for peers and your own)\n"
	       "  --widths LIST     the widths that the device takes, such as 4,8: any other breaks a rule. Without a\n"
	       "                    routine, the library's copies within these widths are shown (routine 'within')\n"
	       "  --rmw             of these, and of strict32: a head or tail that no width fits is merged into the\n"
	       "                    word at the edge, which is read and written; fromio reads it whole\n"
	       "  --fifo W          the device side is one register of W bytes, 1, 2, 4 or 8, that all bytes go through:\n"
	       "                    N / W accesses of it and nothing else. Without a routine, the library's repeated\n"
	       "                    access is shown (routine 'rep'; 'kernel-rep' is the kernel's). The register gives\n"
	       "                    the same word each time, and of the words written the last one is compared\n"
	       "  --lines           of a write-combining mapping: lines of 64 bytes that calls of all sizes up to N, 256\n"
	       "                    at most, at all places within a line fill whole and in part. Stores to one line\n"
	       "                    with none to another between them are one. Exit: 1 if more than the range's own\n"
	       "                    first and last line are filled in part\n"
	       "  --timeout S       seconds of CPU time that the routine may take; by the clock, six times as many\n"
	       "                    (default: 10)\n"
	       "  --profile FILE|NAME  predict the time of the accesses on the device of this profile, a model\n"
	       "                    (iopath calibrate)\n"
	       "  --all             show every access, not only the first %d\n"
	       "  --json FILE|-     write JSON to FILE, one object a line: each access, then the verdict; - is\n"
	       "                    stdout, in place of the text\n"
	       "  --single-step     single-step plain moves instead of emulating them: slower, must show the same\n"
	       "  --oracle kvm      also run it in a virtual machine, whose host must see the same accesses\n\n",
	       IOP_TRACE_SHOW_MOST);
	iop_target_help_routines();
	printf("Exit: 0 legal, 1 illegal, 2 cannot be judged, bad use or an error.\n\n"
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

static int signed_number(const char *option, const char *text, size_t most, int64_t *value)
{
	size_t size = 0;
	int err = number(option, text + (text[0] == '-'), most, &size);

	*value = text[0] == '-' ? -(int64_t)size : (int64_t)size;
	return err;
}

static int guard(uint32_t *which, const char *text)
{
	*which = strcmp(text, "before") == 0 ? IOP_GUARD_BEFORE : IOP_GUARD_AFTER;
	if (strcmp(text, "before") == 0 || strcmp(text, "after") == 0)
		return 0;
	return iop_fail("trace", "before or after", "no such guard: %s", text);
}

/* Options of the call itself. */
static int call_option(struct options *o, int option)
{
	struct iop_judge_call *call = &o->call;
	size_t value = 0;
	int64_t wide = 0;
	int err = 0;

	switch (option) {
	case 'n':
		err = number("--size", optarg, iop_copy_longest(IOP_JUDGE_WINDOW), &value);
		call->n = value;
		break;
	case 'a':
		err = number("--align", optarg, 63, &value);
		call->io_align = (uint32_t)value;
		break;
	case 'm':
		err = number("--mem-align", optarg, 63, &value);
		call->mem_align = (uint32_t)value;
		break;
	case 'd': err = signed_number("--distance", optarg, iop_copy_longest(IOP_JUDGE_WINDOW), &call->distance); break;
	case 'v':
		err = signed_number("--value", optarg, UINT32_MAX, &wide);
		call->value = (uint64_t)wide;
		break;
	case 'p':
		err = number("--pattern", optarg, IOP_COPY_PATTERNS - 1, &value);
		call->pattern = (uint32_t)value;
		break;
	default: err = guard(&call->guard, optarg); break;
	}
	return err;
}

static int option_of(struct options *o, int option, const char *given)
{
	switch (option) {
	case 'r': o->target.routine = optarg; return 0;
	case 'M': return iop_cli_module(o->module.path, &o->module.count, "trace", optarg);
	case 'o': o->target.object = optarg; return 0;
	case 's': o->target.symbol = optarg; return 0;
	case 'c': o->target.call = optarg; return 0;
	case 't': o->target.tier_name = optarg; return 0;
	case 'w': o->target.widths_text = optarg; return 0;
	case 'T': return iop_target_timeout(&o->target, "trace", optarg);
	case 'j': o->json = optarg; return 0;
	case 'P': o->profile = optarg; return 0;
	case 'R': o->target.rmw = true; return 0;
	case 'l': o->lines = true; return 0;
	case 'f': return iop_target_fifo(&o->target, "trace", optarg);
	case 'A': o->shown.all = true; return 0;
	case 'S': o->step = true; return 0;
	case 'O':
		if (strcmp(optarg, "kvm") != 0)
			return iop_fail("trace", "kvm", "no such oracle: %s", optarg);
		o->kvm = true;
		return 0;
	case 'h': help(); exit(IOP_EXIT_CLEAN);
	case '?':
	case ':': return iop_fail("trace", "iopath trace --help", "unknown or incomplete option %s", given);
	default: return call_option(o, option);
	}
}

/* A size or place that the prototype, or a routine of units, does not have. */
static int refuse(const struct iop_target *t)
{
	if (t->call)
		return iop_fail("trace", NULL, "--call says that it is not made for this size or place");
	if (t->fifo)
		return iop_fail("trace", NULL, "through a register of %u bytes go multiples of %u, and it is aligned to them%s",
				t->fifo, t->fifo, t->prototype.memory_place ? ", as is the kernel's buffer" : "");
	if (!t->routine || t->prototype.unit <= 1)
		return iop_fail("trace", NULL, "it is not made for this size or place");
	return iop_fail("trace", t->prototype.memory_place ? NULL : "--rmw merges the rest into the words at the edges",
			"%s takes sizes and places that are multiples of %u only", t->routine, t->prototype.unit);
}

/* The copies within widths say themselves what they refuse. */
static int check_widths(const struct options *o)
{
	const struct iop_target *t = &o->target;
	char words[32];

	if (o->kvm && (t->rmw || strcmp(t->routine, IOP_WITHIN) == 0))
		return iop_fail("trace", "leave out --oracle kvm", "the virtual machine runs the routines of the table only");
	if (strcmp(t->routine, IOP_WITHIN) != 0 || t->rmw || !iop_within_answer((size_t)o->call.n, o->call.io_align))
		return 0;
	return iop_fail("trace", "--rmw merges the rest into the words at the edges",
			"no accesses of %s bytes cover %zu bytes at %u, so the copy is refused and makes none",
			iop_widths_words(t->widths, words), (size_t)o->call.n, o->call.io_align);
}

static int check_use(struct options *o)
{
	const struct iop_target *t = &o->target;

	if (o->call.guard && o->call.mem_align)
		return iop_fail("trace", "leave one out", "--guard says where the memory side is, and so does --mem-align");
	if (o->call.n == UINT64_MAX && !t->prototype.one)
		return iop_fail("trace", "iopath trace --help", "--size is needed");
	if (o->call.n == UINT64_MAX)
		o->call.n = t->prototype.unit;
	if (!iop_prototype_takes(&t->prototype, o->call.n, o->call.io_align) ||
	    (!o->call.guard && !iop_prototype_takes_memory(&t->prototype, o->call.mem_align)) ||
	    (t->wanted.op == IOP_MOVE && o->call.distance % t->prototype.unit))
		return refuse(t);
	if (o->lines && (o->kvm || o->profile || o->step || o->shown.all || o->call.io_align || t->fifo || t->wanted.width))
		return iop_fail("trace", "leave the rest out", "--lines is about all calls of a copy, and shows none of them");
	if (o->lines && (t->wanted.op != IOP_TOIO && t->wanted.op != IOP_SET))
		return iop_fail("trace", "toio or set", "--lines is about stores to a device alone");
	if (o->lines && o->call.n > IOP_TRACE_LINES_MOST)
		return iop_fail("trace", NULL, "--lines is about sizes up to %d", IOP_TRACE_LINES_MOST);
	if (t->fifo && o->kvm)
		return iop_fail("trace", "leave out --oracle kvm", "the virtual machine has no FIFO");
	if ((t->call || t->wanted.width) && o->kvm)
		return iop_fail("trace", "leave out --oracle kvm",
				"the virtual machine calls with the prototypes of memcpy and memset only");
	if (t->routine ? t->object || t->symbol : !t->object || !t->symbol)
		return iop_fail("trace", "iopath trace --help", "name a --routine, or an --object with a --symbol");
	return 0;
}

/* Of all calls of a routine whose verdict is known: this one may be legal, or not, where others are not. */
static const char *routine_verdict(char text[IOP_LEGALITY_TEXT], const char *routine)
{
	unsigned widths;
	const char *tier = iop_verdict_on(routine, &widths);

	return tier ? iop_legality_words(text, tier, widths) : NULL;
}

/* What a module registers is an object and a symbol; an operation is neither copy nor accessor. */
static int find_in_modules(struct options *o, const char *op)
{
	const struct iop_target *t = &o->target;
	int err;

	if (t->object || t->symbol || t->call || o->kvm)
		return iop_fail("trace", "--routine NAME says which line", "a module says itself what its lines are");
	err = iop_trace_find_entry(&o->module, op, t->routine);
	if (err)
		return err;
	o->operation = strcmp(op, "operation") == 0;
	if (o->operation && (t->tier_name || t->widths_text || o->profile || o->call.n != UINT64_MAX))
		return iop_fail("trace", "leave the rest out", "an operation is run as it is, and its accesses are shown");
	iop_trace_target(&o->module, &o->target);
	return 0;
}

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"routine", required_argument, NULL, 'r'},
		{"module", required_argument, NULL, 'M'},
		{"object", required_argument, NULL, 'o'},
		{"symbol", required_argument, NULL, 's'},
		{"call", required_argument, NULL, 'c'},
		{"size", required_argument, NULL, 'n'},
		{"align", required_argument, NULL, 'a'},
		{"mem-align", required_argument, NULL, 'm'},
		{"distance", required_argument, NULL, 'd'},
		{"tier", required_argument, NULL, 't'},
		{"value", required_argument, NULL, 'v'},
		{"pattern", required_argument, NULL, 'p'},
		{"guard", required_argument, NULL, 'g'},
		{"widths", required_argument, NULL, 'w'},
		{"timeout", required_argument, NULL, 'T'},
		{"json", required_argument, NULL, 'j'},
		{"profile", required_argument, NULL, 'P'},
		{"all", no_argument, NULL, 'A'},
		{"single-step", no_argument, NULL, 'S'},
		{"oracle", required_argument, NULL, 'O'},
		{"rmw", no_argument, NULL, 'R'},
		{"lines", no_argument, NULL, 'l'},
		{"fifo", required_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option, err = 0;

	o->call = (struct iop_judge_call){.n = UINT64_MAX, .distance = 4096, .value = IOP_COPY_VALUE};
	o->target.limits = iop_judge_limits;
	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		err = option_of(o, option, argv[optind - 1]);
	if (!err && optind != argc - 1)
		err = iop_fail("trace", "iopath trace --help", "one operation is needed, such as toio or write32");
	if (!err && o->module.count)
		err = find_in_modules(o, argv[optind]);
	if (!err && o->operation)
		return 0;
	if (!o->target.routine && !o->target.object && !o->target.symbol && !o->target.call)
		o->target.routine = o->target.fifo ? IOP_REP : o->target.widths_text ? IOP_WITHIN : NULL;
	if (!err)
		err = iop_target_wanted(&o->target, "trace", argv[optind]);
	if (!err && o->module.entry.unit > 1)
		o->target.prototype.unit = (uint8_t)o->module.entry.unit;
	if (!err)
		err = check_use(o);
	if (!err)
		err = iop_target_find(&o->target, "trace");
	if (!err && o->target.routine)
		err = check_widths(o);
	if (!err && o->profile) {
		err = iop_profile_load(&o->costs, "trace", o->profile);
		o->shown.profile = &o->costs;
	}
	o->shown.op = iop_target_op_name(&o->target, o->op);
	o->call.look = o->step ? IOP_LOOK_STEP : IOP_LOOK;
	o->shown.name = o->module.count ? o->module.entry.name : iop_target_name(&o->target);
	if (o->target.routine && !o->target.fifo)
		o->shown.verdict = routine_verdict(o->verdict, o->target.routine);
	o->shown.size = (size_t)o->call.n;
	o->shown.foreign = !o->target.routine && !o->target.call;
	o->shown.widths = o->target.widths;
	o->shown.machine = iop_target_machine(&o->target);
	if (!err && o->shown.machine && o->kvm)
		err = iop_fail("trace", "leave out --oracle kvm", "%s is %s code, and a virtual machine here runs this CPU's only",
			       o->target.object, o->shown.machine);
	return err;
}

/* The text, the JSON or both, and what the other observer says. */
static int show(const struct options *o, const struct iop_copy_traced *traced, const struct iop_judge_answer *answer)
{
	const bool say = iop_json_leaves_text(o->json), judged = !iop_fate_is_reason(&answer->fate);
	FILE *json = NULL;
	char *text = NULL;
	size_t size = 0;
	int err = 0, failed = 0;

	if (say && judged)
		iop_trace_print(&o->shown, traced, answer);
	if (!judged)
		iop_fail("trace", NULL, "cannot judge %s: it %s", o->shown.name, answer->fate.text);
	if (o->json) {
		json = open_memstream(&text, &size);
		failed = json ? iop_trace_json(json, &o->shown, traced, answer) : iop_fail("trace", NULL, "out of memory");
	}
	if (!failed && judged && o->kvm)
		err = iop_trace_second_opinion(&o->target, &o->call, traced, say, json);
	if (json && fclose(json) == 0 && !failed)
		failed = iop_json_write("trace", o->json, text, size);
	free(text);
	return failed ? failed : err;
}

/* 0 needs evidence: the call came back, nothing is missing, and no rule is broken. */
static int verdict(const struct iop_copy_traced *traced)
{
	return traced->blind ? IOP_EXIT_USAGE : traced->legal ? IOP_EXIT_CLEAN : IOP_EXIT_FINDING;
}

static int trace(struct options *o, int argc, char **argv)
{
	const struct iop_judge_answer *answer;
	struct iop_copy_traced traced;
	struct iop_judge judge;
	int err = parse(o, argc, argv);

	if (!err && o->operation)
		return iop_trace_operation(&o->module, &o->target.limits, o->json);
	if (!err)
		err = iop_target_judge(&judge, &o->target, "trace");
	if (err)
		return err;
	if (o->lines) {
		err = iop_trace_lines(&judge, &o->target, &o->call, o->json);
		iop_judge_close(&judge);
		return err;
	}
	answer = iop_judge_ask(&judge, &o->call);
	if (answer->fate.kind == IOP_FATE_CANNOT) {
		err = iop_fail("trace", NULL, "%s", answer->fate.text);
	} else if (iop_judge_verdict(&judge, o->target.tier, o->target.widths, &traced)) {
		err = iop_fail("trace", NULL, "out of memory");
	} else {
		err = show(o, &traced, answer);
		if (!err)
			err = verdict(&traced);
		iop_judge_forget(&traced);
	}
	iop_judge_close(&judge);
	return err;
}

int iop_cmd_trace(int argc, char **argv)
{
	struct options o = {0};
	int code = trace(&o, argc, argv);

	iop_trace_module_close(&o.module);
	return code;
}
