//! From prepared to signed: the signature goes into the room that was left for it.

use core::marker::PhantomData;

use crate::encoding::base64url;
use crate::encoding::output::Output;
use crate::error::{Argument, Cause, Error};
use crate::key::signature::Es256Signature;
use crate::key::signer::ToBeSigned;

/// Characters of an ES256 signature in a compact JWS: 64 bytes in base64url.
pub(crate) const SIGNATURE_CHARACTERS: usize = base64url::encoded_len(64);

/// Where in a buffer a signing input stands; the room for the signature is right behind it.
///
/// [`Prepared::detach`] and [`PreparedRequest::detach`](crate::PreparedRequest::detach) give it to callers who cannot
/// hold the buffer's borrow while they wait for a signature: a state machine in a `static`, or C. Whoever has detached
/// wipes the buffer themselves when no signature comes.
#[derive(Clone)]
pub struct SigningInput {
    start: usize,
    end: usize,
}

impl SigningInput {
    /// Puts one together again: the signing input is `start..end` of the buffer.
    #[must_use]
    pub const fn from_parts(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Ends the signing input that began at `start`. The room for the signature stays zero: a body with such a hole in
    /// it cannot pass for a signed one.
    pub(crate) fn end_in(output: &mut Output<'_>, start: usize) -> Self {
        let end = output.length();
        output.put(b".");
        if let Some(room) = output.reserve(SIGNATURE_CHARACTERS) {
            room.fill(0);
        }
        Self { start, end }
    }

    /// What has to be signed, from the buffer that it stands in.
    #[must_use]
    pub fn to_be_signed<'b>(&self, buffer: &'b [u8]) -> ToBeSigned<'b> {
        ToBeSigned::new(buffer.get(self.start..self.end).unwrap_or_default())
    }

    /// Puts the signature into the buffer, behind the signing input.
    ///
    /// # Errors
    /// [`Cause::NotPrepared`] when there is no room left open there: another buffer, or a signature in it already.
    pub fn attach(&self, buffer: &mut [u8], signature: &Es256Signature) -> Result<(), Error> {
        let room = buffer.get_mut(self.end..).and_then(|rest| rest.get_mut(..=SIGNATURE_CHARACTERS));
        match room {
            Some([b'.', room @ ..]) if room.iter().all(|byte| *byte == 0) => {
                base64url::encode_into(signature.as_bytes(), room);
                Ok(())
            }
            _ => Err(Error::new(Cause::NotPrepared, Argument::Output)),
        }
    }
}

impl core::fmt::Debug for SigningInput {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SigningInput(..)")
    }
}

/// An assertion that lacks only its signature: between the two phases.
///
/// Dropping it zeroes the buffer.
#[must_use = "an assertion is of no use until it is signed"]
pub struct Prepared<'o, K> {
    output: Output<'o>,
    input: SigningInput,
    kind: PhantomData<K>,
}

impl<'o, K> Prepared<'o, K> {
    pub(super) const fn new(output: Output<'o>, input: SigningInput) -> Self {
        Self { output, input, kind: PhantomData }
    }

    /// What has to be signed: message and hash.
    #[must_use]
    pub fn to_be_signed(&self) -> ToBeSigned<'_> {
        self.input.to_be_signed(self.output.written())
    }

    /// The second phase: puts the signature where it belongs.
    pub fn finish(mut self, signature: &Es256Signature) -> Signed<'o, K> {
        let attached = self.input.attach(self.output.written_mut(), signature);
        debug_assert!(attached.is_ok(), "what is prepared has room for its signature");
        Signed { bytes: self.output.take(), kind: PhantomData }
    }

    /// Lets go of the buffer, with everything but the signature in it: its bytes so far, and what is to be signed.
    #[must_use]
    pub fn detach(self) -> (&'o mut [u8], SigningInput) {
        (self.output.take(), self.input)
    }
}

impl<K> core::fmt::Debug for Prepared<'_, K> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Prepared(..)")
    }
}

/// A signed assertion: a JWS in compact serialisation (RFC 7515 section 7.1), in the caller's buffer.
///
/// Until it expires, whoever has it can use it: it belongs into the one request it was made for, and into no log.
#[must_use = "a signed assertion is made to be sent"]
pub struct Signed<'o, K> {
    bytes: &'o [u8],
    kind: PhantomData<K>,
}

impl<'o, K> Signed<'o, K> {
    /// The assertion's characters, ASCII.
    #[must_use]
    pub const fn as_bytes(&self) -> &'o [u8] {
        self.bytes
    }

    /// The assertion.
    #[must_use]
    pub fn as_str(&self) -> &'o str {
        // Only ASCII is ever written, so that this check cannot fail.
        core::str::from_utf8(self.bytes).unwrap_or_default()
    }
}

impl<K> core::fmt::Debug for Signed<'_, K> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Signed(..)")
    }
}
