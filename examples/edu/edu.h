/* SPDX-License-Identifier: MIT */
/*
 * edu.h - what the program of this folder wants of a driver of QEMU's edu device, which exists twice: views.c and raw.c
 *
 * The two make the same accesses, one through iopath's views, one through volatile pointers.
 */
#ifndef EDU_H
#define EDU_H

#include <iopath/bus.h>
#include <iopath/dma.h>
#include <iopath/interrupt.h>

#define EDU_BUFFER 4096 /* bytes of its own memory, and of the driver's */

struct edu;

/** Maps BAR 0 of @bus and allocates a buffer from @dma. 0, and *@opened is closed by edu_close(); or a negative errno. */
int edu_open(struct edu **opened, struct iop_bus *bus, struct iop_dma *dma);
void edu_close(struct edu *edu);
uint32_t edu_id(const struct edu *edu);

/** 0 and *@result, or a negative errno: -ETIMEDOUT if no message came within a second. */
int edu_factorial(struct edu *edu, struct iop_interrupt *irq, uint32_t n, uint32_t *result);
/** The same without interrupts. */
int edu_factorial_polled(struct edu *edu, uint32_t n, uint32_t *result);
/** Has the device fetch @n bytes of @data, up to EDU_BUFFER, and put them back, to @back. Polls for the end of each. */
int edu_there_and_back(struct edu *edu, const void *data, void *back, size_t n);

/** The fast path: what hands work to the device. */
void edu_begin_factorial(struct edu *edu, uint32_t n, bool message);
void edu_begin_copy(struct edu *edu, uint64_t from, uint64_t to, uint64_t bytes, bool to_memory);

/** The program's: lets @us microseconds pass, between two looks at the device. */
void edu_pause(uint64_t us);

#endif
