/* SPDX-License-Identifier: MIT */
#include "budget.h"

#include <host/fail.h>

#include <stdlib.h>

int iop_cli_time(const char *command, const char *option, const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	if (*end == 's' || *end == 'm' || *end == 'h') {
		*value *= *end == 'h' ? 3600 : *end == 'm' ? 60 : 1;
		end++;
	}
	if (end == text || *end || !(*value > 0 && *value <= 86400))
		return iop_fail(command, NULL, "%s takes a time such as 60s or 5m, not '%s'", option, text);
	return 0;
}

int iop_cli_budget(const char *command, const char *text, double *value)
{
	return iop_cli_time(command, "--budget", text, value);
}
