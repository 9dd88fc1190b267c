/* SPDX-License-Identifier: MIT */
/*
 * runner SHARED QUESTIONS ANSWERS SECONDS OP OBJECT SYMBOL UNIT RETURNS ARGUMENT... NUMBER...: the other end of emulated.c, in an
 * emulator of another architecture. It is compiled for that architecture when it is first needed, loads the object, and answers
 * calls of the routine with the accesses that the emulator's plugin saw. The first answer says whether there is a routine.
 *
 * The parent is little-endian and its structures are laid out alike everywhere (call.h); what is wider than a byte is converted.
 */
#include <judge/call.h>
#include <judge/load.h>
#include <tracer_qemu.h>

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#define SMALL_WINDOW ((size_t)4096)
#define STACK	     ((size_t)1 << 16)

/* The parent judges: here it would be most of the time. */
struct iop_verdict iop_rules_judge(const struct iop_access_list *list, const struct iop_question *q)
{
	(void)list, (void)q;
	return (struct iop_verdict){0};
}

/* To and from the parent's byte order. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LE(x)                                  \
	_Generic((x), uint16_t                 \
		 : __builtin_bswap16, int16_t  \
		 : __builtin_bswap16, uint32_t \
		 : __builtin_bswap32, int32_t  \
		 : __builtin_bswap32, uint64_t \
		 : __builtin_bswap64, int64_t  \
		 : __builtin_bswap64)(x)
#else
#define LE(x) (x)
#endif

_Static_assert(sizeof(struct iop_judge_call) == 48 && sizeof(struct iop_judge_access) == 32, "laid out as the parent has it");

/* Of a function's address, the bit that says in which instruction set it is. */
#if defined(__arm__)
#define IS_THUMB(function) ((uintptr_t)(function)&1)
#else
#define IS_THUMB(function) 0
#endif

static struct iop_judge_shared *shared;
static struct iop_judged judged;
static double seconds;
static uintptr_t (*routine)(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);
/* The routine, or what measures a call without it. */
static uintptr_t (*called)(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);
static struct iop_tracer *small, *large, *tracer;
static struct iop_judge_call question;

/* Why sigsetjmp() returned. */
enum {
	CALLING,
	SIGNALLED,
	RETURNED,
};

static sigjmp_buf back;
static volatile sig_atomic_t calling;
static struct iop_fate fate;

static void say(enum iop_fate_kind kind, int number, const char *text)
{
	fate.kind = kind;
	fate.number = number;
	snprintf(fate.text, sizeof(fate.text), "%s", text);
}

/* An access into the inaccessible memory around either side. */
static void overrun(const void *address)
{
	ptrdiff_t offset;

	fate.address = (uintptr_t)address;
	if (iop_copy_outside(address, &offset)) {
		fate.offset = offset;
		say(IOP_FATE_OVERRUN, 0, "");
		snprintf(fate.text, sizeof(fate.text), "accesses memory %td bytes %s the memory side, of %llu bytes",
			 offset < 0 ? -offset : offset - (ptrdiff_t)question.n, offset < 0 ? "before" : "behind",
			 (unsigned long long)question.n);
		return;
	}
	fate.on_device = 1;
	say(IOP_FATE_OVERRUN, 0, "accesses memory far outside the device side");
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	char text[120];
	ptrdiff_t offset;

	(void)context;
	if (!calling)
		_exit(128 + number);
	if (number == SIGPROF) {
		snprintf(text, sizeof(text), "had not returned after %g s of CPU time in the emulator", seconds);
		say(IOP_FATE_LATE, number, text);
	} else if (number == SIGSEGV && (iop_copy_outside(info->si_addr, &offset) || iop_tracer_around(tracer, info->si_addr))) {
		overrun(info->si_addr);
	} else {
		snprintf(text, sizeof(text), "got %s%s", strsignal(number),
			 number == SIGILL ? ": the emulator's CPU, which has no scalable vectors, lacks the instruction" : "");
		say(IOP_FATE_SIGNAL, number, text);
		fate.address = number == SIGSEGV || number == SIGBUS ? (uintptr_t)info->si_addr : 0;
	}
	siglongjmp(back, SIGNALLED);
}

static bool catch_signals(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS, SIGPROF, SIGALRM, SIGVTALRM};
	/* Signals leave by a jump: none may stay blocked, and to block one would be a system call of the routine's. */
	const struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	const stack_t stack = {.ss_sp = malloc(STACK), .ss_size = STACK};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], &action, NULL))
			return false;
	return stack.ss_sp && sigaltstack(&stack, NULL) == 0;
}

/* What an integer argument of fewer bits looks like in a register is a matter of the architecture. */
static uintptr_t extended(uint64_t value, unsigned unit)
{
	if (judged.op == IOP_SET && unit <= 1)
		return (uintptr_t)(intptr_t)(int)value;
#if defined(__riscv)
	if (unit == 4)
		return (uintptr_t)(intptr_t)(int32_t)value;
#endif
	return (uintptr_t)value;
}

/* No byte more is read: there may be none. */
static uint64_t unit_at(const unsigned char *at, unsigned unit)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (unit) {
	case 1: return *at;
	case 2: memcpy(&two, at, sizeof(two)); return two;
	case 4: memcpy(&four, at, sizeof(four)); return four;
	default: memcpy(&eight, at, sizeof(eight)); return eight;
	}
}

static uintptr_t argument(unsigned i, unsigned char *io, unsigned char *other)
{
	const struct iop_prototype *p = &judged.prototype;
	/* The offset of an accessor is from a place of its own before the device side. */
	unsigned char *base = io - question.io_align - 64;
	uint64_t value = question.value;

	switch ((enum iop_argument)p->argument[i]) {
	case IOP_ARGUMENT_IO: return (uintptr_t)io;
	case IOP_ARGUMENT_OTHER: return (uintptr_t)other;
	case IOP_ARGUMENT_BASE: return (uintptr_t)base;
	case IOP_ARGUMENT_OFFSET: return (uintptr_t)(io - base);
	case IOP_ARGUMENT_BYTES: return (uintptr_t)question.n;
	case IOP_ARGUMENT_UNITS: return (uintptr_t)(question.n / p->unit);
	case IOP_ARGUMENT_VALUE:
		if (judged.op == IOP_TOIO)
			value = unit_at(other, p->unit);
		return extended(value, p->unit);
	case IOP_ARGUMENT_NUMBER: return (uintptr_t)p->number[i];
	default: return 0;
	}
}

static void put_result(unsigned char *other, uintptr_t result)
{
	const uint8_t one = (uint8_t)result;
	const uint16_t two = (uint16_t)result;
	const uint32_t four = (uint32_t)result;
	const unsigned unit = judged.prototype.unit;

	memcpy(other,
	       unit == 1   ? (const void *)&one
	       : unit == 2 ? (const void *)&two
	       : unit == 4 ? (const void *)&four
			   : &result,
	       unit);
}

/*
 * Between two notes of the registers that a function must keep, in code that changes none of its own accord: which words of a note
 * stay the same is found out with a function that does nothing. All of it is static, because a routine may have spoilt the registers
 * that hold this function's variables; they are back after the jump.
 */
static uintptr_t given[IOP_ARGUMENTS], result;
static uintptr_t (*function)(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);
static sigjmp_buf after;

#define NOTE_WORDS (sizeof(sigjmp_buf) / sizeof(long))
static bool kept[NOTE_WORDS];

static __attribute__((noinline)) bool call(void)
{
	switch (sigsetjmp(back, 0)) {
	case CALLING:
		calling = 1;
		result = function(given[0], given[1], given[2], given[3], given[4], given[5]);
		if (sigsetjmp(after, 0) == 0)
			siglongjmp(back, RETURNED);
		return false;
	case RETURNED: calling = 0; return true;
	default: calling = 0; return false;
	}
}

static bool changed(size_t word)
{
	return memcmp((const char *)&back + word * sizeof(long), (const char *)&after + word * sizeof(long), sizeof(long)) != 0;
}

static __attribute__((noinline)) uintptr_t does_nothing(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e,
							uintptr_t f)
{
	return a + 3 * b + 5 * c + 7 * d + 11 * e + 13 * f;
}

/* Nothing but a return, whatever it is given. */
static __attribute__((noinline)) void returns(void)
{
	__asm__ volatile("");
}

static void learn_what_is_kept(void)
{
	memset(kept, 1, sizeof(kept));
	function = does_nothing;
	for (unsigned i = 0; i < 8; i++) {
		for (unsigned a = 0; a < IOP_ARGUMENTS; a++)
			given[a] = (uintptr_t)UINT64_C(0x9e3779b97f4a7c15) * (i * IOP_ARGUMENTS + a + 1);
		call();
		for (size_t word = 0; word < NOTE_WORDS; word++)
			kept[word] &= !changed(word);
	}
}

static void invoke(void *arg, unsigned char *io, unsigned char *other)
{
	(void)arg;
	for (unsigned i = 0; i < IOP_ARGUMENTS; i++)
		given[i] = argument(i, io, other);
	function = called;
	if (!call())
		return;
	fate.kind = IOP_FATE_RETURNED;
	for (size_t word = 0; word < NOTE_WORDS; word++)
		if (kept[word] && changed(word))
			say(IOP_FATE_LEFT, 0, "returned with another value in a register that it must keep");
	if (judged.prototype.returns_value)
		put_result(other, result);
}

static void put_side(struct iop_judge_answer *answer, struct iop_judge_access *to, unsigned side, const struct iop_copy_side *from)
{
	const struct iop_access_list *list = &from->list;

	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *a = &list->access[i];

		to[i] = (struct iop_judge_access){
			.offset = LE((int64_t)a->offset),
			.mask = LE(a->mask),
			.code = LE((uint64_t)a->code),
			.width = LE(a->width),
			.write = a->write,
			.form = (uint8_t)a->form,
			.undecoded = a->undecoded,
		};
	}
	answer->count[side] = LE((uint64_t)list->count);
	answer->io[side] = LE((uint64_t)from->question.io);
	snprintf(answer->blind[side], sizeof(answer->blind[side]), "%s", list->blind ? list->blind : "");
}

static void put_fate(struct iop_judge_answer *answer)
{
	answer->fate = fate;
	answer->fate.kind = LE(fate.kind);
	answer->fate.number = LE(fate.number);
	answer->fate.left = LE(fate.left);
	answer->fate.write = LE(fate.write);
	answer->fate.address = LE(fate.address);
	answer->fate.offset = LE(fate.offset);
	answer->fate.width = LE(fate.width);
	answer->fate.on_device = LE(fate.on_device);
}

static void take_question(void)
{
	const struct iop_judge_call *from = &shared->call;

	question = (struct iop_judge_call){
		.n = LE(from->n),
		.io_align = LE(from->io_align),
		.mem_align = LE(from->mem_align),
		.distance = LE(from->distance),
		.value = LE(from->value),
		.pattern = LE(from->pattern),
		.guard = LE(from->guard),
		.look = LE(from->look),
		.fifo = LE(from->fifo),
	};
}

static void limit_time(double s)
{
	const struct itimerval timer = {.it_value = {.tv_sec = (time_t)s, .tv_usec = (suseconds_t)((s - (double)(time_t)s) * 1e6)}};

	setitimer(ITIMER_PROF, &timer, NULL);
}

/* The second of two calls, as the first binds symbols; then one of nothing. */
static void count_instructions(struct iop_judge_answer *answer, size_t window, const struct iop_copy_call *call)
{
	const uintptr_t entry = (uintptr_t)routine & ~(uintptr_t)IS_THUMB(routine);
	struct iop_copy_traced traced;
	void (*const nothing)(void) = returns;
	uint64_t with;

	for (int i = 0; i < 2; i++)
		iop_copy_trace(&traced, tracer, window, call, IOP_STRICT);
	with = iop_tracer_qemu_instructions(tracer);
	memcpy(&called, &nothing, sizeof(called));
	iop_copy_trace(&traced, tracer, window, call, IOP_STRICT);
	called = routine;
	answer->instructions = with - iop_tracer_qemu_instructions(tracer);
	/* Its code is of a run of its own. */
	iop_copy_trace(&traced, tracer, window, call, IOP_STRICT);
	answer->code_bytes = LE((uint64_t)iop_tracer_qemu_code(tracer, entry, answer->instructions, shared->code, IOP_JUDGE_CODE));
	answer->instructions = LE(answer->instructions);
}

static void answer_call(void)
{
	uint64_t reach = (uint64_t)(question.distance < 0 ? -question.distance : question.distance), number;
	bool fits = question.n + (judged.op == IOP_MOVE ? reach : 0) <= iop_copy_longest(SMALL_WINDOW);
	const int value = (int)question.value;
	const struct iop_copy_call call = {
		.op = judged.op,
		.n = (size_t)question.n,
		.io_align = question.io_align,
		.mem_align = question.mem_align,
		.distance = (ptrdiff_t)question.distance,
		.fifo = question.fifo,
		.value = &value,
		.pattern = question.pattern,
		.guard = (enum iop_copy_guard)question.guard,
		.invoke = invoke,
	};
	struct iop_judge_answer *answer = &shared->answer;
	struct iop_copy_traced traced;
	int err;

	memset(answer, 0, sizeof(*answer));
	memset(&fate, 0, sizeof(fate));
	fate.kind = IOP_FATE_CANNOT;
	tracer = fits ? small : large;
	limit_time(seconds);
	err = iop_copy_trace(&traced, tracer, fits ? SMALL_WINDOW : IOP_JUDGE_WINDOW, &call, IOP_STRICT);
	limit_time(0);
	if (err) {
		say(IOP_FATE_CANNOT, 0, "the call is too long, or has no such place");
		put_fate(answer);
		return;
	}
	if (fate.kind == IOP_FATE_RETURNED && iop_tracer_qemu_called(tracer, &number)) {
		say(IOP_FATE_CALL, (int)number, "");
		snprintf(fate.text, sizeof(fate.text), "made system call number %llu of its architecture",
			 (unsigned long long)number);
	}
	answer->sides = (uint8_t)traced.sides;
	answer->data_right = traced.data_right;
	answer->wrong_at = LE((int64_t)traced.wrong_at);
	for (unsigned side = 0; side < traced.sides; side++)
		put_side(answer, shared->access + (side ? traced.side[0].list.count : 0), side, &traced.side[side]);
	if (question.look == IOP_LOOK_COUNT && fate.kind == IOP_FATE_RETURNED)
		count_instructions(answer, fits ? SMALL_WINDOW : IOP_JUDGE_WINDOW, &call);
	put_fate(answer);
}

/* An event file counts in the host's byte order. */
static bool event(int fd, bool put)
{
	unsigned char one[8] = {1};
	ssize_t done;

	do
		done = put ? write(fd, one, sizeof(one)) : read(fd, one, sizeof(one));
	while (done < 0 && errno == EINTR);
	return done == sizeof(one);
}

/* A value of 64 bits takes two registers where they have 32, and the conventions differ in which. */
static bool splits_values(void)
{
	bool has_value = judged.prototype.returns_value;

	for (unsigned i = 0; i < IOP_ARGUMENTS; i++)
		has_value |= judged.prototype.argument[i] == IOP_ARGUMENT_VALUE;
	return sizeof(uintptr_t) < 8 && judged.prototype.unit == 8 && has_value;
}

static void prepare(const char *object, const char *symbol)
{
	char why[sizeof(fate.text)] = "";
	void *found = iop_judge_load(object, symbol, why, sizeof(why));

	memset(&fate, 0, sizeof(fate));
	if (splits_values())
		say(IOP_FATE_LOADING, 0, "values of 64 bits are not passed to code of 32-bit architectures");
	else if (!found)
		say(IOP_FATE_LOADING, 0, why);
	else if (!catch_signals() || iop_tracer_open(&small, SMALL_WINDOW) || iop_tracer_open(&large, IOP_JUDGE_WINDOW))
		say(IOP_FATE_LOADING, 0, "the emulator has no plugin, or no memory for the traced window");
	else
		*(void **)&routine = *(void **)&called = found;
	learn_what_is_kept();
	put_fate(&shared->answer);
}

int main(int argc, char **argv)
{
	int questions, answers;

	if (argc != 10 + 2 * IOP_ARGUMENTS)
		return 2;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, atoi(argv[1]), 0);
	questions = atoi(argv[2]);
	answers = atoi(argv[3]);
	seconds = atof(argv[4]);
	if (shared == MAP_FAILED)
		return 2;
	judged.op = (enum iop_copy_op)atoi(argv[5]);
	judged.prototype.unit = (uint8_t)atoi(argv[8]);
	judged.prototype.returns_value = (uint8_t)atoi(argv[9]);
	for (unsigned i = 0; i < IOP_ARGUMENTS; i++) {
		judged.prototype.argument[i] = (uint8_t)atoi(argv[10 + i]);
		judged.prototype.number[i] = strtoull(argv[10 + IOP_ARGUMENTS + i], NULL, 0);
	}
	if (!event(questions, false))
		return 0;
	shared->answer.fate.kind = LE((uint32_t)IOP_FATE_LOADING);
	prepare(argv[6], argv[7]);
	while (event(answers, true) && routine && event(questions, false)) {
		take_question();
		answer_call();
	}
	return 0;
}
