//! What can be wrong with a request that carries an assertion: codes, and what helps.

use crate::error::{apart, texts, with_nul};

/// One thing that makes a server refuse. The numbers and the codes are append-only.
///
/// [`code`](Self::code) is the name that every language and every record gives it, [`text`](Self::text) says what to do about
/// it, in a sentence. Firmware that never calls `text` does not contain these sentences.
///
/// ```
/// use jurat_core::Fault;
/// assert_eq!(Fault::AudienceNearMiss.code(), "audience_near_miss");
/// assert!(Fault::AudienceNearMiss.text().starts_with("Spell aud"));
/// assert_eq!(Fault::from_number(Fault::Expired.number()), Some(Fault::Expired));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Fault {
    /// The request was not a POST (RFC 6749 section 3.2).
    HttpMethodWrong = 1,
    /// The body was not `application/x-www-form-urlencoded` (RFC 6749 section 4.4.2).
    ContentTypeWrong = 2,
    /// A parameter was sent more than once (RFC 6749 section 3.2).
    ParameterDuplicated = 3,
    /// More than one way of client authentication (RFC 6749 section 2.3).
    MultipleClientAuth = 4,
    /// The grant type is absent, unknown to the server, or not allowed to this client.
    GrantTypeUnsupported = 5,
    /// `client_assertion_type` is absent, or is not the one of RFC 7523 section 2.2.
    AssertionTypeWrong = 6,
    /// The assertion is absent or empty, or the server wants client authentication and there was none.
    AssertionMissing = 7,
    /// The assertion is not three segments of base64url, or a segment is not a JSON object with unique members.
    AssertionMalformed = 8,
    /// The assertion is longer than the server takes.
    AssertionTooLong = 9,
    /// A grant where client authentication was wanted, or the other way round.
    PurposeConfused = 10,
    /// `alg` is `none`.
    AlgorithmNone = 20,
    /// `alg` is absent, unknown, not the registered one, or not in the server's list.
    AlgorithmUnsupported = 21,
    /// The client is not registered for `private_key_jwt`, or the server does not have it.
    AuthMethodUnsupported = 22,
    /// The server refuses this `typ`, or wants one.
    TypeHeaderRefused = 23,
    /// A header parameter that the server refuses: an unknown one in `crit`, one that it does not know, or of a wrong type.
    HeaderMemberRefused = 24,
    /// A claim that the server does not know, and refuses.
    ClaimForbidden = 25,
    /// `iss` is absent.
    IssuerMissing = 30,
    /// `sub` is absent.
    SubjectMissing = 31,
    /// `iss` and `sub` of a client assertion differ.
    IssuerSubjectMismatch = 32,
    /// The parameter `client_id` names another client than the assertion.
    ClientIdMismatch = 33,
    /// The server does not know the client, or the issuer of the grant.
    ClientUnknown = 34,
    /// The server does not know the subject of the grant.
    SubjectUnknown = 35,
    /// `aud` is absent or an empty list.
    AudienceMissing = 40,
    /// `aud` is a list where one string is wanted.
    AudienceMultiple = 41,
    /// `aud` is almost the expected one: a final slash, upper and lower case, a port, the scheme, percent-encoding.
    AudienceNearMiss = 42,
    /// `aud` is not what the server takes.
    AudienceMismatch = 43,
    /// `exp` is absent.
    ExpMissing = 50,
    /// `iat` is absent, and the server wants it.
    IatMissing = 51,
    /// `nbf` is absent, and the server wants it.
    NbfRequired = 52,
    /// A time in another unit or from another epoch, or one that is no number.
    TimeUnit = 53,
    /// The device's clock is off.
    ClockSkew = 54,
    /// The assertion had expired when it arrived.
    Expired = 55,
    /// `nbf` was in the future.
    NotYetValid = 56,
    /// `iat` was in the future.
    IssuedInFuture = 57,
    /// `iat` was too long ago for this server.
    IssuedTooLongAgo = 58,
    /// `exp` is further away than the server takes.
    LifetimeTooLong = 59,
    /// `exp` is not after `iat` or `nbf`: a lifetime of nothing.
    LifetimeInvalid = 60,
    /// `jti` is absent, and the server wants it.
    JtiMissing = 70,
    /// `jti` is no string, or an empty one.
    JtiInvalid = 71,
    /// `jti` has been used before.
    JtiReplayed = 72,
    /// `kid` is absent, and the server needs it to find the key.
    KidMissing = 80,
    /// The key is registered, but not under this `kid`, which no registered key has.
    KidUnknown = 81,
    /// `kid` is that of another registered key.
    KidMismatch = 82,
    /// The key that signed is not registered, neither under this `kid` nor under another.
    KeyUnknown = 83,
    /// Another key is registered under this `kid` than the one that signed.
    KeyMismatch = 84,
    /// The key was published too recently: the server may still have an older copy of the key set.
    KeyNotPropagated = 85,
    /// The signature is DER, where r and s are wanted, 32 bytes each (RFC 7518 section 3.4).
    SignatureDer = 90,
    /// The signature has another length, order or alphabet than RFC 7518 section 3.4 and RFC 7515 section 2 say.
    SignatureEncoding = 91,
    /// The signature does not verify with the key.
    SignatureInvalid = 92,
    /// What was signed is not what was sent.
    SigningInputAltered = 93,
    /// The client was authenticated; the scope was refused.
    ScopeInvalid = 100,
    /// There is a token, with less scope than was asked for.
    ScopeReduced = 101,
    /// The client was authenticated; the resource was refused (RFC 8707).
    ResourceInvalid = 102,
    /// The client was authenticated; the grant was refused, and it is none of ours.
    GrantRefused = 103,
    /// The server wants a DPoP proof with its nonce (RFC 9449 section 8). Not a fault of the assertion.
    DpopNonceRequired = 110,
    /// The server wants a proof of possession besides: DPoP or a client certificate.
    ProofOfPossessionRequired = 111,
    /// The answer is none of OAuth: a proxy's page, another service, a redirection.
    NotOauthResponse = 112,
    /// The server wants fewer requests, or is overloaded.
    RateLimited = 113,
    /// The server failed on its own.
    ServerFault = 114,
    /// The metadata is that of another issuer, or cannot be read.
    MetadataUnusable = 115,
}

// What to do, each in one sentence.
texts! {
    Fault {
        HttpMethodWrong: "Send the token request as POST.",
        ContentTypeWrong: "Send the parameters as a form, with Content-Type: application/x-www-form-urlencoded.",
        ParameterDuplicated: "Send each parameter once.",
        MultipleClientAuth: "Authenticate the client by the assertion alone: no Authorization header, no client_secret.",
        GrantTypeUnsupported: "Send one grant_type that this client is registered for and that the server has.",
        AssertionTypeWrong: "Send client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer, form-encoded.",
        AssertionMissing: "Send the assertion: client_assertion to authenticate the client, assertion as the grant.",
        AssertionMalformed: "Send the assertion as it was made: three segments of base64url without padding, each JSON member once.",
        AssertionTooLong: "Make the assertion shorter: fewer or smaller claims.",
        PurposeConfused: "Put client authentication (iss = sub = client id) into client_assertion, and the grant into assertion.",
        AlgorithmNone: "Sign the assertion: alg is ES256, never none.",
        AlgorithmUnsupported: "Sign with the algorithm that the client is registered for and that the server's metadata lists: ES256 if both say so.",
        AuthMethodUnsupported: "Register the client with token_endpoint_auth_method private_key_jwt and its public keys.",
        TypeHeaderRefused: "Set typ to what this server takes: see its profile.",
        HeaderMemberRefused: "Leave every header parameter out but alg, typ and kid.",
        ClaimForbidden: "Leave the custom claims out: this server refuses what it does not know.",
        IssuerMissing: "Set iss: the client id in a client assertion, the issuing party in a grant.",
        SubjectMissing: "Set sub: the client id in a client assertion, whom the token is for in a grant.",
        IssuerSubjectMismatch: "Set iss and sub of the client assertion both to the client id.",
        ClientIdMismatch: "Send the client id that iss and sub of the assertion have as client_id.",
        ClientUnknown: "Use the client id (in a grant, the issuer) under which it is registered at this server and tenant.",
        SubjectUnknown: "Set sub to a subject that the server knows for this issuer.",
        AudienceMissing: "Set aud to what the server takes: its issuer identifier, unless its profile says otherwise.",
        AudienceMultiple: "Send aud as one string, never as a list.",
        AudienceNearMiss: "Spell aud exactly as the server does: slash, upper and lower case, port and scheme count.",
        AudienceMismatch: "Set aud to what this server takes, from configuration and not from its answer.",
        ExpMissing: "Set exp, in seconds since 1970: iat + 60.",
        IatMissing: "Set iat, in seconds since 1970.",
        NbfRequired: "Set nbf, in seconds since 1970: the value of iat.",
        TimeUnit: "Send times as integers: whole seconds since 1970-01-01T00:00:00Z.",
        ClockSkew: "Correct the device's clock, from NTP or from the Date of the server's answer, and send a fresh assertion.",
        Expired: "Mint the assertion right before it is sent, and use it once.",
        NotYetValid: "Leave nbf out, or set it to no later than now.",
        IssuedInFuture: "Set iat to no later than now, a few seconds back if the clock is uncertain.",
        IssuedTooLongAgo: "Mint a fresh assertion right before each request.",
        LifetimeTooLong: "Shorten the lifetime: exp = iat + 60 pleases every server that is known.",
        LifetimeInvalid: "Set exp later than iat and nbf.",
        JtiMissing: "Send a jti: 128 random bits, new for each assertion.",
        JtiInvalid: "Send jti as text that is not empty.",
        JtiReplayed: "Mint a fresh assertion with a new jti for each attempt, and see whether the random source repeats after a reset.",
        KidMissing: "Send the kid under which the key is registered.",
        KidUnknown: "Send the kid under which the key is registered, or register the key under this kid.",
        KidMismatch: "Send the kid of the key that signs: this one is another key's.",
        KeyUnknown: "Register the public key of this device at the server, or publish it in the key set that the server fetches.",
        KeyMismatch: "Register the key that signs: under this kid the server has another one.",
        KeyNotPropagated: "Wait until the server has fetched the key set again, and sign with the previous key until then.",
        SignatureDer: "Convert the signature from DER to r and s, 32 bytes each, before it is encoded.",
        SignatureEncoding: "Encode r and s as 32 bytes each, big-endian, r first, in base64url without padding: 86 characters.",
        SignatureInvalid: "Sign the bytes that are sent, header.claims, with SHA-256 and the registered key, and send the signature unchanged.",
        SigningInputAltered: "Sign exactly what is sent: the ASCII of header.claims, without NUL, line end or second encoding.",
        ScopeInvalid: "Ask for a scope that the client is registered for: the assertion itself was taken.",
        ScopeReduced: "See whether the granted scope is enough, or have the client registered for the rest.",
        ResourceInvalid: "Ask for a resource that the server knows: the assertion itself was taken.",
        GrantRefused: "Look at the code, the refresh token or the other grant that was sent: the client itself was authenticated.",
        DpopNonceRequired: "Send a DPoP proof with the nonce of this answer, and a fresh assertion.",
        ProofOfPossessionRequired: "Send a DPoP proof, or connect with the client certificate: this server wants one besides the assertion.",
        NotOauthResponse: "Check the token endpoint's URL and what stands before it: nothing judged the assertion.",
        RateLimited: "Wait as long as Retry-After says, then send a fresh assertion.",
        ServerFault: "Try again later with a fresh assertion, and give the server's operator the time of the request.",
        MetadataUnusable: "Fetch the metadata of exactly this issuer, and use nothing of this document.",
    }
}

/// Gives each fault its code.
macro_rules! codes {
    ($($variant:ident: $code:literal,)*) => {
        impl Fault {
            /// The stable name: lower case, with underscores.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => apart!($code),)*
                }
            }

            /// The same with a NUL behind it, for C.
            #[must_use]
            pub const fn code_with_nul(self) -> &'static str {
                match self {
                    $(Self::$variant => with_nul!($code),)*
                }
            }
        }
    };
}

codes! {
    HttpMethodWrong: "http_method_wrong",
    ContentTypeWrong: "content_type_wrong",
    ParameterDuplicated: "parameter_duplicated",
    MultipleClientAuth: "multiple_client_auth",
    GrantTypeUnsupported: "grant_type_unsupported",
    AssertionTypeWrong: "assertion_type_wrong",
    AssertionMissing: "assertion_missing",
    AssertionMalformed: "assertion_malformed",
    AssertionTooLong: "assertion_too_long",
    PurposeConfused: "purpose_confused",
    AlgorithmNone: "algorithm_none",
    AlgorithmUnsupported: "algorithm_unsupported",
    AuthMethodUnsupported: "auth_method_unsupported",
    TypeHeaderRefused: "type_header_refused",
    HeaderMemberRefused: "header_member_refused",
    ClaimForbidden: "claim_forbidden",
    IssuerMissing: "issuer_missing",
    SubjectMissing: "subject_missing",
    IssuerSubjectMismatch: "issuer_subject_mismatch",
    ClientIdMismatch: "client_id_mismatch",
    ClientUnknown: "client_unknown",
    SubjectUnknown: "subject_unknown",
    AudienceMissing: "audience_missing",
    AudienceMultiple: "audience_multiple",
    AudienceNearMiss: "audience_near_miss",
    AudienceMismatch: "audience_mismatch",
    ExpMissing: "exp_missing",
    IatMissing: "iat_missing",
    NbfRequired: "nbf_required",
    TimeUnit: "time_unit",
    ClockSkew: "clock_skew",
    Expired: "expired",
    NotYetValid: "not_yet_valid",
    IssuedInFuture: "issued_in_future",
    IssuedTooLongAgo: "issued_too_long_ago",
    LifetimeTooLong: "lifetime_too_long",
    LifetimeInvalid: "lifetime_invalid",
    JtiMissing: "jti_missing",
    JtiInvalid: "jti_invalid",
    JtiReplayed: "jti_replayed",
    KidMissing: "kid_missing",
    KidUnknown: "kid_unknown",
    KidMismatch: "kid_mismatch",
    KeyUnknown: "key_unknown",
    KeyMismatch: "key_mismatch",
    KeyNotPropagated: "key_not_propagated",
    SignatureDer: "signature_der",
    SignatureEncoding: "signature_encoding",
    SignatureInvalid: "signature_invalid",
    SigningInputAltered: "signing_input_altered",
    ScopeInvalid: "scope_invalid",
    ScopeReduced: "scope_reduced",
    ResourceInvalid: "resource_invalid",
    GrantRefused: "grant_refused",
    DpopNonceRequired: "dpop_nonce_required",
    ProofOfPossessionRequired: "proof_of_possession_required",
    NotOauthResponse: "not_oauth_response",
    RateLimited: "rate_limited",
    ServerFault: "server_fault",
    MetadataUnusable: "metadata_unusable",
}

impl Fault {
    /// The fault with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.code() == code)
    }
}

/// How sure a cause is. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Class {
    /// Local evidence shows it: the bytes that were sent, the keys, the metadata, the registration, the clock, and what the
    /// named server is known to do.
    Proven = 1,
    /// The server says it, by an error code, or by a text that its profile knows. That proves nothing.
    Stated = 2,
    /// Nothing speaks against it.
    Consistent = 3,
}

texts! {
    Class {
        Proven: "proven",
        Stated: "stated",
        Consistent: "consistent",
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn each_fault_has_a_number_a_code_and_a_sentence() {
        for fault in Fault::ALL {
            let code = fault.code();
            assert_eq!(fault.code_with_nul().strip_suffix('\0'), Some(code));
            assert_eq!(Fault::from_code(code), Some(*fault));
            assert_eq!(Fault::from_number(fault.number()), Some(*fault));
            // The code is the name, spelled another way.
            let name: std::string::String = code.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            assert_eq!(name, std::format!("{fault:?}"));
            // One sentence: a full stop at the end, and none with a blank behind it before.
            assert!(fault.text().ends_with('.') && !fault.text().contains(". "), "{code}");
        }
        assert!(Fault::ALL.windows(2).all(|pair| pair[0].number() < pair[1].number()));
        assert_eq!(Fault::from_code("nonsense"), None);
    }
}
