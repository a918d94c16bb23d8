//! From a clock and a server's answers to the next step.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jurat_core::{Argument, Cause, EXCHANGE_SIZE, NumericDate};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt};

use crate::clock::Clock;
use crate::convert::{bytes, device_time, raise, reading, refused};
use crate::request::TokenRequest;
use crate::response::Given;

#[pyclass(frozen, get_all, module = "jurat")]
pub(crate) struct Step {
    kind: &'static str,
    seconds: Option<u32>,
    cause: Option<String>,
    text: Option<&'static str>,
}

impl Step {
    fn from_core(step: jurat_core::Step) -> Self {
        use jurat_core::Step as Core;
        let (kind, seconds, cause) = match step {
            Core::LearnTime => ("learn_time", None, None),
            Core::Send => ("send", None, None),
            Core::Wait(seconds) => ("wait", Some(seconds), None),
            Core::Answer => ("answer", None, None),
            Core::Done => ("done", None, None),
            Core::Stop(cause) => ("stop", None, Some(cause)),
            _ => ("stop", None, None),
        };
        Self { kind, seconds, cause: cause.map(|cause| format!("{cause:?}")), text: cause.map(Cause::text) }
    }
}

#[pymethods]
impl Step {
    fn __repr__(&self) -> String {
        match (self.seconds, &self.cause) {
            (Some(seconds), _) => format!("Step({}, {seconds})", self.kind),
            (None, Some(cause)) => format!("Step({}, {cause})", self.kind),
            (None, None) => format!("Step({})", self.kind),
        }
    }
}

#[pyclass(frozen, get_all, module = "jurat")]
pub(crate) struct Answer {
    response: Py<PyAny>,
    step: Py<Step>,
    renew_at: Option<u64>,
    clock_moved: i64,
}

#[pymethods]
impl Answer {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Answer({}, {})", self.response.bind(py).repr()?, self.step.get().__repr__()))
    }
}

// Not a text for Python's help: the lock is held while core is at work, never while Python is.
#[pyclass(frozen, module = "jurat")]
pub(crate) struct Exchange {
    exchange: Mutex<jurat_core::Exchange>,
}

impl Exchange {
    fn lock(&self) -> MutexGuard<'_, jurat_core::Exchange> {
        self.exchange.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Exchange {
    #[new]
    #[pyo3(signature = (*, clock=None, attempts=None))]
    fn new(py: Python<'_>, clock: Option<&Bound<'_, Clock>>, attempts: Option<&Bound<'_, PyInt>>) -> PyResult<Self> {
        let clock = match clock {
            Some(clock) => clock.get().clock,
            None => Clock::new_trusted(py, None, None)?.clock,
        };
        let mut exchange = jurat_core::Exchange::new(clock);
        if let Some(attempts) = attempts {
            // Core refuses 0, and so all that no byte holds.
            let attempts = attempts.extract().unwrap_or(0);
            exchange = exchange.with_attempts(attempts).map_err(|error| raise(py, error))?;
        }
        Ok(Self { exchange: Mutex::new(exchange) })
    }

    #[staticmethod]
    #[pyo3(signature = (data, /))]
    fn from_bytes(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes = bytes::<EXCHANGE_SIZE>(data, Argument::Exchange)?;
        let exchange = jurat_core::Exchange::from_bytes(&bytes).map_err(|error| raise(data.py(), error))?;
        Ok(Self { exchange: Mutex::new(exchange) })
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = self.lock().to_bytes();
        PyBytes::new(py, &bytes)
    }

    #[getter]
    fn clock(&self) -> Clock {
        Clock { clock: self.lock().clock() }
    }

    #[pyo3(signature = (device_time=None))]
    fn step(&self, py: Python<'_>, device_time: Option<&Bound<'_, PyInt>>) -> PyResult<Step> {
        let device = self::device_time(py, device_time)?;
        Ok(Step::from_core(self.lock().step(device)))
    }

    #[pyo3(signature = (device_time=None))]
    fn issued_at(&self, py: Python<'_>, device_time: Option<&Bound<'_, PyInt>>) -> PyResult<u64> {
        let device = self::device_time(py, device_time)?;
        let issued_at = self.lock().issued_at(device);
        issued_at.map(NumericDate::as_seconds).map_err(|error| raise(py, error))
    }

    #[pyo3(signature = (device_time=None))]
    fn ask_time(&self, py: Python<'_>, device_time: Option<&Bound<'_, PyInt>>) -> PyResult<()> {
        let device = self::device_time(py, device_time)?;
        let asked = self.lock().ask_time(device);
        asked.map_err(|error| raise(py, error))
    }

    // Works on a copy, which takes the place of the exchange only if nothing has changed that meanwhile: a signer may
    // fail, take its time, or ask the exchange something.
    #[pyo3(signature = (request, key, /, *, grant_key=None, device_time=None))]
    fn sign(
        &self,
        request: &Bound<'_, TokenRequest>,
        key: &Bound<'_, PyAny>,
        grant_key: Option<&Bound<'_, PyAny>>,
        device_time: Option<&Bound<'_, PyInt>>,
    ) -> PyResult<String> {
        let py = key.py();
        let device = self::device_time(py, device_time)?;
        let before = self.lock().clone();
        let mut after = before.clone();
        let unsigned = request.get().prepare_in(py, |request| after.attempt(request, device))?;
        let signed = unsigned.sign(key, grant_key)?;
        let mut exchange = self.lock();
        if exchange.to_bytes() == before.to_bytes() {
            *exchange = after;
            return Ok(signed);
        }
        drop(exchange);
        refused(py, Cause::AnswerAwaited, Argument::Exchange)
    }

    #[pyo3(signature = (*, status, body, headers=None, sent_at, received_at, truncated=false))]
    #[expect(clippy::too_many_arguments, reason = "Python's keywords")]
    fn answer(
        &self,
        py: Python<'_>,
        status: &Bound<'_, PyInt>,
        body: &Bound<'_, PyAny>,
        headers: Option<&Bound<'_, PyAny>>,
        sent_at: &Bound<'_, PyInt>,
        received_at: &Bound<'_, PyInt>,
        truncated: bool,
    ) -> PyResult<Answer> {
        let given = Given::new(status, body, headers, truncated)?;
        let (sent_at, received_at) = (reading(sent_at)?, reading(received_at)?);
        let mut body = given.body();
        let answer = self.lock().answer(given.response(&mut body), sent_at, received_at);
        let answer = answer.map_err(|error| raise(py, error))?;
        Ok(Answer {
            response: given.convert(py, answer.outcome)?,
            step: Py::new(py, Step::from_core(answer.step))?,
            renew_at: answer.renew_at,
            clock_moved: answer.clock_moved,
        })
    }

    #[pyo3(signature = (device_time=None))]
    fn no_answer(&self, py: Python<'_>, device_time: Option<&Bound<'_, PyInt>>) -> PyResult<Step> {
        let device = self::device_time(py, device_time)?;
        let step = self.lock().no_answer(device);
        step.map(Step::from_core).map_err(|error| raise(py, error))
    }

    #[expect(clippy::unused_self, reason = "a Python method")]
    fn __repr__(&self) -> &'static str {
        "Exchange(..)"
    }
}
