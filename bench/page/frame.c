/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include "html.h"

#include <string.h>
#include <sys/random.h>

static void make_nonce(char nonce[IOP_PAGE_NONCE])
{
	unsigned char random[16];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memset(random, 0, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(nonce + 2 * i, 3, "%02x", random[i]);
}

void iop_page_begin(FILE *out, const char *title, char nonce[IOP_PAGE_NONCE])
{
	make_nonce(nonce);
	iop_html(out,
		 "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
		 "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; "
		 "script-src 'nonce-%s'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
		 "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=color-scheme content=\"light dark\"><link rel=icon href=\"data:,\">\n<title>%s</title>\n<style>\n",
		 nonce, title);
	fwrite(iop_asset_uplot_css, 1, iop_asset_uplot_css_bytes, out);
	fwrite(iop_asset_style_css, 1, iop_asset_style_css_bytes, out);
	iop_html(out, "</style></head>\n<body><a class=skip href=\"#main\">Skip to the results</a>\n");
}

void iop_page_script(FILE *out, const char *nonce, const char *text, size_t bytes)
{
	iop_html(out, "<script nonce=%s>", nonce);
	fwrite(text, 1, bytes, out);
	iop_html(out, "</script>\n");
}
