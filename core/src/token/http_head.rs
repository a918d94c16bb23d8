//! The head of an HTTP/1.1 request (RFC 9112), for firmware that has a TLS socket and no HTTP client.

use crate::assertion::audience::EndpointUrl;
use crate::encoding::json::write::digits;
use crate::encoding::sink::{Output, Sink as _};
use crate::error::{Argument, Cause, Error};
use crate::token::request::CONTENT_TYPE;

/// Room for the length of a body, filled once it is known: optional blanks stand before a value (RFC 9112 section 5).
const LENGTH_ROOM: usize = 10;

/// Writes the head of a POST of a form; gives the place for the body's length.
pub(crate) fn post(output: &mut Output<'_>, endpoint: EndpointUrl<'_>) -> Result<usize, Error> {
    begin(output, "POST", endpoint)?;
    output.put(b"Content-Type: ");
    output.put(CONTENT_TYPE.as_bytes());
    output.put(b"\r\nAccept: application/json\r\nContent-Length: ");
    let place = output.length();
    output.put(&[b' '; LENGTH_ROOM]);
    output.put(b"\r\n\r\n");
    Ok(place)
}

/// Fills in how much was written since the head.
pub(crate) fn end(output: &mut Output<'_>, place: usize) {
    let body = place.saturating_add(LENGTH_ROOM).saturating_add(b"\r\n\r\n".len());
    let length = output.length().saturating_sub(body);
    let mut counter = Output::new(&mut []);
    digits(&mut counter, length as u64);
    let blanks = LENGTH_ROOM.saturating_sub(counter.length());
    let room = output.written_mut().get_mut(place.saturating_add(blanks)..place.saturating_add(LENGTH_ROOM));
    let mut room = Output::new(room.unwrap_or_default());
    digits(&mut room, length as u64);
    room.take();
}

/// Writes a request for the time into `output`: `HEAD` of the endpoint, without an assertion and without a body.
///
/// Every answer to it has a `Date`, whatever its status (RFC 9110 section 6.6.1), and is not likely to come from a cache.
/// Give it to [`Exchange::answer`](crate::Exchange::answer) after [`Exchange::ask_time`](crate::Exchange::ask_time).
///
/// ```
/// use jurat_core::{EndpointUrl, time_request};
/// let mut buffer = [0; 128];
/// let request = time_request(EndpointUrl::new("https://as.example/token")?, &mut buffer)?;
/// assert_eq!(request, "HEAD /token HTTP/1.1\r\nHost: as.example\r\nConnection: close\r\n\r\n");
/// # Ok::<(), jurat_core::Error>(())
/// ```
///
/// # Errors
/// [`Cause::BufferTooSmall`] with the size that is needed; [`Cause::InvalidCharacter`] about [`Argument::Endpoint`] for a
/// URL with a user's name in it.
pub fn time_request<'o>(endpoint: EndpointUrl<'_>, output: &'o mut [u8]) -> Result<&'o str, Error> {
    let mut output = Output::new(output);
    begin(&mut output, "HEAD", endpoint)?;
    output.put(b"\r\n");
    output.into_text()
}

/// The request line, `Host` and `Connection`: no connection is kept, so that the answer's end is never in doubt.
fn begin(output: &mut Output<'_>, method: &str, endpoint: EndpointUrl<'_>) -> Result<(), Error> {
    let (authority, target) = endpoint.split();
    if authority.bytes().any(|byte| byte == b'@') {
        return Err(Error::new(Cause::InvalidCharacter, Argument::Endpoint));
    }
    output.put(method.as_bytes());
    output.put(if target.as_bytes().starts_with(b"/") { b" " } else { b" /" });
    output.put(target.as_bytes());
    output.put(b" HTTP/1.1\r\nHost: ");
    output.put(authority.as_bytes());
    output.put(b"\r\nConnection: close\r\n");
    Ok(())
}
