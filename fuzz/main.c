/* SPDX-License-Identifier: MIT */
/*
 * iopath-fuzz: the seeded generator, the exhaustive search, and what is done with findings. One program a build of the library.
 * Exit code: 0 clean, 1 a finding, 2 bad use.
 */
#include <engine/exhaustive.h>
#include <engine/generator.h>
#include <finding/emit.h>
#include <finding/explain.h>
#include <finding/files.h>
#include <finding/keep.h>
#include <finding/minimise.h>
#include <witness/witness.h>

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct {
	const char *name;
	unsigned groups;
} targets[] = {
	{"program", 0},		 {"projection", FUZZ_PROJECTION | FUZZ_OWNER},
	{"copy", FUZZ_COPY},	 {"register", FUZZ_ACCESS | FUZZ_CONFIG},
	{"iosys_map", FUZZ_MAP},
};

static int usage(const char *what, const char *why)
{
	fprintf(stderr, "iopath: fuzz: %s: %s (iopath-fuzz --help)\n", what, why);
	return 2;
}

static int help(void)
{
	printf("usage: iopath-fuzz COMMAND [OPTIONS]\n\n"
	       "Runs programs of I/O operations with the library and with its model, and compares them.\n\n"
	       "  generate             run random programs; see --time, --programs, --seed, --target\n"
	       "  exhaustive           run all small programs; see --bytes, --every-layout\n"
	       "  replay PATH...       run files, or folders of them; see --explain, --emit-c\n"
	       "  minimise FILE        replace FILE by the shortest program that fails in the same way\n"
	       "  keep FILE            minimise FILE and write it to --out as a finding\n"
	       "  operations           list the operations, and the targets that use them\n"
	       "  dictionary           print a dictionary for libFuzzer and AFL++\n"
	       "  seeds DIR            write programs to start a corpus with; see --programs\n\n"
	       "  --time SECONDS       stop after this time\n"
	       "  --programs N         stop after N programs; for seeds, write N\n"
	       "  --seed N             seed of the generator (default: 1)\n"
	       "  --first N            number of the first program of that seed (default: 0)\n"
	       "  --target TARGET      program, projection, copy, register or iosys_map (default: program)\n"
	       "  --bytes N            longest copy of the exhaustive search (default: 20)\n"
	       "  --every-layout       also try every layout of the owners; with --bytes 110: 10^9 operations\n"
	       "  --explain            print each operation and its result\n"
	       "  --emit-c             print a C program that does the same and checks the results\n"
	       "  --out DIR            write findings there (default: not written)\n"
	       "  --witness            watch each program with the fault tracer, too: what the compiled code does\n"
	       "                       against what the library reports; on x86-64, 100 times slower\n"
	       "  --campaign           continue after a finding, report each kind once; print progress as lines\n"
	       "  --kinds              print how many operations of each kind were checked, as lines 'KIND name number'\n"
	       "  --quiet              print the result only\n\n"
	       "Exit: 0 clean, 1 a finding, 2 bad use or an error.\n\n"
	       "example: iopath-fuzz generate --time 10 --out results/fuzz\n");
	return 0;
}

static struct {
	uint64_t seed, first, programs;
	double seconds;
	unsigned groups, bytes;
	bool explain, emit, quiet, campaign, every_layout, witness, kinds;
	const char *out;
} option = {.seed = 1, .bytes = 20};
static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t hash(const uint8_t *data, size_t size)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++)
		h = (h ^ data[i]) * UINT64_C(0x100000001b3);
	return h;
}

/* Minimised, run again from nothing, shown, kept. */
static int found(uint8_t *data, size_t size)
{
	struct fuzz_program program;
	struct fuzz_divergence d;
	char signature[96];
	uint64_t executions = 0;

	size = fuzz_minimise(data, size, option.groups, &executions);
	if (fuzz_run_bytes(data, size, option.groups, &d)) {
		printf("FLAKY: diverged once, and not when run again\n");
		return 1;
	}
	fuzz_signature(signature, &d);
	printf("FINDING %s at operation %u of %zu: %s (minimised in %" PRIu64 " executions)\n", signature, d.step,
	       (size - FUZZ_HEADER) / FUZZ_RECORD, d.text, executions);
	fuzz_decode(&program, data, size);
	if (!option.quiet)
		fuzz_explain(stdout, &program);
	if (option.out)
		fuzz_keep(option.out, data, size, option.groups, &d);
	return 1;
}

static int report(double start, const char *what)
{
	double seconds = now() - start, cpu = (double)clock() / CLOCKS_PER_SEC;

	printf("%s: clean: %" PRIu64 " programs, %" PRIu64 " operations checked in %.2f s, %.2f M/s (%.2f M/s of CPU time)\n", what,
	       fuzz_programs, fuzz_checked_ops, seconds, (double)fuzz_checked_ops / seconds * 1e-6,
	       (double)fuzz_checked_ops / cpu * 1e-6);
	if (option.witness)
		printf("%s: watched: %" PRIu64 " accesses of compiled code\n", what, fuzz_witnessed);
	return 0;
}

/* The kinds that were found so far, before minimising: that takes a thousand programs, so each only once. */
static bool is_new(const struct fuzz_divergence *d)
{
	static char known[64][96];
	static unsigned count;
	char signature[96];

	fuzz_signature(signature, d);
	for (unsigned i = 0; i < count; i++)
		if (strcmp(known[i], signature) == 0)
			return false;
	if (count == sizeof(known) / sizeof(known[0]))
		return false;
	memcpy(known[count++], signature, sizeof(signature));
	return true;
}

static void show_progress(double since)
{
	static double shown;
	double t = now();

	if (option.quiet || t - shown < 0.5)
		return;
	shown = t;
	if (option.campaign)
		printf("PROGRESS %" PRIu64 " %" PRIu64 "\n", fuzz_programs, fuzz_checked_ops);
	else if (isatty(2))
		fprintf(stderr, "\r%.0f s, %" PRIu64 " programs, %.2f M operations/s ", t - since, fuzz_programs,
			(double)fuzz_checked_ops / (t - since) * 1e-6);
}

static void print_kinds(void)
{
	for (unsigned op = 0; op < 256; op++)
		if (fuzz_op_group((uint8_t)op))
			printf("KIND %s %" PRIu64 "\n", fuzz_op_name((uint8_t)op), fuzz_checked_of[op]);
}

static int generate(void)
{
	uint8_t data[FUZZ_MAX_SIZE];
	struct fuzz_divergence d;
	double start = now();
	int result = 0;

	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	for (uint64_t i = option.first; !option.programs || i - option.first < option.programs; i++) {
		struct fuzz_random random = fuzz_random_of(option.seed, i);
		size_t size = fuzz_generate(data, &random, option.groups);

		if (!fuzz_run_bytes(data, size, option.groups, &d)) {
			if (option.campaign && !is_new(&d))
				continue;
			printf("seed %" PRIu64 " program %" PRIu64 " after %.3f s: ", option.seed, i, now() - start);
			fflush(stdout);
			result = found(data, size);
			if (!option.campaign)
				return result;
		}
		if (i % 1024)
			continue;
		if (stopped || (option.seconds > 0 && now() - start > option.seconds))
			break;
		show_progress(start);
	}
	if (option.campaign)
		printf("PROGRESS %" PRIu64 " %" PRIu64 "\n", fuzz_programs, fuzz_checked_ops);
	if (option.kinds)
		print_kinds();
	return result ? result : report(start, "generator");
}

static double exhaust_start;

static void exhaust_tick(void)
{
	show_progress(exhaust_start);
}

static int exhaust(void)
{
	static struct fuzz_program program;
	uint8_t data[FUZZ_MAX_SIZE] = {FUZZ_VERSION};
	struct fuzz_divergence d;

	exhaust_start = now();
	if (fuzz_exhaust(option.bytes, option.every_layout, exhaust_tick, &program, &d))
		return report(exhaust_start, "exhaustive");
	data[1] = (uint8_t)program.layout;
	for (unsigned i = 0; i < program.count; i++)
		fuzz_encode(data + FUZZ_HEADER + i * FUZZ_RECORD, &program.record[i]);
	printf("exhaustive after %.3f s: ", now() - exhaust_start);
	return found(data, FUZZ_HEADER + program.count * FUZZ_RECORD);
}

struct replayed {
	unsigned passed, failed;
};

static int replay_file(void *context, const char *path)
{
	struct replayed *replayed = context;
	uint8_t data[FUZZ_MAX_SIZE];
	struct fuzz_program program;
	struct fuzz_divergence d;
	size_t size;
	int err = fuzz_read_file(path, data, sizeof(data), &size);

	if (err) {
		fprintf(stderr, "iopath: replay: %s: %s\n", path, strerror(-err));
		return 2;
	}
	fuzz_decode(&program, data, size);
	if (option.emit)
		fuzz_emit(stdout, &program, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	if (option.explain) {
		printf("%s\n", path);
		fuzz_explain(stdout, &program);
	}
	if (fuzz_run_bytes(data, size, option.groups, &d)) {
		replayed->passed++;
		return 0;
	}
	replayed->failed++;
	if (!option.emit)
		printf("FAILED %s: operation %u, %s: %s\n", path, d.step, fuzz_divergence_name(d.kind), d.text);
	return 0;
}

static int replay(int count, char **paths)
{
	struct replayed replayed = {0, 0};
	int unread = 0;

	if (!count)
		return usage("replay", "no file");
	for (int i = 0; i < count; i++)
		unread |= fuzz_replay_files(paths[i], replay_file, &replayed);
	if (!option.emit && replayed.passed + replayed.failed)
		printf("%u passed, %u failed\n", replayed.passed, replayed.failed);
	return unread ? 2 : replayed.failed ? 1 : 0;
}

static int read_one(const char *command, int count, char **paths, uint8_t data[FUZZ_MAX_SIZE], size_t *size)
{
	int err = count == 1 ? fuzz_read_file(paths[0], data, FUZZ_MAX_SIZE, size) : 0;

	return count != 1 ? usage(command, "one file") : err ? usage(paths[0], strerror(-err)) : 0;
}

/* What a crash of another engine is: minimised, shown and kept. */
static int keep_file(int count, char **paths)
{
	uint8_t data[FUZZ_MAX_SIZE];
	struct fuzz_divergence d;
	size_t size;
	int err = read_one("keep", count, paths, data, &size);

	if (err)
		return err;
	if (!fuzz_run_bytes(data, size, option.groups, &d))
		return found(data, size);
	printf("%s does not fail\n", paths[0]);
	return 0;
}

static int minimise(int count, char **paths)
{
	uint8_t data[FUZZ_MAX_SIZE];
	uint64_t executions = 0;
	size_t size;
	int err = read_one("minimise", count, paths, data, &size);

	if (err)
		return err;
	size = fuzz_minimise(data, size, option.groups, &executions);
	if (!executions)
		return usage(paths[0], "does not fail");
	err = fuzz_write_file(paths[0], data, size);
	if (err)
		return usage(paths[0], strerror(-err));
	printf("%zu operations, %" PRIu64 " executions\n", (size - FUZZ_HEADER) / FUZZ_RECORD, executions);
	return 0;
}

static int operations(void)
{
	for (unsigned op = 0; op < 256; op++) {
		if (!fuzz_op_group((uint8_t)op))
			continue;
		printf("%3u  %-14s", op, fuzz_op_name((uint8_t)op));
		for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
			if (!targets[i].groups || fuzz_op_group((uint8_t)op) & (targets[i].groups | FUZZ_BASE))
				printf(" %s", targets[i].name);
		printf("\n");
	}
	return 0;
}

static int dictionary(void)
{
	for (unsigned i = 0; i < fuzz_dictionary_size; i++) {
		uint32_t v = fuzz_dictionary[i];

		printf("\"\\x%02x\\x%02x\\x%02x\\x%02x\"\n", v & 0xff, v >> 8 & 0xff, v >> 16 & 0xff, v >> 24);
	}
	return 0;
}

static int seeds(int count, char **paths)
{
	uint8_t data[FUZZ_MAX_SIZE];
	char path[4096];

	if (count != 1)
		return usage("seeds", "one folder");
	mkdir(paths[0], 0777);
	for (uint64_t i = 0; i < (option.programs ? option.programs : 64); i++) {
		struct fuzz_random random = fuzz_random_of(option.seed, i);
		size_t size = fuzz_generate(data, &random, option.groups);
		int err;

		snprintf(path, sizeof(path), "%s/%016" PRIx64, paths[0], hash(data, size));
		err = fuzz_write_file(path, data, size);
		if (err)
			return usage(path, strerror(-err));
	}
	return 0;
}

static int set_option(const char *name, const char *value)
{
	if (strcmp(name, "--target") == 0) {
		for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
			if (strcmp(value, targets[i].name) == 0) {
				option.groups = targets[i].groups ? targets[i].groups | FUZZ_BASE : 0;
				return 0;
			}
		return usage(value, "no such target: program, projection, copy, register or iosys_map");
	}
	if (strcmp(name, "--out") == 0)
		option.out = value;
	else if (strcmp(name, "--time") == 0)
		option.seconds = strtod(value, NULL);
	else if (strcmp(name, "--seed") == 0)
		option.seed = strtoull(value, NULL, 0);
	else if (strcmp(name, "--first") == 0)
		option.first = strtoull(value, NULL, 0);
	else if (strcmp(name, "--programs") == 0)
		option.programs = strtoull(value, NULL, 0);
	else if (strcmp(name, "--bytes") == 0)
		option.bytes = (unsigned)strtoul(value, NULL, 0);
	else
		return usage(name, "no such option");
	return 0;
}

/* An option without a value. */
static bool *flag(const char *name)
{
	static const struct {
		const char *name;
		bool *is;
	} flags[] = {{"--explain", &option.explain},   {"--emit-c", &option.emit},
		     {"--campaign", &option.campaign}, {"--every-layout", &option.every_layout},
		     {"--quiet", &option.quiet},       {"--witness", &option.witness},
		     {"--kinds", &option.kinds}};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(name, flags[i].name) == 0)
			return flags[i].is;
	return NULL;
}

int main(int argc, char **argv)
{
	char *path[256];
	int paths = 0, err;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return help();
		if (flag(argv[i]))
			*flag(argv[i]) = true;
		else if (argv[i][0] != '-' && paths < 256)
			path[paths++] = argv[i];
		else if (i + 1 == argc)
			return usage(argv[i], "needs a value, or is not an option");
		else if ((err = set_option(argv[i], argv[i + 1])))
			return err;
		else
			i++;
	}
	if (!paths)
		return usage("command", "none was given");
	setvbuf(stdout, NULL, _IOLBF, 0);
	fuzz_catch_signals();
	if (option.witness && fuzz_witness_start())
		return usage("--witness", "no fault tracer here: it needs x86-64, Zydis, no sanitizer, no device");
	if (strcmp(path[0], "generate") == 0)
		return generate();
	if (strcmp(path[0], "exhaustive") == 0)
		return exhaust();
	if (strcmp(path[0], "replay") == 0)
		return replay(paths - 1, path + 1);
	if (strcmp(path[0], "keep") == 0)
		return keep_file(paths - 1, path + 1);
	if (strcmp(path[0], "minimise") == 0)
		return minimise(paths - 1, path + 1);
	if (strcmp(path[0], "operations") == 0)
		return operations();
	if (strcmp(path[0], "dictionary") == 0)
		return dictionary();
	if (strcmp(path[0], "seeds") == 0)
		return seeds(paths - 1, path + 1);
	return usage(path[0], "no such command");
}
