/* SPDX-License-Identifier: MIT */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool inside(const struct iop_image *image, uint64_t offset, uint64_t size)
{
	return offset <= image->file_size && size <= image->file_size - offset;
}

static int by_address(const void *a, const void *b)
{
	const struct iop_symbol *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	/* Of two names for one place the longer extent comes first, and the other is dropped. */
	return x->end != y->end ? (x->end > y->end ? -1 : 1) : strcmp(x->name, y->name);
}

static int by_value(const void *a, const void *b)
{
	const struct iop_pointer *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static int read_symbols(struct iop_image *image, const Elf64_Shdr *table, const Elf64_Shdr *strings)
{
	const Elf64_Sym *symbol = (const Elf64_Sym *)(const void *)(image->file + table->sh_offset);
	const char *names = (const char *)image->file + strings->sh_offset;
	size_t count = table->sh_size / sizeof(*symbol), kept = 0;

	if (!strings->sh_size || names[strings->sh_size - 1])
		return -EINVAL;
	image->symbols = calloc(count + 1, sizeof(*image->symbols));
	if (!image->symbols)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		unsigned type = ELF64_ST_TYPE(symbol[i].st_info);
		struct iop_symbol *s = &image->symbols[image->symbol_count];

		if ((type != STT_FUNC && type != STT_OBJECT) || symbol[i].st_shndx == SHN_UNDEF || !symbol[i].st_size ||
		    symbol[i].st_name >= strings->sh_size)
			continue;
		s->start = image->load + symbol[i].st_value;
		s->end = s->start + symbol[i].st_size;
		s->code = type == STT_FUNC;
		s->name = names + symbol[i].st_name;
		if (iop_image_segment(image, s->start) &&
		    iop_image_segment(image, s->start) == iop_image_segment(image, s->end - 1))
			image->symbol_count++;
	}
	qsort(image->symbols, image->symbol_count, sizeof(*image->symbols), by_address);
	for (size_t i = 0; i < image->symbol_count; i++)
		if (!kept || image->symbols[i].start >= image->symbols[kept - 1].end)
			image->symbols[kept++] = image->symbols[i];
	image->symbol_count = kept;
	return kept ? 0 : -EINVAL;
}

static int read_pointers(struct iop_image *image, const Elf64_Shdr *table)
{
	const Elf64_Rela *rela = (const Elf64_Rela *)(const void *)(image->file + table->sh_offset);
	size_t count = table->sh_size / sizeof(*rela);
	struct iop_pointer *more = realloc(image->pointers, (image->pointer_count + count + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	image->pointers = more;
	for (size_t i = 0; i < count; i++) {
		unsigned type = (unsigned)ELF64_R_TYPE(rela[i].r_info);

		more[image->pointer_count++] = (struct iop_pointer){
			image->load + rela[i].r_offset,
			type == R_X86_64_TPOFF64 || type == R_X86_64_DTPMOD64 || type == R_X86_64_DTPOFF64, rela[i].r_addend};
	}
	return 0;
}

static int read_sections(struct iop_image *image, const Elf64_Ehdr *header)
{
	const Elf64_Shdr *section = (const Elf64_Shdr *)(const void *)(image->file + header->e_shoff);
	int err = -EINVAL;

	if (!header->e_shoff || header->e_shentsize != sizeof(*section) || header->e_shoff % 8 ||
	    !inside(image, header->e_shoff, (uint64_t)header->e_shnum * sizeof(*section)))
		return -EINVAL;
	for (size_t i = 0; i < header->e_shnum; i++) {
		if (section[i].sh_type == SHT_NOBITS)
			continue;
		if (section[i].sh_type == SHT_INIT_ARRAY && section[i].sh_size &&
		    iop_image_segment(image, image->load + section[i].sh_addr) &&
		    iop_image_segment(image, image->load + section[i].sh_addr + section[i].sh_size - 1)) {
			image->constructors = image->load + section[i].sh_addr;
			image->constructors_end = image->constructors + section[i].sh_size / sizeof(void *) * sizeof(void *);
		}
		if (!inside(image, section[i].sh_offset, section[i].sh_size) ||
		    ((section[i].sh_type == SHT_SYMTAB || section[i].sh_type == SHT_RELA) && section[i].sh_offset % 8))
			return -EINVAL;
		if (section[i].sh_type == SHT_SYMTAB && section[i].sh_link < header->e_shnum &&
		    inside(image, section[section[i].sh_link].sh_offset, section[section[i].sh_link].sh_size))
			err = read_symbols(image, &section[i], &section[section[i].sh_link]);
		else if (section[i].sh_type == SHT_RELA && (section[i].sh_flags & SHF_ALLOC) && read_pointers(image, &section[i]))
			return -ENOMEM;
	}
	qsort(image->pointers, image->pointer_count, sizeof(*image->pointers), by_value);
	return err;
}

int iop_image_open(struct iop_image *image, const char *path, uintptr_t load)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = -EINVAL;
	const Elf64_Ehdr *header;
	struct stat st;
	void *map;

	memset(image, 0, sizeof(*image));
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || st.st_size < (off_t)sizeof(*header)) {
		close(fd);
		return -EINVAL;
	}
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return -ENOMEM;
	image->file = map;
	image->file_size = (size_t)st.st_size;
	image->load = load;
	header = map;
	if (memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 && header->e_ident[EI_CLASS] == ELFCLASS64 &&
	    header->e_phentsize == sizeof(Elf64_Phdr) && header->e_phoff % 8 == 0 &&
	    inside(image, header->e_phoff, (uint64_t)header->e_phnum * sizeof(Elf64_Phdr))) {
		image->segments = (const Elf64_Phdr *)(const void *)(image->file + header->e_phoff);
		image->segment_count = header->e_phnum;
		err = read_sections(image, header);
	}
	if (err)
		iop_image_close(image);
	return err;
}

void iop_image_close(struct iop_image *image)
{
	munmap((void *)(uintptr_t)image->file, image->file_size);
	free(image->symbols);
	free(image->pointers);
}

const Elf64_Phdr *iop_image_segment(const struct iop_image *image, uintptr_t addr)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		const Elf64_Phdr *segment = &image->segments[i];

		if (segment->p_type == PT_LOAD && addr >= image->load + segment->p_vaddr &&
		    addr - image->load - segment->p_vaddr < segment->p_memsz)
			return segment;
	}
	return NULL;
}

size_t iop_image_symbol(const struct iop_image *image, uintptr_t addr)
{
	size_t low = 0, high = image->symbol_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (image->symbols[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low < image->symbol_count && image->symbols[low].start <= addr ? low : image->symbol_count;
}

const struct iop_pointer *iop_image_pointer(const struct iop_image *image, uintptr_t addr)
{
	struct iop_pointer key = {.addr = addr};

	return image->pointer_count ? bsearch(&key, image->pointers, image->pointer_count, sizeof(key), by_value) : NULL;
}

unsigned char iop_image_byte(const struct iop_image *image, uintptr_t addr)
{
	const Elf64_Phdr *segment = iop_image_segment(image, addr);
	uint64_t offset = segment ? addr - image->load - segment->p_vaddr : 0;

	if (!segment || offset >= segment->p_filesz || !inside(image, segment->p_offset + offset, 1))
		return 0;
	return image->file[segment->p_offset + offset];
}
