//! Every form of a private key and every reason to refuse one, from inputs that are put together here by hand: files that
//! other tools wrote are read by `tests/interop/test_key_import.py`, which also runs this without the feature `p256`.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use jurat_core::{
    Argument, Cause, Error, Halves, ImportedKey, import_jwk, import_key, import_pem, import_pkcs8_der, import_scalar,
    import_sec1_der,
};

const CURVE: bool = cfg!(feature = "p256");
/// What is known of a public half that belongs to the private one.
const CHECKED: Halves = if CURVE { Halves::Match } else { Halves::NotChecked };

// The key of RFC 7515 appendix A.3.
const D: &str = "8e9b109e719098bf980487df1f5d77e9cb29606ebed2263b5f57c213df84f4b2";
const X: &str = "7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445";
const Y: &str = "c7f144cd1bbd9b7e872cdfedb9eeb9f4b3695d6ea90b24ad8a4623288588e5ad";
/// The order of P-256.
const N: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// A point of P-256 of another key: the generator.
const OTHER_X: &str = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
const OTHER_Y: &str = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

const ID_EC: &str = "2a8648ce3d0201";
const P256: &str = "2a8648ce3d030107";
const P384: &str = "2b81040022";
const SECP256K1: &str = "2b8104000a";
const RSA: &str = "2a864886f70d010101";
const ED25519: &str = "2b6570";

const BIT_STRING: u8 = 3;
const OCTETS: u8 = 4;
const OID: u8 = 6;
const SEQUENCE: u8 = 0x30;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let [.., high, low] = content.len().to_be_bytes();
    let header: &[u8] = match content.len() {
        0..=0x7f => &[tag, low],
        0x80..=0xff => &[tag, 0x81, low],
        _ => &[tag, 0x82, high, low],
    };
    [header, &content].concat()
}

fn oid(hexadecimal: &str) -> Vec<u8> {
    tlv(OID, &[&hex(hexadecimal)])
}

fn point(x: &str, y: &str) -> Vec<u8> {
    [vec![4], hex(x), hex(y)].concat()
}

fn integer(value: u8) -> Vec<u8> {
    tlv(2, &[&[value]])
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    tlv(BIT_STRING, &[&[0], bytes])
}

/// An `ECPrivateKey`; `parameters` is DER.
fn sec1(d: &[u8], parameters: Option<&[u8]>, public: Option<&[u8]>) -> Vec<u8> {
    let parameters = parameters.map(|parameters| tlv(0xa0, &[parameters])).unwrap_or_default();
    let public = public.map(|public| tlv(0xa1, &[&bits(public)])).unwrap_or_default();
    tlv(SEQUENCE, &[&integer(1), &tlv(OCTETS, &[d]), &parameters, &public])
}

/// A `PrivateKeyInfo`; `behind` is what follows the key.
fn pkcs8_of(version: u8, algorithm: &[&[u8]], key: &[u8], behind: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&integer(version), &tlv(SEQUENCE, algorithm), &tlv(OCTETS, &[key]), behind])
}

fn pkcs8(key: &[u8]) -> Vec<u8> {
    pkcs8_of(0, &[&oid(ID_EC), &oid(P256)], key, &[])
}

fn full_sec1() -> Vec<u8> {
    sec1(&hex(D), Some(&oid(P256)), Some(&point(X, Y)))
}

fn full_pkcs8() -> Vec<u8> {
    pkcs8(&sec1(&hex(D), None, Some(&point(X, Y))))
}

fn base64_with(alphabet: &[u8], bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().chain([0; 3].iter()).take(3).fold(0_usize, |group, byte| group << 8 | usize::from(*byte));
        for sextet in 0..=chunk.len() {
            text.push(alphabet[group >> (18 - 6 * sextet) & 63].into());
        }
    }
    text
}

fn base64(bytes: &[u8]) -> String {
    let text = base64_with(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bytes);
    let padding = (4 - text.len() % 4) % 4;
    text + &"=".repeat(padding)
}

fn base64url(hexadecimal: &str) -> String {
    base64_with(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", &hex(hexadecimal))
}

fn pem_with(label: &str, der: &[u8], width: usize, line_end: &str) -> String {
    let body = base64(der);
    let mut text = format!("-----BEGIN {label}-----{line_end}");
    for line in body.as_bytes().chunks(width) {
        text += core::str::from_utf8(line).unwrap();
        text += line_end;
    }
    text + &format!("-----END {label}-----{line_end}")
}

fn pem(label: &str, der: &[u8]) -> String {
    pem_with(label, der, 64, "\n")
}

fn jwk_of(x: &str, y: &str, d: &str) -> String {
    format!(r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}","d":"{}"}}"#, base64url(x), base64url(y), base64url(d))
}

fn jwk() -> String {
    jwk_of(X, Y, D)
}

fn is_the_key(key: &ImportedKey) -> bool {
    *key.scalar() == hex(D)[..]
        && key.public_key().is_none_or(|public| *public.x() == hex(X)[..] && *public.y() == hex(Y)[..])
}

type Import = fn(&[u8]) -> Result<ImportedKey, Error>;

/// Both calls that take this form give this key, with the public half if one is written there.
#[track_caller]
fn imports(import: Import, input: impl AsRef<[u8]>, halves: Halves) {
    for import in [import, import_key] {
        let key = import(input.as_ref()).unwrap();
        assert!(is_the_key(&key));
        assert_eq!(key.halves(), halves);
        assert_eq!(key.public_key().is_some(), halves != Halves::Absent);
        #[cfg(feature = "p256")]
        assert_eq!(key.into_signer().unwrap().public_key().unwrap().x()[..], hex(X)[..]);
    }
}

#[track_caller]
fn refuses(import: Import, input: impl AsRef<[u8]>, cause: Cause) {
    let error = import(input.as_ref()).unwrap_err();
    assert_eq!((error.cause(), error.argument()), (cause, Argument::Key));
}

/// The call for the form and the one for all forms say the same.
#[track_caller]
fn both_refuse(import: Import, input: impl AsRef<[u8]>, cause: Cause) {
    refuses(import, input.as_ref(), cause);
    refuses(import_key, input, cause);
}

// -------------------------------------------------------------------------------------------------------- what is read

#[test]
fn scalars() {
    imports(import_scalar, hex(D), Halves::Absent);
    let mut largest = hex(N);
    largest[31] -= 1;
    assert_eq!(import_key(&largest).unwrap().scalar()[..], largest);
    // Bytes that are text, or that begin as something else, are a scalar all the same.
    for first in [b'{', b'-', b' ', 0x30] {
        let mut scalar = hex(D);
        scalar[0] = first;
        assert_eq!(import_key(&scalar).unwrap().scalar()[..], scalar);
    }
    let text = [b'A'; 32];
    assert_eq!(import_key(&text).unwrap().scalar(), &text);
}

#[test]
fn sec1_der() {
    imports(import_sec1_der, full_sec1(), CHECKED);
    imports(import_sec1_der, sec1(&hex(D), None, Some(&point(X, Y))), CHECKED);
    imports(import_sec1_der, sec1(&hex(D), Some(&oid(P256)), None), Halves::Absent);
    imports(import_sec1_der, sec1(&hex(D), None, None), Halves::Absent);
}

#[test]
fn the_bytes_of_a_scalar_may_be_those_of_pem() {
    let d = [&[7; 21][..], b"-----BEGIN "].concat();
    for der in [sec1(&d, None, None), pkcs8(&sec1(&d, None, None))] {
        assert_eq!(import_key(&der).unwrap().scalar()[..], d);
    }
    // Writers that leave leading zeros out make DER that is shorter than a scalar.
    for length in [24, 26] {
        let short = &d[32 - length..];
        let der = sec1(short, None, None);
        assert!(der.len() < 34 && der.len() != 32);
        assert_eq!(import_key(&der).unwrap().scalar()[32 - length..], *short);
        assert!(import_key(&der).unwrap().scalar()[..32 - length].iter().all(|byte| *byte == 0));
    }
    // And 32 bytes are a scalar, whatever is in them.
    let der = sec1(&[7; 25], None, None);
    assert_eq!(import_key(&der).unwrap().scalar()[..], der);
    assert_eq!(import_key(b"0 is no DER\n-----BEGIN X-----\n").unwrap_err().cause(), Cause::InvalidPem);
}

#[test]
fn pkcs8_der() {
    // What OpenSSL, Python's cryptography, Node and Go write; Apple writes the parameters twice.
    imports(import_pkcs8_der, full_pkcs8(), CHECKED);
    imports(import_pkcs8_der, pkcs8(&full_sec1()), CHECKED);
    imports(import_pkcs8_der, pkcs8(&sec1(&hex(D), None, None)), Halves::Absent);
    imports(import_pkcs8_der, pkcs8(&sec1(&hex(D), Some(&oid(P256)), None)), Halves::Absent);
}

#[test]
fn pkcs8_der_with_more_behind_the_key() {
    let algorithm = [&*oid(ID_EC), &oid(P256)];
    let attributes = tlv(0xa0, &[&tlv(SEQUENCE, &[&oid("551d0f"), &tlv(0x31, &[&bits(&[0x80])])])]);
    imports(import_pkcs8_der, pkcs8_of(0, &algorithm, &sec1(&hex(D), None, Some(&point(X, Y))), &attributes), CHECKED);
    // RFC 5958: the public half outside of the key.
    let public = tlv(0x81, &[&[0], &point(X, Y)]);
    imports(import_pkcs8_der, pkcs8_of(1, &algorithm, &sec1(&hex(D), None, None), &public), CHECKED);
    imports(import_pkcs8_der, pkcs8_of(1, &algorithm, &full_sec1(), &public), CHECKED);
    // Python's ecdsa leaves it out and keeps the version.
    imports(import_pkcs8_der, pkcs8_of(1, &algorithm, &full_sec1(), &[]), CHECKED);
    both_refuse(import_pkcs8_der, pkcs8_of(0, &algorithm, &full_sec1(), &public), Cause::InvalidDer);
    let other = tlv(0x81, &[&[0], &point(OTHER_X, OTHER_Y)]);
    both_refuse(import_pkcs8_der, pkcs8_of(1, &algorithm, &full_sec1(), &other), Cause::KeyMismatch);
}

#[test]
fn a_scalar_without_its_leading_zero_bytes() {
    let mut d = [0; 32];
    for length in 24..32 {
        d[32 - length..].copy_from_slice(&hex(D)[..length]);
        d[..32 - length].fill(0);
        let key = import_sec1_der(&sec1(&d[32 - length..], Some(&oid(P256)), None)).unwrap();
        assert_eq!(key.scalar(), &d);
    }
    for length in [0, 1, 23, 33, 48] {
        both_refuse(import_sec1_der, sec1(&vec![1; length], Some(&oid(P256)), None), Cause::InvalidDer);
    }
    // Numbers with a sign have a zero byte more; some have several.
    for zeros in 1..20 {
        let longer = sec1(&[&vec![0; zeros], &*hex(D)].concat(), None, None);
        assert_eq!(import_sec1_der(&longer).unwrap().scalar()[..], hex(D)[..]);
    }
    both_refuse(import_sec1_der, sec1(&[0; 33], None, None), Cause::ZeroKey);
    both_refuse(import_sec1_der, sec1(&[&[0], &*hex(D), &[0]].concat(), None, None), Cause::InvalidDer);
}

#[test]
fn a_compressed_public_half() {
    let compressed = [vec![3], hex(X)].concat();
    let file = sec1(&hex(D), Some(&oid(P256)), Some(&compressed));
    if CURVE {
        imports(import_sec1_der, &file, Halves::Match);
        let other_sign = [vec![2], hex(X)].concat();
        both_refuse(import_sec1_der, sec1(&hex(D), None, Some(&other_sign)), Cause::KeyMismatch);
        let none = [vec![2], hex(&"ff".repeat(32))].concat();
        both_refuse(import_sec1_der, sec1(&hex(D), None, Some(&none)), Cause::NotOnCurve);
    } else {
        let key = import_key(&file).unwrap();
        assert!(is_the_key(&key));
        assert_eq!((key.public_key(), key.halves()), (None, Halves::NotChecked));
    }
}

#[test]
fn pem_of_both() {
    for (label, der) in [("PRIVATE KEY", full_pkcs8()), ("EC PRIVATE KEY", full_sec1())] {
        for line_end in ["\n", "\r\n", "\r"] {
            for width in [64, 76, 4, 61, 1000] {
                let text = pem_with(label, &der, width, line_end);
                imports(import_pem, &text, CHECKED);
                imports(import_pem, text.trim_end(), CHECKED);
                imports(import_pem, text.clone() + line_end + " \t" + line_end + line_end, CHECKED);
                imports(import_pem, format!("{line_end}{text}"), CHECKED);
                imports(import_pem, format!("Bag Attributes{line_end}    friendlyName: é{line_end}{text}"), CHECKED);
            }
        }
    }
    imports(import_pem, pem("PRIVATE KEY", &pkcs8(&sec1(&hex(D), None, None))), Halves::Absent);
}

#[test]
fn jwks() {
    imports(import_jwk, jwk(), CHECKED);
    let (x, y, d) = (base64url(X), base64url(Y), base64url(D));
    // Another order, white space, other members, the same name inside of one, escapes in names and values.
    let escaped: String = d.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    imports(
        import_jwk,
        format!(
            " {{ \"d\" : \"{escaped}\" , \"\\u0078\":\"{x}\",\r\n\t\"y\":\"{y}\", \"kid\":\"\\ud83d\\ude00\", \"alg\":\"ES\\u003256\",
            \"crv\":\"P-256\", \"k\\u0074y\":\"E\\u0043\", \"use\":\"sig\", \"key_ops\":[\"sign\"], \"ext\":true,
            \"more\":{{\"d\":\"x\",\"kty\":\"RSA\"}}, \"more\":1 }} \n"
        ),
        CHECKED,
    );
}

// ----------------------------------------------------------------------------------------------------- what is refused

#[test]
fn nothing() {
    for import in [import_key, import_scalar, import_sec1_der, import_pkcs8_der, import_pem, import_jwk] {
        refuses(import, [], Cause::Empty);
    }
    for import in [import_key, import_pem, import_jwk] {
        refuses(import, " \r\n\t", Cause::Empty);
    }
}

#[test]
fn what_is_none_of_the_forms() {
    for length in [1, 31, 33, 64] {
        refuses(import_key, vec![7; length], Cause::InvalidPem);
        refuses(import_key, vec![0x87; length], Cause::WrongLength);
        refuses(import_scalar, vec![7; length], Cause::WrongLength);
    }
    refuses(import_key, D, Cause::InvalidPem);
    refuses(import_key, base64(&full_pkcs8()), Cause::InvalidPem);
}

#[test]
fn scalars_out_of_range() {
    let mut above = hex(N);
    above[31] += 1;
    let cases = [
        (vec![0; 32], Cause::ZeroKey),
        (hex(N), Cause::KeyTooLarge),
        (above, Cause::KeyTooLarge),
        (vec![0xff; 32], Cause::KeyTooLarge),
    ];
    for (d, cause) in cases {
        both_refuse(import_scalar, &d, cause);
        let der = sec1(&d, Some(&oid(P256)), Some(&point(X, Y)));
        both_refuse(import_sec1_der, &der, cause);
        both_refuse(import_pkcs8_der, pkcs8(&der), cause);
        both_refuse(import_pem, pem("EC PRIVATE KEY", &der), cause);
        both_refuse(import_pem, pem("PRIVATE KEY", &pkcs8(&der)), cause);
        let d: String = d.iter().map(|byte| format!("{byte:02x}")).collect();
        both_refuse(import_jwk, jwk_of(X, Y, &d), cause);
    }
}

#[test]
fn public_halves_that_are_wrong() {
    let mut off_curve = hex(Y);
    off_curve[31] ^= 1;
    let off_curve: String = off_curve.iter().map(|byte| format!("{byte:02x}")).collect();
    for (x, y, cause) in [(X, off_curve.as_str(), Cause::NotOnCurve), (OTHER_X, OTHER_Y, Cause::KeyMismatch)] {
        let der = sec1(&hex(D), Some(&oid(P256)), Some(&point(x, y)));
        let files =
            [&*der, &pkcs8(&der), pem("EC PRIVATE KEY", &der).as_bytes(), jwk_of(x, y, D).as_bytes()].map(import_key);
        for file in files {
            if CURVE {
                assert_eq!(file.unwrap_err().cause(), cause);
            } else {
                let key = file.unwrap();
                assert_eq!((key.halves(), key.public_key().unwrap().x()[..].to_vec()), (Halves::NotChecked, hex(x)));
            }
        }
    }
}

#[test]
fn coordinates_of_another_length_or_out_of_range() {
    let too_large = "ff".repeat(32);
    let points = [
        vec![],
        vec![0],
        vec![4],
        [&[4], &*hex(X), &hex(Y)[1..]].concat(),
        [&[4], &*hex(X), &hex(Y), &[0]].concat(),
        [&[6], &*hex(X), &hex(Y)].concat(),
        [&[2], &hex(X)[1..]].concat(),
        [hex(X), hex(Y)].concat(),
        point(&too_large, Y),
        point(X, &too_large),
        point(&"00".repeat(32), &"00".repeat(32)),
    ];
    for public in points {
        let der = sec1(&hex(D), Some(&oid(P256)), Some(&public));
        both_refuse(import_sec1_der, &der, Cause::InvalidCoordinate);
        both_refuse(import_pkcs8_der, pkcs8(&der), Cause::InvalidCoordinate);
    }
    for length in [0, 1, 30, 31, 33, 34, 47, 48, 49, 66, 1000] {
        let number = "01".repeat(length);
        for (x, y, d) in [(&*number, Y, D), (X, &*number, D), (X, Y, &*number)] {
            both_refuse(import_jwk, jwk_of(x, y, d), Cause::InvalidCoordinate);
        }
    }
    both_refuse(import_jwk, jwk_of(&too_large, Y, D), Cause::InvalidCoordinate);
    both_refuse(import_jwk, jwk_of(X, &too_large, D), Cause::InvalidCoordinate);
    // Leading zero bytes may neither be left out nor be added.
    both_refuse(import_jwk, jwk_of(&format!("00{X}"), Y, D), Cause::InvalidCoordinate);
}

#[test]
fn other_curves() {
    let explicit = tlv(SEQUENCE, &[&integer(1), &tlv(SEQUENCE, &[&oid("2a8648ce3d0101"), &integer(23)])]);
    for (curve, size) in [(oid(P384), 48), (oid(SECP256K1), 32), (explicit, 32)] {
        let key = sec1(&vec![7; size], Some(&curve), Some(&vec![4; 2 * size + 1]));
        both_refuse(import_sec1_der, &key, Cause::WrongCurve);
        both_refuse(import_pkcs8_der, pkcs8_of(0, &[&oid(ID_EC), &curve], &key, &[]), Cause::WrongCurve);
        // The name outside and the one inside have to be that of P-256, each.
        both_refuse(import_pkcs8_der, pkcs8(&key), Cause::WrongCurve);
        both_refuse(import_pkcs8_der, pkcs8_of(0, &[&oid(ID_EC), &curve], &full_sec1(), &[]), Cause::WrongCurve);
        both_refuse(import_pem, pem("EC PRIVATE KEY", &key), Cause::WrongCurve);
    }
    for curve in ["P-384", "P-521", "secp256k1", "p-256", "P-256 ", "P-25", ""] {
        both_refuse(import_jwk, jwk().replace("P-256", curve), Cause::WrongCurve);
    }
    // No curve at all.
    both_refuse(import_pkcs8_der, pkcs8_of(0, &[&oid(ID_EC)], &full_sec1(), &[]), Cause::InvalidDer);
    both_refuse(import_pkcs8_der, pkcs8_of(0, &[&oid(ID_EC), &[5, 0]], &full_sec1(), &[]), Cause::InvalidDer);
}

#[test]
fn other_algorithms() {
    let numbers = [integer(0), tlv(2, &[&[0x7b; 256]]), integer(3)].concat();
    let rsa = tlv(SEQUENCE, &[&numbers]);
    both_refuse(import_pkcs8_der, &rsa, Cause::WrongAlgorithm);
    both_refuse(import_sec1_der, &rsa, Cause::WrongAlgorithm);
    for label in ["RSA PRIVATE KEY", "DSA PRIVATE KEY"] {
        both_refuse(import_pem, pem(label, &rsa), Cause::WrongAlgorithm);
    }
    // Below and above what there is room for behind PEM.
    for size in [32, 256, 1200] {
        let pkcs8 = pkcs8_of(0, &[&oid(RSA), &[5, 0]], &vec![7; size], &[]);
        both_refuse(import_pkcs8_der, &pkcs8, Cause::WrongAlgorithm);
        both_refuse(import_pem, pem("PRIVATE KEY", &pkcs8), Cause::WrongAlgorithm);
    }
    let ed25519 = pkcs8_of(0, &[&oid(ED25519)], &tlv(OCTETS, &[&[7; 32]]), &[]);
    both_refuse(import_pkcs8_der, &ed25519, Cause::WrongAlgorithm);
    both_refuse(import_pem, pem("PRIVATE KEY", &ed25519), Cause::WrongAlgorithm);
    for kty in ["RSA", "OKP", "oct", "ec", ""] {
        both_refuse(import_jwk, jwk().replace("EC", kty), Cause::WrongAlgorithm);
    }
    both_refuse(import_jwk, r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, Cause::WrongAlgorithm);
    both_refuse(import_jwk, jwk().replace('{', r#"{"alg":"ECDH-ES","#), Cause::WrongAlgorithm);
}

#[test]
fn encrypted_keys() {
    let pbes2 = tlv(SEQUENCE, &[&oid("2a864886f70d01050d"), &tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&integer(1)])])]);
    for size in [32, 1200] {
        let encrypted = tlv(SEQUENCE, &[&pbes2, &tlv(OCTETS, &[&vec![7; size]])]);
        both_refuse(import_pkcs8_der, &encrypted, Cause::EncryptedKey);
        both_refuse(import_sec1_der, &encrypted, Cause::EncryptedKey);
        both_refuse(import_pem, pem("ENCRYPTED PRIVATE KEY", &encrypted), Cause::EncryptedKey);
        both_refuse(import_pem, pem("PRIVATE KEY", &encrypted), Cause::EncryptedKey);
    }
    for line_end in ["\n", "\r\n"] {
        let headers =
            format!("-{line_end}Proc-Type: 4,ENCRYPTED{line_end}DEK-Info: AES-128-CBC,00{line_end}{line_end}");
        let file = pem_with("EC PRIVATE KEY", &[7; 128], 64, line_end).replacen(&format!("-{line_end}"), &headers, 1);
        both_refuse(import_pem, file, Cause::EncryptedKey);
    }
}

#[test]
fn public_keys() {
    let algorithm = tlv(SEQUENCE, &[&oid(ID_EC), &oid(P256)]);
    let spki = tlv(SEQUENCE, &[&algorithm, &bits(&point(X, Y))]);
    let certificate = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&[7; 300]]), &algorithm, &bits(&[7; 70])]);
    for der in [&spki, &certificate] {
        both_refuse(import_pkcs8_der, der, Cause::NotPrivate);
        both_refuse(import_sec1_der, der, Cause::NotPrivate);
    }
    refuses(import_key, &spki[..32], Cause::Truncated);
    both_refuse(import_pem, pem("PUBLIC KEY", &spki), Cause::NotPrivate);
    both_refuse(import_pem, pem("CERTIFICATE", &certificate), Cause::NotPrivate);
    both_refuse(import_pem, pem("EC PARAMETERS", &oid(P256)), Cause::NotPrivate);
    both_refuse(import_jwk, jwk().replace("\"d\"", "\"e\""), Cause::NotPrivate);
}

#[test]
fn several_pem_blocks() {
    let key = pem("EC PRIVATE KEY", &full_sec1());
    // The second is what `openssl ecparam -genkey` writes without -noout.
    for other in [key.clone(), pem("EC PARAMETERS", &oid(P256)), pem("CERTIFICATE", &[7; 300])] {
        for file in [key.clone() + &other, other.clone() + &key, format!("{key}\r\n\r\n{other}")] {
            both_refuse(import_pem, file, Cause::SeveralBlocks);
        }
    }
    let (unfinished, _) = key.split_once("-----END").unwrap();
    both_refuse(import_pem, unfinished.to_owned() + &key, Cause::SeveralBlocks);
}

#[test]
fn bytes_behind_the_end() {
    for (import, der) in [(import_sec1_der as Import, full_sec1()), (import_pkcs8_der, full_pkcs8())] {
        for behind in [&[0][..], b"\n", &der] {
            both_refuse(import, [&der, behind].concat(), Cause::TrailingData);
        }
    }
    let inside = pkcs8(&[full_sec1(), vec![0]].concat());
    both_refuse(import_pkcs8_der, &inside, Cause::TrailingData);
    both_refuse(import_pem, pem("PRIVATE KEY", &[full_pkcs8(), vec![0]].concat()), Cause::TrailingData);
    both_refuse(import_pem, pem("PRIVATE KEY", &full_pkcs8()) + "x", Cause::TrailingData);
    both_refuse(import_jwk, jwk() + "x", Cause::InvalidJwk);
    // The NUL of a string in C is none of the file; a second one is.
    both_refuse(import_pem, pem("PRIVATE KEY", &full_pkcs8()) + "\0\0", Cause::TrailingData);
    both_refuse(import_jwk, jwk() + "\0\0", Cause::InvalidJwk);
}

#[test]
fn what_editors_and_compilers_add_to_a_text() {
    for (import, file) in [
        (import_pem as Import, pem("PRIVATE KEY", &full_pkcs8())),
        (import_pem, pem("EC PRIVATE KEY", &full_sec1())),
        (import_jwk, jwk()),
    ] {
        for added in [format!("\u{feff}{file}"), format!("{file}\0"), format!("\u{feff}{file}\n\0")] {
            for read in [import, import_key] {
                assert_eq!(read(added.as_bytes()).unwrap().scalar()[..], hex(D)[..]);
            }
        }
    }
    // Bytes of a key are none of a text.
    let mut scalar = [7; 32];
    scalar[..4].copy_from_slice(b"\xef\xbb\xbf{");
    scalar[31] = 0;
    assert_eq!(import_key(&scalar).unwrap().scalar(), &scalar);
    for empty in ["\u{feff}", "\0", "\u{feff} \0"] {
        refuses(import_key, empty, Cause::Empty);
        refuses(import_pem, empty, Cause::Empty);
        refuses(import_jwk, empty, Cause::Empty);
    }
}

#[test]
fn der_that_is_none() {
    let wrong_version = tlv(SEQUENCE, &[&integer(2), &tlv(OCTETS, &[&hex(D)])]);
    let not_minimal = [&[SEQUENCE, 0x82, 0], &full_sec1()[1..]].concat();
    let more_elements = tlv(SEQUENCE, &[&full_sec1()[2..], &integer(0)]);
    let indefinite = [&[SEQUENCE, 0x80], &full_sec1()[2..], &[0, 0]].concat();
    let pkcs12 = tlv(SEQUENCE, &[&integer(3), &tlv(SEQUENCE, &[&oid("2a864886f70d010701"), &tlv(0xa0, &[&[4, 0]])])]);
    let unused_bits =
        tlv(SEQUENCE, &[&integer(1), &tlv(OCTETS, &[&hex(D)]), &tlv(0xa1, &[&tlv(BIT_STRING, &[&[1], &point(X, Y)])])]);
    for der in [wrong_version, not_minimal, more_elements, indefinite, pkcs12, unused_bits, tlv(SEQUENCE, &[&[7; 40]])]
    {
        both_refuse(import_sec1_der, &der, Cause::InvalidDer);
        both_refuse(import_pem, pem("EC PRIVATE KEY", &der), Cause::InvalidDer);
        both_refuse(import_pem, pem("PRIVATE KEY", &pkcs8(&der)), Cause::InvalidDer);
    }
    // Each call takes its own form, and each label means its own.
    refuses(import_sec1_der, full_pkcs8(), Cause::InvalidDer);
    refuses(import_pkcs8_der, full_sec1(), Cause::InvalidDer);
    both_refuse(import_pem, pem("PRIVATE KEY", &full_sec1()), Cause::InvalidDer);
    both_refuse(import_pem, pem("EC PRIVATE KEY", &full_pkcs8()), Cause::InvalidDer);
    both_refuse(import_pkcs8_der, pkcs8(&full_pkcs8()), Cause::InvalidDer);
    both_refuse(import_pkcs8_der, pkcs8(&[]), Cause::Truncated);
    refuses(import_sec1_der, [4, 32], Cause::InvalidDer);
    // A valid key, but too long for what is behind PEM, which has room for 512 bytes.
    let with_attribute = |size: usize| {
        let attribute = tlv(SEQUENCE, &[&oid("551d0f"), &tlv(0x31, &[&tlv(OCTETS, &[&vec![7; size]])])]);
        pkcs8_of(0, &[&oid(ID_EC), &oid(P256)], &full_sec1(), &tlv(0xa0, &[&attribute]))
    };
    let around = with_attribute(300).len() - 300;
    let (longest, too_long) = (with_attribute(512 - around), with_attribute(513 - around));
    assert_eq!((longest.len(), too_long.len()), (512, 513));
    imports(import_pem, pem("PRIVATE KEY", &longest), CHECKED);
    imports(import_pkcs8_der, &too_long, CHECKED);
    both_refuse(import_pem, pem("PRIVATE KEY", &too_long), Cause::InvalidDer);
}

#[test]
fn pem_that_is_none() {
    let good = pem("PRIVATE KEY", &full_pkcs8());
    let lines: Vec<&str> = good.lines().collect();
    let files = [
        good.replace("-----BEGIN", "----BEGIN"),
        good.replace("BEGIN PRIVATE KEY-----", "BEGIN PRIVATE KEY----"),
        good.replace("BEGIN PRIVATE", "BEGIN EC PRIVATE"),
        good.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY"),
        good.replace("PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
        good.replace("PRIVATE", "private"),
        format!(" \u{feff}{good}"),
        format!("  {good}"),
        good.replace('\n', ""),
        good.replace("-----\nM", "-----\nComment: x\n\nM"),
        good.replace(lines[1], &format!("{}*{}", &lines[1][..10], &lines[1][11..])),
        good.replace(lines[1], &format!("{}\n\n{}", &lines[1][..10], &lines[1][10..])),
        good.replace(lines[3], &lines[3][1..]),
        good.replace(lines[3], &format!("{}=", lines[3])),
        lines[..4].join("\n"),
        lines[0].to_owned(),
        lines[1..].join("\n"),
        format!("{}\n{}", lines[0], lines[4]),
        lines[4].to_owned(),
    ];
    for file in files {
        refuses(import_pem, &file, Cause::InvalidPem);
        assert!(import_key(file.as_bytes()).is_err());
    }
    both_refuse(import_pem, format!("{}\n{}\n{}\n", lines[0], lines[1], lines[4]), Cause::Truncated);
}

#[test]
fn jwks_that_are_none() {
    let good = jwk();
    let (x, d) = (base64url(X), base64url(D));
    let mut files = vec![
        "{}".to_owned(),
        "{".to_owned(),
        format!("{{\"keys\":[{good}]}}"),
        good.replace(',', ", ,"),
        good.replace(r#""EC""#, "1"),
        good.replace(r#""P-256""#, "null"),
        good.replace('{', r#"{"alg":null,"#),
        // Padding, the other alphabet, white space, bits that are left over, a length that there is none of.
        good.replace(&d, &format!("{d}=")),
        good.replace(&d, &base64(&hex(D))),
        good.replace(&d, &format!("{d}\\n")),
        good.replace(&d, &format!("{}\u{e9}", &d[1..])),
        good.replace(&d, &format!("{}😀", &d[1..])),
        good.replace(&x, &format!("{}F", &x[..42])),
        good.replace(&x, &x[..41]),
    ];
    for (name, value) in [("kty", "EC"), ("crv", "P-256"), ("x", &x), ("d", &d), ("alg", "ES256")] {
        // The second one with its first character escaped.
        let escaped = format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..]);
        let twice = good.replace('}', &format!(",\"{name}\":\"{value}\",\"{escaped}\":\"{value}\"}}"));
        files.push(twice);
        if name != "d" && name != "alg" {
            files.push(good.replace(&format!("\"{name}\":"), "\"other\":"));
        }
    }
    for file in &files {
        both_refuse(import_jwk, file, Cause::InvalidJwk);
    }
    assert_eq!(files.len(), 22);
    for other in [b"[]".as_slice(), b"1", b"\xef\xbb\xbf{}", b"{\"kty\":\"\xff\"}", full_pkcs8().as_slice()] {
        refuses(import_jwk, other, Cause::InvalidJwk);
    }
}

// ------------------------------------------------------------------------------------------------------- damaged files

#[test]
fn a_truncated_file_is_never_a_key() {
    let stripped = sec1(&hex(D), None, None);
    for (import, der) in [
        (import_sec1_der as Import, full_sec1()),
        (import_sec1_der, stripped),
        (import_pkcs8_der, full_pkcs8()),
        (import_pkcs8_der, pkcs8(&full_sec1())),
    ] {
        for length in 1..der.len() {
            both_refuse(import, &der[..length], Cause::Truncated);
        }
    }
    for text in [pem("PRIVATE KEY", &full_pkcs8()), pem("EC PRIVATE KEY", &full_sec1())] {
        for length in 0..text.trim_end().len() {
            assert!(import_pem(&text.as_bytes()[..length]).is_err(), "{length}");
            assert!(import_key(&text.as_bytes()[..length]).is_err(), "{length}");
        }
    }
    for length in 0..jwk().len() {
        assert!(import_jwk(&jwk().as_bytes()[..length]).is_err(), "{length}");
        assert!(import_key(&jwk().as_bytes()[..length]).is_err(), "{length}");
    }
}

/// Every other value of every byte, except that digits of numbers get eight others where a multiplication on the curve
/// follows, which is slow in a debug build.
#[test]
fn a_file_with_one_wrong_byte_is_the_key_or_refused() {
    let files = [
        full_sec1(),
        full_pkcs8(),
        pkcs8(&full_sec1()),
        pem("PRIVATE KEY", &full_pkcs8()).into_bytes(),
        pem("EC PRIVATE KEY", &full_sec1()).into_bytes(),
        jwk().into_bytes(),
    ];
    let mut taken = 0;
    for good in files {
        let mut file = good.clone();
        for at in 0..file.len() {
            for change in 1..=u8::MAX {
                file[at] = good[at] ^ change;
                if CURVE && at % 16 != 0 && !change.is_power_of_two() {
                    continue;
                }
                // No other key comes out, as long as both halves are there and can be compared.
                if let Ok(key) = import_key(&file) {
                    taken += 1;
                    assert!(!CURVE || is_the_key(&key), "{at} {change}");
                }
            }
            file[at] = good[at];
        }
    }
    assert!(taken > 0);
}
