/* SPDX-License-Identifier: MIT */
/* Row 22: a cast is to a sized, plain type, named for what it is, and through the same backend. */
#include "types.h"

struct header {
	uint32_t magic;
	uint16_t version, length;
};
IOP_PLAIN(struct header, magic, version, length);

struct message {
	struct header header;
	uint32_t words[2];
};
IOP_PLAIN(struct message, header, words);

struct not_declared {
	float x;
};

typedef IOP_MMIO(struct header) header_mmio;
typedef IOP_SYSMEM(struct header) header_sysmem;
typedef IOP_MMIO(struct message) message_mmio;
typedef IOP_MMIO(struct not_declared) not_declared_mmio;
typedef IOP_MMIO(uint8_t *) pointer_mmio;

int region_to_struct(bar_mmio bar, header_mmio *header)
{
	return iop_try_cast(bar, struct header, header);
}

int bytes_to_struct(bytes_mmio bytes, message_mmio *message)
{
	return iop_try_cast(bytes, struct message, message);
}

int array_of_bytes_to_word(mac_mmio mac, u32_mmio *word)
{
	return iop_try_cast(mac, uint32_t, word);
}

int region_to_bytes(bar_mmio bar, mac_mmio *bytes)
{
	return iop_try_cast_bytes(bar, bytes);
}

/* REFUSED (gcc, c): 'not_declared_needs_IOP_PLAIN' undeclared */
/* REFUSED (clang, c): use of undeclared identifier 'not_declared_needs_IOP_PLAIN' */
/* REFUSED (c++): iopath: iop_try_cast to a type that is not IOP_PLAIN */
int to_struct_that_nobody_called_plain(bar_mmio bar, not_declared_mmio *out)
{
	return iop_try_cast(bar, struct not_declared, out);
}

/* REFUSED: iopath: iop_try_cast: the result is not a view of that type */
int to_another_type_than_it_says(bar_mmio bar, not_declared_mmio *out)
{
	return iop_try_cast(bar, struct header, out);
}

/* REFUSED: iopath: iop_try_cast: the result is not a view of that type */
int slice_under_the_name_of_a_struct(bar_mmio bar, ring_mmio *ring)
{
	return iop_try_cast(bar, struct header, ring);
}

/* REFUSED: iopath: iop_try_cast needs a sized target */
int to_slice(bar_mmio bar, bytes_mmio *bytes)
{
	return iop_try_cast_bytes(bar, bytes);
}

/* REFUSED: iopath: not a view of uint8_t[N] */
int to_what_a_pointer_points_to(bar_mmio bar, pointer_mmio *pointer)
{
	return iop_try_cast_bytes(bar, pointer);
}

/* REFUSED: iopath: not a view of uint8_t[N] */
int words_as_bytes(bar_mmio bar, header_mmio *header)
{
	return iop_try_cast_bytes(bar, header);
}

/* REFUSED: iopath: not a view of uint8_t[N] */
int to_region(bytes_mmio bytes, bar_mmio *bar)
{
	return iop_try_cast_bytes(bytes, bar);
}

/* REFUSED: iopath: iop_try_cast cannot change the backend */
int to_memory(bar_mmio bar, header_sysmem *header)
{
	return iop_try_cast(bar, struct header, header);
}

/* REFUSED: iopath: iop_try_cast cannot change the backend */
int relaxed_back_to_ordered(bar_relaxed bar, header_mmio *header)
{
	return iop_try_cast(bar, struct header, header);
}

/* REFUSED: iopath: iop_try_cast cannot change the backend */
int bytes_to_memory(bar_iosysmap bar, mac_mmio *bytes)
{
	return iop_try_cast_bytes(bar, bytes);
}

struct padded_inside {
	uint8_t tag;
	uint32_t word;
};
struct padded_at_the_end {
	uint32_t word;
	uint8_t tag;
};

/* REFUSED: iopath: not plain: it has padding */
IOP_PLAIN(struct padded_inside, tag, word);

/* REFUSED: iopath: not plain: it has padding */
IOP_PLAIN(struct padded_at_the_end, word, tag);

struct forgotten {
	uint32_t a, b;
};

/* REFUSED (c): iopath: not plain: it has padding, or a member is not listed */
IOP_PLAIN(struct forgotten, a);
