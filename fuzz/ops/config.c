/* SPDX-License-Identifier: MIT */
/* Config space: a function's size, transactions past its views, and a bus on which some fail. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

/* Past the views, which cannot be misaligned: no event, and misaligned no transaction. */
static void model_config_raw(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_view view = {.live = true, .backend = FUZZ_CONFIGSPACE};

	if (c->x % c->width)
		return;
	if (c->kind)
		fuzz_model_store(m, &view, c->x, c->width, c->value);
	else
		r->value = fuzz_model_load(m, &view, c->x, c->width);
	m->expectations = 0;
}

/* A function of n bytes: its size, and whether there is more than the 256 that all have. */
static void model_config_device(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	(void)m;
	if (c->n != 256 && c->n != 4096) {
		r->panic = "config space is neither 256 nor 4096 bytes";
		return;
	}
	r->rc = c->n == 4096 ? 0 : -EINVAL;
	r->value = (uint64_t)c->n << 32 | (uint64_t)c->n << 16 | (c->n == 4096 ? 4096 : 0);
}

static void model_bus_fault(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	r->value = m->bus_lost;
	m->bus_good = c->x;
	m->bus_bad = c->n;
}

static bool is_built(const struct fuzz_model *m)
{
	return m->profile.backends >> FUZZ_CONFIGSPACE & 1;
}

static bool resolve_fault(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->x = r->x.payload % 8;
	c->n = r->y.payload % 4;
	return is_built(m);
}

static bool resolve_device(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	/* The two that exist, and others that no function has. */
	static const uint16_t sizes[8] = {256, 4096, 0, 255, 257, 1024, 4095, 4096};

	c->n = sizes[r->choice % 8];
	return is_built(m);
}

static bool resolve_raw(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->kind = r->choice & 1;
	c->width = fuzz_width_of(m, FUZZ_CONFIGSPACE, r->choice >> 1);
	c->x = fuzz_at_most(fuzz_number(r->x, FUZZ_CONFIG_SIZE, c->width), FUZZ_CONFIG_SIZE - c->width);
	return is_built(m);
}

static void explain_fault(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " after %" PRIu64 " transactions, %" PRIu64 " fail", c->x, c->n);
}

static void explain_device(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " of %" PRIu64 " bytes", c->n);
}

static void explain_raw(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " %s %u bytes at %#" PRIx64 " value %#" PRIx64, c->kind ? "write" : "read", c->width, c->x, c->value);
}

static void emit_fault(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out,
		"\tvalue = iop_config_lost(&device).reads + iop_config_lost(&device).writes;\n\tbus_good = %u;\n\tbus_bad = %u;\n"
		"\treturn 0;\n",
		(unsigned)c->x, (unsigned)c->n);
}

static void emit_device(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out,
		"\tstruct iop_config_device other;\n\tiop_config_extended all = {.len = {0}};\n\tint err;\n\n"
		"\tiop_config_device_init(&other, &bus, NULL, %u);\n"
		"\tvalue = (uint64_t)iop_config_size(&other) << 32 | (uint64_t)iop_size(iop_config_space(&other)) << 16;\n"
		"\terr = iop_config_space_extended(&other, &all);\n\tvalue |= iop_size(all);\n"
		"\tiop_config_device_end(&other);\n\treturn err;\n",
		(unsigned)c->n);
}

static void emit_raw(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out,
		c->kind ? "\tiop_config_transact_write(&device, %u, %u, UINT32_C(%u));\n\treturn 0;\n"
			: "\tvalue = iop_config_transact_read(&device, %u, %u);\n\treturn 0;\n",
		(unsigned)c->x, c->width, (unsigned)c->value);
}

FUZZ_OPERATION(bus_fault, resolve_fault, model_bus_fault, explain_fault, emit_fault);
FUZZ_OPERATION(config_device, resolve_device, model_config_device, explain_device, emit_device);
FUZZ_OPERATION(config_raw, resolve_raw, model_config_raw, explain_raw, emit_raw);

#else
#include <executor/config_bus.h>

static int config_device(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct iop_config_device *device = fuzz_config_open(c->n);
	iop_config_extended all = {.len = {0}};
	int err;

	result->value = (uint64_t)iop_config_size(device) << 32 | (uint64_t)iop_size(iop_config_space(device)) << 16;
	err = iop_config_space_extended(device, &all);
	result->value |= iop_size(all);
	fuzz_config_close();
	return err;
}

/* Past the views, which cannot be misaligned. */
static int raw(const struct fuzz_call *c, struct fuzz_result *result)
{
	if (c->kind)
		iop_config_transact_write(&fuzz_config, c->x, c->width, (uint32_t)c->value);
	else
		result->value = iop_config_transact_read(&fuzz_config, c->x, c->width);
	return 0;
}

static int fault(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct iop_config_lost lost = iop_config_lost(&fuzz_config);

	result->value = lost.reads + lost.writes;
	fuzz_config_good = c->x;
	fuzz_config_bad = c->n;
	return 0;
}

FUZZ_EXECUTION(bus_fault, fault, .start = fuzz_config_start);
FUZZ_EXECUTION(config_device, config_device);
FUZZ_EXECUTION(config_raw, raw);
#endif
