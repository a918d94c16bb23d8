/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "jurat_psa.h"

/* Some other curves have signatures of the same size, and no server takes them for ES256. */
static psa_status_t check_curve(psa_key_id_t id)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_status_t status = psa_get_key_attributes(id, &attributes);
    if (status == PSA_SUCCESS && (psa_get_key_type(&attributes) != PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1) ||
                                  psa_get_key_bits(&attributes) != 256)) {
        status = PSA_ERROR_INVALID_ARGUMENT;
    }
    psa_reset_key_attributes(&attributes);
    return status;
}

int32_t jurat_psa_sign(void *context, const uint8_t *hash, const uint8_t *message, size_t message_length,
                       uint8_t *signature, size_t signature_size, size_t *signature_length)
{
    const jurat_psa_key *key = (const jurat_psa_key *)context;
    psa_status_t status;
    (void)message;
    (void)message_length;
    if (key == NULL || hash == NULL || signature == NULL || signature_length == NULL) {
        return PSA_ERROR_INVALID_ARGUMENT;
    }
    status = check_curve(key->id);
    if (status == PSA_SUCCESS) {
        status = psa_sign_hash(key->id, key->algorithm, hash, JURAT_HASH_SIZE, signature, signature_size,
                               signature_length);
    }
    /* A key of 256 bits has signatures of 64 bytes; a driver that gives another number is broken. */
    if (status == PSA_SUCCESS && *signature_length != JURAT_SIGNATURE_SIZE) {
        status = PSA_ERROR_CORRUPTION_DETECTED;
    }
    return status;
}
