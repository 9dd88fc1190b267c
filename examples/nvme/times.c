/* SPDX-License-Identifier: MIT */
/*
 * The fast path of a twin as operations of a module, on memory in the controller's place: of two builds, TWIN one and the other,
 * iopath compares time, instructions and accesses.
 *
 *	flags="-O2 -ffunction-sections -falign-functions=64 -shared -fPIC $(pkg-config --cflags iopath iopath-cells)"
 *	cc $flags -DTWIN='"raw.c"' times.c -o raw.so $(pkg-config --libs iopath)
 *	cc $flags -DTWIN='"views.c"' times.c -o views.so $(pkg-config --libs iopath)
 *	iopath gate --base raw.so --candidate views.so
 */
#include TWIN /* NOLINT(bugprone-suspicious-include): its types and its static functions, too */

#include <iopath/cells.h>

#include <stdlib.h>

#define BYTES 0x2000

IOP_MODULE("nvme");

struct times {
	void *window;
	struct iop_bus bus;
	struct iop_dma *dma;
	struct nvme *nvme;
	struct nvme_request request;
	uint32_t ready;
};

static int window_resource(void *bus, unsigned index, struct iop_resource *resource)
{
	(void)bus;
	*resource = (struct iop_resource){.len = index == 0 ? BYTES : 0, .index = index};
	return index < 6 ? 0 : -EINVAL;
}

static int window_request(void *bus, const struct iop_resource *resource, const char *name)
{
	(void)bus;
	(void)resource;
	(void)name;
	return 0;
}

static void window_release(void *bus, const struct iop_resource *resource)
{
	(void)bus;
	(void)resource;
}

static void *window_map(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	const struct times *times = (const struct times *)bus;

	(void)resource;
	return size <= BYTES && how == IOP_IOREMAP ? times->window : NULL;
}

static void window_unmap(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	(void)bus;
	(void)resource;
	(void)address;
	(void)size;
}

static const struct iop_bus_ops window_ops = {
	.resource = window_resource,
	.request_region = window_request,
	.release_region = window_release,
	.ioremap = window_map,
	.iounmap = window_unmap,
};

void nvme_pause(uint64_t us)
{
	(void)us;
}

static void close_times(void *context)
{
	struct times *times = (struct times *)context;

	if (times->nvme)
		nvme_close(times->nvme);
	if (times->dma)
		iop_dma_close(times->dma);
	free(times);
}

static int open_times(void *window, void **context)
{
	struct times *times = calloc(1, sizeof(*times));
	int err = times ? iop_dma_open(&times->dma, NULL) : -ENOMEM;

	if (!times)
		return err;
	times->window = window;
	times->request = (struct nvme_request){.opcode = NVME_READ, .name_space = 1, .address = 0x1000, .dword10 = 7};
	iop_bus_init(&times->bus, &window_ops, times);
	if (!err)
		err = nvme_open(&times->nvme, &times->bus, times->dma);
	if (err) {
		close_times(times);
		return err;
	}
	times->nvme->io.phase = 1;
	*context = times;
	return 0;
}

/* A command into the queue, and its doorbell. */
static void post(void *window, void *context)
{
	struct times *times = (struct times *)context;

	(void)window;
	nvme_post(&times->nvme->io, &times->request);
}

/* A look at the next completion, which has not come. */
static void poll(void *window, void *context)
{
	struct times *times = (struct times *)context;
	uint16_t status = 0;

	(void)window;
	(void)nvme_reap(&times->nvme->io, &status);
}

/* A register, and a field of it. */
static void ready(void *window, void *context)
{
	struct times *times = (struct times *)context;

	(void)window;
#ifdef CSTS
	times->ready = read32(times->nvme, CSTS) & CSTS_RDY;
#else
	times->ready = iop_get(iop_read_reg(times->nvme->bar, nvme_csts), .rdy);
#endif
}

/* What is no fast path: reads how long to wait, and waits for what is so already. */
static void becomes(void *window, void *context)
{
	struct times *times = (struct times *)context;

	(void)window;
	(void)nvme_becomes(times->nvme, false);
}

IOP_OPERATION(post, .window = BYTES, .setup = open_times, .teardown = close_times);
IOP_OPERATION(poll, .window = BYTES, .setup = open_times, .teardown = close_times);
IOP_OPERATION(ready, .window = BYTES, .setup = open_times, .teardown = close_times);
IOP_OPERATION(becomes, .window = BYTES, .setup = open_times, .teardown = close_times);
