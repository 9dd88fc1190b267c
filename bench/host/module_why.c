/* SPDX-License-Identifier: MIT */
#include "module_why.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ASAN "__asan_init"
/* A program that has it itself can run such a module. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#define HAS_ASAN __has_feature(address_sanitizer)
#else
#define HAS_ASAN 0
#endif

static bool head_of(const char *path, Elf64_Ehdr *head)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool read_all = fd >= 0 && read(fd, head, sizeof(*head)) == (ssize_t)sizeof(*head);

	if (fd >= 0)
		close(fd);
	return read_all && memcmp(head->e_ident, ELFMAG, SELFMAG) == 0;
}

static bool mentions(const char *path, const char *word)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool found = false;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		void *text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

		found = text != MAP_FAILED && memmem(text, (size_t)st.st_size, word, strlen(word));
		if (text != MAP_FAILED)
			munmap(text, (size_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
	return found;
}

const char *iop_module_why_not(const char *path)
{
	Elf64_Ehdr head, own;
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode) || !head_of("/proc/self/exe", &own))
		return NULL;
	if (!head_of(path, &head))
		return "it is no shared object (ELF)";
	/* The machine and the type are at the same place in files of 32 bits. */
	if (head.e_machine != own.e_machine || memcmp(head.e_ident, own.e_ident, EI_VERSION) != 0)
		return "it is for another architecture (iopath arch judges sources for them)";
	if (head.e_type != ET_DYN)
		return "it is no shared object: link it with -shared";
	return !HAS_ASAN && mentions(path, ASAN) ? "it has AddressSanitizer in it: build it without -fsanitize=address" : NULL;
}
