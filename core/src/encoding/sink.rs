//! Where bytes go: the caller's buffer, directly or through base64url and SHA-256.

use sha2::{Digest as _, Sha256};

use super::base64url;
use crate::error::Error;

/// Something that takes bytes.
pub(crate) trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

/// The caller's buffer.
///
/// It keeps counting past its end, so that the size that would have done is exact, and whatever was written is zeroed
/// unless [`take`](Self::take) hands it out: an error, a failing signer or an abandoned attempt leaves nothing behind.
pub(crate) struct Output<'o> {
    buffer: &'o mut [u8],
    length: usize,
}

impl<'o> Output<'o> {
    pub(crate) const fn new(buffer: &'o mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    /// Bytes that `write` puts, exactly, without a buffer for them.
    pub(crate) fn count<T>(write: impl FnOnce(&mut Output<'_>) -> Result<T, Error>) -> Result<usize, Error> {
        let mut counter = Output::new(&mut []);
        write(&mut counter)?;
        Ok(counter.length())
    }

    /// Bytes put so far, those past the end included.
    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    /// Counts the next `count` bytes and gives them to be filled, if they are inside the buffer.
    pub(crate) fn reserve(&mut self, count: usize) -> Option<&mut [u8]> {
        let start = self.length;
        self.length = start.saturating_add(count);
        self.buffer.get_mut(start..self.length)
    }

    /// Whether everything was inside the buffer.
    pub(crate) const fn check(&self) -> Result<(), Error> {
        if self.length <= self.buffer.len() { Ok(()) } else { Err(Error::too_small(self.length)) }
    }

    /// What was written, once [`check`](Self::check) has passed.
    pub(crate) fn written(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// The same, to be changed.
    pub(crate) fn written_mut(&mut self) -> &mut [u8] {
        self.buffer.get_mut(..self.length).unwrap_or_default()
    }

    /// Hands out what was written, as text, if it was inside the buffer. For callers that put nothing but UTF-8.
    pub(crate) fn into_text(self) -> Result<&'o str, Error> {
        self.check()?;
        Ok(core::str::from_utf8(self.take()).unwrap_or_default())
    }

    /// Hands out what was written.
    pub(crate) fn take(mut self) -> &'o mut [u8] {
        let buffer = core::mem::take(&mut self.buffer);
        buffer.get_mut(..self.length).unwrap_or_default()
    }
}

impl Sink for Output<'_> {
    fn put(&mut self, bytes: &[u8]) {
        if let Some(free) = self.reserve(bytes.len()) {
            copy(free, bytes);
        }
    }
}

impl Drop for Output<'_> {
    fn drop(&mut self) {
        let written = self.length.min(self.buffer.len());
        if let Some(written) = self.buffer.get_mut(..written) {
            written.fill(0);
        }
    }
}

/// `copy_from_slice` without its panic: as many bytes as both have.
pub(crate) fn copy<'b>(to: &mut [u8], from: impl IntoIterator<Item = &'b u8>) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// 16 × 3 bytes, so that only the last stage of a segment has a remainder, and 64 characters, one block of SHA-256.
const STAGE: usize = 48;

/// The signing input of a compact JWS (RFC 7515 section 7.1): bytes in, base64url characters out and into the hash.
pub(crate) struct JwsSink<'s, 'o> {
    output: &'s mut Output<'o>,
    hash: Sha256,
    stage: [u8; STAGE],
    staged: usize,
}

impl<'s, 'o> JwsSink<'s, 'o> {
    pub(crate) fn new(output: &'s mut Output<'o>) -> Self {
        Self { output, hash: Sha256::new(), stage: [0; STAGE], staged: 0 }
    }

    // Once in the image, however often it is called.
    #[inline(never)]
    fn flush(&mut self) {
        let staged = self.stage.get(..self.staged).unwrap_or_default();
        if let Some(free) = self.output.reserve(base64url::encoded_len(staged.len())) {
            self.hash.update(base64url::encode_into(staged, free));
        }
        self.staged = 0;
    }

    /// Ends a segment and begins the next one.
    pub(crate) fn dot(&mut self) {
        self.flush();
        self.output.put(b".");
        self.hash.update(b".");
    }

    /// Ends the last segment; gives the hash of everything since [`new`](Self::new).
    ///
    /// By reference, since a move would have the hash's state on the stack once more.
    pub(crate) fn finish(&mut self) -> [u8; 32] {
        self.flush();
        self.hash.finalize_reset().into()
    }
}

impl Sink for JwsSink<'_, '_> {
    #[inline(never)]
    fn put(&mut self, mut bytes: &[u8]) {
        loop {
            let free = self.stage.get_mut(self.staged..).unwrap_or_default();
            let count = free.len().min(bytes.len());
            copy(free, bytes);
            self.staged = self.staged.saturating_add(count);
            if self.staged < STAGE {
                return;
            }
            self.flush();
            bytes = bytes.get(count..).unwrap_or_default();
        }
    }
}
