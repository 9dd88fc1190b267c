/* SPDX-License-Identifier: MIT */
/* A device's mask: two blocks below it on a simulated IOMMU, whether the device reaches a range, an address taken apart. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>
#include <unistd.h>

/* What the simulated IOMMU has; the last one is what it has where nobody says. */
static const uint8_t iommu_bits[] = {32, 40, 48, 52, 64, 52};

/* In pages of the machine, from the mask's end down, with a page between two blocks; page 0 is nobody's. */
static void model_dma(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const fuzz_wide_t page = (fuzz_wide_t)sysconf(_SC_PAGESIZE), one = 1;
	fuzz_wide_t end, first, second;

	(void)m;
	if (c->to < 1 || c->to > 64) {
		r->rc = -EINVAL;
		return;
	}
	end = one << (c->to < iommu_bits[c->kind] ? c->to : iommu_bits[c->kind]);
	if (end < 2 * page) {
		r->rc = -EIO;
		return;
	}
	r->value = c->n == 0 ? (c->value >> (c->to - 1) >> 1) == 0 : (fuzz_wide_t)c->value + (c->n - 1) < one << (c->to - 1) << 1;
	if (end < (c->x + 1) * page) {
		r->rc = -ENOMEM;
		return;
	}
	first = end - c->x * page;
	r->value ^= (uint64_t)first << 32 | (uint64_t)(first >> 32);
	if (first < (c->y + 2) * page) {
		r->rc = -ENOMEM;
		return;
	}
	second = first - (c->y + 1) * page;
	r->value ^= 3 * (uint64_t)second;
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)m;
	c->to = r->b % 67;
	c->x = 1 + r->x.payload % 5;
	c->y = 1 + r->y.payload % 3;
	c->n = r->choice;
	c->kind = r->x.class % 16 < 5 ? r->x.class % 16 : 5;
	/* Near the end of the mask, or anywhere. */
	if (r->choice & 1 && c->to >= 1 && c->to <= 64)
		c->value = (UINT64_MAX >> (64 - c->to)) - r->value % 300;
	return SIZE_MAX == UINT64_MAX;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " mask of %u bits, IOMMU of %u, blocks of %" PRIu64 " and %" PRIu64 " pages, %" PRIu64 " bytes at %#" PRIx64,
		c->to, iommu_bits[c->kind], c->x, c->y, c->n, c->value);
}

static void name(char text[16], const struct fuzz_call *c)
{
	if (c->kind == 5)
		snprintf(text, 16, "memfd");
	else
		snprintf(text, 16, "memfd:%u", iommu_bits[c->kind]);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	char iommu[16];

	(void)m;
	name(iommu, c);
	fprintf(e->out,
		"\tconst size_t page = (size_t)sysconf(_SC_PAGESIZE), x = %" PRIu64 " * page, y = %" PRIu64 " * page;\n"
		"\tvoid *memory = (void *)(64 * page);\n\tuint64_t first = 0, second = 0;\n\tstruct iop_dma *dma;\n"
		"\tint err = iop_dma_open(&dma, \"%s\");\n\n"
		"\tif (err)\n\t\treturn err;\n"
		"\terr = iop_dma_set_mask(dma, %u);\n"
		"\tif (!err) {\n\t\tvalue = iop_dma_reaches(dma, UINT64_C(%" PRIu64 "), %" PRIu64 ");\n"
		"\t\terr = iop_dma_map(dma, memory, x, &first);\n\t}\n"
		"\tif (first) {\n\t\tvalue ^= (uint64_t)iop_lower_32(first) << 32 | iop_upper_32(first);\n"
		"\t\terr = iop_dma_map(dma, memory, y, &second);\n\t}\n"
		"\tif (second)\n\t\tvalue ^= 3 * second, iop_dma_unmap(dma, memory, y, second);\n"
		"\tif (first)\n\t\tiop_dma_unmap(dma, memory, x, first);\n"
		"\tiop_dma_close(dma);\n\treturn err;\n",
		c->x, c->y, iommu, c->to, c->value, c->n);
}

FUZZ_OPERATION(dma, resolve, model_dma, explain, emit);

#else
#include <executor/world.h>

#include <unistd.h>

/* The simulated IOMMU does not touch what it maps. */
static int dma(const struct fuzz_call *c, struct fuzz_result *result)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), x = (size_t)c->x * page, y = (size_t)c->y * page;
	void *memory = (void *)(64 * page);
	uint64_t first = 0, second = 0;
	struct iop_dma *device;
	static const char *const iommu[] = {"memfd:32", "memfd:40", "memfd:48", "memfd:52", "memfd:64", NULL};
	int err = iop_dma_open(&device, iommu[c->kind]);

	if (err)
		return err;
	err = iop_dma_set_mask(device, c->to);
	if (!err) {
		result->value = iop_dma_reaches(device, c->value, (size_t)c->n);
		err = iop_dma_map(device, memory, x, &first);
	}
	if (first) {
		result->value ^= (uint64_t)iop_lower_32(first) << 32 | iop_upper_32(first);
		err = iop_dma_map(device, memory, y, &second);
	}
	if (second) {
		result->value ^= 3 * second;
		iop_dma_unmap(device, memory, y, second);
	}
	if (first)
		iop_dma_unmap(device, memory, x, first);
	iop_dma_close(device);
	return err;
}

FUZZ_EXECUTION(dma, dma);
#endif
