//! What a diagnosis goes by: what was sent, what came back, and what is known locally.

use core::ops::Range;

use sha2::{Digest as _, Sha256};

use super::behaviour::Behaviour;
use super::scratch::Scratch;
use crate::assertion::audience::IssuerIdentifier;
use crate::encoding::base64url::decode;
use crate::encoding::json::read::{Elements, Text, elements, pick, unescape_in_place};
use crate::encoding::text::{cut, parts};
use crate::error::{Argument, Cause, Error};
use crate::key::public::PublicKey;
use crate::key::signature::Es256Signature;
use crate::server::metadata::Metadata;
use crate::server::profile::Profile;
use crate::token::response::Outcome;

/// Verifies signatures for a diagnosis. [`SoftwareVerifier`](crate::SoftwareVerifier) does (feature `p256`), and so can a
/// secure element.
pub trait Verifier: Sync {
    /// Whether `signature` is one by `key` of a message with this SHA-256; `None` for a key that is no point of P-256.
    fn verify(&self, key: &PublicKey, hash: &[u8; 32], signature: &Es256Signature) -> Option<bool>;
}

/// The `jti` values that were sent before, wherever they are kept.
pub trait SeenIds: Sync {
    /// How often this one was sent.
    fn count(&self, jwt_id: &str) -> usize;
}

/// The same, as they are given.
#[derive(Clone, Copy)]
pub(super) enum Seen<'a> {
    List(&'a [&'a str]),
    Kept(&'a dyn SeenIds),
}

impl Seen<'_> {
    pub(super) fn count(self, jwt_id: &str) -> usize {
        match self {
            Self::List(ids) => ids.iter().filter(|id| **id == jwt_id).count(),
            Self::Kept(ids) => ids.count(jwt_id),
        }
    }
}

/// A parameter of a request: the value that came last, and how often it was there.
#[derive(Clone, Copy, Default)]
pub(super) struct Sent<'a> {
    value: &'a str,
    pub(super) count: u8,
}

impl<'a> Sent<'a> {
    /// The value. One that is sent empty counts as omitted (RFC 6749 section 3.2).
    pub(super) fn get(self) -> Option<&'a str> {
        (!self.value.is_empty()).then_some(self.value)
    }
}

pub(super) const GRANT_TYPE: usize = 0;
pub(super) const ASSERTION_TYPE: usize = 1;
pub(super) const CLIENT_ASSERTION: usize = 2;
pub(super) const ASSERTION: usize = 3;
pub(super) const CLIENT_ID: usize = 4;
pub(super) const SCOPE: usize = 5;
pub(super) const CLIENT_SECRET: usize = 6;
/// What nobody else may see begins here.
pub(super) const SECRETS: core::ops::Range<usize> = CLIENT_SECRET..NAMES.len();
const NAMES: [&str; 14] = [
    "grant_type",
    "client_assertion_type",
    "client_assertion",
    "assertion",
    "client_id",
    "scope",
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "password",
    "refresh_token",
    "subject_token",
    "actor_token",
];

/// A token request as it was sent, or as it is about to be.
///
/// ```
/// use jurat_core::SentRequest;
/// let body = b"grant_type=client_credentials&client_assertion_type=urn%3Aietf%3A&client_assertion=a.b.c";
/// let mut scratch = [0; 128];
/// let request = SentRequest::new("POST", "https://as.example/token").with_form(body, &mut scratch)?;
/// let request = request.with_header("Content-Type", "application/x-www-form-urlencoded");
/// assert_eq!(request.client_assertion(), Some("a.b.c"));
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct SentRequest<'a> {
    pub(super) method: &'a str,
    pub(super) endpoint: &'a str,
    pub(super) content_type: Option<&'a str>,
    pub(super) authorization: bool,
    pub(super) dpop: bool,
    /// The body was JSON, or something else that is no form.
    pub(super) not_a_form: bool,
    parameters: [Sent<'a>; NAMES.len()],
}

impl<'a> SentRequest<'a> {
    /// A request without parameters. Both may be empty where they are not known.
    #[must_use]
    pub const fn new(method: &'a str, endpoint: &'a str) -> Self {
        Self {
            method,
            endpoint,
            content_type: None,
            authorization: false,
            dpop: false,
            not_a_form: false,
            parameters: [Sent { value: "", count: 0 }; NAMES.len()],
        }
    }

    /// Adds a header field, if it is one that matters, in any case. Of `Authorization` and `DPoP` nothing is kept but that
    /// they were there.
    #[must_use]
    pub fn with_header(self, name: &str, value: &'a str) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("content-type") {
            Self { content_type: Some(value), ..self }
        } else if is("authorization") {
            Self { authorization: true, ..self }
        } else if is("dpop") {
            Self { dpop: true, ..self }
        } else {
            self
        }
    }

    /// Adds a parameter, as it was before it was form-encoded. The order does not matter.
    #[must_use]
    pub fn with_parameter(mut self, name: &str, value: &'a str) -> Self {
        let place = NAMES.iter().position(|known| *known == name).and_then(|index| self.parameters.get_mut(index));
        if let Some(place) = place {
            *place = Sent { value, count: place.count.saturating_add(1) };
        }
        self
    }

    /// Adds the parameters of a body in `application/x-www-form-urlencoded`, or of a query. `scratch` holds what has to be
    /// unescaped, not more than the body; an assertion is borrowed from the body.
    ///
    /// # Errors
    /// [`Cause::NotUtf8`] about [`Argument::RequestBody`], [`Cause::BufferTooSmall`] about [`Argument::Scratch`].
    pub fn with_form(self, body: &'a [u8], scratch: &'a mut [u8]) -> Result<Self, Error> {
        Ok(self.with_form_in(body, scratch)?.0)
    }

    /// The same, and what is left of `scratch`.
    ///
    /// # Errors
    /// Those of [`with_form`](Self::with_form).
    #[doc(hidden)]
    pub fn with_form_in(self, body: &'a [u8], scratch: &'a mut [u8]) -> Result<(Self, &'a mut [u8]), Error> {
        let needed = Error::too_small(body.len()).about(Argument::Scratch);
        let body = core::str::from_utf8(body).map_err(|_| Error::new(Cause::NotUtf8, Argument::RequestBody))?;
        if matches!(body.trim_ascii_start().as_bytes(), [b'{' | b'[', ..]) {
            return Ok((Self { not_a_form: true, ..self }, scratch));
        }
        let mut scratch = Scratch::new(scratch);
        let mut request = self;
        for pair in parts(body, b"&") {
            let (name, value) = cut(pair, b"=").unwrap_or((pair, ""));
            let Some(known) = NAMES.iter().find(|known| unescaped(name).eq(known.bytes())) else { continue };
            let value = if cut(value, b"%+").is_some() {
                let bytes = scratch.filled(value.len(), |room| {
                    let mut count = 0_usize;
                    for byte in unescaped(value) {
                        if let Some(place) = room.get_mut(count) {
                            *place = byte;
                        }
                        count = count.saturating_add(1);
                    }
                    count
                });
                let bytes = bytes.map_err(|_| needed)?;
                core::str::from_utf8(bytes).map_err(|_| Error::new(Cause::NotUtf8, Argument::RequestBody))?
            } else {
                value
            };
            request = request.with_parameter(known, value);
        }
        Ok((request, scratch.rest()))
    }

    pub(super) fn parameter(&self, index: usize) -> Sent<'a> {
        self.parameters.get(index).copied().unwrap_or_default()
    }

    /// Whether one of the known parameters was there more than once.
    pub(super) fn repeated(&self) -> Option<&'static str> {
        NAMES.into_iter().zip(self.parameters).find(|(_, sent)| sent.count > 1).map(|(name, _)| name)
    }

    /// Whether any parameter is known.
    pub(super) fn has_parameters(&self) -> bool {
        self.parameters.iter().any(|sent| sent.count > 0)
    }

    /// The client assertion, if there is one.
    #[must_use]
    pub fn client_assertion(&self) -> Option<&'a str> {
        self.parameter(CLIENT_ASSERTION).get()
    }

    /// The assertion that is a grant, if there is one.
    #[must_use]
    pub fn grant_assertion(&self) -> Option<&'a str> {
        self.parameter(ASSERTION).get()
    }
}

// It holds assertions.
impl core::fmt::Debug for SentRequest<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SentRequest(..)")
    }
}

/// What a form's text stands for.
fn unescaped(text: &str) -> impl Iterator<Item = u8> {
    let hex = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut rest = text.as_bytes();
    core::iter::from_fn(move || {
        if let [b'%', high, low, behind @ ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            rest = behind;
            return Some(high << 4 | low);
        }
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        Some(if *byte == b'+' { b' ' } else { *byte })
    })
}

/// An answer that was read, and the header fields beside it.
#[derive(Clone, Copy)]
pub struct ReceivedAnswer<'a> {
    pub(super) status: u16,
    pub(super) outcome: Outcome<'a>,
    pub(super) date: Option<&'a str>,
    pub(super) cached: bool,
    pub(super) content_type: Option<&'a str>,
    pub(super) retry_after: bool,
    pub(super) dpop_nonce: bool,
}

impl<'a> ReceivedAnswer<'a> {
    /// What [`Response::read`](crate::Response::read) or [`Exchange::answer`](crate::Exchange::answer) gave, and the status
    /// of HTTP.
    #[must_use]
    pub const fn new(status: u16, outcome: Outcome<'a>) -> Self {
        Self { status, outcome, date: None, cached: false, content_type: None, retry_after: false, dpop_nonce: false }
    }

    /// Adds a header field, if it is one that matters, in any case.
    #[must_use]
    pub fn with_header(self, name: &str, value: &'a str) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("date") {
            Self { date: Some(value), ..self }
        } else if is("age") {
            Self { cached: value.bytes().any(|byte| byte != b'0'), ..self }
        } else if is("content-type") {
            Self { content_type: Some(value), ..self }
        } else if is("retry-after") {
            Self { retry_after: true, ..self }
        } else if is("dpop-nonce") {
            Self { dpop_nonce: true, ..self }
        } else {
            self
        }
    }
}

// A token's outcome says nothing of it by itself.
impl core::fmt::Debug for ReceivedAnswer<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ReceivedAnswer").field("status", &self.status).field("outcome", &self.outcome).finish()
    }
}

/// Public keys that a server has of this client, or that the client publishes (RFC 7517 section 5): read where they stand.
///
/// ```
/// use jurat_core::PublishedKeys;
/// let keys = PublishedKeys::read(br#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"","y":""}]}"#)?;
/// assert_eq!(keys.len(), 1);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PublishedKeys<'a> {
    /// A JSON array.
    array: &'a str,
    pub(super) source: Option<&'a str>,
    pub(super) fetched_at: Option<u64>,
    pub(super) max_age: Option<u32>,
}

/// One of them.
pub(super) struct PublishedKey<'a> {
    pub(super) key_id: Option<Text<'a>>,
    /// Of P-256 only.
    pub(super) key: Option<PublicKey>,
    pub(super) not_before: Option<u64>,
}

impl<'a> PublishedKeys<'a> {
    /// Reads a JWK set.
    ///
    /// # Errors
    /// About [`Argument::Jwks`]: [`Cause::NotUtf8`], [`Cause::InvalidJson`], [`Cause::TooDeep`], [`Cause::Repeated`], and
    /// [`Cause::WrongType`] for anything but an object with an array `keys`.
    pub fn read(document: &'a [u8]) -> Result<Self, Error> {
        let refused = |cause| Error::new(cause, Argument::Jwks);
        let [keys] = pick(document, &["keys"]).map_err(refused)?;
        let array = document.get(keys).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default();
        elements(array).map(|_| Self::of(array)).ok_or(refused(Cause::WrongType))
    }

    const fn of(array: &'a str) -> Self {
        Self { array, source: None, fetched_at: None, max_age: None }
    }

    /// Says where they were fetched: a URL.
    #[must_use]
    pub const fn with_source(self, source: &'a str) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Says when they were fetched, in seconds since 1970, and for how many seconds a copy may be kept.
    #[must_use]
    pub const fn with_fetched_at(self, fetched_at: u64, max_age: Option<u32>) -> Self {
        Self { fetched_at: Some(fetched_at), max_age, ..self }
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        elements(self.array).into_iter().flatten().count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first key, if it is one of P-256.
    #[must_use]
    pub fn first(&self) -> Option<PublicKey> {
        self.keys().next()?.key
    }

    pub(super) fn keys(self) -> KeysOf<'a> {
        KeysOf::new(Some(self), None)
    }
}

/// The keys of up to two sets. A type of its own: adapters would be compiled anew for each use.
pub(super) struct KeysOf<'a> {
    rest: Option<Elements<'a>>,
    second: Option<PublishedKeys<'a>>,
}

impl<'a> KeysOf<'a> {
    pub(super) fn new(first: Option<PublishedKeys<'a>>, second: Option<PublishedKeys<'a>>) -> Self {
        Self { rest: first.and_then(|keys| elements(keys.array)), second }
    }
}

impl<'a> Iterator for KeysOf<'a> {
    type Item = PublishedKey<'a>;

    #[inline(never)]
    fn next(&mut self) -> Option<PublishedKey<'a>> {
        loop {
            if let Some(element) = self.rest.as_mut().and_then(Iterator::next) {
                return Some(PublishedKey::read(element));
            }
            self.rest = elements(self.second.take()?.array);
        }
    }
}

impl<'a> PublishedKey<'a> {
    /// What is no key has no members.
    pub(super) fn read(element: &'a str) -> Self {
        let places = pick(element.as_bytes(), &["kid", "kty", "crv", "x", "y", "nbf"]);
        let [key_id, kty, crv, x, y, not_before] = places.unwrap_or_default();
        let text = |place: Range<usize>| element.get(place).and_then(Text::of);
        let is = |place, known: &str| text(place).is_some_and(|text| text.is(known));
        let coordinate = |place| {
            let mut bytes = [0; 32];
            let (length, odd) = decode(text(place)?.plain()?.as_bytes(), &mut bytes);
            (length == 32 && !odd.any()).then_some(bytes)
        };
        let of_curve = is(kty, "EC") && is(crv, "P-256");
        let key = coordinate(x)
            .zip(coordinate(y))
            .filter(|_| of_curve)
            .and_then(|(x, y)| PublicKey::from_coordinates(&x, &y).ok());
        let not_before = element.get(not_before).and_then(|number| number.parse().ok());
        Self { key_id: text(key_id), key, not_before }
    }

    /// Whether both have a `kid`, and the same.
    pub(super) fn has_id(&self, key_id: Option<&str>) -> bool {
        self.key_id.zip(key_id).is_some_and(|(one, other)| one.is(other))
    }
}

/// How a client is registered: the metadata of RFC 7591 section 2, with the `client_id` that the server gave.
///
/// ```
/// use jurat_core::RegisteredClient;
/// let mut document = *br#"{"client_id":"device-7","token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[]}}"#;
/// let client = RegisteredClient::read(&mut document)?;
/// assert_eq!(client.client_id(), Some("device-7"));
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RegisteredClient<'a> {
    client_id: Option<&'a str>,
    pub(super) auth_method: Option<&'a str>,
    pub(super) algorithm: Option<&'a str>,
    pub(super) scope: Option<&'a str>,
    pub(super) jwks_uri: Option<&'a str>,
    /// A JSON array.
    pub(super) grant_types: Option<&'a str>,
    pub(super) keys: Option<PublishedKeys<'a>>,
}

impl<'a> RegisteredClient<'a> {
    /// Reads the document, which is changed: texts are unescaped where they stand.
    ///
    /// # Errors
    /// About [`Argument::Registration`]: [`Cause::NotUtf8`], [`Cause::InvalidJson`], [`Cause::TooDeep`],
    /// [`Cause::Repeated`], and [`Cause::WrongType`] for anything but an object, and for a member of another type than the
    /// standard gives it. `null` counts as a member that is missing. Those of [`PublishedKeys::read`] for `jwks`.
    pub fn read(document: &'a mut [u8]) -> Result<Self, Error> {
        let [mut texts @ .., grant_types, jwks] = Self::places(document)?;
        for place in texts.iter_mut().flatten() {
            *place = unescape_in_place(document, place.clone()).ok_or(Self::refused(Cause::WrongType))?;
        }
        let document: &'a [u8] = document;
        let text = |place: Option<Range<usize>>| core::str::from_utf8(document.get(place?)?).ok();
        Self::of(document, texts.map(text), [grant_types, jwks])
    }

    /// The same for a document that stays as it is: texts with escapes go into `scratch`, of which the rest is given back.
    ///
    /// # Errors
    /// Those of [`read`](Self::read), and [`Cause::BufferTooSmall`] about [`Argument::Scratch`].
    #[doc(hidden)]
    pub fn read_in(document: &'a [u8], scratch: &'a mut [u8]) -> Result<(Self, &'a mut [u8]), Error> {
        let [places @ .., grant_types, jwks] = Self::places(document)?;
        let mut scratch = Scratch::new(scratch);
        let mut texts = [None; 5];
        for (text, place) in texts.iter_mut().zip(places) {
            if let Some(place) = place {
                let value = document.get(place).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default();
                *text = Some(scratch.text(Text::of(value).ok_or(Self::refused(Cause::WrongType))?)?);
            }
        }
        Ok((Self::of(document, texts, [grant_types, jwks])?, scratch.rest()))
    }

    const fn refused(cause: Cause) -> Error {
        Error::new(cause, Argument::Registration)
    }

    /// Where the members stand: five texts, and two that are none.
    fn places(document: &[u8]) -> Result<[Option<Range<usize>>; 7], Error> {
        let names = [
            "client_id",
            "token_endpoint_auth_method",
            "token_endpoint_auth_signing_alg",
            "scope",
            "jwks_uri",
            "grant_types",
        ];
        // In two passes, with as many names as keys and sets of keys are read with: the code is there already.
        let places = pick(document, &names).map_err(Self::refused)?;
        let [jwks] = pick(document, &["jwks"]).map_err(Self::refused)?;
        let is_there = |place: &Range<usize>| !matches!(document.get(place.clone()), None | Some(b"" | b"null"));
        let [client_id, method, algorithm, scope, jwks_uri, grant_types] = places;
        let places = [client_id, method, algorithm, scope, jwks_uri, grant_types, jwks];
        Ok(places.map(|place| Some(place).filter(is_there)))
    }

    fn of(
        document: &'a [u8],
        [client_id, auth_method, algorithm, scope, jwks_uri]: [Option<&'a str>; 5],
        [grant_types, jwks]: [Option<Range<usize>>; 2],
    ) -> Result<Self, Error> {
        let grant_types = grant_types.and_then(|place| core::str::from_utf8(document.get(place)?).ok());
        if grant_types.is_some_and(|list| elements(list).is_none()) {
            return Err(Self::refused(Cause::WrongType));
        }
        let keys = jwks.and_then(|place| document.get(place)).map(PublishedKeys::read).transpose()?;
        Ok(Self { client_id, auth_method, algorithm, scope, jwks_uri, grant_types, keys })
    }

    /// `client_id`.
    #[must_use]
    pub const fn client_id(&self) -> Option<&'a str> {
        self.client_id
    }
}

/// A server's metadata as evidence: also a document that cannot be used says something.
#[derive(Clone, Copy, Debug)]
pub struct MetadataEvidence<'a> {
    pub(super) metadata: Result<Metadata<'a>, Error>,
    pub(super) fetched_at: Option<u64>,
    pub(super) digest: Option<[u8; 32]>,
}

impl<'a> MetadataEvidence<'a> {
    /// Reads the document, as [`Metadata::read`] does, with plain http too; without `issuer`, whichever issuer it is of. What
    /// is wrong with it is kept.
    #[must_use]
    pub fn read(document: &'a mut [u8], issuer: Option<&str>) -> Self {
        let digest = Some(Sha256::digest(&*document).into());
        let issuer = issuer.map(IssuerIdentifier::insecure_http).transpose();
        let metadata = issuer.and_then(|issuer| Metadata::read_of(document, issuer));
        Self { metadata, fetched_at: None, digest }
    }

    /// Metadata that was read before.
    #[must_use]
    pub const fn known(metadata: Metadata<'a>) -> Self {
        Self { metadata: Ok(metadata), fetched_at: None, digest: None }
    }

    /// A document that could not be read, and why.
    #[must_use]
    pub const fn refused(error: Error) -> Self {
        Self { metadata: Err(error), fetched_at: None, digest: None }
    }

    /// Adds the SHA-256 of the document as it was fetched.
    #[must_use]
    pub const fn with_digest(self, digest: [u8; 32]) -> Self {
        Self { digest: Some(digest), ..self }
    }

    /// Says when it was fetched, in seconds since 1970.
    #[must_use]
    pub const fn with_fetched_at(self, fetched_at: u64) -> Self {
        Self { fetched_at: Some(fetched_at), ..self }
    }
}

/// Everything that a diagnosis goes by. All of it may be missing: what cannot be decided then is said to be so.
///
/// ```
/// use jurat_core::{Diagnosis, Evidence, Fault, SentRequest};
/// let request = SentRequest::new("GET", "https://as.example/token");
/// let evidence = Evidence::new().with_request(&request);
/// let mut scratch = [0; 64];
/// let diagnosis = Diagnosis::check(&evidence, &mut scratch)?;
/// assert_eq!(diagnosis.causes()[0].fault(), Fault::HttpMethodWrong);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy)]
#[must_use]
pub struct Evidence<'a> {
    pub(super) request: Option<&'a SentRequest<'a>>,
    pub(super) answer: Option<&'a ReceivedAnswer<'a>>,
    pub(super) issuer: Option<&'a str>,
    pub(super) token_endpoint: Option<&'a str>,
    pub(super) metadata: Option<&'a MetadataEvidence<'a>>,
    pub(super) registration: Option<&'a RegisteredClient<'a>>,
    pub(super) keys: Option<PublishedKeys<'a>>,
    pub(super) key: Option<PublicKey>,
    pub(super) profile: Option<&'a Profile<'a>>,
    pub(super) behaviour: Option<&'a Behaviour<'a>>,
    pub(super) seen: Option<Seen<'a>>,
    pub(super) verifier: Option<&'a dyn Verifier>,
    pub(super) clock_source: Option<&'a str>,
    pub(super) uncertainty: Option<u32>,
    pub(super) sent_at: Option<u64>,
    pub(super) received_at: Option<u64>,
}

/// What an evidence may have, at once; for bindings. Each of these has a setter of its own.
#[derive(Clone, Copy)]
#[doc(hidden)]
#[expect(clippy::exhaustive_structs, reason = "bindings write it as a literal")]
pub struct EvidenceOptions<'a> {
    pub request: Option<&'a SentRequest<'a>>,
    pub answer: Option<&'a ReceivedAnswer<'a>>,
    pub issuer: Option<&'a str>,
    pub token_endpoint: Option<&'a str>,
    pub metadata: Option<&'a MetadataEvidence<'a>>,
    pub registration: Option<&'a RegisteredClient<'a>>,
    pub keys: Option<PublishedKeys<'a>>,
    pub key: Option<PublicKey>,
    pub profile: Option<&'a Profile<'a>>,
    pub behaviour: Option<&'a Behaviour<'a>>,
    pub seen: Option<&'a dyn SeenIds>,
    pub verifier: Option<&'a dyn Verifier>,
    pub clock_source: Option<&'a str>,
    pub uncertainty: Option<u32>,
    pub sent_at: Option<u64>,
    pub received_at: Option<u64>,
}

impl EvidenceOptions<'_> {
    /// Nothing is known.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            request: None,
            answer: None,
            issuer: None,
            token_endpoint: None,
            metadata: None,
            registration: None,
            keys: None,
            key: None,
            profile: None,
            behaviour: None,
            seen: None,
            verifier: None,
            clock_source: None,
            uncertainty: None,
            sent_at: None,
            received_at: None,
        }
    }
}

impl Default for Evidence<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Evidence<'a> {
    /// Nothing is known.
    pub const fn new() -> Self {
        Self::with_options(&EvidenceOptions::none())
    }

    /// All of it at once.
    #[doc(hidden)]
    pub const fn with_options(options: &EvidenceOptions<'a>) -> Self {
        Self {
            request: options.request,
            answer: options.answer,
            issuer: options.issuer,
            token_endpoint: options.token_endpoint,
            metadata: options.metadata,
            registration: options.registration,
            keys: options.keys,
            key: options.key,
            profile: options.profile,
            behaviour: options.behaviour,
            seen: match options.seen {
                Some(seen) => Some(Seen::Kept(seen)),
                None => None,
            },
            verifier: options.verifier,
            clock_source: options.clock_source,
            uncertainty: options.uncertainty,
            sent_at: options.sent_at,
            received_at: options.received_at,
        }
    }

    /// The request, as it was sent or is about to be.
    pub const fn with_request(self, request: &'a SentRequest<'a>) -> Self {
        Self { request: Some(request), ..self }
    }

    /// The answer to it.
    pub const fn with_answer(self, answer: &'a ReceivedAnswer<'a>) -> Self {
        Self { answer: Some(answer), ..self }
    }

    /// The server's issuer identifier, from configuration.
    pub const fn with_issuer(self, issuer: &'a str) -> Self {
        Self { issuer: Some(issuer), ..self }
    }

    /// The server's token endpoint, from configuration.
    pub const fn with_token_endpoint(self, url: &'a str) -> Self {
        Self { token_endpoint: Some(url), ..self }
    }

    /// The server's metadata.
    pub const fn with_metadata(self, metadata: &'a MetadataEvidence<'a>) -> Self {
        Self { metadata: Some(metadata), ..self }
    }

    /// How the client is registered at the server.
    pub const fn with_registration(self, registration: &'a RegisteredClient<'a>) -> Self {
        Self { registration: Some(registration), ..self }
    }

    /// The public keys that the client publishes, besides those of its registration.
    pub const fn with_keys(self, keys: PublishedKeys<'a>) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// The public half of the key that signs.
    pub const fn with_key(self, key: PublicKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The server's product.
    pub const fn with_profile(self, profile: &'a Profile<'a>) -> Self {
        Self { profile: Some(profile), ..self }
    }

    /// What that product is known to do when it judges: [`Behaviour::named`] has one for each profile.
    pub const fn with_behaviour(self, behaviour: &'a Behaviour<'a>) -> Self {
        Self { behaviour: Some(behaviour), ..self }
    }

    /// The `jti` values that were sent before, without the one of this request.
    pub const fn with_seen(self, seen: &'a [&'a str]) -> Self {
        Self { seen: Some(Seen::List(seen)), ..self }
    }

    /// The same, kept in another way.
    pub const fn with_seen_from(self, seen: &'a dyn SeenIds) -> Self {
        Self { seen: Some(Seen::Kept(seen)), ..self }
    }

    /// Verifies signatures. Without it, whether they are right is not decidable.
    pub const fn with_verifier(self, verifier: &'a dyn Verifier) -> Self {
        Self { verifier: Some(verifier), ..self }
    }

    /// The device's clock: where its time comes from, such as `ntp`, and by how many seconds it may be wrong, if that is
    /// known.
    pub const fn with_clock(self, source: &'a str, uncertainty: Option<u32>) -> Self {
        Self { clock_source: Some(source), uncertainty, ..self }
    }

    /// What the device's clock showed when the request was sent, or shows now: seconds since 1970.
    pub const fn with_sent_at(self, seconds: u64) -> Self {
        Self { sent_at: Some(seconds), ..self }
    }

    /// What the device's clock showed when the answer had come.
    pub const fn with_received_at(self, seconds: u64) -> Self {
        Self { received_at: Some(seconds), ..self }
    }

    /// The server's metadata, if it could be read.
    pub(super) fn known_metadata(&self) -> Option<&'a Metadata<'a>> {
        self.metadata?.metadata.as_ref().ok()
    }
}

// The request holds assertions.
impl core::fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Evidence(..)")
    }
}
