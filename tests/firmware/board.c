#include "board.h"

#include <string.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYSTICK_CONTROL REGISTER(0xE000E010u)
#define SYSTICK_RELOAD REGISTER(0xE000E014u)
#define SYSTICK_VALUE REGISTER(0xE000E018u)
#define INTERRUPT_STATE REGISTER(0xE000ED04u)

#define SYSTICK_ENABLE 1u
#define SYSTICK_INTERRUPT 2u
#define SYSTICK_CPU_CLOCK 4u
#define SYSTICK_CLEAR_PENDING (1u << 25)
#define SYSTICK_PENDING (1u << 26)

/* Ticks per interrupt. Smaller only where the self-test wants many wraps. */
#ifndef BOARD_TICK_PERIOD
#define BOARD_TICK_PERIOD (1u << 24)
#endif

/* Makes the linker take these functions from newlib, which toolchain.py puts
 * before the library under test: the copies in a Rust archive then have
 * nothing left to define. Nothing refers to the table, so --gc-sections drops
 * it, together with those of the functions that are not called. */
#define AEABI(name) void __aeabi_##name(void)
AEABI(memclr);
AEABI(memclr4);
AEABI(memclr8);
AEABI(memcpy);
AEABI(memcpy4);
AEABI(memcpy8);
AEABI(memmove);
AEABI(memmove4);
AEABI(memmove8);
AEABI(memset);
AEABI(memset4);
AEABI(memset8);
int bcmp(const void *, const void *, size_t);
typedef void function(void);
__attribute__((used, section(".rodata.from_newlib"))) static function *const from_newlib[] = {
    (function *)bcmp,    (function *)memcmp, (function *)memcpy, (function *)memmove,
    (function *)memset,  (function *)strlen, __aeabi_memclr,     __aeabi_memclr4,
    __aeabi_memclr8,     __aeabi_memcpy,     __aeabi_memcpy4,    __aeabi_memcpy8,
    __aeabi_memmove,     __aeabi_memmove4,   __aeabi_memmove8,   __aeabi_memset,
    __aeabi_memset4,     __aeabi_memset8,
};

/* Semihosting */

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_EXIT_EXTENDED = 0x20 };
enum { OPEN_MODE_WRITE = 4, APPLICATION_EXIT = 0x20026 };

static int32_t semihost(int operation, const void *arguments)
{
    register int32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

_Noreturn void board_exit(int status)
{
    const uintptr_t arguments[] = {APPLICATION_EXIT,
                                   (uintptr_t)(status < 0 || status > 255 ? 255 : status)};
    semihost(SYS_EXIT_EXTENDED, arguments);
    for (;;) {
    }
}

void board_write(const char *data, size_t length)
{
    static int32_t output = -1;
    if (output == -1) {
        static const char console[] = ":tt";
        const uintptr_t arguments[] = {(uintptr_t)console, OPEN_MODE_WRITE, sizeof console - 1};
        output = semihost(SYS_OPEN, arguments);
        if (output == -1) {
            board_exit(BOARD_STATUS_OUTPUT);
        }
    }
    while (length > 0) {
        const uintptr_t arguments[] = {(uintptr_t)output, (uintptr_t)data, length};
        /* The answer is the number of bytes left over. */
        const size_t left = (size_t)semihost(SYS_WRITE, arguments);
        if (left >= length) {
            board_exit(BOARD_STATUS_OUTPUT);
        }
        data += length - left;
        length = left;
    }
}

void board_put(const char *text)
{
    board_write(text, strlen(text));
}

void board_put_decimal(uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    board_write(digits + first, sizeof digits - first);
}

void board_put_hex(uint32_t number)
{
    char digits[8];
    for (size_t i = sizeof digits; i-- > 0; number >>= 4) {
        digits[i] = "0123456789abcdef"[number & 15];
    }
    board_write(digits, sizeof digits);
}

/* Ticks */

static volatile uint32_t wraps;
static uint32_t ticks_at_stop;

void systick_handler(void);
void systick_handler(void)
{
    wraps++;
}

void board_ticks_start(void)
{
    SYSTICK_CONTROL = 0;
    INTERRUPT_STATE = SYSTICK_CLEAR_PENDING;
    wraps = 0;
    ticks_at_stop = 0;
    SYSTICK_RELOAD = BOARD_TICK_PERIOD - 1;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = SYSTICK_CPU_CLOCK | SYSTICK_INTERRUPT | SYSTICK_ENABLE;
    /* The counter leaves 0 with the first tick. */
    while (SYSTICK_VALUE == 0) {
    }
}

uint32_t board_ticks(void)
{
    if ((SYSTICK_CONTROL & SYSTICK_ENABLE) == 0) {
        return ticks_at_stop;
    }
    /* A wrap is counted by the interrupt, or is still pending where
     * interrupts are disabled. Read again if one came in between, and also
     * at 0, where the counter has wrapped but the interrupt may be due. */
    uint32_t counted, pending, value;
    do {
        counted = wraps;
        pending = INTERRUPT_STATE & SYSTICK_PENDING;
        value = SYSTICK_VALUE;
    } while (value == 0 || counted != wraps || pending != (INTERRUPT_STATE & SYSTICK_PENDING));
    if (pending != 0) {
        counted++;
    }
    /* Just started, the counter is at its reload value. */
    return counted * BOARD_TICK_PERIOD + (BOARD_TICK_PERIOD - 1 - value);
}

void board_ticks_stop(void)
{
    ticks_at_stop = board_ticks();
    SYSTICK_CONTROL = 0;
    INTERRUPT_STATE = SYSTICK_CLEAR_PENDING;
}

uint64_t board_instructions(void)
{
    return (uint64_t)board_ticks() * BOARD_INSTRUCTIONS_PER_TICK;
}

/* Stack */

#define PAINT 0xC5A39E61
#define TEXT(macro) TEXT_OF(macro)
#define TEXT_OF(value) #value

extern uint32_t __stack_limit[];
__attribute__((used)) static uint32_t *painted_top;

/* Without a frame of its own, so that it paints right up to its caller's. */
__attribute__((naked)) void board_stack_paint(void)
{
    __asm__("    ldr   r0, =__stack_limit\n"
            "    ldr   r1, =" TEXT(PAINT) "\n"
            "    ldr   r2, =painted_top\n"
            "    mov   r3, sp\n"
            "    str   r3, [r2]\n"
            "1:  cmp   r0, r3\n"
            "    it    lo\n"
            "    strlo r1, [r0], #4\n"
            "    blo   1b\n"
            "    bx    lr\n"
            "    .ltorg\n");
}

size_t board_stack_peak(void)
{
    const volatile uint32_t *word = __stack_limit;
    while (word < painted_top && *word == PAINT) {
        word++;
    }
    return (size_t)((uintptr_t)painted_top - (uintptr_t)word);
}
