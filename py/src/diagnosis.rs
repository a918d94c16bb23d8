//! Diagnosis: the parts that `jurat.diagnosis` takes out of a document, handed to core.

use jurat_core::{
    Argument, Behaviour, Cause, Diagnosis, Error, Evidence, Inspection, MetadataEvidence, Privacy, Profile,
    PublishedKeys, ReceivedAnswer, RegisteredClient, Response, SentRequest, SoftwareVerifier,
};
use pyo3::prelude::*;
use pyo3::types::PyString;
use zeroize::Zeroizing;

use crate::convert::{raise, text, unknown};

/// What one diagnosis goes by. The module `jurat.diagnosis` makes it: each member has the type that is wanted here.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Parts<'py> {
    method: String,
    endpoint: String,
    request_headers: Vec<(String, String)>,
    params: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    status: Option<u16>,
    response_headers: Vec<(String, String)>,
    response_body: Vec<u8>,
    sent_at: Option<u64>,
    received_at: Option<u64>,
    clock_source: Option<String>,
    uncertainty: Option<u32>,
    issuer: Option<String>,
    token_endpoint: Option<String>,
    metadata: Option<Vec<u8>>,
    metadata_fetched_at: Option<u64>,
    registration: Option<Vec<u8>>,
    jwks: Option<Vec<u8>>,
    jwks_source: Option<String>,
    jwks_fetched_at: Option<u64>,
    jwks_max_age: Option<u32>,
    key: Option<Vec<u8>>,
    profile: Option<Bound<'py, PyString>>,
    seen: Option<Vec<String>>,
}

impl Parts<'_> {
    fn profile(&self) -> PyResult<Option<&'static Profile<'static>>> {
        let Some(given) = &self.profile else { return Ok(None) };
        let found = given.to_str().ok().and_then(Profile::named);
        let names = || Profile::ALL.iter().map(|profile| profile.id);
        found.map(Some).ok_or_else(|| unknown(given, "profile", names()))
    }

    fn write(mut self, profile: Option<&Profile<'_>>, explain: bool, privacy: &Privacy<'_>) -> Result<String, Error> {
        let mut request = SentRequest::new(&self.method, &self.endpoint);
        for (name, value) in &self.request_headers {
            request = request.with_header(name, value);
        }
        for (name, value) in &self.params {
            request = request.with_parameter(name, value);
        }
        let mut unescaped = Zeroizing::new(vec![0; self.body.as_ref().map_or(0, Vec::len)]);
        if let Some(body) = &self.body {
            request = request.with_form(body, &mut unescaped)?;
        }

        let issuer = self.issuer.as_deref();
        let metadata = self.metadata.as_mut().map(|document| {
            let metadata = MetadataEvidence::read(document, issuer);
            self.metadata_fetched_at.map_or(metadata, |at| metadata.with_fetched_at(at))
        });
        let registration = self.registration.as_mut().map(|document| RegisteredClient::read(document)).transpose()?;
        let keys = self.jwks.as_deref().map(PublishedKeys::read).transpose()?;
        let seen: Vec<&str> = self.seen.iter().flatten().map(String::as_str).collect();
        let answer = self.status.map(|status| {
            let response = self
                .response_headers
                .iter()
                .fold(Response::new(status, &mut self.response_body), |response, (name, value)| {
                    response.with_header(name, value.trim())
                });
            self.response_headers.iter().fold(ReceivedAnswer::new(status, response.read()), |answer, (name, value)| {
                answer.with_header(name, value.trim())
            })
        });

        let mut evidence = Evidence::new().with_request(&request).with_verifier(&SoftwareVerifier);
        if let Some(answer) = &answer {
            evidence = evidence.with_answer(answer);
        }
        if let Some(issuer) = issuer {
            evidence = evidence.with_issuer(issuer);
        }
        if let Some(url) = &self.token_endpoint {
            evidence = evidence.with_token_endpoint(url);
        }
        if let Some(metadata) = &metadata {
            evidence = evidence.with_metadata(metadata);
        }
        if let Some(registration) = &registration {
            evidence = evidence.with_registration(registration);
        }
        if let Some(mut keys) = keys {
            if let Some(source) = &self.jwks_source {
                keys = keys.with_source(source);
            }
            if let Some(at) = self.jwks_fetched_at {
                keys = keys.with_fetched_at(at, self.jwks_max_age);
            }
            evidence = evidence.with_keys(keys);
        }
        if let Some(document) = &self.key {
            let key = PublishedKeys::read(document).ok().and_then(|keys| keys.first());
            evidence = evidence.with_key(key.ok_or(Error::new(Cause::InvalidJwk, Argument::Key))?);
        }
        if let Some(profile) = profile {
            evidence = evidence.with_profile(profile);
            if let Some(behaviour) = Behaviour::named(profile.id) {
                evidence = evidence.with_behaviour(behaviour);
            }
        }
        if self.seen.is_some() {
            evidence = evidence.with_seen(&seen);
        }
        if self.clock_source.is_some() || self.uncertainty.is_some() {
            evidence = evidence.with_clock(self.clock_source.as_deref().unwrap_or_default(), self.uncertainty);
        }
        if let Some(at) = self.sent_at {
            evidence = evidence.with_sent_at(at);
        }
        if let Some(at) = self.received_at {
            evidence = evidence.with_received_at(at);
        }

        let assertions = [request.client_assertion(), request.grant_assertion()];
        let characters = assertions.into_iter().flatten().map(str::len).sum();
        let mut scratch = vec![0; Diagnosis::scratch_size(characters)];
        if explain {
            let diagnosis = Diagnosis::explain(&evidence, &mut scratch)?;
            sized(|output| diagnosis.write_explanation(output, privacy).map(str::len))
        } else {
            let diagnosis = Diagnosis::check(&evidence, &mut scratch)?;
            sized(|output| diagnosis.write_checks(output, privacy).map(str::len))
        }
    }
}

/// What `write` writes, into a buffer that is large enough.
fn sized(write: impl Fn(&mut [u8]) -> Result<usize, Error>) -> Result<String, Error> {
    let mut output = vec![0; 8_192];
    let length = match write(&mut output) {
        Err(error) if error.cause() == Cause::BufferTooSmall => {
            output.resize(error.needed().unwrap_or_default(), 0);
            write(&mut output)?
        }
        written => written?,
    };
    output.truncate(length);
    Ok(String::from_utf8(output).unwrap_or_default())
}

/// Checks a request, or explains an answer; gives JSON.
#[pyfunction]
#[pyo3(signature = (parts, *, explain, hash_key, hash_client_id, hash_jwt_id, clear_grant))]
pub(crate) fn _diagnose(
    py: Python<'_>,
    parts: Parts<'_>,
    explain: bool,
    hash_key: Vec<u8>,
    hash_client_id: bool,
    hash_jwt_id: bool,
    clear_grant: bool,
) -> PyResult<String> {
    let hash_key = Zeroizing::new(hash_key);
    let profile = parts.profile()?;
    let written = Privacy::new(&hash_key).and_then(|privacy| {
        let privacy = if hash_client_id { privacy.with_hashed_client_id() } else { privacy };
        let privacy = if hash_jwt_id { privacy.with_hashed_jwt_id() } else { privacy };
        let privacy = if clear_grant { privacy.with_clear_grant() } else { privacy };
        parts.write(profile, explain, &privacy)
    });
    written.map_err(|error| raise(py, error))
}

/// Takes an assertion apart; gives JSON.
#[pyfunction]
#[pyo3(signature = (assertion, /))]
pub(crate) fn _inspect(assertion: &Bound<'_, PyString>) -> PyResult<String> {
    let py = assertion.py();
    let assertion = Zeroizing::new(text(assertion, Argument::ClientAssertion)?);
    let mut scratch = Zeroizing::new(vec![0; Inspection::scratch_size(assertion.len())]);
    let written = Diagnosis::inspect(&assertion, &mut scratch)
        .and_then(|diagnosis| sized(|output| diagnosis.write_inspection(output).map(str::len)));
    written.map_err(|error| raise(py, error))
}
