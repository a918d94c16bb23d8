//! What was found, as JSON that is fit for a ticket.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::checks::{Check, Status};
use super::evidence::{self, MetadataEvidence, PublishedKeys, ReceivedAnswer};
use super::fact::{Fact, cut, fit_for_log, shown};
use super::fault::Class;
use super::inspection::{Inspection, Member, SignatureForm, Time};
use super::sentence::Sentence;
use super::{Diagnosis, Subject};
use crate::encoding::form::hex;
use crate::encoding::json::write::{Array, Object};
use crate::encoding::output::Output;
use crate::error::{Argument, Cause, Error, apart};
use crate::server::metadata::{Endpoint, Support};
use crate::token::response::{Outcome, TokenType};

/// What stands for something that is not known.
const ABSENT: &str = "absent";

/// The version of the record's members. It goes up when one changes its meaning.
const FORMAT: u64 = 1;

/// The most keys of a set that are listed.
const MAX_KEYS: usize = 16;

/// Bytes of a keyed hash that are written.
const HASH_SIZE: usize = 16;

/// The shortest key of keyed hashes, in bytes.
const MIN_HASH_KEY: usize = 16;

/// What an assertion does not prove, whatever became of it.
const DOES_NOT_PROVE: [&str; 3] =
    [apart!("a user's consent"), "what a resource server will allow", apart!("the audience of the access token")];

/// What of a record is in clear, and what is a keyed hash.
///
/// The client id and `jti` are in clear unless it is said otherwise; `iss` and `sub` of a grant are hashed unless it is
/// said otherwise, since they name people. Never in a record: a signature, a key, a token, a whole assertion.
///
/// The hashes are HMAC-SHA256 under `key`, of which 16 bytes are written: the same value has the same hash under the same
/// key. One key for an export, or one for a device, at least 16 bytes of it; it belongs to nobody who is not to guess names.
#[derive(Clone, Copy)]
#[must_use]
pub struct Privacy<'k> {
    key: &'k [u8],
    client_id: bool,
    jwt_id: bool,
    grant: bool,
}

impl<'k> Privacy<'k> {
    /// Everything is in clear: there is nothing to hash, and no key.
    const CLEAR: Self = Self { key: &[], client_id: false, jwt_id: false, grant: false };

    /// With this key, 16 bytes or more.
    ///
    /// # Errors
    /// [`Cause::WrongLength`] about [`Argument::HashKey`].
    pub const fn new(key: &'k [u8]) -> Result<Self, Error> {
        if key.len() < MIN_HASH_KEY {
            return Err(Error::new(Cause::WrongLength, Argument::HashKey));
        }
        Ok(Self { key, client_id: false, jwt_id: false, grant: true })
    }

    /// Hashes the client id, and with it `iss` and `sub` of client assertions.
    pub const fn with_hashed_client_id(self) -> Self {
        Self { client_id: true, ..self }
    }

    /// Hashes `jti`.
    pub const fn with_hashed_jwt_id(self) -> Self {
        Self { jwt_id: true, ..self }
    }

    /// Shows `iss` and `sub` of grants.
    pub const fn with_clear_grant(self) -> Self {
        Self { grant: false, ..self }
    }

    fn hash(&self, value: &str, give: &mut dyn FnMut(&str)) {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key) else { return };
        mac.update(value.as_bytes());
        let hash: [u8; 32] = mac.finalize().into_bytes().into();
        give("hmac-sha256:");
        digits(hash.get(..HASH_SIZE).unwrap_or_default(), give);
    }
}

// The key makes names out of hashes.
impl core::fmt::Debug for Privacy<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Privacy(..)")
    }
}

impl<'e> Diagnosis<'e> {
    /// Writes the causes, what cannot be told apart, the next step and the evidence, as one JSON object: `causes`, each with
    /// `code`, `class`, `evidence` and `fix`; `cannot_distinguish`; `next_step`; `evidence`, which is the record of
    /// [`write_evidence`](Self::write_evidence).
    ///
    /// # Errors
    /// [`Cause::BufferTooSmall`] with the exact number of bytes that are needed.
    pub fn write_explanation<'o>(&self, output: &'o mut [u8], privacy: &Privacy<'_>) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        let mut document = Object::begin(&mut output);
        self.conclusion(&mut document, privacy);
        document.end();
        output.into_text()
    }

    /// The same with `checks` before it: each check with its `status`, and `needs` with the evidence that is missing.
    ///
    /// # Errors
    /// Those of [`write_explanation`](Self::write_explanation).
    pub fn write_checks<'o>(&self, output: &'o mut [u8], privacy: &Privacy<'_>) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        let mut document = Object::begin(&mut output);
        let mut checks = document.array("checks");
        for check in Check::ALL {
            let status = self.status(*check);
            if status == Status::NotApplicable {
                continue;
            }
            let mut entry = checks.object();
            entry.text("check", check.text());
            entry.text("status", status.text());
            if let Status::NotDecidable(wanted) = status {
                entry.text("needs", wanted.text());
            }
            entry.end();
        }
        checks.end();
        self.conclusion(&mut document, privacy);
        document.end();
        output.into_text()
    }

    /// Writes the evidence record, one JSON object that is fit to be pasted into a ticket. Each of its members is always
    /// there; what is not known is `"absent"`.
    ///
    /// # Errors
    /// Those of [`write_explanation`](Self::write_explanation).
    pub fn write_evidence<'o>(&self, output: &'o mut [u8], privacy: &Privacy<'_>) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        let mut record = Object::begin(&mut output);
        self.record(&mut record, privacy);
        record.end();
        output.into_text()
    }

    /// Writes what [`inspect`](Self::inspect) found, as one JSON object: `header` and `claims` as they were sent, `null` where
    /// they are no JSON; `signature` with its form; `causes` and `next_step`. For the eyes of whoever has the assertion: names
    /// are in clear.
    ///
    /// # Errors
    /// Those of [`write_explanation`](Self::write_explanation).
    pub fn write_inspection<'o>(&self, output: &'o mut [u8]) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        let mut document = Object::begin(&mut output);
        let (subject, inspection) = self.main();
        let json = |text: Option<&'e str>| text.filter(|text| !text.is_empty()).unwrap_or("null");
        document.text(apart!("kind"), if subject == Subject::Grant { "grant" } else { "client_assertion" });
        document.json("header", json(inspection.map(Inspection::header_json)));
        document.json("claims", json(inspection.map(Inspection::claims_json)));
        document.text("signature", inspection.map_or(ABSENT, |x| form(x.signature_form())));
        sha256(&mut document, "sha256", inspection.map(Inspection::digest));
        self.causes_of(&mut document, &Privacy::CLEAR);
        document.text("next_step", self.next_step());
        document.end();
        output.into_text()
    }

    fn conclusion(&self, document: &mut Object<'_, '_>, privacy: &Privacy<'_>) {
        self.causes_of(document, privacy);
        let mut candidates = document.array("cannot_distinguish");
        for fault in &self.candidates {
            candidates.text(fault.code());
        }
        candidates.end();
        document.text("next_step", self.next_step());
        let mut record = document.object("evidence");
        self.record(&mut record, privacy);
        record.end();
    }

    fn causes_of(&self, document: &mut Object<'_, '_>, privacy: &Privacy<'_>) {
        let mut causes = document.array("causes");
        for finding in &self.causes {
            let mut cause = causes.object();
            cause.text("code", finding.fault.code());
            cause.text("class", finding.class.text());
            let mut facts = cause.array("evidence");
            for fact in &finding.facts {
                facts.pieces(|give| self.fact(fact, privacy, give));
            }
            facts.end();
            cause.text("fix", finding.fault.text());
            cause.end();
        }
        causes.end();
    }

    /// What to do now, in a sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match (self.succeeded, self.causes.first(), self.wanted) {
            (true, None, _) => "Nothing is to be done: there is a token.",
            (_, Some(first), _) if first.class != Class::Consistent && self.candidates.is_empty() => first.fault.text(),
            (_, _, Some(wanted)) => wanted.text(),
            (_, Some(first), None) => first.fault.text(),
            (_, None, None) => "Nothing that is known speaks against this request.",
        }
    }

    /// The assertion that the record is about: the one that failed, as far as is known.
    fn main(&self) -> (Subject, Option<&Inspection<'e>>) {
        let grant_failed = self.causes.first().is_some_and(|finding| finding.subject == Subject::Grant);
        match (&self.client, &self.grant) {
            (_, Some(grant)) if grant_failed => (Subject::Grant, Some(grant)),
            (Some(client), _) => (Subject::Client, Some(client)),
            (None, Some(grant)) => (Subject::Grant, Some(grant)),
            (None, None) => (Subject::Client, None),
        }
    }

    fn record(&self, record: &mut Object<'_, '_>, privacy: &Privacy<'_>) {
        let (subject, assertion) = self.main();
        let evidence = &self.evidence;
        let mut versions = record.object(apart!("versions"));
        versions.text("jurat", env!("CARGO_PKG_VERSION"));
        versions.seconds("record", FORMAT);
        versions.end();
        let mut causes = record.array("causes");
        for finding in &self.causes {
            causes.text(finding.fault.code());
        }
        causes.end();

        match evidence.metadata {
            None => record.text("authorization_server_metadata", ABSENT),
            Some(metadata) => write_metadata(record.object("authorization_server_metadata"), metadata),
        }
        url(record, "issuer_identifier", evidence.issuer);
        let contacted = evidence.request.map(|request| request.endpoint).filter(|endpoint| !endpoint.is_empty());
        url(record, "token_endpoint", contacted.or(evidence.token_endpoint));
        name(record, "client_id", self.client_id().map_or(Member::Absent, Member::Text), privacy.client_id, privacy);

        record.text(
            "assertion_parameter",
            match (subject, assertion) {
                (_, None) => ABSENT,
                (Subject::Grant, _) => "assertion",
                _ => "client_assertion",
            },
        );
        self.of_assertion(record, assertion, subject, privacy);
        match (&self.client, &self.grant) {
            (Some(client), Some(grant)) => {
                let (name, other, subject) = if subject == Subject::Grant {
                    ("client_assertion", client, Subject::Client)
                } else {
                    ("assertion", grant, Subject::Grant)
                };
                let mut second = record.object("other_assertion");
                second.text("assertion_parameter", name);
                self.of_assertion(&mut second, Some(other), subject, privacy);
                second.end();
            }
            _ => record.text("other_assertion", ABSENT),
        }

        self.jwks(record, privacy);
        match evidence.key {
            None => record.text("signing_key", ABSENT),
            Some(key) => record.text("signing_key", key.thumbprint().as_str()),
        }
        match evidence.answer {
            None => record.text("server_error", ABSENT),
            Some(answer) => self.answer(record.object("server_error"), answer, privacy),
        }
        self.clock_record(record.object("clock"));
        match evidence.profile {
            None => record.text("profile", ABSENT),
            Some(profile) => {
                let mut entry = record.object("profile");
                entry.text("id", profile.id);
                entry.text("source", profile.source);
                entry.text("date", profile.date);
                entry.end();
            }
        }
        let mut list = record.array("does_not_prove");
        for text in DOES_NOT_PROVE {
            list.text(text);
        }
        list.end();
    }

    /// The client ids that are known: the one that was sent, that of the client assertion, the registered one.
    fn client_ids(&self) -> [Option<&'e str>; 3] {
        [
            self.evidence.request.and_then(|request| request.parameter(evidence::CLIENT_ID).get()),
            self.client.as_ref().and_then(|client| client.subject().text()),
            self.evidence.registration.and_then(|client| client.client_id()),
        ]
    }

    pub(super) fn client_id(&self) -> Option<&'e str> {
        self.client_ids().into_iter().flatten().next()
    }

    fn of_assertion(
        &self,
        record: &mut Object<'_, '_>,
        assertion: Option<&Inspection<'e>>,
        subject: Subject,
        privacy: &Privacy<'_>,
    ) {
        let member = |read: fn(&Inspection<'e>) -> Member<'e>| assertion.map_or(Member::Absent, read);
        match assertion {
            None => record.text(apart!("assertion_header"), ABSENT),
            Some(x) => {
                let mut header = record.object(apart!("assertion_header"));
                for (known, member) in [("typ", x.typ()), ("alg", x.algorithm()), ("kid", x.key_id())] {
                    self.value(&mut header, known, member, privacy);
                }
                header.boolean("other_members", x.other_header.is_some() || x.brings_key());
                header.end();
            }
        }
        let hashed = if subject == Subject::Grant { privacy.grant } else { privacy.client_id };
        name(record, "issuer", member(Inspection::issuer), hashed, privacy);
        name(record, "subject", member(Inspection::subject), hashed, privacy);
        match member(Inspection::audience) {
            list @ Member::Json(_) if list.elements().is_some() => {
                let mut audiences = record.array("audience");
                let texts = list.elements().into_iter().flatten().filter_map(crate::encoding::json::read::Text::of);
                for text in texts.take(MAX_KEYS) {
                    audiences.pieces(|give| self.shown(text.as_written(), privacy, give));
                }
                audiences.end();
            }
            other => self.value(record, "audience", other, privacy),
        }
        for (claim, member) in [
            ("expiration", member(Inspection::expiration)),
            ("issued_at", member(Inspection::issued_at)),
            ("not_before", member(Inspection::not_before)),
        ] {
            match member.time() {
                Time::Absent => record.text(claim, ABSENT),
                Time::Wrong => record.text(claim, "not a number of seconds"),
                Time::Seconds(seconds) => record.seconds(claim, seconds),
            }
        }
        name(record, "jwt_id", member(Inspection::jwt_id), privacy.jwt_id, privacy);
        self.value(record, "signing_algorithm", member(Inspection::algorithm), privacy);
        self.value(record, "key_id", member(Inspection::key_id), privacy);
        // Without a signature that nobody can guess it would tell the names that are hashed.
        sha256(record, apart!("assertion_sha256"), assertion.filter(|x| x.is_signed()).map(Inspection::digest));
        record.text("signature_form", assertion.map_or(ABSENT, |x| form(x.signature_form())));
    }

    fn jwks(&self, record: &mut Object<'_, '_>, privacy: &Privacy<'_>) {
        let registered = self.evidence.registration.and_then(|client| client.keys);
        let published = self.evidence.keys;
        if registered.or(published).is_none() {
            return record.text("jwks_state", ABSENT);
        }
        let mut state = record.object("jwks_state");
        let uri = self.evidence.registration.and_then(|client| client.jwks_uri);
        url(&mut state, "source", published.and_then(|keys| keys.source).or(uri));
        seconds(&mut state, "fetched_at", published.and_then(|keys| keys.fetched_at));
        seconds(&mut state, "max_age", published.and_then(|keys| keys.max_age).map(u64::from));
        for (list, keys) in [("registered", registered), ("published", published)] {
            match keys {
                None => state.text(list, ABSENT),
                Some(keys) => self.keys_of(state.array(list), keys, privacy),
            }
        }
        state.end();
    }

    fn answer(&self, mut entry: Object<'_, '_>, answer: &ReceivedAnswer<'_>, privacy: &Privacy<'_>) {
        entry.seconds("status", answer.status.into());
        let (shape, texts): (_, [Option<&str>; 3]) = match &answer.outcome {
            Outcome::Token(_) => ("token", [None; 3]),
            Outcome::Error(error) => ("oauth", [Some(error.code_text()), error.description(), error.uri()]),
            Outcome::Foreign(error) => ("foreign", [error.code(), error.detail().or(error.title()), None]),
            Outcome::Empty => ("empty", [None; 3]),
            Outcome::Redirect => (apart!("redirect"), [None; 3]),
            Outcome::Truncated => ("truncated", [None; 3]),
            Outcome::TooLarge => ("too_large", [None; 3]),
            Outcome::Unusable(_) => (apart!("unusable"), [None; 3]),
            _ => (apart!("not_json"), [None; 3]),
        };
        entry.text("shape", shape);
        if let Outcome::Token(token) = &answer.outcome {
            entry.text(
                "token_type",
                match token.token_type() {
                    TokenType::Bearer => "Bearer",
                    TokenType::Dpop => "DPoP",
                    TokenType::Other(_) => "other",
                },
            );
            seconds(&mut entry, "expires_in", token.expires_in().map(u64::from));
        }
        let [error, description, uri] = texts;
        for (name, text) in [("error", error), ("error_description", description)] {
            match text {
                None => entry.text(name, ABSENT),
                Some(text) => entry.pieces(name, |give| self.scrubbed(text, privacy, give)),
            }
        }
        match uri {
            None => entry.text("error_uri", ABSENT),
            // Its path may hold what was sent, too.
            Some(uri) => entry.pieces("error_uri", |give| self.shown(uri, privacy, give)),
        }
        let content_type = answer.content_type.map_or(Member::Absent, Member::Text);
        value(&mut entry, "content_type", content_type);
        entry.boolean("dpop_nonce", answer.dpop_nonce);
        entry.boolean("retry_after", answer.retry_after);
        entry.end();
    }

    fn clock_record(&self, mut entry: Object<'_, '_>) {
        let evidence = &self.evidence;
        value(&mut entry, "source", evidence.clock_source.map_or(Member::Absent, Member::Text));
        seconds(&mut entry, "uncertainty_s", evidence.uncertainty.map(u64::from));
        seconds(&mut entry, "sent_at", evidence.sent_at);
        seconds(&mut entry, "received_at", evidence.received_at);
        seconds(&mut entry, "server_date", self.server_date());
        match self.skew() {
            None => entry.text("ahead_s", ABSENT),
            Some(ahead) => entry.integer("ahead_s", ahead),
        }
        entry.end();
    }

    fn fact(&self, fact: &Fact<'_>, privacy: &Privacy<'_>, give: &mut dyn FnMut(&str)) {
        match fact {
            Fact::Said(text) => {
                give("the server says: ");
                self.scrubbed(text, privacy, give);
            }
            Fact::Sent { name, value } => self.named(*name, value, privacy, give),
            Fact::Differs { name, value, expected_name, expected } => {
                self.named(*name, value, privacy, give);
                give(", ");
                self.named(*expected_name, expected, privacy, give);
            }
            fact => fact.pieces(give),
        }
    }

    fn named(&self, name: Sentence, value: &str, privacy: &Privacy<'_>, give: &mut dyn FnMut(&str)) {
        give(name.text());
        give(" is ");
        self.shown(value, privacy, give);
    }

    /// A value that is fit for a log, without those that are hashed in this record.
    fn shown(&self, value: &str, privacy: &Privacy<'_>, give: &mut dyn FnMut(&str)) {
        for (part, mut room) in fit_for_log(value) {
            // Before it is shortened: a part of a name tells it, too.
            self.scrubbed(part, privacy, &mut |piece| {
                let piece = cut(piece, room);
                room = room.saturating_sub(piece.len());
                give(piece);
            });
        }
    }

    /// The same as a member.
    fn value(&self, object: &mut Object<'_, '_>, name: &str, member: Member<'_>, privacy: &Privacy<'_>) {
        match member {
            Member::Text(text) => object.pieces(name, |give| self.shown(text, privacy, give)),
            other => value(object, name, other),
        }
    }

    fn keys_of(&self, mut list: Array<'_, '_>, keys: PublishedKeys<'_>, privacy: &Privacy<'_>) {
        for key in keys.keys().take(MAX_KEYS) {
            let mut entry = list.object();
            match key.key_id {
                None => entry.text("kid", ABSENT),
                Some(id) => entry.pieces("kid", |give| self.shown(id.as_written(), privacy, give)),
            }
            match key.key {
                None => entry.text("thumbprint", ABSENT),
                Some(key) => entry.text("thumbprint", key.thumbprint().as_str()),
            }
            seconds(&mut entry, "activated_at", key.not_before);
            entry.end();
        }
        list.end();
    }

    /// A text of the server's without secrets that were sent, and without the values that are hashed in this record: servers
    /// repeat what they got.
    fn scrubbed(&self, text: &str, privacy: &Privacy<'_>, give: &mut dyn FnMut(&str)) {
        let parts = |assertion: &Option<Inspection<'e>>| {
            assertion.as_ref().map_or([None; 3], |x| [x.issuer(), x.subject(), x.jwt_id()].map(Member::text))
        };
        let ([issuer, subject, jwt_id], [grant_issuer, grant_subject, grant_jwt_id]) =
            (parts(&self.client), parts(&self.grant));
        let [sent, _, registered] = self.client_ids();
        let names = [
            (privacy.client_id, [issuer, subject, sent, registered]),
            (privacy.grant, [grant_issuer, grant_subject, None, None]),
            (privacy.jwt_id, [jwt_id, grant_jwt_id, None, None]),
        ];
        let hidden = || {
            let names = names.iter().filter(|(hashed, _)| *hashed).flat_map(|(_, values)| values).flatten();
            // What is hardly a name would take half of the text along.
            // Of a URL the query is not shown, so that the rest is what it is known by.
            let names = names.flat_map(|value| [*value, fit_for_log(value)[0].0]);
            let names = names.filter(|value| value.len() > 2).map(|value| (value, apart!("[hashed]")));
            let secret = |index| self.evidence.request?.parameter(index).get();
            names.chain(evidence::SECRETS.filter_map(secret).map(|value| (value, "[removed]")))
        };
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            // The longest one: a name may begin as another one.
            let found = hidden().filter(|(value, _)| rest.starts_with(value)).max_by_key(|(value, _)| value.len());
            let (head, length) = match found {
                Some((value, instead)) => (instead, value.len()),
                None => (rest.get(..first.len_utf8()).unwrap_or_default(), first.len_utf8()),
            };
            give(head);
            rest = rest.get(length..).unwrap_or_default();
        }
    }
}

/// Hexadecimal: nothing in it looks like a part of a JWT.
fn digits(bytes: &[u8], give: &mut dyn FnMut(&str)) {
    for byte in bytes {
        let pair = [hex(*byte >> 4, b'a'), hex(*byte & 15, b'a')];
        give(core::str::from_utf8(&pair).unwrap_or_default());
    }
}

const fn form(form: SignatureForm) -> &'static str {
    match form {
        SignatureForm::Raw => "raw",
        SignatureForm::Der => "der",
        SignatureForm::OutOfRange => "out_of_range",
        SignatureForm::OtherLength(_) => "other_length",
        SignatureForm::Empty => "empty",
        SignatureForm::Removed => "removed",
    }
}

const fn support(support: Support) -> &'static str {
    match support {
        Support::Supported => "supported",
        Support::Unsupported => "unsupported",
        Support::NotAdvertised => "not_advertised",
        Support::Unknown => "unknown",
    }
}

fn write_metadata(mut entry: Object<'_, '_>, evidence: &MetadataEvidence<'_>) {
    match &evidence.metadata {
        Err(error) => entry.text("problem", error.cause().text()),
        Ok(metadata) => {
            url(&mut entry, "issuer", Some(metadata.issuer().as_str()));
            url(&mut entry, "token_endpoint", metadata.endpoint(Endpoint::Token));
            let mut methods = entry.object("methods");
            methods.text("private_key_jwt", support(metadata.private_key_jwt(Endpoint::Token)));
            methods.end();
            let mut algorithms = entry.object("algorithms");
            algorithms.text("ES256", support(metadata.es256(Endpoint::Token)));
            algorithms.end();
        }
    }
    seconds(&mut entry, "fetched_at", evidence.fetched_at);
    sha256(&mut entry, "sha256", evidence.digest);
    entry.end();
}

/// A member that is a number of seconds, if it is known.
fn seconds(object: &mut Object<'_, '_>, name: &str, seconds: Option<u64>) {
    match seconds {
        None => object.text(name, ABSENT),
        Some(seconds) => object.seconds(name, seconds),
    }
}

/// A member that is a SHA-256, if it is known.
fn sha256(object: &mut Object<'_, '_>, name: &str, digest: Option<[u8; 32]>) {
    match digest {
        None => object.text(name, ABSENT),
        Some(digest) => object.pieces(name, |give| digits(&digest, give)),
    }
}

/// A member that is a URL, without user, query and fragment.
fn url(object: &mut Object<'_, '_>, name: &str, url: Option<&str>) {
    value(object, name, url.map_or(Member::Absent, Member::Text));
}

/// A member that is in clear.
fn value(object: &mut Object<'_, '_>, name: &str, member: Member<'_>) {
    match member {
        Member::Absent => object.text(name, ABSENT),
        Member::Json(_) => object.text(name, "not a string"),
        Member::Text(text) => object.pieces(name, |give| shown(text, &mut |piece| give(piece))),
    }
}

/// A member that may name somebody.
fn name(object: &mut Object<'_, '_>, member: &str, text: Member<'_>, hashed: bool, privacy: &Privacy<'_>) {
    match text {
        Member::Text(text) if hashed => object.pieces(member, |give| privacy.hash(text, give)),
        other => value(object, member, other),
    }
}
