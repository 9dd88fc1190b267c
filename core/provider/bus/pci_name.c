/* SPDX-License-Identifier: MIT */
#include "pci_name.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

int pci_name_check(const char *name, char canonical[PCI_NAME_SIZE])
{
	unsigned domain, bus, device, function;

	if (sscanf(name, "%8x:%2x:%2x.%1x", &domain, &bus, &device, &function) != 4)
		return -EINVAL;
	snprintf(canonical, PCI_NAME_SIZE, "%04x:%02x:%02x.%u", domain, bus, device, function);
	return strcasecmp(canonical, name) != 0 || device > 0x1f || function > 7 ? -EINVAL : 0;
}
