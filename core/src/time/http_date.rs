//! The dates of HTTP (RFC 9110 section 5.6.7), and `Retry-After`.

use crate::error::{Argument, Cause, Error};
use crate::time::NumericDate;

/// The longest wait that [`retry_after`] gives, in seconds: one day.
pub const MAX_RETRY_AFTER: u32 = 86_400;

/// In the order of the days since 1970-01-01, which was a Thursday.
const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Days of each month, and of February in a common year.
const MONTH_DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const FEBRUARY: usize = 1;

impl NumericDate {
    /// The time of an HTTP-date, as `Date` and `Retry-After` carry it, in any of the three forms that a recipient must
    /// take (RFC 9110 section 5.6.7): IMF-fixdate, the obsolete date of RFC 850, and that of C's `asctime`.
    ///
    /// `text` is the value of the field without white space around it. Names are case-sensitive, and every digit, blank
    /// and colon has to be where the grammar has it. Beyond the grammar:
    /// * The date has to exist, and to fall on the weekday that it names (RFC 5322 section 3.3): of a date that
    ///   contradicts itself nobody knows which half is right.
    /// * A year of two digits is 20yy below 70 and 19yy otherwise. RFC 9110 would have it depend on the present year,
    ///   but whoever learns the time from a date does not know that yet; the weekday catches a wrong guess, since dates
    ///   that are 100 years apart do not share it.
    /// * Second 60, a leap second, is the same as second 0 of the next minute: [`NumericDate`] has no leap seconds.
    ///
    /// ```
    /// use jurat_core::NumericDate;
    /// let date = NumericDate::from_http_date("Sun, 06 Nov 1994 08:49:37 GMT")?;
    /// assert_eq!(date.as_seconds(), 784_111_777);
    /// assert_eq!(NumericDate::from_http_date("Sunday, 06-Nov-94 08:49:37 GMT")?, date);
    /// assert_eq!(NumericDate::from_http_date("Sun Nov  6 08:49:37 1994")?, date);
    /// # Ok::<(), jurat_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Cause::InvalidDate`] about [`Argument::Date`]: also for a date before 1970, or one that a `NumericDate` does
    /// not hold, which begin in 5138.
    pub fn from_http_date(text: &str) -> Result<Self, Error> {
        let mut reader = Reader(text.as_bytes());
        match reader.date() {
            Some(date) if reader.0.is_empty() => Ok(date),
            _ => Err(Error::new(Cause::InvalidDate, Argument::Date)),
        }
    }
}

/// The wait that `Retry-After` asks for (RFC 9110 section 10.2.3), in seconds from the moment of the answer, at most
/// [`MAX_RETRY_AFTER`].
///
/// `text` is the value of the field without white space around it: a number of seconds, or an HTTP-date. `date` is the
/// answer's own `Date`, which the latter counts from, so that no clock is needed; a time that is over by then gives 0.
///
/// `None` for anything else, and for an HTTP-date without a `date`.
///
/// ```
/// use jurat_core::{NumericDate, retry_after};
/// assert_eq!(retry_after("120", None), Some(120));
/// let date = NumericDate::from_http_date("Fri, 31 Dec 1999 23:58:59 GMT")?;
/// assert_eq!(retry_after("Fri, 31 Dec 1999 23:59:59 GMT", Some(date)), Some(60));
/// assert_eq!(retry_after("-1", Some(date)), None);
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[must_use]
pub fn retry_after(text: &str, date: Option<NumericDate>) -> Option<u32> {
    let digits = text.bytes().try_fold(0, |seconds: u32, digit| {
        Some(seconds.wrapping_mul(10).wrapping_add(char::from(digit).to_digit(10)?).min(MAX_RETRY_AFTER))
    });
    let seconds = match digits {
        Some(seconds) if !text.is_empty() => seconds,
        _ => {
            let until = NumericDate::from_http_date(text).ok()?;
            u32::try_from(until.as_seconds().saturating_sub(date?.as_seconds())).unwrap_or(u32::MAX)
        }
    };
    Some(seconds.min(MAX_RETRY_AFTER))
}

/// What is left of the text. Its numbers have at most four digits: no sum or product of them wraps.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn date(&mut self) -> Option<NumericDate> {
        let weekday = self.name(&WEEKDAYS)?;
        let (year, month, day, time);
        if self.literal(b" ").is_some() {
            // asctime-date, whose day has a blank for the first digit of two.
            month = self.name(&MONTHS)?;
            self.literal(b" ")?;
            day = if self.literal(b" ").is_some() { self.number(1)? } else { self.number(2)? };
            self.literal(b" ")?;
            time = self.time()?;
            self.literal(b" ")?;
            year = self.number(4)?;
        } else {
            // IMF-fixdate has three letters of the weekday, RFC 850 has all.
            let fixdate = self.literal(b",").is_some();
            let separator: &[u8] = if fixdate { b" " } else { b"-" };
            if !fixdate {
                self.literal(WEEKDAYS.get(weekday)?.as_bytes().get(3..)?)?;
                self.literal(b",")?;
            }
            self.literal(b" ")?;
            day = self.number(2)?;
            self.literal(separator)?;
            month = self.name(&MONTHS)?;
            self.literal(separator)?;
            year = if fixdate {
                self.number(4)?
            } else {
                let year = self.number(2)?;
                year.wrapping_add(if year < 70 { 2_000 } else { 1_900 })
            };
            self.literal(b" ")?;
            time = self.time()?;
            self.literal(b" GMT")?;
        }
        let days = days(year, month, day)?;
        if days % 7 != u32::try_from(weekday).ok()? {
            return None;
        }
        let seconds = u64::from(days).wrapping_mul(86_400).wrapping_add(time.into());
        NumericDate::from_seconds(seconds).ok()
    }

    /// The seconds since midnight.
    fn time(&mut self) -> Option<u32> {
        let hour = self.number(2)?;
        self.literal(b":")?;
        let minute = self.number(2)?;
        self.literal(b":")?;
        let second = self.number(2)?;
        let minutes = hour.wrapping_mul(60).wrapping_add(minute);
        (hour < 24 && minute < 60 && second <= 60).then(|| minutes.wrapping_mul(60).wrapping_add(second))
    }

    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// A number of exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number: u32, digit| {
            Some(number.wrapping_mul(10).wrapping_add(char::from(*digit).to_digit(10)?))
        })
    }

    /// The index of the name that begins with the next three letters.
    fn name(&mut self, names: &[&str]) -> Option<usize> {
        let (letters, rest) = self.0.split_first_chunk::<3>()?;
        self.0 = rest;
        names.iter().position(|name| name.as_bytes().starts_with(letters))
    }
}

/// The days from 1970-01-01 to this one, if it exists and is not earlier; `month` counts from 0, `day` from 1.
fn days(year: u32, month: usize, day: u32) -> Option<u32> {
    /// From 0001-01-01, in the Gregorian calendar, to 1970-01-01.
    const BEFORE_1970: u32 = 719_162;
    let leap_day = u32::from(year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)));
    let month_days = MONTH_DAYS.get(month)?.wrapping_add(if month == FEBRUARY { leap_day } else { 0 });
    if day > month_days {
        return None;
    }
    let before_month = MONTH_DAYS.iter().take(month).fold(0, |sum: u32, days| sum.wrapping_add(*days));
    let full_years = year.checked_sub(1)?;
    let leap_days = (full_years / 4).wrapping_sub(full_years / 100).wrapping_add(full_years / 400);
    full_years
        .wrapping_mul(365)
        .wrapping_add(leap_days)
        .wrapping_add(before_month)
        .wrapping_add(if month > FEBRUARY { leap_day } else { 0 })
        .wrapping_add(day.checked_sub(1)?)
        .checked_sub(BEFORE_1970)
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::format;
    use std::string::String;
    use std::time::{SystemTime, UNIX_EPOCH};

    use super::{MAX_RETRY_AFTER, NumericDate, retry_after};
    use crate::error::{Argument, Cause};

    /// The first second that is beyond a `NumericDate`.
    const END: u64 = 100_000_000_000;

    fn parse(text: &str) -> Option<u64> {
        match NumericDate::from_http_date(text) {
            Ok(date) => Some(date.as_seconds()),
            Err(error) => {
                assert_eq!((error.cause(), error.argument()), (Cause::InvalidDate, Argument::Date), "{text}");
                None
            }
        }
    }

    /// What another implementation reads. It ends in 9999, has no second 60, and allows two things that the grammar
    /// does not: white space around, and anything between date and time of RFC 850, which has a hyphen and three
    /// blanks.
    fn oracle(text: &str) -> Option<u64> {
        let time: SystemTime = httpdate::parse_http_date(text).ok()?;
        let seconds = time.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let blanks = !text.contains('-') || text.matches(' ').count() == 3;
        (seconds < END && text.trim() == text && blanks).then_some(seconds)
    }

    /// The three forms, rearranged from what the other implementation writes.
    fn forms(seconds: u64) -> [String; 3] {
        let fixdate = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
        let [weekday, day, month, year, time] =
            [&fixdate[..3], &fixdate[5..7], &fixdate[8..11], &fixdate[12..16], &fixdate[17..25]];
        let long = match weekday {
            "Tue" => "Tuesday",
            "Wed" => "Wednesday",
            "Thu" => "Thursday",
            "Sat" => "Saturday",
            short => &format!("{short}day"),
        };
        let rfc850 = format!("{long}, {day}-{month}-{} {time} GMT", &year[2..]);
        let asctime = format!("{weekday} {month} {:>2} {time} {year}", day.trim_start_matches('0'));
        [fixdate, rfc850, asctime]
    }

    /// Years of which two digits are enough.
    fn is_short(seconds: u64) -> bool {
        seconds < 3_155_760_000 // 2070-01-01
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn the_three_forms_of_many_instants() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let random = |below: u64| {
            move |_| {
                // xorshift64
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state % below
            }
        };
        // Every day and a bit more up to 2200, which has all kinds of year; then anywhere.
        let days = (0..84_000_u64).map(|day| day * 86_400 + day % 86_400);
        for seconds in days.chain((0..20_000).map(random(END))).chain((0..20_000).map(random(4_000_000_000))) {
            let [fixdate, rfc850, asctime] = forms(seconds);
            assert_eq!(parse(&fixdate), Some(seconds), "{fixdate}");
            assert_eq!(parse(&asctime), Some(seconds), "{asctime}");
            assert_eq!(parse(&rfc850), oracle(&rfc850), "{rfc850}");
            if is_short(seconds) {
                assert_eq!(parse(&rfc850), Some(seconds), "{rfc850}");
            }
        }
    }

    #[test]
    fn instants_that_are_known() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Sun Nov 06 08:49:37 1994", 784_111_777),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Tuesday, 29-Feb-00 12:00:00 GMT", 951_825_600),
            ("Tue, 19 Jan 2038 03:14:07 GMT", (1 << 31) - 1),
            ("Tue, 19 Jan 2038 03:14:08 GMT", 1 << 31),
            ("Tuesday, 19-Jan-38 03:14:08 GMT", 1 << 31),
            ("Sun, 07 Feb 2106 06:28:15 GMT", (1 << 32) - 1),
            ("Sun Feb  7 06:28:16 2106", 1 << 32),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
            ("Tue, 29 Feb 2400 23:59:59 GMT", 13_574_649_599),
            ("Tuesday, 31-Dec-69 23:59:59 GMT", 3_155_759_999),
            ("Thursday, 01-Jan-70 00:00:00 GMT", 0),
            ("Wed, 16 Nov 5138 09:46:39 GMT", END - 1),
            // Leap seconds, of which one is real.
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
            ("Saturday, 31-Dec-16 23:59:60 GMT", 1_483_228_800),
            ("Sat Dec 31 23:59:60 2016", 1_483_228_800),
            ("Sun, 06 Nov 1994 08:49:60 GMT", 784_111_800),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            " ",
            "0",
            "784111777",
            "GMT",
            "Sun",
            "Sun, ",
            "Sunday",
            "Wed, 16 Nov 5138 09:46:40 GMT", // 10^11
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            "Mon, 01 Jan 0001 00:00:00 GMT",
            "Sat, 01 Jan 0000 00:00:00 GMT",
            "Sun, 28 Feb 2100 24:00:00 GMT",
            "Mon, 29 Feb 2100 00:00:00 GMT",
            "Thu, 29 Feb 2001 00:00:00 GMT",
            "Wed, 30 Feb 2000 00:00:00 GMT",
            "Thu, 00 Mar 2001 00:00:00 GMT",
            "Tue, 31 Apr 2001 00:00:00 GMT",
            "Fri, 32 Mar 2001 00:00:00 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:37 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT", // it was a Sunday
            "Monday, 06-Nov-94 08:49:37 GMT",
            "Mon Nov  6 08:49:37 1994",
            "sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 NOV 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 gmt",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 GMT ",
            " Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT\0",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun,  6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06-Nov-94 08:49:37 GMT",
            "Sun, 06-Nov-1994 08:49:37 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sunday, 06 Nov 1994 08:49:37 GMT",
            "Sunday Nov  6 08:49:37 1994",
            "Sun Nov 6 08:49:37 1994",
            "Sun Nov   6 08:49:37 1994",
            "Sun Nov  6 08:49:37 1994 GMT",
            "Sun Nov  6 08:49:37 94",
            "Sunrise, 06-Nov-94 08:49:37 GMT",
            "Sün, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:3\u{663} GMT",
            "1994-11-06T08:49:37Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn one_character_more_less_or_other() {
        let mut taken = [0; 3];
        // A day of one digit, the 29th of February, and a leap second.
        for seconds in [784_111_777, 951_825_600, 1_483_228_799] {
            for (form, text) in forms(seconds).iter().enumerate() {
                let text = text.replace(":59:59", ":59:60");
                let mut judge = |changed: String| {
                    let expected = match changed.replace(":60 ", ":59 ") {
                        leap if leap != changed => oracle(&leap).map(|before| before + 1),
                        _ => oracle(&changed),
                    };
                    assert_eq!(parse(&changed), expected, "{changed:?}");
                    taken[form] += usize::from(expected.is_some());
                };
                for at in 0..=text.len() {
                    let (before, after) = text.split_at(at);
                    let rest = after.get(1..);
                    judge(String::from(before));
                    judge(format!("{before}{}", rest.unwrap_or_default()));
                    for character in (0..=0x7f_u8).map(char::from).chain(['é', '\u{2028}', '🕐']) {
                        judge(format!("{before}{character}{after}"));
                        judge(format!("{before}{character}{}", rest.unwrap_or_default()));
                    }
                }
            }
        }
        // Of each form, some changes give another date.
        assert!(taken.iter().all(|count| *count > 100), "{taken:?}");
    }

    #[test]
    fn waits_in_seconds() {
        for (text, seconds) in [
            ("0", Some(0)),
            ("1", Some(1)),
            ("000120", Some(120)),
            ("86399", Some(86_399)),
            ("86400", Some(MAX_RETRY_AFTER)),
            ("86401", Some(MAX_RETRY_AFTER)),
            ("4294967296", Some(MAX_RETRY_AFTER)),
            ("99999999999999999999999999", Some(MAX_RETRY_AFTER)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1 ", None),
            (" 1", None),
            ("1s", None),
            ("0x10", None),
            ("\u{661}", None),
            ("soon", None),
        ] {
            assert_eq!(retry_after(text, None), seconds, "{text}");
            assert_eq!(retry_after(text, NumericDate::from_seconds(1).ok()), seconds, "{text}");
        }
    }

    #[test]
    fn waits_until_a_date() {
        let after = |from: u64| {
            let [fixdate, rfc850, asctime] = forms(1_795_459_454);
            let date = NumericDate::from_seconds(from).ok();
            let wait = retry_after(&fixdate, date);
            assert_eq!(retry_after(&rfc850, date), wait);
            assert_eq!(retry_after(&asctime, date), wait);
            assert_eq!(retry_after(&fixdate, None), None);
            wait
        };
        assert_eq!(after(1_795_459_394), Some(60));
        assert_eq!(after(1_795_459_454), Some(0));
        assert_eq!(after(1_795_459_455), Some(0));
        assert_eq!(after(END - 1), Some(0));
        assert_eq!(after(1_795_459_454 - 86_400), Some(86_400));
        assert_eq!(after(1_795_459_454 - 86_401), Some(86_400));
        assert_eq!(after(0), Some(86_400));
    }
}
