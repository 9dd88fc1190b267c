/* SPDX-License-Identifier: MIT */
/**
 * must_check.h - results that may not be ignored
 *
 * What returns an error warns when the error is ignored: an access that was refused has not happened. IOP_MUST_CHECK is on functions;
 * the value of a macro goes through iop_must_check(), because no compiler sees that the value of a statement expression is dropped.
 * This is the one header that is no system header: gcc says nothing about what a system header's macro ignores. It still says nothing
 * of macros where the headers lie in a system directory such as /usr/include; clang does. Say (void)! before what is ignored on
 * purpose.
 */
#ifndef IOPATH_MUST_CHECK_H
#define IOPATH_MUST_CHECK_H

#ifdef __cplusplus
#define IOP_MUST_CHECK [[nodiscard]]
#else
#define IOP_MUST_CHECK __attribute__((warn_unused_result))
#endif

IOP_MUST_CHECK static inline __attribute__((always_inline)) int iop_must_check(int err)
{
	return err;
}
/* No parameter: what stands behind it is not expanded once more. */
#define IOP_RESULT_ iop_must_check

#endif
