//! From a clock and a server's answers to the next step.

use crate::encoding::output::Output;
use crate::error::{Argument, Cause, Error};
use crate::time::NumericDate;
use crate::time::clock::{CLOCK_SIZE, Clock, ClockState, TimeSample};
use crate::time::http_date::retry_after;
use crate::token::request::TokenRequest;
use crate::token::response::{ErrorCode, Outcome, Response};

/// The most requests with an assertion that one exchange can be allowed.
pub const MAX_ATTEMPTS: u8 = 4;

/// The requests with an assertion that one exchange is allowed unless told otherwise: one, and one more behind a correction
/// of the clock or a wait.
pub const DEFAULT_ATTEMPTS: u8 = 2;

/// Seconds to wait when a server that is overloaded does not say how long.
pub const DEFAULT_WAIT: u32 = 30;

/// Bytes of an exchange that is put away, see [`Exchange::to_bytes`].
pub const EXCHANGE_SIZE: usize = 6 + 8 + CLOCK_SIZE + DIGEST_SIZE * DIGESTS;

/// A change of this number means that bytes of another version are not read.
const FORMAT: u8 = 1;

/// Each attempt has up to two assertions.
const DIGESTS: usize = 2 * MAX_ATTEMPTS as usize;

/// 64 bits of a hash tell a handful of ids apart.
const DIGEST_SIZE: usize = 8;

/// The longest margin between the moment to renew a token and its end, in seconds.
const MAX_RENEWAL_MARGIN: u32 = 60;

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub enum Step {
    /// The clock is not set: ask the server for the time, with [`time_request`](crate::time_request) or any request to
    /// its origin that carries no assertion, after [`Exchange::ask_time`].
    LearnTime,
    /// Send a request with assertions that have not been sent before, after [`Exchange::attempt`].
    Send,
    /// Wait this many seconds.
    Wait(u32),
    /// Feed the answer to the request that was made.
    Answer,
    /// There is a token: nothing is left to do.
    Done,
    /// Give up, for this reason. Another [`Exchange`] may be begun later.
    Stop(Cause),
}

/// What an answer meant.
#[derive(Debug)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub struct Answer<'b> {
    /// What the answer was.
    pub outcome: Outcome<'b>,
    /// What to do now.
    pub step: Step,
    /// When to renew the token, in seconds of the device's clock: shortly before it expires. `None` without a token, or
    /// when the server does not say for how long it is good.
    pub renew_at: Option<u64>,
    /// Seconds that the corrected time moved by because of this answer.
    pub clock_moved: i64,
}

/// How an assertion becomes a token: what to send, and what to do with each answer (not the token exchange of RFC 8693).
///
/// It opens no socket and knows no request's content. It sees to it that nothing is minted while the clock is not set, that
/// no `jti` is used twice, that no more requests go out than were allowed, and that a refusal leads to another attempt only
/// where something has changed: the clock's correction, or a wait that the server asked for. It never changes an audience.
///
/// Answers count for what they say over authenticated TLS from the configured server: feed no others.
///
/// ```
/// use jurat_core::{Clock, Exchange, NumericDate, Response, Step};
/// # use jurat_core::{ClientAssertion, IssuerIdentifier, JwtId, SoftwareSigner, TokenRequest};
/// # let mut signer = SoftwareSigner::from_scalar(&[7; 32])?;
/// let build_time = NumericDate::from_seconds(1_795_000_000)?;
/// // The device thinks that it is an hour later than it is.
/// let mut exchange = Exchange::new(Clock::trusted(build_time, 1));
/// let device_time = 1_795_459_454 + 3_600;
///
/// assert_eq!(exchange.step(device_time), Step::Send);
/// let issuer = IssuerIdentifier::new("https://as.example")?;
/// let client = ClientAssertion::new("device-7", issuer, exchange.issued_at(device_time)?, JwtId::random(*b"0123456789abcdef"));
/// let mut buffer = [0; 1024];
/// let request = exchange.attempt(TokenRequest::client_credentials(client), device_time)?;
/// let body = request.sign_with(&mut buffer, &mut signer)?;
///
/// // … send it; the answer:
/// let mut answer = *br#"{"error":"invalid_client"}"#;
/// let response = Response::new(401, &mut answer).with_date("Mon, 23 Nov 2026 18:44:15 GMT");
/// let answer = exchange.answer(response, device_time, device_time + 1)?;
/// assert_eq!(answer.step, Step::Send); // once more, with a fresh assertion
/// assert!((-3_601..=-3_599).contains(&exchange.clock().offset()));
/// # let _ = body;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Exchange {
    clock: Clock,
    attempts: u8,
    /// Requests with an assertion so far.
    made: u8,
    /// Requests for the time so far.
    asked: u8,
    /// Whether an attempt has been made again because the clock was corrected.
    corrected: bool,
    stage: Stage,
    /// The beginning of the hash of each `jti` so far; zero where none is.
    seen: [[u8; DIGEST_SIZE]; DIGESTS],
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Idle,
    TimeAsked,
    Sent,
    Waiting { until: u64 },
    Done,
    Stopped(Cause),
}

impl Exchange {
    /// An exchange with this clock and [`DEFAULT_ATTEMPTS`].
    #[must_use]
    pub const fn new(clock: Clock) -> Self {
        Self {
            clock,
            attempts: DEFAULT_ATTEMPTS,
            made: 0,
            asked: 0,
            corrected: false,
            stage: Stage::Idle,
            seen: [[0; DIGEST_SIZE]; DIGESTS],
        }
    }

    /// Allows this many requests with an assertion, and as many that ask for the time.
    ///
    /// # Errors
    /// [`Cause::NoAttemptsLeft`] about [`Argument::Attempts`] for 0 or more than [`MAX_ATTEMPTS`].
    pub const fn with_attempts(self, attempts: u8) -> Result<Self, Error> {
        match attempts {
            1..=MAX_ATTEMPTS => Ok(Self { attempts, ..self }),
            _ => Err(Error::new(Cause::NoAttemptsLeft, Argument::Attempts)),
        }
    }

    /// The clock with all that was learned: keep it for the next exchange.
    #[must_use]
    pub const fn clock(&self) -> Clock {
        self.clock
    }

    /// What to do now. `device` is what the device's clock shows, in seconds.
    #[must_use]
    pub fn step(&self, device: u64) -> Step {
        match self.stage {
            Stage::Waiting { until } if device < until => {
                Step::Wait(u32::try_from(until.saturating_sub(device)).unwrap_or(u32::MAX))
            }
            Stage::Idle | Stage::Waiting { .. } => match self.clock.state(device) {
                ClockState::Unset if self.asked >= self.attempts => Step::Stop(Cause::ClockUnset),
                ClockState::Unset => Step::LearnTime,
                _ if self.made >= self.attempts => Step::Stop(Cause::NoAttemptsLeft),
                _ => Step::Send,
            },
            Stage::TimeAsked | Stage::Sent => Step::Answer,
            Stage::Done => Step::Done,
            Stage::Stopped(cause) => Step::Stop(cause),
        }
    }

    /// The `iat` of an assertion made now: the corrected time less what it may be wrong by, 10 s at most, since servers take
    /// a clock that is slow rather than one that is fast.
    ///
    /// # Errors
    /// [`Cause::ClockUnset`] or [`Cause::Milliseconds`] about [`Argument::Clock`].
    pub fn issued_at(&self, device: u64) -> Result<NumericDate, Error> {
        self.clock.issued_at(device)
    }

    /// Counts a request and sets `iat` of every assertion in it to [`issued_at`](Self::issued_at). Sign what this gives and
    /// send it right away, once.
    ///
    /// # Errors
    /// Nothing is counted then. About [`Argument::Exchange`]: [`Cause::TooEarly`] while a wait is not over,
    /// [`Cause::NoAttemptsLeft`] after the last attempt, after a token and after [`Step::Stop`]; [`Cause::AnswerAwaited`] while
    /// an answer is awaited. [`Cause::Repeated`] about [`Argument::JwtId`] for a `jti` that this exchange has used before, and
    /// for an assertion without one whose `iat` it has used before: a second later there is another.
    /// Those of [`issued_at`](Self::issued_at).
    pub fn attempt<'a>(&mut self, request: TokenRequest<'a>, device: u64) -> Result<TokenRequest<'a>, Error> {
        let refused = |cause| Err(Error::new(cause, Argument::Exchange));
        let issued_at = self.issued_at(device)?;
        match self.step(device) {
            Step::Send => {}
            Step::Wait(_) => return refused(Cause::TooEarly),
            Step::Answer => return refused(Cause::AnswerAwaited),
            _ => return refused(Cause::NoAttemptsLeft),
        }
        let request = request.with_issued_at(issued_at);
        let digests = request.digests().map(|digest| digest.and_then(|digest| digest.first_chunk().copied()));
        if digests.into_iter().flatten().any(|digest| self.seen.contains(&digest)) {
            return Err(Error::new(Cause::Repeated, Argument::JwtId));
        }
        // There is room for two of each attempt.
        let places = self.seen.iter_mut().filter(|place| **place == [0; DIGEST_SIZE]);
        for (place, digest) in places.zip(digests.into_iter().flatten()) {
            *place = digest;
        }
        self.made = self.made.saturating_add(1);
        self.stage = Stage::Sent;
        Ok(request)
    }

    /// Counts a request for the time, which carries no assertion.
    ///
    /// # Errors
    /// [`Cause::NoAttemptsLeft`] about [`Argument::Exchange`] when [`step`](Self::step) is not [`Step::LearnTime`].
    pub fn ask_time(&mut self, device: u64) -> Result<(), Error> {
        if self.step(device) != Step::LearnTime {
            return Err(Error::new(Cause::NoAttemptsLeft, Argument::Exchange));
        }
        self.asked = self.asked.saturating_add(1);
        self.stage = Stage::TimeAsked;
        Ok(())
    }

    /// There will be no answer: the connection failed or timed out. The attempt stays counted, since the assertion may have
    /// arrived.
    ///
    /// # Errors
    /// [`Cause::NoRequest`] about [`Argument::Exchange`] when none is awaited.
    pub fn no_answer(&mut self, device: u64) -> Result<Step, Error> {
        match self.stage {
            Stage::TimeAsked | Stage::Sent => {
                self.stage = Stage::Idle;
                Ok(self.step(device))
            }
            _ => Err(Error::new(Cause::NoRequest, Argument::Exchange)),
        }
    }

    /// Takes the answer to the request that was counted last. `sent_at` and `received_at` are what the device's clock showed,
    /// in seconds, before the first byte was sent (behind the TLS handshake) and when the answer had come.
    ///
    /// # Errors
    /// [`Cause::NoRequest`] about [`Argument::Exchange`] when no answer is awaited.
    pub fn answer<'b>(&mut self, response: Response<'b>, sent_at: u64, received_at: u64) -> Result<Answer<'b>, Error> {
        let date = response.date().map(NumericDate::from_http_date);
        let cached = response.age().is_some_and(|age| age.is_empty() || !age.bytes().all(|digit| digit == b'0'));
        let sample = date.unwrap_or(Err(Error::new(Cause::InvalidDate, Argument::Date))).map(|date| TimeSample {
            date,
            sent_at,
            received_at,
            cached,
        });
        let base = sample.map(|sample| sample.date).or_else(|_| self.clock.now(received_at)).ok();
        let wait = response.retry_after().and_then(|text| retry_after(text, base));
        let status = response.status();
        let waiting = Stage::Waiting { until: received_at.saturating_add(wait.unwrap_or(DEFAULT_WAIT).into()) };
        let (mut renew_at, mut clock_moved) = (None, 0);
        let (outcome, stage) = match self.stage {
            Stage::TimeAsked => {
                let next = if is_overloaded(status) { waiting } else { Stage::Idle };
                let stage = match sample.and_then(|sample| self.clock.learn(&sample)) {
                    Ok(moved) => {
                        clock_moved = moved;
                        next
                    }
                    Err(_) if self.asked < self.attempts => next,
                    Err(error) => Stage::Stopped(error.cause()),
                };
                (response.read(), stage)
            }
            Stage::Sent => {
                let outcome = response.read();
                let stage = match self.judge(&outcome, status, sample) {
                    Verdict::Token(expires_in) => {
                        renew_at = expires_in.map(|seconds| renewal(sent_at, seconds));
                        Stage::Done
                    }
                    Verdict::Again { moved } => {
                        clock_moved = moved;
                        Stage::Idle
                    }
                    Verdict::Wait if self.made < self.attempts => waiting,
                    Verdict::Wait => Stage::Stopped(Cause::NoAttemptsLeft),
                    Verdict::Stop(cause) => Stage::Stopped(cause),
                };
                (outcome, stage)
            }
            _ => return Err(Error::new(Cause::NoRequest, Argument::Exchange)),
        };
        self.stage = stage;
        Ok(Answer { outcome, step: self.step(received_at), renew_at, clock_moved })
    }

    fn judge(&mut self, outcome: &Outcome<'_>, status: u16, sample: Result<TimeSample, Error>) -> Verdict {
        let overloaded = is_overloaded(status);
        match outcome {
            Outcome::Token(token) => Verdict::Token(token.expires_in()),
            Outcome::Error(error) => match error.code() {
                ErrorCode::UseDpopNonce => Verdict::Stop(Cause::DpopRequired),
                ErrorCode::TemporarilyUnavailable => Verdict::Wait,
                _ if overloaded => Verdict::Wait,
                // These come after the assertion was found good: the clock is not to blame.
                ErrorCode::UnauthorizedClient
                | ErrorCode::UnsupportedGrantType
                | ErrorCode::InvalidScope
                | ErrorCode::InvalidTarget => Verdict::Stop(Cause::Refused),
                _ => self.after_refusal(status, sample),
            },
            _ if overloaded => Verdict::Wait,
            // With another status it need not come from who has read the assertion.
            Outcome::Foreign(_) if matches!(status, 400 | 401 | 403 | 500..) => self.after_refusal(status, sample),
            Outcome::Redirect => Verdict::Stop(Cause::Redirected),
            Outcome::TooLarge => Verdict::Stop(Cause::ResponseTooLarge),
            // A proxy's page says nothing about the server's clock.
            _ if status >= 500 => Verdict::Stop(Cause::ServerFault),
            Outcome::Empty | Outcome::Truncated => Verdict::Stop(Cause::ResponseTruncated),
            _ => Verdict::Stop(Cause::NotOauth),
        }
    }

    /// The server itself has refused, whatever it says why: some answer 500 to an expired assertion. Where its clock shows
    /// that ours is wrong, a fresh assertion is worth one more attempt.
    fn after_refusal(&mut self, status: u16, sample: Result<TimeSample, Error>) -> Verdict {
        let refused = Verdict::Stop(if status >= 500 { Cause::ServerFault } else { Cause::Refused });
        if self.corrected {
            return refused;
        }
        match sample.and_then(|sample| self.clock.learn(&sample)) {
            Ok(0) => refused,
            Ok(moved) => {
                self.corrected = true;
                Verdict::Again { moved }
            }
            // The clock is wrong, and must not be put right by this.
            Err(error) if matches!(error.cause(), Cause::JumpTooFar | Cause::BeforeBuild) => {
                Verdict::Stop(error.cause())
            }
            Err(_) => refused,
        }
    }

    /// The exchange as bytes, for a device that loses its memory while it waits. They hold the clock's correction and hashes
    /// of `jti` values, and nothing secret. Only for a device whose clock runs on meanwhile.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; EXCHANGE_SIZE] {
        let (stage, until, cause) = match self.stage {
            Stage::Idle => (0, 0, 0),
            Stage::TimeAsked => (1, 0, 0),
            Stage::Sent => (2, 0, 0),
            Stage::Waiting { until } => (3, until, 0),
            Stage::Done => (4, 0, 0),
            Stage::Stopped(cause) => (5, 0, u64::from(cause.number().unsigned_abs())),
        };
        let mut bytes = [0; EXCHANGE_SIZE];
        let mut output = Output::new(&mut bytes);
        output.put(&[FORMAT, self.attempts, self.made, self.asked, u8::from(self.corrected), stage]);
        output.put(&u64::to_le_bytes(until | cause));
        output.put(&self.clock.to_bytes());
        for digest in &self.seen {
            output.put(digest);
        }
        output.take();
        bytes
    }

    /// The exchange that was put away.
    ///
    /// # Errors
    /// [`Cause::UnknownStruct`] about [`Argument::Exchange`] for bytes that [`to_bytes`](Self::to_bytes) of this version
    /// cannot have made.
    pub fn from_bytes(bytes: &[u8; EXCHANGE_SIZE]) -> Result<Self, Error> {
        Self::read(bytes).ok_or(Error::new(Cause::UnknownStruct, Argument::Exchange))
    }

    fn read(bytes: &[u8; EXCHANGE_SIZE]) -> Option<Self> {
        let (&[FORMAT, attempts @ 1..=MAX_ATTEMPTS, made, asked, corrected @ 0..=1, stage], rest) =
            bytes.split_first_chunk()?
        else {
            return None;
        };
        let (value, rest) = rest.split_first_chunk()?;
        let value = u64::from_le_bytes(*value);
        let (clock, rest) = rest.split_first_chunk()?;
        let stage = match (stage, value) {
            (0, 0) => Stage::Idle,
            (1, 0) => Stage::TimeAsked,
            (2, 0) => Stage::Sent,
            (3, until) => Stage::Waiting { until },
            (4, 0) => Stage::Done,
            (5, cause) => Stage::Stopped(Cause::from_number(i32::try_from(cause).ok()?)?),
            _ => return None,
        };
        let mut seen = [[0; DIGEST_SIZE]; DIGESTS];
        for (place, digest) in seen.iter_mut().zip(rest.as_chunks().0) {
            *place = *digest;
        }
        // More than `attempts` are there where fewer were allowed later.
        let counted = made <= MAX_ATTEMPTS && asked <= MAX_ATTEMPTS;
        counted.then_some(Self {
            clock: Clock::from_bytes(clock)?,
            attempts,
            made,
            asked,
            corrected: corrected == 1,
            stage,
            seen,
        })
    }
}

/// Whether a server, or a gateway before it, answers so when it cannot keep up: what it was asked is asked again later.
const fn is_overloaded(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// What becomes of an attempt.
enum Verdict {
    /// A token, good for so many seconds.
    Token(Option<u32>),
    /// Once more, the clock having moved by so many seconds.
    Again {
        moved: i64,
    },
    Wait,
    Stop(Cause),
}

/// Shortly before the token's end, counted from the moment of sending: it cannot have been issued before that.
fn renewal(sent_at: u64, expires_in: u32) -> u64 {
    let margin = (expires_in >> 3).min(MAX_RENEWAL_MARGIN);
    sent_at.saturating_add(expires_in.saturating_sub(margin).into())
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;
    use std::vec;
    use std::vec::Vec;

    use super::{DEFAULT_WAIT, EXCHANGE_SIZE, Exchange, MAX_ATTEMPTS, Step};
    use crate::assertion::audience::IssuerIdentifier;
    use crate::assertion::jwt_id::JwtId;
    use crate::assertion::{ClientAssertion, GrantAssertion};
    use crate::error::{Argument, Cause, Error};
    use crate::time::NumericDate;
    use crate::time::clock::{Clock, ClockState};
    use crate::token::request::TokenRequest;
    use crate::token::response::{Outcome, Response};

    const BUILD: u64 = 1_790_000_000;
    /// Mon, 23 Nov 2026 18:44:14 GMT.
    const NOW: u64 = 1_795_459_454;
    const DATE: &str = "Mon, 23 Nov 2026 18:44:14 GMT";
    const REFUSAL: &str = r#"{"error":"invalid_client"}"#;
    const TOKEN: &str = r#"{"access_token":"t","token_type":"Bearer","expires_in":600}"#;

    fn at(seconds: u64) -> NumericDate {
        NumericDate::from_seconds(seconds).unwrap()
    }

    /// What is put away by one version is read by others: flags and times, the clock, and a hash of each id of four attempts.
    #[test]
    fn the_size_of_what_is_put_away_is_fixed() {
        assert_eq!((MAX_ATTEMPTS, EXCHANGE_SIZE), (4, 14 + 21 + 8 * 8));
    }

    fn trusted() -> Exchange {
        Exchange::new(Clock::trusted(at(BUILD), 1))
    }

    fn client(random: u8) -> ClientAssertion<'static> {
        let mut bytes = [random; 16];
        bytes[0] = 0;
        let issuer = IssuerIdentifier::new("https://as.example").unwrap();
        ClientAssertion::new("c", issuer, at(1), JwtId::random(bytes))
    }

    fn request(random: u8) -> TokenRequest<'static> {
        TokenRequest::client_credentials(client(random))
    }

    /// Makes an attempt; gives its `iat`.
    fn attempt(exchange: &mut Exchange, device: u64, random: u8) -> Result<u64, Error> {
        Ok(claims(exchange, client(random), device)?["iat"].as_u64().unwrap())
    }

    /// Makes an attempt; gives the claims that go out.
    fn claims(exchange: &mut Exchange, client: ClientAssertion<'_>, device: u64) -> Result<serde_json::Value, Error> {
        let request = exchange.attempt(TokenRequest::client_credentials(client), device)?;
        let mut buffer = [0; 1024];
        let prepared = request.prepare(&mut buffer).unwrap();
        let claims = claims_in(prepared.client().unwrap().message());
        assert_eq!(claims["exp"].as_u64().unwrap(), claims["iat"].as_u64().unwrap() + 60);
        Ok(claims)
    }

    /// The claims of a signing input.
    fn claims_in(message: &[u8]) -> serde_json::Value {
        let message = String::from_utf8(message.to_vec()).unwrap();
        let claims = message.split('.').nth(1).unwrap();
        let mut json = [0; 512];
        let json = <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode(claims, &mut json).unwrap();
        serde_json::from_slice(json).unwrap()
    }

    /// Feeds an answer that took no time; gives step and the seconds the clock moved.
    fn answer(exchange: &mut Exchange, status: u16, headers: &[(&str, &str)], body: &str, device: u64) -> (Step, i64) {
        let mut body = body.as_bytes().to_vec();
        let mut response = Response::new(status, &mut body);
        for (name, value) in headers {
            response = response.with_header(name, value);
        }
        let answer = exchange.answer(response, device, device).unwrap();
        assert_eq!(answer.step, exchange.step(device));
        (answer.step, answer.clock_moved)
    }

    fn reason<T: core::fmt::Debug>(result: Result<T, Error>) -> (Cause, Argument) {
        let error = result.unwrap_err();
        (error.cause(), error.argument())
    }

    #[test]
    fn a_token_at_once() {
        let mut exchange = trusted();
        assert_eq!(exchange.step(NOW), Step::Send);
        assert_eq!(attempt(&mut exchange, NOW, 1), Ok(NOW - 1));
        assert_eq!(exchange.step(NOW), Step::Answer);
        let mut body = TOKEN.as_bytes().to_vec();
        let answer = exchange.answer(Response::new(200, &mut body), NOW + 2, NOW + 5).unwrap();
        assert!(matches!(answer.outcome, Outcome::Token(_)));
        assert_eq!((answer.step, answer.renew_at), (Step::Done, Some(NOW + 2 + 600 - 60)));
        assert_eq!(reason(attempt(&mut exchange, NOW, 2)), (Cause::NoAttemptsLeft, Argument::Exchange));
        assert_eq!(
            reason(exchange.answer(Response::new(200, &mut []), NOW, NOW)),
            (Cause::NoRequest, Argument::Exchange)
        );
    }

    #[test]
    fn nbf_follows_iat_and_stays_where_it_was_set_apart() {
        for (not_before, sent) in [(1, NOW - 1), (5, 5)] {
            let claims = claims(&mut trusted(), client(1).with_not_before(at(not_before)), NOW).unwrap();
            assert_eq!((claims["iat"].as_u64(), claims["nbf"].as_u64()), (Some(NOW - 1), Some(sent)));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn when_to_renew() {
        for (expires_in, after) in
            [("600", 540), ("80", 70), ("8", 7), ("7", 7), ("0", 0), ("4294967295", 4_294_967_235)]
        {
            let mut exchange = trusted();
            attempt(&mut exchange, NOW, 1).unwrap();
            let mut body = TOKEN.replace("600", expires_in).into_bytes();
            let answer = exchange.answer(Response::new(200, &mut body), NOW, NOW).unwrap();
            assert_eq!(answer.renew_at, Some(NOW + after), "{expires_in}");
        }
        let mut exchange = trusted();
        attempt(&mut exchange, NOW, 1).unwrap();
        let mut body = TOKEN.replace(",\"expires_in\":600", "").into_bytes();
        assert_eq!(exchange.answer(Response::new(200, &mut body), NOW, NOW).unwrap().renew_at, None);
    }

    #[test]
    fn a_clock_that_is_off_is_corrected_once() {
        for off in [3_600_i64, -3_600, 86_400, -86_400, 2, -2] {
            let device = NOW.checked_add_signed(off).unwrap();
            let mut exchange = trusted();
            assert_eq!(attempt(&mut exchange, device, 1), Ok(device - 1));
            assert_eq!(answer(&mut exchange, 401, &[("date", DATE)], REFUSAL, device), (Step::Send, -off));
            assert_eq!(exchange.clock().state(device), ClockState::Estimated);
            assert_eq!(attempt(&mut exchange, device, 2), Ok(NOW - 1));
            // The next answer's date differs again, which changes nothing.
            let later = ("Date", "Mon, 23 Nov 2026 19:44:14 GMT");
            assert_eq!(answer(&mut exchange, 400, &[later], REFUSAL, device), (Step::Stop(Cause::Refused), 0));
        }
    }

    #[test]
    fn a_clock_that_agrees_is_not_to_blame() {
        for off in [0_i64, 1, -1] {
            let device = NOW.checked_add_signed(off).unwrap();
            let mut exchange = trusted();
            attempt(&mut exchange, device, 1).unwrap();
            assert_eq!(answer(&mut exchange, 401, &[("date", DATE)], REFUSAL, device), (Step::Stop(Cause::Refused), 0));
        }
    }

    /// Servers refuse an `iat` that is later than their clock: one that the answer's date shows to be so is not repeated.
    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn a_clock_that_is_less_right_than_it_says_is_to_blame() {
        for (uncertainty, fast, round_trip, moved) in
            [(1, 2, 1, -2), (0, 1, 0, -1), (0, 1, 2, -2), (0, 2, 1, -2), (1, 2, 3, -3), (1, 2, 0, -2), (1, 3, 1, -3)]
        {
            let said = (uncertainty, fast, round_trip);
            let mut exchange = Exchange::new(Clock::trusted(at(BUILD), uncertainty));
            let device = NOW + fast;
            assert!(attempt(&mut exchange, device, 1).unwrap() > NOW, "{said:?}");
            let mut body = REFUSAL.as_bytes().to_vec();
            let response = Response::new(401, &mut body).with_date(DATE);
            let answer = exchange.answer(response, device, device + round_trip).unwrap();
            assert_eq!((answer.step, answer.clock_moved), (Step::Send, moved), "{said:?}");
            assert!(attempt(&mut exchange, device, 2).unwrap() < NOW, "{said:?}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn a_correction_has_limits() {
        for (off, cause) in [(86_401_i64, Cause::JumpTooFar), (-86_401, Cause::JumpTooFar)] {
            let device = NOW.checked_add_signed(off).unwrap();
            let mut exchange = trusted();
            attempt(&mut exchange, device, 1).unwrap();
            assert_eq!(answer(&mut exchange, 401, &[("date", DATE)], REFUSAL, device), (Step::Stop(cause), 0));
        }
        for headers in [
            &[][..],
            &[("date", "yesterday")],
            &[("date", "Mon, 23 Nov 2026 17:44:14 GMT"), ("age", "3600")],
            &[("date", "Mon, 23 Nov 2026 17:44:14 GMT"), ("age", "x")],
            &[("date", "Mon, 23 Nov 2026 17:44:14 GMT"), ("age", "")],
        ] {
            let mut exchange = trusted();
            attempt(&mut exchange, NOW, 1).unwrap();
            assert_eq!(answer(&mut exchange, 401, headers, REFUSAL, NOW), (Step::Stop(Cause::Refused), 0));
        }
        let mut exchange = trusted();
        attempt(&mut exchange, NOW, 1).unwrap();
        let before = [("date", "Thu, 01 Jan 2026 00:00:00 GMT")];
        assert_eq!(answer(&mut exchange, 401, &before, REFUSAL, NOW), (Step::Stop(Cause::BeforeBuild), 0));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_does_not_speak_of_the_clock_does_not_correct_it() {
        let hour_fast = [("date", "Mon, 23 Nov 2026 17:44:14 GMT")];
        for (status, body, cause) in [
            (400, r#"{"error":"invalid_scope"}"#, Cause::Refused),
            (400, r#"{"error":"unauthorized_client"}"#, Cause::Refused),
            (400, r#"{"error":"unsupported_grant_type"}"#, Cause::Refused),
            (400, r#"{"error":"invalid_target"}"#, Cause::Refused),
            (400, r#"{"error":"use_dpop_nonce"}"#, Cause::DpopRequired),
            (401, "<html>", Cause::NotOauth),
            (403, "", Cause::ResponseTruncated),
            (400, r#"{"error":"inv"#, Cause::ResponseTruncated),
            (500, "<html>", Cause::ServerFault),
            (307, "", Cause::Redirected),
            (302, REFUSAL, Cause::Redirected),
            (200, "[]", Cause::NotOauth),
            // JSON of who has read no assertion.
            (404, r#"{"detail":"Not Found"}"#, Cause::NotOauth),
            (405, r#"{"message":"Method Not Allowed"}"#, Cause::NotOauth),
            (413, "{}", Cause::NotOauth),
            (499, "{}", Cause::NotOauth),
            (200, r#"{"access_token":"a","token_type":"bearer","error":false}"#, Cause::NotOauth),
        ] {
            let mut exchange = trusted();
            attempt(&mut exchange, NOW, 1).unwrap();
            let step = answer(&mut exchange, status, &hour_fast, body, NOW);
            assert_eq!(step, (Step::Stop(cause), 0), "{status} {body}");
            assert_eq!(exchange.clock(), Clock::trusted(at(BUILD), 1));
        }
        let mut exchange = trusted();
        attempt(&mut exchange, NOW, 1).unwrap();
        let mut body = br#"{"error":"inv"#.to_vec();
        let response = Response::new(400, &mut body).with_header("date", "Mon, 23 Nov 2026 17:44:14 GMT").truncated();
        assert_eq!(exchange.answer(response, NOW, NOW).unwrap().step, Step::Stop(Cause::ResponseTooLarge));
        // Some servers answer this to an expired assertion.
        for (status, body) in [
            (500, r#"{"error":"error","error_description":"The error is unrecognizable"}"#),
            (400, r#"{"error":"invalid_grant"}"#),
            (400, r#"{"error":"invalid_request","error_description":"assertion invalid"}"#),
            (400, r#"{"title":"Bad Request","errors":[{"code":"015-0008"}]}"#),
            (401, r#"{"message":"unauthorized"}"#),
            (403, r#"{"error":{"code":403,"message":"denied"}}"#),
            (500, r#"{"title":"Internal Server Error"}"#),
        ] {
            let mut exchange = trusted();
            attempt(&mut exchange, NOW, 1).unwrap();
            assert_eq!(answer(&mut exchange, status, &hour_fast, body, NOW), (Step::Send, -3_600), "{body}");
        }
        let mut exchange = trusted();
        attempt(&mut exchange, NOW, 1).unwrap();
        let fault = r#"{"error":"error"}"#;
        assert_eq!(answer(&mut exchange, 500, &[("date", DATE)], fault, NOW), (Step::Stop(Cause::ServerFault), 0));
    }

    #[test]
    fn a_clock_that_is_not_set_asks_first() {
        // Seconds since power-on; seconds since 2000 of a clock that thinks it is right; a clock in the far future.
        for (clock, device) in [
            (Clock::unset(at(BUILD)), 73),
            (Clock::trusted(at(BUILD), 1), NOW - 946_684_800),
            (Clock::trusted(at(BUILD), 1), NOW + 2_208_988_800),
        ] {
            let mut exchange = Exchange::new(clock);
            assert_eq!(exchange.step(device), Step::LearnTime);
            assert_eq!(reason(attempt(&mut exchange, device, 1)), (Cause::ClockUnset, Argument::Clock));
            exchange.ask_time(device).unwrap();
            assert_eq!(exchange.step(device), Step::Answer);
            let moved = NOW.cast_signed() - device.cast_signed();
            assert_eq!(answer(&mut exchange, 405, &[("date", DATE)], "", device), (Step::Send, moved));
            assert_eq!(attempt(&mut exchange, device + 1, 1), Ok(NOW));
            assert_eq!(answer(&mut exchange, 200, &[], TOKEN, device).0, Step::Done);
        }
    }

    #[test]
    fn the_time_is_not_asked_for_without_end() {
        for (headers, cause) in [(&[][..], Cause::InvalidDate), (&[("date", DATE), ("age", "1")], Cause::Cached)] {
            let mut exchange = Exchange::new(Clock::unset(at(BUILD)));
            exchange.ask_time(1).unwrap();
            assert_eq!(answer(&mut exchange, 404, headers, "", 1), (Step::LearnTime, 0));
            exchange.ask_time(2).unwrap();
            assert_eq!(answer(&mut exchange, 404, headers, "", 2), (Step::Stop(cause), 0));
            assert_eq!(reason(exchange.ask_time(3)), (Cause::NoAttemptsLeft, Argument::Exchange));
        }
        let mut exchange = Exchange::new(Clock::unset(at(BUILD)));
        exchange.ask_time(1).unwrap();
        assert_eq!(exchange.no_answer(2), Ok(Step::LearnTime));
        exchange.ask_time(3).unwrap();
        assert_eq!(exchange.no_answer(4), Ok(Step::Stop(Cause::ClockUnset)));
        assert_eq!(reason(trusted().ask_time(NOW)), (Cause::NoAttemptsLeft, Argument::Exchange));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn waits() {
        let until = ("retry-after", "Mon, 23 Nov 2026 18:46:14 GMT");
        for (status, headers, body, seconds) in [
            (429, vec![("retry-after", "7")], REFUSAL, 7),
            (503, vec![("retry-after", "999999")], "<html>", 86_400),
            (503, vec![until, ("date", DATE)], "", 120),
            (503, vec![until, ("date", "Mon, 23 Nov 2026 18:44:34 GMT")], "", 100),
            // Without a date of its own it counts from the clock, which is set here.
            (503, vec![until], "", 120),
            (503, vec![until, ("date", "yesterday")], "", 120),
            (503, vec![("retry-after", "tomorrow"), ("date", DATE)], "", DEFAULT_WAIT),
            (429, vec![("retry-after", "-1")], "", DEFAULT_WAIT),
            (502, vec![], "<html>", DEFAULT_WAIT),
            (400, vec![], r#"{"error":"temporarily_unavailable"}"#, DEFAULT_WAIT),
        ] {
            let mut exchange = trusted();
            attempt(&mut exchange, NOW, 1).unwrap();
            assert_eq!(answer(&mut exchange, status, &headers, body, NOW), (Step::Wait(seconds), 0));
            let end = NOW + u64::from(seconds);
            assert_eq!(exchange.step(end - 1), Step::Wait(1));
            assert_eq!(reason(attempt(&mut exchange, end - 1, 2)), (Cause::TooEarly, Argument::Exchange));
            assert_eq!(exchange.step(end), Step::Send);
            assert_eq!(attempt(&mut exchange, end, 2), Ok(end - 1));
            // The second is the last.
            assert_eq!(answer(&mut exchange, status, &headers, body, end), (Step::Stop(Cause::NoAttemptsLeft), 0));
        }
    }

    #[test]
    fn waits_before_the_time_is_asked_for_again() {
        for (status, headers, seconds) in
            [(429, vec![("retry-after", "600")], 600), (503, vec![], DEFAULT_WAIT), (504, vec![], DEFAULT_WAIT)]
        {
            for (date, then) in [(None, Step::LearnTime), (Some(("date", DATE)), Step::Send)] {
                let mut exchange = Exchange::new(Clock::unset(at(BUILD)));
                exchange.ask_time(5).unwrap();
                let headers: Vec<_> = headers.iter().copied().chain(date).collect();
                assert_eq!(answer(&mut exchange, status, &headers, "", 5).0, Step::Wait(seconds));
                assert!(exchange.ask_time(5).is_err());
                assert!(attempt(&mut exchange, 5, 1).is_err());
                assert_eq!(exchange.step(5 + u64::from(seconds)), then);
            }
        }
        // Neither the answer nor the clock says from when on.
        let mut exchange = Exchange::new(Clock::unset(at(BUILD)));
        exchange.ask_time(5).unwrap();
        let until = [("retry-after", "Mon, 23 Nov 2026 18:46:14 GMT")];
        assert_eq!(answer(&mut exchange, 503, &until, "", 5).0, Step::Wait(DEFAULT_WAIT));
        // The last answer without a time is the end.
        let mut exchange = Exchange::new(Clock::unset(at(BUILD))).with_attempts(1).unwrap();
        exchange.ask_time(5).unwrap();
        assert_eq!(answer(&mut exchange, 503, &[], "", 5).0, Step::Stop(Cause::InvalidDate));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn no_id_twice_and_no_attempt_too_many() {
        for attempts in 1..=MAX_ATTEMPTS {
            let mut exchange = trusted().with_attempts(attempts).unwrap();
            for random in 1..=attempts {
                for earlier in 1..random {
                    assert_eq!(reason(attempt(&mut exchange, NOW, earlier)), (Cause::Repeated, Argument::JwtId));
                }
                assert!(attempt(&mut exchange, NOW, random).is_ok());
                assert_eq!(reason(attempt(&mut exchange, NOW, 9)), (Cause::AnswerAwaited, Argument::Exchange));
                exchange.no_answer(NOW).unwrap();
            }
            assert_eq!(exchange.step(NOW), Step::Stop(Cause::NoAttemptsLeft));
            assert_eq!(reason(attempt(&mut exchange, NOW, 9)), (Cause::NoAttemptsLeft, Argument::Exchange));
        }
        for attempts in [0, MAX_ATTEMPTS + 1, u8::MAX] {
            assert_eq!(reason(trusted().with_attempts(attempts)), (Cause::NoAttemptsLeft, Argument::Attempts));
        }
    }

    #[test]
    fn both_assertions_have_the_time_of_the_clock() {
        let issuer = IssuerIdentifier::new("https://as.example").unwrap();
        let grant = GrantAssertion::new("i", "s", issuer.into(), at(1), JwtId::text("g"));
        let request = TokenRequest::jwt_bearer(grant).with_client_assertion(client(1));
        let request = trusted().attempt(request, NOW).unwrap();
        let mut buffer = [0; 1024];
        let prepared = request.prepare(&mut buffer).unwrap();
        for signed in [prepared.grant().unwrap(), prepared.client().unwrap()] {
            assert_eq!(claims_in(signed.message())["iat"], NOW - 1);
        }
    }

    #[test]
    fn both_assertions_count() {
        let issuer = IssuerIdentifier::new("https://as.example").unwrap();
        let make = |grant: &'static str, client: &'static str| {
            let grant = GrantAssertion::new("i", "s", issuer.into(), at(1), JwtId::text(grant));
            TokenRequest::jwt_bearer(grant).with_client_assertion(ClientAssertion::new(
                "c",
                issuer,
                at(1),
                JwtId::text(client),
            ))
        };
        let mut exchange = trusted().with_attempts(MAX_ATTEMPTS).unwrap();
        let _ = exchange.attempt(make("a", "b"), NOW).unwrap();
        exchange.no_answer(NOW).unwrap();
        for (grant, client) in [("a", "c"), ("c", "b"), ("b", "c"), ("c", "a")] {
            assert_eq!(reason(exchange.attempt(make(grant, client), NOW)), (Cause::Repeated, Argument::JwtId));
        }
        // What is refused has used nothing up.
        let _ = exchange.attempt(make("c", "d"), NOW).unwrap();
    }

    #[test]
    fn without_an_id_the_time_tells_them_apart() {
        let issuer = IssuerIdentifier::new("https://as.example").unwrap();
        let make = || TokenRequest::client_credentials(ClientAssertion::new("c", issuer, at(1), JwtId::omitted()));
        let mut exchange = trusted();
        let _ = exchange.attempt(make(), NOW).unwrap();
        exchange.no_answer(NOW).unwrap();
        assert_eq!(reason(exchange.attempt(make(), NOW)), (Cause::Repeated, Argument::JwtId));
        let _ = exchange.attempt(make(), NOW + 1).unwrap();
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_is_put_away_comes_back() {
        let mut states: Vec<Exchange> = Vec::new();
        let mut exchange = Exchange::new(Clock::unset(at(BUILD))).with_attempts(4).unwrap();
        states.push(exchange.clone());
        exchange.ask_time(5).unwrap();
        states.push(exchange.clone());
        answer(&mut exchange, 200, &[("date", DATE)], "", 5);
        states.push(exchange.clone());
        attempt(&mut exchange, 6, 1).unwrap();
        states.push(exchange.clone());
        answer(&mut exchange, 429, &[], "", 6);
        states.push(exchange.clone());
        attempt(&mut exchange, 36, 2).unwrap();
        let mut refused = exchange.clone();
        answer(&mut refused, 401, &[], REFUSAL, 36);
        states.push(refused);
        answer(&mut exchange, 200, &[], TOKEN, 36);
        states.push(exchange.clone());
        // Fewer than were made already.
        let fewer = exchange.with_attempts(1).unwrap();
        assert_eq!((fewer.made, fewer.attempts), (2, 1));
        states.push(fewer);
        let mut asks = Exchange::new(Clock::unset(at(BUILD)));
        asks.ask_time(5).unwrap();
        asks.no_answer(5).unwrap();
        asks.ask_time(5).unwrap();
        states.push(asks.with_attempts(1).unwrap());
        states.push(trusted());
        states.push(Exchange::new(Clock::estimated(at(BUILD), -7, 3)));
        for state in states {
            let bytes = state.to_bytes();
            let back = Exchange::from_bytes(&bytes).unwrap();
            assert_eq!(format!("{back:?}"), format!("{state:?}"));
            // Each of the first bytes matters, and none makes it panic.
            for index in 0..bytes.len() {
                for value in [0, 1, 2, 5, 6, 0x7f, 0xff] {
                    let mut changed = bytes;
                    changed[index] = value;
                    if let Ok(mut other) = Exchange::from_bytes(&changed) {
                        let _ = other.step(NOW);
                        let _ = other.attempt(request(9), NOW);
                    }
                }
            }
        }
        for (index, value) in [(0, 2), (1, 0), (1, 5), (2, 5), (3, 5), (4, 2), (5, 6)] {
            let mut bytes = trusted().to_bytes();
            bytes[index] = value;
            assert_eq!(reason(Exchange::from_bytes(&bytes)), (Cause::UnknownStruct, Argument::Exchange), "{index}");
        }
    }

    #[test]
    fn no_answer_to_no_request() {
        assert_eq!(reason(trusted().no_answer(NOW)), (Cause::NoRequest, Argument::Exchange));
        let mut body = TOKEN.as_bytes().to_vec();
        assert_eq!(
            reason(trusted().answer(Response::new(200, &mut body), NOW, NOW)),
            (Cause::NoRequest, Argument::Exchange)
        );
    }
}
