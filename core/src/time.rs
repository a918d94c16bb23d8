//! Points in time, as the JWT claims carry them; what servers say of the time, and what is wrong with a device's.

use crate::error::{Argument, Cause, Error};

pub(crate) mod clock;
pub(crate) mod fault;
pub(crate) mod http_date;

/// The default lifetime of an assertion in seconds: `exp` = `iat` + 60.
///
/// Short enough for the strictest server read (Keycloak and the ATProto server use an assertion for 60 s after `iat`).
pub const DEFAULT_LIFETIME: u32 = 60;

/// The longest lifetime of an assertion in seconds.
pub const MAX_LIFETIME: u32 = 3_600;

/// The first number of seconds that is taken for milliseconds; as seconds it is the year 5138.
pub(crate) const FIRST_MILLISECONDS: u64 = 100_000_000_000;

/// The largest integer that every JSON reader keeps exactly (RFC 8259 section 6).
const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds ignored: a JWT `NumericDate` (RFC 7519 section 2).
///
/// It always holds fewer than 10^11 seconds, which is what makes sums of it and a lifetime safe.
///
/// ```
/// use jurat_core::{Cause, NumericDate};
/// assert_eq!(NumericDate::from_seconds(1_795_459_454)?.as_seconds(), 1_795_459_454);
/// // The usual mistake: milliseconds.
/// let error = NumericDate::from_seconds(1_795_459_454_000).unwrap_err();
/// assert_eq!(error.cause(), Cause::Milliseconds);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
pub struct NumericDate(u64);

impl NumericDate {
    /// `seconds` since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`Cause::Milliseconds`] from 10^11 on, [`Cause::TimeOutOfRange`] above 2^53 - 1; both about [`Argument::Time`].
    pub const fn from_seconds(seconds: u64) -> Result<Self, Error> {
        if seconds > LARGEST_EXACT {
            Err(Error::new(Cause::TimeOutOfRange, Argument::Time))
        } else if seconds >= FIRST_MILLISECONDS {
            Err(Error::new(Cause::Milliseconds, Argument::Time))
        } else {
            Ok(Self(seconds))
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// This many seconds later, as a number: it may be beyond what a `NumericDate` holds.
    pub(crate) const fn seconds_after(self, seconds: u32) -> u64 {
        self.0.saturating_add(seconds as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::NumericDate;
    use crate::error::Cause;

    #[test]
    fn limits() {
        let cause = |seconds| NumericDate::from_seconds(seconds).map_err(|error| error.cause());
        assert!(cause(0).is_ok());
        assert!(cause(99_999_999_999).is_ok());
        assert_eq!(cause(100_000_000_000), Err(Cause::Milliseconds));
        assert_eq!(cause((1 << 53) - 1), Err(Cause::Milliseconds));
        assert_eq!(cause(1 << 53), Err(Cause::TimeOutOfRange));
        assert_eq!(cause(u64::MAX), Err(Cause::TimeOutOfRange));
    }
}
