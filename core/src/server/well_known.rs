//! Where a server's metadata is fetched from.

use crate::assertion::audience::IssuerIdentifier;
use crate::encoding::output::Output;
#[cfg(doc)]
use crate::error::Cause;
use crate::error::Error;

/// The URLs at which an issuer's metadata may stand, for a GET request. The numbers are stable.
///
/// Each of these forms has a slash taken off the end of the issuer identifier's path first, if one is there (RFC 8414
/// section 3.1).
///
/// ```
/// use jurat_core::{IssuerIdentifier, WellKnown};
/// let issuer = IssuerIdentifier::new("https://as.example:8443/tenant")?;
/// let mut buffer = [0; 128];
/// let urls = [
///     "https://as.example:8443/.well-known/oauth-authorization-server/tenant",
///     "https://as.example:8443/.well-known/openid-configuration/tenant",
///     "https://as.example:8443/tenant/.well-known/openid-configuration",
/// ];
/// for (form, url) in WellKnown::ALL.into_iter().zip(urls) {
///     assert_eq!(form.write(issuer, &mut buffer)?, url);
/// }
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(i32)]
pub enum WellKnown {
    /// `/.well-known/oauth-authorization-server` between host and path (RFC 8414 section 3.1).
    OauthAuthorizationServer = 1,
    /// `/.well-known/openid-configuration` between host and path (RFC 8414 section 5).
    OpenidConfigurationInserted = 2,
    /// `/.well-known/openid-configuration` behind the path (OpenID Connect Discovery 1.0 section 4).
    ///
    /// For an issuer identifier without a path this is the URL of
    /// [`OpenidConfigurationInserted`](Self::OpenidConfigurationInserted): there is no third one to try.
    OpenidConfiguration = 3,
}

impl WellKnown {
    /// All forms, in the order in which they are tried: the next one if there is no document at the one before.
    pub const ALL: [Self; 3] =
        [Self::OauthAuthorizationServer, Self::OpenidConfigurationInserted, Self::OpenidConfiguration];

    /// The stable number, 1 to 3.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The form with this number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.number() == number)
    }

    /// Bytes that the URL needs, exactly.
    #[must_use]
    pub fn needed(self, issuer: IssuerIdentifier<'_>) -> usize {
        let mut counter = Output::new(&mut []);
        self.put(issuer, &mut counter);
        counter.length()
    }

    /// Writes the URL into `output`.
    ///
    /// # Errors
    /// [`Cause::BufferTooSmall`]: [`Error::needed`] says how many bytes would do, and `output` is zeroed.
    pub fn write<'o>(self, issuer: IssuerIdentifier<'_>, output: &'o mut [u8]) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        self.put(issuer, &mut output);
        output.into_text()
    }

    fn put(self, issuer: IssuerIdentifier<'_>, output: &mut Output<'_>) {
        const OAUTH: &str = "/.well-known/oauth-authorization-server";
        const OPENID: &str = "/.well-known/openid-configuration";
        let (origin, path) = issuer.split();
        let path = path.strip_suffix('/').unwrap_or(path);
        let (first, second) = match self {
            Self::OauthAuthorizationServer => (OAUTH, path),
            Self::OpenidConfigurationInserted => (OPENID, path),
            Self::OpenidConfiguration => (path, OPENID),
        };
        for part in [origin, first, second] {
            output.put(part.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WellKnown;
    use crate::assertion::audience::IssuerIdentifier;
    use crate::error::Error;

    const FORMS: [WellKnown; 3] =
        [WellKnown::OauthAuthorizationServer, WellKnown::OpenidConfigurationInserted, WellKnown::OpenidConfiguration];

    #[test]
    fn urls() {
        for (issuer, urls) in [
            (
                "https://as.example",
                [
                    "https://as.example/.well-known/oauth-authorization-server",
                    "https://as.example/.well-known/openid-configuration",
                    "https://as.example/.well-known/openid-configuration",
                ],
            ),
            (
                "https://as.example/",
                [
                    "https://as.example/.well-known/oauth-authorization-server",
                    "https://as.example/.well-known/openid-configuration",
                    "https://as.example/.well-known/openid-configuration",
                ],
            ),
            (
                "https://as.example/realms/one",
                [
                    "https://as.example/.well-known/oauth-authorization-server/realms/one",
                    "https://as.example/.well-known/openid-configuration/realms/one",
                    "https://as.example/realms/one/.well-known/openid-configuration",
                ],
            ),
            (
                "https://as.example:8443/realms/one/",
                [
                    "https://as.example:8443/.well-known/oauth-authorization-server/realms/one",
                    "https://as.example:8443/.well-known/openid-configuration/realms/one",
                    "https://as.example:8443/realms/one/.well-known/openid-configuration",
                ],
            ),
            (
                // Only one slash goes.
                "http://[::1]:1//",
                [
                    "http://[::1]:1/.well-known/oauth-authorization-server/",
                    "http://[::1]:1/.well-known/openid-configuration/",
                    "http://[::1]:1//.well-known/openid-configuration",
                ],
            ),
        ] {
            let issuer = IssuerIdentifier::insecure_http(issuer).unwrap();
            for (form, url) in WellKnown::ALL.into_iter().zip(urls) {
                assert_eq!(form.write(issuer, &mut [0; 100]), Ok(url));
                assert_eq!(form.needed(issuer), url.len());
                let mut output = std::vec![1; url.len()];
                assert_eq!(form.write(issuer, &mut output), Ok(url));
                output.pop();
                assert_eq!(form.write(issuer, &mut output), Err(Error::too_small(url.len())));
                assert!(output.iter().all(|byte| *byte == 0));
            }
        }
        assert_eq!(WellKnown::ALL, FORMS);
    }

    #[test]
    fn numbers() {
        for (form, number) in FORMS.into_iter().zip(1..) {
            assert_eq!((form.number(), WellKnown::from_number(number)), (number, Some(form)));
        }
        assert_eq!((WellKnown::from_number(0), WellKnown::from_number(4)), (None, None));
    }
}
