/* Checks the board support itself. One program per -DCASE. */
#include "board.h"

#include <string.h>

#define CASE_OUTPUT 1
#define CASE_STATUS 2
#define CASE_STACK 3
#define CASE_TICKS 4
#define CASE_FAULT 5
#define CASE_HANG 6

#if CASE == CASE_OUTPUT

static unsigned char every_byte[256];
static char large[100000];
/* Non-zero, so it shows whether .data is copied. */
static char greeting[] = "hello\n";

int main(void)
{
    board_write(greeting, sizeof greeting - 1);
    for (unsigned i = 0; i < sizeof every_byte; i++) {
        /* Shows whether .bss was zeroed, too. */
        every_byte[i] = (unsigned char)(every_byte[i] + i);
    }
    board_write((const char *)every_byte, sizeof every_byte);
    board_write("", 0);
    memset(large, 'x', sizeof large);
    board_write(large, sizeof large);
    board_put("\n");
    board_put_decimal(0);
    board_put(" ");
    board_put_decimal(UINT64_MAX);
    board_put(" ");
    board_put_hex(0x0123ABCDu);
    /* Needs the FPU, if there is one; volatile, so that it is not computed beforehand. */
    volatile float half = 0.5f;
    board_put(" ");
    board_put_decimal((uint32_t)(half * 84.0f));
    /* No newline at the end: nothing may wait for one. */
    return 0;
}

#elif CASE == CASE_STATUS

int main(void)
{
    return STATUS;
}

#elif CASE == CASE_STACK

__attribute__((noinline)) static void use_nothing(void)
{
    __asm__ volatile("");
}

#define USE(bytes)                                                   \
    __attribute__((noinline)) static void use_##bytes(void)          \
    {                                                                \
        volatile unsigned char space[bytes];                         \
        for (unsigned i = 0; i < sizeof space; i++) {                \
            space[i] = 1;                                            \
        }                                                            \
    }
USE(1000)
USE(5000)
USE(60000)

static void report(const char *name, void (*use)(void))
{
    board_stack_paint();
    use();
    const size_t peak = board_stack_peak();
    board_put(name);
    board_put(" ");
    board_put_decimal(peak);
    board_put("\n");
}

int main(void)
{
    report("0", use_nothing);
    report("5000", use_5000);
    /* After more was used: painting must cover the old marks. */
    report("1000", use_1000);
    report("60000", use_60000);
    return 0;
}

#elif CASE == CASE_TICKS

/* Two instructions per turn. */
__attribute__((noinline)) static void loop(uint32_t turns)
{
#ifdef __riscv
    __asm__ volatile("1: addi %0, %0, -1\n"
                     "   bnez %0, 1b\n"
                     : "+r"(turns));
#else
    __asm__ volatile("1: subs %0, %0, #1\n"
                     "   bne  1b\n"
                     : "+l"(turns)::"cc");
#endif
}

/* The counter on Arm needs interrupts. */
static void interrupts(int on)
{
#ifdef __arm__
    if (on) {
        __asm__ volatile("cpsie i" ::: "memory");
    } else {
        __asm__ volatile("cpsid i" ::: "memory");
    }
#else
    (void)on;
#endif
}

static void report(uint32_t turns)
{
    board_ticks_start();
    loop(turns);
    const uint64_t instructions = board_instructions();
    board_put_decimal(2 * (uint64_t)turns);
    board_put(" ");
    board_put_decimal(instructions);
    board_put("\n");
}

int main(void)
{
    static const uint32_t turns[] = {TURNS};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        report(turns[i]);
    }

    /* Stopped, the value stays. */
    board_ticks_stop();
    const uint64_t stopped = board_instructions();
    loop(10000);
    if (board_instructions() != stopped) {
        return 1;
    }

    /* Never back, over many readings at odd distances. With a short period
     * this goes through many wraps, also pending ones. */
    board_ticks_start();
    uint64_t last = 0;
    for (uint32_t i = 0; i < 100000; i++) {
        interrupts((i & 1) == 0);
        loop(1 + i % 61);
        const uint64_t now = board_instructions();
        interrupts(1);
        if (now < last || now - last > 2000) {
            return 2;
        }
        last = now;
    }
    return 0;
}

#elif CASE == CASE_FAULT

#define FAULT_CALL 1
#define FAULT_NULL_READ 2
#define FAULT_NULL_WRITE 3
#define FAULT_STACK 4
#define FAULT_UNDEFINED 5
#define FAULT_UNMAPPED 6
#define FAULT_ESCALATED 7
#define FAULT_INTERRUPT 8
#define FAULT_CODE_WRITE 9

/* Volatile, so that the compiler can not tell what happens. */
static uint32_t volatile *volatile null = NULL;
static uint32_t volatile *volatile unmapped = (uint32_t *)0x1F000000u;
static uint32_t volatile *volatile code = __flash_start + 1024;
static void (*volatile nowhere)(void) = (void (*)(void))0xA0000001u;
#ifdef __arm__
static uint32_t volatile *volatile interrupt_enable = (uint32_t *)0xE000E100u;
static uint32_t volatile *volatile interrupt_pend = (uint32_t *)0xE000E200u;
#endif

static uint32_t overflow(uint32_t depth);
static uint32_t (*volatile again)(uint32_t) = overflow;

static uint32_t overflow(uint32_t depth)
{
    volatile uint32_t space[64];
    space[depth % 64] = depth;
    return again(depth + 1) + space[depth % 64];
}

static void undefined(void)
{
#ifdef __riscv
    __asm__ volatile("unimp");
#else
    __asm__ volatile("udf #0");
#endif
}

static uint32_t fault(int which)
{
    switch (which) {
    case FAULT_CALL:
        nowhere();
        break;
    case FAULT_NULL_READ:
        return *null;
    case FAULT_NULL_WRITE:
        *null = 1;
        break;
    case FAULT_CODE_WRITE:
        *code = 1;
        break;
    case FAULT_STACK:
        return overflow(0);
    case FAULT_UNDEFINED:
        undefined();
        break;
    case FAULT_UNMAPPED:
        return *unmapped;
#ifdef __arm__
    case FAULT_ESCALATED:
        /* Other faults can not be taken now, and become a HardFault. */
        __asm__ volatile("cpsid i" ::: "memory");
        undefined();
        break;
    case FAULT_INTERRUPT:
        *interrupt_enable = 1;
        *interrupt_pend = 1;
        break;
#else
    case FAULT_INTERRUPT:
        /* The software interrupt of supervisor mode, which machine mode takes. */
        __asm__ volatile(".option push\n"
                         ".option arch, +zicsr\n"
                         "csrsi mie, 2\n"
                         "csrsi mip, 2\n"
                         "csrsi mstatus, 8\n"
                         ".option pop\n" ::
                             : "memory");
        break;
#endif
    }
    return 0;
}

int main(void)
{
    board_put("before");
    const uint32_t unused = fault(FAULT);
    board_put("after");
    return (int)(unused & 0);
}

#elif CASE == CASE_HANG

int main(void)
{
    board_put("before");
    for (;;) {
    }
}

#endif
