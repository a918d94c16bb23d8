/* 32-bit RISC-V, in machine mode: reset, traps, semihosting, instruction count. */
#include "board.h"

#include <stdbool.h>

/* The CSR instructions are an extension by name, which the boards' -march does not list. */
#define CSR(instruction) ".option push\n .option arch, +zicsr\n " instruction "\n .option pop\n"

#define READ_CSR(name)                                                \
    __extension__({                                                   \
        uint32_t csr_value;                                           \
        __asm__ volatile(CSR("csrr %0, " name) : "=r"(csr_value));    \
        csr_value;                                                    \
    })
#define WRITE_CSR(name, value) \
    __asm__ volatile(CSR("csrw " name ", %0")::"r"((uint32_t)(value)) : "memory")

/* Memory protection */

enum { READ = 1, WRITE = 2, EXECUTE = 4, LOCKED_POWER_OF_2 = 0x98 };

/* The PMP makes a null pointer or a stack overflow trap. Of several entries the
 * first one counts. Entries are locked, as others do not bind machine mode; the
 * third one stays open and off, for a device. */
void board_protect_memory(void)
{
    const uint32_t size = (1u << (BOARD_MEMORY_LOG2 - 3)) - 1;
    WRITE_CSR("pmpaddr0", (uint32_t)__flash_start >> 2 | size);
    WRITE_CSR("pmpaddr1", (uint32_t)__ram_start >> 2 | size);
    WRITE_CSR("pmpaddr3", 0xFFFFFFFF); /* all there is */
    WRITE_CSR("pmpcfg0", (uint32_t)LOCKED_POWER_OF_2 << 24 | (LOCKED_POWER_OF_2 | READ | WRITE) << 8 |
                             (LOCKED_POWER_OF_2 | READ | EXECUTE));
}

/* What is locked stays as it is, whatever is written. */
void board_allow_device(uint32_t base, uint32_t log2)
{
    WRITE_CSR("pmpaddr2", base >> 2 | ((1u << (log2 - 3)) - 1));
    WRITE_CSR("pmpcfg0", (LOCKED_POWER_OF_2 | READ | WRITE) << 16);
}

/* Reset and traps */

__attribute__((naked, used, section(".reset"))) void reset_handler(void)
{
    __asm__("    la   sp, __stack_top\n"
            "    la   t0, trap_handler\n"
            CSR("    csrw mtvec, t0")
            "    tail board_start\n");
}

__attribute__((used)) static _Noreturn void report_trap(uint32_t ra)
{
    static const char *const names[] = {
        "instruction alignment", "instruction access", "illegal instruction", "breakpoint",
        "load alignment",        "load access",        "store alignment",     "store access",
    };
    const uint32_t cause = READ_CSR("mcause");

    /* On a line of its own, whatever was written before. */
    board_put("\nfault ");
    if (cause < sizeof names / sizeof *names) {
        board_put(names[cause]);
    } else if (cause >> 31 != 0) {
        board_put("interrupt ");
        board_put_decimal(cause & INT32_MAX);
    } else {
        board_put("exception ");
        board_put_decimal(cause);
    }
    board_put("\nvalue ");
    board_put_hex(READ_CSR("mtval"));
    board_put(" ra ");
    board_put_hex(ra);
    board_put(" pc ");
    board_put_hex(READ_CSR("mepc"));
    board_put("\n");
    board_exit(BOARD_STATUS_FAULT);
}

/* Nothing returns from a trap, so the stack, which may have overflowed, starts over. */
__attribute__((naked, used, aligned(4))) static void trap_handler(void)
{
    __asm__("    mv   a0, ra\n"
            "    la   sp, __stack_top\n"
            "    tail report_trap\n");
}

/* QEMU knows the call by these three instructions, uncompressed and in one page. */
int32_t board_semihost(int operation, const void *arguments)
{
    register int32_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = arguments;
    __asm__ volatile(".option push\n"
                     ".option norvc\n"
                     ".balign 16\n"
                     "slli zero, zero, 0x1f\n"
                     "ebreak\n"
                     "srai zero, zero, 7\n"
                     ".option pop\n"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
}

/* Instructions */

static bool running;
/* At start; after stop what was counted. */
static uint64_t count;

static uint64_t retired(void)
{
    uint32_t high, low;
    do {
        high = READ_CSR("minstreth");
        low = READ_CSR("minstret");
    } while (high != READ_CSR("minstreth"));
    return (uint64_t)high << 32 | low;
}

void board_ticks_start(void)
{
    running = true;
    count = retired();
}

uint64_t board_instructions(void)
{
    return running ? retired() - count : count;
}

void board_ticks_stop(void)
{
    count = board_instructions();
    running = false;
}

/* Stack */

/* Without a frame of its own, so that it paints right up to its caller's. */
__attribute__((naked)) void board_stack_paint(void)
{
    __asm__("    la   t0, __stack_limit\n"
            "    li   t1, " BOARD_TEXT(BOARD_PAINT) "\n"
            "    la   t2, board_painted_top\n"
            "    sw   sp, 0(t2)\n"
            "    j    2f\n"
            "1:  sw   t1, 0(t0)\n"
            "    addi t0, t0, 4\n"
            "2:  bltu t0, sp, 1b\n"
            "    ret\n");
}
