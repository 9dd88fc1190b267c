/* SPDX-License-Identifier: MIT */
#include "predict.h"

#include <sample/touched.h>

#include <math.h>
#include <stdio.h>

static struct iop_accesses accesses_of(const struct iop_copy_traced *traced)
{
	struct iop_accesses a = {.known = true};

	for (unsigned i = 0; i < traced->sides; i++)
		if (!iop_accesses_take(&a, &traced->side[i].list, traced->side[i].question.io % 64))
			a.known = false;
	return a;
}

static void print_one(const struct iop_profile *p, const struct iop_accesses *a)
{
	double ns = iop_profile_ns(p, a, NAN);
	char text[64];

	iop_accesses_text(text, sizeof(text), a);
	if (isnan(ns))
		printf("%s: not predicted, as %s", text, a->known ? "the profile lacks their cost" : "accesses are missing");
	else
		printf("%s: %.*f ns", text, ns < 10 ? 2 : ns < 100 ? 1 : 0, ns);
}

static const char *mapping(const struct iop_profile *p)
{
	return p->wc ? "write-combining" : "uncached";
}

void iop_predict_print(const struct iop_profile *p, const struct iop_copy_traced *traced)
{
	struct iop_accesses a = accesses_of(traced);

	printf("model, on %s (%s), accesses alone: ", p->name, mapping(p));
	print_one(p, &a);
	printf("\n");
}

void iop_predict_json(json_t *row, const struct iop_profile *p, const struct iop_copy_side *side)
{
	struct iop_accesses a = {.known = true};
	double ns;

	if (!iop_accesses_take(&a, &side->list, side->question.io % 64))
		a.known = false;
	ns = iop_profile_ns(p, &a, NAN);
	json_object_set_new(row, "model",
			    json_pack("{s:s, s:o}", "profile", p->name, "accesses_ns", isnan(ns) ? json_null() : json_real(ns)));
}

void iop_predict_sizes(const struct iop_profile *p, struct iop_judge *judge, const struct iop_target *target)
{
	static const size_t copies[] = {8, 64, 256, 1024, 4096};
	const struct iop_prototype *prototype = &target->prototype;
	size_t count = prototype->one ? 1 : sizeof(copies) / sizeof(copies[0]);

	printf("\nmodel, on %s (%s), accesses alone:\n", p->name, mapping(p));
	for (size_t i = 0; i < count; i++) {
		struct iop_judge_call call = {.n = prototype->one ? prototype->unit : copies[i],
					      .distance = 8192,
					      .value = IOP_COPY_VALUE,
					      .look = IOP_LOOK};
		struct iop_copy_traced traced;
		struct iop_accesses a;

		if (!iop_prototype_takes(prototype, call.n, 0) || !iop_prototype_takes_memory(prototype, 0))
			continue;
		if (iop_fate_is_reason(&iop_judge_ask(judge, &call)->fate) ||
		    iop_judge_verdict(judge, target->tier, target->widths, &traced))
			continue;
		a = accesses_of(&traced);
		printf("  %6zu bytes  ", (size_t)call.n);
		print_one(p, &a);
		printf("\n");
		iop_judge_forget(&traced);
	}
}
