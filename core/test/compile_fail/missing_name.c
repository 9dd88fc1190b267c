/* SPDX-License-Identifier: MIT */
/* A message that names a function which exists, and one that does not: names_in_messages.py must find the second. */
const char *const iop_message_of_test = "iopath: not a view (use iop_project, or iop_no_such_function)";
