//! Between Python's values and core's.

use jurat_core::{Argument, Cause, EndpointUrl, Error, IssuerIdentifier, NumericDate};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyString};

/// Core's error as one of the exceptions of `jurat.errors`.
pub(crate) fn raise(py: Python<'_>, error: Error) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let made = MAKE.import(py, "jurat.errors", "_from_status").and_then(|make| {
        let cause = format!("{:?}", error.cause());
        make.call1((error.status(), cause, error.argument().text(), error.cause().text()))
    });
    made.map_or_else(|failure| failure, PyErr::from_value)
}

pub(crate) fn refused<T>(py: Python<'_>, cause: Cause, argument: Argument) -> PyResult<T> {
    Err(raise(py, Error::new(cause, argument)))
}

/// Text for an argument; a lone surrogate is not UTF-8.
pub(crate) fn text(value: &Bound<'_, PyString>, argument: Argument) -> PyResult<String> {
    match value.to_str() {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => refused(value.py(), Cause::NotUtf8, argument),
    }
}

pub(crate) fn optional_text(value: Option<&Bound<'_, PyString>>, argument: Argument) -> PyResult<Option<String>> {
    value.map(|value| text(value, argument)).transpose()
}

/// Seconds for an argument; what no `u64` holds is out of range too.
pub(crate) fn seconds(value: &Bound<'_, PyInt>, argument: Argument) -> PyResult<NumericDate> {
    let py = value.py();
    match value.extract::<u64>() {
        Ok(seconds) => NumericDate::from_seconds(seconds).map_err(|error| raise(py, error.about(argument))),
        Err(_) => refused(py, Cause::TimeOutOfRange, argument),
    }
}

/// Whole seconds since 1970, by the clock of the system.
pub(crate) fn now(py: Python<'_>) -> PyResult<Bound<'_, PyInt>> {
    static TIME: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let time = TIME.get_or_try_init(py, || py.import("time").map(Bound::unbind))?.bind(py);
    Ok(time.call_method0(intern!(py, "time"))?.call_method0(intern!(py, "__int__"))?.cast_into()?)
}

/// What a device's clock shows: any seconds, which core judges.
pub(crate) fn reading(value: &Bound<'_, PyInt>) -> PyResult<u64> {
    value.extract().or_else(|_| refused(value.py(), Cause::TimeOutOfRange, Argument::Clock))
}

/// The same of the clock of the system, unless a device's is given.
pub(crate) fn device_time(py: Python<'_>, value: Option<&Bound<'_, PyInt>>) -> PyResult<u64> {
    match value {
        Some(value) => reading(value),
        None => reading(&now(py)?),
    }
}

/// An issuer identifier, of plain http only if that is asked for.
pub(crate) fn issuer(url: &str, insecure_http: bool) -> Result<IssuerIdentifier<'_>, Error> {
    if insecure_http { IssuerIdentifier::insecure_http(url) } else { IssuerIdentifier::new(url) }
}

/// An endpoint, as `argument`, of plain http only if that is asked for.
pub(crate) fn endpoint(url: &str, insecure_http: bool, argument: Argument) -> Result<EndpointUrl<'_>, Error> {
    let url = if insecure_http { EndpointUrl::insecure_http(url) } else { EndpointUrl::new(url) };
    url.map_err(|error| error.about(argument))
}

/// An exception about an argument that PyO3 did not convert itself: the note that PyO3 writes says which.
pub(crate) fn noted(py: Python<'_>, error: PyErr, argument: &str) -> PyErr {
    error.add_note(py, format!("while processing '{argument}'")).err().unwrap_or(error)
}

/// A name that is none of `names`: an exception that says which are close.
pub(crate) fn unknown<'n>(
    given: &Bound<'_, PyString>,
    argument: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> PyErr {
    let py = given.py();
    let names: Vec<_> = names.into_iter().collect();
    let made = py.import("jurat.errors").and_then(|errors| errors.call_method1("_unknown", (argument, given, names)));
    made.map_or_else(|failure| failure, PyErr::from_value)
}

/// The exception for what only Python refuses.
pub(crate) fn refusal(py: Python<'_>, argument: &str, text: &str) -> PyErr {
    let made = py.import("jurat.errors").and_then(|errors| errors.call_method1("_refusal", (argument, text)));
    made.map_or_else(|failure| failure, PyErr::from_value)
}

/// The bytes of a document or a body: bytes-like, or text.
pub(crate) fn document(value: &Bound<'_, PyAny>, argument: Argument) -> PyResult<Vec<u8>> {
    if let Ok(string) = value.cast::<PyString>() {
        return Ok(text(string, argument)?.into_bytes());
    }
    buffer(value, argument, "text or a bytes-like object")?.to_vec(value.py())
}

fn buffer(value: &Bound<'_, PyAny>, argument: Argument, wanted: &str) -> PyResult<PyBuffer<u8>> {
    PyBuffer::get(value).map_err(|_| PyTypeError::new_err(format!("{}: {wanted} is required", argument.text())))
}

/// Exactly `N` bytes of a bytes-like object.
pub(crate) fn bytes<const N: usize>(value: &Bound<'_, PyAny>, argument: Argument) -> PyResult<[u8; N]> {
    let py = value.py();
    let buffer = buffer(value, argument, "a bytes-like object")?;
    let mut bytes = [0; N];
    if buffer.item_count() != N {
        return refused(py, Cause::WrongLength, argument);
    }
    buffer.copy_to_slice(py, &mut bytes)?;
    Ok(bytes)
}

/// Names and values, from a mapping or from pairs, in order; `keyword` is what Python calls the argument.
pub(crate) fn pairs<T>(
    value: Option<&Bound<'_, PyAny>>,
    keyword: &str,
    name_of: impl Fn(&Bound<'_, PyString>) -> PyResult<String>,
    convert: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<(String, T)>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let shape = |_| PyTypeError::new_err(format!("{keyword}: a mapping, or pairs of a name and a value, is required"));
    let items = if value.hasattr("items")? { value.call_method0("items")? } else { value.clone() };
    items
        .try_iter()
        .map_err(shape)?
        .map(|pair| {
            let (name, value) = pair?.extract::<(Bound<'_, PyString>, Bound<'_, PyAny>)>().map_err(shape)?;
            let value = convert(&value).map_err(|error| noted(value.py(), error, keyword))?;
            Ok((name_of(&name)?, value))
        })
        .collect()
}
