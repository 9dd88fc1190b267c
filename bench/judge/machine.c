/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/*
 * With all instructions but the scalable vectors, whose accesses the plugin does not see: routines that ask the CPU what it has, as
 * those of C libraries do, take another way that is seen.
 */
const struct iop_machine iop_machines[] = {
	{"x86-64", "qemu-x86_64", "max", "x86_64-linux-gnu", "libc6-dev", EM_X86_64, 64, 0, 0},
	{"i386", "qemu-i386", "max", "i686-linux-gnu", "libc6-dev-i386-cross", EM_386, 32, 0, 0},
	{"arm64", "qemu-aarch64", "max,sve=off,sme=off", "aarch64-linux-gnu", "libc6-dev-arm64-cross", EM_AARCH64, 64, 0, 1},
	{"armhf", "qemu-arm", "max", "arm-linux-gnueabihf", "libc6-dev-armhf-cross", EM_ARM, 32, 0, 1},
	{"riscv64", "qemu-riscv64", "rv64", "riscv64-linux-gnu", "libc6-dev-riscv64-cross", EM_RISCV, 64, 0, 1},
	{"s390x", "qemu-s390x", "max", "s390x-linux-gnu", "libc6-dev-s390x-cross", EM_S390, 64, 1, 0},
	{"ppc64le", "qemu-ppc64le", "power9", "powerpc64le-linux-gnu", "libc6-dev-ppc64el-cross", EM_PPC64, 64, 0, 1},
	{0},
};

static unsigned half(const unsigned char *at, bool big_endian)
{
	return big_endian ? (unsigned)at[0] << 8 | at[1] : (unsigned)at[1] << 8 | at[0];
}

struct iop_elf iop_elf_of(const char *path)
{
	unsigned char header[20];
	struct iop_elf elf = {.here = true};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool big;

	if (fd < 0)
		return elf;
	if (read(fd, header, sizeof(header)) == sizeof(header) && memcmp(header, ELFMAG, SELFMAG) == 0) {
		big = header[EI_DATA] == ELFDATA2MSB;
		elf.number = half(header + 18, big);
		elf.bits = header[EI_CLASS] == ELFCLASS64 ? 64 : 32;
		elf.relocatable = half(header + 16, big) == ET_REL;
		elf.shared = half(header + 16, big) == ET_DYN;
		elf.here = elf.number == EM_X86_64 && elf.bits == 64;
		for (const struct iop_machine *m = iop_machines; m->name; m++)
			if (m->elf == elf.number && m->bits == elf.bits && m->big_endian == big)
				elf.machine = m;
	}
	close(fd);
	return elf;
}
