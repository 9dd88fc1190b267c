/* SPDX-License-Identifier: MIT */
/* Every peer writes the bytes it should and no others, at every size and place: a peer that copies wrongly is not a comparison. */
#include "peers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LONGEST 300
#define PLACES	16
#define ROOM	(LONGEST + 4 * PLACES)

static _Alignas(PLACES) unsigned char dst[ROOM], src[ROOM], expected[ROOM];

static void fill(void)
{
	for (size_t i = 0; i < ROOM; i++) {
		src[i] = (unsigned char)(i * 7 + 1);
		dst[i] = expected[i] = (unsigned char)(0x80 + i);
	}
}

static void check(const struct iop_peer *peer, const char *op, size_t n, size_t to, size_t from)
{
	if (memcmp(dst, expected, ROOM) != 0)
		fail_msg("%s %s: %zu bytes to %zu from %zu", peer->name, op, n, to, from);
}

/* Whether a call is made of it at all. */
static int takes(const struct iop_peer *peer, size_t n, size_t to, size_t from)
{
	return !peer->unit || ((n | to | from) % peer->unit == 0);
}

static void copies(void **state)
{
	(void)state;
	for (size_t p = 0; iop_peers[p]; p++) {
		const struct iop_peer *peer = iop_peers[p];

		if (peer->supported && !peer->supported()) {
			print_message("%s is not for this CPU\n", peer->name);
			continue;
		}
		for (size_t n = 0; n <= LONGEST; n++)
			for (size_t place = 0; place < PLACES * PLACES; place++) {
				size_t to = PLACES + place / PLACES, from = PLACES + place % PLACES;

				if (!takes(peer, n, to, from))
					continue;
				fill();
				memcpy(expected + to, src + from, n);
				if (peer->toio) {
					peer->toio(dst + to, src + from, n);
					check(peer, "toio", n, to, from);
				}
				fill();
				memcpy(expected + to, src + from, n);
				if (peer->fromio) {
					peer->fromio(dst + to, src + from, n);
					check(peer, "fromio", n, to, from);
				}
			}
	}
}

static void fills(void **state)
{
	(void)state;
	for (size_t p = 0; iop_peers[p]; p++)
		for (size_t n = 0; iop_peers[p]->set && n <= LONGEST; n++)
			for (size_t to = 0; to < PLACES; to++) {
				fill();
				memset(expected + to, 0xa5, n);
				iop_peers[p]->set(dst + to, 0x1a5, n);
				check(iop_peers[p], "set", n, to, 0);
			}
}

static void overlapping_moves(void **state)
{
	(void)state;
	for (size_t p = 0; iop_peers[p]; p++)
		for (size_t n = 0; iop_peers[p]->move && n <= LONGEST; n += n < 40 ? 1 : 13)
			for (size_t place = 0; place < PLACES * PLACES; place++) {
				size_t to = place / PLACES, from = place % PLACES;

				fill();
				memmove(expected + to, expected + from, n);
				iop_peers[p]->move(dst + to, dst + from, n);
				check(iop_peers[p], "move", n, to, from);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies),
		cmocka_unit_test(fills),
		cmocka_unit_test(overlapping_moves),
	};

	return cmocka_run_group_tests_name("peers-copy-every-byte-and-no-other", tests, NULL, NULL);
}
