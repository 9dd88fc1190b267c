/* SPDX-License-Identifier: MIT */
/* The driver with iopath's views: registers with their modes and fields, doorbells and queues as views of what lies there. */
#include "nvme.h"

#include <iopath/iopath.h>

#include <stdlib.h>

/* NVM Express Base 1.4, 3.1 */
IOP_REGISTER(nvme_cap, uint64_t, IOP_RO(IOP_AT(0x00)), (15, 0, mqes), (31, 24, to), (35, 32, dstrd), (37, 37, css_nvm),
	     (51, 48, mpsmin));
IOP_REGISTER(nvme_vs, uint32_t, IOP_RO(IOP_AT(0x08)), (15, 8, minor), (31, 16, major));
IOP_REGISTER(nvme_cc, uint32_t, IOP_AT(0x14), (0, 0, en), (6, 4, css), (10, 7, mps), (13, 11, ams), (15, 14, shn), (19, 16, iosqes),
	     (23, 20, iocqes));
IOP_REGISTER(nvme_csts, uint32_t, IOP_RO(IOP_AT(0x1c)), (0, 0, rdy), (1, 1, cfs), (3, 2, shst));
IOP_REGISTER(nvme_aqa, uint32_t, IOP_AT(0x24), (11, 0, asqs), (27, 16, acqs));
IOP_REGISTER(nvme_asq, uint64_t, IOP_AT(0x28));
IOP_REGISTER(nvme_acq, uint64_t, IOP_AT(0x30));
/* Of the admin queues and one pair, where doorbells have no gaps. */
IOP_REGISTER(nvme_sq_tail, uint32_t, IOP_WO(IOP_ARRAY(2, 8, 0x1000)), (15, 0, tail));
IOP_REGISTER(nvme_cq_head, uint32_t, IOP_WO(IOP_ARRAY(2, 8, 0x1004)), (15, 0, head));
typedef IOP_BAR8(0x1010) nvme_bar;
typedef IOP_MMIO(nvme_sq_tail) nvme_sq_tail_mmio;
typedef IOP_MMIO(nvme_cq_head) nvme_cq_head_mmio;

#define ENTRY_SIZES iop_with(iop_with(iop_from_raw(nvme_cc, 0), .iosqes, 6), .iocqes, 4) /* 64 and 16 bytes */
#define TO_UNIT	    UINT64_C(500000)							 /* us */
#define PAUSE	    10									 /* us between two looks */
#define PATIENCE    5000000								 /* us for a command */

/* Base 1.4, 4.2 and 4.6 */
struct nvme_command {
	iop_le16 opcode, id;
	iop_le32 name_space;
	iop_le64 reserved[2], prp1, prp2;
	iop_le32 dword10, dword11, dword12, more[3];
};
struct nvme_completion {
	iop_le32 result, reserved;
	iop_le16 sq_head, sq, id, status; /* bit 0 of the status is the phase */
};
struct nvme_sq {
	struct nvme_command entry[NVME_ENTRIES];
};
struct nvme_cq {
	struct nvme_completion entry[NVME_ENTRIES];
};
struct nvme_page {
	uint8_t bytes[NVME_PAGE];
};
typedef IOP_COHERENT(struct nvme_command) nvme_command_view;
typedef IOP_COHERENT(struct nvme_completion) nvme_completion_view;

struct nvme_queues {
	IOP_COHERENT_OWNER(struct nvme_sq) sq;
	IOP_COHERENT_OWNER(struct nvme_cq) cq;
	nvme_sq_tail_mmio tail_bell;
	nvme_cq_head_mmio head_bell;
	uint16_t tail, head, phase;
};

struct nvme {
	nvme_bar bar;
	struct nvme_queues admin, io;
	IOP_COHERENT_OWNER(struct nvme_page) page;
};

void nvme_post(struct nvme_queues *q, const struct nvme_request *r)
{
	uint16_t tail = q->tail;
	nvme_command_view c = iop_as(nvme_command_view, iop_project(q->sq, .entry, iop_or_panic(tail % NVME_ENTRIES)));

	iop_write(iop_project(c, .opcode), (uint16_t)r->opcode);
	iop_write(iop_project(c, .id), tail);
	iop_write(iop_project(c, .name_space), r->name_space);
	iop_write(iop_project(c, .prp1), r->address);
	iop_write(iop_project(c, .dword10), r->dword10);
	iop_write(iop_project(c, .dword11), r->dword11);
	iop_write(iop_project(c, .dword12), r->dword12);
	q->tail = tail = (tail + 1) % NVME_ENTRIES;
	/* An ordered write: the controller reads the command after it. */
	iop_write_reg(q->tail_bell, iop_from_raw(nvme_sq_tail, tail));
}

bool nvme_reap(struct nvme_queues *q, uint16_t *status)
{
	nvme_completion_view c = iop_as(nvme_completion_view, iop_project(q->cq, .entry, iop_or_panic(q->head % NVME_ENTRIES)));
	uint16_t found = iop_read(iop_project(c, .status));

	if ((found & 1) != q->phase)
		return false;
	*status = found >> 1;
	q->head = (q->head + 1) % NVME_ENTRIES;
	q->phase ^= !q->head;
	/* What the command brought is read after its status, by the caller, too. */
	iop_dma_rmb();
	iop_write_reg(q->head_bell, iop_from_raw(nvme_cq_head, q->head));
	return true;
}

static int nvme_do(struct nvme_queues *q, struct nvme_request r)
{
	uint16_t status;

	nvme_post(q, &r);
	for (uint64_t us = 0; us < PATIENCE; us += PAUSE) {
		if (nvme_reap(q, &status))
			return status ? -EIO : 0;
		nvme_pause(PAUSE);
	}
	return -ETIMEDOUT;
}

static int nvme_queues_alloc(struct nvme_queues *q, struct iop_dma *dma)
{
	int err = iop_coherent_alloc(&q->sq, dma, 0);

	return err ? err : iop_coherent_alloc(&q->cq, dma, 0);
}

int nvme_open(struct nvme **opened, struct iop_bus *bus, struct iop_dma *dma)
{
	struct nvme *nvme = calloc(1, sizeof(*nvme));
	int err = nvme ? iop_bar_map(&nvme->bar, bus, 0, "nvme") : -ENOMEM;

	if (!err)
		err = nvme_queues_alloc(&nvme->admin, dma);
	if (!err)
		err = nvme_queues_alloc(&nvme->io, dma);
	if (!err)
		err = iop_coherent_alloc(&nvme->page, dma, 0);
	if (err) {
		nvme_close(nvme);
		return err;
	}
	nvme->admin.tail_bell = iop_as(nvme_sq_tail_mmio, iop_project(nvme->bar, iop_build_loc(iop_at(nvme_sq_tail, 0))));
	nvme->admin.head_bell = iop_as(nvme_cq_head_mmio, iop_project(nvme->bar, iop_build_loc(iop_at(nvme_cq_head, 0))));
	nvme->io.tail_bell = iop_as(nvme_sq_tail_mmio, iop_project(nvme->bar, iop_build_loc(iop_at(nvme_sq_tail, 1))));
	nvme->io.head_bell = iop_as(nvme_cq_head_mmio, iop_project(nvme->bar, iop_build_loc(iop_at(nvme_cq_head, 1))));
	*opened = nvme;
	return 0;
}

void nvme_close(struct nvme *nvme)
{
	if (!nvme)
		return;
	iop_coherent_drop(&nvme->page);
	iop_coherent_drop(&nvme->io.cq);
	iop_coherent_drop(&nvme->io.sq);
	iop_coherent_drop(&nvme->admin.cq);
	iop_coherent_drop(&nvme->admin.sq);
	iop_bar_drop(&nvme->bar);
	free(nvme);
}

/* As long as the controller says that it may take. */
static int nvme_becomes(struct nvme *nvme, bool ready)
{
	nvme_cap cap = iop_read_reg(nvme->bar, nvme_cap);
	nvme_csts csts;
	int err = iop_poll_reg(nvme->bar, nvme_csts, csts, iop_get(csts, .cfs) || iop_get(csts, .rdy) == ready, PAUSE,
			       iop_get(cap, .to) * TO_UNIT);

	return !err && iop_get(csts, .cfs) ? -EIO : err;
}

int nvme_stop(struct nvme *nvme)
{
	iop_update_reg(nvme->bar, nvme_cc, cc, iop_with(cc, .en, 0));
	return nvme_becomes(nvme, false);
}

/* Commands with which the controller gets to know the queues of number 1. */
static int nvme_make_queues(struct nvme *nvme)
{
	struct nvme_request r = {.opcode = NVME_CREATE_CQ,
				 .address = iop_coherent_dma(nvme->io.cq),
				 .dword10 = (NVME_ENTRIES - 1) << 16 | 1,
				 .dword11 = 1};
	int err = nvme_do(&nvme->admin, r);

	if (err)
		return err;
	r.opcode = NVME_CREATE_SQ;
	r.address = iop_coherent_dma(nvme->io.sq);
	r.dword11 = 1 << 16 | 1;
	return nvme_do(&nvme->admin, r);
}

int nvme_start(struct nvme *nvme, struct nvme_version *version)
{
	nvme_cap cap = iop_read_reg(nvme->bar, nvme_cap);
	nvme_vs vs = iop_read_reg(nvme->bar, nvme_vs);
	int err;

	version->major = iop_get(vs, .major);
	version->minor = iop_get(vs, .minor);
	if (!iop_get(cap, .css_nvm) || iop_get(cap, .dstrd) || iop_get(cap, .mpsmin) || iop_get(cap, .mqes) < NVME_ENTRIES - 1)
		return -IOP_ENOTSUPP;
	err = nvme_stop(nvme);
	if (err)
		return err;
	nvme->admin.phase = nvme->io.phase = 1;
	iop_write_reg(nvme->bar, iop_with(iop_with(iop_from_raw(nvme_aqa, 0), .asqs, NVME_ENTRIES - 1), .acqs, NVME_ENTRIES - 1));
	iop_write_reg(nvme->bar, iop_from_raw(nvme_asq, iop_coherent_dma(nvme->admin.sq)));
	iop_write_reg(nvme->bar, iop_from_raw(nvme_acq, iop_coherent_dma(nvme->admin.cq)));
	iop_write_reg(nvme->bar, iop_with(ENTRY_SIZES, .en, 1));
	err = nvme_becomes(nvme, true);
	return err ? err : nvme_make_queues(nvme);
}

int nvme_identify(struct nvme *nvme, enum nvme_identified what, uint32_t name_space)
{
	return nvme_do(&nvme->admin, (struct nvme_request){.opcode = NVME_IDENTIFY,
							   .name_space = name_space,
							   .address = iop_coherent_dma(nvme->page),
							   .dword10 = what});
}

int nvme_read(struct nvme *nvme, uint32_t name_space, uint64_t block)
{
	return nvme_do(&nvme->io, (struct nvme_request){.opcode = NVME_READ,
							.name_space = name_space,
							.address = iop_coherent_dma(nvme->page),
							.dword10 = (uint32_t)block,
							.dword11 = (uint32_t)(block >> 32)});
}

void nvme_data(const struct nvme *nvme, size_t offset, void *to, size_t n)
{
	iop_copy_fromio(to, iop_project(nvme->page, .bytes, iop_or_panic_range(offset, offset + n)), n);
}
