//! What an assertion says, taken apart.

use sha2::{Digest as _, Sha256};

use super::scratch::Scratch;
use crate::encoding::base64url::{Oddities, decode};
use crate::encoding::json::read::{Elements, Text, elements, is_value, members};
use crate::encoding::text::{before, cut_last, parts};
use crate::error::{Argument, Cause, Error};
use crate::key::signature::Es256Signature;

/// The most bytes of a signature that are decoded; longer ones are only counted.
const MAX_SIGNATURE: usize = 132;

/// How many members of an object are compared with all others for their names.
const COMPARED: usize = 64;

/// A member of header or claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Member<'s> {
    /// Not there.
    #[default]
    Absent,
    /// A string, unescaped.
    Text(&'s str),
    /// Something else, as it stands there: one JSON value.
    Json(&'s str),
}

impl<'s> Member<'s> {
    /// The string, if it is one.
    #[must_use]
    pub const fn text(self) -> Option<&'s str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is there.
    #[must_use]
    pub const fn is_present(self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The number of whole seconds that a NumericDate stands for (RFC 7519 section 2), a fraction cut off.
    pub(super) fn time(self) -> Time {
        let json = match self {
            Self::Absent => return Time::Absent,
            Self::Text(_) => return Time::Wrong,
            Self::Json(json) => json,
        };
        let whole = before(json, b".");
        let digits =
            whole.bytes().all(|byte| byte.is_ascii_digit()) && !json.bytes().any(|byte| matches!(byte, b'e' | b'E'));
        let seconds = whole.bytes().fold(0_u64, |seconds, digit| {
            seconds.saturating_mul(10).saturating_add(u64::from(digit.wrapping_sub(b'0')))
        });
        if digits && !whole.is_empty() { Time::Seconds(seconds) } else { Time::Wrong }
    }

    /// The elements, if it is an array.
    pub(super) fn elements(self) -> Option<Elements<'s>> {
        match self {
            Self::Json(json) => elements(json),
            _ => None,
        }
    }
}

/// A time in a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    Absent,
    /// Since 1970, if the sender meant it so.
    Seconds(u64),
    /// No number, a negative one, or one with an exponent.
    Wrong,
}

impl Time {
    pub(super) const fn seconds(self) -> Option<u64> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            _ => None,
        }
    }
}

/// What a signature's segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureForm {
    /// r and s, 32 bytes each, both in range (RFC 7518 section 3.4).
    Raw,
    /// The DER of a SEQUENCE of r and s.
    Der,
    /// 64 bytes, of which r or s is 0 or not below the order of P-256.
    OutOfRange,
    /// Another number of bytes.
    OtherLength(usize),
    /// Nothing.
    Empty,
    /// It was cut out, and a placeholder stands there, such as `<removed>`.
    Removed,
}

/// A segment that should be the base64url of a JSON object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Segment<'s> {
    /// The object, empty if it is none.
    pub(super) json: &'s str,
    pub(super) odd: Oddities,
    /// Why it is no object, or a name occurs twice.
    pub(super) problem: Option<Cause>,
}

/// An assertion, taken apart: each thing that it says, odd or not.
///
/// Nothing in it was verified. It borrows the assertion and the scratch memory.
///
/// ```
/// use jurat_core::{Inspection, Member};
/// // The claims of RFC 7519 section 3.1, and no signature.
/// let jwt = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
/// let mut scratch = [0; 256];
/// let inspection = Inspection::read(jwt, &mut scratch)?;
/// assert_eq!(inspection.algorithm(), Member::Text("none"));
/// assert_eq!(inspection.issuer(), Member::Text("joe"));
/// assert_eq!(inspection.expiration(), Member::Json("1300819380"));
/// assert_eq!(inspection.audience(), Member::Absent);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Inspection<'s> {
    assertion: &'s str,
    pub(super) segments: usize,
    pub(super) header: Segment<'s>,
    pub(super) claims: Segment<'s>,
    pub(super) signature_odd: Oddities,
    form: SignatureForm,
    /// Of a form that has one.
    pub(super) signature: Option<Es256Signature>,
    /// In the order of [`HEADER`].
    head: [Member<'s>; HEADER.len()],
    /// In the order of [`CLAIMS`].
    body: [Member<'s>; CLAIMS.len()],
    /// The first name that is not among the known ones, as it stands there.
    pub(super) other_header: Option<&'s str>,
    pub(super) other_claim: Option<&'s str>,
}

const HEADER: [&str; 10] = ["alg", "typ", "kid", "x5t#S256", "x5t", "crit", "jwk", "jku", "x5u", "x5c"];
const CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"];

impl<'s> Inspection<'s> {
    /// Takes `assertion` apart, however broken it is. `scratch` holds what is decoded: [`scratch_size`](Self::scratch_size)
    /// bytes are enough.
    ///
    /// # Errors
    /// [`Cause::BufferTooSmall`] about [`Argument::Scratch`]: so many bytes as [`Error::needed`] says are enough.
    pub fn read(assertion: &'s str, scratch: &'s mut [u8]) -> Result<Self, Error> {
        let needed = Error::too_small(Self::scratch_size(assertion.len())).about(Argument::Scratch);
        Self::with(assertion, &mut Scratch::new(scratch)).map_err(|_| needed)
    }

    /// Bytes that are enough to take an assertion of this many characters apart: 3 for each 2 of them. One without
    /// escapes in its JSON takes half of that.
    #[must_use]
    pub const fn scratch_size(assertion: usize) -> usize {
        assertion.saturating_add(assertion.div_ceil(2))
    }

    pub(super) fn with(assertion: &'s str, scratch: &mut Scratch<'s>) -> Result<Self, Error> {
        let mut segments = parts(assertion, b".");
        let [header, claims, signature] = [segments.next(), segments.next(), segments.next()];
        let mut known = [Member::Absent; HEADER.len()];
        let mut body = [Member::Absent; CLAIMS.len()];
        let (header, other_header) = segment(header, &HEADER, &mut known, scratch)?;
        let (claims, other_claim) = segment(claims, &CLAIMS, &mut body, scratch)?;
        let (form, signature, signature_odd) = read_signature(signature.unwrap_or_default());
        Ok(Self {
            assertion,
            segments: parts(assertion, b".").count(),
            header,
            claims,
            signature_odd,
            form,
            signature,
            head: known,
            body,
            other_header,
            other_claim,
        })
    }

    fn known(&self, index: usize) -> Member<'s> {
        self.head.get(index).copied().unwrap_or_default()
    }

    fn claim(&self, index: usize) -> Member<'s> {
        self.body.get(index).copied().unwrap_or_default()
    }

    /// The header as JSON, as it was sent; empty if there is none.
    #[must_use]
    pub const fn header_json(&self) -> &'s str {
        self.header.json
    }

    /// The claims as JSON, as they were sent; empty if there are none.
    #[must_use]
    pub const fn claims_json(&self) -> &'s str {
        self.claims.json
    }

    /// `alg`.
    #[must_use]
    pub fn algorithm(&self) -> Member<'s> {
        self.known(0)
    }

    /// `typ`.
    #[must_use]
    pub fn typ(&self) -> Member<'s> {
        self.known(1)
    }

    /// `kid`.
    #[must_use]
    pub fn key_id(&self) -> Member<'s> {
        self.known(2)
    }

    /// `x5t#S256`.
    #[must_use]
    pub fn certificate_thumbprint(&self) -> Member<'s> {
        self.known(3)
    }

    pub(super) fn critical(&self) -> Member<'s> {
        self.known(5)
    }

    /// `jwk`, a key that the assertion brings along.
    pub(super) fn embedded_key(&self) -> Member<'s> {
        self.known(6)
    }

    /// Whether the header has members that say where a key is, or bring it along.
    pub(super) fn brings_key(&self) -> bool {
        (6..HEADER.len()).any(|index| self.known(index).is_present())
    }

    /// `iss`.
    #[must_use]
    pub fn issuer(&self) -> Member<'s> {
        self.claim(0)
    }

    /// `sub`.
    #[must_use]
    pub fn subject(&self) -> Member<'s> {
        self.claim(1)
    }

    /// `aud`.
    #[must_use]
    pub fn audience(&self) -> Member<'s> {
        self.claim(2)
    }

    /// `exp`.
    #[must_use]
    pub fn expiration(&self) -> Member<'s> {
        self.claim(3)
    }

    /// `iat`.
    #[must_use]
    pub fn issued_at(&self) -> Member<'s> {
        self.claim(4)
    }

    /// `nbf`.
    #[must_use]
    pub fn not_before(&self) -> Member<'s> {
        self.claim(5)
    }

    /// `jti`.
    #[must_use]
    pub fn jwt_id(&self) -> Member<'s> {
        self.claim(6)
    }

    /// What the signature's segment holds.
    #[must_use]
    pub const fn signature_form(&self) -> SignatureForm {
        self.form
    }

    /// Characters of the whole assertion.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.assertion.len()
    }

    /// SHA-256 of the whole assertion, by which a server's log can be searched. It tells nothing of what it is made of as long
    /// as nobody can guess the signature; records leave it out where there is none.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.assertion).into()
    }

    /// Whether there is a signature that nobody can guess.
    pub(super) const fn is_signed(&self) -> bool {
        match self.signature_form() {
            SignatureForm::Removed | SignatureForm::Empty => false,
            SignatureForm::OtherLength(length) => length >= 32,
            SignatureForm::Raw | SignatureForm::Der | SignatureForm::OutOfRange => true,
        }
    }

    /// What was signed: header, dot, claims, as they stand there.
    pub(super) fn signing_input(&self) -> &'s str {
        cut_last(self.assertion, b".").map_or("", |(input, _)| input)
    }
}

// A live credential until it expires.
impl core::fmt::Debug for Inspection<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Inspection(..)")
    }
}

/// Whether `text` stands for something that was taken out: `<jwt>`, `[removed]`, `***`. No assertion looks like that.
pub(super) fn is_placeholder(text: &str) -> bool {
    let between = |open, close| text.len() > 2 && text.starts_with(open) && text.ends_with(close);
    between('<', '>') || between('[', ']') || !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// Decodes a segment, and puts its members of these names into `known`. Gives the first name that is none of them, too.
fn segment<'s, const N: usize>(
    text: Option<&'s str>,
    names: &[&str; N],
    known: &mut [Member<'s>; N],
    scratch: &mut Scratch<'s>,
) -> Result<(Segment<'s>, Option<&'s str>), Error> {
    let text = text.unwrap_or_default();
    let mut odd = Oddities::default();
    let bytes = scratch.filled(text.len().saturating_sub(text.len() / 4), |room| {
        let (length, found) = decode(text.as_bytes(), room);
        odd = found;
        length
    })?;
    let refused = |cause| Ok((Segment { json: "", odd, problem: Some(cause) }, None));
    let Ok(json) = core::str::from_utf8(bytes) else { return refused(Cause::NotUtf8) };
    let Some(found) = members(json) else {
        return refused(if is_value(json) { Cause::WrongType } else { Cause::InvalidJson });
    };
    let mut other = None;
    for (name, value) in found {
        match names.iter().position(|known| name.is(known)).and_then(|index| known.get_mut(index)) {
            // Of a name that is there twice, the first counts here.
            Some(Member::Text(_) | Member::Json(_)) => {}
            Some(place) => {
                *place = match Text::of(value) {
                    Some(text) => Member::Text(scratch.text(text)?),
                    None => Member::Json(value),
                };
            }
            None => other = other.or(Some(name.as_written())),
        }
    }
    let problem = has_repeated_name(json).then_some(Cause::Repeated);
    Ok((Segment { json, odd, problem }, other))
}

/// Whether an object has a name twice, of names that are among its first [`COMPARED`].
fn has_repeated_name(json: &str) -> bool {
    let names = || members(json).into_iter().flatten().map(|(name, _)| name);
    (0..COMPARED).zip(names()).any(|(index, name)| names().skip(index.saturating_add(1)).any(|other| other.same(name)))
}

fn read_signature(text: &str) -> (SignatureForm, Option<Es256Signature>, Oddities) {
    if is_placeholder(text) {
        return (SignatureForm::Removed, None, Oddities::default());
    }
    let mut bytes = [0; MAX_SIGNATURE];
    let (length, odd) = decode(text.as_bytes(), &mut bytes);
    let bytes = bytes.get(..length).unwrap_or_default();
    let (form, signature) = match (length, <[u8; 64]>::try_from(bytes), Es256Signature::from_der(bytes)) {
        (0, _, _) => (SignatureForm::Empty, None),
        (_, Ok(raw), _) => match Es256Signature::from_bytes(raw) {
            Ok(signature) => (SignatureForm::Raw, Some(signature)),
            Err(_) => (SignatureForm::OutOfRange, None),
        },
        (_, _, Ok(signature)) => (SignatureForm::Der, Some(signature)),
        _ => (SignatureForm::OtherLength(length), None),
    };
    (form, signature, odd)
}
