/* SPDX-License-Identifier: MIT */
#include "sample_played.h"

#include <math.h>
#include <stdlib.h>

struct iop_cell cell[CELLS + 1];
struct iop_sampled sampled[CELLS + 1];
struct iop_sampler sampler;
volatile sig_atomic_t stop;
int opening, closings;
struct process process[PROCESSES];
size_t processes;
void (*play)(const struct process *now, struct iop_launch_end *end);
double takes[PROCESSES], round_ns[CELLS], setup_ns[CELLS];
struct iop_launch_end ending;
double told[PROCESSES], left[PROCESSES];
size_t tellings;

static struct iop_cells_module module = {.cell_size = sizeof(struct iop_cell), .count = CELLS, .cells = cell};
static void (*tell_line)(void *user, char *text);

int __wrap_iop_launcher_open_modules(struct iop_launcher *launcher, const char *command, const char *const *paths, size_t count,
				     const volatile sig_atomic_t *stops);
void __wrap_iop_launcher_close(struct iop_launcher *launcher);
void __wrap_iop_launch(const struct iop_launcher *launcher, const char *const *tool, const char *mode, const struct iop_task *tasks,
		       size_t count, uint64_t seed, double patience, void (*line)(void *user, char *text), void *user,
		       struct iop_launch_end *end);

int __wrap_iop_launcher_open_modules(struct iop_launcher *launcher, const char *command, const char *const *paths, size_t count,
				     const volatile sig_atomic_t *stops)
{
	(void)launcher, (void)command, (void)paths, (void)count, (void)stops;
	return opening;
}

void __wrap_iop_launcher_close(struct iop_launcher *launcher)
{
	(void)launcher;
	closings++;
}

void __wrap_iop_launch(const struct iop_launcher *launcher, const char *const *tool, const char *mode, const struct iop_task *tasks,
		       size_t count, uint64_t seed, double patience, void (*line)(void *user, char *text), void *user,
		       struct iop_launch_end *end)
{
	struct process *now = &process[processes];

	(void)launcher, (void)user;
	assert_true(!tool && patience > 0 && count > 0 && count <= CELLS && processes < PROCESSES);
	snprintf(now->mode, sizeof(now->mode), "%s", mode);
	memcpy(now->task, tasks, count * sizeof(*tasks));
	now->count = count;
	now->seed = seed;
	now->slowness = sampler.slowness;
	tell_line = line;
	*end = (struct iop_launch_end){.good = true, .last = -1, .side = -1};
	sample_clock_pass(takes[processes++]);
	play(now, end);
}

/* What comes before a line is no part of it. */
void say(const char *format, ...)
{
	char line[256] = "-";
	va_list args;

	va_start(args, format);
	vsnprintf(line + 1, sizeof(line) - 1, format, args);
	va_end(args);
	tell_line(&sampler, line + 1);
}

bool examines(const struct process *now)
{
	return strcmp(now->mode, "examine") == 0;
}

void examined(int id)
{
	say("x %d 0 1000 2000 %.17g 5 %.17g", id, round_ns[id], setup_ns[id]);
}

/* Values that are always the same. */
void usual(const struct process *now, struct iop_launch_end *end)
{
	(void)end;
	for (size_t i = 0; i < now->count; i++)
		if (examines(now))
			examined(now->task[i].id);
		else
			say("t %d 1 50 21 10 9", now->task[i].id);
}

void progress(void *user, double done, double seconds_left)
{
	assert_ptr_equal(user, &sampler);
	assert_true(tellings < PROCESSES);
	told[tellings] = done;
	left[tellings++] = seconds_left;
}

int begin(void **state)
{
	static char name[CELLS + 1][16];

	(void)state;
	memset(sampled, 0, sizeof(sampled));
	memset(takes, 0, sizeof(takes));
	for (size_t i = 0; i <= CELLS; i++) {
		snprintf(name[i], sizeof(name[i]), "cell-%zu", i);
		cell[i].name = name[i];
		sampled[i].cell = &cell[i];
	}
	for (size_t i = 0; i < CELLS; i++) {
		round_ns[i] = 1e6;
		setup_ns[i] = 0;
	}
	sampler = (struct iop_sampler){.module = &module,
				       .command = "bench",
				       .cell = sampled,
				       .count = 3,
				       .budget = 1000,
				       .launches = 1,
				       .seed = 2,
				       .stop = &stop};
	sampler.user = &sampler;
	play = usual;
	stop = 0;
	opening = closings = 0;
	processes = tellings = 0;
	sample_clock_set(5.75);
	return 0;
}

int end(void **state)
{
	(void)state;
	for (size_t i = 0; i <= CELLS; i++)
		free(sampled[i].error);
	return 0;
}

void run(void)
{
	assert_int_equal(iop_sampler_run(&sampler), 0);
	assert_int_equal(closings, 1);
	/* Nothing was written where no cell is. */
	for (size_t i = sampler.count; i <= CELLS; i++)
		assert_true(!sampled[i].launches && !sampled[i].examined && !sampled[i].setup_error && !sampled[i].error);
}

bool near(double value, double expected)
{
	return fabs(value - expected) <= 1e-9 * fabs(expected);
}

void end_so(const struct process *now, struct iop_launch_end *ends)
{
	usual(now, ends);
	if (!examines(now) || ending.signal == SIGUSR1)
		*ends = ending;
}
