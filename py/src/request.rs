//! The token request.

use jurat_core::{Argument, Cause, Error, Es256Signature, Parameter, SigningInput};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::assertion::{ClientAssertion, GrantAssertion, spend};
use crate::convert::{self, endpoint, optional_text, pairs, raise, refused, text};
use crate::public::written;
use crate::signing::{Once, ToBeSigned, finished, sign, signature};

#[pyclass(frozen, module = "jurat")]
pub(crate) struct TokenRequest {
    client: Option<Py<ClientAssertion>>,
    grant: Option<Py<GrantAssertion>>,
    scope: Option<String>,
    resource: Option<String>,
    parameters: Vec<(String, String)>,
    send_client_id: bool,
    http_endpoint: Option<String>,
    insecure_http: bool,
}

impl TokenRequest {
    /// Writes it but for its signatures, and uses it up. `allow` sees it before, and may refuse it.
    pub(crate) fn prepare_in(
        &self,
        py: Python<'_>,
        allow: impl for<'a> FnOnce(jurat_core::TokenRequest<'a>) -> Result<jurat_core::TokenRequest<'a>, Error>,
    ) -> PyResult<Unsigned> {
        let refused_by_core = |error| raise(py, error);
        let client_given = self.client.as_ref().map(Py::get);
        let grant_given = self.grant.as_ref().map(Py::get);
        let minted_client = client_given.map(|client| client.mint(py)).transpose()?;
        let minted_grant = grant_given.map(|grant| grant.mint(py)).transpose()?;
        let borrowed_client = match (client_given, &minted_client) {
            (Some(client), Some(minted)) => Some(client.borrow(minted).map_err(refused_by_core)?),
            _ => None,
        };
        let borrowed_grant = match (grant_given, &minted_grant) {
            (Some(grant), Some(minted)) => Some(grant.borrow(minted).map_err(refused_by_core)?),
            _ => None,
        };
        let mut request = match (borrowed_grant, borrowed_client) {
            (None, None) => return refused(py, Cause::Empty, Argument::ClientAssertion),
            (None, Some(client)) => jurat_core::TokenRequest::client_credentials(client),
            (Some(grant), None) => jurat_core::TokenRequest::jwt_bearer(grant),
            (Some(grant), Some(client)) => jurat_core::TokenRequest::jwt_bearer(grant).with_client_assertion(client),
        };
        if !self.send_client_id {
            request = request.without_client_id();
        }
        if let Some(scope) = &self.scope {
            request = request.with_scope(scope);
        }
        if let Some(resource) = &self.resource {
            request = request.with_resource(resource);
        }
        let parameters: Vec<_> = self.parameters.iter().map(|(name, value)| Parameter { name, value }).collect();
        request = request.with_parameters(&parameters);
        if let Some(url) = &self.http_endpoint {
            let url = endpoint(url, self.insecure_http, Argument::Endpoint).map_err(refused_by_core)?;
            request = request.with_http_head(url);
        }
        let request = allow(request).map_err(refused_by_core)?;
        let mut buffer = vec![0; request.needed().map_err(refused_by_core)?];
        let (_, grant, client) = request.prepare(&mut buffer).map_err(refused_by_core)?.detach();
        spend(py, client_given, grant_given)?;
        Ok(Unsigned { buffer, grant, client })
    }
}

/// A body that lacks its signatures.
pub(crate) struct Unsigned {
    buffer: Vec<u8>,
    grant: Option<SigningInput>,
    client: Option<SigningInput>,
}

impl Unsigned {
    /// Has the grant signed by `grant_key` if there is one, and all else by `key`.
    pub(crate) fn sign(self, key: &Bound<'_, PyAny>, grant_key: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        self.finish(key.py(), |argument, input| match (argument, grant_key) {
            (Argument::GrantAssertion, Some(grant_key)) => sign(grant_key, input),
            _ => sign(key, input),
        })
    }

    /// Attaches what `make` gives for each signing input, the grant's first.
    fn finish(
        mut self,
        py: Python<'_>,
        make: impl Fn(Argument, jurat_core::ToBeSigned<'_>) -> PyResult<Es256Signature>,
    ) -> PyResult<String> {
        for (argument, input) in [(Argument::GrantAssertion, self.grant), (Argument::ClientAssertion, self.client)] {
            if let Some(input) = input {
                let signature = make(argument, input.to_be_signed(&self.buffer))?;
                input.attach(&mut self.buffer, &signature).map_err(|error| raise(py, error))?;
            }
        }
        finished(py, self.buffer)
    }
}

#[pymethods]
impl TokenRequest {
    #[new]
    #[pyo3(signature = (*, client=None, grant=None, scope=None, resource=None, parameters=None, send_client_id=true,
                        http_endpoint=None, insecure_http=false))]
    #[expect(clippy::too_many_arguments, reason = "Python's keywords")]
    fn new(
        client: Option<Py<ClientAssertion>>,
        grant: Option<Py<GrantAssertion>>,
        scope: Option<&Bound<'_, PyString>>,
        resource: Option<&Bound<'_, PyString>>,
        parameters: Option<&Bound<'_, PyAny>>,
        send_client_id: bool,
        http_endpoint: Option<&Bound<'_, PyString>>,
        insecure_http: bool,
    ) -> PyResult<Self> {
        Ok(Self {
            client,
            grant,
            scope: optional_text(scope, Argument::Scope)?,
            resource: optional_text(resource, Argument::Resource)?,
            parameters: pairs(
                parameters,
                "parameters",
                |name| text(name, Argument::Parameters),
                |value| text(value.cast()?, Argument::Parameters),
            )?,
            send_client_id,
            http_endpoint: optional_text(http_endpoint, Argument::Endpoint)?,
            insecure_http,
        })
    }

    #[pyo3(signature = (key, /, *, grant_key=None))]
    fn sign(&self, key: &Bound<'_, PyAny>, grant_key: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        self.prepare_in(key.py(), |request| Ok(request))?.sign(key, grant_key)
    }

    fn prepare(&self, py: Python<'_>) -> PyResult<PreparedRequest> {
        Ok(PreparedRequest { state: Once::new(self.prepare_in(py, |request| Ok(request))?) })
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "TokenRequest(..)"
    }
}

#[pyclass(frozen, module = "jurat")]
pub(crate) struct PreparedRequest {
    state: Once<Unsigned>,
}

impl PreparedRequest {
    fn look(
        &self,
        py: Python<'_>,
        which: impl FnOnce(&Unsigned) -> Option<&SigningInput> + Send,
    ) -> PyResult<Option<ToBeSigned>> {
        let found = self.state.look(|state| {
            let unsigned = state?;
            Some(which(unsigned).map(|input| ToBeSigned::from_core(input.to_be_signed(&unsigned.buffer))))
        });
        found.map_or_else(|| refused(py, Cause::NotPrepared, Argument::ToBeSigned), Ok)
    }
}

#[pymethods]
impl PreparedRequest {
    #[getter]
    fn client(&self, py: Python<'_>) -> PyResult<Option<ToBeSigned>> {
        self.look(py, |unsigned| unsigned.client.as_ref())
    }

    #[getter]
    fn grant(&self, py: Python<'_>) -> PyResult<Option<ToBeSigned>> {
        self.look(py, |unsigned| unsigned.grant.as_ref())
    }

    #[pyo3(signature = (*, client=None, grant=None))]
    fn finish(
        &self,
        py: Python<'_>,
        client: Option<&Bound<'_, PyAny>>,
        grant: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let wanted =
            self.state.look(|state| state.map(|unsigned| (unsigned.client.is_some(), unsigned.grant.is_some())));
        match wanted {
            Some((wanted, _)) if wanted != client.is_some() => {
                return refused(py, Cause::NotPrepared, Argument::ClientAssertion);
            }
            Some((_, wanted)) if wanted != grant.is_some() => {
                return refused(py, Cause::NotPrepared, Argument::GrantAssertion);
            }
            _ => {}
        }
        let client = client.map(signature).transpose()?;
        let grant = grant.map(signature).transpose()?;
        let Some(unsigned) = self.state.take() else {
            return refused(py, Cause::NotPrepared, Argument::ToBeSigned);
        };
        unsigned.finish(py, |argument, _| {
            let given = if argument == Argument::GrantAssertion { grant } else { client };
            given.map_or_else(|| refused(py, Cause::NotPrepared, argument), Ok)
        })
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "PreparedRequest(..)"
    }
}

#[pyfunction]
#[pyo3(signature = (endpoint, /, *, insecure_http=false))]
pub(crate) fn time_request(py: Python<'_>, endpoint: &Bound<'_, PyString>, insecure_http: bool) -> PyResult<String> {
    let url = text(endpoint, Argument::Endpoint)?;
    let url = convert::endpoint(&url, insecure_http, Argument::Endpoint).map_err(|error| raise(py, error))?;
    let needed = match jurat_core::time_request(url, &mut []) {
        Ok(_) => Ok(0),
        Err(error) => error.needed().ok_or(error),
    };
    written(py, needed, |output| jurat_core::time_request(url, output).map(drop))
}
