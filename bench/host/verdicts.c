/* SPDX-License-Identifier: MIT */
#include "verdicts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Another number where what check judges changes, so that earlier verdicts do not count. */
#define HEAD	   "iopath verdicts 1\n"
#define SIZE_MOST  ((size_t)1 << 20)
#define CLAIMED	   "claimed"
#define NOT	   "not"
#define NONE	   "-"
#define NAME_ROOM  128
#define WIDTH_MOST 127

static bool path_of(char path[PATH_MAX], const char *hash)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	const bool given = cache && cache[0] == '/';

	if (!given && (!home || home[0] != '/'))
		return false;
	return snprintf(path, PATH_MAX, given ? "%s/iopath/verdicts/%s" : "%s/.cache/iopath/verdicts/%s", given ? cache : home,
			hash) < PATH_MAX;
}

static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

void iop_verdicts_begin(struct iop_verdicts *v)
{
	*v = (struct iop_verdicts){0};
	v->out = open_memstream(&v->text, &v->size);
	if (v->out)
		fputs(HEAD, v->out);
}

void iop_verdicts_add(struct iop_verdicts *v, const char *op, const char *name, const struct iop_line_verdict *verdict)
{
	if (v->out)
		fprintf(v->out, "%s %s %s %s %u\n", op, name, verdict->as_claimed ? CLAIMED : NOT,
			verdict->tier ? verdict->tier : NONE, verdict->widths);
}

/* A cache that cannot be written is none. */
void iop_verdicts_keep(struct iop_verdicts *v, const char *hash)
{
	char path[PATH_MAX];

	if (v->out && fclose(v->out) == 0 && path_of(path, hash)) {
		make_folders(path);
		(void)iop_file_write(path, v->text, v->size);
	}
	v->out = NULL;
	iop_verdicts_free(v);
}

void iop_verdicts_read(struct iop_verdicts *v, const char *hash)
{
	char path[PATH_MAX];

	*v = (struct iop_verdicts){0};
	if (path_of(path, hash))
		v->text = iop_file_read(path, SIZE_MOST);
	if (v->text && strncmp(v->text, HEAD, strlen(HEAD)) == 0)
		return;
	free(v->text);
	v->text = NULL;
}

/* One of the words that there are. False: another. */
static bool tier_of(const char *text, const char **tier)
{
	static const char *const tiers[] = {"STRICT", "STRICT-S", "WIDE", "WIDE-M", "MEM"};

	*tier = NULL;
	for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++)
		if (strcmp(text, tiers[i]) == 0)
			*tier = tiers[i];
	return *tier || strcmp(text, NONE) == 0;
}

bool iop_verdicts_find(const struct iop_verdicts *v, const char *op, const char *name, struct iop_line_verdict *verdict)
{
	for (const char *line = v->text; line && *line; line += strcspn(line, "\n"), line += *line == '\n') {
		char this_op[NAME_ROOM], this_name[NAME_ROOM], found[16], tier[16];

		*verdict = (struct iop_line_verdict){0};
		if (sscanf(line, "%127[^ \n] %127[^ \n] %15[^ \n] %15[^ \n] %u", this_op, this_name, found, tier,
			   &verdict->widths) != 5 ||
		    strcmp(this_op, op) != 0 || strcmp(this_name, name) != 0)
			continue;
		verdict->as_claimed = strcmp(found, CLAIMED) == 0;
		return tier_of(tier, &verdict->tier) && verdict->widths <= WIDTH_MOST &&
		       (verdict->as_claimed || strcmp(found, NOT) == 0);
	}
	return false;
}

void iop_verdicts_free(struct iop_verdicts *v)
{
	if (v->out)
		fclose(v->out);
	free(v->text);
	*v = (struct iop_verdicts){0};
}
