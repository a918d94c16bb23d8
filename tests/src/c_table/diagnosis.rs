//! What a diagnosis goes by. What C reads itself, answer and metadata, is read when the vector runs.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use core::fmt::{self, Write as _};

use jurat_core::{Behaviour, Inspection, SoftwareSigner};

use super::{Initializer, bytes, text, unsigned};
use crate::model::{Diagnosis, Question};

/// Writes what a vector points to, and gives its members. `key` is the private half of the known one.
pub(super) fn members(
    out: &mut String,
    prefix: &str,
    input: &Diagnosis,
    key: Option<[u8; 32]>,
) -> Result<String, fmt::Error> {
    let what = match input.r#do {
        Question::Inspect => "INSPECT",
        Question::Check => "CHECK",
        Question::Explain => "EXPLAIN",
    };
    let mut to = format!("    .what = {what},\n");
    if input.r#do == Question::Inspect {
        array(out, &mut to, prefix, "assertion", Some(&input.assertion))?;
    } else {
        evidence(out, prefix, input, key)?;
        writeln!(to, "    .evidence = &{prefix}_evidence,")?;
        array(out, &mut to, prefix, "metadata", input.metadata.as_ref())?;
    }
    if let Some(answer) = &input.response {
        writeln!(to, "    .status = {},", answer.status)?;
        array(out, &mut to, prefix, "body", Some(&answer.body))?;
        if !answer.headers.is_empty() {
            writeln!(out, "static const jurat_parameter {prefix}_headers[] = {{")?;
            for (name, value) in &answer.headers {
                writeln!(out, "    {{ {}, {} }},", text(name), text(value))?;
            }
            writeln!(out, "}};")?;
            writeln!(to, "    .headers = {prefix}_headers,\n    .headers_length = {},", answer.headers.len())?;
        }
    }
    if input.json {
        privacy(out, prefix, input)?;
        writeln!(to, "    .privacy = &{prefix}_privacy,")?;
    }
    writeln!(out, "static const struct diagnosis {prefix}_diagnosis = {{\n{to}}};")?;
    Ok(format!(".kind = DIAGNOSIS, .diagnosis = &{prefix}_diagnosis"))
}

/// An array, and a `jurat_str` of it: texts that are longer than a C compiler has to take.
fn array(out: &mut String, to: &mut String, prefix: &str, member: &str, text: Option<&String>) -> fmt::Result {
    let Some(value) = text else { return Ok(()) };
    if value.is_empty() {
        return writeln!(to, "    .{member} = {},", super::text(value));
    }
    writeln!(out, "static const uint8_t {prefix}_{member}[] = {};", bytes(value.as_bytes()))?;
    writeln!(to, "    .{member} = {{ (const char *){prefix}_{member}, {} }},", value.len())
}

fn evidence(out: &mut String, prefix: &str, input: &Diagnosis, key: Option<[u8; 32]>) -> fmt::Result {
    let sent = &input.request;
    let documents = [
        ("request_body", Some(&sent.body).filter(|body| !body.is_empty())),
        ("registration", input.registration.as_ref()),
        ("jwks", input.jwks.as_ref().map(|jwks| &jwks.document)),
    ];
    for (name, document) in documents {
        if let Some(document) = document {
            writeln!(out, "static const uint8_t {prefix}_{name}[] = {};", bytes(document.as_bytes()))?;
        }
    }
    if let Some(metadata) = &input.metadata {
        // The hash of whatever text it is given.
        let mut scratch = vec![0; Inspection::scratch_size(metadata.len())];
        let digest = Inspection::read(metadata, &mut scratch).map_err(|_| fmt::Error)?.digest();
        writeln!(out, "static const uint8_t {prefix}_digest[JURAT_HASH_SIZE] = {};", bytes(&digest))?;
    }
    if let Some(key) = key {
        let public = SoftwareSigner::from_scalar(&key).and_then(|key| key.public_key()).map_err(|_| fmt::Error)?;
        let (x, y) = (bytes(public.x()), bytes(public.y()));
        writeln!(out, "static const jurat_public_key {prefix}_public_key = {{ {x}, {y} }};")?;
    }
    let seen = input.seen_jti.as_deref();
    if let Some(ids) = seen {
        writeln!(out, "static const jurat_str {prefix}_seen[] = {{")?;
        // An empty array is none in C.
        for id in ids.iter().map(|id| text(id)).chain(ids.is_empty().then(|| text(""))) {
            writeln!(out, "    {id},")?;
        }
        writeln!(out, "}};")?;
    }
    let by_server = input.profile.is_some() || input.metadata.is_some();
    if by_server {
        let mut to = Initializer::begin(out, "jurat_server", &format!("{prefix}_server"))?;
        to.text("issuer", input.issuer.as_deref())?;
        to.text("token_endpoint", input.token_endpoint.as_deref())?;
        if let Some(profile) = &input.profile {
            to.raw("profile", format!("&jurat_profile_{}", profile.replace('-', "_")))?;
        }
        to.raw("hook", "jurat_server_hook")?;
        to.end()?;
    }

    let mut to = Initializer::begin(out, "jurat_evidence", &format!("{prefix}_evidence"))?;
    let has = |name: &str| sent.headers.iter().any(|(each, _)| each.eq_ignore_ascii_case(name));
    let no_content_type = sent.content_type.as_deref() == Some("");
    to.flags(&[
        (has("authorization"), "JURAT_AUTHORIZATION_SENT"),
        (has("dpop"), "JURAT_DPOP_SENT"),
        (no_content_type, "JURAT_CONTENT_TYPE_ABSENT"),
    ])?;
    to.text("method", Some(sent.method.as_str()).filter(|method| !method.is_empty()))?;
    to.text("endpoint", Some(sent.endpoint.as_str()).filter(|endpoint| !endpoint.is_empty()))?;
    to.text("content_type", sent.content_type.as_deref().filter(|_| !no_content_type))?;
    for (name, document) in documents {
        if let Some(document) = document {
            to.raw(name, format!("(const char *){prefix}_{name}"))?;
            to.raw(&format!("{name}_size"), document.len())?;
        }
    }
    for (name, time) in [
        ("sent_at", input.sent_at),
        ("received_at", input.received_at),
        ("metadata_fetched_at", input.metadata_fetched_at),
        ("jwks_fetched_at", input.jwks.as_ref().and_then(|jwks| jwks.fetched_at)),
    ] {
        if let Some(time) = time {
            to.raw(name, unsigned(time))?;
        }
    }
    to.text("clock_source", input.clock.source.as_deref())?;
    to.raw("clock_uncertainty", format!("UINT32_C({})", input.clock.uncertainty_s.unwrap_or(u32::MAX)))?;
    let max_age = input.jwks.as_ref().and_then(|jwks| jwks.max_age);
    to.raw("jwks_max_age", format!("UINT32_C({})", max_age.unwrap_or(u32::MAX)))?;
    to.text("jwks_source", input.jwks.as_ref().and_then(|jwks| jwks.source.as_deref()))?;
    if by_server {
        to.raw("server", format!("&{prefix}_server"))?;
    } else {
        to.text("issuer", input.issuer.as_deref())?;
        to.text("token_endpoint", input.token_endpoint.as_deref())?;
    }
    if let Some(behaviour) = input.profile.as_deref().and_then(Behaviour::named) {
        to.raw("behaviour", format!("&jurat_behaviour_{}", behaviour.id.replace('-', "_")))?;
    }
    if input.metadata.is_some() {
        to.raw("metadata_digest", format!("{prefix}_digest"))?;
    }
    if key.is_some() {
        to.raw("public_key", format!("&{prefix}_public_key"))?;
    }
    if let Some(ids) = seen {
        to.raw("seen", format!("{prefix}_seen"))?;
        to.raw("seen_length", ids.len())?;
    }
    to.raw("verify", "jurat_p256_verify")?;
    to.end()
}

fn privacy(out: &mut String, prefix: &str, input: &Diagnosis) -> fmt::Result {
    if !input.hash_key.is_empty() {
        writeln!(out, "static const uint8_t {prefix}_hash_key[] = {};", bytes(&input.hash_key))?;
    }
    let mut to = Initializer::begin(out, "jurat_privacy", &format!("{prefix}_privacy"))?;
    to.flags(&[
        (input.hash_client_id, "JURAT_HASH_CLIENT_ID"),
        (input.hash_jwt_id, "JURAT_HASH_JWT_ID"),
        (input.show_grant, "JURAT_SHOW_GRANT"),
    ])?;
    if !input.hash_key.is_empty() {
        to.raw("hash_key", format!("{prefix}_hash_key"))?;
        to.raw("hash_key_size", input.hash_key.len())?;
    }
    to.end()
}
