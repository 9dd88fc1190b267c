/* Behind watch.c in the same file: the windows, the model, the rules, and a function for each kind of call. */
static void on_alarm(int number)
{
	(void)number;
	fail("does not return");
}

static void on_exit_(void)
{
	if (call > 0)
		fail("ends its process");
}

static unsigned char *window(int fd, int how)
{
	unsigned char *reserved = mmap(NULL, WINDOW + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (reserved == MAP_FAILED || mmap(reserved + GUARD, WINDOW, how,
					   MAP_FIXED | (fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED), fd, 0) == MAP_FAILED)
		exit(2);
	return reserved + GUARD;
}

static void fill_window(uint64_t x, unsigned char *bytes)
{
	for (size_t i = 0; i < WINDOW; i += 8) {
		uint64_t word;

		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		word = x ^ x >> 32;
		memcpy(bytes + i, &word, 8);
	}
}

USED static void fill(unsigned number)
{
	fill_window(2 * (uint64_t)number, want_device);
	fill_window(2 * (uint64_t)number + 1, want_memory);
	memcpy(device_bytes, want_device, WINDOW);
	memcpy(memory, want_memory, WINDOW);
}

static void begin(int argc, char **argv, const char *path)
{
	static char stack[1 << 16];
	const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
	struct sigaction action = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	int fd = memfd_create("device", 0);

	if (argc > 1)
		path = argv[1];
	module = dlopen(path, RTLD_NOW);
	if (!module || fd < 0 || ftruncate(fd, WINDOW)) {
		fprintf(stderr, "%s\n", module ? "no memory" : dlerror());
		exit(2);
	}
	device = window(fd, PROT_READ | PROT_WRITE);
	memory = window(-1, PROT_READ | PROT_WRITE);
	device_bytes = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (device_bytes == MAP_FAILED || sigaltstack(&alternate, NULL))
		exit(2);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigaction(faults[i], &action, NULL);
	action.sa_sigaction = on_trap;
	sigaction(SIGTRAP, &action, NULL);
	signal(SIGALRM, on_alarm);
	atexit(on_exit_);
}

USED static int end(void)
{
	call = 0;
	printf("clean\n");
	return 0;
}

/* The symbol of a line of the module. */
static void *begin_call(const char *kind, const char *name, int watched)
{
	static char text[300], symbol[300];
	void *function;

	snprintf(text, sizeof(text), "%s %s", kind, name);
	snprintf(symbol, sizeof(symbol), "iop_judged_%s_%s", kind, name);
	what = text;
	for (char *c = symbol; *c; c++)
		*c = *c == '-' ? '_' : *c;
	function = dlsym(module, symbol);
	if (!function) {
		fprintf(stderr, "%s\n", dlerror());
		_exit(2);
	}
	call++;
	count = 0;
	watch.on = watched;
	alarm(5);
	if (watched)
		protect(PROT_NONE);
	return function;
}

static void same(const char *side, const unsigned char *is, const unsigned char *want)
{
	char why[120];

	for (size_t i = 0; i < WINDOW; i++)
		if (is[i] != want[i]) {
			snprintf(why, sizeof(why), "the %s's byte at 0x%zx is 0x%02x, not 0x%02x", side, i, is[i], want[i]);
			fail(why);
		}
}

static void end_call(void)
{
	watch.on = 0;
	protect(PROT_READ | PROT_WRITE);
	alarm(0);
	same("device", device_bytes, want_device);
	same("memory", memory, want_memory);
}

/* The rules of device memory, over one direction: each byte once, in order, aligned, of these widths, nothing outside. */
static void judge(size_t at, size_t n, unsigned writes, int down, unsigned widths)
{
	static unsigned char touched[WINDOW];
	long last = down ? WINDOW : -1;
	char why[120] = "";

	memset(touched, 0, sizeof(touched));
	for (size_t i = 0; i < count && !*why; i++) {
		const struct access *a = &seen[i];
		const char *rule = NULL;

		if (a->write != writes)
			continue;
		if (a->at < (long)at || a->at + (long)a->width > (long)(at + n))
			rule = "is outside the range";
		else if (!a->width || (a->width & (a->width - 1)) || !(widths & a->width))
			rule = "has a width that is not claimed";
		else if (a->string && !(widths & STRINGS))
			rule = "is a string instruction's";
		else if (!(widths & ANY_ORDER) && a->at % a->width)
			rule = "is misaligned";
		else if (!(widths & ANY_ORDER) && (down ? a->at > last : a->at < last))
			rule = "is out of order";
		for (unsigned b = 0; !rule && b < a->width; b++)
			if (touched[a->at + b]++ && !(widths & ANY_ORDER))
				rule = "touches a byte again";
		last = a->at;
		if (rule)
			snprintf(why, sizeof(why), "access %zu, a %s of %u at 0x%lx, %s", i + 1, writes ? "write" : "read",
				 a->width, a->at, rule);
	}
	for (size_t i = 0; i < n && !*why; i++)
		if (!touched[at + i])
			snprintf(why, sizeof(why), "byte %zu of %zu has no access", i, n);
	if (*why)
		fail(why);
}

/* The same, and no access in the other direction; widths: 0 was not watched. */
static void judge_all(size_t at, size_t n, unsigned writes, unsigned widths)
{
	if (!widths)
		return;
	for (size_t i = 0; i < count; i++)
		if (seen[i].write != writes)
			fail(writes ? "reads, where only writes belong" : "writes, where only reads belong");
	judge(at, n, writes, 0, widths);
}

/* widths: 0 does not watch; else those that are claimed, ORed. */
USED static void toio(const char *name, size_t io, size_t from, size_t n, unsigned widths)
{
	void (*function)(void *, const void *, size_t);

	*(void **)&function = begin_call("toio", name, widths != 0);
	function(device + io, memory + from, n);
	memcpy(want_device + io, want_memory + from, n);
	end_call();
	judge_all(io, n, 1, widths);
}

USED static void fromio(const char *name, size_t io, size_t to, size_t n, unsigned widths)
{
	void (*function)(void *, void *, size_t);

	*(void **)&function = begin_call("fromio", name, widths != 0);
	function(memory + to, device + io, n);
	memcpy(want_memory + to, want_device + io, n);
	end_call();
	judge_all(io, n, 0, widths);
}

USED static void move(const char *name, size_t from, size_t to, size_t n, unsigned widths)
{
	const int down = to > from && to - from < n;
	void (*function)(void *, void *, size_t);

	*(void **)&function = begin_call("move", name, widths != 0);
	function(device + to, device + from, n);
	memmove(want_device + to, want_device + from, n);
	end_call();
	if (widths && to != from) {
		judge(from, n, 0, down, widths);
		judge(to, n, 1, down, widths);
	}
}

USED static void set(const char *name, size_t io, unsigned value, size_t n, unsigned widths)
{
	void (*function)(void *, int, size_t);

	*(void **)&function = begin_call("set", name, widths != 0);
	function(device + io, (int)value, n);
	memset(want_device + io, (int)value, n);
	end_call();
	judge_all(io, n, 1, widths);
}

static void same_value(uint64_t is, uint64_t want)
{
	char why[120];

	snprintf(why, sizeof(why), "yields 0x%llx, not 0x%llx", (unsigned long long)is, (unsigned long long)want);
	if (is != want)
		fail(why);
}

static uint64_t load(size_t at, unsigned width)
{
	uint64_t value = 0;

	memcpy(&value, want_device + at, width);
	return value;
}

#define READ(bits)                                                            \
	USED static void read##bits(const char *name, size_t io, int watched) \
	{                                                                     \
		uint##bits##_t (*function)(unsigned char *, size_t), value;   \
                                                                              \
		*(void **)&function = begin_call("read", name, watched);      \
		value = function(device, io);                                 \
		end_call();                                                   \
		same_value(value, load(io, bits / 8));                        \
		judge_all(io, bits / 8, 0, watched ? bits / 8 : 0);           \
	}
#define WRITE(bits)                                                                                  \
	USED static void write##bits(const char *name, size_t io, uint##bits##_t value, int watched) \
	{                                                                                            \
		void (*function)(unsigned char *, size_t, uint##bits##_t);                           \
                                                                                                     \
		*(void **)&function = begin_call("write", name, watched);                            \
		function(device, io, value);                                                         \
		memcpy(want_device + io, &value, bits / 8);                                          \
		end_call();                                                                          \
		judge_all(io, bits / 8, 1, watched ? bits / 8 : 0);                                  \
	}
READ(8)
READ(16)
READ(32)
READ(64)
WRITE(8)
WRITE(16)
WRITE(32)
WRITE(64)

/* inside: whether the path must make its access. */
static int checked(const char *kind, const char *name, size_t base, size_t size, size_t offset, uint64_t *value, unsigned width,
		   int watched)
{
	const int inside = offset % width == 0 && size >= width && offset <= size - width,
		  writes = strcmp(kind, "checked-write") == 0;
	int (*function)(void *, size_t, size_t, void *), result;

	*(void **)&function = begin_call(kind, name, watched);
	result = function(device + base, size, offset, value);
	if (inside && writes)
		memcpy(want_device + base + offset, value, width);
	end_call();
	if (!inside && !result)
		fail("must be refused, and is not");
	if (inside && result)
		fail("is inside, and is refused");
	judge_all(base + offset, width, (unsigned)writes, watched && inside ? width : 0);
	if (watched && !inside && count)
		fail("makes an access, and must make none");
	return inside;
}

USED static void checked_read(const char *name, size_t base, size_t size, size_t offset, unsigned width, int watched)
{
	const uint64_t before = UINT64_C(0x5ba8c3d2e1f09776), mask = width < 8 ? (UINT64_C(1) << 8 * width) - 1 : ~UINT64_C(0);
	uint64_t value = before;

	if (checked("checked-read", name, base, size, offset, &value, width, watched))
		same_value(value, load(base + offset, width) | (before & ~mask));
}

USED static void checked_write(const char *name, size_t base, size_t size, size_t offset, uint64_t value, unsigned width,
			       int watched)
{
	checked("checked-write", name, base, size, offset, &value, width, watched);
}

USED static void projection(const char *name, size_t base, size_t size, size_t offset, size_t length, int watched)
{
	const int inside = offset <= size && length <= size - offset;
	void *(*function)(void *, size_t, size_t, size_t);
	unsigned char *place;

	*(void **)&function = begin_call("projection", name, watched);
	place = function(device + base, size, offset, length);
	end_call();
	if (!inside && place)
		fail("must be refused, and is not");
	if (inside && place != device + base + offset)
		fail(place ? "is another place" : "is inside, and is refused");
	if (count)
		fail("makes an access, and must make none");
}
