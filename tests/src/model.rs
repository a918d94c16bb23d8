//! The vector file. `tests/vectors/README.md` says what its members mean.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct File {
    /// 1.
    pub format: u32,
    /// The private keys, by the names that inputs call them.
    pub keys: BTreeMap<String, Key>,
    /// The vectors, in the order in which every runner reports them.
    pub vectors: Vec<Vector>,
}

/// A private key.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Key {
    /// The scalar.
    #[serde(deserialize_with = "hex")]
    pub d: [u8; 32],
}

/// One question, and its answer.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Vector {
    /// Unique, and append-only.
    pub id: String,
    /// Whether it has to be run with every size of output that is too small.
    #[serde(default)]
    pub sizes: bool,
    /// What jurat is asked.
    #[serde(flatten)]
    pub input: Input,
    /// What it has to answer.
    pub expected: Expected,
}

/// The input, by `kind`.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", content = "input", rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "runners have to know every kind")]
pub enum Input {
    /// Sign a client assertion.
    ClientAssertion(Client),
    /// Sign a grant.
    GrantAssertion(Grant),
    /// Write a whole token request.
    TokenRequest(Box<Request>),
    /// Sign a hash.
    Sign(Sign),
    /// Take a signature from a signer.
    Signature(Signature),
    /// Call a function; the output is reported in hexadecimal.
    Call(Call),
    /// Lead an exchange through events; the output is a line of what each of them gave.
    Exchange(Exchange),
    /// Say why a server refuses; the output is a line of what was found, or the JSON.
    Diagnosis(Box<Diagnosis>),
}

/// A client assertion.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Client {
    /// The name of the key; it stands in the request where the assertion does.
    pub key: Option<String>,
    /// `iss` and `sub`.
    pub client_id: String,
    /// `aud`, or else
    pub issuer: Option<String>,
    /// who decides on it.
    pub server: Option<Server>,
    /// With a server: which endpoint is contacted.
    pub endpoint: Option<EndpointName>,
    /// With a server: the URL that is contacted.
    pub endpoint_url: Option<String>,
    /// `iat`.
    pub issued_at: u64,
    /// `exp` - `iat`; 60, or what the server's profile says.
    pub lifetime: Option<u32>,
    /// `nbf`.
    pub not_before: Option<u64>,
    /// `jti` as text, or
    pub jwt_id: Option<String>,
    /// as 16 bytes, or
    #[serde(default, deserialize_with = "optional_hex")]
    pub random: Option<[u8; 16]>,
    /// not at all.
    #[serde(default)]
    pub omit_jwt_id: bool,
    /// `kid`.
    pub key_id: Option<String>,
    /// `x5t#S256`.
    pub certificate_thumbprint: Option<String>,
    /// Custom claims.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// Whether plain http is taken.
    #[serde(default)]
    pub insecure_http: bool,
}

/// An authorization server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Server {
    /// The id of its profile.
    pub profile: String,
    /// Its issuer identifier.
    pub issuer: String,
    /// Its token endpoint, if that is pinned.
    pub token_endpoint: Option<String>,
    /// The document of its metadata.
    pub metadata: Option<String>,
    /// Whether plain http is taken.
    #[serde(default)]
    pub insecure_http: bool,
}

/// An endpoint that is contacted.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "runners have to know every endpoint")]
pub enum EndpointName {
    /// The token endpoint.
    Token,
    /// The pushed authorization request endpoint.
    PushedAuthorizationRequest,
    /// The introspection endpoint.
    Introspection,
    /// The revocation endpoint.
    Revocation,
    /// The device authorization endpoint.
    DeviceAuthorization,
    /// The backchannel authentication endpoint.
    BackchannelAuthentication,
}

/// A grant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Grant {
    /// The name of the key; it stands in the request where the assertion does.
    pub key: Option<String>,
    /// `iss`.
    pub iss: String,
    /// `sub`.
    pub sub: String,
    /// `aud`, or else
    pub issuer: Option<String>,
    /// this one, or else
    pub token_endpoint: Option<String>,
    /// who decides on it.
    pub server: Option<Server>,
    /// `typ`.
    pub r#type: Option<String>,
    /// `iat`.
    pub issued_at: u64,
    /// `exp` - `iat`; 60, or what the server's profile says.
    pub lifetime: Option<u32>,
    /// `nbf`.
    pub not_before: Option<u64>,
    /// `jti` as text, or
    pub jwt_id: Option<String>,
    /// as 16 bytes, or
    #[serde(default, deserialize_with = "optional_hex")]
    pub random: Option<[u8; 16]>,
    /// not at all.
    #[serde(default)]
    pub omit_jwt_id: bool,
    /// `kid`.
    pub key_id: Option<String>,
    /// `x5t#S256`.
    pub certificate_thumbprint: Option<String>,
    /// Custom claims.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// Whether plain http is taken.
    #[serde(default)]
    pub insecure_http: bool,
}

/// A custom claim: a name and one of the others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Claim {
    /// The member's name.
    pub name: String,
    /// Text.
    pub text: Option<String>,
    /// An integer.
    pub integer: Option<i64>,
    /// A boolean.
    pub boolean: Option<bool>,
    /// Null, if true.
    #[serde(default)]
    pub null: bool,
    /// JSON text.
    pub json: Option<String>,
}

/// A token request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Request {
    /// The name of the client's key.
    pub key: Option<String>,
    /// The client assertion.
    pub client: Option<Client>,
    /// The name of the key that signs the grant.
    pub grant_key: Option<String>,
    /// The grant.
    pub grant: Option<Grant>,
    /// `scope`.
    pub scope: Option<String>,
    /// `resource`.
    pub resource: Option<String>,
    /// Extra parameters: name and value.
    #[serde(default)]
    pub parameters: Vec<(String, String)>,
    /// No `client_id`.
    #[serde(default)]
    pub omit_client_id: bool,
    /// Where the request goes, which puts the head of an HTTP/1.1 request before it.
    pub http_endpoint: Option<String>,
}

/// A hash and a key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Sign {
    /// The name of the key, or else
    pub key: Option<String>,
    /// these bytes, which may be no key.
    #[serde(default, deserialize_with = "optional_hex")]
    pub d: Option<[u8; 32]>,
    /// The hash.
    #[serde(deserialize_with = "hex")]
    pub hash: [u8; 32],
}

/// A signature that a signer gave.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Signature {
    /// What it was asked to sign.
    pub client: Client,
    /// What it gave.
    #[serde(deserialize_with = "hex")]
    pub signature: [u8; 64],
}

/// A function, with the inputs that it takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Call {
    /// Which one.
    pub function: Function,
    /// Bytes: a key file, random bytes, a signature in DER, a secret, a certificate, or what a server sent.
    #[serde(default, deserialize_with = "hex_bytes")]
    pub data: Vec<u8>,
    /// The coordinates of a public key.
    #[serde(default, deserialize_with = "optional_hex")]
    pub x: Option<[u8; 32]>,
    /// See above.
    #[serde(default, deserialize_with = "optional_hex")]
    pub y: Option<[u8; 32]>,
    /// The `kid` of a JWK.
    pub key_id: Option<String>,
    /// The boot counter.
    #[serde(default)]
    pub boot: u64,
    /// The message counter.
    #[serde(default)]
    pub message: u64,
    /// An issuer identifier.
    pub issuer: Option<String>,
    /// Whether that may be one of plain http.
    #[serde(default)]
    pub insecure_http: bool,
    /// What the function takes besides; the README has their order.
    #[serde(default)]
    pub numbers: Vec<i64>,
}

/// The functions of [`Call`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "runners have to know every function")]
pub enum Function {
    /// The scalar.
    ImportKey,
    /// The private key.
    GenerateKey,
    /// The 16 bytes of a `jti`, from the secret `data`.
    DeriveJwtId,
    /// r, then s.
    SignatureFromDer,
    /// The 43 characters.
    CertificateThumbprint,
    /// The 43 characters.
    Thumbprint,
    /// The JSON.
    Jwk,
    /// The DER.
    SpkiDer,
    /// The PEM.
    SpkiPem,
    /// A JWK Set of the key twice: with its thumbprint, and with `key_id`.
    Jwks,
    /// A registration with the key, for both grants, the client name `Meter 7` and the scope `a b`.
    Registration,
    /// A signature with added entropy; `data` is the private key, the hash and the entropy, 32 bytes each.
    SignHedged,
    /// The digits of the date `data`.
    HttpDate,
    /// The digits of the wait `data`, or `none`.
    RetryAfter,
    /// The number of the fault.
    TimeFault,
    /// The URL.
    WellKnown,
    /// `ok`, for `data` that is the issuer.
    CheckIssuer,
    /// The request for the time, to the URL `data`.
    TimeRequest,
    /// A line of what the metadata `data` says.
    Metadata,
    /// A line of what the body `data` says.
    Response,
    /// A line of what a clock shows.
    Clock,
}

/// An exchange.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exchange {
    /// The name of the client's key.
    pub key: String,
    /// What the clock is at first.
    pub clock: Clock,
    /// The attempts that are allowed, if others than the default.
    pub attempts: Option<u8>,
    /// What happens.
    pub events: Vec<Event>,
}

/// A clock.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Clock {
    /// What it is made as.
    pub state: ClockName,
    /// When the firmware was built.
    pub build_time: u64,
    /// What was learned before.
    #[serde(default)]
    pub offset: i64,
    /// How far it is right.
    #[serde(default)]
    pub uncertainty: u32,
}

/// A state of a clock.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "runners have to know every state")]
pub enum ClockName {
    /// Set by a source of its own.
    Trusted,
    /// Learned before.
    Estimated,
    /// Not set.
    Unset,
}

/// One thing that happens to an exchange.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "runners have to know every event")]
pub enum Event {
    /// What to do now?
    Step {
        /// What the device's clock shows.
        device: u64,
    },
    /// A request for the time is made.
    AskTime {
        /// What the device's clock shows.
        device: u64,
    },
    /// A request with an assertion is made.
    Attempt {
        /// What the device's clock shows.
        device: u64,
        /// The bytes of the `jti`.
        #[serde(deserialize_with = "hex")]
        random: [u8; 16],
    },
    /// An answer comes.
    Answer(Answer),
    /// None comes.
    NoAnswer {
        /// What the device's clock shows.
        device: u64,
    },
    /// The exchange is put away and taken out again.
    Store,
}

/// An answer of a server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// `Date`.
    pub date: Option<String>,
    /// `Age`.
    pub age: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// The body.
    #[serde(default)]
    pub body: String,
    /// Whether the body was cut off.
    #[serde(default)]
    pub truncated: bool,
    /// What the device's clock showed when the request was sent,
    pub sent_at: u64,
    /// and when the answer came.
    pub received_at: u64,
}

/// What a diagnosis goes by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Diagnosis {
    /// What is asked.
    pub r#do: Question,
    /// What is inspected.
    #[serde(default)]
    pub assertion: String,
    /// What was sent.
    #[serde(default)]
    pub request: SentRequest,
    /// What came back.
    pub response: Option<ReceivedResponse>,
    /// What the device's clock showed when the request was sent,
    pub sent_at: Option<u64>,
    /// and when the answer came.
    pub received_at: Option<u64>,
    /// Where its time comes from.
    #[serde(default)]
    pub clock: ClockEvidence,
    /// The server's issuer identifier.
    pub issuer: Option<String>,
    /// The server's token endpoint.
    pub token_endpoint: Option<String>,
    /// The document of the server's metadata.
    pub metadata: Option<String>,
    /// When that was fetched.
    pub metadata_fetched_at: Option<u64>,
    /// The document of the client's registration.
    pub registration: Option<String>,
    /// The keys that the client publishes.
    pub jwks: Option<PublishedKeys>,
    /// The name of the key whose public half is known as that of the signer.
    pub key: Option<String>,
    /// The id of the server's profile.
    pub profile: Option<String>,
    /// The `jti` values that were sent before.
    pub seen_jti: Option<Vec<String>>,
    /// Whether the JSON is wanted, and not a line.
    #[serde(default)]
    pub json: bool,
    /// The key of the hashes in it.
    #[serde(default, deserialize_with = "hex_bytes")]
    pub hash_key: Vec<u8>,
    /// Whether the client id is hashed,
    #[serde(default)]
    pub hash_client_id: bool,
    /// and `jti`.
    #[serde(default)]
    pub hash_jwt_id: bool,
    /// Whether `iss` and `sub` of a grant are in clear.
    #[serde(default)]
    pub show_grant: bool,
}

/// What a diagnosis is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "runners have to know every question")]
pub enum Question {
    /// What is odd about an assertion?
    Inspect,
    /// What would have a request refused?
    Check,
    /// Why was it refused?
    Explain,
}

/// A request that was sent, or is about to be.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SentRequest {
    /// Its method.
    #[serde(default)]
    pub method: String,
    /// The URL that was contacted.
    #[serde(default)]
    pub endpoint: String,
    /// `Content-Type`; empty where there was none.
    pub content_type: Option<String>,
    /// Other header fields.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The form, as it was sent.
    #[serde(default)]
    pub body: String,
}

/// An answer of which all header fields are known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReceivedResponse {
    /// The status.
    pub status: u16,
    /// The header fields.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default)]
    pub body: String,
}

/// Where the device's time comes from, and by how much it may be wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClockEvidence {
    /// Its source.
    pub source: Option<String>,
    /// Seconds.
    pub uncertainty_s: Option<u32>,
}

/// A JWK set, and what is known of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PublishedKeys {
    /// The set.
    pub document: String,
    /// The URL where it was fetched.
    pub source: Option<String>,
    /// When.
    pub fetched_at: Option<u64>,
    /// For how long a copy may be kept.
    pub max_age: Option<u32>,
}

/// The answer.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a test has to know every answer")]
pub enum Expected {
    /// An assertion, a body, or the line of an exchange or of a diagnosis.
    Output {
        /// Its characters.
        output: String,
    },
    /// A signature.
    Signature {
        /// Its 64 bytes in hexadecimal.
        signature: String,
    },
    /// What a function gave, a whole HTTP request, or the JSON of a diagnosis.
    Bytes {
        /// In hexadecimal.
        bytes: String,
    },
    /// A refusal.
    Refused {
        /// The cause, as C spells it behind `JURAT_CAUSE_`.
        cause: String,
        /// The argument, as C and Python call it.
        argument: String,
    },
}

fn hex<'d, D: Deserializer<'d>, const N: usize>(from: D) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(from)?;
    decode(&text).ok_or_else(|| serde::de::Error::custom(format!("{text}: not {N} bytes in hexadecimal")))
}

fn optional_hex<'d, D: Deserializer<'d>, const N: usize>(from: D) -> Result<Option<[u8; N]>, D::Error> {
    hex(from).map(Some)
}

fn hex_bytes<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    bytes(&text).ok_or_else(|| serde::de::Error::custom(format!("{text}: not hexadecimal")))
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    bytes(text)?.try_into().ok()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2));
    digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

impl File {
    /// Reads the file's text.
    ///
    /// # Errors
    /// Text that is not a vector file, or a vector with a key that the file does not have.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let file: Self = serde_json::from_str(text)?;
        let unknown = file.vectors.iter().find(|vector| !vector.input.keys().all(|name| file.keys.contains_key(name)));
        match unknown {
            Some(vector) => Err(serde::de::Error::custom(format!("{}: unknown key", vector.id))),
            None => Ok(file),
        }
    }

    /// The private key of this name; [`parse`](Self::parse) has seen to it that there is one.
    #[must_use]
    pub fn key(&self, name: Option<&String>) -> [u8; 32] {
        name.and_then(|name| self.keys.get(name)).map_or([0; 32], |key| key.d)
    }
}

impl Input {
    fn keys(&self) -> impl Iterator<Item = &String> {
        let (first, second) = match self {
            Self::ClientAssertion(client) => (client.key.as_ref(), None),
            Self::GrantAssertion(grant) => (grant.key.as_ref(), None),
            Self::TokenRequest(request) => (request.key.as_ref(), request.grant_key.as_ref()),
            Self::Sign(sign) => (sign.key.as_ref(), None),
            Self::Exchange(exchange) => (Some(&exchange.key), None),
            Self::Diagnosis(diagnosis) => (diagnosis.key.as_ref(), None),
            Self::Signature(_) | Self::Call(_) => (None, None),
        };
        first.into_iter().chain(second)
    }
}
