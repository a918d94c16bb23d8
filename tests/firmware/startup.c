/* Vector table, reset and faults. */
#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYSTEM_HANDLERS REGISTER(0xE000ED24u)
#define FAULT_STATUS REGISTER(0xE000ED28u)
#define MEMORY_FAULT_ADDRESS REGISTER(0xE000ED34u)
#define BUS_FAULT_ADDRESS REGISTER(0xE000ED38u)
#define COPROCESSOR_ACCESS REGISTER(0xE000ED88u)
#define MPU_CONTROL REGISTER(0xE000ED94u)
#define MPU_REGION REGISTER(0xE000ED98u)
#define MPU_BASE REGISTER(0xE000ED9Cu)
#define MPU_ATTRIBUTES REGISTER(0xE000EDA0u)

#define EXTERNAL_INTERRUPTS 32

extern uint32_t __stack_top[];
extern uint32_t __data_start[], __data_end[], __data_load[];
extern uint32_t __bss_start[], __bss_end[];

int main(void);
_Noreturn void reset_handler(void);
void systick_handler(void);
void fault_handler(void);

/* On this machine reserved addresses read as 0, "flash" is RAM, and RAM repeats
 * itself above its end. So it is the MPU that makes a null pointer or a stack
 * overflow fault. Of several regions the last one counts. */
static void enable_mpu(void)
{
    enum {
        NO_ACCESS = 1 << 28 | 1,
        READ_EXECUTE = 6 << 24 | 1 << 17 | 1,
        READ_WRITE = 1 << 28 | 3 << 24 | 1 << 17 | 1,
    };
#define SIZE(log2) (((log2) - 1) << 1)
    static const struct {
        uint32_t base, attributes;
    } regions[] = {
        {0x00000000, NO_ACCESS | SIZE(30)},
        {0x00000000, READ_EXECUTE | SIZE(22)},
        /* Only the core itself reads the vectors, and it bypasses the MPU. */
        {0x00000000, NO_ACCESS | SIZE(10)},
        {0x20000000, READ_WRITE | SIZE(22)},
    };
    for (uint32_t i = 0; i < sizeof regions / sizeof *regions; i++) {
        MPU_REGION = i;
        MPU_BASE = regions[i].base;
        MPU_ATTRIBUTES = regions[i].attributes;
    }
    MPU_CONTROL = 5; /* on, with the default map for the peripherals */
    __asm__ volatile("dsb\n isb" ::: "memory");
}

_Noreturn void reset_handler(void)
{
    COPROCESSOR_ACCESS |= 0xFu << 20; /* FPU */
    SYSTEM_HANDLERS |= 7u << 16;      /* MemManage, BusFault, UsageFault by name */
    __asm__ volatile("dsb\n isb" ::: "memory");

    const uint32_t *from = __data_load;
    for (uint32_t *to = __data_start; to < __data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = __bss_start; to < __bss_end; to++) {
        *to = 0;
    }
    enable_mpu();
    board_exit(main());
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
    __asm__("    mov r0, sp\n"
            "    ldr r1, =__stack_limit + 512\n"
            "    ldr r2, =__stack_top - 32\n"
            "    cmp r0, r1\n"
            "    blo 1f\n"
            "    cmp r0, r2\n"
            "    bls report_fault\n"
            "1:  mov r0, #0\n"
            "    ldr r1, =__stack_top\n"
            "    mov sp, r1\n"
            "    b   report_fault\n"
            "    .ltorg\n");
}

__attribute__((used, section(".vectors"))) static const struct {
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
