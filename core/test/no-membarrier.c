/* SPDX-License-Identifier: MIT */
/* no-membarrier.c - for tests that are linked with --wrap=syscall: a system that has no membarrier(2) */
#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

long __wrap_syscall(long number, ...)
{
	long a[6];
	va_list list;

	if (number == SYS_membarrier) {
		errno = ENOSYS;
		return -1;
	}
	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
