/* SPDX-License-Identifier: MIT */
#include <iopath/event.h>

void (*iop_event_hook)(const struct iop_event *event);
