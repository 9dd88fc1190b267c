/* SPDX-License-Identifier: MIT */
/*
 * wire.h - commands and completions as they lie in memory, for those who access it without views
 *
 * All numbers are little-endian. NVM Express Base 1.4, 4.2 and 4.6.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>

struct nvme_command {
	uint16_t opcode, id;
	uint32_t name_space;
	uint64_t reserved[2], prp1, prp2;
	uint32_t dword10, dword11, dword12, more[3];
};
struct nvme_completion {
	uint32_t result, reserved;
	uint16_t sq_head, sq, id, status; /* bit 0 of the status is the phase */
};

#endif
