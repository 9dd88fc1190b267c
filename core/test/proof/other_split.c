/* SPDX-License-Identifier: MIT */
/* Any loop that makes legal accesses: what strict.c proves of it is proved of each. */
size_t other_split(uintptr_t io, size_t n)
{
	size_t count = 0;

	while (n) {
		unsigned width = some_width(io, n);

		io += width;
		n -= width;
		count++;
	}
	return count;
}
