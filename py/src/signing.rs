//! Keys, signers and what is to be signed.

use std::sync::{Mutex, PoisonError};

use jurat_core::{Argument, Cause, Error, Es256Signature, SigningInput, SoftwareSigner};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert::{bytes, raise, refused};

#[pyclass(frozen, module = "jurat")]
pub(crate) struct SigningKey {
    signer: SoftwareSigner,
}

#[pymethods]
impl SigningKey {
    #[new]
    #[pyo3(signature = (scalar, /))]
    fn new(scalar: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut d = bytes::<32>(scalar, Argument::Key)?;
        let signer = SoftwareSigner::from_scalar(&d);
        d.fill(0);
        // Without a use behind it the compiler might leave out the wiping.
        core::hint::black_box(&d);
        Ok(Self { signer: signer.map_err(|error| raise(scalar.py(), error))? })
    }

    #[pyo3(signature = (hash, /))]
    fn sign_hash<'py>(&self, hash: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let py = hash.py();
        let hash = bytes(hash, Argument::Hash)?;
        Ok(PyBytes::new(py, py.detach(|| self.signer.sign_hash(&hash)).as_bytes()))
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "SigningKey(..)"
    }
}

#[pyclass(frozen, get_all, module = "jurat")]
pub(crate) struct ToBeSigned {
    hash: Py<PyBytes>,
    message: Py<PyBytes>,
}

impl ToBeSigned {
    pub(crate) fn from_core(py: Python<'_>, input: jurat_core::ToBeSigned<'_>) -> Self {
        Self { hash: PyBytes::new(py, input.hash()).unbind(), message: PyBytes::new(py, input.message()).unbind() }
    }
}

#[pymethods]
impl ToBeSigned {
    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "ToBeSigned(..)"
    }
}

/// A raw signature from Python.
pub(crate) fn signature(value: &Bound<'_, PyAny>) -> PyResult<Es256Signature> {
    Es256Signature::from_bytes(bytes(value, Argument::Signature)?).map_err(|error| raise(value.py(), error))
}

/// Has `signer` sign: a `SigningKey`, the 32 bytes of one, or a callable that takes a `ToBeSigned`.
pub(crate) fn sign(signer: &Bound<'_, PyAny>, input: jurat_core::ToBeSigned<'_>) -> PyResult<Es256Signature> {
    let py = signer.py();
    if let Ok(key) = signer.cast::<SigningKey>() {
        let (key, hash) = (&key.get().signer, input.hash());
        return Ok(py.detach(|| key.sign_hash(hash)));
    }
    if signer.is_callable() {
        return signature(&signer.call1((ToBeSigned::from_core(py, input),))?);
    }
    match SigningKey::new(signer) {
        Ok(key) => Ok(py.detach(|| key.signer.sign_hash(input.hash()))),
        Err(error) if error.is_instance_of::<PyTypeError>(py) => Err(PyTypeError::new_err(
            "key: a SigningKey, the 32 bytes of a private key, or a callable that signs is required",
        )),
        Err(error) => Err(error),
    }
}

/// The finished text; core writes ASCII only.
pub(crate) fn finished(py: Python<'_>, buffer: Vec<u8>) -> PyResult<String> {
    String::from_utf8(buffer).map_err(|_| raise(py, Error::new(Cause::NotUtf8, Argument::Output)))
}

/// What is taken out once: a prepared assertion or request has one finish.
pub(crate) struct Once<T>(Mutex<Option<T>>);

impl<T> Once<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(Some(value)))
    }

    pub(crate) fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn look<R>(&self, look: impl FnOnce(Option<&T>) -> R) -> R {
        look(self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref())
    }
}

#[pyclass(frozen, module = "jurat")]
pub(crate) struct Prepared {
    state: Once<(Vec<u8>, SigningInput)>,
}

impl Prepared {
    pub(crate) const fn new(buffer: Vec<u8>, input: SigningInput) -> Self {
        Self { state: Once::new((buffer, input)) }
    }
}

#[pymethods]
impl Prepared {
    #[getter]
    fn to_be_signed(&self, py: Python<'_>) -> PyResult<ToBeSigned> {
        self.state.look(|state| match state {
            Some((buffer, input)) => Ok(ToBeSigned::from_core(py, input.to_be_signed(buffer))),
            None => refused(py, Cause::NotPrepared, Argument::ToBeSigned),
        })
    }

    #[pyo3(signature = (signature, /))]
    fn finish(&self, signature: &Bound<'_, PyAny>) -> PyResult<String> {
        let py = signature.py();
        let signature = self::signature(signature)?;
        let Some((mut buffer, input)) = self.state.take() else {
            return refused(py, Cause::NotPrepared, Argument::ToBeSigned);
        };
        input.attach(&mut buffer, &signature).map_err(|error| raise(py, error))?;
        finished(py, buffer)
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "Prepared(..)"
    }
}
