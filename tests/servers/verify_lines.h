/* What the verifiers in C have in common: they answer questions line by line.
 *
 * stdin:  JSON lines {"jwt", "jwk": <public JWK>, "pem": <the same as SPKI>, "issuer", "subject", "audience"}
 * stdout: one JSON line for each, in the same order: {"ok": true, "header", "payload"} or {"ok": false, "reason"}
 *
 * Including it gives a program: the includer defines `verify`. */

#ifndef VERIFY_LINES_H
#define VERIFY_LINES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <jansson.h>

/* Gives NULL and sets header and payload, or gives the reason of a refusal. */
static const char *verify(const json_t *question, json_t **header, json_t **payload);

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? "" : value;
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        json_t *question = json_loads(line, 0, NULL);
        if (question == NULL) {
            fputs("a line is no JSON\n", stderr);
            return 1;
        }
        json_t *header = NULL, *payload = NULL;
        const char *reason = verify(question, &header, &payload);
        json_t *answer = reason == NULL ? json_pack("{s:b, s:o, s:o}", "ok", 1, "header", header, "payload", payload)
                                        : json_pack("{s:b, s:s}", "ok", 0, "reason", reason);
        if (answer == NULL || json_dumpf(answer, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF) {
            fputs("no answer\n", stderr);
            return 1;
        }
        json_decref(answer);
        json_decref(question);
    }
    free(line);
    return 0;
}

#endif
