//! The audience.

use crate::assertion::audience::IssuerIdentifier;
use crate::diagnosis::checks::{Check, Status, Wanted};
use crate::diagnosis::explain::weight;
use crate::diagnosis::fact::Fact;
use crate::diagnosis::fault::{Class, Fault};
use crate::diagnosis::inspection::{Inspection, Member};
use crate::diagnosis::sentence::{Sentence, say};
use crate::diagnosis::{Diagnosis, Subject};
use crate::encoding::json::read::Text;
use crate::encoding::text::before;
use crate::error::Cause;
use crate::server::metadata::Endpoint;
use crate::server::profile::AudienceRule;

impl<'e> Diagnosis<'e> {
    pub(super) fn audience(&mut self, x: &Inspection<'e>, subject: Subject) {
        let behaviour = self.behaviour();
        let check = Check::Audience;
        let (list_of_one, list) = (behaviour.list_of_one, behaviour.list);
        let one = match x.audience() {
            Member::Absent => {
                let facts = [Fact::Is(say!("aud is absent"))];
                return self.fail(check, Fault::AudienceMissing, Class::Proven, subject, &facts);
            }
            Member::Text("") => {
                let facts = [Fact::Is(say!("aud is empty"))];
                return self.fail(check, Fault::AudienceMissing, Class::Proven, subject, &facts);
            }
            Member::Text(text) => text,
            member @ Member::Json(_) => {
                let Some(elements) = member.elements() else {
                    let facts = [Fact::Is(say!("aud is neither a string nor a list"))];
                    return self.fail(check, Fault::AudienceMismatch, Class::Proven, subject, &facts);
                };
                let count = elements.count();
                if count == 0 {
                    let facts = [Fact::Is(say!("aud is an empty list"))];
                    return self.fail(check, Fault::AudienceMissing, Class::Proven, subject, &facts);
                }
                let (taken, fact) = if count == 1 {
                    (list_of_one, say!("aud is a list, of one audience"))
                } else {
                    (list, say!("aud is a list of several audiences"))
                };
                if taken == Some(false) {
                    return self.fail(check, Fault::AudienceMultiple, Class::Proven, subject, &[Fact::Is(fact)]);
                }
                if taken.is_none() {
                    self.find(Fault::AudienceMultiple, Class::Consistent, subject, &[Fact::Is(fact)]);
                    // RFC 10070 allows a list of one, and not every server does.
                    self.weaken(Fault::AudienceMultiple, if count == 1 { weight::OPEN } else { weight::SEEN });
                }
                let texts = || member.elements().into_iter().flatten().filter_map(Text::of);
                // One that the server takes is enough; else the first is looked at.
                let known = self.audiences(subject);
                let mut taken =
                    known.iter().filter(|(.., takes)| *takes == Some(true)).filter_map(|(_, value, _)| *value);
                let taken = taken.find(|value| texts().any(|text| text.is(value)));
                match taken.or_else(|| texts().find_map(Text::plain)) {
                    Some(text) => text,
                    None => return self.set(check, Status::NotDecidable(Wanted::Issuer)),
                }
            }
        };
        self.one_audience(one, subject);
    }

    /// The audiences that are known, each with its name and whether the server takes it.
    fn audiences(&self, subject: Subject) -> [(Sentence, Option<&'e str>, Option<bool>); 4] {
        let behaviour = self.behaviour();
        let metadata = self.evidence.known_metadata();
        let issuer = self.evidence.issuer.or(metadata.map(|metadata| metadata.issuer().as_str()));
        let invoked = self.evidence.request.map(|request| request.endpoint).filter(|url| !url.is_empty());
        let token = self
            .evidence
            .token_endpoint
            .or(metadata.and_then(|metadata| metadata.endpoint(Endpoint::Token)))
            .or(invoked);
        let rule = self.evidence.profile.map(|profile| match subject {
            Subject::Grant => profile.grant_audience.unwrap_or(AudienceRule::Issuer),
            _ => profile.audience,
        });
        let grant = subject == Subject::Grant;
        let (fixed_name, fixed) = match rule {
            Some(AudienceRule::Fixed(uri)) => (say!("the audience of the profile"), Some(uri)),
            Some(AudienceRule::ClientId) => {
                let assertion = if grant { &self.grant } else { &self.client };
                let issuer = assertion.as_ref().and_then(|x| x.issuer().text());
                (say!("the client id"), self.client_id().or(issuer))
            }
            _ => (say!("the audience of the profile"), None),
        };
        let of_its_own = matches!(rule, Some(AudienceRule::Fixed(_) | AudienceRule::ClientId));
        let (takes_issuer, takes_token) = if grant {
            // RFC 7523 section 3 names the token endpoint for grants.
            (behaviour.grant_issuer, behaviour.grant_token_endpoint.or(Some(!of_its_own)))
        } else {
            (behaviour.issuer, behaviour.token_endpoint)
        };
        let takes_issuer = takes_issuer.or(match rule {
            // RFC 10070: whoever has no profile is taken to follow it.
            None | Some(AudienceRule::Issuer) => Some(true),
            Some(_) => of_its_own.then_some(false),
        });
        let by_rule = |wanted| (rule == Some(wanted)).then_some(true);
        let takes_token = takes_token.or(by_rule(AudienceRule::TokenEndpoint));
        let takes_invoked = if grant { None } else { behaviour.invoked_endpoint };
        let takes_invoked = takes_invoked.or(by_rule(AudienceRule::InvokedEndpoint));
        // A request to the token endpoint invokes that one.
        let takes_token = if token == invoked && takes_invoked == Some(true) { takes_invoked } else { takes_token };
        [
            (say!("the issuer identifier"), issuer, takes_issuer),
            (say!("the token endpoint"), token, takes_token),
            (say!("the endpoint that was contacted"), invoked.filter(|url| token != Some(*url)), takes_invoked),
            (fixed_name, fixed, Some(true)),
        ]
    }

    /// Whether the server takes an audience that is known; two of them may be the same URL.
    fn takes(&self, audience: &str, subject: Subject) -> Option<Option<bool>> {
        let audiences = self.audiences(subject);
        let mut takes = audiences.iter().filter(|(_, value, _)| *value == Some(audience)).map(|(.., takes)| *takes);
        let first = takes.next()?;
        Some(if takes.any(|other| other == Some(true)) { Some(true) } else { first })
    }

    fn one_audience(&mut self, aud: &'e str, subject: Subject) {
        let check = Check::Audience;
        let audiences = self.audiences(subject);
        let expected = audiences.iter().find(|(_, value, takes)| value.is_some() && *takes == Some(true));
        if let Some(takes) = self.takes(aud, subject) {
            let facts = |fact| match expected {
                Some((expected_name, Some(expected), _)) => [
                    Fact::Differs { name: say!("aud"), value: aud, expected_name: *expected_name, expected },
                    Fact::Is(fact),
                ],
                _ => [Fact::Sent { name: say!("aud"), value: aud }, Fact::Is(fact)],
            };
            match takes {
                Some(true) => self.set(check, Status::Passed),
                Some(false) => {
                    let facts = facts(say!("this server does not take that one"));
                    self.fail(check, Fault::AudienceMismatch, Class::Proven, subject, &facts);
                }
                None => {
                    let facts = facts(say!(
                        "RFC 10070 excludes endpoints as the audience of client assertions, and some servers still take them"
                    ));
                    self.fail(check, Fault::AudienceMismatch, Class::Consistent, subject, &facts);
                    self.weaken(Fault::AudienceMismatch, weight::WEAK);
                }
            }
            return;
        }
        // It is none of them. What is it close to?
        let issuer_known =
            audiences.iter().any(|(name, value, _)| *name == say!("the issuer identifier") && value.is_some());
        let mut nearest: Option<(u8, Sentence, &'e str, Cause)> = None;
        for (name, value, takes) in audiences {
            let Some(value) = value.filter(|_| takes != Some(false)) else { continue };
            let Ok(known) = IssuerIdentifier::insecure_http(before(value, b"?#")) else {
                continue;
            };
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
            // What is no URL is equal or is not.
            let Some((expected_name, Some(expected), _)) = expected else {
                return self.set(check, Status::NotDecidable(Wanted::Issuer));
            };
            let facts = [Fact::Differs { name: say!("aud"), value: aud, expected_name: *expected_name, expected }];
            return self.fail(check, Fault::AudienceMismatch, Class::Proven, subject, &facts);
        };
        // An issuer that is not known can be at another path or host than its endpoint.
        if !issuer_known && distance == 5 {
            if aud.ends_with('/') {
                let facts =
                    [Fact::Sent { name: say!("aud, which ends in a slash as few issuer identifiers do,"), value: aud }];
                self.find(Fault::AudienceNearMiss, Class::Consistent, subject, &facts);
                self.weaken(Fault::AudienceNearMiss, weight::OPEN);
            }
            return self.set(check, Status::NotDecidable(Wanted::Issuer));
        }
        let class = if issuer_known { Class::Proven } else { Class::Consistent };
        let fault = if distance < 5 { Fault::AudienceNearMiss } else { Fault::AudienceMismatch };
        let how = match cause {
            Cause::IssuerSlash => say!("they differ by a final slash"),
            Cause::IssuerCase => say!("they differ by upper and lower case"),
            Cause::IssuerEncoding => say!("they differ by percent-encoding or by characters outside of ASCII"),
            Cause::IssuerPort => say!("they differ by the port"),
            Cause::IssuerScheme => say!("they differ by http and https"),
            Cause::IssuerPath => say!("the path is another: another tenant, realm or endpoint"),
            _ => say!("the host is another: another server or environment"),
        };
        let facts = [Fact::Differs { name: say!("aud"), value: aud, expected_name, expected }, Fact::Is(how)];
        self.fail(check, fault, class, subject, &facts);
    }
}
