//! Which of several keys signs, and which are published: by explicit times.

use crate::error::{Argument, Cause, Error};
use crate::time::NumericDate;

/// When a key signs.
///
/// A rotation takes three steps, each at a time that is known beforehand:
/// 1. the next key is published beside the one in use, before it is active: long enough for servers that keep a JWKS to
///    fetch it again (hours to a day, after their documentation);
/// 2. from `active_from` on the next key signs;
/// 3. from `retired_at` on the old key is published no more: later than the last assertion it signed has expired.
///
/// ```
/// use jurat_core::{KeyPeriod, NumericDate, signing_key};
/// let at = NumericDate::from_seconds;
/// let periods = [
///     KeyPeriod { active_from: at(1_000)?, retired_at: Some(at(9_000)?) },
///     KeyPeriod { active_from: at(5_000)?, retired_at: None },
/// ];
/// assert_eq!(signing_key(periods, at(4_999)?)?, 0);
/// assert_eq!(signing_key(periods, at(5_000)?)?, 1);
/// // The JWKS has both keys until the old one is retired.
/// assert!(periods.iter().all(|period| period.is_published(at(8_999).unwrap())));
/// assert!(!periods[0].is_published(at(9_000)?));
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[expect(clippy::exhaustive_structs, reason = "two times: callers write it as a literal")]
pub struct KeyPeriod {
    /// From when on the key signs.
    pub active_from: NumericDate,
    /// From when on it is no longer published, and does not sign; `None` while no end is planned.
    pub retired_at: Option<NumericDate>,
}

impl KeyPeriod {
    /// Whether the key belongs into the JWKS at `now`: it is not retired. One that is not active yet belongs there too.
    #[must_use]
    pub fn is_published(&self, now: NumericDate) -> bool {
        self.retired_at.is_none_or(|retired_at| now < retired_at)
    }
}

/// The index of the key that signs at `now`: of those that are active and not retired, the one that became active last; of
/// two that became active together, the later in the list.
///
/// # Errors
/// [`Cause::Empty`] about [`Argument::Key`] when no key is active.
pub fn signing_key(periods: impl IntoIterator<Item = KeyPeriod>, now: NumericDate) -> Result<usize, Error> {
    periods
        .into_iter()
        .enumerate()
        .filter(|(_, period)| period.active_from <= now && period.is_published(now))
        .max_by_key(|(_, period)| period.active_from)
        .map(|(index, _)| index)
        .ok_or(Error::new(Cause::Empty, Argument::Key))
}

#[cfg(test)]
mod tests {
    use super::{KeyPeriod, signing_key};
    use crate::error::{Argument, Cause};
    use crate::time::NumericDate;

    fn at(seconds: u64) -> NumericDate {
        NumericDate::from_seconds(seconds).unwrap()
    }

    fn period(active_from: u64, retired_at: Option<u64>) -> KeyPeriod {
        KeyPeriod { active_from: at(active_from), retired_at: retired_at.map(at) }
    }

    #[test]
    fn the_last_active_one_signs_wherever_it_stands() {
        let periods = [period(50, None), period(10, Some(60)), period(90, None)];
        let expected = [(10, 1), (49, 1), (50, 0), (89, 0), (90, 2), (1_000, 2)];
        for (now, index) in expected {
            assert_eq!(signing_key(periods, at(now)), Ok(index), "{now}");
        }
        assert_eq!(signing_key([period(5, None), period(5, None)], at(5)), Ok(1));
    }

    #[test]
    fn nothing_signs_before_the_first_or_after_the_last() {
        for (period, now) in [(None, 5), (Some(period(10, None)), 9), (Some(period(10, Some(20))), 20)] {
            let error = signing_key(period, at(now)).unwrap_err();
            assert_eq!((error.cause(), error.argument()), (Cause::Empty, Argument::Key));
        }
        // Retired before it would be active: an older one goes on.
        assert_eq!(signing_key([period(1, None), period(10, Some(5))], at(11)), Ok(0));
    }
}
