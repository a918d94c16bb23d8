//! How large a buffer must be, before there are claims: upper bounds from the lengths alone.
//!
//! `nbf` and the longest times (11 digits, 12 for `exp`) are counted in, so that a bound holds whatever is set.
//! [`Assertion::needed`] is exact.
//!
//! [`Assertion::needed`]: crate::Assertion::needed

use super::CLIENT_TYPE;
use super::signing::SIGNATURE_CHARACTERS;
use crate::encoding::base64url::encoded_len;
use crate::key::public::THUMBPRINT_SIZE;

/// What escaping makes of one byte at worst: `\u001f`.
const WORST_ESCAPE: usize = 6;

const fn plus(sum: usize, more: usize) -> usize {
    sum.saturating_add(more)
}

/// `,"name":"value"`; nothing for an absent value.
pub(crate) const fn member(name: &str, value: usize) -> usize {
    if value == 0 { 0 } else { plus(plus(name.len(), 6), value) }
}

const fn jws_size(header: usize, claims: usize) -> usize {
    plus(plus(encoded_len(header), encoded_len(claims)), 2 + SIGNATURE_CHARACTERS)
}

const fn claims_size(iss: usize, sub: usize, audience: usize, jwt_id: usize, claims: usize) -> usize {
    const TIMES: usize = r#","iat":12345678901,"exp":123456789012,"nbf":12345678901"#.len();
    // The first comma counts for the opening brace.
    let texts =
        plus(plus(member("aud", audience), member("iss", iss)), plus(member("sub", sub), member("jti", jwt_id)));
    plus(plus(texts, claims), TIMES + 1)
}

/// Bytes that are enough for a client assertion whose texts need no JSON escape: ASCII without quote, backslash and
/// control characters, which is what ids and URLs are.
///
/// The arguments are lengths in bytes: of the client id, of `aud`, of the `jti` (22 for 16 random bytes), of the `kid` (0
/// = none), and of the custom claims as JSON members (`,"name":value` each, 0 = none). `aud` is the issuer identifier,
/// unless the server's [profile](crate::Profile) has another [audience](crate::AudienceRule). Where its
/// [type](crate::TypeRule) is longer than `client-authentication+jwt`, take [`grant_assertion_size`], with the client id as
/// `iss` and as `sub`.
///
/// ```
/// const SIZE: usize = jurat_core::client_assertion_size("device-7".len(), "https://as.example".len(), 22, 7, 0);
/// static mut BUFFER: [u8; SIZE] = [0; SIZE];
/// ```
#[must_use]
pub const fn client_assertion_size(
    client_id: usize,
    audience: usize,
    jwt_id: usize,
    key_id: usize,
    claims: usize,
) -> usize {
    let header = plus(plus(r#"{"alg":"ES256"}"#.len(), member("typ", CLIENT_TYPE.len())), member("kid", key_id));
    jws_size(header, claims_size(client_id, client_id, audience, jwt_id, claims))
}

/// The same for any text: every byte may become a six-character escape. Where a profile has a type
/// of its own, take [`grant_assertion_size_worst`].
///
/// `claims` is still the length of finished JSON.
#[must_use]
pub const fn client_assertion_size_worst(
    client_id: usize,
    audience: usize,
    jwt_id: usize,
    key_id: usize,
    claims: usize,
) -> usize {
    client_assertion_size(worst(client_id), audience, worst(jwt_id), worst(key_id), claims)
}

/// Bytes that are enough for a grant whose texts need no JSON escape.
///
/// The arguments are lengths in bytes, as for [`client_assertion_size`]; `audience` is that of `aud`, whatever it is, `typ`
/// that of the header parameter (0 = none).
#[must_use]
pub const fn grant_assertion_size(
    iss: usize,
    sub: usize,
    audience: usize,
    jwt_id: usize,
    key_id: usize,
    typ: usize,
    claims: usize,
) -> usize {
    let header = plus(r#"{"alg":"ES256"}"#.len(), plus(member("typ", typ), member("kid", key_id)));
    jws_size(header, claims_size(iss, sub, audience, jwt_id, claims))
}

/// The same for any text: every byte may become a six-character escape.
#[must_use]
pub const fn grant_assertion_size_worst(
    iss: usize,
    sub: usize,
    audience: usize,
    jwt_id: usize,
    key_id: usize,
    typ: usize,
    claims: usize,
) -> usize {
    grant_assertion_size(worst(iss), worst(sub), audience, worst(jwt_id), worst(key_id), worst(typ), claims)
}

/// What [`with_certificate_thumbprint`](crate::ClientAssertion::with_certificate_thumbprint) adds to the size of an
/// assertion, at most: 76 bytes.
pub const CERTIFICATE_THUMBPRINT_MEMBER_SIZE: usize = encoded_len(member("x5t#S256", THUMBPRINT_SIZE));

const fn worst(length: usize) -> usize {
    length.saturating_mul(WORST_ESCAPE)
}
