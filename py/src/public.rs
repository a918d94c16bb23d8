//! Public keys, and what is published of them.

use jurat_core::{Argument, Cause, Error, GrantTypes, Jwk, Jwks};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::convert::{bytes, optional_text, raise, refused, text};
use crate::signing::finished;

#[pyclass(frozen, eq, module = "jurat")]
#[derive(PartialEq, Eq)]
pub(crate) struct PublicKey {
    pub(crate) key: jurat_core::PublicKey,
}

#[pymethods]
impl PublicKey {
    #[new]
    #[pyo3(signature = (x, y, /))]
    fn new(x: &Bound<'_, PyAny>, y: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = x.py();
        let (x, y) = (bytes::<32>(x, Argument::PublicKey)?, bytes::<32>(y, Argument::PublicKey)?);
        let refused = |error: Error| raise(py, error.about(Argument::PublicKey));
        let key = jurat_core::PublicKey::from_coordinates(&x, &y).map_err(refused)?;
        if key.is_on_curve() { Ok(Self { key }) } else { refused_key(py) }
    }

    #[getter]
    fn x<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.key.x())
    }

    #[getter]
    fn y<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.key.y())
    }

    #[getter]
    fn thumbprint(&self) -> String {
        self.key.thumbprint().as_str().to_owned()
    }

    #[pyo3(signature = (key_id=None))]
    fn jwk(&self, py: Python<'_>, key_id: Option<&Bound<'_, PyString>>) -> PyResult<String> {
        let key_id = optional_text(key_id, Argument::KeyId)?;
        let jwk = Jwk { key: self.key, key_id: key_id.as_deref() };
        written(py, jwk.needed(), |output| jwk.write(output).map(drop))
    }

    fn spki_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.key.to_spki_der())
    }

    fn spki_pem(&self, py: Python<'_>) -> PyResult<String> {
        written(py, Ok(jurat_core::SPKI_PEM_SIZE), |output| self.key.write_spki_pem(output).map(drop))
    }

    fn __repr__(&self) -> String {
        format!("PublicKey({})", self.key.thumbprint())
    }
}

fn refused_key<T>(py: Python<'_>) -> PyResult<T> {
    refused(py, Cause::NotOnCurve, Argument::PublicKey)
}

/// What core writes, in text of the size that it says.
pub(crate) fn written(
    py: Python<'_>,
    needed: Result<usize, Error>,
    write: impl FnOnce(&mut [u8]) -> Result<(), Error>,
) -> PyResult<String> {
    let refused = |error| raise(py, error);
    let mut buffer = vec![0; needed.map_err(refused)?];
    write(&mut buffer).map_err(refused)?;
    finished(py, buffer)
}

/// A public key, alone or with its key id.
#[derive(FromPyObject)]
pub(crate) enum Published<'py> {
    Named(Py<PublicKey>, Bound<'py, PyString>),
    Alone(Py<PublicKey>),
}

impl Published<'_> {
    fn owned(&self) -> PyResult<(jurat_core::PublicKey, Option<String>)> {
        match self {
            Self::Named(key, key_id) => Ok((key.get().key, Some(text(key_id, Argument::KeyId)?))),
            Self::Alone(key) => Ok((key.get().key, None)),
        }
    }
}

fn borrow((key, key_id): &(jurat_core::PublicKey, Option<String>)) -> Jwk<'_> {
    Jwk { key: *key, key_id: key_id.as_deref() }
}

#[pyfunction]
#[pyo3(signature = (keys, /))]
pub(crate) fn jwks(py: Python<'_>, keys: Vec<Published<'_>>) -> PyResult<String> {
    let keys = keys.iter().map(Published::owned).collect::<PyResult<Vec<_>>>()?;
    let keys: Vec<_> = keys.iter().map(borrow).collect();
    let jwks = Jwks::new(&keys);
    written(py, jwks.needed(), |output| jwks.write(output).map(drop))
}

#[pyfunction]
#[pyo3(signature = (*, keys=None, jwks_uri=None, client_credentials=true, jwt_bearer=false, client_name=None, scope=None,
                    software_id=None, software_version=None, insecure_http=false))]
#[expect(clippy::too_many_arguments, reason = "Python's keywords")]
pub(crate) fn registration(
    py: Python<'_>,
    keys: Option<Vec<Published<'_>>>,
    jwks_uri: Option<&Bound<'_, PyString>>,
    client_credentials: bool,
    jwt_bearer: bool,
    client_name: Option<&Bound<'_, PyString>>,
    scope: Option<&Bound<'_, PyString>>,
    software_id: Option<&Bound<'_, PyString>>,
    software_version: Option<&Bound<'_, PyString>>,
    insecure_http: bool,
) -> PyResult<String> {
    let keys = keys.map(|keys| keys.iter().map(Published::owned).collect::<PyResult<Vec<_>>>()).transpose()?;
    let keys: Option<Vec<_>> = keys.as_ref().map(|keys| keys.iter().map(borrow).collect());
    let url = optional_text(jwks_uri, Argument::JwksUri)?;
    let registration = match (&keys, &url) {
        (Some(keys), None) => jurat_core::Registration::jwks(Jwks::new(keys)),
        (None, Some(url)) => {
            let at = if insecure_http {
                jurat_core::Registration::insecure_http_jwks_uri(url)
            } else {
                jurat_core::Registration::jwks_uri(url)
            };
            at.map_err(|error| raise(py, error))?
        }
        (None, None) => return refused(py, Cause::Empty, Argument::PublicKey),
        (Some(_), Some(_)) => return refused(py, Cause::Conflict, Argument::JwksUri),
    };
    let grant_types = match (client_credentials, jwt_bearer) {
        (true, false) => GrantTypes::CLIENT_CREDENTIALS,
        (false, true) => GrantTypes::JWT_BEARER,
        (true, true) => GrantTypes::CLIENT_CREDENTIALS.and(GrantTypes::JWT_BEARER),
        (false, false) => return refused(py, Cause::Empty, Argument::GrantTypes),
    };
    let client_name = optional_text(client_name, Argument::ClientName)?;
    let scope = optional_text(scope, Argument::Scope)?;
    let software_id = optional_text(software_id, Argument::SoftwareId)?;
    let software_version = optional_text(software_version, Argument::SoftwareVersion)?;
    let mut registration = registration.with_grant_types(grant_types);
    if let Some(client_name) = &client_name {
        registration = registration.with_client_name(client_name);
    }
    if let Some(scope) = &scope {
        registration = registration.with_scope(scope);
    }
    if let Some(software_id) = &software_id {
        registration = registration.with_software_id(software_id);
    }
    if let Some(software_version) = &software_version {
        registration = registration.with_software_version(software_version);
    }
    written(py, registration.needed(), |output| registration.write(output).map(drop))
}

#[pyfunction]
#[pyo3(signature = (der, /))]
pub(crate) fn certificate_thumbprint(der: &Bound<'_, PyBytes>) -> PyResult<String> {
    match jurat_core::CertificateThumbprint::of_der(der.as_bytes()) {
        Ok(thumbprint) => Ok(thumbprint.as_str().to_owned()),
        Err(error) => Err(raise(der.py(), error.about(Argument::Certificate))),
    }
}
