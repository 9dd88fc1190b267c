/* SPDX-License-Identifier: MIT */
/* A shared library that has nothing to do with cells. */
int iop_gate_foreign(void);
int iop_gate_foreign(void)
{
	return 0;
}
