//! The caller's memory for what has to be decoded.

use crate::encoding::json::read::Text;
use crate::encoding::output::copy;
use crate::error::{Argument, Cause, Error};

/// Hands out pieces of a buffer.
pub(super) struct Scratch<'s>(&'s mut [u8]);

/// What there was no room for.
pub(super) const FULL: Error = Error::new(Cause::BufferTooSmall, Argument::Scratch);

impl<'s> Scratch<'s> {
    pub(super) const fn new(buffer: &'s mut [u8]) -> Self {
        Self(buffer)
    }

    /// What was not handed out.
    pub(super) fn rest(self) -> &'s mut [u8] {
        self.0
    }

    /// What `fill` writes, which says how many bytes that would have been, `limit` at the most.
    pub(super) fn filled(&mut self, limit: usize, fill: impl FnOnce(&mut [u8]) -> usize) -> Result<&'s [u8], Error> {
        let buffer = core::mem::take(&mut self.0);
        let length = fill(buffer.get_mut(..limit.min(buffer.len())).unwrap_or_default());
        let (taken, rest) = buffer.split_at_mut_checked(length).ok_or(FULL)?;
        self.0 = rest;
        Ok(taken)
    }

    /// What a string of JSON stands for: where it stands, unless it has escapes.
    pub(super) fn text<'t: 's>(&mut self, text: Text<'t>) -> Result<&'s str, Error> {
        match text.plain() {
            Some(plain) => Ok(plain),
            None => {
                let bytes = self.filled(text.size(), |taken| {
                    let mut length = 0_usize;
                    for character in text.characters() {
                        let mut room = [0; 4];
                        let bytes = character.encode_utf8(&mut room).as_bytes();
                        let end = length.saturating_add(bytes.len());
                        if let Some(place) = taken.get_mut(length..end) {
                            copy(place, bytes);
                        }
                        length = end;
                    }
                    length
                })?;
                Ok(core::str::from_utf8(bytes).unwrap_or_default())
            }
        }
    }
}
