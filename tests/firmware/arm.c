/* Arm Cortex-M: vector table, reset, faults, semihosting, ticks. */
#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYSTICK_CONTROL REGISTER(0xE000E010u)
#define SYSTICK_RELOAD REGISTER(0xE000E014u)
#define SYSTICK_VALUE REGISTER(0xE000E018u)
#define INTERRUPT_STATE REGISTER(0xE000ED04u)
#define SYSTEM_HANDLERS REGISTER(0xE000ED24u)
#define FAULT_STATUS REGISTER(0xE000ED28u)
#define MEMORY_FAULT_ADDRESS REGISTER(0xE000ED34u)
#define BUS_FAULT_ADDRESS REGISTER(0xE000ED38u)
#define COPROCESSOR_ACCESS REGISTER(0xE000ED88u)
#define MPU_CONTROL REGISTER(0xE000ED94u)
#define MPU_REGION REGISTER(0xE000ED98u)
#define MPU_BASE REGISTER(0xE000ED9Cu)
#define MPU_ATTRIBUTES REGISTER(0xE000EDA0u) /* Armv8-M: the limit */
#define MPU_MEMORY_TYPES REGISTER(0xE000EDC0u)

#define EXTERNAL_INTERRUPTS 32

_Noreturn void reset_handler(void);
void systick_handler(void);
void fault_handler(void);

/* Memory protection */

static void protect(uint32_t region, uint32_t base, uint32_t attributes)
{
    MPU_REGION = region;
    MPU_BASE = base;
    MPU_ATTRIBUTES = attributes;
}

/* On these machines reserved addresses may read as 0, "flash" is RAM, and RAM
 * may repeat itself above its end. So it is the MPU that makes a null pointer
 * or a stack overflow fault: without a default map, what is in no region does.
 * The registers of the core itself always remain. */
void board_protect_memory(void)
{
    const uint32_t flash = (uint32_t)__flash_start;
    const uint32_t ram = (uint32_t)__ram_start;
#if __ARM_ARCH >= 8
    enum { READ_ONLY = 2 << 1, NEVER_EXECUTE = 1, LAST = (1 << BOARD_MEMORY_LOG2) - 32, ON = 1 };
    MPU_MEMORY_TYPES = 0x44; /* type 0: not a device, which could hold no code */
    protect(0, flash | READ_ONLY, (flash + LAST) | ON);
    protect(1, ram | NEVER_EXECUTE, (ram + LAST) | ON);
#else
#define SIZE(log2) (((log2) - 1) << 1)
    enum {
        NO_ACCESS = 1 << 28 | 1,
        READ_EXECUTE = 6 << 24 | 1 << 17 | 1,
        READ_WRITE = 1 << 28 | 3 << 24 | 1 << 17 | 1,
    };
    protect(0, flash, READ_EXECUTE | SIZE(BOARD_MEMORY_LOG2));
    protect(1, ram, READ_WRITE | SIZE(BOARD_MEMORY_LOG2));
    /* Only the core itself reads the vectors, and it bypasses the MPU. Of
     * several regions the last one counts. */
    protect(2, flash, NO_ACCESS | SIZE(10));
#endif
    MPU_CONTROL = 1;
    __asm__ volatile("dsb\n isb" ::: "memory");
}

void board_allow_device(uint32_t base, uint32_t log2)
{
#if __ARM_ARCH >= 8
    enum { NEVER_EXECUTE = 1, ON = 1, DEVICE = 1 << 1 }; /* memory type 1 is 0: a device */
    protect(3, base | NEVER_EXECUTE, (base + (1u << log2) - 32) | DEVICE | ON);
#else
    enum { READ_WRITE_DEVICE = 1 << 28 | 3 << 24 | 1 << 16 | 1 };
    protect(3, base, READ_WRITE_DEVICE | SIZE(log2));
#endif
    __asm__ volatile("dsb\n isb" ::: "memory");
}

/* Reset and faults */

_Noreturn void reset_handler(void)
{
#ifdef __ARM_FP
    COPROCESSOR_ACCESS |= 0xFu << 20; /* FPU: off otherwise, so that nothing uses it unseen */
#endif
    SYSTEM_HANDLERS |= 7u << 16; /* MemManage, BusFault, UsageFault by name */
    __asm__ volatile("dsb\n isb" ::: "memory");
    board_start();
}

__attribute__((used)) static _Noreturn void report_fault(const uint32_t *frame)
{
    static const char *const names[] = {
        [2] = "NMI", [3] = "HardFault", [4] = "MemManage", [5] = "BusFault", [6] = "UsageFault",
    };
    uint32_t exception;
    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));

    /* On a line of its own, whatever was written before. */
    board_put("\nfault ");
    if (exception < sizeof names / sizeof *names && names[exception] != NULL) {
        board_put(names[exception]);
    } else {
        board_put("exception ");
        board_put_decimal(exception);
    }
    const uint32_t status = FAULT_STATUS;
    board_put("\nstatus ");
    board_put_hex(status);
    if ((status & 1u << 7) != 0) {
        board_put(" address ");
        board_put_hex(MEMORY_FAULT_ADDRESS);
    } else if ((status & 1u << 15) != 0) {
        board_put(" address ");
        board_put_hex(BUS_FAULT_ADDRESS);
    }
    if (frame != NULL) {
        board_put(" lr ");
        board_put_hex(frame[5]);
        board_put(" pc ");
        board_put_hex(frame[6]);
    }
    board_put("\n");
    board_exit(BOARD_STATUS_FAULT);
}

/* Passes on the exception frame. After an overflow, or where less is left than
 * the report needs, there is none to pass, and the stack starts over. */
__attribute__((naked)) void fault_handler(void)
{
    __asm__("    mov  r0, sp\n"
            "    ldr  r1, =__stack_limit + 512\n"
            "    ldr  r2, =__stack_top - 32\n"
            "    cmp  r0, r1\n"
            "    blo  1f\n"
            "    cmp  r0, r2\n"
            "    bls  2f\n"
            "1:  movs r0, #0\n"
            "    ldr  r1, =__stack_top\n"
            "    mov  sp, r1\n"
            "2:  bl   report_fault\n"
            "    .ltorg\n");
}

__attribute__((used, section(".reset"))) static const struct {
    uint32_t *stack;
    void (*handlers[15 + EXTERNAL_INTERRUPTS])(void);
} vectors = {
    __stack_top,
    {
        reset_handler,
        [1 ... 13] = fault_handler,
        systick_handler,
        [15 ... 14 + EXTERNAL_INTERRUPTS] = fault_handler,
    },
};

int32_t board_semihost(int operation, const void *arguments)
{
    register int32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/* Ticks */

#define SYSTICK_ENABLE 1u
#define SYSTICK_INTERRUPT 2u
#define SYSTICK_CPU_CLOCK 4u
#define SYSTICK_CLEAR_PENDING (1u << 25)
#define SYSTICK_PENDING (1u << 26)

#if __ARM_ARCH >= 8
#define INSTRUCTIONS_PER_TICK 50u
#else
#define INSTRUCTIONS_PER_TICK 40u
#endif

/* Ticks per interrupt. Smaller only where the self-test wants many wraps. */
#ifndef BOARD_TICK_PERIOD
#define BOARD_TICK_PERIOD (1u << 24)
#endif

static volatile uint32_t wraps;
static uint32_t ticks_at_stop;

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

static uint32_t ticks(void)
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
    ticks_at_stop = ticks();
    SYSTICK_CONTROL = 0;
    INTERRUPT_STATE = SYSTICK_CLEAR_PENDING;
}

uint64_t board_instructions(void)
{
    return (uint64_t)ticks() * INSTRUCTIONS_PER_TICK;
}

/* Stack */

/* Without a frame of its own, so that it paints right up to its caller's. */
__attribute__((naked)) void board_stack_paint(void)
{
    __asm__("    ldr   r0, =__stack_limit\n"
            "    ldr   r1, =" BOARD_TEXT(BOARD_PAINT) "\n"
            "    ldr   r2, =board_painted_top\n"
            "    mov   r3, sp\n"
            "    str   r3, [r2]\n"
            "    b     2f\n"
            "1:  stmia r0!, {r1}\n"
            "2:  cmp   r0, r3\n"
            "    blo   1b\n"
            "    bx    lr\n"
            "    .ltorg\n");
}
