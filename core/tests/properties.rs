//! What holds for every input: what was written is what another parser reads, sizes are exact, and no failure leaves
//! anything. `PROPTEST_CASES` takes more cases, and other ones in each run.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use core::convert::Infallible;
use core::ops::RangeInclusive;
use core::sync::atomic::{AtomicUsize, Ordering};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jurat_core::{
    Argument, Assertion, CERTIFICATE_THUMBPRINT_MEMBER_SIZE, Cause, Claim, ClaimValue, ClientAssertion, Clock,
    CombSigner, Diagnosis, EXCHANGE_SIZE, EndpointUrl, Error, Es256Signature, Es256Signer, Exchange, GrantAssertion,
    GrantTypes, HedgedSigner, Inspection, IssuerIdentifier, Jwk, Jwks, JwtId, Kind, MAX_RETRY_AFTER, NumericDate,
    PRIVATE_PEM_SIZE, Parameter, PublicKey, PublishedKeys, Registration, Response, SPKI_PEM_SIZE, SoftwareSigner, Step,
    ToBeSigned, TokenRequest, Verified, WellKnown, client_assertion_size, client_assertion_size_worst,
    grant_assertion_size, grant_assertion_size_worst, import_jwk, import_key, jwk_size, jwks_size, registration_size,
    retry_after, time_request, token_request_size,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};

/// The same cases in every run, a part of them where each takes long; `PROPTEST_CASES` has its own ones.
fn config(part: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let given = std::env::var_os("PROPTEST_CASES").is_some();
    let rng_seed = if given { default.rng_seed } else { RngSeed::Fixed(1) };
    ProptestConfig { cases: default.cases.div_ceil(part), failure_persistence: None, rng_seed, ..default }
}

// ---------------------------------------------------------------------------------------------------------- inputs

fn any_text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 1..40).prop_map(String::from_iter)
}

fn plain_text() -> impl Strategy<Value = String> {
    "[ !#-\\[\\]-~]{1,60}"
}

fn url() -> impl Strategy<Value = String> {
    "https://[a-z0-9.-]{1,20}(:[1-9][0-9]{0,3})?(/[a-zA-Z0-9._~%-]{0,10}){0,3}"
}

fn scope() -> impl Strategy<Value = String> {
    "[!#-\\[\\]-~]{1,9}( [!#-\\[\\]-~]{1,9}){0,3}"
}

/// A resource, which no fragment ends.
fn absolute_uri() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9+.-]{0,6}:[a-zA-Z0-9/?&=%._~!$'()*,;:@-]{1,20}"
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any_text(), inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[derive(Clone, Debug)]
enum OwnClaim {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Null,
    Json(Value, String),
}

impl OwnClaim {
    fn strategy(text: impl Strategy<Value = String>) -> impl Strategy<Value = Self> {
        prop_oneof![
            text.prop_map(Self::Text),
            any::<i64>().prop_map(Self::Integer),
            any::<bool>().prop_map(Self::Boolean),
            Just(Self::Null),
            json_value().prop_map(|value| Self::Json(value.clone(), value.to_string())),
        ]
    }

    fn borrow(&self) -> ClaimValue<'_> {
        match self {
            Self::Text(text) => ClaimValue::Text(text),
            Self::Integer(number) => ClaimValue::Integer(*number),
            Self::Boolean(boolean) => ClaimValue::Boolean(*boolean),
            Self::Null => ClaimValue::Null,
            Self::Json(_, text) => ClaimValue::Json(text),
        }
    }

    fn expected(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Integer(number) => json!(number),
            Self::Boolean(boolean) => json!(boolean),
            Self::Null => Value::Null,
            Self::Json(value, _) => value.clone(),
        }
    }
}

/// What an assertion of either kind is made of; all of it is taken.
#[derive(Clone, Debug)]
struct Given {
    /// Client id, or `iss` and `sub`.
    ids: [String; 2],
    issuer: String,
    issued_at: u64,
    lifetime: u32,
    /// Seconds before `exp`.
    not_before: Option<u64>,
    jwt_id: Result<String, [u8; 16]>,
    key_id: Option<String>,
    typ: Option<String>,
    thumbprint: Option<String>,
    claims: Vec<(String, OwnClaim)>,
}

/// Names that no claim has by itself, each once.
fn names(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    text.prop_map(|text| format!("x{text}"))
}

fn given_of(text: BoxedStrategy<String>) -> impl Strategy<Value = Given> {
    let id = (
        prop_oneof![
            text.clone().prop_map(Ok),
            any::<[u8; 16]>().prop_map(|mut bytes| {
                bytes[1] = !bytes[0];
                Err(bytes)
            })
        ],
        option::of(text.clone()),
        option::of(text.clone()),
        option::of("[A-Za-z0-9_-]{43}"),
    );
    let times = (0..100_000_000_000_u64, 1..=3_600_u32, option::of(1..=3_600_u64));
    let claims = vec((names(text.clone()), OwnClaim::strategy(text.clone())), 0..5);
    ([text.clone(), text], url(), times, id, claims).prop_map(|(ids, issuer, times, id, mut claims)| {
        let (issued_at, lifetime, not_before) = times;
        let (jwt_id, key_id, typ, thumbprint) = id;
        claims.sort_by(|one, other| one.0.cmp(&other.0));
        claims.dedup_by(|one, other| one.0 == other.0);
        Given { ids, issuer, issued_at, lifetime, not_before, jwt_id, key_id, typ, thumbprint, claims }
    })
}

fn given() -> impl Strategy<Value = Given> {
    given_of(any_text().boxed())
}

impl Given {
    fn not_before(&self) -> Option<u64> {
        Some((self.issued_at + u64::from(self.lifetime)).saturating_sub(self.not_before?).min(99_999_999_999))
    }

    fn claims(&self) -> Vec<Claim<'_>> {
        self.claims.iter().map(|(name, value)| Claim { name, value: value.borrow() }).collect()
    }

    fn jwt_id(&self) -> JwtId<'_> {
        match &self.jwt_id {
            Ok(text) => JwtId::text(text),
            Err(random) => JwtId::random_in(random),
        }
    }

    fn jwt_id_text(&self) -> String {
        match &self.jwt_id {
            Ok(text) => text.clone(),
            Err(random) => encoded(random),
        }
    }

    fn apply<'a, K: Kind>(&'a self, assertion: Assertion<'a, K>, claims: &'a [Claim<'a>]) -> Assertion<'a, K> {
        let mut assertion = assertion.with_lifetime(self.lifetime).with_claims(claims);
        if let Some(key_id) = &self.key_id {
            assertion = assertion.with_key_id(key_id);
        }
        if let Some(thumbprint) = &self.thumbprint {
            assertion = assertion.with_certificate_thumbprint(thumbprint);
        }
        match self.not_before() {
            Some(not_before) => assertion.with_not_before(at(not_before)),
            None => assertion,
        }
    }

    fn client<'a>(&'a self, claims: &'a [Claim<'a>]) -> ClientAssertion<'a> {
        let assertion = ClientAssertion::new(&self.ids[0], issuer(&self.issuer), at(self.issued_at), self.jwt_id());
        self.apply(assertion, claims)
    }

    fn grant<'a>(&'a self, claims: &'a [Claim<'a>]) -> GrantAssertion<'a> {
        let audience = issuer(&self.issuer).into();
        let grant = GrantAssertion::new(&self.ids[0], &self.ids[1], audience, at(self.issued_at), self.jwt_id());
        self.apply(grant.with_optional_type(self.typ.as_deref()), claims)
    }

    /// Header and claims of it, with this `typ` and this `sub`.
    fn expected(&self, typ: Option<&str>, sub: &str) -> (Value, Value) {
        let mut header = Map::new();
        for (name, value) in [
            ("typ", typ),
            ("alg", Some("ES256")),
            ("kid", self.key_id.as_deref()),
            ("x5t#S256", self.thumbprint.as_deref()),
        ] {
            header.extend(value.map(|value| (name.to_owned(), json!(value))));
        }
        let mut claims = json!({
            "aud": self.issuer, "iss": self.ids[0], "sub": sub, "iat": self.issued_at,
            "exp": self.issued_at + u64::from(self.lifetime), "jti": self.jwt_id_text(),
        });
        let object = claims.as_object_mut().unwrap();
        object.extend(self.not_before().map(|not_before| ("nbf".to_owned(), json!(not_before))));
        object.extend(self.claims.iter().map(|(name, value)| (name.clone(), value.expected())));
        (header.into(), claims)
    }

    /// The lengths that the sizes of an assertion are made of: `jti`, `kid`, claims.
    fn lengths(&self) -> [usize; 3] {
        let member = |(name, value): &(String, OwnClaim)| {
            json!(name).to_string().len() + value.expected().to_string().len() + ",:".len()
        };
        [self.jwt_id_text().len(), self.key_id.as_ref().map_or(0, String::len), self.claims.iter().map(member).sum()]
    }
}

/// A request with one assertion or both.
#[derive(Clone, Debug)]
struct Asked {
    client: Option<Given>,
    grant: Option<Given>,
    client_id: bool,
    scope: Option<String>,
    resource: Option<String>,
    parameters: Vec<(String, String)>,
    endpoint: Option<String>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let assertions = prop_oneof![
        given().prop_map(|client| (Some(client), None)),
        given().prop_map(|grant| (None, Some(grant))),
        (given(), given()).prop_map(|(client, mut grant)| {
            grant.jwt_id = Ok(format!("{}+", client.jwt_id_text()));
            (Some(client), Some(grant))
        }),
    ];
    let parameters = vec((names(any_text()), any_text()), 0..4);
    (assertions, any::<bool>(), option::of(scope()), option::of(absolute_uri()), parameters, option::of(url()))
        .prop_map(|((client, grant), client_id, scope, resource, mut parameters, endpoint)| {
            parameters.sort();
            parameters.dedup_by(|one, other| one.0 == other.0);
            Asked { client, grant, client_id, scope, resource, parameters, endpoint }
        })
}

impl Asked {
    /// Makes the request, for `with` to use.
    fn with<R>(&self, with: impl FnOnce(TokenRequest<'_>) -> R) -> R {
        let claims = [&self.client, &self.grant].map(|given| given.as_ref().map(Given::claims).unwrap_or_default());
        let client = self.client.as_ref().map(|given| given.client(&claims[0]));
        let mut request = match (&self.grant, client) {
            (None, client) => TokenRequest::client_credentials(client.unwrap()),
            (Some(grant), None) => TokenRequest::jwt_bearer(grant.grant(&claims[1])),
            (Some(grant), Some(client)) => {
                TokenRequest::jwt_bearer(grant.grant(&claims[1])).with_client_assertion(client)
            }
        };
        if !self.client_id {
            request = request.without_client_id();
        }
        if let Some(scope) = &self.scope {
            request = request.with_scope(scope);
        }
        if let Some(resource) = &self.resource {
            request = request.with_resource(resource);
        }
        let parameters: Vec<_> = self.parameters.iter().map(|(name, value)| Parameter { name, value }).collect();
        if let Some(endpoint) = &self.endpoint {
            request = request.with_http_head(EndpointUrl::new(endpoint).unwrap());
        }
        with(request.with_parameters(&parameters))
    }
}

// --------------------------------------------------------------------------------------------------------- helpers

fn at(seconds: u64) -> NumericDate {
    NumericDate::from_seconds(seconds).unwrap()
}

fn issuer(url: &str) -> IssuerIdentifier<'_> {
    IssuerIdentifier::new(url).unwrap()
}

fn encoded(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2 + 2];
    Base64UrlUnpadded::encode(bytes, &mut text).unwrap().to_owned()
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = vec![0; text.len()];
    Base64UrlUnpadded::decode(text, &mut bytes).unwrap().to_vec()
}

fn parsed(part: &str) -> Value {
    serde_json::from_slice(&decoded(part)).unwrap()
}

/// A key that signs, for whom a signature need not take long.
struct Fixed;

impl Es256Signer for Fixed {
    type Error = Infallible;

    fn sign(&mut self, _: &ToBeSigned<'_>) -> Result<Es256Signature, Infallible> {
        Ok(fixed_signature())
    }
}

fn fixed_signature() -> Es256Signature {
    Es256Signature::from_bytes([1; 64]).unwrap()
}

/// Writes into buffers of sizes around what is needed, and of any size: the size is exact, what is too small is left
/// zero, and nothing behind the output is touched. Gives what was written.
fn written(any_size: usize, needed: usize, write: impl Fn(&mut [u8]) -> Result<usize, Error>) -> Vec<u8> {
    let sizes = [0, 1, needed / 2, needed - 1, any_size % (needed + 11), needed, needed + 1, needed + 10];
    let mut output = Vec::new();
    for size in sizes {
        let mut buffer = vec![0xaa; size];
        let result = write(&mut buffer);
        if size < needed {
            assert_eq!(result, Err(Error::too_small(needed)), "with {size} bytes");
            assert!(buffer.iter().all(|byte| *byte == 0), "with {size} bytes, {needed} are needed");
        } else {
            assert_eq!(result, Ok(needed), "with {size} bytes");
            let rest = buffer.split_off(needed);
            assert!(rest.iter().all(|byte| *byte == 0xaa), "with {size} bytes, {needed} are needed");
            output = buffer;
        }
    }
    output
}

/// What is refused leaves nothing, whatever the size.
fn leaves_nothing(size: usize, error: Error, write: impl Fn(&mut [u8]) -> Result<usize, Error>) {
    let mut buffer = vec![0xaa; size];
    assert_eq!(write(&mut buffer), Err(error));
    let zeros = buffer.iter().take_while(|byte| **byte == 0).count();
    assert!(buffer[zeros..].iter().all(|byte| *byte == 0xaa), "{error:?} left something");
}

fn sign_client(given: &Given, buffer: &mut [u8]) -> Result<usize, Error> {
    let claims = given.claims();
    given.client(&claims).sign_with(buffer, &mut Fixed).map(|signed| signed.as_bytes().len()).map_err(Error::from)
}

fn sign_grant(given: &Given, buffer: &mut [u8]) -> Result<usize, Error> {
    let claims = given.claims();
    given.grant(&claims).sign_with(buffer, &mut Fixed).map(|signed| signed.as_bytes().len()).map_err(Error::from)
}

/// An assertion, taken apart by another parser.
fn is_assertion(assertion: &str, expected: &(Value, Value)) {
    let parts: Vec<_> = assertion.split('.').collect();
    assert_eq!(parts.len(), 3);
    assert_eq!((&parsed(parts[0]), &parsed(parts[1])), (&expected.0, &expected.1));
    assert_eq!(decoded(parts[2]).len(), 64);
}

/// A form, by another parser (WHATWG URL section 5.1).
fn form(body: &str) -> Vec<(String, String)> {
    let unescaped = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            bytes.push(match first {
                b'+' => b' ',
                b'%' => {
                    let (digits, behind) = rest.split_at(2);
                    rest = behind;
                    u8::from_str_radix(core::str::from_utf8(digits).unwrap(), 16).unwrap()
                }
                other => *other,
            });
        }
        String::from_utf8(bytes).unwrap()
    };
    body.split('&')
        .map(|pair| pair.split_once('=').map(|(name, value)| (unescaped(name), unescaped(value))).unwrap())
        .collect()
}

// ------------------------------------------------------------------------------------------------------ assertions

const CLIENT_TYPE: &str = "client-authentication+jwt";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn a_client_assertion_is_what_was_given(given in given(), size: usize) {
        let claims = given.claims();
        let needed = given.client(&claims).needed().unwrap();
        let text = String::from_utf8(written(size, needed, |buffer| sign_client(&given, buffer))).unwrap();
        is_assertion(&text, &given.expected(Some(CLIENT_TYPE), &given.ids[0]));
    }

    #[test]
    fn a_grant_is_what_was_given(given in given(), size: usize) {
        let claims = given.claims();
        let needed = given.grant(&claims).needed().unwrap();
        let text = String::from_utf8(written(size, needed, |buffer| sign_grant(&given, buffer))).unwrap();
        is_assertion(&text, &given.expected(given.typ.as_deref(), &given.ids[1]));
    }

    #[test]
    fn a_request_is_what_was_given(asked in asked(), size: usize) {
        let needed = asked.with(|request| request.needed()).unwrap();
        let sign = |buffer: &mut [u8]| {
            asked.with(|request| {
                request.sign_with(&mut *buffer, &mut Fixed).map(|signed| signed.as_bytes().len()).map_err(Error::from)
            })
        };
        let text = String::from_utf8(written(size, needed, sign)).unwrap();
        let mut body = &*text;
        if asked.endpoint.is_some() {
            let (head, behind) = text.split_once("\r\n\r\n").unwrap();
            let (_, length) = head.split_once("Content-Length:").unwrap();
            prop_assert_eq!(length.trim().parse::<usize>().unwrap(), behind.len());
            body = behind;
        }
        let fields = form(body);
        let get = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let grant_type = asked.grant.as_ref().map_or("client_credentials", |_| JWT_BEARER);
        prop_assert_eq!(get("grant_type"), Some(grant_type));
        prop_assert_eq!(get("assertion").is_some(), asked.grant.is_some());
        if let Some(grant) = &asked.grant {
            is_assertion(get("assertion").unwrap(), &grant.expected(grant.typ.as_deref(), &grant.ids[1]));
        }
        prop_assert_eq!(get("client_assertion").is_some(), asked.client.is_some());
        if let Some(client) = &asked.client {
            is_assertion(get("client_assertion").unwrap(), &client.expected(Some(CLIENT_TYPE), &client.ids[0]));
        }
        let client_id = asked.client.as_ref().filter(|_| asked.client_id).map(|client| client.ids[0].as_str());
        prop_assert_eq!(get("client_id"), client_id);
        prop_assert_eq!((get("scope"), get("resource")), (asked.scope.as_deref(), asked.resource.as_deref()));
        prop_assert_eq!(&fields[fields.len() - asked.parameters.len()..], &asked.parameters[..]);
    }

    #[test]
    fn what_is_refused_leaves_nothing(mut asked in asked(), size in 0..2_000_usize, fault in 0..11_u8) {
        let too_long = "k".repeat(2_049);
        let given = asked.client.as_mut().or(asked.grant.as_mut()).unwrap();
        match fault {
            0 => given.ids[0].clear(),
            1 => given.ids[0] = too_long,
            2 => given.key_id = Some(String::new()),
            3 => given.jwt_id = Err([7; 16]),
            4 => given.lifetime = 0,
            5 => given.thumbprint = Some("=".repeat(43)),
            6 => given.claims.push(("exp".to_owned(), OwnClaim::Null)),
            7 => given.claims.extend([("a".to_owned(), OwnClaim::Null), ("a".to_owned(), OwnClaim::Null)]),
            8 => given.claims.push(("a".to_owned(), OwnClaim::Json(Value::Null, "[1".to_owned()))),
            9 => asked.scope = Some("a  b".to_owned()),
            _ => asked.parameters.push(("scope".to_owned(), "a".to_owned())),
        }
        let error = asked.with(|request| request.needed()).unwrap_err();
        prop_assert_ne!(error.cause(), Cause::BufferTooSmall);
        leaves_nothing(size, error, |buffer| {
            asked.with(|request| {
                request.sign_with(&mut *buffer, &mut Fixed).map(|signed| signed.as_bytes().len()).map_err(Error::from)
            })
        });
    }

    #[test]
    fn a_longer_text_never_needs_less(asked in asked(), more in any_text(), which in 0..6_u8) {
        let mut longer = asked.clone();
        let given = longer.client.as_mut().or(longer.grant.as_mut()).unwrap();
        match which {
            0 => given.ids[0].push_str(&more),
            1 => given.key_id.get_or_insert_default().push_str(&more),
            2 => given.jwt_id = Ok(given.jwt_id_text() + &more),
            3 => given.claims.push((format!("y{more}"), OwnClaim::Text(more))),
            4 => longer.scope = Some(longer.scope.map_or("more".to_owned(), |scope| scope + " more")),
            _ => longer.parameters.push((format!("y{more}"), more)),
        }
        let needed = |asked: &Asked| asked.with(|request| request.needed()).unwrap();
        prop_assert!(needed(&longer) > needed(&asked) || which == 0 && !asked.client_id);
    }

    #[test]
    fn bounds_hold_for_any_text(client in given(), grant in given()) {
        bounds(&client, &grant, client_assertion_size_worst, grant_assertion_size_worst)?;
    }

    #[test]
    fn bounds_hold_for_plain_text(client in given_of(plain_text().boxed()), grant in given_of(plain_text().boxed())) {
        bounds(&client, &grant, client_assertion_size, grant_assertion_size)?;
    }

    #[test]
    fn the_bound_of_a_request_holds(asked in asked()) {
        let mut asked = asked;
        asked.endpoint = None;
        let size = |given: &Option<Given>, needed: fn(&Given) -> usize| given.as_ref().map_or(0, needed);
        let bound = token_request_size(
            size(&asked.client, |given| given.client(&given.claims()).needed().unwrap()),
            size(&asked.grant, |given| given.grant(&given.claims()).needed().unwrap()),
            asked.client.as_ref().map_or(0, |client| client.ids[0].len()),
            asked.scope.as_ref().map_or(0, String::len),
            asked.resource.as_ref().map_or(0, String::len),
            asked.parameters.iter().map(|(name, value)| name.len() + value.len() + 2).sum(),
        );
        prop_assert!(asked.with(|request| request.needed()).unwrap() <= bound);
    }

    /// Of lengths that no text has, too.
    #[test]
    fn bounds_grow(lengths: [usize; 7], place in 0..7_usize, more: usize) {
        let mut longer = lengths;
        longer[place] = longer[place].saturating_add(more);
        let bounds = |[a, b, c, d, e, f, g]: [usize; 7]| [
            client_assertion_size(a, b, c, d, e),
            client_assertion_size_worst(a, b, c, d, e),
            grant_assertion_size(a, b, c, d, e, f, g),
            grant_assertion_size_worst(a, b, c, d, e, f, g),
            token_request_size(a, b, c, d, e, f),
            jwk_size(a),
            jwks_size(a, b),
            registration_size(a, b, c, d, e),
        ];
        for (size, larger) in bounds(lengths).into_iter().zip(bounds(longer)) {
            prop_assert!(size <= larger);
        }
    }

    /// A list that is not the same each time it is asked is the caller's fault, and harms nothing.
    #[test]
    fn lists_that_change_stay_in_the_buffer(
        given in given(),
        lengths in vec(0..80_usize, 1..12),
        size in 0..1_200_usize,
    ) {
        let text = "\"".repeat(80);
        let asked = AtomicUsize::new(0);
        let next = || lengths[asked.fetch_add(1, Ordering::Relaxed) % lengths.len()];
        let names = ["a", "b", "c"];
        let make_claim = |index: usize| {
            (index < next() % 4).then(|| Claim { name: names[index], value: ClaimValue::Text(&text[..next()]) })
        };
        let make_parameter = |index: usize| {
            (index < next() % 4).then(|| Parameter { name: names[index], value: &text[..next().max(1)] })
        };
        let client = given.client(&[]).with_claims_from(&make_claim);
        let request = TokenRequest::client_credentials(client).with_parameters_from(&make_parameter);
        let mut buffer = vec![0xaa; size];
        match request.sign_with(&mut buffer, &mut Fixed) {
            Ok(signed) => prop_assert!(signed.as_bytes().is_ascii()),
            Err(_) => prop_assert!(buffer.iter().all(|byte| matches!(byte, 0 | 0xaa))),
        }
    }
}

type ClientBound = fn(usize, usize, usize, usize, usize) -> usize;
type GrantBound = fn(usize, usize, usize, usize, usize, usize, usize) -> usize;

fn bounds(client: &Given, grant: &Given, of_client: ClientBound, of_grant: GrantBound) -> Result<(), TestCaseError> {
    let thumbprint = |given: &Given| given.thumbprint.as_ref().map_or(0, |_| CERTIFICATE_THUMBPRINT_MEMBER_SIZE);
    let [jwt_id, key_id, claims] = client.lengths();
    let bound = of_client(client.ids[0].len(), client.issuer.len(), jwt_id, key_id, claims) + thumbprint(client);
    let needed = client.client(&client.claims()).needed().unwrap();
    prop_assert!(needed <= bound, "{} > {}", needed, bound);
    let [jwt_id, key_id, claims] = grant.lengths();
    let [iss, sub] = [grant.ids[0].len(), grant.ids[1].len()];
    let typ = grant.typ.as_ref().map_or(0, String::len);
    let bound = of_grant(iss, sub, grant.issuer.len(), jwt_id, key_id, typ, claims) + thumbprint(grant);
    let needed = grant.grant(&grant.claims()).needed().unwrap();
    prop_assert!(needed <= bound, "{} > {}", needed, bound);
    Ok(())
}

// ------------------------------------------------------------------------------------------------------------ keys

fn signer() -> impl Strategy<Value = ([u8; 32], SoftwareSigner)> {
    any::<[u8; 32]>()
        .prop_filter_map("no scalar", |scalar| Some((scalar, SoftwareSigner::from_scalar(&scalar).ok()?)))
        .no_shrink()
}

fn public_key() -> impl Strategy<Value = PublicKey> {
    // Known from any other only by a look at the curve, which no writer has.
    (any::<[u8; 32]>(), any::<[u8; 32]>())
        .prop_filter_map("not below p", |(x, y)| PublicKey::from_coordinates(&x, &y).ok())
}

fn both_halves<S: Es256Signer<Error = Infallible>>(asked: &Asked, make: impl Fn() -> S, keys: &PublicKey) {
    let room = asked.with(|request| request.needed()).unwrap();
    let (mut one, mut other) = (vec![0; room], vec![0; room]);
    let signed = asked.with(|request| request.sign_with(&mut one[..], &mut make()).unwrap().as_bytes().to_vec());
    let mut signer = make();
    asked.with(|request| {
        let mut prepared = request.prepare(&mut other[..]).unwrap();
        if let Some(input) = prepared.grant() {
            let signature = signer.sign(&input).unwrap();
            assert!(keys.verify(input.message(), &signature).unwrap());
            prepared.attach_grant(&signature).unwrap();
        }
        if let Some(input) = prepared.client() {
            let signature = signer.sign(&input).unwrap();
            assert!(keys.verify(input.message(), &signature).unwrap());
            prepared.attach_client(&signature).unwrap();
        }
        assert_eq!(prepared.finish().unwrap().as_bytes(), signed);
    });
}

proptest! {
    // A signature takes milliseconds in a debug build.
    #![proptest_config(config(16))]

    #[test]
    fn two_phases_are_one(asked in asked(), (scalar, key) in signer(), entropy: [u8; 32]) {
        let public = key.public_key().unwrap();
        let software = || SoftwareSigner::from_scalar(&scalar).unwrap();
        both_halves(&asked, software, &public);
        both_halves(&asked, || CombSigner::from_scalar(&scalar).unwrap(), &public);
        both_halves(&asked, || HedgedSigner::new(software(), |given: &mut [u8; 32]| *given = entropy), &public);
        let mut verified = Verified::new(software(), public).unwrap();
        let mut buffer = vec![0; asked.with(|request| request.needed()).unwrap()];
        let mut plain = buffer.clone();
        asked.with(|request| request.sign_with(&mut buffer[..], &mut verified).map(drop).unwrap());
        asked.with(|request| request.sign_with(&mut plain[..], &mut software()).map(drop).unwrap());
        prop_assert_eq!(buffer, plain);
    }

    #[test]
    fn a_key_is_what_was_written((scalar, key) in signer(), size: usize, key_id in any_text()) {
        let write = |buffer: &mut [u8]| key.write_private_pem(buffer).map(str::len);
        let pem = written(size, PRIVATE_PEM_SIZE, write);
        let again = import_key(&pem).unwrap();
        prop_assert_eq!(again.scalar(), &scalar);
        let public = key.public_key().unwrap();
        prop_assert_eq!(again.public_key(), Some(public));
        let private = json!({
            "kty": "EC", "crv": "P-256", "d": encoded(&scalar), "x": encoded(public.x()), "y": encoded(public.y()),
            "kid": key_id,
        });
        let again = import_jwk(private.to_string().as_bytes()).unwrap();
        prop_assert_eq!((again.scalar(), again.public_key()), (&scalar, Some(public)));
        let again = again.into_signer().unwrap();
        prop_assert_eq!(written(size, PRIVATE_PEM_SIZE, |buffer| again.write_private_pem(buffer).map(str::len)), pem);
    }
}

/// A number in DER, below 2^256.
fn der_integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count().min(number.len() - 1);
    let sign: &[u8] = if number[zeros] < 0x80 { &[] } else { &[0] };
    let content = [sign, &number[zeros..]].concat();
    [&[2, u8::try_from(content.len()).unwrap()], &content[..]].concat()
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn a_jwk_is_what_was_given(key in public_key(), key_id in option::of(any_text()), size: usize) {
        let jwk = Jwk { key, key_id: key_id.as_deref() };
        let text = written(size, jwk.needed().unwrap(), |buffer| jwk.write(buffer).map(str::len));
        let value: Value = serde_json::from_slice(&text).unwrap();
        let thumbprint = key.thumbprint();
        let expected = key_id.as_deref().unwrap_or(thumbprint.as_str());
        prop_assert_eq!(&value, &json!({
            "kty": "EC", "crv": "P-256", "x": encoded(key.x()), "y": encoded(key.y()), "use": "sig", "alg": "ES256",
            "kid": expected,
        }));
        prop_assert_eq!(PublicKey::from_sec1(&key.to_sec1()), Ok(key));
        let keys = [&b"{\"keys\":["[..], &text, b"]}"].concat();
        prop_assert_eq!(PublishedKeys::read(&keys).unwrap().first(), Some(key));
        let plain = expected.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
        let length = key_id.as_ref().map_or(0, String::len);
        let bound = jwk_size(if plain { length } else { 6 * length });
        prop_assert!(text.len() <= bound);
        written(size, SPKI_PEM_SIZE, |buffer| key.write_spki_pem(buffer).map(str::len));
    }

    #[test]
    fn a_registration_is_what_was_given(
        keys in vec(public_key(), 1..4),
        texts in vec(option::of(any_text()), 3),
        scope in option::of(scope()),
        at_url in option::of(url()),
        bearer: bool,
        size: usize,
    ) {
        let names: Vec<_> = (0..keys.len()).map(|index| format!("key {index} \"é")).collect();
        let jwks: Vec<_> = keys.iter().zip(&names).map(|(key, name)| Jwk { key: *key, key_id: Some(name) }).collect();
        let mut registration = match &at_url {
            Some(url) => Registration::jwks_uri(url).unwrap(),
            None => Registration::jwks(Jwks::new(&jwks)),
        };
        let other = if bearer { GrantTypes::JWT_BEARER } else { GrantTypes::CLIENT_CREDENTIALS };
        registration = registration.with_grant_types(other.and(GrantTypes::CLIENT_CREDENTIALS));
        type With<'a> = fn(Registration<'a>, &'a str) -> Registration<'a>;
        let given: [(&str, &Option<String>, With<'_>); 4] = [
            ("client_name", &texts[0], Registration::with_client_name),
            ("scope", &scope, Registration::with_scope),
            ("software_id", &texts[1], Registration::with_software_id),
            ("software_version", &texts[2], Registration::with_software_version),
        ];
        for (_, text, with) in given {
            registration = text.as_deref().map_or(registration, |text| with(registration, text));
        }
        let text = written(size, registration.needed().unwrap(), |buffer| registration.write(buffer).map(str::len));
        let value: Value = serde_json::from_slice(&text).unwrap();
        for (name, text, _) in given {
            prop_assert_eq!(value.get(name).and_then(Value::as_str), text.as_deref());
        }
        prop_assert_eq!(value.get("jwks_uri").and_then(Value::as_str), at_url.as_deref());
        prop_assert_eq!(value["grant_types"].as_array().unwrap().len(), 1 + usize::from(bearer));
        let listed = value.get("jwks").map(|jwks| jwks["keys"].as_array().unwrap().len());
        prop_assert_eq!(listed, if at_url.is_some() { None } else { Some(keys.len()) });
        let [name, scope, id, version] = given.map(|(_, text, _)| text.as_ref().map_or(0, |text| 6 * text.len()));
        let source = at_url.as_ref().map_or(jwks_size(keys.len(), 6 * names[0].len()), String::len);
        prop_assert!(text.len() <= registration_size(source, name, scope, id, version));
    }

    #[test]
    fn bounds_of_key_sets_hold(
        keys in vec(public_key(), 1..4),
        key_id in option::of(plain_text()),
        texts in [plain_text().boxed(), scope().boxed(), plain_text().boxed(), plain_text().boxed()],
    ) {
        let names: Vec<_> = (0..keys.len()).map(|index| key_id.as_ref().map(|text| format!("{index}{text}"))).collect();
        let named = keys.iter().zip(&names);
        let jwks: Vec<_> = named.map(|(key, name)| Jwk { key: *key, key_id: name.as_deref() }).collect();
        let set = Jwks::new(&jwks);
        let bound = jwks_size(keys.len(), names[0].as_ref().map_or(0, String::len));
        prop_assert!(set.needed().unwrap() <= bound);
        let [name, scope, id, version] = &texts;
        let registration = Registration::jwks(set).with_client_name(name).with_scope(scope).with_software_id(id);
        let needed = registration.with_software_version(version).needed().unwrap();
        prop_assert!(needed <= registration_size(bound, name.len(), scope.len(), id.len(), version.len()));
    }

    #[test]
    fn a_signature_is_the_same_in_der(bytes: [u8; 64], zeros in 0..32_usize) {
        let mut bytes = bytes;
        bytes[..zeros].fill(0);
        bytes[32..32 + zeros].fill(0);
        let numbers = [der_integer(&bytes[..32]), der_integer(&bytes[32..])].concat();
        let der = [&[0x30, u8::try_from(numbers.len()).unwrap()], &numbers[..]].concat();
        let read = Es256Signature::from_der(&der).map(|signature| *signature.as_bytes());
        prop_assert_eq!(read.ok(), Es256Signature::from_bytes(bytes).ok().map(|_| bytes));
    }
}

// ------------------------------------------------------------------------------------- what is read, and small writers

/// Nearly an assertion, or anything.
fn assertion_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        json_value().prop_map(|value| encoded(value.to_string().as_bytes())),
        vec((select(&["alg", "typ", "aud", "iss", "exp", "iat", "jti", "kid"][..]), json_value()), 0..6).prop_map(
            |members| {
                let members = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                encoded(Value::Object(members).to_string().as_bytes())
            }
        ),
        vec(any::<u8>(), 0..70).prop_map(|bytes| encoded(&bytes)),
        any_text(),
    ];
    vec(part, 0..5).prop_map(|parts| parts.join("."))
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn an_inspection_of_anything_is_json(text in assertion_text(), size: usize) {
        let mut scratch = vec![0; Inspection::scratch_size(text.len())];
        let room = scratch.len();
        let diagnosis = Diagnosis::inspect(&text, &mut scratch).unwrap();
        let needed = diagnosis.write_inspection(&mut []).unwrap_err().needed().unwrap();
        let output = written(size, needed, |buffer| diagnosis.write_inspection(buffer).map(str::len));
        let value: Value = serde_json::from_slice(&output).unwrap();
        prop_assert!(value["causes"].is_array() && value["next_step"].is_string());
        let short = size % (room + 1);
        match Diagnosis::inspect(&text, &mut vec![0; short]) {
            Err(error) => prop_assert!(short < room && error.needed().is_some_and(|needed| needed > short)),
            Ok(diagnosis) => {
                let mut buffer = vec![0; needed];
                prop_assert_eq!(diagnosis.write_inspection(&mut buffer).unwrap().as_bytes(), &output[..]);
            }
        }
    }

    #[test]
    fn a_date_is_what_another_writer_meant(seconds in 0..100_000_000_000_u64) {
        let time = std::time::UNIX_EPOCH + core::time::Duration::from_secs(seconds);
        prop_assert_eq!(NumericDate::from_http_date(&httpdate::fmt_http_date(time)), Ok(at(seconds)));
    }

    #[test]
    fn a_date_is_what_another_reader_finds(seconds in 0..100_000_000_000_u64, place: Index, letter in "[ -~]") {
        let mut text = httpdate::fmt_http_date(std::time::UNIX_EPOCH + core::time::Duration::from_secs(seconds));
        let place = place.index(text.len());
        text.replace_range(place..=place, &letter);
        let ours = NumericDate::from_http_date(&text).map(NumericDate::as_seconds);
        if let (Ok(ours), Ok(theirs)) = (ours, httpdate::parse_http_date(&text)) {
            prop_assert_eq!(ours, theirs.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs());
        }
    }

    #[test]
    fn any_retry_after_has_an_end(
        text in prop_oneof![any_text(), "[0-9]{1,30}"],
        date in option::of(0..100_000_000_000_u64),
    ) {
        let wait = retry_after(&text, date.map(at));
        prop_assert!(wait.is_none_or(|seconds| seconds <= MAX_RETRY_AFTER));
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let seconds = text.parse::<u128>().unwrap_or(u128::MAX).min(MAX_RETRY_AFTER.into());
            prop_assert_eq!(wait.map(u128::from), Some(seconds));
        }
    }

    #[test]
    fn urls_are_written_exactly(url in url(), size: usize) {
        for form in WellKnown::ALL {
            let needed = form.needed(issuer(&url));
            let text = written(size, needed, |buffer| form.write(issuer(&url), buffer).map(str::len));
            let origin: Vec<_> = url.split('/').take(3).collect();
            prop_assert!(text.starts_with(origin.join("/").as_bytes()));
        }
        let endpoint = EndpointUrl::new(&url).unwrap();
        let needed = time_request(endpoint, &mut []).unwrap_err().needed().unwrap();
        let text = written(size, needed, |buffer| time_request(endpoint, buffer).map(str::len));
        prop_assert!(text.starts_with(b"HEAD /") && text.ends_with(b"\r\n\r\n"));
    }
}

// -------------------------------------------------------------------------------------------------------- exchanges

const BUILD: u64 = 1_790_000_000;

fn device_time() -> impl Strategy<Value = u64> {
    const LATE: RangeInclusive<u64> = BUILD + 631_000_000..=BUILD + 632_000_000;
    prop_oneof![8 => BUILD..=BUILD + 200_000, 1 => LATE, 1 => 0..=100_u64, 1 => any::<u64>()]
}

fn clock() -> impl Strategy<Value = Clock> {
    prop_oneof![
        4 => any::<u32>().prop_map(|uncertainty| Clock::trusted(at(BUILD), uncertainty)),
        2 => (prop_oneof![-100_000..100_000_i64, any::<i64>()], any::<u32>())
            .prop_map(|(offset, bound)| Clock::estimated(at(BUILD), offset, bound)),
        1 => Just(Clock::unset(at(BUILD))),
    ]
}

#[derive(Clone, Debug)]
enum Event {
    Send { device: u64, jwt_id: u8 },
    AskTime { device: u64 },
    NoAnswer { device: u64 },
    Answer { status: u16, body: &'static str, date: Option<u64>, retry_after: Option<u32>, sent_at: u64, took: u64 },
}

fn event() -> impl Strategy<Value = Event> {
    let bodies = select(
        &[
            r#"{"access_token":"t","token_type":"Bearer","expires_in":600}"#,
            r#"{"error":"invalid_client"}"#,
            r#"{"error":"temporarily_unavailable"}"#,
            "<html>",
            "",
        ][..],
    );
    let answer = (
        select(&[200, 400, 401, 429, 500, 503, 307][..]),
        bodies,
        option::of(device_time().prop_map(|time| time.min(99_999_999_999))),
        option::of(0..100_000_u32),
        device_time(),
        0..12_u64,
    );
    prop_oneof![
        4 => (device_time(), 0..20_u8).prop_map(|(device, jwt_id)| Event::Send { device, jwt_id }),
        2 => device_time().prop_map(|device| Event::AskTime { device }),
        3 => device_time().prop_map(|device| Event::NoAnswer { device }),
        2 => answer.prop_map(|(status, body, date, retry_after, sent_at, took)| {
            Event::Answer { status, body, date, retry_after, sent_at, took }
        }),
    ]
}

fn client_with(jwt_id: u8) -> ClientAssertion<'static> {
    let mut random = [jwt_id; 16];
    random[0] = !jwt_id;
    ClientAssertion::new("device-7", issuer("https://as.example"), at(1), JwtId::random(random))
}

/// What was asked of an exchange, and what may not happen.
#[derive(Default)]
struct Run {
    sent: u8,
    asked: u8,
    ids: Vec<u8>,
}

impl Run {
    fn take(&mut self, exchange: &mut Exchange, event: &Event) -> Result<(), TestCaseError> {
        let before = exchange.clone();
        let result = match event {
            Event::Send { device, jwt_id } => {
                let sent = exchange.attempt(TokenRequest::client_credentials(client_with(*jwt_id)), *device).map(drop);
                if sent.is_ok() {
                    prop_assert_eq!(before.step(*device), Step::Send);
                    prop_assert!(!self.ids.contains(jwt_id), "a jti is used twice");
                    let (now, issued_at) = (before.clock().now(*device).unwrap(), before.issued_at(*device).unwrap());
                    prop_assert!(issued_at <= now && now.as_seconds() < issued_at.as_seconds() + 60, "sent expired");
                    self.ids.push(*jwt_id);
                    self.sent += 1;
                }
                sent
            }
            Event::AskTime { device } => {
                let asked = exchange.ask_time(*device);
                self.asked += u8::from(asked.is_ok());
                asked
            }
            Event::NoAnswer { device } => exchange.no_answer(*device).map(drop),
            Event::Answer { status, body, date, retry_after, sent_at, took } => {
                let mut bytes = body.as_bytes().to_vec();
                let time = date.map(|date| std::time::UNIX_EPOCH + core::time::Duration::from_secs(date));
                let date = time.map(httpdate::fmt_http_date);
                let wait = retry_after.map(|seconds| seconds.to_string());
                let mut response = Response::new(*status, &mut bytes);
                for (name, value) in [("Date", &date), ("Retry-After", &wait)] {
                    if let Some(value) = value {
                        response = response.with_header(name, value);
                    }
                }
                exchange.answer(response, *sent_at, sent_at.saturating_add(*took)).map(drop)
            }
        };
        if result.is_err() {
            prop_assert_eq!(before.to_bytes(), exchange.to_bytes(), "a refusal changed the exchange");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn any_exchange_is_bounded_and_survives_a_restart(
        clock in clock(),
        attempts in 1..=4_u8,
        events in vec(event(), 0..80),
        restarts: bool,
        later in device_time(),
    ) {
        let mut exchange = Exchange::new(clock).with_attempts(attempts).unwrap();
        let mut run = Run::default();
        for event in &events {
            run.take(&mut exchange, event)?;
            let again = Exchange::from_bytes(&exchange.to_bytes()).unwrap();
            let seen = |exchange: &Exchange| (exchange.to_bytes(), exchange.step(later), exchange.clock());
            prop_assert_eq!(seen(&again), seen(&exchange));
            if restarts {
                exchange = again;
            }
        }
        prop_assert!(run.sent <= attempts && run.asked <= attempts);
    }

    /// What is read is what was written, byte for byte: there is no second form of any exchange.
    #[test]
    fn exchange_bytes_have_one_form(clock in clock(), places in vec((0..EXCHANGE_SIZE, any::<u8>()), 0..4)) {
        let mut bytes = Exchange::new(clock).to_bytes();
        for (place, value) in places {
            bytes[place] = value;
        }
        match Exchange::from_bytes(&bytes) {
            Ok(exchange) => prop_assert_eq!(exchange.to_bytes(), bytes),
            Err(error) => prop_assert_eq!(error, Error::new(Cause::UnknownStruct, Argument::Exchange)),
        }
    }
}

// --------------------------------------------------------------------------------------------------------- controls

fn panics(check: impl FnOnce() + core::panic::UnwindSafe) -> bool {
    std::panic::catch_unwind(check).is_err()
}

/// Each check above sees what it is there for.
#[test]
fn the_checks_can_fail() {
    let writer = |needed: usize, said: usize, dirty: bool| {
        move |buffer: &mut [u8]| {
            let fits = buffer.len() >= needed;
            buffer.fill(if fits || dirty { 1 } else { 0 });
            if fits { Ok(needed) } else { Err(Error::too_small(said)) }
        }
    };
    for (needed, said, dirty) in [(20, 21, false), (20, 20, true), (21, 20, false), (20, 20, false)] {
        assert!(panics(move || drop(written(7, 20, writer(needed, said, dirty)))), "{needed} {said} {dirty}");
    }
    let error = Error::new(Cause::Empty, Argument::ClientId);
    assert!(panics(move || leaves_nothing(9, error, |buffer| {
        buffer[3] = 1;
        Err(error)
    })));
    leaves_nothing(9, error, |buffer| {
        buffer[..3].fill(0);
        Err(error)
    });
    let good = (json!({"alg": "ES256"}), json!({"iss": "a"}));
    let text = |claims: &str| {
        format!("{}.{}.{}", encoded(br#"{"alg":"ES256"}"#), encoded(claims.as_bytes()), encoded(&[1; 64]))
    };
    is_assertion(&text(r#"{"iss":"a"}"#), &good);
    assert!(panics(move || is_assertion(&text(r#"{"iss":"b"}"#), &good)));
}
