//! Signers of the library's own, and what goes around others.

#[cfg(any(feature = "comb", feature = "p256"))]
use core::ffi::c_void;

#[cfg(feature = "comb")]
use jurat_core::CombSigner;
#[cfg(any(feature = "comb", feature = "p256"))]
use jurat_core::Error;
use jurat_core::{Argument, Es256Signature};
#[cfg(feature = "p256")]
use jurat_core::{Cause, Es256Signer as _, SoftwareSigner, SoftwareVerifier, Verifier as _};
#[cfg(any(feature = "comb", feature = "p256"))]
use zeroize::Zeroizing;

use crate::keys::fixed;
use crate::with_output;
#[cfg(feature = "p256")]
use crate::{
    Callback,
    convert::{public_key, status},
};
#[cfg(any(feature = "comb", feature = "p256"))]
use crate::{convert::Inputs, types::*};

/// Reads a signature in DER, strictly, for jurat_attach_signature(). A jurat_signer does this by itself.
///
/// @param der               The signature: minimal lengths, no negative numbers, nothing behind it.
/// @param der_size          Bytes.
/// @param signature         Receives r, then s, 32 bytes each, big-endian.
/// @param signature_size    Room in `signature`, in bytes.
/// @param signature_length  Receives JURAT_SIGNATURE_SIZE.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, TOO_LONG, INVALID_DER, TRUNCATED,
/// TRAILING_DATA, SIGNATURE_OUT_OF_RANGE.
///
/// Stack: 320 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_signature_from_der(
    der: *const u8,
    der_size: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(signature.cast(), signature_size, signature_length, |inputs, output| {
            let output = fixed(output)?;
            *output = *Es256Signature::from_der(inputs.slice(der, der_size, Argument::Signature)?)?.as_bytes();
            Ok(output.len())
        })
    }
}

/// What every signer of the library's own does: puts a raw signature where a callback puts it.
///
/// # Safety
/// The pointers are those that a jurat_sign_function gets.
#[cfg(any(feature = "comb", feature = "p256"))]
unsafe fn signing(
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
    sign: impl FnOnce(&Inputs) -> Result<Es256Signature, Error>,
) -> i32 {
    // SAFETY: as promised. Its own output is what the caller of a callback knows as `signature`.
    unsafe {
        with_output(signature.cast(), signature_size, signature_length, |inputs, output| {
            let output = fixed(output)?;
            *output = *sign(inputs)?.as_bytes();
            Ok(output.len())
        })
    }
}

/// The key of a hedged signer, and the entropy for one signature; zeros if there is none.
///
/// # Safety
/// `context` is NULL or points to a jurat_hedged_key.
#[cfg(any(feature = "comb", feature = "p256"))]
#[inline(always)]
unsafe fn hedged_key(
    inputs: &Inputs,
    context: *mut c_void,
) -> Result<(&[u8; JURAT_KEY_SIZE], Zeroizing<[u8; 32]>), Error> {
    // SAFETY: as promised.
    unsafe {
        let hedged = inputs.reference(context.cast_const().cast::<jurat_hedged_key>(), Argument::Signer)?;
        let key = inputs.array::<JURAT_KEY_SIZE>(hedged.key, JURAT_KEY_SIZE, Argument::Key)?;
        let mut entropy = Zeroizing::new([0; 32]);
        let filled = hedged.random.map(|random| random(hedged.context, entropy.as_mut_ptr(), entropy.len()));
        if filled != Some(0) {
            *entropy = [0; 32];
        }
        Ok((key, entropy))
    }
}

/// Signs with a private key in memory: ECDSA on P-256, deterministic (RFC 6979, SHA-256). A jurat_sign_function.
///
/// @param context           The key: JURAT_KEY_SIZE bytes, the scalar, big-endian. It is only read; copies are wiped.
/// @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
/// @param message           Not used; may be NULL.
/// @param message_length    Not used.
/// @param signature         Receives a raw signature.
/// @param signature_size    Room in `signature`, in bytes.
/// @param signature_length  Receives JURAT_SIGNATURE_SIZE.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, ZERO_KEY, KEY_TOO_LARGE.
///
/// Stack: 3,616 bytes.
#[cfg(feature = "p256")]
#[unsafe(no_mangle)]
#[expect(unused_variables, reason = "this signer needs the hash alone")]
pub unsafe extern "C" fn jurat_p256_sign(
    context: *mut c_void,
    hash: *const u8,
    message: *const u8,
    message_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        signing(signature, signature_size, signature_length, |inputs| {
            let key = inputs.array::<JURAT_KEY_SIZE>(context.cast(), JURAT_KEY_SIZE, Argument::Key)?;
            let hash = inputs.array(hash, JURAT_HASH_SIZE, Argument::Hash)?;
            Ok(SoftwareSigner::from_scalar(key)?.sign_hash(hash))
        })
    }
}

/// The same with entropy added to the nonce (RFC 6979 section 3.6), against attacks that provoke faults. A
/// jurat_sign_function.
///
/// Where the random source fails or gives constant bytes, the signature is the deterministic one.
///
/// @param context           A jurat_hedged_key.
/// @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
/// @param message           Not used; may be NULL.
/// @param message_length    Not used.
/// @param signature         Receives a raw signature.
/// @param signature_size    Room in `signature`, in bytes.
/// @param signature_length  Receives JURAT_SIGNATURE_SIZE.
/// @return Status: JURAT_OK, or those of jurat_p256_sign().
///
/// Stack: 3,680 bytes, or 288 and the random source's.
#[cfg(feature = "p256")]
#[unsafe(no_mangle)]
#[expect(unused_variables, reason = "this signer needs the hash alone")]
pub unsafe extern "C" fn jurat_p256_hedged_sign(
    context: *mut c_void,
    hash: *const u8,
    message: *const u8,
    message_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        signing(signature, signature_size, signature_length, |inputs| {
            let (key, entropy) = hedged_key(inputs, context)?;
            let hash = inputs.array(hash, JURAT_HASH_SIZE, Argument::Hash)?;
            Ok(SoftwareSigner::from_scalar(key)?.sign_hash_hedged(hash, &entropy))
        })
    }
}

/// The same signatures as those of jurat_p256_sign(), on arithmetic of the library's own: a fourteenth of the instructions
/// on a Cortex-M4, in half of the flash. Nobody from outside has reviewed it yet. A jurat_sign_function.
///
/// @param context           The key: JURAT_KEY_SIZE bytes, the scalar, big-endian. It is only read; copies are wiped.
/// @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
/// @param message           Not used; may be NULL.
/// @param message_length    Not used.
/// @param signature         Receives a raw signature.
/// @param signature_size    Room in `signature`, in bytes.
/// @param signature_length  Receives JURAT_SIGNATURE_SIZE.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, ZERO_KEY, KEY_TOO_LARGE.
///
/// Stack: 1,728 bytes.
#[cfg(feature = "comb")]
#[unsafe(no_mangle)]
#[expect(unused_variables, reason = "this signer needs the hash alone")]
pub unsafe extern "C" fn jurat_comb_sign(
    context: *mut c_void,
    hash: *const u8,
    message: *const u8,
    message_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        signing(signature, signature_size, signature_length, |inputs| {
            let key = inputs.array::<JURAT_KEY_SIZE>(context.cast(), JURAT_KEY_SIZE, Argument::Key)?;
            let hash = inputs.array(hash, JURAT_HASH_SIZE, Argument::Hash)?;
            Ok(CombSigner::from_scalar(key)?.sign_hash(hash))
        })
    }
}

/// The same with entropy added to the nonce, as jurat_p256_hedged_sign() does it. A jurat_sign_function.
///
/// @param context           A jurat_hedged_key.
/// @param hash              SHA-256 of the message, JURAT_HASH_SIZE bytes.
/// @param message           Not used; may be NULL.
/// @param message_length    Not used.
/// @param signature         Receives a raw signature.
/// @param signature_size    Room in `signature`, in bytes.
/// @param signature_length  Receives JURAT_SIGNATURE_SIZE.
/// @return Status: JURAT_OK, or those of jurat_comb_sign().
///
/// Stack: 1,792 bytes, or 256 and the random source's.
#[cfg(feature = "comb")]
#[unsafe(no_mangle)]
#[expect(unused_variables, reason = "this signer needs the hash alone")]
pub unsafe extern "C" fn jurat_comb_hedged_sign(
    context: *mut c_void,
    hash: *const u8,
    message: *const u8,
    message_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        signing(signature, signature_size, signature_length, |inputs| {
            let (key, entropy) = hedged_key(inputs, context)?;
            let hash = inputs.array(hash, JURAT_HASH_SIZE, Argument::Hash)?;
            Ok(CombSigner::from_scalar(key)?.sign_hash_hedged(hash, &entropy))
        })
    }
}

/// Has another signer sign, and verifies its signature before it is used: against faults and broken elements. A
/// jurat_sign_function. It costs two scalar multiplications more.
///
/// The message is hashed again for it.
///
/// @param context           A jurat_verified.
/// @param hash              For the other signer.
/// @param message           The message that the signature has to belong to.
/// @param message_length    Its bytes.
/// @param signature         Receives a raw signature.
/// @param signature_size    Room in `signature`, in bytes.
/// @param signature_length  Receives JURAT_SIGNATURE_SIZE.
/// @return Status: JURAT_OK, or those of signers; BUFFER_TOO_SMALL, TOO_LONG, INVALID_COORDINATE, NOT_ON_CURVE,
/// WRONG_SIGNATURE.
///
/// Stack: 6,432 bytes, or 736 and the signer's.
#[cfg(feature = "p256")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_verified_sign(
    context: *mut c_void,
    hash: *const u8,
    message: *const u8,
    message_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        signing(signature, signature_size, signature_length, |inputs| {
            let verified = inputs.reference(context.cast_const().cast::<jurat_verified>(), Argument::Signer)?;
            let key = public_key(&verified.public_key)?;
            let hash = inputs.array(hash, JURAT_HASH_SIZE, Argument::Hash)?;
            let message = inputs.slice(message, message_length, Argument::Hash)?;
            let input = jurat_core::ToBeSigned::from_parts(message, hash);
            let mut signer = Callback::new(verified.signer);
            let made = signer.check(inputs)?.sign(&input)?;
            if key.verify(message, &made).map_err(|error| error.about(Argument::PublicKey))? {
                Ok(made)
            } else {
                Err(Error::new(Cause::WrongSignature, Argument::Signature))
            }
        })
    }
}

/// Says whether a signature is right, in software. A jurat_verify_function. It costs two scalar multiplications.
///
/// @param context     Not used; may be NULL.
/// @param public_key  The key that should have made it.
/// @param hash        SHA-256 of the message, JURAT_HASH_SIZE bytes.
/// @param signature   r, then s, JURAT_SIGNATURE_SIZE bytes.
/// @return Status: JURAT_OK, or NULL_POINTER, INVALID_COORDINATE, NOT_ON_CURVE, SIGNATURE_OUT_OF_RANGE, WRONG_SIGNATURE.
///
/// Stack: 6,112 bytes.
#[cfg(feature = "p256")]
#[unsafe(no_mangle)]
#[expect(unused_variables, reason = "this verifier needs no context")]
pub unsafe extern "C" fn jurat_p256_verify(
    context: *mut c_void,
    public_key: *const jurat_public_key,
    hash: *const u8,
    signature: *const u8,
) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let key = self::public_key(inputs.reference(public_key, Argument::PublicKey)?)?;
        let hash = inputs.array(hash, JURAT_HASH_SIZE, Argument::Hash)?;
        let signature = inputs.array(signature, JURAT_SIGNATURE_SIZE, Argument::Signature)?;
        match SoftwareVerifier.verify(&key, hash, &Es256Signature::from_bytes(*signature)?) {
            Some(true) => Ok(()),
            Some(false) => Err(Error::new(Cause::WrongSignature, Argument::Signature)),
            None => Err(Error::new(Cause::NotOnCurve, Argument::PublicKey)),
        }
    })
}
