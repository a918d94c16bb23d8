//! Runs vectors through `jurat_core` and reports what came out. It knows no expected values.
//!
//! What it does check is that the ways to the same output agree, and what a call may leave in the buffer.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;

use jurat_core::{
    Argument, Audience, Cause, CertificateThumbprint, Claim, ClaimValue, ClientAssertion, Clock, ClockState,
    CombSigner, Endpoint, EndpointUrl, Error, Es256Signature, Es256Signer, Exchange, GrantAssertion, GrantTypes,
    IssuerIdentifier, Jwk, Jwks, JwtId, Metadata, NumericDate, Outcome as Said, Parameter, Prepared, Profile,
    PublicKey, Registration, Response, Server, SignError, SigningInput, SoftwareSigner, Step, TimeFault, TimeSample,
    ToBeSigned, TokenRequest, TokenType, WellKnown,
};

use crate::model::{self, File, Function, Input, Vector};

mod diagnosis;

/// The status in a report when a check of the runner's own failed.
pub const FAILED: i32 = 99_999;

/// Room for every output, and the same for every runner.
pub const ROOM: usize = 16 * 1024;

/// What no output has in it.
const UNTOUCHED: u8 = 0xaa;

/// Bytes behind the output that nobody may touch.
const GUARD: usize = 16;

/// One line of the report.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// The vector's id.
    pub id: String,
    /// 0, a status, or [`FAILED`].
    pub status: i32,
    /// The output, in hexadecimal if it is not plain characters; why the runner's check failed; or nothing.
    pub text: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.status)?;
        if self.text.is_empty() { Ok(()) } else { write!(f, " {}", self.text) }
    }
}

/// Runs every vector, in the order of the file.
#[must_use]
pub fn run(file: &File) -> Vec<Line> {
    file.vectors.iter().map(|vector| run_one(file, vector)).collect()
}

fn run_one(file: &File, vector: &Vector) -> Line {
    let outcome = match &vector.input {
        Input::ClientAssertion(input) => {
            let key = Source::Key(file.key(input.key.as_ref()));
            compare(vector.sizes, &|buffer, form, calls| client_assertion(input, key, buffer, form, calls))
        }
        Input::GrantAssertion(input) => {
            let key = Source::Key(file.key(input.key.as_ref()));
            compare(vector.sizes, &|buffer, form, calls| grant_assertion(input, key, buffer, form, calls))
        }
        Input::TokenRequest(input) => {
            let client = Source::Key(file.key(input.key.as_ref()));
            let grant = Source::Key(file.key(input.grant_key.as_ref()));
            compare(vector.sizes, &|buffer, form, calls| token_request(input, grant, client, buffer, form, calls))
        }
        Input::Signature(input) => {
            let source = Source::Given(input.signature);
            compare(false, &|buffer, form, calls| client_assertion(&input.client, source, buffer, form, calls))
        }
        Input::Call(input) => Ok(match call(input) {
            Ok(bytes) => (0, in_hex(&bytes)),
            Err(error) => (error.status(), String::new()),
        }),
        Input::Exchange(input) => exchange(input, file.key(Some(&input.key))),
        Input::Diagnosis(input) => {
            diagnosis::run(input, input.key.as_ref().map(|name| file.key(Some(name))), vector.sizes)
        }
        Input::Sign(input) => sign(&input.d.unwrap_or_else(|| file.key(input.key.as_ref())), &input.hash),
    };
    let (status, text) = outcome.unwrap_or_else(|reason| (FAILED, reason));
    Line { id: vector.id.clone(), status, text }
}

/// A status and an output, or what the runner does not agree with.
type Outcome = Result<(i32, String), String>;

/// The ways to the same output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `sign_with`.
    OneShot,
    /// `prepare`, then `finish`.
    TwoPhase,
    /// `prepare`, `detach`, then `attach` to the bare buffer.
    Detached,
}

/// Writes the output into a buffer and gives its length; counts the calls to signers.
type Call<'c> = dyn Fn(&mut [u8], Form, &Cell<u32>) -> Result<usize, Error> + 'c;

/// A signer's answers.
#[derive(Clone, Copy)]
enum Source {
    /// Signed with this key.
    Key([u8; 32]),
    /// These bytes, whatever they are.
    Given([u8; 64]),
}

struct Signer<'c> {
    source: Source,
    calls: &'c Cell<u32>,
}

impl Es256Signer for Signer<'_> {
    type Error = Error;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Error> {
        self.calls.set(self.calls.get().saturating_add(1));
        match self.source {
            Source::Key(key) => {
                software(&key, |software, comb| (software.sign_hash(&input.hash()), comb.sign_hash(&input.hash())))
            }
            Source::Given(bytes) => Es256Signature::from_bytes(bytes),
        }
    }
}

/// What both signers in software give: the same, or there is nothing to go on with.
fn software(
    d: &[u8; 32],
    sign: impl FnOnce(&SoftwareSigner, &CombSigner) -> (Es256Signature, Es256Signature),
) -> Result<Es256Signature, Error> {
    let (signature, other) = sign(&SoftwareSigner::from_scalar(d)?, &CombSigner::from_scalar(d)?);
    assert!(signature == other, "the comb's signature is another one");
    Ok(signature)
}

fn own(error: SignError<Error>) -> Error {
    match error {
        SignError::Refused(error) | SignError::Signer(error) => error,
        _ => Error::new(Cause::SignerFailed, Argument::Signer),
    }
}

fn client_assertion(
    input: &model::Client,
    source: Source,
    buffer: &mut [u8],
    form: Form,
    calls: &Cell<u32>,
) -> Result<usize, Error> {
    let claims = claims(&input.claims);
    let assertion = client(input, &claims)?;
    let mut signer = Signer { source, calls };
    match form {
        Form::OneShot => Ok(assertion.sign_with(buffer, &mut signer).map_err(own)?.as_bytes().len()),
        _ => finish(assertion.prepare(buffer)?, form, &mut signer),
    }
}

fn grant_assertion(
    input: &model::Grant,
    source: Source,
    buffer: &mut [u8],
    form: Form,
    calls: &Cell<u32>,
) -> Result<usize, Error> {
    let claims = claims(&input.claims);
    let assertion = grant(input, &claims)?;
    let mut signer = Signer { source, calls };
    match form {
        Form::OneShot => Ok(assertion.sign_with(buffer, &mut signer).map_err(own)?.as_bytes().len()),
        _ => finish(assertion.prepare(buffer)?, form, &mut signer),
    }
}

fn finish<K>(prepared: Prepared<'_, K>, form: Form, signer: &mut Signer<'_>) -> Result<usize, Error> {
    if form == Form::Detached {
        let (buffer, input) = prepared.detach();
        attach(&input, buffer, signer)?;
        return Ok(buffer.len());
    }
    let signature = signer.sign(&prepared.to_be_signed())?;
    Ok(prepared.finish(&signature).as_bytes().len())
}

/// Whoever has detached wipes the buffer themselves.
fn attach(input: &SigningInput, buffer: &mut [u8], signer: &mut Signer<'_>) -> Result<(), Error> {
    let attached =
        signer.sign(&input.to_be_signed(buffer)).and_then(|signature| input.attach(&mut *buffer, &signature));
    if attached.is_err() {
        buffer.fill(0);
    }
    attached
}

fn token_request(
    input: &model::Request,
    grant_key: Source,
    client_key: Source,
    buffer: &mut [u8],
    form: Form,
    calls: &Cell<u32>,
) -> Result<usize, Error> {
    let grant_claims = input.grant.as_ref().map_or_else(Vec::new, |grant| claims(&grant.claims));
    let client_claims = input.client.as_ref().map_or_else(Vec::new, |client| claims(&client.claims));
    let parameters: Vec<_> = input.parameters.iter().map(|(name, value)| Parameter { name, value }).collect();
    let request = request(input, &grant_claims, &client_claims, &parameters)?;

    let mut grant_signer = Signer { source: grant_key, calls };
    let mut client_signer = Signer { source: client_key, calls };
    if form == Form::OneShot {
        let signed = request.sign_with_each(buffer, &mut grant_signer, &mut client_signer).map_err(own)?;
        return Ok(signed.as_bytes().len());
    }
    let mut prepared = request.prepare(buffer)?;
    if form == Form::Detached {
        let (buffer, grant, client) = prepared.detach();
        for (input, signer) in [(grant, grant_signer), (client, client_signer)] {
            if let (Some(input), mut signer) = (input, signer) {
                attach(&input, buffer, &mut signer)?;
            }
        }
        return Ok(buffer.len());
    }
    // The other order than that of sign_with_each: it must not matter.
    if let Some(signature) = prepared.client().map(|input| client_signer.sign(&input)).transpose()? {
        prepared.attach_client(&signature)?;
    }
    if let Some(signature) = prepared.grant().map(|input| grant_signer.sign(&input)).transpose()? {
        prepared.attach_grant(&signature)?;
    }
    Ok(prepared.finish()?.as_bytes().len())
}

/// The client assertion that an input describes.
///
/// # Errors
/// Those of `jurat_core`.
pub fn client<'a>(input: &'a model::Client, claims: &'a [Claim<'a>]) -> Result<ClientAssertion<'a>, Error> {
    let issued_at = time(input.issued_at, Argument::IssuedAt)?;
    let jwt_id = jwt_id(input.jwt_id.as_deref(), input.random);
    let mut assertion = match &input.server {
        Some(of) => {
            let url = input.endpoint_url.as_deref().map(|url| endpoint(url, of.insecure_http)).transpose()?;
            let at = input.endpoint.map_or(Endpoint::Token, endpoint_named);
            server(of)?.client_assertion_at(at, url, &input.client_id, issued_at, jwt_id)?
        }
        None => {
            let issuer = issuer(input.issuer.as_deref().unwrap_or_default(), input.insecure_http)?;
            ClientAssertion::new(&input.client_id, issuer, issued_at, jwt_id)
        }
    };
    assertion = assertion.with_claims(claims);
    if let Some(lifetime) = input.lifetime {
        assertion = assertion.with_lifetime(lifetime);
    }
    if let Some(key_id) = &input.key_id {
        assertion = assertion.with_key_id(key_id);
    }
    if let Some(thumbprint) = &input.certificate_thumbprint {
        assertion = assertion.with_certificate_thumbprint(thumbprint);
    }
    if let Some(not_before) = input.not_before {
        assertion = assertion.with_not_before(time(not_before, Argument::NotBefore)?);
    }
    Ok(assertion)
}

/// The grant that an input describes.
///
/// # Errors
/// Those of `jurat_core`.
pub fn grant<'a>(input: &'a model::Grant, claims: &'a [Claim<'a>]) -> Result<GrantAssertion<'a>, Error> {
    let issued_at = time(input.issued_at, Argument::IssuedAt)?;
    let jwt_id = jwt_id(input.jwt_id.as_deref(), input.random);
    let mut assertion = match (&input.server, &input.token_endpoint) {
        (Some(of), _) => server(of)?.grant_assertion(&input.iss, &input.sub, issued_at, jwt_id)?,
        (None, Some(url)) => {
            let url = endpoint(url, input.insecure_http).map_err(|error| error.about(Argument::TokenEndpoint))?;
            GrantAssertion::new(&input.iss, &input.sub, Audience::from(url), issued_at, jwt_id)
        }
        (None, None) => {
            let issuer = issuer(input.issuer.as_deref().unwrap_or_default(), input.insecure_http)?;
            GrantAssertion::new(&input.iss, &input.sub, Audience::from(issuer), issued_at, jwt_id)
        }
    };
    assertion = assertion.with_claims(claims);
    if let Some(lifetime) = input.lifetime {
        assertion = assertion.with_lifetime(lifetime);
    }
    if let Some(typ) = &input.r#type {
        assertion = assertion.with_type(typ);
    }
    if let Some(key_id) = &input.key_id {
        assertion = assertion.with_key_id(key_id);
    }
    if let Some(thumbprint) = &input.certificate_thumbprint {
        assertion = assertion.with_certificate_thumbprint(thumbprint);
    }
    if let Some(not_before) = input.not_before {
        assertion = assertion.with_not_before(time(not_before, Argument::NotBefore)?);
    }
    Ok(assertion)
}

/// The token request that an input describes.
///
/// # Errors
/// Those of `jurat_core`.
pub fn request<'a>(
    input: &'a model::Request,
    grant_claims: &'a [Claim<'a>],
    client_claims: &'a [Claim<'a>],
    parameters: &'a [Parameter<'a>],
) -> Result<TokenRequest<'a>, Error> {
    let client = input.client.as_ref().map(|input| client(input, client_claims)).transpose()?;
    let grant = input.grant.as_ref().map(|input| grant(input, grant_claims)).transpose()?;
    let mut request = match (grant, client) {
        (Some(grant), Some(client)) => TokenRequest::jwt_bearer(grant).with_client_assertion(client),
        (Some(grant), None) => TokenRequest::jwt_bearer(grant),
        (None, Some(client)) => TokenRequest::client_credentials(client),
        (None, None) => return Err(Error::new(Cause::Empty, Argument::ClientAssertion)),
    };
    if input.omit_client_id {
        request = request.without_client_id();
    }
    if let Some(scope) = &input.scope {
        request = request.with_scope(scope);
    }
    if let Some(resource) = &input.resource {
        request = request.with_resource(resource);
    }
    if let Some(url) = &input.http_endpoint {
        request = request.with_http_head(endpoint(url, false)?);
    }
    Ok(request.with_parameters(parameters))
}

/// The custom claims of an assertion.
#[must_use]
pub fn claims(input: &[model::Claim]) -> Vec<Claim<'_>> {
    input.iter().map(claim).collect()
}

fn claim(input: &model::Claim) -> Claim<'_> {
    let value = match input {
        model::Claim { text: Some(text), .. } => ClaimValue::Text(text),
        model::Claim { integer: Some(integer), .. } => ClaimValue::Integer(*integer),
        model::Claim { boolean: Some(boolean), .. } => ClaimValue::Boolean(*boolean),
        model::Claim { json: Some(json), .. } => ClaimValue::Json(json),
        _ => ClaimValue::Null,
    };
    Claim { name: &input.name, value }
}

fn issuer(url: &str, insecure_http: bool) -> Result<IssuerIdentifier<'_>, Error> {
    if insecure_http { IssuerIdentifier::insecure_http(url) } else { IssuerIdentifier::new(url) }
}

fn endpoint(url: &str, insecure_http: bool) -> Result<EndpointUrl<'_>, Error> {
    if insecure_http { EndpointUrl::insecure_http(url) } else { EndpointUrl::new(url) }
}

const fn endpoint_named(name: model::EndpointName) -> Endpoint {
    match name {
        model::EndpointName::Token => Endpoint::Token,
        model::EndpointName::PushedAuthorizationRequest => Endpoint::PushedAuthorizationRequest,
        model::EndpointName::Introspection => Endpoint::Introspection,
        model::EndpointName::Revocation => Endpoint::Revocation,
        model::EndpointName::DeviceAuthorization => Endpoint::DeviceAuthorization,
        model::EndpointName::BackchannelAuthentication => Endpoint::BackchannelAuthentication,
    }
}

/// The server that an input describes.
fn server(input: &model::Server) -> Result<Server<'_>, Error> {
    let issuer = issuer(&input.issuer, input.insecure_http)?;
    let profile = Profile::named(&input.profile).ok_or(Error::new(Cause::Empty, Argument::Profile))?;
    let mut server = Server::new(issuer).with_profile(*profile);
    if let Some(url) = &input.token_endpoint {
        let url = endpoint(url, input.insecure_http).map_err(|error| error.about(Argument::TokenEndpoint))?;
        server = server.with_token_endpoint(url);
    }
    if let Some(document) = &input.metadata {
        // Reading changes the document, and what was read points into it. The runner ends soon.
        server = server.with_metadata(Metadata::read(document.clone().into_bytes().leak(), issuer)?);
    }
    Ok(server)
}

fn time(seconds: u64, argument: Argument) -> Result<NumericDate, Error> {
    NumericDate::from_seconds(seconds).map_err(|error| error.about(argument))
}

fn jwt_id(text: Option<&str>, random: Option<[u8; 16]>) -> JwtId<'_> {
    match (text, random) {
        (Some(text), _) => JwtId::text(text),
        (None, Some(random)) => JwtId::random(random),
        (None, None) => JwtId::omitted(),
    }
}

fn sign(d: &[u8; 32], hash: &[u8; 32]) -> Outcome {
    let mut signer = match SoftwareSigner::from_scalar(d) {
        Ok(signer) => signer,
        Err(error) => return Ok((error.status(), String::new())),
    };
    let signature = software(d, |software, comb| (software.sign_hash(hash), comb.sign_hash(hash)))
        .map_err(|error| error.to_string())?;
    match signer.sign(&ToBeSigned::from_parts(&[], hash)) {
        Ok(other) if other == signature => Ok((0, in_hex(signature.as_bytes()))),
        _ => Err("the trait's signature is another one".into()),
    }
}

fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Visible ASCII as it is, anything else in hexadecimal: a report has one line for each vector.
fn plain_or_hex(output: &[u8]) -> String {
    let plain = output.iter().all(u8::is_ascii_graphic);
    if plain { output.iter().copied().map(char::from).collect() } else { in_hex(output) }
}

/// One of the functions.
fn call(input: &model::Call) -> Result<Vec<u8>, Error> {
    let data = input.data.as_slice();
    let public = || {
        let (x, y) = (input.x.unwrap_or_default(), input.y.unwrap_or_default());
        PublicKey::from_coordinates(&x, &y).map_err(|error| error.about(Argument::PublicKey))
    };
    let issuer = || issuer(input.issuer.as_deref().unwrap_or_default(), input.insecure_http);
    let number = |index: usize| input.numbers.get(index).copied().ok_or(WRONG_INPUT);
    let mut buffer = vec![0; ROOM];
    Ok(match input.function {
        Function::ImportKey => jurat_core::import_key(data)?.scalar().to_vec(),
        Function::GenerateKey => {
            let mut d = [0; 32];
            jurat_core::generate_key(data, &mut d)?;
            d.to_vec()
        }
        Function::DeriveJwtId => {
            let wrong = Error::new(Cause::WrongLength, Argument::Secret);
            let secret = data.try_into().map_err(|_| wrong)?;
            jurat_core::derive_jwt_id(secret, input.boot, input.message)?.to_vec()
        }
        Function::SignatureFromDer => Es256Signature::from_der(data)?.as_bytes().to_vec(),
        Function::CertificateThumbprint => CertificateThumbprint::of_der(data)?.as_str().into(),
        Function::Thumbprint => public()?.thumbprint().as_str().into(),
        Function::Jwk => Jwk { key: public()?, key_id: input.key_id.as_deref() }.write(&mut buffer)?.into(),
        Function::SpkiDer => public()?.to_spki_der().to_vec(),
        Function::SpkiPem => public()?.write_spki_pem(&mut buffer)?.into(),
        Function::Jwks => {
            let key = public()?;
            let keys = [Jwk { key, key_id: None }, Jwk { key, key_id: input.key_id.as_deref() }];
            Jwks::new(&keys).write(&mut buffer)?.into()
        }
        Function::Registration => {
            let keys = [Jwk { key: public()?, key_id: input.key_id.as_deref() }];
            Registration::jwks(Jwks::new(&keys))
                .with_grant_types(GrantTypes::CLIENT_CREDENTIALS.and(GrantTypes::JWT_BEARER))
                .with_client_name("Meter 7")
                .with_scope("a b")
                .write(&mut buffer)?
                .into()
        }
        Function::SignHedged => {
            let part = |index: usize| data.chunks_exact(32).nth(index).and_then(|part| part.try_into().ok());
            let wrong = Error::new(Cause::WrongLength, Argument::Key);
            let (d, hash, entropy) = (part(0).ok_or(wrong)?, part(1).ok_or(wrong)?, part(2).ok_or(wrong)?);
            software(d, |software, comb| {
                (software.sign_hash_hedged(hash, entropy), comb.sign_hash_hedged(hash, entropy))
            })?
            .as_bytes()
            .to_vec()
        }
        Function::HttpDate => NumericDate::from_http_date(text(data)?)?.as_seconds().to_string().into(),
        Function::RetryAfter => {
            let date = input.numbers.first().map(|date| seconds(*date)).transpose()?;
            jurat_core::retry_after(text(data)?, date).map_or("none".into(), |wait| wait.to_string()).into()
        }
        Function::TimeFault => {
            TimeFault::classify(unsigned(number(0)?), seconds(number(1)?)?).number().to_string().into()
        }
        Function::WellKnown => {
            let form = i32::try_from(number(0)?).ok().and_then(WellKnown::from_number).ok_or(WRONG_INPUT)?;
            form.write(issuer()?, &mut buffer)?.into()
        }
        Function::CheckIssuer => {
            issuer()?.check(text(data)?)?;
            "ok".into()
        }
        Function::TimeRequest => {
            jurat_core::time_request(endpoint(text(data)?, input.insecure_http)?, &mut buffer)?.into()
        }
        Function::Metadata => metadata(&Metadata::read(&mut data.to_vec(), issuer()?)?).into(),
        Function::Response => {
            let status = u16::try_from(number(0)?).map_err(|_| WRONG_INPUT)?;
            let mut body = data.to_vec();
            let response = Response::new(status, &mut body);
            said(&if number(1)? == 0 { response } else { response.truncated() }.read()).into()
        }
        Function::Clock => clock(&input.numbers)?.into(),
    })
}

/// What a vector must not have.
const WRONG_INPUT: Error = Error::new(Cause::UnknownStruct, Argument::None);

fn text(data: &[u8]) -> Result<&str, Error> {
    core::str::from_utf8(data).map_err(|_| WRONG_INPUT)
}

fn unsigned(number: i64) -> u64 {
    number.try_into().unwrap_or_default()
}

fn seconds(number: i64) -> Result<NumericDate, Error> {
    NumericDate::from_seconds(unsigned(number))
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(separator)
}

/// What metadata says, in one line.
fn metadata(metadata: &Metadata<'_>) -> String {
    let own_lists = [Endpoint::Token, Endpoint::Introspection, Endpoint::Revocation];
    let grants = ["client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"];
    format!(
        "endpoints={};private_key_jwt={};es256={};grants={}",
        list(Endpoint::ALL.map(|endpoint| metadata.endpoint(endpoint).unwrap_or("-")), ","),
        list(own_lists.map(|endpoint| metadata.private_key_jwt(endpoint).number()), ","),
        list(own_lists.map(|endpoint| metadata.es256(endpoint).number()), ","),
        list(grants.map(|grant| metadata.grant_type(grant).number()), ",")
    )
}

/// What a body says, in one line.
fn said(outcome: &Said<'_>) -> String {
    match outcome {
        Said::Token(token) => format!(
            "token access_token={};token_type={};expires_in={};scope={}",
            token.access_token(),
            match token.token_type() {
                TokenType::Bearer => "Bearer",
                TokenType::Dpop => "DPoP",
                TokenType::Other(other) => other,
                _ => "?",
            },
            token.expires_in().map_or("-".into(), |seconds| seconds.to_string()),
            token.scope().unwrap_or("-")
        ),
        Said::Error(error) => format!(
            "error code={};text={};description={};uri={}",
            error.code().number(),
            error.code_text(),
            error.description().unwrap_or("-"),
            error.uri().unwrap_or("-")
        ),
        Said::Foreign(error) => format!(
            "foreign code={};text={}",
            error.code().unwrap_or("-"),
            error.detail().or(error.title()).unwrap_or("-")
        ),
        Said::NotJson => "not_json".into(),
        Said::Empty => "empty".into(),
        Said::Truncated => "truncated".into(),
        Said::TooLarge => "too_large".into(),
        Said::Redirect => "redirect".into(),
        Said::Unusable(cause) => format!("unusable {}", cause_name(*cause)),
        _ => "?".into(),
    }
}

/// What a clock shows, in one line; without `date` and the three behind it, it has learned nothing.
fn clock(numbers: &[i64]) -> Result<String, Error> {
    let (&[state, build_time, offset, uncertainty, ref sample @ .., device], Some(learns)) =
        (numbers, [5, 9].iter().position(|length| *length == numbers.len()))
    else {
        return Err(WRONG_INPUT);
    };
    let name = match state {
        1 => model::ClockName::Trusted,
        2 => model::ClockName::Estimated,
        _ => model::ClockName::Unset,
    };
    let uncertainty = u32::try_from(uncertainty).map_err(|_| WRONG_INPUT)?;
    let mut clock = made(name, seconds(build_time)?, offset, uncertainty);
    let moved = match *sample {
        [date, sent_at, received_at, cached] if learns == 1 => clock
            .learn(&TimeSample {
                date: seconds(date)?,
                sent_at: unsigned(sent_at),
                received_at: unsigned(received_at),
                cached: cached != 0,
            })?
            .to_string(),
        _ => "-".into(),
    };
    let device = unsigned(device);
    let shown = |time: Result<NumericDate, Error>| time.map_or_else(refusal, |time| time.as_seconds().to_string());
    Ok(list(
        [
            moved,
            clock.offset().to_string(),
            shown_uncertainty(&clock),
            match clock.state(device) {
                ClockState::Trusted => "trusted",
                ClockState::Estimated => "estimated",
                ClockState::Unset => "unset",
                _ => "?",
            }
            .into(),
            shown(clock.now(device)),
            shown(clock.issued_at(device)),
        ],
        " ",
    ))
}

const fn made(name: model::ClockName, build_time: NumericDate, offset: i64, uncertainty: u32) -> Clock {
    match name {
        model::ClockName::Trusted => Clock::trusted(build_time, uncertainty),
        model::ClockName::Estimated => Clock::estimated(build_time, offset, uncertainty),
        model::ClockName::Unset => Clock::unset(build_time),
    }
}

/// `-` while nothing was learned.
fn shown_uncertainty(clock: &Clock) -> String {
    let known = Some(clock.uncertainty()).filter(|seconds| *seconds != u32::MAX);
    known.map_or("-".into(), |seconds| seconds.to_string())
}

/// A cause as C spells it: `InvalidJson` is `INVALID_JSON`.
#[must_use]
pub fn cause_name(cause: Cause) -> String {
    let mut name = String::new();
    for character in format!("{cause:?}").chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_uppercase());
    }
    name
}

/// A refusal in the middle of a line.
fn refusal(error: Error) -> String {
    format!("!{}/{}", cause_name(error.cause()), error.argument().text())
}

/// Leads an exchange through its events.
fn exchange(input: &model::Exchange, key: [u8; 32]) -> Outcome {
    let said = |error: Error| error.to_string();
    let of = &input.clock;
    let build_time = NumericDate::from_seconds(of.build_time).map_err(said)?;
    let mut exchange = Exchange::new(made(of.state, build_time, of.offset, of.uncertainty));
    if let Some(attempts) = input.attempts {
        exchange = exchange.with_attempts(attempts).map_err(said)?;
    }
    let mut results = Vec::new();
    for event in &input.events {
        results.push(happens(&mut exchange, event, key).unwrap_or_else(refusal));
    }
    let clock = exchange.clock();
    results.push(format!("offset={},uncertainty={}", clock.offset(), shown_uncertainty(&clock)));
    Ok((0, results.join(";")))
}

fn happens(exchange: &mut Exchange, event: &model::Event, key: [u8; 32]) -> Result<String, Error> {
    Ok(match event {
        model::Event::Step { device } => step(exchange.step(*device)),
        model::Event::AskTime { device } => {
            exchange.ask_time(*device)?;
            "asked".into()
        }
        model::Event::Attempt { device, random } => {
            // Whatever `iat` it has: the exchange gives it the right one.
            let issuer = IssuerIdentifier::new("https://as.example")?;
            let client = ClientAssertion::new("device-7", issuer, seconds(1)?, JwtId::random(*random));
            let request = TokenRequest::client_credentials(client).without_client_id();
            let issued_at = exchange.issued_at(*device);
            let request = exchange.attempt(request, *device)?;
            let mut buffer = vec![0; ROOM];
            let body = request.sign_with(&mut buffer, &mut SoftwareSigner::from_scalar(&key)?)?;
            let end = body.as_str().len().saturating_sub(22);
            format!("iat={},end={}", issued_at?.as_seconds(), body.as_str().get(end..).unwrap_or_default())
        }
        model::Event::Answer(answer) => {
            let mut body = answer.body.clone().into_bytes();
            let mut response = Response::new(answer.status, &mut body);
            for (name, value) in [("DATE", &answer.date), ("Age", &answer.age), ("retry-after", &answer.retry_after)] {
                if let Some(value) = value {
                    response = response.with_header(name, value);
                }
            }
            if answer.truncated {
                response = response.truncated();
            }
            let answer = exchange.answer(response, answer.sent_at, answer.received_at)?;
            let renew_at = answer.renew_at.map_or("-".into(), |renew_at| renew_at.to_string());
            format!("{},renew={renew_at},moved={}", step(answer.step), answer.clock_moved)
        }
        model::Event::NoAnswer { device } => step(exchange.no_answer(*device)?),
        model::Event::Store => {
            *exchange = Exchange::from_bytes(&exchange.to_bytes())?;
            "stored".into()
        }
    })
}

fn step(step: Step) -> String {
    match step {
        Step::LearnTime => "learn_time".into(),
        Step::Send => "send".into(),
        Step::Wait(seconds) => format!("wait:{seconds}"),
        Step::Answer => "answer".into(),
        Step::Done => "done".into(),
        Step::Stop(cause) => format!("stop:{}", cause_name(cause)),
        _ => "?".into(),
    }
}

/// Runs a call in every form, and with every size if that is wanted.
fn compare(sizes: bool, call: &Call<'_>) -> Outcome {
    let forms = [Form::OneShot, Form::TwoPhase, Form::Detached];
    let calls = Cell::new(0);
    let one_shot = Attempt::new(ROOM, Form::OneShot, call, &calls)?;
    for form in forms {
        if Attempt::new(ROOM, form, call, &calls)? != one_shot {
            return Err(format!("{form:?} differs from OneShot"));
        }
    }
    let length = match one_shot.result {
        Ok(length) => length,
        Err(error) => return Ok((error.status(), String::new())),
    };
    if sizes {
        for form in forms {
            check_sizes(length, form, call, &one_shot)?;
        }
    }
    Ok((0, plain_or_hex(&one_shot.output)))
}

/// With `length` bytes the output is the same; with fewer, nothing is signed and nothing is left.
fn check_sizes(length: usize, form: Form, call: &Call<'_>, wanted: &Attempt) -> Result<(), String> {
    for size in 0..length {
        let calls = Cell::new(0);
        let attempt = Attempt::new(size, form, call, &calls)?;
        let needed = match attempt.result {
            Err(error) if error.argument() == Argument::Output => error.needed(),
            _ => None,
        };
        if needed != Some(length) {
            return Err(format!("{form:?}, {size} bytes: {:?}", attempt.result));
        }
        if calls.get() != 0 {
            return Err(format!("{form:?}, {size} bytes: signed"));
        }
    }
    let same = Attempt::new(length, form, call, &Cell::new(0))? == *wanted;
    if same { Ok(()) } else { Err(format!("{form:?}, exactly {length} bytes: another result")) }
}

/// What one call did.
#[derive(PartialEq, Eq)]
struct Attempt {
    result: Result<usize, Error>,
    output: Vec<u8>,
}

impl Attempt {
    /// Calls with a buffer of `size` bytes, and checks what is left in it after a failure.
    fn new(size: usize, form: Form, call: &Call<'_>, calls: &Cell<u32>) -> Result<Self, String> {
        let mut buffer = vec![UNTOUCHED; size.saturating_add(GUARD)];
        let (room, guard) = buffer.split_at_mut(size);
        let result = call(room, form, calls);
        if guard.iter().any(|byte| *byte != UNTOUCHED) {
            return Err(format!("{form:?}, {size} bytes: wrote behind the output"));
        }
        match result {
            Ok(length) if length <= size => {
                buffer.truncate(length);
                Ok(Self { result, output: buffer })
            }
            Ok(length) => Err(format!("{form:?}, {size} bytes: a length of {length}")),
            Err(_) if room.iter().any(|byte| !matches!(*byte, 0 | UNTOUCHED)) => {
                Err(format!("{form:?}, {size} bytes: left something in the output"))
            }
            Err(_) => Ok(Self { result, output: Vec::new() }),
        }
    }
}
