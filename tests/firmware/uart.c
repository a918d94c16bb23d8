#include "uart.h"

#include "board.h"

#ifdef __riscv
/* A 16550. */
#define BASE 0x10000000u
#define REGISTER(number) (*(volatile uint8_t *)(BASE + (number)))
#define DATA REGISTER(0)
#define INTERRUPTS REGISTER(1)
#define LINE_CONTROL REGISTER(3)
#define LINE_STATUS REGISTER(5)
#define RECEIVED ((LINE_STATUS & 1) != 0)
#define ROOM ((LINE_STATUS & 0x20) != 0)
#else
/* Arm's CMSDK APB UART. */
#if __ARM_ARCH >= 8
#define BASE 0x50200000u /* where secure code sees it */
#else
#define BASE 0x40004000u
#endif
#define REGISTER(offset) (*(volatile uint32_t *)(BASE + (offset)))
#define DATA REGISTER(0x00)
#define STATE REGISTER(0x04)
#define CONTROL REGISTER(0x08)
#define DIVISOR REGISTER(0x10)
#define RECEIVED ((STATE & 2) != 0)
#define ROOM ((STATE & 1) == 0)
#endif

void uart_start(void)
{
    board_allow_device(BASE, 12);
#ifdef __riscv
    LINE_CONTROL = 3; /* 8 bits, no parity; whatever speed it has after reset */
    INTERRUPTS = 0;
#else
    DIVISOR = 16; /* the least there is; nothing here depends on the speed */
    CONTROL = 3;  /* both directions */
#endif
}

void uart_put(const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        while (!ROOM) {
        }
        DATA = (uint8_t)data[i];
    }
}

int uart_get(uint32_t silence)
{
    if (!RECEIVED) {
        const uint32_t start = board_time();
        while (!RECEIVED) {
            if (board_time() - start > silence) {
                return -1;
            }
        }
    }
    return (uint8_t)DATA;
}
