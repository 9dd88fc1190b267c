/* SPDX-License-Identifier: MIT */
/** guard.h - the slots in which threads note what they guard, as those see them who revoke */
#ifndef IOPATH_OWNER_GUARD_H
#define IOPATH_OWNER_GUARD_H

#include <iopath/revocable.h>

/* The slots of the threads that use this copy of the library. */
struct iop_guards *iop_guards_here(void);

/* A thread's own slot no longer holds @revocable: what was at its place is gone, whatever guards it had. */
void iop_guards_forget(struct iop_revocable *revocable);

/* Makes the calling thread's slot known. Returns 0 where that cannot be. */
int iop_guards_join(struct iop_guard_slot *slot);

/* How often slots hold @revocable, which is no longer open: a guard that was taken before is seen. */
uint32_t iop_guards_held(struct iop_guards *guards, struct iop_revocable *revocable);

/* Returns when no slot holds @revocable, which is no longer open. */
void iop_guards_wait(struct iop_guards *guards, struct iop_revocable *revocable);

#endif
