//! Authorization servers: what they publish, and what a client is configured with.

use jurat_core::{Argument, Endpoint, Error, Support, WellKnown};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert::{document, endpoint, issuer, optional_text, raise, text, unknown};
use crate::profile::Profile;
use crate::public::written;

/// The endpoint that metadata has under this name.
pub(crate) fn endpoint_named(name: &Bound<'_, PyString>) -> PyResult<Endpoint> {
    let given = name.to_str().unwrap_or_default();
    let found = Endpoint::ALL.into_iter().find(|endpoint| endpoint.member() == given);
    found.ok_or_else(|| unknown(name, Argument::Endpoint.text(), Endpoint::ALL.map(Endpoint::member)))
}

fn support(support: Support) -> &'static str {
    match support {
        Support::Supported => "supported",
        Support::Unsupported => "unsupported",
        Support::NotAdvertised => "not_advertised",
        _ => "unknown",
    }
}

// Not a text for Python's help: it keeps the document as it came. Core reads it in place, so that each look is at a copy.
#[pyclass(frozen, module = "jurat")]
pub(crate) struct Metadata {
    #[pyo3(get)]
    issuer: String,
    insecure_http: bool,
    document: Vec<u8>,
    /// Of private_key_jwt and of ES256, at the endpoints that have lists of their own.
    support: [(Support, Support); 3],
}

impl Metadata {
    /// As much of it as a server's configuration looks at.
    fn core(&self) -> Result<jurat_core::Metadata<'_>, Error> {
        Ok(jurat_core::Metadata::from_parts(issuer(&self.issuer, self.insecure_http)?, self.support))
    }

    fn look<R>(&self, py: Python<'_>, look: impl FnOnce(&jurat_core::Metadata<'_>) -> R) -> PyResult<R> {
        let issuer = issuer(&self.issuer, self.insecure_http).map_err(|error| raise(py, error))?;
        let mut copy = self.document.clone();
        let metadata = jurat_core::Metadata::read(&mut copy, issuer).map_err(|error| raise(py, error))?;
        Ok(look(&metadata))
    }
}

#[pymethods]
impl Metadata {
    #[staticmethod]
    #[pyo3(signature = (document, /, *, issuer, insecure_http=false))]
    fn read(document: &Bound<'_, PyAny>, issuer: &Bound<'_, PyString>, insecure_http: bool) -> PyResult<Self> {
        let py = document.py();
        let own_lists = [Endpoint::Token, Endpoint::Introspection, Endpoint::Revocation];
        let mut metadata = Self {
            issuer: text(issuer, Argument::Issuer)?,
            insecure_http,
            document: self::document(document, Argument::Metadata)?,
            support: [(Support::Unknown, Support::Unknown); 3],
        };
        metadata.support = metadata.look(py, |core| own_lists.map(|at| (core.private_key_jwt(at), core.es256(at))))?;
        Ok(metadata)
    }

    #[pyo3(signature = (name, /))]
    fn endpoint(&self, name: &Bound<'_, PyString>) -> PyResult<Option<String>> {
        let endpoint = endpoint_named(name)?;
        self.look(name.py(), |core| core.endpoint(endpoint).map(str::to_owned))
    }

    #[pyo3(signature = (endpoint, /))]
    fn private_key_jwt(&self, endpoint: &Bound<'_, PyString>) -> PyResult<&'static str> {
        let at = endpoint_named(endpoint)?;
        self.core().map(|core| support(core.private_key_jwt(at))).map_err(|error| raise(endpoint.py(), error))
    }

    #[pyo3(signature = (endpoint, /))]
    fn es256(&self, endpoint: &Bound<'_, PyString>) -> PyResult<&'static str> {
        let at = endpoint_named(endpoint)?;
        self.core().map(|core| support(core.es256(at))).map_err(|error| raise(endpoint.py(), error))
    }

    #[pyo3(signature = (name, /))]
    fn grant_type(&self, name: &Bound<'_, PyString>) -> PyResult<&'static str> {
        let grant_type = text(name, Argument::GrantTypes)?;
        self.look(name.py(), |core| support(core.grant_type(&grant_type)))
    }

    fn __repr__(&self) -> String {
        format!("Metadata({})", self.issuer)
    }
}

#[pyclass(frozen, get_all, module = "jurat")]
pub(crate) struct Server {
    issuer: String,
    profile: Py<Profile>,
    token_endpoint: Option<String>,
    metadata: Option<Py<Metadata>>,
    pub(crate) insecure_http: bool,
}

impl Server {
    pub(crate) fn core(&self) -> Result<jurat_core::Server<'_>, Error> {
        let mut server = jurat_core::Server::new(issuer(&self.issuer, self.insecure_http)?);
        server = server.with_profile(self.profile.get().core());
        if let Some(url) = &self.token_endpoint {
            server = server.with_token_endpoint(endpoint(url, self.insecure_http, Argument::TokenEndpoint)?);
        }
        if let Some(metadata) = &self.metadata {
            server = server.with_metadata(metadata.get().core()?);
        }
        Ok(server)
    }
}

#[pymethods]
impl Server {
    #[new]
    #[pyo3(signature = (*, issuer, profile=None, token_endpoint=None, metadata=None, insecure_http=false))]
    fn new(
        issuer: &Bound<'_, PyString>,
        profile: Option<&Bound<'_, PyAny>>,
        token_endpoint: Option<&Bound<'_, PyString>>,
        metadata: Option<Py<Metadata>>,
        insecure_http: bool,
    ) -> PyResult<Self> {
        let py = issuer.py();
        let profile = match profile {
            None => Py::new(py, Profile::from_core(&jurat_core::Profile::RFC_10070))?,
            Some(profile) => match (profile.cast::<Profile>(), profile.cast::<PyString>()) {
                (Ok(profile), _) => profile.clone().unbind(),
                (_, Ok(name)) => Py::new(py, Profile::with_id(name)?)?,
                _ => return Err(PyTypeError::new_err("profile: a Profile, or the name of one, is required")),
            },
        };
        let server = Self {
            issuer: text(issuer, Argument::Issuer)?,
            profile,
            token_endpoint: optional_text(token_endpoint, Argument::TokenEndpoint)?,
            metadata,
            insecure_http,
        };
        server.core().map_err(|error| raise(py, error))?;
        Ok(server)
    }

    fn __repr__(&self) -> String {
        format!("Server({}, {})", self.issuer, self.profile.get().id())
    }
}

#[pyfunction]
#[pyo3(signature = (issuer, /, *, insecure_http=false))]
pub(crate) fn well_known_urls(issuer: &Bound<'_, PyString>, insecure_http: bool) -> PyResult<Vec<String>> {
    let py = issuer.py();
    let url = text(issuer, Argument::Issuer)?;
    let issuer = self::issuer(&url, insecure_http).map_err(|error| raise(py, error))?;
    let mut urls = Vec::new();
    for form in WellKnown::ALL {
        let url = written(py, Ok(form.needed(issuer)), |output| form.write(issuer, output).map(drop))?;
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    Ok(urls)
}

#[pyfunction]
#[pyo3(signature = (issuer, found, /, *, insecure_http=false))]
pub(crate) fn check_issuer(
    issuer: &Bound<'_, PyString>,
    found: &Bound<'_, PyString>,
    insecure_http: bool,
) -> PyResult<()> {
    let url = text(issuer, Argument::Issuer)?;
    let found = text(found, Argument::Issuer)?;
    let checked = self::issuer(&url, insecure_http).and_then(|issuer| issuer.check(&found));
    checked.map_err(|error| raise(issuer.py(), error))
}
