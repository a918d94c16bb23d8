//! What went wrong, and with which argument.
//!
//! The numbers are part of the ABI: C and Python see the same ones. They are append-only; a retired number stays
//! reserved.

use core::convert::Infallible;
use core::fmt;

/// A text with a NUL behind it.
// With a NUL in front too, or two: as a C string, or with 4, 8, 16 or 32 bytes, it would be in a section that a linker takes or
// drops as a whole, and firmware that uses any other constant in there would have every text.
macro_rules! with_nul {
    ($text:literal) => {
        const {
            let text = concat!("\0", $text, "\0");
            match text.len() {
                4 | 8 | 16 | 32 => concat!("\0\0", $text, "\0").split_at(2).1,
                _ => text.split_at(1).1,
            }
        }
    };
}
pub(crate) use with_nul;

/// The same text without the NUL: one and the same in firmware that has both, and one that comes alone for the same reason.
macro_rules! apart {
    ($text:literal) => {
        const { $crate::error::with_nul!($text).split_at($text.len()).0 }
    };
}
pub(crate) use apart;

/// Gives each variant its one fixed text. The enums stand outside of the macro because cbindgen reads them.
macro_rules! texts {
    ($name:ident { $($variant:ident: $text:literal,)* }) => {
        impl $name {
            /// Every value, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable number, 0 to 255.
            #[must_use]
            pub const fn number(self) -> i32 {
                self as i32
            }

            /// The value with this number.
            #[must_use]
            pub fn from_number(number: i32) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.number() == number)
            }

            /// The fixed text.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $crate::error::apart!($text),)*
                }
            }

            /// The fixed text with a NUL behind it, for C.
            #[must_use]
            pub const fn text_with_nul(self) -> &'static str {
                match self {
                    $(Self::$variant => $crate::error::with_nul!($text),)*
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.text())
            }
        }
    };
}
pub(crate) use texts;

/// Why a call was refused. The numbers are append-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Cause {
    /// The output buffer is too small; the needed size comes with it.
    BufferTooSmall = 1,
    /// A required argument is absent or empty.
    Empty = 10,
    /// Longer than 2,048 bytes.
    TooLong = 11,
    /// Text that is not UTF-8.
    NotUtf8 = 12,
    /// A NULL or misaligned pointer where bytes were announced or a pointer is required (C).
    NullPointer = 13,
    /// The number of bytes is not the one that is needed.
    WrongLength = 14,
    /// A `struct_size` or `flags` (C), or bytes of a format, that this version does not know.
    UnknownStruct = 15,
    /// The output overlaps an input (C).
    Overlap = 16,
    /// A character that is not allowed there.
    InvalidCharacter = 17,
    /// All random bytes are equal: the source does not work.
    NotRandom = 18,
    /// Two arguments of which only one may be given, or that belong together.
    Conflict = 19,
    /// Not an absolute `https` URL with a host.
    NotHttps = 20,
    /// A query component where none is allowed (RFC 8414 section 2).
    HasQuery = 21,
    /// A fragment where none is allowed (RFC 8414 section 2, RFC 6749 section 3.2).
    HasFragment = 22,
    /// Not an absolute URI.
    NotAbsolute = 23,
    /// Random bytes that ran out before a key was found.
    OutOfRandom = 25,
    /// A time of 10^11 or more: milliseconds where seconds are wanted.
    Milliseconds = 30,
    /// A time that does not fit, or is negative.
    TimeOutOfRange = 31,
    /// A lifetime of 0 or above 3,600 seconds.
    LifetimeOutOfRange = 32,
    /// `nbf` is not before `exp`: the assertion would never be valid.
    NeverValid = 33,
    /// A lifetime above what the server takes.
    LifetimeAboveServer = 34,
    /// A name that the library writes itself.
    Reserved = 40,
    /// A name that is given twice.
    Repeated = 41,
    /// Text that is not one JSON value (RFC 8259), or is nested deeper than 32.
    InvalidJson = 42,
    /// A type that belongs to the other kind of assertion.
    WrongPurpose = 43,
    /// JSON that is nested deeper than 32.
    TooDeep = 44,
    /// A JSON member of another type than the standard gives it, or one that is missing.
    WrongType = 45,
    /// A private key of zero.
    ZeroKey = 50,
    /// A signature whose r or s is not in 1..n of P-256.
    SignatureOutOfRange = 51,
    /// The signer reported a failure.
    SignerFailed = 52,
    /// A signature is missing, there already, or given where none is wanted.
    NotPrepared = 53,
    /// A signature that does not verify with the public key.
    WrongSignature = 54,
    /// A private key that is not below the order of P-256.
    KeyTooLarge = 60,
    /// A coordinate of a public key that is not 32 bytes, or not below the field's prime.
    InvalidCoordinate = 61,
    /// A public key that is not a point of the curve.
    NotOnCurve = 62,
    /// A public key that does not belong to the private key beside it.
    KeyMismatch = 63,
    /// A key for another algorithm, such as RSA.
    WrongAlgorithm = 64,
    /// A key on another curve, such as P-384.
    WrongCurve = 65,
    /// A private key that is encrypted.
    EncryptedKey = 66,
    /// A public key where a private one is wanted.
    NotPrivate = 67,
    /// Text that is not PEM.
    InvalidPem = 70,
    /// More than one PEM block.
    SeveralBlocks = 71,
    /// Bytes that are not the DER that is wanted: of a private key, a signature or a certificate.
    InvalidDer = 72,
    /// DER that ends too early.
    Truncated = 73,
    /// Bytes behind the end.
    TrailingData = 74,
    /// JSON that is not a JWK.
    InvalidJwk = 75,
    /// A document of another issuer.
    OtherIssuer = 80,
    /// An issuer that differs by a final slash.
    IssuerSlash = 81,
    /// An issuer that differs by upper and lower case.
    IssuerCase = 82,
    /// An issuer that differs by the port.
    IssuerPort = 83,
    /// An issuer that differs by the scheme, http or https.
    IssuerScheme = 84,
    /// An issuer on the same host with another path: another tenant or realm.
    IssuerPath = 85,
    /// An issuer that differs by percent-encoding, or has characters that are not ASCII.
    IssuerEncoding = 86,
    /// An endpoint as audience that does not come from configuration (RFC 10070).
    EndpointNotPinned = 90,
    /// An endpoint as audience that is not the one that is contacted.
    EndpointNotContacted = 91,
    /// The type client-authentication+jwt with an audience that is not the issuer identifier (RFC 10070).
    TypedAudience = 92,
    /// Metadata that lists algorithms for this endpoint, and ES256 is not among them.
    AlgorithmExcluded = 93,
    /// Metadata that lists authentication methods for this endpoint, and private_key_jwt is not among them.
    MethodExcluded = 94,
    /// A server that does not take ES256 client assertions.
    ServerAlgorithm = 95,
    /// A server that takes a JWT as `client_secret`, which is another object.
    ServerClientSecret = 96,
    /// A server that wants a list of audiences, which is never sent.
    ServerAudienceList = 97,
    /// Custom claims for a server that refuses claims it does not know.
    ClaimsRefused = 98,
    /// A server that is not known to take JWT bearer grants.
    NoGrant = 99,
    /// The clock is not set: the time has to be learned first.
    ClockUnset = 100,
    /// A round trip of more than 10 seconds, or one that ended before it began: the time in it is too vague.
    RoundTripTooLong = 101,
    /// A time from a cache.
    Cached = 102,
    /// A time before the firmware was built.
    BeforeBuild = 103,
    /// A correction beyond the limit: 24 hours, or 20 years after the build for a clock that was not set.
    JumpTooFar = 104,
    /// Not a date of HTTP (RFC 9110 section 5.6.7), or none at all.
    InvalidDate = 105,
    /// The stated number of attempts has been made.
    NoAttemptsLeft = 110,
    /// The wait that was asked for is not over.
    TooEarly = 111,
    /// An answer to a request that was not made.
    NoRequest = 112,
    /// A request while the answer to another one is awaited.
    AnswerAwaited = 113,
    /// The server refused the request.
    Refused = 120,
    /// The server wants a DPoP proof, which is not ours to make.
    DpopRequired = 121,
    /// An answer that is none of OAuth: from a proxy, or from another service.
    NotOauth = 122,
    /// A redirection, which is never followed with an assertion.
    Redirected = 123,
    /// The server failed on its own.
    ServerFault = 124,
    /// An answer that was larger than its buffer.
    ResponseTooLarge = 125,
    /// An answer that ended too early, or an empty one.
    ResponseTruncated = 126,
}

texts! {
    Cause {
        BufferTooSmall: "the buffer is too small",
        Empty: "a value is required",
        TooLong: "longer than 2048 bytes",
        NotUtf8: "not UTF-8",
        NullPointer: "a NULL or misaligned pointer where data is required",
        WrongLength: "wrong number of bytes",
        UnknownStruct: "a size, kind, flag or format that this version does not know (in C, start from the INIT macro)",
        Overlap: "the output overlaps an input",
        InvalidCharacter: "a character that is not allowed here",
        NotRandom: "all bytes are equal: the random source does not work",
        Conflict: "does not go together with another argument",
        NotHttps: "must be an absolute https URL; plain http has to be asked for by name (insecure_http)",
        HasQuery: "must not have a query",
        HasFragment: "must not have a fragment",
        NotAbsolute: "must be an absolute URI",
        OutOfRandom: "the random bytes ran out",
        Milliseconds: "looks like milliseconds: NumericDate counts seconds (divide by 1000)",
        TimeOutOfRange: "a time outside the range of NumericDate",
        LifetimeOutOfRange: "the lifetime must be 1 to 3600 seconds",
        NeverValid: "not valid before its own expiration",
        LifetimeAboveServer: "longer than this server takes",
        Reserved: "not the caller's to give: the library writes it, or it would authenticate the client twice",
        Repeated: "the same name twice",
        InvalidJson: "not one JSON value (RFC 8259, at most 32 levels deep)",
        WrongPurpose: "client-authentication+jwt is the type of client assertions, not of grants",
        TooDeep: "JSON nested deeper than 32 levels",
        WrongType: "a JSON member that is missing or of another type than the standard gives it",
        ZeroKey: "the private key is zero",
        SignatureOutOfRange: "r or s is out of range: not an ES256 signature",
        SignerFailed: "the signer reported a failure",
        NotPrepared: "not prepared for this signature, or signed already",
        WrongSignature: "the signature does not verify with the public key",
        KeyTooLarge: "the private key is not below the order of P-256",
        InvalidCoordinate: "a coordinate of the public key is not 32 bytes, or is out of range",
        NotOnCurve: "the public key is not a point of P-256",
        KeyMismatch: "the public key does not belong to the private key",
        WrongAlgorithm: "a key for another algorithm: ES256 needs an elliptic curve key",
        WrongCurve: "a key on another curve: ES256 needs P-256",
        EncryptedKey: "the private key is encrypted: decrypt it first",
        NotPrivate: "a public key where a private one is wanted",
        InvalidPem: "not PEM",
        SeveralBlocks: "more than one PEM block",
        InvalidDer: "not the DER that is wanted here",
        Truncated: "the DER ends too early",
        TrailingData: "bytes behind the end",
        InvalidJwk: "not a JSON Web Key",
        OtherIssuer: "the document of another issuer",
        IssuerSlash: "another issuer: it differs by a final slash",
        IssuerCase: "another issuer: it differs by upper and lower case",
        IssuerPort: "another issuer: it differs by the port",
        IssuerScheme: "another issuer: it differs by http and https",
        IssuerPath: "another issuer: the same host with another path (another tenant or realm?)",
        IssuerEncoding: "another issuer: it differs by percent-encoding or by characters outside ASCII",
        EndpointNotPinned: "an endpoint as audience must come from configuration, not from metadata",
        EndpointNotContacted: "an endpoint as audience must be the URL that is contacted",
        TypedAudience: "client-authentication+jwt goes with the issuer identifier as audience, and with nothing else",
        AlgorithmExcluded: "the server's metadata lists its algorithms, and ES256 is not among them",
        MethodExcluded: "the server's metadata lists its authentication methods, and private_key_jwt is not among them",
        ServerAlgorithm: "this server does not take ES256 client assertions",
        ServerClientSecret: "this server wants a JWT as client_secret, which is not a client assertion",
        ServerAudienceList: "this server wants a list of audiences, which is never sent (RFC 10070)",
        ClaimsRefused: "this server refuses claims that it does not know",
        NoGrant: "this server is not known to take JWT bearer grants",
        ClockUnset: "the clock is not set: learn the time first",
        RoundTripTooLong: "the round trip was longer than 10 seconds, or negative",
        Cached: "the answer came from a cache",
        BeforeBuild: "a time before the firmware was built",
        JumpTooFar: "a correction beyond the limit of 24 hours, or of 20 years after the build",
        InvalidDate: "not a date of HTTP",
        NoAttemptsLeft: "no attempts are left",
        TooEarly: "the wait that was asked for is not over",
        NoRequest: "no request is outstanding",
        AnswerAwaited: "the answer to another request is awaited",
        Refused: "the server refused the request",
        DpopRequired: "the server wants a DPoP proof (RFC 9449), which is not made here",
        NotOauth: "the answer is not one of OAuth",
        Redirected: "a redirection, which is never followed with an assertion",
        ServerFault: "the server failed on its own",
        ResponseTooLarge: "the answer was larger than its buffer",
        ResponseTruncated: "the answer ended too early",
    }
}

/// Which argument a cause speaks of. The text is the name that C and Python give it. The numbers are append-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Argument {
    /// None in particular.
    None = 0,
    /// The buffer that receives the result.
    Output = 1,
    /// The place for the number of bytes written (C).
    OutputLength = 2,
    /// The client identifier: `iss` and `sub` of a client assertion.
    ClientId = 3,
    /// The authorization server's issuer identifier.
    Issuer = 4,
    /// The authorization server's token endpoint.
    TokenEndpoint = 5,
    /// The `iss` claim of a grant.
    Iss = 6,
    /// The `sub` claim of a grant.
    Sub = 7,
    /// The `iat` claim, in seconds.
    IssuedAt = 8,
    /// Seconds between `iat` and `exp`.
    Lifetime = 9,
    /// The `nbf` claim, in seconds.
    NotBefore = 10,
    /// The `jti` claim.
    JwtId = 11,
    /// The 16 random bytes for a `jti`.
    Random = 12,
    /// The `kid` header parameter.
    KeyId = 13,
    /// The `typ` header parameter of a grant.
    Type = 14,
    /// The custom claims.
    Claims = 15,
    /// The `scope` request parameter.
    Scope = 16,
    /// The `resource` request parameter (RFC 8707).
    Resource = 17,
    /// The extra request parameters.
    Parameters = 18,
    /// The private key.
    Key = 19,
    /// The signature that a signer gave.
    Signature = 20,
    /// The signer.
    Signer = 21,
    /// The client assertion, as an argument.
    ClientAssertion = 22,
    /// The grant assertion, as an argument.
    GrantAssertion = 23,
    /// The token request, as an argument.
    TokenRequest = 24,
    /// The place for what a two-phase call prepared.
    ToBeSigned = 25,
    /// The SHA-256 hash to be signed.
    Hash = 26,
    /// A point in time that no other argument names.
    Time = 27,
    /// The device's secret that ids are derived from.
    Secret = 28,
    /// The `x5t#S256` header parameter.
    CertificateThumbprint = 29,
    /// A certificate.
    Certificate = 30,
    /// Where a client's public keys can be fetched.
    JwksUri = 31,
    /// The grant types of a registration.
    GrantTypes = 32,
    /// A registration, as an argument.
    Registration = 33,
    /// A public key.
    PublicKey = 34,
    /// The name of a client in a registration.
    ClientName = 35,
    /// The id of a client's software in a registration.
    SoftwareId = 36,
    /// The version of a client's software in a registration.
    SoftwareVersion = 37,
    /// The authorization server's metadata.
    Metadata = 38,
    /// The authorization server, as an argument.
    Server = 39,
    /// The profile of the server.
    Profile = 40,
    /// The endpoint that is contacted.
    Endpoint = 41,
    /// The audience of a profile.
    Audience = 42,
    /// The clock.
    Clock = 43,
    /// The time at which the firmware was built.
    BuildTime = 44,
    /// The `Date` header of an answer.
    Date = 45,
    /// The answer of the server.
    Response = 46,
    /// The token exchange, as an argument.
    Exchange = 47,
    /// The number of attempts.
    Attempts = 48,
    /// The memory for what is decoded.
    Scratch = 49,
    /// The evidence of a diagnosis, as an argument.
    Evidence = 50,
    /// The parameters of a request that was sent.
    RequestBody = 51,
    /// The set of public keys.
    Jwks = 52,
    /// The key of keyed hashes.
    HashKey = 53,
}

texts! {
    Argument {
        None: "",
        Output: "output",
        OutputLength: "output_length",
        ClientId: "client_id",
        Issuer: "issuer",
        TokenEndpoint: "token_endpoint",
        Iss: "iss",
        Sub: "sub",
        IssuedAt: "issued_at",
        Lifetime: "lifetime",
        NotBefore: "not_before",
        JwtId: "jwt_id",
        Random: "random",
        KeyId: "key_id",
        Type: "type",
        Claims: "claims",
        Scope: "scope",
        Resource: "resource",
        Parameters: "parameters",
        Key: "key",
        Signature: "signature",
        Signer: "signer",
        ClientAssertion: "client",
        GrantAssertion: "grant",
        TokenRequest: "request",
        ToBeSigned: "to_be_signed",
        Hash: "hash",
        Time: "time",
        Secret: "secret",
        CertificateThumbprint: "certificate_thumbprint",
        Certificate: "certificate",
        JwksUri: "jwks_uri",
        GrantTypes: "grant_types",
        Registration: "registration",
        PublicKey: "public_key",
        ClientName: "client_name",
        SoftwareId: "software_id",
        SoftwareVersion: "software_version",
        Metadata: "metadata",
        Server: "server",
        Profile: "profile",
        Endpoint: "endpoint",
        Audience: "audience",
        Clock: "clock",
        BuildTime: "build_time",
        Date: "date",
        Response: "response",
        Exchange: "exchange",
        Attempts: "attempts",
        Scratch: "scratch",
        Evidence: "evidence",
        RequestBody: "request_body",
        Jwks: "jwks",
        HashKey: "hash_key",
    }
}

/// A refused call: a [`Cause`] and the [`Argument`] it speaks of, never a value.
///
/// Nothing in it comes from the caller's data, so it can be logged anywhere.
///
/// ```
/// use jurat_core::{Argument, Cause, IssuerIdentifier};
/// let error = IssuerIdentifier::new("http://as.example").unwrap_err();
/// assert_eq!((error.cause(), error.argument()), (Cause::NotHttps, Argument::Issuer));
/// assert!(error.to_string().starts_with("issuer: must be an absolute https URL"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
pub struct Error {
    cause: Cause,
    argument: Argument,
    needed: usize,
}

impl Error {
    /// An error with this cause about this argument.
    #[must_use]
    pub const fn new(cause: Cause, argument: Argument) -> Self {
        Self { cause, argument, needed: 0 }
    }

    /// An output that is too small; `needed` bytes would do.
    #[must_use]
    pub const fn too_small(needed: usize) -> Self {
        Self { cause: Cause::BufferTooSmall, argument: Argument::Output, needed }
    }

    /// Why.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// Which argument.
    #[must_use]
    pub const fn argument(&self) -> Argument {
        self.argument
    }

    /// For [`Cause::BufferTooSmall`]: the exact number of bytes that the output needs.
    #[must_use]
    pub const fn needed(&self) -> Option<usize> {
        match self.cause {
            Cause::BufferTooSmall => Some(self.needed),
            _ => None,
        }
    }

    /// The same cause about another argument: for a value that the caller knows under its own name.
    #[must_use]
    pub const fn about(self, argument: Argument) -> Self {
        Self { argument, ..self }
    }

    /// The status number that C and Python see: `-(256 × cause + argument)`.
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "both numbers are at most 255")]
    pub const fn status(&self) -> i32 {
        -(256 * self.cause.number() + self.argument.number())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.argument != Argument::None {
            f.write_str(self.argument.text())?;
            f.write_str(": ")?;
        }
        f.write_str(self.cause.text())?;
        match self.needed() {
            Some(needed) => write!(f, " ({needed} bytes are needed)"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Error {}

/// What [`sign_with`](crate::ClientAssertion::sign_with) can fail with: our own error or the signer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt-v1", derive(defmt::Format))]
#[non_exhaustive]
pub enum SignError<E> {
    /// The input was refused before the signer was asked, or its signature is none.
    Refused(Error),
    /// The signer's own error, untouched.
    Signer(E),
}

impl<E> From<Error> for SignError<E> {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<SignError<Infallible>> for Error {
    fn from(error: SignError<Infallible>) -> Self {
        match error {
            SignError::Refused(error) => error,
            SignError::Signer(never) => match never {},
        }
    }
}

impl<E: fmt::Display> fmt::Display for SignError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Signer(error) => error.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for SignError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Refused(error) => Some(error),
            Self::Signer(error) => Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString as _;

    use super::{Argument, Cause, Error, SignError};

    #[test]
    fn texts_name_the_argument_and_the_size() {
        let (cause, argument) = (Cause::Empty, Argument::ClientId);
        assert_eq!(Error::new(cause, argument).to_string(), std::format!("{}: {}", argument.text(), cause.text()));
        assert_eq!(Error::new(cause, Argument::None).to_string(), cause.text());
        let too_small = Error::too_small(7);
        assert!(too_small.to_string().ends_with(" (7 bytes are needed)"));
        for error in [SignError::Refused(too_small), SignError::Signer(too_small)] {
            assert_eq!(error.to_string(), too_small.to_string());
            let source = core::error::Error::source(&error).and_then(|source| source.downcast_ref());
            assert_eq!(source, Some(&too_small));
        }
    }

    #[test]
    fn numbers_are_unique_and_come_back() {
        for (index, cause) in Cause::ALL.iter().enumerate() {
            assert_eq!(Cause::from_number(cause.number()), Some(*cause));
            assert!((1..=255).contains(&cause.number()));
            assert!(Cause::ALL.iter().skip(index + 1).all(|other| other.number() > cause.number()));
        }
        for argument in Argument::ALL {
            assert_eq!(Argument::from_number(argument.number()), Some(*argument));
            let status = Error::new(Cause::Empty, *argument).status();
            assert_eq!((-status >> 8, -status & 255), (10, argument.number()));
        }
    }

    #[test]
    fn the_text_for_c_is_the_text() {
        for cause in Cause::ALL {
            assert_eq!(cause.text_with_nul().strip_suffix('\0'), Some(cause.text()));
        }
    }

    #[test]
    fn the_limit_in_the_text_is_the_limit() {
        assert!(Cause::TooLong.text().contains(&crate::MAX_VALUE_SIZE.to_string()));
        assert!(Cause::LifetimeOutOfRange.text().contains(&crate::MAX_LIFETIME.to_string()));
    }
}
