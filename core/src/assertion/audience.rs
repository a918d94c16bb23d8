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
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
pub struct IssuerIdentifier<'a>(&'a str);

impl<'a> IssuerIdentifier<'a> {
    /// The issuer identifier from the client's own configuration, or from metadata whose issuer was checked.
    ///
    /// # Errors
    /// About [`Argument::Issuer`]: [`Cause::Empty`], [`Cause::TooLong`], [`Cause::NotHttps`], [`Cause::HasQuery`],
    /// [`Cause::HasFragment`], or [`Cause::InvalidCharacter`] for a blank, a control character or one outside of ASCII.
    pub fn new(url: &'a str) -> Result<Self, Error> {
        Self::with_scheme(url, false)
    }

    /// The same, but plain `http` is taken too: for servers in tests, on loopback.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn insecure_http(url: &'a str) -> Result<Self, Error> {
        Self::with_scheme(url, true)
    }

    fn with_scheme(url: &'a str, plain: bool) -> Result<Self, Error> {
        check_endpoint(url, plain, Argument::Issuer)?;
        Ok(Self(url))
    }

    /// The URL as it was given.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Compares with an issuer identifier that was found, in metadata or elsewhere: code point by code point, without
    /// any normalisation (RFC 8414 sections 3.3 and 4).
    ///
    /// # Errors
    /// All about [`Argument::Issuer`]. What was found belongs to another issuer; of several differences, the cause
    /// names the one that comes first here.
    /// * [`Cause::OtherIssuer`]: another host, or no http URL at all.
    /// * [`Cause::IssuerScheme`]: `http` here and `https` there.
    /// * [`Cause::IssuerPort`]: another port; a default port that is spelled out differs from one that is not.
    /// * [`Cause::IssuerPath`]: another path.
    /// * [`Cause::IssuerEncoding`]: the same but for percent-encoding. Also anything with a character outside of ASCII,
    ///   whatever else differs.
    /// * [`Cause::IssuerCase`]: the same but for upper and lower case.
    /// * [`Cause::IssuerSlash`]: the same but for slashes at the end.
    ///
    /// ```
    /// use jurat_core::{Cause, IssuerIdentifier};
    /// let issuer = IssuerIdentifier::new("https://as.example")?;
    /// issuer.check("https://as.example")?;
    /// assert_eq!(issuer.check("https://as.example/").unwrap_err().cause(), Cause::IssuerSlash);
    /// # Ok::<(), jurat_core::Error>(())
    /// ```
    pub fn check(&self, found: &str) -> Result<(), Error> {
        if found == self.0 { Ok(()) } else { Err(Error::new(difference(self.0, found), Argument::Issuer)) }
    }

    /// The URL up to its path, and the path.
    pub(crate) fn split(&self) -> (&'a str, &'a str) {
        split(self.0)
    }
}

/// How an issuer identifier differs from another text.
fn difference(issuer: &str, found: &str) -> Cause {
    // An issuer identifier is ASCII.
    if !found.is_ascii() {
        return Cause::IssuerEncoding;
    }
    let (Some(wanted), Some(other)) = (Parts::of(issuer), Parts::of(found)) else { return Cause::OtherIssuer };
    let same = |one, two| folded(one).eq(folded(two));
    let without_slash = |text| str::trim_end_matches(text, '/');
    if !same(wanted.host, other.host) {
        Cause::OtherIssuer
    } else if wanted.plain != other.plain {
        Cause::IssuerScheme
    } else if wanted.port != other.port {
        Cause::IssuerPort
    } else if !same(without_slash(wanted.path), without_slash(other.path)) {
        Cause::IssuerPath
    } else if !without_slash(issuer).eq_ignore_ascii_case(without_slash(found)) {
        Cause::IssuerEncoding
    } else if without_slash(issuer) != without_slash(found) {
        Cause::IssuerCase
    } else {
        Cause::IssuerSlash
    }
}

/// An http or https URL, taken apart for a comparison.
struct Parts<'a> {
    /// Whether the scheme is http.
    plain: bool,
    host: &'a str,
    port: Option<&'a str>,
    /// With a query and a fragment.
    path: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (origin, path) = split(url);
        let colon = origin.bytes().position(|byte| byte == b':')?;
        let (scheme, authority) = origin.split_at_checked(colon)?;
        let authority = authority.strip_prefix("://")?;
        let plain = scheme.eq_ignore_ascii_case("http");
        if !plain && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        // The last colon of an IPv6 address has a bracket behind it somewhere, so it is none before a port.
        let digits = authority.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (host, port) = authority.split_at_checked(authority.len().saturating_sub(digits))?;
        let (host, port) = host.strip_suffix(':').map_or((authority, None), |host| (host, Some(port)));
        Some(Self { plain, host, port, path })
    }
}

/// A URL up to its path, and from its path on. The first two slashes are those behind the scheme.
fn split(url: &str) -> (&str, &str) {
    let mut ends = url.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'/' | b'?' | b'#'));
    ends.nth(2).and_then(|(index, _)| url.split_at_checked(index)).unwrap_or((url, ""))
}

/// Small letters, and percent-encoded bytes (RFC 3986 section 2.1) as what they stand for.
fn folded(text: &str) -> impl Iterator<Item = u8> {
    let hex = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut rest = text.as_bytes();
    core::iter::from_fn(move || {
        if let [b'%', high, low, behind @ ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            rest = behind;
            return Some((high << 4 | low).to_ascii_lowercase());
        }
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        Some(byte.to_ascii_lowercase())
    })
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
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
pub struct EndpointUrl<'a>(&'a str);

impl<'a> EndpointUrl<'a> {
    /// The URL as it is configured, and contacted.
    ///
    /// # Errors
    /// Those of [`IssuerIdentifier::new`], about [`Argument::Endpoint`]; a query is allowed.
    pub fn new(url: &'a str) -> Result<Self, Error> {
        check_endpoint(url, false, Argument::Endpoint)?;
        Ok(Self(url))
    }

    /// The same, but plain `http` is taken too: for servers in tests, on loopback.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn insecure_http(url: &'a str) -> Result<Self, Error> {
        check_endpoint(url, true, Argument::Endpoint)?;
        Ok(Self(url))
    }

    /// The URL as it was given.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Host and port, and from the path on.
    pub(crate) fn split(&self) -> (&'a str, &'a str) {
        let (origin, target) = split(self.0);
        let https = origin.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
        (origin.get(if https { 8 } else { 7 }..).unwrap_or_default(), target)
    }
}

/// Whom a grant is for: the issuer identifier, or the token endpoint (RFC 7523 section 3 item 3).
///
/// Client assertions have no such choice: theirs is the issuer identifier (RFC 10070), or what the
/// [profile](crate::Profile) of an older server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
pub struct Audience<'a> {
    url: &'a str,
    is_endpoint: bool,
}

impl<'a> Audience<'a> {
    /// The URL as it was given.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.url
    }

    /// Whether the request has to go to this URL.
    pub(crate) const fn is_endpoint(&self) -> bool {
        self.is_endpoint
    }
}

impl<'a> From<IssuerIdentifier<'a>> for Audience<'a> {
    fn from(issuer: IssuerIdentifier<'a>) -> Self {
        Self { url: issuer.as_str(), is_endpoint: false }
    }
}

/// The token endpoint that the request is sent to; prefer the issuer identifier.
impl<'a> From<EndpointUrl<'a>> for Audience<'a> {
    fn from(url: EndpointUrl<'a>) -> Self {
        Self { url: url.as_str(), is_endpoint: true }
    }
}

/// An absolute https URL, or http one if `plain`, with a host, without a fragment, of visible ASCII characters; an issuer also
/// without a query.
pub(crate) fn check_endpoint(url: &str, plain: bool, argument: Argument) -> Result<(), Error> {
    check_value(url, argument)?;
    check_uri_characters(url, argument)?;
    // Schemes compare without case (RFC 3986 section 3.1).
    let scheme = if plain && url.as_bytes().get(4) == Some(&b':') { "http" } else { "https" };
    let rest = url
        .split_at_checked(scheme.len())
        .filter(|(start, _)| start.eq_ignore_ascii_case(scheme))
        .and_then(|(_, rest)| rest.as_bytes().strip_prefix(b"://"));
    let has = |wanted| url.bytes().any(|byte| byte == wanted);
    let cause = match rest {
        None | Some([] | [b'/' | b'?' | b'#' | b':', ..]) => Cause::NotHttps,
        Some(_) if has(b'#') => Cause::HasFragment,
        Some(_) if argument == Argument::Issuer && has(b'?') => Cause::HasQuery,
        Some(_) => return Ok(()),
    };
    Err(Error::new(cause, argument))
}

#[cfg(test)]
mod tests {
    use super::{Audience, EndpointUrl, IssuerIdentifier};
    use crate::error::{Argument, Cause, Error};

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
    fn near_misses_are_named_both_ways() {
        for (one, two, expected) in [
            ("https://as.example", "https://as.example/", Cause::IssuerSlash),
            ("https://as.example/a", "https://as.example/a/", Cause::IssuerSlash),
            ("https://as.example/a/", "https://as.example/a//", Cause::IssuerSlash),
            ("https://as.example/a", "HTTPS://as.example/a", Cause::IssuerCase),
            ("https://as.example/a", "https://AS.Example/a", Cause::IssuerCase),
            ("https://as.example/a", "https://as.example/A", Cause::IssuerCase),
            ("https://as.example/%7e", "https://as.example/%7E", Cause::IssuerCase),
            ("https://as.example/A", "https://as.example/a/", Cause::IssuerCase),
            ("https://as.example", "https://as.example:443", Cause::IssuerPort),
            ("https://as.example:8443/a", "https://as.example/a", Cause::IssuerPort),
            ("https://as.example:8443", "https://as.example:8444", Cause::IssuerPort),
            ("https://as.example:", "https://as.example", Cause::IssuerPort),
            ("https://[::1]", "https://[::1]:1", Cause::IssuerPort),
            ("https://as.example:1/", "https://as.example:2", Cause::IssuerPort),
            ("https://as.example/a", "http://as.example/a", Cause::IssuerScheme),
            ("https://as.example:443", "http://as.example:80", Cause::IssuerScheme),
            ("https://as.example/a", "https://as.example/b", Cause::IssuerPath),
            ("https://as.example/a", "https://as.example", Cause::IssuerPath),
            ("https://as.example/a", "https://as.example/a/b", Cause::IssuerPath),
            ("https://as.example/a", "https://as.example/%", Cause::IssuerPath),
            ("https://as.example/a", "https://as.example/%6", Cause::IssuerPath),
            ("https://as.example/a", "https://as.example/%6g", Cause::IssuerPath),
            ("https://as.example/~a", "https://as.example/%7Ea", Cause::IssuerEncoding),
            ("https://as.example/a", "https://as.example/%41", Cause::IssuerEncoding),
            ("https://as.example/a/b", "https://as.example/a%2Fb/", Cause::IssuerEncoding),
            ("https://as.example", "https://%61s.example", Cause::IssuerEncoding),
            ("https://as.example", "https://as.example.evil.example", Cause::OtherIssuer),
            ("https://as.example", "https://a.example", Cause::OtherIssuer),
            ("https://[::1]", "https://[::2]", Cause::OtherIssuer),
            ("http://one.example/", "https://two.example", Cause::OtherIssuer),
        ] {
            for (one, two) in [(one, two), (two, one)] {
                let issuer = IssuerIdentifier::insecure_http(one).unwrap();
                assert_eq!(issuer.check(two), Err(Error::new(expected, Argument::Issuer)), "{one} {two}");
                assert_eq!(issuer.check(one), Ok(()));
            }
        }
    }

    #[test]
    fn what_was_found_can_be_anything() {
        let issuer = IssuerIdentifier::new("https://as.example/%C3%BC").unwrap();
        for (found, expected) in [
            ("", Cause::OtherIssuer),
            ("as.example/%C3%BC", Cause::OtherIssuer),
            ("ftp://as.example/%C3%BC", Cause::OtherIssuer),
            ("https:/as.example/%C3%BC", Cause::OtherIssuer),
            ("https:as.example", Cause::OtherIssuer),
            ("://", Cause::OtherIssuer),
            ("https://", Cause::OtherIssuer),
            ("https://:443", Cause::OtherIssuer),
            (" https://as.example/%C3%BC", Cause::OtherIssuer),
            ("https://as.example/%C3%BC\n", Cause::IssuerPath),
            ("https://as.example?a/b", Cause::IssuerPath),
            ("https://as.example#", Cause::IssuerPath),
            ("https://as.example/%C3%BC?", Cause::IssuerPath),
            ("https://as.example/ü", Cause::IssuerEncoding),
            // The same letter in the other normalisation form.
            ("https://as.example/u\u{308}", Cause::IssuerEncoding),
            // A Cyrillic letter in the host, and a letter of another width.
            ("https://\u{430}s.example/%C3%BC", Cause::IssuerEncoding),
            ("https://as.example/\u{ff43}", Cause::IssuerEncoding),
        ] {
            assert_eq!(issuer.check(found).map_err(|error| error.cause()), Err(expected), "{found:?}");
        }
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
