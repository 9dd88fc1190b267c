/* SPDX-License-Identifier: MIT */
#ifndef IOPATH_CORE_BUS_PCI_NAME_H
#define IOPATH_CORE_BUS_PCI_NAME_H

#include <stddef.h>

#define PCI_NAME_SIZE 32

/*
 * Whether @name is that of a PCI function, in full; @canonical becomes it as sysfs spells it. The name must be what its numbers print
 * as, so that one that was half understood, or a path, is never opened. 0 or -EINVAL.
 */
int pci_name_check(const char *name, char canonical[PCI_NAME_SIZE]);

#endif
