/* Board support for the firmware tests: QEMU's mps2-an386 (Cortex-M4F) with
 * Arm semihosting. Neither stdio nor a heap is used or provided. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

/* Exit statuses that the board itself produces. */
#define BOARD_STATUS_FAULT 120  /* a fault or an unexpected exception */
#define BOARD_STATUS_OUTPUT 121 /* output could not be written */

/* Writes bytes, of any value, to the standard output of QEMU. Unbuffered. */
void board_write(const char *data, size_t length);

/* The same for a C string, a decimal and a hexadecimal number. */
void board_put(const char *text);
void board_put_decimal(uint64_t number);
void board_put_hex(uint32_t number);

/* Ends QEMU with this status. The host has 8 bits for it: anything outside
 * 0..255 becomes 255, so that no failure is cut down to 0. */
_Noreturn void board_exit(int status);

/* Instruction counting by SysTick, which runs at 25 MHz. Under QEMU's
 * `-icount shift=0` an instruction takes 1 ns of the board's time, so that a
 * tick is 40 instructions; without icount the numbers mean nothing.
 *
 * Start waits for the beginning of a tick, so equal runs give equal counts.
 * Both functions count from there, hold up to 2^32 ticks (1.7e11
 * instructions), and keep their value after stop. With interrupts disabled,
 * at most one period of 2^24 ticks (6.7e8 instructions) may pass unread.
 *
 * SysTick interrupts once per period, on the caller's stack: leave it stopped
 * while the stack is measured. */
#define BOARD_INSTRUCTIONS_PER_TICK 40u

void board_ticks_start(void);
void board_ticks_stop(void);
uint32_t board_ticks(void);
uint64_t board_instructions(void);

/* Stack use. Paint fills the unused stack below its caller's frame; peak says
 * how many bytes below that point have been written since. Peak itself, as a
 * function called from there, accounts for the first few words. Bytes which
 * are reserved but never written can not be seen. */
void board_stack_paint(void);
size_t board_stack_peak(void);

#endif
