//! What may be sent to one authorization server, as the client is configured for it.

use crate::assertion::audience::{EndpointUrl, IssuerIdentifier};
use crate::assertion::jwt_id::JwtId;
use crate::assertion::{CLIENT_TYPE, ClientAssertion, GrantAssertion, Rules, is_client_type};
use crate::error::{Argument, Cause, Error};
use crate::server::metadata::{Endpoint, Metadata, Support};
use crate::server::profile::{AudienceRule, Es256Rule, KeyIdRule, Profile, TypeRule};
use crate::time::NumericDate;
use crate::value::{check_absolute_uri, check_value};

/// An authorization server, as the client is configured for it: what its assertions say, and what is refused before it
/// is sent.
///
/// Nothing that a server answers changes any of it (RFC 10070): another audience is another configuration.
///
/// ```
/// use jurat_core::{Cause, EndpointUrl, IssuerIdentifier, JwtId, NumericDate, Profile, Server, TokenRequest};
/// # let random = *b"0123456789abcdef";
/// let issuer = IssuerIdentifier::new("https://hydra.example")?;
/// let server = Server::new(issuer).with_profile(Profile::ORY_HYDRA);
/// let now = NumericDate::from_seconds(1_795_459_454)?;
///
/// // This server takes its token endpoint as audience, which has to be configured.
/// let error = server.client_assertion("device-7", now, JwtId::random(random)).unwrap_err();
/// assert_eq!(error.cause(), Cause::EndpointNotPinned);
///
/// let server = server.with_token_endpoint(EndpointUrl::new("https://hydra.example/oauth2/token")?);
/// let client = server.client_assertion("device-7", now, JwtId::random(random))?;
/// let mut buffer = [0; 1024];
/// let prepared = TokenRequest::client_credentials(client).prepare(&mut buffer)?;
/// # let _ = prepared;
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Server<'a> {
    issuer: IssuerIdentifier<'a>,
    profile: Profile<'a>,
    token_endpoint: Option<EndpointUrl<'a>>,
    metadata: Option<Metadata<'a>>,
}

impl<'a> Server<'a> {
    /// A server that follows RFC 10070.
    #[must_use]
    pub const fn new(issuer: IssuerIdentifier<'a>) -> Self {
        Self { issuer, profile: Profile::RFC_10070, token_endpoint: None, metadata: None }
    }

    /// A server of this product.
    #[must_use]
    pub const fn with_profile(self, profile: Profile<'a>) -> Self {
        Self { profile, ..self }
    }

    /// Pins the token endpoint: the caller sends requests to this URL and to no other.
    ///
    /// Only profiles whose audience is an endpoint need it.
    #[must_use]
    pub const fn with_token_endpoint(self, url: EndpointUrl<'a>) -> Self {
        Self { token_endpoint: Some(url), ..self }
    }

    /// Adds the server's metadata (RFC 8414): what it excludes is refused before it is sent.
    ///
    /// Its endpoints never become an audience.
    #[must_use]
    pub const fn with_metadata(self, metadata: Metadata<'a>) -> Self {
        Self { metadata: Some(metadata), ..self }
    }

    /// The issuer identifier.
    #[must_use]
    pub const fn issuer(&self) -> IssuerIdentifier<'a> {
        self.issuer
    }

    /// The profile.
    #[must_use]
    pub const fn profile(&self) -> &Profile<'a> {
        &self.profile
    }

    /// The token endpoint, if it is pinned.
    #[must_use]
    pub const fn token_endpoint(&self) -> Option<EndpointUrl<'a>> {
        self.token_endpoint
    }

    /// A client assertion for the token endpoint. `client_id` is `iss` and `sub`; `issued_at` is `iat`.
    ///
    /// # Errors
    /// Those of [`client_assertion_at`](Self::client_assertion_at).
    pub fn client_assertion(
        &self,
        client_id: &'a str,
        issued_at: NumericDate,
        jwt_id: JwtId<'a>,
    ) -> Result<ClientAssertion<'a>, Error> {
        self.client_assertion_at(Endpoint::Token, None, client_id, issued_at, jwt_id)
    }

    /// A client assertion for a request to this endpoint; the same rules hold at each of them (RFC 10070).
    ///
    /// `url` is where the request goes, from configuration: only profiles whose audience is an endpoint need it. For
    /// the token endpoint, the pinned one stands in for `None`.
    ///
    /// # Errors
    /// About [`Argument::Profile`]:
    /// * [`Cause::ServerAlgorithm`], [`Cause::ServerClientSecret`], [`Cause::ServerAudienceList`]: the server does not
    ///   take ES256 client assertions, or takes them only when its metadata lists ES256;
    /// * [`Cause::TypedAudience`]: the type `client-authentication+jwt` and an audience that is not the issuer.
    ///
    /// About [`Argument::Metadata`]: [`Cause::OtherIssuer`], [`Cause::MethodExcluded`], [`Cause::AlgorithmExcluded`].
    /// What metadata leaves open is not refused.
    ///
    /// When the audience is an endpoint:
    /// * [`Cause::EndpointNotContacted`] about [`Argument::Endpoint`]: the audience is the token endpoint, and the request
    ///   goes elsewhere;
    /// * [`Cause::EndpointNotPinned`] about [`Argument::TokenEndpoint`] or [`Argument::Endpoint`]: there is no URL from
    ///   configuration.
    ///
    /// [`Cause::Conflict`] about [`Argument::Audience`] for [`AudienceRule::ClientId`]; for a fixed audience or type,
    /// [`Cause::Empty`], [`Cause::TooLong`], and for the audience [`Cause::InvalidCharacter`] or [`Cause::NotAbsolute`],
    /// about [`Argument::Audience`] or [`Argument::Type`].
    ///
    /// Signing it is refused for more: see [`Assertion::prepare`](crate::Assertion::prepare).
    pub fn client_assertion_at(
        &self,
        endpoint: Endpoint,
        url: Option<EndpointUrl<'a>>,
        client_id: &'a str,
        issued_at: NumericDate,
        jwt_id: JwtId<'a>,
    ) -> Result<ClientAssertion<'a>, Error> {
        let assertion = ClientAssertion::new(client_id, self.issuer, issued_at, jwt_id);
        let mut assertion = assertion.with_lifetime(self.profile.lifetime);
        self.apply_to_client(&mut assertion, endpoint, url)?;
        Ok(assertion)
    }

    /// Makes an assertion of the caller's one for this server: `aud`, `typ`, `nbf` if the server wants one, and what is refused.
    /// The lifetime stays.
    ///
    /// # Errors
    /// Those of [`client_assertion_at`](Self::client_assertion_at); `assertion` is as it was then.
    pub fn apply_to_client(
        &self,
        assertion: &mut ClientAssertion<'a>,
        endpoint: Endpoint,
        url: Option<EndpointUrl<'a>>,
    ) -> Result<(), Error> {
        let (method, es256) = self.check(endpoint)?;
        if matches!(method, Support::Unsupported) {
            return refused(Cause::MethodExcluded, Argument::Metadata);
        }
        if matches!(es256, Support::Unsupported) {
            return refused(Cause::AlgorithmExcluded, Argument::Metadata);
        }
        let audience = self.audience(self.profile.audience, endpoint, url)?;
        let typ = match self.profile.typ {
            TypeRule::ClientAuthentication => Some(CLIENT_TYPE),
            TypeRule::Jwt => Some("JWT"),
            TypeRule::Omit => None,
            TypeRule::Fixed(typ) => {
                check_value(typ, Argument::Type)?;
                Some(typ)
            }
        };
        if typ.is_some_and(is_client_type) && audience != self.issuer.as_str() {
            return refused(Cause::TypedAudience, Argument::Profile);
        }
        assertion.set_type(typ);
        let rules = self.rules(self.profile.audience, self.profile.max_lifetime);
        assertion.adopt(audience, self.profile.not_before, rules);
        Ok(())
    }

    /// A JWT bearer grant that `iss` issues about `sub`, for a request to the token endpoint; `issued_at` is `iat`.
    ///
    /// # Errors
    /// * About [`Argument::Profile`]: [`Cause::NoGrant`], and the first three of
    ///   [`client_assertion_at`](Self::client_assertion_at);
    /// * [`Cause::OtherIssuer`] about [`Argument::Metadata`], which excludes nothing else here: its lists speak of client
    ///   authentication;
    /// * [`Cause::EndpointNotPinned`] about [`Argument::TokenEndpoint`]: the audience is the token endpoint, and it is not
    ///   pinned;
    /// * those of a fixed audience.
    ///
    /// Signing it is refused for more: see [`Assertion::prepare`](crate::Assertion::prepare).
    pub fn grant_assertion(
        &self,
        iss: &'a str,
        sub: &'a str,
        issued_at: NumericDate,
        jwt_id: JwtId<'a>,
    ) -> Result<GrantAssertion<'a>, Error> {
        let assertion = GrantAssertion::new(iss, sub, self.issuer.into(), issued_at, jwt_id);
        let mut assertion = assertion.with_lifetime(self.profile.lifetime);
        self.apply_to_grant(&mut assertion)?;
        Ok(assertion)
    }

    /// Makes a grant of the caller's one for this server: `aud`, `nbf` if the server wants one, and what is refused. The lifetime
    /// stays.
    ///
    /// # Errors
    /// Those of [`grant_assertion`](Self::grant_assertion); `assertion` is as it was then.
    pub fn apply_to_grant(&self, assertion: &mut GrantAssertion<'a>) -> Result<(), Error> {
        self.check(Endpoint::Token)?;
        let Some(rule) = self.profile.grant_audience else { return refused(Cause::NoGrant, Argument::Profile) };
        let audience = match rule {
            AudienceRule::ClientId => assertion.iss(),
            _ => self.audience(rule, Endpoint::Token, None)?,
        };
        let rules = self.rules(rule, self.profile.grant_max_lifetime);
        assertion.adopt(audience, self.profile.not_before, rules);
        Ok(())
    }

    /// What the server refuses of an assertion with this audience and a lifetime above this.
    fn rules(&self, audience: AudienceRule<'_>, max_lifetime: u32) -> Rules {
        Rules {
            max_lifetime,
            key_id: self.profile.key_id == KeyIdRule::Required,
            certificate_thumbprint: self.profile.key_id == KeyIdRule::CertificateThumbprint,
            jwt_id: self.profile.jwt_id_required,
            claims: self.profile.claims_refused,
            client_id: !self.profile.send_client_id,
            elsewhere: matches!(audience, AudienceRule::TokenEndpoint | AudienceRule::InvokedEndpoint),
        }
    }

    /// Refuses what the server is known not to take. What its metadata says of method and algorithm.
    fn check(&self, endpoint: Endpoint) -> Result<(Support, Support), Error> {
        let cause = match self.profile.es256 {
            Es256Rule::Accepted | Es256Rule::IfAdvertised => None,
            Es256Rule::Refused => Some(Cause::ServerAlgorithm),
            Es256Rule::ClientSecret => Some(Cause::ServerClientSecret),
            Es256Rule::AudienceList => Some(Cause::ServerAudienceList),
        };
        if let Some(cause) = cause {
            return refused(cause, Argument::Profile);
        }
        let (method, es256) = match &self.metadata {
            None => (Support::Unknown, Support::Unknown),
            Some(metadata) if metadata.issuer() != self.issuer => {
                return refused(Cause::OtherIssuer, Argument::Metadata);
            }
            Some(metadata) => (metadata.private_key_jwt(endpoint), metadata.es256(endpoint)),
        };
        if matches!(self.profile.es256, Es256Rule::IfAdvertised) && !matches!(es256, Support::Supported) {
            return refused(Cause::ServerAlgorithm, Argument::Profile);
        }
        Ok((method, es256))
    }

    fn audience(
        &self,
        rule: AudienceRule<'a>,
        endpoint: Endpoint,
        url: Option<EndpointUrl<'a>>,
    ) -> Result<&'a str, Error> {
        let (pinned, argument) = match endpoint {
            Endpoint::Token => (self.token_endpoint, Argument::TokenEndpoint),
            _ => (None, Argument::Endpoint),
        };
        match rule {
            AudienceRule::Issuer => Ok(self.issuer.as_str()),
            AudienceRule::Fixed(uri) => check_absolute_uri(uri, Argument::Audience).map(|()| uri),
            AudienceRule::ClientId => refused(Cause::Conflict, Argument::Audience),
            AudienceRule::TokenEndpoint if !matches!(endpoint, Endpoint::Token) => {
                refused(Cause::EndpointNotContacted, Argument::Endpoint)
            }
            AudienceRule::TokenEndpoint | AudienceRule::InvokedEndpoint => match (url.or(pinned), pinned) {
                (None, _) => refused(Cause::EndpointNotPinned, argument),
                (Some(url), Some(pinned)) if url != pinned => refused(Cause::EndpointNotContacted, Argument::Endpoint),
                (Some(url), _) => Ok(url.as_str()),
            },
        }
    }
}

const fn refused<T>(cause: Cause, argument: Argument) -> Result<T, Error> {
    Err(Error::new(cause, argument))
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;
    use std::vec::Vec;

    use serde_json::{Value, json};

    use super::{Endpoint, Metadata, Server, TypeRule};
    use crate::assertion::audience::{EndpointUrl, IssuerIdentifier};
    use crate::assertion::claim::{Claim, ClaimValue};
    use crate::assertion::jwt_id::JwtId;
    use crate::assertion::size::{client_assertion_size, grant_assertion_size, grant_assertion_size_worst};
    use crate::assertion::{Assertion, ClientAssertion, GrantAssertion, Kind};
    use crate::error::{Argument, Cause, Error};
    use crate::server::profile::{AudienceRule, Es256Rule, KeyIdRule, Profile};
    use crate::time::NumericDate;
    use crate::token::request::TokenRequest;

    const ISSUER: &str = "https://as.example/realm";
    const TOKEN: &str = "https://as.example/token?tenant=1";
    const PAR: &str = "https://as.example/par";
    const NOW: u64 = 1_795_459_454;
    const OTHERS: [Endpoint; 5] = [
        Endpoint::PushedAuthorizationRequest,
        Endpoint::Introspection,
        Endpoint::Revocation,
        Endpoint::DeviceAuthorization,
        Endpoint::BackchannelAuthentication,
    ];

    fn server<'a>(profile: &'a Profile<'a>) -> Server<'a> {
        Server::new(IssuerIdentifier::new(ISSUER).unwrap()).with_profile(*profile)
    }

    fn url(url: &str) -> EndpointUrl<'_> {
        EndpointUrl::new(url).unwrap()
    }

    fn pinned<'a>(profile: &'a Profile<'a>) -> Server<'a> {
        server(profile).with_token_endpoint(url(TOKEN))
    }

    fn now() -> NumericDate {
        NumericDate::from_seconds(NOW).unwrap()
    }

    fn client<'a>(server: &Server<'a>) -> Result<ClientAssertion<'a>, Error> {
        server.client_assertion("device-7", now(), JwtId::text("id-1"))
    }

    fn at<'a>(server: &Server<'a>, endpoint: Endpoint, url: Option<EndpointUrl<'a>>) -> Result<Value, Said> {
        let made = server.client_assertion_at(endpoint, url, "device-7", now(), JwtId::text("id-1"));
        made.map_err(said).and_then(|made| parts(made).map(|(_, claims)| claims["aud"].clone()))
    }

    fn grant<'a>(server: &Server<'a>) -> Result<GrantAssertion<'a>, Error> {
        server.grant_assertion("sts-1", "alice", now(), JwtId::text("id-2"))
    }

    type Said = (Cause, Argument);

    fn said(error: Error) -> Said {
        (error.cause(), error.argument())
    }

    /// Of RFC 4648 section 5, by hand: what is tested encodes with a library.
    fn decode(text: &str) -> Vec<u8> {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
        for character in text.chars() {
            bits = bits << 6 | u32::try_from(alphabet.find(character).unwrap()).unwrap();
            count += 6;
            if count >= 8 {
                count -= 8;
                bytes.push(u8::try_from(bits >> count).unwrap());
                bits &= (1 << count) - 1;
            }
        }
        bytes
    }

    /// Header and claims of what would be signed.
    fn parts<K: Kind>(assertion: Assertion<'_, K>) -> Result<(Value, Value), Said> {
        let mut buffer = [0; 2048];
        let prepared = assertion.prepare(&mut buffer).map_err(said)?;
        let input = String::from_utf8(prepared.to_be_signed().message().to_vec()).unwrap();
        let (header, claims) = input.split_once('.').unwrap();
        let json = |part| serde_json::from_slice(&decode(part)).unwrap();
        Ok((json(header), json(claims)))
    }

    fn refusal<K: Kind>(assertion: Assertion<'_, K>) -> Said {
        parts(assertion).unwrap_err()
    }

    fn metadata(document: &str) -> Metadata<'static> {
        let document = document.replacen('{', r#"{"issuer":"https://as.example/realm","#, 1).replace(",}", "}");
        Metadata::read(document.into_bytes().leak(), IssuerIdentifier::new(ISSUER).unwrap()).unwrap()
    }

    const LISTS_ES256: &str = r#"{"token_endpoint":"https://evil.example/token",
        "token_endpoint_auth_methods_supported":["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported":["ES384","ES256"]}"#;

    /// What a profile is to make, written out by hand.
    struct Expected {
        id: &'static str,
        aud: &'static str,
        typ: Option<&'static str>,
        longest: u32,
        needs_key_id: bool,
        needs_jwt_id: bool,
        grant: Option<(&'static str, u32)>,
    }

    const fn expected(
        id: &'static str,
        aud: &'static str,
        typ: Option<&'static str>,
        longest: u32,
        (needs_key_id, needs_jwt_id): (bool, bool),
        grant: Option<(&'static str, u32)>,
    ) -> Expected {
        Expected { id, aud, typ, longest, needs_key_id, needs_jwt_id, grant }
    }

    const RFC_TYPE: Option<&str> = Some("client-authentication+jwt");
    const JWT: Option<&str> = Some("JWT");

    /// The pairs are whether `kid` and whether `jti` is needed.
    const EXPECTED: &[Expected] = &[
        expected("rfc-10070", ISSUER, RFC_TYPE, 3_600, (false, false), Some((ISSUER, 3_600))),
        expected("keycloak", ISSUER, RFC_TYPE, 60, (false, true), Some((ISSUER, 300))),
        expected("ory-hydra", TOKEN, None, 3_600, (false, true), Some((TOKEN, 3_600))),
        expected("okta", TOKEN, JWT, 3_600, (false, false), Some((ISSUER, 60))),
        expected("spring", ISSUER, JWT, 3_600, (false, false), None),
        expected("duende", ISSUER, RFC_TYPE, 3_600, (false, true), None),
        expected("authelia", ISSUER, RFC_TYPE, 60, (false, true), None),
        expected("oidc-provider", ISSUER, RFC_TYPE, 3_600, (false, true), None),
        expected("authlib", ISSUER, RFC_TYPE, 3_600, (false, true), Some((ISSUER, 3_600))),
        expected("better-auth", ISSUER, RFC_TYPE, 300, (false, true), None),
        expected("zitadel", ISSUER, RFC_TYPE, 3_600, (true, false), Some((ISSUER, 3_600))),
        expected("glewlwyd", TOKEN, None, 3_600, (false, false), None),
        expected("atproto", ISSUER, None, 60, (true, true), None),
        expected("fapi2", ISSUER, RFC_TYPE, 60, (false, true), None),
        expected("singpass", ISSUER, JWT, 120, (false, true), None),
        expected("corppass", ISSUER, JWT, 600, (false, true), None),
        expected("apple-business", "https://account.apple.com/auth/oauth2/v2/token", JWT, 3_600, (true, true), None),
        // Its grants have the issuer's own name as audience: the client id.
        expected("servicenow", ISSUER, RFC_TYPE, 60, (false, true), Some(("sts-1", 60))),
        expected("au-cdr", ISSUER, JWT, 300, (false, true), None),
        expected("smart", TOKEN, JWT, 300, (true, true), None),
    ];

    /// The longest lifetime is taken, one second more is refused.
    fn check_longest<'a, K: Kind>(id: &str, longest: u32, make: impl Fn() -> Assertion<'a, K>) {
        let (_, claims) = parts(make().with_lifetime(longest)).unwrap();
        assert_eq!(claims["exp"], NOW + u64::from(longest), "{id}");
        let cause = if longest == 3_600 { Cause::LifetimeOutOfRange } else { Cause::LifetimeAboveServer };
        assert_eq!(refusal(make().with_lifetime(longest + 1)), (cause, Argument::Lifetime), "{id}");
        assert_eq!(refusal(make().with_lifetime(0)), (Cause::LifetimeOutOfRange, Argument::Lifetime), "{id}");
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn each_profile_makes_what_its_server_takes() {
        let advertised = metadata(LISTS_ES256);
        for Expected { id, aud, typ, longest, needs_key_id, needs_jwt_id, grant: grants } in EXPECTED {
            let profile = Profile::named(id).unwrap();
            let mut server = pinned(profile);
            if *id == "smart" {
                server = server.with_metadata(advertised);
            }
            let make = || client(&server).unwrap().with_key_id("k");

            let (header, claims) = parts(make()).unwrap();
            let mut head = json!({ "alg": "ES256", "kid": "k" });
            if let Some(typ) = typ {
                head["typ"] = json!(typ);
            }
            assert_eq!(header, head, "{id}");
            let all = json!({
                "aud": aud, "iss": "device-7", "sub": "device-7", "iat": NOW, "exp": NOW + 60, "jti": "id-1",
            });
            assert_eq!(claims, all, "{id}");

            check_longest(id, *longest, make);
            let refused = |needed: bool, argument| if needed { Err((Cause::Empty, argument)) } else { Ok(()) };
            let bare = parts(client(&server).unwrap()).map(|_| ());
            assert_eq!(bare, refused(*needs_key_id, Argument::KeyId), "{id}");
            let omitted = server.client_assertion("device-7", now(), JwtId::omitted()).unwrap().with_key_id("k");
            assert_eq!(parts(omitted).map(|_| ()), refused(*needs_jwt_id, Argument::JwtId), "{id}");
            let claims = [Claim { name: "boot", value: ClaimValue::Integer(1) }];
            assert!(parts(make().with_claims(&claims)).is_ok(), "{id}");

            let mut buffer = [0; 2048];
            let (body, _, _) = TokenRequest::client_credentials(make()).prepare(&mut buffer).unwrap().detach();
            assert!(body.ends_with(b"&client_id=device-7"), "{id}");

            let Some((aud, longest)) = grants else {
                assert_eq!(said(grant(&server).unwrap_err()), (Cause::NoGrant, Argument::Profile), "{id}");
                continue;
            };
            let make = || grant(&server).unwrap().with_key_id("k");
            let all = json!({ "aud": aud, "iss": "sts-1", "sub": "alice", "iat": NOW, "exp": NOW + 60, "jti": "id-2" });
            assert_eq!(parts(make()).unwrap(), (json!({ "alg": "ES256", "kid": "k" }), all), "{id}");
            check_longest(id, *longest, make);
        }
    }

    #[test]
    fn servers_that_cannot_take_it_are_refused_before_anything_else() {
        let excluded = metadata(r#"{"token_endpoint_auth_methods_supported":["client_secret_basic"]}"#);
        let refused = "auth0 entra google salesforce maskinporten ibm oracle smart uk-open-banking brazil-open-banking";
        let refused = refused.split(' ').map(|id| (id, Cause::ServerAlgorithm));
        let others = [("apple-sign-in", Cause::ServerClientSecret), ("gematik", Cause::ServerAudienceList)];
        let mut count = 0;
        for (id, cause) in refused.chain(others) {
            // Nothing is pinned, the metadata excludes it too, and the client id is empty.
            let server = server(Profile::named(id).unwrap()).with_metadata(excluded);
            let made = server.client_assertion("", now(), JwtId::omitted());
            assert_eq!(said(made.unwrap_err()), (cause, Argument::Profile), "{id}");
            assert_eq!(said(grant(&server).unwrap_err()), (cause, Argument::Profile), "{id}");
            count += 1;
        }
        // SMART is in both tables.
        assert_eq!(count + EXPECTED.len() - 1, Profile::ALL.len(), "a profile without a test");
    }

    #[test]
    fn smart_needs_metadata_that_lists_es256() {
        let refused = (Cause::ServerAlgorithm, Argument::Profile);
        assert_eq!(said(client(&pinned(&Profile::SMART)).unwrap_err()), refused);
        for document in [
            r#"{"token_endpoint_auth_methods_supported":["private_key_jwt"]}"#,
            r#"{"token_endpoint_auth_signing_alg_values_supported":["RS384","ES384"]}"#,
            // Of another endpoint.
            r#"{"revocation_endpoint_auth_signing_alg_values_supported":["ES256"]}"#,
        ] {
            let metadata = metadata(document);
            assert_eq!(said(client(&pinned(&Profile::SMART).with_metadata(metadata)).unwrap_err()), refused);
        }
        let metadata = metadata(LISTS_ES256);
        assert!(client(&pinned(&Profile::SMART).with_metadata(metadata)).is_ok());
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_metadata_excludes_is_refused_and_what_it_leaves_open_is_not() {
        let method = Err((Cause::MethodExcluded, Argument::Metadata));
        let algorithm = Err((Cause::AlgorithmExcluded, Argument::Metadata));
        for (document, token, revocation) in [
            ("{}", Ok(()), Ok(())),
            (LISTS_ES256, Ok(()), Ok(())),
            (r#"{"token_endpoint_auth_methods_supported":["private_key_jwt"]}"#, Ok(()), Ok(())),
            (r#"{"token_endpoint_auth_methods_supported":["client_secret_basic"]}"#, method, Ok(())),
            (r#"{"revocation_endpoint_auth_methods_supported":["client_secret_basic"]}"#, Ok(()), method),
            (r#"{"token_endpoint_auth_signing_alg_values_supported":["RS256"]}"#, algorithm, Ok(())),
            (r#"{"revocation_endpoint_auth_signing_alg_values_supported":["RS256"]}"#, Ok(()), algorithm),
        ] {
            let metadata = metadata(document);
            let server = server(&Profile::RFC_10070).with_metadata(metadata);
            assert_eq!(client(&server).map(|_| ()).map_err(said), token, "{document}");
            assert_eq!(at(&server, Endpoint::Revocation, None).map(|_| ()), revocation, "{document}");
            // It speaks of client authentication only.
            assert!(grant(&server).is_ok(), "{document}");
            let other = (Cause::OtherIssuer, Argument::Metadata);
            let server = Server::new(IssuerIdentifier::new("https://as.example/realm2").unwrap());
            let server = server.with_metadata(metadata);
            assert_eq!(said(client(&server).unwrap_err()), other);
            assert_eq!(said(grant(&server).unwrap_err()), other);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn the_issuer_is_the_audience_at_every_endpoint() {
        for server in [server(&Profile::RFC_10070), pinned(&Profile::KEYCLOAK)] {
            for endpoint in OTHERS.into_iter().chain([Endpoint::Token]) {
                assert_eq!(at(&server, endpoint, None).unwrap(), ISSUER);
                assert_eq!(at(&server, endpoint, Some(url(PAR))).unwrap(), ISSUER);
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn an_endpoint_as_audience_is_pinned_and_contacted() {
        let token = (Cause::EndpointNotPinned, Argument::TokenEndpoint);
        let other = (Cause::EndpointNotPinned, Argument::Endpoint);
        let elsewhere = (Cause::EndpointNotContacted, Argument::Endpoint);
        // Metadata does not pin.
        let metadata = metadata(LISTS_ES256);
        for profile in [&Profile::ORY_HYDRA, &Profile::OKTA] {
            let unpinned = server(profile).with_metadata(metadata);
            assert_eq!(said(client(&unpinned).unwrap_err()), token);
            assert_eq!(at(&unpinned, Endpoint::Token, Some(url(TOKEN))).unwrap(), TOKEN);
            let pinned = pinned(profile);
            for given in [None, Some(url(TOKEN))] {
                assert_eq!(at(&pinned, Endpoint::Token, given).unwrap(), TOKEN);
            }
            assert_eq!(at(&pinned, Endpoint::Token, Some(url(PAR))), Err(elsewhere));
        }
        assert_eq!(said(grant(&server(&Profile::ORY_HYDRA)).unwrap_err()), token);
        for endpoint in OTHERS {
            for given in [None, Some(url(TOKEN)), Some(url(PAR))] {
                assert_eq!(at(&pinned(&Profile::ORY_HYDRA), endpoint, given), Err(elsewhere));
            }
            assert_eq!(at(&pinned(&Profile::OKTA), endpoint, Some(url(PAR))).unwrap(), PAR);
            assert_eq!(at(&pinned(&Profile::OKTA), endpoint, None), Err(other));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn the_type_of_rfc_10070_goes_with_the_issuer_only() {
        let mut profile = Profile::RFC_10070;
        let refused = Err((Cause::TypedAudience, Argument::Profile));
        for (typ, typed) in [
            (TypeRule::ClientAuthentication, true),
            (TypeRule::Fixed("client-authentication+jwt"), true),
            (TypeRule::Fixed("application/client-authentication+jwt"), true),
            (TypeRule::Fixed("Application/Client-Authentication+JWT"), true),
            (TypeRule::Fixed("text/client-authentication+jwt"), false),
            (TypeRule::Fixed("client-authentication+jwt2"), false),
            (TypeRule::Jwt, false),
            (TypeRule::Omit, false),
        ] {
            profile.typ = typ;
            for (audience, aud) in [
                (AudienceRule::TokenEndpoint, TOKEN),
                (AudienceRule::InvokedEndpoint, TOKEN),
                (AudienceRule::Fixed("urn:example:as"), "urn:example:as"),
                (AudienceRule::Fixed("https://as.example/realm/"), "https://as.example/realm/"),
            ] {
                profile.audience = audience;
                let made = at(&pinned(&profile), Endpoint::Token, None);
                assert_eq!(made, if typed { refused.clone() } else { Ok(json!(aud)) }, "{typ:?} {audience:?}");
            }
            for audience in [AudienceRule::Issuer, AudienceRule::Fixed(ISSUER)] {
                profile.audience = audience;
                assert_eq!(at(&pinned(&profile), Endpoint::Token, None), Ok(json!(ISSUER)), "{typ:?}");
            }
        }
    }

    #[test]
    fn fixed_values_are_checked() {
        let mut profile = Profile::RFC_10070;
        profile.typ = TypeRule::Fixed("own+jwt");
        assert_eq!(parts(client(&server(&profile)).unwrap()).unwrap().0["typ"], "own+jwt");
        let long = "a".repeat(2_049);
        for (typ, cause) in [("", Cause::Empty), (&*long, Cause::TooLong)] {
            profile.typ = TypeRule::Fixed(typ);
            assert_eq!(said(client(&server(&profile)).unwrap_err()), (cause, Argument::Type));
        }
        profile.typ = TypeRule::Jwt;
        for (uri, cause) in [
            ("", Cause::Empty),
            ("as.example", Cause::NotAbsolute),
            ("//as.example", Cause::NotAbsolute),
            ("urn:", Cause::NotAbsolute),
            ("https://as.example https://other.example", Cause::InvalidCharacter),
            (r#"["https://as.example"]"#, Cause::InvalidCharacter),
            (&long, Cause::TooLong),
        ] {
            profile.audience = AudienceRule::Fixed(uri);
            profile.grant_audience = Some(profile.audience);
            assert_eq!(said(client(&server(&profile)).unwrap_err()), (cause, Argument::Audience), "{uri}");
            assert_eq!(said(grant(&server(&profile)).unwrap_err()), (cause, Argument::Audience), "{uri}");
        }
        profile.audience = AudienceRule::ClientId;
        assert_eq!(said(client(&server(&profile)).unwrap_err()), (Cause::Conflict, Argument::Audience));
    }

    #[test]
    fn what_a_profile_sends_is_within_the_bounds_that_are_documented() {
        let token = format!("{TOKEN}?tenant={}", "a".repeat(100));
        let okta = server(&Profile::OKTA).with_token_endpoint(url(&token));
        let needed = |server: &Server<'_>| client(server).unwrap().with_key_id("k").needed().unwrap();
        assert!(needed(&okta) > client_assertion_size(8, ISSUER.len(), 4, 1, 0));
        assert!(needed(&okta) <= client_assertion_size(8, token.len(), 4, 1, 0));
        // Types that are longer than that of RFC 10070: without escapes, and of nothing else.
        for (typ, size) in [
            ("t".repeat(200), grant_assertion_size as fn(_, _, _, _, _, _, _) -> _),
            ("\u{1f}".repeat(200), grant_assertion_size_worst),
        ] {
            let mut profile = Profile::RFC_10070;
            profile.typ = TypeRule::Fixed(&typ);
            let needed = needed(&server(&profile));
            assert!(needed > client_assertion_size(8, ISSUER.len(), 4, 1, 0));
            assert!(needed <= size(8, 8, ISSUER.len(), 4, 1, typ.len(), 0));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_the_server_refuses_is_not_signed() {
        let mut profile = Profile::RFC_10070;
        profile.key_id = KeyIdRule::CertificateThumbprint;
        let made = || client(&server(&profile)).unwrap().with_key_id("k");
        assert_eq!(refusal(made()), (Cause::Empty, Argument::CertificateThumbprint));
        assert!(parts(made().with_certificate_thumbprint(&"A".repeat(43))).is_ok());

        // Both kinds, and a grant of Maskinporten's shape at that.
        let mut profile = Profile::MASKINPORTEN;
        assert_eq!(said(grant(&server(&profile)).unwrap_err()), (Cause::ServerAlgorithm, Argument::Profile));
        profile.es256 = Es256Rule::Accepted;
        let server = server(&profile);
        let claims = [Claim { name: "scope", value: ClaimValue::Text("a") }];
        let refused = (Cause::ClaimsRefused, Argument::Claims);
        assert_eq!(refusal(client(&server).unwrap().with_claims(&claims)), refused);
        assert_eq!(refusal(grant(&server).unwrap().with_claims(&claims)), refused);
        let make = |index| claims.get(index).copied();
        assert_eq!(refusal(grant(&server).unwrap().with_claims_from(&make)), refused);
        // An empty list is no claim.
        assert!(parts(grant(&server).unwrap().with_claims(&[])).is_ok());
        assert!(parts(grant(&server).unwrap().with_claims_from(&|_| None)).is_ok());
        check_longest("grant", 120, || grant(&server).unwrap());

        // What is wrong everywhere comes first.
        let empty = server.client_assertion("", now(), JwtId::omitted()).unwrap();
        assert_eq!(refusal(empty), (Cause::Empty, Argument::ClientId));
        let typed = grant(&server).unwrap().with_type("client-authentication+jwt");
        assert_eq!(refusal(typed), (Cause::WrongPurpose, Argument::Type));
    }

    #[test]
    fn the_profile_decides_on_lifetime_and_not_before() {
        let mut profile = Profile::RFC_10070;
        (profile.lifetime, profile.not_before) = (90, true);
        let server = server(&profile);
        for (_, claims) in [parts(client(&server).unwrap()).unwrap(), parts(grant(&server).unwrap()).unwrap()] {
            assert_eq!((&claims["nbf"], &claims["exp"]), (&json!(NOW), &json!(NOW + 90)));
        }
        let earlier = NumericDate::from_seconds(NOW - 5).unwrap();
        let (_, claims) = parts(client(&server).unwrap().with_not_before(earlier)).unwrap();
        assert_eq!(claims["nbf"], NOW - 5);
    }

    #[test]
    fn a_server_that_refuses_client_id_gets_none() {
        let mut profile = Profile::RFC_10070;
        let body = |profile: &Profile<'_>, without: bool| {
            let mut request = TokenRequest::jwt_bearer(grant(&server(profile)).unwrap())
                .with_client_assertion(client(&server(profile)).unwrap());
            if without {
                request = request.without_client_id();
            }
            let needed = request.needed().unwrap();
            let mut buffer = [0; 2048];
            let (body, grant, client) = request.prepare(&mut buffer).unwrap().detach();
            assert!(grant.is_some() && client.is_some());
            assert_eq!(body.len(), needed);
            String::from_utf8(body.to_vec()).unwrap().contains("&client_id=")
        };
        assert!(body(&profile, false));
        assert!(!body(&profile, true));
        profile.send_client_id = false;
        assert!(!body(&profile, false));
        assert!(!body(&profile, true));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn a_server_without_a_profile_makes_what_the_constructors_make() {
        let issuer = IssuerIdentifier::new(ISSUER).unwrap();
        let server = Server::new(issuer);
        assert_eq!((server.issuer(), server.profile().id, server.token_endpoint()), (issuer, "rfc-10070", None));
        assert_eq!(pinned(&Profile::OKTA).token_endpoint(), Some(url(TOKEN)));
        let plain = ClientAssertion::new("device-7", issuer, now(), JwtId::text("id-1"));
        assert_eq!(parts(client(&server).unwrap()), parts(plain));
        let plain = GrantAssertion::new("sts-1", "alice", issuer.into(), now(), JwtId::text("id-2"));
        assert_eq!(parts(grant(&server).unwrap()), parts(plain));
        let omitted = || JwtId::omitted();
        let made = server.client_assertion("device-7", now(), omitted()).unwrap();
        assert_eq!(parts(made), parts(ClientAssertion::new("device-7", issuer, now(), omitted())));
    }
}
