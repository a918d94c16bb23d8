//! The words of a diagnosis.

use core::fmt;

use crate::encoding::text::parts;

/// A fixed sentence, or what a value is called. Firmware that asks for no text has none of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sentence(u8);

/// In the order of the numbers, which mean nothing outside. One text: an array would take eight bytes more for each.
const ALL: &str = concat!(
    "Content-Type\n",
    "RFC 10070 excludes endpoints as the audience of client assertions, and some servers still take them\n",
    "a claim is there twice\n",
    "a claim that this server does not know\n",
    "a header parameter\n",
    "a header parameter is there twice\n",
    "a parameter that is there twice\n",
    "a redirection: it is not followed with an assertion\n",
    "a scope that the client is not registered for\n",
    "a scope that was asked for and not granted\n",
    "alg\n",
    "alg is absent, or no string\n",
    "all registered keys are of P-256, whose algorithm is ES256\n",
    "an Authorization header was sent beside the client assertion\n",
    "assertion is absent or empty\n",
    "aud\n",
    "aud is a list of several audiences\n",
    "aud is a list, of one audience\n",
    "aud is absent\n",
    "aud is an empty list\n",
    "aud is empty\n",
    "aud is neither a string nor a list\n",
    "aud, which ends in a slash as few issuer identifiers do,\n",
    "bytes of the signature, where 64 are wanted\n",
    "characters of the assertion\n",
    "client authentication was refused, and it was not by an assertion\n",
    "client authentication was wanted, and only a grant was sent\n",
    "client_assertion is absent or empty\n",
    "client_assertion_type\n",
    "client_assertion_type is absent or empty\n",
    "client_assertion_type is the grant type of a JWT bearer grant\n",
    "client_id is absent, and this server requires it\n",
    "client_id is not sub of the client assertion\n",
    "client_secret was sent beside the client assertion\n",
    "crit names parameters that no server knows\n",
    "everything that is known here is right: only the server can tell\n",
    "exp is absent\n",
    "exp is no number of seconds\n",
    "exp is not later than iat and nbf: it is valid at no time\n",
    "exp is too large for seconds: milliseconds?\n",
    "exp is within the uncertainty of the time at which it was judged\n",
    "grant_type\n",
    "grant_type is absent or empty\n",
    "iat is absent, and this server requires it\n",
    "iat is absent: with it this server would count from there\n",
    "iat is no number of seconds\n",
    "iat is too large for seconds: milliseconds?\n",
    "iss and sub are not the registered client id\n",
    "iss and sub of a grant differ, and those of a client assertion do not\n",
    "iss and sub of the client assertion differ\n",
    "iss and sub of the grant are both the client id: that is client authentication\n",
    "iss is absent, empty or no string\n",
    "it has a Retry-After\n",
    "it has no Retry-After\n",
    "it verifies for the JSON of header and claims, before base64url\n",
    "it verifies for the JSON of the claims, before base64url\n",
    "it verifies for the claims alone\n",
    "it verifies for the hash of the hash: it was hashed twice\n",
    "it verifies with CR and LF behind what was sent\n",
    "it verifies with a NUL behind what was sent\n",
    "it verifies with a line end behind what was sent\n",
    "it verifies with all bytes in the other order\n",
    "it verifies with r and s in the other byte order\n",
    "it verifies with r and s swapped\n",
    "it was not sent before: another device, or this one before a reset, made the same jti\n",
    "jti is absent\n",
    "jti is empty\n",
    "jti is no string\n",
    "kid is absent\n",
    "kid is no string\n",
    "kid, under which another key is registered than the one that signed,\n",
    "kid, under which another key is registered,\n",
    "kid, which no registered key has,\n",
    "nbf is absent, and this server requires it\n",
    "nbf is no number of seconds\n",
    "nbf is too large for seconds: milliseconds?\n",
    "nbf is within the uncertainty of the time at which it was judged\n",
    "no registered key verifies the signature\n",
    "nothing that is known speaks against it\n",
    "r or s of the signature is 0, or not below the order of P-256\n",
    "seconds from exp to when it was judged\n",
    "seconds from iat to exp\n",
    "seconds from iat to exp, more than this server takes\n",
    "seconds from when it was judged to iat\n",
    "seconds from when it was judged to nbf\n",
    "seconds since iat, more than this server takes\n",
    "seconds since the key was published, which is less than a copy may be kept\n",
    "seconds that the device's clock is ahead of the Date of the answer\n",
    "seconds until exp, more than this server takes\n",
    "segments between dots, where 3 are wanted\n",
    "servers answer so after the client was authenticated\n",
    "sub is absent, empty or no string\n",
    "that is no algorithm of private_key_jwt\n",
    "that is the type of client authentication, and it was sent as a grant\n",
    "that of the profile\n",
    "the algorithm of a P-256 key is ES256\n",
    "the answer asks for a DPoP proof with its nonce\n",
    "the answer ends too early\n",
    "the answer has no body\n",
    "the answer is JSON that no token endpoint sends\n",
    "the answer is JSON, but no error of OAuth\n",
    "the answer is larger than its buffer\n",
    "the answer is no JSON\n",
    "the audience of the profile\n",
    "the body is JSON\n",
    "the claims are no JSON\n",
    "the claims are no JSON object\n",
    "the claims are no base64url\n",
    "the claims have + or / of base64\n",
    "the claims have a blank or a line end in them\n",
    "the claims have base64 padding\n",
    "the claims' base64url has stray bits\n",
    "the client id\n",
    "the client is not registered for it\n",
    "the client is registered without keys\n",
    "the endpoint that was contacted\n",
    "the error code of the answer\n",
    "the header has + or / of base64\n",
    "the header has a blank or a line end in it\n",
    "the header has base64 padding\n",
    "the header is no JSON\n",
    "the header is no JSON object\n",
    "the header is no base64url\n",
    "the header's base64url has stray bits\n",
    "the host is another: another server or environment\n",
    "the issuer identifier\n",
    "the key is in the set that was fetched here; the server may keep an older copy for as long\n",
    "the key is published, and the server does not have it\n",
    "the key that signed is not among the registered ones\n",
    "the key that signed is the one in the header, and it is not registered\n",
    "the method\n",
    "the parameters were sent, and the server did not see them\n",
    "the path is another: another tenant, realm or endpoint\n",
    "the profile of this server has none\n",
    "the registered one\n",
    "the registered token_endpoint_auth_method\n",
    "the same JWT is client_assertion and assertion\n",
    "the server does not have this grant type, or saw none\n",
    "the server's metadata does not list it\n",
    "the server's metadata does not list private_key_jwt\n",
    "the signature does not verify\n",
    "the signature does not verify with the key that is registered under this kid, nor with another one\n",
    "the signature has + or / of base64\n",
    "the signature has a blank or a line end in it\n",
    "the signature has base64 padding\n",
    "the signature is DER: a SEQUENCE of two INTEGERs\n",
    "the signature is no base64url\n",
    "the signature verifies neither with the key that signs nor with a registered one\n",
    "the signature verifies with no registered key\n",
    "the signature's base64url has stray bits\n",
    "the status of the answer\n",
    "the token endpoint\n",
    "there is no signature\n",
    "they differ by a final slash\n",
    "they differ by http and https\n",
    "they differ by percent-encoding or by characters outside of ASCII\n",
    "they differ by the port\n",
    "they differ by upper and lower case\n",
    "this server does not take that one\n",
    "this server takes another one\n",
    "this server takes other algorithms only\n",
    "this server wants DPoP or a client certificate besides, and there was no DPoP header\n",
    "times that this jti was sent before\n",
    "typ\n",
    "typ is absent\n",
    "typ is no string\n",
    "versions differ in whether they look at it\n",
    "what is known here says otherwise\n",
    "with an assertion it has to be that of a JWT bearer grant\n",
);

impl Sentence {
    /// The text.
    #[must_use]
    pub fn text(self) -> &'static str {
        parts(ALL, b"\n").nth(self.0.into()).unwrap_or_default()
    }

    /// The sentence with this text, for [`say`] alone, which does not compile where there is none.
    #[expect(clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "while compiling")]
    pub(super) const fn of(text: &str) -> Self {
        let (all, text) = (ALL.as_bytes(), text.as_bytes());
        let (mut number, mut start) = (0, 0);
        while start < all.len() {
            let mut length = 0;
            let mut same = true;
            while all[start + length] != b'\n' {
                same = same && length < text.len() && all[start + length] == text[length];
                length += 1;
            }
            if same && length == text.len() {
                return Self(number);
            }
            start += length + 1;
            number += 1;
        }
        panic!("a sentence that is not in the table")
    }
}

impl fmt::Debug for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

/// A sentence of the table by its text. Only its number gets into the code.
macro_rules! say {
    ($text:literal) => {
        const { $crate::diagnosis::sentence::Sentence::of($text) }
    };
}
pub(super) use say;

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{ALL, Sentence};

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn each_is_there_once_and_is_said() {
        let sources = [
            include_str!("checks.rs"),
            include_str!("checks/assertion.rs"),
            include_str!("checks/audience.rs"),
            include_str!("checks/key.rs"),
            include_str!("checks/request.rs"),
            include_str!("checks/time.rs"),
            include_str!("explain.rs"),
        ];
        let all: Vec<&str> = ALL.lines().collect();
        assert!(all.is_sorted_by(|one, other| one < other));
        assert!(all.len() <= usize::from(u8::MAX));
        for text in all {
            assert_eq!(Sentence::of(text).text(), text);
            let said = std::format!("\"{text}\"");
            assert!(sources.iter().any(|source| source.contains(&said)), "{text}");
        }
    }
}
