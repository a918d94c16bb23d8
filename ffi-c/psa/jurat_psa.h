#ifndef JURAT_PSA_H
#define JURAT_PSA_H

/**
 * @file
 * Signs with a key that PSA Crypto holds (Mbed TLS, TF-M, or another PSA Crypto API 1.0), which never leaves it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Compile jurat_psa.c into the program. psa_crypto_init() has to be called first.
 *
 *     jurat_psa_key key = {key_id, PSA_ALG_ECDSA(PSA_ALG_SHA_256)};
 *     jurat_signer signer = JURAT_PSA_SIGNER(&key);
 *     int32_t status = jurat_token_request_sign(&request, NULL, &signer, body, sizeof body, &body_length);
 *     if (JURAT_CAUSE(status) == JURAT_CAUSE_SIGNER_FAILED) report((psa_status_t)signer.status);
 */

#include <psa/crypto.h>

#include "jurat.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A key of PSA Crypto, and how it signs. It lives as long as the signer that points to it. */
typedef struct jurat_psa_key {
    /** The key: a key pair on P-256 (PSA_ECC_FAMILY_SECP_R1, 256 bits) with PSA_KEY_USAGE_SIGN_HASH. */
    psa_key_id_t id;
    /**
     * What the key's policy permits: PSA_ALG_ECDSA(PSA_ALG_SHA_256), or PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256),
     * which needs no random numbers.
     */
    psa_algorithm_t algorithm;
} jurat_psa_key;

/** A signer with a key of PSA Crypto: a pointer to a jurat_psa_key. */
#define JURAT_PSA_SIGNER(key) JURAT_SIGNER_INIT(jurat_psa_sign, (void *)(uintptr_t)(key))

/**
 * Signs with psa_sign_hash(). A jurat_sign_function.
 *
 * @param context           A jurat_psa_key. It is only read.
 * @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
 * @param message           Not used; may be NULL.
 * @param message_length    Not used.
 * @param signature         Receives a raw signature.
 * @param signature_size    Room in `signature`, in bytes.
 * @param signature_length  Receives JURAT_SIGNATURE_SIZE.
 *
 * Returns a psa_status_t: that of psa_get_key_attributes() or psa_sign_hash(), or PSA_ERROR_INVALID_ARGUMENT for NULL and
 * for a key that is not on P-256. jurat leaves it in the signer's status.
 */
int32_t jurat_psa_sign(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                       uint8_t *signature, size_t signature_size, size_t *signature_length);

#ifdef __cplusplus
}  // extern "C"
#endif

#endif /* JURAT_PSA_H */
