/* SPDX-License-Identifier: MIT */
#include "encodings_cpu.h"

#include <cpuid.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#define STACK	 ((size_t)1 << 16)
#define COMPARED 0xe7 /* x87, SSE, AVX, AVX-512; not what only the kernel changes */

static uint8_t *code;
static unsigned vector_bytes, mask_at;
static unsigned char stack_of_signals[STACK];
static sigjmp_buf back;
static struct cpu_end end;

void cpu_enter(struct cpu_state *state, const void *to, uint32_t components);
void cpu_leave(void);

/* Nothing but the state's own memory is used between loading and saving: even the stack pointer is the instruction's. */
__asm__(".text\n"
	".p2align 4\n"
	"cpu_enter:\n"
	"	push %rbx\n	push %rbp\n	push %r12\n	push %r13\n	push %r14\n	push %r15\n"
	"	mov %rsi, cpu_to(%rip)\n"
	"	mov %rdi, cpu_of(%rip)\n"
	"	mov %edx, cpu_components(%rip)\n"
	"	mov %rsp, cpu_stack(%rip)\n"
	"	mov %edx, %eax\n	xor %edx, %edx\n"
	"	xrstor64 192(%rdi)\n"
	"	push 128(%rdi)\n	popfq\n"
	"	mov 0(%rdi), %rax\n	mov 8(%rdi), %rcx\n	mov 16(%rdi), %rdx\n	mov 24(%rdi), %rbx\n"
	"	mov 32(%rdi), %rsp\n	mov 40(%rdi), %rbp\n	mov 48(%rdi), %rsi\n"
	"	mov 64(%rdi), %r8\n	mov 72(%rdi), %r9\n	mov 80(%rdi), %r10\n	mov 88(%rdi), %r11\n"
	"	mov 96(%rdi), %r12\n	mov 104(%rdi), %r13\n	mov 112(%rdi), %r14\n	mov 120(%rdi), %r15\n"
	"	mov 56(%rdi), %rdi\n"
	"	jmp *cpu_to(%rip)\n"
	"cpu_leave:\n"
	"	mov %rdi, cpu_rdi(%rip)\n"
	"	mov cpu_of(%rip), %rdi\n"
	"	mov %rax, 0(%rdi)\n	mov %rcx, 8(%rdi)\n	mov %rdx, 16(%rdi)\n	mov %rbx, 24(%rdi)\n"
	"	mov %rsp, 32(%rdi)\n	mov %rbp, 40(%rdi)\n	mov %rsi, 48(%rdi)\n"
	"	mov %r8, 64(%rdi)\n	mov %r9, 72(%rdi)\n	mov %r10, 80(%rdi)\n	mov %r11, 88(%rdi)\n"
	"	mov %r12, 96(%rdi)\n	mov %r13, 104(%rdi)\n	mov %r14, 112(%rdi)\n	mov %r15, 120(%rdi)\n"
	"	mov cpu_rdi(%rip), %rax\n	mov %rax, 56(%rdi)\n"
	"	mov cpu_stack(%rip), %rsp\n"
	"	pushfq\n	pop 128(%rdi)\n	cld\n"
	"	mov cpu_components(%rip), %eax\n	xor %edx, %edx\n"
	"	xsave64 192(%rdi)\n"
	"	pop %r15\n	pop %r14\n	pop %r13\n	pop %r12\n	pop %rbp\n	pop %rbx\n"
	"	ret\n"
	".local cpu_to, cpu_of, cpu_stack, cpu_rdi, cpu_components\n"
	".comm cpu_to,8,8\n	.comm cpu_of,8,8\n	.comm cpu_stack,8,8\n	.comm cpu_rdi,8,8\n	.comm "
	"cpu_components,4,4\n");

_Static_assert(offsetof(struct cpu_state, vectors) == 192, "the assembler knows where the vectors are");

static uint32_t components(void)
{
	uint32_t low, high;

	__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low & COMPARED;
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	end.signal = number;
	end.address = number == SIGSEGV ? (uintptr_t)info->si_addr : 0;
	siglongjmp(back, 1);
}

bool cpu_open(void)
{
	static const int signals[] = {SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGTRAP};
	const struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	const stack_t stack = {.ss_sp = stack_of_signals, .ss_size = STACK};
	unsigned size, at, c, d;

	code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (code == MAP_FAILED)
		return false;
	for (unsigned component = 2; component < 32; component++)
		if (components() >> component & 1 && __get_cpuid_count(0xd, component, &size, &at, &c, &d)) {
			vector_bytes = at + size > vector_bytes ? at + size : vector_bytes;
			mask_at = component == 5 ? at : mask_at;
		}
	if (vector_bytes < 576 || vector_bytes > sizeof(((struct cpu_state *)0)->vectors))
		return false;
	sigaltstack(&stack, NULL);
	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	return true;
}

uintptr_t cpu_code(void)
{
	return (uintptr_t)code;
}

void cpu_put(const uint8_t *bytes, unsigned length)
{
	/* Two complements of the carry flag, then a jump through the address that follows. Left a byte late, one is missing. */
	static const uint8_t leave[] = {0xf5, 0xf5, 0xff, 0x25, 0, 0, 0, 0};
	void (*const to)(void) = cpu_leave;

	memcpy(code, bytes, length);
	memcpy(code + length, leave, sizeof(leave));
	memcpy(code + length + sizeof(leave), &to, sizeof(to));
}

void cpu_fresh(struct cpu_state *s)
{
	const uint32_t mxcsr = 0x1f80;
	const uint16_t x87 = 0x37f;
	const uint64_t present = components();

	memset(s, 0, sizeof(*s));
	s->flags = 0x202;
	memcpy(s->vectors, &x87, sizeof(x87));
	memcpy(s->vectors + 24, &mxcsr, sizeof(mxcsr));
	memcpy(s->vectors + 512, &present, sizeof(present));
	for (unsigned b = 160; b < 416; b++)
		s->vectors[b] = (unsigned char)(b * 37 + 11);
	for (unsigned b = 576; b < vector_bytes; b++)
		s->vectors[b] = (unsigned char)(b * 37 + 11);
	/* Masks 1 to 7: some bits, from the second to the last but one of any vector's elements. */
	for (unsigned k = 0; mask_at && k < 8; k++) {
		const uint64_t mask = UINT64_C(0x5a6a6a6a6a6a6a66) | UINT64_C(0x0101010101010101) << (k % 4 + 1);

		memcpy(s->vectors + mask_at + 8 * k, &mask, sizeof(mask));
	}
}

void cpu_run(struct cpu_state *s)
{
	cpu_enter(s, code, components());
}

struct cpu_end cpu_try(struct cpu_state *s)
{
	end = (struct cpu_end){0};
	if (!sigsetjmp(back, 1))
		cpu_run(s);
	return end;
}

bool cpu_same(const struct cpu_state *a, const struct cpu_state *b)
{
	if (memcmp(a->general, b->general, sizeof(a->general)) != 0 || (a->flags ^ b->flags) & 0xcd5)
		return false;
	/* The x87 unit's last instruction and operand are not the instruction's, nor is what XSAVE says of itself. */
	return memcmp(a->vectors, b->vectors, 6) == 0 && memcmp(a->vectors + 24, b->vectors + 24, 416 - 24) == 0 &&
	       memcmp(a->vectors + 576, b->vectors + 576, vector_bytes - 576) == 0;
}
