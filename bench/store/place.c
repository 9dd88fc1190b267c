/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool holds(const char *folder, const char *name, bool a_folder)
{
	char path[IOP_STORE_PATH + 16];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return !stat(path, &st) && (!a_folder || S_ISDIR(st.st_mode));
}

int iop_place_project(char root[IOP_STORE_PATH])
{
	char *slash;

	if (!getcwd(root, IOP_STORE_PATH))
		return -errno;
	/* A .git that is a file is a work tree, too. */
	while ((slash = strrchr(root, '/')) && slash[1]) {
		if (holds(root, ".iopath", false) || (holds(root, ".git", false) && holds(root, "results", true)))
			return 0;
		*slash = '\0';
	}
	return -ENOENT;
}

/* Paths in these variables that are not absolute are to be ignored, says the XDG base directory specification. */
static const char *absolute(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0] == '/' ? value : NULL;
}

int iop_place_user(char folder[IOP_STORE_PATH], const char *what)
{
	const char *data = absolute("XDG_DATA_HOME"), *home = absolute("HOME");

	if (!data && !home)
		return -ENOENT;
	return snprintf(folder, IOP_STORE_PATH, data ? "%s/iopath/%s" : "%s/.local/share/iopath/%s", data ? data : home, what) <
			       IOP_STORE_PATH
		       ? 0
		       : -ENAMETOOLONG;
}

int iop_place_runs(char folder[IOP_STORE_PATH])
{
	char root[IOP_STORE_PATH];
	int err = iop_place_project(root);

	if (err)
		return err == -ENOENT ? iop_place_user(folder, "runs") : err;
	return snprintf(folder, IOP_STORE_PATH, "%s/results/runs", root) < IOP_STORE_PATH ? 0 : -ENAMETOOLONG;
}

static int make_folder(const char *path)
{
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

int iop_place_make(char *path)
{
	int err = 0;

	for (char *slash = strchr(path + 1, '/'); slash && !err; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		err = make_folder(path);
		*slash = '/';
	}
	return err;
}

static void say_where(const char *runs)
{
	char root[IOP_STORE_PATH];

	if (iop_place_project(root))
		fprintf(stderr,
			"iopath: results are kept in %s, as no project is here (a git work tree with a folder results, or any "
			"folder with "
			"a file .iopath, keeps its own)\n",
			runs);
}

int iop_place_name(char path[IOP_STORE_PATH], const char *folder, int64_t when, const char *commit)
{
	char runs[IOP_STORE_PATH], text[32];
	time_t seconds = (time_t)when;
	struct tm utc;
	int n, err = iop_place_runs(runs);
	bool first;

	if (err)
		return err;
	if (!gmtime_r(&seconds, &utc))
		return -EINVAL;
	strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &utc);
	n = snprintf(path, IOP_STORE_PATH, "%s/%s/%s-%.12s.json", runs, folder, text, commit);
	if (n >= IOP_STORE_PATH)
		return -ENAMETOOLONG;
	first = access(runs, F_OK) != 0;
	err = iop_place_make(path);
	if (!err && first)
		say_where(runs);
	return err;
}
