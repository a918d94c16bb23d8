/* What the programs share that read a command a line and print a line of JSON for each: arguments, and members of results. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jurat.h"

/* ------------------------------------------------------------------ arguments */

static char line[1 << 20];
static char *arguments;

static inline char *word(void)
{
    char *found = strtok(arguments, " \n");
    arguments = NULL;
    return found;
}

static inline uint64_t number(void)
{
    char *text = word();
    if (text == NULL) exit(2);
    /* Wraps negative ones, which are for int64_t. */
    return *text == '-' ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 10);
}

static inline uint32_t small(void)
{
    return (uint32_t)number();
}

/* Unhexed where it stands: good until the next command. */
static inline jurat_str text_argument(void)
{
    char *text = word();
    jurat_str result = JURAT_TEXT_NONE;
    if (text == NULL) exit(2);
    if (*text == '-') return result;
    result.data = text;
    if (*text == '.') return result;
    for (const char *from = text; *from != 0; from += 2) {
        char digits[3] = { from[0], from[1], 0 };
        text[result.length++] = (char)strtoul(digits, NULL, 16);
    }
    return result;
}

/* ------------------------------------------------------------------- results */

static inline void begin(int32_t status)
{
    printf("{\"cause\":%d,\"argument\":\"%s\"", (int)JURAT_CAUSE(status), jurat_argument_text(status));
}

static inline void put(const char *name, uint64_t value)
{
    printf(",\"%s\":%" PRIu64, name, value);
}

static inline void put_signed(const char *name, int64_t value)
{
    printf(",\"%s\":%" PRId64, name, value);
}

static inline void put_text(const char *name, jurat_str text)
{
    printf(",\"%s\":", name);
    if (text.data == NULL) {
        printf("null");
        return;
    }
    printf("\"");
    for (size_t i = 0; i < text.length; ++i) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 32 || byte > 126 || byte == '"' || byte == '\\') {
            printf("\\u%04x", byte);
        } else {
            putchar(byte);
        }
    }
    printf("\"");
}

static inline void end(void)
{
    printf("}\n");
}

#endif
