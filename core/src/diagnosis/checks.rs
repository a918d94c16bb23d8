//! What local evidence decides about a request, before or after it was sent.

mod assertion;
mod audience;
mod key;
mod request;
mod time;

use super::behaviour::Behaviour;
use super::explain::weight;
use super::fact::Fact;
use super::fault::{Class, Fault};
use super::inspection::Inspection;
use super::sentence::say;
use super::{Diagnosis, Finding, Subject};
use crate::error::texts;

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
        ServerLog: "Look at the server's log: what is known on this side does not decide it.",
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

impl<'e> Diagnosis<'e> {
    #[inline(never)]
    pub(super) fn set(&mut self, check: Check, status: Status) {
        if let Some(place) = self.statuses.get_mut(check as usize)
            && status.rank() > place.rank()
        {
            *place = status;
        }
    }

    #[inline(never)]
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
        if let Err(finding) = self.causes.push(finding) {
            // Twelve causes at once are enough: the least sure one goes.
            let least = self.causes.iter_mut().max_by_key(|each| (each.class, each.weight));
            if let Some(least) = least.filter(|least| least.class > finding.class) {
                *least = finding;
            }
        }
    }

    #[inline(never)]
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
        for subject in [Subject::Client, Subject::Grant] {
            let is_grant = subject == Subject::Grant;
            let sent = self
                .evidence
                .request
                .and_then(|request| if is_grant { request.grant_assertion() } else { request.client_assertion() });
            match if is_grant { self.grant } else { self.client } {
                Some(inspection) => self.assertion(&inspection, subject),
                // It was taken out.
                None if sent.is_some() => self.without(Check::Structure),
                None => {}
            }
        }
        self.metadata();
    }

    /// The checks from this one on need an assertion that holds together.
    fn without(&mut self, first: Check) {
        for check in Check::ALL.get(first as usize..=Check::Claims as usize).unwrap_or_default() {
            self.set(*check, Status::NotDecidable(Wanted::Assertion));
        }
    }

    pub(super) fn assertion(&mut self, x: &Inspection<'e>, subject: Subject) {
        let sound = self.structure(x, subject);
        self.length(x, subject);
        // What does not hold together says nothing else.
        if x.segments != 3 || x.header.json.is_empty() {
            return self.without(Check::Purpose);
        }
        self.algorithm(x, subject);
        self.header(x, subject);
        if x.claims.json.is_empty() {
            return self.without(Check::IssuerAndSubject);
        }
        self.parties(x, subject);
        self.audience(x, subject);
        self.times(x, subject);
        self.jwt_id(x, subject);
        self.key(x, subject, sound);
        let profile = self.evidence.profile;
        match (x.other_claim, profile) {
            (Some(value), Some(profile)) if profile.claims_refused => {
                let facts = [Fact::Sent { name: say!("a claim that this server does not know"), value }];
                self.fail(Check::Claims, Fault::ClaimForbidden, Class::Proven, subject, &facts);
            }
            (other, profile) => self.pass_if(Check::Claims, other.is_none() || profile.is_some(), Wanted::Profile),
        }
    }
}
