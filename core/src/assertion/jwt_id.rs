//! The `jti` claim.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::encoding::base64url;
use crate::encoding::output::copy;
use crate::error::{Argument, Cause, Error};
use crate::key::generate::is_constant;
use crate::value::check_value;

/// Random bytes in a `jti`: 128 bits, since many servers look an id up across all clients.
pub(crate) const RANDOM_SIZE: usize = 16;

/// The `jti` claim, which must be new for every assertion (RFC 7519 section 4.1.7).
#[derive(Clone, Copy)]
pub struct JwtId<'a>(Form<'a>);

#[derive(Clone, Copy)]
enum Form<'a> {
    Text(&'a str),
    Random([u8; RANDOM_SIZE]),
    RandomIn(&'a [u8; RANDOM_SIZE]),
    Omitted,
}

impl<'a> JwtId<'a> {
    /// 16 bytes from a cryptographic random source; they become 22 base64url characters.
    #[must_use]
    pub const fn random(bytes: [u8; 16]) -> Self {
        Self(Form::Random(bytes))
    }

    /// The same without a copy of the bytes.
    #[must_use]
    pub const fn random_in(bytes: &'a [u8; 16]) -> Self {
        Self(Form::RandomIn(bytes))
    }

    /// An id of the caller's. A bare counter is no good one: across a fleet of devices it repeats.
    #[must_use]
    pub const fn text(id: &'a str) -> Self {
        Self(Form::Text(id))
    }

    /// No `jti` at all. Many servers refuse that, and those that do not will take the assertion twice.
    #[must_use]
    pub const fn omitted() -> Self {
        Self(Form::Omitted)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if let Form::Text(id) = self.0 {
            return check_value(id, Argument::JwtId);
        }
        match self.bytes() {
            Some(bytes) if is_constant(bytes) => Err(Error::new(Cause::NotRandom, Argument::Random)),
            _ => Ok(()),
        }
    }

    const fn bytes(&self) -> Option<&[u8; RANDOM_SIZE]> {
        match &self.0 {
            Form::Random(bytes) => Some(bytes),
            Form::RandomIn(bytes) => Some(bytes),
            Form::Text(_) | Form::Omitted => None,
        }
    }

    /// The claim's value, written into `characters` where it has to be made first.
    pub(super) fn text_in<'c>(
        &'c self,
        characters: &'c mut [u8; base64url::encoded_len(RANDOM_SIZE)],
    ) -> Option<&'c [u8]> {
        if let Form::Text(id) = self.0 {
            return Some(id.as_bytes());
        }
        base64url::encode_into(self.bytes()?, characters);
        Some(characters)
    }

    pub(super) const fn is_omitted(&self) -> bool {
        matches!(self.0, Form::Omitted)
    }

    pub(super) fn is_same(&self, other: &JwtId<'_>) -> bool {
        // Random bytes and a text may come to the same claim.
        let (mut one, mut two) = ([0; base64url::encoded_len(RANDOM_SIZE)], [0; base64url::encoded_len(RANDOM_SIZE)]);
        !self.is_omitted() && self.text_in(&mut one) == other.text_in(&mut two)
    }
}

// An id of an assertion that has not been used yet could be burnt by someone else.
impl core::fmt::Debug for JwtId<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("JwtId(..)")
    }
}

/// 16 bytes for [`JwtId::random`] on a device without a good random source: HMAC-SHA256 under a secret of the device, from
/// its boot counter and its message counter.
///
/// `secret` is 32 bytes that no other device has, from provisioning; not the signing key. `boot` counts the starts in
/// memory that outlives them and has to move before the first message of each; `message` counts the assertions since.
///
/// Nobody without the secret can foretell an id: some servers look at `jti` alone, and a foreseeable one could be used up
/// by someone else. What was used twice comes out twice: when the boot counter did not move, the ids of that run are those
/// of the one before, and servers refuse them as replayed for as long as they remember; nothing else is lost.
///
/// # Errors
/// [`Cause::NotRandom`] about [`Argument::Secret`] when the secret's bytes are all equal: flash that was never written.
///
/// ```
/// use jurat_core::{JwtId, derive_jwt_id};
/// # let secret = *b"thirty-two bytes of the device's";
/// let (boot, message) = (17, 0);
/// let id = JwtId::random(derive_jwt_id(&secret, boot, message)?);
/// # let _ = id;
/// assert_ne!(derive_jwt_id(&secret, 17, 0)?, derive_jwt_id(&secret, 17, 1)?);
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub fn derive_jwt_id(secret: &[u8; 32], boot: u64, message: u64) -> Result<[u8; 16], Error> {
    // What is derived for one purpose must not come out for another.
    const PURPOSE: &[u8] = b"jurat jti 1";
    let refused = Error::new(Cause::NotRandom, Argument::Secret);
    if is_constant(secret) {
        return Err(refused);
    }
    // HMAC takes keys of every length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| refused)?;
    mac.update(PURPOSE);
    mac.update(&boot.to_be_bytes());
    mac.update(&message.to_be_bytes());
    let code: [u8; 32] = mac.finalize().into_bytes().into();
    let mut id = [0; RANDOM_SIZE];
    copy(&mut id, &code);
    Ok(id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{JwtId, derive_jwt_id};
    use crate::error::{Argument, Cause};

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn no_id_twice_among_a_million_of_a_thousand_devices() {
        let mut seen = HashSet::new();
        for device in 0..1_000_u16 {
            let mut secret = *b"device secret: two bytes differ.";
            secret[..2].copy_from_slice(&device.to_be_bytes());
            // Ten boots each: the message counter starts over, the boot counter has moved.
            for boot in 1..=10 {
                seen.extend((0..100).map(|message| derive_jwt_id(&secret, boot, message).unwrap()));
            }
        }
        assert_eq!(seen.len(), 1_000_000);
    }

    #[test]
    fn ids_are_the_same_when_their_claims_are() {
        let random = JwtId::random(*b"0123456789abcdef");
        assert!(random.is_same(&JwtId::text("MDEyMzQ1Njc4OWFiY2RlZg")));
        assert!(JwtId::text("MDEyMzQ1Njc4OWFiY2RlZg").is_same(&random));
        assert!(!random.is_same(&JwtId::text("MDEyMzQ1Njc4OWFiY2RlZw")));
        assert!(!random.is_same(&JwtId::omitted()) && !JwtId::omitted().is_same(&JwtId::omitted()));
    }

    #[test]
    fn a_boot_counter_that_did_not_move_gives_the_same_ids_again() {
        let secret = *b"thirty-two bytes of the device's";
        assert_eq!(derive_jwt_id(&secret, 3, 0), derive_jwt_id(&secret, 3, 0));
    }

    #[test]
    fn a_secret_that_was_never_written_is_refused() {
        for byte in [0, 0xff] {
            let error = derive_jwt_id(&[byte; 32], 1, 1).unwrap_err();
            assert_eq!((error.cause(), error.argument()), (Cause::NotRandom, Argument::Secret));
        }
    }
}
