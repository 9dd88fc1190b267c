/* SPDX-License-Identifier: MIT */
/**
 * foreach.h - a macro for each argument
 *
 * IOP_FOR_EACH(M, context, a, b, c) is M(context, a) M(context, b) M(context, c). Of one to 65 arguments; declarations use it for
 * their lists of fields (64, as many as the widest register has bits). IOP_REST leaves the first argument out. Internal to the
 * library.
 */
#ifndef IOPATH_FOREACH_H
#define IOPATH_FOREACH_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>

#define IOP_FOR_EACH(M, context, ...) IOP_CAT(IOP_EACH_, IOP_EACH_COUNT(__VA_ARGS__))(M, context, __VA_ARGS__)
/** The same without the first argument: for lists that may be empty after an element that is always there. */
#define IOP_FOR_EACH_REST(M, context, ...) IOP_CAT(IOP_REST_, IOP_EACH_MORE(__VA_ARGS__))(M, context, __VA_ARGS__)
#define IOP_REST_0(M, context, first)	   /* nothing */
#define IOP_REST_1(M, context, first, ...) IOP_FOR_EACH(M, context, __VA_ARGS__)
/** The first argument; a parenthesised list without its parentheses. */
#define IOP_FIRST(...)	       IOP_FIRST_(__VA_ARGS__, )
#define IOP_FIRST_(first, ...) first
#define IOP_OPEN(...)	       __VA_ARGS__

/*
 * A condition on @x where that is an integer constant expression, else @otherwise; a constant expression itself. In C this is
 * stricter than __builtin_constant_p, which clang accepts for a const variable as well: only 0 * constant is a null pointer
 * constant.
 */
#ifdef __cplusplus
#define IOP_IF_CONSTANT_(x, condition, otherwise) (__builtin_constant_p(x) ? (condition) : (otherwise))
#else
#define IOP_IF_CONSTANT_(x, condition, otherwise) __builtin_choose_expr(IOP_IS_CONSTANT_(x), (condition), (otherwise))
#define IOP_IS_CONSTANT_(x)			  __builtin_types_compatible_p(__typeof__(1 ? (void *)((intptr_t)(x)*0) : (int *)0), int *)
#endif

/* The number of arguments, and whether there is more than one. */
#define IOP_EACH_COUNT(...)                                                                                                      \
	IOP_EACH_COUNT_(__VA_ARGS__, 65, 64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, \
			42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17,  \
			16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define IOP_EACH_MORE(...)                                                                                                        \
	IOP_EACH_COUNT_(__VA_ARGS__, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, \
			1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
#define IOP_EACH_COUNT_(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, \
			a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, a42, a43, a44,  \
			a45, a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, a58, a59, a60, a61, a62, a63, a64, a65,  \
			n, ...)                                                                                                   \
	n

#define IOP_EACH_1(M, c, a)	  M(c, a)
#define IOP_EACH_2(M, c, a, ...)  M(c, a) IOP_EACH_1(M, c, __VA_ARGS__)
#define IOP_EACH_3(M, c, a, ...)  M(c, a) IOP_EACH_2(M, c, __VA_ARGS__)
#define IOP_EACH_4(M, c, a, ...)  M(c, a) IOP_EACH_3(M, c, __VA_ARGS__)
#define IOP_EACH_5(M, c, a, ...)  M(c, a) IOP_EACH_4(M, c, __VA_ARGS__)
#define IOP_EACH_6(M, c, a, ...)  M(c, a) IOP_EACH_5(M, c, __VA_ARGS__)
#define IOP_EACH_7(M, c, a, ...)  M(c, a) IOP_EACH_6(M, c, __VA_ARGS__)
#define IOP_EACH_8(M, c, a, ...)  M(c, a) IOP_EACH_7(M, c, __VA_ARGS__)
#define IOP_EACH_9(M, c, a, ...)  M(c, a) IOP_EACH_8(M, c, __VA_ARGS__)
#define IOP_EACH_10(M, c, a, ...) M(c, a) IOP_EACH_9(M, c, __VA_ARGS__)
#define IOP_EACH_11(M, c, a, ...) M(c, a) IOP_EACH_10(M, c, __VA_ARGS__)
#define IOP_EACH_12(M, c, a, ...) M(c, a) IOP_EACH_11(M, c, __VA_ARGS__)
#define IOP_EACH_13(M, c, a, ...) M(c, a) IOP_EACH_12(M, c, __VA_ARGS__)
#define IOP_EACH_14(M, c, a, ...) M(c, a) IOP_EACH_13(M, c, __VA_ARGS__)
#define IOP_EACH_15(M, c, a, ...) M(c, a) IOP_EACH_14(M, c, __VA_ARGS__)
#define IOP_EACH_16(M, c, a, ...) M(c, a) IOP_EACH_15(M, c, __VA_ARGS__)
#define IOP_EACH_17(M, c, a, ...) M(c, a) IOP_EACH_16(M, c, __VA_ARGS__)
#define IOP_EACH_18(M, c, a, ...) M(c, a) IOP_EACH_17(M, c, __VA_ARGS__)
#define IOP_EACH_19(M, c, a, ...) M(c, a) IOP_EACH_18(M, c, __VA_ARGS__)
#define IOP_EACH_20(M, c, a, ...) M(c, a) IOP_EACH_19(M, c, __VA_ARGS__)
#define IOP_EACH_21(M, c, a, ...) M(c, a) IOP_EACH_20(M, c, __VA_ARGS__)
#define IOP_EACH_22(M, c, a, ...) M(c, a) IOP_EACH_21(M, c, __VA_ARGS__)
#define IOP_EACH_23(M, c, a, ...) M(c, a) IOP_EACH_22(M, c, __VA_ARGS__)
#define IOP_EACH_24(M, c, a, ...) M(c, a) IOP_EACH_23(M, c, __VA_ARGS__)
#define IOP_EACH_25(M, c, a, ...) M(c, a) IOP_EACH_24(M, c, __VA_ARGS__)
#define IOP_EACH_26(M, c, a, ...) M(c, a) IOP_EACH_25(M, c, __VA_ARGS__)
#define IOP_EACH_27(M, c, a, ...) M(c, a) IOP_EACH_26(M, c, __VA_ARGS__)
#define IOP_EACH_28(M, c, a, ...) M(c, a) IOP_EACH_27(M, c, __VA_ARGS__)
#define IOP_EACH_29(M, c, a, ...) M(c, a) IOP_EACH_28(M, c, __VA_ARGS__)
#define IOP_EACH_30(M, c, a, ...) M(c, a) IOP_EACH_29(M, c, __VA_ARGS__)
#define IOP_EACH_31(M, c, a, ...) M(c, a) IOP_EACH_30(M, c, __VA_ARGS__)
#define IOP_EACH_32(M, c, a, ...) M(c, a) IOP_EACH_31(M, c, __VA_ARGS__)
#define IOP_EACH_33(M, c, a, ...) M(c, a) IOP_EACH_32(M, c, __VA_ARGS__)
#define IOP_EACH_34(M, c, a, ...) M(c, a) IOP_EACH_33(M, c, __VA_ARGS__)
#define IOP_EACH_35(M, c, a, ...) M(c, a) IOP_EACH_34(M, c, __VA_ARGS__)
#define IOP_EACH_36(M, c, a, ...) M(c, a) IOP_EACH_35(M, c, __VA_ARGS__)
#define IOP_EACH_37(M, c, a, ...) M(c, a) IOP_EACH_36(M, c, __VA_ARGS__)
#define IOP_EACH_38(M, c, a, ...) M(c, a) IOP_EACH_37(M, c, __VA_ARGS__)
#define IOP_EACH_39(M, c, a, ...) M(c, a) IOP_EACH_38(M, c, __VA_ARGS__)
#define IOP_EACH_40(M, c, a, ...) M(c, a) IOP_EACH_39(M, c, __VA_ARGS__)
#define IOP_EACH_41(M, c, a, ...) M(c, a) IOP_EACH_40(M, c, __VA_ARGS__)
#define IOP_EACH_42(M, c, a, ...) M(c, a) IOP_EACH_41(M, c, __VA_ARGS__)
#define IOP_EACH_43(M, c, a, ...) M(c, a) IOP_EACH_42(M, c, __VA_ARGS__)
#define IOP_EACH_44(M, c, a, ...) M(c, a) IOP_EACH_43(M, c, __VA_ARGS__)
#define IOP_EACH_45(M, c, a, ...) M(c, a) IOP_EACH_44(M, c, __VA_ARGS__)
#define IOP_EACH_46(M, c, a, ...) M(c, a) IOP_EACH_45(M, c, __VA_ARGS__)
#define IOP_EACH_47(M, c, a, ...) M(c, a) IOP_EACH_46(M, c, __VA_ARGS__)
#define IOP_EACH_48(M, c, a, ...) M(c, a) IOP_EACH_47(M, c, __VA_ARGS__)
#define IOP_EACH_49(M, c, a, ...) M(c, a) IOP_EACH_48(M, c, __VA_ARGS__)
#define IOP_EACH_50(M, c, a, ...) M(c, a) IOP_EACH_49(M, c, __VA_ARGS__)
#define IOP_EACH_51(M, c, a, ...) M(c, a) IOP_EACH_50(M, c, __VA_ARGS__)
#define IOP_EACH_52(M, c, a, ...) M(c, a) IOP_EACH_51(M, c, __VA_ARGS__)
#define IOP_EACH_53(M, c, a, ...) M(c, a) IOP_EACH_52(M, c, __VA_ARGS__)
#define IOP_EACH_54(M, c, a, ...) M(c, a) IOP_EACH_53(M, c, __VA_ARGS__)
#define IOP_EACH_55(M, c, a, ...) M(c, a) IOP_EACH_54(M, c, __VA_ARGS__)
#define IOP_EACH_56(M, c, a, ...) M(c, a) IOP_EACH_55(M, c, __VA_ARGS__)
#define IOP_EACH_57(M, c, a, ...) M(c, a) IOP_EACH_56(M, c, __VA_ARGS__)
#define IOP_EACH_58(M, c, a, ...) M(c, a) IOP_EACH_57(M, c, __VA_ARGS__)
#define IOP_EACH_59(M, c, a, ...) M(c, a) IOP_EACH_58(M, c, __VA_ARGS__)
#define IOP_EACH_60(M, c, a, ...) M(c, a) IOP_EACH_59(M, c, __VA_ARGS__)
#define IOP_EACH_61(M, c, a, ...) M(c, a) IOP_EACH_60(M, c, __VA_ARGS__)
#define IOP_EACH_62(M, c, a, ...) M(c, a) IOP_EACH_61(M, c, __VA_ARGS__)
#define IOP_EACH_63(M, c, a, ...) M(c, a) IOP_EACH_62(M, c, __VA_ARGS__)
#define IOP_EACH_64(M, c, a, ...) M(c, a) IOP_EACH_63(M, c, __VA_ARGS__)
#define IOP_EACH_65(M, c, a, ...) M(c, a) IOP_EACH_64(M, c, __VA_ARGS__)

#endif
