//! What a device knows of the time, and how sure it is.

use crate::encoding::output::Output;
use crate::error::{Argument, Cause, Error};
use crate::time::{FIRST_MILLISECONDS, NumericDate};

/// The longest round trip that a time is taken from, in seconds: the answer's date is of any moment in it.
pub const MAX_ROUND_TRIP: u32 = 10;

/// The largest correction of a clock that was right before, in seconds: one day. A greater one takes an operator's
/// word: a new [`Clock::unset`].
pub const MAX_CORRECTION: u32 = 86_400;

/// The most that [`Clock::issued_at`] goes back, in seconds: servers refuse assertions that are old, too.
pub const MAX_BACKDATE: u32 = 10;

/// How long after its build a firmware may run, in seconds: 20 years of 365.25 days.
const SERVICE_LIFE: u32 = 631_152_000;

/// Bytes of a clock that is put away.
pub(crate) const CLOCK_SIZE: usize = 8 + 8 + 4 + 1;

/// How far a [`Clock`] can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub enum ClockState {
    /// The device's clock is set by a source of its own, such as NTP.
    Trusted,
    /// The time was learned from a server, now or before a restart.
    Estimated,
    /// Not set, or at a time that cannot be right: before the build, or more than 20 years after it.
    Unset,
}

/// Corrects what the device's clock shows; it never sets that clock.
///
/// It is a value that the caller keeps, and gives the device's clock to on each call: `device` is the whole seconds
/// that that clock shows, since whatever moment, rounded down, and below 10^11. It may stand wrong, but it has to run
/// evenly: the clock that was there before a jump is worth nothing after it.
///
/// The uncertainty is that of the moment at which the time was learned. Clocks drift (50 ppm are 4 seconds a day), so
/// the time wants to be learned again now and then, from the date of an answer.
///
/// ```
/// use jurat_core::{Clock, ClockState, NumericDate, TimeSample};
/// let mut clock = Clock::unset(NumericDate::from_seconds(1_790_000_000)?); // when the firmware was built
/// assert!(clock.now(73).is_err());
///
/// // A request went out 73 seconds after power-on; the answer, which came a second later, says:
/// let date = NumericDate::from_http_date("Mon, 23 Nov 2026 18:44:14 GMT")?;
/// clock.learn(&TimeSample { date, sent_at: 73, received_at: 74, cached: false })?;
/// assert_eq!((clock.state(74), clock.uncertainty()), (ClockState::Estimated, 2));
/// // 26 seconds after that:
/// assert_eq!(clock.now(100)?.as_seconds(), date.as_seconds() + 27);
/// assert_eq!(clock.issued_at(100)?.as_seconds(), date.as_seconds() + 25);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
pub struct Clock {
    build_time: NumericDate,
    offset: i64,
    uncertainty: u32,
    state: ClockState,
}

impl Clock {
    /// A clock that shows the seconds since 1970-01-01T00:00:00Z, and is right to `uncertainty` seconds: one that NTP
    /// sets.
    ///
    /// `build_time` is when the firmware was built: no right clock shows an earlier time.
    #[must_use]
    pub const fn trusted(build_time: NumericDate, uncertainty: u32) -> Self {
        Self { build_time, offset: 0, uncertainty, state: ClockState::Trusted }
    }

    /// A clock of which [`offset`](Self::offset) and [`uncertainty`](Self::uncertainty) were learned before, and kept
    /// over a restart of the device.
    ///
    /// Only for a clock that ran on meanwhile, with what it may have drifted added to `uncertainty`; where it began
    /// anew, it is [`unset`](Self::unset). `build_time` is as for [`trusted`](Self::trusted).
    #[must_use]
    pub const fn estimated(build_time: NumericDate, offset: i64, uncertainty: u32) -> Self {
        Self { build_time, offset, uncertainty, state: ClockState::Estimated }
    }

    /// A clock that shows anything, such as the seconds since power-on. `build_time` is as for
    /// [`trusted`](Self::trusted).
    #[must_use]
    pub const fn unset(build_time: NumericDate) -> Self {
        Self { build_time, offset: 0, uncertainty: u32::MAX, state: ClockState::Unset }
    }

    /// How far the time can be trusted at `device`.
    ///
    /// A clock is [`Unset`](ClockState::Unset), whatever it was made as, where its time cannot be right: before the
    /// build, or more than 20 years after it.
    #[must_use]
    pub fn state(&self, device: u64) -> ClockState {
        self.corrected(device).map_or(ClockState::Unset, |_| self.state)
    }

    /// When the firmware was built.
    #[must_use]
    pub const fn build_time(&self) -> NumericDate {
        self.build_time
    }

    /// The seconds to be added to what the device's clock shows; 0 while nothing was learned.
    #[must_use]
    pub const fn offset(&self) -> i64 {
        self.offset
    }

    /// How many seconds at most lie between [`now`](Self::now) and the whole seconds of the right time; `u32::MAX`
    /// while nothing was learned.
    #[must_use]
    pub const fn uncertainty(&self) -> u32 {
        self.uncertainty
    }

    /// The time at `device`.
    ///
    /// # Errors
    /// About [`Argument::Clock`]: [`Cause::Milliseconds`] for a `device` of 10^11 or more, [`Cause::ClockUnset`] where
    /// the [`state`](Self::state) is `Unset`.
    pub fn now(&self, device: u64) -> Result<NumericDate, Error> {
        if device >= FIRST_MILLISECONDS {
            return Err(Error::new(Cause::Milliseconds, Argument::Clock));
        }
        self.corrected(device).ok_or(Error::new(Cause::ClockUnset, Argument::Clock))
    }

    /// The time at `device` for the `iat` of an assertion: earlier than [`now`](Self::now) by the uncertainty, but not
    /// by more than [`MAX_BACKDATE`].
    ///
    /// A clock that is fast is worse than one that is slow: many servers refuse an `iat` in the future, even by a
    /// second, and take one that is a few seconds old.
    ///
    /// # Errors
    /// Those of [`now`](Self::now).
    pub fn issued_at(&self, device: u64) -> Result<NumericDate, Error> {
        let backdate = self.uncertainty.min(MAX_BACKDATE);
        self.now(device).map(|now| NumericDate(now.0.saturating_sub(backdate.into())))
    }

    /// Learns the time from a server's answer; gives the seconds by which the corrected time moved, 0 if it agrees.
    ///
    /// The offset that an answer tells is that of its date to the middle between `sent_at` and `received_at`, to within
    /// half of the round trip, rounded up, and one second.
    /// * An unset clock takes it, and is [`Estimated`](ClockState::Estimated).
    /// * A clock that differs by no more than that bound, and that can be as right as its uncertainty says, agrees with
    ///   it, and keeps its offset and its state; its uncertainty becomes the bound and the difference together, if that
    ///   is less.
    /// * Any other takes it, and is `Estimated`.
    ///
    /// # Errors
    /// The clock is as it was after each of these.
    /// * About [`Argument::Clock`]: [`Cause::Milliseconds`] for a `sent_at` or `received_at` of 10^11 or more,
    ///   [`Cause::RoundTripTooLong`] for more than [`MAX_ROUND_TRIP`] seconds between them or for a `received_at` that
    ///   is the earlier one, and [`Cause::JumpTooFar`] for a clock that is not unset and would move by more than
    ///   [`MAX_CORRECTION`].
    /// * About [`Argument::Date`]: [`Cause::Cached`], [`Cause::BeforeBuild`], and [`Cause::JumpTooFar`] for a date more
    ///   than 20 years after the build.
    pub fn learn(&mut self, sample: &TimeSample) -> Result<i64, Error> {
        let round_trip = sample.round_trip()?;
        if sample.cached {
            return Err(Error::new(Cause::Cached, Argument::Date));
        }
        if sample.date < self.build_time {
            return Err(Error::new(Cause::BeforeBuild, Argument::Date));
        }
        // Let o be the right time less the device's own time before it is rounded. The server reads its clock within
        // the round trip, and all three readings are rounded down:
        //     sent_at + o <= server's moment < date + 1, so o < date - sent_at + 1;
        //     date <= server's moment < received_at + 1 + o, so o > date - received_at - 1.
        // Between the two lies date - (sent_at + received_at) / 2, and o is within half of the round trip and a second
        // of it. The offset is that, rounded up, and the bound that distance, rounded up: o - offset is above -bound
        // and below bound. The device's own time is less than a second later than what it shows, so the right time less
        // the corrected time is above -bound and below bound + 1: in whole seconds, at most bound, which is what the
        // uncertainty means. So a clock claims that o is from self.offset - self.uncertainty to self.offset +
        // self.uncertainty. Where none of that is between the two limits above, the sample disproves it: its date is
        // below the corrected time at sending less the uncertainty, or above that at receipt and the uncertainty.
        let to_middle = round_trip.div_ceil(2);
        let bound = to_middle.saturating_add(1);
        let received = self
            .plausible(sample.date.seconds_after(to_middle))
            .ok_or(Error::new(Cause::JumpTooFar, Argument::Date))?;

        // Both are below 10^11.
        let offset = received.0.cast_signed().wrapping_sub(sample.received_at.cast_signed());
        let moved = offset.saturating_sub(self.offset);
        if let Some(now) = self.corrected(sample.received_at) {
            let difference = u32::try_from(moved.unsigned_abs()).unwrap_or(u32::MAX);
            let earliest = now.0.saturating_sub(round_trip.saturating_add(self.uncertainty).into());
            let claimed = earliest..=now.seconds_after(self.uncertainty);
            if difference <= bound && claimed.contains(&sample.date.0) {
                self.uncertainty = self.uncertainty.min(bound.saturating_add(difference));
                return Ok(0);
            }
            if difference > MAX_CORRECTION {
                return Err(Error::new(Cause::JumpTooFar, Argument::Clock));
            }
        }
        *self = Self { offset, uncertainty: bound, state: ClockState::Estimated, ..*self };
        Ok(moved)
    }

    /// The clock as bytes.
    pub(crate) fn to_bytes(self) -> [u8; CLOCK_SIZE] {
        let state = match self.state {
            ClockState::Trusted => 1,
            ClockState::Estimated => 2,
            ClockState::Unset => 3,
        };
        let mut bytes = [0; CLOCK_SIZE];
        let mut output = Output::new(&mut bytes);
        output.put(&self.build_time.0.to_le_bytes());
        output.put(&self.offset.to_le_bytes());
        output.put(&self.uncertainty.to_le_bytes());
        output.put(&[state]);
        output.take();
        bytes
    }

    /// The clock that [`to_bytes`](Self::to_bytes) made them from.
    pub(crate) fn from_bytes(bytes: &[u8; CLOCK_SIZE]) -> Option<Self> {
        let (build_time, rest) = bytes.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (uncertainty, rest) = rest.split_first_chunk()?;
        let state = match rest {
            [1] => ClockState::Trusted,
            [2] => ClockState::Estimated,
            [3] => ClockState::Unset,
            _ => return None,
        };
        Some(Self {
            build_time: NumericDate::from_seconds(u64::from_le_bytes(*build_time)).ok()?,
            offset: i64::from_le_bytes(*offset),
            uncertainty: u32::from_le_bytes(*uncertainty),
            state,
        })
    }

    /// The corrected time, unless it cannot be right.
    fn corrected(&self, device: u64) -> Option<NumericDate> {
        if self.state == ClockState::Unset || device >= FIRST_MILLISECONDS {
            return None;
        }
        self.plausible(device.checked_add_signed(self.offset)?)
    }

    /// A time from the build to 20 years after it.
    fn plausible(&self, seconds: u64) -> Option<NumericDate> {
        let time = NumericDate::from_seconds(seconds).ok()?;
        (time >= self.build_time && time.0 <= self.build_time.seconds_after(SERVICE_LIFE)).then_some(time)
    }
}

/// What a server's answer says of the time.
///
/// Only from an answer of the pinned server, over TLS that authenticated it: whoever chooses a device's time can have
/// it sign assertions for later. Where the certificate's own validity could not be checked because the clock was not
/// set, the time is no better than that check: an expired certificate whose key was stolen would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[expect(clippy::exhaustive_structs, reason = "the date and how it came: callers write it as a literal")]
pub struct TimeSample {
    /// The answer's `Date` (RFC 9110 section 6.6.1): [`NumericDate::from_http_date`].
    pub date: NumericDate,
    /// What the device's clock showed before the request was sent, in whole seconds, rounded down.
    pub sent_at: u64,
    /// What the device's clock showed when the answer had come, in whole seconds, rounded down.
    pub received_at: u64,
    /// Whether the answer has an `Age` above 0 (RFC 9111 section 5.1): its date is that of the stored answer.
    pub cached: bool,
}

impl TimeSample {
    /// The seconds from one reading to the other, at most [`MAX_ROUND_TRIP`].
    fn round_trip(&self) -> Result<u32, Error> {
        if self.sent_at.max(self.received_at) >= FIRST_MILLISECONDS {
            return Err(Error::new(Cause::Milliseconds, Argument::Clock));
        }
        self.received_at
            .checked_sub(self.sent_at)
            .and_then(|seconds| u32::try_from(seconds).ok())
            .filter(|seconds| *seconds <= MAX_ROUND_TRIP)
            .ok_or(Error::new(Cause::RoundTripTooLong, Argument::Clock))
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, ClockState, MAX_BACKDATE, MAX_ROUND_TRIP, SERVICE_LIFE, TimeSample};
    use crate::error::{Argument, Cause, Error};
    use crate::time::NumericDate;

    const BUILD: u64 = 1_790_000_000;
    const NOW: u64 = 1_795_459_454;
    const LIFE: u64 = 20 * 36_525 * 864;

    fn at(seconds: u64) -> NumericDate {
        NumericDate::from_seconds(seconds).unwrap()
    }

    fn sample(date: u64, sent_at: u64, received_at: u64) -> TimeSample {
        TimeSample { date: at(date), sent_at, received_at, cached: false }
    }

    fn reason<T: core::fmt::Debug>(result: Result<T, Error>) -> (Cause, Argument) {
        let error = result.unwrap_err();
        (error.cause(), error.argument())
    }

    #[test]
    fn an_unset_clock_tells_no_time() {
        let clock = Clock::unset(at(BUILD));
        for device in [0, 100, NOW, 99_999_999_999] {
            assert_eq!(clock.state(device), ClockState::Unset);
            assert_eq!(reason(clock.now(device)), (Cause::ClockUnset, Argument::Clock));
            assert_eq!(reason(clock.issued_at(device)), (Cause::ClockUnset, Argument::Clock));
        }
        assert_eq!((clock.offset(), clock.uncertainty()), (0, u32::MAX));
    }

    #[test]
    fn a_time_that_cannot_be_right_is_none() {
        for (clock, offset, state) in [
            (Clock::trusted(at(BUILD), 1), 0, ClockState::Trusted),
            (Clock::estimated(at(BUILD), 0, 1), 0, ClockState::Estimated),
            (Clock::estimated(at(BUILD), 1_000, 1), 1_000, ClockState::Estimated),
            (Clock::estimated(at(BUILD), -1_000, 1), -1_000, ClockState::Estimated),
        ] {
            for (time, right) in [(BUILD - 1, false), (BUILD, true), (BUILD + LIFE, true), (BUILD + LIFE + 1, false)] {
                let device = time.checked_add_signed(-offset).unwrap();
                assert_eq!(clock.state(device), if right { state } else { ClockState::Unset });
                assert_eq!(clock.now(device).is_ok(), right);
                if right {
                    assert_eq!(clock.now(device).unwrap().as_seconds(), time);
                }
            }
        }
        assert_eq!(u64::from(SERVICE_LIFE), LIFE);
    }

    #[test]
    fn milliseconds_are_said_to_be() {
        for mut clock in
            [Clock::unset(at(BUILD)), Clock::trusted(at(BUILD), 1), Clock::estimated(at(BUILD), -99_000_000_000, 1)]
        {
            for device in [100_000_000_000, NOW * 1_000, u64::MAX] {
                assert_eq!(clock.state(device), ClockState::Unset);
                let milliseconds = (Cause::Milliseconds, Argument::Clock);
                assert_eq!(reason(clock.now(device)), milliseconds);
                assert_eq!(reason(clock.issued_at(device)), milliseconds);
                assert_eq!(reason(clock.learn(&sample(NOW, device, device))), milliseconds);
                assert_eq!(reason(clock.learn(&sample(NOW, device, 0))), milliseconds);
                assert_eq!(reason(clock.learn(&sample(NOW, 0, device))), milliseconds);
            }
        }
    }

    #[test]
    fn iat_is_earlier_by_the_uncertainty() {
        for (uncertainty, backdate) in [(0, 0), (1, 1), (9, 9), (10, 10), (11, 10), (u32::MAX, 10)] {
            let clock = Clock::trusted(at(BUILD), uncertainty);
            assert_eq!(clock.issued_at(NOW).unwrap().as_seconds(), NOW - backdate);
            assert_eq!(clock.now(NOW).unwrap().as_seconds(), NOW);
        }
        assert_eq!(Clock::trusted(at(0), 5).issued_at(3), NumericDate::from_seconds(0));
    }

    #[test]
    fn an_unset_clock_learns() {
        for (sent_at, received_at, offset, uncertainty) in [
            (100, 100, NOW - 100, 1),
            (100, 101, NOW - 100, 2),
            (100, 102, NOW - 101, 2),
            (100, 110, NOW - 105, 6),
            (0, 9, NOW - 4, 6),
        ] {
            let mut clock = Clock::unset(at(BUILD));
            let offset = i64::try_from(offset).unwrap();
            assert_eq!(clock.learn(&sample(NOW, sent_at, received_at)), Ok(offset));
            assert_eq!((clock.offset(), clock.uncertainty()), (offset, uncertainty));
            assert_eq!(clock.state(received_at), ClockState::Estimated);
        }
        // What a clock was made as does not count where its time cannot be right, nor does the limit of a day.
        for mut clock in [Clock::trusted(at(BUILD), 3), Clock::estimated(at(BUILD), 50, 3)] {
            let before = clock.offset();
            assert_eq!(clock.state(100), ClockState::Unset);
            assert_eq!(clock.learn(&sample(NOW, 100, 100)), Ok(i64::try_from(NOW).unwrap() - 100 - before));
            assert_eq!((clock.state(100), clock.uncertainty()), (ClockState::Estimated, 1));
            assert_eq!(clock.now(100), Ok(at(NOW)));
        }
        // A clock nobody vouched for, but which is right: nothing moves, and now it is known.
        let mut clock = Clock::unset(at(BUILD));
        assert_eq!(clock.learn(&sample(NOW, NOW, NOW)), Ok(0));
        assert_eq!(clock.state(NOW), ClockState::Estimated);
    }

    #[test]
    fn a_clock_that_agrees_stays() {
        for (clock, state) in [
            (Clock::trusted(at(BUILD), 60), ClockState::Trusted),
            (Clock::estimated(at(BUILD), 0, 60), ClockState::Estimated),
        ] {
            // Round trips of 0 and 4 seconds: bounds of 1 and 3.
            for (round_trip, bound) in [(0, 1), (4, 3)] {
                for ahead in -bound..=bound {
                    let mut clock = clock;
                    let date = NOW.checked_add_signed(-ahead).unwrap();
                    let sent_at = NOW - round_trip / 2;
                    assert_eq!(clock.learn(&sample(date, sent_at, sent_at + round_trip)), Ok(0));
                    let uncertainty = u32::try_from(bound + ahead.abs()).unwrap();
                    assert_eq!((clock.offset(), clock.uncertainty()), (0, uncertainty));
                    assert_eq!(clock.state(NOW), state);
                    // What is known better already is not forgotten, unless it is disproved: one that claims to be
                    // right to the second shows no other second than the server during the round trip.
                    let mut sharp = Clock::trusted(at(BUILD), 0);
                    let learned = sharp.learn(&sample(date, sent_at, sent_at + round_trip));
                    if ahead.unsigned_abs() <= round_trip / 2 {
                        assert_eq!((learned, sharp), (Ok(0), Clock::trusted(at(BUILD), 0)));
                    } else {
                        let bound = u32::try_from(bound).unwrap();
                        assert_eq!((learned, sharp), (Ok(-ahead), Clock::estimated(at(BUILD), -ahead, bound)));
                    }
                }
                for ahead in [-bound - 1, bound + 1] {
                    let mut clock = clock;
                    let date = NOW.checked_add_signed(-ahead).unwrap();
                    let sent_at = NOW - round_trip / 2;
                    assert_eq!(clock.learn(&sample(date, sent_at, sent_at + round_trip)), Ok(-ahead));
                    assert_eq!((clock.offset(), i64::from(clock.uncertainty())), (-ahead, bound));
                    assert_eq!(clock.state(NOW), ClockState::Estimated);
                }
            }
        }
    }

    #[test]
    fn what_is_disproved_is_not_kept() {
        for uncertainty in 0..=MAX_BACKDATE {
            for round_trip in 0..=MAX_ROUND_TRIP {
                let bound = i64::from(round_trip.div_ceil(2)) + 1;
                for ahead in -20..=20_i64 {
                    let sent_at = NOW.checked_add_signed(ahead).unwrap();
                    let received_at = sent_at + u64::from(round_trip);
                    let mut clock = Clock::trusted(at(BUILD), uncertainty);
                    let moved = clock.learn(&sample(NOW, sent_at, received_at)).unwrap();
                    let issued_at = clock.issued_at(sent_at).unwrap().as_seconds();
                    // A date before the earliest second that it can have been at sending, or behind the last at receipt.
                    let fast = ahead > uncertainty.into();
                    let slow = -ahead > i64::from(uncertainty + round_trip);
                    let said = (uncertainty, round_trip, ahead);
                    if fast || slow {
                        assert!(if fast { moved < 0 } else { moved > 0 }, "{said:?}");
                        assert_eq!(
                            (clock.state(sent_at), i64::from(clock.uncertainty())),
                            (ClockState::Estimated, bound)
                        );
                        assert!(issued_at <= NOW, "{said:?}");
                    } else {
                        assert!(clock.uncertainty() <= uncertainty || moved != 0, "{said:?}");
                    }
                    // What was learned is not disproved by what it was learned from.
                    let learned = clock;
                    assert_eq!((clock.learn(&sample(NOW, sent_at, received_at)), clock), (Ok(0), learned), "{said:?}");
                }
            }
        }
    }

    #[test]
    fn a_correction_is_at_most_a_day() {
        for clock in [Clock::trusted(at(BUILD), 1), Clock::estimated(at(BUILD), 0, 1)] {
            for ahead in [-86_400_i64, 86_400] {
                let mut clock = clock;
                assert_eq!(
                    clock.learn(&sample(NOW, NOW.checked_add_signed(ahead).unwrap(), NOW + 86_400)).is_ok(),
                    ahead > 0
                );
                let mut clock = Clock::estimated(at(BUILD), ahead, 1);
                assert_eq!(clock.learn(&sample(NOW, NOW, NOW)), Ok(-ahead));
                let beyond = Clock::estimated(at(BUILD), ahead + ahead.signum(), 1);
                let mut clock = beyond;
                assert_eq!(reason(clock.learn(&sample(NOW, NOW, NOW))), (Cause::JumpTooFar, Argument::Clock));
                assert_eq!(clock, beyond);
            }
        }
    }

    #[test]
    fn samples_that_are_refused() {
        let too_long = (Cause::RoundTripTooLong, Argument::Clock);
        let cached = TimeSample { cached: true, ..sample(NOW, NOW, NOW) };
        for (sample, expected) in [
            (sample(NOW, NOW, NOW + 11), too_long),
            (sample(NOW, NOW, NOW - 1), too_long),
            (sample(NOW, 0, 99_999_999_999), too_long),
            (sample(NOW, 0, 1 << 32), too_long),
            (sample(NOW, 99_999_999_999, 0), too_long),
            (cached, (Cause::Cached, Argument::Date)),
            (sample(BUILD - 1, NOW, NOW), (Cause::BeforeBuild, Argument::Date)),
            (sample(0, NOW, NOW), (Cause::BeforeBuild, Argument::Date)),
            (sample(BUILD + LIFE + 1, NOW, NOW), (Cause::JumpTooFar, Argument::Date)),
            (sample(BUILD + LIFE, NOW, NOW + 1), (Cause::JumpTooFar, Argument::Date)),
            (sample(99_999_999_999, NOW, NOW), (Cause::JumpTooFar, Argument::Date)),
        ] {
            for clock in [Clock::unset(at(BUILD)), Clock::trusted(at(BUILD), 1), Clock::estimated(at(BUILD), 0, 7)] {
                let mut changed = clock;
                assert_eq!(reason(changed.learn(&sample)), expected, "{sample:?}");
                assert_eq!(changed, clock);
            }
        }
        for date in [BUILD, BUILD + LIFE] {
            let mut clock = Clock::unset(at(BUILD));
            assert!(clock.learn(&sample(date, 0, 0)).is_ok());
            assert_eq!(clock.now(0), Ok(at(date)));
        }
        assert!(Clock::unset(at(BUILD)).learn(&sample(NOW, NOW, NOW + 10)).is_ok());
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn nothing_overflows() {
        let devices = [0, 1, 10, NOW, 99_999_999_989, 99_999_999_999, 100_000_000_000, u64::MAX - 1, u64::MAX];
        let offsets = [i64::MIN, i64::MIN + 1, -99_999_999_999, -1, 0, 1, 99_999_999_999, i64::MAX - 1, i64::MAX];
        let times = [0, BUILD, NOW, 99_999_999_990, 99_999_999_999].map(at);
        let mut learned = 0;
        for build_time in times {
            let mut clocks = std::vec![Clock::unset(build_time)];
            for uncertainty in [0, 1, u32::MAX] {
                clocks.push(Clock::trusted(build_time, uncertainty));
                clocks.extend(offsets.map(|offset| Clock::estimated(build_time, offset, uncertainty)));
            }
            for (clock, date) in clocks.iter().flat_map(|clock| times.map(|date| (clock, date))) {
                for (sent_at, received_at) in devices.iter().flat_map(|sent| devices.map(|received| (*sent, received)))
                {
                    let _ = (clock.state(sent_at), clock.now(sent_at), clock.issued_at(sent_at));
                    let mut changed = *clock;
                    match changed.learn(&TimeSample { date, sent_at, received_at, cached: false }) {
                        Ok(_) => {
                            learned += 1;
                            assert!(changed.now(received_at).is_ok());
                            assert!(changed.uncertainty() <= 12);
                        }
                        Err(_) => assert_eq!(changed, *clock),
                    }
                }
            }
        }
        assert!(learned > 1_000, "{learned}");
    }

    /// A world in milliseconds: a device whose clock is `offset` behind the true time, and a server that is right.
    #[derive(Clone, Copy)]
    struct World {
        offset: i64,
    }

    impl World {
        fn device(self, time: i64) -> u64 {
            (time - self.offset).div_euclid(1_000).try_into().unwrap()
        }

        /// A request at `time` that is answered after `there` and comes back after `back`.
        fn sample(self, time: i64, there: i64, back: i64) -> TimeSample {
            let seconds = ((time + there) / 1_000).try_into().unwrap();
            sample(seconds, self.device(time), self.device(time + there + back))
        }

        /// How far the clock is ahead at `time`, in whole seconds, and whether it is as right as it says.
        fn check(self, clock: &Clock, time: i64) -> i64 {
            let now = i64::try_from(clock.now(self.device(time)).unwrap().as_seconds()).unwrap();
            let ahead = now - time.div_euclid(1_000);
            let uncertainty = i64::from(clock.uncertainty());
            assert!(ahead.abs() <= uncertainty, "{ahead} s ahead, uncertainty {uncertainty} s");
            // In milliseconds, with the fraction that whole seconds lack.
            assert!((-uncertainty * 1_000..(uncertainty + 1) * 1_000).contains(&(time - now * 1_000)));
            if clock.uncertainty() <= MAX_BACKDATE {
                let issued_at = clock.issued_at(self.device(time)).unwrap().as_seconds();
                assert!(i64::try_from(issued_at).unwrap() * 1_000 <= time);
            }
            ahead
        }
    }

    fn milliseconds(seconds: u64) -> i64 {
        i64::try_from(seconds).unwrap() * 1_000
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn the_uncertainty_is_honest_and_no_larger_than_needed() {
        let phases = [0, 1, 250, 499, 500, 501, 750, 998, 999];
        // By round trip as the device sees it: the least and the most that the clock was ahead.
        let mut extremes = [(0, 0); 11];
        for round_trip in (0..=20).flat_map(|half| [half * 500, half * 500 + 1, half * 500 + 499]) {
            for (start, phase) in phases.into_iter().flat_map(|start| phases.map(|phase| (start, phase))) {
                for there in [0, 1, round_trip / 3, round_trip / 2, round_trip - 1, round_trip] {
                    let there = there.clamp(0, round_trip);
                    let world = World { offset: milliseconds(NOW - 5_000) + phase };
                    let sent = milliseconds(NOW) + start;
                    let sample = world.sample(sent, there, round_trip - there);
                    let seconds = sample.received_at - sample.sent_at;
                    let mut clock = Clock::unset(at(BUILD));
                    assert_eq!(clock.learn(&sample).is_ok(), seconds <= 10);
                    if seconds > 10 {
                        continue;
                    }
                    let (least, most) = &mut extremes[usize::try_from(seconds).unwrap()];
                    for later in phases.into_iter().chain([123_456]) {
                        let ahead = world.check(&clock, sent + round_trip + later);
                        *least = ahead.min(*least);
                        *most = ahead.max(*most);
                    }
                }
            }
        }
        // A smaller bound would be wrong: each is reached, on both sides where the middle is a whole second.
        for (seconds, (least, most)) in (0_i64..).zip(extremes) {
            let bound = (seconds + 1) / 2 + 1;
            assert_eq!((least, most), (seconds % 2 - bound, bound), "{seconds}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn the_uncertainty_is_honest_from_sample_to_sample() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = |below: i64| {
            // xorshift64
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            i64::try_from(state % u64::try_from(below).unwrap()).unwrap()
        };
        let (mut agreed, mut moved, mut refused) = (0, 0, 0);
        for _ in 0..20_000 {
            let build_time = at(BUILD);
            // What the clock was made as is true: an offset that is wrong by what its uncertainty allows.
            let error = random(30) - 15;
            let offset = random(milliseconds(NOW));
            let estimated = Clock::estimated(build_time, offset.div_euclid(1_000) + error, 17);
            let (world, mut clock) = match random(3) {
                0 => (World { offset }, Clock::unset(build_time)),
                1 => (World { offset }, estimated),
                _ => (World { offset: random(30_000) - 15_000 }, Clock::trusted(build_time, 17)),
            };
            let mut time = milliseconds(NOW) + random(86_400_000);
            for _ in 0..4 {
                let there = random(6_000);
                let back = random(6_000);
                let sample = world.sample(time, there, back);
                time += there + back;
                match clock.learn(&sample) {
                    Ok(0) => agreed += 1,
                    Ok(_) => moved += 1,
                    Err(error) => {
                        assert_eq!(error.cause(), Cause::RoundTripTooLong);
                        refused += 1;
                    }
                }
                if clock.state(world.device(time)) != ClockState::Unset {
                    world.check(&clock, time);
                    time += random(100_000);
                    world.check(&clock, time);
                }
            }
        }
        assert!(agreed > 1_000 && moved > 1_000 && refused > 1_000, "{agreed} {moved} {refused}");
    }
}
