//! Keys, signers and what is to be signed.

use std::sync::{Mutex, PoisonError};

use jurat_core::{Argument, Cause, Error, Es256Signature, ImportedKey, SigningInput, SoftwareSigner};
use pyo3::exceptions::PyTypeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use zeroize::Zeroizing;

use crate::convert::{bytes, document, raise, refused};
use crate::public::PublicKey;

/// The signer for hosts, where this was built with it.
#[cfg(feature = "host")]
type Signer = jurat_core::HostSigner;
#[cfg(not(feature = "host"))]
type Signer = SoftwareSigner;

#[pyclass(frozen, module = "jurat")]
pub(crate) struct SigningKey {
    signer: Signer,
    deterministic: bool,
}

impl SigningKey {
    fn from_scalar(py: Python<'_>, d: &Zeroizing<[u8; 32]>, deterministic: bool) -> PyResult<Self> {
        Ok(Self { signer: Signer::from_scalar(d).map_err(|error| raise(py, error))?, deterministic })
    }

    const fn software(&self) -> &SoftwareSigner {
        #[cfg(feature = "host")]
        return self.signer.software();
        #[cfg(not(feature = "host"))]
        return &self.signer;
    }

    const fn backend(&self) -> &'static str {
        #[cfg(feature = "host")]
        if !self.deterministic {
            return self.signer.backend();
        }
        "p256"
    }

    /// Signs without the interpreter's lock: a signature takes longer than anything else here.
    fn sign(&self, py: Python<'_>, input: jurat_core::ToBeSigned<'_>) -> PyResult<Es256Signature> {
        #[cfg(feature = "host")]
        if self.backend() != "p256" {
            return Ok(py.detach(|| self.signer.sign_message(input.message())));
        }
        self.sign_by_software(py, &input.hash())
    }

    fn sign_by_software(&self, py: Python<'_>, hash: &[u8; 32]) -> PyResult<Es256Signature> {
        if self.deterministic {
            return Ok(py.detach(|| self.software().sign_hash(hash)));
        }
        let entropy = Zeroizing::new(random(py)?);
        Ok(py.detach(|| self.software().sign_hash_hedged(hash, &entropy)))
    }
}

/// A PEM or JWK: 32 characters are no scalar, for that is of bytes.
fn import_text(text: &[u8]) -> Result<ImportedKey, Error> {
    let start = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text).trim_ascii_start();
    if start.starts_with(b"{") { jurat_core::import_jwk(text) } else { jurat_core::import_pem(text) }
}

/// Bytes from the system's random source.
pub(crate) fn random<const N: usize>(py: Python<'_>) -> PyResult<[u8; N]> {
    bytes(&py.import("os")?.call_method1("urandom", (N,))?, Argument::Random)
}

#[pymethods]
impl SigningKey {
    #[new]
    #[pyo3(signature = (scalar, /, *, deterministic=false))]
    fn new(scalar: &Bound<'_, PyAny>, deterministic: bool) -> PyResult<Self> {
        Self::from_scalar(scalar.py(), &Zeroizing::new(bytes(scalar, Argument::Key)?), deterministic)
    }

    #[staticmethod]
    #[pyo3(signature = (*, deterministic=false))]
    fn generate(py: Python<'_>, deterministic: bool) -> PyResult<Self> {
        let source = Zeroizing::new(random::<64>(py)?);
        let mut d = Zeroizing::new([0; 32]);
        jurat_core::generate_key(source.as_slice(), &mut d).map_err(|error| raise(py, error))?;
        Self::from_scalar(py, &d, deterministic)
    }

    #[staticmethod]
    #[pyo3(signature = (data, /, *, deterministic=false))]
    fn load(data: &Bound<'_, PyAny>, deterministic: bool) -> PyResult<Self> {
        let py = data.py();
        let import = if data.is_instance_of::<PyString>() { import_text } else { jurat_core::import_key };
        let data = Zeroizing::new(document(data, Argument::Key)?);
        let key = import(&data);
        let signer = key.and_then(|key| Signer::from_scalar(key.scalar()));
        Ok(Self { signer: signer.map_err(|error| raise(py, error))?, deterministic })
    }

    #[pyo3(signature = (path, /, *, overwrite=false))]
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>, overwrite: bool) -> PyResult<()> {
        let mut buffer = Zeroizing::new([0; jurat_core::PRIVATE_PEM_SIZE]);
        let pem = self.software().write_private_pem(buffer.as_mut_slice()).map_err(|error| raise(py, error))?;
        let options = PyDict::new(py);
        options.set_item("overwrite", overwrite)?;
        py.import("jurat._files")?.call_method("write_private", (path, pem), Some(&options)).map(drop)
    }

    #[getter]
    fn public_key(&self, py: Python<'_>) -> PyResult<PublicKey> {
        let key = py.detach(|| self.signer.public_key()).map_err(|error| raise(py, error))?;
        Ok(PublicKey { key })
    }

    #[getter]
    #[pyo3(name = "backend")]
    const fn backend_name(&self) -> &'static str {
        self.backend()
    }

    #[pyo3(signature = (hash, /))]
    fn sign_hash<'py>(&self, hash: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let signature = self.sign_by_software(hash.py(), &bytes(hash, Argument::Hash)?)?;
        Ok(PyBytes::new(hash.py(), signature.as_bytes()))
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "SigningKey(..)"
    }
}

#[pyclass(frozen, module = "jurat")]
pub(crate) struct ToBeSigned {
    hash: [u8; 32],
    message: Vec<u8>,
}

impl ToBeSigned {
    pub(crate) fn from_core(input: jurat_core::ToBeSigned<'_>) -> Self {
        Self { hash: input.hash(), message: input.message().to_vec() }
    }
}

#[pymethods]
impl ToBeSigned {
    #[getter]
    fn hash<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.hash)
    }

    #[getter]
    fn message<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.message)
    }

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
        return key.get().sign(py, input);
    }
    if signer.is_callable() {
        return signature(&signer.call1((ToBeSigned::from_core(input),))?);
    }
    match SigningKey::new(signer, false) {
        Ok(key) => key.sign(py, input),
        Err(error) if error.is_instance_of::<PyTypeError>(py) => Err(PyTypeError::new_err(
            "key: a SigningKey, the 32 bytes of a private key, or a callable that signs is required",
        )),
        Err(error) => Err(error),
    }
}

#[pyclass(frozen, module = "jurat")]
pub(crate) struct Verified {
    signer: Py<PyAny>,
    public_key: Py<PublicKey>,
}

#[pymethods]
impl Verified {
    #[new]
    #[pyo3(signature = (signer, public_key, /))]
    fn new(signer: Py<PyAny>, public_key: Py<PublicKey>) -> Self {
        Self { signer, public_key }
    }

    #[pyo3(signature = (input, /))]
    fn __call__<'py>(&self, py: Python<'py>, input: &Bound<'py, ToBeSigned>) -> PyResult<Bound<'py, PyBytes>> {
        let ToBeSigned { hash, message } = input.get();
        let made = sign(self.signer.bind(py), jurat_core::ToBeSigned::from_parts(message, hash))?;
        let key = self.public_key.get().key;
        if py.detach(|| key.verify(message, &made)).map_err(|error| raise(py, error))? {
            Ok(PyBytes::new(py, made.as_bytes()))
        } else {
            refused(py, Cause::WrongSignature, Argument::Signature)
        }
    }

    // No __clear__: like a tuple's, what this refers to never changes, so that a cycle has something else that can be.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.signer)
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "Verified(..)"
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

    pub(crate) fn put(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// Python must not run under the lock: a thread that waits for it holds the interpreter's. What is `Send` has no
    /// `Python` to run it by.
    pub(crate) fn look<R>(&self, look: impl FnOnce(Option<&T>) -> R + Send) -> R {
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
        let found = self.state.look(|state| {
            let (buffer, input) = state?;
            Some(ToBeSigned::from_core(input.to_be_signed(buffer)))
        });
        found.map_or_else(|| refused(py, Cause::NotPrepared, Argument::ToBeSigned), Ok)
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

#[pyfunction]
#[pyo3(signature = (der, /))]
pub(crate) fn signature_from_der<'py>(der: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyBytes>> {
    let signature = Es256Signature::from_der(der.as_bytes()).map_err(|error| raise(der.py(), error))?;
    Ok(PyBytes::new(der.py(), signature.as_bytes()))
}
