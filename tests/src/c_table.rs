//! The vectors as C: static tables of the structs of `jurat.h`, for a runner that has neither a heap nor a JSON reader.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use jurat_core::Cause;

use crate::model::{
    Call, Claim, Client, ClockName, EndpointName, Event, Exchange, File, Function, Grant, Input, Request, Server,
    Vector,
};
use crate::runner::cause_name;

mod diagnosis;

/// C source with the table that `tests/c/vectors_main.c` includes as `vectors_table.h`.
///
/// # Errors
/// None: writing into a `String` does not fail.
pub fn vectors(file: &File) -> Result<String, fmt::Error> {
    let mut out = String::from("/* Written by vectors_c from vectors.json. */\n");
    for (name, key) in &file.keys {
        writeln!(out, "static const uint8_t {}[JURAT_KEY_SIZE] = {};", key_name(Some(name)), bytes(&key.d))?;
    }
    writeln!(out, "static const char *const cause_names[] = {{")?;
    for cause in Cause::ALL {
        writeln!(out, "    [{}] = \"{}\",", cause.number(), cause_name(*cause))?;
    }
    writeln!(out, "}};")?;
    let mut table = String::new();
    for (index, vector) in file.vectors.iter().enumerate() {
        write!(table, "    {{ .id = \"{}\"", vector.id)?;
        if vector.sizes {
            write!(table, ", .sizes = 1")?;
        }
        let members = input(&mut out, file, vector, &format!("v{index}"))?;
        writeln!(table, ", {members} }},")?;
    }
    writeln!(out, "\nstatic const struct vector vectors[] = {{\n{table}}};")?;
    Ok(out)
}

/// Writes what a vector points to, and gives its members.
fn input(out: &mut String, file: &File, vector: &Vector, prefix: &str) -> Result<String, fmt::Error> {
    Ok(match &vector.input {
        Input::ClientAssertion(input) => {
            client(out, prefix, input)?;
            let read = metadata(out, &format!("{prefix}_client"), input.server.as_ref())?;
            let key = key_name(input.key.as_ref());
            format!(".kind = CLIENT_ASSERTION, .client = &{prefix}_client, .key = {key}{read}")
        }
        Input::GrantAssertion(input) => {
            grant(out, prefix, input)?;
            format!(".kind = GRANT_ASSERTION, .grant = &{prefix}_grant, .grant_key = {}", key_name(input.key.as_ref()))
        }
        Input::TokenRequest(input) => {
            request(out, prefix, input)?;
            format!(
                ".kind = TOKEN_REQUEST, .request = &{prefix}_request, .key = {}, .grant_key = {}",
                key_name(input.key.as_ref()),
                key_name(input.grant_key.as_ref())
            )
        }
        Input::Sign(input) => {
            writeln!(out, "static const uint8_t {prefix}_hash[JURAT_HASH_SIZE] = {};", bytes(&input.hash))?;
            let key = match &input.d {
                Some(d) => {
                    writeln!(out, "static const uint8_t {prefix}_key[JURAT_KEY_SIZE] = {};", bytes(d))?;
                    format!("{prefix}_key")
                }
                None => key_name(input.key.as_ref()),
            };
            format!(".kind = SIGN, .hash = {prefix}_hash, .key = {key}")
        }
        Input::Signature(input) => {
            client(out, prefix, &input.client)?;
            let signature = bytes(&input.signature);
            writeln!(out, "static const uint8_t {prefix}_signature[JURAT_SIGNATURE_SIZE] = {signature};")?;
            format!(".kind = SIGNATURE, .client = &{prefix}_client, .signature = {prefix}_signature")
        }
        Input::Call(input) => call(out, prefix, input)?,
        Input::Exchange(input) => {
            exchange(out, prefix, input)?;
            format!(".kind = EXCHANGE, .exchange = &{prefix}_exchange, .key = {}", key_name(Some(&input.key)))
        }
        Input::Diagnosis(input) => {
            let key = input.key.as_ref().map(|name| file.key(Some(name)));
            diagnosis::members(out, prefix, input, key)?
        }
    })
}

fn call(out: &mut String, prefix: &str, input: &Call) -> Result<String, fmt::Error> {
    let function = match input.function {
        Function::ImportKey => "IMPORT_KEY",
        Function::GenerateKey => "GENERATE_KEY",
        Function::DeriveJwtId => "DERIVE_JWT_ID",
        Function::SignatureFromDer => "SIGNATURE_FROM_DER",
        Function::CertificateThumbprint => "CERTIFICATE_THUMBPRINT",
        Function::Thumbprint => "THUMBPRINT",
        Function::Jwk => "JWK",
        Function::SpkiDer => "SPKI_DER",
        Function::SpkiPem => "SPKI_PEM",
        Function::Jwks => "JWKS",
        Function::Registration => "REGISTRATION",
        Function::SignHedged => "SIGN_HEDGED",
        Function::HttpDate => "HTTP_DATE",
        Function::RetryAfter => "RETRY_AFTER",
        Function::TimeFault => "TIME_FAULT",
        Function::WellKnown => "WELL_KNOWN",
        Function::CheckIssuer => "CHECK_ISSUER",
        Function::TimeRequest => "TIME_REQUEST",
        Function::Metadata => "METADATA",
        Function::Response => "RESPONSE",
        Function::Clock => "CLOCK",
    };
    let mut members = format!(".kind = CALL, .function = {function}");
    if !input.data.is_empty() {
        writeln!(out, "static const uint8_t {prefix}_data[] = {};", bytes(&input.data))?;
        write!(members, ", .data = {prefix}_data, .data_length = {}", input.data.len())?;
    }
    if let (Some(x), Some(y)) = (&input.x, &input.y) {
        let key_id = input.key_id.as_deref().map_or("{ NULL, 0 }".into(), text);
        let (x, y) = (bytes(x), bytes(y));
        writeln!(out, "static const jurat_jwk {prefix}_jwk = {{ {{ {x}, {y} }}, {key_id} }};")?;
        write!(members, ", .jwk = &{prefix}_jwk")?;
    }
    if !input.numbers.is_empty() {
        let numbers: Vec<_> = input.numbers.iter().map(|number| signed(*number)).collect();
        writeln!(out, "static const int64_t {prefix}_numbers[] = {{ {} }};", numbers.join(", "))?;
        write!(members, ", .numbers = {prefix}_numbers, .numbers_length = {}", numbers.len())?;
    }
    if let Some(issuer) = &input.issuer {
        write!(members, ", .issuer = {}", text(issuer))?;
    }
    if input.insecure_http {
        write!(members, ", .flags = JURAT_INSECURE_HTTP")?;
    }
    write!(members, ", .boot = {}, .message = {}", unsigned(input.boot), unsigned(input.message))?;
    Ok(members)
}

/// A C initializer of a struct, member by member; what is absent is left to C, which makes it zero.
struct Initializer<'o>(&'o mut String);

impl<'o> Initializer<'o> {
    fn begin(out: &'o mut String, kind: &str, name: &str) -> Result<Self, fmt::Error> {
        writeln!(out, "static const {kind} {name} = {{\n    .struct_size = sizeof({kind}),")?;
        Ok(Self(out))
    }

    fn text(&mut self, member: &str, value: Option<&str>) -> fmt::Result {
        match value {
            Some(value) => writeln!(self.0, "    .{member} = {},", text(value)),
            None => Ok(()),
        }
    }

    fn raw(&mut self, member: &str, value: impl fmt::Display) -> fmt::Result {
        writeln!(self.0, "    .{member} = {value},")
    }

    fn list(&mut self, member: &str, array: &str, length: usize) -> fmt::Result {
        if length == 0 {
            return Ok(());
        }
        self.raw(member, array)?;
        self.raw(&format!("{member}_length"), length)
    }

    fn flags(&mut self, flags: &[(bool, &str)]) -> fmt::Result {
        let set: Vec<_> = flags.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
        if set.is_empty() { Ok(()) } else { self.raw("flags", set.join(" | ")) }
    }

    fn random(&mut self, array: &str, random: Option<[u8; 16]>) -> fmt::Result {
        if random.is_none() {
            return Ok(());
        }
        self.raw("random", array)?;
        self.raw("random_size", "JURAT_RANDOM_SIZE")
    }

    fn end(self) -> fmt::Result {
        self.0.write_str("};\n")
    }
}

fn client(out: &mut String, prefix: &str, input: &Client) -> fmt::Result {
    let (claims_array, random_array) = (format!("{prefix}_client_claims"), format!("{prefix}_client_random"));
    claims(out, &claims_array, &input.claims)?;
    random(out, &random_array, input.random)?;
    server(out, &format!("{prefix}_client"), input.server.as_ref())?;
    let mut to = Initializer::begin(out, "jurat_client_assertion", &format!("{prefix}_client"))?;
    to.flags(&[(input.insecure_http, "JURAT_INSECURE_HTTP"), (input.omit_jwt_id, "JURAT_OMIT_JWT_ID")])?;
    to.text("client_id", Some(&input.client_id))?;
    to.text("issuer", input.issuer.as_deref())?;
    to.raw("issued_at", unsigned(input.issued_at))?;
    to.raw("not_before", unsigned(input.not_before.unwrap_or_default()))?;
    to.raw("lifetime", input.lifetime.unwrap_or(60))?;
    to.text("jwt_id", input.jwt_id.as_deref())?;
    to.random(&random_array, input.random)?;
    to.text("key_id", input.key_id.as_deref())?;
    to.text("certificate_thumbprint", input.certificate_thumbprint.as_deref())?;
    if !input.claims.is_empty() {
        to.raw("claims", format!("JURAT_CLAIMS({claims_array})"))?;
    }
    if input.server.is_some() {
        to.raw("server", format!("&{prefix}_client_server"))?;
    }
    if let Some(name) = input.endpoint {
        to.raw("endpoint", endpoint(name))?;
    }
    to.text("endpoint_url", input.endpoint_url.as_deref())?;
    to.end()
}

/// The server of an assertion; its metadata is read when the vector runs.
fn server(out: &mut String, prefix: &str, input: Option<&Server>) -> fmt::Result {
    let Some(input) = input else { return Ok(()) };
    if input.metadata.is_some() {
        writeln!(out, "static jurat_metadata {prefix}_metadata;")?;
    }
    let mut to = Initializer::begin(out, "jurat_server", &format!("{prefix}_server"))?;
    to.flags(&[(input.insecure_http, "JURAT_INSECURE_HTTP")])?;
    to.text("issuer", Some(&input.issuer))?;
    to.text("token_endpoint", input.token_endpoint.as_deref())?;
    to.raw("profile", format!("&jurat_profile_{}", input.profile.replace('-', "_")))?;
    to.raw("hook", "jurat_server_hook")?;
    if input.metadata.is_some() {
        to.raw("metadata", format!("&{prefix}_metadata"))?;
    }
    to.end()
}

/// What a vector needs to have its server's metadata read.
fn metadata(out: &mut String, prefix: &str, input: Option<&Server>) -> Result<String, fmt::Error> {
    let Some((input, document)) = input.and_then(|input| Some((input, input.metadata.as_ref()?))) else {
        return Ok(String::new());
    };
    writeln!(out, "static const uint8_t {prefix}_document[] = {};", bytes(document.as_bytes()))?;
    Ok(format!(
        ", .data = {prefix}_document, .data_length = {}, .issuer = {}, .metadata = &{prefix}_metadata",
        document.len(),
        text(&input.issuer)
    ))
}

const fn endpoint(name: EndpointName) -> &'static str {
    match name {
        EndpointName::Token => "JURAT_ENDPOINT_TOKEN",
        EndpointName::PushedAuthorizationRequest => "JURAT_ENDPOINT_PUSHED_AUTHORIZATION_REQUEST",
        EndpointName::Introspection => "JURAT_ENDPOINT_INTROSPECTION",
        EndpointName::Revocation => "JURAT_ENDPOINT_REVOCATION",
        EndpointName::DeviceAuthorization => "JURAT_ENDPOINT_DEVICE_AUTHORIZATION",
        EndpointName::BackchannelAuthentication => "JURAT_ENDPOINT_BACKCHANNEL_AUTHENTICATION",
    }
}

fn exchange(out: &mut String, prefix: &str, input: &Exchange) -> fmt::Result {
    let mut events = String::new();
    for (index, event) in input.events.iter().enumerate() {
        let members = match event {
            Event::Step { device } => format!(".what = STEP, .device = {}", unsigned(*device)),
            Event::AskTime { device } => format!(".what = ASK_TIME, .device = {}", unsigned(*device)),
            Event::NoAnswer { device } => format!(".what = NO_ANSWER, .device = {}", unsigned(*device)),
            Event::Store => ".what = STORE".into(),
            Event::Attempt { device, random } => {
                let array = format!("{prefix}_random_{index}");
                self::random(out, &array, Some(*random))?;
                format!(".what = ATTEMPT, .device = {}, .random = {array}", unsigned(*device))
            }
            Event::Answer(answer) => {
                let text = |value: &Option<String>| value.as_deref().map_or("JURAT_TEXT_NONE".into(), self::text);
                let flags = if answer.truncated { "JURAT_BODY_TRUNCATED" } else { "0" };
                format!(
                    ".what = ANSWER, .status = {}, .flags = {flags}, .date = {}, .age = {}, .retry_after = {}, \
                     .body = {}, .sent_at = {}, .device = {}",
                    answer.status,
                    text(&answer.date),
                    text(&answer.age),
                    text(&answer.retry_after),
                    self::text(&answer.body),
                    unsigned(answer.sent_at),
                    unsigned(answer.received_at)
                )
            }
        };
        writeln!(events, "    {{ {members} }},")?;
    }
    writeln!(out, "static const struct event {prefix}_events[] = {{\n{events}}};")?;
    let state = match input.clock.state {
        ClockName::Trusted => "JURAT_CLOCK_TRUSTED",
        ClockName::Estimated => "JURAT_CLOCK_ESTIMATED",
        ClockName::Unset => "JURAT_CLOCK_UNSET",
    };
    writeln!(
        out,
        "static const struct exchange {prefix}_exchange = {{\n    {{ sizeof(jurat_clock), {state}, {}, {}, {} }}, {}, \
         {prefix}_events, {}\n}};",
        unsigned(input.clock.build_time),
        signed(input.clock.offset),
        input.clock.uncertainty,
        input.attempts.unwrap_or_default(),
        input.events.len()
    )
}

fn grant(out: &mut String, prefix: &str, input: &Grant) -> fmt::Result {
    let (claims_array, random_array) = (format!("{prefix}_grant_claims"), format!("{prefix}_grant_random"));
    claims(out, &claims_array, &input.claims)?;
    random(out, &random_array, input.random)?;
    server(out, &format!("{prefix}_grant"), input.server.as_ref())?;
    let mut to = Initializer::begin(out, "jurat_grant_assertion", &format!("{prefix}_grant"))?;
    to.flags(&[(input.insecure_http, "JURAT_INSECURE_HTTP"), (input.omit_jwt_id, "JURAT_OMIT_JWT_ID")])?;
    to.text("iss", Some(&input.iss))?;
    to.text("sub", Some(&input.sub))?;
    to.text("issuer", input.issuer.as_deref())?;
    to.text("token_endpoint", input.token_endpoint.as_deref())?;
    to.text("type_", input.r#type.as_deref())?;
    to.raw("issued_at", unsigned(input.issued_at))?;
    to.raw("not_before", unsigned(input.not_before.unwrap_or_default()))?;
    to.raw("lifetime", input.lifetime.unwrap_or(60))?;
    to.text("jwt_id", input.jwt_id.as_deref())?;
    to.random(&random_array, input.random)?;
    to.text("key_id", input.key_id.as_deref())?;
    to.text("certificate_thumbprint", input.certificate_thumbprint.as_deref())?;
    if !input.claims.is_empty() {
        to.raw("claims", format!("JURAT_CLAIMS({claims_array})"))?;
    }
    if input.server.is_some() {
        to.raw("server", format!("&{prefix}_grant_server"))?;
    }
    to.end()
}

fn request(out: &mut String, prefix: &str, input: &Request) -> fmt::Result {
    let parameters = format!("{prefix}_parameters");
    if !input.parameters.is_empty() {
        writeln!(out, "static const jurat_parameter {parameters}[] = {{")?;
        for (name, value) in &input.parameters {
            writeln!(out, "    {{ {}, {} }},", text(name), text(value))?;
        }
        writeln!(out, "}};")?;
    }
    if let Some(input) = &input.grant {
        grant(out, prefix, input)?;
    }
    if let Some(input) = &input.client {
        client(out, prefix, input)?;
    }
    let mut to = Initializer::begin(out, "jurat_token_request", &format!("{prefix}_request"))?;
    to.flags(&[(input.omit_client_id, "JURAT_OMIT_CLIENT_ID")])?;
    if input.grant.is_some() {
        to.raw("grant", format!("&{prefix}_grant"))?;
    }
    if input.client.is_some() {
        to.raw("client", format!("&{prefix}_client"))?;
    }
    to.text("scope", input.scope.as_deref())?;
    to.text("resource", input.resource.as_deref())?;
    to.list("parameters", &parameters, input.parameters.len())?;
    to.text("http_endpoint", input.http_endpoint.as_deref())?;
    if input.http_endpoint.is_some() {
        to.raw("http_hook", "jurat_http_hook")?;
    }
    to.end()
}

fn claims(out: &mut String, array: &str, claims: &[Claim]) -> fmt::Result {
    if claims.is_empty() {
        return Ok(());
    }
    writeln!(out, "static const jurat_claim {array}[] = {{")?;
    for claim in claims {
        let value = match claim {
            Claim { text: Some(value), .. } => format!("JURAT_CLAIM_TEXT, .text = {}", text(value)),
            Claim { integer: Some(value), .. } => format!("JURAT_CLAIM_INTEGER, .integer = {}", signed(*value)),
            Claim { boolean: Some(value), .. } => format!("JURAT_CLAIM_BOOLEAN, .integer = {}", i32::from(*value)),
            Claim { json: Some(value), .. } => format!("JURAT_CLAIM_JSON, .text = {}", text(value)),
            _ => "JURAT_CLAIM_NULL".into(),
        };
        writeln!(out, "    {{ .name = {}, .kind = {value} }},", text(&claim.name))?;
    }
    writeln!(out, "}};")
}

fn random(out: &mut String, array: &str, random: Option<[u8; 16]>) -> fmt::Result {
    match random {
        Some(random) => writeln!(out, "static const uint8_t {array}[JURAT_RANDOM_SIZE] = {};", bytes(&random)),
        None => Ok(()),
    }
}

fn key_name(name: Option<&String>) -> String {
    name.map_or_else(|| "NULL".into(), |name| format!("key_{}", name.replace('-', "_")))
}

fn bytes(bytes: &[u8]) -> String {
    let list: Vec<_> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
    format!("{{ {} }}", list.join(", "))
}

fn unsigned(number: u64) -> String {
    format!("UINT64_C({number})")
}

fn signed(number: i64) -> String {
    // In C the minus is an operator, and its operand would not fit.
    if number == i64::MIN { "INT64_MIN".into() } else { format!("INT64_C({number})") }
}

/// An initializer of a `jurat_str`. What is not plain becomes three octal digits, which end by themselves; `?` as well,
/// because of trigraphs.
fn text(text: &str) -> String {
    let mut literal = String::new();
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | b'?' | 0..=0x1f | 0x7f.. => literal.push_str(&format!("\\{byte:03o}")),
            _ => literal.push(char::from(byte)),
        }
    }
    format!("{{ \"{literal}\", {} }}", text.len())
}

/// C source with arguments of the size macros, and what the functions of `jurat_core` make of them; `bad_callers.c`
/// includes it as `sizes_table.h`.
///
/// # Errors
/// None: writing into a `String` does not fail.
pub fn sizes() -> Result<String, fmt::Error> {
    use jurat_core::{client_assertion_size, grant_assertion_size, token_request_size};

    let mut out = String::from("/* Written by vectors_c --sizes from the const functions of jurat_core. */\n");
    writeln!(out, "static const struct size_row sizes[] = {{")?;
    for row in grid::<5>(&[0, 1, 22, 2048]).into_iter().chain(sweeps()) {
        let [a, b, c, d, e] = row;
        line(&mut out, "CLIENT_ASSERTION", &row, client_assertion_size(a, b, c, d, e))?;
    }
    for row in grid::<7>(&[0, 1, 43]).into_iter().chain(sweeps()) {
        let [a, b, c, d, e, f, g] = row;
        line(&mut out, "GRANT_ASSERTION", &row, grant_assertion_size(a, b, c, d, e, f, g))?;
    }
    for row in grid::<6>(&[0, 1, 500]).into_iter().chain(sweeps()) {
        let [a, b, c, d, e, f] = row;
        line(&mut out, "TOKEN_REQUEST", &row, token_request_size(a, b, c, d, e, f))?;
    }
    writeln!(out, "}};")?;
    Ok(out)
}

fn line(out: &mut String, kind: &str, row: &[usize], size: usize) -> fmt::Result {
    let list: Vec<_> = row.iter().map(usize::to_string).collect();
    writeln!(out, "    {{ {kind}, {{ {} }}, {size} }},", list.join(", "))
}

/// For each place every length up to 100 and every prime up to 5,000, with 0 or 7 in the others.
fn sweeps<const N: usize>() -> Vec<[usize; N]> {
    let is_prime = |number: usize| (2..number).all(|divisor| !number.is_multiple_of(divisor));
    let lengths: Vec<_> = (0..=100).chain((101..=5000).filter(|length| is_prime(*length))).collect();
    let others = [0, 7];
    let row = |place: usize, length, other| {
        let mut row = [other; N];
        row.iter_mut().skip(place).take(1).for_each(|slot| *slot = length);
        row
    };
    let places = (0..N).flat_map(|place| others.map(|other| (place, other)));
    places.flat_map(|(place, other)| lengths.iter().map(move |length| row(place, *length, other))).collect()
}

/// Every choice of `N` of the values.
fn grid<const N: usize>(values: &[usize]) -> Vec<[usize; N]> {
    let mut rows = vec![[0; N]];
    for place in 0..N {
        let with = |row: &[usize; N]| {
            let row = *row;
            values.iter().map(move |value| {
                let mut row = row;
                row.iter_mut().skip(place).take(1).for_each(|slot| *slot = *value);
                row
            })
        };
        rows = rows.iter().flat_map(with).collect();
    }
    rows
}
