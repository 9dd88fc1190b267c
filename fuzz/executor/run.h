/* SPDX-License-Identifier: MIT */
/* The end of a backend's file: which function carries out which operation. */

int CAT(fuzz_run_, BACKEND)(const struct fuzz_call *c, struct fuzz_result *result)
{
	switch (c->op) {
	case FUZZ_field: return field(c, result);
	case FUZZ_index: return c->panics ? index_panic(c, result) : index_try(c, result);
	case FUZZ_path: return c->panics ? path_panic(c, result) : path_try(c, result);
	case FUZZ_cast: return cast(c, result);
	case FUZZ_offset_read: return offset_read(c, result);
	case FUZZ_offset_write: return offset_write(c, result);
	case FUZZ_offset_update: return offset_update(c, result);
	case FUZZ_fixed: return fixed(c, result);
	case FUZZ_read:
	case FUZZ_write:
	case FUZZ_update: return value(c, result);
	case FUZZ_registers: return registers(c, result);
#if COPIES
	case FUZZ_copy_from:
	case FUZZ_copy_to:
	case FUZZ_object_read:
	case FUZZ_object_write: return copy(c, result);
	case FUZZ_move: return move(c, result);
	case FUZZ_clash: return clash(c, result);
#endif
#ifdef CONVERSION
	case FUZZ_convert: return convert(c, result);
#endif
	default: return 0;
	}
}
