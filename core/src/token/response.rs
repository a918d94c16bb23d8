//! What a token endpoint answers.

use core::fmt;
use core::ops::Range;

use crate::encoding::json::read::{elements, is_cut_off, pick, unescape_in_place};
use crate::error::Cause;
use crate::token::server_text::sanitise_in_place;

/// An answer of a token endpoint, as the HTTP client gave it. Header values are borrowed as they came, without white space
/// around them.
///
/// Only answers that came over TLS from the configured server are worth reading.
pub struct Response<'b> {
    status: u16,
    pub(super) body: &'b mut [u8],
    content_type: Option<&'b str>,
    date: Option<&'b str>,
    age: Option<&'b str>,
    retry_after: Option<&'b str>,
    dpop_nonce: bool,
    truncated: bool,
    incomplete: bool,
}

impl<'b> Response<'b> {
    /// An answer with this HTTP status and this body, which will be changed: texts are unescaped where they stand.
    #[must_use]
    pub const fn new(status: u16, body: &'b mut [u8]) -> Self {
        Self {
            status,
            body,
            content_type: None,
            date: None,
            age: None,
            retry_after: None,
            dpop_nonce: false,
            truncated: false,
            incomplete: false,
        }
    }

    /// Adds a header field, if it is one that matters: `Content-Type`, `Date`, `Age`, `Retry-After` or `DPoP-Nonce`, in any
    /// case. Others are ignored, so that a client can give all it has.
    #[must_use]
    pub fn with_header(self, name: &str, value: &'b str) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("content-type") {
            Self { content_type: Some(value), ..self }
        } else if is("date") {
            self.with_date(value)
        } else if is("age") {
            Self { age: Some(value), ..self }
        } else if is("retry-after") {
            Self { retry_after: Some(value), ..self }
        } else if is("dpop-nonce") {
            Self { dpop_nonce: true, ..self }
        } else {
            self
        }
    }

    /// Adds `Date` (RFC 9110 section 6.6.1).
    #[must_use]
    pub const fn with_date(self, date: &'b str) -> Self {
        Self { date: Some(date), ..self }
    }

    /// Says that the body goes on where it ends: the buffer was too small for it.
    #[must_use]
    pub const fn truncated(self) -> Self {
        Self { truncated: true, ..self }
    }

    /// Says that the connection ended before the body did (RFC 9112 section 8).
    #[must_use]
    pub const fn incomplete(self) -> Self {
        Self { incomplete: true, ..self }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// `Content-Type`. What a body is shows when it is read: servers send HTML as JSON, and the other way round.
    #[must_use]
    pub const fn content_type(&self) -> Option<&'b str> {
        self.content_type
    }

    /// `Date`.
    #[must_use]
    pub const fn date(&self) -> Option<&'b str> {
        self.date
    }

    /// `Age`: the seconds that the answer was in a cache.
    #[must_use]
    pub const fn age(&self) -> Option<&'b str> {
        self.age
    }

    /// `Retry-After`.
    #[must_use]
    pub const fn retry_after(&self) -> Option<&'b str> {
        self.retry_after
    }

    /// Whether there was a `DPoP-Nonce` (RFC 9449 section 8).
    #[must_use]
    pub const fn has_dpop_nonce(&self) -> bool {
        self.dpop_nonce
    }

    /// The body as it came, for callers who look at it themselves.
    #[must_use]
    pub fn into_body(self) -> &'b mut [u8] {
        self.body
    }

    /// Whether the body goes on where it ends: the buffer was too small for it.
    #[must_use]
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Whether the connection ended before the body did.
    #[must_use]
    pub const fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// Reads the body.
    ///
    /// What comes out points into the body's buffer, which holds the token until the caller wipes it.
    ///
    /// ```
    /// use jurat_core::{Outcome, Response};
    /// let mut body = *br#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"bearer","expires_in":3600}"#;
    /// match Response::new(200, &mut body).read() {
    ///     Outcome::Token(token) => assert_eq!((token.access_token().len(), token.expires_in()), (22, Some(3_600))),
    ///     other => panic!("{other:?}"),
    /// }
    /// ```
    #[must_use]
    pub fn read(self) -> Outcome<'b> {
        match self.status {
            300..=399 => return Outcome::Redirect,
            _ if self.truncated => return Outcome::TooLarge,
            // Even where what has come is JSON (RFC 9112 section 8).
            _ if self.incomplete => return Outcome::Truncated,
            _ if self.body.trim_ascii().is_empty() => return Outcome::Empty,
            _ => {}
        }
        let names = ["access_token", "token_type", "expires_in", "scope", "error", "error_description", "error_uri"];
        let places = match pick(self.body, &names) {
            Ok(places) => places,
            Err(Cause::InvalidJson | Cause::NotUtf8) if is_cut_off(self.body) => return Outcome::Truncated,
            Err(Cause::InvalidJson | Cause::NotUtf8) => return Outcome::NotJson,
            Err(cause) => return Outcome::Unusable(cause),
        };
        // `null` says as little as nothing.
        let body = &*self.body;
        let present = |place: Range<usize>| (!matches!(body.get(place.clone()), Some(b"" | b"null"))).then_some(place);
        let [access_token, token_type, expires_in, scope, error, description, uri] = places.map(present);
        let success = matches!(self.status, 200..=299);
        match error {
            Some(error) if self.body.get(error.start) == Some(&b'"') => {
                let code = shown(self.body, Some(error), MAX_CODE);
                let description = shown(self.body, description, usize::MAX);
                let uri = shown(self.body, uri, usize::MAX);
                let body: &'b [u8] = self.body;
                let Some(code) = text(body, code).filter(|code| !code.is_empty()) else {
                    return Outcome::Unusable(Cause::Empty);
                };
                return Outcome::Error(OauthError {
                    status: self.status,
                    text: code,
                    description: text(body, description),
                    uri: text(body, uri),
                });
            }
            // Not the string that RFC 6749 wants: an object, as other APIs have it.
            Some(error) => return self.foreign(Some(error)),
            None if access_token.is_some() && success => {}
            None if success => return Outcome::Unusable(Cause::WrongType),
            None if access_token.is_some() => return Outcome::Unusable(Cause::Conflict),
            None => return self.foreign(None),
        }
        match Token::read(self.body, access_token, token_type, expires_in, scope) {
            Ok(token) => Outcome::Token(token),
            Err(cause) => Outcome::Unusable(cause),
        }
    }

    /// An error of another shape: what stands in `error`, an object, or in the first of the `errors`, comes before what
    /// stands beside it.
    fn foreign(self, error: Option<Range<usize>>) -> Outcome<'b> {
        const NAMES: [&str; 5] = ["errors", "code", "title", "detail", "message"];
        let [errors, beside @ ..] = match pick(self.body, &NAMES) {
            Ok(places) => places,
            Err(cause) => return Outcome::Unusable(cause),
        };
        let mut found = beside.map(Some);
        if let Some((start, object)) = first_object(self.body, error.unwrap_or(errors))
            && let Ok([_, inner @ ..]) = pick(object.as_bytes(), &NAMES)
        {
            for (found, place) in found.iter_mut().zip(inner) {
                if is_shown(object.as_bytes(), &place) {
                    *found = Some(start.saturating_add(place.start)..start.saturating_add(place.end));
                }
            }
        }
        let [code, title, detail, message] = found.map(|place| shown(self.body, place, usize::MAX));
        let body: &'b [u8] = self.body;
        Outcome::Foreign(ForeignError {
            status: self.status,
            code: text(body, code),
            title: text(body, title),
            detail: text(body, detail.or(message)),
        })
    }
}

impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

/// The most bytes of an error code that are kept.
const MAX_CODE: usize = 64;

/// The object at `place`, or the first element of the array there, and where it begins.
fn first_object(body: &[u8], place: Range<usize>) -> Option<(usize, &str)> {
    let value = core::str::from_utf8(body.get(place)?).ok()?;
    let value = elements(value).map_or(Some(value), |mut elements| elements.next())?;
    let start = value.as_ptr().addr().checked_sub(body.as_ptr().addr())?;
    value.starts_with('{').then_some((start, value))
}

/// Whether a text or a number stands at `place`.
fn is_shown(body: &[u8], place: &Range<usize>) -> bool {
    let first = body.get(place.clone()).and_then(<[u8]>::first);
    matches!(first, Some(b'"' | b'-' | b'0'..=b'9'))
}

/// A text or a number made fit to be shown, `limit` bytes of it at most; `None` for anything else.
fn shown(body: &mut [u8], place: Option<Range<usize>>, limit: usize) -> Option<Range<usize>> {
    let place = place.filter(|place| is_shown(body, place))?;
    let place = unescape_in_place(body, place.clone()).unwrap_or(place);
    let length = sanitise_in_place(body.get_mut(place.clone())?).min(limit);
    Some(place.start..place.start.saturating_add(length))
}

fn text(body: &[u8], place: Option<Range<usize>>) -> Option<&str> {
    core::str::from_utf8(body.get(place?)?).ok()
}

/// What an answer is.
///
/// Texts of an error are printable ASCII, cut at [`MAX_SERVER_TEXT`](crate::MAX_SERVER_TEXT) bytes, and what looked like a
/// token in them is gone. They say what the server says, and prove nothing. Those of a token, its type and scope too, are as
/// the server wrote them: they belong into no log.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub enum Outcome<'b> {
    /// A token (RFC 6749 section 5.1).
    Token(Token<'b>),
    /// An error (RFC 6749 section 5.2).
    Error(OauthError<'b>),
    /// JSON that says what is wrong in a way of its own, such as problem details (RFC 9457).
    Foreign(ForeignError<'b>),
    /// Something else than JSON: a page of a proxy, most likely.
    NotJson,
    /// No body.
    Empty,
    /// What ends too early: JSON, or the connection within the body.
    Truncated,
    /// More than the buffer holds.
    TooLarge,
    /// JSON that is no answer of OAuth, and why: [`Cause::WrongType`] for something else than an object, and for a member
    /// that is missing or of another type; [`Cause::Repeated`], [`Cause::TooDeep`]; [`Cause::Empty`] or
    /// [`Cause::InvalidCharacter`] for a token that cannot be one; [`Cause::Conflict`] for a token with the status of an
    /// error.
    Unusable(Cause),
    /// A redirection, which is not followed: it would hand the assertion to whoever is named there.
    Redirect,
}

/// How a token is used.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenType<'b> {
    /// By sending it (RFC 6750).
    Bearer,
    /// With a proof of possession (RFC 9449).
    Dpop,
    /// In another way: the server's text, as it wrote it.
    Other(&'b str),
}

// A server that mixes its members up puts the token there.
impl fmt::Debug for TokenType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "Dpop",
            Self::Other(_) => "Other(..)",
        })
    }
}

#[cfg(feature = "defmt-v1")]
impl defmt::Format for TokenType<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Bearer => defmt::write!(f, "Bearer"),
            Self::Dpop => defmt::write!(f, "Dpop"),
            Self::Other(_) => defmt::write!(f, "Other(..)"),
        }
    }
}

/// An access token (RFC 6749 section 5.1). It is a credential: it belongs into no log, and `Debug` does not show it.
#[derive(Clone, Copy)]
pub struct Token<'b> {
    access_token: &'b str,
    token_type: &'b str,
    expires_in: Option<u32>,
    expires_in_was_text: bool,
    scope: Option<&'b str>,
}

impl<'b> Token<'b> {
    fn read(
        body: &'b mut [u8],
        access_token: Option<Range<usize>>,
        token_type: Option<Range<usize>>,
        expires_in: Option<Range<usize>>,
        scope: Option<Range<usize>>,
    ) -> Result<Self, Cause> {
        let mut texts = [access_token, token_type, scope];
        for place in texts.iter_mut().flatten() {
            *place = unescape_in_place(body, place.clone()).ok_or(Cause::WrongType)?;
        }
        let number = expires_in.map(|place| match unescape_in_place(body, place.clone()) {
            Some(inside) => (inside, true),
            None => (place, false),
        });
        let body: &'b [u8] = body;
        let printable = |text: &'b str| {
            let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            if printable { Ok(text) } else { Err(Cause::InvalidCharacter) }
        };
        let [access_token, token_type, scope] = texts.map(|place| text(body, place));
        let access_token = printable(access_token.ok_or(Cause::WrongType)?)?;
        let token_type = printable(token_type.ok_or(Cause::WrongType)?)?;
        if access_token.is_empty() || token_type.is_empty() {
            return Err(Cause::Empty);
        }
        Ok(Self {
            access_token,
            token_type,
            expires_in: number.clone().and_then(|(place, _)| seconds(body.get(place)?)),
            expires_in_was_text: number.is_some_and(|(_, was_text)| was_text),
            scope: scope.map(printable).transpose()?,
        })
    }

    /// A token that was read before; for callers who have its parts in another form.
    #[must_use]
    pub const fn from_parts(
        access_token: &'b str,
        token_type: &'b str,
        expires_in: Option<u32>,
        scope: Option<&'b str>,
    ) -> Self {
        Self { access_token, token_type, expires_in, expires_in_was_text: false, scope }
    }

    /// The token itself.
    #[must_use]
    pub const fn access_token(&self) -> &'b str {
        self.access_token
    }

    /// How it is used; the server's spelling does not matter (RFC 6749 section 5.1).
    #[must_use]
    pub fn token_type(&self) -> TokenType<'b> {
        if self.token_type.eq_ignore_ascii_case("bearer") {
            TokenType::Bearer
        } else if self.token_type.eq_ignore_ascii_case("dpop") {
            TokenType::Dpop
        } else {
            TokenType::Other(self.token_type)
        }
    }

    /// For how many seconds from the answer on it is good; `None` when the server does not say, or nothing that can be
    /// understood. A number above 2^32 - 1 counts as that.
    #[must_use]
    pub const fn expires_in(&self) -> Option<u32> {
        self.expires_in
    }

    /// Whether the server wrote `expires_in` as text, which it should not.
    #[must_use]
    pub const fn expires_in_was_text(&self) -> bool {
        self.expires_in_was_text
    }

    /// The scope that it has, as the server says; `None` means: the one that was asked for.
    #[must_use]
    pub const fn scope(&self) -> Option<&'b str> {
        self.scope
    }

    /// The names in `requested` that the token's scope does not have. A server may grant less than it was asked for (RFC 6749
    /// section 3.3).
    pub fn missing_scope<'r>(&self, requested: &'r str) -> impl Iterator<Item = &'r str> {
        let granted = self.scope;
        let has = move |name: &str| granted.is_none_or(|scope| scope.split_ascii_whitespace().any(|each| each == name));
        requested.split_ascii_whitespace().filter(move |name| !has(name))
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(feature = "defmt-v1")]
impl defmt::Format for Token<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Token(..)");
    }
}

/// Decimal seconds; a fraction of zeros does not matter.
fn seconds(text: &[u8]) -> Option<u32> {
    let mut whole = text.split(|byte| *byte == b'.');
    let (digits, zeros, rest) = (whole.next()?, whole.next(), whole.next());
    if digits.is_empty() || rest.is_some() || zeros.is_some_and(|zeros| zeros.iter().any(|byte| *byte != b'0')) {
        return None;
    }
    digits.iter().try_fold(0_u32, |seconds, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        Some(seconds.saturating_mul(10).saturating_add(digit))
    })
}

/// An error code of OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(i32)]
pub enum ErrorCode {
    /// Not one of the others.
    Other = 0,
    /// `invalid_request` (RFC 6749 section 5.2).
    InvalidRequest = 1,
    /// `invalid_client`: client authentication failed.
    InvalidClient = 2,
    /// `invalid_grant`: the grant failed.
    InvalidGrant = 3,
    /// `unauthorized_client`: the client may not use this grant type.
    UnauthorizedClient = 4,
    /// `unsupported_grant_type`.
    UnsupportedGrantType = 5,
    /// `invalid_scope`.
    InvalidScope = 6,
    /// `invalid_target` (RFC 8707 section 2).
    InvalidTarget = 7,
    /// `use_dpop_nonce` (RFC 9449 section 8), which is about the proof of possession and not about the assertion.
    UseDpopNonce = 8,
    /// `server_error` (RFC 6749 section 4.1.2.1).
    ServerError = 9,
    /// `temporarily_unavailable` (RFC 6749 section 4.1.2.1).
    TemporarilyUnavailable = 10,
}

impl ErrorCode {
    const TEXTS: [(&'static str, Self); 10] = [
        ("invalid_request", Self::InvalidRequest),
        ("invalid_client", Self::InvalidClient),
        ("invalid_grant", Self::InvalidGrant),
        ("unauthorized_client", Self::UnauthorizedClient),
        ("unsupported_grant_type", Self::UnsupportedGrantType),
        ("invalid_scope", Self::InvalidScope),
        ("invalid_target", Self::InvalidTarget),
        ("use_dpop_nonce", Self::UseDpopNonce),
        ("server_error", Self::ServerError),
        ("temporarily_unavailable", Self::TemporarilyUnavailable),
    ];

    /// The stable number, 0 to 10.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }
}

/// An error response (RFC 6749 section 5.2), whatever its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
pub struct OauthError<'b> {
    status: u16,
    text: &'b str,
    description: Option<&'b str>,
    uri: Option<&'b str>,
}

impl<'b> OauthError<'b> {
    /// An error that was read before; for callers who have its parts in another form: the status, `error`,
    /// `error_description` and `error_uri`.
    #[must_use]
    pub const fn from_parts(status: u16, code: &'b str, description: Option<&'b str>, uri: Option<&'b str>) -> Self {
        Self { status, text: code, description, uri }
    }

    /// The HTTP status. Servers answer 400 and 401 for the same.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        ErrorCode::TEXTS.iter().find(|(text, _)| *text == self.text).map_or(ErrorCode::Other, |(_, code)| *code)
    }

    /// The code as the server wrote it, 64 bytes at most.
    #[must_use]
    pub const fn code_text(&self) -> &'b str {
        self.text
    }

    /// `error_description`.
    #[must_use]
    pub const fn description(&self) -> Option<&'b str> {
        self.description
    }

    /// `error_uri`. Not to be followed without thought: whoever answered chose it.
    #[must_use]
    pub const fn uri(&self) -> Option<&'b str> {
        self.uri
    }
}

/// An error that is not one of OAuth: problem details, or a list of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
pub struct ForeignError<'b> {
    status: u16,
    code: Option<&'b str>,
    title: Option<&'b str>,
    detail: Option<&'b str>,
}

impl<'b> ForeignError<'b> {
    /// An error that was read before; for callers who have its parts in another form: the status, `code` and `detail`.
    #[must_use]
    pub const fn from_parts(status: u16, code: Option<&'b str>, detail: Option<&'b str>) -> Self {
        Self { status, code, title: None, detail }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// `code`, of the first of its `errors` if it has some.
    #[must_use]
    pub const fn code(&self) -> Option<&'b str> {
        self.code
    }

    /// `title`.
    #[must_use]
    pub const fn title(&self) -> Option<&'b str> {
        self.title
    }

    /// `detail`, or `message`.
    #[must_use]
    pub const fn detail(&self) -> Option<&'b str> {
        self.detail
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::{String, ToString as _};
    use std::vec::Vec;

    use super::{ErrorCode, Outcome, Response, Token, TokenType};
    use crate::error::Cause;

    const GOOD: &str =
        r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer","expires_in":3600,"scope":"api"}"#;

    /// What an answer is, in one line.
    fn say(status: u16, body: impl AsRef<[u8]>) -> String {
        let mut body = body.as_ref().to_vec();
        say_response(Response::new(status, &mut body))
    }

    fn say_response(response: Response<'_>) -> String {
        match response.read() {
            Outcome::Token(token) => {
                let text = if token.expires_in_was_text() { " as text" } else { "" };
                format!(
                    "token {} {:?} {:?}{text} {:?}",
                    token.access_token(),
                    token.token_type(),
                    token.expires_in(),
                    token.scope()
                )
            }
            Outcome::Error(error) => {
                format!("error {} {} {:?} {:?}", error.status(), error.code_text(), error.description(), error.uri())
            }
            Outcome::Foreign(error) => {
                format!("foreign {} {:?} {:?} {:?}", error.status(), error.code(), error.title(), error.detail())
            }
            other => format!("{other:?}"),
        }
    }

    fn token(body: &mut [u8]) -> Option<Token<'_>> {
        match Response::new(200, body).read() {
            Outcome::Token(token) => Some(token),
            _ => None,
        }
    }

    /// The lifetime of a token with this `expires_in`.
    fn lasting(expires_in: &str) -> Option<(Option<u32>, bool)> {
        let mut body =
            format!(r#"{{"access_token":"a","token_type":"Bearer","expires_in":{expires_in}}}"#).into_bytes();
        token(&mut body).map(|token| (token.expires_in(), token.expires_in_was_text()))
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn tokens() {
        for (written, token_type) in [
            ("bearer", TokenType::Bearer),
            ("Bearer", TokenType::Bearer),
            ("BEARER", TokenType::Bearer),
            ("DPoP", TokenType::Dpop),
            ("dpop", TokenType::Dpop),
            ("N_A", TokenType::Other("N_A")),
            ("Bearer ", TokenType::Other("Bearer ")),
            ("\\u0062earer", TokenType::Bearer),
        ] {
            let mut body = format!(r#"{{"token_type":"{written}","access_token":"a.b\/c"}}"#).into_bytes();
            let token = token(&mut body).unwrap();
            assert_eq!((token.access_token(), token.token_type()), ("a.b/c", token_type));
            assert_eq!((token.expires_in(), token.expires_in_was_text(), token.scope()), (None, false, None));
        }
        for status in [200, 201, 299] {
            assert_eq!(say(status, GOOD), r#"token 2YotnFZFEjr1zCsicMWpAA Bearer Some(3600) Some("api")"#);
        }
        let unknown =
            r#"{"refresh_token":1,"x":[[{}]],"x":2,"code":1,"code":2,"errors":[],"title":3,"token_type":"bearer","access_token":"é"#.replace('é', "a\"}");
        assert_eq!(say(200, unknown), "token a Bearer None None");
        let nulls = r#"{"access_token":"a","token_type":"b","expires_in":null,"scope":null,"error":null}"#;
        assert_eq!(say(200, nulls), r#"token a Other(..) None None"#);
        let long = "t".repeat(100_000);
        let body = format!(r#"{{"access_token":"{long}","token_type":"bearer"}}"#);
        assert_eq!(say(200, body), format!("token {long} Bearer None None"));
    }

    #[test]
    fn lifetimes() {
        for (written, seconds) in [
            ("3600", Some(3_600)),
            ("0", Some(0)),
            ("3600.0", Some(3_600)),
            ("3600.000", Some(3_600)),
            ("4294967295", Some(u32::MAX)),
            ("4294967296", Some(u32::MAX)),
            ("42949672950", Some(u32::MAX)),
            ("99999999999999999999999999999999", Some(u32::MAX)),
            ("-1", None),
            ("-0", None),
            ("3600.5", None),
            ("3600.05", None),
            ("3.6e3", None),
            ("0.0e0", None),
        ] {
            assert_eq!(lasting(written), Some((seconds, false)), "{written}");
            assert_eq!(lasting(&format!("\"{written}\"")), Some((seconds, true)), "{written}");
        }
        for garbage in ["", " ", "1h", "3600 ", "+3600", "0x10", ".0", "1.0.0", "é", "\\u0663"] {
            assert_eq!(lasting(&format!("\"{garbage}\"")), Some((None, true)), "{garbage}");
        }
        for other in ["true", "[3600]", "{}", "null"] {
            assert_eq!(lasting(other), Some((None, false)), "{other}");
        }
    }

    #[test]
    fn missing_scope() {
        let missing = |scope: &str, requested: &'static str| -> Vec<&str> {
            let mut body = format!(r#"{{"access_token":"a","token_type":"bearer"{scope}}}"#).into_bytes();
            let token = token(&mut body).unwrap();
            token.missing_scope(requested).collect()
        };
        assert_eq!(missing("", "a b"), [""; 0]);
        assert_eq!(missing(r#","scope":"b  a""#, "a b"), [""; 0]);
        assert_eq!(missing(r#","scope":"b""#, " a  b c"), ["a", "c"]);
        assert_eq!(missing(r#","scope":"A ab""#, "a"), ["a"]);
        assert_eq!(missing(r#","scope":"""#, "a b"), ["a", "b"]);
        assert_eq!(missing(r#","scope":"a""#, ""), [""; 0]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn json_that_is_no_answer() {
        for (status, body, cause) in [
            (200, "{}", Cause::WrongType),
            (200, "[]", Cause::WrongType),
            (200, "1", Cause::WrongType),
            (200, "null", Cause::WrongType),
            (400, "\"invalid_client\"", Cause::WrongType),
            (400, r#"["invalid_client"]"#, Cause::WrongType),
            (200, r#"{"access_token":"a"}"#, Cause::WrongType),
            (200, r#"{"access_token":"a","token_type":null}"#, Cause::WrongType),
            (200, r#"{"token_type":"bearer"}"#, Cause::WrongType),
            (200, r#"{"access_token":null,"token_type":"bearer"}"#, Cause::WrongType),
            (200, r#"{"access_token":1,"token_type":"bearer"}"#, Cause::WrongType),
            (200, r#"{"access_token":"a","token_type":["bearer"]}"#, Cause::WrongType),
            (200, r#"{"access_token":"a","token_type":"bearer","scope":["x"]}"#, Cause::WrongType),
            (200, r#"{"access_token":"","token_type":"bearer"}"#, Cause::Empty),
            (200, r#"{"access_token":"a","token_type":""}"#, Cause::Empty),
            (400, r#"{"error":""}"#, Cause::Empty),
            (200, r#"{"access_token":"a\u0000","token_type":"bearer"}"#, Cause::InvalidCharacter),
            (200, r#"{"access_token":"a\r\nX: y","token_type":"bearer"}"#, Cause::InvalidCharacter),
            (200, r#"{"access_token":"é","token_type":"bearer"}"#, Cause::InvalidCharacter),
            (200, "{\"access_token\":\"\u{7f}\",\"token_type\":\"bearer\"}", Cause::InvalidCharacter),
            (200, r#"{"access_token":"a","token_type":"b\t"}"#, Cause::InvalidCharacter),
            (200, r#"{"access_token":"a","token_type":"b","scope":"\ud83d\ude00"}"#, Cause::InvalidCharacter),
            (199, GOOD, Cause::Conflict),
            (400, GOOD, Cause::Conflict),
            (401, GOOD, Cause::Conflict),
            (500, GOOD, Cause::Conflict),
            (200, r#"{"access_token":"a","access_token":"a","token_type":"bearer"}"#, Cause::Repeated),
            (200, r#"{"access_token":"a","token_type":"b","\u0074oken_type":"b"}"#, Cause::Repeated),
            (400, r#"{"error":"invalid_client","err\u006fr":"x"}"#, Cause::Repeated),
            (400, r#"{"code":1,"code":1}"#, Cause::Repeated),
        ] {
            assert_eq!(say(status, body), format!("Unusable({cause:?})"), "{status} {body}");
        }
        // Nothing is known but that it is an error, or at any rate no token.
        for (status, body) in [
            (400, "{}"),
            (400, r#"{"error":true}"#),
            (400, r#"{"error":["invalid_client"]}"#),
            (400, r#"{"error":401}"#),
            (400, r#"{"error":null,"error_description":"x"}"#),
            (400, r#"{"errors":[]}"#),
            (400, r#"{"errors":["x"],"code":[],"title":null,"detail":{"a":"b"},"message":true}"#),
            (400, r#"{"errors":[{"code":null,"title":[],"detail":false}]}"#),
            (200, r#"{"access_token":"a","token_type":"bearer","error":false}"#),
        ] {
            assert_eq!(say(status, body), format!("foreign {status} None None None"), "{body}");
        }
        // What is nested comes first, unless it is none.
        let inner = r#"{"code":"a","title":"b","detail":"c","errors":[{"code":"d","title":null,"message":"e"}]}"#;
        assert_eq!(say(400, inner), r#"foreign 400 Some("d") Some("b") Some("c")"#);
        let nested = |depth: usize| format!("{{\"error\":\"x\",\"y\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(say(400, nested(31)), "error 400 x None None");
        assert_eq!(say(400, nested(32)), "Unusable(TooDeep)");
        assert_eq!(say(400, "[".repeat(1_000_000)), "Unusable(TooDeep)");
    }

    #[test]
    fn no_json() {
        let html = "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n";
        for status in [200, 400, 405, 500] {
            for body in [html, "Not Found", "access_token=a&token_type=bearer", "{'error':'x'}", "error", "{\"a\":1}}"]
            {
                assert_eq!(say(status, body), "NotJson", "{body}");
                let mut bytes = body.as_bytes().to_vec();
                let response = Response::new(status, &mut bytes).with_header("Content-Type", "application/json");
                assert_eq!(say_response(response), "NotJson");
            }
            for body in ["", " ", "\r\n\t "] {
                assert_eq!(say(status, body), "Empty");
            }
            assert_eq!(say(status, format!("\u{feff}{GOOD}")), "NotJson");
            assert_eq!(say(status, [b"\xff", GOOD.as_bytes()].concat()), "NotJson");
            assert_eq!(say(status, b"{\"error\":\"\xe9\"}"), "NotJson");
            assert_eq!(say(status, b"{\"error\":\"x\"}\xc3"), "NotJson");
            assert_eq!(say(status, b"\x1f\x8b\x08\0\0"), "NotJson");
        }
        // Another content type changes nothing.
        let mut body = GOOD.as_bytes().to_vec();
        assert!(
            say_response(Response::new(200, &mut body).with_header("Content-Type", "text/html")).starts_with("token ")
        );
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_is_cut_is_seen() {
        let all =
            r#" {"a\u00e9\ud83d\ude00\n":[true,false,null,-1.5e+3,"é€😀",{}],"error":"x","error_description":"y"} "#;
        for body in [GOOD, all] {
            let end = body.trim_end().len();
            for length in 0..end {
                let outcome = say(200, body.as_bytes().get(..length).unwrap());
                let expected =
                    if body[..length.min(1)].trim().is_empty() && length < 2 { "Empty" } else { "Truncated" };
                assert_eq!(outcome, expected, "{length} of {body}");
            }
            assert!(!matches!(say(200, body).as_str(), "Empty" | "Truncated" | "NotJson"));
        }
        for body in [r#"{"a":1,}"#, r#"{"a"}"#, "[1}", r#"{"a":1.x "#] {
            assert_eq!(say(200, body), "NotJson", "{body}");
        }
    }

    #[test]
    fn redirects_and_large_answers() {
        for status in [300, 301, 302, 303, 304, 307, 308, 399] {
            assert_eq!(say(status, GOOD), "Redirect");
            assert_eq!(say_response(Response::new(status, &mut []).truncated()), "Redirect");
        }
        for status in [200, 400] {
            for body in [GOOD, "", "<html>"] {
                let mut body = body.as_bytes().to_vec();
                assert_eq!(say_response(Response::new(status, &mut body).truncated()), "TooLarge");
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn errors_of_oauth() {
        for (code, expected) in [
            ("invalid_request", ErrorCode::InvalidRequest),
            ("invalid_client", ErrorCode::InvalidClient),
            ("invalid_grant", ErrorCode::InvalidGrant),
            ("unauthorized_client", ErrorCode::UnauthorizedClient),
            ("unsupported_grant_type", ErrorCode::UnsupportedGrantType),
            ("invalid_scope", ErrorCode::InvalidScope),
            ("invalid_target", ErrorCode::InvalidTarget),
            ("use_dpop_nonce", ErrorCode::UseDpopNonce),
            ("server_error", ErrorCode::ServerError),
            ("temporarily_unavailable", ErrorCode::TemporarilyUnavailable),
            ("jti_known", ErrorCode::Other),
            ("error", ErrorCode::Other),
            ("invalid_client_attestation", ErrorCode::Other),
            ("INVALID_CLIENT", ErrorCode::Other),
            ("invalid\\u200b_client", ErrorCode::Other),
            ("Internal Server Error", ErrorCode::Other),
        ] {
            for status in [200, 400, 401, 403, 429, 500, 503] {
                let mut body = format!(r#"{{"error":"{code}"}}"#).into_bytes();
                let outcome = Response::new(status, &mut body).read();
                let Outcome::Error(error) = outcome else { unreachable!("{code}: {outcome:?}") };
                assert_eq!((error.status(), error.code()), (status, expected), "{code}");
            }
        }
        // An error decides, whatever else is there.
        let both = r#"{"access_token":"a","token_type":"bearer","error":"invalid_scope"}"#;
        assert_eq!(say(200, both), "error 200 invalid_scope None None");
        assert_eq!(say(400, both), "error 400 invalid_scope None None");
        let uri = r#"{"error":"x","error_uri":"https:\/\/as.example\/e?id=1","error_description":""}"#;
        assert_eq!(say(400, uri), r#"error 400 x Some("") Some("https://as.example/e?id=1")"#);
        let wrong = r#"{"error":"x","error_uri":{},"error_description":["y"]}"#;
        assert_eq!(say(400, wrong), "error 400 x None None");
        let long = format!(r#"{{"error":"{}"}}"#, "ab ".repeat(100));
        assert_eq!(say(400, long), format!("error 400 {} None None", &"ab ".repeat(22)[..64]));
    }

    #[test]
    fn answers_of_servers() {
        for (status, body, expected) in [
            // oidc-provider
            (
                401,
                r#"{"error":"invalid_client","error_description":"client authentication failed"}"#,
                r#"error 401 invalid_client Some("client authentication failed") None"#,
            ),
            (
                400,
                r#"{"error":"invalid_request","error_description":"client_assertion_type must have value urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}"#,
                r#"error 400 invalid_request Some("client_assertion_type must have value urn:ietf:params:oauth:client-assertion-type:jwt-bearer") None"#,
            ),
            // Authlib
            (400, r#"{"error": "invalid_client"}"#, "error 400 invalid_client None None"),
            (
                400,
                r#"{"error": "invalid_client", "error_description": "Claim 'aud' must be an array of StringOrURI value or a single StringOrURI value"}"#,
                r#"error 400 invalid_client Some("Claim 'aud' must be an array of StringOrURI value or a single StringOrURI value") None"#,
            ),
            // Better Auth
            (
                200,
                r#"{"access_token": "abc", "expires_in": 3600, "expires_at": 1795463113, "token_type": "Bearer", "scope": "api"}"#,
                r#"token abc Bearer Some(3600) Some("api")"#,
            ),
            (
                401,
                r#"{"error_description":"client assertion signature verification failed","error":"invalid_client"}"#,
                r#"error 401 invalid_client Some("client assertion signature verification failed") None"#,
            ),
            (
                415,
                r#"{"message":"Content-Type \"application/json\" is not allowed.","code":"UNSUPPORTED_MEDIA_TYPE"}"#,
                r#"foreign 415 Some("UNSUPPORTED_MEDIA_TYPE") None Some("Content-Type \"application/json\" is not allowed.")"#,
            ),
            // Hydra
            (
                500,
                r#"{"error":"error","error_description":"The error is unrecognizable"}"#,
                r#"error 500 error Some("The error is unrecognizable") None"#,
            ),
            // Epic
            (400, r#"{"error":"invalid_client","error_description":null}"#, "error 400 invalid_client None None"),
            // Entra
            (
                401,
                r#"{"error":"invalid_client","error_description":"AADSTS700027: The certificate is not registered.\r\nTrace ID: 0f9c8b7a-1111-2222-3333-444455556666\r\nTimestamp: 2026-11-23 18:44:13Z","error_codes":[700027],"timestamp":"2026-11-23 18:44:13Z","error_uri":"https://login.microsoftonline.com/error?code=700027"}"#,
                r#"error 401 invalid_client Some("AADSTS700027: The certificate is not registered. Trace ID: 0f9c8b7a-1111-2222-3333-444455556666 Timestamp: 2026-11-23 18:44:13Z") Some("https://login.microsoftonline.com/error?code=700027")"#,
            ),
            // PagoPA
            (
                400,
                r#"{"type":"about:blank","status":400,"title":"The request contains bad syntax","correlationId":"x","errors":[{"code":"015-0008","detail":"Unable to generate a token"}]}"#,
                r#"foreign 400 Some("015-0008") Some("The request contains bad syntax") Some("Unable to generate a token")"#,
            ),
            // App Store Connect
            (
                401,
                "{\n\t\"errors\": [ {\n\t\t\"status\": \"401\",\n\t\t\"code\": \"NOT_AUTHORIZED\",\n\t\t\"title\": \"Missing or invalid.\",\n\t\t\"detail\": \"Provide a token\"\n\t} , {\"code\":\"X\"}]\n}",
                r#"foreign 401 Some("NOT_AUTHORIZED") Some("Missing or invalid.") Some("Provide a token")"#,
            ),
            // Gateways
            (403, r#"{"message":"Forbidden"}"#, r#"foreign 403 None None Some("Forbidden")"#),
            (404, r#"{"detail":"Not Found"}"#, r#"foreign 404 None None Some("Not Found")"#),
            (400, r#"{"code":4.5e1,"message":"x"}"#, r#"foreign 400 Some("4.5e1") None Some("x")"#),
            (
                401,
                r#"{"error":{"code":"InvalidAuthenticationToken","message":"caf\u00e9"}}"#,
                r#"foreign 401 Some("InvalidAuthenticationToken") None Some("caf?")"#,
            ),
        ] {
            assert_eq!(say(status, body), expected, "{body}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn hostile_text_is_made_fit() {
        let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln";
        let shown = |text: &str| {
            let oauth = say(400, format!(r#"{{"error_description":"{text}","error":"invalid_client"}}"#));
            let oauth = oauth.strip_prefix("error 400 invalid_client Some(\"").unwrap().strip_suffix("\") None");
            let title = say(400, format!(r#"{{"errors":[{{"title":"{text}"}}]}}"#));
            let title = title.strip_prefix("foreign 400 None Some(\"").unwrap().strip_suffix("\") None");
            assert_eq!(oauth, title);
            oauth.unwrap().to_string()
        };
        assert_eq!(shown("\\u0000a\\u001b[31mb\\r\\n\\tc\\ud83d\\ude00\\u202e"), "a [31mb c??");
        assert_eq!(shown("é€😀"), "???");
        assert_eq!(shown(&format!("got {jwt}!")), "got [removed]!");
        assert_eq!(shown(&format!("got \\u0065{}!", &jwt[1..])), "got [removed]!");
        assert_eq!(shown(&"é".repeat(10_000)), "?".repeat(512));
        let megabyte = "x ".repeat(500_000);
        assert_eq!(shown(&format!("{jwt} {megabyte}")), format!("[removed] {}", &megabyte[..501]));
        assert_eq!(shown(&format!("{megabyte}{jwt}")), megabyte[..511]);
        assert_eq!(shown(&"k".repeat(1_000_000)), "[removed]");
        // The code and the address too.
        let everywhere = format!(r#"{{"error":"{jwt}","error_uri":"https://as.example/?a={jwt}&b"}}"#);
        assert_eq!(say(400, everywhere), r#"error 400 [removed] None Some("https://as.example/?a=[removed]&b")"#);
        let code = format!(r#"{{"code":"{jwt}","errors":{}}}"#, "1".repeat(1_000));
        assert_eq!(say(400, code), r#"foreign 400 Some("[removed]") None None"#);
        assert_eq!(say(400, format!(r#"{{"code":{}}}"#, "1".repeat(40))), r#"foreign 400 Some("[removed]") None None"#);
        // At the limit of a code, 64 bytes.
        let at_limit = format!("{} {jwt}", "ab ".repeat(20));
        assert!(say(400, format!(r#"{{"error":"{at_limit}"}}"#)).starts_with("error 400 ab ab"));
        assert!(!say(400, format!(r#"{{"error":"{at_limit}"}}"#)).contains("eyJ"));
    }

    #[test]
    fn headers() {
        let response = Response::new(429, &mut []);
        assert_eq!((response.status(), response.content_type(), response.date()), (429, None, None));
        assert_eq!((response.age(), response.retry_after()), (None, None));
        assert!(!response.has_dpop_nonce());
        let response = response
            .with_header("content-type", "application/json;charset=UTF-8")
            .with_header("DATE", "Mon, 23 Nov 2026 18:44:13 GMT")
            .with_header("age", "0")
            .with_header("Retry-after", "120")
            .with_header("dpop-nonce", "secret")
            .with_header("Content-Typ", "x")
            .with_header("X-Date", "x")
            .with_header("", "x");
        assert_eq!(response.content_type(), Some("application/json;charset=UTF-8"));
        assert_eq!(response.date(), Some("Mon, 23 Nov 2026 18:44:13 GMT"));
        assert_eq!((response.age(), response.retry_after()), (Some("0"), Some("120")));
        assert!(response.has_dpop_nonce());
        assert_eq!(response.with_date("a").with_header("date", "b").date(), Some("b"));
    }

    #[test]
    fn debug_does_not_show_the_token() {
        let mut body = GOOD.as_bytes().to_vec();
        let response = Response::new(200, &mut body);
        assert_eq!(format!("{response:?}"), format!("Response(200, {} bytes)", GOOD.len()));
        assert_eq!(format!("{:?}", response.read()), "Token(Token(..))");
        let mut body = GOOD.replace("Bearer", "2YotnFZF").into_bytes();
        let outcome = Response::new(200, &mut body).read();
        let shown = |token_type| format!("{token_type:?}") == "Other(..)" && token_type == TokenType::Other("2YotnFZF");
        assert!(matches!(outcome, Outcome::Token(token) if shown(token.token_type())));
    }
}
