//! Where bytes go: the caller's buffer.

use super::base64url;
use crate::error::Error;

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

    // Once in the image of a microcontroller, however often it is called.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        if let Some(free) = self.reserve(bytes.len()) {
            copy(free, bytes);
        }
    }

    /// Turns what was put since the output had this length into base64url, where it stands.
    pub(crate) fn encode_from(&mut self, start: usize) {
        let bytes = self.length.saturating_sub(start);
        self.length = start.saturating_add(base64url::encoded_len(bytes));
        if let Some(characters) = self.buffer.get_mut(start..self.length) {
            base64url::encode_in_place(characters, bytes);
        }
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
