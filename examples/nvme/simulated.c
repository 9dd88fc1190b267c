/* SPDX-License-Identifier: MIT */
#include "simulated.h"

#include "../simulated/bar.h"
#include "nvme.h"
#include "wire.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BAR_BYTES 0x2000
#define BLOCK	  512
#define PAIRS	  2

/* NVM Express Base 1.4, 3.1 */
#define CAP	       0x00
#define VS	       0x08
#define CC	       0x14
#define CSTS	       0x1c
#define AQA	       0x24
#define ASQ	       0x28
#define ACQ	       0x30
#define BELLS	       0x1000
#define CAP_VALUE      (UINT64_C(1) << 37 | 1 << 24 | 63) /* NVM commands; ready in 500 ms; queues of up to 64 entries */
#define VERSION_1_4    0x00010400
#define CC_ENABLE      0x1u
#define CSTS_READY     0x1u
#define CSTS_FATAL     0x2u
#define ONE_AREA       0x1u /* of a queue: physically contiguous */
#define BAD_OPCODE     0x01
#define BAD_FIELD      0x02
#define TRANSFER_ERROR 0x04
#define NO_SUCH_BLOCK  0x80

struct queue {
	uint64_t base;
	unsigned entries, at; /* 0 entries: there is none */
	unsigned phase;
};

struct nvme_simulated {
	struct simulated_bar bar;
	struct iop_dma *dma;
	struct queue sq[PAIRS], cq[PAIRS];
	uint64_t blocks;
	bool enabled, failed;
	int image;
};

/* ---- registers ---- */

static unsigned tail_of(const struct nvme_simulated *sim, unsigned pair)
{
	return (unsigned)simulated_bar_get(&sim->bar, BELLS + 8 * pair, 4);
}

static unsigned head_of(const struct nvme_simulated *sim, unsigned pair)
{
	return (unsigned)simulated_bar_get(&sim->bar, BELLS + 8 * pair + 4, 4);
}

/* ---- commands ---- */

/* Padded with spaces. */
static void text(unsigned char *at, size_t size, const char *what)
{
	for (; size; size--)
		*at++ = *what ? (unsigned char)*what++ : ' ';
}

static unsigned identify(struct nvme_simulated *sim, const struct nvme_command *c)
{
	unsigned char *page = iop_dma_reach(sim->dma, le64toh(c->prp1), NVME_PAGE);
	uint64_t blocks = htole64(sim->blocks);

	if (!page)
		return TRANSFER_ERROR;
	switch (le32toh(c->dword10) & 0xff) {
	case NVME_CONTROLLER:
		memset(page, 0, NVME_PAGE);
		text(page + 4, 20, "dry run");
		text(page + 24, 40, "simulated controller");
		text(page + 64, 8, "1.0");
		page[516] = 1; /* namespaces */
		return 0;
	case NVME_NAMESPACE:
		if (le32toh(c->name_space) != 1)
			return BAD_FIELD;
		memset(page, 0, NVME_PAGE);
		memcpy(page, &blocks, sizeof(blocks));
		memcpy(page + 8, &blocks, sizeof(blocks));
		page[130] = 9; /* blocks of 2^9 bytes */
		return 0;
	default: return BAD_FIELD;
	}
}

static unsigned create(struct nvme_simulated *sim, struct queue *queue, const struct nvme_command *c)
{
	uint32_t what = le32toh(c->dword10);

	if ((what & 0xffff) != 1 || !(le32toh(c->dword11) & ONE_AREA) || queue->entries ||
	    (queue == &sim->sq[1] && !sim->cq[1].entries))
		return BAD_FIELD;
	*queue = (struct queue){.base = le64toh(c->prp1), .entries = (what >> 16) + 1, .phase = 1};
	return 0;
}

static unsigned read_block(struct nvme_simulated *sim, const struct nvme_command *c)
{
	uint64_t block = (uint64_t)le32toh(c->dword11) << 32 | le32toh(c->dword10);
	void *memory = iop_dma_reach(sim->dma, le64toh(c->prp1), BLOCK);

	if (le32toh(c->name_space) != 1 || le32toh(c->dword12) & 0xffff)
		return BAD_FIELD;
	if (block >= sim->blocks)
		return NO_SUCH_BLOCK;
	return memory && pread(sim->image, memory, BLOCK, (off_t)block * BLOCK) == BLOCK ? 0 : TRANSFER_ERROR;
}

static unsigned execute(struct nvme_simulated *sim, unsigned pair, const struct nvme_command *c)
{
	unsigned opcode = le16toh(c->opcode) & 0xff;

	if (pair)
		return opcode == NVME_READ ? read_block(sim, c) : BAD_OPCODE;
	switch (opcode) {
	case NVME_IDENTIFY: return identify(sim, c);
	case NVME_CREATE_CQ: return create(sim, &sim->cq[1], c);
	case NVME_CREATE_SQ: return create(sim, &sim->sq[1], c);
	default: return BAD_OPCODE;
	}
}

static bool advance(struct queue *queue)
{
	queue->at = (queue->at + 1) % queue->entries;
	return queue->at == 0;
}

/* One command and its completion; false if an address was wrong, which is the end. */
static bool serve_one(struct nvme_simulated *sim, unsigned pair)
{
	struct queue *sq = &sim->sq[pair], *cq = &sim->cq[pair];
	const struct nvme_command *c = iop_dma_reach(sim->dma, sq->base + sq->at * sizeof(*c), sizeof(*c));
	struct nvme_completion *done = iop_dma_reach(sim->dma, cq->base + cq->at * sizeof(*done), sizeof(*done));
	unsigned status;

	if (!c || !done)
		return false;
	status = execute(sim, pair, c);
	advance(sq);
	*done = (struct nvme_completion){.sq_head = htole16((uint16_t)sq->at),
					 .sq = htole16((uint16_t)pair),
					 .id = c->id,
					 .status = htole16((uint16_t)(status << 1 | cq->phase))};
	cq->phase ^= advance(cq);
	return true;
}

static bool serve(struct nvme_simulated *sim, unsigned pair)
{
	struct queue *sq = &sim->sq[pair], *cq = &sim->cq[pair];
	unsigned tail = tail_of(sim, pair), head = head_of(sim, pair);

	if (!sq->entries)
		return true;
	if (tail >= sq->entries || head >= cq->entries)
		return false;
	while (sq->at != tail && (cq->at + 1) % cq->entries != head)
		if (!serve_one(sim, pair))
			return false;
	return true;
}

/* Without queues, ready or not. */
static void become(struct nvme_simulated *sim, bool enabled)
{
	memset(sim->sq, 0, sizeof(sim->sq));
	memset(sim->cq, 0, sizeof(sim->cq));
	for (unsigned i = 0; i < 2 * PAIRS; i++)
		simulated_bar_set(&sim->bar, BELLS + 4 * i, 4, 0);
	sim->enabled = enabled;
	sim->failed = false;
	simulated_bar_set(&sim->bar, CSTS, 4, enabled ? CSTS_READY : 0);
}

void nvme_simulated_step(struct nvme_simulated *sim)
{
	bool enable = simulated_bar_get(&sim->bar, CC, 4) & CC_ENABLE;
	uint64_t aqa = simulated_bar_get(&sim->bar, AQA, 4);

	if (enable != sim->enabled) {
		become(sim, enable);
		if (enable) {
			sim->sq[0] = (struct queue){.base = simulated_bar_get(&sim->bar, ASQ, 8), .entries = (aqa & 0xfff) + 1};
			sim->cq[0] = (struct queue){
				.base = simulated_bar_get(&sim->bar, ACQ, 8), .entries = (aqa >> 16 & 0xfff) + 1, .phase = 1};
		}
	}
	for (unsigned pair = 0; sim->enabled && !sim->failed && pair < PAIRS; pair++)
		sim->failed = !serve(sim, pair);
	if (sim->failed)
		simulated_bar_set(&sim->bar, CSTS, 4, CSTS_FATAL);
}

/* ---- life ---- */

int nvme_simulated_open(struct nvme_simulated **opened, struct iop_dma *dma, const char *image)
{
	struct nvme_simulated *sim = calloc(1, sizeof(*sim));
	struct stat st = {0};
	int err;

	if (!sim)
		return -ENOMEM;
	sim->dma = dma;
	sim->image = open(image, O_RDONLY | O_CLOEXEC);
	err = sim->image < 0 || fstat(sim->image, &st) ? -errno : 0;
	sim->bar.file = -1;
	if (!err)
		err = simulated_bar_open(&sim->bar, "nvme-simulated", BAR_BYTES);
	if (err) {
		nvme_simulated_close(sim);
		return err;
	}
	sim->blocks = (uint64_t)st.st_size / BLOCK;
	simulated_bar_set(&sim->bar, CAP, 8, CAP_VALUE);
	simulated_bar_set(&sim->bar, VS, 4, VERSION_1_4);
	*opened = sim;
	return 0;
}

void nvme_simulated_close(struct nvme_simulated *sim)
{
	if (!sim)
		return;
	if (sim->image >= 0)
		close(sim->image);
	simulated_bar_close(&sim->bar);
	free(sim);
}

struct iop_bus *nvme_simulated_bus(struct nvme_simulated *sim)
{
	return &sim->bar.bus;
}
