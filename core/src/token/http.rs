//! The answer as it comes from the connection: HTTP/1.1 (RFC 9112), decoded where it stands.

use httparse::{EMPTY_HEADER, Header, Status};

use super::response::Response;
use crate::error::{Argument, Cause, Error};

/// How many headers an answer may have, and how many trailers. Each takes four words on the stack.
const MAX_HEADERS: usize = 64;

/// What says that no more bytes of an answer will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub enum End {
    /// Nothing: more may come.
    NotYet,
    /// The connection has ended, whether or not the buffer is full too.
    Connection,
    /// The buffer is full.
    Buffer,
}

impl<'b> Response<'b> {
    /// A whole HTTP/1.0 or HTTP/1.1 answer to a POST or a GET, head and body, as it came from the connection. `bytes` is
    /// all that has come so far; `end` says whether that is all that will come, and why.
    ///
    /// `Ok(None)`: more bytes are needed; `bytes` is unchanged then. A body with a length, or in chunks, is decoded where it
    /// stands (RFC 9112 sections 6 and 7); bytes behind it are ignored. Without either it goes on to the connection's end. A
    /// body that the connection's end cuts off is [`incomplete`](Self::incomplete), one that the buffer's end cuts off is
    /// [`truncated`](Self::truncated). Interim answers (status codes 100 to 199) are skipped; a content coding is not
    /// decoded, so none must be asked for.
    ///
    /// # Errors
    /// About [`Argument::Response`]:
    /// * [`Cause::NotOauth`]: not HTTP/1.0 or HTTP/1.1, or it is not certain where the body ends: lengths that differ, a
    ///   length together with a transfer coding, a transfer coding other than chunked (RFC 9112 section 6.3);
    /// * [`Cause::ResponseTooLarge`]: more than 64 headers, or the buffer is full before the body begins;
    /// * [`Cause::ResponseTruncated`]: the connection ended before the body began.
    ///
    /// ```
    /// use jurat_core::{End, Outcome, Response};
    /// # use std::io::Read as _;
    /// # let mut connection: &[u8] =
    /// #     b"HTTP/1.1 400 Bad Request\r\nContent-Length: 26\r\n\r\n{\"error\":\"invalid_client\"}";
    /// let mut buffer = [0; 2048];
    /// let mut length = 0;
    /// let response = loop {
    ///     let full = length == buffer.len();
    ///     let read = if full { 0 } else { connection.read(&mut buffer[length..])? };
    ///     length += read;
    ///     let end = if full { End::Buffer } else if read == 0 { End::Connection } else { End::NotYet };
    ///     if let Some(response) = Response::from_http1(&mut buffer[..length], end)? {
    ///         break response;
    ///     }
    /// };
    /// assert!(matches!(response.read(), Outcome::Error(error) if error.code_text() == "invalid_client"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_http1(bytes: &'b mut [u8], end: End) -> Result<Option<Self>, Error> {
        read(bytes, end, true)
    }

    /// The same for the answer to a HEAD, which has no body whatever its headers say (RFC 9112 section 6.3).
    ///
    /// # Errors
    /// Those of [`from_http1`](Self::from_http1).
    pub fn from_http1_head(bytes: &'b mut [u8], end: End) -> Result<Option<Self>, Error> {
        read(bytes, end, false)
    }
}

const fn refused(cause: Cause) -> Error {
    Error::new(cause, Argument::Response)
}

/// `None` where bytes are missing.
fn complete<T>(parsed: httparse::Result<T>) -> Result<Option<T>, Error> {
    match parsed {
        Ok(Status::Complete(value)) => Ok(Some(value)),
        Ok(Status::Partial) => Ok(None),
        Err(httparse::Error::TooManyHeaders) => Err(refused(Cause::ResponseTooLarge)),
        Err(_) => Err(refused(Cause::NotOauth)),
    }
}

/// Where the head ends. It is parsed once more behind a split, so that what is in it can be kept beside the body.
fn head_length(bytes: &[u8]) -> Result<Option<usize>, Error> {
    let mut headers = [EMPTY_HEADER; MAX_HEADERS];
    complete(httparse::Response::new(&mut headers).parse(bytes))
}

fn read(bytes: &mut [u8], end: End, has_body: bool) -> Result<Option<Response<'_>>, Error> {
    let ended = end != End::NotYet;
    let mut rest = bytes;
    loop {
        let missing = || match end {
            End::NotYet => Ok(None),
            End::Connection => Err(refused(Cause::ResponseTruncated)),
            End::Buffer => Err(refused(Cause::ResponseTooLarge)),
        };
        let Some(length) = head_length(rest)? else { return missing() };
        let Some((head, behind)) = rest.split_at_mut_checked(length) else { return missing() };
        let mut headers = [EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Response::new(&mut headers);
        complete(parsed.parse(head))?;
        let status = parsed.code.unwrap_or_default();
        if matches!(status, 100..=199) {
            rest = behind;
            continue;
        }
        let framing = match framing(parsed.headers, parsed.version)? {
            _ if !has_body || matches!(status, 204 | 304) => Framing::Length(0),
            framing => framing,
        };
        let mut response = Response::new(status, &mut []);
        for header in parsed.headers.iter() {
            if let Ok(value) = core::str::from_utf8(header.value) {
                response = response.with_header(header.name, value);
            }
        }
        let (length, whole) = match framing {
            Framing::UntilEnd => (behind.len(), end == End::Connection),
            Framing::Length(length) => (length.min(behind.len()), length <= behind.len()),
            Framing::Chunked => match dechunk(behind, ended, false)? {
                // Nothing is moved before all of it is there.
                (_, false) if !ended => return Ok(None),
                _ => dechunk(behind, ended, true)?,
            },
        };
        response.body = behind.get_mut(..length).unwrap_or_default();
        return Ok(match end {
            _ if whole => Some(response),
            End::NotYet => None,
            End::Connection => Some(response.incomplete()),
            End::Buffer => Some(response.truncated()),
        });
    }
}

/// How to see where the body ends (RFC 9112 section 6.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    UntilEnd,
    Length(usize),
    Chunked,
}

fn framing(headers: &[Header<'_>], version: Option<u8>) -> Result<Framing, Error> {
    let mut framing = Framing::UntilEnd;
    let mut set = |to, but_for| {
        let fits = framing == Framing::UntilEnd || framing == but_for;
        framing = to;
        if fits { Ok(()) } else { Err(refused(Cause::NotOauth)) }
    };
    for header in headers {
        if header.name.eq_ignore_ascii_case("Transfer-Encoding") {
            // HTTP/1.0 has none (RFC 9112 section 6.1).
            if version != Some(1) || !header.value.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                return Err(refused(Cause::NotOauth));
            }
            set(Framing::Chunked, Framing::UntilEnd)?;
        } else if header.name.eq_ignore_ascii_case("Content-Length") {
            // The same length more than once may come as a list (RFC 9110 section 8.6).
            for length in header.value.split(|byte| *byte == b',') {
                let length = Framing::Length(decimal(length.trim_ascii()).ok_or(refused(Cause::NotOauth))?);
                set(length, length)?;
            }
        }
    }
    Ok(framing)
}

fn decimal(digits: &[u8]) -> Option<usize> {
    digits.first()?;
    digits.iter().try_fold(0_usize, |number, byte| {
        let digit = usize::try_from(char::from(*byte).to_digit(10)?).ok()?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// Moves the data of the chunks together, or only looks at them; gives its length and whether the last chunk is there (RFC
/// 9112 section 7.1). Extensions and trailers are ignored.
fn dechunk(body: &mut [u8], ended: bool, moves: bool) -> Result<(usize, bool), Error> {
    let (mut at, mut length) = (0_usize, 0_usize);
    loop {
        let rest = body.get(at..).unwrap_or_default();
        // The parser takes a line without a digit for a size of 0.
        if rest.first().is_some_and(|first| !first.is_ascii_hexdigit()) {
            return Err(refused(Cause::NotOauth));
        }
        let (taken, size) = match httparse::parse_chunk_size(rest) {
            Ok(Status::Complete(line)) => line,
            Ok(Status::Partial) => return Ok((length, false)),
            Err(_) => return Err(refused(Cause::NotOauth)),
        };
        let start = at.saturating_add(taken);
        if size == 0 {
            let trailers = body.get(start..).unwrap_or_default();
            let mut headers = [EMPTY_HEADER; MAX_HEADERS];
            // The last chunk has come: the data is complete, whatever becomes of the trailers (RFC 9112 section 8).
            let whole = complete(httparse::parse_headers(trailers, &mut headers))?.is_some() || ended;
            return Ok((length, whole));
        }
        let end = start.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
        for index in start..end.min(body.len()) {
            // It is never written ahead of what is read.
            if let Some(byte) = body.get(index).copied()
                && let Some(place) = body.get_mut(length)
                && moves
            {
                *place = byte;
            }
            length = length.saturating_add(1);
        }
        match body.get(end..).unwrap_or_default() {
            [b'\r', b'\n', ..] => at = end.saturating_add(2),
            [] | [b'\r'] => return Ok((length, false)),
            _ => return Err(refused(Cause::NotOauth)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;

    use crate::error::{Argument, Cause, Error};
    use crate::{End, Outcome, Response};

    const BODY: &str = r#"{"error":"invalid_client","error_description":"x"}"#;

    /// What is taken from `bytes`: the cause of an error, `more`, or status code, what has cut it, and body.
    fn take(bytes: impl AsRef<[u8]>, end: End) -> String {
        say(bytes.as_ref(), |bytes| Response::from_http1(bytes, end))
    }

    fn say(bytes: &[u8], from: impl Fn(&mut [u8]) -> Result<Option<Response<'_>>, Error>) -> String {
        let mut buffer = bytes.to_vec();
        match from(&mut buffer) {
            Err(error) => {
                assert_eq!(error.argument(), Argument::Response);
                format!("{:?}", error.cause())
            }
            Ok(None) => {
                assert_eq!(buffer, bytes);
                "more".into()
            }
            Ok(Some(response)) => {
                let cut = match (response.is_incomplete(), response.is_truncated()) {
                    (false, false) => "",
                    (true, false) => "cut ",
                    (false, true) => "full ",
                    (true, true) => "both ",
                };
                format!("{} {cut}{}", response.status(), str::from_utf8(response.body).unwrap())
            }
        }
    }

    /// Every beginning asks for more, the whole gives `expected`, and so do the whole and more.
    fn comes_byte_by_byte(answer: &str, expected: &str) {
        for length in 0..answer.len() {
            assert_eq!(take(&answer[..length], End::NotYet), "more", "{length} of {answer}");
        }
        assert_eq!(take(answer, End::NotYet), expected, "{answer}");
        assert_eq!(take(answer, End::Connection), expected, "{answer}");
        assert_eq!(take(answer, End::Buffer), expected, "{answer}");
        assert_eq!(take(format!("{answer}HTTP/1.1 200 OK\r\n\r\n"), End::NotYet), expected);
    }

    fn chunked(chunks: &[&str], end: &str) -> String {
        let mut answer = String::from("HTTP/1.1 401 Unauthorized\r\ntransfer-encoding: Chunked \r\n\r\n");
        for chunk in chunks {
            answer += &format!("{:X}\r\n{chunk}\r\n", chunk.len());
        }
        answer + end
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn with_a_length() {
        for head in [
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 50\r\n\r\n",
            "HTTP/1.1 400 \r\ncontent-length:\t050 \r\nContent-Length: 50\r\nX: \r\n\r\n",
            "HTTP/1.1 400\r\nCONTENT-LENGTH: 50, 50\r\n\r\n",
            "HTTP/1.0 400 Bad Request\nContent-Length: 50\n\n",
        ] {
            comes_byte_by_byte(&format!("{head}{BODY}"), &format!("400 {BODY}"));
        }
        comes_byte_by_byte("HTTP/1.1 401 \r\nContent-Length: 0\r\n\r\n", "401 ");
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\nLink: <a>\r\n\r\n";
        comes_byte_by_byte(&format!("{interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{{}}"), "200 {}");
        for (status, body) in [(204, ""), (304, ""), (205, "{}")] {
            let answer = format!("HTTP/1.1 {status} x\r\nContent-Length: 2\r\n\r\n{{}}");
            assert_eq!(take(answer, End::NotYet), format!("{status} {body}"));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn what_ends_early() {
        let answer = format!("HTTP/1.1 400 Bad Request\r\nContent-Length: 50\r\n\r\n{BODY}");
        let head = answer.len() - BODY.len();
        for (end, cause, cut) in
            [(End::Connection, "ResponseTruncated", "cut"), (End::Buffer, "ResponseTooLarge", "full")]
        {
            for length in 0..answer.len() {
                let expected = match length.checked_sub(head) {
                    None => cause.into(),
                    Some(length) => format!("400 {cut} {}", &BODY[..length]),
                };
                assert_eq!(take(&answer[..length], end), expected);
            }
            assert_eq!(take("HTTP/1.1 100 Continue\r\n\r\n", end), cause);
        }
        // The JSON that has come is whole, and the answer is not.
        let longer = answer.replace("Length: 50", "Length: 51");
        for (end, outcome) in [(End::Connection, "Truncated"), (End::Buffer, "TooLarge")] {
            let mut cut = longer.clone().into_bytes();
            let response = Response::from_http1(&mut cut, end).unwrap().unwrap();
            assert_eq!(format!("{:?}", response.read()), outcome);
        }

        let answer = chunked(&["ab", "cde"], "0\r\n\r\n");
        let head = chunked(&[], "").len();
        let mut data = 0;
        for length in head..answer.len() {
            // Data goes from the third to the fourth byte of the first chunk, and so on.
            data += usize::from(matches!(length - head, 4 | 5 | 11 | 12 | 13));
            for (end, cut) in [(End::Connection, "cut "), (End::Buffer, "full ")] {
                let cut = if length >= answer.len() - 2 { "" } else { cut };
                assert_eq!(take(&answer[..length], end), format!("401 {cut}{}", &"abcde"[..data]), "{length}");
            }
        }
    }

    #[test]
    fn until_the_end() {
        let answer = format!("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n{BODY}");
        for length in 0..=answer.len() {
            assert_eq!(take(&answer[..length], End::NotYet), "more");
        }
        assert_eq!(take(&answer, End::Connection), format!("400 {BODY}"));
        // Who knows what would have followed?
        assert_eq!(take(&answer, End::Buffer), format!("400 full {BODY}"));
        assert_eq!(take("HTTP/1.1 400 Bad Request\r\n\r\n", End::Connection), "400 ");
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn chunks_in_every_split() {
        let whole = format!("401 {BODY}");
        comes_byte_by_byte(&chunked(&[BODY], "0\r\n\r\n"), &whole);
        for first in 1..BODY.len() {
            let (a, rest) = BODY.split_at(first);
            assert_eq!(take(chunked(&[a, rest], "0\r\n\r\n"), End::NotYet), whole);
            for second in 1..rest.len() {
                let (b, c) = rest.split_at(second);
                assert_eq!(take(chunked(&[a, b, c], "000\r\n\r\n"), End::NotYet), whole);
            }
        }
        let single: std::vec::Vec<&str> = (0..BODY.len()).map(|at| &BODY[at..=at]).collect();
        comes_byte_by_byte(&chunked(&single, "0\r\n\r\n"), &whole);
        comes_byte_by_byte(&chunked(&[], "0\r\n\r\n"), "401 ");
        comes_byte_by_byte(&chunked(&[BODY], "0;last=\"1\"\r\nETag: x\r\nServer-Timing: y\r\n\r\n"), &whole);
        let extended = chunked(&[BODY], "0\r\n\r\n").replace("32\r\n", "32;name=value;q\r\n");
        comes_byte_by_byte(&extended, &whole);
        let after = chunked(&[], "0\r\n\r\n").replace("\r\n\r\n0", "\r\nX-Last: 1\r\n\r\n2\r\n{}\r\n0");
        comes_byte_by_byte(&after, "401 {}");
    }

    #[test]
    fn refused() {
        let not_oauth = [
            "<html>",
            "HTTP/2 200\r\n\r\n",
            "HTTP/1.2 200 OK\r\n\r\n",
            "HTTP/0.9 200 OK\r\n\r\n",
            "SSH-2.0-x\r\n",
            "\x16\x03\x01",
            "POST / HTTP/1.1\r\n\r\n",
            "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 2,\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n{}",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}3\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n;a=b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r3\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA\r\n\r\n",
        ];
        for answer in not_oauth {
            for end in [End::NotYet, End::Connection, End::Buffer] {
                assert_eq!(take(answer, end), "NotOauth", "{answer:?}");
            }
        }
        // A size that no buffer holds.
        let huge = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffff\r\n{}";
        assert_eq!(take(huge, End::NotYet), "more");
        assert_eq!(take(huge, End::Connection), "200 cut {}");
        assert_eq!(take(huge, End::Buffer), "200 full {}");
    }

    #[test]
    fn number_of_headers() {
        let answer = |headers: usize, trailers: usize| {
            let (headers, trailers) = ("A: b\r\n".repeat(headers), "C: d\r\n".repeat(trailers));
            format!("HTTP/1.1 200 OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n{trailers}\r\n")
        };
        assert_eq!(take(answer(63, 64), End::NotYet), "200 {}");
        assert_eq!(take(answer(64, 0), End::NotYet), format!("{:?}", Cause::ResponseTooLarge));
        assert_eq!(take(answer(0, 65), End::NotYet), format!("{:?}", Cause::ResponseTooLarge));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn heads_alone() {
        let head = |answer: &str, end| say(answer.as_bytes(), |bytes| Response::from_http1_head(bytes, end));
        for framing in ["Content-Length: 50\r\n", "Transfer-Encoding: chunked\r\n", ""] {
            let answer = format!("HTTP/1.1 405 x\r\nDate: y\r\n{framing}\r\n");
            for length in 0..answer.len() {
                assert_eq!(head(&answer[..length], End::NotYet), "more");
                assert_eq!(head(&answer[..length], End::Connection), "ResponseTruncated");
                assert_eq!(head(&answer[..length], End::Buffer), "ResponseTooLarge");
            }
            assert_eq!(head(&answer, End::NotYet), "405 ");
            for end in [End::Connection, End::Buffer] {
                assert_eq!(head(&format!("{answer}0\r\n\r\n"), end), "405 ");
            }
        }
    }

    #[test]
    fn headers_reach_the_response() {
        let mut answer = *b"HTTP/1.1 100 x\r\nDate: no\r\nDPoP-Nonce: no\r\n\r\nHTTP/1.1 429 x\r\n\
            DATE:  Mon, 23 Nov 2026 18:44:13 GMT \r\nage: 1\r\nRetry-After:120\r\nContent-Type: text/\xe9\r\n\
            Content-Length: 0\r\n\r\n";
        let response = Response::from_http1(&mut answer, End::NotYet).unwrap().unwrap();
        assert_eq!(response.date(), Some("Mon, 23 Nov 2026 18:44:13 GMT"));
        assert_eq!((response.age(), response.retry_after()), (Some("1"), Some("120")));
        // What is not UTF-8 counts as absent; what came before an interim answer's end is not of the answer.
        assert_eq!(response.content_type(), None);
        assert!(!response.has_dpop_nonce());
        let mut answer =
            *b"HTTP/1.1 400 x\r\nDPoP-Nonce: a\r\nContent-Length: 26\r\n\r\n{\"error\":\"use_dpop_nonce\"}";
        let response = Response::from_http1(&mut answer, End::NotYet).unwrap().unwrap();
        assert!(response.has_dpop_nonce());
        assert!(matches!(response.read(), Outcome::Error(error) if error.code() == crate::ErrorCode::UseDpopNonce));
    }
}
