//! How server products depart from RFC 10070: one table, data and no code.
//!
//! A row says in `source` how it is known: source code and documentation were read, answers were recorded from a running
//! server; what is marked as excerpts or as unverified was not read in full.

use crate::time::{DEFAULT_LIFETIME, MAX_LIFETIME};

/// How far a server takes ES256 client assertions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Es256Rule {
    /// It does, for clients that are registered so.
    Accepted,
    /// Only where its metadata lists ES256.
    IfAdvertised,
    /// It takes other algorithms only.
    Refused,
    /// It takes an ES256 JWT as `client_secret`, which is another object.
    ClientSecret,
    /// It wants a list of audiences, which is never sent.
    AudienceList,
}

/// What a server takes as `aud`. There is no rule for a list: that is what an audience injection lives on (RFC 10070).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AudienceRule<'a> {
    /// The issuer identifier, whichever endpoint is contacted.
    Issuer,
    /// The token endpoint, and requests to that one only. It has to be configured.
    TokenEndpoint,
    /// The endpoint that is contacted. It has to be configured.
    InvokedEndpoint,
    /// This absolute URI.
    Fixed(&'a str),
    /// The client id, which is `iss`: for grants only.
    ClientId,
}

/// What a server takes as the header parameter `typ` of client assertions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeRule<'a> {
    /// `client-authentication+jwt` (RFC 10070). With no other audience than the issuer identifier.
    ClientAuthentication,
    /// `JWT`.
    Jwt,
    /// None.
    Omit,
    /// This one.
    Fixed(&'a str),
}

/// What a server needs in the header to find the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyIdRule {
    /// Nothing, as long as the client has one key there.
    Optional,
    /// `kid`.
    Required,
    /// `x5t#S256`: it knows keys by their certificates.
    CertificateThumbprint,
}

/// How one server product departs from RFC 10070.
///
/// A server that is set up in another way than its row says gets a copy with other values:
///
/// ```
/// use jurat_core::{AudienceRule, Profile};
/// const MINE: Profile<'static> = {
///     let mut profile = Profile::KEYCLOAK;
///     profile.id = "our-keycloak";
///     profile.max_lifetime = 300; // the client's setting there
///     profile
/// };
/// assert_eq!(MINE.audience, AudienceRule::Issuer);
/// assert_eq!(Profile::named("ory-hydra").map(|profile| profile.audience), Some(AudienceRule::TokenEndpoint));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile<'a> {
    /// The name to configure it by: lower case, with hyphens.
    pub id: &'a str,
    /// The product, and the versions that the row was read from.
    pub product: &'a str,
    /// How far it takes ES256 client assertions.
    pub es256: Es256Rule,
    /// `aud` of client assertions.
    pub audience: AudienceRule<'a>,
    /// `typ` of client assertions.
    pub typ: TypeRule<'a>,
    /// Seconds between `iat` and `exp`, unless the caller sets others.
    pub lifetime: u32,
    /// The most seconds between `iat` and `exp` of a client assertion that the server takes, at most
    /// [`MAX_LIFETIME`]; 60 where that is not known.
    pub max_lifetime: u32,
    /// Whether `nbf` is sent, with the value of `iat`.
    pub not_before: bool,
    /// What the header must have.
    pub key_id: KeyIdRule,
    /// Whether an assertion without `jti` is refused.
    pub jwt_id_required: bool,
    /// Whether `client_id` is sent beside the client assertion.
    pub send_client_id: bool,
    /// Whether claims that the server does not know are refused.
    pub claims_refused: bool,
    /// `aud` of JWT bearer grants; `None`: not known to take any.
    pub grant_audience: Option<AudienceRule<'a>>,
    /// The most seconds between `iat` and `exp` of a grant that the server takes, as `max_lifetime`.
    pub grant_max_lifetime: u32,
    /// Seconds that `iat` or `nbf` may be ahead of the server's clock; `None`: not known.
    pub future_tolerance: Option<u32>,
    /// For how many seconds from `exp` on an assertion is still taken, 0 being what RFC 7519 section 4.1.4 asks for;
    /// `None`: not known.
    pub expiry_tolerance: Option<u32>,
    /// Whether the server wants a proof of possession as well, DPoP (RFC 9449) or a client certificate (RFC 8705): the
    /// assertion is only the client authentication then.
    pub proof_of_possession: bool,
    /// Where the row comes from.
    pub source: &'a str,
    /// When that was: year and month, or the year.
    pub date: &'a str,
}

impl Profile<'static> {
    /// RFC 10070 as it stands, for servers that follow it.
    pub const RFC_10070: Self = Self {
        id: "rfc-10070",
        product: "any server that follows RFC 10070",
        es256: Es256Rule::Accepted,
        audience: AudienceRule::Issuer,
        typ: TypeRule::ClientAuthentication,
        lifetime: DEFAULT_LIFETIME,
        max_lifetime: MAX_LIFETIME,
        not_before: false,
        key_id: KeyIdRule::Optional,
        jwt_id_required: false,
        send_client_id: true,
        claims_refused: false,
        grant_audience: Some(AudienceRule::Issuer),
        grant_max_lifetime: MAX_LIFETIME,
        future_tolerance: None,
        expiry_tolerance: None,
        proof_of_possession: false,
        source: "RFC 7523, and RFC 10070 as its draft -10",
        date: "2026-04",
    };

    /// What holds where a row says nothing: the strictest of what is known of any server.
    const STRICTEST: Self = Self {
        max_lifetime: DEFAULT_LIFETIME,
        jwt_id_required: true,
        grant_audience: None,
        grant_max_lifetime: DEFAULT_LIFETIME,
        ..Self::RFC_10070
    };

    /// Keycloak. `typ` is ignored.
    pub const KEYCLOAK: Self = Self {
        id: "keycloak",
        product: "Keycloak 26 (grants from 26.5)",
        // An assertion is used within 60 s of `iat`, whatever `exp` says; the client's setting there can be another.
        max_lifetime: 60,
        grant_audience: Some(AudienceRule::Issuer),
        // The default of the identity provider's setting.
        grant_max_lifetime: 300,
        future_tolerance: Some(15),
        // The 15 s are for `iat` and `nbf` only.
        expiry_tolerance: Some(0),
        source: "source code, main branch; excerpts for grants",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Ory Hydra. The client has to be registered for ES256 (the default is RS256), and its JWK with `use`.
    pub const ORY_HYDRA: Self = Self {
        id: "ory-hydra",
        product: "Ory Hydra, with fosite",
        // The issuer is refused.
        audience: AudienceRule::TokenEndpoint,
        // Ignored.
        typ: TypeRule::Omit,
        // No limit for client assertions, 30 days for grants.
        max_lifetime: MAX_LIFETIME,
        grant_audience: Some(AudienceRule::TokenEndpoint),
        grant_max_lifetime: MAX_LIFETIME,
        future_tolerance: Some(0),
        expiry_tolerance: Some(1),
        source: "source code",
        date: "2026-07",
        ..Self::STRICTEST
    };

    /// Okta. `kid` is needed when the client has several keys.
    pub const OKTA: Self = Self {
        id: "okta",
        product: "Okta",
        audience: AudienceRule::InvokedEndpoint,
        // Not documented; nothing takes an absent type that does not take this one.
        typ: TypeRule::Jwt,
        max_lifetime: 3_600,
        jwt_id_required: false,
        // The opposite of the rule for client assertions.
        grant_audience: Some(AudienceRule::Issuer),
        source: "vendor documentation",
        date: "2026-08",
        ..Self::STRICTEST
    };

    /// Spring Authorization Server. `client_id` is required; the algorithm is the one of the client's settings.
    pub const SPRING: Self = Self {
        id: "spring",
        product: "Spring Authorization Server 1.x, Spring Security 6.5 and 7.x",
        // Up to 6.5 only this one or none; not looked at from 7.0 on.
        typ: TypeRule::Jwt,
        // No limit.
        max_lifetime: MAX_LIFETIME,
        // Not looked at.
        jwt_id_required: false,
        future_tolerance: Some(60),
        expiry_tolerance: Some(61),
        source: "source code of 6.5.0 and 7.0.0",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Duende IdentityServer. An assertion of this type is held to the strict rules.
    pub const DUENDE: Self = Self {
        id: "duende",
        product: "Duende IdentityServer",
        // No limit.
        max_lifetime: MAX_LIFETIME,
        future_tolerance: Some(300),
        expiry_tolerance: Some(301),
        source: "source code",
        date: "2026-07",
        ..Self::STRICTEST
    };

    /// Authelia. Its list of audiences is configured, and has to have the issuer. The longest lifetime is not known.
    pub const AUTHELIA: Self = Self {
        id: "authelia",
        product: "Authelia, with its OAuth 2.0 provider",
        source: "source code",
        date: "2026-08",
        ..Self::STRICTEST
    };

    /// oidc-provider for Node.js, but for its FAPI 2.0 mode, which is [`FAPI2`](Self::FAPI2). `typ` is ignored.
    pub const OIDC_PROVIDER: Self = Self {
        id: "oidc-provider",
        product: "oidc-provider 9.11 to 9.13",
        // No limit.
        max_lifetime: MAX_LIFETIME,
        future_tolerance: Some(15),
        expiry_tolerance: Some(15),
        source: "source code of 9.11.4, answers of 9.13.3",
        date: "2026-11",
        ..Self::STRICTEST
    };

    /// Authlib. The application decides on the audiences, and finds the key by `kid`. `typ` is ignored.
    pub const AUTHLIB: Self = Self {
        id: "authlib",
        product: "Authlib 1.7 to 1.9",
        // No limit for either kind.
        max_lifetime: MAX_LIFETIME,
        grant_audience: Some(AudienceRule::Issuer),
        grant_max_lifetime: MAX_LIFETIME,
        future_tolerance: Some(60),
        expiry_tolerance: Some(60),
        source: "source code of 1.7.2, answers of 1.9.9",
        date: "2026-11",
        ..Self::STRICTEST
    };

    /// Better Auth. `typ` is ignored; `kid` is needed when the client has several keys.
    pub const BETTER_AUTH: Self = Self {
        id: "better-auth",
        product: "Better Auth 1.7 with its OAuth provider",
        // From the moment of receipt: a fast clock makes it less.
        max_lifetime: 300,
        // Of `nbf`; a future `iat` is taken up to that `exp`.
        future_tolerance: Some(0),
        expiry_tolerance: Some(0),
        source: "answers of 1.7.25",
        date: "2026-11",
        ..Self::STRICTEST
    };

    /// Zitadel. `typ` is ignored; in a grant `iss` has to be `sub`.
    pub const ZITADEL: Self = Self {
        id: "zitadel",
        product: "Zitadel, its OIDC library",
        // The age of `iat`.
        max_lifetime: 3_600,
        key_id: KeyIdRule::Required,
        // Not looked at.
        jwt_id_required: false,
        grant_audience: Some(AudienceRule::Issuer),
        grant_max_lifetime: 3_600,
        future_tolerance: Some(1),
        // It even ends a second early.
        expiry_tolerance: Some(0),
        source: "source code",
        date: "2026-08",
        ..Self::STRICTEST
    };

    /// Glewlwyd, a project that has ended. `jti` is required if the client is set up so.
    pub const GLEWLWYD: Self = Self {
        id: "glewlwyd",
        product: "Glewlwyd 2.7",
        audience: AudienceRule::InvokedEndpoint,
        // Ignored.
        typ: TypeRule::Omit,
        // The default of a setting.
        max_lifetime: 3_600,
        jwt_id_required: false,
        future_tolerance: Some(0),
        expiry_tolerance: Some(0),
        source: "source code",
        date: "2026",
        ..Self::STRICTEST
    };

    /// ATProto, the network of Bluesky. DPoP is required.
    pub const ATPROTO: Self = Self {
        id: "atproto",
        product: "ATProto OAuth, and its reference server",
        // None in the specification; the reference server ignores it.
        typ: TypeRule::Omit,
        // The age of `iat`.
        max_lifetime: 60,
        key_id: KeyIdRule::Required,
        future_tolerance: Some(0),
        expiry_tolerance: Some(0),
        proof_of_possession: true,
        source: "specification, source code",
        date: "2026",
        ..Self::STRICTEST
    };

    /// A server that holds to the FAPI 2.0 Security Profile. The longest lifetime is not known.
    pub const FAPI2: Self = Self {
        id: "fapi2",
        product: "FAPI 2.0 Security Profile",
        // Section 5.3.2.1: what the server has to take.
        future_tolerance: Some(10),
        proof_of_possession: true,
        source: "excerpts of the specification; answers of oidc-provider 9.13.3",
        date: "2026-11",
        ..Self::STRICTEST
    };

    /// Singpass (Singapore).
    pub const SINGPASS: Self = Self {
        id: "singpass",
        product: "Singpass",
        typ: TypeRule::Jwt,
        max_lifetime: 120,
        source: "vendor documentation, excerpts",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Corppass (Singapore).
    pub const CORPPASS: Self = Self {
        id: "corppass",
        product: "Corppass",
        typ: TypeRule::Jwt,
        max_lifetime: 600,
        source: "vendor documentation, excerpts",
        date: "2026",
        ..Self::STRICTEST
    };

    /// The API of Apple Business Manager and Apple School Manager.
    pub const APPLE_BUSINESS: Self = Self {
        id: "apple-business",
        product: "Apple Business Manager and School Manager API",
        audience: AudienceRule::Fixed("https://account.apple.com/auth/oauth2/v2/token"),
        // Not known; nothing takes an absent type that does not take this one.
        typ: TypeRule::Jwt,
        // 180 days.
        max_lifetime: MAX_LIFETIME,
        key_id: KeyIdRule::Required,
        source: "vendor documentation, excerpts; audience and kid unverified",
        date: "2026",
        ..Self::STRICTEST
    };

    /// ServiceNow, for JWT bearer grants. Not known to take client assertions, nor how long a grant may live.
    pub const SERVICENOW: Self = Self {
        id: "servicenow",
        product: "ServiceNow",
        grant_audience: Some(AudienceRule::ClientId),
        source: "vendor documentation, excerpts",
        date: "2026",
        ..Self::STRICTEST
    };

    /// The Consumer Data Right (Australia). ES256 is one of the algorithms of FAPI.
    pub const AU_CDR: Self = Self {
        id: "au-cdr",
        product: "Consumer Data Standards Australia 1.36",
        // As in the examples of the standard, lifetime too.
        typ: TypeRule::Jwt,
        max_lifetime: 300,
        // Client certificates.
        proof_of_possession: true,
        source: "specification; algorithm and client certificates unverified",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Auth0: RS256, RS384 and PS256 only.
    pub const AUTH0: Self = Self {
        id: "auth0",
        product: "Auth0",
        es256: Es256Rule::Refused,
        // Not documented.
        typ: TypeRule::Jwt,
        max_lifetime: 300,
        source: "vendor documentation, excerpts",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Microsoft Entra ID: PS256 and RS256 only, with a certificate.
    pub const ENTRA: Self = Self {
        id: "entra",
        product: "Microsoft Entra ID",
        es256: Es256Rule::Refused,
        audience: AudienceRule::TokenEndpoint,
        typ: TypeRule::Jwt,
        // No limit.
        max_lifetime: MAX_LIFETIME,
        key_id: KeyIdRule::CertificateThumbprint,
        source: "vendor documentation",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Google service accounts: grants with RS256 only.
    pub const GOOGLE: Self = Self {
        id: "google",
        product: "Google service accounts",
        es256: Es256Rule::Refused,
        jwt_id_required: false,
        grant_audience: Some(AudienceRule::Fixed("https://oauth2.googleapis.com/token")),
        grant_max_lifetime: 3_600,
        future_tolerance: Some(300),
        source: "excerpts; algorithm unverified",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Salesforce: grants with RS256 only.
    pub const SALESFORCE: Self = Self {
        id: "salesforce",
        product: "Salesforce",
        es256: Es256Rule::Refused,
        grant_audience: Some(AudienceRule::Fixed("https://login.salesforce.com")),
        grant_max_lifetime: 180,
        source: "unverified",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Maskinporten (Norway): grants with RS256, RS384 and RS512 only. The issuer has a final slash.
    pub const MASKINPORTEN: Self = Self {
        id: "maskinporten",
        product: "Maskinporten",
        es256: Es256Rule::Refused,
        claims_refused: true,
        grant_audience: Some(AudienceRule::Issuer),
        grant_max_lifetime: 120,
        source: "vendor documentation, excerpts; lifetime unverified",
        date: "2026",
        ..Self::STRICTEST
    };

    /// IBM Verify: RS, PS and HS algorithms only.
    pub const IBM: Self = Self {
        id: "ibm",
        product: "IBM Verify",
        es256: Es256Rule::Refused,
        // 86,400 s.
        max_lifetime: MAX_LIFETIME,
        key_id: KeyIdRule::Required,
        source: "vendor documentation, excerpts",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Oracle Identity Cloud Service: RS256 only. Nothing else is known.
    pub const ORACLE: Self = Self {
        id: "oracle",
        product: "Oracle Identity Cloud Service",
        es256: Es256Rule::Refused,
        source: "vendor documentation, excerpts",
        date: "2026",
        ..Self::STRICTEST
    };

    /// SMART on FHIR. Its algorithms are RS384 and ES384; ES256 is an extra of some servers.
    pub const SMART: Self = Self {
        id: "smart",
        product: "SMART App Launch, asymmetric client authentication",
        es256: Es256Rule::IfAdvertised,
        audience: AudienceRule::TokenEndpoint,
        typ: TypeRule::Jwt,
        max_lifetime: 300,
        key_id: KeyIdRule::Required,
        source: "specification",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Open Banking (United Kingdom): PS256 only.
    pub const UK_OPEN_BANKING: Self = Self {
        id: "uk-open-banking",
        product: "UK Open Banking",
        es256: Es256Rule::Refused,
        audience: AudienceRule::TokenEndpoint,
        // Not known.
        typ: TypeRule::Jwt,
        proof_of_possession: true,
        source: "excerpts, else unverified",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Open Finance (Brazil): PS256 only.
    pub const BRAZIL_OPEN_BANKING: Self = Self {
        id: "brazil-open-banking",
        product: "Open Finance Brasil",
        es256: Es256Rule::Refused,
        proof_of_possession: true,
        source: "unverified",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Sign in with Apple: an ES256 JWT as `client_secret`, with another `iss` than `sub`.
    pub const APPLE_SIGN_IN: Self = Self {
        id: "apple-sign-in",
        product: "Sign in with Apple",
        es256: Es256Rule::ClientSecret,
        audience: AudienceRule::Fixed("https://appleid.apple.com"),
        // Not known.
        typ: TypeRule::Jwt,
        // 6 months.
        max_lifetime: MAX_LIFETIME,
        key_id: KeyIdRule::Required,
        source: "vendor documentation, excerpts",
        date: "2026",
        ..Self::STRICTEST
    };

    /// gematik ZETA (Germany): a list of audiences, with the token endpoint in it.
    pub const GEMATIK: Self = Self {
        id: "gematik",
        product: "gematik ZETA",
        es256: Es256Rule::AudienceList,
        audience: AudienceRule::TokenEndpoint,
        typ: TypeRule::Jwt,
        source: "specification, excerpts",
        date: "2026",
        ..Self::STRICTEST
    };

    /// Every row.
    pub const ALL: &'static [Self] = &[
        Self::RFC_10070,
        Self::KEYCLOAK,
        Self::ORY_HYDRA,
        Self::OKTA,
        Self::SPRING,
        Self::DUENDE,
        Self::AUTHELIA,
        Self::OIDC_PROVIDER,
        Self::AUTHLIB,
        Self::BETTER_AUTH,
        Self::ZITADEL,
        Self::GLEWLWYD,
        Self::ATPROTO,
        Self::FAPI2,
        Self::SINGPASS,
        Self::CORPPASS,
        Self::APPLE_BUSINESS,
        Self::SERVICENOW,
        Self::AU_CDR,
        Self::AUTH0,
        Self::ENTRA,
        Self::GOOGLE,
        Self::SALESFORCE,
        Self::MASKINPORTEN,
        Self::IBM,
        Self::ORACLE,
        Self::SMART,
        Self::UK_OPEN_BANKING,
        Self::BRAZIL_OPEN_BANKING,
        Self::APPLE_SIGN_IN,
        Self::GEMATIK,
    ];

    /// The row with this id.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|profile| profile.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{AudienceRule, Es256Rule, Profile, TypeRule};

    #[test]
    fn every_row_is_sound() {
        let ids: HashSet<_> = Profile::ALL.iter().map(|profile| profile.id).collect();
        assert_eq!(ids.len(), Profile::ALL.len(), "an id twice");
        for profile in Profile::ALL {
            let id = profile.id;
            let word = |word: &str| {
                !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            };
            assert!(id.split('-').all(word), "{id}: not kebab-case");
            assert!(!profile.product.is_empty() && !profile.source.is_empty(), "{id}");
            let (year, month) = profile.date.split_once('-').unwrap_or((profile.date, "01"));
            assert!((2026..=2099).contains(&year.parse::<u32>().unwrap()), "{id}: {year}");
            assert!(month.len() == 2 && (1..=12).contains(&month.parse::<u32>().unwrap()), "{id}: {month}");
            assert!((1..=profile.max_lifetime).contains(&profile.lifetime) && profile.max_lifetime <= 3_600, "{id}");
            assert!(profile.lifetime <= profile.grant_max_lifetime && profile.grant_max_lifetime <= 3_600, "{id}");
            assert_ne!(profile.audience, AudienceRule::ClientId, "{id}");
            if profile.typ == TypeRule::ClientAuthentication {
                assert_eq!(profile.audience, AudienceRule::Issuer, "{id}: would always be refused");
            }
            for rule in [Some(profile.audience), profile.grant_audience] {
                if let Some(AudienceRule::Fixed(uri)) = rule {
                    assert!(uri.starts_with("https://"), "{id}");
                }
            }
        }
    }

    #[test]
    fn the_products_that_have_a_row() {
        let usable = "rfc-10070 keycloak ory-hydra okta spring duende authelia oidc-provider authlib better-auth zitadel \
                      glewlwyd atproto fapi2 singpass corppass apple-business servicenow au-cdr";
        let refused = "auth0 entra google salesforce maskinporten ibm oracle uk-open-banking brazil-open-banking";
        for (names, es256) in [
            (usable, Es256Rule::Accepted),
            (refused, Es256Rule::Refused),
            ("smart", Es256Rule::IfAdvertised),
            ("apple-sign-in", Es256Rule::ClientSecret),
            ("gematik", Es256Rule::AudienceList),
        ] {
            for name in names.split_whitespace() {
                let row = Profile::named(name).map(|profile| (profile.id, profile.es256));
                assert_eq!(row, Some((name, es256)));
            }
        }
        for (name, possession) in [("fapi2", true), ("atproto", true), ("keycloak", false)] {
            assert_eq!(Profile::named(name).unwrap().proof_of_possession, possession, "{name}");
        }
        for unknown in ["", "Keycloak", "keycloak "] {
            assert_eq!(Profile::named(unknown), None);
        }
    }
}
