//! What a token endpoint answers.

use jurat_core::{Argument, Cause, Outcome, Response, TokenType};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};
use zeroize::Zeroizing;

use crate::convert::{document, noted, pairs, refusal, refused, text};

/// An answer as it was given, for core to read in place.
pub(crate) struct Given {
    status: u16,
    body: Zeroizing<Vec<u8>>,
    headers: Vec<(String, String)>,
    truncated: bool,
}

impl Given {
    pub(crate) fn new(
        status: &Bound<'_, PyInt>,
        body: &Bound<'_, PyAny>,
        headers: Option<&Bound<'_, PyAny>>,
        truncated: bool,
    ) -> PyResult<Self> {
        let py = status.py();
        let not_a_status = |_| refusal(py, "status", "not a status of HTTP");
        // What a server sends must not raise: what is not UTF-8 is no name that is looked for, no date and no number.
        let lossy = |text: &Bound<'_, PyString>| Ok(text.to_string_lossy().into_owned());
        Ok(Self {
            status: status.extract().map_err(not_a_status)?,
            body: Zeroizing::new(document(body, Argument::Response).map_err(|error| noted(py, error, "body"))?),
            headers: pairs(headers, "headers", lossy, |value| lossy(value.cast()?))?,
            truncated,
        })
    }

    pub(crate) fn response<'a>(&'a self, body: &'a mut [u8]) -> Response<'a> {
        let response = Response::new(self.status, body);
        let response = if self.truncated { response.truncated() } else { response };
        let with =
            |response: Response<'a>, (name, value): &'a (String, String)| response.with_header(name, value.trim());
        self.headers.iter().fold(response, with)
    }

    /// A copy of the body to be read in place, wiped when it is dropped.
    pub(crate) fn body(&self) -> Zeroizing<Vec<u8>> {
        self.body.clone()
    }

    /// What the answer was, with texts of its own.
    pub(crate) fn convert(&self, py: Python<'_>, outcome: Outcome<'_>) -> PyResult<Py<PyAny>> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (kind, cause) = match outcome {
            Outcome::Token(_) => return Ok(Py::new(py, Token { body: self.body() })?.into_any()),
            Outcome::Error(error) => {
                let error = OauthError {
                    status: error.status(),
                    code: error.code_text().to_owned(),
                    description: owned(error.description()),
                    uri: owned(error.uri()),
                };
                return Ok(Py::new(py, error)?.into_any());
            }
            Outcome::Foreign(error) => {
                let error = ForeignError {
                    status: error.status(),
                    code: owned(error.code()),
                    title: owned(error.title()),
                    detail: owned(error.detail()),
                };
                return Ok(Py::new(py, error)?.into_any());
            }
            Outcome::NotJson => ("not_json", None),
            Outcome::Empty => ("empty", None),
            Outcome::Truncated => ("truncated", None),
            Outcome::TooLarge => ("too_large", None),
            Outcome::Redirect => ("redirect", None),
            Outcome::Unusable(cause) => ("unusable", Some(cause)),
            _ => ("unusable", None),
        };
        let cause = cause.map(|cause| format!("{cause:?}"));
        Ok(Py::new(py, Unusable { kind, status: self.status, cause })?.into_any())
    }
}

// Not a text for Python's help: it keeps the body, which is wiped with it; each look reads it again, so that the token
// stands in no second place.
#[pyclass(frozen, module = "jurat")]
pub(crate) struct Token {
    body: Zeroizing<Vec<u8>>,
}

impl Token {
    fn look<R>(&self, py: Python<'_>, look: impl FnOnce(&jurat_core::Token<'_>) -> R) -> PyResult<R> {
        let mut body = self.body.clone();
        match Response::new(200, &mut body).read() {
            Outcome::Token(token) => Ok(look(&token)),
            _ => refused(py, Cause::WrongType, Argument::Response),
        }
    }
}

#[pymethods]
impl Token {
    #[getter]
    #[expect(clippy::unused_self, reason = "a Python property")]
    fn kind(&self) -> &'static str {
        "token"
    }

    #[getter]
    fn access_token<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        self.look(py, |token| PyString::new(py, token.access_token()))
    }

    #[getter]
    fn token_type(&self, py: Python<'_>) -> PyResult<String> {
        self.look(py, |token| match token.token_type() {
            TokenType::Bearer => "Bearer".to_owned(),
            TokenType::Dpop => "DPoP".to_owned(),
            TokenType::Other(text) => text.to_owned(),
            _ => String::new(),
        })
    }

    #[getter]
    fn expires_in(&self, py: Python<'_>) -> PyResult<Option<u32>> {
        self.look(py, |token| token.expires_in())
    }

    #[getter]
    fn scope(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.look(py, |token| token.scope().map(str::to_owned))
    }

    #[pyo3(signature = (requested, /))]
    fn missing_scope(&self, requested: &Bound<'_, PyString>) -> PyResult<Vec<String>> {
        let scope = text(requested, Argument::Scope)?;
        self.look(requested.py(), |token| token.missing_scope(&scope).map(str::to_owned).collect())
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "Token(..)"
    }
}

#[pyclass(frozen, get_all, module = "jurat")]
pub(crate) struct OauthError {
    status: u16,
    code: String,
    description: Option<String>,
    uri: Option<String>,
}

#[pymethods]
impl OauthError {
    #[getter]
    #[expect(clippy::unused_self, reason = "a Python property")]
    fn kind(&self) -> &'static str {
        "error"
    }

    fn __repr__(&self) -> String {
        format!("OauthError({}, {})", self.status, self.code)
    }
}

#[pyclass(frozen, get_all, module = "jurat")]
pub(crate) struct ForeignError {
    status: u16,
    code: Option<String>,
    title: Option<String>,
    detail: Option<String>,
}

#[pymethods]
impl ForeignError {
    #[getter]
    #[expect(clippy::unused_self, reason = "a Python property")]
    fn kind(&self) -> &'static str {
        "foreign"
    }

    fn __repr__(&self) -> String {
        format!("ForeignError({})", self.status)
    }
}

#[pyclass(frozen, get_all, module = "jurat")]
pub(crate) struct Unusable {
    kind: &'static str,
    status: u16,
    cause: Option<String>,
}

#[pymethods]
impl Unusable {
    fn __repr__(&self) -> String {
        format!("Unusable({}, {})", self.status, self.kind)
    }
}

#[pyfunction]
#[pyo3(signature = (status, body, headers=None, *, truncated=false))]
pub(crate) fn read_response(
    status: &Bound<'_, PyInt>,
    body: &Bound<'_, PyAny>,
    headers: Option<&Bound<'_, PyAny>>,
    truncated: bool,
) -> PyResult<Py<PyAny>> {
    let given = Given::new(status, body, headers, truncated)?;
    let mut body = given.body();
    let outcome = given.response(&mut body).read();
    given.convert(status.py(), outcome)
}
