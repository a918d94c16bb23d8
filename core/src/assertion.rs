//! The two kinds of assertion, from claims to a signed compact JWS.

pub(crate) mod audience;
pub(crate) mod claim;
pub(crate) mod jwt_id;
pub(crate) mod signing;
pub(crate) mod size;

use core::marker::PhantomData;

use sha2::{Digest as _, Sha256};

use crate::encoding::base64url;
use crate::encoding::json::write::Object;
use crate::encoding::output::Output;
use crate::error::{Argument, Cause, Error, SignError};
use crate::key::public::THUMBPRINT_SIZE;
use crate::key::signer::Es256Signer;
use crate::list::Entries;
use crate::time::{DEFAULT_LIFETIME, MAX_LIFETIME, NumericDate};
use crate::value::check_value;
use audience::{Audience, IssuerIdentifier};
use claim::{Claim, ClaimList};
use jwt_id::JwtId;
use signing::{Prepared, Signed, SigningInput};

/// The `typ` of client assertions (RFC 10070, in its draft -10 section 4).
pub(crate) const CLIENT_TYPE: &str = "client-authentication+jwt";

/// Whether a `typ` says the same as [`CLIENT_TYPE`]: media types compare without case, and `application/` may be spelled
/// out (RFC 7515 section 4.1.9).
pub(crate) fn is_client_type(typ: &str) -> bool {
    let short = typ
        .split_at_checked(12)
        .map_or(typ, |(prefix, rest)| if prefix.eq_ignore_ascii_case("application/") { rest } else { typ });
    short.eq_ignore_ascii_case(CLIENT_TYPE)
}

/// Checks that a text can be the base64url of a SHA-256 hash.
fn check_thumbprint(text: &str) -> Result<(), Error> {
    let refused = |cause| Err(Error::new(cause, Argument::CertificateThumbprint));
    let characters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    match text.len() {
        THUMBPRINT_SIZE if characters => Ok(()),
        THUMBPRINT_SIZE => refused(Cause::InvalidCharacter),
        _ => refused(Cause::WrongLength),
    }
}

/// What the two kinds do differently.
#[derive(Clone, Copy)]
#[doc(hidden)]
#[non_exhaustive]
pub struct KindFacts {
    /// Where `iss` and `sub` came from, for errors.
    iss: Argument,
    sub: Argument,
    /// Whether `typ` is the caller's to choose.
    own_type: bool,
}

mod sealed {
    pub trait Kind {
        const FACTS: super::KindFacts;
    }
}

/// One of the two kinds of assertion: [`Client`] or [`Grant`]. Sealed, there is no third.
pub trait Kind: sealed::Kind {}

impl Kind for Client {}
impl Kind for Grant {}

/// Marks client authentication: the `client_assertion` parameter (RFC 7523 section 2.2).
#[derive(Debug)]
#[non_exhaustive]
pub struct Client;

/// Marks an authorization grant: the `assertion` parameter (RFC 7523 section 2.1).
#[derive(Debug)]
#[non_exhaustive]
pub struct Grant;

impl sealed::Kind for Client {
    const FACTS: KindFacts = KindFacts { iss: Argument::ClientId, sub: Argument::ClientId, own_type: false };
}

impl sealed::Kind for Grant {
    const FACTS: KindFacts = KindFacts { iss: Argument::Iss, sub: Argument::Sub, own_type: true };
}

/// What the server that an assertion is for is known to refuse.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// The longest lifetime, in seconds.
    pub(crate) max_lifetime: u32,
    /// Without `kid`.
    pub(crate) key_id: bool,
    /// Without `x5t#S256`.
    pub(crate) certificate_thumbprint: bool,
    /// Without `jti`.
    pub(crate) jwt_id: bool,
    /// With custom claims.
    pub(crate) claims: bool,
    /// Sent beside `client_id`.
    pub(crate) client_id: bool,
    /// Sent to another URL than `aud`.
    pub(crate) elsewhere: bool,
}

impl Rules {
    /// Of a server of which nothing is known.
    const NONE: Self = Self {
        max_lifetime: MAX_LIFETIME,
        key_id: false,
        certificate_thumbprint: false,
        jwt_id: false,
        claims: false,
        client_id: false,
        elsewhere: false,
    };
}

/// What either kind may have, at once; for bindings. Each of these has a setter of its own.
#[derive(Clone, Copy, Debug)]
#[doc(hidden)]
#[expect(clippy::exhaustive_structs, reason = "bindings write it as a literal")]
pub struct Options<'a> {
    /// Seconds between `iat` and `exp`.
    pub lifetime: u32,
    /// `kid`.
    pub key_id: Option<&'a str>,
    /// `x5t#S256`.
    pub certificate_thumbprint: Option<&'a str>,
    /// `nbf`.
    pub not_before: Option<NumericDate>,
    /// Custom claims.
    pub claims: Option<ClaimList<'a>>,
}

type CheckRules = fn(&Jwt<'_>) -> Result<(), Error>;

/// What both kinds consist of; the code that writes it exists once.
#[derive(Clone, Copy)]
struct Jwt<'a> {
    typ: Option<&'a str>,
    key_id: Option<&'a str>,
    certificate_thumbprint: Option<&'a str>,
    audience: &'a str,
    iss: &'a str,
    sub: &'a str,
    issued_at: NumericDate,
    lifetime: u32,
    not_before: Option<NumericDate>,
    jwt_id: JwtId<'a>,
    claims: Option<ClaimList<'a>>,
    rules: Rules,
    // By pointer, so that no program has it that knows no server.
    check_rules: Option<CheckRules>,
}

/// An assertion about to be made. Used as [`ClientAssertion`] or [`GrantAssertion`]; neither passes for the other.
///
/// Signing consumes it: each attempt takes a new one, with a new `jti` and a new `iat`.
#[must_use = "an assertion does nothing until it is signed"]
pub struct Assertion<'a, K> {
    jwt: Jwt<'a>,
    kind: PhantomData<K>,
}

/// Proves to an authorization server who the client is (RFC 7523 section 2.2, RFC 10070).
///
/// It proves neither a user's consent nor what a resource server will allow, and says nothing about the audience of the
/// access token.
///
/// Header: `typ` = `client-authentication+jwt`, `alg` = `ES256`, `kid` and `x5t#S256` if given. Claims: `aud` (the issuer
/// identifier, one string), `iss` = `sub` = the client id, `iat`, `exp`, `nbf` if given, `jti`, then custom claims.
///
/// ```
/// use jurat_core::{ClientAssertion, IssuerIdentifier, JwtId, NumericDate, SoftwareSigner};
/// # let scalar = [7; 32];
/// let mut signer = SoftwareSigner::from_scalar(&scalar)?;
/// let issuer = IssuerIdentifier::new("https://as.example")?;
/// let now = NumericDate::from_seconds(1_795_459_454)?;
/// let random = [0x1f, 0x2e, 0x3d, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]; // from the device's random source
///
/// let mut buffer = [0; 512];
/// let signed = ClientAssertion::new("device-7", issuer, now, JwtId::random(random))
///     .with_key_id("2026-11")
///     .sign_with(&mut buffer, &mut signer)?;
/// assert_eq!(signed.as_str().split('.').count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type ClientAssertion<'a> = Assertion<'a, Client>;

/// Asks for an access token for a subject (RFC 7523 section 2.1).
///
/// It proves what its issuer says about the subject. It proves neither that subject's consent nor what a resource
/// server will allow.
///
/// Header: `typ` if given, `alg` = `ES256`, `kid` and `x5t#S256` if given. Claims: `aud`, `iss`, `sub`, `iat`, `exp`, `nbf`
/// if given, `jti`, then custom claims.
///
/// ```
/// use jurat_core::{Audience, GrantAssertion, IssuerIdentifier, JwtId, NumericDate, SoftwareSigner};
/// # let (scalar, random) = ([7; 32], *b"0123456789abcdef");
/// let mut signer = SoftwareSigner::from_scalar(&scalar)?;
/// let audience = Audience::from(IssuerIdentifier::new("https://as.example")?);
/// let now = NumericDate::from_seconds(1_795_459_454)?;
/// let mut buffer = [0; 512];
/// let signed = GrantAssertion::new("https://sts.example", "alice", audience, now, JwtId::random(random))
///     .sign_with(&mut buffer, &mut signer)?;
/// assert!(signed.as_str().starts_with("eyJhbGciOiJFUzI1NiJ9."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type GrantAssertion<'a> = Assertion<'a, Grant>;

impl<'a> ClientAssertion<'a> {
    /// A client assertion of `client_id` for the authorization server `issuer`, with a lifetime of
    /// [`DEFAULT_LIFETIME`] seconds.
    pub const fn new(
        client_id: &'a str,
        issuer: IssuerIdentifier<'a>,
        issued_at: NumericDate,
        jwt_id: JwtId<'a>,
    ) -> Self {
        Self::build(Some(CLIENT_TYPE), issuer.as_str(), client_id, client_id, issued_at, jwt_id)
    }

    /// The client id, which is `iss` and `sub`.
    #[must_use]
    pub const fn client_id(&self) -> &'a str {
        self.jwt.iss
    }

    /// Gives it another `typ`, or none.
    pub(crate) const fn set_type(&mut self, typ: Option<&'a str>) {
        self.jwt.typ = typ;
    }

    /// Whether the server takes `client_id` beside the assertion.
    pub(crate) const fn sends_client_id(&self) -> bool {
        !self.jwt.rules.client_id
    }
}

impl<'a> GrantAssertion<'a> {
    /// A grant that `iss` issues about `sub`, with a lifetime of [`DEFAULT_LIFETIME`] seconds.
    ///
    /// A client that issues its own grants has its client id as `iss`.
    pub const fn new(
        iss: &'a str,
        sub: &'a str,
        audience: Audience<'a>,
        issued_at: NumericDate,
        jwt_id: JwtId<'a>,
    ) -> Self {
        let mut grant = Self::build(None, audience.as_str(), iss, sub, issued_at, jwt_id);
        grant.jwt.rules.elsewhere = audience.is_endpoint();
        grant
    }

    /// Who issues it.
    pub(crate) const fn iss(&self) -> &'a str {
        self.jwt.iss
    }

    /// Sets the header parameter `typ`, if there is one; for bindings.
    #[doc(hidden)]
    pub const fn with_optional_type(mut self, typ: Option<&'a str>) -> Self {
        self.jwt.typ = typ;
        self
    }

    /// Adds the header parameter `typ`, for servers that want one: `JWT`, or a type of their own.
    pub const fn with_type(mut self, typ: &'a str) -> Self {
        self.jwt.typ = Some(typ);
        self
    }
}

impl<'a, K> Assertion<'a, K> {
    const fn build(
        typ: Option<&'a str>,
        audience: &'a str,
        iss: &'a str,
        sub: &'a str,
        issued_at: NumericDate,
        jwt_id: JwtId<'a>,
    ) -> Self {
        let jwt = Jwt {
            typ,
            key_id: None,
            certificate_thumbprint: None,
            audience,
            iss,
            sub,
            issued_at,
            lifetime: DEFAULT_LIFETIME,
            not_before: None,
            jwt_id,
            claims: None,
            rules: Rules::NONE,
            check_rules: None,
        };
        Self { jwt, kind: PhantomData }
    }

    /// Makes it one for a server that has these rules; `not_before`: the server wants `nbf`, with the value of `iat` unless
    /// there is another.
    pub(crate) fn adopt(&mut self, audience: &'a str, not_before: bool, rules: Rules) {
        self.jwt.audience = audience;
        self.jwt.rules = rules;
        self.jwt.check_rules = Some(|jwt| jwt.check_rules());
        if not_before && self.jwt.not_before.is_none() {
            self.jwt.not_before = Some(self.jwt.issued_at);
        }
    }

    /// Gives it another `iat`; an `nbf` that had the value of the former one follows.
    pub(crate) fn with_issued_at(self, issued_at: NumericDate) -> Self {
        let follows = self.jwt.not_before == Some(self.jwt.issued_at);
        let not_before = if follows { Some(issued_at) } else { self.jwt.not_before };
        Self { jwt: Jwt { issued_at, not_before, ..self.jwt }, ..self }
    }

    /// What tells it from other assertions: its `jti`, or where there is none its `iat`.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        match self.jwt.jwt_id.text_in(&mut [0; base64url::encoded_len(jwt_id::RANDOM_SIZE)]) {
            Some(jwt_id) => hash.update(jwt_id),
            None => hash.update(self.jwt.issued_at.as_seconds().to_le_bytes()),
        }
        hash.finalize().into()
    }

    /// Refuses a request to this URL where the audience has to be the URL that is contacted.
    pub(crate) fn check_contacted(&self, url: &str) -> Result<(), Error> {
        if self.jwt.rules.elsewhere && url != self.jwt.audience {
            return Err(Error::new(Cause::EndpointNotContacted, Argument::Endpoint));
        }
        Ok(())
    }

    /// Adds the header parameter `kid`: which of the registered keys this is (RFC 7515 section 4.1.4).
    pub const fn with_key_id(mut self, key_id: &'a str) -> Self {
        self.jwt.key_id = Some(key_id);
        self
    }

    /// Adds the header parameter `x5t#S256`: the 43 characters of a [`CertificateThumbprint`](crate::CertificateThumbprint),
    /// for servers that know the key by its certificate (RFC 7515 section 4.1.8).
    pub const fn with_certificate_thumbprint(mut self, thumbprint: &'a str) -> Self {
        self.jwt.certificate_thumbprint = Some(thumbprint);
        self
    }

    /// Sets the seconds between `iat` and `exp`, 1 to [`MAX_LIFETIME`].
    pub const fn with_lifetime(mut self, seconds: u32) -> Self {
        self.jwt.lifetime = seconds;
        self
    }

    /// Adds the claim `nbf`. Most servers do not need it, and a fast clock makes it a cause of refusals.
    pub const fn with_not_before(mut self, not_before: NumericDate) -> Self {
        self.jwt.not_before = Some(not_before);
        self
    }

    /// Sets all of these.
    #[doc(hidden)]
    pub const fn with_options(mut self, options: Options<'a>) -> Self {
        self.jwt.lifetime = options.lifetime;
        self.jwt.key_id = options.key_id;
        self.jwt.certificate_thumbprint = options.certificate_thumbprint;
        self.jwt.not_before = options.not_before;
        self.jwt.claims = options.claims;
        self
    }

    /// Adds custom claims, in this order, behind the registered ones.
    pub const fn with_claims(self, claims: &'a [Claim<'a>]) -> Self {
        self.with_claim_list(ClaimList::slice(claims))
    }

    /// The same with claims that `make` gives by their index, from 0 until `None`: for callers who have them in another
    /// form. It is asked more than once and must give the same each time.
    pub const fn with_claims_from(self, make: &'a dyn Entries<Claim<'a>>) -> Self {
        self.with_claim_list(ClaimList::made(make))
    }

    const fn with_claim_list(mut self, claims: ClaimList<'a>) -> Self {
        self.jwt.claims = Some(claims);
        self
    }

    pub(crate) fn same_jwt_id<L>(&self, other: &Assertion<'_, L>) -> bool {
        self.jwt.jwt_id.is_same(&other.jwt.jwt_id)
    }
}

impl Jwt<'_> {
    /// Checks what was not checked when it was given.
    fn check(&self, facts: KindFacts) -> Result<(), Error> {
        check_value(self.iss, facts.iss)?;
        check_value(self.sub, facts.sub)?;
        if let Some(key_id) = self.key_id {
            check_value(key_id, Argument::KeyId)?;
        }
        if let Some(thumbprint) = self.certificate_thumbprint {
            check_thumbprint(thumbprint)?;
        }
        if !(1..=MAX_LIFETIME).contains(&self.lifetime) {
            return Err(Error::new(Cause::LifetimeOutOfRange, Argument::Lifetime));
        }
        if let Some(not_before) = self.not_before
            && not_before.as_seconds() >= self.issued_at.seconds_after(self.lifetime)
        {
            return Err(Error::new(Cause::NeverValid, Argument::NotBefore));
        }
        self.jwt_id.check()?;
        if let Some(claims) = &self.claims {
            claims.check()?;
        }
        self.check_rules.map_or(Ok(()), |check| check(self))
    }

    /// Checks what the server is known to refuse.
    fn check_rules(&self) -> Result<(), Error> {
        let rules = self.rules;
        let (cause, argument) = if self.lifetime > rules.max_lifetime {
            (Cause::LifetimeAboveServer, Argument::Lifetime)
        } else if rules.key_id && self.key_id.is_none() {
            (Cause::Empty, Argument::KeyId)
        } else if rules.certificate_thumbprint && self.certificate_thumbprint.is_none() {
            (Cause::Empty, Argument::CertificateThumbprint)
        } else if rules.jwt_id && self.jwt_id.is_omitted() {
            (Cause::Empty, Argument::JwtId)
        } else if rules.claims && self.claims.as_ref().is_some_and(|claims| !claims.is_empty()) {
            (Cause::ClaimsRefused, Argument::Claims)
        } else {
            return Ok(());
        };
        Err(Error::new(cause, argument))
    }

    /// Writes header and claims, each as JSON that is then encoded where it stands: no room but the caller's.
    // Not inlined: its stack is given back before the hash takes some.
    #[inline(never)]
    fn write(&self, output: &mut Output<'_>) {
        let start = output.length();
        let header = [
            ("typ", self.typ),
            ("alg", Some("ES256")),
            ("kid", self.key_id),
            ("x5t#S256", self.certificate_thumbprint),
        ];
        let mut object = Object::begin(output);
        object.texts(&header);
        object.end();
        output.encode_from(start);

        output.put(b".");
        let payload = output.length();
        let mut object = Object::begin(output);
        object.texts(&[("aud", Some(self.audience)), ("iss", Some(self.iss)), ("sub", Some(self.sub))]);
        object.seconds("iat", self.issued_at.as_seconds());
        object.seconds("exp", self.issued_at.seconds_after(self.lifetime));
        if let Some(not_before) = self.not_before {
            object.seconds("nbf", not_before.as_seconds());
        }
        let mut characters = [0; base64url::encoded_len(jwt_id::RANDOM_SIZE)];
        if let Some(jwt_id) = self.jwt_id.text_in(&mut characters) {
            object.utf8("jti", jwt_id);
        }
        if let Some(claims) = &self.claims {
            claims.write(&mut object);
        }
        object.end();
        output.encode_from(payload);
    }
}

impl<K: Kind> Assertion<'_, K> {
    /// Checks everything, then writes the assertion but for its signature.
    pub(crate) fn write(&self, output: &mut Output<'_>) -> Result<SigningInput, Error> {
        self.jwt.check(K::FACTS)?;
        if K::FACTS.own_type
            && let Some(typ) = self.jwt.typ
        {
            check_value(typ, Argument::Type)?;
            if is_client_type(typ) {
                return Err(Error::new(Cause::WrongPurpose, Argument::Type));
            }
        }
        let start = output.length();
        self.jwt.write(output);
        Ok(SigningInput::end_in(output, start))
    }

    /// Bytes that the signed assertion needs, exactly.
    ///
    /// # Errors
    /// Those of [`prepare`](Self::prepare), but for a buffer that is too small.
    pub fn needed(&self) -> Result<usize, Error> {
        Output::count(|output| self.write(output))
    }

    /// The first of two phases: checks the claims and writes everything but the signature into `output`.
    ///
    /// For signers that answer later. Dropping what this gives zeroes `output` again.
    ///
    /// # Errors
    /// * [`Cause::BufferTooSmall`]: [`Error::needed`] says how many bytes would do.
    /// * [`Cause::Empty`] or [`Cause::TooLong`]: an identifier that is empty or above [`MAX_VALUE_SIZE`](crate::MAX_VALUE_SIZE) bytes.
    /// * [`Cause::LifetimeOutOfRange`], [`Cause::NeverValid`]: the times.
    /// * [`Cause::NotRandom`]: the random bytes of the `jti` are all equal.
    /// * [`Cause::Reserved`], [`Cause::Repeated`], [`Cause::InvalidJson`]: the custom claims.
    /// * [`Cause::WrongPurpose`]: a grant with the `typ` of client assertions.
    ///
    /// An assertion that a [`Server`](crate::Server) made is also refused for what the server's profile says that it
    /// refuses:
    /// * [`Cause::LifetimeAboveServer`]: a lifetime above its limit;
    /// * [`Cause::Empty`] about [`Argument::KeyId`], [`Argument::CertificateThumbprint`] or [`Argument::JwtId`]: one that
    ///   it requires;
    /// * [`Cause::ClaimsRefused`]: custom claims.
    pub fn prepare(self, output: &mut [u8]) -> Result<Prepared<'_, K>, Error> {
        self.prepare_once(output)
    }

    /// [`prepare`](Self::prepare) for bindings, which own the value and do this once.
    #[doc(hidden)]
    pub fn prepare_once<'o>(&self, output: &'o mut [u8]) -> Result<Prepared<'o, K>, Error> {
        let mut output = Output::new(output);
        let input = self.write(&mut output)?;
        output.check()?;
        Ok(Prepared::new(output, input))
    }

    /// Checks the claims, writes the assertion into `output` and has it signed.
    ///
    /// # Errors
    /// [`SignError::Refused`] with the errors of [`prepare`](Self::prepare); [`SignError::Signer`] with the signer's own
    /// error. `output` is zeroed then.
    pub fn sign_with<'o, S: Es256Signer>(
        self,
        output: &'o mut [u8],
        signer: &mut S,
    ) -> Result<Signed<'o, K>, SignError<S::Error>> {
        let prepared = self.prepare(output)?;
        let signature = signer.sign(&prepared.to_be_signed()).map_err(SignError::Signer)?;
        Ok(prepared.finish(&signature))
    }
}

// The claims may be personal data; the kind is in the type.
impl<K> core::fmt::Debug for Assertion<'_, K> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Assertion(..)")
    }
}
