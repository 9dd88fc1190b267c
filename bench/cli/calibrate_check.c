/* SPDX-License-Identifier: MIT */
#include "calibrate_check.h"
#include "cli.h"

#ifdef IOP_HAVE_TRACER

#include <copy_trace.h>
#include <peers/peers.h>
#include <sample/touched.h>

#include <iopath/routine.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST ((size_t)4096)
#define WINDOW	(LONGEST + 8192)
#define OPS	3
#define AGAIN	3      /* times that what is off is measured again */
#define LONGER	5      /* times as many rounds, then */
#define PAUSE	300000 /* microseconds before it */

/* One copy: what it is, and what a batch of it needs. */
struct copy {
	const char *routine;
	struct iop_copier copier;
	enum iop_copy_op op;
	size_t n;
	struct iop_accesses accesses;
	struct iop_timed_place io, memory;
};

struct check {
	const struct iop_calibration *calibration;
	const struct iop_profile *profile;
	struct iop_tracer *tracer;
	unsigned copies, off;
	double worst;
};

static const size_t sizes[] = {1, 2, 4, 8, 13, 32, 64, 256, 1024, LONGEST};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* Pages whose places collide in some way with the device's do so in few rounds only. */
#define PAGES 16
static unsigned char memory[PAGES * LONGEST] __attribute__((aligned(4096)));
static unsigned char cached[PAGES * LONGEST] __attribute__((aligned(4096)));

static void work(void *arg, size_t ops)
{
	const struct copy *c = arg;

	for (; ops; ops--) {
		if (c->op == IOP_TOIO)
			c->copier.toio(c->io.now, (const void *)(uintptr_t)c->memory.now, c->n);
		else if (c->op == IOP_FROMIO)
			c->copier.fromio((void *)(uintptr_t)c->memory.now, c->io.now, c->n);
		else
			c->copier.set(c->io.now, 0x5a, c->n);
	}
}

/* The accesses of the call, from the tracer. False: not known. */
static bool count(struct check *check, struct copy *c)
{
	struct iop_copy_call call = {.op = c->op, .copier = &c->copier, .n = c->n};
	struct iop_copy_traced traced;

	if (iop_copy_trace(&traced, check->tracer, WINDOW, &call, IOP_STRICT) || traced.blind || !traced.data_right)
		return false;
	c->accesses = (struct iop_accesses){.known = true};
	return iop_accesses_take(&c->accesses, &traced.side[0].list, 0) && c->accesses.known;
}

/* Vectors are for devices that take the widest of the others. */
static bool device_takes(const struct check *check, const struct copy *c)
{
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			if (c->accesses.count[d][w] > 0 &&
			    !(check->calibration->widths & 1u << (w < IOP_CALIBRATED_WIDTHS ? w : 3)))
				return false;
	return true;
}

/* The device and cached memory in turns, so that a machine that changes meanwhile changes both. */
static bool measure(struct check *check, struct copy *c, unsigned rounds, double *predicted, double *measured)
{
	struct copy there = *c, here = *c;
	struct iop_timed timed[] = {{.work = work, .arg = &there, .place = {&there.io, &there.memory}},
				    {.work = work, .arg = &here, .place = {&here.io, &here.memory}}};

	there.io = (struct iop_timed_place){check->calibration->device, check->calibration->size / LONGEST, NULL};
	here.io = (struct iop_timed_place){cached, PAGES, NULL};
	there.memory = here.memory = (struct iop_timed_place){memory, PAGES, NULL};
	if (!iop_time_in_turns(timed, 2, rounds))
		return false;
	*predicted = iop_profile_ns(check->profile, &c->accesses, timed[1].median);
	*measured = timed[0].median;
	return true;
}

/* What is off is measured again, later and longer: a machine that was disturbed does not disprove the model, and a wrong one stays off. */
static int one(struct check *check, struct copy *c)
{
	unsigned rounds = check->calibration->rounds;
	double predicted = NAN, measured = NAN, off = INFINITY;
	char text[40];

	for (unsigned again = 0; again <= AGAIN && fabs(off) > IOP_CALIBRATE_MOST_OFF; again++) {
		if (again)
			usleep(PAUSE);
		if (!measure(check, c, again ? rounds * LONGER : rounds, &predicted, &measured))
			return iop_fail("calibrate", NULL, "out of memory");
		off = predicted / measured - 1;
	}
	iop_accesses_text(text, sizeof(text), &c->accesses);
	printf("%-7s %-16s %5zu  %-26s %11.1f %11.1f %+6.1f%%%s\n", iop_copy_op_name(c->op), c->routine, c->n, text, predicted,
	       measured, 100 * off, fabs(off) <= IOP_CALIBRATE_MOST_OFF ? "" : "  off");
	check->copies++;
	check->off += !(fabs(off) <= IOP_CALIBRATE_MOST_OFF);
	check->worst = fmax(check->worst, fabs(off));
	return 0;
}

static int all_of(struct check *check, const char *name, const struct iop_copier *copier, unsigned unit)
{
	for (unsigned op = 0; op < OPS; op++)
		for (size_t s = 0; s < SIZES && sizes[s] <= check->calibration->size; s++) {
			struct copy c = {.routine = name, .copier = *copier, .op = (enum iop_copy_op)op, .n = sizes[s]};
			int code;

			if ((unit && sizes[s] % unit) || !iop_copier_offers(copier, c.op) || !count(check, &c) ||
			    !device_takes(check, &c))
				continue;
			code = one(check, &c);
			if (code)
				return code;
		}
	return 0;
}

/* As for the cells of `iopath bench --device`. */
static bool is_legal(const char *tier, bool wc)
{
	for (int t = IOP_STRICT; t <= (wc ? IOP_WIDE : IOP_STRICT_S); t++)
		if (strcmp(tier, iop_tier_name((enum iop_tier)t)) == 0)
			return true;
	return false;
}

static int everything(struct check *check)
{
	bool wc = check->calibration->wc;
	int code = 0;

	for (size_t i = 0; iop_routines[i] && !code; i++) {
		const struct iop_routine *r = iop_routines[i];
		struct iop_copier copier = {r->toio, r->fromio, r->set, r->move};

		if (is_legal(iop_tier_name(r->tier), wc) && (!r->supported || r->supported()))
			code = all_of(check, r->name, &copier, r->unit);
	}
	for (size_t i = 0; iop_peers[i] && !code; i++) {
		const struct iop_peer *p = iop_peers[i];
		struct iop_copier copier = {p->toio, p->fromio, p->set, p->move};

		if (is_legal(p->tier, wc) && (!p->supported || p->supported()))
			code = all_of(check, p->name, &copier, p->unit);
	}
	return code;
}

int iop_calibrate_check(const struct iop_profile *profile, const struct iop_calibration *calibration)
{
	struct check check = {.calibration = calibration, .profile = profile};
	int code;

	if (iop_tracer_open(&check.tracer, WINDOW))
		return iop_fail("calibrate", NULL, "this machine cannot be traced, so accesses are not known");
	printf("%-7s %-16s %5s  %-26s %11s %11s %7s\n", "copy", "routine", "bytes", "accesses", "ns, model", "measured", "off by");
	code = everything(&check);
	iop_tracer_close(check.tracer);
	if (code)
		return code;
	printf("%u of %u predictions are within %.0f %% of the measured time; the worst is off by %.1f %%\n\n",
	       check.copies - check.off, check.copies, 100 * IOP_CALIBRATE_MOST_OFF, 100 * check.worst);
	return check.copies && !check.off ? IOP_EXIT_CLEAN : IOP_EXIT_FINDING;
}

#else

int iop_calibrate_check(const struct iop_profile *profile, const struct iop_calibration *calibration)
{
	(void)profile, (void)calibration;
	return iop_fail("calibrate", "leave out --check", "built without the tracer, which counts accesses");
}

#endif
