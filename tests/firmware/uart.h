/* The first UART of each board, polled. toolchain.run() says where its line ends. */
#ifndef UART_H
#define UART_H

#include <stddef.h>
#include <stdint.h>

void uart_start(void);

void uart_put(const char *data, size_t length);

/* The next byte, or -1 if for more than so many seconds none comes. */
int uart_get(uint32_t silence);

#endif
