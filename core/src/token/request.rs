//! The body of a token request, written and signed in one buffer.

use crate::assertion::audience::EndpointUrl;
use crate::assertion::signing::SigningInput;
use crate::assertion::{ClientAssertion, GrantAssertion};
use crate::encoding::form;
use crate::encoding::output::Output;
use crate::error::{Argument, Cause, Error, SignError};
use crate::key::signature::Es256Signature;
use crate::key::signer::{Es256Signer, ToBeSigned};
use crate::list::{Entries, List};
use crate::time::NumericDate;
use crate::token::http_head::Head;
use crate::value::{check_absolute_uri, check_scope, check_value};

/// The media type of the body, for the `Content-Type` header (RFC 6749 section 4.4.2).
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

const GRANT_CLIENT_CREDENTIALS: &str = "grant_type=client_credentials";
/// The `client_assertion_type` of a JWT (RFC 7523 section 2.2).
pub(crate) const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The grant type of a JWT bearer grant (RFC 7523 section 2.1).
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const GRANT_JWT_BEARER: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
const CLIENT_ASSERTION: &str =
    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=";

/// The parameters that the library writes itself, or that have an argument of their own.
const RESERVED: [&str; 6] =
    ["grant_type", "assertion", "client_assertion_type", "client_assertion", "scope", "resource"];

/// Those that are the caller's only without client authentication: the client's id (RFC 6749 section 3.2.1), and what would
/// authenticate it a second time (section 2.3).
const RESERVED_TO_CLIENTS: [&str; 2] = ["client_id", "client_secret"];

/// A request parameter of the caller's own.
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a name and a value: callers write it as a literal")]
pub struct Parameter<'a> {
    /// The name: not empty, not one that the library writes, not that of another parameter, and beside a client assertion
    /// not `client_secret`.
    pub name: &'a str,
    /// The value: not empty, since an empty parameter counts as omitted (RFC 6749 section 3.2).
    pub value: &'a str,
}

// The value may be a credential.
impl core::fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Parameter(..)")
    }
}

/// The body of a token request about to be made. Signing consumes it.
///
/// The parameters come out in this order: `grant_type`, `assertion`, `client_assertion_type`, `client_assertion`,
/// `client_id`, `scope`, `resource`, then the caller's own.
///
/// ```
/// use jurat_core::{ClientAssertion, IssuerIdentifier, JwtId, NumericDate, SoftwareSigner, TokenRequest};
/// # let (scalar, random) = ([7; 32], *b"0123456789abcdef");
/// let mut signer = SoftwareSigner::from_scalar(&scalar)?;
/// let issuer = IssuerIdentifier::new("https://as.example")?;
/// let now = NumericDate::from_seconds(1_795_459_454)?;
/// let client = ClientAssertion::new("device-7", issuer, now, JwtId::random(random));
///
/// let mut buffer = [0; 1024];
/// let body = TokenRequest::client_credentials(client).with_scope("telemetry").sign_with(&mut buffer, &mut signer)?;
/// assert!(body.as_str().starts_with("grant_type=client_credentials&client_assertion_type=urn%3Aietf"));
/// assert!(body.as_str().ends_with("&client_id=device-7&scope=telemetry"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a request does nothing until it is signed"]
pub struct TokenRequest<'a> {
    grant: Option<GrantAssertion<'a>>,
    client: Option<ClientAssertion<'a>>,
    send_client_id: bool,
    scope: Option<&'a str>,
    resource: Option<&'a str>,
    parameters: List<'a, Parameter<'a>>,
    head: Option<Head<'a>>,
}

impl<'a> TokenRequest<'a> {
    /// `grant_type=client_credentials`, the client authenticated by `client` (RFC 6749 section 4.4, RFC 7523 section
    /// 2.2).
    pub const fn client_credentials(client: ClientAssertion<'a>) -> Self {
        Self { client: Some(client), ..Self::without_assertions() }
    }

    /// The JWT bearer grant (RFC 7523 section 2.1), without client authentication.
    pub const fn jwt_bearer(grant: GrantAssertion<'a>) -> Self {
        Self { grant: Some(grant), ..Self::without_assertions() }
    }

    /// One whose assertions are put where [`assertions`](Self::assertions) says; for bindings.
    #[doc(hidden)]
    pub const fn without_assertions() -> Self {
        Self {
            grant: None,
            client: None,
            send_client_id: true,
            scope: None,
            resource: None,
            parameters: List::Slice(&[]),
            head: None,
        }
    }

    /// Sets all of these; for bindings.
    #[doc(hidden)]
    pub const fn set_options(
        &mut self,
        send_client_id: bool,
        scope: Option<&'a str>,
        resource: Option<&'a str>,
        parameters: &'a dyn Entries<Parameter<'a>>,
    ) {
        self.send_client_id = send_client_id;
        self.scope = scope;
        self.resource = resource;
        self.parameters = List::Made(parameters);
    }

    /// Where the assertions stand.
    #[doc(hidden)]
    pub const fn assertions(&mut self) -> (&mut Option<GrantAssertion<'a>>, &mut Option<ClientAssertion<'a>>) {
        (&mut self.grant, &mut self.client)
    }

    /// Adds client authentication to a grant. Each of the two assertions has its own `jti`.
    pub fn with_client_assertion(mut self, client: ClientAssertion<'a>) -> Self {
        self.client = Some(client);
        self
    }

    /// Leaves out `client_id`, which is sent with every client assertion otherwise: RFC 7521 section 4.2 makes it
    /// optional, and some servers want it. A [profile](crate::Profile) whose server refuses it leaves it out too.
    pub fn without_client_id(mut self) -> Self {
        self.send_client_id = false;
        self
    }

    /// Adds `scope`: names separated by single spaces (RFC 6749 section 3.3).
    pub fn with_scope(mut self, scope: &'a str) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Adds `resource`: the absolute URI of the resource server that the token is for (RFC 8707 section 2).
    pub fn with_resource(mut self, resource: &'a str) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Adds parameters of the caller's own, in this order, at the end.
    pub fn with_parameters(mut self, parameters: &'a [Parameter<'a>]) -> Self {
        self.parameters = List::Slice(parameters);
        self
    }

    /// The same with parameters that `make` gives by their index, from 0 until `None`: for callers who have them in
    /// another form. It is asked more than once and must give the same each time.
    pub fn with_parameters_from(mut self, make: &'a dyn Entries<Parameter<'a>>) -> Self {
        self.parameters = List::Made(make);
        self
    }

    /// Writes the head of an HTTP/1.1 request before the body: a POST to `endpoint`, whose connection ends with the answer.
    ///
    /// For firmware that has a TLS socket and no HTTP client. What comes out is then the whole request, about 200 bytes
    /// more and the URL.
    pub fn with_http_head(mut self, endpoint: EndpointUrl<'a>) -> Self {
        self.set_http_head(endpoint);
        self
    }

    /// The same, where the request stands.
    pub fn set_http_head(&mut self, endpoint: EndpointUrl<'a>) {
        self.head = Some(Head::new(endpoint));
    }

    /// Gives every assertion this `iat`.
    pub(crate) fn with_issued_at(self, issued_at: NumericDate) -> Self {
        Self {
            grant: self.grant.map(|grant| grant.with_issued_at(issued_at)),
            client: self.client.map(|client| client.with_issued_at(issued_at)),
            ..self
        }
    }

    /// What tells its assertions from others.
    pub(crate) fn digests(&self) -> [Option<[u8; 32]>; 2] {
        [self.grant.as_ref().map(GrantAssertion::digest), self.client.as_ref().map(ClientAssertion::digest)]
    }

    fn check(&self) -> Result<(), Error> {
        if self.grant.is_none() && self.client.is_none() {
            return Err(Error::new(Cause::Empty, Argument::ClientAssertion));
        }
        if let Some(head) = &self.head {
            self.grant.as_ref().map_or(Ok(()), |grant| grant.check_contacted(head.url()))?;
            self.client.as_ref().map_or(Ok(()), |client| client.check_contacted(head.url()))?;
        }
        if let (Some(grant), Some(client)) = (&self.grant, &self.client)
            && grant.same_jwt_id(client)
        {
            return Err(Error::new(Cause::Repeated, Argument::JwtId));
        }
        if let Some(scope) = self.scope {
            check_scope(scope)?;
        }
        if let Some(resource) = self.resource {
            check_absolute_uri(resource, Argument::Resource)?;
            if resource.bytes().any(|byte| byte == b'#') {
                return Err(Error::new(Cause::HasFragment, Argument::Resource));
            }
        }
        let refused = |cause| Err(Error::new(cause, Argument::Parameters));
        for (index, parameter) in self.parameters.from(0).enumerate() {
            check_value(parameter.name, Argument::Parameters)?;
            check_value(parameter.value, Argument::Parameters)?;
            if RESERVED.contains(&parameter.name)
                || self.client.is_some() && RESERVED_TO_CLIENTS.contains(&parameter.name)
            {
                return refused(Cause::Reserved);
            }
            if self.parameters.from(index.saturating_add(1)).any(|other| other.name == parameter.name) {
                return refused(Cause::Repeated);
            }
        }
        Ok(())
    }

    fn write(&self, output: &mut Output<'_>) -> Result<Unsigned, Error> {
        self.check()?;
        let length = self.head.as_ref().map(|head| head.begin(output)).transpose()?;
        let grant = match &self.grant {
            None => {
                output.put(GRANT_CLIENT_CREDENTIALS.as_bytes());
                None
            }
            Some(grant) => {
                output.put(GRANT_JWT_BEARER.as_bytes());
                Some(grant.write(output)?)
            }
        };
        let client = match &self.client {
            None => None,
            Some(client) => {
                output.put(CLIENT_ASSERTION.as_bytes());
                let input = client.write(output)?;
                if self.send_client_id && client.sends_client_id() {
                    form::parameter(output, "client_id", client.client_id());
                }
                Some(input)
            }
        };
        if let Some(scope) = self.scope {
            form::parameter(output, "scope", scope);
        }
        if let Some(resource) = self.resource {
            form::parameter(output, "resource", resource);
        }
        for parameter in self.parameters.from(0) {
            form::parameter(output, parameter.name, parameter.value);
        }
        if let (Some(head), Some(length)) = (&self.head, length) {
            head.end(output, length);
        }
        Ok(Unsigned { grant, client })
    }

    /// Bytes that the signed body needs, exactly.
    ///
    /// # Errors
    /// Those of [`prepare`](Self::prepare), but for a buffer that is too small.
    pub fn needed(&self) -> Result<usize, Error> {
        Output::count(|output| self.write(output))
    }

    /// The first of two phases: writes the whole body into `output`, with room for each signature.
    ///
    /// For signers that answer later. Dropping what this gives zeroes `output` again.
    ///
    /// # Errors
    /// Those of [`Assertion::prepare`](crate::Assertion::prepare) for each assertion, and
    /// * [`Cause::Repeated`]: both assertions have the same `jti`, or two parameters the same name;
    /// * [`Cause::Empty`], [`Cause::TooLong`]: a parameter given but empty, or above
    ///   [`MAX_VALUE_SIZE`](crate::MAX_VALUE_SIZE) bytes;
    /// * [`Cause::InvalidCharacter`]: `scope` or `resource`;
    /// * [`Cause::NotAbsolute`], [`Cause::HasFragment`]: `resource`;
    /// * [`Cause::Reserved`]: a parameter that the library writes itself, or a `client_secret` beside a client assertion;
    /// * about [`Argument::Endpoint`], with an HTTP head: [`Cause::EndpointNotContacted`] when an assertion's audience is
    ///   another endpoint, [`Cause::InvalidCharacter`] for a URL with a user's name in it.
    pub fn prepare(self, output: &mut [u8]) -> Result<PreparedRequest<'_>, Error> {
        let mut output = Output::new(output);
        let unsigned = self.write(&mut output)?;
        output.check()?;
        Ok(PreparedRequest { output, unsigned })
    }

    /// Writes the body into `output` and has every assertion in it signed by `signer`.
    ///
    /// # Errors
    /// [`SignError::Refused`] with the errors of [`prepare`](Self::prepare); [`SignError::Signer`] with the signer's own
    /// error. `output` is zeroed then.
    pub fn sign_with<'o, S: Es256Signer>(
        self,
        output: &'o mut [u8],
        signer: &mut S,
    ) -> Result<SignedRequest<'o>, SignError<S::Error>> {
        let mut prepared = self.prepare(output)?;
        prepared.sign_grant(signer)?;
        prepared.sign_client(signer)?;
        Ok(prepared.finish()?)
    }

    /// The same with a key for each assertion: who issues grants need not be the client.
    ///
    /// # Errors
    /// Those of [`sign_with`](Self::sign_with).
    pub fn sign_with_each<'o, G: Es256Signer, C: Es256Signer<Error = G::Error>>(
        self,
        output: &'o mut [u8],
        grant: &mut G,
        client: &mut C,
    ) -> Result<SignedRequest<'o>, SignError<G::Error>> {
        let mut prepared = self.prepare(output)?;
        prepared.sign_grant(grant)?;
        prepared.sign_client(client)?;
        Ok(prepared.finish()?)
    }
}

impl core::fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TokenRequest(..)")
    }
}

/// The assertions of a request that still lack their signature.
struct Unsigned {
    grant: Option<SigningInput>,
    client: Option<SigningInput>,
}

/// A token request that lacks only its signatures: between the two phases.
///
/// Dropping it zeroes the buffer.
#[must_use = "a request is of no use until it is signed"]
pub struct PreparedRequest<'o> {
    output: Output<'o>,
    unsigned: Unsigned,
}

impl<'o> PreparedRequest<'o> {
    /// What has to be signed for the grant; `None` where there is none, or once it is signed.
    #[must_use]
    pub fn grant(&self) -> Option<ToBeSigned<'_>> {
        self.unsigned.grant.as_ref().map(|input| input.to_be_signed(self.output.written()))
    }

    /// What has to be signed for the client assertion; `None` where there is none, or once it is signed.
    #[must_use]
    pub fn client(&self) -> Option<ToBeSigned<'_>> {
        self.unsigned.client.as_ref().map(|input| input.to_be_signed(self.output.written()))
    }

    /// Puts in the grant's signature.
    ///
    /// # Errors
    /// [`Cause::NotPrepared`] when there is no grant, or it is signed.
    pub fn attach_grant(&mut self, signature: &Es256Signature) -> Result<(), Error> {
        attach(&mut self.output, &mut self.unsigned.grant, signature, Argument::GrantAssertion)
    }

    /// Puts in the client assertion's signature.
    ///
    /// # Errors
    /// [`Cause::NotPrepared`] when there is no client assertion, or it is signed.
    pub fn attach_client(&mut self, signature: &Es256Signature) -> Result<(), Error> {
        attach(&mut self.output, &mut self.unsigned.client, signature, Argument::ClientAssertion)
    }

    fn sign_grant<S: Es256Signer>(&mut self, signer: &mut S) -> Result<(), SignError<S::Error>> {
        let Some(input) = self.grant() else { return Ok(()) };
        let signature = signer.sign(&input).map_err(SignError::Signer)?;
        Ok(self.attach_grant(&signature)?)
    }

    fn sign_client<S: Es256Signer>(&mut self, signer: &mut S) -> Result<(), SignError<S::Error>> {
        let Some(input) = self.client() else { return Ok(()) };
        let signature = signer.sign(&input).map_err(SignError::Signer)?;
        Ok(self.attach_client(&signature)?)
    }

    /// The body, once every assertion in it is signed.
    ///
    /// # Errors
    /// [`Cause::NotPrepared`] when a signature is missing; the buffer is zeroed then.
    pub fn finish(self) -> Result<SignedRequest<'o>, Error> {
        if self.unsigned.grant.is_some() {
            return Err(Error::new(Cause::NotPrepared, Argument::GrantAssertion));
        }
        if self.unsigned.client.is_some() {
            return Err(Error::new(Cause::NotPrepared, Argument::ClientAssertion));
        }
        Ok(SignedRequest { bytes: self.output.take() })
    }

    /// Lets go of the buffer, with everything but the signatures in it: its bytes so far, and what is to be signed for
    /// the grant and for the client assertion.
    #[must_use]
    pub fn detach(self) -> (&'o mut [u8], Option<SigningInput>, Option<SigningInput>) {
        (self.output.take(), self.unsigned.grant, self.unsigned.client)
    }
}

fn attach(
    output: &mut Output<'_>,
    input: &mut Option<SigningInput>,
    signature: &Es256Signature,
    argument: Argument,
) -> Result<(), Error> {
    match input.take() {
        Some(input) => input.attach(output.written_mut(), signature),
        None => Err(Error::new(Cause::NotPrepared, argument)),
    }
}

impl core::fmt::Debug for PreparedRequest<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PreparedRequest(..)")
    }
}

/// A signed token request: the body to POST, as [`CONTENT_TYPE`], in the caller's buffer.
///
/// It goes to the token endpoint over TLS once, and into no log.
#[must_use = "a signed request is made to be sent"]
pub struct SignedRequest<'o> {
    bytes: &'o [u8],
}

impl<'o> SignedRequest<'o> {
    /// The body's bytes, ASCII.
    #[must_use]
    pub const fn as_bytes(&self) -> &'o [u8] {
        self.bytes
    }

    /// The body.
    #[must_use]
    pub fn as_str(&self) -> &'o str {
        // Only ASCII is ever written, so that this check cannot fail.
        core::str::from_utf8(self.bytes).unwrap_or_default()
    }
}

impl core::fmt::Debug for SignedRequest<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SignedRequest(..)")
    }
}

/// Bytes that are enough for the body of a token request, whatever the texts are.
///
/// `client_assertion` and `grant_assertion` are the sizes of the assertions (0 = none); the others are lengths in bytes
/// (0 = not sent), `parameters` the sum of all names and values plus 2 for each. Every byte that is not an assertion's is
/// counted as escaped.
#[must_use]
pub const fn token_request_size(
    client_assertion: usize,
    grant_assertion: usize,
    client_id: usize,
    scope: usize,
    resource: usize,
    parameters: usize,
) -> usize {
    const fn escaped(name: &str, length: usize) -> usize {
        if length == 0 { 0 } else { length.saturating_mul(3).saturating_add(name.len()) }
    }
    let grant = if grant_assertion == 0 { GRANT_CLIENT_CREDENTIALS.len() } else { GRANT_JWT_BEARER.len() };
    let client = if client_assertion == 0 { 0 } else { CLIENT_ASSERTION.len() };
    grant
        .saturating_add(client)
        .saturating_add(client_assertion)
        .saturating_add(grant_assertion)
        .saturating_add(escaped("&client_id=", client_id))
        .saturating_add(escaped("&scope=", scope))
        .saturating_add(escaped("&resource=", resource))
        .saturating_add(parameters.saturating_mul(3))
}
