//! Keys: made, imported, published, and changed.

use core::ffi::c_char;
use core::ptr::null_mut;

#[cfg(feature = "import")]
use jurat_core::Halves;
use jurat_core::{Argument, Cause, CertificateThumbprint, Error, GrantTypes, Jwk, Jwks, Registration};

#[cfg(any(feature = "comb", feature = "import", feature = "p256"))]
use crate::convert::c_public_key;
use crate::convert::{Array, Inputs, Place, check_header, key_period, public_key, time};
use crate::types::*;
use crate::with_output;

/// The first `N` bytes of an output that has to have them.
pub(crate) fn fixed<const N: usize>(output: &mut [u8]) -> Result<&mut [u8; N], Error> {
    output.first_chunk_mut().ok_or(Error::too_small(N))
}

/// Makes a private key of random bytes: the first 32 of them that are a number in 1..n of P-256.
///
/// @param random       Bytes from a cryptographic random source; 64 are plenty, since one attempt in 2^32 is rejected.
/// @param random_size  How many.
/// @param key          Receives the key: JURAT_KEY_SIZE bytes, the scalar, big-endian. Zeroed on failure.
/// @param key_size     Room in `key`, in bytes.
/// @param key_length   Receives JURAT_KEY_SIZE.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, TOO_LONG, NOT_RANDOM, OUT_OF_RANDOM. There is
/// no fallback.
///
/// Stack: 96 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_key_generate(
    random: *const u8,
    random_size: usize,
    key: *mut u8,
    key_size: usize,
    key_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(key.cast(), key_size, key_length, |inputs, key| {
            let random = inputs.slice(random, random_size, Argument::Random)?;
            jurat_core::generate_key(random, fixed(key)?)?;
            Ok(JURAT_KEY_SIZE)
        })
    }
}

/// Derives the random bytes of a `jti` on a device without a good random source: HMAC-SHA256 under a secret of the device.
///
/// The boot counter has to move before the first message of each start, in memory that outlives it; when it did not, the
/// ids of that run are those of the one before, and servers refuse them as replayed.
///
/// @param secret         32 bytes that no other device has; not the signing key.
/// @param secret_size    JURAT_SECRET_SIZE.
/// @param boot           How often the device has started.
/// @param message        How many assertions it has made since.
/// @param random         Receives JURAT_RANDOM_SIZE bytes, for the `random` of an assertion.
/// @param random_size    Room in `random`, in bytes.
/// @param random_length  Receives JURAT_RANDOM_SIZE.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, WRONG_LENGTH, NOT_RANDOM (a secret whose bytes
/// are all equal).
///
/// Stack: 832 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_jwt_id_derive(
    secret: *const u8,
    secret_size: usize,
    boot: u64,
    message: u64,
    random: *mut u8,
    random_size: usize,
    random_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(random.cast(), random_size, random_length, |inputs, random| {
            let secret = inputs.array::<JURAT_SECRET_SIZE>(secret, secret_size, Argument::Secret)?;
            let random = fixed(random)?;
            *random = jurat_core::derive_jwt_id(secret, boot, message)?;
            Ok(random.len())
        })
    }
}

/// Which of several keys signs now: of those that are active and not retired, the one that became active last.
///
/// In a rotation the next key is published before it is active, long enough for servers to fetch it, and the old one is
/// retired when the last assertion it signed has expired. A key belongs into the JWKS until its `retired_at`.
///
/// @param periods         When each key signs.
/// @param periods_length  How many keys.
/// @param now             Seconds since 1970-01-01T00:00:00Z.
/// @param index           Receives the place of the key in `periods`.
/// @return Status: JURAT_OK, or EMPTY (no key is active), NULL_POINTER, TOO_LONG, MILLISECONDS, TIME_OUT_OF_RANGE.
///
/// Stack: 160 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_signing_key(
    periods: *const jurat_key_period,
    periods_length: usize,
    now: u64,
    index: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        without_output(|inputs| {
            let place = Place::new(inputs, index, Argument::OutputLength)?;
            let choose = || {
                let periods = inputs.slice(periods, periods_length, Argument::Key)?;
                for period in periods {
                    key_period(period)?;
                }
                let now = time(now, Argument::Time)?;
                jurat_core::signing_key(periods.iter().flat_map(key_period), now)
            };
            place.give(choose(), 0)
        })
    }
}

/// Copies a text of known length to an output.
fn copy(text: &[u8], output: &mut [u8]) -> Result<usize, Error> {
    let place = output.get_mut(..text.len()).ok_or(Error::too_small(text.len()))?;
    place.copy_from_slice(text);
    Ok(text.len())
}

/// Reads a private key: 32 raw bytes, SEC1 or PKCS#8 in DER or PEM, or a private JWK.
///
/// @param input       The key as it was written by OpenSSL, Python, Node, Go or Apple.
/// @param input_size  Bytes.
/// @param key         Receives the scalar: JURAT_KEY_SIZE bytes, big-endian. Zeroed on failure.
/// @param key_size    Room in `key`, in bytes.
/// @param key_length  Receives JURAT_KEY_SIZE.
/// @param public_key  Receives the public half, zero if there is none; may be NULL.
/// @param halves      Receives JURAT_HALVES_ABSENT, _MATCH or _NOT_CHECKED; may be NULL.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, EMPTY, TOO_LONG, WRONG_LENGTH, ZERO_KEY,
/// KEY_TOO_LARGE, INVALID_COORDINATE, NOT_ON_CURVE, KEY_MISMATCH, WRONG_ALGORITHM, WRONG_CURVE, ENCRYPTED_KEY,
/// NOT_PRIVATE, INVALID_PEM, SEVERAL_BLOCKS, INVALID_DER, TRUNCATED, TRAILING_DATA, INVALID_JWK.
///
/// Stack: 5,216 bytes.
#[cfg(feature = "import")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_key_import(
    input: *const u8,
    input_size: usize,
    key: *mut u8,
    key_size: usize,
    key_length: *mut usize,
    public_key: *mut jurat_public_key,
    halves: *mut u32,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        let inputs = Inputs::new(key, key_size);
        let public_key = Place::optional(&inputs, public_key, Argument::PublicKey);
        let halves = Place::optional(&inputs, halves, Argument::OutputLength);
        let mut results = (NO_KEY, JURAT_HALVES_ABSENT);
        let status = with_output(key.cast(), key_size, key_length, |inputs, key| {
            if let Some(error) = public_key.as_ref().err().or(halves.as_ref().err()) {
                return Err(*error);
            }
            let key = fixed(key)?;
            key.fill(0);
            let imported = jurat_core::import_key(inputs.slice(input, input_size, Argument::Key)?)?;
            *key = *imported.scalar();
            let number = match imported.halves() {
                Halves::Match => JURAT_HALVES_MATCH,
                Halves::Absent => JURAT_HALVES_ABSENT,
                _ => JURAT_HALVES_NOT_CHECKED,
            };
            results = (imported.public_key().as_ref().map_or(NO_KEY, c_public_key), number);
            Ok(JURAT_KEY_SIZE)
        });
        // Also where the call itself could not be made.
        if let Ok(Some(place)) = public_key {
            place.write(results.0);
        }
        if let Ok(Some(place)) = halves {
            place.write(results.1);
        }
        status
    }
}

#[cfg(any(feature = "comb", feature = "import", feature = "p256"))]
const NO_KEY: jurat_public_key = jurat_public_key { x: [0; 32], y: [0; 32] };

/// Computes the public half of a private key in memory. It costs as much as a signature.
///
/// @param key         JURAT_KEY_SIZE bytes, the scalar, big-endian.
/// @param key_size    JURAT_KEY_SIZE.
/// @param public_key  Receives the public half.
/// @return Status: JURAT_OK, or NULL_POINTER, WRONG_LENGTH, ZERO_KEY, KEY_TOO_LARGE.
///
/// Stack: 2,752 bytes.
#[cfg(feature = "p256")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_p256_public_key(
    key: *const u8,
    key_size: usize,
    public_key: *mut jurat_public_key,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe { public_half(key, key_size, public_key, |key| jurat_core::SoftwareSigner::from_scalar(key)?.public_key()) }
}

/// The same on the arithmetic of jurat_comb_sign().
///
/// @param key         JURAT_KEY_SIZE bytes, the scalar, big-endian.
/// @param key_size    JURAT_KEY_SIZE.
/// @param public_key  Receives the public half.
/// @return Status: JURAT_OK, or those of jurat_p256_public_key().
///
/// Stack: 1,120 bytes.
#[cfg(feature = "comb")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_comb_public_key(
    key: *const u8,
    key_size: usize,
    public_key: *mut jurat_public_key,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe { public_half(key, key_size, public_key, |key| jurat_core::CombSigner::from_scalar(key)?.public_key()) }
}

/// # Safety
/// The pointers are those of jurat_p256_public_key().
#[cfg(any(feature = "comb", feature = "p256"))]
unsafe fn public_half(
    key: *const u8,
    key_size: usize,
    public_key: *mut jurat_public_key,
    compute: impl FnOnce(&[u8; JURAT_KEY_SIZE]) -> Result<jurat_core::PublicKey, Error>,
) -> i32 {
    // SAFETY: as promised.
    unsafe {
        without_output(|inputs| {
            let place = Place::new(inputs, public_key, Argument::PublicKey)?;
            let key = inputs.array::<JURAT_KEY_SIZE>(key, key_size, Argument::Key);
            place.give(key.and_then(|key| Ok(c_public_key(&compute(key)?))), NO_KEY)
        })
    }
}

/// A call whose results do not go to a byte output.
///
/// # Safety
/// Whatever `call` needs.
unsafe fn without_output(call: impl FnOnce(&Inputs) -> Result<(), Error>) -> i32 {
    let mut nothing = 0;
    // SAFETY: no output, and a length of our own.
    unsafe { with_output(null_mut(), 0, &raw mut nothing, |inputs, _| call(inputs).map(|()| 0)) }
}

/// Writes the thumbprint of a public key (RFC 7638), which serves as `kid`: JURAT_THUMBPRINT_LENGTH characters.
///
/// @param key            The key.
/// @param output         Receives the thumbprint, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
///
/// Stack: 832 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_thumbprint(
    key: *const jurat_public_key,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let key = public_key(inputs.reference(key, Argument::PublicKey)?)?;
            copy(key.thumbprint().as_str().as_bytes(), output)
        })
    }
}

/// Writes the thumbprint of a certificate for `x5t#S256` (RFC 7515 section 4.1.8): JURAT_THUMBPRINT_LENGTH characters.
///
/// @param certificate       The certificate, in DER.
/// @param certificate_size  Bytes.
/// @param output            Receives the thumbprint, without a NUL behind it.
/// @param output_size       Room in `output`, in bytes.
/// @param output_length     Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, TOO_LONG, INVALID_DER, TRUNCATED,
/// TRAILING_DATA.
///
/// Stack: 736 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_certificate_thumbprint(
    certificate: *const u8,
    certificate_size: usize,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let certificate = inputs.slice(certificate, certificate_size, Argument::Certificate)?;
            copy(CertificateThumbprint::of_der(certificate)?.as_str().as_bytes(), output)
        })
    }
}

/// Writes a public key as JSON Web Key: kty, crv, x, y, use, alg, kid.
///
/// @param jwk            The key and its `kid`.
/// @param output         Receives the JSON, UTF-8, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE, EMPTY, TOO_LONG, NOT_UTF8.
///
/// Stack: 960 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_jwk_write(
    jwk: *const jurat_jwk,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let jwk: Jwk<'_> = crate::convert::Entry::convert(inputs.reference(jwk, Argument::PublicKey)?, inputs)?;
            Ok(jwk.write(output)?.len())
        })
    }
}

/// Writes public keys as JSON Web Key Set, for registration or for a `jwks_uri`.
///
/// @param keys           The keys, each with another `kid`.
/// @param keys_length    How many.
/// @param output         Receives the JSON, UTF-8, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or those of jurat_jwk_write(); REPEATED.
///
/// Stack: 1,088 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_jwks_write(
    keys: *const jurat_jwk,
    keys_length: usize,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let keys = Array::new(inputs, keys, keys_length)?;
            Ok(Jwks::made_by(&keys).write(output)?.len())
        })
    }
}

/// Writes a public key as SubjectPublicKeyInfo in DER: JURAT_SPKI_DER_SIZE bytes.
///
/// @param key            The key.
/// @param output         Receives the DER.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
///
/// Stack: 544 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_spki_der_write(
    key: *const jurat_public_key,
    output: *mut u8,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output.cast(), output_size, output_length, |inputs, output| {
            let key = public_key(inputs.reference(key, Argument::PublicKey)?)?;
            copy(&key.to_spki_der(), output)
        })
    }
}

/// Writes a public key as SubjectPublicKeyInfo in PEM: JURAT_SPKI_PEM_SIZE bytes.
///
/// @param key            The key.
/// @param output         Receives the PEM, ASCII, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, INVALID_COORDINATE.
///
/// Stack: 576 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_spki_pem_write(
    key: *const jurat_public_key,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let key = public_key(inputs.reference(key, Argument::PublicKey)?)?;
            Ok(key.write_spki_pem(output)?.len())
        })
    }
}

/// Writes a client registration request (RFC 7591): private_key_jwt, ES256, the grant types, and the keys or where they are.
///
/// @param registration   What it says.
/// @param output         Receives the JSON, UTF-8, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or those of jurat_jwks_write(); UNKNOWN_STRUCT, CONFLICT, NOT_HTTPS, HAS_FRAGMENT,
/// INVALID_CHARACTER.
///
/// Stack: 1,280 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_registration_write(
    registration: *const jurat_registration,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let c = inputs.reference(registration, Argument::Registration)?;
            check_header::<jurat_registration>(c.struct_size, c.flags, JURAT_INSECURE_HTTP, Argument::Registration)?;
            let keys = Array::new(inputs, c.keys, c.keys_length)?;
            let registration = match inputs.text(c.jwks_uri, Argument::JwksUri)? {
                Some(_) if c.keys_length != 0 => return Err(Error::new(Cause::Conflict, Argument::JwksUri)),
                Some(url) if c.flags & JURAT_INSECURE_HTTP != 0 => Registration::insecure_http_jwks_uri(url)?,
                Some(url) => Registration::jwks_uri(url)?,
                None => Registration::jwks(Jwks::made_by(&keys)),
            };
            const BOTH: u32 = JURAT_GRANT_CLIENT_CREDENTIALS | JURAT_GRANT_JWT_BEARER;
            let grant_types = match c.grant_types {
                JURAT_GRANT_CLIENT_CREDENTIALS => GrantTypes::CLIENT_CREDENTIALS,
                JURAT_GRANT_JWT_BEARER => GrantTypes::JWT_BEARER,
                BOTH => GrantTypes::CLIENT_CREDENTIALS.and(GrantTypes::JWT_BEARER),
                _ => return Err(Error::new(Cause::UnknownStruct, Argument::GrantTypes)),
            };
            let mut registration = registration.with_grant_types(grant_types);
            if let Some(client_name) = inputs.text(c.client_name, Argument::ClientName)? {
                registration = registration.with_client_name(client_name);
            }
            if let Some(scope) = inputs.text(c.scope, Argument::Scope)? {
                registration = registration.with_scope(scope);
            }
            if let Some(software_id) = inputs.text(c.software_id, Argument::SoftwareId)? {
                registration = registration.with_software_id(software_id);
            }
            if let Some(software_version) = inputs.text(c.software_version, Argument::SoftwareVersion)? {
                registration = registration.with_software_version(software_version);
            }
            Ok(registration.write(output)?.len())
        })
    }
}
