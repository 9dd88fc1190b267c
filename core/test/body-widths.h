/* SPDX-License-Identifier: MIT */
/* For WAY: what is made of a view takes what the view does, for sets with more and with fewer widths than the default. */
static void WAY_FN(derived)(void **state)
{
	volatile size_t opaque = 1;
	size_t index = opaque;

	(void)state;
	memset(memory, 0, sizeof(memory));
	DERIVED(IOP_WIDTHS(4));
	memset(memory, 0, sizeof(memory));
	DERIVED(IOP_WIDTHS(1, 4));
	memset(memory, 0, sizeof(memory));
	DERIVED(IOP_WIDTHS(4, 8, 64));
	memset(memory, 0, sizeof(memory));
	DERIVED(IOP_WIDTHS_ALL);
}
