//! What a server says about itself (RFC 8414).

use core::ops::Range;

use crate::assertion::audience::{IssuerIdentifier, check_endpoint};
use crate::encoding::json::read::{Text, elements, pick, unescape_in_place};
use crate::error::{Argument, Cause, Error};

/// An endpoint at which a client authenticates. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(i32)]
pub enum Endpoint {
    /// The token endpoint (RFC 6749 section 3.2).
    Token = 1,
    /// The pushed authorization request endpoint (RFC 9126 section 2).
    PushedAuthorizationRequest = 2,
    /// The introspection endpoint (RFC 7662 section 2).
    Introspection = 3,
    /// The revocation endpoint (RFC 7009 section 2).
    Revocation = 4,
    /// The device authorization endpoint (RFC 8628 section 3.1).
    DeviceAuthorization = 5,
    /// The backchannel authentication endpoint (OpenID Connect CIBA Core 1.0 section 7).
    BackchannelAuthentication = 6,
}

impl Endpoint {
    /// Every endpoint, in the order of the numbers.
    pub const ALL: [Self; 6] = [
        Self::Token,
        Self::PushedAuthorizationRequest,
        Self::Introspection,
        Self::Revocation,
        Self::DeviceAuthorization,
        Self::BackchannelAuthentication,
    ];

    /// The stable number, 1 to 6.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The endpoint with this number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.number() == number)
    }

    /// The member of the metadata that has its URL.
    #[must_use]
    pub const fn member(self) -> &'static str {
        match self {
            Self::Token => "token_endpoint",
            Self::PushedAuthorizationRequest => "pushed_authorization_request_endpoint",
            Self::Introspection => "introspection_endpoint",
            Self::Revocation => "revocation_endpoint",
            Self::DeviceAuthorization => "device_authorization_endpoint",
            Self::BackchannelAuthentication => "backchannel_authentication_endpoint",
        }
    }
}

/// What metadata says about something that a server may support. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(i32)]
pub enum Support {
    /// A list holds it, or the default of a list that is absent does.
    Supported = 1,
    /// There is a list, and it does not hold it.
    Unsupported = 2,
    /// There is no list, and the default of the standard does not hold it. Many servers leave lists out, so this is a
    /// reason to ask, not one to give up.
    NotAdvertised = 3,
    /// There is no list, and the standard gives no default.
    Unknown = 4,
}

impl Support {
    /// The stable number, 1 to 4.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// What this number stands for.
    #[must_use]
    pub const fn from_number(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::Supported),
            2 => Some(Self::Unsupported),
            3 => Some(Self::NotAdvertised),
            4 => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// What metadata says of client assertions at an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lists {
    private_key_jwt: Support,
    es256: Support,
}

/// A server's metadata (RFC 8414 section 2, OpenID Connect Discovery 1.0 section 3), read where it stands.
///
/// Only what a client needs that authenticates by client assertions; everything else is skipped, as long as it is JSON:
/// the aliases of `mtls_endpoint_aliases`, which are for clients with TLS certificates (RFC 8705 section 5), and
/// `signed_metadata`, which one may ignore (RFC 8414 section 2.1).
///
/// The document must have come over TLS whose certificate was checked against the issuer's host (RFC 8414 section 6.1).
/// Even so, an endpoint in it is where to send a request, never the audience of an assertion (RFC 10070).
///
/// ```
/// use jurat_core::{Endpoint, IssuerIdentifier, Metadata, Support};
/// let mut document = *br#"{
///     "issuer": "https:\/\/as.example",
///     "token_endpoint": "https:\/\/as.example\/token",
///     "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"]
/// }"#;
/// let metadata = Metadata::read(&mut document, IssuerIdentifier::new("https://as.example")?)?;
/// assert_eq!(metadata.endpoint(Endpoint::Token), Some("https://as.example/token"));
/// assert_eq!(metadata.private_key_jwt(Endpoint::Token), Support::Supported);
/// assert_eq!(metadata.es256(Endpoint::Token), Support::Unknown);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Metadata<'a> {
    issuer: IssuerIdentifier<'a>,
    /// In the order of [`Endpoint::ALL`].
    endpoints: [Option<&'a str>; 6],
    token: Lists,
    introspection: Lists,
    revocation: Lists,
    grant_types: Option<&'a str>,
}

impl<'a> Metadata<'a> {
    /// Reads `document`, the body of the answer, which must be about `issuer`, the issuer identifier whose metadata was
    /// asked for (RFC 8414 section 3.3).
    ///
    /// `document` is UTF-8 of any size and is changed: strings are unescaped in place. It takes no other memory, and
    /// the stack does not grow with it.
    ///
    /// # Errors
    /// With each of these nothing of the document may be used; it may have been changed already.
    /// * About [`Argument::Metadata`]: [`Cause::NotUtf8`], [`Cause::InvalidJson`], [`Cause::TooDeep`];
    ///   [`Cause::Repeated`] for a member that is read and occurs twice; [`Cause::WrongType`] for a document that is
    ///   not an object, an `issuer` that is missing, an `issuer` or an endpoint that is not a string, or a list that is
    ///   not an array of strings. `null` counts as a member that is missing.
    /// * About [`Argument::Issuer`]: those of [`IssuerIdentifier::check`].
    /// * About [`Argument::TokenEndpoint`] for `token_endpoint` and [`Argument::Endpoint`] for the others:
    ///   [`Cause::NotHttps`], [`Cause::HasFragment`], [`Cause::InvalidCharacter`], [`Cause::Empty`] or
    ///   [`Cause::TooLong`]. Plain http is taken if the issuer is one of [`IssuerIdentifier::insecure_http`] with the
    ///   scheme `http`.
    pub fn read(document: &'a mut [u8], issuer: IssuerIdentifier<'_>) -> Result<Self, Error> {
        Self::read_of(document, Some(issuer))
    }

    /// The same for a document of whatever issuer it names.
    pub(crate) fn read_of(document: &'a mut [u8], issuer: Option<IssuerIdentifier<'_>>) -> Result<Self, Error> {
        const WRONG_TYPE: Error = Error::new(Cause::WrongType, Argument::Metadata);
        let names = [
            "issuer",
            Endpoint::Token.member(),
            Endpoint::PushedAuthorizationRequest.member(),
            Endpoint::Introspection.member(),
            Endpoint::Revocation.member(),
            Endpoint::DeviceAuthorization.member(),
            Endpoint::BackchannelAuthentication.member(),
            "token_endpoint_auth_methods_supported",
            "token_endpoint_auth_signing_alg_values_supported",
            "introspection_endpoint_auth_methods_supported",
            "introspection_endpoint_auth_signing_alg_values_supported",
            "revocation_endpoint_auth_methods_supported",
            "revocation_endpoint_auth_signing_alg_values_supported",
            "grant_types_supported",
        ];
        // Some servers write `null` where they should write nothing.
        let absent = |place: Range<usize>| if document.get(place.clone()) == Some(b"null") { ABSENT } else { place };
        let [found, first, second, third, fourth, fifth, sixth, lists @ ..] =
            pick(document, &names).map_err(|cause| Error::new(cause, Argument::Metadata))?.map(absent);

        let found = unescape_in_place(document, found).ok_or(WRONG_TYPE)?;
        if let Some(issuer) = issuer {
            issuer.check(text(document, found.clone()))?;
        }
        let mut endpoints = [first, second, third, fourth, fifth, sixth];
        for place in endpoints.iter_mut().filter(|place| **place != ABSENT) {
            *place = unescape_in_place(document, place.clone()).ok_or(WRONG_TYPE)?;
        }

        // From here on the document stays as it is.
        let document: &'a [u8] = document;
        let member = |place| (place != ABSENT).then(|| text(document, place));
        let endpoints = endpoints.map(member);
        // If it is one that was asked for, it is valid.
        let issuer = IssuerIdentifier::insecure_http(text(document, found))?;
        // Only an issuer of `insecure_http` can be refused by `new`, and only for its scheme.
        let plain = IssuerIdentifier::new(issuer.as_str()).is_err();
        for (endpoint, url) in Endpoint::ALL.into_iter().zip(endpoints) {
            let argument = if endpoint == Endpoint::Token { Argument::TokenEndpoint } else { Argument::Endpoint };
            url.map_or(Ok(()), |url| check_endpoint(url, plain, argument))?;
        }
        let lists = lists.map(member);
        let strings = |list| Some(elements(list)?.all(|element| Text::of(element).is_some()));
        if !lists.into_iter().flatten().all(|list| strings(list) == Some(true)) {
            return Err(WRONG_TYPE);
        }
        let of = |methods, absent, algorithms| Lists {
            private_key_jwt: support(methods, "private_key_jwt", absent),
            es256: support(algorithms, "ES256", Support::Unknown),
        };
        let [methods, algorithms, introspection_methods, introspection_algorithms, lists @ ..] = lists;
        let [revocation_methods, revocation_algorithms, grant_types] = lists;
        Ok(Self {
            issuer,
            endpoints,
            token: of(methods, Support::NotAdvertised, algorithms),
            introspection: of(introspection_methods, Support::Unknown, introspection_algorithms),
            revocation: of(revocation_methods, Support::NotAdvertised, revocation_algorithms),
            grant_types,
        })
    }

    /// Metadata of which only this is kept: what it says of `private_key_jwt` and of ES256 at the token, the introspection
    /// and the revocation endpoint. For callers who have it in another form; that it was read for `issuer` is theirs to see
    /// to.
    #[must_use]
    pub const fn from_parts(issuer: IssuerIdentifier<'a>, support: [(Support, Support); 3]) -> Self {
        let [token, introspection, revocation] = support;
        Self {
            issuer,
            endpoints: [None; 6],
            token: Lists { private_key_jwt: token.0, es256: token.1 },
            introspection: Lists { private_key_jwt: introspection.0, es256: introspection.1 },
            revocation: Lists { private_key_jwt: revocation.0, es256: revocation.1 },
            grant_types: None,
        }
    }

    /// Adds what [`from_parts`](Self::from_parts) left out: the token endpoint, and the list of grant types as a JSON array.
    #[must_use]
    pub const fn with_parts(self, token_endpoint: Option<&'a str>, grant_types: Option<&'a str>) -> Self {
        let [_, others @ ..] = self.endpoints;
        let [second, third, fourth, fifth, sixth] = others;
        Self { endpoints: [token_endpoint, second, third, fourth, fifth, sixth], grant_types, ..self }
    }

    /// The issuer identifier, which is the one that was asked for.
    #[must_use]
    pub const fn issuer(&self) -> IssuerIdentifier<'a> {
        self.issuer
    }

    /// The URL of this endpoint, if the server has one.
    #[must_use]
    pub fn endpoint(&self, endpoint: Endpoint) -> Option<&'a str> {
        Endpoint::ALL.into_iter().zip(self.endpoints).find(|(each, _)| *each == endpoint)?.1
    }

    /// Whether clients can authenticate by `private_key_jwt` (OpenID Connect Core 1.0 section 9) at this endpoint.
    ///
    /// The token, introspection and revocation endpoints have lists of their own (RFC 8414 section 2). The list of the
    /// token endpoint speaks of the others too: of pushed authorization requests by RFC 9126 section 2, of device
    /// authorization by RFC 8628 section 3.1, of backchannel authentication by CIBA Core 1.0 section 4, which all give
    /// those endpoints the client authentication of the token endpoint.
    ///
    /// Without a list, it is [`Support::NotAdvertised`], since the default is `client_secret_basic`; for introspection,
    /// which has no default, [`Support::Unknown`]. An empty list, which no server should send (RFC 8414 section 3.2),
    /// holds nothing: [`Support::Unsupported`].
    #[must_use]
    pub const fn private_key_jwt(&self, endpoint: Endpoint) -> Support {
        self.lists(endpoint).private_key_jwt
    }

    /// Whether client assertions can be signed with ES256 at this endpoint, by the list that belongs to the one of
    /// [`private_key_jwt`](Self::private_key_jwt).
    ///
    /// Without a list it is [`Support::Unknown`]: the standard implies no default, and asks for the list wherever
    /// `private_key_jwt` is among the methods (RFC 8414 section 2). An empty list holds nothing:
    /// [`Support::Unsupported`].
    #[must_use]
    pub const fn es256(&self, endpoint: Endpoint) -> Support {
        self.lists(endpoint).es256
    }

    /// Whether the server has this grant type, such as `client_credentials`.
    ///
    /// Without a list, `authorization_code` and `implicit`, the default (RFC 8414 section 2), are
    /// [`Support::Supported`], all others [`Support::NotAdvertised`]. An empty list holds nothing:
    /// [`Support::Unsupported`].
    #[must_use]
    pub fn grant_type(&self, grant_type: &str) -> Support {
        let by_default = matches!(grant_type, "authorization_code" | "implicit");
        let absent = if by_default { Support::Supported } else { Support::NotAdvertised };
        support(self.grant_types, grant_type, absent)
    }

    /// `grant_types_supported`, the JSON array as it stands in the document, if it is there.
    #[must_use]
    pub const fn grant_types(&self) -> Option<&'a str> {
        self.grant_types
    }

    const fn lists(&self, endpoint: Endpoint) -> Lists {
        match endpoint {
            Endpoint::Introspection => self.introspection,
            Endpoint::Revocation => self.revocation,
            Endpoint::Token
            | Endpoint::PushedAuthorizationRequest
            | Endpoint::DeviceAuthorization
            | Endpoint::BackchannelAuthentication => self.token,
        }
    }
}

/// Where a member that is absent stands. None that is there begins at 0, where the object's brace is at the earliest.
const ABSENT: Range<usize> = 0..0;

/// What stands there in a document that is UTF-8 but for what unescaping left behind strings.
fn text(document: &[u8], place: Range<usize>) -> &str {
    document.get(place).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Whether a list holds `name`; `absent` without a list.
fn support(list: Option<&str>, name: &str, absent: Support) -> Support {
    match list {
        None => absent,
        Some(list) if elements(list).into_iter().flatten().filter_map(Text::of).any(|element| element.is(name)) => {
            Support::Supported
        }
        Some(_) => Support::Unsupported,
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::{String, ToString};
    use std::vec::Vec;

    use super::{Endpoint, Metadata, Support};
    use crate::assertion::audience::IssuerIdentifier;
    use crate::error::{Argument, Cause, Error};

    const ISSUER: &str = "https://as.example";

    /// Reads a document with `issuer` as its first member, and asks it.
    fn with<T>(members: &str, ask: impl FnOnce(&Metadata<'_>) -> T) -> Result<T, Error> {
        whole(&format!(r#"{{"issuer":"{ISSUER}"{members}}}"#), ask)
    }

    fn whole<T>(document: &str, ask: impl FnOnce(&Metadata<'_>) -> T) -> Result<T, Error> {
        asked(ISSUER, document.as_bytes(), ask)
    }

    fn asked<T>(issuer: &str, document: &[u8], ask: impl FnOnce(&Metadata<'_>) -> T) -> Result<T, Error> {
        let mut document = document.to_vec();
        Metadata::read(&mut document, IssuerIdentifier::insecure_http(issuer)?).map(|metadata| ask(&metadata))
    }

    fn refusal(document: &str) -> Option<(Cause, Argument)> {
        whole(document, |_| ()).err().map(|error| (error.cause(), error.argument()))
    }

    fn refusal_of(members: &str) -> Option<(Cause, Argument)> {
        with(members, |_| ()).err().map(|error| (error.cause(), error.argument()))
    }

    /// What a document says about client authentication at each endpoint: methods, then algorithms.
    fn authentication(metadata: &Metadata<'_>) -> [(Support, Support); 6] {
        Endpoint::ALL.map(|endpoint| (metadata.private_key_jwt(endpoint), metadata.es256(endpoint)))
    }

    const REALISTIC: &str = r#" {
        "issuer": "https://as.example",
        "authorization_endpoint": "https://as.example/authorize",
        "token_endpoint": "https://as.example/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
        "userinfo_endpoint": "https://as.example/userinfo",
        "jwks_uri": "https://as.example/keys.json",
        "registration_endpoint": "https://as.example/clients",
        "scopes_supported": ["openid", "meters:read"],
        "response_types_supported": ["code", "code token"],
        "service_documentation": "http://docs.as.example/start.html",
        "ui_locales_supported": ["en-GB", "de", "fr-CA"]
    }
    "#;

    #[test]
    fn a_document_of_rfc_8414() {
        whole(REALISTIC, |metadata| {
            assert_eq!(metadata.issuer().as_str(), ISSUER);
            assert_eq!(metadata.endpoint(Endpoint::Token), Some("https://as.example/token"));
            for endpoint in &Endpoint::ALL[1..] {
                assert_eq!(metadata.endpoint(*endpoint), None);
            }
            let token = (Support::Supported, Support::Supported);
            let revocation = (Support::NotAdvertised, Support::Unknown);
            let introspection = (Support::Unknown, Support::Unknown);
            assert_eq!(authentication(metadata), [token, token, introspection, revocation, token, token]);
            assert_eq!(metadata.grant_type("client_credentials"), Support::NotAdvertised);
        })
        .unwrap();
    }

    #[test]
    fn a_document_of_an_openid_provider_on_loopback() {
        let document = concat!(
            r#"{"authorization_endpoint":"http://127.0.0.1:3000/auth","device_authorization_endpoint":"#,
            r#""http://127.0.0.1:3000/device/auth","claims_parameter_supported":false,"claims_supported":["sub","sid""#,
            r#","auth_time","iss"],"code_challenge_methods_supported":["S256"],"dpop_signing_alg_values_supported":"#,
            r#"["ES256","Ed25519","EdDSA"],"end_session_endpoint":"http://127.0.0.1:3000/session/end","#,
            r#""grant_types_supported":["authorization_code","refresh_token","client_credentials"],"#,
            r#""issuer":"http://127.0.0.1:3000","jwks_uri":"http://127.0.0.1:3000/jwks","registration_endpoint":"#,
            r#""http://127.0.0.1:3000/reg","authorization_response_iss_parameter_supported":true,"#,
            r#""response_modes_supported":["form_post","fragment","query"],"response_types_supported":["code","none"]"#,
            r#","scopes_supported":["openid","offline_access"],"subject_types_supported":["public"],"#,
            r#""token_endpoint_auth_methods_supported":["private_key_jwt"],"#,
            r#""token_endpoint_auth_signing_alg_values_supported":["HS256","RS256","PS256","ES256","EdDSA"],"#,
            r#""token_endpoint":"http://127.0.0.1:3000/token","id_token_signing_alg_values_supported":["ES256"],"#,
            r#""pushed_authorization_request_endpoint":"http://127.0.0.1:3000/request","#,
            r#""request_parameter_supported":false,"request_uri_parameter_supported":false,"#,
            r#""introspection_endpoint":"http://127.0.0.1:3000/token/introspection","#,
            r#""introspection_endpoint_auth_methods_supported":["private_key_jwt","none"],"#,
            r#""introspection_endpoint_auth_signing_alg_values_supported":["RS256"],"#,
            r#""revocation_endpoint":"http://127.0.0.1:3000/token/revocation","#,
            r#""revocation_endpoint_auth_methods_supported":["client_secret_basic"],"#,
            r#""revocation_endpoint_auth_signing_alg_values_supported":["ES256"],"#,
            r#""backchannel_authentication_endpoint":"http://127.0.0.1:3000/backchannel","#,
            r#""userinfo_endpoint":"http://127.0.0.1:3000/me","claim_types_supported":["normal"]}"#,
        );
        asked("http://127.0.0.1:3000", document.as_bytes(), |metadata| {
            assert_eq!(
                Endpoint::ALL.map(|endpoint| metadata.endpoint(endpoint).unwrap()),
                [
                    "http://127.0.0.1:3000/token",
                    "http://127.0.0.1:3000/request",
                    "http://127.0.0.1:3000/token/introspection",
                    "http://127.0.0.1:3000/token/revocation",
                    "http://127.0.0.1:3000/device/auth",
                    "http://127.0.0.1:3000/backchannel",
                ]
            );
            let token = (Support::Supported, Support::Supported);
            let revocation = (Support::Unsupported, Support::Supported);
            let introspection = (Support::Supported, Support::Unsupported);
            assert_eq!(authentication(metadata), [token, token, introspection, revocation, token, token]);
            assert_eq!(metadata.grant_type("client_credentials"), Support::Supported);
            assert_eq!(metadata.grant_type("implicit"), Support::Unsupported);
        })
        .unwrap();
    }

    #[test]
    fn every_member_is_read_from_its_own_name() {
        let mut members = String::new();
        for endpoint in Endpoint::ALL {
            members += &format!(r#","{0}":"https://x/{0}""#, endpoint.member());
        }
        with(&members, |metadata| {
            for endpoint in Endpoint::ALL {
                assert_eq!(metadata.endpoint(endpoint), Some(&*format!("https://x/{}", endpoint.member())));
            }
        })
        .unwrap();
        for (name, endpoint) in
            ["token", "introspection", "revocation"].into_iter().zip([0, 2, 3].map(|index| Endpoint::ALL[index]))
        {
            let methods = format!(r#","{name}_endpoint_auth_methods_supported":["private_key_jwt"]"#);
            let algorithms = format!(r#","{name}_endpoint_auth_signing_alg_values_supported":["ES256"]"#);
            let counts = |members: &str| {
                let answers = with(members, authentication).unwrap();
                let own = answers[endpoint as usize - 1];
                let all = |wanted: fn(&(Support, Support)) -> Support| {
                    answers.iter().filter(|answer| wanted(answer) == Support::Supported).count()
                };
                (own, all(|answer| answer.0), all(|answer| answer.1))
            };
            let places = if endpoint == Endpoint::Token { 4 } else { 1 };
            let absent = if endpoint == Endpoint::Introspection { Support::Unknown } else { Support::NotAdvertised };
            assert_eq!(counts(&methods), ((Support::Supported, Support::Unknown), places, 0));
            assert_eq!(counts(&algorithms), ((absent, Support::Supported), 0, places));
        }
    }

    #[test]
    fn lists() {
        let token = |members: &str| {
            with(members, |metadata| (metadata.private_key_jwt(Endpoint::Token), metadata.es256(Endpoint::Token)))
        };
        let unknown = Support::Unknown;
        assert_eq!(token(""), Ok((Support::NotAdvertised, unknown)));
        for (list, expected) in [
            (r"[]", Support::Unsupported),
            (r#"["client_secret_basic"]"#, Support::Unsupported),
            (r#"["PRIVATE_KEY_JWT","private_key_jwt_2","private_key"," private_key_jwt",""]"#, Support::Unsupported),
            (r#" [ "private_key_jwt" ] "#, Support::Supported),
            (r#"["a\"","\ud83d\ude00","\u0070rivate\u005fkey_jwt"]"#, Support::Supported),
        ] {
            let members = format!(r#","token_endpoint_auth_methods_supported":{list}"#);
            assert_eq!(token(&members), Ok((expected, unknown)), "{list}");
        }
        for (list, expected) in [
            (r"[]", Support::Unsupported),
            (r#"["RS256","es256","ES256K","ES384"]"#, Support::Unsupported),
            (r#"["RS256","ES256"]"#, Support::Supported),
            (r#"["\u0045S256"]"#, Support::Supported),
        ] {
            let members = format!(r#","token_endpoint_auth_signing_alg_values_supported":{list}"#);
            assert_eq!(token(&members), Ok((Support::NotAdvertised, expected)), "{list}");
        }
    }

    #[test]
    fn metadata_in_parts() {
        const GRANT_TYPES: &str = r#"["refresh_token","client_credentials"]"#;
        const TOKEN_ENDPOINT: &str = "https://as.example/token";
        let issuer = IssuerIdentifier::new(ISSUER).unwrap();
        let without = Metadata::from_parts(issuer, [(Support::Unknown, Support::Unknown); 3]);
        assert_eq!((without.endpoint(Endpoint::Token), without.grant_types()), (None, None));
        let metadata = without.with_parts(Some(TOKEN_ENDPOINT), Some(GRANT_TYPES));
        assert_eq!(metadata.endpoint(Endpoint::Token), Some(TOKEN_ENDPOINT));
        assert_eq!(metadata.endpoint(Endpoint::Introspection), None);
        assert_eq!(metadata.grant_types(), Some(GRANT_TYPES));
        assert_eq!(metadata.grant_type("client_credentials"), Support::Supported);
        assert_eq!(metadata.grant_type("refresh_token"), Support::Supported);
        assert_eq!(metadata.grant_type("authorization_code"), Support::Unsupported);
    }

    #[test]
    fn grant_types() {
        let ask = |members: &str, name: &str| with(members, |metadata| metadata.grant_type(name)).unwrap();
        for by_default in ["authorization_code", "implicit"] {
            assert_eq!(ask("", by_default), Support::Supported);
            assert_eq!(ask(r#","grant_types_supported":[]"#, by_default), Support::Unsupported);
        }
        let bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        for other in ["client_credentials", bearer, "", "Implicit"] {
            assert_eq!(ask("", other), Support::NotAdvertised);
        }
        let list =
            r#","grant_types_supported":["client_credentials","urn:ietf:params:oauth:grant-type:jwt\u002dbearer"]"#;
        assert_eq!(ask(list, bearer), Support::Supported);
        assert_eq!(ask(list, "client_credentials"), Support::Supported);
        assert_eq!(ask(list, "authorization_code"), Support::Unsupported);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn anything_but_strings_and_arrays_of_strings_is_refused() {
        let wrong = Some((Cause::WrongType, Argument::Metadata));
        let lists = ["token_endpoint", "introspection_endpoint", "revocation_endpoint"]
            .into_iter()
            .flat_map(|name| ["methods", "signing_alg_values"].map(|what| format!("{name}_auth_{what}_supported")));
        for name in lists.chain(["grant_types_supported".to_string()]) {
            for value in ["\"ES256\"", "{}", "1", "[1]", "[\"a\",null]", "[[\"a\"]]", "[{}]", "[\"a\",true,\"b\"]"] {
                assert_eq!(refusal_of(&format!(r#","{name}":{value}"#)), wrong, "{name} {value}");
            }
            assert_eq!(refusal_of(&format!(r#","{name}":["a","b"]"#)), None, "{name}");
            assert_eq!(refusal_of(&format!(r#","x":{{"{name}":1}}"#)), None, "{name}");
            assert_eq!(with(&format!(r#","{name}":null"#), authentication), with("", authentication), "{name}");
        }
        for endpoint in Endpoint::ALL {
            let null = format!(r#","{}":null"#, endpoint.member());
            assert_eq!(with(&null, |metadata| metadata.endpoint(endpoint).is_none()), Ok(true), "{endpoint:?}");
            for value in ["1", "true", "[]", "{}", "[\"https://as.example/a\"]"] {
                assert_eq!(refusal_of(&format!(r#","{}":{value}"#, endpoint.member())), wrong, "{endpoint:?} {value}");
            }
        }
        for document in [
            "{}",
            "[]",
            "1",
            "null",
            "\"https://as.example\"",
            r#"["issuer","https://as.example"]"#,
            r#"{"issuer":null}"#,
            r#"{"issuer":1}"#,
            r#"{"issuer":["https://as.example"]}"#,
            r#"{"ISSUER":"https://as.example"}"#,
            r#"{"x":{"issuer":"https://as.example"}}"#,
        ] {
            assert_eq!(refusal(document), wrong, "{document}");
        }
    }

    #[test]
    fn another_issuer_is_named_by_its_difference() {
        for (found, expected) in [
            ("https://as.example/", Cause::IssuerSlash),
            ("https://AS.example", Cause::IssuerCase),
            ("https://as.example:443", Cause::IssuerPort),
            ("https://as.example:8443", Cause::IssuerPort),
            ("http://as.example", Cause::IssuerScheme),
            ("https://as.example/tenant", Cause::IssuerPath),
            ("https://a%73.example", Cause::IssuerEncoding),
            ("https://\\u0430s.example", Cause::IssuerEncoding),
            ("https://аs.example", Cause::IssuerEncoding),
            ("https://as.example\\u0000", Cause::OtherIssuer),
            ("https://evil.example", Cause::OtherIssuer),
            ("", Cause::OtherIssuer),
        ] {
            let document = format!(r#"{{"issuer":"{found}","token_endpoint":"https://as.example/token"}}"#);
            assert_eq!(refusal(&document), Some((expected, Argument::Issuer)), "{found}");
        }
        // The issuer comes before anything else that is wrong.
        assert_eq!(
            refusal(r#"{"token_endpoint":1,"issuer":"https://as.example/","grant_types_supported":1}"#),
            Some((Cause::IssuerSlash, Argument::Issuer))
        );
        let composed = asked("https://as.example/%C3%BC", r#"{"issuer":"https://as.example/ü"}"#.as_bytes(), |_| ());
        assert_eq!(composed.map_err(|error| error.cause()), Err(Cause::IssuerEncoding));
        let slash = asked("https://as.example/", br#"{"issuer":"https://as.example"}"#, |_| ());
        assert_eq!(slash.map_err(|error| error.cause()), Err(Cause::IssuerSlash));
    }

    #[test]
    fn escapes_stand_for_what_they_stand_for() {
        let document = concat!(
            r#"{"\u0069ssuer":"https:\/\/as.example","token\u005Fendpoint":"https:\/\/as.example\/token?a=\u0031","#,
            r#""other\ud83d\ude00":"\"issuer\":\"x\"","revocation_endpoint":"https:\/\/as.example\/revoke"}"#,
        );
        whole(document, |metadata| {
            assert_eq!(metadata.issuer().as_str(), ISSUER);
            assert_eq!(metadata.endpoint(Endpoint::Token), Some("https://as.example/token?a=1"));
            assert_eq!(metadata.endpoint(Endpoint::Revocation), Some("https://as.example/revoke"));
        })
        .unwrap();
    }

    #[test]
    fn what_unescaping_leaves_behind_spoils_nothing() {
        // The last byte of the é is left behind, which is not UTF-8.
        let document = r#"{"token_endpoint":"https:/\/é","issuer":"https://as.example"}"#;
        assert_eq!(refusal(document), Some((Cause::InvalidCharacter, Argument::TokenEndpoint)));
        let document = r#"{"é":1,"issuer":"\u0068ttps://as.example","ü":["ü"],"grant_types_supported":["é"]}"#;
        assert_eq!(whole(document, |metadata| metadata.grant_type("é")), Ok(Support::Supported));
    }

    #[test]
    fn a_member_that_is_read_occurs_once() {
        let repeated = Some((Cause::Repeated, Argument::Metadata));
        assert_eq!(refusal_of(r#","issuer":"https://as.example""#), repeated);
        assert_eq!(refusal_of(r#","\u0069ssuer":"https://evil.example""#), repeated);
        assert_eq!(refusal_of(r#","token_endpoint":"https://a","token\u005fendpoint":"https://b""#), repeated);
        assert_eq!(refusal_of(r#","grant_types_supported":[],"grant_types_supported":[]"#), repeated);
        assert_eq!(refusal_of(r#","x":1,"x":2,"y":{"issuer":1,"issuer":2}"#), None);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn endpoints_are_https_urls() {
        for endpoint in Endpoint::ALL {
            let argument = if endpoint == Endpoint::Token { Argument::TokenEndpoint } else { Argument::Endpoint };
            let refusal = |issuer: &str, url: &str| {
                let document = format!(r#"{{"issuer":"{issuer}","{}":"{url}"}}"#, endpoint.member());
                let result = asked(issuer, document.as_bytes(), |metadata| {
                    assert_eq!(metadata.endpoint(endpoint), Some(url));
                });
                result.err().map(|error| (error.cause(), error.argument()))
            };
            for (url, expected) in [
                ("https://other.example:1/a?b=c", None),
                ("http://as.example/a", Some(Cause::NotHttps)),
                ("HTTP://as.example/a", Some(Cause::NotHttps)),
                ("/token", Some(Cause::NotHttps)),
                ("as.example/token", Some(Cause::NotHttps)),
                ("https:///token", Some(Cause::NotHttps)),
                ("https://as.example/a#b", Some(Cause::HasFragment)),
                ("https://as.example/a b", Some(Cause::InvalidCharacter)),
                ("https://äs.example/", Some(Cause::InvalidCharacter)),
                ("", Some(Cause::Empty)),
            ] {
                assert_eq!(refusal(ISSUER, url), expected.map(|cause| (cause, argument)), "{url}");
            }
            assert_eq!(refusal("http://127.0.0.1:1", "http://127.0.0.1:2/a"), None);
            assert_eq!(refusal("HTTP://127.0.0.1:1", "http://127.0.0.1:2/a"), None);
            assert_eq!(refusal("http://127.0.0.1:1", "https://127.0.0.1:2/a"), None);
            assert_eq!(refusal("http://127.0.0.1:1", "ftp://127.0.0.1/a"), Some((Cause::NotHttps, argument)));
            let long = |length: usize| format!("https://as.example/{}", "a".repeat(length - 19));
            assert_eq!(refusal(ISSUER, &long(2_048)), None);
            assert_eq!(refusal(ISSUER, &long(2_049)), Some((Cause::TooLong, argument)));
        }
    }

    #[test]
    fn tls_aliases_and_signed_metadata_change_nothing() {
        let members = concat!(
            r#","token_endpoint":"https://as.example/token","mtls_endpoint_aliases":{"token_endpoint":"#,
            r#""https://mtls.as.example/token","issuer":"https://mtls.as.example","revocation_endpoint":"#,
            r#""https://mtls.as.example/revoke"},"signed_metadata":"eyJhbGciOiJFUzI1NiJ9.e30.AAAA""#,
        );
        with(members, |metadata| {
            assert_eq!(metadata.issuer().as_str(), ISSUER);
            assert_eq!(metadata.endpoint(Endpoint::Token), Some("https://as.example/token"));
            assert_eq!(metadata.endpoint(Endpoint::Revocation), None);
        })
        .unwrap();
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn large_and_strange_members_are_skipped() {
        let mut members = String::new();
        while members.len() < 30_000 {
            members += &format!(
                r#","über_{}":{{"issuer":[{{"token_endpoint":"\\\"😀\u00e9\ud83d\ude00"}},null,-1.5e3,[true]],"":""}}"#,
                members.len()
            );
        }
        members += r#","token_endpoint":"https://as.example/token""#;
        let token = |metadata: &Metadata<'_>| metadata.endpoint(Endpoint::Token).map(str::len);
        assert_eq!(with(&members, token), Ok(Some(24)));
        let nested = |levels: usize| format!(r#","x":{}{}"#, "[".repeat(levels), "]".repeat(levels));
        assert_eq!(refusal_of(&nested(31)), None);
        assert_eq!(refusal_of(&nested(32)), Some((Cause::TooDeep, Argument::Metadata)));
        assert_eq!(refusal_of(&nested(100_000)), Some((Cause::TooDeep, Argument::Metadata)));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn text_that_is_not_json() {
        let invalid = Some((Cause::InvalidJson, Argument::Metadata));
        assert_eq!(refusal_of(r#","x":"\ud83d""#), invalid);
        assert_eq!(refusal_of(r#","\udc00":1"#), invalid);
        for document in
            ["", " ", "{", "<html></html>", "{'issuer':'https://as.example'}", r#"{"issuer":"https://as.example",}"#]
        {
            assert_eq!(refusal(document), invalid, "{document}");
        }
        assert_eq!(refusal(&format!("\u{feff}{REALISTIC}")), invalid);
        assert_eq!(refusal(&format!("{REALISTIC}x")), invalid);
        let complete = REALISTIC.trim();
        for end in 0..complete.len() {
            assert_eq!(refusal(&complete[..end]), invalid, "{end}");
        }
        for bytes in [&b"{\"issuer\":\"https://as.example\",\"x\":\"\xff\"}"[..], b"\xff\xfe{\0}\0"] {
            let error = asked(ISSUER, bytes, |_| ()).unwrap_err();
            assert_eq!((error.cause(), error.argument()), (Cause::NotUtf8, Argument::Metadata));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn mutations_agree_with_serde_json() {
        // Whatever happens to one byte: what is taken is what another reader sees.
        let document = concat!(
            r#"{"issuer":"https:\/\/as.example","token_endpoint":"https:\/\/a/\u0074","#,
            r#""grant_types_supported":["a","\u0062"]}"#,
        );
        let mut taken = 0;
        for index in 0..document.len() {
            for other in b"{}[]:,\"\\u0e /a" {
                let mut changed = document.as_bytes().to_vec();
                changed[index] = *other;
                let serde: Option<serde_json::Value> = serde_json::from_slice(&changed).ok();
                let _ = asked(ISSUER, &changed, |metadata| {
                    taken += 1;
                    let serde = serde.as_ref().unwrap();
                    assert_eq!(serde["issuer"], ISSUER);
                    assert_eq!(serde["token_endpoint"].as_str(), metadata.endpoint(Endpoint::Token));
                    let names: Vec<_> = serde["grant_types_supported"].as_array().into_iter().flatten().collect();
                    for name in ["a", "b"] {
                        let listed = metadata.grant_type(name) == Support::Supported;
                        assert_eq!(listed, names.iter().any(|each| **each == name));
                    }
                });
            }
        }
        assert!(taken > 100, "{taken}");
    }

    #[test]
    fn numbers_and_size() {
        for (endpoint, number) in Endpoint::ALL.into_iter().zip(1..) {
            assert_eq!((endpoint.number(), Endpoint::from_number(number)), (number, Some(endpoint)));
        }
        assert_eq!((Endpoint::from_number(0), Endpoint::from_number(7)), (None, None));
        let supports = [Support::Supported, Support::Unsupported, Support::NotAdvertised, Support::Unknown];
        assert_eq!(supports.map(Support::number), [1, 2, 3, 4]);
        assert_eq!([1, 2, 3, 4].map(Support::from_number), supports.map(Some));
    }
}
