#include "board.h"

#include <string.h>

/* Makes the linker take these functions from the C library, which toolchain.py
 * puts before the library under test: the copies in a Rust archive then have
 * nothing left to define. Nothing refers to the table, so --gc-sections drops
 * it, together with those of the functions that are not called. */
typedef void function(void);
int bcmp(const void *, const void *, size_t);
#ifdef __arm__
#define AEABI(name) __aeabi_##name, __aeabi_##name##4, __aeabi_##name##8
function AEABI(memclr), AEABI(memcpy), AEABI(memmove), AEABI(memset);
#endif
__attribute__((used, section(".rodata.from_libc"))) static function *const from_libc[] = {
    (function *)bcmp,    (function *)memcmp, (function *)memcpy,
    (function *)memmove, (function *)memset, (function *)strlen,
#ifdef __arm__
    AEABI(memclr),       AEABI(memcpy),      AEABI(memmove),
    AEABI(memset),
#endif
};

/* Semihosting */

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_TIME = 0x11, SYS_EXIT_EXTENDED = 0x20 };
enum { OPEN_MODE_WRITE = 4, APPLICATION_EXIT = 0x20026 };

_Noreturn void board_exit(int status)
{
    const uintptr_t arguments[] = {APPLICATION_EXIT,
                                   (uintptr_t)(status < 0 || status > 255 ? 255 : status)};
    board_semihost(SYS_EXIT_EXTENDED, arguments);
    for (;;) {
    }
}

void board_write(const char *data, size_t length)
{
    static int32_t output = -1;
    if (output == -1) {
        static const char console[] = ":tt";
        const uintptr_t arguments[] = {(uintptr_t)console, OPEN_MODE_WRITE, sizeof console - 1};
        output = board_semihost(SYS_OPEN, arguments);
        if (output == -1) {
            board_exit(BOARD_STATUS_OUTPUT);
        }
    }
    while (length > 0) {
        const uintptr_t arguments[] = {(uintptr_t)output, (uintptr_t)data, length};
        /* The answer is the number of bytes left over. */
        const size_t left = (size_t)board_semihost(SYS_WRITE, arguments);
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

uint32_t board_time(void)
{
    return (uint32_t)board_semihost(SYS_TIME, NULL);
}

/* Start */

extern uint32_t __data_start[], __data_end[], __data_load[];
extern uint32_t __bss_start[], __bss_end[];

int main(void);

_Noreturn void board_start(void)
{
    const uint32_t *from = __data_load;
    for (uint32_t *to = __data_start; to < __data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = __bss_start; to < __bss_end; to++) {
        *to = 0;
    }
    board_protect_memory();
    board_exit(main());
}

/* Stack */

uint32_t *board_painted_top;

size_t board_stack_peak(void)
{
    const volatile uint32_t *word = __stack_limit;
    while (word < board_painted_top && *word == BOARD_PAINT) {
        word++;
    }
    return (size_t)((uintptr_t)board_painted_top - (uintptr_t)word);
}
