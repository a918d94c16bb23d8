//! The request itself: method, body, parameters.

use crate::diagnosis::checks::{Check, Status, Wanted};
use crate::diagnosis::evidence::{self, SentRequest};
use crate::diagnosis::explain::weight;
use crate::diagnosis::fact::Fact;
use crate::diagnosis::fault::{Class, Fault};
use crate::diagnosis::inspection::is_placeholder;
use crate::diagnosis::sentence::say;
use crate::diagnosis::{Diagnosis, Subject};
use crate::encoding::json::read::Text;
use crate::encoding::text::before;
use crate::server::metadata::Support;
use crate::token::request::{CLIENT_ASSERTION_TYPE, CONTENT_TYPE, JWT_BEARER};

impl<'e> Diagnosis<'e> {
    pub(super) fn request(&mut self, request: &'e SentRequest<'e>) {
        let subject = Subject::Request;
        match request.method {
            "" => self.set(Check::HttpMethod, Status::NotDecidable(Wanted::Request)),
            "POST" => self.set(Check::HttpMethod, Status::Passed),
            value => {
                let facts = [Fact::Sent { name: say!("the method"), value }];
                self.fail(Check::HttpMethod, Fault::HttpMethodWrong, Class::Proven, subject, &facts);
            }
        }
        let form = |value: &str| before(value, b";").trim_ascii().eq_ignore_ascii_case(CONTENT_TYPE);
        match request.content_type {
            Some(value) if !form(value) && request.method != "GET" => {
                let facts = [Fact::Sent { name: say!("Content-Type"), value }];
                self.fail(Check::ContentType, Fault::ContentTypeWrong, Class::Proven, subject, &facts);
            }
            _ if request.not_a_form => {
                let facts = [Fact::Is(say!("the body is JSON"))];
                self.fail(Check::ContentType, Fault::ContentTypeWrong, Class::Proven, subject, &facts);
            }
            Some(_) => self.set(Check::ContentType, Status::Passed),
            None => self.set(Check::ContentType, Status::NotDecidable(Wanted::Request)),
        }
        match request.repeated() {
            Some(value) => {
                let facts = [Fact::Sent { name: say!("a parameter that is there twice"), value }];
                self.fail(Check::Parameters, Fault::ParameterDuplicated, Class::Proven, subject, &facts);
            }
            None => self.pass_if(Check::Parameters, request.has_parameters(), Wanted::Request),
        }
        self.parameters(request);
        self.scope(request);
        let profile = self.evidence.profile;
        match profile {
            Some(profile) if profile.proof_of_possession && !request.dpop => {
                let facts = [Fact::Is(say!(
                    "this server wants DPoP or a client certificate besides, and there was no DPoP header"
                ))];
                let fault = Fault::ProofOfPossessionRequired;
                self.fail(Check::ProofOfPossession, fault, Class::Consistent, Subject::Beyond, &facts);
                self.weaken(fault, weight::REMARK);
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
                say!("client_secret was sent beside the client assertion")
            } else {
                say!("an Authorization header was sent beside the client assertion")
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
            let facts = [Fact::Is(say!("client_assertion is absent or empty"))];
            self.fail(Check::Assertion, Fault::AssertionMissing, Class::Proven, subject, &facts);
        } else if grant.is_none() && grant_type == Some(JWT_BEARER) {
            let facts = [Fact::Is(say!("assertion is absent or empty"))];
            self.fail(Check::Assertion, Fault::AssertionMissing, Class::Proven, subject, &facts);
        } else if client.is_some() || grant.is_some() {
            self.set(Check::Assertion, Status::Passed);
        }
        match assertion_type {
            Some(CLIENT_ASSERTION_TYPE) => self.set(Check::AssertionType, Status::Passed),
            Some(value) => {
                let facts = [Fact::Sent { name: say!("client_assertion_type"), value }];
                self.fail(Check::AssertionType, Fault::AssertionTypeWrong, Class::Proven, subject, &facts);
                if value == JWT_BEARER {
                    let facts = [Fact::Is(say!("client_assertion_type is the grant type of a JWT bearer grant"))];
                    self.find(Fault::PurposeConfused, Class::Proven, subject, &facts);
                }
            }
            None if client.is_some() => {
                let facts = [Fact::Is(say!("client_assertion_type is absent or empty"))];
                self.fail(Check::AssertionType, Fault::AssertionTypeWrong, Class::Proven, subject, &facts);
            }
            None => {}
        }
        if let (Some(client), Some(grant)) = (client, grant)
            && client == grant
            && !is_placeholder(client)
        {
            // What authenticates a client is no grant.
            let facts = [Fact::Is(say!("the same JWT is client_assertion and assertion"))];
            self.fail(Check::Purpose, Fault::PurposeConfused, Class::Proven, Subject::Grant, &facts);
        }
    }

    fn grant_type(&mut self, grant_type: Option<&'e str>, has_grant: bool) {
        let (check, fault) = (Check::GrantType, Fault::GrantTypeUnsupported);
        // Authentication comes first, at most servers.
        let subject = Subject::Beyond;
        let Some(value) = grant_type else {
            return self.fail(check, fault, Class::Proven, subject, &[Fact::Is(say!("grant_type is absent or empty"))]);
        };
        let sent = Fact::Sent { name: say!("grant_type"), value };
        let metadata = self.evidence.known_metadata();
        let listed = metadata.map_or(Support::Unknown, |metadata| metadata.grant_type(value));
        let registered = self.evidence.registration.and_then(|client| client.grant_types).map(|list| {
            let list = crate::encoding::json::read::elements(list).into_iter().flatten();
            list.filter_map(Text::of).any(|name| name.is(value))
        });
        if has_grant && value != JWT_BEARER {
            let facts = [sent, Fact::Is(say!("with an assertion it has to be that of a JWT bearer grant"))];
            self.fail(check, fault, Class::Proven, subject, &facts);
        } else if listed == Support::Unsupported {
            let facts = [sent, Fact::Is(say!("the server's metadata does not list it"))];
            self.fail(check, fault, Class::Proven, subject, &facts);
        } else if registered == Some(false) {
            let facts = [sent, Fact::Is(say!("the client is not registered for it"))];
            self.fail(check, fault, Class::Proven, subject, &facts);
        } else {
            let wanted = if registered.is_none() { Wanted::Registration } else { Wanted::Metadata };
            self.pass_if(check, listed == Support::Supported && registered == Some(true), wanted);
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
                        let facts = [Fact::Sent { name: say!("a scope that the client is not registered for"), value }];
                        self.fail(Check::Scope, Fault::ScopeInvalid, Class::Consistent, Subject::Beyond, &facts);
                        self.weaken(Fault::ScopeInvalid, weight::REMARK);
                    }
                }
            }
        }
    }

    pub(super) fn metadata(&mut self) {
        match self.evidence.metadata.map(|metadata| metadata.metadata) {
            None => self.set(Check::Metadata, Status::NotDecidable(Wanted::Metadata)),
            Some(Err(error)) => {
                let facts = [Fact::Refused(error.cause())];
                self.fail(Check::Metadata, Fault::MetadataUnusable, Class::Consistent, Subject::Server, &facts);
                self.weaken(Fault::MetadataUnusable, weight::REMARK);
            }
            Some(Ok(_)) => self.pass_if(Check::Metadata, self.evidence.issuer.is_some(), Wanted::Issuer),
        }
    }
}
