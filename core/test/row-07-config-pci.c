/* SPDX-License-Identifier: MIT */
/* Row 7, the transport for this machine's functions: libpci over a made-up sysfs tree, so that it runs anywhere and may write. */
#include "iotest.h"

#include <iopath/config_pci.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "0000:07:1f.3"

/* A tree with functions in it; the folder is removed at the end. */
static char sysfs[] = "/tmp/iopath-row-07-XXXXXX";

static const char *config_path(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/devices/%s/config", sysfs, name);
	return path;
}

static uint8_t content(size_t i)
{
	return (uint8_t)(0x81 + 5 * i + i / 256);
}

static void add_function(const char *name, size_t size)
{
	char folder[256];
	FILE *file;

	snprintf(folder, sizeof(folder), "%s/devices/%s", sysfs, name);
	assert_int_equal(mkdir(folder, 0700), 0);
	file = fopen(config_path(name), "w");
	assert_non_null(file);
	for (size_t i = 0; i < size; i++)
		fputc(content(i), file);
	assert_int_equal(fclose(file), 0);
}

static void remove_function(const char *name)
{
	char folder[256];

	unlink(config_path(name));
	snprintf(folder, sizeof(folder), "%s/devices/%s", sysfs, name);
	rmdir(folder);
}

static void byte_is(const char *name, size_t offset, unsigned value)
{
	unsigned char byte = 0;
	int fd = open(config_path(name), O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, (off_t)offset), 1);
	close(fd);
	assert_int_equal(byte, value);
}

static int make_tree(void **state)
{
	char folder[256];

	(void)state;
	if (!mkdtemp(sysfs))
		return -1;
	snprintf(folder, sizeof(folder), "%s/devices", sysfs);
	if (mkdir(folder, 0700))
		return -1;
	add_function(NAME, 256);
	add_function("0000:08:00.0", 4096);
	add_function("0000:09:00.0", 64);
	add_function("10000:00:00.7", 256);
	return 0;
}

static int remove_tree(void **state)
{
	char folder[256];

	(void)state;
	remove_function(NAME);
	remove_function("0000:08:00.0");
	remove_function("0000:09:00.0");
	remove_function("10000:00:00.7");
	snprintf(folder, sizeof(folder), "%s/devices", sysfs);
	rmdir(folder);
	return rmdir(sysfs);
}

#define READS(bits)                                                     \
	for (size_t o = 0; o + (bits) / 8 <= 256; o += (bits) / 8) {    \
		uint##bits##_t v = 0;                                   \
		uint64_t expected = 0;                                  \
		for (unsigned i = (bits) / 8; i--;)                     \
			expected = expected << 8 | content(o + i);      \
		assert_int_equal(iop_try_read##bits(config, o, &v), 0); \
		assert_true(v == expected);                             \
	}

static void reads_what_the_file_holds(void **state)
{
	struct iop_config_pci pci;
	iop_config_normal config;
	iop_config_extended extended = {0};
	uint32_t unread32 = 0;
	uint16_t unread16 = 0;

	(void)state;
	assert_int_equal(iop_config_pci_open(&pci, NAME, 0, sysfs), 0);
	config = iop_config_space(&pci.device);
	assert_int_equal(iop_size(config), 256);
	READS(8)
	READS(16)
	READS(32)
	assert_int_equal(iop_try_read32(config, 254, &unread32), -EINVAL);
	assert_int_equal(iop_try_read16(config, 255, &unread16), -EINVAL);
	assert_int_equal(iop_config_space_extended(&pci.device, &extended), -EINVAL);
	assert_int_equal(iop_config_lost(&pci.device).reads, 0);
	iop_config_pci_close(&pci);
}

static void extended_config_space(void **state)
{
	struct iop_config_pci pci;
	iop_config_extended extended = {0};

	(void)state;
	assert_int_equal(iop_config_pci_open(&pci, "0000:08:00.0", 0, sysfs), 0);
	assert_int_equal(iop_size(iop_config_space(&pci.device)), 4096);
	assert_int_equal(iop_config_space_extended(&pci.device, &extended), 0);
	assert_int_equal(iop_read8(extended, 4095), content(4095));
	iop_config_pci_close(&pci);
}

static void a_domain_of_more_than_four_digits(void **state)
{
	struct iop_config_pci pci;

	(void)state;
	assert_int_equal(iop_config_pci_open(&pci, "10000:00:00.7", 0, sysfs), 0);
	assert_int_equal(iop_read8(iop_config_space(&pci.device), 1), content(1));
	iop_config_pci_close(&pci);
}

/* Opened without consent, a function cannot be written: the write is lost, like one that the bus refuses, and counted. */
static void read_only_unless_asked(void **state)
{
	struct iop_config_pci pci;
	iop_config_normal config;

	(void)state;
	assert_int_equal(iop_config_pci_open(&pci, NAME, 0, sysfs), 0);
	config = iop_config_space(&pci.device);
	iop_write8(config, (uint8_t)~content(4), 4);
	assert_int_equal(iop_try_write32(config, 0, 8), 0);
	iop_update16(config, 0x10, old, (uint16_t)~old);
	assert_int_equal(iop_config_lost(&pci.device).writes, 3);
	assert_int_equal(iop_config_lost(&pci.device).last, -EACCES);
	assert_int_equal(iop_config_lost(&pci.device).reads, 0);
	for (size_t i = 0; i < 256; i++)
		byte_is(NAME, i, content(i));
	iop_config_pci_close(&pci);
}

static void writes_the_named_function_only(void **state)
{
	struct iop_config_pci pci;
	iop_config_normal config;

	(void)state;
	assert_int_equal(iop_config_pci_open(&pci, NAME, IOP_CONFIG_PCI_ALLOW_WRITE, sysfs), 0);
	config = iop_config_space(&pci.device);
	iop_write32(config, 0x44332211, 0x40);
	iop_write16(config, 0x6655, 0x44);
	iop_write8(config, 0x77, 0x46);
	assert_int_equal(iop_read32(config, 0x40), 0x44332211);
	assert_int_equal(iop_config_lost(&pci.device).writes, 0);
	iop_config_pci_close(&pci);
	for (unsigned i = 0; i < 7; i++)
		byte_is(NAME, 0x40 + i, 0x11 * (i + 1));
	byte_is(NAME, 0x47, content(0x47));
	byte_is(NAME, 0x3f, content(0x3f));
	for (size_t i = 0; i < 4096; i++)
		byte_is("0000:08:00.0", i, content(i));
}

/* The file gets shorter, as it is for users who may read its start only, and goes away, as on removal. */
static void what_cannot_be_read_is_ones(void **state)
{
	struct iop_config_pci pci;
	iop_config_normal config;

	(void)state;
	add_function("0000:0a:00.0", 256);
	assert_int_equal(iop_config_pci_open(&pci, "0000:0a:00.0", 0, sysfs), 0);
	config = iop_config_space(&pci.device);
	assert_int_equal(truncate(config_path("0000:0a:00.0"), 64), 0);
	assert_int_equal(iop_read8(config, 63), content(63));
	assert_int_equal(iop_read8(config, 64), 0xff);
	assert_int_equal(iop_read16(config, 64), 0xffff);
	assert_int_equal(iop_read32(config, 64), 0xffffffff);
	assert_int_equal(iop_config_lost(&pci.device).reads, 3);
	assert_int_equal(iop_config_lost(&pci.device).last, -EPERM);
	iop_config_pci_close(&pci);

	assert_int_equal(truncate(config_path("0000:0a:00.0"), 256), 0);
	assert_int_equal(iop_config_pci_open(&pci, "0000:0a:00.0", 0, sysfs), 0);
	remove_function("0000:0a:00.0");
	assert_int_equal(iop_read16(iop_config_space(&pci.device), 0), 0xffff);
	assert_int_equal(iop_config_lost(&pci.device).last, -ENOENT);
	iop_config_pci_close(&pci);
}

static void what_cannot_be_opened(void **state)
{
	static const char *const bad[] = {"",
					  "07:1f.3",
					  "0000:07:1f",
					  "0000:07:1f.8",
					  "0000:07:20.0",
					  "0000:7:1f.3",
					  "0000:07:1f.3 ",
					  " 0000:07:1f.3",
					  "00000:07:1f.3",
					  "../0000:07:1f.3",
					  "0000:007:1f.3",
					  "0000:07:1f.3x",
					  "-000:07:1f.3",
					  "ffffffff:00:00.0"};
	struct iop_config_pci pci;
	char *path = malloc(5000);

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(bad); i++)
		assert_int_equal(iop_config_pci_open(&pci, bad[i], 0, sysfs), -EINVAL);
	assert_int_equal(iop_config_pci_open(&pci, NAME, 2, sysfs), -EINVAL);
	assert_int_equal(iop_config_pci_open(&pci, "0000:09:00.0", 0, sysfs), -EIO);
	assert_int_equal(iop_config_pci_open(&pci, "0000:07:1f.4", 0, sysfs), -ENODEV);
	assert_int_equal(iop_config_pci_open(&pci, NAME, 0, "/nonexistent"), -ENODEV);
	memset(path, '/', 4999);
	path[4999] = '\0';
	assert_int_equal(iop_config_pci_open(&pci, NAME, 0, path), -ENAMETOOLONG);
	free(path);
}

static void describes_a_function(void **state)
{
	static const uint8_t identity[] = {0xef, 0xbe, 0xfe, 0xca, 0, 0, 0, 0, 0x02, 0, 0x01, 0xee};
	struct iop_config_pci pci;
	char text[128];
	FILE *file;

	(void)state;
	add_function("0000:0b:00.0", 256);
	file = fopen(config_path("0000:0b:00.0"), "r+");
	assert_non_null(file);
	fwrite(identity, 1, sizeof(identity), file);
	fclose(file);
	assert_int_equal(iop_config_pci_open(&pci, "0000:0b:00.0", 0, sysfs), 0);
	/* Nobody has this vendor and this class, so the words are the same with any list of names. */
	assert_string_equal(iop_config_pci_describe(&pci, text, sizeof(text)), "Class ee01: Device beef:cafe (rev 02)");
	assert_string_equal(iop_config_pci_describe(&pci, text, 10), "Class ee0");
	iop_config_pci_close(&pci);
	remove_function("0000:0b:00.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_the_file_holds),
		cmocka_unit_test(extended_config_space),
		cmocka_unit_test(a_domain_of_more_than_four_digits),
		cmocka_unit_test(read_only_unless_asked),
		cmocka_unit_test(writes_the_named_function_only),
		cmocka_unit_test(what_cannot_be_read_is_ones),
		cmocka_unit_test(what_cannot_be_opened),
		cmocka_unit_test(describes_a_function),
	};

	return cmocka_run_group_tests_name("row-07-config-pci", tests, make_tree, remove_tree);
}
