/* The vectors on the board: the same program as on the host, with another way out. */
#include <stddef.h>

#include "board.h"

int vectors_run(void);
void runner_write(const char *data, size_t length);

void runner_write(const char *data, size_t length)
{
    board_write(data, length);
}

int main(void)
{
    return vectors_run();
}
