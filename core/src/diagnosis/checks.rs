//! What local evidence decides about a request, before or after it was sent.

use sha2::{Digest as _, Sha256};

use super::behaviour::{Behaviour, KeyIdNeed, TypeNeed};
use super::explain::weight;
use super::evidence::{self, PublishedKey, PublishedKeys, SentRequest, Verifier};
use super::fact::Fact;
use super::fault::{Class, Fault};
use super::inspection::{Inspection, Member, SignatureForm, Time, is_placeholder};
use super::{Diagnosis, Finding, Subject};
use crate::assertion::audience::IssuerIdentifier;
use crate::assertion::is_client_type;
use crate::encoding::json::read::Text;
use crate::error::{Cause, texts};
use crate::key::public::PublicKey;
use crate::key::signature::Es256Signature;
use crate::server::metadata::{Endpoint, Support};
use crate::server::profile::{AudienceRule, Es256Rule, KeyIdRule, TypeRule};
use crate::time::NumericDate;
use crate::time::fault::TimeFault;
use crate::token::request::{CLIENT_ASSERTION_TYPE, CONTENT_TYPE, JWT_BEARER};

/// A check. The numbers and the names are append-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Check {
    /// It is a POST.
    HttpMethod = 0,
    /// The body is a form.
    ContentType = 1,
    /// No parameter is there twice.
    Parameters = 2,
    /// There is one way of client authentication.
    ClientAuthentication = 3,
    /// The grant type is there, and the server and the registration have it.
    GrantType = 4,
    /// The assertion is there.
    Assertion = 5,
    /// `client_assertion_type` is the right one.
    AssertionType = 6,
    /// Three segments of base64url, two of them JSON objects, no name twice.
    Structure = 7,
    /// The assertion is not too long.
    Length = 8,
    /// It is used for what it was made for.
    Purpose = 9,
    /// `alg`.
    Algorithm = 10,
    /// `typ`.
    TypeHeader = 11,
    /// Nothing in the header that a server has to refuse.
    HeaderMembers = 12,
    /// `iss` and `sub`.
    IssuerAndSubject = 13,
    /// The parameter `client_id`.
    ClientId = 14,
    /// The client is the registered one.
    Client = 15,
    /// It is registered for `private_key_jwt`, which the server has.
    AuthMethod = 16,
    /// `aud`.
    Audience = 17,
    /// Times are seconds since 1970.
    TimeUnit = 18,
    /// The device's clock.
    Clock = 19,
    /// `exp`.
    Expiration = 20,
    /// `nbf`.
    NotBefore = 21,
    /// `iat`.
    IssuedAt = 22,
    /// From `iat` or now to `exp`.
    Lifetime = 23,
    /// `jti`.
    JwtId = 24,
    /// `jti` is new.
    Replay = 25,
    /// `kid`.
    KeyId = 26,
    /// The key is registered.
    Key = 27,
    /// The signature has the right form.
    SignatureForm = 28,
    /// The signature verifies.
    Signature = 29,
    /// No claims that the server refuses.
    Claims = 30,
    /// The scope is registered.
    Scope = 31,
    /// A proof of possession, where the server wants one.
    ProofOfPossession = 32,
    /// The metadata is that of the issuer.
    Metadata = 33,
}

texts! {
    Check {
        HttpMethod: "http_method",
        ContentType: "content_type",
        Parameters: "parameters",
        ClientAuthentication: "client_authentication",
        GrantType: "grant_type",
        Assertion: "assertion",
        AssertionType: "assertion_type",
        Structure: "structure",
        Length: "length",
        Purpose: "purpose",
        Algorithm: "algorithm",
        TypeHeader: "type_header",
        HeaderMembers: "header_members",
        IssuerAndSubject: "issuer_and_subject",
        ClientId: "client_id",
        Client: "client",
        AuthMethod: "auth_method",
        Audience: "audience",
        TimeUnit: "time_unit",
        Clock: "clock",
        Expiration: "expiration",
        NotBefore: "not_before",
        IssuedAt: "issued_at",
        Lifetime: "lifetime",
        JwtId: "jwt_id",
        Replay: "replay",
        KeyId: "key_id",
        Key: "key",
        SignatureForm: "signature_form",
        Signature: "signature",
        Claims: "claims",
        Scope: "scope",
        ProofOfPossession: "proof_of_possession",
        Metadata: "metadata",
    }
}

/// A piece of evidence that is missing. The numbers are append-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Wanted {
    /// The request as it was sent: its method, content type and parameters.
    Request = 1,
    /// The assertion with its signature.
    Assertion = 2,
    /// The issuer identifier.
    Issuer = 3,
    /// The public keys that are registered.
    Keys = 4,
    /// The registration.
    Registration = 5,
    /// The time: of the answer's `Date`, or of a clock whose uncertainty is known.
    Time = 6,
    /// The `jti` values that were sent before.
    SeenIds = 7,
    /// The server's profile.
    Profile = 8,
    /// The server's metadata.
    Metadata = 9,
    /// The public half of the key that signs.
    Key = 10,
    /// Something that verifies signatures.
    Verifier = 11,
    /// The reason in the server's own log.
    ServerLog = 12,
}

texts! {
    Wanted {
        Request: "Give the request as it was sent: method, content type and parameters.",
        Assertion: "Give the whole assertion with its signature, as it was sent.",
        Issuer: "Give the issuer identifier of the server: the audience is compared with it.",
        Keys: "Give the public keys that are registered (jwks): kid and signature are compared with them.",
        Registration: "Give the registration of the client (RFC 7591): client id, method, algorithm and scope are compared with it.",
        Time: "Give the Date of the answer, or the device's time and its uncertainty: exp, iat and nbf are compared with it.",
        SeenIds: "Give the jti values that were sent before: a replay shows by them.",
        Profile: "Name the server's product (profile): what it takes, and what its texts mean, depends on that.",
        Metadata: "Give the server's metadata (RFC 8414): its methods and algorithms are compared with it.",
        Key: "Give the public half of the key that signs: a wrong key and a damaged signature differ by it.",
        Verifier: "Have the signature verified on a host: this build does not verify.",
        ServerLog: "Look at the server's log: everything that shows on this side is right.",
    }
}

/// What became of a check. The order is that of what counts when two assertions are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub enum Status {
    /// There is nothing to check.
    NotApplicable,
    /// It holds.
    Passed,
    /// Evidence is missing; this one first.
    NotDecidable(Wanted),
    /// It does not hold: there is a cause for it.
    Failed,
}

impl Status {
    const fn rank(self) -> u8 {
        match self {
            Self::NotApplicable => 0,
            Self::Passed => 1,
            Self::NotDecidable(_) => 2,
            Self::Failed => 3,
        }
    }

    /// The name: `not_applicable`, `passed`, `not_decidable` or `failed`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::Passed => "passed",
            Self::NotDecidable(_) => "not_decidable",
            Self::Failed => "failed",
        }
    }
}

/// Faults in the order in which servers look, roots before what follows from them.
const ORDER: &[Fault] = &[
    Fault::RateLimited,
    Fault::DpopNonceRequired,
    Fault::HttpMethodWrong,
    Fault::ContentTypeWrong,
    Fault::ParameterDuplicated,
    Fault::MultipleClientAuth,
    Fault::AssertionMissing,
    Fault::AssertionTypeWrong,
    Fault::AssertionMalformed,
    Fault::AlgorithmNone,
    Fault::AlgorithmUnsupported,
    Fault::SignatureDer,
    Fault::HeaderMemberRefused,
    Fault::IssuerMissing,
    Fault::SubjectMissing,
    Fault::IssuerSubjectMismatch,
    Fault::ClientIdMismatch,
    Fault::PurposeConfused,
    Fault::ClientUnknown,
    Fault::AuthMethodUnsupported,
    Fault::AudienceMissing,
    Fault::AudienceMultiple,
    Fault::AudienceNearMiss,
    Fault::AudienceMismatch,
    Fault::TimeUnit,
    Fault::ClockSkew,
    Fault::ExpMissing,
    Fault::LifetimeInvalid,
    Fault::Expired,
    Fault::NotYetValid,
    Fault::IssuedInFuture,
    Fault::IssuedTooLongAgo,
    Fault::LifetimeTooLong,
    Fault::IatMissing,
    Fault::NbfRequired,
    Fault::JtiMissing,
    Fault::JtiInvalid,
    Fault::JtiReplayed,
    Fault::KidMismatch,
    Fault::KeyMismatch,
    Fault::SignatureEncoding,
    Fault::SigningInputAltered,
    Fault::SignatureInvalid,
    Fault::KidUnknown,
    Fault::KeyUnknown,
    Fault::KidMissing,
    Fault::TypeHeaderRefused,
    Fault::ClaimForbidden,
    Fault::GrantTypeUnsupported,
    Fault::SubjectUnknown,
    Fault::GrantRefused,
];

pub(super) fn order(fault: Fault) -> usize {
    ORDER.iter().position(|each| *each == fault).unwrap_or(ORDER.len())
}

/// What the server's clock showed when it judged, as closely as it is known.
#[derive(Clone, Copy)]
pub(super) struct Now {
    low: u64,
    high: u64,
    /// Whether that is sure: by the server's own date, or by a clock of known uncertainty.
    sure: bool,
}

/// The keys that an assertion is checked with.
#[derive(Clone, Copy)]
struct Keys<'e> {
    first: Option<PublishedKeys<'e>>,
    second: Option<PublishedKeys<'e>>,
}

impl<'e> Keys<'e> {
    fn known(self) -> bool {
        self.first.is_some() || self.second.is_some()
    }

    fn iter(self) -> impl Iterator<Item = PublishedKey<'e>> {
        self.first.into_iter().chain(self.second).flat_map(PublishedKeys::keys)
    }
}

impl<'e> Diagnosis<'e> {
    pub(super) fn set(&mut self, check: Check, status: Status) {
        if let Some(place) = self.statuses.get_mut(check as usize)
            && status.rank() > place.rank()
        {
            *place = status;
        }
    }

    fn pass_if(&mut self, check: Check, passed: bool, wanted: Wanted) {
        self.set(check, if passed { Status::Passed } else { Status::NotDecidable(wanted) });
    }

    /// Adds a cause, or what shows it once more.
    pub(super) fn find(&mut self, fault: Fault, class: Class, subject: Subject, facts: &[Fact<'e>]) {
        let known = self.causes.iter_mut().find(|finding| finding.fault == fault && finding.subject == subject);
        if let Some(known) = known {
            known.class = known.class.min(class);
            for fact in facts {
                known.add(*fact);
            }
            return;
        }
        let mut finding = Finding { fault, class, subject, weight: weight::SEEN, facts: heapless::Vec::new() };
        for fact in facts {
            finding.add(*fact);
        }
        // Twelve causes at once are enough.
        let _ = self.causes.push(finding);
    }

    fn fail(&mut self, check: Check, fault: Fault, class: Class, subject: Subject, facts: &[Fact<'e>]) {
        self.set(check, Status::Failed);
        self.find(fault, class, subject, facts);
    }

    pub(super) fn behaviour(&self) -> &'e Behaviour<'e> {
        self.evidence.behaviour.unwrap_or(const { &Behaviour::UNKNOWN })
    }

    pub(super) fn run_checks(&mut self) {
        match self.evidence.request {
            Some(request) => self.request(request),
            None => {
                for check in [Check::HttpMethod, Check::ContentType, Check::Parameters, Check::ClientAuthentication] {
                    self.set(check, Status::NotDecidable(Wanted::Request));
                }
            }
        }
        for (inspection, subject, sent) in [
            (self.client, Subject::Client, self.evidence.request.and_then(SentRequest::client_assertion)),
            (self.grant, Subject::Grant, self.evidence.request.and_then(SentRequest::grant_assertion)),
        ] {
            match (inspection, sent) {
                (Some(inspection), _) => self.assertion(&inspection, subject),
                // It was taken out.
                (None, Some(_)) => {
                    for check in Check::ALL.get(Check::Structure as usize..=Check::Claims as usize).unwrap_or_default() {
                        self.set(*check, Status::NotDecidable(Wanted::Assertion));
                    }
                }
                (None, None) => {}
            }
        }
        self.metadata();
    }

    fn request(&mut self, request: &'e SentRequest<'e>) {
        let subject = Subject::Request;
        match request.method {
            "" => self.set(Check::HttpMethod, Status::NotDecidable(Wanted::Request)),
            "POST" => self.set(Check::HttpMethod, Status::Passed),
            value => {
                let facts = [Fact::Sent { name: "the method", value }];
                self.fail(Check::HttpMethod, Fault::HttpMethodWrong, Class::Proven, subject, &facts);
            }
        }
        let form = |value: &str| {
            let media_type = value.split(';').next().unwrap_or_default();
            media_type.trim_ascii().eq_ignore_ascii_case(CONTENT_TYPE)
        };
        match request.content_type {
            Some(value) if !form(value) && request.method != "GET" => {
                let facts = [Fact::Sent { name: "Content-Type", value }];
                self.fail(Check::ContentType, Fault::ContentTypeWrong, Class::Proven, subject, &facts);
            }
            _ if request.not_a_form => {
                let facts = [Fact::Is("the body is JSON")];
                self.fail(Check::ContentType, Fault::ContentTypeWrong, Class::Proven, subject, &facts);
            }
            Some(_) => self.set(Check::ContentType, Status::Passed),
            None => self.set(Check::ContentType, Status::NotDecidable(Wanted::Request)),
        }
        match request.repeated() {
            Some(value) => {
                let facts = [Fact::Sent { name: "a parameter that is there twice", value }];
                self.fail(Check::Parameters, Fault::ParameterDuplicated, Class::Proven, subject, &facts);
            }
            None => self.pass_if(Check::Parameters, request.has_parameters(), Wanted::Request),
        }
        self.parameters(request);
        self.scope(request);
        let profile = self.evidence.profile;
        match profile {
            Some(profile) if profile.proof_of_possession && !request.dpop => {
                let facts = [Fact::Is("this server wants DPoP or a client certificate besides, and there was no DPoP header")];
                let fault = Fault::ProofOfPossessionRequired;
                self.fail(Check::ProofOfPossession, fault, Class::Consistent, Subject::Beyond, &facts);
                self.weaken(fault, weight::WEAK);
            }
            _ => self.pass_if(Check::ProofOfPossession, profile.is_some(), Wanted::Profile),
        }
    }

    fn parameters(&mut self, request: &'e SentRequest<'e>) {
        let subject = Subject::Request;
        let get = |index| request.parameter(index).get();
        let (assertion_type, client) = (get(evidence::ASSERTION_TYPE), request.client_assertion());
        let secret = get(evidence::CLIENT_SECRET).is_some();
        if client.is_some() && (request.authorization || secret) {
            let facts = [Fact::Is(if secret {
                "client_secret was sent beside the client assertion"
            } else {
                "an Authorization header was sent beside the client assertion"
            })];
            self.fail(Check::ClientAuthentication, Fault::MultipleClientAuth, Class::Proven, subject, &facts);
        } else {
            self.pass_if(Check::ClientAuthentication, request.has_parameters(), Wanted::Request);
        }

        let grant_type = get(evidence::GRANT_TYPE);
        let grant = request.grant_assertion();
        if request.has_parameters() {
            self.grant_type(grant_type, grant.is_some());
        }
        let announced = request.parameter(evidence::ASSERTION_TYPE).count > 0
            || request.parameter(evidence::CLIENT_ASSERTION).count > 0;
        let nothing = !request.authorization && !secret && grant.is_none() && request.has_parameters();
        if client.is_none() && (announced || nothing) {
            let facts = [Fact::Is("client_assertion is absent or empty")];
            self.fail(Check::Assertion, Fault::AssertionMissing, Class::Proven, subject, &facts);
        } else if grant.is_none() && grant_type == Some(JWT_BEARER) {
            let facts = [Fact::Is("assertion is absent or empty")];
            self.fail(Check::Assertion, Fault::AssertionMissing, Class::Proven, subject, &facts);
        } else if client.is_some() || grant.is_some() {
            self.set(Check::Assertion, Status::Passed);
        }
        match assertion_type {
            Some(CLIENT_ASSERTION_TYPE) => self.set(Check::AssertionType, Status::Passed),
            Some(value) => {
                let facts = [Fact::Sent { name: "client_assertion_type", value }];
                self.fail(Check::AssertionType, Fault::AssertionTypeWrong, Class::Proven, subject, &facts);
                if value == JWT_BEARER {
                    let facts = [Fact::Is("client_assertion_type is the grant type of a JWT bearer grant")];
                    self.find(Fault::PurposeConfused, Class::Proven, subject, &facts);
                }
            }
            None if client.is_some() => {
                let facts = [Fact::Is("client_assertion_type is absent or empty")];
                self.fail(Check::AssertionType, Fault::AssertionTypeWrong, Class::Proven, subject, &facts);
            }
            None => {}
        }
        if let (Some(client), Some(grant)) = (client, grant)
            && client == grant
            && !is_placeholder(client)
        {
            let facts = [Fact::Is("the same JWT is client_assertion and assertion")];
            self.fail(Check::Purpose, Fault::PurposeConfused, Class::Proven, subject, &facts);
        }
    }

    fn grant_type(&mut self, grant_type: Option<&'e str>, has_grant: bool) {
        let (check, fault) = (Check::GrantType, Fault::GrantTypeUnsupported);
        // Authentication comes first, at most servers.
        let subject = Subject::Beyond;
        let Some(value) = grant_type else {
            return self.fail(check, fault, Class::Proven, subject, &[Fact::Is("grant_type is absent or empty")]);
        };
        let sent = Fact::Sent { name: "grant_type", value };
        let metadata = self.evidence.metadata.and_then(|metadata| metadata.metadata.ok());
        let listed = metadata.map_or(Support::Unknown, |metadata| metadata.grant_type(value));
        let registered = self.evidence.registration.and_then(|client| client.grant_types).map(|list| {
            let list = crate::encoding::json::read::elements(list).into_iter().flatten();
            list.filter_map(Text::of).any(|name| name.is(value))
        });
        if has_grant && value != JWT_BEARER {
            let facts = [sent, Fact::Is("with an assertion it has to be that of a JWT bearer grant")];
            self.fail(check, fault, Class::Proven, subject, &facts);
        } else if listed == Support::Unsupported {
            let facts = [sent, Fact::Is("the server's metadata does not list it")];
            self.fail(check, fault, Class::Proven, subject, &facts);
        } else if registered == Some(false) {
            let facts = [sent, Fact::Is("the client is not registered for it")];
            self.fail(check, fault, Class::Proven, subject, &facts);
        } else {
            self.pass_if(check, listed == Support::Supported && registered == Some(true), Wanted::Registration);
        }
    }

    fn scope(&mut self, request: &SentRequest<'e>) {
        let Some(scope) = request.parameter(evidence::SCOPE).get() else { return };
        match self.evidence.registration.and_then(|client| client.scope) {
            None => self.set(Check::Scope, Status::NotDecidable(Wanted::Registration)),
            Some(registered) => {
                let has = |name: &&str| registered.split_ascii_whitespace().any(|each| each == *name);
                match scope.split_ascii_whitespace().find(|name| !has(name)) {
                    None => self.set(Check::Scope, Status::Passed),
                    Some(value) => {
                        let facts = [Fact::Sent { name: "a scope that the client is not registered for", value }];
                        self.fail(Check::Scope, Fault::ScopeInvalid, Class::Consistent, Subject::Beyond, &facts);
                        self.weaken(Fault::ScopeInvalid, weight::WEAK);
                    }
                }
            }
        }
    }

    fn metadata(&mut self) {
        match self.evidence.metadata.map(|metadata| metadata.metadata) {
            None => self.set(Check::Metadata, Status::NotDecidable(Wanted::Metadata)),
            Some(Err(error)) => {
                let facts = [Fact::Is(error.cause().text())];
                self.fail(Check::Metadata, Fault::MetadataUnusable, Class::Consistent, Subject::Server, &facts);
                self.weaken(Fault::MetadataUnusable, weight::WEAK);
            }
            Some(Ok(_)) => self.pass_if(Check::Metadata, self.evidence.issuer.is_some(), Wanted::Issuer),
        }
    }

    // ------------------------------------------------------------------------------------------ of one assertion

    pub(super) fn assertion(&mut self, x: &Inspection<'e>, subject: Subject) {
        self.structure(x, subject);
        if x.header.json.is_empty() && x.claims.json.is_empty() {
            // Nothing is known of it.
            return;
        }
        self.length(x, subject);
        self.algorithm(x, subject);
        self.header(x, subject);
        self.parties(x, subject);
        self.audience(x, subject);
        self.times(x, subject);
        self.jwt_id(x, subject);
        self.key(x, subject);
        let profile = self.evidence.profile;
        match (x.other_claim, profile) {
            (Some(value), Some(profile)) if profile.claims_refused => {
                let facts = [Fact::Sent { name: "a claim that this server does not know", value }];
                self.fail(Check::Claims, Fault::ClaimForbidden, Class::Proven, subject, &facts);
            }
            (other, profile) => self.pass_if(Check::Claims, other.is_none() || profile.is_some(), Wanted::Profile),
        }
    }

    fn structure(&mut self, x: &Inspection<'e>, subject: Subject) {
        let (check, fault) = (Check::Structure, Fault::AssertionMalformed);
        let mut passed = true;
        let mut odd = |this: &mut Self, fact| {
            this.fail(check, fault, Class::Proven, subject, &[fact]);
            passed = false;
        };
        if x.segments != 3 {
            let count = i64::try_from(x.segments).unwrap_or(i64::MAX);
            odd(self, Fact::Count { name: "segments between dots, where 3 are wanted", count });
        }
        for (segment, is_header) in [(x.header, true), (x.claims, false)] {
            let say = |header, claims| Fact::Is(if is_header { header } else { claims });
            match segment.problem {
                None => {}
                Some(Cause::Repeated) => {
                    odd(self, say("a header parameter is there twice", "a claim is there twice"));
                }
                Some(Cause::WrongType) => odd(self, say("the header is no JSON object", "the claims are no JSON object")),
                Some(_) => odd(self, say("the header is no JSON", "the claims are no JSON")),
            }
            if segment.odd.padding {
                odd(self, say("the header has base64 padding", "the claims have base64 padding"));
            }
            if segment.odd.standard {
                odd(self, say("the header has + or / of base64", "the claims have + or / of base64"));
            }
            if segment.odd.white_space {
                odd(self, say("the header has a blank or a line end in it", "the claims have a blank or a line end in them"));
            }
            if segment.odd.foreign || segment.odd.length {
                odd(self, say("the header is no base64url", "the claims are no base64url"));
            }
            if segment.odd.trailing_bits {
                odd(self, say("the header's base64url has stray bits", "the claims' base64url has stray bits"));
            }
        }
        if x.signature_odd.white_space {
            odd(self, Fact::Is("the signature has a blank or a line end in it"));
        }
        if passed {
            self.set(check, Status::Passed);
        }
    }

    fn length(&mut self, x: &Inspection<'e>, subject: Subject) {
        // The smallest limit that is known of a server is 51,200, of HTTP servers 8,192 for other things.
        const LIMIT: usize = 8_192;
        if x.length() <= LIMIT {
            return self.set(Check::Length, Status::Passed);
        }
        let count = i64::try_from(x.length()).unwrap_or(i64::MAX);
        let facts = [Fact::Count { name: "characters of the assertion", count }];
        self.fail(Check::Length, Fault::AssertionTooLong, Class::Consistent, subject, &facts);
        self.weaken(Fault::AssertionTooLong, weight::WEAK);
    }

    fn algorithm(&mut self, x: &Inspection<'e>, subject: Subject) {
        const ASYMMETRIC: [&str; 11] =
            ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
        let (check, fault) = (Check::Algorithm, Fault::AlgorithmUnsupported);
        let Some(value) = x.algorithm().text() else {
            return self.fail(check, fault, Class::Proven, subject, &[Fact::Is("alg is absent, or no string")]);
        };
        let sent = Fact::Sent { name: "alg", value };
        if value.eq_ignore_ascii_case("none") {
            return self.fail(check, Fault::AlgorithmNone, Class::Proven, subject, &[sent]);
        }
        if !ASYMMETRIC.contains(&value) {
            let facts = [sent, Fact::Is("that is no algorithm of private_key_jwt")];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        let registration = self.evidence.registration.filter(|_| subject == Subject::Client);
        if let Some(expected) = registration.and_then(|client| client.algorithm)
            && expected != value
        {
            let facts = [Fact::Differs { name: "alg", value, expected_name: "the registered one", expected }];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        let keys = self.keys(x, subject);
        let is_es256 = value == "ES256";
        let for_p256 = keys.iter().count() > 0 && keys.iter().all(|key| key.key.is_some());
        if for_p256 && !is_es256 {
            let facts = [sent, Fact::Is("all registered keys are of P-256, whose algorithm is ES256")];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        let metadata = self.evidence.metadata.and_then(|metadata| metadata.metadata.ok());
        let listed = metadata.map_or(Support::Unknown, |metadata| metadata.es256(Endpoint::Token));
        let profile = self.evidence.profile.filter(|_| subject == Subject::Client);
        let refused = profile.is_some_and(|profile| match profile.es256 {
            Es256Rule::Refused => true,
            Es256Rule::IfAdvertised => listed == Support::Unsupported,
            _ => false,
        });
        if is_es256 && subject == Subject::Client && (listed == Support::Unsupported || refused) {
            let facts = [sent, Fact::Is(if refused { "this server takes other algorithms only" } else { "the server's metadata does not list it" })];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        if !is_es256 && !keys.known() {
            let facts = [sent, Fact::Is("the algorithm of a P-256 key is ES256")];
            return self.fail(check, fault, Class::Consistent, subject, &facts);
        }
        let agreed = registration.is_some_and(|client| client.algorithm.is_some()) || for_p256;
        self.pass_if(check, agreed || listed == Support::Supported, Wanted::Registration);
    }

    fn header(&mut self, x: &Inspection<'e>, subject: Subject) {
        let behaviour = self.behaviour();
        let (check, fault) = (Check::HeaderMembers, Fault::HeaderMemberRefused);
        let mut passed = true;
        if x.critical().is_present() {
            let facts = [Fact::Is("crit names parameters that no server knows")];
            self.fail(check, fault, Class::Proven, subject, &facts);
            passed = false;
        }
        for (member, fact) in [(x.key_id(), "kid is no string"), (x.typ(), "typ is no string")] {
            if matches!(member, Member::Json(_)) && behaviour.headers_refused != Some(false) {
                self.fail(check, fault, Class::Proven, subject, &[Fact::Is(fact)]);
                passed = false;
            }
        }
        if let Some(value) = x.other_header
            && behaviour.headers_refused != Some(false)
        {
            let class = if behaviour.headers_refused == Some(true) { Class::Proven } else { Class::Consistent };
            self.fail(check, fault, class, subject, &[Fact::Sent { name: "a header parameter", value }]);
            if class == Class::Consistent {
                self.weaken(fault, weight::WEAK);
            }
            passed = false;
        }
        if passed {
            self.set(check, Status::Passed);
        }

        let typ = x.typ().text().unwrap_or_default();
        let (check, fault) = (Check::TypeHeader, Fault::TypeHeaderRefused);
        let sent = if typ.is_empty() { Fact::Is("typ is absent") } else { Fact::Sent { name: "typ", value: typ } };
        if subject == Subject::Grant {
            if is_client_type(typ) {
                let facts = [sent, Fact::Is("that is the type of client authentication, and it was sent as a grant")];
                self.fail(Check::Purpose, Fault::PurposeConfused, Class::Proven, subject, &facts);
            }
            return self.set(check, Status::Passed);
        }
        match behaviour.typ {
            TypeNeed::Any => self.set(check, Status::Passed),
            TypeNeed::Only(types) if types.iter().any(|each| each.eq_ignore_ascii_case(typ)) => {
                self.set(check, Status::Passed);
            }
            TypeNeed::Only(_) => {
                let facts = [sent, Fact::Is("this server takes another one")];
                self.fail(check, fault, Class::Proven, subject, &facts);
            }
            TypeNeed::Unknown => {
                let wanted = self.evidence.profile.map(|profile| match profile.typ {
                    TypeRule::ClientAuthentication => crate::assertion::CLIENT_TYPE,
                    TypeRule::Jwt => "JWT",
                    TypeRule::Fixed(typ) => typ,
                    TypeRule::Omit => "",
                });
                match wanted {
                    Some(wanted) if wanted.eq_ignore_ascii_case(typ) => self.set(check, Status::Passed),
                    Some(expected) => {
                        let facts = match (typ, expected) {
                            (_, "") => [sent, Fact::Is("the profile of this server has none")],
                            ("", expected) => [sent, Fact::Sent { name: "that of the profile", value: expected }],
                            (value, expected) => {
                                let name = "that of the profile";
                                [Fact::Differs { name: "typ", value, expected_name: name, expected }, Fact::Is("versions differ in whether they look at it")]
                            }
                        };
                        self.fail(check, fault, Class::Consistent, subject, &facts);
                        self.weaken(fault, weight::OPEN);
                    }
                    None if !matches!(typ, "" | "JWT") && !is_client_type(typ) => {
                        self.fail(check, fault, Class::Consistent, subject, &[sent]);
                    }
                    None => self.set(check, Status::NotDecidable(Wanted::Profile)),
                }
            }
        }
    }

    /// `iss`, `sub` and the client.
    fn parties(&mut self, x: &Inspection<'e>, subject: Subject) {
        let check = Check::IssuerAndSubject;
        let present = |member: Member<'e>| member.text().filter(|text| !text.is_empty());
        let (iss, sub) = (present(x.issuer()), present(x.subject()));
        if iss.is_none() {
            let facts = [Fact::Is("iss is absent, empty or no string")];
            self.fail(check, Fault::IssuerMissing, Class::Proven, subject, &facts);
        }
        if sub.is_none() {
            let facts = [Fact::Is("sub is absent, empty or no string")];
            self.fail(check, Fault::SubjectMissing, Class::Proven, subject, &facts);
        }
        let registered = self.evidence.registration.and_then(|client| client.client_id());
        let (Some(iss), Some(sub)) = (iss, sub) else { return };
        if subject == Subject::Grant {
            self.set(check, Status::Passed);
            if iss == sub && registered == Some(iss) {
                let facts = [Fact::Is("iss and sub of the grant are both the client id: that is client authentication")];
                self.fail(Check::Purpose, Fault::PurposeConfused, Class::Consistent, subject, &facts);
            } else {
                self.set(Check::Purpose, Status::Passed);
            }
            return;
        }
        if iss == sub {
            self.set(check, Status::Passed);
            self.set(Check::Purpose, Status::Passed);
        } else {
            let facts = [Fact::Is("iss and sub of the client assertion differ")];
            self.fail(check, Fault::IssuerSubjectMismatch, Class::Proven, subject, &facts);
            let facts = [Fact::Is("iss and sub of a grant differ, and those of a client assertion do not")];
            self.fail(Check::Purpose, Fault::PurposeConfused, Class::Consistent, subject, &facts);
        }
        let behaviour = self.behaviour();
        let parameter = self.evidence.request.and_then(|request| request.parameter(evidence::CLIENT_ID).get());
        match parameter {
            Some(parameter) if parameter != sub && behaviour.client_id_compared != Some(false) => {
                let facts = [Fact::Is("client_id is not sub of the client assertion")];
                self.fail(Check::ClientId, Fault::ClientIdMismatch, Class::Proven, subject, &facts);
            }
            None if behaviour.client_id_required == Some(true) => {
                let facts = [Fact::Is("client_id is absent, and this server requires it")];
                self.fail(Check::ClientId, Fault::ClientIdMismatch, Class::Proven, subject, &facts);
            }
            _ => self.set(Check::ClientId, Status::Passed),
        }
        match registered {
            None => self.set(Check::Client, Status::NotDecidable(Wanted::Registration)),
            Some(registered) if registered == sub => self.set(Check::Client, Status::Passed),
            Some(_) if iss == sub => {
                let facts = [Fact::Is("iss and sub are not the registered client id")];
                self.fail(Check::Client, Fault::ClientUnknown, Class::Proven, subject, &facts);
            }
            // The other finding says it.
            Some(_) => self.set(Check::Client, Status::Failed),
        }
        self.auth_method(subject);
    }

    fn auth_method(&mut self, subject: Subject) {
        const METHOD: &str = "private_key_jwt";
        let (check, fault) = (Check::AuthMethod, Fault::AuthMethodUnsupported);
        let metadata = self.evidence.metadata.and_then(|metadata| metadata.metadata.ok());
        let listed = metadata.map_or(Support::Unknown, |metadata| metadata.private_key_jwt(Endpoint::Token));
        match self.evidence.registration {
            Some(client) if client.auth_method.is_some_and(|method| method != METHOD) => {
                let value = client.auth_method.unwrap_or_default();
                let facts = [Fact::Sent { name: "the registered token_endpoint_auth_method", value }];
                self.fail(check, fault, Class::Proven, subject, &facts);
            }
            _ if listed == Support::Unsupported => {
                let facts = [Fact::Is("the server's metadata does not list private_key_jwt")];
                self.fail(check, fault, Class::Proven, subject, &facts);
            }
            Some(client) if client.auth_method.is_none() && client.client_id().is_some() => {
                // The default of RFC 7591 section 2 is another method; a copy may be without it all the same.
                self.set(check, Status::NotDecidable(Wanted::Registration));
            }
            registration => self.pass_if(check, registration.is_some(), Wanted::Registration),
        }
    }

    // ------------------------------------------------------------------------------------------ audience

    fn audience(&mut self, x: &Inspection<'e>, subject: Subject) {
        let behaviour = self.behaviour();
        let check = Check::Audience;
        let (list_of_one, list) = (behaviour.list_of_one, behaviour.list);
        let one = match x.audience() {
            Member::Absent => {
                let facts = [Fact::Is("aud is absent")];
                return self.fail(check, Fault::AudienceMissing, Class::Proven, subject, &facts);
            }
            Member::Text("") => {
                let facts = [Fact::Is("aud is empty")];
                return self.fail(check, Fault::AudienceMissing, Class::Proven, subject, &facts);
            }
            Member::Text(text) => text,
            member @ Member::Json(_) => {
                let Some(elements) = member.elements() else {
                    let facts = [Fact::Is("aud is neither a string nor a list")];
                    return self.fail(check, Fault::AudienceMismatch, Class::Proven, subject, &facts);
                };
                let count = elements.count();
                if count == 0 {
                    let facts = [Fact::Is("aud is an empty list")];
                    return self.fail(check, Fault::AudienceMissing, Class::Proven, subject, &facts);
                }
                let (taken, fact) = if count == 1 {
                    (list_of_one, "aud is a list, of one audience")
                } else {
                    (list, "aud is a list of several audiences")
                };
                if taken == Some(false) {
                    return self.fail(check, Fault::AudienceMultiple, Class::Proven, subject, &[Fact::Is(fact)]);
                }
                if taken.is_none() && count > 1 {
                    self.fail(check, Fault::AudienceMultiple, Class::Consistent, subject, &[Fact::Is(fact)]);
                }
                let texts = || member.elements().into_iter().flatten().filter_map(Text::of).filter_map(Text::plain);
                // One that the server takes is enough; else the first is looked at.
                let taken = texts().find(|each| self.takes(each, subject) == Some(true));
                match taken.or_else(|| texts().next()) {
                    Some(text) => text,
                    None => return self.set(check, Status::NotDecidable(Wanted::Issuer)),
                }
            }
        };
        self.one_audience(one, subject);
    }

    /// The audiences that are known, each with its name and whether the server takes it.
    fn audiences(&self, subject: Subject) -> [(&'static str, Option<&'e str>, Option<bool>); 4] {
        let behaviour = self.behaviour();
        let metadata = self.evidence.metadata.and_then(|metadata| metadata.metadata.ok());
        let issuer = self.evidence.issuer.or(metadata.map(|metadata| metadata.issuer().as_str()));
        let invoked = self.evidence.request.map(|request| request.endpoint).filter(|url| !url.is_empty());
        let token = self.evidence.token_endpoint.or(metadata.and_then(|metadata| metadata.endpoint(Endpoint::Token))).or(invoked);
        let rule = self.evidence.profile.map(|profile| match subject {
            Subject::Grant => profile.grant_audience.unwrap_or(AudienceRule::Issuer),
            _ => profile.audience,
        });
        let fixed = match rule {
            Some(AudienceRule::Fixed(uri)) => Some(uri),
            _ => None,
        };
        let grant = subject == Subject::Grant;
        let (takes_issuer, takes_token) = if grant {
            // RFC 7523 section 3 names the token endpoint for grants.
            (behaviour.grant_issuer, behaviour.grant_token_endpoint.or(Some(true)))
        } else {
            (behaviour.issuer, behaviour.token_endpoint)
        };
        let takes_issuer = takes_issuer.or(match rule {
            // RFC 10070: whoever has no profile is taken to follow it.
            None | Some(AudienceRule::Issuer) => Some(true),
            Some(AudienceRule::Fixed(_) | AudienceRule::ClientId) => Some(false),
            Some(_) => None,
        });
        let by_rule = |wanted| (rule == Some(wanted)).then_some(true);
        let takes_token = takes_token.or(by_rule(AudienceRule::TokenEndpoint));
        let takes_invoked = if grant { None } else { behaviour.invoked_endpoint };
        let takes_invoked = takes_invoked.or(by_rule(AudienceRule::InvokedEndpoint));
        // A request to the token endpoint invokes that one.
        let takes_token = if token == invoked && takes_invoked == Some(true) { takes_invoked } else { takes_token };
        [
            ("the issuer identifier", issuer, takes_issuer),
            ("the token endpoint", token, takes_token),
            ("the endpoint that was contacted", invoked.filter(|url| token != Some(*url)), takes_invoked),
            ("the audience of the profile", fixed, Some(true)),
        ]
    }

    fn takes(&self, audience: &str, subject: Subject) -> Option<bool> {
        let audiences = self.audiences(subject);
        audiences.iter().find(|(_, value, _)| *value == Some(audience)).and_then(|(_, _, takes)| *takes)
    }

    fn one_audience(&mut self, aud: &'e str, subject: Subject) {
        let check = Check::Audience;
        let audiences = self.audiences(subject);
        let expected = audiences.iter().find(|(_, value, takes)| value.is_some() && *takes == Some(true));
        if let Some((name, _, takes)) = audiences.iter().find(|(_, value, _)| *value == Some(aud)) {
            let facts = |fact| match expected {
                Some((expected_name, Some(expected), _)) if *expected != aud => {
                    [Fact::Differs { name: "aud", value: aud, expected_name, expected }, Fact::Is(fact)]
                }
                _ => [Fact::Sent { name: "aud", value: aud }, Fact::Is(fact)],
            };
            match (takes, *name) {
                (Some(true), _) => self.set(check, Status::Passed),
                (Some(false), _) => {
                    let facts = facts("this server does not take that one");
                    self.fail(check, Fault::AudienceMismatch, Class::Proven, subject, &facts);
                }
                (None, _) => {
                    let facts = facts("RFC 10070 excludes endpoints as the audience of client assertions, and some servers still take them");
                    self.fail(check, Fault::AudienceMismatch, Class::Consistent, subject, &facts);
                    self.weaken(Fault::AudienceMismatch, weight::WEAK);
                }
            }
            return;
        }
        // It is none of them. What is it close to?
        let issuer_known = audiences.iter().any(|(name, value, _)| *name == "the issuer identifier" && value.is_some());
        let mut nearest: Option<(u8, &'static str, &'e str, Cause)> = None;
        for (name, value, _) in audiences {
            let Some(value) = value else { continue };
            let Ok(known) = IssuerIdentifier::insecure_http(value.split(['?', '#']).next().unwrap_or_default()) else { continue };
            let Err(error) = known.check(aud) else { continue };
            let distance = match error.cause() {
                Cause::IssuerSlash => 0,
                Cause::IssuerCase => 1,
                Cause::IssuerEncoding => 2,
                Cause::IssuerPort => 3,
                Cause::IssuerScheme => 4,
                Cause::IssuerPath => 5,
                _ => 6,
            };
            if nearest.is_none_or(|(nearer, ..)| distance < nearer) {
                nearest = Some((distance, name, value, error.cause()));
            }
        }
        let Some((distance, expected_name, expected, cause)) = nearest else {
            return self.set(check, Status::NotDecidable(Wanted::Issuer));
        };
        // An issuer that is not known can be at another path or host than its endpoint.
        if !issuer_known && distance == 5 && same_origin(aud, expected) {
            return self.set(check, Status::NotDecidable(Wanted::Issuer));
        }
        let class = if issuer_known { Class::Proven } else { Class::Consistent };
        let fault = if distance < 5 { Fault::AudienceNearMiss } else { Fault::AudienceMismatch };
        let how = match cause {
            Cause::IssuerSlash => "they differ by a final slash",
            Cause::IssuerCase => "they differ by upper and lower case",
            Cause::IssuerEncoding => "they differ by percent-encoding or by characters outside of ASCII",
            Cause::IssuerPort => "they differ by the port",
            Cause::IssuerScheme => "they differ by http and https",
            Cause::IssuerPath => "the path is another: another tenant, realm or endpoint",
            _ => "the host is another: another server or environment",
        };
        let facts = [Fact::Differs { name: "aud", value: aud, expected_name, expected }, Fact::Is(how)];
        self.fail(check, fault, class, subject, &facts);
    }

    // ------------------------------------------------------------------------------------------ times

    /// The `Date` of the answer, unless it came from a cache.
    pub(super) fn server_date(&self) -> Option<u64> {
        let answer = self.evidence.answer.filter(|answer| !answer.cached)?;
        NumericDate::from_http_date(answer.date?).ok().map(NumericDate::as_seconds)
    }

    fn now(&self) -> Option<Now> {
        if let Some(date) = self.server_date() {
            return Some(Now { low: date.saturating_sub(1), high: date.saturating_add(1), sure: true });
        }
        let sent = self.evidence.sent_at?;
        let until = self.evidence.received_at.unwrap_or(sent).max(sent);
        let bound = u64::from(self.evidence.uncertainty.unwrap_or(60));
        let high = until.saturating_add(bound).saturating_add(1);
        Some(Now { low: sent.saturating_sub(bound), high, sure: self.evidence.uncertainty.is_some() })
    }

    /// By how many seconds the device's clock is ahead of the server's, where that is more than the two readings allow.
    pub(super) fn skew(&self) -> Option<i64> {
        let date = self.server_date()?;
        let sent = self.evidence.sent_at?;
        let received = self.evidence.received_at.unwrap_or(sent).max(sent);
        let round_trip = received.saturating_sub(sent);
        let middle = sent.saturating_add(round_trip / 2);
        let bound = round_trip.div_ceil(2).saturating_add(1).saturating_add(self.evidence.uncertainty.unwrap_or(0).into());
        let ahead = middle.cast_signed().saturating_sub(date.cast_signed());
        (ahead.unsigned_abs() > bound).then_some(ahead)
    }

    fn times(&mut self, x: &Inspection<'e>, subject: Subject) {
        let (exp, iat, nbf) = (x.expiration().time(), x.issued_at().time(), x.not_before().time());
        let behaviour = self.behaviour();
        let before = self.causes.len();
        let odd_unit = self.units(exp, iat, nbf, subject);
        match exp {
            Time::Absent => {
                self.fail(Check::Expiration, Fault::ExpMissing, Class::Proven, subject, &[Fact::Is("exp is absent")]);
            }
            Time::Wrong => self.set(Check::Expiration, Status::Failed),
            Time::Seconds(_) => {}
        }
        if iat == Time::Absent && behaviour.iat_required == Some(true) {
            let facts = [Fact::Is("iat is absent, and this server requires it")];
            self.fail(Check::IssuedAt, Fault::IatMissing, Class::Proven, subject, &facts);
        }
        if nbf == Time::Absent {
            if behaviour.nbf_required == Some(true) || self.evidence.profile.is_some_and(|profile| profile.not_before) {
                let facts = [Fact::Is("nbf is absent, and this server requires it")];
                self.fail(Check::NotBefore, Fault::NbfRequired, Class::Proven, subject, &facts);
            } else {
                self.set(Check::NotBefore, Status::Passed);
            }
        }
        if let (Some(exp), start) = (exp.seconds(), iat.seconds().max(nbf.seconds()))
            && let Some(start) = start
            && exp <= start
        {
            let facts = [Fact::Is("exp is not later than iat and nbf: it is valid at no time")];
            self.fail(Check::Lifetime, Fault::LifetimeInvalid, Class::Proven, subject, &facts);
        }
        match self.now() {
            None => {
                for (check, time) in [(Check::Expiration, exp), (Check::NotBefore, nbf), (Check::IssuedAt, iat)] {
                    if time.seconds().is_some() {
                        self.set(check, Status::NotDecidable(Wanted::Time));
                    }
                }
                self.set(Check::Clock, Status::NotDecidable(Wanted::Time));
                self.lifetime(exp.seconds(), iat.seconds(), None, subject);
            }
            Some(now) => {
                self.against(exp.seconds(), iat.seconds(), nbf.seconds(), now, subject);
                self.lifetime(exp.seconds(), iat.seconds(), Some(now), subject);
                if !odd_unit {
                    let wrong_time = self.causes.len() > before;
                    self.clock(iat.seconds(), wrong_time, subject);
                }
            }
        }
    }

    /// Whether a time is in another unit, from another epoch, or no time at all.
    fn units(&mut self, exp: Time, iat: Time, nbf: Time, subject: Subject) -> bool {
        let (check, fault) = (Check::TimeUnit, Fault::TimeUnit);
        let mut odd = false;
        for (time, wrong, large) in [
            (exp, "exp is no number of seconds", "exp is too large for seconds: milliseconds?"),
            (iat, "iat is no number of seconds", "iat is too large for seconds: milliseconds?"),
            (nbf, "nbf is no number of seconds", "nbf is too large for seconds: milliseconds?"),
        ] {
            match time {
                Time::Wrong => {
                    self.fail(check, fault, Class::Proven, subject, &[Fact::Is(wrong)]);
                    odd = true;
                }
                Time::Seconds(seconds) if seconds >= crate::time::FIRST_MILLISECONDS => {
                    self.fail(check, fault, Class::Proven, subject, &[Fact::Is(large)]);
                    odd = true;
                }
                _ => {}
            }
        }
        if odd {
            return true;
        }
        // The time at which it was minted, or one that is not far from it.
        let minted = iat.seconds().or(nbf.seconds()).or(exp.seconds());
        let now = self.now().filter(|now| now.sure).and_then(|now| NumericDate::from_seconds(now.low).ok());
        if let (Some(minted), Some(now)) = (minted, now) {
            let epoch = TimeFault::classify(minted, now);
            if matches!(epoch, TimeFault::Epoch2000 | TimeFault::Epoch2001 | TimeFault::Ntp | TimeFault::Gps) {
                self.fail(check, fault, Class::Proven, subject, &[Fact::Clock(epoch)]);
                return true;
            }
        }
        let present = [exp, iat, nbf].iter().any(|time| time.seconds().is_some());
        self.pass_if(check, present && now.is_some(), Wanted::Time);
        false
    }

    /// `exp`, `nbf` and `iat` against the server's clock.
    fn against(&mut self, exp: Option<u64>, iat: Option<u64>, nbf: Option<u64>, now: Now, subject: Subject) {
        let sure = if now.sure { Class::Proven } else { Class::Consistent };
        let profile = self.evidence.profile;
        let behaviour = self.behaviour();
        let expiry_tolerance = u64::from(profile.and_then(|profile| profile.expiry_tolerance).unwrap_or(0));
        let tolerance = profile.and_then(|profile| profile.future_tolerance);
        let future_tolerance = u64::from(tolerance.unwrap_or(0));
        let seconds = |later: u64, earlier: u64| later.saturating_sub(earlier).cast_signed();
        if let Some(exp) = exp {
            // For `tolerance` seconds from `exp` on it is still taken.
            if exp.saturating_add(expiry_tolerance) <= now.low {
                let count = seconds(now.low, exp);
                let facts = [Fact::Count { name: "seconds from exp to when it was judged", count }];
                self.fail(Check::Expiration, Fault::Expired, sure, subject, &facts);
            } else if exp.saturating_add(expiry_tolerance) > now.high {
                self.set(Check::Expiration, Status::Passed);
            } else {
                let facts = [Fact::Is("exp is within the uncertainty of the time at which it was judged")];
                self.fail(Check::Expiration, Fault::Expired, Class::Consistent, subject, &facts);
            }
        }
        if let Some(nbf) = nbf {
            if nbf > now.high.saturating_add(future_tolerance) {
                let count = seconds(nbf, now.high);
                let facts = [Fact::Count { name: "seconds from when it was judged to nbf", count }];
                self.fail(Check::NotBefore, Fault::NotYetValid, sure, subject, &facts);
            } else if nbf <= now.low.saturating_add(future_tolerance) {
                self.set(Check::NotBefore, Status::Passed);
            } else {
                let facts = [Fact::Is("nbf is within the uncertainty of the time at which it was judged")];
                self.fail(Check::NotBefore, Fault::NotYetValid, Class::Consistent, subject, &facts);
            }
        }
        let Some(iat) = iat else { return };
        let mut passed = true;
        if iat > now.high.saturating_add(future_tolerance) {
            let facts = [Fact::Count { name: "seconds from when it was judged to iat", count: seconds(iat, now.high) }];
            let class = match (behaviour.iat_ahead_refused, tolerance) {
                // It does not look.
                (Some(false), _) => None,
                (Some(true), Some(_)) => Some(sure),
                _ => Some(Class::Consistent),
            };
            if let Some(class) = class {
                self.fail(Check::IssuedAt, Fault::IssuedInFuture, class, subject, &facts);
                passed = false;
            }
        }
        if let Some(limit) = behaviour.max_age
            && iat.saturating_add(limit.into()) < now.low
        {
            let count = seconds(now.low, iat);
            let facts = [Fact::Count { name: "seconds since iat, more than this server takes", count }];
            self.fail(Check::IssuedAt, Fault::IssuedTooLongAgo, sure, subject, &facts);
            passed = false;
        }
        if passed {
            self.set(Check::IssuedAt, Status::Passed);
        }
    }

    fn lifetime(&mut self, exp: Option<u64>, iat: Option<u64>, now: Option<Now>, subject: Subject) {
        let Some(exp) = exp else { return };
        let (check, fault) = (Check::Lifetime, Fault::LifetimeTooLong);
        let behaviour = self.behaviour();
        let lifetime = iat.map(|iat| exp.saturating_sub(iat));
        let count = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
        if let Some(lifetime) = lifetime
            && behaviour.max_lifetime.is_some_and(|limit| lifetime > limit.into())
        {
            let facts = [Fact::Count { name: "seconds from iat to exp, more than this server takes", count: count(lifetime) }];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        let limit = behaviour.max_ahead.filter(|_| !behaviour.max_ahead_without_iat || iat.is_none());
        if let (Some(limit), Some(now)) = (limit, now)
            && exp > now.high.saturating_add(limit.into())
        {
            let ahead = exp.saturating_sub(now.high);
            let facts = [Fact::Count { name: "seconds until exp, more than this server takes", count: count(ahead) }];
            let class = if now.sure { Class::Proven } else { Class::Consistent };
            self.fail(check, fault, class, subject, &facts);
            if behaviour.max_ahead_without_iat {
                let facts = [Fact::Is("iat is absent: with it this server would count from there")];
                self.find(Fault::IatMissing, class, subject, &facts);
            }
            return;
        }
        if self.evidence.behaviour.is_none() && lifetime.is_some_and(|lifetime| lifetime > crate::time::MAX_LIFETIME.into()) {
            let facts = [Fact::Count { name: "seconds from iat to exp", count: count(lifetime.unwrap_or(0)) }];
            return self.fail(check, fault, Class::Consistent, subject, &facts);
        }
        self.pass_if(check, self.evidence.behaviour.is_some(), Wanted::Profile);
    }

    /// Whether it is the device's clock that is wrong. Some time in the assertion is, if `wrong_time`.
    fn clock(&mut self, iat: Option<u64>, wrong_time: bool, subject: Subject) {
        let check = Check::Clock;
        let at_date = |time: u64| {
            let date = NumericDate::from_seconds(self.server_date()?).ok()?;
            Some(TimeFault::classify(time, date)).filter(|fault| *fault != TimeFault::None)
        };
        let unset = iat.is_some_and(|iat| iat < 1_000_000_000);
        if let Some(ahead) = self.skew() {
            let count = Fact::Count { name: "seconds that the device's clock is ahead of the Date of the answer", count: ahead };
            let fault = self.evidence.sent_at.and_then(at_date).map_or(count, Fact::Clock);
            if wrong_time || ahead.unsigned_abs() >= 300 {
                let class = if wrong_time { Class::Proven } else { Class::Consistent };
                return self.fail(check, Fault::ClockSkew, class, subject, &[count, fault]);
            }
        }
        if unset && wrong_time {
            let facts = [Fact::Clock(TimeFault::Unset)];
            return self.fail(check, Fault::ClockSkew, Class::Proven, subject, &facts);
        }
        // Without the device's time, `iat` stands for it.
        if wrong_time
            && self.evidence.sent_at.is_none()
            && let Some(fault) = iat.and_then(at_date)
        {
            return self.fail(check, Fault::ClockSkew, Class::Consistent, subject, &[Fact::Clock(fault)]);
        }
        let known = self.server_date().is_some() && self.evidence.sent_at.is_some() || self.evidence.uncertainty.is_some();
        self.pass_if(check, known, Wanted::Time);
    }

    // ------------------------------------------------------------------------------------------ ids

    fn jwt_id(&mut self, x: &Inspection<'e>, subject: Subject) {
        let behaviour = self.behaviour();
        let required = if subject == Subject::Grant { behaviour.grant_jti_required } else { behaviour.jti_required };
        let id = match (x.jwt_id(), required) {
            (Member::Absent, Some(false)) => return self.set(Check::JwtId, Status::Passed),
            (Member::Absent, None) if subject == Subject::Grant => {
                return self.set(Check::JwtId, Status::NotDecidable(Wanted::Profile));
            }
            (Member::Absent, required) => {
                let class = if required.is_some() { Class::Proven } else { Class::Consistent };
                return self.fail(Check::JwtId, Fault::JtiMissing, class, subject, &[Fact::Is("jti is absent")]);
            }
            (Member::Text(""), _) => {
                return self.fail(Check::JwtId, Fault::JtiInvalid, Class::Proven, subject, &[Fact::Is("jti is empty")]);
            }
            (Member::Json(_), _) => {
                let facts = [Fact::Is("jti is no string")];
                return self.fail(Check::JwtId, Fault::JtiInvalid, Class::Proven, subject, &facts);
            }
            (Member::Text(id), _) => id,
        };
        self.set(Check::JwtId, Status::Passed);
        let Some(seen) = self.evidence.seen else {
            return self.set(Check::Replay, Status::NotDecidable(Wanted::SeenIds));
        };
        if behaviour.replay_refused == Some(false) {
            return self.set(Check::Replay, Status::Passed);
        }
        match seen.from(0).filter(|each| *each == id).count() {
            0 => self.set(Check::Replay, Status::Passed),
            count => {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                let facts = [Fact::Count { name: "times that this jti was sent before", count }];
                self.fail(Check::Replay, Fault::JtiReplayed, Class::Proven, subject, &facts);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ keys and signature

    /// The keys that the signer of this assertion is registered with.
    fn keys(&self, x: &Inspection<'_>, subject: Subject) -> Keys<'e> {
        let registration = self.evidence.registration;
        let of_client = registration.and_then(|client| client.keys);
        let first = if subject == Subject::Grant {
            // The issuer of a grant is another party, unless it is the client itself, or the only one.
            let is_client = self.client.is_none() || registration.and_then(|client| client.client_id()) == x.issuer().text();
            of_client.filter(|_| is_client)
        } else {
            of_client
        };
        Keys { first, second: self.evidence.keys }
    }

    fn key(&mut self, x: &Inspection<'e>, subject: Subject) {
        let keys = self.keys(x, subject);
        let count = keys.iter().count();
        self.key_id(x, count, subject);
        // Of other algorithms nothing more is known here.
        if x.algorithm().text() != Some("ES256") {
            return;
        }
        self.signature_form(x, subject);
        if !keys.known() {
            let wanted = Status::NotDecidable(Wanted::Keys);
            self.set(Check::Key, wanted);
            if x.signature.is_some() {
                self.set(Check::Signature, wanted);
            }
        }
        if keys.known() && count == 0 {
            let facts = [Fact::Is("the client is registered without keys")];
            self.fail(Check::Key, Fault::KeyUnknown, Class::Proven, subject, &facts);
            return;
        }
        match (x.signature, self.evidence.verifier) {
            (Some(signature), Some(verifier)) => {
                let seal = Seal { verifier, signature, hash: Sha256::digest(x.signing_input()).into() };
                self.verify(x, keys, &seal, subject);
            }
            (signature, _) => {
                let wanted = if signature.is_none() { Wanted::Assertion } else { Wanted::Verifier };
                if x.signature_form() == SignatureForm::Removed || signature.is_some() {
                    self.set(Check::Signature, Status::NotDecidable(wanted));
                }
                if keys.known() {
                    self.key_by_id(x, keys, subject);
                }
            }
        }
    }

    fn key_id(&mut self, x: &Inspection<'e>, count: usize, subject: Subject) {
        let (check, fault) = (Check::KeyId, Fault::KidMissing);
        let profile = self.evidence.profile;
        if x.key_id().is_present() {
            return self.set(check, Status::Passed);
        }
        let by_certificate = profile.is_some_and(|profile| profile.key_id == KeyIdRule::CertificateThumbprint);
        if by_certificate && x.certificate_thumbprint().is_present() {
            return self.set(check, Status::Passed);
        }
        let required = by_certificate || profile.is_some_and(|profile| profile.key_id == KeyIdRule::Required);
        let class = match self.behaviour().key_id {
            _ if required => Some(Class::Proven),
            KeyIdNeed::Always => Some(Class::Proven),
            KeyIdNeed::Several if count > 1 => Some(Class::Proven),
            KeyIdNeed::Several | KeyIdNeed::Unknown if count != 1 => Some(Class::Consistent),
            _ => None,
        };
        match class {
            Some(class) => self.fail(check, fault, class, subject, &[Fact::Is("kid is absent")]),
            None => self.set(check, Status::Passed),
        }
    }

    fn signature_form(&mut self, x: &Inspection<'e>, subject: Subject) {
        let check = Check::SignatureForm;
        let facts = match x.signature_form() {
            SignatureForm::Der => {
                let facts = [Fact::Is("the signature is DER: a SEQUENCE of two INTEGERs")];
                return self.fail(check, Fault::SignatureDer, Class::Proven, subject, &facts);
            }
            SignatureForm::OutOfRange => {
                let facts = [Fact::Is("r or s of the signature is 0, or not below the order of P-256")];
                return self.fail(check, Fault::SignatureInvalid, Class::Proven, subject, &facts);
            }
            SignatureForm::Removed => return self.set(check, Status::NotDecidable(Wanted::Assertion)),
            SignatureForm::Empty => [Fact::Is("there is no signature")],
            SignatureForm::OtherLength(length) => {
                let count = i64::try_from(length).unwrap_or(i64::MAX);
                [Fact::Count { name: "bytes of the signature, where 64 are wanted", count }]
            }
            SignatureForm::Raw => {
                let odd = x.signature_odd;
                let text = match (odd.padding, odd.standard, odd.foreign, odd.trailing_bits || odd.length) {
                    (true, ..) => "the signature has base64 padding",
                    (_, true, ..) => "the signature has + or / of base64",
                    (_, _, true, _) => "the signature is no base64url",
                    (.., true) => "the signature's base64url has stray bits",
                    _ => return self.set(check, Status::Passed),
                };
                [Fact::Is(text)]
            }
        };
        self.fail(check, Fault::SignatureEncoding, Class::Proven, subject, &facts);
    }

    /// Without a look at the signature: by `kid`, and by the device's own key.
    fn key_by_id(&mut self, x: &Inspection<'e>, keys: Keys<'e>, subject: Subject) {
        let check = Check::Key;
        let key_id = x.key_id().text();
        let named = keys.iter().any(|key| key.key_id.zip(key_id).is_some_and(|(one, other)| one.is(other)));
        let own = self.evidence.key;
        let own_is_there = own.is_some_and(|own| keys.iter().any(|key| key.key == Some(own)));
        let own_under_id = own.is_some_and(|own| {
            keys.iter().any(|key| key.key == Some(own) && key.key_id.zip(key_id).is_none_or(|(one, other)| one.is(other)))
        });
        match (key_id, own) {
            (None, _) if own.is_none() || own_is_there => self.pass_if(check, own_is_there, Wanted::Key),
            (Some(value), None) if !named => {
                let facts = [Fact::Sent { name: "kid, which no registered key has,", value }];
                self.fail(check, Fault::KidUnknown, Class::Proven, subject, &facts);
            }
            (_, None) => self.set(check, Status::NotDecidable(Wanted::Key)),
            (_, Some(_)) if own_under_id => self.set(check, Status::Passed),
            _ => self.wrong_key(key_id, named, own_is_there, subject),
        }
    }

    /// The key that signs is known, and it is not registered under this `kid`.
    fn wrong_key(&mut self, key_id: Option<&'e str>, named: bool, registered: bool, subject: Subject) {
        let value = key_id.unwrap_or_default();
        let (fault, facts) = match (named, registered) {
            (true, true) => {
                (Fault::KidMismatch, [Fact::Sent { name: "kid, under which another key is registered than the one that signed,", value }])
            }
            (false, true) => (Fault::KidUnknown, [Fact::Sent { name: "kid, which no registered key has,", value }]),
            (true, false) => {
                (Fault::KeyMismatch, [Fact::Sent { name: "kid, under which another key is registered,", value }])
            }
            (false, false) => (Fault::KeyUnknown, [Fact::Is("the key that signed is not among the registered ones")]),
        };
        self.fail(Check::Key, fault, Class::Proven, subject, &facts);
    }

    fn verify(&mut self, x: &Inspection<'e>, keys: Keys<'e>, seal: &Seal<'_>, subject: Subject) {
        let key_id = x.key_id().text();
        let has_id = |key: &PublishedKey<'_>| key.key_id.zip(key_id).is_some_and(|(one, other)| one.is(other));
        let by_id = keys.iter().find(|key| has_id(key));
        let named = by_id.is_some();
        let id_counts = key_id.is_some();
        // The key of that name first: it is the right one most of the time.
        let right = by_id.as_ref().and_then(|key| key.key).filter(|key| seal.by(key));
        if right.is_some() || keys.iter().any(|key| !has_id(&key) && key.key.is_some_and(|key| seal.by(&key))) {
            self.set(Check::Signature, Status::Passed);
            if right.is_some() || !id_counts {
                self.set(Check::Key, Status::Passed);
                self.published_lately(keys, x, subject);
            } else {
                self.wrong_key(key_id, named, true, subject);
            }
            return;
        }
        let own = self.evidence.key;
        if own.is_some_and(|own| seal.by(&own)) {
            self.set(Check::Signature, Status::Passed);
            if keys.known() {
                self.wrong_key(key_id, named, false, subject);
            }
            return;
        }
        let embedded = match x.embedded_key() {
            Member::Json(jwk) => PublishedKey::alone(jwk).key,
            _ => None,
        };
        if embedded.is_some_and(|key| seal.by(&key)) {
            self.set(Check::Signature, Status::Passed);
            if keys.known() {
                let facts = [Fact::Is("the key that signed is the one in the header, and it is not registered")];
                self.fail(Check::Key, Fault::KeyUnknown, Class::Proven, subject, &facts);
            }
            return;
        }
        if own.is_none() && !keys.known() {
            return;
        }
        // It does not verify. Was it made of something else, or written in another way?
        let candidates = || own.into_iter().chain(keys.iter().filter_map(|key| key.key));
        if let Some(text) = candidates().find_map(|key| seal.misread(&key)) {
            self.set(Check::Signature, Status::Failed);
            return self.fail(Check::SignatureForm, Fault::SignatureEncoding, Class::Proven, subject, &[Fact::Is(text)]);
        }
        if let Some(text) = candidates().find_map(|key| seal.missigned(&key, x)) {
            return self.fail(Check::Signature, Fault::SigningInputAltered, Class::Proven, subject, &[Fact::Is(text)]);
        }
        if own.is_none() && id_counts && !named {
            let facts = [
                Fact::Sent { name: "kid, which no registered key has,", value: key_id.unwrap_or_default() },
                Fact::Is("no registered key verifies the signature"),
            ];
            self.set(Check::Signature, Status::NotDecidable(Wanted::Key));
            return self.fail(Check::Key, Fault::KeyUnknown, Class::Proven, subject, &facts);
        }
        let fact = match (own.is_some(), named) {
            (true, _) => "the signature verifies neither with the key that signs nor with a registered one",
            (false, true) => "the signature does not verify with the key that is registered under this kid, nor with another one",
            (false, false) => "the signature verifies with no registered key",
        };
        // Without the key that signs, it may be another one, and the signature right.
        let class = if own.is_none() { Class::Consistent } else { Class::Proven };
        self.pass_if(Check::Key, own.is_some(), Wanted::Key);
        self.fail(Check::Signature, Fault::SignatureInvalid, class, subject, &[Fact::Is(fact)]);
        self.weaken(Fault::SignatureInvalid, weight::FIRST);
    }

    /// Whether the server may still have a copy of the key set without this key.
    fn published_lately(&mut self, keys: Keys<'e>, x: &Inspection<'e>, subject: Subject) {
        let key_id = x.key_id().text();
        let published = keys.iter().find_map(|key| {
            key.key_id.zip(key_id).filter(|(one, other)| one.is(other)).and(key.not_before)
        });
        let max_age = keys.second.and_then(|keys| keys.max_age).map_or(3_600, u64::from);
        if let (Some(published), Some(now)) = (published, self.now())
            && published.saturating_add(max_age) > now.low
        {
            let count = now.low.cast_signed().saturating_sub(published.cast_signed());
            let facts = [Fact::Count { name: "seconds since the key was published", count }];
            self.find(Fault::KeyNotPropagated, Class::Consistent, subject, &facts);
            self.weaken(Fault::KeyNotPropagated, weight::OPEN);
        }
    }
}

/// Whether two URLs begin with the same scheme, host and port.
fn same_origin(one: &str, other: &str) -> bool {
    let origin = |url: &'_ str| {
        let path = url.split_once("://").map_or(0, |(scheme, rest)| {
            scheme.len().saturating_add(3).saturating_add(rest.find('/').unwrap_or(rest.len()))
        });
        path
    };
    one.get(..origin(one)) == other.get(..origin(other)) && origin(one) > 0
}

/// A signature, and what it should be of.
struct Seal<'v> {
    verifier: &'v dyn Verifier,
    signature: Es256Signature,
    hash: [u8; 32],
}

impl Seal<'_> {
    fn by(&self, key: &PublicKey) -> bool {
        self.of(key, &self.hash)
    }

    fn of(&self, key: &PublicKey, hash: &[u8; 32]) -> bool {
        self.verifier.verify(key, hash, &self.signature) == Some(true)
    }

    /// The same signature, written in another way.
    fn misread(&self, key: &PublicKey) -> Option<&'static str> {
        let bytes = self.signature.as_bytes();
        let (r, s) = bytes.split_at_checked(32)?;
        let ways: [(&str, [u8; 64]); 3] = [
            ("it verifies with r and s swapped", collect(s.iter().chain(r))),
            ("it verifies with r and s in the other byte order", collect(r.iter().rev().chain(s.iter().rev()))),
            ("it verifies with all bytes in the other order", collect(bytes.iter().rev())),
        ];
        ways.into_iter().find_map(|(text, bytes)| {
            let signature = Es256Signature::from_bytes(bytes).ok()?;
            (self.verifier.verify(key, &self.hash, &signature) == Some(true)).then_some(text)
        })
    }

    /// A signature of something else.
    fn missigned(&self, key: &PublicKey, x: &Inspection<'_>) -> Option<&'static str> {
        let input = x.signing_input();
        let of = |parts: &[&str]| {
            let mut hash = Sha256::new();
            for part in parts {
                hash.update(part);
            }
            <[u8; 32]>::from(hash.finalize())
        };
        let claims = input.split_once('.').map_or("", |(_, claims)| claims);
        let ways = [
            ("it verifies for the hash of the hash: it was hashed twice", Sha256::digest(self.hash).into()),
            ("it verifies with a NUL behind what was sent", of(&[input, "\0"])),
            ("it verifies with a line end behind what was sent", of(&[input, "\n"])),
            ("it verifies with CR and LF behind what was sent", of(&[input, "\r\n"])),
            ("it verifies for the claims alone", of(&[claims])),
            ("it verifies for the JSON of the claims, before base64url", of(&[x.claims.json])),
            ("it verifies for the JSON of header and claims, before base64url", of(&[x.header.json, ".", x.claims.json])),
        ];
        ways.into_iter().find_map(|(text, hash)| self.of(key, &hash).then_some(text))
    }
}

fn collect<'b>(bytes: impl Iterator<Item = &'b u8>) -> [u8; 64] {
    let mut all = [0; 64];
    crate::encoding::output::copy(&mut all, bytes);
    all
}
