//! Runs vectors through `jurat_core` and reports what came out. It knows no expected values.
//!
//! What it does check is that the ways to the same output agree, and what a call may leave in the buffer.

use core::cell::Cell;
use core::fmt;

use jurat_core::{
    Argument, Audience, Cause, CertificateThumbprint, Claim, ClaimValue, ClientAssertion, EndpointUrl, Error,
    Es256Signature, Es256Signer, GrantAssertion, GrantTypes, IssuerIdentifier, Jwk, Jwks, JwtId, NumericDate,
    Parameter, Prepared, PublicKey, Registration, SignError, SigningInput, SoftwareSigner, ToBeSigned, TokenRequest,
};

use crate::model::{self, File, Function, Input, Vector};

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
    /// The output, the signature in hexadecimal, why the runner's check failed, or nothing.
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
            Source::Key(key) => Ok(SoftwareSigner::from_scalar(&key)?.sign_hash(input.hash())),
            Source::Given(bytes) => Es256Signature::from_bytes(bytes),
        }
    }
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
    let issuer = issuer(&input.issuer, input.insecure_http)?;
    let issued_at = time(input.issued_at, Argument::IssuedAt)?;
    let jwt_id = jwt_id(input.jwt_id.as_deref(), input.random);
    let mut assertion = ClientAssertion::new(&input.client_id, issuer, issued_at, jwt_id)
        .with_lifetime(input.lifetime)
        .with_claims(claims);
    if let Some(key_id) = &input.key_id {
        assertion = assertion.with_key_id(key_id);
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
    let audience: Audience<'_> = match &input.token_endpoint {
        Some(url) => {
            let url = if input.insecure_http { EndpointUrl::insecure_http(url) } else { EndpointUrl::new(url) };
            url.map_err(|error| error.about(Argument::TokenEndpoint))?.into()
        }
        None => issuer(input.issuer.as_deref().unwrap_or_default(), input.insecure_http)?.into(),
    };
    let issued_at = time(input.issued_at, Argument::IssuedAt)?;
    let jwt_id = jwt_id(input.jwt_id.as_deref(), input.random);
    let mut assertion = GrantAssertion::new(&input.iss, &input.sub, audience, issued_at, jwt_id)
        .with_lifetime(input.lifetime)
        .with_claims(claims);
    if let Some(typ) = &input.r#type {
        assertion = assertion.with_type(typ);
    }
    if let Some(key_id) = &input.key_id {
        assertion = assertion.with_key_id(key_id);
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
    let signature = signer.sign_hash(hash);
    let input = SigningInput::from_parts(0, 0, *hash);
    match signer.sign(&input.to_be_signed(&[])) {
        Ok(other) if other == signature => Ok((0, in_hex(signature.as_bytes()))),
        _ => Err("the trait's signature is another one".into()),
    }
}

fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One of the functions of keys and ids.
fn call(input: &model::Call) -> Result<Vec<u8>, Error> {
    let data = input.data.as_slice();
    let public = || {
        let (x, y) = (input.x.unwrap_or_default(), input.y.unwrap_or_default());
        PublicKey::from_coordinates(&x, &y).map_err(|error| error.about(Argument::PublicKey))
    };
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
            SoftwareSigner::from_scalar(d)?.sign_hash_hedged(hash, entropy).as_bytes().to_vec()
        }
    })
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
    let output =
        String::from_utf8(one_shot.output).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
    Ok((0, output.ok_or("the output is not plain ASCII")?))
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
