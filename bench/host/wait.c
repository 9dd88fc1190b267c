/* SPDX-License-Identifier: MIT */
#include "wait.h"

#include <errno.h>
#include <sys/wait.h>

int iop_wait_for(pid_t pid)
{
	int status;
	pid_t ended = -1;

	while (pid > 0 && (ended = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
		;
	return ended > 0 ? status : -1;
}
