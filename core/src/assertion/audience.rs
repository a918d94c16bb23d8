//! Whom an assertion is for.

use crate::error::{Argument, Cause, Error};
use crate::value::{check_uri_characters, check_value};

/// An authorization server's issuer identifier: an `https` URL without query or fragment (RFC 8414 section 2).
///
/// Servers compare it character by character: it must be spelled as the server spells it, final slash and all.
///
/// ```
/// use jurat_core::{Argument, Cause, IssuerIdentifier};
/// assert_eq!(IssuerIdentifier::new("https://as.example/tenant")?.as_str(), "https://as.example/tenant");
/// let error = IssuerIdentifier::new("https://as.example/?tenant=1").unwrap_err();
/// assert_eq!((error.cause(), error.argument()), (Cause::HasQuery, Argument::Issuer));
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IssuerIdentifier<'a>(&'a str);

impl<'a> IssuerIdentifier<'a> {
    /// The issuer identifier from the client's own configuration, or from metadata whose issuer was checked.
    ///
    /// # Errors
    /// About [`Argument::Issuer`]: [`Cause::Empty`], [`Cause::TooLong`], [`Cause::NotHttps`], [`Cause::HasQuery`],
    /// [`Cause::HasFragment`], or [`Cause::InvalidCharacter`] for a blank, a control character or one outside of ASCII.
    pub fn new(url: &'a str) -> Result<Self, Error> {
        Self::with_schemes(url, &["https://"])
    }

    /// The same, but plain `http` is taken too: for servers in tests, on loopback.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn insecure_http(url: &'a str) -> Result<Self, Error> {
        Self::with_schemes(url, &["https://", "http://"])
    }

    fn with_schemes(url: &'a str, schemes: &[&str]) -> Result<Self, Error> {
        check_endpoint(url, schemes, Argument::Issuer)?;
        if url.bytes().any(|byte| byte == b'?') {
            return Err(Error::new(Cause::HasQuery, Argument::Issuer));
        }
        Ok(Self(url))
    }

    /// The URL as it was given.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

/// An endpoint's URL from the client's own configuration: `https`, a query allowed, no fragment (RFC 6749 section 3.2).
///
/// Never one from metadata: that may have been written by an attacker, and an endpoint of it as audience makes an
/// assertion for one server that another one receives (RFC 10070).
///
/// ```
/// use jurat_core::{Argument, Cause, EndpointUrl};
/// assert_eq!(EndpointUrl::new("https://as.example/token?tenant=1")?.as_str(), "https://as.example/token?tenant=1");
/// let error = EndpointUrl::new("https://as.example/token#top").unwrap_err();
/// assert_eq!((error.cause(), error.argument()), (Cause::HasFragment, Argument::Endpoint));
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EndpointUrl<'a>(&'a str);

impl<'a> EndpointUrl<'a> {
    /// The URL as it is configured, and contacted.
    ///
    /// # Errors
    /// Those of [`IssuerIdentifier::new`], about [`Argument::Endpoint`]; a query is allowed.
    pub fn new(url: &'a str) -> Result<Self, Error> {
        check_endpoint(url, &["https://"], Argument::Endpoint)?;
        Ok(Self(url))
    }

    /// The same, but plain `http` is taken too: for servers in tests, on loopback.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn insecure_http(url: &'a str) -> Result<Self, Error> {
        check_endpoint(url, &["https://", "http://"], Argument::Endpoint)?;
        Ok(Self(url))
    }

    /// The URL as it was given.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

/// Whom a grant is for: the issuer identifier, or the token endpoint (RFC 7523 section 3 item 3).
///
/// Client assertions have no such choice: theirs is the issuer identifier (RFC 10070), or what the
/// [profile](crate::Profile) of an older server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Audience<'a>(&'a str);

impl<'a> Audience<'a> {
    /// The URL as it was given.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

impl<'a> From<IssuerIdentifier<'a>> for Audience<'a> {
    fn from(issuer: IssuerIdentifier<'a>) -> Self {
        Self(issuer.as_str())
    }
}

/// The token endpoint that the request is sent to; prefer the issuer identifier.
impl<'a> From<EndpointUrl<'a>> for Audience<'a> {
    fn from(url: EndpointUrl<'a>) -> Self {
        Self(url.as_str())
    }
}

/// An absolute URL with one of the schemes and a host, without a fragment, of visible ASCII characters.
fn check_endpoint(url: &str, schemes: &[&str], argument: Argument) -> Result<(), Error> {
    check_value(url, argument)?;
    check_uri_characters(url, argument)?;
    // Schemes compare without case (RFC 3986 section 3.1).
    let rest = schemes.iter().find_map(|scheme| {
        let (start, rest) = url.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    match rest.map(str::as_bytes) {
        None | Some([] | [b'/' | b'?' | b'#' | b':', ..]) => Err(Error::new(Cause::NotHttps, argument)),
        Some(_) if url.bytes().any(|byte| byte == b'#') => Err(Error::new(Cause::HasFragment, argument)),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, EndpointUrl, IssuerIdentifier};
    use crate::error::Cause;

    #[test]
    fn issuers() {
        let cause = |url| IssuerIdentifier::new(url).map(|issuer| issuer.as_str()).map_err(|error| error.cause());
        for good in ["https://a", "https://a/", "https://a:8443/b/c", "HTTPS://a", "https://[::1]:1/", "https://a/%7Eb"]
        {
            assert_eq!(cause(good), Ok(good));
        }
        for (url, expected) in [
            ("", Cause::Empty),
            ("a", Cause::NotHttps),
            ("https:", Cause::NotHttps),
            ("https://", Cause::NotHttps),
            ("https:///b", Cause::NotHttps),
            ("https://:443", Cause::NotHttps),
            ("http://a", Cause::NotHttps),
            ("httpsx://a", Cause::NotHttps),
            ("https://a?", Cause::HasQuery),
            ("https://a/b?c", Cause::HasQuery),
            ("https://a#", Cause::HasFragment),
            ("https://a/b#c", Cause::HasFragment),
            ("https://a b", Cause::InvalidCharacter),
            (" https://a", Cause::InvalidCharacter),
            ("https://a\n", Cause::InvalidCharacter),
            ("https://ä", Cause::InvalidCharacter),
            ("ä", Cause::InvalidCharacter),
        ] {
            assert_eq!(cause(url), Err(expected), "{url}");
        }
        let long = std::format!("https://{}", "a".repeat(2_041));
        assert_eq!(cause(&long), Err(Cause::TooLong));
        assert!(cause(&long[1..]).is_err());
        assert!(cause(&long[..2_048]).is_ok());
        assert!(IssuerIdentifier::insecure_http("http://127.0.0.1:1").is_ok());
        assert!(IssuerIdentifier::insecure_http("ftp://a").is_err());
    }

    #[test]
    fn token_endpoints_may_have_a_query() {
        let cause = |url| EndpointUrl::new(url).map(|url| Audience::from(url).as_str()).map_err(|error| error.cause());
        assert_eq!(cause("https://a/token?tenant=1"), Ok("https://a/token?tenant=1"));
        assert_eq!(cause("https://a/token#"), Err(Cause::HasFragment));
        assert_eq!(cause("http://a/token"), Err(Cause::NotHttps));
        assert!(EndpointUrl::insecure_http("http://a/token").is_ok());
        assert!(EndpointUrl::insecure_http("ftp://a/token").is_err());
    }
}
