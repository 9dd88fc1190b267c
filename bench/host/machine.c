/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <ctype.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* First line of a file, or @otherwise. */
static void read_line(const char *path, char *text, size_t size, const char *otherwise)
{
	FILE *file = fopen(path, "re");

	if (!file || !fgets(text, (int)size, file))
		snprintf(text, size, "%s", otherwise);
	if (file)
		fclose(file);
	text[strcspn(text, "\n")] = '\0';
}

/* Value of "key : value" in /proc/cpuinfo. */
static void cpuinfo(const char *key, char *text, size_t size, const char *otherwise)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[512];

	snprintf(text, size, "%s", otherwise);
	while (file && fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':');

		if (!colon || strncmp(line, key, strlen(key)) != 0)
			continue;
		colon += 1 + strspn(colon + 1, " ");
		colon[strcspn(colon, "\n")] = '\0';
		snprintf(text, size, "%s", colon);
		break;
	}
	if (file)
		fclose(file);
}

static void slug(const char *text, char *out, size_t size)
{
	size_t n = 0;

	for (; *text && n + 2 < size; text++) {
		if (isalnum((unsigned char)*text))
			out[n++] = (char)tolower((unsigned char)*text);
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

/* What CPU @cpu, or all of them together (-1), did since the system started; zeros where the kernel does not say. */
static struct iop_cpu_times cpu_times(int cpu)
{
	enum {
		USER,
		NICE,
		SYSTEM,
		IDLE,
		IOWAIT,
		IRQ,
		SOFTIRQ,
		STEAL,
		FIELDS
	};
	unsigned long long field[FIELDS] = {0};
	struct iop_cpu_times times = {0};
	char line[512], name[16] = "cpu ";
	FILE *file = fopen("/proc/stat", "re");
	char *at = line;

	if (cpu >= 0)
		snprintf(name, sizeof(name), "cpu%d ", cpu);
	*line = '\0';
	while (file && fgets(line, sizeof(line), file) && strncmp(line, name, strlen(name)) != 0)
		*line = '\0';
	if (file)
		fclose(file);
	at += strcspn(line, " ");
	for (size_t i = 0; i < FIELDS; i++) {
		field[i] = strtoull(at, &at, 10);
		times.total += field[i];
	}
	times.steal = field[STEAL];
	times.busy = times.total - field[IDLE] - field[IOWAIT];
	return times;
}

static double percent(unsigned long long part, unsigned long long whole)
{
	return whole ? 100.0 * (double)part / (double)whole : -1;
}

/* Another hardware thread of the core of @cpu, or -1. The list is like "0,2" or "0-1". */
static int sibling_of(int cpu)
{
	char path[128], list[64];
	long first, last;
	char *end;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
	read_line(path, list, sizeof(list), "");
	first = strtol(list, &end, 10);
	if (end == list || !*end)
		return -1;
	last = strtol(end + 1, NULL, 10);
	return (int)(first == cpu ? last : first);
}

/* Microseconds in which some task waited for a CPU; 0 where the kernel does not say. */
static unsigned long long cpu_pressure(void)
{
	char line[256];
	const char *total;

	read_line("/proc/pressure/cpu", line, sizeof(line), "");
	total = strstr(line, "total=");
	return total ? strtoull(total + strlen("total="), NULL, 10) : 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double load(void)
{
	double average = 0;

	return getloadavg(&average, 1) == 1 ? average : -1;
}

static int pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0) {
		if (sched_getaffinity(0, sizeof(set), &set))
			return -1;
		/* Interrupts and housekeeping prefer the first CPU. */
		for (cpu = CPU_SETSIZE - 1; cpu > 0 && !CPU_ISSET(cpu, &set); cpu--)
			;
	}
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -1 : cpu;
}

static void switch_word(const char *path, char on, char *text, size_t size)
{
	char value[16];

	read_line(path, value, sizeof(value), "?");
	snprintf(text, size, "%s", value[0] == '?' ? "unknown" : value[0] == on ? "on" : "off");
}

void iop_machine_begin(struct iop_machine *m, int cpu)
{
	struct utsname uts;
	char path[128], flags[8192];

	memset(m, 0, sizeof(*m));
	m->pinned_cpu = pin(cpu);
	cpuinfo("model name", m->cpu, sizeof(m->cpu), "unknown CPU");
	slug(m->cpu, m->slug, sizeof(m->slug));
	cpuinfo("microcode", m->microcode, sizeof(m->microcode), "unknown");
	cpuinfo("flags", flags, sizeof(flags), "");
	snprintf(m->hypervisor, sizeof(m->hypervisor), "%s", strstr(flags, " hypervisor") ? "yes" : "no");
	if (!uname(&uts))
		snprintf(m->kernel, sizeof(m->kernel), "%s %s", uts.sysname, uts.release);
	gethostname(m->host, sizeof(m->host) - 1);
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor",
		 m->pinned_cpu < 0 ? 0 : m->pinned_cpu);
	read_line(path, m->governor, sizeof(m->governor), "unknown");
	switch_word("/sys/devices/system/cpu/smt/active", '1', m->smt, sizeof(m->smt));
	switch_word("/sys/devices/system/cpu/intel_pstate/no_turbo", '0', m->turbo, sizeof(m->turbo));
	if (strcmp(m->turbo, "unknown") == 0)
		switch_word("/sys/devices/system/cpu/cpufreq/boost", '1', m->turbo, sizeof(m->turbo));
	read_line("/sys/kernel/mm/transparent_hugepage/enabled", m->thp, sizeof(m->thp), "unknown");
	read_line("/proc/sys/kernel/randomize_va_space", m->aslr, sizeof(m->aslr), "?");
	m->load_before = load();
	m->sibling_cpu = m->pinned_cpu < 0 ? -1 : sibling_of(m->pinned_cpu);
	m->all_begin = cpu_times(-1);
	m->sibling_begin = cpu_times(m->sibling_cpu);
	m->pressure_begin = cpu_pressure();
	m->clock_begin = now();
}

static __attribute__((format(printf, 2, 3))) void warn(struct iop_machine *m, const char *format, ...)
{
	va_list args;

	if (m->warnings == IOP_MACHINE_WARNINGS)
		return;
	va_start(args, format);
	vsnprintf(m->warning[m->warnings++], sizeof(m->warning[0]), format, args);
	va_end(args);
}

/* Possible changes of the CPU's clock. */
static void warn_of_frequency(struct iop_machine *m)
{
	bool no_governor = strcmp(m->governor, "unknown") == 0, no_turbo = strcmp(m->turbo, "unknown") == 0;

	if (no_governor && no_turbo)
		warn(m, "frequency scaling and turbo are not visible here: the clock may have changed (compare ratios, not times)");
	if (!no_governor && strcmp(m->governor, "performance") != 0)
		warn(m, "CPU frequency scaling is on (governor %s): times drift (cpupower frequency-set -g performance)",
		     m->governor);
	if (strcmp(m->turbo, "on") == 0)
		warn(m, "turbo is on: the clock depends on temperature and neighbours (switch it off, or compare ratios only)");
}

void iop_machine_end(struct iop_machine *m)
{
	unsigned long long pressure = cpu_pressure();
	double seconds = now() - m->clock_begin;
	struct iop_cpu_times all = cpu_times(-1), sibling = cpu_times(m->sibling_cpu);

	m->steal_percent = percent(all.steal - m->all_begin.steal, all.total - m->all_begin.total);
	m->sibling_busy_percent =
		m->sibling_cpu < 0 ? -1 : percent(sibling.busy - m->sibling_begin.busy, sibling.total - m->sibling_begin.total);
	m->pressure_percent = pressure && seconds > 0 ? (double)(pressure - m->pressure_begin) / seconds / 1e4 : -1;
	m->load_after = load();

	if (m->pinned_cpu < 0)
		warn(m, "the process could not be pinned to a CPU: it may migrate (allow it in the cpuset, or use --cpu N)");
	if (sysconf(_SC_NPROCESSORS_ONLN) == 1)
		warn(m, "there is one CPU: everything else on this machine interrupts the measurement");
	warn_of_frequency(m);
	if (m->sibling_busy_percent > 5)
		warn(m, "CPU %d shares its core with CPU %d, which was busy %.0f %% of the time (leave it idle, or switch SMT off)",
		     m->pinned_cpu, m->sibling_cpu, m->sibling_busy_percent);
	if (m->load_before > 0.7)
		warn(m, "the machine was busy before the run (load %.1f): wait, or compare ratios only", m->load_before);
	if (m->steal_percent > 1)
		warn(m, "the hypervisor gave %.1f %% of the CPU time to others: compare ratios only", m->steal_percent);
	if (m->pressure_percent > 5)
		warn(m, "tasks waited for a CPU %.0f %% of the time: something else was running", m->pressure_percent);
}

void iop_machine_uneven(struct iop_machine *m, double low, double high)
{
	if (low > 0 && high > 1.15 * low)
		warn(m,
		     "the same empty loop took %.2f to %.2f ns: something unseen used the core now and then, and the next run may "
		     "find "
		     "other figures (compare device and instr)",
		     low, high);
}
