//! What a device knows of the time.

use jurat_core::{Argument, Cause, ClockState, NumericDate, TimeSample};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};

use crate::convert::{raise, reading, refused, seconds, text};

/// 2026-11-01T00:00:00Z: no clock that is right shows an earlier time. It moves with each release, and only here.
pub(crate) const BUILD_TIME: u64 = 1_793_491_200;

fn build_time(py: Python<'_>, given: Option<&Bound<'_, PyInt>>) -> PyResult<NumericDate> {
    match given {
        Some(given) => seconds(given, Argument::BuildTime),
        None => NumericDate::from_seconds(BUILD_TIME).map_err(|error| raise(py, error)),
    }
}

fn uncertainty(value: &Bound<'_, PyInt>) -> PyResult<u32> {
    value.extract().or_else(|_| refused(value.py(), Cause::TimeOutOfRange, Argument::Clock))
}

#[pyclass(frozen, eq, hash, module = "jurat")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Clock {
    pub(crate) clock: jurat_core::Clock,
}

#[pymethods]
impl Clock {
    #[staticmethod]
    #[pyo3(name = "trusted", signature = (*, build_time=None, uncertainty=None))]
    pub(crate) fn new_trusted(
        py: Python<'_>,
        build_time: Option<&Bound<'_, PyInt>>,
        uncertainty: Option<&Bound<'_, PyInt>>,
    ) -> PyResult<Self> {
        let uncertainty = uncertainty.map_or(Ok(1), self::uncertainty)?;
        Ok(Self { clock: jurat_core::Clock::trusted(self::build_time(py, build_time)?, uncertainty) })
    }

    #[staticmethod]
    #[pyo3(signature = (*, offset, uncertainty, build_time=None))]
    fn estimated(
        offset: &Bound<'_, PyInt>,
        uncertainty: &Bound<'_, PyInt>,
        build_time: Option<&Bound<'_, PyInt>>,
    ) -> PyResult<Self> {
        let py = offset.py();
        let offset = offset.extract().or_else(|_| refused(py, Cause::TimeOutOfRange, Argument::Clock))?;
        let uncertainty = self::uncertainty(uncertainty)?;
        Ok(Self { clock: jurat_core::Clock::estimated(self::build_time(py, build_time)?, offset, uncertainty) })
    }

    #[staticmethod]
    #[pyo3(signature = (*, build_time=None))]
    fn unset(py: Python<'_>, build_time: Option<&Bound<'_, PyInt>>) -> PyResult<Self> {
        Ok(Self { clock: jurat_core::Clock::unset(self::build_time(py, build_time)?) })
    }

    #[pyo3(signature = (device, /))]
    fn now(&self, device: &Bound<'_, PyInt>) -> PyResult<u64> {
        let now = self.clock.now(reading(device)?);
        now.map(NumericDate::as_seconds).map_err(|error| raise(device.py(), error))
    }

    #[pyo3(signature = (device, /))]
    fn issued_at(&self, device: &Bound<'_, PyInt>) -> PyResult<u64> {
        let issued_at = self.clock.issued_at(reading(device)?);
        issued_at.map(NumericDate::as_seconds).map_err(|error| raise(device.py(), error))
    }

    #[pyo3(signature = (device, /))]
    fn state(&self, device: &Bound<'_, PyInt>) -> PyResult<&'static str> {
        Ok(match self.clock.state(reading(device)?) {
            ClockState::Trusted => "trusted",
            ClockState::Estimated => "estimated",
            _ => "unset",
        })
    }

    #[getter]
    fn offset(&self) -> i64 {
        self.clock.offset()
    }

    #[getter]
    fn uncertainty(&self) -> Option<u32> {
        Some(self.clock.uncertainty()).filter(|seconds| *seconds != u32::MAX)
    }

    #[pyo3(signature = (*, date, sent_at, received_at, cached=false))]
    fn learn(
        &self,
        date: &Bound<'_, PyInt>,
        sent_at: &Bound<'_, PyInt>,
        received_at: &Bound<'_, PyInt>,
        cached: bool,
    ) -> PyResult<Self> {
        let sample = TimeSample {
            date: seconds(date, Argument::Date)?,
            sent_at: reading(sent_at)?,
            received_at: reading(received_at)?,
            cached,
        };
        let mut clock = self.clock;
        clock.learn(&sample).map_err(|error| raise(date.py(), error))?;
        Ok(Self { clock })
    }

    fn __repr__(&self) -> String {
        match self.uncertainty() {
            Some(uncertainty) => format!("Clock(offset={}, uncertainty={uncertainty})", self.clock.offset()),
            None => "Clock(unset)".to_owned(),
        }
    }
}

#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn http_date(text: &Bound<'_, PyString>) -> PyResult<u64> {
    let date = NumericDate::from_http_date(&self::text(text, Argument::Date)?);
    date.map(NumericDate::as_seconds).map_err(|error| raise(text.py(), error))
}

#[pyfunction]
#[pyo3(signature = (text, /, *, date=None))]
pub(crate) fn retry_after(text: &Bound<'_, PyString>, date: Option<&Bound<'_, PyInt>>) -> PyResult<Option<u32>> {
    let date = date.map(|date| seconds(date, Argument::Date)).transpose()?;
    Ok(jurat_core::retry_after(&text.to_string_lossy(), date))
}

#[pyclass(frozen, eq, hash, get_all, module = "jurat")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct TimeFault {
    kind: &'static str,
    text: &'static str,
}

#[pymethods]
impl TimeFault {
    fn __repr__(&self) -> String {
        format!("TimeFault({})", self.kind)
    }
}

#[pyfunction]
#[pyo3(signature = (device, server, /))]
pub(crate) fn time_fault(device: &Bound<'_, PyInt>, server: &Bound<'_, PyInt>) -> PyResult<TimeFault> {
    use jurat_core::TimeFault as Fault;
    let fault = Fault::classify(reading(device)?, seconds(server, Argument::Time)?);
    let kind = match fault {
        Fault::None => "none",
        Fault::Milliseconds => "milliseconds",
        Fault::Microseconds => "microseconds",
        Fault::Nanoseconds => "nanoseconds",
        Fault::Unset => "unset",
        Fault::Epoch2000 => "epoch_2000",
        Fault::Epoch2001 => "epoch_2001",
        Fault::Ntp => "ntp",
        Fault::Gps => "gps",
        Fault::LocalTime => "local_time",
        Fault::Drift => "drift",
        _ => "unexplained",
    };
    Ok(TimeFault { kind, text: fault.text() })
}
