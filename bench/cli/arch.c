/* SPDX-License-Identifier: MIT */
/* iopath arch: a module's source for every architecture that Debian has a compiler for, judged under qemu-user. */
#include "arch.h"
#include "cli.h"
#include "expect.h"
#include "json_out.h"

#include <host/registered.h>
#include <host/temporary.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALL_NAMES "x86-64, i386, arm64, armhf, riscv64, s390x, ppc64le"

static void help(void)
{
	printf("usage: iopath arch --module-source FILE [OPTIONS]\n\n"
	       "Compiles a module of access paths (iopath new-module writes one) for each architecture, runs it under\n"
	       "qemu-user, and judges all that it registers as 'iopath check' does on this machine's own CPU. Prints,\n"
	       "for each entry and architecture, the verdict and what an operation costs: its accesses to the device\n"
	       "and its instructions, both exact, and cycles as llvm-mca estimates them for a core. An estimate is of\n"
	       "a model whose memory answers at once: it compares variants, and is not a measured time. Where a\n"
	       "barrier is executed, which is named, there is none. An accessor that claims to be ordered must execute\n"
	       "one where the CPU may reorder accesses: arm64, armhf, riscv64, ppc64le.\n\n"
	       "Architectures: x86-64, i386, arm64, armhf, riscv64, s390x, ppc64le. Each needs its compiler; what is\n"
	       "not here is named with what to install. Nothing else of iopath needs a compiler for this.\n\n"
	       "  --module-source FILE  a file of the module, in C or C++; may be repeated: all are one module\n"
	       "  --arch LIST           these architectures only, such as arm64,riscv64; each must be examined\n"
	       "  --cflags TEXT         flags for the compilers, behind -O2; 'arm64: -march=armv9-a' is for one\n"
	       "                        architecture; may be repeated\n"
	       "  --filter REGEX        entries whose name matches, such as toio/mydriver/copy_words\n"
	       "  --expect FILE         the accesses of operations, as 'iopath check --update' writes them (default:\n"
	       "                        the first FILE, with .expect in place of .c, if it is there)\n"
	       "  --timeout S           seconds of CPU time that one call may take (default: 10)\n"
	       "  --keep FOLDER         keep the compiled modules there, for 'iopath trace --object FOLDER/arm64.so'\n"
	       "  --json FILE|-         write JSON to FILE; - is stdout, in place of the text\n\n"
	       "Exit: 0 legal wherever it was examined, 1 illegal somewhere, 2 nothing was examined, something could\n"
	       "not be compiled or judged, or bad use.\n\n"
	       "example: iopath arch --module-source my_cells.c --arch arm64,riscv64\n");
}

static int add_source(struct iop_arch_options *o, const char *path)
{
	if (o->sources == IOP_ARCH_SOURCES)
		return iop_fail("arch", NULL, "more than %d files", IOP_ARCH_SOURCES);
	if (access(path, R_OK))
		return iop_fail("arch", "'iopath new-module' writes one", "cannot read %s: %s", path, strerror(errno));
	o->source[o->sources++] = path;
	return 0;
}

static const struct iop_machine *machine_named(const char *name, size_t n)
{
	for (const struct iop_machine *m = iop_machines; m->name; m++)
		if (strlen(m->name) == n && strncmp(m->name, name, n) == 0)
			return m;
	return NULL;
}

/* A flag begins with a dash, so what else is before a colon is an architecture. */
static bool names_no_architecture(const char *text)
{
	const size_t n = *text == '-' ? 0 : strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return n && text[n] == ':' && !machine_named(text, n);
}

static int add_flags(struct iop_arch_options *o, const char *text)
{
	if (names_no_architecture(text))
		return iop_fail("arch", ALL_NAMES, "no such architecture: %.*s", (int)strcspn(text, ":"), text);
	if (o->flag_texts == IOP_ARCH_FLAGS)
		return iop_fail("arch", NULL, "--cflags is there more than %d times", IOP_ARCH_FLAGS);
	o->flags[o->flag_texts++] = text;
	return 0;
}

static int parse(struct iop_arch_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"module-source", required_argument, NULL, 's'},
		{"arch", required_argument, NULL, 'a'},
		{"cflags", required_argument, NULL, 'c'},
		{"filter", required_argument, NULL, 'f'},
		{"expect", required_argument, NULL, 'e'},
		{"timeout", required_argument, NULL, 'T'},
		{"keep", required_argument, NULL, 'k'},
		{"json", required_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct iop_target target = {.limits = iop_judge_limits};
	int option, err = 0;

	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 's': err = add_source(o, optarg); break;
		case 'a': o->archs = optarg; break;
		case 'c': err = add_flags(o, optarg); break;
		case 'f': o->filter = optarg; break;
		case 'e': o->expect = optarg; break;
		case 'T': err = iop_target_timeout(&target, "arch", optarg); break;
		case 'k': o->keep = optarg; break;
		case 'j': o->json = optarg; break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("arch", "iopath arch --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	o->limits = target.limits;
	if (!err && optind < argc)
		return iop_fail("arch", "--module-source FILE", "unexpected argument %s", argv[optind]);
	if (!err && !o->sources)
		return iop_fail("arch", "--module-source FILE; 'iopath new-module' writes one", "no source of a module is named");
	if (!err && regcomp(&o->wanted, o->filter ? o->filter : "", REG_EXTENDED | REG_NOSUB))
		return iop_fail("arch", NULL, "no regular expression: %s", o->filter);
	return err;
}

/* The file beside the source that is called as it is, or none. */
static int read_expect(struct iop_arch_options *o)
{
	const char *source = o->sources ? o->source[0] : "", *dot = strrchr(source, '.');
	int err;

	snprintf(o->expect_path, sizeof(o->expect_path), "%.*s%s",
		 o->expect ? (int)strlen(o->expect) : (int)(dot && !strchr(dot, '/') ? (size_t)(dot - source) : strlen(source)),
		 o->expect ? o->expect : source, o->expect ? "" : ".expect");
	o->expected = iop_expect_read(o->expect_path, &err);
	if (err && (err != -ENOENT || o->expect))
		return iop_fail("arch", "'iopath check FILE.so --update' writes it", "cannot read %s: %s", o->expect_path,
				iop_expect_why(err));
	return 0;
}

/* In the order of the machines, each once, whatever the list has. */
static int choose(struct iop_arch_result *r, const struct iop_arch_options *o)
{
	size_t known = 0;

	while (iop_machines[known].name)
		known++;
	for (const char *at = o->archs; at && *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
		if (!machine_named(at, strcspn(at, ",")))
			return iop_fail("arch", ALL_NAMES, "no such architecture: %.*s", (int)strcspn(at, ","), at);
	r->arch = calloc(known + 1, sizeof(*r->arch));
	for (const struct iop_machine *m = iop_machines; r->arch && m->name; m++) {
		bool wanted = !o->archs;

		for (const char *at = o->archs; at && *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
			wanted |= machine_named(at, strcspn(at, ",")) == m;
		if (wanted)
			r->arch[r->archs++].machine = m;
	}
	if (!r->arch)
		return iop_fail("arch", NULL, "out of memory");
	return r->archs ? 0 : iop_fail("arch", "--arch arm64,riscv64", "--arch names none");
}

static bool is_wanted(const struct iop_arch_options *o, const struct iop_arch *arch, const struct iop_module_entry *entry)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/%s/%s", iop_registered_op(entry->kind) ? iop_registered_op(entry->kind) : "?",
		 arch->table->name, entry->name);
	return regexec(&o->wanted, name, 0, NULL, 0) == 0;
}

/* The same entry where it was judged first. */
static const struct iop_arch_row *first_of(const struct iop_arch_result *r, const struct iop_module_entry *entry)
{
	for (size_t i = 0; i < r->rows; i++)
		if (r->row[i].entry->kind == entry->kind && strcmp(r->row[i].entry->name, entry->name) == 0)
			return &r->row[i];
	return NULL;
}

static void progress(const struct iop_arch *arch, const char *what)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%s: %s\033[K", arch->machine->name, what);
}

static int examine(struct iop_arch_result *r, struct iop_arch *arch, const struct iop_arch_options *o)
{
	struct iop_arch_row *rows;

	progress(arch, "compiling");
	iop_arch_build(arch, o, r->folder);
	if (arch->state != IOP_ARCH_EXAMINED)
		return 0;
	rows = realloc(r->row, (r->rows + arch->table->count + 1) * sizeof(*rows));
	if (!rows)
		return iop_fail("arch", NULL, "out of memory");
	r->row = rows;
	for (uint32_t i = 0; i < arch->table->count; i++) {
		const struct iop_module_entry *entry = &arch->table->entry[i];

		if (!is_wanted(o, arch, entry))
			continue;
		progress(arch, entry->name);
		rows[r->rows] = (struct iop_arch_row){.arch = arch, .entry = entry};
		iop_arch_judge(&rows[r->rows], o, r->folder, first_of(r, entry));
		r->rows++;
	}
	return 0;
}

/* What is wrong is said on stderr, too: the table may go elsewhere. */
static int exit_code(const struct iop_arch_result *r, const struct iop_arch_options *o)
{
	size_t illegal = 0, cannot = 0, failed = 0;

	for (size_t i = 0; i < r->rows; i++) {
		illegal += r->row[i].checked.outcome == IOP_NOT_AS_CLAIMED;
		cannot += r->row[i].checked.outcome == IOP_NOT_JUDGED;
		if (r->row[i].checked.outcome == IOP_NOT_JUDGED)
			iop_fail("arch", NULL, "%s on %s cannot be judged: %s", r->row[i].entry->name,
				 r->row[i].arch->machine->name, r->row[i].checked.words);
	}
	for (size_t i = 0; i < r->archs; i++) {
		if (r->arch[i].state == IOP_ARCH_EXAMINED || (r->arch[i].state == IOP_ARCH_NO_TOOLS && !o->archs))
			continue;
		failed++;
		iop_fail("arch", NULL, "%s is not examined: %s", r->arch[i].machine->name, r->arch[i].why);
	}
	if (!r->rows && !failed && o->filter)
		iop_fail("arch", "'iopath arch' without --filter shows all", "nothing matches --filter %s", o->filter);
	else if (!r->rows && !failed)
		iop_fail("arch", r->arch[0].why, "nothing was examined");
	if (illegal)
		return IOP_EXIT_FINDING;
	return cannot || failed || !r->rows ? IOP_EXIT_USAGE : IOP_EXIT_CLEAN;
}

static int run(struct iop_arch_result *r, struct iop_arch_options *o)
{
	int err = 0;

	iop_estimate_has_tools(r->no_estimates, sizeof(r->no_estimates));
	for (size_t i = 0; !err && i < r->archs; i++)
		err = examine(r, &r->arch[i], o);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
	if (err)
		return err;
	if (iop_json_leaves_text(o->json))
		iop_arch_print(r, o);
	fflush(stdout);
	if (o->json)
		err = iop_arch_json(r, o);
	return err ? err : exit_code(r, o);
}

static void release(struct iop_arch_result *r, struct iop_arch_options *o, const char *folder)
{
	for (size_t i = 0; i < r->archs; i++) {
		free(r->arch[i].table);
	}
	for (size_t i = 0; i < r->rows; i++) {
		free(r->row[i].checked.more);
		free(r->row[i].seen);
	}
	free(r->arch);
	free(r->row);
	free(o->expected);
	if (!o->keep && *folder)
		iop_temporary_remove(folder);
}

/* A folder of this process, or the user's. 0, or an exit code after a message. */
static int make_folder(char folder[PATH_MAX - 64], const struct iop_arch_options *o)
{
	int err;

	if (o->keep) {
		snprintf(folder, PATH_MAX - 64, "%s", o->keep);
		if (mkdir(folder, 0777) && errno != EEXIST)
			return iop_fail("arch", NULL, "cannot make the folder %s: %s", folder, strerror(errno));
		return 0;
	}
	err = iop_temporary_make(folder, PATH_MAX - 64, "arch");
	if (!err)
		return 0;
	folder[0] = '\0';
	return iop_fail("arch", "set TMPDIR", "cannot make a folder for compiled modules: %s", strerror(-err));
}

int iop_cmd_arch(int argc, char **argv)
{
	struct iop_arch_options o = {0};
	struct iop_arch_result r = {0};
	char folder[PATH_MAX - 64] = "";
	int err = parse(&o, argc, argv);

	if (!err)
		err = read_expect(&o);
	if (!err)
		err = choose(&r, &o);
	if (!err)
		err = make_folder(folder, &o);
	r.folder = folder;
	if (!err)
		err = run(&r, &o);
	release(&r, &o, folder);
	return err;
}
