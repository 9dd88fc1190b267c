/* SPDX-License-Identifier: MIT */
/* The two stages and the verdict. */
#include "gate.h"
#include <sample/worker.h>

#include <host/fail.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCREEN_ROUNDS  60
#define CONFIRM_ROUNDS 100
#define LEAST_ROUNDS   15
#define DEAR_ROUNDS    3
#define LEAST_LAUNCHES 6    /* below that a cell has not been looked at */
#define SCREEN_SHARE   0.55 /* of the budget */
#define SCREEN_LEVEL   0.3  /* generous: a suspect costs time, a miss costs the truth */
#define HOPELESS       0.8  /* no more launches for a suspect that looks like this */
#define DEAR_NS	       5e5  /* rounds that cost more than this are made fewer */
#define LAUNCH_NS      2e7  /* of starting a process and loading two modules */
#define DEAR_LAUNCH_NS 2e7  /* a launch of a cell that costs more gives it no more than the least launches */
#define DEAR_SHARE     4    /* times what the others cost may be spent on a suspect */
#define PATIENCE       60.0
#define CLOCK_SHARE    1e-3 /* of a batch: what reading the clock costs, by which an interval is wider */
#define POWER	       0.95
#define LEVEL	       0.95

/* When the confirming stage looks, and which share of the error each look may spend: the sum bounds all of them. */
static const struct {
	size_t launches;
	double share;
} looks[] = {{12, 0.2}, {20, 0.2}, {32, 0.2}, {64, 0.2}, {IOP_GATE_CONFIRM, 0.2}};
#define LOOKS (sizeof(looks) / sizeof(looks[0]))

static bool is_measured(const struct iop_gate_cell *cell)
{
	return cell->role != IOP_ROLE_SAME && !cell->error;
}

static unsigned rounds_of(const struct iop_gate_cell *cell, double rounds)
{
	if (cell->round_ns > DEAR_NS)
		return rounds * DEAR_NS / cell->round_ns > DEAR_ROUNDS ? (unsigned)(rounds * DEAR_NS / cell->round_ns)
								       : DEAR_ROUNDS;
	return rounds > LEAST_ROUNDS ? (unsigned)rounds : LEAST_ROUNDS;
}

static double launch_ns(const struct iop_gate_cell *cell, double rounds)
{
	return rounds_of(cell, rounds) * cell->round_ns + cell->setup_ns;
}

/* Seconds that one launch should take. */
static double cost_of(const struct iop_gate *gate, bool (*wanted)(const struct iop_gate_cell *cell), double rounds)
{
	double ns = LAUNCH_NS;
	bool alone = false;

	for (size_t i = 0; i < gate->count; i++)
		if (wanted(&gate->cell[i])) {
			ns += launch_ns(&gate->cell[i], rounds);
			alone |= !iop_cells_pair(gate->cell[i].flags);
		}
	ns += alone ? IOP_SIDES * LAUNCH_NS : 0;
	return gate->slowness * ns * 1e-9;
}

/* The tasks of one process: the cells that are paired, or one side of those that are not. IOP_SIDES: both. */
static size_t gather(struct iop_gate *gate, bool (*wanted)(const struct iop_gate_cell *cell), enum iop_side side, double rounds,
		     struct iop_task *tasks)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++) {
		const struct iop_gate_cell *cell = &gate->cell[i];
		struct iop_task *task = &tasks[n];

		if (!wanted(cell) || iop_cells_pair(cell->flags) != (side == IOP_SIDES))
			continue;
		*task = (struct iop_task){.name = cell->name, .id = (int)i, .rounds = rounds_of(cell, rounds)};
		for (enum iop_side s = IOP_BASE; s < IOP_SIDES; s++) {
			task->index[s] = side == IOP_SIDES || side == s ? cell->index[s] : IOP_WORKER_NO_CELL;
			task->ops[s] = cell->ops[s];
		}
		n++;
	}
	return n;
}

/*
 * A process for the pairs and one for each side of the others, these in random order; one seed, so that they differ in nothing
 * else.
 */
static size_t launch_all(struct iop_gate *gate, bool (*wanted)(const struct iop_gate_cell *cell), double rounds,
			 struct iop_task *tasks)
{
	struct iop_launch_end end = {0};
	uint64_t random;
	size_t n, all;

	iop_gate_reseed(gate);
	random = gate->options.seed | 1;
	n = all = gather(gate, wanted, IOP_SIDES, rounds, tasks);
	if (n)
		iop_gate_launch(gate, "launch", tasks, n, PATIENCE, &end);
	for (size_t i = 0; i < gate->count; i++)
		gate->cell[i].alone_ns[IOP_BASE] = gate->cell[i].alone_ns[IOP_CANDIDATE] = 0;
	for (enum iop_side i = 0, first = iop_random(&random) & 1; i < IOP_SIDES && !gate->interrupted; i++) {
		n = gather(gate, wanted, i ^ first, rounds, tasks);
		all += n;
		if (n)
			iop_gate_launch(gate, "launch", tasks, n, PATIENCE, &end);
	}
	return all;
}

/* One launch of the cells that @wanted chooses, @rounds each, or as many fewer as let @launches fit into @seconds. False: none. */
static bool launch(struct iop_gate *gate, bool (*wanted)(const struct iop_gate_cell *cell), double rounds, double launches,
		   double seconds)
{
	struct iop_task *tasks = calloc(gate->count, sizeof(*tasks));
	double began = iop_gate_now(), expected;
	size_t n;

	while (rounds > LEAST_ROUNDS && launches * cost_of(gate, wanted, rounds) > seconds)
		rounds *= 0.8;
	expected = cost_of(gate, wanted, rounds);
	n = tasks ? launch_all(gate, wanted, rounds, tasks) : 0;
	/* A neighbour makes everything take longer, and plans must follow. */
	if (n)
		gate->slowness *= (1 + (iop_gate_now() - began) / expected) / 2;
	free(tasks);
	return n > 0;
}

static bool is_screened(const struct iop_gate_cell *cell)
{
	return is_measured(cell) && !cell->skipped &&
	       (cell->screened < LEAST_LAUNCHES || launch_ns(cell, LEAST_ROUNDS) < DEAR_LAUNCH_NS);
}

/* With more cells than there is time to look at, some are looked at well, evenly chosen, and not all of them in vain. */
static void thin_out(struct iop_gate *gate, double launch_seconds, double seconds)
{
	double kept = 0, share = seconds / ((LEAST_LAUNCHES - 1) * launch_seconds);

	for (size_t i = 0; share < 1 && i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (!is_screened(cell) || iop_gate_is_control(cell))
			continue;
		kept += share > 0 ? share : 0;
		cell->skipped = kept < 1;
		gate->skipped += cell->skipped;
		kept -= !cell->skipped;
	}
}

void iop_gate_screen(struct iop_gate *gate)
{
	double began = iop_gate_now(), ends = began + SCREEN_SHARE * (gate->ends - began);
	size_t done = 0;

	while (done < IOP_GATE_SCREEN && !gate->interrupted && (done < LEAST_LAUNCHES || iop_gate_now() < ends)) {
		iop_gate_progress(gate, "screening", 0.6 * (double)done / IOP_GATE_SCREEN);
		if (!launch(gate, is_screened, SCREEN_ROUNDS, (double)(IOP_GATE_SCREEN - done), ends - iop_gate_now()))
			break;
		if (++done == 1)
			thin_out(gate, iop_gate_now() - began, ends - iop_gate_now());
	}
	gate->screened = done >= LEAST_LAUNCHES && !gate->interrupted;
}

static double against(double share)
{
	return log1p(share);
}

static bool seems_slower(const double *values, size_t n, double margin)
{
	return iop_stats_t(values, n, margin / 2) < SCREEN_LEVEL || iop_stats_signed_rank(values, n, margin / 2) < SCREEN_LEVEL;
}

static void negated(const struct iop_gate_cell *cell, double *values)
{
	for (size_t i = 0; i < cell->confirmed; i++)
		values[i] = -cell->confirm[i];
}

static void choose_suspects(struct iop_gate *gate)
{
	double margin = against(gate->options.margin), mirrored[IOP_GATE_SCREEN];

	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (!is_measured(cell) || cell->screened < LEAST_LAUNCHES)
			continue;
		for (size_t v = 0; v < cell->screened; v++)
			mirrored[v] = -cell->screen[v];
		cell->suspect = cell->role == IOP_ROLE_PLANTED || seems_slower(cell->screen, cell->screened, margin);
		if (!cell->suspect && !iop_gate_is_control(cell))
			cell->suspect = cell->faster = seems_slower(mirrored, cell->screened, margin);
		gate->suspects += cell->suspect && !cell->faster && cell->role != IOP_ROLE_PLANTED;
	}
}

static double p_of(const struct iop_gate_cell *cell, double margin)
{
	double mirrored[IOP_GATE_CONFIRM];

	negated(cell, mirrored);
	return iop_stats_signed_rank(cell->faster ? mirrored : cell->confirm, cell->confirmed, margin);
}

/* One family: the suspects of a kind. Those found earlier stay found and leave the others their share; the hopeless settle, too. */
static void look_at(struct iop_gate *gate, bool faster, bool planted, double level)
{
	double *p = calloc(gate->count, sizeof(*p)), margin = against(gate->options.margin);
	unsigned char *found = calloc(gate->count, 1);
	size_t *who = calloc(gate->count, sizeof(*who)), n = 0;

	for (size_t i = 0; p && found && who && i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (!cell->suspect || cell->error || cell->faster != faster || (cell->role == IOP_ROLE_PLANTED) != planted)
			continue;
		if (!cell->settled)
			cell->p = p_of(cell, margin);
		p[n] = !cell->settled ? cell->p : cell->verdict == IOP_VERDICT_PENDING ? 1 : 0;
		who[n++] = i;
	}
	if (n)
		iop_stats_holm(p, n, level, found);
	for (size_t i = 0; i < n; i++) {
		struct iop_gate_cell *cell = &gate->cell[who[i]];

		if (cell->settled)
			continue;
		if (found[i])
			cell->verdict = faster ? IOP_VERDICT_FASTER : IOP_VERDICT_SLOWER;
		cell->settled = found[i] || p[i] > HOPELESS;
	}
	free(p);
	free(found);
	free(who);
}

static void look(struct iop_gate *gate, double share)
{
	double level = gate->options.fwer * share;

	look_at(gate, false, false, level);
	look_at(gate, true, false, level);
	look_at(gate, false, true, level);
}

static bool is_open(const struct iop_gate_cell *cell)
{
	return cell->suspect && !cell->settled && !cell->error;
}

static void leave_out(struct iop_gate *gate, struct iop_gate_cell *cell)
{
	gate->suspects -= !cell->faster;
	gate->unconfirmed++;
	cell->unconfirmed = true;
	cell->suspect = cell->faster = false;
}

static int by_screening(const void *a, const void *b)
{
	const struct iop_gate_cell *x = *(struct iop_gate_cell *const *)a, *y = *(struct iop_gate_cell *const *)b;

	if (x->faster != y->faster)
		return x->faster - y->faster;
	if (x->p != y->p)
		return x->p > y->p ? 1 : -1;
	return (x > y) - (x < y);
}

/* How sure screening is, in the cells that are not confirmed yet; what the confirming stage makes of them takes its place. */
static size_t rank(struct iop_gate *gate, struct iop_gate_cell **open)
{
	double margin = against(gate->options.margin), mirrored[IOP_GATE_SCREEN];
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (!is_open(cell) || iop_gate_is_control(cell))
			continue;
		for (size_t v = 0; v < cell->screened; v++)
			mirrored[v] = cell->faster ? -cell->screen[v] : cell->screen[v];
		cell->p = iop_stats_t(mirrored, cell->screened, margin);
		open[n++] = cell;
	}
	if (n)
		qsort(open, n, sizeof(*open), by_screening);
	return n;
}

/*
 * More suspects than there is time for would leave every one of them without a verdict. So those that screening is surest of are
 * confirmed, what seems faster last, and none that would take the time of many; confirming sees none of the values that chose, so
 * the family is those it takes. The others stay as screening saw them: a suspect is not clean, it is unresolved.
 */
static void ration(struct iop_gate *gate)
{
	struct iop_gate_cell **open = calloc(gate->count, sizeof(struct iop_gate_cell *));
	double left = gate->ends - iop_gate_now(), all = 0, scale = gate->slowness * 1e-9 * (double)looks[1].launches;
	size_t n = open ? rank(gate, open) : 0;

	for (size_t i = 0; i < n; i++)
		all += scale * launch_ns(open[i], LEAST_ROUNDS);
	for (size_t i = 0; i < n; i++) {
		double seconds = scale * launch_ns(open[i], LEAST_ROUNDS);
		bool dear = all > left && seconds > DEAR_SHARE * all / (double)n;

		open[i]->p = NAN;
		if (dear || seconds > left)
			leave_out(gate, open[i]);
		else
			left -= seconds;
	}
	free(open);
}

void iop_gate_confirm(struct iop_gate *gate)
{
	size_t launches = 0, next = 0;
	double spent = 0;

	choose_suspects(gate);
	ration(gate);
	while (next < LOOKS && !gate->interrupted) {
		iop_gate_progress(gate, "confirming", 0.6 + 0.4 * (double)launches / IOP_GATE_CONFIRM);
		if (!launch(gate, is_open, CONFIRM_ROUNDS, (double)(IOP_GATE_CONFIRM - launches), gate->ends - iop_gate_now()))
			break;
		launches++;
		if (gate->interrupted)
			break;
		/* Out of time: what is known now is looked at with all the error that is left. */
		if (launches >= looks[0].launches && iop_gate_now() > gate->ends) {
			look(gate, 1 - spent);
			break;
		}
		if (launches == looks[next].launches) {
			look(gate, looks[next].share);
			spent += looks[next++].share;
		}
	}
}

/* Number of launches that a suspect would have had alone. */
static size_t launches_in_time(const struct iop_gate *gate, const struct iop_gate_cell *cell)
{
	double ns = LAUNCH_NS + launch_ns(cell, CONFIRM_ROUNDS);
	double most = (1 - SCREEN_SHARE) * gate->options.budget * 1e9 / (gate->slowness * ns);

	return most >= IOP_GATE_CONFIRM ? IOP_GATE_CONFIRM : most <= (double)looks[0].launches ? looks[0].launches : (size_t)most;
}

/* The spread of one launch as the signed-rank interval saw it: one launch that lies does not blow it up. */
static double spread_of(double low, double high, size_t n)
{
	return isfinite(high - low) ? (high - low) / 2 * sqrt((double)n) / 1.96 : INFINITY;
}

static void describe(const struct iop_gate *gate, struct iop_gate_cell *cell)
{
	const double *values = cell->confirmed >= LEAST_LAUNCHES ? cell->confirm : cell->screen;
	size_t n = cell->confirmed >= LEAST_LAUNCHES ? cell->confirmed : cell->screened;
	size_t family = gate->suspects ? gate->suspects : 1;
	double low, high, centre, sees;

	if (n < LEAST_LAUNCHES)
		return;
	centre = iop_stats_centre(values, n, LEVEL, &low, &high);
	sees = iop_stats_resolution(spread_of(low, high, n), launches_in_time(gate, cell), against(gate->options.margin),
				    gate->options.fwer / (double)family, POWER);
	cell->change = expm1(centre);
	cell->low = expm1(low - CLOCK_SHARE);
	cell->high = expm1(high + CLOCK_SHARE);
	cell->resolution = expm1(sees > high ? sees : high);
}

static void conclude(const struct iop_gate *gate, struct iop_gate_cell *cell)
{
	if (cell->error || cell->role == IOP_ROLE_SAME)
		return;
	describe(gate, cell);
	if (cell->verdict == IOP_VERDICT_PENDING && isfinite(cell->resolution) && !cell->unconfirmed)
		cell->verdict = cell->resolution <= gate->options.sees ? IOP_VERDICT_NO_CHANGE : IOP_VERDICT_UNRESOLVED;
	else if (cell->verdict == IOP_VERDICT_PENDING && gate->options.time)
		cell->verdict = IOP_VERDICT_UNRESOLVED;
}

static void judge_instructions(const struct iop_gate *gate, struct iop_gate_cell *cell)
{
	const struct iop_gate_options *o = &gate->options;
	double more = cell->instructions[IOP_CANDIDATE] - cell->instructions[IOP_BASE];
	double allowed = o->max_is_share ? o->max_instructions * cell->instructions[IOP_BASE] : o->max_instructions;

	cell->too_many = o->max_instructions >= 0 && isfinite(more) && more > allowed + 1e-9;
	cell->uncounted = o->max_instructions >= 0 && cell->role == IOP_ROLE_CELL && !cell->error && !isfinite(more);
}

/* True if a control failed. */
static bool judge_controls(struct iop_gate *gate)
{
	for (size_t i = 0; i < gate->count && !gate->unfit[0]; i++) {
		const struct iop_gate_cell *cell = &gate->cell[i];

		if (!iop_gate_is_control(cell))
			continue;
		if (cell->error)
			snprintf(gate->unfit, sizeof(gate->unfit), "the control %.120s: %.80s", cell->name, cell->error);
		else if (cell->role == IOP_ROLE_PLANTED && cell->verdict != IOP_VERDICT_SLOWER)
			snprintf(gate->unfit, sizeof(gate->unfit), "the planted slowdown of %.3g %% was not detected",
				 100 * gate->options.planted);
		else if (cell->role != IOP_ROLE_PLANTED && cell->verdict == IOP_VERDICT_SLOWER)
			snprintf(gate->unfit, sizeof(gate->unfit),
				 "%.120s has the same code on both sides but seems %.1f %% slower", cell->name, 100 * cell->change);
	}
	return gate->unfit[0];
}

size_t iop_gate_with(const struct iop_gate *gate, enum iop_gate_verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++)
		n += !iop_gate_is_control(&gate->cell[i]) && gate->cell[i].verdict == verdict;
	return n;
}

int iop_gate_decide(struct iop_gate *gate)
{
	size_t failed = 0, errors, uncounted = 0, measured, blind, same = 0;

	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		conclude(gate, cell);
		judge_instructions(gate, cell);
		failed += !iop_gate_is_control(cell) && (cell->verdict == IOP_VERDICT_SLOWER || cell->too_many);
		uncounted += cell->uncounted;
		same += cell->role == IOP_ROLE_SAME || cell->role == IOP_ROLE_NEGATIVE;
	}
	errors = iop_gate_with(gate, IOP_VERDICT_ERROR);
	blind = iop_gate_with(gate, IOP_VERDICT_UNRESOLVED);
	measured = gate->count - same - iop_gate_with(gate, IOP_VERDICT_ABSENT) - errors - 2;
	if (gate->interrupted)
		return IOP_EXIT_INTERRUPTED;
	if (gate->options.time && judge_controls(gate))
		return IOP_EXIT_UNFIT;
	if (failed)
		return IOP_EXIT_FINDING;
	if (errors || uncounted)
		return IOP_EXIT_USAGE;
	if (!measured && !same)
		return IOP_EXIT_NOTHING;
	if (gate->options.time && measured && (double)(measured - blind) < gate->options.min_power * (double)measured) {
		snprintf(gate->unfit, sizeof(gate->unfit), "only %zu of %zu measured cells would have shown a slowdown of %.3g %%",
			 measured - blind, measured, 100 * gate->options.sees);
		return IOP_EXIT_UNFIT;
	}
	return IOP_EXIT_CLEAN;
}
