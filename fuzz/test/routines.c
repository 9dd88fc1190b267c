/* SPDX-License-Identifier: MIT */
/*
 * A copy routine that is added to the library changes the meaning of no stored input: the files of the folders named are explained by
 * a process that has one more, before all others, and by one that has not. An input that names it is the control.
 */
#include <finding/explain.h>
#include <finding/files.h>

#include <iopath/routine.h>

#include <stdlib.h>
#include <string.h>

/* Linked with --wrap: the table that everybody else sees. */
extern const struct iop_routine *const __real_iop_routines[];
extern const struct iop_routine *__wrap_iop_routines[64];
const struct iop_routine *__wrap_iop_routines[64];

static struct iop_routine added;

static void make_table(bool with_another)
{
	unsigned count = 0;

	for (unsigned i = 0; __real_iop_routines[i]; i++)
		if (strcmp(__real_iop_routines[i]->name, FUZZ_PORTABLE) == 0)
			added = *__real_iop_routines[i];
	added.name = "another";
	if (with_another)
		__wrap_iop_routines[count++] = &added;
	for (unsigned i = 0; __real_iop_routines[i]; i++)
		__wrap_iop_routines[count++] = __real_iop_routines[i];
}

static int explain(void *context, const char *path)
{
	static uint8_t data[FUZZ_MAX_SIZE];
	struct fuzz_program program;
	size_t size;

	if (fuzz_read_file(path, data, sizeof(data), &size))
		return 1;
	fuzz_decode(&program, data, size);
	fuzz_explain(context, &program);
	return 0;
}

static void control(FILE *out)
{
	struct fuzz_program program = {
		.count = 1,
		.record[0] = {.op = FUZZ_routine, .value = 8 | (uint64_t)fuzz_routine_id("another") << 32},
	};

	fuzz_explain(out, &program);
}

static char *output_of(const char *command)
{
	char *text = NULL;
	size_t size = 0;
	FILE *from = popen(command, "r"), *to = open_memstream(&text, &size);

	if (!from || !to)
		exit(2);
	for (int c; (c = fgetc(from)) != EOF;)
		fputc(c, to);
	fclose(to);
	if (pclose(from))
		exit(2);
	return text;
}

/* Whether both processes say the same of @arguments; how much they say. */
static bool same(const char *self, const char *arguments, size_t *size)
{
	char command[8192];
	char *text[2];
	bool equal;

	for (int i = 0; i < 2; i++) {
		snprintf(command, sizeof(command), "%s %s %s", self, i ? "with" : "without", arguments);
		text[i] = output_of(command);
	}
	equal = strcmp(text[0], text[1]) == 0;
	*size = strlen(text[0]);
	free(text[0]);
	free(text[1]);
	return equal;
}

int main(int argc, char **argv)
{
	char folders[4096] = "";
	size_t size;

	if (argc > 1 && strncmp(argv[1], "with", 4) == 0) {
		make_table(strcmp(argv[1], "with") == 0);
		for (int i = 2; i < argc; i++)
			if (fuzz_each_file(argv[i], explain, stdout))
				return 1;
		if (argc == 2)
			control(stdout);
		return 0;
	}
	for (int i = 1; i < argc; i++)
		snprintf(folders + strlen(folders), sizeof(folders) - strlen(folders), " %s", argv[i]);
	if (!same(argv[0], folders, &size) || size < 1000) {
		printf("another routine changes what stored inputs mean, or there are none: %zu bytes explained\n", size);
		return 1;
	}
	printf("%zu bytes of explanations are the same\n", size);
	if (!same(argv[0], "", &size))
		return 0;
	printf("an input that names the added routine calls it neither before nor after\n");
	return 1;
}
