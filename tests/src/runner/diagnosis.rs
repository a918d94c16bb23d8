//! Why a server refuses, or would.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;

use jurat_core::{
    Argument, Behaviour, Cause, Check, Diagnosis, Error, Evidence, Finding, Inspection, MetadataEvidence, Privacy,
    Profile, PublishedKeys, ReceivedAnswer, RegisteredClient, Response, SentRequest, SignatureForm, SoftwareSigner,
    SoftwareVerifier, Status, Wanted,
};

use super::{Attempt, Call, Form, Outcome, ROOM, check_sizes, in_hex, list};
use crate::model::{self, Question};

/// Asks, and gives the line or the JSON.
pub(super) fn run(input: &model::Diagnosis, key: Option<[u8; 32]>, sizes: bool) -> Outcome {
    let outcome = if input.r#do == Question::Inspect { inspect(input, sizes) } else { diagnose(input, key, sizes) };
    outcome.unwrap_or_else(|error| Ok((error.status(), String::new())))
}

fn inspect(input: &model::Diagnosis, sizes: bool) -> Result<Outcome, Error> {
    let assertion = &input.assertion;
    let mut scratch = vec![0; Inspection::scratch_size(assertion.len())];
    let diagnosis = Diagnosis::inspect(assertion, &mut scratch)?;
    if input.json {
        return Ok(json(sizes, &|buffer, _, _| diagnosis.write_inspection(buffer).map(str::len)));
    }
    let (kind, inspection) = match (diagnosis.client_assertion(), diagnosis.grant_assertion()) {
        (Some(client), _) => ("client_assertion", client),
        (None, Some(grant)) => ("grant", grant),
        (None, None) => return Ok(Err("nothing was inspected".into())),
    };
    let form = match inspection.signature_form() {
        SignatureForm::Raw => "raw",
        SignatureForm::Der => "der",
        SignatureForm::OutOfRange => "out_of_range",
        SignatureForm::OtherLength(_) => "other_length",
        SignatureForm::Empty => "empty",
        SignatureForm::Removed => "removed",
        _ => "?",
    };
    Ok(Ok((0, format!("kind={kind};signature={form};causes={}", causes(diagnosis.causes())))))
}

fn diagnose(input: &model::Diagnosis, key: Option<[u8; 32]>, sizes: bool) -> Result<Outcome, Error> {
    let sent = &input.request;
    let mut unescaped = vec![0; sent.body.len()];
    let mut request = SentRequest::new(&sent.method, &sent.endpoint).with_form(sent.body.as_bytes(), &mut unescaped)?;
    if let Some(value) = &sent.content_type {
        request = request.with_header("content-type", value);
    }
    for (name, value) in &sent.headers {
        request = request.with_header(name, value);
    }
    let mut evidence = Evidence::new().with_request(&request).with_verifier(&SoftwareVerifier);

    let mut body = input.response.as_ref().map_or_else(Vec::new, |received| received.body.clone().into_bytes());
    let answer = input.response.as_ref().map(|received| {
        let answer = ReceivedAnswer::new(received.status, Response::new(received.status, &mut body).read());
        received.headers.iter().fold(answer, |answer, (name, value)| answer.with_header(name, value))
    });
    if let Some(answer) = &answer {
        evidence = evidence.with_answer(answer);
    }
    if let Some(at) = input.sent_at {
        evidence = evidence.with_sent_at(at);
    }
    if let Some(at) = input.received_at {
        evidence = evidence.with_received_at(at);
    }
    let model::ClockEvidence { source, uncertainty_s } = &input.clock;
    if source.is_some() || uncertainty_s.is_some() {
        evidence = evidence.with_clock(source.as_deref().unwrap_or_default(), *uncertainty_s);
    }

    if let Some(issuer) = &input.issuer {
        evidence = evidence.with_issuer(issuer);
    }
    if let Some(url) = &input.token_endpoint {
        evidence = evidence.with_token_endpoint(url);
    }
    let mut document = input.metadata.clone().map(String::into_bytes);
    let metadata = document.as_mut().map(|document| {
        let metadata = MetadataEvidence::read(document, input.issuer.as_deref());
        input.metadata_fetched_at.map_or(metadata, |at| metadata.with_fetched_at(at))
    });
    if let Some(metadata) = &metadata {
        evidence = evidence.with_metadata(metadata);
    }
    if let Some(id) = &input.profile {
        evidence = evidence.with_profile(Profile::named(id).ok_or(Error::new(Cause::Empty, Argument::Profile))?);
        if let Some(behaviour) = Behaviour::named(id) {
            evidence = evidence.with_behaviour(behaviour);
        }
    }

    let mut document = input.registration.clone().map(String::into_bytes);
    let registration = document.as_mut().map(|document| RegisteredClient::read(document)).transpose()?;
    if let Some(registration) = &registration {
        evidence = evidence.with_registration(registration);
    }
    if let Some(published) = &input.jwks {
        let mut keys = PublishedKeys::read(published.document.as_bytes())?;
        if let Some(source) = &published.source {
            keys = keys.with_source(source);
        }
        if let Some(at) = published.fetched_at {
            keys = keys.with_fetched_at(at, published.max_age);
        }
        evidence = evidence.with_keys(keys);
    }
    if let Some(key) = key {
        evidence = evidence.with_key(SoftwareSigner::from_scalar(&key)?.public_key()?);
    }
    let seen: Vec<_> = input.seen_jti.iter().flatten().map(String::as_str).collect();
    if input.seen_jti.is_some() {
        evidence = evidence.with_seen(&seen);
    }

    let assertions = [request.client_assertion(), request.grant_assertion()];
    let enough = Diagnosis::scratch_size(assertions.into_iter().flatten().map(str::len).sum());
    if let Err(error) = ask(input.r#do, &evidence, &mut [])
        && (error.cause(), error.argument()) != (Cause::BufferTooSmall, Argument::Scratch)
    {
        return Ok(Err(format!("without scratch memory: {error:?}")));
    }
    let mut scratch = vec![0; enough];
    let diagnosis = ask(input.r#do, &evidence, &mut scratch)?;
    if input.json { document_of(input, &diagnosis, sizes) } else { Ok(Ok((0, line(input.r#do, &diagnosis)))) }
}

fn ask<'e>(question: Question, evidence: &Evidence<'e>, scratch: &'e mut [u8]) -> Result<Diagnosis<'e>, Error> {
    if question == Question::Check {
        Diagnosis::check(evidence, scratch)
    } else {
        Diagnosis::explain(evidence, scratch)
    }
}

fn document_of(input: &model::Diagnosis, diagnosis: &Diagnosis<'_>, sizes: bool) -> Result<Outcome, Error> {
    let mut privacy = Privacy::new(&input.hash_key)?;
    if input.hash_client_id {
        privacy = privacy.with_hashed_client_id();
    }
    if input.hash_jwt_id {
        privacy = privacy.with_hashed_jwt_id();
    }
    if input.show_grant {
        privacy = privacy.with_clear_grant();
    }
    let write: &Call<'_> = if input.r#do == Question::Check {
        &|buffer, _, _| diagnosis.write_checks(buffer, &privacy).map(str::len)
    } else {
        &|buffer, _, _| diagnosis.write_explanation(buffer, &privacy).map(str::len)
    };
    let mut buffer = vec![0; ROOM];
    let record = in_hex(diagnosis.write_evidence(&mut buffer, &privacy)?.as_bytes());
    Ok(match json(sizes, write) {
        Ok((0, hex)) if !hex.strip_suffix("7d").is_some_and(|hex| hex.ends_with(&record)) => {
            Err("the record alone is another one".into())
        }
        outcome => outcome,
    })
}

/// What `write` writes, in hexadecimal; with every size of output, if that is wanted.
fn json(sizes: bool, write: &Call<'_>) -> Outcome {
    let form = Form::OneShot;
    let written = Attempt::new(ROOM, form, write, &Cell::new(0))?;
    match written.result {
        Ok(length) if sizes => check_sizes(length, form, write, &written)?,
        Ok(_) => {}
        Err(error) => return Ok((error.status(), String::new())),
    }
    Ok((0, in_hex(&written.output)))
}

fn or_dash(items: String) -> String {
    if items.is_empty() { "-".into() } else { items }
}

fn causes(found: &[Finding<'_>]) -> String {
    let each = |finding: &Finding<'_>| format!("{}/{}", finding.fault().code(), finding.class().text());
    or_dash(list(found.iter().map(each), ","))
}

/// What was found, in one line. A piece of evidence is wanted where that is the next step.
fn line(question: Question, diagnosis: &Diagnosis<'_>) -> String {
    let wanted = Wanted::ALL.iter().find(|wanted| wanted.text() == diagnosis.next_step());
    let mut line = format!(
        "causes={};among={};wants={}",
        causes(diagnosis.causes()),
        or_dash(list(diagnosis.cannot_distinguish().iter().map(|fault| fault.code()), ",")),
        wanted.map_or("-".into(), |wanted| format!("{}", wanted.number()))
    );
    if question == Question::Check {
        let with = |is: fn(Status) -> bool| Check::ALL.iter().filter(move |check| is(diagnosis.status(**check)));
        let names = |is| or_dash(list(with(is).map(|check| check.text()), ","));
        line = format!(
            "{line};failed={};undecided={};passed={}",
            names(|status| status == Status::Failed),
            names(|status| matches!(status, Status::NotDecidable(_))),
            with(|status| status == Status::Passed).count()
        );
    }
    line
}
