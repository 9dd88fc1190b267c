/* SPDX-License-Identifier: MIT */
#include "index.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Another number makes every older index anew. */
#define VERSION	     1
#define BUSY_MS	     5000
#define TEXT_OF(x)   #x
#define NUMBER_OF(x) TEXT_OF(x)

static const char schema[] = "PRAGMA user_version=" NUMBER_OF(
	VERSION) ";"
		 "CREATE TABLE file(id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, size INTEGER, changed INTEGER, reason TEXT, "
		 "time TEXT,"
		 " unix INTEGER, commit_id TEXT, arch TEXT, cpu TEXT, dirty INTEGER, partial INTEGER, emulated INTEGER, seen "
		 "INTEGER);"
		 "CREATE TABLE cell(file INTEGER NOT NULL, name TEXT NOT NULL, ns REAL, low REAL, high REAL, speed REAL, baseline "
		 "TEXT,"
		 " error TEXT, instructions REAL, accesses REAL, PRIMARY KEY(name, file)) WITHOUT ROWID;"
		 "CREATE INDEX cell_file ON cell(file);";

static int run_sql(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -EIO;
}

static sqlite3_int64 one_number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *query = NULL;
	sqlite3_int64 number = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW)
		number = sqlite3_column_int64(query, 0);
	sqlite3_finalize(query);
	return number;
}

static sqlite3 *open_file(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_busy_timeout(db, BUSY_MS);
	/* A schema somebody else wrote cannot run anything, and what a crash loses is made again. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	run_sql(db, "PRAGMA synchronous=OFF");
	return db;
}

static bool is_ours(const char *path)
{
	char magic[16] = "";
	FILE *file = fopen(path, "re");
	size_t n = file ? fread(magic, 1, sizeof(magic), file) : 0;

	if (file)
		fclose(file);
	return !file || !n || (n == sizeof(magic) && memcmp(magic, "SQLite format 3", sizeof(magic)) == 0);
}

/* The index, made anew if it is not one or not sound; NULL if it cannot be had. Another program's file is never removed. */
static sqlite3 *open_index(const char *path, bool anew)
{
	sqlite3 *db;

	if (!is_ours(path) || (anew && unlink(path) && errno != ENOENT))
		return NULL;
	db = open_file(path);
	if (!db)
		return NULL;
	if (one_number(db, "PRAGMA user_version") == VERSION)
		return db;
	if (!anew) {
		sqlite3_close(db);
		return open_index(path, true);
	}
	/* Two programs may make it at the same time. */
	if (run_sql(db, "BEGIN IMMEDIATE") == 0) {
		bool made = one_number(db, "PRAGMA user_version") == VERSION;

		if ((made || !run_sql(db, schema)) && !run_sql(db, "COMMIT"))
			return db;
	}
	sqlite3_close(db);
	return NULL;
}

static void bind_real(sqlite3_stmt *statement, int at, double value)
{
	if (isnan(value))
		sqlite3_bind_null(statement, at);
	else
		sqlite3_bind_double(statement, at, value);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

static int finish(sqlite3_stmt *statement)
{
	int done = sqlite3_step(statement);

	sqlite3_finalize(statement);
	return done == SQLITE_DONE || done == SQLITE_ROW ? 0 : -EIO;
}

static int add_cells(sqlite3 *db, sqlite3_int64 file, const struct iop_run *run)
{
	sqlite3_stmt *insert;
	int err = 0;

	if (sqlite3_prepare_v2(db, "INSERT INTO cell VALUES(?,?,?,?,?,?,?,?,?,?)", -1, &insert, NULL) != SQLITE_OK)
		return -EIO;
	for (size_t i = 0; !err && i < run->count; i++) {
		const struct iop_run_cell *cell = &run->cells[i];

		sqlite3_bind_int64(insert, 1, file);
		bind_text(insert, 2, cell->name);
		bind_real(insert, 3, cell->ns);
		bind_real(insert, 4, cell->low);
		bind_real(insert, 5, cell->high);
		bind_real(insert, 6, cell->speed);
		bind_text(insert, 7, cell->baseline);
		bind_text(insert, 8, cell->error);
		bind_real(insert, 9, cell->instructions);
		bind_real(insert, 10, cell->accesses);
		err = sqlite3_step(insert) == SQLITE_DONE ? 0 : -EIO;
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	return err;
}

static int add_file(sqlite3 *db, const char *path, const struct stat *st, sqlite3_int64 changed)
{
	struct iop_run_error error = {""};
	struct iop_run run;
	sqlite3_stmt *insert;
	int err;

	if (sqlite3_prepare_v2(db, "INSERT INTO file VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,1)", -1, &insert, NULL) != SQLITE_OK)
		return -EIO;
	err = iop_run_read(path, &run, &error);
	bind_text(insert, 1, path);
	sqlite3_bind_int64(insert, 2, st->st_size);
	sqlite3_bind_int64(insert, 3, changed);
	bind_text(insert, 4, err ? error.reason : "");
	if (!err) {
		bind_text(insert, 5, run.time);
		sqlite3_bind_int64(insert, 6, run.unix_time);
		bind_text(insert, 7, run.commit);
		bind_text(insert, 8, run.arch);
		bind_text(insert, 9, run.cpu);
		sqlite3_bind_int(insert, 10, run.dirty);
		sqlite3_bind_int(insert, 11, run.partial);
		sqlite3_bind_int(insert, 12, *run.emulator != '\0');
	}
	if (err) {
		/* A file that cannot be read today may be readable tomorrow: only its contents are worth remembering. */
		if (err == -EBADMSG || err == -EFBIG)
			return finish(insert);
		iop_run_complain(path, &error);
		sqlite3_finalize(insert);
		return 0;
	}
	err = finish(insert);
	if (!err && run.kind == IOP_RUN_BENCH)
		err = add_cells(db, sqlite3_last_insert_rowid(db), &run);
	iop_run_free(&run);
	return err;
}

/* Marks the file as seen if the index knows it as it is now. */
static bool is_known(sqlite3 *db, const char *path, const struct stat *st, sqlite3_int64 changed)
{
	sqlite3_stmt *update;

	if (sqlite3_prepare_v2(db, "UPDATE file SET seen=1 WHERE path=? AND size=? AND changed=?", -1, &update, NULL) != SQLITE_OK)
		return false;
	bind_text(update, 1, path);
	sqlite3_bind_int64(update, 2, st->st_size);
	sqlite3_bind_int64(update, 3, changed);
	return !finish(update) && sqlite3_changes(db) == 1;
}

static int forget(sqlite3 *db, const char *path)
{
	static const char *const sql[] = {"DELETE FROM cell WHERE file IN (SELECT id FROM file WHERE path=?)",
					  "DELETE FROM file WHERE path=?"};

	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++) {
		sqlite3_stmt *statement;

		if (sqlite3_prepare_v2(db, sql[i], -1, &statement, NULL) != SQLITE_OK)
			return -EIO;
		bind_text(statement, 1, path);
		if (finish(statement))
			return -EIO;
	}
	return 0;
}

static int refresh_file(sqlite3 *db, const char *path)
{
	struct stat st;
	sqlite3_int64 changed;

	if (lstat(path, &st))
		return 0;
	changed = (sqlite3_int64)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
	if (is_known(db, path, &st, changed))
		return 0;
	return forget(db, path) ? -EIO : add_file(db, path, &st, changed);
}

static int refresh(sqlite3 *db, char *const *path, size_t count)
{
	int err = run_sql(db, "BEGIN IMMEDIATE; UPDATE file SET seen=0");

	for (size_t i = 0; !err && i < count; i++)
		err = refresh_file(db, path[i]);
	if (!err)
		err = run_sql(db, "DELETE FROM cell WHERE file IN (SELECT id FROM file WHERE seen=0);"
				  "DELETE FROM file WHERE seen=0; COMMIT");
	if (err)
		run_sql(db, "ROLLBACK");
	return err;
}

static void complain(sqlite3 *db)
{
	sqlite3_stmt *query;

	if (sqlite3_prepare_v2(db, "SELECT path, reason FROM file WHERE reason<>'' ORDER BY path", -1, &query, NULL) != SQLITE_OK)
		return;
	while (sqlite3_step(query) == SQLITE_ROW) {
		const char *path = (const char *)sqlite3_column_text(query, 0);
		const char *reason = (const char *)sqlite3_column_text(query, 1);
		struct iop_run_error error = {""};

		iop_printable(error.reason, sizeof(error.reason), reason ? reason : "");
		iop_run_complain(path ? path : "", &error);
	}
	sqlite3_finalize(query);
}

static double real(sqlite3_stmt *query, int at)
{
	return sqlite3_column_type(query, at) == SQLITE_NULL ? NAN : sqlite3_column_double(query, at);
}

static const char *text(sqlite3_stmt *query, int at)
{
	const unsigned char *value = sqlite3_column_text(query, at);

	return value ? (const char *)value : "";
}

static int collect(sqlite3 *db, const char *cell, const char *reference, struct iop_history *history)
{
	static const char sql[] =
		"SELECT f.path, f.time, f.unix, f.commit_id, f.arch, f.cpu, f.dirty, f.partial, f.emulated, c.ns, c.low, c.high,"
		" c.speed, c.baseline, c.error, c.instructions, c.accesses, r.ns FROM cell c JOIN file f ON f.id=c.file"
		" LEFT JOIN cell r ON r.file=c.file AND r.name=?2 WHERE c.name=?1";
	sqlite3_stmt *query;
	int step, err = 0;

	if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
		return -EIO;
	bind_text(query, 1, cell);
	bind_text(query, 2, reference);
	while (!err && (step = sqlite3_step(query)) == SQLITE_ROW) {
		struct iop_history_row row = {
			.path = text(query, 0),
			.time = text(query, 1),
			.unix_time = sqlite3_column_int64(query, 2),
			.commit = text(query, 3),
			.arch = text(query, 4),
			.cpu = text(query, 5),
			.dirty = sqlite3_column_int(query, 6),
			.partial = sqlite3_column_int(query, 7),
			.emulated = sqlite3_column_int(query, 8),
			.ns = real(query, 9),
			.low = real(query, 10),
			.high = real(query, 11),
			.speed = real(query, 12),
			.baseline = text(query, 13),
			.error = text(query, 14),
			.instructions = real(query, 15),
			.accesses = real(query, 16),
			.reference_ns = real(query, 17),
		};

		err = iop_history_add(history, &row);
	}
	if (!err && step != SQLITE_DONE)
		err = -EIO;
	sqlite3_finalize(query);
	return err;
}

static int use(sqlite3 *db, char *const *file, size_t count, const char *cell, const char *reference, struct iop_history *history)
{
	int err = refresh(db, file, count);

	if (!err)
		err = collect(db, cell, reference, history);
	if (err) {
		iop_history_free(history);
		return err;
	}
	history->runs = (size_t)one_number(db, "SELECT count(*) FROM file WHERE reason=''");
	history->indexed = true;
	complain(db);
	return 0;
}

int iop_index_history(const char *path, const char *dir, const char *cell, const char *reference, struct iop_history *history)
{
	char **file;
	size_t count;
	int err = iop_runs_list(dir, &file, &count);

	if (err)
		return err;
	err = -EIO;
	for (int anew = 0; err == -EIO && anew < 2; anew++) {
		sqlite3 *db = open_index(path, anew);

		if (!db)
			continue;
		err = use(db, file, count, cell, reference, history);
		sqlite3_close(db);
	}
	for (size_t i = 0; i < count; i++)
		free(file[i]);
	free(file);
	return err;
}
