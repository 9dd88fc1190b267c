/* SPDX-License-Identifier: MIT */
/* No backend: what the one before defined is gone. */
#undef BACKEND
#undef BACKEND_ID
#undef VIEW
#undef COPIES
#undef HAS_64
