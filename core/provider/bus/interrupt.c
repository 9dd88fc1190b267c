/* SPDX-License-Identifier: MIT */
#include <iopath/interrupt.h>

#include <poll.h>
#include <stdlib.h>
#include <time.h>

#define SECOND INT64_C(1000000000)

unsigned iop_interrupt_vectors(const struct iop_interrupt *irq)
{
	return irq->ops ? irq->vectors : 0;
}

int iop_interrupt_take(struct iop_interrupt *irq, unsigned vector, uint64_t *count)
{
	uint64_t came;
	int err = vector < iop_interrupt_vectors(irq) ? irq->ops->take(irq, vector, &came) : -EINVAL;

	if (!err && count)
		*count = came;
	return err;
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

/* When @timeout_us from now is, or far away. */
static int64_t deadline_after(uint64_t timeout_us)
{
	int64_t ns, end;

	if (timeout_us > INT64_MAX / 1000)
		return INT64_MAX;
	ns = (int64_t)timeout_us * 1000;
	return __builtin_add_overflow(now(), ns, &end) ? INT64_MAX : end;
}

/* Until @event can be read or @left nanoseconds are over; -1: for ever. 0 in both cases, or a negative errno. */
static int sleep_on(int event, int64_t left)
{
	struct timespec t = {.tv_sec = (time_t)(left / SECOND), .tv_nsec = (long)(left % SECOND)};
	struct pollfd p = {.fd = event, .events = POLLIN};
	int n = ppoll(&p, 1, left < 0 ? NULL : &t, NULL);

	if (n < 0)
		return -errno;
	return n && !(p.revents & POLLIN) ? -EIO : 0;
}

int iop_interrupt_wait(struct iop_interrupt *irq, unsigned vector, uint64_t timeout_us, uint64_t *count)
{
	int64_t deadline = timeout_us ? deadline_after(timeout_us) : 0, left = -1;

	for (;;) {
		int err = iop_interrupt_take(irq, vector, count);

		if (err != -EAGAIN)
			return err;
		/* What came while the time ran out was taken just now. */
		if (timeout_us && left == 0)
			return -ETIMEDOUT;
		if (timeout_us) {
			left = deadline - now();
			left = left < 0 ? 0 : left;
		}
		err = sleep_on(irq->events[vector], left);
		if (err)
			return err;
	}
}

int iop_interrupt_mask(struct iop_interrupt *irq, unsigned vector)
{
	return vector < iop_interrupt_vectors(irq) ? irq->ops->mask(irq, vector, 1) : -EINVAL;
}

int iop_interrupt_unmask(struct iop_interrupt *irq, unsigned vector)
{
	return vector < iop_interrupt_vectors(irq) ? irq->ops->mask(irq, vector, 0) : -EINVAL;
}

int iop_interrupt_fd(const struct iop_interrupt *irq, unsigned vector)
{
	return vector < iop_interrupt_vectors(irq) ? irq->events[vector] : -EINVAL;
}

void iop_interrupt_drop(struct iop_interrupt *irq)
{
	if (!irq->ops)
		return;
	irq->ops->disable(irq);
	free(irq->events);
	*irq = (struct iop_interrupt){0};
}
