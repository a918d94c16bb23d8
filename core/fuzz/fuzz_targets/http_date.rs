//! Dates of HTTP and `Retry-After`: what the crate `httpdate` reads.
#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use jurat_core::{MAX_RETRY_AFTER, NumericDate, retry_after};

const FIRST_OF_2070: u64 = 3_155_760_000;
/// The first number of seconds that is none.
const END: u64 = 100_000_000_000;

fn other(text: &str) -> Option<u64> {
    Some(httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

/// The three forms of a date, of which the second has no century.
fn forms(seconds: u64) -> [String; 3] {
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
    let [short, day, month, year, time, _] = date.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let short = &short[..3];
    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let long = names.into_iter().find(|name| name.starts_with(short)).unwrap();
    let rfc850 = format!("{long}, {day}-{month}-{} {time} GMT", &year[2..]);
    let padded = day.strip_prefix('0').map_or(day.to_owned(), |digit| format!(" {digit}"));
    let asctime = format!("{short} {month} {padded} {time} {year}");
    [date, rfc850, asctime]
}

fn check(text: &str, date: NumericDate) {
    let found = NumericDate::from_http_date(text).ok().map(NumericDate::as_seconds);
    match (found, other(text)) {
        (Some(found), Some(other)) => assert_eq!(found, other, "{text:?}"),
        // A leap second is none for the other one.
        (Some(_), None) => assert!(text.contains(":60 "), "{text:?}"),
        // The other one does not look at each character between the numbers.
        (None, Some(other)) => {
            assert!(other >= END || !forms(other).iter().any(|form| form == text), "{text:?}")
        }
        (None, None) => {}
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let wanted = if digits {
        Some(text.trim_start_matches('0').parse().unwrap_or(if text.bytes().all(|zero| zero == b'0') {
            0
        } else {
            u64::MAX
        }))
    } else {
        found.map(|found| found.saturating_sub(date.as_seconds()))
    };
    let wanted = wanted.map(|wanted| u32::try_from(wanted).unwrap_or(u32::MAX).min(MAX_RETRY_AFTER));
    assert_eq!(retry_after(text, Some(date)), wanted, "{text:?}");
    assert_eq!(retry_after(text, None), wanted.filter(|_| digits), "{text:?}");
}

fn change(written: String, at: u8, byte: u8, date: NumericDate) {
    let mut changed = written.into_bytes();
    let at = usize::from(at) % changed.len();
    changed[at] = byte & 0x7f;
    check(core::str::from_utf8(&changed).unwrap(), date);
}

// A date, one change to what is written of it, then any text.
libfuzzer_sys::fuzz_target!(|input: (u64, u8, u8, &str)| {
    let (seconds, at, byte, text) = input;
    let date = NumericDate::from_seconds(seconds % END).unwrap();
    for (form, written) in forms(date.as_seconds()).into_iter().enumerate() {
        check(&written, date);
        // From 2070 on, two digits of a year are another year's, of another weekday.
        if form != 1 || date.as_seconds() < FIRST_OF_2070 {
            assert_eq!(NumericDate::from_http_date(&written), Ok(date));
        }
        change(written, at, byte, date);
    }
    check(text, date);
});
