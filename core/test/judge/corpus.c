/* SPDX-License-Identifier: MIT */
#include "corpus.h"

const struct judged *judged_at(size_t index)
{
	const struct {
		const struct judged *table;
		size_t count;
	} kinds[] = {
		{judged_right, judged_right_count}, {judged_wrong, judged_wrong_count}, {judged_data, judged_data_count},
		{judged_moves, judged_moves_count}, {judged_x86, judged_x86_count},	{judged_x86_wrong, judged_x86_wrong_count},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (index < kinds[i].count)
			return &kinds[i].table[index];
		index -= kinds[i].count;
	}
	return NULL;
}
