//! What shows a cause, in words.

use crate::encoding::json::write::digits_of;
use crate::encoding::text::{before, cut_last, position};
use crate::error::Cause;
use crate::time::fault::TimeFault;

use super::sentence::Sentence;

/// The most bytes of a value that are shown; of a URL twice as many.
const MAX_SHOWN: usize = 160;

/// One thing that was seen. It borrows from what was sent and received; no part of it is a signature, a key or a token, and
/// none names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact<'e> {
    /// A fixed sentence.
    Is(Sentence),
    /// Something that was sent.
    Sent {
        /// What it is.
        name: Sentence,
        /// Its value.
        value: &'e str,
    },
    /// Something that was sent, and what it should be.
    Differs {
        /// What it is.
        name: Sentence,
        /// What was sent.
        value: &'e str,
        /// What the expected value is.
        expected_name: Sentence,
        /// The expected value.
        expected: &'e str,
    },
    /// A number, behind its name.
    Count {
        /// What is counted, and in which unit.
        name: Sentence,
        /// How much.
        count: i64,
    },
    /// What is wrong with a time.
    Clock(TimeFault),
    /// Why a document was refused.
    Refused(Cause),
    /// What the server said.
    Said(&'e str),
}

impl Fact<'_> {
    /// A number that is not below 0.
    pub(super) fn count(name: Sentence, count: impl TryInto<i64>) -> Self {
        Self::Count { name, count: count.try_into().unwrap_or(i64::MAX) }
    }

    /// Gives the sentence piece by piece.
    pub fn pieces(&self, mut give: impl FnMut(&str)) {
        match self {
            Self::Is(sentence) => give(sentence.text()),
            Self::Sent { name, value } => {
                give(name.text());
                give(" is ");
                shown(value, &mut give);
            }
            Self::Differs { name, value, expected_name, expected } => {
                give(name.text());
                give(" is ");
                shown(value, &mut give);
                give(", ");
                give(expected_name.text());
                give(" is ");
                shown(expected, &mut give);
            }
            Self::Count { name, count } => {
                give(name.text());
                give(if *count < 0 { ": -" } else { ": " });
                digits_of(count.unsigned_abs(), |digits| give(core::str::from_utf8(digits).unwrap_or_default()));
            }
            Self::Clock(fault) => give(fault.text()),
            Self::Refused(cause) => give(cause.text()),
            Self::Said(text) => {
                give("the server says: ");
                give(text);
            }
        }
    }
}

/// Gives a value without what does not belong into a log: the user, the query and the fragment of a URL, all of what holds
/// a JWT, and what is too long.
pub(super) fn shown(value: &str, give: &mut impl FnMut(&str)) {
    for (part, limit) in fit_for_log(value) {
        give(cut(part, limit));
    }
}

/// The parts of it that are left, each with the bytes of it that may be shown: where nothing is left out between, it is one.
pub(super) fn fit_for_log(value: &str) -> [(&str, usize); 2] {
    if position(value, b"eyJ").is_some() {
        return [("[removed]", MAX_SHOWN), ("", 0)];
    }
    let Some(host) = position(value, b"://").map(|colon| colon.saturating_add(3)) else {
        return [(value, MAX_SHOWN), ("", 0)];
    };
    let url = before(value, b"?#");
    let (scheme, rest) = url.split_at_checked(host).unwrap_or((url, ""));
    let authority = before(rest, b"/");
    match cut_last(authority, b"@") {
        None => [(url, MAX_SHOWN.saturating_mul(2)), ("", 0)],
        Some((user, _)) => {
            let behind = rest.get(user.len().saturating_add(1)..).unwrap_or_default();
            [(scheme, MAX_SHOWN), (behind, MAX_SHOWN.saturating_mul(2))]
        }
    }
}

pub(super) fn cut(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}
