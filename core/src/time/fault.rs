//! Why a device's time is wrong.

use crate::error::texts;
use crate::time::{FIRST_MILLISECONDS, NumericDate};

/// How far from an epoch's difference a time may be, in seconds: the largest offset of a zone, and an hour of drift.
/// The leap seconds of GPS, 18 since 2017, are within it.
const EPOCH_TOLERANCE: u64 = 15 * 3_600;

/// Below this difference, in seconds, a time is right.
const TOLERANCE: u32 = 30;

/// The zones' offsets are multiples of this many seconds.
const ZONE_STEP: u32 = 900;

/// The largest offset of a zone, in seconds.
const LARGEST_ZONE: u32 = 14 * 3_600;

/// The seconds from 1970-01-01 to each epoch, and what counts from it.
const EPOCHS: [(i64, TimeFault); 4] = [
    (946_684_800, TimeFault::Epoch2000),
    (978_307_200, TimeFault::Epoch2001),
    (-2_208_988_800, TimeFault::Ntp),
    (315_964_800, TimeFault::Gps),
];

/// Why a device's time differs from a server's, as far as the two numbers tell. The numbers are append-only.
///
/// ```
/// use jurat_core::{NumericDate, TimeFault};
/// let server = NumericDate::from_seconds(1_795_459_454)?;
/// assert_eq!(TimeFault::classify(1_795_459_454_000, server), TimeFault::Milliseconds);
/// let fault = TimeFault::classify(1_795_459_454 - 946_684_800, server);
/// assert_eq!(fault.text(), "counts from 2000-01-01: add 946684800");
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(i32)]
pub enum TimeFault {
    /// Less than 30 seconds apart.
    None = 0,
    /// Milliseconds: 10^11 or more.
    Milliseconds = 1,
    /// Microseconds: 10^14 or more.
    Microseconds = 2,
    /// Nanoseconds: 10^17 or more.
    Nanoseconds = 3,
    /// A clock that was not set: a time before 2001-09-09 (10^9), such as that since the device was switched on.
    Unset = 4,
    /// Seconds since 2000-01-01, as many clock chips count.
    Epoch2000 = 5,
    /// Seconds since 2001-01-01.
    Epoch2001 = 6,
    /// Seconds since 1900-01-01, as NTP counts (RFC 5905 section 6).
    Ntp = 7,
    /// Seconds since 1980-01-06, as GPS counts, with or without leap seconds.
    Gps = 8,
    /// Local time: within 30 seconds of a whole number of quarters of an hour, up to 14 hours.
    LocalTime = 9,
    /// 30 seconds or more, but less than 15 minutes apart.
    Drift = 10,
    /// None of these.
    Unexplained = 11,
}

texts! {
    TimeFault {
        None: "agrees with the server",
        Milliseconds: "milliseconds: divide by 1000",
        Microseconds: "microseconds: divide by 1000000",
        Nanoseconds: "nanoseconds: divide by 1000000000",
        Unset: "not set, or the time since power-on: learn the time first",
        Epoch2000: "counts from 2000-01-01: add 946684800",
        Epoch2001: "counts from 2001-01-01: add 978307200",
        Ntp: "counts from 1900-01-01, as NTP does: subtract 2208988800",
        Gps: "counts from 1980-01-06, as GPS does: add 315964800 and subtract the leap seconds (18 since 2017)",
        LocalTime: "off by whole quarters of an hour, as local time is: convert it to UTC",
        Drift: "off by minutes, as a clock that drifts is: correct it from the server's time",
        Unexplained: "off for no reason that shows: set the clock",
    }
}

impl TimeFault {
    /// Judges the value that the `device` takes for seconds since 1970-01-01T00:00:00Z by the `server`'s time.
    ///
    /// The first that fits: the units by the size of the value, [`None`](Self::None), the epochs within 15 hours (local
    /// time may come on top), [`Unset`](Self::Unset), [`Drift`](Self::Drift), [`LocalTime`](Self::LocalTime).
    #[must_use]
    pub fn classify(device: u64, server: NumericDate) -> Self {
        match device {
            0..FIRST_MILLISECONDS => {}
            FIRST_MILLISECONDS..100_000_000_000_000 => return Self::Milliseconds,
            100_000_000_000_000..100_000_000_000_000_000 => return Self::Microseconds,
            _ => return Self::Nanoseconds,
        }
        // Both are below 10^11.
        let behind = server.as_seconds().cast_signed().wrapping_sub(device.cast_signed());
        let difference = u32::try_from(behind.unsigned_abs()).unwrap_or(u32::MAX);
        if difference < TOLERANCE {
            return Self::None;
        }
        let epoch = EPOCHS.iter().find(|(since_1970, _)| behind.abs_diff(*since_1970) <= EPOCH_TOLERANCE);
        if let Some((_, fault)) = epoch {
            return *fault;
        }
        if device < 1_000_000_000 {
            return Self::Unset;
        }
        if difference < ZONE_STEP {
            return Self::Drift;
        }
        let beyond_step = difference % ZONE_STEP;
        let beside_step = beyond_step <= TOLERANCE || beyond_step >= ZONE_STEP - TOLERANCE;
        if beside_step && difference <= LARGEST_ZONE + TOLERANCE { Self::LocalTime } else { Self::Unexplained }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString as _;

    use super::TimeFault;
    use crate::time::NumericDate;

    const NOW: u64 = 1_795_459_454;
    const HOUR: i64 = 3_600;

    /// What a device is told that is this far ahead of the server.
    fn ahead(seconds: i64) -> TimeFault {
        TimeFault::classify(NOW.checked_add_signed(seconds).unwrap(), NumericDate::from_seconds(NOW).unwrap())
    }

    fn of(device: u64) -> TimeFault {
        TimeFault::classify(device, NumericDate::from_seconds(NOW).unwrap())
    }

    #[test]
    fn units() {
        let pow = |exponent| 10_u64.pow(exponent);
        for (fault, devices) in [
            (TimeFault::Unexplained, [pow(11) - 1, pow(10)]),
            (TimeFault::Milliseconds, [pow(11), pow(14) - 1]),
            (TimeFault::Microseconds, [pow(14), pow(17) - 1]),
            (TimeFault::Nanoseconds, [pow(17), u64::MAX]),
        ] {
            for device in devices {
                assert_eq!(of(device), fault, "{device}");
            }
        }
        for (factor, fault) in [(3, TimeFault::Milliseconds), (6, TimeFault::Microseconds), (9, TimeFault::Nanoseconds)]
        {
            assert_eq!(of(NOW * pow(factor)), fault);
        }
    }

    #[test]
    fn small_differences() {
        for sign in [1, -1] {
            for (seconds, fault) in [
                (0, TimeFault::None),
                (29, TimeFault::None),
                (30, TimeFault::Drift),
                (600, TimeFault::Drift),
                (899, TimeFault::Drift),
                (900, TimeFault::LocalTime),
                (930, TimeFault::LocalTime),
                (931, TimeFault::Unexplained),
                (1_769, TimeFault::Unexplained),
                (1_770, TimeFault::LocalTime),
                (HOUR, TimeFault::LocalTime),
                (2 * HOUR + 29, TimeFault::LocalTime),
                (2 * HOUR - 29, TimeFault::LocalTime),
                (5 * HOUR + 2_700, TimeFault::LocalTime), // Kathmandu
                (5 * HOUR + 1_300, TimeFault::Unexplained),
                (14 * HOUR + 30, TimeFault::LocalTime),
                (14 * HOUR + 31, TimeFault::Unexplained),
                (14 * HOUR + 900, TimeFault::Unexplained),
                (24 * HOUR, TimeFault::Unexplained),
                (700_000_000, TimeFault::Unexplained),
            ] {
                assert_eq!(ahead(sign * seconds), fault, "{}", sign * seconds);
            }
        }
    }

    #[test]
    fn epochs() {
        let since_1970 = |date| i64::try_from(NumericDate::from_http_date(date).unwrap().as_seconds()).unwrap();
        let epoch_2000 = since_1970("Sat, 01 Jan 2000 00:00:00 GMT");
        let epoch_2001 = since_1970("Mon, 01 Jan 2001 00:00:00 GMT");
        let gps = since_1970("Sun, 06 Jan 1980 00:00:00 GMT");
        // 70 years, of which 1904, 1908 and so on to 1968 had a leap day.
        let ntp = -(70 * 365 + 17) * 24 * HOUR;
        for (since_1970, fault) in [
            (epoch_2000, TimeFault::Epoch2000),
            (epoch_2001, TimeFault::Epoch2001),
            (gps, TimeFault::Gps),
            (gps - 18, TimeFault::Gps),
            (ntp, TimeFault::Ntp),
        ] {
            for zone in [-15 * HOUR + 18, -12 * HOUR, 0, 10, 14 * HOUR, 15 * HOUR - 18] {
                assert_eq!(ahead(zone - since_1970), fault, "{zone}");
            }
            for beyond in [15 * HOUR + 19, -15 * HOUR - 19] {
                assert_ne!(ahead(beyond - since_1970), fault);
            }
            let number = since_1970.unsigned_abs().to_string();
            assert!(gps - 18 == since_1970 || fault.text().contains(&number), "{fault}");
        }
        assert_eq!(ahead(15 * HOUR - epoch_2000), TimeFault::Epoch2000);
        assert_eq!(ahead(15 * HOUR + 1 - epoch_2000), TimeFault::Unset);
    }

    #[test]
    fn clocks_that_were_not_set() {
        for device in [0, 1, 86_400, 946_684_800, 978_307_200, 999_999_999] {
            assert_eq!(of(device), TimeFault::Unset, "{device}");
        }
        assert_eq!(of(1_000_000_000), TimeFault::Unexplained);
        // The server is as much in 1970 as the device is.
        assert_eq!(TimeFault::classify(20, NumericDate::from_seconds(49).unwrap()), TimeFault::None);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn every_pair_has_a_verdict() {
        let edges = [0, 29, 999_999_999, NOW, 1 << 31, 1 << 32, 99_999_999_999, 100_000_000_000, u64::MAX];
        for device in edges {
            for server in edges.into_iter().filter_map(|seconds| NumericDate::from_seconds(seconds).ok()) {
                let agrees = device < 100_000_000_000 && device.abs_diff(server.as_seconds()) < 30;
                assert_eq!(TimeFault::classify(device, server) == TimeFault::None, agrees);
            }
        }
    }

    #[test]
    fn numbers_and_texts() {
        for (number, fault) in (0..).zip(TimeFault::ALL) {
            assert_eq!(fault.number(), number);
            assert_eq!(TimeFault::from_number(number), Some(*fault));
            assert_eq!(fault.text_with_nul().strip_suffix('\0'), Some(fault.text()));
        }
        assert_eq!(TimeFault::from_number(12), None);
        assert_eq!(TimeFault::from_number(-1), None);
    }
}
