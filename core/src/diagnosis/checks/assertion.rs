//! Header, parties and ids of one assertion.

use crate::assertion::is_client_type;
use crate::diagnosis::behaviour::{KeyIdNeed, TypeNeed};
use crate::diagnosis::checks::{Check, Status, Wanted};
use crate::diagnosis::evidence;
use crate::diagnosis::explain::weight;
use crate::diagnosis::fact::Fact;
use crate::diagnosis::fault::{Class, Fault};
use crate::diagnosis::inspection::{Inspection, Member};
use crate::diagnosis::sentence::say;
use crate::diagnosis::{Diagnosis, Subject};
use crate::error::Cause;
use crate::server::metadata::{Endpoint, Support};
use crate::server::profile::{Es256Rule, TypeRule};

impl<'e> Diagnosis<'e> {
    /// Whether it is what it should be, as text.
    pub(super) fn structure(&mut self, x: &Inspection<'e>, subject: Subject) -> bool {
        let (check, fault) = (Check::Structure, Fault::AssertionMalformed);
        let mut passed = true;
        let mut odd = |this: &mut Self, fact| {
            this.fail(check, fault, Class::Proven, subject, &[fact]);
            passed = false;
        };
        if x.segments != 3 {
            odd(self, Fact::count(say!("segments between dots, where 3 are wanted"), x.segments));
        }
        for (segment, is_header) in [(x.header, true), (x.claims, false)] {
            let of = |header, claims| Fact::Is(if is_header { header } else { claims });
            match segment.problem {
                None => {}
                Some(Cause::Repeated) => {
                    odd(self, of(say!("a header parameter is there twice"), say!("a claim is there twice")));
                }
                Some(Cause::WrongType) => {
                    odd(self, of(say!("the header is no JSON object"), say!("the claims are no JSON object")))
                }
                Some(_) => odd(self, of(say!("the header is no JSON"), say!("the claims are no JSON"))),
            }
            if segment.odd.padding {
                odd(self, of(say!("the header has base64 padding"), say!("the claims have base64 padding")));
            }
            if segment.odd.standard {
                odd(self, of(say!("the header has + or / of base64"), say!("the claims have + or / of base64")));
            }
            if segment.odd.white_space {
                odd(
                    self,
                    of(
                        say!("the header has a blank or a line end in it"),
                        say!("the claims have a blank or a line end in them"),
                    ),
                );
            }
            if segment.odd.foreign || segment.odd.length {
                odd(self, of(say!("the header is no base64url"), say!("the claims are no base64url")));
            }
            if segment.odd.trailing_bits {
                odd(
                    self,
                    of(say!("the header's base64url has stray bits"), say!("the claims' base64url has stray bits")),
                );
            }
        }
        if x.signature_odd.white_space {
            odd(self, Fact::Is(say!("the signature has a blank or a line end in it")));
        }
        if passed {
            self.set(check, Status::Passed);
        }
        passed
    }

    pub(super) fn length(&mut self, x: &Inspection<'e>, subject: Subject) {
        // The smallest limit that is known of a server is 51,200, of HTTP servers 8,192 for other things.
        const LIMIT: usize = 8_192;
        if x.length() <= LIMIT {
            return self.set(Check::Length, Status::Passed);
        }
        let facts = [Fact::count(say!("characters of the assertion"), x.length())];
        self.fail(Check::Length, Fault::AssertionTooLong, Class::Consistent, subject, &facts);
        self.weaken(Fault::AssertionTooLong, weight::WEAK);
    }

    pub(super) fn algorithm(&mut self, x: &Inspection<'e>, subject: Subject) {
        const ASYMMETRIC: [&str; 11] =
            ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
        let (check, fault) = (Check::Algorithm, Fault::AlgorithmUnsupported);
        let Some(value) = x.algorithm().text() else {
            return self.fail(check, fault, Class::Proven, subject, &[Fact::Is(say!("alg is absent, or no string"))]);
        };
        let sent = Fact::Sent { name: say!("alg"), value };
        if value.eq_ignore_ascii_case("none") {
            return self.fail(check, Fault::AlgorithmNone, Class::Proven, subject, &[sent]);
        }
        if !ASYMMETRIC.contains(&value) {
            let facts = [sent, Fact::Is(say!("that is no algorithm of private_key_jwt"))];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        let registration = self.evidence.registration.filter(|_| subject == Subject::Client);
        if let Some(expected) = registration.and_then(|client| client.algorithm)
            && expected != value
        {
            let facts =
                [Fact::Differs { name: say!("alg"), value, expected_name: say!("the registered one"), expected }];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        let keys = self.keys(x, subject);
        let is_es256 = value == "ES256";
        let for_p256 = keys.iter().count() > 0 && keys.iter().all(|key| key.key.is_some());
        if for_p256 && !is_es256 {
            let facts = [sent, Fact::Is(say!("all registered keys are of P-256, whose algorithm is ES256"))];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        let metadata = self.evidence.known_metadata();
        let listed = metadata.map_or(Support::Unknown, |metadata| metadata.es256(Endpoint::Token));
        let profile = self.evidence.profile.filter(|_| subject == Subject::Client);
        let refused = profile.is_some_and(|profile| profile.es256 == Es256Rule::Refused);
        if is_es256 && subject == Subject::Client && (listed == Support::Unsupported || refused) {
            let facts = [
                sent,
                Fact::Is(if refused {
                    say!("this server takes other algorithms only")
                } else {
                    say!("the server's metadata does not list it")
                }),
            ];
            return self.fail(check, fault, Class::Proven, subject, &facts);
        }
        if !is_es256 && !keys.known() {
            let facts = [sent, Fact::Is(say!("the algorithm of a P-256 key is ES256"))];
            return self.fail(check, fault, Class::Consistent, subject, &facts);
        }
        let agreed = registration.is_some_and(|client| client.algorithm.is_some()) || for_p256;
        self.pass_if(check, agreed || is_es256 && listed == Support::Supported, Wanted::Registration);
    }

    pub(super) fn header(&mut self, x: &Inspection<'e>, subject: Subject) {
        let behaviour = self.behaviour();
        let (check, fault) = (Check::HeaderMembers, Fault::HeaderMemberRefused);
        let mut passed = true;
        if x.critical().is_present() {
            let facts = [Fact::Is(say!("crit names parameters that no server knows"))];
            self.fail(check, fault, Class::Proven, subject, &facts);
            passed = false;
        }
        let tries_keys = behaviour.key_id == KeyIdNeed::Never;
        for (member, fact, taken) in [
            (x.key_id(), say!("kid is no string"), tries_keys),
            (x.typ(), say!("typ is no string"), behaviour.typ == TypeNeed::Any),
        ] {
            if matches!(member, Member::Json(_)) && !taken {
                self.fail(check, fault, Class::Proven, subject, &[Fact::Is(fact)]);
                passed = false;
            }
        }
        if let Some(value) = x.other_header
            && behaviour.headers_refused != Some(false)
        {
            let class = if behaviour.headers_refused == Some(true) { Class::Proven } else { Class::Consistent };
            self.fail(check, fault, class, subject, &[Fact::Sent { name: say!("a header parameter"), value }]);
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
        let sent =
            if typ.is_empty() { Fact::Is(say!("typ is absent")) } else { Fact::Sent { name: say!("typ"), value: typ } };
        if subject == Subject::Grant {
            if is_client_type(typ) {
                let facts =
                    [sent, Fact::Is(say!("that is the type of client authentication, and it was sent as a grant"))];
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
                let facts = [sent, Fact::Is(say!("this server takes another one"))];
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
                            (_, "") => [sent, Fact::Is(say!("the profile of this server has none"))],
                            ("", expected) => [sent, Fact::Sent { name: say!("that of the profile"), value: expected }],
                            (value, expected) => {
                                let name = say!("that of the profile");
                                [
                                    Fact::Differs { name: say!("typ"), value, expected_name: name, expected },
                                    Fact::Is(say!("versions differ in whether they look at it")),
                                ]
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
    pub(super) fn parties(&mut self, x: &Inspection<'e>, subject: Subject) {
        let check = Check::IssuerAndSubject;
        let present = |member: Member<'e>| member.text().filter(|text| !text.is_empty());
        let (iss, sub) = (present(x.issuer()), present(x.subject()));
        if iss.is_none() {
            let facts = [Fact::Is(say!("iss is absent, empty or no string"))];
            self.fail(check, Fault::IssuerMissing, Class::Proven, subject, &facts);
        }
        if sub.is_none() {
            let facts = [Fact::Is(say!("sub is absent, empty or no string"))];
            self.fail(check, Fault::SubjectMissing, Class::Proven, subject, &facts);
        }
        let registered = self.evidence.registration.and_then(|client| client.client_id());
        let (Some(iss), Some(sub)) = (iss, sub) else { return };
        if subject == Subject::Grant {
            self.set(check, Status::Passed);
            if iss == sub && registered == Some(iss) {
                let facts =
                    [Fact::Is(say!("iss and sub of the grant are both the client id: that is client authentication"))];
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
            let facts = [Fact::Is(say!("iss and sub of the client assertion differ"))];
            self.fail(check, Fault::IssuerSubjectMismatch, Class::Proven, subject, &facts);
            let facts = [Fact::Is(say!("iss and sub of a grant differ, and those of a client assertion do not"))];
            self.fail(Check::Purpose, Fault::PurposeConfused, Class::Consistent, subject, &facts);
        }
        let behaviour = self.behaviour();
        let parameter = self.evidence.request.and_then(|request| request.parameter(evidence::CLIENT_ID).get());
        match parameter {
            Some(parameter) if parameter != sub && behaviour.client_id_compared != Some(false) => {
                let facts = [Fact::Is(say!("client_id is not sub of the client assertion"))];
                self.fail(Check::ClientId, Fault::ClientIdMismatch, Class::Proven, subject, &facts);
            }
            None if behaviour.client_id_required == Some(true) => {
                let facts = [Fact::Is(say!("client_id is absent, and this server requires it"))];
                self.fail(Check::ClientId, Fault::ClientIdMismatch, Class::Proven, subject, &facts);
            }
            _ => self.set(Check::ClientId, Status::Passed),
        }
        match registered {
            None => self.set(Check::Client, Status::NotDecidable(Wanted::Registration)),
            Some(registered) if registered == sub => self.set(Check::Client, Status::Passed),
            Some(_) if iss == sub => {
                let facts = [Fact::Is(say!("iss and sub are not the registered client id"))];
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
        let metadata = self.evidence.known_metadata();
        let listed = metadata.map_or(Support::Unknown, |metadata| metadata.private_key_jwt(Endpoint::Token));
        match self.evidence.registration {
            Some(client) if client.auth_method.is_some_and(|method| method != METHOD) => {
                let value = client.auth_method.unwrap_or_default();
                let facts = [Fact::Sent { name: say!("the registered token_endpoint_auth_method"), value }];
                self.fail(check, fault, Class::Proven, subject, &facts);
            }
            _ if listed == Support::Unsupported => {
                let facts = [Fact::Is(say!("the server's metadata does not list private_key_jwt"))];
                self.fail(check, fault, Class::Proven, subject, &facts);
            }
            Some(client) if client.auth_method.is_none() && client.client_id().is_some() => {
                // The default of RFC 7591 section 2 is another method; a copy may be without it all the same.
                self.set(check, Status::NotDecidable(Wanted::Registration));
            }
            registration => self.pass_if(check, registration.is_some(), Wanted::Registration),
        }
    }

    pub(super) fn jwt_id(&mut self, x: &Inspection<'e>, subject: Subject) {
        let behaviour = self.behaviour();
        let required = if subject == Subject::Grant { behaviour.grant_jti_required } else { behaviour.jti_required };
        let id = match (x.jwt_id(), required) {
            (Member::Absent, Some(false)) => return self.set(Check::JwtId, Status::Passed),
            (Member::Absent, None) if subject == Subject::Grant => {
                self.find(Fault::JtiMissing, Class::Consistent, subject, &[Fact::Is(say!("jti is absent"))]);
                self.weaken(Fault::JtiMissing, weight::OPEN);
                return self.set(Check::JwtId, Status::NotDecidable(Wanted::Profile));
            }
            (Member::Absent, required) => {
                let class = if required.is_some() { Class::Proven } else { Class::Consistent };
                return self.fail(Check::JwtId, Fault::JtiMissing, class, subject, &[Fact::Is(say!("jti is absent"))]);
            }
            (odd @ (Member::Text("") | Member::Json(_)), _) => {
                let is_empty = matches!(odd, Member::Text(_));
                let facts = [Fact::Is(if is_empty { say!("jti is empty") } else { say!("jti is no string") })];
                // Who does not look at it may still not read it.
                let ignored = required == Some(false) && behaviour.replay_refused == Some(false);
                let class = if ignored { Class::Consistent } else { Class::Proven };
                self.fail(Check::JwtId, Fault::JtiInvalid, class, subject, &facts);
                if ignored {
                    self.weaken(Fault::JtiInvalid, weight::WEAK);
                }
                return;
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
        match seen.count(id) {
            0 => self.set(Check::Replay, Status::Passed),
            count => {
                let facts = [Fact::count(say!("times that this jti was sent before"), count)];
                self.fail(Check::Replay, Fault::JtiReplayed, Class::Proven, subject, &facts);
            }
        }
    }
}
