// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The kernel's own copies and accessors on the BARs of edu and pci-testdev, for comparison: what guest-sweep does with the library's, in
 * the same cases, at the same places (cases.h). Runs once, when it is inserted; /proc/iopath_peer then has the list of cases. What
 * a copy is expected to do is written byte by byte: how the kernel splits it is what QEMU's logs tell.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>

#define CASE_BEGIN 0xf00
#define CASE_END   0xf08
#define FIRST	   1000000 /* numbers of cases: apart from guest-sweep's */
#define LONGEST	   128
#define MEM_ALIGN  3
#define QUIET	   0x200
#define EDU_SOURCE 0x80
#define ROOM	   (8u << 20)

struct bar_device {
	const char *region;
	unsigned int vendor, id, grain, readable;
	struct pci_dev *pci;
	void __iomem *bar;
};

static struct bar_device devices[] = {
	{"edu-mmio", 0x1234, 0x11e8, 4, EDU_SOURCE},
	{"pci-testdev-mmio", 0x1b36, 0x0005, 1, 0},
};
#define edu devices[0]

static char *text;
static size_t used;
static u32 number = FIRST;
static struct proc_dir_entry *entry;

static __printf(1, 2) void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	used += vscnprintf(text + used, ROOM - used, format, args);
	va_end(args);
}

static void begin(void)
{
	__raw_writel(++number, edu.bar + CASE_BEGIN);
}

static void end(const struct bar_device *d, const char *op, size_t n, unsigned int align)
{
	__raw_writel(number, edu.bar + CASE_END);
	say("case %u %s %s/kernel/n=%zu/align=%u\n", number, d->region, op, n, align);
}

static void expect(char direction, size_t at, unsigned int width, u64 value)
{
	say("%c 0x%zx %u 0x%llx\n", direction, at, width, value);
}

static void copy(const struct bar_device *d, int op, size_t n, unsigned int align)
{
	static u8 memory[LONGEST + 64] __aligned(64);
	static const char *const names[] = {"toio", "fromio", "set"};
	size_t at = (op == 1 ? d->readable : QUIET) + align, i;
	u8 *mem = memory + MEM_ALIGN;

	for (i = 0; i < sizeof(memory); i++)
		memory[i] = i * 7 + n + 1;
	begin();
	if (op == 0)
		memcpy_toio(d->bar + at, mem, n);
	else if (op == 1)
		memcpy_fromio(mem, d->bar + at, n);
	else
		memset_io(d->bar + at, 0xa5, n);
	end(d, names[op], n, align);
	for (i = 0; i < n; i++)
		expect(op == 1 ? 'r' : 'w', at + i, 1, op == 2 ? 0xa5 : mem[i]);
}

#define ACCESSOR(suffix, bits)                                           \
	static void access_##bits(const struct bar_device *d, size_t at) \
	{                                                                \
		u##bits value = (u##bits)0x8877665544332211ull, got;     \
		begin();                                                 \
		write##suffix(value, d->bar + at);                       \
		end(d, "write" #bits, 0, 0);                             \
		expect('w', at, sizeof(value), value);                   \
		begin();                                                 \
		got = read##suffix(d->bar + at);                         \
		end(d, "read" #bits, 0, 0);                              \
		expect('r', at, sizeof(got), got);                       \
	}
ACCESSOR(b, 8)
ACCESSOR(w, 16)
ACCESSOR(l, 32)
ACCESSOR(q, 64)

static void sweep(const struct bar_device *d)
{
	unsigned int align;
	size_t n;
	int op;

	if (d->grain == 1) {
		access_8(d, QUIET + 1);
		access_16(d, QUIET + 2);
	}
	access_32(d, QUIET + 4);
	access_64(d, QUIET + 8);
	for (op = 0; op < 3; op++)
		for (align = 0; align < 8; align += d->grain)
			for (n = 0; n <= LONGEST; n += d->grain)
				copy(d, op, n, align);
}

static int show(struct seq_file *file, void *unused)
{
	seq_write(file, text, used);
	return 0;
}

static void drop_devices(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		if (devices[i].bar)
			iounmap(devices[i].bar);
		pci_dev_put(devices[i].pci);
	}
}

static int __init iopath_peer_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		struct bar_device *d = &devices[i];

		d->pci = pci_get_device(d->vendor, d->id, NULL);
		if (d->pci && !pci_enable_device(d->pci))
			d->bar = ioremap(pci_resource_start(d->pci, 0), 0x1000);
	}
	text = vmalloc(ROOM);
	if (text && devices[0].bar && devices[1].bar) {
		for (i = 0; i < ARRAY_SIZE(devices); i++)
			say("device %s 0x%llx\n", devices[i].region, (u64)pci_resource_start(devices[i].pci, 0));
		for (i = 0; i < ARRAY_SIZE(devices); i++)
			sweep(&devices[i]);
		entry = proc_create_single("iopath_peer", 0400, NULL, show);
	}
	if (entry && used < ROOM - 1)
		return 0;
	pr_err("iopath_peer: no devices, or no memory\n");
	proc_remove(entry);
	vfree(text);
	drop_devices();
	return -ENODEV;
}

static void __exit iopath_peer_exit(void)
{
	proc_remove(entry);
	vfree(text);
	drop_devices();
}

module_init(iopath_peer_init);
module_exit(iopath_peer_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("the kernel's I/O copies on emulated devices, for comparison");
