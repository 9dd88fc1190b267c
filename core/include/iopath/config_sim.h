/* SPDX-License-Identifier: MIT */
/**
 * config_sim.h - a simulated PCI function's config space
 *
 * A function in memory, for tests and measurements: with given contents, registers with read-only bits (a BAR that is written all
 * ones reads as its size), and failures on request.
 *
 *	struct iop_config_sim sim;
 *	iop_config_sim_init(&sim, 256);
 *	iop_config_sim_set(&sim, 0x00, 4, 0x10011af4);
 *	iop_config_sim_fail(&sim, 2, 1, -EIO);                   two transactions succeed, then one fails
 *	... iop_config_space(&sim.device) ...
 *	iop_config_sim_end(&sim);
 *
 * Functions may be called from several threads and while others access the device.
 */
#ifndef IOPATH_CONFIG_SIM_H
#define IOPATH_CONFIG_SIM_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/config.h>

/** .device is what views are made of; the other members are private. */
struct iop_config_sim {
	struct iop_config_device device;
	uint64_t transactions;		/* so far, failed ones included */
	uint64_t fail_from, fail_until; /* numbers of the transactions that fail */
	int fail_with;
	uint8_t bytes[4096];	/* as on the wire: little-endian */
	uint8_t writable[4096]; /* bits that a write changes */
};

IOP_BEGIN_DECLS

/** A function of @cfg_size bytes, all 0, all writable, that does not fail. Its users detect sizes other than 256 and 4096. */
void iop_config_sim_init(struct iop_config_sim *sim, size_t cfg_size);

/** Ends the function: views of it are stale from now on. */
void iop_config_sim_end(struct iop_config_sim *sim);

/** Sets the register of @width (1, 2, 4) bytes at @offset to @value, whether writable or not; no transaction. */
void iop_config_sim_set(struct iop_config_sim *sim, size_t offset, unsigned width, uint32_t value);

/** What the register holds; no transaction. */
uint32_t iop_config_sim_get(struct iop_config_sim *sim, size_t offset, unsigned width);

/** Only the bits of @mask of the register change when it is written; 0 makes it read-only. */
void iop_config_sim_mask(struct iop_config_sim *sim, size_t offset, unsigned width, uint32_t mask);

/** The next @after transactions succeed, the @count after those fail with @err. Replaces an earlier request; 0, 0: no failure. */
void iop_config_sim_fail(struct iop_config_sim *sim, uint64_t after, uint64_t count, int err);

/** Removes the function: after the next @after transactions all fail with -ENODEV. */
void iop_config_sim_remove(struct iop_config_sim *sim, uint64_t after);

/** Number of transactions so far, failed ones included. */
uint64_t iop_config_sim_transactions(struct iop_config_sim *sim);

IOP_END_DECLS

#endif
