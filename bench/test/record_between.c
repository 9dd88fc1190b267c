/* SPDX-License-Identifier: MIT */
/*
 * A signal that comes when an instruction that the CPU carries out for a recorded program has been executed, and the trap behind it has
 * not: where it is taken when it is sent while a device answers. A debugger of ours puts it there. Run as: record-between FILE; 77: no
 * debugger here.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNABLE 77

static volatile uint32_t *bar;
static volatile int came;

/* It uses the device, too. */
static void on_signal(int number)
{
	bar[1] = (uint32_t)number;
	came++;
}

static _Noreturn void traced(int number)
{
	signal(number, on_signal);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(UNABLE);
	raise(SIGSTOP);
	__asm__ volatile("lock addl $1, %0" : "+m"(bar[0])::"cc");
	bar[2] = 1;
	_exit(came == 1 ? 0 : 1);
}

/* Back from behind the breakpoint to in front of it, and the signal in its place. */
static int take_back(pid_t pid, int number)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		return -1;
	regs.rip--;
	if (ptrace(PTRACE_SETREGS, pid, NULL, &regs))
		return -1;
	return (int)syscall(SYS_tgkill, pid, pid, number);
}

/* The exit code of the traced process; its first breakpoint is where @number is sent. */
static int watch(pid_t pid, int number)
{
	bool sent = false;
	int status;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		long pass = WSTOPSIG(status);

		if (pass == SIGTRAP && !sent) {
			if (take_back(pid, number))
				return UNABLE;
			sent = true;
			pass = 0;
		}
		if (pass == SIGSTOP)
			pass = 0;
		ptrace(PTRACE_CONT, pid, NULL, pass);
	}
	return WIFEXITED(status) && (sent || WEXITSTATUS(status) == UNABLE) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	static const int numbers[] = {SIGBUS, SIGSEGV, SIGTRAP};
	int fd = argc == 2 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1, code = 0;

	if (fd < 0 || ftruncate(fd, 4096))
		return 2;
	bar = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bar == MAP_FAILED)
		return 2;
	for (size_t i = 0; !code && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		pid_t pid = fork();

		if (pid == 0)
			traced(numbers[i]);
		code = watch(pid, numbers[i]);
	}
	return code;
}
