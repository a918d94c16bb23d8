//! The key, and the signature.

use sha2::{Digest as _, Sha256};

use crate::diagnosis::behaviour::KeyIdNeed;
use crate::diagnosis::checks::{Check, Status, Wanted};
use crate::diagnosis::evidence::{KeysOf, PublishedKey, PublishedKeys, Verifier};
use crate::diagnosis::explain::weight;
use crate::diagnosis::fact::Fact;
use crate::diagnosis::fault::{Class, Fault};
use crate::diagnosis::inspection::{Inspection, Member, SignatureForm};
use crate::diagnosis::sentence::{Sentence, say};
use crate::diagnosis::{Diagnosis, Subject};
use crate::encoding::text::cut;
use crate::key::public::PublicKey;
use crate::key::signature::Es256Signature;
use crate::server::profile::KeyIdRule;

/// The keys that an assertion is checked with.
#[derive(Clone, Copy)]
pub(super) struct Keys<'e> {
    first: Option<PublishedKeys<'e>>,
    second: Option<PublishedKeys<'e>>,
}

impl<'e> Keys<'e> {
    pub(super) fn known(self) -> bool {
        self.first.is_some() || self.second.is_some()
    }

    pub(super) fn iter(self) -> KeysOf<'e> {
        KeysOf::new(self.first, self.second)
    }
}

impl<'e> Diagnosis<'e> {
    /// Whether the client itself has signed. The issuer of a grant is another party, unless it is the client, or nobody else
    /// is known.
    fn is_clients(&self, x: &Inspection<'_>, subject: Subject) -> bool {
        let client = self.client.as_ref().and_then(|client| client.subject().text());
        let client = client.or(self.evidence.registration.and_then(|client| client.client_id()));
        subject != Subject::Grant || client.is_none_or(|id| x.issuer().text() == Some(id))
    }

    /// The keys that the signer of this assertion is registered with.
    pub(super) fn keys(&self, x: &Inspection<'_>, subject: Subject) -> Keys<'e> {
        let is_clients = self.is_clients(x, subject);
        // Published keys are for the only assertion that there is; of two, for the one that names one of them.
        let named =
            |keys: PublishedKeys<'_>| x.key_id().text().is_some_and(|id| keys.keys().any(|key| key.has_id(Some(id))));
        Keys {
            first: self.evidence.registration.and_then(|client| client.keys).filter(|_| is_clients),
            second: self.evidence.keys.filter(|keys| is_clients || self.client.is_none() || named(*keys)),
        }
    }

    /// The key that signs, if it is the one of this assertion.
    fn own_key(&self, x: &Inspection<'_>, subject: Subject) -> Option<PublicKey> {
        self.evidence.key.filter(|_| self.client.is_none() || self.is_clients(x, subject))
    }

    /// What is not `sound` is not what was signed.
    pub(super) fn key(&mut self, x: &Inspection<'e>, subject: Subject, sound: bool) {
        let keys = self.keys(x, subject);
        let count = keys.iter().count();
        self.key_id(x, count, subject);
        // Of other algorithms nothing more is known here.
        if x.algorithm().text() != Some("ES256") {
            return;
        }
        // What is odd about its text goes with what is odd about the rest.
        if sound || x.signature_form() != SignatureForm::Raw {
            self.signature_form(x, subject);
        }
        if !sound {
            for check in [Check::Key, Check::SignatureForm, Check::Signature] {
                self.set(check, Status::NotDecidable(Wanted::Assertion));
            }
            return;
        }
        if !keys.known() {
            let wanted = Status::NotDecidable(Wanted::Keys);
            self.set(Check::Key, wanted);
            if x.signature.is_some() {
                self.set(Check::Signature, wanted);
            }
        }
        if keys.known() && count == 0 {
            let facts = [Fact::Is(say!("the client is registered without keys"))];
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
        // What is known is known of client assertions.
        let need = match (subject, self.behaviour().key_id) {
            (Subject::Grant, KeyIdNeed::Never) => KeyIdNeed::Unknown,
            (_, need) => need,
        };
        let class = match need {
            _ if required => Some(Class::Proven),
            KeyIdNeed::Always => Some(Class::Proven),
            KeyIdNeed::Several if count > 1 => Some(Class::Proven),
            KeyIdNeed::Several | KeyIdNeed::Unknown if count != 1 => Some(Class::Consistent),
            _ => None,
        };
        match class {
            Some(class) => {
                self.fail(check, fault, class, subject, &[Fact::Is(say!("kid is absent"))]);
                self.weaken(fault, if class == Class::Consistent && count < 2 { weight::OPEN } else { weight::SEEN });
            }
            None => self.set(check, Status::Passed),
        }
    }

    fn signature_form(&mut self, x: &Inspection<'e>, subject: Subject) {
        let check = Check::SignatureForm;
        let facts = match x.signature_form() {
            SignatureForm::Der => {
                let facts = [Fact::Is(say!("the signature is DER: a SEQUENCE of two INTEGERs"))];
                return self.fail(check, Fault::SignatureDer, Class::Proven, subject, &facts);
            }
            SignatureForm::OutOfRange => {
                let facts = [Fact::Is(say!("r or s of the signature is 0, or not below the order of P-256"))];
                return self.fail(check, Fault::SignatureInvalid, Class::Proven, subject, &facts);
            }
            SignatureForm::Removed => return self.set(check, Status::NotDecidable(Wanted::Assertion)),
            SignatureForm::Empty => [Fact::Is(say!("there is no signature"))],
            SignatureForm::OtherLength(length) => {
                [Fact::count(say!("bytes of the signature, where 64 are wanted"), length)]
            }
            SignatureForm::Raw => {
                let odd = x.signature_odd;
                let text = match (odd.padding, odd.standard, odd.foreign, odd.trailing_bits || odd.length) {
                    (true, ..) => say!("the signature has base64 padding"),
                    (_, true, ..) => say!("the signature has + or / of base64"),
                    (_, _, true, _) => say!("the signature is no base64url"),
                    (.., true) => say!("the signature's base64url has stray bits"),
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
        let named = keys.iter().any(|key| key.has_id(key_id));
        let own = self.own_key(x, subject);
        let own_is_there = own.is_some_and(|own| keys.iter().any(|key| key.key == Some(own)));
        let own_under_id = own.is_some_and(|own| {
            keys.iter()
                .any(|key| key.key == Some(own) && key.key_id.zip(key_id).is_none_or(|(one, other)| one.is(other)))
        });
        match (key_id, own) {
            (Some(value), None) if !named => {
                let facts = [Fact::Sent { name: say!("kid, which no registered key has,"), value }];
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
            (true, true) => (
                Fault::KidMismatch,
                [Fact::Sent {
                    name: say!("kid, under which another key is registered than the one that signed,"),
                    value,
                }],
            ),
            (false, true) => {
                (Fault::KidUnknown, [Fact::Sent { name: say!("kid, which no registered key has,"), value }])
            }
            (true, false) => {
                (Fault::KeyMismatch, [Fact::Sent { name: say!("kid, under which another key is registered,"), value }])
            }
            (false, false) => {
                (Fault::KeyUnknown, [Fact::Is(say!("the key that signed is not among the registered ones"))])
            }
        };
        self.fail(Check::Key, fault, Class::Proven, subject, &facts);
    }

    fn verify(&mut self, x: &Inspection<'e>, keys: Keys<'e>, seal: &Seal<'_>, subject: Subject) {
        let key_id = x.key_id().text();
        let named = keys.iter().any(|key| key.has_id(key_id));
        let id_counts = key_id.is_some();
        // Those of that name first: it is one of them most of the time. Keys of other types may have the same
        // (RFC 7517 section 4.5).
        let right = [true, false].into_iter().find(|under_id| {
            keys.iter().any(|key| key.has_id(key_id) == *under_id && key.key.is_some_and(|key| seal.by(&key)))
        });
        if let Some(right) = right {
            self.set(Check::Signature, Status::Passed);
            if right || !id_counts {
                self.set(Check::Key, Status::Passed);
                self.published_lately(keys, x, subject);
            } else {
                self.wrong_key(key_id, named, true, subject);
            }
            return;
        }
        let own = self.own_key(x, subject);
        if own.is_some_and(|own| seal.by(&own)) {
            self.set(Check::Signature, Status::Passed);
            if keys.known() {
                self.wrong_key(key_id, named, false, subject);
            }
            return;
        }
        let embedded = match x.embedded_key() {
            Member::Json(jwk) => PublishedKey::read(jwk).key,
            _ => None,
        };
        if embedded.is_some_and(|key| seal.by(&key)) {
            self.set(Check::Signature, Status::Passed);
            if keys.known() {
                let facts = [Fact::Is(say!("the key that signed is the one in the header, and it is not registered"))];
                self.fail(Check::Key, Fault::KeyUnknown, Class::Proven, subject, &facts);
            }
            return;
        }
        if own.is_none() && !keys.known() {
            return;
        }
        // It does not verify. Was it made of something else, or written in another way?
        let misread = own.and_then(|key| seal.misread(&key));
        if let Some(text) = misread.or_else(|| keys.iter().find_map(|key| seal.misread(&key.key?))) {
            self.set(Check::Signature, Status::Failed);
            return self.fail(
                Check::SignatureForm,
                Fault::SignatureEncoding,
                Class::Proven,
                subject,
                &[Fact::Is(text)],
            );
        }
        let missigned = own.and_then(|key| seal.missigned(&key, x));
        if let Some(text) = missigned.or_else(|| keys.iter().find_map(|key| seal.missigned(&key.key?, x))) {
            return self.fail(Check::Signature, Fault::SigningInputAltered, Class::Proven, subject, &[Fact::Is(text)]);
        }
        if own.is_none() && id_counts && !named {
            let facts = [
                Fact::Sent { name: say!("kid, which no registered key has,"), value: key_id.unwrap_or_default() },
                Fact::Is(say!("no registered key verifies the signature")),
            ];
            self.set(Check::Signature, Status::NotDecidable(Wanted::Key));
            return self.fail(Check::Key, Fault::KeyUnknown, Class::Proven, subject, &facts);
        }
        let fact = match (own.is_some(), named) {
            (true, _) => say!("the signature verifies neither with the key that signs nor with a registered one"),
            (false, true) => {
                say!(
                    "the signature does not verify with the key that is registered under this kid, nor with another one"
                )
            }
            (false, false) => say!("the signature verifies with no registered key"),
        };
        // Without the key that signs, it may be another one, and the signature right.
        let class = if own.is_none() { Class::Consistent } else { Class::Proven };
        self.pass_if(Check::Key, own.is_some(), Wanted::Key);
        self.fail(Check::Signature, Fault::SignatureInvalid, class, subject, &[Fact::Is(fact)]);
        if class == Class::Consistent {
            self.weaken(Fault::SignatureInvalid, weight::FIRST);
        }
    }

    /// Whether the server may still have a copy of the key set without this key.
    fn published_lately(&mut self, keys: Keys<'e>, x: &Inspection<'e>, subject: Subject) {
        let Some(set) = keys.second else { return };
        let key_id = x.key_id().text();
        // One that the server was given itself is there.
        if keys.first.is_some_and(|first| first.keys().any(|key| key.has_id(key_id))) {
            return;
        }
        let published = set.keys().find(|key| key.has_id(key_id)).and_then(|key| key.not_before);
        let Some(now) = self.now() else { return };
        let max_age = set.max_age.map_or(3_600, u64::from);
        let lately = |since: u64| since.saturating_add(max_age) > now.low;
        let fact = match (published, set.fetched_at) {
            (Some(since), _) if lately(since) => {
                let count = now.low.cast_signed().saturating_sub(since.cast_signed());
                Fact::Count {
                    name: say!("seconds since the key was published, which is less than a copy may be kept"),
                    count,
                }
            }
            (None, Some(since)) if lately(since) => Fact::Is(say!(
                "the key is in the set that was fetched here; the server may keep an older copy for as long"
            )),
            _ => return,
        };
        self.find(Fault::KeyNotPropagated, Class::Consistent, subject, &[fact]);
        self.weaken(Fault::KeyNotPropagated, weight::OPEN);
    }
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
    #[inline(never)]
    fn misread(&self, key: &PublicKey) -> Option<Sentence> {
        let bytes = self.signature.as_bytes();
        let (r, s) = bytes.split_at_checked(32)?;
        let ways: [(Sentence, [u8; 64]); 3] = [
            (say!("it verifies with r and s swapped"), collect(s.iter().chain(r))),
            (say!("it verifies with r and s in the other byte order"), collect(r.iter().rev().chain(s.iter().rev()))),
            (say!("it verifies with all bytes in the other order"), collect(bytes.iter().rev())),
        ];
        ways.into_iter().find_map(|(text, bytes)| {
            let signature = Es256Signature::from_bytes(bytes).ok()?;
            (self.verifier.verify(key, &self.hash, &signature) == Some(true)).then_some(text)
        })
    }

    /// A signature of something else.
    #[inline(never)]
    fn missigned(&self, key: &PublicKey, x: &Inspection<'_>) -> Option<Sentence> {
        let input = x.signing_input();
        let claims = cut(input, b".").map_or("", |(_, claims)| claims);
        if self.of(key, &Sha256::digest(self.hash).into()) {
            return Some(say!("it verifies for the hash of the hash: it was hashed twice"));
        }
        let ways = [
            (say!("it verifies with a NUL behind what was sent"), [input, "\0", ""]),
            (say!("it verifies with a line end behind what was sent"), [input, "\n", ""]),
            (say!("it verifies with CR and LF behind what was sent"), [input, "\r\n", ""]),
            (say!("it verifies for the claims alone"), [claims, "", ""]),
            (say!("it verifies for the JSON of the claims, before base64url"), [x.claims.json, "", ""]),
            (
                say!("it verifies for the JSON of header and claims, before base64url"),
                [x.header.json, ".", x.claims.json],
            ),
        ];
        ways.into_iter().find_map(|(sentence, parts)| {
            let mut hash = Sha256::new();
            for part in parts {
                hash.update(part);
            }
            self.of(key, &hash.finalize().into()).then_some(sentence)
        })
    }
}

fn collect<'b>(bytes: impl Iterator<Item = &'b u8>) -> [u8; 64] {
    let mut all = [0; 64];
    crate::encoding::output::copy(&mut all, bytes);
    all
}
