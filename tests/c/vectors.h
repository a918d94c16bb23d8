/* The vectors of tests/vectors/vectors.json, run through jurat.h. */
#ifndef VECTORS_H
#define VECTORS_H

#include <stddef.h>

/* Takes a piece of the report. Whoever links vectors_main.c provides it. */
void runner_write(const char *data, size_t length);

/* Runs every vector and writes the report: a line `<id> <status> <output>` for
 * each, without the output where there is none. Gives 0, or 1 if a check of the
 * runner's own failed; such a line has the status 99999 and a reason. */
int vectors_run(void);

#endif
