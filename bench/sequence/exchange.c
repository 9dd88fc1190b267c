/* SPDX-License-Identifier: MIT */
#include "exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a line: its text has two names of up to this. */
#define LINE 512

struct report {
	struct iop_sequence_failure failure;
	struct iop_sequence_list list;
};

static int path_of(const struct iop_exchange *x, char path[PATH_MAX], const char *name)
{
	const int n = snprintf(path, PATH_MAX, "%s/%s", x->folder, name);

	return n > 0 && n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int write_lines(const struct iop_exchange *x, const struct iop_sequence_module *module)
{
	char path[PATH_MAX];
	FILE *out = path_of(x, path, "lines") ? NULL : fopen(path, "we");

	if (!out)
		return -errno;
	for (size_t i = 0; i < module->entries; i++) {
		const struct iop_sequence_entry *e = &module->entry[i];

		fprintf(out, "%u %u %u %u %s %s %s\n", e->kind, e->width, e->widths, e->unit, iop_tier_name(e->tier), e->name,
			e->symbol);
	}
	return fclose(out) ? -EIO : 0;
}

static int map(struct iop_exchange *x, int how)
{
	char path[PATH_MAX];
	int fd = path_of(x, path, "state") ? -1 : open(path, O_RDWR | O_CLOEXEC | how, 0600), err = 0;

	if (fd < 0)
		return -errno;
	if (how && ftruncate(fd, (off_t)x->bytes))
		err = -errno;
	x->state = err ? MAP_FAILED : mmap(NULL, x->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!err && x->state == MAP_FAILED)
		err = -errno;
	close(fd);
	if (err)
		x->state = NULL;
	return err;
}

int iop_exchange_create(struct iop_exchange *x, const struct iop_sequence_module *module, double cpu_seconds)
{
	const char *where = getenv("TMPDIR");
	int err;

	*x = (struct iop_exchange){.bytes = sizeof(*x->state) + module->entries};
	if (snprintf(x->folder, sizeof(x->folder), "%s/iopath-fuzz-XXXXXX", where && *where ? where : "/tmp") >=
	    (int)sizeof(x->folder))
		return -ENAMETOOLONG;
	if (!mkdtemp(x->folder))
		return -errno;
	err = write_lines(x, module);
	if (!err)
		err = map(x, O_CREAT);
	if (err) {
		iop_exchange_remove(x);
		return err;
	}
	x->state->size = sizeof(*x->state) + sizeof(struct report);
	x->state->entry = IOP_EXCHANGE_NONE;
	x->state->cpu_seconds = cpu_seconds;
	for (size_t i = 0; i < module->entries; i++)
		x->state->left_out[i] = module->entry[i].left_out;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *place)
{
	(void)st, (void)flag, (void)place;
	remove(path);
	return 0;
}

void iop_exchange_remove(struct iop_exchange *x)
{
	if (x->state)
		munmap(x->state, x->bytes);
	x->state = NULL;
	if (*x->folder)
		nftw(x->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* One line of the file. */
static bool take_line(struct iop_sequence_module *module, const char *line)
{
	struct iop_sequence_entry *entry = &module->entry[module->entries];
	char tier[16], name[LINE], symbol[LINE];
	struct iop_sequence_claims c = {.name = name, .symbol = symbol, .tier = tier};

	if (sscanf(line, "%u %u %u %u %15s %511s %511s", &c.kind, &c.width, &c.widths, &c.unit, tier, name, symbol) != 7 ||
	    !iop_sequence_members(c.kind) || !iop_sequence_entry_of(entry, &c))
		return false;
	entry->name = strdup(name);
	entry->symbol = strdup(symbol);
	module->entries++;
	return entry->name && entry->symbol;
}

static int read_lines(const struct iop_exchange *x, struct iop_sequence_module *module)
{
	char path[PATH_MAX], line[2 * LINE];
	FILE *in = path_of(x, path, "lines") ? NULL : fopen(path, "re");
	size_t room = 0;
	int err = 0;

	if (!in)
		return -errno;
	while (!err && fgets(line, sizeof(line), in)) {
		if (module->entries == room) {
			struct iop_sequence_entry *more = realloc(module->entry, (room = 2 * room + 16) * sizeof(*more));

			if (!more)
				break;
			module->entry = more;
		}
		err = take_line(module, line) ? 0 : -EPROTO;
	}
	fclose(in);
	return err ? err : module->entries ? 0 : -EPROTO;
}

int iop_exchange_open(struct iop_exchange *x, const char *folder, struct iop_sequence_module *module)
{
	int err;

	*x = (struct iop_exchange){0};
	*module = (struct iop_sequence_module){0};
	if (snprintf(x->folder, sizeof(x->folder), "%s", folder) >= (int)sizeof(x->folder))
		return -ENAMETOOLONG;
	err = read_lines(x, module);
	x->bytes = sizeof(*x->state) + module->entries;
	if (!err)
		err = map(x, 0);
	return !err && x->state->size != sizeof(*x->state) + sizeof(struct report) ? -EPROTO : err;
}

static int report_path(const struct iop_exchange *x, uint32_t number, char path[PATH_MAX])
{
	char name[32];

	snprintf(name, sizeof(name), "finding-%u", number);
	return path_of(x, path, name);
}

int iop_exchange_report(struct iop_exchange *x, const struct iop_sequence_list *list, const struct iop_sequence_failure *failure)
{
	char path[PATH_MAX], temporary[PATH_MAX];
	FILE *out;
	bool wrote;

	if (path_of(x, temporary, "unfinished") || report_path(x, x->state->reported, path))
		return -ENAMETOOLONG;
	out = fopen(temporary, "we");
	if (!out)
		return -errno;
	wrote = fwrite(failure, sizeof(*failure), 1, out) == 1 && fwrite(list, sizeof(*list), 1, out) == 1;
	if (fclose(out) || !wrote || rename(temporary, path))
		return -EIO;
	x->state->reported++;
	return 0;
}

bool iop_exchange_take(struct iop_exchange *x, struct iop_sequence_list *list, struct iop_sequence_failure *failure)
{
	char path[PATH_MAX];
	FILE *in;
	bool read;

	if (x->taken >= x->state->reported || report_path(x, x->taken, path))
		return false;
	x->taken++;
	in = fopen(path, "re");
	read = in && fread(failure, sizeof(*failure), 1, in) == 1 && fread(list, sizeof(*list), 1, in) == 1;
	if (in)
		fclose(in);
	/* What is instrumented could have written there. */
	failure->words[sizeof(failure->words) - 1] = '\0';
	return read && list->count && list->count <= IOP_SEQUENCE_HISTORY;
}
