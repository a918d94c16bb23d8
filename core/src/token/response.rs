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
    pub(super) truncated: bool,
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
            _ if self.truncated => return Outcome::TooLarge,
            300..=399 => return Outcome::Redirect,
            _ if self.body.trim_ascii().is_empty() => return Outcome::Empty,
            _ => {}
        }
        let names = [
            "access_token",
            "token_type",
            "expires_in",
            "scope",
            "error",
            "error_description",
            "error_uri",
            "errors",
            "code",
            "title",
            "detail",
            "message",
        ];
        let places = match pick(self.body, &names) {
            Ok(places) => places,
            Err(Cause::InvalidJson | Cause::NotUtf8) if is_cut_off(self.body) => return Outcome::Truncated,
            Err(Cause::InvalidJson | Cause::NotUtf8) => return Outcome::NotJson,
            Err(cause) => return Outcome::Unusable(cause),
        };
        // `null` says as little as nothing.
        let body = &*self.body;
        let present = |place: Range<usize>| (!matches!(body.get(place.clone()), Some(b"" | b"null"))).then_some(place);
        let [access_token, token_type, expires_in, scope, error, description, uri, errors, foreign @ ..] =
            places.map(present);
        let success = matches!(self.status, 200..=299);
        match error {
            Some(error) if self.body.get(error.start) == Some(&b'"') => {
                let code = shown(self.body, Some(error), MAX_CODE);
                let description = shown(self.body, description, usize::MAX);
                let uri = shown(self.body, uri, usize::MAX);
                let body: &'b [u8] = self.body;
                return Outcome::Error(OauthError {
                    status: self.status,
                    text: text(body, code).unwrap_or_default(),
                    description: text(body, description),
                    uri: text(body, uri),
                });
            }
            // Not the string that RFC 6749 wants: an object, as other APIs have it.
            Some(error) => return self.foreign(Some(error), foreign),
            None if access_token.is_some() && success => {}
            None if success => return Outcome::Unusable(Cause::WrongType),
            None if access_token.is_some() => return Outcome::Unusable(Cause::Conflict),
            None => return self.foreign(errors, foreign),
        }
        match Token::read(self.body, access_token, token_type, expires_in, scope) {
            Ok(token) => Outcome::Token(token),
            Err(cause) => Outcome::Unusable(cause),
        }
    }

    /// An error of another shape: what stands in `inner`, an object or an array of them, comes before what stands beside it.
    fn foreign(self, inner: Option<Range<usize>>, beside: [Option<Range<usize>>; 4]) -> Outcome<'b> {
        let mut found = beside;
        if let Some(inner) = inner
            && let Some((start, object)) = first_object(self.body, inner)
            && let Ok(places) = pick(object.as_bytes(), &["code", "title", "detail", "message"])
        {
            for (found, place) in found.iter_mut().zip(places) {
                if place != (0..0) {
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

/// A text or a number made fit to be shown, `limit` bytes of it at most.
fn shown(body: &mut [u8], place: Option<Range<usize>>, limit: usize) -> Option<Range<usize>> {
    let place = place?;
    let place = unescape_in_place(body, place.clone()).unwrap_or(place);
    let length = sanitise_in_place(body.get_mut(place.clone())?).min(limit);
    Some(place.start..place.start.saturating_add(length))
}

fn text(body: &[u8], place: Option<Range<usize>>) -> Option<&str> {
    core::str::from_utf8(body.get(place?)?).ok()
}

/// What an answer is.
///
/// Texts of the server are printable ASCII, cut at [`MAX_SERVER_TEXT`](crate::MAX_SERVER_TEXT) bytes, and what looked like a
/// token in them is gone. They say what the server says, and prove nothing.
#[derive(Debug)]
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
    /// JSON that ends too early.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenType<'b> {
    /// By sending it (RFC 6750).
    Bearer,
    /// With a proof of possession (RFC 9449).
    Dpop,
    /// In another way.
    Other(&'b str),
}

/// An access token (RFC 6749 section 5.1). It is a credential: it belongs into no log, and `Debug` does not show it.
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
        if access_token.is_empty() {
            return Err(Cause::Empty);
        }
        Ok(Self {
            access_token,
            token_type: printable(token_type.ok_or(Cause::WrongType)?)?,
            expires_in: number.clone().and_then(|(place, _)| seconds(body.get(place)?)),
            expires_in_was_text: number.is_some_and(|(_, was_text)| was_text),
            scope: scope.map(printable).transpose()?,
        })
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
        let has = move |name: &str| granted.is_none_or(|scope| scope.split(' ').any(|each| each == name));
        requested.split(' ').filter(move |name| !name.is_empty() && !has(name))
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
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
pub struct OauthError<'b> {
    status: u16,
    text: &'b str,
    description: Option<&'b str>,
    uri: Option<&'b str>,
}

impl<'b> OauthError<'b> {
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
pub struct ForeignError<'b> {
    status: u16,
    code: Option<&'b str>,
    title: Option<&'b str>,
    detail: Option<&'b str>,
}

impl<'b> ForeignError<'b> {
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
