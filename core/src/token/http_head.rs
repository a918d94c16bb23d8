//! The head of an HTTP/1.1 request (RFC 9112), for firmware that has a TLS socket and no HTTP client.

use crate::assertion::audience::EndpointUrl;
use crate::encoding::json::write::digits;
use crate::encoding::output::Output;
use crate::error::{Argument, Cause, Error};
use crate::token::request::CONTENT_TYPE;

/// Room for the length of a body, filled once it is known: optional blanks stand before a value (RFC 9112 section 5).
const LENGTH_ROOM: usize = 10;

/// The head of a POST of a form.
///
/// Its code is called by pointers: a firmware that never makes one does not get it linked.
pub(crate) struct Head<'a> {
    endpoint: EndpointUrl<'a>,
    begin: fn(&mut Output<'_>, EndpointUrl<'_>) -> Result<usize, Error>,
    end: fn(&mut Output<'_>, usize),
}

impl<'a> Head<'a> {
    pub(crate) fn new(endpoint: EndpointUrl<'a>) -> Self {
        Self { endpoint, begin: post, end }
    }

    pub(crate) const fn url(&self) -> &'a str {
        self.endpoint.as_str()
    }

    /// Writes the head; gives the place for the body's length.
    pub(crate) fn begin(&self, output: &mut Output<'_>) -> Result<usize, Error> {
        (self.begin)(output, self.endpoint)
    }

    /// Fills in how much was written since the head.
    pub(crate) fn end(&self, output: &mut Output<'_>, place: usize) {
        (self.end)(output, place);
    }
}

fn post(output: &mut Output<'_>, endpoint: EndpointUrl<'_>) -> Result<usize, Error> {
    begin(output, "POST", endpoint)?;
    output.put(b"Content-Type: ");
    output.put(CONTENT_TYPE.as_bytes());
    output.put(b"\r\nAccept: application/json\r\nContent-Length: ");
    let place = output.length();
    output.put(&[b' '; LENGTH_ROOM]);
    output.put(b"\r\n\r\n");
    Ok(place)
}

fn end(output: &mut Output<'_>, place: usize) {
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
/// An answer to it has a `Date` unless its status is 500 or above, or the server has no clock (RFC 9110 section 6.6.1), and
/// is not likely to come from a cache.
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

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec;

    use super::time_request;
    use crate::assertion::GrantAssertion;
    use crate::assertion::audience::{EndpointUrl, IssuerIdentifier};
    use crate::assertion::jwt_id::JwtId;
    use crate::error::{Argument, Cause, Error};
    use crate::server::policy::Server;
    use crate::server::profile::Profile;
    use crate::time::NumericDate;
    use crate::token::request::{Parameter, TokenRequest};

    fn request(url: &str) -> TokenRequest<'_> {
        let issuer = IssuerIdentifier::new("https://as.example").unwrap();
        let server = Server::new(issuer)
            .with_profile(Profile::ORY_HYDRA)
            .with_token_endpoint(EndpointUrl::insecure_http(url).unwrap());
        let now = NumericDate::from_seconds(1_795_459_454).unwrap();
        let client = server.client_assertion("c", now, JwtId::random(*b"0123456789abcdef")).unwrap();
        TokenRequest::client_credentials(client)
    }

    fn whole(url: &'static str, value: &str) -> (String, usize) {
        let parameters = [Parameter { name: "p", value }];
        let make =
            || request(url).with_parameters(&parameters).with_http_head(EndpointUrl::insecure_http(url).unwrap());
        let needed = make().needed().unwrap();
        let mut buffer = vec![0xaa; needed];
        let (bytes, ..) = make().prepare(&mut buffer).unwrap().detach();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        for short in [0, 1, 50, needed - 1] {
            let mut buffer = vec![0xaa; short];
            assert_eq!(make().prepare(&mut buffer).map(drop), Err(Error::too_small(needed)));
            assert!(buffer.iter().all(|byte| matches!(byte, 0 | 0xaa)));
        }
        let body = text.find("\r\n\r\n").unwrap() + 4;
        (text, body)
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn an_independent_parser_reads_the_head() {
        for (url, target, host) in [
            ("https://as.example/token", "/token", "as.example"),
            ("https://as.example", "/", "as.example"),
            ("https://as.example?tenant=1", "/?tenant=1", "as.example"),
            ("http://127.0.0.1:8080/a/b?c=d%20e", "/a/b?c=d%20e", "127.0.0.1:8080"),
            ("https://[::1]:8443/token", "/token", "[::1]:8443"),
        ] {
            for value in ["x".into(), "x".repeat(2_048)] {
                let (text, body) = whole(url, &value);
                let mut headers = [httparse::EMPTY_HEADER; 16];
                let mut parsed = httparse::Request::new(&mut headers);
                assert_eq!(parsed.parse(text.as_bytes()), Ok(httparse::Status::Complete(body)));
                assert_eq!((parsed.method, parsed.path, parsed.version), (Some("POST"), Some(target), Some(1)));
                let header = |name: &str| {
                    let mut found = parsed.headers.iter().filter(|header| header.name == name);
                    let value = str::from_utf8(found.next().unwrap().value).unwrap();
                    assert!(found.next().is_none());
                    value
                };
                assert_eq!(header("Host"), host);
                assert_eq!(header("Content-Type"), "application/x-www-form-urlencoded");
                assert_eq!(header("Content-Length").parse(), Ok(text.len() - body));
                assert_eq!(header("Connection"), "close");
                assert!(text[body..].starts_with("grant_type=") && text.ends_with(&value));
                let mut buffer = [0; 512];
                let head = time_request(EndpointUrl::insecure_http(url).unwrap(), &mut buffer).unwrap();
                assert_eq!(head, std::format!("HEAD {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
            }
        }
    }

    #[test]
    fn an_audience_is_the_url_that_is_contacted() {
        let url = "https://as.example/token";
        // Made without a server.
        let grant = |audience, contacted| {
            let now = NumericDate::from_seconds(1_795_459_454).unwrap();
            let request = TokenRequest::jwt_bearer(GrantAssertion::new("i", "s", audience, now, JwtId::omitted()));
            let request = request.with_http_head(EndpointUrl::new(contacted).unwrap());
            request.needed().map(drop).map_err(|error| error.cause())
        };
        for (contacted, expected) in [
            (url, Ok(())),
            ("https://as.example/token/", Err(Cause::EndpointNotContacted)),
            ("https://AS.example/token", Err(Cause::EndpointNotContacted)),
            ("https://evil.example/token", Err(Cause::EndpointNotContacted)),
        ] {
            let request = request(url).with_http_head(EndpointUrl::new(contacted).unwrap());
            assert_eq!(request.needed().map(drop).map_err(|error| error.cause()), expected, "{contacted}");
            let audience = EndpointUrl::new(url).unwrap().into();
            assert_eq!(grant(audience, contacted), expected, "{contacted}");
        }
        // The issuer is the same wherever the request goes.
        let issuer = IssuerIdentifier::new("https://as.example").unwrap();
        assert_eq!(grant(issuer.into(), url), Ok(()));
        let now = NumericDate::from_seconds(1_795_459_454).unwrap();
        let client = Server::new(issuer).client_assertion("c", now, JwtId::omitted()).unwrap();
        let request = TokenRequest::client_credentials(client).with_http_head(EndpointUrl::new(url).unwrap());
        assert!(request.needed().is_ok());
    }

    #[test]
    fn a_user_s_name_in_the_url_is_refused() {
        let url = EndpointUrl::new("https://user:password@as.example/token").unwrap();
        let refused = Error::new(Cause::InvalidCharacter, Argument::Endpoint);
        assert_eq!(time_request(url, &mut [0; 512]), Err(refused));
        assert_eq!(request(url.as_str()).with_http_head(url).needed(), Err(refused));
        let mut buffer = [0xaa; 10];
        assert!(time_request(EndpointUrl::new("https://as.example").unwrap(), &mut buffer).is_err());
        assert!(buffer.iter().all(|byte| matches!(byte, 0 | 0xaa)));
    }
}
