/* SPDX-License-Identifier: MIT */
#include "html.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* Length of the UTF-8 sequence at @s that is a character fit to be shown, or 0. */
static size_t character(const unsigned char *s)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 0;
	uint32_t c = length == 1 ? s[0] : s[0] & (0x7fu >> length);

	if (length == 1)
		return (c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t';
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (!length || c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) || (c >= 0x80 && c < 0xa0))
		return 0;
	/* Overrides and isolates of the writing direction would reorder the page around them. */
	if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		return 0;
	return length;
}

static void escape(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s) {
		size_t length = character(s);

		switch (*s) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		case '\'': fputs("&#39;", out); break;
		case '`': fputs("&#96;", out); break;
		default:
			if (length)
				fwrite(s, 1, length, out);
			else
				fputs(REPLACEMENT, out);
		}
		s += length ? length : 1;
	}
}

/* One conversion with its argument, of any length, as text; free it. */
static char *convert(const char *conversion, const char *modifier, char kind, va_list *args)
{
	char *text = NULL;
	int n;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (strchr("diuxXc", kind) && modifier[0] == 'z')
		n = asprintf(&text, conversion, va_arg(*args, size_t));
	else if (strchr("diuxX", kind) && modifier[0] == 't')
		n = asprintf(&text, conversion, va_arg(*args, ptrdiff_t));
	else if (strchr("diuxX", kind) && modifier[0] == 'l' && modifier[1] == 'l')
		n = asprintf(&text, conversion, va_arg(*args, long long));
	else if (strchr("diuxX", kind) && modifier[0] == 'l')
		n = asprintf(&text, conversion, va_arg(*args, long));
	else if (strchr("diuxXc", kind))
		n = asprintf(&text, conversion, va_arg(*args, int));
	else if (strchr("fFgGeE", kind))
		n = asprintf(&text, conversion, va_arg(*args, double));
	else if (kind != 's')
		abort(); /* a conversion that html.h does not offer: the arguments after it would be read wrongly */
	else {
		const char *string = va_arg(*args, const char *);

		n = asprintf(&text, conversion, string ? string : "");
	}
#pragma GCC diagnostic pop
	return n < 0 ? NULL : text;
}

void iop_html(FILE *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*format) {
		size_t literal = strcspn(format, "%"), flags, modifiers;
		char conversion[32], *text;

		fwrite(format, 1, literal, out);
		format += literal;
		if (!*format)
			break;
		if (format[1] == '%') {
			putc('%', out);
			format += 2;
			continue;
		}
		flags = 1 + strspn(format + 1, "-+ #0123456789.");
		modifiers = strspn(format + flags, "lzt");
		snprintf(conversion, sizeof(conversion), "%.*s", (int)(flags + modifiers + 1), format);
		text = convert(conversion, format + flags, format[flags + modifiers], &args);
		escape(out, text ? text : "?");
		free(text);
		format += flags + modifiers + 1;
	}
	va_end(args);
}

void iop_html_number(FILE *out, double value)
{
	double size = fabs(value);
	int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 || size == 0 ? 2 : size >= 0.0995 ? 3 : 4;

	if (!isfinite(value))
		fputs("–", out);
	else
		fprintf(out, "%.*f", digits, value);
}
