//! What server products do when they judge, and what their texts mean: one table, data and no code.
//!
//! A [`Profile`](crate::Profile) says what to send, this says what is taken besides, and in which words a product refuses. The
//! sources are those of the profile of the same id.

use super::fault::Fault;
use crate::error::apart;

/// Which `typ` a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeNeed<'a> {
    /// Not known.
    Unknown,
    /// It does not look.
    Any,
    /// These, in any case; an empty one stands for none at all.
    Only(&'a [&'a str]),
}

/// When a server needs `kid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyIdNeed {
    /// Not known.
    Unknown,
    /// It tries the client's keys.
    Never,
    /// When the client has several keys.
    Several,
    /// Always.
    Always,
}

/// What a text of a server means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct ServerText<'a> {
    /// The error code; empty for any.
    pub error: &'a str,
    /// A part of `error_description`, in small letters; empty for an answer without one.
    pub text: &'a str,
    /// What it means: one fault, or those that this text is used for; none if it is used for all of them.
    pub faults: &'a [Fault],
}

/// How a product judges. `Some(true)` and `Some(false)` are known, `None` is not.
///
/// ```
/// use jurat_core::Behaviour;
/// let hydra = Behaviour::named("ory-hydra").unwrap();
/// assert_eq!((hydra.issuer, hydra.token_endpoint), (Some(false), Some(true)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behaviour<'a> {
    /// The profile that it goes with.
    pub id: &'a str,
    /// Takes the issuer identifier as `aud` of a client assertion.
    pub issuer: Option<bool>,
    /// Takes the token endpoint.
    pub token_endpoint: Option<bool>,
    /// Takes the endpoint that is contacted.
    pub invoked_endpoint: Option<bool>,
    /// Takes a list of one audience.
    pub list_of_one: Option<bool>,
    /// Takes a list of several, of which it is one.
    pub list: Option<bool>,
    /// Takes the issuer identifier as `aud` of a grant.
    pub grant_issuer: Option<bool>,
    /// Takes the token endpoint as `aud` of a grant.
    pub grant_token_endpoint: Option<bool>,
    /// Refuses an assertion without `iat`.
    pub iat_required: Option<bool>,
    /// Refuses an assertion without `nbf`.
    pub nbf_required: Option<bool>,
    /// Refuses an `iat` in the future, beyond the tolerance of the profile.
    pub iat_ahead_refused: Option<bool>,
    /// Refuses an `iat` that is longer ago, in seconds.
    pub max_age: Option<u32>,
    /// Refuses an `exp` that is further away, in seconds.
    pub max_ahead: Option<u32>,
    /// Whether `max_ahead` counts only without `iat`.
    pub max_ahead_without_iat: bool,
    /// Refuses more seconds between `iat` and `exp`.
    pub max_lifetime: Option<u32>,
    /// Refuses a client assertion without `jti`.
    pub jti_required: Option<bool>,
    /// Refuses a grant without `jti`.
    pub grant_jti_required: Option<bool>,
    /// Refuses a `jti` that it has seen.
    pub replay_refused: Option<bool>,
    /// Needs `kid`.
    pub key_id: KeyIdNeed,
    /// Takes this `typ` in a client assertion.
    pub typ: TypeNeed<'a>,
    /// Refuses header parameters that it does not know.
    pub headers_refused: Option<bool>,
    /// Refuses a client assertion without the parameter `client_id`.
    pub client_id_required: Option<bool>,
    /// Refuses a `client_id` that is not the assertion's.
    pub client_id_compared: Option<bool>,
    /// What its texts mean, the first that fits.
    pub texts: &'a [ServerText<'a>],
}

/// Each text comes into firmware with its own server alone.
macro_rules! says {
    ($text:literal, $faults:expr $(,)?) => {
        ServerText { error: "", text: apart!($text), faults: $faults }
    };
}

macro_rules! answers {
    ($error:literal, $text:literal, $faults:expr $(,)?) => {
        ServerText { error: $error, text: apart!($text), faults: $faults }
    };
}

/// A text for one of several reasons that have to do with the key.
const KEYS: &[Fault] =
    &[Fault::SignatureInvalid, Fault::KeyMismatch, Fault::SigningInputAltered, Fault::SignatureEncoding];
/// A text for an audience that is another, or none.
const WRONG_AUDIENCE: &[Fault] = &[Fault::AudienceMismatch, Fault::AudienceNearMiss, Fault::AudienceMissing];
const TIMES: &[Fault] = &[Fault::Expired, Fault::NotYetValid, Fault::ClockSkew];

impl Behaviour<'static> {
    /// Of a server of which nothing is known.
    pub const UNKNOWN: Self = Self {
        id: "",
        issuer: None,
        token_endpoint: None,
        invoked_endpoint: None,
        list_of_one: None,
        list: None,
        grant_issuer: None,
        grant_token_endpoint: None,
        iat_required: None,
        nbf_required: None,
        iat_ahead_refused: None,
        max_age: None,
        max_ahead: None,
        max_ahead_without_iat: false,
        max_lifetime: None,
        jti_required: None,
        grant_jti_required: None,
        replay_refused: None,
        key_id: KeyIdNeed::Unknown,
        typ: TypeNeed::Unknown,
        headers_refused: None,
        client_id_required: None,
        client_id_compared: None,
        texts: &[],
    };

    /// A server that follows RFC 10070, and says nothing.
    pub const RFC_10070: Self = Self {
        id: "rfc-10070",
        issuer: Some(true),
        token_endpoint: Some(false),
        invoked_endpoint: Some(false),
        list: Some(false),
        grant_issuer: Some(true),
        grant_token_endpoint: Some(true),
        ..Self::UNKNOWN
    };

    /// Keycloak, which says what it means.
    pub const KEYCLOAK: Self = Self {
        id: "keycloak",
        issuer: Some(true),
        token_endpoint: Some(true),
        invoked_endpoint: Some(true),
        list_of_one: Some(true),
        list: Some(false),
        grant_issuer: Some(true),
        iat_required: Some(false),
        iat_ahead_refused: Some(true),
        max_age: Some(60),
        max_ahead: Some(60),
        max_ahead_without_iat: true,
        jti_required: Some(true),
        replay_refused: Some(true),
        typ: TypeNeed::Any,
        client_id_required: Some(false),
        client_id_compared: Some(true),
        texts: &[
            says!("multiple audiences not allowed", &[Fault::AudienceMultiple]),
            says!("invalid token audience", WRONG_AUDIENCE),
            // Up to 26.4.
            says!("audience doesn't match domain", WRONG_AUDIENCE),
            says!("iat claim not present", &[Fault::IatMissing, Fault::LifetimeTooLong]),
            says!("token is not active", TIMES),
            says!("issued in the future", &[Fault::IssuedInFuture]),
            says!("too far in the past", &[Fault::IssuedTooLongAgo]),
            says!("unable to load public key", &[Fault::KidUnknown, Fault::KeyUnknown]),
            says!("signature on jwt token failed", KEYS),
            says!("algorithm not supported", &[Fault::AlgorithmUnsupported]),
            says!("invalid signature algorithm", &[Fault::AlgorithmUnsupported]),
            says!("token reuse detected", &[Fault::JtiReplayed]),
            says!("jti claim is required", &[Fault::JtiMissing]),
            says!("missing id on the token", &[Fault::JtiMissing]),
            says!("exp claim is required", &[Fault::ExpMissing]),
            says!("neither the exp nor the iat", &[Fault::ExpMissing]),
            says!("sub claim is required", &[Fault::SubjectMissing]),
            says!("subject missing", &[Fault::SubjectMissing]),
            says!("issuer should match the subject", &[Fault::IssuerSubjectMismatch]),
            says!("does not match sub claim", &[Fault::ClientIdMismatch]),
            says!("does not match authenticated client", &[Fault::ClientIdMismatch]),
            says!("not matching with client", &[Fault::ClientIdMismatch]),
            says!("client_assertion_type has value", &[Fault::AssertionTypeWrong]),
            says!("client_assertion_type is missing", &[Fault::AssertionTypeWrong, Fault::ContentTypeWrong]),
            says!("client_assertion parameter missing", &[Fault::AssertionMissing, Fault::ContentTypeWrong]),
            says!(
                "invalid client or invalid client credentials",
                &[Fault::ClientUnknown, Fault::AuthMethodUnsupported, Fault::IssuerSubjectMismatch]
            ),
            says!(
                "client authentication with signed jwt failed",
                &[Fault::AssertionMalformed, Fault::SignatureInvalid]
            ),
            // Of grants.
            says!("missing parameter:assertion", &[Fault::AssertionMissing]),
            says!("not a valid jwt", &[Fault::AssertionMalformed]),
            says!("missing claim: iss", &[Fault::IssuerMissing]),
            says!("missing claim: sub", &[Fault::SubjectMissing]),
            says!("no identity provider for provided issuer", &[Fault::ClientUnknown]),
            says!("identity provider is not allowed", &[Fault::ClientUnknown]),
            says!("not supported for the requested client", &[Fault::GrantTypeUnsupported]),
            says!("invalid signature", KEYS),
            says!("user not found", &[Fault::SubjectUnknown]),
        ],
        ..Self::UNKNOWN
    };

    /// Ory Hydra: an expired assertion is answered with 500.
    pub const ORY_HYDRA: Self = Self {
        id: "ory-hydra",
        issuer: Some(false),
        token_endpoint: Some(true),
        list_of_one: Some(true),
        list: Some(true),
        grant_issuer: Some(false),
        grant_token_endpoint: Some(true),
        iat_required: Some(false),
        iat_ahead_refused: Some(true),
        jti_required: Some(true),
        replay_refused: Some(true),
        typ: TypeNeed::Any,
        client_id_required: Some(false),
        client_id_compared: Some(true),
        texts: &[
            answers!(
                "error",
                "unrecognizable",
                &[Fault::Expired, Fault::IssuedInFuture, Fault::NotYetValid, Fault::ServerFault],
            ),
            answers!("jti_known", "", &[Fault::JtiReplayed]),
            answers!("jti_known", "jti", &[Fault::JtiReplayed]),
            says!("must match the authorization server's token endpoint", &[Fault::AudienceMismatch]),
            // As it goes on, it says that there is one.
            says!("(audience) claim containing", &[Fault::AudienceMismatch, Fault::AudienceNearMiss]),
            says!("claim 'jti'", &[Fault::JtiMissing]),
            says!("type assert the expiry time", &[Fault::ExpMissing, Fault::TimeUnit]),
            says!(
                "check if the expiry time is set correctly",
                &[Fault::Expired, Fault::NotYetValid, Fault::IssuedInFuture]
            ),
            says!("use='sig'", &[Fault::KeyUnknown]),
            says!("which could not be found", &[Fault::KidUnknown, Fault::KeyUnknown]),
            says!("does not contain any key", &[Fault::KeyUnknown]),
            says!("no json web keys set registered", &[Fault::KeyUnknown]),
            says!(
                "no public jwk was registered",
                &[Fault::KeyUnknown, Fault::KidUnknown, Fault::ClientUnknown, Fault::SubjectUnknown]
            ),
            says!("verify the integrity", KEYS),
            says!("enforces signing algorithm", &[Fault::AlgorithmUnsupported]),
            says!("claim 'iss'", &[Fault::IssuerSubjectMismatch, Fault::ClientIdMismatch]),
            says!("web token is undefined", &[Fault::SubjectMissing]),
            says!("claim 'sub'", &[Fault::IssuerSubjectMismatch, Fault::ClientIdMismatch]),
            says!("uses unsupported signing algorithm", &[Fault::AlgorithmUnsupported]),
            says!("only supports client authentication method", &[Fault::AuthMethodUnsupported]),
            says!("does not support client authentication", &[Fault::AuthMethodUnsupported]),
            says!("request parameter must be set", &[Fault::AssertionMissing]),
            says!("credentials missing or malformed in both", &[Fault::AssertionMissing, Fault::AssertionTypeWrong]),
            says!("unknown client_assertion_type", &[Fault::AssertionTypeWrong]),
            says!("post body can not be empty", &[Fault::ContentTypeWrong]),
            says!("contain an 'iss'", &[Fault::IssuerMissing]),
            says!("contain a 'sub'", &[Fault::SubjectMissing]),
            says!("contain an 'aud'", &[Fault::AudienceMissing]),
            says!("contain an 'exp'", &[Fault::ExpMissing]),
            says!("contain an 'iat'", &[Fault::IatMissing]),
            says!("contain an 'jti'", &[Fault::JtiMissing]),
            says!("unable to parse json web token", &[Fault::AssertionMalformed]),
            says!("no claims in jwt", &[Fault::AssertionMalformed]),
            says!("parameter expired", &[Fault::Expired]),
            says!("token must not be accepted", &[Fault::NotYetValid]),
            says!("unreasonably far in the future", &[Fault::LifetimeTooLong]),
            says!("not allowed to request scope", &[Fault::ScopeInvalid]),
        ],
        ..Self::UNKNOWN
    };

    /// Okta, which says what it means.
    pub const OKTA: Self = Self {
        id: "okta",
        issuer: Some(false),
        invoked_endpoint: Some(true),
        grant_issuer: Some(true),
        grant_token_endpoint: Some(false),
        iat_required: Some(false),
        iat_ahead_refused: Some(true),
        max_ahead: Some(3_600),
        jti_required: Some(false),
        replay_refused: Some(true),
        key_id: KeyIdNeed::Several,
        texts: &[
            says!("cannot supply multiple client credentials", &[Fault::MultipleClientAuth]),
            says!("audience claim for client_assertion", &[Fault::AudienceMismatch, Fault::AudienceNearMiss]),
            // What follows the word `bearer` is taken out of what a server says.
            says!("audience of the jwt bearer", &[Fault::AudienceMismatch, Fault::AudienceNearMiss]),
            says!("client_assertion token is expired", &[Fault::Expired]),
            says!("expiration too far into the future", &[Fault::LifetimeTooLong]),
            says!("issued before the current time", &[Fault::IssuedInFuture]),
            says!("jwt kid is invalid", &[Fault::KidUnknown]),
            says!("does not have a jwkset", &[Fault::KeyUnknown]),
            says!("jwkset is invalid", &[Fault::KeyUnknown]),
            says!("client_assertion signature is invalid", KEYS),
            says!("signature algorithm is invalid", &[Fault::AlgorithmUnsupported]),
            says!("already been used", &[Fault::JtiReplayed]),
            says!("already used", &[Fault::JtiReplayed]),
            says!("must contain the 'exp' claim", &[Fault::ExpMissing, Fault::TimeUnit]),
            says!("not a valid client_id", &[Fault::ClientUnknown, Fault::IssuerSubjectMismatch]),
            says!("must use the private_key_jwt", &[Fault::AuthMethodUnsupported]),
            says!("client_assertion_type is invalid", &[Fault::AssertionTypeWrong]),
            says!("parsing of the client_assertion failed", &[Fault::AssertionMalformed]),
            says!("not permitted to use the jwt bearer", &[Fault::ClientUnknown]),
        ],
        ..Self::UNKNOWN
    };

    /// Spring Authorization Server, which says nothing.
    pub const SPRING: Self = Self {
        id: "spring",
        issuer: Some(true),
        token_endpoint: Some(true),
        invoked_endpoint: Some(true),
        list_of_one: Some(true),
        list: Some(true),
        iat_required: Some(false),
        jti_required: Some(false),
        replay_refused: Some(false),
        client_id_required: Some(true),
        // Security 7.0 and later take any.
        typ: TypeNeed::Unknown,
        ..Self::UNKNOWN
    };

    /// Duende IdentityServer, which says nothing.
    pub const DUENDE: Self = Self {
        id: "duende",
        issuer: Some(true),
        list_of_one: Some(true),
        iat_required: Some(false),
        jti_required: Some(true),
        replay_refused: Some(true),
        client_id_required: Some(false),
        ..Self::UNKNOWN
    };

    /// Authelia, which says nothing.
    pub const AUTHELIA: Self = Self {
        id: "authelia",
        list_of_one: Some(true),
        list: Some(true),
        jti_required: Some(true),
        replay_refused: Some(true),
        client_id_required: Some(false),
        ..Self::UNKNOWN
    };

    /// oidc-provider, which says nothing of assertions, and much of parameters.
    pub const OIDC_PROVIDER: Self = Self {
        id: "oidc-provider",
        issuer: Some(true),
        token_endpoint: Some(true),
        invoked_endpoint: Some(true),
        list_of_one: Some(true),
        list: Some(true),
        iat_required: Some(false),
        // Where there is an `exp`.
        iat_ahead_refused: Some(false),
        jti_required: Some(true),
        replay_refused: Some(true),
        key_id: KeyIdNeed::Never,
        typ: TypeNeed::Any,
        headers_refused: Some(false),
        client_id_required: Some(false),
        client_id_compared: Some(true),
        texts: OIDC_PROVIDER_TEXTS,
        ..Self::UNKNOWN
    };

    /// FAPI 2.0, in the words of oidc-provider.
    pub const FAPI2: Self = Self {
        id: "fapi2",
        token_endpoint: Some(false),
        invoked_endpoint: Some(false),
        list_of_one: Some(false),
        list: Some(false),
        ..Self::OIDC_PROVIDER
    };

    /// Authlib, which says what it means.
    pub const AUTHLIB: Self = Self {
        id: "authlib",
        issuer: Some(true),
        list_of_one: Some(true),
        list: Some(true),
        grant_issuer: Some(true),
        iat_required: Some(false),
        iat_ahead_refused: Some(true),
        jti_required: Some(true),
        replay_refused: Some(true),
        typ: TypeNeed::Any,
        headers_refused: Some(true),
        client_id_required: Some(false),
        client_id_compared: Some(false),
        key_id: KeyIdNeed::Several,
        texts: &[
            says!("jwt id is used before", &[Fault::JtiReplayed]),
            says!("missing jwt id", &[Fault::JtiMissing]),
            says!("claim 'jti' must be", &[Fault::JtiInvalid]),
            says!("missing claim: 'aud'", &[Fault::AudienceMissing]),
            says!("invalid claim: 'aud'", &[Fault::AudienceMismatch, Fault::AudienceNearMiss, Fault::AudienceMissing]),
            says!("claim 'aud' must be", &[Fault::AudienceMismatch]),
            says!("missing claim: 'exp'", &[Fault::ExpMissing]),
            says!("claim 'exp' must be", &[Fault::TimeUnit]),
            says!("claim 'iat' must be", &[Fault::TimeUnit]),
            says!("claim 'nbf' must be", &[Fault::TimeUnit]),
            says!("token is expired", &[Fault::Expired, Fault::ClockSkew]),
            says!(
                "issued in the future",
                &[Fault::IssuedInFuture, Fault::ClockSkew, Fault::TimeUnit, Fault::LifetimeInvalid],
            ),
            says!("not yet valid", &[Fault::NotYetValid, Fault::ClockSkew]),
            says!("missing claim: 'iss'", &[Fault::IssuerMissing]),
            says!("missing claim: 'sub'", &[Fault::SubjectMissing]),
            says!("issuer and subject must match", &[Fault::IssuerSubjectMismatch, Fault::PurposeConfused]),
            says!(
                "client does not exist",
                &[Fault::ClientUnknown, Fault::IssuerSubjectMismatch, Fault::PurposeConfused],
            ),
            says!("client has no keys", &[Fault::AuthMethodUnsupported, Fault::KeyUnknown]),
            says!("no key for kid: 'none'", &[Fault::KidMissing]),
            says!("no key for kid", &[Fault::KidUnknown, Fault::KeyUnknown, Fault::AlgorithmUnsupported]),
            says!("'kid' in header", &[Fault::HeaderMemberRefused]),
            says!("in header", &[Fault::HeaderMemberRefused]),
            says!("algorithm of 'none'", &[Fault::AlgorithmNone]),
            says!("algorithm of", &[Fault::AlgorithmUnsupported]),
            says!("invalid jwt", &[Fault::AssertionMalformed]),
            says!(
                "client cannot authenticate with methods",
                &[Fault::AssertionTypeWrong, Fault::AssertionMissing, Fault::AuthMethodUnsupported],
            ),
            says!("invalid 'sub' value", &[Fault::SubjectUnknown, Fault::PurposeConfused]),
            says!("missing 'assertion'", &[Fault::AssertionMissing]),
            answers!("invalid_client", "", KEYS),
            answers!("invalid_grant", "", KEYS),
            answers!("unsupported_grant_type", "", &[Fault::GrantTypeUnsupported]),
        ],
        ..Self::UNKNOWN
    };

    /// Better Auth, which says more than it knows: its text on signatures stands for all that a JWT library refuses.
    pub const BETTER_AUTH: Self = Self {
        id: "better-auth",
        issuer: Some(true),
        token_endpoint: Some(true),
        invoked_endpoint: Some(true),
        list_of_one: Some(true),
        list: Some(true),
        iat_required: Some(false),
        iat_ahead_refused: Some(false),
        max_age: Some(300),
        max_ahead: Some(300),
        jti_required: Some(true),
        replay_refused: Some(true),
        key_id: KeyIdNeed::Several,
        typ: TypeNeed::Any,
        headers_refused: Some(false),
        client_id_required: Some(false),
        client_id_compared: Some(true),
        texts: &[
            says!("jti has already been used", &[Fault::JtiReplayed]),
            says!("must include jti", &[Fault::JtiMissing, Fault::JtiInvalid]),
            says!("must include exp", &[Fault::ExpMissing]),
            says!("iat is too far in the past", &[Fault::IssuedTooLongAgo]),
            says!("exp is too far in the future", &[Fault::LifetimeTooLong, Fault::TimeUnit, Fault::ClockSkew]),
            says!("client_id in body does not match", &[Fault::ClientIdMismatch, Fault::IssuerSubjectMismatch]),
            says!("unknown client", &[Fault::ClientUnknown, Fault::IssuerSubjectMismatch, Fault::PurposeConfused]),
            says!("not registered for private_key_jwt", &[Fault::AuthMethodUnsupported]),
            says!("signing algorithm: none", &[Fault::AlgorithmNone]),
            says!("unsupported assertion signing algorithm", &[Fault::AlgorithmUnsupported]),
            says!("malformed client assertion", &[Fault::AssertionMalformed]),
            says!("must both be provided", &[Fault::AssertionMissing, Fault::AssertionTypeWrong]),
            says!("unsupported client_assertion_type", &[Fault::AssertionTypeWrong, Fault::PurposeConfused]),
            says!("only one client authentication method", &[Fault::MultipleClientAuth]),
            says!("must not be repeated", &[Fault::ParameterDuplicated]),
            says!("grant_type is required", &[Fault::GrantTypeUnsupported]),
            says!("unsupported grant_type", &[Fault::GrantTypeUnsupported]),
        ],
        ..Self::UNKNOWN
    };

    /// Zitadel: newer versions answer `invalid_request` to every grant that fails, and `unauthorized_client` to some client
    /// assertions.
    pub const ZITADEL: Self = Self {
        id: "zitadel",
        issuer: Some(true),
        token_endpoint: Some(false),
        list_of_one: Some(true),
        list: Some(true),
        grant_issuer: Some(true),
        grant_token_endpoint: Some(false),
        iat_required: Some(true),
        iat_ahead_refused: Some(true),
        max_age: Some(3_600),
        jti_required: Some(false),
        grant_jti_required: Some(false),
        replay_refused: Some(false),
        key_id: KeyIdNeed::Always,
        typ: TypeNeed::Any,
        texts: &[
            answers!("invalid_grant", "audience is not valid", &[Fault::AudienceMismatch, Fault::AudienceNearMiss]),
            answers!("invalid_grant", "token has expired", &[Fault::Expired]),
            answers!("invalid_grant", "is in the future", &[Fault::IssuedInFuture]),
            answers!("invalid_grant", "is to old", &[Fault::IssuedTooLongAgo]),
            answers!("invalid_grant", "issuedat of token is missing", &[Fault::IatMissing]),
            answers!("invalid_grant", "issuer and sub must be identical", &[Fault::IssuerSubjectMismatch]),
            answers!("invalid_grant", "subject missing", &[Fault::SubjectMissing]),
            answers!("invalid_grant", "issuer does not match", &[Fault::IssuerSubjectMismatch]),
            answers!("invalid_grant", "algorithm not supported", &[Fault::AlgorithmUnsupported]),
            answers!("invalid_grant", "does not match payload", KEYS),
            answers!("invalid_grant", "invalid signature", KEYS),
            says!("private_key_jwt not", &[Fault::AuthMethodUnsupported]),
            says!("more than one method", &[Fault::MultipleClientAuth]),
            says!("invalid client_assertion_type", &[Fault::AssertionTypeWrong]),
            says!("client_assertion must be provided", &[Fault::AssertionMissing]),
            says!("assertion missing", &[Fault::AssertionMissing]),
            says!("grant_type missing", &[Fault::GrantTypeUnsupported]),
            // Of whatever is wrong with a client assertion.
            answers!("unauthorized_client", "jwt assertion failed", &[]),
        ],
        ..Self::UNKNOWN
    };

    /// Glewlwyd, which says nothing.
    pub const GLEWLWYD: Self = Self {
        id: "glewlwyd",
        issuer: Some(false),
        invoked_endpoint: Some(true),
        list_of_one: Some(false),
        list: Some(false),
        iat_required: Some(false),
        max_ahead: Some(3_600),
        typ: TypeNeed::Any,
        ..Self::UNKNOWN
    };

    /// ATProto: the words of its reference server.
    pub const ATPROTO: Self = Self {
        id: "atproto",
        issuer: Some(true),
        token_endpoint: Some(false),
        list_of_one: Some(true),
        list: Some(true),
        iat_required: Some(true),
        iat_ahead_refused: Some(true),
        max_age: Some(60),
        jti_required: Some(true),
        replay_refused: Some(true),
        key_id: KeyIdNeed::Always,
        typ: TypeNeed::Any,
        texts: &[
            says!("\"kid\" required", &[Fault::KidMissing]),
            says!("unexpected \"aud\" claim", &[Fault::AudienceMismatch, Fault::AudienceNearMiss]),
            says!("unexpected \"sub\" claim", &[Fault::IssuerSubjectMismatch, Fault::ClientIdMismatch]),
            says!("unexpected \"iss\" claim", &[Fault::IssuerSubjectMismatch]),
            says!("\"exp\" claim timestamp", &[Fault::Expired, Fault::ClockSkew]),
            says!("\"nbf\" claim timestamp", &[Fault::NotYetValid, Fault::ClockSkew]),
            says!("it should be in the past", &[Fault::IssuedInFuture, Fault::ClockSkew]),
            says!("too far in the past", &[Fault::IssuedTooLongAgo, Fault::ClockSkew]),
            says!("claim must be a number", &[Fault::TimeUnit]),
            says!("missing required \"aud\"", &[Fault::AudienceMissing]),
            says!("missing required \"sub\"", &[Fault::SubjectMissing]),
            says!("missing required \"iss\"", &[Fault::IssuerMissing]),
            says!("missing required \"iat\"", &[Fault::IatMissing]),
            says!("missing required \"jti\"", &[Fault::JtiMissing]),
            says!("signature verification failed", KEYS),
            says!("no applicable key found", &[Fault::KidUnknown, Fault::KeyUnknown]),
            says!("client_assertion_type", &[Fault::AssertionTypeWrong]),
            says!("client_assertion required", &[Fault::AssertionMissing]),
            answers!("invalid_grant", "jti reused", &[Fault::JtiReplayed]),
            answers!("invalid_grant", "grant type", &[Fault::GrantTypeUnsupported]),
        ],
        ..Self::UNKNOWN
    };

    /// Microsoft Entra ID. Its numbers are a hint: it says that they change.
    pub const ENTRA: Self = Self {
        id: "entra",
        list_of_one: Some(false),
        list: Some(false),
        texts: &[
            says!("aadsts700027", &[Fault::KeyUnknown, Fault::SignatureInvalid]),
            says!("aadsts700024", TIMES),
            says!("aadsts50027", &[Fault::AssertionMalformed, Fault::AudienceMultiple]),
            says!("aadsts700016", &[Fault::ClientUnknown]),
            says!("aadsts700023", &[Fault::ScopeInvalid]),
        ],
        ..Self::UNKNOWN
    };

    /// Google service accounts.
    pub const GOOGLE: Self = Self {
        id: "google",
        iat_required: Some(true),
        iat_ahead_refused: Some(true),
        max_lifetime: Some(3_600),
        texts: &[
            says!("short-lived token", &[Fault::Expired, Fault::LifetimeTooLong, Fault::ClockSkew]),
            says!("invalid jwt signature", KEYS),
            says!("failed audience check", &[Fault::AudienceMismatch]),
            says!("account not found", &[Fault::ClientUnknown, Fault::SubjectUnknown]),
        ],
        ..Self::UNKNOWN
    };

    /// Maskinporten: numbers.
    pub const MASKINPORTEN: Self = Self {
        id: "maskinporten",
        grant_issuer: Some(true),
        grant_token_endpoint: Some(false),
        iat_required: Some(true),
        max_lifetime: Some(120),
        texts: &[
            says!("mp-110", &[Fault::AudienceMismatch, Fault::AudienceNearMiss]),
            says!("mp-120", &[Fault::KeyUnknown]),
            says!("mp-121", &[Fault::KeyUnknown]),
        ],
        ..Self::UNKNOWN
    };

    /// Singpass.
    pub const SINGPASS: Self = Self {
        id: "singpass",
        issuer: Some(true),
        max_lifetime: Some(120),
        typ: TypeNeed::Only(&["JWT"]),
        ..Self::UNKNOWN
    };

    /// Corppass.
    pub const CORPPASS: Self = Self {
        id: "corppass",
        issuer: Some(true),
        max_lifetime: Some(600),
        typ: TypeNeed::Only(&["JWT"]),
        ..Self::UNKNOWN
    };

    /// SMART on FHIR.
    pub const SMART: Self = Self {
        id: "smart",
        issuer: Some(false),
        token_endpoint: Some(true),
        max_ahead: Some(300),
        jti_required: Some(true),
        replay_refused: Some(true),
        key_id: KeyIdNeed::Always,
        typ: TypeNeed::Only(&["JWT"]),
        ..Self::UNKNOWN
    };

    /// All of them. To name it is to have them all linked.
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
        Self::SMART,
        Self::ENTRA,
        Self::GOOGLE,
        Self::MASKINPORTEN,
    ];

    /// The one that goes with the profile of this id, if anything is known.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|behaviour| behaviour.id == id)
    }
}

const OIDC_PROVIDER_TEXTS: &[ServerText<'static>] = &[
    says!("client_id mismatch", &[Fault::ClientIdMismatch, Fault::IssuerSubjectMismatch]),
    says!("invalid client_assertion format", &[Fault::AssertionMalformed]),
    says!("no client authentication mechanism", &[Fault::AssertionMissing]),
    says!("client_assertion_type must", &[Fault::AssertionTypeWrong]),
    says!("assertion must be provided", &[Fault::AssertionMissing]),
    says!("using one mechanism", &[Fault::MultipleClientAuth]),
    says!("must not be provided twice", &[Fault::ParameterDuplicated]),
    says!("only application/x-www-form-urlencoded", &[Fault::ContentTypeWrong]),
    says!("parameter 'grant_type'", &[Fault::GrantTypeUnsupported]),
];

#[cfg(test)]
mod tests {
    use super::{Behaviour, ServerText};
    use crate::server::profile::Profile;

    #[test]
    fn each_goes_with_a_profile() {
        for (index, behaviour) in Behaviour::ALL.iter().enumerate() {
            assert!(Profile::named(behaviour.id).is_some(), "{}", behaviour.id);
            assert!(Behaviour::ALL[..index].iter().all(|other| other.id != behaviour.id));
        }
        assert_eq!(Behaviour::named("nonsense"), None);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn texts_can_be_found() {
        for behaviour in Behaviour::ALL {
            let texts = behaviour.texts;
            for (index, ServerText { text, error, faults }) in texts.iter().enumerate() {
                assert_eq!(*text, text.to_ascii_lowercase());
                assert!(faults.len() <= 4, "{text}");
                // No earlier one takes what this one is for.
                let hidden = texts[..index].iter().any(|earlier| {
                    !earlier.text.is_empty() && text.contains(earlier.text) && ["", error].contains(&earlier.error)
                });
                assert!(!hidden, "{}: {text}", behaviour.id);
            }
        }
    }
}
