/* SPDX-License-Identifier: MIT */
/* What libFuzzer is to a target, without a fuzzer: runs each file, and each file of each folder, once. Any compiler builds it. */
#include <finding/files.h>
#include <program/program.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned passed;

static int run(void *context, const char *path)
{
	static uint8_t data[1 << 20];
	size_t size;
	int err = fuzz_read_file(path, data, sizeof(data), &size);

	(void)context;
	if (err) {
		fprintf(stderr, "iopath: replay: %s: %s\n", path, strerror(-err));
		return 2;
	}
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(data, size);
	passed++;
	return 0;
}

int main(int argc, char **argv)
{
	int unread = 0;

	for (int i = 1; i < argc; i++)
		unread |= fuzz_replay_files(argv[i], run, NULL);
	/* A failing input does not come back: it aborts, and its name was the last one printed. */
	if (passed)
		printf("%u passed, 0 failed\n", passed);
	return passed && !unread ? 0 : 2;
}
