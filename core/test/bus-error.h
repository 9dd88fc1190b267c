/* SPDX-License-Identifier: MIT */
/**
 * bus-error.h - whether SIGBUS says here where it happened
 *
 * An emulator of another CPU may not: qemu-user 7.2 gives its own address for CPUs of 32 bits, and on big-endian ones the bytes of the
 * right one in another order. What is guarded cannot be told from the rest there.
 */
#ifndef IOPATH_TEST_BUS_ERROR_H
#define IOPATH_TEST_BUS_ERROR_H

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf bus_error_return;
static void *volatile bus_error_at;

static void on_probe(int number, siginfo_t *info, void *context)
{
	(void)number, (void)context;
	bus_error_at = info->si_addr;
	siglongjmp(bus_error_return, 1);
}

static bool bus_errors_say_where(void)
{
	struct sigaction action = {.sa_sigaction = on_probe, .sa_flags = SA_SIGINFO}, before;
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const int fd = memfd_create("bus-error", MFD_CLOEXEC);
	/* Nothing to map from on: each access is an error. */
	volatile unsigned char *const at = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);

	sigaction(SIGBUS, &action, &before);
	if (sigsetjmp(bus_error_return, 1) == 0)
		(void)at[4];
	sigaction(SIGBUS, &before, NULL);
	munmap((void *)(uintptr_t)at, page);
	close(fd);
	return bus_error_at == (void *)(uintptr_t)(at + 4);
}

#endif
