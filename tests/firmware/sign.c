/* Signs hashes. With ROUNDS it signs that many, each with a key and a hash of
 * its own, and calls mark() in between, so that a trace of it can be cut into
 * signatures; without it, it says what a signature costs. SIGNER chooses who
 * signs: nobody (the frame that the others are compared with), p256, the comb,
 * or, for the test of the test, somebody whose path depends on the key, or an
 * address. */
#define JURAT_COMB
#include "measured.h"

#define SIGNER_NONE 0
#define SIGNER_P256 1
#define SIGNER_COMB 2
#define SIGNER_HEDGED 3
#define SIGNER_BRANCHES 4
#define SIGNER_LOOKS_UP 5

static uint8_t key[JURAT_KEY_SIZE];
static uint8_t hash[JURAT_HASH_SIZE];

/* Bytes by a generator of no quality. */
static void fill(uint8_t *bytes, size_t size)
{
    static uint32_t state = 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(state >> 24);
    }
}

static void next(void)
{
    fill(key, sizeof key);
    fill(hash, sizeof hash);
    /* Whatever is below 2^255 and not 0 is a key. */
    key[0] &= 0x7f;
}

#if SIGNER != SIGNER_NONE
static uint8_t signature[JURAT_SIGNATURE_SIZE];

#if SIGNER == SIGNER_HEDGED
static int32_t entropy(void *context, uint8_t *output, size_t size)
{
    (void)context;
    for (size_t i = 0; i < size; i++) output[i] = hash[i] ^ (uint8_t)i;
    return 0;
}
#endif

static int32_t __attribute__((noinline)) sign(void)
{
    size_t length = 0;
#if SIGNER == SIGNER_P256
    return jurat_p256_sign(key, hash, NULL, 0, signature, sizeof signature, &length);
#elif SIGNER == SIGNER_HEDGED
    jurat_hedged_key hedged = { key, entropy, NULL };
    return jurat_comb_hedged_sign(&hedged, hash, NULL, 0, signature, sizeof signature, &length);
#else
#if SIGNER == SIGNER_BRANCHES
    for (unsigned i = key[5] & 15; i != 0; i--) hash[i] ^= 1;
#elif SIGNER == SIGNER_LOOKS_UP
    hash[0] ^= key[key[5] & 15];
#endif
    return jurat_comb_sign(key, hash, NULL, 0, signature, sizeof signature, &length);
#endif
}
#endif

#ifdef ROUNDS
void __attribute__((noinline)) mark(void)
{
    __asm__ volatile("");
}

int main(void)
{
    int32_t status = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        next();
        mark();
        status |= sign();
        mark();
        for (size_t i = 0; i < sizeof signature; i++) board_put_hex(signature[i]);
        board_put("\n");
    }
    return status == 0 ? 0 : 1;
}
#else
int main(void)
{
    int32_t status = 0;
    next();
    board_stack_paint();
#if SIGNER != SIGNER_NONE
    status = sign();
#endif
    report("stack", board_stack_peak());

    board_ticks_start();
#if SIGNER != SIGNER_NONE
    status |= sign();
#endif
    board_ticks_stop();
    report("instructions", board_instructions());
    return status == 0 ? 0 : 1;
}
#endif
