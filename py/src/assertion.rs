//! The two kinds of assertion.

use jurat_core::{
    Argument, Assertion, Audience, Cause, Claim, ClaimValue, Endpoint, Error, JwtId, KeyPeriod, Kind, NumericDate,
    SigningInput,
};
use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyString};
use zeroize::Zeroizing;

use crate::convert::{bytes, endpoint, issuer, now, optional_text, pairs, raise, refusal, refused, seconds, text};
use crate::server::{Server, endpoint_named};
use crate::signing::{Once, Prepared, finished, random, sign};

#[pyclass(frozen, module = "jurat")]
pub(crate) struct JsonText {
    #[pyo3(get)]
    text: Py<PyString>,
}

#[pymethods]
impl JsonText {
    #[new]
    #[pyo3(signature = (text, /))]
    fn new(text: Py<PyString>) -> Self {
        Self { text }
    }
}

/// A claim's value that owns its text.
enum OwnedValue {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Null,
    Json(String),
}

impl OwnedValue {
    fn new(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let claims = Argument::Claims;
        if value.is_none() {
            return Ok(Self::Null);
        }
        if let Ok(json) = value.cast::<JsonText>() {
            return Ok(Self::Json(text(json.get().text.bind(value.py()), claims)?));
        }
        if let Ok(string) = value.cast::<PyString>() {
            return Ok(Self::Text(text(string, claims)?));
        }
        if let Ok(boolean) = value.cast::<PyBool>() {
            return Ok(Self::Boolean(boolean.is_true()));
        }
        if value.is_instance_of::<PyInt>()
            && let Ok(integer) = value.extract()
        {
            return Ok(Self::Integer(integer));
        }
        // Lists, dicts, fractions and larger integers: Python's own writer knows them, core checks what it wrote.
        let py = value.py();
        let options = pyo3::types::PyDict::new(py);
        options.set_item("allow_nan", false)?;
        options.set_item("separators", (",", ":"))?;
        match py.import("json")?.call_method("dumps", (value,), Some(&options)) {
            Ok(json) => Ok(Self::Json(json.extract()?)),
            // NaN, a number of too many digits, or what is nested without an end.
            Err(error) if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyRecursionError>(py) => {
                refused(py, Cause::InvalidJson, claims)
            }
            Err(error) => Err(error),
        }
    }

    fn borrow(&self) -> ClaimValue<'_> {
        match self {
            Self::Text(text) => ClaimValue::Text(text),
            Self::Integer(number) => ClaimValue::Integer(*number),
            Self::Boolean(boolean) => ClaimValue::Boolean(*boolean),
            Self::Null => ClaimValue::Null,
            Self::Json(text) => ClaimValue::Json(text),
        }
    }
}

enum OwnedId {
    Text(String),
    Random([u8; 16]),
    Fresh,
    Omitted,
}

/// What both kinds have in common, as it was given.
struct Common {
    issued_at: Option<NumericDate>,
    not_before: Option<NumericDate>,
    lifetime: Option<u32>,
    jwt_id: OwnedId,
    key_id: Option<String>,
    certificate_thumbprint: Option<String>,
    claims: Vec<(String, OwnedValue)>,
    insecure_http: bool,
    unused: Once<()>,
}

/// The optional keywords of both constructors.
struct Keywords<'a, 'py> {
    issued_at: Option<&'a Bound<'py, PyInt>>,
    not_before: Option<&'a Bound<'py, PyInt>>,
    lifetime: Option<&'a Bound<'py, PyInt>>,
    jwt_id: Option<&'a Bound<'py, PyString>>,
    random: Option<&'a Bound<'py, PyAny>>,
    omit_jwt_id: bool,
    key_id: Option<&'a Bound<'py, PyString>>,
    certificate_thumbprint: Option<&'a Bound<'py, PyString>>,
    claims: Option<&'a Bound<'py, PyAny>>,
    insecure_http: bool,
}

impl Common {
    fn new(py: Python<'_>, given: &Keywords<'_, '_>) -> PyResult<Self> {
        let jwt_id = match (given.jwt_id, given.random, given.omit_jwt_id) {
            (None, None, false) => OwnedId::Fresh,
            (None, None, true) => OwnedId::Omitted,
            (Some(id), None, false) => OwnedId::Text(text(id, Argument::JwtId)?),
            (None, Some(random), false) => OwnedId::Random(bytes(random, Argument::Random)?),
            _ => return refused(py, Cause::Conflict, Argument::JwtId),
        };
        let lifetime = match given.lifetime.map(|seconds| seconds.extract::<u32>()) {
            None => None,
            Some(Ok(seconds)) => Some(seconds),
            Some(Err(_)) => return refused(py, Cause::LifetimeOutOfRange, Argument::Lifetime),
        };
        Ok(Self {
            issued_at: given.issued_at.map(|value| seconds(value, Argument::IssuedAt)).transpose()?,
            not_before: given.not_before.map(|value| seconds(value, Argument::NotBefore)).transpose()?,
            lifetime,
            jwt_id,
            key_id: optional_text(given.key_id, Argument::KeyId)?,
            certificate_thumbprint: optional_text(given.certificate_thumbprint, Argument::CertificateThumbprint)?,
            claims: pairs(given.claims, "claims", |name| text(name, Argument::Claims), OwnedValue::new)?,
            insecure_http: given.insecure_http,
            unused: Once::new(()),
        })
    }

    /// Time and id of the one assertion that is made now.
    fn mint(&self, py: Python<'_>) -> PyResult<Minted<'_>> {
        let issued_at = match self.issued_at {
            Some(issued_at) => issued_at,
            None => seconds(&now(py)?, Argument::IssuedAt)?,
        };
        let jwt_id = match &self.jwt_id {
            OwnedId::Text(id) => JwtId::text(id),
            OwnedId::Random(random) => JwtId::random(*random),
            OwnedId::Fresh => JwtId::random(random(py)?),
            OwnedId::Omitted => JwtId::omitted(),
        };
        let claims = self.claims.iter().map(|(name, value)| Claim { name, value: value.borrow() }).collect();
        Ok(Minted { common: self, issued_at, jwt_id, claims })
    }
}

/// Uses both up, or neither: what was written of them is going to be signed.
pub(crate) fn spend(py: Python<'_>, client: Option<&ClientAssertion>, grant: Option<&GrantAssertion>) -> PyResult<()> {
    if client.is_some_and(|client| client.common.unused.take().is_none()) {
        return refused(py, Cause::NotPrepared, Argument::ClientAssertion);
    }
    if grant.is_some_and(|grant| grant.common.unused.take().is_none()) {
        if let Some(client) = client {
            client.common.unused.put(());
        }
        return refused(py, Cause::NotPrepared, Argument::GrantAssertion);
    }
    Ok(())
}

/// One assertion's own time, id and claims, for core to borrow.
pub(crate) struct Minted<'a> {
    common: &'a Common,
    issued_at: NumericDate,
    jwt_id: JwtId<'a>,
    claims: Vec<Claim<'a>>,
}

impl Minted<'_> {
    /// Sets what both kinds have in common.
    fn apply<'a, K>(&'a self, assertion: Assertion<'a, K>) -> Assertion<'a, K> {
        let mut assertion = assertion.with_claims(&self.claims);
        // Without one, the lifetime is core's or the server's.
        if let Some(lifetime) = self.common.lifetime {
            assertion = assertion.with_lifetime(lifetime);
        }
        if let Some(key_id) = &self.common.key_id {
            assertion = assertion.with_key_id(key_id);
        }
        if let Some(thumbprint) = &self.common.certificate_thumbprint {
            assertion = assertion.with_certificate_thumbprint(thumbprint);
        }
        if let Some(not_before) = self.common.not_before {
            assertion = assertion.with_not_before(not_before);
        }
        assertion
    }
}

/// Whom a client assertion is for.
enum Target {
    Issuer(String),
    Server { server: Py<Server>, endpoint: Endpoint, url: Option<String> },
}

#[pyclass(frozen, module = "jurat")]
pub(crate) struct ClientAssertion {
    client_id: String,
    target: Target,
    common: Common,
}

impl ClientAssertion {
    pub(crate) fn mint(&self, py: Python<'_>) -> PyResult<Minted<'_>> {
        self.common.mint(py)
    }

    pub(crate) fn borrow<'a>(&'a self, minted: &'a Minted<'_>) -> Result<jurat_core::ClientAssertion<'a>, Error> {
        let insecure_http = self.common.insecure_http;
        let assertion = match &self.target {
            Target::Issuer(url) => {
                let issuer = issuer(url, insecure_http)?;
                jurat_core::ClientAssertion::new(&self.client_id, issuer, minted.issued_at, minted.jwt_id)
            }
            Target::Server { server, endpoint: at, url } => {
                let server = server.get();
                let insecure_http = insecure_http || server.insecure_http;
                let url = url.as_deref().map(|url| endpoint(url, insecure_http, Argument::Endpoint)).transpose()?;
                let (issued_at, jwt_id) = (minted.issued_at, minted.jwt_id);
                server.core()?.client_assertion_at(*at, url, &self.client_id, issued_at, jwt_id)?
            }
        };
        Ok(minted.apply(assertion))
    }
}

#[pyclass(frozen, module = "jurat")]
pub(crate) struct GrantAssertion {
    iss: String,
    sub: String,
    issuer: Option<String>,
    token_endpoint: Option<String>,
    server: Option<Py<Server>>,
    typ: Option<String>,
    common: Common,
}

impl GrantAssertion {
    pub(crate) fn mint(&self, py: Python<'_>) -> PyResult<Minted<'_>> {
        self.common.mint(py)
    }

    pub(crate) fn borrow<'a>(&'a self, minted: &'a Minted<'_>) -> Result<jurat_core::GrantAssertion<'a>, Error> {
        let mut assertion = if let Some(server) = &self.server {
            server.get().core()?.grant_assertion(&self.iss, &self.sub, minted.issued_at, minted.jwt_id)?
        } else {
            let audience = self.audience()?;
            jurat_core::GrantAssertion::new(&self.iss, &self.sub, audience, minted.issued_at, minted.jwt_id)
        };
        if let Some(typ) = &self.typ {
            assertion = assertion.with_type(typ);
        }
        Ok(minted.apply(assertion))
    }

    fn audience(&self) -> Result<Audience<'_>, Error> {
        let insecure_http = self.common.insecure_http;
        match (&self.issuer, &self.token_endpoint) {
            (Some(_), Some(_)) => Err(Error::new(Cause::Conflict, Argument::TokenEndpoint)),
            (None, Some(url)) => Ok(endpoint(url, insecure_http, Argument::TokenEndpoint)?.into()),
            (url, None) => Ok(issuer(url.as_deref().unwrap_or_default(), insecure_http)?.into()),
        }
    }
}

/// The assertion but for its signature, in a buffer of its own.
fn prepare<K: Kind>(py: Python<'_>, assertion: Result<Assertion<'_, K>, Error>) -> PyResult<(Vec<u8>, SigningInput)> {
    let refused = |error| raise(py, error);
    let assertion = assertion.map_err(refused)?;
    let mut buffer = vec![0; assertion.needed().map_err(refused)?];
    let (_, input) = assertion.prepare(&mut buffer).map_err(refused)?.detach();
    Ok((buffer, input))
}

fn sign_prepared(key: &Bound<'_, PyAny>, (mut buffer, input): (Vec<u8>, SigningInput)) -> PyResult<String> {
    let signature = sign(key, input.to_be_signed(&buffer))?;
    input.attach(&mut buffer, &signature).map_err(|error| raise(key.py(), error))?;
    finished(key.py(), buffer)
}

#[pymethods]
impl ClientAssertion {
    #[new]
    #[pyo3(signature = (*, client_id, issuer=None, server=None, endpoint=None, endpoint_url=None, key_id=None,
                        lifetime=None, issued_at=None, not_before=None, jwt_id=None, random=None, omit_jwt_id=false,
                        certificate_thumbprint=None, claims=None, insecure_http=false))]
    #[expect(clippy::too_many_arguments, reason = "Python's keywords")]
    fn new(
        client_id: &Bound<'_, PyString>,
        issuer: Option<&Bound<'_, PyString>>,
        server: Option<Py<Server>>,
        endpoint: Option<&Bound<'_, PyString>>,
        endpoint_url: Option<&Bound<'_, PyString>>,
        key_id: Option<&Bound<'_, PyString>>,
        lifetime: Option<&Bound<'_, PyInt>>,
        issued_at: Option<&Bound<'_, PyInt>>,
        not_before: Option<&Bound<'_, PyInt>>,
        jwt_id: Option<&Bound<'_, PyString>>,
        random: Option<&Bound<'_, PyAny>>,
        omit_jwt_id: bool,
        certificate_thumbprint: Option<&Bound<'_, PyString>>,
        claims: Option<&Bound<'_, PyAny>>,
        insecure_http: bool,
    ) -> PyResult<Self> {
        let given = Keywords {
            issued_at,
            not_before,
            lifetime,
            jwt_id,
            random,
            omit_jwt_id,
            key_id,
            certificate_thumbprint,
            claims,
            insecure_http,
        };
        let target = match (issuer, server) {
            (Some(issuer), None) if endpoint.or(endpoint_url).is_none() => {
                Target::Issuer(text(issuer, Argument::Issuer)?)
            }
            (None, Some(server)) => Target::Server {
                server,
                endpoint: endpoint.map_or(Ok(Endpoint::Token), endpoint_named)?,
                url: optional_text(endpoint_url, Argument::Endpoint)?,
            },
            (Some(_), None) => {
                return Err(PyTypeError::new_err("ClientAssertion takes endpoint and endpoint_url with a server only"));
            }
            _ => return Err(PyTypeError::new_err("ClientAssertion takes either issuer or server")),
        };
        Ok(Self {
            client_id: text(client_id, Argument::ClientId)?,
            target,
            common: Common::new(client_id.py(), &given)?,
        })
    }

    #[pyo3(signature = (key, /))]
    fn sign(&self, key: &Bound<'_, PyAny>) -> PyResult<String> {
        let minted = self.mint(key.py())?;
        let prepared = prepare(key.py(), self.borrow(&minted))?;
        spend(key.py(), Some(self), None)?;
        sign_prepared(key, prepared)
    }

    fn prepare(&self, py: Python<'_>) -> PyResult<Prepared> {
        let minted = self.mint(py)?;
        let (buffer, input) = prepare(py, self.borrow(&minted))?;
        spend(py, Some(self), None)?;
        Ok(Prepared::new(buffer, input))
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "ClientAssertion(..)"
    }
}

#[pymethods]
impl GrantAssertion {
    #[new]
    #[pyo3(signature = (*, iss, sub, issuer=None, token_endpoint=None, server=None, r#type=None, key_id=None,
                        lifetime=None, issued_at=None, not_before=None, jwt_id=None, random=None, omit_jwt_id=false,
                        certificate_thumbprint=None, claims=None, insecure_http=false))]
    #[expect(clippy::too_many_arguments, reason = "Python's keywords")]
    fn new(
        iss: &Bound<'_, PyString>,
        sub: &Bound<'_, PyString>,
        issuer: Option<&Bound<'_, PyString>>,
        token_endpoint: Option<&Bound<'_, PyString>>,
        server: Option<Py<Server>>,
        r#type: Option<&Bound<'_, PyString>>,
        key_id: Option<&Bound<'_, PyString>>,
        lifetime: Option<&Bound<'_, PyInt>>,
        issued_at: Option<&Bound<'_, PyInt>>,
        not_before: Option<&Bound<'_, PyInt>>,
        jwt_id: Option<&Bound<'_, PyString>>,
        random: Option<&Bound<'_, PyAny>>,
        omit_jwt_id: bool,
        certificate_thumbprint: Option<&Bound<'_, PyString>>,
        claims: Option<&Bound<'_, PyAny>>,
        insecure_http: bool,
    ) -> PyResult<Self> {
        let given = Keywords {
            issued_at,
            not_before,
            lifetime,
            jwt_id,
            random,
            omit_jwt_id,
            key_id,
            certificate_thumbprint,
            claims,
            insecure_http,
        };
        if server.is_some() && issuer.or(token_endpoint).is_some() {
            return Err(PyTypeError::new_err("GrantAssertion takes either server, issuer or token_endpoint"));
        }
        Ok(Self {
            iss: text(iss, Argument::Iss)?,
            sub: text(sub, Argument::Sub)?,
            issuer: optional_text(issuer, Argument::Issuer)?,
            token_endpoint: optional_text(token_endpoint, Argument::TokenEndpoint)?,
            server,
            typ: optional_text(r#type, Argument::Type)?,
            common: Common::new(iss.py(), &given)?,
        })
    }

    #[pyo3(signature = (key, /))]
    fn sign(&self, key: &Bound<'_, PyAny>) -> PyResult<String> {
        let minted = self.mint(key.py())?;
        let prepared = prepare(key.py(), self.borrow(&minted))?;
        spend(key.py(), None, Some(self))?;
        sign_prepared(key, prepared)
    }

    fn prepare(&self, py: Python<'_>) -> PyResult<Prepared> {
        let minted = self.mint(py)?;
        let (buffer, input) = prepare(py, self.borrow(&minted))?;
        spend(py, None, Some(self))?;
        Ok(Prepared::new(buffer, input))
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "GrantAssertion(..)"
    }
}

#[pyfunction]
#[pyo3(signature = (secret, /, boot, message))]
pub(crate) fn derive_jwt_id<'py>(
    secret: &Bound<'py, PyAny>,
    boot: &Bound<'py, PyInt>,
    message: &Bound<'py, PyInt>,
) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
    let py = secret.py();
    let counter = |value: &Bound<'py, PyInt>, name| {
        value.extract::<u64>().map_err(|_| refusal(py, name, "must be 0 or more, and below 2**64"))
    };
    let (boot, message) = (counter(boot, "boot")?, counter(message, "message")?);
    let secret = Zeroizing::new(bytes(secret, Argument::Secret)?);
    let id = jurat_core::derive_jwt_id(&secret, boot, message).map_err(|error| raise(py, error))?;
    Ok(pyo3::types::PyBytes::new(py, &id))
}

#[pyfunction]
#[pyo3(signature = (periods, now))]
pub(crate) fn signing_key(py: Python<'_>, periods: Vec<Bound<'_, PyAny>>, now: &Bound<'_, PyInt>) -> PyResult<usize> {
    let periods = periods
        .iter()
        .map(|period| {
            let pair = period.extract::<(Bound<'_, PyInt>, Option<Bound<'_, PyInt>>)>();
            let (active_from, retired_at) =
                pair.map_err(|_| PyTypeError::new_err("periods: pairs of a time and a time or None are required"))?;
            let retired_at = retired_at.as_ref().map(|time| seconds(time, Argument::Time)).transpose()?;
            Ok(KeyPeriod { active_from: seconds(&active_from, Argument::Time)?, retired_at })
        })
        .collect::<PyResult<Vec<_>>>()?;
    jurat_core::signing_key(periods, seconds(now, Argument::Time)?).map_err(|error| raise(py, error))
}
