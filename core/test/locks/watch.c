/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include "instrumented.h"

#include <iopath/panic.h>

#include <setjmp.h>
#include <stdint.h>

static struct guarded {
	const char *at;
	size_t size;
	const pthread_mutex_t *lock;
	const char *what;
	enum watch_access up_to;
} guarded[64];
static size_t guarded_count;

static struct condition {
	const pthread_cond_t *cond;
	const pthread_mutex_t *lock;
	void (*meanwhile)(void);
} conditions[4];
static size_t condition_count;

static const pthread_mutex_t *held[4];
static unsigned held_count, sections, findings;
static int without_control;
static int watching, control; /* control: no lock counts as held */
static const char *running;

static void found(const char *what, const char *how)
{
	findings++;
	if (!control)
		printf("%s: %s %s\n", running, what, how);
}

static int holds(const pthread_mutex_t *lock)
{
	for (unsigned i = 0; !control && i < held_count; i++)
		if (held[i] == lock)
			return 1;
	return 0;
}

static void full(const char *what)
{
	fprintf(stderr, "watch.c: no room for more %s (make its table larger)\n", what);
	abort();
}

void watch_guarded(const void *at, size_t size, const pthread_mutex_t *lock, const char *what, enum watch_access up_to)
{
	if (guarded_count == sizeof(guarded) / sizeof(guarded[0]))
		full("guarded objects");
	guarded[guarded_count++] = (struct guarded){at, size, lock, what, up_to};
}

void watch_condition(const pthread_cond_t *cond, const pthread_mutex_t *lock, void (*meanwhile)(void))
{
	if (condition_count == sizeof(conditions) / sizeof(conditions[0]))
		full("conditions");
	conditions[condition_count++] = (struct condition){cond, lock, meanwhile};
}

void watch_nothing(void)
{
	guarded_count = condition_count = 0;
}

void watch_called_under(const pthread_mutex_t *lock, const char *what)
{
	if (watching && !holds(lock))
		found(what, "is called without its lock");
}

void watch_called_free(const char *what)
{
	if (watching && held_count)
		found(what, "is called under a lock");
}

void watch_no_control(void)
{
	without_control = 1;
}

void watch_pause(void)
{
	watching = 0;
}

void watch_go_on(void)
{
	watching = 1;
}

static jmp_buf panicked;

static void on_panic(const struct iop_panic *panic)
{
	(void)panic;
	watch_called_free("a panic");
	longjmp(panicked, 1);
}

void watch_panics(void (*call)(void))
{
	iop_panic_hook before = iop_panic_set_hook(on_panic);

	if (!setjmp(panicked)) {
		call();
		found("the call", "does not panic");
	}
	iop_panic_set_hook(before);
}

/* An access to memory, by a call that the compiler put in. */
void watch_touched(const void *at, size_t size, enum watch_access access)
{
	for (size_t i = 0; watching && i < guarded_count; i++) {
		const struct guarded *g = &guarded[i];

		if ((const char *)at + size <= g->at || g->at + g->size <= (const char *)at || holds(g->lock))
			continue;
		if (access <= g->up_to)
			found(g->what, "is touched without its lock");
	}
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_trylock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock);
int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock);
int __wrap_pthread_cond_signal(pthread_cond_t *cond);
int __wrap_pthread_cond_broadcast(pthread_cond_t *cond);

/* There is one thread: nobody else has a lock, so it need not be taken to be held, and none can be waited for. */
int __wrap_pthread_mutex_lock(pthread_mutex_t *lock)
{
	if (!watching)
		return 0;
	for (unsigned i = 0; i < held_count; i++)
		if (held[i] == lock)
			found("a lock", "is taken twice");
	if (held_count == sizeof(held) / sizeof(held[0]))
		full("locks at once");
	held[held_count++] = lock;
	sections++;
	return 0;
}

int __wrap_pthread_mutex_trylock(pthread_mutex_t *lock)
{
	return __wrap_pthread_mutex_lock(lock);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock)
{
	if (!watching)
		return 0;
	for (unsigned i = 0; i < held_count; i++) {
		if (held[i] != lock)
			continue;
		held[i] = held[--held_count];
		return 0;
	}
	found("a lock", "is given back that is not held");
	return 0;
}

static void announced(pthread_cond_t *cond)
{
	for (size_t i = 0; watching && i < condition_count; i++)
		if (conditions[i].cond == cond && !holds(conditions[i].lock))
			found("a condition", "is announced without its lock");
}

int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock)
{
	for (size_t i = 0; i < condition_count; i++) {
		if (conditions[i].cond != cond)
			continue;
		if (conditions[i].lock != lock || !holds(lock))
			found("a condition", "is awaited without its lock");
		watch_pause();
		conditions[i].meanwhile();
		watch_go_on();
		return 0;
	}
	full("waits: a condition that the test does not know is awaited, or other conditions");
	return 0;
}

int __wrap_pthread_cond_signal(pthread_cond_t *cond)
{
	announced(cond);
	return 0;
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *cond)
{
	announced(cond);
	return 0;
}

/* The findings of one run of @c. */
static unsigned run(const struct watch_case *c, int without_locks)
{
	running = c->name;
	control = without_locks;
	without_control = 0;
	held_count = sections = findings = 0;
	watching = 1;
	c->call();
	watching = 0;
	if (held_count)
		found("a lock", "is still held at the end");
	if (sections != c->sections) {
		found("the call", "takes its locks in more or fewer pieces than it should");
		if (!control)
			printf("%s: %u, not %u\n", running, sections, c->sections);
	}
	return findings;
}

int watch_cases(const struct watch_case *cases, size_t count)
{
	int wrong = 0;

	for (size_t i = 0; i < count; i++) {
		if (run(&cases[i], 0)) {
			wrong++;
		} else if (!run(&cases[i], 1) && !without_control) {
			printf("%s: control: where no lock is held, nothing is found\n", cases[i].name);
			wrong++;
		}
	}
	return wrong;
}
