//! Why a server refuses: the evidence of C, and what core makes of it.

use core::ffi::{c_char, c_void};
use core::ptr::null;

use jurat_core::{
    Argument, Behaviour, Cause, Check, Class, Diagnosis, Entries as _, Error, Es256Signature, Evidence,
    EvidenceOptions, Fault, ForeignError, Metadata, MetadataEvidence, OauthError, Outcome, Privacy, Profile, PublicKey,
    PublishedKeys, ReceivedAnswer, RegisteredClient, SeenIds, SentRequest, Status, Token, Verifier, Wanted,
};

use crate::convert::{
    Array, Entry, Inputs, Place, c_public_key, c_string, check_header, numbered, of_number, public_key, refused, status,
};
use crate::exchange::RESPONSE_FLAGS;
use crate::types::*;
use crate::{JURAT_OK, with_output};

// -------------------------------------------------------------------------------------------------------- behaviours

const fn c_behaviour(behaviour: &'static Behaviour<'static>, profile: &Profile<'static>) -> jurat_behaviour {
    jurat_behaviour { behaviour, source: profile.source, date: profile.date }
}

/// What a server does that follows RFC 10070.
#[unsafe(no_mangle)]
pub static jurat_behaviour_rfc_10070: jurat_behaviour = c_behaviour(&Behaviour::RFC_10070, &Profile::RFC_10070);
/// What Keycloak does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_keycloak: jurat_behaviour = c_behaviour(&Behaviour::KEYCLOAK, &Profile::KEYCLOAK);
/// What Ory Hydra does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_ory_hydra: jurat_behaviour = c_behaviour(&Behaviour::ORY_HYDRA, &Profile::ORY_HYDRA);
/// What Okta does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_okta: jurat_behaviour = c_behaviour(&Behaviour::OKTA, &Profile::OKTA);
/// What Spring Authorization Server does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_spring: jurat_behaviour = c_behaviour(&Behaviour::SPRING, &Profile::SPRING);
/// What Duende IdentityServer does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_duende: jurat_behaviour = c_behaviour(&Behaviour::DUENDE, &Profile::DUENDE);
/// What Authelia does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_authelia: jurat_behaviour = c_behaviour(&Behaviour::AUTHELIA, &Profile::AUTHELIA);
/// What oidc-provider for Node.js does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_oidc_provider: jurat_behaviour =
    c_behaviour(&Behaviour::OIDC_PROVIDER, &Profile::OIDC_PROVIDER);
/// What Authlib does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_authlib: jurat_behaviour = c_behaviour(&Behaviour::AUTHLIB, &Profile::AUTHLIB);
/// What Better Auth does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_better_auth: jurat_behaviour = c_behaviour(&Behaviour::BETTER_AUTH, &Profile::BETTER_AUTH);
/// What Zitadel does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_zitadel: jurat_behaviour = c_behaviour(&Behaviour::ZITADEL, &Profile::ZITADEL);
/// What Glewlwyd does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_glewlwyd: jurat_behaviour = c_behaviour(&Behaviour::GLEWLWYD, &Profile::GLEWLWYD);
/// What servers of ATProto do.
#[unsafe(no_mangle)]
pub static jurat_behaviour_atproto: jurat_behaviour = c_behaviour(&Behaviour::ATPROTO, &Profile::ATPROTO);
/// What a server does that holds to the FAPI 2.0 Security Profile, in the words of oidc-provider.
#[unsafe(no_mangle)]
pub static jurat_behaviour_fapi2: jurat_behaviour = c_behaviour(&Behaviour::FAPI2, &Profile::FAPI2);
/// What Singpass does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_singpass: jurat_behaviour = c_behaviour(&Behaviour::SINGPASS, &Profile::SINGPASS);
/// What Corppass does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_corppass: jurat_behaviour = c_behaviour(&Behaviour::CORPPASS, &Profile::CORPPASS);
/// What servers of SMART on FHIR do.
#[unsafe(no_mangle)]
pub static jurat_behaviour_smart: jurat_behaviour = c_behaviour(&Behaviour::SMART, &Profile::SMART);
/// What Microsoft Entra ID does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_entra: jurat_behaviour = c_behaviour(&Behaviour::ENTRA, &Profile::ENTRA);
/// What Google does with service accounts.
#[unsafe(no_mangle)]
pub static jurat_behaviour_google: jurat_behaviour = c_behaviour(&Behaviour::GOOGLE, &Profile::GOOGLE);
/// What Maskinporten does.
#[unsafe(no_mangle)]
pub static jurat_behaviour_maskinporten: jurat_behaviour =
    c_behaviour(&Behaviour::MASKINPORTEN, &Profile::MASKINPORTEN);

/// How many there are.
const BEHAVIOURS: usize = 20;

/// Looks up what a product is known to do. For programs that read the id at run time: all of them get into those, where a
/// name such as `jurat_behaviour_keycloak` takes that one alone.
///
/// @param id  That of the profile, such as "keycloak".
/// @return What goes with the profile of this id, or NULL where nothing is known.
///
/// Stack: 128 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_behaviour_named(id: jurat_str) -> *const jurat_behaviour {
    // SAFETY: the caller's promise is this function's own.
    let Ok(Some(id)) = (unsafe { Inputs::without_output().text(id, Argument::Profile) }) else { return null() };
    behaviour_named(id).map_or(null(), core::ptr::from_ref)
}

fn behaviour_named(id: &str) -> Option<&'static jurat_behaviour> {
    static ALL: [&jurat_behaviour; BEHAVIOURS] = [
        &jurat_behaviour_rfc_10070,
        &jurat_behaviour_keycloak,
        &jurat_behaviour_ory_hydra,
        &jurat_behaviour_okta,
        &jurat_behaviour_spring,
        &jurat_behaviour_duende,
        &jurat_behaviour_authelia,
        &jurat_behaviour_oidc_provider,
        &jurat_behaviour_authlib,
        &jurat_behaviour_better_auth,
        &jurat_behaviour_zitadel,
        &jurat_behaviour_glewlwyd,
        &jurat_behaviour_atproto,
        &jurat_behaviour_fapi2,
        &jurat_behaviour_singpass,
        &jurat_behaviour_corppass,
        &jurat_behaviour_smart,
        &jurat_behaviour_entra,
        &jurat_behaviour_google,
        &jurat_behaviour_maskinporten,
    ];
    ALL.iter().copied().find(|each| each.behaviour.id == id)
}

// ---------------------------------------------------------------------------------------------------------- evidence

/// The flags that an evidence may have.
const EVIDENCE_FLAGS: u32 = JURAT_AUTHORIZATION_SENT | JURAT_DPOP_SENT | JURAT_CONTENT_TYPE_ABSENT;

impl Entry for jurat_str {
    type Output<'a> = &'a str;
    const ARGUMENT: Argument = Argument::JwtId;

    unsafe fn convert<'a>(&self, inputs: &Inputs) -> Result<&'a str, Error> {
        // SAFETY: as promised.
        unsafe { inputs.required(*self, Argument::JwtId) }
    }
}

impl SeenIds for Array<'_, jurat_str> {
    fn count(&self, jwt_id: &str) -> usize {
        (0..).map_while(|index| self.entry(index)).filter(|id| *id == jwt_id).count()
    }
}

/// A `jurat_verify_function` with its context.
struct Hook {
    verify: unsafe extern "C" fn(*mut c_void, *const jurat_public_key, *const u8, *const u8) -> i32,
    context: *mut c_void,
}

// SAFETY: it is called during the call only that it was given to.
unsafe impl Sync for Hook {}

impl Verifier for Hook {
    fn verify(&self, key: &PublicKey, hash: &[u8; 32], signature: &Es256Signature) -> Option<bool> {
        let key = c_public_key(key);
        // SAFETY: what it is shown lives until it returns.
        Some(unsafe { (self.verify)(self.context, &raw const key, hash.as_ptr(), signature.as_bytes().as_ptr()) } == 0)
    }
}

/// What core borrows of an evidence, and what is still to be decoded.
struct Known<'a> {
    request: SentRequest<'a>,
    request_body: &'a [u8],
    answer: Option<ReceivedAnswer<'a>>,
    metadata: Option<MetadataEvidence<'a>>,
    registration_json: &'a [u8],
    registration: Option<RegisteredClient<'a>>,
    profile: Option<Profile<'a>>,
    seen: Option<Array<'a, jurat_str>>,
    verifier: Option<Hook>,
    /// The rest, without what is borrowed of this.
    options: EvidenceOptions<'a>,
}

impl<'a> Known<'a> {
    const fn new() -> Self {
        Self {
            request: SentRequest::new("", ""),
            request_body: &[],
            answer: None,
            metadata: None,
            registration_json: &[],
            registration: None,
            profile: None,
            seen: None,
            verifier: None,
            options: EvidenceOptions::none(),
        }
    }

    /// Decodes what has to be, and makes an evidence of it all. Gives what is left of the scratch memory, too.
    fn decoded(&'a mut self, scratch: &'a mut [u8]) -> Result<(Evidence<'a>, &'a mut [u8]), Error> {
        let (request, mut scratch) = self.request.with_form_in(self.request_body, scratch)?;
        self.request = request;
        if !self.registration_json.is_empty() {
            let (registration, rest) = RegisteredClient::read_in(self.registration_json, scratch)?;
            self.registration = Some(registration);
            scratch = rest;
        }
        let options = EvidenceOptions {
            request: Some(&self.request),
            answer: self.answer.as_ref(),
            metadata: self.metadata.as_ref(),
            registration: self.registration.as_ref(),
            profile: self.profile.as_ref(),
            seen: self.seen.as_ref().map(|seen| -> &dyn SeenIds { seen }),
            verifier: self.verifier.as_ref().map(|verifier| -> &dyn Verifier { verifier }),
            ..self.options
        };
        Ok((Evidence::with_options(&options), scratch))
    }
}

/// What a number stands for that is 0 where nothing is known.
const fn known(seconds: u64) -> Option<u64> {
    if seconds == 0 { None } else { Some(seconds) }
}

/// The same for one that can be 0.
const fn known_limit(seconds: u32) -> Option<u32> {
    if seconds == u32::MAX { None } else { Some(seconds) }
}

impl Inputs {
    /// Converts an evidence but for what has to be decoded.
    ///
    /// # Safety
    /// The pointers inside point to what their lengths say, which lives and stays unchanged for `'a`.
    unsafe fn evidence<'a>(&'a self, c: &'a jurat_evidence, known: &mut Known<'a>) -> Result<(), Error> {
        // SAFETY: as promised.
        self.first(unsafe { self.put_evidence(c, known) })
    }

    /// # Safety
    /// As for [`evidence`](Self::evidence).
    unsafe fn put_evidence<'a>(&'a self, c: &'a jurat_evidence, known: &mut Known<'a>) -> Result<(), Error> {
        let argument = Argument::Evidence;
        check_header::<jurat_evidence>(c.struct_size, c.flags, EVIDENCE_FLAGS, argument)?;
        let flag = |flag| c.flags & flag != 0;
        // SAFETY: as promised.
        unsafe {
            self.server_of(c, known)?;
            known.answer = self.answer_of(c)?;

            let mut request = SentRequest::new(
                self.noted(c.method, argument).unwrap_or_default(),
                self.noted(c.endpoint, Argument::Endpoint).unwrap_or_default(),
            );
            let mut content_type = self.noted(c.content_type, argument);
            if flag(JURAT_CONTENT_TYPE_ABSENT) && content_type.replace("").is_some() {
                return refused(Cause::Conflict, argument);
            }
            for (name, value) in [
                ("content-type", content_type),
                ("authorization", flag(JURAT_AUTHORIZATION_SENT).then_some("")),
                ("dpop", flag(JURAT_DPOP_SENT).then_some("")),
            ] {
                if let Some(value) = value {
                    request = request.with_header(name, value);
                }
            }
            known.request = request;
            known.request_body = self.slice(c.request_body.cast::<u8>(), c.request_body_size, Argument::RequestBody)?;
            known.registration_json =
                self.slice(c.registration.cast::<u8>(), c.registration_size, Argument::Registration)?;
            let document = self.slice(c.jwks.cast::<u8>(), c.jwks_size, Argument::Jwks)?;
            let source = self.noted(c.jwks_source, Argument::JwksUri);
            if !document.is_empty() {
                let mut keys = PublishedKeys::read(document)?;
                if let Some(source) = source {
                    keys = keys.with_source(source);
                }
                if let Some(at) = self::known(c.jwks_fetched_at) {
                    keys = keys.with_fetched_at(at, known_limit(c.jwks_max_age));
                }
                known.options.keys = Some(keys);
            }
            if let Some(key) = self.optional_reference(c.public_key, Argument::PublicKey)? {
                known.options.key = Some(public_key(key)?);
            }
            if !c.seen.is_null() {
                known.seen = Some(Array::new(self, c.seen, c.seen_length)?);
            } else if c.seen_length != 0 {
                return refused(Cause::NullPointer, Argument::JwtId);
            }
            known.verifier = c.verify.map(|verify| Hook { verify, context: c.verify_context });
            known.options.clock_source = self.noted(c.clock_source, Argument::Clock);
            known.options.uncertainty = known_limit(c.clock_uncertainty);
            if let Some(behaviour) = self.optional_reference(c.behaviour, Argument::Profile)? {
                known.options.behaviour = Some(behaviour.behaviour);
                // Texts that a profile of C's does not have.
                if let Some(profile) = &mut known.profile
                    && profile.id == behaviour.behaviour.id
                {
                    (profile.source, profile.date) = (behaviour.source, behaviour.date);
                }
            }
            known.options.sent_at = self::known(c.sent_at);
            known.options.received_at = self::known(c.received_at);
        }
        Ok(())
    }

    /// What is known of the server.
    ///
    /// # Safety
    /// As for [`evidence`](Self::evidence).
    unsafe fn server_of<'a>(&self, c: &'a jurat_evidence, known: &mut Known<'a>) -> Result<(), Error> {
        // SAFETY: as promised.
        unsafe {
            let issuer = self.noted(c.issuer, Argument::Issuer);
            let token_endpoint = self.noted(c.token_endpoint, Argument::TokenEndpoint);
            let server = self.optional_reference(c.server, Argument::Server)?;
            if let Some(server) = server {
                check_header::<jurat_server>(server.struct_size, server.flags, JURAT_INSECURE_HTTP, Argument::Server)?;
                if issuer.is_some() || token_endpoint.is_some() {
                    return refused(Cause::Conflict, Argument::Server);
                }
                if let Some(profile) = self.optional_reference(server.profile, Argument::Profile)? {
                    let mut profile_of_core = self.profile(profile)?;
                    profile_of_core.id = self.noted(profile.id, Argument::Profile).unwrap_or_default();
                    known.profile = Some(profile_of_core);
                }
                if let Some(c) = self.optional_reference(server.metadata, Argument::Metadata)? {
                    known.metadata = Some(MetadataEvidence::known(self.known_metadata(c)?));
                }
            }
            if c.metadata_status != JURAT_OK {
                let cause = Cause::from_number(crate::jurat_cause_of(c.metadata_status));
                let (None, Some(cause)) = (&known.metadata, cause) else {
                    return refused(Cause::Conflict, Argument::Metadata);
                };
                known.metadata = Some(MetadataEvidence::refused(Error::new(cause, Argument::Metadata)));
            }
            if let Some(metadata) = known.metadata {
                let metadata = self::known(c.metadata_fetched_at).map_or(metadata, |at| metadata.with_fetched_at(at));
                let digest = self.optional_reference(c.metadata_digest.cast::<[u8; 32]>(), Argument::Hash)?;
                known.metadata = Some(digest.map_or(metadata, |digest| metadata.with_digest(*digest)));
            }
            (known.options.issuer, known.options.token_endpoint) = (issuer, token_endpoint);
            if let Some(server) = server {
                known.options.issuer = self.noted(server.issuer, Argument::Issuer);
                known.options.token_endpoint = self.noted(server.token_endpoint, Argument::TokenEndpoint);
            }
        }
        Ok(())
    }

    /// All that C has of a server's metadata.
    ///
    /// # Safety
    /// As for [`evidence`](Self::evidence).
    unsafe fn known_metadata<'a>(&self, c: &'a jurat_metadata) -> Result<Metadata<'a>, Error> {
        // SAFETY: as promised.
        unsafe {
            let url = self.text(c.token_endpoint, Argument::TokenEndpoint)?;
            Ok(self.metadata(c)?.with_parts(url, self.text(c.grant_types, Argument::Metadata)?))
        }
    }

    /// # Safety
    /// As for [`evidence`](Self::evidence).
    unsafe fn answer_of<'a>(&self, c: &'a jurat_evidence) -> Result<Option<ReceivedAnswer<'a>>, Error> {
        let argument = Argument::Response;
        // SAFETY: as promised.
        unsafe {
            let response = self.optional_reference(c.response, argument)?;
            let answer = self.optional_reference(c.answer, argument)?;
            let (Some(response), Some(answer)) = (response, answer) else {
                return if c.response.is_null() && c.answer.is_null() {
                    Ok(None)
                } else {
                    refused(Cause::Conflict, argument)
                };
            };
            check_header::<jurat_response>(response.struct_size, response.flags, RESPONSE_FLAGS, argument)?;
            let code = u16::try_from(response.status).map_err(|_| Error::new(Cause::UnknownStruct, argument))?;
            let mut received = ReceivedAnswer::new(code, self.outcome(answer, code)?);
            for (name, value) in [
                ("content-type", self.noted(response.content_type, argument)),
                ("date", self.noted(response.date, Argument::Date)),
                ("age", self.noted(response.age, argument)),
                ("retry-after", self.noted(response.retry_after, argument)),
                ("dpop-nonce", (response.flags & JURAT_DPOP_NONCE != 0).then_some("")),
            ] {
                if let Some(value) = value {
                    received = received.with_header(name, value);
                }
            }
            Ok(Some(received))
        }
    }

    /// The other way round of what jurat_response_read() does. No part of a token is needed.
    ///
    /// # Safety
    /// As for [`evidence`](Self::evidence).
    unsafe fn outcome<'a>(&self, c: &'a jurat_answer, code: u16) -> Result<Outcome<'a>, Error> {
        let argument = Argument::Response;
        // SAFETY: as promised.
        let text = |text| unsafe { self.noted(text, argument) };
        let (error, description) = (text(c.error), text(c.description));
        Ok(match c.outcome {
            JURAT_OUTCOME_TOKEN => {
                let token_type = match c.token_type {
                    JURAT_TOKEN_TYPE_BEARER => "bearer",
                    JURAT_TOKEN_TYPE_DPOP => "dpop",
                    _ => "",
                };
                let expires_in = (c.flags & JURAT_ANSWER_EXPIRES != 0).then_some(c.expires_in);
                Outcome::Token(Token::from_parts("", token_type, expires_in, text(c.scope)))
            }
            JURAT_OUTCOME_ERROR => {
                let uri = text(c.uri);
                Outcome::Error(OauthError::from_parts(code, error.unwrap_or_default(), description, uri))
            }
            JURAT_OUTCOME_FOREIGN => Outcome::Foreign(ForeignError::from_parts(code, error, description)),
            JURAT_OUTCOME_NOT_JSON => Outcome::NotJson,
            JURAT_OUTCOME_EMPTY => Outcome::Empty,
            JURAT_OUTCOME_TRUNCATED => Outcome::Truncated,
            JURAT_OUTCOME_TOO_LARGE => Outcome::TooLarge,
            JURAT_OUTCOME_UNUSABLE => Outcome::Unusable(numbered(c.unusable, Cause::from_number, argument)?),
            JURAT_OUTCOME_REDIRECT => Outcome::Redirect,
            _ => return refused(Cause::UnknownStruct, argument),
        })
    }
}

// ------------------------------------------------------------------------------------------------------------ results

const NO_DIAGNOSIS: jurat_diagnosis = jurat_diagnosis {
    causes_length: 0,
    causes: [jurat_finding { fault: 0, class_: 0 }; JURAT_MAX_CAUSES],
    candidates_length: 0,
    candidates: [0; JURAT_MAX_CANDIDATES],
    wanted: 0,
    checks: [0; JURAT_CHECKS],
};

const fn status_number(status: Status) -> u32 {
    match status {
        Status::Passed => JURAT_STATUS_PASSED,
        Status::NotDecidable(_) => JURAT_STATUS_NOT_DECIDABLE,
        Status::Failed => JURAT_STATUS_FAILED,
        _ => JURAT_STATUS_NOT_APPLICABLE,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "there are few of each")]
fn c_diagnosis(diagnosis: &Diagnosis<'_>) -> jurat_diagnosis {
    let mut c = NO_DIAGNOSIS;
    for (place, finding) in c.causes.iter_mut().zip(diagnosis.causes()) {
        place.fault = finding.fault().number().unsigned_abs();
        place.class_ = finding.class().number().unsigned_abs();
    }
    for (place, fault) in c.candidates.iter_mut().zip(diagnosis.cannot_distinguish()) {
        *place = fault.number().unsigned_abs();
    }
    for (place, check) in c.checks.iter_mut().zip(Check::ALL) {
        *place = status_number(diagnosis.status(*check)) as u8;
    }
    c.causes_length = diagnosis.causes().len() as u32;
    c.candidates_length = diagnosis.cannot_distinguish().len() as u32;
    c.wanted = diagnosis.wanted().map_or(0, |wanted| wanted.number().unsigned_abs());
    c
}

/// Has an evidence diagnosed.
///
/// # Safety
/// Both pointers are NULL or point to what they say, as do the pointers inside.
unsafe fn diagnose(
    evidence: *const jurat_evidence,
    diagnosis: *mut jurat_diagnosis,
    run: impl for<'e> FnOnce(&mut Diagnosis<'e>, &'e mut [u8]) -> Result<(), Error>,
) -> i32 {
    let none = Inputs::without_output();
    // SAFETY: as promised; from the second `inputs` on, what overlaps the scratch memory is refused.
    status(|| unsafe {
        let c = none.reference(evidence, Argument::Evidence).copied();
        let inputs = c.as_ref().map_or(none, |c| Inputs::new(c.scratch, c.scratch_size));
        let place = Place::new(&inputs, diagnosis, Argument::Output)?;
        let result = c.and_then(|c| {
            inputs.reference(evidence, Argument::Evidence).map(drop)?;
            let mut known = Known::new();
            inputs.evidence(&c, &mut known)?;
            let scratch = Inputs::changeable(c.scratch.cast(), c.scratch_size, Argument::Scratch)?;
            let (evidence, scratch) = known.decoded(scratch)?;
            let mut diagnosis = Diagnosis::of(&evidence);
            run(&mut diagnosis, scratch)?;
            Ok(c_diagnosis(&diagnosis))
        });
        place.give(result, NO_DIAGNOSIS)
    })
}

/// Checks a request before it is sent, by what is known locally. An answer does not count.
///
/// @param evidence   What is known; `request_body` is what is about to be sent, `sent_at` is now.
/// @param diagnosis  Receives what would have it refused, and what became of each check; zeroed on failure.
/// @return Status: JURAT_OK, or those of diagnoses.
///
/// Stack: 5,984 bytes, or 5,760 and the verifier's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_check(evidence: *const jurat_evidence, diagnosis: *mut jurat_diagnosis) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe { diagnose(evidence, diagnosis, |diagnosis, scratch| diagnosis.check_in(scratch)) }
}

/// Explains an answer: why the server refused, the likeliest cause first.
///
/// What the server says proves nothing: a cause is proven only by what is known here.
///
/// @param evidence   What is known.
/// @param diagnosis  Receives the causes, and what became of each check; zeroed on failure.
/// @return Status: JURAT_OK, or those of diagnoses.
///
/// Stack: 6,144 bytes, or 5,888 and the verifier's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_explain(evidence: *const jurat_evidence, diagnosis: *mut jurat_diagnosis) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe { diagnose(evidence, diagnosis, |diagnosis, scratch| diagnosis.explain_in(scratch)) }
}

impl Inputs {
    /// # Safety
    /// `privacy` is NULL or points to a privacy, whose key lives and stays unchanged for `'a`.
    unsafe fn privacy<'a>(&self, privacy: *const jurat_privacy) -> Result<Privacy<'a>, Error> {
        let flags = JURAT_HASH_CLIENT_ID | JURAT_HASH_JWT_ID | JURAT_SHOW_GRANT;
        // SAFETY: as promised.
        let (c, key) = unsafe {
            let c = self.reference(privacy, Argument::HashKey)?;
            check_header::<jurat_privacy>(c.struct_size, c.flags, flags, Argument::HashKey)?;
            (c, self.slice(c.hash_key, c.hash_key_size, Argument::HashKey)?)
        };
        let mut privacy = Privacy::new(key)?;
        if c.flags & JURAT_HASH_CLIENT_ID != 0 {
            privacy = privacy.with_hashed_client_id();
        }
        if c.flags & JURAT_HASH_JWT_ID != 0 {
            privacy = privacy.with_hashed_jwt_id();
        }
        Ok(if c.flags & JURAT_SHOW_GRANT == 0 { privacy } else { privacy.with_clear_grant() })
    }
}

/// The scratch memory of a call with an output.
///
/// # Safety
/// As for [`Inputs::changeable`].
unsafe fn scratch_beside<'a>(output: &Inputs, start: *mut u8, size: usize) -> Result<&'a mut [u8], Error> {
    // SAFETY: as promised.
    unsafe {
        output.slice(start.cast_const(), size, Argument::Scratch)?;
        Inputs::changeable(start.cast(), size, Argument::Scratch)
    }
}

/// An error about the scratch memory says nothing of the output's size.
fn without_needed(error: Error) -> Error {
    Error::new(error.cause(), error.argument())
}

/// Has an evidence diagnosed, and writes what comes of it.
///
/// # Safety
/// As for [`diagnose`] and [`with_output`].
unsafe fn diagnose_into(
    evidence: *const jurat_evidence,
    privacy: *const jurat_privacy,
    output: *mut c_char,
    size: usize,
    length: *mut usize,
    run: impl for<'e> FnOnce(&mut Diagnosis<'e>, &'e mut [u8]) -> Result<(), Error>,
    write: impl FnOnce(&Diagnosis<'_>, &mut [u8], &Privacy<'_>) -> Result<usize, Error>,
) -> i32 {
    // SAFETY: as promised.
    unsafe {
        with_output(output, size, length, |outside, output| {
            let c = *outside.reference(evidence, Argument::Evidence)?;
            let inputs = Inputs::new(c.scratch, c.scratch_size);
            let scratch = scratch_beside(outside, c.scratch, c.scratch_size)?;
            let mut known = Known::new();
            // Nothing lies in the output; and nothing in the scratch memory.
            outside.evidence(&c, &mut known)?;
            let _ = outside.privacy(privacy)?;
            known = Known::new();
            inputs.reference(evidence, Argument::Evidence)?;
            inputs.evidence(&c, &mut known)?;
            let privacy = inputs.privacy(privacy)?;
            let (evidence, scratch) = known.decoded(scratch).map_err(without_needed)?;
            let mut diagnosis = Diagnosis::of(&evidence);
            run(&mut diagnosis, scratch).map_err(without_needed)?;
            write(&diagnosis, output, &privacy)
        })
    }
}

/// Checks a request as jurat_check() does, and writes what was found as JSON: `checks`, each with its `status` and with what it
/// `needs`, and the members of jurat_explain_json().
///
/// @param evidence       What is known.
/// @param privacy        What of it is in clear.
/// @param output         Receives one JSON object, UTF-8, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL about the output those that are needed.
/// @return Status: JURAT_OK, or those of diagnoses and records.
///
/// Stack: 5,920 bytes, or 5,696 and the verifier's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_check_json(
    evidence: *const jurat_evidence,
    privacy: *const jurat_privacy,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        diagnose_into(
            evidence,
            privacy,
            output,
            output_size,
            output_length,
            |diagnosis, scratch| diagnosis.check_in(scratch),
            |diagnosis, output, privacy| diagnosis.write_checks(output, privacy).map(str::len),
        )
    }
}

/// Explains an answer as jurat_explain() does, and writes what was found as JSON: `causes`, each with `code`, `class`,
/// `evidence` and `fix`; `cannot_distinguish`; `next_step`; and `evidence`, the record of jurat_evidence_json().
///
/// @param evidence       What is known.
/// @param privacy        What of it is in clear.
/// @param output         Receives one JSON object, UTF-8, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL about the output those that are needed.
/// @return Status: JURAT_OK, or those of diagnoses and records.
///
/// Stack: 6,080 bytes, or 5,824 and the verifier's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_explain_json(
    evidence: *const jurat_evidence,
    privacy: *const jurat_privacy,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        diagnose_into(
            evidence,
            privacy,
            output,
            output_size,
            output_length,
            |diagnosis, scratch| diagnosis.explain_in(scratch),
            |diagnosis, output, privacy| diagnosis.write_explanation(output, privacy).map(str::len),
        )
    }
}

/// Writes the evidence of an answer as JSON that is fit to be pasted into a ticket. Each of its members is always there; what
/// is not known is "absent".
///
/// @param evidence       What is known.
/// @param privacy        What of it is in clear.
/// @param output         Receives one JSON object, UTF-8, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL about the output those that are needed.
/// @return Status: JURAT_OK, or those of diagnoses and records.
///
/// Stack: 6,080 bytes, or 5,824 and the verifier's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_evidence_json(
    evidence: *const jurat_evidence,
    privacy: *const jurat_privacy,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        diagnose_into(
            evidence,
            privacy,
            output,
            output_size,
            output_length,
            |diagnosis, scratch| diagnosis.explain_in(scratch),
            |diagnosis, output, privacy| diagnosis.write_evidence(output, privacy).map(str::len),
        )
    }
}

/// Takes an assertion apart, and writes what was found as JSON: `kind`, `header` and `claims` as they were sent, `signature`,
/// `sha256`, `causes` and `next_step`. Everything is in clear: it is for whoever has the assertion.
///
/// @param assertion      The assertion, however broken it is.
/// @param scratch        Memory for what is decoded.
/// @param scratch_size   Its bytes. JURAT_INSPECTION_SCRATCH_SIZE() is enough.
/// @param output         Receives one JSON object, UTF-8, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL about the output those that are needed.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL (about the output, or the scratch memory), NULL_POINTER, TOO_LONG, NOT_UTF8,
/// OVERLAP.
///
/// Stack: 5,312 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_inspect_json(
    assertion: jurat_str,
    scratch: *mut u8,
    scratch_size: usize,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    let argument = Argument::ClientAssertion;
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |outside, output| {
            outside.text(assertion, argument)?;
            let assertion = Inputs::new(scratch, scratch_size).required(assertion, argument)?;
            let scratch = scratch_beside(outside, scratch, scratch_size)?;
            let mut diagnosis = Diagnosis::of(&Evidence::new());
            diagnosis.inspect_in(assertion, scratch).map_err(without_needed)?;
            diagnosis.write_inspection(output).map(str::len)
        })
    }
}

// -------------------------------------------------------------------------------------------------------------- texts

/// The code of a fault, which every language and every record gives it.
///
/// @param fault  One of the JURAT_FAULT_ numbers.
/// @return The code, such as "audience_mismatch", with a NUL behind it; empty for an unknown number.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_fault_code(fault: u32) -> *const c_char {
    c_string(of_number(fault, Fault::from_number), Fault::code_with_nul)
}

/// What to do about a fault. Firmware that does not call this does not contain these texts.
///
/// @param fault  One of the JURAT_FAULT_ numbers.
/// @return A fixed English sentence with a NUL behind it; empty for an unknown number.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_fault_text(fault: u32) -> *const c_char {
    c_string(of_number(fault, Fault::from_number), Fault::text_with_nul)
}

/// The name of a class.
///
/// @param class_  One of the JURAT_CLASS_ numbers.
/// @return "proven", "stated" or "consistent", with a NUL behind it; empty for an unknown number.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_class_name(class_: u32) -> *const c_char {
    c_string(of_number(class_, Class::from_number), Class::text_with_nul)
}

/// Which evidence would decide more.
///
/// @param wanted  One of the JURAT_WANTED_ numbers.
/// @return A fixed English sentence with a NUL behind it; empty for an unknown number.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_wanted_text(wanted: u32) -> *const c_char {
    c_string(of_number(wanted, Wanted::from_number), Wanted::text_with_nul)
}

/// The name of a check.
///
/// @param check  One of the JURAT_CHECK_ numbers.
/// @return The name, such as "audience", with a NUL behind it; empty for an unknown number.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_check_name(check: u32) -> *const c_char {
    c_string(of_number(check, Check::from_number), Check::text_with_nul)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_behaviour_is_its_row_and_goes_with_its_profile() {
        for row in Behaviour::ALL {
            let found = behaviour_named(row.id).map(|each| (each.behaviour, each.source, each.date));
            let profile = Profile::named(row.id).unwrap();
            assert_eq!(found, Some((row, profile.source, profile.date)));
        }
        assert_eq!(Behaviour::ALL.len(), BEHAVIOURS);
        assert!(behaviour_named("").is_none() && behaviour_named("Keycloak").is_none());
    }
}
