/* SPDX-License-Identifier: MIT */
/* Every free lease: they are all released, so that a later one is available. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

/* Owners that were not dropped have one each. */
static void model_all_leases(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	(void)c;
	if (!m->profile.debug)
		return;
	r->value = FUZZ_LEASES;
	for (unsigned i = 0; i < FUZZ_MEMORY; i++)
		r->value -= m->owner[i].live;
	for (unsigned i = 0; i < FUZZ_HOLDS; i++)
		r->value -= m->hold[i].open;
	for (unsigned i = 0; i < FUZZ_VMAPS; i++)
		r->value -= m->vmap[i].open;
	for (unsigned i = 0; i < FUZZ_GUARDED; i++)
		r->value -= m->guarded[i].live && m->guarded[i].hold.open;
}

/* It takes the time of hundreds of operations: seldom. */
static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)c, (void)m;
	return (r->value & 0xffff) == 0xf00d && r->choice % 4 == 0;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	(void)out, (void)c;
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m, (void)c;
	fprintf(e->out,
		"\tstatic struct iop_lease all[%d];\n\n\twhile (value < %d && (all[value] = iop_lease_take()).slot)\n"
		"\t\tvalue++;\n\tfor (uint64_t i = 0; i < value; i++)\n\t\tiop_lease_end(all[i]);\n\treturn 0;\n",
		FUZZ_LEASES + 1, FUZZ_LEASES + 1);
}

FUZZ_OPERATION(all_leases, resolve, model_all_leases, explain, emit);

#else
#include <executor/config_bus.h>

static int all_leases(const struct fuzz_call *c, struct fuzz_result *result)
{
	static struct iop_lease all[FUZZ_LEASES + 1];
	uint64_t count = 0;

	(void)c;
	fuzz_config_close();
	while (count <= FUZZ_LEASES && (all[count] = iop_lease_take()).slot)
		count++;
	result->value = count;
	while (count)
		iop_lease_end(all[--count]);
	return 0;
}

FUZZ_EXECUTION(all_leases, all_leases);
#endif
