//! Registering a client at a server (RFC 7591).

use crate::assertion::audience::EndpointUrl;
use crate::assertion::size::member;
use crate::encoding::json::write::Object;
use crate::encoding::output::Output;
#[cfg(doc)]
use crate::error::Cause;
use crate::error::{Argument, Error};
use crate::key::jwk::Jwks;
use crate::token::request::JWT_BEARER;
use crate::value::{check_scope, check_value};

/// Which grants a client may use; never empty.
///
/// ```
/// use jurat_core::GrantTypes;
/// let both = GrantTypes::CLIENT_CREDENTIALS.and(GrantTypes::JWT_BEARER);
/// assert!(both.contains(GrantTypes::JWT_BEARER));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GrantTypes(u8);

impl GrantTypes {
    /// `client_credentials` (RFC 6749 section 4.4).
    pub const CLIENT_CREDENTIALS: Self = Self(1);
    /// `urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523 section 2.1).
    pub const JWT_BEARER: Self = Self(2);

    /// In the order in which they are written.
    const NAMES: [(Self, &'static str); 2] =
        [(Self::CLIENT_CREDENTIALS, "client_credentials"), (Self::JWT_BEARER, JWT_BEARER)];

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are among these.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Where the server has the client's keys from: one of the two, never both (RFC 7591 section 2).
#[derive(Clone, Copy)]
enum Keys<'a> {
    Here(Jwks<'a>),
    At(&'a str),
}

/// The metadata of a client that authenticates by client assertions, as the body of a registration request (RFC 7591
/// section 3.1, `application/json`).
///
/// The members, in this order: `token_endpoint_auth_method` = `private_key_jwt`, `token_endpoint_auth_signing_alg` =
/// `ES256`, `grant_types`, `response_types` = `[]`, `client_name`, `scope`, `software_id` and `software_version` if
/// given, `jwks` or `jwks_uri`. The empty `response_types` is there because its default is `["code"]`, which belongs to a
/// grant with redirects (RFC 7591 section 2.1); such a client has no `redirect_uris` either.
///
/// The server's answer has the `client_id`.
///
/// ```
/// use jurat_core::{Jwk, Jwks, PublicKey, Registration};
/// # let (x, y) = ([1; 32], [2; 32]);
/// let keys = [Jwk { key: PublicKey::from_coordinates(&x, &y)?, key_id: None }];
/// let mut buffer = [0; 1024];
/// let body = Registration::jwks(Jwks::new(&keys)).with_client_name("Meter 7").write(&mut buffer)?;
/// assert!(body.starts_with(r#"{"token_endpoint_auth_method":"private_key_jwt","#));
/// assert!(body.contains(r#""grant_types":["client_credentials"],"response_types":[],"client_name":"Meter 7","#));
/// # Ok::<(), jurat_core::Error>(())
/// ```
#[derive(Clone, Copy)]
#[must_use = "a registration does nothing until it is written"]
pub struct Registration<'a> {
    keys: Keys<'a>,
    grant_types: GrantTypes,
    client_name: Option<&'a str>,
    scope: Option<&'a str>,
    software_id: Option<&'a str>,
    software_version: Option<&'a str>,
}

impl<'a> Registration<'a> {
    /// A client whose keys are registered by value, for the grant `client_credentials`.
    pub const fn jwks(jwks: Jwks<'a>) -> Self {
        Self::build(Keys::Here(jwks))
    }

    /// A client whose keys the server fetches from `url`, for the grant `client_credentials`.
    ///
    /// # Errors
    /// About [`Argument::JwksUri`]: [`Cause::Empty`], [`Cause::TooLong`], [`Cause::NotHttps`], [`Cause::HasFragment`],
    /// or [`Cause::InvalidCharacter`] for a character that a URL cannot have; a query is allowed.
    pub fn jwks_uri(url: &'a str) -> Result<Self, Error> {
        Self::at(EndpointUrl::new(url))
    }

    /// The same, but plain `http` is taken too: for servers in tests, on loopback.
    ///
    /// # Errors
    /// Those of [`jwks_uri`](Self::jwks_uri).
    pub fn insecure_http_jwks_uri(url: &'a str) -> Result<Self, Error> {
        Self::at(EndpointUrl::insecure_http(url))
    }

    /// The rules for such a URL are those for an endpoint.
    fn at(url: Result<EndpointUrl<'a>, Error>) -> Result<Self, Error> {
        let url = url.map_err(|error| error.about(Argument::JwksUri))?;
        Ok(Self::build(Keys::At(url.as_str())))
    }

    const fn build(keys: Keys<'a>) -> Self {
        Self {
            keys,
            grant_types: GrantTypes::CLIENT_CREDENTIALS,
            client_name: None,
            scope: None,
            software_id: None,
            software_version: None,
        }
    }

    /// Sets the grants that the client may use.
    pub const fn with_grant_types(self, grant_types: GrantTypes) -> Self {
        Self { grant_types, ..self }
    }

    /// Adds `client_name`: what the server's administrators see.
    pub const fn with_client_name(self, client_name: &'a str) -> Self {
        Self { client_name: Some(client_name), ..self }
    }

    /// Adds `scope`, which the client may ask for: names separated by single spaces (RFC 6749 section 3.3).
    pub const fn with_scope(self, scope: &'a str) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// Adds `software_id`: the same for every device with this software.
    pub const fn with_software_id(self, software_id: &'a str) -> Self {
        Self { software_id: Some(software_id), ..self }
    }

    /// Adds `software_version`.
    pub const fn with_software_version(self, software_version: &'a str) -> Self {
        Self { software_version: Some(software_version), ..self }
    }

    /// Bytes that the document needs, exactly.
    ///
    /// # Errors
    /// Those of [`write`](Self::write), but for a buffer that is too small.
    pub fn needed(&self) -> Result<usize, Error> {
        Output::count(|output| self.write_to(output))
    }

    /// Writes the document into `output`, as UTF-8 without white space.
    ///
    /// # Errors
    /// `output` is zeroed with each of these.
    /// * [`Cause::BufferTooSmall`]: [`Error::needed`] says how many bytes would do.
    /// * [`Cause::Empty`] or [`Cause::TooLong`]: a value that is empty or above
    ///   [`MAX_VALUE_SIZE`](crate::MAX_VALUE_SIZE) bytes, about the argument that has its name.
    /// * [`Cause::InvalidCharacter`]: a `scope` that is not names with single spaces between them.
    /// * Those of [`Jwks::write`].
    pub fn write<'o>(&self, output: &'o mut [u8]) -> Result<&'o str, Error> {
        let mut output = Output::new(output);
        self.write_to(&mut output)?;
        output.into_text()
    }

    /// Each text with the argument that it came by, whose name is the member's too.
    fn texts(&self) -> [(Argument, Option<&'a str>); 4] {
        [
            (Argument::ClientName, self.client_name),
            (Argument::Scope, self.scope),
            (Argument::SoftwareId, self.software_id),
            (Argument::SoftwareVersion, self.software_version),
        ]
    }

    fn check(&self) -> Result<(), Error> {
        self.scope.map_or(Ok(()), check_scope)?;
        for (argument, value) in self.texts() {
            value.map_or(Ok(()), |value| check_value(value, argument))?;
        }
        match self.keys {
            Keys::Here(jwks) => jwks.check(),
            Keys::At(_) => Ok(()),
        }
    }

    fn write_to(&self, output: &mut Output<'_>) -> Result<(), Error> {
        self.check()?;
        let mut document = Object::begin(output);
        document.text("token_endpoint_auth_method", "private_key_jwt");
        document.text("token_endpoint_auth_signing_alg", "ES256");
        let mut grant_types = document.array("grant_types");
        for (grant_type, name) in GrantTypes::NAMES {
            if self.grant_types.contains(grant_type) {
                grant_types.text(name);
            }
        }
        grant_types.end();
        document.array("response_types").end();
        for (argument, value) in self.texts() {
            if let Some(value) = value {
                document.text(argument.text(), value);
            }
        }
        match self.keys {
            Keys::Here(jwks) => jwks.member(&mut document, "jwks"),
            Keys::At(url) => document.text("jwks_uri", url),
        }
        document.end();
        Ok(())
    }
}

impl core::fmt::Debug for Registration<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Registration(..)")
    }
}

/// Bytes that are enough for a registration whose texts need no JSON escape.
///
/// The arguments are lengths in bytes (0 = not given): of the JWK Set ([`jwks_size`](crate::jwks_size)) or of the
/// `jwks_uri`, and of the other texts. Each byte of a text that is not ASCII without quote, backslash and control
/// characters takes up to 6. [`Registration::needed`] is exact.
///
/// ```
/// use jurat_core::{jwks_size, registration_size};
/// const SIZE: usize = registration_size(jwks_size(1, 0), "Meter 7".len(), 0, 0, 0);
/// static mut BUFFER: [u8; SIZE] = [0; SIZE];
/// ```
#[must_use]
pub const fn registration_size(
    jwks: usize,
    client_name: usize,
    scope: usize,
    software_id: usize,
    software_version: usize,
) -> usize {
    // With every grant, and the longer form of what names the keys.
    const FRAME: usize = concat!(
        r#"{"token_endpoint_auth_method":"private_key_jwt","token_endpoint_auth_signing_alg":"ES256","#,
        r#""grant_types":["client_credentials","urn:ietf:params:oauth:grant-type:jwt-bearer"],"response_types":[],"#,
        r#""jwks_uri":""}"#,
    )
    .len();
    FRAME
        .saturating_add(jwks)
        .saturating_add(member("client_name", client_name))
        .saturating_add(member("scope", scope))
        .saturating_add(member("software_id", software_id))
        .saturating_add(member("software_version", software_version))
}

#[cfg(test)]
mod tests {
    use super::{GrantTypes, Registration, registration_size};
    use crate::error::{Argument, Cause};
    use crate::key::jwk::{Jwk, Jwks, jwks_size};
    use crate::key::public::PublicKey;

    #[test]
    fn grant_types_are_sets() {
        let (one, other) = (GrantTypes::CLIENT_CREDENTIALS, GrantTypes::JWT_BEARER);
        let both = one.and(other);
        assert_eq!((one.and(one), both.and(one)), (one, both));
        assert!(both.contains(one) && both.contains(other) && both.contains(both) && one.contains(one));
        assert!(!one.contains(other) && !other.contains(one) && !one.contains(both));
    }

    #[test]
    fn what_is_given_is_written_and_measured() {
        let keys = [Jwk { key: PublicKey::from_coordinates(&[1; 32], &[2; 32]).unwrap(), key_id: None }];
        let registration = Registration::jwks(Jwks::new(&keys))
            .with_grant_types(GrantTypes::CLIENT_CREDENTIALS.and(GrantTypes::JWT_BEARER))
            .with_client_name("Meter 7")
            .with_scope("a b")
            .with_software_id("meter")
            .with_software_version("1.0");
        let mut buffer = [0; 1024];
        let written = registration.write(&mut buffer).unwrap();
        let texts = r#""client_name":"Meter 7","scope":"a b","software_id":"meter","software_version":"1.0","jwks":{"#;
        assert!(written.contains(texts), "{written}");
        assert_eq!(registration.needed(), Ok(written.len()));
        // Enough, and little more: the other form of what names the keys is longer.
        assert!((written.len()..=written.len() + 8).contains(&registration_size(jwks_size(1, 0), 7, 3, 5, 3)));
        for (wrong, argument, cause) in [
            (registration.with_client_name(""), Argument::ClientName, Cause::Empty),
            (registration.with_scope("a  b"), Argument::Scope, Cause::InvalidCharacter),
            (registration.with_software_id(""), Argument::SoftwareId, Cause::Empty),
            (registration.with_software_version(""), Argument::SoftwareVersion, Cause::Empty),
        ] {
            let error = wrong.write(&mut [0; 1024]).unwrap_err();
            assert_eq!((error.argument(), error.cause()), (argument, cause));
        }
    }
}
