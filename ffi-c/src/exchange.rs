//! The time, what a server answers, and what to do next.

use core::ffi::c_char;

#[cfg(feature = "http")]
use jurat_core::End;
use jurat_core::{
    Answer, Argument, Cause, Clock, ClockState, Error, Exchange, NumericDate, Outcome, Response, Step, TimeFault,
    TimeSample, TokenType, retry_after, time_request,
};

#[cfg(feature = "http")]
use crate::convert::flag;
use crate::convert::{
    Inputs, Place, c_string, check_header, endpoint_url, of_number, refused, status, struct_size, time,
};
use crate::server::{NONE, c_text, known_flags, optional_c_text};
use crate::types::*;
use crate::{Callback, Places, prepare, sign_request, with_output, with_request};

/// Reads a date of HTTP (RFC 9110 section 5.6.7): IMF-fixdate, the date of RFC 850, or that of C's asctime.
///
/// @param text     The value of a `Date` header, without white space around it.
/// @param seconds  Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
/// @return Status: JURAT_OK, or NULL_POINTER, TOO_LONG, NOT_UTF8, INVALID_DATE.
///
/// Stack: 192 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_http_date(text: jurat_str, seconds: *mut u64) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let place = Place::new(&inputs, seconds, Argument::Output)?;
        let read = || NumericDate::from_http_date(inputs.required(text, Argument::Date)?);
        place.give(read().map(NumericDate::as_seconds), 0)
    })
}

/// Reads what a `Retry-After` header asks for (RFC 9110 section 10.2.3): seconds, or a date of HTTP.
///
/// @param text     Its value, without white space around it.
/// @param date     The `Date` of the same answer, which a date in `text` counts from, as jurat_http_date() gave it; 0: none.
/// @param seconds  Receives the seconds to wait from the moment of the answer, 86400 at most; 0 on failure.
/// @return Status: JURAT_OK, or NULL_POINTER, TOO_LONG, NOT_UTF8, MILLISECONDS, TIME_OUT_OF_RANGE, INVALID_DATE
/// (neither seconds nor a date, or a date without `date`).
///
/// Stack: 224 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_retry_after(text: jurat_str, date: u64, seconds: *mut u32) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let place = Place::new(&inputs, seconds, Argument::Output)?;
        let read = || {
            let text = inputs.required(text, Argument::Date)?;
            let date = if date == 0 { None } else { Some(time(date, Argument::Date)?) };
            retry_after(text, date).ok_or(Error::new(Cause::InvalidDate, Argument::Date))
        };
        place.give(read(), 0)
    })
}

/// Why a device's time differs from a server's, as far as the two numbers tell.
///
/// @param device  What the device takes for seconds since 1970-01-01T00:00:00Z.
/// @param server  The server's time, as jurat_http_date() gave it. One of 10^11 or more gives JURAT_TIME_FAULT_UNEXPLAINED.
/// @return One of the JURAT_TIME_FAULT_ numbers.
///
/// Stack: 64 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_time_fault(device: u64, server: u64) -> u32 {
    let fault = NumericDate::from_seconds(server).map_or(TimeFault::Unexplained, |at| TimeFault::classify(device, at));
    fault.number().unsigned_abs()
}

/// What a time fault is and what helps.
///
/// @param fault  What jurat_time_fault() returned.
/// @return A fixed English text with a NUL behind it; empty for an unknown number.
///
/// Stack: 32 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn jurat_time_fault_text(fault: u32) -> *const c_char {
    c_string(of_number(fault, TimeFault::from_number), TimeFault::text_with_nul)
}

/// Writes an HTTP/1.1 request for the time: `HEAD` of the endpoint, without an assertion and without a body.
///
/// @param endpoint       The token endpoint, from configuration.
/// @param flags          JURAT_INSECURE_HTTP, or 0.
/// @param output         Receives the request, ASCII, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes. JURAT_HTTP_HEAD_SIZE() is enough.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or BUFFER_TOO_SMALL, NULL_POINTER, OVERLAP, UNKNOWN_STRUCT (a flag), EMPTY, TOO_LONG,
/// NOT_UTF8, NOT_HTTPS, HAS_FRAGMENT, INVALID_CHARACTER.
///
/// Stack: 256 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_time_request(
    endpoint: jurat_str,
    flags: u32,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            known_flags(flags)?;
            let endpoint = endpoint_url(inputs.required(endpoint, Argument::Endpoint)?, flags)?;
            Ok(time_request(endpoint, output)?.len())
        })
    }
}

/// The flags that a response may have.
pub(crate) const RESPONSE_FLAGS: u32 = JURAT_BODY_TRUNCATED | JURAT_BODY_INCOMPLETE | JURAT_DPOP_NONCE;

const fn state_number(state: ClockState) -> u32 {
    match state {
        ClockState::Trusted => JURAT_CLOCK_TRUSTED,
        ClockState::Estimated => JURAT_CLOCK_ESTIMATED,
        _ => JURAT_CLOCK_UNSET,
    }
}

/// A clock whose state is this one.
fn c_clock(clock: &Clock, state: ClockState) -> jurat_clock {
    let (offset, uncertainty) = match state {
        ClockState::Estimated => (clock.offset(), clock.uncertainty()),
        ClockState::Trusted => (0, clock.uncertainty()),
        _ => (0, u32::MAX),
    };
    let build_time = clock.build_time().as_seconds();
    jurat_clock {
        struct_size: struct_size::<jurat_clock>(),
        state: state_number(state),
        build_time,
        offset,
        uncertainty,
    }
}

impl Inputs {
    /// # Safety
    /// `clock` is NULL or points to a clock.
    unsafe fn clock(&self, clock: *const jurat_clock) -> Result<Clock, Error> {
        // SAFETY: as promised.
        let c = unsafe { self.reference(clock, Argument::Clock) }?;
        check_header::<jurat_clock>(c.struct_size, 0, 0, Argument::Clock)?;
        let build_time = time(c.build_time, Argument::BuildTime)?;
        match (c.state, c.offset) {
            (JURAT_CLOCK_TRUSTED, 0) => Ok(Clock::trusted(build_time, c.uncertainty)),
            (JURAT_CLOCK_ESTIMATED, offset) => Ok(Clock::estimated(build_time, offset, c.uncertainty)),
            (JURAT_CLOCK_UNSET, 0) => Ok(Clock::unset(build_time)),
            (JURAT_CLOCK_TRUSTED | JURAT_CLOCK_UNSET, _) => refused(Cause::Conflict, Argument::Clock),
            _ => refused(Cause::UnknownStruct, Argument::Clock),
        }
    }

    /// # Safety
    /// `exchange` is NULL or points to an exchange.
    unsafe fn exchange(&self, exchange: *const jurat_exchange) -> Result<Exchange, Error> {
        // SAFETY: as promised.
        Exchange::from_bytes(unsafe { &self.reference(exchange, Argument::Exchange)?.bytes })
    }

    /// # Safety
    /// `response` is NULL or points to a response; its headers live and stay unchanged for `'b`, and nobody else uses its
    /// body meanwhile, which these inputs are of.
    unsafe fn response<'b>(&self, response: &jurat_response) -> Result<Response<'b>, Error> {
        let c = response;
        let argument = Argument::Response;
        check_header::<jurat_response>(c.struct_size, c.flags, RESPONSE_FLAGS, argument)?;
        let code = u16::try_from(c.status).map_err(|_| Error::new(Cause::UnknownStruct, argument))?;
        // SAFETY: as promised.
        unsafe {
            let headers = [
                ("content-type", self.text(c.content_type, argument)?),
                ("date", self.text(c.date, Argument::Date)?),
                ("age", self.text(c.age, argument)?),
                ("retry-after", self.text(c.retry_after, argument)?),
                ("dpop-nonce", (c.flags & JURAT_DPOP_NONCE != 0).then_some("")),
            ];
            let mut response = Response::new(code, Self::changeable(c.body, c.body_size, argument)?);
            for (name, value) in headers {
                if let Some(value) = value {
                    response = response.with_header(name, value);
                }
            }
            let response = if c.flags & JURAT_BODY_TRUNCATED == 0 { response } else { response.truncated() };
            Ok(if c.flags & JURAT_BODY_INCOMPLETE == 0 { response } else { response.incomplete() })
        }
    }
}

/// The time that the device's clock stands for, corrected.
///
/// @param clock   What corrects it.
/// @param device  What the device's clock shows, in seconds.
/// @param now     Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CONFLICT (an offset that is not 0 unless the clock is
/// estimated), MILLISECONDS, TIME_OUT_OF_RANGE, CLOCK_UNSET.
///
/// Stack: 64 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_clock_now(clock: *const jurat_clock, device: u64, now: *mut u64) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe { ask_clock(clock, now, 0, |clock| clock.now(device).map(NumericDate::as_seconds)) }
}

/// The time for the `iat` of an assertion made now: earlier than jurat_clock_now() by the uncertainty, but not by more than
/// 10 seconds, since servers take a clock that is slow rather than one that is fast.
///
/// @param clock      What corrects the device's clock.
/// @param device     What the device's clock shows, in seconds.
/// @param issued_at  Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
/// @return Status: JURAT_OK, or those of jurat_clock_now().
///
/// Stack: 160 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_clock_issued_at(clock: *const jurat_clock, device: u64, issued_at: *mut u64) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe { ask_clock(clock, issued_at, 0, |clock| clock.issued_at(device).map(NumericDate::as_seconds)) }
}

/// How far the time can be trusted.
///
/// @param clock   What corrects the device's clock.
/// @param device  What the device's clock shows, in seconds.
/// @param state   Receives JURAT_CLOCK_TRUSTED, _ESTIMATED or _UNSET: a clock is unset, whatever it was made as, where its
///                time cannot be right, before the build or more than 20 years after it. JURAT_CLOCK_UNSET on failure.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CONFLICT, MILLISECONDS, TIME_OUT_OF_RANGE.
///
/// Stack: 96 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_clock_state(clock: *const jurat_clock, device: u64, state: *mut u32) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe { ask_clock(clock, state, JURAT_CLOCK_UNSET, |clock| Ok(state_number(clock.state(device)))) }
}

/// # Safety
/// Both pointers are NULL or point to what they say.
unsafe fn ask_clock<T>(
    clock: *const jurat_clock,
    place: *mut T,
    nothing: T,
    ask: impl FnOnce(&Clock) -> Result<T, Error>,
) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: as promised.
    status(|| unsafe {
        let place = Place::new(&inputs, place, Argument::Output)?;
        place.give(inputs.clock(clock).and_then(|clock| ask(&clock)), nothing)
    })
}

/// Learns the time from a server's answer. Only from one of the pinned server, over TLS that authenticated it: whoever
/// chooses a device's time can have it sign assertions for later.
///
/// A clock that agrees with the answer stays as it is; any other takes the answer's time and is estimated then.
///
/// @param clock        What corrects the device's clock; on failure it is as it was.
/// @param date         The `Date` of the answer, as jurat_http_date() gave it.
/// @param sent_at      What the device's clock showed before the request was sent, in seconds.
/// @param received_at  What it showed when the answer had come, in seconds.
/// @param cached       0, or anything else when the answer has an `Age` above 0 (RFC 9111 section 5.1).
/// @param moved        Receives the seconds by which the corrected time moved, 0 if the answer agrees; 0 on failure.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CONFLICT, MILLISECONDS, TIME_OUT_OF_RANGE,
/// ROUND_TRIP_TOO_LONG (more than 10 s), CACHED, BEFORE_BUILD, JUMP_TOO_FAR.
///
/// Stack: 256 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_clock_learn(
    clock: *mut jurat_clock,
    date: u64,
    sent_at: u64,
    received_at: u64,
    cached: u32,
    moved: *mut i64,
) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let moved = Place::new(&inputs, moved, Argument::Output)?;
        let learn = || {
            let mut known = inputs.clock(clock)?;
            let date = time(date, Argument::Date)?;
            let seconds = known.learn(&TimeSample { date, sent_at, received_at, cached: cached != 0 })?;
            // At the moment of the answer the time is a possible one.
            Place::new(&inputs, clock, Argument::Clock)?.write(c_clock(&known, known.state(received_at)));
            Ok(seconds)
        };
        moved.give(learn(), 0)
    })
}

/// Adds a header field to a response, if it is one that matters: `Content-Type`, `Date`, `Age`, `Retry-After` or
/// `DPoP-Nonce`, in any case. Others are ignored, so that an HTTP client can give all it has.
///
/// @param response  Receives it. On failure it is as it was.
/// @param name      The field's name.
/// @param value     Its value, without white space around it; the response points to it from then on.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, TOO_LONG, NOT_UTF8 (a name, or a value that matters).
///
/// Stack: 288 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_response_header(
    response: *mut jurat_response,
    name: jurat_str,
    value: jurat_str,
) -> i32 {
    let inputs = Inputs::without_output();
    let argument = Argument::Response;
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let mut c = *inputs.reference(response.cast_const(), argument)?;
        check_header::<jurat_response>(c.struct_size, c.flags, RESPONSE_FLAGS, argument)?;
        // Core knows which fields there are.
        let field = Response::new(0, &mut []).with_header(inputs.required(name, argument)?, "");
        if field.has_dpop_nonce() {
            c.flags |= JURAT_DPOP_NONCE;
        } else if field.content_type().is_some() {
            c.content_type = value;
        } else if field.date().is_some() {
            c.date = value;
        } else if field.age().is_some() {
            c.age = value;
        } else if field.retry_after().is_some() {
            c.retry_after = value;
        } else {
            return Ok(());
        }
        inputs.text(value, argument)?;
        Place::new(&inputs, response, argument)?.write(c);
        Ok(())
    })
}

const NO_ANSWER: jurat_answer = jurat_answer {
    outcome: 0,
    unusable: 0,
    step: 0,
    wait: 0,
    cause: 0,
    flags: 0,
    expires_in: 0,
    token_type: 0,
    renew_at: 0,
    clock_moved: 0,
    access_token: NONE,
    token_type_text: NONE,
    scope: NONE,
    error_code: 0,
    error: NONE,
    description: NONE,
    uri: NONE,
};

fn c_outcome(outcome: &Outcome<'_>) -> jurat_answer {
    let mut c = NO_ANSWER;
    c.outcome = match outcome {
        Outcome::Token(token) => {
            c.access_token = c_text(token.access_token());
            (c.token_type, c.token_type_text) = match token.token_type() {
                TokenType::Bearer => (JURAT_TOKEN_TYPE_BEARER, NONE),
                TokenType::Dpop => (JURAT_TOKEN_TYPE_DPOP, NONE),
                TokenType::Other(text) => (JURAT_TOKEN_TYPE_OTHER, c_text(text)),
                _ => (JURAT_TOKEN_TYPE_OTHER, NONE),
            };
            if let Some(seconds) = token.expires_in() {
                c.expires_in = seconds;
                c.flags |= JURAT_ANSWER_EXPIRES;
            }
            if token.expires_in_was_text() {
                c.flags |= JURAT_ANSWER_EXPIRES_WAS_TEXT;
            }
            c.scope = optional_c_text(token.scope());
            JURAT_OUTCOME_TOKEN
        }
        Outcome::Error(error) => {
            c.error_code = error.code().number().unsigned_abs();
            c.error = c_text(error.code_text());
            c.description = optional_c_text(error.description());
            c.uri = optional_c_text(error.uri());
            JURAT_OUTCOME_ERROR
        }
        Outcome::Foreign(error) => {
            c.error = optional_c_text(error.code());
            c.description = optional_c_text(error.detail().or(error.title()));
            JURAT_OUTCOME_FOREIGN
        }
        Outcome::NotJson => JURAT_OUTCOME_NOT_JSON,
        Outcome::Empty => JURAT_OUTCOME_EMPTY,
        Outcome::Truncated => JURAT_OUTCOME_TRUNCATED,
        Outcome::TooLarge => JURAT_OUTCOME_TOO_LARGE,
        Outcome::Unusable(cause) => {
            c.unusable = cause.number().unsigned_abs();
            JURAT_OUTCOME_UNUSABLE
        }
        Outcome::Redirect => JURAT_OUTCOME_REDIRECT,
        _ => 0,
    };
    c
}

fn c_answer(answer: &Answer<'_>) -> jurat_answer {
    let (step, wait, cause) = c_step(answer.step);
    let mut c = jurat_answer { step, wait, cause, clock_moved: answer.clock_moved, ..c_outcome(&answer.outcome) };
    if let Some(renew_at) = answer.renew_at {
        c.renew_at = renew_at;
        c.flags |= JURAT_ANSWER_RENEW;
    }
    c
}

/// A step, the seconds to wait, and the cause to stop.
const fn c_step(step: Step) -> (u32, u32, u32) {
    match step {
        Step::LearnTime => (JURAT_STEP_LEARN_TIME, 0, 0),
        Step::Send => (JURAT_STEP_SEND, 0, 0),
        Step::Wait(seconds) => (JURAT_STEP_WAIT, seconds, 0),
        Step::Answer => (JURAT_STEP_ANSWER, 0, 0),
        Step::Done => (JURAT_STEP_DONE, 0, 0),
        Step::Stop(cause) => (JURAT_STEP_STOP, 0, cause.number().unsigned_abs()),
        _ => (0, 0, 0),
    }
}

/// Has an answer read.
///
/// # Safety
/// As for [`Inputs::response`]; `answer` is NULL or points to an answer.
unsafe fn with_response(
    response: *mut jurat_response,
    answer: *mut jurat_answer,
    read: impl FnOnce(&Inputs, Response<'_>) -> Result<jurat_answer, Error>,
) -> i32 {
    let none = Inputs::without_output();
    // SAFETY: as promised; from the second `inputs` on, what overlaps the body is refused.
    status(|| unsafe {
        let c = none.reference(response.cast_const(), Argument::Response).copied();
        let inputs = c.map_or(none, |c| Inputs::new(c.body.cast(), c.body_size));
        let place = Place::new(&inputs, answer, Argument::Output)?;
        let result = c.and_then(|c| {
            inputs.reference(response.cast_const(), Argument::Response).map(drop)?;
            read(&inputs, inputs.response(&c)?)
        });
        place.give(result, NO_ANSWER)
    })
}

/// Reads an answer without an exchange: what came of a request that jurat_token_request_sign() made.
///
/// @param response  The answer. Its body is changed: texts are unescaped where they stand.
/// @param answer    Receives what it means, and points into the body; zeroed on failure.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, TOO_LONG, NOT_UTF8 (a header), OVERLAP. Whatever the body
/// is, is no failure but an outcome.
///
/// Stack: 1,408 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_response_read(response: *mut jurat_response, answer: *mut jurat_answer) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe { with_response(response, answer, |_, response| Ok(c_outcome(&response.read()))) }
}

/// Takes a whole HTTP/1.1 answer apart, head and body, as it came from the connection (RFC 9112).
///
/// @param bytes     All that has come so far. Once it is complete, the body is decoded where it stands, and the response
///                  points into it.
/// @param length    How many.
/// @param flags     JURAT_CONNECTION_ENDED, JURAT_BUFFER_FULL, JURAT_HEAD, or 0.
/// @param response  Receives the answer; zeroed while more bytes are needed, and on failure.
/// @param complete  Receives 1, or 0 when more bytes are needed: `bytes` is as it was then.
/// @return Status: JURAT_OK, or NOT_OAUTH (no HTTP/1.x, or it is not certain where the body ends), RESPONSE_TOO_LARGE
/// (more than 64 header fields, or the buffer is full before the body begins), RESPONSE_TRUNCATED (the connection ended
/// before the body began), NULL_POINTER, TOO_LONG, OVERLAP, UNKNOWN_STRUCT (a flag). A body that is cut off is no failure
/// but a flag of the response: JURAT_BODY_INCOMPLETE or JURAT_BODY_TRUNCATED.
///
/// Stack: 2,624 bytes.
#[cfg(feature = "http")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_response_http1(
    bytes: *mut c_char,
    length: usize,
    flags: u32,
    response: *mut jurat_response,
    complete: *mut u32,
) -> i32 {
    let inputs = Inputs::new(bytes.cast(), length);
    let argument = Argument::Response;
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let complete = Place::new(&inputs, complete, Argument::Output);
        let response = Place::new(&inputs, response, argument);
        // Each is zeroed, whatever the other one is.
        if let Ok(complete) = &complete {
            complete.write(0);
        }
        if let Ok(response) = &response {
            response.write(NO_RESPONSE);
        }
        let (complete, response) = (complete?, response?);
        if flags & !(JURAT_CONNECTION_ENDED | JURAT_BUFFER_FULL | JURAT_HEAD) != 0 {
            return Err(Error::new(Cause::UnknownStruct, argument));
        }
        let bytes = Inputs::changeable(bytes, length, argument)?;
        let end = match (flags & JURAT_CONNECTION_ENDED, flags & JURAT_BUFFER_FULL) {
            (0, 0) => End::NotYet,
            (0, _) => End::Buffer,
            _ => End::Connection,
        };
        let head = flags & JURAT_HEAD != 0;
        let read = if head { Response::from_http1_head(bytes, end) } else { Response::from_http1(bytes, end) };
        let Some(read) = read? else { return Ok(()) };
        let mut c = jurat_response {
            struct_size: struct_size::<jurat_response>(),
            flags: flag(read.is_truncated(), JURAT_BODY_TRUNCATED)
                | flag(read.is_incomplete(), JURAT_BODY_INCOMPLETE)
                | flag(read.has_dpop_nonce(), JURAT_DPOP_NONCE),
            status: read.status().into(),
            content_type: optional_c_text(read.content_type()),
            date: optional_c_text(read.date()),
            age: optional_c_text(read.age()),
            retry_after: optional_c_text(read.retry_after()),
            ..NO_RESPONSE
        };
        let body = read.into_body();
        (c.body, c.body_size) = (inputs.pointer(body).cast(), body.len());
        response.write(c);
        complete.write(1);
        Ok(())
    })
}

#[cfg(feature = "http")]
const NO_RESPONSE: jurat_response = jurat_response {
    struct_size: 0,
    flags: 0,
    status: 0,
    body: core::ptr::null_mut(),
    body_size: 0,
    content_type: NONE,
    date: NONE,
    age: NONE,
    retry_after: NONE,
};

/// Starts an exchange.
///
/// It sees to it that nothing is minted while the clock is not set, that no `jti` is used twice, that no more requests go out
/// than were allowed, and that a refusal leads to another attempt only where something has changed: the clock's correction,
/// or a wait that the server asked for. It never changes an audience.
///
/// @param exchange  Receives it; zeroed on failure, which every other call refuses.
/// @param clock     What is known of the time; it is copied.
/// @param attempts  Requests with an assertion that are allowed, and as many that ask for the time: 1 to JURAT_MAX_ATTEMPTS,
///                  0 for the usual 2.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CONFLICT, MILLISECONDS, TIME_OUT_OF_RANGE,
/// NO_ATTEMPTS_LEFT (too many).
///
/// Stack: 608 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_init(
    exchange: *mut jurat_exchange,
    clock: *const jurat_clock,
    attempts: u32,
) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let place = Place::new(&inputs, exchange, Argument::Exchange)?;
        let start = || {
            let started = Exchange::new(inputs.clock(clock)?);
            if attempts == 0 {
                return Ok(started);
            }
            started.with_attempts(u8::try_from(attempts).unwrap_or(u8::MAX))
        };
        place.give(start().map(c_exchange), jurat_exchange { bytes: [0; JURAT_EXCHANGE_SIZE] })
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the exchange goes into its bytes")]
fn c_exchange(exchange: Exchange) -> jurat_exchange {
    jurat_exchange { bytes: exchange.to_bytes() }
}

/// What to do now.
///
/// @param exchange  The exchange.
/// @param device    What the device's clock shows, in seconds.
/// @param step      Receives one of the JURAT_STEP_ numbers; 0 on failure.
/// @param detail    Receives the seconds to wait with JURAT_STEP_WAIT, why to stop (a JURAT_CAUSE_ number) with
///                  JURAT_STEP_STOP, and 0 otherwise; may be NULL.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT.
///
/// Stack: 384 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_step(
    exchange: *const jurat_exchange,
    device: u64,
    step: *mut u32,
    detail: *mut u32,
) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let step = Place::new(&inputs, step, Argument::Output).map(|place| place.emptied(0));
        let detail =
            Place::optional(&inputs, detail, Argument::Output).map(|place| place.map(|place| place.emptied(0)));
        let (step, detail) = (step?, detail?);
        let (number, wait, cause) = c_step(inputs.exchange(exchange)?.step(device));
        step.write(number);
        if let Some(detail) = detail {
            // One of the two is 0.
            detail.write(wait | cause);
        }
        Ok(())
    })
}

/// The `iat` of an assertion made now, which jurat_exchange_sign() sets: see jurat_clock_issued_at().
///
/// @param exchange   The exchange.
/// @param device     What the device's clock shows, in seconds.
/// @param issued_at  Receives the seconds since 1970-01-01T00:00:00Z; 0 on failure.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, CLOCK_UNSET, MILLISECONDS.
///
/// Stack: 384 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_issued_at(
    exchange: *const jurat_exchange,
    device: u64,
    issued_at: *mut u64,
) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let place = Place::new(&inputs, issued_at, Argument::Output)?;
        let read = || inputs.exchange(exchange)?.issued_at(device);
        place.give(read().map(NumericDate::as_seconds), 0)
    })
}

/// Has an exchange changed; on failure it is as it was.
///
/// # Safety
/// `exchange` is NULL or points to an exchange that nobody else uses during the call.
unsafe fn change<T>(
    inputs: &Inputs,
    exchange: *mut jurat_exchange,
    call: impl FnOnce(&mut Exchange) -> Result<T, Error>,
) -> Result<T, Error> {
    // SAFETY: as promised.
    unsafe {
        let place = Place::new(inputs, exchange, Argument::Exchange)?;
        let mut changed = inputs.exchange(exchange)?;
        let result = call(&mut changed)?;
        place.write(c_exchange(changed));
        Ok(result)
    }
}

/// Counts a request for the time, which carries no assertion: jurat_time_request(), or any other.
///
/// @param exchange  The exchange; on failure it is as it was.
/// @param device    What the device's clock shows, in seconds.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, NO_ATTEMPTS_LEFT (the step is not JURAT_STEP_LEARN_TIME).
///
/// Stack: 512 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_ask_time(exchange: *mut jurat_exchange, device: u64) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe { change(&inputs, exchange, |exchange| exchange.ask_time(device)) })
}

/// Writes and signs a token request as jurat_token_request_sign() does, with the exchange's `iat` in every assertion, and
/// counts it. Send it right away, once.
///
/// @param exchange       The exchange; on failure it is as it was, since nothing was sent.
/// @param request        What it asks for. The `issued_at` of its assertions does not matter.
/// @param device         What the device's clock shows, in seconds.
/// @param grant_signer   Who signs the grant; may be NULL where there is none, and may be `client_signer`.
/// @param client_signer  Who signs the client assertion; may be NULL where there is none.
/// @param output         Receives the body, or with `request->http_endpoint` the request, ASCII, without a NUL behind it.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes written; with JURAT_CAUSE_BUFFER_TOO_SMALL those that are needed.
/// @return Status: JURAT_OK, or those of jurat_exchange_prepare() and signers.
///
/// Stack: 3,040 bytes, or 2,176 and the signer's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_sign(
    exchange: *mut jurat_exchange,
    request: *const jurat_token_request,
    device: u64,
    grant_signer: *mut jurat_signer,
    client_signer: *mut jurat_signer,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        with_output(output, output_size, output_length, |inputs, output| {
            let mut signers = [grant_signer, client_signer].map(Callback::new);
            change(inputs, exchange, |exchange| {
                with_request(inputs, request, |c, request| {
                    let request = exchange.attempt(request, device)?;
                    sign_request(inputs, c, request, &mut signers, output)
                })
            })
        })
    }
}

/// The first of two phases: writes a token request but for its signatures as jurat_token_request_prepare() does, with the
/// exchange's `iat` in every assertion, and counts it. If a signature does not come, nothing was sent: copy the exchange
/// before, and put the copy back.
///
/// @param exchange       The exchange; on failure it is as it was.
/// @param request        What it asks for. The `issued_at` of its assertions does not matter.
/// @param device         What the device's clock shows, in seconds.
/// @param output         Receives the body, or with `request->http_endpoint` the request.
/// @param output_size    Room in `output`, in bytes.
/// @param output_length  Receives the bytes when finished; with JURAT_CAUSE_BUFFER_TOO_SMALL the same.
/// @param grant          Receives what has to be signed for the grant; it points into `output`.
/// @param client         Receives what has to be signed for the client assertion; another place than `grant`.
/// @return Status: JURAT_OK, or those of requests; REPEATED about the `jti` also for one of an earlier attempt, and for
/// an assertion without one whose `iat` an earlier attempt had: a second later there is another; CLOCK_UNSET,
/// MILLISECONDS; TOO_EARLY while a wait is not over, ANSWER_AWAITED while an answer is awaited, NO_ATTEMPTS_LEFT after
/// the last attempt, after a token and after JURAT_STEP_STOP.
///
/// Stack: 3,168 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_prepare(
    exchange: *mut jurat_exchange,
    request: *const jurat_token_request,
    device: u64,
    output: *mut c_char,
    output_size: usize,
    output_length: *mut usize,
    grant: *mut jurat_to_be_signed,
    client: *mut jurat_to_be_signed,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        let places = Places::new(&Inputs::new(output.cast(), output_size), grant, client);
        with_output(output, output_size, output_length, |inputs, output| {
            let places = places?;
            let prepared = change(inputs, exchange, |exchange| {
                with_request(inputs, request, |_, request| prepare(inputs, exchange.attempt(request, device)?, output))
            })?;
            Ok(places.give(prepared))
        })
    }
}

/// Takes the answer to the request that was counted last.
///
/// Only answers of the configured server that came over authenticated TLS count for what they say: feed no others.
///
/// @param exchange     The exchange; on failure it is as it was.
/// @param response     The answer. Its body is changed: texts are unescaped where they stand.
/// @param sent_at      What the device's clock showed before the first byte was sent, in seconds.
/// @param received_at  What it showed when the answer had come, in seconds.
/// @param answer       Receives what it means and what to do now, and points into the body; zeroed on failure.
/// @return Status: JURAT_OK, or those of jurat_response_read(); NO_REQUEST (no answer is awaited).
///
/// Stack: 1,984 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_answer(
    exchange: *mut jurat_exchange,
    response: *mut jurat_response,
    sent_at: u64,
    received_at: u64,
    answer: *mut jurat_answer,
) -> i32 {
    // SAFETY: the caller's promise is this function's own.
    unsafe {
        // Written when nothing of the response is borrowed any more: nothing keeps C from giving an exchange in a header.
        let mut changed = None;
        let status = with_response(response, answer, |inputs, response| {
            inputs.writable(exchange, Argument::Exchange)?;
            let mut known = inputs.exchange(exchange)?;
            let answer = c_answer(&known.answer(response, sent_at, received_at)?);
            changed = Some(c_exchange(known));
            Ok(answer)
        });
        if let Some(changed) = changed {
            exchange.write(changed);
        }
        status
    }
}

/// There will be no answer: the connection failed or timed out. The attempt stays counted, since the assertion may have
/// arrived. jurat_exchange_step() says what to do now.
///
/// @param exchange  The exchange; on failure it is as it was.
/// @param device    What the device's clock shows, in seconds.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT, NO_REQUEST (no answer is awaited).
///
/// Stack: 512 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_no_answer(exchange: *mut jurat_exchange, device: u64) -> i32 {
    let inputs = Inputs::without_output();
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe { change(&inputs, exchange, |exchange| exchange.no_answer(device).map(drop)) })
}

/// The exchange's clock with all that was learned: keep it for the next one.
///
/// @param exchange  The exchange.
/// @param clock     Receives it; zeroed on failure.
/// @return Status: JURAT_OK, or NULL_POINTER, UNKNOWN_STRUCT.
///
/// Stack: 256 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jurat_exchange_clock(exchange: *const jurat_exchange, clock: *mut jurat_clock) -> i32 {
    let inputs = Inputs::without_output();
    let nothing = jurat_clock { struct_size: 0, state: 0, build_time: 0, offset: 0, uncertainty: 0 };
    // SAFETY: the caller's promise is this function's own.
    status(|| unsafe {
        let place = Place::new(&inputs, clock, Argument::Clock)?;
        let read = || {
            let clock = inputs.exchange(exchange)?.clock();
            // Asked at the build as the device's clock shows it, or at the device's beginning if that is later: where the
            // clock is unset at this time, it is at every other.
            let build = clock.build_time().as_seconds().saturating_add_signed(clock.offset().saturating_neg());
            Ok(c_clock(&clock, clock.state(build)))
        };
        place.give(read(), nothing)
    })
}
