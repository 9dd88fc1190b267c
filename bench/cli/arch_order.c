/* SPDX-License-Identifier: MIT */
#include "arch_order.h"

#include <stddef.h>
#include <string.h>

/* docs/semantics.md, 2.2 has the library's own; what is stronger is enough, and accesses that order by themselves are. */
static const struct needed {
	const char *arch;
	bool write;
	const char *enough[13]; /* up to NULL; of riscv64 in another form */
} needed[] = {
	{"arm64", false, {"dmb oshld", "dmb osh", "dmb ld", "dmb sy", "dsb oshld", "dsb osh", "dsb ld", "dsb sy", "ldar", "ldapr"}},
	{"arm64", true, {"dmb oshst", "dmb osh", "dmb st", "dmb sy", "dsb oshst", "dsb osh", "dsb st", "dsb sy", "stlr"}},
	{"armhf", false, {"dsb sy", "dsb osh", "dmb sy", "dmb osh", "lda"}},
	{"armhf", true, {"dsb st", "dsb sy", "dsb osh", "dsb oshst", "dmb st", "dmb sy", "dmb osh", "dmb oshst", "stl"}},
	{"ppc64le", false, {"sync", "hwsync", "lwsync", "isync"}},
	{"ppc64le", true, {"sync", "hwsync"}},
	{"riscv64", false, {"fence i, r"}},
	{"riscv64", true, {"fence w, o"}},
};

/* "fence i, ir": reads of devices before all reads; "fence w, o": writes of memory before writes to devices; "fence": everything. */
static bool fence_is_enough(const char *text, bool write)
{
	const size_t first = strspn(text, "iorw");
	const char *second = text + first + strspn(text + first, ", ");

	if (!first)
		return true;
	return memchr(text, write ? 'w' : 'i', first) && memchr(second, write ? 'o' : 'r', strspn(second, "iorw"));
}

static bool is_enough(const struct needed *n, const char *barriers)
{
	const char *fence = barriers;

	while (strcmp(n->arch, "riscv64") == 0 && (fence = strstr(fence, "fence"))) {
		fence += strlen("fence");
		/* Not fence.i and fence.tso. */
		if (*fence != '.' && fence_is_enough(fence + strspn(fence, " "), n->write))
			return true;
	}
	for (size_t i = 0; strcmp(n->arch, "riscv64") != 0 && n->enough[i]; i++) {
		const size_t length = strlen(n->enough[i]);
		const bool access = !strchr(n->enough[i], ' ') && strcmp(n->arch, "ppc64le") != 0;

		for (const char *at = barriers; (at = strstr(at, n->enough[i])); at++)
			if ((at == barriers || at[-1] == ' ') && (access || !at[length] || at[length] == ','))
				return true;
	}
	return false;
}

const char *iop_arch_unordered(const char *arch, bool write, const char *barriers)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (strcmp(needed[i].arch, arch) == 0 && needed[i].write == write)
			return is_enough(&needed[i], barriers) ? NULL : needed[i].enough[0];
	return NULL;
}
