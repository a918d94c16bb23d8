/* Board support for the firmware tests: the boards of toolchain.py, Arm
 * Cortex-M and 32-bit RISC-V, in QEMU with semihosting. Neither stdio nor a
 * heap is used or provided. board.c is what they have in common; arm.c and
 * riscv.c are the rest. */
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

/* What the host's clock shows: seconds since 1970. */
uint32_t board_time(void);

/* Instruction counting under QEMU's `-icount shift=0`, where an instruction
 * takes 1 ns of the board's time; without icount the numbers mean nothing.
 * The count goes from start, keeps its value after stop, and is equal in equal
 * runs.
 *
 * RISC-V has a counter of instructions. On Arm it is SysTick, which runs at
 * 25 MHz (20 MHz on the mps2-an505), so that a tick is 40 (50) instructions.
 * Start waits for the beginning of a tick. The count holds up to 2^32 ticks
 * (1.7e11 instructions). With interrupts disabled, at most one period of 2^24
 * ticks (6.7e8 instructions) may pass unread. SysTick interrupts once per
 * period, on the caller's stack: leave it stopped while the stack is measured. */
void board_ticks_start(void);
void board_ticks_stop(void);
uint64_t board_instructions(void);

/* Stack use. Paint fills the unused stack below its caller's frame; peak says
 * how many bytes below that point have been written since. Peak itself, as a
 * function called from there, accounts for the first few words. Bytes which
 * are reserved but never written can not be seen. */
void board_stack_paint(void);
size_t board_stack_peak(void);

/* Between board.c and the file of the architecture, not for programs. */

/* Addresses that the linker knows. */
extern uint32_t __flash_start[], __ram_start[], __stack_limit[], __stack_top[];

/* Each memory has 2 to the power of this many bytes. */
#define BOARD_MEMORY_LOG2 22

/* What board_stack_paint() fills the stack with, up to `board_painted_top`. */
#define BOARD_PAINT 0xC5A39E61
#define BOARD_TEXT(macro) BOARD_TEXT_OF(macro)
#define BOARD_TEXT_OF(value) #value
extern uint32_t *board_painted_top;

/* Called by the architecture's reset code, on its stack: readies memory and runs main. */
_Noreturn void board_start(void);

/* Lets the MPU or PMP forbid all but code and RAM. */
void board_protect_memory(void);

/* For the driver of a device, one at most: allows its registers, 2 to the power of `log2` bytes. */
void board_allow_device(uint32_t base, uint32_t log2);

/* A semihosting call and its answer. */
int32_t board_semihost(int operation, const void *arguments);

#endif
