//! What an answer says about the causes.

use super::behaviour::{ServerText, TypeNeed};
use super::checks::{Check, Status, Wanted};
use super::evidence::{self, ReceivedAnswer, SentRequest};
use super::fact::Fact;
use super::fault::{Class, Fault};
use super::sentence::{Sentence, say};
use super::{Diagnosis, Finding, MAX_CANDIDATES, Subject};
use crate::error::apart;
use crate::token::response::{ErrorCode, OauthError, Outcome, Token};

/// How likely a cause is among those of its class; less comes first.
pub(super) mod weight {
    /// Seen here, and no server takes it.
    pub(crate) const FIRST: u8 = 0;
    /// Seen here, and the server speaks of it.
    pub(crate) const SAID: u8 = 1;
    /// Seen here.
    pub(crate) const SEEN: u8 = 2;
    /// The server's words remind of it.
    pub(crate) const HINTED: u8 = 3;
    /// Nothing speaks against it.
    pub(crate) const OPEN: u8 = 4;
    /// Seen here, and many servers take it.
    pub(crate) const WEAK: u8 = 5;
    /// Nothing speaks against it, and something else was seen here.
    pub(crate) const BEHIND: u8 = 6;
    /// Seen here, and hardly ever the reason.
    pub(crate) const REMARK: u8 = 7;
    /// Seen here, and not what this answer is about.
    pub(crate) const ASIDE: u8 = 8;
}

/// What an answer can be about.
#[derive(Clone, Copy, Default)]
struct Scope {
    request: bool,
    client: bool,
    grant: bool,
    beyond: bool,
    /// Times, whichever assertion they are in: some servers fail on them.
    times: bool,
}

impl Scope {
    const ASSERTIONS: Self = Self { request: true, client: true, grant: true, beyond: true, times: true };

    fn holds(self, finding: &Finding<'_>) -> bool {
        let time = matches!(
            finding.fault,
            Fault::ClockSkew | Fault::Expired | Fault::IssuedInFuture | Fault::NotYetValid | Fault::TimeUnit
        );
        match finding.subject {
            Subject::Request => self.request,
            Subject::Client => self.client || self.times && time,
            Subject::Grant => self.grant || self.times && time,
            Subject::Beyond => self.beyond,
            Subject::Server => true,
        }
    }
}

/// What nothing may speak against, in the order in which it is met in the field.
const USUAL: &[Fault] = &[
    Fault::SignatureInvalid,
    Fault::KidUnknown,
    Fault::KeyUnknown,
    Fault::JtiReplayed,
    Fault::ClientUnknown,
    Fault::AudienceMismatch,
    Fault::Expired,
    Fault::ClockSkew,
    Fault::AuthMethodUnsupported,
    Fault::AlgorithmUnsupported,
    Fault::TypeHeaderRefused,
];

/// The same of a grant.
const USUAL_OF_GRANT: &[Fault] = &[
    Fault::SignatureInvalid,
    Fault::KidUnknown,
    Fault::KeyUnknown,
    Fault::ClientUnknown,
    Fault::SubjectUnknown,
    Fault::AudienceMismatch,
    Fault::JtiReplayed,
    Fault::ClockSkew,
];

/// The same without the assertion.
const UNSEEN: &[Fault] = &[Fault::AudienceMismatch, Fault::Expired, Fault::KeyUnknown, Fault::SignatureInvalid];

/// What only the server can know.
const ELSEWHERE: &[Fault] =
    &[Fault::KeyNotPropagated, Fault::ClientUnknown, Fault::JtiReplayed, Fault::TypeHeaderRefused];

/// What a server says that did not see the parameters.
const UNSEEN_PARAMETERS: &[Fault] = &[Fault::AssertionMissing, Fault::AssertionTypeWrong, Fault::GrantTypeUnsupported];

/// What a server says that does not have the key.
const NO_KEY: &[Fault] = &[Fault::KidUnknown, Fault::KeyUnknown];

/// Words of the standards, whoever says them, and what they speak of.
const WORDS: &[(&str, Fault)] = &[
    ("client_assertion_type", Fault::AssertionTypeWrong),
    ("grant_type", Fault::GrantTypeUnsupported),
    ("client_id", Fault::ClientIdMismatch),
    ("content-type", Fault::ContentTypeWrong),
    ("form-urlencoded", Fault::ContentTypeWrong),
    ("twice", Fault::ParameterDuplicated),
    (apart!("repeated"), Fault::ParameterDuplicated),
    ("one mechanism", Fault::MultipleClientAuth),
    ("multiple client", Fault::MultipleClientAuth),
    ("one client authentication", Fault::MultipleClientAuth),
    ("'none'", Fault::AlgorithmNone),
    ("algorithm", Fault::AlgorithmUnsupported),
    ("malformed", Fault::AssertionMalformed),
    ("client_assertion format", Fault::AssertionMalformed),
    ("invalid jwt", Fault::AssertionMalformed),
    ("audience", Fault::AudienceMismatch),
    ("'aud'", Fault::AudienceMismatch),
    ("issued in the future", Fault::IssuedInFuture),
    ("iat is too", Fault::IssuedTooLongAgo),
    ("exp is too", Fault::LifetimeTooLong),
    ("not yet valid", Fault::NotYetValid),
    ("expired", Fault::Expired),
    ("'exp'", Fault::ExpMissing),
    ("exp claim", Fault::ExpMissing),
    ("missing jwt id", Fault::JtiMissing),
    ("include jti", Fault::JtiMissing),
    ("used before", Fault::JtiReplayed),
    ("already been used", Fault::JtiReplayed),
    ("reuse", Fault::JtiReplayed),
    ("replay", Fault::JtiReplayed),
    ("for kid", Fault::KidUnknown),
    ("public key", Fault::KeyUnknown),
    ("unknown client", Fault::ClientUnknown),
    ("client does not exist", Fault::ClientUnknown),
    (apart!("client not found"), Fault::ClientUnknown),
    ("private_key_jwt", Fault::AuthMethodUnsupported),
    ("no client authentication", Fault::AssertionMissing),
    ("signature", Fault::SignatureInvalid),
];

impl<'e> Diagnosis<'e> {
    /// What the profile knows the text of the answer to mean.
    fn known_text(&self, answer: &ReceivedAnswer<'_>) -> Option<&'e ServerText<'e>> {
        let (code, description) = words(&answer.outcome)?;
        // Of a code or a refresh token: products use the same words for these.
        let of_other_grant = code == "invalid_grant" && self.evidence.request.is_some() && !self.sent_grant();
        self.behaviour().texts.iter().find(|text| {
            (text.error.is_empty() && !of_other_grant || text.error == code)
                && match description {
                    None => text.text.is_empty() && !of_other_grant,
                    Some(description) => !text.text.is_empty() && contains(description, text.text),
                }
        })
    }

    pub(super) fn weigh_answer(&mut self) {
        let Some(answer) = self.evidence.answer else {
            return self.conclude();
        };
        if let Outcome::Token(token) = &answer.outcome {
            return self.success(token);
        }
        let scope = self.scope_of(answer);
        for finding in &mut self.causes {
            if !scope.holds(finding) {
                // A defect, but not what was refused.
                finding.weight = weight::ASIDE;
                finding.class = Class::Consistent;
            }
        }
        self.server_said(answer);
        if self.status(Check::Replay) == Status::Passed {
            for finding in &mut self.causes {
                if finding.fault == Fault::JtiReplayed {
                    finding.add(Fact::Is(say!(
                        "it was not sent before: another device, or this one before a reset, made the same jti"
                    )));
                }
            }
        }
        self.rank();
        self.choose();
    }

    /// A token. What was found locally did not matter.
    fn success(&mut self, token: &Token<'e>) {
        self.succeeded = true;
        self.causes.clear();
        let requested = self.evidence.request.and_then(|request| request.parameter(evidence::SCOPE).get());
        if let Some(value) = requested.and_then(|requested| token.missing_scope(requested).next()) {
            let facts = [Fact::Sent { name: say!("a scope that was asked for and not granted"), value }];
            self.find(Fault::ScopeReduced, Class::Stated, Subject::Beyond, &facts);
        }
    }

    fn proven(&self, faults: &[Fault]) -> bool {
        self.causes.iter().any(|finding| finding.class == Class::Proven && faults.contains(&finding.fault))
    }

    /// What the answer can be about; adds what its shape and its code say by themselves.
    fn scope_of(&mut self, answer: &'e ReceivedAnswer<'e>) -> Scope {
        let (client, grant) = (self.sent_client(), self.sent_grant());
        let all = Scope::ASSERTIONS;
        let request = Scope { request: true, ..Scope::default() };
        let by_status = Fact::count(say!("the status of the answer"), answer.status);
        if matches!(answer.status, 429 | 503) {
            let facts = [
                by_status,
                Fact::Is(if answer.retry_after { say!("it has a Retry-After") } else { say!("it has no Retry-After") }),
            ];
            self.find(Fault::RateLimited, Class::Stated, Subject::Server, &facts);
            return Scope::default();
        }
        match &answer.outcome {
            Outcome::Error(error) => {
                let known = self.known_text(answer).is_some();
                self.scope_of_error(error, (client, grant), known, by_status)
            }
            Outcome::Redirect => {
                let facts = [by_status, Fact::Is(say!("a redirection: it is not followed with an assertion"))];
                self.find(Fault::NotOauthResponse, Class::Proven, Subject::Server, &facts);
                request
            }
            _ if answer.status >= 500 => {
                self.find(Fault::ServerFault, Class::Stated, Subject::Server, &[by_status]);
                Scope { times: true, ..Scope::default() }
            }
            _ if answer.status == 415 => {
                if !self.proven(&[Fault::ContentTypeWrong]) {
                    self.find(Fault::ContentTypeWrong, Class::Stated, Subject::Request, &[by_status]);
                }
                request
            }
            _ if matches!(answer.status, 413 | 414 | 431) => {
                // What was seen here is what the status speaks of.
                for finding in self.causes.iter_mut().filter(|finding| finding.fault == Fault::AssertionTooLong) {
                    finding.subject = Subject::Request;
                }
                self.find(Fault::AssertionTooLong, Class::Stated, Subject::Request, &[by_status]);
                request
            }
            outcome => {
                let fact = match outcome {
                    Outcome::Empty => say!("the answer has no body"),
                    Outcome::Foreign(_) => say!("the answer is JSON, but no error of OAuth"),
                    Outcome::Truncated => say!("the answer ends too early"),
                    Outcome::TooLarge => say!("the answer is larger than its buffer"),
                    Outcome::Unusable(_) => say!("the answer is JSON that no token endpoint sends"),
                    _ => say!("the answer is no JSON"),
                };
                // Some servers refuse an assertion without a word of OAuth.
                let refusal = matches!(answer.status, 400 | 401 | 403);
                let explained = self.proven(&[Fault::HttpMethodWrong, Fault::ContentTypeWrong]);
                let class = if refusal || explained { Class::Consistent } else { Class::Proven };
                self.find(Fault::NotOauthResponse, class, Subject::Server, &[by_status, Fact::Is(fact)]);
                if class == Class::Consistent {
                    self.weaken(Fault::NotOauthResponse, if explained { weight::ASIDE } else { weight::OPEN });
                }
                if refusal { all } else { request }
            }
        }
    }

    fn scope_of_error(
        &mut self,
        error: &OauthError<'e>,
        (client, grant): (bool, bool),
        known: bool,
        by_status: Fact<'e>,
    ) -> Scope {
        let beyond = Scope { request: true, beyond: true, ..Scope::default() };
        let code = Fact::Sent { name: say!("the error code of the answer"), value: error.code_text() };
        let stated = |this: &mut Self, fault, subject, fact| {
            this.find(fault, Class::Stated, subject, &[code, Fact::Is(fact)]);
        };
        const AFTER: Sentence = say!("servers answer so after the client was authenticated");
        match error.code() {
            ErrorCode::InvalidClient => {
                // Some products refuse a grant with it; then the text says so.
                let of_grant = grant && !client && known;
                if grant && !client && !known && !self.authenticates_otherwise() {
                    let fact = say!("client authentication was wanted, and only a grant was sent");
                    stated(self, Fault::AssertionMissing, Subject::Request, fact);
                }
                Scope { request: true, client: true, grant: of_grant, ..Scope::default() }
            }
            ErrorCode::InvalidGrant if grant || known && self.evidence.request.is_none() => {
                Scope { grant: true, ..Scope::default() }
            }
            // Some products refuse client assertions with these codes; then the text says so.
            ErrorCode::InvalidGrant | ErrorCode::UnauthorizedClient if known => Scope { client: true, ..beyond },
            ErrorCode::InvalidGrant => {
                stated(self, Fault::GrantRefused, Subject::Beyond, AFTER);
                beyond
            }
            ErrorCode::UnauthorizedClient => {
                if self.proven(&[Fault::AuthMethodUnsupported]) {
                    return Scope { client: true, ..beyond };
                }
                stated(self, Fault::GrantTypeUnsupported, Subject::Beyond, AFTER);
                beyond
            }
            ErrorCode::UnsupportedGrantType => {
                // What is no form has no grant type.
                if !self.proven(&[Fault::HttpMethodWrong, Fault::ContentTypeWrong]) {
                    stated(
                        self,
                        Fault::GrantTypeUnsupported,
                        Subject::Beyond,
                        say!("the server does not have this grant type, or saw none"),
                    );
                }
                beyond
            }
            ErrorCode::InvalidScope => {
                stated(self, Fault::ScopeInvalid, Subject::Beyond, AFTER);
                Scope { beyond: true, ..Scope::default() }
            }
            ErrorCode::InvalidTarget => {
                stated(self, Fault::ResourceInvalid, Subject::Beyond, AFTER);
                Scope { beyond: true, ..Scope::default() }
            }
            ErrorCode::UseDpopNonce => {
                stated(
                    self,
                    Fault::DpopNonceRequired,
                    Subject::Beyond,
                    say!("the answer asks for a DPoP proof with its nonce"),
                );
                Scope { beyond: true, ..Scope::default() }
            }
            ErrorCode::TemporarilyUnavailable => {
                self.find(Fault::RateLimited, Class::Stated, Subject::Server, &[code, by_status]);
                Scope::default()
            }
            ErrorCode::InvalidRequest => Scope::ASSERTIONS,
            _ if by_code(error) == Some(Fault::ServerFault) => {
                // Some products fail on what they should refuse.
                if !known {
                    self.find(Fault::ServerFault, Class::Stated, Subject::Server, &[code, by_status]);
                }
                Scope { times: true, ..Scope::default() }
            }
            _ => {
                if let Some(fault) = by_code(error) {
                    self.find(fault, Class::Stated, Subject::Client, &[code]);
                }
                Scope::ASSERTIONS
            }
        }
    }

    /// What the words of the answer say: those that the profile knows, or those of the standards.
    fn server_said(&mut self, answer: &'e ReceivedAnswer<'e>) {
        let Some((code, description)) = words(&answer.outcome) else { return };
        let said = Fact::Said(description.unwrap_or(code));
        if let Some(text) = self.known_text(answer) {
            return self.stated(text.faults, said);
        }
        let Some(description) = description else { return };
        let hinted = |fault: Fault| WORDS.iter().any(|(word, each)| *each == fault && contains(description, word));
        // Who speaks of everything says nothing.
        if Fault::ALL.iter().filter(|fault| hinted(**fault)).count() > MAX_CANDIDATES
            || self.speaks_of(hinted, Class::Consistent, said)
        {
            return;
        }
        let subject = self.blamed();
        for fault in Fault::ALL {
            if hinted(*fault) && self.is_open(*fault) {
                self.find(*fault, Class::Consistent, subject, &[said]);
                self.weaken(*fault, weight::HINTED);
            }
        }
    }

    /// A text that the profile knows: one of `faults`.
    fn stated(&mut self, faults: &[Fault], said: Fact<'e>) {
        if self.speaks_of(|fault| faults.contains(&fault), Class::Stated, said) {
            return;
        }
        let subject = self.blamed();
        let open = faults.iter().filter(|fault| self.is_open(**fault)).count();
        if open == 0 {
            // Both are kept: what the server says, and what was seen here.
            let Some(fault) = faults.first() else { return };
            // What would make both true?
            let (class, other) =
                if UNSEEN_PARAMETERS.contains(fault) && self.status(Check::ContentType) != Status::Passed {
                    let fact = say!("the parameters were sent, and the server did not see them");
                    (Class::Consistent, Some((Fault::ContentTypeWrong, Subject::Request, fact)))
                } else if NO_KEY.contains(fault) {
                    let fact = say!("the key is published, and the server does not have it");
                    (Class::Consistent, Some((Fault::KeyNotPropagated, subject, fact)))
                } else {
                    (Class::Stated, None)
                };
            self.find(*fault, class, subject, &[said, Fact::Is(say!("what is known here says otherwise"))]);
            if let Some((fault, subject, fact)) = other {
                self.find(fault, Class::Stated, subject, &[said, Fact::Is(fact)]);
            }
            return;
        }
        let mut class = Class::Stated;
        for fault in faults {
            if self.is_open(*fault) {
                self.find(*fault, class, subject, &[said]);
                self.weaken(*fault, weight::HINTED);
                class = Class::Consistent;
            }
        }
    }

    /// Marks what was seen here that the server speaks of, which is as sure as `class` at least; tells whether there is any.
    fn speaks_of(&mut self, meant: impl Fn(Fault) -> bool, class: Class, said: Fact<'e>) -> bool {
        let mut seen = false;
        for finding in &mut self.causes {
            if finding.weight < weight::ASIDE && meant(finding.fault) {
                finding.class = finding.class.min(class);
                finding.weight = weight::SAID;
                finding.add(said);
                seen = true;
            }
        }
        seen
    }

    /// Whether nothing that was checked speaks against this fault.
    fn is_open(&self, fault: Fault) -> bool {
        check_of(fault).is_none_or(|check| self.status(check) != Status::Passed)
    }

    #[inline(never)]
    pub(super) fn weaken(&mut self, fault: Fault, to: u8) {
        for finding in &mut self.causes {
            if finding.fault == fault && finding.weight == weight::SEEN {
                finding.weight = to;
            }
        }
    }

    fn sent_client(&self) -> bool {
        self.evidence.request.is_some_and(|request| request.client_assertion().is_some())
    }

    fn sent_grant(&self) -> bool {
        self.evidence.request.is_some_and(|request| request.grant_assertion().is_some())
    }

    /// Whether the client authenticates by other means than an assertion.
    fn authenticates_otherwise(&self) -> bool {
        let by_secret = |request: &SentRequest<'_>| {
            request.authorization || request.parameter(evidence::CLIENT_SECRET).get().is_some()
        };
        !self.sent_client() && self.evidence.request.is_some_and(by_secret)
    }

    /// The assertion that an answer is about, if it does not say.
    fn blamed(&self) -> Subject {
        let code = self.evidence.answer.and_then(|answer| match &answer.outcome {
            Outcome::Error(error) => Some(error.code()),
            _ => None,
        });
        let is_grant = match code {
            Some(ErrorCode::InvalidGrant) => true,
            Some(ErrorCode::InvalidClient) => false,
            _ => !self.sent_client(),
        };
        if self.sent_grant() && is_grant { Subject::Grant } else { Subject::Client }
    }

    /// Says what cannot be told apart, and what would tell.
    fn choose(&mut self) {
        let first = self.causes.first().map(|finding| (finding.class, finding.weight));
        let alternatives = self
            .causes
            .iter()
            .filter(|finding| finding.weight == weight::HINTED && finding.class != Class::Proven)
            .count();
        match first {
            Some((Class::Proven, _)) => return,
            Some((Class::Stated, weight::HINTED)) if alternatives > 1 => {}
            Some((Class::Stated, _)) => return,
            _ => self.suppose(),
        }
        self.rank();
        let mut candidates = heapless::Vec::new();
        for finding in &self.causes {
            if finding.weight < weight::REMARK && !candidates.contains(&finding.fault) {
                // Four are enough.
                let _ = candidates.push(finding.fault);
            }
        }
        // The evidence that the first of them lacks.
        let lacks = |fault: &Fault| match self.status(check_of(*fault)?) {
            Status::NotDecidable(wanted) => Some(wanted),
            _ => None,
        };
        self.wanted = candidates.iter().find_map(lacks).or_else(|| {
            let ambiguous = candidates.contains(&Fault::KeyMismatch) && self.evidence.key.is_none();
            Some(if ambiguous { Wanted::Key } else { Wanted::ServerLog })
        });
        self.candidates = if candidates.len() > 1 { candidates } else { heapless::Vec::new() };
    }

    /// Adds what nothing speaks against, until there are four.
    fn suppose(&mut self) {
        let subject = self.blamed();
        if subject == Subject::Client && self.authenticates_otherwise() {
            let facts = [Fact::Is(say!("client authentication was refused, and it was not by an assertion"))];
            for fault in [Fault::ClientUnknown, Fault::AuthMethodUnsupported] {
                self.find(fault, Class::Consistent, subject, &facts);
                self.weaken(fault, weight::OPEN);
            }
            return;
        }
        let inspected = if subject == Subject::Grant { self.grant } else { self.client };
        let has_key_id = inspected.is_some_and(|assertion| assertion.key_id().is_present());
        let usual = match (inspected, subject) {
            (None, _) => UNSEEN,
            (_, Subject::Grant) => USUAL_OF_GRANT,
            _ => USUAL,
        };
        let signature_failed = self
            .causes
            .iter()
            .any(|finding| finding.fault == Fault::SignatureInvalid && finding.weight == weight::FIRST);
        if signature_failed {
            // Seen to be wrong; which of these it is, the key that signs would tell.
            for fault in [Fault::KeyMismatch, Fault::SigningInputAltered] {
                self.find(fault, Class::Consistent, subject, &[Fact::Is(say!("the signature does not verify"))]);
                self.weaken(fault, weight::SAID);
            }
            return;
        }
        let mut places =
            MAX_CANDIDATES.saturating_sub(self.causes.iter().filter(|finding| finding.weight < weight::REMARK).count());
        let undecided = |this: &Self, fault: Fault| {
            let of_id = match fault {
                Fault::KidUnknown => has_key_id,
                Fault::KeyUnknown => !has_key_id,
                _ => true,
            };
            // Only the server knows whom it knows.
            if subject == Subject::Grant && matches!(fault, Fault::ClientUnknown | Fault::SubjectUnknown) {
                return true;
            }
            of_id && check_of(fault).is_some_and(|check| matches!(this.status(check), Status::NotDecidable(_)))
        };
        let facts = [Fact::Is(say!("nothing that is known speaks against it"))];
        for fault in usual {
            let known = self.causes.iter().any(|finding| finding.fault == *fault && finding.weight < weight::ASIDE);
            if places > 0 && !known && undecided(self, *fault) {
                self.find(*fault, Class::Consistent, subject, &facts);
                self.weaken(*fault, weight::OPEN);
                places = places.saturating_sub(1);
            }
        }
        let (facts, weight) = if self.causes.iter().all(|finding| finding.weight >= weight::REMARK) {
            ([Fact::Is(say!("everything that is known here is right: only the server can tell"))], weight::OPEN)
        } else {
            (facts, weight::BEHIND)
        };
        let behaviour = self.behaviour();
        for fault in ELSEWHERE {
            let known = self.causes.iter().any(|finding| finding.fault == *fault && finding.weight < weight::ASIDE);
            let possible = match fault {
                Fault::JtiReplayed => behaviour.replay_refused != Some(false),
                Fault::TypeHeaderRefused => behaviour.typ != TypeNeed::Any,
                _ => true,
            };
            if places > 0 && !known && possible {
                self.find(*fault, Class::Consistent, subject, &facts);
                self.weaken(*fault, weight);
                places = places.saturating_sub(1);
            }
        }
    }
}

/// The code and the description of an answer, if it has any words.
fn words<'a>(outcome: &Outcome<'a>) -> Option<(&'a str, Option<&'a str>)> {
    let (code, description) = match outcome {
        Outcome::Error(error) => (error.code_text(), error.description()),
        Outcome::Foreign(error) => (error.code().unwrap_or_default(), error.detail().or(error.title())),
        _ => return None,
    };
    Some((code, description.filter(|description| !description.is_empty())))
}

/// What an error code says that is none of RFC 6749's.
fn by_code(error: &OauthError<'_>) -> Option<Fault> {
    match (error.code(), error.code_text()) {
        (ErrorCode::ServerError, _) => Some(Fault::ServerFault),
        (_, "jti_known") => Some(Fault::JtiReplayed),
        (_, "invalid_dpop_proof") => Some(Fault::ProofOfPossessionRequired),
        (_, "slow_down") => Some(Fault::RateLimited),
        _ if error.status() >= 500 => Some(Fault::ServerFault),
        _ => None,
    }
}

/// The check that looks for this fault.
fn check_of(fault: Fault) -> Option<Check> {
    Some(match fault {
        Fault::HttpMethodWrong => Check::HttpMethod,
        Fault::ContentTypeWrong => Check::ContentType,
        Fault::ParameterDuplicated => Check::Parameters,
        Fault::MultipleClientAuth => Check::ClientAuthentication,
        Fault::GrantTypeUnsupported => Check::GrantType,
        Fault::AssertionMissing => Check::Assertion,
        Fault::AssertionTypeWrong => Check::AssertionType,
        Fault::AssertionMalformed => Check::Structure,
        Fault::AssertionTooLong => Check::Length,
        Fault::PurposeConfused => Check::Purpose,
        Fault::AlgorithmNone | Fault::AlgorithmUnsupported => Check::Algorithm,
        Fault::TypeHeaderRefused => Check::TypeHeader,
        Fault::HeaderMemberRefused => Check::HeaderMembers,
        Fault::IssuerMissing | Fault::SubjectMissing | Fault::IssuerSubjectMismatch => Check::IssuerAndSubject,
        Fault::ClientIdMismatch => Check::ClientId,
        Fault::ClientUnknown => Check::Client,
        Fault::AuthMethodUnsupported => Check::AuthMethod,
        Fault::AudienceMissing | Fault::AudienceMultiple | Fault::AudienceNearMiss | Fault::AudienceMismatch => {
            Check::Audience
        }
        Fault::TimeUnit => Check::TimeUnit,
        Fault::ClockSkew => Check::Clock,
        Fault::Expired | Fault::ExpMissing => Check::Expiration,
        Fault::NotYetValid | Fault::NbfRequired => Check::NotBefore,
        Fault::IssuedInFuture | Fault::IssuedTooLongAgo | Fault::IatMissing => Check::IssuedAt,
        Fault::LifetimeTooLong | Fault::LifetimeInvalid => Check::Lifetime,
        Fault::JtiMissing | Fault::JtiInvalid => Check::JwtId,
        Fault::JtiReplayed => Check::Replay,
        Fault::KidMissing => Check::KeyId,
        Fault::KidUnknown | Fault::KidMismatch | Fault::KeyUnknown | Fault::KeyMismatch => Check::Key,
        Fault::SignatureDer | Fault::SignatureEncoding => Check::SignatureForm,
        Fault::SignatureInvalid | Fault::SigningInputAltered => Check::Signature,
        Fault::ClaimForbidden => Check::Claims,
        Fault::ScopeInvalid => Check::Scope,
        Fault::ProofOfPossessionRequired => Check::ProofOfPossession,
        Fault::MetadataUnusable => Check::Metadata,
        _ => return None,
    })
}

/// Whether `text` has `part`, which is in small letters, in any case.
fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len().max(1)).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}
